#!/usr/bin/env python3
"""Who exports what: the library of the calls, plugins, the session. TAP.

    exports_test.py SOURCE ABI_LIBRARY OSAAS PLUGIN ...
"""

import os
import re
import subprocess
import sys

SOURCE, LIBRARY, OSAAS, *PLUGINS = sys.argv[1:]
number = 0


def read(*path):
    with open(os.path.join(SOURCE, "plugins", *path), encoding="utf-8") as file:
        return file.read()


def dynamic(path, which):
    text = subprocess.run(["nm", "-D", "-P", which, path], capture_output=True, text=True,
                          check=True).stdout
    return {line.split()[0].split("@")[0] for line in text.splitlines()}


def result(good, name, why=""):
    global number
    number += 1
    print("ok" if good else "not ok", number, "-", name)
    if not good:
        print("#", why)
    return good


def main():
    calls = {f"osaas_{name}" for name in re.findall(r"^\tX\((\w+)\)", read("calls.h"), re.M)}
    header = re.sub(r"/\*.*?\*/", "", read("include", "osaas.h"), flags=re.S)
    declared = set(re.findall(r"^[\w ]+[ *](osaas_\w+)\(", header, re.M))
    result(len(calls) > 10, "calls.h was read", calls)
    result(declared == calls, "osaas.h declares the calls, and no other function",
           declared ^ calls)
    exported = dynamic(LIBRARY, "--defined-only")
    result(exported == calls, "libosaas-abi.so exports the calls, and nothing else",
           exported ^ calls)
    result(not dynamic(LIBRARY, "-u"), "it needs nothing", dynamic(LIBRARY, "-u"))
    for path in PLUGINS:
        name = os.path.basename(path)
        exported, entry = dynamic(path, "--defined-only"), os.path.splitext(name)[0] + "_main"
        result(exported == {"osaas_manifest", entry}, f"{name} exports its entry and manifest",
               exported)
        imported = dynamic(path, "-u")
        result(imported <= calls, f"{name} imports calls only", imported)
    ours = {n for n in dynamic(OSAAS, "--defined-only") if re.match("osaas_|plugin_|abi_|sched_", n)}
    result(not ours, "the session exports nothing that a plugin could want", ours)
    print(f"1..{number}")


if __name__ == "__main__":
    main()
