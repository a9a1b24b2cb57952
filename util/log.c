#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"

#define RECENT       32u
#define RECENT_BYTES 256

static char recent[RECENT][RECENT_BYTES];
static unsigned n_recent; /* so far; the next goes to n_recent % RECENT */
static enum log_level max_level = LOG_INFO;
static uint64_t start_ns;

static const char *const level_names[] = {
	[LOG_SILENT] = "silent",
	[LOG_ERROR] = "error",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

void log_set_level(enum log_level level)
{
	max_level = level;
}

enum log_level log_get_level(void)
{
	return max_level;
}

int log_level_parse(const char *name, enum log_level *out)
{
	for (int i = LOG_SILENT; i <= LOG_DEBUG; i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*out = (enum log_level)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int put_head(
	char *line, size_t size, enum log_level level, const char *file, int no)
{
	if (!start_ns)
		start_ns = clock_now_ns();
	double s = (double)(clock_now_ns() - start_ns) / 1e9;
	if (max_level < LOG_DEBUG)
		return snprintf(
			line, size, "osaas: %s", level == LOG_ERROR ? "error: " : "");
	return snprintf(
		line, size, "%9.6f %-5s %s:%d: ", s, level_names[level], file, no);
}

static void keep(const char *line, int n)
{
	char *to = recent[n_recent++ % RECENT];
	size_t len = n < RECENT_BYTES ? (size_t)n : RECENT_BYTES - 1;
	memcpy(to, line, len);
	to[len] = '\0';
}

void log_recent(void (*each)(void *data, const char *line), void *data)
{
	for (unsigned i = n_recent > RECENT ? n_recent - RECENT : 0; i < n_recent; i++)
		each(data, recent[i % RECENT]);
}

void log_write(enum log_level level, const char *file, int no, const char *fmt, ...)
{
	if (level > max_level)
		return;
	int saved = errno;
	char line[1024];
	int n = put_head(line, sizeof line, level, file, no);
	va_list ap;
	va_start(ap, fmt);
	int m = vsnprintf(line + n, sizeof line - (size_t)n - 1, fmt, ap);
	va_end(ap);
	n += m < 0 ? 0 : m;
	if (n > (int)sizeof line - 2)
		n = (int)sizeof line - 2;
	keep(line, n);
	line[n++] = '\n';
	/* One write: lines of parent and child do not mix. */
	(void)!write(STDERR_FILENO, line, (size_t)n);
	errno = saved;
}
