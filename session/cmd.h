/* cmd: the sub-commands. Each gets its own argv (argv[0] is its name) and gives the exit code. */
#ifndef OSAAS_SESSION_CMD_H
#define OSAAS_SESSION_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/fence.h"
#include "session/renderer.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1, /* one line on stderr says what, why, and what to do */
	EXIT_USAGE = 2,  /* the command line makes no sense */
	EXIT_LOST = 3, /* the session lost what it needs; another one may get it again */
};

int cmd_session(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_ctl(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_ops(int argc, char **argv);
int cmd_ops_render(int argc, char **argv); /* of cmd_ops */
int cmd_store(int argc, char **argv);      /* not for people: store.h */

/*
 * Options: "--name VALUE" or "--name=VALUE", "--flag". opt_next walks argv:
 * OPT_ARG gives an operand in value, OPT_END the end; a wrong one is reported
 * and gives OPT_BAD. Each command has --help and -h: OPT_HELP.
 */
struct opt {
	const char *name; /* without the dashes */
	int id;           /* >= 0 */
	bool value;       /* it takes one */
};
#define OPT_END  (-1)
#define OPT_ARG  (-2)
#define OPT_BAD  (-3)
#define OPT_HELP (-4)
struct opt_state {
	int argc, index;
	char **argv;
	bool operands; /* "--" was seen */
	const char *value;
};
int opt_next(struct opt_state *state, const struct opt *opts, const char *command);
/* opt_is_over: with this the command ends: OPT_HELP, which is printed, or OPT_BAD. *code: its exit code. */
bool opt_is_over(int id, const char *help, int *code);

/* The same of a configuration, without a word. What should have been written: VALUE_*. */
bool value_size(const char *text, int32_t *width, int32_t *height);
bool value_seconds(const char *text, uint64_t *ns);
bool value_scale(const char *text, float *scale);
#define VALUE_SIZE  "a size as 1024x768"
#define VALUE_SCALE "a number from 0.25 to 8"
bool value_restart(const char *text, int *times);
bool value_fence(const char *text, enum fence_mode *mode);
bool value_renderer(const char *text, enum renderer *renderer);
#define VALUE_LOG      "silent, error, info or debug"
#define VALUE_FENCE    "auto or off"
#define VALUE_RENDERER "auto, gl or cpu"
#define VALUE_RESTART  "a number from 0 (never) to 100"

/* opt_size reads "1024x768" (1..16384); opt_seconds "0.5" into ns; opt_scale 0.25..8. False: reported. */
bool opt_size(const char *text, int32_t *width, int32_t *height);
bool opt_seconds(const char *text, uint64_t *ns);
bool opt_scale(const char *text, float *scale);
bool opt_restart(const char *text, int *times);
bool opt_log(const char *text);
bool opt_clock(const char *text, bool *is_virtual);      /* "real", "virtual" */
bool opt_audio(const char *text, const char **rule);     /* of osaas.ini(5), borrowed */
bool opt_fence(const char *text, enum fence_mode *mode); /* by name: "auto", "off" */
bool opt_renderer(const char *text, enum renderer *renderer); /* "auto", "gl", "cpu" */
/* opt_grant adds one --grant to those there are. */
#define GRANTS_MAX 64
bool opt_grant(const char **grants, size_t *n, const char *text);

#endif
