"""Devices that the guest makes itself, by uinput.py: keyboards, pointers, touch, pens."""

import os
import shlex
import time

from vm import HERE, VMError


class Devices:
    """Several may be at work at the same time, under names of their own."""

    def __init__(self, vm, name="uinput"):
        self.vm, self.name, self.before = vm, name, 0
        self.pid = vm.spawn(f"python3 {os.path.join(HERE, 'uinput.py')} /tmp/{name}",
                            f"{name}.log")
        vm.wait_until(f"[ -p /tmp/{name} ]")

    def begin(self, command, timeout=60):
        """A line of uinput.py; end() waits until it is done."""
        self.before = len(self.vm.read(f"{self.name}.log"))
        self.vm.check(f"echo {shlex.quote(command)} >/tmp/{self.name}", timeout)

    def is_done(self):
        return self.vm.read(f"{self.name}.log").endswith(("ok\n", "failed\n"), self.before)

    def end(self, timeout=60):
        """What it printed."""
        deadline = time.monotonic() + timeout * self.vm.agent.slack
        while not self.is_done():
            if time.monotonic() > deadline or not self.vm.running(self.pid):
                raise VMError(f"{self.name}: no answer\n"
                              f"{self.vm.read(f'{self.name}.log')[-500:]}")
            time.sleep(0.05)
        text = self.vm.read(f"{self.name}.log")[self.before:]
        if text.endswith("failed\n"):
            raise VMError(f"{self.name}: {text}")
        return text[:-len("ok\n")]

    def do(self, command, timeout=60):
        self.begin(command, timeout)
        return self.end(timeout)
