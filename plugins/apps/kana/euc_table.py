#!/usr/bin/env python3
"""What the characters of JIS X 0208 are in Unicode, as a C table: 94 rows of 94.

    euc_table.py OUT

By the codec euc_jp that Python has.
"""

import sys


def character(row, column):
    try:
        return ord(bytes((0xa1 + row, 0xa1 + column)).decode("euc_jp"))
    except UnicodeDecodeError:
        return 0


def main(path):
    with open(path, "w", encoding="ascii") as out:
        for row in range(94):
            out.write("".join(f"{character(row, column):#x}," for column in range(94)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
