/* The pointer of one window alone: who hears what, and everything that ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/include/osaas_window.h"
#include "routing_rig.h"
#include "session/capture.h"
#include "session/pointer.h"
#include "session/routing.h"

#define RECT(corners, inner) "clip rect " corners "\n" inner "clip pop\n"
#define AREA(tag)            "area " tag "\n"
#define TWO                  RECT("0 0 100 100", AREA("1")) RECT("100 0 200 100", AREA("2"))

static const struct rig_case cases[] = {
	{"without the grant", {{"frame", "", TWO}, {"capture 1", "REFUSED"},
				      {"motion 1 1", "no"}, {"capture 0", ""}}},
	{"motion is told, buttons and scrolling are where it rests",
		{{"frame", "", TWO}, {"grant", ""}, {"move 50 50", "E:1 M:1"},
			{"motion 1 1", "no"}, {"capture 1", "X+"},
			{"motion 3 -4", "W:3,-4"}, {"motion 200 0", "W:200,0"},
			{"press 50 50", "P!:1"}, {"motion 1 0", "W:1,0"},
			{"release 50 50", "R!:1"}, {"scroll 50 50 0 40", "S:1(0,40)"},
			{"capture 0", "X-"}, {"motion 1 1", "no"},
			{"move 150 50", "L:1 E:2 M:2"}}},
	{"it cannot be asked for twice",
		{{"frame", "", TWO}, {"grant", ""}, {"capture 1", "X+"},
			{"capture 1", ""}, {"capture 0", "X-"}, {"capture 0", ""}}},
	{"another window has the keys",
		{{"frame", "", TWO}, {"grant", ""}, {"window 1", "F- | F+"},
			{"window 0", ""}, {"capture 1", ""}, {"motion 1 1", "no"},
			{"keys 0", "F+ | F-"}, {"capture 1", "X+"},
			{"keys 1", "X- F- | F+"}, {"motion 1 1", "no"},
			{"keys 0", "F+ | F-"}, {"motion 1 1", "no"}}},
	{"the pointer rests over another window: its areas hear nothing",
		{{"frame", "", TWO}, {"grant", ""}, {"window 1", "F- | F+"},
			{"frame", "", AREA("7")}, {"move 50 50", "| E:7 M:7"},
			{"keys 0", "F+ | F-"}, {"window 0", ""},
			{"capture 1", "X+ E:1 | L:7"}, {"press 50 50", "P!:1"},
			{"release 50 50", "R!:1"}, {"capture 0", "X- L:1 | E:7"}}},
	{"the user takes it back: a press gives it the right again",
		{{"frame", "", TWO}, {"grant", ""}, {"move 50 50", "E:1 M:1"},
			{"capture 1", "X+"}, {"release-pointer", "X-"}, {"capture 1", ""},
			{"motion 1 1", "no"}, {"press 50 50", "P!:1"},
			{"capture 1", "X+"}, {"release 50 50", "R!:1"},
			{"release-pointer", "X-"}, {"release-pointer", ""},
			{"window 1", "F- | F+"}, {"window 0", ""}, {"keys 0", "F+ | F-"},
			{"capture 1", "X+"}}},
	{"the grant is taken back",
		{{"frame", "", TWO}, {"grant", ""}, {"capture 1", "X+"}, {"revoke", "X-"},
			{"capture 1", "REFUSED"}}},
	{"another console", {{"frame", "", TWO}, {"grant", ""}, {"move 50 50", "E:1 M:1"},
				    {"capture 1", "X+"}, {"press 50 50", "P!:1"},
				    {"cancel", "X- C:1"}, {"motion 1 1", "no"}}},
	{"fingers go their own ways, and end it only where they take the keys",
		{{"frame", "", TWO}, {"grant", ""}, {"capture 1", "X+"},
			{"down 0 150 50", "E'0:2 P!'0:2"}, {"motion 1 1", "W:1,1"},
			{"up 0", "R!'0:2 L'0:2"}}},
	{"a pen is for that window too",
		{{"frame", "", TWO}, {"grant", ""}, {"window 1", "F- | F+"},
			{"frame", "", AREA("7")}, {"keys 0", "F+ | F-"}, {"window 0", ""},
			{"capture 1", "X+"}, {"pen in 150 50", "E~:2 M~:2"}}},
};

/* The picture of the pointer comes back where it was. */
static void test_unseen(void **state)
{
	static const struct rig_step steps[] = {{"frame", "", AREA("1")}, {"grant", ""},
		{"move 50 60", "E:1 M:1"}, {"capture 1", "X+"}, {"motion 9 9", "W:9,9"}};
	struct rig rig;
	double x, y;
	(void)state;
	rig_init(&rig);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		rig_do(&rig, &steps[i]);
		assert_string_equal(rig.trace, steps[i].trace);
	}
	assert_false(pointer_where(rig.session.pointer, &x, &y));
	rig_do(&rig, &(struct rig_step){"release-pointer", NULL, NULL});
	assert_true(pointer_where(rig.session.pointer, &x, &y));
	assert_true(x == 50 && y == 60);
	rig_finish(&rig);
}

/* Its end, whichever: routing_forget is part of all: closing, a notice, another in its place. */
static void test_forgotten(void **state)
{
	static const struct rig_step grant = {"grant", "", NULL},
				     ask = {"capture 1", "", NULL};
	struct rig rig;
	(void)state;
	rig_init(&rig);
	rig_do(&rig, &grant);
	rig_do(&rig, &ask);
	assert_string_equal(rig.trace, "X+");
	routing_forget(&rig.session, rig.windows[0]);
	assert_null(rig.session.captor);
	rig_collect(&rig);
	rig.windows[0]->notice = (struct notice *)&rig;
	rig_do(&rig, &ask);
	assert_null(rig.session.captor);
	rig.windows[0]->notice = NULL;
	rig_finish(&rig);
}

/* Asking and giving back without end: a bounded number of messages, and the user's way out. */
static void test_toggling(void **state)
{
	struct rig rig;
	struct window *window;
	(void)state;
	rig_init(&rig);
	window = rig.windows[0];
	rig_do(&rig, &(struct rig_step){"grant", NULL, NULL});
	for (int i = 0; i < 100000; i++)
		assert_int_equal(capture_ask(window, i % 2 == 0), CAPTURE_DONE);
	assert_in_range(window->backlog.n, 0, BACKLOG_MAX);
	assert_int_equal(capture_ask(window, true), CAPTURE_DONE);
	capture_release(&rig.session);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(capture_ask(window, true), CAPTURE_SENSELESS);
	assert_null(rig.session.captor);
	rig_finish(&rig);
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N + 3];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, rig_test, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	tests[N] = (struct CMUnitTest)cmocka_unit_test(test_unseen);
	tests[N + 1] = (struct CMUnitTest)cmocka_unit_test(test_forgotten);
	tests[N + 2] = (struct CMUnitTest)cmocka_unit_test(test_toggling);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
