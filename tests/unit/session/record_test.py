#!/usr/bin/env python3
"""osaas ctl record: an output as a video, by ffmpeg and by what takes its place. TAP.

    record_test.py OSAAS PLUGIN_DIR MOVER
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from tap import BARE, finish, result, wait_for

OSAAS, PLUGINS, MOVER = map(os.path.abspath, sys.argv[1:4])
HELLO = os.path.join(PLUGINS, "hello.so")
SLOW = "#!/bin/sh\nfor last; do :; done\nsleep 5\ncat <&3 >\"${last#file:}\"\n"
HANGS = "#!/bin/sh\nexec 3<&-\nexec sleep 600\n"
DEAD = "#!/bin/sh\necho 'one line' >&2\necho \"Unknown encoder 'x'\" >&2\nexit 1\n"


def environment(folder, path=BARE["PATH"]):
    return {**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder, "PATH": path}


def ctl(folder, *arguments):
    done = subprocess.run([OSAAS, "ctl", *arguments], env=environment(folder), text=True,
                          capture_output=True, timeout=60, cwd=folder, stdin=subprocess.DEVNULL,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def state(folder):
    return json.loads(ctl(folder, "record", "--json")[1])["record"]


@contextlib.contextmanager
def session(folder, *arguments, path=BARE["PATH"]):
    process = subprocess.Popen(
        [OSAAS, "session", "--backend", "headless", *arguments], env=environment(folder, path),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: ctl(folder, "tasks")[0] == 0 and screen(folder)["frames"])
        yield process
    finally:
        process.terminate()
        process.wait(60)


def screen(folder):
    return json.loads(ctl(folder, "stats", "--json")[1])["screens"][0]


def tool(folder, script):
    """A PATH with an ffmpeg of our own before the others."""
    place = tempfile.mkdtemp(dir=folder)
    with open(os.path.join(place, "ffmpeg"), "w", encoding="ascii") as file:
        file.write(script)
    os.chmod(file.name, 0o755)
    return f"{place}:{BARE['PATH']}"


def probe(folder, name):
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_entries",
         "stream=codec_name,width,height,nb_read_frames,r_frame_rate:format=duration", "-of",
         "json", os.path.join(folder, name)], capture_output=True, text=True, check=False)
    got = json.loads(done.stdout or "{}")
    if not got.get("streams"):
        return {"error": done.stderr}
    return {**got["streams"][0], "seconds": float(got["format"].get("duration", 0))}


def hashes(folder, name):
    """One for each picture."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", os.path.join(folder, name), "-f",
                           "framemd5", "-"], capture_output=True, text=True, check=False)
    return [line.split(",")[-1].strip() for line in done.stdout.splitlines()
            if not line.startswith("#")]


def test_moving(folder):
    """With a virtual clock nothing is left out, and each picture is another."""
    for name, codec, rate in (("a.mkv", "h264", 30), ("b.mp4", "h264", 60), ("c.webm", "vp9", 20)):
        with session(folder, "--clock", "virtual", "--size", "161x99", MOVER):
            got = ctl(folder, "record", name, "--rate", str(rate))
            result(got == (0, f"headless is recorded, {rate} pictures a second, to {folder}/{name}\n",
                           ""), f"record to {name}", got)
            wait_for(lambda: state(folder)["frames"] >= 100)
            got = ctl(folder, "record", "stop")
            result(got[0] == 0 and got[1].startswith(f"{folder}/{name}: "), "stop", got)
            after = state(folder)
            seconds = after["length_ns"] / 1e9
            result(after["state"] == "done" and after["dropped"] == 0
                   and abs(after["frames"] - rate * seconds) <= 2, "a picture each time", after)
        video = probe(folder, name)
        result(video.get("codec_name") == codec and video["r_frame_rate"] == f"{rate}/1"
               and (video["width"], video["height"]) == (162, 100)
               and abs(int(video["nb_read_frames"]) - rate * seconds) <= 2
               and abs(video["seconds"] - seconds) < 0.2, "it is that video", (video, after))
        seen = hashes(folder, name)
        same = sum(a == b for a, b in zip(seen, seen[1:]))
        result(len(seen) > 50 and same <= len(seen) // 20, "of what moves", (same, len(seen)))


def test_still(folder):
    """A picture that does not change is sent once a second, and lasts."""
    with session(folder, "--audio", "none", "--size", "160x120", HELLO):
        ctl(folder, "record", "still.mkv")
        before = screen(folder)["frames"]
        time.sleep(2.5)
        result(ctl(folder, "record", "stop")[0] == 0, "stop", "")
        after = state(folder)
        result(2 <= after["frames"] <= 2 + after["length_ns"] // 10**9, "few pictures", after)
        result(screen(folder)["frames"] == before, "no frame for its sake", before)
    video = probe(folder, "still.mkv")
    seconds = after["length_ns"] / 1e9
    result(seconds >= 2.5 and abs(video.get("seconds", 0) - seconds) < 0.2
           and abs(int(video["nb_read_frames"]) - 30 * seconds) <= 2, "a constant rate",
           (video, after))


def test_end(folder):
    """The session ends first: the file is finished all the same."""
    with session(folder, "--audio", "none", "--size", "160x120", MOVER) as process:
        ctl(folder, "record", "end.mp4")
        wait_for(lambda: state(folder)["frames"] >= 20)
        ctl(folder, "stop")
        process.wait(60)
    result(wait_for(lambda: int(probe(folder, "end.mp4").get("nb_read_frames", 0)) >= 15, 30),
           "the session ends first", probe(folder, "end.mp4"))


def test_turned(folder):
    """The output has another size: what was seen before is in the file."""
    with session(folder, "--audio", "none", "--size", "320x200", HELLO):
        ctl(folder, "record", "turned.mkv")
        ctl(folder, "output", "headless", "transform=90")
        result(wait_for(lambda: state(folder)["state"] == "done"), "ends with its size",
               state(folder))
        got = ctl(folder, "record", "stop")
        result(got[0] == 1 and "the last one ended: the output is 200x320 now" in got[2],
               "stop says why", got)
        ctl(folder, "output", "headless", "reset")
    video = probe(folder, "turned.mkv")
    result(int(video.get("nb_read_frames", 0)) >= 1 and video["width"] == 320,
           "what was seen is there", video)


def test_slow(folder):
    """Pictures are left out, frames are not."""
    with session(folder, "--audio", "none", "--size", "1024x768", MOVER,
                 path=tool(folder, SLOW)):
        got = ctl(folder, "record", "slow.mkv")
        before = screen(folder)["frames"]
        dropped = wait_for(lambda: state(folder)["dropped"] >= 10)
        now = state(folder)
        result(got[0] == 0 and dropped and now["frames"] <= 2 and now["state"] == "recording",
               "a slow encoder", (got, now))
        result(screen(folder)["frames"] > before, "does not stall frames", before)
        got = ctl(folder, "record", "other.mkv")
        result(got[0] == 1 and "something is being recorded" in got[2], "another at the same time",
               got)
        ctl(folder, "record", "stop")
        result(wait_for(lambda: state(folder)["state"] == "done"), "it is finished in the end",
               state(folder))
    size = os.path.getsize(os.path.join(folder, "slow.mkv"))
    result(size > 1024 * 768 * 4, "what was sent arrived", size)
    done = probe(folder, "slow.mkv")
    result(done.get("codec_name") == "rawvideo" and done["width"] == 1024, "as a stream of pictures",
           done)


def test_failing(folder):
    with session(folder, "--audio", "none", "--size", "160x120", MOVER, path=tool(folder, DEAD)):
        got = ctl(folder, "record", "dead.mkv")
        result(wait_for(lambda: state(folder)["state"] == "failed")
               and "Unknown encoder 'x'" in state(folder)["why"], "an encoder that dies",
               (got, state(folder)))
        got = ctl(folder, "record", "stop")
        result(got[0] == 1 and "the last one failed: Unknown encoder 'x'" in got[2], "stop says why",
               got)
        before = screen(folder)["frames"]
        result(wait_for(lambda: screen(folder)["frames"] > before), "the session goes on", before)
    with session(folder, "--audio", "none", "--size", "160x120", MOVER, path=folder):
        got = ctl(folder, "record", "none.mkv")
        result(got[0] == 1 and "ffmpeg is not installed: install the package ffmpeg" in got[2]
               and not os.path.exists(os.path.join(folder, "none.mkv")), "without ffmpeg", got)


def test_hanging(folder):
    """It takes nothing and does not end: it can be got rid of."""
    with session(folder, "--audio", "none", "--size", "160x120", MOVER, path=tool(folder, HANGS)):
        ctl(folder, "record", "hangs.mkv")
        got = ctl(folder, "record", "stop")
        result(got[0] == 0 and "'osaas ctl record stop' again breaks it off" in got[1],
               "an encoder that hangs", got)
        got = ctl(folder, "record", "stop")
        result(got[0] == 1 and "ffmpeg ended with signal 9" in got[2], "a second stop ends it", got)
        result(ctl(folder, "record", "again.mkv")[0] == 0, "then another can begin", state(folder))
        ctl(folder, "record", "stop")
        ctl(folder, "record", "stop")


def test_wrong(folder):
    with session(folder, "--audio", "none", "--size", "160x120", HELLO):
        got = ctl(folder, "record")
        result(got == (0, "nothing was recorded yet\n", ""), "record without a word", got)
        for arguments, status, words in (
                (["record", "stop"], 1, "nothing is being recorded"),
                (["record", "a.avi"], 2, "ends in .mkv, .mp4 or .webm, not 'a.avi'"),
                (["record", "a.mkv", "--rate", "0"], 2, "what to record?"),
                (["record", "a.mkv", "--rate", "fast"], 2, "what to record?"),
                (["record", "a.mkv", "b.mkv"], 2, "what to record?"),
                (["record", "a.mkv", "--output", "DP-1"], 1, "these are there: headless"),
                (["record", "/nosuch/a.mkv"], 1, "/nosuch/a.mkv: No such file"),
                (["record", "/dev/null/a.mkv"], 1, "/dev/null/a.mkv: Not a directory"),
                (["screenshot", "--rate", "5"], 2, "takes no --rate"),
                (["record", "a.mkv", "--watch"], 2, "not for watching")):
            got = ctl(folder, *arguments)
            result(got[0] == status and words in got[2] and got[2].count("\n") == 1,
                   "ctl " + " ".join(arguments), got)


def main():
    if not shutil.which("ffmpeg", path=BARE["PATH"]):
        print("1..0 # SKIP ffmpeg is not installed")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        test_moving(folder)
        test_still(folder)
        test_end(folder)
        test_turned(folder)
        test_slow(folder)
        test_failing(folder)
        test_hanging(folder)
        test_wrong(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
