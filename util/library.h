/*
 * library: a shared library that is loaded when something needs it. One that the program
 * is linked with costs every start of it time, and every process memory, used or not.
 *
 * What is used of it is a list, and its functions are called by their own names, as its
 * headers declare them:
 *
 *	#define CAPSTONE(X) X(cs_open) X(cs_close)
 *	LIBRARY(capstone, "checking a plugin", "libcapstone.so.4", "libcapstone4", CAPSTONE)
 *
 * Each name becomes a jump through a pointer, as a linker makes one, which library_load
 * sets; one that is used and not in the list is an error of the linker. Names are weak, so
 * a test may have functions of its own by them. A call while it is not loaded aborts.
 *
 * Loading reads the disk: load at a border (a device, a plugin, a first text), not in a frame.
 */
#ifndef OSAAS_UTIL_LIBRARY_H
#define OSAAS_UTIL_LIBRARY_H

#include <stdbool.h>

struct library {
	const char *purpose; /* begins the message: "checking a plugin" */
	const char *soname, *package;
	const char *names;    /* each with its NUL; an empty one ends them */
	void (**slots)(void); /* in that order */
	void *handle;
	unsigned users;
};

/*
 * library_load: 0 when it can be called from now on, or -ENOENT, logged: it, or a function
 * of it, is not there, and which package has it. Each load is undone by a library_unload,
 * of which the last one gives its memory back; or by none, if it is to stay.
 */
int library_load(struct library *library);
void library_unload(struct library *library);

/* library_there: it can be loaded. Nothing is logged. */
bool library_there(struct library *library);

/* Where the slots of what is not loaded lead. */
__attribute__((visibility("hidden"))) _Noreturn void library_missing(void);

/* clang-format off */
#ifdef __aarch64__
#define LIBRARY_GO(slot)                                                                 \
	"	hint	#34\n" /* bti c */                                                 \
	"	adrp	x16, " slot "\n"                                                   \
	"	ldr	x16, [x16, #:lo12:" slot "]\n"                                     \
	"	br	x16\n"
#else
#define LIBRARY_GO(slot) "	jmp	*" slot "(%rip)\n"
#endif

#define LIBRARY_ENTRY(name)                                                              \
	"	.pushsection .text.library, \"ax\"\n"                                      \
	"	.weak	" #name "\n"                                                       \
	"	.hidden	" #name "\n"                                                       \
	"	.type	" #name ", %function\n"                                            \
	"	.p2align 3\n"                                                              \
	#name ":\n"                                                                      \
	"	.cfi_startproc\n"                                                          \
	LIBRARY_GO("library_slot_" #name)                                                \
	"	.cfi_endproc\n"                                                            \
	"	.size	" #name ", . - " #name "\n"                                        \
	"	.popsection\n"                                                             \
	"library_slot_" #name ": .quad library_missing\n"                                \
	"	.pushsection .rodata.library, \"a\"\n"                                     \
	"	.asciz	\"" #name "\"\n"                                                   \
	"	.popsection\n"

/* At the top of a file, once in the program: defines struct library library_ID. */
#define LIBRARY(id, purpose_, soname_, package_, LIST)                                   \
	extern void (*library_slots_##id[])(void) __attribute__((visibility("hidden"))); \
	extern const char library_names_##id[] __attribute__((visibility("hidden")));    \
	_Pragma("GCC diagnostic push")                                                   \
	_Pragma("GCC diagnostic ignored \"-Woverlength-strings\"")                       \
	__asm__("	.pushsection .rodata.library, \"a\"\n"                             \
		"	.globl	library_names_" #id "\n"                                   \
		"library_names_" #id ":\n"                                               \
		"	.popsection\n"                                                     \
		"	.pushsection .data.library, \"aw\"\n"                              \
		"	.p2align 3\n"                                                      \
		"	.globl	library_slots_" #id "\n"                                   \
		"library_slots_" #id ":\n"                                               \
		LIST(LIBRARY_ENTRY)                                                      \
		"	.popsection\n"                                                     \
		"	.pushsection .rodata.library, \"a\"\n"                             \
		"	.byte	0\n"                                                       \
		"	.popsection\n");                                                   \
	_Pragma("GCC diagnostic pop")                                                    \
	struct library library_##id = {                                                  \
		.purpose = purpose_,                                                     \
		.soname = soname_,                                                       \
		.package = package_,                                                     \
		.names = library_names_##id,                                             \
		.slots = library_slots_##id,                                             \
	};
/* clang-format on */

#endif
