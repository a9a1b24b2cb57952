/*
 * pointer: the picture of the pointer: where it is, which shape what is under it asks for,
 * and on which screen it shows. The pictures are cursor_theme's.
 */
#ifndef OSAAS_SESSION_POINTER_H
#define OSAAS_SESSION_POINTER_H

#include <stdbool.h>
#include <stdint.h>

struct pointer;
struct session;

/* What a screen shows at the pointer: valid until it is told of another one. */
struct pointer_image {
	const uint32_t *argb;  /* premultiplied, rows of width words */
	int32_t width, height; /* view pixels; at most CURSOR_SIDE */
	int32_t hot_x, hot_y;  /* the pixel that points */
	uint64_t serial;       /* never 0; the same picture has the same */
};

/*
 * pointer_create reads session->settings and loads the default arrow; pointer_configure does
 * so anew.
 */
struct pointer *pointer_create(struct session *session);
void pointer_configure(struct pointer *pointer);
void pointer_destroy(struct pointer *pointer); /* takes NULL, as all of these */

/*
 * pointer_at: it moved here, in the layout: it is seen from now on, until fingers touch
 * (pointer_hide), or it rested for [session] cursor-hide seconds.
 */
void pointer_at(struct pointer *pointer, double x, double y, uint64_t now_ns);
void pointer_hide(struct pointer *pointer);
/* pointer_hold: a window has it for itself: it is not seen, moved or not. */
void pointer_hold(struct pointer *pointer, bool held);
/*
 * pointer_put: it is here without having been moved. there: something could move it. It is
 * not seen where nothing could, and nothing did.
 */
void pointer_put(struct pointer *pointer, double x, double y, bool there);

/* pointer_where: whether it is seen, and where it is in any case. */
bool pointer_where(const struct pointer *pointer, double *x, double *y);

/* pointer_changed: what is under it may be another thing: frames, windows, screens. */
void pointer_changed(struct pointer *pointer);

/* pointer_turn tells the screens, if something changed: once per turn, before they paint. */
void pointer_turn(struct pointer *pointer, uint64_t now_ns);
uint64_t pointer_next_ns(const struct pointer *pointer); /* UINT64_MAX: no matter */

#endif
