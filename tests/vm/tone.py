"""A second of 440 Hz in a recording: how long it is, its pitch, its gaps."""

import array
import wave

from common import expect

TONE_HZ = 440
MOST_QUIET = 8    # frames
QUIET = 0.02      # of the peak
AT_ONCE = 2048    # frames: QEMU takes the first 1024 without a pause, which no card does


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


def a_second_of_tone(vm):
    """What the card played, whole."""
    samples, rate = read_left(vm.wav)
    tone, peak = loud_part(samples)
    steady = tone[AT_ONCE:]
    hertz, gap = frequency(steady, rate), longest_gap(steady, peak)
    print(f"# {len(tone) / rate:.3f} s, peak {peak}, {hertz:.3f} Hz, longest quiet run {gap} frames")
    expect(0.98 < len(tone) / rate < 1.02, f"{len(tone) / rate:.3f} s of it")
    expect(abs(hertz - TONE_HZ) <= 1, f"{hertz:.3f} Hz")
    expect(gap <= MOST_QUIET, f"{gap} frames of silence")
