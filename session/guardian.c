#include "session/guardian.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "session/vt.h"
#include "util/clock.h"
#include "util/log.h"

#define RESTORE_TRIES 20
#define RESTORE_PAUSE (25 * NS_PER_MS)

static volatile pid_t child;
static pid_t guardian;  /* in the child: its parent, when it was forked */
static struct vt saved; /* in the child: the console as it was; not open */

static void pass_on(int sig)
{
	if (child > 0)
		kill(child, sig);
}

static const int passed[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};

/* One that comes while we fork waits until there is a child to tell, or to be. */
static void hold_signals(sigset_t *old)
{
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
		sigaddset(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, old);
}

static void catch_signals(void)
{
	struct sigaction sa = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
	for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
		sigaction(passed[i], &sa, NULL);
	/* Restoring the line discipline from the background must not stop us. */
	signal(SIGTTOU, SIG_IGN);
}

static void reset_signals(void)
{
	for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
		signal(passed[i], SIG_DFL);
	signal(SIGTTOU, SIG_DFL);
}

/*
 * seatd and logind restore the console too, when they notice; whoever is last
 * wins, and all want the same. So: until it reads back right twice in a row.
 */
static void restore(struct vt *vt)
{
	struct timespec pause = ns_timespec(RESTORE_PAUSE);
	int right = 0;
	for (int i = 0; i < RESTORE_TRIES && right < 2; i++) {
		if (vt_is_restored(vt)) {
			right++;
		} else {
			right = 0;
			vt_restore(vt);
		}
		nanosleep(&pause, NULL);
	}
	vt_restore(vt);
	if (!vt_is_restored(vt))
		log_error("the console on tty%d could not be restored: run 'kbd_mode -u; "
			  "chvt %d' from another one",
			vt->number, vt->number);
}

static int exit_code(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	log_error("the session died of signal %d (%s); the console is yours again",
		WTERMSIG(status), strsignal(WTERMSIG(status)));
	return 128 + WTERMSIG(status);
}

static _Noreturn void guard(struct vt *vt, const sigset_t *old)
{
	int status = 0;
	sigprocmask(SIG_SETMASK, old, NULL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	child = 0;
	restore(vt);
	vt_close(vt);
	exit(exit_code(status));
}

static int become_child(struct vt *vt, pid_t parent, const sigset_t *old)
{
	vt_close(vt);
	saved = *vt;
	guardian = parent;
	reset_signals();
	sigprocmask(SIG_SETMASK, old, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		raise(SIGTERM);
	return 0;
}

void guardian_leave(void)
{
	if (!guardian || getppid() == guardian || vt_open(&saved) < 0)
		return;
	signal(SIGTTOU, SIG_IGN);
	restore(&saved);
	vt_close(&saved);
}

static const char *way_out(int r)
{
	return r == -ENOTTY ? "start it from a text console (tty1 and up)"
			    : "log in on that console, or run it as root";
}

int guardian_fork(void)
{
	struct vt vt;
	int r = vt_find(&vt);
	if (r == 0)
		r = vt_save(&vt);
	if (r < 0) {
		log_error("no virtual terminal to take over (tty%d: %s): %s, or use "
			  "--backend headless",
			vt.number, strerror(-r), way_out(r));
		vt_close(&vt);
		return r;
	}
	pid_t parent = getpid();
	sigset_t old;
	hold_signals(&old);
	catch_signals();
	child = fork();
	if (child < 0) {
		r = -errno;
		log_error("cannot fork the session: %s", strerror(-r));
		vt_close(&vt);
		return r;
	}
	if (child == 0)
		return become_child(&vt, parent, &old);
	guard(&vt, &old);
}
