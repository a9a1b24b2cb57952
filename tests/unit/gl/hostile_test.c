/*
 * Streams that want too much (tests/fuzz/hostile.c): each ends, with an error or a
 * picture, within the work and the memory that gl/OPS.md states, gives all memory back, and
 * leaves a window that goes on. The dearest ones are printed.
 */
#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gl/font.h"
#include "gl/optext.h"
#include "tests/fuzz/hostile.h"
#include "tests/fuzz/window.h"
#include "util/clock.h"
#include "util/opwire.h"

#define WIDTH  1024
#define HEIGHT 768

/* Less than what gl/OPS.md states ("Memory") for one window. */
#define MAX_MIB     768u
#define WORK_MARGIN (OPWIRE_MAX_WORK / 64) /* what one step may go beyond it */
#define MAX_SECONDS 30u                    /* only a net: nothing is measured by it */
#define DEAREST     8
#define POINTS      16

/* Every allocation of ours (--wrap): what is out, and the most that ever was. */

/* Volatile: a compiler knows that free() of the C library changes nothing here. */
static volatile size_t out_bytes, most_bytes;

void *__real_malloc(size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void __wrap_free(void *p);

static void *count(void *p)
{
	out_bytes += p ? malloc_usable_size(p) : 0;
	most_bytes = out_bytes > most_bytes ? out_bytes : most_bytes;
	return p;
}

void *__wrap_malloc(size_t size)
{
	return count(__real_malloc(size));
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
	return count(__real_aligned_alloc(align, size));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return count(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t size)
{
	size_t before = p ? malloc_usable_size(p) : 0;
	void *more = __real_realloc(p, size);
	if (more)
		out_bytes -= before;
	return more ? count(more) : NULL;
}

void __wrap_free(void *p)
{
	out_bytes -= p ? malloc_usable_size(p) : 0;
	__real_free(p);
}

struct cost {
	size_t i;
	uint64_t bytes, work, ns;
	int rc;
	char reason[128];
};

static struct cost costs[512];
static size_t n_costs;

/* NULL: this machine has none. */
static struct gl_fonts *open_fonts(void)
{
	char why[128];
	struct gl_fonts *fonts = gl_fonts_create(why, sizeof why);
	static bool told;
	if (!fonts && !told)
		printf("# without fonts: %s\n", why);
	told = true;
	return fonts;
}

/* A window that is asked for a good frame shows it. */
static void check_alive(struct window *window)
{
	static const char text[] = "osaas ops 1.1\nbrush color #0000ffff\npaint\n"
				   "clip rect 1 1 9 9\nbrush color #00ff00ff\npaint\n"
				   "clip pop\n";
	static const uint8_t blue[] = {0, 0, 255, 255}, green[] = {0, 255, 0, 255};
	struct optext_error text_err;
	struct gl_op_error err = {0};
	uint8_t *stream;
	size_t size;
	assert_int_equal(
		optext_assemble(text, sizeof text - 1, &stream, &size, &text_err), 0);
	int rc = window_frame(window, stream, size, &err);
	free(stream);
	if (rc)
		fail_msg("a good frame after it: %s", err.reason);
	assert_memory_equal(window->pixels, blue, 4);
	assert_memory_equal(
		window->pixels + ((size_t)WIDTH + 1) * 4, green, sizeof green);
}

static void check_error(
	const char *name, int rc, const struct gl_op_error *err, size_t size)
{
	if (rc == 0)
		return;
	if ((rc != -EINVAL && rc != -E2BIG) || err->offset > size ||
		err->offset % 4 != 0 || !err->reason[0])
		fail_msg("%s: %d, byte %zu: %s", name, rc, err->offset, err->reason);
	assert_true(memchr(err->reason, 0, sizeof err->reason));
}

/* What it takes to make a stream is not the window's. */
static uint8_t *make(size_t i, unsigned frame, size_t *size)
{
	size_t before = out_bytes;
	uint8_t *stream = hostile_make(i, frame, size);
	out_bytes = before;
	return stream;
}

static void unmake(uint8_t *stream)
{
	size_t before = out_bytes;
	free(stream);
	out_bytes = before;
}

static void hear(void *data, const struct gl_layer_note *note)
{
	++*(size_t *)data;
}

/* The pointer goes over it, and it is asked for all else. */
static void point(struct window *window)
{
	struct gl_scene *scene = &window->scenes[window->current];
	struct gl_focus focus;
	size_t told = 0;
	for (int i = 0; i < POINTS; i++) {
		struct gl_hit hits[8], at;
		double x = i * (WIDTH / (double)POINTS),
		       y = i * (HEIGHT / (double)POINTS);
		assert_true(scene_hit(scene, x, y, hits, 8) <= 8);
		scene_locate(scene, 1, x, y, &at);
		scene_cursor(scene, x, y);
		scene_listen(scene, (uint64_t)i);
		scene_focus(scene, (size_t)i, &focus);
	}
	scene_notes(scene, hear, &told);
	assert_true(told <= 65536);
}

static void show(struct window *window, size_t i, struct cost *cost)
{
	for (unsigned frame = 0; frame < hostile_frames(i); frame++) {
		size_t size;
		uint8_t *stream = make(i, frame, &size);
		struct gl_op_error err = {0};
		most_bytes = out_bytes;
		uint64_t start = clock_now_ns();
		int rc = window_frame(window, stream, size, &err);
		if (rc == 0)
			point(window);
		cost->ns += clock_now_ns() - start;
		cost->bytes = most_bytes > cost->bytes ? most_bytes : cost->bytes;
		cost->work = window->work > cost->work ? window->work : cost->work;
		if (rc && !cost->rc) {
			cost->rc = rc;
			snprintf(cost->reason, sizeof cost->reason, "%s", err.reason);
		}
		unmake(stream);
		check_error(hostile_name(i), rc, &err, size);
	}
}

static void test_one(size_t i)
{
	struct window window;
	struct cost *cost = &costs[n_costs++];
	size_t before = out_bytes;
	*cost = (struct cost){.i = i};
	struct gl_fonts *fonts = open_fonts();
	window_init(&window, WIDTH, HEIGHT, fonts);
	size_t fresh = out_bytes;
	show(&window, i, cost);
	cost->bytes -= fresh < cost->bytes ? fresh : cost->bytes;
	check_alive(&window);
	window_finish(&window);
	gl_fonts_destroy(fonts);
	if (out_bytes != before)
		fail_msg("%s: %zu bytes are lost", hostile_name(i), out_bytes - before);
	if (cost->work > OPWIRE_MAX_WORK + WORK_MARGIN)
		fail_msg("%s: %zu units of work", hostile_name(i), (size_t)cost->work);
	if (cost->bytes > (uint64_t)MAX_MIB << 20)
		fail_msg("%s: %zu MiB", hostile_name(i), (size_t)(cost->bytes >> 20));
	if (cost->ns > (uint64_t)MAX_SECONDS * NS_PER_S)
		fail_msg("%s: %g s", hostile_name(i), (double)cost->ns * 1e-9);
}

static void each_ends(void **state)
{
	assert_true(hostile_count() >= 60);
	assert_true(hostile_count() <= sizeof costs / sizeof *costs);
	for (size_t i = 0; i < hostile_count(); i++)
		test_one(i);
}

static int by_bytes(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;
	return (x->bytes < y->bytes) - (x->bytes > y->bytes);
}

static int by_work(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;
	return (x->work < y->work) - (x->work > y->work);
}

static int by_time(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;
	return (x->ns < y->ns) - (x->ns > y->ns);
}

static void print_dearest(const char *by, int (*order)(const void *a, const void *b))
{
	printf("# the dearest of %zu by %s:\n", n_costs, by);
	qsort(costs, n_costs, sizeof *costs, order);
	for (size_t i = 0; i < DEAREST && i < n_costs; i++)
		printf("# %8.1f ms %6.1f MiB %8zu units  %s: %s\n",
			(double)costs[i].ns * 1e-6, (double)costs[i].bytes / 1048576,
			(size_t)costs[i].work, hostile_name(costs[i].i),
			costs[i].rc ? costs[i].reason : "drawn");
}

/* Not all of them are refused, nor drawn: both ways are gone. */
static void dearest(void **state)
{
	size_t drawn = 0;
	for (size_t i = 0; i < n_costs; i++)
		drawn += costs[i].rc == 0;
	print_dearest("time", by_time);
	print_dearest("memory", by_bytes);
	print_dearest("work", by_work);
	printf("# %zu are drawn, %zu refused\n", drawn, n_costs - drawn);
	assert_true(drawn > 20 && n_costs - drawn > 20);
}

/* Cut, with the size field as it was and as it should be then. */
static void cut_everywhere(void **state)
{
	struct window window;
	size_t size, whole = 0;
	struct gl_op_error err = {0};
	struct gl_fonts *fonts = open_fonts();
	window_init(&window, 128, 128, fonts);
	uint8_t *stream = hostile_rich(&size);
	int rc = window_frame(&window, stream, size, &err);
	if (rc)
		fail_msg("the whole: byte %zu: %s", err.offset, err.reason);
	for (size_t n = 0; n < size; n++) {
		uint8_t *cut = malloc(n + 1);
		memcpy(cut, stream, n);
		assert_int_equal(window_frame(&window, cut, n, &err), -EINVAL);
		for (size_t k = 0; n >= OPWIRE_HEADER_SIZE && k < 4; k++)
			cut[8 + k] = (uint8_t)(n >> (8 * k));
		rc = window_frame(&window, cut, n, &err);
		check_error("cut", rc, &err, n);
		whole += rc == 0;
		free(cut);
	}
	/* Between records that push nothing. */
	assert_true(whole > 10 && whole < size / 8);
	free(stream);
	window_finish(&window);
	gl_fonts_destroy(fonts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_ends),
		cmocka_unit_test(dearest),
		cmocka_unit_test(cut_everywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
