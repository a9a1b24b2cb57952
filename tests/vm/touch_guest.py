"""In the guest: reads in all files that a process has mapped, page by page: touch_guest.py PID"""

import mmap
import os
import sys


def touch(path):
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size:
            with mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as pages:
                return sum(pages[::mmap.PAGESIZE])
    return 0


with open(f"/proc/{sys.argv[1]}/maps") as lines:
    mapped = {line.split(None, 5)[5].strip() for line in lines if len(line.split(None, 5)) > 5}
for name in mapped:
    if name.startswith("/") and os.path.isfile(name):
        touch(name)
