/*
 * The pointer's picture on a plane of its own. It is written into a buffer that
 * neither is on the screen nor about to be: with one flip in flight, one of three is free.
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drm.h>

#include "kms/private.h"
#include "util/log.h"

static uint32_t read_size(const struct kms_output *output, uint64_t capability)
{
	uint64_t value = 0;
	if (drmGetCap(output->device->fd, capability, &value) < 0 || !value)
		return 64; /* what all take, by the kernel's own default */
	return value < 1024 ? (uint32_t)value : 1024;
}

void kms_output_cursor_size(
	const struct kms_output *output, int32_t *width, int32_t *height)
{
	*width = *height = 0;
	if (!output->crtc->cursor)
		return;
	*width = (int32_t)read_size(output, DRM_CAP_CURSOR_WIDTH);
	*height = (int32_t)read_size(output, DRM_CAP_CURSOR_HEIGHT);
}

static int make_pool(struct kms_output *output, int32_t width, int32_t height)
{
	struct kms_cursor *c = &output->cursor;
	kms_pool_destroy(c->pool);
	c->pool = NULL;
	c->buffer = NULL;
	return kms_pool_make(output, (uint32_t)width, (uint32_t)height,
		DRM_FORMAT_ARGB8888, true, &c->pool);
}

static int32_t least(int32_t length, int32_t most)
{
	int32_t side = 64;
	while (side < length)
		side *= 2;
	return side < most ? side : most;
}

static bool holds(const struct kms_pool *pool, int32_t width, int32_t height)
{
	return pool && (int32_t)pool->buffers[0]->width >= width &&
	       (int32_t)pool->buffers[0]->height >= height;
}

/*
 * The most that a card takes may be a megabyte: as much as the picture needs, 64 times a
 * power of two, unless the card wants it all.
 */
static int find_memory(struct kms_output *output, int32_t width, int32_t height)
{
	struct kms_cursor *c = &output->cursor;
	int32_t w, h;
	kms_output_cursor_size(output, &w, &h);
	if (width < 1 || height < 1 || width > w || height > h)
		return -E2BIG;
	if (!c->whole) {
		w = least(width, w);
		h = least(height, h);
	}
	return holds(c->pool, w, h) ? 0 : make_pool(output, w, h);
}

void kms_cursor_finish(struct kms_output *output)
{
	output->cursor.pool = NULL; /* it goes with all of the output's */
}

static void drop(struct kms_cursor *c)
{
	if (c->buffer && c->buffer->state == BUFFER_ACQUIRED)
		kms_pool_release(c->pool, c->buffer);
	c->buffer = NULL;
}

static int write_picture(
	struct kms_buffer *b, const uint32_t *argb, int32_t width, int32_t height)
{
	int ret = kms_dumb_map(b);
	if (ret < 0)
		return ret;
	memset(b->map, 0, (size_t)b->stride * b->height);
	for (int32_t y = 0; y < height; y++)
		memcpy((char *)b->map + (size_t)y * b->stride,
			argb + (size_t)y * (size_t)width, (size_t)width * 4);
	return 0;
}

static bool place(const struct kms_output *output, struct kms_shown *out)
{
	const struct kms_cursor *c = &output->cursor;
	*out = (struct kms_shown){
		.plane = output->crtc->cursor,
		.buffer = c->buffer,
		.x = c->x,
		.y = c->y,
		.width = (int32_t)c->buffer->width,
		.height = (int32_t)c->buffer->height,
	};
	return c->x > -out->width && c->y > -out->height &&
	       c->x < output->mode.hdisplay && c->y < output->mode.vdisplay;
}

bool kms_cursor_shown(const struct kms_output *output, struct kms_shown *out)
{
	return output->cursor.buffer && !output->cursor.refused && place(output, out);
}

void kms_cursor_hold(struct kms_output *output)
{
	struct kms_buffer *buffer = output->cursor.buffer;
	if (buffer && buffer->state == BUFFER_FREE)
		buffer->state = BUFFER_ACQUIRED;
}

/* The first one since the modeset; a modeset tests it itself. */
static int test(struct kms_output *output)
{
	const struct kms_picture *latest = kms_output_latest(output);
	struct kms_shown shown;
	struct kms_request r;
	if (output->cursor.taken || output->needs_modeset || output->device->paused ||
		output->asleep || !kms_cursor_shown(output, &shown))
		return 0;
	kms_request_begin(&r, output->device);
	kms_shown_describe(&r, output->crtc->id, &latest->shown[0]);
	kms_shown_describe(&r, output->crtc->id, &shown);
	int ret = kms_request_commit(&r, DRM_MODE_ATOMIC_TEST_ONLY, 0);
	output->cursor.taken = ret == 0;
	return ret;
}

static int refuse(struct kms_output *output, int error)
{
	log_info("%s: the card refuses a cursor of its own: %s; it is drawn",
		kms_output_name(output), strerror(-error));
	output->cursor.refused = true;
	drop(&output->cursor);
	return -ENOTSUP;
}

static int give(
	struct kms_output *output, const uint32_t *argb, int32_t width, int32_t height)
{
	struct kms_cursor *c = &output->cursor;
	int ret = find_memory(output, width, height);
	if (ret < 0)
		return ret;
	if (!c->buffer || c->buffer->state != BUFFER_ACQUIRED)
		c->buffer = kms_pool_acquire(c->pool);
	ret = write_picture(c->buffer, argb, width, height);
	return ret < 0 ? ret : test(output);
}

/* Less than the card's own size was refused. */
static bool may_be_size(const struct kms_output *output)
{
	int32_t width, height;
	kms_output_cursor_size(output, &width, &height);
	return !output->cursor.whole && !holds(output->cursor.pool, width, height);
}

int kms_output_cursor(
	struct kms_output *output, const uint32_t *argb, int32_t width, int32_t height)
{
	struct kms_cursor *c = &output->cursor;
	if (!argb || !output->crtc->cursor || (c->refused && !may_be_size(output))) {
		drop(c);
		return argb ? -ENOTSUP : 0;
	}
	c->whole |= c->refused;
	c->refused = false;
	int ret = give(output, argb, width, height);
	if (ret == -EINVAL && may_be_size(output)) {
		c->whole = true;
		ret = give(output, argb, width, height);
	}
	if (ret == -E2BIG)
		drop(c);
	else if (ret < 0 && ret != -EACCES)
		return refuse(output, ret);
	return ret == -E2BIG ? ret : 0;
}

void kms_output_cursor_at(struct kms_output *output, int32_t x, int32_t y)
{
	output->cursor.x = x;
	output->cursor.y = y;
}

void kms_output_cursor_hotspot(struct kms_output *output, int32_t x, int32_t y)
{
	output->cursor.hot_x = x;
	output->cursor.hot_y = y;
}
