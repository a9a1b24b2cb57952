/* A search tree of many nodes, descended for one key after the other. */
#include "sample.h"

SAMPLE("Tree", "")

#define N (1 << 18)

static struct node {
	struct node *child[2];
	uint32_t key, value;
	char rest[40];
} nodes[N];
static struct node *root;
static volatile uint64_t total;

static void insert(struct node *n)
{
	struct node **at = &root;
	while (*at)
		at = &(*at)->child[n->key > (*at)->key];
	*at = n;
}

static uint32_t look_up(uint32_t key)
{
	const struct node *n = root;
	while (n && n->key != key)
		n = n->child[key > n->key];
	return n ? n->value : 0;
}

void sample_main(void)
{
	uint32_t seed = 3;
	for (int i = 0; i < N; i++) {
		nodes[i].key = xorshift(&seed);
		insert(&nodes[i]);
	}
	for (;;)
		total += look_up(xorshift(&seed));
}
