/* What the test says to the plugin probe on "test.host", and what it answers. */
#ifndef TESTS_PLUGINS_PROBE_H
#define TESTS_PLUGINS_PROBE_H

/* Host to plugin: the type is the case. u64[0], where used: an address of the host's. */
enum probe_case {
	PROBE_RETURN = 1,
	PROBE_CAPS,
	PROBE_BUFFERS,
	PROBE_POINTERS,
	PROBE_HANDLES,
	PROBE_RENDEZVOUS,
	PROBE_BUFFERED,
	PROBE_ALT,
	PROBE_ALT_ERRORS,
	PROBE_MOVE,
	PROBE_FAILED_SEND,
	PROBE_BUSY,
	PROBE_DEADLOCK,
	PROBE_CLOSE_WAKES,
	PROBE_SPAWN,
	PROBE_GONE_MEMORY,
	PROBE_PREEMPT,
	PROBE_LOG,
	PROBE_DIRECTION,
	PROBE_LIMITS,
	/* These end otherwise, or wait to be ended. */
	PROBE_EXIT_0,
	PROBE_EXIT_7,
	PROBE_EXIT_IN_COROUTINE,
	PROBE_NO_STACK,
	PROBE_TIGHT, /* u64[1]: the stack pointer it calls the host with */
	PROBE_WAIT_RECV,
	PROBE_WAIT_SEND,
	PROBE_WAIT_ALT,
	PROBE_WAIT_MANY,
	PROBE_PING,
	PROBE_LEAVE_ALL,
};

/* Plugin to host. */
enum probe_answer {
	PROBE_REPORT = 100, /* u64[0]: 0, or the line of probe.c that failed */
	PROBE_PAYLOAD,      /* buf and chan of PROBE_WAIT_SEND */
};

#endif
