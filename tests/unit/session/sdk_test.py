#!/usr/bin/env python3
"""What a person does who writes a plugin: osaas new, pkg-config, meson, make; installed, and
only built; the wrong way too. TAP.

    sdk_test.py OSAAS BUILD SOURCE
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

from tap import finish, result

OSAAS, BUILD, SOURCE = map(os.path.abspath, sys.argv[1:4])
# The tools do not get what the sanitizers want of osaas; osaas does.
TOOLS = {k: v for k, v in os.environ.items()
         if not k.endswith("SAN_OPTIONS") and k not in ("LD_PRELOAD", "PKG_CONFIG_PATH")}
BARE = {"PATH": TOOLS["PATH"], "LANG": "C.UTF-8",
        **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "LD_PRELOAD"}}
UNINSTALLED = os.path.join(BUILD, "meson-uninstalled")


def run(*command, env=None, cwd=None, timeout=120):
    done = subprocess.run(command, env=env or TOOLS, cwd=cwd, capture_output=True, text=True,
                          timeout=timeout, stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout + done.stderr


def osaas(*arguments, cwd=None, program=OSAAS):
    return run(program, *arguments, env=BARE, cwd=cwd)


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def is_plugin(path):
    got = osaas("check", path)
    dynamic = run("readelf", "-dW", path)[1]
    return got[0] == 0 and "RUNPATH" not in dynamic, got[1] + dynamic


def pc(path):
    return {**TOOLS, "PKG_CONFIG_PATH": path}


def install(directory):
    """An installed tree that was moved to somewhere else: it has to find itself."""
    got = run("meson", "install", "--no-rebuild", "--destdir", directory, "-C", BUILD)
    found = [root for root, _, files in os.walk(directory) if "osaas-plugin.pc" in files]
    result(got[0] == 0 and len(found) == 1, "meson install", got[1])
    program = [root for root, _, files in os.walk(directory) if "osaas" in files]
    return found[0], os.path.join(program[0], "osaas")


def test_pkg_config(path, what):
    status, out = run("pkg-config", "--cflags", "--libs", "osaas-plugin", env=pc(path))
    includes = [f[2:] for f in out.split() if f.startswith("-I")]
    libraries = [f.removeprefix("-Wl,") for f in out.split() if "libosaas-" in f]
    headers = [h for h in ("osaas.h", "osaas_std.h", "osaas_ops.h", "opwire.h")
               if any(os.path.exists(os.path.join(i, h)) for i in includes)]
    good = status == 0 and len(headers) == 4 and len(libraries) == 2
    result(good and all(map(os.path.exists, libraries)), f"pkg-config, {what}", out)


def test_examples(path, what, directory):
    shutil.copytree(os.path.join(SOURCE, "plugins", "examples"), directory)
    got = run("make", "-C", os.path.join(directory, "make"), env=pc(path))
    good, why = is_plugin(os.path.join(directory, "make", "tick.so"))
    result(got[0] == 0 and good, f"the make example, {what}", got[1] + why)
    build = os.path.join(directory, "b")
    got = run("meson", "setup", build, os.path.join(directory, "meson"), env=pc(path))
    got2 = run("meson", "compile", "-C", build)
    good, why = is_plugin(os.path.join(build, "dice.so"))
    result(got[0] == got2[0] == 0 and good, f"the meson example, {what}", got[1] + got2[1] + why)
    got = osaas("run", "--shot", "dice.png", "b/dice.so", cwd=directory)
    result(got[0] == 0 and len(content(os.path.join(directory, "dice.png"))) > 1000,
           f"the meson example draws, {what}", got[1])


def compile_plugin(source, directory, *flags):
    path = os.path.join(directory, "x.c")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    env = pc(UNINSTALLED)
    cflags = run("pkg-config", "--cflags", "osaas-plugin", env=env)[1].split()
    libs = run("pkg-config", "--libs", "osaas-plugin", env=env)[1].split()
    return run("cc", "-std=gnu11", "-O2", *flags, *cflags, path, *libs, "-o",
               os.path.join(directory, "x.so"))


PLUGIN = """#include <osaas.h>
#include <osaas_std.h>
OSAAS_MANIFEST("id = org.osaas.x\\nname = X\\nversion = 1\\nabi = 1.0\\nentry = x_main\\n")
OSAAS_EXPORT void x_main(void);
OSAAS_EXPORT int x;
int x;
void x_main(void) { %s }
"""


def test_compiling(directory):
    got = compile_plugin(PLUGIN % "osaas_yeild();", directory,
                         "-Wno-implicit-function-declaration")
    result(got[0] != 0 and "osaas_yeild" in got[1], "a misspelt call is the linker's error", got)
    got = compile_plugin(PLUGIN % 'puts("x");', directory, "-Wno-implicit-function-declaration")
    result(got[0] != 0 and "puts" in got[1], "so is one of the C library", got)
    # Neither CPU does these by itself: the compiler's own library has them.
    got = compile_plugin(PLUGIN % "x = __builtin_popcountll(osaas_now()) + "
                         "(int)((unsigned __int128)osaas_now() * x / 7u / osaas_now());", directory)
    good, why = is_plugin(os.path.join(directory, "x.so"))
    result(got[0] == 0 and good, "what the compiler calls is there", got[1] + why)
    exported = set(re.findall(r" [A-Z] (\w+)", run(
        "nm", "-D", "--defined-only", os.path.join(directory, "x.so"))[1]))
    result(exported == {"x_main", "x", "osaas_manifest"}, "of the SDK it exports nothing", exported)


def test_headers(directory):
    """Each stands by itself, twice, in strict C11."""
    headers = sorted(os.listdir(os.path.join(SOURCE, "plugins", "include")))
    for header in headers:
        got = compile_plugin(f"#include <{header}>\n#include <{header}>\n"
                             + PLUGIN % "osaas_yield();", directory,
                             "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-std=c11")
        result(got[0] == 0, f"{header} by itself, in C11", got[1])


# name, exit status, what the error says
WRONG = [
    ([], 2, "which name?"),
    (["a", "b"], 2, "one name"),
    (["--color", "a"], 2, "unknown option --color"),
    (["Demo"], 2, "try 'osaas new demo'"),
    (["my app"], 2, "try 'osaas new my-app'"),
    (["../x/My_Thing!"], 2, "try 'osaas new my-thing'"),
    (["9"], 2, "try 'osaas new demo'"),
    (["a-"], 2, "try 'osaas new a'"),
    (["--", "-x"], 2, "try 'osaas new x'"),
    ([""], 2, "no name for a plugin"),
    (["x" * 41], 2, "no name for a plugin"),
    (["test"], 2, "try 'osaas new my-test'"),
    (["there"], 1, "'there' is there already"),
    (["file"], 1, "'file' is there already"),
    (["dangling"], 1, "'dangling' is there already"),
]


def test_wrong_names(directory):
    os.mkdir(os.path.join(directory, "there"))
    with open(os.path.join(directory, "file"), "w", encoding="utf-8"):
        pass
    os.symlink("nowhere", os.path.join(directory, "dangling"))
    before = sorted(os.listdir(directory))
    for arguments, status, text in WRONG:
        got = osaas("new", *arguments, cwd=directory)
        good = got[0] == status and text in got[1] and len(got[1].splitlines()) == 1
        result(good, f"osaas new {' '.join(arguments)}", got)
    same = sorted(os.listdir(directory)) == before and not os.listdir(f"{directory}/there")
    result(same, "a refused name leaves nothing behind", os.listdir(directory))
    got = osaas("new", "demo", cwd="/proc")
    result(got[0] == 1 and "cannot be made" in got[1], "osaas new where nothing can be made", got)
    got = osaas("new", "--help")
    result(got[0] == 0 and "usage: osaas new" in got[1], "osaas new --help", got)


def as_told(program, name, directory, what):
    """The commands that osaas new prints, one after the other, as they stand."""
    status, out = osaas("new", name, cwd=directory, program=program)
    lines = [line.strip() for line in out.splitlines() if line.startswith("    ")]
    result(status == 0 and len(lines) == 3, f"osaas new {name}, {what}", out)
    # osaas alone runs as the tests' own environment wants it.
    script = "set -e\n" + "\n".join(
        ["env " + " ".join(f"'{k}={v}'" for k, v in BARE.items() if k != "PATH") + " " + line
         if " run " in line else line for line in lines])
    got = run("sh", "-c", script, cwd=directory)
    folder = os.path.join(directory, name)
    picture = content(os.path.join(folder, f"{name}.png"))
    result(got[0] == 0 and len(picture) > 10000, f"its three commands work, {what}", got[1])
    good, why = is_plugin(os.path.join(folder, "b", f"{name}.so"))
    result(good, f"what they build is a plugin, {what}", why)
    got = run("make", "-C", folder)
    good, why = is_plugin(os.path.join(folder, f"{name}.so"))
    result(got[0] == 0 and good and "warning" not in got[1], f"make builds it too, {what}",
           got[1] + why)
    return folder


def test_given_path(folder, path):
    """PKG_CONFIG_PATH goes before what osaas new wrote."""
    got = run("meson", "setup", "other", env=pc(path), cwd=folder)
    flags = run("ninja", "-C", "other", "-t", "commands", cwd=folder)[1]
    result(got[0] == 0 and path in flags and UNINSTALLED not in flags,
           "PKG_CONFIG_PATH in the environment is obeyed", got[1] + flags)


def main():
    with tempfile.TemporaryDirectory() as directory:
        path, program = install(os.path.join(directory, "root"))
        test_pkg_config(path, "installed and moved")
        test_pkg_config(UNINSTALLED, "only built")
        test_examples(path, "installed", os.path.join(directory, "examples"))
        test_examples(UNINSTALLED, "only built", os.path.join(directory, "examples2"))
        test_compiling(directory)
        test_headers(directory)
        os.mkdir(os.path.join(directory, "new"))
        test_wrong_names(os.path.join(directory, "new"))
        folder = as_told(OSAAS, "demo", directory, "only built")
        test_given_path(folder, path)
        as_told(program, "my-clock-2", directory, "installed")
        alone = os.path.join(directory, "alone")
        shutil.copy(program, alone)
        got = osaas("new", "orphan", cwd=directory, program=alone)
        result(got[0] == 1 and "meson install" in got[1], "osaas new without an SDK", got)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
