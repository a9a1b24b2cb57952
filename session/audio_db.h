/*
 * audio_db: what is kept of sound, on disk, in audio.db: of each device that ever played or
 * heard its volume and mute, and the rules that 'osaas ctl audio' said, a row of a name and a
 * text each (audio_kept.h). Blocks: see sql.h. To look into it:
 *
 *	sqlite3 ~/.local/state/osaas/audio.db 'SELECT * FROM audio'
 */
#ifndef OSAAS_SESSION_AUDIO_DB_H
#define OSAAS_SESSION_AUDIO_DB_H

#include <stdbool.h>

#include "session/audio_config.h"
#include "session/sql.h"

#define AUDIO_KEPT_NAME_MAX 256

struct audio_db;

struct audio_row {
	char name[AUDIO_KEPT_NAME_MAX];
	char text[AUDIO_TEXT_MAX]; /* "": there is none any more */
};

/* 0 or -errno with why; -ENOENT: there is none, and make is false. */
int audio_db_open(bool make, struct audio_db **out, char why[static SQL_WHY_MAX]);
void audio_db_close(struct audio_db *db); /* takes NULL */

/* audio_db_load calls each with every row; those that are too long are skipped. */
int audio_db_load(struct audio_db *db,
	void (*each)(void *data, const struct audio_row *row), void *data);
/* audio_db_put keeps it in the place of one of the same name. */
int audio_db_put(struct audio_db *db, const struct audio_row *row);

#endif
