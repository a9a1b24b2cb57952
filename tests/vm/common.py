"""What the groups of suite.py share: the builds' paths, expectations, hello's geometry."""

import contextlib
import os

from session import SessionVM

SANITIZERS = ("ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:log_path=/out/sanitizer "
              "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:log_path=/out/sanitizer")


def expect(condition, otherwise):
    if not condition:
        raise AssertionError(otherwise)


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
