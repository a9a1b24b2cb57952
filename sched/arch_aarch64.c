#include "sched/switch.h"

#include <string.h>
#include <sys/auxv.h>

#include "util/log.h"

/* Saved by the trampoline besides the vector state: x0 to x30, pc, flags, control words. */
#define GPR_AREA 272
/* v0 to v31, where there is no SVE. */
#define NEON_AREA 512
/* For preempt_taken and what it calls. */
#define CALL_AREA 2048
/* What an interrupted indirect branch has left for a landing pad, and the flags. */
#define PSTATE_BTYPE UINT64_C(0x00000c00)
#define PSTATE_NZCV  UINT64_C(0xf0000000)

/* In switch_aarch64.S. */
void switch_entry(void);
void switch_trampoline(void);
extern const char switch_trampoline_taken[];
unsigned long switch_sve_length(void);

/* As switch_to saves it. */
struct frame {
	uint64_t x19, x20, x21_x29[9];
	uint64_t pc;
	uint64_t d8_d15[8];
	uint64_t fpcr;
	const int *answer;
};

/* Bytes of SVE state, 0 without SVE. Read by switch_aarch64.S. */
extern uint64_t switch_sve_size;
uint64_t switch_sve_size;

/*
 * z0 to z31, p0 to p15 and ffr; a p register has a bit for each byte of a z
 * register. SME is not supported: a task in streaming mode has another length
 * and no ffr, and ZA is not saved. Linux starts a process outside of it.
 */
static void probe_sve(void)
{
	switch_sve_size = 0;
	if (!(getauxval(AT_HWCAP) & HWCAP_SVE))
		return;
	uint64_t z = switch_sve_length(), p = z / 8;
	switch_sve_size = (32 * z + 17 * p + 15) & ~UINT64_C(15);
}

int switch_init(void)
{
	probe_sve();
	log_debug("preemption saves %u bytes of vector state (%s)",
		switch_sve_size ? (unsigned)switch_sve_size : NEON_AREA,
		switch_sve_size ? "SVE" : "no SVE");
	return 0;
}

void *switch_make(void *stack_top, void (*fn)(void *arg), void *arg)
{
	static const int unused;
	struct frame *frame = (void *)((char *)stack_top - 64 - sizeof *frame);
	*frame = (struct frame){
		.answer = &unused,
		.x19 = (uintptr_t)fn,
		.x20 = (uintptr_t)arg,
		.pc = (uintptr_t)switch_entry,
	};
	return frame;
}

uintptr_t switch_pc(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.pc;
}

/* The CPU takes no access by an sp that is not a multiple of 16: that is no stack at all. */
uintptr_t switch_sp(const ucontext_t *uc)
{
	uintptr_t sp = (uintptr_t)uc->uc_mcontext.sp;
	return sp % 16 ? 0 : sp;
}

size_t switch_divert_need(void)
{
	return GPR_AREA + CALL_AREA + (switch_sve_size ? switch_sve_size : NEON_AREA);
}

void switch_divert(ucontext_t *uc)
{
	mcontext_t *m = &uc->uc_mcontext;
	m->regs[18] = m->pc;
	m->pc = (uintptr_t)switch_trampoline;
	m->pstate &= ~PSTATE_BTYPE;
}

bool switch_is_diverted(const ucontext_t *uc)
{
	uintptr_t pc = switch_pc(uc);
	return pc >= (uintptr_t)switch_trampoline &&
	       pc < (uintptr_t)switch_trampoline_taken;
}

void switch_redirect(ucontext_t *uc, void (*fn)(void), void *stack_top)
{
	mcontext_t *m = &uc->uc_mcontext;
	m->sp = (uintptr_t)stack_top & ~(uintptr_t)15;
	m->pc = (uintptr_t)fn;
	m->regs[29] = m->regs[30] = 0;
	m->pstate &= ~(PSTATE_BTYPE | PSTATE_NZCV);
}
