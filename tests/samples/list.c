/* A long list, its nodes all over memory, walked from end to end. */
#include "sample.h"

SAMPLE("List", "")

#define N (1 << 18)

static struct node {
	struct node *next;
	uint64_t value;
	char rest[48];
} nodes[N];
static uint32_t order[N];
static volatile uint64_t total;

static void link_up(void)
{
	uint32_t seed = 7;
	for (uint32_t i = 0; i < N; i++)
		order[i] = i;
	for (uint32_t i = N - 1; i > 0; i--) {
		uint32_t j = xorshift(&seed) % (i + 1), t = order[i];
		order[i] = order[j];
		order[j] = t;
	}
	for (uint32_t i = 0; i < N; i++)
		nodes[order[i]].next = i + 1 < N ? &nodes[order[i + 1]] : NULL;
}

void sample_main(void)
{
	link_up();
	for (;;) {
		uint64_t s = 0;
		for (const struct node *n = &nodes[order[0]]; n; n = n->next)
			s += n->value;
		total = s;
	}
}
