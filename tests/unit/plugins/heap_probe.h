/* What the test says to the plugin heap_probe on "test.host"; its answers are probe.h's. */
#ifndef TESTS_PLUGINS_HEAP_PROBE_H
#define TESTS_PLUGINS_HEAP_PROBE_H

/* Host to plugin: the type is the case. u64[0]: an address of the host's. */
enum heap_case {
	HEAP_REGION = 1,
	HEAP_FREEZE,
	HEAP_POINTERS,
	HEAP_STATIC_ROOTS,
	HEAP_STACK_ROOTS,
	HEAP_ARGUMENT_ROOTS,
	HEAP_RECEIVE_ROOTS,
	HEAP_REGISTER_ROOTS,
	HEAP_OTHERS_REGISTERS,
	HEAP_VECTOR_ROOTS,
	HEAP_LEAK,
	HEAP_IDLE,
	HEAP_TRIM,
	HEAP_SHARED,    /* for u64[1] ns, coroutines of one heap, interrupted at random */
	HEAP_COLLECTED, /* the same, with collections all the time */
	HEAP_TORN,      /* a control: without the lock the same must go wrong */
	HEAP_LEFT_FROZEN,
	HEAP_EXIT_FROZEN,
	/* These are mistakes that end it. */
	HEAP_FREE_TWICE,
	HEAP_FREE_INSIDE,
	HEAP_BEYOND,
	HEAP_BEFORE,
	HEAP_TRAP_FROZEN,
};

#endif
