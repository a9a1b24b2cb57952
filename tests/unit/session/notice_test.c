/*
 * A notice's pictures and buttons: its streams are read by gl's decoder, and hit as gl
 * hits them. The second half is the text in them.
 */
#include "session/notice.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include <cmocka.h>

#include "gl/decode.h"
#include "gl/region.h"
#include "gl/scene.h"
#include "session/session.h"
#include "session/op_stream.h"
#include "session/text_path.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"

static struct session session;
static struct window window;
static struct text_path *text;
static struct notice *notice;
static struct gl_scene scene;
static int submitted, damaged, presses;
static enum notice_button last_press;
static uint64_t later; /* than what is too early */

int gl_layer_create(struct gl *g, int32_t width, int32_t height, struct gl_layer **out)
{
	(void)g;
	scene.width = width;
	scene.height = height;
	*out = (struct gl_layer *)&scene;
	return 0;
}

int gl_layer_resize(struct gl_layer *layer, int32_t width, int32_t height)
{
	return gl_layer_create(NULL, width, height, &layer);
}

void gl_layer_destroy(struct gl_layer *layer)
{
	(void)layer;
}

int gl_layer_submit(struct gl_layer *layer, const void *data, size_t size,
	struct gl_region *damage, struct gl_op_error *err)
{
	int32_t width = scene.width, height = scene.height;
	(void)layer;
	submitted++;
	*damage = region_of((struct gl_rect){0, 0, 1, 1});
	int r = scene_decode(&scene, data, size, err);
	scene.width = width;
	scene.height = height;
	return r;
}

void session_damage(
	struct session *s, const struct window *w, const struct gl_region *damage)
{
	(void)s, (void)w, (void)damage;
	damaged++;
}

static void note_press(void *data, enum notice_button button)
{
	assert_ptr_equal(data, &presses);
	presses++;
	last_press = button;
}

static void make(int32_t width, int32_t height, float scale)
{
	static const struct notice_words words = {"Faller has stopped",
		"It ended with code 3.",
		"Report: ~/.local/state/osaas/reports/"
		"20261125T223740.744Z-org.example.a.txt"};
	window.width = width;
	window.height = height;
	window.scale = scale;
	notice = notice_create(&window, text, &words, note_press, &presses);
}

static int setup(void **state)
{
	char why[128];
	(void)state;
	log_set_level(LOG_SILENT);
	session = (struct session){.gl = (struct gl *)&session};
	window = (struct window){.session = &session, .name = "test"};
	submitted = damaged = presses = 0;
	text = text_path_open(why, sizeof why);
	make(1024, 768, 1);
	later = clock_now_ns() + NOTICE_GRACE_NS;
	return text ? 0 : -ENOENT;
}

static int teardown(void **state)
{
	(void)state;
	notice_destroy(notice);
	text_path_close(text);
	scene_finish(&scene);
	return 0;
}

/* Keys. */

static void press_key(uint32_t keysym)
{
	struct input_key key = {.time_ns = later, .keysym = keysym, .pressed = true};
	notice_key(notice, &key);
	key.pressed = false;
	notice_key(notice, &key);
}

static void expect(int n, enum notice_button button)
{
	assert_int_equal(presses, n);
	if (n)
		assert_int_equal(last_press, button);
}

static void test_keys(void **state)
{
	(void)state;
	press_key(XKB_KEY_Return);
	expect(1, NOTICE_RESTART);
	press_key(XKB_KEY_Escape);
	expect(2, NOTICE_CLOSE);
	press_key(XKB_KEY_r);
	expect(3, NOTICE_RESTART);
	press_key(XKB_KEY_Tab);
	expect(3, NOTICE_RESTART);
	press_key(XKB_KEY_space);
	expect(4, NOTICE_CLOSE);
	press_key(XKB_KEY_Left);
	press_key(XKB_KEY_KP_Enter);
	expect(5, NOTICE_RESTART);
	press_key(XKB_KEY_x);
	expect(5, NOTICE_RESTART);
}

/* Held keys, commands, and what was typed at the plugin press nothing. */
static void test_keys_that_do_not(void **state)
{
	static const struct input_key keys[] = {
		{.keysym = XKB_KEY_Return, .pressed = false},
		{.keysym = XKB_KEY_Return, .pressed = true, .repeat = true},
		{.keysym = XKB_KEY_r, .pressed = true, .mods = INPUT_MOD_CTRL},
		{.keysym = XKB_KEY_Escape, .pressed = true, .mods = INPUT_MOD_ALT},
	};
	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct input_key key = keys[i];
		key.time_ns = later;
		notice_key(notice, &key);
	}
	struct input_key early = {.keysym = XKB_KEY_Return, .pressed = true};
	early.time_ns = later - NOTICE_GRACE_NS / 2;
	notice_key(notice, &early);
	expect(0, NOTICE_RESTART);
}

/* Pointer. */

/* The middle of a button, as the stream says: the n-th area from below. */
static void middle(enum notice_button button, float *x, float *y)
{
	const struct gl_area *area = &scene.areas[1 + button];
	const struct gl_clip *clip = &scene.clips[area->clip];
	*x = (float)(clip->x0 + clip->x1) / 2;
	*y = (float)(clip->y0 + clip->y1) / 2;
}

static uint64_t tag_at(float x, float y)
{
	struct gl_hit hits[4];
	size_t n = scene_hit(&scene, (double)x, (double)y, hits, 4);
	assert_int_equal(n, 1);
	return hits[0].tag;
}

static uint64_t tag_of(enum notice_button button)
{
	float x, y;
	middle(button, &x, &y);
	return tag_at(x, y);
}

static void pointer(
	uint64_t tag, enum input_route_kind kind, uint32_t button, uint64_t ns)
{
	struct input_pointer p = {.time_ns = ns, .button = button};
	notice_pointer(notice, tag, kind, &p);
}

static void test_areas(void **state)
{
	(void)state;
	assert_int_equal(scene.n_areas, 3);
	uint64_t restart = tag_of(NOTICE_RESTART), close = tag_of(NOTICE_CLOSE);
	assert_true(restart != close);
	/* Elsewhere it is the window's: nothing below it is hit. */
	assert_true(tag_at(0, 0) != restart && tag_at(0, 0) != close);
	assert_int_equal(tag_at(512, 300), tag_at(1023.5f, 767.5f));
}

static uint32_t color_of(enum notice_button button)
{
	const struct gl_area *area = &scene.areas[1 + button];
	for (size_t i = 0; i < scene.n_paints; i++) {
		if (scene.paints[i].clip == area->clip)
			return scene.paints[i].color;
	}
	fail();
	return 0;
}

static void test_click(void **state)
{
	uint64_t tag = tag_of(NOTICE_CLOSE);
	uint32_t rest = color_of(NOTICE_CLOSE);
	(void)state;
	pointer(tag, INPUT_ROUTE_ENTER, 0, later);
	uint32_t hovered = color_of(NOTICE_CLOSE);
	pointer(tag, INPUT_ROUTE_PRESS, BTN_LEFT, later);
	uint32_t pressed = color_of(NOTICE_CLOSE);
	expect(0, NOTICE_CLOSE);
	pointer(tag, INPUT_ROUTE_RELEASE, BTN_LEFT, later);
	expect(1, NOTICE_CLOSE);
	assert_true(rest != hovered && hovered != pressed && rest != pressed);
	assert_int_equal(color_of(NOTICE_CLOSE), hovered);
	pointer(tag, INPUT_ROUTE_LEAVE, 0, later);
	assert_int_equal(color_of(NOTICE_CLOSE), rest);
}

/* Let go elsewhere, another button, taken away by the system, too early: no press. */
static void test_no_click(void **state)
{
	uint64_t tag = tag_of(NOTICE_RESTART);
	(void)state;
	pointer(tag, INPUT_ROUTE_ENTER, 0, later);
	pointer(tag, INPUT_ROUTE_PRESS, BTN_LEFT, later);
	pointer(tag, INPUT_ROUTE_LEAVE, 0, later);
	pointer(tag, INPUT_ROUTE_RELEASE, BTN_LEFT, later);
	expect(0, NOTICE_RESTART);
	pointer(tag, INPUT_ROUTE_ENTER, 0, later);
	pointer(tag, INPUT_ROUTE_PRESS, BTN_RIGHT, later);
	pointer(tag, INPUT_ROUTE_RELEASE, BTN_RIGHT, later);
	expect(0, NOTICE_RESTART);
	pointer(tag, INPUT_ROUTE_PRESS, BTN_LEFT, later);
	pointer(tag, INPUT_ROUTE_CANCEL, 0, later);
	pointer(tag, INPUT_ROUTE_RELEASE, BTN_LEFT, later);
	expect(0, NOTICE_RESTART);
	pointer(tag, INPUT_ROUTE_ENTER, 0, 1);
	pointer(tag, INPUT_ROUTE_PRESS, BTN_LEFT, later - NOTICE_GRACE_NS / 2);
	pointer(tag, INPUT_ROUTE_RELEASE, BTN_LEFT, later);
	expect(0, NOTICE_RESTART);
	pointer(77, INPUT_ROUTE_PRESS, BTN_LEFT, later);
	pointer(77, INPUT_ROUTE_RELEASE, BTN_LEFT, later);
	expect(0, NOTICE_RESTART);
}

/* Drawn when something looks different, not else. */
static void test_draws(void **state)
{
	uint64_t tag = tag_of(NOTICE_RESTART);
	(void)state;
	assert_int_equal(submitted, 1);
	size_t paints = scene.n_paints;
	notice_focus(notice, true);
	assert_int_equal(submitted, 2);
	assert_int_equal(scene.n_paints, paints + 2); /* the ring */
	notice_focus(notice, true);
	pointer(tag, INPUT_ROUTE_MOVE, 0, later);
	pointer(tag, INPUT_ROUTE_LEAVE, 0, later);
	assert_int_equal(submitted, 2);
	notice_say(notice, "It cannot be started again: there is no such file.");
	assert_int_equal(submitted, 3);
	window.width = 320;
	window.height = 200;
	notice_configure(notice);
	assert_int_equal(submitted, 4);
	assert_int_equal(scene.width, 320);
	assert_int_equal(damaged, 4);
	tag_of(NOTICE_RESTART);
}

/* Any size, with and without a font, makes a stream that gl takes. */
static void test_sizes(void **state)
{
	static const int32_t sizes[][2] = {
		{1, 1}, {33, 2000}, {200, 120}, {320, 200}, {4096, 2160}};
	(void)state;
	struct text_path *fonts[] = {text, NULL};
	for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
		notice_destroy(notice);
		struct text_path *with = text;
		text = fonts[i % 2];
		scene.n_areas = 0;
		make(sizes[i / 2][0], sizes[i / 2][1], 2);
		text = with;
		assert_true(scene.n_areas == (sizes[i / 2][0] > 33 ? 3 : 1));
	}
}

/* Text. */

struct box {
	double x0, y0, x1, y1;
	size_t verbs;
};

static struct box box_of(enum text_weight weight, float size, const char *s, size_t n)
{
	struct op_stream stream = {0};
	struct gl_op_error err;
	op_stream_begin(&stream);
	text_path_put(text, weight, size, 100, 200, s, n, &stream);
	op_stream_fill(&stream, 0, 255);
	op_stream_pop(&stream);
	assert_true(op_stream_end(&stream));
	assert_int_equal(scene_decode(&scene, stream.data, stream.size, &err), 0);
	op_stream_free(&stream);
	assert_int_equal(scene.n_clips, 1);
	const struct gl_clip *c = &scene.clips[0];
	return (struct box){c->dx0, c->dy0, c->dx1, c->dy1, c->n_verbs};
}

static void test_text_place(void **state)
{
	(void)state;
	float cap = text_path_cap(text, TEXT_REGULAR);
	assert_true(cap > 0.5f && cap < 1);
	struct box h = box_of(TEXT_REGULAR, 100, "HH", 2);
	assert_true(h.verbs > 10);
	/* It stands on the line, is as high as a capital, and begins at x. */
	assert_true(h.y1 == 200 && h.y0 > 200 - 100 * (double)cap - 0.1 &&
		    h.y0 < 200 - 100 * (double)cap + 0.1);
	double width = (double)text_path_width(text, TEXT_REGULAR, 100, "HH", 2);
	assert_true(h.x0 >= 100 && h.x1 <= 100 + width && h.x1 - h.x0 > width / 2);
	/* In proportion. */
	struct box half = box_of(TEXT_REGULAR, 50, "HH", 2);
	assert_true((half.x1 - half.x0) * 2 > (h.x1 - h.x0) * 0.999 &&
		    (half.x1 - half.x0) * 2 < (h.x1 - h.x0) * 1.001);
	assert_true(text_path_width(text, TEXT_BOLD, 100, "Restart", 7) >
		    text_path_width(text, TEXT_REGULAR, 100, "Restart", 7));
	assert_true(text_path_width(text, TEXT_REGULAR, 100, "", 0) == 0);
	assert_int_equal(box_of(TEXT_REGULAR, 100, "", 0).verbs, 0);
	assert_int_equal(box_of(TEXT_REGULAR, 100, " ", 1).verbs, 0);
}

/* What is no text is a box each, and never more is read than there is. */
static void test_text_bytes(void **state)
{
	static const struct {
		const char *bytes;
		size_t n, chars; /* as many as this many U+FFFD */
	} cases[] = {
		{"\xff", 1, 1},
		{"\xc3", 1, 1},
		{"\xe2\x80", 2, 2},
		{"\xf4\x90\x80\x80", 4, 4},
		{"\xed\xa0\x80", 3, 3},
		{"\xc0\x80", 2, 2},
		{"\x01\x7f\n", 3, 3},
	};
	(void)state;
	float one = text_path_width(text, TEXT_REGULAR, 10, "\xef\xbf\xbd", 3);
	assert_true(one > 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *copy = malloc(cases[i].n); /* the sanitizer sees its end */
		memcpy(copy, cases[i].bytes, cases[i].n);
		float width = text_path_width(text, TEXT_REGULAR, 10, copy, cases[i].n);
		assert_true(width > one * ((float)cases[i].chars - 0.01f) &&
			    width < one * ((float)cases[i].chars + 0.01f));
		box_of(TEXT_REGULAR, 10, copy, cases[i].n);
		free(copy);
	}
	static char many[4 * TEXT_PATH_MAX];
	memset(many, 'm', sizeof many);
	assert_true(text_path_width(text, TEXT_BOLD, 10, many, sizeof many) ==
		    text_path_width(text, TEXT_BOLD, 10, many, TEXT_PATH_MAX));
	assert_true(box_of(TEXT_BOLD, 10, many, sizeof many).verbs > TEXT_PATH_MAX);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_keys),
		T(test_keys_that_do_not),
		T(test_areas),
		T(test_click),
		T(test_no_click),
		T(test_draws),
		T(test_sizes),
		T(test_text_place),
		T(test_text_bytes),
	};
	return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
