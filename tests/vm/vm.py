#!/usr/bin/env python3
"""The test VM: boots the host's root directory in QEMU under software emulation.

    with VM(gpu="both") as vm:
        status, text = vm.sh("uname -r")
        vm.key("ctrl-alt-f2")
        vm.screendump().save_png("tty2.png")

By hand: vm.py shell | run -- COMMAND | selftest, see README.md.
"""

import argparse
import collections
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from channel import Agent, Qmp, VMError
from image import Image

HERE = os.path.dirname(os.path.abspath(__file__))
ABSOLUTE_MAX = 0x7fff
KEY_PAUSE = 0.02
AT_ONCE = 4  # characters: the virtio keyboard has 64 events to spare, each character makes 4 to 8

Mode = collections.namedtuple("Mode", "arguments slack append", defaults=("",))
MODES = {
    # the fast one: two CPUs, real time
    "multi": Mode("-accel tcg,thread=multi -smp 2", 4),
    # the steady one: virtual time follows the work done, one CPU
    "icount": Mode("-accel tcg,thread=single -smp 1 -icount shift=0,sleep=on", 20),
    # the exact one: as icount, but waiting takes no time, neither the host's nor, therefore, more of
    # the guest's when the host is late. Its clock runs on while it waits for the host, so whoever
    # paces something must be in the guest; the tick keeps it from leaps that drivers take for
    # a device that does not answer.
    "virtual": Mode("-accel tcg,thread=single -smp 1 -icount shift=0,sleep=off", 8, "nohz=off"),
}
GPUS = ("virtio", "vkms", "both", "none")

KEY_ALIASES = {"enter": "ret", "space": "spc", "escape": "esc", "super": "meta_l",
               "control": "ctrl", "pageup": "pgup", "pagedown": "pgdn"}
PLAIN_KEYS = {" ": "spc", "\n": "ret", "\t": "tab", "-": "minus", "=": "equal",
              "[": "bracket_left", "]": "bracket_right", "\\": "backslash",
              ";": "semicolon", "'": "apostrophe", "`": "grave_accent", ",": "comma",
              ".": "dot", "/": "slash"}
SHIFTED_KEYS = dict(zip('!@#$%^&*()_+{}|:"~<>?', "1234567890-=[]\\;'`,./"))


def keys_for(character):
    """The keys that type a character on a US keyboard."""
    if character in SHIFTED_KEYS:
        return ["shift", *keys_for(SHIFTED_KEYS[character])]
    if character.isascii() and character.isupper():
        return ["shift", character.lower()]
    if character.isascii() and character.isalnum():
        return [character]
    if character in PLAIN_KEYS:
        return [PLAIN_KEYS[character]]
    raise VMError(f"no key of a US keyboard types {character!r}")


def prepare():
    """Runs ./prepare, returns the directory it made."""
    done = subprocess.run([os.path.join(HERE, "prepare")], stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        raise VMError("tests/vm/prepare failed, it says why above")
    return done.stdout.strip()


# In the guest, for all keyboards: the kernel never repeats a key (EVIOCSREP).
NO_REPEAT = r"""
import fcntl, glob, struct
for path in glob.glob("/dev/input/event*"):
    with open(path, "wb", buffering=0) as device:
        try:
            fcntl.ioctl(device, 0x40084503, struct.pack("II", 0, 0))
        except OSError:
            pass  # it has no keys
"""


SAMPLES = 40  # a quarter of a second apart


class Mute(VMError):
    """The kernel has not written a line."""


class StoodStill(VMError):
    """The guest's kernel: nothing of user space runs, ours neither."""


class VM:
    """One guest. The options may be given to VM() or to start().

    gpu     "virtio" (screendump works), "vkms" (planes, CRC), "both" (virtio
            is card0), "none"
    mode    "multi", "icount" or "virtual", see MODES
    size    of the virtio screen
    heads   virtio's screens; those after the first are off until a VNC client asks for
            a size: Rfb(f"{vm.directory}/head1")
    memory  in MiB
    aloop   load snd-aloop
    extra   more arguments for QEMU
    append  more kernel command line
    dir     where console.log, qemu.log, audio.wav and out/ (the guest's /out)
            go and stay; else a temporary directory that close() removes
    shell   a shell on the serial line, which is this terminal

    QEMU dies with the thread that called start().
    """

    def __init__(self, gpu="virtio", **options):
        self.options = {"gpu": gpu, "mode": "multi", "size": (1024, 768), "heads": 1, "memory": 3072,
                        "aloop": False, "extra": (), "append": "", "dir": None,
                        "shell": False}
        self._choose(options)
        self.process = self.agent = self.qmp = self._temporary = None
        self.boot_seconds = None

    def _choose(self, options):
        for name, value in options.items():
            if name not in self.options:
                raise VMError(f"VM has no option {name!r}; it has {', '.join(self.options)}")
            self.options[name] = value
        for name, known in (("gpu", GPUS), ("mode", MODES)):
            if self.options[name] not in known:
                raise VMError(f"{name} is {self.options[name]!r}; it can be {', '.join(known)}")

    def __getattr__(self, name):  # vm.gpu, vm.size, ...
        try:
            return self.__dict__["options"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __enter__(self):
        return self.start() if not self.process else self

    def __exit__(self, kind, value, trace):
        self.close()

    # Life

    def start(self, gpu=None, timeout=240, **options):
        """Boots, and returns when the agent answers."""
        self._choose({"gpu": gpu or self.gpu, **options})
        files = prepare()
        self._make_directory()
        began = time.monotonic()
        # Once in some hundred boots on a busy host the emulated kernel never says a word, or no
        # more; nothing of what is tested runs by then.
        try:
            self._boot(files, timeout, timeout / 2)
        except VMError as error:
            if self.shell:
                raise
            print(f"vm: {error}\nvm: the guest did not boot: once more", file=sys.stderr, flush=True)
            self._boot(files, 2 * timeout, float("inf"))
        self.boot_seconds = time.monotonic() - began
        return self

    def _boot(self, files, timeout, mute_after):
        try:
            self._launch(files)
            self.qmp.negotiate(60)
            if not self.shell:
                self._wait_for_agent(timeout, mute_after)
        except BaseException as error:
            self.kill()
            if isinstance(error, VMError):
                raise self._explain(error) from None
            raise

    def _make_directory(self):
        if self.dir:
            self.directory = os.path.abspath(self.dir)
        else:
            self._temporary = tempfile.TemporaryDirectory(prefix="osaas-vm-")
            self.directory = self._temporary.name
        self.out = os.path.join(self.directory, "out")
        self.wav = os.path.join(self.directory, "audio.wav")
        self.console_log = os.path.join(self.directory, "console.log")
        self.qemu_log = os.path.join(self.directory, "qemu.log")
        os.makedirs(self.out, exist_ok=True)

    def _launch(self, files):
        agent, agent_end = socket.socketpair()
        qmp, qmp_end = socket.socketpair()
        command = ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64",
                   *self._arguments(files, agent_end.fileno(), qmp_end.fileno())]
        with open(self.qemu_log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=None if self.shell else subprocess.DEVNULL,
                stdout=None if self.shell else log, stderr=log,
                pass_fds=(agent_end.fileno(), qmp_end.fileno()),
                start_new_session=not self.shell)
        agent_end.close()
        qmp_end.close()
        self.agent = Agent(agent, MODES[self.mode].slack, self.mode != "virtual")
        self.qmp = Qmp(qmp)

    def _arguments(self, files, agent_fd, qmp_fd):
        append = f"console=ttyS0 panic=-1 quiet loglevel=4 tsc=reliable osaas.gpu={self.gpu}"
        append += f" {MODES[self.mode].append}"
        append += " osaas.aloop=1" if self.aloop else ""
        append += f" osaas.shell={_terminal_size()}" if self.shell else ""
        console = "mux=on,signal=off,id=con" if self.shell else ""
        console = f"stdio,{console}" if self.shell else f"file,id=con,path={self.console_log}"
        arguments = f"""
            -M pc,i8042=off {MODES[self.mode].arguments} -cpu max,erms=off,fsrm=off
            -m {self.memory} -nodefaults -vga none -no-reboot
            -kernel {files}/vmlinuz -initrd {files}/initramfs
            -chardev {console} -serial chardev:con
            -chardev socket,id=qmp,fd={qmp_fd} -mon chardev=qmp,mode=control
            -device virtio-serial-pci -chardev socket,id=agent,fd={agent_fd}
            -device virtserialport,chardev=agent,name=osaas.agent
            -device virtio-keyboard-pci,id=keyboard0 -device virtio-mouse-pci,id=mouse0
            -device virtio-tablet-pci,id=tablet0 -device virtio-rng-pci
            -audiodev wav,id=audio,path={self.wav},out.frequency=48000,timer-period=1000
            -device intel-hda -device hda-output,audiodev=audio,use-timer=off
            -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap
            -virtfs local,path={self.out},mount_tag=out,security_model=none,multidevs=remap
        """.split()
        if self.gpu in ("virtio", "both"):
            width, height = self.size
            arguments += ["-device", f"virtio-gpu-pci,id=gpu0,xres={width},yres={height},"
                          f"max_outputs={self.heads}"]
        for head in range(1, self.heads):
            arguments += ["-vnc", f"unix:{self.directory}/head{head},display=gpu0,head={head}"]
        if "-display" not in self.extra:
            arguments += ["-display", "none"]
        return [*arguments, "-append", f"{append} {self.append}", *self.extra]

    def _wait_for_agent(self, timeout, mute_after):
        began = time.monotonic()
        while not self.agent.wait_hello(0.5):
            passed = time.monotonic() - began
            if self.process.poll() is not None:
                raise VMError("QEMU ended before the guest was up")
            if passed > mute_after and not os.path.getsize(self.console_log):
                raise Mute("the guest's kernel stayed mute")
            if passed > timeout:
                raise VMError(f"the guest's agent did not answer within {timeout} s")

    def stop(self, timeout=60):
        """Powers the guest off, so that audio.wav is complete; kills it if it must."""
        if not self.process:
            return
        if self.process.poll() is None:
            try:
                self._power_off(timeout)
            except (VMError, subprocess.TimeoutExpired):
                pass
        self.kill()

    def _power_off(self, timeout):
        try:
            self.agent.poweroff()
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.qmp.command("quit", 10)
            self.process.wait(10)

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.agent.close()
            self.qmp.close()
            self.process = None

    def close(self):
        self.stop()
        if self._temporary:
            self._temporary.cleanup()
            self._temporary = None

    def _explain(self, error):
        text = str(error)
        for path in (self.qemu_log, self.console_log):
            tail = _tail(path)
            if tail:
                text += f"\n--- the end of {os.path.basename(path)} ---\n{tail}"
        return VMError(text)

    def _checked(self, function, *arguments, **options):
        if not self.process:
            raise VMError("the VM is not running: call start()")
        try:
            return function(*arguments, **options)
        except VMError as error:
            if "no answer" in str(error) and self._stands_still():
                raise StoodStill(str(self._explain(error))) from None
            if self.process.poll() is not None or "no answer" in str(error):
                raise self._explain(error) from None
            raise

    def _stands_still(self):
        """The agent does not answer, and no processor is ever seen outside of the kernel: that is
        no program's doing, since the agent has its turns beside any."""
        if self.process.poll() is not None or self.agent.answers(30):
            return False
        try:
            for _ in range(SAMPLES):
                time.sleep(0.25)
                state = self.qmp.command("human-monitor-command",
                                         **{"command-line": "info registers -a"})
                if set(re.findall(r"\bCPL=(\d)", state)) != {"0"}:
                    return False
        except VMError:
            return False
        return not self.agent.answers(30)

    # Commands in the guest

    def sh(self, command, timeout=30, echo=None):
        """Runs a shell command, returns (exit status, output).

        timeout is in the guest's time; when it passes, the command is killed
        and VMError raised. echo: called with output (bytes) as it comes.
        """
        return self._checked(self.agent.run, command, timeout, echo)

    def check(self, command, timeout=30):
        """Like sh, but a failing command raises; returns the output."""
        status, text = self.sh(command, timeout)
        if status:
            raise VMError(f"exit status {status} from: {command}\n{text}")
        return text

    def spawn(self, command, log="spawn.log"):
        """Starts a command in the background; its output goes to /out/LOG. Returns
        its pid, which is its session and process group too."""
        return self._checked(self.agent.spawn, command, os.path.join("/out", log))

    def wait(self, pid, timeout=30):
        """Waits until a spawned command ends, returns its exit status."""
        return self._checked(self.agent.wait, pid, timeout)

    def running(self, pid):
        return self.agent.running(pid)

    def refresh(self):
        """Makes the guest see files that it looked for before the host made them."""
        self.check("echo 2 >/proc/sys/vm/drop_caches")

    def read(self, name):
        """The text of a file in /out."""
        with open(os.path.join(self.out, name), errors="replace") as file:
            return file.read()

    def wait_until(self, command, timeout=30, every=0.2):
        """Repeats a shell command until it succeeds; returns what it printed."""
        deadline = time.monotonic() + timeout * self.agent.slack
        while True:
            status, text = self.sh(command, timeout)
            if status == 0:
                return text
            if time.monotonic() > deadline:
                raise VMError(f"still failing after {timeout * self.agent.slack:.0f} s: "
                              f"{command}\n{text}")
            time.sleep(every)

    def wait_shown(self, console):
        self.wait_until(f"vtstate {console} | grep '\"active\":{console}'")

    # Input

    def _input(self, *events):
        self._checked(self.qmp.command, "input-send-event",
                      events=[{"type": kind, "data": data} for kind, data in events])

    def _key(self, name, down):
        name = KEY_ALIASES.get(name, name)
        self._input(("key", {"down": down, "key": {"type": "qcode", "data": name}}))
        time.sleep(KEY_PAUSE)

    def key_down(self, name):
        self._key(name, True)

    def key_up(self, name):
        self._key(name, False)

    def _chord(self, names):
        for name in names:
            self.key_down(name)
        for name in reversed(names):
            self.key_up(name)

    def key(self, chord):
        """Presses and releases keys together: "a", "ctrl-alt-f2", "super-enter"."""
        self._chord(chord.split("-"))

    def no_repeat(self):
        """Before something is typed at a console: a busy host holds keys for so long that the
        guest's kernel would repeat them."""
        self.check(f"python3 -c {shlex.quote(NO_REPEAT)}")

    def type(self, text):
        for i, character in enumerate(text, 1):
            self._chord(keys_for(character))
            if i % AT_ONCE == 0:  # a guest that answers has taken them
                self._checked(self.agent.ping)

    def move(self, x, y, size=None):
        """Moves the tablet's pointer to a pixel of a screen of this size."""
        width, height = size or self.size
        self._input(("abs", {"axis": "x", "value": _absolute(x, width)}),
                    ("abs", {"axis": "y", "value": _absolute(y, height)}))
        time.sleep(KEY_PAUSE)

    def move_rel(self, dx, dy):
        """Moves the mouse, which is a device of its own."""
        self._input(("rel", {"axis": "x", "value": dx}), ("rel", {"axis": "y", "value": dy}))
        time.sleep(KEY_PAUSE)

    def button(self, name, down):
        """left, middle, right, side or extra; as the wheel, on the tablet.

        QEMU gives buttons to the pointer that the guest has set up last, and
        that is the last one on QEMU's command line.
        """
        self._input(("btn", {"down": down, "button": name}))

    def click(self, name="left"):
        self.button(name, True)
        time.sleep(KEY_PAUSE)
        self.button(name, False)

    def wheel(self, steps):
        """Positive: down, towards the user."""
        for _ in range(abs(steps)):
            self.click("wheel-down" if steps > 0 else "wheel-up")

    # Pictures

    def screendump(self, head=0):
        """What virtio-gpu scans out, without the cursor plane."""
        if self.gpu not in ("virtio", "both"):
            raise VMError('screendump needs gpu="virtio" or "both"; with vkms use grab')
        path = os.path.join(self.directory, "screendump.ppm")
        self._checked(self.qmp.command, "screendump", filename=path, device="gpu0", head=head)
        return Image.read(path)

    def grab(self, card=0):
        """What a card's planes show together, composed as vkms does."""
        self.check(f"grab --card {card} --screen /out/.grab.ppm", 60)
        return Image.read(os.path.join(self.out, ".grab.ppm"))


def _absolute(value, size):
    return max(0, min(ABSOLUTE_MAX, round(value * ABSOLUTE_MAX / max(size - 1, 1))))


def _tail(path, size=3000):
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - size))
            return file.read().decode(errors="replace").strip()
    except OSError:
        return ""


def _terminal_size():
    columns, rows = shutil.get_terminal_size()
    return f"{rows}x{columns}"


# Command line


def _display_arguments(directory):
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        known = subprocess.run(["qemu-system-x86_64", "-display", "help"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               check=False).stdout.split()
        for name in ("gtk", "sdl"):
            if name in known:
                return ["-display", name]
        print("vm: for a window install qemu-system-gui", file=sys.stderr)
    path = os.path.join(directory, "vnc.sock")
    print(f"vm: the screen is at VNC socket {path}", file=sys.stderr)
    return ["-display", "none", "-vnc", f"unix:{path}"]


def command_shell(options, _):
    with tempfile.TemporaryDirectory(prefix="osaas-vm-") as directory:
        options["dir"] = options["dir"] or directory
        os.makedirs(options["dir"], exist_ok=True)
        vm = VM(shell=True, extra=_display_arguments(options["dir"]), **options)
        print("vm: a shell of the guest follows; 'poweroff' or Ctrl-A X ends it",
              file=sys.stderr)
        try:
            return vm.start().process.wait()
        finally:
            vm.close()


def command_run(options, arguments):
    words = arguments.command
    command = words[0] if len(words) == 1 else shlex.join(words)

    def echo(data):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    with VM(**options) as vm:
        return vm.sh(f"cd {shlex.quote(os.getcwd())}\n{command}", arguments.timeout, echo)[0]


def command_selftest(options, _):
    import selftest
    return selftest.main(options)


def parse(words):
    parser = argparse.ArgumentParser(prog="vm.py", description="the test VM")
    parser.add_argument("--gpu", choices=GPUS, default="both")
    parser.add_argument("--mode", choices=MODES, default="multi")
    parser.add_argument("--size", default="1024x768", metavar="WxH", help="virtio screen")
    parser.add_argument("--memory", type=int, default=3072, metavar="MIB")
    parser.add_argument("--aloop", action="store_true", help="load snd-aloop")
    parser.add_argument("--dir", help="keep logs, audio.wav and /out in this directory")
    commands = parser.add_subparsers(required=True)
    shell = commands.add_parser("shell", help="boot for a person")
    shell.set_defaults(function=command_shell)
    run = commands.add_parser("run", help="boot, run a command, exit with its status")
    run.add_argument("--timeout", type=float, default=300, help="seconds (300)")
    run.add_argument("command", nargs="+")
    run.set_defaults(function=command_run)
    selftest = commands.add_parser("selftest", help="prove that the VM works, prints TAP")
    selftest.set_defaults(function=command_selftest)
    return parser.parse_args(words)


def main(words):
    arguments = parse(words)
    size = arguments.size.split("x")
    if len(size) != 2 or not all(number.isdigit() for number in size):
        sys.exit(f"vm: --size {arguments.size} is not WIDTHxHEIGHT")
    options = {name: getattr(arguments, name) for name in
               ("gpu", "mode", "memory", "aloop", "dir")}
    options["size"] = tuple(map(int, size))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return arguments.function(options, arguments)
    except VMError as error:
        print(f"vm: {error}", file=sys.stderr)
        return 125
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.modules["vm"] = sys.modules["__main__"]  # selftest imports this very module
    sys.exit(main(sys.argv[1:]))
