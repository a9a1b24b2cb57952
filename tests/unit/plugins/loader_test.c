#include "helper.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugins/private.h"

#define GOOD BAD_DIR "/bad_good.so"

static const struct bad {
	const char *name;
	int code;
	const char *says;
} bad[] = {
	{"import", -ENOEXEC, "imports 'puts'"},
	{"weak", -ENOEXEC, "imports 'nobody_knows'"},
	{"rwx", -ENOEXEC, "writable and executable"},
	{"constructor", -ENOEXEC, "constructors"},
	{"destructor", -ENOEXEC, "destructors"},
	{"init", -ENOEXEC, "DT_INIT"},
	{"tls", -ENOEXEC, "thread-local"},
	{"needed", -ENOEXEC, "needs library 'libc.so.6'"},
	{"runpath", -ENOEXEC, "DT_RUNPATH"},
	{"execstack", -ENOEXEC, "executable stack"},
	{"nodelete", -ENOEXEC, "nodelete"},
	{"ifunc", -ENOEXEC, "relocation of type 37"},
	{"pages", -ENOEXEC, "max-page-size=4096"},
	{"no_manifest", -ENOEXEC, "no section .osaas.manifest"},
	{"manifest", -EINVAL, "manifest line 2: unknown key 'nmae'"},
	{"entry", -ENOEXEC, "exports no function 'nobody'"},
	{"hidden", -ENOEXEC, "exports no function 'bad_hidden'"},
	{"data_entry", -ENOEXEC, "exports no function 'bad_data'"},
	{"major", -EPROTO, "built for ABI 2.0"},
	{"minor", -EPROTO, "newer ABI 1.99"},
	{"minor_import", -EPROTO, "newer ABI 1.99"},
};

/* Instructions; the second word is in the refusal, and where it is. "": they are fine. */
static const struct bad_code {
	const char *name, *says;
} bad_code[] = {
	{"syscall", "'syscall' in bad_hidden+0x"},
	{"sysenter", "'sysenter' in bad_hidden+0x"},
	{"int80", "'int' in bad_hidden+0x"},
	{"hlt", "only a kernel may"},
	{"in", "'in' in bad_hidden"},
	{"cli", "'cli' in bad_hidden"},
	{"lgdt", "'lgdt' in bad_hidden"},
	{"cr3", "'mov' in bad_hidden"},
	{"dr7", "only a kernel may"},
	{"wrmsr", "'wrmsr' in bad_hidden"},
	{"wrpkru", "key change in bad_hidden+0x"},
	{"rdpkru", "key change in bad_hidden+0x"},
	{"xrstor", "it changes memory protection"},
	{"wrfsbase", "'wrfsbase' in bad_hidden"},
	{"wrgsbase", "'wrgsbase' in bad_hidden"},
	{"mov_fs", "the session's thread data"},
	{"pop_gs", "the session's thread data"},
	{"read_fs", "-fno-stack-protector"},
	{"iret", "'iretq' in bad_hidden"},
	{"lret", "use plain calls"},
	{"far_call", "use plain calls"},
	{"unknown", "no known instruction in bad_hidden+0x"},
	{"overlap", "'syscall' in bad_hidden+0x"},
	{"outside", "goes to where this plugin has no code"},
	{"traps", ""},
	{"time", ""},
};

static void refused(const char *path, int code, const char *says)
{
	struct plugin *plugin = NULL;
	struct plugin_error err = {"nothing"};
	int r = plugin_load(path, &plugin, &err);
	if (r != code || !strstr(err.text, says))
		fail_msg("%s: %d, '%s' does not say '%s'", path, r, err.text, says);
	assert_null(plugin);
}

static void test_bad(void **state)
{
	(void)state;
	size_t fds = count_fds(), maps = count_maps("osaas-plugin");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char path[512];
		snprintf(path, sizeof path, BAD_DIR "/bad_%s.so", bad[i].name);
		refused(path, bad[i].code, bad[i].says);
	}
	refused("/nowhere/x.so", -ENOENT, "x.so: no such file");
	refused("/", -ENOEXEC, "no regular file");
	refused("/dev/null", -ENOEXEC, "no regular file");
	refused("/proc/self/exe", -ENOEXEC, "is a program");
	assert_int_equal(count_fds(), fds);
	assert_int_equal(count_maps("osaas-plugin"), maps);
}

static void test_bad_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_code / sizeof *bad_code; i++) {
		char path[512];
		snprintf(path, sizeof path, BAD_DIR "/code_%s.so", bad_code[i].name);
		if (bad_code[i].says[0])
			refused(path, -ENOEXEC, bad_code[i].says);
		else
			plugin_destroy(load(path));
	}
}

static void test_odd_files(void **state)
{
	(void)state;
	char path[] = "/tmp/osaas-loader-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	refused(path, -ENOEXEC, "is empty");
	assert_int_equal(write(fd, "hello world", 11), 11);
	refused(path, -ENOEXEC, "no ELF file");
	assert_int_equal(ftruncate(fd, (64 << 20) + 1), 0);
	refused(path, -ENOEXEC, "larger than 64 MiB");
	close(fd);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	refused(path, -ENOEXEC, "no regular file");
	unlink(path);
}

static int load_bytes(const void *bytes, size_t size)
{
	struct plugin *plugin = NULL;
	struct plugin_error err = {0};
	int r = plugin_load_bytes("x.so", bytes, size, &plugin, &err);
	plugin_destroy(plugin);
	assert_true(r == 0 || r == -ENOEXEC || r == -EINVAL || r == -EPROTO);
	assert_true(r == 0 || strlen(err.text) > 10);
	return r;
}

/* A file that is cut off anywhere lacks its section headers at least: it never loads. */
static void test_truncated(void **state)
{
	(void)state;
	size_t size;
	uint8_t *bytes = read_file(ALONE, &size); /* a small one */
	assert_int_equal(load_bytes(bytes, size), 0);
	for (size_t n = 0; n < size; n++)
		assert_int_not_equal(load_bytes(bytes, n), 0);
	free(bytes);
}

struct range {
	size_t lo, hi;
};

static void flip(uint8_t *bytes, size_t size, struct range r, size_t *good, size_t *all)
{
	static const uint8_t masks[] = {0x01, 0x04, 0x10, 0x80, 0xff};
	for (size_t i = r.lo; i < r.hi; i++) {
		for (size_t m = 0; m < sizeof masks; m++) {
			bytes[i] ^= masks[m];
			*good += load_bytes(bytes, size) == 0;
			++*all;
			bytes[i] ^= masks[m];
		}
	}
}

/* All that the loader looks at: the headers, and what lies in front of the text and after it. */
static void test_flipped(void **state)
{
	(void)state;
	size_t size, good = 0, all = 0;
	uint8_t *bytes = read_file(GOOD, &size);
	Elf64_Ehdr h;
	memcpy(&h, bytes, sizeof h);
	flip(bytes, size, (struct range){0, sizeof h}, &good, &all);
	flip(bytes, size,
		(struct range){h.e_phoff, h.e_phoff + h.e_phnum * sizeof(Elf64_Phdr)},
		&good, &all);
	flip(bytes, size,
		(struct range){h.e_shoff, h.e_shoff + h.e_shnum * sizeof(Elf64_Shdr)},
		&good, &all);
	for (size_t i = 0; i < h.e_shnum; i++) {
		Elf64_Shdr sh;
		memcpy(&sh, bytes + h.e_shoff + i * sizeof sh, sizeof sh);
		bool read_by_us = sh.sh_type == SHT_DYNAMIC || sh.sh_type == SHT_DYNSYM ||
				  sh.sh_type == SHT_GNU_HASH || sh.sh_type == SHT_RELA ||
				  (sh.sh_type == SHT_STRTAB && sh.sh_flags & SHF_ALLOC);
		if (read_by_us)
			flip(bytes, size,
				(struct range){sh.sh_offset, sh.sh_offset + sh.sh_size},
				&good, &all);
	}
	/* Most of what is in section headers means nothing to us; the rest does. */
	assert_true(good > 0 && good < all / 8 * 7);
	free(bytes);
}

static void test_instances(void **state)
{
	(void)state;
	struct plugin *a = load(GOOD), *b = load(GOOD);
	assert_ptr_equal(a->image, b->image);
	assert_int_equal(b->image->refs, 2);
	assert_ptr_not_equal(a->mapping.base, b->mapping.base);
	/* The writable region of each: bad_data is 1 in both until one writes. */
	struct region *ra = &a->mapping.regions[a->mapping.n_regions - 1];
	struct region *rb = &b->mapping.regions[b->mapping.n_regions - 1];
	assert_true(ra->write && rb->write);
	assert_memory_equal((void *)ra->lo, (void *)rb->lo, 4);
	memset((void *)ra->lo, 0x5a, 4);
	assert_memory_not_equal((void *)ra->lo, (void *)rb->lo, 4);
	plugin_destroy(a);
	int one = 1;
	assert_memory_equal((void *)rb->lo, &one, sizeof one);
	plugin_destroy(b);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

/* Equal files are one image, wherever they are; one other byte, the last too, makes another. */
static void test_same(void **state)
{
	(void)state;
	char path[] = "/tmp/osaas-loader-XXXXXX";
	close(mkstemp(path));
	size_t size;
	uint8_t *bytes = read_file(GOOD, &size);
	struct plugin *first = load(GOOD);
	write_file(path, bytes, size);
	struct plugin *second = load(path);
	assert_ptr_equal(second->image, first->image);
	bytes[size - 1] ^=
		1; /* of the last section header: its entries' size, which is 0 */
	write_file(path, bytes, size);
	struct plugin *third = load(path);
	assert_ptr_not_equal(third->image, first->image);
	plugin_destroy(first);
	plugin_destroy(second);
	plugin_destroy(third);
	unlink(path);
	free(bytes);
}

static void test_protection(void **state)
{
	(void)state;
	struct plugin *p = load(HELLO);
	assert_true(p->group.text_lo < p->group.text_hi);
	assert_true(plugin_may(p, (void *)p->group.text_lo, 1, false));
	assert_false(plugin_may(p, (void *)p->group.text_lo, 1, true));
	assert_false(plugin_may(p, &p, 1, false));
	assert_false(plugin_may(p, NULL, 1, false));
	for (size_t i = 0; i < p->mapping.n_regions; i++) {
		struct region *r = &p->mapping.regions[i];
		assert_true(plugin_may(p, (void *)r->lo, r->hi - r->lo, r->write));
		assert_int_equal(plugin_span(p, (void *)(r->hi - 1), false), 1);
		assert_int_equal(plugin_may(p, (void *)r->lo, 1, true), r->write);
	}
	/* No page of it is writable and executable. */
	assert_int_equal(count_maps("rwxp"), 0);
	plugin_destroy(p);
}

static void test_many(void **state)
{
	(void)state;
	enum {
		N = 500
	};
	static struct plugin *plugins[N];
	plugin_destroy(load(HELLO));
	size_t fds = count_fds(), maps = count_maps("");
	for (int i = 0; i < N; i++)
		plugins[i] = load(HELLO);
	assert_int_equal(count_fds(), fds + 1); /* the one image */
	assert_true(count_maps("") > maps + N);
	for (int i = 0; i < N; i++)
		plugin_destroy(plugins[(i * 7 + 3) % N]);
	assert_int_equal(count_fds(), fds);
	/* The allocator may keep an arena more. */
	assert_in_range(count_maps(""), 1, maps + 4);
	assert_int_equal(count_maps("osaas-plugin"), 0);
}

/* The file is overwritten in place, as a careless copy does it. */
static void test_replaced(void **state)
{
	(void)state;
	char path[] = "/tmp/osaas-loader-XXXXXX";
	close(mkstemp(path));
	size_t size, other_size;
	uint8_t *bytes = read_file(GOOD, &size), *other = read_file(HELLO, &other_size);
	write_file(path, bytes, size);
	struct plugin *first = load(path);
	size_t text = first->group.text_hi - first->group.text_lo;
	uint8_t *before = malloc(text);
	memcpy(before, (void *)first->group.text_lo, text);

	write_file(path, other, other_size);
	struct plugin *second = load(path);
	write_file(path, "", 0);
	assert_memory_equal((void *)first->group.text_lo, before, text);
	assert_string_equal(plugin_manifest(first)->id, "org.osaas.bad");
	assert_string_equal(plugin_manifest(second)->id, "org.osaas.hello");
	plugin_destroy(first);
	plugin_destroy(second);
	unlink(path);
	free(before);
	free(bytes);
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bad_code),
		cmocka_unit_test(test_odd_files),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_instances),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_protection),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_replaced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
