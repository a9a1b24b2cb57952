/*
 * store: everything that a running session writes to disk, it writes through a process
 * of its own, which may wait for the disk while the session does not. The process is
 * this program again ('osaas store'), started when it is first needed, and again when
 * it died: what was asked and not answered then has failed, and may have been done or
 * not; what was answered is on the disk.
 */
#ifndef OSAAS_SESSION_STORE_H
#define OSAAS_SESSION_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "session/store_wire.h"
#include "util/list.h"

struct buffer;
struct loop;
struct store;

struct store *store_create(struct loop *loop);
/* store_destroy waits, at most 2 s, for what was asked. Takes NULL. */
void store_destroy(struct store *store);

/*
 * store_start makes sure that the process runs. The number of the present one, which
 * counts up; 0, logged: there is none now. What a process was told the next one does
 * not know.
 */
uint64_t store_start(struct store *store);
/* store_is: that process runs still. Starts none. */
/* store_waits: its process was asked something. Takes NULL. */
bool store_waits(const struct store *store);
bool store_is(const struct store *store, uint64_t process);

/*
 * A request. Embedded by who asks; done frees it. head.client, number, key and len are
 * the asker's; the payload (may be NULL) goes to the store.
 */
struct store_ask {
	struct list link; /* store.asks */
	struct store_head head;
	struct buffer *payload;
	/* answer->result is -EIO when the process died; payload: done's own; may be NULL. */
	void (*done)(struct store_ask *ask, const struct store_head *answer,
		struct buffer *payload);
};

/* store_ask sends it. done is called once, from the loop, or before this returns. */
void store_ask(struct store *store, struct store_ask *ask);

#endif
