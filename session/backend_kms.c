/* The real thing: seat, VT, DRM device, libinput. */
#include <errno.h>
#include <libudev.h>
#include <linux/input-event-codes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "input/input.h"
#include "kms/kms.h"
#include "sched/sched.h"
#include "session/card.h"
#include "session/loop.h"
#include "session/mask.h"
#include "session/screen.h"
#include "session/seat.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

struct kms_backend {
	struct session *session;
	struct udev *udev;
	struct udev_monitor *monitor;
	struct loop_source *monitor_source;
	struct seat *seat;
	int card_fd;
	char card[64];
	struct kms_device *device;
	struct loop_source *device_source;
	bool warm; /* the renderer has drawn everything once */
	struct input *input;
	struct loop_source *input_source;
};

struct kms_screen {
	struct screen screen;
	struct kms_output *output;
	struct kms_buffer *acquired;
	bool refused; /* its memory cannot be drawn into, and that was said */
};

/* Screens. */

static struct kms_screen *of(struct screen *screen)
{
	return container_of(screen, struct kms_screen, screen);
}

/* Once, before the first frame. */
static void warm(struct session *session, struct gl_target *target)
{
	struct kms_backend *backend = session->backend;
	int r = backend->warm ? 0 : gl_warm(target);
	backend->warm = true;
	if (r < 0)
		log_error("%s: drawing a first time failed: %s", backend->card,
			strerror(-r));
}

static struct gl_target *target_of(struct session *session, struct kms_screen *ks)
{
	struct gl_target *target = kms_buffer_user(ks->acquired);
	struct gl_error err = {0};
	if (target)
		return target;
	if (gl_target_import(session->gl, kms_buffer_bo(ks->acquired), ks->screen.width,
		    ks->screen.height, &target, &err) < 0) {
		if (!ks->refused)
			log_error("%s: %s", ks->screen.name, err.text);
		ks->refused = true;
		return NULL;
	}
	kms_buffer_set_user(ks->acquired, target);
	warm(ks->screen.session, target);
	return target;
}

static struct gl_target *acquire(struct screen *screen, uint32_t *age)
{
	struct kms_screen *ks = of(screen);
	ks->acquired = kms_output_acquire(ks->output);
	if (!ks->acquired)
		return NULL;
	*age = kms_buffer_age(ks->acquired);
	struct gl_target *target = target_of(screen->session, ks);
	if (!target)
		kms_output_release(ks->output, ks->acquired);
	return target;
}

static int commit(struct screen *screen)
{
	struct kms_screen *ks = of(screen);
	return kms_output_show(ks->output, ks->acquired);
}

static void release(struct screen *screen)
{
	struct kms_screen *ks = of(screen);
	kms_output_release(ks->output, ks->acquired);
}

static const struct screen_ops screen_ops = {
	.acquire = acquire,
	.commit = commit,
	.release = release,
};

static void set_bounds(struct kms_backend *backend)
{
	struct list *screens = &backend->session->screens;
	if (!backend->input || list_empty(screens))
		return;
	struct screen *screen = container_of(screens->next, struct screen, link);
	input_set_bounds(backend->input, screen->width, screen->height);
}

static void output_added(void *data, struct kms_output *output)
{
	struct kms_backend *backend = data;
	struct kms_screen *ks = xcalloc(1, sizeof *ks);
	ks->output = output;
	screen_init(&ks->screen, backend->session, &screen_ops, kms_output_name(output),
		kms_output_width(output), kms_output_height(output),
		kms_output_refresh_ns(output));
	kms_output_set_user(output, ks);
	session_add_screen(backend->session, &ks->screen);
	set_bounds(backend);
}

static void drop_targets(struct kms_output *output)
{
	for (unsigned i = 0; i < KMS_BUFFERS; i++) {
		struct kms_buffer *buffer = kms_output_buffer(output, i);
		if (!buffer)
			continue;
		gl_target_destroy(kms_buffer_user(buffer));
		kms_buffer_set_user(buffer, NULL);
	}
}

/* Another mode: the size may be new. */
static void buffers_dropped(void *data, struct kms_output *output)
{
	struct kms_backend *backend = data;
	struct kms_screen *ks = kms_output_user(output);
	drop_targets(output);
	if (!ks)
		return;
	screen_resize(&ks->screen, kms_output_width(output), kms_output_height(output),
		kms_output_refresh_ns(output));
	set_bounds(backend);
}

static void output_removed(void *data, struct kms_output *output)
{
	struct kms_backend *backend = data;
	struct kms_screen *ks = kms_output_user(output);
	drop_targets(output);
	session_remove_screen(backend->session, &ks->screen);
	free(ks);
	set_bounds(backend);
}

static void flip_done(
	void *data, struct kms_output *output, uint64_t present_ns, uint32_t seq)
{
	struct kms_screen *ks = kms_output_user(output);
	(void)data, (void)seq;
	screen_shown(&ks->screen, present_ns);
}

static const struct kms_listener kms_listener = {
	.output_added = output_added,
	.output_removed = output_removed,
	.flip_done = flip_done,
	.buffers_dropped = buffers_dropped,
};

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

static const struct seat_listener seat_listener = {
	.enabled = handle_enabled,
	.disabled = handle_disabled,
};

/* Input. */

static int open_device(void *data, const char *path, int flags)
{
	struct kms_backend *backend = data;
	(void)flags;
	int fd = seat_open_device(backend->seat, path);
	if (fd >= 0 && preempt_watch(fd) < 0)
		log_debug("%s does not signal its events: the timer bounds them", path);
	return fd;
}

static void close_device(void *data, int fd)
{
	struct kms_backend *backend = data;
	seat_close_device(backend->seat, fd);
}

/* Ctrl+Alt+Fn by its place on the keyboard, whatever the layout makes of it. */
static int vt_of_key(uint32_t code)
{
	if (code >= KEY_F1 && code <= KEY_F10)
		return (int)(code - KEY_F1) + 1;
	if (code == KEY_F11 || code == KEY_F12)
		return (int)(code - KEY_F11) + 11;
	return 0;
}

static bool handle_shortcut(void *data, const struct input_key *key)
{
	struct kms_backend *backend = data;
	const uint32_t both = INPUT_MOD_CTRL | INPUT_MOD_ALT;
	if (!key->pressed || (key->mods & both) != both)
		return false;
	if (key->code == KEY_BACKSPACE) {
		log_info("Ctrl+Alt+Backspace: the session ends");
		backend->session->quit = true;
		return true;
	}
	int vt = vt_of_key(key->code);
	if (!vt)
		return false;
	seat_switch(backend->seat, vt);
	return true;
}

static void handle_key(void *data, const struct input_key *key)
{
	struct kms_backend *backend = data;
	session_key(backend->session, key);
}

static void handle_pointer(void *data, const struct input_pointer *pointer)
{
	struct kms_backend *backend = data;
	session_pointer(backend->session, pointer);
}

static const struct input_listener input_listener = {
	.open_device = open_device,
	.close_device = close_device,
	.shortcut = handle_shortcut,
	.key = handle_key,
	.pointer = handle_pointer,
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

static void handle_input(void *data, uint32_t events)
{
	struct kms_backend *backend = data;
	(void)events;
	input_dispatch(backend->input);
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
		r = kms_device_open(backend->card_fd, backend->card, &kms_listener,
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

static int start_input(struct kms_backend *backend)
{
	struct input_error err = {0};
	int r = input_create(backend->udev, seat_name(backend->seat),
		backend->session->options->layout, &input_listener, backend,
		&backend->input, &err);
	if (r < 0) {
		log_error("%s", err.text);
		return r;
	}
	backend->input_source = loop_add(backend->session->loop, input_fd(backend->input),
		EPOLLIN, handle_input, backend);
	if (!backend->input_source) {
		r = -errno;
		log_error("cannot watch the input devices: %s", strerror(-r));
	}
	set_bounds(backend);
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
		r = start_input(backend);
	if (r == 0 && list_empty(&session->screens))
		log_info("no display is connected to %s: waiting for one", backend->card);
	return r;
}

static void backend_turn(struct session *session)
{
	struct kms_backend *backend = session->backend;
	seat_turn(backend->seat);
	input_repeat(backend->input, clock_now_ns());
}

static uint64_t backend_next_ns(struct session *session)
{
	struct kms_backend *backend = session->backend;
	uint64_t ns = input_next_repeat_ns(backend->input);
	return ns ? ns : UINT64_MAX;
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
		drop_targets(of(screen)->output);
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
