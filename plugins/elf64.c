#include "plugins/elf64.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "plugins/private.h"

#if defined(__x86_64__)
#define MACHINE EM_X86_64
#else
#error "add this CPU's machine number here, and its relocations to elf64_dynamic.c"
#endif

#define SECTIONS_MAX     1024
#define MANIFEST_SECTION ".osaas.manifest"

#define refuse(err, ...) plugin_fail(err, -ENOEXEC, __VA_ARGS__)

/* What the program headers name, besides segments to map. */
struct found {
	bool stack, dynamic, relro;
	Elf64_Phdr dynamic_at, relro_at;
};

static uint64_t page_floor(uint64_t v)
{
	return v & ~(ELF_PAGE - 1);
}

static uint64_t page_ceil(uint64_t v)
{
	return page_floor(v + ELF_PAGE - 1);
}

const void *elf_at_offset(const struct elf *elf, uint64_t offset, uint64_t n)
{
	if (offset > elf->size || n > elf->size - offset)
		return NULL;
	return elf->data + offset;
}

const void *elf_at(const struct elf *elf, uint64_t vaddr, uint64_t n)
{
	for (size_t i = 0; i < elf->n_segments; i++) {
		const struct elf_segment *s = &elf->segments[i];
		if (vaddr < s->vaddr || vaddr - s->vaddr > s->filesz)
			continue;
		if (n <= s->filesz - (vaddr - s->vaddr))
			return elf->data + s->offset + (vaddr - s->vaddr);
	}
	return NULL;
}

static int read_header(const struct elf *elf, Elf64_Ehdr *h, struct plugin_error *err)
{
	const void *at = elf_at_offset(elf, 0, sizeof *h);
	if (!at || memcmp(at, ELFMAG, SELFMAG) != 0)
		return refuse(err, "no ELF file: give the .so that the linker made");
	memcpy(h, at, sizeof *h);
	if (h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB ||
		h->e_machine != MACHINE)
		return refuse(err,
			"built for another CPU (ELF machine %u): build it for this one",
			h->e_machine);
	unsigned abi = h->e_ident[EI_OSABI];
	if (h->e_ident[EI_VERSION] != EV_CURRENT || h->e_version != EV_CURRENT ||
		(abi != ELFOSABI_SYSV && abi != ELFOSABI_GNU))
		return refuse(
			err, "ELF version or OS ABI is not Linux': build it on Linux");
	if (h->e_type != ET_DYN)
		return refuse(err, "no shared object (ELF type %u): link with -shared",
			h->e_type);
	if (h->e_ehsize != sizeof *h || h->e_phentsize != sizeof(Elf64_Phdr) ||
		h->e_phnum == 0 || h->e_phnum > 32)
		return refuse(err, "ELF header is damaged: build it again");
	return 0;
}

static int check_segment(
	const struct elf *elf, const Elf64_Phdr *ph, struct plugin_error *err)
{
	if (!elf_at_offset(elf, ph->p_offset, ph->p_filesz) || ph->p_filesz > ph->p_memsz)
		return refuse(err,
			"a segment lies outside the file: it is cut off, copy it again");
	if (ph->p_vaddr > ELF_MAX_SPAN || ph->p_memsz > ELF_MAX_SPAN - ph->p_vaddr)
		return refuse(err,
			"needs more than %zu MiB of memory: make its static data smaller",
			ELF_MAX_SPAN >> 20);
	if (ph->p_align != ELF_PAGE || (ph->p_vaddr - ph->p_offset) % ELF_PAGE)
		return refuse(err, "a segment is not aligned to pages of 4096: link with "
				   "-Wl,-z,max-page-size=4096");
	if ((ph->p_flags & PF_W) && (ph->p_flags & PF_X))
		return refuse(err,
			"a segment is writable and executable: link without -N, "
			"--omagic and RWX scripts");
	if (!(ph->p_flags & PF_R))
		return refuse(err,
			"a segment is not readable: link without -z nosectionheader "
			"or execute-only scripts");
	if (ph->p_memsz > ph->p_filesz && !(ph->p_flags & PF_W))
		return refuse(err, "a read-only segment is larger than its data: "
				   "link with the default script");
	return 0;
}

static int add_segment(struct elf *elf, const Elf64_Phdr *ph, struct plugin_error *err)
{
	if (ph->p_memsz == 0)
		return 0;
	int r = check_segment(elf, ph, err);
	if (r < 0)
		return r;
	if (elf->n_segments == ELF_MAX_SEGMENTS)
		return refuse(err, "more than %d segments: link with the default script",
			ELF_MAX_SEGMENTS);
	if (page_floor(ph->p_vaddr) < elf->span ||
		(elf->span == 0 && ph->p_vaddr >= ELF_PAGE))
		return refuse(err, "segments overlap or do not begin at 0: link with "
				   "-Wl,-z,separate-code and the default script");
	elf->span = page_ceil(ph->p_vaddr + ph->p_memsz);
	elf->segments[elf->n_segments++] = (struct elf_segment){
		.vaddr = ph->p_vaddr,
		.memsz = ph->p_memsz,
		.offset = ph->p_offset,
		.filesz = ph->p_filesz,
		.write = ph->p_flags & PF_W,
		.exec = ph->p_flags & PF_X,
	};
	if (!(ph->p_flags & PF_X))
		return 0;
	if (elf->text_hi)
		return refuse(
			err, "two segments are executable: link with the default script");
	elf->text_lo = ph->p_vaddr;
	elf->text_hi = ph->p_vaddr + ph->p_memsz;
	return 0;
}

static int note_once(bool *seen, Elf64_Phdr *at, const Elf64_Phdr *ph, const char *name,
	struct plugin_error *err)
{
	if (*seen)
		return refuse(err, "two %s headers: build it again", name);
	*seen = true;
	*at = *ph;
	return 0;
}

/* Of those that we know and cannot use. */
static const char *header_name(uint32_t type)
{
	switch (type) {
	case PT_SHLIB:
		return "PT_SHLIB, ";
	case PT_SUNWBSS:
		return "PT_SUNWBSS, ";
	case PT_SUNWSTACK:
		return "PT_SUNWSTACK, ";
	case 0x6474e554:
		return "PT_GNU_SFRAME, ";
	case 0x65a3dbe6:
		return "PT_OPENBSD_RANDOMIZE, ";
	case 0x65a3dbe7:
		return "PT_OPENBSD_WXNEEDED, ";
	}
	return "";
}

static int read_program_header(struct elf *elf, const Elf64_Phdr *ph, struct found *found,
	struct plugin_error *err)
{
	switch (ph->p_type) {
	case PT_LOAD:
		return add_segment(elf, ph, err);
	case PT_DYNAMIC:
		return note_once(
			&found->dynamic, &found->dynamic_at, ph, "PT_DYNAMIC", err);
	case PT_GNU_RELRO:
		return note_once(
			&found->relro, &found->relro_at, ph, "PT_GNU_RELRO", err);
	case PT_GNU_STACK:
		found->stack = true;
		if (ph->p_flags & PF_X)
			return refuse(err,
				"wants an executable stack: link with "
				"-Wl,-z,noexecstack and without nested functions");
		return 0;
	case PT_TLS:
		return refuse(err,
			"has thread-local data: drop __thread, a plugin has one thread");
	case PT_INTERP:
		return refuse(err, "is a program: link with -shared -nostdlib");
	case PT_NULL:
	case PT_NOTE:
	case PT_PHDR:
	case PT_GNU_EH_FRAME:
	case PT_GNU_PROPERTY:
		return 0;
	}
	return refuse(err,
		"has a program header of unknown type %s0x%x: link with the default "
		"script",
		header_name(ph->p_type), ph->p_type);
}

static int check_found(
	const struct elf *elf, const struct found *found, struct plugin_error *err)
{
	if (!found->dynamic)
		return refuse(err, "no dynamic section: link with -shared");
	if (!found->stack)
		return refuse(err,
			"does not say that its stack is not executable: link with "
			"-Wl,-z,noexecstack");
	if (!elf->text_hi)
		return refuse(err,
			"no code in it: export the entry function with OSAAS_EXPORT");
	return 0;
}

/* Whole pages of one writable segment, as the linker lays it out. */
static int keep_relro(struct elf *elf, const Elf64_Phdr *ph, struct plugin_error *err)
{
	for (size_t i = 0; i < elf->n_segments; i++) {
		const struct elf_segment *s = &elf->segments[i];
		uint64_t end = page_ceil(s->vaddr + s->memsz);
		if (!s->write || ph->p_vaddr < s->vaddr || ph->p_vaddr > end ||
			ph->p_memsz > end - ph->p_vaddr)
			continue;
		elf->relro_lo = page_floor(ph->p_vaddr);
		elf->relro_hi = page_floor(ph->p_vaddr + ph->p_memsz);
		return 0;
	}
	return refuse(err, "PT_GNU_RELRO is outside the writable data: build it again");
}

static int read_program_headers(
	struct elf *elf, const Elf64_Ehdr *h, struct plugin_error *err)
{
	const uint8_t *at =
		elf_at_offset(elf, h->e_phoff, h->e_phnum * sizeof(Elf64_Phdr));
	if (!at)
		return refuse(err, "program headers lie outside the file: it is cut off");
	struct found found = {0};
	int r = 0;
	for (size_t i = 0; r == 0 && i < h->e_phnum; i++) {
		Elf64_Phdr ph;
		memcpy(&ph, at + i * sizeof ph, sizeof ph);
		r = read_program_header(elf, &ph, &found, err);
	}
	if (r == 0)
		r = check_found(elf, &found, err);
	if (r == 0 && found.relro)
		r = keep_relro(elf, &found.relro_at, err);
	if (r == 0)
		r = elf_read_dynamic(
			elf, found.dynamic_at.p_vaddr, found.dynamic_at.p_filesz, err);
	return r;
}

static Elf64_Shdr section_at(const uint8_t *table, size_t i)
{
	Elf64_Shdr sh;
	memcpy(&sh, table + i * sizeof sh, sizeof sh);
	return sh;
}

static int keep_manifest(struct elf *elf, const Elf64_Shdr *sh, struct plugin_error *err)
{
	const void *at = elf_at_offset(elf, sh->sh_offset, sh->sh_size);
	if (elf->manifest)
		return refuse(err,
			"two sections " MANIFEST_SECTION ": use OSAAS_MANIFEST once");
	if (sh->sh_type != SHT_PROGBITS || sh->sh_flags & SHF_COMPRESSED || !at)
		return refuse(err,
			"section " MANIFEST_SECTION " is not plain data of the file: "
			"use OSAAS_MANIFEST");
	if (sh->sh_size == 0 || sh->sh_size > MANIFEST_MAX_SIZE)
		return refuse(err,
			"section " MANIFEST_SECTION " is empty or longer than %d bytes: "
			"shorten its text",
			MANIFEST_MAX_SIZE);
	elf->manifest = at;
	elf->manifest_size = sh->sh_size;
	return 0;
}

static int read_sections(struct elf *elf, const Elf64_Ehdr *h, struct plugin_error *err)
{
	const uint8_t *table =
		elf_at_offset(elf, h->e_shoff, h->e_shnum * sizeof(Elf64_Shdr));
	if (!table || h->e_shnum == 0 || h->e_shnum > SECTIONS_MAX ||
		h->e_shentsize != sizeof(Elf64_Shdr) || h->e_shstrndx >= h->e_shnum)
		return refuse(err,
			"section headers are missing or damaged, and with them the "
			"manifest: do not strip them");
	Elf64_Shdr names = section_at(table, h->e_shstrndx);
	const char *name = elf_at_offset(elf, names.sh_offset, names.sh_size);
	int r = 0;
	for (size_t i = 0; name && r == 0 && i < h->e_shnum; i++) {
		Elf64_Shdr sh = section_at(table, i);
		uint64_t n = sizeof MANIFEST_SECTION;
		if (sh.sh_name < names.sh_size && n <= names.sh_size - sh.sh_name &&
			memcmp(name + sh.sh_name, MANIFEST_SECTION, n) == 0)
			r = keep_manifest(elf, &sh, err);
		if (r == 0 && sh.sh_type == SHT_SYMTAB)
			r = elf_read_symtab(elf, table, h->e_shnum, i, err);
	}
	if (r == 0 && !elf->manifest)
		r = refuse(err, "no section " MANIFEST_SECTION
				": write OSAAS_MANIFEST(...) in the "
				"plugin");
	return r;
}

int elf_read(struct elf *out, const void *data, size_t size, struct plugin_error *err)
{
	*out = (struct elf){.data = data, .size = size};
	Elf64_Ehdr h;
	int r = read_header(out, &h, err);
	if (r == 0)
		r = read_program_headers(out, &h, err);
	if (r == 0)
		r = read_sections(out, &h, err);
	return r;
}
