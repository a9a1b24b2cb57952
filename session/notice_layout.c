#include "session/notice_layout.h"

#include <math.h>
#include <string.h>

#define WIDTH_MAX   480.0f
#define READABLE    5.0f /* pixels of the text's em; below that it is a smear */
#define LINE        1.4f /* height of a line, in ems */
#define BUTTON_GAP  10.0f
#define BELOW_TITLE 3.0f

const char notice_ellipsis[] = "\xe2\x80\xa6";

static const char *const labels[NOTICE_BUTTONS] = {
	[NOTICE_RESTART] = "Restart",
	[NOTICE_CLOSE] = "Close",
};

/* In dp. */
struct style {
	float margin, pad, icon, icon_gap;
	float sizes[4]; /* by role */
	float above_report, above_buttons, button_width, button_height;
	size_t what_lines, report_lines;
};

static const struct style styles[] = {
	{24, 28, 44, 18, {20, 15, 12, 14}, 14, 24, 116, 40, 4, 2},
	{12, 18, 32, 14, {17, 14, 11, 13}, 8, 16, 96, 34, 3, 2},
	{8, 14, 26, 12, {15, 12, 10, 12}, 6, 12, 84, 30, 2, 1},
	{6, 12, 0, 0, {14, 12, 10, 12}, 0, 10, 72, 28, 2, 0},
	{4, 8, 0, 0, {13, 11, 10, 11}, 0, 8, 60, 24, 1, 0},
};
#define N_STYLES (sizeof styles / sizeof *styles)

struct maker {
	struct notice_layout *out;
	const struct style *style;
	const struct notice_measure *measure;
	float k, x, y, right; /* of the text's column, in pixels from the card's corner */
};

static float pixels(const struct maker *m, float dp)
{
	return roundf(dp * m->k);
}

static bool is_bold(enum notice_role role)
{
	return role == NOTICE_TITLE || role == NOTICE_LABEL;
}

static float width_of(
	const struct maker *m, enum notice_role role, const char *s, size_t n)
{
	return m->measure->width(
		m->measure->data, is_bold(role), m->style->sizes[role] * m->k, s, n);
}

/* One line, whose box begins at x, y and is height high. */
static void add_line(struct maker *m, enum notice_role role, const char *s, size_t n,
	bool cut, float x, float y, float height)
{
	struct notice_layout *out = m->out;
	float size = m->style->sizes[role] * m->k;
	if (out->n_lines == NOTICE_LINES_MAX)
		return;
	out->lines[out->n_lines++] = (struct notice_line){
		.role = role,
		.text = s,
		.n = n,
		.cut = cut,
		.size = size,
		.x = x,
		.y = y + roundf((height + m->measure->cap * size) / 2),
	};
}

static size_t next_char(const char *s, size_t n, size_t at)
{
	do
		at++;
	while (at < n && ((unsigned char)s[at] & 0xc0) == 0x80);
	return at;
}

/* How much of s fits into room: to where it may be broken, or in the middle of a word. */
static size_t fit(const struct maker *m, enum notice_role role, const char *s, size_t n,
	float room, bool anywhere)
{
	size_t fits = 0, good = 0;
	while (fits < n) {
		size_t next = next_char(s, n, fits);
		if (width_of(m, role, s, next) > room)
			break;
		fits = next;
		if (s[fits - 1] == '/' || s[fits - 1] == ' ' || fits == n ||
			s[fits] == ' ')
			good = fits;
	}
	size_t least = next_char(s, n, 0);
	fits = fits < least ? least : fits;
	return anywhere || good == 0 ? fits : good;
}

/* Writes text into at most max lines, the last one cut where there is more. */
static void add_text(struct maker *m, enum notice_role role, const char *text, size_t max)
{
	float height = pixels(m, m->style->sizes[role] * LINE), room = m->right - m->x;
	float dots = width_of(m, role, notice_ellipsis, strlen(notice_ellipsis));
	const char *s = text;
	for (size_t i = 0; i < max && *s; i++) {
		size_t left = strlen(s), n = fit(m, role, s, left, room, false);
		bool cut = i + 1 == max && n < left;
		if (cut)
			n = fit(m, role, s, left, room - dots, true);
		add_line(m, role, s, n, cut, m->x, m->y, height);
		m->y += height;
		s += n;
		s += strspn(s, " ");
	}
}

static struct gl_rect box(float x, float y, float width, float height)
{
	return (struct gl_rect){
		(int32_t)x, (int32_t)y, (int32_t)(x + width), (int32_t)(y + height)};
}

/* The primary one stands at the edge. */
static void add_buttons(struct maker *m)
{
	float width = pixels(m, m->style->button_width),
	      height = pixels(m, m->style->button_height);
	float x = m->right;
	for (int i = 0; i < NOTICE_BUTTONS; i++) {
		x -= width;
		m->out->buttons[i] = box(x, m->y, width, height);
		size_t n = strlen(labels[i]);
		float label = width_of(m, NOTICE_LABEL, labels[i], n);
		add_line(m, NOTICE_LABEL, labels[i], n, false,
			x + roundf((width - label) / 2), m->y, height);
		x -= pixels(m, BUTTON_GAP);
	}
	m->y += height;
}

/* All of it, as if the card were at 0, 0. Returns its height. */
static float fill(struct maker *m, float width, const struct notice_words *words)
{
	const struct style *style = m->style;
	float pad = pixels(m, style->pad), icon = pixels(m, style->icon);
	m->out->n_lines = 0;
	m->out->icon = box(pad, pad, icon, icon);
	m->x = pad + icon + pixels(m, style->icon_gap);
	m->y = pad;
	m->right = width - pad;
	add_text(m, NOTICE_TITLE, words->title, 1);
	m->y += pixels(m, BELOW_TITLE);
	add_text(m, NOTICE_WHAT, words->what, style->what_lines);
	if (words->report[0] && style->report_lines) {
		m->y += pixels(m, style->above_report);
		add_text(m, NOTICE_REPORT, words->report, style->report_lines);
	}
	m->y = fmaxf(m->y, pad + icon) + pixels(m, style->above_buttons);
	add_buttons(m);
	return m->y + pad;
}

static void move(struct gl_rect *rect, int32_t x, int32_t y)
{
	*rect = (struct gl_rect){rect->x0 + x, rect->y0 + y, rect->x1 + x, rect->y1 + y};
}

static void place(struct notice_layout *out, int32_t x, int32_t y)
{
	move(&out->card, x, y);
	move(&out->icon, x, y);
	for (int i = 0; i < NOTICE_BUTTONS; i++)
		move(&out->buttons[i], x, y);
	for (size_t i = 0; i < out->n_lines; i++) {
		out->lines[i].x += (float)x;
		out->lines[i].y += (float)y;
	}
}

/* Whether it fits in this style at this size. */
static bool try(
	struct maker *m, float width, float height, const struct notice_words *words)
{
	const struct style *style = m->style;
	float margin = pixels(m, style->margin);
	float room = fminf(pixels(m, WIDTH_MAX), width - 2 * margin);
	float least = 2 * pixels(m, style->pad) + pixels(m, BUTTON_GAP) +
		      2 * pixels(m, style->button_width);
	if (room < least)
		return false;
	float high = fill(m, room, words);
	if (high > height - 2 * margin)
		return false;
	m->out->k = m->k;
	m->out->radius = pixels(m, fminf(16, style->pad * 0.7f));
	m->out->button_radius = pixels(m, style->button_height / 4);
	m->out->card = box(0, 0, room, high);
	place(m->out, (int32_t)((width - room) / 2), (int32_t)((height - high) / 2));
	return true;
}

void notice_lay_out(struct notice_layout *out, int32_t width, int32_t height, float scale,
	const struct notice_words *words, const struct notice_measure *measure)
{
	float w = (float)width, h = (float)height;
	struct maker m = {.out = out, .measure = measure, .k = scale};
	*out = (struct notice_layout){.empty = true};
	for (size_t i = 0; i < N_STYLES && out->empty; i++) {
		m.style = &styles[i];
		out->empty = !try(&m, w, h, words);
	}
	while (out->empty && m.style->sizes[NOTICE_WHAT] * m.k > READABLE) {
		m.k *= 0.9f;
		out->empty = !try(&m, w, h, words);
	}
	if (out->empty)
		out->n_lines = 0;
}
