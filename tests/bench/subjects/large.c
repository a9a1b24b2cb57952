/* About 200 KiB of text, as a larger application has it: 512 functions, no two the same. */
#include <osaas.h>

OSAAS_MANIFEST("id = org.osaas.bench.large\n"
	       "name = Large subject of the bench\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = large_main\n")

#define STEP(n, k)                                                                       \
	x = (x ^ x >> (7 + (k))) * (0x9e3779b97f4a7c15 + 2 * ((n) + 64 * (k)));          \
	if (x % (3 + (k)) == 1)                                                          \
		table[(x >> 20) % 64] += x;
#define FUNCTION(n)                                                                      \
	static __attribute__((noinline)) uint64_t f##n(uint64_t x)                       \
	{                                                                                \
		STEP(n, 0)                                                               \
		STEP(n, 1) STEP(n, 2) STEP(n, 3) STEP(n, 4) STEP(n, 5) return x;         \
	}
#define EIGHT(DO, n)                                                                     \
	DO(n##0) DO(n##1) DO(n##2) DO(n##3) DO(n##4) DO(n##5) DO(n##6) DO(n##7)
/* clang-format off */
#define MANY(DO, n)                                                                      \
	EIGHT(DO, n##0) EIGHT(DO, n##1) EIGHT(DO, n##2) EIGHT(DO, n##3)                  \
	EIGHT(DO, n##4) EIGHT(DO, n##5) EIGHT(DO, n##6) EIGHT(DO, n##7)
#define ALL(DO)                                                                          \
	MANY(DO, 0x1) MANY(DO, 0x2) MANY(DO, 0x3) MANY(DO, 0x4)                          \
	MANY(DO, 0x5) MANY(DO, 0x6) MANY(DO, 0x7) MANY(DO, 0x8)
/* clang-format on */

static uint64_t table[64];

ALL(FUNCTION)

#define ADDRESS(n) f##n,
static uint64_t (*const functions[])(uint64_t) = {ALL(ADDRESS)};

OSAAS_EXPORT void large_main(void);
void large_main(void)
{
	uint64_t x = osaas_now();
	for (unsigned i = 0; i < sizeof functions / sizeof *functions; i++)
		x = functions[i](x);
	table[0] = x;
}
