/*
 * long registers_hold(long pattern, long rounds): fills every general register,
 * all xmm registers and the red zone with values made from pattern, and checks
 * them again and again. Returns 0, or 1 when one changed. Lies in the section
 * that the tests declare preemptible.
 */
	.section hogtext, "ax", @progbits
	.globl registers_hold
	.type registers_hold, @function
registers_hold:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rdi, -8(%rsp)
	movq	%rsi, -16(%rsp)		/* rounds: in the red zone, as the rest */
	movq	%rdi, -24(%rsp)
	movq	%rdi, -120(%rsp)
	leaq	1(%rdi), %rax
	leaq	2(%rdi), %rbx
	leaq	3(%rdi), %rcx
	leaq	4(%rdi), %rdx
	leaq	5(%rdi), %rsi
	leaq	6(%rdi), %rbp
	leaq	7(%rdi), %r8
	leaq	8(%rdi), %r9
	leaq	9(%rdi), %r10
	leaq	10(%rdi), %r11
	leaq	11(%rdi), %r12
	leaq	12(%rdi), %r13
	leaq	13(%rdi), %r14
	leaq	14(%rdi), %r15
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	leaq	100+\n(%rdi), %rdi
	movq	%rdi, %xmm\n
	leaq	-100-\n(%rdi), %rdi
	.endr
	.p2align 4
1:
	.macro hold reg, n
	subq	%rdi, %\reg
	cmpq	$\n, %\reg
	jne	9f
	addq	%rdi, %\reg
	.endm
	hold rax, 1
	hold rbx, 2
	hold rcx, 3
	hold rdx, 4
	hold rsi, 5
	hold rbp, 6
	hold r8, 7
	hold r9, 8
	hold r10, 9
	hold r11, 10
	hold r12, 11
	hold r13, 12
	hold r14, 13
	hold r15, 14
	cmpq	%rdi, -8(%rsp)
	jne	9f
	cmpq	%rdi, -24(%rsp)
	jne	9f
	cmpq	%rdi, -120(%rsp)
	jne	9f
	movq	%rax, -32(%rsp)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movq	%xmm\n, %rax
	subq	%rdi, %rax
	cmpq	$(100+\n), %rax
	jne	9f
	.endr
	movq	-32(%rsp), %rax
	stc				/* flags must survive too */
	.rept 8
	nop
	.endr
	jnc	9f
	decq	-16(%rsp)
	jnz	1b
	xorl	%eax, %eax
	jmp	8f
9:	movl	$1, %eax
8:	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret
	.size registers_hold, . - registers_hold

/* void spin(volatile long *stop): a hog that calls nothing. */
	.globl spin
	.type spin, @function
spin:
	cmpq	$0, (%rdi)
	je	spin
	ret
	.size spin, . - spin

/* void spin_low(void): a hog that has used up its stack pointer. */
	.globl spin_off_stack
	.type spin_off_stack, @function
spin_off_stack:
	movq	$64, %rsp
1:	jmp	1b
	.size spin_off_stack, . - spin_off_stack

	.section .note.GNU-stack, "", @progbits
