#include "control.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress.h"

static const struct {
	const char *name;
	const char *part; /* finds it */
	const char *what;
} controls[] = {
	{"gpr", "registers", "a general register is changed"},
	{"vector", "registers", "a vector register is changed"},
	{"x87", "registers", "an x87 register is changed"},
	{"mxcsr", "registers", "the rounding mode is changed"},
	{"fcw", "registers", "the x87 control word is changed"},
	{"redzone", "registers", "the red zone is written to"},
	{"flags", "registers", "the carry flag is changed"},
	{"sp", "registers", "the stack pointer is moved"},
	{"xsave", "registers", "the trampoline does not save vector registers"},
	{"lost", "messages", "a message is lost"},
	{"prime", "sieve", "a prime is wrong"},
	{"unclosed", "killed plugins", "channels of killed groups stay open"},
	{"hang", "progress", "a counter stands still"},
	{"map", "nothing leaks", "a mapping is left"},
	{"fd", "nothing leaks", "a descriptor is left"},
	{"bytes", "nothing leaks", "memory is left"},
};
#define CONTROLS (sizeof controls / sizeof *controls)

/* Of arch_x86_64.c: what XSAVE saves. */
extern uint32_t switch_xsave_mask;

bool control_known(const char *name)
{
	for (size_t i = 0; i < CONTROLS; i++) {
		if (strcmp(controls[i].name, name) == 0)
			return true;
	}
	return false;
}

void control_list(FILE *out)
{
	for (size_t i = 0; i < CONTROLS; i++)
		fprintf(out, "      %-10s %s\n", controls[i].name, controls[i].what);
}

size_t control_count(void)
{
	return CONTROLS;
}

static _Noreturn void exec_broken(const char *program, const char *name)
{
	int null = open("/dev/null", O_WRONLY);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execl(program, program, "--break", name, (char *)NULL);
	_exit(127);
}

/* The exit status, or -1: ended by a signal. */
static int run_broken(const char *program, const char *name)
{
	int status;
	pid_t child = fork();
	if (child == 0)
		exec_broken(program, name);
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

bool control_run_all(
	const char *program, unsigned *n, struct part *const *parts, size_t n_parts)
{
	bool blind = false;
	for (size_t i = 0; i < CONTROLS; i++) {
		int r = run_broken(program, controls[i].name);
		bool found = r > 0 && (size_t)r <= n_parts &&
			     strcmp(parts[r - 1]->name, controls[i].part) == 0;
		printf("%s %u - control: %s (%s)\n", found ? "ok" : "not ok", ++*n,
			controls[i].what, controls[i].name);
		if (!found)
			printf("# --break %s: status %d\n", controls[i].name, r);
		fflush(stdout);
		blind = blind || !found;
	}
	return blind;
}

void control_spoil(void)
{
	if (stress_broken("xsave"))
		switch_xsave_mask = 1; /* x87 only */
}

/* All is kept: LeakSanitizer need not find it. */
static void *volatile lost[2];

static void leave_mappings(void)
{
	/* More than AddressSanitizer's allocator is allowed. */
	for (int i = 0; i < 256; i++)
		mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

void control_leak(void)
{
	if (stress_broken("map"))
		leave_mappings();
	if (stress_broken("fd"))
		lost[0] = (void *)(intptr_t)open("/dev/null", O_RDONLY);
	if (!stress_broken("bytes"))
		return;
	lost[1] = lost[0];
	lost[0] = malloc(100);
}
