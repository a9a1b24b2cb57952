/*
 * audio_volume: how loud, as people say it (0 to 100 percent, as the ear hears it), and as a
 * mixer has it (hundredths of dB, or steps). Pure.
 *
 * The curve is that of alsamixer (alsa-utils, volume_mapping.c by Clemens Ladisch), so that both
 * show the same: half as loud is a third of the range in dB. Where a range is 24 dB or less, or
 * without dB, it is straight.
 */
#ifndef OSAAS_SESSION_AUDIO_VOLUME_H
#define OSAAS_SESSION_AUDIO_VOLUME_H

#include <stdbool.h>

#define AUDIO_VOLUME_HINT "N%, +N% or -N%, as 60% or +5%"
#define AUDIO_VOLUME_STEP 5 /* percent, of a key */

struct audio_range {
	bool db;       /* min and max are hundredths of dB (SND_CTL_TLV_DB_GAIN_MUTE is
			  low enough for silence); else steps */
	long min, max; /* min < max, else it has one volume only, which is 100 % */
};

/* audio_range_volume: 0 to 1; audio_range_value is the way back. What is beyond is cut. */
double audio_range_volume(const struct audio_range *range, long value);
long audio_range_value(const struct audio_range *range, double volume);

/* audio_volume_gain: the same of a mix that is multiplied: 1 is unity, 0 silence. */
double audio_volume_gain(double volume);

/* audio_volume_parse: "60%", or, from now on, "+5%", "-5%". 0 or -EINVAL. */
int audio_volume_parse(double now, const char *text, double *volume);
/* audio_volume_step: the next whole step up (+1) or down (-1). */
double audio_volume_step(double now, int step);
unsigned audio_volume_percent(double volume); /* rounded */

#endif
