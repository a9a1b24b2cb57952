#include <osaas_clipboard.h>
#include <osaas_request.h>
#include <osaas_std.h>

int osaas_clipboard_copy(osaas_chan clipboard, const char *type, const void *data,
	size_t size, uint32_t more)
{
	struct osaas_msg msg = {.type = OSAAS_CLIPBOARD_COPY};
	const struct osaas_clipboard_copy copy = {(uint32_t)strlen(type), more};
	memcpy(msg.u.bytes, &copy, sizeof copy);
	msg.len = copy.type + size;
	msg.buf = osaas_buf_alloc((size_t)msg.len);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	memcpy(msg.buf, type, copy.type);
	if (size)
		memcpy((char *)msg.buf + copy.type, data, size);
	return (int)osaas_request(clipboard, &msg);
}

int64_t osaas_clipboard_paste(
	osaas_chan clipboard, const char *type, void *to, size_t size)
{
	struct osaas_msg msg = {.type = OSAAS_CLIPBOARD_PASTE, .len = strlen(type)};
	msg.buf = osaas_buf_alloc((size_t)msg.len);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	memcpy(msg.buf, type, (size_t)msg.len);
	int64_t r = osaas_request(clipboard, &msg);
	if (r < 0)
		return r;
	size_t n = (size_t)msg.len < size ? (size_t)msg.len : size;
	if (n)
		memcpy(to, msg.buf, n);
	osaas_buf_free(msg.buf);
	return r;
}
