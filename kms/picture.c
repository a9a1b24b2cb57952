/* What all planes of an output show at a time, and how to get from one to the next. */
#include <assert.h>

#include "kms/private.h"

void kms_shown_describe(
	struct kms_request *r, uint32_t crtc, const struct kms_shown *shown)
{
	const struct kms_plane *plane = shown->plane;
	const uint64_t values[PLANE_REQUIRED] = {
		[PLANE_FB_ID] = shown->buffer->fb_id,
		[PLANE_CRTC_ID] = crtc,
		[PLANE_SRC_X] = (uint64_t)shown->src_x << 16,
		[PLANE_SRC_Y] = (uint64_t)shown->src_y << 16,
		[PLANE_SRC_W] = (uint64_t)shown->width << 16,
		[PLANE_SRC_H] = (uint64_t)shown->height << 16,
		[PLANE_CRTC_X] = (uint64_t)(int64_t)shown->x,
		[PLANE_CRTC_Y] = (uint64_t)(int64_t)shown->y,
		[PLANE_CRTC_W] = (uint64_t)shown->width,
		[PLANE_CRTC_H] = (uint64_t)shown->height,
	};
	for (size_t i = PLANE_TYPE + 1; i < PLANE_REQUIRED; i++)
		kms_request_set(r, plane->id, &plane->props[i], values[i]);
	kms_request_neutral(r, plane->id, plane->props, kms_plane_names, PLANE_REQUIRED,
		PLANE_NEUTRAL);
	kms_request_set(r, plane->id, &plane->props[PLANE_ZPOS], plane->zpos);
}

void kms_plane_describe_off(struct kms_request *r, const struct kms_plane *plane)
{
	kms_request_set(r, plane->id, &plane->props[PLANE_FB_ID], 0);
	kms_request_set(r, plane->id, &plane->props[PLANE_CRTC_ID], 0);
}

bool kms_shown_same_place(const struct kms_shown *a, const struct kms_shown *b)
{
	return a->x == b->x && a->y == b->y && a->width == b->width &&
	       a->height == b->height && a->src_x == b->src_x && a->src_y == b->src_y;
}

bool kms_shown_over(const struct kms_shown *a, const struct kms_shown *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width &&
	       a->y < b->y + b->height && b->y < a->y + a->height;
}

const struct kms_shown *kms_picture_find(
	const struct kms_picture *picture, const struct kms_plane *plane)
{
	for (size_t i = 0; i < picture->n; i++) {
		if (picture->shown[i].plane == plane)
			return &picture->shown[i];
	}
	return NULL;
}

void kms_picture_add(struct kms_picture *picture, const struct kms_shown *shown)
{
	assert(picture->n < KMS_SHOWN);
	picture->shown[picture->n++] = *shown;
}

void kms_picture_describe(struct kms_request *r, uint32_t crtc,
	const struct kms_picture *from, const struct kms_picture *to, bool all)
{
	for (size_t i = 0; i < to->n; i++) {
		const struct kms_shown *shown = &to->shown[i];
		const struct kms_plane *plane = shown->plane;
		const struct kms_shown *was = kms_picture_find(from, plane);
		if (all || !was || !kms_shown_same_place(was, shown))
			kms_shown_describe(r, crtc, shown);
		else if (was->buffer != shown->buffer)
			kms_request_set(r, plane->id, &plane->props[PLANE_FB_ID],
				shown->buffer->fb_id);
	}
	for (size_t i = 0; i < from->n; i++) {
		if (!kms_picture_find(to, from->shown[i].plane))
			kms_plane_describe_off(r, from->shown[i].plane);
	}
}

const struct kms_picture *kms_output_latest(const struct kms_output *output)
{
	return output->flip->id ? &output->flip->next : &output->picture;
}

struct kms_shown kms_output_own(
	const struct kms_output *output, struct kms_buffer *buffer)
{
	return (struct kms_shown){
		.plane = output->crtc->primary,
		.buffer = buffer,
		.width = output->mode.hdisplay,
		.height = output->mode.vdisplay,
	};
}
