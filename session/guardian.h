/*
 * guardian: a tiny parent that outlives the session and gives the console back
 * when it dies, for whatever reason, SIGKILL included; and starts it again if that is
 * wanted.
 */
#ifndef OSAAS_SESSION_GUARDIAN_H
#define OSAAS_SESSION_GUARDIAN_H

/*
 * guardian_fork saves the console's modes and forks. It returns only in the
 * child, which is to become the session and is told SIGTERM if the guardian
 * dies first. The parent waits, passes SIGTERM, SIGINT and SIGHUP on, restores
 * the console and exits as the child did, or with 128 + signal. Meanwhile it closes what the
 * child gives it (closer.h).
 *
 * restarts: how often within a minute a session that crashed is started again (revive.h),
 * which is: guardian_fork returns again, in another child. In between the console is
 * the user's. While another one is shown it waits: a session takes what is shown.
 *
 * Call before anything with threads or devices. 0 in a child; -errno (logged)
 * when there is no VT to guard or it cannot fork.
 */
int guardian_fork(unsigned restarts);

/* guardian_vt: the console that the session gets; 0: there is no guardian. */
int guardian_vt(void);

/* guardian_deaths: how many sessions before this one died; 0 in the first. */
unsigned guardian_deaths(void);

/*
 * guardian_resume_path: the file that one session of this guardian leaves for the next
 * (resume.h); removed when the guardian ends. NULL: none is wanted, or there is no place.
 */
const char *guardian_resume_path(void);

/*
 * guardian_leave: the session is over and its seat closed. If the guardian was
 * killed, the session does its work: the console's session leader died with it, so
 * the terminal was hung up and libseat could not restore it.
 */
void guardian_leave(void);

#endif
