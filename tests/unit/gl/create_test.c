/* What gl_create refuses, and says. Each case is a process: Mesa reads its variables once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#include "gl/private.h"

/* Mesa's ES 2 has no sRGB textures. */
static void test_es2_without_srgb(void **state)
{
	struct gl *gl = NULL;
	struct gl_error err = {0};
	(void)state;
	setenv("MESA_GLES_VERSION_OVERRIDE", "2.0", 1);
	rig_keep_drivers();
	assert_int_equal(gl_create(&gl, GL_PLATFORM_SURFACELESS, NULL, &err), -ENOTSUP);
	assert_null(gl);
	assert_non_null(strstr(err.text, "GL_EXT_sRGB"));
	assert_non_null(strstr(err.text, "update Mesa"));
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
	};
	size_t i = argc > 1 ? (size_t)atoi(argv[1]) : 0;
	const struct CMUnitTest one[] = {tests[i % (sizeof tests / sizeof tests[0])]};
	return cmocka_run_group_tests(one, NULL, NULL) != 0;
}
