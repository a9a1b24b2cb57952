/* The plugin that faults, in whatever way it is told. */
#include <osaas.h>
#include <osaas_std.h>

#include "tests/unit/plugins/fault.h"

OSAAS_MANIFEST("id = org.osaas.fault\n"
	       "name = Fault\n"
	       "version = 1\n"
	       "abi = 1.0\n"
	       "entry = fault_main\n"
	       "memory = 1M\n"
	       "want = test.host required: says what to do\n"
	       "want = test.peer optional: somebody to leave alone\n")

#define CASE __attribute__((noinline)) static void

static osaas_chan host;
static volatile uintptr_t sixteen = 16;
static volatile int zero;
static volatile int sum; /* counted up after a call, it keeps that from being a jump */
static char data[64] = {(char)0xc3};

CASE wild_read(void)
{
	sum = *(volatile int *)sixteen;
}

CASE wild_write(void)
{
	*(volatile int *)sixteen = 1;
}

__attribute__((noinline)) static int deep(int n)
{
	volatile char frame[256];
	frame[n % 256] = 1;
	return sixteen ? deep(n + 1) + frame[n % 256] : 0;
}

CASE overflow(void)
{
	sum = deep(0);
}

CASE hog(void)
{
	while (sixteen)
		sum ^= 1;
}

CASE leave(void)
{
	osaas_exit(3);
}

CASE division(void)
{
	sum = sum / zero;
}

CASE jump_null(void)
{
	((void (*)(void))(uintptr_t)zero)();
	sum++;
}

CASE jump_data(void)
{
	void (*volatile fn)(void) = (void (*)(void))(uintptr_t)data;
	fn();
	sum++;
}

CASE jump_wild(void)
{
	((void (*)(void))(sixteen << 56 | 0x1234))();
	sum++;
}

CASE aborting(void)
{
	abort();
}

CASE no_heap(void)
{
	for (;;) {
		volatile char *p = osaas_buf_alloc(65536);
		p[0] = 1;
	}
}

CASE by_memcpy(void)
{
	memcpy(data, (const void *)sixteen, sizeof data);
	sum++;
}

#ifdef __x86_64__
#define FLAG(bit)                                                                        \
	"pushfq\n\torq $" #bit ", (%%rsp)\n\tpopfq\n\t" /* the red zone is not in use */

CASE illegal(void)
{
	__asm__ volatile("ud2");
}

/* Instructions that no plugin has, in the middle of others. */
#define HIDDEN(name, bytes)                                                              \
	void name(void);                                                                 \
	__asm__(".text\n.local " #name "\n.type " #name ", @function\n" #name            \
		":\tmovl $" #bytes ", %eax\n\tret\n.size " #name ", .-" #name)

HIDDEN(hidden_int3, 0x9090c3cc);
HIDDEN(hidden_hlt, 0x9090c3f4);
HIDDEN(hidden_syscall, 0x90c3050f);
HIDDEN(hidden_int80, 0x90c380cd);

static void run_hidden(void (*code)(void), long number)
{
	__asm__ volatile("call *%1"
			 : "+a"(number)
			 : "r"((uintptr_t)code + 1)
			 : "rcx", "r11", "memory");
	sum += (int)number;
}

CASE breakpoint(void)
{
	run_hidden(hidden_int3, 0);
}

CASE halt(void)
{
	run_hidden(hidden_hlt, 0);
}

CASE call(void)
{
	run_hidden(hidden_syscall, 39);
	osaas_exit(42);
}

CASE call_32(void)
{
	run_hidden(hidden_int80, 20);
	osaas_exit(42);
}

CASE lost_stack(void)
{
	__asm__ volatile("movq $64, %%rsp\n\tpushq %%rax" ::: "memory");
}

CASE wild_stack(void)
{
	__asm__ volatile("movq %0, %%rsp\n\tcall *%1"
			 :
			 : "r"(sixteen << 56), "r"(osaas_yield)
			 : "memory");
}

/* An access that is not aligned is no fault, whoever has set the flag. */
CASE aligned(void)
{
	__asm__ volatile(FLAG(0x40000) "movl 1(%0), %%eax\n\tud2" : : "r"(data) : "rax");
}

CASE backwards(void)
{
	__asm__ volatile("std");
	wild_write();
	sum++;
}

CASE step(void)
{
	__asm__ volatile(FLAG(0x100) "nop\n\tnop" ::: "memory");
}

CASE unaligned(void)
{
	__asm__ volatile("movaps 1(%0), %%xmm0" : : "r"(data) : "xmm0");
}

/* Of the x87: emulators do not raise those of SSE. */
CASE rounding(void)
{
	static const unsigned short all = 0x340;
	__asm__ volatile("fldcw %0\n\tfldz\n\tfld1\n\tfdivp\n\tfwait" : : "m"(all));
}
#endif

CASE own_text(void)
{
	*(volatile char *)(uintptr_t)wild_read = 0;
}

static void wait(void *arg)
{
	struct osaas_msg m;
	osaas_recv(*(osaas_chan *)arg, &m);
}

static void write_later(void *arg)
{
	wild_write();
	sum++;
}

/* Others of it wait, or are ready, when one of them faults. */
CASE in_coroutine(void)
{
	static osaas_chan ends[2];
	osaas_pair(ends, 0);
	osaas_spawn(wait, &ends[0], 65536);
	osaas_spawn(write_later, NULL, 65536);
	osaas_spawn(wait, &ends[1], 65536);
	osaas_recv(host, &(struct osaas_msg){0});
}

static volatile char *gone;

/* Its buffer loses its pages behind its back. */
CASE wait_till_gone(void)
{
	struct osaas_msg m = {.type = FAULT_READY};
	gone = osaas_buf_alloc(4096);
	m.u.u64[0] = (uintptr_t)gone;
	osaas_send(host, &m);
	osaas_recv(host, &m);
}

CASE touch_gone(void)
{
	wait_till_gone();
	gone[0] = 1;
}

CASE give_gone(void)
{
	wait_till_gone();
	osaas_send(host, (const struct osaas_msg *)(uintptr_t)gone);
	for (;;)
		osaas_yield(); /* not reached: the call does not come back */
}

static void (*const cases[])(void) = {
	[FAULT_WILD_READ] = wild_read,
	[FAULT_WILD_WRITE] = wild_write,
	[FAULT_DEEP] = overflow,
	[FAULT_DIVISION] = division,
	[FAULT_JUMP_NULL] = jump_null,
	[FAULT_JUMP_DATA] = jump_data,
	[FAULT_JUMP_WILD] = jump_wild,
	[FAULT_ABORT] = aborting,
	[FAULT_NO_HEAP] = no_heap,
	[FAULT_EXIT] = leave,
	[FAULT_MEMCPY] = by_memcpy,
	[FAULT_OWN_TEXT] = own_text,
	[FAULT_COROUTINE] = in_coroutine,
	[FAULT_HOG] = hog,
	[FAULT_GONE] = touch_gone,
	[FAULT_GONE_TO_HOST] = give_gone,
#ifdef __x86_64__
	[FAULT_ILLEGAL] = illegal,
	[FAULT_BREAKPOINT] = breakpoint,
	[FAULT_HALT] = halt,
	[FAULT_LOST_STACK] = lost_stack,
	[FAULT_WILD_STACK] = wild_stack,
	[FAULT_ALIGNED] = aligned,
	[FAULT_BACKWARDS] = backwards,
	[FAULT_STEP] = step,
	[FAULT_UNALIGNED] = unaligned,
	[FAULT_ROUNDING] = rounding,
	[FAULT_CALL] = call,
	[FAULT_CALL_32] = call_32,
#endif
};

OSAAS_EXPORT void fault_main(void);
void fault_main(void)
{
	struct osaas_msg m;
	osaas_chan ends[2];
	host = osaas_cap("test.host");
	osaas_pair(ends, 4);
	osaas_send(ends[0], &(struct osaas_msg){.buf = osaas_buf_alloc(100)});
	osaas_printf(OSAAS_LOG_DEBUG, "about to do what I am told");
	if (osaas_recv(host, &m) == 0)
		cases[m.type]();
	sum++;
}
