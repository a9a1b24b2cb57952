"""What is on the screen is what was drawn; keys and the pointer arrive."""

import os

from common import (SANITIZERS, expect, guest, no_sanitizer_reports, osaas, plugin,
                    pointer_place, session_command, unlike)
from hello import Hello
from image import Image


def start(vm, build, options="", environment=""):
    vm.start_session(session_command(build, "hog", "hello", options=options),
                     f"{SANITIZERS} LIBSEAT_BACKEND=builtin {environment}")
    vm.wait_first_frame()


def virtio(report, build):
    """virtio-gpu, with a hog all the time."""
    with guest("screen", gpu="virtio") as vm:
        hello = Hello(*vm.size)
        with report("virtio-gpu: hello's first frame is shown"):
            start(vm, build)
        with report("virtio-gpu: hello's shapes are at the right pixels"):
            hello.wait_drawn(vm)
        with report("virtio-gpu: a key changes the colour"):
            hello.press_key(vm)
        with report("virtio-gpu: the pointer moves the marker"):
            for x, y in hello.places:
                hello.move_pointer(vm, x, y)
        with report("virtio-gpu: the hog ran all the time"):
            table = task_table(vm)
            expect(table["Hog"][0] > 200 and table["Hog"][1] > 100, table)
        with report("virtio-gpu: nothing changes, nothing is committed"):
            idle(vm, build)
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)
    with guest("small", gpu="virtio", size=(640, 480)) as vm:
        hello = Hello(*vm.size)
        with report("virtio-gpu at 640x480: hello's shapes are at the right pixels"):
            start(vm, build)
            hello.wait_drawn(vm)
            expect(vm.end_session() == 0, vm.log())


def task_table(vm):
    """Group -> (run time in ms, preemptions), from the table on SIGUSR1."""
    vm.check(f"kill -USR1 {vm.child()}")
    vm.wait_log("\nHello ", 20)
    table = {}
    for line in vm.log().splitlines():
        words = line.split()
        if len(words) >= 8 and words[-1].isdigit() and words[-2].isdigit():
            table[words[0]] = (float(words[-3]), int(words[-2]))
    return table


def idle(vm, build):
    """Without the hog and without input the session does not wake up at all."""
    expect(vm.end_session() == 0, vm.log())
    vm.start_session(session_command(build, "hello"), f"{SANITIZERS} LIBSEAT_BACKEND=builtin")
    vm.wait_first_frame()
    child = vm.child()
    switches = f"grep -h ^voluntary /proc/{child}/status; sleep 5; grep -h ^voluntary /proc/{child}/status"
    vm.check("sleep 2")
    before, after = (int(line.split()[1]) for line in vm.check(switches, 30).splitlines())
    expect(after - before == 0, f"{after - before} wake-ups in 5 s")
    expect(vm.end_session() == 0, vm.log())


def vkms(report, build):
    """vkms: the frame is read back from what is scanned out, and checked by its CRC."""
    with guest("vkms", gpu="vkms") as vm:
        with report("vkms: hello's first frame is shown"):
            start(vm, build, environment="VKMS=1")
        with report("vkms: the scanned-out frame has the CRC of the one grabbed"):
            text = vm.check("grab --crc --tries 20 --screen /out/crc.ppm", 120)
            expect(" equal\n" in text, text)
        with report("vkms: it is the one drawn, to the pixel"):
            shown = Image.read(os.path.join(vm.out, "crc.ppm"))
            drawn = render(vm, build, shown)
            count = unlike(shown, drawn, but=pointer_place(vm, build))
            expect(count == 0, f"{count} pixels differ")
        with report("vkms: a key changes the colour"):
            hello = Hello(1024, 768)
            hello.press_key(vm, vm.grab)
        with report("vkms: the session ends well"):
            expect(vm.end_session() == 0, vm.log())
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)


def render(vm, build, like):
    """The same frame drawn into memory by the headless back end, in the guest: llvmpipe
    rounds otherwise on a CPU with other vector instructions."""
    size = f"{like.width}x{like.height}"
    vm.check(f"env {SANITIZERS} {osaas(build)} run --size {size} --shot /out/drawn.png "
             f"{plugin(build, 'hello')}", 60)
    return Image.read(os.path.join(vm.out, "drawn.png"))
