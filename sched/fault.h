/*
 * fault: why a task was ended that could not go on. The task alone ends; its group
 * keeps the record of the first, and the loop is wanted at once, so that the
 * group's owner can end the rest.
 */
#ifndef OSAAS_SCHED_FAULT_H
#define OSAAS_SCHED_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_STACK,   /* it left its stack, or had too little for a host call */
	FAULT_SIGNAL,  /* its own code did what sig says */
	FAULT_SYSCALL, /* it made a system call: see fence.h */
	FAULT_POINTER, /* memory that it gave to a host call cannot be touched; it still runs */
};

enum fault_access {
	FAULT_UNKNOWN, /* the processor does not say */
	FAULT_READ,
	FAULT_WRITE,
	FAULT_FETCH, /* it jumped there */
};

#define FAULT_REGISTERS 34
#define FAULT_TRACE     32

struct group_fault {
	enum fault_kind kind;
	int sig, code; /* as in siginfo_t; 0: no signal */
	enum fault_access access;
	uintptr_t
		address; /* what it touched, if sig and code are such that there is one */
	uintptr_t pc, sp;
	int call;           /* of FAULT_SYSCALL: its number, */
	unsigned call_arch; /* and AUDIT_ARCH_ of the table that this is in */
	/* See fault_register_name; n_registers 0: they are not known. */
	uint64_t registers[FAULT_REGISTERS];
	unsigned n_registers;
	/*
	 * Return addresses in the group's text, the innermost first. searched: picked from
	 * what lay on the stack, old ones perhaps among them.
	 */
	uintptr_t trace[FAULT_TRACE];
	unsigned n_trace;
	bool searched;
	char task[32];
	uint64_t when_ns;
};

const char *fault_register_name(unsigned i);

/*
 * fault_copy is memcpy for memory that may turn out not to be there: 0, or -EFAULT, and
 * then the running task's group has a FAULT_POINTER. Within host calls, and from the loop.
 */
int fault_copy(void *to, const void *from, size_t n);

#endif
