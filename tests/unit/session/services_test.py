#!/usr/bin/env python3
"""The services, each asked by a plugin that checks what its header promises. TAP.

    services_test.py OSAAS PLUGIN ...

A plugin ends with the number of its line where a check failed, and a line in the log.
"""

import contextlib
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time

from tap import BARE, finish, result, wait_for

OSAAS = os.path.abspath(sys.argv[1])
PLUGINS = {os.path.basename(p).removesuffix(".so"): os.path.abspath(p) for p in sys.argv[2:]}
# A kill loses nothing that a process wrote, on any disk; this one does not wait for platters.
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
HERE = {**BARE, "TZ": "CET-1CEST,M3.5.0,M10.5.0/3"}


class Place:
    """A home of its own: where a session keeps its state."""

    def __init__(self, folder):
        self.folder = folder
        self.env = {**HERE, "HOME": folder, "XDG_RUNTIME_DIR": folder,
                    "XDG_STATE_HOME": os.path.join(folder, "state"),
                    "XDG_CONFIG_HOME": os.path.join(folder, "config")}

    def osaas(self, *arguments, timeout=120):
        """Exit status, output, error."""
        try:
            done = subprocess.run([OSAAS, *arguments], env=self.env, capture_output=True, text=True,
                                  timeout=timeout, stdin=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired as late:
            return None, "", f"not done after {timeout} s: {late.stderr}"
        return done.returncode, done.stdout, done.stderr

    def database(self, name):
        return os.path.join(self.folder, "state", "osaas", "store", f"org.osaas.test.{name}.db")

    def query(self, name, sql):
        with contextlib.closing(sqlite3.connect(self.database(name))) as db:
            return db.execute(sql).fetchall()

    @contextlib.contextmanager
    def session(self, *arguments):
        self.log_path = os.path.join(self.folder, "log")
        with open(self.log_path, "wb") as log:
            process = subprocess.Popen(
                [OSAAS, "session", "--backend", "headless", "--audio", "none", *arguments],
                env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(60)

    def log(self):
        with open(self.log_path, encoding="utf-8") as log:
            return log.read()

    def run(self, *arguments):
        return self.osaas("session", "--backend", "headless", "--audio", "none", *arguments)


def test_plugin(place, name):
    got = place.run(PLUGINS[name])
    result(got[0] == 0, f"plugin {name}", got)
    return got


def test_timer(place):
    test_plugin(place, "timer")
    test_plugin(place, "texter")


def test_voice(place):
    test_plugin(place, "voiced")


def test_log(place):
    got = test_plugin(place, "logged")
    result(got[2].count("refuses request 12345") == 1, "a refusal is logged", got)


def test_store(place):
    got = test_plugin(place, "kv")
    result("runs -2" in got[2], "nothing is there at first", got)
    mode = stat.S_IMODE(os.stat(place.database("kv")).st_mode)
    result(mode == 0o600, "the file is ours alone", oct(mode))
    result(place.query("kv", "SELECT * FROM text") == [("runs", "x")], "it can be looked into",
           place.query("kv", "SELECT key FROM text LIMIT 5"))
    got = place.run(PLUGINS["kv"])
    result(got[0] == 0 and "runs 1" in got[2], "the next session finds it", got)
    got = test_plugin(place, "room")
    result(all(f"goes without store.kv:{s}" in got[2] for s in ("1K", "2000M", "x"))
           and "may use store.kv:64K" in got[2], "room that makes no sense", got)
    got = place.run(PLUGINS["rival"], PLUGINS["rival"])
    result(got[0] == 0 and "at the end 400" in got[2], "two instances take turns", got)


def test_store_refused(place):
    """There is no place to keep anything; or a torn file."""
    place.env["XDG_STATE_HOME"] = "/proc/nosuch"
    got = place.run(PLUGINS["rival"])
    result(got[0] == 1 and "has no storage: cannot make the folder /proc" in got[2], "no place", got)
    place.env["XDG_STATE_HOME"] = os.path.join(place.folder, "state")
    os.makedirs(os.path.dirname(place.database("rival")), mode=0o700)
    os.chmod(os.path.join(place.folder, "state", "osaas"), 0o700)
    with open(place.database("rival"), "wb") as file:
        file.write(b"no database" * 1000)
    got = place.run(PLUGINS["rival"])
    result(got[0] == 1 and "move the file away" in got[2], "a torn file", got)


def keys(place):
    """A recording of somebody who types all the time: each plugin does what it is asked to."""
    path = os.path.join(place.folder, "keys.txt")
    with open(path, "w", encoding="ascii") as file:
        file.write("osaas input 1\nsize 640x480\nlayout us\n")
        for i in range(1, 3000):
            file.write(f"{i / 10} key 30 down\n{i / 10 + 0.05:.2f} key 30 up\n")
        file.write("300 end\n")
    return path


def test_clipboard(place):
    with place.session("--replay", keys(place), PLUGINS["pasted"], PLUGINS["copied"]) as process:
        result(wait_for(lambda: process.poll() is not None or "pasted: has looked" in place.log()
                        and "copied: has copied" in place.log()), "copy in one", place.log())
        place.osaas("ctl", "grants", "revoke", "org.osaas.test.copied", "gui.window")
        result(wait_for(lambda: process.poll() is not None) and process.returncode == 0,
               "paste in another", place.log())
    result("pasted: clipboard refuses request 2: its window has no focus" in place.log(),
           "not without the focus, and it is logged", place.log())


LINKS = [w for c in ("link.offer:echo", "link.offer:full", "link:echo", "link:full", "link:nobody")
         for w in ("--grant", c)]


def test_link(place):
    got = place.run(PLUGINS["offerer"])
    result(got[0] == 1 and "offerer needs link.offer:echo: it is not granted; to allow it: "
           f"osaas ctl grants allow {PLUGINS['offerer']} link.offer:echo" in got[2],
           "naming a plugin does not grant it a link", got)
    got = place.run(*LINKS, PLUGINS["offerer"], PLUGINS["offerer"])
    result(got[0] == 1 and "needs link.offer:echo: offerer offers it already" in got[2],
           "a name is offered once", got)
    for who, what in (("offerer", "link.offer:echo"), ("asker", "link:echo")):
        with place.session(*LINKS, PLUGINS["offerer"], PLUGINS["asker"]) as process:
            result(wait_for(lambda p=process: p.poll() is not None
                            or "asker: has checked" in place.log()), f"{who}: all is checked",
                   place.log()[-1000:])
            log = place.log()
            result("link:nobody refuses request 1: nobody offers it" in log
                   and "link:full refuses request 1: who offers it is not listening" in log,
                   f"{who}: refusals are logged", log[-1000:])
            place.osaas("ctl", "grants", "revoke", f"org.osaas.test.{who}", what)
            result(wait_for(lambda: "asker: link gone: -32" in place.log()
                            and place.log().count("offerer: peer gone: -32") == 3002),
                   f"{what} is revoked: the link closes at both ends", place.log()[-1000:])
            result(process.poll() is None, "both run on", place.log()[-1000:])
            result((who == "offerer") == ("offer over: -32" in place.log()),
                   "the offer, too, if it was that", place.log()[-1000:])


def answered(text):
    return [int(n) for n in re.findall(r"committer: done (\d+)$", text, re.MULTILINE)]


def check_kept(place, done, name):
    """All that was answered is there; the last transaction is there in whole or not at all."""
    rows = dict(place.query("committer", "SELECT key, value FROM text"))
    last = int(rows.pop("last"))
    lost = [n for n in done if rows.get(f"k{n:05d}") != str(n)]
    result(not lost and last >= done[-1], f"{name}: none of {len(done)} answered is lost",
           (lost[:5], last, done[-1:]))
    result(sorted(int(v) for v in rows.values()) == list(range(last + 1)),
           f"{name}: none is there in part", (last, len(rows)))
    whole = place.query("committer", "PRAGMA integrity_check")
    result(whole == [("ok",)], f"{name}: the file is sound", whole)


def store_of(place):
    return int(re.findall(r"the store's process is (\d+)", place.log())[-1])


def test_kill_session(place):
    """Alone: the store ends what it was asked. And both at once."""
    for at, also_store in ((2000, False), (4000, True)):
        name = "both killed" if also_store else "session killed"
        with place.session("--log", "debug", PLUGINS["committer"]) as process:
            result(wait_for(lambda n=at: len(answered(place.log())) > n), f"{name} in the middle",
                   place.log()[-500:])
            if also_store:
                kill_store(place)
            process.kill()
            process.wait()
        done = answered(place.log())
        result(len(done) < 10000, f"{name}: the plugin was not done", len(done))
        wait_for(lambda: not os.path.exists(f"/proc/{store_of(place)}"), 10)
        check_kept(place, done, name)
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(place.database("committer") + suffix)


def kill_store(place):
    os.kill(store_of(place), signal.SIGKILL)


def kill_asked_store(place):
    """Stopped first, it leaves the plugin's next request without an answer."""
    pid, seen = store_of(place), -1
    os.kill(pid, signal.SIGSTOP)
    while seen != (seen := len(answered(place.log()))):
        time.sleep(0.2)
    os.kill(pid, signal.SIGKILL)


def test_kill_store(place):
    with place.session("--log", "debug", PLUGINS["committer"]) as process:
        # Long before its end, however late this looks. The first may hit between two transactions.
        for n, kill in ((1000, kill_store), (2500, kill_asked_store)):
            wait_for(lambda n=n: len(answered(place.log())) > n)
            kill(place)
        result(wait_for(lambda: process.poll() is not None), "it goes on to its end",
               place.log()[-500:])
        result(process.returncode == 0, "and ends well", place.log()[-500:])
    done = answered(place.log())
    deaths, told = (place.log().count(w) for w in ("the store's process died", "committer: failed "))
    result(deaths == 2 and told in (1, 2), "the store was killed twice, and the plugin was told",
           (len(done), deaths, told))
    check_kept(place, done, "store killed")
    result(len(done) == 10000, "all were done", len(done))


def main():
    for test in (test_timer, test_voice, test_log, test_store, test_store_refused, test_clipboard, test_link, test_kill_session,
                 test_kill_store):
        with tempfile.TemporaryDirectory(prefix="services", dir=FAST) as folder:
            test(Place(folder))
    return finish()


if __name__ == "__main__":
    sys.exit(main())
