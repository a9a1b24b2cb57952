/*
 * Drag and drop: Gio's own TestTransfer (gioui.org, io/input/pointer_test.go) as scenes of ours,
 * with the exact order of all that is heard, and then what is ours: several windows, fingers,
 * pens, and every way in which a drag ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "routing_rig.h"
#include "session/dragging.h"
#include "session/routing.h"
#include "util/clock.h"
#include "util/opwire.h"

#define RECT(corners, inner) "clip rect " corners "\n" inner "clip pop\n"
#define AREA(tag)            "area " tag "\n"
#define DEAF(tag)            "listen " tag " none 0 0 0 0\n"
#define FROM(tag, type)      "transfer " tag " source \"" type "\"\n"
#define TO(tag, type)        "transfer " tag " target \"" type "\"\n"

/* Gio's: a source, and a target beside it, which hear of nothing else. */
#define PLACES                                                                           \
	RECT("0 0 20 20", AREA("1")) RECT("40 0 60 20", AREA("2")) DEAF("1") DEAF("2")
#define PAIR(from, to) PLACES FROM("1", from) TO("2", to)
#define BEGIN                                                                            \
	{"press 10 10", ""},                                                             \
	{                                                                                \
		"move 10 10", "*I:2"                                                     \
	}

/* A window of one target, deaf. */
#define TARGET RECT("40 0 60 20", AREA("9")) DEAF("9") TO("9", "a/file")

static const struct rig_case cases[] = {
	{"TestTransfer/drop on no target",
		{{"frame", "", PAIR("a/file", "a/file")}, BEGIN, {"move 30 10", ""},
			{"release 30 10", "*C:1 *C:2"}}},
	{"TestTransfer/drag with valid and invalid targets",
		{{"frame", "",
			 PAIR("a/file", "a/file") RECT("40 0 60 20", AREA("3")) DEAF("3")
				 TO("3", "a/nofile")},
			BEGIN}},
	{"TestTransfer/drop on invalid target",
		{{"frame", "", PAIR("a/file", "a/nofile")}, {"press 10 10", ""},
			{"move 10 10", ""}, {"release 40 10", "*C:1"}}},
	{"TestTransfer/drop on valid target",
		{{"frame", "", PAIR("a/file", "a/file") FROM("2", "a/file")}, BEGIN,
			{"release 40 10", "*E:2 *R:1=a/file"},
			{"offer 1 a/file hello", "*D:2=a/file,hello *C:1 *C:2"}}},
	{"TestTransfer/drop on valid target, DataEvent not used",
		{{"frame", "", PAIR("a/file", "a/file") FROM("2", "a/file")}, BEGIN,
			{"release 40 10", "*E:2 *R:1=a/file"},
			{"frame", "", PAIR("a/file", "a/file") FROM("2", "a/file")},
			{"offer 1 a/file hello", "*D:2=a/file,hello *C:1 *C:2"},
			{"frame", "", PAIR("a/file", "a/file") FROM("2", "a/file")}}},

	/* Ours. */
	{"what the pointer tells goes on beside it",
		{{"frame", "",
			 RECT("0 0 20 20", AREA("1")) RECT("40 0 60 20", AREA("2"))
				 FROM("1", "a/b") TO("2", "a/b")},
			{"press 10 10", "E:1 P!:1"}, {"move 11 10", "D!:1 *I:2"},
			{"move 45 10", "L:1 D!:1 *E:2"}, {"move 30 10", "D!:1 *L:2"},
			{"move 50 10", "D!:1 *E:2"},
			{"release 50 10", "R!:1 E:2 *R:1=a/b"},
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}}},
	{"a fast hand: the first move is on the target already",
		{{"frame", "", PAIR("a/b", "a/b")}, {"press 10 10", ""},
			{"move 50 10", "*I:2 *E:2"}, {"release 50 10", "*R:1=a/b"},
			{"offer 1 a/b", "*D:2=a/b, *C:1 *C:2"}}},
	{"places are the target's own",
		{{"frame", "",
			 RECT("0 0 20 20", AREA("1")) DEAF("1") FROM("1",
				 "a/b") "transform push 2 0 40 0 2 10\n" RECT("0 0 10 10",
				 AREA("2")) DEAF("2") TO("2", "a/b") "transform pop\n"},
			{"press 10 10", ""}, {"move 44 16", "*I:2 *E:2@2,3"},
			{"move 44 16", "*M:2@2,3"}, {"move 48 20", "*M:2@4,5"},
			{"release 50 20", "*R:1=a/b"},
			{"offer 1 a/b x", "*D:2@5,5=a/b,x *C:1 *C:2"}},
		.places = true},
	{"the first of the target's types that the source has",
		{{"frame", "",
			 PLACES FROM("1", "a/one") FROM("1", "a/two") TO("2", "a/three")
				 TO("2", "a/two") TO("2", "a/one")},
			{"press 10 10", ""}, {"move 50 10", "*I:2 *E:2"},
			{"release 50 10", "*R:1=a/two"},
			{"offer 1 a/two x", "*D:2=a/two,x *C:1 *C:2"}}},
	{"the topmost source, of those that were pressed",
		{{"frame", "",
			 RECT("0 0 50 50",
				 AREA("3") RECT("0 0 50 50",
					 AREA("1") RECT("0 0 20 20", AREA("2"))))
				 DEAF("1") DEAF("2") DEAF("3") FROM("1", "a/b")
					 FROM("3", "a/b") TO("2", "a/b")},
			{"press 10 10", ""}, {"move 30 30", "*I:2"},
			{"move 15 15", "*E:2"}, {"release 15 15", "*R:1=a/b"},
			{"offer 3 a/b x", ""},
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}}},
	{"the topmost target; what covers one keeps it out",
		{{"frame", "",
			 PLACES RECT("40 0 60 20", AREA("3") RECT("40 0 50 20",
							   AREA("4"))) RECT("58 0 60 20",
				 AREA("5")) DEAF("3") DEAF("4") DEAF("5") FROM("1", "a/b")
				 TO("2", "a/b") TO("3", "a/b") TO("4", "a/b")},
			{"press 10 10", ""}, {"move 45 10", "*I:2 *I:3 *I:4 *E:4"},
			{"move 55 10", "*L:4 *E:3"}, {"move 59 10", "*L:3"},
			{"release 59 10", "*C:1 *C:2 *C:3 *C:4"}}},
	{"no source is its own target, and it may have other areas",
		{{"frame", "",
			 RECT("0 0 20 20", AREA("1")) RECT("40 0 60 20", AREA("1"))
				 DEAF("1") FROM("1", "a/b") TO("1", "a/b")},
			{"press 10 10", ""}, {"move 50 10", ""},
			{"release 50 10", "*C:1"}}},
	{"a target without an area is none, and one of two areas is one",
		{{"frame", "",
			 PLACES FROM("1", "a/b") TO("7", "a/b")
				 RECT("60 0 80 20", AREA("2")) TO("2", "a/b")},
			{"press 10 10", ""}, {"move 50 10", "*I:2 *E:2"},
			{"move 70 10", "*M:2"}, {"release 90 10", "*L:2 *C:1 *C:2"}}},
	{"a press without a move is none, nor a move without a press",
		{{"frame", "", PAIR("a/b", "a/b")}, {"move 10 10", ""},
			{"move 11 10", ""}, {"press 10 10", ""}, {"release 50 10", ""},
			{"move 50 10", ""}}},
	{"pressed elsewhere is none",
		{{"frame", "", PAIR("a/b", "a/b")}, {"press 30 10", ""},
			{"move 10 10", ""}, {"move 50 10", ""}, {"release 50 10", ""}}},
	{"a second button, and the first one up again: it goes on to the last",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN, {"press2 50 10", ""},
			{"release 50 10", ""}, {"move 50 10", "*E:2"},
			{"release2 50 10", "*R:1=a/b"}}},

	/* Frames. */
	{"a frame moves the target under what is carried, and away",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN, {"move 30 10", ""},
			{"frame", "*E:2",
				RECT("0 0 20 20", AREA("1")) RECT("25 0 35 20", AREA("2"))
					DEAF("1") DEAF("2") FROM("1", "a/b")
						TO("2", "a/b")},
			{"frame", "*L:2", PAIR("a/b", "a/b")},
			{"release 30 10", "*C:1 *C:2"}}},
	{"a frame makes targets and takes them away",
		{{"frame", "", PLACES FROM("1", "a/b")}, {"press 10 10", ""},
			{"move 50 10", ""}, {"frame", "*I:2 *E:2", PAIR("a/b", "a/b")},
			{"frame", "*C:2", PLACES FROM("1", "a/b")},
			{"frame", "*I:2 *E:2", PAIR("a/b", "a/b")},
			{"release 50 10", "*R:1=a/b"},
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}}},
	{"a frame without the source ends it",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN,
			{"frame", "C:1 *C:1 *C:2",
				RECT("40 0 60 20", AREA("2")) DEAF("2") TO("2", "a/b")},
			{"move 50 10", ""}, {"release 50 10", ""}}},
	{"a frame with a source that is none ends it",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN,
			{"frame", "*C:1 *C:2", PLACES TO("2", "a/b")},
			{"frame", "", PAIR("a/b", "a/b")}, {"move 50 10", ""},
			{"release 50 10", ""}}},
	{"a source that is one only when it is held already",
		{{"frame", "", PLACES TO("2", "a/b")}, {"press 10 10", ""},
			{"move 11 10", ""}, {"frame", "", PAIR("a/b", "a/b")},
			{"move 12 10", "*I:2"}, {"release 12 10", "*C:1 *C:2"}}},
	{"dropped, the source need not be there to answer",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN,
			{"release 50 10", "*E:2 *R:1=a/b"},
			{"frame", "",
				RECT("40 0 60 20", AREA("2")) DEAF("2") TO("2", "a/b")},
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}}},
	{"but what it was dropped on must be",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN,
			{"release 50 10", "*E:2 *R:1=a/b"},
			{"frame", "*C:2 *C:1", PLACES FROM("1", "a/b")},
			{"offer 1 a/b x", ""}}},
	{"and take what was asked for",
		{{"frame", "", PAIR("a/b", "a/b") FROM("1", "a/c")}, BEGIN,
			{"release 50 10", "*E:2 *R:1=a/b"},
			{"frame", "", PAIR("a/b", "a/c") FROM("1", "a/c")},
			{"offer 1 a/b x", "*C:1 *C:2"}}},
	{"a frame that is refused changes nothing",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN,
			{"frame", "REFUSED", "clip rect 0 0 9 9\n"},
			{"move 50 10", "*E:2"}, {"release 50 10", "*R:1=a/b"}}},

	/* Ends. */
	{"Escape ends it, and is for nobody; until it is let go nothing begins",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN, {"move 50 10", "*E:2"},
			{"key Escape", "*C:1 *C:2"}, {"repeat Escape", ""},
			{"keyup Escape", ""}, {"move 45 10", ""}, {"release 50 10", ""},
			{"key Escape", "K:0=Escape"}, {"keyup Escape", "k:0=Escape"},
			BEGIN, {"key a", "K:0=a"}, {"release 30 10", "*C:1 *C:2"}}},
	{"Escape after it was dropped is another's",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN,
			{"release 50 10", "*E:2 *R:1=a/b"}, {"key Escape", "K:0=Escape"},
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}}},
	{"the seat goes",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN, {"cancel", "*C:1 *C:2"},
			{"move 50 10", ""}, {"release 50 10", ""}, BEGIN,
			{"release 50 10", "*E:2 *R:1=a/b"}, {"cancel", ""},
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}}},
	{"another area grabs: the source has it no more",
		{{"frame", "",
			 RECT("0 0 20 20", AREA("3") AREA("1")) RECT("40 0 60 20",
				 AREA("2")) "listen 3 press 0 0 0 0\n" DEAF("1") DEAF("2")
				 FROM("1", "a/b") TO("2", "a/b")},
			{"press 10 10", "P:3"}, {"move 11 10", "*I:2"},
			{"grab 3", "*C:1 *C:2"}, {"move 50 10", ""},
			{"release 50 10", ""}}},
	{"the source grabs: it goes on",
		{{"frame", "",
			 RECT("0 0 20 20", AREA("3") AREA("1")) RECT("40 0 60 20",
				 AREA("2")) "listen 3 press,cancel 0 0 0 0\n" DEAF("1")
				 DEAF("2") FROM("1", "a/b") TO("2", "a/b")},
			{"press 10 10", "P:3"}, {"grab 1", "C:3"}, {"move 11 10", "*I:2"},
			{"move 50 10", "*E:2"}, {"release 50 10", "*R:1=a/b"}}},
	{"the pointer leaves the window of a desktop and comes back",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN, {"move 50 10", "*E:2"},
			{"leave", "*L:2"}, {"move 51 10", "*E:2"},
			{"release 50 10", "*R:1=a/b"}}},
	{"a source that does not answer has 5 s",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN, {"wait 60000", ""},
			{"release 50 10", "*E:2 *R:1=a/b"}, {"wait 4900", ""},
			{"wait 200", "*C:1 *C:2"}, {"offer 1 a/b x", ""}}},
	{"an answer of another type is none",
		{{"frame", "", PAIR("a/b", "a/b") FROM("1", "a/c") TO("2", "a/c")}, BEGIN,
			{"release 50 10", "*E:2 *R:1=a/b"},
			{"offer 1 a/c x", "*C:1 *C:2"}, {"offer 1 a/b x", ""}}},
	{"answers that nobody asked for",
		{{"frame", "", PAIR("a/b", "a/b")}, {"offer 1 a/b x", ""}, BEGIN,
			{"offer 1 a/b x", ""}, {"release 50 10", "*E:2 *R:1=a/b"},
			{"offer 2 a/b x", ""}, {"offer 7 a/b x", ""},
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"},
			{"offer 1 a/b x", ""}}},
	{"while the answer is awaited another drag of the same pointer",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN,
			{"release 50 10", "*E:2 *R:1=a/b"}, BEGIN,
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}, {"move 50 10", "*E:2"},
			{"release 50 10", "*R:1=a/b"},
			{"offer 1 a/b y", "*D:2=a/b,y *C:1 *C:2"}}},

	/* Other pointers. */
	{"by a finger, which drops where it was last",
		{{"frame", "", PAIR("a/b", "a/b")}, {"down 3 10 10", ""},
			{"drag 3 11 10", "*I:2"}, {"drag 3 50 10", "*E:2"},
			{"up 3", "*R:1=a/b"}, {"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}}},
	{"each finger and the mouse have a drag of their own",
		{{"frame", "", PAIR("a/b", "a/b")}, {"down 0 10 10", ""},
			{"down 1 10 10", ""}, {"press 10 10", ""},
			{"drag 0 11 10", "*I:2"}, {"drag 1 11 10", "*I:2"},
			{"move 11 10", "*I:2"}, {"drag 1 50 10", "*E:2"},
			{"up 0", "*C:1 *C:2"}, {"up 1", "*R:1=a/b"},
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"},
			{"key Escape", "*C:1 *C:2"}, {"release 50 10", ""}}},
	{"a finger that the system takes",
		{{"frame", "", PAIR("a/b", "a/b")}, {"down 0 10 10", ""},
			{"drag 0 50 10", "*I:2 *E:2"}, {"cancel", "*C:1 *C:2"},
			{"down 0 10 10", ""}, {"drag 0 50 10", "*I:2 *E:2"}}},
	{"by a pen", {{"frame", "", PAIR("a/b", "a/b")}, {"pen in 10 10", ""},
			     {"pen press 10 10", ""}, {"pen move 50 10", "*I:2 *E:2"},
			     {"pen release 50 10", "*R:1=a/b"},
			     {"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}}},
	{"a pen that is gone in the middle",
		{{"frame", "", PAIR("a/b", "a/b")}, {"pen in 10 10", ""},
			{"pen press 10 10", ""}, {"pen move 50 10", "*I:2 *E:2"},
			{"pen gone 50 10", "*C:1 *C:2"}}},

	/* Windows. */
	{"to another window, which the session's shortcut brings to the top",
		{{"window 1", "F- | F+"}, {"frame", "", TARGET}, {"next", "F+ | F-"},
			{"window 0", ""}, {"frame", "", PAIR("a/file", "a/file")},
			{"press 10 10", ""}, {"move 30 10", "*I:2 | *I:9"},
			{"move 50 10", "*E:2"}, {"next", "F- *L:2 | F+ *E:9"},
			{"move 51 10", "| *M:9"}, {"release 51 10", "*R:1=a/file"},
			{"offer 1 a/file hello", "*C:1 *C:2 | *D:9=a/file,hello *C:9"}}},
	{"only who asked for it hears of it, and only its type",
		{{"window 1", "F- | F+"},
			{"frame", "", RECT("0 0 60 20", AREA("9")) TO("9", "a/other")},
			{"next", "F+ | F-"}, {"window 0", ""},
			{"frame", "", PAIR("a/file", "a/file")}, {"press 10 10", ""},
			{"move 50 10", "*I:2 *E:2"}, {"next", "F- *L:2 | F+"},
			{"release 50 10", "*C:1 *C:2 | E:9"}}},
	{"held at the edge, another window comes to the top, and the next",
		{{"frame", "", PAIR("a/file", "a/file")}, {"window 1", "F- | F+"},
			{"frame", "", TARGET}, {"next", "F+ | F-"}, {"press 10 10", ""},
			{"move 1 10", "*I:2 | *I:9"}, {"wait 2000", ""},
			{"move 30 10", ""}, {"move 1 10", ""}, {"wait 700", ""},
			{"wait 200", "F- | F+"}, {"wait 700", ""},
			{"wait 200", "F+ | F-"}, {"move 399 10", ""},
			{"wait 900", "F- | F+"}, {"move 50 10", "| *E:9"},
			{"wait 2000", ""}, {"release 50 10", "*R:1=a/file"}}},
	{"at the edge with one window alone",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN, {"move 399 10", ""},
			{"wait 900", ""}, {"wait 900", ""},
			{"release 399 10", "*C:1 *C:2"}}},
	{"a finger needs not be that near",
		{{"frame", "", PAIR("a/b", "a/b")}, {"window 1", "F- | F+"},
			{"next", "F+ | F-"}, {"down 0 10 10", ""},
			{"drag 0 200 10", "*I:2"}, {"drag 0 390 10", ""},
			{"wait 900", "F- | F+"}, {"up 0", "*C:1 *C:2"}}},
	{"no answer of another window's",
		{{"frame", "", PAIR("a/b", "a/b")}, BEGIN,
			{"release 50 10", "*E:2 *R:1=a/b"}, {"window 1", "F- | F+"},
			{"offer 1 a/b x", ""}, {"window 0", ""},
			{"offer 1 a/b x", "*D:2=a/b,x *C:1 *C:2"}}},
};

/* What only code can say. */

static void go(struct rig *rig, const char *what, const char *frame, const char *trace)
{
	rig_do(rig, &(struct rig_step){what, NULL, frame});
	if (trace)
		assert_string_equal(rig->trace, trace);
}

static void test_cursor(void **state)
{
	struct rig rig;
	(void)state;
	rig_init(&rig);
	go(&rig, "frame", "cursor text\n" PAIR("a/b", "a/b"), "");
	go(&rig, "press 10 10", NULL, "");
	go(&rig, "cursor 10 10", NULL, "2");
	go(&rig, "move 12 10", NULL, "*I:2");
	go(&rig, "cursor 12 10", NULL, "10"); /* grabbing */
	go(&rig, "move 30 10", NULL, "");
	go(&rig, "cursor 30 10", NULL, "11"); /* not-allowed */
	go(&rig, "move 50 10", NULL, "*E:2");
	go(&rig, "cursor 50 10", NULL, "10");
	go(&rig, "key Escape", NULL, "*C:1 *C:2");
	go(&rig, "cursor 50 10", NULL, "2");
	rig_finish(&rig);
}

/* A window goes with the target that it was dropped on, with a target, with the source. */
static void test_windows_go(void **state)
{
	struct rig rig;
	(void)state;
	for (int who = 0; who < 3; who++) {
		rig_init(&rig);
		go(&rig, "window 1", NULL, "F- | F+");
		go(&rig, "frame", TARGET, "");
		go(&rig, "window 0", NULL, "");
		go(&rig, "frame", PAIR("a/file", "a/file"), "");
		go(&rig, "next", NULL, "F+ | F-");
		go(&rig, "press 10 10", NULL, "");
		go(&rig, "move 11 10", NULL, "*I:2 | *I:9");
		go(&rig, "next", NULL, "F- | F+");
		go(&rig, "move 50 10", NULL, "| *E:9");
		if (who == 0)
			go(&rig, "release 50 10", NULL, "*R:1=a/file");
		rig.trace[0] = '\0';
		routing_forget(&rig.session, rig.windows[who == 2 ? 0 : 1]);
		rig_collect(&rig);
		assert_string_equal(rig.trace, who == 0   ? "*C:1 *C:2"
					       : who == 1 ? ""
							  : "| *C:9");
		for (int i = 0; i < DRAGGINGS; i++)
			assert_true(
				!rig.session.dragging.drags[i] == (who != 1 || i > 0));
		rig_finish(&rig);
	}
}

/* To a window on another screen, beside the first, where a unit is two pixels. */
static void test_screens(void **state)
{
	struct rig rig;
	(void)state;
	rig_init(&rig);
	struct screen other = rig.screen;
	other.x = RIG_WIDTH;
	other.scale = 2;
	go(&rig, "window 1", NULL, "F- | F+");
	rig.windows[1]->screen = &other;
	go(&rig, "frame", TARGET, "");
	go(&rig, "window 0", NULL, "");
	go(&rig, "frame", PAIR("a/file", "a/file"), "");
	rig.places = true;
	go(&rig, "press 10 10", NULL, "F+ | F-");
	go(&rig, "move 50 10", NULL, "*I:2 *E:2@50,10 | *I:9");
	go(&rig, "move 425 5", NULL, "*L:2 | *E:9@50,10");
	go(&rig, "move 429.5 5", NULL, "| *M:9@59,10");
	go(&rig, "move 430.5 5", NULL, "| *L:9");
	go(&rig, "release 421 6", NULL, "*R:1=a/file | *E:9@42,12");
	go(&rig, "offer 1 a/file x", NULL, "*C:1 *C:2 | *D:9@42,12=a/file,x *C:9");
	rig_finish(&rig);
}

static void offer_bytes(struct rig *rig, const char *type, size_t size, size_t allocated)
{
	struct osaas_window_drag d = {
		.tag = 1, .serial = rig->asked, .type_size = (uint32_t)strlen(type)};
	struct message msg = {.type = OSAAS_WINDOW_OFFER,
		.buffer = buffer_create(allocated),
		.len = strlen(type) + size};
	memcpy(buffer_data(msg.buffer), type, strlen(type));
	memcpy(msg.bytes, &d, sizeof d);
	assert_int_equal(endpoint_try_send(rig->plugins[0], &msg), 0);
	window_receive(rig->windows[0]);
}

static void drop_large(size_t size, size_t allocated, const char *trace)
{
	struct rig rig;
	rig_init(&rig);
	go(&rig, "frame", PAIR("a/b", "a/b"), "");
	go(&rig, "press 10 10", NULL, "");
	go(&rig, "move 50 10", NULL, "*I:2 *E:2");
	go(&rig, "release 50 10", NULL, "*R:1=a/b");
	rig.trace[0] = '\0';
	offer_bytes(&rig, "a/b", size, allocated);
	rig_collect(&rig);
	assert_string_equal(rig.trace, trace);
	rig_finish(&rig);
}

/* As large as may be goes through; a byte more does not, nor what is not all there. */
static void test_large(void **state)
{
	(void)state;
	drop_large(OSAAS_DRAG_BYTES_MAX, OSAAS_DRAG_BYTES_MAX + 3, "*D:2=a/b, *C:1 *C:2");
	drop_large(OSAAS_DRAG_BYTES_MAX + 1, OSAAS_DRAG_BYTES_MAX + 4, "*C:1 *C:2");
}

/* The target never hears of it: what was offered is freed with its channel. */
static void test_not_taken(void **state)
{
	struct rig rig;
	(void)state;
	rig_init(&rig);
	go(&rig, "frame", PAIR("a/b", "a/b"), "");
	go(&rig, "press 10 10", NULL, "");
	go(&rig, "move 50 10", NULL, "*I:2 *E:2");
	go(&rig, "release 50 10", NULL, "*R:1=a/b");
	offer_bytes(&rig, "a/b", 100000, 100003);
	rig_finish(&rig);
	/* And where its channel was closed before. */
	rig_init(&rig);
	go(&rig, "window 1", NULL, NULL);
	go(&rig, "frame", TARGET, NULL);
	go(&rig, "next", NULL, NULL);
	go(&rig, "window 0", NULL, NULL);
	go(&rig, "frame", PAIR("a/file", "a/other"), NULL);
	go(&rig, "press 10 10", NULL, "");
	go(&rig, "move 11 10", NULL, "| *I:9");
	go(&rig, "next", NULL, NULL);
	go(&rig, "move 50 10", NULL, "| *E:9");
	go(&rig, "release 50 10", NULL, "*R:1=a/file");
	endpoint_close(rig.plugins[1]);
	rig.plugins[1] = NULL;
	offer_bytes(&rig, "a/file", 100000, 100006);
	rig_finish(&rig);
}

/* Who does not take what it is told hears only of the last place. */
static void test_moves_wait(void **state)
{
	struct rig rig;
	char what[32];
	(void)state;
	rig_init(&rig);
	rig.places = true;
	go(&rig, "frame", PAIR("a/b", "a/b"), "");
	go(&rig, "press 10 10", NULL, "");
	go(&rig, "move 41 10", NULL, "*I:2 *E:2@41,10");
	for (int i = 0; i < 1000; i++) {
		const struct input_pointer p = {.time_ns = 2000000,
			.kind = INPUT_POINTER_MOVE,
			.buttons = 1,
			.x = 41 + (float)(i % 16),
			.y = 5};
		session_pointer(&rig.session, &p);
	}
	rig.trace[0] = '\0';
	rig_collect(&rig);
	routing_turn(&rig.session);
	rig_collect(&rig);
	snprintf(what, sizeof what, "*M:2@%d,5", 41 + 999 % 16);
	assert_string_equal(&rig.trace[strlen(rig.trace) - strlen(what)], what);
	assert_null(strstr(rig.trace, "LOST"));
	size_t n = 0;
	for (const char *at = rig.trace; (at = strstr(at, "*M")); at++)
		n++;
	assert_in_range(n, 2, 100);
	rig_finish(&rig);
}

/* A hostile window: as many filters as may be, as many frames as it likes, one drag. */
static void test_many(void **state)
{
	static char text[65536];
	struct rig rig;
	char *at = text;
	(void)state;
	rig_init(&rig);
	at += sprintf(at, "%s", RECT("0 0 20 20", AREA("1")) DEAF("1"));
	for (int i = 0; i < 40; i++)
		at += sprintf(at, "transfer 1 source \"a/%d\"\n", i);
	for (int i = 0; i < 900; i++)
		at += sprintf(at,
			"clip rect 40 0 60 20\narea %d\nclip pop\ntransfer %d target "
			"\"a/%d\"\n",
			100 + i, 100 + i, i % 64);
	for (int i = 0; i < 50; i++) {
		sprintf(at, "transfer 77 target \"a/%d\"\n", i);
		go(&rig, "frame", text, NULL);
		if (i == 0)
			go(&rig, "press 10 10", NULL, NULL);
		if (i == 0)
			go(&rig, "move 10 10", NULL, NULL);
		if (i > 0)
			assert_null(strstr(rig.trace, "*"));
	}
	/* Of 32 types, and 256 areas of those that take one of them. */
	go(&rig, "key Escape", NULL, NULL);
	size_t n = 0;
	for (const char *c = rig.trace; (c = strstr(c, "*C")); c++)
		n++;
	assert_int_equal(n, 1 + OSAAS_DRAG_TARGETS_MAX);
	assert_null(strstr(rig.trace, ":132 "));
	assert_non_null(strstr(rig.trace, ":131 "));
	rig_finish(&rig);
}

/* Time is asked for only while something is due. */
static void test_idle(void **state)
{
	struct rig rig;
	(void)state;
	rig_init(&rig);
	assert_true(dragging_next_ns(&rig.session) == UINT64_MAX);
	go(&rig, "frame", PAIR("a/b", "a/b"), "");
	go(&rig, "press 10 10", NULL, "");
	go(&rig, "move 50 10", NULL, NULL);
	assert_true(dragging_next_ns(&rig.session) == UINT64_MAX);
	go(&rig, "move 399 10", NULL, NULL);
	assert_true(dragging_next_ns(&rig.session) <= clock_now_ns() + NS_PER_S);
	go(&rig, "move 50 10", NULL, NULL);
	assert_true(dragging_next_ns(&rig.session) == UINT64_MAX);
	go(&rig, "release 50 10", NULL, NULL);
	assert_true(dragging_next_ns(&rig.session) <= clock_now_ns() + 5 * NS_PER_S);
	go(&rig, "offer 1 a/b x", NULL, "*D:2=a/b,x *C:1 *C:2");
	assert_true(dragging_next_ns(&rig.session) == UINT64_MAX);
	rig_finish(&rig);
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof *cases
	};
	struct CMUnitTest tests[N + 8] = {
		cmocka_unit_test(test_cursor),
		cmocka_unit_test(test_windows_go),
		cmocka_unit_test(test_screens),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_not_taken),
		cmocka_unit_test(test_moves_wait),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_idle),
	};
	for (size_t i = 0; i < N; i++)
		tests[8 + i] = (struct CMUnitTest){.name = cases[i].name,
			.test_func = rig_test,
			.initial_state = (void *)(uintptr_t)&cases[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
