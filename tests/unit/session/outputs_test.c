/*
 * Where screens lie, and what is remembered of displays, on a card that is a table: plugged
 * and unplugged, with the calls of a kms listener in the order in which kms makes them.
 */
#include "session/outputs.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/screen.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/window.h"

#define PLUGS 4

/* A connector. */
static struct plug {
	char name[16];
	bool connected, lit;
	struct kms_identity identity;
	int32_t width, height; /* of its preferred mode */
	struct kms_config config;
	struct screen screen;
} plugs[PLUGS];

static struct session session;
static struct settings *settings;
static struct session_options options;
static float colors[4];
static int color_result, laid_out;

static void handle_laid_out(struct session *s)
{
	(void)s;
	laid_out++;
}

static const struct backend_ops backend = {.laid_out = handle_laid_out};

static int set_color(struct screen *screen, const float rgb[3], float gamma)
{
	(void)screen;
	if (color_result == 0) {
		memcpy(colors, rgb, 3 * sizeof *rgb);
		colors[3] = gamma;
	}
	return color_result;
}

static const struct screen_ops screen_ops = {.color = set_color};

static void light(struct plug *plug)
{
	int32_t width = plug->width, height = plug->height;
	if (plug->config.want == KMS_MODE_SIZE) {
		width = plug->config.width;
		height = plug->config.height;
	}
	screen_init(&plug->screen, &session, &screen_ops, plug->name, width, height,
		16666667);
	plug->screen.identity = &plug->identity;
	plug->lit = true;
	session_add_screen(&session, &plug->screen);
}

static void darken(struct plug *plug)
{
	session_remove_screen(&session, &plug->screen);
	plug->lit = false;
}

static bool scan_once(void)
{
	outputs_scan_begin(session.outputs);
	for (int i = 0; i < PLUGS; i++) {
		plugs[i].config = (struct kms_config){0};
		if (plugs[i].connected)
			outputs_configure(session.outputs, plugs[i].name,
				&plugs[i].identity, &plugs[i].config);
	}
	for (int i = 0; i < PLUGS; i++) {
		if (plugs[i].lit && (!plugs[i].connected || plugs[i].config.off))
			darken(&plugs[i]);
	}
	for (int i = 0; i < PLUGS; i++) {
		if (!plugs[i].lit && plugs[i].connected && !plugs[i].config.off)
			light(&plugs[i]);
	}
	return outputs_scan_end(session.outputs);
}

static void scan(void)
{
	if (scan_once())
		assert_false(scan_once());
}

static struct screen *plug(
	int i, const char *model, const char *serial, int32_t width, int32_t height)
{
	plugs[i].connected = true;
	plugs[i].width = width;
	plugs[i].height = height;
	plugs[i].identity = (struct kms_identity){.make = "ABC"};
	snprintf(plugs[i].identity.model, sizeof plugs[i].identity.model, "%s", model);
	snprintf(plugs[i].identity.serial, sizeof plugs[i].identity.serial, "%s", serial);
	scan();
	return plugs[i].lit ? &plugs[i].screen : NULL;
}

static void unplug(int i)
{
	plugs[i].connected = false;
	scan();
}

/* What the configuration says: lines of a file. */
static void configure(const char *text)
{
	struct settings_error err;
	settings_destroy(settings);
	if (settings_parse("f.ini", text, strlen(text), &settings, &err) < 0)
		fail_msg("%s", err.text);
	session.settings = settings;
	outputs_settings(session.outputs);
	scan();
	session_layout(&session);
}

static void keep(const char *name, const char *word)
{
	struct output_config config = output_config_default();
	const struct output_config *old = outputs_kept(session.outputs, name);
	char why[OUTPUT_WHY_MAX];
	if (old)
		config = *old;
	assert_int_equal(output_config_word(&config, word, why), 0);
	outputs_keep(session.outputs, name, &config);
	outputs_settings(session.outputs);
	scan();
	session_layout(&session);
}

static int begin(void **state)
{
	(void)state;
	settings = settings_create();
	options = (struct session_options){.settings = settings};
	session = (struct session){.options = &options,
		.settings = settings,
		.scale = 1,
		.backend_ops = &backend};
	list_init(&session.screens);
	list_init(&session.windows);
	session.outputs = outputs_create(&session);
	memset(plugs, 0, sizeof plugs);
	for (int i = 0; i < PLUGS; i++)
		snprintf(plugs[i].name, sizeof plugs[i].name, "DP-%d", i + 1);
	color_result = laid_out = 0;
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (int i = 0; i < PLUGS; i++)
		plugs[i].connected = false;
	scan();
	assert_true(list_empty(&session.screens));
	outputs_destroy(session.outputs);
	settings_destroy(settings);
	return 0;
}

/* Layout. */

static const struct {
	const char *ini;
	double at[3][3]; /* x, y, scale */
} layouts[] = {
	{"", {{0, 0, 1}, {1000, 0, 1}, {1600, 0, 1}}},
	{"[session]\nscale = 2\n", {{0, 0, 2}, {500, 0, 2}, {800, 0, 2}}},
	{"[output DP-2]\nscale = 1.5\n", {{0, 0, 1}, {1000, 0, 1.5}, {1400, 0, 1}}},
	{"[output DP-1]\ntransform = 90\n", {{0, 0, 1}, {800, 0, 1}, {1400, 0, 1}}},
	{"[output DP-1]\ntransform = 180\n", {{0, 0, 1}, {1000, 0, 1}, {1600, 0, 1}}},
	/* Placed ones are where they are; the others to the right of them, at their top. */
	{"[output DP-2]\nposition = -600,100\n",
		{{0, 100, 1}, {-600, 100, 1}, {1000, 100, 1}}},
	{"[output DP-3]\nposition = 0,0\n", {{500, 0, 1}, {1500, 0, 1}, {0, 0, 1}}},
	{"[output DP-1]\nposition = 5000,7\n[output DP-2]\nposition = 0,-3.5\n",
		{{5000, 7, 1}, {0, -3.5, 1}, {6000, -3.5, 1}}},
	/* A mirror takes no room: as large as fits, in the middle. */
	{"[output DP-2]\nmirror = DP-1\n", {{0, 0, 1}, {0, 0, 0.6}, {1000, 0, 1}}},
	{"[output DP-3]\nmirror = DP-2\n",
		{{0, 0, 1}, {1000, 0, 1}, {1000, -60, 0.833333}}},
};

static void test_layout(void **state)
{
	struct screen *screens[3];
	(void)state;
	screens[0] = plug(0, "One", "1", 1000, 800);
	screens[1] = plug(1, "Two", "2", 600, 480);
	screens[2] = plug(2, "Three", "3", 500, 500);
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
		configure(layouts[i].ini);
		session.scale = settings->scale > 0 ? settings->scale : 1;
		session_layout(&session);
		for (int j = 0; j < 3; j++) {
			const double *at = layouts[i].at[j];
			const struct screen *s = screens[j];
			if (fabs(s->x - at[0]) > 1e-3 || fabs(s->y - at[1]) > 1e-3 ||
				fabs(s->scale - at[2]) > 1e-3)
				fail_msg("%s: screen %d is at %g,%g scale %g",
					layouts[i].ini, j, s->x, s->y, s->scale);
		}
	}
	assert_true(laid_out > 0);
}

/* The corners of what a screen shows are the corners of its panel, whatever it is. */
static void test_matrix(void **state)
{
	struct screen *s = plug(0, "One", "1", 1000, 800);
	char text[100];
	(void)state;
	for (int t = 0; t < TRANSFORMS; t++) {
		snprintf(text, sizeof text,
			"[output DP-1]\ntransform = %s\nscale = 2\nposition = 30,-7\n",
			transform_name((enum transform)t));
		configure(text);
		bool turns = transform_turns((enum transform)t);
		assert_int_equal(s->width, turns ? 800 : 1000);
		assert_int_equal(s->height, turns ? 1000 : 800);
		struct matrix m = screen_matrix(s), back;
		double x0 = 30, y0 = -7, x1 = 30 + s->width / 2.0,
		       y1 = -7 + s->height / 2.0;
		matrix_rect(&m, &x0, &y0, &x1, &y1);
		assert_true(x0 == 0 && y0 == 0 && x1 == 1000 && y1 == 800);
		double x = 40, y = 50, view_x, view_y;
		matrix_point(&m, &x, &y);
		assert_true(matrix_inverse(m, &back));
		matrix_point(&back, &x, &y);
		assert_true(fabs(x - 40) < 1e-9 && fabs(y - 50) < 1e-9);
		screen_of_layout(s, 40, 50, &view_x, &view_y);
		assert_true(view_x == 20 && view_y == 114);
		assert_int_equal(s->damage.n, 1);
		assert_int_equal(s->damage.rects[0].x1, s->width);
		assert_int_equal(s->damage.rects[0].y1, s->height);
	}
}

/* Names. */

static double scale_of(int i)
{
	return plugs[i].screen.scale;
}

static void test_identity(void **state)
{
	(void)state;
	configure("[output DP-1]\nscale = 2\n[output ABC One]\nscale = 3\n"
		  "[output ABC One 1]\nscale = 4\n");
	plug(0, "One", "1", 100, 100);
	assert_true(scale_of(0) == 4);
	plug(0, "One", "2", 100, 100);
	assert_true(
		scale_of(0) == 4); /* kms says nothing of another display on the way */
	unplug(0);
	plug(0, "One", "2", 100, 100);
	assert_true(scale_of(0) == 3);
	unplug(0);
	plug(0, "Two", "1", 100, 100);
	assert_true(scale_of(0) == 2);
	unplug(0);
	plug(1, "Two", "1", 100, 100);
	assert_true(scale_of(1) == 1);
	/* One section counts, not what others of its names say besides. */
	configure("[output DP-2]\ntransform = 90\n[output ABC Two 1]\nscale = 4\n");
	assert_true(scale_of(1) == 4 && plugs[1].screen.transform == TRANSFORM_NORMAL);
}

static void test_twins(void **state)
{
	char connector[OUTPUT_NAME_MAX], name[OUTPUT_NAME_MAX];
	(void)state;
	plug(0, "One", "", 100, 100);
	assert_int_equal(outputs_find(session.outputs, "DP-1", connector, name), 0);
	assert_string_equal(name, "ABC One");
	keep("ABC One", "scale=2");
	assert_true(scale_of(0) == 2);
	plug(1, "One", "", 100, 100);
	assert_true(scale_of(0) == 2 && scale_of(1) == 2);
	assert_int_equal(
		outputs_find(session.outputs, "ABC One", connector, name), -EEXIST);
	assert_int_equal(outputs_find(session.outputs, "DP-2", connector, name), 0);
	assert_string_equal(name, "DP-2");
	keep("DP-2", "scale=3");
	assert_true(scale_of(0) == 2 && scale_of(1) == 3);
	assert_int_equal(outputs_find(session.outputs, "DP-9", connector, name), -ENOENT);
	/* With serial numbers nobody is a twin. */
	unplug(1);
	plug(1, "One", "5", 100, 100);
	assert_int_equal(outputs_find(session.outputs, "DP-2", connector, name), 0);
	assert_string_equal(name, "ABC One 5");
	assert_string_equal(connector, "DP-2");
}

static void test_kept(void **state)
{
	(void)state;
	configure("[output DP-1]\nscale = 2\ntransform = 90\n");
	plug(0, "One", "1", 100, 200);
	keep("ABC One 1", "scale=3");
	assert_true(scale_of(0) == 3 && plugs[0].screen.transform == TRANSFORM_90);
	assert_true(outputs_kept(session.outputs, "ABC One 1")->scale == 3);
	assert_null(outputs_kept(session.outputs, "ABC One"));
	configure("[output DP-1]\nscale = 4\n");
	assert_true(scale_of(0) == 3 && plugs[0].screen.transform == TRANSFORM_NORMAL);
	outputs_keep(session.outputs, "ABC One 1", NULL);
	outputs_settings(session.outputs);
	session_layout(&session);
	assert_true(scale_of(0) == 4);
}

/* Coming and going. */

static void test_replug(void **state)
{
	(void)state;
	configure("[output ABC One 1]\ntransform = 90\nscale = 2\n");
	plug(0, "One", "1", 1000, 800);
	plug(1, "Two", "2", 600, 600);
	assert_true(plugs[1].screen.x == 400);
	unplug(0);
	assert_true(plugs[1].screen.x == 0);
	/* On another connector: the same display, left of the other one as before. */
	struct screen *one = plug(2, "One", "1", 1000, 800);
	assert_true(one->x == 0 && one->scale == 2 && one->transform == TRANSFORM_90);
	assert_int_equal(one->width, 800);
	assert_true(plugs[1].screen.x == 400);
	assert_ptr_equal(session.screens.next, &one->link);
	/* In one scan from one connector to another. */
	plugs[2].connected = false;
	one = plug(0, "One", "1", 1000, 800);
	assert_true(one->x == 0 && one->transform == TRANSFORM_90 && !plugs[2].lit);
	/* With many in between: it may be forgotten, but nothing else happens. */
	unplug(0);
	for (int i = 0; i < 200; i++) {
		char serial[16];
		snprintf(serial, sizeof serial, "n%d", i);
		plug(3, "Many", serial, 300, 300);
		unplug(3);
	}
	assert_true(plugs[1].screen.x == 0);
	one = plug(0, "One", "1", 1000, 800);
	assert_true(one->scale == 2);
}

/* Makers that give all of theirs one serial number. */
static void test_same_serial(void **state)
{
	(void)state;
	plug(0, "One", "0000", 1000, 800);
	plug(1, "One", "0000", 1000, 800);
	assert_true(plugs[0].screen.x == 0 && plugs[1].screen.x == 1000);
	unplug(0);
	plug(0, "One", "0000", 1000, 800);
	assert_true(plugs[0].screen.x == 0 && plugs[1].screen.x == 1000);
}

static void test_mirror(void **state)
{
	struct screen *s[3];
	(void)state;
	s[0] = plug(0, "One", "1", 1000, 500);
	s[1] = plug(1, "Two", "2", 500, 500);
	s[2] = plug(2, "Three", "3", 400, 200);
	configure("[output DP-2]\nmirror = ABC One\n[output DP-3]\nmirror = DP-2\n");
	assert_ptr_equal(s[1]->mirrors, s[0]);
	assert_ptr_equal(s[2]->mirrors, s[0]);
	assert_null(s[0]->mirrors);
	assert_ptr_equal(outputs_home(session.outputs, NULL), s[0]);
	/* Its middle is the middle of what it shows; black above and below. */
	double x, y;
	screen_of_layout(s[1], 500, 250, &x, &y);
	assert_true(x == 250 && y == 250);
	screen_of_layout(s[1], 0, 0, &x, &y);
	assert_true(x == 0 && y == 125);
	/* Turned, too. */
	configure("[output DP-2]\nmirror = DP-1\ntransform = 270\n[output DP-1]\nscale = "
		  "2\n");
	struct matrix m = screen_matrix(s[1]);
	x = 250, y = 125;
	matrix_point(&m, &x, &y);
	assert_true(fabs(x - 250) < 1e-9 && fabs(y - 250) < 1e-9);
	/* In a circle, of itself, of nobody: it shows its own. */
	configure("[output DP-1]\nmirror = DP-2\n[output DP-2]\nmirror = DP-1\n"
		  "[output DP-3]\nmirror = DP-3\n");
	assert_true(!s[0]->mirrors && !s[1]->mirrors && !s[2]->mirrors);
	configure("[output DP-2]\nmirror = HDMI-A-1\n[output DP-3]\nmirror = DP-1\n");
	assert_true(!s[1]->mirrors && s[2]->mirrors == s[0]);
	/* Its source is turned: the picture is of another shape, and the pointer's, too. */
	s[2]->wanted = false;
	s[2]->pointer.refused = true;
	configure("[output DP-3]\nmirror = DP-1\n[output DP-1]\ntransform = 90\n");
	assert_true(s[2]->wanted && !s[2]->pointer.refused);
	configure("[output DP-3]\nmirror = DP-1\n");
	/* Its source goes, and comes: it is painted, with nothing on it. */
	s[2]->wanted = false;
	unplug(0);
	assert_null(s[2]->mirrors);
	assert_true(s[2]->wanted);
	assert_true(s[2]->x == 500);
	plug(0, "One", "1", 1000, 500);
	assert_ptr_equal(s[2]->mirrors, s[0]);
}

/* As gl paints it: 1366x768 on 1024x600 is 1024x576 below 12 lines of black. */
static void test_mirror_to_the_pixel(void **state)
{
	(void)state;
	plug(0, "One", "1", 1366, 768);
	struct screen *s = plug(1, "Two", "2", 1024, 600);
	configure("[output DP-2]\nmirror = DP-1\n");
	struct outputs_place p = outputs_place(s);
	assert_true(fabs(p.x) < 1e-9 && fabs(p.width - 1366) < 1e-9);
	assert_true(fabs(p.y + 12 * 768.0 / 576) < 1e-9);
	assert_true(fabs(p.height - 600 * 768.0 / 576) < 1e-9);
	p = outputs_place(&plugs[0].screen);
	assert_true(p.x == 0 && p.y == 0 && p.width == 1366 && p.height == 768);
}

/* Nobody could see anything. */
static void test_all_off(void **state)
{
	(void)state;
	configure("[output ABC Panel]\nstate = off\n");
	plug(1, "Big", "1", 1000, 500);
	assert_null(plug(0, "Panel", "1", 100, 100));
	unplug(1);
	assert_true(plugs[0].lit);
	plug(1, "Big", "1", 1000, 500);
	assert_true(!plugs[0].lit && plugs[1].lit);
	keep("ABC Big 1", "off");
	assert_true(plugs[0].lit && plugs[1].lit);
	keep("ABC Big 1", "on");
	assert_true(!plugs[0].lit && plugs[1].lit);
	unplug(1);
	unplug(0);
	assert_true(list_empty(&session.screens));
	assert_null(outputs_home(session.outputs, NULL));
}

/* A closed lid turns the panel off, as long as something else is on. */
static void test_lid(void **state)
{
	(void)state;
	plug(0, "Panel", "1", 100, 100);
	plugs[0].identity.panel = true;
	scan();
	session.lid_closed = true;
	scan();
	assert_true(plugs[0].lit); /* there is nothing else */
	plug(1, "Other", "2", 100, 100);
	assert_false(plugs[0].lit);
	assert_true(plugs[1].lit);
	unplug(1);
	assert_true(plugs[0].lit);
	plug(1, "Other", "2", 100, 100);
	assert_false(plugs[0].lit);
	session.lid_closed = false;
	scan();
	assert_true(plugs[0].lit && plugs[1].lit);
	/* One that is off by its settings is nothing else that is on. */
	session.lid_closed = true;
	configure("[output DP-2]\nstate = off\n");
	scan();
	assert_true(plugs[0].lit);
	assert_false(plugs[1].lit);
	configure("[session]\nlid = ignore\n");
	scan();
	assert_true(plugs[0].lit && plugs[1].lit);
}

static void test_modes(void **state)
{
	(void)state;
	configure("[output DP-1]\nmode = 640x480@75\nvrr = on\n");
	struct screen *s = plug(0, "One", "1", 1000, 800);
	assert_true(s->width == 640 && s->height == 480);
	assert_int_equal(plugs[0].config.refresh_mhz, 75000);
	assert_true(plugs[0].config.vrr);
}

/* Windows. */

static void add_window(struct window *window, const char *id)
{
	*window = (struct window){.session = &session, .name = id, .id = id};
	list_init(&window->link);
	list_init(&window->dirty);
	list_push_back(&session.windows, &window->link);
	session_layout(&session);
}

static void test_windows(void **state)
{
	struct window a, b, nobody;
	(void)state;
	configure("[output ABC Two]\nwindows = x.b x.c\n");
	add_window(&a, "x.a");
	add_window(&b, "x.b");
	add_window(&nobody, NULL);
	assert_null(a.screen);
	struct screen *one = plug(0, "One", "1", 100, 100);
	assert_true(a.screen == one && b.screen == one && nobody.screen == one);
	struct screen *two = plug(1, "Two", "2", 100, 100);
	assert_true(a.screen == one && b.screen == two && nobody.screen == one);
	/* They go where there is light, and back. */
	b.committed = true;
	unplug(1);
	assert_true(b.screen == one && !b.committed);
	two = plug(2, "Two", "2", 100, 100);
	assert_true(b.screen == two && a.screen == one);
	unplug(0);
	assert_true(a.screen == two && b.screen == two);
	one = plug(0, "One", "1", 100, 100);
	assert_true(a.screen == one && b.screen == two);
	/* Not on a mirror. */
	keep("ABC Two 2", "mirror=DP-1");
	assert_true(b.screen == one);
	struct gl_region damage = {.n = 1, .rects = {{1, 2, 3, 4}}};
	one->damage = two->damage = (struct gl_region){0};
	session_damage(&session, &b, &damage);
	assert_true(one->damage.n == 1 && two->damage.n == 1);
	assert_int_equal(two->damage.rects[0].x1, 3);
	keep("ABC Two 2", "mirror=none");
	assert_true(b.screen == two);
	one->damage = two->damage = (struct gl_region){0};
	session_damage(&session, &b, &damage);
	assert_true(one->damage.n == 0 && two->damage.n == 1);
	list_remove(&a.link);
	list_remove(&b.link);
	list_remove(&nobody.link);
}

/* Colours. */

static void test_colors(void **state)
{
	(void)state;
	colors[3] = 0;
	plug(0, "One", "1", 100, 100);
	outputs_turn_now(session.outputs);
	assert_true(colors[3] == 0); /* it is neutral as it is */
	assert_int_equal(outputs_next_ns(session.outputs), UINT64_MAX);
	keep("ABC One 1", "night=3000");
	outputs_turn(session.outputs);
	assert_true(colors[0] == 1 && colors[2] < 0.7f && colors[3] == 1);
	keep("ABC One 1", "gamma=1.5");
	outputs_turn(session.outputs);
	assert_true(colors[2] < 0.7f && colors[3] == 1.5f);
	/* A display that comes back has the card's own colours at first. */
	unplug(0);
	colors[3] = 0;
	plug(0, "One", "1", 100, 100);
	outputs_turn(session.outputs);
	assert_true(colors[3] == 1.5f);
	color_result = -ENOTSUP;
	keep("ABC One 1", "night=off");
	outputs_turn(session.outputs);
	assert_int_equal(outputs_color_error(session.outputs, "DP-1"), -ENOTSUP);
	assert_true(colors[2] < 0.7f);
	color_result = 0;
	outputs_turn_now(session.outputs);
	assert_int_equal(outputs_color_error(session.outputs, "DP-1"), 0);
	assert_true(colors[2] == 1);
	/* By the time of the day something is due within a day. */
	configure("[session]\nnight-from = 20:00\nnight-to = 6:00\n");
	outputs_turn_now(session.outputs);
	assert_true(outputs_next_ns(session.outputs) < UINT64_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_layout, begin, end),
		cmocka_unit_test_setup_teardown(test_matrix, begin, end),
		cmocka_unit_test_setup_teardown(test_identity, begin, end),
		cmocka_unit_test_setup_teardown(test_twins, begin, end),
		cmocka_unit_test_setup_teardown(test_kept, begin, end),
		cmocka_unit_test_setup_teardown(test_replug, begin, end),
		cmocka_unit_test_setup_teardown(test_same_serial, begin, end),
		cmocka_unit_test_setup_teardown(test_mirror, begin, end),
		cmocka_unit_test_setup_teardown(test_mirror_to_the_pixel, begin, end),
		cmocka_unit_test_setup_teardown(test_all_off, begin, end),
		cmocka_unit_test_setup_teardown(test_lid, begin, end),
		cmocka_unit_test_setup_teardown(test_modes, begin, end),
		cmocka_unit_test_setup_teardown(test_windows, begin, end),
		cmocka_unit_test_setup_teardown(test_colors, begin, end),
	};
	/* Nothing of the user's counts. */
	setenv("XDG_STATE_HOME", "/nonexistent", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
