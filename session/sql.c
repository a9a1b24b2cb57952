#include "session/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "session/state.h"
#include "util/library.h"
#include "util/sonames.h"

#define SQLITE(X)                                                                        \
	X(sqlite3_bind_blob)                                                             \
	X(sqlite3_bind_int64)                                                            \
	X(sqlite3_bind_text)                                                             \
	X(sqlite3_busy_timeout)                                                          \
	X(sqlite3_changes)                                                               \
	X(sqlite3_clear_bindings)                                                        \
	X(sqlite3_close)                                                                 \
	X(sqlite3_column_blob)                                                           \
	X(sqlite3_column_bytes)                                                          \
	X(sqlite3_column_int)                                                            \
	X(sqlite3_column_int64)                                                          \
	X(sqlite3_column_text)                                                           \
	X(sqlite3_errmsg)                                                                \
	X(sqlite3_exec)                                                                  \
	X(sqlite3_finalize)                                                              \
	X(sqlite3_get_autocommit)                                                        \
	X(sqlite3_open_v2)                                                               \
	X(sqlite3_prepare_v2)                                                            \
	X(sqlite3_prepare_v3)                                                            \
	X(sqlite3_reset)                                                                 \
	X(sqlite3_step)
LIBRARY(sqlite, "what is kept on disk", SONAME_SQLITE3, "libsqlite3-0", SQLITE)

#define BUSY_MS 2000

int sql_errno(int result)
{
	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_TOOBIG:
		return -E2BIG;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

int sql_exec(sqlite3 *db, const char *text)
{
	return sql_errno(sqlite3_exec(db, text, NULL, NULL, NULL));
}

int sql_step_once(sqlite3_stmt *statement)
{
	int r = sql_errno(sqlite3_step(statement));
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return r;
}

static int read_version(sqlite3 *db, int *version)
{
	sqlite3_stmt *statement = NULL;
	int r = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL);
	if (r == SQLITE_OK)
		r = sqlite3_step(statement);
	if (r == SQLITE_ROW)
		*version = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return sql_errno(r);
}

/* Two that find it new at the same time: one makes it, the other finds it made. */
static int make_tables(sqlite3 *db, const char *schema, int version)
{
	char set[64];
	int now = 0, r = sql_exec(db, "BEGIN IMMEDIATE");
	if (r < 0)
		return r;
	r = read_version(db, &now);
	if (r == 0 && now == 0) {
		snprintf(set, sizeof set, "PRAGMA user_version = %d", version);
		r = sql_exec(db, schema);
		if (r == 0)
			r = sql_exec(db, set);
	}
	int end = sql_exec(db, r == 0 ? "COMMIT" : "ROLLBACK");
	return r < 0 ? r : end;
}

static int prepare(sqlite3 *db, const char *schema, int version)
{
	int now = 0, r = sql_exec(db, "PRAGMA journal_mode = WAL;"
				      "PRAGMA synchronous = FULL;"
				      "PRAGMA wal_autocheckpoint = 256;"
				      "PRAGMA journal_size_limit = 1048576;"
				      "PRAGMA trusted_schema = OFF;");
	if (r == 0)
		r = read_version(db, &now);
	if (r == 0 && now == 0)
		r = make_tables(db, schema, version);
	return r == 0 && now > version ? -EPROTO : r;
}

/* A file that is new must be found again after a loss of power. */
static int sync_folder(const char *path)
{
	char folder[4096];
	snprintf(folder, sizeof folder, "%s", path);
	char *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return r;
}

static int touch(const char *path, bool make)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0), 0600);
	if (fd < 0)
		return -errno;
	close(fd);
	return make ? sync_folder(path) : 0;
}

int sql_open(const char *path, bool make, const char *schema, int version, int busy_ms,
	sqlite3 **out, char why[static SQL_WHY_MAX])
{
	sqlite3 *db = NULL;
	int r = library_load(&library_sqlite);
	if (r < 0) {
		snprintf(why, SQL_WHY_MAX, "SQLite is missing: install libsqlite3-0");
		return -ENOPKG;
	}
	r = touch(path, make);
	if (r == 0)
		r = sql_errno(sqlite3_open_v2(
			path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
	if (r == 0) {
		sqlite3_busy_timeout(db, busy_ms);
		r = prepare(db, schema, version);
	}
	if (r == 0) {
		*out = db;
		return 0;
	}
	sqlite3_close(db);
	library_unload(&library_sqlite);
	snprintf(why, SQL_WHY_MAX, "%.300s: %s", path,
		r == -EPROTO    ? "made by a newer osaas: use that, or move the file away"
		: r == -EBADMSG ? "no database, or a torn one: move the file away"
				: strerror(-r));
	return r;
}

void sql_close(sqlite3 *db)
{
	if (!db)
		return;
	sqlite3_close(db);
	library_unload(&library_sqlite);
}

int sql_open_state(const char *name, bool make, const char *schema, sqlite3 **out,
	char why[static SQL_WHY_MAX])
{
	_Static_assert(SQL_WHY_MAX == STATE_WHY_MAX, "one line");
	char path[STATE_PATH_MAX];
	int r = state_path(name, make, path, why);
	return r < 0 ? r : sql_open(path, make, schema, 1, BUSY_MS, out, why);
}

bool sql_copy(char *to, size_t size, const unsigned char *from)
{
	size_t n = from ? strlen((const char *)from) : size;
	if (n >= size)
		return false;
	memcpy(to, from, n + 1);
	return true;
}
