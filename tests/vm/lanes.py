"""What eight of voice.c sounded like together: each of them frame by frame, from a recording."""

import array
import collections
import struct

LANES = 8
LENGTH = 65535  # frames, until the sequence comes again
WINDOW = 32     # frames that tell where in it one is

# Of one voice: that much of it was heard, from that frame of the recording on, without a gap;
# what came after it: ("gap", at, frames) of silence, ("jump", at, frames) missing, or repeated when
# negative, ("noise", at, frames) that is none of it.
Heard = collections.namedtuple("Heard", "first frames breaks")


def sequence():
    """As voice.c's."""
    state, out = 1, bytearray()
    for _ in range(LENGTH):
        out.append(state & 15)
        state = state >> 1 ^ (0xb400 if state & 1 else 0)
    return bytes(out)


ONCE = sequence()
TWICE = ONCE + ONCE
# Of a byte of a sample: two bits of one lane, where a nibble has those of the left and the right.
_TABLES = {(pair, up): bytes((byte >> 2 * pair & 3) << up for byte in range(256))
           for pair in range(4) for up in (0, 2)}


def write_raw(path, lane, frames):
    """The voice alone, as a file of 16-bit frames."""
    count = -(-frames // LENGTH)
    out = bytearray()
    for nibble in ONCE:
        for digit in (nibble & 3, nibble >> 2):
            out += struct.pack("<H", digit << 2 * lane & 0xffff)
    with open(path, "wb") as file:
        file.write((bytes(out) * count)[:frames * 4])


def read_wav(path):
    """The frames, and the sample's bytes: of a WAV file, also one that was not closed well."""
    with open(path, "rb") as file:
        data = file.read()
    at = 12
    while data[at:at + 4] != b"data":
        if data[at:at + 4] == b"fmt ":
            _, channels, rate, _, _, bits = struct.unpack("<HHIIHH", data[at + 8:at + 24])
        at += 8 + struct.unpack("<I", data[at + 4:at + 8])[0]
    if (channels, rate) != (2, 48000):
        raise AssertionError(f"{path}: {channels} channels, {rate} Hz")
    return data[at + 8:], bits // 8


def split(data, size=2):
    """The lanes' nibbles; of larger samples the highest 16 bits count, and the others must be 0."""
    data = data[:len(data) - len(data) % (2 * size)]
    for low in range(size - 2):
        if data[low::size].count(0) != len(data) // size:
            raise AssertionError("samples are not of 16 bits")
    frame = 2 * size
    places = [data[size - 2::frame], data[size - 1::frame],
              data[2 * size - 2::frame], data[2 * size - 1::frame]]
    lanes = []
    for lane in range(LANES):
        left, right = (places[lane // 4].translate(_TABLES[lane % 4, 0]),
                       places[2 + lane // 4].translate(_TABLES[lane % 4, 2]))
        both = int.from_bytes(left, "big") | int.from_bytes(right, "big")
        lanes.append(both.to_bytes(len(left), "big"))
    return lanes


def _equal(lane, at, place):
    """How many frames from there on are the sequence, from that place of it on."""
    count = 0
    while at + count < len(lane):
        want = TWICE[place:place + LENGTH]
        have = lane[at + count:at + count + LENGTH]
        if have == want:
            count += len(have)
            continue
        low, high = 0, len(have)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if have[:middle] == want[:middle] else (low, middle - 1)
        return count + low
    return count


def _silent(lane, at):
    rest = lane[at:at + (1 << 20)].lstrip(b"\0")
    return min(len(lane) - at, 1 << 20) - len(rest)


def _resume(lane, at):
    """Where the sequence goes on: (frame, its place); None: never again. Silence is skipped. Long
    noise is looked at less closely, as each look costs much."""
    step = 0
    while at + WINDOW <= len(lane):
        silent = _silent(lane, at)
        if silent >= WINDOW:
            at += silent
            continue
        place = TWICE.find(lane[at:at + WINDOW])
        if place >= 0:
            return at, place % LENGTH
        step += 1
        at += 1 + step // 1000 * 50
    return None


def follow(lane, most=20):
    """All that was heard of one voice."""
    found, breaks = _resume(lane, 0), []
    if not found:
        return Heard(None, 0, breaks)
    first, heard = found[0], 0
    at, place = found
    while len(breaks) < most:
        count = _equal(lane, at, place)
        heard += count
        at, place = at + count, (place + count) % LENGTH
        found = _resume(lane, at)
        if not found:
            break
        silent = min(_silent(lane, at), found[0] - at)
        missing = (found[1] - place + LENGTH // 2) % LENGTH - LENGTH // 2
        if silent:
            breaks.append(("gap", at, silent))
        if found[0] - at > silent:
            breaks.append(("noise", at + silent, found[0] - at - silent))
        if missing:
            breaks.append(("jump", found[0], missing))
        at, place = found
    return Heard(first, heard, breaks)


# Of one voice that plays alone: where it broke off. faded: frames until it was silent; rising: from
# then on; unsure: of both, those whose silence may be the sequence's own; passed: frames that the
# sequence went on meanwhile, negative: it is back; between: frames; rough: of all of them, those
# that no gain that only falls, then only rises explains.
Join = collections.namedtuple("Join", "at faded between rising unsure passed rough")


def _fade(samples, wanted):
    """Until it is silent: (frames, of which the last so many are silent in the sequence, how many
    are not of a gain that falls)."""
    gain, rough, heard = 1.0, 0, 0
    for i, (have, want) in enumerate(zip(samples, wanted)):
        if not want:
            rough += abs(have) > 1
            continue
        if abs(have) <= 1:
            return i, i - heard, rough
        heard = i + 1
        now = have / want
        rough += not -2 / abs(want) <= now <= gain + 4 / abs(want)
        gain = min(gain, max(now, 0))
    return min(len(samples), len(wanted)), 0, rough


def joins(path, lane):
    data, size = read_wav(path)
    one = split(data, size)[lane]
    left = array.array("h", data)[::2]
    digits = [(digit << 2 * lane ^ 0x8000) - 0x8000 for digit in range(4)]
    found, out = _resume(one, 0), []
    while found:
        count = _equal(one, *found)
        at, place = found[0] + count, (found[1] + count) % LENGTH
        found = _resume(one, at)
        if not found:
            break
        passed = (found[1] - place + LENGTH // 2) % LENGTH - LENGTH // 2
        before = [digits[TWICE[place + i] & 3] for i in range(min(found[0] - at, LENGTH))]
        after = [digits[TWICE[found[1] + LENGTH - 1 - i] & 3] for i in range(len(before))]
        faded, unsure, rough = _fade(left[at:found[0]], before)
        rising, unsure_too, more = _fade(left[at + faded:found[0]][::-1], after)
        between = found[0] - at - faded - rising
        silent = left[at + faded:at + faded + between]
        rough += more + sum(abs(sample) > 1 for sample in silent)
        out.append(Join(at, faded, between, rising, unsure + unsure_too, passed, rough))
    return out


def listen(path):
    return [follow(lane) for lane in split(*read_wav(path))]
