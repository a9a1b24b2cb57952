#!/usr/bin/env python3
"""Every name that the SDK defines is its own, or one that the tests rename. TAP.

    sdk_names_test.py SDK_RENAMED NEWLIB_RENAMED SDK

The tests compare the SDK's functions with the C library's of the same name. One that was
not renamed would stand in for the C library's, and be compared with itself.
"""

import subprocess
import sys

RENAMED, NEWLIB, SDK = sys.argv[1:4]
OURS = ("sdk_", "osaas_", "__ieee754_", "__kernel_", "__exp_data", "__pow_log_data",
        "__log_data", "__log2_data", "__math_", "decimal_", "print_f", "__asan_", "__odr_asan",
        "__ubsan_")


def names(archive, *flags):
    text = subprocess.run(["nm", "-P", *flags, archive], capture_output=True, text=True,
                          check=True).stdout
    return {line.split()[0] for line in text.splitlines() if len(line.split()) > 1}


def report(number, strange, what):
    print("not ok" if strange else "ok", number, "-", what)
    for name in sorted(strange):
        print("#", name)


def main():
    defined = names(RENAMED, "-g", "--defined-only") | names(NEWLIB, "-g", "--defined-only")
    report(1, {n for n in defined if not n.startswith(OURS)}, "all of the SDK is renamed")
    sdk = names(SDK, "-g", "--defined-only")
    tested = {n[4:] for n in defined if n.startswith("sdk_")}
    report(2, {n for n in sdk if not n.startswith(OURS) and n not in tested},
           "the tests have all of it")
    wanted = names(SDK, "-u") - sdk
    report(3, {n for n in wanted if not n.startswith("osaas_") and n != "_GLOBAL_OFFSET_TABLE_"},
           "it needs nothing but the calls of the ABI")
    report(4, {"too few names"} if len(tested) < 100 else set(), "there was something to look at")
    print("1..4")


if __name__ == "__main__":
    main()
