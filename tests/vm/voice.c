/*
 * voice: for test_audio.py: one of eight voices, LANE, that can be told from each other in
 * their sum. Each frame has four bits, of a sequence that repeats after 65535 frames: two of them
 * are bits 2 * LANE and 2 * LANE + 1 of the left 16-bit sample, two are the right one's. So
 * what was recorded says of each frame of each voice whether it is there.
 *
 * The sequence: a Galois shift register, 16 bits, taps 0xb400 (maximal length).
 */
#include <osaas.h>
#include <osaas_audio.h>
#include <osaas_std.h>

#define STR2(x) #x
#define STR(x)  STR2(x)

OSAAS_MANIFEST("id = org.osaas.test.voice" STR(
	LANE) "\n"
	      "name = Voice " STR(LANE) "\n"
					"version = 1.0\n"
					"abi = 1.0\n"
					"entry = voice_main\n"
					"want = audio.out required: counts aloud\n")

static uint32_t state = 1;

/* Two's complement: the highest lane has the sign. */
static float sample(uint32_t digit)
{
	int32_t v = (int32_t)(digit << 2 * LANE);
	return (float)(v >= 32768 ? v - 65536 : v) / 32768.0f;
}

static void fill(float *out, uint32_t frames)
{
	for (uint32_t i = 0; i < frames; i++) {
		*out++ = sample(state & 3);
		*out++ = sample(state >> 2 & 3);
		state = (state >> 1) ^ ((0u - (state & 1)) & 0xb400);
	}
}

OSAAS_EXPORT void voice_main(void);
void voice_main(void)
{
	osaas_chan audio = osaas_cap("audio.out");
	struct osaas_msg msg;
	struct osaas_audio_config config;
	if (osaas_recv(audio, &msg) < 0)
		osaas_exit(1);
	memcpy(&config, msg.u.bytes, sizeof config);
	uint32_t frames = config.period;
	if (frames == 0 || frames > OSAAS_AUDIO_MAX_FRAMES)
		frames = OSAAS_AUDIO_MAX_FRAMES;
	for (;;) {
		msg = (struct osaas_msg){
			.type = OSAAS_AUDIO_BLOCK, .len = frames * 2 * sizeof(float)};
		msg.buf = osaas_buf_alloc(msg.len);
		if (!msg.buf)
			osaas_exit(2);
		fill(msg.buf, frames);
		if (osaas_send(audio, &msg) < 0)
			return;
	}
}
