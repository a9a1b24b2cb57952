/*
 * A plugin for the tests of restart and reload, built once per part that it plays. All
 * are the same plugin by their id; LETTER tells the versions apart, in the log and by
 * the colour of the window. What it counts is its state: how often it was loaded again.
 * With PANEL, an edge, its window is a panel of 80 dp.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_reload.h>
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
#define CLOSES  6 /* closes its channel instead of saving */
#define LEAVES  7 /* returns at once */
#define FAULTS  8 /* writes where it has no memory */

#ifndef PART
#define PART GOOD
#endif
#ifndef RELOAD
#define RELOAD "reload = yes\n"
#endif
#ifdef WANTS
#define WANT "want = fs.read:/tmp required: to read\n"
#else
#define WANT ""
#endif
#ifndef LETTER
#define LETTER "A"
#endif

#ifdef PANEL
#define WINDOW "gui.panel:" PANEL
#else
#define WINDOW "gui.window"
#endif

#define STATE_VERSION 7
#define STATE_BYTES   100000u

OSAAS_MANIFEST("id = org.osaas.test.actor\n"
	       "name = Actor\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = actor_main\n"
	       "want = " WINDOW " required: to be seen\n" WANT RELOAD)

static osaas_chan window, reload;
static uint64_t serial, count;
static volatile uintptr_t wild = 16;

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

/* Returns whether there is nothing to draw on. */
static bool dock(const struct osaas_window_config *config)
{
#ifdef PANEL
	static bool docked;
	if (!docked)
		osaas_window_dock(window, (uint32_t)(80 * config->scale));
	docked = true;
#endif
	return config->height == 0;
}

static void handle_config(const struct osaas_msg *msg)
{
	struct osaas_window_config config;
	memcpy(&config, msg->u.bytes, sizeof config);
	if (dock(&config))
		return;
	if (PART == REFUSED)
		send_rubbish();
	else
		draw(&config);
}

/* Reload. */

static uint8_t byte_at(uint32_t i)
{
	return (uint8_t)(i * 7 + i / 256 + count);
}

static bool is_whole(const struct osaas_msg *msg)
{
	const uint8_t *bytes = msg->buf;
	if (msg->u.u64[0] != STATE_VERSION || msg->u.u64[4] != 44 ||
		msg->len != STATE_BYTES)
		return false;
	for (uint32_t i = 0; i < STATE_BYTES; i++) {
		if (bytes[i] != byte_at(i))
			return false;
	}
	return true;
}

static void take_state(const struct osaas_msg *msg)
{
	count = msg->u.u64[1];
	if (!is_whole(msg))
		osaas_exit(99);
	osaas_buf_free(msg->buf);
	count++;
	osaas_printf(OSAAS_LOG_INFO, LETTER " has state %u", (unsigned)count);
}

/* What the window was told meanwhile, which nobody took yet. */
static void say_window(void)
{
	struct osaas_msg msg;
	struct osaas_alt alt = {.chan = window, .op = OSAAS_RECV, .msg = &msg};
	char types[128] = "";
	int n = 0;
	while (n < 100 && osaas_alt(&alt, 1, OSAAS_NOW) == 0)
		n += snprintf(types + n, sizeof types - (size_t)n, " %u", msg.type);
	osaas_printf(OSAAS_LOG_INFO, LETTER " goes on at %u, window:%s", (unsigned)count,
		types);
}

static void save(void)
{
	struct osaas_msg msg = {.type = OSAAS_RELOAD_STATE,
		.buf = osaas_buf_alloc(STATE_BYTES),
		.len = STATE_BYTES};
	uint8_t *bytes = msg.buf;
	for (uint32_t i = 0; i < STATE_BYTES; i++)
		bytes[i] = byte_at(i);
	msg.u.u64[0] = STATE_VERSION;
	msg.u.u64[1] = count;
	msg.u.u64[4] = 44;
	/* Till it is over, or is to go on. */
	if (osaas_send(reload, &msg) == 0 && osaas_recv(reload, &msg) == 0)
		say_window();
}

static void handle_reload(const struct osaas_msg *msg)
{
	if (msg->type == OSAAS_RELOAD_FRESH)
		osaas_printf(OSAAS_LOG_INFO, LETTER " is fresh");
	if (msg->type == OSAAS_RELOAD_STATE)
		take_state(msg);
	if (msg->type != OSAAS_RELOAD_SAVE || PART == MUTE)
		return;
	if (PART != CLOSES) {
		save();
		return;
	}
	osaas_close(reload);
	reload = OSAAS_NONE;
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
	window = osaas_cap(WINDOW);
	reload = osaas_cap(OSAAS_RELOAD_CAP);
	osaas_printf(OSAAS_LOG_INFO, LETTER " begins");
	if (PART == EXITS)
		osaas_exit(1);
	if (PART == LEAVES)
		return;
	if (PART == FAULTS)
		*(volatile int *)(uintptr_t)wild = 1;
	struct osaas_alt alts[] = {
		{.chan = window, .op = OSAAS_RECV, .msg = &msg},
		{.chan = reload, .op = OSAAS_RECV, .msg = &msg},
	};
	for (;;) {
		int done = osaas_alt(alts, reload > 0 ? 2 : 1, OSAAS_FOREVER);
		if (done < 0 || alts[done].result < 0)
			return;
		else if (done == 1)
			handle_reload(&msg);
		else if (!handle_window(&msg))
			return;
	}
}
