#!/usr/bin/env python3
"""osaas ctl and the socket behind it, against whole sessions without a screen. TAP.

    ctl_test.py OSAAS PLUGIN_DIR LEAKER
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile

from tap import BARE, finish, result, wait_for

OSAAS, PLUGINS, LEAKER = map(os.path.abspath, sys.argv[1:4])
HELLO, HOG, FORM = (os.path.join(PLUGINS, f"{name}.so") for name in ("hello", "hog", "form"))
NOBODY = 65534
TASK = {"plugin": str, "task": str, "class": str, "state": str, "waits": (str, type(None)),
        "run_ns": int, "preemptions": int, "stack_bytes": int}


def environment(runtime):
    return {**BARE, "XDG_RUNTIME_DIR": runtime}


def ctl(runtime, *arguments, timeout=60, **how):
    """Exit status, output, error."""
    try:
        done = subprocess.run([OSAAS, "ctl", *arguments], timeout=timeout, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, check=False,
                              **{"env": environment(runtime), **how})
    except subprocess.TimeoutExpired as late:
        return None, "", f"not done after {timeout} s: {late.stderr}"
    return done.returncode, done.stdout, done.stderr


def refused(got, *words, status=1):
    """One line that says why."""
    lines = got[2].splitlines()
    return (got[0] == status and not got[1] and len(lines) == 1
            and lines[0].startswith("osaas: error: ") and all(w in lines[0] for w in words))


def is_waiting(client):
    """It has a socket, and sleeps: the session stands still and does not answer."""
    place = f"/proc/{client.pid}"
    with open(f"{place}/stat", encoding="utf-8") as file:
        state = file.read().rpartition(")")[2].split()[0]
    files = [os.readlink(f"{place}/fd/{fd}") for fd in os.listdir(f"{place}/fd")]
    return state == "S" and any(name.startswith("socket:") for name in files)


def path_of(runtime, process):
    return os.path.join(runtime, "osaas", f"ctl.{process.pid}")


@contextlib.contextmanager


def session(runtime, *plugins, log=None):
    """A running session; what it says is in the file log."""
    with open(log or os.path.join(runtime, "log"), "ab") as err:
        process = subprocess.Popen(
            [OSAAS, "session", "--backend", "headless", "--audio", "none", *plugins],
            env=environment(runtime), stdin=subprocess.DEVNULL, stdout=err, stderr=err)
    try:
        if not wait_for(lambda: process.poll() is not None
                        or ctl(runtime, "tasks", "--socket", path_of(runtime, process))[0] == 0):
            raise RuntimeError("the session does not start")
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


def connect(runtime, process):
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.connect(path_of(runtime, process))  # waits while the queue is full
    client.settimeout(60)
    return client


def read_all(client):
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while part := client.recv(65536):
            data += part
    return data


def say(runtime, process, line):
    """The raw answer to raw bytes."""
    with connect(runtime, process) as client:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(line)
        return read_all(client)


def tasks(runtime):
    got = ctl(runtime, "tasks", "--json")
    return {(t["plugin"], t["task"]): t for t in json.loads(got[1])["tasks"]} if got[0] == 0 else {}


def of(runtime, *what):
    got = ctl(runtime, *what, "--json")
    return json.loads(got[1]) if got[0] == 0 else {}


def check_helps(runtime):
    """Each command that is listed has a help of its own, of lines that fit a terminal."""
    listed = ctl(runtime, "--help")[1].split("\n\n")[2].splitlines()
    names = [line.split()[0] for line in listed]
    for name in names:
        got = ctl(runtime, name, "--help")
        lines = got[1].splitlines()
        good = (got[0] == 0 and not got[2] and lines[0].startswith(f"usage: osaas ctl {name}")
                and all(len(line) <= 80 for line in lines)
                and not any(f"osaas ctl {other} " in got[1] for other in names
                            if other not in (name, "plugins")))
        result(good, f"ctl {name} --help", got)
    result("audio" in names and "stop" in names and len(names) > 20, "all are listed", names)


def test_without(runtime):
    """Nobody is there: what is said without asking, and what when nobody answers."""
    for arguments, status, out, err in (
            (["--help"], 0, "usage: osaas ctl", ""),
            (["--help"], 0, "end the session", ""),
            (["audio", "--help"], 0, "osaas ctl audio volume [N%|+N%|-N%]", ""),
            (["--help", "audio"], 0, "usage: osaas ctl audio", ""),
            (["audio", "volume", "50%", "-h"], 0, "usage: osaas ctl audio", ""),
            (["tasks", "--help"], 0, "usage: osaas ctl tasks\n", ""),
            (["stop", "--help"], 0, "usage: osaas ctl stop\n", ""),
            (["adio", "--help"], 2, "", "there is no command 'adio'; do you mean 'audio'?"),
            (["klingon", "--help"], 2, "", "'osaas ctl --help' lists them"),
            (["klingon"], 2, "", "'osaas ctl --help' lists them"),
            (["audio", "--help", "--colour"], 2, "", "unknown option --colour"),
            ([], 2, "", "ask what?"),
            (["taks"], 2, "", "there is no command 'taks'; do you mean 'tasks'?"),
            (["tasks", "--colour"], 2, "", "unknown option --colour"),
            (["tasks", "--socket"], 2, "", "a value is missing"),
            (["stop", "--watch"], 2, "", "not for watching"),
            (["tasks", ""], 2, "", "empty"),
            (["tasks", "x" * 2000], 2, "", "too long"),
            (["tasks", *["x"] * 16], 2, "", "at most 16 words"),
            (["tasks"], 1, "", "no session runs here"),
            (["tasks", "--socket", "/nosuch/ctl.1"], 1, "", "there is no socket /nosuch/ctl.1"),
            (["tasks", "--socket", "/" + "x" * 200], 1, "", "too long"),
            (["tasks", "--socket", "/etc/passwd"], 1, "", "/etc/passwd")):
        got = ctl(runtime, *arguments)
        good = got[0] == 0 and out in got[1] if status == 0 else refused(got, err, status=status)
        result(good, "ctl " + " ".join(a[:20] for a in arguments), got)
    check_helps(runtime)
    result(refused(ctl("run", "tasks"), "begins with /"), "a relative XDG_RUNTIME_DIR", "run")
    result(refused(ctl("/" + "x" * 90, "tasks"), "too long"), "a long XDG_RUNTIME_DIR", "")


def test_tables(runtime):
    got = ctl(runtime, "tasks")
    lines = got[1].splitlines()
    heads = "plugin task class state waits run preempted stack".split()
    good = got[0] == 0 and all(head in lines[0] for head in heads)
    good = good and any(line.startswith("Hog ") and "normal" in line for line in lines)
    result(good and len(lines) >= 3, "tasks as a table", got)
    at = lines[0].index("class") if good else 0
    result(all(line[at - 1] == " " != line[at] for line in lines), "it is aligned", got[1])
    got = ctl(runtime, "plugins")
    result(got[0] == 0 and "Hello" in got[1] and "1024" in got[1], "plugins as a table", got)
    got = ctl(runtime, "stats")
    result(got[0] == 0 and "preemptions" in got[1] and "headless" in got[1], "stats as text", got)


def test_json(runtime):
    first = tasks(runtime)
    hog, hello = first.get(("Hog", "main")), first.get(("Hello", "main"))
    result(hog and hello, "hello and hog are there", first)
    result(all(set(t) == set(TASK) and all(isinstance(t[k], v) for k, v in TASK.items())
               for t in first.values()), "each task has each field", first)
    result(hog["waits"] is None and hog["state"] in ("ready", "running"), "the hog waits for nothing",
           hog)
    result(hog["stack_bytes"] >= 65536, "it has a stack", hog)
    wait_for(lambda: tasks(runtime)[("Hello", "main")]["state"] == "waiting")
    hello = tasks(runtime)[("Hello", "main")]
    result(hello["state"] == "waiting" and hello["waits"] == "alt", "hello waits", hello)
    grown = wait_for(lambda: tasks(runtime)[("Hog", "main")]["run_ns"] > hog["run_ns"] + 10**7)
    result(grown, "the hog's run time grows", hog)
    second = tasks(runtime)[("Hog", "main")]
    result(second["preemptions"] > hog["preemptions"], "it was interrupted", second)
    plugins = {p["plugin"]: p for p in of(runtime, "plugins")["plugins"]}
    result(set(plugins) == {"Hello", "Hog"} and plugins["Hello"]["focus"] == "yes"
           and plugins["Hello"]["width"] == 1024 and plugins["Hog"]["width"] == 0, "plugins", plugins)


def test_heap(runtime):
    """What the leaker forgets is collected when the session is idle; hello has no heap."""
    def heap_of(name):
        return {p["plugin"]: p for p in of(runtime, "plugins")["plugins"]}[name]
    with session(runtime, HELLO, LEAKER):
        # It fills again at once: on a busy machine not every look sees it with room.
        heap = wait_for(lambda: (now := heap_of("Leaker"))["collections"] >= 3
                        and 0 <= now["heap_used_bytes"] < 6 << 20 and now)
        result(heap and heap["heap_limit_bytes"] == 8 << 20, "a heap is collected",
               heap_of("Leaker"))
        heap = heap_of("Hello")
        result(heap["heap_used_bytes"] == heap["collections"] == 0, "who has none", heap)


def test_controls(runtime):
    """What a form says that is in it, and where; nothing where nobody says anything."""
    with session(runtime, FORM, HOG):
        got = wait_for(lambda: of(runtime, "controls")["controls"])
        rows = {(r["control"], r["name"]): r for r in got}
        name, save = rows["editor", "Name"], rows["button", "Save"]
        result(name["plugin"] == "Form" and name["screen"] == "headless" and name["width"] > 100
               and 0 < name["y"] < save["y"] < save["y"] + save["height"] < 768,
               "controls: what and where", got)
        result(rows["radio-button", "E-mail"]["state"] == "selected"
               and rows["radio-button", "Letter"]["state"] is None, "and how", got)
        result(of(runtime, "controls", "org.osaas.form")["controls"] == got
               and not of(runtime, "controls", "org.osaas.hog")["controls"], "of one plugin", got)
        got = ctl(runtime, "controls", "nobody")
        result(refused(got, "nobody"), "of one that is not here", got)


def test_planes(runtime):
    got = of(runtime, "planes")
    screen = got["screens"][0]
    result(screen["screen"] == "headless" and screen["composed"].endswith(("window", "windows")),
           "planes: what is composed where there are none", got)
    result(got["planes"] == got["refused"] == [], "and no planes are listed", got)


def test_stats(runtime, process):
    first, second = of(runtime, "stats"), of(runtime, "stats")
    result(first["session"]["pid"] == process.pid, "stats: the process", first)
    result(second["session"]["up_ns"] > first["session"]["up_ns"] > 0, "its age", second)
    result(second["control"]["answered"] == first["control"]["answered"] + 1
           and first["control"]["dropped"] == 0, "what was answered", second)
    result(second["scheduler"]["preemptions"] > 0, "the scheduler", second)
    screen = second["screens"][0]
    result((screen["screen"], screen["width"], screen["height"]) == ("headless", 1024, 768)
           and screen["frames"] >= 1, "the screen", second)
    last, total = second["drawing"]
    result(first["session"]["renderer"] and first["session"]["renderer_why"],
           "who draws, and why", first)
    opengl = "OpenGL" in first["session"]["renderer"]
    result(total["frames"] >= 1 and total["draw_calls"] >= last["draw_calls"] >= opengl
           and (total["uploaded_bytes"] > 0) == opengl and total["painted_pixels"] > 0
           and total["composed_pixels"] >= 1024 * 768
           and total["gl_ns"] > 0, "what drawing cost", second)
    caches = {cache["cache"]: cache for cache in second["caches"]}
    result(set(caches) == {"masks", "glyphs", "textures", "sub-layers", "groups", "text"}
           and all(cache["most_bytes"] > 0 for cache in caches.values()), "the caches", second)
    result(second["memory"]["layer_bytes"] > 0
           and second["memory"]["target_bytes"] == 1024 * 768 * 4, "the memory", second)


def test_requests(runtime, process):
    """What is no request, on the wire."""
    for line, status, words in (
            (b"osaas 1 text tasks\n", b"ok", b"Hog"),
            (b"osaas 1 text tasks\nosaas 1 text stop\n", b"ok", b"Hog"),
            (b"osaas 1 text %74asks\n", b"ok", b"Hog"),
            (b"osaas 1 text taks\n", b"usage", b"no command 'taks'"),
            (b"osaas 1 text tasks now\n", b"usage", b"takes 0 words"),
            (b"osaas 1 text \x1b%1b%ff\n", b"usage", b"not made of"),
            (b"osaas 1 text %1b[2J\n", b"usage", b"no command '\xef\xbf\xbd[2J'"),
            (b"osaas 1 text\n", b"usage", b"FORMAT"),
            (b"osaas 2 text tasks\n", b"usage", b"another version"),
            (b"GET / HTTP/1.1\n", b"usage", b"use 'osaas ctl'"),
            (b"\n", b"usage", b""),
            (b"\0" * 100 + b"\n", b"usage", b"not made of"),
            (b"osaas 1 text " + b"x" * 1010 + b"\n", b"usage", b"no command 'xxx"),
            (b"osaas 1 text " + b"x" * 1011 + b"\n", b"usage", b"too long"),
            (b"x" * 1024, b"usage", b"too long"),
            (b"x" * 100000, b"usage", b"too long")):
        got = say(runtime, process, line)
        head, _, body = got.partition(b"\n")
        good = head == b"osaas 1 %s %d" % (status, len(body)) and words in body
        if status == b"usage":
            good = good and body.endswith(b"\n") and body.count(b"\n") == 1
        result(good, f"request {line[:40]!r}", got[:500])
    with connect(runtime, process) as client:
        for byte in b"osaas 1 json tasks\n":
            client.send(bytes([byte]))
        result(read_all(client).startswith(b"osaas 1 ok "), "byte by byte", "")


def test_clients(runtime, process):
    """Clients that do not behave do not keep others from being answered."""
    for _ in range(50):
        connect(runtime, process).close()
        with connect(runtime, process) as client:
            client.send(b"osaas 1 te")
        with connect(runtime, process) as client:
            client.send(b"osaas 1 text tasks\n")
    result(ctl(runtime, "tasks")[0] == 0, "after clients that went midway", "")
    before = of(runtime, "stats")["control"]["dropped"]
    silent = [connect(runtime, process) for _ in range(40)]
    got = ctl(runtime, "tasks")
    result(got[0] == 0, "beside 40 clients that say nothing", got)
    result(wait_for(lambda: of(runtime, "stats")["control"]["dropped"] >= before + 16),
           "they are dropped", of(runtime, "stats"))
    for client in silent:
        client.close()
    answers = [subprocess.Popen([OSAAS, "ctl", "tasks", "--json"], env=environment(runtime),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(40)]
    outs = [a.communicate(timeout=120) for a in answers]
    result(all(a.returncode == 0 for a in answers) and all(json.loads(o[0]) for o in outs),
           "40 clients at once", outs)


def test_never_reads(runtime, process):
    clients = []
    for _ in range(8):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.connect(path_of(runtime, process))
        client.send(b"osaas 1 json stats\n")
        clients.append(client)
    got = ctl(runtime, "tasks")
    result(got[0] == 0, "beside 8 clients that never read", got)
    for client in clients:
        client.close()


def test_watch(runtime, process):
    watch = subprocess.Popen([OSAAS, "ctl", "tasks", "--json", "--watch"], env=environment(runtime),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    two = [json.loads(watch.stdout.readline()) for _ in range(2)]
    hog = [next(t["run_ns"] for t in o["tasks"] if t["plugin"] == "Hog") for o in two]
    result(hog[1] > hog[0], "--watch asks again", hog)
    return watch


def test_usr1(runtime, process):
    process.send_signal(signal.SIGUSR1)
    log = os.path.join(runtime, "log")
    result(wait_for(lambda: "waits for" in open(log, encoding="utf-8").read(), 20),
           "SIGUSR1 prints the same table", open(log, encoding="utf-8").read())


def test_stop(runtime, process, watch):
    path = path_of(runtime, process)
    got = ctl(runtime, "stop")
    result(got[:2] == (0, ""), "stop", got)
    result(not os.path.exists(path), "it has ended then, and its socket is gone", path)
    result(process.wait(60) == 0, "the session ends well", process.returncode)
    out, err = watch.communicate(timeout=60)
    result(watch.returncode == 0 and "the session is over" in err, "--watch ends with it",
           (watch.returncode, out[-200:], err))


def test_hog(runtime):
    with session(runtime, HELLO, HOG) as process:
        mode = os.stat(path_of(runtime, process)).st_mode
        folder = os.stat(os.path.join(runtime, "osaas")).st_mode
        result((stat.S_IMODE(mode), stat.S_IMODE(folder)) == (0o600, 0o700), "modes",
               (oct(mode), oct(folder)))
        test_tables(runtime)
        test_json(runtime)
        test_stats(runtime, process)
        test_planes(runtime)
        test_requests(runtime, process)
        test_clients(runtime, process)
        test_never_reads(runtime, process)
        test_usr1(runtime, process)
        test_stop(runtime, process, test_watch(runtime, process))


def test_several(runtime):
    """One killed, two running, one hung: which is asked?"""
    with session(runtime, HELLO) as first:
        first.kill()
        first.wait()
        dead = path_of(runtime, first)
        result(os.path.exists(dead) and refused(ctl(runtime, "tasks"), "no session runs here"),
               "a killed session's socket is passed over", dead)
        result(refused(ctl(runtime, "tasks", "--socket", dead), "is over"), "and named, it is over",
               dead)
    with session(runtime, HELLO) as one:
        result(not os.path.exists(dead), "the next session removes it", dead)
        result(ctl(runtime, "tasks")[0] == 0, "one session needs no --socket", "")
        with session(runtime, HELLO) as two:
            paths = [path_of(runtime, p) for p in (one, two)]
            got = ctl(runtime, "tasks")
            result(refused(got, "2 sessions", *paths), "two sessions: which?", got)
            result(all(ctl(runtime, "tasks", "--socket", p)[0] == 0 for p in paths),
                   "each by --socket", paths)
            result(ctl(runtime, "stop", "--socket", paths[0])[0] == 0 and one.wait(60) == 0
                   and two.poll() is None, "stop ends the named one only", paths)
            two.send_signal(signal.SIGSTOP)
            hung = subprocess.Popen([OSAAS, "ctl", "stats"], env=environment(runtime),
                                    stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            wait_for(lambda: is_waiting(hung))
            two.kill()
            got = (None, *hung.communicate(timeout=60))
            result(hung.returncode == 1 and len(got[2].splitlines()) == 1 and "ended before" in got[2],
                   "the session dies meanwhile", got)


def answer_once(server, answer):
    peer = server.accept()[0]
    peer.recv(1000)
    peer.sendall(answer)
    peer.close()


def test_over(runtime):
    """A session that was asked once more, and ended: to who watches that is its end."""
    path = os.path.join(runtime, "over")
    for answers, status, words in (((b"osaas 1 ok 3\nabc", b""), 0, "the session is over"),
                                   ((b"osaas 1 ok 3\nabc", b"osaas 1"), 1, "ended before")):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
            server.bind(path)
            server.listen()
            server.settimeout(60)
            watch = subprocess.Popen([OSAAS, "ctl", "tasks", "--watch", "--socket", path],
                                     env=environment(runtime), stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True)
            for answer in answers:
                answer_once(server, answer)
            out, err = watch.communicate(timeout=60)
            result((watch.returncode, out) == (status, "abc\n") and words in err,
                   f"--watch hears {answers[-1]!r}", (watch.returncode, out, err))
        os.unlink(path)


def test_strange(runtime):
    """Something else listens there."""
    path = os.path.join(runtime, "strange")
    for answer, words in ((b"", "ended before"), (b"hello\n", "not answer like a session"),
                          (b"osaas 1 ok 10\nabc", "ended before"),
                          (b"osaas 1 odd 1\nabc", "not answer like a session")):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
            server.bind(path)
            server.listen()
            client = subprocess.Popen([OSAAS, "ctl", "tasks", "--socket", path],
                                      env=environment(runtime), stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True)
            answer_once(server, answer)
            out, err = client.communicate(timeout=60)
            result(refused((client.returncode, out, err), words), f"it answers {answer!r}", err)
        os.unlink(path)


def test_folders(runtime):
    """Where the socket cannot be, the session says so and runs on."""
    def broken(name, words, prepare):
        place = os.path.join(runtime, "odd")
        os.mkdir(place, 0o700)
        prepare(place)
        log = os.path.join(runtime, "odd.log")
        done = subprocess.run([OSAAS, "session", "--backend", "headless", "--audio", "none", "--for",
                               "0.2", HELLO], env=environment(place), capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL, check=False)
        lines = [line for line in done.stderr.splitlines() if "cannot reach" in line]
        result(done.returncode == 0 and len(lines) == 1 and words in lines[0], name, done)
        shutil.rmtree(place)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(log)

    def make(mode):
        def prepare(place):
            os.mkdir(os.path.join(place, "osaas"))
            os.chmod(os.path.join(place, "osaas"), mode)
        return prepare

    broken("a folder open to others", "chmod 700", make(0o755))
    broken("a file in its place", "is no folder",
           lambda place: open(os.path.join(place, "osaas"), "w").close())
    broken("a link in its place", "is no folder",
           lambda place: os.symlink("/tmp", os.path.join(place, "osaas")))
    if os.geteuid() != 0:
        return

    def give_away(place):
        make(0o700)(place)
        os.chown(os.path.join(place, "osaas"), NOBODY, NOBODY)

    broken("somebody else's folder", f"belongs to user {NOBODY}", give_away)
    broken("somebody else's XDG_RUNTIME_DIR", f"belongs to user {NOBODY}",
           lambda place: os.chown(place, NOBODY, NOBODY))


def test_user(runtime):
    """Another user's question, where only we stand in the way, not the modes."""
    if os.geteuid() != 0:
        print("# not root: other users are not tried")
        return
    with session(runtime, HELLO) as process, tempfile.TemporaryDirectory() as public:
        path = path_of(runtime, process)
        # The build may lie where only we may go.
        os.chmod(public, 0o755)
        as_nobody = {"executable": shutil.copy(OSAAS, public), "user": NOBODY, "group": NOBODY,
                     "extra_groups": [], "cwd": "/", "env": {"LANG": "C.UTF-8"}}
        got = ctl(runtime, "tasks", "--socket", path, **as_nobody)
        result(refused(got, "no permission"), "another user: the modes", got)
        for place in (runtime, os.path.dirname(path), path):
            os.chmod(place, 0o777)
        got = ctl(runtime, "stop", "--socket", path, **as_nobody)
        result(refused(got, "another user's"), "another user: the session", got)
        result(process.poll() is None and ctl(runtime, "tasks")[0] == 0, "it still runs", "")
        os.chmod(runtime, 0o755)


def main():
    for test in (test_without, test_hog, test_heap, test_controls, test_several, test_over,
                 test_strange, test_folders, test_user):
        with tempfile.TemporaryDirectory(prefix="ctl") as runtime:
            test(runtime)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
