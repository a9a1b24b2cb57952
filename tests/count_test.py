#!/usr/bin/env python3
"""What counts as passed and failed, of programs as meson notes them. Prints TAP."""

import count

ALL = "1..2\nok 1 - a\nok 2 - b\n"
CASES = [  # what, stdout, result, (passed, failed)
    ("all tests", ALL, "OK", (2, 0)),
    ("a test that failed", "1..2\nok 1 - a\nnot ok 2 - b\n", "FAIL", (1, 1)),
    ("a test that is skipped", "1..2\nok 1 - a\nok 2 - b # SKIP why\n", "OK", (1, 0)),
    ("hung before its first test", "1..2\n", "TIMEOUT", (0, 1)),
    ("hung without a word", "", "TIMEOUT", (0, 1)),
    ("hung in its second test", "1..2\nok 1 - a\n", "TIMEOUT", (1, 1)),
    ("hung after its last test", ALL, "TIMEOUT", (2, 1)),
    ("crashed in its second test", "1..2\nok 1 - a\n", "ERROR", (1, 1)),
    ("leaked", ALL, "ERROR", (2, 1)),
    ("an exit code of 0", "hello\n", "OK", (1, 0)),
    ("another exit code", "hello\n", "FAIL", (0, 1)),
    ("skipped as a whole", "", "SKIP", (0, 0)),
]


def main():
    print(f"1..{len(CASES)}")
    for i, (what, stdout, result, wanted) in enumerate(CASES, 1):
        test = {"name": what, "stdout": stdout, "result": result, "duration": 1.5}
        tests = [passed for _, passed in count.read_program(test)]
        got = (sum(tests), len(tests) - sum(tests))
        print(f"{'ok' if got == wanted else 'not ok'} {i} - count: {what}")
        if got != wanted:
            print(f"# {got}, not {wanted}")


main()
