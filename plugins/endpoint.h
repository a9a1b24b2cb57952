/*
 * endpoint: one end of a two-way channel, as host and plugins hold it. A pair
 * is two sched channels, one per direction; both ends send and receive.
 *
 * Whoever holds an endpoint owns it. Sending a message moves its buffer and its
 * endpoint; what is never received is freed with the channel.
 */
#ifndef OSAAS_PLUGINS_ENDPOINT_H
#define OSAAS_PLUGINS_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/include/osaas.h"

struct endpoint;
struct pair;
struct buffer;
struct chan;

/* A message on the host's side: objects instead of the plugin's numbers and pointers. */
struct message {
	uint32_t type;
	uint32_t zero;
	struct endpoint *endpoint; /* moves along, or NULL */
	struct buffer *buffer;     /* moves along, or NULL */
	uint64_t len;              /* bytes of buffer that count */
	uint8_t bytes[OSAAS_MSG_BYTES];
};

/* endpoint_pair: depth messages per direction. 0 or -ENOMEM. */
int endpoint_pair(struct endpoint *ends[2], size_t depth);
/* endpoint_close frees this end (NULL is fine); whoever waits on it and the other get -EPIPE. */
void endpoint_close(struct endpoint *end);

/*
 * For the loop; never yield. 0, -EAGAIN, -EPIPE; try_send also -EINVAL for an
 * endpoint that nobody could ever receive (of the same pair, or closing a ring).
 * What is sent moves on 0, else it stays the caller's; what is received is the caller's.
 */
int endpoint_try_send(struct endpoint *end, const struct message *msg);
int endpoint_try_recv(struct endpoint *end, struct message *msg);
/* The hook takes a note that try_recv has something (or -EPIPE) to give; see chan_set_hook. */
void endpoint_set_hook(struct endpoint *end, void (*hook)(void *data), void *data);

/* endpoint_peer_open: false when the other end was closed; there may still be something to receive. */
bool endpoint_peer_open(const struct endpoint *end);

/* For chan_pending and chan_set_wake_class; messages go through the calls above. */
struct chan *endpoint_tx(struct endpoint *end);
struct chan *endpoint_rx(struct endpoint *end);

/*
 * A hold on the channel of an end, for who gives both ends away and may want to end what
 * they do: pair_sever closes the channel, as if each end's holder heard that the other had;
 * what is under way still arrives. pair_is_over: nobody holds an end. pair_release: each
 * hold, once.
 */
struct pair *endpoint_hold(struct endpoint *end);
void pair_sever(struct pair *pair);
bool pair_is_over(const struct pair *pair);
void pair_release(struct pair *pair);

/* message_drop frees what a message that is not wanted carries. */
void message_drop(struct message *msg);

/* buffer.c: memory that moves. */
struct buffer *buffer_create(size_t size);  /* zeroed, page aligned; NULL: no memory */
void buffer_destroy(struct buffer *buffer); /* takes NULL */
void *buffer_data(const struct buffer *buffer);
size_t buffer_size(const struct buffer *buffer); /* asked for, or more */
/*
 * buffer_fit is for who keeps a received buffer, of which len bytes count: one that is much
 * larger becomes smaller where it is; nothing is copied. False: no memory; it stays.
 */
bool buffer_fit(struct buffer *buffer, size_t len);
/* buffer_trim gives back what is kept for reuse (at most 16 MiB). */
void buffer_trim(void);

#endif
