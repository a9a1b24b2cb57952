#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/elf64.h"
#include "plugins/private.h"

#define SYMBOLS_MAX ((uint64_t)256 * 1024) /* of a table; what is beyond has no name */

static Elf64_Shdr section_at(const uint8_t *table, size_t i)
{
	Elf64_Shdr sh;
	memcpy(&sh, table + i * sizeof sh, sizeof sh);
	return sh;
}

int elf_read_symtab(struct elf *elf, const uint8_t *sections, size_t n, size_t i,
	struct plugin_error *err)
{
	Elf64_Shdr sh = section_at(sections, i), strings = {0};
	if (sh.sh_link < n)
		strings = section_at(sections, sh.sh_link);
	const uint8_t *at = elf_at_offset(elf, sh.sh_offset, sh.sh_size);
	const char *names = elf_at_offset(elf, strings.sh_offset, strings.sh_size);
	if (elf->names_at || sh.sh_entsize != sizeof(Elf64_Sym) || !at || !names ||
		strings.sh_type != SHT_STRTAB || strings.sh_size == 0 ||
		names[strings.sh_size - 1] != '\0')
		return plugin_fail(err, -ENOEXEC,
			"section .symtab is damaged: build it again, or strip it");
	elf->names_at = at;
	elf->n_names = sh.sh_size / sizeof(Elf64_Sym);
	if (elf->n_names > SYMBOLS_MAX)
		elf->n_names = SYMBOLS_MAX;
	elf->names = names;
	elf->names_size = strings.sh_size;
	return 0;
}

struct table {
	const uint8_t *at;
	uint64_t n;
	const char *names;
	uint64_t names_size;
};

static void add(const struct elf *elf, enum elf_kind kind, const struct table *t,
	struct elf_symbol *out, size_t *n)
{
	for (uint64_t i = 1; i < t->n; i++) {
		Elf64_Sym sym;
		memcpy(&sym, t->at + i * sizeof sym, sizeof sym);
		bool function = ELF64_ST_TYPE(sym.st_info) == STT_FUNC;
		bool object = ELF64_ST_TYPE(sym.st_info) == STT_OBJECT;
		bool in_text =
			sym.st_value >= elf->text_lo && sym.st_value < elf->text_hi;
		bool wanted =
			kind == ELF_FUNCTIONS ? function && in_text : object && !in_text;
		if (!wanted || sym.st_shndx == SHN_UNDEF || sym.st_value >= elf->span ||
			sym.st_size > elf->span - sym.st_value ||
			sym.st_name >= t->names_size)
			continue;
		out[(*n)++] = (struct elf_symbol){
			.lo = sym.st_value,
			.hi = sym.st_size ? sym.st_value + sym.st_size : 0,
			.name = t->names + sym.st_name,
		};
	}
}

/* Of those at one address the longest first. */
static int compare(const void *a, const void *b)
{
	const struct elf_symbol *x = a, *y = b;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	if (x->hi != y->hi)
		return x->hi > y->hi ? -1 : 1;
	return strcmp(x->name, y->name);
}

int elf_symbols(
	const struct elf *elf, enum elf_kind kind, struct elf_symbol **out, size_t *n)
{
	struct table tables[] = {
		{elf->names_at, elf->n_names, elf->names, elf->names_size},
		{elf_at(elf, elf->symtab.vaddr, elf->symtab.n * sizeof(Elf64_Sym)),
			elf->symtab.n < SYMBOLS_MAX ? elf->symtab.n : SYMBOLS_MAX,
			elf_at(elf, elf->strtab, elf->strsz), elf->strsz},
	};
	*n = 0;
	*out = calloc(tables[0].n + tables[1].n + 1, sizeof **out);
	if (!*out)
		return -ENOMEM;
	for (size_t i = 0; i < 2; i++)
		add(elf, kind, &tables[i], *out, n);
	qsort(*out, *n, sizeof **out, compare);
	size_t kept = 0;
	for (size_t i = 0; i < *n; i++) {
		if (kept == 0 || (*out)[kept - 1].lo != (*out)[i].lo)
			(*out)[kept++] = (*out)[i];
	}
	*n = kept;
	return 0;
}
