#include "field_host.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_clipboard.h"
#include "plugins/include/osaas_request.h"
#include "plugins/include/osaas_utf8.h"
#include "plugins/include/osaas_window.h"

struct field_host field_host;
static struct osaas_msg answer;
static bool answered;

void *osaas_buf_alloc(size_t size)
{
	field_host.buffers++;
	return calloc(1, size ? size : 1);
}

int osaas_buf_free(void *buf)
{
	field_host.buffers -= buf != NULL;
	free(buf);
	return 0;
}

int osaas_close(osaas_chan chan)
{
	(void)chan;
	return 0;
}

void osaas_printf(int level, const char *format, ...)
{
	(void)level;
	(void)format;
}

_Noreturn void osaas_assert_failed(const char *file, int line, const char *what)
{
	(void)file;
	(void)line;
	(void)what;
	abort();
}

/* ---- Text --------------------------------------------------------------- */

struct setting {
	const char *text;
	uint32_t size;
	uint32_t columns; /* 0: any number */
	struct osaas_text_line *lines;
	struct osaas_text_cell *cells;
	uint32_t n_lines, n_cells;
	float width;
};

static bool is_mark(uint32_t c)
{
	return c >= 0x300 && c < 0x370;
}

static bool is_word(const struct setting *s, uint32_t at)
{
	uint8_t c = at < s->size ? (uint8_t)s->text[at] : 0;
	return c >= 0x80 || (c >= '0' && c <= '9') ||
	       ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static uint32_t cell_end(const struct setting *s, uint32_t at)
{
	uint32_t c;
	at = (uint32_t)osaas_utf8_next(s->text, s->size, at);
	while (at < s->size) {
		size_t used = osaas_utf8_decode(s->text + at, s->size - at, &c);
		if (!is_mark(c))
			break;
		at += (uint32_t)used;
	}
	return at;
}

static void put_cell(struct setting *s, struct osaas_text_line *line, uint32_t at)
{
	struct osaas_text_cell *cell = &s->cells[s->n_cells++];
	bool before = at > line->start && is_word(s, at - 1), now = is_word(s, at);
	*cell = (struct osaas_text_cell){.index = at,
		.visual = line->cells,
		.leading = (float)(HOST_CELL * line->cells),
		.trailing = (float)(HOST_CELL * (line->cells + 1))};
	if (now && !before)
		cell->flags |= OSAAS_TEXT_CELL_WORD_START;
	if (before && !now)
		cell->flags |= OSAAS_TEXT_CELL_WORD_END;
	line->cells++;
}

/* Takes cells up to the end of the paragraph, or of the room: then behind the last blank. */
static uint32_t put_line(struct setting *s, uint32_t at)
{
	struct osaas_text_line *line = &s->lines[s->n_lines];
	uint32_t blank = 0, blank_cells = 0;
	*line = (struct osaas_text_line){.start = at,
		.first_cell = s->n_cells,
		.top = (float)(HOST_LINE * s->n_lines),
		.height = HOST_LINE,
		.ascent = 15,
		.descent = 5};
	line->baseline = line->top + line->ascent;
	s->n_lines++;
	while (at < s->size && s->text[at] != '\n' &&
		(s->columns == 0 || line->cells < s->columns || s->text[at] == ' ')) {
		put_cell(s, line, at);
		bool is_blank = s->text[at] == ' ';
		at = cell_end(s, at);
		if (is_blank) {
			blank = at;
			blank_cells = line->cells;
		}
	}
	if (at < s->size && s->text[at] != '\n' && blank > 0) {
		at = blank;
		line->cells = blank_cells;
	}
	s->n_cells = line->first_cell + line->cells;
	line->width = (float)(HOST_CELL * line->cells);
	s->width = line->width > s->width ? line->width : s->width;
	line->end = line->next = at;
	if (at == s->size || s->text[at] == '\n')
		line->flags = OSAAS_TEXT_LINE_HARD;
	if (at < s->size && s->text[at] == '\n')
		line->next = at + 1;
	return line->next;
}

static void set(struct setting *s)
{
	uint32_t at = put_line(s, 0);
	while (at < s->size ||
		(at > 0 && s->text[at - 1] == '\n' && at == s->size &&
			s->lines[s->n_lines - 1].next > s->lines[s->n_lines - 1].end))
		at = put_line(s, at);
}

static void lay(const struct osaas_msg *msg)
{
	const struct osaas_text_ask *ask = msg->buf;
	struct setting s = {.size = ask->text_size,
		.text = (const char *)msg->buf + msg->len - ask->text_size,
		.columns = ask->width > 0 ? (uint32_t)(ask->width / HOST_CELL) : 0};
	if (ask->width > 0 && s.columns == 0)
		s.columns = 1;
	s.lines = calloc(s.size + 2, sizeof *s.lines);
	s.cells = calloc(s.size + 1, sizeof *s.cells);
	assert(s.lines && s.cells);
	set(&s);
	field_host.layouts++;
	const struct osaas_text_head head = {.lines = s.n_lines,
		.cells = s.n_cells,
		.text_size = s.size,
		.width = s.width,
		.height = (float)(HOST_LINE * s.n_lines)};
	answer.len =
		sizeof head + s.n_lines * sizeof *s.lines + s.n_cells * sizeof *s.cells;
	char *to = answer.buf = osaas_buf_alloc((size_t)answer.len);
	memcpy(to, &head, sizeof head);
	memcpy(to + sizeof head, s.lines, s.n_lines * sizeof *s.lines);
	memcpy(to + sizeof head + s.n_lines * sizeof *s.lines, s.cells,
		s.n_cells * sizeof *s.cells);
	answer.u.i64[0] = s.n_lines;
	free(s.lines);
	free(s.cells);
}

/* ---- Channels ----------------------------------------------------------- */

static void handle_text(const struct osaas_msg *msg)
{
	if (field_host.no_fonts)
		answer.u.i64[0] = OSAAS_ENOENT;
	else
		lay(msg);
	osaas_buf_free(msg->buf);
}

static void handle_copy(const struct osaas_msg *msg)
{
	struct osaas_clipboard_copy copy;
	memcpy(&copy, msg->u.bytes, sizeof copy);
	size_t size = (size_t)msg->len - copy.type;
	assert(copy.which < 2 && size < sizeof *field_host.clip);
	memcpy(field_host.clip[copy.which], (char *)msg->buf + copy.type, size);
	field_host.clip[copy.which][size] = 0;
	field_host.clip_size[copy.which] = size;
	osaas_buf_free(msg->buf);
}

static void handle_paste(const struct osaas_msg *msg)
{
	uint32_t which = msg->u.u32[0];
	assert(which < 2);
	size_t size = field_host.clip_size[which];
	osaas_buf_free(msg->buf);
	answer.u.i64[0] = size ? (int64_t)size : OSAAS_ENOENT;
	if (size == 0)
		return;
	answer.len = size;
	answer.buf = osaas_buf_alloc(size);
	memcpy(answer.buf, field_host.clip[which], size);
}

static void handle_window(const struct osaas_msg *msg)
{
	if (msg->type == OSAAS_WINDOW_FOCUS_AREA)
		field_host.focused = msg->u.u64[0];
	if (msg->type != OSAAS_WINDOW_FRAME)
		return;
	osaas_buf_free(field_host.frame.buf);
	field_host.frame = *msg;
}

int osaas_send(osaas_chan chan, const struct osaas_msg *msg)
{
	assert(!answered);
	if (chan == HOST_WINDOW) {
		handle_window(msg);
		return 0;
	}
	answer = (struct osaas_msg){.type = msg->type | OSAAS_ANSWER};
	answered = true;
	if (chan == HOST_TEXT)
		handle_text(msg);
	else if (msg->type == OSAAS_CLIPBOARD_COPY)
		handle_copy(msg);
	else
		handle_paste(msg);
	return 0;
}

int osaas_recv(osaas_chan chan, struct osaas_msg *msg)
{
	(void)chan;
	assert(answered);
	answered = false;
	*msg = answer;
	return 0;
}
