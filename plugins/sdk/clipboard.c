#include <osaas_clipboard.h>
#include <osaas_std.h>

#include "plugins/sdk/request.h"

static int copy(osaas_chan clipboard, const struct osaas_clipboard_copy *how,
	const char *type, const void *data, size_t size)
{
	struct osaas_msg msg = {.type = OSAAS_CLIPBOARD_COPY};
	memcpy(msg.u.bytes, how, sizeof *how);
	msg.len = how->type + size;
	msg.buf = osaas_buf_alloc((size_t)msg.len);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	memcpy(msg.buf, type, how->type);
	if (size)
		memcpy((char *)msg.buf + how->type, data, size);
	return (int)osaas_request(clipboard, &msg);
}

int osaas_clipboard_copy(osaas_chan clipboard, const char *type, const void *data,
	size_t size, uint32_t more)
{
	const struct osaas_clipboard_copy how = {
		(uint32_t)strlen(type), more, OSAAS_CLIPBOARD_COPIED};
	return copy(clipboard, &how, type, data, size);
}

int osaas_primary_copy(osaas_chan clipboard, const char *type, const void *data,
	size_t size, uint32_t more)
{
	const struct osaas_clipboard_copy how = {
		(uint32_t)strlen(type), more, OSAAS_CLIPBOARD_PRIMARY};
	return copy(clipboard, &how, type, data, size);
}

static int64_t paste(
	osaas_chan clipboard, uint32_t which, const char *type, void *to, size_t size)
{
	struct osaas_msg msg = {
		.type = OSAAS_CLIPBOARD_PASTE, .len = strlen(type), .u.u32 = {which}};
	msg.buf = osaas_buf_alloc((size_t)msg.len);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	memcpy(msg.buf, type, (size_t)msg.len);
	return sdk_request_bytes(clipboard, &msg, to, size);
}

int64_t osaas_clipboard_paste(
	osaas_chan clipboard, const char *type, void *to, size_t size)
{
	return paste(clipboard, OSAAS_CLIPBOARD_COPIED, type, to, size);
}

int64_t osaas_primary_paste(osaas_chan clipboard, const char *type, void *to, size_t size)
{
	return paste(clipboard, OSAAS_CLIPBOARD_PRIMARY, type, to, size);
}
