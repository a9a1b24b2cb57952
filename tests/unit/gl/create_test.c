/* What gl_create refuses, and says. Each case is a process: Mesa reads its variables once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#include "gl/private.h"
#include "gl/region.h"

static struct gl *open_with(
	const char *without, enum gl_painter painter, int rc, struct gl_error *err)
{
	const struct gl_options options = {
		.version = 2, .painter = painter, .without = without};
	struct gl *gl = NULL;
	*err = (struct gl_error){0};
	rig_keep_drivers();
	assert_int_equal(gl_create_with(&gl, &options, err), rc);
	assert_true((gl == NULL) == (rc != 0));
	return gl;
}

/* What is lacking, and what the card's painter says to that; the processor's does without. */
static const struct {
	const char *name, *without, *says;
} lacks[] = {
	{"no sRGB textures", "GL_EXT_sRGB ES3_sRGB", "sRGB"},
	{"no highp", "highp", "highp"},
	{"no robustness, no sRGB",
		"GL_EXT_sRGB ES3_sRGB EGL_EXT_create_context_robustness", "sRGB"},
	{"nothing but ES 2",
		"GL_EXT_sRGB ES3_sRGB highp GL_EXT_texture_sRGB_decode "
		"GL_EXT_unpack_subimage ES3_unpack EGL_EXT_create_context_robustness "
		"GL_OES_EGL_image GL_KHR_robustness GL_EXT_robustness",
		"sRGB"},
};

/* One of the sentences has the word, and an end comes. */
static void expect_lack(const struct gl *gl, const char *word)
{
	struct gl_lack lack;
	bool found = false;
	unsigned n = 0;
	for (; n < 16 && gl_lack(gl, n, &lack); n++)
		found |= strstr(lack.text, word) != NULL;
	assert_true(found);
	assert_true(n < 16);
}

static void test_nothing_lacking(void **state)
{
	struct gl_lack lack;
	struct gl_error err;
	(void)state;
	struct gl *gl = open_with(NULL, GL_PAINTER_AUTO, 0, &err);
	assert_false(gl_lack(gl, 0, &lack));
	gl_destroy(gl);
	gl = open_with("GL_OES_EGL_image", GL_PAINTER_AUTO, 0, &err);
	assert_true(gl_lack(gl, 0, &lack) && lack.needed);
	assert_false(gl_lack(gl, 1, &lack));
	gl_destroy(gl);
}

static void test_lacking(void **state)
{
	struct gl_error err;
	(void)state;
	for (size_t i = 0; i < sizeof lacks / sizeof *lacks; i++) {
		open_with(lacks[i].without, GL_PAINTER_GL, -ENOTSUP, &err);
		assert_non_null(strstr(err.text, lacks[i].says));
		assert_non_null(strstr(err.text, "update Mesa"));
		struct gl *gl = open_with(lacks[i].without, GL_PAINTER_AUTO, 0, &err);
		assert_non_null(strstr(gl_describe(gl), "the processor paints"));
		expect_lack(gl, lacks[i].says);
		gl_destroy(gl);
	}
}

/* Without what copies or uploads less, the same pixels come out. */
static void test_detours(void **state)
{
	static const struct gl_options options[] = {
		{.painter = GL_PAINTER_GL},
		{.painter = GL_PAINTER_GL,
			.without = "GL_EXT_texture_sRGB_decode "
				   "EGL_EXT_create_context_robustness"},
		{.painter = GL_PAINTER_SOFT},
		{.painter = GL_PAINTER_SOFT,
			.version = 2,
			.without = "GL_EXT_unpack_subimage ES3_unpack GL_EXT_sRGB "
				   "ES3_sRGB highp"},
	};
	static uint8_t first[64 * 48 * 4];
	(void)state;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		struct rig rig;
		rig_open_with(&rig, &options[i]);
		struct gl_layer *layer = rig_layer(&rig, 64, 48);
		struct gl_target *target = rig_target(&rig, 64, 48);
		const struct gl_placement place = {layer, 3, 5};
		for (int k = 0; k < 3; k++) {
			struct gl_region damage = {1, {{0, 0, 64, 48}}};
			stream_begin(&rig.stream);
			put_fill(&rig.stream, 0, 0, 64, 48, 0x102030ff);
			put_fill(&rig.stream, (float)(10 + 3 * k), 7, 21, 30, 0xff8040ff);
			if (k > 0)
				damage = region_of(rig_submit(&rig, layer));
			else
				rig_submit(&rig, layer);
			region_move(&damage, k > 0 ? 3 : 0, k > 0 ? 5 : 0);
			assert_int_equal(gl_compose(target, 0, &place, 1, &damage), 0);
		}
		rig_read_target(&rig, target, 64, 48);
		if (i == 0)
			memcpy(first, rig.pixels, sizeof first);
		assert_memory_equal(rig.pixels, first, sizeof first);
		rig_close(&rig);
	}
}

/* The precision of each fragment shader that the driver is given. */
static struct {
	unsigned highp, mediump, other;
} given;

void __real_glShaderSource(
	GLuint shader, GLsizei n, const GLchar *const *texts, const GLint *lengths);
void __wrap_glShaderSource(
	GLuint shader, GLsizei n, const GLchar *const *texts, const GLint *lengths);

void __wrap_glShaderSource(
	GLuint shader, GLsizei n, const GLchar *const *texts, const GLint *lengths)
{
	char text[8192] = "";
	for (GLsizei i = 0; i < n; i++)
		strncat(text, texts[i], sizeof text - strlen(text) - 1);
	bool highp = strstr(text, "precision highp float;") != NULL;
	bool mediump = strstr(text, "precision mediump float;") != NULL;
	if (strstr(text, "gl_FragColor")) {
		given.highp += highp && !mediump;
		given.mediump += mediump && !highp;
		given.other += highp == mediump;
	}
	__real_glShaderSource(shader, n, texts, lengths);
}

/* NVIDIA's driver has highp and defines no GL_FRAGMENT_PRECISION_HIGH: who asks it gets 16 bits. */
static void test_precision(void **state)
{
	struct gl_error err;
	(void)state;
	gl_destroy(open_with(NULL, GL_PAINTER_GL, 0, &err));
	assert_true(given.highp > 0);
	assert_int_equal(given.mediump + given.other, 0);
	given.highp = 0;
	gl_destroy(open_with("highp", GL_PAINTER_SOFT, 0, &err));
	assert_true(given.mediump > 0);
	assert_int_equal(given.highp + given.other, 0);
}

/* Mesa's ES 2 has no sRGB textures: for real. */
static void test_es2_without_srgb(void **state)
{
	struct gl_error err;
	(void)state;
	setenv("MESA_GLES_VERSION_OVERRIDE", "2.0", 1);
	open_with(NULL, GL_PAINTER_GL, -ENOTSUP, &err);
	assert_non_null(strstr(err.text, "GL_EXT_sRGB"));
	gl_destroy(open_with(NULL, GL_PAINTER_AUTO, 0, &err));
}

static void test_no_driver(void **state)
{
	struct gl *gl = NULL;
	struct gl_error err = {0};
	(void)state;
	setenv("LIBGL_DRIVERS_PATH", "/nonexistent", 1);
	assert_int_equal(gl_create(&gl, GL_PLATFORM_SURFACELESS, NULL, &err), -ENODEV);
	assert_null(gl);
	assert_non_null(strstr(err.text, "surfaceless"));
	assert_non_null(strstr(err.text, "install"));
}

static void test_no_vendor(void **state)
{
	struct gl *gl = NULL;
	struct gl_error err = {0};
	(void)state;
	setenv("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent", 1);
	assert_int_equal(gl_create(&gl, GL_PLATFORM_SURFACELESS, NULL, &err), -ENOTSUP);
	assert_null(gl);
	assert_non_null(strstr(err.text, "EGL_"));
}

static void test_again_and_again(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct rig rig;
		rig_open(&rig, GL_PAINTER_AUTO, 2 + i % 2);
		assert_true(strlen(gl_describe(rig.gl)) > 10);
		rig_layer(&rig, 16, 16);
		rig_close(&rig);
	}
	gl_destroy(NULL);
	gl_layer_destroy(NULL);
	gl_target_destroy(NULL);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_again_and_again),
		cmocka_unit_test(test_es2_without_srgb),
		cmocka_unit_test(test_no_driver),
		cmocka_unit_test(test_no_vendor),
		cmocka_unit_test(test_lacking),
		cmocka_unit_test(test_detours),
		cmocka_unit_test(test_nothing_lacking),
		cmocka_unit_test(test_precision),
	};
	size_t i = argc > 1 ? (size_t)atoi(argv[1]) : 0;
	const struct CMUnitTest one[] = {tests[i % (sizeof tests / sizeof tests[0])]};
	return cmocka_run_group_tests(one, NULL, NULL) != 0;
}
