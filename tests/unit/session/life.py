"""What the tests of a plugin's life share: a session without a screen, and asking it. TAP."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zlib

from tap import BARE, finish, wait_for

OSAAS, PLUGINS, ACTORS = map(os.path.abspath, sys.argv[1:4])
HELLO, HOG = (os.path.join(PLUGINS, f"{name}.so") for name in ("hello", "hog"))
ID = "org.osaas.test.actor"


def main(*tests):
    for test in tests:
        test()
    return finish()


def content(path):
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
    return ""


class Session:
    """A folder, the file actor.so in it that plays what it is told to, and a session."""

    def __init__(self, *plugins, arguments=(), part="good_a", command="session",
                 shot=False, grants=()):
        self.folder = tempfile.mkdtemp(prefix="life")
        self.actor = os.path.join(self.folder, "actor.so")
        self.log = os.path.join(self.folder, "log")
        self.shot = os.path.join(self.folder, "shot.png")
        self.environment = {**BARE, "XDG_RUNTIME_DIR": self.folder,
                            "XDG_STATE_HOME": os.path.join(self.folder, "state")}
        self.play(part)
        for grant in grants:
            self.ctl("grants", "allow", self.actor, grant)
        names = [self.actor if p == "actor" else p for p in plugins or ["actor"]]
        words = ["session", "--backend", "headless", "--audio", "none"]
        if command == "run":
            words = ["run"]
        words += ["--shot", self.shot] if shot else []
        with open(self.log, "ab") as err:
            self.process = subprocess.Popen([OSAAS, *words, *arguments, *names],
                                            env=self.environment, stdin=subprocess.DEVNULL,
                                            stdout=err, stderr=err)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder)

    def play(self, part):
        """Replaces the file, as a linker or a package manager does."""
        shutil.copy(os.path.join(ACTORS, f"actor_{part}.so"), self.actor + ".new")
        os.replace(self.actor + ".new", self.actor)

    def text(self):
        return content(self.log)

    def says(self, text, times=1, seconds=60):
        """Whether the log does, that many times."""
        return wait_for(lambda: self.text().count(text) >= times, seconds)

    def is_shown(self, times=1):
        return self.says("the first frame of Actor is on the screen", times)

    def ctl(self, *words):
        """Exit status, output, error."""
        done = subprocess.run([OSAAS, "ctl", *words], env=self.environment, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr

    def start_ctl(self, *words):
        """The same, running."""
        return subprocess.Popen([OSAAS, "ctl", *words], env=self.environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def ask(self, *words):
        got = self.ctl(*words, "--json")
        return json.loads(got[1]) if got[0] == 0 else {}

    def names(self, table):
        return [row["plugin"] for row in self.ask("plugins").get(table, [])]

    def first_pixel(self):
        """The top left one of --shot."""
        with open(self.shot, "rb") as file:
            data = file.read()
        packed, at = b"", 8
        while at < len(data):
            size, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
            packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
            at += size + 12
        return tuple(zlib.decompress(packed)[1:4])


def refused(got, *words, status=1):
    """One line that says why."""
    lines = got[2].splitlines()
    return (got[0] == status and not got[1] and len(lines) == 1
            and lines[0].startswith("osaas: error: ") and all(w in lines[0] for w in words))
