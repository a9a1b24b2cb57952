/*
 * Any bytes into the decoder, what it accepts into masks and hit tests. The
 * size field is made true first: otherwise hardly an input gets past it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gl/coverage.h"
#include "gl/decode.h"
#include "util/opwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct gl_scene scene;
static struct raster raster;

static void use_scene(void)
{
	struct gl_op_error err;
	struct gl_hit hits[4];
	if (scene_cover(&scene, 97, 61, &raster, &err))
		return;
	for (int i = 0; i < 8; i++)
		scene_hit(&scene, i * 12.5, i * 7.3, hits, 4);
	struct gl_rect damage = scene_diff(&scene, &scene);
	if (damage.x1 > damage.x0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gl_op_error err;
	uint8_t *copy = malloc(size + 1);
	if (!copy)
		return 0;
	if (size > 0)
		memcpy(copy, data, size);
	for (size_t i = 0; size >= OPWIRE_HEADER_SIZE && i < 4; i++)
		copy[8 + i] = (uint8_t)(size >> (8 * i));
	if (!scene_decode(&scene, copy, size, &err))
		use_scene();
	free(copy);
	return 0;
}
