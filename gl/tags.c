#include "gl/tags.h"

#include <stdbool.h>
#include <string.h>

#define DIGITS 256u

/* By one byte, unless that is the same in all. */
static bool sort_byte(
	const struct gl_tag *from, struct gl_tag *to, size_t n, unsigned shift)
{
	size_t count[DIGITS] = {0}, at = 0;
	for (size_t i = 0; i < n; i++)
		count[from[i].tag >> shift & (DIGITS - 1)]++;
	if (count[from[0].tag >> shift & (DIGITS - 1)] == n)
		return false;
	for (size_t d = 0; d < DIGITS; d++) {
		size_t here = count[d];
		count[d] = at;
		at += here;
	}
	for (size_t i = 0; i < n; i++)
		to[count[from[i].tag >> shift & (DIGITS - 1)]++] = from[i];
	return true;
}

void tags_sort(struct gl_tag *tags, struct gl_tag *spare, size_t n)
{
	struct gl_tag *from = tags, *to = spare;
	for (unsigned shift = 0; shift < 64; shift += 8) {
		if (!sort_byte(from, to, n, shift))
			continue;
		struct gl_tag *sorted = to;
		to = from;
		from = sorted;
	}
	if (from != tags)
		memcpy(tags, from, n * sizeof *tags);
}

const struct gl_tag *tags_find(const struct gl_tag *tags, size_t n, uint64_t tag)
{
	size_t from = 0, to = n;
	while (from < to) {
		size_t mid = (from + to) / 2;
		if (tags[mid].tag <= tag)
			from = mid + 1;
		else
			to = mid;
	}
	return from > 0 && tags[from - 1].tag == tag ? &tags[from - 1] : NULL;
}
