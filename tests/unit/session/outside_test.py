#!/usr/bin/env python3
"""Files, connections and programs: what plugins reach outside of the session. TAP.

    outside_test.py OSAAS PLUGIN ...

A plugin ends with the number of its line where a check failed, and a line in the log.
"""

import contextlib
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import wave

from tap import BARE, finish, result, wait_for

OSAAS = os.path.abspath(sys.argv[1])
PLUGINS = {os.path.basename(p).removesuffix(".so"): os.path.abspath(p) for p in sys.argv[2:]}
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
GRANTS = ["fs.write:~/in", "fs.read:~/in", "fs.read:~", "fs.read:~/none", "fs.read:relative",
          "net.connect:localhost:1024-65535", "net.connect:nowhere",
          "process.pty:/bin/sh", "process.pty:/no/such", "process.pty:sh"]


class Server:
    """Gives back what it gets. What is "reset" is broken off, and then it listens no more."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.socket.accept()
                self.open.append(peer)
                threading.Thread(target=self.serve, args=[peer], daemon=True).start()

    def serve(self, peer):
        with contextlib.suppress(OSError):
            while data := peer.recv(65536):
                if data == b"reset":
                    self.close()
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                peer.sendall(data)
            peer.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class Place:
    """A home with a folder ~/in, something beside it, and a server whose port is in ~/in/port."""

    def __init__(self, home, **env):
        self.home, self.log_path = home, os.path.join(home, "log")
        self.env = {**BARE, "HOME": home, "XDG_RUNTIME_DIR": home,
                    "XDG_STATE_HOME": os.path.join(home, "state"),
                    "XDG_CONFIG_HOME": os.path.join(home, "config"), **env}
        self.inside = os.path.join(home, "in")
        self.server = Server()
        os.makedirs(os.path.join(self.inside, "many", "folder"))
        self.write("secret", "secret")
        self.write("in/port", str(self.server.port))
        with open(os.path.join(self.inside, "huge"), "wb") as huge:
            huge.truncate(17 << 20)
        for name, to in (("link", "../secret"), ("dir", ".."), ("absolute", "/etc/passwd")):
            os.symlink(to, os.path.join(self.inside, name))
        os.mkfifo(os.path.join(self.inside, "fifo"))

    def write(self, name, text):
        with open(os.path.join(self.home, name), "w", encoding="utf-8") as file:
            file.write(text)

    def command(self, *plugins):
        grants = [a for g in GRANTS for a in ("--grant", g)]
        return [OSAAS, "session", "--backend", "headless", "--audio", "none", *grants,
                *(PLUGINS[p] for p in plugins)]

    def run(self, *plugins):
        done = subprocess.run(self.command(*plugins), env=self.env, capture_output=True, text=True,
                              timeout=240, stdin=subprocess.DEVNULL, check=False)
        return done.returncode, done.stdout, done.stderr

    def ctl(self, *arguments):
        return subprocess.run([OSAAS, "ctl", *arguments], env=self.env, capture_output=True,
                              text=True, timeout=60, check=False)

    def log(self):
        with open(self.log_path, encoding="utf-8") as log:
            return log.read()

    @contextlib.contextmanager
    def session(self, *plugins):
        with open(self.log_path, "wb") as log:
            process = subprocess.Popen(self.command(*plugins), env=self.env, stdout=log,
                                       stderr=log, stdin=subprocess.DEVNULL)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(60)


def test_files(place):
    for i in range(3000):
        place.write(f"in/many/n{i:030}", "")
    got = place.run("files")
    result(got[0] == 0, "plugin files", got)
    # Of one service the refusals whose number is a power of two are logged.
    for text in ("'../secret' leads out of the folder", "'link' leads out", "'x' cannot be changed",
                 "none: No such file or directory; make it first", "'relative' is no folder"):
        result(text in got[2], f"logged: {text}", got)


def test_network(place):
    got = place.run("caller")
    result(got[0] == 0, "plugin caller", got)
    for text in ("example.org port", "port 80: is not what was granted", "'nowhere' is no host"):
        result(text in got[2], f"logged: {text}", got)


def test_terminal(place):
    got = place.run("terminal")
    result(got[0] == 0, "plugin terminal", got)
    result("'sh' is no program" in got[2], "logged: no program", got)


def test_decoded(place):
    """A file of sound, its bytes read by the plugin, decoded by a helper."""
    frames = [i % 20000 for i in range(100000)]
    with wave.open(os.path.join(place.inside, "saw.wav"), "wb") as file:
        file.setparams((2, 2, 44100, len(frames), "NONE", ""))
        file.writeframes(b"".join(struct.pack("<hh", v, -v) for v in frames))
    got = place.run("decoded")
    result(got[0] == 0, "plugin decoded", got)
    result("audio.decode refuses request 1: it would be one decoder too many" in got[2],
           "logged: too many decoders", got)


def runs(pid):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        return ") Z" not in stat.read()
    return False


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
        return [int(p) for p in file.read().split()]


def helper(session, name):
    for pid in children(session.pid):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
            if file.read().split(b"\0")[1:3] == [b"helper", name]:
                return pid
    return None


def program(place):
    found = re.search(r"program=(\d+)\.", place.log())
    return int(found[1]) if found else None


def started(place):
    return program(place) and "has a file" in place.log() and "has a connection" in place.log()


def leaky(pid):
    """Descriptors that a program would inherit."""
    leaks = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/fdinfo/{fd}", encoding="utf-8") as f:
            flags = int(re.search(r"flags:\s*(\d+)", f.read())[1], 8)
            if int(fd) > 2 and not flags & os.O_CLOEXEC:
                leaks.append((fd, os.readlink(f"/proc/{pid}/fd/{fd}")))
    return leaks


def test_revoked(place):
    with place.session("worker") as session:
        result(wait_for(lambda: started(place)), "a file, a connection and a program", place.log())
        result(not leaky(session.pid), "nothing is open that a program would inherit",
               leaky(session.pid))
        pid = program(place)
        for cap, lost in (("fs.read:~/in", "fs: -32"), ("process.pty:/bin/sh", "process: 0"),
                          ("net.connect:localhost:1024-65535", "net: 0")):
            got = place.ctl("grants", "revoke", "org.osaas.test.worker", cap)
            result(got.returncode == 0 and wait_for(lambda: f"lost {lost}" in place.log()),
                   f"{cap} is revoked", (got, place.log()))
        result(wait_for(lambda: not runs(pid)), "the program ends with its channel")
        result(session.poll() is None, "the session goes on", place.log())


def test_killed(place):
    for sig in (signal.SIGKILL, signal.SIGTERM):
        with place.session("worker") as session:
            wait_for(lambda: started(place))
            pid = program(place)
            below = children(session.pid)
            session.send_signal(sig)
            session.wait(60)
            result(pid and wait_for(lambda: not runs(pid)), f"{sig.name}: the program ends")
            result(wait_for(lambda: not any(map(runs, below))), f"{sig.name}: all helpers end")


def test_hanging_disk(place):
    """The disk does not answer: the session does all else meanwhile."""
    place.env["OSAAS_DISK"] = "helper"
    with place.session("worker") as session:
        wait_for(lambda: started(place))
        disk = helper(session, b"disk")
        result(disk, "a helper reads the files", children(session.pid))
        os.kill(disk, signal.SIGSTOP)
        time.sleep(0.2)
        slowest = 0
        for _ in range(20):
            begin = time.monotonic()
            got = place.ctl("tasks")
            slowest = max(slowest, time.monotonic() - begin)
            if got.returncode:
                break
        result(got.returncode == 0 and slowest < 30, "ctl is answered while the disk hangs", got)
        got = place.ctl("grants", "revoke", "org.osaas.test.worker", "fs.read:~/in")
        result(wait_for(lambda: "lost fs: -32" in place.log()), "and so is a revocation", got)
        os.kill(disk, signal.SIGCONT)
    place.env.pop("OSAAS_DISK")


def switches(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", file.read(), re.M)[1])


def test_idle(place):
    """A connection and a program that say nothing wake nobody."""
    with place.session("worker") as session:
        wait_for(lambda: started(place))
        place.ctl("grants", "revoke", "org.osaas.test.worker", "fs.read:~/in")
        wait_for(lambda: "lost fs" in place.log())
        quiet = []
        for _ in range(20):
            before = switches(session.pid)
            time.sleep(1)
            quiet.append(switches(session.pid) - before)
            if quiet[-1] == 0:
                break
        result(quiet[-1] == 0, "idle is without wake-ups", quiet)


def test_many(place):
    """Twelve at once, which each do everything."""
    got = place.run(*["terminal"] * 12)
    result(got[0] == 0, "twelve terminals", got)


def main():
    tests = [(test_files, {}), (test_files, {"OSAAS_DISK": "helper"}), (test_network, {}),
             (test_terminal, {}), (test_decoded, {}), (test_revoked, {}), (test_killed, {}), (test_hanging_disk, {}),
             (test_idle, {}), (test_many, {})]
    for test, env in tests:
        with tempfile.TemporaryDirectory(prefix="osaas.", dir=FAST) as home:
            place = Place(home, **env)
            test(place)
            place.server.close()
    return finish()


sys.exit(main())
