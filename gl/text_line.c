#include <errno.h>
#include <math.h>
#include <string.h>

#include "gl/text_private.h"

#define TAB_BLANKS  8.0f
#define SOFT_HYPHEN 0xad
#define REFITS      8          /* times that a line is made again, shorter */
#define SLACK       0.0078125f /* px: what sums of floats may be off by */

static bool wraps(const struct gl_text *text)
{
	return text->request->width >= 0;
}

/* Of eight blanks of the tab's own font. */
static float blanks(struct gl_text *text, const struct text_char *tab)
{
	const struct gl_text_run *style = &text->request->runs[tab->style];
	uint32_t id, rank;
	hb_codepoint_t glyph;
	struct gl_font_query query = style->font;
	query.lang = text_lang(text, query.lang);
	if (gl_font_for(text->fonts, &query, ' ', &id, &rank) < 0)
		return style->size * TAB_BLANKS / 2;
	hb_font_t *font = gl_font_shaper(text->fonts, id);
	if (!font || !hb_font_get_nominal_glyph(font, ' ', &glyph))
		return style->size * TAB_BLANKS / 2;
	float upem = (float)hb_face_get_upem(hb_font_get_face(font));
	return TAB_BLANKS * (float)hb_font_get_glyph_h_advance(font, glyph) *
	       style->size / upem;
}

float text_tab(struct gl_text *text, const struct text_char *tab, float x)
{
	const struct gl_text_request *request = text->request;
	float from = 0, step = request->tab_width;
	for (unsigned i = 0; i < request->tab_count; i++) {
		if (request->tabs[i] > x)
			return request->tabs[i] - x;
		from = request->tabs[i];
	}
	if (!(step > 0))
		step = blanks(text, tab);
	if (!(step > 0))
		return 0;
	return from + (floorf((x - from) / step) + 1) * step - x;
}

static float advance_at(struct gl_text *text, uint32_t i, float x)
{
	const struct text_char *at = &text->chars[i];
	return at->c == '\t' ? text_tab(text, at, x) : at->advance;
}

static uint32_t choose(
	enum gl_text_wrap wrap, uint32_t word, uint32_t cell, uint32_t none)
{
	if (wrap == GL_TEXT_WORD)
		return word ? word : none;
	if (wrap == GL_TEXT_WORD_CELL && word)
		return word;
	return cell ? cell : none;
}

/* Where a line that begins at start is to end: at until, or at the last place before that fits. */
static uint32_t fill(struct gl_text *text, const struct text_para *para, uint32_t start,
	uint32_t until)
{
	enum gl_text_wrap wrap = text->request->wrap;
	float x = 0, seen = 0, width = text->request->width + SLACK;
	uint32_t word = 0, cell = 0;
	bool limited = wraps(text);
	for (uint32_t i = start; i < until; i++) {
		uint16_t flags = text->chars[i].flags;
		if (i > start && (flags & CHAR_MUST))
			return i;
		if (i > start && limited && seen <= width) {
			word = flags & CHAR_BREAK ? i : word;
			cell = flags & CHAR_CELL ? i : cell;
		}
		if (i > start && limited && seen > width && (flags & CHAR_CELL)) {
			uint32_t none =
				wrap != GL_TEXT_WORD || flags & CHAR_BREAK ? i : 0;
			uint32_t end = choose(wrap, word, cell, none);
			if (end)
				return end;
		}
		x += advance_at(text, i, x);
		if (!(flags & CHAR_BLANK))
			seen = x;
	}
	if (until == para->end && (!limited || seen <= width))
		return until;
	return choose(wrap, word, cell, until);
}

/* The glyphs of characters within an item, if they are those that a line needs; -1: not. */
static int slice(
	struct gl_text *text, const struct text_item *item, struct text_item *piece)
{
	const struct text_shaped *shaped = text_shaped_at(text, item->first);
	bool rtl = item->level & 1;
	uint32_t bound[2], n = item->count;
	for (int b = 0; b < 2; b++) {
		uint32_t at = b == 0 ? piece->start : piece->end;
		uint32_t low = 0, high = n; /* glyphs, in reading order, before at */
		while (low < high) {
			uint32_t mid = low + (high - low) / 2;
			if (shaped[rtl ? n - 1 - mid : mid].cluster < at)
				low = mid + 1;
			else
				high = mid;
		}
		bound[b] = low;
		if (at == item->start || at == item->end)
			continue;
		const struct text_shaped *first =
			low < n ? &shaped[rtl ? n - 1 - low : low] : NULL;
		if (!first || first->cluster != at || first->unsafe)
			return -1;
	}
	piece->count = bound[1] - bound[0];
	piece->first = item->first + (rtl ? n - bound[1] : bound[0]);
	piece->width = 0;
	for (uint32_t i = 0; i < piece->count; i++)
		piece->width += text_shaped_at(text, piece->first)[i].advance;
	return 0;
}

static int cut_item(struct gl_text *text, const struct text_item *item, uint32_t start,
	uint32_t end, struct text_item *piece)
{
	*piece = *item;
	piece->start = start > item->start ? start : item->start;
	piece->end = end < item->end ? end : item->end;
	if (piece->start == item->start && piece->end == item->end)
		return 0;
	if (item->kind == TEXT_KIND_GLYPHS && slice(text, item, piece) < 0)
		return text_shape(text, piece);
	return 0;
}

static uint32_t item_at(
	const struct gl_text *text, const struct text_para *para, uint32_t at)
{
	uint32_t low = para->first_item, high = para->first_item + para->items;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;
		if (text->items[mid].start <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static int add_pieces(struct gl_text *text, const struct text_para *para, uint32_t start,
	uint32_t end, struct text_pieces *line)
{
	if (start == end)
		return 0;
	uint32_t last = para->first_item + para->items;
	for (uint32_t i = item_at(text, para, start); i < last; i++) {
		if (text->items[i].start >= end)
			break;
		struct text_item *pieces = text_array_room(
			&text->piece_array, line->count + 1, sizeof *pieces);
		if (!pieces)
			return -ENOMEM;
		int r = cut_item(
			text, &text->items[i], start, end, &pieces[line->count++]);
		if (r < 0)
			return r;
	}
	line->pieces = text->piece_array.data;
	return 0;
}

int text_cut(struct gl_text *text, const struct text_para *para, uint32_t start,
	uint32_t end, struct text_pieces *line)
{
	return add_pieces(text, para, start, end, line);
}

/* The blanks at which a line was broken have no width; so rule L1 of UAX #9 moves nothing. */
static void flatten(struct text_pieces *line, uint32_t from)
{
	for (uint32_t i = from; i < line->count; i++) {
		line->pieces[i].kind = TEXT_KIND_NOTHING;
		line->pieces[i].count = 0;
		line->pieces[i].width = 0;
	}
}

void text_set_tabs(struct gl_text *text, struct text_pieces *line)
{
	float x = 0;
	for (uint32_t i = 0; i < line->count; i++) {
		struct text_item *piece = &line->pieces[i];
		if (piece->kind == TEXT_KIND_TAB)
			piece->width = text_tab(text, &text->chars[piece->start], x);
		x += piece->width;
	}
}

static int make_line(struct gl_text *text, const struct text_para *para, uint32_t start,
	uint32_t end, struct text_pieces *line)
{
	*line = (struct text_pieces){.start = start, .end = end, .blank = end};
	line->hard = end == para->end;
	while (!line->hard && line->blank > start &&
		text->chars[line->blank - 1].flags & CHAR_BLANK)
		line->blank--;
	int r = add_pieces(text, para, start, line->blank, line);
	if (r < 0)
		return r;
	uint32_t shown = line->count;
	r = add_pieces(text, para, line->blank, end, line);
	if (r < 0)
		return r;
	flatten(line, shown);
	text_set_tabs(text, line);
	return 0;
}

/* What a width would be that is just wide enough for all words, and for all of it. */
static void note_widths(struct gl_text *text, const struct text_para *para)
{
	float x = 0, start = 0, seen = 0;
	struct text_head *head = &text->head;
	bool cells = text->request->wrap == GL_TEXT_CELL;
	for (uint32_t i = para->start; i < para->end; i++) {
		uint16_t flags = text->chars[i].flags;
		if (flags & (cells ? CHAR_CELL : CHAR_BREAK)) {
			head->min_width = fmaxf(head->min_width, seen - start);
			start = x;
		}
		x += advance_at(text, i, x);
		seen = flags & CHAR_BLANK ? seen : x;
	}
	head->min_width = fmaxf(head->min_width, seen - start);
	head->max_width = fmaxf(head->max_width, x);
}

static bool too_wide(const struct gl_text *text, const struct text_pieces *line)
{
	float width = 0;
	for (uint32_t i = 0; i < line->count; i++)
		width += line->pieces[i].width;
	return wraps(text) && width > text->request->width + SLACK;
}

/* A line to some end, with the hyphen that a soft one becomes there. */
static int make_broken(struct gl_text *text, const struct text_para *para, uint32_t start,
	uint32_t end, struct text_pieces *line)
{
	int r = make_line(text, para, start, end, line);
	if (r == 0 && !line->hard && text->chars[end - 1].c == SOFT_HYPHEN)
		r = text_hyphen(text, para, line);
	return r;
}

/* A line that fits; what was shaped anew where it was cut may have become too wide. */
static int fit_line(struct gl_text *text, const struct text_para *para, uint32_t start,
	struct text_pieces *line)
{
	uint32_t end = fill(text, para, start, para->end);
	int r = make_broken(text, para, start, end, line);
	for (int i = 0; r == 0 && i < REFITS && too_wide(text, line); i++) {
		uint32_t shorter = fill(text, para, start, end);
		if (shorter >= end)
			break;
		end = shorter;
		r = make_broken(text, para, start, end, line);
	}
	return r;
}

/* All that there is up to the end of the line that the text itself has. */
static int make_last(struct gl_text *text, const struct text_para *para, uint32_t start,
	bool more, struct text_pieces *line)
{
	uint32_t end = start < para->end ? start + 1 : para->end;
	while (end < para->end && !(text->chars[end].flags & CHAR_MUST))
		end++;
	int r = make_line(text, para, start, end, line);
	return r < 0 ? r : text_ellipsis(text, para, line, more || end < para->end);
}

int text_lines(struct gl_text *text, const struct text_para *para, bool more)
{
	const struct gl_text_request *request = text->request;
	bool ellipsis = request->ellipsis != GL_TEXT_CLIP;
	uint32_t most = request->max_lines ? request->max_lines
			: ellipsis         ? 1
					   : UINT32_MAX;
	struct text_pieces line = {.end = para->start};
	note_widths(text, para);
	do {
		bool last = text->head.lines + 1 >= most;
		uint32_t start = line.end;
		int r = last && ellipsis ? make_last(text, para, start, more, &line)
					 : fit_line(text, para, start, &line);
		if (r == 0)
			r = text_place(text, para, &line);
		if (r < 0)
			return r;
		if (last) {
			if (line.cut || line.end < para->end || more)
				text->head.flags |= TEXT_CUT;
			return 1;
		}
	} while (line.end < para->end);
	return 0;
}
