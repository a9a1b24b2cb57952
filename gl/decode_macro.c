/* Macros: kept bodies, carried out where they are called or after the frame. */
#include <errno.h>

#include "gl/decode_private.h"
#include "gl/resource.h"

static int find_macro(struct decoder *d, uint32_t id, const void **body, size_t *size)
{
	*body = d->resources ? resource_macro(d->resources, id, size) : NULL;
	if (!*body)
		return refuse(d, -EINVAL, "macro %u is not defined", id);
	return 0;
}

int op_macro_define(struct decoder *d)
{
	uint32_t id = bytes_u32(&d->in);
	size_t size = bytes_left(&d->in);
	const void *body = bytes_take(&d->in, size);
	int rc = check_body(d, body, size);
	if (!rc)
		rc = check_resources(d);
	return rc ? rc
		  : refuse_definition(d, RESOURCE_MACRO, id,
			    resource_define_macro(d->resources, id, body, size));
}

/* One body inside whatever is under way; errors tell of the outermost call. */
int op_macro_call(struct decoder *d)
{
	const struct place place = d->place;
	uint32_t id = bytes_u32(&d->in);
	const void *body;
	size_t size;
	int rc = find_macro(d, id, &body, &size);
	if (!rc && d->depth == OPWIRE_MAX_CALL_DEPTH)
		rc = refuse(d, -E2BIG, "deeper than %u", OPWIRE_MAX_CALL_DEPTH);
	if (rc)
		return rc;
	d->depth++;
	d->place.macro = id;
	if (!d->place.code_via)
		d->place.code_via = OP_CALL;
	rc = run_records(d, body, size, 0);
	d->depth--;
	if (!rc)
		d->place = place;
	return rc;
}

int op_macro_defer(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	uint32_t id = bytes_u32(&d->in);
	const void *body;
	size_t size;
	int rc = find_macro(d, id, &body, &size);
	if (!rc && s->n_deferred == OPWIRE_MAX_DEFERRED)
		rc = refuse(d, -E2BIG, "more than %u in a stream", OPWIRE_MAX_DEFERRED);
	if (rc)
		return rc;
	if (!scene_reserve(s, deferred, 1))
		return refuse_memory(d);
	s->deferred[s->n_deferred++] = (struct gl_deferred){
		.body = body,
		.size = size,
		.macro = id,
		.offset = d->place.offset,
		.transform = d->transform,
	};
	return 0;
}

/* Those that deferred calls defer come last. Bodies live to the end of the frame. */
int run_deferred(struct decoder *d)
{
	int rc = 0;
	for (size_t i = 0; i < d->scene->n_deferred && !rc; i++) {
		const struct gl_deferred deferred = d->scene->deferred[i];
		decoder_begin(d);
		d->transform = deferred.transform;
		d->place = (struct place){
			.offset = deferred.offset,
			.macro = deferred.macro,
			.code_via = OP_DEFER,
		};
		rc = run_records(d, deferred.body, deferred.size, 0);
		if (!rc)
			rc = check_balance(d);
	}
	return rc;
}
