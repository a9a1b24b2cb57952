/*
 * resource: what a window keeps over frames by ids of its own: macros, images, fonts
 * and sub-layers. A frame's definitions are taken at once by what follows in the frame,
 * but become the window's only with resource_commit; resource_rollback undoes them all,
 * so that a refused frame changes nothing.
 *
 * Images and sub-layers are counted: a scene holds those it shows, retired or not.
 */
#ifndef OSAAS_GL_RESOURCE_H
#define OSAAS_GL_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"

/* RGBA8, premultiplied in sRGB encoding, rows of 4 * width bytes. */
struct gl_image {
	unsigned refs;
	int32_t width, height;
	uint8_t *pixels;
	uint64_t
		serial; /* of the contents: no two ever have the same; a change makes a new one */
	struct gl_rect changed; /* since texture or mips were made; a hint */
	bool opaque;
	void (*release)(
		void *owner, void *pixels); /* of another's pixels; NULL: free() */
	void *owner;
	/*
	 * soft.c's: linear light, premultiplied, u16 RGBA: level 0 is width x height, each
	 * next one half of it. NULL until needed.
	 */
	uint16_t *mips;
	/* The GL painter's; 0 until needed. drop_texture is called before the last reference goes. */
	unsigned texture;
	uint64_t texture_serial;
	void (*drop_texture)(void *gl, struct gl_image *image);
	void *gl;
};

struct gl_image *image_create(
	int32_t width, int32_t height); /* refs 1, zeroed pixels; NULL: no memory */
void image_hold(struct gl_image *image);
void image_release(struct gl_image *image); /* takes NULL */

/*
 * A sub-layer: a scene of its own and, where a painter wants it, pixels of its own. Its
 * definition is sub-layer.h's.
 */
struct gl_sublayer;
void sublayer_hold(struct gl_sublayer *sublayer);
void sublayer_release(struct gl_sublayer *sublayer); /* takes NULL */

struct gl_resources;
int resources_create(struct gl_resources **out);
void resources_destroy(struct gl_resources *resources); /* takes NULL */

/* resource_begin starts a frame, which ends with exactly one of the others. */
void resource_begin(struct gl_resources *resources);
void resource_commit(struct gl_resources *resources);
void resource_rollback(struct gl_resources *resources);

/* The one in force now, borrowed until the frame ends; NULL: no such id. */
struct gl_image *resource_image(struct gl_resources *resources, uint32_t id);
struct gl_sublayer *resource_sublayer(struct gl_resources *resources, uint32_t id);
const void *resource_macro(struct gl_resources *resources, uint32_t id, size_t *size);
uint32_t resource_font(
	struct gl_resources *resources, uint32_t id); /* host id; 0: none */

#endif
