#include "session/helper.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "util/log.h"

static const struct {
	const char *name;
	int signal; /* when the session dies; 0: none */
	int (*run)(char **argv);
} helpers[] = {
	{"boost", SIGKILL, helper_boost},
	{"decode", SIGKILL, helper_decode},
	{"disk", SIGKILL, helper_disk},
	{"record", 0, helper_record},
	{"resolve", SIGKILL, helper_resolve},
	{"screenshot", 0, helper_screenshot},
	{"terminal", SIGHUP, helper_terminal},
};

static int run(size_t i, char **argv)
{
	pid_t parent = (pid_t)strtol(argv[0], NULL, 10);
	prctl(PR_SET_PDEATHSIG, helpers[i].signal);
	if (getppid() != parent)
		return 1;
	/* Ctrl+C is the session's: it says when it is over. */
	signal(SIGINT, SIG_IGN);
	return helpers[i].run(argv + 1);
}

int helper_main(int argc, char **argv)
{
	for (size_t i = 0; argc > 2 && i < sizeof helpers / sizeof *helpers; i++) {
		if (strcmp(argv[1], helpers[i].name) == 0)
			return run(i, argv + 2);
	}
	log_error("helper is what a session starts for itself; 'osaas --help' lists what "
		  "is for people");
	return 2;
}
