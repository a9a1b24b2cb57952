/*
 * long registers_hold(long pattern, long rounds): fills every register with
 * values made from pattern (x18 is not a plugin's), lets some time pass, stores
 * them all and compares, again and again. Returns 0, or 1 when one changed.
 * Lies in the section that the tests declare preemptible.
 *
 * Two areas on the stack, what is wanted (at sp + AREA) and what was found (at sp):
 *   0 x0 .. x30, nzcv  256 fpcr, fpsr  272 v0 .. v31, or z0 .. z31, p0 .. p15, ffr
 */
#define VECTORS 272
#define AREA    9216			/* z registers of 256 bytes */
#define LOCALS  (2 * AREA)
#define HAS_SVE (LOCALS + 0)
#define ROUNDS  (LOCALS + 8)
#define SIZE    (LOCALS + 16)		/* bytes of an area in use */
#define FPCR    (LOCALS + 24)
#define FRAME   32			/* of the locals */
#define SAVED   160

	.arch	armv8.2-a+sve

	/* x0 to x30 by pairs, above and below x18. */
	.macro pairs op, base, from
	\op	x2, x3, [\base, #\from + 16]
	\op	x4, x5, [\base, #\from + 32]
	\op	x6, x7, [\base, #\from + 48]
	\op	x8, x9, [\base, #\from + 64]
	\op	x10, x11, [\base, #\from + 80]
	\op	x12, x13, [\base, #\from + 96]
	\op	x14, x15, [\base, #\from + 112]
	\op	x16, x17, [\base, #\from + 128]
	\op	x20, x21, [\base, #\from + 160]
	\op	x22, x23, [\base, #\from + 176]
	\op	x24, x25, [\base, #\from + 192]
	\op	x26, x27, [\base, #\from + 208]
	\op	x28, x29, [\base, #\from + 224]
	.endm

	/* All vector registers from or to x0; x1 is lost. */
	.macro each_q op
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\op	q\n, [x0, #16 * \n]
	.endr
	.endm
	.macro each_z op
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\op	z\n, [x0, #\n, mul vl]
	.endr
	addvl	x1, x0, #31
	addvl	x1, x1, #1
	.endm
	.macro each_p op
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\op	p\n, [x1, #\n, mul vl]
	.endr
	.endm

	.section hogtext, "ax", %progbits
	.globl registers_hold
	.type registers_hold, %function
	.p2align 4
registers_hold:
	hint	#34			/* bti c */
	sub	sp, sp, #SAVED
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
	sub	sp, sp, #FRAME
	sub	sp, sp, #LOCALS & ~4095
	sub	sp, sp, #LOCALS & 4095
	mov	x19, x0
	mov	x20, x1
	mrs	x2, fpcr
	str	x2, [sp, #FPCR]
	mov	w0, #16			/* AT_HWCAP */
	bl	getauxval
	ubfx	x0, x0, #22, #1		/* HWCAP_SVE */
	str	x0, [sp, #HAS_SVE]
	mov	x1, #VECTORS + 512
	lsr	x20, x20, #1		/* rounds are long, with SVE still longer */
	cbz	x0, 1f
	lsr	x20, x20, #2
	rdvl	x1, #1
	mov	x2, #34			/* 32 z, 16 p */
	mul	x1, x1, x2
	add	x1, x1, #VECTORS + 32	/* ffr */
1:	str	x1, [sp, #SIZE]
	str	x20, [sp, #ROUNDS]

	/* Both areas: every 8 bytes another value. */
	movz	x4, #0x7c15
	movk	x4, #0x7f4a, lsl #16
	movk	x4, #0x79b9, lsl #32
	movk	x4, #0x9e37, lsl #48
	mov	x3, x19
	mov	x2, sp
	add	x5, x2, #AREA & ~4095
	add	x5, x5, #AREA & 4095
	mov	x6, #0
2:	add	x3, x3, x4
	eor	x7, x3, x3, lsr #29
	str	x7, [x2, x6]
	str	x7, [x5, x6]
	add	x6, x6, #8
	cmp	x6, x1
	b.lo	2b

	/* What not any value can be in: flags, rounding mode, exceptions, ffr. */
	and	x0, x19, #15
	lsl	x0, x0, #28
	str	x0, [x5, #248]
	and	x0, x19, #3
	lsl	x0, x0, #22
	and	x1, x19, #31
	stp	x0, x1, [x5, #256]
	msr	fpcr, x0
	msr	fpsr, x1
	ldr	x0, [sp, #HAS_SVE]
	add	x6, x5, #VECTORS
	cbz	x0, 3f
	and	x1, x19, #15
	whilelo	p0.b, xzr, x1		/* the first few, as a faulting load leaves it */
	wrffr	p0.b
	mov	x0, x6
	addvl	x1, x0, #31
	addvl	x1, x1, #1
	str	p0, [x1, #16, mul vl]
	each_p	ldr
	each_z	ldr
	b	4f
3:	mov	x0, x6
	each_q	ldr

4:	mov	x0, x5
	pairs	ldp, x0, 0
	ldr	x19, [x0, #152]
	ldr	x30, [x0, #240]

	/* A round. Only what it uses itself is loaded again: the rest stays from the first on. */
5:	add	x5, sp, #AREA & ~4095
	add	x5, x5, #AREA & 4095
	ldr	x1, [x5, #248]
	msr	nzcv, x1
	ldp	x0, x1, [x5, #0]
	ldp	x2, x3, [x5, #16]
	ldp	x6, x7, [x5, #48]
	ldr	x8, [x5, #64]
	ldp	x4, x5, [x5, #32]
	.rept 64			/* an emulator interrupts at branches */
	b	. + 4
	.endr
	stp	x0, x1, [sp, #0]
	pairs	stp, sp, 0
	str	x19, [sp, #152]
	str	x30, [sp, #240]
	mrs	x0, nzcv
	str	x0, [sp, #248]
	mrs	x0, fpcr
	mrs	x1, fpsr
	stp	x0, x1, [sp, #256]
	ldr	x2, [sp, #HAS_SVE]
	add	x0, sp, #VECTORS
	cbz	x2, 6f
	each_z	str
	each_p	str
	rdffr	p0.b
	str	p0, [x1, #16, mul vl]
	ldr	p0, [x1]
	b	7f
6:	each_q	str

7:	mov	x2, sp
	add	x5, x2, #AREA & ~4095
	add	x5, x5, #AREA & 4095
	ldr	x1, [sp, #SIZE]
	mov	x6, #0
8:	ldp	x3, x4, [x2]
	ldp	x7, x8, [x5]
	cmp	x3, x7
	ccmp	x4, x8, #0, eq
	b.ne	9f
	add	x2, x2, #16
	add	x5, x5, #16
	subs	x1, x1, #16
	b.hi	8b
	ldr	x0, [sp, #ROUNDS]
	subs	x0, x0, #1
	str	x0, [sp, #ROUNDS]
	b.ne	5b
	mov	x0, #0
	b	10f
9:	mov	x0, #1
10:	ldr	x2, [sp, #FPCR]
	msr	fpcr, x2
	msr	fpsr, xzr
	add	sp, sp, #LOCALS & ~4095
	add	sp, sp, #LOCALS & 4095
	add	sp, sp, #FRAME
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
	add	sp, sp, #SAVED
	ret
	.size registers_hold, . - registers_hold

/* void spin(volatile long *stop): a hog that calls nothing. */
	.globl spin
	.type spin, %function
spin:
	hint	#34
	ldr	x1, [x0]
	cbz	x1, spin
	ret
	.size spin, . - spin

/* void spin_off_stack(void): a hog that has used up its stack pointer. */
	.globl spin_off_stack
	.type spin_off_stack, %function
spin_off_stack:
	hint	#34
	mov	x0, #64
	mov	sp, x0
1:	b	1b
	.size spin_off_stack, . - spin_off_stack

#ifdef __ARM_FEATURE_BTI_DEFAULT
	.section .note.gnu.property, "a"
	.p2align 3
	.long	4, 16, 5
	.asciz	"GNU"
	.long	0xc0000000, 4, 1, 0
#endif
	.section .note.GNU-stack, "", %progbits
