/*
 * libliftoff, which searches planes for pictures. It sees the overlays that nobody else
 * uses, at first as many as there are pictures, and no order: who lies over whom is checked by
 * who asks, for it takes planes without zpos for unordered. A question's output and
 * layers live as long as the question; planes are kept, since reading them is dear.
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <libliftoff.h>
#include <stdio.h>
#include <stdlib.h>

#include "kms/private.h"
#include "util/log.h"
#include "util/xalloc.h"

struct candidate {
	struct kms_plane *plane;
	struct liftoff_plane *handle;
};

struct kms_proposer {
	struct liftoff_device *liftoff;
	drmModeAtomicReq *req; /* its tests, never committed */
	struct candidate candidates[KMS_ASKED];
	size_t n;
};

static void handle_log(enum liftoff_log_priority priority, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

static void handle_log(enum liftoff_log_priority priority, const char *fmt, va_list args)
{
	char text[256];
	(void)priority;
	vsnprintf(text, sizeof text, fmt, args);
	log_debug("libliftoff: %s", text);
}

static int create(struct kms_device *device, struct kms_proposer **out)
{
	struct kms_proposer *p = xcalloc(1, sizeof *p);
	liftoff_log_set_handler(handle_log);
	p->liftoff = liftoff_device_create(device->fd);
	p->req = drmModeAtomicAlloc();
	if (!p->liftoff || !p->req) {
		log_error("%s: no planes for pictures: libliftoff cannot use the card",
			device->path);
		kms_proposer_destroy(p);
		return -ENOMEM;
	}
	*out = p;
	return 0;
}

void kms_proposer_destroy(struct kms_proposer *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		liftoff_plane_destroy(p->candidates[i].handle);
	if (p->liftoff)
		liftoff_device_destroy(p->liftoff);
	if (p->req)
		drmModeAtomicFree(p->req);
	free(p);
}

static bool takes_one(const struct kms_plane *plane, bool opaque, bool blended)
{
	return (opaque && plane->opaque) || (blended && plane->blended);
}

/* By zpos, else by number, as the kernel stacks them. */
static bool lies_under(const struct kms_plane *plane, const struct kms_plane *primary)
{
	if (plane->zpos != primary->zpos)
		return plane->zpos < primary->zpos;
	return plane->id < primary->id;
}

static struct kms_plane *next_candidate(const struct kms_output *output,
	const struct kms_plane *after, bool opaque, bool blended)
{
	const struct kms_device *device = output->device;
	struct kms_plane *best = NULL;
	for (size_t i = 0; i < device->n_planes; i++) {
		struct kms_plane *p = &device->planes[i];
		if (p->type != DRM_PLANE_TYPE_OVERLAY ||
			!(p->possible_crtcs >> (output->crtc - device->crtcs) & 1) ||
			!takes_one(p, opaque, blended) ||
			lies_under(p, output->crtc->primary) ||
			kms_plane_used(device, p, output) ||
			(after && p->rank <= after->rank))
			continue;
		if (!best || p->rank < best->rank)
			best = p;
	}
	return best;
}

static bool same_candidates(
	const struct kms_proposer *p, struct kms_plane *const *planes, size_t n)
{
	for (size_t i = 0; i < n && n == p->n; i++) {
		if (p->candidates[i].plane != planes[i])
			return false;
	}
	return n == p->n;
}

static int set_candidates(
	struct kms_proposer *p, struct kms_plane *const *planes, size_t n)
{
	if (same_candidates(p, planes, n))
		return 0;
	while (p->n > 0)
		liftoff_plane_destroy(p->candidates[--p->n].handle);
	for (size_t i = 0; i < n; i++) {
		struct liftoff_plane *handle =
			liftoff_plane_create(p->liftoff, planes[i]->id);
		if (!handle)
			return -errno;
		p->candidates[p->n++] =
			(struct candidate){.plane = planes[i], .handle = handle};
	}
	return 0;
}

/* all: as many as are ever tried, else as many as there are pictures. */
static int choose_candidates(struct kms_output *output, uint32_t entries, bool all)
{
	struct kms_plane *planes[KMS_ASKED], *last = NULL;
	const struct kms_plan *plan = &output->plan;
	bool opaque = false, blended = false;
	size_t n = 0, wanted = 0;
	for (size_t i = 0; i < plan->n; i++) {
		bool has_alpha = plan->entries[i].format == DRM_FORMAT_ARGB8888;
		if (!(entries >> i & 1))
			continue;
		wanted++;
		opaque |= !has_alpha;
		blended |= has_alpha;
	}
	if (all || wanted > KMS_ASKED)
		wanted = KMS_ASKED;
	while (n < wanted && (last = next_candidate(output, last, opaque, blended)))
		planes[n++] = last;
	return set_candidates(output->proposer, planes, n);
}

static bool is_candidate(const struct kms_proposer *p, const struct kms_plane *plane)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->candidates[i].plane == plane)
			return true;
	}
	return false;
}

/* What the tests stand on: the output's own picture, the cursor, no other overlay. */
static int describe_rest(struct kms_output *output, struct kms_request *r)
{
	const struct kms_picture *latest = kms_output_latest(output);
	for (size_t i = 0; i < latest->n; i++) {
		const struct kms_shown *shown = &latest->shown[i];
		if (shown->plane->type != DRM_PLANE_TYPE_OVERLAY)
			kms_shown_describe(r, output->crtc->id, shown);
		else if (!is_candidate(output->proposer, shown->plane))
			kms_plane_describe_off(r, shown->plane);
	}
	return r->error;
}

struct value {
	const char *name;
	uint64_t value;
};

static int make_layer(struct liftoff_output *out, const struct kms_shown *s,
	struct liftoff_layer **layer)
{
	const struct value values[] = {
		{"FB_ID", s->buffer->fb_id},
		{"SRC_X", (uint64_t)s->src_x << 16},
		{"SRC_Y", (uint64_t)s->src_y << 16},
		{"SRC_W", (uint64_t)s->width << 16},
		{"SRC_H", (uint64_t)s->height << 16},
		{"CRTC_X", (uint64_t)s->x},
		{"CRTC_Y", (uint64_t)s->y},
		{"CRTC_W", (uint64_t)s->width},
		{"CRTC_H", (uint64_t)s->height},
	};
	int ret = 0;
	*layer = liftoff_layer_create(out);
	if (!*layer)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof values / sizeof *values && ret == 0; i++)
		ret = liftoff_layer_set_property(*layer, values[i].name, values[i].value);
	return ret;
}

static void take_answer(const struct kms_proposer *p, struct liftoff_layer *layer,
	struct kms_shown *shown)
{
	struct liftoff_plane *handle = liftoff_layer_get_plane(layer);
	shown->plane = NULL;
	for (size_t i = 0; i < p->n; i++) {
		if (p->candidates[i].handle == handle)
			shown->plane = p->candidates[i].plane;
	}
}

/* The topmost first: it tries them in this order. */
static int search(struct kms_output *output, struct liftoff_output *out, uint32_t entries)
{
	struct kms_proposer *p = output->proposer;
	struct kms_plan *plan = &output->plan;
	struct liftoff_layer *layers[KMS_LAYERS] = {NULL};
	int ret = 0;
	for (size_t i = plan->n; i-- > 0 && ret == 0;) {
		if (entries >> i & 1)
			ret = make_layer(out, &plan->entries[i].shown, &layers[i]);
	}
	if (ret == 0)
		ret = liftoff_output_apply(out, p->req, 0);
	for (size_t i = 0; i < plan->n; i++) {
		if (layers[i] && ret == 0)
			take_answer(p, layers[i], &plan->entries[i].shown);
		if (layers[i])
			liftoff_layer_destroy(layers[i]);
	}
	return ret;
}

static int ask(struct kms_output *output, uint32_t entries)
{
	struct liftoff_output *out =
		liftoff_output_create(output->proposer->liftoff, output->crtc->id);
	struct kms_request r;
	if (!out)
		return -ENOMEM;
	kms_request_begin_on(&r, output->device, output->proposer->req);
	int ret = describe_rest(output, &r);
	if (ret == 0)
		ret = search(output, out, entries);
	liftoff_output_destroy(out);
	return ret;
}

static bool all_served(const struct kms_plan *plan, uint32_t entries)
{
	for (size_t i = 0; i < plan->n; i++) {
		if ((entries >> i & 1) && !plan->entries[i].shown.plane)
			return false;
	}
	return true;
}

/* Planes are not always alike: when the first ones will not do, more of them may. */
int kms_propose(struct kms_output *output, uint32_t entries)
{
	int ret = 0;
	if (!next_candidate(output, NULL, true, true))
		return 0;
	if (!output->proposer)
		ret = create(output->device, &output->proposer);
	if (ret == 0)
		ret = choose_candidates(output, entries, false);
	if (ret == 0 && output->proposer->n > 0)
		ret = ask(output, entries);
	if (ret < 0 || all_served(&output->plan, entries))
		return ret;
	const size_t n = output->proposer->n;
	ret = choose_candidates(output, entries, true);
	return ret == 0 && output->proposer->n > n ? ask(output, entries) : ret;
}
