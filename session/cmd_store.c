/*
 * 'osaas store': the process behind store.h. Not for people. It does one request after
 * the other, answers each when it is on the disk, and ends when the session has: what
 * it had got by then, it still does.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/cmd.h"
#include "session/grant_db.h"
#include "session/store_wire.h"
#include "util/log.h"

static struct grant_db *grants; /* NULL: not needed yet */

struct request {
	struct store_head head;
	char *in; /* STORE_PAYLOAD_MAX bytes; head.len count */
	/* Of the answer: */
	char *out; /* as many; out_len count */
	uint32_t out_len;
	uint64_t number;
};

static int open_grants(void)
{
	char why[SQL_WHY_MAX];
	int r = grants ? 0 : grant_db_open(true, &grants, why);
	if (r < 0)
		log_error("what plugins may use cannot be kept: %s", why);
	return r;
}

static const struct grant *grant_of(const struct request *rq)
{
	return rq->head.len == sizeof(struct grant) ? (const void *)rq->in : NULL;
}

static int put_grant(struct request *rq)
{
	const struct grant *grant = grant_of(rq);
	int r = grant ? open_grants() : -EINVAL;
	return r < 0 ? r : grant_db_put(grants, grant);
}

static int remove_grant(struct request *rq)
{
	const struct grant *grant = grant_of(rq);
	int r = grant ? open_grants() : -EINVAL;
	return r < 0 ? r : grant_db_remove(grants, grant->id, &grant->cap);
}

/* Each gives the answer's result. */
static int (*const ops[STORE_OPS])(struct request *rq) = {
	[STORE_GRANT_PUT] = put_grant,
	[STORE_GRANT_REMOVE] = remove_grant,
};

static int read_all(void *to, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = read(STORE_FD, (char *)to + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EPIPE;
		done += (size_t)n;
	}
	return 0;
}

static int write_all(const void *from, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = send(
			STORE_FD, (const char *)from + done, size - done, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	return 0;
}

static int serve_one(struct request *rq)
{
	int r = read_all(&rq->head, sizeof rq->head);
	if (r == 0 && (rq->head.op >= STORE_OPS || rq->head.len > STORE_PAYLOAD_MAX ||
			      rq->head.key > rq->head.len))
		r = -EPROTO;
	if (r == 0)
		r = read_all(rq->in, rq->head.len);
	if (r < 0)
		return r;
	rq->out_len = 0;
	rq->number = 0;
	struct store_head answer = rq->head;
	answer.result = ops[answer.op](rq);
	answer.number = rq->number;
	answer.key = 0;
	answer.len = rq->out_len;
	r = write_all(&answer, sizeof answer);
	return r < 0 ? r : write_all(rq->out, rq->out_len);
}

/* Started by a session, or by somebody who wondered what this is? */
static bool is_ours(void)
{
	struct stat st;
	return fstat(STORE_FD, &st) == 0 && S_ISSOCK(st.st_mode);
}

int cmd_store(int argc, char **argv)
{
	struct request rq = {
		.in = malloc(STORE_PAYLOAD_MAX), .out = malloc(STORE_PAYLOAD_MAX)};
	if (argc > 1 || !is_ours()) {
		log_error("a session starts 'osaas store' for itself: use 'osaas "
			  "session'");
		return EXIT_USAGE;
	}
	int r = rq.in && rq.out ? 0 : -ENOMEM;
	while (r == 0)
		r = serve_one(&rq);
	if (r != -EPIPE && r != -ECONNRESET)
		log_error("the store's process ends: %s", strerror(-r));
	grant_db_close(grants);
	free(rq.in);
	free(rq.out);
	return r == -EPIPE ? EXIT_OK : EXIT_FAILED;
}
