#include "gl/sublayer.h"

#include <stdlib.h>

static uint64_t last_serial;

struct gl_sublayer *sublayer_create(
	const struct scene_context *context, int32_t width, int32_t height)
{
	struct gl_sublayer *sublayer = calloc(1, sizeof *sublayer);
	if (!sublayer)
		return NULL;
	*sublayer = (struct gl_sublayer){
		.refs = 1,
		.width = width,
		.height = height,
		.serial = ++last_serial,
		.scene = {.width = width, .height = height},
		.context = context,
	};
	return sublayer;
}

void sublayer_hold(struct gl_sublayer *sublayer)
{
	sublayer->refs++;
}

void sublayer_release(struct gl_sublayer *sublayer)
{
	if (!sublayer || --sublayer->refs > 0)
		return;
	if (sublayer->drop_store)
		sublayer->drop_store(sublayer);
	scene_finish(&sublayer->scene, sublayer->context);
	free(sublayer);
}
