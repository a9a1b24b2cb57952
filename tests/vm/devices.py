"""Devices that the guest makes itself, by uinput.py: touch screens, keyboards with times."""

import os
import shlex
import time

from vm import HERE, VMError


class Devices:
    def __init__(self, vm):
        self.vm = vm
        self.pid = vm.spawn(f"python3 {os.path.join(HERE, 'uinput.py')} /tmp/uinput",
                            "uinput.log")
        vm.wait_until("[ -p /tmp/uinput ]")

    def do(self, command, timeout=60):
        """A line of uinput.py; returns what it printed."""
        before = self.vm.read("uinput.log").count("ok\n")
        self.vm.check(f"echo {shlex.quote(command)} >/tmp/uinput", timeout)
        deadline = time.monotonic() + timeout * self.vm.agent.slack
        while True:
            text = self.vm.read("uinput.log")
            if text.count("ok\n") > before:
                return text.split("ok\n")[before]
            if time.monotonic() > deadline or not self.vm.running(self.pid):
                raise VMError(f"uinput: {command}: no answer\n{text[-500:]}")
            time.sleep(0.05)
