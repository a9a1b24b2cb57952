/*
 * night: colour temperatures, and when which one counts. Pure.
 *
 * The colour of a black body at T kelvin is M. Krystek's approximation of the Planckian
 * locus in CIE 1960 UCS (An algorithm to calculate correlated colour temperature, 1985),
 * good from 1000 to 15000 K, taken to linear sRGB by IEC 61966-2-1's matrix. It is divided by
 * that of 6500 K, so that this changes nothing, then by its largest part, so that
 * nothing is clipped; and raised to 1/2.2, since what it multiplies is encoded.
 */
#ifndef OSAAS_SESSION_NIGHT_H
#define OSAAS_SESSION_NIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NIGHT_NEUTRAL 6500
#define NIGHT_DEFAULT 4000 /* when only times are given */
#define NIGHT_HINT    "off, or kelvin from 1000 to 10000 (6500 is neutral)"

/* "auto" (0), "off" (6500), "4000". night_parse: false: it is none of them. */
bool night_parse(const char *text, int32_t *kelvin);
void night_write(int32_t kelvin, char *text, size_t size);

/* night_color: what red, green and blue are multiplied by, at most 1. */
void night_color(int32_t kelvin, float rgb[3]);

/* A time of the day, "21:30", in minutes; false: it is none. */
bool night_time(const char *text, int32_t *minutes);

/* When it is night, every day; from == to: never. */
struct night {
	int32_t from, to; /* minutes of the day */
	int32_t kelvin;
};

/*
 * night_now: the temperature at a second of the day, and in how many seconds that is to
 * be asked again; 0: never.
 */
int32_t night_now(const struct night *night, int32_t second, uint32_t *again_s);

#endif
