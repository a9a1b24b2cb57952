/*
 * grab - tells what the planes of a DRM device show, and takes their pictures
 *
 *	grab [--card N] [--planes PREFIX] [--screen FILE.ppm] [--crc] [--tries N]
 *
 * Run as root beside the session that is master: drmModeGetFB2 gives root the
 * handles of anybody's framebuffers. Prints the driver's name, one line for each
 * CRTC that is on and one for each plane that shows something:
 *
 *	driver vkms
 *	crtc 42 1024x768 60.00
 *	plane 31 primary crtc 42 fb 58 XR24 1024x768 src 0,0 1024x768 dst 0,0 1024x768
 *
 * --planes  writes each plane's framebuffer, as it lies in memory, to PREFIXid.ppm
 * --screen  writes the first CRTC's planes composed in the way vkms does it
 * --crc     (vkms) compares that picture's checksum with the one that the driver
 *           computed of what it scanned out, and prints
 *             crc scanned-out 0x1234abcd grabbed 0x1234abcd equal
 *           A moving picture can change in between; then it is tried again, up to
 *           N times (10), and --screen writes the picture that was compared.
 *
 * Exit status: 0 done (and equal), 1 something failed, 2 usage, 3 never equal.
 *
 * How vkms of Linux 6.1 composes (drivers/gpu/drm/vkms/vkms_composer.c, _formats.c):
 * every pixel becomes four 16-bit channels, 8-bit ones times 257; planes are blended
 * in the order of their index as premultiplied over opaque black, without scaling;
 * the checksum is crc32_le(0, ...), which is the usual CRC-32 without its two
 * inversions, of the rows of struct { u16 a, r, g, b }, a being 0xffff.
 */
#define _GNU_SOURCE
#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

enum {
	MAX_PLANES = 32,
	EXIT_NEVER_EQUAL = 3
};

struct rect {
	int x, y, w, h;
};

struct pixel {
	uint16_t a, r, g, b;
};

struct plane {
	uint32_t id, crtc, fb;
	const char *type;
	struct rect src, dst;
	uint32_t format, pitch;
	int width, height;
	uint8_t *copy; /* the framebuffer's bytes, or NULL */
};

struct screen {
	uint32_t crtc;
	int width, height;
	struct pixel *pixels;
};

struct options {
	int card, tries;
	bool crc;
	const char *planes, *screen;
};

static void say(const char *what)
{
	fprintf(stderr, "grab: %s: %s\n", what, strerror(errno));
}

static void *need(void *memory)
{
	if (!memory) {
		fprintf(stderr, "grab: out of memory\n");
		exit(1);
	}
	return memory;
}

/* Pixels */

static uint16_t scale(unsigned value, unsigned highest)
{
	return (uint16_t)((value * 65535u * 2 + highest) / (highest * 2));
}

static struct pixel from_8888(const uint8_t *p, bool alpha)
{
	return (struct pixel){
		.a = alpha ? (uint16_t)(p[3] * 257) : 0xffff,
		.r = (uint16_t)(p[2] * 257),
		.g = (uint16_t)(p[1] * 257),
		.b = (uint16_t)(p[0] * 257),
	};
}

static struct pixel from_16161616(const uint8_t *p, bool alpha)
{
	uint16_t v[4];
	memcpy(v, p, sizeof v);
	return (struct pixel){
		.a = alpha ? v[3] : 0xffff, .r = v[2], .g = v[1], .b = v[0]};
}

static struct pixel from_565(const uint8_t *p)
{
	unsigned v = (unsigned)p[0] | (unsigned)p[1] << 8;
	return (struct pixel){
		.a = 0xffff,
		.r = scale(v >> 11, 31),
		.g = scale(v >> 5 & 63, 63),
		.b = scale(v & 31, 31),
	};
}

static int bytes_per_pixel(uint32_t format)
{
	switch (format) {
	case DRM_FORMAT_XRGB8888:
	case DRM_FORMAT_ARGB8888:
		return 4;
	case DRM_FORMAT_XRGB16161616:
	case DRM_FORMAT_ARGB16161616:
		return 8;
	case DRM_FORMAT_RGB565:
		return 2;
	default:
		return 0;
	}
}

static struct pixel pixel_at(const struct plane *plane, int x, int y)
{
	const uint8_t *p = plane->copy + (size_t)y * plane->pitch +
			   (size_t)x * (size_t)bytes_per_pixel(plane->format);
	switch (plane->format) {
	case DRM_FORMAT_XRGB8888:
		return from_8888(p, false);
	case DRM_FORMAT_ARGB8888:
		return from_8888(p, true);
	case DRM_FORMAT_XRGB16161616:
		return from_16161616(p, false);
	case DRM_FORMAT_ARGB16161616:
		return from_16161616(p, true);
	default:
		return from_565(p);
	}
}

static uint16_t blend_channel(uint16_t src, uint16_t dst, uint16_t alpha)
{
	uint32_t sum = (uint32_t)src * 0xffff + (uint32_t)dst * (0xffffu - alpha);
	return (uint16_t)((sum + 0x7fff) / 0xffff);
}

static void blend(struct pixel *out, struct pixel in)
{
	out->a = 0xffff;
	out->r = blend_channel(in.r, out->r, in.a);
	out->g = blend_channel(in.g, out->g, in.a);
	out->b = blend_channel(in.b, out->b, in.a);
}

static void compose_plane(struct screen *screen, const struct plane *plane)
{
	for (int y = 0; y < plane->dst.h; y++) {
		int to_y = plane->dst.y + y, from_y = plane->src.y + y;
		if (to_y < 0 || to_y >= screen->height || from_y >= plane->height)
			continue;
		for (int x = 0; x < plane->dst.w; x++) {
			int to_x = plane->dst.x + x, from_x = plane->src.x + x;
			if (to_x < 0 || to_x >= screen->width || from_x >= plane->width)
				continue;
			blend(&screen->pixels[(size_t)to_y * (size_t)screen->width +
					      (size_t)to_x],
				pixel_at(plane, from_x, from_y));
		}
	}
}

static void compose(struct screen *screen, const struct plane *planes, int n)
{
	size_t count = (size_t)screen->width * (size_t)screen->height;
	for (size_t i = 0; i < count; i++)
		screen->pixels[i] = (struct pixel){.a = 0xffff};
	for (int i = 0; i < n; i++) {
		if (planes[i].crtc == screen->crtc && planes[i].copy)
			compose_plane(screen, &planes[i]);
	}
}

static uint32_t checksum(const struct screen *screen)
{
	uint32_t table[256], crc = 0;
	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
	}
	const uint8_t *p = (const uint8_t *)screen->pixels;
	size_t len =
		(size_t)screen->width * (size_t)screen->height * sizeof(struct pixel);
	for (size_t i = 0; i < len; i++)
		crc = crc >> 8 ^ table[(crc ^ p[i]) & 0xff];
	return crc;
}

/* Pictures on disk */

static int finish_file(FILE *file, const char *path)
{
	bool failed = ferror(file);
	if (fclose(file) != 0 || failed) {
		say(path);
		return -1;
	}
	return 0;
}

static int write_ppm(const char *path, int width, int height,
	struct pixel (*get)(const void *from, int x, int y), const void *from)
{
	FILE *file = fopen(path, "w");
	uint8_t *row = need(malloc((size_t)width * 3));
	if (!file) {
		say(path);
		free(row);
		return -1;
	}
	fprintf(file, "P6\n%d %d\n255\n", width, height);
	for (int y = 0; y < height; y++) {
		for (int x = 0; x < width; x++) {
			struct pixel p = get(from, x, y);
			row[3 * x] = (uint8_t)((p.r + 128u) / 257u);
			row[3 * x + 1] = (uint8_t)((p.g + 128u) / 257u);
			row[3 * x + 2] = (uint8_t)((p.b + 128u) / 257u);
		}
		fwrite(row, 3, (size_t)width, file);
	}
	free(row);
	return finish_file(file, path);
}

static struct pixel screen_pixel(const void *from, int x, int y)
{
	const struct screen *screen = from;
	return screen->pixels[(size_t)y * (size_t)screen->width + (size_t)x];
}

static struct pixel plane_pixel(const void *from, int x, int y)
{
	return pixel_at(from, x, y);
}

static int write_planes(const char *prefix, const struct plane *planes, int n)
{
	for (int i = 0; i < n; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s%" PRIu32 ".ppm", prefix, planes[i].id);
		if (planes[i].copy && write_ppm(path, planes[i].width, planes[i].height,
					      plane_pixel, &planes[i]) < 0)
			return -1;
	}
	return 0;
}

/* What the kernel says */

static uint64_t property(int fd, uint32_t object, uint32_t kind, const char *name)
{
	uint64_t value = 0;
	drmModeObjectProperties *all = drmModeObjectGetProperties(fd, object, kind);
	for (uint32_t i = 0; all && i < all->count_props; i++) {
		drmModePropertyRes *one = drmModeGetProperty(fd, all->props[i]);
		if (one && strcmp(one->name, name) == 0)
			value = all->prop_values[i];
		drmModeFreeProperty(one);
	}
	drmModeFreeObjectProperties(all);
	return value;
}

static int plane_number(int fd, uint32_t plane, const char *name)
{
	return (int)(int64_t)property(fd, plane, DRM_MODE_OBJECT_PLANE, name);
}

static const char *plane_type(int fd, uint32_t plane)
{
	switch (plane_number(fd, plane, "type")) {
	case DRM_PLANE_TYPE_PRIMARY:
		return "primary";
	case DRM_PLANE_TYPE_CURSOR:
		return "cursor";
	default:
		return "overlay";
	}
}

static void *map_buffer(int fd, uint32_t handle, size_t size, int *dmabuf)
{
	uint64_t offset;
	*dmabuf = -1;
	if (drmModeMapDumbBuffer(fd, handle, &offset) == 0) {
		void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, (off_t)offset);
		if (map != MAP_FAILED)
			return map;
	}
	if (drmPrimeHandleToFD(fd, handle, DRM_CLOEXEC, dmabuf) < 0)
		return MAP_FAILED;
	return mmap(NULL, size, PROT_READ, MAP_SHARED, *dmabuf, 0);
}

static int copy_buffer(int fd, struct plane *plane, const drmModeFB2 *fb)
{
	size_t size = (size_t)fb->pitches[0] * fb->height, all = fb->offsets[0] + size;
	int dmabuf;
	uint8_t *map = map_buffer(fd, fb->handles[0], all, &dmabuf);
	if (map == MAP_FAILED) {
		say("cannot map the framebuffer");
		return -1;
	}
	plane->copy = need(malloc(size));
	memcpy(plane->copy, map + fb->offsets[0], size);
	munmap(map, all);
	if (dmabuf >= 0)
		close(dmabuf);
	return 0;
}

static void close_handles(int fd, const drmModeFB2 *fb)
{
	for (int i = 0; i < 4; i++) {
		bool again = false;
		for (int j = 0; j < i; j++)
			again = again || fb->handles[j] == fb->handles[i];
		if (fb->handles[i] && !again)
			drmCloseBufferHandle(fd, fb->handles[i]);
	}
}

/* read_framebuffer fills in the plane's framebuffer; no pixels: not a failure */
static int read_framebuffer(int fd, struct plane *plane)
{
	drmModeFB2 *fb = drmModeGetFB2(fd, plane->fb);
	if (!fb) {
		say("drmModeGetFB2");
		return -1;
	}
	plane->width = (int)fb->width;
	plane->height = (int)fb->height;
	plane->format = fb->pixel_format;
	plane->pitch = fb->pitches[0];
	int r = 0;
	bool linear = !(fb->flags & DRM_MODE_FB_MODIFIERS) ||
		      fb->modifier == DRM_FORMAT_MOD_LINEAR;
	if (!fb->handles[0])
		fprintf(stderr,
			"grab: no access to framebuffer %" PRIu32 ": run as root\n",
			plane->fb);
	else if (!linear || !bytes_per_pixel(plane->format))
		fprintf(stderr,
			"grab: plane %" PRIu32 ": only linear RGB is understood\n",
			plane->id);
	else
		r = copy_buffer(fd, plane, fb);
	close_handles(fd, fb);
	drmModeFreeFB2(fb);
	return r;
}

static int read_plane(int fd, uint32_t id, struct plane *plane)
{
	drmModePlane *info = drmModeGetPlane(fd, id);
	if (!info || !info->fb_id || !info->crtc_id) {
		drmModeFreePlane(info);
		return 0;
	}
	*plane = (struct plane){
		.id = id,
		.crtc = info->crtc_id,
		.fb = info->fb_id,
		.type = plane_type(fd, id),
		.src = {plane_number(fd, id, "SRC_X") >> 16,
			plane_number(fd, id, "SRC_Y") >> 16,
			plane_number(fd, id, "SRC_W") >> 16,
			plane_number(fd, id, "SRC_H") >> 16},
		.dst = {plane_number(fd, id, "CRTC_X"), plane_number(fd, id, "CRTC_Y"),
			plane_number(fd, id, "CRTC_W"), plane_number(fd, id, "CRTC_H")},
	};
	drmModeFreePlane(info);
	return read_framebuffer(fd, plane) < 0 ? -1 : 1;
}

static void forget_planes(struct plane *planes, int n)
{
	for (int i = 0; i < n; i++)
		free(planes[i].copy);
}

/* read_planes returns how many planes show something, or -1 */
static int read_planes(int fd, struct plane *planes)
{
	drmModePlaneRes *all = drmModeGetPlaneResources(fd);
	if (!all) {
		say("drmModeGetPlaneResources");
		return -1;
	}
	int n = 0;
	for (uint32_t i = 0; i < all->count_planes && n < MAX_PLANES; i++) {
		int r = read_plane(fd, all->planes[i], &planes[n]);
		if (r < 0) {
			forget_planes(planes, n);
			drmModeFreePlaneResources(all);
			return -1;
		}
		n += r;
	}
	drmModeFreePlaneResources(all);
	return n;
}

/* One that sleeps has a mode, too. */
static bool is_on(int fd, const drmModeCrtc *crtc)
{
	return crtc->mode_valid &&
	       property(fd, crtc->crtc_id, DRM_MODE_OBJECT_CRTC, "ACTIVE");
}

/* read_crtcs prints the CRTCs that are on; screen becomes the first of them */
static int read_crtcs(int fd, struct screen *screen)
{
	drmModeRes *all = drmModeGetResources(fd);
	if (!all) {
		say("drmModeGetResources");
		return -1;
	}
	for (int i = 0; i < all->count_crtcs; i++) {
		drmModeCrtc *crtc = drmModeGetCrtc(fd, all->crtcs[i]);
		if (crtc && is_on(fd, crtc)) {
			double hz = crtc->mode.clock * 1000.0 / crtc->mode.htotal /
				    crtc->mode.vtotal;
			printf("crtc %" PRIu32 " %dx%d %.2f\n", crtc->crtc_id,
				crtc->mode.hdisplay, crtc->mode.vdisplay, hz);
			if (!screen->crtc)
				*screen = (struct screen){
					.crtc = crtc->crtc_id,
					.width = crtc->mode.hdisplay,
					.height = crtc->mode.vdisplay,
				};
		}
		drmModeFreeCrtc(crtc);
	}
	drmModeFreeResources(all);
	return 0;
}

static void print_rect(const char *name, struct rect r)
{
	printf(" %s %d,%d %dx%d", name, r.x, r.y, r.w, r.h);
}

static void print_planes(const struct plane *planes, int n)
{
	for (int i = 0; i < n; i++) {
		const struct plane *p = &planes[i];
		printf("plane %" PRIu32 " %s crtc %" PRIu32 " fb %" PRIu32 " %.4s %dx%d",
			p->id, p->type, p->crtc, p->fb, (const char *)&p->format,
			p->width, p->height);
		print_rect("src", p->src);
		print_rect("dst", p->dst);
		printf("\n");
	}
}

/* The driver's checksum */

static int crc_open(int card, int crtc_index)
{
	char path[128];
	snprintf(path, sizeof path, "/sys/kernel/debug/dri/%d/crtc-%d/crc/control", card,
		crtc_index);
	int control = open(path, O_WRONLY | O_CLOEXEC);
	if (control < 0 || write(control, "auto", 4) != 4) {
		say(path);
		return -1;
	}
	close(control);
	strcpy(strrchr(path, '/'), "/data");
	int data = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (data < 0)
		say(path);
	return data;
}

/* crc_next waits for a frame whose scan-out began after the call */
static int crc_next(int data, uint32_t *crc)
{
	char line[256];
	while (read(data, line, sizeof line - 1) > 0)
		; /* frames of before */
	for (int fresh = 0; fresh < 2;) {
		struct pollfd wait = {.fd = data, .events = POLLIN};
		if (poll(&wait, 1, 10000) <= 0) {
			fprintf(stderr, "grab: the driver gave no checksum in 10 s\n");
			return -1;
		}
		ssize_t n = read(data, line, sizeof line - 1);
		if (n < 0 && errno == EAGAIN)
			continue;
		if (n <= 0) {
			say("reading the driver's checksum");
			return -1;
		}
		line[n] = '\0';
		char *value = strchr(line, ' ');
		if (value)
			*crc = (uint32_t)strtoul(value, NULL, 16);
		fresh++;
	}
	return 0;
}

static int crtc_index_of(int fd, uint32_t id)
{
	int index = 0;
	drmModeRes *all = drmModeGetResources(fd);
	for (int i = 0; all && i < all->count_crtcs; i++) {
		if (all->crtcs[i] == id)
			index = i;
	}
	drmModeFreeResources(all);
	return index;
}

/* compare leaves in planes and screen what was compared; 1: equal */
static int compare(int fd, const struct options *o, struct screen *screen,
	struct plane *planes, int *n)
{
	int data = crc_open(o->card, crtc_index_of(fd, screen->crtc));
	if (data < 0)
		return -1;
	uint32_t theirs = 0, ours = 1;
	int r = 0;
	for (int i = 0; i < o->tries && theirs != ours; i++) {
		forget_planes(planes, *n);
		*n = read_planes(fd, planes);
		r = *n < 0 ? -1 : crc_next(data, &theirs);
		if (r < 0)
			break;
		compose(screen, planes, *n);
		ours = checksum(screen);
	}
	close(data);
	if (r < 0)
		return -1;
	printf("crc scanned-out 0x%08" PRIx32 " grabbed 0x%08" PRIx32 " %s\n", theirs,
		ours, theirs == ours ? "equal" : "different");
	return theirs == ours;
}

static int usage(void)
{
	fprintf(stderr, "usage: grab [--card N] [--planes PREFIX] [--screen FILE.ppm] "
			"[--crc] [--tries N]\n");
	return 2;
}

static bool parse(int argc, char **argv, struct options *o)
{
	*o = (struct options){.tries = 10};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--crc") == 0) {
			o->crc = true;
			continue;
		}
		if (i + 1 >= argc)
			return false;
		if (strcmp(argv[i], "--card") == 0)
			o->card = atoi(argv[++i]);
		else if (strcmp(argv[i], "--tries") == 0)
			o->tries = atoi(argv[++i]);
		else if (strcmp(argv[i], "--planes") == 0)
			o->planes = argv[++i];
		else if (strcmp(argv[i], "--screen") == 0)
			o->screen = argv[++i];
		else
			return false;
	}
	return true;
}

static void print_driver(int fd)
{
	drmVersion *version = drmGetVersion(fd);
	printf("driver %s\n", version ? version->name : "unknown");
	drmFreeVersion(version);
}

static int open_card(int number)
{
	char path[32];
	snprintf(path, sizeof path, "/dev/dri/card%d", number);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		say(path);
		return -1;
	}
	/* Whoever opens a card that has no master becomes it. */
	if (drmIsMaster(fd))
		drmDropMaster(fd);
	if (drmSetClientCap(fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) < 0 ||
		drmSetClientCap(fd, DRM_CLIENT_CAP_ATOMIC, 1) < 0) {
		say("the card has no atomic planes");
		close(fd);
		return -1;
	}
	return fd;
}

static int work(int fd, const struct options *o, struct screen *screen,
	struct plane *planes, int *n)
{
	int equal = 1;
	*n = read_planes(fd, planes);
	if (*n < 0)
		return 1;
	if ((o->screen || o->crc) && !screen->crtc) {
		fprintf(stderr, "grab: card %d shows nothing: no CRTC is on\n", o->card);
		return 1;
	}
	if (screen->crtc)
		screen->pixels =
			need(calloc((size_t)screen->width * (size_t)screen->height,
				sizeof *screen->pixels));
	if (o->crc)
		equal = compare(fd, o, screen, planes, n);
	else if (screen->crtc)
		compose(screen, planes, *n);
	if (equal < 0)
		return 1;
	print_planes(planes, *n);
	if (o->planes && write_planes(o->planes, planes, *n) < 0)
		return 1;
	if (o->screen && write_ppm(o->screen, screen->width, screen->height, screen_pixel,
				 screen) < 0)
		return 1;
	return equal ? 0 : EXIT_NEVER_EQUAL;
}

int main(int argc, char **argv)
{
	struct options o;
	if (!parse(argc, argv, &o))
		return usage();
	int fd = open_card(o.card);
	if (fd < 0)
		return 1;

	print_driver(fd);
	struct screen screen = {0};
	struct plane planes[MAX_PLANES];
	int n = 0;
	int r = read_crtcs(fd, &screen) < 0 ? 1 : work(fd, &o, &screen, planes, &n);
	forget_planes(planes, n);
	free(screen.pixels);
	close(fd);
	return r;
}
