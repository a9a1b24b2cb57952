/*
 * "audio.decode": osaas_decode.h. Each decoder is a helper process (helper_decode), which is
 * asked one thing at a time; what it wants of its source goes on to the plugin. Nothing that it
 * says is believed, and none of its time is waited for here.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugins/plugin.h"
#include "session/child.h"
#include "session/decode_wire.h"
#include "session/loop.h"
#include "session/service_table.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define DEPTH    8 /* messages that wait in each direction of a decoder's channel */
#define LIMIT_NS (60 * NS_PER_S) /* until it has said something */

/*
 * Seconds of the processor till the next request. To decode takes milliseconds; only to open may
 * take a look at all of the file (MP3): 0.3 s for 1 GiB, and a hundred times that is allowed.
 */
#define SECONDS      3
#define OPEN_SECONDS 5
#define OPEN_BYTES   (UINT64_C(32) << 20) /* are one second more */
#define OPEN_MORE    55                   /* at most */

#define AGAIN_NS     (20 * NS_PER_MS) /* from one process that is started to the next */

struct decoding {
	struct service service;
	struct list all; /* decoder.link */
	unsigned n;
	uint64_t again_ns;      /* the next one may begin then */
	struct message waiting; /* till then; type 0: none */
};

enum decoder_state {
	DECODER_IDLE,
	DECODER_ASKED, /* the helper computes */
	DECODER_WANTS, /* the plugin is to feed it */
	DECODER_OVER,  /* all that is asked gives its error */
};

struct decoder {
	struct list link; /* decoding.all */
	struct decoding *owner;
	struct endpoint *end;
	struct child *child; /* NULL: it has ended */
	int socket;          /* to it; -1: over */
	struct loop_source *source;
	struct decode_shared *shared;
	enum decoder_state state;
	int error;              /* of DECODER_OVER: OSAAS_E* */
	bool dirty;             /* its channel has something to give */
	bool opened;            /* info is known */
	struct message request; /* under way, but in DECODER_IDLE and _OVER */
	struct osaas_decode_want want;
	struct osaas_decode_info info;
	uint64_t size;     /* of the source */
	uint64_t limit_ns; /* of DECODER_ASKED, by the clock; else UINT64_MAX */
};

static const char *name_of(const struct decoder *d)
{
	return plugin_manifest(d->owner->service.plugin)->name;
}

/* A channel that has something to give is looked at in the next turn, by wake. */
static void set_timer(struct decoding *owner)
{
	uint64_t first = owner->waiting.type ? owner->again_ns : UINT64_MAX;
	list_for_each (d, &owner->all, struct decoder, link) {
		uint64_t due = d->dirty ? 0 : d->limit_ns;
		first = due < first ? due : first;
	}
	service_wake_at(&owner->service, first);
}

static void note_dirty(void *data)
{
	struct decoder *d = data;
	d->dirty = true;
	service_wake_at(&d->owner->service, 0);
}

/* ---- The end ------------------------------------------------------------ */

static void stop_helper(struct decoder *d)
{
	loop_remove(d->source);
	d->source = NULL;
	if (d->socket >= 0)
		close(d->socket);
	d->socket = -1;
	child_destroy(d->child);
	d->child = NULL;
	d->limit_ns = UINT64_MAX;
}

static void decoder_destroy(struct decoder *d)
{
	stop_helper(d);
	message_drop(&d->request);
	endpoint_close(d->end);
	if (d->shared)
		munmap(d->shared, sizeof *d->shared);
	list_remove(&d->link);
	d->owner->n--;
	free(d);
}

/* There is room for the answer, and for a WANT, of one request; who sends more loses some. */
static void post(struct decoder *d, const struct message *msg)
{
	struct message copy = *msg;
	if (endpoint_try_send(d->end, msg) < 0)
		message_drop(&copy);
}

static void answer(struct decoder *d, struct message *msg)
{
	struct message request = d->request;
	msg->type = request.type | OSAAS_ANSWER;
	d->request = (struct message){0};
	if (d->state != DECODER_OVER)
		d->state = DECODER_IDLE;
	d->limit_ns = UINT64_MAX;
	message_drop(&request);
	post(d, msg);
}

static void answer_result(struct decoder *d, int64_t result)
{
	struct message msg = {0};
	memcpy(msg.bytes, &result, sizeof result);
	answer(d, &msg);
}

static void give_up(struct decoder *d, int error, const char *why)
{
	bool asked = d->state == DECODER_ASKED || d->state == DECODER_WANTS;
	if (d->state == DECODER_OVER)
		return;
	log_info("%s: decoding sound ends: %s", name_of(d), why);
	stop_helper(d);
	d->state = DECODER_OVER;
	d->error = error;
	if (asked)
		answer_result(d, error);
}

/* ---- The helper --------------------------------------------------------- */

static int tell(struct decoder *d, const struct decode_wire *wire)
{
	ssize_t n = send(d->socket, wire, sizeof *wire, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n != (ssize_t)sizeof *wire) {
		give_up(d, OSAAS_EIO, "its helper cannot be reached");
		return -EIO;
	}
	d->state = DECODER_ASKED;
	d->limit_ns = clock_now_ns() + LIMIT_NS;
	return 0;
}

/*
 * Who was taken over by its file computes no longer than this, asked or not: the pieces that it
 * wants meanwhile give it nothing.
 */
static int limit_cpu(struct decoder *d, unsigned seconds)
{
	int r = d->child ? child_limit_cpu(d->child, seconds) : 0;
	if (r < 0) {
		log_error("%s: the processor time of a helper cannot be limited: %s",
			name_of(d), strerror(-r));
		give_up(d, OSAAS_EIO, "its helper would have no limit");
	}
	return r;
}

static unsigned open_seconds(uint64_t size)
{
	uint64_t more = size / OPEN_BYTES;
	return OPEN_SECONDS + (unsigned)(more < OPEN_MORE ? more : OPEN_MORE);
}

static void handle_want(struct decoder *d, const struct decode_wire *wire)
{
	struct message msg = {.type = OSAAS_DECODE_WANT};
	if (wire->value >= d->size || wire->size == 0 ||
		wire->size > OSAAS_DECODE_PIECE || wire->size > d->size - wire->value) {
		give_up(d, OSAAS_EIO, "its helper wants what there is not");
		return;
	}
	d->want = (struct osaas_decode_want){.offset = wire->value, .size = wire->size};
	d->state = DECODER_WANTS;
	d->limit_ns = UINT64_MAX;
	memcpy(msg.bytes, &d->want, sizeof d->want);
	post(d, &msg);
}

/* What osaas_decode.h promises; the rest makes no sense. */
static bool check_info(const struct osaas_decode_info *info)
{
	return info->rate >= OSAAS_AUDIO_MIN_RATE && info->rate <= OSAAS_AUDIO_MAX_RATE &&
	       info->channels >= 1 && info->channels <= OSAAS_AUDIO_MAX_CHANNELS;
}

static void answer_info(struct decoder *d, uint32_t tags)
{
	struct message msg = {0};
	memcpy(msg.bytes, &d->info, sizeof d->info);
	if (tags > 0 && (msg.buffer = buffer_create(tags))) {
		char *text = buffer_data(msg.buffer);
		memcpy(text, d->shared->tags, tags);
		text[tags - 1] = '\0';
		msg.len = tags;
	}
	answer(d, &msg);
}

static void handle_opened(struct decoder *d, const struct decode_wire *wire)
{
	if (wire->result < 0) {
		answer_result(d, wire->result);
		return;
	}
	if (!check_info(&wire->info) || wire->size > OSAAS_DECODE_TAGS) {
		give_up(d, OSAAS_EIO, "its helper says what makes no sense");
		return;
	}
	d->info = wire->info;
	d->info.result = 0;
	d->opened = true;
	if (limit_cpu(d, SECONDS) == 0)
		answer_info(d, wire->size);
}

static void answer_frames(struct decoder *d, uint32_t frames, uint64_t first)
{
	size_t size = (size_t)frames * d->info.channels * sizeof(float);
	struct message msg = {.buffer = d->request.buffer, .len = size};
	int64_t result = frames;
	d->request.buffer = NULL;
	if (msg.buffer && buffer_size(msg.buffer) < size) {
		buffer_destroy(msg.buffer);
		msg.buffer = NULL;
	}
	if (!msg.buffer && !(msg.buffer = buffer_create(size ? size : 1))) {
		answer_result(d, OSAAS_ENOMEM);
		return;
	}
	memcpy(buffer_data(msg.buffer), d->shared->samples, size);
	memcpy(msg.bytes, &result, sizeof result);
	memcpy(msg.bytes + sizeof result, &first, sizeof first);
	answer(d, &msg);
}

static void handle_done(struct decoder *d, const struct decode_wire *wire)
{
	uint32_t asked;
	memcpy(&asked, d->request.bytes, sizeof asked);
	if (wire->result < 0 && wire->result >= -4095 && wire->result != -EIO) {
		answer_result(d, wire->result);
		return;
	}
	if (wire->result < 0) {
		give_up(d, OSAAS_EIO, "its file is broken");
		return;
	}
	if (d->request.type == OSAAS_DECODE_INFO)
		handle_opened(d, wire);
	else if (d->request.type == OSAAS_DECODE_SEEK)
		answer_result(d, 0);
	else if (wire->result <= asked)
		answer_frames(d, (uint32_t)wire->result, wire->value);
	else
		give_up(d, OSAAS_EIO, "its helper says what makes no sense");
}

static void handle_ready(void *data, uint32_t events)
{
	struct decoder *d = data;
	struct decode_wire wire;
	(void)events;
	ssize_t n = recv(d->socket, &wire, sizeof wire, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == 0 || n < 0) {
		/* Why is known when it is reaped. */
		loop_remove(d->source);
		d->source = NULL;
	} else if (n != (ssize_t)sizeof wire || d->state != DECODER_ASKED) {
		give_up(d, OSAAS_EIO, "its helper speaks out of turn");
	} else if (wire.kind == DECODE_WIRE_WANT) {
		handle_want(d, &wire);
	} else if (wire.kind == DECODE_WIRE_DONE) {
		handle_done(d, &wire);
	} else {
		give_up(d, OSAAS_EIO, "its helper says what is not known");
	}
	set_timer(d->owner);
}

static void handle_ended(void *data, int code, int status)
{
	struct decoder *d = data;
	char why[96];
	d->child = NULL;
	bool late = code != CLD_EXITED && status == SIGXCPU;
	snprintf(why, sizeof why, "its helper ended (%s %d)",
		code == CLD_EXITED ? "status" : "signal", status);
	give_up(d, late ? OSAAS_ETIMEDOUT : OSAAS_EIO,
		late ? "its helper computed for too long" : why);
	set_timer(d->owner);
}

/* Memory of a fixed size, so that what is mapped here is there. */
static int share(struct decoder *d)
{
	int fd = memfd_create("decode", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	int r = ftruncate(fd, sizeof *d->shared) < 0 ||
				fcntl(fd, F_ADD_SEALS,
					F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0
			? -errno
			: 0;
	void *memory = MAP_FAILED;
	if (r == 0)
		memory = mmap(NULL, sizeof *d->shared, PROT_READ | PROT_WRITE, MAP_SHARED,
			fd, 0);
	if (r == 0 && memory == MAP_FAILED)
		r = -errno;
	if (r < 0) {
		close(fd);
		return r;
	}
	d->shared = memory;
	return fd;
}

static int start_helper(struct decoder *d)
{
	static const char *const args[] = {"decode", NULL};
	struct loop *loop = d->owner->service.session->loop;
	int ends[2] = {-1, -1};
	int memory = share(d);
	int r = memory < 0 ? memory : 0;
	if (r == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		r = -errno;
	d->socket = ends[0];
	struct child_spec spec = {.args = args, .fds = {ends[1], memory}};
	if (r == 0 && !(d->source = loop_add(loop, d->socket, EPOLLIN, handle_ready, d)))
		r = -errno;
	if (r == 0)
		r = child_start(loop, &spec, handle_ended, d, &d->child);
	if (ends[1] >= 0)
		close(ends[1]);
	if (memory >= 0)
		close(memory);
	return r;
}

/* ---- The plugin --------------------------------------------------------- */

static void refuse(struct decoder *d, struct message *msg, int64_t error)
{
	struct message no = {.type = msg->type | OSAAS_ANSWER};
	memcpy(no.bytes, &error, sizeof error);
	message_drop(msg);
	post(d, &no);
}

/* What nobody wants, or no more, is thrown away. */
static void take_feed(struct decoder *d, struct message *msg)
{
	struct decode_wire fed = {.kind = DECODE_WIRE_FED};
	uint64_t offset;
	int64_t error;
	memcpy(&offset, msg->bytes, sizeof offset);
	memcpy(&error, msg->bytes + sizeof offset, sizeof error);
	if (d->state == DECODER_WANTS && offset == d->want.offset) {
		bool good = error == 0 && msg->buffer && msg->len > 0 &&
			    msg->len <= d->want.size;
		if (good)
			memcpy(d->shared->source, buffer_data(msg->buffer), msg->len);
		fed.result = good ? (int64_t)msg->len : -EIO;
		tell(d, &fed);
	}
	message_drop(msg);
}

static void begin(struct decoder *d, struct message *msg)
{
	struct decode_wire rq = {0};
	memcpy(&rq.value, msg->bytes, sizeof rq.value);
	switch (msg->type) {
	case OSAAS_DECODE_INFO:
		rq.kind = DECODE_WIRE_OPEN;
		rq.value = d->size;
		break;
	case OSAAS_DECODE_READ:
		rq.kind = DECODE_WIRE_READ;
		rq.value = (uint32_t)rq.value;
		break;
	case OSAAS_DECODE_SEEK:
		rq.kind = DECODE_WIRE_SEEK;
		break;
	default:
		refuse(d, msg, OSAAS_ENOSYS);
		return;
	}
	bool first = rq.kind == DECODE_WIRE_OPEN;
	if (first == d->opened ||
		(rq.kind == DECODE_WIRE_READ &&
			(rq.value == 0 || rq.value > OSAAS_AUDIO_MAX_FRAMES))) {
		refuse(d, msg, OSAAS_EINVAL);
		return;
	}
	d->request = *msg;
	/* So that giving up has something to answer. */
	d->state = DECODER_ASKED;
	if (limit_cpu(d, first ? open_seconds(d->size) : SECONDS) == 0)
		tell(d, &rq);
}

static void take(struct decoder *d, struct message *msg)
{
	if (msg->type == OSAAS_DECODE_FEED)
		take_feed(d, msg);
	else if (d->state == DECODER_OVER)
		refuse(d, msg, d->error);
	else if (d->state != DECODER_IDLE)
		refuse(d, msg, OSAAS_EBUSY);
	else
		begin(d, msg);
}

/* No more of them than were there before: others have their turn. */
static void look(struct decoder *d)
{
	struct message msg;
	int r = 0;
	d->dirty = false;
	for (int i = 0; i <= DEPTH && r == 0; i++) {
		r = endpoint_try_recv(d->end, &msg);
		if (r == 0)
			take(d, &msg);
	}
	if (r == -EPIPE)
		decoder_destroy(d);
	else if (r == 0)
		d->dirty = true;
}

static int open_decoder(
	struct decoding *owner, uint64_t size, struct endpoint **plugin_end)
{
	struct endpoint *ends[2];
	if (owner->n == OSAAS_DECODE_MAX)
		return -EMFILE;
	if (endpoint_pair(ends, DEPTH) < 0)
		return -ENOMEM;
	struct decoder *d = xcalloc(1, sizeof *d);
	*d = (struct decoder){
		.owner = owner,
		.end = ends[0],
		.socket = -1,
		.size = size,
		.limit_ns = UINT64_MAX,
	};
	list_push_back(&owner->all, &d->link);
	owner->n++;
	int r = start_helper(d);
	if (r < 0) {
		endpoint_close(ends[1]);
		decoder_destroy(d);
		return r == -ENOMEM ? r : -EIO;
	}
	endpoint_set_hook(d->end, note_dirty, d);
	*plugin_end = ends[1];
	return 0;
}

static void open_now(struct decoding *owner, struct message *msg)
{
	struct service *service = &owner->service;
	struct message reply = {.type = msg->type | OSAAS_ANSWER};
	uint64_t size;
	memcpy(&size, msg->bytes, sizeof size);
	owner->again_ns = clock_now_ns() + AGAIN_NS;
	int r = open_decoder(owner, size, &reply.endpoint);
	if (r < 0) {
		service_refuse(service, msg, r, "%s",
			r == -EMFILE ? "it would be one decoder too many"
				     : "no helper process can be started");
		return;
	}
	message_drop(msg);
	service_answer(service, &reply);
}

static void open_waiting(struct decoding *owner)
{
	struct message msg = owner->waiting;
	owner->waiting = (struct message){0};
	owner->service.busy = 0;
	open_now(owner, &msg);
}

static void wake(struct service *service)
{
	struct decoding *owner = container_of(service, struct decoding, service);
	uint64_t now = clock_now_ns();
	list_for_each_safe (d, &owner->all, struct decoder, link) {
		if (d->limit_ns <= now)
			give_up(d, OSAAS_ETIMEDOUT, "its helper says nothing any more");
		if (d->dirty)
			look(d);
	}
	if (owner->waiting.type && now >= owner->again_ns)
		open_waiting(owner);
	set_timer(owner);
}

/* Starting a process takes milliseconds of the loop's: nobody has it done over and over. */
static void receive(struct service *service, struct message *msg)
{
	struct decoding *owner = container_of(service, struct decoding, service);
	if (msg->type != OSAAS_DECODE_OPEN) {
		service_unknown(service, msg);
	} else if (clock_now_ns() >= owner->again_ns) {
		open_now(owner, msg);
	} else {
		owner->waiting = *msg;
		service->busy++;
		set_timer(owner);
	}
}

/* While a helper computes, but not while it waits for the plugin. */
static bool waits(const struct service *service)
{
	const struct decoding *owner = container_of(service, struct decoding, service);
	list_for_each (d, &owner->all, struct decoder, link) {
		if (d->state == DECODER_ASKED)
			return true;
	}
	return false;
}

static int start(struct service *service, char *why, size_t why_size)
{
	struct decoding *owner = container_of(service, struct decoding, service);
	(void)why, (void)why_size;
	list_init(&owner->all);
	return 0;
}

static void stop(struct service *service)
{
	struct decoding *owner = container_of(service, struct decoding, service);
	message_drop(&owner->waiting);
	list_for_each_safe (d, &owner->all, struct decoder, link)
		decoder_destroy(d);
}

const struct service_ops service_decode = {
	.cap = "audio.decode",
	.size = sizeof(struct decoding),
	.start = start,
	.receive = receive,
	.wake = wake,
	.waits = waits,
	.stop = stop,
	.harmless = true,
	.width = 1,
};
