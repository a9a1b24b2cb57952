#!/usr/bin/env python3
"""The window on a desktop, on an X server without a display. TAP.

    nested_test.py OSAAS TELLER X11_ASK

Skipped where Xvfb or xdotool is missing. What comes to the plugin's window it writes into
the log.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from tap import BARE, finish, result, wait_for

OSAAS, TELLER, X11_ASK = map(os.path.abspath, sys.argv[1:4])


class Desktop:
    """An X server of its own."""

    def __init__(self, folder):
        reading, writing = os.pipe()
        # Without -noreset all starts anew, the pointer too, when the last window goes.
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1000x800x24", "-nolisten", "tcp",
             "-noreset"],
            pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as line:
            number = line.readline().strip()
        self.env = {**BARE, "DISPLAY": ":" + number, "HOME": folder, "XDG_RUNTIME_DIR": folder,
                    "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        self.folder = folder

    def do(self, *arguments):
        """xdotool; its output."""
        plain = {k: v for k, v in self.env.items() if k != "LD_PRELOAD"}
        return subprocess.run(["xdotool", *map(str, arguments)], env=plain, text=True,
                              capture_output=True, check=False, timeout=60).stdout.strip()

    def ask(self, *arguments):
        return subprocess.run([X11_ASK, *map(str, arguments)], env=self.env, text=True,
                              capture_output=True, check=False, timeout=60).stdout.strip()

    def end(self):
        self.server.kill()
        self.server.wait()

    @contextlib.contextmanager
    def run(self, *arguments):
        with Session(self, arguments) as running:
            yield running


class Session:
    def __init__(self, desktop, arguments):
        self.desktop = desktop
        self.log_path = os.path.join(desktop.folder, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([OSAAS, *arguments], env=desktop.env, stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL)
        self.seen = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def tells(self, what):
        """Whether it tells of that, after what it was known to tell."""
        def there():
            at = self.log().find("tells: " + what, self.seen)
            if at >= 0:
                self.seen = at + 1
            return at >= 0
        return wait_for(there, 60)

    def window(self):
        return wait_for(lambda: self.desktop.do("search", "--name", "osaas$"), 60)

    def switches(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status.read(), re.M).group(1)


def test_picture(desktop, running, window):
    result(running.tells("size 640 480 scale 100%"), "a size", running.log())
    result(wait_for(lambda: desktop.do("getwindowname", window) == "Teller - osaas"), "a title",
           desktop.do("getwindowname", window))
    desktop.do("windowmove", "--sync", window, 100, 50)
    result(wait_for(lambda: desktop.ask("pixel", 300, 300) == "c04020"), "a picture",
           desktop.ask("pixel", 300, 300))
    result(desktop.ask("pixel", 739, 529) == "c04020" and desktop.ask("pixel", 740, 529) == "000000",
           "to its last pixel", desktop.ask("pixel", 739, 529))


def test_keys(desktop, running, window):
    desktop.do("windowfocus", "--sync", window)
    desktop.do("key", "y")
    result(running.tells("key 21 down 'z'") and running.tells("key 21 up ''"),
           "a key, in the session's layout", running.log())
    result(wait_for(lambda: desktop.ask("pixel", 300, 300) == "20a040"), "it paints anew",
           desktop.ask("pixel", 300, 300))
    desktop.do("keydown", "shift")
    result(running.tells("key 42 down ''"), "a modifier", running.log())
    root = desktop.do("search", "--maxdepth", 0, "--name", ".*").split("\n")[0]
    desktop.do("windowfocus", root)
    result(running.tells("key 42 up ''"), "is released when the keys go elsewhere", running.log())
    desktop.do("keyup", "shift")
    desktop.do("windowfocus", "--sync", window)
    desktop.do("key", "a")
    result(running.tells("key 30 down 'a'"), "and does not stick", running.log())


def test_pointer(desktop, running, window):
    desktop.do("mousemove", "--window", window, 600, 100)
    result(running.tells("pointer 8 at 600 100 button 0 of 0"), "moved", running.log())
    desktop.do("mousemove", "--window", window, 20, 30)
    result(running.tells("pointer 8 at 20 30 button 0 of 0"), "and again", running.log())
    desktop.do("click", 3)
    result(running.tells("pointer 2 at 20 30 button 111") and
           running.tells("pointer 4 at 20 30 button 111"), "clicked", running.log())
    desktop.do("click", 5)
    result(running.tells("scroll 0 40"), "scrolled", running.log())
    desktop.do("mousemove", 900, 700)
    result(running.tells("pointer 64 at"), "left", running.log())


def test_capture(desktop, running, window):
    desktop.do("windowfocus", "--sync", window)
    desktop.do("mousemove", "--window", window, 100, 100)
    running.tells("pointer 8 at 100 100")
    desktop.do("key", "F11")
    result(running.tells("captured 1"), "the pointer is the plugin's", running.log())
    for _ in range(5):
        desktop.do("mousemove_relative", 400, 0)
    result(all(running.tells("motion ") for _ in range(5)), "it moves beyond the window's edge",
           running.log())
    desktop.do("key", "super+Escape")
    result(running.tells("captured 0"), "until the user wants it back", running.log())
    desktop.do("mousemove", "--window", window, 50, 60)
    result(running.tells("pointer 8 at 50 60"), "where it is then", running.log())


def test_size(desktop, running, window):
    desktop.do("windowsize", "--sync", window, 333, 222)
    result(running.tells("size 333 222 scale 100%"), "another size", running.log())
    result(wait_for(lambda: desktop.ask("pixel", 432, 271) not in ("000000", "")),
           "is painted", desktop.ask("pixel", 432, 271))


def test_turned(desktop, running, window):
    """333 by 222, from the test before."""
    def turn(how):
        subprocess.run([OSAAS, "ctl", "output", "nested", how], env=desktop.env, check=False,
                       stdout=subprocess.DEVNULL, timeout=60)
    turn("transform=flipped")
    desktop.do("mousemove", "--window", window, 20, 30)
    result(running.tells("pointer 8 at 312 30"), "flipped: the pointer is what it is over",
           running.log())
    turn("transform=90")
    result(running.tells("size 222 333 scale 100%"), "turned: the other size", running.log())
    desktop.do("mousemove", "--window", window, 21, 30)
    result(running.tells("pointer 8 at 191 21"),
           "turned: the pointer", running.log())
    desktop.do("windowsize", "--sync", window, 320, 200)
    result(running.tells("size 200 320 scale 100%"), "turned: resized", running.log())
    turn("reset")
    result(running.tells("size 320 200 scale 100%"), "and back", running.log())
    result("could not be shown" not in running.log(), "all was shown", running.log())


def test_idle(running):
    """Whatever the machine is busy with: who sleeps is not woken."""
    def quiet():
        before = running.switches()
        time.sleep(1)
        return before == running.switches()
    result(wait_for(quiet), "idle is idle", running.switches())


def test_close(desktop, running, window):
    desktop.ask("close", window)
    result(wait_for(lambda: running.process.poll() is not None) and running.process.returncode == 0,
           "its button ends the session", (running.process.returncode, running.log()))


def test_run(desktop):
    with desktop.run("run", "--size", "200x100", "--scale", "1.5", TELLER) as running:
        result(running.tells("size 200 100 scale 150%") and running.window(),
               "run opens a window, too", running.log())
    shot = os.path.join(desktop.folder, "shot.png")
    with desktop.run("run", "--shot", shot, TELLER) as running:
        running.process.wait(120)
        result(running.process.returncode == 0 and os.path.exists(shot), "but not for a picture",
               running.log())
    with desktop.run("run", "--backend", "kms", TELLER) as running:
        running.process.wait(120)
        result(running.process.returncode == 2, "nor takes the screen", running.log())


def shows(desktop, colour):
    """Somewhere on the desktop's own."""
    return any(desktop.ask("pixel", x, y) == colour
               for y in range(50, 600, 100) for x in range(50, 900, 100))


def test_wayland(desktop):
    """Weston in a window of the X server, with two pixels to a unit: its input is real."""
    if not shutil.which("weston"):
        print("# no weston: Wayland is not tested")
        return
    # Not where its window opens: Weston 10 divides by zero for a pointer that is in there
    # before the first frame, and goes on from 0 0.
    desktop.do("mousemove", 950, 700)
    plain = {k: v for k, v in desktop.env.items() if k != "LD_PRELOAD"}
    weston = subprocess.Popen(
        ["weston", "--backend=x11-backend.so", "--socket=nested-test", "--width=450",
         "--height=300", "--scale=2", "--no-config", "--idle-time=0"],
        env=plain, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        socket = os.path.join(desktop.folder, "nested-test")
        up = wait_for(lambda: os.path.exists(socket) or weston.poll() is not None)
        result(up and weston.poll() is None, "there is a Wayland desktop", weston.poll())
        desktop.env["WAYLAND_DISPLAY"] = "nested-test"
        with desktop.run("session", "--audio", "none", "--size", "300x200", TELLER) as running:
            result(running.tells("size 600 400 scale 200%"), "on Wayland: the display's pixels",
                   running.log())
            result(wait_for(lambda: shows(desktop, "c04020")), "on Wayland: a picture",
                   running.log())
            window = desktop.do("search", "--class", "weston").split("\n")[0]
            desktop.do("windowfocus", window)
            desktop.do("mousemove", "--window", window, 450, 300)
            result(running.tells("pointer 8 at"), "on Wayland: moved", running.log())
            desktop.do("click", 1)
            result(running.tells("pointer 2 at"), "on Wayland: a click", running.log())
            desktop.do("key", "a")
            result(running.tells("key 30 down 'a'"), "on Wayland: a key", running.log())
            result(wait_for(lambda: shows(desktop, "20a040")), "on Wayland: it paints anew",
                   running.log())
            desktop.do("click", 5)
            result(running.tells("scroll 0 40"), "on Wayland: the wheel", running.log())
            test_idle(running)
    finally:
        desktop.env.pop("WAYLAND_DISPLAY", None)
        weston.terminate()
        weston.wait()


def test_desktop_dies(desktop):
    with desktop.run("session", "--audio", "none", TELLER) as running:
        running.window()
        desktop.end()
        result(wait_for(lambda: running.process.poll() is not None) and running.process.returncode,
               "the desktop goes, the session ends", (running.process.poll(), running.log()))


def main():
    for needed in ("Xvfb", "xdotool"):
        if not shutil.which(needed):
            print(f"1..0 # SKIP there is no {needed}")
            return 0
    with tempfile.TemporaryDirectory() as folder:
        desktop = Desktop(folder)
        try:
            with desktop.run("session", "--audio", "none", "--layout", "de", "--size", "640x480",
                             "--grant", "input.capture", TELLER) as running:
                window = running.window()
                test_picture(desktop, running, window)
                test_keys(desktop, running, window)
                test_pointer(desktop, running, window)
                test_capture(desktop, running, window)
                test_size(desktop, running, window)
                test_turned(desktop, running, window)
                test_idle(running)
                test_close(desktop, running, window)
            test_run(desktop)
            test_wayland(desktop)
            test_desktop_dies(desktop)
        finally:
            desktop.end()
    return finish()


if __name__ == "__main__":
    sys.exit(main())
