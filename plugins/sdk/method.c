#include <osaas_method.h>
#include <osaas_std.h>

/* A buffer that cannot be sent is freed: the caller never saw it. */
static int send_text(
	osaas_chan method, struct osaas_msg *msg, const char *text, size_t bytes)
{
	if (bytes) {
		msg->buf = osaas_buf_alloc(bytes);
		if (!msg->buf)
			return OSAAS_ENOMEM;
		memcpy(msg->buf, text, bytes);
		msg->len = bytes;
	}
	int r = osaas_send(method, msg);
	if (r < 0 && msg->buf)
		osaas_buf_free(msg->buf);
	return r;
}

static int send_word(osaas_chan method, uint32_t type, uint32_t word)
{
	struct osaas_msg msg = {.type = type, .u.u32 = {word}};
	return osaas_send(method, &msg);
}

int osaas_method_commit(osaas_chan method, uint64_t field, const char *text, size_t bytes)
{
	struct osaas_msg msg = {.type = OSAAS_METHOD_COMMIT, .u.u64 = {field}};
	return send_text(method, &msg, text, bytes);
}

int osaas_method_compose(osaas_chan method, uint64_t field, const char *text,
	size_t bytes, uint32_t select_start, uint32_t select_end)
{
	const struct osaas_method_compose compose = {field, select_start, select_end};
	struct osaas_msg msg = {.type = OSAAS_METHOD_COMPOSE};
	memcpy(msg.u.bytes, &compose, sizeof compose);
	return send_text(method, &msg, text, bytes);
}

int osaas_method_erase(osaas_chan method, uint64_t field, uint32_t before, uint32_t after)
{
	const struct osaas_method_delete erase = {field, before, after};
	struct osaas_msg msg = {.type = OSAAS_METHOD_DELETE};
	memcpy(msg.u.bytes, &erase, sizeof erase);
	return osaas_send(method, &msg);
}

int osaas_method_press(osaas_chan method, const struct osaas_method_key *key)
{
	struct osaas_msg msg = {.type = OSAAS_METHOD_KEY};
	memcpy(msg.u.bytes, key, sizeof *key);
	return osaas_send(method, &msg);
}

int osaas_method_grab(osaas_chan method, bool grab)
{
	return send_word(method, OSAAS_METHOD_GRAB, grab);
}

int osaas_method_pass(osaas_chan method, uint64_t serial, bool pass)
{
	struct osaas_msg msg = {.type = OSAAS_METHOD_PASS, .u.u64 = {serial}};
	msg.u.u32[2] = pass;
	return osaas_send(method, &msg);
}

int osaas_method_layout(osaas_chan method, uint32_t layout)
{
	return send_word(method, OSAAS_METHOD_LAYOUT, layout);
}

int osaas_method_dismiss(osaas_chan method)
{
	struct osaas_msg msg = {.type = OSAAS_METHOD_DISMISS};
	return osaas_send(method, &msg);
}
