/*
 * See switch.h. AAPCS64; the frame of switch_to is 176 bytes:
 *   0 x19 .. x28, x29  88 x30, the pc  96 d8 .. d15  160 fpcr  168 answer
 * Landing pads (BTI) are hints, so that they may stand in any build.
 */
#define FRAME 176
/* Of the trampoline: x29 and the pc make a frame record, so a debugger can walk over it. */
#define SAVED 272

	.arch	armv8.2-a+sve
	.text

	.globl switch_to
	.type switch_to, %function
	.p2align 4
switch_to:
	hint	#34			/* bti c */
	sub	sp, sp, #FRAME
	stp	x19, x20, [sp, #0]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mrs	x3, fpcr
	stp	x3, x2, [sp, #160]
	mov	x2, sp
	str	x2, [x0]

	mov	sp, x1
	ldp	x2, x3, [sp, #160]
	msr	fpcr, x2
	ldr	w0, [x3]
	ldp	x19, x20, [sp, #0]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	add	sp, sp, #FRAME
#ifdef __ARM_FEATURE_BTI_DEFAULT
	ret				/* only a return may go where no landing pad is */
#else
	br	x30			/* a return would miss the predictor */
#endif
	.size switch_to, . - switch_to

/* First code of a coroutine: fn in x19, arg in x20. */
	.globl switch_entry
	.type switch_entry, %function
	.p2align 4
switch_entry:
	.cfi_startproc
	.cfi_undefined x30
	hint	#38			/* bti jc */
	mov	x0, x20
	blr	x19
	brk	#0
	.cfi_endproc
	.size switch_entry, . - switch_entry

/* void switch_leave(void (*fn)(void), void *stack_top) */
	.globl switch_leave
	.type switch_leave, %function
	.p2align 4
switch_leave:
	.cfi_startproc
	.cfi_undefined x30
	hint	#34
	and	x1, x1, #~15
	mov	sp, x1
	mov	x29, #0
	blr	x0
	brk	#0
	.cfi_endproc
	.size switch_leave, . - switch_leave

/* unsigned long switch_sve_length(void): bytes of a z register. Only where there is SVE. */
	.globl switch_sve_length
	.type switch_sve_length, %function
	.p2align 4
switch_sve_length:
	hint	#34
	rdvl	x0, #1
	ret
	.size switch_sve_length, . - switch_sve_length

	.macro pairs op
	\op	x0, x1, [sp, #16]
	\op	x2, x3, [sp, #32]
	\op	x4, x5, [sp, #48]
	\op	x6, x7, [sp, #64]
	\op	x8, x9, [sp, #80]
	\op	x10, x11, [sp, #96]
	\op	x12, x13, [sp, #112]
	\op	x14, x15, [sp, #128]
	\op	x16, x17, [sp, #144]
	\op	x19, x20, [sp, #160]
	\op	x21, x22, [sp, #176]
	\op	x23, x24, [sp, #192]
	\op	x25, x26, [sp, #208]
	\op	x27, x28, [sp, #224]
	.endm

	.macro each_z op
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\op	z\n, [sp, #\n, mul vl]
	.endr
	.endm

	.macro each_q op
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\op	q\n, [sp, #16 * \n]
	.endr
	.endm

	.macro each_p op
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\op	p\n, [x1, #\n, mul vl]
	.endr
	.endm

/* x18 is the interrupted pc, sp the interrupted stack; nothing of it lies below sp. */
	.globl switch_trampoline
	.type switch_trampoline, %function
	.p2align 4
switch_trampoline:
	hint	#38
	sub	sp, sp, #SAVED
	pairs	stp
	stp	x29, x18, [sp, #0]
	mrs	x0, nzcv
	stp	x30, x0, [sp, #240]
	mrs	x0, fpcr
	mrs	x1, fpsr
	stp	x0, x1, [sp, #256]
	mov	x29, sp
	adrp	x0, switch_sve_size
	ldr	x0, [x0, :lo12:switch_sve_size]
	cbz	x0, 1f
	sub	x1, x29, x0
	mov	sp, x1
	each_z	str
	addvl	x1, sp, #31
	addvl	x1, x1, #1
	each_p	str
	rdffr	p0.b
	str	p0, [x1, #16, mul vl]
	b	2f
1:	sub	sp, sp, #512
	each_q	str
2:	msr	fpcr, xzr		/* our own code rounds to nearest */
	bl	preempt_taken
	.globl switch_trampoline_taken
switch_trampoline_taken:
	adrp	x0, switch_sve_size
	ldr	x0, [x0, :lo12:switch_sve_size]
	cbz	x0, 3f
	addvl	x1, sp, #31
	addvl	x1, x1, #1
	ldr	p0, [x1, #16, mul vl]
	wrffr	p0.b
	each_p	ldr
	each_z	ldr
	b	4f
3:	each_q	ldr
4:	mov	sp, x29
	clrex				/* another task may have left a monitor open */
	ldp	x0, x1, [sp, #256]
	msr	fpcr, x0
	msr	fpsr, x1
	ldp	x30, x0, [sp, #240]
	msr	nzcv, x0
	pairs	ldp
	ldp	x29, x18, [sp], #SAVED
	ret	x18			/* not br: there is no landing pad at an arbitrary pc */
	.size switch_trampoline, . - switch_trampoline

#ifdef __ARM_FEATURE_BTI_DEFAULT
	.section .note.gnu.property, "a"	/* else the linker turns BTI off for all */
	.p2align 3
	.long	4, 16, 5		/* sizes of name and value, NT_GNU_PROPERTY_TYPE_0 */
	.asciz	"GNU"
	.long	0xc0000000, 4, 1, 0	/* GNU_PROPERTY_AARCH64_FEATURE_1_AND: BTI */
#endif
	.section .note.GNU-stack, "", %progbits
