/*
 * The router beside its model, over random scenes and what is done to them: what plugins
 * receive through streams, layers and channels is, letter for letter, what the model says.
 *
 *	routing_model_test [SCENES [SEED]]
 */
#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include <cmocka.h>

#include "plugins/include/osaas_window.h"
#include "routing_model.h"
#include "routing_rig.h"
#include "session/dragging.h"
#include "session/focusing.h"
#include "session/pointer.h"
#include "session/routing.h"
#include "session/settings.h"
#include "util/clock.h"
#include "util/opwire.h"

static unsigned long n_scenes = 100000, seed = 1;

/* Chance: splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators). */
static uint64_t state;

static uint32_t chance(uint32_t n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) % n);
}

/* Scenes. */

static void add(
	struct model_scene *s, enum model_op op, float a, float b, float c, float d)
{
	s->ops[s->n].op = op;
	s->ops[s->n].v[0] = a;
	s->ops[s->n].v[1] = b;
	s->ops[s->n].v[2] = c;
	s->ops[s->n].v[3] = d;
	s->ops[s->n++].tag = 1 + chance(MODEL_TAGS - 1);
}

/* Small enough to miss some, large enough that many lie over each other. */
static void add_shape(struct model_scene *s, enum model_op op, bool circles)
{
	float x = (float)chance(60), y = (float)chance(60);
	float w = (float)(10 + chance(80)), h = (float)(10 + chance(80));
	if (op == MODEL_RECT && circles && chance(2))
		add(s, MODEL_CIRCLE, x, y, w, 0);
	else
		add(s, op, x, y, x + w, y + h);
}

static void add_transform(struct model_scene *s)
{
	static const float scales[] = {1, 1, 1, 0.5f, 2};
	add(s, MODEL_TRANSFORM, (float)chance(40) - 20, (float)chance(40) - 20,
		scales[chance(5)], 0);
}

static void add_ops(struct model_scene *s, bool circles)
{
	int n = 4 + (int)chance(20), clips = 0, transforms = 0, passes = 0;
	for (int i = 0; i < n; i++) {
		uint32_t what = chance(16);
		if (what < 4)
			add_shape(s, MODEL_RECT, circles), clips++;
		else if (what < 6 && clips > 0)
			add(s, MODEL_CLIP_POP, 0, 0, 0, 0), clips--;
		else if (what == 6)
			add_transform(s), transforms++;
		else if (what == 7 && transforms > 0)
			add(s, MODEL_TRANSFORM_POP, 0, 0, 0, 0), transforms--;
		else if (what == 8)
			add(s, MODEL_PASS, 0, 0, 0, 0), passes++;
		else if (what == 9 && passes > 0)
			add(s, MODEL_PASS_POP, 0, 0, 0, 0), passes--;
		else if (what == 10 && chance(3) == 0)
			add_shape(s, MODEL_DEFER, false);
		else
			add(s, MODEL_AREA, 0, 0, 0, 0);
	}
	while (clips-- > 0)
		add(s, MODEL_CLIP_POP, 0, 0, 0, 0);
	while (transforms-- > 0)
		add(s, MODEL_TRANSFORM_POP, 0, 0, 0, 0);
	while (passes-- > 0)
		add(s, MODEL_PASS_POP, 0, 0, 0, 0);
}

static void add_filters(struct model_scene *s)
{
	for (int tag = 1; tag < MODEL_TAGS; tag++) {
		float *range = s->listens[tag].range;
		s->listens[tag].said = chance(2);
		s->listens[tag].kinds = chance(4) ? LISTEN_POINTER : chance(256);
		s->listens[tag].kinds |= chance(3) ? 0 : LISTEN_FOCUS;
		for (int i = 0; i < 4; i++)
			range[i] = (float)chance(20) * (i % 2 ? 1 : -1);
		if (!(s->listens[tag].kinds & OSAAS_POINTER_SCROLL))
			memset(range, 0, 4 * sizeof *range);
	}
	s->n_keys = (int)chance(MODEL_KEYS + 1);
	for (int i = 0; i < s->n_keys; i++) {
		static const uint32_t keysyms[] = {0, 'a', 'b'};
		s->keys[i].tag = 1 + chance(MODEL_TAGS - 1);
		s->keys[i].required = chance(2) ? 0 : chance(2) ? 1 : 4;
		s->keys[i].optional = chance(2) ? 0 : chance(2) ? 1 : 4;
		s->keys[i].keysym = keysyms[chance(3)];
		s->keys[i].focused = chance(2);
	}
}

static void add_moves(struct model_scene *s)
{
	s->n_moves = chance(3) ? 1 + (int)chance(MODEL_MOVES) : 0;
	for (int i = 0; i < s->n_moves; i++) {
		s->moves[i].tag = 1 + chance(MODEL_TAGS - 1);
		s->moves[i].target = chance(3);
		s->moves[i].type = (int)chance(MODEL_TYPES);
	}
}

static void make_scene(struct model_scene *s, bool circles)
{
	memset(s, 0, sizeof *s);
	add_ops(s, circles);
	add_filters(s);
	add_moves(s);
}

/* As a stream. */

struct writer {
	uint32_t words[1024];
	size_t n;
};

static void put(struct writer *w, uint32_t word)
{
	assert_true(w->n < sizeof w->words / sizeof *w->words);
	w->words[w->n++] = word;
}

static void put_floats(struct writer *w, const float *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t word;
		memcpy(&word, &v[i], sizeof word);
		put(w, word);
	}
}

static void put_op(struct writer *w, uint32_t op, uint32_t words)
{
	put(w, op | words << 8);
}

static void put_tag(struct writer *w, uint64_t tag)
{
	put(w, (uint32_t)tag);
	put(w, 0);
}

static void put_box(struct writer *w, uint32_t op, const float *v)
{
	put_op(w, op, 4);
	put_floats(w, v, 4);
}

static void put_area(struct writer *w, uint64_t tag)
{
	put_op(w, OP_AREA, 2);
	put_tag(w, tag);
}

static void put_defer(struct writer *w, uint32_t id, const float *v, uint64_t tag)
{
	put_op(w, OP_MACRO, 1 + 5 + 3 + 1);
	put(w, id);
	put_box(w, OP_CLIP_RECT, v);
	put_area(w, tag);
	put_op(w, OP_CLIP_POP, 0);
	put_op(w, OP_DEFER, 1);
	put(w, id);
}

static void put_scene_op(struct writer *w, const struct model_scene *s, int i)
{
	static const uint32_t bare[] = {
		[MODEL_CLIP_POP] = OP_CLIP_POP,
		[MODEL_TRANSFORM_POP] = OP_TRANSFORM_POP,
		[MODEL_PASS] = OP_PASS_PUSH,
		[MODEL_PASS_POP] = OP_PASS_POP,
	};
	const float *v = s->ops[i].v;
	const float m[6] = {v[2], 0, v[0], 0, v[2], v[1]};
	const float square[4] = {v[0], v[1], v[0] + v[2], v[1] + v[2]};
	switch (s->ops[i].op) {
	case MODEL_RECT:
		put_box(w, OP_CLIP_RECT, v);
		break;
	case MODEL_CIRCLE:
		put_box(w, OP_CLIP_ELLIPSE, square);
		break;
	case MODEL_TRANSFORM:
		put_op(w, OP_TRANSFORM_PUSH, 6);
		put_floats(w, m, 6);
		break;
	case MODEL_AREA:
		put_area(w, s->ops[i].tag);
		break;
	case MODEL_DEFER:
		put_defer(w, (uint32_t)i, v, s->ops[i].tag);
		break;
	default:
		put_op(w, bare[s->ops[i].op], 0);
	}
}

static void put_filters(struct writer *w, const struct model_scene *s)
{
	for (uint64_t tag = 1; tag < MODEL_TAGS; tag++) {
		if (!s->listens[tag].said)
			continue;
		put_op(w, OP_LISTEN, 7);
		put_tag(w, tag);
		put(w, s->listens[tag].kinds);
		put_floats(w, s->listens[tag].range, 4);
	}
	for (int i = 0; i < s->n_keys; i++) {
		put_op(w, OP_KEYS, 6);
		put_tag(w, s->keys[i].tag);
		put(w, s->keys[i].required);
		put(w, s->keys[i].optional);
		put(w, s->keys[i].keysym);
		put(w, s->keys[i].focused ? KEYS_FOCUSED : 0);
	}
}

static void put_moves(struct writer *w, const struct model_scene *s)
{
	for (int i = 0; i < s->n_moves; i++) {
		put_op(w, OP_TRANSFER, 5);
		put_tag(w, s->moves[i].tag);
		put(w, s->moves[i].target ? TRANSFER_TARGET : TRANSFER_SOURCE);
		put(w, 3);
		put(w, 'a' | '/' << 8 | ('0' + (uint32_t)s->moves[i].type) << 16);
	}
}

static void send_scene(struct rig *rig, const struct model_scene *s)
{
	struct writer w = {.n = 4};
	for (int i = 0; i < s->n; i++)
		put_scene_op(&w, s, i);
	put_filters(&w, s);
	put_moves(&w, s);
	w.words[0] = 0x706f534f;
	w.words[1] = 1 | 2 << 16;
	w.words[2] = (uint32_t)(4 * w.n);
	w.words[3] = 0;
	rig_frame_bytes(rig, w.words, 4 * w.n);
}

/* Doing the same to both. */

struct pair {
	struct rig rig;
	struct model model;
	bool circles; /* no point lies on an edge then */
};

static float place(const struct pair *p)
{
	return (float)chance(140) - 10 + (p->circles ? 0.25f : 0);
}

static void point(struct pair *p, enum input_pointer_kind kind, uint32_t button)
{
	struct input_pointer e = {.time_ns = ++p->rig.time_ns,
		.kind = kind,
		.x = p->model.pointers[MODEL_MOUSE].x,
		.y = p->model.pointers[MODEL_MOUSE].y,
		.button = button,
		.buttons = p->model.buttons};
	if (kind == INPUT_POINTER_SCROLL) {
		e.scroll_x = (float)chance(50) - 25;
		e.scroll_y = chance(4) ? (float)chance(50) - 25 : 0;
		model_scroll(&p->model, e.scroll_x, e.scroll_y);
	}
	session_pointer(&p->rig.session, &e);
}

static void press_or_release(struct pair *p)
{
	unsigned button = 1u << chance(2);
	bool press = !(p->model.buttons & button);
	if (press)
		model_press(&p->model, button);
	else
		model_release(&p->model, button);
	point(p, press ? INPUT_POINTER_PRESS : INPUT_POINTER_RELEASE,
		button == 1 ? BTN_LEFT : BTN_RIGHT);
}

static void do_touch(struct pair *p)
{
	uint32_t id = chance(MODEL_FINGERS);
	struct input_touch t = {
		.time_ns = ++p->rig.time_ns, .id = id, .x = place(p), .y = place(p)};
	if (!p->model.pointers[id].down) {
		t.kind = INPUT_TOUCH_DOWN;
		model_down(&p->model, (int)id, t.x, t.y);
	} else if (chance(3)) {
		t.kind = INPUT_TOUCH_MOVE;
		model_drag(&p->model, (int)id, t.x, t.y);
	} else {
		t.kind = INPUT_TOUCH_UP;
		t.x = p->model.pointers[id].x;
		t.y = p->model.pointers[id].y;
		model_up(&p->model, (int)id);
	}
	session_touch(&p->rig.session, &t);
}

static void do_grab(struct pair *p)
{
	int pointer = (int)chance(MODEL_FINGERS + 1);
	uint64_t tag = 1 + chance(MODEL_TAGS - 1);
	struct osaas_window_grab grab = {.tag = tag, .source = OSAAS_SOURCE_MOUSE};
	if (pointer != MODEL_MOUSE) {
		grab.source = OSAAS_SOURCE_TOUCH;
		grab.id = (uint32_t)pointer;
	}
	model_grab(&p->model, pointer, tag);
	routing_grab(p->rig.windows[0], &grab);
}

static void do_focus(struct pair *p)
{
	uint64_t tag = chance(MODEL_TAGS);
	model_focus(&p->model, tag);
	focusing_set(p->rig.windows[0], tag);
}

static void do_key(struct pair *p)
{
	static const uint32_t mods[] = {0, 0, 1, 4};
	struct input_key k = {.time_ns = ++p->rig.time_ns,
		.pressed = true,
		.code = KEY_A,
		.keysym = 'a' + chance(2),
		.mods = mods[chance(4)]};
	model_key(&p->model, k.keysym, k.mods);
	session_key(&p->rig.session, &k);
}

/* At times of another type, or to what nobody asked. */
static void do_offer(struct pair *p)
{
	bool right = chance(6);
	struct model_drag d;
	struct osaas_window_drag offer = {.serial = 1u << 30, .tag = 1, .type_size = 3};
	struct message msg = {.type = OSAAS_WINDOW_OFFER, .buffer = buffer_create(64)};
	bool asked = model_offer(&p->model, chance(4), right, &d);
	if (asked) {
		offer.serial = d.serial;
		offer.tag = d.source;
		msg.len = (uint64_t)sprintf(buffer_data(msg.buffer), "a/%d%u",
			right ? d.type : (d.type + 1) % MODEL_TYPES, d.serial);
	}
	memcpy(msg.bytes, &offer, sizeof offer);
	assert_int_equal(dragging_offer(p->rig.windows[0], &msg), asked);
	message_drop(&msg);
}

static void do_escape(struct pair *p)
{
	struct input_key k = {.time_ns = ++p->rig.time_ns,
		.pressed = true,
		.code = KEY_ESC,
		.keysym = XKB_KEY_Escape};
	if (model_escape(&p->model))
		session_key(&p->rig.session, &k);
}

static void do_something(struct pair *p)
{
	uint32_t what = chance(35);
	if (what == 32) {
		do_escape(p);
	} else if (what > 32) {
		do_offer(p);
	} else if (what < 9) {
		model_move(&p->model, place(p), place(p));
		point(p, INPUT_POINTER_MOVE, 0);
	} else if (what < 16) {
		press_or_release(p);
	} else if (what < 19) {
		point(p, INPUT_POINTER_SCROLL, 0);
	} else if (what < 25) {
		do_touch(p);
	} else if (what < 28) {
		do_grab(p);
	} else if (what == 28) {
		do_focus(p);
	} else if (what < 31) {
		do_key(p);
	} else if (chance(2)) {
		model_leave(&p->model);
		session_pointer_leave(&p->rig.session);
	} else {
		model_cancel(&p->model);
		session_input_cancel(&p->rig.session);
	}
}

static void compare(struct pair *p, unsigned long scene, unsigned step)
{
	rig_collect(&p->rig);
	if (strcmp(p->rig.trace, p->model.trace) != 0)
		fail_msg(
			"seed %lu, scene %lu, step %u: got \"%s\", the model says \"%s\"",
			seed, scene, step, p->rig.trace, p->model.trace);
	p->rig.trace[0] = p->model.trace[0] = '\0';
}

/* Everything is up, and of circles and none the pointers know nothing of the other's places. */
static void begin_again(struct pair *p)
{
	p->circles = chance(2);
	model_cancel(&p->model);
	session_input_cancel(&p->rig.session);
	while (p->model.buttons) {
		unsigned button = p->model.buttons & 1 ? 1 : 2;
		model_release(&p->model, button);
		point(p, INPUT_POINTER_RELEASE, button == 1 ? BTN_LEFT : BTN_RIGHT);
	}
	model_leave(&p->model);
	session_pointer_leave(&p->rig.session);
}

static void test_model(void **unused)
{
	static struct pair p;
	struct model_scene scene;
	(void)unused;
	print_message("# %lu scenes of seed %lu\n", n_scenes, seed);
	state = seed;
	rig_init(&p.rig);
	p.rig.places = true;
	/* Nothing is late. */
	clock_frozen_ns = NS_PER_S;
	p.rig.trace[0] = '\0';
	p.model.width = RIG_WIDTH;
	p.model.height = RIG_HEIGHT;
	for (unsigned long i = 0; i < n_scenes; i++) {
		if (i % 8 == 0)
			begin_again(&p);
		compare(&p, i, 0);
		make_scene(&scene, p.circles);
		model_frame(&p.model, &scene);
		send_scene(&p.rig, &scene);
		compare(&p, i, 1);
		/* Of some so much is asked that their hits are found by a grid. */
		unsigned steps = chance(200) ? 8 : 200;
		for (unsigned step = 0; step < steps; step++) {
			do_something(&p);
			compare(&p, i, 2 + step);
		}
	}
	rig_finish(&p.rig);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_model)};
	if (argc > 1)
		n_scenes = strtoul(argv[1], NULL, 0);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
