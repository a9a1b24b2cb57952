#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/child.h"
#include "session/helper.h"

/*
 * Becomes ffmpeg, which reads CHILD_FD (mkv.h) and writes a file. What goes wrong is said on
 * CHILD_FAILED, and so is what ffmpeg says; a '+' comes first when it can begin.
 */

static int refuse(const char *what, const char *why)
{
	dprintf(CHILD_FAILED, "%s: %s\n", what, why);
	return 1;
}

/* Whether the file can be written is known now, and ffmpeg would say it in more words. */
static int try_file(const char *path, bool *is_new)
{
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	*is_new = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) /* a pipe that nobody reads */
		return errno == ENXIO ? -EINVAL : -errno;
	int r = fstat(fd, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	close(fd);
	return r;
}

static bool ends_in(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);
	return n > m && strcasecmp(path + n - m, end) == 0;
}

static void become(const char *path, const char *rate)
{
	static const char filter[] = "fps=%s,pad=ceil(iw/2)*2:ceil(ih/2)*2,"
				     "scale=out_color_matrix=bt709:out_range=tv,"
				     "format=yuv420p";
	char url[PATH_MAX + 8], filters[256];
	bool webm = ends_in(path, ".webm");
	snprintf(url, sizeof url, "file:%s", path);
	snprintf(filters, sizeof filters, filter, rate);
	/* Later ones win. */
	const char *argv[] = {"ffmpeg", "-hide_banner", "-nostdin", "-nostats",
		"-loglevel", "error", "-y", "-probesize", "32", "-analyzeduration", "0",
		"-f", "matroska", "-i", "pipe:3", "-an", "-vf", filters, "-colorspace",
		"bt709", "-color_primaries", "bt709", "-color_trc", "iec61966-2-1",
		"-color_range", "tv", "-c:v", webm ? "libvpx-vp9" : "libx264",
		webm ? "-deadline" : "-preset", webm ? "realtime" : "veryfast", "-crf",
		webm ? "30" : "20", webm ? "-cpu-used" : "-bf", webm ? "8" : "0", url,
		NULL};
	execvp(argv[0], (char *const *)(uintptr_t)argv);
}

/* It is looked for before anything is said; exec looks again. */
static bool find_ffmpeg(void)
{
	char path[PATH_MAX];
	const char *folders = getenv("PATH");
	while (folders && *folders) {
		size_t n = strcspn(folders, ":");
		snprintf(path, sizeof path, "%.*s/ffmpeg", (int)n, folders);
		if (access(path, X_OK) == 0)
			return true;
		folders += n + (folders[n] == ':');
	}
	return false;
}

static int give_up(const char *path, bool is_new, int error)
{
	if (is_new)
		unlink(path);
	if (error == ENOENT)
		return refuse("ffmpeg is not installed",
			"install the package ffmpeg, then again");
	return refuse("ffmpeg cannot be started", strerror(error));
}

int helper_record(char **argv)
{
	bool is_new;
	if (!argv[0] || !argv[1])
		return 2;
	const char *path = argv[0];
	setpgid(0, 0); /* Ctrl+C is not for it */
	int r = try_file(path, &is_new);
	if (r < 0)
		return refuse(path, r == -EINVAL ? "is no file" : strerror(-r));
	if (dup2(CHILD_FAILED, STDERR_FILENO) < 0)
		return refuse("ffmpeg", strerror(errno));
	fcntl(CHILD_FAILED, F_SETFD, FD_CLOEXEC);
	close_range(CHILD_FAILED + 1, ~0U, 0);
	if (!find_ffmpeg())
		return give_up(path, is_new, ENOENT);
	if (write(CHILD_FAILED, "+", 1) < 0)
		return 1;
	become(path, argv[1]);
	return give_up(path, is_new, errno);
}
