#!/usr/bin/env python3
"""The session in the test VM: prints TAP.

    suite.py BUILD [GROUP ...]

BUILD is a meson build directory of osaas (also one with sanitizers). Each group
has a guest of its own; KEEP=DIR in the environment keeps pictures and logs.
"""

import os
import signal
import sys
import time
import traceback

import soak
import test_audio
import test_console
import test_errors
import test_guardian
import test_input
import test_listen
import test_outputs
import test_planes
import test_rotate
import test_screen
import test_seat
import test_volume
from vm import StoodStill, VMError

GROUPS = {
    "screen": test_screen.virtio,
    "vkms": test_screen.vkms,
    "planes": test_planes.planes,
    "rotate": test_rotate.rotate,
    "outputs": test_outputs.outputs,
    "input": test_input.inputs,
    "audio": test_audio.audio,
    "volume": test_volume.volume,
    "listen": test_listen.listen,
    "console": test_console.console,
    "errors": test_errors.errors,
    "guardian": test_guardian.guardian,
    "seat": test_seat.seat,
    "lost": test_seat.lost,
    "logind": test_seat.logind,
    "soak": soak.soak,
}


class Report:
    """Collects results: `with report("name"):` is a test."""

    def __init__(self):
        self.number = self.failed = 0
        self.name = None

    def __call__(self, name):
        self.name = name
        return self

    def __enter__(self):
        self.began = time.monotonic()

    def __exit__(self, kind, error, trace):
        if kind and (not issubclass(kind, Exception) or issubclass(kind, StoodStill)):
            return False
        self.number += 1
        print("not ok" if kind else "ok", f"{self.number} - {self.name}")
        if kind:
            self.failed += 1
            text = str(error) if kind in (AssertionError, VMError) else ""
            text = text or "".join(traceback.format_exception(kind, error, trace))
            print("# " + text.strip().replace("\n", "\n# "))
        print(f"# {time.monotonic() - self.began:.1f} s", flush=True)
        return True


def run_group(report, name, build, again=True):
    """Once more, and said, when the guest's kernel stood still; what failed before has failed."""
    try:
        GROUPS[name](report, build)
    except StoodStill as error:
        if again:
            print(f"suite: {error}\nsuite: the guest of {name} stood still in "
                  f"\"{report.name}\": the group once more", file=sys.stderr, flush=True)
            run_group(report, name, build, False)
            return
        with report(f"{name}: the whole group"):
            raise AssertionError(f"the guest stood still twice: {error}") from None
    except Exception:  # the guest itself: its remaining tests did not run
        with report(f"{name}: the whole group"):
            raise


def usage(words):
    """What is wrong with them; None: nothing."""
    unknown = [word for word in words[1:] if word not in GROUPS]
    if not words or words[0] in ("-h", "--help"):
        return f"{__doc__.strip()}\n\nGroups: {' '.join(GROUPS)}"
    if not os.path.exists(os.path.join(words[0], "build.ninja")):
        return f"{words[0]} is no build directory: meson setup {words[0]}"
    return f"no group {unknown[0]}; there are: {' '.join(GROUPS)}" if unknown else None


def main(words):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    build = os.path.abspath(words[0])
    report = Report()
    for name in words[1:] or GROUPS:
        began = time.monotonic()
        run_group(report, name, build)
        print(f"# group {name}: {time.monotonic() - began:.0f} s", flush=True)
    print(f"1..{report.number}")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(usage(sys.argv[1:]) or main(sys.argv[1:]))
