#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "plugins/private.h"

/* Looked through once per fault; a fault must not cost a frame. */
#define SYMBOLS_MAX ((uint64_t)64 * 1024)

struct table {
	const uint8_t *symbols;
	uint64_t n;
	const char *names;
	uint64_t names_size;
};

static bool section(
	const struct elf *elf, const Elf64_Ehdr *h, uint64_t i, Elf64_Shdr *out)
{
	const uint8_t *at =
		elf_at_offset(elf, h->e_shoff, (uint64_t)h->e_shnum * sizeof(Elf64_Shdr));
	if (!at || i >= h->e_shnum)
		return false;
	memcpy(out, at + i * sizeof *out, sizeof *out);
	return true;
}

static bool find_table(const struct elf *elf, uint32_t type, struct table *out)
{
	Elf64_Ehdr h;
	Elf64_Shdr sh, names;
	memcpy(&h, elf->data, sizeof h);
	for (uint64_t i = 0; section(elf, &h, i, &sh); i++) {
		if (sh.sh_type != type || !section(elf, &h, sh.sh_link, &names))
			continue;
		*out = (struct table){
			.symbols = elf_at_offset(elf, sh.sh_offset, sh.sh_size),
			.n = sh.sh_size / sizeof(Elf64_Sym),
			.names = elf_at_offset(elf, names.sh_offset, names.sh_size),
			.names_size = names.sh_size,
		};
		if (out->n > SYMBOLS_MAX)
			out->n = SYMBOLS_MAX;
		return out->symbols && out->names;
	}
	return false;
}

static bool find(const struct table *t, uint64_t at, struct quoted *name, uint64_t *from)
{
	for (uint64_t i = 0; i < t->n; i++) {
		Elf64_Sym s;
		memcpy(&s, t->symbols + i * sizeof s, sizeof s);
		if (ELF64_ST_TYPE(s.st_info) != STT_FUNC || at < s.st_value ||
			at - s.st_value >= s.st_size || s.st_name >= t->names_size)
			continue;
		const char *text = t->names + s.st_name;
		*name = plugin_quote(text, strnlen(text, t->names_size - s.st_name));
		*from = s.st_value;
		return true;
	}
	return false;
}

struct place plugin_place(const struct plugin *plugin, uintptr_t address)
{
	const struct elf *elf = &plugin->image->elf;
	uint64_t at = address - (uintptr_t)plugin->mapping.base, from;
	struct place place;
	struct table table;
	struct quoted name;
	bool in = at >= elf->text_lo && at < elf->text_hi;
	if (in && ((find_table(elf, SHT_SYMTAB, &table) &&
			   find(&table, at, &name, &from)) ||
			  (find_table(elf, SHT_DYNSYM, &table) &&
				  find(&table, at, &name, &from))))
		snprintf(place.text, sizeof place.text, "%s+0x%jx", name.text,
			(uintmax_t)(at - from));
	else if (in)
		snprintf(place.text, sizeof place.text, "its text at 0x%jx",
			(uintmax_t)at);
	else
		snprintf(place.text, sizeof place.text, "0x%jx, outside its text",
			(uintmax_t)address);
	return place;
}
