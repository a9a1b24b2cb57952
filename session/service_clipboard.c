/* The other end of osaas_clipboard.h. */
#include "plugins/include/osaas_clipboard.h"

#include <errno.h>
#include <string.h>

#include "plugins/include/osaas_request.h"
#include "session/clip.h"
#include "session/host.h"
#include "session/service_table.h"
#include "session/session.h"
#include "util/mime.h"
#include "util/xalloc.h"

static struct clip *clip_of(struct session *session)
{
	if (!session->clip)
		session->clip = xcalloc(1, sizeof *session->clip);
	return session->clip;
}

static void copy(struct service *service, struct message *msg)
{
	struct osaas_clipboard_copy in;
	memcpy(&in, msg->bytes, sizeof in);
	if (in.type > msg->len ||
		!mime_is_type(msg->buffer ? buffer_data(msg->buffer) : "", in.type)) {
		service_refuse(service, msg, OSAAS_EINVAL, "that is no type");
		return;
	}
	int r = clip_copy(clip_of(service->session), service->plugin, in.more,
		msg->buffer, in.type, (size_t)msg->len);
	if (r < 0) {
		service_refuse(service, msg, r, "%s",
			r == -E2BIG    ? "it is too much"
			: r == -EINVAL ? "it is no more of a clip of this plugin's"
				       : "out of memory");
		return;
	}
	msg->buffer = NULL;
	message_drop(msg);
	service_result(service, OSAAS_CLIPBOARD_COPY, 0);
}

/* A copy: it may be pasted again. */
static void paste(struct service *service, struct message *msg)
{
	const struct clip_item *item = clip_find(clip_of(service->session),
		msg->buffer ? buffer_data(msg->buffer) : "", (size_t)msg->len);
	struct message answer = {.type = OSAAS_CLIPBOARD_PASTE | OSAAS_ANSWER};
	message_drop(msg);
	int64_t result = item ? (int64_t)item->len : OSAAS_ENOENT;
	if (item && item->len) {
		answer.buffer = buffer_create(item->len);
		answer.len = answer.buffer ? item->len : 0;
		result = answer.buffer ? result : OSAAS_ENOMEM;
	}
	if (answer.buffer)
		memcpy(buffer_data(answer.buffer),
			(const char *)buffer_data(item->buffer) + item->at, item->len);
	memcpy(answer.bytes, &result, sizeof result);
	service_answer(service, &answer);
}

static void tell_types(struct service *service, struct message *msg)
{
	const struct clip *clip = clip_of(service->session);
	struct message answer = {.type = OSAAS_CLIPBOARD_TYPES | OSAAS_ANSWER};
	const uint64_t numbers[2] = {clip->n, clip->serial};
	message_drop(msg);
	if (clip->n)
		answer.buffer = buffer_create(
			OSAAS_CLIPBOARD_TYPES_MAX * (OSAAS_CLIPBOARD_TYPE_MAX + 1));
	if (clip->n && !answer.buffer) {
		service_result(service, OSAAS_CLIPBOARD_TYPES, OSAAS_ENOMEM);
		return;
	}
	for (size_t i = 0; i < clip->n; i++) {
		size_t n = strlen(clip->items[i].type);
		char *to = (char *)buffer_data(answer.buffer) + answer.len;
		memcpy(to, clip->items[i].type, n);
		to[n] = '\n';
		answer.len += n + 1;
	}
	memcpy(answer.bytes, numbers, sizeof numbers);
	service_answer(service, &answer);
}

static void receive(struct service *service, struct message *msg)
{
	bool known = msg->type == OSAAS_CLIPBOARD_COPY ||
		     msg->type == OSAAS_CLIPBOARD_PASTE ||
		     msg->type == OSAAS_CLIPBOARD_TYPES;
	if (!known)
		service_unknown(service, msg);
	else if (!host_has_focus(service->session, service->plugin))
		service_refuse(service, msg, OSAAS_EACCES, "its window has no focus");
	else if (msg->type == OSAAS_CLIPBOARD_COPY)
		copy(service, msg);
	else if (msg->type == OSAAS_CLIPBOARD_PASTE)
		paste(service, msg);
	else
		tell_types(service, msg);
}

/* Another plugin may lie at the same place one day. */
static void stop(struct service *service)
{
	struct clip *clip = service->session->clip;
	if (clip && clip->by == service->plugin)
		clip->by = NULL;
}

const struct service_ops service_clipboard = {
	.cap = "clipboard",
	.size = sizeof(struct service),
	.receive = receive,
	.stop = stop,
	.harmless = true,
};
