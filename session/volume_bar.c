#include "session/volume_bar.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/gl.h"
#include "gl/rect.h"
#include "session/a11y.h"
#include "session/magnifier.h"
#include "session/op_stream.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/window.h"
#include "session/writing.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

/* In dp. */
#define WIDTH      280.0f
#define HEIGHT     48.0f
#define SHADOW     28.0f /* room for it, on each side */
#define FROM_EDGE  56.0f
#define ICON_X     26.0f /* its middle */
#define TRACK_X0   50.0f
#define TRACK_X1   216.0f
#define TRACK_HIGH 6.0f
#define TEXT_X     262.0f /* where it ends */
#define TEXT_SIZE  15.0f

#define SHARE      0.8f /* at most so much of the screen's width */
#define STEP_NS    (16 * NS_PER_MS)

#define GROUND     0x1b1d23u
#define EDGE       0x454955u
#define INK        0xffffffu

struct volume_bar {
	struct session *session;
	struct gl_layer *layer;      /* NULL: nothing is shown */
	const struct screen *screen; /* where; it may have gone */
	struct gl_rect at;           /* of its view */
	float k;                     /* pixels of a dp */
	struct op_stream stream;
	uint64_t end_ns; /* when it fades */
	uint64_t due_ns; /* its next step */
	float opacity;
	enum volume_bar_what what;
	unsigned percent;
	bool muted;
};

/* Drawing. All of it in dp from the bar's corner. */

struct pen {
	struct op_stream *s;
	float k, x, y, opacity;
};

static float px(const struct pen *p, float x)
{
	return p->x + x * p->k;
}

static float py(const struct pen *p, float y)
{
	return p->y + y * p->k;
}

static void fill(const struct pen *p, uint32_t color, float alpha)
{
	op_stream_fill(p->s, color, (uint8_t)lrintf(alpha * p->opacity * 255));
	op_stream_pop(p->s);
}

static void pill(
	const struct pen *p, float x0, float y0, float x1, float y1, float radius)
{
	op_stream_rrect(p->s, px(p, x0), py(p, y0), px(p, x1), py(p, y1), radius * p->k);
}

/* A stroke that is a part of a circle: angles in degrees, 0 to the right, clockwise. */
static void arc(const struct pen *p, float x, float y, float radius, float thick,
	float from, float to)
{
	const int n = 24;
	op_stream_path_begin(p->s);
	for (int i = 0; i <= 2 * n + 1; i++) {
		int step = i <= n ? i : 2 * n + 1 - i;
		float r = radius + (i <= n ? thick : -thick) / 2;
		float a = (from + (to - from) * (float)step / (float)n) *
			  (float)(M_PI / 180);
		float ax = px(p, x + r * cosf(a)), ay = py(p, y + r * sinf(a));
		if (i == 0)
			op_stream_path_move(p->s, ax, ay);
		else
			op_stream_path_line(p->s, ax, ay);
	}
	op_stream_path_end(p->s);
}

static void shape(
	const struct pen *p, const float (*points)[2], size_t n, float x, float y)
{
	op_stream_path_begin(p->s);
	op_stream_path_move(p->s, px(p, x + points[0][0]), py(p, y + points[0][1]));
	for (size_t i = 1; i < n; i++)
		op_stream_path_line(
			p->s, px(p, x + points[i][0]), py(p, y + points[i][1]));
	op_stream_path_end(p->s);
}

/* Through what it strikes out, with a gap beside it. */
static void draw_slash(const struct pen *p, float x, float y)
{
	static const float gap[4][2] = {
		{-7.2f, -9.4f}, {-4.6f, -9.4f}, {9.6f, 7.6f}, {7.0f, 7.6f}};
	static const float line[4][2] = {
		{-9.4f, -8.6f}, {-8.0f, -9.8f}, {8.9f, 8.4f}, {7.5f, 9.6f}};
	shape(p, gap, 4, x, y);
	fill(p, GROUND, 1);
	shape(p, line, 4, x, y);
	fill(p, INK, 1);
}

static void draw_speaker(
	const struct pen *p, float x, float y, unsigned percent, bool muted)
{
	static const float cone[6][2] = {
		{-9, -3}, {-5.6f, -3}, {-1, -7.4f}, {-1, 7.4f}, {-5.6f, 3}, {-9, 3}};
	shape(p, cone, 6, x, y);
	fill(p, INK, 1);
	for (unsigned i = 0; i < 3 && !muted; i++) {
		static const unsigned from[3] = {1, 34, 67};
		arc(p, x - 1.5f, y, 4.6f + 3.6f * (float)i, 1.7f, -40, 40);
		fill(p, INK, percent < from[i] ? 0.12f : 1);
	}
	if (muted) {
		static const float cross[12][2] = {{-3.9f, -2.7f}, {-2.7f, -3.9f},
			{0, -1.2f}, {2.7f, -3.9f}, {3.9f, -2.7f}, {1.2f, 0}, {3.9f, 2.7f},
			{2.7f, 3.9f}, {0, 1.2f}, {-2.7f, 3.9f}, {-3.9f, 2.7f},
			{-1.2f, 0}};
		shape(p, cross, 12, x + 6.2f, y);
		fill(p, INK, 1);
	}
}

static void draw_microphone(const struct pen *p, float x, float y, bool muted)
{
	pill(p, x - 3.1f, y - 9.5f, x + 3.1f, y + 2, 3.1f);
	fill(p, INK, 1);
	arc(p, x, y - 1.2f, 6.2f, 1.7f, 0, 180);
	fill(p, INK, 1);
	pill(p, x - 0.85f, y + 4.6f, x + 0.85f, y + 8.6f, 0);
	fill(p, INK, 1);
	pill(p, x - 4, y + 7.7f, x + 4, y + 9.4f, 0.85f);
	fill(p, INK, 1);
	if (muted)
		draw_slash(p, x, y);
}

static void draw_track(const struct pen *p, float x1, unsigned percent, bool muted)
{
	float y0 = (HEIGHT - TRACK_HIGH) / 2, y1 = y0 + TRACK_HIGH;
	float wide = (x1 - TRACK_X0) * (float)percent / 100;
	pill(p, TRACK_X0, y0, x1, y1, TRACK_HIGH / 2);
	fill(p, INK, 0.09f);
	if (percent == 0)
		return;
	/* Where it is short it is the track's round end, cut. */
	pill(p, TRACK_X0, y0, x1, y1, TRACK_HIGH / 2);
	if (wide < TRACK_HIGH)
		op_stream_rect(p->s, px(p, TRACK_X0), py(p, y0), px(p, TRACK_X0 + wide),
			py(p, y1));
	else
		pill(p, TRACK_X0, y0, TRACK_X0 + wide, y1, TRACK_HIGH / 2);
	fill(p, INK, muted ? 0.3f : 1);
	op_stream_pop(p->s);
}

static void write_text(
	const struct pen *p, struct writing *writing, const char *text, bool right)
{
	float size = TEXT_SIZE * p->k;
	size_t n = strlen(text);
	float wide = writing_width(writing, WRITING_BOLD, size, text, n);
	float high = writing_cap(writing, WRITING_BOLD) * size;
	float x = right ? px(p, TEXT_X) - wide : px(p, TRACK_X0);
	op_stream_color(p->s, INK, (uint8_t)lrintf(p->opacity * 255));
	writing_put(writing, WRITING_BOLD, size, roundf(x),
		roundf(py(p, HEIGHT / 2) + high / 2), text, n, p->s);
}

static void draw_ground(const struct pen *p)
{
	float hair = 1 / p->k;
	op_stream_blur(p->s, px(p, 0), py(p, 6), px(p, WIDTH), py(p, HEIGHT + 6),
		HEIGHT / 2 * p->k, 9 * p->k);
	fill(p, 0, 0.4f);
	pill(p, 0, 0, WIDTH, HEIGHT, HEIGHT / 2);
	fill(p, EDGE, 1);
	pill(p, hair, hair, WIDTH - hair, HEIGHT - hair, HEIGHT / 2 - hair);
	fill(p, GROUND, 1);
}

static void draw_icon(const struct pen *p, const struct volume_bar *bar)
{
	bool none = bar->what == VOLUME_BAR_NO_SPEAKER ||
		    bar->what == VOLUME_BAR_NO_MICROPHONE;
	if (bar->what == VOLUME_BAR_SPEAKER || bar->what == VOLUME_BAR_NO_SPEAKER)
		draw_speaker(p, ICON_X, HEIGHT / 2, bar->percent, bar->muted || none);
	else
		draw_microphone(p, ICON_X, HEIGHT / 2, bar->muted || none);
}

/* In the place of a track; NULL: it has one. */
static const char *words_of(const struct volume_bar *bar)
{
	switch (bar->what) {
	case VOLUME_BAR_SPEAKER:
		break;
	case VOLUME_BAR_MICROPHONE:
		return bar->muted ? "Microphone off" : "Microphone on";
	case VOLUME_BAR_NO_SPEAKER:
		return "No sound device";
	case VOLUME_BAR_NO_MICROPHONE:
		return "No microphone";
	}
	return NULL;
}

static void write_stream(struct volume_bar *bar)
{
	const struct pen p = {&bar->stream, bar->k, roundf(SHADOW * bar->k),
		roundf(SHADOW * bar->k), bar->opacity};
	struct writing *writing = session_writing(bar->session);
	const char *words = words_of(bar);
	char percent[16];
	op_stream_begin(&bar->stream);
	draw_ground(&p);
	draw_icon(&p, bar);
	if (words && writing)
		write_text(&p, writing, words, false);
	if (words)
		return;
	draw_track(&p, writing ? TRACK_X1 : TEXT_X, bar->percent, bar->muted);
	snprintf(percent, sizeof percent, "%u%%", bar->percent);
	if (writing)
		write_text(&p, writing, bar->muted ? "Off" : percent, true);
}

/* Where. */

static void damage(const struct volume_bar *bar)
{
	list_for_each (screen, &bar->session->screens, struct screen, link) {
		if (screen_source(screen) == bar->screen)
			screen_damage(screen, bar->at);
	}
}

static bool is_there(const struct volume_bar *bar)
{
	list_for_each (screen, &bar->session->screens, struct screen, link) {
		if (screen == bar->screen)
			return true;
	}
	return false;
}

static const struct screen *choose(const struct session *session)
{
	const struct window *window = session->focus;
	if (window && window->screen)
		return window->screen;
	return magnifier_screen((struct session *)(uintptr_t)session);
}

static struct gl_rect seen(const struct screen *screen)
{
	return magnify_on(&screen->magnify)
		       ? screen->magnify.part
		       : (struct gl_rect){0, 0, screen->width, screen->height};
}

static float scale_of(const struct screen *screen)
{
	struct gl_rect part = seen(screen);
	float most = SHARE * (float)(part.x1 - part.x0) / WIDTH;
	return fminf((float)screen->scale, most);
}

static struct gl_rect place(const struct volume_bar *bar)
{
	struct gl_rect part = seen(bar->screen);
	int32_t width, height, edge = (int32_t)lrintf((FROM_EDGE - SHADOW) * bar->k);
	gl_layer_size(bar->layer, &width, &height);
	int32_t x = part.x0 + (part.x1 - part.x0 - width) / 2,
		y = part.y1 - edge - height;
	return (struct gl_rect){x, y, x + width, y + height};
}

/* What was shown there is shown no more. */
static void take_away(struct volume_bar *bar)
{
	if (bar->layer && is_there(bar))
		damage(bar);
	gl_layer_destroy(bar->layer);
	bar->layer = NULL;
	bar->screen = NULL;
	op_stream_free(&bar->stream);
	bar->stream = (struct op_stream){0};
}

static int make(struct volume_bar *bar)
{
	bar->k = scale_of(bar->screen);
	int32_t width = (int32_t)lrintf(WIDTH * bar->k + 2 * roundf(SHADOW * bar->k)),
		height = (int32_t)lrintf(HEIGHT * bar->k + 2 * roundf(SHADOW * bar->k));
	int r = gl_layer_create(bar->session->gl, width, height, &bar->layer);
	if (r == 0)
		bar->at = place(bar);
	return r;
}

static void draw(struct volume_bar *bar)
{
	struct gl_region changed = {0};
	struct gl_op_error err = {.reason = "out of memory"};
	write_stream(bar);
	int r = op_stream_end(&bar->stream) ? 0 : -ENOMEM;
	if (r == 0)
		r = gl_layer_submit(
			bar->layer, bar->stream.data, bar->stream.size, &changed, &err);
	if (r < 0) {
		log_error("the volume cannot be shown: %s", err.reason);
		take_away(bar);
		return;
	}
	list_for_each (screen, &bar->session->screens, struct screen, link) {
		if (screen_source(screen) == bar->screen)
			screen_submitted(
				screen, bar->layer, bar->at.x0, bar->at.y0, &changed);
	}
}

struct volume_bar *volume_bar_create(struct session *session)
{
	struct volume_bar *bar = xcalloc(1, sizeof *bar);
	bar->session = session;
	return bar;
}

void volume_bar_destroy(struct volume_bar *bar)
{
	if (!bar)
		return;
	take_away(bar);
	free(bar);
}

void volume_bar_words(enum volume_bar_what what, unsigned percent, bool muted,
	char words[static VOLUME_BAR_WORDS_MAX])
{
	const struct volume_bar bar = {.what = what, .muted = muted};
	const char *only = words_of(&bar);
	if (only)
		snprintf(words, VOLUME_BAR_WORDS_MAX, "%s", only);
	else if (muted)
		snprintf(words, VOLUME_BAR_WORDS_MAX, "Sound off");
	else
		snprintf(words, VOLUME_BAR_WORDS_MAX, "Volume %u%%", percent);
}

static void announce(const struct volume_bar *bar)
{
	char words[VOLUME_BAR_WORDS_MAX];
	volume_bar_words(bar->what, bar->percent, bar->muted, words);
	a11y_announce(bar->session->a11y, words);
}

void volume_bar_show(
	struct volume_bar *bar, enum volume_bar_what what, unsigned percent, bool muted)
{
	const struct screen *screen = choose(bar->session);
	bar->what = what;
	bar->percent = percent;
	bar->muted = muted;
	announce(bar);
	if (!screen || !bar->session->gl)
		return;
	if (bar->layer && (bar->screen != screen || !is_there(bar) ||
				  fabsf(bar->k - scale_of(screen)) > 1e-3f))
		take_away(bar);
	bar->screen = screen;
	bar->opacity = 1;
	bar->end_ns = bar->due_ns = clock_now_ns() + VOLUME_BAR_NS;
	int r = bar->layer ? 0 : make(bar);
	if (r < 0) {
		log_error("the volume cannot be shown: %s", strerror(-r));
		bar->layer = NULL;
		return;
	}
	draw(bar);
}

bool volume_bar_place(const struct volume_bar *bar, const struct screen *screen,
	struct gl_placement *out)
{
	if (!bar || !bar->layer || bar->screen != screen)
		return false;
	*out = (struct gl_placement){bar->layer, bar->at.x0, bar->at.y0};
	return true;
}

/* When. */

static void follow(struct volume_bar *bar)
{
	struct gl_rect at = place(bar);
	if (at.x0 == bar->at.x0 && at.y0 == bar->at.y0)
		return;
	damage(bar);
	bar->at = at;
	damage(bar);
}

static void fade(struct volume_bar *bar, uint64_t now_ns)
{
	uint64_t shown_ns = now_ns + STEP_NS - bar->end_ns;
	bar->opacity = 1 - (float)shown_ns / (float)VOLUME_BAR_FADE_NS;
	bar->due_ns = now_ns + STEP_NS;
	draw(bar);
}

void volume_bar_turn(struct volume_bar *bar)
{
	if (!bar || !bar->layer)
		return;
	uint64_t now = clock_now_ns();
	if (!is_there(bar) || now + STEP_NS >= bar->end_ns + VOLUME_BAR_FADE_NS) {
		take_away(bar);
		return;
	}
	follow(bar);
	if (now >= bar->due_ns)
		fade(bar, now);
}

uint64_t volume_bar_next_ns(const struct volume_bar *bar)
{
	return bar && bar->layer ? bar->due_ns : UINT64_MAX;
}
