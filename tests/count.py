#!/usr/bin/env python3
"""Adds up test results.

    count.py FILE ...    TAP (*.tap) and meson's JUnit (*.xml) results

Names what failed, then prints "N passed, N failed" as the last line. Exits with
1 when something failed, or nothing was run at all.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

RESULT = re.compile(r"^(not ok|ok)\b *(\d*) *-? *([^#]*)(#\s*(skip|todo))?", re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)")


def read_tap(path):
    """Yields (name, passed) for each test; a plan that is not fulfilled is a failure."""
    planned, seen = None, 0
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            plan, result = PLAN.match(line), RESULT.match(line)
            if plan:
                planned = int(plan[1])
            elif result:
                seen += 1
                if not result[4]:
                    yield result[3].strip(), result[1].lower() == "ok"
    if planned is None or seen != planned:
        yield f"{path}: {seen} of {planned} tests were run", False


def read_junit(path):
    """As read_tap. Of one that it ended itself, after its time, meson's file says no more."""
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        cases = suite.findall("testcase")
        for case in cases:
            bad = case.find("failure") is not None or case.find("error") is not None
            if case.find("skipped") is None:
                yield f"{case.get('classname', '')} {case.get('name', '')}".strip(), not bad
        plan = PLAN.match(suite.findtext("system-out") or "")
        if plan and len(cases) < int(plan[1]):
            yield f"{suite.get('name', '')}: {len(cases)} of {plan[1]} tests were run", False


def main(paths):
    passed = failed = 0
    for path in paths:
        for name, good in read_junit(path) if path.endswith(".xml") else read_tap(path):
            passed += good
            failed += not good
            if not good:
                print(f"failed: {path}: {name}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
