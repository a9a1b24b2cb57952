/*
 * guardian: a tiny parent that outlives the session and gives the console back
 * when it dies, for whatever reason, SIGKILL included.
 */
#ifndef OSAAS_SESSION_GUARDIAN_H
#define OSAAS_SESSION_GUARDIAN_H

/*
 * guardian_fork saves the console's modes and forks. It returns only in the
 * child, which is to become the session and is told SIGTERM if the guardian
 * dies first. The parent waits, passes SIGTERM, SIGINT and SIGHUP on, restores
 * the console and exits as the child did, or with 128 + signal.
 *
 * Call before anything with threads or devices. 0 in the child; -errno (logged)
 * when there is no VT to guard or it cannot fork.
 */
int guardian_fork(void);

/*
 * guardian_leave: the session is over and its seat closed. If the guardian was
 * killed, the session does its work: the console's session leader died with it, so
 * the terminal was hung up and libseat could not restore it.
 */
void guardian_leave(void);

#endif
