/*
 * Who listens is shown: over whatever windows draw, on every screen, and in screenshots.
 * INDICATOR_SHOTS=FOLDER keeps pictures to look at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gl/png.h"
#include "gl/rect.h"
#include "routing_rig.h"
#include "session/audio_in.h"
#include "session/indicator.h"
#include "session/magnifier.h"
#include "session/screenshot.h"
#include "session/writing.h"
#include "util/clock.h"

#define WIDE 1280
#define HIGH 800

static struct rig rig;
static struct screen second, mirror;

static void add_screen(struct screen *screen, int32_t width, int32_t height, double scale)
{
	screen->session = &rig.session;
	screen->width = width;
	screen->height = height;
	screen->scale = scale;
	screen->frame.fence = screen->drawing = -1;
	list_init(&screen->link);
	list_push_back(&rig.session.screens, &screen->link);
}

static int setup(void **state)
{
	(void)state;
	rig_init(&rig);
	clock_frozen_ns = UINT64_C(1000000000000);
	second = mirror = (struct screen){0};
	add_screen(&rig.screen, WIDE, HIGH, 1);
	add_screen(&second, WIDE, HIGH, 2);
	add_screen(&mirror, 640, 400, 0.5);
	mirror.mirrors = &rig.screen;
	rig.windows[0]->screen = &rig.screen;
	window_configure(rig.windows[0], WIDE, HIGH, 1);
	return 0;
}

/* It has listened for long enough. */
static void leave(struct indicator_entry *entry)
{
	clock_frozen_ns = clock_frozen_ns + INDICATOR_LEAST_NS;
	indicator_remove(entry);
	assert_int_equal(indicator_next_ns(&rig.session), UINT64_MAX);
}

static int teardown(void **state)
{
	(void)state;
	indicator_destroy(&rig.session);
	assert_null(rig.session.indicator);
	writing_close(rig.session.text);
	rig_finish(&rig);
	return 0;
}

static void frame(const char *text)
{
	const struct rig_step step = {"frame", NULL, text};
	rig_do(&rig, &step);
}

/* A window that is one colour, with a rectangle where the tab will be. */
static void paint(const char *rgb)
{
	char text[160];
	snprintf(text, sizeof text,
		"clip rect 0 0 1280 800\nbrush color %s\npaint\nclip pop\n", rgb);
	frame(text);
}

static uint8_t *shot(const struct screen *screen, const char *name)
{
	const char *folder = getenv("INDICATOR_SHOTS");
	char path[4096];
	struct gl_target *target;
	uint8_t *rgba = malloc((size_t)screen->width * (size_t)screen->height * 4);
	assert_int_equal(
		gl_target_create(rig.session.gl, screen->width, screen->height, &target),
		0);
	assert_int_equal(screenshot_compose(screen, false, target, rgba), 0);
	gl_target_destroy(target);
	if (folder) {
		snprintf(path, sizeof path, "%s/%s.png", folder, name);
		assert_int_equal(
			gl_png_write(path, rgba, screen->width, screen->height), 0);
	}
	return rgba;
}

static struct gl_rect place_on(const struct screen *screen)
{
	struct gl_placement p;
	int32_t width, height;
	assert_true(indicator_place(&rig.session, screen, &p));
	gl_layer_size(p.layer, &width, &height);
	return (struct gl_rect){p.x, p.y, p.x + width, p.y + height};
}

/* What of two pictures differs. */
static struct gl_rect difference(
	const struct screen *screen, const uint8_t *a, const uint8_t *b)
{
	struct gl_rect out = {INT32_MAX, INT32_MAX, -1, -1};
	for (int32_t y = 0; y < screen->height; y++) {
		for (int32_t x = 0; x < screen->width; x++) {
			size_t at = ((size_t)y * (size_t)screen->width + (size_t)x) * 4;
			if (memcmp(a + at, b + at, 4) == 0)
				continue;
			out.x0 = x < out.x0 ? x : out.x0;
			out.y0 = y < out.y0 ? y : out.y0;
			out.x1 = x + 1 > out.x1 ? x + 1 : out.x1;
			out.y1 = y + 1 > out.y1 ? y + 1 : out.y1;
		}
	}
	return out;
}

static bool within(const struct gl_rect *inner, const struct gl_rect *outer)
{
	struct gl_rect both = rect_intersect(*inner, *outer);
	return rect_same(&both, inner);
}

static void test_words(void **state)
{
	(void)state;
	static const struct {
		const char *names[4], *all, *one;
	} cases[] = {
		{{"Recorder"}, "Recorder is listening", "Recorder is listening"},
		{{"Recorder", "Recorder"}, "Recorder is listening",
			"Recorder is listening"},
		{{"Tuner", "Recorder"}, "Recorder and Tuner are listening",
			"Recorder and 1 other are listening"},
		{{"Recorder", "Tuner", "Recorder"}, "Recorder and Tuner are listening",
			"Recorder and 1 other are listening"},
		{{"A", "B", "C"}, "C and 2 others are listening",
			"C and 2 others are listening"},
		{{"A", "B", "A", "B"}, "B and A are listening",
			"B and 1 other are listening"},
		{{" \n\t"}, "A plugin is listening", "A plugin is listening"},
		{{"\xe2\x80\xae"
		  "drow\xe2\x81\xa6"},
			"drow is listening", "drow is listening"},
		{{"Stra\xc3\x9f"
		  "e"},
			"Stra\xc3\x9f"
			"e is listening",
			"Stra\xc3\x9f"
			"e is listening"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char out[INDICATOR_WORDS_MAX];
		size_t n = 0;
		while (n < 4 && cases[i].names[n])
			n++;
		indicator_words(cases[i].names, n, 2, out);
		assert_string_equal(out, cases[i].all);
		indicator_words(cases[i].names, n, 1, out);
		assert_string_equal(out, cases[i].one);
	}
}

static void test_over_all(void **state)
{
	(void)state;
	struct indicator_entry entry = {0};
	struct gl_placement none;
	paint("#ffffffff");
	uint8_t *before = shot(&rig.screen, "nobody");
	assert_false(indicator_place(&rig.session, &rig.screen, &none));
	assert_int_equal(indicator_add(&rig.session, &entry, "Recorder"), 0);
	struct gl_rect at = place_on(&rig.screen);
	uint8_t *with = shot(&rig.screen, "white");
	struct gl_rect changed = difference(&rig.screen, before, with);
	assert_true(within(&changed, &at));
	assert_true(changed.x1 - changed.x0 >= at.x1 - at.x0 - 2);
	assert_true(changed.y1 - changed.y0 >= at.y1 - at.y0 - 2);
	assert_int_equal(at.y0, 0);
	assert_true(abs(at.x0 + at.x1 - WIDE) <= 1);
	/* Whatever a window draws, what is in the middle of it is the same. */
	static const char *const colors[] = {"#000000ff", "#14161aff", "#e5484dff"};
	for (size_t i = 0; i < sizeof colors / sizeof *colors; i++) {
		paint(colors[i]);
		uint8_t *other = shot(&rig.screen, i == 0 ? "black" : "other");
		for (int32_t y = at.y0; y < at.y1 - 12; y++) {
			size_t from = ((size_t)y * WIDE + (size_t)at.x0 + 12) * 4;
			assert_memory_equal(with + from, other + from,
				(size_t)(at.x1 - at.x0 - 24) * 4);
		}
		free(other);
	}
	paint("#ffffffff");
	leave(&entry);
	uint8_t *after = shot(&rig.screen, "after");
	assert_memory_equal(before, after, (size_t)WIDE * HIGH * 4);
	free(before);
	free(with);
	free(after);
}

/* What must be painted, and nothing else, and that once. */
static void test_damage(void **state)
{
	(void)state;
	struct indicator_entry one = {0}, two = {0};
	struct screen *const screens[] = {&rig.screen, &second, &mirror};
	assert_int_equal(indicator_add(&rig.session, &one, "Recorder"), 0);
	for (int i = 0; i < 3; i++) {
		struct gl_rect at = place_on(screen_source(screens[i]));
		assert_true(screens[i]->wanted);
		assert_int_equal(screens[i]->damage.n, 1);
		assert_true(rect_same(&screens[i]->damage.rects[0], &at));
		screens[i]->wanted = false;
		screens[i]->damage = (struct gl_region){0};
	}
	/* Again, and still. */
	assert_int_equal(indicator_add(&rig.session, &one, "Recorder"), 0);
	free(shot(&rig.screen, "still"));
	for (int i = 0; i < 3; i++)
		assert_false(screens[i]->wanted);
	struct gl_rect was = place_on(&rig.screen);
	assert_int_equal(indicator_add(&rig.session, &two, "A tuner for guitars"), 0);
	struct gl_rect is = place_on(&rig.screen);
	assert_true(is.x1 - is.x0 > was.x1 - was.x0);
	assert_true(rig.screen.wanted && second.wanted && mirror.wanted);
	free(shot(&rig.screen, "two"));
	free(shot(&second, "two-2x"));
	leave(&two);
	struct gl_rect back = place_on(&rig.screen);
	assert_true(rect_same(&was, &back));
	leave(&one);
	leave(&one);
	struct gl_placement none;
	assert_false(indicator_place(&rig.session, &rig.screen, &none));
}

static void test_scales(void **state)
{
	(void)state;
	struct indicator_entry entry = {0};
	assert_int_equal(indicator_add(&rig.session, &entry, "Recorder"), 0);
	struct gl_rect one = place_on(&rig.screen), two = place_on(&second);
	assert_int_equal(two.y1 - two.y0, 2 * (one.y1 - one.y0));
	rig.screen.scale = 2;
	struct gl_rect turned = place_on(&rig.screen);
	assert_true(rect_same(&turned, &two));
	free(shot(&second, "2x"));
	indicator_forget(&rig.session, &second);
	leave(&entry);
}

/* Muted or not: on all screens at once, in words and by the sign, and back. */
static void test_muted(void **state)
{
	(void)state;
	static const struct screen *const screens[] = {&rig.screen, &second};
	const struct audio_in_options none = {0};
	struct indicator_entry entry = {0};
	rig.session.audio_in = audio_in_create(rig.session.loop, &none);
	assert_int_equal(indicator_add(&rig.session, &entry, "Recorder"), 0);
	for (int i = 0; i < 2; i++) {
		struct gl_rect at = place_on(screens[i]), wide;
		uint8_t *on = shot(screens[i], i ? "heard2x" : "heard");
		audio_in_mute(rig.session.audio_in, true);
		rig.screen.wanted = false;
		indicator_turn(&rig.session);
		assert_true(rig.screen.wanted);
		wide = place_on(screens[i]);
		assert_true(within(&at, &wide) && wide.x1 - wide.x0 > at.x1 - at.x0);
		uint8_t *off = shot(screens[i], i ? "muted2x" : "muted");
		struct gl_rect differs = difference(screens[i], on, off);
		assert_true(within(&differs, &wide));
		rig.screen.wanted = false;
		indicator_turn(&rig.session);
		assert_false(rig.screen.wanted);
		audio_in_mute(rig.session.audio_in, false);
		indicator_turn(&rig.session);
		struct gl_rect again = place_on(screens[i]);
		assert_true(rect_same(&again, &at));
		uint8_t *back = shot(screens[i], "back");
		differs = difference(screens[i], on, back);
		assert_int_equal(differs.x1, -1);
		free(on);
		free(off);
		free(back);
	}
	/* It was muted before, or while nobody listened. */
	struct gl_rect heard = place_on(&rig.screen);
	leave(&entry);
	audio_in_mute(rig.session.audio_in, true);
	assert_int_equal(indicator_add(&rig.session, &entry, "Recorder"), 0);
	struct gl_rect muted = place_on(&rig.screen);
	assert_true(muted.x1 - muted.x0 > heard.x1 - heard.x0);
	leave(&entry);
	audio_in_destroy(rig.session.audio_in);
	rig.session.audio_in = NULL;
}

/* All input is recorded: alone, beside who listens, and muted. */
static void test_input(void **state)
{
	(void)state;
	static struct screen *const screens[] = {&rig.screen, &second};
	const struct audio_in_options none = {0};
	struct indicator_entry input = {0}, entry = {0};
	rig.session.audio_in = audio_in_create(rig.session.loop, &none);
	paint("#ffffffff");
	uint8_t *before = shot(&rig.screen, "nobody");
	assert_int_equal(indicator_add(&rig.session, &input, NULL), 0);
	for (int i = 0; i < 2; i++) {
		struct gl_rect alone = place_on(screens[i]), both, other;
		free(shot(screens[i], i ? "input2x" : "input"));
		assert_int_equal(indicator_add(&rig.session, &entry, "Recorder"), 0);
		both = place_on(screens[i]);
		assert_true(both.x1 - both.x0 > alone.x1 - alone.x0);
		free(shot(screens[i], i ? "input-heard2x" : "input-heard"));
		audio_in_mute(rig.session.audio_in, true);
		indicator_turn(&rig.session);
		other = place_on(screens[i]);
		assert_true(other.x1 - other.x0 > both.x1 - both.x0);
		free(shot(screens[i], i ? "input-muted2x" : "input-muted"));
		leave(&entry);
		/* Of a microphone that nobody listens to nothing is said. */
		screens[i]->wanted = false;
		audio_in_mute(rig.session.audio_in, false);
		indicator_turn(&rig.session);
		assert_false(screens[i]->wanted);
		other = place_on(screens[i]);
		assert_true(rect_same(&alone, &other));
	}
	leave(&input);
	uint8_t *after = shot(&rig.screen, "after");
	assert_memory_equal(before, after, (size_t)WIDE * HIGH * 4);
	free(before);
	free(after);
	/* A moment of it is seen, too. */
	struct gl_placement it;
	assert_int_equal(indicator_add(&rig.session, &input, NULL), 0);
	indicator_remove(&input);
	assert_true(indicator_place(&rig.session, &rig.screen, &it));
	clock_frozen_ns = clock_frozen_ns + INDICATOR_LEAST_NS;
	indicator_turn(&rig.session);
	assert_false(indicator_place(&rig.session, &rig.screen, &it));
	audio_in_destroy(rig.session.audio_in);
	rig.session.audio_in = NULL;
}

/* In sight on a magnified screen, and never most of what is seen. */
static void test_magnified(void **state)
{
	(void)state;
	static const double factors[] = {1.5, 2, 4, 8, MAGNIFY_MOST};
	struct indicator_entry entry = {0};
	paint("#ffffffff");
	assert_int_equal(indicator_add(&rig.session, &entry, "Recorder"), 0);
	for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
		char name[32];
		magnifier_set(&rig.session, &rig.screen, factors[i]);
		struct gl_rect part = rig.screen.magnify.part, at = place_on(&rig.screen);
		assert_true(within(&at, &part));
		assert_int_equal(at.y0, part.y0);
		assert_true((at.y1 - at.y0) * 9 <= (part.y1 - part.y0) * 2);
		snprintf(name, sizeof name, "magnified-%g", factors[i]);
		free(shot(&rig.screen, name));
	}
	magnifier_set(&rig.session, &rig.screen, 1);
	leave(&entry);
}

/* A name as long as may be, on screens as narrow as may be: who listens is said first. */
static void test_narrow(void **state)
{
	(void)state;
	static const char name[] =
		"A recorder whose author could not decide on a shorter name at al";
	struct indicator_entry one = {0}, two = {0}, input = {0};
	assert_int_equal(indicator_add(&rig.session, &input, NULL), 0);
	assert_int_equal(indicator_add(&rig.session, &two, "Another one"), 0);
	assert_int_equal(indicator_add(&rig.session, &one, name), 0);
	for (int32_t width = 1000; width >= 10; width -= 33) {
		char file[32];
		rig.screen.width = width;
		struct gl_rect at = place_on(&rig.screen);
		if (width > 60)
			assert_true(at.x0 >= 0 && at.x1 <= width);
		snprintf(file, sizeof file, "narrow-%d", width);
		if (width % 5 == 0)
			free(shot(&rig.screen, file));
	}
	leave(&input);
	leave(&one);
	leave(&two);
}

/* One who listens for a moment is seen for two seconds. */
static void test_moment(void **state)
{
	(void)state;
	struct indicator_entry one = {0}, two = {0};
	struct gl_placement it;
	assert_int_equal(indicator_add(&rig.session, &one, "Recorder"), 0);
	struct gl_rect at = place_on(&rig.screen);
	for (int i = 0; i < 20; i++) {
		clock_frozen_ns = clock_frozen_ns + NS_PER_MS;
		indicator_remove(&one);
		struct gl_rect still = place_on(&rig.screen);
		assert_true(rect_same(&at, &still));
		assert_int_equal(indicator_add(&rig.session, &one, "Recorder"), 0);
	}
	indicator_remove(&one);
	uint64_t until = clock_frozen_ns + INDICATOR_LEAST_NS;
	assert_int_equal(indicator_next_ns(&rig.session), until);
	clock_frozen_ns = until - 1;
	indicator_turn(&rig.session);
	assert_true(indicator_place(&rig.session, &rig.screen, &it));
	/* Another one meanwhile is not taken for it. */
	assert_int_equal(indicator_add(&rig.session, &two, "Tuner"), 0);
	rig.screen.wanted = false;
	clock_frozen_ns = until;
	indicator_turn(&rig.session);
	assert_true(rig.screen.wanted);
	assert_int_equal(indicator_next_ns(&rig.session), UINT64_MAX);
	assert_true(indicator_place(&rig.session, &rig.screen, &it));
	leave(&two);
	assert_false(indicator_place(&rig.session, &rig.screen, &it));
}

/* A scale that changes under it, on a screen where nothing else is. */
static void test_laid_out(void **state)
{
	(void)state;
	struct indicator_entry one = {0};
	assert_int_equal(indicator_add(&rig.session, &one, "Recorder"), 0);
	struct gl_rect was = place_on(&second);
	second.damage = (struct gl_region){0};
	second.wanted = false;
	indicator_laid_out(&rig.session);
	second.damage = (struct gl_region){0};
	second.scale = 1;
	indicator_laid_out(&rig.session);
	assert_true(second.wanted && second.damage.n > 0);
	struct gl_rect is = place_on(&second), all = second.damage.rects[0];
	assert_true(within(&was, &all) && within(&is, &all) && was.y1 > is.y1);
	leave(&one);
}

/* With as many windows as fit, it is not the one left out. */
static void test_last(void **state)
{
	(void)state;
	struct indicator_entry entry = {0};
	struct gl_placement layers[1], it;
	paint("#ffffffff");
	assert_int_equal(session_layers(&rig.session, &rig.screen, layers, 1), 1);
	assert_ptr_equal(layers[0].layer, rig.windows[0]->layer);
	assert_int_equal(indicator_add(&rig.session, &entry, "Recorder"), 0);
	assert_int_equal(session_layers(&rig.session, &rig.screen, layers, 1), 1);
	assert_true(indicator_place(&rig.session, &rig.screen, &it));
	assert_ptr_equal(layers[0].layer, it.layer);
	assert_int_equal(session_layers(&rig.session, &mirror, layers, 1), 1);
	assert_ptr_equal(layers[0].layer, it.layer);
	leave(&entry);
}

/* Without a font there is the sign. */
static void test_no_font(void **state)
{
	(void)state;
	struct indicator_entry entry = {0};
	rig.session.no_text = true;
	assert_int_equal(indicator_add(&rig.session, &entry, "Recorder"), 0);
	struct gl_rect at = place_on(&rig.screen);
	assert_true(at.x1 - at.x0 < 2 * (at.y1 - at.y0));
	uint8_t *with = shot(&rig.screen, "no-font");
	free(with);
	leave(&entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test_setup_teardown(test_over_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(test_scales, setup, teardown),
		cmocka_unit_test_setup_teardown(test_muted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_input, setup, teardown),
		cmocka_unit_test_setup_teardown(test_magnified, setup, teardown),
		cmocka_unit_test_setup_teardown(test_narrow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_laid_out, setup, teardown),
		cmocka_unit_test_setup_teardown(test_last, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_font, setup, teardown),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
