/*
 * The other end of osaas_store.h. Looks at each request, hands it on to the store's
 * process, and its answer back; knows nothing of what is stored.
 */
#include "plugins/include/osaas_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_request.h"
#include "plugins/plugin.h"
#include "session/service_table.h"
#include "session/session.h"
#include "session/store.h"
#include "util/log.h"
#include "util/xalloc.h"

#define QUOTA_DEFAULT (UINT64_C(1) << 20)
#define QUOTA_LEAST   (UINT64_C(64) << 10)
#define QUOTA_MOST    (UINT64_C(1024) << 20)

struct kv {
	struct service service;
	uint64_t client;  /* our number with the store */
	uint64_t process; /* the store's, that knows us; 0: none does */
	uint64_t quota;
	bool in_transaction; /* BEGIN was sent, its end was not */
	struct list asks;    /* kv_ask.link */
};

struct kv_ask {
	struct store_ask ask;
	struct list link; /* kv.asks */
	struct kv *kv;    /* NULL: it is gone, or does not care */
	uint32_t type;
};

static struct kv *kv_of(struct service *service)
{
	return container_of(service, struct kv, service);
}

/* Answers. */

/* What a plugin hears; the details are in the log. */
static int error_of(int r)
{
	switch (r) {
	case -EINVAL:
	case -ENOENT:
	case -EBUSY:
	case -ENOSPC:
	case -ENOMEM:
	case -E2BIG:
	case -ECANCELED:
		return r;
	default:
		return OSAAS_EIO;
	}
}

static void answer_error(struct kv *kv, uint32_t type, int r)
{
	struct message request = {.type = type};
	if (r == -ENOENT)
		service_result(&kv->service, type, r);
	else
		service_refuse(&kv->service, &request, error_of(r), "%s", strerror(-r));
}

static void answer(struct kv *kv, uint32_t type, const struct store_head *head,
	struct buffer *payload)
{
	struct message msg = {.type = type | OSAAS_ANSWER,
		.buffer = payload,
		.len = payload ? head->len : 0};
	struct osaas_store_page page = {
		.result = head->result, .more = head->number ? 1 : 0};
	memcpy(msg.bytes, &page, sizeof page);
	service_answer(&kv->service, &msg);
}

static void handle_answer(
	struct store_ask *ask, const struct store_head *head, struct buffer *payload)
{
	struct kv_ask *own = container_of(ask, struct kv_ask, ask);
	struct kv *kv = own->kv;
	list_remove(&own->link);
	if (kv) {
		kv->service.busy--;
		if (head->result < 0)
			answer_error(kv, own->type, head->result);
		else
			answer(kv, own->type, head, payload);
	}
	if (!kv || head->result < 0)
		buffer_destroy(payload);
	free(own);
}

/* Requests. */

static struct kv_ask *make_ask(struct kv *kv, enum store_op op)
{
	struct kv_ask *own = xcalloc(1, sizeof *own);
	own->ask.head.op = op;
	own->ask.head.client = kv->client;
	own->ask.done = handle_answer;
	list_init(&own->link);
	return own;
}

/* The present process must know us; what another one had begun is void. 0 or -errno. */
static int introduce(struct kv *kv)
{
	struct store *store = kv->service.session->store;
	const char *id = plugin_manifest(kv->service.plugin)->id;
	uint64_t process = store_start(store);
	if (process == 0)
		return -EIO;
	if (process == kv->process)
		return 0;
	struct buffer *payload = buffer_create(strlen(id));
	if (!payload)
		return -ENOMEM;
	struct kv_ask *own = make_ask(kv, STORE_KV_OPEN);
	memcpy(buffer_data(payload), id, strlen(id));
	own->ask.payload = payload;
	own->ask.head.len = (uint32_t)strlen(id);
	own->ask.head.number = kv->quota;
	own->ask.head.key = kv->in_transaction;
	kv->process = process;
	store_ask(store, &own->ask);
	return 0;
}

static void send(struct kv *kv, const struct store_head *head, struct message *msg)
{
	int r = introduce(kv);
	if (r == 0 && msg->buffer && !buffer_fit(msg->buffer, (size_t)msg->len))
		r = -ENOMEM;
	if (r < 0) {
		message_drop(msg);
		answer_error(kv, msg->type, r);
		return;
	}
	struct kv_ask *own = make_ask(kv, (enum store_op)head->op);
	own->ask.head.number = head->number;
	own->ask.head.key = head->key;
	own->ask.head.len = (uint32_t)msg->len;
	own->ask.payload = msg->buffer;
	msg->buffer = NULL;
	message_drop(msg);
	own->kv = kv;
	own->type = msg->type;
	list_push_back(&kv->asks, &own->link);
	kv->service.busy++;
	if (head->op == STORE_KV_BEGIN)
		kv->in_transaction = true;
	if (head->op == STORE_KV_COMMIT || head->op == STORE_KV_ABORT)
		kv->in_transaction = false;
	store_ask(kv->service.session->store, &own->ask);
}

static int check_key(uint64_t key, const char **why)
{
	*why = key ? "the key is too long" : "the key is empty";
	return key && key <= OSAAS_STORE_KEY_MAX ? 0 : key ? OSAAS_E2BIG : OSAAS_EINVAL;
}

static int check_put(const struct message *msg, struct store_head *head, const char **why)
{
	memcpy(&head->key, msg->bytes, sizeof head->key);
	int r = check_key(head->key, why);
	if (r < 0)
		return r;
	*why = "the key is longer than the buffer's content";
	if (head->key > msg->len)
		return OSAAS_EINVAL;
	*why = "the value is too long";
	return msg->len - head->key > OSAAS_STORE_VALUE_MAX ? OSAAS_E2BIG : 0;
}

static int check_list(
	const struct message *msg, struct store_head *head, const char **why)
{
	struct osaas_store_list list;
	memcpy(&list, msg->bytes, sizeof list);
	head->key = list.prefix;
	head->number = list.most && list.most < OSAAS_STORE_PAGE_MAX
			       ? list.most
			       : OSAAS_STORE_PAGE_MAX;
	*why = "the prefix is longer than the buffer's content";
	if (list.prefix > msg->len)
		return OSAAS_EINVAL;
	*why = "the prefix or the key is too long";
	return list.prefix > OSAAS_STORE_KEY_MAX ||
			       msg->len - list.prefix > OSAAS_STORE_KEY_MAX
		       ? OSAAS_E2BIG
		       : 0;
}

static int check(const struct message *msg, struct store_head *head, const char **why)
{
	switch (msg->type) {
	case OSAAS_STORE_GET:
		head->op = STORE_KV_GET;
		return check_key(msg->len, why);
	case OSAAS_STORE_PUT:
		head->op = STORE_KV_PUT;
		return check_put(msg, head, why);
	case OSAAS_STORE_DELETE:
		head->op = STORE_KV_DELETE;
		return check_key(msg->len, why);
	case OSAAS_STORE_LIST:
		head->op = STORE_KV_LIST;
		return check_list(msg, head, why);
	case OSAAS_STORE_BEGIN:
		head->op = STORE_KV_BEGIN;
		break;
	case OSAAS_STORE_COMMIT:
		head->op = STORE_KV_COMMIT;
		break;
	case OSAAS_STORE_ABORT:
		head->op = STORE_KV_ABORT;
		break;
	default:
		*why = "it is not of the protocol";
		return OSAAS_ENOSYS;
	}
	*why = "nothing goes with it";
	return msg->len ? OSAAS_EINVAL : 0;
}

static void receive(struct service *service, struct message *msg)
{
	struct store_head head = {0};
	const char *why;
	int r = check(msg, &head, &why);
	if (r < 0)
		service_refuse(service, msg, r, "%s", why);
	else
		send(kv_of(service), &head, msg);
}

static bool read_quota(const char *scope, uint64_t *quota)
{
	char unit, end;
	unsigned long long n;
	if (!scope[0]) {
		*quota = QUOTA_DEFAULT;
		return true;
	}
	if (scope[0] < '0' || scope[0] > '9' ||
		sscanf(scope, "%5llu%c%c", &n, &unit, &end) != 2 ||
		(unit != 'K' && unit != 'M'))
		return false;
	*quota = n << (unit == 'K' ? 10 : 20);
	return *quota >= QUOTA_LEAST && *quota <= QUOTA_MOST;
}

static int start(struct service *service, char *why, size_t why_size)
{
	static uint64_t clients;
	struct kv *kv = kv_of(service);
	list_init(&kv->asks);
	kv->client = ++clients;
	if (read_quota(service->scope, &kv->quota))
		return 0;
	snprintf(why, why_size,
		"'%.40s' is no room: write store.kv:SIZE with 64K to 1024M in the "
		"manifest",
		service->scope);
	return -EINVAL;
}

static void stop(struct service *service)
{
	struct kv *kv = kv_of(service);
	struct store *store = service->session->store;
	struct list *link;
	while ((link = list_pop_front(&kv->asks)))
		container_of(link, struct kv_ask, link)->kv = NULL;
	if (kv->process && store_is(store, kv->process))
		store_ask(store, &make_ask(kv, STORE_KV_CLOSE)->ask);
}

const struct service_ops service_store = {
	.cap = "store.kv",
	.scope = "its size",
	.scope_optional = true,
	.size = sizeof(struct kv),
	.start = start,
	.receive = receive,
	.stop = stop,
	.harmless = true,
};
