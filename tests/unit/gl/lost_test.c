/* The context goes, at any time, and comes back: pixels are as if nothing had been. */
#include "rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/private.h"

#define SIDE 96

static struct rig rig;

/* All that lives in the context: masks, glyphs, gradients, images, groups, modes, sub-layers. */
static const char picture[] =
	"osaas ops 1.1\n"
	"image 3 2 2 {\nff0000ff 00ff00ff 0000ffff 80808080\n}\n"
	"sublayer 1 60 400 {\nbrush color #ddeeffff\npaint\nbrush color #112233ff\n"
	"clip ellipse 3 3 50 90\npaint\nclip pop\n}\n"
	"font query 1 400 upright \"sans-serif\"\n"
	"brush color #f0f0f0ff\npaint\n"
	"clip ellipse 4 4 60 60\nbrush linear 0 0 64 64 pad 0 #ff0000ff 1 #0000ffff\n"
	"paint\nclip pop\n"
	"group push 0.5 multiply\nclip rrect 10.5 10 70 80 9 9 9 9\nbrush color "
	"#00ff00ff\n"
	"paint\nclip pop\ngroup pop\n"
	"transform push 12 0 40 0 12 8\nbrush image 3 linear 0 0 2 2\npaint\ntransform "
	"pop\n"
	"brush color #000000ff\nglyphs 1 20 {\n36 5 80\n37 30 80\n}\n"
	"place 1 60 30 96 96 0 7\n";

static const char moved[] = "osaas ops 1.1\n"
			    "brush color #f0f0f0ff\npaint\n"
			    "clip ellipse 14 4 60 60\nbrush color #ff8000ff\npaint\n"
			    "clip pop\ntransform push 12 0 40 0 12 8\n"
			    "brush image 3 linear 0 0 2 2\npaint\ntransform pop\n"
			    "place 1 60 30 96 96 0 31\n";

static struct gl_region submit(struct gl_layer *layer, const char *text)
{
	uint8_t *stream = NULL;
	size_t size = 0;
	struct optext_error wrong;
	struct gl_op_error err;
	struct gl_region damage;
	if (optext_assemble(text, strlen(text), &stream, &size, &wrong))
		fail_msg("line %zu: %s", wrong.line, wrong.text);
	if (gl_layer_submit(layer, stream, size, &damage, &err))
		fail_msg("byte %zu: %s", err.offset, err.reason);
	free(stream);
	return damage;
}

static const struct gl_region all = {1, {{0, 0, SIDE, SIDE}}};

static int compose(
	struct gl_target *target, struct gl_layer *layer, const struct gl_region *damage)
{
	const struct gl_placement p = {layer, 0, 0};
	return gl_compose(target, 0x204060, &p, 1, damage);
}

static void keep(struct gl_target *target, uint8_t *out)
{
	rig_read_target(&rig, target, SIDE, SIDE);
	memcpy(out, rig.pixels, SIDE * SIDE * 4);
}

static void recover(void)
{
	struct gl_error err = {0};
	if (gl_recover(rig.gl, &err))
		fail_msg("%s", err.text);
	assert_false(gl_lost(rig.gl));
}

/* What both frames look like when nothing is lost. */
static uint8_t want[2][SIDE * SIDE * 4];

static void test_nothing_lost(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	struct gl_target *target = rig_target(&rig, SIDE, SIDE);
	(void)state;
	submit(layer, picture);
	assert_int_equal(compose(target, layer, &all), 0);
	keep(target, want[0]);
	submit(layer, moved);
	assert_int_equal(compose(target, layer, &all), 0);
	keep(target, want[1]);
}

static void test_between_frames(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	struct gl_target *target = rig_target(&rig, SIDE, SIDE);
	uint8_t is[SIDE * SIDE * 4];
	(void)state;
	submit(layer, picture);
	assert_int_equal(compose(target, layer, &all), 0);
	for (int i = 0; i < 3; i++) {
		gl_lose(rig.gl);
		assert_int_equal(compose(target, layer, &all), -ESTALE);
		assert_true(gl_lost(rig.gl));
		assert_int_equal(gl_layer_draw(layer), -ESTALE);
		assert_int_equal(gl_layer_read(layer, is), -ESTALE);
		assert_int_equal(gl_target_read(target, is), -ESTALE);
		recover();
		assert_int_equal(compose(target, layer, &all), 0);
		keep(target, is);
		assert_memory_equal(is, want[0], sizeof is);
	}
	submit(layer, moved);
	assert_int_equal(compose(target, layer, &all), 0);
	keep(target, is);
	assert_memory_equal(is, want[1], sizeof is);
}

/* Windows live on while there is no context. */
static void test_frames_meanwhile(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE), *gone, *born;
	struct gl_target *target = rig_target(&rig, SIDE, SIDE);
	uint8_t is[SIDE * SIDE * 4];
	(void)state;
	assert_int_equal(gl_layer_create(rig.gl, SIDE, SIDE, &gone), 0);
	submit(gone, picture);
	submit(layer, picture);
	assert_int_equal(compose(target, layer, &all), 0);
	assert_int_equal(compose(target, gone, &all), 0);
	gl_lose(rig.gl);
	assert_int_equal(compose(target, layer, &all), -ESTALE);
	submit(layer, moved);
	gl_layer_destroy(gone);
	born = rig_layer(&rig, 40, 40);
	assert_int_equal(gl_layer_resize(born, SIDE, SIDE), 0);
	submit(born, picture);
	recover();
	assert_int_equal(compose(target, layer, &all), 0);
	keep(target, is);
	assert_memory_equal(is, want[1], sizeof is);
	assert_int_equal(compose(target, born, &all), 0);
	keep(target, is);
	assert_memory_equal(is, want[0], sizeof is);
}

/* After each call of a frame in turn: the frame fails, and the next one is whole. */
static void test_within_a_frame(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	struct gl_target *target = rig_target(&rig, SIDE, SIDE);
	uint8_t is[SIDE * SIDE * 4];
	unsigned failed = 0;
	(void)state;
	submit(layer, picture);
	for (unsigned after = 1; after < 40; after++) {
		layer->dirty = all;
		rig.gl->lose_after = after;
		int rc = compose(target, layer, &all);
		rig.gl->lose_after = 0;
		if (rc) {
			assert_int_equal(rc, -ESTALE);
			failed++;
			recover();
			assert_int_equal(compose(target, layer, &all), 0);
		}
		keep(target, is);
		if (memcmp(is, want[0], sizeof is) != 0)
			fail_msg("lost after %u steps", after);
	}
	assert_true(failed >= (rig.gl->painter == GL_PAINTER_GL ? 8 : 2));
}

/* A display that is turned, its overlay in a plane, a pointer above, and a mirror of it. */
struct views {
	struct gl_target *screen, *plane, *mirror;
};

static int compose_views(const struct views *v, struct gl_layer *layer, uint64_t serial)
{
	static uint32_t pointer[16 * 16];
	for (uint32_t i = 0; i < 16 * 16; i++)
		pointer[i] = i << 24 | i / 2 << 8;
	const struct gl_placement places[] = {{layer, 0, 0, 1, false},
		{layer, 9, 9, 0, false}, {layer, 0, 0, ~1u, true}};
	struct gl_composition c = {.background = 0x204060,
		.layers = places,
		.n_layers = 2,
		.damage = &all,
		.sprite = {pointer, serial, 16, 16, 20, -4},
		.transform = TRANSFORM_FLIPPED_90};
	int rc = gl_compose_view(v->screen, &c);
	c.view_width = c.view_height = SIDE;
	if (!rc)
		rc = gl_compose_view(v->mirror, &c);
	const struct gl_composition plane = {.layers = &places[2],
		.n_layers = 1,
		.damage = &all,
		.origin_x = 60,
		.origin_y = 30,
		.transform = TRANSFORM_90};
	return rc ? rc : gl_compose_view(v->plane, &plane);
}

static void keep_views(const struct views *v, uint8_t *out)
{
	assert_int_equal(gl_target_read_view(v->screen, TRANSFORM_FLIPPED_90, out), 0);
	out += SIDE * SIDE * 4;
	assert_int_equal(gl_target_read_view(v->mirror, TRANSFORM_FLIPPED_90, out), 0);
	out += 50 * 70 * 4;
	assert_int_equal(gl_target_read_view(v->plane, TRANSFORM_90, out), 0);
}

static void test_within_views(void **state)
{
	static uint8_t whole[(SIDE * SIDE + 50 * 70 + 36 * 66) * 4], is[sizeof whole];
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	const struct views v = {rig_target(&rig, SIDE, SIDE), rig_target(&rig, 66, 36),
		rig_target(&rig, 70, 50)};
	unsigned failed = 0;
	(void)state;
	submit(layer, picture);
	assert_int_equal(compose_views(&v, layer, 1), 0);
	keep_views(&v, whole);
	for (unsigned after = 1; after < 100; after++) {
		layer->dirty = all;
		rig.gl->lose_after = after;
		int rc = compose_views(&v, layer, 100 + after); /* sent in this frame */
		rig.gl->lose_after = 0;
		if (rc) {
			assert_int_equal(rc, -ESTALE);
			assert_int_equal(
				gl_target_read_view(v.screen, TRANSFORM_90, is), -ESTALE);
			failed++;
			recover();
			assert_int_equal(compose_views(&v, layer, 100 + after), 0);
		}
		keep_views(&v, is);
		if (memcmp(is, whole, sizeof is) != 0)
			fail_msg("lost after %u steps", after);
	}
	assert_true(failed >= 24 && failed < 98);
}

static void test_not_at_once(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	struct gl_target *target = rig_target(&rig, SIDE, SIDE);
	struct gl_error err = {0};
	uint8_t is[SIDE * SIDE * 4];
	(void)state;
	submit(layer, picture);
	assert_int_equal(compose(target, layer, &all), 0);
	gl_lose(rig.gl);
	assert_int_equal(compose(target, layer, &all), -ESTALE);
	const char *without = rig.gl->options.without;
	for (int i = 0; i < 3; i++) {
		rig.gl->options.without = "EGL_KHR_surfaceless_context";
		assert_int_equal(gl_recover(rig.gl, &err), -ENOTSUP);
		assert_non_null(strstr(err.text, "EGL_KHR_surfaceless_context"));
		assert_true(gl_lost(rig.gl));
		assert_int_equal(compose(target, layer, &all), -ESTALE);
	}
	rig.gl->options.without = without;
	recover();
	assert_int_equal(compose(target, layer, &all), 0);
	keep(target, is);
	assert_memory_equal(is, want[0], sizeof is);
}

/* The card itself goes, and another one comes: no call of GL lies in between. */
static void test_native_goes(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE), *born;
	struct gl_target *target = rig_target(&rig, SIDE, SIDE);
	uint8_t is[SIDE * SIDE * 4];
	(void)state;
	submit(layer, picture);
	assert_int_equal(compose(target, layer, &all), 0);
	for (int i = 0; i < 3; i++) {
		gl_set_native(rig.gl, NULL);
		gl_set_native(rig.gl, NULL);
		assert_true(gl_lost(rig.gl));
		assert_int_equal(compose(target, layer, &all), -ESTALE);
		submit(layer, i % 2 ? picture : moved);
		born = rig_layer(&rig, SIDE, SIDE);
		submit(born, picture);
		recover();
		assert_int_equal(compose(target, layer, &all), 0);
		keep(target, is);
		assert_memory_equal(is, want[i % 2 ? 0 : 1], sizeof is);
		assert_int_equal(compose(target, born, &all), 0);
		keep(target, is);
		assert_memory_equal(is, want[0], sizeof is);
	}
}

static void test_no_native(void **state)
{
	enum gl_platform platform = rig.gl->options.platform;
	struct gl_error err = {0};
	(void)state;
	rig.gl->options.platform = GL_PLATFORM_GBM;
	gl_set_native(rig.gl, NULL);
	assert_int_equal(gl_recover(rig.gl, &err), -ENODEV);
	assert_string_equal(err.text, "there is no graphics card");
	assert_true(gl_lost(rig.gl));
	rig.gl->options.platform = platform;
	recover();
}

static void test_ends_lost(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	rig_target(&rig, SIDE, SIDE);
	(void)state;
	submit(layer, picture);
	assert_int_equal(gl_layer_draw(layer), 0);
	gl_lose(rig.gl);
	/* Layers and targets go without it. */
	rig_clear(&rig);
	recover();
}

static int clear(void **state)
{
	(void)state;
	rig_clear(&rig);
	return 0;
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_teardown(name, clear)
	static const struct CMUnitTest tests[] = {
		T(test_nothing_lost),
		T(test_between_frames),
		T(test_frames_meanwhile),
		T(test_within_a_frame),
		T(test_within_views),
		T(test_not_at_once),
		T(test_native_goes),
		T(test_no_native),
		T(test_ends_lost),
	};
	rig_open_args(&rig, argc, argv);
	int failed = cmocka_run_group_tests_name("lost", tests, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
