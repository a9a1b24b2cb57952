"""soak.py's script against Weston and cage, where it applies. A table; nothing of it fails.

Debian's Weston knows root and logind only, and cage refuses to run as root: so the one is
root's, the other an ordinary user's under seatd; each with a client of Weston's that draws
all the time. What a block did to it is found out by whether its process lives.
"""

import json
import os
import random

from common import guest
from vm import VMError

UID = 65534  # cage refuses to run as root
USER = (f"setpriv --reuid={UID} --regid={UID} --groups=video,input,tty env -i PATH=$PATH "
        f"HOME=/run/user/{UID} LIBSEAT_BACKEND=seatd XDG_RUNTIME_DIR=/run/user/{UID}")
ROOT = "env -i PATH=$PATH HOME=/root XDG_RUNTIME_DIR=/run/user/0"
WESTON = "weston --backend=drm-backend.so --shell=kiosk-shell.so --idle-time=0 --socket=peer"
CLIENT = "weston-simple-shm"
COMMANDS = {  # name -> the command, as whom, its folder, whether its client is started apart
    "weston": (WESTON, ROOT, 0, True),
    "weston-pixman": (f"{WESTON} --use-pixman", ROOT, 0, True),
    "cage": (f"WLR_RENDERER=pixman cage -- {CLIENT}", USER, UID, False),
}
COUNTS = {"vt": 1000, "head": 1000, "unbind": 100, "stop": 50, "kill": 100}
FEWEST = 4


class Peer:
    def __init__(self, vm, name):
        self.vm, self.name, self.starts = vm, name, 0
        self.command, self.user, uid, self.apart = COMMANDS[name]
        self.folder = f"/run/user/{uid}"

    def start(self):
        vm = self.vm
        self.starts += 1
        vm.sh(f"rm -f {self.folder}/peer*")
        self.pid = vm.session = vm.spawn(f"exec {self.user} {self.command} </dev/tty1",
                                         f"{self.name}-{self.starts}.log")
        vm.wait_until("vtstate 1 | grep graphics", 20)
        if self.apart:
            vm.wait_until(f"[ -S {self.folder}/peer ]", 20)
            vm.spawn(f"exec {self.user} WAYLAND_DISPLAY=peer {CLIENT}", "client.log")
        vm.check("sleep 1", 60)

    def alive(self):
        return self.vm.running(self.pid)

    def ensure(self):
        if not self.starts or not self.alive():
            if self.starts:
                self.repair()
            self.start()

    def repair(self):
        """What its guardian would have done, if it had one."""
        self.vm.sh("python3 -c \"import fcntl, os; fd = os.open('/dev/tty1', os.O_RDWR | os.O_NOCTTY); "
                   "fcntl.ioctl(fd, 0x4b45, 3); fcntl.ioctl(fd, 0x4b3a, 0); "
                   "fcntl.ioctl(fd, 0x5602, b'\\\\0' * 8)\"; busybox chvt 1", 30)

    def torment(self, kind, times, seed):
        from soak import torment
        self.ensure()
        try:
            figures = torment(self.vm, kind, times, seed, peer=1)
        except VMError as error:
            figures = {"gone": str(error).strip().splitlines()[-1]}
        return self.verdict(figures)

    def head(self, times, chance):
        from soak import plug_head
        self.ensure()
        try:
            figures = plug_head(self.vm, times, chance)
        except VMError:
            figures = {"gone": "it ended"}
        return self.verdict(figures)

    def verdict(self, figures):
        if not self.alive():
            figures["ended"] = self.vm.wait(self.pid)
        return figures

    def kills(self, times, chance):
        """What SIGKILL leaves of the console, two seconds later."""
        states = {}
        for _ in range(times):
            self.ensure()
            self.vm.check(f"sleep {chance.uniform(0, 1):.2f}; kill -9 {self.pid}; sleep 2", 60)
            state = self.vm.vt_state(1)
            found = "/".join((state["display"], state["keyboard"], state["switching"]))
            states[found] = states.get(found, 0) + 1
        return {"kills": times, "console": states}


def soak(name, scale, seed, blocks):
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    chance = random.Random(seed)
    counts = {kind: max(FEWEST, round(n * scale)) for kind, n in COUNTS.items()
              if not blocks or kind in blocks}
    print(f"# {name}: seed {seed}, scale {scale}", flush=True)
    with guest(f"peer-{name}", gpu="virtio", size=(640, 480), heads=2) as vm:
        vm.check(f"mkdir -pm 700 /run/user/{UID} && chown {UID}:{UID} /run/user/{UID} && "
                 f"chown {UID} /dev/tty1")
        vm.spawn("while :; do seatd -g video; done", "seatd.log")
        vm.wait_until("[ -S /run/seatd.sock ]")
        peer = Peer(vm, name)
        for kind, times in counts.items():
            try:
                if kind == "kill":
                    figures = peer.kills(times, chance)
                elif kind == "head":
                    figures = peer.head(times, chance)
                else:
                    figures = peer.torment(kind, times, chance.getrandbits(32))
            except VMError as error:
                figures = {"error": str(error).strip().splitlines()[0]}
            print(f"# {name} {kind}: {json.dumps(figures)}", flush=True)
        deaths = [core for core in os.listdir(vm.out) if core.startswith("core.")]
        print(f"# {name}: started {peer.starts} times, cores: {sorted(deaths)}", flush=True)
