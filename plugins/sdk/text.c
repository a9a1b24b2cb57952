#include <osaas_request.h>
#include <osaas_std.h>
#include <osaas_text.h>

#include "util/text_layout.h"

/* The public structs are those of util, which gl fills in. */
#define SAME(public, own)                                                                \
	_Static_assert(sizeof(struct public) == sizeof(struct own), #own)
SAME(osaas_text_head, text_head);
SAME(osaas_text_line, text_line);
SAME(osaas_text_run, text_run);
SAME(osaas_glyph, text_glyph);
SAME(osaas_text_cell, text_cell);
SAME(osaas_text_rect, text_rect);
_Static_assert((int)OSAAS_TEXT_LINE_END == (int)TEXT_LINE_END, "motions");
_Static_assert((int)OSAAS_TEXT_CELL_CUT == (int)TEXT_CELL_CUT, "cells");

static struct text_layout layout_of(const struct osaas_text *text)
{
	return (struct text_layout){
		.head = (const void *)text->head,
		.lines = (const void *)text->lines,
		.runs = (const void *)text->runs,
		.glyphs = (const void *)text->glyphs,
		.cells = (const void *)text->cells,
	};
}

static size_t length(const char *s)
{
	return s ? strlen(s) : 0;
}

static struct osaas_text_ask ask_of(const struct osaas_text_params *params)
{
	struct osaas_text_ask ask = {
		.text_size = (uint32_t)params->len,
		.styles = params->style_count,
		.tabs = params->tab_count,
		.base = params->base,
		.align = params->align,
		.wrap = params->wrap,
		.ellipsis = params->ellipsis,
		.max_lines = params->max_lines,
		.width = params->width > 0 ? params->width : -1,
		.line_height = params->line_height,
		.tab_width = params->tab_width,
	};
	for (uint32_t i = 0; i < params->style_count; i++) {
		const struct osaas_text_style *style = &params->styles[i];
		ask.features += style->feature_count;
		ask.strings += (uint32_t)(length(style->families) + length(style->lang));
	}
	ask.strings = (ask.strings + 3) & ~3u;
	return ask;
}

static void *put(void *to, const void *from, size_t size)
{
	if (size)
		memcpy(to, from, size);
	return (char *)to + size;
}

static void *put_styles(const struct osaas_text_params *params, void *to)
{
	uint32_t at = 0;
	for (uint32_t i = 0; i < params->style_count; i++) {
		const struct osaas_text_style *style = &params->styles[i];
		struct osaas_text_ask_style ask = {
			.end = style->end ? style->end : (uint32_t)params->len,
			.size = style->size,
			.spacing = style->spacing,
			.weight = style->weight,
			.slant = style->slant,
			.font = style->font,
			.families = at,
			.families_size = (uint32_t)length(style->families),
			.lang_size = (uint32_t)length(style->lang),
			.features = style->feature_count,
		};
		ask.lang = at + ask.families_size;
		at = ask.lang + ask.lang_size;
		to = put(to, &ask, sizeof ask);
	}
	return to;
}

static void write_ask(const struct osaas_text_ask *ask,
	const struct osaas_text_params *params, void *to)
{
	to = put(to, ask, sizeof *ask);
	to = put_styles(params, to);
	for (uint32_t i = 0; i < params->style_count; i++)
		to = put(to, params->styles[i].features,
			params->styles[i].feature_count *
				sizeof(struct osaas_text_feature));
	to = put(to, params->tabs, params->tab_count * sizeof(float));
	char *strings = to;
	for (uint32_t i = 0; i < params->style_count; i++) {
		const struct osaas_text_style *style = &params->styles[i];
		to = put(to, style->families, length(style->families));
		to = put(to, style->lang, length(style->lang));
	}
	put(strings + ask->strings, params->text, params->len);
}

static bool within_limits(const struct osaas_text_params *params)
{
	if (params->len > OSAAS_TEXT_MAX || params->style_count > OSAAS_TEXT_STYLES_MAX ||
		params->tab_count > OSAAS_TEXT_TABS_MAX)
		return false;
	for (uint32_t i = 0; i < params->style_count; i++) {
		if (params->styles[i].feature_count > OSAAS_TEXT_FEATURES_MAX)
			return false;
	}
	return ask_of(params).strings <= OSAAS_TEXT_STRINGS_MAX;
}

static int open_answer(struct osaas_msg *msg, struct osaas_text *text)
{
	struct text_layout layout;
	if (!msg->buf || !text_layout_open(&layout, msg->buf, (size_t)msg->len)) {
		osaas_buf_free(msg->buf);
		return OSAAS_EINVAL;
	}
	*text = (struct osaas_text){
		.head = (const void *)layout.head,
		.lines = (const void *)layout.lines,
		.runs = (const void *)layout.runs,
		.glyphs = (const void *)layout.glyphs,
		.cells = (const void *)layout.cells,
		.block = msg->buf,
	};
	return (int)layout.head->lines;
}

int osaas_text_layout(
	osaas_chan chan, const struct osaas_text_params *params, struct osaas_text *text)
{
	*text = (struct osaas_text){0};
	if (!within_limits(params))
		return OSAAS_E2BIG;
	struct osaas_text_ask ask = ask_of(params);
	struct osaas_msg msg = {.type = OSAAS_TEXT_LAYOUT};
	msg.len = sizeof ask + ask.styles * sizeof(struct osaas_text_ask_style) +
		  ask.features * sizeof(struct osaas_text_feature) +
		  ask.tabs * sizeof(float) + ask.strings + ask.text_size;
	msg.buf = osaas_buf_alloc((size_t)msg.len);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	write_ask(&ask, params, msg.buf);
	int64_t r = osaas_request(chan, &msg);
	return r < 0 ? (int)r : open_answer(&msg, text);
}

void osaas_text_free(struct osaas_text *text)
{
	osaas_buf_free(text->block);
	*text = (struct osaas_text){0};
}

int64_t osaas_text_font(osaas_chan chan, const void *bytes, size_t len, uint32_t face)
{
	struct osaas_msg msg = {.type = OSAAS_TEXT_FONT, .len = len, .u.u32 = {face}};
	if (len == 0 || len > OSAAS_TEXT_FONT_MAX)
		return len ? OSAAS_E2BIG : OSAAS_EINVAL;
	msg.buf = osaas_buf_alloc(len);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	memcpy(msg.buf, bytes, len);
	return osaas_request(chan, &msg);
}

int osaas_text_forget(osaas_chan chan, uint32_t font)
{
	struct osaas_msg msg = {.type = OSAAS_TEXT_FORGET, .u.u32 = {font}};
	return (int)osaas_request(chan, &msg);
}

/* Moved, some at a time: what the block has stays as it is. */
static void paint_run(const struct osaas_text *text, const struct osaas_text_run *run,
	struct osaas_ops *ops, float x, float y)
{
	struct osaas_glyph moved[64];
	for (uint32_t i = 0; i < run->glyphs;) {
		uint32_t n = 0;
		for (; n < 64 && i < run->glyphs; n++, i++) {
			moved[n] = text->glyphs[run->first_glyph + i];
			moved[n].x += x;
			moved[n].y += y;
		}
		osaas_ops_glyphs(ops, run->font, run->size, moved, n);
	}
}

void osaas_text_paint(const struct osaas_text *text, struct osaas_ops *ops, float x,
	float y, const uint32_t *colours, uint32_t count)
{
	uint32_t last = UINT32_MAX;
	for (uint32_t i = 0; i < text->head->runs; i++) {
		const struct osaas_text_run *run = &text->runs[i];
		if (run->style < count && run->style != last) {
			uint32_t c = colours[run->style];
			osaas_ops_color(ops, (uint8_t)c, (uint8_t)(c >> 8),
				(uint8_t)(c >> 16), (uint8_t)(c >> 24));
			last = run->style;
		}
		paint_run(text, run, ops, x, y);
	}
}

struct osaas_text_caret osaas_text_caret(
	const struct osaas_text *text, uint32_t index, bool upstream)
{
	struct text_layout layout = layout_of(text);
	struct text_caret caret = text_layout_caret(&layout, index, upstream);
	return (struct osaas_text_caret){
		caret.line, caret.strong, caret.weak, caret.top, caret.bottom};
}

struct osaas_text_hit osaas_text_hit(const struct osaas_text *text, float x, float y)
{
	struct text_layout layout = layout_of(text);
	struct text_hit hit = text_layout_hit(&layout, x, y);
	return (struct osaas_text_hit){
		hit.line, hit.index, hit.cell, hit.upstream, hit.inside};
}

size_t osaas_text_rects(const struct osaas_text *text, uint32_t start, uint32_t end,
	struct osaas_text_rect *rects, size_t most)
{
	struct text_layout layout = layout_of(text);
	return text_layout_rects(
		&layout, start, end, (struct text_rect *)(void *)rects, most);
}

uint32_t osaas_text_move(
	const struct osaas_text *text, uint32_t index, enum osaas_text_motion motion)
{
	struct text_layout layout = layout_of(text);
	return text_layout_move(&layout, index, (enum text_motion)motion);
}
