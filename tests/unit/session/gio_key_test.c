/*
 * Gio's own tables of key routing and focus (gioui.org, io/input/key_test.go, by the names that
 * they have there), as scenes of ours with the exact order of all that is heard; then what is
 * ours alone. Its cases of hints, the soft keyboard and drags are not of routing. Where the two
 * differ the case says so: input/README.md "Not as Gio".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "routing_rig.h"

#define RECT(corners, inner) "clip rect " corners "\n" inner "clip pop\n"
#define AREA(tag)            "area " tag "\n"
#define FOCUSABLE(tag)       AREA(tag) "listen " tag " focus 0 0 0 0\n"
#define KEY(tag, mods, sym)  "keys " tag " " mods " " sym "\n"
#define A                    "97"
#define B                    "98"
#define TAB                  "65289"
#define THREE                                                                            \
	RECT("0 0 50 50", FOCUSABLE("1"))                                                \
	RECT("50 0 100 50", FOCUSABLE("2")) RECT("0 50 50 100", FOCUSABLE("3"))

static const struct rig_case cases[] = {
	{"TestAllMatchKeyFilter",
		{{"frame", "", KEY("1", "none none", "0")}, {"key a", "K:1=a"},
			{"keyup a", "k:1=a"},
			/* One that moves the focus is only for who names it. */
			{"key Tab", "K:0=Tab"}, {"keyup Tab", "k:0=Tab"},
			{"frame", "",
				KEY("1", "none none", "0") KEY("2", "none none", TAB)},
			{"key Tab", "K:2=Tab"}, {"keyup Tab", "k:2=Tab"}}},
	{"TestDeferred: commands act when they come",
		{{"frame", "", FOCUSABLE("1") KEY("1", "none none", A " focused")},
			{"key a", "K:0=a"}, {"focus 1", "+1"}, {"key a", "K:1=a"}}},
	{"TestInputWakeup: areas and filters wake nobody",
		{{"frame", "", FOCUSABLE("1") KEY("1", "none none", A)},
			{"key a", "K:1=a"}}},
	{"TestKeyMultiples",
		{{"frame", "", THREE}, {"focus 3", "+3"}, {"key a", "K:3=a"}}},
	{"TestKeyRemoveFocus: ours hear that they have it no longer",
		{{"frame", "",
			 FOCUSABLE("1") FOCUSABLE("2") KEY("1", "ctrl none",
				 TAB " focused") KEY("2", "ctrl none", TAB " focused")},
			{"focus 1", "+1"}, {"key ctrl-Tab", "K:1=Tab"},
			{"focus 9", ""}, /* is not there: does nothing */
			{"key ctrl-Tab", "K:1=Tab"}, {"frame", "-1", ""},
			{"key a", "K:0=a"}, {"frame", "", THREE}, {"focus 1", "+1"}}},
	{"TestKeyFocusedInvisible: and nothing when they are back",
		{{"frame", "", THREE}, {"focus 1", "+1"}, {"frame", "-1", ""},
			{"frame", "", ""}, {"frame", "", ""}, {"frame", "", THREE},
			{"key a", "K:0=a"}}},
	{"TestNoOps", {{"frame", "", ""}}},
	/* The arrows are only for who has the focus; one that leads nowhere is a key. */
	{"TestDirectionalFocus",
		{{"frame", "",
			 RECT("10 10 50 50", FOCUSABLE("1")) RECT("50 20 100 80",
				 FOCUSABLE("2")) RECT("20 26 60 80", FOCUSABLE("3"))
				 RECT("10 60 50 100", FOCUSABLE("4"))},
			{"key Left", "K:0=Left"}, {"focus 1", "+1"},
			{"key Left", "K:1=Left"}, {"key Right", "-1 +2"},
			{"key Right", "K:2=Right"}, {"key Down", "-2 +3"},
			{"key Down", "K:3=Down"}, {"key Left", "-3 +4"},
			{"key Up", "-4 +1"}, {"key Tab", "-1 +2"},
			{"key shift-ISO_Left_Tab", "-2 +1"}, {"key shift-Tab", "-1 +4"},
			{"key Tab", "-4 +1"}}},
	{"TestFocusScroll",
		{{"frame", "",
			 RECT("1 1 14 39",
				 RECT("10 -20 20 30",
					 AREA("1") AREA("2"))) "listen 1 focus,scroll "
							       "-100 100 -100 100\n"},
			{"key Tab", "+1 S:1(6,-9)"}}},
	{"TestFocusClick",
		{{"frame", "",
			 RECT("0 0 10 10",
				 AREA("1")) "listen 1 focus,cancel,press,release 0 0 0 "
					    "0\n"},
			{"click", ""}, {"key Tab", "+1"}, {"click", "P'0:1 R'0:1"}}},
	{"TestNoFocus", {{"frame", "", AREA("1")}, {"key Tab", "K:0=Tab"},
				{"keyup Tab", "k:0=Tab"}}},
	{"TestKeyRouting: ours that nobody takes go to who has the focus",
		{{"frame", "",
			 FOCUSABLE("1") KEY("1", "none none", A " focused")
				 KEY("2", "none none", B)},
			{"key a", "K:0=a"}, {"key b", "K:2=b"}, {"focus 1", "+1"},
			{"key a", "K:1=a"}, {"key b", "K:2=b"}}},

	/* What the reference says besides. */
	{"the first that takes it has it, though another names it",
		{{"frame", "", KEY("1", "none none", "0") KEY("2", "none none", A)},
			{"key a", "K:1=a"}}},
	{"all that is required, nothing that is neither",
		{{"frame", "", KEY("1", "ctrl shift", A)}, {"key a", "K:0=a"},
			{"key ctrl-a", "K:1=a"}, {"key ctrl-shift-A", "K:1=A"},
			{"key shift-A", "K:0=A"}, {"key ctrl-alt-a", "K:0=a"},
			{"key ctrl-super-a", "K:0=a"}}},
	{"super is super",
		{{"frame", "", KEY("1", "super none", A) KEY("2", "command none", B)},
			{"key super-a", "K:1=a"}, {"key super-b", "K:0=b"}}},
	{"commands go by the Latin letter, text by what is typed",
		{{"frame", "", KEY("1", "ctrl none", A) KEY("2", "none none", B)},
			{"key ctrl-Cyrillic_ef/a", "K:1=Cyrillic_ef"},
			{"key Cyrillic_i/b", "K:0=Cyrillic_i"}}},
	{"a letter is one key", {{"frame", "", KEY("1", "none shift", "65")},
					{"key a", "K:1=a"}, {"key shift-A", "K:1=A"}}},
	{"Tab goes round, and is not heard; nor is its release",
		{{"frame", "", THREE}, {"key Tab", "+1"}, {"repeat Tab", "-1 +2"},
			{"repeat Tab", "-2 +3"}, {"repeat Tab", "-3 +1"},
			{"keyup Tab", ""}, {"key ctrl-Tab", "K:1=Tab"},
			{"keyup Tab", "k:1=Tab"}, {"keyup Tab", ""},
			{"key shift-ISO_Left_Tab", "-1 +3"},
			{"keyup shift-ISO_Left_Tab", ""}}},
	{"backward from nowhere: the last",
		{{"frame", "", THREE}, {"key shift-Tab", "+3"}}},
	{"with other modifiers Tab is a key",
		{{"frame", "", THREE}, {"key ctrl-Tab", "K:0=Tab"},
			{"key alt-Tab", "K:0=Tab"}, {"focus 1", "+1"},
			{"key shift-Right", "K:1=Right"},
			{"key ctrl-Right", "K:1=Right"}}},
	{"who names Tab keeps it",
		{{"frame", "", THREE KEY("1", "none none", TAB " focused")},
			{"key Tab", "+1"}, {"key Tab", "K:1=Tab"}}},
	{"an arrow is a filter's first",
		{{"frame", "", THREE KEY("9", "none none", "65363")}, {"focus 1", "+1"},
			{"key Right", "K:9=Right"}, {"key Down", "-1 +3"}}},
	{"the repeats of an arrow that moved are no keys",
		{{"frame", "", THREE}, {"focus 1", "+1"}, {"key Right", "-1 +2"},
			{"repeat Right", ""}, {"keyup Right", ""},
			{"key Right", "K:2=Right"}, {"keyup Right", "k:2=Right"}}},
	{"an editor has its arrows, by its class",
		{{"frame", "",
			 RECT("0 0 50 50", FOCUSABLE("1") "class editor\n")
				 RECT("50 0 100 50", FOCUSABLE("2"))},
			{"focus 1", "+1"}, {"key Right", "K:1=Right"},
			{"key Tab", "-1 +2"}, {"key Left", "-2 +1"}}},
	{"or because it tells of its text",
		{{"frame", "",
			 RECT("0 0 50 50", FOCUSABLE("1")) RECT("50 0 100 50",
				 FOCUSABLE(
					 "2")) "hint 1 email\nselection 2 0 0 0 0 0 0\n"},
			{"focus 1", "+1"}, {"key Right", "K:1=Right"},
			{"key Tab", "-1 +2"}, {"key Left", "K:2=Left"}}},
	{"a press gives it to the topmost that can have it, before it is heard",
		{{"frame", "",
			 FOCUSABLE("1") RECT("0 0 50 50",
				 FOCUSABLE("2") RECT("0 0 50 50", AREA("3")))},
			{"press 9 9", "+2 E:3 P:3"}, {"release 9 9", "R:3"}}},
	{"a press on who cannot leaves it",
		{{"frame", "",
			 RECT("0 0 50 50", FOCUSABLE("1")) RECT(
				 "50 0 100 50", AREA("2") "listen 2 press 0 0 0 0\n")},
			{"press 9 9", "+1"}, {"release 9 9", ""}, {"press 60 9", "P!:2"},
			{"key a", "K:1=a"}}},
	{"and so does a finger's",
		{{"frame", "", RECT("0 0 50 50", FOCUSABLE("1"))}, {"down 2 9 9", "+1"}}},
	{"who can have it no longer has it no longer",
		{{"frame", "", FOCUSABLE("1")}, {"focus 1", "+1"},
			{"frame", "-1", AREA("1")}, {"focus 1", ""}, {"focus 0", ""}}},
	{"a window keeps it for itself",
		{{"frame", "", FOCUSABLE("1")}, {"focus 1", "+1"},
			{"window 1", "-1 F- | F+"}, {"frame", "", FOCUSABLE("5")},
			{"focus 5", "| +5"}, {"key a", "| K:5=a"}, {"keyup a", "| k:5=a"},
			{"next", "F+ +1 | -5 F-"}, {"key a", "K:1=a"},
			{"keyup a", "k:1=a"},
			{"focus 0", ""}, /* of the other window, which has no keys */
			{"previous", "-1 F- | F+"}, {"focus 5", "| +5"}}},
	{"what is held comes up before another window has the keys, which hears nothing "
	 "of it",
		{{"frame", "", FOCUSABLE("1") KEY("9", "none ctrl", A)},
			{"focus 1", "+1"}, {"key ctrl-Control_L", "K:1=Control_L"},
			{"key ctrl-a", "K:9=a"}, {"repeat ctrl-a", "K*:9=a"},
			{"window 1", "k:9=a k:1=Control_L -1 F- | F+"},
			{"keyup ctrl-a", ""}, {"keyup ctrl-Control_L", ""},
			{"key a", "| K:0=a"}, {"next", "F+ +1 | k:0=a F-"},
			{"keyup a", ""}, {"key a", "K:9=a"}, {"keyup a", "k:9=a"}}},
	{"what is let go of is heard where its press was",
		{{"frame", "", FOCUSABLE("1") KEY("9", "ctrl none", A)},
			{"focus 1", "+1"}, {"key ctrl-Control_L", "K:1=Control_L"},
			{"key ctrl-a", "K:9=a"},
			{"window 1", "k:9=a k:1=Control_L -1 F- | F+"}}},
	{"what went while another window has the keys is not told",
		{{"frame", "", FOCUSABLE("1")}, {"focus 1", "+1"},
			{"window 1", "-1 F- | F+"}, {"window 0", ""}, {"frame", "", ""},
			{"next", "F+ | F-"}}},
	{"windows go round, and are raised",
		{{"frame", "", AREA("1")}, {"window 1", "F- | F+"},
			{"frame", "", AREA("2")}, {"window 2", "| F- | F+"},
			{"frame", "", AREA("3")}, {"move 9 9", "| E:3 M:3"},
			{"next", "F+ E:1 | F- L:3"}, {"next", "F- L:1 | F+ E:2"},
			{"next", "| F- L:2 | F+ E:3"}, {"previous", "| F+ E:2 | F- L:3"},
			{"previous", "F+ E:1 | F- L:2"}}},
	{"off-screen: those around scroll, each its share, the nearest first",
		{{"frame", "",
			 AREA("7") RECT("0 0 100 100",
				 AREA("1") RECT("0 0 100 100",
					 AREA("2") RECT("0 130 50 160",
						 AREA("3")))) "listen 1 scroll 0 0 0 "
							      "1000\nlisten 2 scroll 0 0 "
							      "-20 20\n"
							      "listen 3 focus 0 0 0 0\n"},
			{"key Tab", "+3 S:2(0,20) S:1(0,40)"},
			/* Nothing was moved, it is still there. */
			{"repeat Tab", "S:2(0,20) S:1(0,40)"}}},
	{"off-screen under a transform: in the window's pixels",
		{{"frame", "",
			 "transform push 2 0 10 0 2 0\n" RECT("0 0 50 50",
				 AREA("1") RECT("60 0 70 20",
					 AREA("3"))) "transform pop\nlisten 1 scroll "
						     "-999 999 -999 999\n"
						     "listen 3 focus 0 0 0 0\n"},
			{"key Tab", "+3 S:1(40,0)"}}},
	{"off-screen in a sub-layer: those around its place scroll, too",
		{{"frame", "",
			 "sublayer 5 100 1000 {\n" RECT("0 0 100 1000",
				 AREA("2") RECT("0 300 50 330",
					 AREA("3"))) "}\n" RECT("10 10 110 110",
				 AREA("1") "place 5 10 10 110 110 0 0\n") "listen 1 "
									  "scroll 0 0 "
									  "-999 "
									  "999\nlisten 2 "
									  "scroll 0 0 -9 "
									  "9\n"
									  "listen 3 "
									  "focus 0 0 0 "
									  "0\n"},
			{"key Tab", "+3 S:2(0,9) S:1(0,221)"},
			{"frame", "",
				RECT("10 10 110 110", AREA("1") "place 5 10 10 110 110 0 "
								"230\n") "listen 1 "
									 "scroll 0 0 "
									 "-999 999\n"
									 "listen 3 focus "
									 "0 0 0 0\n"},
			{"repeat Tab", ""}}},
	{"one that is larger than what shows of it is not scrolled past",
		{{"frame", "",
			 RECT("0 0 100 100",
				 AREA("1") RECT("-50 20 150 220",
					 AREA("3"))) "listen 1 scroll -999 999 -999 "
						     "999\nlisten 3 focus 0 0 0 0\n"},
			{"key Tab", "+3 S:1(0,20)"}}},
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
