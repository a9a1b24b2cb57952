#include "session/report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "plugins/plugin.h"
#include "session/config.h"
#include "session/crash.h"
#include "session/folder.h"
#include "util/clock.h"
#include "util/log.h"

#define NAME_PATTERN "ddddddddTdddddd.dddZ-" /* d: a digit */
#define NAME_HEAD    (sizeof NAME_PATTERN - 1)
#define NAME_TAIL    ".txt"
#define NAME_BYTES   (NAME_HEAD + sizeof((struct report *)0)->id + sizeof NAME_TAIL)
#define WHAT_LINE    "what     "

/* The folder. */

static int folder_path(char path[static REPORT_PATH_MAX])
{
	return crash_folder(path, REPORT_PATH_MAX - NAME_BYTES);
}

/* Only ours, and for nobody else to look into. */
static int check_folder(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_uid != geteuid())
		return -EPERM;
	if (st.st_mode & 077 && fchmod(fd, 0700) < 0)
		return -errno;
	return 0;
}

static int open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = check_folder(fd);
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int is_report(const struct dirent *entry)
{
	const char *pattern = NAME_PATTERN, *name = entry->d_name;
	size_t n = strlen(name), tail = strlen(NAME_TAIL);
	if (n <= NAME_HEAD + tail || n >= NAME_BYTES)
		return 0;
	for (size_t i = 0; i < NAME_HEAD; i++) {
		if (pattern[i] == 'd' ? !is_digit(name[i]) : name[i] != pattern[i])
			return 0;
	}
	return strcmp(name + n - tail, NAME_TAIL) == 0;
}

/* The oldest first: the names begin with the time. */
static int list(int folder, struct dirent ***names)
{
	int n = scandirat(folder, ".", names, is_report, alphasort);
	return n < 0 ? -errno : n;
}

static void free_list(struct dirent **names, int n)
{
	while (n-- > 0)
		free(names[n]);
	free(names);
}

static void remove_oldest(int folder)
{
	struct dirent **names;
	int n = list(folder, &names);
	for (int i = 0; i + REPORT_KEPT < n; i++)
		unlinkat(folder, names[i]->d_name, 0);
	if (n >= 0)
		free_list(names, n);
}

/* Writing. */

/* Faster than one in a millisecond: the names go ahead of the time. */
static struct timespec next_time(void)
{
	static struct timespec last;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	uint64_t ms = timespec_ns(&now) / NS_PER_MS,
		 last_ms = timespec_ns(&last) / NS_PER_MS;
	last = ns_timespec((ms > last_ms ? ms : last_ms + 1) * NS_PER_MS);
	return last;
}

static int create(int folder, const char *id, char name[NAME_BYTES])
{
	struct timespec ts = next_time();
	struct tm tm;
	char time[32];
	gmtime_r(&ts.tv_sec, &tm);
	strftime(time, sizeof time, "%Y%m%dT%H%M%S", &tm);
	snprintf(name, NAME_BYTES, "%.15s.%03uZ-%.63s" NAME_TAIL, time,
		(unsigned)(ts.tv_nsec / 1000000) % 1000, id);
	int fd = openat(
		folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd >= 0 ? fd : -errno;
}

static void put_line(void *data, const char *line)
{
	fprintf(data, "  %s\n", line);
}

static void local_time(time_t seconds, char *text, size_t size)
{
	struct tm tm;
	localtime_r(&seconds, &tm);
	strftime(text, size, "%Y-%m-%d %H:%M:%S %z", &tm);
}

static void put_report(
	FILE *out, const struct plugin *plugin, time_t when, const char *what)
{
	const struct manifest *manifest = plugin_manifest(plugin);
	char time[32];
	local_time(when, time, sizeof time);
	fprintf(out, WHAT_LINE "%s\n", what);
	fprintf(out, "plugin   %s %s (%s)\n", manifest->name, manifest->version,
		manifest->id);
	fprintf(out, "file     %s\n", plugin_path(plugin));
	fprintf(out, "when     %s\n", time);
	fprintf(out, "osaas    " OSAAS_VERSION "\n");
	/* How it faulted, if it did. */
	fprintf(out, "\n");
	plugin_report(plugin, out);
	fprintf(out, "\nThe last lines of the session's log:\n");
	log_recent(put_line, out);
}

static int write_report(
	int fd, const struct plugin *plugin, time_t when, const char *what)
{
	FILE *out = fdopen(fd, "w");
	if (!out) {
		close(fd);
		return -errno;
	}
	put_report(out, plugin, when, what);
	int r = ferror(out) ? -EIO : 0;
	if (fclose(out) != 0 && r == 0)
		r = -errno;
	return r;
}

static int store(const char *path, const struct plugin *plugin, const char *what,
	char name[NAME_BYTES])
{
	int folder = open_folder(path);
	if (folder < 0)
		return folder;
	int fd = create(folder, plugin_manifest(plugin)->id, name);
	/* Two sessions at once: the other one's report is not ours to touch. */
	if (fd == -EEXIST)
		fd = create(folder, plugin_manifest(plugin)->id, name);
	int r = fd < 0 ? fd : write_report(fd, plugin, time(NULL), what);
	if (fd >= 0 && r < 0)
		unlinkat(folder, name, 0);
	if (r == 0)
		remove_oldest(folder);
	close(folder);
	return r;
}

int report_store(
	const struct plugin *plugin, const char *what, char path[static REPORT_PATH_MAX])
{
	char name[NAME_BYTES];
	int r = folder_path(path);
	if (r == -ENOENT) {
		log_error("no report is kept: neither XDG_STATE_HOME nor HOME is a "
			  "folder: set one");
		return r;
	}
	if (r == 0)
		r = folder_make(path);
	if (r == 0)
		r = store(path, plugin, what, name);
	if (r < 0) {
		log_error("no report is kept: %s: %s; it must be a folder of yours", path,
			strerror(-r));
		return r;
	}
	size_t n = strlen(path);
	snprintf(path + n, REPORT_PATH_MAX - n, "/%s", name);
	return 0;
}

/* Reading. */

static void read_time(const char *name, char *text, size_t size)
{
	struct tm tm = {0};
	sscanf(name, "%4d%2d%2dT%2d%2d%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		&tm.tm_hour, &tm.tm_min, &tm.tm_sec);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	local_time(timegm(&tm), text, size);
}

/* It is the first line. */
static void read_what(int folder, const char *name, struct report *report)
{
	char line[sizeof WHAT_LINE + sizeof((struct report *)0)->what] = "";
	size_t head = strlen(WHAT_LINE);
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
	if (fd >= 0)
		close(fd);
	line[n < 0 ? 0 : n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	bool ok = strncmp(line, WHAT_LINE, head) == 0;
	snprintf(report->what, sizeof report->what, "%.159s", ok ? line + head : "");
}

static void read_report(
	int folder, const char *name, char *path, size_t path_len, struct report *report)
{
	size_t id = strlen(name) - NAME_HEAD - strlen(NAME_TAIL);
	snprintf(report->id, sizeof report->id, "%.*s", (int)id, name + NAME_HEAD);
	read_time(name, report->time, sizeof report->time);
	read_what(folder, name, report);
	snprintf(path + path_len, REPORT_PATH_MAX - path_len, "/%s", name);
	report->path = path;
}

int report_each(void (*each)(void *data, const struct report *report), void *data,
	char path[static REPORT_PATH_MAX])
{
	struct dirent **names;
	struct report report;
	int r = folder_path(path);
	int folder = r < 0 ? r : open_folder(path);
	if (folder == -ENOENT)
		return 0;
	if (folder < 0)
		return folder;
	size_t len = strlen(path);
	int n = list(folder, &names);
	for (int i = n; i-- > 0;) {
		read_report(folder, names[i]->d_name, path, len, &report);
		each(data, &report);
	}
	path[len] = '\0';
	if (n >= 0)
		free_list(names, n);
	close(folder);
	return n < 0 ? n : 0;
}
