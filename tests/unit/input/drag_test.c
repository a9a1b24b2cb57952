/*
 * Drags beside a plain list: whoever is a target, of several owners, by chance. Who heard
 * INITIATE hears CANCEL, once; ENTER and LEAVE take turns; DATA comes after REQUEST only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "input/drag.h"

#define OWNERS 3
#define TAGS   6

/* Chance: splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators). */
static uint64_t state = 1;

static uint32_t chance(uint32_t n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) % n);
}

/* What was heard so far, of one drag. */
static struct heard {
	bool told[OWNERS][TAGS], in[OWNERS][TAGS];
	bool cancelled, asked, given;
	char trace[1024];
} heard;

static int owners[OWNERS];

static void note(void *data, const struct input_target *who, enum input_drag_kind kind)
{
	size_t o = (size_t)((int *)who->owner - owners), n = strlen(heard.trace);
	bool *told = &heard.told[o][who->tag], *in = &heard.in[o][who->tag];
	const struct input_drag *drag = data;
	bool source = who->owner == drag->source.owner && who->tag == drag->source.tag;
	switch (kind) {
	case INPUT_DRAG_INITIATE:
		assert_false(*told);
		*told = true;
		break;
	case INPUT_DRAG_ENTER:
		assert_true(*told && !*in);
		*in = true;
		break;
	case INPUT_DRAG_MOVE:
	case INPUT_DRAG_LEAVE:
		assert_true(*told && *in);
		*in = kind == INPUT_DRAG_MOVE;
		break;
	case INPUT_DRAG_REQUEST:
		assert_true(source && !heard.asked);
		heard.asked = true;
		break;
	case INPUT_DRAG_DATA:
		assert_true(*told && *in && heard.asked && !heard.given);
		heard.given = true;
		break;
	case INPUT_DRAG_CANCEL:
		assert_true(source ? !heard.cancelled : *told);
		heard.cancelled |= source;
		*told = *in = false;
		break;
	}
	snprintf(&heard.trace[n], sizeof heard.trace - n, "%c%zu%d ", " IELRDCM"[kind], o,
		(int)who -> tag);
}

/* Each tag at most once, in an order by chance. */
static size_t pick(struct input_target *out, size_t owner)
{
	size_t n = 0;
	for (uint64_t tag = 1; tag < TAGS; tag++) {
		if (chance(2))
			continue;
		size_t at = chance((uint32_t)n + 1);
		memmove(&out[at + 1], &out[at], (n - at) * sizeof *out);
		out[at] = (struct input_target){&owners[owner], tag};
		n++;
	}
	return n;
}

static void check_told(size_t owner, const struct input_target *targets, size_t n)
{
	size_t told = 0;
	for (size_t i = 0; i < n; i++)
		assert_true(heard.told[owner][targets[i].tag]);
	for (size_t tag = 0; tag < TAGS; tag++)
		told += heard.told[owner][tag];
	assert_int_equal(told, n);
}

static void step(struct input_drag *drag, const struct input_drag_audience *to)
{
	struct input_target list[OWNERS * TAGS];
	uint32_t what = chance(20);
	size_t owner = chance(OWNERS), n;
	if (what < 6) {
		n = pick(list, owner);
		input_drag_targets(drag, &owners[owner], list, n, to);
		if (drag->state != INPUT_DRAG_OVER)
			check_told(owner, list, n);
	} else if (what < 16) {
		n = pick(list, owner);
		n += pick(&list[n], (owner + 1) % OWNERS);
		input_drag_over(drag, list, n, chance(2), to);
	} else if (what == 16) {
		/* A window goes: what it has heard is over for it. */
		bool source = drag->source.owner == &owners[owner];
		memset(heard.told[owner], 0, sizeof heard.told[owner]);
		memset(heard.in[owner], 0, sizeof heard.in[owner]);
		heard.cancelled |= source;
		input_drag_forget(drag, &owners[owner], to);
		assert_true(!source || drag->state == INPUT_DRAG_OVER);
	} else if (what == 17) {
		input_drag_drop(drag, to);
	} else if (what == 18) {
		input_drag_data(drag, to);
	} else if (chance(4) == 0) {
		input_drag_cancel(drag, to);
	}
}

static void test_by_chance(void **unused)
{
	unsigned given = 0;
	(void)unused;
	for (int i = 0; i < 20000; i++) {
		struct input_drag drag = {0};
		const struct input_drag_audience to = {note, &drag};
		const struct input_target source = {&owners[chance(OWNERS)], 0};
		heard = (struct heard){0};
		input_drag_begin(&drag, &source);
		for (int k = 0; k < 200 && drag.state != INPUT_DRAG_OVER; k++)
			step(&drag, &to);
		input_drag_cancel(&drag, &to);
		/* At its end nobody waits for it, and nothing more is heard. */
		assert_true(heard.cancelled);
		for (size_t o = 0; o < OWNERS; o++) {
			for (size_t tag = 0; tag < TAGS; tag++)
				assert_false(heard.told[o][tag] || heard.in[o][tag]);
		}
		heard.trace[0] = '\0';
		input_drag_data(&drag, &to);
		input_drag_drop(&drag, &to);
		input_drag_cancel(&drag, &to);
		assert_string_equal(heard.trace, "");
		given += heard.given;
		input_drag_finish(&drag);
	}
	assert_true(given > 100);
}

/* In which order, of two windows. */
static void test_order(void **unused)
{
	const struct input_target a[] = {{&owners[0], 1}, {&owners[0], 2},
		{&owners[0], 3}},
				  b[] = {{&owners[1], 1}, {&owners[1], 2}},
				  less[] = {a[2], a[0]}, more[] = {a[0], a[1], a[2]};
	struct input_drag drag = {0};
	const struct input_drag_audience to = {note, &drag};
	(void)unused;
	heard = (struct heard){0};
	input_drag_begin(&drag, &(struct input_target){&owners[2], 5});
	input_drag_targets(&drag, &owners[0], a, 3, &to);
	input_drag_targets(&drag, &owners[1], b, 2, &to);
	assert_string_equal(heard.trace, "I01 I02 I03 I11 I12 ");
	heard.trace[0] = '\0';
	input_drag_over(&drag, &b[1], 1, true, &to);
	input_drag_targets(&drag, &owners[0], less, 2, &to);
	input_drag_targets(&drag, &owners[0], more, 3, &to);
	input_drag_over(&drag, a, 3, true, &to);
	assert_string_equal(heard.trace, "E12 C02 I02 L12 E01 ");
	heard.trace[0] = '\0';
	input_drag_drop(&drag, &to);
	input_drag_data(&drag, &to);
	assert_string_equal(heard.trace, "R25 D01 C25 C01 C03 C11 C12 C02 ");
	input_drag_finish(&drag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order), cmocka_unit_test(test_by_chance)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
