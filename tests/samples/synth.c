/* A synthesiser: three voices with overtones, a block at a time. */
#include "sample.h"

#include <osaas_audio.h>

SAMPLE("Synth", "want = audio.out required: plays\n")

static double phase[3];

static float next(double rate)
{
	static const double tones[] = {220, 277.18, 329.63};
	double v = 0;
	for (int i = 0; i < 3; i++) {
		phase[i] += tones[i] / rate;
		if (phase[i] >= 1)
			phase[i] -= 1;
		v += sin(phase[i] * 6.283185307179586) +
		     0.3 * sin(phase[i] * 12.566370614359172);
	}
	return (float)(v * 0.1);
}

void sample_main(void)
{
	osaas_chan audio = osaas_cap("audio.out");
	struct osaas_msg msg;
	struct osaas_audio_config config;
	if (osaas_recv(audio, &msg) < 0)
		return;
	memcpy(&config, msg.u.bytes, sizeof config);
	for (;;) {
		struct osaas_msg block = {.type = OSAAS_AUDIO_BLOCK, .len = 256 * 2 * 4};
		float *out = block.buf = osaas_buf_alloc(256 * 2 * 4);
		if (!out)
			osaas_exit(1);
		for (int i = 0; i < 256; i++) {
			float v = next(config.rate);
			*out++ = v;
			*out++ = v;
		}
		if (osaas_send(audio, &block) < 0)
			return;
	}
}
