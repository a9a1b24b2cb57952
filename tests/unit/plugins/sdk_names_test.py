#!/usr/bin/env python3
"""Every name of the C library's that the SDK defines is one that the tests rename. TAP.

    sdk_names_test.py SDK RENAMED ...

The tests compare the SDK's functions with the C library's of the same name. One that was
not renamed would stand in for the C library's, and be compared with itself.
"""

import subprocess
import sys

SDK, *RENAMED = sys.argv[1:]


def names(archive, *flags):
    text = subprocess.run(["nm", "-P", *flags, archive], capture_output=True, text=True,
                          check=True).stdout
    return {line.split()[0].split("@")[0] for line in text.splitlines() if len(line.split()) > 1}


def c_library():
    found = set()
    for library in ("libc.so.6", "libm.so.6"):
        path = subprocess.run(["cc", f"-print-file-name={library}"], capture_output=True,
                              text=True, check=True).stdout.strip()
        found |= names(path, "-D", "--defined-only")
    return found


def report(number, strange, what):
    print("not ok" if strange else "ok", number, "-", what)
    for name in sorted(strange):
        print("#", name)


def main():
    libc = c_library() | {"strlcpy", "strlcat"}  # newer ones have these
    renamed = set().union(*(names(archive, "-g", "--defined-only") for archive in RENAMED))
    sdk = names(SDK, "-g", "--defined-only")
    report(1, renamed & libc, "all of the C library's names are others here")
    tested = {name[4:] for name in renamed if name.startswith("sdk_")}
    report(2, (sdk & libc) - tested, "the tests have all that the SDK has of them")
    report(3, {name for name in names(SDK, "-u") - sdk
               if not name.startswith("osaas_") and name != "_GLOBAL_OFFSET_TABLE_"},
           "the SDK needs nothing but the calls of the ABI")
    few = len(tested & libc) < 100 or len(libc) < 2000
    report(4, {"too few names"} if few else set(), "there was something to look at")
    print("1..4")


if __name__ == "__main__":
    main()
