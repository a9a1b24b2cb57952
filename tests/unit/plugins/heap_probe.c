/* The heap seen from inside: its calls, every kind of root, coroutines that share it. */
#include <osaas.h>
#include <osaas_heap.h>
#include <osaas_std.h>

#include <stdbool.h>

#include "tests/unit/plugins/heap_probe.h"
#include "tests/unit/plugins/probe.h"

OSAAS_MANIFEST("id = org.osaas.heap-probe\n"
	       "name = Heap probe\n"
	       "version = 1\n"
	       "abi = 1.1\n"
	       "entry = probe_main\n"
	       "memory = 8M\n"
	       "heap = 16M\n"
	       "gc = yes\n"
	       "want = test.host required: says what to do\n")

#define CHECK(condition)                                                                 \
	do {                                                                             \
		if (!(condition))                                                        \
			return __LINE__;                                                 \
	} while (0)

#define MS    UINT64_C(1000000)
#define MIB   ((size_t)1 << 20)
#define KEY   UINT64_C(0x5555555555555555)
#define LARGE 9000 /* three pages, so that what is in use can be counted */

static osaas_chan host;
static uint64_t host_address, duration_ns;

/* Addresses that the collector must not see are kept in disguise. */
static uint64_t hide(const void *p)
{
	return (uintptr_t)p ^ KEY;
}

static void *show(uint64_t hidden)
{
	return (void *)(uintptr_t)(hidden ^ KEY);
}

static void fill(void *p, size_t size, unsigned seed)
{
	uint32_t *words = p;
	for (size_t i = 0; i < size / 4; i++)
		words[i] = seed + (uint32_t)i * 2654435761u;
}

static bool holds(const void *p, size_t size, unsigned seed)
{
	const uint32_t *words = p;
	for (size_t i = 0; i < size / 4; i++) {
		if (words[i] != seed + (uint32_t)i * 2654435761u)
			return false;
	}
	return true;
}

static uint64_t used(void)
{
	struct osaas_heap_stats stats;
	osaas_heap_get_stats(&stats);
	return stats.used;
}

/* Whatever is free gets another content. */
__attribute__((noinline)) static void churn(void)
{
	for (size_t all = 0; all < 40 * MIB; all += LARGE) {
		void *p = malloc(LARGE);
		if (p)
			fill(p, LARGE, 99);
	}
}

__attribute__((noinline)) static uint64_t make(unsigned seed)
{
	void *p = malloc(LARGE);
	fill(p, LARGE, seed);
	return hide(p);
}

static int case_region(void)
{
	struct osaas_heap a, b;
	CHECK(osaas_heap((void *)(uintptr_t)host_address) == OSAAS_EFAULT);
	CHECK(osaas_heap_give(&a, 4096) < 0);
	CHECK(osaas_heap(&a) == 0 && osaas_heap(&b) == 0);
	CHECK(a.base == b.base && a.size == 16 * MIB && a.flags == OSAAS_HEAP_GC);
	char *base = a.base;
	for (size_t i = 0; i < a.size; i += 4096)
		CHECK(base[i] == 0);
	base[a.size - 1] = 1;
	CHECK(osaas_heap_give(base + a.size - 4096, 4096) == 0);
	CHECK(base[a.size - 1] == 0);
	CHECK(osaas_heap_give(base + a.size - 4096, 8192) == OSAAS_EFAULT);
	CHECK(osaas_heap_give(base + a.size, 4096) == OSAAS_EFAULT);
	CHECK(osaas_heap_give(base - 4096, 4096) == OSAAS_EFAULT);
	CHECK(osaas_heap_give(base + a.size, 0) == 0);
	CHECK(osaas_heap_give(base + 1, 4096) == OSAAS_EINVAL);
	CHECK(osaas_heap_give(base, 100) == OSAAS_EINVAL);
	CHECK(osaas_heap_give(base, 2 * MIB) == OSAAS_EINVAL);
	CHECK(osaas_heap_give((void *)(uintptr_t)(host_address & ~UINT64_C(4095)),
		      4096) == OSAAS_EFAULT);
	return 0;
}

static volatile uint64_t spins;
static volatile bool stop;
static volatile int running;

/* In one instruction: coroutines that count may be cut anywhere. */
static void add(volatile int *counter, int n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

static void spin(void *arg)
{
	while (!stop)
		spins++;
	add(&running, -1);
}

static bool in_ranges(const struct osaas_range *ranges, int n, const volatile void *p)
{
	int found = 0;
	for (int i = 0; i < n; i++)
		found += (uintptr_t)p >= (uintptr_t)ranges[i].lo &&
			 (uintptr_t)p < (uintptr_t)ranges[i].hi;
	return found == 1;
}

static struct osaas_range ranges[OSAAS_RANGES_MAX];
static char initialised[8] = "x";
static char *volatile on_others_stack;

static void spin_with_local(void *arg)
{
	char local[64];
	on_others_stack = local;
	spin(arg);
}

static int case_freeze(void)
{
	char local[8];
	CHECK(osaas_freeze(ranges, OSAAS_RANGES_MAX, 4) == OSAAS_EINVAL);
	CHECK(osaas_freeze(ranges, 1, 0) == OSAAS_ENOMEM);
	CHECK(osaas_freeze(NULL, OSAAS_RANGES_MAX, 0) == OSAAS_EFAULT);
	CHECK(osaas_freeze((void *)(uintptr_t)host_address, 100, 0) == OSAAS_EFAULT);
	CHECK(osaas_freeze(ranges, UINT32_MAX, 0) == OSAAS_EFAULT);
	osaas_thaw();
	running = 1;
	CHECK(osaas_spawn(spin_with_local, NULL, 0) == 0);
	CHECK(osaas_alt(NULL, 0, osaas_now() + 3 * MS) == OSAAS_EAGAIN);
	CHECK(spins > 0);
	int n = osaas_freeze(ranges, OSAAS_RANGES_MAX, 0);
	CHECK(n >= 3);
	CHECK(osaas_freeze(ranges, OSAAS_RANGES_MAX, 0) == OSAAS_EINVAL);
	uint64_t before = spins;
	for (int i = 0; i < 5; i++) {
		osaas_yield();
		osaas_alt(NULL, 0, osaas_now() + 2 * MS);
	}
	CHECK(spins == before);
	CHECK(in_ranges(ranges, n, local) && in_ranges(ranges, n, initialised));
	CHECK(in_ranges(ranges, n, &spins) && in_ranges(ranges, n, on_others_stack));
	CHECK(!in_ranges(ranges, n, (const void *)(uintptr_t)case_freeze));
	osaas_thaw();
	osaas_thaw();
	CHECK(osaas_alt(NULL, 0, osaas_now() + 3 * MS) == OSAAS_EAGAIN);
	CHECK(spins > before);
	stop = true;
	while (running)
		osaas_yield();
	return 0;
}

/* Host calls follow pointers into the heap. */
static int case_pointers(void)
{
	osaas_chan *ends = malloc(2 * sizeof *ends);
	struct osaas_msg *in = malloc(sizeof *in), *out = calloc(1, sizeof *out);
	char *name = strdup("test.host");
	CHECK(osaas_cap(name) == host);
	CHECK(osaas_pair(ends, 1) == 0);
	out->type = 5;
	CHECK(osaas_send(ends[0], out) == 0 && osaas_recv(ends[1], in) == 0);
	CHECK(in->type == 5);
	struct osaas_heap heap;
	CHECK(osaas_heap(&heap) == 0);
	void *end = (char *)heap.base + heap.size - 8;
	CHECK(osaas_send(ends[0], end) == OSAAS_EFAULT);
	end = (char *)heap.base - 64;
	CHECK(osaas_send(ends[0], end) == OSAAS_EFAULT);
	return 0;
}

static void *in_bss, *in_data = &in_data;
static struct holder {
	struct holder *next;
	void *block;
} * holder;

/* The root of the case that is set is all there is of its block. */
static int case_static_roots(void)
{
	in_data = show(make(1));
	in_bss = (char *)show(make(2)) + 5000;
	holder = malloc(sizeof *holder);
	holder->next = malloc(sizeof *holder);
	holder->next->next = holder;
	holder->next->block = show(make(3));
	for (int i = 0; i < 100; i++)
		make(7);
	CHECK(osaas_gc() == 0);
	churn();
	CHECK(holds(in_data, LARGE, 1));
	CHECK(holds((char *)in_bss - 5000, LARGE, 2));
	CHECK(holds(holder->next->block, LARGE, 3));
	in_data = in_bss = NULL;
	holder = NULL;
	CHECK(osaas_gc() == 0);
	/* All is gone, but for what a stale word may keep. */
	CHECK(used() < 8 * 12288);
	return 0;
}

static osaas_chan waiters[2];
static volatile int good;

/* Its block is known to its stack alone, while it waits in a host call. */
static void wait_with_block(void *arg)
{
	struct osaas_msg m;
	unsigned seed = *(const unsigned *)arg;
	void *volatile block = show(make(seed));
	add(&running, 1);
	osaas_recv(waiters[1], &m);
	add(&good, holds(block, LARGE, seed));
	add(&running, -1);
}

static int case_stack_roots(void)
{
	static unsigned seeds[20];
	void *volatile mine = (char *)show(make(50)) + LARGE - 1;
	CHECK(osaas_pair(waiters, 20) == 0);
	for (unsigned i = 0; i < 20; i++) {
		seeds[i] = 100 + i;
		CHECK(osaas_spawn(wait_with_block, &seeds[i], 65536) == 0);
	}
	while (running < 20)
		osaas_yield();
	CHECK(osaas_gc() == 0);
	churn();
	for (int i = 0; i < 20; i++)
		CHECK(osaas_send(waiters[0], &(struct osaas_msg){.type = 1}) == 0);
	while (running)
		osaas_yield();
	CHECK(good == 20);
	CHECK(holds((char *)mine - (LARGE - 1), LARGE, 50));
	return 0;
}

static void check_argument(void *arg)
{
	add(&good, holds(arg, LARGE, 60));
	add(&running, -1);
}

/* Only the host knows what a coroutine that has not run yet is given. */
static int case_argument_roots(void)
{
	for (int i = 0; i < 20; i++) {
		add(&running, 1);
		CHECK(osaas_spawn(check_argument, show(make(60)), 65536) == 0);
	}
	CHECK(osaas_gc() == 0);
	churn();
	while (running)
		osaas_yield();
	CHECK(good == 20);
	return 0;
}

static void receive_and_forget(void *arg)
{
	add(&running, 1);
	osaas_recv(waiters[1], malloc(sizeof(struct osaas_msg)));
	add(&running, -1);
}

/* The host writes into a message that nobody looks at again: it must still be there. */
static int case_receive_roots(void)
{
	static void *after[3000];
	CHECK(osaas_pair(waiters, 20) == 0);
	for (int i = 0; i < 20; i++)
		CHECK(osaas_spawn(receive_and_forget, NULL, 65536) == 0);
	while (running < 20)
		osaas_yield();
	CHECK(osaas_gc() == 0);
	for (unsigned i = 0; i < 3000; i++) {
		after[i] = malloc(sizeof(struct osaas_msg));
		fill(after[i], sizeof(struct osaas_msg), i);
	}
	for (int i = 0; i < 20; i++)
		CHECK(osaas_send(waiters[0], &(struct osaas_msg){.type = 1}) == 0);
	while (running)
		osaas_yield();
	for (unsigned i = 0; i < 3000; i++)
		CHECK(holds(after[i], sizeof(struct osaas_msg), i));
	return 0;
}

#if defined(__x86_64__)
/*
 * call_REG(hidden, fn) has the address in REG alone while fn runs; spin_REG(hidden) while
 * it spins until registers_stop. Both return it in disguise again.
 */
#define STRING(x) #x
#define SAVE                                                                             \
	"push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"        \
	"sub $8, %rsp\n movabs $0x5555555555555555, %rax\n xor %rax, %rdi\n"
#define RESTORE                                                                          \
	"movabs $0x5555555555555555, %rdx\n xor %rdx, %rax\n add $8, %rsp\n"             \
	"pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n ret\n"
#define LOOP "incl registers_held(%rip)\n 1: cmpb $0, registers_stop(%rip)\n je 1b\n"
#define CALL_WITH(reg)                                                                   \
	uint64_t call_##reg(uint64_t hidden, int (*fn)(void));                           \
	__asm__(".text\ncall_" #reg ":\n" SAVE "mov %rdi, %" #reg                        \
		"\n xor %eax, %eax\n xor %edi, %edi\n"                                   \
		"call *%rsi\n mov %" #reg ", %rax\n" RESTORE);
#define SPIN_WITH(reg)                                                                   \
	uint64_t spin_##reg(uint64_t hidden);                                            \
	__asm__(".text\nspin_" #reg ":\n" SAVE "xor %eax, %eax\n xchg %rdi, %" #reg      \
		"\n" LOOP "mov %" #reg ", %rax\n" RESTORE);
#define SPIN_VECTOR(n)                                                                   \
	uint64_t spin_xmm##n(uint64_t hidden);                                           \
	__asm__(".text\nspin_xmm" #n ":\n" SAVE "xor %eax, %eax\n"                       \
		"movq %rdi, %xmm" #n "\n pslldq $8, %xmm" #n "\n xor %edi, %edi\n" LOOP  \
		"psrldq $8, %xmm" #n "\n movq %xmm" #n ", %rax\n" RESTORE);

volatile bool registers_stop;
volatile int registers_held;

CALL_WITH(rbx)
CALL_WITH(rbp)
CALL_WITH(r12)
CALL_WITH(r13)
CALL_WITH(r14)
CALL_WITH(r15)
SPIN_WITH(rax)
SPIN_WITH(rcx)
SPIN_WITH(rdx)
SPIN_WITH(rbx)
SPIN_WITH(rbp)
SPIN_WITH(rsi)
SPIN_WITH(r8)
SPIN_WITH(r9)
SPIN_WITH(r10)
SPIN_WITH(r11)
SPIN_WITH(r12)
SPIN_WITH(r13)
SPIN_WITH(r14)
SPIN_WITH(r15)
SPIN_VECTOR(0)
SPIN_VECTOR(1)
SPIN_VECTOR(7)
SPIN_VECTOR(8)
SPIN_VECTOR(15)

static int collect_and_churn(void)
{
	int r = osaas_gc();
	churn();
	return r;
}

static int case_register_roots(void)
{
	uint64_t (*const calls[])(uint64_t, int (*)(void)) = {
		call_rbx, call_rbp, call_r12, call_r13, call_r14, call_r15};
	for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
		uint64_t hidden = make(i);
		CHECK(calls[i](hidden, collect_and_churn) == hidden);
		CHECK(holds(show(hidden), LARGE, i));
	}
	return 0;
}

struct spinner {
	uint64_t (*spin)(uint64_t hidden);
	uint64_t hidden;
	unsigned seed;
};

static void run_spinner(void *arg)
{
	const struct spinner *s = arg;
	uint64_t hidden = s->hidden, got = s->spin(hidden);
	bool kept = holds(show(hidden), LARGE, s->seed);
	if (got != hidden || !kept)
		osaas_printf(OSAAS_LOG_ERROR, "spinner %u: register %s, block %s",
			s->seed, got == hidden ? "kept" : "changed",
			kept ? "kept" : "lost");
	add(&good, got == hidden && kept);
	add(&running, -1);
}

/* They spin, and are preempted there: their registers are in what was saved. */
static int spin_all(struct spinner *spinners, int n)
{
	for (int i = 0; i < n; i++) {
		spinners[i].seed = 200u + (unsigned)i;
		spinners[i].hidden = make(spinners[i].seed);
		CHECK(osaas_spawn(run_spinner, &spinners[i], 65536) == 0);
		add(&running, 1);
	}
	while (registers_held < n)
		osaas_alt(NULL, 0, osaas_now() + MS);
	for (int i = 0; i < 100; i++)
		make(8);
	CHECK(osaas_gc() == 0);
	CHECK(used() < ((uint64_t)n + 8) * 12288);
	churn();
	registers_stop = true;
	while (running)
		osaas_yield();
	CHECK(good == n);
	return 0;
}

static int case_others_registers(void)
{
	struct spinner all[] = {{.spin = spin_rax}, {.spin = spin_rcx},
		{.spin = spin_rdx}, {.spin = spin_rbx}, {.spin = spin_rbp},
		{.spin = spin_rsi}, {.spin = spin_r8}, {.spin = spin_r9},
		{.spin = spin_r10}, {.spin = spin_r11}, {.spin = spin_r12},
		{.spin = spin_r13}, {.spin = spin_r14}, {.spin = spin_r15}};
	return spin_all(all, sizeof all / sizeof *all);
}

static int case_vector_roots(void)
{
	struct spinner all[] = {{.spin = spin_xmm0}, {.spin = spin_xmm1},
		{.spin = spin_xmm7}, {.spin = spin_xmm8}, {.spin = spin_xmm15}};
	return spin_all(all, sizeof all / sizeof *all);
}
#else
static int case_register_roots(void)
{
	return 0;
}

static int case_others_registers(void)
{
	return 0;
}

static int case_vector_roots(void)
{
	return 0;
}
#endif

static uint64_t random_state = 1;

static uint64_t below(uint64_t n)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * UINT64_C(0x2545f4914f6cdd1d) >> 32) * n >> 32;
}

/* A gigabyte in all kinds of sizes; what is kept of it is a list of a hundred. */
static int case_leak(void)
{
	static void **kept[100];
	struct osaas_heap_stats stats;
	size_t all = 0;
	for (unsigned i = 0; all < 1024 * MIB; i++) {
		static const size_t most[] = {64, 500, 500, 4000, 10000, 200000};
		size_t size = 32 + below(most[below(6)]);
		void **p = malloc(size);
		CHECK(p);
		p[0] = p;
		p[1] = (void *)size;
		all += size;
		if (i % 1000)
			continue;
		void **old = kept[i / 1000 % 100];
		CHECK(!old || old[0] == old);
		kept[i / 1000 % 100] = p;
	}
	for (int i = 0; i < 100; i++)
		CHECK(!kept[i] || kept[i][0] == kept[i]);
	osaas_heap_get_stats(&stats);
	CHECK(stats.collections >= 60 && stats.peak <= 16 * MIB);
	return 0;
}

static bool wait_for_collection(uint64_t from)
{
	struct osaas_heap_stats stats;
	for (int i = 0; i < 2000; i++) {
		osaas_heap_get_stats(&stats);
		if (stats.collections > from)
			return true;
		osaas_alt(NULL, 0, osaas_now() + MS);
	}
	return false;
}

/* Nobody asks for it, and the heap is far from full: it happens while we sleep. */
static int case_idle(void)
{
	struct osaas_heap_stats stats;
	for (int i = 0; i < 300; i++)
		make(9);
	osaas_heap_get_stats(&stats);
	CHECK(stats.collections == 0 && stats.used > 3 * MIB);
	CHECK(wait_for_collection(0));
	CHECK(used() < MIB / 4);
	return 0;
}

static int case_trim(void)
{
	void *p = osaas_malloc_atomic(8 * MIB);
	CHECK(p);
	memset(p, 1, 8 * MIB);
	free(p);
	CHECK(osaas_alt(NULL, 0, osaas_now() + 1500 * MS) == OSAAS_EAGAIN);
	return 0;
}

/*
 * Workers over one heap, cut anywhere. Each has blocks with a pattern of its own;
 * what another one writes into, or is given as well, shows.
 */
#define WORKERS 6
#define BLOCKS  60

static struct worker {
	struct {
		void *p;
		size_t size;
		unsigned seed;
	} blocks[BLOCKS];
	uint64_t random;
	uint64_t operations;
	int wrong;
} workers[WORKERS];
static bool dropping; /* not freeing: the collector does */

static uint64_t worker_below(struct worker *w, uint64_t n)
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;
	return (w->random * UINT64_C(0x2545f4914f6cdd1d) >> 32) * n >> 32;
}

static void work_once(struct worker *w)
{
	static const size_t most[] = {64, 64, 500, 500, 4000, 30000};
	size_t i = worker_below(w, BLOCKS);
	size_t size = 16 + worker_below(w, most[worker_below(w, 6)]);
	void *p = w->blocks[i].p;
	if (p && !holds(p, w->blocks[i].size, w->blocks[i].seed))
		w->wrong++;
	if (p && worker_below(w, 4) == 0) {
		p = realloc(p, size);
		size_t both = size < w->blocks[i].size ? size : w->blocks[i].size;
		if (!p || !holds(p, both, w->blocks[i].seed))
			w->wrong++;
	} else {
		if (!dropping)
			free(p);
		p = worker_below(w, 4) ? malloc(size) : osaas_malloc_atomic(size);
		w->wrong += !p;
	}
	w->blocks[i].p = p;
	w->blocks[i].size = p ? size : 0;
	w->blocks[i].seed = (unsigned)worker_below(w, 1 << 30);
	if (p)
		fill(p, size, w->blocks[i].seed);
	w->operations++;
}

static void work(void *arg)
{
	struct worker *w = arg;
	while (!stop)
		work_once(w);
	add(&running, -1);
}

static int start_workers(void)
{
	for (unsigned i = 0; i < WORKERS; i++) {
		workers[i].random = 77 + i;
		add(&running, 1);
		CHECK(osaas_spawn(work, &workers[i], 65536) == 0);
	}
	return 0;
}

static int stop_workers(void)
{
	stop = true;
	while (running)
		osaas_yield();
	for (unsigned i = 0; i < WORKERS; i++) {
		CHECK(workers[i].operations > 100);
		CHECK(workers[i].wrong == 0);
		for (size_t k = 0; k < BLOCKS; k++)
			CHECK(!workers[i].blocks[k].p ||
				holds(workers[i].blocks[k].p, workers[i].blocks[k].size,
					workers[i].blocks[k].seed));
	}
	return 0;
}

static int case_shared(void)
{
	CHECK(start_workers() == 0);
	osaas_alt(NULL, 0, osaas_now() + duration_ns);
	return stop_workers();
}

/* The collector is cut as well: before, between and after its host calls, and in marking. */
static int case_collected(void)
{
	struct osaas_heap_stats stats;
	uint64_t end = osaas_now() + duration_ns;
	dropping = true;
	CHECK(start_workers() == 0);
	while (osaas_now() < end) {
		CHECK(osaas_gc() == 0);
		osaas_alt(NULL, 0, osaas_now() + below(2 * MS));
	}
	osaas_heap_get_stats(&stats);
	CHECK(stats.collections > 10);
	return stop_workers();
}

/* As if there were no lock: somebody opens it all the time. */
static int case_torn(void)
{
	extern unsigned sdk_heap_taken;
	uint64_t end = osaas_now() + duration_ns;
	CHECK(start_workers() == 0);
	while (osaas_now() < end) {
		*(volatile unsigned *)&sdk_heap_taken = 0;
		for (unsigned i = 0; i < WORKERS; i++)
			CHECK(workers[i].wrong == 0);
		osaas_yield();
	}
	return 0;
}

static void freeze_and_return(void *arg)
{
	osaas_freeze(ranges, OSAAS_RANGES_MAX, 0);
	add(&good, 1);
}

static int case_left_frozen(void)
{
	CHECK(osaas_spawn(freeze_and_return, NULL, 0) == 0);
	while (!good)
		osaas_yield();
	CHECK(osaas_freeze(ranges, OSAAS_RANGES_MAX, 0) > 0);
	osaas_thaw();
	return 0;
}

static void freeze_and_exit(void *arg)
{
	osaas_freeze(ranges, OSAAS_RANGES_MAX, OSAAS_FREEZE_IDLE);
	osaas_exit(0);
}

static int case_exit_frozen(void)
{
	struct osaas_msg m;
	CHECK(osaas_spawn(freeze_and_exit, NULL, 0) == 0);
	osaas_recv(host, &m);
	return __LINE__;
}

static int case_free_twice(void)
{
	void *p = malloc(100);
	free(p);
	free(p);
	return __LINE__;
}

static int case_free_inside(void)
{
	free((char *)malloc(20000) + 4096);
	return __LINE__;
}

/* What lies beside the region is nobody's. */
static int case_beyond(void)
{
	struct osaas_heap heap;
	CHECK(osaas_heap(&heap) == 0);
	((volatile char *)heap.base)[heap.size] = 1;
	return __LINE__;
}

static int case_before(void)
{
	struct osaas_heap heap;
	CHECK(osaas_heap(&heap) == 0);
	((volatile char *)heap.base)[-1] = 1;
	return __LINE__;
}

static int case_trap_frozen(void)
{
	CHECK(start_workers() == 0);
	CHECK(osaas_freeze(ranges, OSAAS_RANGES_MAX, 0) > 0);
	__builtin_trap();
}

static int (*const cases[])(void) = {
	[HEAP_REGION] = case_region,
	[HEAP_FREEZE] = case_freeze,
	[HEAP_POINTERS] = case_pointers,
	[HEAP_STATIC_ROOTS] = case_static_roots,
	[HEAP_STACK_ROOTS] = case_stack_roots,
	[HEAP_ARGUMENT_ROOTS] = case_argument_roots,
	[HEAP_RECEIVE_ROOTS] = case_receive_roots,
	[HEAP_REGISTER_ROOTS] = case_register_roots,
	[HEAP_OTHERS_REGISTERS] = case_others_registers,
	[HEAP_VECTOR_ROOTS] = case_vector_roots,
	[HEAP_LEAK] = case_leak,
	[HEAP_IDLE] = case_idle,
	[HEAP_TRIM] = case_trim,
	[HEAP_SHARED] = case_shared,
	[HEAP_COLLECTED] = case_collected,
	[HEAP_TORN] = case_torn,
	[HEAP_LEFT_FROZEN] = case_left_frozen,
	[HEAP_EXIT_FROZEN] = case_exit_frozen,
	[HEAP_FREE_TWICE] = case_free_twice,
	[HEAP_FREE_INSIDE] = case_free_inside,
	[HEAP_BEYOND] = case_beyond,
	[HEAP_BEFORE] = case_before,
	[HEAP_TRAP_FROZEN] = case_trap_frozen,
};

OSAAS_EXPORT void probe_main(void);
void probe_main(void)
{
	struct osaas_msg m;
	host = osaas_cap("test.host");
	if (osaas_recv(host, &m) < 0)
		return;
	host_address = m.u.u64[0];
	duration_ns = m.u.u64[1];
	int line = cases[m.type]();
	m = (struct osaas_msg){.type = PROBE_REPORT};
	m.u.u64[0] = (uint64_t)line;
	osaas_send(host, &m);
}
