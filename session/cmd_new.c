#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/cmd.h"
#include "session/sdk.h"
#include "session/skeleton.h"
#include "util/log.h"

static const char help[] = "usage: osaas new NAME\n"
			   "\n"
			   "Writes a directory NAME with a plugin that builds and runs: "
			   "NAME.c to begin from,\n"
			   "meson.build, Makefile, README.md.\n"
			   "\n"
			   "NAME is of a-z, 0-9 and '-', and begins with a letter: it "
			   "becomes a file's name, part\n"
			   "of the plugin's id, and its function NAME_main.\n"
			   "\n"
			   "  --help   this text\n";

static bool is_good(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return n > 0 && n <= SKELETON_NAME && name[n] == '\0' &&
	       islower((unsigned char)*name) && name[n - 1] != '-';
}

/* The nearest good name, to say so. */
static void suggest(const char *name, char to[SKELETON_NAME + 1])
{
	size_t n = 0;
	const char *slash = strrchr(name, '/');
	for (const char *p = slash && slash[1] ? slash + 1 : name;
		*p && n < SKELETON_NAME; p++) {
		char c = (char)tolower((unsigned char)*p);
		bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
		if (letter || (digit && n > 0))
			to[n++] = c;
		else if (n > 0 && to[n - 1] != '-')
			to[n++] = '-';
	}
	while (n > 0 && to[n - 1] == '-')
		n--;
	to[n] = '\0';
}

/* Names that meson has for targets of its own. */
static bool is_mesons(const char *name)
{
	static const char *const names[] = {"all", "benchmark", "clean", "coverage",
		"dist", "distcheck", "install", "phony", "reconfigure", "test",
		"uninstall"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static int check_name(const char *name)
{
	char other[SKELETON_NAME + 1];
	struct stat st;
	if (!is_good(name)) {
		suggest(name, other);
		log_error("'%s' is no name for a plugin: a-z, 0-9 and '-', at most %d, a "
			  "letter "
			  "first; try 'osaas new %s'",
			name, SKELETON_NAME, *other ? other : "demo");
		return EXIT_USAGE;
	}
	if (is_mesons(name)) {
		log_error("'%s' is a word of meson's: try 'osaas new my-%s'", name, name);
		return EXIT_USAGE;
	}
	if (lstat(name, &st) == 0) {
		log_error("'%s' is there already, and is left as it is: take another "
			  "name, or "
			  "move it away",
			name);
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

/* In meson's and make's files a path stands as it is: only one of plain characters. */
static bool is_plain(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._+-";
	return path[strspn(path, plain)] == '\0';
}

/* The first program of that name in PATH. */
static bool find_program(const char *name, char to[PATH_MAX])
{
	const char *path = getenv("PATH");
	for (const char *p = path ? path : ""; *p; p += strspn(p, ":")) {
		int len = (int)strcspn(p, ":");
		snprintf(to, PATH_MAX, "%.*s/%s", len, p, name);
		if (access(to, X_OK) == 0)
			return true;
		p += len;
	}
	return false;
}

/* This program as it would have to be typed: its name, if that finds it. */
static void find_command(char to[PATH_MAX])
{
	char self[PATH_MAX], first[PATH_MAX], real[PATH_MAX];
	bool in_path = find_program("osaas", first) && realpath(first, real);
	if (!realpath("/proc/self/exe", self) || (in_path && strcmp(real, self) == 0))
		snprintf(to, PATH_MAX, "osaas");
	else
		snprintf(to, PATH_MAX, "%s", self);
}

/* export: what PKG_CONFIG_PATH has to be set to, or NULL. */
static void print_next(const char *name, const char *export)
{
	char command[PATH_MAX], program[PATH_MAX];
	find_command(command);
	printf("%s is a plugin now. Next:\n\n", name);
	if (!find_program("meson", program) || !find_program("pkg-config", program))
		puts("    apt-get install gcc meson pkg-config    (as root)");
	if (export)
		printf("    export PKG_CONFIG_PATH='%s'\n", export);
	printf("    cd %s\n", name);
	printf("    meson setup b && meson compile -C b\n");
	printf("    %s run --shot %s.png b/%s.so\n\n", command, name, name);
	printf("The last draws it into %s.png; README.md says more.\n", name);
}

static int create(const char *name)
{
	char sdk[PATH_MAX];
	int r = check_name(name);
	if (r != EXIT_OK)
		return r;
	if (sdk_find(sdk, sizeof sdk) < 0) {
		log_error("the SDK that belongs to this program is not there: install "
			  "osaas with "
			  "'meson install', or run the one in its build directory");
		return EXIT_FAILED;
	}
	bool known = sdk_is_default(sdk), plain = is_plain(sdk);
	if (skeleton_write(name, known || !plain ? NULL : sdk) < 0)
		return EXIT_FAILED;
	print_next(name, known || plain ? NULL : sdk);
	return EXIT_OK;
}

int cmd_new(int argc, char **argv)
{
	static const struct opt opts[] = {{0}};
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	const char *name = NULL;
	int id, code;
	while ((id = opt_next(&state, opts, "new")) != OPT_END) {
		if (opt_is_over(id, help, &code))
			return code;
		if (name) {
			log_error("new takes one name: 'osaas new %s'", name);
			return EXIT_USAGE;
		}
		name = state.value;
	}
	if (!name) {
		log_error("which name? 'osaas new demo' writes a plugin of that name");
		return EXIT_USAGE;
	}
	return create(name);
}
