/*
 * output_db: what displays are to be, on disk, in outputs.db: a row for each, of its name and
 * a line KEY=VALUE for each thing said (output_config.h). Blocks: see sql.h. To look into it:
 *
 *	sqlite3 ~/.local/state/osaas/outputs.db 'SELECT * FROM outputs'
 */
#ifndef OSAAS_SESSION_OUTPUT_DB_H
#define OSAAS_SESSION_OUTPUT_DB_H

#include <stdbool.h>

#include "session/output_config.h"
#include "session/sql.h"

struct output_db;

struct output_kept {
	char name[OUTPUT_NAME_MAX];
	char text[OUTPUT_TEXT_MAX];
};

/* 0 or -errno with why; -ENOENT: there is none, and make is false. */
int output_db_open(bool make, struct output_db **out, char why[static SQL_WHY_MAX]);
void output_db_close(struct output_db *db); /* takes NULL */

/* output_db_load calls each with every display; rows that are too long are skipped. */
int output_db_load(struct output_db *db,
	void (*each)(void *data, const struct output_kept *kept), void *data);

/* output_db_put keeps it in the place of one of the same name. */
int output_db_put(struct output_db *db, const struct output_kept *kept);
/* 0, -ENOENT or -errno. */
int output_db_remove(struct output_db *db, const char *name);

#endif
