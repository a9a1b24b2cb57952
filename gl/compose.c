/*
 * Pieces onto a target. The target's bytes are sRGB and GL does not know it,
 * so nothing can be blended there: an opaque piece is copied as it is, another
 * one is laid over the background in the shader. Only where a translucent
 * piece lies over another do they meet in a surface first: one in linear
 * light for layers that the card painted; for those of bytes, each is laid over a
 * copy of what is below.
 *
 * All of that is upright, in the view. Where pixels go onto the target, vertices are
 * turned as the target lies, and texels stay those of the view: a copy is exact.
 */
#include <errno.h>
#include <unistd.h>

#include "gl/mapped.h"
#include "gl/piece.h"
#include "gl/private.h"
#include "gl/rect.h"
#include "gl/sprite.h"
#include "gl/view.h"
#include "util/clock.h"
#include "util/log.h"

/* What is drawn into, and how that which is drawn lies there. */
struct canvas {
	const struct gl_surface *surface;
	struct matrix turn;
};

/* What all of a frame's rectangles share. */
struct frame {
	struct gl *gl;
	struct gl_view view;
	struct canvas target;
	struct gl_piece sprite;
	uint32_t rgb; /* of the background */
};

static struct canvas upright(const struct gl_surface *surface)
{
	return (struct canvas){surface, {.xx = 1, .yy = 1}};
}

/* Draws there from now on, within rect only. */
static void draw_on(const struct canvas *canvas, struct gl_rect rect)
{
	surface_target(canvas->surface, view_rect(&canvas->turn, rect));
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

static void draw_quad(struct gl *gl, const struct gl_program *program,
	const struct canvas *canvas, struct gl_rect at)
{
	float x0 = (float)at.x0, y0 = (float)at.y0, x1 = (float)at.x1, y1 = (float)at.y1;
	const float corners[8] = {x0, y0, x1, y0, x0, y1, x1, y1};
	const struct matrix *m = &canvas->turn;
	glUniform4f(
		program->turn, (float)m->xx, (float)m->xy, (float)m->yx, (float)m->yy);
	glUniform2f(program->shift, (float)m->x0, (float)m->y0);
	glUniform2f(program->scale, 2.0f / (float)canvas->surface->width,
		2.0f / (float)canvas->surface->height);
	glBindBuffer(GL_ARRAY_BUFFER, 0);
	glEnableVertexAttribArray(ATTR_AT);
	glVertexAttribPointer(ATTR_AT, 2, GL_FLOAT, GL_FALSE, 0, corners);
	glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
	gl->cost.calls++;
	gl_step(gl);
	gl->cost.quads++;
}

static void blit(struct gl *gl, const struct gl_program *program,
	const struct gl_piece *piece, const struct canvas *to, struct gl_rect within)
{
	const struct gl_surface *from = piece->from;
	struct gl_rect at = rect_intersect(piece->at, within);
	if (rect_empty(&at))
		return;
	glUniform2f(program->unit, 1.0f / (float)from->width, 1.0f / (float)from->height);
	glUniform2f(program->origin, (float)piece->x, (float)piece->y);
	draw_quad(gl, program, to, at);
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
	const struct canvas *to, uint32_t rgb, struct gl_rect within)
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

/* It only grows: views of several sizes share it. */
static int need_surface(struct gl *gl, struct gl_surface *s, int32_t width,
	int32_t height, enum surface_kind kind)
{
	width = s->width > width ? s->width : width;
	height = s->height > height ? s->height : height;
	if (s->texture && s->width == width && s->height == height)
		return 0;
	surface_finish(s);
	return surface_init(gl, s, width, height, kind);
}

/* Of these, pieces from first on are seen within damage; covered: nothing below them. */

static void put_pieces(const struct frame *f, const struct canvas *to,
	struct gl_rect damage, size_t first, bool covered)
{
	struct gl *gl = f->gl;
	float bytes[3];
	background_bytes(f->rgb, bytes);
	draw_on(to, damage);
	if (!covered)
		clear_to(bytes);
	for (size_t i = first; i < gl->n_pieces; i++)
		put_encoded(gl, &gl->pieces[i], to, f->rgb, damage);
}

static int mix_linear(
	const struct frame *f, struct gl_rect damage, size_t first, bool covered)
{
	struct gl *gl = f->gl;
	float background[3];
	int rc = need_surface(gl, &gl->mix, f->view.width, f->view.height, SURFACE_SRGB);
	if (rc)
		return rc;
	const struct canvas mix = upright(&gl->mix);
	background_linear(gl, f->rgb, background);
	draw_on(&mix, damage);
	if (!covered)
		clear_to(background);
	glUseProgram(gl->programs.copy.id);
	glEnable(GL_BLEND);
	glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
	for (size_t i = first; i < gl->n_pieces; i++) {
		use_texture(gl, gl->pieces[i].from, true);
		blit(gl, &gl->programs.copy, &gl->pieces[i], &mix, damage);
	}
	return 0;
}

static void lay_over(struct gl *gl, const struct gl_piece *piece,
	const struct canvas *mix, struct gl_rect damage)
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
	blit(gl, over, piece, mix, damage);
}

static int mix_bytes(
	const struct frame *f, struct gl_rect damage, size_t first, bool covered)
{
	struct gl *gl = f->gl;
	float background[3];
	int rc = need_surface(gl, &gl->mix, f->view.width, f->view.height, SURFACE_BYTES);
	if (!rc)
		rc = need_surface(
			gl, &gl->under, gl->mix.width, gl->mix.height, SURFACE_IMAGE);
	if (rc)
		return rc;
	const struct canvas mix = upright(&gl->mix);
	background_bytes(f->rgb, background);
	draw_on(&mix, damage);
	if (!covered)
		clear_to(background);
	for (size_t i = first; i < gl->n_pieces; i++) {
		if (gl->pieces[i].opaque)
			put_encoded(gl, &gl->pieces[i], &mix, f->rgb, damage);
		else
			lay_over(gl, &gl->pieces[i], &mix, damage);
	}
	return 0;
}

static int put_mixed(const struct frame *f, const struct canvas *to,
	struct gl_rect damage, size_t first, bool covered)
{
	struct gl *gl = f->gl;
	int rc = gl->painter == GL_PAINTER_GL ? mix_linear(f, damage, first, covered)
					      : mix_bytes(f, damage, first, covered);
	if (rc)
		return rc;
	const struct gl_piece all = {.from = &gl->mix,
		.at = {0, 0, gl->mix.width, gl->mix.height},
		.opaque = true};
	draw_on(to, damage);
	put_encoded(gl, &all, to, f->rgb, damage);
	return 0;
}

/* As display hardware blends a plane: bytes, whatever they mean. The target's alpha stays. */
static void put_sprite(
	const struct frame *f, const struct canvas *to, struct gl_rect damage)
{
	struct gl *gl = f->gl;
	if (!f->sprite.from)
		return;
	glUseProgram(gl->programs.copy.id);
	use_texture(gl, f->sprite.from, false);
	glEnable(GL_BLEND);
	glBlendFuncSeparate(GL_ONE, GL_ONE_MINUS_SRC_ALPHA, GL_ZERO, GL_ONE);
	blit(gl, &gl->programs.copy, &f->sprite, to, damage);
}

/* A rectangle of the view. */
static int put_view(const struct frame *f, const struct canvas *to, struct gl_rect damage)
{
	bool covered;
	size_t first = pieces_seen(f->gl, damage, &covered);
	int rc = 0;
	if (pieces_meet(f->gl, first, damage))
		rc = put_mixed(f, to, damage, first, covered);
	else
		put_pieces(f, to, damage, first, covered);
	if (!rc)
		put_sprite(f, to, damage);
	return rc;
}

/* From gl.whole, which holds what the rectangle of the target, seen upright, is made of. */
static void resample(const struct frame *f, struct gl_rect to)
{
	struct gl *gl = f->gl;
	const struct gl_program *program = &gl->programs.resample;
	const struct gl_view *view = &f->view;
	double step[2], box[2];
	view_box(view, step, box);
	glUseProgram(program->id);
	use_texture(gl, &gl->whole, false);
	glDisable(GL_BLEND);
	glUniform2f(program->origin, (float)view->at.x0, (float)view->at.y0);
	glUniform2f(program->unit, (float)step[0], (float)step[1]);
	glUniform2f(program->box, (float)box[0], (float)box[1]);
	glUniform2f(program->last, (float)(view->width - 1), (float)(view->height - 1));
	glUniform2f(program->extent, 1.0f / (float)gl->whole.width,
		1.0f / (float)gl->whole.height);
	draw_quad(gl, program, &f->target, to);
}

static int need_resampling(const struct frame *f)
{
	struct gl_error err = {0};
	int rc = programs_resample(&f->gl->programs, f->gl->caps.highp, &err);
	if (rc)
		log_error("gl: a display cannot be mirrored or magnified: %s", err.text);
	return rc ? rc
		  : need_surface(f->gl, &f->gl->whole, f->view.width, f->view.height,
			    SURFACE_BYTES);
}

/* At its own size first, and from there to the target's. */
static int put_scaled(const struct frame *f, struct gl_rect damage)
{
	static const float black[3] = {0};
	struct gl_rect reach = view_reach(&f->view, damage);
	struct gl_rect inside = rect_intersect(reach, f->view.at);
	struct gl_rect source = view_source(&f->view, reach);
	int rc = need_resampling(f);
	if (!rc && !rect_empty(&source)) {
		const struct canvas whole = upright(&f->gl->whole);
		rc = put_view(f, &whole, source);
	}
	if (rc)
		return rc;
	draw_on(&f->target, reach);
	if (!rect_contains(&f->view.at, &reach))
		clear_to(black);
	if (!rect_empty(&inside))
		resample(f, inside);
	f->gl->cost.composed += rect_area(&reach);
	return 0;
}

static int compose(const struct frame *f, struct gl_rect damage)
{
	if (rect_empty(&damage))
		return 0;
	if (view_scaled(&f->view))
		return put_scaled(f, damage);
	f->gl->cost.composed += rect_area(&damage);
	return put_view(f, &f->target, damage);
}

struct gl_rect frame_damage(const struct gl_frame *f, size_t n)
{
	int32_t x = f->view.x, y = f->view.y;
	struct gl_rect shown = {x, y, x + f->view.width, y + f->view.height};
	struct gl_rect r = rect_intersect(f->composition->damage->rects[n], shown);
	return (struct gl_rect){r.x0 - x, r.y0 - y, r.x1 - x, r.y1 - y};
}

/* What was drawn of it goes to where the display reads. */
static void store(const struct gl_frame *f)
{
	struct gl_rect rects[GL_REGION_RECTS];
	size_t n = 0;
	for (size_t i = 0; i < f->composition->damage->n; i++) {
		struct gl_rect r = frame_damage(f, i);
		if (!rect_empty(&r) && view_scaled(&f->view))
			r = view_reach(&f->view, r);
		if (!rect_empty(&r))
			rects[n++] = view_rect(&f->turn, r);
	}
	mapped_store(f->target, rects, n);
}

int card_draw(const struct gl_frame *frame)
{
	struct gl_target *target = frame->target;
	struct frame f = {.gl = frame->gl,
		.view = frame->view,
		.target = {&target->surface, frame->turn},
		.sprite = frame->sprite,
		.rgb = frame->composition->background};
	int rc = 0;
	if (target->map)
		f.target.surface = mapped_surface(target);
	if (!f.target.surface)
		return -ENOMEM;
	for (size_t i = 0; i < frame->composition->damage->n && !rc; i++)
		rc = compose(&f, frame_damage(frame, i));
	if (!rc && target->map)
		store(frame);
	return rc;
}

static int compose_all(struct gl_target *target, const struct gl_composition *c)
{
	struct gl *gl = target->gl;
	struct gl_frame f = {.gl = gl, .target = target, .composition = c};
	int rc = view_init(&f.view, c, target->surface.width, target->surface.height);
	if (rc)
		return rc;
	f.turn = view_matrix(&f.view);
	rc = pieces_gather(gl, c->layers, c->n_layers, f.view.x, f.view.y);
	if (!rc)
		rc = sprite_need(gl, &c->sprite, f.view.x, f.view.y, &f.sprite);
	return rc ? rc : gl->compositor->draw(&f);
}

int gl_compose_view(struct gl_target *target, const struct gl_composition *c)
{
	struct gl *gl = target->gl;
	uint64_t start = clock_now_ns(), painted = gl->cost.paint_ns;
	int fence = -1;
	if (c->fence)
		*c->fence = -1;
	int rc = c->damage->n > 0 ? gl_enter(gl) : 0;
	if (rc || c->damage->n == 0)
		return rc;
	rc = compose_all(target, c);
	if (rc)
		return rc;
	fence = gl->compositor->finish(gl, c->fence != NULL);
	gl->cost.gl_ns += clock_now_ns() - start - (gl->cost.paint_ns - painted);
	stats_end_frame(gl);
	rc = gl_check(gl);
	if (c->fence && !rc)
		*c->fence = fence;
	else if (fence >= 0)
		close(fence);
	return rc;
}

int gl_compose(struct gl_target *target, uint32_t background,
	const struct gl_placement *layers, size_t n, const struct gl_region *damage)
{
	const struct gl_composition composition = {.background = background,
		.layers = layers,
		.n_layers = n,
		.damage = damage};
	return gl_compose_view(target, &composition);
}
