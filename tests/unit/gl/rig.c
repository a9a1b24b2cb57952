#include "rig.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/libraries.h"
#include "gl/libraries.h"
#include "gl/private.h"
#include "gl/region.h"

static int list_library(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	fprintf(data, "%s\n", info->dlpi_name);
	return 0;
}

static void keep_libraries(void)
{
	char *list = NULL, *rest = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&list, &size);
	assert_non_null(file);
	dl_iterate_phdr(list_library, file);
	fclose(file);
	for (char *name = strtok_r(list, "\n", &rest); name;
		name = strtok_r(NULL, "\n", &rest))
		dlopen(name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
	free(list);
}

void rig_keep_drivers(void)
{
	static bool done;
	if (done)
		return;
	done = true;
	if (library_load(&library_egl) < 0)
		return;
	PFNEGLGETPLATFORMDISPLAYEXTPROC get_display =
		(PFNEGLGETPLATFORMDISPLAYEXTPROC)eglGetProcAddress(
			"eglGetPlatformDisplayEXT");
	EGLDisplay display =
		get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL);
	if (!eglInitialize(display, NULL, NULL))
		return;
	keep_libraries();
	eglTerminate(display);
}

void rig_open_with(struct rig *rig, const struct gl_options *options)
{
	struct gl_error err = {0};
	*rig = (struct rig){0};
	if (options->platform != GL_PLATFORM_NONE)
		rig_keep_drivers();
	if (gl_create_with(&rig->gl, options, &err))
		fail_msg("%s", err.text);
}

void rig_open(struct rig *rig, enum gl_painter painter, int version)
{
	const struct gl_options options = {.painter = painter, .version = version};
	rig_open_with(rig, &options);
}

void rig_open_args(struct rig *rig, int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "gl";
	const struct gl_options none = {.platform = GL_PLATFORM_NONE,
		.painter =
			strcmp(name, "cpu-scalar") ? GL_PAINTER_AUTO : GL_PAINTER_SCALAR};
	if (strncmp(name, "cpu", 3) == 0) {
		rig_open_with(rig, &none);
		return;
	}
	enum gl_painter painter = strcmp(name, "soft") == 0     ? GL_PAINTER_SOFT
				  : strcmp(name, "scalar") == 0 ? GL_PAINTER_SCALAR
								: GL_PAINTER_GL;
	rig_open(rig, painter, argc > 2 ? atoi(argv[2]) : 3);
}

void rig_clear(struct rig *rig)
{
	while (rig->n_layers > 0)
		gl_layer_destroy(rig->layers[--rig->n_layers]);
	while (rig->n_targets > 0)
		gl_target_destroy(rig->targets[--rig->n_targets]);
}

void rig_close(struct rig *rig)
{
	rig_clear(rig);
	stream_free(&rig->stream);
	free(rig->pixels);
	gl_destroy(rig->gl);
}

struct gl_layer *rig_layer(struct rig *rig, int32_t width, int32_t height)
{
	struct gl_layer **layer = &rig->layers[rig->n_layers];
	assert_true(rig->n_layers < RIG_MAX);
	assert_int_equal(gl_layer_create(rig->gl, width, height, layer), 0);
	rig->n_layers++;
	return *layer;
}

struct gl_target *rig_target(struct rig *rig, int32_t width, int32_t height)
{
	struct gl_target **target = &rig->targets[rig->n_targets];
	assert_true(rig->n_targets < RIG_MAX);
	assert_int_equal(gl_target_create(rig->gl, width, height, target), 0);
	rig->n_targets++;
	return *target;
}

void put_all(struct stream *s, uint32_t rgba)
{
	put_color(s, (uint8_t)(rgba >> 24), (uint8_t)(rgba >> 16), (uint8_t)(rgba >> 8),
		(uint8_t)rgba);
	put_paint(s);
}

void put_contour(struct stream *s, const float *xy, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put_u32(s, i ? 2 : 1);
		put_f32(s, xy[2 * i]);
		put_f32(s, xy[2 * i + 1]);
	}
	put_u32(s, 5);
}

struct gl_rect rig_submit(struct rig *rig, struct gl_layer *layer)
{
	struct gl_region damage = {.n = SIZE_MAX};
	struct gl_op_error err = {0};
	stream_end(&rig->stream);
	if (gl_layer_submit(layer, rig->stream.data, rig->stream.size, &damage, &err))
		fail_msg("byte %zu: %s", err.offset, err.reason);
	return region_bounds(&damage);
}

static void make_room(struct rig *rig, int32_t width, int32_t height)
{
	size_t size = (size_t)width * (size_t)height * 4;
	free(rig->pixels);
	rig->pixels = malloc(size);
	assert_non_null(rig->pixels);
	memset(rig->pixels, 0x5a, size);
	rig->width = width;
}

void rig_read(struct rig *rig, struct gl_layer *layer, int32_t width, int32_t height)
{
	make_room(rig, width, height);
	assert_int_equal(gl_layer_read(layer, rig->pixels), 0);
}

void rig_read_target(
	struct rig *rig, struct gl_target *target, int32_t width, int32_t height)
{
	make_room(rig, width, height);
	assert_int_equal(gl_target_read(target, rig->pixels), 0);
}

uint32_t rig_pixel(const struct rig *rig, int32_t x, int32_t y)
{
	const uint8_t *p = &rig->pixels[((size_t)y * (size_t)rig->width + (size_t)x) * 4];
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void rig_expect(const struct rig *rig, int32_t x, int32_t y, uint32_t rgba, int tolerance)
{
	uint32_t is = rig_pixel(rig, x, y);
	for (int shift = 0; shift < 32; shift += 8) {
		int off = (int)(is >> shift & 255) - (int)(rgba >> shift & 255);
		if (abs(off) > tolerance)
			fail_msg("pixel %d,%d is %08x, not %08x", x, y, is, rgba);
	}
}

void rig_expect_rect(struct gl_rect is, int32_t x0, int32_t y0, int32_t x1, int32_t y1)
{
	if (is.x0 != x0 || is.y0 != y0 || is.x1 != x1 || is.y1 != y1)
		fail_msg("%d,%d..%d,%d instead of %d,%d..%d,%d", is.x0, is.y0, is.x1,
			is.y1, x0, y0, x1, y1);
}
