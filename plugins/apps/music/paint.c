#include "music.h"

const struct color color_page = {0xe9, 0xe4, 0xd8, 255};
const struct color color_card = {0xff, 0xfd, 0xf8, 255};
const struct color color_ink = {0x2b, 0x3a, 0x4a, 255};
const struct color color_soft = {0x5d, 0x6a, 0x77, 255};
const struct color color_line = {0x98, 0x92, 0x85, 255};
const struct color color_accent = {0x2f, 0x6f, 0x9f, 255};
const struct color color_white = {0xff, 0xff, 0xff, 255};
const struct color color_ring = {0x2f, 0x6f, 0x9f, 0x60};
const struct color color_wash = {0xe4, 0xee, 0xf3, 255};
const struct color color_error = {0xb3, 0x3f, 0x2a, 255};

void paint_fill(struct osaas_ops *ops, struct color c)
{
	osaas_ops_color(ops, c.r, c.g, c.b, c.a);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

void paint_round(struct osaas_ops *ops, struct rect r, float radius, struct color c)
{
	osaas_ops_clip_rrect(ops, r.x0, r.y0, r.x1, r.y1, radius);
	paint_fill(ops, c);
}

struct rect rect_grown(struct rect r, float by)
{
	return (struct rect){r.x0 - by, r.y0 - by, r.x1 + by, r.y1 + by};
}

void paint_box(struct osaas_ops *ops, struct rect r, float radius, struct color inside,
	struct color line, bool focused)
{
	float thick = dp(focused ? 2 : 1), ring = dp(3);
	thick = thick < 1 ? 1 : thick;
	if (focused)
		paint_round(ops, rect_grown(r, ring), radius + ring, color_ring);
	paint_round(ops, r, radius, focused ? color_accent : line);
	paint_round(ops, rect_grown(r, -thick), radius - thick, inside);
}

void paint_shadow(struct osaas_ops *ops, struct rect r, float radius, float sigma)
{
	float down = roundf(sigma / 2);
	osaas_ops_clip_blur(ops, r.x0, r.y0 + down, r.x1, r.y1 + down, radius, sigma);
	paint_fill(ops, (struct color){0x2b, 0x3a, 0x4a, 0x30});
}

/* ---- Words -------------------------------------------------------------- */

enum {
	KEPT = 64,
	KEPT_BYTES = 128
};

/* Set once, and kept as long as they are shown now and then. */
static struct kept {
	char text[KEPT_BYTES];
	float size, width;
	uint32_t weight;
	uint64_t used; /* when it was wanted last */
	struct osaas_text set;
} kept[KEPT];
static uint64_t wanted;

static bool is_same(const struct kept *k, struct words w, float width)
{
	return k->used > 0 && k->size == w.size && k->width == width &&
	       k->weight == w.weight && strncmp(k->text, w.text, KEPT_BYTES - 1) == 0;
}

/* Once: each frame would say it again. */
static void note_failure(int error)
{
	static bool noted;
	if (!noted)
		osaas_printf(OSAAS_LOG_ERROR, "text cannot be set: error %d", error);
	noted = true;
}

static void set(struct kept *k, struct words w, float width)
{
	const struct osaas_text_style style = {
		.size = w.size * music.config.scale, .weight = w.weight};
	osaas_text_free(&k->set);
	strlcpy(k->text, w.text, sizeof k->text);
	k->size = w.size;
	k->weight = w.weight;
	k->width = width;
	const struct osaas_text_params params = {.text = w.text,
		.len = strlen(w.text),
		.styles = &style,
		.style_count = 1,
		.width = width,
		.max_lines = 1,
		.ellipsis = width > 0 ? OSAAS_TEXT_ELLIPSIS_END : OSAAS_TEXT_CLIP};
	int r = osaas_text_layout(music.gui_text, &params, &k->set);
	if (r < 0)
		note_failure(r);
}

/* YIELDS. The one that was not wanted for longest has to go. */
static const struct osaas_text *words_set(struct words w, float width)
{
	struct kept *oldest = kept;
	wanted++;
	for (struct kept *k = kept; k < kept + KEPT; k++) {
		if (is_same(k, w, width)) {
			k->used = wanted;
			return &k->set;
		}
		oldest = k->used < oldest->used ? k : oldest;
	}
	set(oldest, w, width);
	oldest->used = wanted;
	return &oldest->set;
}

void words_forget(void)
{
	for (struct kept *k = kept; k < kept + KEPT; k++) {
		osaas_text_free(&k->set);
		k->used = 0;
	}
}

void paint_words(struct osaas_ops *ops, struct words w, struct rect r)
{
	float room = r.x1 - r.x0;
	if (!*w.text || room < 1)
		return;
	const struct osaas_text *t = words_set(w, room);
	if (!t->block)
		return;
	float more = room - t->head->width;
	float x = w.align == WORDS_LEFT ? 0 : w.align == WORDS_RIGHT ? more : more / 2;
	osaas_ops_color(ops, w.color.r, w.color.g, w.color.b, w.color.a);
	/* From right to left they stand at the right by themselves. */
	x -= t->lines[0].x;
	osaas_text_paint(t, ops, roundf(r.x0 + (w.align == WORDS_LEFT ? 0 : x)),
		roundf((r.y0 + r.y1 - t->head->height) / 2), NULL, 0);
}
