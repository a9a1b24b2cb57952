/*
 * audio_kept: what is kept of sound from one session to the next, in memory: read before the
 * session begins, written through the store (audio_db.h). By name:
 *
 *	plays DEVICE, hears DEVICE	"volume=45 mute=off"
 *	output, input			a rule
 */
#ifndef OSAAS_SESSION_AUDIO_KEPT_H
#define OSAAS_SESSION_AUDIO_KEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "session/audio_config.h"
#include "session/audio_db.h"

struct audio_kept;
struct store;

/* audio_kept_create reads what is on disk; what cannot be read is said, and does not count. */
struct audio_kept *audio_kept_create(struct store *store);
void audio_kept_destroy(struct audio_kept *kept); /* takes NULL */

struct audio_kept_level {
	double volume; /* 0 to 1, in whole percent */
	bool muted;
};

/* audio_kept_level: false: nothing of that name, or it makes no sense. */
bool audio_kept_level(
	const struct audio_kept *kept, const char *name, struct audio_kept_level *out);
void audio_kept_put_level(
	struct audio_kept *kept, const char *name, const struct audio_kept_level *level);

/* audio_kept_rule: NULL: none. put: NULL takes it away. */
const char *audio_kept_rule(const struct audio_kept *kept, const char *name);
void audio_kept_put_rule(struct audio_kept *kept, const char *name, const char *rule);

/* Texts. Pure. */
bool audio_kept_read(const char *text, struct audio_kept_level *out);
void audio_kept_write(
	const struct audio_kept_level *level, char text[static AUDIO_TEXT_MAX]);

#endif
