"""Displays through a whole session: what they are to be, gone and back, dark, two of them."""

import contextlib
import json
import os
import time

from common import SANITIZERS, expect, guest, no_sanitizer_reports, osaas, plugin
from devices import Devices
from hello import Hello
from image import Image
from rfb import Rfb
from session import near
from test_rotate import laid, unlike
from vm import VMError

SMALL, SECOND = (640, 480), (800, 600)
PULSE = (0x20, 0x60, 0x40)  # its background
MOVER = (32, 64, 96)
CONNECTOR = ("c=$(readlink -f $(dirname /sys/class/drm/card*-Virtual-1/status)); "
             "echo {} >$c/status; echo change >$c/../uevent")
CONFIG = "/tmp/outputs.ini"
HOT = 4  # from the corner of the pointer's picture to its tip, at scale 1


def plane(x, y):
    """Where the pointer's plane is when its tip is there."""
    return x - HOT, y - HOT


class Displays:
    """A session, asked and looked at."""

    def __init__(self, vm, build):
        self.vm, self.build = vm, build

    def start(self, *paths, config=""):
        self.configure(config)
        self.vm.start_session(
            f"{osaas(self.build)} session --audio none --config {CONFIG} {' '.join(paths)}",
            f"{SANITIZERS} LIBSEAT_BACKEND=builtin XCURSOR_THEME=none XDG_STATE_HOME=/tmp/state")

    def configure(self, text):
        self.vm.check(f"printf '{text}' >{CONFIG}.new && mv {CONFIG}.new {CONFIG}")

    def end(self):
        expect(self.vm.end_session(60) == 0, self.vm.log())

    def ctl(self, words):
        """(status, answer)"""
        return self.vm.sh(f"env {SANITIZERS} {osaas(self.build)} ctl {words}", 60)

    def rows(self, words, name):
        status, text = self.ctl(f"--json {words}")
        expect(status == 0, text)
        return json.loads(text)[name]

    def set(self, words, name="Virtual-1"):
        status, text = self.ctl(f"output {name} {words}")
        expect(status == 0, text)

    def refuses(self, words, why, name="Virtual-1"):
        status, text = self.ctl(f"output {name} {words}")
        expect(status == 1 and why in text, f"{status}: {text}")

    def row(self, name="Virtual-1"):
        return next(row for row in self.rows("output", "outputs") if row["output"] == name)

    def is_as(self, name="Virtual-1", **wanted):
        row = self.row(name)
        expect({key: row[key] for key in wanted} == wanted, row)

    def said(self, name="Virtual-1"):
        """Setting -> value, of what 'osaas ctl output' said."""
        return {row["key"]: row["value"] for row in self.rows(f"output {name}", "settings")
                if row["by"] == "osaas ctl output"}

    def screen_of(self, plugin_name):
        return next(row["screen"] for row in self.rows("plugins", "plugins")
                    if row["plugin"] == plugin_name)

    def frames(self):
        return {row["screen"]: row["frames"] for row in self.rows("stats", "screens")}

    def crtcs(self):
        """Of those that are on: (its size, where the pointer's plane is or None), in order."""
        sizes, pointers = {}, {}
        for line in self.vm.check("grab").splitlines():
            words = line.split()
            if words[0] == "crtc":
                sizes[words[1]] = words[2]
            elif words[0] == "plane" and words[2] == "cursor":
                pointers[words[4]] = tuple(map(int, words[words.index("dst") + 1].split(",")))
        return [(size, pointers.get(number)) for number, size in sizes.items()]

    def wait(self, condition, what):
        deadline = time.monotonic() + 10 * self.vm.agent.slack
        while True:
            found = condition()
            if found:
                return found
            if time.monotonic() > deadline:
                raise VMError(f"{what}: {self.crtcs()}, {self.rows('output', 'outputs')}")
            self.vm.check("sleep 0.3")

    def wait_crtcs(self, *wanted):
        """Until they are on, with the pointer's plane there: None is none, ... anywhere."""
        def there():
            found = self.crtcs()
            return len(found) == len(wanted) and all(
                size == w_size and w_at in (at, ...) for (size, at), (w_size, w_at)
                in zip(found, wanted))
        self.wait(there, f"not {wanted}")

    def wait_state(self, state, name="Virtual-1"):
        self.wait(lambda: self.row(name)["state"] == state, f"{name} is not {state}")

    def screenshot(self, options=""):
        status, text = self.ctl(f"screenshot {options} /out/shot.png")
        expect(status == 0, text)
        return Image.read(os.path.join(self.vm.out, "shot.png"))


@contextlib.contextmanager
def unchanged(displays):
    before = displays.vm.grab()
    yield
    expect(before.differing(displays.vm.grab()) == 0, "the picture is another")


def vkms(report, build):
    with guest("outputs-vkms", gpu="vkms") as vm:
        displays = Displays(vm, build)
        with report("vkms: kms alone: modes, sleep, colours, off and on"):
            status, text = vm.sh(f"{build}/tests/unit/kms/kms_config_smoke /dev/dri/card0", 120)
            expect(status == 0 and "\n0 failures\n" in text, text)
        with report("one display, told as a table and as JSON"):
            displays.start(plugin(build, "hello"))
            vm.wait_first_frame()
            status, text = displays.ctl("output")
            expect(status == 0 and text.split()[0] == "output" and "1024x768@60" in text, text)
            displays.is_as(connected="yes", state="on", position="0,0", scale="1",
                           transform="normal", mirror=None, refusal=None)
        modes(report, displays)
        scales(report, displays)
        refusals(report, displays)
        kept(report, displays)
        comes_later(report, displays)
        sleeps(report, displays)
        with report("no crash, no sanitizer report"):
            displays.end()
            no_sanitizer_reports(vm)


def modes(report, displays):
    vm = displays.vm
    with report("mode=800x600: the picture is of that size"):
        displays.set("mode=800x600")
        displays.wait_crtcs(("800x600", ...))
        Hello(800, 600).wait_drawn(vm, vm.grab)
    with report("a mode that the display lacks: said, and nothing changes"):
        with unchanged(displays):
            displays.refuses("mode=801x601", "the display has no mode of 801x601")
        displays.is_as(mode="800x600@60.317", refusal=None)
        expect(displays.said() == {"mode": "800x600"}, displays.said())
    with report("a mode by CVT"):
        displays.set("mode='cvt 1000x700@60'")
        displays.wait_crtcs(("1000x700", ...))
        Hello(1000, 700).wait_drawn(vm, vm.grab)
    with report("a smaller mode: the pointer is in it"):
        vm.move(100, 100, (1000, 700))
        vm.move(990, 690, (1000, 700))
        displays.set("mode=640x480")
        displays.wait_crtcs(("640x480", plane(639, 479)))
    with report("mode=preferred"):
        displays.set("mode=preferred")
        displays.wait_crtcs(("1024x768", ...))


def ring(vm, x, y, scale):
    """hello's marker is there, and as large as that scale makes it: 8 units, with a rim of 3."""
    vm.wait_pixel(x - round(6.5 * scale), y, Hello.marker, picture=vm.grab)
    expect(not near(vm.grab().px(x - round(9.5 * scale), y), Hello.marker), "it is larger")


def scales(report, displays):
    vm = displays.vm
    hello = Hello(1024, 768)
    vm.move(300, 360)
    vm.move(301, 361)
    for scale in (1.5, 2):
        with report(f"scale={scale}: hello is told, and where the pointer is now"):
            displays.set(f"scale={scale}")
            at = round(301 * scale), round(361 * scale)
            ring(vm, *at, scale)
            expect(not hello.wrong(vm.grab()), hello.wrong(vm.grab()))
    with report("turned and scaled: the panel shows the screenshot, with the pointer"):
        displays.set("scale=1.5 transform=90")
        displays.is_as(scale="1.5", transform="90", mode="1024x768@60.004")
        agrees(displays, "90")


def agrees(displays, transform):
    """The panel shows what a screenshot says, to the pixel, once it is at rest."""
    displays.vm.check("sleep 1")
    shot, shown = displays.screenshot("--pointer"), displays.vm.grab()
    expect(shot.colours().get(Hello.marker, 0) > 100, "hello does not show where the pointer is")
    count = unlike(shown, laid(shot, transform), 1)
    expect(count == 0, f"{count} pixels differ")


def refusals(report, displays):
    with report("what cannot be is refused, and says why"):
        with unchanged(displays):
            displays.refuses("off", "it is the only display that is on")
            displays.refuses("night=3400", "the card does not change its colours: there is "
                             "neither a gamma table nor a colour matrix; it is as it was")
            displays.refuses("vrr=on", "card or display have no variable refresh")
            displays.refuses("mirror=Virtual-1", "it cannot mirror itself")
        expect(displays.said() == {"scale": "1.5", "transform": "90", "mode": "preferred"},
               displays.said())


def plug(displays, what):
    """The same as a real one: its status, and an event."""
    displays.vm.check(CONNECTOR.format(what))


def kept(report, displays):
    vm = displays.vm
    with report("the next session has what was said"):
        displays.end()
        displays.start(plugin(displays.build, "hello"))
        vm.wait_first_frame()
        displays.is_as(scale="1.5", transform="90")
        vm.move(400, 500)
        vm.move(401, 501)
        agrees(displays, "90")
    with report("unplugged: the card's output is off"):
        before = displays.crtcs()
        picture = vm.grab()
        plug(displays, "off")
        displays.wait_crtcs()
        displays.is_as(connected="no", state=None)
    with report("plugged again: as it was, the pointer too"):
        plug(displays, "on")
        displays.wait_crtcs(*before)
        displays.is_as(scale="1.5", transform="90")
        vm.check("sleep 1")
        expect(picture.differing(vm.grab()) == 0, "the picture is another")
    with report("reset forgets it, once"):
        displays.set("reset")
        displays.is_as(scale="1", transform="normal")
        Hello(1024, 768).wait_drawn(vm, vm.grab)
        displays.refuses("reset", "nothing was said of Virtual-1")
        displays.end()


def comes_later(report, displays):
    vm = displays.vm
    with report("nothing is connected at the start: the session waits, and the picture comes"):
        plug(displays, "off")
        displays.start(plugin(displays.build, "hello"))
        vm.wait_log("no display is connected to /dev/dri/card0: waiting for one")
        vm.wait_log("Hello may use audio.out")
        vm.wait_until("ls /run/user/0/osaas/*")
        expect(displays.screen_of("Hello") is None, displays.ctl("plugins"))
        plug(displays, "on")
        vm.wait_first_frame()
        Hello(1024, 768).wait_drawn(vm, vm.grab)


def sleeps(report, displays):
    vm = displays.vm
    hello = Hello(1024, 768)
    with report("idle-off = 2: the card's output is off, and nobody wakes up"):
        displays.configure("[session]\\nidle-off = 2\\n")
        displays.wait_crtcs()
        displays.wait_state("asleep")
        vm.check("sleep 1")
        switches = f"grep -h ^voluntary /proc/{vm.child()}/status"
        before, after = (line.split()[1] for line in
                         vm.check(f"{switches}; sleep 5; {switches}").splitlines())
        expect(before == after, f"{before}, {after}")
    with report("a key wakes it, and does not reach hello; the next one does"):
        displays.configure("[session]\\nidle-off = 60\\n")
        vm.check("sleep 1")
        displays.wait_crtcs(("1024x768", ...))  # another setting wakes it, too
        displays.configure("[session]\\nidle-off = 2\\n")
        displays.wait_crtcs()
        vm.key("c")
        displays.wait_crtcs(("1024x768", ...))
        hello.wait_drawn(vm, vm.grab)
        displays.wait_crtcs()
        vm.key("shift")
        displays.wait_crtcs(("1024x768", ...))
        hello.press_key(vm, vm.grab)
    with report("away and back while it sleeps: it is light, with the whole picture"):
        displays.wait_crtcs()
        vm.check("busybox chvt 2; sleep 1; busybox chvt 1")
        displays.wait_crtcs(("1024x768", ...))
        hello.wait_drawn(vm, vm.grab)
        displays.wait_crtcs()
        vm.key("ctrl-alt-f2")
        vm.wait_until("[ $(cat /sys/class/tty/tty0/active) = tty2 ]")
        vm.check("sleep 3; busybox chvt 1")
        displays.wait_crtcs(("1024x768", ...))
        displays.configure("")
        vm.key("shift")
        hello.wait_drawn(vm, vm.grab)


# Two heads.


def virtio(report, build):
    with guest("outputs-virtio", gpu="virtio", size=SMALL, heads=2) as vm:
        displays = Displays(vm, build)
        devices = Devices(vm)
        devices.do("touchscreen")
        head = Rfb(os.path.join(vm.directory, "head1"))
        with report("virtio-gpu: one head at first, the second is plugged: beside it"):
            displays.start(f"{build}/tests/vm/pulse.so",
                           f"{build}/tests/unit/session/mover.so", plugin(build, "hello"),
                           config="[input osaas test touch screen]\\noutput = Virtual-2\\n")
            vm.wait_first_frame()
            displays.wait_crtcs(("640x480", ...))
            head.resize(*SECOND)
            displays.wait_crtcs(("640x480", ...), ("800x600", None))
            displays.is_as(position="0,0")
            displays.is_as("Virtual-2", position="640,0", state="on")
        windows(report, displays)
        crossing(report, displays, devices)
        mirror(report, displays, head)
        unplugged(report, displays, head)
        twins(report, displays, head)
        with report("no crash, no sanitizer report"):
            head.close()
            displays.end()
            no_sanitizer_reports(vm)


def corner(vm, head, colour):
    """The lower left corner of a head; QEMU may not have all of its frame yet."""
    def there():
        image = vm.screendump(head)
        return near(image.px(4, image.height - 4), colour)
    deadline = time.monotonic() + 10 * vm.agent.slack
    while not there():
        if time.monotonic() > deadline:
            raise VMError(f"head {head} does not show {colour}")
        time.sleep(0.2)


def windows(report, displays):
    vm = displays.vm
    with report("hello's window is on the second, the others' stay"):
        displays.set("windows=org.osaas.hello", "Virtual-2")
        expect([displays.screen_of(name) for name in ("Pulse", "Mover", "Hello")] ==
               ["Virtual-1", "Virtual-1", "Virtual-2"], displays.ctl("plugins"))
        Hello(*SECOND).wait_drawn(vm, lambda: vm.screendump(1))
        corner(vm, 0, MOVER)
    with report("what is at rest is not painted with what moves"):
        before = displays.frames()
        vm.check("sleep 2")
        after = displays.frames()
        print(f"# in 2 s: {before} -> {after}")
        expect(after["Virtual-1"] > before["Virtual-1"] + 10 and
               after["Virtual-2"] == before["Virtual-2"], f"{before} {after}")
    with report("ten frames a second on one do not hold the other"):
        displays.set("windows=org.osaas.test.mover", "Virtual-2")
        corner(vm, 1, MOVER)
        displays.ctl("close Hello")  # it would cover the pulse
        corner(vm, 0, PULSE)
        before = displays.frames()
        vm.check("sleep 4")
        after = displays.frames()
        slow, fast = (after[name] - before[name] for name in ("Virtual-1", "Virtual-2"))
        print(f"# in 4 s: {slow} and {fast}")
        expect(slow > 4 and fast > 1.5 * slow, f"{slow} and {fast}")
        displays.end()


def crossing(report, displays, devices):
    vm = displays.vm
    hello = Hello(*SECOND)
    with report("a new session: both heads, hello on the second by its settings"):
        displays.start(f"{displays.build}/tests/vm/pulse.so", plugin(displays.build, "hello"),
                       config="[input osaas test touch screen]\\noutput = Virtual-2\\n")
        vm.wait_first_frame()
        displays.set("windows=org.osaas.hello", "Virtual-2")
        hello.wait_drawn(vm, lambda: vm.screendump(1))
        displays.wait_crtcs(("640x480", plane(320, 240)), ("800x600", None))
    with report("the pointer goes over to the second, and hello sees it"):
        vm.move_rel(-30, -17)
        displays.wait_crtcs(("640x480", ...), ("800x600", None))
        for _ in range(12):
            vm.move_rel(40, 0)
        over = displays.wait(lambda: displays.crtcs()[0][1] is None and displays.crtcs(),
                             "the pointer is not on the second")
        x, y = (place + HOT for place in over[1][1])
        vm.wait_pixel(x, y, Hello.marker, picture=lambda: vm.screendump(1))
    with report("and back: hello sees it leave"):
        for _ in range(16):
            vm.move_rel(-40, 0)
        displays.wait(lambda: displays.crtcs()[0][1] and not displays.crtcs()[1][1],
                      "the pointer is not on the first")
        displays.wait(lambda: Hello.marker not in vm.screendump(1).colours(), "the marker stays")
    with report("a finger is on the display that its screen is said to be of"):
        devices.do("down 0 8192 16384")
        vm.wait_pixel(200, 300, Hello.marker, picture=lambda: vm.screendump(1))
        devices.do("up 0")
        displays.wait_crtcs(("640x480", None), ("800x600", None))


def mirror(report, displays, head):
    vm = displays.vm
    with report("a mirror of the same size shows the same, the pointer too"):
        head.resize(*SMALL)
        displays.wait_crtcs(("640x480", ...), ("640x480", ...))
        displays.set("mirror=Virtual-1", "Virtual-2")
        displays.is_as("Virtual-2", mirror="Virtual-1", position=None)
        expect(displays.screen_of("Hello") == "Virtual-1", displays.ctl("plugins"))
        vm.move_rel(-2000, -2000)
        vm.move_rel(24, 60)  # on none of hello's samples
        displays.wait(lambda: displays.crtcs()[0][1] and
                      displays.crtcs()[0] == displays.crtcs()[1], "not the same")
        Hello(*SMALL).wait_drawn(vm)
        displays.wait(lambda: vm.screendump(0).differing(vm.screendump(1)) == 0, "not the same")
    with report("a mirror of another size: scaled to fit, the pointer drawn"):
        head.resize(*SECOND)
        displays.wait_crtcs(("640x480", ...), ("800x600", None))
        displays.is_as("Virtual-2", scale="1.25")
        fits = Hello(*SMALL)
        displays.wait(lambda: all(
            near(vm.screendump(1).px(round(x * 1.25), round(y * 1.25)), colour, 2)
            for x, y, colour in fits.samples()), "hello is not as large as fits")
    with report("no mirror any more: its own window again"):
        displays.set("mirror=none", "Virtual-2")
        expect(displays.screen_of("Hello") == "Virtual-2", displays.ctl("plugins"))
        Hello(*SECOND).wait_drawn(vm, lambda: vm.screendump(1))


def unplugged(report, displays, head):
    vm = displays.vm
    with report("off: its window is on the first; on: it is back"):
        displays.set("off", "Virtual-2")
        displays.wait_crtcs(("640x480", ...))
        expect(displays.screen_of("Hello") == "Virtual-1", displays.ctl("plugins"))
        Hello(*SMALL).wait_drawn(vm)
        displays.refuses("off", "it is the only display that is on")
        displays.set("on", "Virtual-2")
        displays.wait_crtcs(("640x480", ...), ("800x600", ...))
        Hello(*SECOND).wait_drawn(vm, lambda: vm.screendump(1))
    with report("unplugged with the pointer on it: window and pointer are on the first"):
        for _ in range(20):
            vm.move_rel(40, 20)
        displays.wait(lambda: displays.crtcs()[1][1], "the pointer is not on the second")
        head.resize(0, 0)
        displays.wait_crtcs(("640x480", plane(320, 240)))
        vm.wait_pixel(320, 240, Hello.marker)
        Hello(*SMALL).wait_drawn(vm)
    with report("plugged again: its window is back, where it was in size and settings"):
        head.resize(*SECOND)
        displays.wait_crtcs(("640x480", plane(320, 240)), ("800x600", None))
        displays.is_as("Virtual-2", position="640,0")
        Hello(*SECOND).wait_drawn(vm, lambda: vm.screendump(1))
        expect(Hello.marker not in vm.screendump(1).colours(), "the marker came along")
        displays.set("reset", "Virtual-2")


def twins(report, displays, head):
    with report("said of the only one of its model: another one's coming changes nothing of it"):
        head.resize(0, 0)
        displays.wait_crtcs(("640x480", ...))
        displays.set("scale=1.25")
        head.resize(*SECOND)
        displays.wait_crtcs(("640x480", ...), ("800x600", ...))
        displays.is_as(scale="1.25")
        expect(displays.said() == {"scale": "1.25"}, displays.said())
        displays.set("transform=180")
        displays.is_as(scale="1.25", transform="180")
        expect(displays.said() == {"scale": "1.25", "transform": "180"}, displays.said())
    with report("the pointer's plane is in its place after all that"):
        vm = displays.vm
        vm.move_rel(-2000, -2000)
        displays.wait_crtcs(("640x480", ...), ("800x600", None))
        vm.move_rel(80, 40)
        displays.set("transform=normal")
        x, y = (place + round(HOT * 1.25) for place in displays.crtcs()[0][1])
        vm.wait_pixel(x, y, Hello.marker)
    with report("reset, until nothing is said"):
        displays.set("reset")
        displays.set("reset")
        displays.is_as(scale="1", transform="normal")
        displays.refuses("reset", "nothing was said of Virtual-1")


def outputs(report, build):
    vkms(report, build)
    virtio(report, build)
