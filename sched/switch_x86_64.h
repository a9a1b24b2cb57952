/*
 * switch_to for x86-64. Inline, so that calls and returns stay in pairs: after a
 * switch by call, or one resumed by `ret`, the processor's return predictor is wrong for
 * every return up the resumed stack (34 against 24 ns for a message).
 *
 * The frame, below the red zone: 0 rbp  8 mxcsr  12 x87cw  16 pc. The compiler saves
 * the other registers as far as it uses them. The control words are loaded only when they
 * differ: a changed mxcsr costs up to 50 ns. Its flags (0x3f) are nobody's across a call.
 */
#ifndef OSAAS_SCHED_SWITCH_X86_64_H
#define OSAAS_SCHED_SWITCH_X86_64_H

#define SWITCH_FRAME 152

static inline __attribute__((always_inline)) void switch_to(void **save, void *to)
{
	__asm__ volatile("leaq 1f(%%rip), %%rax\n\t"
			 "movq %%rbp, -152(%%rsp)\n\t"
			 "stmxcsr -144(%%rsp)\n\t"
			 "fnstcw -140(%%rsp)\n\t"
			 "movq %%rax, -136(%%rsp)\n\t"
			 "leaq -152(%%rsp), %%rcx\n\t"
			 "movq %%rcx, (%%rdi)\n\t"
			 "movq 16(%%rsi), %%rcx\n\t"
			 "movl -144(%%rsp), %%eax\n\t"
			 "movzwl -140(%%rsp), %%edx\n\t"
			 "xorl 8(%%rsi), %%eax\n\t"
			 "xorw 12(%%rsi), %%dx\n\t"
			 "andl $0xffc0, %%eax\n\t"
			 "orl %%edx, %%eax\n\t"
			 "jnz 3f\n"
			 "2:\tmovq (%%rsi), %%rbp\n\t"
			 "leaq 152(%%rsi), %%rsp\n\t"
			 "jmp *%%rcx\n"
			 "3:\tldmxcsr 8(%%rsi)\n\t"
			 "fldcw 12(%%rsi)\n\t"
			 "jmp 2b\n"
			 "1:"
			 : "+D"(save), "+S"(to)
			 :
			 : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12",
			 "r13", "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",
			 "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
			 "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc");
}

#endif
