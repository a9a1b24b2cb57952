#include <osaas.h>
#include <osaas_heap.h>
#include <osaas_std.h>

#include "tests/unit/plugins/beside.h"

OSAAS_MANIFEST("id = org.osaas.beside\n"
	       "name = Beside\n"
	       "version = 1\n"
	       "abi = 1.1\n"
	       "entry = beside_main\n"
	       "heap = " HEAP "\n"
	       "gc = yes\n"
	       "want = test.host required: says what to do\n")

/* NODES and HEAP come from meson.build: what a collection has to go through. */
#define WORDS  10
#define KEPT   64
#define ROUNDS 400000

static osaas_chan host;
static volatile uint64_t sum;

struct node {
	struct node *next, *other;
	uint64_t numbers[WORDS - 2];
};
static struct node *nodes, *kept[KEPT];
static uint64_t leaked;

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* About a millisecond. */
static void draw(void)
{
	uint64_t state = 1;
	for (int i = 0; i < ROUNDS; i++)
		sum += next_random(&state);
}

static void serve_frames(void)
{
	struct osaas_msg m;
	while (osaas_recv(host, &m) == 0) {
		draw();
		m.type = BESIDE_FRAME;
		osaas_send(host, &m);
	}
}

/* A list that leads all over the heap. */
static bool build(void)
{
	static struct node *all[NODES];
	uint64_t state = 7;
	for (uint32_t i = 0; i < NODES; i++) {
		all[i] = malloc(sizeof **all);
		if (!all[i])
			return false;
		memset(all[i], 0, sizeof **all);
	}
	for (uint32_t i = 0; i < NODES; i++) {
		all[i]->other = all[(next_random(&state) >> 32) % NODES];
		all[i]->next = nodes;
		nodes = all[i];
	}
	memset(all, 0, sizeof all);
	return true;
}

static void leak(uint64_t *state)
{
	size_t size = 32 + (next_random(state) >> 32) % 1000;
	struct node *node = malloc(size);
	if (!node)
		return;
	node->next = nodes;
	kept[leaked % KEPT] = node;
	leaked += size;
}

static void work(enum beside_role role)
{
	uint64_t state = 3;
	const struct node *node = nodes;
	for (;;) {
		for (int i = 0; i < 20; i++) {
			sum += node->numbers[0];
			node = node->other->next ? node->other->next : nodes;
		}
		if (role == BESIDE_LEAK)
			leak(&state);
	}
}

/* Answers while the other coroutine works. */
static void answer_stats(void *arg)
{
	struct osaas_msg m;
	while (osaas_recv(host, &m) == 0) {
		struct osaas_heap_stats stats;
		osaas_heap_get_stats(&stats);
		m.u.u64[0] = stats.collections;
		m.u.u64[1] = stats.frozen_ns;
		m.u.u64[2] = leaked;
		osaas_send(host, &m);
	}
}

OSAAS_EXPORT void beside_main(void);
void beside_main(void)
{
	struct osaas_msg m;
	host = osaas_cap("test.host");
	if (osaas_recv(host, &m) < 0)
		return;
	if (m.type == BESIDE_FRAMES) {
		serve_frames();
		return;
	}
	if (!build() || osaas_spawn(answer_stats, NULL, 0) < 0)
		return;
	work((enum beside_role)m.type);
}
