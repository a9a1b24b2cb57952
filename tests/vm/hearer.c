/*
 * hearer: listens, and looks whether each frame follows the one before: frames are numbers of
 * 30 bits, the lower half in the left channel and the upper one in the right, as steps of 16 bits
 * from 1 on; silence is 0. Says each second of sound, and at the end of each run, how many were whole.
 * With a RATE it hears one channel of that, and only counts.
 */
#include <osaas.h>
#include <osaas_audio_in.h>
#include <osaas_request.h>
#include <osaas_std.h>

#ifndef RATE
#define RATE 0
#endif
#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)

OSAAS_MANIFEST("id = org.osaas.test.hearer" TEXT(
	RATE) "\n"
	      "name = Hearer " TEXT(RATE) "\n"
					  "version = 1.0\n"
					  "abi = 1.0\n"
					  "entry = hearer_main\n"
					  "want = audio.in required: hears whether each "
					  "frame is there\n")

enum {
	FRAMES = 480
};

static struct osaas_audio_heard_as as;
static struct {
	uint64_t blocks, missed, frames, breaks, wrong;
	uint32_t last; /* number; 0: silence */
	uint64_t next; /* frame, as the host counts */
	uint64_t time_ns, frame;
	int64_t worst_ns; /* from block to block, against the rate */
} heard;

static void say(const char *what)
{
	osaas_printf(OSAAS_LOG_INFO,
		"hearer: %s: %llu frames, %llu breaks; %llu blocks, %llu missed, %llu "
		"out of order, "
		"times off by %lld us",
		what, (unsigned long long)heard.frames, (unsigned long long)heard.breaks,
		(unsigned long long)heard.blocks, (unsigned long long)heard.missed,
		(unsigned long long)heard.wrong, (long long)(heard.worst_ns / 1000));
}

static uint32_t number_of(const float *frame)
{
	int32_t low = (int32_t)(frame[0] * 32768), high = (int32_t)(frame[1] * 32768);
	return (uint32_t)(low & 0x7fff) | (uint32_t)(high & 0x7fff) << 15;
}

static void follow(uint32_t number)
{
	if (number == 0 && heard.last != 0)
		say("silence after");
	if (number != 0) {
		heard.breaks += heard.last != 0 && number != heard.last + 1;
		heard.frames++;
	}
	heard.last = number;
}

static void note_time(const struct osaas_audio_heard *h)
{
	int64_t should = (int64_t)((double)(h->frame - heard.frame) * 1e9 / as.rate);
	int64_t off = (int64_t)(h->time_ns - heard.time_ns) - should;
	off = off < 0 ? -off : off;
	if (heard.blocks > 0 && off > heard.worst_ns && h->missed == 0)
		heard.worst_ns = off;
	heard.time_ns = h->time_ns;
	heard.frame = h->frame;
}

static void handle(const struct osaas_msg *msg)
{
	struct osaas_audio_heard h;
	const float *samples = msg->buf;
	memcpy(&h, msg->u.bytes, sizeof h);
	heard.wrong += h.frame != heard.next + h.missed ||
		       msg->len != as.frames * as.channels * sizeof(float);
	heard.next = h.frame + as.frames;
	heard.missed += h.missed;
	note_time(&h);
	for (uint32_t i = 0; i < as.frames && as.channels == 2; i++)
		follow(number_of(samples + 2 * i));
	if (++heard.blocks % 100 == 0)
		say("so far");
}

OSAAS_EXPORT void hearer_main(void);
void hearer_main(void)
{
	const struct osaas_audio_listen want = {
		RATE, RATE ? 1 : 2, RATE ? RATE / 100 : FRAMES};
	struct osaas_msg msg = {.type = OSAAS_AUDIO_LISTEN};
	osaas_chan in = osaas_cap("audio.in");
	memcpy(msg.u.bytes, &want, sizeof want);
	int64_t r = osaas_request(in, &msg);
	if (r < 0) {
		osaas_printf(OSAAS_LOG_ERROR, "hearer: error %lld", (long long)r);
		osaas_exit(1);
	}
	memcpy(&as, msg.u.bytes, sizeof as);
	osaas_printf(OSAAS_LOG_INFO, "hearer: listens, %u Hz, %u channels, %u frames",
		as.rate, as.channels, as.frames);
	while (osaas_recv(in, &msg) == 0) {
		if (msg.type == OSAAS_AUDIO_HEARD)
			handle(&msg);
		osaas_buf_free(msg.buf);
	}
	say("taken back after");
}
