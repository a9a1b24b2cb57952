/*
 * stream: bytes between a descriptor and a channel, both ways: osaas_stream.h. Takes
 * from one side only what the other takes, so it holds one piece from the plugin and
 * STREAM_DEPTH from the descriptor at most.
 */
#ifndef OSAAS_SESSION_STREAM_H
#define OSAAS_SESSION_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "plugins/endpoint.h"
#include "util/list.h"

struct session;
struct stream;

#define STREAM_DEPTH 8 /* messages that wait in each direction */

struct stream_ops {
	bool half; /* a socket's: either side may end by itself; what was sent still goes out */
	/* A message that is not of osaas_stream.h; NULL: they are ignored. Frees what it carries. */
	void (*message)(struct stream *stream, struct message *msg);
	/*
	 * It is over: 0, or the OSAAS_E* that the plugin was told. Called once, from
	 * stream_turn or the loop; the owner may finish the stream in it, and free it.
	 */
	void (*ended)(struct stream *stream, int error);
};

/* Embedded in what has one; members are stream.c's. */
struct stream {
	const struct stream_ops *ops;
	struct session *session;
	struct endpoint *end;
	int fd; /* -1: not yet, or no more */
	struct loop_source *source;
	struct list dirty;  /* session.dirty_streams */
	struct message out; /* the piece that is being written; no buffer: none */
	size_t written;     /* of it */
	bool read_over;     /* nothing more comes from fd */
	bool write_over;    /* nothing more is written to it */
	bool last;          /* see stream_drain */
	bool ended;         /* ... with this error; it is told in stream_turn */
	int error;
};

/* stream_init makes the channel and gives the plugin's end away. 0 or -ENOMEM. */
int stream_init(struct stream *stream, struct session *session,
	const struct stream_ops *ops, struct endpoint **plugin_end);
/* stream_attach takes fd, non-blocking, and tells the plugin that it is open. */
void stream_attach(struct stream *stream, int fd);
/* stream_drain: what can be read now is the last. */
void stream_drain(struct stream *stream);
/* stream_fail tells the plugin why it is over (OSAAS_E*); then ended is called. */
void stream_fail(struct stream *stream, int error);
/* stream_post sends a message of the owner's. There is room for two at the end of all. */
void stream_post(struct stream *stream, const struct message *msg);
/* stream_finish closes both sides; one that was never initialised is fine. */
void stream_finish(struct stream *stream);

/* stream_turn goes on where plugins sent or received; once per loop turn. */
void stream_turn(struct session *session);

/* stream_error names an errno (positive) of a connection as plugins know it: OSAAS_E*. */
int stream_error(int error);

#endif
