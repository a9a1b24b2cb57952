/* What displays tell of themselves, and what broken ones do. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "edid_bytes.h"
#include "kms/kms.h"

struct edid_case {
	const char *name;
	struct edid_want want;
	const char *make, *model, *serial;
	int32_t mm[2];
};

static const struct edid_case edid_cases[] = {
	{"all is told",
		{"DEL", 0x41a8, 7, {60, 34}, {597, 336}, "DELL U2720Q", "8QRT5X2"}, "DEL",
		"DELL U2720Q", "8QRT5X2", {597, 336}},
	{"no texts: the numbers", {"AUO", 0x20ed, 4711, {31, 17}}, "AUO", "0x20ed",
		"4711", {310, 170}},
	{"no serial at all", {"BOE", 0x0001, 0, {31, 17}, .name = "Panel"}, "BOE",
		"Panel", "", {310, 170}},
	{"a text of all thirteen bytes",
		{"SAM", 1, 0, {0}, .name = "abcdefghijklm", .serial = "1234567890123"},
		"SAM", "abcdefghijklm", "1234567890123", {0, 0}},
	{"blanks at both ends", {"SAM", 1, 0, {0}, .name = "  A B   ", .serial = " 9 "},
		"SAM", "A B", "9", {0, 0}},
	{"a text of blanks is none", {"SAM", 0x12, 5, {0}, .name = " ", .serial = ""},
		"SAM", "0x0012", "5", {0, 0}},
	{"bytes that cannot be printed",
		{"SAM", 1, 0, {0}, .name = "a\x1b[2J\xff\x7f.", .serial = "\t\r"}, "SAM",
		"a?[2J??.", "??", {0, 0}},
	{"a make that is no letters", {NULL, 1, 0, {0}, .name = "X"}, "", "X", "",
		{0, 0}},
	{"the edges of the letters", {"AZA", 0xffff, UINT32_MAX, {0}}, "AZA", "0xffff",
		"4294967295", {0, 0}},
	{"no size, as of a projector", {"EPS", 1, 0, {0, 0}}, "EPS", "0x0001", "",
		{0, 0}},
	{"an aspect ratio in place of the height", {"EPS", 1, 0, {79, 0}}, "EPS",
		"0x0001", "", {0, 0}},
	{"only the timing has a size", {"EPS", 1, 0, {0, 0}, {4095, 2304}}, "EPS",
		"0x0001", "", {4095, 2304}},
	{"a timing with an aspect ratio", {"EPS", 1, 0, {52, 29}, {16, 9}}, "EPS",
		"0x0001", "", {520, 290}},
};

static void test_told(void **state)
{
	const struct edid_case *c = *state;
	struct kms_identity id;
	uint8_t block[EDID_BLOCK];
	edid_make(&c->want, block);
	memset(&id, 0x55, sizeof id);
	assert_int_equal(kms_edid_parse(block, sizeof block, &id), 0);
	assert_string_equal(id.make, c->make);
	assert_string_equal(id.model, c->model);
	assert_string_equal(id.serial, c->serial);
	assert_int_equal(id.mm_width, c->mm[0]);
	assert_int_equal(id.mm_height, c->mm[1]);
	assert_false(id.panel);
}

static const struct edid_want whole = {
	"DEL", 0x41a8, 7, {60, 34}, {597, 336}, "DELL U2720Q", "8QRT5X2"};

struct broken_case {
	const char *name;
	size_t at;     /* this byte is another one .. */
	bool with_sum; /* .. and the checksum is made right again */
	size_t size;
	int error;
};

static const struct broken_case broken_cases[] = {
	{"nothing at all", 20, false, 0, -EINVAL},
	{"one byte short", 20, true, EDID_BLOCK - 1, -EINVAL},
	{"no magic", 0, true, EDID_BLOCK, -EINVAL},
	{"no magic at its end", 7, true, EDID_BLOCK, -EINVAL},
	{"a wrong checksum", 127, false, EDID_BLOCK, -EBADMSG},
	{"a bit of the name has turned", 97, false, EDID_BLOCK, -EBADMSG},
	{"the same with the checksum right", 97, true, EDID_BLOCK, 0},
};

/* The copy is as long as it says: what reads further is seen by ASan. */
static void test_broken(void **state)
{
	const struct broken_case *c = *state;
	static const struct kms_identity nobody;
	struct kms_identity id;
	uint8_t block[EDID_BLOCK];
	edid_make(&whole, block);
	block[c->at] ^= 4;
	if (c->with_sum)
		edid_sum(block);
	uint8_t *copy = malloc(c->size ? c->size : 1);
	memcpy(copy, block, c->size);
	memset(&id, 0x55, sizeof id);
	assert_int_equal(kms_edid_parse(copy, c->size, &id), c->error);
	if (c->error)
		assert_memory_equal(&id, &nobody, sizeof id);
	free(copy);
}

/* Extensions may follow, or be promised and not come. */
static void test_extensions(void **state)
{
	struct kms_identity id;
	uint8_t blocks[2 * EDID_BLOCK];
	memset(blocks, 0xff, sizeof blocks);
	edid_make(&whole, blocks);
	blocks[126] = 255;
	edid_sum(blocks);
	assert_int_equal(kms_edid_parse(blocks, sizeof blocks, &id), 0);
	assert_string_equal(id.model, "DELL U2720Q");
}

int main(void)
{
	static const struct CMUnitTest more[] = {cmocka_unit_test(test_extensions)};
	struct CMUnitTest tests[32];
	size_t n = 0;
#define ADD(table, function)                                                             \
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)                      \
		tests[n++] = (struct CMUnitTest){table[i].name, function, NULL, NULL,    \
			(void *)(uintptr_t)&table[i]};
	ADD(edid_cases, test_told)
	ADD(broken_cases, test_broken)
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		tests[n++] = more[i];
	return _cmocka_run_group_tests("edid", tests, n, NULL, NULL);
}
