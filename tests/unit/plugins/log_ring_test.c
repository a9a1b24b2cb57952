/* The ring of a plugin's last lines against a plain list of all of them. */
#include "plugins/log_ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINES 3000

static struct log_ring *ring;
static struct {
	char text[513];
	size_t len;
	int level;
} all[LINES + 1];

static int set_up(void **state)
{
	(void)state;
	ring = log_ring_create();
	return ring ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	log_ring_destroy(ring);
	return 0;
}

static void add(uint64_t number, size_t len)
{
	all[number].len = len;
	all[number].level = 1 + (int)(number % 3);
	for (size_t i = 0; i < len; i++)
		all[number].text[i] = (char)('!' + (number * 7 + i) % 90);
	log_ring_add(ring, all[number].level, all[number].text, len);
}

struct seen {
	uint64_t next;
	size_t n, bytes;
};

static void check_line(void *data, const struct log_ring_line *line)
{
	struct seen *seen = data;
	assert_int_equal(line->number, seen->next);
	assert_int_equal(line->level, all[line->number].level);
	assert_int_equal(line->len, all[line->number].len);
	assert_memory_equal(line->text, all[line->number].text, line->len);
	seen->next++;
	seen->n++;
	seen->bytes += line->len;
}

/* Every line from some number on, up to the last; returns how many bytes are kept. */
static size_t check_all(uint64_t from, uint64_t next)
{
	struct seen seen = {.next = log_ring_first(ring, from)};
	log_ring_each(ring, from, check_line, &seen);
	assert_int_equal(seen.next, next);
	assert_true(seen.n <= LOG_RING_LINES && seen.bytes <= LOG_RING_BYTES);
	return seen.bytes;
}

static void test_empty(void **state)
{
	(void)state;
	struct seen seen = {.next = 1};
	assert_int_equal(log_ring_next(NULL), 1);
	assert_int_equal(log_ring_first(NULL, 5), 1);
	log_ring_each(NULL, 0, check_line, &seen);
	assert_int_equal(seen.n, 0);
	assert_int_equal(log_ring_next(ring), 1);
	check_all(0, 1);
}

static void test_numbers(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= 100; n++)
		add(n, 10);
	assert_int_equal(log_ring_first(ring, 0), 37);
	assert_int_equal(log_ring_first(ring, 50), 50);
	assert_int_equal(log_ring_first(ring, 101), 101);
	assert_int_equal(log_ring_first(ring, 500), 101);
	check_all(0, 101);
	check_all(90, 101);
	check_all(101, 101);
}

/* Short lines fill the ring by their number, long ones by their size. */
static void check_lengths(size_t least, size_t most)
{
	srand(7);
	for (uint64_t n = 1; n <= LINES; n++) {
		add(n, least + (size_t)rand() % (most - least + 1));
		size_t bytes = check_all(0, n + 1);
		uint64_t lines = n + 1 - log_ring_first(ring, 0);
		/* What is kept is not less than promised: room for one line may be lost twice. */
		if (n > LOG_RING_LINES)
			assert_true(lines == LOG_RING_LINES ||
				    bytes + 2 * most >= LOG_RING_BYTES);
	}
}

static void test_empty_lines(void **state)
{
	(void)state;
	check_lengths(0, 0);
}

static void test_short(void **state)
{
	(void)state;
	check_lengths(0, 100);
}

static void test_mixed(void **state)
{
	(void)state;
	check_lengths(0, 512);
}

static void test_long(void **state)
{
	(void)state;
	check_lengths(512, 512);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {CASE(test_empty), CASE(test_numbers),
		CASE(test_empty_lines), CASE(test_short), CASE(test_mixed),
		CASE(test_long)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
