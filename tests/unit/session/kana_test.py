#!/usr/bin/env python3
"""The Japanese input method in a session: what is typed, and what the field has then. TAP.

    kana_test.py OSAAS KANA WRITER

The dictionary is that of the package skkdic, the emoji are those of unicode-data.
"""

import os
import re
import subprocess
import sys
import tempfile

from tap import BARE, finish, result

OSAAS, KANA, WRITER = map(os.path.abspath, sys.argv[1:4])
GRANTS = ("input.method", "gui.panel:bottom")
FILES = ("fs.read:/usr/share/skk", "fs.read:/usr/share/unicode/emoji")
PAUSE = 0  # no key
CODES = {"space": 57, "ret": 28, "esc": 1, "bs": 14, "left": 105, "right": 106, "down": 108,
         "f7": 65, "f8": 66, "f9": 67, "f10": 68, "henkan": 92, "home": 102, "end": 107,
         "ctrl": 29, "shift": 42,
         **{c: 2 + i for i, c in enumerate("1234567890")},
         **{c: 16 + i for i, c in enumerate("qwertyuiop")},
         **{c: 30 + i for i, c in enumerate("asdfghjkl")},
         **{c: 44 + i for i, c in enumerate("zxcvbnm,.")}, "_": 0}
ON = "<ctrl+space>"


def strokes(keys):
    """Of 'ka<ctrl+space>:': the keys that are held, and the key."""
    for word in re.findall(r"<[^>]*>|.", keys):
        if word == ":":
            word = "<shift+;>"
        *held, key = word.strip("<>").split("+")
        yield [CODES[k] for k in held], 39 if key == ";" else CODES[key]


def recording(keys, touch=None):
    """A click into the field, the keys, and a finger at a place of the screen; '|': the right button, '_': a while."""
    at, lines = 4, ["osaas input 1", "size 800x600", "layout us"]

    def event(text):
        nonlocal at
        lines.append(f"{at:.3f} {text}")
        at += 0.02

    for text in ("move 100 100", "button 272 down", "button 272 up"):
        event(text)
    parts = keys.split("|")
    for i, part in enumerate(parts):
        for held, key in strokes(part):
            if key == PAUSE:
                at += 1
                continue
            for code in (*held, key):
                event(f"key {code} down")
            for code in (key, *held):
                event(f"key {code} up")
        if i + 1 < len(parts):
            event("button 273 down")
            event("button 273 up")
    if touch:
        at += 2
        event(f"touch 0 down {touch[0]} {touch[1]}")
        event("touch 0 up")
    lines.append(f"{at + 2:.3f} end\n")
    return "\n".join(lines)


class Place:
    def __init__(self, folder):
        self.folder = folder
        self.env = {**BARE, "HOME": folder, "XDG_RUNTIME_DIR": folder,
                    "XDG_STATE_HOME": os.path.join(folder, "state"),
                    "XDG_CONFIG_HOME": os.path.join(folder, "config")}

    def type(self, keys, touch=None, files=FILES, arguments=()):
        """What the field showed, one after the other; and the log."""
        path = os.path.join(self.folder, "keys.txt")
        with open(path, "w", encoding="ascii") as file:
            file.write(recording(keys, touch))
        grants = [word for cap in GRANTS + files for word in ("--grant", cap)]
        done = subprocess.run(
            [OSAAS, "session", "--backend", "headless", "--audio", "none", "--clock", "virtual",
             "--replay", path, *grants, *arguments, WRITER, KANA], env=self.env, text=True,
            capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
        return re.findall(r"writes: '(.*)'$", done.stderr, re.MULTILINE), done.stderr


def last(shown):
    return shown[-1] if shown else None


# Keys after it was turned on, and what the field has at the end; '[]': under composition.
TYPED = {
    "kanji": "[かんじ]",
    "kanji<space>": "[漢字]",
    "kanji<space><ret>": "漢字",
    "kanji<space><space><ret>": "幹事",
    "kanji<space>3": "監事",
    "kanji<esc>a<ret>": "あ",
    "kanji<bs><bs>kou<ret>": "かこう",
    "kanji<f7><ret>": "カンジ",
    "kanji<f8><ret>": "ｶﾝｼﾞ",
    "kanji<f9><f9><ret>": "ＫＡＮＪＩ",
    "kanji<bs>zi<f10><ret>": "kanzi",
    # Selected text is converted again.
    "kanji<space><ret><shift+home>_<henkan>": "[漢字]",
    "kanji<space><ret><shift+home>_<shift+space><space><ret>": "幹事",
    "kanji<space><ret><shift+home>_<henkan><space><esc>": "漢字",
    # At once nobody knows yet what the key before it selected.
    "kanji<space><ret><shift+home><henkan>": "漢字",
    "akanji<space><ret><shift+left>_<henkan>": "亜漢[字]",
    "nihongo<space><ret><space>kotoba<ret>": "日本語　ことば",
    "watashihagakuseidesu.<space><ret>": "私は学生です。",
    "tabemasu<space><ret>": "食べます",
    "<shift+t>a<shift+b>eru<space><ret>": "食べる",
    "hongayomitai<space><right><down><ret>": "本が詠みたい",
    ":cat<ret>": "\U0001f408",
    ":redheart<ret>": "：redheart",
    "ka<ctrl+space>ka": "かka",
    # The field has what was committed before it has the key.
    "ka<ret><ret>ki<ret>": "か?き",  # a new line, in the log
    "ka<ret><left>ki<ret>": "きか",
    "ka<space><end>a<ret>": "蚊あ",
    "kanji<space>kanji<space>2": "漢字幹事",
    "12gatsu25nichi<space><right><down><ret>": "12月25日",
}


def test_typed(place):
    for keys, text in TYPED.items():
        shown, log = place.type(ON + keys)
        result(last(shown) == text, f"{keys} is {text}", (shown, log[-2000:]))
    shown, log = place.type("kanji<space>")
    result(last(shown) == "kanji ", "it is off at first", (shown, log[-2000:]))


def test_steps(place):
    shown, log = place.type(ON + "kyou<space><esc><bs><esc>")
    result(shown == ["k", "[k]", "[ky]", "[きょ]", "[きょう]", "[今日]", "[きょう]", "[きょ]", ""],
           "each step is shown", (shown, log[-2000:]))


def test_emptied(place):
    """The field lost what was under composition: it does not come again."""
    for keys, text in ((ON + "kanji|a<ret>", "あ"), (ON + "kanji<space>|a<ret>", "あ")):
        shown, log = place.type(keys)
        result(last(shown) == text, f"{keys} is {text}", (shown, log[-2000:]))


def test_touch(place):
    shown, log = place.type(ON + "kanji<space>", touch=(160, 578))
    result(last(shown) == "幹事", "a candidate by a finger", (shown, log[-2000:]))
    shown, log = place.type(ON + "ka", touch=(24, 578))
    result(shown[-2:] == ["[か]", "か"], "off by a finger", (shown, log[-2000:]))
    shown, log = place.type(ON + "kou<space>", touch=(780, 578))
    result(len(shown) > 2 and shown[-1] != shown[-2] and shown[-1][0] == "[",
           "the next page by a finger", (shown, log[-2000:]))


def test_learning(folder):
    with tempfile.TemporaryDirectory(dir=folder) as home:
        place = Place(home)
        shown, log = place.type(ON + "kanji<space>2kanji<space>")
        result(last(shown) == "幹事[幹事]", "what was chosen is the first", (shown, log[-2000:]))
        shown, log = place.type(ON + "kanji<space>")
        result(last(shown) == "[幹事]", "in the next session, too", (shown, log[-2000:]))


def test_without(place):
    """Neither dictionary nor emoji."""
    shown, log = place.type(ON + "kanji<space><ret>:<ret>", files=())
    result(last(shown) == "カンジ：", "kana go on without a dictionary", (shown, log[-2000:]))
    result("Kana only: install the package skkdic" in log, "it says what to install", log[-2000:])


def main():
    with tempfile.TemporaryDirectory(prefix="kana") as folder:
        place = Place(folder)
        place.env["XDG_STATE_HOME"] = "/proc/nosuch"  # nothing is learned
        test_typed(place)
        test_steps(place)
        test_emptied(place)
        test_touch(place)
        test_learning(folder)
        test_without(place)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
