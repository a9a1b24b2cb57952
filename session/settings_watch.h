/*
 * settings_watch: reads the configuration anew when its file changes, however an editor
 * does that. A file with a mistake changes nothing; the line that says so is logged.
 */
#ifndef OSAAS_SESSION_SETTINGS_WATCH_H
#define OSAAS_SESSION_SETTINGS_WATCH_H

struct loop;
struct settings;
struct settings_watch;

/*
 * settings_watch_create: of the file that settings were read from. changed is called
 * from the loop with new ones, which are its own then. NULL where there is no file, or
 * (logged) where it cannot be watched; destroy takes NULL.
 */
struct settings_watch *settings_watch_create(struct loop *loop,
	const struct settings *settings,
	void (*changed)(void *data, struct settings *settings), void *data);
void settings_watch_destroy(struct settings_watch *watch);

#endif
