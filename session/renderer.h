/*
 * renderer: who turns scenes into pixels: a graphics card through its driver, or the processor
 * alone, for which no driver is loaded: that costs a large part of the start and tens of
 * megabytes, also where it only would compute on the processor itself.
 */
#ifndef OSAAS_SESSION_RENDERER_H
#define OSAAS_SESSION_RENDERER_H

#include <stdbool.h>

#include "gl/gl.h"

struct session;

enum renderer {
	RENDERER_AUTO, /* the card where it can draw, else the processor */
	RENDERER_GL,   /* OpenGL ES, be it software */
	RENDERER_CPU,
};

/* What was chosen, once in a session's life: cards may come and go. */
struct renderer_choice {
	bool made, cpu;
	char why[200]; /* a phrase: "vkms only shows pictures" */
};

/*
 * renderer_for_card: fd is any node of the card that shows the pictures. renderer_for_memory:
 * pictures only go into memory; folder is /dev/dri: a card that draws must be there, and this
 * user may use it. Both do nothing when it was chosen before.
 */
void renderer_for_card(enum renderer wanted, int fd, struct renderer_choice *choice);
void renderer_for_memory(
	enum renderer wanted, const char *folder, struct renderer_choice *choice);

/*
 * renderer_fall_back: after an error of starting the first renderer, logged or in why: the
 * processor is to be tried, which is logged. False: it was, or the card was asked for.
 */
bool renderer_fall_back(struct session *session, const char *why);

/* renderer_open makes session->gl as it was chosen, by platform if it is the card. 0 or -errno. */
int renderer_open(struct session *session, enum gl_platform platform, void *native,
	struct gl_error *err);

/* renderer_open_memory: for pictures in memory: chooses, opens, falls back. 0 or -errno, logged. */
int renderer_open_memory(struct session *session);

#endif
