#include <stdio.h>
#include <string.h>

#include "session/cmd.h"
#include "session/config.h"
#include "session/helper.h"
#include "util/log.h"

static const char help[] =
	"usage: osaas COMMAND [options]\n"
	"\n"
	"  session   take the screen and run plugins\n"
	"  run       run one plugin on top of the present system, for its author\n"
	"  check     read a plugin without running it\n"
	"  ctl       ask the running session, or end it\n"
	"  doctor    what this machine has and lacks for a session\n"
	"  new       write a plugin to begin from\n"
	"  ops       what a frame draws: as text, from text, as a picture\n"
	"\n"
	"  --version\n"
	"  --help    this text; 'osaas COMMAND --help' for a command's\n";

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"session", cmd_session},
	{"run", cmd_run},
	{"check", cmd_check},
	{"ctl", cmd_ctl},
	{"doctor", cmd_doctor},
	{"new", cmd_new},
	{"ops", cmd_ops},
	{"store", cmd_store},
	{"helper", helper_main},
};

static bool is(const char *arg, const char *a, const char *b)
{
	return strcmp(arg, a) == 0 || strcmp(arg, b) == 0;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	if (!name) {
		fputs(help, stderr);
		return EXIT_USAGE;
	}
	if (is(name, "--help", "-h") || is(name, "help", "help")) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	if (is(name, "--version", "-V")) {
		puts("osaas " OSAAS_VERSION);
		return EXIT_OK;
	}
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	}
	log_error("there is no command '%s'; 'osaas --help' lists them", name);
	return EXIT_USAGE;
}
