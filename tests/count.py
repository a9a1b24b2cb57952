#!/usr/bin/env python3
"""Adds up test results.

    count.py FILE ...    TAP (*.tap) and meson's own (*.json) results

Names what failed, then prints "N passed, N failed" as the last line. Exits with
1 when something failed, or nothing was run at all.
"""

import json
import re
import sys

RESULT = re.compile(r"^(not ok|ok)\b *(\d*) *-? *([^#]*)(#\s*(skip|todo))?", re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)")


def read_lines(lines, name):
    """Yields (name, passed) for each test; a plan that is not fulfilled is a failure."""
    planned, seen = None, 0
    for line in lines:
        plan, result = PLAN.match(line), RESULT.match(line)
        if plan:
            planned = int(plan[1])
        elif result:
            seen += 1
            if not result[4]:
                yield result[3].strip(), result[1].lower() == "ok"
    if planned is None or seen != planned:
        yield f"{name}: {seen} of {planned} tests were run", False


def read_tap(path):
    with open(path, encoding="utf-8", errors="replace") as lines:
        yield from read_lines(lines, path)


def read_program(test):
    """One that was ended after its time, or fails when all its tests are done (a leak), counts."""
    name, result, lines = test["name"], test["result"], test.get("stdout", "").splitlines()
    good = result in ("OK", "EXPECTEDFAIL", "SKIP")
    if not good:
        name += f" ({result.lower()} after {test['duration']:.0f} s)"
    if any(PLAN.match(line) for line in lines):
        tests = [(f"{name}: {which}", passed) for which, passed in read_lines(lines, "plan")]
    else:
        tests = [(name, True)] if good and result != "SKIP" else []
    yield from tests
    if not good and all(passed for _, passed in tests):
        yield name, False


def read_meson(path):
    """meson's testlog.json. Its JUnit file says nothing of a program that failed as a whole."""
    with open(path, encoding="utf-8", errors="replace") as programs:
        for line in programs:
            yield from read_program(json.loads(line))


def main(paths):
    passed = failed = 0
    for path in paths:
        for name, good in read_meson(path) if path.endswith(".json") else read_tap(path):
            passed += good
            failed += not good
            if not good:
                print(f"failed: {path}: {name}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
