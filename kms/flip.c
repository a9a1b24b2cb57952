#include <assert.h>
#include <drm.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kms/private.h"
#include "util/clock.h"
#include "util/log.h"

uint64_t kms_flip_new_id(void)
{
	/* Of the whole process: a device opened anew on the same fd may read old events. */
	static uint32_t last;
	if (++last == 0)
		++last;
	return last;
}

void kms_flip_start(struct kms_flip *flip, uint64_t id, struct kms_buffer *buffer)
{
	assert(!flip->id && buffer->state == BUFFER_ACQUIRED);
	buffer->state = BUFFER_QUEUED;
	flip->id = id;
	flip->buffer = buffer;
	flip->commit_ns = clock_now_ns();
	list_push_back(&flip->output->device->flips, &flip->link);
}

static struct kms_buffer *end(struct kms_flip *flip)
{
	struct kms_buffer *buffer = flip->buffer;
	assert(flip->id && buffer->state == BUFFER_QUEUED);
	list_remove(&flip->link);
	flip->id = 0;
	flip->buffer = NULL;
	return buffer;
}

void kms_flip_end(struct kms_flip *flip)
{
	struct kms_output *output = flip->output;
	kms_buffer_free(output->current);
	output->current = end(flip);
	output->current->state = BUFFER_CURRENT;
}

void kms_flip_forget(struct kms_flip *flip)
{
	assert(!flip->output);
	kms_buffer_free(end(flip));
	kms_buffer_free(flip->before);
	free(flip);
}

static struct kms_flip *find(struct kms_device *device, uint64_t id)
{
	list_for_each (flip, &device->flips, struct kms_flip, link) {
		if (flip->id == id)
			return flip;
	}
	return NULL;
}

/*
 * Trust the kernel's time only where it can be true. A driver without vblanks
 * (virtio-gpu) stamps whenever it likes, some leave it zero.
 */
static uint64_t present_ns(
	const struct kms_flip *flip, const struct drm_event_vblank *event)
{
	const struct kms_output *output = flip->output;
	uint64_t now = clock_now_ns(), frame = kms_output_refresh_ns(output);
	uint64_t t = event->tv_sec * NS_PER_S + event->tv_usec * NS_PER_US;
	if (!output->device->monotonic || t + frame < flip->commit_ns || t > now + frame)
		return now;
	return t;
}

static void handle_flip(struct kms_device *device, const struct drm_event_vblank *event)
{
	struct kms_flip *flip = find(device, event->user_data);
	if (!flip)
		return;
	struct kms_output *output = flip->output;
	if (!output) {
		/* Off before its framebuffers go: removing one that is shown blocks. */
		kms_sweep(device, DRM_MODE_ATOMIC_NONBLOCK);
		kms_flip_forget(flip);
		return;
	}
	uint64_t ns = present_ns(flip, event);
	kms_flip_end(flip);
	device->listener->flip_done(device->data, output, ns, event->sequence);
}

static void handle_events(struct kms_device *device, const char *data, size_t size)
{
	while (size >= sizeof(struct drm_event)) {
		struct drm_event head;
		memcpy(&head, data, sizeof head);
		if (head.length < sizeof head || head.length > size)
			return;
		struct drm_event_vblank event;
		if (head.type == DRM_EVENT_FLIP_COMPLETE && head.length >= sizeof event) {
			memcpy(&event, data, sizeof event);
			handle_flip(device, &event);
		}
		data += head.length;
		size -= head.length;
	}
}

/* Read by ourselves: drmHandleEvent would hand us a pointer in place of the device. */
int kms_device_dispatch(struct kms_device *device)
{
	char data[1024];
	for (;;) {
		struct pollfd p = {.fd = device->fd, .events = POLLIN};
		if (poll(&p, 1, 0) <= 0 || !(p.revents & POLLIN))
			return p.revents & (POLLERR | POLLHUP | POLLNVAL) ? -ENODEV : 0;
		ssize_t n = read(device->fd, data, sizeof data);
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			int err = -errno;
			log_error("%s: cannot read events: %s", device->path,
				strerror(-err));
			return err;
		}
		if (n <= 0)
			return 0;
		handle_events(device, data, (size_t)n);
	}
}

uint64_t kms_device_next_ns(const struct kms_device *device)
{
	(void)device;
	return UINT64_MAX;
}

void kms_device_turn(struct kms_device *device, uint64_t now_ns)
{
	(void)device, (void)now_ns;
}
