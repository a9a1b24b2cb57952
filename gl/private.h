/* private: what the GLES side of the room shares. Nothing here leaves gl/. */
#ifndef OSAAS_GL_PRIVATE_H
#define OSAAS_GL_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#define EGL_NO_X11
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES2/gl2.h>
#include <GLES2/gl2ext.h>

#include "gl/batch.h"
#include "gl/gl.h"
#include "gl/program.h"
#include "gl/raster.h"
#include "gl/scene.h"

/* Spans and vertices count in 16 bits. */
#define MAX_SIDE 16384

/* Pixels that can be drawn into; row 0 is the top one. */
struct gl_surface {
	GLuint texture;      /* 0: another's memory, which is not sampled */
	GLuint renderbuffer; /* of another's memory */
	GLuint framebuffer;
	int32_t width, height;
};

struct gl {
	enum gl_platform platform;
	EGLDisplay display;
	EGLContext context;
	char description[256];
	GLint max_side;
	bool sized_srgb;  /* ES 3's names of sRGB formats; else EXT_sRGB's */
	bool srgb_decode; /* EXT_texture_sRGB_decode: sampling may skip the decoding */
	bool has_pixmap_images, has_dma_buf_images, has_modifiers;
	PFNEGLCREATEIMAGEKHRPROC create_image;
	PFNEGLDESTROYIMAGEKHRPROC destroy_image;
	PFNGLEGLIMAGETARGETRENDERBUFFERSTORAGEOESPROC image_to_renderbuffer;
	float linear[256]; /* of an sRGB byte */
	struct gl_programs programs;
	struct gl_batch batch;
	struct gl_surface mix; /* where translucent layers meet; made when first needed */
	struct raster raster;
	struct mask_cache masks;
	struct scene_context context_of_scenes;
	unsigned users; /* layers and targets */
};

struct gl_layer {
	struct gl *gl;
	struct gl_surface surface;
	struct gl_scene scenes[2]; /* the good one, and the one being decoded */
	unsigned current;
	struct gl_rect dirty; /* where pixels and scene differ */
	bool opaque;          /* no pixel of the scene lets anything through */
};

struct gl_target {
	struct gl *gl;
	struct gl_surface surface; /* holds sRGB bytes, but GL does not know */
	EGLImageKHR image;         /* of an imported buffer */
};

/*
 * gl_create_version is gl_create with OpenGL ES `version` and no newer asked for;
 * the driver may give a newer one that can do the same.
 */
int gl_create_version(struct gl **out, enum gl_platform platform, void *native,
	int version, struct gl_error *err);

/* gl_fail fills err and gives rc back. */
int gl_fail(struct gl_error *err, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* gl_enter makes the context current, when another one was. */
void gl_enter(struct gl *gl);

/* gl_check gives 0, or -ENOMEM or -EIO for what GL complained of since. */
int gl_check(void);

/* surface_init makes a clear one; srgb: GL encodes what is drawn. 0, -EINVAL, -ENOMEM, -ENOTSUP. */
int surface_init(
	struct gl *gl, struct gl_surface *s, int32_t width, int32_t height, bool srgb);
/* surface_attach makes the framebuffer for a texture that has its storage. */
int surface_attach(struct gl_surface *s);  /* or renderbuffer; 0 or -ENOTSUP */
void surface_finish(struct gl_surface *s); /* of a zeroed one too */
/* surface_target draws into s from now on, within clip only. */
void surface_target(const struct gl_surface *s, struct gl_rect clip);
int surface_read(const struct gl_surface *s, uint8_t *rgba);

#endif
