/*
 * Changes to plugins that leave most of them plugins: libFuzzer's own, but mostly in one
 * place of interest, a header's field, the manifest, the instructions, so that what
 * lies behind the first checks is reached.
 */
#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max_size, unsigned int seed);

struct range {
	size_t at, size;
};

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static struct range within(size_t size, uint64_t at, uint64_t n)
{
	if (at >= size)
		return (struct range){0, size};
	return (struct range){at, n < size - at ? n : size - at};
}

/* The bytes of the first segment with these flags. */
static struct range segment(const uint8_t *data, size_t size, uint32_t flags)
{
	Elf64_Ehdr h;
	memcpy(&h, data, sizeof h);
	for (size_t i = 0; i < h.e_phnum && i < 16; i++) {
		Elf64_Phdr ph;
		if (h.e_phoff > size || size - h.e_phoff < (i + 1) * sizeof ph)
			break;
		memcpy(&ph, data + h.e_phoff + i * sizeof ph, sizeof ph);
		if (ph.p_type == PT_LOAD && (ph.p_flags & flags) == flags)
			return within(size, ph.p_offset, ph.p_filesz);
	}
	return (struct range){0, size};
}

static struct range text_of(const uint8_t *data, size_t size)
{
	static const char line[] = "id = ";
	for (size_t i = 0; i + sizeof line < size; i++) {
		if (memcmp(data + i, line, sizeof line - 1) == 0)
			return within(size, i, 256);
	}
	return (struct range){0, size};
}

static struct range choose(const uint8_t *data, size_t size, uint32_t which)
{
	Elf64_Ehdr h;
	memcpy(&h, data, sizeof h);
	switch (which % 8) {
	case 0:
		return within(size, 16, sizeof h - 16);
	case 1:
		return within(size, h.e_phoff, (uint64_t)h.e_phnum * sizeof(Elf64_Phdr));
	case 2:
		return within(size, h.e_shoff, (uint64_t)h.e_shnum * sizeof(Elf64_Shdr));
	case 3:
		return text_of(data, size);
	case 4:
		return segment(data, size, PF_R | PF_W);
	case 5:
		return segment(data, size, PF_R);
	}
	return segment(data, size, PF_R | PF_X);
}

size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	uint32_t random = seed;
	if (size < sizeof(Elf64_Ehdr) || next(&random) % 16 == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	unsigned times = 1 + next(&random) % 3;
	while (times-- > 0) {
		struct range r = choose(data, size, next(&random));
		size_t n = 1 + next(&random) % 16;
		if (r.size == 0)
			continue;
		n = n < r.size ? n : r.size;
		uint8_t piece[16];
		size_t at = r.at + next(&random) % (r.size - n + 1);
		memcpy(piece, data + at, n);
		size_t m = LLVMFuzzerMutate(piece, n, n);
		memcpy(data + at, piece, m < n ? m : n);
	}
	return size;
}
