/*
 * hello: a first plugin.
 *
 * It draws a card with shapes and a button. A marker follows the pointer, a key
 * changes the colours, the button plays a tone. When nothing happens, it waits, and
 * costs nothing.
 *
 * Read it from top to bottom; it is in the order in which you would write it.
 * What each call promises is said in its header: osaas.h has all of them.
 */

/* The calls: channels, coroutines, buffers, time. There are no others. */
#include <osaas.h>
/* What is said on the channels of a window and of a voice, */
#include <osaas_audio.h>
#include <osaas_window.h>
/* and between this plugin and the next version of it. */
#include <osaas_reload.h>
/* The SDK, which becomes part of the plugin: drawing, and a little of C's library. */
#include <osaas_ops.h>
#include <osaas_std.h>

#include <stdbool.h>

/*
 * The manifest says who you are and what you want of the user, and why. It is
 * text in the file, which can be read without running anything:
 *
 *	readelf -p .osaas.manifest hello.so
 *
 * A want that is "optional" may be refused, and the plugin must live without it.
 * "reload" says that a new version may take over from this one while it runs.
 */
OSAAS_MANIFEST("id = org.osaas.hello\n"
	       "name = Hello\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = hello_main\n"
	       "reload = yes\n"
	       "want = gui.window required: shows the shapes\n"
	       "want = audio.out optional: plays a tone when you click the button\n")

/* ---- What it looks like ------------------------------------------------- */

/* The areas that the pointer can be in; the numbers are ours and mean nothing to the host. */
enum tag {
	TAG_WINDOW = 1,
	TAG_BUTTON = 2,
};

/* Colours are sRGB, as on every colour picker. */
struct color {
	uint8_t r, g, b;
};

struct palette {
	struct color background, card, disc, star, square, inlay, wave, button, sign;
};

/* A key goes from one to the next. README.md repeats what the tests look at. */
static const struct palette palettes[] = {
	{
		.background = {0xe9, 0xe4, 0xd8},
		.card = {0xff, 0xfd, 0xf8},
		.disc = {0x2f, 0x6f, 0x9f},
		.star = {0xf2, 0xb1, 0x34},
		.square = {0xdb, 0x6b, 0x4d},
		.inlay = {0xf6, 0xcf, 0xb9},
		.wave = {0xcf, 0xe1, 0xe6},
		.button = {0x2b, 0x3a, 0x4a},
		.sign = {0xff, 0xfd, 0xf8},
	},
	{
		.background = {0x17, 0x1c, 0x28},
		.card = {0x23, 0x2b, 0x3b},
		.disc = {0x6c, 0xc5, 0xc1},
		.star = {0xff, 0xd1, 0x66},
		.square = {0xb5, 0x83, 0xd6},
		.inlay = {0x4a, 0x3d, 0x66},
		.wave = {0x2c, 0x42, 0x58},
		.button = {0xef, 0x71, 0x6b},
		.sign = {0x17, 0x1c, 0x28},
	},
	{
		.background = {0xd8, 0xe6, 0xdc},
		.card = {0xf7, 0xfb, 0xf6},
		.disc = {0x2f, 0x8f, 0x6b},
		.star = {0xe8, 0x6a, 0x8a},
		.square = {0x4f, 0x6d, 0xb8},
		.inlay = {0xb9, 0xc8, 0xee},
		.wave = {0xcc, 0xe3, 0xcf},
		.button = {0x24, 0x4f, 0x3f},
		.sign = {0xf7, 0xfb, 0xf6},
	},
};
#define N_PALETTES (sizeof palettes / sizeof *palettes)

static const struct color marker_color = {0xd7, 0x26, 0x3d};

/*
 * Where things are. The unit is u; the card is columns by rows of them, with a
 * unit of background around it. A window that is higher than wide has a card that
 * is, too: whichever of the two makes u larger is taken, and u is at most 72
 * dp, as a huge window needs no huge buttons. It is a multiple of four pixels, as
 * the composition counts in quarters of it: so all straight edges lie between
 * two pixels and are sharp at any size. (A tiny window has more use for its space
 * than for sharp edges.) Lengths that are no part of the composition are in dp, and
 * "scale" says how many pixels one of them has on this display.
 */
struct layout {
	float width, height, scale;
	bool tall;
	float u, columns, rows;
	float x, y; /* top left of the card */
};

static float unit(const struct layout *l, float columns, float rows)
{
	float u = l->width / columns, v = l->height / rows;
	return u < v ? u : v;
}

static struct layout layout_of(const struct osaas_window_config *config)
{
	struct layout l = {
		.width = (float)config->width,
		.height = (float)config->height,
		.scale = config->scale,
	};
	float wide = unit(&l, 16, 12), tall = unit(&l, 10, 19), most = 72 * l.scale;
	l.tall = tall > wide;
	l.columns = l.tall ? 8 : 14;
	l.rows = l.tall ? 17 : 10;
	l.u = l.tall ? tall : wide;
	int pixels = (int)(l.u < most ? l.u : most);
	l.u = (float)(pixels < 16 ? pixels : pixels - pixels % 4);
	l.x = (float)(int)((l.width - l.columns * l.u) / 2);
	l.y = (float)(int)((l.height - l.rows * l.u) / 2);
	return l;
}

/* The centre of the first, second or third shape: in a row, or in a column. */
static float shape_x(const struct layout *l, int i)
{
	return l->x + (l->tall ? 4 : 3 + 4 * (float)i) * l->u;
}

static float shape_y(const struct layout *l, int i)
{
	return l->y + (l->tall ? 2.75f + 3.5f * (float)i : 2.75f) * l->u;
}

/* ---- What it knows ------------------------------------------------------ */

/* Plain variables would do: each instance of a plugin has its own. One struct is easier to see. */
static struct hello {
	osaas_chan window;
	osaas_chan tone;   /* to our own coroutine that plays; OSAAS_NONE: we may not */
	osaas_chan reload; /* about the version before, and the one after us */

	struct osaas_window_config config; /* width 0: none yet */
	size_t palette;
	bool pointer_is_in;
	float pointer_x, pointer_y;
	bool sounding;

	bool changed;    /* what is on the screen is no longer right */
	bool under_way;  /* a frame was sent and not yet shown */
	uint64_t serial; /* of the last frame */
} hello;

/* ---- Drawing ------------------------------------------------------------ */

/*
 * An operation paints nothing by itself: shapes are clips. Push one, paint, pop
 * it. These two say it once, for all that follows.
 */
static void fill(struct osaas_ops *ops, struct color c)
{
	osaas_ops_color(ops, c.r, c.g, c.b, 255);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

static void circle(struct osaas_ops *ops, float x, float y, float radius)
{
	osaas_ops_clip_ellipse(ops, x - radius, y - radius, x + radius, y + radius);
}

/* A soft shadow: the same shape, larger and larger, each a breath of black. */
static void draw_shadow(struct osaas_ops *ops, const struct layout *l, float x0, float y0,
	float x1, float y1, float radius)
{
	for (int i = 1; i <= 8; i++) {
		float grow = 2 * l->scale * (float)i, down = 6 * l->scale;
		osaas_ops_clip_rrect(ops, x0 - grow, y0 - grow + down, x1 + grow,
			y1 + grow + down, radius + grow);
		osaas_ops_color(ops, 0, 0, 0, 5);
		osaas_ops_paint(ops);
		osaas_ops_clip_pop(ops);
	}
}

/* Five points; every second corner of the ten is further in. */
static void draw_star(
	struct osaas_ops *ops, float x, float y, float radius, struct color c)
{
	osaas_ops_path_begin(ops);
	for (int i = 0; i < 10; i++) {
		float angle = 3.14159265f * ((float)i / 5 - 0.5f);
		float r = i % 2 ? radius * 0.45f : radius;
		float px = x + r * cosf(angle), py = y + r * sinf(angle);
		if (i == 0)
			osaas_ops_path_move(ops, px, py);
		else
			osaas_ops_path_line(ops, px, py);
	}
	osaas_ops_path_close(ops);
	osaas_ops_clip_path(ops);
	fill(ops, c);
}

/* Clips inside a clip intersect: the inlay's circle stays within the square. */
static void draw_square(struct osaas_ops *ops, const struct layout *l, float x, float y,
	const struct palette *p)
{
	float half = 1.25f * l->u;
	osaas_ops_clip_rrect(ops, x - half, y - half, x + half, y + half, 0.5f * l->u);
	osaas_ops_color(ops, p->square.r, p->square.g, p->square.b, 255);
	osaas_ops_paint(ops);
	circle(ops, x + half, y + half, 1.5f * l->u);
	fill(ops, p->inlay);
	osaas_ops_clip_pop(ops);
}

/*
 * A hill and a hollow, again and again, from edge to edge; a cubic curve each, with
 * its control points where the curve is closest to a sine. The card is the clip
 * around it.
 */
static void draw_wave(
	struct osaas_ops *ops, const struct layout *l, const struct palette *p)
{
	float u = l->u, x = l->x, y = l->y + (l->rows - 1.5f) * u;
	int halves = l->tall ? 2 : 4;
	float w = l->columns * u / (float)halves, high = -0.6f * u;
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, x, y);
	for (int i = 0; i < halves; i++, x += w, high = -high)
		osaas_ops_path_cubic(ops, x + 0.4244f * w, y + high, x + 0.5756f * w,
			y + high, x + w, y);
	osaas_ops_path_line(ops, l->x + l->columns * u, l->y + l->rows * u);
	osaas_ops_path_line(ops, l->x, l->y + l->rows * u);
	osaas_ops_path_close(ops);
	osaas_ops_clip_path(ops);
	fill(ops, p->wave);
}

static void draw_card(
	struct osaas_ops *ops, const struct layout *l, const struct palette *p)
{
	float u = l->u, x1 = l->x + l->columns * u, y1 = l->y + l->rows * u;
	draw_shadow(ops, l, l->x, l->y, x1, y1, 0.5f * u);
	osaas_ops_clip_rrect(ops, l->x, l->y, x1, y1, 0.5f * u);
	osaas_ops_color(ops, p->card.r, p->card.g, p->card.b, 255);
	osaas_ops_paint(ops);
	draw_wave(ops, l, p);
	osaas_ops_clip_pop(ops);

	circle(ops, shape_x(l, 0), shape_y(l, 0), 1.25f * u);
	fill(ops, p->disc);
	/* A star's middle is not where its circle has it. */
	draw_star(ops, shape_x(l, 1), shape_y(l, 1) + 0.1f * u, 1.5f * u, p->star);
	draw_square(ops, l, shape_x(l, 2), shape_y(l, 2), p);
}

/* Five bars, like a sound's; taller while there is one. */
static void draw_sign(struct osaas_ops *ops, const struct layout *l, float x, float y,
	const struct palette *p)
{
	static const float quiet[] = {0.1f, 0.2f, 0.3f, 0.2f, 0.1f};
	static const float loud[] = {0.2f, 0.4f, 0.5f, 0.4f, 0.2f};
	float half = (float)(int)(0.09f * l->u) + 0.5f;
	for (int i = 0; i < 5; i++) {
		float bar_x = x + (float)(int)(0.4f * l->u) * (float)(i - 2);
		float h = (hello.sounding ? loud : quiet)[i] * l->u;
		osaas_ops_clip_rrect(ops, bar_x - half, y - h, bar_x + half, y + h, half);
		fill(ops, p->sign);
	}
}

/*
 * The area has the shape of the clip it is declared in, so exactly the pill can
 * be clicked. It is declared after the window's area: it lies on top of it.
 */
static void draw_button(
	struct osaas_ops *ops, const struct layout *l, const struct palette *p)
{
	float u = l->u, x = l->x + l->columns / 2 * u, y = l->y + (l->rows - 3.75f) * u;
	osaas_ops_clip_rrect(
		ops, x - 2.5f * u, y - 0.75f * u, x + 2.5f * u, y + 0.75f * u, 0.75f * u);
	osaas_ops_area(ops, TAG_BUTTON);
	fill(ops, p->button);
	draw_sign(ops, l, x, y, p);
}

static void draw_marker(
	struct osaas_ops *ops, const struct layout *l, const struct palette *p)
{
	circle(ops, hello.pointer_x, hello.pointer_y, 11 * l->scale);
	fill(ops, p->card);
	circle(ops, hello.pointer_x, hello.pointer_y, 8 * l->scale);
	fill(ops, marker_color);
}

/*
 * A frame is always the whole picture. The host finds out itself what is different
 * from the last one, and draws just that.
 */
static void draw(void)
{
	struct layout l = layout_of(&hello.config);
	const struct palette *p = &palettes[hello.palette];
	struct osaas_ops ops;
	osaas_ops_begin(&ops);

	osaas_ops_clip_rect(&ops, 0, 0, l.width, l.height);
	osaas_ops_area(&ops, TAG_WINDOW);
	fill(&ops, p->background);
	draw_card(&ops, &l, p);
	draw_button(&ops, &l, p);
	if (hello.pointer_is_in)
		draw_marker(&ops, &l, p);

	/* None of the above was looked at for errors: the first one comes out here. */
	int r = osaas_ops_send(hello.window, &ops, ++hello.serial);
	if (r < 0)
		osaas_printf(OSAAS_LOG_ERROR, "frame not sent: error %d", r);
	hello.under_way = r == 0;
	hello.changed = false;
}

/* ---- Sound -------------------------------------------------------------- */

#define TONE_HZ   440
#define TONE_GAIN 0.2f

/* What our two coroutines say to each other. Such a protocol is a plugin's own affair. */
enum tone_message {
	TONE_CLICK = 1, /* to the tone: play for a second from now on */
	TONE_BEGINS,    /* from it */
	TONE_ENDS,
};

/* The tone, sample by sample. Nothing in it ever jumps, and so nothing clicks. */
struct tone {
	struct osaas_audio_config config;
	uint32_t left; /* frames to play */
	double phase;  /* 0 to 1, one turn of the wave */
	float gain;    /* goes up at the start and down at the end, in 5 ms */
};

static float tone_next(struct tone *t)
{
	uint32_t ramp = t->config.rate / 200;
	float step = TONE_GAIN / (float)ramp;
	t->gain += t->left > ramp ? step : -step;
	if (t->gain > TONE_GAIN)
		t->gain = TONE_GAIN;
	if (t->gain < 0)
		t->gain = 0;
	t->phase += (double)TONE_HZ / t->config.rate;
	if (t->phase >= 1)
		t->phase -= 1;
	t->left--;
	return t->gain * (float)sin(t->phase * 6.283185307179586);
}

/* A buffer with the next samples. Once sent it is no longer ours, so each block is a new one. */
static struct osaas_msg tone_block(struct tone *t)
{
	uint32_t n = t->config.period, channels = t->config.channels;
	if (n == 0 || n > OSAAS_AUDIO_MAX_FRAMES)
		n = OSAAS_AUDIO_MAX_FRAMES;
	if (n > t->left)
		n = t->left;
	struct osaas_msg msg = {.type = OSAAS_AUDIO_BLOCK};
	float *out = msg.buf = osaas_buf_alloc(n * channels * sizeof *out);
	if (!out)
		return msg;
	msg.len = n * channels * sizeof *out;
	for (uint32_t i = 0; i < n; i++) {
		float v = tone_next(t);
		for (uint32_t c = 0; c < channels; c++)
			*out++ = v;
	}
	return msg;
}

static bool say(osaas_chan to, uint32_t type)
{
	struct osaas_msg msg = {.type = type};
	return osaas_send(to, &msg) == 0;
}

/* The same without waiting, if there is no room: the window has better things to do. */
static void hint(osaas_chan to, uint32_t type)
{
	struct osaas_msg msg = {.type = type};
	struct osaas_alt alt = {.chan = to, .op = OSAAS_SEND, .msg = &msg};
	osaas_alt(&alt, 1, OSAAS_NOW);
}

/*
 * One second, or more if another click comes meanwhile. osaas_alt waits for two
 * things at once: that the device wants more samples, and that there is a click.
 */
static bool tone_play(struct tone *t, osaas_chan audio, osaas_chan clicks)
{
	t->left = t->config.rate;
	while (t->left > 0) {
		struct osaas_msg block = tone_block(t), click;
		if (!block.buf)
			return false;
		struct osaas_alt alts[] = {
			{.chan = audio, .op = OSAAS_SEND, .msg = &block},
			{.chan = clicks, .op = OSAAS_RECV, .msg = &click},
		};
		/* The block is sent in any case; a click before that only adds time. */
		int done;
		do {
			done = osaas_alt(alts, 2, OSAAS_FOREVER);
			if (done < 0 || alts[done].result < 0)
				return false;
			if (done == 1)
				t->left = t->config.rate;
		} while (done != 0);
	}
	return true;
}

static void tone_serve(osaas_chan audio, osaas_chan clicks)
{
	struct tone tone = {0};
	struct osaas_msg msg;
	/* The first message of a voice says how the device wants its samples. */
	if (osaas_recv(audio, &msg) < 0 || msg.type != OSAAS_AUDIO_CONFIG)
		return;
	memcpy(&tone.config, msg.u.bytes, sizeof tone.config);
	while (osaas_recv(clicks, &msg) == 0) {
		bool ok = say(clicks, TONE_BEGINS) && tone_play(&tone, audio, clicks);
		if (!say(clicks, TONE_ENDS) || !ok)
			return;
	}
}

/*
 * A coroutine of its own: it can be in the middle of its loop while the window's
 * is in the middle of its own, and neither needs to know where the other is.
 * Closing its end tells the other one that it is gone.
 */
static void tone_main(void *arg)
{
	const osaas_chan *chans = arg;
	tone_serve(chans[0], chans[1]);
	osaas_close(chans[1]);
}

/* Without sound, or memory for it, there is none: the rest works all the same. */
static osaas_chan tone_start(void)
{
	static osaas_chan chans[2]; /* static: the coroutine outlives this function */
	osaas_chan ends[2];
	chans[0] = osaas_cap("audio.out");
	if (chans[0] < 0 || osaas_pair(ends, 16) < 0)
		return OSAAS_NONE;
	chans[1] = ends[1];
	return osaas_spawn(tone_main, chans, 0) == 0 ? ends[0] : OSAAS_NONE;
}

/* ---- Events ------------------------------------------------------------- */

static void handle_config(const struct osaas_msg *msg)
{
	memcpy(&hello.config, msg->u.bytes, sizeof hello.config);
	/* A new size cannot wait for a frame of the old one to be shown. */
	hello.under_way = false;
	hello.changed = true;
}

/*
 * The host has one answer for each frame that it took or refused. One for a
 * frame of before, when another is under way already, says nothing about that.
 */
static void handle_answer(const struct osaas_msg *msg)
{
	/* The serial is the first word of both answers. */
	if (msg->u.u64[0] == hello.serial)
		hello.under_way = false;
}

/* Shift, Ctrl, Caps Lock, AltGr, Num Lock, ...: the ranges of their keysyms. */
static bool is_modifier(uint32_t keysym)
{
	return (keysym >= 0xffe1 && keysym <= 0xffee) ||
	       (keysym >= 0xfe01 && keysym <= 0xfe13) || keysym == 0xff7e ||
	       keysym == 0xff7f;
}

/* With these a key is a command; we have none, and only say that it came. */
#define COMMAND_MODS (OSAAS_MOD_CTRL | OSAAS_MOD_ALT | OSAAS_MOD_SUPER)

/* Any other key changes the colours; one that is held counts once. */
static void handle_key(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	memcpy(&key, msg->u.bytes, sizeof key);
	if (!key.pressed || key.repeat || is_modifier(key.keysym))
		return;
	if (key.mods & COMMAND_MODS) {
		osaas_printf(
			OSAAS_LOG_INFO, "key %u with modifiers %u", key.code, key.mods);
		return;
	}
	hello.palette = (hello.palette + 1) % N_PALETTES;
	hello.changed = true;
}

#define BUTTON_LEFT 0x110 /* BTN_LEFT of linux/input-event-codes.h */

static void handle_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer pointer;
	memcpy(&pointer, msg->u.bytes, sizeof pointer);
	bool is_in = pointer.kind != OSAAS_POINTER_LEAVE &&
		     pointer.kind != OSAAS_POINTER_CANCEL;
	/* Leaving the button is not leaving the window. */
	if (!is_in && pointer.tag != TAG_WINDOW)
		return;
	hello.changed |= is_in != hello.pointer_is_in || pointer.x != hello.pointer_x ||
			 pointer.y != hello.pointer_y;
	hello.pointer_is_in = is_in;
	hello.pointer_x = pointer.x;
	hello.pointer_y = pointer.y;
	/* The window's area lies below and gets the press, too; only one of the two may play. */
	if (pointer.kind == OSAAS_POINTER_PRESS && pointer.button == BUTTON_LEFT &&
		pointer.tag == TAG_BUTTON && hello.tone)
		hint(hello.tone, TONE_CLICK);
}

/*
 * We were too slow, and the host threw some messages away. What they said is not
 * known any more: whether the pointer left, and whether a frame was refused.
 */
static void handle_lost(void)
{
	hello.pointer_is_in = false;
	hello.under_way = false;
	hello.changed = true;
}

/* Returns whether to go on. */
static bool handle_window(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		handle_config(msg);
		break;
	case OSAAS_WINDOW_SHOWN:
	case OSAAS_WINDOW_REFUSED: /* the session's log says why; it is our mistake */
		handle_answer(msg);
		break;
	case OSAAS_WINDOW_KEY:
		handle_key(msg);
		break;
	case OSAAS_WINDOW_POINTER:
		handle_pointer(msg);
		break;
	case OSAAS_WINDOW_FOCUS: /* we have no cursor that would blink or not */
		break;
	case OSAAS_WINDOW_LOST:
		handle_lost();
		break;
	case OSAAS_WINDOW_CLOSE:
		return false;
	}
	/* Types we do not know are of a newer host, and not for us. */
	return true;
}

static bool handle_tone(const struct osaas_msg *msg)
{
	hello.sounding = msg->type == TONE_BEGINS;
	hello.changed = true;
	return true;
}

/* ---- The next version --------------------------------------------------- */

/*
 * Change something above, build it, and say "osaas ctl reload org.osaas.hello": the
 * new one is in the window, and the colours are those that the old one had. A number
 * fits into the message itself; what is larger goes into its buffer.
 */
#define STATE_VERSION 1 /* of what the words below mean */

static void reload_save(void)
{
	struct osaas_msg msg = {.type = OSAAS_RELOAD_STATE};
	msg.u.u64[0] = STATE_VERSION;
	msg.u.u64[1] = hello.palette;
	/*
	 * Then wait: a key that comes now would not be in it. Most of the time this is
	 * the last thing we do. A message means that the new one was no good, and that we
	 * go on as if nothing had been.
	 */
	if (osaas_send(hello.reload, &msg) == 0)
		osaas_recv(hello.reload, &msg);
}

/* What another version wrote is not to be trusted blindly. */
static void reload_take(const struct osaas_msg *msg)
{
	if (msg->u.u64[0] == STATE_VERSION && msg->u.u64[1] < N_PALETTES)
		hello.palette = msg->u.u64[1];
	osaas_buf_free(msg->buf);
}

static bool handle_reload(const struct osaas_msg *msg)
{
	if (msg->type == OSAAS_RELOAD_SAVE)
		reload_save();
	if (msg->type == OSAAS_RELOAD_STATE)
		reload_take(msg);
	/* The other one, OSAAS_RELOAD_FRESH, says that there is nothing to take over. */
	return true;
}

/* ---- The loop ----------------------------------------------------------- */

/* One message, waited for until the deadline. False: it is time to go. */
static bool handle_one(uint64_t deadline_ns, bool *got)
{
	struct osaas_msg msg;
	struct osaas_alt alts[] = {
		{.chan = hello.window, .op = OSAAS_RECV, .msg = &msg},
		{.chan = hello.reload, .op = OSAAS_RECV, .msg = &msg},
		{.chan = hello.tone, .op = OSAAS_RECV, .msg = &msg},
	};
	/* The last one is left out when there is no sound. */
	int done = osaas_alt(alts, hello.tone ? 3 : 2, deadline_ns);
	*got = done >= 0;
	if (done == OSAAS_EAGAIN)
		return true;
	if (done == 2 && alts[2].result < 0) {
		/* The sound is gone; the picture stays. */
		hello.tone = OSAAS_NONE;
		hello.sounding = false;
		hello.changed = true;
		return true;
	}
	if (done < 0 || alts[done].result < 0)
		return false;
	if (done == 0)
		return handle_window(&msg);
	return done == 1 ? handle_reload(&msg) : handle_tone(&msg);
}

/*
 * Here it starts. When this function returns, the plugin is over, and the host
 * takes back all it had.
 */
OSAAS_EXPORT void hello_main(void);
void hello_main(void)
{
	/* The channel that the user granted for the capability of the manifest. */
	hello.window = osaas_cap("gui.window");
	/* And the one that needs no grant: it is between us and ourselves. */
	hello.reload = osaas_cap(OSAAS_RELOAD_CAP);
	hello.tone = tone_start();
	if (hello.window < 0 || hello.reload < 0)
		osaas_exit(1);
	for (;;) {
		/* Sleep until something happens, then take all that has. */
		bool got;
		if (!handle_one(OSAAS_FOREVER, &got))
			return;
		do {
			if (!handle_one(OSAAS_NOW, &got))
				return;
		} while (got);
		/* At most one frame is under way: more would only replace each other. */
		if (hello.changed && !hello.under_way && hello.config.width > 0)
			draw();
	}
}
