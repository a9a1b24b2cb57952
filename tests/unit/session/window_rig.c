#include "window_rig.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fake_layer.h"
#include "gl/region.h"
#include "session/dragging.h"
#include "session/focusing.h"
#include "session/panel.h"
#include "session/routing.h"
#include "session/texting.h"
#include "util/log.h"
#include "util/opwire.h"

struct session session;
struct window *window;
struct endpoint *plugin;
struct window_layer gl;
struct window_asked asked;

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

int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	memset(&gl, 0, sizeof gl);
	memset(&fake_layer, 0, sizeof fake_layer);
	memset(&asked, 0, sizeof asked);
	gl.listen = LISTEN_POINTER;
	memset(&session, 0, sizeof session);
	list_init(&session.dirty_windows);
	int r = window_create(&session, "test", &window, &plugin);
	return r < 0 ? r : window_configure(window, 640, 480, 2);
}

int teardown(void **state)
{
	(void)state;
	endpoint_close(plugin);
	window_destroy(window);
	return 0;
}

struct message receive(uint32_t type)
{
	struct message msg = {0};
	assert_int_equal(endpoint_try_recv(plugin, &msg), 0);
	assert_int_equal(msg.type, type);
	return msg;
}

void nothing_more(void)
{
	struct message msg;
	assert_int_equal(endpoint_try_recv(plugin, &msg), -EAGAIN);
}

void send_frame(uint64_t serial)
{
	struct message msg = {
		.type = OSAAS_WINDOW_FRAME, .buffer = buffer_create(64), .len = 16};
	memcpy(msg.bytes, &serial, sizeof serial);
	assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	assert_false(list_empty(&session.dirty_windows));
	window_receive(window);
	assert_true(list_empty(&session.dirty_windows));
}

struct input_pointer pointer_at(float x)
{
	return (struct input_pointer){.time_ns = 5, .x = x, .y = 20, .buttons = 1};
}

void fill_with_moves(int n)
{
	for (int i = 0; i < n; i++) {
		struct input_pointer at = pointer_at((float)i);
		window_send_pointer(window, 1, INPUT_ROUTE_MOVE, &at);
	}
}

int count_moves(float *last_x)
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
