/*
 * whole_file: a file that appears under its name whole or not at all. It is written beside
 * that place under another name, with the permissions that open(2) would have given it.
 * What is there and is no file (a device, a pipe) is written to as it is; a folder is refused.
 */
#ifndef OSAAS_UTIL_WHOLE_FILE_H
#define OSAAS_UTIL_WHOLE_FILE_H

#include <limits.h>
#include <stdio.h>

struct whole_file {
	FILE *out; /* to write to */
	const char *path;
	char part[PATH_MAX]; /* "": it is written to path itself */
};

/* whole_file_open: path is borrowed until whole_file_end. 0 or -errno. */
int whole_file_open(struct whole_file *file, const char *path);

/*
 * whole_file_end closes it and, if rc is 0 and all went well, gives it its name; else
 * it is gone. Returns rc, or the -errno of what failed here. Once, after an open that worked.
 */
int whole_file_end(struct whole_file *file, int rc);

#endif
