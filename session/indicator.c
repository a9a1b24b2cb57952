#include "session/indicator.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/gl.h"
#include "gl/region.h"
#include "session/a11y.h"
#include "session/audio_in.h"
#include "session/notice_layout.h"
#include "session/op_stream.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/writing.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

/* In dp. */
#define HEIGHT         26.0f
#define RADIUS         11.0f
#define MARGIN         5.0f /* around the sign */
#define SIGN_SIZE      (HEIGHT - 2 * MARGIN)
#define SIGN_GAP       3.0f /* between two */
#define GAP            7.0f
#define END            14.0f /* behind the words */
#define LETTERS        13.0f

#define SHARE          9.0f /* of the height of what is seen on a magnified screen */
#define SHARE_MOST     5.0f
#define LEGIBLE        7.0f /* pixels */

#define GROUND         0x14161au
#define RIM            0xffffffu
#define RIM_ALPHA      110
#define SIGN           0xe5484du
#define SIGN_MUTED     0x60656eu
#define ON_SIGN        0xffffffu
#define SAYS_MUTED     " (muted)"
#define SAYS_INPUT     "All input is being recorded"
#define SAYS_INPUT_TOO ", all input is being recorded"
#define WORDS          0xf4f5f7u

/* One screen's. */
struct picture {
	struct list link;            /* indicator.pictures */
	const struct screen *screen; /* borrowed */
	struct gl_layer *layer;
	uint64_t serial; /* of what it says; 0: nothing was drawn */
	float k;         /* pixels of a dp */
	int32_t most;    /* pixels that it may be wide */
	int32_t width, height;
};

/* What went on for a moment, and is shown a while longer. */
struct past {
	struct list link; /* indicator.past */
	char *name;       /* as an entry's */
	uint64_t until_ns;
};

struct indicator {
	struct session *session;
	struct list entries;  /* indicator_entry.link, the last one last */
	struct list past;     /* past.link; each once */
	uint64_t next_ns;     /* when the first of them goes; UINT64_MAX: none is there */
	struct list pictures; /* picture.link */
	uint64_t serial;      /* of all that it says */
	bool muted;           /* the microphone is */
	bool listening;       /* an entry or a past one has a name */
	bool input;           /* one has none: all input is recorded */
	struct op_stream stream;
};

/* Words. */

/* Bytes of s that are one character that is not to be shown: of control, or that turns others round. */
static size_t odd_length(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	if (u[0] < ' ' || u[0] == 0x7f)
		return 1;
	bool marks = u[0] == 0xe2 && u[1] == 0x80 &&
		     ((u[2] >= 0x8b && u[2] <= 0x8f) || (u[2] >= 0xaa && u[2] <= 0xae));
	bool isolates = u[0] == 0xe2 && u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9;
	return marks || isolates ? 3 : 0;
}

#define NAME_MAX_BYTES 96

static void clean(const char *name, char out[static NAME_MAX_BYTES])
{
	size_t n = 0;
	bool blank = true;
	while (*name && n + 1 < NAME_MAX_BYTES) {
		size_t odd = odd_length(name);
		name += odd;
		if (odd)
			continue;
		blank &= *name == ' ';
		out[n++] = *name++;
	}
	out[n] = '\0';
	if (blank)
		snprintf(out, NAME_MAX_BYTES, "A plugin");
}

static bool is_first(const char *const *names, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(names[k], names[i]) == 0)
			return false;
	}
	return true;
}

void indicator_words(const char *const *names, size_t n, size_t most,
	char out[static INDICATOR_WORDS_MAX])
{
	char last[NAME_MAX_BYTES], other[NAME_MAX_BYTES];
	const char *second = NULL;
	size_t different = 0;
	for (size_t i = 0; i < n; i++) {
		different += is_first(names, i);
		if (strcmp(names[i], names[n - 1]) != 0)
			second = names[i];
	}
	clean(n ? names[n - 1] : "", last);
	clean(second ? second : "", other);
	if (different <= 1)
		snprintf(out, INDICATOR_WORDS_MAX, "%s is listening", last);
	else if (different == 2 && most > 1)
		snprintf(
			out, INDICATOR_WORDS_MAX, "%s and %s are listening", last, other);
	else
		snprintf(out, INDICATOR_WORDS_MAX, "%s and %zu other%s are listening",
			last, different - 1, different == 2 ? "" : "s");
}

#define NAMES_MAX 64

/* The last ones. */
static void keep(const char *names[NAMES_MAX], size_t *n, const char *name)
{
	if (!name)
		return;
	if (*n == NAMES_MAX)
		memmove(names, names + 1, --*n * sizeof *names);
	names[(*n)++] = name;
}

static void words_of(const struct indicator *indicator, size_t most, char *out)
{
	const char *names[NAMES_MAX];
	size_t n = 0, end = 0;
	list_for_each (past, &indicator->past, struct past, link)
		keep(names, &n, past->name);
	list_for_each (entry, &indicator->entries, struct indicator_entry, link)
		keep(names, &n, entry->name);
	if (n) {
		indicator_words(names, n, most, out);
		end = strlen(out);
	}
	const char *input = n ? SAYS_INPUT_TOO : SAYS_INPUT;
	snprintf(out + end, INDICATOR_WORDS_MAX - end, "%s%s",
		n && indicator->muted ? SAYS_MUTED : "", indicator->input ? input : "");
}

static bool any(const struct indicator *indicator)
{
	return !list_empty(&indicator->entries) || !list_empty(&indicator->past);
}

/* What of it is to be said. */
static void look(struct indicator *indicator)
{
	indicator->listening = indicator->input = false;
	list_for_each (past, &indicator->past, struct past, link) {
		indicator->listening |= past->name != NULL;
		indicator->input |= !past->name;
	}
	list_for_each (entry, &indicator->entries, struct indicator_entry, link) {
		indicator->listening |= entry->name != NULL;
		indicator->input |= !entry->name;
	}
}

/* Layout. */

struct line {
	char text[INDICATOR_WORDS_MAX + 4];
	size_t n;
	float width;
};

static float width_of(struct writing *text, float size, const char *s, size_t n)
{
	return writing_width(text, WRITING_BOLD, size, s, n);
}

static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* Cut where it is too long: who listens is said first. */
static void cut(struct line *line, struct writing *text, float size, float most)
{
	size_t n = line->n;
	while (n > 0) {
		do
			n--;
		while (n > 0 && !starts_character(line->text[n]));
		snprintf(line->text + n, sizeof line->text - n, "%s", notice_ellipsis);
		line->n = n + strlen(notice_ellipsis);
		line->width = width_of(text, size, line->text, line->n);
		if (line->width <= most)
			return;
	}
	line->n = 0;
	line->width = 0;
}

static void find_line(const struct indicator *indicator, struct writing *text, float size,
	float most, struct line *line)
{
	*line = (struct line){0};
	for (size_t named = 2; text && named > 0; named--) {
		words_of(indicator, named, line->text);
		line->n = strlen(line->text);
		line->width = width_of(text, size, line->text, line->n);
		if (line->width <= most)
			return;
	}
	if (text)
		cut(line, text, size, most);
}

static struct gl_rect seen(const struct screen *screen)
{
	if (magnify_on(&screen->magnify))
		return screen->magnify.part;
	return (struct gl_rect){0, 0, screen->width, screen->height};
}

/*
 * Pixels of a dp. What is magnified is magnified with all else, but for a part of what is seen: a
 * larger one where nobody could read it.
 */
static float size_on(const struct screen *screen, const struct gl_rect *part)
{
	float k = (float)screen->scale, height = (float)(part->y1 - part->y0);
	if (!magnify_on(&screen->magnify))
		return k;
	float legible = fminf(LEGIBLE / LETTERS, height / SHARE_MOST / HEIGHT);
	return fminf(k, fmaxf(height / SHARE / HEIGHT, legible));
}

/* Drawing. */

static void fill_rrect(struct op_stream *s, float x0, float y0, float x1, float y1,
	float radius, uint32_t color, uint8_t alpha)
{
	op_stream_rrect(s, x0, y0, x1, y1, radius);
	op_stream_fill(s, color, alpha);
	op_stream_pop(s);
}

static void fill_disc(struct op_stream *s, float x, float y, float radius, uint32_t color)
{
	op_stream_ellipse(s, x - radius, y - radius, x + radius, y + radius);
	op_stream_fill(s, color, 255);
	op_stream_pop(s);
}

/* A stroke from the left top to the right bottom, at 45 degrees. */
static void fill_stroke(
	struct op_stream *s, float x, float y, float reach, float half, uint32_t color)
{
	op_stream_path_begin(s);
	op_stream_path_move(s, x - reach - half, y - reach + half);
	op_stream_path_line(s, x - reach + half, y - reach - half);
	op_stream_path_line(s, x + reach + half, y + reach - half);
	op_stream_path_line(s, x + reach - half, y + reach + half);
	op_stream_path_end(s);
	op_stream_fill(s, color, 255);
	op_stream_pop(s);
}

/* A microphone: its body in a cradle, on a foot; struck out, with a gap beside the stroke. */
static void draw_microphone(struct op_stream *s, float x, float y, float u, bool muted)
{
	uint32_t ground = muted ? SIGN_MUTED : SIGN;
	fill_disc(s, x, y, 8 * u, ground);
	fill_disc(s, x, y, 3.7f * u, ON_SIGN);
	fill_disc(s, x, y, 2.7f * u, ground);
	fill_rrect(s, x - 4.2f * u, y - 4.2f * u, x + 4.2f * u, y, 0, ground, 255);
	fill_rrect(
		s, x - 0.5f * u, y + 3.2f * u, x + 0.5f * u, y + 5 * u, 0, ON_SIGN, 255);
	fill_rrect(s, x - 1.9f * u, y + 4.4f * u, x + 1.9f * u, y + 5.4f * u, 0.5f * u,
		ON_SIGN, 255);
	fill_rrect(s, x - 1.8f * u, y - 5.2f * u, x + 1.8f * u, y + 1.8f * u, 1.8f * u,
		ON_SIGN, 255);
	if (muted) {
		fill_stroke(s, x, y, 4.4f * u, 1.3f * u, ground);
		fill_stroke(s, x, y, 4.4f * u, 0.55f * u, ON_SIGN);
	}
}

/* A keyboard: two rows of keys, and the space bar. */
static void draw_keyboard(struct op_stream *s, float x, float y, float u)
{
	fill_disc(s, x, y, 8 * u, SIGN);
	fill_rrect(s, x - 5.2f * u, y - 3.6f * u, x + 5.2f * u, y + 3.6f * u, 1.2f * u,
		ON_SIGN, 255);
	for (int i = 0; i < 8; i++) {
		float left = x + (2.4f * (float)(i % 4) - 4.2f) * u;
		float top = y + (i < 4 ? -2.5f : -0.6f) * u;
		fill_rrect(s, left, top, left + 1.2f * u, top + 1.2f * u, 0, SIGN, 255);
	}
	fill_rrect(
		s, x - 2.6f * u, y + 1.3f * u, x + 2.6f * u, y + 2.5f * u, 0, SIGN, 255);
}

static void draw_tab(struct op_stream *s, const struct picture *picture)
{
	float w = (float)picture->width, h = (float)picture->height;
	float k = picture->k, rim = k > 1 ? roundf(k) : 1;
	fill_rrect(s, 0, -2 * RADIUS * k, w, h, RADIUS * k, RIM, RIM_ALPHA);
	fill_rrect(
		s, rim, -2 * RADIUS * k, w - rim, h - rim, RADIUS * k - rim, GROUND, 255);
}

static float signs_width(const struct indicator *indicator)
{
	return indicator->listening && indicator->input ? 2 * SIGN_SIZE + SIGN_GAP
							: SIGN_SIZE;
}

static int draw(struct indicator *indicator, struct picture *picture,
	struct writing *text, const struct line *line)
{
	struct op_stream *s = &indicator->stream;
	struct gl_region damage = {0};
	struct gl_op_error err = {.reason = "out of memory"};
	float k = picture->k, d = SIGN_SIZE * k, signs = signs_width(indicator) * k;
	float x = MARGIN * k * 1.4f;
	float middle = ((float)picture->height - k) / 2;
	op_stream_begin(s);
	draw_tab(s, picture);
	if (indicator->listening)
		draw_microphone(s, x + d / 2, middle, d / 16, indicator->muted);
	if (indicator->input)
		draw_keyboard(s, x + signs - d / 2, middle, d / 16);
	op_stream_color(s, WORDS, 255);
	if (line->n)
		writing_put(text, WRITING_BOLD, LETTERS * k, x + signs + GAP * k,
			roundf(middle +
				writing_cap(text, WRITING_BOLD) * LETTERS * k / 2),
			line->text, line->n, s);
	if (!op_stream_end(s))
		return -ENOMEM;
	int r = gl_layer_submit(picture->layer, s->data, s->size, &damage, &err);
	if (r < 0)
		log_error("what says who listens cannot be drawn: %s", err.reason);
	return r;
}

static int make_layer(struct gl *gl, struct picture *picture)
{
	if (picture->layer)
		return gl_layer_resize(picture->layer, picture->width, picture->height);
	return gl_layer_create(gl, picture->width, picture->height, &picture->layer);
}

/* Brings it up to date. */
static int make(struct indicator *indicator, struct picture *picture)
{
	struct gl_rect part = seen(picture->screen);
	float k = size_on(picture->screen, &part);
	int32_t most = part.x1 - part.x0;
	if (picture->serial == indicator->serial && picture->k == k &&
		picture->most == most)
		return 0;
	struct writing *text = session_writing(indicator->session);
	float signs = signs_width(indicator);
	float around = (2.4f * MARGIN + signs + GAP + END) * k;
	struct line line;
	find_line(indicator, text, LETTERS * k, (float)most - around, &line);
	float width =
		line.n ? around - MARGIN * k + line.width : (2.8f * MARGIN + signs) * k;
	picture->k = k;
	picture->most = most;
	picture->width = (int32_t)ceilf(width);
	picture->height = (int32_t)ceilf(HEIGHT * k);
	int r = make_layer(indicator->session->gl, picture);
	if (r == 0)
		r = draw(indicator, picture, text, &line);
	picture->serial = r == 0 ? indicator->serial : 0;
	return r;
}

/* Pictures. */

static struct gl_rect place(const struct picture *picture)
{
	struct gl_rect part = seen(picture->screen);
	int32_t x = part.x0 + (part.x1 - part.x0 - picture->width) / 2;
	return (struct gl_rect){
		x, part.y0, x + picture->width, part.y0 + picture->height};
}

static void damage(const struct picture *picture)
{
	if (!picture->serial)
		return;
	list_for_each (screen, &picture->screen->session->screens, struct screen, link) {
		if (screen_source(screen) == picture->screen)
			screen_damage(screen, place(picture));
	}
}

static struct picture *find(struct indicator *indicator, const struct screen *screen)
{
	list_for_each (picture, &indicator->pictures, struct picture, link) {
		if (picture->screen == screen)
			return picture;
	}
	struct picture *picture = xcalloc(1, sizeof *picture);
	picture->screen = screen;
	list_init(&picture->link);
	list_push_back(&indicator->pictures, &picture->link);
	return picture;
}

static void drop(struct picture *picture)
{
	list_remove(&picture->link);
	gl_layer_destroy(picture->layer);
	free(picture);
}

/* What lay there, and what lies there now. */
static int show(struct indicator *indicator, const struct screen *screen)
{
	struct picture *picture = find(indicator, screen);
	damage(picture);
	int r = make(indicator, picture);
	damage(picture);
	return r;
}

static int show_all(struct indicator *indicator)
{
	struct session *session = indicator->session;
	int r = 0;
	list_for_each (screen, &session->screens, struct screen, link) {
		int one = screen->mirrors || !session->gl ? 0 : show(indicator, screen);
		r = r ? r : one;
	}
	return r;
}

static void hide_all(struct indicator *indicator)
{
	list_for_each_safe (picture, &indicator->pictures, struct picture, link) {
		damage(picture);
		drop(picture);
	}
}

/* Who does not see it hears it. */
static void announce(struct indicator *indicator, bool listened)
{
	char words[INDICATOR_WORDS_MAX] = "Input is not recorded any more";
	if (any(indicator))
		words_of(indicator, 2, words);
	else if (listened)
		snprintf(words, sizeof words, "Nobody is listening any more");
	a11y_announce(indicator->session->a11y, words);
}

/* What it says is another thing. */
static int changed(struct indicator *indicator)
{
	bool listened = indicator->listening;
	indicator->serial++;
	look(indicator);
	announce(indicator, listened);
	if (any(indicator))
		return show_all(indicator);
	hide_all(indicator);
	return 0;
}

static bool is_muted(const struct session *session)
{
	return session->audio_in && audio_in_muted(session->audio_in);
}

/* Whether it was otherwise till now. */
static bool note_muted(struct indicator *indicator)
{
	bool was = indicator->muted;
	indicator->muted = is_muted(indicator->session);
	return indicator->muted != was;
}

static struct indicator *indicator_of(struct session *session)
{
	if (session->indicator)
		return session->indicator;
	struct indicator *indicator = xcalloc(1, sizeof *indicator);
	indicator->session = session;
	indicator->muted = is_muted(session);
	indicator->next_ns = UINT64_MAX;
	list_init(&indicator->entries);
	list_init(&indicator->past);
	list_init(&indicator->pictures);
	return session->indicator = indicator;
}

/* Moments. */

static void plan(struct indicator *indicator)
{
	indicator->next_ns = UINT64_MAX;
	list_for_each (past, &indicator->past, struct past, link) {
		if (past->until_ns < indicator->next_ns)
			indicator->next_ns = past->until_ns;
	}
}

static void forget_past(struct past *past)
{
	list_remove(&past->link);
	free(past->name);
	free(past);
}

static bool same_name(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct past *find_past(struct indicator *indicator, const char *name)
{
	list_for_each (past, &indicator->past, struct past, link) {
		if (same_name(past->name, name))
			return past;
	}
	struct past *past = xcalloc(1, sizeof *past);
	past->name = name ? xstrdup(name) : NULL;
	list_init(&past->link);
	list_push_back(&indicator->past, &past->link);
	return past;
}

static void linger(struct indicator *indicator, const struct indicator_entry *entry)
{
	uint64_t until = entry->since_ns + INDICATOR_LEAST_NS;
	if (until <= clock_now_ns())
		return;
	find_past(indicator, entry->name)->until_ns = until;
	plan(indicator);
}

uint64_t indicator_next_ns(const struct session *session)
{
	return session->indicator ? session->indicator->next_ns : UINT64_MAX;
}

void indicator_turn(struct session *session)
{
	uint64_t next = indicator_next_ns(session), now;
	bool muted = session->indicator && note_muted(session->indicator);
	if (muted && session->indicator->listening)
		changed(session->indicator);
	if (next == UINT64_MAX || next > (now = clock_now_ns()))
		return;
	list_for_each_safe (past, &session->indicator->past, struct past, link) {
		if (past->until_ns <= now)
			forget_past(past);
	}
	plan(session->indicator);
	changed(session->indicator);
}

int indicator_add(
	struct session *session, struct indicator_entry *entry, const char *name)
{
	struct indicator *indicator = indicator_of(session);
	if (entry->session)
		return 0;
	note_muted(indicator);
	*entry = (struct indicator_entry){
		.session = session, .name = name, .since_ns = clock_now_ns()};
	list_init(&entry->link);
	list_push_back(&indicator->entries, &entry->link);
	int r = changed(indicator);
	if (r == 0)
		return 0;
	if (name)
		log_error("%s may not listen: a screen cannot show that it does: %s",
			name, strerror(-r));
	list_remove(&entry->link);
	entry->session = NULL;
	changed(indicator);
	return r;
}

void indicator_remove(struct indicator_entry *entry)
{
	struct session *session = entry->session;
	if (!session)
		return;
	list_remove(&entry->link);
	entry->session = NULL;
	linger(session->indicator, entry);
	changed(session->indicator);
}

void indicator_laid_out(struct session *session)
{
	if (session->indicator && any(session->indicator))
		show_all(session->indicator);
}

bool indicator_place(
	struct session *session, const struct screen *screen, struct gl_placement *out)
{
	struct indicator *indicator = session->indicator;
	if (!indicator || !any(indicator) || !session->gl)
		return false;
	struct picture *picture = find(indicator, screen);
	/* A screen that came, or is of another size or scale by now, is painted whole. */
	if (make(indicator, picture) < 0)
		return false;
	struct gl_rect at = place(picture);
	*out = (struct gl_placement){picture->layer, at.x0, at.y0, 0, false};
	return true;
}

void indicator_forget(struct session *session, const struct screen *screen)
{
	if (!session->indicator)
		return;
	list_for_each_safe (
		picture, &session->indicator->pictures, struct picture, link) {
		if (picture->screen == screen)
			drop(picture);
	}
}

void indicator_destroy(struct session *session)
{
	struct indicator *indicator = session->indicator;
	if (!indicator)
		return;
	list_for_each_safe (picture, &indicator->pictures, struct picture, link)
		drop(picture);
	list_for_each_safe (past, &indicator->past, struct past, link)
		forget_past(past);
	op_stream_free(&indicator->stream);
	free(indicator);
	session->indicator = NULL;
}
