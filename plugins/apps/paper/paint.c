#include "paper/paint.h"

#include <osaas_std.h>

struct paper paper;

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

void paper_set_scale(float scale)
{
	if (scale != paper.scale)
		osaas_words_forget(&paper.words);
	paper.scale = scale;
}

float dp(float length)
{
	return roundf(length * paper.scale);
}

struct rect rect_grown(struct rect r, float by)
{
	return (struct rect){r.x0 - by, r.y0 - by, r.x1 + by, r.y1 + by};
}

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

void paint_note_failure(int error)
{
	static bool noted;
	if (!noted)
		osaas_printf(OSAAS_LOG_ERROR, "text cannot be set: error %d", error);
	noted = true;
}

static struct osaas_words words_of(struct words w)
{
	return (struct osaas_words){.text = w.text,
		.size = w.size * paper.scale,
		.weight = w.weight,
		.align = w.align};
}

void paint_words(struct osaas_ops *ops, struct words words, struct rect r)
{
	const struct osaas_words w = words_of(words);
	const struct color c = words.color;
	osaas_ops_color(ops, c.r, c.g, c.b, c.a);
	int e = osaas_words_paint(
		&paper.words, ops, &w, (struct osaas_text_rect){r.x0, r.y0, r.x1, r.y1});
	if (e < 0)
		paint_note_failure(e);
}
