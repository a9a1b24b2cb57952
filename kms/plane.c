/* The planes of a card: their order, who uses them, what they show. */
#include <drm_fourcc.h>
#include <stdlib.h>
#include <string.h>

#include "kms/private.h"
#include "util/xalloc.h"

/* From far to near; where a driver has no zpos, by number: so vkms blends them. */
static int compare(const void *a, const void *b)
{
	static const int near[] = {
		[DRM_PLANE_TYPE_PRIMARY] = 0,
		[DRM_PLANE_TYPE_OVERLAY] = 1,
		[DRM_PLANE_TYPE_CURSOR] = 2,
	};
	const struct kms_plane *p = *(struct kms_plane *const *)a;
	const struct kms_plane *q = *(struct kms_plane *const *)b;
	uint64_t z = p->props[PLANE_ZPOS].value, y = q->props[PLANE_ZPOS].value;
	if (p->type != q->type)
		return near[p->type % 3] - near[q->type % 3];
	if (z != y)
		return z < y ? -1 : 1;
	return p->id < q->id ? -1 : p->id > q->id;
}

struct range {
	uint64_t min, max;
};

static struct range read_range(struct kms_device *device, const struct kms_prop *prop)
{
	struct range range = {prop->value, prop->value};
	drmModePropertyRes *p = drmModeGetProperty(device->fd, prop->id);
	if (p && (p->flags & DRM_MODE_PROP_RANGE) && p->count_values == 2)
		range = (struct range){p->values[0], p->values[1]};
	drmModeFreeProperty(p);
	return range;
}

/* Values of our own, for the session before us may have left any: the n-th of its range. */
static void choose_zpos(struct kms_device *device, struct kms_plane *plane, unsigned n)
{
	const struct kms_prop *prop = &plane->props[PLANE_ZPOS];
	plane->zpos = prop->value;
	if (!prop->id || prop->fixed)
		return;
	struct range range = read_range(device, prop);
	if (plane->type == DRM_PLANE_TYPE_CURSOR || n > range.max - range.min)
		plane->zpos = range.max;
	else
		plane->zpos = range.min + n;
}

static void put_in_order(struct kms_device *device)
{
	struct kms_plane **order = xcalloc(device->n_planes + 1, sizeof *order);
	unsigned overlays = 0;
	for (size_t i = 0; i < device->n_planes; i++)
		order[i] = &device->planes[i];
	qsort(order, device->n_planes, sizeof *order, compare);
	for (unsigned i = 0; i < device->n_planes; i++) {
		bool primary = order[i]->type == DRM_PLANE_TYPE_PRIMARY;
		order[i]->rank = i;
		choose_zpos(device, order[i], primary ? 0 : ++overlays);
	}
	free(order);
}

static void read_formats(struct kms_device *device, struct kms_plane *plane)
{
	drmModePlane *p = drmModeGetPlane(device->fd, plane->id);
	for (uint32_t i = 0; p && i < p->count_formats; i++) {
		plane->opaque |= p->formats[i] == DRM_FORMAT_XRGB8888;
		plane->blended |= p->formats[i] == DRM_FORMAT_ARGB8888;
	}
	drmModeFreePlane(p);
}

static bool has_cursor(const struct kms_device *device, const struct kms_plane *plane)
{
	for (size_t i = 0; i < device->n_crtcs; i++) {
		if (device->crtcs[i].cursor == plane)
			return true;
	}
	return false;
}

static void assign_cursors(struct kms_device *device)
{
	for (size_t c = 0; c < device->n_crtcs; c++) {
		for (size_t i = 0; i < device->n_planes; i++) {
			struct kms_plane *p = &device->planes[i];
			if (!device->crtcs[c].cursor &&
				p->type == DRM_PLANE_TYPE_CURSOR && p->blended &&
				(p->possible_crtcs >> c & 1) && !has_cursor(device, p))
				device->crtcs[c].cursor = p;
		}
	}
}

void kms_planes_prepare(struct kms_device *device)
{
	for (size_t i = 0; i < device->n_planes; i++)
		read_formats(device, &device->planes[i]);
	put_in_order(device);
	assign_cursors(device);
}

bool kms_plane_used(const struct kms_device *device, const struct kms_plane *plane,
	const struct kms_output *output)
{
	list_for_each (flip, &device->flips, struct kms_flip, link) {
		if (flip->output != output &&
			(kms_picture_find(&flip->next, plane) ||
				kms_picture_find(&flip->before, plane)))
			return true;
	}
	list_for_each (o, &device->outputs, struct kms_output, link) {
		if (o != output && (kms_picture_find(&o->picture, plane) ||
					   kms_plan_has(&o->plan, plane)))
			return true;
	}
	return false;
}

static bool may_show(const struct kms_output *output, const struct kms_plane *plane)
{
	const struct kms_crtc *crtc = output->crtc;
	return plane == crtc->primary || plane == crtc->cursor ||
	       (plane->type == DRM_PLANE_TYPE_OVERLAY &&
		       (plane->possible_crtcs >> (crtc - output->device->crtcs) & 1));
}

unsigned kms_output_can_planes(const struct kms_output *output)
{
	const struct kms_device *device = output->device;
	const struct kms_plane *primary = output->crtc->primary;
	unsigned can = 0;
	for (size_t i = 0; i < device->n_planes; i++) {
		const struct kms_plane *p = &device->planes[i];
		if (p->type == DRM_PLANE_TYPE_OVERLAY && may_show(output, p))
			can |= KMS_CAN_OVERLAY;
	}
	if (output->crtc->cursor)
		can |= KMS_CAN_CURSOR;
	if (primary->props[PLANE_FENCE].id)
		can |= KMS_CAN_FENCE;
	if (primary->props[PLANE_DAMAGE].id)
		can |= KMS_CAN_DAMAGE;
	return can;
}

static const char *type_name(uint32_t type)
{
	return type == DRM_PLANE_TYPE_PRIMARY  ? "primary"
	       : type == DRM_PLANE_TYPE_CURSOR ? "cursor"
					       : "overlay";
}

static void describe(struct kms_plane_info *info, const struct kms_shown *shown)
{
	info->active = true;
	info->layer = shown->layer;
	info->x = shown->x;
	info->y = shown->y;
	info->width = shown->width;
	info->height = shown->height;
	memcpy(info->format, &shown->buffer->format, 4);
}

void kms_output_planes(const struct kms_output *output,
	void (*tell)(void *data, const struct kms_plane_info *info), void *data)
{
	const struct kms_device *device = output->device;
	for (size_t i = 0; i < device->n_planes; i++) {
		const struct kms_plane *plane = &device->planes[i];
		const struct kms_shown *shown = kms_picture_find(&output->picture, plane);
		struct kms_plane_info info = {
			.id = plane->id, .type = type_name(plane->type)};
		if (!may_show(output, plane))
			continue;
		if (shown)
			describe(&info, shown);
		tell(data, &info);
	}
}
