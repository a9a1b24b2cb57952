#include "session/audio_timeline.h"

#include <math.h>

#define NS         1e9
#define BANDWIDTH  0.5  /* Hz: of what is not evened out */
#define JUMP_NS    20e6 /* so far off it is another timeline */
#define DRIFT_MOST 1e-3 /* clocks differ by less */

void audio_timeline_reset(struct audio_timeline *line, unsigned rate)
{
	*line = (struct audio_timeline){
		.nominal = NS / rate,
		.ns_per_frame = NS / rate,
	};
}

static double at(const struct audio_timeline *line, uint64_t frame)
{
	double frames = frame >= line->frame ? (double)(frame - line->frame)
					     : -(double)(line->frame - frame);
	return line->ns + frames * line->ns_per_frame;
}

static void begin(struct audio_timeline *line, uint64_t frame, uint64_t ns)
{
	line->set = true;
	line->frame = frame;
	line->ns = (double)ns;
}

void audio_timeline_note(struct audio_timeline *line, uint64_t frame, uint64_t ns)
{
	double error = (double)ns - at(line, frame);
	if (!line->set || frame < line->frame || fabs(error) > JUMP_NS) {
		begin(line, frame, ns);
		return;
	}
	double frames = (double)(frame - line->frame);
	double omega = 2 * M_PI * BANDWIDTH * frames * line->nominal / NS;
	omega = omega < 0.5 ? omega : 0.5;
	line->ns = at(line, frame) + M_SQRT2 * omega * error;
	line->frame = frame;
	if (frames == 0)
		return;
	double most = DRIFT_MOST * line->nominal;
	double drift =
		line->ns_per_frame - line->nominal + omega * omega * error / frames;
	drift = drift > -most ? drift : -most;
	line->ns_per_frame = line->nominal + (drift < most ? drift : most);
}

uint64_t audio_timeline_ns(const struct audio_timeline *line, uint64_t frame)
{
	double ns = at(line, frame);
	return ns > 0 ? (uint64_t)ns : 0;
}
