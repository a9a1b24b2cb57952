#include "session/kv_db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/state.h"
#include "util/xalloc.h"

#define OPEN_MS 1000 /* a killed session's store may be about to end */
#define PAGE    4096

static const char schema[] =
	"CREATE TABLE kv (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) "
	"STRICT, WITHOUT ROWID;"
	"CREATE VIEW text AS SELECT CAST(key AS TEXT) AS key, "
	"CAST(value AS TEXT) AS value FROM kv;";

enum transaction {
	NONE,
	OPEN,
	VOID, /* something of it failed: till its end all is refused */
};

enum statement {
	GET,
	PUT,
	DELETE,
	LIST_FROM,
	LIST_BEHIND,
	STATEMENTS,
};

static const char *const texts[STATEMENTS] = {
	[GET] = "SELECT value FROM kv WHERE key = ?1",
	[PUT] = "INSERT OR REPLACE INTO kv VALUES (?1, ?2)",
	[DELETE] = "DELETE FROM kv WHERE key = ?1",
	[LIST_FROM] = "SELECT key, length(value) FROM kv WHERE key >= ?1 ORDER BY key",
	[LIST_BEHIND] = "SELECT key, length(value) FROM kv WHERE key > ?1 ORDER BY key",
};

struct kv_db {
	sqlite3 *sqlite;
	sqlite3_stmt *statements[STATEMENTS];
	enum transaction transaction;
};

static int prepare(struct kv_db *db, uint64_t quota)
{
	char limit[64];
	snprintf(limit, sizeof limit, "PRAGMA max_page_count = %llu",
		(unsigned long long)(quota / PAGE));
	/* Another instance of the plugin has its own connection, in this same process. */
	sqlite3_busy_timeout(db->sqlite, 0);
	int r = sql_exec(db->sqlite, limit);
	for (int i = 0; i < STATEMENTS && r == 0; i++)
		r = sql_errno(sqlite3_prepare_v3(db->sqlite, texts[i], -1,
			SQLITE_PREPARE_PERSISTENT, &db->statements[i], NULL));
	return r;
}

int kv_db_open(const char *id, uint64_t quota, bool void_transaction, struct kv_db **out,
	char why[static SQL_WHY_MAX])
{
	char path[STATE_PATH_MAX], name[128];
	struct kv_db *db = xcalloc(1, sizeof *db);
	snprintf(name, sizeof name, "store/%.64s.db", id);
	int r = state_path(name, true, path, why);
	if (r == 0)
		r = sql_open(path, true, schema, 1, OPEN_MS, &db->sqlite, why);
	if (r == 0 && (r = prepare(db, quota)) < 0)
		snprintf(
			why, SQL_WHY_MAX, "%.300s: %s", path, sqlite3_errmsg(db->sqlite));
	db->transaction = void_transaction ? VOID : NONE;
	if (r == 0)
		*out = db;
	else
		kv_db_close(db);
	return r;
}

void kv_db_close(struct kv_db *db)
{
	if (!db)
		return;
	for (int i = 0; i < STATEMENTS && db->sqlite; i++)
		sqlite3_finalize(db->statements[i]);
	sql_close(db->sqlite);
	free(db);
}

/* Binds a key; an empty one is a blob of no bytes, not NULL. */
static void bind_key(sqlite3_stmt *s, int i, const void *key, size_t len)
{
	sqlite3_bind_blob(s, i, len ? key : "", (int)len, SQLITE_STATIC);
}

/* A write failed. In a transaction nothing of it may count any more. */
static int fail(struct kv_db *db, int r)
{
	if (db->transaction != OPEN)
		return r;
	if (!sqlite3_get_autocommit(db->sqlite))
		sql_exec(db->sqlite, "ROLLBACK");
	db->transaction = VOID;
	return r;
}

static int64_t copy_value(sqlite3_stmt *s, void *to, size_t size)
{
	const void *value = sqlite3_column_blob(s, 0);
	size_t len = (size_t)sqlite3_column_bytes(s, 0);
	if (len > size)
		return -E2BIG;
	if (len)
		memcpy(to, value, len);
	return (int64_t)len;
}

int64_t kv_db_get(
	struct kv_db *db, const void *key, size_t key_len, void *to, size_t size)
{
	sqlite3_stmt *s = db->statements[GET];
	if (db->transaction == VOID)
		return -ECANCELED;
	bind_key(s, 1, key, key_len);
	int r = sqlite3_step(s);
	int64_t result = r == SQLITE_ROW    ? copy_value(s, to, size)
			 : r == SQLITE_DONE ? -ENOENT
					    : sql_errno(r);
	sqlite3_reset(s);
	return result;
}

int kv_db_put(struct kv_db *db, const void *key, size_t key_len, const void *value,
	size_t value_len)
{
	sqlite3_stmt *s = db->statements[PUT];
	if (db->transaction == VOID)
		return -ECANCELED;
	bind_key(s, 1, key, key_len);
	bind_key(s, 2, value, value_len);
	int r = sql_step_once(s);
	return r < 0 ? fail(db, r) : 0;
}

int kv_db_delete(struct kv_db *db, const void *key, size_t key_len)
{
	sqlite3_stmt *s = db->statements[DELETE];
	if (db->transaction == VOID)
		return -ECANCELED;
	bind_key(s, 1, key, key_len);
	int r = sql_step_once(s);
	if (r < 0)
		return fail(db, r);
	return sqlite3_changes(db->sqlite) ? 0 : -ENOENT;
}

static bool has_prefix(
	const void *key, size_t key_len, const void *prefix, size_t prefix_len)
{
	return key_len >= prefix_len &&
	       (!prefix_len || memcmp(key, prefix, prefix_len) == 0);
}

/* As SQLite orders them. */
static bool is_less(const void *a, size_t a_len, const void *b, size_t b_len)
{
	size_t n = a_len < b_len ? a_len : b_len;
	int order = n ? memcmp(a, b, n) : 0;
	return order < 0 || (order == 0 && a_len < b_len);
}

int kv_db_list(struct kv_db *db, const void *prefix, size_t prefix_len, const void *after,
	size_t after_len,
	bool (*each)(void *data, const void *key, size_t key_len, size_t value_len),
	void *data)
{
	/* Only the later bound: SQLite would look for one, and walk to the other. */
	bool from = is_less(after, after_len, prefix, prefix_len);
	sqlite3_stmt *s = db->statements[from ? LIST_FROM : LIST_BEHIND];
	if (db->transaction == VOID)
		return -ECANCELED;
	bind_key(s, 1, from ? prefix : after, from ? prefix_len : after_len);
	int r;
	while ((r = sqlite3_step(s)) == SQLITE_ROW) {
		const void *key = sqlite3_column_blob(s, 0);
		size_t len = (size_t)sqlite3_column_bytes(s, 0);
		if (!has_prefix(key, len, prefix, prefix_len) ||
			!each(data, key, len, (size_t)sqlite3_column_int64(s, 1)))
			break;
	}
	sqlite3_reset(s);
	return sql_errno(r);
}

int kv_db_begin(struct kv_db *db)
{
	if (db->transaction == OPEN)
		return -EINVAL;
	int r = sql_exec(db->sqlite, "BEGIN IMMEDIATE");
	db->transaction = r < 0 ? VOID : OPEN;
	return r;
}

int kv_db_commit(struct kv_db *db)
{
	enum transaction was = db->transaction;
	db->transaction = NONE;
	if (was != OPEN)
		return was == VOID ? -ECANCELED : -EINVAL;
	int r = sql_exec(db->sqlite, "COMMIT");
	if (r < 0 && !sqlite3_get_autocommit(db->sqlite))
		sql_exec(db->sqlite, "ROLLBACK");
	return r;
}

int kv_db_abort(struct kv_db *db)
{
	enum transaction was = db->transaction;
	db->transaction = NONE;
	if (was == NONE)
		return -EINVAL;
	return was == OPEN ? sql_exec(db->sqlite, "ROLLBACK") : 0;
}
