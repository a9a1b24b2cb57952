/*
 * resume: what a session leaves for the one that its guardian starts when it dies: its
 * plugins, the windows among them bottom first, and which has the focus. (On which display
 * each is, the store and the configuration say.) A small text file, written whole, and only when one of these changed:
 *
 *	osaas resume 1
 *	plugin FOCUS PATH
 *	end
 *
 * FOCUS is focus, or -; in PATH %XX stands for a byte that is no visible one, and for %.
 */
#ifndef OSAAS_SESSION_RESUME_H
#define OSAAS_SESSION_RESUME_H

#include <stdbool.h>
#include <stddef.h>

struct session;

#define RESUME_PLUGINS 64
#define RESUME_SIZE    65536 /* bytes of a file, at most */
#define RESUME_WHY_MAX 160

struct resume_plugin {
	bool focus;
	char *path;
};

struct resume {
	size_t n;
	struct resume_plugin plugins[RESUME_PLUGINS];
};

/* resume_parse reads a text, of which nothing is trusted. 0, or -EINVAL with why. */
int resume_parse(const char *text, size_t size, struct resume *out,
	char why[static RESUME_WHY_MAX]);
/*
 * resume_read: 0, or -errno with why, -EPERM: it is another user's; resume_finish
 * after a 0.
 */
int resume_read(const char *path, struct resume *out, char why[static RESUME_WHY_MAX]);
void resume_finish(struct resume *resume);

/* resume_write: 0; -E2BIG more than fits, -errno of the file. */
int resume_write(const char *path, const struct resume *resume);

/* resume_focus: of what was started by it, the window that had the focus gets it. */
void resume_focus(struct session *session, const struct resume *resume);

/* resume_turn writes it if session->changed says so and somebody wants it; once per loop turn. */
void resume_turn(struct session *session);

#endif
