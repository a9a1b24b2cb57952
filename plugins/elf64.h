/*
 * elf64: what a plugin's file says, checked. Every offset and count in it is
 * somebody else's; what is kept here after elf_read is known to be good.
 */
#ifndef OSAAS_PLUGINS_ELF64_H
#define OSAAS_PLUGINS_ELF64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plugin_error;

#define ELF_MAX_SIZE     ((size_t)64 << 20)  /* of the file */
#define ELF_MAX_SPAN     ((size_t)256 << 20) /* of its memory */
#define ELF_MAX_SEGMENTS 8
#define ELF_PAGE         UINT64_C(4096)

struct elf_segment {
	uint64_t vaddr, memsz;
	uint64_t offset, filesz;
	bool write, exec;
};

struct elf_table {
	uint64_t vaddr;
	uint64_t n; /* entries */
};

struct elf {
	const uint8_t *data; /* borrowed: the whole file, which must not change */
	size_t size;
	struct elf_segment
		segments[ELF_MAX_SEGMENTS]; /* by address, the first in page 0 */
	size_t n_segments;
	uint64_t span; /* pages from 0 to the end of the last segment, in bytes */
	uint64_t text_lo, text_hi; /* the one executable segment */
	uint64_t relro_lo,
		relro_hi; /* whole pages, read-only once relocated; lo == hi: none */
	uint64_t strtab, strsz;
	struct elf_table symtab;
	struct elf_table relocs[2]; /* DT_RELA and DT_JMPREL */
	const char *manifest;
	size_t manifest_size;
	const uint8_t *names_at; /* .symtab, if there is one: its entries, */
	uint64_t n_names;
	const char *names; /* and its strings, which end in a zero byte */
	uint64_t names_size;
};

/*
 * elf_read checks all but what depends on the host: 0, or -ENOEXEC with the rule
 * that the file breaks and what to do. elf_check_bindings checks the rest, the
 * imports and relocations; apart, because a plugin made for a newer ABI should
 * be told that, not which of its calls is unknown here.
 */
int elf_read(struct elf *out, const void *data, size_t size, struct plugin_error *err);
int elf_check_bindings(const struct elf *elf, struct plugin_error *err);

/* elf_find_function: the address of an exported function in the text, 0: there is none. */
uint64_t elf_find_function(const struct elf *elf, const char *name);

/* A relocation: the eight writable bytes at where become value, + base unless it is the host's. */
struct elf_reloc {
	uint64_t where;
	uint64_t value;
	bool host;
	const char *name; /* of the host's */
};
#define ELF_RELOC_TABLES 2
/* elf_reloc_at reads the i-th of a table; -ENOEXEC when it may not be. */
int elf_reloc_at(const struct elf *elf, const struct elf_table *table, uint64_t i,
	struct elf_reloc *out, struct plugin_error *err);

/* A function or an object in the file's memory: [lo, hi); any name, to be quoted. */
struct elf_symbol {
	uint64_t lo, hi; /* hi 0: as far as the next */
	const char *name;
};
/*
 * elf_symbols: those of .symtab and of the exports, by address, each address once; the
 * caller frees them. 0, -ENOMEM.
 */
enum elf_kind {
	ELF_FUNCTIONS, /* in the text */
	ELF_OBJECTS,   /* outside */
};
int elf_symbols(
	const struct elf *elf, enum elf_kind kind, struct elf_symbol **out, size_t *n);

/* For elf64*.c: n bytes of the file, by offset, and by address; NULL: they are not there. */
const void *elf_at_offset(const struct elf *elf, uint64_t offset, uint64_t n);
const void *elf_at(const struct elf *elf, uint64_t vaddr, uint64_t n);
/* elf_read_symtab keeps the i-th section, a .symtab. */
int elf_read_symtab(struct elf *elf, const uint8_t *sections, size_t n, size_t i,
	struct plugin_error *err);
int elf_read_dynamic(
	struct elf *elf, uint64_t vaddr, uint64_t size, struct plugin_error *err);

#endif
