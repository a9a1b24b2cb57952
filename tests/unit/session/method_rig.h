/*
 * method_rig: input methods on the session's own windows, layers and channels, and a keyboard
 * without devices. A case is a table.
 *
 * Beside the words of routing_rig.h, those of the method, the first one, or the one after
 * "other " (METHOD commit TEXT ...):
 *	methods N        so many are there
 *	commit TEXT, compose FROM TO TEXT, delete BEFORE AFTER, old TEXT: a commit to the last field
 *	type CODE LEVEL [MODS TIMES], grab 0|1, pass 0|1: of the last that it was asked
 *	layout N, dismiss, raw TYPE
 *	tap CODE, down. CODE, up. CODE: on the keyboard
 *	wait MS, tablet 0|1, choose NAME, next-method, caret: where TEXT said last that it is
 *	unread ...: and the plugin reads nothing of it yet
 * What a method hears: F(KIND HINT KEYBOARD CHOSEN), T(FROM-TO"TEXT" SELECTION
 * COMPOSITION), M(LAYOUT/LAYOUTS CAPS), P(NAME'TEXT), R(NAME), "=" and a result that is not 0;
 * of a second one after "|".
 */
#ifndef OSAAS_TESTS_METHOD_RIG_H
#define OSAAS_TESTS_METHOD_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/input.h"
#include "routing_rig.h"
#include "session/service.h"

#define METHODS 2
#define STEPS   32

struct method_step {
	const char *what, *window, *method;
	const char *frame;
};

struct method_case {
	const char *name, *layout;
	struct method_step steps[STEPS];
};

extern struct method_rig {
	struct rig rig;
	struct session_options options;
	struct plugin *plugins[METHODS];
	struct input *input;
	struct service *services[METHODS];
	struct endpoint *ends[METHODS];
	uint64_t field[METHODS], last_field[METHODS], serial[METHODS];
	char heard[8192], caret[64];
	bool other; /* what comes next is heard by the second method */
} method_rig;

#define FIELD(tag, more)                                                                 \
	"clip rect 0 0 50 50\narea " tag "\nlisten " tag " focus 0 0 0 0\n" more         \
	"clip pop\n"
#define EDITOR(tag, text, from, to, select)                                              \
	FIELD(tag, "selection " tag " " select " 4 20 12 3\nsnippet " tag " " from       \
		   " " to " \"" text "\"\n")

/* method_begin: with one method and these layouts; NULL: "us". */
void method_begin(const char *layout);
void method_end(void);
void method_step(const struct method_step *step);
/* A cmocka test, *state is a method_case. */
void method_test(void **state);

/* method_send: as method i; text may be NULL. */
void method_send(
	int i, uint32_t type, const void *payload, size_t size, const char *text);
/* method_feed: a key of that code, in decimal. */
void method_feed(const char *code, bool pressed);
/* method_turn: the session's, until nothing more is heard. */
void method_turn(void);

#endif
