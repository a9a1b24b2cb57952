#!/usr/bin/env python3
"""Makes malformed plugins of a good one, each broken in one way: seeds for the fuzzer, and
cases for unit/plugins/malformed_test.c, which knows what each is to be told.

    malform.py GOOD FOLDER
"""

import os
import struct
import sys

GOOD, OUT = sys.argv[1:3]

PHDR = "<IIQQQQQQ"  # type flags offset vaddr paddr filesz memsz align
SHDR = "<IIQQQQIIQQ"  # name type flags addr offset size link info align entsize
LOAD, DYNAMIC, INTERP, NOTE, TLS = 1, 2, 3, 4, 7
STACK, RELRO = 0x6474E551, 0x6474E552
X, W, R = 1, 2, 4


class Elf:
    """A file that is changed in place; headers are read and written as lists."""

    def __init__(self, data):
        self.data = bytearray(data)
        self.phoff, self.shoff = struct.unpack_from("<QQ", self.data, 32)
        self.phnum, = struct.unpack_from("<H", self.data, 56)
        self.shnum, self.shstrndx = struct.unpack_from("<HH", self.data, 60)

    def put(self, at, fmt, *values):
        struct.pack_into(fmt, self.data, at, *values)

    def phdr(self, i):
        return list(struct.unpack_from(PHDR, self.data, self.phoff + i * 56))

    def set_phdr(self, i, **fields):
        names = ["type", "flags", "offset", "vaddr", "paddr", "filesz", "memsz", "align"]
        values = dict(zip(names, self.phdr(i)), **fields)
        self.put(self.phoff + i * 56, PHDR, *values.values())

    def find(self, kind, flags=None):
        return next(i for i in range(self.phnum) if self.phdr(i)[0] == kind
                    and (flags is None or self.phdr(i)[1] == flags))

    def add_phdrs(self, new):
        """The table moves to the end of the file, with more behind it."""
        old = self.data[self.phoff:self.phoff + 56 * self.phnum]
        self.data += bytes(-len(self.data) % 8)
        self.phoff, self.phnum = len(self.data), self.phnum + len(new)
        self.data += old + b"".join(struct.pack(PHDR, *p) for p in new)
        self.put(32, "<Q", self.phoff)
        self.put(56, "<H", self.phnum)

    def offset(self, vaddr):
        for i in range(self.phnum):
            kind, _, off, at, _, size, _, _ = self.phdr(i)
            if kind == LOAD and at <= vaddr < at + size:
                return vaddr - at + off
        raise ValueError(hex(vaddr))

    def dyn(self, tag):
        """Where in the file the entry of that tag is, or the first that is free."""
        at = self.phdr(self.find(DYNAMIC))[2]
        while struct.unpack_from("<q", self.data, at)[0] not in (tag, 0):
            at += 16
        return at

    def value(self, tag):
        return struct.unpack_from("<Q", self.data, self.dyn(tag) + 8)[0]

    def set_dyn(self, tag, value, new_tag=None):
        self.put(self.dyn(tag), "<qQ", tag if new_tag is None else new_tag, value)

    def shdr(self, i):
        return list(struct.unpack_from(SHDR, self.data, self.shoff + i * 64))

    def section(self, name):
        names = self.shdr(self.shstrndx)
        for i in range(self.shnum):
            at = names[4] + self.shdr(i)[0]
            if self.data[at:self.data.index(0, at)] == name:
                return i
        raise ValueError(name)

    def set_shdr(self, i, field, value):
        values = self.shdr(i)
        values[field] = value
        self.put(self.shoff + i * 64, SHDR, *values)

    def manifest(self):
        s = self.shdr(self.section(b".osaas.manifest"))
        return s[4], s[5]

    def line(self, key):
        """Where the manifest's line of that key is: the value, and its end."""
        at, size = self.manifest()
        begin = self.data.index(key + b" = ", at, at + size) + len(key) + 3
        return begin, self.data.index(b"\n", begin)

    def set_line(self, key, value):
        begin, end = self.line(key)
        self.data[begin:end] = value.ljust(end - begin)[:end - begin]

    def entry(self):
        """Where in the file the entry function is."""
        begin, end = self.line(b"entry")
        name = bytes(self.data[begin:end])
        symtab, strtab = self.offset(self.value(6)), self.offset(self.value(5))
        i = 1
        while True:
            st_name, _, _, _, value, _ = struct.unpack_from("<IBBHQQ", self.data, symtab + 24 * i)
            at = strtab + st_name
            if self.data[at:self.data.index(0, at)] == name:
                return self.offset(value)
            i += 1

    def code(self, *new):
        at = self.entry()
        self.data[at:at + len(new)] = bytes(new)

    def rela(self, kinds):
        """Where the first relocation of one of these kinds is."""
        for tag, size in ((7, 8), (23, 2)):
            if struct.unpack_from("<q", self.data, self.dyn(tag))[0] == 0:
                continue
            at, n = self.offset(self.value(tag)), self.value(size) // 24
            for i in range(n):
                if struct.unpack_from("<I", self.data, at + 24 * i + 8)[0] in kinds:
                    return at + 24 * i
        raise ValueError(kinds)


def two(kind):
    return lambda e: e.add_phdrs([e.phdr(e.find(kind))])


def header(kind):
    return lambda e: e.add_phdrs([[kind, R, 0, 0, 0, 0, 0, 8]])


def tag(number, value=1):
    return lambda e: e.set_dyn(0, value, new_tag=number)


def code(*new):
    return lambda e: e.code(*new)


def text(e):
    return e.find(LOAD, R | X)


def too_many(e):
    end = max(p[3] + p[6] for p in map(e.phdr, range(e.phnum)) if p[0] == LOAD)
    end += -end % 4096
    e.add_phdrs([[LOAD, R | W, 0, end + 4096 * i, 0, 0, 16, 4096] for i in range(9)])


def import_of_another(e):
    strtab = e.offset(e.value(5))
    at = e.data.index(b"\0osaas_", strtab)
    e.data[at + 1:at + 7] = b"posix_"


def two_manifests(e):
    other = e.section(b".dynamic")
    e.set_shdr(other, 0, e.shdr(e.section(b".osaas.manifest"))[0])


def behind_zero(e):
    at, size = e.manifest()
    e.data[at + size - 9] = 0


def symbol_of_type(e):
    at = e.rela((6, 1, 7))
    symbol = struct.unpack_from("<I", e.data, at + 12)[0]
    sym = e.offset(e.value(6)) + 24 * symbol
    e.put(sym + 4, "<B", 0x16)
    e.put(sym + 6, "<H", 1)


CASES = {
    "empty": lambda e: e.data.clear(),
    "words": lambda e: e.data.__setitem__(slice(None), b"this is no plugin at all\n" * 8),
    "machine": lambda e: e.put(18, "<H", 40),
    "osabi": lambda e: e.put(7, "<B", 9),
    "program": lambda e: e.put(16, "<H", 2),
    "header": lambda e: e.put(52, "<H", 63),
    "cut": lambda e: e.put(32, "<Q", 1 << 40),
    "segment_cut": lambda e: e.set_phdr(text(e), filesz=1 << 30, memsz=1 << 30),
    "segment_huge": lambda e: e.set_phdr(e.find(LOAD, R | W), memsz=1 << 40),
    "pages": lambda e: e.set_phdr(text(e), align=65536),
    "wx": lambda e: e.set_phdr(text(e), flags=R | W | X),
    "unreadable": lambda e: e.set_phdr(text(e), flags=X),
    "larger": lambda e: e.set_phdr(text(e), memsz=e.phdr(text(e))[6] + 1),
    "segments": too_many,
    "overlap": lambda e: e.set_phdr(text(e), vaddr=0, offset=0),
    "two_texts": lambda e: e.set_phdr(e.find(LOAD, R), flags=R | X),
    "two_dynamics": two(DYNAMIC),
    "two_relros": lambda e: e.add_phdrs([[RELRO, R, 0, 0, 0, 0, 0, 1]] * 2),
    "execstack": lambda e: e.set_phdr(e.find(STACK), flags=R | W | X),
    "tls": header(TLS),
    "interp": header(INTERP),
    "unknown_header": header(0x65041580),
    "shlib": header(5),
    "no_dynamic": lambda e: e.set_phdr(e.find(DYNAMIC), type=NOTE),
    "no_stack": lambda e: e.set_phdr(e.find(STACK), type=NOTE),
    "no_text": lambda e: e.set_phdr(text(e), flags=R),
    "relro_outside": lambda e: e.add_phdrs([[RELRO, R, 0, 1 << 27, 0, 0, 1 << 12, 1]])
    if not any(e.phdr(i)[0] == RELRO for i in range(e.phnum))
    else e.set_phdr(e.find(RELRO), vaddr=1 << 27),
    "dynamic_outside": lambda e: e.set_phdr(e.find(DYNAMIC), vaddr=1 << 27),
    "unknown_tag": tag(0x6FFFFF99),
    "tag_twice": lambda e: e.set_dyn(0, e.value(5), new_tag=5),
    "textrel": tag(22),
    "rpath": tag(15),
    "runpath": tag(29),
    "relr": tag(36),
    "rel": tag(17),
    "init": tag(12),
    "fini": tag(13),
    "constructors": tag(27),
    "destructors": tag(28),
    "needed": tag(1, 1),
    "nodelete": lambda e: e.set_dyn(0x6FFFFFFB, 8, new_tag=0x6FFFFFFB),
    "static_tls": lambda e: e.set_dyn(30, 16, new_tag=30),
    "strings": lambda e: e.set_dyn(10, 1 << 40),
    "symbols": lambda e: e.set_dyn(11, 16),
    "relocations": lambda e: e.set_dyn(9, 16),
    "import": import_of_another,
    "relocation_type": lambda e: e.put(e.rela((6, 7, 8, 1)) + 8, "<I", 37),
    "relocation_outside": lambda e: e.put(e.rela((6, 7, 8, 1)), "<Q", 16),
    "relocation_symbol": lambda e: e.put(e.rela((6, 7, 1)) + 12, "<I", 4000),
    "symbol_type": symbol_of_type,
    "no_sections": lambda e: e.put(60, "<H", 0),
    "no_manifest": lambda e: e.set_shdr(e.section(b".osaas.manifest"), 0, 0),
    "two_manifests": two_manifests,
    "manifest_nobits": lambda e: e.set_shdr(e.section(b".osaas.manifest"), 1, 8),
    "manifest_empty": lambda e: e.set_shdr(e.section(b".osaas.manifest"), 5, 0),
    "symtab": lambda e: e.set_shdr(e.section(b".symtab"), 9, 23),
    "behind_zero": behind_zero,
    "id": lambda e: e.set_line(b"id", b"Org.Osaas"),
    "id_dot": lambda e: e.set_line(b"id", b"clock"),
    "control": lambda e: e.data.__setitem__(e.line(b"name")[0], 27),
    "key": lambda e: e.data.__setitem__(e.line(b"name")[0] - 4, ord("o")),
    "no_key": lambda e: e.data.__setitem__(e.line(b"name")[0] - 2, ord("-")),
    "second": lambda e: e.data.__setitem__(
        slice(e.line(b"version")[0] - 10, e.line(b"version")[0] - 3), b"name   "),
    "major": lambda e: e.set_line(b"abi", b"9.0"),
    "minor": lambda e: e.set_line(b"abi", b"1.9"),
    "abi": lambda e: e.set_line(b"abi", b"one"),
    "entry": lambda e: e.set_line(b"entry", b"nobody"),
    "entry_name": lambda e: e.set_line(b"entry", b"2nd"),
    "syscall": code(0x0F, 0x05),
    "sysenter": code(0x0F, 0x34),
    "int80": code(0xCD, 0x80),
    "hlt": code(0xF4),
    "wrpkru": code(0x0F, 0x01, 0xEF),
    "xrstor": code(0x0F, 0xAE, 0x28),
    "wrfsbase": code(0xF3, 0x48, 0x0F, 0xAE, 0xD0),
    "thread_data": code(0x64, 0x48, 0x8B, 0x04, 0x25, 0x28, 0, 0, 0),
    "far_return": code(0xCB),
    "no_instruction": code(0x06),
    "jump_out": code(0xE9, 0, 0, 0, 0x10),
    "control_register": code(0x0F, 0x22, 0xD8),
    "port": code(0xEC),
}


def main():
    with open(GOOD, "rb") as f:
        good = f.read()
    os.makedirs(OUT, exist_ok=True)
    for name, spoil in CASES.items():
        elf = Elf(good)
        spoil(elf)
        with open(os.path.join(OUT, f"{name}.so"), "wb") as f:
            f.write(elf.data)
    print("\n".join(CASES))


main()
