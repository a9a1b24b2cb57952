/*
 * osaas_process.h: the protocol of "process.pty:PROGRAM": one program, run as the user
 * on a terminal of its own. PROGRAM is an absolute path, or "shell": the user's own.
 *
 * A program has all the user's rights: who grants "process.pty:shell" trusts the plugin
 * with everything. It starts in the user's home folder, with the session's environment
 * and what the plugin adds (TERM is xterm-256color if it does not), and with none of the
 * session's files open. When its channel is closed, by the plugin or because the grant
 * is revoked, it is hung up at once (SIGHUP), and killed two seconds later.
 *
 * Errors of SPAWN: OSAAS_EINVAL: the strings make no sense, OSAAS_E2BIG: over a limit
 * below, OSAAS_EMFILE: OSAAS_PROCESS_MAX run, OSAAS_ENOMEM, OSAAS_EIO: no terminal can be
 * made. A program that cannot be started ends its stream: OSAAS_ENOENT, OSAAS_EACCES ...
 */
#ifndef OSAAS_PROCESS_H
#define OSAAS_PROCESS_H

#include <osaas_request.h>
#include <osaas_stream.h>

#define OSAAS_PROCESS_MAX  16                   /* of one grant, those hung up included */
#define OSAAS_PROCESS_TEXT (UINT32_C(64) << 10) /* bytes of all strings */
#define OSAAS_PROCESS_ARGS 64
#define OSAAS_PROCESS_ENV  32

enum osaas_process_type {
	/*
	 * Plugin to host, on the capability's channel: struct osaas_process_spawn. buf,
	 * len: its arguments (without its own name), then "NAME=VALUE" for its
	 * environment, each with its zero byte. The answer carries the channel of its
	 * terminal: what osaas_stream.h says, and besides:
	 */
	OSAAS_PROCESS_SPAWN = 1,
	OSAAS_PROCESS_RESIZE = 16, /* plugin to host: struct osaas_process_size */
	/*
	 * Plugin to host, for its process group: u.u32[0], one of SIGHUP 1, SIGINT 2,
	 * SIGQUIT 3, SIGKILL 9, SIGTERM 15, SIGCONT 18. Others are ignored.
	 */
	OSAAS_PROCESS_SIGNAL = 17,
	/* Host to plugin, the last, after all that it wrote: struct osaas_process_exit. */
	OSAAS_PROCESS_EXITED = 18,
};

struct osaas_process_size {
	uint16_t columns, rows;
	uint16_t width, height; /* pixels; 0: unknown */
};

struct osaas_process_spawn {
	struct osaas_process_size size;
	uint32_t args, env; /* how many strings of each */
};

struct osaas_process_exit {
	int32_t code;    /* of exit(); -1: it was killed */
	uint32_t signal; /* by this; 0: it was not */
};

/*
 * osaas_process_spawn starts the program and waits until it runs. YIELDS. args and env
 * end with NULL and may be NULL. 0 and its channel, or OSAAS_E*.
 */
int osaas_process_spawn(osaas_chan cap, const char *const *args, const char *const *env,
	struct osaas_process_size size, osaas_chan *out);
int osaas_process_resize(osaas_chan process, struct osaas_process_size size);
int osaas_process_signal(osaas_chan process, uint32_t signal);

#endif
