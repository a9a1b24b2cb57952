/* See switch.h. System V ABI. */
	.text

/* First code of a coroutine: fn and arg are on its stack. */
	.globl switch_entry
	.type switch_entry, @function
	.p2align 4
switch_entry:
	.cfi_startproc
	.cfi_undefined rip
	popq	%rax
	popq	%rdi
	xorl	%ebp, %ebp
	call	*%rax
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
