/* The other end of osaas_clipboard.h. */
#include "plugins/include/osaas_clipboard.h"

#include <errno.h>
#include <string.h>

#include "plugins/include/osaas_request.h"
#include "session/clip.h"
#include "session/host.h"
#include "session/service_table.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/mime.h"
#include "util/xalloc.h"

#define GESTURE_NS (5 * NS_PER_S)    /* so long the user is taken to have asked for it */
#define SLICE      ((size_t)1 << 20) /* bytes copied in one turn: not to cost a frame */

struct clipboard {
	struct service service;
	/* A paste under way, of what takes more than a turn. */
	struct clip_data *from; /* NULL: none */
	const char *data;
	size_t len, done;
	struct buffer *to;
};

static bool which_of(uint32_t which, struct service *service, struct clip **clip)
{
	struct clip **clips = service->session->clips;
	if (which >= SESSION_CLIPS)
		return false;
	if (!clips[which])
		clips[which] = xcalloc(1, sizeof *clips[which]);
	*clip = clips[which];
	return true;
}

static bool check_which(
	struct service *service, struct message *msg, uint32_t which, struct clip **clip)
{
	if (which_of(which, service, clip))
		return true;
	service_refuse(service, msg, OSAAS_EINVAL, "there is no clipboard %u", which);
	return false;
}

static void copy(struct service *service, struct message *msg)
{
	struct osaas_clipboard_copy in;
	struct clip *clip;
	memcpy(&in, msg->bytes, sizeof in);
	if (!check_which(service, msg, in.which, &clip))
		return;
	if (in.type > msg->len ||
		!mime_is_type(msg->buffer ? buffer_data(msg->buffer) : "", in.type)) {
		service_refuse(service, msg, OSAAS_EINVAL, "that is no type");
		return;
	}
	int r = clip_copy(
		clip, service->plugin, in.more, msg->buffer, in.type, (size_t)msg->len);
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

/* Pasting: a copy, since it may be pasted again. */

static void end_paste(struct clipboard *board)
{
	clip_data_put(board->from);
	buffer_destroy(board->to);
	board->from = NULL;
	board->to = NULL;
}

static void answer_paste(struct clipboard *board)
{
	struct message answer = {.type = OSAAS_CLIPBOARD_PASTE | OSAAS_ANSWER,
		.buffer = board->to,
		.len = board->len};
	const int64_t result = (int64_t)board->len;
	memcpy(answer.bytes, &result, sizeof result);
	board->to = NULL;
	board->service.busy--;
	service_answer(&board->service, &answer);
	end_paste(board);
}

static void copy_slice(struct clipboard *board)
{
	size_t left = board->len - board->done, n = left < SLICE ? left : SLICE;
	if (n)
		memcpy((char *)buffer_data(board->to) + board->done,
			board->data + board->done, n);
	board->done += n;
	if (board->done == board->len)
		answer_paste(board);
	else
		service_wake_at(&board->service, clock_now_ns() + 1);
}

static void wake(struct service *service)
{
	copy_slice(container_of(service, struct clipboard, service));
}

static void paste(struct service *service, struct message *msg)
{
	struct clipboard *board = container_of(service, struct clipboard, service);
	struct clip *clip;
	uint32_t which;
	memcpy(&which, msg->bytes, sizeof which);
	if (!check_which(service, msg, which, &clip))
		return;
	const struct clip_item *item = clip_find(
		clip, msg->buffer ? buffer_data(msg->buffer) : "", (size_t)msg->len);
	message_drop(msg);
	if (!item) {
		service_result(service, OSAAS_CLIPBOARD_PASTE, OSAAS_ENOENT);
		return;
	}
	board->to = item->len ? buffer_create(item->len) : NULL;
	if (item->len && !board->to) {
		service_result(service, OSAAS_CLIPBOARD_PASTE, OSAAS_ENOMEM);
		return;
	}
	board->from = clip_data_get(item->data);
	board->data = (const char *)buffer_data(item->data->buffer) + item->at;
	board->len = item->len;
	board->done = 0;
	service->busy++;
	copy_slice(board);
}

static void tell_types(struct service *service, struct message *msg)
{
	struct clip *clip;
	struct message answer = {.type = OSAAS_CLIPBOARD_TYPES | OSAAS_ANSWER};
	uint32_t which;
	memcpy(&which, msg->bytes, sizeof which);
	if (!check_which(service, msg, which, &clip))
		return;
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

/* Whether the user did something there lately; what was typed into a notice was not. */
static bool is_asked_to(const struct service *service)
{
	const struct window *window = host_window(service->session, service->plugin);
	return window && window->gesture_ns &&
	       clock_now_ns() - window->gesture_ns <= GESTURE_NS;
}

static void receive(struct service *service, struct message *msg)
{
	bool asks = msg->type == OSAAS_CLIPBOARD_TYPES;
	if (msg->type != OSAAS_CLIPBOARD_COPY && msg->type != OSAAS_CLIPBOARD_PASTE &&
		!asks)
		service_unknown(service, msg);
	else if (!host_has_focus(service->session, service->plugin))
		service_refuse(service, msg, OSAAS_EACCES, "its window has no focus");
	else if (!asks && !is_asked_to(service))
		service_refuse(service, msg, OSAAS_EACCES,
			"no key, button or finger was pressed in its window in the "
			"last 5 s");
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
	end_paste(container_of(service, struct clipboard, service));
	for (int i = 0; i < SESSION_CLIPS; i++) {
		struct clip *clip = service->session->clips[i];
		if (clip && clip->by == service->plugin)
			clip->by = NULL;
	}
}

const struct service_ops service_clipboard = {
	.cap = "clipboard",
	.size = sizeof(struct clipboard),
	.receive = receive,
	.stop = stop,
	.wake = wake,
	.harmless = true,
	.width = 1,
};
