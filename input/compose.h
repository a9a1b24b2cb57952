/*
 * compose: several keys that make one text: dead keys, the compose key. The table is that of
 * the locale, in which xkbcommon finds ~/.XCompose first.
 */
#ifndef OSAAS_INPUT_COMPOSE_H
#define OSAAS_INPUT_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/input.h"

struct xkb_context;
struct xkb_compose_table;
struct xkb_compose_state;

#define COMPOSE_TEXT 256 /* of a result, zero terminated */

struct compose {
	struct xkb_context
		*later; /* the locale's table is still to be read; NULL: it was */
	struct xkb_compose_table *table;
	struct xkb_compose_state *state; /* NULL: no table, so nothing is composed */
	char pending[64]; /* what was typed of one that is not complete, to be shown */
};

enum compose_result {
	COMPOSE_NOTHING,   /* the key is a key */
	COMPOSE_PENDING,   /* part of a sequence: it types nothing */
	COMPOSE_DONE,      /* it ends one: text and keysym are what that makes */
	COMPOSE_CANCELLED, /* no sequence goes on so: all of it types nothing */
};

/*
 * compose_open takes the table of file (NULL: of LC_ALL, LC_CTYPE or LANG, and where that has
 * none en_US.UTF-8's). 0, or -errno with err->text, which may be NULL: then compose is
 * as it was. Without any table of locales: 0, and nothing is composed. The context is
 * borrowed: a locale's table, which takes ten milliseconds, is read when a key comes that may
 * begin a sequence of it; somebody's own, where any key may, at once.
 */
int compose_open(struct compose *compose, struct xkb_context *context, const char *file,
	struct input_error *err);
void compose_finish(struct compose *compose); /* zeroed is fine */

/* compose_feed: a key was pressed; text, and *keysym (0: none), are set when it is DONE. */
enum compose_result compose_feed(
	struct compose *compose, uint32_t *keysym, char text[static COMPOSE_TEXT]);
/* compose_sign: the character that stands for a dead key, or the compose key, while it waits. */
uint32_t compose_sign(uint32_t keysym);
/* compose_is_dead: it types nothing by itself. */
bool compose_is_dead(uint32_t keysym);
/* compose_reset forgets what was begun. */
void compose_reset(struct compose *compose);

#endif
