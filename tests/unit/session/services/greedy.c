/*
 * For keys_test.py: a window that wants all there is, and gives nothing back. A million areas, which
 * are refused; then as many as may be, that hear everything and take every key; each press is
 * grabbed, and the pointer captured. From its first letter on it computes for ever.
 */
#include "check.h"

#include <osaas_ops.h>
#include <osaas_window.h>

#define MOST 16384 /* areas of a frame */
#define ALL  0x7ffu
#define MODS (OSAAS_MOD_CTRL | OSAAS_MOD_SHIFT | OSAAS_MOD_ALT | OSAAS_MOD_SUPER)
#define A    30

static osaas_chan window;

static void repeat(struct osaas_ops *ops, uint32_t macro, uint32_t inner)
{
	osaas_ops_macro_begin(ops, macro);
	for (int i = 0; i < 1000; i++) {
		if (inner)
			osaas_ops_call(ops, inner);
		else
			osaas_ops_area(ops, 1);
	}
	osaas_ops_macro_end(ops);
}

static void draw_million(void)
{
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	repeat(&ops, 1, 0);
	repeat(&ops, 2, 1);
	osaas_ops_call(&ops, 2);
	CHECK_IS(osaas_ops_send(window, &ops, 1), 0);
}

static void draw_most(void)
{
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	for (uint64_t tag = 1; tag <= MOST; tag++)
		osaas_ops_area(&ops, tag);
	osaas_ops_listen(&ops, MOST, ALL, -1e6f, 1e6f, -1e6f, 1e6f);
	osaas_ops_keys(&ops, MOST, 0, MODS, 0, false);
	CHECK_IS(osaas_ops_send(window, &ops, 2), 0);
}

static void handle_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	memcpy(&p, msg->u.bytes, sizeof p);
	if (p.kind != OSAAS_POINTER_PRESS || p.tag != MOST)
		return;
	osaas_printf(OSAAS_LOG_INFO, "has the press");
	osaas_window_grab(window, &p);
	osaas_window_capture(window, true);
}

static void handle_key(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	memcpy(&key, msg->u.bytes, sizeof key);
	if (key.code != A)
		return;
	osaas_printf(OSAAS_LOG_INFO, "has the key");
	for (volatile unsigned i = 0;; i++)
		;
}

TEST_PLUGIN("greedy", "want = gui.window required: to have all\n"
		      "want = input.capture required: the pointer, too\n")
{
	struct osaas_msg msg = {0};
	window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0) {
		if (msg.type == OSAAS_WINDOW_CONFIG)
			draw_million();
		if (msg.type == OSAAS_WINDOW_REFUSED) {
			osaas_printf(OSAAS_LOG_INFO, "is refused");
			draw_most();
		}
		if (msg.type == OSAAS_WINDOW_CAPTURED && msg.u.u32[0])
			osaas_printf(OSAAS_LOG_INFO, "has the pointer");
		if (msg.type == OSAAS_WINDOW_POINTER)
			handle_pointer(&msg);
		if (msg.type == OSAAS_WINDOW_KEY)
			handle_key(&msg);
		osaas_buf_free(msg.buf);
	}
}
