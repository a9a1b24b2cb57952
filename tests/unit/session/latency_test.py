#!/usr/bin/env python3
"""osaas ctl latency, and what it exports. TAP.

    latency_test.py OSAAS MOVER LEDGER_TEST
"""

import contextlib
import decimal
import json
import os
import subprocess
import sys
import tempfile

from tap import BARE, finish, result, wait_for
from trace_faults import faults_of

OSAAS, MOVER, LEDGER_TEST = map(os.path.abspath, sys.argv[1:4])
STAGES = ["route", "wake", "plugin", "wait", "paint", "commit", "flip", "frame to flip",
          "input to flip"]


def ctl(folder, *arguments):
    done = subprocess.run([OSAAS, "ctl", *arguments], env={**BARE, "XDG_RUNTIME_DIR": folder},
                          capture_output=True, text=True, timeout=60, cwd=folder,
                          stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout, done.stderr


@contextlib.contextmanager
def session(folder, *arguments):
    process = subprocess.Popen(
        [OSAAS, "session", "--backend", "headless", "--audio", "none", *arguments],
        env={**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: ctl(folder, "tasks")[0] == 0)
        yield process
    finally:
        process.terminate()
        process.wait(60)


def parse(text):
    """Exactly: these times have more digits than a float."""
    return json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)


def load(path):
    with open(path, encoding="utf-8") as file:
        return parse(file.read())


def stages(folder):
    got = json.loads(ctl(folder, "latency", "--json")[1])
    return {row["stage"]: row for row in got["latency"]}, got["frames"]


def test_made_up(folder):
    path = os.path.join(folder, "made.json")
    done = subprocess.run([LEDGER_TEST, "--trace", path], check=False)
    trace = load(path) if done.returncode == 0 else {"traceEvents": []}
    faults, names, slices, flows = faults_of(trace)
    result(not faults, "a trace of two windows and outputs", faults[:3])
    result(set(names.values()) >= {'Wide "quoted"', "input of Other", "output one", "output two"},
           "its tracks have names", names)
    result(len(flows) > 1000 and {e["name"] for t in slices.values() for e in t}
           == {"input", "plugin", "wait", "paint", "commit", "flip"}, "everything is in it", names)


def test_table(folder):
    rows, frames = stages(folder)
    result(list(rows) == STAGES, "the stages", rows)
    result(all(r["p50_ns"] <= r["p90_ns"] <= r["p99_ns"] <= r["max_ns"] for r in rows.values()),
           "percentiles rise", rows)
    result(rows["paint"]["count"] == frames["kept"] >= 30 and rows["input to flip"]["count"] == 0,
           "frames without input", (rows, frames))
    got = ctl(folder, "latency")
    result(got[0] == 0 and "p99 ms" in got[1] and "frame to flip" in got[1], "as text", got)


def test_export(folder):
    got = ctl(folder, "latency", "export", "trace.json")
    path = os.path.join(folder, "trace.json")
    result(got == (0, "trace.json\n", ""), "export says where", got)
    faults, names, slices, flows = faults_of(load(path))
    result(not faults, "it is a trace", faults[:3])
    result(sorted(names.values()) == ["Mover", "output headless"], "of a window and an output", names)
    flips = [e for t in slices.values() for e in t if e["name"] == "flip"]
    result(len(flips) >= 30 and not flows, "with its frames", len(flips))
    got = ctl(folder, "latency", "export", "-")
    result(got[0] == 0 and not faults_of(parse(got[1]))[0], "to the standard output", got[2])
    got = ctl(folder, "latency", "export", "trace.json", "--json")
    result(json.loads(got[1]) == {"file": "trace.json"}, "and as JSON", got)


def test_wrong(folder):
    for arguments, status, words in (
            (["latency", "export"], 2, "to which file?"),
            (["latency", "export", "a", "b"], 2, "to which file?"),
            (["latency", "export", "/nosuch/trace.json"], 1, "/nosuch/trace.json cannot be written"),
            (["latency", "often"], 2, "'latency often' makes no sense"),
            (["latency", "export", "a", "--watch"], 2, "not for watching")):
        got = ctl(folder, *arguments)
        result(got[0] == status and words in got[2] and got[2].count("\n") == 1,
               "ctl " + " ".join(arguments), got)


def test_reset(folder):
    before = stages(folder)[1]
    got = ctl(folder, "latency", "reset")
    after = stages(folder)[1]
    result(got[0] == 0 and after["total"] < before["total"], "reset", (got, before, after))


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_made_up(folder)
        with session(folder, "--size", "320x200", MOVER):
            wait_for(lambda: stages(folder)[1]["kept"] >= 30)
            test_table(folder)
            test_export(folder)
            test_wrong(folder)
            test_reset(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
