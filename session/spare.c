#include "session/spare.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/log.h"

/* Of an entry of /proc/PID/pagemap: Documentation/admin-guide/mm/pagemap.rst of Linux. */
#define PAGE_IS_FILE    (UINT64_C(1) << 61) /* or shared: not a copy of this process */
#define PAGE_IS_SWAPPED (UINT64_C(1) << 62)
#define PAGE_IS_PRESENT (UINT64_C(1) << 63)

#define ENTRIES         512

struct unmapping {
	int pagemap;
	uintptr_t page; /* bytes */
};

/* Relocated, with a breakpoint or a probe in it, mended by its library: it would be lost. */
static bool is_own(uint64_t entry)
{
	return entry & (PAGE_IS_PRESENT | PAGE_IS_SWAPPED) && !(entry & PAGE_IS_FILE);
}

static void unmap_runs(uintptr_t at, uintptr_t page, const uint64_t *entries, size_t n)
{
	for (size_t i = 0, end; i < n; i = end + 1) {
		for (end = i; end < n && !is_own(entries[end]);)
			end++;
		if (end > i)
			madvise((void *)(at + i * page), (end - i) * page, MADV_DONTNEED);
	}
}

static void unmap_segment(const struct unmapping *u, uintptr_t at, uintptr_t end)
{
	uint64_t entries[ENTRIES];
	for (size_t n; at < end; at += n * u->page) {
		size_t left = (end - at + u->page - 1) / u->page;
		off_t offset = (off_t)(at / u->page * sizeof *entries);
		n = left < ENTRIES ? left : ENTRIES;
		ssize_t got = pread(u->pagemap, entries, n * sizeof *entries, offset);
		if (got < (ssize_t)sizeof *entries)
			return;
		n = (size_t)got / sizeof *entries;
		unmap_runs(at, u->page, entries, n);
	}
}

static int unmap_read(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	const struct unmapping *u = data;
	bool kernels = strstr(info->dlpi_name, "linux-vdso");
	for (int i = 0; i < info->dlpi_phnum && !kernels; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + p->p_vaddr;
		if (p->p_type == PT_LOAD && !(p->p_flags & PF_W))
			unmap_segment(u, at & ~(u->page - 1), at + p->p_memsz);
	}
	return 0;
}

static void unmap_all(void)
{
	struct unmapping u = {
		.pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC),
		.page = (uintptr_t)sysconf(_SC_PAGESIZE),
	};
	if (u.pagemap < 0) {
		log_debug("pages of libraries stay: /proc/self/pagemap: %s",
			strerror(errno));
		return;
	}
	dl_iterate_phdr(unmap_read, &u);
	close(u.pagemap);
}

void spare_give_back(void)
{
	unmap_all();
	malloc_trim(0);
}
