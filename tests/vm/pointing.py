"""The pointer of one window alone, and devices that point at what a magnifier shows."""

import json

from common import ctl, expect, is_near

RANGE = 32767
SUPER, ESCAPE, F11, F12, X = 125, 1, 87, 88, 45


def captures(report, ear, devices):
    with report("capture: not without the grant"):
        ear.start()
        ear.plug(devices, "keyboard", "mouse")
        devices.do(f"tap {F11}")
        ear.wait(r"refused 0", but="captured")
        ear.end()
        devices.do("remove")
    ear.start(options="--grant input.capture")
    ear.plug(devices, "keyboard", "mouse")
    with report("capture: motion, also beyond all edges; buttons and wheels where it was"):
        devices.do("rel 5 5")
        devices.do("button 272 1")
        devices.do("button 272 0")
        place = ear.wait(r"press at (\d+ \d+)", "release")[0]
        devices.do(f"tap {F11}")
        ear.wait("captured 1")
        for _ in range(40):
            devices.do("rel 60 -60")
        devices.do("button 272 1")
        devices.do("button 272 0")
        devices.do("wheel 0 1")
        by = ear.wait(r"motion by (.*)", rf"press at {place} ", rf"release at {place} ", "scroll",
                      but=r"\d+ (move|drag)")[0].split()
        print("# 2400 to the right and up are", *by, flush=True)
        expect(int(by[0]) > 100 and int(by[1]) < -100 and by[2] == "raw", by)
        expect((int(by[3]), int(by[4])) == (2400, -2400), by)
    with report("capture: Super+Escape ends it; a press gives the right to ask again"):
        devices.do(f"tap {SUPER}+{ESCAPE}")
        ear.wait("captured 0")
        devices.do(f"tap {F11} {X}")
        ear.wait(rf"key {X} up", but="captured")
        devices.do("rel 3 3")
        devices.do("button 272 1")
        devices.do(f"tap {F11}")
        ear.wait(r"\d+ move to", "press", "captured 1")
        devices.do("button 272 0")
        devices.do(f"tap {F12}")
        ear.wait("release", "captured 0")
    with report("capture: another console ends it"):
        devices.do(f"tap {F11}")
        ear.wait("captured 1")
        ear.vm.check("busybox chvt 2")
        ear.wait("captured 0")
        ear.vm.check("busybox chvt 1")
        ear.vm.wait_shown(1)
        ear.plug(devices, "mouse after")
        devices.do("as after rel 3 3")
        devices.do("as after button 272 1")
        devices.do("as after button 272 0")
        ear.wait(r"\d+ move to", "press", "release", but="motion")
    devices.do("remove")
    ear.end()


def magnified(report, ear, devices):
    vm = ear.vm
    ear.start()
    ear.plug(devices, "touchscreen")
    ctl(vm, ear.build, "magnifier 4")
    for word in ("magnifier 4", "magnifier 1.5", "magnifier off"):
        with report(f"{word}: a finger is where it is seen"):
            ctl(vm, ear.build, word)
            shown = json.loads(ctl(vm, ear.build, "magnifier --json"))["magnifier"][0]
            for x, y in ((RANGE // 3, RANGE // 2), (RANGE // 5, RANGE - 4000)):
                devices.do(f"down 0 {x} {y}")
                devices.do("up 0")
                at = ear.wait(r"press at (\d+ \d+) of 1\.0", "release")[0]
                wanted = (shown["x"] + x * shown["width"] / (RANGE + 1),
                          shown["y"] + y * shown["height"] / (RANGE + 1))
                expect(is_near(at, wanted), (at, wanted, shown))
    devices.do("remove")
    ear.end()


def pointing(report, ear, devices):
    captures(report, ear, devices)
    magnified(report, ear, devices)
