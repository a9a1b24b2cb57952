"""vm.py selftest: proves, in TAP, that the test VM does what the tests rely on."""

import array
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import wave

from vm import HERE, VM, VMError

TONE_HZ, TONE_SECONDS, RATE = 440, 2, 48000

# Runs in the guest: prints a device's input events until the wanted one has come.
WATCH = r"""
import glob, struct, sys
wanted = tuple(map(int, sys.argv[2:]))
for path in glob.glob("/sys/class/input/event*/device/name"):
    if open(path).read().strip() == sys.argv[1]:
        device = open("/dev/input/" + path.split("/")[4], "rb", buffering=0)
print("watching", flush=True)
event = None
while event != wanted:
    event = struct.unpack("llHHi", device.read(24))[2:]
    print(*event, flush=True)
"""
EV_KEY, EV_REL, EV_ABS, BTN_LEFT, REL_X, REL_Y, REL_WHEEL = 1, 2, 3, 0x110, 0, 1, 8


def expect(condition, otherwise):
    if not condition:
        raise AssertionError(otherwise)


# The first guest: two CPUs, both cards, a loop sound card


def test_status_and_output(vm):
    status, text = vm.sh("echo out; echo err >&2; exit 7")
    expect((status, text) == (7, "out\nerr\n"), (status, text))


def test_large_output(vm):
    text = vm.check("seq 200000", 60)
    expect(text == "".join(f"{i}\n" for i in range(1, 200001)), f"{len(text)} characters")


def test_ping_during_a_long_command(vm):
    ends = threading.Event()
    thread = threading.Thread(target=lambda: (vm.sh("read line </tmp/pipe"), ends.set()))
    vm.check("mkfifo /tmp/pipe")
    thread.start()
    vm.agent.ping()
    expect(not ends.is_set(), "it was no long command")
    vm.check("echo >/tmp/pipe")
    thread.join(60)
    expect(ends.is_set(), "it does not end")


def test_timeout_kills(vm):
    try:
        vm.sh("echo before; sleep 61.5; echo after", timeout=1)
    except VMError as error:
        expect("before" in str(error), error)
    else:
        raise AssertionError("no timeout")
    # Others come and go while it looks.
    _, found = vm.sh("grep -sl '[6]1.5' /proc/[0-9]*/cmdline")
    expect(not found.strip(), f"it still runs: {found}")


def test_spawn(vm):
    pid = vm.spawn("echo started; sleep 2; echo ended; exit 5", "spawned.log")
    expect(vm.running(pid), "not running")
    expect(vm.wait(pid) == 5, "another exit status")
    expect(vm.read("spawned.log") == "started\nended\n", vm.read("spawned.log"))


def test_files(vm):
    vm.check("for d in /tmp /run /root /etc /out $XDG_RUNTIME_DIR; do echo x >$d/osaas-selftest"
             " || exit; done")
    expect(vm.read("osaas-selftest") == "x\n", "/out is not the host's directory")
    expect(not os.path.exists("/etc/osaas-selftest"), "the guest wrote into the host")
    path = os.path.join(HERE, "selftest.py")
    expect(vm.sh(f"test -s '{path}'")[0] == 0, f"the guest does not see {path}")


def test_core_dump(vm):
    status, _ = vm.sh("sh -c 'kill -SEGV $$; :'")
    expect(status == 139, status)
    cores = [name for name in os.listdir(vm.out) if name.startswith("core.sh.")]
    expect(len(cores) == 1, f"cores: {cores}")


def test_cards(vm):
    text = vm.check("for n in 0 1; do grab --card $n | head -n 1; done")
    expect(text == "driver virtio_gpu\ndriver vkms\n", text)
    text = vm.check("ls -d /sys/class/drm/card?-Virtual-?")
    expect("card0-Virtual-1" in text and "card1-Virtual-2" in text, text)


def test_sound_cards(vm):
    text = vm.check("cat /proc/asound/cards")
    expect("HDA-Intel" in text and "Loopback" in text, text)


def vt_state(vm, number):
    return json.loads(vm.check(f"vtstate {number}"))


def test_vt_switch(vm):
    expect(vt_state(vm, 1)["active"] == 1, "tty1 was not active")
    vm.key("ctrl-alt-f2")
    vm.wait_shown(2)
    state = vt_state(vm, 2)
    expect((state["display"], state["switching"]) == ("text", "auto"), state)


def test_typing_on_tty2(vm):
    vm.no_repeat()
    vm.type("echo Typed_by-QMP: '$((6*7))' $((6*7)) > /out/typed\n")
    vm.wait_until("test -s /out/typed")
    expect(vm.read("typed") == "Typed_by-QMP: $((6*7)) 42\n", repr(vm.read("typed")))


def test_screendump(vm):
    before = vm.screendump()
    expect((before.width, before.height) == vm.size, f"{before.width}x{before.height}")
    vm.type("echo ################################\n")
    after, deadline = vm.screendump(), time.monotonic() + 30
    while before.differing(after) <= 500 and time.monotonic() < deadline:
        time.sleep(0.2)
        after = vm.screendump()
    changed = before.differing(after)
    expect(changed > 500, f"typing a line changed {changed} pixels")
    path = os.path.join(vm.directory, "selftest.png")
    after.save_png(path)
    expect(type(after).read(path).rgb == after.rgb, "PNG written and read differs")


def watch(vm, name, act, last):
    """The events (type, code, value) of a device while act() runs, up to the last."""
    log = name.replace(" ", "-") + ".log"
    with open(os.path.join(vm.out, "watch.py"), "w") as file:
        file.write(WATCH)
    words = " ".join(map(str, last))
    pid = vm.spawn(f"exec timeout 30 python3 /out/watch.py '{name}' {words}", log)
    vm.wait_until(f"grep watching '/out/{log}'")
    act()
    status = vm.wait(pid, 60)
    expect(status == 0, f"waiting for event {last} ended with {status}\n{vm.read(log)}")
    return [tuple(map(int, line.split())) for line in vm.read(log).splitlines()[1:]]


def test_tablet(vm):
    def act():
        vm.move(300, 200)
        vm.wheel(1)
        vm.click("left")

    events = watch(vm, "QEMU Virtio Tablet", act, (EV_KEY, BTN_LEFT, 0))
    at = {code: value for kind, code, value in events if kind == EV_ABS}
    x, y = at[0] * vm.size[0] / 0x8000, at[1] * vm.size[1] / 0x8000
    expect(abs(x - 300) < 1 and abs(y - 200) < 1, f"arrived at {x:.1f}, {y:.1f}")
    expect((EV_REL, REL_WHEEL, -1) in events, f"no wheel step: {events}")
    expect((EV_KEY, BTN_LEFT, 1) in events, f"no button press: {events}")


def test_mouse(vm):
    events = watch(vm, "QEMU Virtio Mouse", lambda: vm.move_rel(7, -5), (EV_REL, REL_Y, -5))
    expect((EV_REL, REL_X, 7) in events, events)


def make_tone(path):
    samples = array.array("h")
    for i in range(RATE * TONE_SECONDS):
        value = round(16000 * math.sin(2 * math.pi * TONE_HZ * i / RATE))
        samples.extend((value, value))
    with wave.open(path, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def test_play_a_tone(vm):
    make_tone(os.path.join(vm.out, "tone.wav"))
    vm.check("aplay -q -D plughw:0 --buffer-time=500000 /out/tone.wav", 60)


def test_power_off(vm):
    process = vm.process
    vm.stop()
    expect(process.returncode == 0, f"QEMU ended with {process.returncode}")


def test_recorded_tone(vm):
    with wave.open(vm.wav) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        left = array.array("h", file.readframes(file.getnframes()))[::channels]
    loud = [i for i, value in enumerate(left) if abs(value) > 4000]
    expect(loud, f"{len(left)} frames were recorded, all silent")
    heard = left[loud[0]:loud[-1]]
    rising = sum(a < 0 <= b for a, b in zip(heard, heard[1:]))
    seconds = len(heard) / rate
    expect(abs(seconds - TONE_SECONDS) < 0.5, f"{seconds:.2f} s of sound")
    expect(abs(rising / seconds - TONE_HZ) < 10, f"{rising / seconds:.1f} Hz")


# The second guest: one CPU in virtual time, vkms alone


def test_vkms_planes(vm):
    text = vm.check("grab")
    expect(text.startswith("driver vkms\ncrtc "), text)
    expect(" primary " in text and " XR24 1024x768 " in text, text)


def test_checksum(vm):
    vm.check("busybox chvt 2; sleep 1")
    text = vm.check("grab --crc --tries 20", 120)
    expect("\ncrc " in text and " equal\n" in text, text)


def test_grabbed_picture(vm):
    picture = vm.grab()
    expect((picture.width, picture.height) == (1024, 768), f"{picture.width}x{picture.height}")
    lit = sum(n for colour, n in picture.colours().items() if sum(colour) > 300)
    expect(100 < lit < 50000, f"{lit} bright pixels: no text console")


def test_screendump_is_refused(vm):
    try:
        vm.screendump()
    except VMError as error:
        expect("grab" in str(error), error)
    else:
        raise AssertionError("not refused")


def test_steady_time(vm):
    text = vm.check("read a _ </proc/uptime; sleep 2; read b _ </proc/uptime; echo $a $b")
    began, ended = map(float, text.split())
    expect(2 <= ended - began < 2.2, f"sleep 2 took {ended - began:.2f} s")


# No guest outlives its owner


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def qemu_below(owner, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for pid in children_of(owner.pid):
            with open(f"/proc/{pid}/comm") as file:
                if file.read().startswith("qemu"):
                    return pid
        time.sleep(0.1)
    raise AssertionError(f"no QEMU was started within {seconds} s")


def ends(pid, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False


def no_leak_after(number):
    with tempfile.TemporaryDirectory() as scratch:  # SIGKILL leaves the VM's files behind
        owner = subprocess.Popen([sys.executable, os.path.join(HERE, "vm.py"), "run", "sleep 100"],
                                 env={**os.environ, "TMPDIR": scratch})
        try:
            qemu = qemu_below(owner, 60)
            owner.send_signal(number)
            owner.wait(90)
            expect(ends(qemu, 20), "QEMU lives on")
        finally:
            owner.kill()
            owner.wait()


def test_no_leak_after_sigterm():
    no_leak_after(signal.SIGTERM)


def test_no_leak_after_sigkill():
    no_leak_after(signal.SIGKILL)


GUESTS = [
    ({"gpu": "both", "mode": "multi", "aloop": True}, [
        test_status_and_output, test_large_output, test_ping_during_a_long_command,
        test_timeout_kills, test_spawn, test_files, test_core_dump, test_cards,
        test_sound_cards, test_vt_switch, test_typing_on_tty2, test_screendump, test_tablet,
        test_mouse, test_play_a_tone, test_power_off, test_recorded_tone]),
    ({"gpu": "vkms", "mode": "icount"}, [
        test_vkms_planes, test_checksum, test_grabbed_picture, test_screendump_is_refused,
        test_steady_time]),
]
ALONE = [test_no_leak_after_sigterm, test_no_leak_after_sigkill]


class Tap:
    def __init__(self, planned):
        self.done = self.failed = 0
        print(f"1..{planned}", flush=True)

    def report(self, name, problem):
        self.done += 1
        self.failed += bool(problem)
        print(f"{'not ok' if problem else 'ok'} {self.done} - {name}")
        for line in (problem or "").splitlines():
            print(f"# {line}")
        sys.stdout.flush()

    def run(self, function, *arguments):
        name = function.__name__.removeprefix("test_").replace("_", " ")
        began = time.monotonic()
        try:
            function(*arguments)
            problem = None
        except (AssertionError, VMError) as error:
            problem = str(error)
        except Exception:
            problem = traceback.format_exc()
        self.report(f"{name} # {time.monotonic() - began:.1f} s", problem)


def run_guest(tap, options, tests):
    what = f"boots with gpu {options['gpu']}, mode {options['mode']}"
    vm = VM(**options)
    try:
        vm.start()
    except VMError as error:
        tap.report(what, str(error))
        for test in tests:
            tap.report(test.__name__, "the guest did not boot")
        return
    with vm:
        tap.report(f"{what} # {vm.boot_seconds:.1f} s", None)
        for test in tests:
            tap.run(test, vm)


def main(options):
    tap = Tap(sum(1 + len(tests) for _, tests in GUESTS) + len(ALONE))
    for guest, tests in GUESTS:
        run_guest(tap, {**options, **guest}, tests)
    for test in ALONE:
        tap.run(test)
    return 1 if tap.failed else 0
