#include <errno.h>
#include <string.h>

#include "gl/text_private.h"

#define LONGEST 1024u /* characters of an item: HarfBuzz is quadratic in some texts */

/* The font of each character of a stretch, and its rank in the chain; 0: as its neighbours. */
struct choice {
	uint32_t font, rank;
};

/* Of a cell's characters the first font that has them all, else the first one's. */
static void choose_cell(struct gl_text *text, const struct gl_font_query *query,
	uint32_t start, uint32_t end, struct choice *out)
{
	struct choice worst = {0};
	bool missing = false;
	for (uint32_t i = start; i < end; i++) {
		struct choice *to = &out[i - start];
		*to = (struct choice){0};
		if (text->chars[i].flags & CHAR_SPACE)
			continue;
		if (gl_font_for(text->fonts, query, text->chars[i].c, &to->font,
			    &to->rank) < 0)
			missing = true;
		if (worst.font == 0 || to->rank > worst.rank)
			worst = *to;
	}
	if (missing || worst.font == 0)
		return;
	hb_font_t *hb = gl_font_shaper(text->fonts, worst.font);
	for (uint32_t i = start; hb && i < end; i++) {
		hb_codepoint_t glyph;
		if (out[i - start].font &&
			!hb_font_get_nominal_glyph(hb, text->chars[i].c, &glyph))
			return;
	}
	for (uint32_t i = start; i < end; i++) {
		if (out[i - start].font)
			out[i - start] = worst;
	}
}

/* Class BK of UAX #14, within a paragraph: not seen. */
static bool ends_line(uint32_t c)
{
	return c == '\v' || c == '\f' || c == 0x85 || c == 0x2028;
}

static int add_item(struct gl_text *text, const struct text_item *like, uint32_t start,
	uint32_t end, uint32_t font)
{
	text->items = text_array_room(
		&text->item_array, text->item_count + 1, sizeof *text->items);
	if (!text->items)
		return -ENOMEM;
	struct text_item *item = &text->items[text->item_count++];
	*item = *like;
	item->start = start;
	item->end = end;
	item->font = font;
	uint32_t c = text->chars[start].c;
	item->kind = c == '\t'      ? TEXT_KIND_TAB
		     : ends_line(c) ? TEXT_KIND_NOTHING
				    : TEXT_KIND_GLYPHS;
	return 0;
}

/* The items of a stretch that had no font get one. */
static void fill_fonts(struct gl_text *text, uint32_t first, uint32_t font)
{
	for (uint32_t i = text->item_count; i-- > first;) {
		if (text->items[i].font)
			break;
		text->items[i].font = font;
	}
}

/*
 * Splits a stretch where the font changes. Blanks go with the text before them, unless
 * the font behind them is the better one; tabs stand alone.
 */
static int split(struct gl_text *text, const struct text_item *like,
	const struct choice *choices, const struct gl_font_query *query)
{
	uint32_t first = text->item_count, start = like->start, blank = UINT32_MAX;
	struct choice now = choices[0];
	bool alone = false;
	for (uint32_t i = like->start; i < like->end; i++) {
		const struct text_char *at = &text->chars[i];
		struct choice to = choices[i - like->start];
		bool apart = at->c == '\t' || ends_line(at->c);
		uint32_t since = blank;
		if (to.font)
			blank = UINT32_MAX;
		else if (blank == UINT32_MAX)
			blank = i;
		bool forced = apart || alone;
		alone = apart;
		if (i == like->start)
			continue;
		if (!now.font && to.font) {
			now = to;
			fill_fonts(text, first, to.font);
		} else if (!to.font) {
			to = now;
		}
		if (!forced && to.font == now.font)
			continue;
		uint32_t end = i;
		if (since != UINT32_MAX && since > start && to.rank < now.rank && !forced)
			end = since;
		if (add_item(text, like, start, end, now.font) < 0)
			return -ENOMEM;
		start = end;
		now = to;
	}
	if (add_item(text, like, start, like->end, now.font) < 0)
		return -ENOMEM;
	if (!now.font) {
		uint32_t rank;
		int r = gl_font_for(text->fonts, query, ' ', &now.font, &rank);
		if (r < 0 && r != -ENOENT)
			return r;
		fill_fonts(text, first, now.font);
	}
	return 0;
}

static bool alike(const struct text_char *a, const struct text_char *b)
{
	return a->level == b->level && a->script == b->script && a->style == b->style &&
	       (a->flags & CHAR_EMOJI) == (b->flags & CHAR_EMOJI);
}

static int itemize_stretch(struct gl_text *text, uint32_t start, uint32_t end)
{
	const struct text_char *at = &text->chars[start];
	struct gl_font_query query = text->request->runs[at->style].font;
	struct choice *choices =
		text_array_room(&text->scratch[0], end - start, sizeof *choices);
	if (!choices)
		return -ENOMEM;
	query.lang = text_script_lang(text, query.lang, start, end);
	if (at->flags & CHAR_EMOJI) {
		query.families = "emoji";
		query.first = 0;
	}
	for (uint32_t i = start; i < end;) {
		uint32_t n = 1;
		while (i + n < end && !(text->chars[i + n].flags & CHAR_CELL))
			n++;
		choose_cell(text, &query, i, i + n, choices + (i - start));
		i += n;
	}
	struct text_item like = {.start = start,
		.end = end,
		.script = at->script,
		.lang = query.lang,
		.style = at->style,
		.level = at->level};
	return split(text, &like, choices, &query);
}

/* A cluster's advance is shared by its characters. */
static void share_advances(struct gl_text *text, const struct text_item *item)
{
	const struct text_shaped *shaped = text_shaped_at(text, item->first);
	bool rtl = item->level & 1;
	uint32_t n = item->count;
	for (uint32_t i = item->start; i < item->end; i++)
		text->chars[i].advance = 0;
	for (uint32_t i = 0; i < n;) {
		const struct text_shaped *at = &shaped[rtl ? n - 1 - i : i];
		uint32_t cluster = at->cluster, next = item->end;
		float advance = 0;
		for (; i < n; i++) {
			at = &shaped[rtl ? n - 1 - i : i];
			if (at->cluster != cluster) {
				next = at->cluster;
				break;
			}
			advance += at->advance;
		}
		for (uint32_t k = cluster; k < next; k++)
			text->chars[k].advance = advance / (float)(next - cluster);
	}
}

/* A stretch that is too long ends behind a blank, else before a cell, else anywhere. */
static uint32_t shorten(const struct gl_text *text, uint32_t start, uint32_t end)
{
	if (end - start <= LONGEST)
		return end;
	for (uint32_t i = start + LONGEST; i > start + LONGEST / 2; i--) {
		if (text->chars[i - 1].flags & CHAR_BLANK &&
			text->chars[i].flags & CHAR_BREAK)
			return i;
	}
	for (uint32_t i = start + LONGEST; i > start + LONGEST / 2; i--) {
		if (text->chars[i].flags & CHAR_CELL)
			return i;
	}
	return start + LONGEST;
}

int text_item(struct gl_text *text, struct text_para *para)
{
	para->first_item = text->item_count;
	for (uint32_t i = para->start; i < para->end;) {
		uint32_t end = i + 1;
		while (end < para->end && alike(&text->chars[i], &text->chars[end]))
			end++;
		end = shorten(text, i, end);
		int r = itemize_stretch(text, i, end);
		if (r < 0)
			return r;
		i = end;
	}
	para->items = text->item_count - para->first_item;
	for (uint32_t i = 0; i < para->items; i++) {
		struct text_item *item = &text->items[para->first_item + i];
		int r = text_shape(text, item);
		if (r < 0)
			return r;
		share_advances(text, item);
	}
	return 0;
}
