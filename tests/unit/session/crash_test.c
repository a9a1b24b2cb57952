/* The report of a fault of our own: what is in it, and that the process dies of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sched/sanitize.h"
#include "sched/sched.h"
#include "session/crash.h"
#include "util/log.h"

static volatile uintptr_t sixteen = 16;

static void fault(void)
{
	*(volatile char *)sixteen = 1;
}

static void fail_assertion(void)
{
	assert(sixteen == 0);
}

static void be_killed(void)
{
	raise(SIGSEGV);
}

/* A plugin's call, and the fault is the host's all the same. */
static void host_call(void *arg)
{
	(void)arg;
	sched_host_enter();
	fault();
}

static void in_task(void)
{
	static struct group group;
	if (sched_init() < 0)
		_exit(0);
	group_init(&group, "a plugin");
	group.text_lo = 1;
	group.text_hi = 2;
	if (!task_create(&group, "a coroutine", host_call, NULL, 0, TASK_NORMAL))
		_exit(0);
	for (;;)
		sched_run();
}

static const struct kase {
	const char *name;
	void (*fn)(void);
	int sig;
	const char *says[3];
} cases[] = {
	{"a fault", fault, SIGSEGV, {"SIGSEGV, code 1, address 0x10\n"}},
	{"an assertion", fail_assertion, SIGABRT, {"SIGABRT", "sent by process"}},
	{"sent by somebody", be_killed, SIGSEGV, {"SIGSEGV", "sent by process"}},
	{"in a plugin's call", in_task, SIGSEGV,
		{"address 0x10\n", "running  a plugin", "a coroutine"}},
};
static const char *const always[] = {"itself failed", "registers\n", "backtrace", "+0x",
	"  osaas: before it failed\n", "tasks"};

/* Its home, and where its stderr goes. */
static void run_child(const struct kase *kase, const char *home, const char *err)
{
	const struct rlimit no_core = {0, 0};
	int fd = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	setrlimit(RLIMIT_CORE, &no_core);
	setenv("XDG_STATE_HOME", home, 1);
	dup2(fd, STDERR_FILENO);
	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_DFL);
	crash_watch();
	log_info("before it failed");
	kase->fn();
	_exit(0);
}

static void read_text(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
}

/* The one report there; false: none. Removes it. */
static bool take_report(const char *home, char *text, size_t size)
{
	char folder[PATH_MAX], path[PATH_MAX + 256];
	struct dirent *entry;
	int n = 0;
	snprintf(folder, sizeof folder, "%s/osaas/reports", home);
	DIR *dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		n++;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
	}
	if (dir)
		closedir(dir);
	assert_true(n <= 1);
	if (n == 0)
		return false;
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	read_text(path, text, size);
	unlink(path);
	return true;
}

static void check_says(const struct kase *kase, const char *text)
{
	for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
		if (!strstr(text, always[i]))
			fail_msg("%s: no '%s' in\n%s", kase->name, always[i], text);
	}
	for (size_t i = 0; i < 3 && kase->says[i]; i++) {
		if (!strstr(text, kase->says[i]))
			fail_msg("%s: no '%s' in\n%s", kase->name, kase->says[i], text);
	}
}

static void die(const struct kase *kase, const char *home, const char *err)
{
	int status;
	pid_t child = fork();
	if (child == 0)
		run_child(kase, home, err);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != kase->sig)
		fail_msg("%s: status %#x", kase->name, (unsigned)status);
}

static void test_reports(void **state)
{
	static char text[65536];
	char home[] = "/tmp/osaas-crash-XXXXXX", err[64], path[64];
	(void)state;
	assert_non_null(mkdtemp(home));
	snprintf(err, sizeof err, "%s/err", home);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		die(&cases[i], home, err);
		assert_true(take_report(home, text, sizeof text));
		check_says(&cases[i], text);
		read_text(err, text, sizeof text);
		assert_non_null(strstr(text, "the session itself failed"));
		assert_non_null(strstr(text, home));
		/* Where there can be no folder: to stderr. */
		die(&cases[i], err, err);
		read_text(err, text, sizeof text);
		check_says(&cases[i], text);
	}
	unlink(err);
	snprintf(path, sizeof path, "%s/osaas/reports", home);
	rmdir(path);
	snprintf(path, sizeof path, "%s/osaas", home);
	rmdir(path);
	assert_int_equal(rmdir(home), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_reports)};
	return cmocka_run_group_tests_name("crash", tests, NULL, NULL);
}
