#!/usr/bin/env python3
"""What keys write into a field, and what of a composition is seen there meanwhile. TAP.

    typed_test.py OSAAS WRITER
"""

import os
import re
import subprocess
import sys
import tempfile

from tap import BARE, finish, result

OSAAS, WRITER = map(os.path.abspath, sys.argv[1:3])
# By what stands on a US keyboard.
CODES = {" ": 57, "\n": 28, "<esc>": 1, "<bs>": 14, "<left>": 105, "<shift>": 42, "<altgr>": 100,
         **{c: 2 + i for i, c in enumerate("1234567890-=")},
         **{c: 16 + i for i, c in enumerate("qwertyuiop[]")},
         **{c: 30 + i for i, c in enumerate("asdfghjkl;'`")},
         **{c: 44 + i for i, c in enumerate("zxcvbnm,./")}}
SHIFTED = {**{c.upper(): c for c in "qwertyuiopasdfghjklzxcvbnm"}, ":": ";", '"': "'"}

# Layout, keys, the pause between them in ms, what is there at the end, what was seen before it.
CASES = [
    ("us", "hello World", 5, "hello World", []),
    ("de", "zy;'", 5, "yzöä", []),
    ("us(dvorak)", "jdpps", 5, "hello", []),
    ("ru", "ghbdtn", 5, "привет", []),
    ("de", "caf=e", 100, "café", ["caf[´]"]),
    ("fr", "[etre", 100, "être", ["[^]"]),
    ("gr", "kalhm;era", 100, "καλημέρα", ["καλημ[´]"]),
    ("gr", ";:i", 100, "ΐ", ["[´]", "[´¨]"]),
    ("de", "a=<esc>b", 100, "ab", ["a[´]"]),
    ("de", "a=<bs>b", 100, "ab", ["a[´]"]),
    ("de", "ac<left>=eb", 100, "aébc", ["a[´]c"]),
    ("de", "a==b", 100, "a´b", ["a[´]"]),
    # As fast as nobody types: what is seen is as it may be, what is there is right.
    ("de", "=e" * 50, 0, "é" * 50, []),
    ("de", "a=ebb<bs>=a" * 20, 1, "aébá" * 20, []),
    ("gr", ";a<left>;e" * 20, 1, "έ" * 20 + "ά" * 20, []),
]


def recording(keys, pause):
    at, lines = 4.0, ["osaas input 1", "size 800x600"]

    def event(text, ms):
        nonlocal at
        lines.append(f"{at:.6f} {text}")
        at += ms / 1000

    for text in ("move 100 100", "button 272 down", "button 272 up"):
        event(text, 20)
    at += 1
    for key in re.findall(r"<[^>]*>|.|\n", keys):
        shift = key in SHIFTED
        code = CODES[SHIFTED.get(key, key)]
        if shift:
            event("key 42 down", 0)
        event(f"key {code} down", 0)
        event(f"key {code} up", 0)
        if shift:
            event("key 42 up", 0)
        at += pause / 1000
    lines.append(f"{at + 3:.6f} end\n")
    return "\n".join(lines)


def written(folder, layout, keys, pause):
    path = os.path.join(folder, "keys.txt")
    with open(path, "w", encoding="ascii") as file:
        file.write(recording(keys, pause))
    done = subprocess.run(
        [OSAAS, "session", "--backend", "headless", "--audio", "none", "--clock", "virtual",
         "--layout", layout, "--replay", path, WRITER],
        env={**BARE, "HOME": folder, "XDG_RUNTIME_DIR": folder}, text=True, capture_output=True,
        stdin=subprocess.DEVNULL, timeout=300, check=False)
    return re.findall(r"writes: '(.*)'$", done.stderr, re.MULTILINE), done.stderr


with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o700)
    for layout, keys, pause, text, seen in CASES:
        shown, log = written(folder, layout, keys, pause)
        well = shown and shown[-1] == text and all(s in shown for s in seen)
        name = f"{layout}: {keys[:20].strip()}{'...' if len(keys) > 20 else ''}"
        result(well, name, f"{shown[-3:]}\n{log[-1000:]}")
sys.exit(finish())
