/* See switch.h. System V ABI; the frame below is 64 bytes:
 *   0 rbx  8 rbp  16 r12  24 r13  32 r14  40 r15  48 mxcsr  52 x87cw  56 pc
 */
	.text

	.globl switch_to
	.type switch_to, @function
	.p2align 4
switch_to:
	movq	%rbx, -56(%rsp)
	movq	%rbp, -48(%rsp)
	movq	%r12, -40(%rsp)
	movq	%r13, -32(%rsp)
	movq	%r14, -24(%rsp)
	movq	%r15, -16(%rsp)
	stmxcsr	-8(%rsp)
	fnstcw	-4(%rsp)
	leaq	-56(%rsp), %rax		/* the return address is already at 56 */
	movq	%rax, (%rdi)

	movq	0(%rsi), %rbx
	movq	8(%rsi), %rbp
	movq	16(%rsi), %r12
	movq	24(%rsi), %r13
	movq	32(%rsi), %r14
	movq	40(%rsi), %r15
	ldmxcsr	48(%rsi)
	fldcw	52(%rsi)
	movq	56(%rsi), %rcx
	leaq	64(%rsi), %rsp
	jmp	*%rcx
	.size switch_to, . - switch_to

/* First code of a coroutine: fn in rbx, arg in r12. */
	.globl switch_entry
	.type switch_entry, @function
	.p2align 4
switch_entry:
	.cfi_startproc
	.cfi_undefined rip
	movq	%r12, %rdi
	xorl	%ebp, %ebp
	call	*%rbx
	ud2
	.cfi_endproc
	.size switch_entry, . - switch_entry

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
	cmpl	$0, switch_use_xsave(%rip)
	je	1f
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
	xsave64	(%rsp)
	jmp	2f
1:	fxsave64 (%rsp)
2:	fninit				/* our own code runs under the ABI's control words */
	ldmxcsr	switch_mxcsr(%rip)
	call	preempt_taken
	cmpl	$0, switch_use_xsave(%rip)
	je	3f
	movl	switch_xsave_mask(%rip), %eax
	xorl	%edx, %edx
	xrstor64 (%rsp)
	jmp	4f
3:	fxrstor64 (%rsp)
4:	movq	%rbp, %rsp
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
