/*
 * loop: epoll over the session's descriptors. Handlers must not block. A source
 * may be removed at any time, from its own handler too.
 */
#ifndef OSAAS_SESSION_LOOP_H
#define OSAAS_SESSION_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_source;

typedef void (*loop_handler)(void *data, uint32_t events); /* EPOLLIN, ... */

struct loop *loop_create(void); /* NULL: errno says why */
void loop_destroy(struct loop *loop);

/* loop_add watches fd, which stays the caller's. NULL: errno says why. */
struct loop_source *loop_add(
	struct loop *loop, int fd, uint32_t events, loop_handler handler, void *data);
/* loop_mod changes what is waited for; 0 only hears of errors. */
int loop_mod(struct loop_source *source, uint32_t events);
void loop_remove(struct loop_source *source); /* takes NULL */

/*
 * loop_wait handles what is ready, and waits for it for at most ns of real time; 0: not at
 * all, UINT64_MAX: for ever. How many were handled; 0 after a signal, too; or -errno.
 */
int loop_wait(struct loop *loop, uint64_t ns);

/*
 * loop_poll handles what is ready; waits until wake_ns (CLOCK_MONOTONIC) for
 * it: 0 does not wait, UINT64_MAX waits for ever.
 */
int loop_poll(struct loop *loop, uint64_t wake_ns);

#endif
