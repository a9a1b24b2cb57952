#include "session/clip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/endpoint.h"

static struct clip_data *data_create(struct buffer *buffer)
{
	struct clip_data *data = malloc(sizeof *data);
	if (data)
		*data = (struct clip_data){.buffer = buffer, .refs = 1};
	return data;
}

struct clip_data *clip_data_get(struct clip_data *data)
{
	data->refs++;
	return data;
}

void clip_data_put(struct clip_data *data)
{
	if (!data || --data->refs > 0)
		return;
	buffer_destroy(data->buffer);
	free(data);
}

static void clear(struct clip *clip)
{
	for (size_t i = 0; i < clip->n; i++)
		clip_data_put(clip->items[i].data);
	clip->n = clip->bytes = 0;
}

void clip_destroy(struct clip *clip)
{
	if (!clip)
		return;
	clear(clip);
	free(clip);
}

const struct clip_item *clip_find(const struct clip *clip, const char *type, size_t n)
{
	for (size_t i = 0; i < clip->n; i++) {
		const struct clip_item *item = &clip->items[i];
		if (strlen(item->type) == n && memcmp(item->type, type, n) == 0)
			return item;
	}
	return NULL;
}

int clip_copy(struct clip *clip, const void *by, bool more, struct buffer *buffer,
	size_t type_len, size_t len)
{
	const char *type = buffer_data(buffer);
	size_t size = len - type_len;
	if (more && (clip->n == 0 || clip->by != by || clip_find(clip, type, type_len)))
		return -EINVAL;
	if (size + (more ? clip->bytes : 0) > OSAAS_CLIPBOARD_BYTES_MAX ||
		(more && clip->n == OSAAS_CLIPBOARD_TYPES_MAX))
		return -E2BIG;
	struct clip_data *data = buffer_fit(buffer, len) ? data_create(buffer) : NULL;
	if (!data)
		return -ENOMEM;
	if (!more) {
		clear(clip);
		clip->serial++;
		clip->by = by;
	}
	struct clip_item *item = &clip->items[clip->n++];
	*item = (struct clip_item){.data = data, .at = type_len, .len = size};
	memcpy(item->type, type, type_len);
	clip->bytes += size;
	return 0;
}
