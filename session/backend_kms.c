/* The real thing: seat, VT, DRM device, libinput. */
#include <errno.h>
#include <libudev.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <xf86drm.h>

#include "input/input.h"
#include "kms/kms.h"
#include "session/card.h"
#include "session/devices.h"
#include "session/guardian.h"
#include "session/held.h"
#include "session/kms_backend.h"
#include "session/loop.h"
#include "session/mask.h"
#include "session/routing.h"
#include "session/screen.h"
#include "session/seat.h"
#include "session/seat_watch.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

/* The card. */

#define TRIES     5 /* to have a card that comes, or is ours again: some take a moment */
#define TRY_AFTER NS_PER_S
#define STALE     (NS_PER_S / 2) /* in which the end of what is over is heard of */

static void close_card(struct kms_backend *backend)
{
	loop_remove(backend->device_source);
	backend->device_source = NULL;
	/* EGL uses the GBM device, which goes with the KMS device, and so do the screens. */
	if (backend->session->gl && !backend->session->renderer.cpu)
		gl_set_native(backend->session->gl, NULL);
	kms_device_destroy(backend->device);
	backend->device = NULL;
	backend->warm = false;
	backend->retry_ns = 0;
	if (backend->card_fd >= 0)
		seat_close_device(backend->seat, backend->card_fd);
	backend->card_fd = -1;
}

static void seek_card(struct kms_backend *backend, bool any);

static void lose_card(struct kms_backend *backend)
{
	log_info("%s is gone: the plugins go on, and their windows are back with it or "
		 "another card",
		backend->card);
	close_card(backend);
	seek_card(backend, !backend->session->options->card);
}

static void handle_card(void *data, uint32_t events)
{
	struct kms_backend *backend = data;
	if (kms_device_dispatch(backend->device) < 0 || (events & EPOLLHUP))
		lose_card(backend);
}

static const char *way_out(const struct kms_backend *backend)
{
	return card_is_set_up(backend->udev, backend->card)
		       ? "is this user on the seat? See 'osaas doctor'"
		       : "udev has not set it up, so it is on no seat: see "
			 "'systemctl status systemd-udevd', 'udevadm trigger'";
}

/* text: of a card that was given to us; empty: it was not. */
static void log_refused_card(struct kms_backend *backend, int r, const char *text)
{
	char holder[128];
	const char *refusal = backend->card_fd < 0 ? seat_refusal() : NULL;
	bool held = refusal || r == -EACCES || r == -EPERM || r == -EBUSY;
	if (held && kms_card_holder(backend->card, holder, sizeof holder) == 0)
		log_error("%s is held by %s: %s", backend->card, holder,
			strstr(holder, "kmscon")
				? "start it from there with 'kmscon-launch-gui osaas "
				  "session', or from a console without kmscon"
				: "end it, or switch to its console and leave it there, "
				  "then start again");
	else if (text[0])
		log_error("%s", text);
	else
		log_error("cannot open %s: %s; %s", backend->card,
			refusal ? refusal : strerror(-r), way_out(backend));
}

/* By the first card: the renderer stays, since every card shows what the processor wrote. */
static unsigned memory_of(struct kms_backend *backend)
{
	struct session *session = backend->session;
	renderer_for_card(
		session->options->renderer, backend->card_fd, &session->renderer);
	return session->renderer.cpu ? KMS_OPEN_DUMB : 0;
}

static int open_device(struct kms_backend *backend)
{
	struct kms_error err = {0};
	int r = 0;
	backend->card_fd = seat_open_device(backend->seat, backend->card);
	if (backend->card_fd < 0)
		r = backend->card_fd;
	else
		r = kms_device_open_with(backend->card_fd, backend->card,
			memory_of(backend), &kms_screen_listener, backend,
			&backend->device, &err);
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

/*
 * The renderer of the last card knows all windows: it goes on with this one, a driver by its
 * software if need be; the processor alone needs nothing of it.
 */
static int open_gl(struct kms_backend *backend)
{
	struct session *session = backend->session;
	struct gbm_device *gbm = kms_device_gbm(backend->device);
	struct gl_error err = {0};
	sigset_t old;
	int r = 0;
	mask_signals(&old);
	if (!session->gl) {
		r = renderer_open(session, GL_PLATFORM_GBM, gbm, &err);
	} else if (!session->renderer.cpu) {
		gl_set_native(session->gl, gbm);
		r = gl_recover(session->gl, &err);
	}
	unmask_signals(&old);
	if (r < 0)
		log_error("%s: %s", backend->card, err.text);
	return r;
}

static int open_drawing(struct kms_backend *backend)
{
	int r = open_device(backend);
	return r < 0 ? r : open_gl(backend);
}

/* -ENODEV: there is no driver, of GBM's or of EGL's. */
static bool fall_back(struct kms_backend *backend, int error)
{
	bool driver = backend->device || (backend->card_fd >= 0 && error == -ENODEV);
	if (!driver || !renderer_fall_back(backend->session, strerror(-error)))
		return false;
	close_card(backend);
	return true;
}

/* On an error there is none, as before. */
static int open_card(struct kms_backend *backend)
{
	int r = open_drawing(backend);
	if (r < 0 && fall_back(backend, r))
		r = open_drawing(backend);
	if (r == 0)
		r = kms_outputs_scan(backend);
	if (r < 0) {
		close_card(backend);
		return r;
	}
	if (list_empty(&backend->session->screens))
		log_info("no display is connected to %s: waiting for one", backend->card);
	return 0;
}

static void try_card(struct kms_backend *backend)
{
	backend->retry_ns = 0;
	if (open_card(backend) == 0) {
		log_info("%s is used from now on", backend->card);
		return;
	}
	if (++backend->tries < TRIES)
		backend->retry_ns = clock_now_ns() + TRY_AFTER;
}

/* any: where the one that the user named is not there. */
static void seek_card(struct kms_backend *backend, bool any)
{
	const char *wanted = backend->session->options->card;
	char path[sizeof backend->card];
	if (backend->device || !backend->running || !seat_active(backend->seat) ||
		!card_seek(backend->udev, "seat0", wanted, path, sizeof path))
		return;
	if (!any && strcmp(path, wanted ? wanted : path) != 0)
		return;
	memcpy(backend->card, path, sizeof path);
	backend->tries = 0;
	try_card(backend);
}

/* A changed connector may or may not say HOTPLUG=1: look at them all. True: do that. */
static bool handle_event(
	struct kms_backend *backend, const char *action, const char *node)
{
	bool ours = strcmp(node, backend->card) == 0;
	if (strcmp(action, "add") == 0)
		seek_card(backend, true);
	else if (ours && backend->device && strcmp(action, "remove") == 0)
		lose_card(backend);
	else
		return ours;
	return false;
}

/* A dock that comes tells a dozen times; asking displays takes long: once for all. */
static void handle_udev(void *data, uint32_t events)
{
	struct kms_backend *backend = data;
	struct udev_device *dev;
	bool changed = false;
	(void)events;
	while ((dev = udev_monitor_receive_device(backend->monitor))) {
		const char *node = udev_device_get_devnode(dev),
			   *action = udev_device_get_action(dev);
		if (node && action)
			changed |= handle_event(backend, action, node);
		udev_device_unref(dev);
	}
	if (changed && backend->device && seat_active(backend->seat))
		kms_outputs_scan(backend);
}

/* Seat. */

/* Who was there before may need a moment to leave. */
static void resume_card(struct kms_backend *backend)
{
	int r = kms_outputs_resume(backend);
	backend->retry_ns = 0;
	if (r == 0)
		list_for_each (screen, &backend->session->screens, struct screen, link)
			screen_resume(screen);
	else if (++backend->tries < TRIES)
		backend->retry_ns = clock_now_ns() + TRY_AFTER;
}

/* Devices and displays hold up whoever makes sound: it goes on when they are open. */
static void return_to(struct kms_backend *backend)
{
	backend->return_ns = 0;
	/* Keys in any case: without a picture they still lead to another console. */
	if (backend->input && input_resume(backend->input) < 0)
		log_error("no input device can be opened: switch to another console and "
			  "back, or end the session from outside");
	/* Opening them, libseat may have told that it is over. */
	if (backend->running && !seat_active(backend->seat))
		return;
	backend->tries = 0;
	if (!backend->device)
		seek_card(backend, true);
	else
		resume_card(backend);
	kms_outputs_returned(backend);
	if (!backend->running || seat_active(backend->seat))
		session_hold(backend->session, false);
}

/* A card that is not ours: most likely this is over, and nothing else would open either. */
static void handle_enabled(void *data)
{
	struct kms_backend *backend = data;
	seat_watch_seat(backend->seat_watch, true);
	if (backend->device && !drmIsMaster(backend->card_fd))
		backend->return_ns = clock_now_ns() + STALE;
	else
		return_to(backend);
}

static void handle_disabled(void *data)
{
	struct kms_backend *backend = data;
	seat_watch_seat(backend->seat_watch, false);
	session_hold(backend->session, true);
	if (backend->input)
		input_suspend(backend->input);
	held_let_go_all(); /* our own devices were revoked before we were told */
	session_input_cancel(backend->session);
	backend->return_ns = 0;
	backend->retry_ns = 0; /* when the seat is ours again it is tried anyway */
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
	int found = -1;
	card_wait(backend->udev, session->options->card);
	r = card_find(backend->udev, "seat0", session->options->card, backend->card,
		sizeof backend->card, &found);
	if (r == 0)
		r = seat_open(session->loop, &seat_listener, backend, &backend->seat);
	if (r == 0)
		r = open_card(backend);
	if (found >= 0)
		close(found);
	if (r == 0)
		backend->seat_watch = seat_watch_create(session->loop, guardian_vt());
	backend->running = r == 0;
	return r;
}

/*
 * Input devices are opened while the first frame is on its way to the screen, since that
 * takes longer than the frame. The console has been without keys since the seat was opened.
 */
static void start_input(struct kms_backend *backend)
{
	struct session *session = backend->session;
	if (kms_input_start(backend) == 0) {
		/* Opening them, libseat may have told that it is over. */
		if (!seat_active(backend->seat))
			input_suspend(backend->input);
		return;
	}
	session->failures++;
	session->lost = session->options->resume != NULL;
	session->quit = true;
}

/* The driver's compiler takes longer than the first frame, too. */
static void warm(struct kms_backend *backend)
{
	list_for_each (screen, &backend->session->screens, struct screen, link) {
		if (screen->state == SCREEN_FLIGHT && !backend->warm)
			kms_screen_warm(backend, screen);
	}
}

static void backend_painted(struct session *session)
{
	struct kms_backend *backend = session->backend;
	if (!backend->input && seat_active(backend->seat))
		start_input(backend);
	if (!backend->warm && !session->renderer.cpu)
		warm(backend);
}

static void backend_turn(struct session *session)
{
	struct kms_backend *backend = session->backend;
	uint64_t now = clock_now_ns();
	seat_turn(backend->seat);
	kms_input_turn(backend, now);
	if (backend->device)
		kms_device_turn(backend->device, now);
	seat_watch_turn(backend->seat_watch, now);
	if (backend->return_ns && now >= backend->return_ns)
		return_to(backend);
	if (backend->retry_ns && now >= backend->retry_ns)
		(backend->device ? resume_card : try_card)(backend);
}

/* b 0: no matter. */
static uint64_t earlier(uint64_t a, uint64_t b)
{
	return b && b < a ? b : a;
}

static uint64_t backend_next_ns(struct session *session)
{
	struct kms_backend *backend = session->backend;
	uint64_t ns = seat_watch_next_ns(backend->seat_watch);
	ns = earlier(ns, kms_input_next_ns(backend));
	ns = earlier(ns, backend->retry_ns);
	ns = earlier(ns, backend->return_ns);
	return backend->device ? earlier(ns, kms_device_next_ns(backend->device)) : ns;
}

static void backend_stop(struct session *session)
{
	struct kms_backend *backend = session->backend;
	if (!backend)
		return;
	loop_remove(backend->input_source);
	input_destroy(backend->input);
	devices_attach(session->devices, NULL);
	backend->input = NULL; /* screens still go, and are told to it */
	close_card(backend);
	gl_destroy(session->gl);
	session->gl = NULL;
	seat_watch_destroy(backend->seat_watch);
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
	.painted = backend_painted,
	.next_ns = backend_next_ns,
	.laid_out = kms_outputs_laid_out,
	.reconfigure = kms_outputs_reconfigure,
	.connectors = kms_outputs_connectors,
	.refusal = kms_outputs_refusal,
	.switch_vt = kms_input_switch_vt,
	.stop = backend_stop,
};
