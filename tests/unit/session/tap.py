"""What the tests of the command line share: results as TAP, waiting, a bare environment."""

import os
import time

# What the sanitizers want, and nothing of who runs the tests.
BARE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
        **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "LD_PRELOAD"}}

number = failed = 0


def result(good, name, why=""):
    global number, failed
    number += 1
    failed += not good
    print("ok" if good else "not ok", f"{number} - {name}", flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "))


def finish():
    """The exit status."""
    print(f"1..{number}")
    return 1 if failed else 0


def wait_for(what, seconds=120):
    """What it gives when that is true; None: it never was."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = what()
        if got:
            return got
        time.sleep(0.02)
    return None
