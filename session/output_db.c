#include "session/output_db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static const char schema[] = "CREATE TABLE outputs ("
			     "name TEXT NOT NULL PRIMARY KEY, settings TEXT NOT NULL"
			     ") STRICT, WITHOUT ROWID";

struct output_db {
	sqlite3 *sqlite;
};

int output_db_open(bool make, struct output_db **out, char why[static SQL_WHY_MAX])
{
	sqlite3 *sqlite;
	int r = sql_open_state("outputs.db", make, schema, &sqlite, why);
	if (r < 0)
		return r;
	*out = xcalloc(1, sizeof **out);
	(*out)->sqlite = sqlite;
	return 0;
}

void output_db_close(struct output_db *db)
{
	if (!db)
		return;
	sql_close(db->sqlite);
	free(db);
}

int output_db_load(struct output_db *db,
	void (*each)(void *data, const struct output_kept *kept), void *data)
{
	sqlite3_stmt *rows = NULL;
	struct output_kept kept;
	int r = sqlite3_prepare_v2(
		db->sqlite, "SELECT name, settings FROM outputs", -1, &rows, NULL);
	while (r == SQLITE_OK || r == SQLITE_ROW) {
		r = sqlite3_step(rows);
		if (r == SQLITE_ROW &&
			sql_copy(kept.name, sizeof kept.name,
				sqlite3_column_text(rows, 0)) &&
			sql_copy(kept.text, sizeof kept.text,
				sqlite3_column_text(rows, 1)))
			each(data, &kept);
	}
	sqlite3_finalize(rows);
	return sql_errno(r);
}

int output_db_put(struct output_db *db, const struct output_kept *kept)
{
	sqlite3_stmt *s = NULL;
	int r = sql_errno(sqlite3_prepare_v2(db->sqlite,
		"INSERT OR REPLACE INTO outputs VALUES (?, ?)", -1, &s, NULL));
	if (r == 0) {
		sqlite3_bind_text(s, 1, kept->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(s, 2, kept->text, -1, SQLITE_STATIC);
		r = sql_step_once(s);
	}
	sqlite3_finalize(s);
	return r;
}

int output_db_remove(struct output_db *db, const char *name)
{
	sqlite3_stmt *s = NULL;
	int r = sql_errno(sqlite3_prepare_v2(
		db->sqlite, "DELETE FROM outputs WHERE name = ?", -1, &s, NULL));
	if (r == 0) {
		sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
		r = sql_step_once(s);
	}
	sqlite3_finalize(s);
	return r == 0 && sqlite3_changes(db->sqlite) == 0 ? -ENOENT : r;
}
