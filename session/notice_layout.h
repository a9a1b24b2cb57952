/*
 * notice_layout: where everything of a notice is, for a window of any size. Pure: text
 * is measured by the caller.
 *
 * Lengths are designed in dp. A window that is too small for one design gets a closer
 * one, with less text, and in the end a smaller one. All boxes and all lines that text
 * stands on are whole pixels.
 */
#ifndef OSAAS_SESSION_NOTICE_LAYOUT_H
#define OSAAS_SESSION_NOTICE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"

struct notice_words {
	const char *title, *what;
	const char *report; /* where it is; "": nowhere */
};

struct notice_measure {
	float (*width)(void *data, bool bold, float size, const char *s, size_t n);
	void *data;
	float cap; /* height of a capital, in ems */
};

enum notice_role {
	NOTICE_TITLE, /* bold */
	NOTICE_WHAT,
	NOTICE_REPORT,
	NOTICE_LABEL, /* of a button; bold */
};

struct notice_line {
	enum notice_role role;
	const char *text; /* of the words, or a constant */
	size_t n;
	bool cut; /* "..." follows */
	float size, x, y;
};

#define NOTICE_LINES_MAX 16

enum notice_button {
	NOTICE_RESTART,
	NOTICE_CLOSE,
	NOTICE_BUTTONS, /* how many; also: none of them */
};

struct notice_layout {
	bool empty; /* nothing that could be read fits */
	float k;    /* pixels of a dp here */
	struct gl_rect card, icon, buttons[NOTICE_BUTTONS];
	float radius, button_radius;
	struct notice_line lines[NOTICE_LINES_MAX]; /* the buttons' labels too */
	size_t n_lines;
};

void notice_lay_out(struct notice_layout *out, int32_t width, int32_t height, float scale,
	const struct notice_words *words, const struct notice_measure *measure);

extern const char notice_ellipsis[];

#endif
