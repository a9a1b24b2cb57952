/*
 * The other end of osaas_audio_in.h. Nobody listens who is not shown (indicator.h); and when the
 * channel goes, or the grant, it is over at once.
 */
#include "plugins/include/osaas_audio_in.h"

#include <errno.h>
#include <string.h>

#include "plugins/include/osaas_request.h"
#include "plugins/plugin.h"
#include "sched/chan.h"
#include "session/audio_in.h"
#include "session/indicator.h"
#include "session/service_table.h"
#include "session/session.h"
#include "util/clock.h"

#define AGAIN_NS (100 * NS_PER_MS)

struct hearing {
	struct service service;
	struct audio_reader *reader; /* NULL: it does not listen */
	struct indicator_entry shown;
	unsigned channels;
	uint64_t again_ns;      /* it may begin once more then */
	struct message waiting; /* its request, till then; type 0: none */
	bool closed;            /* the plugin has closed its end */
};

static struct hearing *hearing_of(struct service *service)
{
	return container_of(service, struct hearing, service);
}

static const char *name_of(const struct hearing *h)
{
	return plugin_manifest(h->service.plugin)->name;
}

static void deafen(struct hearing *h)
{
	struct audio_reader *reader = h->reader;
	h->reader = NULL;
	if (reader)
		audio_in_deaf(h->service.session->audio_in, reader);
	indicator_remove(&h->shown);
}

static bool handle_heard(void *data, const float *block, size_t frames,
	const struct osaas_audio_heard *heard)
{
	struct hearing *h = data;
	size_t size = frames * h->channels * sizeof *block;
	struct message msg = {.type = OSAAS_AUDIO_HEARD, .len = size};
	memcpy(msg.bytes, heard, sizeof *heard);
	msg.buffer = buffer_create(size);
	if (!msg.buffer)
		return false;
	memcpy(buffer_data(msg.buffer), block, size);
	int r = service_post(&h->service, &msg);
	if (r == 0)
		return true;
	message_drop(&msg);
	/* Not from here, among those who hear this. */
	if (r == -EPIPE) {
		h->closed = true;
		service_wake_at(&h->service, clock_now_ns());
	}
	return false;
}

static int error_of(int r)
{
	if (r == -EINVAL)
		return OSAAS_EINVAL;
	if (r == -EBUSY)
		return OSAAS_EBUSY;
	if (r == -ENOMEM)
		return OSAAS_ENOMEM;
	return r == -ENOENT ? OSAAS_ENOENT : OSAAS_EIO;
}

static const char *reason_of(const struct hearing *h, int r)
{
	struct audio_in_status status;
	if (r == -EINVAL)
		return "its rate, channels or frames are out of bounds";
	audio_in_status(h->service.session->audio_in, &status);
	return status.why[0] ? status.why : strerror(-r);
}

/* Nothing is heard before the next turn: by then it is shown. 0 or -errno. */
static int begin(struct hearing *h, const struct osaas_audio_listen *want,
	struct osaas_audio_heard_as *as)
{
	struct session *session = h->service.session;
	struct audio_reader *reader;
	int r = audio_in_listen(
		session->audio_in, name_of(h), want, handle_heard, h, &reader, as);
	if (r < 0)
		return r;
	r = indicator_add(session, &h->shown, name_of(h));
	if (r < 0) {
		audio_in_deaf(session->audio_in, reader);
		return r;
	}
	if (h->reader)
		audio_in_deaf(session->audio_in, h->reader);
	h->reader = reader;
	h->channels = as->channels;
	return 0;
}

/* If it fails, it goes on with what it had. */
static void answer(struct hearing *h, struct message *msg)
{
	struct message out = {.type = OSAAS_AUDIO_LISTEN | OSAAS_ANSWER};
	struct osaas_audio_listen want;
	struct osaas_audio_heard_as as;
	memcpy(&want, msg->bytes, sizeof want);
	h->again_ns = clock_now_ns() + AGAIN_NS;
	int r = begin(h, &want, &as);
	if (r < 0) {
		service_refuse(&h->service, msg, error_of(r), "%s", reason_of(h, r));
		return;
	}
	message_drop(msg);
	memcpy(out.bytes, &as, sizeof as);
	service_answer(&h->service, &out);
}

/* Opening a device takes milliseconds: nobody has it opened over and over. */
static void listen(struct hearing *h, struct message *msg)
{
	if (clock_now_ns() >= h->again_ns) {
		answer(h, msg);
		return;
	}
	h->waiting = *msg;
	h->service.busy++;
	service_wake_at(&h->service, h->again_ns);
}

static void handle_wake(struct service *service)
{
	struct hearing *h = hearing_of(service);
	struct message msg = h->waiting;
	h->waiting = (struct message){0};
	service->busy = 0;
	if (h->closed) {
		message_drop(&msg);
		deafen(h);
	} else if (msg.type) {
		listen(h, &msg);
	}
}

static void receive(struct service *service, struct message *msg)
{
	struct hearing *h = hearing_of(service);
	switch (msg->type) {
	case OSAAS_AUDIO_LISTEN:
		listen(h, msg);
		break;
	case OSAAS_AUDIO_DEAF:
		deafen(h);
		message_drop(msg);
		service_result(service, OSAAS_AUDIO_DEAF, 0);
		break;
	default:
		service_unknown(service, msg);
	}
}

static int start(struct service *service, char *why, size_t why_size)
{
	(void)why, (void)why_size;
	chan_set_wake_class(endpoint_tx(service->end), TASK_LATENCY);
	return 0;
}

static void stop(struct service *service)
{
	struct hearing *h = hearing_of(service);
	message_drop(&h->waiting);
	deafen(h);
}

const struct service_ops service_audio_in = {
	.cap = "audio.in",
	.size = sizeof(struct hearing),
	.start = start,
	.receive = receive,
	.stop = stop,
	.wake = handle_wake,
	.width = 1,
};
