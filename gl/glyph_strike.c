/*
 * Glyphs that a font has as bitmaps: of one strike, the next larger one, resampled in
 * linear light, premultiplied.
 */
#include "gl/glyph_private.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include FT_SIZES_H

#include "gl/font.h"
#include "gl/glyph.h"
#include "gl/glyph_shade.h"

/* Which pixels of a row or column of n make one, and how much of each. */
struct tap {
	int32_t first, n;
	float *weights; /* in taps.weights */
};

struct taps {
	struct tap *taps;
	float *weights;
	int32_t n;
};

/* Keys' cubic convolution (1981), a = -1/2: keeps edges sharp. */
static double kernel(double t)
{
	t = fabs(t);
	if (t < 1)
		return (1.5 * t - 2.5) * t * t + 1;
	return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

/*
 * Pixel i of the result shows the source at offset + i * step up to offset + (i + 1) *
 * step. The kernel is stretched by step when that makes the picture smaller.
 */
static int make_taps(
	struct taps *out, int32_t n, int32_t source, double offset, double step)
{
	double stretch = fmax(step, 1), reach = 2 * stretch;
	size_t most = (size_t)ceil(2 * reach) + 1;
	*out = (struct taps){
		.taps = calloc((size_t)n, sizeof *out->taps),
		.weights = calloc((size_t)n * most, sizeof *out->weights),
		.n = n,
	};
	if (!out->taps || !out->weights)
		return -ENOMEM;
	for (int32_t i = 0; i < n; i++) {
		double center = offset + (i + 0.5) * step;
		int32_t first = (int32_t)ceil(center - reach - 0.5), end = first;
		float *w = out->weights + (size_t)i * most;
		double sum = 0;
		for (size_t k = 0; k < most; k++)
			sum += kernel((first + (double)k + 0.5 - center) / stretch);
		for (size_t k = 0; k < most; k++, end++)
			w[k] = (float)(kernel((end + 0.5 - center) / stretch) / sum);
		int32_t skip = first < 0 ? -first : 0;
		end = end < source ? end : source;
		if (end > first + skip)
			out->taps[i] =
				(struct tap){first + skip, end - first - skip, w + skip};
	}
	return 0;
}

static void finish_taps(struct taps *t)
{
	free(t->taps);
	free(t->weights);
}

/* across sums pixels of a row into a shorter or longer one; 4 floats each. */
static void across(const struct taps *t, const float *in, float *out)
{
	for (int32_t i = 0; i < t->n; i++, out += 4) {
		const struct tap *tap = &t->taps[i];
		const float *at = in + 4 * (size_t)tap->first;
		float sum[4] = {0};
		for (int32_t k = 0; k < tap->n; k++, at += 4)
			for (int c = 0; c < 4; c++)
				sum[c] += tap->weights[k] * at[c];
		memcpy(out, sum, sizeof sum);
	}
}

static void down(const struct tap *tap, const float *rows, size_t row, float *out)
{
	memset(out, 0, row * sizeof *out);
	for (int32_t k = 0; k < tap->n; k++) {
		const float *in = rows + ((size_t)tap->first + (size_t)k) * row;
		for (size_t i = 0; i < row; i++)
			out[i] += tap->weights[k] * in[i];
	}
}

/* A cubic overshoots: no more light than there is alpha, and neither beyond 0 and 1. */
static void encode(const float *in, int32_t n, bool color, uint8_t *out)
{
	for (int32_t i = 0; i < n; i++, in += 4) {
		float a = fminf(fmaxf(in[3], 0), 1);
		if (color)
			for (int c = 0; c < 3; c++)
				*out++ = srgb_encode(fminf(fmaxf(in[c], 0), a));
		*out++ = (uint8_t)(a * 255 + 0.5f);
	}
}

/* FreeType multiplied the encoded bytes by alpha. */
static void read_bgra(const uint8_t *in, uint32_t n, float *out)
{
	for (uint32_t i = 0; i < n; i++, in += 4, out += 4) {
		float a = (float)in[3] / 255;
		for (int c = 0; c < 3 && in[3]; c++) {
			unsigned straight = (in[2 - c] * 255u + in[3] / 2u) / in[3];
			out[c] =
				srgb_linear(straight < 255 ? (uint8_t)straight : 255) * a;
		}
		out[3] = a;
	}
}

static int read_row(const FT_Bitmap *bitmap, uint32_t y, float *out)
{
	const uint8_t *in = bitmap->pitch < 0
				    ? bitmap->buffer + (size_t)(bitmap->rows - 1 - y) *
							       (size_t)-bitmap->pitch
				    : bitmap->buffer + (size_t)y * (size_t)bitmap->pitch;
	switch (bitmap->pixel_mode) {
	case FT_PIXEL_MODE_BGRA:
		read_bgra(in, bitmap->width, out);
		return 0;
	case FT_PIXEL_MODE_GRAY:
		for (uint32_t x = 0; x < bitmap->width; x++)
			out[4 * x + 3] =
				(float)in[x] / (float)(bitmap->num_grays > 1
							       ? bitmap->num_grays - 1
							       : 1);
		return 0;
	case FT_PIXEL_MODE_MONO:
		for (uint32_t x = 0; x < bitmap->width; x++)
			out[4 * x + 3] = (float)(in[x / 8] >> (7 - x % 8) & 1);
		return 0;
	default:
		return -ENOENT;
	}
}

/* resample reads the slot's bitmap, whose corner is at x, y in source pixels. */
static int resample(FT_GlyphSlot slot, double scale, double x, double y, bool color,
	struct glyph_picture *out)
{
	const FT_Bitmap *bitmap = &slot->bitmap;
	int32_t w = (int32_t)bitmap->width, h = (int32_t)bitmap->rows;
	double margin = 2 * fmax(scale, 1);
	int32_t x0 = (int32_t)floor(x * scale - margin),
		y0 = (int32_t)floor(y * scale - margin);
	int32_t x1 = (int32_t)ceil((x + w) * scale + margin),
		y1 = (int32_t)ceil((y + h) * scale + margin);
	int rc = glyph_picture_start(out, x0, y0, x1 - x0, y1 - y0, color);
	if (rc)
		return rc;
	size_t row = (size_t)out->width * 4;
	struct taps cols = {0}, rows = {0};
	float *line = calloc((size_t)w * 4 + row, sizeof *line);
	float *wide = malloc((size_t)h * row * sizeof *wide);
	rc = line && wide ? 0 : -ENOMEM;
	if (!rc)
		rc = make_taps(&cols, out->width, w, x0 / scale - x, 1 / scale);
	if (!rc)
		rc = make_taps(&rows, out->height, h, y0 / scale - y, 1 / scale);
	for (int32_t i = 0; !rc && i < h; i++) {
		rc = read_row(bitmap, (uint32_t)i, line);
		across(&cols, line, wide + (size_t)i * row);
	}
	for (int32_t i = 0; !rc && i < out->height; i++) {
		down(&rows.taps[i], wide, row, line + (size_t)w * 4);
		encode(line + (size_t)w * 4, out->width, color,
			out->pixels + (size_t)i * (size_t)out->width * (color ? 4 : 1));
	}
	out->touched += (uint64_t)w * (uint64_t)h + (uint64_t)out->width * (uint64_t)h;
	finish_taps(&cols);
	finish_taps(&rows);
	free(line);
	free(wide);
	return rc;
}

/* The least strike that is not smaller than what is wanted, else the largest. */
static int choose_strike(FT_Face face, uint32_t size_26_6)
{
	int best = -1;
	for (int i = 0; i < face->num_fixed_sizes; i++) {
		FT_Pos is = face->available_sizes[i].y_ppem;
		FT_Pos was = best < 0 ? 0 : face->available_sizes[best].y_ppem;
		if (is > 0 &&
			(was < (FT_Pos)size_26_6 ? is > was
						 : is < was && is >= (FT_Pos)size_26_6))
			best = i;
	}
	return best;
}

static int load_glyph(const struct glyph_source *source, FT_Int32 flags)
{
	int rc = gl_font_load(source->fonts, source->font, source->id,
		FT_LOAD_COLOR | FT_LOAD_NO_HINTING | FT_LOAD_NO_AUTOHINT |
			FT_LOAD_IGNORE_TRANSFORM | flags);
	return rc && rc != -ENOMEM && rc != -ETIME ? -ENOENT : rc;
}

static int check_bitmap(const FT_GlyphSlot slot)
{
	const FT_Bitmap *bitmap = &slot->bitmap;
	if (slot->format != FT_GLYPH_FORMAT_BITMAP || bitmap->width == 0 ||
		bitmap->rows == 0)
		return -ENOENT;
	return bitmap->width > GLYPH_MAX_STRIKE || bitmap->rows > GLYPH_MAX_STRIKE
		       ? -E2BIG
		       : 0;
}

/* The measures first: a picture of a few kilobytes may be one of gigabytes. */
static int load_strike(const struct glyph_source *source, int strike)
{
	FT_Face face = source->face;
	if (FT_Select_Size(face, strike) != 0)
		return -ENOENT;
	int rc = load_glyph(source, FT_LOAD_BITMAP_METRICS_ONLY);
	if (!rc)
		rc = check_bitmap(face->glyph);
	if (!rc)
		rc = load_glyph(source, 0);
	return rc ? rc : check_bitmap(face->glyph);
}

/* In a size of our own: the face's is as it was afterwards. */
int glyph_strike(const struct glyph_source *source, struct glyph_picture *out)
{
	FT_Face face = source->face;
	FT_GlyphSlot slot = face->glyph;
	FT_Size was = face->size, own = NULL;
	int strike = choose_strike(face, source->size_26_6);
	if (strike < 0)
		return -ENOENT;
	double scale =
		(double)source->size_26_6 / (double)face->available_sizes[strike].y_ppem;
	if (FT_New_Size(face, &own) != 0)
		return -ENOMEM;
	FT_Activate_Size(own);
	int rc = load_strike(source, strike);
	if (!rc)
		rc = resample(slot, scale,
			slot->bitmap_left +
				(double)source->quarter / GLYPH_QUARTERS / scale,
			-slot->bitmap_top, slot->bitmap.pixel_mode == FT_PIXEL_MODE_BGRA,
			out);
	FT_Activate_Size(was);
	FT_Done_Size(own);
	return rc;
}
