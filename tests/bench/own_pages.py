#!/usr/bin/env python3
"""own_pages PID ...: the memory that these processes have and nobody else, in KiB.

Prints "WRITTEN ALL": pages of their own (anonymous, shared memory), and these with what is
mapped of files. A page that several of them share, as a forked child does, counts once; one
that some other process has mapped, too, does not. A card's buffers are the card's. With -v a
table by mapping before it. For root: the kernel tells no one else which page is where.
"""

import array
import collections
import re
import sys

PAGE = 4096
PRESENT, OF_FILE = 1 << 63, 1 << 61
FRAME = (1 << 55) - 1
HEAD = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$")


def mappings(pid):
    """(first, end, name) of what has pages and is memory."""
    where = None
    with open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as file:
        for line in file:
            head = HEAD.match(line)
            if head:
                where = int(head[1], 16), int(head[2], 16), head[4]
            elif line.startswith("Rss:") and line.split()[1] != "0":
                if not where[2].startswith(("/dev/dri/", "[v")):
                    yield where


def words_at(path, index, count):
    words = array.array("Q")
    with open(path, "rb", buffering=0) as file:
        file.seek(index * 8)
        words.frombytes(file.read(count * 8))
    return words


def main(words):
    pids = [word for word in words if word != "-v"]
    seen, what = collections.Counter(), {}
    for pid in pids:
        for first, end, name in mappings(pid):
            memory = name.startswith(("/memfd:", "/dev/shm/", "/dev/zero", "/SYSV"))
            for entry in words_at(f"/proc/{pid}/pagemap", first // PAGE, (end - first) // PAGE):
                if entry & PRESENT and entry & FRAME:
                    seen[entry & FRAME] += 1
                    what.setdefault(entry & FRAME, (name, memory or not entry & OF_FILE))
    figures = collections.defaultdict(lambda: [0, 0])
    for frame, times in seen.items():
        if words_at("/proc/kpagecount", frame, 1)[0] == times:
            name, written = what[frame]
            figures[name][0] += written * PAGE // 1024
            figures[name][1] += PAGE // 1024
    if "-v" in words:
        for name, (written, every) in sorted(figures.items(), key=lambda kv: -kv[1][1]):
            print(f"{written:8} {every:8}  {name or 'anonymous'}")
    print(*(sum(figure[i] for figure in figures.values()) for i in (0, 1)))


if __name__ == "__main__":
    main(sys.argv[1:])
