/*
 * See switch.h. System V ABI. The frame that both switches leave, and either goes on from:
 *   0 answer  8 mxcsr, 12 x87cw  16 r15 r14 r13 r12 rbx rbp  64 the pc
 */
	.text

	.macro save
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	.endm

	.macro restore
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	popq	%rcx
	movl	(%rdx), %eax
	jmp	*%rcx			/* a return would miss the predictor */
	.endm

	.globl switch_quick
	.type switch_quick, @function
	.p2align 4
switch_quick:
	save
	movabsq	$0x37f00001f80, %rax
	pushq	%rax
	pushq	%rdx
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	popq	%rdx
	addq	$8, %rsp
	restore
	.size switch_quick, . - switch_quick

	.macro save_all
	save
	subq	$8, %rsp
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	pushq	%rdx
	movq	%rsp, (%rdi)
	.endm

/*
 * Two ways to do switch_to; arch_x86_64.c chooses. Intel: loading a changed mxcsr costs up
 * to 50 ns, and its flags (0x3f), which are nobody's across a call, change all the time: so
 * it is loaded only if its control bits differ. AMD: that comparison is what is dear, as
 * the stored word cannot be had at once (6.2 against 4.1 ns on Zen 5).
 */
	.globl switch_compare
	.type switch_compare, @function
	.p2align 4
switch_compare:
	save_all
	movl	8(%rsp), %eax
	movzwl	12(%rsp), %ecx
	movq	%rsi, %rsp
	popq	%rdx
	xorl	(%rsp), %eax
	xorw	4(%rsp), %cx
	andl	$0xffc0, %eax
	orl	%ecx, %eax
	jnz	2f
1:	addq	$8, %rsp
	restore
2:	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	jmp	1b
	.size switch_compare, . - switch_compare

	.globl switch_load
	.type switch_load, @function
	.p2align 4
switch_load:
	save_all
	movq	%rsi, %rsp
	popq	%rdx
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	addq	$8, %rsp
	restore
	.size switch_load, . - switch_load

/* First code of a coroutine: fn in rbx, arg in rbp. */
	.globl switch_entry
	.type switch_entry, @function
	.p2align 4
switch_entry:
	.cfi_startproc
	.cfi_undefined rip
	movq	%rbp, %rdi
	xorl	%ebp, %ebp
	call	*%rbx
	ud2
	.cfi_endproc
	.size switch_entry, . - switch_entry

/* void switch_leave(void (*fn)(void), void *stack_top) */
	.globl switch_leave
	.type switch_leave, @function
	.p2align 4
switch_leave:
	.cfi_startproc
	.cfi_undefined rip
	movq	%rsi, %rsp
	andq	$-16, %rsp
	xorl	%ebp, %ebp
	call	*%rdi
	ud2
	.cfi_endproc
	.size switch_leave, . - switch_leave

/*
 * The interrupted pc is on top of the stack, the red zone of the interrupted
 * function above it.
 */
	.globl switch_trampoline
	.type switch_trampoline, @function
	.p2align 4
switch_trampoline:
	pushfq
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rbx
	pushq	%rbp
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	$0x202			/* clean flags: DF, AC and TF may be the plugin's */
	popfq
	movq	%rsp, %rbp
	subq	switch_xsave_size(%rip), %rsp
	andq	$-64, %rsp
	cmpl	$0, switch_save(%rip)
	je	3f
	xorl	%eax, %eax		/* xrstor faults on a dirty header */
	movq	%rax, 512(%rsp)
	movq	%rax, 520(%rsp)
	movq	%rax, 528(%rsp)
	movq	%rax, 536(%rsp)
	movq	%rax, 544(%rsp)
	movq	%rax, 552(%rsp)
	movq	%rax, 560(%rsp)
	movq	%rax, 568(%rsp)
	movl	switch_xsave_mask(%rip), %eax
	xorl	%edx, %edx
	cmpl	$1, switch_save(%rip)
	je	1f
	xsavec64 (%rsp)
	jmp	2f
1:	xsave64	(%rsp)
2:	testb	$1, 512(%rsp)		/* x87 is as it was at the start: mostly */
	jz	5f
	jmp	4f
3:	fxsave64 (%rsp)
4:	fninit				/* our own code runs under the ABI's control words */
5:	stmxcsr	-8(%rsp)
	movl	-8(%rsp), %eax
	andl	$0xffc0, %eax
	cmpl	$0x1f80, %eax
	je	6f
	ldmxcsr	switch_mxcsr(%rip)
6:	call	preempt_taken
	.globl switch_trampoline_taken
switch_trampoline_taken:
	cmpl	$0, switch_save(%rip)
	je	7f
	movl	switch_xsave_mask(%rip), %eax
	xorl	%edx, %edx
	xrstor64 (%rsp)
	jmp	8f
7:	fxrstor64 (%rsp)
8:	movq	%rbp, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rbp
	popq	%rbx
	popq	%rdx
	popq	%rcx
	popq	%rax
	popfq
	ret	$128			/* the pc, and over the red zone */
	.size switch_trampoline, . - switch_trampoline

	.section .rodata
	.p2align 2
switch_mxcsr:
	.long	0x1f80

	.section .note.GNU-stack, "", @progbits
