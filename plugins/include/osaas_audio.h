/*
 * osaas_audio.h: the protocol of "audio.out": one voice, a stream of blocks of samples that is
 * mixed with those of others.
 *
 * The first message from the host is OSAAS_AUDIO_CONFIG. Then the plugin sends blocks;
 * send waits while four of them are under way, so a loop of fill and send runs at the device's
 * pace. The sound starts with the first block and ends when no more come: a pause is just not
 * sending. Whoever has the next block late is silent meanwhile, alone, and told by how much;
 * half a second without one is no lateness, but an end.
 *
 * What must not wait behind blocks goes over a second channel, the voice's control, which
 * comes with the first CONFIG; answers come there. Who does not need it closes it, or never
 * looks at it. Who does not take answers (16 of them wait) gets no further ones.
 *
 * TIME. A voice counts the frames it was given, in its own rate, from 0. A position says
 * which of them is heard when, on CLOCK_MONOTONIC, as osaas_now gives it: the time at which a
 * picture that belongs to it should be on the screen (osaas_window.h says when frames are).
 */
#ifndef OSAAS_AUDIO_H
#define OSAAS_AUDIO_H

#include <osaas.h>

enum osaas_audio_type {
	/*
	 * plugin to host: buf, len: interleaved f32 frames of the present format, -1..1; at most
	 * OSAAS_AUDIO_MAX_FRAMES. u64[0]: when its first frame is to be heard, in ns; 0: right
	 * after the block before. What would have been heard before that time came is cut off
	 * at its front, and at those of the blocks that follow it, so that the rest is in time;
	 * it counts as late. A time that is a quarter of a millisecond or less from the end of
	 * the block before, while that is heard, is taken for that: clocks differ.
	 */
	OSAAS_AUDIO_BLOCK = 1,
	/*
	 * struct osaas_audio_format: of the blocks that come after it. Only among blocks. Before
	 * the first one it is that of the first CONFIG: its rate and channels, gain 1.
	 */
	OSAAS_AUDIO_FORMAT = 2,
	/* struct osaas_audio_gain. Among blocks: with the next one's first frame. Control: at once. */
	OSAAS_AUDIO_GAIN = 3,

	/* On the control only; each is answered by a POSITION, in order. */
	OSAAS_AUDIO_WHERE = 4,
	/*
	 * What was sent and is not in the device yet is dropped: of a seek. It counts as not given.
	 * Blocks that are sent before the answer came are dropped, too; a FORMAT or GAIN is not.
	 */
	OSAAS_AUDIO_FLUSH = 5,
	/* What was sent stays, and waits: u32[0] 1, or goes on: 0. Heard within the device's latency. */
	OSAAS_AUDIO_PAUSE = 6,
	/* u32[0]: a POSITION each so many ms while it sounds, at least 5; 0: no more. */
	OSAAS_AUDIO_FOLLOW = 7,

	/*
	 * host to plugin: struct osaas_audio_config. The first carries the control; another comes
	 * when the device is another, before anything is heard of that.
	 */
	OSAAS_AUDIO_CONFIG = 16,
	/* On the control: struct osaas_audio_position. */
	OSAAS_AUDIO_POSITION = 17,
};

#define OSAAS_AUDIO_MAX_FRAMES   8192
#define OSAAS_AUDIO_MAX_CHANNELS 8
#define OSAAS_AUDIO_MIN_RATE     4000
#define OSAAS_AUDIO_MAX_RATE     384000
#define OSAAS_AUDIO_MAX_GAIN     16.0f

struct osaas_audio_config {
	uint32_t rate; /* frames per second that the device plays: no resampling then */
	uint32_t channels; /* of the voice until it says FORMAT: 2 */
	uint32_t period;   /* frames the device takes at a time: a good block size */
	uint32_t latency;  /* frames from the mix to the ear, about */
	uint32_t
		outputs; /* channels the device has; 0: there is none, and a clock takes blocks */
};

/* Where a channel is heard from. */
enum osaas_audio_place {
	OSAAS_AUDIO_NOWHERE = 0, /* is not heard */
	OSAAS_AUDIO_MONO = 1,    /* from all in front */
	OSAAS_AUDIO_FL = 2,      /* front left */
	OSAAS_AUDIO_FR = 3,
	OSAAS_AUDIO_FC = 4,  /* front centre */
	OSAAS_AUDIO_LFE = 5, /* low frequencies */
	OSAAS_AUDIO_RL = 6,  /* rear left */
	OSAAS_AUDIO_RR = 7,
	OSAAS_AUDIO_SL = 8, /* side left */
	OSAAS_AUDIO_SR = 9,
};

struct osaas_audio_format {
	uint32_t rate;     /* OSAAS_AUDIO_MIN_RATE to _MAX_RATE */
	uint32_t channels; /* 1 to OSAAS_AUDIO_MAX_CHANNELS */
	/*
	 * enum osaas_audio_place of each. All 0: the usual for so many: 1 MONO; 2 FL FR; 3 FL
	 * FR LFE; 4 FL FR RL RR; 5 FL FR FC RL RR; 6 FL FR FC LFE RL RR; 7 FL FR FC RL RR
	 * SL SR; 8 FL FR FC LFE RL RR SL SR.
	 */
	uint8_t places[OSAAS_AUDIO_MAX_CHANNELS];
	/*
	 * From the mix to the ear, in microseconds, as much as may be: a game says 10000 or less,
	 * music 200000 or more, which saves power: the host asks for blocks so far ahead. 0: as
	 * the host likes. The device's own latency is its lower bound, and that of whoever of all
	 * voices says least holds for all.
	 */
	uint32_t latency_us;
};

struct osaas_audio_gain {
	float gain; /* 0 to OSAAS_AUDIO_MAX_GAIN; 1 is unity */
	uint32_t
		frames; /* of the voice, over which it gets there in a straight line; 0: at once */
};

struct osaas_audio_position {
	uint64_t frame;   /* this frame of the voice ... */
	uint64_t time_ns; /* ... is heard then, and those after it at the voice's rate */
	uint64_t
		given; /* frames that the host took so far, without those that a FLUSH dropped */
	uint64_t late;  /* frames of silence that were heard since blocks came late */
	uint32_t gaps;  /* how often that was */
	uint32_t flags; /* enum osaas_audio_flag */
};

enum osaas_audio_flag {
	OSAAS_AUDIO_SOUNDS = 1u << 0, /* something of it is in the device */
	OSAAS_AUDIO_PAUSED = 1u << 1, /* by itself, or the whole session's sound */
};

_Static_assert(sizeof(struct osaas_audio_config) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_audio_format) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_audio_position) <= OSAAS_MSG_BYTES, "fits a message");

#endif
