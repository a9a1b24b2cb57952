/* Panels worked by keys: who hears what, and how they go back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "routing_rig.h"
#include "session/magnifier.h"
#include "session/panel_keys.h"
#include "session/pointer.h"
#include "session/routing.h"

#define RECT(corners, inner) "clip rect " corners "\n" inner "clip pop\n"
#define AREA(tag)            "area " tag "\n"
#define FOCUS(tag)           "listen " tag " focus 0 0 0 0\n"
#define BUTTON(corners, tag) RECT(corners, AREA(tag) "class button\n")

#define FIELD                RECT("0 0 400 200", AREA("1")) FOCUS("1")
#define STRIP                BUTTON("0 0 40 40", "5") BUTTON("50 0 90 40", "6") BUTTON("0 50 40 90", "7")
#define WIDGET                                                                           \
	RECT("0 0 40 40", AREA("8")) RECT("50 0 90 40", AREA("9")) FOCUS("8") FOCUS("9")

static struct rig rig;

/* The second and third window are panels. */
static void add_panel(int i)
{
	struct window *window;
	char word[16] = "window 1";
	word[7] = (char)('0' + i);
	rig_do(&rig, &(struct rig_step){word, NULL, NULL});
	window = rig.windows[i];
	window->panel = (struct panel){.edge = PANEL_BOTTOM, .wanted = 100, .given = 100};
	window->y = RIG_HEIGHT - 100;
	session_focus(&rig.session, rig.windows[0]);
	rig_collect(&rig);
}

static void expect(const char *what, const char *trace, const char *frame)
{
	const struct rig_step step = {what, trace, frame};
	rig_do(&rig, &step);
	if (strcmp(rig.trace, trace) != 0)
		fail_msg("%s: got \"%s\", not \"%s\"", what, rig.trace, trace);
}

static void next(const char *trace)
{
	rig.trace[0] = '\0';
	panel_keys_next(&rig.session);
	rig_collect(&rig);
	assert_string_equal(rig.trace, trace);
}

static int setup(void **state)
{
	(void)state;
	rig_init(&rig);
	expect("frame", "", FIELD);
	expect("focus 1", "+1", NULL);
	add_panel(1);
	expect("frame", "", STRIP);
	rig_collect(&rig);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_finish(&rig);
	return 0;
}

static void expect_pointer(double at_x, double at_y)
{
	double x, y;
	assert_true(pointer_where(rig.session.pointer, &x, &y));
	assert_true(x == at_x && y == at_y);
}

/* The field keeps its keys, and hears none of them. */
static void test_buttons(void **state)
{
	double x, y;
	(void)state;
	expect("key a", "K:1=a", NULL);
	next("k:1=a"); /* it comes up before they go */
	expect("keyup a", "", NULL);
	expect("key Return", "", NULL); /* nothing was gone to */
	expect("key Tab", "", NULL);
	expect_pointer(20, RIG_HEIGHT - 80);
	expect("key Right", "", NULL);
	expect_pointer(70, RIG_HEIGHT - 80);
	expect("key Return", "| P'0:6 R'0:6", NULL);
	expect("repeat Return", "", NULL);
	expect("keyup Return", "", NULL);
	expect("key Left", "", NULL);
	expect("key Down", "", NULL);
	expect("key space", "| P'0:7 R'0:7", NULL);
	expect("key a", "", NULL);
	expect("key shift-Tab", "", NULL);
	expect("key Return", "| P'0:6 R'0:6", NULL);
	expect("key Escape", "", NULL);
	expect("repeat Escape", "", NULL);
	expect("keyup Escape", "", NULL);
	assert_false(pointer_where(rig.session.pointer, &x, &y));
	expect("key Escape", "K:1=Escape", NULL);
	expect("keyup Escape", "k:1=Escape", NULL);
}

/* What has gone with a frame is not clicked; from there it goes to the first. */
static void test_gone(void **state)
{
	(void)state;
	next("");
	expect("key Tab", "", NULL);
	expect("window 1", "", NULL);
	expect("frame", "", BUTTON("50 0 90 40", "6"));
	expect("key Return", "", NULL);
	expect("key Tab", "", NULL);
	expect("key Return", "| P'0:6 R'0:6", NULL);
	expect("frame", "", RECT("0 0 9 9", AREA("3")));
	expect("key Tab", "", NULL);
	expect("key Return", "", NULL);
}

/* Who listens to focus is told as a window is. */
static void test_focus(void **state)
{
	(void)state;
	add_panel(2);
	expect("frame", "", WIDGET);
	rig_collect(&rig);
	next("");
	next("| F+");
	expect("key Tab", "| +8", NULL);
	expect("key Right", "| -8 +9", NULL);
	expect("key Return", "| K:9=Return", NULL);
	expect("keyup Return", "| k:9=Return", NULL);
	next("| -9 F-");
	expect("key a", "K:1=a", NULL);
	next("k:1=a");
	next("| F+ +9");
	expect("key x", "| K:9=x", NULL);
	expect("key Escape", "| k:9=x -9 F-", NULL);
	expect("keyup x", "", NULL);
}

/* A magnifier follows. */
static void test_magnified(void **state)
{
	const struct gl_rect *part = &rig.screen.magnify.part;
	(void)state;
	list_init(&rig.screen.link);
	list_push_back(&rig.session.screens, &rig.screen.link);
	magnifier_set(&rig.session, &rig.screen, 4);
	next("");
	expect("key Tab", "", NULL); /* at 20, 220; an eighth of 100 x 75 beside it */
	magnifier_key(&rig.session);
	magnifier_turn(&rig.session);
	assert_true(part->x0 == 8 && part->y0 == 155);
	expect("key Escape", "", NULL);
	add_panel(2);
	expect("frame", "", WIDGET);
	rig_collect(&rig);
	next("");
	next("| F+");
	expect("key Tab", "| +8", NULL);
	magnifier_key(&rig.session);
	magnifier_turn(&rig.session);
	assert_true(part->x0 == 0 && part->y0 == 171);
	list_remove(&rig.screen.link);
}

/* A press on the window takes them back; another window, a panel that hides or goes, too. */
static void test_ends(void **state)
{
	(void)state;
	next("");
	expect("press 10 10", "", NULL);
	expect("release 10 10", "", NULL);
	assert_null(rig.session.panel_keys.panel);
	next("");
	rig.windows[1]->panel.given = 0;
	expect("key a", "K:1=a", NULL);
	expect("keyup a", "k:1=a", NULL);
	assert_false(panel_keys_next(&rig.session));
	rig.windows[1]->panel.given = 100;
	assert_true(panel_keys_next(&rig.session));
	routing_forget(&rig.session, rig.windows[1]);
	assert_null(rig.session.panel_keys.panel);
	expect("key a", "K:1=a", NULL);
	next("k:1=a");
	session_focus(&rig.session, rig.windows[0]);
	assert_null(rig.session.panel_keys.panel);
}

/* What is held for a panel that hides is not typed into the window. */
static void test_hides(void **state)
{
	(void)state;
	expect("key Escape", "K:1=Escape", NULL);
	expect("keyup Escape", "k:1=Escape", NULL);
	add_panel(2);
	expect("frame", "", WIDGET);
	rig_collect(&rig);
	next("");
	next("| F+");
	expect("key Tab", "| +8", NULL);
	expect("keyup Tab", "", NULL);
	expect("key x", "| K:8=x", NULL);
	rig.windows[2]->panel.given = 0;
	expect("repeat x", "| k:8=x -8 F-", NULL);
	expect("keyup x", "", NULL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_buttons), T(test_gone), T(test_focus),
		T(test_magnified), T(test_ends), T(test_hides)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
