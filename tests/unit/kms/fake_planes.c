/* The fake card's framebuffers, and what its planes take of them. */
#include <errno.h>
#include <fcntl.h>
#include <gbm.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <drm_fourcc.h>
#include <drm_mode.h>

#include "fake_private.h"

#define FIRST 100
#define FBS   512

struct fb {
	uint32_t id, width, height, format, handle;
};

static struct fb fbs[FBS];
static uint32_t next = FIRST;

static struct fb *find(uint64_t id)
{
	struct fb *fb = &fbs[id % FBS];
	return id && fb->id == id ? fb : NULL;
}

int drmModeAddFB2(int fd, uint32_t width, uint32_t height, uint32_t format,
	const uint32_t handles[4], const uint32_t pitches[4], const uint32_t offsets[4],
	uint32_t *id, uint32_t flags)
{
	if (fake.fb_error)
		return fake.fb_error;
	assert_int_equal(pitches[0], fake_pitch(handles[0], width));
	assert_true(handles[0] != 0);
	assert_int_equal(flags, 0);
	fake.n_fbs++;
	/* Numbers of blobs and of foreign framebuffers lie between. */
	if (next == 700)
		next = 10000;
	fbs[next % FBS] = (struct fb){next, width, height, format, handles[0]};
	*id = next++;
	return 0;
}

int drmModeRmFB(int fd, uint32_t id)
{
	assert_true(id >= FIRST);
	fake.n_fbs--;
	if (find(id))
		find(id)->id = 0;
	fake_rmfb(id);
	return 0;
}

const uint32_t *fake_pixels(uint64_t fb)
{
	return find(fb) ? fake_memory(find(fb)->handle) : NULL;
}

static bool takes_format(const struct fake_object *o, uint32_t format)
{
	if (o->format)
		return o->format == format;
	return format == DRM_FORMAT_XRGB8888 || format == DRM_FORMAT_ARGB8888;
}

static int check_fb(struct fake_object *o, const struct fb *fb)
{
	uint64_t x = *fake_slot(o, "SRC_X") >> 16, w = *fake_slot(o, "SRC_W") >> 16;
	uint64_t y = *fake_slot(o, "SRC_Y") >> 16, h = *fake_slot(o, "SRC_H") >> 16;
	if (!takes_format(o, fb->format) || (o->max_width && w > o->max_width))
		return -EINVAL;
	if (w == 0 || h == 0 || x + w > fb->width || y + h > fb->height)
		return -ENOSPC;
	if (w != *fake_slot(o, "CRTC_W") || h != *fake_slot(o, "CRTC_H"))
		return -ERANGE;
	return 0;
}

static unsigned overlays_on(uint64_t crtc)
{
	unsigned n = 0;
	for (size_t i = 0; i < fake.n_objects; i++) {
		struct fake_object *o = &fake.objects[i];
		n += o->kind == DRM_MODE_OBJECT_PLANE &&
		     *fake_slot(o, "type") == DRM_PLANE_TYPE_OVERLAY &&
		     *fake_slot(o, "CRTC_ID") == crtc;
	}
	return n;
}

int fake_plane_check(struct fake_object *o)
{
	const struct fb *fb = find(*fake_slot(o, "FB_ID"));
	uint64_t type = *fake_slot(o, "type");
	if (type == DRM_PLANE_TYPE_CURSOR && fake.no_cursor)
		return -EINVAL;
	if (fake.max_overlays && type == DRM_PLANE_TYPE_OVERLAY &&
		overlays_on(*fake_slot(o, "CRTC_ID")) > fake.max_overlays)
		return fake.overlays_error ? fake.overlays_error : -EINVAL;
	if (type == DRM_PLANE_TYPE_CURSOR && fb && fb->width < fake.cursor_least)
		return -EINVAL;
	/* What another session left: it was checked then. */
	return fb ? check_fb(o, fb) : 0;
}

bool fake_once(const char *name)
{
	return strcmp(name, "IN_FENCE_FD") == 0 || strcmp(name, "FB_DAMAGE_CLIPS") == 0;
}

int fake_once_check(const char *name, uint64_t value)
{
	size_t size;
	if (strcmp(name, "IN_FENCE_FD") == 0)
		return fcntl((int)value, F_GETFD) < 0 ? -EINVAL : 0;
	fake_blob(value, &size);
	return size == 0 || size % sizeof(struct drm_mode_rect) != 0 ? -EINVAL : 0;
}
