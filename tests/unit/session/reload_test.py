#!/usr/bin/env python3
"""Hot reload: the new one takes over, or the old one goes on where it was. TAP.

    reload_test.py OSAAS PLUGIN_DIR ACTOR_DIR
"""

import hashlib
import os
import sys
import tempfile

from life import ACTORS, HOG, ID, Session, main, refused
from tap import result

PLUGINS, TIMES = 5, 20  # that many, reloaded at once, that many times
LOST, CONFIG, FOCUS = 22, 16, 21


def reload(s, part=None):
    if part:
        s.play(part)
    return s.ctl("reload", ID)


def test_kept():
    with Session(HOG, "actor", HOG, shot=True) as s:
        s.is_shown()
        result(s.says("A is fresh"), "it begins fresh", s.text())
        got = reload(s, "good_b")
        result(got[0] == 0 and got[1] == "Actor was reloaded: its state was handed on\n",
               "reload, beside hogs", got)
        result(s.says("B has state 1"), "the new one has the state", s.text())
        result(s.names("plugins") == ["Hog", "Actor", "Hog"], "in the same place", s.ask("plugins"))
        row = s.ask("plugins")["plugins"][1]
        result(row["focus"] == "yes" and row["tasks"] == 1, "with the focus", row)
        got = s.ask("reload", ID)
        result("handed on" in got.get("reload", ""), "again, as JSON", got)
        result(s.says("B has state 2"), "and the one after it", s.text())
        s.ctl("stop")
        s.process.wait(60)
        result(s.first_pixel() == (198, 214, 150), "its frame is shown", s.first_pixel())
        result(s.process.returncode == 0 and "error" not in s.text(), "all is well", s.text())


def test_fresh():
    """Without 'reload = yes' it begins afresh, in the same window."""
    with Session(part="plain") as s:
        s.is_shown()
        got = reload(s, "good_b")
        result(got[0] == 0 and "afresh, as the old one" in got[1], "the old one cannot", got)
        result(s.says("B is fresh"), "it is told so", s.text())
        got = reload(s, "plain")
        result(got[0] == 0 and "afresh, as the new one" in got[1], "the new one cannot", got)
        result(s.says("P begins", 2) and s.names("plugins") == ["Actor"], "it runs", s.text())


def test_grants():
    """A grant is for one content of the file: it goes on in what takes its place, no further."""
    with Session(part="wants_a", grants=["fs.read:/tmp"]) as s:
        s.is_shown()
        got = reload(s, "wants_b")
        result(got[0] == 0 and s.says("B has state 1"), "the new one holds the same grants", got)
        got = s.ctl("restart", ID)
        result(refused(got, "cannot be started again: it needs fs.read:/tmp", "another content"),
               "by itself it is asked", (got, s.text()))
        result(s.names("plugins") == ["Actor"], "and goes on as it was", s.ask("plugins"))
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as ini:
        with open(os.path.join(ACTORS, "actor_wants_a.so"), "rb") as file:
            pin = hashlib.sha256(file.read()).hexdigest()
        ini.write(f"[grant {ID}]\nsha256 = {pin}\nallow = fs.read:/tmp\n")
        ini.flush()
        with Session(part="wants_a", arguments=["--config", ini.name]) as s:
            s.is_shown()
            got = reload(s, "wants_b")
            result(refused(got, "was not reloaded"), "the configuration's is for that content", got)
    with Session() as s:
        s.is_shown()
        got = reload(s, "wants_b")
        result(refused(got, "was not reloaded"), "what the old one does not hold is asked", got)


def goes_on(s, letter, name, got, *words):
    """The old one is where it was, and is told what its window needs to know."""
    result(refused(got, "was not reloaded, and goes on", *words), name, got)
    result(s.says(f"{letter} goes on at 0, window: {LOST} {CONFIG} {FOCUS}"),
           name + ": the old one goes on", s.text())
    row = s.ask("plugins")["plugins"]
    result(len(row) == 1 and row[0]["focus"] == "yes" and not s.names("failed"),
           name + ": in its window", row)


def test_fails():
    for part, words in (("exits", ["ended with code 1"]), ("falls", ["ended with code 3"]),
                        ("faults", ["wrote to address 0x10"]),
                        ("leaves", ["the new one ended"]), ("refused", ["no frame"])):
        with Session(shot=True) as s:
            s.is_shown()
            goes_on(s, "A", part, reload(s, part), *words)
            got = reload(s, "good_b")
            result(got[0] == 0 and s.says("B has state 1"), part + ": then a good one", got)
            s.ctl("stop")
            result(s.process.wait(60) == 0, part + ": the session ends well", s.text())


def test_picture():
    """After a reload that failed the old one's frame is shown."""
    with Session(shot=True) as s:
        s.is_shown()
        reload(s, "falls")
        s.says("A goes on at 0")
        s.ctl("stop")
        s.process.wait(60)
        result(s.first_pixel() == (195, 214, 150), "the old one's picture", s.first_pixel())


def test_refused():
    """Nothing is started, nothing has happened."""
    with Session() as s:
        s.is_shown()
        with open(s.actor, "w", encoding="utf-8") as file:
            file.write("no plugin")
        result(refused(reload(s), "no ELF file"), "a file that is no plugin", s.text())
        os.remove(s.actor)
        result(refused(reload(s), "actor.so"), "no file", s.text())
        result("goes on" not in s.text() and s.names("plugins") == ["Actor"], "it did not notice",
               s.text())
        got = reload(s, "good_a")
        result(got[0] == 0 and s.says("A has state 1"), "it still can", got)
    for part, why in (("mute", "did not save"), ("closes", "closed its channel")):
        with Session(part=part) as s:
            s.is_shown()
            result(refused(reload(s, "good_a"), "was not reloaded", why), why, s.text())
            result(s.names("plugins") == ["Actor"] and "A begins" not in s.text(),
                   why + ": it runs on", s.text())
    with Session(part="falls", arguments=["--for", "600"]) as s:
        s.says("the report is")
        got = reload(s, "good_a")
        result(got[0] == 0 and "had failed" in got[1] and s.says("A begins"),
               "one that has failed is started again", got)


def test_meanwhile():
    """What is asked for while one is on trial: the machine may be too slow to be in time."""
    for word in ("reload", "restart", "close"):
        for _ in range(10):
            with Session("actor", HOG) as s:
                s.is_shown()
                s.play("good_b")
                asks = s.start_ctl("reload", ID)
                s.says("B begins")
                got = s.ctl(word, ID)
                asks.communicate(timeout=60)
                if got[0] != 0:
                    break
        result(refused(got, "is being reloaded"), f"{word} meanwhile", got)
    for _ in range(10):
        with Session() as s:
            s.is_shown()
            s.play("good_b")
            asks = s.start_ctl("reload", ID)
            s.says("B begins")
            s.ctl("stop")
            out, err = asks.communicate(timeout=60)
            ended = s.process.wait(60)
            if asks.returncode != 0:
                break
    result("ended while it was reloaded" in err, "the session ends meanwhile", (out, err))
    result(ended == 0, "and ends well", s.text())


def test_revoked():
    """What is revoked while the old one is frozen is gone when it goes on."""
    for _ in range(10):
        with Session() as s:
            s.is_shown()
            s.play("refused")
            asks = s.start_ctl("reload", ID)
            s.says("refused at byte")
            got = s.ctl("grants", "revoke", ID, "gui.window")
            asks.communicate(timeout=60)
            s.says("goes on")
            text = s.text()
            if got[0] == 0 and 0 <= text.find("may no longer use") < text.find("goes on"):
                break
    result(got[0] == 0, "revoked meanwhile", got)
    result(text.count("may no longer use gui.window") == 2, "from both", text)


def test_client_goes():
    with Session() as s:
        s.is_shown()
        s.play("good_b")
        asks = s.start_ctl("reload", ID)
        s.says("B begins")
        asks.kill()
        asks.communicate()
        result(s.says("was reloaded: its state"), "who asked went: it is reloaded", s.text())


def holds(process):
    """Descriptors and mappings."""
    at = f"/proc/{process.pid}"
    with open(f"{at}/maps", encoding="utf-8") as maps:
        return len(os.listdir(f"{at}/fd")), len(maps.readlines())


def reload_all(s, i):
    """All of them at once; whether each was."""
    s.play("good_b" if i % 2 else "good_a")
    asks = [s.start_ctl("reload", f"{ID}#{n + 1}") for n in range(PLUGINS)]
    outs = [a.communicate(timeout=120) for a in asks]
    return all("handed on" in out for out, _ in outs), outs


def test_many():
    with Session(*["actor"] * PLUGINS) as s:
        s.is_shown()
        for i in range(3):
            reload_all(s, i)
        s.ctl("plugins")
        before = holds(s.process)
        for i in range(TIMES):
            good, outs = reload_all(s, i)
            if not good:
                break
        count = s.text().count(f" has state {TIMES + 3}\n")
        result(good and count == PLUGINS, f"{TIMES * PLUGINS} reloads", (outs, s.text()[-500:]))
        s.ctl("plugins")
        after = holds(s.process)
        result(after[0] == before[0], "descriptors are as before", (before, after))
        result(abs(after[1] - before[1]) <= 2 * PLUGINS, "mappings, too", (before, after))


if __name__ == "__main__":
    sys.exit(main(test_kept, test_fresh, test_grants, test_fails, test_picture, test_refused,
                  test_meanwhile, test_revoked, test_client_goes, test_many))
