/* See fault.h. Whatever faults from fault_copy to fault_copy_end goes on at fault_copy_failed. */
	.text

/* int fault_copy(void *to, const void *from, size_t n) */
	.globl fault_copy, fault_copy_end, fault_copy_failed
	.type fault_copy, %function
	.p2align 4
fault_copy:
	hint	#34			/* bti c */
	lsr	x3, x2, #3
	cbz	x3, 2f
1:	ldr	x4, [x1], #8
	str	x4, [x0], #8
	subs	x3, x3, #1
	b.ne	1b
2:	ands	x2, x2, #7
	b.eq	4f
3:	ldrb	w4, [x1], #1
	strb	w4, [x0], #1
	subs	x2, x2, #1
	b.ne	3b
4:	mov	w0, #0
	ret
fault_copy_end:
fault_copy_failed:
	mov	w0, #-14		/* -EFAULT */
	ret
	.size fault_copy, . - fault_copy

#ifdef __ARM_FEATURE_BTI_DEFAULT
	.section .note.gnu.property, "a"
	.p2align 3
	.long	4, 16, 5
	.asciz	"GNU"
	.long	0xc0000000, 4, 1, 0
#endif
	.section .note.GNU-stack, "", %progbits
