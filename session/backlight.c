#include "session/backlight.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/percent.h"

static int read_word(const char *folder, const char *name, char *text, size_t size)
{
	char path[BACKLIGHT_PATH_MAX + 64];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t n = read(fd, text, size - 1);
	int r = n < 0 ? -errno : 0;
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return r;
}

static int read_count(const char *folder, const char *name, long *out)
{
	char text[32];
	int r = read_word(folder, name, text, sizeof text);
	size_t n = r == 0 ? strspn(text, "0123456789") : 0;
	if (n == 0 || n > 9 || text[n])
		return r < 0 ? r : -EINVAL;
	*out = strtol(text, NULL, 10);
	return 0;
}

static int rank_of(const char *folder)
{
	static const char *const types[] = {"raw", "platform", "firmware"};
	char type[32];
	if (read_word(folder, "type", type, sizeof type) < 0)
		return 0;
	for (int i = 0; i < 3; i++) {
		if (strcmp(type, types[i]) == 0)
			return i + 1;
	}
	return 0;
}

/* Raw ones hang on their connector: device leads to .../card0-eDP-1. */
static int is_of(const char *folder, const char *connector)
{
	char path[BACKLIGHT_PATH_MAX + 64], target[512];
	snprintf(path, sizeof path, "%s/device", folder);
	ssize_t n = readlink(path, target, sizeof target - 1);
	if (n < 0 || !connector)
		return 0;
	target[n] = '\0';
	const char *last = strrchr(target, '/');
	last = last ? last + 1 : target;
	const char *dash = strncmp(last, "card", 4) == 0 ? strchr(last, '-') : NULL;
	if (!dash)
		return 0;
	return strcmp(dash + 1, connector) == 0 ? 1 : -1;
}

static int look_at(const char *root, const char *name, struct backlight *out)
{
	int n = snprintf(out->path, sizeof out->path, "%s/%s", root, name);
	if (n < 0 || (size_t)n >= sizeof out->path || strlen(name) >= sizeof out->name)
		return -ENAMETOOLONG;
	snprintf(out->name, sizeof out->name, "%s", name);
	int r = read_count(out->path, "max_brightness", &out->max);
	if (r == 0)
		r = read_count(out->path, "brightness", &out->now);
	if (r == 0 && (out->max < 1 || out->now > out->max))
		r = -EINVAL;
	return r;
}

int backlight_find(const char *root, const char *connector, struct backlight *out)
{
	DIR *dir = opendir(root);
	int best = 0;
	if (!dir)
		return -ENOENT;
	for (struct dirent *e; (e = readdir(dir));) {
		struct backlight one;
		if (e->d_name[0] == '.' || look_at(root, e->d_name, &one) < 0)
			continue;
		int of = is_of(one.path, connector), rank = rank_of(one.path);
		/* One of another connector is not ours. */
		if (of < 0 || rank == 0 || rank <= best)
			continue;
		best = rank;
		*out = one;
	}
	closedir(dir);
	return best ? 0 : -ENOENT;
}

int backlight_parse(const struct backlight *backlight, const char *text, long *value)
{
	struct percent p;
	if (percent_parse(text, &p) < 0)
		return -EINVAL;
	long part = (backlight->max * p.value + 50) / 100;
	/* What is asked for is seen, where a step is coarse. */
	if (p.sign && p.value && part == 0)
		part = 1;
	*value = p.sign ? backlight->now + p.sign * part : part;
	*value = *value < 1 ? 1 : *value > backlight->max ? backlight->max : *value;
	return 0;
}

unsigned backlight_percent(const struct backlight *backlight)
{
	return (unsigned)((backlight->now * 100 + backlight->max / 2) / backlight->max);
}

int backlight_write(struct backlight *backlight, long value)
{
	char path[BACKLIGHT_PATH_MAX + 64], text[32];
	snprintf(path, sizeof path, "%s/brightness", backlight->path);
	int n = snprintf(text, sizeof text, "%ld\n", value);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = write(fd, text, (size_t)n) == n ? 0 : -errno;
	close(fd);
	if (r == 0)
		backlight->now = value;
	return r;
}
