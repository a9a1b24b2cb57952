/* The real thing: seat, VT, DRM device, libinput. */
#include <errno.h>
#include <libudev.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "input/input.h"
#include "kms/kms.h"
#include "session/card.h"
#include "session/kms_backend.h"
#include "session/loop.h"
#include "session/mask.h"
#include "session/screen.h"
#include "session/seat.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

/* Seat. */

static void handle_enabled(void *data)
{
	struct kms_backend *backend = data;
	if (!backend->device)
		return;
	/* Keys in any case: without a picture they still lead to another console. */
	if (backend->input && input_resume(backend->input) < 0)
		log_error("no input device can be opened: switch to another console and "
			  "back, or end the session from outside");
	if (kms_device_resume(backend->device) < 0)
		return;
	list_for_each (screen, &backend->session->screens, struct screen, link)
		screen_resume(screen);
}

static void handle_disabled(void *data)
{
	struct kms_backend *backend = data;
	if (backend->input)
		input_suspend(backend->input);
	session_input_cancel(backend->session);
	if (!backend->device)
		return;
	kms_device_pause(backend->device);
	list_for_each (screen, &backend->session->screens, struct screen, link)
		screen_pause(screen);
}

static void handle_lost(void *data)
{
	struct kms_backend *backend = data;
	backend->session->lost = true;
	backend->session->quit = true;
}

static const struct seat_listener seat_listener = {
	.enabled = handle_enabled,
	.disabled = handle_disabled,
	.lost = handle_lost,
};

/* Descriptors. */

static void handle_card(void *data, uint32_t events)
{
	struct kms_backend *backend = data;
	if (kms_device_dispatch(backend->device) < 0 || (events & EPOLLHUP)) {
		log_error("%s is gone; the session ends", backend->card);
		loop_remove(backend->device_source);
		backend->device_source = NULL;
		backend->session->failures++;
		backend->session->quit = true;
	}
}

/* A changed connector may or may not say HOTPLUG=1: look at them all. */
static void handle_udev(void *data, uint32_t events)
{
	struct kms_backend *backend = data;
	struct udev_device *dev;
	(void)events;
	while ((dev = udev_monitor_receive_device(backend->monitor))) {
		const char *node = udev_device_get_devnode(dev);
		bool ours = node && strcmp(node, backend->card) == 0;
		udev_device_unref(dev);
		if (ours && seat_active(backend->seat))
			kms_device_scan(backend->device);
	}
}

/* Start. */

static int start_udev(struct kms_backend *backend)
{
	backend->udev = udev_new();
	if (!backend->udev)
		return -ENOMEM;
	backend->monitor = udev_monitor_new_from_netlink(backend->udev, "udev");
	if (!backend->monitor)
		return -ENOMEM;
	udev_monitor_filter_add_match_subsystem_devtype(backend->monitor, "drm", NULL);
	if (udev_monitor_enable_receiving(backend->monitor) < 0)
		return -EIO;
	backend->monitor_source = loop_add(backend->session->loop,
		udev_monitor_get_fd(backend->monitor), EPOLLIN, handle_udev, backend);
	return backend->monitor_source ? 0 : -errno;
}

static void log_refused_card(struct kms_backend *backend, int r, const char *text)
{
	char holder[128];
	bool held = r == -EACCES || r == -EPERM || r == -EBUSY;
	if (held && kms_card_holder(backend->card, holder, sizeof holder) == 0)
		log_error("%s is held by %s: end it, or switch to its console and leave "
			  "it there, "
			  "then start again",
			backend->card, holder);
	else if (text[0])
		log_error("%s", text);
	else
		log_error("cannot open %s: %s; is this user on the seat? See 'osaas "
			  "doctor'",
			backend->card, strerror(-r));
}

static int start_card(struct kms_backend *backend)
{
	struct kms_error err = {0};
	int r = 0;
	backend->card_fd = seat_open_device(backend->seat, backend->card);
	if (backend->card_fd < 0)
		r = backend->card_fd;
	else
		r = kms_device_open(backend->card_fd, backend->card, &kms_screen_listener,
			backend, &backend->device, &err);
	if (r < 0) {
		log_refused_card(backend, r, err.text);
		return r;
	}
	backend->device_source = loop_add(
		backend->session->loop, backend->card_fd, EPOLLIN, handle_card, backend);
	if (backend->device_source)
		return 0;
	r = -errno;
	log_error("cannot watch %s: %s", backend->card, strerror(-r));
	return r;
}

static int start_gl(struct kms_backend *backend)
{
	struct gl_error err = {0};
	sigset_t old;
	mask_signals(&old);
	int r = gl_create(&backend->session->gl, GL_PLATFORM_GBM,
		kms_device_gbm(backend->device), &err);
	unmask_signals(&old);
	if (r < 0)
		log_error("%s: %s", backend->card, err.text);
	else
		log_debug("%s", gl_describe(backend->session->gl));
	return r;
}

static int backend_start(struct session *session)
{
	struct kms_backend *backend = xcalloc(1, sizeof *backend);
	session->backend = backend;
	backend->session = session;
	backend->card_fd = -1;
	int r = start_udev(backend);
	if (r < 0) {
		log_error("udev does not answer: %s; start it (systemd-udevd)",
			strerror(-r));
		return r;
	}
	/* The card first: without one there is no reason to take the VT. */
	r = card_find(backend->udev, "seat0", session->options->card, backend->card,
		sizeof backend->card);
	if (r == 0)
		r = seat_open(session->loop, &seat_listener, backend, &backend->seat);
	if (r == 0)
		r = start_card(backend);
	if (r == 0)
		r = start_gl(backend);
	if (r == 0)
		r = kms_device_scan(backend->device);
	if (r == 0)
		r = kms_input_start(backend);
	if (r == 0 && list_empty(&session->screens))
		log_info("no display is connected to %s: waiting for one", backend->card);
	return r;
}

static void backend_turn(struct session *session)
{
	struct kms_backend *backend = session->backend;
	seat_turn(backend->seat);
	input_repeat(backend->input, clock_now_ns());
	kms_device_turn(backend->device, clock_now_ns());
}

static uint64_t backend_next_ns(struct session *session)
{
	struct kms_backend *backend = session->backend;
	uint64_t ns = input_next_repeat_ns(backend->input);
	uint64_t flip_ns = kms_device_next_ns(backend->device);
	return ns && ns < flip_ns ? ns : flip_ns;
}

static void backend_stop(struct session *session)
{
	struct kms_backend *backend = session->backend;
	if (!backend)
		return;
	loop_remove(backend->input_source);
	input_destroy(backend->input);
	loop_remove(backend->device_source);
	/* EGL uses the GBM device, which goes with the KMS device. */
	list_for_each (screen, &session->screens, struct screen, link)
		kms_screen_drop_targets(
			container_of(screen, struct kms_screen, screen)->output);
	gl_destroy(session->gl);
	session->gl = NULL;
	kms_device_destroy(backend->device);
	if (backend->card_fd >= 0)
		seat_close_device(backend->seat, backend->card_fd);
	seat_close(backend->seat);
	loop_remove(backend->monitor_source);
	udev_monitor_unref(backend->monitor);
	udev_unref(backend->udev);
	free(backend);
}

const struct backend_ops backend_kms = {
	.interactive = true,
	.start = backend_start,
	.turn = backend_turn,
	.next_ns = backend_next_ns,
	.stop = backend_stop,
};
