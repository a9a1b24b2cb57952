/*
 * The sieve of coroutines: McIlroy, Squinting at Power Series, 1989, and many
 * before: a filter per prime. Run again and again; what is left of each run is
 * a thousand coroutines that wait for one another, killed at once.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "progress.h"
#include "stress.h"

#define PRIMES 1000
#define LIMIT  7920 /* the 1,000th is 7919 */

static struct filter {
	struct chan *in, *out;
	uint32_t prime;
} filters[PRIMES];

static struct {
	struct group group;
	struct chan *first;
	uint32_t found[PRIMES];
	uint32_t expected[PRIMES];
	int n_found;
	bool done, stopping;
	volatile uint64_t *hops, *primes;
} sieve;

static void plain_sieve(uint32_t *primes)
{
	static bool composite[LIMIT];
	memset(composite, 0, sizeof composite);
	size_t n = 0;
	for (uint32_t i = 2; i < LIMIT; i++) {
		if (!composite[i])
			primes[n++] = i;
		for (uint32_t k = 2 * i; k < LIMIT; k += i)
			composite[k] = true;
	}
	assert(n == PRIMES);
}

HOG static void generate(void *arg)
{
	struct chan *out = arg;
	for (uint32_t i = 2; host_send(out, &i) == 0; i++)
		++*sieve.hops;
}

HOG static void filter(void *arg)
{
	const struct filter *f = arg;
	uint32_t n;
	while (host_recv(f->in, &n) == 0) {
		++*sieve.hops;
		if (n % f->prime != 0)
			host_send(f->out, &n);
	}
}

/* The end of the chain: what comes out is prime, and gets a filter of its own. */
HOG static void collect(void *arg)
{
	struct chan *in = arg;
	for (int i = 0; i < PRIMES; i++) {
		struct filter *f = &filters[i];
		if (host_recv(in, &sieve.found[i]) < 0)
			return;
		*f = (struct filter){.in = in, .prime = sieve.found[i]};
		sieve.n_found = i + 1;
		++*sieve.primes;
		if (host_chan_create(&f->out, sizeof(uint32_t), 0) < 0 ||
			host_spawn("filter", filter, f) < 0)
			host_fault(&sieve_part, "no memory for filter", (uint64_t)i, 0);
		in = f->out;
	}
	sieve.done = true;
}

static void begin(void)
{
	memset(sieve.found, 0, sizeof sieve.found);
	memset(filters, 0, sizeof filters);
	sieve.done = false;
	sieve.n_found = 0;
	stress_group(&sieve.group, "sieve");
	sieve.first = chan_create(sizeof(uint32_t), 0);
	task_create(&sieve.group, "generate", generate, sieve.first, 0, TASK_NORMAL);
	task_create(&sieve.group, "collect", collect, sieve.first, 0, TASK_NORMAL);
}

static void compare(void)
{
	if (stress_broken("prime"))
		sieve.found[0]++;
	for (int i = 0; i < sieve.n_found; i++) {
		if (sieve.found[i] == sieve.expected[i])
			continue;
		stress_fault(&sieve_part, "prime %d is %u, not %u", i, sieve.found[i],
			sieve.expected[i]);
		return;
	}
}

static void clear(void)
{
	compare();
	if (group_kill(&sieve.group) < 0)
		stress_fault(&sieve_part, "coroutines were left after group_kill");
	for (int i = 0; i < PRIMES && filters[i].out; i++)
		chan_destroy(filters[i].out, NULL, NULL);
	chan_destroy(sieve.first, NULL, NULL);
	sieve.first = NULL;
}

static void start(void)
{
	sieve.hops = progress_add("sieve-hops");
	sieve.primes = progress_add("primes");
	sieve.stopping = false;
	plain_sieve(sieve.expected);
	begin();
}

static void tend(uint64_t now_ns)
{
	(void)now_ns;
	if (!sieve.done)
		return;
	clear();
	begin();
}

static void stop(void)
{
	sieve.stopping = true;
}

static bool ended(void)
{
	return sieve.stopping;
}

struct part sieve_part = {
	.name = "sieve",
	.start = start,
	.tend = tend,
	.stop = stop,
	.ended = ended,
	.clear = clear,
};
