#include "session/audio_volume.h"

#include <errno.h>
#include <math.h>

#include "session/percent.h"

#define STRAIGHT 2400   /* hundredths of dB: ranges up to that are straight */
#define TENTH    6000.0 /* so many hundredths of dB less are a tenth as loud */

static double cut(double volume)
{
	return volume > 0 ? fmin(volume, 1) : 0;
}

static bool is_straight(const struct audio_range *r)
{
	return !r->db || r->max - r->min <= STRAIGHT;
}

/* How loud the softest is that is heard. */
static double least(const struct audio_range *r)
{
	return pow(10, (double)(r->min - r->max) / TENTH);
}

double audio_range_volume(const struct audio_range *r, long value)
{
	if (r->min >= r->max)
		return 1;
	if (value <= r->min)
		return 0;
	if (is_straight(r))
		return cut((double)(value - r->min) / (double)(r->max - r->min));
	double loud = pow(10, (double)(value - r->max) / TENTH);
	return cut((loud - least(r)) / (1 - least(r)));
}

long audio_range_value(const struct audio_range *r, double volume)
{
	volume = cut(volume);
	if (r->min >= r->max || volume >= 1)
		return r->max;
	if (volume <= 0)
		return r->min;
	if (is_straight(r))
		return r->min + lrint(volume * (double)(r->max - r->min));
	double loud = volume * (1 - least(r)) + least(r);
	long value = r->max + lrint(TENTH * log10(loud));
	return value > r->min ? value : r->min;
}

double audio_volume_gain(double volume)
{
	volume = cut(volume);
	return volume * volume * volume;
}

int audio_volume_parse(double now, const char *text, double *volume)
{
	struct percent p;
	if (percent_parse(text, &p) < 0)
		return -EINVAL;
	long was = audio_volume_percent(now);
	*volume = cut((double)(p.sign ? was + p.sign * p.value : p.value) / 100);
	return 0;
}

double audio_volume_step(double now, int step)
{
	long was = audio_volume_percent(now);
	long below = was / AUDIO_VOLUME_STEP * AUDIO_VOLUME_STEP;
	long next = step > 0      ? below + AUDIO_VOLUME_STEP
		    : below < was ? below
				  : below - AUDIO_VOLUME_STEP;
	return cut((double)next / 100);
}

unsigned audio_volume_percent(double volume)
{
	return (unsigned)lrint(cut(volume) * 100);
}
