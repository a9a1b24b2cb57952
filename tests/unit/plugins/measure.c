#include "measure.h"

#include "helper.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>

#include "plugins/private.h"
#include "util/clock.h"

#define ANSWER     UINT32_C(0x80000000)
#define RUN_MIN_NS (150 * NS_PER_MS)  /* of the thread's own time, */
#define WAITS_MIN  3000               /* or so many waits, */
#define WALL_NS    (1500 * NS_PER_MS) /* or so long */

#define SLICE_NS   1e6  /* a run that computes and serves */
#define LONG_NS    10e6 /* a run that computes */
#define PREVAILS   0.6
#define LINES_HOT  0.01

#define WARM_UP    30000 /* instructions until the cache is as it is */
#define COUNTED    10000

#define COROUTINES 16
#define HANDLES    4096

/* The host's own function for a call. */
#define HOST(name) ((__typeof__(osaas_##name) *)(uintptr_t)abi_find("osaas_" #name))

/* What is counted at the host's door. */
struct door {
	const struct coroutine *who;
	double waits;
	double calls[WORKS];
};

static struct {
	struct plugin *plugin;
	struct door doors[COROUTINES];
	size_t n_doors;
	uint8_t work[HANDLES]; /* of channels by number, low bits; 0: not known */
	struct {
		struct endpoint *end;
		enum work work;
	} services[MANIFEST_MAX_WANTS];
	size_t n_services;
} run;

/* Instructions one by one. */
static struct {
	struct code code;
	uintptr_t text;
	volatile sig_atomic_t wanted, on;
	unsigned long steps, counted, in_order, scattered;
	unsigned long recent[16];
	unsigned n_recent;
	unsigned long *last; /* by instruction: address, and how far it moved */
	long *moved;
} steps;

#define TRAP 0x100UL

/* The flag makes the CPU trap after each instruction; the host's own are not of interest. */
static inline void trap(bool on)
{
	if (on)
		__asm__ volatile(
			"lea -128(%%rsp), %%rsp; pushfq; orq $0x100, (%%rsp); popfq; "
			"lea 128(%%rsp), %%rsp" ::
				: "memory", "cc");
	else
		__asm__ volatile(
			"lea -128(%%rsp), %%rsp; pushfq; andq $~0x100, (%%rsp); popfq; "
			"lea 128(%%rsp), %%rsp" ::
				: "memory", "cc");
}

static void enter(void)
{
	if (steps.on)
		trap(false);
}

static void leave(void)
{
	if (steps.on)
		trap(true);
}

static struct door *door(void)
{
	const struct coroutine *who = coroutine_self(run.plugin);
	for (size_t i = 0; i < run.n_doors; i++) {
		if (run.doors[i].who == who)
			return &run.doors[i];
	}
	assert_true(run.n_doors < COROUTINES);
	run.doors[run.n_doors].who = who;
	return &run.doors[run.n_doors++];
}

static void count(osaas_chan chan, bool waits)
{
	struct door *d = door();
	int work = run.work[(uint32_t)chan % HANDLES];
	d->waits += waits;
	d->calls[work ? work : WORK_PEERS]++;
}

static osaas_chan door_cap(const char *name)
{
	enter();
	osaas_chan chan = HOST(cap)(name);
	if (chan > 0)
		run.work[(uint32_t)chan % HANDLES] =
			(uint8_t)work_of_cap(name, strcspn(name, ":"));
	leave();
	return chan;
}

static int door_send(osaas_chan chan, const struct osaas_msg *msg)
{
	enter();
	count(chan, true);
	int r = HOST(send)(chan, msg);
	leave();
	return r;
}

static int door_recv(osaas_chan chan, struct osaas_msg *msg)
{
	enter();
	count(chan, true);
	int r = HOST(recv)(chan, msg);
	leave();
	return r;
}

static int door_alt(struct osaas_alt *alts, uint32_t n, uint64_t deadline_ns)
{
	enter();
	int r = HOST(alt)(alts, n, deadline_ns);
	if (r >= 0)
		count(alts[r].chan, deadline_ns != OSAAS_NOW);
	else if (deadline_ns != OSAAS_NOW) {
		door()->waits++;
		/* A deadline beside channels only bounds the wait for those. */
		door()->calls[n ? run.work[(uint32_t)alts[0].chan % HANDLES]
				: WORK_TIMER]++;
	}
	leave();
	return r;
}

#define PLAIN(type, name, parameters, arguments)                                         \
	static type door_##name parameters                                               \
	{                                                                                \
		enter();                                                                 \
		type r = HOST(name) arguments;                                           \
		leave();                                                                 \
		return r;                                                                \
	}
PLAIN(int, pair, (osaas_chan ends[2], uint32_t depth), (ends, depth))
PLAIN(int, close, (osaas_chan chan), (chan))
PLAIN(uint64_t, now, (void), ())
PLAIN(void *, buf_alloc, (size_t size), (size))
PLAIN(int, buf_free, (void *buf), (buf))
PLAIN(int, spawn, (void (*fn)(void *), void *arg, size_t stack), (fn, arg, stack))

static void door_yield(void)
{
	enter();
	HOST(yield)();
	leave();
}

static void door_log(int level, const char *text, size_t len)
{
	enter();
	HOST(log)(level, text, len);
	leave();
}

static const struct {
	const char *name;
	uintptr_t function;
} doors[] = {
	{"osaas_cap", (uintptr_t)door_cap},
	{"osaas_send", (uintptr_t)door_send},
	{"osaas_recv", (uintptr_t)door_recv},
	{"osaas_alt", (uintptr_t)door_alt},
	{"osaas_pair", (uintptr_t)door_pair},
	{"osaas_close", (uintptr_t)door_close},
	{"osaas_now", (uintptr_t)door_now},
	{"osaas_buf_alloc", (uintptr_t)door_buf_alloc},
	{"osaas_buf_free", (uintptr_t)door_buf_free},
	{"osaas_spawn", (uintptr_t)door_spawn},
	{"osaas_yield", (uintptr_t)door_yield},
	{"osaas_log", (uintptr_t)door_log},
};

/* Binds the plugin's imports to the doors instead. */
static void put_doors(struct plugin *plugin)
{
	const struct elf *elf = &plugin->image->elf;
	uint8_t *base = plugin->mapping.base;
	struct elf_reloc reloc;
	struct plugin_error err;
	if (elf->relro_lo < elf->relro_hi)
		assert_int_equal(
			mprotect(base + elf->relro_lo, elf->relro_hi - elf->relro_lo,
				PROT_READ | PROT_WRITE),
			0);
	for (int t = 0; t < ELF_RELOC_TABLES; t++) {
		for (uint64_t i = 0; i < elf->relocs[t].n; i++) {
			assert_int_equal(
				elf_reloc_at(elf, &elf->relocs[t], i, &reloc, &err), 0);
			for (size_t d = 0; reloc.host && d < sizeof doors / sizeof *doors;
				d++) {
				if (strcmp(doors[d].name, reloc.name) == 0)
					memcpy(base + reloc.where, &doors[d].function, 8);
			}
		}
	}
}

static unsigned long register_of(const ucontext_t *uc, uint8_t reg)
{
	static const int at[CODE_REGISTERS] = {-1, REG_RAX, REG_RCX, REG_RDX, REG_RBX,
		REG_RSP, REG_RBP, REG_RSI, REG_RDI, REG_R8, REG_R9, REG_R10, REG_R11,
		REG_R12, REG_R13, REG_R14, REG_R15, -1};
	return at[reg] < 0 ? 0 : (unsigned long)uc->uc_mcontext.gregs[at[reg]];
}

/* In order: as far from the last of this instruction as that was, or next to a recent line. */
static bool is_in_order(size_t n, unsigned long address)
{
	long moved = (long)(address - steps.last[n]);
	bool same = moved == steps.moved[n];
	for (unsigned i = 0; i < 16 && !same; i++) {
		long lines = (long)(address / 64) - (long)(steps.recent[i] / 64);
		same = lines >= -1 && lines <= 1;
	}
	return same;
}

static void look_at(const ucontext_t *uc, const struct code_insn *i)
{
	size_t n = (size_t)(i - steps.code.insns);
	unsigned long address = register_of(uc, i->base) +
				register_of(uc, i->index) * (i->index ? i->scale : 0) +
				(unsigned long)(long)i->disp;
	if (i->base == CODE_PC)
		address = (unsigned long)run.plugin->mapping.base + i->target;
	bool in_order = is_in_order(n, address);
	steps.moved[n] = (long)(address - steps.last[n]);
	steps.last[n] = address;
	if (!cache_touch(address))
		return;
	steps.recent[steps.n_recent++ % 16] = address;
	if (steps.steps > WARM_UP && in_order)
		steps.in_order++;
	else if (steps.steps > WARM_UP)
		steps.scattered++;
}

static void handle_trap(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	ucontext_t *uc = context;
	uintptr_t at = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP] - steps.text;
	if (!steps.on)
		uc->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP;
	if (!steps.on || at >= steps.code.size)
		return;
	const struct code_insn *i = code_at(&steps.code, (uint32_t)at);
	if (i && i->access)
		look_at(uc, i);
	if (++steps.steps < WARM_UP + COUNTED)
		return;
	steps.on = 0;
	uc->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP;
	/* Now it can be interrupted again. */
	run.plugin->group.text_lo = steps.text;
	run.plugin->group.text_hi = steps.text + steps.code.size;
}

/* Begins in the middle of the plugin's own code; meanwhile it is not preempted. */
static void handle_alarm(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	ucontext_t *uc = context;
	uintptr_t at = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP] - steps.text;
	if (!steps.wanted || at >= steps.code.size)
		return;
	steps.wanted = 0;
	steps.on = 1;
	run.plugin->group.text_lo = run.plugin->group.text_hi = 0;
	uc->uc_mcontext.gregs[REG_EFL] |= (greg_t)TRAP;
}

int measure_init(void **state)
{
	(void)state;
	assert_int_equal(sched_init(), 0);
	struct sigaction trap_action = {.sa_sigaction = handle_trap,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
	struct sigaction alarm_action = trap_action;
	alarm_action.sa_sigaction = handle_alarm;
	sigfillset(&trap_action.sa_mask);
	sigfillset(&alarm_action.sa_mask);
	assert_int_equal(sigaction(SIGTRAP, &trap_action, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &alarm_action, NULL), 0);
	return 0;
}

static void say(struct endpoint *to, struct message *msg)
{
	if (endpoint_try_send(to, msg) < 0)
		message_drop(msg);
}

/* Some text, for who reads. */
static struct buffer *make_text(size_t size)
{
	struct buffer *b = buffer_create(size ? size : 1);
	assert_non_null(b);
	char *p = buffer_data(b);
	for (size_t i = 0; i < size; i++)
		p[i] = i % 61 == 60 ? '\n' : (char)('a' + i % 23);
	return b;
}

static void greet(struct endpoint *end, enum work work)
{
	struct message msg = {.type = 16}; /* CONFIG, of windows and of voices */
	if (work == WORK_GUI)
		memcpy(msg.bytes, (const uint32_t[]){800, 600, 0x3f800000}, 12);
	if (work == WORK_AUDIO)
		memcpy(msg.bytes, (const uint32_t[]){48000, 2, 256}, 12);
	if (work == WORK_GUI || work == WORK_AUDIO)
		say(end, &msg);
}

/* Windows say that it was shown, voices nothing, the others what was asked for. */
static void serve_one(struct endpoint *end, enum work work, struct message *in)
{
	struct message out = {.type = in->type | ANSWER};
	uint32_t size;
	memcpy(&size, in->bytes + 16, 4);
	int64_t result = (int64_t)in->len;
	bool reads = in->type == 2;
	if (work == WORK_GUI) {
		out.type = 17;
		memcpy(out.bytes, in->bytes, 8);
	} else if (reads) {
		size = size < 65536 ? size : 65536;
		out.buffer = make_text(size);
		out.len = size;
		result = size;
	}
	if (work != WORK_GUI)
		memcpy(out.bytes, &result, 8);
	message_drop(in);
	if (work != WORK_AUDIO)
		say(end, &out);
}

static void serve(void)
{
	for (size_t i = 0; i < run.n_services; i++) {
		struct message msg;
		while (endpoint_try_recv(run.services[i].end, &msg) == 0)
			serve_one(run.services[i].end, run.services[i].work, &msg);
	}
}

static void grant_all(struct plugin *plugin)
{
	const struct manifest *m = plugin_manifest(plugin);
	for (size_t i = 0; i < m->n_wants; i++) {
		struct endpoint *ends[2];
		char cap[256];
		snprintf(cap, sizeof cap, "%s%s%s", m->wants[i].cap,
			m->wants[i].scope[0] ? ":" : "", m->wants[i].scope);
		assert_int_equal(endpoint_pair(ends, 4), 0);
		assert_int_equal(plugin_grant(plugin, cap, ends[1]), 0);
		enum work work = work_of_cap(m->wants[i].cap, strlen(m->wants[i].cap));
		run.services[run.n_services].end = ends[0];
		run.services[run.n_services++].work = work;
		greet(ends[0], work);
	}
}

/* One turn of a loop like the session's. */
static uint64_t turn(void)
{
	uint64_t before = clock_thread_ns();
	bool more = sched_run();
	uint64_t spent = clock_thread_ns() - before;
	plugin_reap();
	serve();
	uint64_t wake = sched_next_wake_ns(), now = clock_now_ns();
	if (!more && !sched_ready()) {
		/* Nothing to do: the plugins of this test always sleep then. */
		uint64_t until = wake < now + NS_PER_MS ? wake : now + NS_PER_MS;
		struct timespec ts = ns_timespec(until);
		if (until > now)
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
	}
	return spent;
}

static double all_waits(void)
{
	double waits = 0;
	for (size_t i = 0; i < run.n_doors; i++)
		waits += run.doors[i].waits;
	return waits;
}

static void forget(void)
{
	for (size_t i = 0; i < run.n_doors; i++)
		run.doors[i] = (struct door){.who = run.doors[i].who};
}

/* Until it has been seen for long enough; the processor time that it took. */
static double watch(uint64_t run_ns, double waits)
{
	uint64_t end = clock_now_ns() + WALL_NS, spent = 0;
	while (spent < run_ns && clock_now_ns() < end && all_waits() < waits)
		spent += turn();
	return (double)spent;
}

static void step_through(void)
{
	struct itimerval every = {{0, 1000}, {0, 1000}}, none = {{0, 0}, {0, 0}};
	size_t n = steps.code.n_insns + 1;
	steps.last = calloc(n, sizeof *steps.last);
	steps.moved = calloc(n, sizeof *steps.moved);
	assert_true(steps.last && steps.moved);
	steps.steps = steps.in_order = steps.scattered = 0;
	cache_clear();
	steps.wanted = 1;
	setitimer(ITIMER_REAL, &every, NULL);
	uint64_t end = clock_now_ns() + 60 * NS_PER_S;
	while ((steps.wanted || steps.on) && clock_now_ns() < end)
		turn();
	setitimer(ITIMER_REAL, &none, NULL);
	steps.wanted = 0;
	assert_false(steps.on);
	free(steps.last);
	free(steps.moved);
}

static int class_of_memory(struct measured *m)
{
	step_through();
	double n = COUNTED, in_order = (double)steps.in_order;
	double scattered = (double)steps.scattered;
	size_t used = strlen(m->text);
	snprintf(m->text + used, sizeof m->text - used,
		" lines in 1000 instructions: in order %.1f, scattered %.1f",
		1000 * in_order / n, 1000 * scattered / n);
	if (in_order + scattered < LINES_HOT * n)
		return WORK_COMPUTE;
	if (scattered > in_order / 4 && scattered >= LINES_HOT * n)
		return WORK_CHASE;
	return in_order >= LINES_HOT * n ? WORK_STREAM : WORK_COMPUTE;
}

static int class_of_calls(const double *calls)
{
	double all = 0;
	int most = WORK_FIRST_CALL;
	for (int w = WORK_FIRST_CALL; w < WORKS; w++) {
		all += calls[w];
		most = calls[w] > calls[most] ? w : most;
	}
	return calls[most] >= PREVAILS * all ? most : CLASS_MIXED;
}

/* The time of each coroutine, in the order they were made. */
struct times {
	double ns[COROUTINES], all;
	size_t n;
};

static void keep_time(void *data, const struct task_info *info)
{
	struct times *t = data;
	if (t->n < COROUTINES) {
		t->ns[t->n++] = (double)info->run_ns;
		t->all += (double)info->run_ns;
	}
}

static const struct door *door_of(const struct coroutine *co)
{
	static const struct door none;
	for (size_t i = 0; i < run.n_doors; i++) {
		if (run.doors[i].who == co)
			return &run.doors[i];
	}
	return &none;
}

/* -2: not seen at work. */
static int class_of_coroutine(const struct door *d, double ns, struct measured *m)
{
	double per_wait = d->waits > 0 ? ns / d->waits : ns > 0 ? 1e18 : 0;
	size_t used = strlen(m->text);
	if (per_wait < 1e17)
		snprintf(m->text + used, sizeof m->text - used, " run %.1f us",
			per_wait / 1000);
	else
		snprintf(m->text + used, sizeof m->text - used, " never waits");
	if (per_wait > LONG_NS)
		return class_of_memory(m);
	if (per_wait > SLICE_NS)
		return CLASS_MIXED;
	return d->waits > 0 ? class_of_calls(d->calls) : -2;
}

static void judge(const struct times *before, double spent, struct measured *m)
{
	struct times now = {0};
	double together[WORKS] = {0};
	bool serve_only = true, first = true;
	size_t i = 0;
	sched_each_task(keep_time, &now);
	/* The engine's times are by the clock; the rest of the machine is taken out. */
	double share = now.all > before->all ? spent / (now.all - before->all) : 1;
	share = share > 1 ? 1 : share;
	list_for_each (co, &run.plugin->coroutines, struct coroutine, link) {
		const struct door *d = door_of(co);
		double was = i < before->n ? before->ns[i] : 0;
		int class = class_of_coroutine(d, (now.ns[i] - was) * share, m);
		i++;
		if (class == -2)
			continue;
		serve_only = serve_only && class >= WORK_FIRST_CALL && class < WORKS;
		for (int w = 0; w < WORKS; w++)
			together[w] += d->calls[w];
		m->class = first || m->class == class ? class : CLASS_MIXED;
		first = false;
	}
	if (serve_only && !first)
		m->class = class_of_calls(together);
}

void measure(struct plugin *plugin, struct measured *out)
{
	struct ending ending = {0};
	struct plugin_error err;
	struct times before = {0};
	memset(&run, 0, sizeof run);
	*out = (struct measured){.class = -1};
	run.plugin = plugin;
	grant_all(plugin);
	put_doors(plugin);
	assert_int_equal(
		code_read(&steps.code, &plugin->image->elf, plugin->image->entry, &err),
		0);
	steps.text = (uintptr_t)plugin->mapping.base + plugin->image->elf.text_lo;
	assert_int_equal(plugin_start(plugin, note_ending, &ending), 0);
	watch(RUN_MIN_NS / 2, 50); /* what it does at first does not count */
	forget();
	sched_each_task(keep_time, &before);
	double spent = watch(RUN_MIN_NS, WAITS_MIN);
	assert_int_equal(ending.calls, 0);
	judge(&before, spent, out);
	plugin_kill(plugin);
	plugin_reap();
	for (size_t i = 0; i < run.n_services; i++)
		endpoint_close(run.services[i].end);
	code_free(&steps.code);
}
