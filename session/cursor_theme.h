/*
 * cursor_theme: pictures of the pointer by shape and size, from an XCursor theme; where it
 * lacks one, that of the next best name, and in the end an arrow of our own. What was
 * loaded once is kept.
 */
#ifndef OSAAS_SESSION_CURSOR_THEME_H
#define OSAAS_SESSION_CURSOR_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "session/pointer.h"
#include "util/library.h"

#define CURSOR_SIDE         512 /* pixels, at most; a larger picture is refused */
#define CURSOR_KEPT         64  /* pictures; the one not asked for longest goes */
#define CURSOR_DEFAULT_SIZE 24

struct cursor_theme;

/*
 * cursor_theme_create: NULL and 0: as $XCURSOR_THEME and $XCURSOR_SIZE say, else "default" and
 * 24. The size is that of scale 1.
 */
struct cursor_theme *cursor_theme_create(const char *name, int size);
void cursor_theme_destroy(struct cursor_theme *theme); /* takes NULL */

/*
 * cursor_theme_image: shape is enum op_cursor; NULL: CURSOR_NONE, nothing is to be seen. Reads
 * files when that shape at that scale is asked for a first time. Valid until CURSOR_KEPT others
 * were asked for.
 */
const struct pointer_image *cursor_theme_image(
	struct cursor_theme *theme, unsigned shape, double scale);

/* cursor_names: what themes call a shape, the best first, ended by NULL. */
const char *const *cursor_names(unsigned shape);

/* cursor_arrow draws ours, size x size premultiplied pixels; it points at 0, 0. */
void cursor_arrow(uint32_t *argb, int size);

extern struct library library_xcursor; /* for osaas doctor */

#endif
