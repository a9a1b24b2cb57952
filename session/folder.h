/* folder: mkdir -p, for ourselves. */
#ifndef OSAAS_SESSION_FOLDER_H
#define OSAAS_SESSION_FOLDER_H

#include <errno.h>
#include <sys/stat.h>

/*
 * folder_make makes path and what is missing above it, each for us alone. 0; or -errno,
 * and path ends at the one that could not be made. Async-signal-safe.
 */
static inline int folder_make(char *path)
{
	for (char *p = path + 1;; p++) {
		char was = *p;
		if (was != '/' && was != '\0')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -errno;
		*p = was;
		if (!was)
			return 0;
	}
}

#endif
