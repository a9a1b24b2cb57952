#include <stdlib.h>
#include <string.h>

#include "plugins/private.h"

/*
 * Ownership moves when the channel does the operation, not when the coroutine
 * runs again: in between it may be killed. So a message that is to be sent is
 * taken out of the plugin's tables before the wait, and lies in its call_op;
 * then either the channel copies it (result 0), or it is put back, or freed.
 */
static int grow(struct call *call, size_t n)
{
	if (n <= call->cap)
		return 0;
	size_t cap = n < 4 ? 4 : n;
	struct alt *alts = realloc(call->alts, cap * sizeof *alts);
	if (alts)
		call->alts = alts;
	struct call_op *ops = realloc(call->ops, cap * sizeof *ops);
	if (ops)
		call->ops = ops;
	if (!alts || !ops)
		return OSAAS_ENOMEM;
	call->cap = cap;
	return 0;
}

/* Looks at everything the message names, then takes it: all or nothing. */
static int take_payload(struct plugin *p, struct call_op *op, const struct osaas_msg *msg)
{
	struct endpoint *end = NULL;
	struct buffer *buffer = NULL;
	if (msg->buf && !(buffer = memory_find(&p->memory, (uintptr_t)msg->buf)))
		return OSAAS_EFAULT;
	if (msg->len > (buffer ? buffer_size(buffer) : 0))
		return OSAAS_EINVAL;
	if (msg->chan != OSAAS_NONE && !(end = handles_get(&p->handles, msg->chan)))
		return OSAAS_EBADF;
	if (end && endpoint_pinned(end))
		return OSAAS_EBUSY;
	if (end && endpoint_launch(op->via, end) < 0)
		return OSAAS_EINVAL;
	if (end)
		handles_take(&p->handles, msg->chan);
	if (buffer)
		memory_take(&p->memory, buffer);
	op->moved = msg->chan;
	op->msg = (struct message){
		.type = msg->type,
		.endpoint = end,
		.buffer = buffer,
		.len = msg->len,
	};
	memcpy(op->msg.bytes, msg->u.bytes, sizeof op->msg.bytes);
	return 0;
}

static void give_back_payload(struct plugin *p, struct call_op *op)
{
	if (op->msg.endpoint) {
		endpoint_land(op->msg.endpoint);
		handles_back(&p->handles, op->moved, op->msg.endpoint);
	}
	if (op->msg.buffer)
		memory_add(&p->memory, op->msg.buffer);
}

/* Somebody else has it, or had: its pointers only say that there was something. */
static void forget_payload(struct plugin *p, struct call_op *op)
{
	if (op->msg.endpoint)
		handles_forget(&p->handles, op->moved);
	if (op->msg.buffer)
		memory_unreserve(&p->memory);
}

static int add_op(
	struct plugin *p, struct call *call, osaas_chan chan, int32_t what, void *user)
{
	struct call_op *op = &call->ops[call->n];
	bool send = what == OSAAS_SEND;
	if (!send && what != OSAAS_RECV)
		return OSAAS_EINVAL;
	*op = (struct call_op){.user = user, .via = handles_get(&p->handles, chan)};
	if (!op->via)
		return OSAAS_EBADF;
	if (!plugin_may(p, user, sizeof(struct osaas_msg), !send))
		return OSAAS_EFAULT;
	if (send) {
		struct osaas_msg msg;
		int r = fault_copy(&msg, user, sizeof msg) < 0
				? OSAAS_EFAULT
				: take_payload(p, op, &msg);
		if (r < 0)
			return r;
	}
	endpoint_pin(op->via);
	call->alts[call->n++] = (struct alt){
		.chan = send ? endpoint_tx(op->via) : endpoint_rx(op->via),
		.op = send ? CHAN_SEND : CHAN_RECV,
		.el = &op->msg,
		.result = CALL_WAITING,
	};
	call->receives |= !send;
	return 0;
}

static int reserve(struct plugin *p)
{
	if (handles_reserve(&p->handles) < 0)
		return OSAAS_ENOMEM;
	if (memory_reserve(&p->memory) == 0)
		return 0;
	handles_unreserve(&p->handles);
	return OSAAS_ENOMEM;
}

static void unreserve(struct plugin *p)
{
	handles_unreserve(&p->handles);
	memory_unreserve(&p->memory);
}

/* The memory to write to was looked at before the wait; since then it may have gone. */
static int deliver(struct plugin *p, struct call_op *op)
{
	struct message *in = &op->msg;
	if (!plugin_may(p, op->user, sizeof(struct osaas_msg), true)) {
		unreserve(p);
		message_drop(in);
		return OSAAS_EFAULT;
	}
	message_land(in, p->account);
	struct osaas_msg out = {.type = in->type, .chan = OSAAS_NONE, .len = in->len};
	memcpy(out.u.bytes, in->bytes, sizeof out.u.bytes);
	if (in->endpoint)
		out.chan = handles_add(&p->handles, in->endpoint);
	else
		handles_unreserve(&p->handles);
	if (in->buffer)
		memory_add(&p->memory, in->buffer);
	else
		memory_unreserve(&p->memory);
	if (in->buffer)
		out.buf = buffer_data(in->buffer);
	return fault_copy(op->user, &out, sizeof out) < 0 ? OSAAS_EFAULT : 0;
}

/* The i-th operation was done (none: i < 0): moves what moved, puts the rest back. */
static int finish(struct plugin *p, struct call *call, int i)
{
	int result = i < 0 ? i : call->alts[i].result;
	bool received = false;
	for (size_t k = 0; k < call->n; k++) {
		struct call_op *op = &call->ops[k];
		bool done = (int)k == i && result == 0;
		endpoint_unpin(op->via);
		if (call->alts[k].op == CHAN_SEND && done)
			forget_payload(p, op);
		else if (call->alts[k].op == CHAN_SEND)
			give_back_payload(p, op);
		else if (done)
			received = true;
	}
	if (received)
		result = deliver(p, &call->ops[i]);
	else if (call->receives)
		unreserve(p);
	call->n = 0;
	call->receives = false;
	return result;
}

/* Waits for one of the operations added; its index or an error, and its result. */
static int wait_for_one(
	struct plugin *p, struct call *call, uint64_t deadline_ns, int *result)
{
	if (call->receives && reserve(p) < 0) {
		call->receives = false;
		finish(p, call, OSAAS_ENOMEM);
		return OSAAS_ENOMEM;
	}
	int i = chan_alt(call->alts, call->n, deadline_ns);
	*result = finish(p, call, i);
	return i;
}

static int one(struct plugin *p, osaas_chan chan, int32_t what, void *user)
{
	struct call *call = &coroutine_self(p)->call;
	/* A collector of the plugin's looks for it on this stack while we wait. */
	void *volatile kept = user;
	int result = 0, r = grow(call, 1);
	if (r == 0)
		r = add_op(p, call, chan, what, kept);
	if (r == 0)
		r = wait_for_one(p, call, OSAAS_FOREVER, &result);
	return r < 0 ? r : result;
}

int call_send(struct plugin *p, osaas_chan chan, const struct osaas_msg *msg)
{
	return one(p, chan, OSAAS_SEND, (void *)(uintptr_t)msg);
}

int call_recv(struct plugin *p, osaas_chan chan, struct osaas_msg *msg)
{
	return one(p, chan, OSAAS_RECV, msg);
}

static int add_all(
	struct plugin *p, struct call *call, const struct osaas_alt *alts, size_t n)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct osaas_alt a;
		r = fault_copy(&a, &alts[i], sizeof a) < 0
			    ? OSAAS_EFAULT
			    : add_op(p, call, a.chan, a.op, a.msg);
	}
	if (r < 0) {
		call->receives = false;
		finish(p, call, r);
	}
	return r;
}

int call_alt(struct plugin *p, struct osaas_alt *alts, size_t n, uint64_t deadline_ns)
{
	struct call *call = &coroutine_self(p)->call;
	if (n > CALL_MAX)
		return OSAAS_EINVAL;
	if (n && !plugin_may(p, alts, n * sizeof *alts, true))
		return OSAAS_EFAULT;
	int result = 0, r = grow(call, n);
	if (r == 0)
		r = add_all(p, call, alts, n);
	if (r < 0)
		return r;
	r = wait_for_one(p, call, deadline_ns, &result);
	if (r >= 0 && plugin_may(p, &alts[r], sizeof *alts, true))
		fault_copy(&alts[r].result, &result, sizeof alts->result);
	return r;
}

void call_settle(struct call *call)
{
	for (size_t i = 0; i < call->n; i++) {
		bool done = call->alts[i].result == 0;
		bool sent = call->alts[i].op == CHAN_SEND;
		if (sent != done)
			message_drop(&call->ops[i].msg);
		endpoint_unpin(call->ops[i].via);
	}
	free(call->alts);
	free(call->ops);
	*call = (struct call){0};
}
