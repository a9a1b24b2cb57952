/* See hold.h. rdi is the struct hold throughout. */
#define GOT		2560
#define RED_ZONE	128
#define FLAGS		256
#define MXCSR		264
#define FCW		268
#define MASK		272
#define X87		336
#define VECTOR		512
#define SIZE		2560
#define LEVEL		5120
#define ROUNDS		5128
#define FLIP		5136
#define FLIP_AT		5144
#define SP		5152
#define CONTROL		5160

	.section hogtext, "ax", @progbits
	.globl hold_run
	.type hold_run, @function
hold_run:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	stmxcsr	CONTROL(%rdi)
	fnstcw	CONTROL+4(%rdi)
	movq	%rsp, SP(%rdi)
	movq	%rsp, 8*4(%rdi)
	movq	%rdi, 8*7(%rdi)

	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movq	RED_ZONE+8*\n(%rdi), %rax
	movq	%rax, -128+8*\n(%rsp)
	.endr
	ldmxcsr	MXCSR(%rdi)
	fninit
	fldcw	FCW(%rdi)
	.irp n, 7, 6, 5, 4, 3, 2, 1, 0
	fldt	X87+16*\n(%rdi)
	.endr

	.macro load_sse
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu	VECTOR+64*\n(%rdi), %xmm\n
	.endr
	.endm
	.macro store_sse
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu	%xmm\n, GOT+VECTOR+64*\n(%rdi)
	.endr
	.endm
	.macro load_avx
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovdqu	VECTOR+64*\n(%rdi), %ymm\n
	.endr
	.endm
	.macro store_avx
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovdqu	%ymm\n, GOT+VECTOR+64*\n(%rdi)
	.endr
	.endm
	.macro load_avx512
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vmovdqu64	VECTOR+64*\n(%rdi), %zmm\n
	.endr
	.endm
	.macro store_avx512
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vmovdqu64	%zmm\n, GOT+VECTOR+64*\n(%rdi)
	.endr
	.endm

	cmpq	$1, LEVEL(%rdi)
	je	2f
	ja	3f
	load_sse
	jmp	4f
2:	load_avx
	jmp	4f
3:	load_avx512
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	kmovq	MASK+8*\n(%rdi), %k\n
	.endr
4:	movq	8*0(%rdi), %rax
	movq	8*1(%rdi), %rcx
	movq	8*2(%rdi), %rdx
	movq	8*3(%rdi), %rbx
	movq	8*5(%rdi), %rbp
	movq	8*6(%rdi), %rsi
	movq	8*8(%rdi), %r8
	movq	8*9(%rdi), %r9
	movq	8*10(%rdi), %r10
	movq	8*11(%rdi), %r11
	movq	8*12(%rdi), %r12
	movq	8*13(%rdi), %r13
	movq	8*14(%rdi), %r14
	movq	8*15(%rdi), %r15

	.p2align 4
round:
	movq	FLIP_AT(%rdi), %rax
	cmpq	%rax, ROUNDS(%rdi)
	je	flip
held:
	movq	8*0(%rdi), %rax
	movq	%rax, GOT+8*0(%rdi)
	movq	%rcx, GOT+8*1(%rdi)
	movq	%rdx, GOT+8*2(%rdi)
	movq	%rbx, GOT+8*3(%rdi)
	movq	%rsp, GOT+8*4(%rdi)
	movq	%rbp, GOT+8*5(%rdi)
	movq	%rsi, GOT+8*6(%rdi)
	movq	%rdi, GOT+8*7(%rdi)
	movq	%r8, GOT+8*8(%rdi)
	movq	%r9, GOT+8*9(%rdi)
	movq	%r10, GOT+8*10(%rdi)
	movq	%r11, GOT+8*11(%rdi)
	movq	%r12, GOT+8*12(%rdi)
	movq	%r13, GOT+8*13(%rdi)
	movq	%r14, GOT+8*14(%rdi)
	movq	%r15, GOT+8*15(%rdi)

	/* Flags: over the red zone, so that it is not written to. Held for a while, rax too. */
	leaq	-192(%rsp), %rsp
	cmpq	$7, FLIP(%rdi)		/* only the control may spoil them */
	jne	5f
	pushq	FLAGS(%rdi)
	popfq
	cmc
	jmp	6f
5:	pushq	FLAGS(%rdi)
	popfq
	.rept 32
	nop
	.endr
6:	movq	%rax, GOT+8*0(%rdi)
	pushfq
	popq	%rax
	leaq	192(%rsp), %rsp
	movq	%rax, GOT+FLAGS(%rdi)

	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movq	-128+8*\n(%rsp), %rax
	movq	%rax, GOT+RED_ZONE+8*\n(%rdi)
	.endr
	stmxcsr	GOT+MXCSR(%rdi)
	fnstcw	GOT+FCW(%rdi)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	fstpt	GOT+X87+16*\n(%rdi)
	fldt	GOT+X87+16*\n(%rdi)
	fincstp
	.endr
	cmpq	$1, LEVEL(%rdi)
	je	2f
	ja	3f
	store_sse
	jmp	4f
2:	store_avx
	jmp	4f
3:	store_avx512
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	kmovq	%k\n, GOT+MASK+8*\n(%rdi)
	.endr
4:	xorl	%ecx, %ecx
7:	movq	(%rdi,%rcx,8), %rax
	cmpq	%rax, GOT(%rdi,%rcx,8)
	jne	8f
	incq	%rcx
	cmpq	$(SIZE/8), %rcx
	jne	7b
	movq	8*1(%rdi), %rcx
	decq	ROUNDS(%rdi)
	jnz	round
	movq	$-1, %rcx
8:	movq	%rcx, %rax
	movq	SP(%rdi), %rsp
	cld
	cmpq	$1, LEVEL(%rdi)
	jb	9f
	vzeroupper
9:	fninit
	fldcw	CONTROL+4(%rdi)
	ldmxcsr	CONTROL(%rdi)
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret

flip:
	movq	FLIP(%rdi), %rax
	cmpq	$1, %rax
	je	flip_gpr
	cmpq	$2, %rax
	je	flip_vector
	cmpq	$3, %rax
	je	flip_x87
	cmpq	$4, %rax
	je	flip_mxcsr
	cmpq	$5, %rax
	je	flip_fcw
	cmpq	$6, %rax
	je	flip_red_zone
	cmpq	$8, %rax
	je	flip_sp
	jmp	held
flip_gpr:
	notq	%r13
	jmp	held
flip_vector:
	pxor	%xmm3, %xmm11
	jmp	held
flip_x87:
	fchs
	jmp	held
flip_mxcsr:
	ldmxcsr	CONTROL(%rdi)
	jmp	held
flip_fcw:
	fldcw	CONTROL+4(%rdi)
	jmp	held
flip_red_zone:
	notq	-64(%rsp)
	jmp	held
flip_sp:
	leaq	-16(%rsp), %rsp
	jmp	held
	.size hold_run, . - hold_run

	.section .note.GNU-stack, "", @progbits
