/*
 * grant_db: grants on disk, in state.db. Blocks: see sql.h. To look into it:
 *
 *	sqlite3 ~/.local/state/osaas/state.db 'SELECT * FROM grants'
 */
#ifndef OSAAS_SESSION_GRANT_DB_H
#define OSAAS_SESSION_GRANT_DB_H

#include <stdbool.h>

#include "session/grant.h"
#include "session/sql.h"

struct grant_db;

/* 0 or -errno with why; -ENOENT: there is none, and make is false. */
int grant_db_open(bool make, struct grant_db **out, char why[static SQL_WHY_MAX]);
void grant_db_close(struct grant_db *db); /* takes NULL */

/* grant_db_load calls each with every grant, by plugin; those that make no sense are skipped. */
int grant_db_load(struct grant_db *db,
	void (*each)(void *data, const struct grant *grant), void *data);

/* grant_db_put keeps a grant, in the place of one for the same plugin and capability. */
int grant_db_put(struct grant_db *db, const struct grant *grant);
/* 0, -ENOENT or -errno. */
int grant_db_remove(struct grant_db *db, const char *id, const struct cap *cap);

#endif
