/* A metronome: silence, and a click out of a small table now and then. */
#include "sample.h"

#include <osaas_audio.h>

SAMPLE("Metronome", "want = audio.out required: clicks\n")

static float click[512];

void sample_main(void)
{
	osaas_chan audio = osaas_cap("audio.out");
	struct osaas_msg msg;
	if (osaas_recv(audio, &msg) < 0)
		return;
	for (int i = 0; i < 512; i++)
		click[i] = (float)(512 - i) / 512 * (i & 16 ? 0.5f : -0.5f);
	for (unsigned n = 0;; n++) {
		struct osaas_msg block = {.type = OSAAS_AUDIO_BLOCK, .len = 512 * 4};
		float *out = block.buf = osaas_buf_alloc(512 * 4);
		if (!out)
			osaas_exit(1);
		if (n % 50 == 0)
			memcpy(out, click, sizeof click);
		if (osaas_send(audio, &block) < 0)
			return;
	}
}
