/*
 * window: what becomes of a window's frames without a session and EGL: decoded, covered,
 * compared with the last one and painted into memory.
 */
#ifndef OSAAS_TESTS_FUZZ_WINDOW_H
#define OSAAS_TESTS_FUZZ_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/coverage.h"
#include "gl/mask.h"
#include "gl/raster.h"
#include "gl/scene.h"

struct gl_fonts;
struct gl_resources;
struct soft;

struct window {
	struct gl_scene scenes[2];
	unsigned current; /* the one that is shown */
	struct scene_context context;
	struct mask_cache masks;
	struct raster raster;
	struct gl_resources *resources;
	struct soft *soft;
	uint8_t *pixels; /* RGBA8 */
	int32_t width, height;
	uint64_t work; /* units that the last frame cost */
};

/* fonts: NULL: frames with fonts are refused. Aborts when there is no memory. */
void window_init(
	struct window *window, int32_t width, int32_t height, struct gl_fonts *fonts);
void window_finish(struct window *window);

/* window_frame shows a frame, or leaves what is there; 0, or errors as gl_layer_submit. */
int window_frame(
	struct window *window, const void *data, size_t size, struct gl_op_error *err);

#endif
