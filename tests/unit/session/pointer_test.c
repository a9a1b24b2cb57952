/*
 * The pointer's picture on screens that take notes. What is shown: "A 5,6" the default arrow
 * on screen A at that pixel, "A -" none; "A hand 5,6" another shape.
 */
#include "session/pointer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "session/cursor_theme.h"
#include "session/routing.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/settings.h"
#include "util/clock.h"
#include "util/opwire.h"

static struct session session;
static struct settings settings;
static struct screen a, b;
static struct pointer *pointer;
static unsigned shape_under;
static char shown[256];
static struct pointer_image images[CURSOR_KINDS];
static int themes;

struct cursor_theme *cursor_theme_create(const char *name, int size)
{
	themes++;
	return (struct cursor_theme *)&themes;
}

void cursor_theme_destroy(struct cursor_theme *theme)
{
	themes--;
}

const struct pointer_image *cursor_theme_image(
	struct cursor_theme *theme, unsigned shape, double scale)
{
	if (shape == CURSOR_NONE)
		return NULL;
	images[shape].serial = shape + 1;
	return &images[shape];
}

unsigned session_cursor(struct session *s, double x, double y)
{
	return shape_under;
}

void screen_pointer(
	struct screen *screen, const struct pointer_image *image, int32_t x, int32_t y)
{
	size_t n = strlen(shown);
	char *to = shown + n;
	size_t room = sizeof shown - n;
	const char *gap = n ? " " : "";
	if (!image)
		snprintf(to, room, "%s%s -", gap, screen->name);
	else
		snprintf(to, room, "%s%s %s%d,%d", gap, screen->name,
			image->serial == CURSOR_POINTER + 1 ? "hand " : "", x, y);
}

/* A at the left, 100 x 100 units of 2 pixels; B to its right, of 1. */
static int setup(void **state)
{
	memset(&session, 0, sizeof session);
	memset(&settings, 0, sizeof settings);
	session.settings = &settings;
	list_init(&session.screens);
	a = (struct screen){.name = "A", .width = 200, .height = 200, .scale = 2};
	b = (struct screen){
		.name = "B", .width = 100, .height = 100, .scale = 1, .x = 100};
	list_push_back(&session.screens, &a.link);
	list_push_back(&session.screens, &b.link);
	shape_under = CURSOR_DEFAULT;
	shown[0] = '\0';
	settings.cursor_hide = 2;
	pointer = pointer_create(&session);
	assert_int_equal(themes, 1);
	return 0;
}

static int finish(void **state)
{
	pointer_destroy(pointer);
	assert_int_equal(themes, 0);
	return 0;
}

static void turn(uint64_t now_ns, const char *what)
{
	pointer_turn(pointer, now_ns);
	assert_string_equal(shown, what);
	shown[0] = '\0';
}

/* Neither a mouse nor a move: there is nothing to be seen, and no wake-up. */
static void test_none_at_first(void **state)
{
	turn(1, "");
	pointer_put(pointer, 10, 10, false);
	turn(2, "A - B -");
	turn(3, "");
	assert_int_equal(pointer_next_ns(pointer), UINT64_MAX);
}

static void test_a_mouse_is_there(void **state)
{
	pointer_put(pointer, 10, 10, true);
	turn(1, "A 20,20 B -");
	pointer_put(pointer, 10, 10, true);
	turn(2, "");
	pointer_put(pointer, 10, 10, false);
	turn(3, "A - B -");
}

static void test_moves(void **state)
{
	pointer_at(pointer, 10.4, 10.9, 1);
	turn(1, "A 20,21 B -");
	pointer_at(pointer, 150, 99, 2);
	turn(2, "A - B 50,99");
	pointer_at(pointer, 150, 150, 3); /* where no screen is */
	turn(3, "A - B -");
}

static void test_shape(void **state)
{
	pointer_at(pointer, 10, 10, 1);
	turn(1, "A 20,20 B -");
	shape_under = CURSOR_POINTER;
	turn(2, ""); /* nobody said that something changed */
	pointer_changed(pointer);
	turn(3, "A hand 20,20 B -");
	shape_under = CURSOR_NONE;
	pointer_changed(pointer);
	turn(4, "A - B -");
}

static void test_touch_hides(void **state)
{
	pointer_at(pointer, 10, 10, 1);
	turn(1, "A 20,20 B -");
	pointer_hide(pointer);
	turn(2, "A - B -");
	pointer_hide(pointer);
	turn(3, "");
	pointer_at(pointer, 11, 10, 4);
	turn(4, "A 22,20 B -");
}

static void test_rest_hides(void **state)
{
	pointer_at(pointer, 10, 10, NS_PER_S);
	turn(NS_PER_S, "A 20,20 B -");
	assert_int_equal(pointer_next_ns(pointer), 3 * NS_PER_S);
	turn(3 * NS_PER_S - 1, "");
	turn(3 * NS_PER_S, "A - B -");
	assert_int_equal(pointer_next_ns(pointer), UINT64_MAX);
	pointer_at(pointer, 10, 10, 9 * NS_PER_S);
	turn(9 * NS_PER_S, "A 20,20 B -");
}

/* What screens hold of a theme is taken back before it goes. */
static void test_configured(void **state)
{
	pointer_at(pointer, 10, 10, NS_PER_S);
	turn(NS_PER_S, "A 20,20 B -");
	settings.cursor_hide = 0;
	pointer_configure(pointer);
	turn(NS_PER_S, "A - B - A 20,20 B -");
	assert_int_equal(pointer_next_ns(pointer), UINT64_MAX);
}

static void test_screen_comes_and_goes(void **state)
{
	pointer_at(pointer, 150, 10, 1);
	turn(1, "A - B 50,10");
	list_remove(&b.link);
	pointer_changed(pointer);
	turn(2, "A -");
	list_push_back(&session.screens, &b.link);
	pointer_changed(pointer);
	turn(3, "A - B 50,10");
}

/* Where it is on what is mirrored, in pixels of that. */
static void test_mirror(void **state)
{
	struct screen m = {.name = "M",
		.width = 50,
		.height = 50,
		.scale = 0.5,
		.x = 100,
		.mirrors = &b};
	list_push_back(&session.screens, &m.link);
	pointer_at(pointer, 150, 99, 1);
	turn(1, "A - B 50,99 M 50,99");
	pointer_at(pointer, 10, 10, 2);
	turn(2, "A 20,20 B - M -");
}

static void test_null(void **state)
{
	pointer_at(NULL, 1, 1, 1);
	pointer_put(NULL, 1, 1, true);
	pointer_hide(NULL);
	pointer_changed(NULL);
	pointer_configure(NULL);
	pointer_turn(NULL, 1);
	pointer_destroy(NULL);
	assert_int_equal(pointer_next_ns(NULL), UINT64_MAX);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, finish)

int main(void)
{
	static const struct CMUnitTest tests[] = {CASE(test_none_at_first),
		CASE(test_a_mouse_is_there), CASE(test_moves), CASE(test_shape),
		CASE(test_touch_hides), CASE(test_rest_hides), CASE(test_configured),
		CASE(test_screen_comes_and_goes), CASE(test_mirror), CASE(test_null)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
