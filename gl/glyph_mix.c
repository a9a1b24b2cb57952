/*
 * The composite modes of COLR v1: "Compositing and Blending Level 1" of the W3C, with
 * its names, on premultiplied linear light.
 */
#include "gl/glyph_shade.h"

#include <math.h>
#include <string.h>

/* Porter and Duff: source times a plus backdrop times b. */
static void weigh(const float s[4], float d[4], float a, float b)
{
	for (int c = 0; c < 4; c++)
		d[c] = fminf(s[c] * a + d[c] * b, 1);
}

static bool porter_duff(enum colr_mode mode, const float s[4], float d[4])
{
	float sa = s[3], da = d[3];
	switch (mode) {
	case COLR_CLEAR:
		weigh(s, d, 0, 0);
		return true;
	case COLR_SRC:
		weigh(s, d, 1, 0);
		return true;
	case COLR_DEST:
		return true;
	case COLR_SRC_OVER:
		weigh(s, d, 1, 1 - sa);
		return true;
	case COLR_DEST_OVER:
		weigh(s, d, 1 - da, 1);
		return true;
	case COLR_SRC_IN:
		weigh(s, d, da, 0);
		return true;
	case COLR_DEST_IN:
		weigh(s, d, 0, sa);
		return true;
	case COLR_SRC_OUT:
		weigh(s, d, 1 - da, 0);
		return true;
	case COLR_DEST_OUT:
		weigh(s, d, 0, 1 - sa);
		return true;
	case COLR_SRC_ATOP:
		weigh(s, d, da, 1 - sa);
		return true;
	case COLR_DEST_ATOP:
		weigh(s, d, 1 - da, sa);
		return true;
	case COLR_XOR:
		weigh(s, d, 1 - da, 1 - sa);
		return true;
	case COLR_PLUS:
		weigh(s, d, 1, 1);
		return true;
	default:
		return false;
	}
}

static float hard_light(float b, float s)
{
	return s <= 0.5f ? b * 2 * s : b + (2 * s - 1) - b * (2 * s - 1);
}

static float soft_light(float b, float s)
{
	if (s <= 0.5f)
		return b - (1 - 2 * s) * b * (1 - b);
	float d = b <= 0.25f ? ((16 * b - 12) * b + 4) * b : sqrtf(b);
	return b + (2 * s - 1) * (d - b);
}

/* B(Cb, Cs) of one channel. */
static float blend(enum colr_mode mode, float b, float s)
{
	switch (mode) {
	case COLR_SCREEN:
		return b + s - b * s;
	case COLR_OVERLAY:
		return hard_light(s, b);
	case COLR_DARKEN:
		return fminf(b, s);
	case COLR_LIGHTEN:
		return fmaxf(b, s);
	case COLR_COLOR_DODGE:
		return b <= 0 ? 0 : s >= 1 ? 1 : fminf(1, b / (1 - s));
	case COLR_COLOR_BURN:
		return b >= 1 ? 1 : s <= 0 ? 0 : 1 - fminf(1, (1 - b) / s);
	case COLR_HARD_LIGHT:
		return hard_light(b, s);
	case COLR_SOFT_LIGHT:
		return soft_light(b, s);
	case COLR_DIFFERENCE:
		return fabsf(b - s);
	case COLR_EXCLUSION:
		return b + s - 2 * b * s;
	default:
		return b * s;
	}
}

static float lum(const float c[3])
{
	return 0.3f * c[0] + 0.59f * c[1] + 0.11f * c[2];
}

static float sat(const float c[3])
{
	return fmaxf(fmaxf(c[0], c[1]), c[2]) - fminf(fminf(c[0], c[1]), c[2]);
}

static void clip_color(float c[3])
{
	float l = lum(c);
	float n = fminf(fminf(c[0], c[1]), c[2]), x = fmaxf(fmaxf(c[0], c[1]), c[2]);
	for (int i = 0; i < 3; i++) {
		if (n < 0)
			c[i] = l + (c[i] - l) * l / fmaxf(l - n, 1e-6f);
		if (x > 1)
			c[i] = l + (c[i] - l) * (1 - l) / fmaxf(x - l, 1e-6f);
	}
}

static void set_lum(const float c[3], float l, float out[3])
{
	float d = l - lum(c);
	for (int i = 0; i < 3; i++)
		out[i] = c[i] + d;
	clip_color(out);
}

static void set_sat(const float c[3], float s, float out[3])
{
	float low = fminf(fminf(c[0], c[1]), c[2]), range = sat(c);
	for (int i = 0; i < 3; i++)
		out[i] = range > 0 ? (c[i] - low) * s / range : 0;
}

static void blend_hsl(
	enum colr_mode mode, const float b[3], const float s[3], float out[3])
{
	float c[3];
	switch (mode) {
	case COLR_HSL_HUE:
		set_sat(s, sat(b), c);
		set_lum(c, lum(b), out);
		return;
	case COLR_HSL_SATURATION:
		set_sat(b, sat(s), c);
		set_lum(c, lum(b), out);
		return;
	case COLR_HSL_COLOR:
		set_lum(s, lum(b), out);
		return;
	default:
		set_lum(b, lum(s), out);
		return;
	}
}

static void straight(const float in[4], float out[3])
{
	for (int c = 0; c < 3; c++)
		out[c] = in[3] > 0 ? fminf(in[c] / in[3], 1) : 0;
}

void shade_mix(enum colr_mode mode, const float source[4], float backdrop[4])
{
	float s[3], b[3], mixed[3];
	if (porter_duff(mode, source, backdrop))
		return;
	straight(source, s);
	straight(backdrop, b);
	if (mode >= COLR_HSL_HUE && mode <= COLR_HSL_LUMINOSITY)
		blend_hsl(mode, b, s, mixed);
	else
		for (int c = 0; c < 3; c++)
			mixed[c] = blend(mode, b[c], s[c]);
	float sa = source[3], da = backdrop[3];
	for (int c = 0; c < 3; c++)
		backdrop[c] = source[c] * (1 - da) + backdrop[c] * (1 - sa) +
			      sa * da * mixed[c];
	backdrop[3] = sa + da - sa * da;
}
