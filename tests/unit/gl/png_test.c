/* Pictures as another reader sees them, and what is left when they cannot be written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gl/png.h"

static char dir[] = "/tmp/osaas-png-XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[256];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static size_t count_files(void)
{
	size_t n = 0;
	DIR *d = opendir(dir);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void read_back(const char *path, uint8_t *rgba, uint32_t width, uint32_t height)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	assert_true(png_image_begin_read_from_file(&image, path));
	assert_int_equal(image.width, width);
	assert_int_equal(image.height, height);
	image.format = PNG_FORMAT_RGBA;
	assert_true(png_image_finish_read(&image, NULL, rgba, 0, NULL));
}

/* Straight alpha: what is premultiplied in linear light is divided again. */
static void test_pixels(void **state)
{
	static const uint8_t in[3 * 2 * 4] = {255, 0, 0, 255, 1, 2, 3, 255, 188, 0, 0,
		128, 0, 0, 0, 0, 137, 137, 137, 64, 200, 100, 50, 255};
	static const uint8_t want[3 * 2 * 4] = {255, 0, 0, 255, 1, 2, 3, 255, 255, 0, 0,
		128, 0, 0, 0, 0, 255, 255, 255, 64, 200, 100, 50, 255};
	uint8_t out[sizeof in];
	const char *path = in_dir("a.png");
	struct stat st;
	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(gl_png_write(path, in, 3, 2), 0);
		read_back(path, out, 3, 2);
		for (size_t i = 0; i < sizeof out; i++)
			assert_in_range(out[i] + 1, want[i], want[i] + 2);
		assert_int_equal(count_files(), 1);
	}
	mode_t mask = umask(0);
	umask(mask);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0666 & ~mask);
	assert_int_equal(unlink(path), 0);
}

static void test_refused(void **state)
{
	static const uint8_t pixel[4];
	(void)state;
	assert_int_equal(gl_png_write(in_dir("b.png"), pixel, 0, 1), -EINVAL);
	assert_int_equal(gl_png_write(in_dir("b.png"), pixel, 1, -1), -EINVAL);
	assert_int_equal(gl_png_write(in_dir("none/b.png"), pixel, 1, 1), -ENOENT);
	assert_int_equal(count_files(), 0);
	char sub[256];
	snprintf(sub, sizeof sub, "%s", in_dir("sub"));
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(gl_png_write(sub, pixel, 1, 1), -EISDIR);
	assert_int_equal(count_files(), 1);
	assert_int_equal(rmdir(sub), 0);
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int drop_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pixels),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
