#!/usr/bin/env python3
"""A session whose time is virtual: the same each time, and faster than the wall. TAP.

    virtual_test.py OSAAS PLUGIN_DIR MOVER KV TIMER
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

from tap import BARE, finish, result, wait_for

OSAAS, PLUGINS, MOVER, KV, TIMER = map(os.path.abspath, sys.argv[1:6])
HELLO, HOG = (os.path.join(PLUGINS, f"{name}.so") for name in ("hello", "hog"))
REFRESH_NS = 10**9 // 60
FRAME = re.compile(r"frame (\d+) at (\d+) sum ([0-9a-f]+)")


def environment(folder):
    return {**BARE, "HOME": folder, "XDG_RUNTIME_DIR": folder, "TZ": "CET-1CEST,M3.5.0,M10.5.0/3"}


def ctl(folder, *arguments):
    done = subprocess.run([OSAAS, "ctl", *arguments], env=environment(folder), capture_output=True,
                          text=True, timeout=60, stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout, done.stderr


def session(folder, *arguments):
    """Exit status, output, what it said, and the seconds that it slept."""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err, subprocess.Popen(
            [OSAAS, "session", "--backend", "headless", "--clock", "virtual", "--size", "320x200",
             *arguments], env=environment(folder), stdout=out, stderr=err,
            stdin=subprocess.DEVNULL) as process:
        kill = threading.Timer(600, process.kill)
        kill.start()
        # Before it is waited for, its figures are there.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        slept = time.monotonic() - start - wanted_seconds(process.pid)
        kill.cancel()
        process.wait()
        out.seek(0)
        err.seek(0)
        return process.returncode, out.read(), err.read(), slept


def wanted_seconds(pid):
    """What it had of a processor, and how long it waited for one: a busy machine's affair."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return sum(map(int, file.read().split()[:2])) / 1e9


def test_same(folder):
    """A minute of an animation, twice."""
    got, pictures = [], []
    for i in range(2):
        path = os.path.join(folder, f"{i}.png")
        got.append(session(folder, "--for", "60", "--shot", path, MOVER))
        with open(path, "rb") as file:
            pictures.append(file.read())
    frames = [FRAME.findall(g[2]) for g in got]
    result(got[0][0] == got[1][0] == 0, "two runs of a minute", got)
    result(frames[0] == frames[1] and len(frames[0]) >= 20, "the same frames at the same times",
           frames)
    result(pictures[0] == pictures[1], "and the same last picture")
    times = [int(at) for _, at, _ in frames[0]]
    result(all(at % REFRESH_NS == 0 for at in times), "at multiples of the refresh", times)
    result(all(b - a == REFRESH_NS for a, b in zip(times[:20], times[1:20])), "one after the other",
           times)
    result([int(n) for n, _, _ in frames[0][20:]] == [600, 1200, 1800, 2400, 3000, 3600],
           "3,600 in a minute", frames[0][20:])
    # Not how fast, only that nobody waited for the wall's minute.
    result(all(g[3] < 50 for g in got), "without waiting for a minute", [g[3] for g in got])


def test_hog(folder):
    """Who computes for ever does not stop the time: the end comes, and others are shown."""
    got = session(folder, "--for", "1", HOG, MOVER)
    frames = FRAME.findall(got[2])
    result(got[0] == 0 and len(frames) == 20, "beside a hog", got)


def test_outside(folder):
    """The store's process and clients are asked and answer, however far the time could jump."""
    got = session(folder, "--for", "3600", KV)
    result(got[0] == 0 and "runs -2" in got[2] and "kv ended" in got[2] and got[3] < 60,
           "a plugin that stores", got)
    got = session(folder, "--for", "3600", TIMER)
    result(got[0] == 0 and "ended" in got[2] and got[3] < 60, "a plugin that sleeps", got)
    with subprocess.Popen([OSAAS, "session", "--backend", "headless", "--clock", "virtual", MOVER],
                          env=environment(folder), stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        answered = wait_for(lambda: ctl(folder, "stats")[0] == 0)
        result(answered, "a client is answered", answered)
        first = json.loads(ctl(folder, "stats", "--json")[1])
        result(wait_for(lambda: json.loads(ctl(folder, "stats", "--json")[1])["session"]["up_ns"]
                        > first["session"]["up_ns"] + 10**9), "between clients time goes on", first)
        result(ctl(folder, "stop")[0] == 0 and process.wait(60) == 0, "and it stops", "")


def test_wrong(folder):
    for arguments, words in (
            (["--clock", "fast"], "'fast' is no clock"),
            (["--audio", "hw:0"], "without sound"),
            (["--backend", "kms"], "is of --backend headless"),
            (["--size", "10x10"] * 8, "at most 8 screens")):
        got = session(folder, *arguments, HELLO)
        result(got[0] == 2 and words in got[2] and got[2].count("\n") == 1, " ".join(arguments[:2]),
               got)


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_same(folder)
        test_hog(folder)
        test_outside(folder)
        test_wrong(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
