/*
 * For drag_test.py: from its left half 8 MiB can be dragged, or a word; both can be dropped on its
 * right half. What it hears of drags goes into the log.
 */
#include "services/check.h"

#include <osaas_ops.h>
#include <osaas_window.h>

#define LARGE ((size_t)8 << 20)

static osaas_chan window;

static void draw(const struct osaas_msg *msg)
{
	struct osaas_window_config config;
	struct osaas_ops ops;
	memcpy(&config, msg->u.bytes, sizeof config);
	float width = (float)config.width, height = (float)config.height;
	osaas_ops_begin(&ops);
	osaas_ops_clip_rect(&ops, 0, 0, width / 2, height);
	osaas_ops_area(&ops, 1);
	osaas_ops_clip_pop(&ops);
	osaas_ops_clip_rect(&ops, width / 2, 0, width, height);
	osaas_ops_area(&ops, 2);
	osaas_ops_clip_pop(&ops);
	osaas_ops_transfer(&ops, 1, OSAAS_TRANSFER_SOURCE, "text/plain");
	osaas_ops_transfer(&ops, 1, OSAAS_TRANSFER_SOURCE, "x/large");
	osaas_ops_transfer(&ops, 2, OSAAS_TRANSFER_TARGET, "x/large");
	CHECK_IS(osaas_ops_send(window, &ops, 1), 0);
}

static void answer(const struct osaas_window_drag *drag, const struct osaas_msg *asked)
{
	struct osaas_msg msg = {
		.type = OSAAS_WINDOW_OFFER, .len = drag->type_size + LARGE};
	CHECK(asked->len == drag->type_size && memcmp(asked->buf, "x/large", 7) == 0);
	memcpy(msg.u.bytes, drag, sizeof *drag);
	msg.buf = osaas_buf_alloc((size_t)msg.len);
	CHECK(msg.buf);
	memcpy(msg.buf, asked->buf, drag->type_size);
	memset((char *)msg.buf + drag->type_size, 'x', LARGE);
	CHECK_IS(osaas_send(window, &msg), 0);
}

static void take(const struct osaas_window_drag *drag, const struct osaas_msg *msg)
{
	const char *data = (const char *)msg->buf + drag->type_size;
	CHECK(msg->len == drag->type_size + LARGE && memcmp(msg->buf, "x/large", 7) == 0);
	for (size_t i = 0; i < LARGE; i += 997)
		CHECK(data[i] == 'x');
	CHECK(data[LARGE - 1] == 'x');
}

static void hear(const struct osaas_msg *msg)
{
	static const char *const names[] = {
		"", "initiate", "enter", "leave", "request", "data", "cancel", "move"};
	struct osaas_window_drag drag;
	memcpy(&drag, msg->u.bytes, sizeof drag);
	CHECK(drag.serial && drag.kind && drag.kind <= OSAAS_DRAG_MOVE);
	osaas_printf(OSAAS_LOG_INFO, "hears %s of %d at %d %d", names[drag.kind],
		(int)drag.tag, (int)drag.x, (int)drag.y);
	if (drag.kind == OSAAS_DRAG_REQUEST)
		answer(&drag, msg);
	else if (drag.kind == OSAAS_DRAG_DATA)
		take(&drag, msg);
}

TEST_PLUGIN("carrier", "want = gui.window required: to be dragged about in\n")
{
	struct osaas_msg msg;
	window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE) {
		if (msg.type == OSAAS_WINDOW_CONFIG)
			draw(&msg);
		else if (msg.type == OSAAS_WINDOW_DRAG)
			hear(&msg);
		else if (msg.type == OSAAS_WINDOW_FOCUS && msg.u.u32[0])
			osaas_printf(OSAAS_LOG_INFO, "has the keys");
		if (msg.buf)
			osaas_buf_free(msg.buf);
	}
}
