/* confine: a process that is confined computes and talks over what it has; all else is refused. */
#include "session/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sched/sanitize.h"

#define MEMORY ((size_t)64 << 20)

/* Each gives -1 and EPERM where it is refused. */
static long open_file(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}

static long open_new(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/tmp/confined", O_CREAT | O_WRONLY, 0600);
}

static long make_socket(void)
{
	return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static long make_process(void)
{
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static long become(void)
{
	char *argv[] = {"true", NULL};
	return syscall(SYS_execve, "/bin/true", argv, NULL);
}

static long kill_other(void)
{
	return syscall(SYS_kill, getppid(), 0);
}

static long trace(void)
{
	return syscall(SYS_ptrace, 16, getppid(), 0, 0);
}

static long make_code(void)
{
	return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static long turn_into_code(void)
{
	static _Alignas(4096) char page[4096];
	return syscall(SYS_mprotect, page, sizeof page, PROT_READ | PROT_EXEC);
}

static long map(int flags)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
	return at == MAP_FAILED ? -1 : 0;
}

static long map_shared(void)
{
	return map(MAP_SHARED);
}

static long map_downwards(void)
{
	return map(MAP_PRIVATE | MAP_GROWSDOWN);
}

static long loosen(void)
{
	return syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long block_signals(void)
{
	const uint64_t all = UINT64_MAX;
	return syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
}

static long ignore_signal(void)
{
	return signal(SIGXCPU, SIG_IGN) == SIG_ERR ? -1 : 0;
}

static long return_from_signal(void)
{
	return syscall(SYS_rt_sigreturn);
}

static long compute_longer(void)
{
	struct rlimit most = {RLIM_INFINITY, RLIM_INFINITY};
	return syscall(SYS_prlimit64, 0, RLIMIT_CPU, &most, NULL);
}

static long other_numbers(void)
{
#ifdef __x86_64__
	return syscall(0x40000000 | SYS_read, -1, NULL, 0); /* x32's */
#else
	errno = EPERM;
	return -1;
#endif
}

static const struct {
	const char *name;
	long (*call)(void);
} refused[] = {{"open", open_file}, {"create", open_new}, {"socket", make_socket},
	{"fork", make_process}, {"exec", become}, {"kill", kill_other}, {"ptrace", trace},
	{"code", make_code}, {"turn into code", turn_into_code},
	{"shared memory", map_shared}, {"memory that grows", map_downwards},
	{"prctl", loosen}, {"block signals", block_signals},
	{"ignore a signal", ignore_signal}, {"return from a signal", return_from_signal},
	{"prlimit", compute_longer}, {"x32", other_numbers}};

/* Each gives NULL or MAP_FAILED: it is too much memory. */
static void *take(void)
{
	return malloc(2 * MEMORY);
}

static void *map_to_read(void)
{
	return mmap(NULL, 2 * MEMORY, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *write_and_keep(void)
{
	void *at = NULL;
	for (int i = 0; i < 3 && at != MAP_FAILED; i++) {
		at = mmap(NULL, MEMORY / 2, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (at != MAP_FAILED)
			mprotect(at, MEMORY / 2, PROT_READ);
	}
	return at;
}

static void *enlarge_stack(void)
{
	_Alignas(4096) char page[4096];
	return mremap(page, sizeof page, 2 * MEMORY, MREMAP_MAYMOVE);
}

static const struct {
	const char *name;
	void *(*take)(void);
} too_much[] = {{"too much memory", take}, {"too much to read", map_to_read},
	{"too much stack", enlarge_stack}, {"too much kept", write_and_keep}};

#ifdef OSAAS_ASAN
static const bool limited = false;
#else
static const bool limited = true;
#endif

static void say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		_exit(3);
}

static void be_confined(int fd)
{
	if (confine(MEMORY) < 0) {
		say(fd, "cannot be confined");
		_exit(1);
	}
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		errno = 0;
		if (refused[i].call() != -1 || errno != EPERM)
			say(fd, refused[i].name);
	}
	char *some = malloc((size_t)20 << 20);
	if (!some)
		say(fd, "no memory");
	else
		memset(some, 1, (size_t)20 << 20);
	for (size_t i = 0; limited && i < sizeof too_much / sizeof *too_much; i++) {
		void *volatile much = too_much[i].take();
		if (much && much != MAP_FAILED)
			say(fd, too_much[i].name);
	}
	char back[8];
	if (recv(fd, back, sizeof back, 0) != 5)
		say(fd, "hears nothing");
	say(fd, "done");
	_exit(0);
}

static void test_confined(void **state)
{
	int ends[2], status;
	char text[256] = "";
	size_t got = 0;
	ssize_t n;
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		be_confined(ends[1]);
	}
	close(ends[1]);
	assert_int_equal(write(ends[0], "hello", 5), 5);
	while ((n = read(ends[0], text + got, sizeof text - 1 - got)) > 0)
		got += (size_t)n;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_string_equal(text, "done");
	assert_int_equal(status, 0);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_confined)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
