#include "gl/piece.h"

#include <errno.h>

#include "gl/private.h"
#include "gl/rect.h"
#include "gl/store.h"
#include "util/log.h"

static int add_piece(struct gl *gl, struct gl_piece piece)
{
	if (!scene_grow((void **)&gl->pieces, &gl->cap_pieces, gl->n_pieces, 1,
		    sizeof *gl->pieces))
		return -ENOMEM;
	gl->pieces[gl->n_pieces++] = piece;
	return 0;
}

/* One that there was no memory for has no pixels: the window is seen in its place. */
static int add_overlay(struct gl *gl, const struct gl_overlay *o, int32_t x, int32_t y)
{
	const struct gl_store *store = o->sublayer->store;
	struct gl_rect content = {
		o->at.x0 + o->dx, o->at.y0 + o->dy, o->at.x1 + o->dx, o->at.y1 + o->dy};
	struct store_piece pieces[4];
	if (!store || !rect_contains(&store->valid, &content))
		return 0;
	size_t n = store_split(store, content, pieces);
	int rc = 0;
	x -= o->dx, y -= o->dy; /* of the content's corner */
	for (size_t i = 0; i < n && !rc; i++) {
		struct gl_rect r = pieces[i].content;
		rc = add_piece(gl, (struct gl_piece){.from = &store->surface,
					   .at = {x + r.x0, y + r.y0, x + r.x1, y + r.y1},
					   .x = x + r.x0 - pieces[i].x,
					   .y = y + r.y0 - pieces[i].y,
					   .opaque = true});
	}
	return rc;
}

/* A window that there is no memory for stays as it was; the others go on. */
static int forgive(struct gl_layer *layer, int rc)
{
	if (rc == -ENOMEM && !layer->failed)
		log_error("gl: no memory to paint a window: it stays as it was; close "
			  "something");
	layer->failed = rc == -ENOMEM;
	return rc == -ENOMEM ? 0 : rc;
}

/* What is shown of it is drawn; of what is not, nothing. */
static int draw(const struct gl_placement *p)
{
	struct gl_layer *layer = p->layer;
	const struct gl_overlays *overlays = &layer->overlays[layer->current];
	int rc = p->only ? 0 : layer_paint(layer);
	if (!rc)
		rc = overlays_draw(layer->gl, overlays, p->left_out);
	return forgive(layer, rc);
}

static int add_layer(struct gl *gl, const struct gl_placement *p, int32_t x, int32_t y)
{
	const struct gl_layer *layer = p->layer;
	const struct gl_overlays *overlays = &layer->overlays[layer->current];
	int rc = draw(p);
	if (!rc && !p->only)
		rc = add_piece(gl, (struct gl_piece){.from = &layer->surface,
					   .at = {x, y, x + layer->surface.width,
						   y + layer->surface.height},
					   .x = x,
					   .y = y,
					   .opaque = layer->opaque});
	for (size_t i = 0; i < overlays->n && !rc; i++)
		if (!(p->left_out >> i & 1))
			rc = add_overlay(gl, &overlays->all[i], x, y);
	return rc;
}

int pieces_gather(
	struct gl *gl, const struct gl_placement *layers, size_t n, int32_t x, int32_t y)
{
	int rc = gl_enter(gl);
	gl->n_pieces = 0;
	for (size_t i = 0; i < n && !rc; i++)
		rc = add_layer(gl, &layers[i], layers[i].x - x, layers[i].y - y);
	return rc;
}

size_t pieces_seen(const struct gl *gl, struct gl_rect damage, bool *covers)
{
	size_t i = gl->n_pieces;
	*covers = false;
	while (i > 0 && !*covers) {
		i--;
		*covers =
			gl->pieces[i].opaque && rect_contains(&gl->pieces[i].at, &damage);
	}
	return i;
}

bool pieces_meet(const struct gl *gl, size_t first, struct gl_rect damage)
{
	for (size_t i = first + 1; i < gl->n_pieces; i++) {
		const struct gl_piece *p = &gl->pieces[i];
		struct gl_rect over = rect_intersect(p->at, damage);
		for (size_t j = first; j < i && !p->opaque; j++) {
			struct gl_rect both = rect_intersect(over, gl->pieces[j].at);
			if (!rect_empty(&both))
				return true;
		}
	}
	return false;
}
