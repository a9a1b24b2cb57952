/*
 * log: leveled messages on stderr, one line each, with the seconds since start.
 *
 * Log an error once, where it is born. Nothing on the frame path may log above
 * LOG_DEBUG. log_* preserve errno, do not allocate, and never yield.
 */
#ifndef OSAAS_UTIL_LOG_H
#define OSAAS_UTIL_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include <stdarg.h>

enum log_level {
	LOG_SILENT, /* nothing at all */
	LOG_ERROR,  /* something the user wanted did not happen */
	LOG_INFO,   /* what a person following along wants to know (default) */
	LOG_DEBUG,  /* what we want to know */
};

void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/* log_level_parse reads "silent", "error", "info" or "debug"; -EINVAL otherwise. */
int log_level_parse(const char *name, enum log_level *out);

/* log_recent: the last lines that were written, at most 32 of 255 bytes each, oldest first. */
void log_recent(void (*each)(void *data, const char *line), void *data);

void log_write(enum log_level level, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#define log_error(...) log_write(LOG_ERROR, __FILE__, __LINE__, __VA_ARGS__)
#define log_info(...)  log_write(LOG_INFO, __FILE__, __LINE__, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, __FILE__, __LINE__, __VA_ARGS__)

/* log_worth: whether the n-th time is told of what may happen for ever: 1, 2, 4, 8 ... */
static inline bool log_worth(uint64_t n)
{
	return (n & (n - 1)) == 0;
}

#endif
