/*
 * sql: SQLite as all of our files use it: what is written is on the disk when the call
 * returns (a write-ahead log, synchronous=FULL), and an older program does not touch
 * the file of a newer one. Calls block: for the store's process, or before a session
 * has begun.
 */
#ifndef OSAAS_SESSION_SQL_H
#define OSAAS_SESSION_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/library.h"

#define SQL_WHY_MAX 512

/*
 * sql_open opens a file, mode 0600; make: it may be new. schema makes its tables, and is
 * of that version. 0, or -errno with why in one line: -ENOENT, -EPROTO it is of a newer
 * version, -EBADMSG it is no such file, or torn.
 */
int sql_open(const char *path, bool make, const char *schema, int version, int busy_ms,
	sqlite3 **out, char why[static SQL_WHY_MAX]);

/* sql_close: takes NULL; the last one gives SQLite's memory back. */
void sql_close(sqlite3 *db);

/* sql_open_state: the same for a file of the state folder (state.h), waiting at most 2 s for others. */
int sql_open_state(const char *name, bool make, const char *schema, sqlite3 **out,
	char why[static SQL_WHY_MAX]);

/* sql_copy: a column's text; false: there is none, or no room. */
bool sql_copy(char *to, size_t size, const unsigned char *from);

/* sql_errno turns a result code of SQLite into 0 or -errno. */
int sql_errno(int result);

/* sql_exec runs statements that give no rows. 0 or -errno. */
int sql_exec(sqlite3 *db, const char *text);

/* sql_step_once runs a bound statement that gives no rows, and resets it. 0 or -errno. */
int sql_step_once(sqlite3_stmt *statement);

extern struct library library_sqlite; /* for osaas doctor */

#endif
