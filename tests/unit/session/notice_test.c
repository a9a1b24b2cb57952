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

#include "fake_layer.h"
#include "gl/decode.h"
#include "gl/font.h"
#include "gl/region.h"
#include "gl/scene.h"
#include "session/session.h"
#include "session/op_stream.h"
#include "session/writing.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"

static struct session session;
static struct window window;
static struct writing *text;
static struct notice *notice;
static struct gl_fonts *fonts;
static struct gl_resources *resources;
static struct gl_scene scene;
static struct mask_cache masks;
static const struct scene_context context = {.masks = &masks};
static int submitted, damaged, presses;
static enum notice_button last_press;
static uint64_t later; /* than what is too early */

static int decode(const void *data, size_t size, struct gl_op_error *err)
{
	resource_begin(resources);
	int r = scene_decode(&scene, &context, resources, data, size, err);
	resource_rollback(resources);
	return r;
}

int gl_layer_submit(struct gl_layer *layer, const void *data, size_t size,
	struct gl_region *damage, struct gl_op_error *err)
{
	(void)layer;
	submitted++;
	scene.width = fake_layer.width;
	scene.height = fake_layer.height;
	*damage = region_of((struct gl_rect){0, 0, 1, 1});
	int r = decode(data, size, err);
	scene.width = fake_layer.width;
	scene.height = fake_layer.height;
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

static bool lend(void *data, uint64_t owner, uint32_t font)
{
	return true;
}

static void close_font(void *data, uint32_t font)
{
}

static int setup(void **state)
{
	char why[128];
	(void)state;
	log_set_level(LOG_SILENT);
	session = (struct session){.gl = (struct gl *)&session};
	window = (struct window){.session = &session, .name = "test"};
	submitted = damaged = presses = 0;
	fonts = gl_fonts_create(why, sizeof why);
	if (!fonts || mask_cache_init(&masks) || resources_create(&resources))
		return -ENOMEM;
	const struct resource_fonts host = {.lend = lend, .close = close_font};
	resources_set_fonts(resources, &host);
	text = writing_open(fonts, why, sizeof why);
	make(1024, 768, 1);
	later = clock_now_ns() + NOTICE_GRACE_NS;
	return text ? 0 : -ENOENT;
}

static int teardown(void **state)
{
	(void)state;
	notice_destroy(notice);
	writing_close(text);
	scene_finish(&scene, &context);
	resources_destroy(resources);
	mask_cache_finish(&masks);
	gl_fonts_destroy(fonts);
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
	for (size_t i = 0; i < scene.n_items; i++) {
		if (scene.items[i].clip == area->clip)
			return scene.brushes[scene.items[i].brush].color;
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
	size_t paints = scene.n_items;
	notice_focus(notice, true);
	assert_int_equal(submitted, 2);
	assert_int_equal(scene.n_items, paints + 2); /* the ring */
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
	struct writing *both[] = {text, NULL};
	for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
		notice_destroy(notice);
		struct writing *with = text;
		text = both[i % 2];
		scene.n_areas = 0;
		make(sizes[i / 2][0], sizes[i / 2][1], 2);
		text = with;
		assert_true(scene.n_areas == (sizes[i / 2][0] > 33 ? 3 : 1));
	}
}

/* Text. */

/* The glyphs that are painted, and where the first and the last have their origin. */
struct line {
	size_t n;
	float first, last, y;
};

static struct line line_of(
	enum writing_weight weight, float size, const char *s, size_t n)
{
	struct op_stream stream = {0};
	struct gl_op_error err;
	op_stream_begin(&stream);
	writing_put(text, weight, size, 100, 200, s, n, &stream);
	assert_true(op_stream_end(&stream));
	if (decode(stream.data, stream.size, &err))
		fail_msg("%s", err.reason);
	op_stream_free(&stream);
	struct line line = {.n = scene.n_glyphs};
	if (line.n > 0) {
		line.first = scene.glyphs[0].x;
		line.last = scene.glyphs[line.n - 1].x;
		line.y = scene.glyphs[0].y;
	}
	return line;
}

static void test_text_place(void **state)
{
	(void)state;
	float cap = writing_cap(text, WRITING_REGULAR);
	assert_true(cap > 0.5f && cap < 1);
	struct line h = line_of(WRITING_REGULAR, 100, "HH", 2);
	/* It stands on the line and begins at x. */
	assert_int_equal(h.n, 2);
	assert_true(h.first > 99.9f && h.first < 100.1f && h.y > 199.9f && h.y < 200.1f);
	float width = writing_width(text, WRITING_REGULAR, 100, "HH", 2);
	assert_true(h.last > 100 + width * 0.45f && h.last < 100 + width * 0.55f);
	/* In proportion. */
	struct line half = line_of(WRITING_REGULAR, 50, "HH", 2);
	assert_true((half.last - half.first) * 2 > (h.last - h.first) * 0.999f &&
		    (half.last - half.first) * 2 < (h.last - h.first) * 1.001f);
	assert_true(writing_width(text, WRITING_BOLD, 100, "Restart", 7) >
		    writing_width(text, WRITING_REGULAR, 100, "Restart", 7));
	assert_true(writing_width(text, WRITING_REGULAR, 100, "", 0) == 0);
	assert_int_equal(line_of(WRITING_REGULAR, 100, "", 0).n, 0);
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
		{"\x01\x7f", 2, 2},
	};
	(void)state;
	float one = writing_width(text, WRITING_REGULAR, 10, "\xef\xbf\xbd", 3);
	assert_true(one > 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *copy = malloc(cases[i].n); /* the sanitizer sees its end */
		memcpy(copy, cases[i].bytes, cases[i].n);
		float width = writing_width(text, WRITING_REGULAR, 10, copy, cases[i].n);
		assert_true(width > one * ((float)cases[i].chars - 0.01f) &&
			    width < one * ((float)cases[i].chars + 0.01f));
		line_of(WRITING_REGULAR, 10, copy, cases[i].n);
		free(copy);
	}
	static char many[4 * WRITING_MAX];
	memset(many, 'm', sizeof many);
	assert_true(writing_width(text, WRITING_BOLD, 10, many, sizeof many) ==
		    writing_width(text, WRITING_BOLD, 10, many, WRITING_MAX));
	assert_int_equal(line_of(WRITING_BOLD, 10, many, sizeof many).n, WRITING_MAX);
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
