/* srgb: the curve of IEC 61966-2-1, of values from 0 to 1. Tables are made from it. */
#ifndef OSAAS_GL_SRGB_H
#define OSAAS_GL_SRGB_H

#include <math.h>

/* srgb_to_linear decodes; linear_to_srgb encodes. */
static inline double srgb_to_linear(double c)
{
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static inline double linear_to_srgb(double c)
{
	return c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055;
}

/* srgb_table fills in what each byte stands for. */
static inline void srgb_table(float linear[256])
{
	for (int i = 0; i < 256; i++)
		linear[i] = (float)srgb_to_linear(i / 255.0);
}

#endif
