#!/usr/bin/env python3
"""The session is switched, plugged, pulled, stopped and killed, again and again: prints TAP.

    soak.py BUILD [--scale S] [--seed N] [BLOCK ...]
    soak.py --peer weston|weston-pixman|cage [--scale S] [--seed N] [BLOCK ...]

At scale 1: 1,000 VT switches, 1,000 plugs and unplugs of vkms' connector and as many of
virtio-gpu's second head, 1,000 input devices, 100 times the driver is unbound and bound, 100 SIGKILLs, 50 times
SIGSTOP and SIGCONT, 50 times the seat is suspended around a modeset; at random moments, of
the seed that is printed. After each block the picture must go on, and the session may not
have more descriptors or much more memory than before.

A peer gets what applies to it, and its figures are printed; nothing of it fails.
"""

import argparse
import json
import os
import random
import sys
import time

from common import SANITIZERS, expect, guest, no_sanitizer_reports, osaas, sanitized, settle
from rfb import Rfb
from vm import HERE, VMError

COUNTS = {"vt": 1000, "devices": 1000, "plug": 1000, "head": 1000, "unbind": 100, "stop": 50, "modeset": 50,
          "kill": 100}
FEWEST = 4
SIZES = ((800, 600), (0, 0), (640, 480), (0, 0), (1024, 768))
MORE_DESCRIPTORS = 4      # a helper's, a client's of ctl
MORE_MEMORY = 48 << 10    # KiB: caches fill, a sanitizer holds back what was freed
GUEST = os.path.join(HERE, "soak_guest.py")
SMALL_QUARANTINE = SANITIZERS.replace("ASAN_OPTIONS=", "ASAN_OPTIONS=quarantine_size_mb=8:", 1)


class Session:
    """One of ours in the guest, on a card."""

    def __init__(self, vm, build, card, options=""):
        self.vm, self.build = vm, build
        pulse = os.path.join(build, "tests", "vm", "pulse.so")
        vm.start_session(f"{osaas(build)} session --audio none --card {card} "
                         f"--grant log {options} {pulse}",
                         f"{SMALL_QUARANTINE} LIBSEAT_BACKEND=seatd")
        vm.wait_first_frame(120)

    def pid(self):
        return torment(self.vm, "who", 0, 0)["child"]

    def stats(self):
        text = self.vm.check(f"env ASAN_OPTIONS=detect_leaks=0 {osaas(self.build)} ctl "
                             "--json stats", 60)
        return json.loads(text)

    def frames(self):
        return self.stats()["drawing"][1]["frames"]

    def weight(self):
        """(descriptors, KiB resident)"""
        pid = self.pid()
        text = self.vm.check(f"ls /proc/{pid}/fd | wc -l; grep VmRSS /proc/{pid}/status")
        words = text.split()
        return int(words[0]), int(words[2])

    def goes_on(self):
        """Frames are shown: none waits for a flip that never comes."""
        settle(self.vm, self.build)
        before, deadline = self.frames(), time.monotonic() + 60
        while True:
            time.sleep(1)
            after = self.frames()
            if after > before + 2:
                return
            if time.monotonic() > deadline:
                raise VMError(f"no frame in a minute: {before}, {after}; {self.stats()['screens']}\n"
                              + self.vm.log()[-3000:])


def virtio_card(vm):
    vm.session = vm.session or 0
    return torment(vm, "who", 0, 0)["card"]


def torment(vm, kind, times, seed, patience=3600, **options):
    """Runs a block in the guest; its figures."""
    log = f"/out/{vm.log_name()}"
    words = " ".join(f"{name}={value}" for name, value in options.items())
    text = vm.check(f"python3 {GUEST} {kind} {times} {seed} {vm.session} {log} {words}", patience)
    return json.loads(text.strip().splitlines()[-1])


def plug_head(vm, times, chance):
    """The second head of virtio-gpu, by a client that asks for sizes; 0 by 0 is none."""
    began = time.monotonic()
    client = Rfb(os.path.join(vm.directory, "head1"))
    for i in range(times):
        client.resize(*SIZES[i % len(SIZES)])
        time.sleep(chance.choice((0, 0.02, 0.1, 0.3)))
        if i % 50 == 0:
            vm.check(f"kill -0 {vm.session}")
    client.resize(0, 0)
    client.close()
    return {"plugs": times, "seconds": round(time.monotonic() - began, 1)}


def machine(name):
    """Both cards; card0, virtio-gpu, has a second head, which is off."""
    return guest(name, gpu="both", size=(640, 480), heads=2)


class Block:
    """`with block("vt"):` counts, weighs before and after, prints the figures."""

    def __init__(self, report, session, counts, chance):
        self.report, self.session = report, session
        self.counts, self.chance = counts, chance

    def run(self, kind, what, function=None):
        times = self.counts.get(kind)
        if not times:
            return
        vm, session = self.session.vm, self.session
        with self.report(f"soak: {times} {what}"):
            session.goes_on()
            before = session.weight()
            seed = self.chance.getrandbits(32)
            figures = (function or torment)(*((vm, kind, times, seed) if not function else
                                              (vm, times, self.chance)))
            print(f"# {json.dumps(figures)}", flush=True)
            expect("gone" not in figures, f"{figures}\n{vm.log()[-4000:]}")
            session.goes_on()
            after = session.weight()
            print(f"# descriptors {before[0]} -> {after[0]}, resident {before[1]} -> {after[1]} KiB")
            expect(after[0] <= before[0] + MORE_DESCRIPTORS, f"descriptors: {before} -> {after}")
            expect(after[1] <= before[1] + MORE_MEMORY, f"KiB: {before} -> {after}")


def soak(report, build, scale=0.02, seed=None, blocks=()):
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    chance = random.Random(seed)
    print(f"# soak: seed {seed}, scale {scale}, {'ASan and UBSan' if sanitized(build) else 'plain'}",
          flush=True)
    counts = {kind: max(FEWEST, round(n * scale)) for kind, n in COUNTS.items()
              if not blocks or kind in blocks}
    with machine("soak") as vm:
        # Debian's seatd dies of an assertion when a client is killed during a VT switch.
        vm.spawn("while :; do seatd -u root; done", "seatd.log")
        if {"vt", "devices", "head", "stop", "unbind"} & set(counts):
            on_virtio(report, vm, build, counts, chance)
        if {"plug", "modeset"} & set(counts):
            on_vkms(report, vm, build, counts, chance)
        if "kill" in counts:
            kills(report, vm, build, counts["kill"], chance)
        with report("soak: no crash, no sanitizer report"):
            deaths = [name for name in os.listdir(vm.out) if name.startswith("core.seatd")]
            print(f"# seatd itself died {len(deaths)} times")
            for name in deaths:
                os.remove(os.path.join(vm.out, name))
            no_sanitizer_reports(vm)


def ends_well(report, vm):
    with report("soak: the session ends well"):
        expect(vm.end_session(60) == 0, vm.log()[-3000:])
        state = vm.vt_state(1)
        expect((state["display"], state["keyboard"], state["switching"]) ==
               ("text", "unicode", "auto"), state)


def on_virtio(report, vm, build, counts, chance):
    session = None
    with report("soak: a session on virtio-gpu"):
        session = Session(vm, build, virtio_card(vm))
    if not session:
        return
    block = Block(report, session, counts, chance)
    block.run("vt", "VT switches")
    block.run("devices", "input devices plugged and pulled, with keys and fingers down")
    block.run("stop", "times SIGSTOP and SIGCONT, the VT switched away in between or not")
    block.run("head", "plugs and unplugs of virtio-gpu's second head", plug_head)
    block.run("unbind", "times virtio-gpu's driver is unbound and bound")
    ends_well(report, vm)


def on_vkms(report, vm, build, counts, chance):
    session = None
    with report("soak: a session on vkms"):
        session = Session(vm, build, "/dev/dri/card1")
    if not session:
        return
    block = Block(report, session, counts, chance)
    block.run("plug", "plugs and unplugs of vkms' connector")
    block.run("modeset", "times the seat is suspended around a modeset")
    ends_well(report, vm)


def kills(report, vm, build, times, chance):
    with report(f"soak: {times} times SIGKILL: the console is back, and the next session comes"):
        session = Session(vm, build, virtio_card(vm), "--restart 100")
        figures = torment(vm, "kill", times, chance.getrandbits(32))
        print(f"# {json.dumps(figures)}", flush=True)
        expect("gone" not in figures, f"{figures}\n{vm.log()[-4000:]}")
        session.goes_on()
    ends_well(report, vm)


def main(words):
    import suite
    parser = argparse.ArgumentParser(description=__doc__, add_help=True,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="BUILD, and blocks: " + ", ".join(COUNTS))
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--peer")
    options = parser.parse_intermixed_args(words)
    report = suite.Report()
    if options.peer:
        import peer
        peer.soak(options.peer, options.scale, options.seed, options.words)
        return 0
    if not options.words:
        parser.error("which build?")
    blocks = options.words[1:]
    unknown = set(blocks) - set(COUNTS)
    if unknown:
        parser.error(f"no such block: {', '.join(sorted(unknown))}")
    soak(report, os.path.abspath(options.words[0]), options.scale, options.seed, blocks)
    print(f"1..{report.number}")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
