"""The sample form, filled in by touch alone with the keyboard on the screen, and its lists by
dragging: what is in it is what it says of itself when it is saved.

Where things are the session is asked (osaas ctl controls): nothing here knows a place.
"""

import json
import time

from common import SANITIZERS, ctl, expect, osaas, plugins
from vm import VMError

RANGE = 32767
KEYBOARD = "On-screen keyboard"


class Form:
    """A session with the form, and the keyboard for its fields."""

    def __init__(self, vm, build, devices):
        self.vm, self.build, self.devices, self.at = vm, build, devices, 0
        self.width, self.height = vm.size
        self.upright = False

    def turn(self, upright, scale):
        """The panel stands on its side, or lies again."""
        ctl(self.vm, self.build, "output Virtual-1 "
            f"transform={'90' if upright else 'normal'} scale={scale}")
        self.upright = upright
        self.width, self.height = self.vm.size[::-1 if upright else 1]
        self.wait(lambda: self.height_of("Form") + self.height_of(KEYBOARD) == self.height,
                  "nothing turns")
        self.rests()

    def start(self, options=""):
        self.vm.start_session(
            f"{osaas(self.build)} session --audio none --grant input.method {options} "
            f"{plugins(self.build, 'form', 'keyboard')}",
            f"{SANITIZERS} LIBSEAT_BACKEND=builtin")
        self.vm.wait_first_frame()
        node = self.devices.do("touchscreen").split()[1]
        self.vm.wait_until(f"ls -l /proc/{self.vm.child()}/fd | grep -q '{node}$'")

    def end(self):
        self.devices.do("remove")
        expect(self.vm.end_session() == 0, self.vm.log()[-3000:])

    # What is there.

    def controls(self, plugin="Form"):
        rows = json.loads(ctl(self.vm, self.build, "--json controls"))["controls"]
        return [row for row in rows if row["plugin"] == plugin]

    def wait(self, what, say, timeout=60):
        """What it gives when that is true."""
        deadline = time.monotonic() + timeout * self.vm.agent.slack
        while not (got := what()):
            expect(time.monotonic() < deadline, f"{say}: {self.controls()}, {self.vm.log()[-2000:]}")
            if not self.vm.running(self.vm.session):
                raise VMError(f"the session ended; its log:\n{self.vm.log()[-3000:]}")
            time.sleep(0.2)
        return got

    def find(self, name, control=None, plugin="Form"):
        def look():
            return next((row for row in self.controls(plugin) if row["name"] == name
                         and control in (None, row["control"])), None)
        return self.wait(look, f"there is no {control or 'control'} '{name}'")

    def keys(self):
        """The keyboard's, by the names that they have now."""
        return {row["name"]: row for row in self.controls(KEYBOARD)}

    def is_up(self):
        return bool(self.keys())

    def height_of(self, plugin):
        rows = json.loads(ctl(self.vm, self.build, "--json plugins"))["plugins"]
        return next(row["height"] for row in rows if row["plugin"] == plugin)

    def rests(self):
        """Until nothing in it moves."""
        def still():
            seen = self.controls()
            time.sleep(0.3)
            return seen == self.controls()
        self.wait(still, "the form never rests")

    # What is done.

    def on_panel(self, x, y):
        """A pixel, for uinput.py: util/transform.h."""
        x, y = x / self.width, y / self.height
        if self.upright:
            x, y = y, 1 - x
        return f"{int(x * RANGE)} {int(y * RANGE)}"

    def place(self, row, part=0.5):
        """The middle of a control; part: how far down."""
        return self.on_panel(row["x"] + row["width"] / 2, row["y"] + row["height"] * part)

    def reach(self, name, control, parts=(8, 2)):
        """Moves the page until that is in sight, whole; parts: up, tenths of the screen."""
        def is_there():
            row = next((row for row in self.controls() if row["name"] == name
                        and control == row["control"]), None)
            if row and row["y"] + row["height"] < self.height_of("Form"):
                return row
            self.drag(*(self.on_panel(self.width / 50, self.height * part / 10) for part in parts))
            self.rests()
            return None
        return self.wait(is_there, f"'{name}' is out of reach")

    def drag(self, start, end):
        """A finger that goes from one place to another."""
        (x, y), (to_x, to_y) = (map(int, text.split()) for text in (start, end))
        steps = [f"move 0 {x + (to_x - x) * i // 10} {y + (to_y - y) * i // 10}"
                 for i in range(1, 11)]
        self.devices.do(f"down 0 {start}")
        for step in steps:
            self.devices.do(step)
        self.devices.do("up 0")

    def touch(self, *rows):
        """One after the other, at once: what stays down for long means something else."""
        self.devices.do("; ".join(f"down 0 {self.place(row)}; up 0" for row in rows))

    def type(self, keys, *names):
        """By the places that keys had; a name of several letters is one key."""
        self.touch(*(keys[name] for name in names))

    def saved(self):
        """What the form says that is in it: the keyboard goes, if it is there."""
        if self.is_up():
            self.touch(self.keys()["Hide keyboard"])
            self.wait(lambda: not self.is_up(), "the keyboard stays")
        self.rests()
        self.at = len(self.vm.log())
        self.touch(self.reach("Save", "button"))
        def told():
            lines = self.vm.log()[self.at:].splitlines()
            return [line.split("form: ", 1)[1] for line in lines if "form: " in line]
        lines = self.wait(lambda: "saved" in (got := told()) and got, "it is not saved")
        return dict(line.split("=", 1) for line in lines if "=" in line)


def comes_up(report, form):
    with report("a touch on a field brings the keyboard up, and the field stays in sight"):
        form.touch(form.find("Name", "editor"))
        form.wait(form.is_up, "no keyboard")
        form.rests()
        field, keys = form.find("Name", "editor"), form.keys()
        top = min(row["y"] for row in keys.values())
        expect(field["state"] == "focus" and 0 < field["y"] < field["y"] + field["height"] <= top,
               (field, top))
        lies, panel = form.height_of("Form"), form.height_of(KEYBOARD)
        expect(0 < panel and lies + panel == form.height and lies <= top, (lies, panel, top))


def types(report, form):
    keys = form.keys()
    with report("typed by touch alone: letters, Space, Shift for one"):
        form.type(keys, "Shift", "g", "r", "a", "c", "e", "Space", "Shift", "h", "o", "p")
        got = form.saved()
        expect(got["name"] == "Grace Hop", got)
        lies, panel = form.height_of("Form"), form.height_of(KEYBOARD)
        expect(not form.is_up() and (lies, panel) == (form.height, 0), (lies, panel))
    with report("dismissed, it comes back with the next touch, and goes on where it was"):
        form.touch(form.find("Name", "editor"))
        form.wait(form.is_up, "no keyboard")
        form.rests()
        keys = form.keys()
        form.type(keys, *["Right"] * 9, "p", "e", "r", "x", "y", "Backspace", "Backspace")
        got = form.saved()
        expect(got["name"] == "Grace Hopper", got)
    with report("Backspace that is held takes one after the other"):
        form.touch(form.find("Name", "editor"))
        form.wait(form.is_up, "no keyboard")
        form.rests()
        keys = form.keys()
        form.type(keys, *["Right"] * 12)
        form.devices.do(f"down 0 {form.place(keys['Backspace'])}")
        time.sleep(3)
        form.devices.do("up 0")
        form.type(keys, "a")
        got = form.saved()
        expect(got["name"].endswith("a") and len(got["name"]) < 8, got)


def kinds(report, form):
    with report("two keys at once: both count, in the order in which they went down"):
        form.touch(form.find("E-mail", "editor"))
        form.wait(form.is_up, "no keyboard")
        form.rests()
        keys = form.keys()
        form.devices.do(f"down 0 {form.place(keys['a'])}; down 1 {form.place(keys['l'])}; "
                        "up 0; up 1")
        got = form.saved()
        expect(got["email"] == "al", got)
    with report("a field of digits, and one whose text is not told"):
        form.touch(form.find("Age", "editor"))
        form.wait(lambda: "7" in form.keys(), "no digits")
        form.rests()
        form.type(form.keys(), "3", "7")
        form.touch(form.find("Password", "editor"))
        form.wait(lambda: "q" in form.keys(), "no letters")
        form.rests()
        form.type(form.keys(), "q", "w", "e")
        got = form.saved()
        expect(got["age"] == "37" and got["password"] == "(3 bytes)", got)


def layouts(report, form):
    with report("another layout by its key: the same places are other letters, on them, too"):
        form.touch(form.find("Name", "editor"))
        form.wait(form.is_up, "no keyboard")
        form.rests()
        us = form.keys()
        form.type(us, "Space", "y", "z")
        form.touch(us["Next layout"])
        form.wait(lambda: "ü" in form.keys(), "no German keys")
        de = form.keys()
        expect(de["z"]["x"] == us["y"]["x"] and de["y"]["x"] == us["z"]["x"], de)
        form.type(de, "ü", "z", "ß")
        form.touch(de["Next layout"])
        form.wait(lambda: "ü" not in form.keys(), "no US keys")
        form.type(form.keys(), "y")
        got = form.saved()
        expect(got["name"] == " yzüzßy", got)


def by_mouse(vm, row, to, part):
    """A drag, as fast as a hand is."""
    def middle(row, part=0.5):
        return int(row["x"] + row["width"] / 2), int(row["y"] + row["height"] * part)
    (x, y), (to_x, to_y) = middle(row), middle(to, part)
    vm.move(x, y)
    vm.button("left", True)
    for step in range(1, 11):
        vm.move(x + (to_x - x) * step // 10, y + (to_y - y) * step // 10)
        time.sleep(0.05)
    vm.button("left", False)


def by_finger(form, row, to, part):
    form.drag(form.place(row), form.place(to, part))


def upright(report, form):
    with report("on a panel that stands upright, of twice as many pixels: a telephone's keyboard"):
        form.turn(True, 2)
        form.touch(form.reach("E-mail", "editor", (2, 8)))
        form.wait(form.is_up, "no keyboard")
        form.rests()
        field, keys = form.find("E-mail", "editor"), form.keys()
        expect(field["y"] + field["height"] <= min(row["y"] for row in keys.values()), field)
        form.type(keys, *"q@q.de")
        got = form.saved()
        expect(got["email"].endswith("q@q.de"), got)
    with report("turned back with the keyboard up: both lie anew, and the next key is right"):
        form.touch(form.reach("Name", "editor", (2, 8)))
        form.wait(form.is_up, "no keyboard")
        form.turn(False, 1)
        form.type(form.keys(), "z")
        after = form.saved()
        expect(len(after["name"]) == len(got["name"]) + 1 and "z" in after["name"], (got, after))


def drags(report, form):
    before = form.saved()
    available, chosen = (before[key].split(",") for key in ("available", "chosen"))
    with report("dragged by the mouse from list to list"):
        item = available[0]
        by_mouse(form.vm, form.find(item, "list-item"), form.find("Chosen", "list"), 0.95)
        form.wait(lambda: form.find(item)["y"] > form.find("Chosen", "list")["y"], "it is not there")
        got = form.saved()
        expect(got["available"].split(",") == available[1:], (before, got))
        expect(got["chosen"].split(",") == chosen + [item], (before, got))
    with report("and by a finger, before an item of the other list"):
        item, at = chosen[0], available[1]
        by_finger(form, form.find(item, "list-item"), form.find(at, "list-item"), 0.2)
        form.wait(lambda: form.find(item)["y"] < form.find("Chosen", "list")["y"], "it is not there")
        got = form.saved()
        expect(got["available"].split(",") == [item, *available[1:]], (before, got))
        expect(got["chosen"].split(",") == [*chosen[1:], available[0]], (before, got))
    with report("dropped beside everything it stays where it was"):
        by_finger(form, form.find(item, "list-item"), form.find("A form", "heading"), 0.5)
        after = form.saved()
        expect(after["available"] == got["available"] and after["chosen"] == got["chosen"], after)


def forms(report, vm, build, devices):
    form = Form(vm, build, devices)
    form.start("--layout us")
    for part in (comes_up, types, kinds, drags, upright):
        part(report, form)
    with report("the form's session ends well"):
        form.end()
    form.start("--layout us,de")
    layouts(report, form)
    form.end()
