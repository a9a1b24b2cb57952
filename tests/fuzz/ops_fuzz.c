/*
 * Any bytes into the decoder; what it accepts into masks of two sizes, hit
 * tests and damage, and what those promise is checked. The size field is made
 * true first: otherwise hardly an input gets past it.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gl/coverage.h"
#include "gl/decode.h"
#include "gl/rect.h"
#include "util/opwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct gl_scene scene;
static struct raster raster;

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_error(int rc, const struct gl_op_error *err, size_t size)
{
	must(rc == -EINVAL || rc == -E2BIG);
	must(err->offset <= size && err->offset % 4 == 0);
	must(err->reason[0] && memchr(err->reason, 0, sizeof err->reason));
}

static void check_values(const struct gl_span *span)
{
	if (span->cover == SCENE_NONE)
		must(span->value > 0);
	else
		must((size_t)span->cover + span->len <= scene.n_cover);
}

/* Within its bounds, in order, nothing twice. */
static void check_mask(const struct gl_mask *mask)
{
	const struct gl_rect layer = {0, 0, scene.width, scene.height};
	uint64_t pixels = mask->full ? rect_area(&mask->bounds) : 0;
	must(rect_empty(&mask->bounds) || rect_contains(&layer, &mask->bounds));
	must((size_t)mask->first + mask->n <= scene.n_spans);
	must(!mask->full || mask->n == 0);
	for (uint32_t i = mask->first; i < mask->first + mask->n; i++) {
		const struct gl_span *span = &scene.spans[i];
		const struct gl_span *last = i == mask->first ? NULL : span - 1;
		const struct gl_rect run = {
			span->x, span->y, span->x + span->len, span->y + 1};
		must(span->len > 0 && rect_contains(&mask->bounds, &run));
		must(!last || last->y < span->y ||
			(last->y == span->y && last->x + last->len <= span->x));
		check_values(span);
		pixels += span->len;
	}
	must(pixels == mask->pixels);
}

static void check_hits(double x, double y)
{
	struct gl_hit hits[4], at;
	size_t n = scene_hit(&scene, x, y, hits, 4);
	must(n <= 4);
	for (size_t i = 0; i < n; i++) {
		must(scene_locate(&scene, hits[i].tag, x, y, &at));
		for (size_t k = 0; k < i; k++)
			must(hits[k].tag != hits[i].tag);
	}
}

static void use_scene(int32_t width, int32_t height, size_t size)
{
	struct gl_op_error err = {0};
	int rc = scene_cover(&scene, width, height, &raster, &err);
	if (rc) {
		must(rc == -E2BIG);
		check_error(rc, &err, size);
		return;
	}
	for (size_t i = 0; i < scene.n_clips; i++)
		if (scene.clips[i].used)
			check_mask(&scene.clips[i].mask);
	for (int i = 0; i < 8; i++)
		check_hits(i * 12.5, i * 7.3);
	struct gl_rect damage = scene_diff(&scene, &scene);
	must(rect_empty(&damage));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gl_op_error err = {0};
	/* Its own allocation, of just this size: a read beyond it is seen. */
	uint8_t *copy = malloc(size ? size : 1);
	if (!copy)
		return 0;
	if (size > 0)
		memcpy(copy, data, size);
	for (size_t i = 0; size >= OPWIRE_HEADER_SIZE && i < 4; i++)
		copy[8 + i] = (uint8_t)(size >> (8 * i));
	int rc = scene_decode(&scene, copy, size, &err);
	free(copy);
	if (rc) {
		check_error(rc, &err, size);
	} else {
		use_scene(97, 61, size);
		use_scene(1, 300, size);
	}
	return 0;
}
