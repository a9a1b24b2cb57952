#include "session/resume.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/hosted.h"
#include "session/routing.h"
#include "session/session.h"
#include "session/why.h"
#include "session/window.h"
#include "util/log.h"
#include "util/whole_file.h"
#include "util/xalloc.h"

#define HEAD   "osaas resume 1"
#define TAIL   "end"
#define PLUGIN "plugin "

/* Reading. */

#define refuse(why, ...) why_not(why, RESUME_WHY_MAX, __VA_ARGS__)

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place. False: it is no path. */
static bool unescape(char *text)
{
	char *to = text;
	for (const char *p = text; *p; p++) {
		if (*p != '%') {
			*to++ = *p;
			continue;
		}
		int high = digit(p[1]), low = high < 0 ? -1 : digit(p[2]);
		if (low < 0 || (high == 0 && low == 0))
			return false;
		*to++ = (char)(high * 16 + low);
		p += 2;
	}
	*to = '\0';
	return to > text && (size_t)(to - text) < PATH_MAX;
}

/* The next word; NULL: there is none, or it is longer than size. */
static char *take_word(char **line, size_t most)
{
	char *word = *line, *end = strchr(word, ' ');
	if (!end || end == word || (size_t)(end - word) > most)
		return NULL;
	*end = '\0';
	*line = end + 1;
	return word;
}

static bool parse_plugin(char *line, struct resume_plugin *out)
{
	char *focus = take_word(&line, 5);
	if (!focus || (strcmp(focus, "-") != 0 && strcmp(focus, "focus") != 0) ||
		!unescape(line))
		return false;
	out->focus = focus[0] == 'f';
	out->path = xstrdup(line);
	return true;
}

static int parse_line(
	char *line, struct resume *out, unsigned n, char why[static RESUME_WHY_MAX])
{
	if (strncmp(line, PLUGIN, strlen(PLUGIN)) != 0)
		return refuse(why, "line %u is none of this file's", n);
	if (out->n == RESUME_PLUGINS)
		return refuse(why, "there are more than %d plugins", RESUME_PLUGINS);
	if (!parse_plugin(line + strlen(PLUGIN), &out->plugins[out->n]))
		return refuse(why, "line %u names no plugin", n);
	out->n++;
	return 0;
}

static int parse_lines(char *text, struct resume *out, char why[static RESUME_WHY_MAX])
{
	bool ended = false;
	unsigned n = 0;
	for (char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end || ended)
			return refuse(
				why, "line %u is cut off, or follows the end", n + 1);
		*end = '\0';
		n++;
		ended = n > 1 && strcmp(line, TAIL) == 0;
		if (n == 1 && strcmp(line, HEAD) != 0)
			return refuse(why, "it does not begin with '" HEAD "'");
		if (n > 1 && !ended && parse_line(line, out, n, why) < 0)
			return -EINVAL;
	}
	return ended ? 0 : refuse(why, "it has no end");
}

int resume_parse(const char *text, size_t size, struct resume *out,
	char why[static RESUME_WHY_MAX])
{
	*out = (struct resume){0};
	if (size > RESUME_SIZE)
		return refuse(why, "it is larger than %d bytes", RESUME_SIZE);
	if (memchr(text, '\0', size))
		return refuse(why, "there is a zero byte in it");
	char *copy = xcalloc(1, size + 1);
	memcpy(copy, text, size);
	int r = parse_lines(copy, out, why);
	free(copy);
	if (r < 0)
		resume_finish(out);
	return r;
}

/* What it names is started. */
static int check_owner(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	return st.st_uid == geteuid() ? 0 : -EPERM;
}

int resume_read(const char *path, struct resume *out, char why[static RESUME_WHY_MAX])
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char *text = xcalloc(1, RESUME_SIZE + 1);
	ssize_t n = fd < 0 ? -errno : check_owner(fd);
	for (ssize_t r = 1; n >= 0 && n <= RESUME_SIZE && r > 0;) {
		r = read(fd, text + n, (size_t)(RESUME_SIZE + 1 - n));
		n = r < 0 ? -errno : n + r;
	}
	if (fd >= 0)
		close(fd);
	if (n < 0)
		refuse(why, "%s", strerror((int)-n));
	int r = n < 0 ? (int)n : resume_parse(text, (size_t)n, out, why);
	free(text);
	return r;
}

void resume_finish(struct resume *resume)
{
	while (resume->n)
		free(resume->plugins[--resume->n].path);
}

/* Writing. */

static void put_path(FILE *out, const char *path)
{
	for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
		if (*p < ' ' || *p == '%' || *p == 0x7f)
			fprintf(out, "%%%02x", *p);
		else
			putc(*p, out);
	}
}

static void put(FILE *out, const struct resume *resume)
{
	fprintf(out, HEAD "\n");
	for (size_t i = 0; i < resume->n; i++) {
		const struct resume_plugin *plugin = &resume->plugins[i];
		fprintf(out, PLUGIN "%s ", plugin->focus ? "focus" : "-");
		put_path(out, plugin->path);
		putc('\n', out);
	}
	fprintf(out, TAIL "\n");
}

int resume_write(const char *path, const struct resume *resume)
{
	struct whole_file file;
	int r = whole_file_open(&file, path);
	if (r < 0)
		return r;
	put(file.out, resume);
	r = ferror(file.out) ? -EIO : ftell(file.out) > RESUME_SIZE ? -E2BIG : 0;
	return whole_file_end(&file, r);
}

static void add(
	struct resume *resume, const struct session *session, const struct hosted *hosted)
{
	if (resume->n == RESUME_PLUGINS)
		return;
	struct resume_plugin *plugin = &resume->plugins[resume->n++];
	*plugin = (struct resume_plugin){.path = hosted->path};
	plugin->focus = hosted->window && hosted->window == session->focus;
}

/* Those without windows, then the windows, bottom first: started in this order it is the same. */
static void collect(const struct session *session, struct resume *resume)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (!hosted->window)
			add(resume, session, hosted);
	}
	list_for_each (window, &session->windows, struct window, link) {
		list_for_each (hosted, &session->hosted, struct hosted, link) {
			if (hosted->window == window)
				add(resume, session, hosted);
		}
	}
}

void resume_focus(struct session *session, const struct resume *resume)
{
	for (size_t i = 0; i < resume->n; i++) {
		const struct resume_plugin *plugin = &resume->plugins[i];
		list_for_each (hosted, &session->hosted, struct hosted, link) {
			if (plugin->focus && hosted->window &&
				strcmp(hosted->path, plugin->path) == 0)
				session_focus(session, hosted->window);
		}
	}
}

void resume_turn(struct session *session)
{
	struct resume resume = {0};
	const char *path = session->options->resume_path;
	if (!session->changed)
		return;
	session->changed = false;
	if (!path)
		return;
	collect(session, &resume);
	int r = resume_write(path, &resume);
	if (r < 0)
		log_error("%s: %s; if the session must be started again, it will be with "
			  "the plugins that it was started with",
			path, strerror(-r));
}
