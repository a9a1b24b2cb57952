/* What the command line and a configuration say in one word. Pure. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/cmd.h"
#include "session/revive.h"

bool value_size(const char *text, int32_t *width, int32_t *height)
{
	char end;
	int w, h;
	if (sscanf(text, "%dx%d%c", &w, &h, &end) != 2 || w < 1 || h < 1 || w > 16384 ||
		h > 16384)
		return false;
	*width = w;
	*height = h;
	return true;
}

static bool number(const char *text, double lo, double hi, double *out)
{
	char *end;
	*out = strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*out) && *out >= lo && *out <= hi;
}

bool value_seconds(const char *text, uint64_t *ns)
{
	double s;
	bool good = number(text, 0.001, 1e6, &s);
	if (good)
		*ns = (uint64_t)(s * 1e9);
	return good;
}

bool value_scale(const char *text, float *scale)
{
	double s;
	bool good = number(text, 0.25, 8, &s);
	if (good)
		*scale = (float)s;
	return good;
}

bool value_restart(const char *text, int *times)
{
	size_t digits = strspn(text, "0123456789");
	int n = digits && digits <= 3 && !text[digits] ? atoi(text) : -1;
	if (n < 0 || n > REVIVE_MOST)
		return false;
	*times = n;
	return true;
}

bool value_fence(const char *text, enum fence_mode *mode)
{
	static const char *const names[] = {
		[FENCE_AUTO] = "auto",
		[FENCE_OFF] = "off",
		[FENCE_RANGE] = "range",
		[FENCE_SELECTOR] = "selector",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(text, names[i]) == 0) {
			*mode = (enum fence_mode)i;
			return true;
		}
	}
	return false;
}

bool value_renderer(const char *text, enum renderer *renderer)
{
	static const char *const names[] = {
		[RENDERER_AUTO] = "auto",
		[RENDERER_GL] = "gl",
		[RENDERER_CPU] = "cpu",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(text, names[i]) == 0) {
			*renderer = (enum renderer)i;
			return true;
		}
	}
	return false;
}
