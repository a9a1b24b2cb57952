#include "util/text_layout.h"

size_t text_layout_size(const struct text_head *head)
{
	return sizeof *head + (size_t)head->lines * sizeof(struct text_line) +
	       (size_t)head->runs * sizeof(struct text_run) +
	       (size_t)head->glyphs * sizeof(struct text_glyph) +
	       (size_t)head->cells * sizeof(struct text_cell);
}

bool text_layout_open(struct text_layout *layout, const void *block, size_t size)
{
	const struct text_head *head = block;
	if (size < sizeof *head || size != text_layout_size(head) || head->lines == 0)
		return false;
	layout->head = head;
	layout->lines = (const void *)(head + 1);
	layout->runs = (const void *)(layout->lines + head->lines);
	layout->glyphs = (const void *)(layout->runs + head->runs);
	layout->cells = (const void *)(layout->glyphs + head->glyphs);
	return true;
}

static bool is_rtl(const struct text_cell *cell)
{
	return cell->flags & 1;
}

static bool line_rtl(const struct text_line *line)
{
	return line->flags & TEXT_LINE_RTL;
}

/* The line that an index is in. */
static uint32_t line_of(const struct text_layout *layout, uint32_t index, bool upstream)
{
	uint32_t low = 0, high = layout->head->lines;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;
		if (layout->lines[mid].start <= index)
			low = mid;
		else
			high = mid;
	}
	if (upstream && low > 0 && layout->lines[low].start == index &&
		layout->lines[low - 1].end == index)
		low--;
	return low;
}

/* The last cell of the line that begins at index or before; cells, if index is the line's end. */
static uint32_t cell_of(
	const struct text_layout *layout, const struct text_line *line, uint32_t index)
{
	const struct text_cell *cells = layout->cells + line->first_cell;
	uint32_t low = 0, high = line->cells;
	if (index >= line->end || line->cells == 0)
		return line->cells;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;
		if (cells[mid].index <= index)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* The x where a line's text begins, or ends. */
static float edge(
	const struct text_layout *layout, const struct text_line *line, bool right)
{
	const struct text_cell *cells = layout->cells + line->first_cell;
	float x = line->x + (right ? line->width : 0);
	for (uint32_t i = 0; i < line->cells; i++) {
		float a = cells[i].leading, b = cells[i].trailing;
		float far = (a > b) == right ? a : b;
		if (right ? far > x : far < x)
			x = far;
	}
	return x;
}

/* Of two levels that meet, whether the first is nearer to a line's direction. */
static bool stronger(uint32_t first, uint32_t second, bool rtl)
{
	if ((first & 1) != (second & 1))
		return (first & 1) == rtl;
	return first <= second;
}

struct text_caret text_layout_caret(
	const struct text_layout *layout, uint32_t index, bool upstream)
{
	uint32_t n = line_of(layout, index, upstream);
	const struct text_line *line = &layout->lines[n];
	const struct text_cell *cells = layout->cells + line->first_cell;
	uint32_t at = cell_of(layout, line, index);
	bool rtl = line_rtl(line), end = at == line->cells;
	uint32_t left = at > 0 ? cells[at - 1].flags & TEXT_CELL_LEVEL : rtl;
	uint32_t right = end ? rtl : cells[at].flags & TEXT_CELL_LEVEL;
	float before = at > 0 ? cells[at - 1].trailing : edge(layout, line, rtl);
	float after = end ? edge(layout, line, !rtl) : cells[at].leading;
	bool first = stronger(left, right, rtl);
	return (struct text_caret){
		.line = n,
		.strong = first ? before : after,
		.weak = first ? after : before,
		.top = line->baseline - line->ascent,
		.bottom = line->baseline + line->descent,
	};
}

static uint32_t end_of_cell(
	const struct text_layout *layout, const struct text_line *line, uint32_t cell)
{
	const struct text_cell *cells = layout->cells + line->first_cell;
	return cell + 1 < line->cells ? cells[cell + 1].index : line->end;
}

static uint32_t line_at(const struct text_layout *layout, float y)
{
	uint32_t low = 0, high = layout->head->lines;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;
		if (layout->lines[mid].top <= y)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* The cell that is nearest to x; of two at the same place, the one with a width. */
static uint32_t nearest(
	const struct text_layout *layout, const struct text_line *line, float x)
{
	const struct text_cell *cells = layout->cells + line->first_cell;
	uint32_t best = 0;
	float least = 0;
	bool wide = false;
	for (uint32_t i = 0; i < line->cells; i++) {
		float a = cells[i].leading, b = cells[i].trailing;
		float x0 = a < b ? a : b, x1 = a < b ? b : a;
		float away = x < x0 ? x0 - x : x > x1 ? x - x1 : 0;
		if (i == 0 || away < least || (away <= least && !wide && x1 > x0)) {
			best = i;
			least = away;
			wide = x1 > x0;
		}
	}
	return best;
}

struct text_hit text_layout_hit(const struct text_layout *layout, float x, float y)
{
	struct text_hit hit = {.line = line_at(layout, y)};
	const struct text_line *line = &layout->lines[hit.line];
	hit.index = hit.cell = line->start;
	if (line->cells == 0)
		return hit;
	uint32_t n = nearest(layout, line, x);
	const struct text_cell *cell = &layout->cells[line->first_cell + n];
	float middle = (cell->leading + cell->trailing) / 2;
	float x0 = is_rtl(cell) ? cell->trailing : cell->leading;
	float x1 = is_rtl(cell) ? cell->leading : cell->trailing;
	bool behind = is_rtl(cell) ? x < middle : x >= middle;
	hit.cell = cell->index;
	hit.index = behind ? end_of_cell(layout, line, n) : cell->index;
	hit.upstream = behind && hit.index == line->end && line->next == line->end;
	hit.inside = x >= x0 && x < x1 && y >= line->top && y < line->top + line->height;
	return hit;
}

/* One rectangle more, or the last one longer. */
static size_t put_rect(struct text_rect *rects, size_t n, size_t most, bool joined,
	struct text_rect r, struct text_rect *last)
{
	if (joined && (r.x0 == last->x1 || r.x1 == last->x0)) {
		last->x0 = r.x0 < last->x0 ? r.x0 : last->x0;
		last->x1 = r.x1 > last->x1 ? r.x1 : last->x1;
		if (n - 1 < most)
			rects[n - 1] = *last;
		return n;
	}
	*last = r;
	if (n < most)
		rects[n] = r;
	return n + 1;
}

size_t text_layout_rects(const struct text_layout *layout, uint32_t start, uint32_t end,
	struct text_rect *rects, size_t most)
{
	struct text_rect last = {0};
	size_t n = 0;
	for (uint32_t l = line_of(layout, start, false); start < end; l++) {
		if (l >= layout->head->lines || layout->lines[l].start >= end)
			break;
		const struct text_line *line = &layout->lines[l];
		const struct text_cell *cells = layout->cells + line->first_cell;
		bool joined = false;
		for (uint32_t i = cell_of(
			     layout, line, start > line->start ? start : line->start);
			i < line->cells && cells[i].index < end; i++) {
			float a = cells[i].leading, b = cells[i].trailing;
			struct text_rect r = {a < b ? a : b, line->top, a < b ? b : a,
				line->top + line->height};
			if (r.x0 == r.x1)
				continue;
			n = put_rect(rects, n, most, joined, r, &last);
			joined = true;
		}
	}
	return n;
}

static uint32_t next(const struct text_layout *layout, uint32_t index)
{
	uint32_t l = line_of(layout, index, false);
	const struct text_line *line = &layout->lines[l];
	uint32_t at = cell_of(layout, line, index);
	if (at < line->cells) {
		uint32_t end = end_of_cell(layout, line, at);
		return end;
	}
	return l + 1 < layout->head->lines ? layout->lines[l + 1].start : line->end;
}

static uint32_t previous(const struct text_layout *layout, uint32_t index)
{
	uint32_t l = line_of(layout, index, false);
	const struct text_line *line = &layout->lines[l];
	uint32_t at = cell_of(layout, line, index);
	if (at > 0)
		return layout->cells[line->first_cell + at - 1].index;
	if (l == 0)
		return line->start;
	const struct text_line *before = line - 1;
	if (before->next > before->end || before->cells == 0)
		return before->end;
	return layout->cells[before->first_cell + before->cells - 1].index;
}

static uint32_t cell_flags(const struct text_layout *layout, uint32_t index)
{
	const struct text_line *line = &layout->lines[line_of(layout, index, false)];
	uint32_t at = cell_of(layout, line, index);
	if (at == line->cells)
		return TEXT_CELL_WORD_END;
	return layout->cells[line->first_cell + at].flags;
}

/*
 * Steps up to one with the flag, over the ends of most lines: to the right from line to
 * line may lead back where paragraphs of both directions meet.
 */
static uint32_t step_word(const struct text_layout *layout, uint32_t index,
	uint32_t (*step)(const struct text_layout *, uint32_t), uint32_t flag,
	uint32_t most)
{
	uint32_t line = line_of(layout, index, false);
	for (uint32_t changes = 0; changes < most;) {
		uint32_t to = step(layout, index), now = line_of(layout, to, false);
		if (to == index || cell_flags(layout, to) & flag)
			return to;
		changes += now != line;
		line = now;
		index = to;
	}
	return index;
}

/* The cell of a place in the line, from the left. */
static uint32_t cell_at(
	const struct text_layout *layout, const struct text_line *line, uint32_t visual)
{
	const struct text_cell *cells = layout->cells + line->first_cell;
	uint32_t i = 0;
	while (i + 1 < line->cells && cells[i].visual != visual)
		i++;
	return i;
}

/* The gap (the number of cells left of it) that the strong caret of an index is in. */
static uint32_t gap_of(
	const struct text_layout *layout, const struct text_line *line, uint32_t index)
{
	bool rtl = line_rtl(line);
	uint32_t at = cell_of(layout, line, index);
	const struct text_cell *cells = layout->cells + line->first_cell;
	if (at == 0)
		return rtl ? line->cells : 0;
	if (at == line->cells)
		return rtl ? 0 : line->cells;
	const struct text_cell *before = &cells[at - 1], *after = &cells[at];
	if (stronger(
		    before->flags & TEXT_CELL_LEVEL, after->flags & TEXT_CELL_LEVEL, rtl))
		return is_rtl(before) ? before->visual : before->visual + 1;
	return is_rtl(after) ? after->visual + 1 : after->visual;
}

/* The index whose strong caret is in a gap; false: none is. */
static bool gap_index(const struct text_layout *layout, const struct text_line *line,
	uint32_t gap, uint32_t *index)
{
	const struct text_cell *cells = layout->cells + line->first_cell;
	bool rtl = line_rtl(line);
	uint32_t found[3], n = 0;
	if (gap == 0 || gap == line->cells)
		found[n++] = (gap == 0) == rtl && line->cells ? line->end : line->start;
	if (gap > 0) {
		uint32_t left = cell_at(layout, line, gap - 1);
		found[n++] = is_rtl(&cells[left]) ? cells[left].index
						  : end_of_cell(layout, line, left);
	}
	if (gap < line->cells) {
		uint32_t right = cell_at(layout, line, gap);
		found[n++] = is_rtl(&cells[right]) ? end_of_cell(layout, line, right)
						   : cells[right].index;
	}
	for (uint32_t i = 0; i < n; i++) {
		*index = found[i];
		if (gap_of(layout, line, found[i]) == gap)
			return true;
	}
	return false;
}

static uint32_t beside(const struct text_layout *layout, uint32_t index, bool right)
{
	uint32_t l = line_of(layout, index, false);
	const struct text_line *line = &layout->lines[l];
	bool rtl = line_rtl(line), last = l + 1 == layout->head->lines;
	uint32_t gap = gap_of(layout, line, index), to;
	while (gap != (right ? line->cells : 0)) {
		gap = right ? gap + 1 : gap - 1;
		if (!gap_index(layout, line, gap, &to))
			continue;
		/* The end of a line that was broken is the start of the next. */
		if (to == line->end && line->next == to && !last)
			break;
		return to;
	}
	if (right != rtl)
		return last ? index : layout->lines[l + 1].start;
	return l == 0 ? index : previous(layout, line->start);
}

static uint32_t beside_right(const struct text_layout *layout, uint32_t index)
{
	return beside(layout, index, true);
}

static uint32_t beside_left(const struct text_layout *layout, uint32_t index)
{
	return beside(layout, index, false);
}

uint32_t text_layout_move(
	const struct text_layout *layout, uint32_t index, enum text_motion motion)
{
	const struct text_line *line = &layout->lines[line_of(layout, index, false)];
	switch (motion) {
	case TEXT_NEXT:
		return next(layout, index);
	case TEXT_PREVIOUS:
		return previous(layout, index);
	case TEXT_RIGHT:
		return beside_right(layout, index);
	case TEXT_LEFT:
		return beside_left(layout, index);
	case TEXT_NEXT_WORD:
		return step_word(layout, index, next, TEXT_CELL_WORD_END, UINT32_MAX);
	case TEXT_PREVIOUS_WORD:
		return step_word(
			layout, index, previous, TEXT_CELL_WORD_START, UINT32_MAX);
	case TEXT_RIGHT_WORD:
		return step_word(layout, index, beside_right,
			line_rtl(line) ? TEXT_CELL_WORD_START : TEXT_CELL_WORD_END, 2);
	case TEXT_LEFT_WORD:
		return step_word(layout, index, beside_left,
			line_rtl(line) ? TEXT_CELL_WORD_END : TEXT_CELL_WORD_START, 2);
	case TEXT_LINE_START:
		return line->start;
	case TEXT_LINE_END:
		return line->end;
	}
	return index;
}
