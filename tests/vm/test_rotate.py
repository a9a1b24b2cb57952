"""All eight ways a panel can be mounted: picture, pointer, touch and screenshot agree."""

import os

from common import (SANITIZERS, ctl, expect, guest, no_sanitizer_reports, osaas, plugin,
                    pointer_place, session_command, unlike)
from devices import Devices
from hello import Hello
from image import Image

PANEL = (640, 480)
RANGE = 32767
# From the view (x, y, its width and height) to the panel: util/transform.h.
TRANSFORMS = {
    "normal": lambda x, y, w, h: (x, y),
    "90": lambda x, y, w, h: (y, w - 1 - x),
    "180": lambda x, y, w, h: (w - 1 - x, h - 1 - y),
    "270": lambda x, y, w, h: (h - 1 - y, x),
    "flipped": lambda x, y, w, h: (w - 1 - x, y),
    "flipped-90": lambda x, y, w, h: (y, x),
    "flipped-180": lambda x, y, w, h: (x, h - 1 - y),
    "flipped-270": lambda x, y, w, h: (h - 1 - y, w - 1 - x),
}


def view_size(name):
    return PANEL[::-1] if name.endswith(("90", "270")) else PANEL


def to_panel(name, x, y):
    return TRANSFORMS[name](x, y, *view_size(name))


def laid(view, name):
    """The upright picture as the panel must show it."""
    turned = name.endswith(("90", "270"))
    width, height = (view.height, view.width) if turned else (view.width, view.height)
    lie, size = TRANSFORMS[name], (view.width, view.height)
    out = bytearray(width * height * 3)
    rgb = view.rgb
    for y in range(view.height):
        # Steps along a row of the view are the same everywhere.
        x0, y0 = lie(0, y, *size)
        x1, y1 = lie(1, y, *size)
        at, step = (y0 * width + x0) * 3, ((y1 - y0) * width + x1 - x0) * 3
        row = y * view.width * 3
        for x in range(0, view.width * 3, 3):
            out[at:at + 3] = rgb[row + x:row + x + 3]
            at += step
    return Image(width, height, bytes(out))


def upright(vm, build, name):
    """hello in a window of that size, drawn into memory in the guest."""
    width, height = view_size(name)
    vm.check(f"env {SANITIZERS} DISPLAY= WAYLAND_DISPLAY= {osaas(build)} run "
             f"--size {width}x{height} --shot /out/upright.png {plugin(build, 'hello')}", 60)
    return Image.read(os.path.join(vm.out, "upright.png"))


def turn(vm, build, name):
    ctl(vm, build, f"output Virtual-1 transform={name}")
    wanted = laid(upright(vm, build, name), name)
    for _ in range(20):
        shown, but = grab(vm), pointer_place(vm, build)
        if unlike(shown, wanted, but=but) == 0:
            return
        vm.check("sleep 1")
    shown.save_png(os.path.join(vm.out, f"is-{name}.png"))
    wanted.save_png(os.path.join(vm.out, f"should-{name}.png"))
    raise AssertionError(f"{unlike(shown, wanted, but=but)} pixels are not as they should be")


def grab(vm):
    vm.check("grab --crc --tries 20 --screen /out/now.ppm", 120)
    return Image.read(os.path.join(vm.out, "now.ppm"))


def wait_marker(vm, x, y):
    """hello's red spot is under the finger or the pointer; its middle may be covered."""
    vm.wait_pixel(x, y, Hello.marker, picture=lambda: grab(vm))


def touch(vm, devices, name):
    """A finger on three places of the panel; hello's marker comes to where the finger is."""
    for x, y in ((120, 90), (440, 190), (320, 375)):
        at = f"{round(x * RANGE / PANEL[0])} {round(y * RANGE / PANEL[1])}"
        devices.do(f"down 0 {at}")
        wait_marker(vm, x, y)
        devices.do("up 0")


def pointer(vm, build, name):
    """The pointer's picture lies on the panel as the rest does: the same one, turned, with its
    tip where the device points."""
    view = view_size(name)
    x, y = view[0] // 2, view[1] // 2
    px, py = to_panel(name, x, y)
    vm.move(px // 2, py // 2, PANEL)  # where it is already nothing would move
    vm.move(px, py, PANEL)
    vm.wait_until(f"env {SANITIZERS} {osaas(build)} ctl planes | grep -q 'pointer'", 30)
    vm.check("sleep 1")
    ctl(vm, build, "screenshot --pointer /out/pointer.png")
    shot = Image.read(os.path.join(vm.out, "pointer.png"))
    expect((shot.width, shot.height) == view, f"{shot.width}x{shot.height}, not {view}")
    shown, wanted = grab(vm), laid(shot, name)
    count = unlike(shown, wanted, 1)
    if count:
        shown.save_png(os.path.join(vm.out, f"pointer-is-{name}.png"))
        wanted.save_png(os.path.join(vm.out, f"pointer-should-{name}.png"))
    expect(count == 0, f"{count} pixels of the screen are not those of the screenshot")
    ctl(vm, build, "screenshot /out/without.png")
    without = Image.read(os.path.join(vm.out, "without.png"))
    expect(0 < unlike(shot, without) < 64 * 64, "there is no pointer in the screenshot")
    expect(unlike(shot, without, but=[(x, y, 48)]) == 0, "the pointer is elsewhere")


def rotate(report, build):
    with guest("rotate", gpu="vkms") as vm:
        devices = Devices(vm)
        devices.do("touchscreen")
        with report("a session on vkms, with a touch screen"):
            vm.start_session(session_command(build, "hello", options="--audio none"),
                             f"{SANITIZERS} LIBSEAT_BACKEND=builtin XCURSOR_THEME=none")
            vm.wait_first_frame()
            ctl(vm, build, f"output Virtual-1 mode={PANEL[0]}x{PANEL[1]}")
        for name in TRANSFORMS:
            with report(f"{name}: the panel shows the picture, to the pixel"):
                turn(vm, build, name)
            with report(f"{name}: fingers are where the panel was touched"):
                touch(vm, devices, name)
            with report(f"{name}: the pointer, and a screenshot with it"):
                pointer(vm, build, name)
        with report("the session ends well"):
            expect(vm.end_session() == 0, vm.log())
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)
