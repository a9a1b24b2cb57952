#include <errno.h>
#include <hb-ot.h>
#include <math.h>
#include <string.h>

#include "gl/text_private.h"

/* Glyphs of a text: more than any script needs. */
#define TEXT_GLYPHS(characters) (8u * (characters) + 4096u)
#define CARETS_MAX              16u /* within a ligature, that a font may place */

void text_place_begin(struct gl_text *text)
{
	text->head = (struct text_head){0};
	text->y = 0;
}

/* The order of the pieces from left to right: rule L2 of UAX #9. */
static uint32_t *order_pieces(struct gl_text *text, const struct text_pieces *line)
{
	uint32_t *order =
		text_array_room(&text->scratch[0], line->count + 1, sizeof *order);
	uint8_t high = 0, low = UINT8_MAX;
	for (uint32_t i = 0; order && i < line->count; i++) {
		uint8_t level = line->pieces[i].level;
		order[i] = i;
		high = level > high ? level : high;
		low = level & 1 && level < low ? level : low;
	}
	for (uint8_t level = high; order && level >= low; level--) {
		for (uint32_t i = 0; i < line->count; i++) {
			uint32_t end = i;
			while (end < line->count &&
				line->pieces[order[end]].level >= level)
				end++;
			for (uint32_t a = i, b = end; b > a + 1; a++) {
				uint32_t swap = order[--b];
				order[b] = order[a];
				order[a] = swap;
			}
			i = end;
		}
	}
	return order;
}

static uint32_t byte_at(const struct gl_text *text, uint32_t i)
{
	return i < text->char_count ? text->chars[i].byte : (uint32_t)text->request->size;
}

static struct text_line *line_now(struct gl_text *text)
{
	return (struct text_line *)text->line_array.data + text->head.lines;
}

/* Cells. */

static struct text_cell *add_cell(struct gl_text *text, uint32_t i, uint8_t level)
{
	struct text_cell *cells =
		text_array_room(&text->cell_array, text->head.cells + 1, sizeof *cells);
	if (!cells)
		return NULL;
	uint16_t flags = text->chars[i].flags;
	struct text_cell *cell = &cells[text->head.cells++];
	*cell = (struct text_cell){.index = text->chars[i].byte};
	cell->flags = level | (flags & CHAR_WORD_START ? TEXT_CELL_WORD_START : 0) |
		      (flags & CHAR_WORD_END ? TEXT_CELL_WORD_END : 0) |
		      (flags & CHAR_BLANK ? TEXT_CELL_BLANK : 0) |
		      (flags & CHAR_BREAK ? TEXT_CELL_BREAK : 0);
	return cell;
}

/* Where a font wants carets within a ligature, from its left edge; else none. */
static uint32_t font_carets(struct gl_text *text, const struct text_item *piece,
	uint32_t glyph, uint32_t want, float *out)
{
	hb_position_t at[CARETS_MAX];
	unsigned n = want;
	hb_font_t *font = gl_font_shaper(text->fonts, piece->font);
	if (!font || want > CARETS_MAX)
		return 0;
	hb_direction_t way = piece->level & 1 ? HB_DIRECTION_RTL : HB_DIRECTION_LTR;
	if (hb_ot_layout_get_ligature_carets(font, way, glyph, 0, &n, at) != want ||
		n != want)
		return 0;
	float upem = (float)hb_face_get_upem(hb_font_get_face(font));
	for (unsigned i = 0; i < n; i++)
		out[i] = (float)at[i] * text->request->runs[piece->style].size / upem;
	return n;
}

/* One cluster of glyphs: where it is, from left to right, and its characters. */
struct cluster {
	uint32_t start, end;
	float x0, x1;
	uint32_t glyph; /* UINT32_MAX: not just one */
};

static bool has_carets(struct gl_text *text, const struct text_item *piece,
	const struct cluster *cluster, uint32_t cells, float carets[static CARETS_MAX])
{
	return cells > 1 && cluster->glyph != UINT32_MAX &&
	       font_carets(text, piece, cluster->glyph, cells - 1, carets) == cells - 1;
}

static int put_cluster(struct gl_text *text, const struct text_item *piece,
	const struct cluster *cluster)
{
	bool rtl = piece->level & 1;
	float carets[CARETS_MAX], width = cluster->x1 - cluster->x0;
	uint32_t cells = 0, n = 0;
	for (uint32_t i = cluster->start; i < cluster->end; i++)
		cells += text->chars[i].flags & CHAR_CELL ? 1 : 0;
	if (cells == 0) {
		struct text_cell *last = text->cell_array.data;
		if (text->head.cells > line_now(text)->first_cell)
			last[text->head.cells - 1].trailing =
				rtl ? cluster->x0 : cluster->x1;
		return 0;
	}
	bool by_font = has_carets(text, piece, cluster, cells, carets);
	for (uint32_t i = cluster->start; i < cluster->end; i++) {
		if (!(text->chars[i].flags & CHAR_CELL))
			continue;
		struct text_cell *cell = add_cell(text, i, piece->level);
		if (!cell)
			return -ENOMEM;
		uint32_t a = rtl ? cells - n : n, b = rtl ? cells - n - 1 : n + 1;
		float share = width / (float)cells;
		float xa =
			by_font && a > 0 && a < cells ? carets[a - 1] : share * (float)a;
		float xb =
			by_font && b > 0 && b < cells ? carets[b - 1] : share * (float)b;
		cell->leading = cluster->x0 + xa;
		cell->trailing = cluster->x0 + xb;
		n++;
	}
	return 0;
}

static int put_glyph_cells(struct gl_text *text, const struct text_item *piece, float x0)
{
	const struct text_shaped *shaped = text_shaped_at(text, piece->first);
	bool rtl = piece->level & 1;
	float x = rtl ? x0 + piece->width : x0;
	for (uint32_t i = 0; i < piece->count;) {
		uint32_t first = i;
		struct cluster cluster = {.end = piece->end, .glyph = UINT32_MAX};
		const struct text_shaped *at = &shaped[rtl ? piece->count - 1 - i : i];
		cluster.start = i == 0 ? piece->start : at->cluster;
		float from = x;
		for (uint32_t own = at->cluster; i < piece->count; i++) {
			at = &shaped[rtl ? piece->count - 1 - i : i];
			if (at->cluster != own) {
				cluster.end = at->cluster;
				break;
			}
			x += rtl ? -at->advance : at->advance;
		}
		if (i - first == 1)
			cluster.glyph =
				shaped[rtl ? piece->count - 1 - first : first].glyph;
		cluster.x0 = rtl ? x : from;
		cluster.x1 = rtl ? from : x;
		if (put_cluster(text, piece, &cluster) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Tabs, what has no glyphs, and all that an ellipsis stands for: the first cell has the room. */
static int put_plain_cells(struct gl_text *text, const struct text_item *piece,
	const struct text_pieces *line, float x0)
{
	bool rtl = piece->level & 1, cut = piece->kind == TEXT_KIND_ELLIPSIS,
	     first = true;
	uint32_t start = cut ? line->cut_from : piece->start,
		 end = cut ? line->cut_to : piece->end;
	for (uint32_t i = start; i < end; i++) {
		if (!(text->chars[i].flags & CHAR_CELL))
			continue;
		struct text_cell *cell = add_cell(text, i, piece->level);
		if (!cell)
			return -ENOMEM;
		cell->flags |= cut ? TEXT_CELL_CUT : 0;
		cell->trailing = rtl ? x0 : x0 + piece->width;
		cell->leading = !first ? cell->trailing : rtl ? x0 + piece->width : x0;
		first = false;
	}
	return 0;
}

/* Runs. */

static int add_run(struct gl_text *text, const struct text_item *piece,
	const struct text_pieces *line, const struct text_metrics *metrics, float x,
	float y)
{
	struct text_head *head = &text->head;
	if (piece->count > TEXT_GLYPHS(text->char_count) - head->glyphs)
		return -EOVERFLOW;
	struct text_run *runs =
		text_array_room(&text->run_array, head->runs + 1, sizeof *runs);
	struct text_glyph *glyphs = text_array_room(&text->glyph_array,
		(size_t)head->glyphs + piece->count + 1, sizeof *glyphs);
	if (!runs || !glyphs)
		return -ENOMEM;
	bool cut = piece->kind == TEXT_KIND_ELLIPSIS;
	runs[head->runs++] = (struct text_run){
		.font = piece->font,
		.size = text->request->runs[piece->style].size,
		.first_glyph = head->glyphs,
		.glyphs = piece->count,
		.start = byte_at(text, cut ? line->cut_from : piece->start),
		.end = byte_at(text, cut ? line->cut_to : piece->end),
		.style = piece->style,
		.level = piece->level,
		.x0 = x,
		.x1 = x + piece->width,
		.ascent = metrics->ascent,
		.descent = metrics->descent,
	};
	const struct text_shaped *shaped = text_shaped_at(text, piece->first);
	for (uint32_t i = 0; i < piece->count; i++) {
		glyphs[head->glyphs++] = (struct text_glyph){
			shaped[i].glyph, x + shaped[i].x, y + shaped[i].y};
		x += shaped[i].advance;
	}
	return 0;
}

/* Lines. */

static struct text_metrics taller(struct text_metrics a, struct text_metrics b)
{
	return (struct text_metrics){
		fmaxf(a.ascent, b.ascent), fmaxf(a.descent, b.descent)};
}

/* Of a line without text: that of the style which text would have there. */
static struct text_metrics empty_metrics(
	struct gl_text *text, const struct text_para *para)
{
	uint16_t style = text->chars[para->start].style;
	struct gl_font_query query = text->request->runs[style].font;
	uint32_t id, rank;
	query.lang = text_lang(text, query.lang);
	int r = gl_font_for(text->fonts, &query, ' ', &id, &rank);
	if (r < 0 && r != -ENOENT)
		return (struct text_metrics){0};
	return text_font_metrics(text, id, style);
}

static struct text_metrics measure(struct gl_text *text, const struct text_para *para,
	const struct text_pieces *line)
{
	struct text_metrics all = {0};
	for (uint32_t i = 0; i < line->count; i++)
		all = taller(all, text_font_metrics(text, line->pieces[i].font,
					  line->pieces[i].style));
	return line->count ? all : empty_metrics(text, para);
}

static void start_line(struct gl_text *text, const struct text_para *para,
	const struct text_pieces *line, struct text_line *to)
{
	struct text_metrics m = measure(text, para, line);
	float own = m.ascent + m.descent;
	float height = text->request->line_height > 0 ? text->request->line_height : own;
	*to = (struct text_line){
		.start = byte_at(text, line->start),
		.end = byte_at(text, line->end),
		.next = byte_at(text, line->hard ? para->next : line->end),
		.first_cell = text->head.cells,
		.first_run = text->head.runs,
		.flags = (para->rtl ? TEXT_LINE_RTL : 0) |
			 (line->hard ? TEXT_LINE_HARD : 0) |
			 (line->cut ? TEXT_LINE_CUT : 0),
		.top = text->y,
		.height = height,
		.baseline = text->y + (height - own) / 2 + m.ascent,
		.ascent = m.ascent,
		.descent = m.descent,
	};
	text->y += height;
}

static int place_runs(struct gl_text *text, const struct text_pieces *line,
	const uint32_t *order, float *lefts, float y)
{
	float x = 0;
	for (uint32_t k = 0; k < line->count; k++) {
		const struct text_item *piece = &line->pieces[order[k]];
		struct text_metrics m =
			text_font_metrics(text, piece->font, piece->style);
		lefts[order[k]] = x;
		if (piece->width != 0 || piece->count > 0) {
			int r = add_run(text, piece, line, &m, x, y);
			if (r < 0)
				return r;
		}
		x += piece->width;
	}
	return 0;
}

static int place_cells(struct gl_text *text, const struct text_pieces *line,
	const float *lefts, uint32_t *firsts)
{
	for (uint32_t i = 0; i < line->count; i++) {
		const struct text_item *piece = &line->pieces[i];
		firsts[i] = text->head.cells;
		int r = piece->kind == TEXT_KIND_GLYPHS && piece->count > 0
				? put_glyph_cells(text, piece, lefts[i])
				: put_plain_cells(text, piece, line, lefts[i]);
		if (r < 0)
			return r;
	}
	firsts[line->count] = text->head.cells;
	return 0;
}

static void number_cells(struct gl_text *text, const struct text_pieces *line,
	const uint32_t *order, const uint32_t *firsts)
{
	struct text_cell *cells = text->cell_array.data;
	uint32_t n = 0;
	for (uint32_t k = 0; k < line->count; k++) {
		uint32_t first = firsts[order[k]], count = firsts[order[k] + 1] - first;
		bool rtl = line->pieces[order[k]].level & 1;
		for (uint32_t i = 0; i < count; i++)
			cells[first + i].visual = n + (rtl ? count - 1 - i : i);
		n += count;
	}
}

int text_place(
	struct gl_text *text, const struct text_para *para, struct text_pieces *line)
{
	struct text_line *lines =
		text_array_room(&text->line_array, text->head.lines + 1, sizeof *lines);
	uint32_t *order = order_pieces(text, line);
	float *lefts = text_array_room(&text->scratch[1], line->count + 1, sizeof *lefts);
	uint32_t *firsts =
		text_array_room(&text->scratch[2], line->count + 1, sizeof *firsts);
	if (!lines || !order || !lefts || !firsts)
		return -ENOMEM;
	struct text_line *now = line_now(text);
	start_line(text, para, line, now);
	int r = place_runs(text, line, order, lefts, now->baseline);
	if (r == 0)
		r = place_cells(text, line, lefts, firsts);
	if (r < 0)
		return r;
	number_cells(text, line, order, firsts);
	for (uint32_t i = 0; i < line->count; i++)
		now->width += line->pieces[i].width;
	now->cells = text->head.cells - now->first_cell;
	now->runs = text->head.runs - now->first_run;
	text->head.lines++;
	text->head.width = fmaxf(text->head.width, now->width);
	return 0;
}

/* Alignment, when the widest line is known. */

static float shift_of(const struct gl_text *text, const struct text_line *line)
{
	const struct gl_text_request *request = text->request;
	float room =
		(request->width >= 0 ? request->width : text->head.width) - line->width;
	bool rtl = line->flags & TEXT_LINE_RTL;
	switch (request->align) {
	case GL_TEXT_START:
		return rtl ? room : 0;
	case GL_TEXT_END:
		return rtl ? 0 : room;
	case GL_TEXT_CENTER:
		return room / 2;
	case GL_TEXT_RIGHT:
		return room;
	default:
		return 0;
	}
}

static void shift(struct gl_text *text, struct text_line *line)
{
	struct text_run *runs = text->run_array.data;
	struct text_glyph *glyphs = text->glyph_array.data;
	struct text_cell *cells = text->cell_array.data;
	float x = line->x = shift_of(text, line);
	if (!(x < 0 || x > 0))
		return;
	for (uint32_t i = line->first_run; i < line->first_run + line->runs; i++) {
		runs[i].x0 += x;
		runs[i].x1 += x;
		for (uint32_t g = 0; g < runs[i].glyphs; g++)
			glyphs[runs[i].first_glyph + g].x += x;
	}
	for (uint32_t i = line->first_cell; i < line->first_cell + line->cells; i++) {
		cells[i].leading += x;
		cells[i].trailing += x;
	}
}

static void *append(void *to, const struct text_array *from, size_t n, size_t size)
{
	if (n > 0)
		memcpy(to, from->data, n * size);
	return (char *)to + n * size;
}

int text_place_end(struct gl_text *text, const void **block, size_t *size)
{
	struct text_head *head = &text->head;
	struct text_line *lines = text->line_array.data;
	for (uint32_t i = 0; i < head->lines; i++)
		shift(text, &lines[i]);
	head->height = text->y;
	head->text_size = (uint32_t)text->request->size;
	*size = text_layout_size(head);
	void *to = text_array_room(&text->block_array, *size, 1);
	if (!to)
		return -ENOMEM;
	*block = to;
	memcpy(to, head, sizeof *head);
	to = (struct text_head *)to + 1;
	to = append(to, &text->line_array, head->lines, sizeof(struct text_line));
	to = append(to, &text->run_array, head->runs, sizeof(struct text_run));
	to = append(to, &text->glyph_array, head->glyphs, sizeof(struct text_glyph));
	append(to, &text->cell_array, head->cells, sizeof(struct text_cell));
	return 0;
}
