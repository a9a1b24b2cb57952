"""A film on a page: in a plane of its own, and composed; nobody can tell by looking."""

import json
import os

from common import SANITIZERS, expect, guest, no_sanitizer_reports, osaas
from image import Image

FRAMES = 120
FILM = (240, 160)


def ctl(vm, build, what):
    """The answer, as JSON."""
    return json.loads(vm.check(f"{osaas(build)} ctl --json {what}"))


def run_film(vm, build, name):
    """Shows it to its end; returns the picture and what each frame of it cost."""
    film = os.path.join(build, "tests", "unit", "session", "film.so")
    vm.start_session(f"{osaas(build)} session --log debug {film}",
                     f"{SANITIZERS} LIBSEAT_BACKEND=builtin")
    vm.wait_first_frame()
    vm.wait_log("the film is over", 120)
    vm.check("sleep 1")
    text = vm.check(f"grab --crc --tries 20 --screen /out/{name}.ppm", 120)
    expect(" equal\n" in text, text)
    return Image.read(os.path.join(vm.out, f"{name}.ppm"))


def planes(report, build):
    with guest("planes", gpu="vkms") as vm:
        with report("vkms: the film is shown, and then the screen's CRC is the picture's"):
            shown = run_film(vm, build, "plane")
        with report("vkms: the film has a plane of its own"):
            table = ctl(vm, build, "planes")
            overlays = [row for row in table["planes"]
                        if row["type"] == "overlay" and row["shows"]]
            expect(len(overlays) == 1 and "Film" in overlays[0]["shows"] and
                   overlays[0]["place"] == "240x160 at 50,40", table)
        with report("no crash, no sanitizer report"):
            expect(vm.end_session() == 0, vm.log())
            no_sanitizer_reports(vm)
        vm.check("modprobe -r vkms && modprobe vkms enable_overlay=0 && udevadm settle", 30)
        with report("vkms without overlays: the same picture"):
            composed = run_film(vm, build, "composed")
            expect(shown.differing(composed) == 0, f"{shown.differing(composed)} pixels differ")
