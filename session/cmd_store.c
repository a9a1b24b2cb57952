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

#include "plugins/include/osaas_store.h"
#include "session/audio_db.h"
#include "session/cmd.h"
#include "session/grant_db.h"
#include "session/kv_db.h"
#include "session/output_db.h"
#include "session/store_wire.h"
#include "util/list.h"
#include "util/log.h"
#include "util/xalloc.h"

#define STORE_PAGE_BYTES 65536

/* NULL: not needed yet. */
static struct grant_db *grants;
static struct output_db *outputs;
static struct audio_db *audio;

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

/* What displays are to be. */

static int open_outputs(void)
{
	char why[SQL_WHY_MAX];
	int r = outputs ? 0 : output_db_open(true, &outputs, why);
	if (r < 0)
		log_error("what displays are to be cannot be kept: %s", why);
	return r;
}

static const struct output_kept *kept_of(const struct request *rq)
{
	const struct output_kept *kept = (const void *)rq->in;
	bool whole = rq->head.len == sizeof *kept &&
		     memchr(kept->name, '\0', sizeof kept->name) &&
		     memchr(kept->text, '\0', sizeof kept->text);
	return whole ? kept : NULL;
}

static int put_output(struct request *rq)
{
	const struct output_kept *kept = kept_of(rq);
	int r = kept ? open_outputs() : -EINVAL;
	return r < 0 ? r : output_db_put(outputs, kept);
}

static int remove_output(struct request *rq)
{
	const struct output_kept *kept = kept_of(rq);
	int r = kept ? open_outputs() : -EINVAL;
	return r < 0 ? r : output_db_remove(outputs, kept->name);
}

/* Volumes, and which devices. */

static int put_audio(struct request *rq)
{
	const struct audio_row *row = (const void *)rq->in;
	char why[SQL_WHY_MAX];
	if (rq->head.len != sizeof *row || !memchr(row->name, '\0', sizeof row->name) ||
		!memchr(row->text, '\0', sizeof row->text))
		return -EINVAL;
	int r = audio ? 0 : audio_db_open(true, &audio, why);
	if (r < 0)
		log_error("volumes cannot be kept: %s", why);
	return r < 0 ? r : audio_db_put(audio, row);
}

/* Plugins' storage, by the session's number of who asks. */

struct client {
	struct list link; /* clients */
	uint64_t number;
	struct kv_db *db; /* NULL: it could not be opened */
	int error;
};

static struct list clients = {&clients, &clients};

static struct client *find_client(uint64_t number)
{
	list_for_each (client, &clients, struct client, link) {
		if (client->number == number)
			return client;
	}
	return NULL;
}

static int open_kv(struct request *rq)
{
	char id[64], why[SQL_WHY_MAX];
	if (rq->head.len >= sizeof id || find_client(rq->head.client))
		return -EINVAL;
	memcpy(id, rq->in, rq->head.len);
	id[rq->head.len] = '\0';
	struct client *client = xcalloc(1, sizeof *client);
	client->number = rq->head.client;
	client->error = kv_db_open(id, rq->head.number, rq->head.key, &client->db, why);
	if (client->error < 0)
		log_error("%s has no storage: %s", id, why);
	list_init(&client->link);
	list_push_back(&clients, &client->link);
	return client->error;
}

static void close_client(struct client *client)
{
	kv_db_close(client->db);
	list_remove(&client->link);
	free(client);
}

static int close_kv(struct request *rq)
{
	struct client *client = find_client(rq->head.client);
	if (!client)
		return -EINVAL;
	close_client(client);
	return 0;
}

/* The database of who asks; NULL, with the error. */
static struct kv_db *db_of(const struct request *rq, int *error)
{
	const struct client *client = find_client(rq->head.client);
	*error = client ? client->error : -EIO; /* another process knew it */
	return client ? client->db : NULL;
}

static int get_kv(struct request *rq)
{
	int r;
	struct kv_db *db = db_of(rq, &r);
	if (!db)
		return r;
	int64_t n = kv_db_get(db, rq->in, rq->head.len, rq->out, STORE_PAYLOAD_MAX);
	rq->out_len = n > 0 ? (uint32_t)n : 0;
	return (int)n;
}

static int put_kv(struct request *rq)
{
	int r;
	struct kv_db *db = db_of(rq, &r);
	uint32_t key = rq->head.key;
	return db ? kv_db_put(db, rq->in, key, rq->in + key, rq->head.len - key) : r;
}

static int delete_kv(struct request *rq)
{
	int r;
	struct kv_db *db = db_of(rq, &r);
	return db ? kv_db_delete(db, rq->in, rq->head.len) : r;
}

struct page {
	struct request *rq;
	uint64_t n, most;
};

static bool add_entry(void *data, const void *key, size_t key_len, size_t value_len)
{
	struct page *page = data;
	struct request *rq = page->rq;
	struct osaas_store_entry entry = {(uint32_t)key_len, (uint32_t)value_len};
	size_t size = (sizeof entry + key_len + 3) / 4 * 4;
	if (page->n == page->most || rq->out_len + size > STORE_PAGE_BYTES) {
		rq->number = 1;
		return false;
	}
	memset(rq->out + rq->out_len, 0, size);
	memcpy(rq->out + rq->out_len, &entry, sizeof entry);
	memcpy(rq->out + rq->out_len + sizeof entry, key, key_len);
	rq->out_len += (uint32_t)size;
	page->n++;
	return true;
}

static int list_kv(struct request *rq)
{
	int r;
	struct kv_db *db = db_of(rq, &r);
	struct page page = {rq, 0, rq->head.number};
	uint32_t key = rq->head.key;
	if (db)
		r = kv_db_list(db, rq->in, key, rq->in + key, rq->head.len - key,
			add_entry, &page);
	return r < 0 ? r : (int)page.n;
}

static int begin_kv(struct request *rq)
{
	int r;
	struct kv_db *db = db_of(rq, &r);
	return db ? kv_db_begin(db) : r;
}

static int commit_kv(struct request *rq)
{
	int r;
	struct kv_db *db = db_of(rq, &r);
	return db ? kv_db_commit(db) : r;
}

static int abort_kv(struct request *rq)
{
	int r;
	struct kv_db *db = db_of(rq, &r);
	return db ? kv_db_abort(db) : r;
}

/* Each gives the answer's result. */
static int (*const ops[STORE_OPS])(struct request *rq) = {
	[STORE_GRANT_PUT] = put_grant,
	[STORE_GRANT_REMOVE] = remove_grant,
	[STORE_OUTPUT_PUT] = put_output,
	[STORE_OUTPUT_REMOVE] = remove_output,
	[STORE_AUDIO_PUT] = put_audio,
	[STORE_KV_OPEN] = open_kv,
	[STORE_KV_CLOSE] = close_kv,
	[STORE_KV_GET] = get_kv,
	[STORE_KV_PUT] = put_kv,
	[STORE_KV_DELETE] = delete_kv,
	[STORE_KV_LIST] = list_kv,
	[STORE_KV_BEGIN] = begin_kv,
	[STORE_KV_COMMIT] = commit_kv,
	[STORE_KV_ABORT] = abort_kv,
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
	output_db_close(outputs);
	audio_db_close(audio);
	list_for_each_safe (client, &clients, struct client, link)
		close_client(client);
	free(rq.in);
	free(rq.out);
	return r == -EPIPE ? EXIT_OK : EXIT_FAILED;
}
