"""A click starts hello's tone; what the sound card played is measured."""

import array
import wave

from common import (SANITIZERS, expect, guest, no_sanitizer_reports, sanitized,
                    session_command)
from hello import Hello

TONE_HZ = 440
PERIOD = 256  # frames
QUIET = 0.02  # of the peak


def read_left(path):
    with wave.open(path) as file:
        expect(file.getsampwidth() == 2, "not 16 bit")
        samples = array.array("h", file.readframes(file.getnframes()))
        return samples[::file.getnchannels()], file.getframerate()


def longest_gap(samples, peak):
    """The longest run of nearly silent samples."""
    longest = run = 0
    for value in samples:
        run = run + 1 if abs(value) < QUIET * peak else 0
        longest = max(longest, run)
    return longest


def loud_part(samples):
    peak = max(map(abs, samples), default=0)
    expect(peak > 3000, f"the loudest sample is {peak} of 32767")
    loud = [i for i, value in enumerate(samples) if abs(value) > peak / 2]
    return samples[loud[0]:loud[-1] + 1], peak


def frequency(samples, rate):
    """Hz, by the zero crossings' first and last place, each interpolated."""
    places = [i + a / (a - b) for i, (a, b) in enumerate(zip(samples, samples[1:])) if a < 0 <= b]
    expect(len(places) > 100, f"{len(places)} periods of sound")
    return (len(places) - 1) * rate / (places[-1] - places[0])




def sound(report, build):
    # Virtual time: the guest's clock follows its work, as a real machine's would.
    with guest("sound", gpu="virtio", mode="icount") as vm:
        hello = Hello(*vm.size)
        with report("sound: hello beside a hog"):
            vm.start_session(session_command(build, "hog", "hello", options="--log debug"),
                             f"{SANITIZERS} LIBSEAT_BACKEND=builtin")
            vm.wait_first_frame(120)
            hello.wait_drawn(vm)
        with report("sound: a click moves the marker and opens the device"):
            hello.move_pointer(vm, *hello.places[0])
            vm.click()
            vm.wait_log("sound: hw:0", 30)
        with report("sound: the device is closed when it is silent"):
            vm.wait_log("sound: silent, closed", 60)
            period = int(vm.log().split("period ")[1].split(",")[0])
            expect(period <= PERIOD, f"a period of {period} frames")
        with report("sound: the session ends well"):
            expect(vm.end_session(60) == 0, vm.log())
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)
        vm.stop()
        # In virtual time every instruction of a sanitizer counts: that is no machine's speed.
        if not sanitized(build):
            measure(report, vm)


def measure(report, vm):
    """What the card played: one second of 440 Hz, whole."""
    samples, rate = read_left(vm.wav)
    tone, peak = [], 0
    with report("sound: there is one"):
        tone, peak = loud_part(samples)
        print(f"# {len(tone) / rate:.3f} s, peak {peak}")
        expect(0.98 < len(tone) / rate < 1.02, f"{len(tone) / rate:.3f} s of it")
    with report("sound: 440 Hz, +-1"):
        hertz = frequency(tone, rate)
        print(f"# {hertz:.3f} Hz")
        expect(abs(hertz - TONE_HZ) <= 1, f"{hertz:.3f} Hz")
    with report("sound: no gap longer than a period"):
        gap = longest_gap(tone, peak)
        print(f"# longest quiet run {gap} frames, {underruns(vm)} underruns")
        expect(gap <= PERIOD, f"{gap} frames of silence")
        # QEMU does not record while the card stands still: only the session knows.
        expect(underruns(vm) == 0, f"{underruns(vm)} underruns")


def underruns(vm):
    """How often the device ran dry while the tone was to be heard; what comes after is silence."""
    times = [(float(line.split()[0]), line) for line in vm.log().splitlines() if "sound: " in line]
    opened = next(time for time, line in times if "sound: hw:" in line)
    return sum("underrun" in line and time < opened + 1 for time, line in times)
