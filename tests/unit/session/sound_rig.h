/* What sound.c calls, faked: the engine and its other end, devices, the bar, the disk; and a session of it. */
#ifndef OSAAS_TESTS_SOUND_RIG_H
#define OSAAS_TESTS_SOUND_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/audio.h"
#include "session/audio_devices.h"
#include "session/audio_in.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/sound.h"
#include "session/volume_bar.h"

#define SECOND UINT64_C(1000000000)

struct rig_engine {
	struct audio_options options;
	char output[128];
	double gain;
	unsigned configured, looked;
};

struct rig_ears {
	struct audio_in_options options;
	char input[128];
	bool muted;
	unsigned looked;
};

struct rig_bar {
	unsigned shown, percent;
	enum volume_bar_what what;
	bool muted;
};

extern struct rig {
	struct session session;
	struct session_options options;
	struct settings settings;
	struct rig_engine engine;
	struct rig_ears ears;
	struct rig_bar bar;
	struct audio_device here[4]; /* analog, HDMI, a webcam */
	size_t n_here;
	char used[2][64];
	const char *rival; /* of all that is there; NULL */
	bool refused[2];
	char turns[64]; /* who was held, let go of and had a turn, in that order */
	bool virtual_time;
	char folder[32];
} rig;

extern const struct audio_device analog;

/* For each test: three devices, and a card with a Master, a Speaker, an IEC958 and a Capture. */
int set_up(void **state);
int tear_down(void **state);
/* The session's sound begins again, with what it kept. */
void begin(void);
void end(void);

/* add: one more control of the card, for playing (0) or for hearing (1). */
struct fake_side *add(const char *name, int d, bool gate);
/* The engine, or its other end, opens a device, or closes it: NULL. */
void open_device(const char *pcm);
void listen(const char *pcm);
void devices_changed(void);
void devices_routed(enum pcm_direction direction); /* all that are routed are told */
void wait_ns(uint64_t ns);

int percent(enum pcm_direction d); /* -1: no device */
bool is_gain(double gain);         /* of the mix */

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
