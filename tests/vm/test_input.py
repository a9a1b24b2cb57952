"""Devices of all kinds: heard by a plugin as they were meant, pulled in the middle, hostile; and
nothing of it reaches the console below."""

import os
import re
import subprocess
import tempfile
import time

from below import Below
from common import SANITIZERS, ctl, expect, guest, is_near, no_sanitizer_reports, osaas, settle
from devices import Devices
from forms import forms
from pointing import pointing
from vm import VMError

SIZE = (1024, 768)
RANGE = 32767
CHURN = int(os.environ.get("INPUT_CHURN", 50))
MORE_MEMORY = 48 << 10  # KiB: a sanitizer holds back what was freed
SHIFT, CTRL, ALT, ALTGR, ENTER = 42, 29, 56, 100, 28


class Ear:
    """A session whose plugin tells what it hears."""

    def __init__(self, vm, build):
        self.vm, self.build, self.at = vm, build, 0
        self.plugin = os.path.join(build, "tests", "vm", "ear.so")

    def start(self, environment="", options="", backend="builtin"):
        self.vm.start_session(
            f"{osaas(self.build)} session --audio none {options} {self.plugin}",
            f"{SANITIZERS} LIBSEAT_BACKEND={backend} {environment}")
        self.vm.wait_first_frame()
        self.child = self.vm.child()
        self.mark()

    def plug(self, devices, *words):
        """Devices, which the session has opened then; what is heard from then on counts."""
        for word in words:
            for node in devices.do(word).split()[1::2]:
                self.vm.wait_until(f"ls -l /proc/{self.child}/fd | grep -q '{node}$'")
        self.mark()

    def mark(self):
        """What was heard before does not count any more."""
        self.at = len(self.vm.log())

    def _lines(self, at=None):
        """[(where it ends, what was heard)], since that place of the log."""
        out, at = [], self.at if at is None else at
        for line in self.vm.log()[at:].splitlines(keepends=True):
            at += len(line)
            if ": hears " in line and line.endswith("\n"):
                out.append((at, line.split("hears ", 1)[1].rstrip("\n")))
        return out

    def heard(self):
        return [line for _, line in self._lines()]

    def wait(self, *patterns, timeout=20, but=None):
        """Waits for lines like these, in this order, others between them, none like but; they and
        those before do not count any more. Returns each pattern's first group, else the line."""
        deadline = time.monotonic() + timeout * self.vm.agent.slack
        while True:
            lines, found = self._lines(), []
            for end, line in lines:
                if m := re.search(patterns[len(found)], line):
                    found.append(m[1] if m.re.groups else line)
                elif but and re.search(but, line):
                    raise AssertionError(f"heard '{line}':\n" + "\n".join(self.heard()))
                if len(found) == len(patterns):
                    self.at = end
                    return found
            if time.monotonic() > deadline:
                raise AssertionError(f"not heard: {patterns[len(found)]}\n" +
                                     "\n".join(self.heard()))
            if not self.vm.running(self.vm.session):
                raise VMError(f"the session ended; its log:\n{self.vm.log()[-3000:]}")
            time.sleep(0.1)

    def wait_all(self, *patterns):
        """As wait(); returns all that was heard till then."""
        at = self.at
        self.wait(*patterns)
        return [line for end, line in self._lines(at) if end <= self.at]

    def end(self):
        expect(self.vm.end_session() == 0, self.vm.log()[-3000:])

    def memory(self):
        """KiB"""
        text = self.vm.check(f"grep VmRSS /proc/{self.child}/status")
        return int(text.split()[1])


def key(code, text, mods=0):
    """A press and a release, as patterns."""
    return rf"key {code} down mods {mods:x} '{re.escape(text)}'", rf"key {code} up"


def answers(ear, devices):
    """The session is there, and a key gets through, which means what it should."""
    ctl(ear.vm, ear.build, "plugins")
    ear.plug(devices, "keyboard answers")
    ear.mark()
    devices.do("as answers tap 45")
    ear.wait(*key(45, "x"))
    devices.do("unplug answers")


# What all kinds of devices say.


def keyboards(report, ear, devices):
    with report("keyboard: keys, text, modifiers"):
        ear.plug(devices, "keyboard")
        devices.do(f"tap 30 {SHIFT}+31 {CTRL}+46 57")
        ear.wait(*key(30, "a"), rf"key {SHIFT} down", *key(31, "S", 4), rf"key {SHIFT} up mods 0",
                 *key(46, "", 1), *key(57, " "), but=r"key 46 down .*'c'")
    with report("keyboard: a key that is held repeats, one that is let go does not"):
        devices.do("key 30 1")
        time.sleep(2)
        devices.do("key 30 0")
        repeats = ear.wait(r"key 30 down", r"(\d+) repeats", r"key 30 up")[1]
        expect(int(repeats) > 3, repeats)
        time.sleep(1)
        devices.do("tap 31")
        ear.wait(*key(31, "s"), but="repeats")
    with report("two keyboards: a key is up when both let go; Shift of one is for the other"):
        ear.plug(devices, "keyboard second")
        devices.do("as keyboard key 30 1")
        devices.do("as second key 30 1")
        devices.do("as second key 30 0")
        devices.do(f"as second key {SHIFT} 1")
        devices.do("as keyboard key 30 0")
        devices.do("as keyboard tap 31")
        devices.do(f"as second key {SHIFT} 0")
        ear.wait(*key(30, "a"), *key(31, "S", 4), but=r"key 30 down .*'A'")
        devices.do("unplug second")
        ear.plug(devices, "keyboard")


def mice(report, ear, devices):
    with report("mouse: it moves, all its buttons, both wheels"):
        ear.plug(devices, "mouse")
        devices.do("rel 40 30")
        for code in range(0x110, 0x115):
            devices.do(f"button {code} 1")
            devices.do(f"button {code} 0")
        devices.do("wheel 0 2")
        devices.do("wheel -1 0")
        ear.wait(r"move to", *[rf"{kind} .* of 0.0 button {code:x} buttons {buttons}"
                               for code in range(0x110, 0x115) for kind, buttons in
                               (("press", f"{1 << (code - 0x110):x}"), ("release", 0))],
                 r"scroll 0 800", r"scroll -400 0")
    with report("mouse: a drag is one from its press to its release"):
        devices.do("button 272 1")
        for _ in range(10):
            devices.do("rel -9 5")
        devices.do("button 272 0")
        ear.wait(r"press .* button 110", r"\d+ drag to .* buttons 1",
                 r"release .* button 110 buttons 0", but=r"\d+ move|enter|leave")


def touchpads(report, ear, devices):
    with report("touchpad: a finger moves the pointer"):
        ear.plug(devices, "touchpad")
        time.sleep(1)
        devices.do("pad 1 30 20 60 40 0 0 300")
        time.sleep(1)
        devices.do("tap 30")
        ear.wait(r"\d+ move to .* of 0\.0", *key(30, "a"), but="press|scroll")
        time.sleep(1)
    for fingers, button in ((1, 0x110), (2, 0x111), (3, 0x112)):
        with report(f"touchpad: {fingers} fingers that tap are button {button:x}"):
            devices.do(f"pad {fingers} 50 30 50 30 14 14 40")
            ear.wait(rf"press .* button {button:x}", rf"release .* button {button:x}")
            time.sleep(1)
    with report("touchpad: two fingers scroll, down and right"):
        devices.do("pad 2 50 15 50 45 14 14 400")
        down = ear.wait(r"scroll 0 (-?\d+)", but="press|move")[0]
        time.sleep(1)
        ear.mark()
        devices.do("pad 2 25 30 75 30 14 14 400")
        right = ear.wait(r"scroll (-?\d+) 0", but="press|move")[0]
        expect(int(down) > 0 and int(right) > 0, (down, right))
        time.sleep(1)
        ear.mark()


def gestures(report, ear, devices):
    with report("touchpad: three fingers swipe"):
        devices.do("pad 3 50 15 50 45 12 12 400")
        ear.wait(r"swipe begin fingers 3", r"swipe update fingers 3 by -?\d+ \d",
                 r"swipe end fingers 3", but="press|scroll")
        time.sleep(1)
    with report("touchpad: two fingers pinch"):
        devices.do("pad 2 50 30 50 30 10 60 500")
        scales = ear.wait(r"pinch begin fingers 2", r"pinch update .* scale (\d+)%",
                          r"pinch end fingers 2 .* scale (\d+)%", but="press|scroll")
        expect(int(scales[2]) > 120, scales)
        time.sleep(1)
        ear.mark()
    with report("touchpad: three fingers that rest are held"):
        devices.do("pad 3 50 30 50 30 12 12 1500")
        ear.wait(r"hold begin fingers 3", r"hold end fingers 3", but="press|scroll")
        time.sleep(1)
    with report("a touchpad pulled in a swipe: it is over, and the next one is heard"):
        devices.do("pad 3 50 15 50 45 12 12 400 hold")
        ear.wait(r"swipe begin", r"swipe update")
        devices.do("unplug touchpad")
        ear.wait(r"swipe (end|cancel)")
        ear.plug(devices, "touchpad")
        time.sleep(1)
        devices.do("pad 3 50 15 50 45 12 12 400")
        ear.wait(r"swipe begin fingers 3", r"swipe end fingers 3")
        time.sleep(1)


def pen_at(x, y):
    return rf"at {round(x * SIZE[0] / (RANGE + 1))} {round(y * SIZE[1] / (RANGE + 1))} of 2\.0"


def pens(report, ear, devices):
    with report("tablet: a pen comes near, presses, draws, its button, and goes"):
        ear.plug(devices, "tablet")
        devices.do("pen 8192 8192 0 10 -20")
        ear.wait(r"enter .* of 2\.0")
        devices.do("pen 8192 8192 3000 10 -20")
        devices.do("pen 12288 8192 3500 10 -20; pen 16384 8192 4000 30 -20")
        devices.do("barrel 1; barrel 0")
        devices.do("pen 16384 8192 0 30 -20")
        devices.do("away")
        ear.wait(r"pen tool 0 pressure ([1-9]\d*) tilt",
                 rf"press {pen_at(8192, 8192)} button 110", r"drag to",
                 r"press .* of 2\.0 button 111 buttons 3", r"release .* button 111 buttons 1",
                 r"release .* button 110 buttons 0", r"leave .* of 2\.0")
    with report("tablet: how it is held, and how hard it presses"):
        devices.do("pen 8192 8192 0 10 -20")
        devices.do("pen 8192 8192 4095 30 -40")
        got = ear.wait(r"pen tool 0 pressure \d{5} tilt (\d+ -\d+) buttons 1")[0]
        expect(all(abs(int(a) - b) <= 2 for a, b in zip(got.split(), (30, -40))), got)
        devices.do("pen 8192 8192 0 10 -20; away")
        ear.wait("release", "leave")
    with report("a tablet pulled in a stroke: it is over, and the next one works"):
        devices.do("pen 8192 8192 0 0 0; pen 8192 8192 3000 0 0")
        devices.do("pen 9000 8192 3000 0 0; pen 10000 8192 3000 0 0")
        ear.wait(r"press .* of 2\.0 button 110")
        devices.do("barrel 1")
        ear.wait(r"press .* of 2\.0 button 111 buttons 3")
        devices.do("unplug tablet")
        ear.wait(r"release .* button 110 buttons [02]|cancel")
        ear.plug(devices, "tablet")
        devices.do("pen 8192 16384 0 0 0; pen 8192 16384 3000 0 0; pen 8192 16384 0 0 0; away")
        ear.wait(rf"press {pen_at(8192, 16384)} button 110 buttons 1", r"release .* buttons 0",
                 "leave")
        devices.do("button 272 1; button 272 0")
        ear.wait(r"press .* of 0\.0 button 110 buttons 1", r"release .* buttons 0")


def glide(devices, contacts, steps=4):
    """Ten fingers go a bit down."""
    for step in range(1, steps + 1):
        for i in range(contacts):
            devices.do(f"move {i} {2000 + 3000 * i} {8000 + 200 * step}")


def is_at(text, x, y):
    """Of the panel's units."""
    return is_near(text, (x * SIZE[0] / (RANGE + 1), y * SIZE[1] / (RANGE + 1)))


def touch_screens(report, ear, devices):
    with report("touch screen: ten fingers at once, each on a way of its own"):
        ear.plug(devices, "touchscreen")
        for i in range(10):
            devices.do(f"down {i} {2000 + 3000 * i} 8000")
        glide(devices, 10)
        for i in range(10):
            devices.do(f"up {i}")
        began = ear.wait(*[rf"press at (\d+ \d+) of 1\.{i} " for i in range(10)])
        expect(all(is_at(at, 2000 + 3000 * i, 8000) for i, at in enumerate(began)), began)
        ended = over(ear, 10)
        expect(len(ended) == 10 and not any("cancel" in line for line in ended), ended)
        places = {int(finger): at for at, finger in
                  (re.search(r"at (\d+ \d+) of 1\.(\d+)", line).groups() for line in ended)}
        expect(all(is_at(places[i], 2000 + 3000 * i, 8800) for i in range(10)), ended)
    with report("touch screen: where the panel was touched"):
        for x, y in ((0, 0), (RANGE // 2, RANGE // 3), (RANGE, RANGE)):
            devices.do(f"down 0 {x} {y}")
            devices.do("up 0")
            at = ear.wait(r"press at (\d+ \d+) of 1\.0", r"release")[0]
            expect(is_at(at, x, y), (at, x, y))


# Pulled out in the middle.


def unplugged(report, ear, devices):
    with report("a keyboard pulled with a key down: it is up, and works again when it is back"):
        devices.do("key 30 1")
        ear.wait(r"key 30 down")
        devices.do("unplug keyboard")
        ear.wait(r"key 30 up")
        time.sleep(1.5)
        expect(not ear.heard(), ear.heard())
        ear.plug(devices, "keyboard")
        devices.do("tap 30")
        ear.wait(*key(30, "a"), but="repeats")
    with report("... with Shift, Ctrl and Alt down: none of them sticks"):
        for code in (SHIFT, CTRL, ALT):
            devices.do(f"key {code} 1")
        ear.wait(rf"key {ALT} down mods d")
        devices.do("unplug keyboard")
        ear.plug(devices, "keyboard")
        devices.do("tap 30")
        ear.wait(*key(30, "a"))
    with report("... with a key down that another one holds, too"):
        ear.plug(devices, "keyboard second")
        devices.do("as keyboard key 30 1")
        devices.do("as second key 30 1")
        ear.wait(r"key 30 down")
        devices.do("unplug keyboard")
        time.sleep(1)
        expect(not [line for line in ear.heard() if "key" in line], ear.heard())
        devices.do("as second key 30 0")
        ear.wait(r"key 30 up")
        devices.do("unplug second")
        ear.plug(devices, "keyboard")
    with report("a mouse pulled with a button down, and in a drag: released, and none sticks"):
        for drag in (False, True):
            devices.do("button 272 1")
            ear.wait(r"press .* button 110 buttons 1")
            for _ in range(5 if drag else 0):
                devices.do("rel 5 5")
            devices.do("unplug mouse")
            ear.wait(r"release .* button 110 buttons 0|cancel")
            ear.plug(devices, "mouse")
            devices.do("rel 3 3")
            devices.do("button 273 1")
            devices.do("button 273 0")
            ear.wait(r"\d+ move to", r"press .* button 111 buttons 2",
                     r"release .* button 111 buttons 0", but=r"drag|buttons [13]")
    with report("a touchpad pulled while two fingers scroll, and in the middle of a drag"):
        devices.do("pad 2 50 15 50 40 14 14 300 hold")
        ear.wait(r"scroll")
        devices.do("unplug touchpad")
        ear.plug(devices, "touchpad")
        time.sleep(1)
        devices.do("pad 1 50 30 50 30 0 0 30; pad 1 50 30 70 30 0 0 300 hold")
        devices.do("tap 45")  # moves are told when something else comes
        ear.wait(r"press .* button 110", r"drag", *key(45, "x"), but="release")
        devices.do("unplug touchpad")
        devices.do("button 273 1")
        devices.do("button 273 0")
        ear.wait(r"release .* button 110|cancel", r"press .* button 111 buttons 2", r"release")
        ear.plug(devices, "touchpad")
    with report("a touch screen pulled with fingers down, and gliding: they are up, and free again"):
        for moved in (False, True):
            for i in range(3):
                devices.do(f"down {i} {3000 + 5000 * i} 9000")
            if moved:
                glide(devices, 3)
            ear.wait(*[rf"press .* of 1\.{i}" for i in range(3)])
            devices.do("unplug touchscreen")
            over(ear, 3)
            ear.plug(devices, "touchscreen")
            devices.do("down 0 16000 16000")
            devices.do("up 0")
            ear.wait(r"press .* of 1\.0", r"release .* of 1\.0")
    with report("all of them pulled at once while another console is shown"):
        devices.do("key 30 1")
        devices.do("button 272 1")
        devices.do("down 0 16000 16000")
        ear.wait(r"key 30 down", r"press .* of 0", r"press .* of 1")
        ear.vm.check("busybox chvt 2")
        ear.wait(r"key 30 up")
        devices.do("remove")
        ear.vm.check("busybox chvt 1")
        ear.plug(devices, "keyboard", "mouse", "touchpad", "touchscreen")
        devices.do("tap 30")
        devices.do("button 272 1")
        devices.do("button 272 0")
        ear.wait(*key(30, "a"), r"press .* buttons 1", r"release .* buttons 0", timeout=40)


def over(ear, contacts):
    """Each of these contacts has ended, in whatever order; the lines that say so."""
    deadline = time.monotonic() + 20 * ear.vm.agent.slack
    while True:
        ended = [line for line in ear.heard() if re.search(r"(release|cancel) at .* of 1\.", line)]
        if len({re.search(r"of 1\.(\d+)", line)[1] for line in ended}) >= contacts:
            break
        expect(time.monotonic() < deadline, "fingers that have ended:\n" + "\n".join(ended))
        time.sleep(0.1)
    ear.mark()
    return ended


# Layouts: what is typed by place on the keyboard, and the text that is meant.

LAYOUTS = {
    "us": ("", f"35 18 38 38 24 {SHIFT}+2 {SHIFT}+12 43", "hello!_\\"),
    "de": ("", f"44 21 12 39 {ALTGR}+16 {SHIFT}+40 13 18 {SHIFT}+13 30 13 57", "yzßö@Äéà'"),
    "fr": ("", f"16 30 39 50 {ALTGR}+18 3 26 18 {SHIFT}+26 {SHIFT}+22", "aqm,€éêÜ"),
    "us,gr": ("grp:alt_shift_toggle",
              f"30 {ALT}+{SHIFT} 30 48 39 30 {ALT}+{SHIFT} 30 48", "aαβάab"),
    "us(dvorak)": ("", "31 32 33 34 35 20", "oeuidy"),
}


def layouts(report, ear, devices):
    for name, (options, codes, text) in LAYOUTS.items():
        with report(f"layout {name}: the text that was meant"):
            variant = name[3:-1] if "(" in name else ""
            ear.start(f"XKB_DEFAULT_LAYOUT={name.partition('(')[0]} "
                      f"XKB_DEFAULT_VARIANT={variant} XKB_DEFAULT_OPTIONS={options}")
            ear.plug(devices, "keyboard")
            devices.do(f"tap {codes} {ENTER}")
            got = ear.wait(r"typed '(.*)'")[0]
            expect(got == text, f"{got}, not {text}")
            devices.do("unplug keyboard")
        ear.end()


# What is held when the session opens its devices.

HOLD = (f"key {SHIFT} 1", "key 30 1", "button 272 1", "down 0 8192 8192",
        "pen 20000 20000 3000 10 -20")
LET_GO = ("key 30 0", f"key {SHIFT} 0", "button 272 0", "up 0", "pen 20000 20000 0 10 -20", "away")
KINDS = "keyboard", "mouse", "touchscreen", "tablet"


def opens(ear, devices):
    """All devices at once, however long libwacom takes for the tablet."""
    deadline = time.monotonic() + 60 * ear.vm.agent.slack
    while not ear.heard():
        expect(time.monotonic() < deadline, "no device says anything")
        devices.do("rel 3 3")
        ear.vm.check("sleep 1")


def is_let_go(ear, devices):
    """Nobody hears of the keys, and of no release without its press; then all is as ever."""
    for line in LET_GO:
        devices.do(line)
    devices.do("tap 31")
    heard = ear.wait_all(*key(31, "s"))
    keys = [line for line in heard if line.startswith("key")]
    expect(len(keys) == 2, heard)
    down = 0
    for line in heard:
        down += line.startswith("press") - line.startswith("release")
        expect(down >= 0, heard)
    expect(down == 0, heard)
    for line in ("rel 40 30", "button 272 1", "button 272 0", "down 0 8192 8192", "up 0",
                 "pen 8192 8192 0 10 -20", "pen 8192 8192 3000 10 -20", "pen 8192 8192 0 10 -20",
                 "away", f"tap {SHIFT}+30"):
        devices.do(line)
    ear.wait(r"press .* of 0\.0 button 110 buttons 1", r"release .* button 110 buttons 0",
             r"press .* of 1\.0 button 110", r"release .* of 1\.0", r"press .* of 2\.0 button 110",
             r"release .* of 2\.0", rf"key {SHIFT} down", *key(30, "A", 4))
    ear.wait(rf"key {SHIFT} up mods 0")


def opened(report, ear, devices):
    vm = ear.vm
    for line in KINDS + HOLD:
        devices.do(line)
    with report("held when the session starts: nobody's, and it does not stick"):
        ear.start()
        ear.at = 0
        opens(ear, devices)
        is_let_go(ear, devices)
    with report("held when its console comes back: nobody's, and it does not stick"):
        vm.check("busybox chvt 2")
        vm.wait_shown(2)
        for line in HOLD:
            devices.do(line)
        ear.mark()
        vm.check("busybox chvt 1")
        opens(ear, devices)
        is_let_go(ear, devices)
    with report("held when it goes until it is back: up when it goes, nobody's then"):
        for line in HOLD:
            devices.do(line)
        ear.wait(rf"key {SHIFT} down", r"key 30 down", r"press .* button 110")
        vm.check("busybox chvt 2")
        vm.wait_shown(2)
        ear.wait(r"key 30 up", rf"key {SHIFT} up mods 0")
        ear.mark()
        vm.check("busybox chvt 1")
        opens(ear, devices)
        is_let_go(ear, devices)
    devices.do("remove")
    ear.end()
    for when in ("asked", "queued", "clocked"):
        with report(f"let go of while its keyboard is opened ({when}): its next press counts"):
            devices.do("keyboard")
            devices.do(f"key {CTRL} 1")
            vm.check("udevadm settle --timeout=60", 90)
            tool = os.path.join(ear.build, "tests", "unit", "input", "input_let_go")
            status, said = vm.sh(f"{SANITIZERS} {tool} {when}", 60)
            expect(status == 0, said)
        devices.do("remove")


# The console below.


def screen_text(vm, number):
    return "\n".join(vm.check(f"fold -w 128 /dev/vcs{number}").split())


def held(ear, devices, how):
    """The kernel repeats it for whoever has the keyboard then. When somebody else switches, seatd
    has done so before the session hears of it: it can only see to it that it ends."""
    vm = ear.vm
    ear.start()
    ear.plug(devices, "keyboard")
    text = screen_text(vm, 2)
    with Below(vm, "read") as below:
        devices.do("key 45 1")
        ear.wait("key 45 down")
        if how.startswith("is switched away"):
            if how.endswith("keys"):
                vm.key("ctrl-alt-f2")
            else:
                vm.check("busybox chvt 2")
            vm.wait_shown(2)
            vm.check("sleep 2")
            if not how.endswith("keys"):
                text = screen_text(vm, 2)
            vm.check("sleep 2; busybox chvt 1")
            ear.wait("key 45 up")
            vm.check("sleep 1")
            ear.end()
        elif how == "is killed":
            vm.check(f"kill -9 {ear.child}")
            vm.wait(vm.session, 30)
        else:
            ear.end()
        vm.check("sleep 2")
        devices.do("key 45 0")
        vm.check("sleep 1")
    devices.do("unplug keyboard")
    expect(not below.figures, below.figures)
    after = screen_text(vm, 2)
    expect(after == text, f"tty2 was typed into: {text[-200:]}\n{after[-200:]}")


def console(report, ear, devices):
    vm = ear.vm
    seatd = vm.spawn("exec seatd -u root", "seatd.log")
    vm.wait_until("[ -S /run/seatd.sock ]")
    for backend in ("builtin", "seatd"):
        with report(f"below: not a key from the session's start to its end, {backend}"):
            with Below(vm) as below:
                ear.start(backend=backend)
                vm.check("sleep 3")
                ear.end()
                vm.check("sleep 2")
            below.some("on", "off")
    vm.check(f"kill {seatd}")
    with report("below: nor when it is killed"):
        with Below(vm) as below:
            ear.start()
            vm.check("sleep 1")
            vm.check(f"kill -9 {vm.child()}")
            vm.wait(vm.session, 30)
            vm.check("sleep 2")
        below.some("on", "off")
    for name in ("ends", "is killed", "is switched away", "is switched away by keys"):
        with report(f"below: nor a key that is held when it {name}"):
            held(ear, devices, name)
    with report("below: nor through ten VT switches"):
        ear.start()
        with Below(vm) as below:
            for _ in range(5):
                vm.check("busybox chvt 2; sleep 0.7; busybox chvt 1; sleep 0.7")
        below.some("off", "elsewhere")
        expect(below.figures["read"] == 0, below.figures)
    with report("below: keys that mean something to a console do nothing there"):
        state, text = vm.vt_state(1), screen_text(vm, 1)
        expect((state["display"], state["keyboard"]) == ("graphics", "off"), state)
        reader = vm.spawn("cat </dev/tty1", "cat.log")
        ear.plug(devices, "keyboard")
        ear.mark()
        chords = ["28", f"{CTRL}+46", f"{CTRL}+44", f"{CTRL}+43", f"{CTRL}+32", "1", "15",
                  f"{ALT}+60", f"{ALT}+106", f"{SHIFT}+104", f"{CTRL}+{ALT}+111", "70",
                  f"{CTRL}+70", f"{ALT}+70", "119", "58", "69", "103", "111", "88"]
        devices.do(f"tap {' '.join(chords)} 58 69 70 {ENTER} 30 {ENTER}")
        ear.wait(*key(30, "a"), r"key 28 up")
        vm.check("sleep 1")
        expect(vm.vt_state(1) == state, vm.vt_state(1))
        expect(vm.running(reader) and vm.read("cat.log") == "", vm.read("cat.log"))
        expect(screen_text(vm, 1) == text, "the console's text is another")
        vm.check(f"kill {reader}")
        devices.do("unplug keyboard")
    ear.end()


# Hostile devices.


def hostile(report, ear, devices):
    vm = ear.vm
    ear.start()
    before = ear.memory()
    ear.plug(devices, "keyboard answers")
    storm = Devices(vm, "storm")
    with report("a storm of moves: ctl answers, a key gets through, Ctrl+Alt+F2 works"):
        storm.do("mouse")
        storm.begin("storm /tmp/calm")
        vm.check("sleep 1")
        for i in range(3):
            ctl(vm, ear.build, "plugins")
            ear.mark()
            devices.do("as answers tap 45")
            ear.wait(*key(45, "x"))
        devices.do(f"as answers tap {CTRL}+{ALT}+60")
        vm.wait_shown(2)
        vm.check("busybox chvt 1")
        vm.wait_shown(1)
        ctl(vm, ear.build, "plugins")
        expect(not storm.is_done(), vm.read("storm.log"))
        vm.check("touch /tmp/calm")
        print("# " + storm.end(120).strip())
        devices.do("unplug answers")
        answers(ear, devices)
    with report("axes that make no sense"):
        print("# " + devices.do("absurd", 300).strip())
        settle(ear.vm, ear.build)
        answers(ear, devices)
    with report(f"{CHURN} devices come and go"):
        devices.do(f"churn {CHURN}", 300 + 6 * CHURN)
        settle(ear.vm, ear.build)
        answers(ear, devices)
    with report("none of it costs memory"):
        after = ear.memory()
        print(f"# resident {before} -> {after} KiB")
        expect(after <= before + MORE_MEMORY, (before, after))
    ear.end()


# Recordings.


def plain(lines):
    """Moves that were merged are as good as those that were not."""
    return [re.sub(r"^\d+ ", "", line) for line in lines if "repeats" not in line]


def replayed(ear, path):
    """What the plugin hears on the host, of the same recording."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [osaas(ear.build), "session", "--backend", "headless", "--clock", "virtual",
             "--replay", path, ear.plugin], capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=300,
            env={**os.environ, "XDG_RUNTIME_DIR": folder, "HOME": folder})
    expect(done.returncode == 0, done.stderr)
    return [line.split("hears ", 1)[1] for line in done.stderr.splitlines() if ": hears " in line]


def recordings(report, ear, devices):
    vm = ear.vm
    ear.plug(devices, "keyboard", "mouse", "touchscreen", "tablet")
    settle(ear.vm, ear.build)
    with report("record-input, and a session without a screen hears the same of it"):
        recorder = vm.spawn(
            f"env {SANITIZERS} {osaas(ear.build)} ctl record-input /out/input.txt", "record.log")
        vm.wait_log("all input is recorded")
        ear.mark()
        at = ear.at
        devices.do("rel 1 1")
        devices.do(f"tap 30 {SHIFT}+31 48")
        for command in ("rel 30 40", "button 272 1", "rel -5 -5", "button 272 0", "wheel 0 1",
                        "down 0 9000 9000", "down 1 20000 9000", "move 0 9500 9000", "up 0",
                        "up 1", "pen 8192 8192 0 10 -20", "pen 8192 8192 3000 10 -20",
                        "pen 9000 9000 3500 12 -20", "pen 9000 9000 0 12 -20", "away", "tap 16"):
            devices.do(command)
        ear.wait(*key(16, "q"))
        expect(vm.running(recorder), vm.read("record.log"))
        ctl(vm, ear.build, "record-input stop")
        ear.at = at
        here, there = plain(ear.heard()), plain(replayed(ear, os.path.join(vm.out, "input.txt")))
        # Before the first move its window's size, and that the pointer came in.
        there = there[next(i for i, line in enumerate(there) if line.startswith("move")):]
        here = here[next(i for i, line in enumerate(here) if line.startswith("move")):]
        expect(here == there, "\n".join(["here:", *here, "there:", *there]))
        ear.mark()
    with report("what 'libinput record' wrote comes again from devices of the same kind"):
        vm.check("command -v libinput")
        pid = vm.spawn("exec libinput record --show-keycodes -o /out/recorded.yml --all",
                       "libinput.log")
        vm.wait_until("grep -q 'events:' /out/recorded.yml", 60)
        vm.check("sleep 2")
        devices.do(f"tap 30 {SHIFT}+31 48")
        devices.do("rel 30 40")
        devices.do("button 272 1")
        devices.do("button 272 0")
        ear.wait(*key(48, "b"), r"press .* button 110", r"release .* button 110")
        vm.check(f"sleep 1; kill -INT {pid}; sleep 1")
        devices.do("remove")
        ear.plug(devices, "load /out/recorded.yml")
        print("# " + devices.do("play", 120).strip())
        ear.wait(*key(30, "a"), *key(31, "S", 4), *key(48, "b"), r"move to",
                 r"press .* button 110", r"release .* button 110")


def devices_of_all_kinds(report, ear, devices):
    ear.start()
    for part in (keyboards, mice, touchpads, gestures, touch_screens, pens, unplugged):
        part(report, ear, devices)
    devices.do("remove")
    recordings(report, ear, devices)
    devices.do("remove")
    with report("the session ends well"):
        ear.end()


def filled_in(report, ear, devices):
    forms(report, ear.vm, ear.build, devices)


PARTS = {"devices": devices_of_all_kinds, "layouts": layouts, "opened": opened,
         "console": console, "hostile": hostile, "forms": filled_in, "pointing": pointing}


def inputs(report, build):
    chosen = os.environ.get("INPUT_PARTS", " ".join(PARTS)).split()
    with guest("input", gpu="virtio", size=SIZE) as vm:
        ear, devices = Ear(vm, build), Devices(vm)
        for name in chosen:
            PARTS[name](report, ear, devices)
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)
