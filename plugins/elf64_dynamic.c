#include <elf.h>
#include <errno.h>
#include <string.h>

#include "plugins/calls.h"
#include "plugins/elf64.h"
#include "plugins/private.h"

/* Newer than the elf.h of some systems. */
#ifndef DT_RELR
#define DT_RELR 36
#endif

#define DYNAMIC_MAX      256
#define NEEDED_MAX       4

#define refuse(err, ...) plugin_fail(err, -ENOEXEC, __VA_ARGS__)

/* The tags whose value counts. */
enum slot {
	STRTAB,
	STRSZ,
	SYMTAB,
	SYMENT,
	HASH,
	GNU_HASH,
	RELA,
	RELASZ,
	RELAENT,
	JMPREL,
	PLTRELSZ,
	PLTREL,
	FLAGS,
	FLAGS_1,
	N_SLOTS,
};

struct dynamic {
	bool has[N_SLOTS];
	uint64_t value[N_SLOTS];
	uint64_t needed[NEEDED_MAX]; /* offsets into the string table */
	size_t n_needed;
};

/* Tags not listed are refused by number. */
static const struct rule {
	int64_t tag;
	enum {
		KEPT,
		IGNORED,
		REFUSED,
		ZERO
	} what;
	int slot;         /* KEPT */
	const char *text; /* REFUSED, ZERO: if not zero */
} rules[] = {
	{DT_STRTAB, KEPT, STRTAB, NULL},
	{DT_STRSZ, KEPT, STRSZ, NULL},
	{DT_SYMTAB, KEPT, SYMTAB, NULL},
	{DT_SYMENT, KEPT, SYMENT, NULL},
	{DT_HASH, KEPT, HASH, NULL},
	{DT_GNU_HASH, KEPT, GNU_HASH, NULL},
	{DT_RELA, KEPT, RELA, NULL},
	{DT_RELASZ, KEPT, RELASZ, NULL},
	{DT_RELAENT, KEPT, RELAENT, NULL},
	{DT_JMPREL, KEPT, JMPREL, NULL},
	{DT_PLTRELSZ, KEPT, PLTRELSZ, NULL},
	{DT_PLTREL, KEPT, PLTREL, NULL},
	{DT_FLAGS, KEPT, FLAGS, NULL},
	{DT_FLAGS_1, KEPT, FLAGS_1, NULL},
	{DT_SONAME, IGNORED, 0, NULL},
	{DT_PLTGOT, IGNORED, 0, NULL},
	{DT_RELACOUNT, IGNORED, 0, NULL},
	{DT_SYMBOLIC, IGNORED, 0, NULL},
	{DT_BIND_NOW, IGNORED, 0, NULL},
	{DT_DEBUG, IGNORED, 0, NULL},
	{DT_VERSYM, IGNORED, 0, NULL},
	{DT_VERDEF, IGNORED, 0, NULL},
	{DT_VERDEFNUM, IGNORED, 0, NULL},
	{DT_VERNEED, IGNORED, 0, NULL},
	{DT_VERNEEDNUM, IGNORED, 0, NULL},
	{DT_INIT_ARRAY, IGNORED, 0, NULL},
	{DT_FINI_ARRAY, IGNORED, 0, NULL},
	{DT_PREINIT_ARRAY, IGNORED, 0, NULL},
	{DT_INIT, ZERO, 0, "an init function (DT_INIT): link with -nostdlib"},
	{DT_FINI, ZERO, 0, "a fini function (DT_FINI): link with -nostdlib"},
	{DT_INIT_ARRAYSZ, ZERO, 0,
		"constructors: nothing runs before the entry function"},
	{DT_FINI_ARRAYSZ, ZERO, 0, "destructors: nothing runs after the entry function"},
	{DT_PREINIT_ARRAYSZ, ZERO, 0,
		"constructors: nothing runs before the entry function"},
	{DT_TEXTREL, REFUSED, 0, "relocations in its text: compile with -fPIC"},
	{DT_RPATH, REFUSED, 0,
		"a DT_RPATH: link without -rpath, no libraries are looked for"},
	{DT_RUNPATH, REFUSED, 0,
		"a DT_RUNPATH: link without -rpath, no libraries are looked for"},
	{DT_RELR, REFUSED, 0,
		"packed relocations: link with -Wl,-z,nopack-relative-relocs"},
	{DT_REL, REFUSED, 0,
		"relocations without addends (DT_REL): build it for this CPU"},
};

static const struct rule *rule_of(int64_t tag)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (rules[i].tag == tag)
			return &rules[i];
	}
	return NULL;
}

static int read_tag(struct dynamic *d, const Elf64_Dyn *e, struct plugin_error *err)
{
	if (e->d_tag == DT_NEEDED) {
		if (d->n_needed == NEEDED_MAX)
			return refuse(err, "needs libraries: link with -nostdlib");
		d->needed[d->n_needed++] = e->d_un.d_val;
		return 0;
	}
	const struct rule *rule = rule_of(e->d_tag);
	if (!rule)
		return refuse(err,
			"has a dynamic tag 0x%llx that plugins cannot use: link it "
			"plainly, "
			"see plugins/README.md",
			(unsigned long long)e->d_tag);
	if (rule->what == REFUSED || (rule->what == ZERO && e->d_un.d_val != 0))
		return refuse(err, "has %s", rule->text);
	if (rule->what != KEPT)
		return 0;
	if (d->has[rule->slot])
		return refuse(err, "dynamic tag 0x%llx is there twice: build it again",
			(unsigned long long)e->d_tag);
	d->has[rule->slot] = true;
	d->value[rule->slot] = e->d_un.d_val;
	return 0;
}

static int read_tags(const struct elf *elf, uint64_t vaddr, uint64_t size,
	struct dynamic *d, struct plugin_error *err)
{
	const uint8_t *at = elf_at(elf, vaddr, size);
	if (!at || size / sizeof(Elf64_Dyn) > DYNAMIC_MAX)
		return refuse(
			err, "dynamic section lies outside the segments: build it again");
	int r = 0;
	for (uint64_t i = 0; r == 0 && i < size / sizeof(Elf64_Dyn); i++) {
		Elf64_Dyn e;
		memcpy(&e, at + i * sizeof e, sizeof e);
		if (e.d_tag == DT_NULL)
			break;
		r = read_tag(d, &e, err);
	}
	return r;
}

/* A string of the table, which ends in a zero byte; NULL outside it. */
static const char *string_at(const struct elf *elf, uint64_t offset)
{
	const char *table = elf_at(elf, elf->strtab, elf->strsz);
	return offset < elf->strsz ? table + offset : NULL;
}

static int keep_strings(
	struct elf *elf, const struct dynamic *d, struct plugin_error *err)
{
	const char *at = elf_at(elf, d->value[STRTAB], d->value[STRSZ]);
	uint64_t n = d->value[STRSZ];
	if (!d->has[STRTAB] || n == 0 || !at || at[n - 1] != '\0')
		return refuse(err, "string table is damaged: build it again");
	elf->strtab = d->value[STRTAB];
	elf->strsz = n;
	return 0;
}

static int check_needed(
	const struct elf *elf, const struct dynamic *d, struct plugin_error *err)
{
	for (size_t i = 0; i < d->n_needed; i++) {
		const char *name = string_at(elf, d->needed[i]);
		if (!name || strcmp(name, OSAAS_ABI_SONAME) != 0)
			return refuse(err,
				"needs library '%s': link with -nostdlib and the SDK "
				"only",
				name ? plugin_quote(name, strlen(name)).text : "?");
	}
	return 0;
}

static int check_flags(const struct dynamic *d, struct plugin_error *err)
{
	if (d->value[FLAGS] & DF_TEXTREL)
		return refuse(err, "has relocations in its text: compile with -fPIC");
	if (d->value[FLAGS] & DF_STATIC_TLS)
		return refuse(err, "has thread-local data: drop __thread");
	uint64_t odd = d->value[FLAGS_1] & ~(uint64_t)DF_1_NOW;
	if (odd)
		return refuse(err,
			"has dynamic flags 0x%llx (nodelete, pie, ...) that plugins "
			"cannot "
			"use: link without those -z options",
			(unsigned long long)odd);
	return 0;
}

static bool u32_at(const struct elf *elf, uint64_t vaddr, uint64_t i, uint32_t *out)
{
	if (i > elf->size)
		return false;
	const void *at = elf_at(elf, vaddr + 4 * i, 4);
	if (at)
		memcpy(out, at, 4);
	return at;
}

/*
 * The GNU hash table does not say how many symbols there are: the last chain
 * of the last used bucket ends with the last symbol.
 */
static bool count_by_gnu_hash(const struct elf *elf, uint64_t vaddr, uint64_t *out)
{
	uint32_t n_buckets, first, bloom, last = 0, v = 0;
	if (!u32_at(elf, vaddr, 0, &n_buckets) || !u32_at(elf, vaddr, 1, &first) ||
		!u32_at(elf, vaddr, 2, &bloom))
		return false;
	uint64_t buckets = 4 + 2 * (uint64_t)bloom, chains = buckets + n_buckets;
	for (uint64_t i = 0; i < n_buckets; i++) {
		if (!u32_at(elf, vaddr, buckets + i, &v))
			return false;
		last = v > last ? v : last;
	}
	*out = first;
	if (last < first)
		return true;
	do {
		if (!u32_at(elf, vaddr, chains + (last - first), &v) ||
			last == UINT32_MAX)
			return false;
		last++;
	} while (!(v & 1));
	*out = last;
	return true;
}

static int keep_symbols(
	struct elf *elf, const struct dynamic *d, struct plugin_error *err)
{
	uint64_t n = 0;
	uint32_t chains = 0;
	bool counted = d->has[HASH] ? u32_at(elf, d->value[HASH], 1, &chains)
				    : d->has[GNU_HASH] && count_by_gnu_hash(elf,
								  d->value[GNU_HASH], &n);
	if (d->has[HASH])
		n = chains;
	if (!counted || n == 0 || n > elf->size / sizeof(Elf64_Sym) ||
		d->value[SYMENT] != sizeof(Elf64_Sym) ||
		!elf_at(elf, d->value[SYMTAB], n * sizeof(Elf64_Sym)))
		return refuse(err, "symbol table is damaged: build it again");
	elf->symtab = (struct elf_table){d->value[SYMTAB], n};
	return 0;
}

static int keep_relocs(struct elf *elf, const struct dynamic *d, struct plugin_error *err)
{
	bool ok = !d->has[RELA] || d->value[RELAENT] == sizeof(Elf64_Rela);
	ok = ok && (!d->has[JMPREL] || d->value[PLTREL] == DT_RELA);
	const enum slot at[ELF_RELOC_TABLES] = {RELA, JMPREL};
	const enum slot size[ELF_RELOC_TABLES] = {RELASZ, PLTRELSZ};
	for (int i = 0; i < ELF_RELOC_TABLES; i++) {
		uint64_t bytes = d->value[size[i]];
		if (!d->has[at[i]] && bytes == 0)
			continue;
		ok = ok && bytes % sizeof(Elf64_Rela) == 0 &&
		     elf_at(elf, d->value[at[i]], bytes);
		elf->relocs[i] =
			(struct elf_table){d->value[at[i]], bytes / sizeof(Elf64_Rela)};
	}
	return ok ? 0 : refuse(err, "relocation table is damaged: build it again");
}

int elf_read_dynamic(
	struct elf *elf, uint64_t vaddr, uint64_t size, struct plugin_error *err)
{
	struct dynamic d = {0};
	int r = read_tags(elf, vaddr, size, &d, err);
	if (r == 0)
		r = keep_strings(elf, &d, err);
	if (r == 0)
		r = check_needed(elf, &d, err);
	if (r == 0)
		r = check_flags(&d, err);
	if (r == 0)
		r = keep_symbols(elf, &d, err);
	if (r == 0)
		r = keep_relocs(elf, &d, err);
	return r;
}

static Elf64_Sym symbol_at(const struct elf *elf, uint64_t i)
{
	Elf64_Sym sym;
	const uint8_t *table = elf_at(elf, elf->symtab.vaddr, elf->symtab.n * sizeof sym);
	memcpy(&sym, table + i * sizeof sym, sizeof sym);
	return sym;
}

uint64_t elf_find_function(const struct elf *elf, const char *name)
{
	for (uint64_t i = 1; i < elf->symtab.n; i++) {
		Elf64_Sym sym = symbol_at(elf, i);
		const char *s = string_at(elf, sym.st_name);
		if (!s || sym.st_shndx == SHN_UNDEF ||
			ELF64_ST_TYPE(sym.st_info) != STT_FUNC)
			continue;
		if (strcmp(s, name) == 0 && sym.st_value >= elf->text_lo &&
			sym.st_value < elf->text_hi)
			return sym.st_value;
	}
	return 0;
}

static int find_import(const struct elf *elf, const Elf64_Sym *sym, uint64_t *out,
	struct plugin_error *err)
{
	const char *name = string_at(elf, sym->st_name);
	const void *function = name ? abi_find(name) : NULL;
	if (!function)
		return refuse(err,
			"imports '%s', which is no call of the ABI: "
			"only osaas_* may be undefined, the rest is in the SDK",
			name ? plugin_quote(name, strlen(name)).text : "?");
	*out = (uint64_t)(uintptr_t)function;
	return 0;
}

static int find_symbol(const struct elf *elf, uint64_t i, struct elf_reloc *out,
	struct plugin_error *err)
{
	if (i >= elf->symtab.n)
		return refuse(err,
			"a relocation names symbol %llu of %llu: build it again",
			(unsigned long long)i, (unsigned long long)elf->symtab.n);
	Elf64_Sym sym = symbol_at(elf, i);
	if (sym.st_shndx == SHN_UNDEF) {
		out->host = true;
		out->name = string_at(elf, sym.st_name);
		return find_import(elf, &sym, &out->value, err);
	}
	unsigned type = ELF64_ST_TYPE(sym.st_info);
	if (type > STT_FUNC || sym.st_shndx >= SHN_LORESERVE || sym.st_value > elf->span)
		return refuse(err,
			"a symbol of type %u is no plain function or data (thread-local, "
			"indirect function?): use plain C",
			type);
	out->value = sym.st_value;
	return 0;
}

/* Addends of the GOT's relocations are zero; adding them is what aarch64 asks for. */
enum kind {
	BASE,
	SYMBOL
};
static const struct kind_of {
	uint32_t type;
	enum kind kind;
} kinds[] = {
#if defined(__x86_64__)
	{R_X86_64_RELATIVE, BASE},
	{R_X86_64_GLOB_DAT, SYMBOL},
	{R_X86_64_JUMP_SLOT, SYMBOL},
	{R_X86_64_64, SYMBOL},
#endif
};

static const struct kind_of *kind_of(uint32_t type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (kinds[i].type == type)
			return &kinds[i];
	}
	return NULL;
}

static bool writable(const struct elf *elf, uint64_t vaddr, uint64_t n)
{
	for (size_t i = 0; i < elf->n_segments; i++) {
		const struct elf_segment *s = &elf->segments[i];
		if (s->write && vaddr >= s->vaddr && vaddr - s->vaddr <= s->memsz &&
			n <= s->memsz - (vaddr - s->vaddr))
			return true;
	}
	return false;
}

int elf_reloc_at(const struct elf *elf, const struct elf_table *table, uint64_t i,
	struct elf_reloc *out, struct plugin_error *err)
{
	Elf64_Rela rela;
	const uint8_t *at = elf_at(elf, table->vaddr, table->n * sizeof rela);
	memcpy(&rela, at + i * sizeof rela, sizeof rela);
	const struct kind_of *kind = kind_of(ELF64_R_TYPE(rela.r_info));
	if (!kind)
		return refuse(err,
			"has a relocation of type %u: compile with -fPIC and plain C",
			(unsigned)ELF64_R_TYPE(rela.r_info));
	if (!writable(elf, rela.r_offset, sizeof(uint64_t)))
		return refuse(err,
			"has a relocation outside its data (at 0x%llx): compile with "
			"-fPIC",
			(unsigned long long)rela.r_offset);
	*out = (struct elf_reloc){.where = rela.r_offset};
	if (kind->kind == SYMBOL) {
		int r = find_symbol(elf, ELF64_R_SYM(rela.r_info), out, err);
		if (r < 0)
			return r;
	}
	out->value += (uint64_t)rela.r_addend;
	return 0;
}

static int check_imports(const struct elf *elf, struct plugin_error *err)
{
	for (uint64_t i = 1; i < elf->symtab.n; i++) {
		Elf64_Sym sym = symbol_at(elf, i);
		uint64_t function;
		if (sym.st_shndx == SHN_UNDEF &&
			find_import(elf, &sym, &function, err) < 0)
			return -ENOEXEC;
	}
	return 0;
}

int elf_check_bindings(const struct elf *elf, struct plugin_error *err)
{
	int r = check_imports(elf, err);
	for (int t = 0; r == 0 && t < ELF_RELOC_TABLES; t++) {
		struct elf_reloc reloc;
		for (uint64_t i = 0; r == 0 && i < elf->relocs[t].n; i++)
			r = elf_reloc_at(elf, &elf->relocs[t], i, &reloc, err);
	}
	return r;
}
