#include "sched/switch.h"

#include <asm/sigcontext.h>
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

uintptr_t switch_fp(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.regs[29];
}

uintptr_t switch_link(const ucontext_t *uc, bool jumped)
{
	return !jumped ? 0 : (uintptr_t)uc->uc_mcontext.regs[30];
}

void switch_skip(ucontext_t *uc, void (*to)(void))
{
	uc->uc_mcontext.pc = (uintptr_t)to;
	uc->uc_mcontext.pstate &= ~PSTATE_BTYPE;
}

/* Of svc, by a kernel that traps it. */
void switch_rewind(ucontext_t *uc)
{
	uc->uc_mcontext.pc -= 4;
}

bool switch_calm(ucontext_t *uc, int sig, int code, bool own)
{
	(void)uc, (void)sig, (void)code, (void)own;
	return false;
}

/* Arm ARM, ESR_ELx: the class in bits 26 to 31; WnR is bit 6 of a data abort's. */
enum fault_access switch_access(const ucontext_t *uc)
{
	const uint8_t *at = uc->uc_mcontext.__reserved;
	const uint8_t *end = at + sizeof uc->uc_mcontext.__reserved;
	struct esr_context record;
	while ((size_t)(end - at) >= sizeof record) {
		memcpy(&record, at, sizeof record);
		if (record.head.magic == ESR_MAGIC) {
			uint64_t class = record.esr >> 26 & 0x3f;
			return class == 0x20       ? FAULT_FETCH
			       : class != 0x24     ? FAULT_UNKNOWN
			       : record.esr & 0x40 ? FAULT_WRITE
						   : FAULT_READ;
		}
		if (record.head.magic == 0 || record.head.size < sizeof record.head)
			break;
		at += record.head.size;
	}
	return FAULT_UNKNOWN;
}

unsigned switch_registers(const ucontext_t *uc, uint64_t out[FAULT_REGISTERS])
{
	const mcontext_t *m = &uc->uc_mcontext;
	out[0] = m->pc;
	out[1] = m->sp;
	for (unsigned i = 0; i < 31; i++)
		out[2 + i] = m->regs[i];
	out[33] = m->pstate;
	return 34;
}

const char *fault_register_name(unsigned i)
{
	static const char *const names[FAULT_REGISTERS] = {"pc", "sp", "x0", "x1", "x2",
		"x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
		"x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
		"x24", "x25", "x26", "x27", "x28", "x29", "x30", "pstate"};
	return i < FAULT_REGISTERS ? names[i] : "?";
}

/* bl, or blr. */
bool switch_called(uintptr_t pc)
{
	uint32_t insn;
	memcpy(&insn, (const void *)(pc - 4), sizeof insn);
	return insn >> 26 == 0x25 || (insn & 0xfffffc1f) == 0xd63f0000;
}
