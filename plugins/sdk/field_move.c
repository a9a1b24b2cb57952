#include "plugins/sdk/field.h"

#include <osaas_std.h>
#include <osaas_utf8.h>

#define DOT       "\xe2\x80\xa2" /* U+2022: of a password */
#define DOT_BYTES 3u

static float inner_width(const struct osaas_field *field)
{
	float width = field->x1 - field->x0 - 2 * field->style.pad_x;
	return width > 1 ? width : 1;
}

static float inner_height(const struct osaas_field *field)
{
	float height = field->y1 - field->y0 - 2 * field->style.pad_y;
	return height > 1 ? height : 1;
}

static bool is_laid(const struct osaas_field *field, float width)
{
	return field->layout.block && !field->stale && field->layout_width == width &&
	       field->layout_size == field->style.size &&
	       field->layout_flags == field->flags;
}

/* A password's text is as many dots as it has characters. */
static int lay(struct osaas_field *field, struct osaas_text_params *params)
{
	char dots[DOT_BYTES * OSAAS_FIELD_PASSWORD_MAX];
	if (!(field->flags & OSAAS_FIELD_PASSWORD))
		return osaas_text_layout(field->gui_text, params, &field->layout);
	params->text = dots;
	params->len = sdk_field_to_layout(field, field->len);
	for (size_t i = 0; i < params->len; i += DOT_BYTES)
		memcpy(dots + i, DOT, DOT_BYTES);
	return osaas_text_layout(field->gui_text, params, &field->layout);
}

int sdk_field_lay(struct osaas_field *field)
{
	bool multi = field->flags & OSAAS_FIELD_MULTI;
	float width = multi && field->x1 > field->x0 ? inner_width(field) : 0;
	if (is_laid(field, width))
		return 0;
	const struct osaas_text_style style = {
		.size = field->style.size, .families = field->style.families};
	struct osaas_text_params params = {.text = field->text,
		.len = field->len,
		.styles = &style,
		.style_count = 1,
		.width = width,
		.line_height = field->style.line_height};
	osaas_text_free(&field->layout);
	int r = lay(field, &params);
	field->stale = r < 0;
	field->layout_width = width;
	field->layout_size = style.size;
	field->layout_flags = field->flags;
	return r < 0 ? r : 0;
}

uint32_t sdk_field_to_layout(const struct osaas_field *field, uint32_t at)
{
	if (!(field->flags & OSAAS_FIELD_PASSWORD))
		return at;
	uint32_t chars = sdk_field_chars(field, at);
	return DOT_BYTES *
	       (chars < OSAAS_FIELD_PASSWORD_MAX ? chars : OSAAS_FIELD_PASSWORD_MAX);
}

uint32_t sdk_field_from_layout(const struct osaas_field *field, uint32_t index)
{
	if (!(field->flags & OSAAS_FIELD_PASSWORD))
		return sdk_field_boundary(field, index);
	return sdk_field_byte(field, index / DOT_BYTES);
}

static struct osaas_text_caret caret_of(const struct osaas_field *field)
{
	return osaas_text_caret(&field->layout, sdk_field_to_layout(field, field->caret),
		field->upstream);
}

/* In the line, or the line beside it; behind the last and before the first: the text's end. */
static uint32_t vertical(struct osaas_field *field, int step, bool *upstream)
{
	const struct osaas_text *text = &field->layout;
	struct osaas_text_caret caret = caret_of(field);
	const struct osaas_text_line *line = &text->lines[caret.line];
	bool up = step == FIELD_STEP_LINE_UP || step == FIELD_STEP_PAGE_UP;
	if (!field->has_goal)
		field->goal_x = caret.strong;
	if (up ? caret.line == 0 : caret.line + 1 == text->head->lines)
		return up ? 0 : field->len;
	float far = inner_height(field) - line->height; /* a page: one line stays */
	if (step < FIELD_STEP_PAGE_UP || far < line->height)
		far = line->height;
	float y = line->top + line->height / 2 + (up ? -far : far);
	struct osaas_text_hit hit = osaas_text_hit(text, field->goal_x, y);
	*upstream = hit.upstream;
	return sdk_field_from_layout(field, hit.index);
}

static uint32_t end_of_line(struct osaas_field *field, bool *upstream)
{
	uint32_t n = caret_of(field).line;
	const struct osaas_text_line *line = &field->layout.lines[n];
	*upstream = line->next == line->end && n + 1 < field->layout.head->lines;
	return sdk_field_from_layout(field, line->end);
}

uint32_t sdk_field_target(struct osaas_field *field, int step, bool *upstream)
{
	*upstream = false;
	if (step == FIELD_STEP_TEXT_START || step == FIELD_STEP_TEXT_END)
		return step == FIELD_STEP_TEXT_START ? 0 : field->len;
	if (sdk_field_lay(field) < 0)
		return field->caret;
	if (step == OSAAS_TEXT_LINE_END)
		return end_of_line(field, upstream);
	if (step >= FIELD_STEP_LINE_UP)
		return vertical(field, step, upstream);
	if (step == OSAAS_TEXT_LINE_START)
		return sdk_field_from_layout(
			field, field->layout.lines[caret_of(field).line].start);
	uint32_t index = osaas_text_move(&field->layout,
		sdk_field_to_layout(field, field->caret), (enum osaas_text_motion)step);
	return sdk_field_from_layout(field, index);
}

/* To the left of a selection is where it starts, from right to left where it ends. */
static bool leaves_selection(struct osaas_field *field, int step, uint32_t *to)
{
	if (field->anchor == field->caret ||
		(step != OSAAS_TEXT_LEFT && step != OSAAS_TEXT_RIGHT) ||
		sdk_field_lay(field) < 0)
		return false;
	bool rtl = field->layout.lines[caret_of(field).line].flags & OSAAS_TEXT_LINE_RTL;
	*to = (step == OSAAS_TEXT_LEFT) != rtl ? sdk_field_start(field)
					       : sdk_field_end(field);
	return true;
}

void sdk_field_placed(struct osaas_field *field)
{
	field->joins = field->has_goal = field->upstream = false;
	field->reveal = true;
}

void sdk_field_place(struct osaas_field *field, uint32_t caret, bool extend)
{
	sdk_field_placed(field);
	field->caret = caret;
	if (!extend)
		field->anchor = caret;
}

void sdk_field_move(struct osaas_field *field, int step, bool extend)
{
	bool upstream = false;
	uint32_t to;
	if (extend || !leaves_selection(field, step, &to))
		to = sdk_field_target(field, step, &upstream);
	sdk_field_place(field, to, extend);
	field->upstream = upstream;
	field->has_goal = step >= FIELD_STEP_LINE_UP && step <= FIELD_STEP_PAGE_DOWN;
}

/* A single line stands in the middle of its box; one from right to left at its right. */
float sdk_field_origin_x(const struct osaas_field *field)
{
	float x = field->x0 + field->style.pad_x - field->scroll_x;
	const struct osaas_text *text = &field->layout;
	float width = text->block ? text->head->width : 0;
	if (field->flags & OSAAS_FIELD_MULTI || !text->block ||
		width >= inner_width(field) ||
		!(text->lines[0].flags & OSAAS_TEXT_LINE_RTL))
		return x;
	return x + inner_width(field) - width;
}

float sdk_field_origin_y(const struct osaas_field *field)
{
	const struct osaas_text *text = &field->layout;
	if (field->flags & OSAAS_FIELD_MULTI || !text->block)
		return field->y0 + field->style.pad_y - field->scroll_y;
	return roundf((field->y0 + field->y1 - text->head->height) / 2);
}

static struct osaas_text_hit hit_of(struct osaas_field *field, float x, float y)
{
	return osaas_text_hit(&field->layout, x - sdk_field_origin_x(field),
		y - sdk_field_origin_y(field));
}

uint32_t sdk_field_hit(struct osaas_field *field, float x, float y, bool *upstream)
{
	*upstream = false;
	if (sdk_field_lay(field) < 0)
		return field->caret;
	struct osaas_text_hit hit = hit_of(field, x, y);
	*upstream = hit.upstream;
	return sdk_field_from_layout(field, hit.index);
}

/* The cells around one, up to where a word starts or ends on either side. */
static void word_around(struct osaas_field *field, struct osaas_text_hit hit,
	uint32_t *start, uint32_t *end)
{
	const struct osaas_text_line *line = &field->layout.lines[hit.line];
	const struct osaas_text_cell *cells = field->layout.cells + line->first_cell;
	const uint32_t edge = OSAAS_TEXT_CELL_WORD_START | OSAAS_TEXT_CELL_WORD_END;
	uint32_t first = 0, last;
	while (first + 1 < line->cells && cells[first + 1].index <= hit.cell)
		first++;
	last = first + 1;
	while (first > 0 && !(cells[first].flags & edge))
		first--;
	while (last < line->cells && !(cells[last].flags & edge))
		last++;
	*start = sdk_field_from_layout(
		field, line->cells ? cells[first].index : line->start);
	*end = sdk_field_from_layout(
		field, last < line->cells ? cells[last].index : line->end);
}

static void paragraph_around(
	const struct osaas_field *field, uint32_t at, uint32_t *start, uint32_t *end)
{
	for (*start = at; *start > 0 && field->text[*start - 1] != '\n';)
		--*start;
	for (*end = at; *end < field->len && field->text[*end] != '\n';)
		++*end;
}

void sdk_field_unit(struct osaas_field *field, float x, float y, uint32_t count,
	uint32_t *start, uint32_t *end)
{
	bool upstream;
	*start = *end = sdk_field_hit(field, x, y, &upstream);
	if (count < 2 || !field->layout.block)
		return;
	struct osaas_text_hit hit = hit_of(field, x, y);
	if (count == 2)
		word_around(field, hit, start, end);
	else
		paragraph_around(
			field, sdk_field_from_layout(field, hit.cell), start, end);
}
