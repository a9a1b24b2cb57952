#include "session/card.h"

#include <errno.h>
#include <libudev.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <virtgpu_drm.h>
#include <xf86drm.h>

#include "kms/kms.h"
#include "util/clock.h"
#include "util/log.h"

#define UDEV_SOCKET "/run/udev/control"
#define WAIT_EVERY  (NS_PER_S / 20)
#define WAIT_SILENT (NS_PER_S / 2)
#define WAIT_MOST   (30 * NS_PER_S)

struct choice {
	const char *seat;
	char path[64];
	int fd;            /* of it, open; -1: none, or it is not ours to open */
	int score;         /* 0: none yet */
	int seen;          /* cards on the seat, usable or not */
	char refused[160]; /* why the last one that was seen is no use */
};

static bool is_boot_gpu(struct udev_device *dev)
{
	struct udev_device *pci =
		udev_device_get_parent_with_subsystem_devtype(dev, "pci", NULL);
	const char *boot = pci ? udev_device_get_sysattr_value(pci, "boot_vga") : NULL;
	return boot && strcmp(boot, "1") == 0;
}

static bool on_seat(struct udev_device *dev, const char *seat)
{
	const char *of = udev_device_get_property_value(dev, "ID_SEAT");
	return strcmp(of ? of : "seat0", seat) == 0;
}

static int score(struct udev_device *dev, const struct kms_probe *probe)
{
	bool connected = false;
	if (!probe->atomic || probe->connectors == 0 || probe->crtcs == 0)
		return 0;
	for (unsigned i = 0; i < probe->connectors && i < KMS_PROBE_CONNECTORS; i++)
		connected |= probe->connector[i].connected;
	return 1 + 2 * is_boot_gpu(dev) + 4 * connected;
}

static void drop(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void consider(struct udev_device *dev, const char *path, void *data)
{
	struct choice *choice = data;
	struct kms_probe probe;
	if (!on_seat(dev, choice->seat))
		return;
	choice->seen++;
	int fd = kms_probe_open(path, &probe), r = fd < 0 ? fd : 0;
	/* Not readable for us may well be readable for the seat provider. */
	int s = r == -EACCES ? 1 : r < 0 ? 0 : score(dev, &probe);
	if (s == 0)
		snprintf(choice->refused, sizeof choice->refused, "%s: %s", path,
			r < 0 ? strerror(-r) : "no atomic modesetting or no connector");
	if (s <= choice->score) {
		drop(fd);
		return;
	}
	drop(choice->fd);
	choice->fd = fd;
	choice->score = s;
	snprintf(choice->path, sizeof choice->path, "%s", path);
}

static void each_card(struct udev *udev,
	void (*see)(struct udev_device *dev, const char *path, void *data), void *data)
{
	struct udev_enumerate *en = udev_enumerate_new(udev);
	struct udev_list_entry *entry;
	udev_enumerate_add_match_subsystem(en, "drm");
	udev_enumerate_add_match_sysname(en, "card[0-9]*");
	udev_enumerate_scan_devices(en);
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(en))
	{
		struct udev_device *dev = udev_device_new_from_syspath(
			udev, udev_list_entry_get_name(entry));
		const char *path = dev ? udev_device_get_devnode(dev) : NULL;
		/* "card0-HDMI-A-1" are connectors, and have no node. */
		if (path)
			see(dev, path, data);
		udev_device_unref(dev);
	}
	udev_enumerate_unref(en);
}

struct raw { /* what udev has not set up */
	char path[64];
};

static void note_raw(struct udev_device *dev, const char *path, void *data)
{
	struct raw *raw = data;
	if (!raw->path[0] && !udev_device_get_is_initialized(dev))
		snprintf(raw->path, sizeof raw->path, "%s", path);
}

static struct raw find_raw(struct udev *udev)
{
	struct raw raw = {0};
	if (access(UDEV_SOCKET, F_OK) == 0)
		each_card(udev, note_raw, &raw);
	return raw;
}

bool card_is_set_up(struct udev *udev, const char *path)
{
	struct stat st;
	if (access(UDEV_SOCKET, F_OK) < 0 || stat(path, &st) < 0 || !S_ISCHR(st.st_mode))
		return true;
	struct udev_device *dev = udev_device_new_from_devnum(udev, 'c', st.st_rdev);
	bool set_up = !dev || udev_device_get_is_initialized(dev);
	udev_device_unref(dev);
	return set_up;
}

void card_wait(struct udev *udev, const char *wanted)
{
	if (wanted && access(wanted, F_OK) == 0 && card_is_set_up(udev, wanted))
		return;
	struct timespec pause = ns_timespec(WAIT_EVERY);
	struct raw raw = find_raw(udev);
	bool said = false;
	for (uint64_t passed = 0, began = clock_real_ns();
		raw.path[0] && passed < WAIT_MOST; raw = find_raw(udev)) {
		if (!said && passed > WAIT_SILENT) {
			log_info("udev has not set up %s yet: waiting for it", raw.path);
			said = true;
		}
		nanosleep(&pause, NULL);
		passed = clock_real_ns() - began;
	}
	if (raw.path[0])
		log_info("udev has not set up %s in %d s: starting all the same",
			raw.path, (int)(WAIT_MOST / NS_PER_S));
}

static int use_wanted(const char *wanted, char *path, unsigned size)
{
	if (access(wanted, F_OK) < 0) {
		int r = -errno;
		log_error("no DRM device %s: %s; 'osaas doctor' lists those there are",
			wanted, strerror(-r));
		return r;
	}
	snprintf(path, size, "%s", wanted);
	return 0;
}

int card_find(struct udev *udev, const char *seat, const char *wanted, char *path,
	unsigned size, int *fd)
{
	struct choice choice = {.seat = seat, .fd = -1};
	*fd = -1;
	if (wanted)
		return use_wanted(wanted, path, size);
	each_card(udev, consider, &choice);
	if (choice.score > 0) {
		snprintf(path, size, "%s", choice.path);
		*fd = choice.fd;
		return 0;
	}
	if (choice.seen == 0) {
		log_error(
			"no DRM device on %s: load the kernel driver of your GPU, or use "
			"--backend headless, or 'sh session/run --vm'",
			seat);
		return -ENODEV;
	}
	log_error("no DRM device on %s can drive a display (%s)", seat, choice.refused);
	return -ENOTSUP;
}

bool card_seek(struct udev *udev, const char *seat, const char *wanted, char *path,
	unsigned size)
{
	struct choice choice = {.seat = seat, .fd = -1};
	struct kms_probe probe;
	int r = wanted ? kms_probe_path(wanted, &probe) : -ENOENT;
	if (r == -EACCES || (r == 0 && probe.atomic && probe.crtcs > 0)) {
		snprintf(path, size, "%s", wanted);
		return true;
	}
	each_card(udev, consider, &choice);
	drop(choice.fd);
	if (choice.score > 0)
		snprintf(path, size, "%s", choice.path);
	return choice.score > 0;
}

/*
 * Kernel drivers of which Mesa has none that draws: firmware's framebuffers, virtual cards,
 * cards of servers, displays at USB, SPI and I2C. It may draw on another card for some
 * of them (its kmsro): that is not looked for.
 */
static bool only_shows(const char *driver)
{
	static const char *const drivers[] = {"appletbdrm", "aspeed-gfx-drm", "ast",
		"bochs-drm", "cirrus", "cirrus-qemu", "efidrm", "evdi", "gm12u320", "gud",
		"hibmc", "hx8357d", "hyperv_drm", "ili9163", "ili9225", "ili9341",
		"ili9486", "mgag200", "mi0283qt", "ofdrm", "panel-mipi-dbi", "qxl",
		"repaper", "sharp-memory", "simpledrm", "ssd130x", "st7586", "st7735r",
		"udl", "vboxvideo", "vesadrm", "vkms", "xendrm-du"};
	for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
		if (strcmp(driver, drivers[i]) == 0)
			return true;
	}
	return false;
}

/* A host without OpenGL, or that gives none to its guests. */
static bool is_flat_virtio(int fd, const char *driver)
{
	int has = 0;
	struct drm_virtgpu_getparam get = {
		.param = VIRTGPU_PARAM_3D_FEATURES, .value = (uintptr_t)&has};
	return strcmp(driver, "virtio_gpu") == 0 &&
	       drmIoctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &get) == 0 && !has;
}

bool card_draws(int fd, char *why, size_t size)
{
	drmVersion *version = drmGetVersion(fd);
	const char *driver = version ? version->name : "the card";
	bool shows = only_shows(driver), flat = is_flat_virtio(fd, driver);
	if (shows)
		snprintf(why, size, "%s only shows pictures", driver);
	else if (flat)
		snprintf(why, size, "%s has no 3D here", driver);
	else
		snprintf(why, size, "%s may draw", driver);
	drmFreeVersion(version);
	return !shows && !flat;
}
