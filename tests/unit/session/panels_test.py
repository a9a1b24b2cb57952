#!/usr/bin/env python3
"""Plugins with a panel: what the windows have beside one that comes, fails, is loaded again, goes. TAP.

    panels_test.py OSAAS PLUGIN_DIR ACTOR_DIR TELLER
"""

import os
import re
import sys

from life import ID, Session, main
from tap import result, wait_for

TELLER = os.path.abspath(sys.argv[4])
TELLER_ID = "org.osaas.test.teller"
SIZE = ("--size", "800x600")


def told(s):
    """The heights that the window was told, in their order."""
    return [int(h) for h in re.findall(r"tells: size 800 (\d+)", s.text())]


def tells(s, *heights):
    return wait_for(lambda: told(s) == list(heights), 60)


def row(s, name):
    return next((r for r in s.ask("plugins").get("plugins", []) if r["plugin"] == name), {})


def test_docks():
    with Session(TELLER, "actor", part="panel_a", arguments=SIZE) as s:
        s.is_shown()
        result(tells(s, 600, 520), "the window has what the panel leaves", told(s))
        panel, window = row(s, "Actor"), row(s, "Teller")
        result((panel["panel"], panel["height"], panel["focus"]) == ("bottom", 80, None)
               and (window["panel"], window["height"], window["focus"]) == (None, 520, "yes"),
               "ctl plugins", (panel, window))
        got = s.ctl("close", ID)
        result(got[0] == 0 and tells(s, 600, 520, 600), "closed, it gives that back", told(s))
    with Session(TELLER, "actor", part="panel_a", arguments=SIZE) as s:
        s.is_shown()
        got = s.ctl("grants", "revoke", ID, "gui.panel:bottom")
        result(got[0] == 0 and tells(s, 600, 520, 600), "and revoked", (got, told(s)))


def test_top():
    with Session(TELLER, "actor", part="panel_top", arguments=(*SIZE, "--scale", "2"),
                 shot=True) as s:
        s.is_shown()
        result(tells(s, 600, 440), "dp are twice as many pixels at scale 2", told(s))
        got = s.ctl("screenshot", s.shot)
        result(got[0] == 0 and s.first_pixel() == (195, 214, 150), "ctl screenshot has it", got)
        os.remove(s.shot)
        s.ctl("stop")
        s.process.wait(60)
        result(s.first_pixel() == (195, 214, 150), "at the top it is seen", s.first_pixel())


def test_fails():
    with Session(TELLER, "actor", part="panel_falls", arguments=SIZE) as s:
        result(s.says("the report is") and tells(s, 600, 520, 600),
               "one that fails gives its room back", told(s))
        result(not s.names("failed") and s.names("plugins") == ["Teller"], "without a notice",
               s.ask("plugins"))
        s.ctl("stop")
        result(s.process.wait(60) == 1, "the session's status says it", s.process.returncode)
    with Session("actor", part="panel_left", arguments=SIZE) as s:
        result(s.process.wait(60) == 1 and "its edge is top or bottom, not 'left'" in s.text(),
               "an edge that there is not", s.text())


def test_again():
    with Session(TELLER, "actor", part="panel_a", arguments=SIZE) as s:
        s.is_shown()
        s.play("panel_b")
        got = s.ctl("reload", ID)
        result(got[0] == 0 and s.is_shown(2) and "B has state 1" in s.text(), "reloaded", got)
        result(tells(s, 600, 520), "its place is kept", told(s))
        s.play("panel_leaves")
        got = s.ctl("reload", ID)
        result(got[0] == 1 and row(s, "Actor")["height"] == 80 and tells(s, 600, 520),
               "and by the old one, where the new one is no good", (got, told(s)))
        s.play("panel_a")
        got = s.ctl("restart", ID)
        result(got[0] == 0 and s.is_shown(3) and tells(s, 600, 520, 600, 520),
               "restarted, it begins with nothing", (got, told(s)))
        s.play("good_a")
        got = s.ctl("reload", ID)
        result(got[0] == 0 and tells(s, 600, 520, 600, 520, 600) and row(s, "Actor")["focus"],
               "loaded again as a window", (got, told(s)))


def test_end():
    with Session(TELLER, "actor", part="panel_a", arguments=SIZE) as s:
        s.is_shown()
        s.ctl("close", TELLER_ID)
        result(s.process.wait(60) == 0, "with the last window the session ends", s.text())
    with Session("actor", part="panel_a", arguments=SIZE) as s:
        s.is_shown()
        result(s.names("plugins") == ["Actor"], "a panel alone runs", s.text())
        s.ctl("close", ID)
        result(s.process.wait(60) == 0, "until it goes", s.text())


if __name__ == "__main__":
    sys.exit(main(test_docks, test_top, test_fails, test_again, test_end))
