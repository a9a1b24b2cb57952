/*
 * clip: what was copied last, or is selected: the same thing in several types. Knows neither
 * plugins nor focus. Owned by the session, made when the first is copied.
 */
#ifndef OSAAS_SESSION_CLIP_H
#define OSAAS_SESSION_CLIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/include/osaas_clipboard.h"
#include "util/mime.h"

struct buffer;

/* Who is in the midst of it keeps it, though the clip goes. */
struct clip_data {
	struct buffer *buffer;
	unsigned refs;
};
struct clip_data *clip_data_get(struct clip_data *data);
void clip_data_put(struct clip_data *data); /* takes NULL */

struct clip_item {
	char type[OSAAS_CLIPBOARD_TYPE_MAX + 1];
	struct clip_data *data;
	size_t at, len; /* in its buffer */
};

struct clip {
	uint64_t serial; /* clips so far */
	const void *by;  /* who copied it; only compared */
	size_t bytes, n;
	struct clip_item items[OSAAS_CLIPBOARD_TYPES_MAX];
};

_Static_assert(OSAAS_CLIPBOARD_TYPE_MAX == MIME_TYPE_MAX, "the same rule");

void clip_destroy(struct clip *clip); /* takes NULL */

/*
 * clip_copy adds to the clip, or begins a new one, whose type is the first type_len of
 * the buffer's len bytes. 0: it has the buffer; else it stays the caller's: -E2BIG,
 * -EINVAL: more of another's clip, or a type that is there already; -ENOMEM.
 */
int clip_copy(struct clip *clip, const void *by, bool more, struct buffer *buffer,
	size_t type_len, size_t len);

/* clip_find: the item of that type, or NULL. */
const struct clip_item *clip_find(const struct clip *clip, const char *type, size_t n);

#endif
