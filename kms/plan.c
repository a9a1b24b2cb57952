/*
 * Which pictures get planes of their own. libliftoff proposes, a commit that only tests
 * decides; the answer is kept, a refusal too, until others are asked for. Pictures
 * that only moved are tested with the planes they have: one request. They are asked
 * about anew when that fails, or when they cover each other differently than before.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "kms/private.h"
#include "util/log.h"

static const char *const not_asked = "it was not asked for";
static const char *const outside = "it lies outside the screen";
static const char *const too_many = "there are more pictures than are asked for";
static const char *const covered = "a picture without a plane lies over it";
static const char *const no_planes = "this screen has no overlay planes";
static const char *const no_free = "all overlay planes are in use";
static const char *const card = "the card refused it";

static int32_t clip(int32_t at, int32_t length, int32_t limit, int32_t *from)
{
	int64_t start = at < 0 ? 0 : at, end = (int64_t)at + length;
	if (end > limit)
		end = limit;
	*from = (int32_t)start;
	return end > start ? (int32_t)(end - start) : 0;
}

static struct kms_shown place(const struct kms_output *output, const struct kms_layer *l)
{
	struct kms_buffer *buffer = l->pool->buffers[0];
	struct kms_shown s = {.buffer = buffer, .layer = l->id};
	s.width = clip(l->x, (int32_t)buffer->width, output->mode.hdisplay, &s.x);
	s.height = clip(l->y, (int32_t)buffer->height, output->mode.vdisplay, &s.y);
	if (!s.width || !s.height)
		return (struct kms_shown){.buffer = buffer, .layer = l->id};
	s.src_x = s.x - l->x;
	s.src_y = s.y - l->y;
	return s;
}

static void read_question(const struct kms_output *output, const struct kms_layer *layers,
	size_t n, struct kms_plan *out)
{
	out->n = n;
	for (size_t i = 0; i < n; i++) {
		const struct kms_layer *l = &layers[i];
		const struct kms_buffer *buffer = l->pool->buffers[0];
		out->entries[i] = (struct kms_plan_entry){
			.id = l->id,
			.x = l->x,
			.y = l->y,
			.width = buffer->width,
			.height = buffer->height,
			.format = buffer->format,
			.shown = place(output, l),
		};
	}
}

static bool same_pictures(const struct kms_plan *a, const struct kms_plan *b)
{
	for (size_t i = 0; i < a->n && a->n == b->n; i++) {
		const struct kms_plan_entry *p = &a->entries[i], *q = &b->entries[i];
		if (p->id != q->id || p->width != q->width || p->height != q->height ||
			p->format != q->format)
			return false;
	}
	return a->n == b->n;
}

static bool same_places(const struct kms_plan *a, const struct kms_plan *b)
{
	for (size_t i = 0; i < a->n; i++) {
		if (a->entries[i].x != b->entries[i].x ||
			a->entries[i].y != b->entries[i].y)
			return false;
	}
	return true;
}

/* 0 outside, 1 in part, 2 wholly on the panel. */
static int on_panel(const struct kms_plan_entry *e)
{
	int64_t shown = (int64_t)e->shown.width * e->shown.height;
	return shown == 0 ? 0 : shown == (int64_t)e->width * e->height ? 2 : 1;
}

static bool over(const struct kms_plan *plan, size_t i, size_t j)
{
	return kms_shown_over(&plan->entries[i].shown, &plan->entries[j].shown);
}

static bool same_relations(const struct kms_plan *a, const struct kms_plan *b)
{
	for (size_t i = 0; i < a->n; i++) {
		if (on_panel(&a->entries[i]) != on_panel(&b->entries[i]))
			return false;
		for (size_t j = 0; j < i; j++) {
			if (over(a, i, j) != over(b, i, j))
				return false;
		}
	}
	return true;
}

static uint32_t answer(const struct kms_plan *plan)
{
	uint32_t mask = 0;
	for (size_t i = 0; i < plan->n; i++) {
		if (plan->entries[i].shown.plane)
			mask |= UINT32_C(1) << i;
	}
	return mask;
}

static int test(struct kms_output *output, const struct kms_plan *plan)
{
	const struct kms_picture *latest = kms_output_latest(output);
	struct kms_picture picture = {.shown = {latest->shown[0]}, .n = 1};
	struct kms_request r;
	struct kms_shown cursor;
	for (size_t i = 0; i < plan->n; i++) {
		if (plan->entries[i].shown.plane)
			kms_picture_add(&picture, &plan->entries[i].shown);
	}
	if (kms_cursor_shown(output, &cursor))
		kms_picture_add(&picture, &cursor);
	kms_request_begin(&r, output->device);
	kms_picture_describe(&r, output->crtc->id, latest, &picture, true);
	return kms_request_commit(&r, DRM_MODE_ATOMIC_TEST_ONLY, 0);
}

/* They have planes and only moved: ask about that alone. */
static bool follow(struct kms_output *output, struct kms_plan *asked)
{
	const struct kms_plan *plan = &output->plan;
	if (!same_relations(plan, asked))
		return false;
	for (size_t i = 0; i < asked->n; i++) {
		asked->entries[i].shown.plane = plan->entries[i].shown.plane;
		asked->entries[i].refusal = plan->entries[i].refusal;
	}
	return !answer(asked) || test(output, asked) == 0;
}

/* Pictures on planes above those of pictures that lie over them. */
static uint32_t find_inverted(const struct kms_plan *plan)
{
	uint32_t mask = 0;
	for (size_t i = 0; i < plan->n; i++) {
		const struct kms_plane *a = plan->entries[i].shown.plane;
		for (size_t j = i + 1; a && j < plan->n; j++) {
			const struct kms_plane *b = plan->entries[j].shown.plane;
			if (b && a->rank > b->rank && over(plan, i, j))
				mask |= UINT32_C(1) << i;
		}
	}
	return mask;
}

static bool is_covered(const struct kms_plan *plan, size_t i)
{
	for (size_t j = i + 1; j < plan->n; j++) {
		if (!plan->entries[j].shown.plane && over(plan, i, j))
			return true;
	}
	return false;
}

/* Pictures that have a plane but lie under one without. */
static uint32_t find_covered(const struct kms_plan *plan)
{
	uint32_t mask = 0;
	for (size_t i = 0; i < plan->n; i++) {
		if (plan->entries[i].shown.plane && is_covered(plan, i))
			mask |= UINT32_C(1) << i;
	}
	return mask;
}

static uint32_t topmost_visible(const struct kms_plan *plan)
{
	uint32_t mask = 0;
	unsigned n = 0;
	for (size_t i = plan->n; i-- > 0 && n < KMS_ASKED;) {
		if (!on_panel(&plan->entries[i]))
			continue;
		mask |= UINT32_C(1) << i;
		n++;
	}
	return mask;
}

static void take_planes(struct kms_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		plan->entries[i].shown.plane = NULL;
}

/*
 * It tries upper pictures on upper planes first: an order that is wrong is the only one the
 * card takes. Without those that may not have their planes it may find some for others.
 */
static int propose(struct kms_output *output)
{
	struct kms_plan *plan = &output->plan;
	uint32_t left = topmost_visible(plan), bad;
	do {
		take_planes(plan);
		int ret = left ? kms_propose(output, left) : 0;
		if (ret < 0 && ret != -ENOSPC)
			return ret;
		/* Bandwidth: libliftoff gives up at once, and one picture less may do. */
		bad = ret < 0 ? left & -left : find_covered(plan) | find_inverted(plan);
		left &= ~bad;
	} while (bad);
	return answer(plan) ? test(output, plan) : 0;
}

static bool any_free(const struct kms_output *output)
{
	const struct kms_device *device = output->device;
	for (size_t i = 0; i < device->n_planes; i++) {
		const struct kms_plane *p = &device->planes[i];
		if (p->type == DRM_PLANE_TYPE_OVERLAY &&
			(p->possible_crtcs >> (output->crtc - device->crtcs) & 1) &&
			!kms_plane_used(device, p, output) &&
			!kms_plan_has(&output->plan, p))
			return true;
	}
	return false;
}

static const char *reason(const struct kms_output *output, size_t i)
{
	const struct kms_plan *plan = &output->plan;
	if (!on_panel(&plan->entries[i]))
		return outside;
	if (!(kms_output_can_planes(output) & KMS_CAN_OVERLAY))
		return no_planes;
	if (!(topmost_visible(plan) >> i & 1))
		return too_many;
	if (is_covered(plan, i))
		return covered;
	return any_free(output) ? card : no_free;
}

static void explain(struct kms_output *output)
{
	struct kms_plan *plan = &output->plan;
	for (size_t i = 0; i < plan->n; i++)
		plan->entries[i].refusal =
			plan->entries[i].shown.plane ? NULL : reason(output, i);
}

static void ask(struct kms_output *output)
{
	int ret = propose(output);
	if (ret < 0) {
		log_debug("%s: no planes for pictures: %s", kms_output_name(output),
			strerror(-ret));
		take_planes(&output->plan);
	}
	explain(output);
}

/* Nothing is known of planes while the card is not ours, or about to be set anew. */
static bool may_plan(const struct kms_output *output)
{
	return !output->device->paused && !output->asleep && !output->needs_modeset &&
	       kms_output_latest(output)->n > 0;
}

uint32_t kms_output_plan(
	struct kms_output *output, const struct kms_layer *layers, size_t n)
{
	struct kms_plan asked;
	assert(n <= KMS_LAYERS);
	if (!may_plan(output))
		return 0;
	read_question(output, layers, n, &asked);
	if (same_pictures(&output->plan, &asked)) {
		if (same_places(&output->plan, &asked))
			return answer(&output->plan);
		if (follow(output, &asked)) {
			output->plan = asked;
			return answer(&asked);
		}
	}
	take_planes(&asked);
	output->plan = asked;
	ask(output);
	return answer(&output->plan);
}

void kms_plan_refuse(struct kms_output *output)
{
	for (size_t i = 0; i < output->plan.n; i++) {
		struct kms_plan_entry *e = &output->plan.entries[i];
		if (e->shown.plane)
			e->refusal = card;
		e->shown.plane = NULL;
	}
}

void kms_plan_forget(struct kms_output *output)
{
	output->plan.n = 0;
}

bool kms_plan_has(const struct kms_plan *plan, const struct kms_plane *plane)
{
	for (size_t i = 0; i < plan->n; i++) {
		if (plan->entries[i].shown.plane == plane)
			return true;
	}
	return false;
}

const struct kms_plan_entry *kms_plan_find(
	const struct kms_output *output, uint64_t layer)
{
	for (size_t i = 0; i < output->plan.n; i++) {
		if (output->plan.entries[i].id == layer)
			return &output->plan.entries[i];
	}
	return NULL;
}

const char *kms_output_refusal(const struct kms_output *output, uint64_t layer)
{
	const struct kms_plan_entry *e = kms_plan_find(output, layer);
	return e ? e->refusal : not_asked;
}
