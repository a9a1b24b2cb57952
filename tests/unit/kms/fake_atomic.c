/* The fake card's atomic requests: checked whole, applied whole. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <drm.h>
#include <drm_mode.h>

#include "fake_private.h"

struct _drmModeAtomicReq {
	struct {
		uint32_t object, property;
		uint64_t value;
	} items[512];
	int n;
};

drmModeAtomicReqPtr drmModeAtomicAlloc(void)
{
	return fake_lend(1, sizeof(drmModeAtomicReq));
}

void drmModeAtomicFree(drmModeAtomicReqPtr req)
{
	fake_give(req);
}

int drmModeAtomicGetCursor(const drmModeAtomicReqPtr req)
{
	return req->n;
}

void drmModeAtomicSetCursor(drmModeAtomicReqPtr req, int cursor)
{
	req->n = cursor;
}

int drmModeAtomicAddProperty(
	drmModeAtomicReqPtr req, uint32_t object, uint32_t property, uint64_t value)
{
	assert_true(req->n < 512);
	req->items[req->n].object = object;
	req->items[req->n].property = property;
	req->items[req->n].value = value;
	return ++req->n;
}

static void describe(struct fake_commit *c, const drmModeAtomicReq *req)
{
	size_t n = 0;
	for (int i = 0; i < req->n && n < sizeof c->text; i++) {
		const struct fake_object *o = fake_object(req->items[i].object);
		const char *name = fake_names(o->kind)[req->items[i].property % 100];
		n += (size_t)snprintf(c->text + n, sizeof c->text - n, "%s%u.%s=%llu",
			i ? " " : "", o->id, name,
			(unsigned long long)req->items[i].value);
	}
}

/* libdrm sorts a request before the kernel sees it: which of two would win is not said. */
static void check_twice(const struct fake_commit *c, const drmModeAtomicReq *req)
{
	for (int i = 0; i < req->n; i++) {
		for (int j = 0; j < i; j++) {
			if (req->items[i].object == req->items[j].object &&
				req->items[i].property == req->items[j].property)
				fail_msg("a property is set twice: %s", c->text);
		}
	}
}

static bool is_tuned(const char *name)
{
	return strcmp(name, "VRR_ENABLED") == 0 || strcmp(name, "CTM") == 0 ||
	       strcmp(name, "GAMMA_LUT") == 0;
}

static bool is_modeset(const struct fake_object *o, const char *name)
{
	if (fake.tuned_modeset && is_tuned(name))
		return true;
	return (o->kind == DRM_MODE_OBJECT_CRTC &&
		       (strcmp(name, "ACTIVE") == 0 || strcmp(name, "MODE_ID") == 0)) ||
	       (o->kind == DRM_MODE_OBJECT_CONNECTOR && strcmp(name, "CRTC_ID") == 0);
}

static int set_one(uint32_t object, uint32_t property, uint64_t value, uint32_t flags)
{
	struct fake_object *o = fake_object(object);
	if (!o || o->gone || property / 100 != object)
		return -ENOENT;
	const char *name = fake_names(o->kind)[property % 100];
	uint64_t *v = &o->values[property % 100];
	if (fake_immutable(name))
		return -EINVAL;
	if (*v != value && is_modeset(o, name) &&
		!(flags & DRM_MODE_ATOMIC_ALLOW_MODESET))
		return -EINVAL;
	if (fake_once(name))
		return fake_once_check(name, value);
	*v = value;
	return 0;
}

/* One that vanished hangs on nothing, and nobody can take it off. */
static unsigned connectors_on(uint32_t crtc, bool gone)
{
	unsigned n = 0;
	for (size_t i = 0; i < fake.n_objects; i++) {
		struct fake_object *o = &fake.objects[i];
		n += o->gone == gone && o->kind == DRM_MODE_OBJECT_CONNECTOR &&
		     *fake_slot(o, "CRTC_ID") == crtc;
	}
	return n;
}

static int check_plane(struct fake_object *o)
{
	uint64_t fb = *fake_slot(o, "FB_ID"), id = *fake_slot(o, "CRTC_ID");
	if ((fb != 0) != (id != 0))
		return -EINVAL;
	if (!id)
		return 0;
	struct fake_object *crtc = fake_object((uint32_t)id);
	if (!crtc || !(o->possible_crtcs >> (id - 30) & 1) ||
		!*fake_slot(crtc, "MODE_ID"))
		return -EINVAL;
	return fake_plane_check(o);
}

static int check_clocks(void)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < fake.n_objects; i++) {
		struct fake_object *o = &fake.objects[i];
		if (o->kind != DRM_MODE_OBJECT_CRTC || !*fake_slot(o, "ACTIVE"))
			continue;
		const drmModeModeInfo *mode = fake_blob(*fake_slot(o, "MODE_ID"), NULL);
		sum += mode ? mode->clock : 0;
	}
	return fake.clock_max && sum > fake.clock_max ? -ENOSPC : 0;
}

static int check_all(void)
{
	for (size_t i = 0; i < fake.n_objects; i++) {
		struct fake_object *o = &fake.objects[i];
		int ret = o->kind == DRM_MODE_OBJECT_PLANE ? check_plane(o) : 0;
		if (ret < 0)
			return ret;
		if (o->kind != DRM_MODE_OBJECT_CRTC)
			continue;
		bool enabled = *fake_slot(o, "MODE_ID") != 0;
		bool wanted = connectors_on(o->id, false) > 0;
		if ((enabled != wanted && connectors_on(o->id, true) == 0) ||
			(*fake_slot(o, "ACTIVE") && !enabled))
			return -EINVAL;
	}
	return check_clocks();
}

/* The CRTC whose state a property of o changes, before or after. */
static uint32_t crtc_of(struct fake_object *o)
{
	return o->kind == DRM_MODE_OBJECT_CRTC ? o->id
					       : (uint32_t)*fake_slot(o, "CRTC_ID");
}

static void touch(const drmModeAtomicReq *req, bool touched[64])
{
	for (int i = 0; i < req->n; i++) {
		struct fake_object *o = fake_object(req->items[i].object);
		uint32_t crtc = o ? crtc_of(o) : 0;
		if (crtc >= 30 && crtc < 64)
			touched[crtc] = true;
	}
}

static int check_flags(const bool touched[64], const struct fake *before, uint32_t flags)
{
	for (uint32_t id = 30; id < 64; id++) {
		struct fake_object *o = fake_object(id);
		if (!touched[id] || !o || o->kind != DRM_MODE_OBJECT_CRTC)
			continue;
		const struct fake_object *was = &before->objects[o - fake.objects];
		bool active = *fake_slot(o, "ACTIVE") ||
			      was->values[fake_prop_index(o->kind, "ACTIVE")];
		if ((flags & DRM_MODE_PAGE_FLIP_EVENT) && !active)
			return -EINVAL;
		if ((flags & DRM_MODE_ATOMIC_NONBLOCK) && o->pending &&
			!(flags & DRM_MODE_ATOMIC_TEST_ONLY))
			return -EBUSY;
	}
	return 0;
}

static void start_flips(const bool touched[64], uint32_t flags, uint64_t user_data)
{
	for (uint32_t id = 30; id < 64; id++) {
		struct fake_object *o = fake_object(id);
		if (!touched[id] || !o || o->kind != DRM_MODE_OBJECT_CRTC)
			continue;
		fake_vblank(id); /* a blocking commit waits for the one before */
		o->pending = (flags & DRM_MODE_PAGE_FLIP_EVENT) != 0;
		o->owes = user_data;
		if (!(flags & DRM_MODE_ATOMIC_NONBLOCK))
			fake_vblank(id);
	}
}

static int injected(uint32_t flags)
{
	if (fake.not_master)
		return -EACCES;
	if (flags & DRM_MODE_ATOMIC_TEST_ONLY)
		return fake.test_error;
	if (!fake.commit_error || fake.commit_skip-- > 0)
		return 0;
	int error = fake.commit_error;
	fake.commit_error = 0;
	fake.commit_skip = 0;
	return error;
}

/* What a driver may want of a request besides. */
static int check_parts(const drmModeAtomicReq *req, uint32_t flags)
{
	bool primary = false, overlay = false;
	for (int i = 0; i < req->n; i++) {
		struct fake_object *o = fake_object(req->items[i].object);
		uint64_t type = 0;
		if (o->kind == DRM_MODE_OBJECT_PLANE)
			type = *fake_slot(o, "type") + 1;
		primary |= type == DRM_PLANE_TYPE_PRIMARY + 1;
		overlay |= type == DRM_PLANE_TYPE_OVERLAY + 1 && *fake_slot(o, "CRTC_ID");
	}
	bool test = flags & DRM_MODE_ATOMIC_TEST_ONLY;
	if (fake.apply_refuses && overlay && !test)
		return -EINVAL;
	return fake.wants_primary && !primary && !test ? -EINVAL : 0;
}

static int commit(const drmModeAtomicReq *req, uint32_t flags, uint64_t user_data)
{
	bool touched[64] = {false};
	int ret = injected(flags);
	if (ret == 0 && (flags & DRM_MODE_ATOMIC_TEST_ONLY) &&
		(flags & DRM_MODE_PAGE_FLIP_EVENT))
		ret = -EINVAL;
	static struct fake before;
	before = fake;
	touch(req, touched);
	for (int i = 0; i < req->n && ret == 0; i++)
		ret = set_one(req->items[i].object, req->items[i].property,
			req->items[i].value, flags);
	touch(req, touched);
	if (ret == 0)
		ret = check_all();
	if (ret == 0)
		ret = check_parts(req, flags);
	if (ret == 0)
		ret = check_flags(touched, &before, flags);
	if (ret < 0 || (flags & DRM_MODE_ATOMIC_TEST_ONLY))
		memcpy(fake.objects, before.objects, sizeof fake.objects);
	else
		start_flips(touched, flags, user_data);
	return ret;
}

/* Or a copy of its descriptor, which libliftoff makes itself. */
static bool is_card(int fd)
{
	struct stat a, b;
	return fd == fake.read_fd ||
	       (fstat(fd, &a) == 0 && fstat(fake.read_fd, &b) == 0 &&
		       a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

int drmModeAtomicCommit(
	int fd, const drmModeAtomicReqPtr req, uint32_t flags, void *user_data)
{
	assert_true(is_card(fd));
	assert_true(fake.n_commits < FAKE_COMMITS);
	struct fake_commit *c = &fake.commits[fake.n_commits++];
	*c = (struct fake_commit){.flags = flags};
	describe(c, req);
	/* libliftoff turns all planes off before it uses some; it has a descriptor of its own. */
	if (fd == fake.read_fd)
		check_twice(c, req);
	c->result = commit(req, flags, (uintptr_t)user_data);
	return c->result;
}
