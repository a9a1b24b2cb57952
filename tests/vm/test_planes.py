"""A film on a page, and the pointer: in planes of their own, and drawn; nobody can tell by
looking, however the screen lies."""

import json
import os

from common import SANITIZERS, expect, guest, no_sanitizer_reports, osaas
from image import Image

TRANSFORMS = ("normal", "90", "180", "270", "flipped", "flipped-90", "flipped-180",
              "flipped-270")
OVER = "the film is over"


def ctl(vm, build, what):
    """The answer, as an object."""
    return json.loads(vm.check(f"{osaas(build)} ctl --json {what}"))


class Film:
    """A session that shows it, in one of the eight ways after the other."""

    def __init__(self, vm, build):
        film = os.path.join(build, "tests", "unit", "session", "film.so")
        self.vm, self.build = vm, build
        self.lie("normal")
        vm.start_session(f"{osaas(build)} session --config /tmp/film.ini {film}",
                         f"{SANITIZERS} LIBSEAT_BACKEND=builtin")
        vm.wait_first_frame()
        vm.wait_log(OVER, 120)

    def lie(self, transform):
        self.vm.check(f"printf '[output Virtual-1]\\ntransform = {transform}\\n' "
                      ">/tmp/film.new && mv /tmp/film.new /tmp/film.ini")

    def show(self, transform, name):
        """Turns the screen, runs the film to its end and takes the picture."""
        vm, runs = self.vm, self.vm.log().count(OVER)
        vm.move(700, 300)
        self.lie(transform)
        vm.check("sleep 1")
        vm.key("a")
        vm.wait_until(f"[ $(grep -c '{OVER}' /out/{vm.log_name()}) -gt {runs} ]", 60)
        return self.take(name)

    def take(self, name):
        """The picture on the screen, when it rests."""
        vm = self.vm
        vm.check("sleep 1")
        text = vm.check(f"grab --crc --tries 20 --screen /out/{name}.ppm", 120)
        expect(" equal\n" in text, text)
        return Image.read(os.path.join(vm.out, f"{name}.ppm"))

    def planes(self):
        """type -> what the planes that are used show."""
        shown = {}
        for row in ctl(self.vm, self.build, "planes")["planes"]:
            if row["shows"]:
                shown.setdefault(row["type"], []).append(row["shows"])
        return shown


def far(a, b):
    """How far two pictures are apart where they differ most."""
    return max(abs(x - y) for x, y in zip(a.rgb, b.rgb))


def planes(report, build):
    shown = {}
    with guest("planes", gpu="vkms") as vm:
        with report("vkms: the film is shown"):
            film = Film(vm, build)
        with report("over the film the pointer has its plane, and its moves paint nothing"):
            before = ctl(vm, build, "stats")
            for x in range(20):
                vm.move(60 + 5 * x, 100)
            shown["over"] = film.take("over")
            after = ctl(vm, build, "stats")
            expect(after["screens"][0]["frames"] > before["screens"][0]["frames"] and
                   after["drawing"][1]["frames"] == before["drawing"][1]["frames"],
                   (before, after))
        for transform in TRANSFORMS:
            with report(f"{transform}: the film and the pointer have planes"):
                shown[transform] = film.show(transform, transform)
                used = film.planes()
                expect(used.get("overlay") == ["layer 1 of Film"] and
                       used.get("cursor") == ["pointer"], used)
        with report("a frame of the film writes what changed in it, and nothing else"):
            row = ctl(vm, build, "stats")["drawing"][0]
            expect(row["composed_pixels"] == 22 * 120, row)
        with report("no crash, no sanitizer report"):
            expect(vm.end_session() == 0, vm.log())
            no_sanitizer_reports(vm)
        vm.check("modprobe -r vkms && modprobe vkms enable_overlay=0 enable_cursor=0 && "
                 "udevadm settle", 30)
        film = Film(vm, build)
        with report("without such planes the pointer over the film looks the same"):
            vm.move(155, 100)
            expect(far(shown["over"], film.take("over-drawn")) <= 1, "the pointer differs")
        for transform in TRANSFORMS:
            with report(f"{transform}: without such planes it looks the same"):
                drawn = film.show(transform, f"{transform}-drawn")
                used = film.planes()
                expect(list(used) == ["primary"], used)
                expect(far(shown[transform], drawn) <= 1,
                       f"{shown[transform].differing(drawn)} pixels differ, "
                       f"by up to {far(shown[transform], drawn)}")
        with report("no crash, no sanitizer report"):
            expect(vm.end_session() == 0, vm.log())
            no_sanitizer_reports(vm)
