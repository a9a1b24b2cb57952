#include "routing_rig.h"

#include <linux/input-event-codes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>

#include <cmocka.h>

#include "gl/optext.h"
#include "plugins/include/osaas_window.h"
#include "session/capture.h"
#include "session/dragging.h"
#include "session/pointer.h"
#include "session/routing.h"
#include "session/service_table.h"
#include "session/settings.h"
#include "util/clock.h"
#include "util/log.h"

#define HEAD "osaas ops 1.2\n"

static void add_window(struct rig *rig, int i)
{
	assert_true(i < RIG_WINDOWS);
	assert_int_equal(
		window_create(&rig->session, "test", &rig->windows[i], &rig->plugins[i]),
		0);
	assert_int_equal(window_configure(rig->windows[i], RIG_WIDTH, RIG_HEIGHT, 1), 0);
	rig->windows[i]->screen = &rig->screen;
	list_push_back(&rig->session.windows, &rig->windows[i]->link);
	rig->hosted[i].window = rig->windows[i];
	list_init(&rig->hosted[i].services);
	list_init(&rig->granted[i].link);
	list_push_back(&rig->session.hosted, &rig->hosted[i].link);
	session_focus(&rig->session, rig->windows[i]);
}

void rig_init(struct rig *rig)
{
	struct gl_error err;
	log_set_level(LOG_SILENT);
	memset(rig, 0, sizeof *rig);
	list_init(&rig->session.windows);
	list_init(&rig->session.hosted);
	list_init(&rig->session.screens);
	list_init(&rig->session.dirty_windows);
	input_route_init(&rig->session.route);
	touching_init(&rig->session.touching);
	rig->screen = (struct screen){.width = RIG_WIDTH,
		.height = RIG_HEIGHT,
		.scale = 1,
		.refresh_ns = 16666667,
		.session = &rig->session};
	assert_int_equal(gl_create(&rig->session.gl, GL_PLATFORM_NONE, NULL, &err), 0);
	rig->session.settings = settings_create();
	rig->session.pointer = pointer_create(&rig->session);
	rig->time_ns = 1000000;
	add_window(rig, 0);
	rig_collect(rig);
}

void rig_finish(struct rig *rig)
{
	for (int i = 0; i < RIG_WINDOWS; i++) {
		if (!rig->windows[i])
			continue;
		endpoint_close(rig->plugins[i]);
		window_destroy(rig->windows[i]);
	}
	focusing_finish(&rig->session.focusing);
	dragging_finish(&rig->session);
	clock_frozen_ns = 0;
	pointer_destroy(rig->session.pointer);
	settings_destroy((struct settings *)(uintptr_t)rig->session.settings);
	gl_destroy(rig->session.gl);
}

/* Traces. */

__attribute__((format(printf, 2, 3))) static void say(
	struct rig *rig, const char *format, ...)
{
	size_t n = strlen(rig->trace);
	va_list args;
	if (n > 0 && rig->trace[n - 1] != ' ')
		n += (size_t)snprintf(&rig->trace[n], sizeof rig->trace - n, " ");
	va_start(args, format);
	vsnprintf(&rig->trace[n], sizeof rig->trace - n, format, args);
	va_end(args);
}

static void say_pointer(struct rig *rig, const struct message *msg)
{
	struct osaas_window_pointer p;
	char more[96] = "", id[16] = "", place[64] = "";
	memcpy(&p, msg->bytes, sizeof p);
	bool scroll = p.kind == OSAAS_POINTER_SCROLL;
	if (scroll)
		snprintf(more, sizeof more, "(%g,%g)", (double)p.scroll_x,
			(double)p.scroll_y);
	else if (p.source == OSAAS_SOURCE_TOUCH)
		snprintf(id, sizeof id, "'%u", p.id);
	else if (p.source == OSAAS_SOURCE_PEN)
		snprintf(id, sizeof id, "~");
	if (rig->places)
		snprintf(place, sizeof place, "@%g,%g", (double)p.x, (double)p.y);
	say(rig, "%c%s%s:%llu%s%s", "CPRMDELS"[__builtin_ctz(p.kind)],
		!scroll && p.priority ? "!" : "", id, (unsigned long long)p.tag, place,
		more);
}

static void say_key(struct rig *rig, const struct message *msg)
{
	struct osaas_window_key k;
	char name[64];
	memcpy(&k, msg->bytes, sizeof k);
	xkb_keysym_get_name(k.keysym, name, sizeof name);
	say(rig, "%s:%llu=%s%s%.8s",
		k.repeat    ? "K*"
		: k.pressed ? "K"
			    : "k",
		(unsigned long long)k.tag, k.keysym ? name : "",
		rig->texts && k.text[0] ? "'" : "", rig->texts ? k.text : "");
}

static const char *range(uint32_t start, uint32_t end, char text[static 32])
{
	if (start == UINT32_MAX)
		return "-";
	snprintf(text, 32, "%u-%u", start, end);
	return text;
}

static void say_edit(struct rig *rig, const struct message *msg)
{
	static const char *const names[] = {"edit", "select", "compose", "snippet"};
	struct osaas_window_edit e;
	char text[32];
	memcpy(&e, msg->bytes, sizeof e);
	say(rig, "%s:%llu(%s)", names[msg->type - OSAAS_WINDOW_EDIT],
		(unsigned long long)e.tag, range(e.start, e.end, text));
	if (msg->type == OSAAS_WINDOW_EDIT)
		say(rig, "\"%.*s\"", (int)msg->len,
			msg->buffer ? (const char *)buffer_data(msg->buffer) : "");
}

static void say_pen(struct rig *rig, const struct message *msg)
{
	struct osaas_window_pen p;
	memcpy(&p, msg->bytes, sizeof p);
	say(rig, "N:%llu=%g", (unsigned long long)p.tag,
		(double)lround(p.pressure / 655.35) / 100);
}

static void say_gesture(struct rig *rig, const struct message *msg)
{
	struct osaas_window_gesture g;
	memcpy(&g, msg->bytes, sizeof g);
	say(rig, "G%c:%llu", "+=-x"[g.phase - OSAAS_GESTURE_BEGIN],
		(unsigned long long)g.tag);
}

static void say_drag(struct rig *rig, const struct message *msg)
{
	struct osaas_window_drag d;
	char place[64] = "", carried[256] = "";
	memcpy(&d, msg->bytes, sizeof d);
	bool places = d.kind == OSAAS_DRAG_ENTER || d.kind == OSAAS_DRAG_MOVE ||
		      d.kind == OSAAS_DRAG_DATA;
	if (rig->places && places)
		snprintf(place, sizeof place, "@%g,%g", (double)d.x, (double)d.y);
	assert_int_equal(msg->buffer != NULL,
		d.kind == OSAAS_DRAG_REQUEST || d.kind == OSAAS_DRAG_DATA);
	if (msg->buffer) {
		const char *bytes = buffer_data(msg->buffer);
		int n = (int)d.type_size, more = (int)msg->len - n;
		assert_true(d.type_size <= msg->len);
		snprintf(carried, sizeof carried, "=%.*s%s%.*s", n, bytes,
			d.kind == OSAAS_DRAG_DATA ? "," : "", more < 64 ? more : 0,
			bytes + n);
	}
	if (d.kind == OSAAS_DRAG_REQUEST)
		rig->asked = d.serial;
	say(rig, "*%c:%llu%s%s", "IELRDCM"[d.kind - 1], (unsigned long long)d.tag, place,
		carried);
}

static void say_motion(struct rig *rig, const struct message *msg)
{
	struct osaas_window_motion m;
	memcpy(&m, msg->bytes, sizeof m);
	assert_true((double)m.raw_dx == m.dx / 2 && (double)m.raw_dy == m.dy / 2);
	say(rig, "W:%g,%g", m.dx, m.dy);
}

static void say_message(struct rig *rig, const struct message *msg)
{
	uint64_t tag;
	uint32_t on;
	memcpy(&tag, msg->bytes, sizeof tag);
	memcpy(&on, &msg->bytes[8], sizeof on);
	switch (msg->type) {
	case OSAAS_WINDOW_POINTER:
	case OSAAS_WINDOW_TOUCH:
		say_pointer(rig, msg);
		break;
	case OSAAS_WINDOW_PEN:
		say_pen(rig, msg);
		break;
	case OSAAS_WINDOW_GESTURE:
		say_gesture(rig, msg);
		break;
	case OSAAS_WINDOW_KEY:
		say_key(rig, msg);
		break;
	case OSAAS_WINDOW_EDIT:
	case OSAAS_WINDOW_SELECT:
	case OSAAS_WINDOW_COMPOSE:
	case OSAAS_WINDOW_SNIPPET:
		say_edit(rig, msg);
		break;
	case OSAAS_WINDOW_FOCUS:
		say(rig, "F%c", msg->bytes[0] ? '+' : '-');
		break;
	case OSAAS_WINDOW_AREA_FOCUS:
		say(rig, "%c%llu", on ? '+' : '-', (unsigned long long)tag);
		break;
	case OSAAS_WINDOW_DRAG:
		say_drag(rig, msg);
		break;
	case OSAAS_WINDOW_CAPTURED:
		say(rig, "X%c", msg->bytes[0] ? '+' : '-');
		break;
	case OSAAS_WINDOW_MOTION:
		say_motion(rig, msg);
		break;
	case OSAAS_WINDOW_REFUSED:
		say(rig, "REFUSED");
		break;
	case OSAAS_WINDOW_LOST:
		say(rig, "LOST");
		break;
	default:
		assert_int_equal(msg->type, OSAAS_WINDOW_CONFIG);
	}
}

void rig_collect(struct rig *rig)
{
	struct message msg;
	for (int i = 0; i < RIG_WINDOWS && rig->windows[i]; i++) {
		bool any = i == 0;
		window_flush(rig->windows[i]);
		while (endpoint_try_recv(rig->plugins[i], &msg) == 0) {
			if (!any)
				say(rig, "|");
			any = true;
			say_message(rig, &msg);
			message_drop(&msg);
			window_flush(rig->windows[i]);
		}
	}
}

/* Doing. */

static void send(struct rig *rig, const struct message *msg)
{
	struct window *window = rig->windows[rig->at];
	assert_int_equal(endpoint_try_send(rig->plugins[rig->at], msg), 0);
	while (!list_empty(&window->dirty))
		window_receive(window);
	routing_turn(&rig->session);
}

void rig_frame_bytes(struct rig *rig, const void *stream, size_t size)
{
	struct message msg = {
		.type = OSAAS_WINDOW_FRAME, .buffer = buffer_create(size), .len = size};
	memcpy(buffer_data(msg.buffer), stream, size);
	send(rig, &msg);
}

static void frame(struct rig *rig, const char *text)
{
	struct optext_error err;
	uint8_t *stream;
	size_t size;
	char *all = malloc(strlen(HEAD) + strlen(text) + 1);
	strcpy(all, HEAD);
	strcat(all, text);
	if (optext_assemble(all, strlen(all), &stream, &size, &err) < 0)
		fail_msg("line %zu: %s, in\n%s", err.line, err.text, all);
	rig_frame_bytes(rig, stream, size);
	free(stream);
	free(all);
}

static void point(struct rig *rig, const char *word, const char *rest)
{
	static const struct {
		const char *word;
		enum input_pointer_kind kind;
		uint32_t button, down, up;
	} all[] = {
		{"move", INPUT_POINTER_MOVE, 0, 0, 0},
		{"press", INPUT_POINTER_PRESS, BTN_LEFT, 1, 0},
		{"release", INPUT_POINTER_RELEASE, BTN_LEFT, 0, 1},
		{"press2", INPUT_POINTER_PRESS, BTN_RIGHT, 2, 0},
		{"release2", INPUT_POINTER_RELEASE, BTN_RIGHT, 0, 2},
		{"scroll", INPUT_POINTER_SCROLL, 0, 0, 0},
	};
	struct input_pointer p = {.time_ns = ++rig->time_ns};
	size_t i = 0;
	while (strcmp(all[i].word, word) != 0)
		i++;
	p.kind = all[i].kind;
	p.button = all[i].button;
	p.buttons = (rig->session.pointed.buttons | all[i].down) & ~all[i].up;
	assert_true(
		sscanf(rest, "%f %f %f %f", &p.x, &p.y, &p.scroll_x, &p.scroll_y) >= 2);
	session_pointer(&rig->session, &p);
}

static void touch(struct rig *rig, const char *word, const char *rest)
{
	struct input_touch t = {.time_ns = ++rig->time_ns};
	assert_true(sscanf(rest, "%u %f %f", &t.id, &t.x, &t.y) >= 1);
	t.kind = !strcmp(word, "down")   ? INPUT_TOUCH_DOWN
		 : !strcmp(word, "drag") ? INPUT_TOUCH_MOVE
					 : INPUT_TOUCH_UP;
	session_touch(&rig->session, &t);
}

static unsigned index_of(const char *word, const char *const *words)
{
	unsigned i = 0;
	for (; strcmp(word, words[i]) != 0; i++)
		assert_non_null(words[i + 1]);
	return i;
}

static void pen(struct rig *rig, const char *rest)
{
	static const char *const words[] = {
		"in", "move", "press", "release", "scroll", "out", "gone", NULL};
	struct input_pen p = {.time_ns = ++rig->time_ns, .pressure = 0.5f};
	char word[16];
	assert_true(sscanf(rest, "%15s %f %f %f", word, &p.x, &p.y, &p.pressure) >= 1);
	p.kind = (enum input_pen_kind)index_of(word, words);
	p.buttons = p.kind == INPUT_PEN_PRESS  ? 1
		    : p.kind == INPUT_PEN_MOVE ? rig->session.pens.last.buttons
					       : 0;
	if (p.kind == INPUT_PEN_PRESS || p.kind == INPUT_PEN_RELEASE)
		p.button = BTN_TOUCH;
	session_pen(&rig->session, &p);
}

static void gesture(struct rig *rig, const char *word)
{
	static const char *const words[] = {"begin", "update", "end", "cancel", NULL};
	struct input_gesture g = {.time_ns = ++rig->time_ns, .fingers = 3, .scale = 1};
	g.phase = (enum input_gesture_phase)index_of(word, words);
	session_gesture(&rig->session, &g);
}

static void key(struct rig *rig, const char *word, const char *name)
{
	static const struct {
		const char *prefix;
		uint32_t mod;
	} mods[] = {{"ctrl-", INPUT_MOD_CTRL}, {"shift-", INPUT_MOD_SHIFT},
		{"alt-", INPUT_MOD_ALT}, {"super-", INPUT_MOD_LOGO}};
	struct input_key k = {.time_ns = ++rig->time_ns,
		.pressed = strcmp(word, "keyup") != 0,
		.repeat = !strcmp(word, "repeat")};
	for (size_t i = 0; i < sizeof mods / sizeof *mods; i++) {
		if (strncmp(name, mods[i].prefix, strlen(mods[i].prefix)) != 0)
			continue;
		k.mods |= mods[i].mod;
		name += strlen(mods[i].prefix);
	}
	const char *latin = strchr(name, '/');
	char first[64];
	snprintf(first, sizeof first, "%.*s", (int)strcspn(name, "/"), name);
	k.keysym = xkb_keysym_from_name(first, XKB_KEYSYM_NO_FLAGS);
	k.latin = latin ? xkb_keysym_from_name(latin + 1, XKB_KEYSYM_NO_FLAGS) : k.keysym;
	assert_int_not_equal(k.keysym, XKB_KEY_NoSymbol);
	k.code = 1 + k.keysym % 200;
	session_key(&rig->session, &k);
}

static void command(struct rig *rig, const char *word, const char *rest)
{
	struct message msg = {.type = OSAAS_WINDOW_FOCUS_AREA};
	unsigned long long tag;
	struct osaas_window_grab grab = {.source = OSAAS_SOURCE_MOUSE};
	int n = sscanf(rest, "%llu finger %u", &tag, &grab.id);
	assert_true(n >= 1);
	grab.tag = tag;
	if (n == 2)
		grab.source = OSAAS_SOURCE_TOUCH;
	else if (strstr(rest, " pen"))
		grab.source = OSAAS_SOURCE_PEN;
	memcpy(msg.bytes, &grab.tag, sizeof grab.tag);
	if (!strcmp(word, "keyboard"))
		msg.type = OSAAS_WINDOW_KEYBOARD;
	if (!strcmp(word, "capture"))
		msg.type = OSAAS_WINDOW_CAPTURE;
	if (!strcmp(word, "grab")) {
		msg.type = OSAAS_WINDOW_GRAB;
		memcpy(msg.bytes, &grab, sizeof grab);
	}
	send(rig, &msg);
}

static void offer(struct rig *rig, const char *rest)
{
	struct message msg = {.type = OSAAS_WINDOW_OFFER};
	struct osaas_window_drag d = {.serial = rig->asked};
	char type[160], data[64] = "";
	unsigned long long tag;
	assert_true(sscanf(rest, "%llu %159s %63s", &tag, type, data) >= 2);
	d.tag = tag;
	d.type_size = (uint32_t)strlen(type);
	msg.len = strlen(type) + strlen(data);
	msg.buffer = buffer_create(msg.len);
	memcpy(buffer_data(msg.buffer), type, strlen(type));
	memcpy((char *)buffer_data(msg.buffer) + strlen(type), data, strlen(data));
	memcpy(msg.bytes, &d, sizeof d);
	send(rig, &msg);
}

static void wait_ms(struct rig *rig, const char *rest)
{
	clock_frozen_ns = clock_now_ns() + strtoul(rest, NULL, 10) * NS_PER_MS;
	routing_turn(&rig->session);
}

static void ask(struct rig *rig, const char *word, const char *rest)
{
	float x, y;
	assert_int_equal(sscanf(rest, "%f %f", &x, &y), 2);
	say(rig, "%u",
		!strcmp(word, "cursor")
			? session_cursor(&rig->session, (double)x, (double)y)
			: gl_layer_action(rig->windows[rig->at]->layer, x, y));
}

static void move(struct rig *rig, const char *rest)
{
	struct input_motion m = {.time_ns = ++rig->time_ns};
	assert_int_equal(sscanf(rest, "%lf %lf", &m.dx, &m.dy), 2);
	m.raw_dx = m.dx / 2;
	m.raw_dy = m.dy / 2;
	if (!capture_motion(&rig->session, &m))
		say(rig, "no");
}

static void allow(struct rig *rig, bool granted)
{
	struct service *service = &rig->granted[rig->at];
	*service = (struct service){
		.ops = &service_capture, .session = &rig->session, .link = service->link};
	if (granted) {
		list_push_back(&rig->hosted[rig->at].services, &service->link);
	} else {
		list_remove(&service->link);
		service_capture.stop(service);
	}
}

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(word, *words) != 0)
		words++;
	return *words;
}

static void go(struct rig *rig, const char *word, const char *rest)
{
	static const char *const touches[] = {"down", "drag", "up", NULL};
	static const char *const keys[] = {"key", "keyup", "repeat", NULL};
	static const char *const commands[] = {
		"focus", "grab", "keyboard", "capture", NULL};
	static const char *const questions[] = {"cursor", "action", NULL};
	struct session *session = &rig->session;
	if (is_one_of(word, touches))
		touch(rig, word, rest);
	else if (is_one_of(word, keys))
		key(rig, word, rest);
	else if (is_one_of(word, commands))
		command(rig, word, rest);
	else if (is_one_of(word, questions))
		ask(rig, word, rest);
	else if (!strcmp(word, "offer"))
		offer(rig, rest);
	else if (!strcmp(word, "wait"))
		wait_ms(rig, rest);
	else if (!strcmp(word, "pen"))
		pen(rig, rest);
	else if (!strcmp(word, "gesture"))
		gesture(rig, rest);
	else if (!strcmp(word, "motion"))
		move(rig, rest);
	else if (!strcmp(word, "grant") || !strcmp(word, "revoke"))
		allow(rig, word[0] == 'g');
	else if (!strcmp(word, "release-pointer"))
		capture_release(session);
	else if (!strcmp(word, "keys"))
		session_focus(session, rig->windows[atoi(rest)]);
	else if (!strcmp(word, "next"))
		session_focus_next(session, 1);
	else if (!strcmp(word, "previous"))
		session_focus_next(session, -1);
	else if (!strcmp(word, "click"))
		session_click_focus(session);
	else if (!strcmp(word, "leave"))
		session_pointer_leave(session);
	else if (!strcmp(word, "cancel"))
		session_input_cancel(session);
	else
		point(rig, word, rest);
}

void rig_do(struct rig *rig, const struct rig_step *step)
{
	char word[16];
	int n = 0;
	rig->trace[0] = '\0';
	assert_int_equal(sscanf(step->what, "%15s %n", word, &n), 1);
	const char *rest = &step->what[n];
	if (!strcmp(word, "window")) {
		rig->at = atoi(rest);
		if (!rig->windows[rig->at])
			add_window(rig, rig->at);
	} else if (step->frame) {
		frame(rig, step->frame);
	} else {
		go(rig, word, rest);
	}
	routing_turn(&rig->session);
	rig_collect(rig);
}

void rig_test(void **state)
{
	const struct rig_case *c = *state;
	struct rig rig;
	rig_init(&rig);
	rig.places = c->places;
	for (size_t i = 0; i < RIG_STEPS && c->steps[i].what; i++) {
		const struct rig_step *step = &c->steps[i];
		rig_do(&rig, step);
		if (strcmp(rig.trace, step->trace) != 0)
			fail_msg("step %zu, %s: got \"%s\", not \"%s\"", i + 1,
				step->what, rig.trace, step->trace);
	}
	rig_finish(&rig);
}
