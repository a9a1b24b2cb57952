/*
 * JSON is written as it comes. Text must know its widest cells first: a table's
 * cells are kept, each ended by a NUL, and laid out at its end.
 */
#include "session/control_reply.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/control_request.h"
#include "session/control_text.h"
#include "util/log.h"
#include "util/xalloc.h"

/* A FILE that writes into memory. */
struct sink {
	FILE *file;
	char *data; /* valid after sink_flush */
	size_t size;
};

struct reply {
	bool json;
	enum reply_status status;
	struct sink out, cells;
	const char *key; /* of the table at hand */
	const struct reply_column *columns;
	size_t n_columns;
	bool record;
	size_t tables, rows; /* so far; of the rows at most REPLY_ROWS_MAX are kept */
	size_t column;       /* of the next cell */
	size_t widths[REPLY_COLUMNS_MAX];
	int fd; /* attached; -1: none */
};

static void sink_open(struct sink *sink)
{
	sink->file = open_memstream(&sink->data, &sink->size);
	if (!sink->file) {
		log_error("out of memory");
		abort();
	}
}

static void sink_close(struct sink *sink)
{
	if (sink->file)
		fclose(sink->file);
	free(sink->data);
	*sink = (struct sink){0};
}

static void sink_reset(struct sink *sink)
{
	sink_close(sink);
	sink_open(sink);
}

struct reply *reply_create(bool json)
{
	struct reply *reply = xcalloc(1, sizeof *reply);
	reply->json = json;
	reply->fd = -1;
	sink_open(&reply->out);
	return reply;
}

void reply_destroy(struct reply *reply)
{
	if (!reply)
		return;
	sink_close(&reply->out);
	sink_close(&reply->cells);
	if (reply->fd >= 0)
		close(reply->fd);
	free(reply);
}

/* Tables. */

static void begin(struct reply *reply, const char *key,
	const struct reply_column *columns, size_t n_columns)
{
	assert(!reply->columns && n_columns > 0 && n_columns <= REPLY_COLUMNS_MAX);
	reply->key = key;
	reply->columns = columns;
	reply->n_columns = n_columns;
	reply->rows = reply->column = 0;
	if (!reply->json)
		sink_reset(&reply->cells);
	for (size_t i = 0; i < n_columns; i++)
		reply->widths[i] = strlen(columns[i].heading);
	FILE *out = reply->out.file;
	if (reply->json)
		fprintf(out, "%s\"%s\":%s", reply->tables ? "," : "{", key,
			reply->record ? "" : "[");
	else if (reply->tables)
		putc('\n', out);
	reply->tables++;
}

void reply_table(struct reply *reply, const char *key, const struct reply_column *columns,
	size_t n_columns)
{
	reply->record = false;
	begin(reply, key, columns, n_columns);
}

void reply_record(struct reply *reply, const char *key,
	const struct reply_column *columns, size_t n_columns)
{
	reply->record = true;
	begin(reply, key, columns, n_columns);
}

/* Where the next cell is written; NULL: it is not. */
static FILE *cell_file(struct reply *reply)
{
	FILE *out = reply->out.file;
	assert(reply->columns);
	if (reply->rows >= REPLY_ROWS_MAX)
		return NULL;
	if (!reply->json)
		return reply->cells.file;
	if (reply->column == 0)
		fputs(reply->rows ? ",{" : "{", out);
	fprintf(out, "%s\"%s\":", reply->column ? "," : "",
		reply->columns[reply->column].key);
	return out;
}

static void end_cell(struct reply *reply, FILE *file, size_t width)
{
	if (file && !reply->json) {
		putc('\0', file);
		if (width > reply->widths[reply->column])
			reply->widths[reply->column] = width;
	}
	reply->column++;
	if (reply->column < reply->n_columns)
		return;
	if (file && reply->json)
		putc('}', file);
	reply->column = 0;
	reply->rows++;
}

void reply_text(struct reply *reply, const char *text)
{
	FILE *file = cell_file(reply);
	size_t width = 0;
	if (file && !reply->json)
		width = text_put(file, text ? text : "-");
	else if (file && text)
		text_put_json(file, text);
	else if (file)
		fputs("null", file);
	end_cell(reply, file, width);
}

static int put_number(FILE *file, enum reply_kind kind, uint64_t number)
{
	if (kind == REPLY_TIME)
		return fprintf(file, "%.3f", (double)number / 1e6);
	if (kind == REPLY_SIZE)
		return fprintf(file, "%" PRIu64, number / 1024);
	return fprintf(file, "%" PRIu64, number);
}

void reply_number(struct reply *reply, uint64_t number)
{
	FILE *file = cell_file(reply);
	enum reply_kind kind = reply->columns[reply->column].kind;
	int width = 0;
	if (file)
		width = put_number(file, reply->json ? REPLY_COUNT : kind, number);
	end_cell(reply, file, (size_t)width);
}

/* Text. */

static size_t characters(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void pad(FILE *out, size_t n)
{
	while (n-- > 0)
		putc(' ', out);
}

/* No spaces at the end of a line. */
static void put_cell(struct reply *reply, size_t column, const char *cell)
{
	FILE *out = reply->out.file;
	size_t blank = reply->widths[column] - characters(cell);
	bool last = column + 1 == reply->n_columns;
	bool left = reply->columns[column].kind == REPLY_TEXT;
	if (!left)
		pad(out, blank);
	fputs(cell, out);
	if (left && !last)
		pad(out, blank);
	fputs(last ? "\n" : "  ", out);
}

static const char *after(const char *cell)
{
	return cell + strlen(cell) + 1;
}

static void lay_out_table(struct reply *reply, const char *cell)
{
	size_t kept = reply->rows < REPLY_ROWS_MAX ? reply->rows : REPLY_ROWS_MAX;
	for (size_t i = 0; i < reply->n_columns; i++)
		put_cell(reply, i, reply->columns[i].heading);
	for (size_t i = 0; i < kept * reply->n_columns; i++, cell = after(cell))
		put_cell(reply, i % reply->n_columns, cell);
	if (reply->rows > kept)
		fprintf(reply->out.file, "... and %zu more\n", reply->rows - kept);
}

static void lay_out_record(struct reply *reply, const char *cell)
{
	FILE *out = reply->out.file;
	size_t widest = 0;
	for (size_t i = 0; i < reply->n_columns; i++) {
		size_t n = strlen(reply->columns[i].heading);
		widest = n > widest ? n : widest;
	}
	fprintf(out, "%s\n", reply->key);
	for (size_t i = 0; i < reply->n_columns; i++, cell = after(cell))
		fprintf(out, "  %-*s  %s\n", (int)widest, reply->columns[i].heading,
			cell);
}

void reply_end(struct reply *reply)
{
	FILE *out = reply->out.file;
	assert(reply->columns && reply->column == 0);
	assert(!reply->record || reply->rows == 1);
	if (!reply->json) {
		fflush(reply->cells.file);
		if (reply->record)
			lay_out_record(reply, reply->cells.data);
		else
			lay_out_table(reply, reply->cells.data);
		sink_close(&reply->cells);
	} else if (!reply->record) {
		putc(']', out);
		if (reply->rows > REPLY_ROWS_MAX)
			fprintf(out, ",\"%s_left_out\":%zu", reply->key,
				reply->rows - REPLY_ROWS_MAX);
	}
	reply->columns = NULL;
}

/* Sentences. */

void reply_say(struct reply *reply, const char *key, const char *fmt, ...)
{
	char text[512];
	FILE *out = reply->out.file;
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (reply->json) {
		fprintf(out, "%s\"%s\":", reply->tables ? "," : "{", key);
		text_put_json(out, text);
	} else {
		text_put(out, text);
		putc('\n', out);
	}
	reply->tables++;
}

/* The end. */

void reply_refuse(struct reply *reply, enum reply_status status, const char *fmt, ...)
{
	struct control_error err;
	va_list args;
	va_start(args, fmt);
	vsnprintf(err.text, sizeof err.text, fmt, args);
	va_end(args);
	sink_reset(&reply->out);
	text_put(reply->out.file, err.text);
	putc('\n', reply->out.file);
	reply->status = status;
}

void reply_attach(struct reply *reply, int fd)
{
	assert(reply->fd < 0);
	reply->fd = fd;
}

int reply_take(struct reply *reply)
{
	int fd = reply->fd;
	reply->fd = -1;
	return fd;
}

const char *reply_body(struct reply *reply, size_t *size)
{
	assert(!reply->columns);
	if (reply->json && reply->status == REPLY_OK)
		fputs(reply->tables ? "}\n" : "{}\n", reply->out.file);
	fflush(reply->out.file);
	*size = reply->out.size;
	return reply->out.data;
}

char *reply_message(struct reply *reply, size_t *size)
{
	static const char *const names[] = {
		[REPLY_OK] = "ok", [REPLY_FAILED] = "failed", [REPLY_USAGE] = "usage"};
	struct sink message = {0};
	size_t length;
	const char *body = reply_body(reply, &length);
	sink_open(&message);
	fprintf(message.file, "osaas %d %s %zu\n", CONTROL_VERSION, names[reply->status],
		length);
	fwrite(body, 1, length, message.file);
	fclose(message.file);
	*size = message.size;
	return message.data;
}
