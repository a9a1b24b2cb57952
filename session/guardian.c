#include "session/guardian.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "session/closer.h"
#include "session/control_socket.h"
#include "session/crash.h"
#include "session/held.h"
#include "session/revive.h"
#include "session/spare.h"
#include "session/vt.h"
#include "util/clock.h"
#include "util/log.h"

#define RESTORE_TRIES 20
#define RESTORE_PAUSE (25 * NS_PER_MS)
#define ORPHAN_TRIES                                                                     \
	80 /* for what the dead session leaves behind: libseat's server, the store */

/* Handlers run only while we wait: all these are blocked at any other time. */
static const int passed[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
#define PASSED (sizeof passed / sizeof *passed)

static pid_t child;           /* 0: none */
static int ending;            /* the signal that ends us; 0: none came */
static sigset_t blocked, old; /* signals: while we do not wait; as we were started */
static char resume_path[CONTROL_PATH_MAX]; /* "": none */

/* In the child. */
static pid_t guardian;  /* its parent, when it was forked */
static struct vt saved; /* the console as it was; not open */
static unsigned deaths;

static void pass_on(int sig)
{
	if (sig != SIGUSR1)
		ending = sig;
	if (child > 0)
		kill(child, sig);
}

static void note_child(int sig)
{
	(void)sig;
}

static void catch_signals(void)
{
	struct sigaction pass = {.sa_handler = pass_on},
			 note = {.sa_handler = note_child};
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	for (size_t i = 0; i < PASSED; i++)
		sigaddset(&blocked, passed[i]);
	sigprocmask(SIG_BLOCK, &blocked, &old);
	for (size_t i = 0; i < PASSED; i++)
		sigaction(passed[i], &pass, NULL);
	sigaction(SIGCHLD, &note, NULL);
	/* Restoring the line discipline from the background must not stop us. */
	signal(SIGTTOU, SIG_IGN);
}

static void reset_signals(void)
{
	for (size_t i = 0; i < PASSED; i++)
		signal(passed[i], SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGTTOU, SIG_DFL);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* Somebody else's keys, if another console is shown. */
static bool is_shown(const struct vt *vt)
{
	struct vt_watch watch;
	if (vt_watch_open(&watch) < 0)
		return false;
	bool shown = vt_watch_active(&watch) == vt->number;
	vt_watch_close(&watch);
	return shown;
}

/*
 * seatd and logind restore the console too, when they notice; whoever is last
 * wins, and all want the same. So: until it reads back right twice in a row.
 */
static void restore(struct vt *vt)
{
	struct timespec pause = ns_timespec(RESTORE_PAUSE);
	int right = 0;
	if (is_shown(vt))
		held_let_go_all();
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

/* Waiting. */

/* A signal, or something to close; while there is more of that, signals have their turn, too. */
static void wait_any(struct closer *closer)
{
	struct pollfd fd = {.fd = closer->take, .events = POLLIN};
	struct timespec none = {0};
	if (ppoll(&fd, 1, NULL, &old) <= 0)
		return;
	closer_drop(closer);
	ppoll(NULL, 0, &none, &old);
}

/* What else of the session is ours by now, since it died, is reaped on the way. */
static int wait_child(struct closer *closer)
{
	int status;
	for (;;) {
		pid_t pid = waitpid(-1, &status, WNOHANG);
		if (pid == child)
			return status;
		if (pid == 0)
			wait_any(closer);
	}
}

/* libseat's own server gives the console back when it notices: not into the next one's hands. */
static void wait_orphans(void)
{
	struct timespec pause = ns_timespec(RESTORE_PAUSE);
	for (int i = 0; i < ORPHAN_TRIES && !ending; i++) {
		pid_t pid;
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0)
			return;
		ppoll(NULL, 0, &pause, &old);
	}
}

static void wait_ns(uint64_t ns)
{
	uint64_t until = clock_now_ns() + ns;
	for (uint64_t now; !ending && (now = clock_now_ns()) < until;) {
		struct timespec left = ns_timespec(until - now);
		ppoll(NULL, 0, &left, &old);
	}
}

/* A seat gives out the console that is shown, which might be somebody else's. */
static void wait_shown(const struct vt *vt)
{
	struct vt_watch watch;
	if (vt_watch_open(&watch) < 0)
		return;
	bool told = false;
	int shown;
	while (!ending && (shown = vt_watch_active(&watch)) && shown != vt->number) {
		if (!told)
			log_info("tty%d is not shown: the session starts when it is "
				 "(Ctrl+Alt+F%d, or 'chvt %d')",
				vt->number, vt->number, vt->number);
		told = true;
		struct pollfd fd = {.fd = watch.fd, .events = POLLPRI | POLLERR};
		ppoll(&fd, 1, NULL, &old);
	}
	vt_watch_close(&watch);
}

/* What is said at the end. */

static void say_report(pid_t pid)
{
	char path[CRASH_PATH_MAX];
	if (crash_find(pid, path) == 0)
		log_error("what happened is in %s; please report it with that", path);
}

static void say_died(int status, pid_t pid)
{
	if (WIFSIGNALED(status))
		log_error("the session died of signal %d (%s); the console is yours "
			  "again",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	say_report(pid);
}

static _Noreturn void leave(struct vt *vt, int code)
{
	if (resume_path[0])
		unlink(resume_path);
	vt_close(vt);
	exit(code);
}

static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* It died: 0 when there is to be another one; else does not return. */
static void judge(struct vt *vt, struct revive *revive, int status, pid_t pid)
{
	uint64_t now = clock_now_ns();
	/* Before it watches for signals Ctrl+C ends it as it does any program. */
	if ((WIFSIGNALED(status) && !ending) || revive_is_crash(status))
		say_died(status, pid);
	if (ending || !revive_is_crash(status) || !revive->most)
		leave(vt, exit_code(status));
	uint64_t ns = revive_after(revive, now);
	if (ns == REVIVE_NEVER) {
		log_error("it crashed %u times within a minute and is not started again: "
			  "see the report, leave out the plugin that is to blame, or "
			  "start it with '--log debug'",
			revive_recent(revive, now) + 1);
		leave(vt, exit_code(status));
	}
	log_info("the session is started again in %.1f s (Ctrl+C: not)",
		(double)ns / NS_PER_S);
	wait_ns(ns);
	wait_shown(vt);
	if (ending)
		leave(vt, 128 + ending);
}

/* The child. */

static int become_child(struct vt *vt, pid_t parent)
{
	vt_close(vt);
	saved = *vt;
	guardian = parent;
	child = 0;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	reset_signals();
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
	if (resume_path[0])
		unlink(resume_path);
}

int guardian_vt(void)
{
	return guardian ? saved.number : 0;
}

unsigned guardian_deaths(void)
{
	return deaths;
}

const char *guardian_resume_path(void)
{
	return resume_path[0] ? resume_path : NULL;
}

static const char *way_out(int r)
{
	return r == -ENOTTY ? "start it from a text console (tty1 and up)"
			    : "log in on that console, or run it as root";
}

static int find_vt(struct vt *vt)
{
	int r = vt_find(vt);
	if (r == 0)
		r = vt_save(vt);
	if (r == 0)
		return 0;
	log_error("no virtual terminal to take over (tty%d: %s): %s, or use "
		  "--backend headless",
		vt->number, strerror(-r), way_out(r));
	vt_close(vt);
	return r;
}

static void find_resume_path(void)
{
	struct control_error err;
	char folder[CONTROL_PATH_MAX];
	int n = -1;
	/* Ours alone: what is in it is started. */
	if (control_make_folder(folder, &err) == 0)
		n = snprintf(resume_path, sizeof resume_path, "%.90s/resume.%d", folder,
			getpid());
	if (n < 0 || strlen(folder) > 90)
		resume_path[0] = '\0';
}

static void open_closer(struct closer *closer)
{
	int r = closer_open(closer);
	if (r < 0)
		log_info(
			"the session closes input devices itself, and its sound may wait "
			"for it: %s",
			strerror(-r));
}

int guardian_fork(unsigned restarts)
{
	struct revive revive = {.most = restarts};
	struct closer closer;
	struct vt vt;
	int r = find_vt(&vt);
	if (r < 0)
		return r;
	pid_t parent = getpid();
	if (restarts)
		find_resume_path();
	catch_signals();
	/* What the session leaves behind comes to us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	wait_shown(&vt);
	if (ending)
		leave(&vt, 128 + ending);
	for (;; deaths++) {
		open_closer(&closer);
		child = fork();
		if (child == 0) {
			closer_give(&closer);
			return become_child(&vt, parent);
		}
		if (child < 0) {
			r = -errno;
			log_error("cannot fork the session: %s", strerror(-r));
			leave(&vt, 1);
		}
		pid_t pid = child;
		closer_take(&closer);
		spare_give_back();
		int status = wait_child(&closer);
		child = 0;
		restore(&vt);
		closer_finish(&closer);
		/* At once, and when libseat's own server has done the same in its way. */
		if (WIFSIGNALED(status) || revive_is_crash(status)) {
			wait_orphans();
			restore(&vt);
		}
		judge(&vt, &revive, status, pid);
	}
}
