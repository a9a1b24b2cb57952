/*
 * host: the plugins of this session and what each holds. What a manifest wants is
 * granted as consent.h says, and said.
 */
#ifndef OSAAS_SESSION_HOST_H
#define OSAAS_SESSION_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hosted;
struct plugin;
struct session;
struct window;

/* host_load: name is a path, or the name of an installed plugin ("hello"). 0 or -errno, logged. */
int host_load(struct session *session, const char *name);

/* host_start_all grants and starts what was loaded. 0 or -errno, logged. */
int host_start_all(struct session *session);

/*
 * host_run loads one more, grants and starts it while the session runs. 0 or -errno, logged:
 * then it is gone again.
 */
int host_run(struct session *session, const char *name);

/* host_each calls each with every plugin that has not ended, in the order they were named; window may be NULL. */
void host_each(struct session *session,
	void (*each)(void *data, struct plugin *plugin, const struct window *window),
	void *data);

/* host_window: that plugin's; NULL: it has none. */
struct window *host_window(const struct session *session, const struct plugin *plugin);
/* host_has_focus: the keys go to that plugin's window. */
bool host_has_focus(const struct session *session, const struct plugin *plugin);
/* host_each_failed likewise with those that failed, and whose windows say so. */
void host_each_failed(struct session *session,
	void (*each)(void *data, const struct hosted *hosted), void *data);

/*
 * host_over: nothing runs any more, or what is left (panels, input methods) served something
 * that does not. A notice is somebody's to answer where there is
 * input, or is to be looked at for the time that was asked for.
 */
bool host_over(const struct session *session);

/*
 * host_find gives the one that word names: an id, or a name; "ID#2" is the second of
 * several. 0, or with why (one line) -ENOENT, -EINVAL: there are several, or not so many.
 */
int host_find(struct session *session, const char *word, struct hosted **out, char *why,
	size_t why_size);

/* host_turn does what was asked for, or is due; once per loop turn. */
void host_turn(struct session *session);
/* When host_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t host_next_ns(const struct session *session);

/* host_stop_all ends and frees all. */
void host_stop_all(struct session *session);

/*
 * host_find_plugin gives the file for a name: with a slash it is a path; else
 * NAME.so in the folders of OSAAS_PLUGIN_PATH, then where osaas was installed.
 * 0 or -ENOENT with one line of why.
 */
int host_find_plugin(
	const char *name, char *path, unsigned size, char *why, unsigned why_size);

#endif
