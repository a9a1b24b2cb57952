#!/usr/bin/env python3
"""osaas ctl output and brightness, and sections [output NAME], on whole sessions whose
screens are in memory. TAP.

    outputs_test.py OSAAS PLUGIN_DIR
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile

from tap import BARE, finish, result, wait_for

OSAAS, PLUGINS = map(os.path.abspath, sys.argv[1:3])
HELLO = os.path.join(PLUGINS, "hello.so")
HELLO_ID = "org.osaas.hello"


def environment(folder):
    return {**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder,
            "XDG_CONFIG_HOME": os.path.join(folder, "config"),
            "XDG_STATE_HOME": os.path.join(folder, "state")}


def ctl(folder, *words):
    done = subprocess.run([OSAAS, "ctl", *words], env=environment(folder), capture_output=True,
                          text=True, timeout=120, stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout, done.stderr


def configure(folder, text):
    path = os.path.join(folder, "config", "osaas")
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, "new"), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(os.path.join(path, "new"), os.path.join(path, "osaas.ini"))


@contextlib.contextmanager
def session(folder, *more):
    log = os.path.join(folder, "log")
    with open(log, "ab") as err:
        process = subprocess.Popen(
            [OSAAS, "session", "--backend", "headless", "--audio", "none", "--size", "800x600",
             "--size", "640x480", HELLO, *more],
            env=environment(folder), stdin=subprocess.DEVNULL, stdout=err, stderr=err)
    try:
        if not wait_for(lambda: process.poll() is not None or len(outputs(folder)) == 2):
            raise RuntimeError("the session does not start")
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


def outputs(folder):
    got = ctl(folder, "output", "--json")
    return {o["output"]: o for o in json.loads(got[1])["outputs"]} if got[0] == 0 else {}


def settings(folder, name):
    got = ctl(folder, "output", name, "--json")
    return {s["key"]: (s["value"], s["by"]) for s in json.loads(got[1])["settings"]}


def window(folder):
    got = ctl(folder, "plugins", "--json")
    plugin = json.loads(got[1])["plugins"][0]
    return plugin["width"], plugin["height"]


def is_at(folder, name, **what):
    output = outputs(folder).get(name, {})
    return all(output.get(key) == value for key, value in what.items())


def test_list(folder):
    with session(folder):
        got = outputs(folder)
        result(list(got) == ["headless", "headless-2"], "all of them", got)
        result(is_at(folder, "headless", connected="yes", state="on", mode="800x600@60",
                     position="0,0", scale="1", transform="normal", mirror=None, refusal=None),
               "the first", got)
        result(is_at(folder, "headless-2", position="800,0"), "beside it the second", got)
        text = ctl(folder, "output")
        lines = text[1].splitlines()
        result(text[0] == 0 and len(lines) == 3 and lines[0].split()[:3] == ["output", "make", "model"]
               and "640x480@60" in lines[2], "as text", text)
        text = ctl(folder, "output", "headless")
        result(text[0] == 0 and "setting" in text[1] and "transform" in text[1], "one as text", text)


def test_wrong(folder):
    with session(folder):
        before = outputs(folder)
        for words, status, why in (
                (["nix"], 1, "there is no display 'nix': there are headless, headless-2"),
                (["nix", "scale=2"], 1, "there is no display 'nix'"),
                (["headless", "scal=2"], 2, "do you mean 'scale'?"),
                (["headless", "scale=9"], 2, "from 0.25 to 8"),
                (["headless", "scale"], 2, "write KEY=VALUE"),
                (["headless", "mode=big"], 2, "write preferred, 1920x1080"),
                (["headless", "transform=1"], 2, "write normal, 90"),
                (["headless", "scale=2", "position=x"], 2, "write auto, or X,Y"),
                (["headless", "mode=640x480"], 1, "are for displays of a card"),
                (["headless", "off"], 1, "are for displays of a card"),
                (["headless", "mirror=headless"], 1, "cannot mirror itself"),
                (["headless", "mirror=DP-1"], 1, "what it is to mirror is not here"),
                (["headless", "night=3000"], 1, "nor a colour matrix; it is as it was"),
                (["headless", "reset"], 1, "nothing was said of headless"),
                (["headless", *["scale=2"] * 12], 2, "12")):
            got = ctl(folder, "output", *words)
            lines = got[2].splitlines()
            result(got[0] == status and not got[1] and len(lines) == 1 and why in lines[0],
                   "wrong: " + " ".join(words)[:40], got)
        got = ctl(folder, "output", "headless", "scale=2", "--watch")
        result(got[0] == 2 and "not for watching" in got[2], "no watching of a change", got)
        result(outputs(folder) == before, "nothing of it counts", outputs(folder))
        result(all(by is None for _, by in settings(folder, "headless").values()),
               "nothing of it is kept", settings(folder, "headless"))


def test_change(folder):
    with session(folder):
        result(wait_for(lambda: window(folder) == (800, 600)), "the window fills the first", "")
        got = ctl(folder, "output", "headless", "transform=90", "scale=2", "--json")
        answer = json.loads(got[1]) if got[0] == 0 else {}
        result(answer.get("output", {}).get("transform") == "90", "the answer shows it", got)
        result(window(folder) == (600, 800), "the window stands upright", window(folder))
        result(is_at(folder, "headless", scale="2", mode="800x600@60", position="0,0"),
               "the mode is the panel's", outputs(folder))
        result(is_at(folder, "headless-2", position="300,0"), "the other moves up", outputs(folder))
        got = ctl(folder, "output", "headless-2", "windows=" + HELLO_ID, "position=-10,20.5")
        result(got[0] == 0 and window(folder) == (640, 480), "a window goes where it belongs", got)
        result(is_at(folder, "headless-2", position="-10,20.5"), "placed", outputs(folder))
        got = ctl(folder, "output", "headless-2", "mirror=headless")
        result(got[0] == 0 and is_at(folder, "headless-2", mirror="headless", position=None),
               "a mirror", outputs(folder))
        result(window(folder) == (600, 800), "has no windows", window(folder))
    with session(folder):
        result(is_at(folder, "headless", transform="90", scale="2")
               and is_at(folder, "headless-2", mirror="headless"), "all is kept", outputs(folder))
        result(window(folder) == (600, 800), "before the first frame", window(folder))
        got = ctl(folder, "output", "headless", "reset")
        result(got[0] == 0 and is_at(folder, "headless", transform="normal", scale="1"), "reset", got)
        got = ctl(folder, "output", "headless", "reset")
        result(got[0] == 1, "once", got)
    with session(folder):
        result(is_at(folder, "headless", transform="normal")
               and is_at(folder, "headless-2", mirror="headless"), "only that is forgotten",
               outputs(folder))


def test_settings(folder):
    configure(folder, "[session]\nscale = 1.5\n[output headless]\ntransform = 180\nscale = 2\n")
    with session(folder):
        result(is_at(folder, "headless", transform="180", scale="2")
               and is_at(folder, "headless-2", transform="normal", scale="1.5"),
               "a section counts", outputs(folder))
        ctl(folder, "output", "headless", "scale=3")
        result(settings(folder, "headless")["scale"] == ("3", "osaas ctl output")
               and settings(folder, "headless")["transform"] == ("180", "the configuration"),
               "who said what", settings(folder, "headless"))
        configure(folder, "[output headless]\ntransform = 270\nscale = 4\n"
                          f"[output headless-2]\nwindows = {HELLO_ID}\n")
        result(wait_for(lambda: is_at(folder, "headless", transform="270", scale="3")),
               "changed, it counts at once", outputs(folder))
        result(wait_for(lambda: window(folder) == (640, 480)), "windows go there", window(folder))
        configure(folder, "[output headless]\ntransform = 45\n")
        log = os.path.join(folder, "log")
        with open(log, encoding="utf-8") as file:
            said = wait_for(lambda: "'45' is no transform" in file.read())
        result(said and is_at(folder, "headless", transform="270"), "a mistake does not", outputs(folder))


def test_torn(folder):
    """What is on disk is not trusted."""
    place = os.path.join(folder, "state", "osaas")
    os.makedirs(place, mode=0o700)
    os.chmod(os.path.dirname(place), 0o700)
    with session(folder):
        ctl(folder, "output", "headless", "scale=3")
        ctl(folder, "output", "headless-2", "scale=3")
    subprocess.run([sys.executable, "-c",
                    "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute(\"update outputs set"
                    " settings='scale=900' where name='headless'\"); d.commit()",
                    os.path.join(place, "outputs.db")], check=True)
    with session(folder):
        result(is_at(folder, "headless", scale="1") and is_at(folder, "headless-2", scale="3"),
               "a row that makes no sense", outputs(folder))
    for name in os.listdir(place):
        if name.startswith("outputs.db"):
            os.remove(os.path.join(place, name))
    with open(os.path.join(place, "outputs.db"), "wb") as file:
        file.write(b"nonsense" * 1000)
    with session(folder):
        result(is_at(folder, "headless-2", scale="1"), "a torn file", outputs(folder))
        got = ctl(folder, "output", "headless", "scale=2")
        result(got[0] == 1 and "cannot be kept on disk" in got[2] and is_at(folder, "headless", scale="2"),
               "it counts, but is not kept", got)


def test_brightness(folder):
    if os.path.isdir("/sys/class/backlight") and os.listdir("/sys/class/backlight"):
        print("# there is a backlight: it is left alone")
        return
    with session(folder):
        for words in ([], ["50%"], ["-5%"]):
            got = ctl(folder, "brightness", *words)
            result(got[0] == 1 and "no panel here has a backlight" in got[2],
                   "brightness " + " ".join(words), got)


def main():
    for test in (test_list, test_wrong, test_change, test_settings, test_torn, test_brightness):
        with tempfile.TemporaryDirectory(prefix="outputs") as folder:
            test(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
