#include "session/night.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S (24 * 3600)

bool night_parse(const char *text, int32_t *kelvin)
{
	size_t n = strspn(text, "0123456789");
	if (strcmp(text, "auto") == 0)
		*kelvin = 0;
	else if (strcmp(text, "off") == 0)
		*kelvin = NIGHT_NEUTRAL;
	else if (n < 4 || n > 5 || (text[n] && strcmp(text + n, "K") != 0))
		return false;
	else
		*kelvin = (int32_t)strtol(text, NULL, 10);
	return *kelvin == 0 || (*kelvin >= 1000 && *kelvin <= 10000);
}

void night_write(int32_t kelvin, char *text, size_t size)
{
	if (kelvin == 0 || kelvin == NIGHT_NEUTRAL)
		snprintf(text, size, "%s", kelvin ? "off" : "auto");
	else
		snprintf(text, size, "%d", kelvin);
}

/* Linear sRGB of luminance 1. */
static void planck(double t, double rgb[3])
{
	double u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t * t) /
		   (1 + 8.42420235e-4 * t + 7.08145163e-7 * t * t);
	double v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t * t) /
		   (1 - 2.89741816e-5 * t + 1.61456053e-7 * t * t);
	double d = 2 * u - 8 * v + 4, x = 3 * u / d, y = 2 * v / d;
	double big_x = x / y, big_z = (1 - x - y) / y;
	rgb[0] = 3.2406 * big_x - 1.5372 - 0.4986 * big_z;
	rgb[1] = -0.9689 * big_x + 1.8758 + 0.0415 * big_z;
	rgb[2] = 0.0557 * big_x - 0.2040 + 1.0570 * big_z;
}

void night_color(int32_t kelvin, float rgb[3])
{
	double at[3], neutral[3], most = 0;
	planck(kelvin, at);
	planck(NIGHT_NEUTRAL, neutral);
	for (int i = 0; i < 3; i++) {
		at[i] = fmax(at[i] / neutral[i], 0);
		most = fmax(most, at[i]);
	}
	for (int i = 0; i < 3; i++)
		rgb[i] = (float)pow(at[i] / most, 1 / 2.2);
}

bool night_time(const char *text, int32_t *minutes)
{
	size_t h = strspn(text, "0123456789");
	size_t m = text[h] == ':' ? strspn(text + h + 1, "0123456789") : 0;
	if (h < 1 || h > 2 || m != 2 || text[h + 3])
		return false;
	long hour = strtol(text, NULL, 10), minute = strtol(text + h + 1, NULL, 10);
	*minutes = (int32_t)(hour * 60 + minute);
	return hour < 24 && minute < 60;
}

/* Seconds from one time of the day to the next time that it is another; 1 to a day. */
static uint32_t until(int32_t second, int32_t minutes)
{
	return (uint32_t)((minutes * 60 - second + DAY_S - 1) % DAY_S) + 1;
}

int32_t night_now(const struct night *night, int32_t second, uint32_t *again_s)
{
	*again_s = 0;
	if (night->from == night->to)
		return NIGHT_NEUTRAL;
	uint32_t from = until(second, night->from), to = until(second, night->to);
	bool now = to < from; /* its end comes first */
	*again_s = now ? to : from;
	return now ? night->kelvin : NIGHT_NEUTRAL;
}
