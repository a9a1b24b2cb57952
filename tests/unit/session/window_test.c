/* A window's two directions against real channels and a renderer that only takes notes. */
#include "session/window.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gl/region.h"
#include "plugins/endpoint.h"
#include "sched/sched.h"
#include "session/capture.h"
#include "session/dragging.h"
#include "session/focusing.h"
#include "session/routing.h"
#include "session/session.h"
#include "util/log.h"
#include "util/opwire.h"

static struct session session;
static struct window *window;
static struct endpoint *plugin;
static struct {
	int submitted, result;
	struct gl_rect damage;
	int damaged, destroyed;
	int32_t width, height;
	uint32_t image; /* its id, while the layer has one */
	void *pixels, *owner;
	void (*release)(void *owner, void *pixels);
	uint32_t listen; /* what every tag listens to */
} gl;
/* What commands asked for. */
static struct {
	bool sense;
	uint64_t focus;
	struct osaas_window_grab grab;
	uint32_t dock;
	struct osaas_window_drag offer;
	bool keyboard;
	bool capture;
	enum capture_answer answer;
} asked;

void gl_layer_set_owner(struct gl_layer *layer, uint64_t owner)
{
	(void)layer, (void)owner;
}

int gl_layer_create(struct gl *g, int32_t width, int32_t height, struct gl_layer **out)
{
	(void)g;
	gl.width = width;
	gl.height = height;
	*out = (struct gl_layer *)&gl;
	return 0;
}

int gl_layer_resize(struct gl_layer *layer, int32_t width, int32_t height)
{
	return gl_layer_create(NULL, width, height, &layer);
}

void gl_layer_destroy(struct gl_layer *layer)
{
	gl.destroyed += layer != NULL;
}

int gl_layer_submit(struct gl_layer *layer, const void *data, size_t size,
	struct gl_region *damage, struct gl_op_error *err)
{
	(void)layer, (void)data, (void)size;
	gl.submitted++;
	*damage = region_of((struct gl_rect){3, 4, 5, 6});
	err->offset = 77;
	strcpy(err->reason, "because");
	return gl.result;
}

int gl_layer_image(struct gl_layer *layer, uint32_t id, int32_t width, int32_t height,
	void *pixels, void (*release)(void *owner, void *pixels), void *owner)
{
	(void)layer;
	if (gl.result)
		return gl.result;
	gl.image = id;
	gl.width = width;
	gl.height = height;
	gl.pixels = pixels;
	gl.owner = owner;
	gl.release = release;
	return 0;
}

bool gl_layer_locate(
	const struct gl_layer *layer, uint64_t tag, float x, float y, struct gl_hit *out)
{
	(void)layer;
	*out = (struct gl_hit){.tag = tag, .x = x / 2, .y = y / 2};
	return true;
}

struct gl_listen gl_layer_listen(const struct gl_layer *layer, uint64_t tag)
{
	(void)layer, (void)tag;
	return (struct gl_listen){.kinds = gl.listen};
}

bool focusing_set(struct window *w, uint64_t tag)
{
	assert_ptr_equal(w, window);
	asked.focus = tag;
	return asked.sense;
}

bool panel_dock(struct window *w, uint32_t height)
{
	assert_ptr_equal(w, window);
	asked.dock = height;
	return asked.sense;
}

void texting_frame(struct window *w)
{
	assert_non_null(w);
}

void texting_keyboard(struct window *w, bool wanted)
{
	assert_ptr_equal(w, window);
	asked.keyboard = wanted;
}

bool routing_grab(struct window *w, const struct osaas_window_grab *grab)
{
	assert_ptr_equal(w, window);
	asked.grab = *grab;
	return asked.sense;
}

bool dragging_offer(struct window *w, struct message *msg)
{
	assert_ptr_equal(w, window);
	memcpy(&asked.offer, msg->bytes, sizeof asked.offer);
	return asked.sense;
}

enum capture_answer capture_ask(struct window *w, bool on)
{
	assert_ptr_equal(w, window);
	asked.capture = on;
	return asked.answer;
}

void session_damage(
	struct session *s, const struct window *w, const struct gl_region *damage)
{
	(void)s, (void)w;
	gl.damage = region_bounds(damage);
	gl.damaged++;
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	memset(&gl, 0, sizeof gl);
	memset(&asked, 0, sizeof asked);
	gl.listen = LISTEN_POINTER;
	memset(&session, 0, sizeof session);
	list_init(&session.dirty_windows);
	int r = window_create(&session, "test", &window, &plugin);
	return r < 0 ? r : window_configure(window, 640, 480, 2);
}

static int teardown(void **state)
{
	(void)state;
	endpoint_close(plugin);
	window_destroy(window);
	return 0;
}

static struct message receive(uint32_t type)
{
	struct message msg = {0};
	assert_int_equal(endpoint_try_recv(plugin, &msg), 0);
	assert_int_equal(msg.type, type);
	return msg;
}

static void nothing_more(void)
{
	struct message msg;
	assert_int_equal(endpoint_try_recv(plugin, &msg), -EAGAIN);
}

static void send_frame(uint64_t serial)
{
	struct message msg = {
		.type = OSAAS_WINDOW_FRAME, .buffer = buffer_create(64), .len = 16};
	memcpy(msg.bytes, &serial, sizeof serial);
	assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	assert_false(list_empty(&session.dirty_windows));
	window_receive(window);
	assert_true(list_empty(&session.dirty_windows));
}

static void test_config(void **state)
{
	struct osaas_window_config config;
	(void)state;
	struct message msg = receive(OSAAS_WINDOW_CONFIG);
	memcpy(&config, msg.bytes, sizeof config);
	assert_int_equal(config.width, 640);
	assert_int_equal(config.height, 480);
	assert_true(config.scale == 2);
	nothing_more();
}

static void test_frame_and_shown(void **state)
{
	struct osaas_window_shown shown;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	send_frame(41);
	assert_int_equal(gl.submitted, 1);
	assert_int_equal(
		gl.damage.x1, 640); /* the first one maps the window: all of it */
	send_frame(42);
	assert_int_equal(gl.damage.x0, 3);
	assert_int_equal(gl.damage.y1, 6);
	assert_true(window->owes_shown);
	window_send_shown(window, 1000, 16);
	struct message msg = receive(OSAAS_WINDOW_SHOWN);
	memcpy(&shown, msg.bytes, sizeof shown);
	assert_int_equal(shown.serial, 42);
	assert_int_equal(shown.present_ns, 1000);
	assert_int_equal(shown.refresh_ns, 16);
	assert_false(window->owes_shown);
	nothing_more();
}

/* A panel without a place: frames are nobody's, and what it showed does not come back. */
static void test_no_height(void **state)
{
	struct osaas_window_config config;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	send_frame(1);
	assert_int_equal(window_configure(window, 640, 0, 2), 0);
	struct message msg = receive(OSAAS_WINDOW_CONFIG);
	memcpy(&config, msg.bytes, sizeof config);
	assert_int_equal(config.width, 640);
	assert_int_equal(config.height, 0);
	assert_true(!window->mapped && !window->owes_shown && session.relaid);
	send_frame(2);
	assert_int_equal(gl.submitted, 1);
	assert_false(window->mapped);
	assert_int_equal(window_configure(window, 640, 200, 2), 0);
	assert_int_equal(gl.height, 200);
	assert_null(window_base(window));
	send_frame(3);
	assert_int_equal(gl.damage.y1, 200);
	assert_true(window->mapped && window->owes_shown);
	assert_true(window->serial == 3);
}

/* However many wait, a turn takes one of each window, and the others theirs in between. */
static void test_one_at_a_time(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct message msg = {.type = OSAAS_WINDOW_FRAME,
			.buffer = buffer_create(64),
			.len = 16};
		assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	}
	for (int i = 1; i <= 3; i++) {
		assert_false(list_empty(&session.dirty_windows));
		window_receive(window);
		assert_int_equal(gl.submitted, i);
	}
	assert_true(list_empty(&session.dirty_windows));
}

static void test_refused(void **state)
{
	struct osaas_window_refused refused;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	send_frame(1);
	gl.result = -EINVAL;
	send_frame(2);
	assert_int_equal(gl.damaged, 1);
	assert_int_equal(window->serial, 1);
	struct message msg = receive(OSAAS_WINDOW_REFUSED);
	memcpy(&refused, msg.bytes, sizeof refused);
	assert_int_equal(refused.serial, 2);
	assert_int_equal(refused.offset, 77);
}

static void send_image(uint32_t width, uint32_t height, uint64_t len)
{
	const struct osaas_window_image image = {9, 4, width, height, 0};
	struct message msg = {.type = OSAAS_WINDOW_IMAGE, .len = len};
	msg.buffer = len ? buffer_create((size_t)len) : NULL;
	memcpy(msg.bytes, &image, sizeof image);
	assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	window_receive(window);
}

/* The buffer is the layer's until it lets go; one that is refused is dropped, and told. */
static void test_image(void **state)
{
	static const struct {
		uint32_t width, height;
		uint64_t len;
		int result;
	} bad[] = {
		{3, 2, 20, 0},
		{3, 2, 28, 0},
		{3, 2, 0, 0},
		{0x40000001, 1, 4, 0},
		{1, 0x40000001, 4, 0},
		{0, 0, 0, 0},
		{3, 2, 24, -E2BIG},
	};
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	send_image(3, 2, 24);
	nothing_more();
	assert_int_equal(gl.image, 4);
	assert_true(gl.width == 3 && gl.height == 2 && gl.pixels);
	((uint8_t *)gl.pixels)[23] = 1;
	gl.release(gl.owner, gl.pixels);
	/* Of a buffer that is far larger only the pixels are kept. */
	const struct osaas_window_image image = {9, 5, 1, 1, 0};
	struct message large = {
		.type = OSAAS_WINDOW_IMAGE, .len = 4, .buffer = buffer_create(1 << 24)};
	memcpy(buffer_data(large.buffer), "RGBA", 4);
	memcpy(large.bytes, &image, sizeof image);
	assert_int_equal(endpoint_try_send(plugin, &large), 0);
	window_receive(window);
	assert_int_equal(gl.image, 5);
	assert_true(buffer_size(gl.owner) < 1 << 18);
	assert_memory_equal(gl.pixels, "RGBA", 4);
	gl.release(gl.owner, gl.pixels);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct osaas_window_refused refused;
		gl.image = 0;
		gl.result = bad[i].result;
		send_image(bad[i].width, bad[i].height, bad[i].len);
		assert_int_equal(gl.image, 0);
		struct message msg = receive(OSAAS_WINDOW_REFUSED);
		memcpy(&refused, msg.bytes, sizeof refused);
		assert_int_equal(refused.serial, 9);
	}
}

/* Messages that make no sense are dropped with all they carry (the sanitizer would tell). */
static void test_nonsense(void **state)
{
	(void)state;
	struct message msg = {.type = 999, .buffer = buffer_create(64)};
	assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	struct message bare = {.type = OSAAS_WINDOW_FRAME};
	assert_int_equal(endpoint_try_send(plugin, &bare), 0);
	gl.result = -EINVAL;
	window_receive(window);
	assert_int_equal(gl.submitted, 1);
}

static struct input_pointer pointer_at(float x)
{
	return (struct input_pointer){.time_ns = 5, .x = x, .y = 20, .buttons = 1};
}

static void test_pointer(void **state)
{
	struct osaas_window_pointer p;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	window->x = 100;
	struct input_pointer at = pointer_at(110);
	at.mods = INPUT_MOD_LOGO | INPUT_MOD_SHIFT;
	window_send_pointer(window, 9, INPUT_ROUTE_DRAG, &at);
	struct message msg = receive(OSAAS_WINDOW_POINTER);
	memcpy(&p, msg.bytes, sizeof p);
	assert_int_equal(p.tag, 9);
	assert_int_equal(p.kind, OSAAS_POINTER_DRAG);
	assert_true(p.x == 5 && p.y == 10); /* in the area's coordinates */
	assert_int_equal(p.mods, OSAAS_MOD_SUPER | OSAAS_MOD_SHIFT);
	assert_int_equal(p.priority, OSAAS_PRIORITY_SHARED);
	at.grabbed = true;
	window_send_pointer(window, 9, INPUT_ROUTE_DRAG, &at);
	msg = receive(OSAAS_WINDOW_POINTER);
	memcpy(&p, msg.bytes, sizeof p);
	assert_int_equal(p.priority, OSAAS_PRIORITY_GRABBED);
}

static void send_command(uint32_t type, const void *payload, size_t size)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, payload, size);
	assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	window_receive(window);
}

/* Commands are carried out, or counted if they make no sense, and nothing is answered. */
static void test_commands(void **state)
{
	const uint64_t tag = UINT64_C(1) << 40 | 5;
	const struct osaas_window_grab grab = {tag, OSAAS_SOURCE_TOUCH, 3};
	const uint32_t dock = 123;
	const struct osaas_window_drag offer = {.tag = tag, .serial = 9, .type_size = 3};
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	asked.sense = true;
	send_command(OSAAS_WINDOW_FOCUS_AREA, &tag, sizeof tag);
	assert_true(asked.focus == tag);
	send_command(OSAAS_WINDOW_GRAB, &grab, sizeof grab);
	assert_memory_equal(&asked.grab, &grab, sizeof grab);
	send_command(OSAAS_WINDOW_DOCK, &dock, sizeof dock);
	assert_int_equal(asked.dock, dock);
	send_command(OSAAS_WINDOW_OFFER, &offer, sizeof offer);
	assert_memory_equal(&asked.offer, &offer, sizeof offer);
	assert_int_equal(window->senseless, 0);
	asked.sense = false;
	send_command(OSAAS_WINDOW_GRAB, &grab, sizeof grab);
	assert_int_equal(window->senseless, 1);
	assert_int_equal(window->ignored, 0);
	send_command(999, &grab, sizeof grab);
	assert_int_equal(window->ignored, 1);
	nothing_more();
}

/* Who may not is refused; what it may and makes no sense is only counted. */
static void test_capture(void **state)
{
	struct osaas_window_refused refused;
	struct osaas_window_motion m;
	const struct input_motion motion = {5, 1, -2, 0.5, -1};
	uint32_t on = 1;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	asked.answer = CAPTURE_REFUSED;
	send_command(OSAAS_WINDOW_CAPTURE, &on, sizeof on);
	struct message msg = receive(OSAAS_WINDOW_REFUSED);
	memcpy(&refused, msg.bytes, sizeof refused);
	assert_true(refused.serial == 0 && asked.capture);
	assert_int_equal(window->refused, 1);
	asked.answer = CAPTURE_DONE;
	on = 0;
	window->senseless = 0;
	send_command(OSAAS_WINDOW_CAPTURE, &on, sizeof on);
	assert_true(!asked.capture && window->senseless == 0);
	asked.answer = CAPTURE_SENSELESS;
	send_command(OSAAS_WINDOW_CAPTURE, &on, sizeof on);
	assert_int_equal(window->senseless, 1);
	nothing_more();
	window_send_captured(window, true);
	assert_int_equal(receive(OSAAS_WINDOW_CAPTURED).bytes[0], 1);
	window_send_motion(window, &motion);
	msg = receive(OSAAS_WINDOW_MOTION);
	memcpy(&m, msg.bytes, sizeof m);
	assert_true(m.time_ns == 5 && m.dx == 1 && m.dy == -2);
	assert_true(m.raw_dx == 0.5f && m.raw_dy == -1.0f);
}

static void test_area_focus(void **state)
{
	const uint64_t tag = UINT64_C(1) << 40 | 5;
	uint64_t got;
	uint32_t on;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	window_send_area_focus(window, tag, true);
	struct message msg = receive(OSAAS_WINDOW_AREA_FOCUS);
	memcpy(&got, msg.bytes, sizeof got);
	memcpy(&on, &msg.bytes[8], sizeof on);
	assert_true(got == tag && on == 1);
}

/* Which message a source comes as, what it says of itself, and that scrolling says nothing. */
static void test_sources(void **state)
{
	static const struct {
		enum input_source source;
		enum input_route_kind kind;
		uint32_t type, says, id;
	} cases[] = {
		{INPUT_SOURCE_MOUSE, INPUT_ROUTE_PRESS, OSAAS_WINDOW_POINTER,
			OSAAS_SOURCE_MOUSE, 0},
		{INPUT_SOURCE_TOUCH, INPUT_ROUTE_PRESS, OSAAS_WINDOW_POINTER,
			OSAAS_SOURCE_TOUCH, 3},
		{INPUT_SOURCE_TOUCH_MORE, INPUT_ROUTE_DRAG, OSAAS_WINDOW_TOUCH,
			OSAAS_SOURCE_TOUCH, 3},
	};
	struct osaas_window_pointer p;
	struct input_pointer at = pointer_at(1);
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	at.finger = 3;
	at.scroll_x = 1;
	at.scroll_y = -2;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		at.source = cases[i].source;
		window_send_pointer(window, 9, cases[i].kind, &at);
		struct message msg = receive(cases[i].type);
		memcpy(&p, msg.bytes, sizeof p);
		assert_int_equal(p.source, cases[i].says);
		assert_int_equal(p.id, cases[i].id);
	}
	at.source = INPUT_SOURCE_MOUSE;
	window_send_pointer(window, 9, INPUT_ROUTE_SCROLL, &at);
	struct message msg = receive(OSAAS_WINDOW_POINTER);
	memcpy(&p, msg.bytes, sizeof p);
	assert_true(p.scroll_x == 1 && p.scroll_y == -2);
	assert_int_equal(sizeof p, 40);
}

/* Fills the channel until a move no longer fits. */
static void fill_with_moves(int n)
{
	for (int i = 0; i < n; i++) {
		struct input_pointer at = pointer_at((float)i);
		window_send_pointer(window, 1, INPUT_ROUTE_MOVE, &at);
	}
}

static int count_moves(float *last_x)
{
	struct message msg;
	int n = 0;
	while (endpoint_try_recv(plugin, &msg) == 0) {
		struct osaas_window_pointer p;
		memcpy(&p, msg.bytes, sizeof p);
		if (msg.type != OSAAS_WINDOW_POINTER)
			continue;
		*last_x = p.x;
		n++;
	}
	return n;
}

static void test_moves_merge(void **state)
{
	float x = 0;
	(void)state;
	gl.listen |= LISTEN_MERGE;
	fill_with_moves(1000);
	assert_false(window->lost);
	int n = count_moves(&x);
	assert_in_range(n, 10, 100);
	window_flush(window);
	assert_int_equal(count_moves(&x), 1);
	assert_true(x == 999.0f / 2);
	window_flush(window);
	nothing_more();
}

/*
 * Who does not ask for that gets every one: also when it stalls for 2 s and four of its areas hear of
 * a mouse of 1000 Hz. Memory for it goes again.
 */
static void test_moves_stay(void **state)
{
	(void)state;
	fill_with_moves(8000);
	assert_false(window->lost);
	assert_true(window->backlog.room <= BACKLOG_MAX);
	receive(OSAAS_WINDOW_CONFIG);
	for (int i = 0; i < 8000; i++) {
		struct osaas_window_pointer p;
		struct message msg = receive(OSAAS_WINDOW_POINTER);
		memcpy(&p, msg.bytes, sizeof p);
		assert_true(p.x == (float)i / 2);
		window_flush(window);
	}
	nothing_more();
	assert_int_equal(window->backlog.room, BACKLOG_FIRST);
}

/* Those of an area and of the one around it, and what comes between, stay in order. */
static void test_moves_of_several(void **state)
{
	static const struct {
		uint32_t type;
		uint64_t tag;
		float x;
	} left[] = {
		{OSAAS_WINDOW_POINTER, 1, 49.5f},
		{OSAAS_WINDOW_POINTER, 2, 49.5f},
		{OSAAS_WINDOW_TOUCH, 1, 49.5f},
		{OSAAS_WINDOW_KEY, 0, 0},
		{OSAAS_WINDOW_POINTER, 1, 0},
	};
	struct input_key key = {.code = 30, .pressed = true};
	float x;
	(void)state;
	fill_with_moves(63); /* and the size */
	gl.listen |= LISTEN_MERGE;
	for (int i = 0; i < 100; i++) {
		struct input_pointer at = pointer_at((float)i);
		window_send_pointer(window, 1, INPUT_ROUTE_MOVE, &at);
		window_send_pointer(window, 2, INPUT_ROUTE_MOVE, &at);
		at.source = INPUT_SOURCE_TOUCH_MORE;
		window_send_pointer(window, 1, INPUT_ROUTE_MOVE, &at);
	}
	window_send_key(window, &key, 0);
	fill_with_moves(1);
	count_moves(&x);
	window_flush(window);
	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		struct osaas_window_pointer p;
		struct message msg = receive(left[i].type);
		memcpy(&p, msg.bytes, sizeof p);
		if (msg.type != OSAAS_WINDOW_KEY)
			assert_true(p.tag == left[i].tag && p.x == left[i].x);
	}
	nothing_more();
}

static void draw(float pressure, enum input_pen_kind kind)
{
	struct input_pen pen = {.kind = kind,
		.tool = INPUT_PEN_ERASER,
		.tool_id = 77,
		.pressure = pressure,
		.distance = 0.5f,
		.tilt_x = 30,
		.tilt_y = -20,
		.rotation = 359.99f,
		.slider = -1,
		.buttons = 3,
		.time_ns = 5};
	struct input_pointer at = pointer_at(pressure);
	at.source = INPUT_SOURCE_PEN;
	window_send_pen(window, 9, &pen);
	window_send_pointer(window, 9,
		kind == INPUT_PEN_MOVE ? INPUT_ROUTE_MOVE : INPUT_ROUTE_PRESS, &at);
}

static void expect_pen(float pressure)
{
	struct osaas_window_pen p;
	struct osaas_window_pointer at;
	struct message msg = receive(OSAAS_WINDOW_PEN);
	memcpy(&p, msg.bytes, sizeof p);
	assert_int_equal(p.pressure, lroundf(pressure * 65535));
	msg = receive(OSAAS_WINDOW_POINTER);
	memcpy(&at, msg.bytes, sizeof at);
	assert_int_equal(at.source, OSAAS_SOURCE_PEN);
	assert_true(at.x == pressure / 2);
}

/* What a pen tells goes before its event, and is merged as its moves are; a press is not. */
static void test_pen(void **state)
{
	struct osaas_window_pen p;
	float x;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	draw(1, INPUT_PEN_PRESS);
	struct message msg = receive(OSAAS_WINDOW_PEN);
	memcpy(&p, msg.bytes, sizeof p);
	assert_true(p.time_ns == 5 && p.tag == 9 && p.tool_id == 77);
	assert_int_equal(p.tool, OSAAS_PEN_ERASER);
	assert_int_equal(p.pressure, 65535);
	assert_int_equal(p.distance, 32768);
	assert_true(p.tilt_x == 30 && p.tilt_y == -20);
	assert_int_equal(p.rotation, 35999);
	assert_int_equal(p.slider, -32767);
	assert_int_equal(p.buttons, 3);
	receive(OSAAS_WINDOW_POINTER);
	nothing_more();
	fill_with_moves(64);
	gl.listen |= LISTEN_MERGE;
	for (int i = 0; i < 1000; i++)
		draw((float)i / 1024, INPUT_PEN_MOVE);
	draw(0.5f, INPUT_PEN_PRESS);
	draw(0.25f, INPUT_PEN_MOVE);
	draw(0.75f, INPUT_PEN_MOVE);
	count_moves(&x);
	window_flush(window);
	expect_pen(999.0f / 1024);
	expect_pen(0.5f);
	expect_pen(0.75f);
	nothing_more();
	assert_false(window->lost);
}

static void test_gesture(void **state)
{
	struct input_gesture pinch = {.time_ns = 5,
		.kind = INPUT_GESTURE_PINCH,
		.phase = INPUT_GESTURE_UPDATE,
		.fingers = 1000,
		.dx = 1,
		.dy = 2,
		.scale = 3,
		.rotation = 4,
		.mods = INPUT_MOD_SHIFT};
	struct osaas_window_gesture g;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	window_send_gesture(window, 9, &pinch);
	struct message msg = receive(OSAAS_WINDOW_GESTURE);
	memcpy(&g, msg.bytes, sizeof g);
	assert_true(g.time_ns == 5 && g.tag == 9 && g.kind == OSAAS_GESTURE_PINCH);
	assert_int_equal(g.phase, OSAAS_GESTURE_UPDATE);
	assert_int_equal(g.fingers, 255);
	assert_int_equal(g.mods, OSAAS_MOD_SHIFT);
	assert_true(g.dx == 1 && g.dy == 2 && g.scale == 3 && g.rotation == 4);
	pinch.kind = INPUT_GESTURE_HOLD;
	pinch.phase = INPUT_GESTURE_CANCEL;
	window_send_gesture(window, 9, &pinch);
	msg = receive(OSAAS_WINDOW_GESTURE);
	memcpy(&g, msg.bytes, sizeof g);
	assert_int_equal(g.kind, OSAAS_GESTURE_HOLD);
	assert_int_equal(g.phase, OSAAS_GESTURE_CANCEL);
}

static void test_keys_wait(void **state)
{
	struct input_key key = {.pressed = true};
	int n = 0;
	float x;
	(void)state;
	gl.listen |= LISTEN_MERGE;
	fill_with_moves(100);
	for (key.code = 1; key.code <= 30; key.code++)
		window_send_key(window, &key, 0);
	window_send_focus(window, false);
	count_moves(&x);
	window_flush(window);
	receive(OSAAS_WINDOW_POINTER);
	while (n++ < 30)
		assert_int_equal(receive(OSAAS_WINDOW_KEY).bytes[8], n);
	receive(OSAAS_WINDOW_FOCUS);
	nothing_more();
}

static void test_keys_are_lost_and_told(void **state)
{
	struct input_key key = {.code = 30, .pressed = true, .utf8 = "a"};
	float x;
	(void)state;
	gl.listen |= LISTEN_MERGE;
	fill_with_moves(500);
	window_send_focus(window, false);
	window_send_focus(window, true);
	for (int i = 0; i < BACKLOG_MAX; i++)
		window_send_key(window, &key, 7);
	assert_true(window->lost);
	count_moves(&x);
	window_flush(window);
	receive(OSAAS_WINDOW_LOST);
	/* The last that was said of who has the keys is still told. */
	struct message msg = receive(OSAAS_WINDOW_FOCUS);
	assert_int_equal(msg.bytes[0], 1);
	for (int i = 0; i < 3; i++)
		receive(OSAAS_WINDOW_KEY);
	nothing_more();
	window_send_key(window, &key, 7);
	receive(OSAAS_WINDOW_KEY);
}

static void edit(void)
{
	const struct osaas_window_edit e = {7, 0, 0};
	assert_int_equal(window_send_edit(window, OSAAS_WINDOW_EDIT, &e, "a", 1), 0);
}

static bool shows_all(void)
{
	assert_true(!window->shown_told || window->shown_told == window->heard.told);
	return window->shown_told != 0;
}

static size_t receive_edits(void)
{
	struct message msg;
	size_t n = 0;
	for (; endpoint_try_recv(plugin, &msg) == 0; n++)
		message_drop(&msg);
	return n;
}

/* Which frames were sent after all edits were received. */
static void test_heard(void **state)
{
	struct message frame = {.type = OSAAS_WINDOW_FRAME};
	(void)state;
	send_frame(1);
	assert_true(shows_all());
	edit();
	send_frame(2);
	assert_false(shows_all());
	receive(OSAAS_WINDOW_CONFIG);
	send_frame(3);
	assert_false(shows_all());
	struct message msg = receive(OSAAS_WINDOW_EDIT);
	assert_int_equal(msg.len, 1);
	message_drop(&msg);
	window_send_focus(window, true); /* that is not read tells nothing of a text */
	send_frame(4);
	assert_true(shows_all());
	/* Sent before, and taken after it. */
	assert_int_equal(endpoint_try_send(plugin, &frame), 0);
	edit();
	window_receive(window);
	assert_false(shows_all());
	receive(OSAAS_WINDOW_FOCUS);
	assert_int_equal(receive_edits(), 1);
	send_frame(5);
	assert_true(shows_all());
}

/* The same of those that the channel has no room for. */
static void test_heard_late(void **state)
{
	size_t n = 0;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	for (int i = 0; i < 100; i++)
		edit();
	n += receive_edits();
	assert_in_range(n, 1, 99);
	send_frame(1);
	assert_false(shows_all());
	window_flush(window);
	send_frame(2);
	assert_false(shows_all());
	n += receive_edits();
	assert_int_equal(n, 100);
	send_frame(3);
	assert_true(shows_all());
	/* Lost ones are not waited for. */
	for (int i = 0; i < BACKLOG_MAX + 200; i++)
		edit();
	assert_true(window->lost);
	for (int i = 0; i < 300; i++) {
		receive_edits();
		window_flush(window);
	}
	assert_int_equal(window->backlog.n, 0);
	send_frame(4);
	assert_true(shows_all());
}

/* Another window in its place shows what it showed until it has a frame of its own. */
/* A release, say, that is no reason to draw: the next press is measured by itself. */
static void test_input_without_effect(void **state)
{
	struct group group;
	struct input_key key = {.time_ns = 5};
	(void)state;
	group_init(&group, "test");
	window->group = &group;
	receive(OSAAS_WINDOW_CONFIG);
	window_send_key(window, &key, 7);
	window_flush(window);
	assert_true(window->ledger.routed_ns && !window->ledger.idle_ns); /* not taken */
	receive(OSAAS_WINDOW_KEY);
	window->owes_shown = true; /* it may not send before that is told */
	window_flush(window);
	assert_true(window->ledger.idle_ns == 0);
	window_send_shown(window, 1, 1);
	window_flush(window);
	assert_true(window->ledger.idle_ns == 0);
	receive(OSAAS_WINDOW_SHOWN);
	struct message odd = {.type = 99};
	assert_int_equal(endpoint_try_send(plugin, &odd), 0);
	window_flush(window);
	assert_true(window->ledger.idle_ns == 0); /* what it sent is not looked at */
	window_receive(window);
	window_flush(window);
	assert_true(window->ledger.idle_ns > 0);
	key.time_ns = 9;
	group.began_ns = 7;
	window_send_key(window, &key, 7);
	assert_true(window->ledger.input_ns == 9 && group.began_ns == 0);
	window->group = NULL;
}

static void test_stand_in(void **state)
{
	struct window *next;
	struct endpoint *end;
	struct message frame = {
		.type = OSAAS_WINDOW_FRAME, .buffer = buffer_create(64), .len = 16};
	(void)state;
	assert_int_equal(window_create(&session, "next", &next, &end), 0);
	window_stand_in(next, window);
	assert_null(window_base(next)); /* there was none */
	send_frame(1);
	window_stand_in(next, window);
	struct gl_layer *shown = window->layer;
	assert_ptr_equal(window_base(next), shown);
	/* Not its own yet: who it is of may take its place back. */
	window_destroy(next);
	endpoint_close(end);
	assert_int_equal(gl.destroyed, 0);
	assert_ptr_equal(window_base(window), shown);

	assert_int_equal(window_create(&session, "next", &next, &end), 0);
	assert_int_equal(window_configure(next, 640, 480, 2), 0);
	window_stand_in(next, window);
	window_inherit(next, window);
	assert_null(window->layer);
	assert_null(window_base(window));
	assert_ptr_equal(window_base(next), shown);
	assert_int_equal(endpoint_try_send(end, &frame), 0);
	window_receive(next);
	assert_int_equal(gl.destroyed, 1);
	assert_null(next->behind);
	assert_ptr_equal(window_base(next), next->layer);
	window_destroy(next);
	endpoint_close(end);
	assert_int_equal(gl.destroyed, 2);
}

/* What a drag carries moves along; who is not there any more does not keep it. */
static void test_drag(void **state)
{
	const struct osaas_window_drag drag = {.tag = 5, .kind = OSAAS_DRAG_DATA};
	struct buffer *buffer = buffer_create(9);
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	window_send_drag(window, &drag, buffer, 7);
	struct message msg = receive(OSAAS_WINDOW_DRAG);
	assert_memory_equal(msg.bytes, &drag, sizeof drag);
	assert_ptr_equal(msg.buffer, buffer);
	assert_int_equal(msg.len, 7);
	message_drop(&msg);
	for (int i = 0; i < 100; i++)
		window_send_drag(window, &drag, buffer_create(9), 7);
}

static void test_closed_end(void **state)
{
	const struct osaas_window_drag drag = {.tag = 5, .kind = OSAAS_DRAG_DATA};
	(void)state;
	for (int i = 0; i < 100; i++)
		window_send_drag(window, &drag, buffer_create(9), 7);
	endpoint_close(plugin);
	struct endpoint *other[2];
	window_receive(window);
	window_send_focus(window, true);
	window_flush(window);
	window_send_drag(window, &drag, buffer_create(9), 7);
	assert_int_equal(endpoint_pair(other, 1), 0);
	plugin = other[0];
	endpoint_close(other[1]);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_config),
		T(test_frame_and_shown),
		T(test_no_height),
		T(test_one_at_a_time),
		T(test_refused),
		T(test_image),
		T(test_nonsense),
		T(test_capture),
		T(test_pointer),
		T(test_sources),
		T(test_commands),
		T(test_drag),
		T(test_area_focus),
		T(test_pen),
		T(test_gesture),
		T(test_moves_merge),
		T(test_moves_stay),
		T(test_moves_of_several),
		T(test_keys_wait),
		T(test_heard),
		T(test_heard_late),
		T(test_stand_in),
		T(test_input_without_effect),
		T(test_closed_end),
		T(test_keys_are_lost_and_told),
	};
	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
