#include "util/transform.h"

#include <stddef.h>
#include <string.h>

static const char *const names[TRANSFORMS] = {
	"normal",
	"90",
	"180",
	"270",
	"flipped",
	"flipped-90",
	"flipped-180",
	"flipped-270",
};

/* The linear part: the columns of a signed permutation. */
static const struct matrix turns[TRANSFORMS] = {
	[TRANSFORM_NORMAL] = {.xx = 1, .yy = 1},
	[TRANSFORM_90] = {.xy = 1, .yx = -1},
	[TRANSFORM_180] = {.xx = -1, .yy = -1},
	[TRANSFORM_270] = {.xy = -1, .yx = 1},
	[TRANSFORM_FLIPPED] = {.xx = -1, .yy = 1},
	[TRANSFORM_FLIPPED_90] = {.xy = 1, .yx = 1},
	[TRANSFORM_FLIPPED_180] = {.xx = 1, .yy = -1},
	[TRANSFORM_FLIPPED_270] = {.xy = -1, .yx = -1},
};

const char *transform_name(enum transform t)
{
	return names[t];
}

bool transform_parse(const char *text, enum transform *out)
{
	for (int i = 0; i < TRANSFORMS; i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		*out = (enum transform)i;
		return true;
	}
	return false;
}

bool transform_turns(enum transform t)
{
	return t & 1;
}

static bool same_turn(const struct matrix *a, const struct matrix *b)
{
	return a->xx == b->xx && a->xy == b->xy && a->yx == b->yx && a->yy == b->yy;
}

enum transform transform_then(enum transform a, enum transform b)
{
	struct matrix both = matrix_then(turns[a], turns[b]);
	int i = 0;
	while (!same_turn(&turns[i], &both))
		i++;
	return (enum transform)i;
}

enum transform transform_inverse(enum transform t)
{
	int i = 0;
	while (transform_then(t, (enum transform)i) != TRANSFORM_NORMAL)
		i++;
	return (enum transform)i;
}

struct matrix transform_matrix(enum transform t, double width, double height)
{
	struct matrix a = turns[t];
	a.x0 = (a.xx < 0 ? width : 0) + (a.xy < 0 ? height : 0);
	a.y0 = (a.yx < 0 ? width : 0) + (a.yy < 0 ? height : 0);
	return a;
}

struct matrix matrix_then(struct matrix a, struct matrix b)
{
	return (struct matrix){
		.xx = b.xx * a.xx + b.xy * a.yx,
		.xy = b.xx * a.xy + b.xy * a.yy,
		.x0 = b.xx * a.x0 + b.xy * a.y0 + b.x0,
		.yx = b.yx * a.xx + b.yy * a.yx,
		.yy = b.yx * a.xy + b.yy * a.yy,
		.y0 = b.yx * a.x0 + b.yy * a.y0 + b.y0,
	};
}

bool matrix_inverse(struct matrix a, struct matrix *out)
{
	double det = a.xx * a.yy - a.xy * a.yx;
	if (!(det > 0) && !(det < 0))
		return false;
	*out = (struct matrix){
		.xx = a.yy / det,
		.xy = -a.xy / det,
		.yx = -a.yx / det,
		.yy = a.xx / det,
		.x0 = (a.xy * a.y0 - a.yy * a.x0) / det,
		.y0 = (a.yx * a.x0 - a.xx * a.y0) / det,
	};
	return true;
}

void matrix_point(const struct matrix *a, double *x, double *y)
{
	double px = *x, py = *y;
	*x = a->xx * px + a->xy * py + a->x0;
	*y = a->yx * px + a->yy * py + a->y0;
}

static void sort(double *a, double *b)
{
	double least = *a < *b ? *a : *b;
	*b = *a < *b ? *b : *a;
	*a = least;
}

void matrix_rect(const struct matrix *a, double *x0, double *y0, double *x1, double *y1)
{
	matrix_point(a, x0, y0);
	matrix_point(a, x1, y1);
	sort(x0, x1);
	sort(y0, y1);
}
