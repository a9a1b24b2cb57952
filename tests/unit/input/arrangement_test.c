/* Where outputs lie: tables of places, of transforms, of which output a device gets. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "input/arrangement.h"
#include "input/pointer.h"

#define END (1 - ARRANGEMENT_EDGE) /* where the last unit ends */

/* A wide one, a tall one to its right that begins lower, a built-in one below. */
static const struct input_output three[] = {
	{.name = "WIDE", .width = 100, .height = 50},
	{.name = "TALL", .x = 100, .y = 20, .width = 40, .height = 80},
	{.name = "OWN", .x = 10, .y = 50, .width = 30, .height = 20, .panel = true},
};

/* A way of the pointer: from there, by that much, to here. */
static const struct way {
	const char *name;
	double x, y, dx, dy, to_x, to_y;
} ways[] = {
	{"way: within one", 10, 10, 5, 5, 15, 15},
	{"way: over the seam", 99, 30, 2, 0, 101, 30},
	{"way: and back", 101, 30, -2, 0, 99, 30},
	{"way: where the neighbour is not, it stops", 99, 10, 5, 0, 99 + END, 10},
	{"way: along the edge it slides", 99, 10, 5, 3, 99 + END, 13},
	{"way: down into the one below", 20, 49, 0, 3, 20, 52},
	{"way: below where nothing is", 60, 49, 0, 3, 60, 49 + END},
	{"way: far, over a gap into another", 20, 60, 90, 0, 110, 60},
	{"way: out of all, up", 120, 30, 0, -1000, 120, 20},
	{"way: out of all, both ways", 120, 30, 1000, 1000, 139 + END, 99 + END},
	{"way: no number: it stays", 120, 30, NAN, 0, 120, 30},
};

static void ignore(void *data, const struct input_pointer *pointer)
{
}

static const struct input_listener deaf = {.pointer = ignore};

static void test_way(void **state)
{
	const struct way *c = *state;
	struct arrangement outputs;
	struct pointer p;
	arrangement_set(&outputs, three, 3);
	pointer_init(&p, &outputs, &deaf, NULL);
	pointer_arrange(&p);
	pointer_move_to(&p, c->x, c->y, 0, 0);
	pointer_move_by(&p, c->dx, c->dy, 0, 0);
	assert_float_equal(p.x, c->to_x, 1e-9);
	assert_float_equal(p.y, c->to_y, 1e-9);
	assert_non_null(arrangement_at(&outputs, (float)p.x, (float)p.y));
}

/* A place on the panel, by parts of its width and height from its own corner. */
static const struct panel_case {
	const char *name;
	enum transform transform;
	double x, y; /* of the panel's left top quarter, in a view of 8 x 4 */
} panels[] = {
	{"panel: normal", TRANSFORM_NORMAL, 2, 1},
	{"panel: 90", TRANSFORM_90, 6, 1},
	{"panel: 180", TRANSFORM_180, 6, 3},
	{"panel: 270", TRANSFORM_270, 2, 3},
	{"panel: flipped", TRANSFORM_FLIPPED, 6, 1},
	{"panel: flipped-90", TRANSFORM_FLIPPED_90, 2, 1},
	{"panel: flipped-180", TRANSFORM_FLIPPED_180, 2, 3},
	{"panel: flipped-270", TRANSFORM_FLIPPED_270, 6, 3},
};

/* And what the view's matrix does is undone: nine places, there and back. */
static void test_panel(void **state)
{
	const struct panel_case *c = *state;
	struct input_output o = {
		.x = 100, .y = 200, .width = 8, .height = 4, .transform = c->transform};
	bool turns = transform_turns(c->transform);
	double panel_w = turns ? 4 : 8, panel_h = turns ? 8 : 4, x, y;
	struct matrix to_panel = transform_matrix(c->transform, 8, 4);
	output_of_panel(&o, 0.25, 0.25, &x, &y);
	assert_float_equal(x, 100 + c->x, 1e-9);
	assert_float_equal(y, 200 + c->y, 1e-9);
	for (int i = 0; i < 9; i++) {
		double vx = 1 + i % 3 * 3, vy = 0.5 + i / 3 * 1.5, px = vx, py = vy;
		matrix_point(&to_panel, &px, &py);
		output_of_panel(&o, px / panel_w, py / panel_h, &x, &y);
		assert_float_equal(x, 100 + vx, 1e-9);
		assert_float_equal(y, 200 + vy, 1e-9);
	}
	/* Magnified: a quarter of the way is one in what is shown. */
	o.part = (struct input_part){102, 201, 4, 2};
	output_of_panel(&o, 0.25, 0.25, &x, &y);
	assert_float_equal(x, 102 + c->x / 2, 1e-9);
	assert_float_equal(y, 201 + c->y / 2, 1e-9);
	output_of_panel(&o, 1, 1, &x, &y);
	assert_true(x >= 100 && x < 108 && y >= 200 && y < 204);
	output_of_panel(&o, -3, 7, &x, &y);
	assert_true(x >= 100 && x < 108 && y >= 200 && y < 204);
}

static const struct wish_case {
	const char *name;
	struct arrangement_wish wish;
	size_t n;
	const char *gets;
} wishes[] = {
	{"for: a mouse, the first", {.touch = false}, 3, "WIDE"},
	{"for: a touch screen, the built-in", {.touch = true}, 3, "OWN"},
	{"for: a touch screen, none is built in", {.touch = true}, 2, "WIDE"},
	{"for: udev says", {.udev = "TALL", .touch = true}, 3, "TALL"},
	{"for: the map says more", {"WIDE", "TALL", true}, 3, "WIDE"},
	{"for: mapped to one that is not there", {"GONE", "TALL", true}, 3, "TALL"},
	{"for: neither is there", {"GONE", "LOST", true}, 3, "OWN"},
	{"for: none at all", {"WIDE", "TALL", true}, 0, NULL},
};

static void test_wish(void **state)
{
	const struct wish_case *c = *state;
	struct arrangement outputs;
	arrangement_set(&outputs, three, c->n);
	const struct input_output *o = arrangement_for(&outputs, &c->wish);
	if (c->gets)
		assert_string_equal(o->name, c->gets);
	else
		assert_null(o);
}

static void test_set(void **state)
{
	struct input_output many[INPUT_OUTPUTS + 2];
	struct arrangement outputs;
	for (size_t i = 0; i < INPUT_OUTPUTS + 2; i++)
		many[i] = (struct input_output){
			.x = (double)i, .width = 1, .height = i != 1};
	arrangement_set(&outputs, many, INPUT_OUTPUTS + 2);
	assert_int_equal(outputs.n, INPUT_OUTPUTS);
	assert_null(arrangement_at(&outputs, 1.5, 0.5)); /* it has no height */
	assert_non_null(arrangement_at(&outputs, INPUT_OUTPUTS + 0.5, 0.5));
	assert_null(arrangement_at(&outputs, INPUT_OUTPUTS + 1.5, 0.5));
}

static void expect_at(const struct pointer *p, double x, double y)
{
	assert_float_equal(p->x, x, 1e-9);
	assert_float_equal(p->y, y, 1e-9);
}

/* Nobody has to look for the pointer because a display was plugged or moved. */
static void test_arrange(void **state)
{
	struct input_output now[3];
	struct arrangement outputs = {0};
	struct pointer p;
	memcpy(now, three, sizeof now);
	pointer_init(&p, &outputs, &deaf, NULL);
	pointer_arrange(&p);
	assert_false(p.placed);
	arrangement_set(&outputs, now, 3);
	pointer_arrange(&p);
	expect_at(&p, 50, 25);
	pointer_move_to(&p, 130, 90, 0, 0);
	now[1].x += 1000; /* its output lies elsewhere */
	arrangement_set(&outputs, now, 3);
	pointer_arrange(&p);
	expect_at(&p, 1130, 90);
	arrangement_set(&outputs, now, 0); /* all gone, and back */
	pointer_arrange(&p);
	pointer_move_by(&p, 5, 5, 0, 0);
	expect_at(&p, 1130, 90);
	now[1].height = 10; /* in another mode */
	arrangement_set(&outputs, now, 3);
	pointer_arrange(&p);
	expect_at(&p, 1130, 29 + END);
	arrangement_set(&outputs, now, 1); /* its own is gone */
	pointer_arrange(&p);
	expect_at(&p, 50, 25);
}

/* A mirror shows what is elsewhere: fingers touch it, the pointer is never on it. */
static void test_mirror(void **state)
{
	struct input_output now[2];
	struct arrangement outputs = {0};
	struct pointer p;
	struct arrangement_wish touch = {.touch = true}, mouse = {.touch = false},
				mapped = {.mapped = "WIDE"};
	memcpy(now, three, sizeof now);
	arrangement_set(&outputs, now, 2);
	pointer_init(&p, &outputs, &deaf, NULL);
	pointer_arrange(&p);
	expect_at(&p, 50, 25);
	now[0].mirror = now[0].panel = true;
	arrangement_set(&outputs, now, 2);
	assert_null(arrangement_at(&outputs, 50, 25));
	assert_string_equal(arrangement_for(&outputs, &touch)->name, "WIDE");
	assert_string_equal(arrangement_for(&outputs, &mouse)->name, "TALL");
	assert_string_equal(arrangement_for(&outputs, &mapped)->name, "WIDE");
	pointer_arrange(&p);
	expect_at(&p, 120, 60);
	pointer_move_by(&p, -100, 0, 0, 0);
	expect_at(&p, 100, 60);
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

int main(void)
{
	struct CMUnitTest tests[COUNT(ways) + COUNT(panels) + COUNT(wishes) + 3] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_arrange),
		cmocka_unit_test(test_mirror),
	};
	size_t n = 3;
	for (size_t i = 0; i < COUNT(ways); i++)
		tests[n++] = (struct CMUnitTest){
			ways[i].name, test_way, NULL, NULL, (void *)(uintptr_t)&ways[i]};
	for (size_t i = 0; i < COUNT(panels); i++)
		tests[n++] = (struct CMUnitTest){panels[i].name, test_panel, NULL, NULL,
			(void *)(uintptr_t)&panels[i]};
	for (size_t i = 0; i < COUNT(wishes); i++)
		tests[n++] = (struct CMUnitTest){wishes[i].name, test_wish, NULL, NULL,
			(void *)(uintptr_t)&wishes[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
