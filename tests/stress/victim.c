/*
 * Plugins that are killed: pairs of groups, one sends, one receives. At random
 * one of a pair is killed, wherever its coroutines are. Then either its channels
 * are closed, and the other must end by itself; or it is started again on the
 * same channels, and the other must go on.
 */
#include "host.h"

#include <errno.h>

#include "progress.h"
#include "stress.h"

#define PAIRS    4
#define CHANNELS 3

struct parcel {
	uint64_t epoch; /* which life of the sender */
	uint64_t seq;
};

enum side {
	SENDER,
	RECEIVER,
};

struct pair {
	struct group group[2]; /* by enum side */
	struct chan *chan[CHANNELS];
	struct route {
		struct pair *pair;
		int i;
	} route[CHANNELS]; /* the senders' argument */
	struct {
		struct parcel next;
		bool any; /* its receiver was killed: who knows what that had taken */
	} expected[CHANNELS];
	uint64_t epoch;
	bool closing; /* what is left is to end by itself, until deadline_ns */
	uint64_t deadline_ns;
	uint64_t kill_ns; /* when the next one is killed */
	struct rng rng;
	volatile uint64_t *received, *closed, *restarted;
};

static struct pair pairs[PAIRS];
static bool stopping;

HOG static void send_parcels(void *arg)
{
	struct pair *p = ((struct route *)arg)->pair;
	int i = ((struct route *)arg)->i;
	struct rng rng = {(uintptr_t)arg};
	struct parcel parcel = {.epoch = p->epoch};
	while (host_send(p->chan[i], &parcel) == 0) {
		parcel.seq++;
		burn(&rng);
		if (rng_below(&rng, 8) == 0)
			host_sleep(rng_below(&rng, 1500) * NS_PER_US);
	}
}

HOG static void check(struct pair *p, int i, const struct parcel *parcel)
{
	struct parcel next = p->expected[i].next;
	bool any = p->expected[i].any;
	uint64_t seq = parcel->epoch == next.epoch ? next.seq : 0;
	if (!any && parcel->epoch < next.epoch)
		host_fault(&victim_part, "epoch", parcel->epoch, next.epoch);
	if (!any && parcel->seq != seq)
		host_fault(&victim_part, "parcel", parcel->seq, seq);
	p->expected[i].next = (struct parcel){parcel->epoch, parcel->seq + 1};
	p->expected[i].any = false;
	++*p->received;
}

/* All channels but the last, by alt. */
HOG static void receive_many(void *arg)
{
	struct pair *p = arg;
	struct rng rng = {(uintptr_t)arg};
	struct parcel parcels[CHANNELS - 1];
	for (;;) {
		struct alt alts[CHANNELS - 1] = {0};
		for (int i = 0; i < CHANNELS - 1; i++)
			alts[i] = (struct alt){
				.chan = p->chan[i], .op = CHAN_RECV, .el = &parcels[i]};
		uint64_t until = host_now() + rng_below(&rng, 500) * NS_PER_US;
		int r = host_alt(alts, CHANNELS - 1, until);
		if (r == -EAGAIN)
			continue;
		if (alts[r].result < 0)
			return;
		check(p, r, &parcels[r]);
		burn(&rng);
	}
}

HOG static void receive_one(void *arg)
{
	struct pair *p = arg;
	struct parcel parcel;
	while (host_recv(p->chan[CHANNELS - 1], &parcel) == 0)
		check(p, CHANNELS - 1, &parcel);
}

/* Calls nothing most of the time: killed where it was preempted. */
HOG static void compute(void *arg)
{
	volatile const struct pair *p = arg;
	struct rng rng = {(uintptr_t)arg};
	while (!p->closing) {
		for (int i = 0; i < 100 && !p->closing; i++)
			burn(&rng);
		host_sleep(rng_below(&rng, 4000) * NS_PER_US);
	}
}

static void launch(struct pair *p, enum side side)
{
	static const char *const names[] = {"sender", "receiver"};
	struct group *group = &p->group[side];
	stress_group(group, names[side]);
	task_create(group, "compute", compute, p, 0, TASK_NORMAL);
	if (side == SENDER) {
		p->epoch++;
		for (int i = 0; i < CHANNELS; i++)
			task_create(group, "send", send_parcels, &p->route[i], 0,
				TASK_NORMAL);
		return;
	}
	for (int i = 0; i < CHANNELS; i++)
		p->expected[i].any = true;
	task_create(group, "receive many", receive_many, p, 0, TASK_NORMAL);
	task_create(group, "receive one", receive_one, p, 0, TASK_NORMAL);
}

static void plan_kill(struct pair *p, uint64_t now_ns)
{
	p->kill_ns = now_ns + rng_below(&p->rng, 20 * NS_PER_MS);
}

static void build(struct pair *p)
{
	static const size_t depths[CHANNELS] = {0, 3, 0};
	p->closing = false;
	p->epoch = 0;
	for (int i = 0; i < CHANNELS; i++) {
		p->chan[i] = chan_create(sizeof(struct parcel), depths[i]);
		p->route[i] = (struct route){p, i};
		p->expected[i].next = (struct parcel){0};
	}
	launch(p, SENDER);
	launch(p, RECEIVER);
	plan_kill(p, clock_now_ns());
}

static bool pair_ended(const struct pair *p)
{
	return p->group[SENDER].n_tasks == 0 && p->group[RECEIVER].n_tasks == 0;
}

static void kill_group(struct group *group)
{
	if (group_kill(group) < 0 || group->n_tasks != 0)
		stress_fault(&victim_part, "coroutines of '%s' were left", group->name);
}

static void close_all(struct pair *p)
{
	p->closing = true;
	p->deadline_ns = clock_now_ns() + stress_patience_ns();
	for (int i = 0; i < CHANNELS && !stress_broken("unclosed"); i++)
		chan_close(p->chan[i]);
}

static void demolish(struct pair *p)
{
	kill_group(&p->group[SENDER]);
	kill_group(&p->group[RECEIVER]);
	for (int i = 0; i < CHANNELS; i++)
		chan_destroy(p->chan[i], NULL, NULL);
}

static void kill_one(struct pair *p, uint64_t now_ns)
{
	enum side side = (enum side)rng_below(&p->rng, 2);
	kill_group(&p->group[side]);
	if (rng_below(&p->rng, 2)) {
		close_all(p);
		return;
	}
	launch(p, side);
	++*p->restarted;
	plan_kill(p, now_ns);
}

static void tend_closing(struct pair *p, uint64_t now_ns)
{
	if (pair_ended(p)) {
		++*p->closed;
	} else if (now_ns < p->deadline_ns) {
		return;
	} else {
		stress_fault(&victim_part, "who waits at a dead plugin's channel hangs");
	}
	demolish(p);
	build(p);
}

static void tend(uint64_t now_ns)
{
	for (int i = 0; i < PAIRS && !stopping; i++) {
		struct pair *p = &pairs[i];
		if (p->closing)
			tend_closing(p, now_ns);
		else if (now_ns >= p->kill_ns)
			kill_one(p, now_ns);
	}
}

static void start(void)
{
	volatile uint64_t *closed = progress_add("killed-closed");
	volatile uint64_t *restarted = progress_add("killed-restarted");
	stopping = false;
	for (uint64_t i = 0; i < PAIRS; i++) {
		pairs[i] = (struct pair){
			.rng = rng_make(300 + i),
			.received = progress_add("parcels"),
			.closed = closed,
			.restarted = restarted,
		};
		build(&pairs[i]);
	}
}

static void stop(void)
{
	stopping = true;
	for (int i = 0; i < PAIRS; i++)
		close_all(&pairs[i]);
}

static bool ended(void)
{
	for (int i = 0; i < PAIRS; i++) {
		if (!pair_ended(&pairs[i]))
			return false;
	}
	return true;
}

static void clear(void)
{
	for (int i = 0; i < PAIRS; i++)
		demolish(&pairs[i]);
}

struct part victim_part = {
	.name = "killed plugins",
	.start = start,
	.tend = tend,
	.stop = stop,
	.ended = ended,
	.clear = clear,
};
