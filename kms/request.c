#include <errno.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "kms/private.h"

void kms_request_begin_on(
	struct kms_request *r, struct kms_device *device, drmModeAtomicReq *req)
{
	drmModeAtomicSetCursor(req, 0);
	*r = (struct kms_request){.device = device, .req = req};
}

void kms_request_begin(struct kms_request *r, struct kms_device *device)
{
	kms_request_begin_on(r, device, device->req);
}

void kms_request_set(struct kms_request *r, uint32_t object, const struct kms_prop *prop,
	uint64_t value)
{
	if (!prop->id || prop->fixed || r->error)
		return;
	int ret = drmModeAtomicAddProperty(r->req, object, prop->id, value);
	if (ret < 0)
		r->error = ret;
}

void kms_request_neutral(struct kms_request *r, uint32_t object,
	const struct kms_prop *props, const struct kms_prop_name *names, size_t from,
	size_t to)
{
	for (size_t i = from; i < to; i++)
		kms_request_set(r, object, &props[i], names[i].neutral);
}

bool kms_request_empty(const struct kms_request *r)
{
	return drmModeAtomicGetCursor(r->req) == 0;
}

static int commit(struct kms_request *r, uint32_t flags, uint64_t id)
{
	return drmModeAtomicCommit(r->device->fd, r->req, flags, (void *)(uintptr_t)id);
}

/* Not master: DRM's own check says EACCES, a revoked fd and some drivers EPERM. */
static int result(int ret)
{
	return ret == -EPERM ? -EACCES : ret < 0 ? ret : 0;
}

int kms_request_try(struct kms_request *r, uint32_t flags, uint64_t id)
{
	return r->error ? r->error : result(commit(r, flags, id));
}

int kms_request_commit(struct kms_request *r, uint32_t flags, uint64_t id)
{
	int ret = kms_request_try(r, flags, id);
	/* The session before us, or a removed output, has a flip in flight there: wait for it. */
	if (ret == -EBUSY && (flags & DRM_MODE_ATOMIC_NONBLOCK))
		ret = result(commit(r, flags & ~(uint32_t)DRM_MODE_ATOMIC_NONBLOCK, id));
	return ret;
}
