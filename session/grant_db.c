#include "session/grant_db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static const char schema[] = "CREATE TABLE grants ("
			     "plugin TEXT NOT NULL, capability TEXT NOT NULL, "
			     "scope TEXT NOT NULL, content TEXT NOT NULL, "
			     "lifetime TEXT NOT NULL, since INTEGER NOT NULL, "
			     "PRIMARY KEY (plugin, capability, scope)"
			     ") STRICT, WITHOUT ROWID";

struct grant_db {
	sqlite3 *sqlite;
};

int grant_db_open(bool make, struct grant_db **out, char why[static SQL_WHY_MAX])
{
	sqlite3 *sqlite;
	int r = sql_open_state("state.db", make, schema, &sqlite, why);
	if (r < 0)
		return r;
	*out = xcalloc(1, sizeof **out);
	(*out)->sqlite = sqlite;
	return 0;
}

void grant_db_close(struct grant_db *db)
{
	if (!db)
		return;
	sql_close(db->sqlite);
	free(db);
}

/* The file may have been written by hand. */
static bool read_row(sqlite3_stmt *row, struct grant *out)
{
	const unsigned char *lifetime = sqlite3_column_text(row, 4);
	*out = (struct grant){.since = sqlite3_column_int64(row, 5)};
	list_init(&out->link);
	return sql_copy(out->id, sizeof out->id, sqlite3_column_text(row, 0)) &&
	       sql_copy(out->cap.name, sizeof out->cap.name,
		       sqlite3_column_text(row, 1)) &&
	       sql_copy(out->cap.scope, sizeof out->cap.scope,
		       sqlite3_column_text(row, 2)) &&
	       sql_copy(out->content, sizeof out->content, sqlite3_column_text(row, 3)) &&
	       lifetime &&
	       grant_lifetime_parse((const char *)lifetime, &out->lifetime) == 0 &&
	       grant_is_id(out->id) && grant_is_content(out->content);
}

int grant_db_load(struct grant_db *db,
	void (*each)(void *data, const struct grant *grant), void *data)
{
	sqlite3_stmt *rows = NULL;
	struct grant grant;
	int r = sqlite3_prepare_v2(db->sqlite,
		"SELECT plugin, capability, scope, content, lifetime, since FROM grants",
		-1, &rows, NULL);
	while (r == SQLITE_OK || r == SQLITE_ROW) {
		r = sqlite3_step(rows);
		if (r == SQLITE_ROW && read_row(rows, &grant))
			each(data, &grant);
	}
	sqlite3_finalize(rows);
	return sql_errno(r);
}

static int bind_key(sqlite3_stmt *s, const char *id, const struct cap *cap)
{
	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 2, cap->name, -1, SQLITE_STATIC);
	return sqlite3_bind_text(s, 3, cap->scope, -1, SQLITE_STATIC);
}

int grant_db_put(struct grant_db *db, const struct grant *grant)
{
	sqlite3_stmt *s = NULL;
	int r = sql_errno(sqlite3_prepare_v2(db->sqlite,
		"INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?, ?)", -1, &s, NULL));
	if (r == 0) {
		bind_key(s, grant->id, &grant->cap);
		sqlite3_bind_text(s, 4, grant->content, -1, SQLITE_STATIC);
		sqlite3_bind_text(
			s, 5, grant_lifetime_name(grant->lifetime), -1, SQLITE_STATIC);
		sqlite3_bind_int64(s, 6, grant->since);
		r = sql_step_once(s);
	}
	sqlite3_finalize(s);
	return r;
}

int grant_db_remove(struct grant_db *db, const char *id, const struct cap *cap)
{
	sqlite3_stmt *s = NULL;
	int r = sql_errno(sqlite3_prepare_v2(db->sqlite,
		"DELETE FROM grants WHERE plugin = ? AND capability = ? AND scope = ?",
		-1, &s, NULL));
	if (r == 0) {
		bind_key(s, id, cap);
		r = sql_step_once(s);
	}
	sqlite3_finalize(s);
	return r == 0 && sqlite3_changes(db->sqlite) == 0 ? -ENOENT : r;
}
