#include "plugins/sdk/field.h"

#include <osaas_std.h>
#include <osaas_utf8.h>

#define RECTS 512u /* of a selection: lines, and parts of them where directions meet */
/* Characters on either side of the caret that are told to input methods unasked. */
#define AROUND 512u
#define DOT    "\xe2\x80\xa2"

struct range {
	float min, max; /* px that it can be scrolled, to either side */
};
struct view {
	float x, y;    /* of the layout, in the window's coordinates */
	float caret_x; /* in the layout's */
	float caret_width;
	struct osaas_text_line line; /* that the caret is in */
	struct range scroll_x, scroll_y;
};

static float between(float v, float min, float max)
{
	return v > min ? v < max ? v : max : min;
}

static struct range scrolled(
	float *scroll, float size, float room, bool reveal, float a, float b)
{
	float most = size > room ? ceilf(size - room) : 0;
	if (reveal)
		*scroll = between(*scroll, b - room, a);
	*scroll = roundf(between(*scroll, 0, most));
	return (struct range){0 - *scroll, most - *scroll};
}

/* Where everything is, with the caret in sight if it was moved. The layout is there. */
static void look(struct osaas_field *field, struct view *v)
{
	const struct osaas_text *text = &field->layout;
	const struct osaas_field_style *style = &field->style;
	bool multi = field->flags & OSAAS_FIELD_MULTI;
	struct osaas_text_caret caret = osaas_text_caret(
		text, sdk_field_to_layout(field, field->caret), field->upstream);
	float width = field->x1 - field->x0 - 2 * style->pad_x;
	float height = field->y1 - field->y0 - 2 * style->pad_y;
	v->line = text->lines[caret.line];
	v->caret_width = style->caret > 0 ? style->caret : 1;
	v->caret_x =
		multi ? between(caret.strong, 0, width - v->caret_width) : caret.strong;
	float right = v->caret_x + v->caret_width;
	float wide = text->head->width + v->caret_width;
	v->scroll_x = scrolled(&field->scroll_x,
		multi          ? 0
		: right > wide ? right
			       : wide,
		width, field->reveal, v->caret_x, right);
	v->scroll_y = scrolled(&field->scroll_y, multi ? text->head->height : 0, height,
		field->reveal && multi, v->line.top, v->line.top + v->line.height);
	field->reveal = false;
	v->x = roundf(sdk_field_origin_x(field));
	v->y = roundf(sdk_field_origin_y(field));
}

static void color(struct osaas_ops *ops, struct osaas_field_color c)
{
	osaas_ops_color(ops, c.r, c.g, c.b, c.a);
}

static void fill(struct osaas_ops *ops, float x0, float y0, float x1, float y1)
{
	osaas_ops_clip_rect(ops, x0, y0, x1, y1);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

static size_t rects_of(const struct osaas_field *field, uint32_t start, uint32_t end,
	struct osaas_text_rect *rects)
{
	size_t n = osaas_text_rects(&field->layout, sdk_field_to_layout(field, start),
		sdk_field_to_layout(field, end), rects, RECTS);
	return n < RECTS ? n : RECTS;
}

static void draw_selection(
	struct osaas_field *field, struct osaas_ops *ops, const struct view *v)
{
	struct osaas_text_rect rects[RECTS];
	size_t n = rects_of(field, sdk_field_start(field), sdk_field_end(field), rects);
	color(ops, field->focused ? field->style.selection : field->style.faded);
	for (size_t i = 0; i < n; i++)
		fill(ops, roundf(v->x + rects[i].x0), roundf(v->y + rects[i].y0),
			roundf(v->x + rects[i].x1), roundf(v->y + rects[i].y1));
}

static float baseline_of(const struct osaas_text *text, float top)
{
	uint32_t i = 0;
	while (i + 1 < text->head->lines && text->lines[i + 1].top <= top)
		i++;
	return text->lines[i].baseline;
}

static void draw_composition(
	struct osaas_field *field, struct osaas_ops *ops, const struct view *v)
{
	struct osaas_text_rect rects[RECTS], all = {0};
	size_t n = rects_of(field, field->compose_start, field->compose_end, rects);
	float thick = v->caret_width, below = ceilf(field->style.size / 10);
	color(ops, field->style.text);
	for (size_t i = 0; i < n; i++) {
		struct osaas_text_rect *r = &rects[i];
		float y = roundf(v->y + baseline_of(&field->layout, r->y0) + below);
		fill(ops, roundf(v->x + r->x0), y, roundf(v->x + r->x1), y + thick);
		all.x0 = i == 0 || r->x0 < all.x0 ? r->x0 : all.x0;
		all.y0 = i == 0 || r->y0 < all.y0 ? r->y0 : all.y0;
		all.x1 = i == 0 || r->x1 > all.x1 ? r->x1 : all.x1;
		all.y1 = i == 0 || r->y1 > all.y1 ? r->y1 : all.y1;
	}
	if (n > 0)
		osaas_ops_composition(ops, field->tag, v->x + all.x0, v->y + all.y0,
			v->x + all.x1, v->y + all.y1);
}

static void draw_caret(
	struct osaas_field *field, struct osaas_ops *ops, const struct view *v)
{
	float x = roundf(v->x + v->caret_x), y = v->y + v->line.baseline;
	color(ops, field->style.caret_color);
	fill(ops, x, roundf(y - v->line.ascent), x + v->caret_width,
		roundf(y + v->line.descent));
}

/* Where what is dragged would be put. */
static void draw_drop(
	struct osaas_field *field, struct osaas_ops *ops, const struct view *v)
{
	struct osaas_text_caret at = osaas_text_caret(&field->layout,
		sdk_field_to_layout(field, sdk_field_boundary(field, field->drop)),
		false);
	float x = roundf(v->x + at.strong);
	color(ops, field->style.caret_color);
	fill(ops, x, roundf(v->y + at.top), x + 2 * v->caret_width,
		roundf(v->y + at.bottom));
}

/* A placeholder that is too long ends with dots; one that cannot be set is not seen. */
static void draw_placeholder(struct osaas_field *field, struct osaas_ops *ops)
{
	const struct osaas_text_style style = {
		.size = field->style.size, .families = field->style.families};
	struct osaas_text_params params = {.text = field->placeholder,
		.len = strlen(field->placeholder),
		.styles = &style,
		.style_count = 1,
		.width = field->x1 - field->x0 - 2 * field->style.pad_x,
		.ellipsis = OSAAS_TEXT_ELLIPSIS_END,
		.max_lines = 1,
		.line_height = field->style.line_height};
	if (!field->ghost.block || field->ghost_size != style.size ||
		field->ghost_width != params.width) {
		osaas_text_free(&field->ghost);
		osaas_text_layout(field->gui_text, &params, &field->ghost);
		field->ghost_size = style.size;
		field->ghost_width = params.width;
	}
	if (!field->ghost.block)
		return;
	color(ops, field->style.placeholder);
	osaas_text_paint(&field->ghost, ops, roundf(field->x0 + field->style.pad_x),
		roundf(sdk_field_origin_y(field)), NULL, 0);
}

/* What is seen of it, clipped to the box. */
static void draw_text(
	struct osaas_field *field, struct osaas_ops *ops, const struct view *v)
{
	float pad_x = floorf(field->style.pad_x / 2),
	      pad_y = floorf(field->style.pad_y / 2);
	osaas_ops_clip_rect(ops, field->x0 + pad_x, field->y0 + pad_y, field->x1 - pad_x,
		field->y1 - pad_y);
	if (field->anchor != field->caret)
		draw_selection(field, ops, v);
	if (field->len == 0 && field->placeholder)
		draw_placeholder(field, ops);
	color(ops, field->style.text);
	osaas_text_paint(&field->layout, ops, v->x, v->y, NULL, 0);
	if (field->compose_start != field->compose_end)
		draw_composition(field, ops, v);
	if (field->focused && !(field->flags & OSAAS_FIELD_READ_ONLY))
		draw_caret(field, ops, v);
	if (field->dropping)
		draw_drop(field, ops, v);
	osaas_ops_clip_pop(ops);
}

/* A password's characters are dots to everybody. */
static void tell_dots(
	struct osaas_field *field, struct osaas_ops *ops, uint32_t start, uint32_t end)
{
	char dots[3 * OSAAS_FIELD_PASSWORD_MAX];
	uint32_t most = sdk_field_to_layout(field, field->len);
	for (uint32_t i = 0; i < most; i += 3)
		memcpy(dots + i, DOT, 3);
	end = end < most / 3 ? end : most / 3;
	start = start < end ? start : end;
	osaas_ops_value(ops, dots, most);
	osaas_ops_snippet(ops, field->tag, start, end, dots, 3 * (size_t)(end - start));
}

static void tell_text(struct osaas_field *field, struct osaas_ops *ops)
{
	uint32_t all = sdk_field_chars(field, field->len);
	uint32_t caret = sdk_field_chars(field, field->caret);
	uint32_t start = caret > AROUND ? caret - AROUND : 0;
	uint32_t end = all - caret > AROUND ? caret + AROUND : all;
	uint32_t ask_end = field->ask_end < all ? field->ask_end : all;
	if (field->ask_start < ask_end) {
		start = field->ask_start < start ? field->ask_start : start;
		end = ask_end > end ? ask_end : end;
	}
	if (field->flags & OSAAS_FIELD_PASSWORD) {
		tell_dots(field, ops, start, end);
		return;
	}
	uint32_t from = sdk_field_byte(field, start), to = sdk_field_byte(field, end);
	osaas_ops_value(ops, field->text, field->len);
	osaas_ops_snippet(ops, field->tag, start, end, field->text + from, to - from);
}

/* What the field is, of the clip in force. */
static void tell(struct osaas_field *field, struct osaas_ops *ops, const struct view *v)
{
	uint32_t kinds = OSAAS_POINTER_CANCEL | OSAAS_POINTER_PRESS |
			 OSAAS_POINTER_RELEASE | OSAAS_POINTER_DRAG | OSAAS_LISTEN_FOCUS |
			 OSAAS_LISTEN_MERGE;
	bool scrolls =
		v->scroll_x.min < v->scroll_x.max || v->scroll_y.min < v->scroll_y.max;
	osaas_ops_area(ops, field->tag);
	osaas_ops_cursor(ops, OSAAS_CURSOR_TEXT);
	osaas_ops_listen(ops, field->tag, kinds | (scrolls ? OSAAS_POINTER_SCROLL : 0),
		v->scroll_x.min, v->scroll_x.max, v->scroll_y.min, v->scroll_y.max);
	if (!(field->flags & OSAAS_FIELD_READ_ONLY))
		osaas_ops_transfer(ops, field->tag, OSAAS_TRANSFER_TARGET, "text/plain");
	osaas_ops_class(ops, OSAAS_CLASS_EDITOR);
	osaas_ops_input_hint(ops, field->tag,
		field->flags & OSAAS_FIELD_PASSWORD ? OSAAS_HINT_PASSWORD : field->hint);
	if (field->label)
		osaas_ops_label(ops, field->label);
	if (field->description)
		osaas_ops_description(ops, field->description);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK | OSAAS_SEMANTIC_FOCUS);
	tell_text(field, ops);
	osaas_ops_selection(ops, field->tag, sdk_field_chars(field, field->anchor),
		sdk_field_chars(field, field->caret), v->x + v->caret_x,
		v->y + v->line.baseline, v->line.ascent, v->line.descent);
}

int osaas_field_draw(struct osaas_field *field, struct osaas_ops *ops, float x0, float y0,
	float x1, float y1)
{
	struct view v = {.x = x0, .y = y0};
	bool resized =
		field->x1 - field->x0 != x1 - x0 || field->y1 - field->y0 != y1 - y0;
	field->x0 = x0;
	field->y0 = y0;
	field->x1 = x1;
	field->y1 = y1;
	field->reveal |= resized && field->focused;
	int r = sdk_field_lay(field);
	if (r == 0)
		look(field, &v);
	osaas_ops_clip_rect(ops, x0, y0, x1, y1);
	tell(field, ops, &v);
	if (r == 0)
		draw_text(field, ops, &v);
	osaas_ops_clip_pop(ops);
	return r;
}

float osaas_field_height(struct osaas_field *field, uint32_t lines)
{
	float height = sdk_field_lay(field) == 0 ? field->layout.lines[0].height
						 : field->style.size;
	return ceilf(height * (float)lines + 2 * field->style.pad_y);
}
