#include <errno.h>

#include "gl/private.h"

int gl_compose_view(struct gl_target *target, const struct gl_composition *composition)
{
	const struct gl_composition *c = composition;
	if (c->fence)
		*c->fence = -1;
	return gl_compose(target, c->background, c->layers, c->n_layers, c->damage);
}

int gl_target_read_view(struct gl_target *target, enum transform transform, uint8_t *rgba)
{
	return transform == TRANSFORM_NORMAL ? gl_target_read(target, rgba) : -ENOTSUP;
}

size_t gl_layer_overlays(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max)
{
	(void)layer, (void)out, (void)max;
	return 0;
}

void gl_layer_own_damage(const struct gl_layer *layer, struct gl_region *out)
{
	(void)layer;
	*out = (struct gl_region){0};
}

bool gl_layer_opaque(const struct gl_layer *layer)
{
	return layer->opaque;
}
