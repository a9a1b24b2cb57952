/* Input of the KMS back end: devices by the seat, VT keys. */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "input/input.h"
#include "sched/sched.h"
#include "session/closer.h"
#include "session/devices.h"
#include "session/held.h"
#include "session/input_handlers.h"
#include "session/keys.h"
#include "session/kms_backend.h"
#include "session/loop.h"
#include "session/pointer.h"
#include "session/routing.h"
#include "session/seat.h"
#include "session/session.h"
#include "session/settings.h"
#include "util/log.h"

static struct kms_backend *backend_of(const struct session *session)
{
	return session->backend;
}

static int open_device(void *data, const char *path, int flags)
{
	const struct kms_backend *backend = backend_of(data);
	(void)flags;
	int fd = seat_open_device(backend->seat, path);
	if (fd >= 0 && preempt_watch(fd) < 0)
		log_debug("%s does not signal its events: the timer bounds them", path);
	return fd;
}

static void close_device(void *data, int fd)
{
	held_let_go(fd);
	seat_revoke_device(backend_of(data)->seat, fd);
	closer_close(fd);
	session_feed(data);
}

void kms_input_switch_vt(struct session *session, int vt)
{
	seat_switch(backend_of(session)->seat, vt);
}

/* Displays are not switched in the midst of events. */
static void handle_switched(void *data, enum input_switch which, bool on)
{
	struct session *session = data;
	if (which == INPUT_SWITCH_TABLET_MODE) {
		session->tablet_mode = on;
		log_info("tablet mode: %s", on ? "on" : "off");
	} else {
		session->lid_closed = on;
		backend_of(session)->lid_turned = true;
		log_info("the lid was %s", on ? "closed" : "opened");
	}
}

static const struct input_listener listener = {
	.open_device = open_device,
	.close_device = close_device,
	.shortcut = handle_input_shortcut,
	.key = handle_input_key,
	.pointer = handle_input_pointer,
	.motion = handle_input_motion,
	.touch = handle_input_touch,
	.pen = handle_input_pen,
	.gesture = handle_input_gesture,
	.switched = handle_switched,
	.compose = handle_input_compose,
	.activity = handle_input_activity,
};

/* Outputs that lie otherwise move it; a mouse that is plugged in shows it. */
static void put_pointer(struct kms_backend *backend)
{
	double x, y;
	if (input_where(backend->input, &x, &y))
		pointer_put(backend->session->pointer, x, y,
			input_has_pointer(backend->input));
}

static void handle_input(void *data, uint32_t events)
{
	struct kms_backend *backend = data;
	(void)events;
	input_dispatch(backend->input);
	put_pointer(backend);
}

void kms_input_turn(struct kms_backend *backend, uint64_t now_ns)
{
	if (!backend->input)
		return;
	if (input_pending(backend->input))
		handle_input(backend, 0);
	input_repeat(backend->input, now_ns);
	if (!backend->lid_turned)
		return;
	backend->lid_turned = false;
	kms_outputs_reconfigure(backend->session);
	session_layout(backend->session);
}

/* 0: never. */
uint64_t kms_input_next_ns(const struct kms_backend *backend)
{
	if (!backend->input)
		return 0;
	if (input_pending(backend->input) || backend->lid_turned)
		return 1;
	return input_next_repeat_ns(backend->input);
}

void kms_input_layout(struct kms_backend *backend)
{
	if (!backend->input)
		return;
	devices_apply(backend->session->devices);
	input_tell_screens(backend->input, backend->session);
	put_pointer(backend);
	session_pointer_settle(backend->session);
}

int kms_input_start(struct kms_backend *backend)
{
	int r = keys_open(backend->session, backend->udev, seat_name(backend->seat),
		&listener, &backend->input);
	if (r < 0)
		return r;
	backend->input_source = loop_add(backend->session->loop, input_fd(backend->input),
		EPOLLIN, handle_input, backend);
	if (!backend->input_source) {
		r = -errno;
		log_error("cannot watch the input devices: %s", strerror(-r));
	}
	devices_attach(backend->session->devices, backend->input);
	kms_input_layout(backend);
	return r;
}
