"""VT switches and what is left of the console when the session dies."""

from common import SANITIZERS, expect, guest, no_sanitizer_reports, session_command
from hello import Hello

KILLS = 10
# A second: who looks sleeps 5 ms in between, and longer on a busy host, as does who gives it back.
LOOKS = 180
# In the guest: kills the session and says after how many looks, and ms, its console was usable again.
MEASURE = r"""
import fcntl, os, signal, struct, sys, time
KDGETMODE, KDGKBMODE, VT_GETMODE = 0x4b3b, 0x4b44, 0x5601
K_UNICODE, K_XLATE = 3, 1
tty = os.open("/dev/tty1", os.O_RDWR | os.O_NOCTTY)
def number(request):
    return struct.unpack("i", fcntl.ioctl(tty, request, b"\0" * 4))[0]
def usable():
    mode = fcntl.ioctl(tty, VT_GETMODE, b"\0" * 8)[0]
    return number(KDGETMODE) == 0 and number(KDGKBMODE) in (K_UNICODE, K_XLATE) and mode == 0
if usable():
    sys.exit("it was not taken at all")
began, looks = time.monotonic(), 0
os.kill(int(sys.argv[1]), signal.SIGKILL)
while not usable():
    looks += 1
    if looks > 2000:
        sys.exit("not usable: display %d keyboard %d" % (number(KDGETMODE), number(KDGKBMODE)))
    time.sleep(0.005)
print(looks, round((time.monotonic() - began) * 1000))
"""


def start(vm, build, backend):
    vm.start_session(session_command(build, "hog", "hello", options="--audio none"),
                     f"{SANITIZERS} LIBSEAT_BACKEND={backend}")
    vm.wait_first_frame()


def kill_and_measure(vm):
    """How many looks, and milliseconds, from SIGKILL to a usable console."""
    text = vm.check(f"python3 /out/measure.py {vm.child()}", 120)
    status = vm.wait(vm.session, 20)
    expect(status == 137, f"the guardian ended with {status}, not 128 + SIGKILL")
    return tuple(map(int, text.split()))


def type_there(vm, marker):
    vm.type(f"echo usable >/out/{marker}\n")
    vm.wait_until(f"grep -qx usable /out/{marker}")


def switch_and_back(vm, hello, marker):
    """To tty2 and back: the other console is usable, then the picture is complete again."""
    before = hello.wait_drawn(vm)
    vm.key("ctrl-alt-f2")
    vm.wait_shown(2)
    state = vm.vt_state(2)
    expect((state["display"], state["keyboard"]) == ("text", "unicode"), state)
    console = vm.screendump()
    expect(before.differing(console) > 10000, "the picture is still that of the session")
    type_there(vm, marker)
    vm.key("ctrl-alt-f1")
    vm.wait_shown(1)
    after = hello.wait_drawn(vm)
    expect(before.differing(after) == 0, f"{before.differing(after)} pixels differ on return")


def console(report, build):
    with guest("console", gpu="virtio") as vm:
        with open(f"{vm.out}/measure.py", "w") as file:
            file.write(MEASURE)
        vm.no_repeat()
        hello = Hello(*vm.size)
        seatd = vm.spawn("exec seatd -u root", "seatd.log")
        for backend in ("builtin", "seatd"):
            with report(f"{backend}: the session starts on tty1"):
                start(vm, build, backend)
                state = vm.vt_state(1)
                expect((state["display"], state["keyboard"]) == ("graphics", "off"), state)
            with report(f"{backend}: Ctrl+Alt+F2 and back"):
                switch_and_back(vm, hello, f"first-{backend}")
            with report(f"{backend}: a key works after the return, with no stuck modifier"):
                hello.press_key(vm)
                expect(not hello.modifiers_seen(vm), vm.log())
            with report(f"{backend}: five more switches"):
                for i in range(5):
                    switch_and_back(vm, hello, f"again-{backend}-{i}")
            with report(f"{backend}: SIGTERM ends it, the console is back"):
                expect(vm.end_session() == 0, vm.log())
                state = vm.vt_state(1)
                expect((state["display"], state["keyboard"], state["switching"]) ==
                       ("text", "unicode", "auto"), state)
            hello.colour = 0
        with report(f"kill -9: the console is back within a second, {KILLS} times of {KILLS}"):
            took = []
            for i in range(KILLS):
                start(vm, build, ("builtin", "seatd")[i % 2])
                took.append(kill_and_measure(vm))
            print(f"# looks, milliseconds: {took}")
            expect(max(took)[0] <= LOOKS, f"looks, milliseconds: {took}")
        with report("kill -9: the keys go to the shell of that console again"):
            reader = vm.spawn("exec </dev/tty1; read line; echo \"$line\" >/out/typed", "reader.log")
            vm.wait_until(f"[ $(readlink /proc/{reader}/fd/0) = /dev/tty1 ]")
            vm.type("hello console\n")
            vm.wait_until("grep -q 'hello console' /out/typed")
        with report("Ctrl+Alt+Backspace ends the session"):
            start(vm, build, "builtin")
            vm.key("ctrl-alt-backspace")
            expect(vm.wait(vm.session, 30) == 0, vm.log())
        with report("the guardian is killed: the session ends and gives the console back"):
            start(vm, build, "builtin")
            child = vm.child()
            vm.check(f"kill -9 {vm.session}")
            vm.wait_until(f"! kill -0 {child} 2>/dev/null && vtstate 1 | grep text")
            expect(vm.vt_state(1)["keyboard"] == "unicode", vm.vt_state(1))
        with report("no crash, no sanitizer report"):
            vm.check(f"kill {seatd}")
            no_sanitizer_reports(vm)
