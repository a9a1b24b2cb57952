#include "gl/colr.h"

#include <errno.h>
#include <math.h>

#define PI 3.14159265358979323846

/* Bytes from a place on; reading outside gives zeros and is remembered. */
struct reader {
	const struct colr *colr;
	size_t at;
	bool bad;
};

static struct reader read_at(const struct colr *colr, size_t at)
{
	return (struct reader){.colr = colr, .at = at};
}

static uint32_t next(struct reader *r, size_t bytes)
{
	uint32_t value = 0;
	if (r->bad || r->at > r->colr->size || r->colr->size - r->at < bytes) {
		r->bad = true;
		return 0;
	}
	while (bytes--)
		value = value << 8 | r->colr->bytes[r->at++];
	return value;
}

static double next_word(struct reader *r)
{
	return (double)(int16_t)next(r, 2);
}

static double next_2_14(struct reader *r)
{
	return (double)(int16_t)next(r, 2) / 16384;
}

static double next_16_16(struct reader *r)
{
	return (double)(int32_t)next(r, 4) / 65536;
}

/* Of a table that lies at base; 0 stands for none, which a paint may not have. */
static size_t next_offset(struct reader *r, size_t base)
{
	uint32_t offset = next(r, 3);
	r->bad = r->bad || offset == 0;
	return base + offset;
}

static uint32_t header(const struct colr *colr, size_t at, size_t bytes)
{
	struct reader r = read_at(colr, at);
	return next(&r, bytes);
}

static bool version_1(const struct colr *colr)
{
	return header(colr, 0, 2) == 1;
}

/*
 * find looks for a glyph in n records of size bytes that begin with its number, in
 * order. The reader is behind that number then.
 */
static bool find(struct reader *r, uint32_t n, size_t size, uint32_t glyph)
{
	size_t start = r->at, low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		r->at = start + middle * size;
		uint32_t is = next(r, 2);
		if (r->bad)
			return false;
		if (is == glyph)
			return true;
		if (is < glyph)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

bool colr_root(const struct colr *colr, uint32_t glyph, size_t *paint)
{
	size_t list = header(colr, 14, 4);
	struct reader r = read_at(colr, list);
	if (!version_1(colr) || list == 0 || !find(&r, next(&r, 4), 6, glyph))
		return false;
	*paint = list + next(&r, 4);
	return !r.bad;
}

bool colr_flat(const struct colr *colr, uint32_t glyph, uint32_t *first, uint32_t *n)
{
	struct reader r = read_at(colr, header(colr, 4, 4));
	if (!find(&r, header(colr, 2, 2), 6, glyph))
		return false;
	*first = next(&r, 2);
	*n = next(&r, 2);
	return !r.bad;
}

int colr_flat_layer(const struct colr *colr, uint32_t i, uint32_t *glyph, uint16_t *color)
{
	struct reader r = read_at(colr, header(colr, 8, 4) + (size_t)4 * i);
	*glyph = next(&r, 2);
	*color = (uint16_t)next(&r, 2);
	return r.bad || i >= header(colr, 12, 2) ? -EINVAL : 0;
}

int colr_layer(const struct colr *colr, uint32_t i, size_t *paint)
{
	size_t list = header(colr, 18, 4);
	struct reader r = read_at(colr, list);
	if (list == 0 || i >= next(&r, 4))
		return -EINVAL;
	r.at += (size_t)4 * i;
	*paint = list + next(&r, 4);
	return r.bad ? -EINVAL : 0;
}

bool colr_clip(const struct colr *colr, uint32_t glyph, double box[4])
{
	size_t list = header(colr, 22, 4);
	struct reader r = read_at(colr, list);
	if (!version_1(colr) || list == 0 || next(&r, 1) != 1)
		return false;
	size_t low = 0, high = next(&r, 4), start = r.at;
	while (low < high && !r.bad) {
		size_t middle = low + (high - low) / 2;
		r.at = start + 7 * middle;
		uint32_t first = next(&r, 2), last = next(&r, 2);
		if (glyph < first) {
			high = middle;
		} else if (glyph > last) {
			low = middle + 1;
		} else {
			r.at = next_offset(&r, list);
			next(&r, 1);
			for (int i = 0; i < 4; i++)
				box[i] = next_word(&r);
			return !r.bad;
		}
	}
	return false;
}

static void read_line(struct reader *r, size_t at, bool variable, struct colr_line *out)
{
	struct reader line = read_at(r->colr, at);
	unsigned extend = next(&line, 1);
	out->extend = extend < COLR_EXTENDS ? extend : COLR_PAD;
	out->n = next(&line, 2);
	out->at = line.at;
	out->step = variable ? 10 : 6;
	r->bad = r->bad || line.bad;
}

int colr_stop(const struct colr *colr, const struct colr_line *line, size_t i, double *at,
	struct colr_color *color)
{
	struct reader r = read_at(colr, line->at + i * line->step);
	*at = next_2_14(&r);
	color->index = (uint16_t)next(&r, 2);
	color->alpha = next_2_14(&r);
	return r.bad || i >= line->n ? -EINVAL : 0;
}

static void read_gradient(
	struct reader *r, size_t base, unsigned format, struct colr_paint *out)
{
	size_t line = next_offset(r, base);
	for (int i = 0; i < (out->kind == COLR_SWEEP ? 2 : 6); i++)
		out->number[i] = next_word(r);
	if (out->kind == COLR_RADIAL)
		for (int i = 2; i < 6; i += 3)
			out->number[i] += out->number[i] < 0 ? 65536 : 0;
	/* Angles are written less half a turn. */
	if (out->kind == COLR_SWEEP)
		for (int i = 2; i < 4; i++)
			out->number[i] = next_2_14(r) + 1;
	read_line(r, line, format & 1, &out->line);
}

static void read_affine(struct reader *r, size_t at, struct gl_affine *out)
{
	struct reader a = read_at(r->colr, at);
	out->sx = next_16_16(&a);
	out->hy = next_16_16(&a);
	out->hx = next_16_16(&a);
	out->sy = next_16_16(&a);
	out->ox = next_16_16(&a);
	out->oy = next_16_16(&a);
	r->bad = r->bad || a.bad;
}

static void around(struct reader *r, struct gl_affine *m)
{
	double x = next_word(r), y = next_word(r);
	m->ox += x - m->sx * x - m->hx * y;
	m->oy += y - m->hy * x - m->sy * y;
}

/* Formats 12 to 31 in pairs, of which the second is variable. */
static void read_moved(
	struct reader *r, size_t base, unsigned format, struct colr_paint *out)
{
	struct gl_affine m = GL_AFFINE_IDENTITY;
	out->child = next_offset(r, base);
	switch (format & ~1u) {
	case 12:
		read_affine(r, next_offset(r, base), &m);
		break;
	case 14:
		m.ox = next_word(r);
		m.oy = next_word(r);
		break;
	case 16:
	case 18:
		m.sx = next_2_14(r);
		m.sy = next_2_14(r);
		break;
	case 20:
	case 22:
		m.sx = m.sy = next_2_14(r);
		break;
	case 24:
	case 26: {
		double angle = next_2_14(r) * PI;
		m = (struct gl_affine){.sx = cos(angle),
			.hx = -sin(angle),
			.hy = sin(angle),
			.sy = cos(angle)};
		break;
	}
	default:
		m.hx = -tan(next_2_14(r) * PI);
		m.hy = tan(next_2_14(r) * PI);
	}
	if ((format & ~1u) == 18 || (format & ~1u) == 22 || (format & ~1u) == 26 ||
		(format & ~1u) == 30)
		around(r, &m);
	out->by = m;
}

static void read_composite(struct reader *r, size_t base, struct colr_paint *out)
{
	out->child = next_offset(r, base);
	unsigned mode = next(r, 1);
	out->mode = mode < COLR_MODES ? mode : COLR_CLEAR;
	r->bad = r->bad || mode >= COLR_MODES;
	out->backdrop = next_offset(r, base);
}

static const enum colr_kind kinds[] = {
	[1] = COLR_LAYERS,
	[2] = COLR_SOLID,
	[3] = COLR_SOLID,
	[4] = COLR_LINEAR,
	[5] = COLR_LINEAR,
	[6] = COLR_RADIAL,
	[7] = COLR_RADIAL,
	[8] = COLR_SWEEP,
	[9] = COLR_SWEEP,
	[10] = COLR_OUTLINE,
	[11] = COLR_GLYPH,
};

int colr_read(const struct colr *colr, size_t paint, struct colr_paint *out)
{
	struct reader r = read_at(colr, paint);
	unsigned format = next(&r, 1);
	if (r.bad || format < 1 || format > 32)
		return -EINVAL;
	out->kind = format == 32  ? COLR_COMPOSITE
		    : format > 11 ? COLR_MOVED
				  : kinds[format];
	switch (out->kind) {
	case COLR_LAYERS:
		out->n = next(&r, 1);
		out->first = next(&r, 4);
		break;
	case COLR_SOLID:
		out->color.index = (uint16_t)next(&r, 2);
		out->color.alpha = next_2_14(&r);
		break;
	case COLR_LINEAR:
	case COLR_RADIAL:
	case COLR_SWEEP:
		read_gradient(&r, paint, format, out);
		break;
	case COLR_OUTLINE:
		out->child = next_offset(&r, paint);
		out->glyph = (uint16_t)next(&r, 2);
		break;
	case COLR_GLYPH:
		out->glyph = (uint16_t)next(&r, 2);
		break;
	case COLR_MOVED:
		read_moved(&r, paint, format, out);
		break;
	case COLR_COMPOSITE:
		read_composite(&r, paint, out);
		break;
	}
	return r.bad ? -EINVAL : 0;
}
