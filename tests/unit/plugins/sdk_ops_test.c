#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/include/osaas_ops.h"
#include "plugins/include/osaas_window.h"
#include "util/opwire.h"

/* A host of three calls: what was sent, and how many buffers are out. */
static struct {
	struct osaas_msg msg;
	osaas_chan chan;
	int sent, buffers;
	int send_result;
	size_t alloc_max;
} host;

void *osaas_buf_alloc(size_t size)
{
	if (host.alloc_max && size > host.alloc_max)
		return NULL;
	host.buffers++;
	return calloc(1, size);
}

int osaas_buf_free(void *buf)
{
	host.buffers -= buf != NULL;
	free(buf);
	return 0;
}

int osaas_send(osaas_chan chan, const struct osaas_msg *msg)
{
	host.chan = chan;
	if (host.send_result < 0)
		return host.send_result;
	host.msg = *msg;
	host.sent++;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof host);
	return 0;
}

/* The host's part of a frame: takes the buffer. */
static int teardown(void **state)
{
	(void)state;
	osaas_buf_free(host.msg.buf);
	return host.buffers != 0;
}

static uint32_t f(float v)
{
	uint32_t u;
	memcpy(&u, &v, sizeof u);
	return u;
}

static void is_stream(const uint32_t *words, size_t n)
{
	const uint32_t head[] = {OPWIRE_MAGIC, OPWIRE_MAJOR | OPWIRE_MINOR << 16,
		(uint32_t)(16 + 4 * n), 0};
	assert_int_equal(host.sent, 1);
	assert_int_equal(host.msg.type, OSAAS_WINDOW_FRAME);
	assert_int_equal(host.msg.chan, OSAAS_NONE);
	assert_int_equal(host.msg.len, 16 + 4 * n);
	assert_memory_equal(host.msg.buf, head, sizeof head);
	assert_memory_equal((char *)host.msg.buf + 16, words, 4 * n);
}

#define HEAD(code, words) ((uint32_t)(code) | (uint32_t)(words) << 8)

static void test_every_op(void **state)
{
	(void)state;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_transform_push(&ops, 1, 2, 3, 4, 5, 6);
	osaas_ops_offset_push(&ops, 7, 8);
	osaas_ops_transform_mul(&ops, 9, 10, 11, 12, 13, 14);
	osaas_ops_clip_rect(&ops, 1, 2, 3, 4);
	osaas_ops_clip_rrect(&ops, 1, 2, 3, 4, 5);
	osaas_ops_clip_rrect4(&ops, 1, 2, 3, 4, 5, 6, 7, 8);
	osaas_ops_clip_ellipse(&ops, 1, 2, 3, 4);
	osaas_ops_path_begin(&ops);
	osaas_ops_path_move(&ops, 1, 2);
	osaas_ops_path_line(&ops, 3, 4);
	osaas_ops_path_quad(&ops, 5, 6, 7, 8);
	osaas_ops_path_cubic(&ops, 9, 10, 11, 12, 13, 14);
	osaas_ops_path_close(&ops);
	osaas_ops_clip_path(&ops);
	osaas_ops_color(&ops, 0x11, 0x22, 0x33, 0x44);
	osaas_ops_paint(&ops);
	osaas_ops_area(&ops, UINT64_C(0x1122334455667788));
	for (int i = 0; i < 5; i++)
		osaas_ops_clip_pop(&ops);
	osaas_ops_transform_pop(&ops);
	osaas_ops_transform_pop(&ops);
	assert_int_equal(osaas_ops_send(17, &ops, 99), 0);
	assert_int_equal(host.chan, 17);
	assert_int_equal(host.msg.u.u64[0], 99);
	assert_null(ops.buf);
	const uint32_t words[] = {
		HEAD(0x01, 6),
		f(1),
		f(2),
		f(3),
		f(4),
		f(5),
		f(6),
		HEAD(0x01, 6),
		f(1),
		f(0),
		f(7),
		f(0),
		f(1),
		f(8),
		HEAD(0x02, 6),
		f(9),
		f(10),
		f(11),
		f(12),
		f(13),
		f(14),
		HEAD(0x10, 4),
		f(1),
		f(2),
		f(3),
		f(4),
		HEAD(0x11, 8),
		f(1),
		f(2),
		f(3),
		f(4),
		f(5),
		f(5),
		f(5),
		f(5),
		HEAD(0x11, 8),
		f(1),
		f(2),
		f(3),
		f(4),
		f(5),
		f(6),
		f(7),
		f(8),
		HEAD(0x12, 4),
		f(1),
		f(2),
		f(3),
		f(4),
		HEAD(0x13, 19),
		1,
		f(1),
		f(2),
		2,
		f(3),
		f(4),
		3,
		f(5),
		f(6),
		f(7),
		f(8),
		4,
		f(9),
		f(10),
		f(11),
		f(12),
		f(13),
		f(14),
		5,
		HEAD(0x20, 1),
		0x44332211,
		HEAD(0x30, 0),
		HEAD(0x40, 2),
		0x55667788,
		0x11223344,
		HEAD(0x1f, 0),
		HEAD(0x1f, 0),
		HEAD(0x1f, 0),
		HEAD(0x1f, 0),
		HEAD(0x1f, 0),
		HEAD(0x03, 0),
		HEAD(0x03, 0),
	};
	is_stream(words, sizeof words / sizeof *words);
}

static void test_empty(void **state)
{
	(void)state;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	assert_int_equal(osaas_ops_send(1, &ops, 0), 0);
	is_stream(NULL, 0);
}

static void test_growth(void **state)
{
	(void)state;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	for (int i = 0; i < 20000; i++)
		osaas_ops_area(&ops, (uint64_t)i);
	assert_int_equal(osaas_ops_send(1, &ops, 0), 0);
	assert_int_equal(host.msg.len, 16 + 20000 * 12);
	for (int i = 0; i < 20000; i++) {
		const uint32_t record[] = {HEAD(0x40, 2), (uint32_t)i, 0};
		assert_memory_equal((char *)host.msg.buf + 16 + 12 * i, record, 12);
	}
}

static void draw_pop_too_much(struct osaas_ops *ops)
{
	osaas_ops_clip_rect(ops, 0, 0, 1, 1);
	osaas_ops_transform_pop(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_clip_left(struct osaas_ops *ops)
{
	osaas_ops_clip_rect(ops, 0, 0, 1, 1);
}

static void draw_transform_left(struct osaas_ops *ops)
{
	osaas_ops_offset_push(ops, 0, 0);
}

static void draw_path_left(struct osaas_ops *ops)
{
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, 0, 0);
}

static void draw_inside_path(struct osaas_ops *ops)
{
	osaas_ops_path_begin(ops);
	osaas_ops_paint(ops);
	osaas_ops_clip_path(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_line_without_path(struct osaas_ops *ops)
{
	osaas_ops_path_line(ops, 1, 1);
}

static void draw_clip_without_path(struct osaas_ops *ops)
{
	osaas_ops_clip_path(ops);
}

static void draw_two_paths(struct osaas_ops *ops)
{
	osaas_ops_path_begin(ops);
	osaas_ops_path_begin(ops);
	osaas_ops_clip_path(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_too_much(struct osaas_ops *ops)
{
	for (int i = 0; i < 400000; i++)
		osaas_ops_area(ops, 1);
}

static void test_mistakes(void **state)
{
	(void)state;
	static void (*const draw[])(struct osaas_ops *) = {
		draw_pop_too_much,
		draw_clip_left,
		draw_transform_left,
		draw_path_left,
		draw_inside_path,
		draw_line_without_path,
		draw_clip_without_path,
		draw_two_paths,
		draw_too_much,
	};
	for (size_t i = 0; i < sizeof draw / sizeof *draw; i++) {
		struct osaas_ops ops;
		osaas_ops_begin(&ops);
		draw[i](&ops);
		assert_int_equal(osaas_ops_send(1, &ops, 0), OSAAS_EINVAL);
		assert_int_equal(host.sent, 0);
		assert_int_equal(host.buffers, 0);
	}
}

static void test_no_memory(void **state)
{
	(void)state;
	for (size_t max = 1; max < 100000; max *= 4) {
		struct osaas_ops ops;
		host.alloc_max = max;
		osaas_ops_begin(&ops);
		for (int i = 0; i < 100000; i++)
			osaas_ops_area(&ops, 1);
		assert_int_equal(osaas_ops_send(1, &ops, 0), OSAAS_ENOMEM);
		assert_int_equal(host.buffers, 0);
	}
}

static void test_not_sent(void **state)
{
	(void)state;
	struct osaas_ops ops;
	host.send_result = OSAAS_EPIPE;
	osaas_ops_begin(&ops);
	osaas_ops_paint(&ops);
	assert_int_equal(osaas_ops_send(1, &ops, 0), OSAAS_EPIPE);
	assert_int_equal(host.buffers, 0);
	osaas_ops_begin(&ops);
	osaas_ops_paint(&ops);
	osaas_ops_drop(&ops);
	assert_int_equal(host.buffers, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_op),
		TEST(test_empty),
		TEST(test_growth),
		TEST(test_mistakes),
		TEST(test_no_memory),
		TEST(test_not_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
