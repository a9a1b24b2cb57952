#!/usr/bin/env python3
"""What plugins may use: the command line, the configuration, 'osaas ctl grants'. TAP.

    grants_test.py OSAAS PLUGIN ...
"""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

from tap import BARE, finish, result, wait_for

OSAAS = os.path.abspath(sys.argv[1])
PLUGINS = {os.path.basename(p).removesuffix(".so"): os.path.abspath(p) for p in sys.argv[2:]}
HOLDER = PLUGINS["holder"]
ID = "org.osaas.test.holder"


class Place:
    """A home of its own, and a session in it."""

    def __init__(self, folder):
        self.folder, self.log_path = folder, os.path.join(folder, "log")
        self.ini = os.path.join(folder, "config", "osaas", "osaas.ini")
        self.db = os.path.join(folder, "state", "osaas", "state.db")
        self.env = {**BARE, "HOME": folder, "XDG_RUNTIME_DIR": folder,
                    "XDG_STATE_HOME": os.path.join(folder, "state"),
                    "XDG_CONFIG_HOME": os.path.join(folder, "config")}

    def osaas(self, *arguments):
        done = subprocess.run([OSAAS, *arguments], env=self.env, capture_output=True, text=True,
                              timeout=120, stdin=subprocess.DEVNULL, check=False)
        return done.returncode, done.stdout, done.stderr

    def run(self, *arguments):
        return self.osaas("session", "--backend", "headless", "--audio", "none", *arguments)

    def grants(self, *words):
        return self.osaas("ctl", "grants", *words)

    def rows(self):
        """Every row by plugin and capability."""
        got = self.osaas("ctl", "grants", "--json")
        return {(g["plugin"], g["capability"]): g for g in json.loads(got[1])["grants"]}

    def write_ini(self, text):
        os.makedirs(os.path.dirname(self.ini), exist_ok=True)
        with open(self.ini + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self.ini + ".new", self.ini)

    def log(self):
        with open(self.log_path, encoding="utf-8") as log:
            return log.read()

    def says(self, text):
        return wait_for(lambda: text in self.log())

    @contextlib.contextmanager
    def session(self, *arguments):
        with open(self.log_path, "wb") as log:
            process = subprocess.Popen(
                [OSAAS, "session", "--backend", "headless", "--audio", "none", *arguments],
                env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            if not wait_for(lambda: process.poll() is not None
                            or self.osaas("ctl", "tasks")[0] == 0):
                raise RuntimeError("the session does not start")
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(60)


def refused(got, status, *words):
    """One line that says why."""
    lines = got[2].splitlines()
    return (got[0] == status and not got[1] and len(lines) == 1
            and lines[0].startswith("osaas: error: ") and all(w in lines[0] for w in words))


def content(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def test_words(place):
    """What is typed wrong; there is no session."""
    for words, status, why in (
            (["alow", HOLDER, "timer"], 2, "grants are not asked so"),
            (["allow", HOLDER], 2, "grants are not asked so"),
            (["revoke", HOLDER, "timer", "once"], 2, "grants are not asked so"),
            (["allow", HOLDER, "timre"], 2, "no capability 'timre'; do you mean timer?"),
            (["allow", HOLDER, "timer", "ever"], 2, "no lifetime 'ever'"),
            (["allow", HOLDER, "log"], 1, "does not want log; it wants gui.window, audio.out, timer"),
            (["allow", "nosuch", "timer"], 1, "no plugin 'nosuch'"),
            (["allow", "/etc/passwd", "timer"], 1, "passwd: no ELF file"),
            (["allow", "Org.X", "timer"], 2, "'Org.X' is no plugin's id"),
            (["allow", ID, "timer"], 1, "give the path of its file"),
            (["allow", HOLDER, "timer", "run"], 1, "no session runs here"),
            (["revoke", HOLDER, "timer"], 1, "has no grant for timer"),
            (["allow", HOLDER, "timer", "--watch"], 2, "not for watching")):
        got = place.grants(*words)
        result(refused(got, status, why), "grants " + " ".join(os.path.basename(w) for w in words),
               got)
    for option, why in (("timre", "do you mean timer?"), (":x", "no capability")):
        got = place.run("--grant", option, HOLDER)
        result(refused(got, 2, "--grant: ", why), f"--grant {option}", got)
    result(not os.path.exists(place.db), "nothing was written", place.db)


def test_offline(place):
    """Without a session: on disk, and inspectable."""
    got = place.grants("allow", HOLDER, "timer", "once")
    result(got[0] == 0 and "once" in got[1], "allow", got)
    got = place.grants("allow", HOLDER, "gui.window")
    rows = place.rows()
    result(rows[ID, "timer"]["lifetime"] == "once" and rows[ID, "gui.window"]["lifetime"] == "always",
           "both are listed", rows)
    with contextlib.closing(sqlite3.connect(place.db)) as db:
        row = db.execute("SELECT plugin, capability, scope, content, lifetime FROM grants "
                         "WHERE capability = 'timer'").fetchone()
    result(row == (ID, "timer", "", content(HOLDER), "once"), "they are in state.db", row)
    got = place.grants("revoke", HOLDER, "gui.window")
    result(got[0] == 0 and list(place.rows()) == [(ID, "timer")], "revoke", got)
    got = place.run("--for", "0.2", HOLDER)
    result("may use timer: to lose it (granted by osaas ctl grants)" in got[2], "it counts", got)
    result(place.rows() == {}, "and is used up", place.rows())
    got = place.run("--for", "0.2", HOLDER)
    result("may use timer: to lose it (granted by naming it)" in got[2], "then it is gone", got)


def test_live(place):
    """With a session: the list, and revocation while it runs."""
    with place.session(HOLDER) as process:
        result(all(place.says(f"has {c}")
                   for c in ("gui.window", "audio.out", "timer")), "it has all", place.log())
        rows = place.rows()
        result(all(rows[ID, c]["source"] == "naming it" and rows[ID, c]["in_use"] == "yes"
                   for c in ("gui.window", "audio.out", "timer")), "they are listed", rows)
        for cap in ("timer", "audio.out", "gui.window"):
            got = place.grants("revoke", ID, cap)
            result(got[0] == 0 and "taken from what runs" in got[1], f"revoke {cap}", got)
            result(place.says(f"lost {cap}: -32"), f"its channel closes: {cap}", place.log())
        result(process.poll() is None and place.rows() == {}, "it runs on, and has nothing",
               place.rows())
        plugins = json.loads(place.osaas("ctl", "plugins", "--json")[1])["plugins"]
        result(plugins[0]["width"] == 0, "its window is gone", plugins)
        got = place.grants("revoke", ID, "timer")
        result(refused(got, 1, "has no grant for timer, and does not use it"), "revoke it again", got)
        got = place.grants("allow", ID, "timer", "run")
        result(got[0] == 0 and "from its next start" in got[1], "allow by id for this run", got)
        result(not os.path.exists(place.db) or not sqlite3.connect(place.db).execute(
            "SELECT * FROM grants").fetchall(), "not on disk", "")
        got = place.grants("allow", ID, "log")
        result(refused(got, 1, "does not want log"), "what it does not want", got)
        got = place.grants("allow", "org.nobody.here", "timer")
        result(refused(got, 1, "no plugin org.nobody.here runs here"), "who does not run", got)
        got = place.grants("allow", HOLDER, "audio.out")
        result(got[0] == 0, "allow by its file", got)
        rows = place.rows()
        result(rows[ID, "audio.out"]["lifetime"] == "always" and not rows[ID, "audio.out"]["in_use"],
               "listed, not in use", rows)
        process.send_signal(signal.SIGKILL)
        process.wait()
    rows = place.rows()
    result(list(rows) == [(ID, "audio.out")], "what was answered is there after a kill", rows)
    got = place.run("--for", "0.2", HOLDER)
    result("audio.out: to lose it (granted by osaas ctl grants)" in got[2]
           and "timer: to lose it (granted by naming it)" in got[2], "in the next session", got)


def test_settings(place):
    """[grant ID]: deny, allow, and what a change takes away."""
    place.write_ini(f"[grant {ID}]\ndeny = timer\n")
    got = place.run("--for", "0.2", HOLDER)
    result(f"goes without timer: {place.ini}:2 denies it" in got[2], "denied", got)
    result("no timer: -13" in got[2], "an optional one is not there: OSAAS_EACCES", got)
    got = place.run("--for", "0.2", "--grant", "timer", HOLDER)
    result("may use timer: to lose it (granted by --grant)" in got[2], "--grant wins", got)
    place.write_ini("[session]\nlayout = us\n")
    with place.session(HOLDER):
        result(place.says("has timer"), "without a rule it has it", place.log())
        place.write_ini(f"[grant {ID}]\nallow = gui.window\ndeny = timer\n")
        result(place.says("lost timer: -32"), "a deny that comes takes it away", place.log())
        result("lost gui" not in place.log() and "lost audio" not in place.log(), "and nothing else",
               place.log())
        rows = place.rows()
        result(rows[ID, "timer"]["lifetime"] == "denied"
               and rows[ID, "timer"]["source"].endswith("osaas.ini:3"), "rules are listed", rows)


def test_needed(place):
    """What can do harm needs a grant: required and optional, once, and for what content."""
    plugin = shutil.copy(PLUGINS["offerer"], os.path.join(place.folder, "offerer.so"))
    how = f"to allow it: osaas ctl grants allow {plugin} link.offer:echo, or for one run --grant link"
    got = place.run(plugin)
    result(refused(got, 1, "offerer needs link.offer:echo: it is not granted; ", how), "required", got)
    got = place.run("--grant", "link.offer:echo", "--for", "0.3", plugin)
    result(got[0] == 0 and "goes without link.offer:full: it is not granted; to allow it:" in got[2],
           "optional", got)
    place.grants("allow", plugin, "link.offer:echo", "once")
    got = place.run("--for", "0.3", plugin)
    result(got[0] == 0 and "(granted by osaas ctl grants)" in got[2], "once", got)
    result(refused(place.run(plugin), 1, how), "not twice", got)
    place.grants("allow", plugin, "link.offer:echo")
    got = place.run("--for", "0.3", plugin), place.run("--for", "0.3", plugin)
    result(got[0][0] == got[1][0] == 0, "always", got)
    with open(plugin, "ab") as file:
        file.write(b"!")
    got = place.run(plugin)
    result(refused(got, 1, "but to another content of that file; to allow it"), "its file changes",
           got)
    place.grants("allow", plugin, "link.offer:echo")
    got = place.run("--for", "0.3", plugin)
    result(got[0] == 0, "and is granted anew", got)
    place.grants("revoke", plugin, "link.offer:echo")
    result(refused(place.run(plugin), 1, how), "and revoked", got)
    two = PLUGINS["two"]
    place.grants("allow", two, "link:a", "once")
    got = place.run(two)
    result(got[0] == 1 and "two needs link:b: it is not granted" in got[2], "one of two is not enough",
           got)
    place.grants("allow", two, "link:b")
    got = place.run(two)
    result(got[0] == 0, "once is not used up by a start that was none", got)
    got = place.run(two)
    result(refused(got, 1, "two needs link:a: it is not granted"), "but by one that was", got)


def test_needed_settings(place):
    """The same by the configuration, and what a change takes away."""
    plugin, name = PLUGINS["offerer"], "org.osaas.test.offerer"
    place.write_ini(f"[grant {name}]\nallow = link.offer:echo\n")
    with place.session(plugin):
        place.write_ini(f"[grant {name}]\nallow = link.offer:*\n")
        result(place.says("was read again"), "allowed by another line", place.log())
        rows = place.rows()
        result(rows[name, "link.offer:echo"]["source"] == "the configuration", "it keeps it", rows)
        place.write_ini(f"[grant {name}]\nallow = link.offer:full\n")
        result(place.says("offer over: -32"), "no longer allowed: it is taken away", place.log())
    place.write_ini(f"[grant {name}]\nsha256 = {'0' * 64}\nallow = *\n")
    result(refused(place.run(plugin), 1, "it is not granted"), "allowed to another content", "")
    place.write_ini(f"[grant {name}]\nsha256 = {content(plugin)}\nallow = *\n")
    got = place.run("--for", "0.3", plugin)
    result(got[0] == 0 and "goes without" not in got[2], "allowed to this content", got)


def test_other(place):
    """Another's folder, a torn file: denied and said, nothing breaks."""
    os.makedirs(os.path.dirname(place.db), mode=0o700)
    os.chmod(os.path.dirname(os.path.dirname(place.db)), 0o700)
    os.chmod(os.path.dirname(place.db), 0o755)
    got = place.grants("allow", HOLDER, "timer")
    result(refused(got, 1, "chmod 700"), "a folder open to others", got)
    got = place.run("--for", "0.2", HOLDER)
    result(got[0] == 0 and "what was granted cannot be read, so it is denied" in got[2],
           "the session runs on", got)
    os.chmod(os.path.dirname(place.db), 0o700)
    with open(place.db, "wb") as file:
        file.write(b"no database" * 1000)
    got = place.run("--for", "0.2", HOLDER)
    result(got[0] == 0 and "so it is denied" in got[2] and "move the file away" in got[2],
           "a torn file", got)
    with place.session(HOLDER):
        got = place.grants("allow", HOLDER, "timer")
        result(refused(got, 1, "it cannot be kept on disk"), "a session that cannot write", got)
        place.says("has timer")
    os.unlink(place.db)
    plugin = shutil.copy(HOLDER, os.path.join(place.folder, "copy.so"))
    place.grants("allow", plugin, "timer", "always")
    result(place.rows()[ID, "timer"]["content"] == content(HOLDER)[:12], "content", place.rows())


def main():
    for test in (test_words, test_offline, test_live, test_settings, test_needed,
                 test_needed_settings, test_other):
        with tempfile.TemporaryDirectory(prefix="grants") as folder:
            test(Place(folder))
    return finish()


if __name__ == "__main__":
    sys.exit(main())
