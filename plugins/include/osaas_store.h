/*
 * osaas_store.h: the protocol of "store.kv": a plugin's own storage: values by key, on
 * disk, the same in every session. It belongs to the plugin's id; no other sees it. The
 * scope is its room: "store.kv:16M" (64K to 1024M; 1M where there is no scope), of which
 * the database itself needs a part. Requests and answers are those of osaas_request.h.
 *
 * DURABLE. When PUT, DELETE or COMMIT is answered with 0, it is on the disk: neither a
 * crash nor a loss of power undoes it. Each waits for the disk, so put what belongs
 * together into one transaction; requests may be sent one after the other without
 * waiting for the answers.
 *
 * TRANSACTIONS. What comes between BEGIN and COMMIT is done all or not at all; other
 * instances of the plugin see nothing of it before. Reads in between see it. When BEGIN
 * or a request after it fails (other than GET, LIST, and DELETE with OSAAS_ENOENT), the
 * transaction is void: all up to its COMMIT or ABORT gives OSAAS_ECANCELED, and so does
 * COMMIT. A plugin that ends aborts what it had begun.
 *
 * ERRORS that every request may have: OSAAS_EIO: the disk or the store failed; what was
 * under way may be done or not. OSAAS_EINVAL: the message makes no sense, such as an
 * empty key, or COMMIT without BEGIN. OSAAS_ECANCELED: see above.
 */
#ifndef OSAAS_STORE_H
#define OSAAS_STORE_H

#include <osaas.h>

enum osaas_store_type {
	/*
	 * buf, len: a key. The result is the value's size; buf of the answer is the value
	 * (NULL if its size is 0). OSAAS_ENOENT.
	 */
	OSAAS_STORE_GET = 1,
	/*
	 * buf, len: a key and its value; u32[0]: bytes of the key. In the place of what
	 * was there. OSAAS_E2BIG: over a limit; OSAAS_ENOSPC: the room is used up;
	 * OSAAS_EBUSY: another instance of the plugin has begun a transaction.
	 */
	OSAAS_STORE_PUT = 2,
	/* buf, len: a key. OSAAS_ENOENT: there is none; OSAAS_EBUSY. */
	OSAAS_STORE_DELETE = 3,
	/*
	 * Keys by prefix, in the order of their bytes. struct osaas_store_list; buf, len:
	 * the prefix, then the key behind which to begin (either may be empty). The answer
	 * is a struct osaas_store_page; its buf has the entries, see osaas_store_next.
	 */
	OSAAS_STORE_LIST = 4,
	/* Without more. OSAAS_EBUSY: another instance of the plugin has begun one. */
	OSAAS_STORE_BEGIN = 5,
	OSAAS_STORE_COMMIT = 6, /* as PUT */
	OSAAS_STORE_ABORT = 7,
};

#define OSAAS_STORE_KEY_MAX   255     /* bytes; any, at least one */
#define OSAAS_STORE_VALUE_MAX 1048576 /* bytes */
#define OSAAS_STORE_PAGE_MAX  256     /* entries; at most 64 KiB of them */

struct osaas_store_list {
	uint32_t prefix; /* bytes of buf that are the prefix */
	uint32_t most;   /* entries; 0 or too many: OSAAS_STORE_PAGE_MAX */
};

struct osaas_store_page {
	int64_t result; /* entries in buf */
	uint32_t more;  /* 1: there are more; ask again behind the last one */
	uint32_t zero;
};

/* In the buffer of a page, one after the other, each on a multiple of four bytes. */
struct osaas_store_entry {
	uint32_t key_len;
	uint32_t value_len;
	uint8_t key[]; /* key_len bytes, not zero terminated */
};

_Static_assert(sizeof(struct osaas_store_list) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_store_page) <= OSAAS_MSG_BYTES, "fits a message");

/*
 * The requests as calls, for keys that are strings. YIELD. OSAAS_ENOMEM besides.
 *
 * osaas_store_get copies at most size bytes of the value to `to` and gives the size of
 * the whole value, which may be more.
 */
int64_t osaas_store_get(osaas_chan store, const char *key, void *to, size_t size);
int osaas_store_put(osaas_chan store, const char *key, const void *value, size_t size);
int osaas_store_delete(osaas_chan store, const char *key);
/* When osaas_store_begin fails nothing has begun: no abort is needed. */
int osaas_store_begin(osaas_chan store);
int osaas_store_commit(osaas_chan store);
int osaas_store_abort(osaas_chan store);

/*
 * osaas_store_list gets a page of keys with a prefix ("": all): of those behind the key
 * after (after_len bytes; 0: from the first). Its number of entries, or OSAAS_E*; then
 * osaas_store_next gives each, and NULL after the last, which frees the page. The page
 * is freed early by osaas_buf_free(cursor.buf).
 */
struct osaas_store_cursor {
	void *buf;
	size_t at, len;
	uint32_t more; /* of struct osaas_store_page */
};
int osaas_store_list(osaas_chan store, const char *prefix, const void *after,
	size_t after_len, struct osaas_store_cursor *cursor);
const struct osaas_store_entry *osaas_store_next(struct osaas_store_cursor *cursor);

#endif
