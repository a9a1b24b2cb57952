#include "session/window.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/region.h"
#include "sched/chan.h"
#include "sched/sched.h"
#include "session/capture.h"
#include "session/dragging.h"
#include "session/focusing.h"
#include "session/routing.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/texting.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/opwire.h"
#include "util/xalloc.h"

#define DEPTH 64  /* messages that wait in each direction */
#define CROWD 256 /* ... behind those: only the user adds to them */

static void note_dirty(void *data)
{
	struct window *window = data;
	if (list_empty(&window->dirty))
		list_push_back(&window->session->dirty_windows, &window->dirty);
}

/* What a person does that may change a text, or what is selected. */
static bool touches_text(const struct message *msg)
{
	struct osaas_window_pointer p;
	struct osaas_window_key key;
	switch (msg->type) {
	case OSAAS_WINDOW_EDIT:
	case OSAAS_WINDOW_SELECT:
	case OSAAS_WINDOW_ACT:
		return true;
	case OSAAS_WINDOW_KEY:
		memcpy(&key, msg->bytes, sizeof key);
		return key.pressed;
	case OSAAS_WINDOW_POINTER:
		memcpy(&p, msg->bytes, sizeof p);
		return p.kind &
		       (OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE | OSAAS_POINTER_DRAG);
	default:
		return false;
	}
}

/* Into the channel: -EAGAIN, when it is full; what is closed takes all. */
static int put(struct window *window, const struct message *msg)
{
	struct window_heard *heard = &window->heard;
	struct message copy = *msg;
	int r = endpoint_try_send(window->end, msg);
	if (r == 0 && touches_text(msg))
		heard->last = heard->sent + 1;
	heard->sent += r == 0;
	if (r != 0 && r != -EAGAIN)
		message_drop(&copy);
	return r == -EAGAIN ? r : 0;
}

/* The plugin sends something: the last of what waits. */
static void note_sent(void *data)
{
	struct window *window = data;
	struct window_heard *heard = &window->heard;
	size_t n = chan_pending(endpoint_rx(window->end));
	uint64_t received = heard->sent - chan_pending(endpoint_tx(window->end));
	note_dirty(window);
	if (n == 0 || n > WINDOW_HEARD)
		return;
	heard->at[(heard->taken + n - 1) % WINDOW_HEARD] =
		heard->waiting == 0 && received >= heard->last ? heard->told : 0;
}

int window_create(struct session *session, const char *name, struct window **out,
	struct endpoint **plugin_end)
{
	struct endpoint *ends[2];
	if (endpoint_pair(ends, DEPTH) < 0) {
		log_error("%s: no memory for its window; close something", name);
		return -ENOMEM;
	}
	struct window *window = xcalloc(1, sizeof *window);
	window->session = session;
	window->made = ++session->windows_made;
	window->name = name;
	window->end = ends[0];
	window->scale = 1;
	list_init(&window->link);
	list_init(&window->dirty);
	window->heard.told = 1;
	endpoint_set_hook(window->end, note_sent, window);
	chan_set_wake_class(endpoint_tx(window->end), TASK_LATENCY);
	*out = window;
	*plugin_end = ends[1];
	return 0;
}

static void drop_behind(struct window *window)
{
	if (window->owns_behind)
		gl_layer_destroy(window->behind);
	window->behind = NULL;
	window->owns_behind = false;
}

void window_destroy(struct window *window)
{
	if (!window)
		return;
	drop_behind(window);
	list_remove(&window->link);
	list_remove(&window->dirty);
	endpoint_close(window->end);
	gl_layer_destroy(window->layer);
	backlog_finish(&window->backlog);
	free(window);
}

struct gl_layer *window_base(const struct window *window)
{
	return window->mapped ? window->layer : window->behind;
}

void window_stand_in(struct window *window, struct window *other)
{
	drop_behind(window);
	window->behind = window_base(other);
}

void window_inherit(struct window *window, struct window *other)
{
	if (!window->behind)
		return;
	if (window->behind == other->layer)
		other->layer = NULL;
	else
		other->behind = NULL;
	other->mapped = other->owns_behind = false;
	window->owns_behind = true;
}

static struct message make(uint32_t type, const void *payload, size_t size)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, payload, size);
	return msg;
}

/* Which state a message tells; -1: it is an event of its own. */
static int kept_index(const struct message *msg)
{
	return msg->type == OSAAS_WINDOW_CONFIG  ? WINDOW_KEPT_CONFIG
	       : msg->type == OSAAS_WINDOW_SHOWN ? WINDOW_KEPT_SHOWN
						 : -1;
}

/* Returns whether something still waits. */
static bool flush(struct window *window)
{
	static const struct message lost = {.type = OSAAS_WINDOW_LOST};
	const struct message *msg;
	if (window->lost && put(window, &lost) == -EAGAIN)
		return true;
	window->lost = false;
	while ((msg = backlog_first(&window->backlog))) {
		bool text = touches_text(msg);
		if (put(window, msg) == -EAGAIN)
			return true;
		window->heard.waiting -= text;
		backlog_pop(&window->backlog);
	}
	for (int i = 0; i < WINDOW_KEPT; i++) {
		if (!window->has_kept[i])
			continue;
		if (put(window, &window->kept[i]) == -EAGAIN)
			return true;
		window->has_kept[i] = false;
	}
	return false;
}

static void note_busy(void *data, const struct task_info *info)
{
	bool *busy = data;
	*busy |= info->state == TASK_READY || info->state == TASK_RUNNING;
}

bool window_crowded(const struct window *window)
{
	return window->backlog.n >= CROWD;
}

bool window_idle(const struct window *window)
{
	bool busy = false;
	if (!window->group || window->owes_shown ||
		chan_pending(endpoint_tx(window->end)) > 0 ||
		chan_pending(endpoint_rx(window->end)) > 0)
		return false;
	group_each_task(window->group, note_busy, &busy);
	return !busy;
}

void window_flush(struct window *window)
{
	bool waits = flush(window);
	if (window->ledger.routed_ns && !window->ledger.idle_ns && !waits &&
		window_idle(window))
		ledger_idle(&window->ledger, clock_now_ns());
}

/* A drag that is merged counts once more than it comes; then a frame counts as one of before. */
static void keep(struct window *window, const struct message *msg, bool merge)
{
	struct window_heard *heard = &window->heard;
	size_t n = window->backlog.n;
	bool kept = backlog_add(&window->backlog, msg, merge);
	if (!kept)
		heard->waiting = touches_text(msg);
	else if (window->backlog.n > n)
		heard->waiting += touches_text(msg);
	if (kept)
		return;
	if (!window->lost)
		log_info("%s does not take its input: events are dropped", window->name);
	window->lost = true;
}

/* merge: if it is a move it may take the place of one that still waits. */
static void post_input(struct window *window, const struct message *msg, bool merge)
{
	window->heard.told += touches_text(msg);
	if (flush(window) || put(window, msg) == -EAGAIN)
		keep(window, msg, merge);
}

static void post(struct window *window, const struct message *msg)
{
	int i = kept_index(msg);
	if (i < 0) {
		post_input(window, msg, false);
		return;
	}
	if (!flush(window) && put(window, msg) != -EAGAIN)
		return;
	window->kept[i] = *msg;
	window->has_kept[i] = true;
}

static void send_config(struct window *window)
{
	struct osaas_window_config config = {.width = window->width,
		.height = window->height,
		.scale = window->scale,
		.most = window->panel.most};
	struct message msg = make(OSAAS_WINDOW_CONFIG, &config, sizeof config);
	post(window, &msg);
}

/* What it showed is not to come back with its next place. */
static void hide(struct window *window)
{
	window->mapped = window->owes_shown = window->committed = false;
	window->relaid = window->session->relaid = true;
	drop_behind(window);
}

int window_configure(struct window *window, int32_t width, int32_t height, float scale)
{
	int r = 0;
	if (height == 0)
		hide(window);
	else if (!window->layer)
		r = gl_layer_create(window->session->gl, width, height, &window->layer);
	else if (width != window->width || height != window->height)
		r = gl_layer_resize(window->layer, width, height);
	if (r < 0) {
		log_error("%s: a window of %dx%d cannot be made: %s", window->name, width,
			height, strerror(-r));
		return r;
	}
	if (window->layer)
		gl_layer_set_owner(window->layer, window->owner);
	window->width = width;
	window->height = height;
	window->scale = scale;
	send_config(window);
	return 0;
}

static void refuse(struct window *window, const char *what, uint64_t serial,
	const struct gl_op_error *err)
{
	struct osaas_window_refused refused = {.serial = serial, .offset = err->offset};
	struct message msg = make(OSAAS_WINDOW_REFUSED, &refused, sizeof refused);
	if (log_worth(++window->refused))
		log_error("%s: %s %" PRIu64
			  " refused at byte %zu: %s; the last good one stays "
			  "(%" PRIu64 " so far)",
			window->name, what, serial, err->offset, err->reason,
			window->refused);
	post(window, &msg);
}

static void take_frame(struct window *window, const struct message *msg)
{
	struct gl_op_error err = {0};
	struct gl_region damage = {0};
	uint64_t serial;
	memcpy(&serial, msg->bytes, sizeof serial);
	if (!window->layer || window->height == 0)
		return;
	const void *data = msg->buffer ? buffer_data(msg->buffer) : "";
	size_t size = msg->buffer ? (size_t)msg->len : 0;
	if (gl_layer_submit(window->layer, data, size, &damage, &err) < 0) {
		refuse(window, "frame", serial, &err);
		return;
	}
	ledger_received(&window->ledger, window->group ? window->group->began_ns : 0,
		clock_now_ns());
	window->serial = serial;
	window->frames++;
	window->owes_shown = true;
	window->committed = false;
	if (!window->mapped)
		damage = region_of((struct gl_rect){0, 0, window->width, window->height});
	window->mapped = true;
	window->keyboard_kept = false;
	uint64_t told = window->heard.at[window->heard.taken % WINDOW_HEARD];
	window->shown_told = told == window->heard.told ? told : 0;
	texting_frame(window);
	window->relaid = window->session->relaid = true;
	drop_behind(window);
	session_damage(window->session, window, &damage);
}

static void give_back(void *owner, void *pixels)
{
	buffer_destroy(owner);
}

static int adopt(struct window *window, const struct osaas_window_image *image,
	struct message *msg)
{
	uint64_t size = (uint64_t)image->width * image->height * 4;
	if (image->width > OPWIRE_MAX_IMAGE_SIDE || image->height > OPWIRE_MAX_IMAGE_SIDE)
		return -EINVAL;
	if (!msg->buffer || msg->len != size)
		return -EBADMSG;
	if (size > OPWIRE_MAX_IMAGE_BYTES)
		return -E2BIG;
	/* What is kept is counted by its pixels: it must not be much larger. */
	if (!buffer_fit(msg->buffer, (size_t)size))
		return -ENOMEM;
	int r = gl_layer_image(window->layer, image->id, (int32_t)image->width,
		(int32_t)image->height, buffer_data(msg->buffer), give_back, msg->buffer);
	if (r == 0)
		msg->buffer = NULL; /* the layer's now */
	return r;
}

static void take_image(struct window *window, struct message *msg)
{
	struct osaas_window_image image;
	struct gl_op_error err = {0};
	memcpy(&image, msg->bytes, sizeof image);
	if (!window->layer)
		return;
	int r = adopt(window, &image, msg);
	if (r == 0)
		return;
	if (r == -EBADMSG)
		snprintf(err.reason, sizeof err.reason,
			"%u x %u pixels are not the %" PRIu64 " bytes that came",
			image.width, image.height, msg->buffer ? msg->len : 0);
	else
		snprintf(err.reason, sizeof err.reason, "%u x %u pixels: %s", image.width,
			image.height,
			r == -E2BIG || r == -EMFILE || r == -EFBIG
				? "beyond what a window may keep"
			: r == -EINVAL ? "a side is 0 or too long"
				       : strerror(-r));
	refuse(window, "image", image.serial, &err);
}

static bool take_focus_area(struct window *window, const struct message *msg)
{
	uint64_t tag;
	memcpy(&tag, msg->bytes, sizeof tag);
	return focusing_set(window, tag);
}

static bool take_dock(struct window *window, const struct message *msg)
{
	uint32_t height;
	memcpy(&height, msg->bytes, sizeof height);
	return panel_dock(window, height);
}

static bool take_grab(struct window *window, const struct message *msg)
{
	struct osaas_window_grab grab;
	memcpy(&grab, msg->bytes, sizeof grab);
	return routing_grab(window, &grab);
}

static bool take_keyboard(struct window *window, const struct message *msg)
{
	uint32_t on;
	memcpy(&on, msg->bytes, sizeof on);
	texting_keyboard(window, on != 0);
	return true;
}

static bool take_capture(struct window *window, const struct message *msg)
{
	struct gl_op_error err = {
		.reason = "it needs input.capture, which its manifest may want"};
	uint32_t on;
	memcpy(&on, msg->bytes, sizeof on);
	enum capture_answer answer = capture_ask(window, on != 0);
	if (answer == CAPTURE_REFUSED)
		refuse(window, "capture", 0, &err);
	return answer == CAPTURE_DONE;
}

/* One that makes no sense now does nothing. */
static bool take_command(struct window *window, struct message *msg)
{
	bool sense = true;
	switch (msg->type) {
	case OSAAS_WINDOW_FOCUS_AREA:
		sense = take_focus_area(window, msg);
		break;
	case OSAAS_WINDOW_GRAB:
		sense = take_grab(window, msg);
		break;
	case OSAAS_WINDOW_DOCK:
		sense = take_dock(window, msg);
		break;
	case OSAAS_WINDOW_OFFER:
		sense = dragging_offer(window, msg);
		break;
	case OSAAS_WINDOW_KEYBOARD:
		sense = take_keyboard(window, msg);
		break;
	case OSAAS_WINDOW_CAPTURE:
		sense = take_capture(window, msg);
		break;
	default:
		return false;
	}
	window->senseless += !sense;
	return true;
}

/* Whether it took time: a frame or an image. */
static bool take(struct window *window, struct message *msg)
{
	if (msg->type == OSAAS_WINDOW_FRAME)
		take_frame(window, msg);
	else if (msg->type == OSAAS_WINDOW_IMAGE)
		take_image(window, msg);
	else if (!take_command(window, msg) && log_worth(++window->ignored))
		log_error("%s: message %u is not of the window protocol: ignored "
			  "(%" PRIu64 " so far)",
			window->name, msg->type, window->ignored);
	return msg->type == OSAAS_WINDOW_FRAME || msg->type == OSAAS_WINDOW_IMAGE;
}

void window_receive(struct window *window)
{
	struct message msg;
	bool enough = false;
	list_remove(&window->dirty);
	while (!enough && endpoint_try_recv(window->end, &msg) == 0) {
		enough = take(window, &msg);
		window->heard.taken++;
		message_drop(&msg);
	}
	if (chan_pending(endpoint_rx(window->end)) > 0)
		note_dirty(window);
}

void window_send_shown(struct window *window, uint64_t present_ns, uint64_t refresh_ns)
{
	struct osaas_window_shown shown = {.serial = window->serial,
		.present_ns = present_ns,
		.refresh_ns = refresh_ns};
	struct message msg = make(OSAAS_WINDOW_SHOWN, &shown, sizeof shown);
	window->owes_shown = window->committed = false;
	post(window, &msg);
}

void window_send_lost(struct window *window)
{
	window->lost = true;
	flush(window);
}

void window_send_close(struct window *window)
{
	struct message msg = {.type = OSAAS_WINDOW_CLOSE};
	post(window, &msg);
}

void window_send_focus(struct window *window, bool focused)
{
	uint32_t on = focused;
	struct message msg = make(OSAAS_WINDOW_FOCUS, &on, sizeof on);
	post(window, &msg);
}

uint8_t window_mods(uint32_t mods)
{
	return (uint8_t)((mods & INPUT_MOD_CTRL ? OSAAS_MOD_CTRL : 0) |
			 (mods & INPUT_MOD_LOGO ? OSAAS_MOD_SUPER : 0) |
			 (mods & INPUT_MOD_SHIFT ? OSAAS_MOD_SHIFT : 0) |
			 (mods & INPUT_MOD_ALT ? OSAAS_MOD_ALT : 0));
}

/* The next frame may be the answer to it. */
static void note_input(struct window *window, uint64_t time_ns)
{
	if (ledger_routed(&window->ledger, time_ns, clock_now_ns()) && window->group)
		window->group->began_ns = 0;
}

static void note_gesture(struct window *window)
{
	window->gesture_ns = clock_now_ns();
}

void window_send_key(struct window *window, const struct input_key *key, uint64_t tag)
{
	struct osaas_window_key k = {
		.time_ns = key->time_ns,
		.code = key->code,
		.keysym = key->keysym,
		.mods = window_mods(key->mods),
		.pressed = key->pressed,
		.repeat = key->repeat,
		.tag = tag,
	};
	_Static_assert(sizeof k.text == sizeof key->utf8, "the same text");
	memcpy(k.text, key->utf8, sizeof k.text);
	struct message msg = make(OSAAS_WINDOW_KEY, &k, sizeof k);
	note_input(window, key->time_ns);
	if (key->pressed)
		note_gesture(window);
	post(window, &msg);
}

int window_send_edit(struct window *window, uint32_t type,
	const struct osaas_window_edit *edit, const char *text, size_t size)
{
	struct message msg = make(type, edit, sizeof *edit);
	if (size) {
		msg.buffer = buffer_create(size);
		msg.len = size;
		if (!msg.buffer)
			return -ENOMEM;
		memcpy(buffer_data(msg.buffer), text, size);
	}
	post(window, &msg);
	return 0;
}

/* Of an area, and a number. */
static void post_of_area(struct window *window, uint32_t type, uint64_t tag, uint32_t n)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, &tag, sizeof tag);
	memcpy(&msg.bytes[sizeof tag], &n, sizeof n);
	post(window, &msg);
}

void window_send_area_focus(struct window *window, uint64_t tag, bool focused)
{
	post_of_area(window, OSAAS_WINDOW_AREA_FOCUS, tag, focused);
}

void window_send_act(struct window *window, uint64_t tag, uint32_t action)
{
	note_gesture(window);
	post_of_area(window, OSAAS_WINDOW_ACT, tag, action);
}

void window_send_captured(struct window *window, bool captured)
{
	uint32_t on = captured;
	struct message msg = make(OSAAS_WINDOW_CAPTURED, &on, sizeof on);
	post(window, &msg);
}

void window_send_motion(struct window *window, const struct input_motion *motion)
{
	const double px = window->screen ? window->screen->scale : 1;
	struct osaas_window_motion m = {
		.time_ns = motion->time_ns,
		.dx = motion->dx * px,
		.dy = motion->dy * px,
		.raw_dx = (float)motion->raw_dx,
		.raw_dy = (float)motion->raw_dy,
	};
	struct message msg = make(OSAAS_WINDOW_MOTION, &m, sizeof m);
	note_input(window, motion->time_ns);
	post(window, &msg);
}

#define SAME(a, b) _Static_assert((int)(a) == (int)(b), "Gio's bits")
SAME(INPUT_ROUTE_CANCEL, OSAAS_POINTER_CANCEL);
SAME(INPUT_ROUTE_PRESS, OSAAS_POINTER_PRESS);
SAME(INPUT_ROUTE_RELEASE, OSAAS_POINTER_RELEASE);
SAME(INPUT_ROUTE_MOVE, OSAAS_POINTER_MOVE);
SAME(INPUT_ROUTE_DRAG, OSAAS_POINTER_DRAG);
SAME(INPUT_ROUTE_ENTER, OSAAS_POINTER_ENTER);
SAME(INPUT_ROUTE_LEAVE, OSAAS_POINTER_LEAVE);
SAME(INPUT_ROUTE_SCROLL, OSAAS_POINTER_SCROLL);

void window_send_drag(struct window *window, const struct osaas_window_drag *drag,
	struct buffer *buffer, size_t len)
{
	struct message msg = make(OSAAS_WINDOW_DRAG, drag, sizeof *drag);
	msg.buffer = buffer;
	msg.len = len;
	post(window, &msg);
}

static uint16_t source_of(enum input_source source)
{
	return source == INPUT_SOURCE_MOUSE ? OSAAS_SOURCE_MOUSE
	       : source == INPUT_SOURCE_PEN ? OSAAS_SOURCE_PEN
					    : OSAAS_SOURCE_TOUCH;
}

/* Whether moves may be merged, while it is slow. */
static bool merges(const struct window *window, uint64_t tag)
{
	return window->layer &&
	       (gl_layer_listen(window->layer, tag).kinds & LISTEN_MERGE);
}

void window_send_pointer(struct window *window, uint64_t tag, enum input_route_kind kind,
	const struct input_pointer *pointer)
{
	float x = pointer->x - (float)window->x, y = pointer->y - (float)window->y;
	struct gl_hit at = {.x = x, .y = y};
	if (window->layer)
		gl_layer_locate(window->layer, tag, x, y, &at);
	struct osaas_window_pointer p = {
		.time_ns = pointer->time_ns,
		.tag = tag,
		.x = at.x,
		.y = at.y,
		.kind = (uint16_t)kind,
		.buttons = (uint8_t)pointer->buttons,
		.mods = window_mods(pointer->mods),
		.button = pointer->button,
	};
	if (kind == INPUT_ROUTE_SCROLL) {
		p.scroll_x = pointer->scroll_x;
		p.scroll_y = pointer->scroll_y;
	} else {
		p.priority =
			pointer->grabbed ? OSAAS_PRIORITY_GRABBED : OSAAS_PRIORITY_SHARED;
		p.source = source_of(pointer->source);
		p.id = p.source == OSAAS_SOURCE_TOUCH ? pointer->finger : 0;
	}
	uint32_t type = pointer->source == INPUT_SOURCE_TOUCH_MORE ? OSAAS_WINDOW_TOUCH
								   : OSAAS_WINDOW_POINTER;
	struct message msg = make(type, &p, sizeof p);
	/* The others also come of frames. */
	if (kind & ~(INPUT_ROUTE_ENTER | INPUT_ROUTE_LEAVE | INPUT_ROUTE_CANCEL))
		note_input(window, pointer->time_ns);
	if (kind & (INPUT_ROUTE_PRESS | INPUT_ROUTE_RELEASE))
		note_gesture(window);
	post_input(window, &msg, window->backlog.n > 0 && merges(window, tag));
}

#define SAME_TOOL(name) SAME(INPUT_PEN_##name, OSAAS_PEN_##name)
SAME_TOOL(PEN);
SAME_TOOL(ERASER);
SAME_TOOL(BRUSH);
SAME_TOOL(PENCIL);
SAME_TOOL(AIRBRUSH);
SAME_TOOL(MOUSE);
SAME_TOOL(LENS);

void window_send_pen(struct window *window, uint64_t tag, const struct input_pen *pen)
{
	struct osaas_window_pen p = {
		.time_ns = pen->time_ns,
		.tag = tag,
		.tool_id = pen->tool_id,
		.pressure = (uint16_t)lroundf(pen->pressure * 65535),
		.distance = (uint16_t)lroundf(pen->distance * 65535),
		.tilt_x = pen->tilt_x,
		.tilt_y = pen->tilt_y,
		.rotation = (uint16_t)lroundf(pen->rotation * 100),
		.tool = (uint8_t)pen->tool,
		.buttons = (uint8_t)pen->buttons,
		.slider = (int16_t)lroundf(pen->slider * 32767),
	};
	struct message msg = make(OSAAS_WINDOW_PEN, &p, sizeof p);
	post_input(window, &msg,
		pen->kind == INPUT_PEN_MOVE && window->backlog.n > 0 &&
			merges(window, tag));
}

void window_send_gesture(
	struct window *window, uint64_t tag, const struct input_gesture *gesture)
{
	struct osaas_window_gesture g = {
		.time_ns = gesture->time_ns,
		.tag = tag,
		.kind = (uint8_t)(OSAAS_GESTURE_SWIPE + gesture->kind),
		.phase = (uint8_t)(OSAAS_GESTURE_BEGIN + gesture->phase),
		.fingers = (uint8_t)(gesture->fingers < 255 ? gesture->fingers : 255),
		.mods = window_mods(gesture->mods),
		.dx = gesture->dx,
		.dy = gesture->dy,
		.scale = gesture->scale,
		.rotation = gesture->rotation,
	};
	struct message msg = make(OSAAS_WINDOW_GESTURE, &g, sizeof g);
	note_input(window, gesture->time_ns);
	post(window, &msg);
}
