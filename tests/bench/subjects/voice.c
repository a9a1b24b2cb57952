/*
 * For tests/bench/audio: one voice, a tone, a block of a period at a time, of RATE frames per
 * second, or the device's. It computes little: what is measured is the way to the device. With
 * ROGUE it computes for far too long every now and then.
 */
#include <osaas.h>
#include <osaas_audio.h>
#include <osaas_std.h>

#ifdef ROGUE
#define NAME "Rogue"
#else
#define NAME "Voice"
#endif
OSAAS_MANIFEST("id = org.osaas.bench.voice\n"
	       "name = " NAME "\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = voice_main\n"
	       "want = audio.out required: plays a tone\n")

#ifndef RATE
#define RATE 0
#endif

/* A point that goes round a circle: cosine and sine of a 64th part of pi. */
static float re = 0.05f, im;

static void fill(float *out, uint32_t frames)
{
	const float c = 0.998795456f, s = 0.049067674f;
	for (uint32_t i = 0; i < frames; i++) {
		float next = re * c - im * s;
		im = re * s + im * c;
		re = next;
		*out++ = re;
		*out++ = im;
	}
}

static int set_format(osaas_chan audio, const struct osaas_audio_config *config)
{
	struct osaas_audio_format format = {.rate = RATE ? RATE : config->rate,
		.channels = 2,
		.latency_us = (uint32_t)(2000000ull * config->period / config->rate)};
	struct osaas_msg msg = {.type = OSAAS_AUDIO_FORMAT};
	memcpy(msg.u.bytes, &format, sizeof format);
	return osaas_send(audio, &msg);
}

OSAAS_EXPORT void voice_main(void);
void voice_main(void)
{
	osaas_chan audio = osaas_cap("audio.out");
	struct osaas_audio_config config;
	struct osaas_msg msg;
	if (osaas_recv(audio, &msg) < 0)
		return;
	memcpy(&config, msg.u.bytes, sizeof config);
	if (set_format(audio, &config) < 0)
		return;
	for (;;) {
		struct osaas_alt alt = {.chan = audio, .op = OSAAS_RECV, .msg = &msg};
		size_t size = config.period * 2 * sizeof(float);
		struct osaas_msg block = {.type = OSAAS_AUDIO_BLOCK, .len = size};
		if (osaas_alt(&alt, 1, OSAAS_NOW) == 0 &&
			msg.type == OSAAS_AUDIO_CONFIG) {
			memcpy(&config, msg.u.bytes, sizeof config);
			set_format(audio, &config);
			continue;
		}
		block.buf = osaas_buf_alloc(size);
		if (!block.buf)
			osaas_exit(1);
		fill(block.buf, config.period);
#ifdef ROGUE
		static unsigned n;
		uint64_t end = ++n % 200 ? 0 : osaas_now() + 20000000;
		while (osaas_now() < end)
			;
#endif
		if (osaas_send(audio, &block) < 0)
			return;
	}
}
