"""What is heard of a microphone: a card that hears what another program plays into it."""

import json
import os
import re
import struct

from common import SANITIZERS, expect, guest, no_sanitizer_reports, osaas, plugin
from session import near
from vm import HERE

RATE, SECONDS, SIZE = 48000, 5, (640, 480)
PLAYS, HEARS = "hw:Loopback,0,0", "hw:Loopback,1,0"
STATUS = "/proc/asound/Loopback/pcm1c/sub0/status"
GROUND, RIM = (0x14, 0x16, 0x1a), 4  # the tab's


def write_numbers(path, frames):
    """Each frame is its number: see hearer.c. Then silence: the loop goes on with what it has."""
    with open(path, "wb") as file:
        for n in range(1, frames + 1):
            file.write(struct.pack("<ii", (n & 0x7fff) << 16, (n >> 15) << 16))
        file.write(bytes(8 * RATE))


class Listening:
    def __init__(self, vm, build):
        self.vm, self.build = vm, build

    def start(self):
        vm = self.vm
        with open(os.path.join(vm.out, "osaas.ini"), "w") as file:
            file.write(f"[audio]\noutput = none\ninput = {HEARS}\n")
        words = [os.path.join(self.build, "tests", "vm", f"hearer{rate}.so") for rate in (0, 16000)]
        log = f"/tmp/log{vm.sessions + 1}"
        vm.check(f"mkfifo {log}")
        vm.start_session(f"{osaas(self.build)} session --log debug --config /out/osaas.ini "
                         f"--grant audio.in {plugin(self.build, 'hello')} {' '.join(words)} "
                         f">{log} 2>&1", f"{SANITIZERS} LIBSEAT_BACKEND=builtin")
        # As in test_audio.py: the host's disk is slow in virtual time.
        vm.spawn(f"exec cat {log} >>/out/{vm.log_name()}", "cat.log")
        vm.wait_first_frame(120)
        vm.sh(f"{osaas(self.build)} ctl grants revoke org.osaas.test.none audio.in", 60)
        vm.wait_log("the store's process is")
        vm.check(f"python3 {os.path.join(HERE, 'touch_guest.py')} {vm.child()}", 120)

    def ctl(self, words):
        return json.loads(self.vm.check(
            f"env {SANITIZERS} {osaas(self.build)} ctl {words} --json", 60))

    def missed(self):
        return {row["plugin"]: row["missed"] for row in self.ctl("listeners")["listeners"]}

    def said(self, what, name="Hearer 0"):
        """The last time: frames, breaks, blocks, missed, out of order, us."""
        lines = [line for line in self.vm.log().splitlines() if f"{name}: hearer: {what}" in line]
        return [int(n) for n in re.findall(r"(\d+)", lines[-1].split(what)[1])] if lines else None


def play(vm):
    write_numbers(os.path.join(vm.out, "numbers.raw"), SECONDS * RATE)
    vm.check("cp /out/numbers.raw /tmp/numbers.raw; aplay --version")
    text = vm.check(f"aplay -D {PLAYS} -t raw -f S32_LE -r {RATE} -c 2 --period-size=1024 "
                    f"--buffer-size=16384 /tmp/numbers.raw 2>&1; sleep 1", 120)
    expect("underrun" not in text, text)


def uptime(vm):
    return float(vm.check("cut -d' ' -f1 /proc/uptime"))


def listen(report, build):
    with guest("listen", gpu="virtio", mode="virtual", size=SIZE, aloop=True) as vm:
        it = Listening(vm, build)
        with report("two listen, one in a rate of its own; the screen says so"):
            it.start()
            vm.wait_log("hearer: listens, 48000 Hz, 2 channels, 480 frames")
            vm.wait_log("hearer: listens, 16000 Hz, 1 channels, 160 frames")
            vm.wait_until(f"grep -q RUNNING {STATUS}")
            vm.wait_pixel(SIZE[0] // 2, RIM, GROUND)
        with report("each frame that was played is heard, once, in its order"):
            before = it.missed()
            play(vm)
            vm.wait_log("silence after")
            frames, breaks, _, _, wrong, off = it.said("silence after")
            print(f"# {frames} frames, {breaks} breaks, times off by {off} us")
            expect(frames == SECONDS * RATE and not breaks and not wrong, vm.log()[-3000:])
            expect(it.missed() == before, f"{before} -> {it.missed()}")
        with report("on another console nobody hears anything, and the card is free"):
            before, began = it.missed()["Hearer 0"], uptime(vm)
            vm.check("busybox chvt 2")
            vm.wait_until(f"grep -q closed {STATUS}")
            vm.check(f"timeout 20 arecord -D {HEARS} -f S32_LE -r {RATE} -c 2 -d 1 /dev/null 2>&1", 60)
            vm.check("sleep 2")
            expect("closed" in vm.check(f"cat {STATUS}"), "it is open")
            vm.check("busybox chvt 1")
            vm.wait_until(f"grep -q RUNNING {STATUS}")
            vm.wait_until("sleep 2")
            missed = it.missed()["Hearer 0"] - before
            took = uptime(vm) - began
            print(f"# {missed} frames were missed in {took:.1f} s")
            expect(2 * RATE < missed < took * RATE, missed)
        with report("pulled out and back: silence, then sound again"):
            driver = "/sys/bus/platform/drivers/snd_aloop"
            name = vm.check(f"cd {driver}; ls -d */driver").split("/")[0]
            vm.check(f"echo {name} >{driver}/unbind; sleep 3")
            expect(it.ctl("listeners")["microphone"]["state"].startswith("silent"), vm.log()[-2000:])
            vm.check(f"echo {name} >{driver}/bind; udevadm settle")
            vm.wait_until(f"grep -q RUNNING {STATUS}")
            frames = it.said("silence after")[0] + SECONDS * RATE
            play(vm)
            vm.wait_log(f"Hearer 0: hearer: silence after: {frames} frames", 30)
        with report("taken back from one, the other goes on; from both, it is closed at once"):
            it.ctl("grants revoke org.osaas.test.hearer16000 audio.in")
            expect([row["plugin"] for row in it.ctl("listeners")["listeners"]] == ["Hearer 0"], "")
            expect("RUNNING" in vm.check(f"cat {STATUS}"), "it is closed")
            it.ctl("grants revoke org.osaas.test.hearer0 audio.in")
            expect("closed" in vm.check(f"cat {STATUS}"), "it is open")
            vm.wait_until("sleep 1")
            expect(not near(vm.screendump().px(SIZE[0] // 2, RIM), GROUND), "it is still said")
        with report("the session ends well"):
            status = vm.end_session(120)
            expect(status == 0, f"{status}\n{vm.log()[-3000:]}")
            no_sanitizer_reports(vm)
