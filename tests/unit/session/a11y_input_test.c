/*
 * What assistive technology does to windows, and keys that it hears of before they do; without a
 * bus: nobody answers.
 */
#include "session/a11y_keys.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "routing_rig.h"
#include "session/a11y_act.h"
#include "session/panel_keys.h"

#define FIELD "clip rect 0 0 400 300\narea 1\nclip pop\nlisten 1 focus 0 0 0 0\n"
#define EDITS 20000
#define TEXT  (1 << 20)

static struct rig rig;
static struct a11y a11y;
static struct a11y_window told;
static struct a11y_node node;

/* In place of libdbus's: there is no memory for a question, so none is sent. */
DBusMessage *dbus_message_new_method_call(
	const char *to, const char *path, const char *interface, const char *member)
{
	(void)to;
	(void)path;
	(void)interface;
	(void)member;
	return NULL;
}

static int setup(void **state)
{
	const struct rig_step frame = {"frame", "", FIELD},
			      focus = {"focus 1", "+1", NULL};
	(void)state;
	rig_init(&rig);
	rig_do(&rig, &frame);
	rig_do(&rig, &focus);
	node = (struct a11y_node){.id = 1, .tag = 1, .field = 1};
	told = (struct a11y_window){.a11y = &a11y, .window = rig.windows[0]};
	a11y = (struct a11y){.session = &rig.session, .bus.up = true, .keys.heard = true};
	list_init(&a11y.windows);
	rig.session.a11y = &a11y;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig.session.a11y = NULL;
	rig_finish(&rig);
	return 0;
}

static void expect(const char *what, const char *trace)
{
	const struct rig_step step = {what, trace, !strcmp(what, "frame") ? "" : NULL};
	rig_do(&rig, &step);
	if (strcmp(rig.trace, trace) != 0)
		fail_msg("%s: got \"%s\", not \"%s\"", what, rig.trace, trace);
}

/* The answer to who listens: nobody, or somebody. */
static void listen(bool heard)
{
	set_heard(&a11y.keys, heard);
}

/* Its window is not known yet, so what is typed there may be a password. */
static void test_secret(void **state)
{
	(void)state;
	expect("key Insert", "");
	handle_answer(&a11y, NULL);
	expect("key x", "K:1=Insert");
	handle_answer(&a11y, NULL);
	expect("keyup Insert", "K:1=x");
	handle_answer(&a11y, NULL);
	expect("key x", "k:1=Insert K:1=x");
}

/* A key of its own that comes up while nobody listens is not down for ever. */
static void test_nobody_meanwhile(void **state)
{
	(void)state;
	expect("key Insert", "");
	handle_answer(&a11y, NULL);
	listen(false);
	expect("keyup Insert", "K:1=Insert k:1=Insert");
	listen(true);
	expect("key x", "K:1=x");
	expect("key Return", "");
}

/* What an input method types is at once where it is for, behind what waits. */
static void test_typed(void **state)
{
	static const int method;
	(void)state;
	expect("key Left", "");
	rig.session.texting.typist = (struct method *)(uintptr_t)&method;
	expect("key Return", "K:1=Left K:1=Return");
	assert_ptr_equal(rig.session.texting.typist, &method);
	rig.session.texting.typist = NULL;
}

/* What waits when a panel gets the keys is for the window all the same. */
static void test_panel(void **state)
{
	(void)state;
	expect("window 1", "-1 F- | F+");
	expect("frame", "");
	rig.windows[1]->panel =
		(struct panel){.edge = PANEL_BOTTOM, .wanted = 100, .given = 100};
	session_focus(&rig.session, rig.windows[0]);
	expect("key Return", "F+ +1 | F-");
	panel_keys_next(&rig.session);
	assert_ptr_equal(rig.session.panel_keys.panel, rig.windows[1]);
	rig.trace[0] = '\0';
	rig_collect(&rig);
	assert_string_equal(rig.trace, "K:1=Return k:1=Return");
}

/* A password behind more than the tree takes is one all the same. */
static void test_cut(void **state)
{
	static const char one[] = "clip rect 0 0 1 1\nclass text\nclip pop\n";
	const size_t most = A11Y_NODES + 1;
	char *text = calloc(1, most * sizeof one + 256), *end = text;
	(void)state;
	for (size_t i = 0; i < most; i++)
		end = stpcpy(end, one);
	strcpy(end, FIELD "hint 1 password\n");
	told.made = rig.windows[0]->made;
	list_push_back(&a11y.windows, &told.link);
	rig_do(&rig, &(struct rig_step){"frame", "", text});
	expect("key x", "K:1=x");
	a11y_tree_finish(&told.tree);
	a11y_tree_finish(&a11y.spare);
	free(text);
}

/* A window that is where one was that is gone is another one, and shows nothing yet. */
static void test_other_window(void **state)
{
	(void)state;
	expect("window 1", "-1 F- | F+");
	told.window = rig.windows[1];
	told.made = rig.windows[1]->made - 1;
	list_push_back(&a11y.windows, &told.link);
	expect("key x", "| K:0=x");
}

/* A window that takes nothing is not sent edits without end. */
static void test_edits(void **state)
{
	const struct a11y_target target = {&a11y, &told, &node};
	char *text = calloc(1, TEXT + 1);
	bool done = true;
	(void)state;
	memset(text, 'x', TEXT);
	assert_false(a11y_edit(&target, 0, 0, text));
	text[16] = '\0';
	for (int i = 0; i < EDITS && done; i++)
		done = a11y_edit(&target, 0, 0, text);
	assert_false(done);
	assert_false(a11y_select(&target, 0, 0));
	assert_false(rig.windows[0]->lost);
	rig_collect(&rig);
	assert_true(a11y_select(&target, 0, 0));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_secret, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody_meanwhile, setup, teardown),
		cmocka_unit_test_setup_teardown(test_typed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_window, setup, teardown),
		cmocka_unit_test_setup_teardown(test_panel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_edits, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
