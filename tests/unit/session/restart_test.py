#!/usr/bin/env python3
"""Plugins that fail: the notice, the report, starting them again, and closing. TAP.

    restart_test.py OSAAS PLUGIN_DIR ACTOR_DIR
"""

import os
import sys

from life import HELLO, HOG, ID, Session, content, main, refused
from tap import result, wait_for


def test_run():
    """Its author wants the error: as without a notice, unless a time was asked for."""
    with Session(part="falls", command="run") as s:
        result(s.process.wait(60) == 1 and "Actor ended with code 3" in s.text(),
               "run ends with the plugin's failure", s.text())
    with Session(part="falls", command="run", arguments=["--for", "3"]) as s:
        s.process.wait(60)
        result(s.process.returncode == 1, "with --for too, when the time is over", s.text())


def test_notice():
    with Session(HOG, "actor", part="falls", arguments=["--for", "600"]) as s:
        result(s.says("the report is"), "the failure is logged", s.text())
        failed = s.ask("plugins")["failed"]
        result([(f["plugin"], f["id"], f["what"]) for f in failed]
               == [("Actor", ID, "ended with code 3")], "it is listed as failed", failed)
        report = failed[0]["report"]
        text = content(report)
        result(report.startswith(s.folder) and "what     ended with code 3\n" in text
               and f"Actor 1.0 ({ID})" in text and s.actor in text and "F begins" in text,
               "its report", (report, text))
        reports = s.ask("reports")["reports"]
        result([(r["id"], r["what"], r["path"]) for r in reports]
               == [(ID, "ended with code 3", report)], "ctl reports", reports)
        result(s.names("plugins") == ["Hog"], "the other one goes on", s.ask("plugins"))
        s.ctl("stop")
        result(s.process.wait(60) == 1, "the session's status says it", s.process.returncode)


def test_fault():
    with Session(HOG, "actor", part="faults") as s:
        s.says("the report is")
        failed = s.ask("plugins")["failed"]
        result("wrote to address 0x10" in failed[0]["what"], "a fault, in plain words", failed)
        text = content(failed[0]["report"])
        result("registers\n" in text and "backtrace" in text and "W begins" in text,
               "its report", text)
        s.play("good_a")
        got = s.ctl("restart", ID)
        result(got[0] == 0 and s.names("plugins") == ["Hog", "Actor"] and s.says("A begins"),
               "and it is started again", got)


def test_picture():
    """The notice lies over the last frame, which can still be seen; not after a restart."""
    with Session(part="falls", arguments=["--for", "3"], shot=True) as s:
        s.process.wait(60)
        r, g, b = s.first_pixel()
        result(60 < r < 120 and 60 < g < 120 and 40 < b < 90, "the last frame, dimmed", (r, g, b))
    with Session(part="falls", arguments=["--for", "600"], shot=True) as s:
        s.says("the report is")
        s.play("good_a")
        s.ctl("restart", ID)
        s.is_shown(2)
        s.ctl("stop")
        s.process.wait(60)
        result(s.first_pixel() == (195, 214, 150), "restarted, it is not", s.first_pixel())


def test_restart():
    with Session(part="falls", arguments=["--for", "600"]) as s:
        s.says("the report is")
        got = s.ctl("restart", ID)
        result(got[0] == 0 and "was started again" in got[1], "restart", got)
        result(s.says("F begins", 2) and s.says("the report is", 2), "it fails again", s.text())
        s.play("good_a")
        got = s.ctl("restart", "Actor")
        result(got[0] == 0 and s.says("A begins"), "by its name, with a better file", got)
        result(s.is_shown(3), "its frames are shown", s.text())
        result(s.names("plugins") == ["Actor"] and not s.names("failed"), "it runs", s.ask("plugins"))
        focus = s.ask("plugins")["plugins"][0]["focus"]
        result(focus == "yes", "it has the focus", focus)
        got = s.ctl("restart", ID)
        result(got[0] == 0 and s.says("A begins", 2), "one that runs", got)
        os.remove(s.actor)
        got = s.ctl("restart", ID)
        result(refused(got, "cannot be started again", "actor.so"), "without its file", got)
        result(s.names("plugins") == ["Actor"], "it goes on then", s.ask("plugins"))


def test_no_file():
    with Session(part="falls", arguments=["--for", "600"]) as s:
        s.says("the report is")
        s.play("good_a")
        with open(s.actor, "w", encoding="utf-8") as file:
            file.write("no plugin")
        got = s.ctl("restart", ID)
        result(refused(got, "no ELF file"), "a file that is no plugin", got)
        result("no ELF file" in s.ask("plugins")["failed"][0]["what"], "the notice says so",
               s.ask("plugins"))


def test_which():
    with Session(HELLO, "actor", "actor", HOG) as s:
        s.is_shown(2)
        result(refused(s.ctl("restart"), "which plugin?", status=2), "restart what?")
        result(refused(s.ctl("restart", "nobody"), "no plugin 'nobody'"), "nobody is called so")
        result(refused(s.ctl("restart", ID), "2 here are", "#1"), "two are called so")
        result(refused(s.ctl("restart", ID + "#3"), "only 2"), "there is no third")
        result(s.ctl("close", ID + "#2")[0] == 0 and s.names("plugins") == ["Hello", "Actor", "Hog"],
               "the second", s.ask("plugins"))
        result(s.ctl("restart", "Hello")[0] == 0 and s.names("plugins") == ["Hello", "Actor", "Hog"],
               "it keeps its place", s.ask("plugins"))
        got = s.ctl("close", "Hog")
        result(got[0] == 0 and "was ended" in got[1], "one without a window is ended", got)


def test_close():
    with Session(HOG, "actor", part="stays") as s:
        s.is_shown()
        got = s.ctl("close", ID)
        result(got[0] == 0 and "was ended" in got[1], "one that stays is ended by force", got)
        result(s.names("plugins") == ["Hog"], "it is gone", s.ask("plugins"))
    with Session("actor", HOG) as s:
        s.is_shown()
        got = s.ctl("close", ID)
        result(got[0] == 0 and "has closed" in got[1], "one that goes", got)
    with Session("actor", HOG, part="falls") as s:
        s.says("the report is")
        got = s.ctl("close", ID)
        result(got[0] == 0 and "was closed" in got[1] and s.names("plugins") == ["Hog"]
               and not s.names("failed"), "a notice", got)
    with Session(part="falls", arguments=["--for", "600"]) as s:
        s.says("the report is")
        s.ctl("close", ID)
        result(wait_for(lambda: s.process.poll() == 1), "the last one: the session ends",
               s.process.returncode)


def test_asked_and_gone():
    """Who asked goes away, or the session does, before there is an answer."""
    with Session("actor", HOG, part="stays") as s:
        s.is_shown()
        asks = s.start_ctl("close", ID)
        wait_for(lambda: s.ask("stats")["control"]["answered"] > 1)
        asks.kill()
        asks.communicate()
        result(wait_for(lambda: s.names("plugins") == ["Hog"]), "the client went", s.text())


if __name__ == "__main__":
    sys.exit(main(test_run, test_notice, test_fault, test_picture, test_restart, test_no_file, test_which, test_close,
                  test_asked_and_gone))
