/*
 * audio_in: what a microphone hears, for all who listen: one device, open only while somebody
 * does, each reader with a rate, channels and blocks of its own.
 *
 * Times are the device's own clock, followed (audio_stamp.h), so they stay right; frames are
 * numbered, and those that were lost (the reader was slow, the device was, the session was not
 * shown) are counted before the block that comes next. Without a device there is silence at its
 * pace, and one is looked for: when devices change, and after a second, which doubles up to
 * a minute.
 *
 * While the session is not shown nobody hears anything, whatever the configuration says of
 * playing in the background, and the device is free for others: what is not to be seen must
 * not listen.
 */
#ifndef OSAAS_SESSION_AUDIO_IN_H
#define OSAAS_SESSION_AUDIO_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/include/osaas_audio_in.h"
#include "session/pcm.h"

struct audio_devices;
struct audio_in;
struct audio_reader;
struct loop;

struct audio_in_options {
	const char
		*input; /* rule, as audio_devices_pick; NULL: the first; "none"; copied */
	pcm_opener *open;              /* NULL: pcm_open */
	struct audio_devices *devices; /* borrowed; NULL: input is a name of ALSA's */
	/* Called before the first frame is heard, with the device's name, and with NULL when there is
	 * none any more: so that its volume is set in time. May be NULL. */
	void (*opened)(void *data, const char *device);
	void *data;
};

struct audio_in *audio_in_create(
	struct loop *loop, const struct audio_in_options *options);
void audio_in_destroy(struct audio_in *in); /* takes NULL; readers must be gone */
/* audio_in_configure: others from now on; readers go on, on another device where they must. */
void audio_in_configure(struct audio_in *in, const struct audio_in_options *options);

/*
 * heard gets a block: so many frames as were agreed on, interleaved, borrowed. False: it had no
 * room; they are missed. It must not end the reader, nor make one.
 */
typedef bool audio_heard(void *data, const float *block, size_t frames,
	const struct osaas_audio_heard *heard);

/*
 * audio_in_listen makes a reader, and opens the device for the first. name is borrowed. 0,
 * -EINVAL: out of bounds, -ENOENT: no device hears, or the user wants none, -EBUSY: another program
 * has it, or it excludes what plays, or -errno: audio_in_status's why says more. as gets what
 * comes.
 */
int audio_in_listen(struct audio_in *in, const char *name,
	const struct osaas_audio_listen *want, audio_heard *heard, void *data,
	struct audio_reader **out, struct osaas_audio_heard_as *as);
/* audio_in_deaf ends it, and closes the device after the last; takes NULL. */
void audio_in_deaf(struct audio_in *in, struct audio_reader *reader);

/* audio_in_turn, once per loop turn, and at the latest then; UINT64_MAX: no matter. */
void audio_in_turn(struct audio_in *in);
uint64_t audio_in_next_ns(const struct audio_in *in);

/* audio_in_hold: the session is not shown any more, or the machine is about to sleep; and back. */
void audio_in_hold(struct audio_in *in, bool held);
/* audio_in_mute: what is heard is silence, whatever the device has; times go on. */
void audio_in_mute(struct audio_in *in, bool muted);
bool audio_in_muted(const struct audio_in *in);
/* audio_in_devices_changed: one came or went. */
void audio_in_devices_changed(struct audio_in *in);

/* For osaas ctl. */
enum audio_in_state {
	AUDIO_IN_CLOSED, /* nobody listens: no device, no wake-ups */
	AUDIO_IN_HEARS,
	AUDIO_IN_SILENT, /* there is no device: silence */
	AUDIO_IN_HELD,
};
struct audio_in_status {
	enum audio_in_state state;
	const char *device; /* its name; "": none is open */
	const char *why;    /* there is none; "": no trouble */
	struct pcm_config config;
	uint64_t xruns; /* of the device, since the session began */
};
void audio_in_status(const struct audio_in *in, struct audio_in_status *out);
struct audio_reader_status {
	const char *name;
	unsigned rate, channels, frames;
	uint64_t heard, missed; /* frames */
};
void audio_in_each(const struct audio_in *in,
	void (*fn)(void *data, const struct audio_reader_status *reader), void *data);

#endif
