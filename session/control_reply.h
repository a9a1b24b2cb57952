/*
 * control_reply: what a session answers, as text for people or as JSON, from the same
 * calls. An answer is a row of tables; as JSON one object on one line:
 *
 *	{"tasks":[{"plugin":"Hello","run_ns":1200000},...]}
 *
 * Strings may come from plugins: what is no UTF-8 or would act on a terminal is
 * replaced (text) or escaped (JSON). Pure, but for memory.
 */
#ifndef OSAAS_SESSION_CONTROL_REPLY_H
#define OSAAS_SESSION_CONTROL_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of one table; the others are only counted: the frame path must not wait for more. */
#define REPLY_ROWS_MAX    500
#define REPLY_COLUMNS_MAX 16

enum reply_kind {
	REPLY_TEXT,
	REPLY_COUNT,
	REPLY_TIME, /* ns; text: ms */
	REPLY_SIZE, /* bytes; text: KiB */
};

struct reply_column {
	const char *key;     /* in JSON, with its unit: "run_ns" */
	const char *heading; /* in text: "run ms" */
	enum reply_kind kind;
};

enum reply_status {
	REPLY_OK,
	REPLY_FAILED,
	REPLY_USAGE, /* the request makes no sense */
};

struct reply;

struct reply *reply_create(bool json);
void reply_destroy(struct reply *reply); /* takes NULL */

/*
 * reply_table begins a table, reply_record one of a single row (JSON: an object, text:
 * a line for each). Then the cells in the order of the columns, row by row, then
 * reply_end. The columns are borrowed until then.
 */
void reply_table(struct reply *reply, const char *key, const struct reply_column *columns,
	size_t n_columns);
void reply_record(struct reply *reply, const char *key,
	const struct reply_column *columns, size_t n_columns);
void reply_text(struct reply *reply, const char *text); /* NULL: there is none */
void reply_number(struct reply *reply, uint64_t number);
void reply_end(struct reply *reply);

/* reply_say answers in one sentence; JSON: {"key":"the sentence"}. */
void reply_say(struct reply *reply, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* reply_refuse: this line for the user is all that is answered. */
void reply_refuse(struct reply *reply, enum reply_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * reply_attach: a descriptor goes with the answer, for what is too much for a table; it is
 * the reply's then. One at most. reply_take gives it away; -1: there is none.
 */
void reply_attach(struct reply *reply, int fd);
int reply_take(struct reply *reply);

/* reply_body ends the answer and gives it, with its size; the reply's. Once. */
const char *reply_body(struct reply *reply, size_t *size);

/* reply_message likewise, with the head of control_request.h; the caller frees it. */
char *reply_message(struct reply *reply, size_t *size);

#endif
