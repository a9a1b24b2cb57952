#include "util/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Devices and pipes stay what they are; who reads a pipe may be waited for. */
static int open_special(struct whole_file *file, const char *path)
{
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	file->part[0] = '\0';
	file->path = path;
	file->out = fdopen(fd, "wb");
	if (file->out)
		return 0;
	int rc = -errno;
	close(fd);
	return rc;
}

int whole_file_open(struct whole_file *file, const char *path)
{
	struct stat st;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return open_special(file, path);
	int n = snprintf(file->part, sizeof file->part, "%s.XXXXXX", path);
	if (n >= (int)sizeof file->part)
		return -ENAMETOOLONG;
	int fd = mkostemp(file->part, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	file->path = path;
	file->out = fdopen(fd, "wb");
	if (file->out)
		return 0;
	int rc = -errno;
	close(fd);
	unlink(file->part);
	return rc;
}

int whole_file_end(struct whole_file *file, int rc)
{
	if (!file->part[0])
		return fclose(file->out) != 0 && !rc ? -errno : rc;
	mode_t mask = umask(0);
	umask(mask);
	if (!rc && fchmod(fileno(file->out), 0666 & ~mask) != 0)
		rc = -errno;
	if (fclose(file->out) != 0 && !rc)
		rc = -errno;
	if (!rc && rename(file->part, file->path) != 0)
		rc = -errno;
	if (rc)
		unlink(file->part);
	return rc;
}
