#include <errno.h>
#include <string.h>

#include "gl/text_private.h"

#define ELLIPSIS 0x2026
#define HYPHEN   0x2010
#define SLACK    0.0078125f /* px: as in text_line.c */
#define REFITS   8          /* what is cut may be wider when it is shaped anew */

/*
 * Signs that the text does not have, in the style of its character at: they are put behind
 * it, where gl_text.chars has room. c, or where no font has that, n of plain.
 */
static int make_sign(struct gl_text *text, const struct text_para *para, uint32_t at,
	uint32_t c, uint32_t plain, uint32_t n, struct text_item *piece)
{
	struct text_char *spare = &text->chars[text->char_count];
	struct text_char like = {.script = HB_SCRIPT_COMMON, .flags = CHAR_CELL};
	if (para->start < para->end)
		like = text->chars[at < para->end ? at : para->end - 1];
	struct gl_font_query query = text->request->runs[like.style].font;
	uint32_t font, rank;
	query.lang = text_lang(text, query.lang);
	int r = gl_font_for(text->fonts, &query, c, &font, &rank);
	if (r < 0 && r != -ENOENT)
		return r;
	uint32_t count = r == 0 ? 1 : n;
	for (uint32_t i = 0; i < count; i++) {
		spare[i] = like;
		spare[i].c = r == 0 ? c : plain;
	}
	*piece = (struct text_item){
		.start = text->char_count,
		.end = text->char_count + count,
		.font = font,
		.script = HB_SCRIPT_COMMON,
		.lang = query.lang,
		.style = like.style,
		.level = para->rtl,
		.kind = TEXT_KIND_ELLIPSIS,
	};
	return text_shape(text, piece);
}

static float width_of(struct gl_text *text, uint32_t start, uint32_t end, float x)
{
	float from = x;
	for (uint32_t i = start; i < end; i++)
		x += text->chars[i].c == '\t' ? text_tab(text, &text->chars[i], x)
					      : text->chars[i].advance;
	return x - from;
}

static uint32_t cell_after(const struct gl_text *text, uint32_t i, uint32_t end)
{
	do
		i++;
	while (i < end && !(text->chars[i].flags & CHAR_CELL));
	return i;
}

static uint32_t cell_before(const struct gl_text *text, uint32_t i, uint32_t start)
{
	do
		i--;
	while (i > start && !(text->chars[i].flags & CHAR_CELL));
	return i;
}

/* Keeps cells of both ends, always of the one that has less, as long as they fit. */
static void choose(struct gl_text *text, struct text_pieces *line, float room)
{
	enum gl_text_ellipsis where = text->request->ellipsis;
	float left = 0, right = 0;
	uint32_t from = line->start, to = line->end;
	while (from < to) {
		bool front = where == GL_TEXT_ELLIPSIS_END ||
			     (where == GL_TEXT_ELLIPSIS_MIDDLE && left <= right);
		uint32_t next =
			front ? cell_after(text, from, to) : cell_before(text, to, from);
		float more = front ? width_of(text, from, next, left)
				   : width_of(text, next, to, 0);
		if (left + right + more > room)
			break;
		left += front ? more : 0;
		right += front ? 0 : more;
		*(front ? &from : &to) = next;
	}
	line->cut_from = from;
	line->cut_to = to;
}

static int insert(
	struct gl_text *text, struct text_pieces *line, const struct text_item *piece)
{
	struct text_item *pieces =
		text_array_room(&text->piece_array, line->count + 1, sizeof *pieces);
	if (!pieces)
		return -ENOMEM;
	pieces[line->count++] = *piece;
	line->pieces = pieces;
	return 0;
}

/* Between two of the same level the ellipsis is of it, else as the paragraph goes. */
static uint8_t level_of(const struct gl_text *text, const struct text_para *para,
	const struct text_pieces *line)
{
	if (line->cut_from > line->start && line->cut_to < line->end &&
		text->chars[line->cut_from - 1].level == text->chars[line->cut_to].level)
		return text->chars[line->cut_to].level;
	return para->rtl;
}

static float total_of(const struct text_pieces *line)
{
	float total = 0;
	for (uint32_t i = 0; i < line->count; i++)
		total += line->pieces[i].width;
	return total;
}

/* What is kept, with the ellipsis between. */
static int join(struct gl_text *text, const struct text_para *para,
	struct text_pieces *line, const struct text_item *piece)
{
	line->count = 0;
	int r = text_cut(text, para, line->start, line->cut_from, line);
	if (r == 0)
		r = insert(text, line, piece);
	if (r == 0)
		r = text_cut(text, para, line->cut_to, line->end, line);
	if (r == 0)
		text_set_tabs(text, line);
	return r;
}

int text_ellipsis(struct gl_text *text, const struct text_para *para,
	struct text_pieces *line, bool force)
{
	float width = text->request->width;
	struct text_item piece;
	if ((width < 0 || total_of(line) <= width + SLACK) && !force)
		return 0;
	uint32_t at = text->request->ellipsis == GL_TEXT_ELLIPSIS_START ? line->start
									: line->end;
	int r = make_sign(text, para, at, ELLIPSIS, '.', 3, &piece);
	if (r < 0)
		return r;
	line->cut = true;
	line->cut_from = line->cut_to = line->end;
	float room = width + SLACK - piece.width;
	for (int i = 0; r == 0 && i < REFITS; i++) {
		if (width >= 0)
			choose(text, line, room);
		piece.level = level_of(text, para, line);
		r = join(text, para, line, &piece);
		float excess = total_of(line) - width - SLACK;
		if (width < 0 || excess <= 0 || line->count == 1)
			break;
		room -= excess;
	}
	line->blank = line->end;
	return r;
}

int text_hyphen(
	struct gl_text *text, const struct text_para *para, struct text_pieces *line)
{
	struct text_item piece;
	int r = make_sign(text, para, line->end - 1, HYPHEN, '-', 1, &piece);
	if (r < 0)
		return r;
	piece.level = text->chars[line->end - 1].level;
	line->cut_from = line->cut_to = line->end;
	return insert(text, line, &piece);
}
