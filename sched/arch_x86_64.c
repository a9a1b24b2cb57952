#include "sched/switch.h"

#include <cpuid.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "util/log.h"

#define RED_ZONE 128
/* Saved by the trampoline besides the vector state: pc, flags, 15 registers, alignment. */
#define GPR_AREA (17 * 8 + 64)
/* For preempt_taken and what it calls. */
#define CALL_AREA 2048
/* x87, SSE, AVX, AVX-512. Not PKRU (it is the host's) and not AMX (nobody asked for it). */
#define VECTOR_STATE 0xe7u

/* In switch_x86_64.S. */
int switch_compare(void **save, void *to, const int *answer);
int switch_load(void **save, void *to, const int *answer);
void switch_entry(void);
void switch_trampoline(void);
extern const char switch_trampoline_taken[];

int (*switch_to)(void **save, void *to, const int *answer) = switch_compare;

/* As switch_to saves it. */
struct frame {
	const int *answer;
	uint32_t mxcsr, x87cw;
	uint64_t r15, r14, r13, r12, rbx, rbp, pc;
};

/* Read by switch_x86_64.S. */
extern uint64_t switch_xsave_size;
extern uint32_t switch_xsave_mask;
extern uint32_t switch_save;
uint64_t switch_xsave_size = 512;
uint32_t switch_xsave_mask;
uint32_t switch_save; /* 0: fxsave, 1: xsave, 2: xsavec */

static uint32_t read_xcr0(void)
{
	uint32_t lo, hi;
	__asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return lo;
}

/* Intel SDM vol. 1, 13.2, 13.4.2 and 13.4.3: area sizes by CPUID leaf 0xd. */
static void add_component(unsigned i)
{
	unsigned size, offset, c, d;
	__cpuid_count(0xd, i, size, offset, c, d);
	if (switch_save == 1) {
		if (offset + size > switch_xsave_size)
			switch_xsave_size = offset + size;
		return;
	}
	if (c & 2)
		switch_xsave_size = (switch_xsave_size + 63) & ~UINT64_C(63);
	switch_xsave_size += size;
}

/* XSAVEC leaves out what is not in use. QEMU's TCG lacks it. */
static void probe_xsave(void)
{
	unsigned a, b, c, d;
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE))
		return;
	switch_save = 1;
	if (__get_cpuid_count(0xd, 1, &a, &b, &c, &d) && (a & 2))
		switch_save = 2;
	switch_xsave_mask = read_xcr0() & VECTOR_STATE;
	switch_xsave_size = 512 + 64;
	for (unsigned i = 2; i < 32; i++) {
		if (switch_xsave_mask & (1u << i))
			add_component(i);
	}
}

static bool is_amd(void)
{
	unsigned a, b, c, d;
	return __get_cpuid(0, &a, &b, &c, &d) && b == signature_AMD_ebx;
}

int switch_init(void)
{
	probe_xsave();
	switch_to = is_amd() ? switch_load : switch_compare;
	log_debug("preemption saves %u bytes of vector state (mask %#x)",
		(unsigned)switch_xsave_size, switch_xsave_mask);
	return 0;
}

void *switch_make(void *stack_top, void (*fn)(void *arg), void *arg)
{
	static const int unused;
	struct frame *frame = (void *)((char *)stack_top - 64 - sizeof *frame);
	*frame = (struct frame){
		.answer = &unused,
		.mxcsr = 0x1f80,
		.x87cw = 0x037f,
		.rbx = (uintptr_t)fn,
		.rbp = (uintptr_t)arg,
		.pc = (uintptr_t)switch_entry,
	};
	return frame;
}

uintptr_t switch_pc(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
}

uintptr_t switch_sp(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
}

size_t switch_divert_need(void)
{
	return RED_ZONE + GPR_AREA + switch_xsave_size + 64 + CALL_AREA;
}

void switch_divert(ucontext_t *uc)
{
	greg_t *r = uc->uc_mcontext.gregs;
	uintptr_t sp = (uintptr_t)r[REG_RSP] - RED_ZONE - 8;
	memcpy((void *)sp, &r[REG_RIP], 8);
	r[REG_RSP] = (greg_t)sp;
	r[REG_RIP] = (greg_t)(uintptr_t)switch_trampoline;
}

bool switch_is_diverted(const ucontext_t *uc)
{
	uintptr_t pc = switch_pc(uc);
	return pc >= (uintptr_t)switch_trampoline &&
	       pc < (uintptr_t)switch_trampoline_taken;
}

void switch_redirect(ucontext_t *uc, void (*fn)(void), void *stack_top)
{
	greg_t *r = uc->uc_mcontext.gregs;
	r[REG_RSP] = (greg_t)(((uintptr_t)stack_top & ~(uintptr_t)15) - 8);
	r[REG_RIP] = (greg_t)(uintptr_t)fn;
	r[REG_EFL] = 0x202;
	/* x87 registers it left in use would be missing from the ABI's empty stack. */
	uc->uc_mcontext.fpregs->cwd = 0x37f;
	uc->uc_mcontext.fpregs->swd = 0;
	uc->uc_mcontext.fpregs->ftw = 0;
	uc->uc_mcontext.fpregs->mxcsr = 0x1f80;
}

uintptr_t switch_fp(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.gregs[REG_RBP];
}

__attribute__((no_sanitize("address"))) uintptr_t switch_link(
	const ucontext_t *uc, bool jumped)
{
	(void)jumped;
	return *(const uintptr_t *)switch_sp(uc);
}

void switch_skip(ucontext_t *uc, void (*to)(void))
{
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)to;
}

/* syscall and int $0x80 have two bytes; the kernel has put the number back. */
void switch_rewind(ucontext_t *uc)
{
	uc->uc_mcontext.gregs[REG_RIP] -= 2;
}

#define EFLAGS_TF 0x100
#define EFLAGS_AC 0x40000

bool switch_calm(ucontext_t *uc, int sig, int code, bool own)
{
	greg_t *flags = &uc->uc_mcontext.gregs[REG_EFL], flag = 0;
	if (sig == SIGBUS && code == BUS_ADRALN)
		flag = EFLAGS_AC;
	else if (sig == SIGTRAP && code == TRAP_TRACE && !own)
		flag = EFLAGS_TF;
	bool is = *flags & flag;
	*flags &= ~flag;
	return is;
}

/* Intel SDM vol. 3, 4.7: the error code of a page fault. */
enum fault_access switch_access(const ucontext_t *uc)
{
	greg_t err = uc->uc_mcontext.gregs[REG_ERR];
	if (uc->uc_mcontext.gregs[REG_TRAPNO] != 14)
		return FAULT_UNKNOWN;
	return err & 0x10 ? FAULT_FETCH : err & 2 ? FAULT_WRITE : FAULT_READ;
}

static const struct {
	const char *name;
	int reg;
} registers[] = {
	{"rip", REG_RIP},
	{"rsp", REG_RSP},
	{"rbp", REG_RBP},
	{"rax", REG_RAX},
	{"rbx", REG_RBX},
	{"rcx", REG_RCX},
	{"rdx", REG_RDX},
	{"rsi", REG_RSI},
	{"rdi", REG_RDI},
	{"r8", REG_R8},
	{"r9", REG_R9},
	{"r10", REG_R10},
	{"r11", REG_R11},
	{"r12", REG_R12},
	{"r13", REG_R13},
	{"r14", REG_R14},
	{"r15", REG_R15},
	{"eflags", REG_EFL},
};
#define REGISTERS (sizeof registers / sizeof *registers)

unsigned switch_registers(const ucontext_t *uc, uint64_t out[FAULT_REGISTERS])
{
	for (size_t i = 0; i < REGISTERS; i++)
		out[i] = (uint64_t)uc->uc_mcontext.gregs[registers[i].reg];
	return REGISTERS;
}

const char *fault_register_name(unsigned i)
{
	return i < REGISTERS ? registers[i].name : "?";
}

/* call rel32, or ff /2 with its operand in 2 to 7 bytes. */
bool switch_called(uintptr_t pc)
{
	const uint8_t *p = (const uint8_t *)pc;
	if (p[-5] == 0xe8)
		return true;
	for (int n = 2; n <= 7; n++) {
		if (p[-n] == 0xff && (p[1 - n] & 0x38) == 0x10)
			return true;
	}
	return false;
}
