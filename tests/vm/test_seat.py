"""From a login on tty1: logind and an ordinary user, seatd and one, root without either."""

import os
import re

from below import Below
from common import (SANITIZERS, expect, guest, no_sanitizer_reports, osaas, plugin, sanitized,
                    session_command)
from hello import Hello
from session import telling

LOGIN = """#!/bin/sh
export {environment}
{command} 2>/tmp/session.log
echo $? >/tmp/status
"""
# In the guest: a switch to tty2 that is cancelled before seatd hears of it, as by seatd itself when
# it is just enabling us (VT_SETMODE; session/seat_watch.h); "again": and one it does not answer.
LOSE = """
import fcntl, os, signal, sys, time
VT_ACTIVATE, VT_RELDISP = 0x5606, 0x5605
seatd, tty = int(sys.argv[1]), os.open("/dev/tty1", os.O_RDWR | os.O_NOCTTY)
def refuse():
    try:
        fcntl.ioctl(tty, VT_RELDISP, 0)
        return True
    except OSError:
        return False
os.kill(seatd, signal.SIGSTOP)
fcntl.ioctl(tty, VT_ACTIVATE, 2)
while not refuse():
    time.sleep(0.01)
os.kill(seatd, signal.SIGCONT)
if "again" in sys.argv:
    time.sleep(1)
    os.kill(seatd, signal.SIGSTOP)
    fcntl.ioctl(tty, VT_ACTIVATE, 2)
"""
# That which a person types at: QEMU's; what the guest makes itself comes and goes.
HAS_KEYBOARD = """
for event in /sys/class/input/event*; do
    grep -q 'QEMU Virtio Keyboard' $event/device/name || continue
    for pid in $(pidof osaas); do
        ls -l /proc/$pid/fd | grep -q "/dev/input/${event##*/}$" && exit
    done
done
false"""
PUBLIC = "/run/build"  # a checkout may be in a folder that is root's alone


class Login:
    """A shell on tty1 that types what a person would."""

    def __init__(self, vm, build, environment):
        self.vm, self.hello = vm, Hello(*vm.size)
        command = f"{osaas(PUBLIC)} session --audio none {plugin(PUBLIC, 'hello')}"
        path = os.path.join(vm.out, "login.sh")
        with open(path, "w") as file:
            file.write(LOGIN.format(environment=environment, command=command))
        os.chmod(path, 0o755)
        vm.expose(build, PUBLIC)
        vm.no_repeat()

    def log(self):
        return self.vm.sh("cat /tmp/session.log")[1]

    def begin(self):
        """Types the command; wait() for what comes of it."""
        vm = self.vm
        vm.check("rm -f /tmp/status /tmp/session.log")
        # bash has set the line up, and waits for one
        vm.wait_until("pgrep -t tty1 bash && stty -F /dev/tty1 | grep -q -e -icanon")
        vm.type("sh /out/login.sh\n")

    def wait(self, text, timeout=60):
        """For it in the log, or for the session's end, of which nothing more is to be waited for."""
        self.wait_until(f"test -e /tmp/status || grep -q '{text}' /tmp/session.log", timeout)
        if text not in self.log():
            raise AssertionError(f"not in its log: {text}\n{self.log()}\n{self.seat()}")

    def seat(self):
        """What those who give the seat say of it; of logind, where it runs."""
        return self.vm.sh("ls -l /dev/tty1 /dev/dri; udevadm info /dev/dri/card0; loginctl && "
                          "loginctl seat-status seat0 && loginctl session-status 1; "
                          "journalctl -b -o short-monotonic --no-pager | tail -n 60", 120)[1]

    def start(self):
        self.begin()
        self.wait("is on the screen")

    def switch(self, number):
        """By keys: away from it as soon as it has the keyboard again."""
        if number != 1:
            self.wait_until(HAS_KEYBOARD)
        self.vm.key(f"ctrl-alt-f{number}")
        self.watched(self.vm.wait_shown, number)

    def wait_until(self, command, timeout=60):
        self.watched(self.vm.wait_until, command, timeout)

    def watched(self, wait, *arguments):
        """Where it fails, the session's log says why."""
        with telling(lambda: f"{self.log()}\n{self.seat()}"):
            wait(*arguments)

    def state(self):
        state = self.vm.vt_state(1)
        return state["display"], state["keyboard"], state["switching"]


def walk(report, login, name):
    """First frame, keyboard, VT switch away and back, end, console."""
    vm, hello = login.vm, login.hello
    with report(f"{name}: the session starts from a login, and shows its first frame"):
        login.start()
        hello.wait_drawn(vm)
        expect(login.state()[:2] == ("graphics", "off"), login.state())
    with report(f"{name}: a key arrives"):
        hello.press_key(vm)
    with report(f"{name}: to tty2 and back"):
        before = vm.screendump()
        login.switch(2)
        state = vm.vt_state(2)
        expect(state["display"] == "text" and state["keyboard"] != "off", state)
        login.switch(1)
        after = hello.wait_drawn(vm)
        expect(before.differing(after) == 0, f"{before.differing(after)} pixels differ")
        hello.press_key(vm)
        expect("with modifiers" not in login.log(), login.log())
    with report(f"{name}: not a key reaches the console below, also five times away and back"):
        with Below(vm) as below:
            for _ in range(5):
                login.switch(2)
                vm.check("sleep 0.5")
                login.switch(1)
                vm.check("sleep 1")
        below.some("off", "elsewhere")
        expect(below.figures["read"] == 0, below.figures)
    with report(f"{name}: it ends, and the console is usable"):
        vm.key("ctrl-alt-backspace")
        vm.wait_until("test -e /tmp/status")
        expect(vm.check("cat /tmp/status").strip() == "0", login.log())
        expect(login.state() == ("text", "unicode", "auto"), login.state())
        vm.type("echo usable >/tmp/marker\n")
        vm.wait_until("grep -q usable /tmp/marker")


def environment(build, backend):
    words = SANITIZERS.replace("/out/", "/tmp/") if sanitized(build) else ""
    return f"LIBSEAT_BACKEND={backend} {words}"


def log_in(vm, user):
    """As getty would, without an init that starts one; returns the pid of getty, then login."""
    return vm.spawn(f"exec /sbin/agetty --autologin {user} --noclear tty1 linux", f"getty-{user}.log")


def seat(report, build):
    with guest("seat", gpu="virtio") as vm:
        vm.check("useradd -m -s /bin/bash tester && groupadd seated && usermod -aG seated tester")
        seatd = vm.spawn("exec seatd -g seated", "seatd.log")
        login = Login(vm, build, environment(build, "seatd"))
        login_of_tester = log_in(vm, "tester")
        walk(report, login, "seatd, a user")
        with report("no sanitizer report"):
            expect(not vm.sh("ls /tmp/sanitizer*")[1].count("sanitizer."), login.log())
            no_sanitizer_reports(vm)
        vm.type("exit\n")
        vm.wait(login_of_tester)
        vm.check(f"kill {seatd}; rm /tmp/status /tmp/marker /tmp/session.log")
        login = Login(vm, build, environment(build, "builtin"))
        log_in(vm, "root")
        walk(report, login, "nobody, root")


def lost(report, build):
    with guest("lost", gpu="virtio") as vm:
        seatd, hello = vm.spawn("exec seatd -u root -l debug", "seatd.log"), Hello(*vm.size)
        with open(os.path.join(vm.out, "lose.py"), "w") as file:
            file.write(LOSE)
        vm.start_session(session_command(build, "hello", options="--audio none"),
                         f"{SANITIZERS} LIBSEAT_BACKEND=seatd")
        vm.wait_first_frame(120)
        with report("a switch that seatd loses: the session has its console back by itself"):
            hello.wait_drawn(vm)
            vm.check(f"python3 /out/lose.py {seatd}")
            vm.wait_log("the seat was not told")
            vm.wait_until("[ $(grep -c 'Opened client' /out/seatd.log) = 2 ]", 30)
            vm.wait_shown(1)
            hello.wait_drawn(vm)
            hello.press_key(vm)
        with report("a switch that seatd does not answer happens, and is not undone"):
            vm.check(f"python3 /out/lose.py {seatd} again")
            vm.wait_log("it happens now")
            vm.wait_shown(2)
            vm.check(f"kill -CONT {seatd}; sleep 6", 30)
            expect(vm.vt_state(2)["active"] == 2, vm.vt_state(2))
            expect(vm.log().count("the seat was not told") == 1, vm.log())
        with report("and back"):
            vm.key("ctrl-alt-f1")
            hello.wait_drawn(vm)
            hello.press_key(vm)
            expect(vm.end_session(60) == 0, vm.log())
            no_sanitizer_reports(vm)


def forget_card(vm):
    """As a boot in which somebody logs in before udev has got to the card."""
    vm.check("udevadm settle --timeout=120", 150)
    vm.check("udevadm trigger --action=remove /dev/dri/card0 && udevadm settle --timeout=120", 150)
    vm.check("! udevadm info /dev/dri/card0 | grep -q INITIALIZED")


def early(report, login, name):
    """To logind such a card is on no seat."""
    vm = login.vm
    forget_card(vm)
    with report(f"{name}: of a card that udev never sets up it says that, and what logind says"):
        login.begin()
        login.wait("udev has not set up /dev/dri/card0 yet: waiting")
        login.wait("cannot open /dev/dri/card0: Could not take device: No such device; udev has", 90)
        vm.wait_until("test -e /tmp/status")
        expect(vm.check("cat /tmp/status").strip() != "0", login.log())
    with report(f"{name}: from the same login again: one that udev sets up late is waited for"):
        login.begin()
        # In the guest, whose clock it is that the session waits by.
        vm.spawn("until grep -q 'yet: waiting' /tmp/session.log; do sleep 0.1; done; "
                 "udevadm trigger --action=add /dev/dri/card0")
        login.wait("is on the screen")
        expect("udev has not set up /dev/dri/card0 yet: waiting" in login.log(), login.log())
        vm.key("ctrl-alt-backspace")
        vm.wait_until("test -e /tmp/status")
        expect(vm.check("cat /tmp/status").strip() == "0", login.log())


def logind(report, build):
    with guest("logind", gpu="virtio", append="osaas.init=systemd") as vm:
        login = Login(vm, build, environment(build, "logind"))
        early(report, login, "logind, a user")
        walk(report, login, "logind, a user")
        with report("logind: doctor tells the seat, and when the session has none"):
            doctor = f"{osaas(PUBLIC)} doctor"
            vm.type(f"{doctor} >/tmp/doctor; env -u XDG_SEAT {doctor} >/tmp/remote; touch /tmp/told\n")
            vm.wait_until("test -e /tmp/told")
            said = [vm.check(f"cat /tmp/{name}") for name in ("doctor", "remote")]
            expect(re.search(r"ok +seat +logind, session \S+ on seat0\n", said[0]), said[0])
            expect(re.search(r"MISSING +seat +logind's session \S+ has no seat", said[1]), said[1])
        with report("no sanitizer report"):
            no_sanitizer_reports(vm)
