/* column: places one below the other, each as wide as the column. */
#ifndef PAPER_COLUMN_H
#define PAPER_COLUMN_H

#include "paper/paint.h"

struct column {
	float x, width, y; /* y: where the next one begins */
};

static inline struct rect box(float x, float y, float width, float height)
{
	return (struct rect){x, y, x + width, y + height};
}

/* take: the next place; height and the gap below it in dp. */
static inline struct rect take(struct column *c, float height, float gap)
{
	struct rect r = box(c->x, c->y, c->width, dp(height));
	c->y += dp(height) + dp(gap);
	return r;
}

#endif
