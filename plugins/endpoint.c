#include "plugins/endpoint.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "plugins/private.h"

#define PAIR_BYTES(depth) (2 * (depth) * sizeof(struct message))

/*
 * An end that is sent waits in the queue towards some other end, which may be
 * on its way too. toward says whose queue; following it leads to an end that
 * somebody holds. A ring of ends in each other's queues would be held by nobody
 * and never freed, so endpoint_launch refuses the send that would close one.
 */
struct endpoint {
	struct pair *pair;
	bool open;
	unsigned pins;
	struct endpoint *toward;
	struct endpoint *next; /* of those that are being closed */
};

struct pair {
	struct endpoint ends[2];
	struct chan *way[2]; /* way[i] leads from ends[i] */
	unsigned holds;      /* endpoint_hold */
	size_t charged;
	struct account *account;
};

static size_t side(const struct endpoint *end)
{
	return (size_t)(end - end->pair->ends);
}

static struct endpoint *peer(const struct endpoint *end)
{
	return &end->pair->ends[1 - side(end)];
}

struct chan *endpoint_tx(struct endpoint *end)
{
	return end->pair->way[side(end)];
}

struct chan *endpoint_rx(struct endpoint *end)
{
	return end->pair->way[1 - side(end)];
}

bool endpoint_peer_open(const struct endpoint *end)
{
	return peer(end)->open;
}

static void drop_element(void *data, void *el)
{
	(void)data;
	message_drop(el);
}

static void pair_free(struct pair *pair)
{
	for (int i = 0; i < 2; i++)
		chan_destroy(pair->way[i], drop_element, NULL);
	if (pair->account) {
		account_discharge(pair->account, pair->charged);
		pair->account->pairs--;
		account_put(pair->account);
	}
	free(pair);
}

static void pair_free_unused(struct pair *pair)
{
	const struct endpoint *a = &pair->ends[0], *b = &pair->ends[1];
	if (!a->open && !b->open && !a->pins && !b->pins && !pair->holds)
		pair_free(pair);
}

struct pair *endpoint_hold(struct endpoint *end)
{
	end->pair->holds++;
	return end->pair;
}

void pair_sever(struct pair *pair)
{
	chan_close(pair->way[0]);
	chan_close(pair->way[1]);
}

bool pair_is_over(const struct pair *pair)
{
	return !pair->ends[0].open && !pair->ends[1].open;
}

void pair_release(struct pair *pair)
{
	pair->holds--;
	pair_free_unused(pair);
}

static bool charge_pair(struct account *account, size_t bytes)
{
	if (account->pairs >= ACCOUNT_PAIRS || !account_charge(account, bytes))
		return false;
	account->pairs++;
	account_get(account);
	return true;
}

int endpoint_pair_for(struct account *account, struct endpoint *ends[2], size_t depth)
{
	struct pair *pair = calloc(1, sizeof *pair);
	if (!pair)
		return -ENOMEM;
	size_t bytes = sizeof *pair + PAIR_BYTES(depth);
	if (account && !charge_pair(account, bytes)) {
		free(pair);
		return -ENOMEM;
	}
	pair->account = account;
	pair->charged = bytes;
	for (int i = 0; i < 2; i++) {
		pair->ends[i] = (struct endpoint){.pair = pair, .open = true};
		pair->way[i] = chan_create(sizeof(struct message), depth);
	}
	if (!pair->way[0] || !pair->way[1]) {
		pair_free(pair);
		return -ENOMEM;
	}
	ends[0] = &pair->ends[0];
	ends[1] = &pair->ends[1];
	return 0;
}

int endpoint_pair(struct endpoint *ends[2], size_t depth)
{
	return endpoint_pair_for(NULL, ends, depth);
}

/* Closes one end; ends that were on their way to it go to the list instead of deeper. */
static void close_one(struct endpoint *end, struct endpoint **more)
{
	assert(end->open);
	end->open = false;
	end->toward = NULL;
	/* Who closes it wants to hear no more of it: the hook's data may be gone next. */
	chan_set_hook(endpoint_rx(end), NULL, NULL);
	chan_close(endpoint_tx(end));
	chan_close(endpoint_rx(end));
	struct message msg;
	while (chan_try_recv(endpoint_rx(end), &msg) == 0) {
		buffer_destroy(msg.buffer);
		if (msg.endpoint) {
			msg.endpoint->next = *more;
			*more = msg.endpoint;
		}
	}
	pair_free_unused(end->pair);
}

void endpoint_close(struct endpoint *end)
{
	if (!end)
		return;
	end->next = NULL;
	while (end) {
		struct endpoint *more = end->next;
		close_one(end, &more);
		end = more;
	}
}

void endpoint_pin(struct endpoint *end)
{
	end->pins++;
}

void endpoint_unpin(struct endpoint *end)
{
	end->pins--;
	pair_free_unused(end->pair);
}

bool endpoint_pinned(const struct endpoint *end)
{
	return end->pins > 0;
}

void endpoint_set_home(struct endpoint *end, const struct group *group)
{
	for (int i = 0; i < 2; i++)
		chan_set_home(end->pair->way[i], group);
}

int endpoint_launch(struct endpoint *via, struct endpoint *carried)
{
	if (carried->pair == via->pair)
		return -EINVAL;
	for (struct endpoint *e = peer(via); e; e = e->toward) {
		if (e == carried)
			return -EINVAL;
	}
	carried->toward = peer(via);
	endpoint_set_home(carried, NULL);
	return 0;
}

void endpoint_land(struct endpoint *carried)
{
	carried->toward = NULL;
}

void message_land(struct message *msg, struct account *account)
{
	if (msg->buffer)
		buffer_charge(msg->buffer, account);
	if (msg->endpoint)
		endpoint_land(msg->endpoint);
}

void message_drop(struct message *msg)
{
	buffer_destroy(msg->buffer);
	endpoint_close(msg->endpoint);
	msg->buffer = NULL;
	msg->endpoint = NULL;
}

int endpoint_try_send(struct endpoint *end, const struct message *msg)
{
	if (msg->endpoint && endpoint_launch(end, msg->endpoint) < 0)
		return -EINVAL;
	int r = chan_try_send(endpoint_tx(end), msg);
	if (r < 0 && msg->endpoint)
		endpoint_land(msg->endpoint);
	return r;
}

int endpoint_try_recv(struct endpoint *end, struct message *msg)
{
	int r = chan_try_recv(endpoint_rx(end), msg);
	if (r == 0)
		message_land(msg, NULL);
	return r;
}

void endpoint_set_hook(struct endpoint *end, void (*hook)(void *data), void *data)
{
	chan_set_hook(endpoint_rx(end), hook, data);
}
