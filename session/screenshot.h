/*
 * screenshot: what an output shows, upright, as pixels: composed anew from the windows,
 * whatever planes they are on. It is taken right after a frame was committed, or when none
 * is wanted, so that it holds up as little as it can: a composition and reading it back.
 * Encoding is for who asked.
 */
#ifndef OSAAS_SESSION_SCREENSHOT_H
#define OSAAS_SESSION_SCREENSHOT_H

#include <stdbool.h>
#include <stdint.h>

struct control_request;
struct gl_target;
struct reply;
struct screen;
struct session;

#define SCREENSHOT_NAME_MAX 32
#define SCREENSHOT_WORDS    2 /* that may follow the command's name */

/* What is handed over: this, then rows of 4 * width bytes, RGBA8, the top one first. */
#define SCREENSHOT_MAGIC "osaasP1"
struct screenshot_head {
	char magic[8];
	int32_t width, height;
	char screen[SCREENSHOT_NAME_MAX];
};

/*
 * screenshot_compose: its picture, with the pointer or without, into a target of its
 * view's size, and into rgba. Not of a mirror: of what that shows. 0 or -errno.
 */
int screenshot_compose(const struct screen *screen, bool pointer,
	struct gl_target *target, uint8_t *rgba);

/* screenshot_take gives a descriptor, the caller's; or -errno: -ESTALE the card was reset. */
int screenshot_take(const struct screen *screen, bool pointer);

/* screenshot_screen finds one by a name of its display (NULL: the first); NULL: refused, with those there are. */
struct screen *screenshot_screen(
	struct session *session, const char *name, struct reply *reply);

/*
 * 'osaas ctl screenshot': the words are [output=NAME] [pointer]. It is answered from
 * screenshot_turn, after the screens have painted: once per loop turn, one at a time, so that
 * many who ask hold up a frame by one picture.
 */
void screenshot_answer(struct session *session, const struct control_request *request,
	struct reply *reply);
void screenshot_turn(struct session *session);
void screenshot_finish(struct session *session); /* nobody is answered any more */
/* When screenshot_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t screenshot_next_ns(struct session *session);

#endif
