/*
 * child: another process, for what would block this one. It is this same program as
 * "osaas helper NAME", started without copying the session (its memory, its GPU), so
 * starting costs the session little and reads no disk: that is the child's to do.
 *
 * It is watched through a pidfd and reaped when it ends, never by SIGCHLD. It ends with
 * the session at the latest, but for child_leave.
 */
#ifndef OSAAS_SESSION_CHILD_H
#define OSAAS_SESSION_CHILD_H

#include <stdbool.h>

struct child;
struct loop;

#define CHILD_ARGS   96
#define CHILD_FD     3 /* in the child: the first of child_spec.fds */
#define CHILD_FAILED 4 /* ... and the second */

struct child_spec {
	const char *const
		*args;    /* after "osaas helper", NULL at the end; CHILD_ARGS at most */
	char *const *env; /* NULL: the session's */
	int fds[2];       /* become CHILD_FD and the next; -1: none. Borrowed */
};

/*
 * child_start: ended is called once, from the loop, with what waitid told of it: code
 * is CLD_EXITED or CLD_KILLED and such, status its exit code or signal. 0 or -errno.
 */
typedef void (*child_ended)(void *data, int code, int status);
int child_start(struct loop *loop, const struct child_spec *spec, child_ended ended,
	void *data, struct child **out);
/* child_signal: one that has ended already is no error; group: and all of its process group. */
void child_signal(struct child *child, int sig, bool group);
/*
 * child_limit_cpu: from now on it may use the processor for so many seconds, or one more; then
 * SIGXCPU ends it, if it can neither block nor ignore that (confine.h). Each call begins anew. 0 or
 * -errno; one that has ended already is no error.
 */
int child_limit_cpu(struct child *child, unsigned seconds);
/*
 * child_hang_up forgets it (NULL is fine) as a terminal does: SIGHUP to its process group,
 * and SIGKILL to what is left of that two seconds later.
 */
void child_hang_up(struct child *child);
/* child_leave forgets it (NULL is fine), and it goes on: it may outlive the session. */
void child_leave(struct child *child);
/* child_destroy forgets it (NULL is fine): killed if it still runs; ended is not called. */
void child_destroy(struct child *child);
/*
 * child_finish, before the loop is destroyed: those that were forgotten have a second to
 * end, then they are killed.
 */
void child_finish(void);

#endif
