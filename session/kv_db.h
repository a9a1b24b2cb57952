/*
 * kv_db: the storage of one plugin, in store/ID.db. Blocks: see sql.h. What its requests
 * mean and what they refuse, osaas_store.h says. To look into it:
 *
 *	sqlite3 ~/.local/state/osaas/store/org.example.clock.db 'SELECT * FROM text'
 */
#ifndef OSAAS_SESSION_KV_DB_H
#define OSAAS_SESSION_KV_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/sql.h"

struct kv_db;

/*
 * kv_db_open: quota in bytes, for the file. void_transaction: as if one had begun and
 * failed. 0 or -errno with why.
 */
int kv_db_open(const char *id, uint64_t quota, bool void_transaction, struct kv_db **out,
	char why[static SQL_WHY_MAX]);
void kv_db_close(struct kv_db *db); /* aborts what was begun; takes NULL */

/* kv_db_get copies the value. Its size, or -errno; -E2BIG: it has no room in `to`. */
int64_t kv_db_get(
	struct kv_db *db, const void *key, size_t key_len, void *to, size_t size);
int kv_db_put(struct kv_db *db, const void *key, size_t key_len, const void *value,
	size_t value_len);
int kv_db_delete(struct kv_db *db, const void *key, size_t key_len);

/* kv_db_list calls each in order, until that says false or there are no more. 0 or -errno. */
int kv_db_list(struct kv_db *db, const void *prefix, size_t prefix_len, const void *after,
	size_t after_len,
	bool (*each)(void *data, const void *key, size_t key_len, size_t value_len),
	void *data);

int kv_db_begin(struct kv_db *db);
int kv_db_commit(struct kv_db *db);
int kv_db_abort(struct kv_db *db);

#endif
