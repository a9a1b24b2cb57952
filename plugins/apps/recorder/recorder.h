/* recorder: what its parts know of each other. */
#ifndef RECORDER_H
#define RECORDER_H

#include <osaas.h>
#include <osaas_audio.h>
#include <osaas_audio_in.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_text.h>
#include <osaas_window.h>

#include <stdbool.h>

#include "tape.h"

enum tag {
	TAG_WINDOW = 1,
	TAG_RECORD,
	TAG_PLAY,
	TAG_CLEAR,
	TAG_WAVE,
	TAG_END,
};

enum doing {
	NOTHING,
	ASKING, /* to listen; the answer is to come */
	RECORDING,
	PLAYING,
};

struct recorder {
	osaas_chan window, in, voice, text; /* OSAAS_NONE: not granted, or gone */
	struct osaas_window_config config;  /* width 0: none yet */
	struct tape tape;
	enum doing doing;
	uint32_t at;                    /* frame that is played next, or would be */
	bool told;                      /* the voice what we send */
	uint64_t missed;                /* frames of this recording */
	float level, held;              /* peaks: now, and of the last second or so */
	const char *wrong;              /* NULL: nothing is */
	uint64_t hover, pressed, focus; /* enum tag; 0: none */
	bool changed, under_way;
	uint64_t serial;
};
extern struct recorder recorder;

/* draw sends a frame. YIELDS. */
void draw(void);
void draw_forget(void); /* another scale: words are set anew */
/* draw_wave_frame: the frame of the recording that lies at x of the wave's area. */
uint32_t draw_wave_frame(float x);

#endif
