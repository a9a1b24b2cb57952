/*
 * Gio's own tables of pointer routing (gioui.org, io/input/pointer_test.go, by the names that
 * they have there), as scenes of ours with the exact order of all that is heard; then what is
 * ours alone. Where the two differ the case says so: input/README.md "Not as Gio".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "routing_rig.h"
#include "util/opwire.h"

#define RECT(corners, inner) "clip rect " corners "\n" inner "clip pop\n"
#define AREA(tag)            "area " tag "\n"
#define HEAR(tag, kinds)     "listen " tag " " kinds " 0 0 0 0\n"
#define SCROLL(tag, ranges)  "listen " tag " scroll " ranges "\n"
#define PASS(inner)          "pass push\n" inner "pass pop\n"
#define MOVED(x, y, inner)   "transform push 1 0 " x " 0 1 " y "\n" inner "transform pop\n"

#define MOST                 "cancel,press,release,move,drag,enter,leave"
#define CLICKS               "cancel,press,release"

#define NESTED                                                                           \
	RECT("0 0 100 100", AREA("1") RECT("25 25 75 75", AREA("2")))                    \
	HEAR("1", "cancel,press,move,release,enter,leave")                               \
	HEAR("2", "cancel,press,move,release,enter,leave")
#define ONE RECT("0 0 100 100", AREA("1")) HEAR("1", MOST)
#define TWO AREA("1") AREA("2") HEAR("1", CLICKS) HEAR("2", CLICKS)

static const struct rig_case cases[] = {
	{"TestFilterReset: ours hear of no reset",
		{{"frame", "", ONE}, {"frame", "", ONE}}},
	{"TestPointerNilTarget: without an area nobody hears",
		{{"frame", "", HEAR("1", MOST)}, {"press 50 50", ""}}},
	{"TestPointerWakeup: areas alone wake nobody", {{"frame", "", ONE}}},
	{"TestPointerDrag", {{"frame", "", ONE}, {"press 50 50", "E:1 P!:1"},
				    {"move 150 150", "L:1 D!:1"}}},
	{"TestPointerDragNegative",
		{{"frame", "",
			 MOVED("200", "200", RECT("-100 -100 0 0", AREA("1")))
				 HEAR("1", MOST)},
			{"press 150 150", "E:1@-50,-50 P!:1@-50,-50"},
			{"move 50 50", "L:1@-150,-150 D!:1@-150,-150"}},
		.places = true},
	{"TestIgnoredGrab",
		{{"frame", "", TWO}, {"press 50 50", "P:2 P:1"}, {"grab 1", "C:2"},
			{"grab 2", ""}, {"release 50 50", "R!:1"}}},
	{"TestPointerGrab", {{"frame", "", TWO AREA("3") HEAR("3", CLICKS)},
				    {"press 50 50", "P:3 P:2 P:1"}, {"grab 1", "C:2 C:3"},
				    {"release 50 50", "R!:1"}}},
	{"TestPointerGrabSameHandlerTwice",
		{{"frame", "", AREA("1") TWO}, {"press 50 50", "P:2 P:1"},
			{"grab 1", "C:2"}, {"release 50 50", "R!:1"}}},
	{"TestPointerMove: ours hear of a cancel who were involved",
		{{"frame", "",
			 RECT("0 0 100 100", AREA("1") RECT("50 50 200 200", AREA("2")))
				 HEAR("1", "cancel,move,enter,leave")
					 HEAR("2", "cancel,move,enter,leave")},
			{"move 50 50", "E:2 E:1 M:2 M:1"}, {"move 49 50", "L:2 M:1"},
			{"move 100 50", "L:1"}, {"cancel", ""},
			{"move 50 50", "E:2 E:1 M:2 M:1"}, {"cancel", "C:2 C:1"},
			{"move 50 50", "E:2 E:1 M:2 M:1"}}},
	{"TestPointerLeave",
		{{"frame", "", ONE}, {"move 50 50", "E:1 M:1"}, {"leave", "L:1"},
			{"leave", ""}, {"move 50 50", "E:1 M:1"}}},
	{"TestPointerTypes",
		{{"frame", "", RECT("0 0 100 100", AREA("1")) HEAR("1", CLICKS)},
			{"press 50 50", "P!:1"}, {"move 150 150", ""},
			{"release 150 150", "R!:1"}}},
	{"TestPointerSystemAction/simple",
		{{"frame", "", RECT("0 0 100 100", "action move\n")},
			{"action 50 50", "1"}, {"action 150 50", "0"}}},
	{"TestPointerSystemAction/covered by another clip",
		{{"frame", "",
			 RECT("0 0 100 100", "action move\n" RECT("0 0 100 100", ""))},
			{"action 50 50", "1"}}},
	{"TestPointerSystemAction/uses topmost action op",
		{{"frame", "",
			 RECT("0 0 100 100", "action move\n" RECT("0 0 100 100",
						     "action resize-n\n"))},
			{"action 50 50", "2"}}},
	{"TestPointerPriority",
		{{"frame", "",
			 RECT("0 0 100 100", AREA("1") RECT("0 0 100 50", AREA("2")))
				 RECT("0 100 100 200", AREA("3")) SCROLL("1", "0 100 0 0")
					 SCROLL("2", "0 20 0 0")
						 SCROLL("3", "-20 0 -40 0")},
			{"scroll 50 25 50 0", "S:2(20,0) S:1(30,0)"},
			{"scroll 50 75 50 50", "S:1(50,0)"},
			{"scroll 50 150 -30 -30", "S:3(-20,-30)"},
			{"scroll 50 225 0 0", ""}}},
	{"TestPointerEnterLeave",
		{{"frame", "",
			 RECT("0 0 100 100", AREA("1")) RECT("50 50 200 200", AREA("2"))
				 HEAR("1", MOST) HEAR("2", MOST)},
			{"move 50 50", "E:2 M:2"}, {"move 45 45", "L:2 E:1 M:1"},
			{"move 40 40", "M:1"}, {"move 300 250", "L:1"},
			{"press 125 125", "E:2 P!:2"}, {"move 25 25", "L:2 D!:2"},
			{"move 50 50", "E:2 D!:2"}, {"release 25 25", "R!:2 L:2 E:1"}}},
	{"TestMultipleAreas",
		{{"frame", "",
			 RECT("0 0 100 100", AREA("1")) RECT("50 50 200 200", AREA("1"))
				 HEAR("1", MOST)},
			{"move 25 25", "E:1 M:1"}, {"move 150 150", "M:1"},
			{"move 50 50", "M:1"}}},
	{"one handler in two areas: places are those of the last",
		{{"frame", "",
			 RECT("0 0 50 50", AREA("1"))
				 MOVED("100", "0", RECT("0 0 50 50", AREA("1")))},
			{"move 10 10", "E:1@-90,10 M:1@-90,10"}},
		.places = true},
	{"TestPointerEnterLeaveNested",
		{{"frame", "", NESTED}, {"move 50 50", "E:2 E:1 M:2 M:1"},
			{"move 20 20", "L:2 M:1"}, {"move 10 10", "M:1"},
			{"move 200 200", "L:1"}, {"press 50 50", "E:2 E:1 P:2 P:1"},
			{"release 20 20", "R:2 R:1 L:2"}}},
	{"TestPointerActiveInputDisappears: ours hear of it at once",
		{{"frame", "", ONE}, {"move 25 25", "E:1 M:1"}, {"frame", "", ONE},
			{"frame", "C:1", ""}, {"move 25 25", ""}}},
	{"TestMultitouch: fingers leave as they are lifted",
		{{"frame", "",
			 RECT("0 0 100 100", AREA("1")) RECT("0 100 100 200", AREA("2"))
				 HEAR("1", MOST) HEAR("2", MOST)},
			{"down 0 0 0", "E'0:1 P!'0:1"}, {"down 1 0 100", "E'1:2 P!'1:2"},
			{"up 1", "R!'1:2 L'1:2"}}},
	{"TestCursor",
		{{"frame", "", RECT("0 0 100 100", "cursor pointer\n")}, /* no movement */
			{"cursor 50 50", "4"}, {"cursor 200 200", "0"},
			{"cursor 50 50", "4"}, {"key a", "K:0=a"}, {"keyup a", "k:0=a"},
			{"cursor 50 50", "4"}, {"cursor 200 200", "0"},
			{"frame", "",
				RECT("0 0 100 100",
					"cursor pointer\ncursor crosshair\n")},
			{"cursor 50 50", "5"},
			{"frame", "", RECT("0 0 100 100", "cursor pointer\n")},
			{"cursor 50 50", "4"}}},
	{"TestPassOp",
		{{"frame", "",
			 RECT("0 0 100 100",
				 AREA("10") AREA("1") RECT("0 0 100 100", AREA("2"))
					 RECT("0 0 100 100", PASS(AREA("3") AREA("4"))))
				 HEAR("10", "none") HEAR("1", "cancel,press") HEAR(
					 "2", "cancel,press") HEAR("3", "cancel,press")
					 HEAR("4", "cancel,press")},
			{"press 0 0", "P:4 P:3 P:2 P:1"}}},
	{"TestAreaPassthrough",
		{{"frame", "",
			 AREA("1") RECT("0 0 100 100", "") HEAR("1", "cancel,press")},
			{"press 0 0", "P!:1"}}},
	{"TestEllipse", {{"frame", "",
				 "clip ellipse 0 0 100 100\n" AREA("1") "clip pop\n" HEAR(
					 "1", "cancel,press")},
				{"press 10 10", ""}, {"release 0 0", ""},
				{"press 50 50", "P!:1"}}},
	{"TestDeferredInputOp: outside of all clips",
		{{"frame", "",
			 "macro 1 {\n" AREA("1") "}\n" RECT("0 0 10 10", "defer 1\n")
				 HEAR("1", "press")},
			{"press 150 150", "P!:1"}}},
	{"TestPassCursor",
		{{"frame", "",
			 RECT("0 0 100 100", AREA("1") "cursor default\n")
				 PASS(RECT("0 0 100 100", AREA("2") "cursor pointer\n"))},
			{"cursor 10 10", "4"}}},
	{"TestPartialEvent: a command takes away nothing that is under way",
		{{"frame", "",
			 RECT("0 0 100 100", AREA("1")) PASS(RECT("0 0 100 100",
				 AREA("2"))) HEAR("1", "press,focus") HEAR("2", "press")},
			{"press 0 0", "+1 P:2 P:1"}, {"focus 0", "-1"}, {"focus 1", "+1"},
			{"focus 1", ""}, {"focus 2", ""}}},
	{"TestScrollDoesNotTrackPointer",
		{{"frame", "", RECT("0 0 100 100", AREA("1"))},
			{"scroll 50 50 0 9", "S:1(0,9)"},
			{"frame", "", RECT("0 0 100 100", AREA("1"))},
			{"move 50 50", "E:1 M:1"}, {"scroll 200 200 0 9", ""},
			{"move 50 50", "M:1"}}},

	/* Of the reference's golden values, and what it says besides. */
	{"inner scroll at most 10, outer 1000, an event of 25",
		{{"frame", "",
			 RECT("0 0 100 100", AREA("1") RECT("0 0 50 50", AREA("2")))
				 SCROLL("1", "0 0 -1000 1000") SCROLL("2", "0 0 -10 10")},
			{"scroll 9 9 0 25", "S:2(0,10) S:1(0,15)"},
			{"scroll 9 9 0 -25", "S:2(0,-10) S:1(0,-15)"},
			{"scroll 9 9 0 7", "S:2(0,7)"}}},
	{"who has no filter hears of a scroll and uses nothing up",
		{{"frame", "",
			 RECT("0 0 100 100",
				 AREA("1") RECT("0 0 50 50",
					 AREA("2") RECT("0 0 50 50", AREA("3"))))
				 SCROLL("1", "0 0 0 9") HEAR("2", "press")},
			{"scroll 9 9 0 25", "S:3(0,25) S:1(0,9)"}}},
	{"declared after its child: the child gets nothing; before it: both",
		{{"frame", "", RECT("0 0 50 50", RECT("0 0 50 50", AREA("1")) AREA("2"))},
			{"press 9 9", "E:2 P!:2"}, {"release 9 9", "R!:2"},
			{"frame", "C:2 E:1 E:3",
				RECT("0 0 50 50",
					AREA("3") RECT("0 0 50 50", AREA("1")))},
			{"move 9 9", "M:1 M:3"}}},
	{"deferred areas lie above all",
		{{"frame", "", "macro 1 {\n" AREA("1") "}\ndefer 1\n" AREA("2")},
			{"press 9 9", "E:1 P!:1"}}},

	/* Ours. */
	{"without a filter all is heard",
		{{"frame", "", AREA("1")}, {"move 9 9", "E:1 M:1"}, {"press 9 9", "P!:1"},
			{"move 8 8", "D!:1"}, {"scroll 8 8 1 2", "S:1(1,2)"},
			{"release 8 8", "R!:1"}, {"leave", "L:1"}}},
	{"a grab lasts until the last button",
		{{"frame", "", RECT("0 0 50 50", AREA("1"))}, {"press 9 9", "E:1 P!:1"},
			{"press2 9 9", "P!:1"}, {"release 9 9", "R!:1"},
			{"move 99 99", "L:1 D!:1"}, {"release2 99 99", "R!:1"},
			{"move 99 99", ""}}},
	{"a release of what was not pressed",
		{{"frame", "", AREA("1")}, {"move 9 9", "E:1 M:1"}, {"release 9 9", ""}}},
	{"a frame moves areas under a pointer that rests",
		{{"frame", "",
			 RECT("0 0 50 50", AREA("1")) RECT("50 0 100 50", AREA("2"))},
			{"move 9 9", "E:1 M:1"},
			{"frame", "L:1 E:2",
				RECT("0 0 50 50", AREA("2"))
					RECT("50 0 100 50", AREA("1"))},
			{"frame", "L:2", RECT("50 0 100 50", AREA("1") AREA("2"))},
			/* Gio has forgotten it here. */
			{"frame", "E:3", AREA("3")}, {"leave", "L:3"},
			{"frame", "", AREA("4")}, {"move 60 9", "E:4 M:4"}}},
	{"under one that presses: only who heard of the press",
		{{"frame", "",
			 RECT("0 0 50 50", AREA("1")) RECT("50 0 100 50", AREA("2"))},
			{"press 9 9", "E:1 P!:1"},
			{"frame", "L:1",
				RECT("0 0 50 50", AREA("2"))
					RECT("50 0 100 50", AREA("1"))},
			{"move 60 9", "E:1 D!:1"}, {"release 9 9", "R!:1 L:1 E:2"}}},
	{"and under fingers",
		{{"frame", "",
			 RECT("0 0 50 50", AREA("1")) RECT("50 0 100 50", AREA("2"))},
			{"down 3 9 9", "E'3:1 P!'3:1"},
			{"frame", "L'3:1", RECT("50 0 100 50", AREA("1"))},
			{"drag 3 60 9", "E'3:1 D!'3:1"}, {"up 3", "R!'3:1 L'3:1"}}},
	{"an area goes while it is pressed: the rest goes on",
		{{"frame", "", RECT("0 0 50 50", AREA("1") AREA("2"))},
			{"press 9 9", "E:2 E:1 P:2 P:1"},
			{"frame", "C:2", RECT("0 0 50 50", AREA("1"))},
			{"move 8 8", "D!:1"},
			{"frame", "", RECT("0 0 50 50", AREA("1") AREA("2"))},
			{"move 7 7", "D!:1"}, {"release 7 7", "R!:1 E:2"}}},
	{"an area goes from under two fingers and the mouse",
		{{"frame", "", RECT("0 0 50 50", AREA("1"))},
			{"down 0 9 9", "E'0:1 P!'0:1"}, {"down 1 9 9", "E'1:1 P!'1:1"},
			{"move 9 9", "E:1 M:1"}, {"frame", "C:1 C'0:1 C'1:1", ""},
			{"drag 0 9 9", ""}, {"up 0", ""}, {"up 1", ""}}},
	{"a frame that is refused changes nothing",
		{{"frame", "", ONE}, {"move 9 9", "E:1 M:1"},
			{"frame", "REFUSED", "clip rect 0 0 9 9\n"},
			{"move 8 8", "M:1"}}},
	{"a grab by touch is one finger's; who loses it is out of all pointers",
		{{"frame", "", RECT("0 0 50 50", AREA("1") AREA("2"))},
			{"down 0 9 9", "E'0:2 E'0:1 P'0:2 P'0:1"},
			{"down 1 9 9", "E'1:2 E'1:1 P'1:2 P'1:1"},
			{"grab 1", ""}, /* of the mouse, which is not pressed */
			{"grab 1 finger 1", "C'1:2 C'0:2"}, {"drag 0 8 8", "D!'0:1"},
			{"drag 1 8 8", "D!'1:1"}, {"up 0", "R!'0:1 L'0:1"},
			{"grab 1 finger 0", ""}, {"up 1", "R!'1:1 L'1:1"},
			{"down 0 9 9", "E'0:2 E'0:1 P'0:2 P'0:1"}}},
	{"of grabs that make no sense",
		{{"frame", "",
			 RECT("0 0 50 50", AREA("1")) RECT("50 0 90 50", AREA("2"))},
			{"grab 1", ""}, {"press 9 9", "E:1 P!:1"}, {"grab 2", ""},
			{"grab 77", ""}, {"grab 1 finger 3", ""},
			{"grab 1 finger 99", ""}, {"grab 1", ""}, {"grab 1", ""},
			{"move 8 8", "D!:1"}, {"release 8 8", "R!:1"}, {"grab 1", ""}}},
	{"who grabs each press has none but those",
		{{"frame", "", RECT("0 0 50 50", AREA("1") AREA("2"))},
			{"press 9 9", "E:2 E:1 P:2 P:1"}, {"grab 1", "C:2"},
			{"release 9 9", "R!:1 E:2"}, {"press 9 9", "P:2 P:1"},
			{"grab 1", "C:2"}, {"cancel", "C:1"},
			{"move 9 9", "E:2 E:1 M:2 M:1"}}},
	{"of two windows the topmost that is hit gets it, and the keys",
		{{"frame", "", RECT("0 0 50 50", AREA("1"))}, {"window 1", "F- | F+"},
			{"move 9 9", "E:1 M:1"}, {"press 9 9", "F+ P!:1 | F-"},
			{"release 9 9", "R!:1"},
			{"frame", "L:1", RECT("50 0 100 50", AREA("1"))},
			{"move 9 9", ""}, {"press 60 9", "F- | F+ E:1 P!:1"},
			{"move 9 9", "| L:1 D!:1"}, {"next", "F+ | F-"},
			{"move 60 9", "| D!:1"}, {"release 9 9", "E:1 | R!:1"}}},
	{"fingers in two windows at once",
		{{"frame", "", RECT("0 0 50 50", AREA("1"))}, {"window 1", "F- | F+"},
			{"down 0 9 9", "F+ E'0:1 P!'0:1 | F-"}, {"next", "F- | F+"},
			{"frame", "L'0:1", RECT("0 0 50 50", AREA("9"))},
			{"down 1 9 9", "| E'1:9 P!'1:9"}, {"drag 0 8 8", "D!'0:1"},
			{"drag 1 8 8", "| D!'1:9"}, {"grab 9 finger 0", ""},
			{"grab 9 finger 1", ""}, {"up 0", "R!'0:1"},
			{"up 1", "| R!'1:9 L'1:9"}}},
};

static void repeat(char **at, const char *text, int n)
{
	while (n-- > 0)
		*at += sprintf(*at, "%s", text);
}

/* A million areas are refused, and who was there before is there still. */
static void test_a_million(void **state)
{
	static char text[65536];
	struct rig rig;
	char *at = text;
	(void)state;
	repeat(&at, "macro 1 {\narea 9\n}\nmacro 2 {\n", 1);
	repeat(&at, "call 1\n", 1000);
	repeat(&at, "}\nmacro 3 {\n", 1);
	repeat(&at, "call 2\n", 1000);
	repeat(&at, "}\ncall 3\n", 1);
	const struct rig_step steps[] = {{"frame", "", ONE}, {"move 9 9", "E:1 M:1"},
		{"frame", "REFUSED", text}, {"press 9 9", "P!:1"}};
	rig_init(&rig);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		rig_do(&rig, &steps[i]);
		assert_string_equal(rig.trace, steps[i].trace);
	}
	rig_finish(&rig);
}

/* As many as a frame may have, all under the pointer: the topmost are followed. */
static void test_as_many_as_may_be(void **state)
{
	static char text[16384 * 16];
	struct rig rig;
	char *at = text;
	(void)state;
	for (unsigned i = 1; i <= OPWIRE_MAX_AREAS; i++)
		at += sprintf(at, "area %u\n", i);
	rig_init(&rig);
	rig_do(&rig, &(struct rig_step){"frame", "", text});
	rig_do(&rig, &(struct rig_step){"press 9 9", NULL, NULL});
	assert_int_equal(strncmp(rig.trace, "E:16384 E:16383", 15), 0);
	assert_non_null(strstr(rig.trace, "P:16353"));
	assert_null(strstr(rig.trace, "P:16352"));
	rig_do(&rig, &(struct rig_step){"frame", NULL, ""});
	assert_int_equal(strncmp(rig.trace, "C:16384 C:16383", 15), 0);
	rig_finish(&rig);
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N + 2] = {cmocka_unit_test(test_a_million),
		cmocka_unit_test(test_as_many_as_may_be)};
	for (size_t i = 0; i < N; i++)
		tests[i + 2] = (struct CMUnitTest){cases[i].name, rig_test, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
