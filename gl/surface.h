/*
 * surface: a texture or another's memory that can be drawn into, or, without a graphics
 * card, pixels in memory.
 */
#ifndef OSAAS_GL_SURFACE_H
#define OSAAS_GL_SURFACE_H

#include <stdint.h>

#include <GLES2/gl2.h>

#include "gl/gl.h"

/* What a surface's pixels are to GL. */
enum surface_kind {
	SURFACE_SRGB,  /* sRGB: drawing encodes, sampling decodes */
	SURFACE_BYTES, /* bytes; they mean sRGB, but GL does not know */
	SURFACE_IMAGE, /* the same, and only sampled */
};

/*
 * Pixels that can be drawn into, or only sampled; row 0 is the top one. Without a graphics
 * card they are RGBA8 in memory, rows of width.
 */
struct gl_surface {
	uint32_t *pixels; /* NULL: the card has them */
	enum surface_kind kind;
	GLuint texture;      /* 0: another's memory, which is not sampled */
	GLuint renderbuffer; /* of another's memory */
	GLuint framebuffer;
	int32_t width, height;
};

/* 0, -EINVAL, -ENOMEM, -ENOTSUP. Its pixels are clear, those of SURFACE_IMAGE anything. */
int surface_init(struct gl *gl, struct gl_surface *s, int32_t width, int32_t height,
	enum surface_kind kind);
/* surface_attach makes the framebuffer for a texture that has its storage. */
int surface_attach(struct gl_surface *s);  /* or renderbuffer; 0 or -ENOTSUP */
void surface_finish(struct gl_surface *s); /* of a zeroed one too */
/* surface_target draws into s from now on, within clip only. */
void surface_target(const struct gl_surface *s, struct gl_rect clip);
int surface_read_part(
	struct gl *gl, const struct gl_surface *s, struct gl_rect part, uint8_t *rgba);
int surface_read(struct gl *gl, const struct gl_surface *s, uint8_t *rgba);
/* surface_put takes rect of s from pixels, whose rows are as long as rect is wide. */
void surface_put(struct gl *gl, const struct gl_surface *s, struct gl_rect rect,
	const uint8_t *pixels);
/*
 * surface_upload takes rect of s from pixels, whose rows are as long as those of s; they
 * may be those of s.
 */
void surface_upload(struct gl *gl, const struct gl_surface *s, const uint8_t *pixels,
	struct gl_rect rect);
/* The same, of a graphics card. */
int card_surface_init(struct gl *gl, struct gl_surface *s, int32_t width, int32_t height,
	enum surface_kind kind);
int card_surface_read(
	struct gl *gl, const struct gl_surface *s, struct gl_rect part, uint8_t *rgba);
void card_surface_put(struct gl *gl, const struct gl_surface *s, struct gl_rect rect,
	const uint8_t *pixels);
void card_surface_upload(struct gl *gl, const struct gl_surface *s, const uint8_t *pixels,
	struct gl_rect rect);

#endif
