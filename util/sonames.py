#!/usr/bin/env python3
"""sonames.py CC... -- PACKAGE ...: a header with the names by which libraries are loaded.

One line per pkg-config package: #define SONAME_CAPSTONE "libcapstone.so.4". The name is
the one that a program linked with it asks for; several libraries: the first.
"""

import os
import re
import subprocess
import sys
import tempfile


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def soname(compiler, package, folder):
    out = os.path.join(folder, "ask.so")
    libs = output("pkg-config", "--libs", package).split()
    output(*compiler, "-shared", "-nostdlib", "-Wl,--no-as-needed", "-o", out, "-x", "c", os.devnull,
           *libs)
    return re.search(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-dW", out)).group(1)


def main(words):
    split = words.index("--")
    compiler, packages = words[:split], words[split + 1:]
    with tempfile.TemporaryDirectory() as folder:
        for package in packages:
            macro = re.sub(r"\W", "_", package).upper()
            print(f'#define SONAME_{macro} "{soname(compiler, package, folder)}"')


if __name__ == "__main__":
    main(sys.argv[1:])
