/*
 * In the handler anything may be torn: what is needed is prepared by crash_watch, each
 * part is written as soon as it is known, and what walks over our own data comes last. A
 * fault meanwhile ends the process, with what was written till then.
 */
#include "session/crash.h"

#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "sched/sched.h"
#include "sched/switch.h"
#include "session/config.h"
#include "session/folder.h"
#include "util/log.h"

#define FRAMES 64

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
#define SIGNALS (sizeof signals / sizeof *signals)

static struct {
	bool watching;
	struct sigaction old[SIGNALS];
	char folder[3072]; /* "": none */
} state;

int crash_folder(char *path, size_t size)
{
	const char *home = getenv("XDG_STATE_HOME");
	int n = -1;
	if (home && home[0] == '/')
		n = snprintf(path, size, "%s/osaas/reports", home);
	else if ((home = getenv("HOME")) && home[0] == '/')
		n = snprintf(path, size, "%s/.local/state/osaas/reports", home);
	return n > 0 && (size_t)n < size ? 0 : -ENOENT;
}

/* printf for the handler: numbers and strings only, which glibc formats without allocating. */
__attribute__((format(printf, 2, 3))) static void put(int fd, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n > 0)
		(void)!write(
			fd, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static void put_registers(int fd, const ucontext_t *uc)
{
	uint64_t registers[FAULT_REGISTERS];
	unsigned n = switch_registers(uc, registers);
	put(fd, "\nregisters\n");
	for (unsigned i = 0; i < n; i++)
		put(fd, "%8s %016" PRIx64 "%s", fault_register_name(i), registers[i],
			i % 3 == 2 || i + 1 == n ? "\n" : "");
}

static void put_backtrace(int fd)
{
	void *frames[FRAMES];
	int n = backtrace(frames, FRAMES);
	put(fd, "\nbacktrace, this handler's frames first (addr2line -fe osaas "
		"+0x...)\n");
	backtrace_symbols_fd(frames, n, fd);
}

static void put_line(void *data, const char *line)
{
	put(*(int *)data, "  %s\n", line);
}

static void put_task(void *data, const struct task_info *info)
{
	put(*(int *)data, "  %-8s %-20s %-20s %s\n", task_state_name(info->state),
		info->group, info->name, info->waits);
}

static void put_report(int fd, int sig, const siginfo_t *info, const ucontext_t *uc)
{
	put(fd, "osaas %s itself failed, not a plugin\n\nsignal     SIG%s, code %d",
		OSAAS_VERSION, sigabbrev_np(sig), info->si_code);
	if (info->si_code > 0)
		put(fd, ", address 0x%jx\n", (uintmax_t)(uintptr_t)info->si_addr);
	else
		put(fd, ", sent by process %d\n", info->si_pid);
	put(fd, "process    %d, at %jd s since 1970\n", getpid(), (intmax_t)time(NULL));
	put_registers(fd, uc);
	put_backtrace(fd);
	put(fd, "\nlast lines of the log\n");
	log_recent(put_line, &fd);
	put(fd, "\ntasks: the one that is running made the call which failed\n");
	sched_each_task(put_task, &fd);
}

static int open_report(char *path, size_t size)
{
	if (!state.folder[0])
		return -1;
	if (folder_make(state.folder) < 0)
		return -1;
	snprintf(path, size, "%s/osaas-%jd-%d.txt", state.folder, (intmax_t)time(NULL),
		getpid());
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

static bool is_of(const char *name, pid_t pid)
{
	intmax_t time;
	int of = 0, end = 0;
	return sscanf(name, "osaas-%jd-%d.txt%n", &time, &of, &end) == 2 && of == pid &&
	       end && !name[end];
}

/* The names begin with the time: the last one is the newest. */
int crash_find(pid_t pid, char path[static CRASH_PATH_MAX])
{
	char folder[sizeof state.folder], name[256] = "";
	if (crash_folder(folder, sizeof folder) < 0)
		return -ENOENT;
	DIR *dir = opendir(folder);
	if (!dir)
		return -ENOENT;
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (is_of(entry->d_name, pid) && strcmp(entry->d_name, name) > 0)
			snprintf(name, sizeof name, "%s", entry->d_name);
	}
	closedir(dir);
	snprintf(path, CRASH_PATH_MAX, "%s/%s", folder, name);
	return name[0] ? 0 : -ENOENT;
}

/* What caused it comes again when this handler returns; what was sent does not. */
static void die_of(int sig, const siginfo_t *info)
{
	for (size_t i = 0; i < SIGNALS; i++) {
		if (signals[i] == sig)
			sigaction(sig, &state.old[i], NULL);
	}
	if (info->si_code <= 0)
		raise(sig);
}

static void handle_crash(int sig, siginfo_t *info, void *context)
{
	char path[4096];
	int fd = open_report(path, sizeof path);
	if (fd >= 0)
		put(STDERR_FILENO,
			"osaas: error: the session itself failed (SIG%s); please report "
			"it, with %s\n",
			sigabbrev_np(sig), path);
	else
		put(STDERR_FILENO,
			"osaas: error: the session itself failed (SIG%s); please report "
			"it, with what follows\n",
			sigabbrev_np(sig));
	put_report(fd >= 0 ? fd : STDERR_FILENO, sig, info, context);
	die_of(sig, info);
}

void crash_watch(void)
{
	struct sigaction sa = {
		.sa_sigaction = handle_crash,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};
	void *frame;
	backtrace(&frame, 1); /* loads the unwinder */
	if (crash_folder(state.folder, sizeof state.folder) < 0)
		state.folder[0] = '\0';
	sigfillset(&sa.sa_mask);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &sa, &state.old[i]);
	state.watching = true;
}

void crash_unwatch(void)
{
	for (size_t i = 0; state.watching && i < SIGNALS; i++)
		sigaction(signals[i], &state.old[i], NULL);
	state.watching = false;
}
