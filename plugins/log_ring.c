#include "plugins/log_ring.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	uint16_t at, len; /* in text */
	uint8_t level;
};

/*
 * Lines lie in text one behind the other and never across its end, so that each can
 * be given in place. entries[number % LOG_RING_LINES] is the line of that number.
 */
struct log_ring {
	uint64_t first, next; /* numbers: of the oldest line kept, of the next one */
	size_t at;            /* in text, where the next line goes */
	struct entry entries[LOG_RING_LINES];
	char text[LOG_RING_BYTES];
};

struct log_ring *log_ring_create(void)
{
	struct log_ring *ring = malloc(sizeof *ring);
	if (ring) {
		ring->first = ring->next = 1;
		ring->at = 0;
	}
	return ring;
}

void log_ring_destroy(struct log_ring *ring)
{
	free(ring);
}

/* Forgets what lies in text[lo, hi): it is always the oldest that does. */
static void make_room(struct log_ring *ring, size_t lo, size_t hi)
{
	while (ring->first < ring->next) {
		const struct entry *e = &ring->entries[ring->first % LOG_RING_LINES];
		bool under = e->at >= lo && e->at < hi;
		if (!under && ring->next - ring->first < LOG_RING_LINES)
			return;
		ring->first++;
	}
}

void log_ring_add(struct log_ring *ring, int level, const char *text, size_t len)
{
	size_t end = ring->at;
	if (ring->at + len > LOG_RING_BYTES) {
		/* What is left at the end is given up, and the lines in it. */
		make_room(ring, ring->at, LOG_RING_BYTES);
		ring->at = 0;
		end = 0;
	}
	make_room(ring, end, ring->at + len);
	memcpy(ring->text + ring->at, text, len);
	ring->entries[ring->next++ % LOG_RING_LINES] = (struct entry){
		.at = (uint16_t)ring->at, .len = (uint16_t)len, .level = (uint8_t)level};
	ring->at += len;
}

uint64_t log_ring_next(const struct log_ring *ring)
{
	return ring ? ring->next : 1;
}

uint64_t log_ring_first(const struct log_ring *ring, uint64_t from)
{
	if (!ring)
		return 1;
	if (from < ring->first)
		return ring->first;
	return from < ring->next ? from : ring->next;
}

void log_ring_each(const struct log_ring *ring, uint64_t from,
	void (*each)(void *data, const struct log_ring_line *line), void *data)
{
	if (!ring)
		return;
	for (uint64_t n = log_ring_first(ring, from); n < ring->next; n++) {
		const struct entry *e = &ring->entries[n % LOG_RING_LINES];
		const struct log_ring_line line = {
			n, e->level, ring->text + e->at, e->len};
		each(data, &line);
	}
}
