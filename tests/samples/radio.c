/* Sound from the network, played: what comes is put together to blocks. */
#include "sample.h"

#include <osaas_audio.h>

SAMPLE("Radio", "want = net.tcp:radio.example.org required: listens\n"
		"want = audio.out required: plays\n")

void sample_main(void)
{
	osaas_chan net = osaas_cap("net.tcp:radio.example.org");
	osaas_chan audio = osaas_cap("audio.out");
	struct osaas_msg msg;
	if (osaas_recv(audio, &msg) < 0)
		return;
	for (;;) {
		struct osaas_msg block = {.type = OSAAS_AUDIO_BLOCK, .len = 256 * 4};
		struct osaas_msg in = {.type = ASK_READ};
		in.u.u32[4] = 512;
		if (osaas_send(net, &in) < 0 || osaas_recv(net, &in) < 0)
			return;
		float *out = block.buf = osaas_buf_alloc(256 * 4);
		const int16_t *from = in.buf;
		if (!out || !from)
			osaas_exit(1);
		for (int i = 0; i < 256; i++)
			out[i] = (float)from[i] / 32768;
		osaas_buf_free(in.buf);
		if (osaas_send(audio, &block) < 0)
			return;
		block = (struct osaas_msg){.type = OSAAS_AUDIO_BLOCK, .len = 256 * 4};
		block.buf = osaas_buf_alloc(256 * 4);
		if (!block.buf || osaas_send(audio, &block) < 0)
			return;
	}
}
