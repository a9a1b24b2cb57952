/*
 * Layers onto a target. The target's bytes are sRGB and GL does not know it,
 * so nothing can be blended there: an opaque layer is copied as it is, another
 * one is laid over the background in the shader. Only where a translucent
 * layer lies over another layer do they meet in a surface first: one in linear
 * light for layers that the card painted; for those of bytes, each is laid over a
 * copy of what is below.
 */
#include <errno.h>
#include <stdlib.h>

#include "gl/private.h"
#include "gl/rect.h"
#include "gl/store.h"
#include "util/clock.h"
#include "util/log.h"

/* A part of a layer's pixels on its place. */
struct gl_piece {
	const struct gl_surface *from;
	struct gl_rect at; /* in the target */
	int32_t x, y;      /* in the target, of from's top left */
	bool opaque;
};

static bool add_piece(struct gl *gl, struct gl_piece piece)
{
	if (!scene_grow((void **)&gl->pieces, &gl->cap_pieces, gl->n_pieces, 1,
		    sizeof *gl->pieces))
		return false;
	gl->pieces[gl->n_pieces++] = piece;
	return true;
}

static int add_overlay(
	struct gl *gl, const struct gl_placement *p, const struct gl_overlay *o)
{
	const struct gl_store *store = o->sublayer->store;
	struct gl_rect content = {
		o->at.x0 + o->dx, o->at.y0 + o->dy, o->at.x1 + o->dx, o->at.y1 + o->dy};
	int32_t x = p->x - o->dx, y = p->y - o->dy; /* of the content's corner */
	struct store_piece pieces[4];
	size_t n = store_split(store, content, pieces);
	for (size_t i = 0; i < n; i++) {
		struct gl_rect r = pieces[i].content;
		struct gl_piece piece = {.from = &store->surface,
			.at = {x + r.x0, y + r.y0, x + r.x1, y + r.y1},
			.x = x + r.x0 - pieces[i].x,
			.y = y + r.y0 - pieces[i].y,
			.opaque = true};
		if (!add_piece(gl, piece))
			return -ENOMEM;
	}
	return 0;
}

/* A window that there is no memory for stays as it was; the others go on. */
static int draw_layer(struct gl_layer *layer)
{
	int rc = gl_layer_draw(layer);
	if (rc == -ENOMEM && !layer->failed)
		log_error("gl: no memory to paint a window: it stays as it was; close "
			  "something");
	layer->failed = rc == -ENOMEM;
	return rc == -ENOMEM ? 0 : rc;
}

static int add_layer(struct gl *gl, const struct gl_placement *p)
{
	const struct gl_surface *from = &p->layer->surface;
	int rc = draw_layer(p->layer);
	if (rc)
		return rc;
	struct gl_piece piece = {.from = from,
		.at = {p->x, p->y, p->x + from->width, p->y + from->height},
		.x = p->x,
		.y = p->y,
		.opaque = p->layer->opaque};
	if (!add_piece(gl, piece))
		return -ENOMEM;
	const struct gl_overlays *overlays = &p->layer->overlays[p->layer->current];
	for (size_t i = 0; i < overlays->n && !rc; i++)
		rc = add_overlay(gl, p, &overlays->all[i]);
	return rc;
}

static bool must_mix(const struct gl *gl, struct gl_rect damage)
{
	for (size_t i = 1; i < gl->n_pieces; i++) {
		const struct gl_piece *p = &gl->pieces[i];
		struct gl_rect over = rect_intersect(p->at, damage);
		for (size_t j = 0; j < i && !p->opaque; j++) {
			struct gl_rect both = rect_intersect(over, gl->pieces[j].at);
			if (!rect_empty(&both))
				return true;
		}
	}
	return false;
}

/* Sampling gives linear light, or the bytes as they are. */
static void use_texture(const struct gl *gl, const struct gl_surface *s, bool decode)
{
	glActiveTexture(GL_TEXTURE0);
	glBindTexture(GL_TEXTURE_2D, s->texture);
	if (gl->caps.srgb_decode && s->kind == SURFACE_SRGB)
		glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_SRGB_DECODE_EXT,
			decode ? GL_DECODE_EXT : GL_SKIP_DECODE_EXT);
}

static void blit(struct gl *gl, const struct gl_program *program,
	const struct gl_piece *piece, const struct gl_surface *to, struct gl_rect within)
{
	const struct gl_surface *from = piece->from;
	struct gl_rect at = rect_intersect(piece->at, within);
	if (rect_empty(&at))
		return;
	float x0 = (float)at.x0, y0 = (float)at.y0, x1 = (float)at.x1, y1 = (float)at.y1;
	const float corners[8] = {x0, y0, x1, y0, x0, y1, x1, y1};
	glUniform2f(program->scale, 2.0f / (float)to->width, 2.0f / (float)to->height);
	glUniform2f(program->unit, 1.0f / (float)from->width, 1.0f / (float)from->height);
	glUniform2f(program->origin, (float)piece->x, (float)piece->y);
	glBindBuffer(GL_ARRAY_BUFFER, 0);
	glEnableVertexAttribArray(ATTR_AT);
	glVertexAttribPointer(ATTR_AT, 2, GL_FLOAT, GL_FALSE, 0, corners);
	glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
	gl->cost.calls++;
	gl_step(gl);
	gl->cost.quads++;
}

static void background_linear(const struct gl *gl, uint32_t rgb, float out[3])
{
	for (int i = 0; i < 3; i++)
		out[i] = gl->linear[rgb >> (16 - 8 * i) & 0xff];
}

static void background_bytes(uint32_t rgb, float out[3])
{
	for (int i = 0; i < 3; i++)
		out[i] = (float)(rgb >> (16 - 8 * i) & 0xff) / 255;
}

/* Onto sRGB bytes; where the piece is opaque the background does not matter. */
static void put_encoded(struct gl *gl, const struct gl_piece *piece,
	const struct gl_surface *to, uint32_t rgb, struct gl_rect within)
{
	bool bytes = piece->from->kind != SURFACE_SRGB;
	bool raw = piece->opaque && (bytes || gl->caps.srgb_decode);
	const struct gl_program *program = raw     ? &gl->programs.copy
					   : bytes ? &gl->programs.lay
						   : &gl->programs.encode;
	float background[3];
	if (bytes)
		background_bytes(rgb, background);
	else
		background_linear(gl, rgb, background);
	glUseProgram(program->id);
	use_texture(gl, piece->from, !raw);
	if (!raw)
		glUniform3fv(program->background, 1, background);
	glDisable(GL_BLEND);
	blit(gl, program, piece, to, within);
}

static void clear_to(const float rgb[3])
{
	glClearColor(rgb[0], rgb[1], rgb[2], 1);
	glClear(GL_COLOR_BUFFER_BIT);
}

static void compose_direct(struct gl_target *target, uint32_t rgb, struct gl_rect damage)
{
	struct gl *gl = target->gl;
	float bytes[3];
	background_bytes(rgb, bytes);
	surface_target(&target->surface, damage);
	clear_to(bytes);
	for (size_t i = 0; i < gl->n_pieces; i++)
		put_encoded(gl, &gl->pieces[i], &target->surface, rgb, damage);
}

/* It only grows: targets of several sizes share it. */
static int need_surface(struct gl *gl, struct gl_surface *s,
	const struct gl_surface *like, enum surface_kind kind)
{
	int32_t width = s->width > like->width ? s->width : like->width;
	int32_t height = s->height > like->height ? s->height : like->height;
	if (s->texture && s->width == width && s->height == height)
		return 0;
	surface_finish(s);
	return surface_init(gl, s, width, height, kind);
}

static int mix_linear(struct gl_target *target, uint32_t rgb, struct gl_rect damage)
{
	struct gl *gl = target->gl;
	float background[3];
	int rc = need_surface(gl, &gl->mix, &target->surface, SURFACE_SRGB);
	if (rc)
		return rc;
	background_linear(gl, rgb, background);
	surface_target(&gl->mix, damage);
	clear_to(background);
	glUseProgram(gl->programs.copy.id);
	glEnable(GL_BLEND);
	glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
	for (size_t i = 0; i < gl->n_pieces; i++) {
		use_texture(gl, gl->pieces[i].from, true);
		blit(gl, &gl->programs.copy, &gl->pieces[i], &gl->mix, damage);
	}
	return 0;
}

static void lay_over(struct gl *gl, const struct gl_piece *piece, struct gl_rect damage)
{
	const struct gl_program *over = &gl->programs.over;
	struct gl_rect at = rect_intersect(piece->at, damage);
	if (rect_empty(&at))
		return;
	glActiveTexture(GL_TEXTURE1);
	glBindTexture(GL_TEXTURE_2D, gl->under.texture);
	glCopyTexSubImage2D(GL_TEXTURE_2D, 0, at.x0, at.y0, at.x0, at.y0, at.x1 - at.x0,
		at.y1 - at.y0);
	glUseProgram(over->id);
	glUniform2f(over->extent, 1.0f / (float)gl->under.width,
		1.0f / (float)gl->under.height);
	use_texture(gl, piece->from, false);
	blit(gl, over, piece, &gl->mix, damage);
}

static int mix_bytes(struct gl_target *target, uint32_t rgb, struct gl_rect damage)
{
	struct gl *gl = target->gl;
	float background[3];
	int rc = need_surface(gl, &gl->mix, &target->surface, SURFACE_BYTES);
	if (!rc)
		rc = need_surface(gl, &gl->under, &gl->mix, SURFACE_IMAGE);
	if (rc)
		return rc;
	background_bytes(rgb, background);
	surface_target(&gl->mix, damage);
	clear_to(background);
	for (size_t i = 0; i < gl->n_pieces; i++) {
		if (gl->pieces[i].opaque)
			put_encoded(gl, &gl->pieces[i], &gl->mix, rgb, damage);
		else
			lay_over(gl, &gl->pieces[i], damage);
	}
	return 0;
}

static int compose_mixed(struct gl_target *target, uint32_t rgb, struct gl_rect damage)
{
	struct gl *gl = target->gl;
	bool linear = gl->painter == GL_PAINTER_GL;
	int rc =
		linear ? mix_linear(target, rgb, damage) : mix_bytes(target, rgb, damage);
	if (rc)
		return rc;
	const struct gl_piece all = {.from = &gl->mix,
		.at = {0, 0, gl->mix.width, gl->mix.height},
		.opaque = true};
	surface_target(&target->surface, damage);
	put_encoded(gl, &all, &target->surface, rgb, damage);
	return 0;
}

static int compose(struct gl_target *target, uint32_t rgb, struct gl_rect damage)
{
	struct gl_rect all = {0, 0, target->surface.width, target->surface.height};
	damage = rect_intersect(damage, all);
	if (rect_empty(&damage))
		return 0;
	if (must_mix(target->gl, damage))
		return compose_mixed(target, rgb, damage);
	compose_direct(target, rgb, damage);
	return 0;
}

int gl_compose(struct gl_target *target, uint32_t background,
	const struct gl_placement *layers, size_t n, const struct gl_region *damage)
{
	struct gl *gl = target->gl;
	int rc = damage->n > 0 ? gl_enter(gl) : 0;
	if (rc || damage->n == 0)
		return rc;
	uint64_t start = clock_now_ns(), painted = gl->cost.paint_ns;
	gl->n_pieces = 0;
	for (size_t i = 0; i < n && !rc; i++)
		rc = add_layer(gl, &layers[i]);
	for (size_t i = 0; i < damage->n && !rc; i++)
		rc = compose(target, background, damage->rects[i]);
	if (rc)
		return rc;
	/* The kernel's flip waits for no fence of ours yet. */
	glFinish();
	gl->cost.gl_ns += clock_now_ns() - start - (gl->cost.paint_ns - painted);
	stats_end_frame(gl);
	return gl_check(gl);
}
