/*
 * paint: what form and music look like: ink on paper. Shapes, and words that are set once, cut with dots
 * where they are too long for the box, in its middle from top to bottom. All lengths are pixels;
 * dp() makes them from what the design says.
 */
#ifndef PAPER_PAINT_H
#define PAPER_PAINT_H

#include <osaas_ops.h>
#include <osaas_words.h>

#include <stdbool.h>
#include <stdint.h>

struct rect {
	float x0, y0, x1, y1;
};

struct color {
	uint8_t r, g, b, a;
};

extern struct paper {
	struct osaas_words_store words; /* its channel is the app's to set */
	float scale;                    /* 0: no window yet */
} paper;

/* paper_set_scale: words of another scale are forgotten. */
void paper_set_scale(float scale);

float dp(float length);

static inline float rect_width(struct rect r)
{
	return r.x1 - r.x0;
}
static inline float rect_height(struct rect r)
{
	return r.y1 - r.y0;
}
static inline bool rect_empty(struct rect r)
{
	return r.x1 <= r.x0 || r.y1 <= r.y0;
}
struct rect rect_grown(struct rect r, float by);

extern const struct color color_page, color_card, color_ink, color_soft, color_line,
	color_accent, color_white, color_ring, color_wash, color_error;

/* paint_fill fills the clip on top, and pops it. */
void paint_fill(struct osaas_ops *ops, struct color c);
void paint_round(struct osaas_ops *ops, struct rect r, float radius, struct color c);
/* paint_box: with a line around it; focused: the line in another colour, and a ring. */
void paint_box(struct osaas_ops *ops, struct rect r, float radius, struct color inside,
	struct color line, bool focused);
void paint_shadow(struct osaas_ops *ops, struct rect r, float radius, float sigma);

struct words {
	const char *text;
	float size; /* dp */
	uint32_t weight;
	struct color color;
	enum osaas_words_align align;
};
/* paint_words YIELDS where the words are not set yet. */
void paint_words(struct osaas_ops *ops, struct words words, struct rect r);

/* paint_note_failure logs that text cannot be set: once, each frame would say it again. */
void paint_note_failure(int error);

#endif
