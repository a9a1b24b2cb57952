"""What a crash, a pulled card and another console leave of a session: all that the user had."""

from common import SANITIZERS, expect, guest, no_sanitizer_reports, osaas, session_command
from hello import Hello
from soak_guest import VIRTIO

USABLE = ("text", "unicode", "auto")
SHOWN = " is on the screen"
# A SIGSEGV that is sent is the test's: AddressSanitizer would report it and abort.
SENT_SEGV = SANITIZERS.replace("ASAN_OPTIONS=", "ASAN_OPTIONS=handle_segv=0:", 1)


def start(vm, build, *names, restart=5):
    vm.start_session(session_command(build, *names, options=f"--audio none --restart {restart}"),
                     f"{SENT_SEGV} LIBSEAT_BACKEND=builtin")
    vm.wait_first_frame()


def state(vm, number=1):
    state = vm.vt_state(number)
    return state["display"], state["keyboard"], state["switching"]


def plugins(vm, build):
    text = vm.check(f"env ASAN_OPTIONS=detect_leaks=0 {osaas(build)} ctl plugins", 60)
    return [line.split()[0] for line in text.splitlines()[1:] if line.split()]


def wait_frames(vm, count):
    """Frames of new sessions: each says so once for a window."""
    log = f"/out/{vm.log_name()}"
    vm.wait_until(f"[ $(grep -c '{SHOWN}' {log}) -ge {count} ]", 60)


def crash(vm, sig="KILL"):
    vm.check(f"kill -{sig} {vm.child()}")


def ends(vm, status):
    found = vm.wait(vm.session, 60)
    expect(found == status, f"status {found}, not {status}:\n{vm.log()}")
    expect(state(vm) == USABLE, state(vm))


def restarts(report, build, vm, hello):
    with report("SIGKILL: the next session has the same plugins and their order"):
        start(vm, build, "hog", "hello")
        hello.wait_drawn(vm)
        crash(vm)
        wait_frames(vm, 2)
        hello.wait_drawn(vm)
        expect(plugins(vm, build) == ["Hog", "Hello"], plugins(vm, build))
        expect(state(vm)[:2] == ("graphics", "off"), state(vm))
    with report("what was closed meanwhile stays closed"):
        vm.check(f"{osaas(build)} ctl close Hog", 60)
        crash(vm)
        wait_frames(vm, 3)
        expect(plugins(vm, build) == ["Hello"], plugins(vm, build))
    with report("garbage in its file is refused, and the named plugins start"):
        vm.check(f"echo garbage >/run/user/0/osaas/resume.{vm.session}")
        crash(vm)
        wait_frames(vm, 4)
        expect("it does not begin with" in vm.log(), vm.log())
        expect(plugins(vm, build) == ["Hog", "Hello"], plugins(vm, build))
    with report("a fault: the report's path is on the console, and the next session starts"):
        crash(vm, "SEGV")
        wait_frames(vm, 5)
        path = vm.log().split("what happened is in ")[1].split(";")[0]
        expect("signal     SIGSEGV" in vm.check(f"cat {path}"), path)
    with report("another console is shown: it is not taken away, and the session waits for its own"):
        vm.check("busybox chvt 2")
        crash(vm)
        vm.wait_log("tty1 is not shown", 60)
        vm.check("sleep 1")
        expect(vm.vt_state(1)["active"] == 2 and state(vm) == USABLE, vm.vt_state(1))
        vm.check("busybox chvt 1")
        wait_frames(vm, 6)
        hello.wait_drawn(vm)
    with report("the user ends it: that is no crash"):
        vm.key("ctrl-alt-backspace")
        ends(vm, 0)
        expect(not vm.check("ls /run/user/0/osaas").strip(), vm.check("ls /run/user/0/osaas"))


def gives_up(report, build, vm):
    with report("too many crashes within a minute: the console, and what to do"):
        start(vm, build, "hello", restart=1)
        crash(vm)
        wait_frames(vm, 2)
        crash(vm)
        ends(vm, 137)
        expect("crashed 2 times within a minute and is not started again" in vm.log(), vm.log())
    with report("SIGTERM while it waits to start again ends it"):
        start(vm, build, "hello", restart=9)
        vm.check("busybox chvt 2")
        crash(vm)
        vm.wait_log("tty1 is not shown", 60)
        vm.check(f"kill {vm.session}")
        ends(vm, 143)
        vm.check("busybox chvt 1")
    with report("SIGSTOP and SIGCONT end nothing, and the guardian passes SIGTERM on"):
        start(vm, build, "hello")
        child = vm.child()
        vm.check(f"kill -STOP {child}; sleep 1; kill -CONT {child}")
        expect(vm.child() == child, vm.log())
        expect(vm.end_session() == 0, vm.log())
        expect(state(vm) == USABLE, state(vm))


def returns(report, build, vm, hello):
    """What others got wrong on the way back from another console."""
    hello.colour = 0
    with report("back without any input: the picture is there at once, all of it"):
        start(vm, build, "hello", restart=0)
        before = hello.wait_drawn(vm)
        vm.check("busybox chvt 2; sleep 1; busybox chvt 1")
        expect(before.differing(hello.wait_drawn(vm)) == 0, "pixels differ")
    with report("the card is pulled and comes back: so do the windows, as they were"):
        hello.press_key(vm)
        child = vm.child()
        name = vm.check(f"cd {VIRTIO} && ls -d virtio*").split()[0]
        vm.check(f"echo {name} >{VIRTIO}/unbind; sleep 2")
        expect(vm.child() == child, vm.log())
        vm.check(f"echo {name} >{VIRTIO}/bind")
        hello.wait_drawn(vm)
        hello.press_key(vm)
    with report("the card is pulled while another console is shown"):
        vm.check(f"busybox chvt 2; echo {name} >{VIRTIO}/unbind; sleep 1; "
                 f"echo {name} >{VIRTIO}/bind; sleep 1; busybox chvt 1")
        hello.wait_drawn(vm)
        hello.press_key(vm)
        expect(vm.child() == child, vm.log())
        expect(vm.end_session() == 0, vm.log())


def guardian(report, build):
    with guest("guardian", gpu="virtio") as vm:
        hello = Hello(*vm.size)
        restarts(report, build, vm, hello)
        gives_up(report, build, vm)
        returns(report, build, vm, hello)
        with report("no sanitizer report"):
            vm.check("rm -f /out/core.*")  # of the faults that were sent
            no_sanitizer_reports(vm)
