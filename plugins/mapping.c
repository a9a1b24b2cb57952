#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "plugins/loader.h"
#include "plugins/private.h"
#include "sched/fence.h"

static uint64_t page_floor(uint64_t v)
{
	return v & ~(ELF_PAGE - 1);
}

static uint64_t page_ceil(uint64_t v)
{
	return page_floor(v + ELF_PAGE - 1);
}

/* The file's pages, private: what is never written stays shared by all instances. */
static int map_file(uint8_t *base, const struct elf_segment *s, int fd)
{
	uint64_t lo = page_floor(s->vaddr), hi = page_ceil(s->vaddr + s->filesz);
	int prot = PROT_READ | (s->write ? PROT_WRITE : 0) | (s->exec ? PROT_EXEC : 0);
	if (s->filesz == 0)
		return 0;
	void *p = mmap(base + lo, hi - lo, prot, MAP_PRIVATE | MAP_FIXED, fd,
		(off_t)page_floor(s->offset));
	return p == MAP_FAILED ? -errno : 0;
}

/* What the file does not have is zero: the rest of its last page, and whole pages. */
static int map_zeros(uint8_t *base, const struct elf_segment *s)
{
	if (s->memsz == s->filesz)
		return 0;
	uint64_t lo = s->vaddr + s->filesz, hi = page_ceil(s->vaddr + s->memsz);
	uint64_t pages = s->filesz ? page_ceil(lo) : page_floor(lo);
	if (s->filesz)
		memset(base + lo, 0, pages - lo);
	if (pages >= hi)
		return 0;
	void *p = mmap(base + pages, hi - pages, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	return p == MAP_FAILED ? -errno : 0;
}

static void relocate(uint8_t *base, const struct elf *elf)
{
	struct plugin_error unused;
	struct elf_reloc reloc;
	for (int t = 0; t < ELF_RELOC_TABLES; t++) {
		for (uint64_t i = 0; i < elf->relocs[t].n; i++) {
			if (elf_reloc_at(elf, &elf->relocs[t], i, &reloc, &unused) < 0)
				continue; /* elf_check_bindings would have refused it */
			uint64_t v = reloc.value + (reloc.host ? 0 : (uintptr_t)base);
			memcpy(base + reloc.where, &v, sizeof v);
		}
	}
}

static void add_region(struct mapping *m, uint64_t lo, uint64_t hi, bool write)
{
	if (lo >= hi)
		return;
	m->regions[m->n_regions++] = (struct region){
		.lo = (uintptr_t)m->base + lo,
		.hi = (uintptr_t)m->base + hi,
		.write = write,
	};
}

static void add_regions(
	struct mapping *m, const struct elf *elf, const struct elf_segment *s)
{
	uint64_t lo = s->vaddr, hi = s->vaddr + s->memsz;
	bool has_relro =
		elf->relro_lo < elf->relro_hi && elf->relro_lo < hi && lo < elf->relro_hi;
	if (s->write && has_relro) {
		uint64_t cut = elf->relro_hi < hi ? elf->relro_hi : hi;
		add_region(m, lo, cut, false);
		lo = cut;
	}
	add_region(m, lo, hi, s->write);
}

/* In the range, or where there is none or no room in it, anywhere. */
static int find_place(struct mapping *m, struct plugin_error *err)
{
	list_init(&m->link);
	if (range_take(m) == 0)
		return 0;
	void *p = mmap(NULL, m->span, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED || sched_fence() == FENCE_RANGE) {
		if (p != MAP_FAILED)
			munmap(p, m->span);
		return plugin_fail(
			err, -ENOMEM, "no address space for it: close something");
	}
	m->base = p;
	return 0;
}

int mapping_make(struct mapping *out, const struct image *image, struct plugin_error *err)
{
	const struct elf *elf = &image->elf;
	*out = (struct mapping){.span = elf->span};
	int r = find_place(out, err);
	if (r < 0)
		return r;
	uint8_t *base = out->base;
	for (size_t i = 0; r == 0 && i < elf->n_segments; i++) {
		r = map_file(base, &elf->segments[i], image->fd);
		if (r == 0)
			r = map_zeros(base, &elf->segments[i]);
		add_regions(out, elf, &elf->segments[i]);
	}
	if (r == 0)
		relocate(base, elf);
	size_t relro = elf->relro_hi - elf->relro_lo;
	if (r == 0 && relro && mprotect(base + elf->relro_lo, relro, PROT_READ) < 0)
		r = -errno;
	if (r < 0) {
		mapping_undo(out);
		return plugin_fail(err, r, "cannot be mapped: %s", strerror(-r));
	}
	return 0;
}

void mapping_undo(struct mapping *mapping)
{
	if (mapping->base && !list_empty(&mapping->link))
		range_give(mapping);
	else if (mapping->base)
		munmap(mapping->base, mapping->span);
	*mapping = (struct mapping){0};
}
