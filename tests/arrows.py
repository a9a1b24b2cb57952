#!/usr/bin/env python3
"""The arrows of the house: which room may include from which. Prints TAP.

    arrows.py [ROOT]

The first test is the tree itself; the others prove that the check can fail.
"""

import os
import posixpath
import re
import sys

ALLOWED = {
    "util": {"util"},
    "sched": {"sched", "util"},
    "gl": {"gl", "util"},
    "kms": {"kms", "util"},
    "input": {"input", "util"},
    "plugins": {"plugins", "sched", "util"},
    "session": {"session", "plugins", "gl", "kms", "input", "sched", "util"},
}
ROOMS = set(ALLOWED)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.MULTILINE)


def target_room(path, included):
    """The room an include leads to, None for a system header or one beside the file."""
    if included.startswith("."):
        included = posixpath.normpath(posixpath.join(posixpath.dirname(path), included))
    room = included.split("/")[0]
    return room if room in ROOMS and "/" in included else None


def crossings(path, text):
    """The includes of one file that cross an arrow the wrong way."""
    room = path.split("/")[0]
    if room not in ROOMS:
        return []
    return [f"{path}: a file of {room}/ may not include \"{included}\""
            for included in INCLUDE.findall(text)
            if target_room(path, included) not in ALLOWED[room] | {None}]


def sources(root):
    for room in sorted(ROOMS):
        for directory, _, names in os.walk(os.path.join(root, room)):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".S")):
                    yield os.path.relpath(os.path.join(directory, name), root)


def check_tree(root):
    wrong, files = [], 0
    for path in sources(root):
        files += 1
        with open(os.path.join(root, path), encoding="utf-8") as source:
            wrong += crossings(path.replace(os.sep, "/"), source.read())
    return wrong if files else ["no source files found"]


# path, line, may it?
CASES = [
    ("gl/a.c", '#include "kms/kms.h"', False),
    ("gl/a.c", '#include "util/log.h"', True),
    ("kms/a.c", '#include <gl/gl.h>', False),
    ("kms/a.c", '# include "../input/input.h"', False),
    ("input/a.h", '#include "sched/sched.h"', False),
    ("sched/a.c", '#include "plugins/plugin.h"', False),
    ("plugins/a.c", '#include "sched/sched.h"', True),
    ("plugins/apps/hello/a.c", '#include "gl/gl.h"', False),
    ("plugins/a.c", '#include "session/session.h"', False),
    ("util/a.h", '#include "sched/sched.h"', False),
    ("session/a.c", '#include "input/input.h"', True),
    ("gl/a.c", '#include <stdio.h>', True),
    ("kms/a.c", '#include "private.h"', True),
]


def main(root):
    print(f"1..{len(CASES) + 1}")
    wrong = check_tree(root)
    for line in wrong:
        print("#", line)
    print("not ok" if wrong else "ok", "1 - the tree keeps to the arrows")
    failed = bool(wrong)
    for number, (path, line, allowed) in enumerate(CASES, 2):
        right = (not crossings(path, line)) == allowed
        failed |= not right
        verb = "may" if allowed else "may not"
        print("ok" if right else "not ok", f"{number} - {path} {verb} say {line.replace('#', '')}")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(
        os.path.dirname(os.path.abspath(__file__)))))
