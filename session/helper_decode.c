#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sched/sanitize.h"
#include "session/child.h"
#include "session/confine.h"
#include "session/decode.h"
#include "session/decode_wire.h"
#include "session/helper.h"
#include "util/log.h"

/*
 * Decodes one file for the session, confined: it has the socket and the memory that it was
 * given, and has so much of its own. How long it computes for what it is asked the session
 * limits (service_decode.c).
 */

#define MEMORY ((size_t)256 << 20)
#define NICER  5

/* Pieces of the source that were used last: libraries read a few bytes here and there. */
#define PIECES 8

struct piece {
	uint64_t offset;
	uint32_t size; /* 0: none */
	uint64_t used;
	uint8_t bytes[OSAAS_DECODE_PIECE];
};

static struct helper {
	struct decode_shared *shared;
	struct decode *decode;
	struct piece pieces[PIECES];
	uint64_t size, uses;
} helper;

static bool say(const struct decode_wire *wire)
{
	return send(CHILD_FD, wire, sizeof *wire, MSG_NOSIGNAL) == (ssize_t)sizeof *wire;
}

static bool hear(struct decode_wire *wire)
{
	ssize_t n;
	do {
		n = recv(CHILD_FD, wire, sizeof *wire, 0);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof *wire;
}

/* Without the session there is nobody to tell. */
static struct decode_wire ask(const struct decode_wire *question)
{
	struct decode_wire answer;
	if (!say(question) || !hear(&answer))
		_exit(0);
	return answer;
}

/* ---- The source --------------------------------------------------------- */

static struct piece *oldest(void)
{
	struct piece *old = helper.pieces;
	for (struct piece *p = old; p < helper.pieces + PIECES; p++)
		old = p->used < old->used ? p : old;
	return old;
}

static int64_t fill(struct piece *p, uint64_t offset)
{
	uint64_t left = helper.size - offset;
	uint32_t size = left < OSAAS_DECODE_PIECE ? (uint32_t)left : OSAAS_DECODE_PIECE;
	struct decode_wire fed = ask(&(struct decode_wire){
		.kind = DECODE_WIRE_WANT, .value = offset, .size = size});
	p->size = 0;
	if (fed.kind != DECODE_WIRE_FED || fed.result <= 0 || fed.result > size)
		return fed.result < 0 ? fed.result : -EIO;
	memcpy(p->bytes, helper.shared->source, (size_t)fed.result);
	p->offset = offset;
	p->size = (uint32_t)fed.result;
	return 0;
}

static struct piece *find(uint64_t offset)
{
	for (struct piece *p = helper.pieces; p < helper.pieces + PIECES; p++) {
		if (offset >= p->offset && offset - p->offset < p->size)
			return p;
	}
	return NULL;
}

/* Pieces begin where all do, so that they do not overlap; but for one that was fed in part. */
static int64_t read_source(void *data, uint64_t offset, void *to, size_t size)
{
	struct piece *p = find(offset);
	(void)data;
	if (!p) {
		uint64_t start = offset - offset % OSAAS_DECODE_PIECE;
		p = oldest();
		int64_t r = fill(p, find(start) ? offset : start);
		if (r == 0 && offset - p->offset >= p->size)
			r = fill(p, offset);
		if (r < 0)
			return r;
	}
	p->used = ++helper.uses;
	size_t at = (size_t)(offset - p->offset), n = p->size - at;
	n = n < size ? n : size;
	memcpy(to, p->bytes + at, n);
	return (int64_t)n;
}

/* ---- Requests ----------------------------------------------------------- */

static void open_source(uint64_t size, struct decode_wire *done)
{
	struct decode_source source = {.read = read_source, .size = size};
	size_t tags = 0;
	helper.size = size;
	done->result = helper.decode ? -EINVAL
				     : decode_open(&source, &helper.decode, &done->info,
					       helper.shared->tags, &tags);
	done->size = (uint32_t)tags;
}

static void read_frames(uint64_t frames, struct decode_wire *done)
{
	done->value = decode_position(helper.decode);
	done->result = frames > OSAAS_AUDIO_MAX_FRAMES
			       ? -EINVAL
			       : decode_read(helper.decode, helper.shared->samples,
					 (uint32_t)frames);
}

static void serve(const struct decode_wire *rq, struct decode_wire *done)
{
	if (rq->kind == DECODE_WIRE_OPEN)
		open_source(rq->value, done);
	else if (rq->kind == DECODE_WIRE_READ && helper.decode)
		read_frames(rq->value, done);
	else if (rq->kind == DECODE_WIRE_SEEK && helper.decode)
		done->result = decode_seek(helper.decode, rq->value);
	else
		done->result = -EINVAL;
}

static int prepare(void)
{
	helper.shared = mmap(NULL, sizeof *helper.shared, PROT_READ | PROT_WRITE,
		MAP_SHARED, CHILD_FD + 1, 0);
	if (helper.shared == MAP_FAILED)
		return -errno;
	decode_load();
	close_range(CHILD_FD + 2, ~0U, 0);
	setpriority(PRIO_PROCESS, 0, NICER);
	return 0;
}

int helper_decode(char **argv)
{
	struct decode_wire rq;
	(void)argv;
	int r = prepare();
	if (r == 0)
		r = confine(MEMORY);
	if (r < 0) {
		log_error("decoding sound: the helper cannot be confined: %s; it needs "
			  "seccomp and memory",
			strerror(-r));
		return 1;
	}
#ifndef OSAAS_ASAN
	/* What a library says is nobody's to read. */
	dup3(STDIN_FILENO, STDERR_FILENO, 0);
#endif
	while (hear(&rq)) {
		struct decode_wire done = {.kind = DECODE_WIRE_DONE};
		serve(&rq, &done);
		if (!say(&done))
			break;
	}
	/* Nothing is given back one by one: that may take system calls that it has no more. */
	_exit(0);
}
