/*
 * magnify: which part of a view is shown enlarged, and how it follows what the user looks at.
 * Pure. The part is whole pixels of the view, so that it is still while nothing pushes
 * it: what is followed moves it only as far as is needed to see it, with a margin.
 */
#ifndef OSAAS_SESSION_MAGNIFY_H
#define OSAAS_SESSION_MAGNIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "gl/gl.h"

#define MAGNIFY_MOST 16.0

struct magnify {
	double factor;       /* at most 1: nothing is enlarged */
	struct gl_rect part; /* of the view; else empty */
};

static inline bool magnify_on(const struct magnify *m)
{
	return m->factor > 1;
}

/* magnify_step: the next factor, larger (step +1) or smaller (-1) of those that steps have. */
double magnify_step(double factor, int step);

/*
 * magnify_set: of a view of that size so much is shown enlarged that the point x, y stays where
 * it is seen now. factor is cut to 1 (all is shown) and MAGNIFY_MOST; what is no number is 1.
 */
void magnify_set(struct magnify *m, int32_t width, int32_t height, double factor,
	int32_t x, int32_t y);
/* magnify_fit: the view has another size. */
void magnify_fit(struct magnify *m, int32_t width, int32_t height);

/*
 * magnify_follow: this is seen, at least 1/share of the part's side away from its edges
 * where the view goes on (0: no margin). What is too large is seen from its top left on.
 * Returns whether the part is another.
 */
bool magnify_follow(struct magnify *m, int32_t width, int32_t height,
	const struct gl_rect *what, int32_t share);

/* magnify_place leads from places of the view, as if it were shown whole, to what is there. */
void magnify_place(
	const struct magnify *m, int32_t width, int32_t height, double *x, double *y);

/* magnify_reach: where what lies there of the view is shown, and all that is made of it. */
struct gl_rect magnify_reach(const struct magnify *m, int32_t width, int32_t height,
	const struct gl_rect *rect);

#endif
