#!/usr/bin/env python3
"""osaas ctl record-input and --replay: what is recorded comes again. TAP.

    input_replay_test.py OSAAS TELLER
"""

import contextlib
import json
import os
import random
import re
import signal
import stat
import subprocess
import sys
import tempfile

from tap import BARE, finish, result, wait_for

OSAAS, TELLER = map(os.path.abspath, sys.argv[1:3])
END = "600 end\n"  # later than anything that is asked
HEAD = "osaas input 1\nsize 640x480\nlayout de\n"
ALL = """# by hand
0.1 key 44 down
0.15 key 44 up

0.2 move 100.25 50
0.25 button 272 down
0.3 move 110 60
0.35 button 272 up
0.4 scroll 0 40
0.5 touch 0 down 20 30
0.55 touch 3 down 400 30
0.6 touch 0 move 25 30
0.65 touch 0 up
0.7 touch 3 cancel
1 key 30 down
2.5 end
"""
TOLD = [
    "key 44 down 'y'", "key 44 up ''", "pointer 32 of 0",
    "pointer 8 at 100 50 button 0 of 0", "pointer 2 at 100 50 button 110 of 0",
    "pointer 16 at 110 60 button 0 of 0", "pointer 4 at 110 60 button 110 of 0", "scroll 0 40",
    "pointer 64 of 0", "pointer 32 of 1",
    "pointer 2 at 20 30 button 110 of 1", "pointer 16 at 25 30 button 0 of 1",
    "pointer 4 at 25 30 button 110 of 1", "pointer 64 of 1",
    "key 30 down 'a'", "key 30 up ''"]
WRONG = {
    "": "line 1: it is empty", "osaas input 2\n": "line 1: the first line is 'osaas input 1'",
    HEAD + "0.5 key 30 down\n0.4 key 30 up\n": "line 5: times never fall",
    HEAD + "0.5 key 3000 down\n": "line 4: write 'key CODE down'",
    HEAD + "0.5 end\n0.6 end\n": "line 5: something follows 'end'",
    HEAD + "x" * 500 + "\n": "line 4: the line is too long",
    HEAD + "0.5 move 1 2\0\n0.6 end\n": "line 4: the line is too long, or has a NUL",
    "osaas input 1\nsize 0x0\n": "line 2: a size is",
    "osaas input 1\nkeyboard 5\n": "line 2: write 'keyboard N'",
    "osaas input 1\nkeyboard 1 numb\n": "line 2: write 'keyboard N'",
    "osaas input 1\nlayout " + "x" * 130 + "\n": "line 2: a layout's name",
}


def environment(folder):
    return {**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder}


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def read(path):
    with contextlib.suppress(OSError), open(path, encoding="utf-8") as file:
        return file.read()
    return ""


def told(log):
    """Of who comes in and goes it does not matter where."""
    return [re.sub(r"(pointer (?:32|64)) .* (of \d)", r"\1 \2", line)
            for line in re.findall(r"tells: ((?:key|pointer|scroll) .*)", log)]


def replay(folder, path, *arguments):
    return subprocess.run([OSAAS, "session", "--backend", "headless", "--replay", path,
                           *arguments, TELLER], env=environment(folder), text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)


def test_virtual(folder):
    path = write(folder, "all.txt", HEAD + ALL)
    runs = [replay(folder, path, "--clock", "virtual") for _ in range(2)]
    result(runs[0].returncode == 0 and told(runs[0].stderr) == TOLD,
           "all that stands there comes, in that order", told(runs[0].stderr))
    result("size 640 480" in runs[0].stderr, "in the recording's size", runs[0].stderr)
    result(runs[0].stderr == runs[1].stderr, "the same again", runs)
    done = replay(folder, path, "--clock", "virtual", "--layout", "us", "--size", "100x40")
    result("key 44 down 'z'" in done.stderr and "size 100 40" in done.stderr,
           "the command line's layout and size win", done.stderr)
    locked = write(folder, "locked.txt", HEAD.replace("de", "us,de") +
                   "keyboard 2 caps num\n0.1 key 44 down\n0.2 key 44 up\n0.3 key 79 down\n0.4 end\n")
    done = replay(folder, locked, "--clock", "virtual")
    result(re.findall(r"down '(.*)'", done.stderr) == ["Y", "1"],
           "the layout and the locks that were on when it began", done.stderr)
    pen = write(folder, "pen.txt", HEAD + "0.1 pen 0 in pen 7 20 30 0 0.5 0 0 0 0 0 0 0\n"
                "0.2 pen 0 press pen 7 20 30 0.5 0 0 0 0 0 0 330 1\n0.3 end\n")
    done = replay(folder, pen, "--clock", "virtual")
    result([line.split()[1] for line in told(done.stderr)] == ["32", "8", "2", "1"] and
           "of 2" in done.stderr, "a pen that is down at the end is cancelled", done.stderr)
    cut = write(folder, "cut.txt", HEAD + "0.1 key 30 down\n0.2 key 30 u")
    done = replay(folder, cut, "--clock", "virtual")
    result(told(done.stderr) == ["key 30 down 'a'", "key 30 up ''"] and
           "breaks off after 1 events" in done.stderr,
           "one that breaks off is played as far as it goes, and nothing sticks", done.stderr)
    done = replay(folder, path, "--clock", "virtual", "--for", "0.5")
    result(done.returncode == 0 and 2 < len(told(done.stderr)) < len(TOLD),
           "--for ends it before", done.stderr)


def test_motion(folder):
    path = write(folder, "motion.txt", HEAD + "0.1 key 87 down\n0.1 key 87 up\n"
                 "0.3 motion 5 -3 2 -1\n0.4 motion 600 0 300 0\n0.5 end\n")
    done = replay(folder, path, "--clock", "virtual", "--grant", "input.capture")
    result(re.findall(r"tells: (captured .*|motion .*|pointer .*)", done.stderr)
           == ["captured 1", "motion 5 -3", "motion 600 0"], "motion for who captured the pointer",
           done.stderr)
    done = replay(folder, path, "--clock", "virtual")
    result(re.findall(r"tells: (captured .*|motion .*|pointer 8 at .*)", done.stderr)
           == ["pointer 8 at 325 237 button 0 of 0", "pointer 8 at 639 237 button 0 of 0"],
           "for who may not, moves", done.stderr)


def test_wrong(folder):
    for text, why in WRONG.items():
        done = replay(folder, write(folder, "wrong.txt", text))
        result(done.returncode == 1 and f"wrong.txt, {why}" in done.stderr and
               len(done.stderr.splitlines()) == 1, f"refused: {why}", done.stderr)
    done = replay(folder, os.path.join(folder, "none"))
    result(done.returncode == 1 and "No such file" in done.stderr, "a file that is not there")
    done = subprocess.run([OSAAS, "session", "--backend", "kms", "--replay",
                           os.path.join(folder, "all.txt")], env=environment(folder), text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
    result(done.returncode == 2 and "--backend headless" in done.stderr, "where there are devices",
           done.stderr)


class Session:
    """One in real time, whose input is another recording."""

    def __init__(self, folder, text, *arguments):
        self.folder, self.log = folder, os.path.join(folder, "log")
        with open(self.log, "wb") as err:
            self.process = subprocess.Popen(
                [OSAAS, "session", "--backend", "headless", "--replay",
                 write(folder, "source.txt", HEAD + text), *arguments, TELLER],
                env=environment(folder), stdin=subprocess.DEVNULL, stderr=err)

    def __enter__(self):
        wait_for(lambda: "input is replayed" in read(self.log))
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(60)

    def ctl(self, *words):
        done = subprocess.run([OSAAS, "ctl", *words], env=environment(self.folder), text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=120,
                              cwd=self.folder, check=False)
        return done.returncode, done.stdout, done.stderr

    def state(self):
        return json.loads(self.ctl("--json", "record-input")[1])["record-input"]

    def record(self, *words):
        """Running, and the session records."""
        child = subprocess.Popen([OSAAS, "ctl", "record-input", *words], text=True,
                                 env=environment(self.folder), cwd=self.folder,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        wait_for(lambda: isinstance(self.state(), dict) and self.state()["state"] == "recording")
        return child


def events(text):
    """[(nanoseconds, the rest)]"""
    out = []
    for line in text.splitlines():
        when, _, what = line.partition(" ")
        if when[0].isdigit():
            seconds, _, part = when.partition(".")
            out.append((int(seconds) * 10**9 + int(part.ljust(9, "0")), what))
    return out


def test_again(folder):
    """A recording of a replay is the same, times and all; but for when it began."""
    chance = random.Random(7)
    at, lines = 4.0, []
    for _ in range(300):
        at += chance.choice((0, 0.001, 0.002, 0.01))
        lines.append(f"{at:.6f} move {chance.randrange(640 * 4) / 4} {chance.randrange(480)}")
        if chance.random() < 0.2:
            key = chance.choice((30, 31, 44, 57))
            lines += [f"{at:.6f} key {key} down", f"{at + 0.0005:.6f} key {key} up"]
            at += 0.0005
    for what in ("gesture swipe begin 3 0 0 1 0", "gesture swipe update 3 4.5 -1 1 0",
                 "gesture swipe end 3 0 0 1 0", "pen 1 in pen 77 20 30 0 0.5 -12 3 0 0 0 0 0",
                 "pen 1 press pen 77 21 30 0.25 0 -12 3 0 0 0 330 1",
                 "pen 1 move pen 77 25.5 30 0.75 0 -12 3 0 0 0 0 1",
                 "pen 1 release pen 77 25.5 30 0 0 -12 3 0 0 0 330 0",
                 "pen 1 out pen 77 25.5 30 0 0 0 0 0 0 0 0 0", "move 10 10"):
        at += 0.01
        lines.append(f"{at:.6f} {what}")
    source = "\n".join(lines) + "\n" + END
    with Session(folder, source) as session:
        child = session.record("again.txt")
        wait_for(lambda: session.state()["events"] >= len(lines))
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    got, wanted = events(read(os.path.join(folder, "again.txt"))), events(source)
    result(child.returncode == 0 and out == "again.txt\n", "Ctrl+C ends it well", (out, err))
    result([what for _, what in got] == [re.sub(r"\.0\b", "", what) for _, what in wanted],
           "every event is in it", (got, wanted))
    shift = {got[i][0] - wanted[i][0] for i in range(min(len(got), len(wanted)) - 1)}
    result(len(shift) == 1, "to the nanosecond", shift)
    result(stat.S_IMODE(os.stat(os.path.join(folder, "again.txt")).st_mode) == 0o600,
           "it is for its user's eyes")
    result("passwords" in err and "passwords too" in read(session.log),
           "both say what it holds", err)


def test_shown(folder):
    """For as long as it is recorded every screen says so."""
    with Session(folder, END, "--size", "640x480", "--size", "320x240") as session:
        def shots():
            pictures = []
            for output in ("headless", "headless-2"):
                session.ctl("screenshot", "--output", output, "shot.png")
                with open(os.path.join(folder, "shot.png"), "rb") as file:
                    pictures.append(file.read())
            return pictures
        before = shots()
        child = session.record("shown.txt")
        during = shots()
        session.ctl("record-input", "stop")
        child.communicate(timeout=60)
        result(all(a != b for a, b in zip(before, during)), "every screen says that it is recorded")
        result(wait_for(lambda: shots() == before), "until it is not")


def test_ends(folder):
    with Session(folder, END) as session:
        result(session.state() == "no input was recorded yet", "nothing yet", session.state())
        got = session.ctl("record-input", "--for", "0.2", "-")
        result(got[0] == 0 and got[1].startswith("osaas input 1\nsize 640x480\nlayout de\n") and
               0.2 <= events(got[1])[-1][0] / 1e9 < 100, "--for, to the standard output", got)
        path = write(folder, "old.txt", "x" * 1000)
        os.chmod(path, 0o644)
        child = session.record("old.txt")
        got = session.ctl("record-input", "other.txt")
        result(got[0] == 1 and "already" in got[2] and
               not os.path.exists(os.path.join(folder, "other.txt")), "one at a time", got)
        got = session.ctl("record-input", "--stop")
        child.communicate(timeout=60)
        result(got[0] == child.returncode == 0 and got[1].startswith("0 events in"), "--stop", got)
        result(read(path).endswith(" end\n") and "x" not in read(path)[6:20] and
               stat.S_IMODE(os.stat(path).st_mode) == 0o600, "what was there is replaced",
               read(path))
        got = session.ctl("record-input", "stop")
        result(got[0] == 1 and "no input is being recorded" in got[2], "stopped already", got)
        child = session.record("killed.txt")
        child.kill()
        child.communicate(timeout=60)
        gone = wait_for(lambda: session.state()["state"] == "failed")
        result(gone and "gone" in session.state()["why"], "its client is killed", session.state())
        got = session.ctl("record-input", "no/such/folder")
        result(got[0] == 1 and "No such file" in got[2], "a file that cannot be made", got)
        wait_for(lambda: session.state()["state"] == "failed")
        os.mkfifo(os.path.join(folder, "pipe"))
        child = session.record("pipe")
        child.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.communicate(timeout=60)
        result(child.returncode == -signal.SIGINT, "a pipe that nobody reads: Ctrl+C ends it", child)
        child.kill()
        wait_for(lambda: session.state()["state"] == "failed")
        got = session.ctl("record-input", "--for", "soon", "end.txt")
        result(got[0] == 2 and "'soon' is no time" in got[2] and "--for 5" in got[2],
               "a time that is none", got)
        child = session.record("end.txt")
        session.process.terminate()
        child.communicate(timeout=60)
        result(child.returncode == 0 and read(os.path.join(folder, "end.txt")).endswith(" end\n"),
               "with the session", read(os.path.join(folder, "end.txt")))
    for words in (("record-input", "a", "b"), ("record-input", "--for", "x", "f"),
                  ("record-input", "--for", "3"), ("plugins", "--for", "3"),
                  ("plugins", "--stop"), ("record-input", "--watch", "f")):
        with Session(folder, END) as session:
            got = session.ctl(*words)
            result(got[0] == 2 and len(got[2].splitlines()) == 1, f"refused: {' '.join(words)}", got)


def test_burst(folder):
    """More at once than waits: what the socket takes of it goes there and then."""
    count = 14000
    source = "".join(f"3 move {i % 640} {i % 480}\n" for i in range(count))
    with Session(folder, source + END) as session:
        child = session.record("burst.txt")
        wait_for(lambda: session.state()["state"] != "recording" or
                 session.state()["events"] >= count)
        session.ctl("record-input", "stop")
        _, err = child.communicate(timeout=60)
        got = len(events(read(os.path.join(folder, "burst.txt"))))
        result(child.returncode == 0 and got == count + 1, "very many at once", (got, err))


def test_slow(folder):
    """Who does not read loses the recording; the session loses nothing."""
    count = 60000
    source = "".join(f"{6 + i / 20000:.6f} move {i % 640} {i % 480}\n" for i in range(count))
    with Session(folder, source + END) as session:
        child = session.record("slow.txt")
        child.send_signal(signal.SIGSTOP)
        failed = wait_for(lambda: session.state()["state"] == "failed")
        result(failed and "too slow" in session.state()["why"], "a client that is stopped",
               session.state())
        child.send_signal(signal.SIGCONT)
        _, err = child.communicate(timeout=60)
        result(child.returncode == 1 and "broke the recording off" in err, "it says so", err)
        got = read(os.path.join(folder, "slow.txt"))
        result(1000 < len(events(got)) < count, "what came before is there", len(events(got)))
        result(session.ctl("plugins")[0] == 0, "and the session goes on")


def main():
    with tempfile.TemporaryDirectory(prefix="replay") as folder:
        test_virtual(folder)
        test_motion(folder)
        test_wrong(folder)
        test_again(folder)
        test_shown(folder)
        test_ends(folder)
        test_burst(folder)
        test_slow(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
