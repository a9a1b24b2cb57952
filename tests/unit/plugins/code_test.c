/*
 * What was decoded before is the same as what is decoded afresh: over code that a compiler
 * made (the program's own), and over bytes at random, most of them the begin of something.
 */
#include "helper.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/code.h"
#include "plugins/elf64.h"

#define BASE       0x1000u
#define RANDOM     2000u
#define WINDOW     64u
#define MANY       3000u
#define FRESH_MOST 12000u

extern const char etext;

static struct code code_of(const struct elf *elf, const uint8_t *bytes, uint32_t size)
{
	return (struct code){.elf = elf, .text = bytes, .size = size};
}

static size_t decode(struct code_decoder *d, const struct code *code, uint32_t at,
	struct code_insn *insn, const char **why)
{
	memset(insn, 0, sizeof *insn);
	insn->at = at;
	size_t n = code_decode(d, code, insn, why);
	if (n == 0)
		*why = NULL;
	return n;
}

/* Every field; what is between them does not matter. */
static bool same(const struct code_insn *a, const struct code_insn *b)
{
	return a->at == b->at && a->target == b->target && a->disp == b->disp &&
	       a->imm == b->imm && a->writes == b->writes && a->import == b->import &&
	       a->size == b->size && a->flow == b->flow && a->op == b->op &&
	       a->unit == b->unit && a->access == b->access && a->dst == b->dst &&
	       a->src == b->src && a->base == b->base && a->index == b->index &&
	       a->scale == b->scale && a->width == b->width && a->wide == b->wide &&
	       a->control == b->control && a->swept == b->swept;
}

/* Its size, 0: it is none. */
static size_t compare(struct code_decoder *old, const struct code *code, uint32_t at)
{
	struct code_decoder *fresh;
	struct code_insn a, b;
	const char *why_a, *why_b;
	assert_int_equal(code_decoder_create(&fresh), 0);
	size_t n = decode(old, code, at, &a, &why_a);
	size_t m = decode(fresh, code, at, &b, &why_b);
	bool good = n == m && why_a == why_b && (n == 0 || same(&a, &b));
	if (good && why_a && strcmp(code_mnemonic(old), code_mnemonic(fresh)) != 0)
		good = false;
	if (!good)
		fail_msg("at %u, bytes %02x %02x %02x %02x: %zu, not %zu", at,
			code->text[at], at + 1 < code->size ? code->text[at + 1] : 0,
			at + 2 < code->size ? code->text[at + 2] : 0,
			at + 3 < code->size ? code->text[at + 3] : 0, n, m);
	code_decoder_destroy(fresh);
	return n;
}

/* Twice, so that all of it was seen, and cut short, so that the last one is not whole. */
static void test_compiled(void **state)
{
	(void)state;
	const struct elf elf = {.text_lo = BASE};
	const uint8_t *text = (const uint8_t *)(uintptr_t)compare;
	size_t size = (size_t)((const uint8_t *)&etext - text);
	const uint32_t n = size < FRESH_MOST ? (uint32_t)size : FRESH_MOST;
	struct code_decoder *old;
	assert_int_equal(code_decoder_create(&old), 0);
	for (uint32_t cut = 0; cut < 3; cut++) {
		const struct code code = code_of(&elf, text, n - cut);
		for (uint32_t at = 0; at < code.size;) {
			size_t step = compare(old, &code, at);
			at += step ? (uint32_t)step : 1;
		}
	}
	code_decoder_destroy(old);
}

static uint32_t next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	return *seed ^= *seed << 5;
}

static uint8_t draw(uint32_t *seed)
{
	static const uint8_t begins[] = {0x66, 0xf2, 0xf3, 0x67, 0x2e, 0x64, 0x48, 0x4c,
		0x0f, 0x0f, 0xe8, 0xe9, 0xeb, 0x70, 0x74, 0x7f, 0x80, 0x84, 0x8f, 0xc4,
		0xc5, 0x62, 0x8b, 0x89, 0x8d, 0x05, 0xc3, 0xcc, 0xff, 0xe0, 0xe3, 0xc7};
	uint32_t r = next(seed);
	return r & 0x300 ? begins[r % sizeof begins] : (uint8_t)(r >> 16);
}

static void test_random(void **state)
{
	(void)state;
	const struct elf elf = {.text_lo = BASE};
	struct code_decoder *old;
	uint32_t seed = 20221;
	assert_int_equal(code_decoder_create(&old), 0);
	for (unsigned round = 0; round < RANDOM; round++) {
		uint8_t bytes[WINDOW];
		const uint32_t size = 1 + next(&seed) % WINDOW;
		for (uint32_t i = 0; i < size; i++)
			bytes[i] = draw(&seed);
		const struct code code = code_of(&elf, bytes, size);
		for (uint32_t at = 0; at < size; at += 1 + next(&seed) % 4)
			compare(old, &code, at);
	}
	code_decoder_destroy(old);
}

/* The same bytes mean another address elsewhere: mov 0x10(%rip), %eax. */
static void test_addresses(void **state)
{
	static const uint8_t mov[] = {0x8b, 0x05, 0x10, 0, 0, 0};
	uint8_t bytes[8 * sizeof mov];
	(void)state;
	const struct elf elf = {.text_lo = BASE};
	const struct code code = code_of(&elf, bytes, sizeof bytes);
	struct code_decoder *d;
	assert_int_equal(code_decoder_create(&d), 0);
	for (uint32_t i = 0; i < 8; i++)
		memcpy(bytes + i * sizeof mov, mov, sizeof mov);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(compare(d, &code, i * sizeof mov), sizeof mov);
	code_decoder_destroy(d);
}

/* More than there are places for, all with the same eight bytes first: movl $N, 1(%rsp). */
static void test_many(void **state)
{
	enum {
		SIZE = 11
	};
	uint8_t *bytes = malloc(MANY * SIZE);
	(void)state;
	assert_non_null(bytes);
	const struct elf elf = {.text_lo = BASE};
	const struct code code = code_of(&elf, bytes, MANY * SIZE);
	struct code_decoder *d;
	assert_int_equal(code_decoder_create(&d), 0);
	for (uint32_t i = 0; i < MANY; i++) {
		const uint8_t mov[SIZE] = {0xc7, 0x84, 0x24, 1, 0, 0, 0, 5,
			(uint8_t)(i >> 8), (uint8_t)i, 0};
		memcpy(bytes + i * SIZE, mov, SIZE);
	}
	for (uint32_t i = 0; i < 2 * MANY; i++)
		assert_int_equal(compare(d, &code, i % MANY * SIZE), SIZE);
	code_decoder_destroy(d);
	free(bytes);
}

/* A jump's distance is its own, near and far, and one out of the text is refused each time. */
static void test_jumps(void **state)
{
	static const uint8_t bytes[] = {0xe8, 3, 0, 0, 0, 0xe8, 0xf6, 0xff, 0xff, 0xff,
		0xeb, 0xfe, 0x74, 2, 0x74, 0xf0, 0x0f, 0x84, 0xea, 0xff, 0xff, 0xff, 0xe8,
		0, 0, 0, 0x10, 0x74, 0x7f};
	static const struct {
		uint32_t at, target;
		bool refused;
	} cases[] = {{0, 8, false}, {5, 0, false}, {10, 10, false}, {12, 16, false},
		{14, 0, false}, {16, 0, false}, {22, CODE_NOWHERE, true},
		{27, CODE_NOWHERE, true}};
	(void)state;
	const struct elf elf = {.text_lo = BASE};
	const struct code code = code_of(&elf, bytes, sizeof bytes);
	struct code_decoder *d;
	assert_int_equal(code_decoder_create(&d), 0);
	for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
		size_t c = i % (sizeof cases / sizeof *cases);
		struct code_insn insn;
		const char *why;
		assert_true(decode(d, &code, cases[c].at, &insn, &why) > 0);
		assert_int_equal(insn.target, cases[c].target);
		assert_int_equal(why != NULL, cases[c].refused);
	}
	code_decoder_destroy(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compiled),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_jumps),
	};
	return cmocka_run_group_tests_name("code", tests, NULL, NULL);
}
