#include <osaas_process.h>
#include <osaas_std.h>

#include "plugins/sdk/request.h"

static uint32_t count(const char *const *strings, size_t *size)
{
	uint32_t n = 0;
	for (; strings && strings[n]; n++)
		*size += strlen(strings[n]) + 1;
	return n;
}

static char *put(char *to, const char *const *strings)
{
	for (; strings && *strings; strings++) {
		size_t n = strlen(*strings) + 1;
		memcpy(to, *strings, n);
		to += n;
	}
	return to;
}

int osaas_process_spawn(osaas_chan cap, const char *const *args, const char *const *env,
	struct osaas_process_size size, osaas_chan *out)
{
	struct osaas_process_spawn spawn = {.size = size};
	struct osaas_msg msg = {.type = OSAAS_PROCESS_SPAWN, .chan = OSAAS_NONE};
	size_t len = 0;
	spawn.args = count(args, &len);
	spawn.env = count(env, &len);
	memcpy(msg.u.bytes, &spawn, sizeof spawn);
	msg.buf = len ? osaas_buf_alloc(len) : NULL;
	msg.len = len;
	if (len && !msg.buf)
		return OSAAS_ENOMEM;
	if (len)
		put(put(msg.buf, args), env);
	return sdk_request_stream(cap, &msg, out);
}

int osaas_process_resize(osaas_chan process, struct osaas_process_size size)
{
	struct osaas_msg msg = {.type = OSAAS_PROCESS_RESIZE, .chan = OSAAS_NONE};
	memcpy(msg.u.bytes, &size, sizeof size);
	return osaas_send(process, &msg);
}

int osaas_process_signal(osaas_chan process, uint32_t signal)
{
	struct osaas_msg msg = {.type = OSAAS_PROCESS_SIGNAL, .chan = OSAAS_NONE};
	msg.u.u32[0] = signal;
	return osaas_send(process, &msg);
}
