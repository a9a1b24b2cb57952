"""What the groups of suite.py share: the builds' paths, expectations, hello's geometry."""

import contextlib
import json
import os

from session import SessionVM

SANITIZERS = ("ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:log_path=/out/sanitizer "
              "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:log_path=/out/sanitizer")


def expect(condition, otherwise):
    if not condition:
        raise AssertionError(otherwise)


def is_near(text, wanted):
    """Is "x y" that place, or next to it?"""
    return all(abs(int(a) - b) <= 1 for a, b in zip(text.split(), wanted))


def osaas(build):
    return os.path.join(build, "session", "osaas")


def sanitized(build):
    with open(osaas(build), "rb") as file:
        return b"libasan" in file.read()


def plugin(build, name):
    return os.path.join(build, "plugins", f"{name}.so")


def plugins(build, *names):
    return " ".join(plugin(build, name) for name in names)


def session_command(build, *names, options=""):
    return f"{osaas(build)} session {options} {plugins(build, *names)}"


@contextlib.contextmanager
def guest(name, **options):
    """A guest whose directory is kept where KEEP says."""
    keep = os.environ.get("KEEP")
    with SessionVM(dir=keep and os.path.join(keep, name), **options) as vm:
        yield vm


def no_sanitizer_reports(vm):
    reports = [name for name in os.listdir(vm.out) if name.startswith("sanitizer")]
    expect(not reports, "\n".join(vm.read(name)[:4000] for name in reports))
    cores = [name for name in os.listdir(vm.out) if name.startswith("core.")]
    expect(not cores, f"cores: {cores}")


def ctl(vm, build, words):
    return vm.check(f"env {SANITIZERS} {osaas(build)} ctl {words}", 60)


def settle(vm, build):
    """Until the session answers: libinput reads libwacom's database when there is a tablet, which
    takes longer than ctl waits where both are slow."""
    vm.wait_until(f"{SANITIZERS} {osaas(build)} ctl plugins", 60)


def pointer_place(vm, build):
    """Where the pointer's plane is: (x, y, half a side), to be left out; none: no such plane."""
    for row in json.loads(ctl(vm, build, "--json planes"))["planes"]:
        if row["type"] == "cursor" and row["place"]:
            size, _, at = row["place"].partition(" at ")
            x, y = map(int, at.split(","))
            width, height = map(int, size.split("x"))
            # hello's red spot is around its tip.
            return [(x + width // 2, y + height // 2, max(width, height) + 1)]
    return []


def unlike(a, b, tolerance=0, but=()):
    """How many pixels differ by more; but: squares (x, y, half a side) that do not count."""
    count = 0
    for i in range(0, len(a.rgb), 3):
        if a.rgb[i:i + 3] == b.rgb[i:i + 3]:
            continue
        x, y = i // 3 % a.width, i // 3 // a.width
        if any(abs(x - bx) <= r and abs(y - by) <= r for bx, by, r in but):
            continue
        count += max(abs(p - q) for p, q in zip(a.rgb[i:i + 3], b.rgb[i:i + 3])) > tolerance
    return count
