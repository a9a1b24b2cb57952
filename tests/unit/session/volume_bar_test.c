/* The bar on real layers: where it is, for how long, and what is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gl/rect.h"
#include "gl/region.h"
#include "routing_rig.h"
#include "session/magnifier.h"
#include "session/volume_bar.h"
#include "session/writing.h"
#include "util/clock.h"

#define MS UINT64_C(1000000)

static struct rig rig;
static struct screen other;
static struct volume_bar *bar;

static int set_up(void **state)
{
	rig_init(&rig);
	list_init(&rig.screen.link);
	list_push_back(&rig.session.screens, &rig.screen.link);
	/* A mirror of it, and one of another size. */
	other = rig.screen;
	other.mirrors = &rig.screen;
	list_push_back(&rig.session.screens, &other.link);
	clock_frozen_ns = 1000 * MS;
	bar = volume_bar_create(&rig.session);
	return 0;
}

static int tear_down(void **state)
{
	volume_bar_destroy(bar);
	writing_close(rig.session.text);
	rig.session.text = NULL;
	list_remove(&other.link);
	list_remove(&rig.screen.link);
	rig_finish(&rig);
	return 0;
}

static void clean(void)
{
	rig.screen.damage = other.damage = (struct gl_region){0};
	rig.screen.wanted = other.wanted = false;
}

static bool where(struct gl_rect *at)
{
	struct gl_placement p;
	int32_t width, height;
	if (!volume_bar_place(bar, &rig.screen, &p))
		return false;
	gl_layer_size(p.layer, &width, &height);
	*at = (struct gl_rect){p.x, p.y, p.x + width, p.y + height};
	return true;
}

/* All of the bar, its shadow as far as it is seen, and nothing else. */
static void expect_damage(const struct gl_rect *at)
{
	const struct gl_rect body = {at->x0 + 28, at->y0 + 28, at->x1 - 28, at->y1 - 28};
	struct gl_rect a = region_bounds(&rig.screen.damage),
		       b = region_bounds(&other.damage);
	assert_true(rect_contains(at, &a) && rect_contains(&a, &body));
	assert_true(rect_contains(at, &b) && rect_contains(&b, &body));
	assert_true(rig.screen.wanted && other.wanted);
}

/* Nothing before, all of it at once, nothing while it stands, and nothing afterwards. */
static void test_life(void **state)
{
	struct gl_rect at;
	clean();
	assert_true(volume_bar_next_ns(bar) == UINT64_MAX);
	volume_bar_turn(bar);
	assert_false(where(&at));
	volume_bar_show(bar, VOLUME_BAR_SPEAKER, 40, false);
	assert_true(where(&at));
	expect_damage(&at);
	clean();
	assert_true(volume_bar_next_ns(bar) == clock_now_ns() + VOLUME_BAR_NS);
	clock_frozen_ns += 1499 * MS;
	volume_bar_turn(bar);
	assert_false(rig.screen.wanted);
	/* Once more: it stands anew. */
	volume_bar_show(bar, VOLUME_BAR_SPEAKER, 45, false);
	assert_true(rig.screen.wanted && other.wanted);
	clock_frozen_ns += VOLUME_BAR_NS;
	unsigned steps = 0;
	for (; where(&at) && steps < 100; steps++) {
		assert_true(volume_bar_next_ns(bar) <= clock_now_ns() + 20 * MS);
		clean();
		volume_bar_turn(bar);
		assert_true(rig.screen.wanted && other.wanted);
		/* Whoever wakes in between draws nothing. */
		clean();
		if (where(&at))
			volume_bar_turn(bar);
		assert_false(rig.screen.wanted);
		clock_frozen_ns += 16 * MS;
	}
	assert_in_range(steps, 8, 14);
	assert_true(volume_bar_next_ns(bar) == UINT64_MAX);
}

/* In the middle of what is seen, low, and whole. */
static void test_place(void **state)
{
	static const struct {
		double scale, factor;
		int32_t x, y;
	} cases[] = {{1, 1, 0, 0}, {2, 1, 0, 0}, {0.5, 1, 0, 0}, {1.5, 2, 300, 200},
		{1, 4, 100, 100}, {8, 16, 399, 299}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct gl_rect at, part = {0, 0, RIG_WIDTH, RIG_HEIGHT};
		rig.screen.scale = cases[i].scale;
		magnify_set(&rig.screen.magnify, RIG_WIDTH, RIG_HEIGHT, cases[i].factor,
			cases[i].x, cases[i].y);
		if (magnify_on(&rig.screen.magnify))
			part = rig.screen.magnify.part;
		clean();
		volume_bar_show(bar, (enum volume_bar_what)(i % 4), 100, i % 2);
		assert_true(where(&at));
		assert_true(rig.screen.wanted);
		struct gl_rect seen = rect_intersect(at, part);
		assert_true(rect_contains(&seen, &at));
		int32_t left = at.x0 - part.x0, right = part.x1 - at.x1;
		assert_in_range(left - right + 1, 0, 2);
		assert_true(at.y0 > (part.y0 + part.y1) / 2 - (at.y1 - at.y0));
	}
}

/* What is magnified moves: the bar goes with it. */
static void test_follows(void **state)
{
	struct gl_rect before, after;
	magnify_set(&rig.screen.magnify, RIG_WIDTH, RIG_HEIGHT, 2, 0, 0);
	volume_bar_show(bar, VOLUME_BAR_SPEAKER, 0, false);
	assert_true(where(&before));
	const struct gl_rect corner = {390, 290, 399, 299};
	assert_true(
		magnify_follow(&rig.screen.magnify, RIG_WIDTH, RIG_HEIGHT, &corner, 0));
	volume_bar_turn(bar);
	assert_true(where(&after));
	assert_true(after.x0 > before.x0 && after.y0 > before.y0);
}

/* The screen is pulled out while it is shown there. */
static void test_gone(void **state)
{
	struct gl_rect at;
	volume_bar_show(bar, VOLUME_BAR_MICROPHONE, 0, true);
	assert_true(where(&at));
	list_remove(&rig.screen.link);
	list_remove(&other.link);
	volume_bar_turn(bar);
	assert_false(where(&at));
	rig.windows[0]->screen = NULL;
	volume_bar_show(bar, VOLUME_BAR_MICROPHONE, 0, true);
	assert_false(where(&at));
	assert_true(volume_bar_next_ns(bar) == UINT64_MAX);
	list_init(&rig.screen.link);
	list_push_back(&rig.session.screens, &rig.screen.link);
	list_push_back(&rig.session.screens, &other.link);
	rig.windows[0]->screen = &rig.screen;
	volume_bar_show(bar, VOLUME_BAR_MICROPHONE, 0, true);
	assert_true(where(&at));
}

static void test_words(void **state)
{
	static const struct {
		enum volume_bar_what what;
		unsigned percent;
		bool muted;
		const char *words;
	} cases[] = {
		{VOLUME_BAR_SPEAKER, 45, false, "Volume 45%"},
		{VOLUME_BAR_SPEAKER, 0, false, "Volume 0%"},
		{VOLUME_BAR_SPEAKER, 45, true, "Sound off"},
		{VOLUME_BAR_MICROPHONE, 45, true, "Microphone off"},
		{VOLUME_BAR_MICROPHONE, 45, false, "Microphone on"},
		{VOLUME_BAR_NO_SPEAKER, 0, false, "No sound device"},
		{VOLUME_BAR_NO_MICROPHONE, 0, false, "No microphone"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char words[VOLUME_BAR_WORDS_MAX];
		volume_bar_words(cases[i].what, cases[i].percent, cases[i].muted, words);
		assert_string_equal(words, cases[i].words);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),
		TEST(test_place),
		TEST(test_follows),
		TEST(test_gone),
		cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
