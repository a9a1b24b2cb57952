#!/usr/bin/env python3
"""What a person types, the wrong way too: exit codes and the one line that says why. TAP.

    cli_test.py OSAAS PLUGIN_DIR BROKEN CUTTER
"""

import os
import subprocess
import sys
import tempfile
import zlib

from tap import BARE, finish, result

OSAAS, PLUGINS, BROKEN, CUTTER, TRESPASS = map(os.path.abspath, sys.argv[1:6])
HELLO, HOG = (os.path.join(PLUGINS, f"{name}.so") for name in ("hello", "hog"))

# arguments, exit status, in the output, in the error line
CASES = [
    ([], 2, "", "usage: osaas COMMAND"),
    (["--help"], 0, "usage: osaas COMMAND", ""),
    (["--version"], 0, "osaas 0.", ""),
    (["sesion"], 2, "", "there is no command 'sesion'"),
    (["session", "--help"], 0, "usage: osaas session", ""),
    (["run", "--help"], 0, "usage: osaas run", ""),
    (["check", "--help"], 0, "usage: osaas check", ""),
    (["doctor", "--help"], 0, "usage: osaas doctor", ""),
    (["new"], 2, "", "which name?"),
    (["session", "--backend", "x11"], 2, "", "there is no back end 'x11'"),
    (["session", "--backend", "nested", HELLO], 1, "", "no desktop can be reached"),
    (["run", "--backend", "kms", HELLO], 2, "", "run does not take the screen"),
    (["run", "--backend", "nested", "--shot", "/dev/null", HELLO], 2, "", "--shot is of --backend"),
    (["session", "--backend"], 2, "", "a value is missing after --backend"),
    (["session", "--colour"], 2, "", "unknown option --colour"),
    (["session", "--backend=headless", "--size", "0x10"], 2, "", "'0x10' is no size"),
    (["session", "--audio", ""], 2, "", "--audio: which device?"),
    (["session", "--audio", "x" * 200], 2, "", "is too long for a device"),
    (["run", "--audio", ",", HELLO], 2, "", "--audio: which device?"),
    (["session", "--scale", "nan"], 2, "", "'nan' is no scale"),
    (["session", "--log", "loud"], 2, "", "'loud' is no log level"),
    (["session", "--backend=headless", "--for", "-1"], 2, "", "'-1' is no time"),
    (["session", "--backend", "headless", "nosuch"], 1, "", "no plugin 'nosuch'"),
    (["session", "--backend", "headless", "/nosuch/a.so"], 1, "", "No such file"),
    (["session", "--backend", "headless", BROKEN], 1, "", "manifest"),
    (["session", "--backend", "headless", "/etc/passwd"], 1, "", "passwd: no ELF file"),
    (["run", "--fence", "maybe", HELLO], 2, "", "'maybe' is no way to fence"),
    (["run", "--fence", "off", TRESPASS], 0, "", ""),
    (["run", "--renderer", "vulkan", HELLO], 2, "", "there is no renderer 'vulkan'"),
    (["session", "--renderer", "vulkan"], 2, "", "there is no renderer 'vulkan'"),
    (["run"], 2, "", "which plugin?"),
    (["run", HELLO, HOG], 2, "", "one plugin"),
    (["check"], 2, "", "which plugin?"),
    (["check", HELLO], 0, "gui.window", ""),
    (["check", "--json", HELLO], 0, '"ok":true', ""),
    (["check", HELLO], 0, "class      ", ""),
    (["check", "--json", HELLO], 0, '"silent":[{"at":"', ""),
    (["check", HOG], 0, "wants nothing", ""),
    (["check", HOG], 0, "class      compute", ""),
    (["check", HOG], 0, "endless", ""),
    (["check", BROKEN], 1, "", "manifest"),
    (["check", "--json", BROKEN], 1, '"ok":false', ""),
    (["doctor", "now"], 2, "", "no operands"),
]


def osaas(*arguments, timeout=60):
    try:
        done = subprocess.run([OSAAS, *arguments], env=BARE, capture_output=True, text=True,
                              timeout=timeout, stdin=subprocess.DEVNULL, check=False)
    except subprocess.TimeoutExpired as late:
        return None, "", f"not done after {timeout} s: {late.stderr}"
    return done.returncode, done.stdout, done.stderr


def test_table():
    for arguments, status, out, err in CASES:
        got = osaas(*arguments)
        lines = got[2].splitlines()
        good = got[0] == status and out in got[1] and err in got[2]
        if status == 1:
            good = good and len(lines) == 1 and lines[0].startswith("osaas: error: ") or (
                status == 1 and "--json" in arguments and good)
        result(good, " ".join(os.path.basename(a) for a in arguments) or "(nothing)", got)


def content(path):
    """A file's bytes; none when there is no such file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def png_size(path):
    head = content(path)[:24]
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def first_pixel(path):
    """The top left pixel of a PNG: no filter has anything to add to it."""
    data, packed, at = content(path), b"", 8
    while at < len(data):
        size, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return tuple(zlib.decompress(packed)[1:4]) if packed else None


def test_shot(directory):
    for size, scale in (("1024x768", "1"), ("640x360", "2"), ("1x1", "1"), ("33x2000", "0.5")):
        path = os.path.join(directory, "shot.png")
        got = osaas("run", "--size", size, "--scale", scale, "--shot", path, HELLO)
        good = got[0] == 0 and "%dx%d" % png_size(path) == size
        result(good, f"run --shot at {size}, scale {scale}", got)
    got = osaas("run", "--shot", "/nosuch/shot.png", HELLO)
    result(got[0] == 1 and "/nosuch/shot.png" in got[2], "a picture that cannot be written", got)


def test_hog(directory):
    """A plugin that never gives the processor back does not keep another from drawing."""
    path = os.path.join(directory, "hog.png")
    got = osaas("session", "--backend", "headless", "--audio", "none", "--for", "2", "--shot",
                path, HOG, HELLO)
    alone = os.path.join(directory, "alone.png")
    osaas("run", "--for", "1", "--shot", alone, HELLO)
    result(got[0] == 0 and content(path) == content(alone), "hello draws beside a hog", got)


def test_cut(directory):
    """An op stream cut off at every byte: refused each time, the last good frame stays."""
    path = os.path.join(directory, "cut.png")
    got = osaas("session", "--backend", "headless", "--audio", "none", "--shot", path, CUTTER,
                timeout=120)
    result(got[0] == 0 and "Cutter ended" in got[2], "every cut stream is refused", got)
    result("refused at byte" in got[2], "the log says where", got[2])
    result(first_pixel(path) == (0, 192, 0), "the last good frame stays", path)


def doctor(of):
    """Its line of that; all that it says."""
    said = osaas("doctor")[1]
    return next((x for x in said.splitlines() if x.split()[1:2] == [of]), ""), said


def test_renderer(directory):
    """The processor alone, asked for or configured, makes the picture that OpenGL shows."""
    shots = {}
    config = os.path.join(directory, "cpu.ini")
    with open(config, "w", encoding="utf-8") as file:
        file.write("[session]\nrenderer = cpu\n")
    for name, options in {"cpu": ["--renderer", "cpu"], "gl": ["--renderer", "gl"],
                          "file": ["--config", config],
                          "both": ["--config", config, "--renderer", "gl"]}.items():
        path = os.path.join(directory, name + ".png")
        code, _, said = osaas("run", "--log", "debug", *options, "--shot", path, HELLO)
        result(code == 0 and ("no graphics card" in said) == (name in ("cpu", "file")),
               f"who draws: {name}", said)
        with open(path, "rb") as file:
            shots[name] = file.read()
        if "the processor paints" in said:
            result(shots[name] == shots["cpu"], f"the same picture: {name}", len(shots[name]))
    line, said = doctor("renderer")
    result("since" in line or "lacks" in line, "doctor says who would draw, and why", said)


def test_realtime():
    """Whether sound may go before other programs; if not, what to do."""
    line, said = doctor("realtime")
    result(line.startswith("ok") or "rtprio" in line, "doctor speaks of real time", said)


def test_fence(directory):
    """A plugin's own system call ends it, where the kernel can do that; doctor says so."""
    line, said = doctor("fence")
    result(line, "doctor speaks of the fence", said)
    trapped = line.startswith("ok")
    for form in ("auto", "range", "selector"):
        got = osaas("run", "--fence", form, TRESPASS)
        ended = got[0] == 1 and "Trespass made system call 39 in hidden+" in got[2]
        result(ended if trapped and form == "auto" else ended or got[0] == 0,
               f"a system call behind the fence: {form}", got)
        path = os.path.join(directory, "fence.png")
        got = osaas("run", "--fence", form, "--shot", path, HELLO)
        result(got[0] == 0 and png_size(path) == (1024, 768), f"hello behind the fence: {form}",
               got)


def main():
    with tempfile.TemporaryDirectory() as directory:
        test_table()
        test_shot(directory)
        test_hog(directory)
        test_cut(directory)
        test_renderer(directory)
        test_realtime()
        test_fence(directory)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
