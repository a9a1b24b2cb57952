"""What the session says when it cannot start: one line, an exit code, and the console as it was."""

from common import SANITIZERS, expect, guest, no_sanitizer_reports, osaas, plugin, session_command

PUBLIC = "/run/build"
HOLDER = "exec sleep 1000 </dev/dri/card0"  # whoever opens a card first is its master


def fails(vm, command, words, environment="LIBSEAT_BACKEND=builtin", user=None, stdin="/dev/tty1"):
    """Runs a session that must fail: status 1, the words in the one error line."""
    command = f"env {SANITIZERS} {environment} timeout 60 {command} --log error <{stdin}"
    if user:
        command = f"setpriv --reuid {user} --regid {user} --clear-groups {command}"
    status, text = vm.sh(command, 90)
    lines = text.strip().splitlines()
    expect(status == 1, f"exit status {status}: {text}")
    expect(len(lines) == 1 and lines[0].startswith("osaas: error: "), f"not one line: {text}")
    for word in words:
        expect(word in lines[0], f"{word!r} is not in: {lines[0]}")
    state = vm.vt_state(1)
    expect((state["display"], state["switching"]) == ("text", "auto"), state)


def errors(report, build):
    session = f"{osaas(build)} session"
    hello = plugin(build, "hello")
    with guest("errors", gpu="none") as vm:
        with report("no DRM device"):
            fails(vm, f"{session} {hello}", ["no DRM device", "load the kernel driver"])
        with report("a DRM device that is not there"):
            fails(vm, f"{session} --card /dev/dri/card7 {hello}", ["/dev/dri/card7", "doctor"])
        with report("doctor says that there is none"):
            status, text = vm.sh(f"env {SANITIZERS} {osaas(build)} doctor </dev/tty1", 60)
            expect(status == 1 and "MISSING  card" in text, text)
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)
    with guest("errors2", gpu="virtio") as vm:
        # A checkout in a private directory is not for the user that stands for all others.
        vm.expose(build, PUBLIC)
        theirs = f"{osaas(PUBLIC)} session {plugin(PUBLIC, 'hello')}"
        with report("no permission for the console"):
            vm.check("chmod 600 /dev/tty1 /dev/tty0 && chown root /dev/tty1 /dev/tty0")
            fails(vm, theirs, ["virtual terminal", "run it as root"], "HOME=/tmp", 65534)
        with report("no permission for the seat"):
            vm.check("chown 65534 /dev/tty1")
            fails(vm, theirs, ["the seat", "doctor"], "HOME=/tmp", 65534)
            vm.check("chown root /dev/tty1")
        with report("somebody else's home"):
            fails(vm, theirs, ["/root/.config/osaas/osaas.ini", "set HOME"], "", 65534)
        with report("the card is held by another program"):
            holder = vm.spawn(HOLDER, "holder.log")
            vm.wait_until("grep -q ' y ' /sys/kernel/debug/dri/0/clients")
            fails(vm, f"{session} {hello}", [f"/dev/dri/card0 is held by sleep (pid {holder}): end it"])
            vm.check(f"kill {holder}")
            vm.wait(holder)
        with report("no plugin found"):
            fails(vm, f"{session} nosuch", ["no plugin 'nosuch'", "OSAAS_PLUGIN_PATH"])
        with report("no such keyboard layout"):
            fails(vm, f"{session} --layout nosuch {hello}", ["there is no layout 'nosuch'"])
        with report("not from a console"):
            fails(vm, theirs, ["start it from a text console"], "HOME=/tmp", 65534, "/dev/null")
        with report("doctor finds all there is"):
            status, text = vm.sh(f"env {SANITIZERS} {osaas(build)} doctor </dev/tty1", 60)
            expect(status == 0 and "virtio_gpu" in text and "hw:0" in text
                   and "system calls of plugins are trapped" in text, text)
        with report("after all of that a session starts"):
            vm.start_session(session_command(build, "hello"), f"{SANITIZERS} LIBSEAT_BACKEND=builtin")
            vm.wait_first_frame()
            expect(vm.end_session() == 0, vm.log())
        with report("no crash, no sanitizer report"):
            no_sanitizer_reports(vm)
