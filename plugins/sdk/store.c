#include <osaas_std.h>
#include <osaas_store.h>

#include "plugins/sdk/request.h"

/* The buffer is two pieces, one behind the other. */
static int fill(struct osaas_msg *msg, const void *first, size_t first_len,
	const void *second, size_t second_len)
{
	msg->len = first_len + second_len;
	msg->buf = msg->len ? osaas_buf_alloc((size_t)msg->len) : NULL;
	if (msg->len && !msg->buf)
		return OSAAS_ENOMEM;
	if (first_len)
		memcpy(msg->buf, first, first_len);
	if (second_len)
		memcpy((char *)msg->buf + first_len, second, second_len);
	return 0;
}

static int64_t ask(osaas_chan store, struct osaas_msg *msg, const void *first,
	size_t first_len, const void *second, size_t second_len)
{
	int r = fill(msg, first, first_len, second, second_len);
	return r < 0 ? r : osaas_request(store, msg);
}

int64_t osaas_store_get(osaas_chan store, const char *key, void *to, size_t size)
{
	struct osaas_msg msg = {.type = OSAAS_STORE_GET};
	int r = fill(&msg, key, strlen(key), NULL, 0);
	return r < 0 ? r : sdk_request_bytes(store, &msg, to, size);
}

int osaas_store_put(osaas_chan store, const char *key, const void *value, size_t size)
{
	uint32_t len = (uint32_t)strlen(key);
	struct osaas_msg msg = {.type = OSAAS_STORE_PUT, .u.u32 = {len}};
	return (int)ask(store, &msg, key, len, value, size);
}

int osaas_store_delete(osaas_chan store, const char *key)
{
	struct osaas_msg msg = {.type = OSAAS_STORE_DELETE};
	return (int)ask(store, &msg, key, strlen(key), NULL, 0);
}

static int ask_plainly(osaas_chan store, uint32_t type)
{
	struct osaas_msg msg = {.type = type};
	return (int)osaas_request(store, &msg);
}

int osaas_store_begin(osaas_chan store)
{
	int r = ask_plainly(store, OSAAS_STORE_BEGIN);
	if (r < 0 && r != OSAAS_EINVAL)
		ask_plainly(store, OSAAS_STORE_ABORT);
	return r;
}

int osaas_store_commit(osaas_chan store)
{
	return ask_plainly(store, OSAAS_STORE_COMMIT);
}

int osaas_store_abort(osaas_chan store)
{
	return ask_plainly(store, OSAAS_STORE_ABORT);
}

int osaas_store_list(osaas_chan store, const char *prefix, const void *after,
	size_t after_len, struct osaas_store_cursor *cursor)
{
	struct osaas_msg msg = {.type = OSAAS_STORE_LIST};
	const struct osaas_store_list list = {.prefix = (uint32_t)strlen(prefix)};
	struct osaas_store_page page;
	memcpy(msg.u.bytes, &list, sizeof list);
	int r = (int)ask(store, &msg, prefix, list.prefix, after, after_len);
	*cursor = (struct osaas_store_cursor){0};
	if (r < 0)
		return r;
	memcpy(&page, msg.u.bytes, sizeof page);
	cursor->buf = msg.buf;
	cursor->len = (size_t)msg.len;
	cursor->more = page.more;
	return r;
}

const struct osaas_store_entry *osaas_store_next(struct osaas_store_cursor *cursor)
{
	if (cursor->at >= cursor->len) {
		osaas_buf_free(cursor->buf);
		cursor->buf = NULL;
		return NULL;
	}
	const struct osaas_store_entry *entry =
		(const void *)((const char *)cursor->buf + cursor->at);
	cursor->at += (sizeof *entry + entry->key_len + 3) / 4 * 4;
	return entry;
}
