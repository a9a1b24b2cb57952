"""The two ways into a running VM: the agent inside it, and QEMU's own QMP.

Each has a thread that reads answers, so any number of threads may ask.
"""

import itertools
import json
import queue
import threading
import time


SILENT_S = 10  # what who did not answer is waited for the next time


class VMError(Exception):
    """What failed, why, and what to look at."""


class _Channel:
    def __init__(self, sock, name):
        self.name, self._sock, self._ids = name, sock, itertools.count(1)
        self._lock, self._waiting, self._closed = threading.Lock(), {}, False
        self._silent = False  # the last question had no answer in time
        self._reader = threading.Thread(target=self._read, daemon=True, name=name)
        self._reader.start()

    def _read(self):
        buffer = b""
        while True:
            try:
                data = self._sock.recv(1 << 16)
            except OSError:
                data = b""
            if not data:
                break
            buffer = self._take(buffer + data)
        with self._lock:
            self._closed = True
            waiting = list(self._waiting.values())
        for answers in waiting:
            answers.put(None)

    def _register(self, number):
        answers = queue.Queue()
        with self._lock:
            self._waiting[number] = answers
            if self._closed:
                answers.put(None)
        return answers

    def _forget(self, number):
        with self._lock:
            self._waiting.pop(number, None)

    def _deliver(self, number, message):
        with self._lock:
            answers = self._waiting.get(number)
        if answers:
            answers.put(message)

    def _send(self, data):
        with self._lock:
            try:
                self._sock.sendall(data)
            except OSError as error:
                raise VMError(f"{self.name}: QEMU has ended ({error})") from None

    def _next(self, answers, seconds, what):
        if self._silent:  # a guest whose kernel stands still: not each test is to wait for it
            seconds = min(seconds, SILENT_S)
        try:
            message = answers.get(timeout=max(seconds, 0))
            self._silent = False
        except queue.Empty:
            self._silent = True
            raise VMError(f"{self.name}: no answer within {seconds:.0f} s to: {what}") from None
        if message is None:
            answers.put(None)
            raise VMError(f"{self.name}: QEMU or the agent has ended during: {what}")
        return message

    def close(self):
        self._sock.close()


class Agent(_Channel):
    """Speaks the protocol that is described at the top of agent.c.

    slack: how many host seconds a guest second may take; limited: the guest ends a command after
    its own timeout, too.
    """

    def __init__(self, sock, slack, limited=True):
        self.slack, self._hello, self._spawned = slack, threading.Event(), {}
        self._limited = limited
        super().__init__(sock, "agent")

    def _take(self, buffer):
        while b"\n" in buffer:
            head, rest = buffer.split(b"\n", 1)
            number, word, value, length = head.split()
            if len(rest) < int(length):
                break
            self._handle(int(number), word.decode(), int(value), rest[:int(length)])
            buffer = rest[int(length):]
        return buffer

    def _handle(self, number, word, value, data):
        if word != "hello":
            self._deliver(number, (word, value, data))
        elif not self._hello.is_set():
            self._hello.set()
        else:  # it crashed and was restarted: what ran under it is lost
            with self._lock:
                waiting = list(self._waiting.values())
            for answers in waiting:
                answers.put(None)

    def _ask(self, word, value=0, data=b""):
        number = next(self._ids)
        answers = self._register(number)
        self._send(b"%d %s %d %d\n" % (number, word.encode(), value, len(data)) + data)
        return number, answers

    def wait_hello(self, seconds):
        return self._hello.wait(seconds)

    def ping(self, timeout=10):
        number, answers = self._ask("ping")
        self._next(answers, timeout * self.slack, "ping")
        self._forget(number)

    def answers(self, timeout):
        """Whether it does, patiently, whatever it did not answer before."""
        self._silent = False
        try:
            self.ping(timeout)
        except VMError:
            return False
        return True

    def run(self, command, timeout, echo=None):
        """Returns (exit status, output); a command that takes longer raises."""
        number, answers = self._ask("run", int(timeout * 1000) if self._limited else 0,
                                    command.encode())
        limit = time.monotonic() + timeout * self.slack + 30
        output = b""
        try:
            while True:
                word, value, data = self._next(answers, limit - time.monotonic(), command)
                if word == "exit":
                    return value, output.decode(errors="replace")
                if word == "error":
                    raise VMError(f"agent: {data.decode()}: {command}")
                if word == "timeout":
                    raise VMError(f"not done within {timeout} s of the guest's time: {command}\n"
                                  f"it printed: {output[-2000:].decode(errors='replace')}")
                output += data
                if echo:
                    echo(data)
        finally:
            self._forget(number)

    def spawn(self, command, log):
        _, answers = self._ask("spawn", 0, f"{log}\n{command}".encode())
        word, pid, data = self._next(answers, 10 * self.slack + 30, command)
        if word == "error":
            raise VMError(f"agent: {data.decode()}: {command}")
        self._spawned[pid] = answers
        return pid

    def wait(self, pid, timeout):
        """Waits for a spawned process to end, returns its exit status."""
        answers = self._spawned[pid]
        message = self._next(answers, timeout * self.slack, f"the end of process {pid}")
        answers.put(message)
        return message[1]

    def running(self, pid):
        return self._spawned[pid].empty()

    def poweroff(self):
        self._ask("poweroff")


class Qmp(_Channel):
    def __init__(self, sock):
        self._greeting = threading.Event()
        super().__init__(sock, "QMP")

    def _take(self, buffer):
        *lines, rest = buffer.split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "QMP" in message:
                self._greeting.set()
            elif "id" in message:
                self._deliver(message["id"], message)
        return rest

    def negotiate(self, timeout):
        if not self._greeting.wait(timeout):
            raise VMError(f"QMP: QEMU did not greet within {timeout} s")
        self.command("qmp_capabilities", timeout)

    def command(self, name, timeout=120, **arguments):
        number = next(self._ids)
        answers = self._register(number)
        try:
            request = {"execute": name, "arguments": arguments, "id": number}
            self._send(json.dumps(request).encode() + b"\n")
            message = self._next(answers, timeout, name)
        finally:
            self._forget(number)
        if "error" in message:
            raise VMError(f"QMP: {name}: {message['error']['desc']}")
        return message["return"]
