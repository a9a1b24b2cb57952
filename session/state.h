/*
 * state: where a session keeps what outlives it: $XDG_STATE_HOME/osaas, or
 * ~/.local/state/osaas. The folder is 0700, what is in it 0600:
 *
 *	state.db	what plugins may use: grant_db.h
 *	outputs.db	what 'osaas ctl output' says of displays: output_db.h
 *	audio.db	volumes, and what 'osaas ctl audio' says: audio_db.h
 *	store/ID.db	what the plugin of that id stored: kv_db.h
 */
#ifndef OSAAS_SESSION_STATE_H
#define OSAAS_SESSION_STATE_H

#include <stdbool.h>

#define STATE_PATH_MAX 4096
#define STATE_WHY_MAX  512

/*
 * state_path gives the path of a file in the folder (name may have one more folder
 * before it); make: the folders are made if need be. 0, or -errno with why in one line:
 * -ENOENT there is no such place (no home, or, without make, no folder), -EPERM the
 * folder is another user's or open to others.
 */
int state_path(const char *name, bool make, char path[static STATE_PATH_MAX],
	char why[static STATE_WHY_MAX]);

#endif
