#include "session/audio_db.h"

#include <errno.h>
#include <stdlib.h>

#include "util/xalloc.h"

static const char schema[] = "CREATE TABLE audio ("
			     "name TEXT NOT NULL PRIMARY KEY, settings TEXT NOT NULL"
			     ") STRICT, WITHOUT ROWID";

struct audio_db {
	sqlite3 *sqlite;
};

int audio_db_open(bool make, struct audio_db **out, char why[static SQL_WHY_MAX])
{
	sqlite3 *sqlite;
	int r = sql_open_state("audio.db", make, schema, &sqlite, why);
	if (r < 0)
		return r;
	*out = xcalloc(1, sizeof **out);
	(*out)->sqlite = sqlite;
	return 0;
}

void audio_db_close(struct audio_db *db)
{
	if (!db)
		return;
	sql_close(db->sqlite);
	free(db);
}

int audio_db_load(struct audio_db *db,
	void (*each)(void *data, const struct audio_row *row), void *data)
{
	sqlite3_stmt *rows = NULL;
	struct audio_row row;
	int r = sqlite3_prepare_v2(
		db->sqlite, "SELECT name, settings FROM audio", -1, &rows, NULL);
	while (r == SQLITE_OK || r == SQLITE_ROW) {
		r = sqlite3_step(rows);
		if (r == SQLITE_ROW &&
			sql_copy(row.name, sizeof row.name,
				sqlite3_column_text(rows, 0)) &&
			sql_copy(row.text, sizeof row.text, sqlite3_column_text(rows, 1)))
			each(data, &row);
	}
	sqlite3_finalize(rows);
	return sql_errno(r);
}

int audio_db_put(struct audio_db *db, const struct audio_row *row)
{
	sqlite3_stmt *s = NULL;
	int r = sql_errno(sqlite3_prepare_v2(db->sqlite,
		row->text[0] ? "INSERT OR REPLACE INTO audio VALUES (?, ?)"
			     : "DELETE FROM audio WHERE name = ?",
		-1, &s, NULL));
	if (r == 0) {
		sqlite3_bind_text(s, 1, row->name, -1, SQLITE_STATIC);
		if (row->text[0])
			sqlite3_bind_text(s, 2, row->text, -1, SQLITE_STATIC);
		r = sql_step_once(s);
	}
	sqlite3_finalize(s);
	return r;
}
