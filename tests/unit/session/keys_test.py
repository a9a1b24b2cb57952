#!/usr/bin/env python3
"""Keys of a whole session: what is typed into a window, what shortcuts do, who else hears. TAP.

    keys_test.py OSAAS TELLER PRESSER HELLO GREEDY
"""

import contextlib
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

from tap import BARE, finish, result, wait_for

OSAAS, TELLER, PRESSER, HELLO, GREEDY = map(os.path.abspath, sys.argv[1:])
CODES = {"esc": 1, "tab": 15, "e": 18, "a": 30, "s": 31, "semi": 39, "shift": 42, "equal": 13,
         "m": 50, "space": 57, "caps": 58, "f2": 60, "ctrl": 29, "alt": 56, "super": 125,
         "altgr": 100, "print": 99, "k": 37, "q": 16, "back": 14, "quote": 40, "left": 26,
         "button": 272}
MANY = "+super m -super"
LEFT = ["key 30 up ''", "key 125 up ''", "key 31 down 's'", "key 31 up ''"]


def environment(folder):
    return {**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder, "LC_ALL": "en_US.UTF-8"}


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def read(path):
    with contextlib.suppress(OSError), open(path, encoding="utf-8") as file:
        return file.read()
    return ""


def script(keys, begin=0.1, end=1.0):
    """A word is a key that is tapped; +KEY goes down, -KEY up; .N waits for N seconds."""
    at, lines = begin, ["osaas input 1", "size 640x480"]
    for word in keys.split():
        if word[0] == ".":
            at += float(word[1:])
            continue
        code = CODES[word.lstrip("+-")]
        kind = "button" if code >= 272 else "key"
        for how in {"+": ("down",), "-": ("up",)}.get(word[0], ("down", "up")):
            lines.append(f"{at:.3f} {kind} {code} {how}")
            at += 0.01
    return "\n".join(lines + [f"{at + end:.3f} end", ""])


def play(folder, keys, config="", *arguments, plugins=(TELLER,)):
    """The log of a session in which these keys are pressed, and nothing else happens."""
    done = subprocess.run(
        [OSAAS, "session", "--backend", "headless", "--audio", "none", "--clock", "virtual",
         "--config", write(folder, "osaas.ini", config),
         "--replay", write(folder, "keys.txt", script(keys)), *arguments, *plugins],
        env=environment(folder), text=True, capture_output=True, stdin=subprocess.DEVNULL,
        timeout=300, check=False)
    return done.returncode, done.stderr


def typed(log):
    return "".join(re.findall(r"tells: key \d+ down '(.*)'", log))


# Layout and its options, keys, what the window hears of text.
TYPED = [
    ("us", "a semi shift s", "a;s"),
    ("de", "semi quote left", "öäü"),
    ("de", "equal e equal space equal equal", "é'´"),
    ("de", "a equal back e", "ae"),
    ("fr", "left e +shift left -shift e", "êë"),
    ("gr", "a s semi a", "ασά"),
    ("us(dvorak)", "s semi", "os"),
    ("us,gr\noptions = grp:alt_shift_toggle", "a +alt shift -alt a +alt shift -alt a", "aαa"),
    ("us,gr", "a +super space -super a +super +shift space -shift -super a", "aαa"),
    ("us\noptions = compose:ralt", "altgr quote e altgr s s", "éß"),
    ("us\nslow-keys = 200", "a +s .0.3 -s", "s"),
    ("us\nbounce-keys = 200", "a a .0.3 a", "aa"),
    ("us\nsticky = on", "shift a a shift shift a s shift a", "AaASa"),
    ("us\nsticky-five-shift = on", "shift shift shift shift shift shift a a", "Aa"),
    ("us\nnumlock = on", "a", "a"),
]


WRONG = [
    ("[session]\n\nlayout = klingon\n", "3: the keyboard: there is no layout 'klingon'"),
    ("[keyboard]\nlayout = us\nvariant = klingon\n", "3: the keyboard: there is no variant"),
    ("[keyboard]\nvariant = klingon\n", "2: the keyboard: no keyboard layout"),
    ("[keyboard]\nmodel = pc105\noptions = grp:klingon\n", "3: the keyboard: there is no keyb"),
    ("[keyboard]\noptions = grp:toggle\nmodel = klingon\n", "3: the keyboard: there is no key"),
    ("[keyboard]\nlayout = us\nrules = klingon\n", "3: the keyboard: no keyboard layout \"us\""),
    ("[keyboard]\nkeymap-file = /nosuch\n", "2: the keyboard: the keymap /nosuch cannot be read"),
    ("[keyboard]\n# a\ncompose-file = /\n", "3: the keyboard: the compose file / cannot be used"),
]


def test_typed(folder):
    for layout, keys, text in TYPED:
        code, log = play(folder, keys, f"[keyboard]\nlayout = {layout}\n")
        result(code == 0 and typed(log) == text, f"{layout!r}: {keys}", (typed(log), log))
    for config, why in WRONG:
        code, log = play(folder, "a", config)
        result(code == 1 and f"osaas.ini:{why}" in log, f"{config!r}: its line, and why", log)
    code, log = play(folder, "a", "[keyboard]\nlayout = us\n", "--layout", "klingon")
    result(code == 1 and "error: the keyboard: there is no layout 'klingon'" in log,
           "the file is not to blame for the command line", log)


def test_shared(folder):
    """The combination of a plugin, wherever the keys go."""
    grant = ("--grant", "input.shortcut:Super+M")
    both = (TELLER, PRESSER)
    code, log = play(folder, f"a {MANY} m", "[keyboard]\nlayout = us,ru\n", *grant, plugins=both)
    told = re.findall(r"presser: (it is .*|pressed .*|released .*)", log)
    result(code == 0 and told == ["it is mine", "pressed 6d 10", "released 6d 10"],
           "it is told of it", log)
    result("may use input.shortcut:Super+M: to be told of it" in log, "the log names the keys", log)
    result("key 50 down" not in log, "no window is", log)
    _, log = play(folder, f"+super space -super {MANY}", "[keyboard]\nlayout = us,ru\n", *grant,
                  plugins=both)
    result("presser: pressed" in log, "under another layout, too", log)
    code, log = play(folder, MANY, "", plugins=both)
    result(code == 1 and "needs input.shortcut:Super+M: it is not granted" in log,
           "naming it is no grant", log)
    code, log = play(folder, MANY, "[shortcuts]\nSuper+M = none\n", *grant, plugins=both)
    result("presser: pressed" in log, "none is the plugin's", log)


def test_greedy(folder):
    """Who has the press, the pointer and every key, and computes for ever, has not these."""
    has = ["is refused", "has the press", "has the pointer", "has the key"]
    for keys in "", "+ctrl +alt back -alt -ctrl .9":
        _, log = play(folder, f".0.5 +button .0.2 a .0.2 {keys}", "", "--grant", "input.capture",
                      plugins=(GREEDY,))
        result(re.findall(r"greedy: (is refused|has .*)", log) == has and
               ("the replay is over" in log) == (not keys),
               f"a greedy plugin{', and Ctrl+Alt+BackSpace' if keys else ''}", log)


def test_left(folder):
    """Held while the keys go to another window, and long after its repeat was due."""
    _, log = play(folder, "+a .0.9 +super tab -super .2 -a s", "", plugins=(TELLER, TELLER))
    told = re.findall(r"tells: (key \d+ .*|again \d+)", log)
    result(told[:2] == ["key 30 down 'a'", "again 30"], "what is held repeats", log)
    result([t for t in told if t != "again 30"][1:] == ["key 125 down ''", *LEFT] and
           told[-len(LEFT):] == LEFT,
           "it comes up where it was pressed, and does not repeat in the other window", log)


def test_own(folder):
    _, log = play(folder, ".0.5 +super k -super .9", "[shortcuts]\nSuper+K = quit\n")
    result("the session ends" in log and "the replay is over" not in log, "quit", log)
    _, log = play(folder, "+ctrl +alt back -alt -ctrl .9")
    result("the session ends" in log, "Ctrl+Alt+BackSpace", log)
    _, log = play(folder, "+ctrl +alt back -alt -ctrl a",
                  "[shortcuts]\nCtrl+Alt+BackSpace = none\n")
    result("key 14 down ''" in log and "the replay is over" in log, "unless it is none", log)
    _, log = play(folder, "a +super tab -super a +super tab -super a", plugins=(TELLER, HELLO))
    result(typed(log) == "a", "next-window: there and back", log)
    _, log = play(folder, "+super +shift q -shift -super .9")
    result("Teller ended" in log or "teller ended" in log, "close-window", log)
    _, log = play(folder, "+super k -super .9", f"[shortcuts]\nSuper+K = run {HELLO}\n")
    result(log.count("may use gui.window") == 2, "run", log)
    _, log = play(folder, "+super k -super a", "[shortcuts]\nSuper+K = run /nosuch.so\n")
    result("was not started by its shortcut" in log and typed(log) == "a",
           "run of what is not there", log)


class Session:
    """One in real time."""

    def __init__(self, folder, keys, config, *plugins, begin=0.1):
        self.folder, self.log = folder, os.path.join(folder, "log")
        with open(self.log, "wb") as err:
            self.process = subprocess.Popen(
                [OSAAS, "session", "--backend", "headless", "--audio", "none",
                 "--config", write(folder, "osaas.ini", config),
                 "--replay", write(folder, "keys.txt", script(keys, begin, 600)), *plugins],
                env=environment(folder), stdin=subprocess.DEVNULL, stdout=err, stderr=err)

    def __enter__(self):
        wait_for(lambda: "input is replayed" in read(self.log))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def ctl(self, *words):
        done = subprocess.run([OSAAS, "ctl", *words], env=environment(self.folder), text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=120,
                              check=False)
        return done.returncode, done.stdout, done.stderr

    def state(self):
        return json.loads(self.ctl("--json", "keyboard")[1])


def test_control(folder):
    pictures = os.path.join(folder, "Pictures", "osaas-*.png")
    os.mkdir(os.path.join(folder, "Pictures"))
    with Session(folder, "print", "[keyboard]\nlayout = us,de\n", TELLER) as session:
        wait_for(lambda: glob.glob(pictures))
        with open(glob.glob(pictures)[0], "rb") as file:
            result(file.read(8) == b"\x89PNG\r\n\x1a\n", "Print: a screenshot, whole")
        state = session.state()
        result(state["keyboard"]["layout"] == "us" and
               [row["name"] for row in state["layouts"]] == ["us", "de"], "keyboard", state)
        result({"keys": "Print", "action": "screenshot"} in state["shortcuts"], "its shortcuts",
               state)
        got = session.ctl("keyboard", "layout", "de")
        result(got[0] == 0 and session.state()["keyboard"]["layout"] == "de", "layout NAME", got)
        got = session.ctl("keyboard", "layout", "dee")
        result(got[0] == 1 and "do you mean 'de'?" in got[2], "a layout it has not", got)
        got = session.ctl("keyboard", "sticky=on", "layout=fr,gr")
        state = session.state()
        result(got[0] == 0 and state["keyboard"]["sticky"] == "on" and
               state["keyboard"]["layout"] == "fr", "KEY=VALUE", (got, state))
        got = session.ctl("keyboard", "stiky=on")
        result(got[0] == 2 and "do you mean 'sticky'?" in got[2], "a key that is none", got)
        got = session.ctl("keyboard", "reset")
        result(got[0] == 0 and session.state()["keyboard"]["sticky"] == "off", "reset", got)
        write(folder, "osaas.ini", "[keyboard]\nlayout = gr\nrepeat-rate = 7\n")
        result(wait_for(lambda: session.state()["keyboard"]["layout"] == "gr"),
               "the configuration counts at once", read(session.log))
        write(folder, "osaas.ini", "[keyboard]\nlayout = klingon\n")
        result(wait_for(lambda: "no layout 'klingon'" in read(session.log)) and
               session.state()["keyboard"]["layout"] == "gr", "a wrong one does not",
               read(session.log))
    done = subprocess.Popen([OSAAS, "session", "--backend", "headless", "--audio", "none", TELLER],
                            env=environment(folder), stderr=subprocess.PIPE)
    try:
        def ask():
            return subprocess.run([OSAAS, "ctl", "keyboard"], env=environment(folder), text=True,
                                  capture_output=True, timeout=120, check=False)
        wait_for(lambda: "no session" not in ask().stderr)
        result("this session has no keyboard" in ask().stderr, "where there is no input", ask())
    finally:
        done.terminate()
        done.communicate(timeout=60)


RECORDED = [
    ("layout = de,gr", "equal back e +super space -super a +super space -super equal e", "",
     "eαé"),
    ("layout = us,gr", "a", "next", "α"),
    ("layout = us", "a caps a", "", "aA"),
    ("layout = us\nslow-keys = 200", "+s .0.3 -s a +e .0.25 -e", "", "se"),
    ("layout = us\nsticky = on", "shift a a shift shift a s shift a", "", "AaASa"),
]


def test_recorded(folder):
    """What is recorded types the same again: keys that were taken are in it, too."""
    for config, keys, before, text in RECORDED:
        config = f"[keyboard]\n{config}\n"
        with Session(folder, keys, config, TELLER, begin=5) as session:
            if before:
                session.ctl("keyboard", "layout", "next")
            child = subprocess.Popen([OSAAS, "ctl", "record-input", "again.txt"], cwd=folder,
                                     env=environment(folder), stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            result(wait_for(lambda: typed(read(session.log)) == text), f"typed: {keys}",
                   read(session.log))
            code = CODES[keys.split()[-1].lstrip("-")]
            wait_for(lambda: f"key {code} up" in read(session.log))
            session.ctl("record-input", "stop")
            child.wait(60)
        done = subprocess.run(
            [OSAAS, "session", "--backend", "headless", "--audio", "none", "--clock", "virtual",
             "--config", os.path.join(folder, "osaas.ini"),
             "--replay", os.path.join(folder, "again.txt"), TELLER],
            env=environment(folder), text=True, capture_output=True, stdin=subprocess.DEVNULL,
            timeout=300, check=False)
        result(typed(done.stderr) == text, f"and again, {config.split(chr(10))[1:-1]}",
               done.stderr + read(os.path.join(folder, "again.txt")))


def main():
    for test in (test_typed, test_shared, test_greedy, test_left, test_own, test_control,
                 test_recorded):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
    return finish()


sys.exit(main())
