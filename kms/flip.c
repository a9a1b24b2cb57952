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

static bool holds(const struct kms_picture *picture, const struct kms_buffer *buffer)
{
	for (size_t i = 0; i < picture->n; i++) {
		if (picture->shown[i].buffer == buffer)
			return true;
	}
	return false;
}

void kms_picture_clear(struct kms_picture *picture)
{
	for (size_t i = 0; i < picture->n; i++)
		kms_buffer_free(picture->shown[i].buffer);
	picture->n = 0;
}

/* What the next picture keeps stays the kernel's. */
static void leave(struct kms_picture *picture, const struct kms_picture *next)
{
	for (size_t i = 0; i < picture->n; i++) {
		struct kms_buffer *buffer = picture->shown[i].buffer;
		if (!holds(next, buffer))
			kms_buffer_free(buffer);
	}
	picture->n = 0;
}

void kms_flip_start(struct kms_flip *flip, uint64_t id, const struct kms_picture *next)
{
	assert(!flip->id);
	for (size_t i = 0; i < next->n; i++) {
		struct kms_buffer *buffer = next->shown[i].buffer;
		assert(buffer->state != BUFFER_FREE && buffer->state != BUFFER_QUEUED);
		if (buffer->state != BUFFER_ACQUIRED)
			continue;
		buffer->state = BUFFER_QUEUED;
		buffer->frame = ++buffer->pool->frame;
	}
	flip->id = id;
	flip->next = *next;
	flip->commit_ns = clock_now_ns();
	flip->due_ns = flip->commit_ns + kms_output_refresh_ns(flip->output) + NS_PER_S;
	list_push_back(&flip->output->device->flips, &flip->link);
}

static void end(struct kms_flip *flip)
{
	assert(flip->id);
	list_remove(&flip->link);
	flip->id = 0;
}

void kms_flip_end(struct kms_flip *flip)
{
	struct kms_picture *picture = &flip->output->picture;
	end(flip);
	leave(picture, &flip->next);
	*picture = flip->next;
	for (size_t i = 0; i < picture->n; i++)
		picture->shown[i].buffer->state = BUFFER_CURRENT;
}

void kms_flip_forget(struct kms_flip *flip)
{
	assert(!flip->output);
	end(flip);
	leave(&flip->before, &flip->next);
	kms_picture_clear(&flip->next);
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

/* Another output has the CRTC by now, and has shown nothing yet. */
static struct kms_output *find_heir(
	struct kms_device *device, const struct kms_flip *flip)
{
	list_for_each (output, &device->outputs, struct kms_output, link) {
		if (output->picture.n == 0 && !output->flip->id &&
			kms_picture_find(&flip->next, output->crtc->primary))
			return output;
	}
	return NULL;
}

/* What is shown is that one's until its first frame. */
static void inherit(struct kms_output *heir, struct kms_flip *flip)
{
	end(flip);
	leave(&flip->before, &flip->next);
	heir->picture = flip->next;
	for (size_t i = 0; i < heir->picture.n; i++)
		heir->picture.shown[i].buffer->state = BUFFER_CURRENT;
	free(flip);
}

/* Off before its framebuffers go: removing one that is shown blocks. */
static void forget_removed(struct kms_device *device, struct kms_flip *flip)
{
	struct kms_output *heir = find_heir(device, flip);
	if (heir) {
		inherit(heir, flip);
		return;
	}
	kms_sweep(device, DRM_MODE_ATOMIC_NONBLOCK);
	kms_flip_forget(flip);
}

static void handle_flip(struct kms_device *device, const struct drm_event_vblank *event)
{
	struct kms_flip *flip = find(device, event->user_data);
	if (!flip)
		return;
	struct kms_output *output = flip->output;
	if (!output) {
		forget_removed(device, flip);
		return;
	}
	uint64_t ns = present_ns(flip, event);
	kms_flip_end(flip);
	output->lost = false;
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
	uint64_t ns = UINT64_MAX;
	list_for_each (flip, &device->flips, struct kms_flip, link) {
		if (flip->due_ns < ns)
			ns = flip->due_ns;
	}
	list_for_each (output, &device->outputs, struct kms_output, link) {
		if (output->retry_ns && output->retry_ns < ns)
			ns = output->retry_ns;
	}
	return ns;
}

static void tell_lost(struct kms_output *output, uint64_t now_ns)
{
	const struct kms_device *device = output->device;
	if (device->listener->flip_lost)
		device->listener->flip_lost(device->data, output);
	else
		device->listener->flip_done(device->data, output, now_ns, 0);
}

static void give_up(struct kms_device *device, struct kms_flip *flip, uint64_t now_ns)
{
	struct kms_output *output = flip->output;
	if (!output) {
		forget_removed(device, flip);
		return;
	}
	log_debug("%s: a flip is taken for done: the card does not tell",
		kms_output_name(output));
	kms_flip_end(flip);
	output->lost = true;
	output->needs_modeset = true;
	tell_lost(output, now_ns);
}

static struct kms_flip *find_overdue(struct kms_device *device, uint64_t now_ns)
{
	list_for_each (flip, &device->flips, struct kms_flip, link) {
		if (flip->due_ns <= now_ns)
			return flip;
	}
	return NULL;
}

/* Who is told may commit: that flip is not overdue, and the list is read anew. */
void kms_device_turn(struct kms_device *device, uint64_t now_ns)
{
	struct kms_flip *flip;
	while ((flip = find_overdue(device, now_ns)))
		give_up(device, flip, now_ns);
	list_for_each (output, &device->outputs, struct kms_output, link) {
		if (!output->retry_ns || output->retry_ns > now_ns)
			continue;
		output->retry_ns = 0;
		tell_lost(output, now_ns);
	}
}
