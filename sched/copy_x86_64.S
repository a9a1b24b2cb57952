/* See fault.h. Whatever faults from fault_copy to fault_copy_end goes on at fault_copy_failed. */
	.text

/* int fault_copy(void *to, const void *from, size_t n) */
	.globl fault_copy, fault_copy_end, fault_copy_failed
	.type fault_copy, @function
	.p2align 4
fault_copy:
	movq	%rdx, %rcx
	cmpq	$512, %rdx
	jae	5f
	shrq	$3, %rcx
	jz	2f
1:	movq	(%rsi), %rax
	movq	%rax, (%rdi)
	addq	$8, %rsi
	addq	$8, %rdi
	decq	%rcx
	jnz	1b
2:	andl	$7, %edx
	jz	4f
3:	movb	(%rsi), %al
	movb	%al, (%rdi)
	incq	%rsi
	incq	%rdi
	decl	%edx
	jnz	3b
4:	xorl	%eax, %eax
	ret
5:	cld				/* the flag may be the plugin's */
	rep movsb
	jmp	4b
fault_copy_end:
fault_copy_failed:
	movl	$-14, %eax		/* -EFAULT */
	ret
	.size fault_copy, . - fault_copy

	.section .note.GNU-stack, "", @progbits
