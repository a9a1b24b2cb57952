/*
 * audio_wait: hears of it when a sound device that another program has may be free: when
 * somebody closes it or its rights change (inotify), and for what that does not tell at a time
 * that is doubled with each look in vain. Nothing is polled.
 */
#ifndef OSAAS_SESSION_AUDIO_WAIT_H
#define OSAAS_SESSION_AUDIO_WAIT_H

struct audio_wait;
struct loop;

/* audio_wait_create: ready is called from the loop. folder: "/dev/snd"; borrowed. */
struct audio_wait *audio_wait_create(
	struct loop *loop, const char *folder, void (*ready)(void *data), void *data);
void audio_wait_destroy(struct audio_wait *wait); /* takes NULL */

/*
 * audio_wait_for: ready is called once. pcm: "hw:0,0", or any name of ALSA's: by time only.
 * "hw:0" is the card itself, for its rights: not by time.
 */
void audio_wait_for(struct audio_wait *wait, const char *pcm);
/* audio_wait_end: for nothing any more, and the next time is a second again. */
void audio_wait_end(struct audio_wait *wait);

#endif
