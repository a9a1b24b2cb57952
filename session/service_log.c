/* The other end of osaas_log.h. */
#include "plugins/include/osaas_log.h"

#include <string.h>

#include "plugins/include/osaas_request.h"
#include "plugins/log_ring.h"
#include "plugins/plugin.h"
#include "session/service_table.h"

static void put_line(void *data, const struct log_ring_line *line)
{
	static const char letters[] = "?EID";
	char **to = data;
	*(*to)++ = letters[line->level];
	*(*to)++ = ' ';
	memcpy(*to, line->text, line->len);
	*to += line->len;
	*(*to)++ = '\n';
}

/* The ring's lines with what stands around each are never longer. */
#define TEXT_MAX (LOG_RING_BYTES + 3 * LOG_RING_LINES)

static void read_lines(struct service *service, struct message *msg)
{
	const struct log_ring *ring = plugin_log(service->plugin);
	uint64_t from;
	memcpy(&from, msg->bytes, sizeof from);
	struct osaas_log_lines out = {
		.first = log_ring_first(ring, from), .next = log_ring_next(ring)};
	struct message answer = {.type = OSAAS_LOG_READ | OSAAS_ANSWER};
	out.result = (int64_t)(out.next - out.first);
	if (out.result > 0 && !(answer.buffer = buffer_create(TEXT_MAX))) {
		service_refuse(service, msg, OSAAS_ENOMEM, "out of memory");
		return;
	}
	if (answer.buffer) {
		char *text = buffer_data(answer.buffer), *end = text;
		log_ring_each(ring, from, put_line, &end);
		answer.len = (uint64_t)(end - text);
	}
	memcpy(answer.bytes, &out, sizeof out);
	message_drop(msg);
	service_answer(service, &answer);
}

static void receive(struct service *service, struct message *msg)
{
	if (msg->type == OSAAS_LOG_READ)
		read_lines(service, msg);
	else
		service_unknown(service, msg);
}

const struct service_ops service_log = {
	.cap = "log",
	.size = sizeof(struct service),
	.receive = receive,
	.harmless = true,
};
