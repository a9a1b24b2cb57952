/*
 * A plugin for the tests of restart and reload, built once per part that it plays. All
 * are the same plugin by their id; LETTER tells the versions apart, in the log and by
 * the colour of the window. What it counts is its state: how often it was loaded again.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

#include <stdbool.h>

/* The parts. */
#define GOOD    0
#define FALLS   1 /* fails with code 3 when its first frame is shown */
#define EXITS   2 /* fails with code 1 before its first frame */
#define REFUSED 3 /* sends nothing but rubbish */
#define STAYS   4 /* does not go when it is asked to */
#define MUTE    5 /* does not save */

#ifndef PART
#define PART GOOD
#endif
#ifndef LETTER
#define LETTER "A"
#endif

OSAAS_MANIFEST("id = org.osaas.test.actor\n"
	       "name = Actor\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = actor_main\n"
	       "want = gui.window required: to be seen\n")

static osaas_chan window;
static uint64_t serial;

static void draw(const struct osaas_window_config *config)
{
	float w = (float)config->width, h = (float)config->height;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	for (int i = 0; i < 8; i++) {
		osaas_ops_clip_rect(&ops, w * (float)i / 8, 0, w * (float)(i + 1) / 8, h);
		osaas_ops_color(&ops, (uint8_t)(LETTER[0] * 3), (uint8_t)(214 - 4 * i),
			(uint8_t)(150 + 10 * i), 255);
		osaas_ops_paint(&ops);
		osaas_ops_clip_pop(&ops);
	}
	osaas_ops_send(window, &ops, ++serial);
}

static void send_rubbish(void)
{
	struct osaas_msg msg = {
		.type = OSAAS_WINDOW_FRAME, .buf = osaas_buf_alloc(64), .len = 64};
	osaas_send(window, &msg);
}

static void handle_config(const struct osaas_msg *msg)
{
	struct osaas_window_config config;
	memcpy(&config, msg->u.bytes, sizeof config);
	if (PART == REFUSED)
		send_rubbish();
	else
		draw(&config);
}

/* Returns whether to go on. */
static bool handle_window(const struct osaas_msg *msg)
{
	if (msg->type == OSAAS_WINDOW_CONFIG)
		handle_config(msg);
	if (msg->type == OSAAS_WINDOW_SHOWN && PART == FALLS)
		osaas_exit(3);
	return msg->type != OSAAS_WINDOW_CLOSE || PART == STAYS;
}

OSAAS_EXPORT void actor_main(void);
void actor_main(void)
{
	struct osaas_msg msg;
	window = osaas_cap("gui.window");
	osaas_printf(OSAAS_LOG_INFO, LETTER " begins");
	if (PART == EXITS)
		osaas_exit(1);
	while (osaas_recv(window, &msg) == 0) {
		if (!handle_window(&msg))
			return;
	}
}
