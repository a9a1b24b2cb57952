#!/usr/bin/env python3
"""embed.py FILE ...: the files as C strings, on stdout, named for them: plugin.c.in, plugin_c_in."""

import os
import sys

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = list(file.read()) + [0]
    name = os.path.basename(path).replace(".", "_")
    rows = [", ".join(map(str, data[i:i + 20])) for i in range(0, len(data), 20)]
    print(f"static const char {name}[] = {{\n\t" + ",\n\t".join(rows) + "};")
