/* Pens and gestures through streams and channels: who hears what, in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "routing_rig.h"

#define RECT(corners, inner) "clip rect " corners "\n" inner "clip pop\n"
#define AREA(tag)            "area " tag "\n"
#define HEAR(tag, kinds)     "listen " tag " " kinds " 0 0 0 0\n"
#define MOST                 "cancel,press,release,move,drag,enter,leave"
#define TWO                                                                              \
	RECT("0 0 100 100", AREA("1"))                                                   \
	RECT("100 0 200 100", AREA("2")) HEAR("1", MOST ",pen") HEAR("2", MOST)

static const struct rig_case cases[] = {
	{"a stroke: what the pen tells comes before each event",
		{{"frame", "", TWO}, {"pen in 50 50 0", "N:1=0 E~:1 N:1=0 M~:1"},
			{"pen press 50 50 0.25", "N:1=0.25 P!~:1"},
			{"pen move 60 50 0.75", "N:1=0.75 D!~:1"},
			{"pen move 60 50 1", "N:1=1 D!~:1"},
			{"pen release 60 50 0", "N:1=0 R!~:1"},
			{"pen out", "N:1=0.5 L~:1"}, {"pen out", ""}}},
	{"who does not listen hears a pointer",
		{{"frame", "", TWO}, {"pen in 150 50", "E~:2 M~:2"},
			{"pen press 150 50", "P!~:2"}, {"pen move 50 50", "L~:2 D!~:2"},
			{"pen release 50 50", "R!~:2 N:1=0.5 E~:1"},
			{"pen out", "N:1=0.5 L~:1"}}},
	{"a pen that goes with its tip down",
		{{"frame", "", TWO}, {"pen in 150 50", "E~:2 M~:2"},
			{"pen press 150 50", "P!~:2"}, {"pen gone", "C~:2"},
			{"pen in 150 50", "E~:2 M~:2"}}},
	{"a pen and the mouse are one pointer",
		{{"frame", "", TWO}, {"move 150 50", "E:2 M:2"},
			{"pen in 160 50", "M~:2"}, {"pen out", "L~:2"},
			{"move 150 50", "E:2 M:2"}, {"leave", "L:2"}}},
	{"a pen that goes while the mouse is down",
		{{"frame", "", TWO}, {"pen in 160 50", "E~:2 M~:2"},
			{"press 150 50", "P!:2"}, {"pen gone", ""},
			{"move 160 50", "D!:2"}, {"release 150 50", "R!:2"}}},
	{"a frame under a pen that rests",
		{{"frame", "", TWO}, {"pen in 150 50", "E~:2 M~:2"},
			{"frame", "C~:2", RECT("0 0 100 100", AREA("1"))},
			{"frame", "E~:2", TWO}, {"pen out", "L~:2"}, {"frame", "", TWO}}},
	{"suspended", {{"frame", "", TWO}, {"pen in 150 50", "E~:2 M~:2"},
			      {"pen press 150 50", "P!~:2"}, {"cancel", "C~:2"}}},
	{"an area whose window has the grab by a pen",
		{{"frame", "", AREA("1") AREA("2") HEAR("1", MOST) HEAR("2", MOST)},
			{"pen in 9 9", "E~:2 E~:1 M~:2 M~:1"},
			{"pen press 9 9", "P~:2 P~:1"}, {"grab 1 pen", "C~:2"},
			{"pen release 9 9", "R!~:1 E~:2"}}},
	{"a gesture goes where the pointer was, to who listens",
		{{"frame", "",
			 RECT("0 0 100 100", AREA("1") AREA("2")) HEAR("1", "gesture")},
			{"move 50 50", "E:2 M:2"}, {"gesture begin", "G+:1"},
			{"move 350 50", "L:2"}, {"gesture update", "G=:1"},
			{"gesture end", "G-:1"}, {"gesture begin", ""},
			{"gesture update", ""}, {"gesture cancel", ""},
			{"move 50 50", "E:2 M:2"}, {"gesture begin", "G+:1"},
			{"gesture cancel", "Gx:1"}, {"gesture end", ""}}},
	{"a gesture stays the window's that had its begin",
		{{"frame", "", AREA("1") HEAR("1", "gesture")}, {"move 50 50", ""},
			{"gesture begin", "G+:1"}, {"window 1", "F- | F+"},
			{"frame", "", AREA("7") HEAR("7", "gesture")},
			{"gesture update", "G=:1"}, {"gesture end", "G-:1"},
			{"gesture begin", "| G+:7"}, {"gesture end", "| G-:7"}}},
};

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, rig_test, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
