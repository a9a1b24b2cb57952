/* run_options: what the command lines of osaas session and osaas run have in common. */
#ifndef OSAAS_SESSION_RUN_OPTIONS_H
#define OSAAS_SESSION_RUN_OPTIONS_H

#include <stdbool.h>

#include "session/cmd.h"
#include "session/session.h"

enum run_option {
	RUN_BACKEND,
	RUN_SHOT,
	RUN_FOR,
	RUN_CLOCK,
	RUN_SCALE,
	RUN_RENDERER,
	RUN_AUDIO,
	RUN_FENCE,
	RUN_CONFIG,
	RUN_GRANT,
	RUN_LOG,
	RUN_OWN, /* a command's own options begin here */
};

/* Rows of a table of struct opt. */
/* clang-format off */
#define RUN_OPTIONS \
	{"backend", RUN_BACKEND, true}, \
	{"shot", RUN_SHOT, true}, \
	{"for", RUN_FOR, true}, \
	{"clock", RUN_CLOCK, true}, \
	{"scale", RUN_SCALE, true}, \
	{"renderer", RUN_RENDERER, true}, \
	{"audio", RUN_AUDIO, true}, \
	{"fence", RUN_FENCE, true}, \
	{"config", RUN_CONFIG, true}, \
	{"grant", RUN_GRANT, true}, \
	{"log", RUN_LOG, true}
/* clang-format on */

/* As they were given; what was not is as the command set it. Texts are argv's. */
struct run_options {
	struct session_options session;
	const char *backend;
	const char *config;
	const char *grants[GRANTS_MAX]; /* as many as session.n_grants */
	bool fence_given, renderer_given;
};

/* run_options_take takes one of enum run_option. False: reported. */
bool run_options_take(struct run_options *run, int id, const char *value);

#endif
