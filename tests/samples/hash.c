/* A large hash table with open addressing: put, then looked up. */
#include "sample.h"

SAMPLE("Hash table", "")

#define SLOTS (1 << 20)

static struct slot {
	uint64_t key, value;
} slots[SLOTS];
static volatile uint64_t hits;

static struct slot *find(uint64_t key)
{
	uint64_t at = key * 0x9e3779b97f4a7c15u >> 44;
	while (slots[at].key && slots[at].key != key)
		at = (at + 1) & (SLOTS - 1);
	return &slots[at];
}

void sample_main(void)
{
	uint32_t seed = 99;
	for (int i = 0; i < SLOTS / 2; i++) {
		uint64_t key = xorshift(&seed);
		struct slot *s = find(key);
		s->key = key;
		s->value++;
	}
	for (;;) {
		uint64_t key = xorshift(&seed);
		hits += find(key)->value;
	}
}
