"""In the guest: what soak.py asks for, many times, at random moments. One JSON object at the end.

    soak_guest.py KIND TIMES SEED PID LOG [NAME=VALUE ...]

PID is the guardian's (of a peer: the compositor's own), LOG its log.
"""

import fcntl
import contextlib
import glob
import json
import os
import random
import signal
import struct
import sys
import time

import uinput

KDGETMODE, KDGKBMODE, VT_GETMODE, VT_ACTIVATE = 0x4b3b, 0x4b44, 0x5601, 0x5606
K_XLATE, K_UNICODE = 1, 3
PATIENCE = 60  # seconds: for what must come
RECOVERS = 20  # a session that its seat's provider left in the lurch
SWITCHES = 3   # a switch that nothing is in the way of
ASKED = 8      # how often for one switch, at most
PAUSES = (0, 0, 0.005, 0.02, 0.05, 0.2)
FIRST_FRAME = " is on the screen"
VIRTIO = "/sys/bus/virtio/drivers/virtio_gpu"


class Gone(Exception):
    """What must go on does not."""


def wait_for(condition, what, seconds=PATIENCE):
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise Gone(f"after {seconds} s: {what}")
        time.sleep(0.005)


def holds(condition, seconds):
    try:
        wait_for(condition, "", seconds)
    except Gone:
        return False
    return True


def has_master():
    """Whether any card's screen is somebody's: the fourth column; by the process that opened it."""
    for path in glob.glob("/sys/kernel/debug/dri/[0-9]*/clients"):
        with open(path) as file:
            if any(line.split()[-4:-3] == ["y"] for line in file):
                return True
    return False


class Console:
    """tty1, as the kernel tells of it."""

    def __init__(self):
        self.fd = os.open("/dev/tty1", os.O_RDWR | os.O_NOCTTY)
        self.lost = 0  # switches that were asked for and did not happen

    def _number(self, request):
        return struct.unpack("i", fcntl.ioctl(self.fd, request, b"\0" * 4))[0]

    def state(self):
        return {"display": self._number(KDGETMODE), "keyboard": self._number(KDGKBMODE),
                "switching": fcntl.ioctl(self.fd, VT_GETMODE, b"\0" * 8)[0]}

    def usable(self):
        state = self.state()
        return (state["display"] == 0 and state["keyboard"] in (K_XLATE, K_UNICODE)
                and state["switching"] == 0)

    @staticmethod
    def shown():
        with open("/sys/class/tty/tty0/active") as file:
            return int(file.read()[3:])

    def show(self, number, stopped=False):
        """Providers lose switches (session/seat_watch.h): that is counted. Who asks waits till the
        session has the screen again by itself, and asks again, as a person would; at once where
        the session is stopped."""
        for _ in range(ASKED):
            fcntl.ioctl(self.fd, VT_ACTIVATE, number)
            if holds(lambda: self.shown() == number, SWITCHES):
                return
            self.lost += 1
            wait_for(lambda: stopped or self.shown() != 1 or has_master(),
                     f"tty{number} is not shown, and nobody has the screen", RECOVERS)
        raise Gone(f"{ASKED} times asked for: tty{number} is not shown")


def parent_and_start(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            words = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0, 0, "X"
    return int(words[1]), int(words[19]), words[0]


def is_session(pid):
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip() == "osaas"
    except OSError:
        return False


class Soak:
    def __init__(self, times, seed, pid, log, options):
        self.times, self.pid, self.log, self.options = times, pid, log, options
        self.random = random.Random(seed)
        self.console = Console()
        self.figures = {}

    def pause(self):
        time.sleep(self.random.choice(PAUSES))

    def child(self):
        """The session proper: the youngest of the guardian's; 0: none now. A peer is its own."""
        if self.options.get("peer"):
            return self.pid if parent_and_start(self.pid)[2] not in "ZX" else 0
        best = (0, 0)
        for name in os.listdir("/proc"):
            if name.isdigit():
                parent, start, state = parent_and_start(name)
                if parent == self.pid and state not in "ZX" and is_session(name):
                    best = max(best, (start, int(name)))
        return best[1]

    def who(self):
        self.figures.update(child=self.child(), card=virtio_card())

    def alive(self):
        if not self.child():
            raise Gone("the session is gone")

    def vt(self):
        for _ in range(self.times // 2):
            self.console.show(2)
            self.pause()
            self.console.show(1)
            self.pause()
            self.alive()
        self.figures["switches"] = self.times // 2 * 2

    @staticmethod
    def connector():
        """Of vkms: the files of its status and of its card's events."""
        path = next(path for path in map(os.path.realpath, glob.glob(
            "/sys/class/drm/card*-Virtual-*/status")) if "vkms" in path)
        return path, os.path.join(os.path.dirname(os.path.dirname(path)), "uevent")

    def plug(self):
        """Of vkms: status, and the event that a real one would send."""
        path, card = self.connector()
        for i in range(self.times):
            write(path, "off" if i % 2 == 0 else "on")
            write(card, "change")
            self.pause()
            self.alive()
        write(path, "detect")
        write(card, "change")
        self.figures["plugs"] = self.times

    def modeset(self):
        """The seat is taken away and given back around a modeset."""
        path, card = self.connector()
        for _ in range(self.times):
            write(path, "off")
            write(card, "change")
            self.pause()
            write(path, "on")
            write(card, "change")
            time.sleep(self.random.uniform(0, 0.1))
            self.console.show(2)
            self.pause()
            if self.random.random() < 0.5:
                write(path, "off")
                write(path, "on")
                write(card, "change")
            self.console.show(1)
            self.pause()
            self.alive()
        write(path, "detect")
        write(card, "change")
        self.figures["suspended"] = self.times

    def holds_card(self):
        """One whose node is gone."""
        for link in glob.glob(f"/proc/{self.child()}/fd/*"):
            with contextlib.suppress(OSError):
                node = os.readlink(link)
                if "/dri/card" in node and node.endswith("(deleted)"):
                    return True
        return False

    def unbind(self):
        name = os.path.basename(glob.glob(VIRTIO + "/virtio*")[0])
        for _ in range(self.times):
            write(VIRTIO + "/unbind", name)
            self.pause()
            self.pause()
            # Linux 6.1 fails to bind (its slab's name is still there) while the last user lets go.
            wait_for(lambda: not self.holds_card(), "the session does not let the card go")
            time.sleep(0.3)
            write(VIRTIO + "/bind", name)
            wait_for(virtio_card, "no card")
            time.sleep(self.random.choice((0.05, 0.3, 1, 2)))
            self.alive()
        self.figures["unbound"] = self.times

    @staticmethod
    def sounds():
        """Some card's clock goes on."""
        def clocks():
            found = {}
            for path in glob.glob("/proc/asound/card*/pcm*p/sub*/status"):
                with contextlib.suppress(OSError), open(path) as file:
                    text = file.read()
                    if "RUNNING" in text:
                        found[path] = text.split("hw_ptr")[1].split()[1]
            return found
        before = clocks()
        time.sleep(0.05)
        return any(before.get(path, now) != now for path, now in clocks().items())

    def patiently(self, path, text):
        """The kernel waits in this write until nobody has the card open any more."""
        child = os.fork()
        if not child:
            write(path, text)
            os._exit(0)
        if not holds(lambda: os.waitpid(child, os.WNOHANG)[0], RECOVERS):
            raise Gone(f"{text} > {path} does not return; still open: {self.open_files('/snd/')}")

    def open_files(self, part):
        found = []
        for link in glob.glob(f"/proc/{self.child()}/fd/*"):
            with contextlib.suppress(OSError):
                found.append(os.readlink(link))
        return [name for name in found if part in name]

    def cards(self):
        """A sound card is pulled while it plays, and is back after a moment, or at once."""
        driver = self.options["driver"]
        name = os.path.basename(next(
            path for path in glob.glob(driver + "/*") if os.path.exists(path + "/driver")))
        slowest = 0
        for _ in range(self.times):
            wait_for(self.sounds, "nothing is to be heard")
            self.pause()
            self.patiently(driver + "/unbind", name)
            self.pause()
            self.pause()
            write(driver + "/bind", name)
            began = time.monotonic()
            wait_for(self.sounds, "the card is back, the sound is not")
            slowest = max(slowest, time.monotonic() - began)
            self.alive()
        self.figures.update(pulled=self.times, slowest_ms=round(slowest * 1000))

    def devices(self):
        """Three at a time; each is pulled at a random moment, some before anybody has opened it."""
        kinds, plugged = list(uinput.MAKERS.values()), []
        for i in range(self.times):
            device = kinds[i % len(kinds)]("soak")
            plugged.append(device)
            self.pause()
            for key in (30, uinput.BTN_LEFT, uinput.BTN_TOUCH):  # those that it has
                device.send((uinput.EV_KEY, key, 1))
            device.send((uinput.EV_ABS, uinput.ABS_MT_SLOT, 0),
                        (uinput.EV_ABS, uinput.ABS_MT_TRACKING_ID, i + 1),
                        (uinput.EV_ABS, uinput.ABS_MT_POSITION_X, 100))
            if len(plugged) > 2:
                plugged.pop(self.random.randrange(3)).close()
            self.alive()
        for device in plugged:
            device.close()
        self.figures["plugged"] = self.times

    def stop(self):
        for _ in range(self.times):
            child = self.child()
            os.kill(child, signal.SIGSTOP)
            self.pause()
            away = self.random.random() < 0.7
            if away:
                self.console.show(2, stopped=True)
                self.pause()
            if away and self.random.random() < 0.5:
                self.console.show(1, stopped=True)
            os.kill(child, signal.SIGCONT)
            self.pause()
            if self.console.shown() != 1:
                self.console.show(1)
            self.pause()
            self.alive()
        self.figures["stopped"] = self.times

    def frames(self):
        with open(self.log, errors="replace") as file:
            return file.read().count(FIRST_FRAME)

    def kill(self):
        """Dead at a random moment: the console is back, is not taken by force, and the next comes."""
        usable, away, seen = [], 0, 0
        for _ in range(self.times):
            wait_for(self.child, "there is no session to kill")
            if self.random.random() < 0.5:
                wait_for(lambda: self.frames() > seen, "no frame of the next session")
            time.sleep(self.random.choice((0, 0.1, 0.5, 1, 2)) * self.random.random())
            leave = self.random.random() < 0.25
            if leave:
                self.console.show(2)
                self.pause()
                away += 1
            victim = self.child()
            if not victim:
                continue
            began = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            wait_for(self.console.usable, f"the console is unusable: {self.console.state()}", 10)
            usable.append(round((time.monotonic() - began) * 1000))
            if leave:
                time.sleep(0.5)
                if self.console.shown() != 2:
                    raise Gone("the other console was taken away")
                self.console.show(1)
            seen = self.frames()
            wait_for(lambda: self.child() not in (0, victim), "the next session does not start")
        wait_for(lambda: self.frames() > seen, "no frame of the last session")
        usable.sort()
        self.figures.update(kills=len(usable), away=away, median_ms=usable[len(usable) // 2],
                            longest_ms=usable[-1])


def virtio_card():
    """The node of virtio-gpu, which has another number each time; None: it is unbound."""
    for path in glob.glob("/sys/class/drm/card[0-9]"):
        if "vkms" not in os.path.realpath(path):
            return os.path.join("/dev/dri", os.path.basename(path))
    return None


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def main(kind, times, seed, pid, log, *options):
    soak = Soak(int(times), int(seed), int(pid), log,
                dict(option.split("=", 1) for option in options))
    began = time.monotonic()
    try:
        getattr(soak, kind)()
    except Gone as gone:
        soak.figures["gone"] = str(gone)
    soak.figures["switches_lost"] = soak.console.lost
    soak.figures["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(soak.figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
