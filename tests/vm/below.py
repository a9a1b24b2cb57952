"""The console below a session: what of all that is typed meanwhile reaches it."""

import json
import os

from common import expect
from vm import HERE


class Below:
    """`with Below(vm) as below:` somebody types all the time, or only reads; below.figures then."""

    def __init__(self, vm, how=""):
        self.vm, self.how = vm, how

    def __enter__(self):
        self.vm.check("rm -f /tmp/stop")
        self.pid = self.vm.spawn(
            f"python3 {os.path.join(HERE, 'console_guest.py')} /tmp/stop {self.how}", "below.log")
        self.vm.check("sleep 2")
        return self

    def __exit__(self, kind, *_):
        self.vm.check("touch /tmp/stop")
        status = self.vm.wait(self.pid, 60)
        text = self.vm.read("below.log")
        if kind:
            return
        expect(status == 0, text)
        self.figures = json.loads(text.strip().splitlines()[-1])
        print(f"# {json.dumps(self.figures)}", flush=True)
        expect(self.how or not self.figures["leaked"], self.figures)

    def some(self, *kinds):
        """The test did see that: keys while the keyboard was off, on, ..."""
        for kind in kinds:
            expect(self.figures[kind] > 0, f"no key while {kind}: {self.figures}")
