#!/usr/bin/env python3
"""A whole session that fails: it leaves a report and dies of the signal. TAP.

    crash_test.py OSAAS PLUGIN_DIR
"""

import os
import signal
import subprocess
import sys
import tempfile

from tap import BARE, finish, result

OSAAS, PLUGINS = map(os.path.abspath, sys.argv[1:3])
SANITIZED = "LD_PRELOAD" in BARE  # AddressSanitizer says its own, and exits


def fail(folder, sig):
    """Status, stderr, and the reports of a session that gets the signal while it runs."""
    process = subprocess.Popen(
        [OSAAS, "session", "--backend", "headless", "--audio", "none", "--for", "120",
         os.path.join(PLUGINS, "hello.so")],
        env={**BARE, "XDG_STATE_HOME": folder, "XDG_RUNTIME_DIR": folder},
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = ""
    while "first frame" not in said:
        line = process.stderr.readline()
        if not line:
            break
        said += line
    process.send_signal(sig)
    said += process.communicate(timeout=60)[1]
    reports = []
    where = os.path.join(folder, "osaas", "reports")
    for name in os.listdir(where) if os.path.isdir(where) else []:
        with open(os.path.join(where, name), encoding="utf-8") as report:
            reports.append((os.path.join(where, name), report.read()))
    return process.returncode, said, reports


for sig in (signal.SIGSEGV, signal.SIGFPE, signal.SIGABRT):
    with tempfile.TemporaryDirectory() as home:
        status, text, written = fail(home, sig)
        result(status == -sig or (SANITIZED and status != 0), f"{sig.name}: dies of it",
               (status, text))
        result(len(written) == 1 and written[0][0] in text, f"{sig.name}: says where the report is",
               text)
        body = written[0][1] if written else ""
        words = (sig.name, "registers", "backtrace", "may use gui.window", "main")
        result(all(w in body for w in words), f"{sig.name}: the report is whole", body)
sys.exit(finish())
