#!/usr/bin/env python3
"""osaas ops: streams as text, from text, and as pictures, and what is said when one is wrong. TAP.

    ops_test.py OSAAS
"""

import os
import struct
import subprocess
import sys
import tempfile
import zlib

from tap import BARE, finish, result

OSAAS = os.path.abspath(sys.argv[1])

SQUARE = b"""osaas ops 1.1
# size 8x4
clip rect 1 1 3 3
brush color #00ff00ff
paint
clip pop
"""
CANONICAL = SQUARE.replace(b"# size 8x4\n", b"")
# Records that words cannot say, and one that no decoder takes.
ODD = struct.pack("<4sHHII", b"OSop", 1, 7, 32, 0) + struct.pack("<IIII", 0x110, 1, 0xff, 0x30)

# arguments, status, what standard error says
WRONG = [
    (["ops"], 2, "do what? 'osaas ops dump|asm|render FILE'"),
    (["ops", "dump"], 2, "which file? 'osaas ops dump FILE'"),
    (["ops", "dump", "a", "b"], 2, "one file at a time, not 'b' as well"),
    (["ops", "show", "a"], 2, "there is no 'ops show'"),
    (["ops", "asm", "square.txt"], 2, "where to? 'osaas ops asm FILE -o OUT'"),
    (["ops", "asm", "-x"], 2, "unknown option -x"),
    (["ops", "dump", "nosuch"], 1, "nosuch cannot be read: No such file or directory"),
    (["ops", "dump", "."], 1, ". cannot be read: Is a directory"),
    (["ops", "asm", "square.txt", "-o", "/nosuch/a"], 1, "/nosuch/a cannot be written: No such"),
    (["ops", "asm", "square.txt", "-o", "/dev/full"], 1, "/dev/full cannot be written: No space"),
    (["ops", "asm", "square.ops", "-o", "x"], 1, "square.ops is a stream already"),
    (["ops", "asm", "wrong.txt", "-o", "x"], 1,
     "wrong.txt:3:15: expected a number, not 'o'; write: clip rect X0 Y0 X1 Y1"),
    (["ops", "dump", "cut.ops"], 1, "cut.ops, byte 8: the size field is not the stream's size"),
    (["ops", "render", "square.txt"], 2, "where to?"),
    (["ops", "render", "-o", "x.png"], 2, "which file?"),
    (["ops", "render", "a", "b", "-o", "x.png"], 2, "one file at a time, not 'b' as well"),
    (["ops", "render", "square.txt", "-o", "x.gif"], 2, "It ends in .png, .svg or .pdf"),
    (["ops", "render", "square.txt", "-o", "x.png", "--size", "8"], 2, "'8' is no size"),
    (["ops", "render", "square.txt", "-o", "x.png", "--scale", "9"], 2, "'9' is no scale"),
    (["ops", "render", "square.txt", "-o", "x.png", "--painter", "oil"], 2, "no painter 'oil'"),
    (["ops", "render", "square.txt", "-o", "x.png", "--platform", "x11"], 2, "no platform 'x11'"),
    (["ops", "render", "square.txt", "-o", "x.png", "--gles", "1"], 2, "no OpenGL ES '1'"),
    (["ops", "render", "square.txt", "-o", "/nosuch/x.png"], 1, "/nosuch/x.png cannot be made"),
    (["ops", "render", "open.txt", "-o", "x.png"], 1, "open.txt:4: clip rect: is never popped"),
    (["ops", "render", "open.txt", "-o", "x.png", "--scale", "2"], 1, "open.txt:4: clip rect: is never"),
    (["ops", "render", "cut.ops", "-o", "x.png"], 1, "cut.ops, byte 8: the size field"),
    (["ops", "render", "cut.ops", "-o", "x.png", "--scale", "2"], 1, "cut.ops, byte 8: the size"),
    (["ops", "render", "odd.ops", "-o", "x.png"], 1, "odd.ops, byte 16: clip rect: "),
    (["ops", "render", "huge.txt", "-o", "x.png", "--scale", "2"], 1, "20000x2 is too large"),
]


def osaas(*arguments, data=b""):
    try:
        done = subprocess.run([OSAAS, *arguments], env=BARE, input=data, capture_output=True,
                              timeout=60, check=False)
    except subprocess.TimeoutExpired as late:
        return None, b"", f"not done in time: {late.stderr}"
    return done.returncode, done.stdout, done.stderr.decode()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def unfilter(kind, row, above):
    """PNG's five filters, of four bytes a pixel."""
    out = bytearray(row)
    for i in range(len(out)):
        a, b, c = (out[i - 4], above[i], above[i - 4]) if i >= 4 else (0, above[i], 0)
        near = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
        out[i] = (out[i] + (0, a, b, (a + b) // 2, near)[kind]) & 255
    return out


def pixels(path):
    """Rows of RGBA tuples of a PNG; none when there is no such file."""
    data, packed, at = content(path), b"", 8
    while at < len(data):
        size, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    if not packed:
        return []
    width = int.from_bytes(data[16:20], "big") * 4
    plain, rows, above = zlib.decompress(packed), [], bytes(width)
    for at in range(0, len(plain), width + 1):
        above = unfilter(plain[at], plain[at + 1:at + 1 + width], above)
        rows.append([tuple(above[i:i + 4]) for i in range(0, width, 4)])
    return rows


def square(width, height, x0, y0, x1, y1):
    return [[(0, 255, 0, 255) if x0 <= x < x1 and y0 <= y < y1 else (0, 0, 0, 0)
             for x in range(width)] for y in range(height)]


def test_text():
    got = osaas("ops", "asm", "square.txt", "-o", "square.ops")
    stream = content("square.ops")
    result(got == (0, b"", "") and stream[:4] == b"OSop", "asm", got)
    got = osaas("ops", "dump", "square.ops")
    result(got == (0, CANONICAL, ""), "dump", got)
    got = osaas("ops", "dump", "square.txt", "-o", "again.txt")
    result(got == (0, b"", "") and content("again.txt") == CANONICAL, "a text written anew", got)
    got = osaas("ops", "asm", "-", "-o", "-", data=CANONICAL)
    result(got == (0, stream, ""), "asm of standard input", got)
    got = osaas("ops", "dump", "-", data=ODD)
    result(got == (0, b"osaas ops 1.7\nraw 0x10 00000001\nraw 0xff\npaint\n", ""),
           "what words cannot say", got)
    back = osaas("ops", "asm", "-", "-o", "-", data=got[1])
    result(back == (0, ODD, ""), "and back", back)


def test_render():
    cases = [
        ([], (8, 4, 1, 1, 3, 3)),
        (["--size", "2x16"], (2, 16, 1, 1, 3, 3)),
        (["--scale", "2"], (16, 8, 2, 2, 6, 6)),
        (["--scale=2", "--size=4x4"], (4, 4, 2, 2, 6, 6)),
    ]
    for arguments, expected in cases:
        got = osaas("ops", "render", "square.txt", "-o", "square.png", *arguments)
        result(got == (0, b"", "") and pixels("square.png") == square(*expected),
               f"render {' '.join(arguments)}", got)
        os.remove("square.png")
    for arguments in (["--painter", "soft"], ["--painter=scalar"], ["--painter=gl", "--gles=3"],
                      ["--painter=gl", "--platform=device"],
                      ["--gles", "2"]):
        got = osaas("ops", "render", "square.txt", "-o", "square.png", *arguments)
        result(got == (0, b"", "") and pixels("square.png") == square(8, 4, 1, 1, 3, 3),
               f"render {' '.join(arguments)}", got)
    got = osaas("ops", "render", "square.ops", "-o", "square.png")
    result(got == (0, b"", "") and pixels("square.png") == square(128, 128, 1, 1, 3, 3),
           "render of a stream", got)
    got = osaas("ops", "render", "-", "-o", "square.png", data=b"osaas ops 1.1\n# size 3x2\npaint")
    result(got == (0, b"", "") and pixels("square.png") == [[(0, 0, 0, 255)] * 3] * 2,
           "render of standard input", got)


def test_export():
    for name, start, holds in (("square.svg", b"<", b"<svg"), ("square.pdf", b"%PDF-1.", b"%%EOF")):
        got = osaas("ops", "render", "square.txt", "-o", name)
        data = content(name)
        result(got == (0, b"", "") and data.startswith(start) and holds in data,
               f"render to {name}", (got, data[:200]))


def test_wrong():
    write("wrong.txt", b"osaas ops 1.1\n\nclip rect 1 2 o 4\n")
    write("open.txt", b"osaas ops 1.1\n\npaint\nclip rect 1 2 3 4\n")
    write("cut.ops", content("square.ops")[:-4])
    write("odd.ops", ODD)
    write("huge.txt", b"osaas ops 1.1\n# size 10000x1\n")
    for arguments, status, says in WRONG:
        got = osaas(*arguments)
        good = got[0] == status and got[1] == b"" and says in got[2] and \
            got[2].count("\n") == 1 and got[2].startswith("osaas: error: ")
        result(good, " ".join(arguments), got)
    result(not os.path.exists("x.png") and not os.path.exists("x"), "nothing was written")
    write("keep.ops", b"old")
    osaas("ops", "asm", "wrong.txt", "-o", "keep.ops")
    result(content("keep.ops") == b"old", "what was there stays when the text is wrong")


def test_help():
    for arguments in (["ops", "--help"], ["ops", "render", "--help"]):
        got = osaas(*arguments)
        result(got[0] == 0 and got[1].startswith(b"usage: osaas ops"), " ".join(arguments), got)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write("square.txt", SQUARE)
        test_text()
        test_render()
        test_export()
        test_wrong()
        os.chdir("/")
    test_help()
    return finish()


if __name__ == "__main__":
    sys.exit(main())
