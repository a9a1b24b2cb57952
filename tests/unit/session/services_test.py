#!/usr/bin/env python3
"""The services, each asked by a plugin that checks what its header promises. TAP.

    services_test.py OSAAS PLUGIN ...

A plugin ends with the number of its line where a check failed, and a line in the log.
"""

import os
import subprocess
import sys
import tempfile

OSAAS = os.path.abspath(sys.argv[1])
PLUGINS = {os.path.basename(p).removesuffix(".so"): os.path.abspath(p) for p in sys.argv[2:]}
BARE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "CET-1CEST,M3.5.0,M10.5.0/3",
        **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "LD_PRELOAD"}}

number = failed = 0


def result(good, name, why=""):
    global number, failed
    number += 1
    failed += not good
    print("ok" if good else "not ok", f"{number} - {name}", flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "))


class Place:
    """A home of its own: where a session keeps its state."""

    def __init__(self, folder):
        self.folder = folder
        self.env = {**BARE, "HOME": folder, "XDG_RUNTIME_DIR": folder,
                    "XDG_STATE_HOME": os.path.join(folder, "state"),
                    "XDG_CONFIG_HOME": os.path.join(folder, "config")}

    def osaas(self, *arguments, timeout=120):
        """Exit status, output, error."""
        try:
            done = subprocess.run([OSAAS, *arguments], env=self.env, capture_output=True, text=True,
                                  timeout=timeout, stdin=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired as late:
            return None, "", f"not done after {timeout} s: {late.stderr}"
        return done.returncode, done.stdout, done.stderr

    def run(self, *arguments):
        return self.osaas("session", "--backend", "headless", "--audio", "none", *arguments)


def test_plugin(place, name):
    got = place.run(PLUGINS[name])
    result(got[0] == 0, f"plugin {name}", got)
    return got


def test_timer(place):
    test_plugin(place, "timer")


def test_log(place):
    got = test_plugin(place, "logged")
    result(got[2].count("refuses request 12345") == 1, "a refusal is logged", got)


def main():
    for test in (test_timer, test_log):
        with tempfile.TemporaryDirectory(prefix="services") as folder:
            test(Place(folder))
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
