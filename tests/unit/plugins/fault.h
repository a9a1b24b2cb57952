/* What the test says to the plugin fault on "test.host": the message's type. */
#ifndef TESTS_PLUGINS_FAULT_H
#define TESTS_PLUGINS_FAULT_H

enum fault_case {
	FAULT_WILD_READ = 1,
	FAULT_WILD_WRITE,
	FAULT_DEEP,
	FAULT_ILLEGAL,
	FAULT_DIVISION,
	FAULT_JUMP_NULL,
	FAULT_JUMP_DATA,
	FAULT_JUMP_WILD,
	FAULT_ABORT,
	FAULT_NO_HEAP,
	FAULT_EXIT,
	FAULT_BREAKPOINT,
	FAULT_HALT,
	FAULT_MEMCPY,
	FAULT_LOST_STACK,
	FAULT_WILD_STACK,
	FAULT_ALIGNED, /* with the flag that checks alignment set */
	FAULT_BACKWARDS,
	FAULT_STEP,
	FAULT_OWN_TEXT,
	FAULT_UNALIGNED,
	FAULT_ROUNDING, /* with every floating-point exception unmasked */
	FAULT_COROUTINE,
	FAULT_CALL,    /* getpid, 39; where that works it exits with 42 */
	FAULT_CALL_32, /* getpid, 20 */
	FAULT_HOG,     /* until it is killed */
	/* Two messages: it says FAULT_READY with the address of a buffer first. */
	FAULT_GONE,
	FAULT_GONE_TO_HOST,
	FAULT_READY = 100,
};

#endif
