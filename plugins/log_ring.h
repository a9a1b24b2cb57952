/*
 * log_ring: the last lines that a plugin wrote with osaas_log, of every level, for
 * itself and for the report when it fails. Bounded; made when the first line comes.
 */
#ifndef OSAAS_PLUGINS_LOG_RING_H
#define OSAAS_PLUGINS_LOG_RING_H

#include <stddef.h>
#include <stdint.h>

#define LOG_RING_LINES 64
#define LOG_RING_BYTES 8192 /* of text */

struct log_ring;

struct log_ring_line {
	uint64_t number;  /* the first one a plugin writes is 1 */
	int level;        /* enum osaas_log_level */
	const char *text; /* without a zero byte or a newline; valid during the call */
	size_t len;
};

struct log_ring *log_ring_create(void); /* NULL: no memory */
void log_ring_destroy(struct log_ring *ring);

/* log_ring_add forgets the oldest lines for it; len: at most 512. */
void log_ring_add(struct log_ring *ring, int level, const char *text, size_t len);

/* The others take NULL: a ring without lines. */
uint64_t log_ring_next(const struct log_ring *ring); /* number of the next line */
/* The number of the first line from `from` on that is kept; log_ring_next: none is. */
uint64_t log_ring_first(const struct log_ring *ring, uint64_t from);
/* log_ring_each gives the lines from that number on, the oldest first. */
void log_ring_each(const struct log_ring *ring, uint64_t from,
	void (*each)(void *data, const struct log_ring_line *line), void *data);

#endif
