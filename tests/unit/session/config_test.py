#!/usr/bin/env python3
"""The configuration of whole sessions: where it is, what it changes, and when. TAP.

    config_test.py OSAAS PLUGIN_DIR
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile

from tap import BARE, finish, result, wait_for

OSAAS, PLUGINS = map(os.path.abspath, sys.argv[1:3])
HELLO, HOG = (os.path.join(PLUGINS, f"{name}.so") for name in ("hello", "hog"))


def environment(folder):
    return {**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder,
            "XDG_CONFIG_HOME": os.path.join(folder, "config")}


def osaas(folder, *arguments, **more):
    done = subprocess.run([OSAAS, *arguments], env={**environment(folder), **more},
                          capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def write(path, text, replace=False):
    """As some editors do it (a new file in the old one's place), or in place."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new" if replace else path, "w", encoding="utf-8") as file:
        file.write(text)
    if replace:
        os.replace(path + ".new", path)


class Session:
    def __init__(self, folder, *arguments):
        self.folder, self.log_path = folder, os.path.join(folder, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([OSAAS, "session", *arguments], env=environment(folder),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def log(self):
        with open(self.log_path, encoding="utf-8") as log:
            return log.read()

    def stats(self):
        got = osaas(self.folder, "ctl", "stats", "--json")
        return json.loads(got[1]) if got[0] == 0 else None

    def end(self):
        self.process.terminate()
        return self.process.wait(60)


@contextlib.contextmanager


def session(folder, *arguments):
    running = Session(folder, *arguments)
    try:
        if not wait_for(lambda: running.process.poll() is not None or running.stats()):
            raise RuntimeError("the session does not start")
        yield running
    finally:
        if running.process.poll() is None:
            running.end()


def test_wrong(folder):
    ini = os.path.join(folder, "my.ini")
    head = ["session", "--backend", "headless", "--audio", "none", "--for", "0.1"]
    for name, text, words in (("a key", "[session]\nscal = 2\n", "my.ini:2: there is no key 'scal'"),
                              ("a value", "[session]\n\nscale = x\n", "my.ini:3: 'x' is no scale")):
        write(ini, text)
        for command in (head, ["run", "--for", "0.1"]):
            got = osaas(folder, *command, "--config", ini, HELLO)
            result(got[0] == 1 and len(got[2].splitlines()) == 1 and words in got[2],
                   f"{command[0]}: {name} that is wrong", got)
    got = osaas(folder, *head, "--config", "/nosuch.ini", HELLO)
    result(got[0] == 1 and "/nosuch.ini cannot be read: No such file" in got[2], "no such file", got)
    got = osaas(folder, *head, "--config")
    result(got[0] == 2 and "a value is missing after --config" in got[2], "--config alone", got)


def test_places(folder):
    """In the user's folder without being named; the command line wins."""
    write(os.path.join(folder, "config", "osaas", "osaas.ini"),
          "[session]\nbackend = headless\nsize = 320x200\naudio = none\nlog = debug\n")
    with session(folder, HELLO) as running:
        screen = running.stats()["screens"][0]
        result((screen["width"], screen["height"]) == (320, 200), "size and back end", screen)
        result("session.c" in running.log() or ".c:" in running.log(), "log", running.log())
    with session(folder, "--size", "100x50", "--log", "info", HELLO) as running:
        screen = running.stats()["screens"][0]
        result((screen["width"], screen["height"]) == (100, 50) and ".c:" not in running.log(),
               "the command line wins", (screen, running.log()))
    got = osaas(folder, "session", "--for", "0.1", HELLO, XDG_CONFIG_HOME="/nosuch",
                HOME=os.path.join(folder, "elsewhere"), WAYLAND_DISPLAY="x")
    result(got[0] == 1 and "no desktop can be reached" in got[2], "no file: the defaults", got)


def test_reload(folder):
    ini = os.path.join(folder, "config", "osaas", "osaas.ini")
    head = "[session]\nbackend = headless\naudio = none\n"
    write(ini, head)
    with session(folder, HELLO) as running:
        write(ini, head + "log = debug\n")
        result(wait_for(lambda: "osaas.ini was read again" in running.log()), "a change is noticed",
               running.log())
        result(wait_for(lambda: "settings_apply.c:" in running.log()), "log counts at once",
               running.log())
        write(ini, head + "log = debug\nscale = 2\n", replace=True)
        result(wait_for(lambda: running.log().count("was read again") == 2),
               "so is a file put in its place", running.log())
        write(ini, head + "restart = 3\n\nscale = huge\n")
        result(wait_for(lambda: "osaas.ini:6: 'huge' is no scale" in running.log()
                        and "the old settings stay" in running.log()), "a mistake", running.log())
        result("'restart' counts" not in running.log(), "nothing of that file counts", running.log())
        write(ini, head + "restart = 3\nscale = 2\n")
        result(wait_for(lambda: "'restart' counts from the next start on" in running.log()),
               "what counts later", running.log())
        write(os.path.join(folder, "config", "osaas", "other.ini"), "[x]\n")
        write(ini, "")
        result(wait_for(lambda: running.log().count("was read again") == 4),
               "an empty file; another file is not read", running.log())
        result(running.end() == 0, "it ends well", running.log())


def test_sound(folder):
    """On ALSA's null, which has no volume of its own: the mix's counts."""
    ini = os.path.join(folder, "config", "osaas", "osaas.ini")
    head = "[session]\nbackend = headless\n"
    write(ini, head + "[audio]\noutput = alsa:null\n")

    def audio(*words):
        got = osaas(folder, "ctl", "--json", "audio", *words)
        return json.loads(got[1]) if got[0] == 0 else {}

    def output(key):
        return (audio().get("levels") or [{}])[0].get(key)

    with session(folder, HELLO) as running:
        result(output("device") == "null" and output("volume_percent") == 100 and
               output("by") == "mix", "sound goes where [audio] says", audio())
        audio("volume", "45%")
        audio("mute", "on")
        result(output("volume_percent") == 45 and output("mute") == "on", "volume and mute", audio())
        write(ini, head + "[audio]\noutput = none\n", replace=True)
        result(wait_for(lambda: output("rule") == "none") and output("device") is None,
               "[audio] counts at once", audio())
        audio("output", "alsa:null")
        result(output("rule") == "alsa:null", "what is said goes before it", audio())
        result(running.end() == 0, "it ends well", running.log())
    with session(folder, HELLO) as running:
        result(output("rule") == "alsa:null" and output("volume_percent") == 45 and
               output("mute") == "on", "the next session knows both", audio())
        audio("output", "reset")
        result(output("rule") == "none", "until that is taken back", audio())
        result(running.end() == 0, "it ends well, too", running.log())
    with session(folder, "--audio", "alsa:null", HELLO) as running:
        result(output("rule") == "alsa:null" and output("volume_percent") == 45,
               "the command line goes before the configuration", audio())
        result(running.end() == 0, "and ends well", running.log())


def main():
    for test in (test_wrong, test_places, test_reload, test_sound):
        with tempfile.TemporaryDirectory(prefix="config") as folder:
            test(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
