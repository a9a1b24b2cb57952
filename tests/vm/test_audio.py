"""What is heard: eight voices, each frame of them, from the card's recording and through a loop;
cards that go and come, that somebody else holds, that are not there; VT switches; silence."""

import json
import os
import random
import re

import lanes
from common import expect, guest, no_sanitizer_reports, osaas, plugins, sanitized
from devices import Devices
from hello import Hello
from soak import SMALL_QUARANTINE as SANITIZERS
from soak import torment
from tone import a_second_of_tone
from vm import HERE

RATE = 48000
SIZE = (640, 480)
PERIODS = (32, 64, 128, 256, 512, 1024)
PLAYED = 3 * RATE      # frames, to find the smallest period
SECONDS = 10
CARD, LOOP, HEARS = "hw:Intel,0", "hw:Loopback,0,0", "hw:Loopback,1,0"
RATE_OF_STORER = 200
OTHERS, BESIDE_OTHERS = 3, 2  # programs, seconds
UNWRITTEN = 16384      # bytes of a recording that QEMU may not have written yet
REBINDS, WARM = int(os.environ.get("AUDIO_REBINDS", 100)), 10
SWITCHES = 15
PULLED, NEAR = 3, 256  # frames ahead
NEAR_NS = NEAR * 1_000_000_000 // RATE + 1_500_000
MORE_DESCRIPTORS = 2
MORE_MEMORY, MORE_SANITIZED = 2 << 10, 16 << 10  # KiB


class Sound:
    """A guest with a session, and what it sounds like."""

    def __init__(self, vm, build):
        self.vm, self.build = vm, build

    def start(self, device, *names, latency=None, options="", environment=""):
        """names: of plugins of the tests; "voices" are all eight."""
        vm = self.vm
        with open(os.path.join(vm.out, "osaas.ini"), "w") as file:
            file.write(f"[audio]\noutput = {device}\n")
            file.write(f"latency = {latency / RATE * 1000:.2f}\n" if latency else "")
        words = [os.path.join(self.build, "tests", "vm", f"{name}.so") for name in names]
        log = f"/tmp/log{vm.sessions + 1}"
        vm.check(f"mkfifo {log}")
        vm.start_session(f"{osaas(self.build)} session --log debug --config /out/osaas.ini "
                         f"--grant store.kv:4M {options} {' '.join(words)} >{log} 2>&1",
                         f"{SANITIZERS} LIBSEAT_BACKEND=builtin {environment}")
        # 9p takes the host's time, which a session must not have to wait for: for its log,
        vm.spawn(f"exec cat {log} >>/out/{vm.log_name()}", "cat.log")
        vm.wait_first_frame(120)
        # and for a page of a program that is used for the first time.
        vm.check(f"python3 {os.path.join(HERE, 'touch_guest.py')} {vm.child()}", 120)

    def end(self):
        status = self.vm.end_session(120)
        expect(status == 0, f"the session's status is {status}\n{self.vm.log()[-4000:]}")

    def ctl(self, words):
        text = self.vm.check(f"env {SANITIZERS} {osaas(self.build)} ctl --json {words}", 60)
        return json.loads(text)

    def weight(self):
        """(descriptors, KiB resident)"""
        text = self.vm.check(f"ls /proc/{self.vm.child()}/fd | wc -l; "
                             f"grep VmRSS /proc/{self.vm.child()}/status")
        return int(text.split()[0]), int(text.split()[2])

    def plays(self, card="Intel", timeout=15):
        """Waits until a card's clock is seen to go on."""
        self.vm.wait_until(f"""
            f=/proc/asound/{card}/pcm0p/sub0/status
            a=$(sed -n 's/^hw_ptr *: //p' $f); sleep 0.3
            b=$(sed -n 's/^hw_ptr *: //p' $f)
            [ -n "$a" ] && [ "$a" != "$b" ] && grep -q RUNNING $f""", timeout)

    def silent(self, card="Intel", timeout=15):
        self.vm.wait_until(f"grep -q closed /proc/asound/{card}/pcm0p/sub0/status", timeout)


def voices(count=lanes.LANES):
    return [f"voice{lane}" for lane in range(count)]


def whole(heard, least):
    """Not one of the first frames is missing."""
    for lane, one in enumerate(heard):
        before = [each for each in one.breaks if each[1] < one.first + least]
        expect(one.frames >= least and not before,
               f"voice {lane}: {one.frames} frames of {least}; {one.breaks[:8]}")


def smallest_period(vm, play, hear):
    """At which aplay plays without an underrun, and all of it comes out. play(lane, period): how
    many underruns; hear(): of the lanes."""
    for lane, period in enumerate(PERIODS):
        path = f"/tmp/lane{lane}.raw"
        lanes.write_raw(os.path.join(vm.out, "lane.raw"), lane, PLAYED)
        vm.check(f"cp /out/lane.raw {path}")
        underruns = play(path, period)
        heard = hear()[lane]
        good = not underruns and heard.frames > PLAYED - RATE // 4 and not [
            each for each in heard.breaks if each[1] < heard.first + PLAYED - RATE // 4]
        print(f"# aplay, two periods of {period} frames: {underruns} underruns, "
              f"{heard.frames} frames whole but for {len(heard.breaks)} breaks", flush=True)
        if good:
            return period
    raise AssertionError(f"none of {PERIODS}: the machine does not play")


def aplay(vm, device, path, period):
    text = vm.sh(f"aplay -D {device} -t raw -f S16_LE -r {RATE} -c 2 --period-size={period} "
                 f"--buffer-size={2 * period} {path} 2>&1", 120)[1]
    return text.count("underrun!")


def disturbed(report, sound, name, device, period):
    """Hogs, a window that is dragged, and a disk that is written to, while eight voices play.
    Returns how many frames of each were heard when that was over."""
    vm, heard = sound.vm, 0
    hogs = " ".join([plugins(sound.build, "hog")] * 3)
    with report(f"{name}: eight voices, three hogs, at two periods of {period} frames"):
        sound.start(device, "dragged", "storer", *voices(), latency=2 * period, options=hogs)
        vm.wait_log(f"stored {RATE_OF_STORER} in")
    with report(f"{name}: {SECONDS} s of that, with a window dragged about and "
                f"{RATE_OF_STORER} transactions a second"):
        devices = Devices(vm)
        devices.do("mouse")
        vm.wait_log("osaas test mouse is here")
        vm.move(160, 56, SIZE)
        devices.do("button 272 1")
        before, began = stored(vm), float(vm.check("cut -d' ' -f1 /proc/uptime"))
        devices.do(f"circle 150 {SECONDS} 15.625", 300)
        took = float(vm.check("cut -d' ' -f1 /proc/uptime")) - began
        after, drawn = stored(vm), vm.log().count("drawn ") * 100
        rate = 1000 * (after[0] - before[0]) / (after[1] - before[1])
        status = sound.ctl("audio")
        print(f"# {took:.1f} s, {drawn} frames drawn, {rate:.0f} transactions a second; "
              f"{json.dumps(status['audio'])}")
        expect(took >= SECONDS and rate > RATE_OF_STORER * 0.9 and drawn >= 10 * SECONDS,
               f"{took} s, {rate} transactions a second, {drawn} frames")
        in_time(status)
    with report(f"{name}: {OTHERS} other programs that compute are no matter either"):
        others = [vm.spawn("exec sh -c 'while :; do :; done'") for _ in range(OTHERS)]
        vm.check(f"sleep {BESIDE_OTHERS}", 120)
        status = sound.ctl("audio")
        print(f"# {json.dumps(status['audio'])}")
        vm.check(f"kill {' '.join(str(pid) for pid in others)}")
        in_time(status)
        devices.do("button 272 0; remove")
        vm.check(f"kill {devices.pid}")
        heard = min(voice["frames"] for voice in status["voices"]) - RATE // 4
    with report(f"{name}: the session ends well"):
        sound.end()
    return heard


def in_time(status):
    late = [voice for voice in status["voices"] if voice["gaps"] or voice["late_frames"]]
    expect(status["audio"]["underruns"] == 0, status["audio"])
    expect(len(status["voices"]) == lanes.LANES and not late, status["voices"])


def stored(vm):
    """Transactions, and after how many ms: it says so itself, now and then."""
    return max((int(n), int(ms)) for n, ms in re.findall(r": stored (\d+) in (\d+) ms", vm.log()))


# The card, recorded by QEMU. In virtual time, so that nothing of the host is in it.


def card(report, build):
    with guest("audio", gpu="virtio", mode="virtual", size=SIZE) as vm:
        sound, period = Sound(vm, build), 0
        with report("card: the smallest period at which aplay has no underrun"):
            period = smallest_period(vm, lambda path, period: aplay(vm, CARD, path, period),
                                     lambda: lanes.listen(vm.wav))
            print(f"# {period} frames")
        if not period:
            return
        vm.check("sleep 1")
        start = recorded(vm) + UNWRITTEN
        frames = disturbed(report, sound, "card", CARD, period)
        with report("card: each frame of each voice is in the recording"):
            heard = listen_from(vm, start)
            say(heard)
            whole(heard, max(frames, SECONDS * RATE))
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)


def recorded(vm):
    """Bytes so far."""
    return os.path.getsize(vm.wav)


def listen_from(vm, start):
    data, size = lanes.read_wav(vm.wav)
    start = max(0, start - 44)
    return [lanes.follow(lane) for lane in lanes.split(data[start - start % 4:], size)]


def say(heard):
    for lane, one in enumerate(heard):
        print(f"# voice {lane}: {one.frames} frames from {one.first} on, {one.breaks[:4]}")


# snd-aloop: what is played comes back, to arecord.


class Recorder:
    def __init__(self, vm, form):
        self.vm, self.path = vm, "/tmp/recorded.wav"
        self.pid = vm.spawn(f"exec chrt -f 50 arecord -D {HEARS} -f {form} -r {RATE} -c 2 "
                            f"--period-size=2048 --buffer-size=32768 {self.path}", "arecord.log")
        vm.wait_until(f"grep -q RUNNING /proc/asound/Loopback/pcm1c/sub0/status")

    def end(self):
        vm = self.vm
        vm.check(f"sleep 1; kill -INT {self.pid}")
        vm.wait(self.pid, 60)
        vm.check(f"mv {self.path} /out/recorded.wav", 120)
        expect("overrun" not in vm.read("arecord.log"), vm.read("arecord.log"))
        return lanes.listen(os.path.join(vm.out, "recorded.wav"))


def loop(report, build):
    with guest("loop", gpu="virtio", mode="virtual", size=SIZE, aloop=True) as vm:
        sound, period = Sound(vm, build), 0
        with report("loop: the smallest period at which aplay has no underrun"):
            heard = []

            def play(path, period):
                recorder = Recorder(vm, "S16_LE")
                underruns = aplay(vm, LOOP, path, period)
                heard[:] = recorder.end()
                return underruns
            period = smallest_period(vm, play, lambda: heard)
            print(f"# {period} frames")
        if not period:
            return
        recorder = Recorder(vm, "S32_LE")
        frames = disturbed(report, sound, "loop", LOOP, period)
        with report("loop: what was captured is what was played, sample by sample"):
            heard = recorder.end()
            say(heard)
            whole(heard, max(frames, SECONDS * RATE))
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)


# Cards that go and come; all of it in virtual time, which has no long waits.


HDA, ALOOP = "/sys/bus/pci/drivers/snd_hda_intel", "/sys/bus/platform/drivers/snd_aloop"


def pulled(report, sound, name, driver, times):
    """Warm first: what is allocated once is no leak."""
    vm, chance = sound.vm, random.Random(times)
    with report(f"{name}: {times} times pulled out while eight voices play"):
        figures = torment(vm, "cards", WARM, chance.getrandbits(32), driver=driver)
        expect("gone" not in figures, f"{figures}\n{vm.log()[-4000:]}")
        before = sound.weight()
        figures = torment(vm, "cards", times - WARM, chance.getrandbits(32), driver=driver)
        print(f"# {json.dumps(figures)}", flush=True)
        expect("gone" not in figures, f"{figures}\n{vm.log()[-4000:]}")
        after = sound.weight()
        print(f"# descriptors {before[0]} -> {after[0]}, resident {before[1]} -> {after[1]} KiB")
        expect(after[0] <= before[0] + MORE_DESCRIPTORS, f"descriptors: {before} -> {after}")
        more = MORE_SANITIZED if sanitized(sound.build) else MORE_MEMORY
        expect(after[1] <= before[1] + more, f"KiB: {before} -> {after}")


def comes_back(report, sound):
    """QEMU records that card, whose driver comes with a volume of its own, each time."""
    with report("cards: intel-hda: each voice is heard again, frame by frame"):
        sound.vm.check("amixer -q -c Intel sset Master 100%; sleep 1")
        start = recorded(sound.vm) + UNWRITTEN
        sound.vm.check("sleep 3", 60)
        state = sound.ctl("audio")
        heard = listen_from(sound.vm, start)
        say(heard)
        # A sanitizer's instructions take virtual time: it may be late.
        expect(all(one.frames >= RATE and (sanitized(sound.build) or not one.breaks)
                   for one in heard), (heard, state))


def cards(report, build):
    with guest("cards", gpu="virtio", mode="virtual", size=SIZE) as vm:
        sound, times = Sound(vm, build), REBINDS // 3 if sanitized(build) else REBINDS
        with report("cards: without any a session plays to nobody, and the first that comes is taken"):
            name = unbind(vm, HDA)
            sound.start("default", "pulse", *voices())
            vm.check("sleep 3")
            bind(vm, HDA, name)
            sound.plays()
        pulled(report, sound, "cards: intel-hda", HDA, times)
        comes_back(report, sound)
        with report("cards: the session ends well"):
            sound.end()
        with report("cards: another program has it: that is said, and it is taken when it is free"):
            busy(vm, sound)
        with report("cards: two; the sound goes to the other one when one is pulled"):
            vm.check("modprobe snd-aloop pcm_substreams=1; udevadm settle")
            name = unbind(vm, HDA)
            sound.plays("Loopback")
            bind(vm, HDA, name)
            sound.plays("Intel")
            sound.silent("Loopback")
            unbind(vm, HDA)
            sound.plays("Loopback")
        pulled(report, sound, "cards: snd-aloop", ALOOP, WARM + times // 4)
        with report("cards: the session ends well, without any"):
            unbind(vm, ALOOP)
            vm.check("rmmod snd-aloop; sleep 1")
            sound.end()
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)


def unbind(vm, driver):
    """Returns the device's name, for bind."""
    name = vm.check(f"cd {driver}; ls -d */driver").split("/")[0]
    vm.check(f"echo {name} >{driver}/unbind")
    return name


def bind(vm, driver, name):
    vm.check(f"echo {name} >{driver}/bind; udevadm settle")


def busy(vm, sound):
    other = vm.spawn(f"exec aplay -D {CARD} -t raw -f S16_LE -r {RATE} -c 2 /dev/zero", "other.log")
    sound.plays()
    sound.start("default", "pulse", *voices())
    vm.wait_log("aplay (", 30)
    vm.check(f"sleep 20; kill {other}", 60)
    vm.wait(other)
    sound.plays()
    log = vm.log()
    expect(log.count("has it") == 1, log[-4000:])
    opened = log.count("Device or resource busy")
    print(f"# tried {opened} times in 20 s")
    expect(opened < 12, f"tried {opened} times in 20 s")


# Another console, processes that stand still; what was recorded of one voice that plays alone.


def interrupted(vm, sound, times):
    chance = random.Random(times)
    for _ in range(times):
        vm.check("busybox chvt 2")
        vm.wait_shown(2)
        vm.check(f"sleep {chance.choice((0.01, 0.3, 3))}; busybox chvt 1")
        vm.wait_shown(1)
        sound.plays()
        vm.check(f"sleep {chance.uniform(0.3, 1):.2f}")


def consoles(report, build):
    with guest("consoles", gpu="virtio", mode="virtual", size=SIZE) as vm:
        sound = Sound(vm, build)
        with report(f"consoles: {SWITCHES} times another one: silence there, and on from the same frame"):
            sound.start(CARD, "pulse", "voice6")
            sound.plays()
            vm.check("busybox chvt 2; sleep 3")
            text = vm.check("cat /proc/asound/Intel/pcm0p/sub0/status; sleep 1; "
                            "cat /proc/asound/Intel/pcm0p/sub0/status")
            clocks = [line for line in text.splitlines() if line.startswith("hw_ptr")]
            expect(len(set(clocks)) <= 1, text)
            vm.check("busybox chvt 1")
            sound.plays()
            interrupted(vm, sound, SWITCHES - 1)
            sound.end()
            seams = lanes.joins(vm.wav, 6)
            print(*[f"# {seam}" for seam in seams], sep="\n")
            if not sanitized(build):
                smooth(seams)
        with report("consoles: a session that stood still for a while: nothing is repeated"):
            start = recorded(vm) + UNWRITTEN
            sound.start(CARD, "pulse", "voice6")
            sound.plays()
            vm.check(f"for t in 0.1 0.5 2; do sleep 1; kill -STOP {vm.child()}; sleep $t; "
                     f"kill -CONT {vm.child()}; done")
            sound.plays()
            vm.check("sleep 1")
            sound.end()
            heard = listen_from(vm, start)[6]
            print(f"# {heard}")
            repeated = [each for each in heard.breaks if each[0] == "jump" and each[2] < 0]
            expect(heard.frames > RATE and heard.breaks and not repeated, heard)
        with report(f"consoles: {PULLED} times a mouse is pulled out, at {NEAR} frames: no underrun"):
            pulled_mice(vm, sound)
        use_cases(report, sound)
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)


def pulled_mice(vm, sound):
    """Each when what was late before is forgotten, so that the card has no more than it needs."""
    start = recorded(vm) + UNWRITTEN
    sound.start(CARD, "pulse", *voices(), latency=NEAR)
    sound.plays()
    devices, status = Devices(vm), {}
    for _ in range(PULLED):
        devices.do("mouse")
        for _ in range(20):
            vm.check("sleep 11", 60)
            status = sound.ctl("audio")["audio"]
            if status["ahead_ns"] <= NEAR_NS:
                break
        print(f"# {status['ahead_ns'] / 1e6:.1f} ms ahead, {status['underruns']} underruns")
        expect(sanitized(sound.build) or status["ahead_ns"] <= NEAR_NS, f"never as near: {status}")
        before = status["underruns"]
        devices.do("remove")
        vm.check("sleep 1")
        status = sound.ctl("audio")["audio"]
        print(f"# pulled: {status['late_ns'] / 1e6:.1f} ms late at most")
        if not sanitized(sound.build):
            expect(status["underruns"] == before, f"an underrun when it was pulled: {status}")
    vm.check(f"kill {devices.pid}")
    sound.end()
    say(listen_from(vm, start))


def smooth(seams):
    """Not a frame is lost, or there twice; the first one of what is faded in has a gain of 0. It
    is faded out, since the guardian closes the devices."""
    for seam in seams:
        least, silent = seam.passed - seam.faded - seam.rising, seam.rising > 100
        expect(0 <= seam.passed and least <= silent <= least + seam.unsure,
               f"it does not go on where it was: {seam}")
        expect(seam.rough <= 2, f"neither falls nor rises: {seam}")
    switched = [seam for seam in seams if seam.rising > 100]
    expect(len(switched) == SWITCHES, seams)
    cut = sum(seam.faded < 100 for seam in switched)
    print(f"# {cut} of {SWITCHES} were cut off, {len(seams) - SWITCHES} silences besides")
    expect(cut < 3, seams)  # 0 in 90 switches; 6 and 8 of 30 when the session closed devices itself


# Silence, and the tone of hello.


def quiet(report, build):
    with guest("quiet", gpu="virtio", mode="virtual", size=SIZE) as vm:
        sound, hello = Sound(vm, build), Hello(*SIZE)
        with report("quiet: without a sound the device is not opened, and nothing wakes the session up"):
            sound.start("default", options=plugins(build, "hello"))
            hello.wait_drawn(vm)
            sound.silent()
            asleep(vm)
        with report("quiet: a click, and the tone; then the device is closed"):
            hello.move_pointer(vm, *hello.places[0])
            vm.click()
            vm.wait_log("sound: hw:0,0, ")
            vm.wait_log("sound: silent, closed")
            sound.silent()
            vm.check("sleep 20")
            expect(sound.ctl("audio")["audio"]["state"] == "closed", sound.ctl("audio"))
        with report("quiet: ... and nothing wakes the session up"):
            asleep(vm)
            sound.end()
        with report("quiet: a second of 440 Hz was recorded, whole"):
            vm.stop()
            if not sanitized(build):
                a_second_of_tone(vm)
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)


def asleep(vm):
    child = vm.child()
    switches = f"grep -h ^voluntary /proc/{child}/status"
    vm.check("sleep 10")  # what osaas ctl had is given back after a moment
    text = vm.check(f"{switches}; sleep 20; {switches}", 60)
    before, after = (int(line.split()[1]) for line in text.splitlines())
    expect(after == before, f"{after - before} wake-ups in 20 s")


# Use cases: a card whose outputs are connected to nothing until ALSA's manager does it.

UCM = {
    "ucm.conf": '''Syntax 4
UseCasePath.one { Directory "case" File "case.conf" }
''',
    "case/case.conf": '''Syntax 4
SectionUseCase."Make" { File "/case/Make.conf" }
SectionUseCase."HiFi" { File "/case/HiFi.conf" }
''',
    "case/Make.conf": '''SectionVerb { EnableSequence [
    cset-new "name='Way Phones' type=bool,count=1 off"
    cset-new "name='Way Speaker' type=bool,count=1 off"
    cset-new "iface=CARD,name='Headphone Jack' type=bool,count=1 off"
] }
SectionDevice."None" { Value { } }
''',
    "case/HiFi.conf": '''SectionVerb { Value { TQ "HiFi" } }
SectionDevice."Headphones" {
    ConflictingDevice [ "Speaker" ]
    EnableSequence [ cset "name='Way Phones' on" ]
    DisableSequence [ cset "name='Way Phones' off" ]
    Value { PlaybackPriority 200 PlaybackPCM "hw:${CardId}" JackControl "Headphone Jack" }
}
SectionDevice."Speaker" {
    EnableSequence [ cset "name='Way Speaker' on" ]
    DisableSequence [ cset "name='Way Speaker' off" ]
    Value { PlaybackPriority 100 PlaybackPCM "hw:${CardId},0" }
}
''',
}


def use_cases(report, sound):
    vm = sound.vm
    environment = "ALSA_CONFIG_UCM2=/out/ucm2"
    for name, text in UCM.items():
        path = os.path.join(vm.out, "ucm2", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def ways(phones, speaker):
        vm.wait_until(f"amixer -c Intel cget name='Way Phones' | grep -q values={phones} && "
                      f"amixer -c Intel cget name='Way Speaker' | grep -q values={speaker}", 15)

    with report("use cases: the speaker is enabled, and its stream plays"):
        vm.check(f"{environment} alsaucm -c hw:0 set _verb Make")
        sound.start("Intel", "pulse", "voice6", environment=environment)
        sound.plays()
        ways("off", "on")
        case = [each for each in sound.ctl("audio")["devices"] if each["enabled"] == "yes"]
        expect([each["route"] for each in case] == ["Speaker"], case)
    with report("use cases: a plug is put in, and pulled: the other one, and it plays on"):
        vm.check("amixer -c Intel cset iface=CARD,name='Headphone Jack' on")
        ways("on", "off")
        sound.plays()
        vm.check("amixer -c Intel cset iface=CARD,name='Headphone Jack' off")
        ways("off", "on")
        sound.plays()
        print(*[f"# {line}" for line in vm.log().splitlines() if "use case" in line], sep="\n")
        sound.end()


PARTS = {"card": card, "loop": loop, "cards": cards, "consoles": consoles, "quiet": quiet}


EXACT = {"card", "loop"}  # a sanitizer's instructions count in virtual time: that is no machine's speed


def audio(report, build):
    chosen = [name for name in PARTS if not (sanitized(build) and name in EXACT)]
    for name in os.environ.get("AUDIO_PARTS", " ".join(chosen)).split():
        PARTS[name](report, build)
