"""Volume and mute of a real driver's card, by keys and osaas ctl, as amixer has them; the bar."""

import json
import re

from common import (SANITIZERS, ctl, expect, guest, no_sanitizer_reports, osaas, plugins,
                    unlike)

SIZE = (640, 480)
BAR = (200, 380, 240, 60)  # x, y, width, height: within it, and of nobody else


def level(vm, build, direction="output"):
    rows = json.loads(ctl(vm, build, "--json audio"))["levels"]
    return next(row for row in rows if row["direction"] == direction)


def amixer(vm):
    """(percent, by the curve of alsamixer, on)"""
    text = vm.check("amixer -M -c0 sget Master")
    percent, switch = re.search(r"\[(\d+)%\].*\[(on|off)\]", text).groups()
    return int(percent), switch == "on"


def expect_card(vm, percent, on):
    """As coarse as its steps are."""
    now = amixer(vm)
    expect(abs(now[0] - percent) <= 2 and now[1] == on, f"{now}, not {percent}%, {on}")


def start(vm, build, name):
    vm.start_session(f"{osaas(build)} session {name and plugins(build, name)}",
                     f"{SANITIZERS} LIBSEAT_BACKEND=builtin")
    vm.wait_first_frame(120)


def silence(vm):
    """As the kernel leaves a card, and no program has it."""
    vm.check("amixer -q -c0 sset Master 0 mute; amixer -q -c0 sset PCM 0 2>/dev/null; true")


def picture(vm):
    return vm.screendump().crop(*BAR)


def is_shown(vm, without):
    """The bar; on a busy machine it is gone before one looks: then it is shown again."""
    for _ in range(10):
        for _ in range(4):
            if unlike(picture(vm), without) > 2000:
                return True
        vm.key("volumedown")
        vm.key("volumeup")
    return False


def keys(report, vm, build):
    with report("volume: a key makes it louder, and shows a bar, which goes"):
        without = picture(vm)
        vm.key("volumeup")
        vm.wait_until("amixer -M -c0 sget Master | grep -q '\\[5[3-7]%\\]'", 30)
        vm.check("sleep 7")  # its mixer is closed then
        expect(level(vm, build)["volume_percent"] == 55, level(vm, build))
        vm.key("volumedown")
        vm.key("volumedown")
        expect(is_shown(vm, without), "no bar is seen")
        vm.wait_until("amixer -M -c0 sget Master | grep -q '\\[4[3-7]%\\]'", 30)
        for _ in range(60):
            vm.check("sleep 0.5")
            if unlike(picture(vm), without) == 0:
                break
        expect(unlike(picture(vm), without) == 0, "the bar stays")
    with report("volume: a key mutes, and louder ends that"):
        vm.key("audiomute")
        vm.wait_until("amixer -c0 sget Master | grep -q '\\[off\\]'", 30)
        expect(level(vm, build)["mute"] == "on", level(vm, build))
        vm.key("volumeup")
        vm.wait_until("amixer -c0 sget Master | grep -q '\\[on\\]'", 30)
        expect_card(vm, 50, True)


def by_ctl(report, vm, build):
    with report("volume: osaas ctl sets what amixer shows"):
        for percent in (0, 1, 30, 77, 100):
            ctl(vm, build, f"audio volume {percent}%")
            expect_card(vm, percent, True)
            expect(level(vm, build)["volume_percent"] == percent, level(vm, build))
        ctl(vm, build, "audio volume -38%")
        ctl(vm, build, "audio mute on")
        expect_card(vm, 62, False)
        ctl(vm, build, "audio mute off")
        expect_card(vm, 62, True)
    with report("volume: what another program sets is shown"):
        vm.check("amixer -q -M -c0 sset Master 80%")
        now = level(vm, build)
        expect(abs(now["volume_percent"] - 80) <= 2 and now["by"] == "card", now)
        ctl(vm, build, "audio volume 62%")
    with report("volume: there is no microphone, and that is said"):
        status, text = vm.sh(f"env {SANITIZERS} {osaas(build)} ctl audio mute on input 2>&1", 60)
        expect(status == 1 and "no sound input" in text, (status, text))


def volume(report, build):
    with guest("volume", gpu="virtio", mode="multi", size=SIZE) as vm:
        silence(vm)
        with report("volume: a card that nobody set up is heard, at half of what it can"):
            start(vm, build, "hello")
            expect_card(vm, 0, False)
            expect(level(vm, build)["volume_percent"] == 0, level(vm, build))
            expect_card(vm, 0, False)  # who asks changes nothing
            ctl(vm, build, "audio volume 50%")
            expect_card(vm, 50, True)
        by_ctl(report, vm, build)
        ctl(vm, build, "audio volume 50%")
        keys(report, vm, build)
        with report("volume: the next session finds it as it was, whatever it was since"):
            ctl(vm, build, "audio volume 35%")
            expect(vm.end_session(60) == 0, vm.log())
            silence(vm)
            start(vm, build, "hello")
            vm.key("audiomute")
            vm.wait_until("amixer -M -c0 sget Master | grep -q '\\[3[3-7]%\\]'", 30)
            vm.key("audiomute")
            vm.wait_until("amixer -c0 sget Master | grep -q '\\[on\\]'", 30)
            expect_card(vm, 35, True)
        with report("volume: the card is pulled out, and the keys say so"):
            vm.check("basename $(readlink -f /sys/class/sound/card0/device) "
                     ">/sys/bus/pci/drivers/snd_hda_intel/unbind")
            vm.key("volumeup")
            said = f"env {SANITIZERS} {osaas(build)} ctl audio volume 2>&1"
            vm.wait_until(f"{said} | grep -q 'no sound output'", 60)
            expect(vm.sh(said, 60)[0] == 1, vm.log())
        with report("volume: the session ends well"):
            expect(vm.end_session(60) == 0, vm.log())
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)
