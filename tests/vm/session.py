#!/usr/bin/env python3
"""A session in the test VM, on its first console.

    session.py COMMAND ...                for a person: the screen in a window or by VNC
    session.py --shot FILE.png COMMAND ...  save what the screen shows, end

COMMAND is "BUILD/session/osaas session [options] [PLUGIN ...]".
"""

import contextlib
import json
import os
import shlex
import signal
import sys
import time

from vm import HERE, VM, StoodStill, VMError, _display_arguments

PROJECT = os.path.dirname(os.path.dirname(HERE))
FIRST_FRAME = " is on the screen"


@contextlib.contextmanager
def telling(why):
    """What fails in it says why(), too; not where the guest stands still."""
    try:
        yield
    except StoodStill:
        raise
    except VMError as error:
        raise VMError(f"{error}\n{why()}") from None


class SessionVM(VM):
    """A VM with a session on tty1."""

    session = None  # the guardian's pid
    sessions = 0

    def start(self, *arguments, **options):
        super().start(*arguments, **options)
        self.expose(PROJECT)
        return self

    def expose(self, path, place=None):
        """Makes a directory of the host's seen at its own path, where the guest has its own /tmp."""
        place = place or path
        self.check(f"[ -e '{place}' ] || {{ mkdir -p '{place}' && "
                   f"mount --bind '/run/vm/host{path}' '{place}'; }}")

    def start_session(self, command, environment=""):
        """Starts it in the background, as a login on tty1 would; returns the guardian's pid.

        The shell becomes the guardian: its pid is the session's parent.
        """
        self.sessions += 1
        command = f"exec env {environment} {command} </dev/tty1"
        self.session = self.spawn(command, self.log_name())
        return self.session

    def log_name(self):
        """Each session has a log of its own in /out."""
        return f"session{self.sessions}.log"

    def log(self):
        return self.read(self.log_name())

    def wait_log(self, text, timeout=60):
        """Waits for a line of the session's log; fails at once when the session is gone."""
        deadline = time.monotonic() + timeout * self.agent.slack
        while text not in self.log():
            if not self.running(self.session):
                raise VMError(f"the session ended; its log:\n{self.log()}")
            if time.monotonic() > deadline:
                raise VMError(f"not in the session's log after {timeout} s: {text}\n{self.log()}")
            time.sleep(0.1)

    def wait_shown(self, console):
        with telling(lambda: self.log()[-3000:] if self.session else ""):
            super().wait_shown(console)

    def wait_first_frame(self, timeout=60):
        self.wait_log(FIRST_FRAME, timeout)

    def child(self):
        """The pid of the session proper: the guardian's child that is osaas."""
        find = (f"for p in $(cat /proc/{self.session}/task/{self.session}/children); do "
                "grep -qx osaas /proc/$p/comm && echo $p && exit; done; false")
        return int(self.wait_until(find).split()[0])

    def end_session(self, timeout=30):
        """Asks it to end; returns its exit status."""
        self.check(f"kill -TERM {self.session}")
        return self.wait(self.session, timeout)

    def vt_state(self, number):
        return json.loads(self.check(f"vtstate {number}"))

    def wait_pixel(self, x, y, wanted, tolerance=1, timeout=20, picture=None):
        """Waits until a pixel of the screen has a colour; returns the picture."""
        take = picture or self.screendump
        deadline = time.monotonic() + timeout * self.agent.slack
        while True:
            image = take()
            if near(image.px(x, y), wanted, tolerance):
                return image
            if time.monotonic() > deadline:
                raise VMError(f"pixel {x},{y} is {image.px(x, y)}, not {wanted}")
            time.sleep(0.1)


def near(colour, wanted, tolerance=1):
    return all(abs(a - b) <= tolerance for a, b in zip(colour, wanted))


def environment():
    """What of ours the session must see: the guest has the same files, not the same variables."""
    folders = os.environ.get("OSAAS_PLUGIN_PATH", "").split(":")
    path = ":".join(os.path.abspath(folder) for folder in folders if folder)
    return f"OSAAS_PLUGIN_PATH={shlex.quote(path)}"


def shoot(command, path):
    began = time.monotonic()
    with SessionVM(gpu="virtio") as vm:
        print(f"osaas: the virtual machine is up after {vm.boot_seconds:.1f} s", file=sys.stderr)
        vm.start_session(command, environment())
        vm.wait_first_frame(120)
        vm.screendump().save_png(path)
        status = vm.end_session()
    print(f"osaas: {path} shows the screen after {time.monotonic() - began:.1f} s", file=sys.stderr)
    return status


def by_hand(command):
    directory = os.path.join(os.environ.get("XDG_RUNTIME_DIR", "/tmp"), f"osaas-vm-{os.getpid()}")
    os.makedirs(directory)
    vm = SessionVM(gpu="virtio", dir=directory, extra=_display_arguments(directory))
    with vm:
        print(f"osaas: the session starts; its log is in {vm.out}; Ctrl+C ends it",
              file=sys.stderr)
        vm.start_session(command, environment())
        try:
            while vm.running(vm.session):
                time.sleep(0.5)
            status = vm.wait(vm.session)
        except KeyboardInterrupt:
            status = vm.end_session()
        sys.stderr.write(vm.log())
    return status


def main(words):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    shot = None
    if words[:1] == ["--shot"]:
        shot, words = words[1], words[2:]
    if not words:
        sys.exit(__doc__.strip())
    # A relative path means the same file in the guest only when it is made absolute.
    command = shlex.join(os.path.abspath(word) if os.path.exists(word) and "/" in word else word
                         for word in words)
    print("osaas: starting a virtual machine (software emulation: about 15 s)", file=sys.stderr)
    try:
        return shoot(command, shot) if shot else by_hand(command)
    except VMError as error:
        print(f"osaas: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
