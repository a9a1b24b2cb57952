#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "session/child.h"
#include "session/helper.h"

/* Becomes a program of its own on the terminal CHILD_FD; CHILD_FAILED hears why not. */

static const char *find_shell(void)
{
	const char *shell = getenv("SHELL");
	if (shell && shell[0] == '/' && access(shell, X_OK) == 0)
		return shell;
	const struct passwd *user = getpwuid(getuid());
	return user && user->pw_shell && user->pw_shell[0] == '/' ? user->pw_shell
								  : "/bin/sh";
}

static int take_terminal(void)
{
	if (setsid() < 0 || ioctl(CHILD_FD, TIOCSCTTY, 0) < 0)
		return -errno;
	for (int fd = 0; fd < 3; fd++) {
		if (dup2(CHILD_FD, fd) < 0)
			return -errno;
	}
	return 0;
}

int helper_terminal(char **argv)
{
	if (!argv[0] || !argv[1])
		return 2;
	int r = take_terminal();
	const char *program = strcmp(argv[1], "shell") == 0 ? find_shell() : argv[1];
	const char *slash = strrchr(program, '/');
	argv[1] = (char *)(uintptr_t)(slash ? slash + 1 : program);
	signal(SIGINT, SIG_DFL);
	fcntl(CHILD_FAILED, F_SETFD, FD_CLOEXEC);
	close(CHILD_FD);
	close_range(CHILD_FAILED + 1, ~0U, 0);
	if (r == 0 && chdir(argv[0]) < 0 && chdir("/") < 0)
		r = -errno;
	if (r == 0) {
		execv(program, argv + 1);
		r = -errno;
	}
	if (write(CHILD_FAILED, &r, sizeof r) < 0)
		return 126;
	return 127;
}
