/*
 * Messages of eight bytes between coroutines. The peers' nearest equivalents: Go's
 * channels at GOMAXPROCS=1; Pth's message ports with a pth_yield after each
 * (waiting for the port's event is slower); pipes between two threads on one CPU
 * (two processes would change address spaces besides). A pipe cannot be
 * unbuffered: there a hand-off is a byte there and another back as receipt.
 */
#include "sched/chan.h"

#include "cases.h"
#include "contest.h"
#include "ring.h"
#include "util/clock.h"

#define MESSAGES  100000
#define ALT_CHANS 3

static struct chan *chans[ALT_CHANS];
static struct group other_group;

static void sender(void *chan)
{
	for (uint64_t i = 0; i < MESSAGES; i++)
		chan_send(chan, &i);
}

static void receiver(void *chan)
{
	uint64_t v;
	for (int i = 0; i < MESSAGES; i++)
		chan_recv(chan, &v);
}

static void server(void *unused)
{
	uint64_t v;
	(void)unused;
	for (int i = 0; i < MESSAGES; i++) {
		chan_recv(chans[0], &v);
		chan_send(chans[1], &v);
	}
}

static void client(void *unused)
{
	(void)unused;
	for (uint64_t i = 0; i < MESSAGES; i++) {
		chan_send(chans[0], &i);
		chan_recv(chans[1], &i);
	}
}

static void chooser(void *unused)
{
	uint64_t v;
	struct alt alts[ALT_CHANS];
	(void)unused;
	for (int i = 0; i < ALT_CHANS; i++)
		alts[i] = (struct alt){.chan = chans[i], .op = CHAN_RECV, .el = &v};
	for (int i = 0; i < ALT_CHANS * MESSAGES; i++)
		chan_alt(alts, ALT_CHANS, UINT64_MAX);
}

static void alone(void *chan)
{
	for (uint64_t i = 0; i < MESSAGES; i++) {
		chan_send(chan, &i);
		chan_recv(chan, &i);
	}
}

static double run_ns(int messages)
{
	uint64_t start = clock_now_ns();
	run_until_over(&bench_group);
	run_until_over(&other_group);
	return (double)(clock_now_ns() - start) / messages;
}

static double with_chans(int n, size_t depth, void (*start)(void), int messages)
{
	for (int i = 0; i < n; i++) {
		chans[i] = chan_create(sizeof(uint64_t), depth);
		if (!chans[i])
			bench_die("no memory for a channel; close something");
	}
	start();
	double ns = run_ns(messages);
	for (int i = 0; i < n; i++)
		chan_destroy(chans[i], NULL, NULL);
	return ns;
}

static void start_two(void)
{
	bench_task(&bench_group, sender, chans[0]);
	bench_task(&bench_group, receiver, chans[0]);
}

static void start_two_groups(void)
{
	bench_task(&bench_group, sender, chans[0]);
	bench_task(&other_group, receiver, chans[0]);
}

static void start_server(void)
{
	bench_task(&bench_group, server, NULL);
	bench_task(&bench_group, client, NULL);
}

static void start_alt(void)
{
	bench_task(&bench_group, chooser, NULL);
	for (int i = 0; i < ALT_CHANS; i++)
		bench_task(&bench_group, sender, chans[i]);
}

static void start_alone(void)
{
	bench_task(&bench_group, alone, chans[0]);
}

static double two(int depth)
{
	return with_chans(1, (size_t)depth, start_two, MESSAGES);
}

static double between_groups(int depth)
{
	return with_chans(1, (size_t)depth, start_two_groups, MESSAGES);
}

static double ping_pong(int unused)
{
	(void)unused;
	return with_chans(2, 0, start_server, MESSAGES);
}

static double alt(int unused)
{
	(void)unused;
	return with_chans(ALT_CHANS, 0, start_alt, ALT_CHANS * MESSAGES);
}

static double one(int depth)
{
	return with_chans(1, (size_t)depth, start_alone, MESSAGES);
}

#define THERE_AND_BACK "message port and pth_yield"

void case_channel(void)
{
	static const struct contest contests[] = {
		{.name = "unbuffered hand-off",
			.unit = "ns",
			.ours = {.run = two},
			.sides = {{.peer = PEER_GO, .ask = "handoff", .bound = 0.2},
				{.run = ring_three_ns,
					.name = "three switch_to",
					.bound = 1},
				{.run = ring_three_quick_ns,
					.name = "three switch_quick"},
				{.peer = PEER_PTH,
					.ask = "handoff",
					.name = THERE_AND_BACK},
				{.peer = PEER_LIBC,
					.ask = "handoff",
					.name = "pipes, two threads"}}},
		{.name = "unbuffered hand-off between groups",
			.unit = "ns",
			.ours = {.run = between_groups},
			.sides = {{.peer = PEER_GO, .ask = "handoff", .bound = 0.2}}},
		{.name = "ping-pong, two messages",
			.unit = "ns",
			.ours = {.run = ping_pong},
			.sides = {{.peer = PEER_GO, .ask = "pingpong", .bound = 0.2},
				{.peer = PEER_PTH,
					.ask = "pingpong",
					.name = THERE_AND_BACK},
				{.peer = PEER_LIBC,
					.ask = "handoff",
					.name = "pipes, two threads"}}},
		{.name = "alt of 3, unbuffered",
			.unit = "ns",
			.ours = {.run = alt},
			.sides = {{.peer = PEER_GO, .ask = "alt", .bound = 0.2},
				{.peer = PEER_PTH,
					.ask = "alt",
					.name = "events of three message ports"},
				{.peer = PEER_LIBC,
					.ask = "alt",
					.name = "poll of three pipes, four threads"}}},
		{.name = "buffered 64, one task",
			.unit = "ns",
			.ours = {.run = one, .arg = 64},
			.sides = {{.peer = PEER_GO, .ask = "alone"}}},
		{.name = "buffered 64, two tasks",
			.unit = "ns",
			.ours = {.run = two, .arg = 64},
			.sides = {{.peer = PEER_GO, .ask = "buffered"},
				{.peer = PEER_LIBC,
					.ask = "buffered",
					.name = "pipe, two threads"}}},
	};
	case_begin();
	group_init(&other_group, "other");
	other_group.fp_control = false;
	for (size_t i = 0; i < sizeof contests / sizeof *contests; i++)
		contest_run(&contests[i]);
	case_end();
}
