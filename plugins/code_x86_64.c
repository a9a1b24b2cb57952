#include <capstone/capstone.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/code.h"
#include "plugins/code_known.h"
#include "util/library.h"
#include "util/sonames.h"

/* Three megabytes that nobody needs after the check. */
#define CAPSTONE(X)                                                                      \
	X(cs_close)                                                                      \
	X(cs_disasm_iter)                                                                \
	X(cs_free)                                                                       \
	X(cs_malloc)                                                                     \
	X(cs_open)                                                                       \
	X(cs_option)
LIBRARY(capstone, "checking a plugin", SONAME_CAPSTONE, "libcapstone4", CAPSTONE)

struct code_decoder {
	csh handle;
	cs_insn *insn;
	struct code_known *known;
};

/* Numbered as the CPU does, from 1 on. */
#define RAX              1
#define RSP              5
#define EACH(n, a, b, c) [X86_REG_##a] = n, [X86_REG_##b] = n, [X86_REG_##c] = n
#define HIGH(n, name)                                                                    \
	[X86_REG_##name] = n, [X86_REG_##name##D] = n, [X86_REG_##name##W] = n,          \
	[X86_REG_##name##B] = n
static const uint8_t numbers[X86_REG_ENDING] = {
	[X86_REG_AL] = 1,
	[X86_REG_AH] = 1,
	EACH(1, AX, EAX, RAX),
	[X86_REG_CL] = 2,
	[X86_REG_CH] = 2,
	EACH(2, CX, ECX, RCX),
	[X86_REG_DL] = 3,
	[X86_REG_DH] = 3,
	EACH(3, DX, EDX, RDX),
	[X86_REG_BL] = 4,
	[X86_REG_BH] = 4,
	EACH(4, BX, EBX, RBX),
	[X86_REG_SPL] = 5,
	EACH(5, SP, ESP, RSP),
	[X86_REG_BPL] = 6,
	EACH(6, BP, EBP, RBP),
	[X86_REG_SIL] = 7,
	EACH(7, SI, ESI, RSI),
	[X86_REG_DIL] = 8,
	EACH(8, DI, EDI, RDI),
	HIGH(9, R8),
	HIGH(10, R9),
	HIGH(11, R10),
	HIGH(12, R11),
	HIGH(13, R12),
	HIGH(14, R13),
	HIGH(15, R14),
	HIGH(16, R15),
	[X86_REG_RIP] = CODE_PC,
	[X86_REG_EIP] = CODE_PC,
};

const struct code_cpu code_cpu = {
	.stack = RSP,
	.result = RAX,
	.arguments = {8, 7, 3, 2, 9, 10},
};

#define SYSTEM                                                                           \
	"a plugin has no system calls: ask on a channel (osaas_send), or osaas_now for " \
	"the time"
#define PRIVILEGED "only a kernel may do that: compute and use channels"
#define KEYS       "it changes memory protection, which is the session's: take it out"
#define SEGMENT                                                                          \
	"it touches the session's thread data: no __thread, and -fno-stack-protector"
#define FAR "it leaves the program's segment: use plain calls"

static const struct forbidden {
	unsigned id;
	const char *why;
} forbidden[] = {
	{X86_INS_SYSCALL, SYSTEM},
	{X86_INS_SYSENTER, SYSTEM},
	{X86_INS_SYSEXIT, SYSTEM},
	{X86_INS_SYSRET, SYSTEM},
	{X86_INS_INT, SYSTEM},
	{X86_INS_INTO, SYSTEM},
	{X86_INS_INT1, PRIVILEGED},
	{X86_INS_HLT, PRIVILEGED},
	{X86_INS_IN, PRIVILEGED},
	{X86_INS_INSB, PRIVILEGED},
	{X86_INS_INSW, PRIVILEGED},
	{X86_INS_INSD, PRIVILEGED},
	{X86_INS_OUT, PRIVILEGED},
	{X86_INS_OUTSB, PRIVILEGED},
	{X86_INS_OUTSW, PRIVILEGED},
	{X86_INS_OUTSD, PRIVILEGED},
	{X86_INS_CLI, PRIVILEGED},
	{X86_INS_STI, PRIVILEGED},
	{X86_INS_CLAC, PRIVILEGED},
	{X86_INS_STAC, PRIVILEGED},
	{X86_INS_CLTS, PRIVILEGED},
	{X86_INS_CLGI, PRIVILEGED},
	{X86_INS_STGI, PRIVILEGED},
	{X86_INS_LGDT, PRIVILEGED},
	{X86_INS_LIDT, PRIVILEGED},
	{X86_INS_LLDT, PRIVILEGED},
	{X86_INS_LTR, PRIVILEGED},
	{X86_INS_LMSW, PRIVILEGED},
	{X86_INS_SGDT, PRIVILEGED},
	{X86_INS_SIDT, PRIVILEGED},
	{X86_INS_SLDT, PRIVILEGED},
	{X86_INS_STR, PRIVILEGED},
	{X86_INS_SMSW, PRIVILEGED},
	{X86_INS_INVD, PRIVILEGED},
	{X86_INS_INVLPG, PRIVILEGED},
	{X86_INS_INVLPGA, PRIVILEGED},
	{X86_INS_INVPCID, PRIVILEGED},
	{X86_INS_INVEPT, PRIVILEGED},
	{X86_INS_INVVPID, PRIVILEGED},
	{X86_INS_WBINVD, PRIVILEGED},
	{X86_INS_RDMSR, PRIVILEGED},
	{X86_INS_WRMSR, PRIVILEGED},
	{X86_INS_RDPMC, PRIVILEGED},
	{X86_INS_MONITOR, PRIVILEGED},
	{X86_INS_MWAIT, PRIVILEGED},
	{X86_INS_SKINIT, PRIVILEGED},
	{X86_INS_RSM, PRIVILEGED},
	{X86_INS_GETSEC, PRIVILEGED},
	{X86_INS_ENCLS, PRIVILEGED},
	{X86_INS_ENCLU, PRIVILEGED},
	{X86_INS_SWAPGS, PRIVILEGED},
	{X86_INS_XSETBV, PRIVILEGED},
	{X86_INS_VMCALL, PRIVILEGED},
	{X86_INS_VMCLEAR, PRIVILEGED},
	{X86_INS_VMFUNC, PRIVILEGED},
	{X86_INS_VMLAUNCH, PRIVILEGED},
	{X86_INS_VMLOAD, PRIVILEGED},
	{X86_INS_VMMCALL, PRIVILEGED},
	{X86_INS_VMPTRLD, PRIVILEGED},
	{X86_INS_VMPTRST, PRIVILEGED},
	{X86_INS_VMREAD, PRIVILEGED},
	{X86_INS_VMRESUME, PRIVILEGED},
	{X86_INS_VMRUN, PRIVILEGED},
	{X86_INS_VMSAVE, PRIVILEGED},
	{X86_INS_VMWRITE, PRIVILEGED},
	{X86_INS_VMXOFF, PRIVILEGED},
	{X86_INS_VMXON, PRIVILEGED},
	{X86_INS_XRSTOR, KEYS},
	{X86_INS_XRSTOR64, KEYS},
	{X86_INS_XRSTORS, KEYS},
	{X86_INS_XRSTORS64, KEYS},
	{X86_INS_WRFSBASE, SEGMENT},
	{X86_INS_WRGSBASE, SEGMENT},
	{X86_INS_LFS, SEGMENT},
	{X86_INS_LGS, SEGMENT},
	{X86_INS_LSS, SEGMENT},
	{X86_INS_LDS, SEGMENT},
	{X86_INS_LES, SEGMENT},
	{X86_INS_LJMP, FAR},
	{X86_INS_LCALL, FAR},
	{X86_INS_RETF, FAR},
	{X86_INS_RETFQ, FAR},
	{X86_INS_IRET, FAR},
	{X86_INS_IRETD, FAR},
	{X86_INS_IRETQ, FAR},
};

/* By instruction: its row of the table, made once; a search for each would be felt. */
static const char *forbids(unsigned id)
{
	static const char *by_id[X86_INS_ENDING];
	if (!by_id[X86_INS_SYSCALL]) {
		for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
			by_id[forbidden[i].id] = forbidden[i].why;
	}
	return id < X86_INS_ENDING ? by_id[id] : NULL;
}

int code_decoder_create(struct code_decoder **out)
{
	struct code_decoder *d = calloc(1, sizeof *d);
	int r = d ? library_load(&library_capstone) : -ENOMEM;
	if (r < 0) {
		free(d);
		return r;
	}
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &d->handle) == CS_ERR_OK) {
		cs_option(d->handle, CS_OPT_DETAIL, CS_OPT_ON);
		d->insn = cs_malloc(d->handle);
		d->known = code_known_create();
	}
	if (!d->insn || !d->known) {
		code_decoder_destroy(d);
		return -ENOMEM;
	}
	*out = d;
	return 0;
}

void code_decoder_destroy(struct code_decoder *d)
{
	if (!d)
		return;
	if (d->insn)
		cs_free(d->insn, 1);
	if (d->handle)
		cs_close(&d->handle);
	library_unload(&library_capstone);
	code_known_destroy(d->known);
	free(d);
}

const char *code_mnemonic(const struct code_decoder *d)
{
	return d->insn->mnemonic;
}

static bool is_segment(unsigned reg)
{
	return reg == X86_REG_FS || reg == X86_REG_GS || reg == X86_REG_SS ||
	       reg == X86_REG_DS || reg == X86_REG_ES || reg == X86_REG_CS;
}

static bool is_control(unsigned reg)
{
	return (reg >= X86_REG_CR0 && reg <= X86_REG_CR15) ||
	       (reg >= X86_REG_DR0 && reg <= X86_REG_DR15);
}

static bool is_float(unsigned reg)
{
	return (reg >= X86_REG_XMM0 && reg <= X86_REG_ZMM31) ||
	       (reg >= X86_REG_MM0 && reg <= X86_REG_MM7) ||
	       (reg >= X86_REG_ST0 && reg <= X86_REG_ST7);
}

static bool is_idle(unsigned id)
{
	return id == X86_INS_NOP || id == X86_INS_ENDBR64 || id == X86_INS_ENDBR32 ||
	       id == X86_INS_PAUSE;
}

static void keep_imm(struct code_insn *out, int64_t imm)
{
	out->imm = (int32_t)imm;
	out->wide = imm != out->imm;
}

static void keep_memory(struct code_insn *out, const cs_insn *in, const cs_x86_op *op,
	const struct code *code)
{
	out->base = numbers[op->mem.base];
	out->index = numbers[op->mem.index];
	out->scale = (uint8_t)op->mem.scale;
	out->width = op->size;
	out->disp = (int32_t)op->mem.disp;
	if (out->base == CODE_PC) {
		uint64_t to = in->address + in->size + (uint64_t)op->mem.disp;
		out->target = to < CODE_NOWHERE ? (uint32_t)to : CODE_NOWHERE;
	}
	if (in->id == X86_INS_LEA || out->unit == CODE_IDLE)
		return;
	out->access |= op->access & CS_AC_WRITE ? CODE_WRITES : 0;
	out->access |=
		!(op->access & CS_AC_WRITE) || op->access & CS_AC_READ ? CODE_READS : 0;
	(void)code;
}

static const char *keep_register(struct code_insn *out, const cs_x86_op *op, int i)
{
	bool writes = op->access & CS_AC_WRITE;
	uint8_t n = numbers[op->reg];
	if (is_control(op->reg))
		return PRIVILEGED;
	if (is_segment(op->reg) && (writes || i == 0))
		return SEGMENT;
	if (is_float(op->reg))
		out->unit = CODE_FLOAT;
	if (writes && n)
		out->writes |= 1u << n;
	if (i == 0)
		out->dst = n;
	else
		out->src = n;
	return NULL;
}

/* The operands; what forbids one, or NULL. */
static const char *keep_operands(
	struct code_insn *out, const cs_insn *in, const struct code *code)
{
	const cs_x86 *x = &in->detail->x86;
	const char *why = NULL;
	for (int i = 0; i < x->op_count && !why; i++) {
		const cs_x86_op *op = &x->operands[i];
		if (op->type == X86_OP_REG)
			why = keep_register(out, op, i);
		else if (op->type == X86_OP_IMM)
			keep_imm(out, op->imm);
		else if (op->type == X86_OP_MEM)
			keep_memory(out, in, op, code);
		bool theirs =
			op->type == X86_OP_MEM &&
			(op->mem.segment == X86_REG_FS || op->mem.segment == X86_REG_GS);
		if (theirs && in->id != X86_INS_LEA && !is_idle(in->id))
			why = SEGMENT;
	}
	for (int i = 0; i < in->detail->regs_write_count; i++)
		out->writes |= 1u << numbers[in->detail->regs_write[i]];
	out->writes &= ~1u;
	return why;
}

static bool has_memory(const struct code_insn *i)
{
	return i->base || i->index || i->access;
}

static uint8_t op_of_move(const struct code_insn *out, const cs_x86 *x)
{
	if (x->op_count == 2 && x->operands[0].type == X86_OP_MEM)
		return CODE_STORE;
	if (has_memory(out))
		return CODE_LOAD;
	return out->src ? CODE_COPY : CODE_CONST;
}

static uint8_t op_of_sum(struct code_insn *out, const cs_x86 *x, bool minus)
{
	if (x->operands[0].type == X86_OP_MEM)
		return CODE_STORE;
	if (has_memory(out))
		return CODE_OTHER;
	if (out->src && minus && out->src == out->dst) {
		out->imm = 0;
		out->src = 0;
		return CODE_CONST;
	}
	if (out->src)
		return CODE_SUM;
	out->imm = minus ? -out->imm : out->imm;
	return CODE_ADD;
}

static uint8_t op_of_step(struct code_insn *out, int step)
{
	out->imm = step;
	return out->dst ? CODE_ADD : CODE_STORE;
}

static uint8_t op_of_xor(struct code_insn *out)
{
	if (!out->dst || has_memory(out) || out->src != out->dst)
		return CODE_OTHER;
	out->src = 0;
	out->imm = 0;
	return CODE_CONST;
}

static uint8_t op_of_test(struct code_insn *out)
{
	if (out->src == out->dst) {
		out->src = 0;
		out->imm = 0;
	}
	return CODE_COMPARE;
}

/* By a constant: imm becomes the factor. By a register: what comes out is no multiple. */
static uint8_t op_of_scale(struct code_insn *out, const cs_insn *in)
{
	const cs_x86 *x = &in->detail->x86;
	if (has_memory(out) || x->op_count < 2 ||
		x->operands[x->op_count - 1].type != X86_OP_IMM)
		return CODE_OTHER;
	if (in->id == X86_INS_SHL || in->id == X86_INS_SAL)
		out->imm = 1 << (out->imm & 30);
	else if (in->id != X86_INS_IMUL)
		out->imm = 1; /* shifted down or masked: at most as fast */
	return CODE_SCALE;
}

static uint8_t op_of(struct code_insn *out, const cs_insn *in)
{
	const cs_x86 *x = &in->detail->x86;
	bool memory = has_memory(out);
	switch (in->id) {
	case X86_INS_MOV:
	case X86_INS_MOVABS:
	case X86_INS_MOVZX:
	case X86_INS_MOVSX:
	case X86_INS_MOVSXD:
		return op_of_move(out, x);
	case X86_INS_LEA:
		return CODE_ADDRESS;
	case X86_INS_ADD:
		return op_of_sum(out, x, false);
	case X86_INS_SUB:
		return op_of_sum(out, x, true);
	case X86_INS_INC:
		return op_of_step(out, 1);
	case X86_INS_DEC:
		return op_of_step(out, -1);
	case X86_INS_SHL:
	case X86_INS_SAL:
	case X86_INS_SHR:
	case X86_INS_SAR:
	case X86_INS_IMUL:
	case X86_INS_AND:
		return op_of_scale(out, in);
	case X86_INS_XOR:
		return op_of_xor(out);
	case X86_INS_OR:
		return !memory && !out->src && out->imm == -1 ? CODE_CONST : CODE_OTHER;
	case X86_INS_CDQE:
		out->dst = out->src = RAX;
		return CODE_COPY;
	case X86_INS_CMP:
		return CODE_COMPARE;
	case X86_INS_TEST:
		return op_of_test(out);
	case X86_INS_PUSH:
		return CODE_PUSH;
	case X86_INS_POP:
		return CODE_POP;
	}
	if (in->id >= X86_INS_CMOVA && in->id <= X86_INS_CMOVS && !memory)
		return CODE_CHOOSE;
	if (out->access == CODE_WRITES)
		return CODE_STORE;
	return CODE_OTHER;
}

static bool in_group(const cs_insn *in, uint8_t group)
{
	for (int i = 0; i < in->detail->groups_count; i++) {
		if (in->detail->groups[i] == group)
			return true;
	}
	return false;
}

static uint8_t flow_of(const cs_insn *in)
{
	switch (in->id) {
	case X86_INS_JMP:
		return CODE_JUMP;
	case X86_INS_CALL:
		return CODE_CALL;
	case X86_INS_RET:
		return CODE_RETURN;
	case X86_INS_UD0:
	case X86_INS_UD2:
	case X86_INS_UD2B:
	case X86_INS_INT3:
		return CODE_STOP;
	case X86_INS_LOOP:
	case X86_INS_LOOPE:
	case X86_INS_LOOPNE:
	case X86_INS_JCXZ:
	case X86_INS_JECXZ:
	case X86_INS_JRCXZ:
	case X86_INS_XBEGIN:
		return CODE_BRANCH;
	}
	return in_group(in, CS_GRP_JUMP) ? CODE_BRANCH : CODE_NEXT;
}

/* Where it goes, if that is in the instruction: in the text, or it is refused. */
static const char *keep_target(
	struct code_insn *out, const cs_insn *in, const struct code *code)
{
	const cs_x86 *x = &in->detail->x86;
	if (out->flow == CODE_NEXT || out->flow == CODE_STOP || out->flow == CODE_RETURN)
		return NULL;
	if (x->op_count == 0 || x->operands[0].type != X86_OP_IMM) {
		if (out->base != CODE_PC)
			out->target = CODE_NOWHERE;
		return NULL;
	}
	uint64_t to = (uint64_t)x->operands[0].imm - code->elf->text_lo;
	out->target = to < code->size ? (uint32_t)to : CODE_NOWHERE;
	return to < code->size
		       ? NULL
		       : "it goes to where this plugin has no code: build it again";
}

/* Kinds of which the CPU repeats one access for each element. */
static bool repeats(const cs_insn *in)
{
	uint8_t prefix = in->detail->x86.prefix[0];
	return (prefix == X86_PREFIX_REP || prefix == X86_PREFIX_REPNE) &&
	       in->id != X86_INS_RET && in->id != X86_INS_NOP && in->id != X86_INS_PAUSE;
}

static bool sets_control(unsigned id)
{
	switch (id) {
	case X86_INS_FLDCW:
	case X86_INS_FLDENV:
	case X86_INS_FNINIT:
	case X86_INS_FNSAVE:
	case X86_INS_FNSTENV:
	case X86_INS_FRSTOR:
	case X86_INS_FXRSTOR:
	case X86_INS_FXRSTOR64:
	case X86_INS_LDMXCSR:
	case X86_INS_VLDMXCSR:
		return true;
	default:
		return false;
	}
}

size_t code_decode(struct code_decoder *d, const struct code *code, struct code_insn *out,
	const char **why)
{
	const uint8_t *bytes = code->text + out->at;
	size_t left = code->size - out->at;
	uint64_t address = code->elf->text_lo + out->at;
	*why = NULL;
	size_t known = code_known_find(d->known, code, out);
	if (known)
		return known;
	if (!cs_disasm_iter(d->handle, &bytes, &left, &address, d->insn))
		return 0;
	const cs_insn *in = d->insn;
	*out = (struct code_insn){.at = out->at, .target = CODE_NOWHERE};
	out->size = (uint8_t)in->size;
	out->flow = flow_of(in);
	out->unit = is_idle(in->id) ? CODE_IDLE : CODE_INTEGER;
	out->control = sets_control(in->id);
	const char *operand = keep_operands(out, in, code);
	out->op = op_of(out, in);
	out->access |= out->access && repeats(in) ? CODE_REPEAT : 0;
	const char *target = keep_target(out, in, code);
	*why = forbids(in->id);
	if (!*why)
		*why = operand ? operand : target;
	if (!*why)
		code_known_keep(d->known, code, out);
	return in->size;
}

/* Capstone 4 does not know these. */
const char *code_unknown(const struct code *code, uint32_t at)
{
	const uint8_t *p = code->text + at;
	size_t left = code->size - at, i = 0;
	while (i < left && i < 4 && (p[i] == 0x66 || p[i] == 0xf2 || p[i] == 0xf3))
		i++;
	if (left - i >= 3 && p[i] == 0x0f && p[i + 1] == 0x01 &&
		(p[i + 2] == 0xef || p[i + 2] == 0xee))
		return KEYS;
	return NULL;
}
