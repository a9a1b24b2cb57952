#include "session/spare.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool is_traced(void)
{
	char line[128];
	int tracer = 0;
	FILE *file = fopen("/proc/self/status", "re");
	while (file && fgets(line, sizeof line, file) &&
		sscanf(line, "TracerPid: %d", &tracer) != 1)
		;
	if (file)
		fclose(file);
	return !file || tracer != 0;
}

/* Text that the dynamic linker changed would be lost. */
static bool is_as_in_file(const struct dl_phdr_info *info)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		const ElfW(Dyn) *d = (const ElfW(Dyn) *)(info->dlpi_addr + p->p_vaddr);
		for (; p->p_type == PT_DYNAMIC && d->d_tag != DT_NULL; d++)
			if (d->d_tag == DT_TEXTREL ||
				(d->d_tag == DT_FLAGS && d->d_un.d_val & DF_TEXTREL))
				return false;
	}
	return strstr(info->dlpi_name, "linux-vdso") == NULL;
}

static int unmap_read(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	uintptr_t page = *(const uintptr_t *)data;
	for (int i = 0; i < info->dlpi_phnum && is_as_in_file(info); i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t first = (info->dlpi_addr + p->p_vaddr) & ~(page - 1);
		uintptr_t end = info->dlpi_addr + p->p_vaddr + p->p_memsz;
		if (p->p_type == PT_LOAD && !(p->p_flags & PF_W))
			madvise((void *)first, end - first, MADV_DONTNEED);
	}
	return 0;
}

void spare_give_back(void)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	if (!is_traced())
		dl_iterate_phdr(unmap_read, &page);
	malloc_trim(0);
}
