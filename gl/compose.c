/*
 * Layers onto a target. The target's bytes are sRGB and GL does not know it,
 * so nothing can be blended there: an opaque layer is copied as it is, another
 * one is laid over the background in the shader. Only where a translucent
 * layer lies over another layer do they meet in a linear-light surface first.
 */
#include <errno.h>

#include "gl/private.h"
#include "gl/rect.h"

static struct gl_rect placed(const struct gl_placement *p)
{
	return (struct gl_rect){
		.x0 = p->x,
		.y0 = p->y,
		.x1 = p->x + p->layer->surface.width,
		.y1 = p->y + p->layer->surface.height,
	};
}

static bool must_mix(const struct gl_placement *layers, size_t n, struct gl_rect damage)
{
	for (size_t i = 1; i < n; i++) {
		struct gl_rect over = rect_intersect(placed(&layers[i]), damage);
		for (size_t j = 0; j < i && !layers[i].layer->opaque; j++) {
			struct gl_rect both = rect_intersect(over, placed(&layers[j]));
			if (!rect_empty(&both))
				return true;
		}
	}
	return false;
}

static void background_linear(const struct gl *gl, uint32_t rgb, float out[3])
{
	for (int i = 0; i < 3; i++)
		out[i] = gl->linear[rgb >> (16 - 8 * i) & 0xff];
}

/* Sampling gives linear light, or the bytes as they are. */
static void use_texture(const struct gl *gl, const struct gl_surface *s, bool decode)
{
	glBindTexture(GL_TEXTURE_2D, s->texture);
	if (gl->srgb_decode)
		glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_SRGB_DECODE_EXT,
			decode ? GL_DECODE_EXT : GL_SKIP_DECODE_EXT);
}

static void blit(const struct gl_program *program, const struct gl_surface *from,
	const struct gl_surface *to, int32_t x, int32_t y)
{
	float x0 = (float)x, y0 = (float)y;
	float x1 = (float)(x + from->width), y1 = (float)(y + from->height);
	const float corners[8] = {x0, y0, x1, y0, x0, y1, x1, y1};
	glUniform2f(program->scale, 2.0f / (float)to->width, 2.0f / (float)to->height);
	glUniform2f(program->unit, 1.0f / (float)from->width, 1.0f / (float)from->height);
	glUniform2f(program->origin, x0, y0);
	glBindBuffer(GL_ARRAY_BUFFER, 0);
	glEnableVertexAttribArray(ATTR_AT);
	glVertexAttribPointer(ATTR_AT, 2, GL_FLOAT, GL_FALSE, 0, corners);
	glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}

/* Onto sRGB bytes; where from is opaque the background does not matter. */
static void put_encoded(const struct gl *gl, const struct gl_surface *from, bool opaque,
	const struct gl_surface *to, int32_t x, int32_t y, const float background[3])
{
	bool raw = opaque && gl->srgb_decode;
	const struct gl_program *program =
		raw ? &gl->programs.copy : &gl->programs.encode;
	glUseProgram(program->id);
	use_texture(gl, from, !raw);
	if (!raw)
		glUniform3fv(program->background, 1, background);
	glDisable(GL_BLEND);
	blit(program, from, to, x, y);
}

static void clear_to(const float rgb[3])
{
	glClearColor(rgb[0], rgb[1], rgb[2], 1);
	glClear(GL_COLOR_BUFFER_BIT);
}

static void compose_direct(struct gl_target *target, uint32_t rgb,
	const struct gl_placement *layers, size_t n, struct gl_rect damage)
{
	struct gl *gl = target->gl;
	const float bytes[3] = {
		(float)(rgb >> 16 & 0xff) / 255,
		(float)(rgb >> 8 & 0xff) / 255,
		(float)(rgb & 0xff) / 255,
	};
	float background[3];
	background_linear(gl, rgb, background);
	surface_target(&target->surface, damage);
	clear_to(bytes);
	for (size_t i = 0; i < n; i++) {
		const struct gl_layer *layer = layers[i].layer;
		put_encoded(gl, &layer->surface, layer->opaque, &target->surface,
			layers[i].x, layers[i].y, background);
	}
}

/* It only grows: targets of several sizes share it. */
static int need_mix(struct gl *gl, const struct gl_surface *like)
{
	struct gl_surface *mix = &gl->mix;
	int32_t width = mix->width > like->width ? mix->width : like->width;
	int32_t height = mix->height > like->height ? mix->height : like->height;
	if (mix->width == width && mix->height == height)
		return 0;
	surface_finish(mix);
	return surface_init(gl, mix, width, height, true);
}

static int compose_mixed(struct gl_target *target, uint32_t rgb,
	const struct gl_placement *layers, size_t n, struct gl_rect damage)
{
	struct gl *gl = target->gl;
	float background[3];
	int rc = need_mix(gl, &target->surface);
	if (rc)
		return rc;
	background_linear(gl, rgb, background);
	surface_target(&gl->mix, damage);
	clear_to(background);
	glUseProgram(gl->programs.copy.id);
	glEnable(GL_BLEND);
	glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
	for (size_t i = 0; i < n; i++) {
		use_texture(gl, &layers[i].layer->surface, true);
		blit(&gl->programs.copy, &layers[i].layer->surface, &gl->mix, layers[i].x,
			layers[i].y);
	}
	surface_target(&target->surface, damage);
	put_encoded(gl, &gl->mix, true, &target->surface, 0, 0, background);
	return 0;
}

int gl_compose(struct gl_target *target, uint32_t background,
	const struct gl_placement *layers, size_t n, struct gl_rect damage)
{
	struct gl_rect all = {0, 0, target->surface.width, target->surface.height};
	int rc = 0;
	damage = rect_intersect(damage, all);
	if (rect_empty(&damage))
		return 0;
	gl_enter(target->gl);
	for (size_t i = 0; i < n && !rc; i++)
		rc = gl_layer_draw(layers[i].layer);
	if (rc)
		return rc;
	if (must_mix(layers, n, damage))
		rc = compose_mixed(target, background, layers, n, damage);
	else
		compose_direct(target, background, layers, n, damage);
	/* The kernel's flip waits for no fence of ours yet. */
	glFinish();
	return rc ? rc : gl_check();
}
