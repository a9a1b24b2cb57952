#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "kms/kms.h"

static void probe_driver(int fd, struct kms_probe *out)
{
	drmVersion *version = drmGetVersion(fd);
	if (!version)
		return;
	snprintf(out->driver, sizeof out->driver, "%.*s", version->name_len,
		version->name);
	drmFreeVersion(version);
}

static void probe_mode(const drmModeConnector *c, struct kms_probe_connector *out)
{
	const drmModeModeInfo *mode = c->count_modes > 0 ? &c->modes[0] : NULL;
	for (int i = c->count_modes - 1; i >= 0; i--) {
		if (c->modes[i].type & DRM_MODE_TYPE_PREFERRED)
			mode = &c->modes[i];
	}
	if (!mode)
		return;
	out->width = mode->hdisplay;
	out->height = mode->vdisplay;
	out->refresh_mhz = mode->vrefresh * 1000;
	if (mode->clock && mode->htotal && mode->vtotal)
		out->refresh_mhz = (uint32_t)(UINT64_C(1000000) * mode->clock /
					      ((uint32_t)mode->htotal * mode->vtotal));
}

static void probe_connector(int fd, uint32_t id, struct kms_probe_connector *out)
{
	drmModeConnector *c = drmModeGetConnectorCurrent(fd, id);
	if (!c)
		return;
	const char *type = drmModeGetConnectorTypeName(c->connector_type);
	snprintf(out->name, sizeof out->name, "%s-%u", type ? type : "Unknown",
		c->connector_type_id);
	out->connected = c->connection == DRM_MODE_CONNECTED;
	probe_mode(c, out);
	drmModeFreeConnector(c);
}

static void probe_connectors(int fd, struct kms_probe *out)
{
	drmModeRes *res = drmModeGetResources(fd);
	if (!res)
		return;
	out->crtcs = (unsigned)res->count_crtcs;
	out->connectors = (unsigned)res->count_connectors;
	for (unsigned i = 0; i < out->connectors && i < KMS_PROBE_CONNECTORS; i++)
		probe_connector(fd, res->connectors[i], &out->connector[i]);
	drmModeFreeResources(res);
}

int kms_probe_open(const char *path, struct kms_probe *out)
{
	*out = (struct kms_probe){0};
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	/* The first who opens a card becomes master, asked for or not. */
	drmDropMaster(fd);
	uint64_t value = 0;
	probe_driver(fd, out);
	out->atomic = drmSetClientCap(fd, DRM_CLIENT_CAP_ATOMIC, 1) == 0;
	out->dumb_buffers = drmGetCap(fd, DRM_CAP_DUMB_BUFFER, &value) == 0 && value;
	probe_connectors(fd, out);
	return fd;
}

int kms_probe_path(const char *path, struct kms_probe *out)
{
	int fd = kms_probe_open(path, out);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

/* By name, not by stat: that of somebody's dead network file would hang. */
static bool has_open(int proc, int pid, const char *card, bool *denied)
{
	char name[64], target[PATH_MAX];
	snprintf(name, sizeof name, "%d/fd", pid);
	int fds = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fds < 0 ? NULL : fdopendir(fds);
	if (!dir) {
		*denied |= errno == EACCES;
		if (fds >= 0)
			close(fds);
		return false;
	}
	bool found = false;
	for (struct dirent *d; !found && (d = readdir(dir));) {
		ssize_t n = readlinkat(dirfd(dir), d->d_name, target, sizeof target - 1);
		target[n > 0 ? n : 0] = '\0';
		found = strcmp(target, card) == 0;
	}
	closedir(dir);
	return found;
}

static void read_name(int proc, int pid, char *buf, size_t size)
{
	char path[64];
	snprintf(path, sizeof path, "%d/comm", pid);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);
	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static void add_holder(int proc, int pid, char *buf, size_t size)
{
	char name[32];
	size_t used = strlen(buf);
	read_name(proc, pid, name, sizeof name);
	int n = snprintf(buf + used, size - used, "%s%s (pid %d)", used ? ", " : "",
		name[0] ? name : "?", pid);
	if (n < 0 || (size_t)n >= size - used)
		buf[used] = '\0'; /* whole names or none */
}

/* We, or a child of ours: libseat's built-in server holds what it opened for us. */
static bool is_ours(int proc, int pid)
{
	char path[64], stat[256];
	int parent = 0;
	if (pid == getpid())
		return true;
	snprintf(path, sizeof path, "%d/stat", pid);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, stat, sizeof stat - 1);
	stat[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
	/* After the name in parentheses, which may hold any character: state, parent. */
	const char *end = strrchr(stat, ')');
	return end && sscanf(end, ") %*c %d", &parent) == 1 && parent == getpid();
}

int kms_card_holder(const char *path, char *buf, size_t size)
{
	char card[PATH_MAX];
	buf[0] = '\0';
	DIR *dir = realpath(path, card) ? opendir("/proc") : NULL;
	if (!dir)
		return -errno;
	bool denied = false;
	for (struct dirent *d; (d = readdir(dir));) {
		int pid = atoi(d->d_name); /* 0 for what is no process */
		if (pid > 0 && !is_ours(dirfd(dir), pid) &&
			has_open(dirfd(dir), pid, card, &denied))
			add_holder(dirfd(dir), pid, buf, size);
	}
	closedir(dir);
	return buf[0] ? 0 : denied ? -EACCES : -ENOENT;
}
