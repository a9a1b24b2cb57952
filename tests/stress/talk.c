/* Messages: by rendezvous and buffered, by alt with deadlines, and channels in messages. */
#include <errno.h>

#include "host.h"
#include "progress.h"
#include "stress.h"

#define SOURCES 3
#define CLIENTS 3

struct word {
	uint64_t seq, check; /* check: ~seq */
};

static struct {
	struct group group;
	struct chan *ping, *pong, *stream;
	struct chan *source[SOURCES], *sink;
	struct chan *service;
	volatile uint64_t *pings, *words, *sourced, *sunk, *timeouts, *calls[CLIENTS];
} talk;
static uint64_t salt;

static inline __attribute__((always_inline)) struct word word_of(uint64_t seq)
{
	return (struct word){seq, ~seq};
}

static inline __attribute__((always_inline)) void expect(
	const char *what, const struct word *got, uint64_t want)
{
	if (got->seq != want || got->check != ~want)
		host_fault(&talk_part, what, got->seq, want);
}

HOG static void ping(void *arg)
{
	struct rng rng = {*(uint64_t *)arg};
	struct word w;
	for (uint64_t i = 0;; i += 2) {
		w = word_of(i);
		if (host_send(talk.ping, &w) < 0 || host_recv(talk.pong, &w) < 0)
			return;
		expect("ping-pong", &w, i + 1);
		++*talk.pings;
		if (i % 16 == 0)
			burn(&rng);
	}
}

HOG static void pong(void *arg)
{
	struct word w;
	(void)arg;
	for (uint64_t i = 0;; i += 2) {
		if (host_recv(talk.ping, &w) < 0)
			return;
		expect("ping-pong", &w, i);
		w = word_of(i + 1);
		if (host_send(talk.pong, &w) < 0)
			return;
	}
}

HOG static void pour(void *arg)
{
	struct rng rng = {*(uint64_t *)arg};
	for (uint64_t i = 0;; i++) {
		struct word w = word_of(i);
		if (i == 1000 && stress_broken("lost"))
			continue;
		if (host_send(talk.stream, &w) < 0)
			return;
		if (rng_below(&rng, 32) == 0)
			host_sleep(rng_below(&rng, 300) * NS_PER_US);
		burn(&rng);
	}
}

HOG static void drink(void *arg)
{
	struct rng rng = {*(uint64_t *)arg};
	struct word w;
	for (uint64_t i = 0; host_recv(talk.stream, &w) == 0; i++) {
		expect("stream", &w, i);
		++*talk.words;
		burn(&rng);
	}
}

HOG static void source(void *arg)
{
	struct chan *out = *(struct chan **)arg;
	struct rng rng = {(uintptr_t)out};
	for (uint64_t i = 0;; i++) {
		struct word w = word_of(i);
		if (host_send(out, &w) < 0)
			return;
		burn(&rng);
		if (rng_below(&rng, 16) == 0)
			host_sleep(rng_below(&rng, 500) * NS_PER_US);
	}
}

/* For ever, not at all, or up to a millisecond. */
static inline __attribute__((always_inline)) uint64_t deadline(struct rng *rng)
{
	switch (rng_below(rng, 4)) {
	case 0:
		return UINT64_MAX;
	case 1:
		return 0;
	default:
		return host_now() + rng_below(rng, 1000) * NS_PER_US;
	}
}

/* Receives from all sources and sends to the sink, whichever can be done. */
HOG static void mix(void *arg)
{
	struct rng rng = {*(uint64_t *)arg};
	struct word in[SOURCES], out = word_of(0);
	uint64_t next[SOURCES] = {0};
	for (;;) {
		struct alt alts[SOURCES + 1] = {0};
		for (int i = 0; i < SOURCES; i++)
			alts[i] = (struct alt){
				.chan = talk.source[i], .op = CHAN_RECV, .el = &in[i]};
		alts[SOURCES] =
			(struct alt){.chan = talk.sink, .op = CHAN_SEND, .el = &out};
		int r = host_alt(alts, SOURCES + 1, deadline(&rng));
		if (r == -EAGAIN) {
			++*talk.timeouts;
			host_yield();
			continue;
		}
		if (alts[r].result < 0)
			return;
		if (r == SOURCES) {
			out = word_of(out.seq + 1);
		} else {
			expect("alt", &in[r], next[r]++);
			++*talk.sourced;
		}
		burn(&rng);
	}
}

HOG static void swallow(void *arg)
{
	struct rng rng = {*(uint64_t *)arg};
	struct word w;
	for (uint64_t i = 0; host_recv(talk.sink, &w) == 0; i++) {
		expect("sent by alt", &w, i);
		++*talk.sunk;
		if (rng_below(&rng, 4) == 0)
			host_sleep(rng_below(&rng, 200) * NS_PER_US);
	}
}

struct request {
	struct chan *reply;
	uint64_t question;
};

/* Makes a channel for the answer and sends it along. */
HOG static void client(void *arg)
{
	volatile uint64_t *calls = arg;
	struct rng rng = {(uintptr_t)arg};
	struct word answer;
	for (uint64_t i = 0;; i++) {
		struct request ask = {.question = i * i};
		int r = host_chan_create(&ask.reply, sizeof answer, i % 2);
		if (r == 0)
			r = host_send(talk.service, &ask);
		if (r == 0)
			r = host_recv(ask.reply, &answer);
		host_chan_destroy(ask.reply);
		if (r < 0)
			return;
		expect("answer", &answer, i * i + 1);
		++*calls;
		burn(&rng);
	}
}

HOG static void serve(void *arg)
{
	struct rng rng = {*(uint64_t *)arg};
	struct request ask;
	while (host_recv(talk.service, &ask) == 0) {
		struct word answer = word_of(ask.question + 1);
		burn(&rng);
		if (host_send(ask.reply, &answer) < 0)
			host_fault(&talk_part, "a reply channel was closed", 1, 0);
	}
}

static void make_counters(void)
{
	talk.pings = progress_add("pings");
	talk.words = progress_add("words");
	talk.sourced = progress_add("alt-received");
	talk.sunk = progress_add("alt-sent");
	talk.timeouts = progress_add("alt-timeouts");
	for (int i = 0; i < CLIENTS; i++)
		talk.calls[i] = progress_add("calls");
}

static void make_channels(void)
{
	static const size_t depths[SOURCES] = {0, 1, 5};
	talk.ping = chan_create(sizeof(struct word), 0);
	talk.pong = chan_create(sizeof(struct word), 0);
	talk.stream = chan_create(sizeof(struct word), 16);
	talk.sink = chan_create(sizeof(struct word), 0);
	talk.service = chan_create(sizeof(struct request), 0);
	for (int i = 0; i < SOURCES; i++)
		talk.source[i] = chan_create(sizeof(struct word), depths[i]);
	chan_set_wake_class(talk.pong, TASK_LATENCY);
}

static void start(void)
{
	static const struct {
		const char *name;
		void (*fn)(void *arg);
	} tasks[] = {{"ping", ping}, {"pong", pong}, {"pour", pour}, {"drink", drink},
		{"mix", mix}, {"swallow", swallow}, {"serve", serve}};
	salt = rng_make(200).state;
	stress_group(&talk.group, "talk");
	make_counters();
	make_channels();
	for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++)
		task_create(
			&talk.group, tasks[i].name, tasks[i].fn, &salt, 0, TASK_NORMAL);
	for (int i = 0; i < SOURCES; i++)
		task_create(
			&talk.group, "source", source, &talk.source[i], 0, TASK_NORMAL);
	for (int i = 0; i < CLIENTS; i++)
		task_create(&talk.group, "client", client,
			(void *)(uintptr_t)talk.calls[i], 0, TASK_NORMAL);
}

static void each_channel(void (*fn)(struct chan *c))
{
	struct chan *all[] = {talk.ping, talk.pong, talk.stream, talk.sink, talk.service,
		talk.source[0], talk.source[1], talk.source[2]};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		fn(all[i]);
}

static void stop(void)
{
	each_channel(chan_close);
}

static bool ended(void)
{
	return talk.group.n_tasks == 0;
}

static void destroy(struct chan *c)
{
	chan_destroy(c, NULL, NULL);
}

static void clear(void)
{
	group_kill(&talk.group);
	each_channel(destroy);
}

struct part talk_part = {
	.name = "messages",
	.start = start,
	.stop = stop,
	.ended = ended,
	.clear = clear,
};
