/* A magnified screen with real windows: what pushes the part that is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gl/rect.h"
#include "routing_rig.h"
#include "session/magnifier.h"
#include "session/routing.h"

#define RECT(corners, inner) "clip rect " corners "\n" inner "clip pop\n"
#define AREA(tag)            "area " tag "\n"
#define FOCUS(tag)           "listen " tag " focus 0 0 0 0\n"
#define FORM                                                                             \
	RECT("10 10 30 20", AREA("1"))                                                   \
	RECT("300 200 390 290", AREA("2")) FOCUS("1") FOCUS("2")

static struct rig rig;

static int setup(void **state)
{
	(void)state;
	rig_init(&rig);
	list_init(&rig.screen.link);
	list_push_back(&rig.session.screens, &rig.screen.link);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	list_remove(&rig.screen.link);
	rig_finish(&rig);
	return 0;
}

static void go(const char *what, const char *frame)
{
	const struct rig_step step = {what, NULL, frame};
	rig_do(&rig, &step);
	if (strncmp(what, "key", 3) == 0)
		magnifier_key(&rig.session);
	magnifier_turn(&rig.session);
	assert_false(rig.session.magnifier.moved);
}

static void expect(int32_t x, int32_t y)
{
	const struct gl_rect *p = &rig.screen.magnify.part;
	if (p->x0 != x || p->y0 != y)
		fail_msg("at %d,%d, not %d,%d", p->x0, p->y0, x, y);
}

/* The rig's screen is 400 x 300: at 4, 100 x 75 is seen. */
static void magnify(double factor)
{
	magnifier_set(&rig.session, &rig.screen, factor);
}

static void test_pointer(void **state)
{
	(void)state;
	go("move 200 100", NULL);
	magnify(4);
	expect(150, 75); /* it stays in the middle */
	go("move 220 120", NULL);
	expect(150, 75);
	go("move 240 100", NULL); /* 12 from the edge are left */
	expect(153, 75);
	go("move 399 299", NULL);
	expect(300, 225);
	go("move 0 0", NULL);
	expect(0, 0);
	magnify(1);
	assert_true(rect_empty(&rig.screen.magnify.part));
	go("move 399 299", NULL);
	assert_true(rect_empty(&rig.screen.magnify.part));
}

/* Who points at places on the panel points at what is seen: it moves at its very edge only. */
static void test_places(void **state)
{
	struct input_pointer p = {.time_ns = 1, .x = 239, .y = 100, .placed = true};
	(void)state;
	go("move 200 100", NULL);
	magnify(4);
	session_pointer(&rig.session, &p);
	expect(150, 75);
	go("down 0 249 100", NULL);
	expect(150, 75);
	go("drag 0 248 100", NULL);
	expect(150, 75);
	go("drag 0 251 100", NULL);
	expect(152, 75);
	go("up 0", NULL);
	go("pen in 150 75", NULL);
	expect(150, 75);
}

static void test_keys(void **state)
{
	(void)state;
	go("frame", FORM);
	go("move 200 100", NULL);
	magnify(4);
	expect(150, 75);
	go("key Tab", NULL);
	expect(2, 4); /* with the margin of 8 and 6 */
	go("key Tab", NULL);
	expect(290, 200); /* 90 is all but as wide; too high for a margin */
	go("move 300 220", NULL);
	expect(288, 200);
	go("frame", FORM);
	expect(288, 200);
	go("key shift-Tab", NULL);
	expect(2, 4);
	/* A frame that changes nothing of it moves nothing, nor a key that does not. */
	go("move 380 280", NULL);
	expect(293, 215);
	go("key Shift_L", NULL);
	go("frame", FORM);
	expect(293, 215);
}

/* It is the caret that is looked at, where somebody tells of one. */
static void test_caret(void **state)
{
	static const char *const at[] = {RECT("0 0 400 300", AREA("1"))
						 FOCUS("1") "selection 1 0 0 20 20 8 2\n",
		RECT("0 0 400 300", AREA("1")) FOCUS("1") "selection 1 0 0 350 280 8 2\n",
		RECT("0 0 400 300", AREA("1"))
			FOCUS("1") "selection 2 0 0 350 280 8 2\n"};
	(void)state;
	go("frame", at[0]);
	magnify(4);
	go("focus 1", NULL);
	go("key a", NULL);
	expect(12, 6);
	go("frame", at[1]); /* what the key led to */
	expect(259, 214);
	go("move 200 100", NULL);
	expect(188, 91);
	go("frame", at[0]); /* the pointer was moved last */
	expect(188, 91);
	go("key a", NULL);
	expect(12, 6);
	go("frame", at[2]); /* of another area: then it is all of this one */
	expect(0, 0);
}

static void test_screen(void **state)
{
	(void)state;
	assert_ptr_equal(magnifier_screen(&rig.session), &rig.screen);
	magnifier_step(&rig.session, 1);
	assert_true(rig.screen.magnify.factor == 1.25 && rig.session.magnifier.on);
	magnifier_step(&rig.session, -1);
	magnifier_step(&rig.session, -1);
	assert_false(rig.session.magnifier.on);
	list_remove(&rig.screen.link);
	session_focus(&rig.session, NULL);
	assert_null(magnifier_screen(&rig.session));
	magnifier_step(&rig.session, 1);
	assert_false(rig.session.magnifier.on);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_pointer), T(test_places), T(test_keys),
		T(test_caret), T(test_screen)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
