#include "sched/chan.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sched/private.h"

#define EL_MAX 256

/* Who waits, first come first served. */
struct queue {
	struct alt *head, *tail;
};

struct chan {
	size_t elsize, depth;
	size_t first, count; /* of the ring buf */
	bool closed;
	struct queue senders, receivers;
	enum task_class wake_class;
	struct reservation *wake_res;
	const struct group *home; /* nobody else holds an end */
	void (*hook)(void *data);
	void *hook_data;
	unsigned char buf[];
};

static void enqueue(struct queue *q, struct alt *a)
{
	a->next = NULL;
	a->prev = q->tail;
	if (q->tail)
		q->tail->next = a;
	else
		q->head = a;
	q->tail = a;
	a->queued = true;
}

static void dequeue(struct queue *q, struct alt *a)
{
	if (a->prev)
		a->prev->next = a->next;
	else
		q->head = a->next;
	if (a->next)
		a->next->prev = a->prev;
	else
		q->tail = a->prev;
	a->queued = false;
}

static struct queue *queue_of(const struct alt *a)
{
	return a->op == CHAN_SEND ? &a->chan->senders : &a->chan->receivers;
}

struct chan *chan_create(size_t elsize, size_t depth)
{
	assert(elsize >= 1 && elsize <= EL_MAX);
	struct chan *c = calloc(1, sizeof *c + elsize * depth);
	if (!c)
		return NULL;
	c->elsize = elsize;
	c->depth = depth;
	c->wake_class = TASK_NORMAL;
	return c;
}

static void *slot(struct chan *c, size_t i)
{
	return c->buf + (c->first + i) % c->depth * c->elsize;
}

/* A pointer or a number is copied at once; a call takes as long as all the rest of a send. */
static inline void copy(void *to, const void *from, size_t n)
{
	if (n == 8)
		memcpy(to, from, 8);
	else if (n == 4)
		memcpy(to, from, 4);
	else
		memcpy(to, from, n);
}

static void push(struct chan *c, const void *el)
{
	copy(slot(c, c->count++), el, c->elsize);
}

static void pop(struct chan *c, void *el)
{
	copy(el, slot(c, 0), c->elsize);
	c->first = (c->first + 1) % c->depth;
	c->count--;
}

void chan_destroy(struct chan *c, void (*drop)(void *data, void *el), void *data)
{
	if (!c)
		return;
	assert(!c->senders.head && !c->receivers.head);
	for (size_t i = 0; drop && i < c->count; i++)
		drop(data, slot(c, i));
	free(c);
}

static void notify(struct chan *c)
{
	if (c->hook)
		c->hook(c->hook_data);
}

/* What it waits for is done, or will never be: nobody looks at its operations any more. */
static inline void withdraw(struct task *task)
{
	for (size_t i = 0; i < task->n_alts; i++) {
		if (task->alts[i].queued)
			dequeue(queue_of(&task->alts[i]), &task->alts[i]);
	}
	task->n_alts = 0;
	if (task->stuck)
		task_unstick(task);
}

/* The operation is done, by somebody else: its task goes on. */
static void fire(struct alt *a, int result)
{
	struct task *task = a->task;
	a->result = result;
	task->fired = a == &task->one ? result : (int)(a - task->alts);
	if (task->n_alts == 1 &&
		!task->stuck) { /* mostly; it is the first of its queue */
		struct queue *q = queue_of(a);
		q->head = a->next;
		if (a->next)
			a->next->prev = NULL;
		else
			q->tail = NULL;
		task->n_alts = 0;
	} else {
		withdraw(task);
	}
	sched_wake(task, a->chan->wake_class, a->chan->wake_res);
}

void chan_abandon(struct task *task)
{
	withdraw(task);
}

void chan_close(struct chan *c)
{
	if (c->closed)
		return;
	c->closed = true;
	while (c->senders.head)
		fire(c->senders.head, -EPIPE);
	while (c->receivers.head)
		fire(c->receivers.head, -EPIPE);
	notify(c);
}

int chan_try_send(struct chan *c, const void *el)
{
	if (c->closed)
		return -EPIPE;
	struct alt *receiver = c->receivers.head;
	if (receiver) {
		copy(receiver->el, el, c->elsize);
		fire(receiver, 0);
		return 0;
	}
	if (c->count == c->depth)
		return -EAGAIN;
	push(c, el);
	notify(c);
	return 0;
}

int chan_try_recv(struct chan *c, void *el)
{
	struct alt *sender = c->senders.head;
	if (c->count > 0) {
		pop(c, el);
		if (sender)
			push(c, sender->el);
	} else if (sender) {
		copy(el, sender->el, c->elsize);
	} else {
		return c->closed ? -EPIPE : -EAGAIN;
	}
	if (sender)
		fire(sender, 0);
	return 0;
}

size_t chan_pending(const struct chan *c)
{
	size_t n = c->count;
	for (const struct alt *a = c->senders.head; a; a = a->next)
		n++;
	return n;
}

void chan_set_hook(struct chan *c, void (*hook)(void *data), void *data)
{
	c->hook = hook;
	c->hook_data = data;
}

void chan_set_wake_class(struct chan *c, enum task_class cls)
{
	c->wake_class = cls;
	c->wake_res = NULL;
}

void chan_set_reservation(struct chan *c, struct reservation *res)
{
	c->wake_class = res ? TASK_DEADLINE : TASK_NORMAL;
	c->wake_res = res;
}

static int try_op(struct alt *a)
{
	return a->op == CHAN_SEND ? chan_try_send(a->chan, a->el)
				  : chan_try_recv(a->chan, a->el);
}

static int try_all(struct task *task, struct alt *alts, size_t n)
{
	/* A single operation has no turn to take: it must not shift those of the others. */
	size_t k = n > 1 ? task->alt_turn++ % n : 0;
	for (size_t i = 0; i < n; i++) {
		int r = try_op(&alts[k]);
		if (r != -EAGAIN) {
			alts[k].result = r;
			return (int)k;
		}
		if (++k == n)
			k = 0;
	}
	return -EAGAIN;
}

static bool at_home(const struct task *task, const struct alt *alts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (alts[i].chan->home != task->group)
			return false;
	}
	return true;
}

/* Can those that wait be helped from outside? A group is returned if now none of its can. */
static struct group *reconsider(const struct queue *q)
{
	struct group *over = NULL;
	for (const struct alt *a = q->head; a; a = a->next) {
		struct task *task = a->task;
		bool stuck = task->wake_ns == UINT64_MAX &&
			     at_home(task, task->alts, task->n_alts);
		if (task->stuck && !stuck)
			task_unstick(task);
		else if (stuck && !task->stuck && task_stick(task))
			over = task->group;
	}
	return over;
}

void chan_set_home(struct chan *c, const struct group *group)
{
	c->home = group;
	struct group *senders = reconsider(&c->senders);
	struct group *receivers = reconsider(&c->receivers);
	if (senders || receivers)
		task_break_deadlock(receivers ? receivers : senders);
}

/* Of a task that is about to wait. */
static int stick(struct task *task)
{
	if (!task_stick(task))
		return 0;
	task_unstick(task);
	return -EDEADLK;
}

/* ... for nothing at all: it cannot be told, but the others can. */
static void stick_for_good(struct task *task)
{
	if (task_stick(task))
		task_break_deadlock(task->group);
}

static void enqueue_all(struct task *task, struct alt *alts, size_t n)
{
	task->alts = alts;
	task->n_alts = n;
	for (size_t i = 0; i < n; i++) {
		alts[i].task = task;
		enqueue(queue_of(&alts[i]), &alts[i]);
	}
	for (size_t i = 0; i < n; i++) {
		if (alts[i].op == CHAN_SEND)
			notify(alts[i].chan);
	}
}

/* None can be done now. */
static int wait_for(struct task *task, struct alt *alts, size_t n, uint64_t deadline_ns)
{
	if (deadline_ns == UINT64_MAX && n == 0)
		stick_for_good(task);
	else if (deadline_ns == UINT64_MAX && at_home(task, alts, n) && stick(task) < 0)
		return -EDEADLK;
	task->fired = -EAGAIN;
	task->wake_ns = deadline_ns;
	enqueue_all(task, alts, n);
	return sched_wait(task);
}

int chan_alt(struct alt *alts, size_t n, uint64_t deadline_ns)
{
	struct task *task = sched.current;
	assert(task);
	int r = try_all(task, alts, n);
	if (r != -EAGAIN || deadline_ns == 0)
		return r;
	return wait_for(task, alts, n, deadline_ns);
}

/* As wait_for, of one operation for ever: the usual case. */
static int wait_one(struct chan *c, enum chan_op op, void *el)
{
	struct task *task = sched.current;
	assert(task);
	if (c->home == task->group && stick(task) < 0)
		return -EDEADLK;
	struct alt *a = &task->one;
	a->chan = c;
	a->op = op;
	a->el = el;
	a->task = task;
	task->wake_ns = UINT64_MAX;
	task->alts = a;
	task->n_alts = 1;
	enqueue(op == CHAN_SEND ? &c->senders : &c->receivers, a);
	if (op == CHAN_SEND)
		notify(c);
	return sched_wait(task);
}

int chan_send(struct chan *c, const void *el)
{
	int r = chan_try_send(c, el);
	return r == -EAGAIN ? wait_one(c, CHAN_SEND, (void *)(uintptr_t)el) : r;
}

int chan_recv(struct chan *c, void *el)
{
	int r = chan_try_recv(c, el);
	return r == -EAGAIN ? wait_one(c, CHAN_RECV, el) : r;
}
