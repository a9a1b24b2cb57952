/*
 * resource: what a window keeps over frames by ids of its own: macros, images, fonts
 * and sub-layers. A frame's definitions are taken at once by what follows in the frame,
 * but become the window's only with resource_commit; resource_rollback undoes them all,
 * so that a refused frame changes nothing.
 *
 * Images, fonts and sub-layers are counted: a scene holds those it shows, retired or not.
 * Ids are the sender's choice, of each kind apart.
 */
#ifndef OSAAS_GL_RESOURCE_H
#define OSAAS_GL_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"

#define IMAGE_PINNED UINT64_MAX

/* RGBA8, premultiplied in sRGB encoding, rows of 4 * width bytes. */
struct gl_image {
	unsigned refs;
	int32_t width, height;
	uint8_t *pixels;
	uint64_t
		serial; /* of the contents: no two ever have the same; a change makes a new one */
	struct gl_rect changed; /* since texture or mips were made; a hint */
	/* What the last frame that updated it changed: from which serial on, and where. */
	uint64_t updated_from, updated_frame;
	struct gl_rect updated;
	bool opaque;
	/*
	 * The frame whose scene took it, or IMAGE_PINNED: a sub-layer did. An update within
	 * that frame makes a new image, else it changes this one: the scenes of frames before
	 * are not painted any more once a frame is accepted, and a refused one restores it.
	 */
	uint64_t pin;
	uint64_t counted; /* serial of the sub-layer which last counted its bytes */
	void (*release)(
		void *owner, void *pixels); /* of another's pixels; NULL: free() */
	void *owner;
	/*
	 * Smaller levels of it in linear light: gl/mips.h. NULL until needed.
	 */
	uint16_t *mips;
	/* The GL painter's; 0 until needed. drop_texture is called before the last reference goes. */
	unsigned texture;
	uint64_t texture_serial;
	void (*drop_texture)(void *gl, struct gl_image *image);
	void *gl;
};

/*
 * image_create: refs 1, zeroed pixels, a serial of its own; NULL: no memory. Whoever
 * changes pixels of one that nobody else holds calls image_touch after.
 */
struct gl_image *image_create(int32_t width, int32_t height);
void image_hold(struct gl_image *image);
void image_release(struct gl_image *image); /* takes NULL */

/* image_touch: a new serial; rect joins changed; mips go; opaque is found again. */
void image_touch(struct gl_image *image, struct gl_rect rect);

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

/*
 * resource_begin starts a frame, which ends with exactly one of the others. Nothing is
 * allocated by a frame that defines and retires nothing.
 */
void resource_begin(struct gl_resources *resources);
void resource_commit(struct gl_resources *resources);
void resource_rollback(struct gl_resources *resources);

/*
 * The one in force now, borrowed until the frame ends; NULL: no such id. An image that
 * resource_image gives keeps its contents, whatever updates follow; with peek it does not.
 */
const struct gl_image *resource_peek_image(
	const struct gl_resources *resources, uint32_t id);
struct gl_image *resource_image(struct gl_resources *resources, uint32_t id);
struct gl_sublayer *resource_sublayer(struct gl_resources *resources, uint32_t id);
const void *resource_macro(struct gl_resources *resources, uint32_t id, size_t *size);
/*
 * resource_font gives the host's id of a font, 0: no such, or (from OPWIRE_HOST_FONTS on) none
 * that the host lends. *kept is what a scene that shows it holds. -ENOMEM in *rc, else 0.
 */
struct gl_kept_font;
uint32_t resource_font(
	struct gl_resources *resources, uint32_t id, struct gl_kept_font **kept, int *rc);
void kept_font_hold(struct gl_kept_font *font);    /* takes NULL */
void kept_font_release(struct gl_kept_font *font); /* takes NULL */
/* The bytes it came as, the first time that it is asked with this number; else, and of NULL, 0. */
size_t kept_font_count(struct gl_kept_font *font, uint64_t serial);

/*
 * Definitions, within a frame. 0, -ENOMEM, -ENOENT (no such id), -EMFILE (more of a kind
 * than OPWIRE_MAX_*), -E2BIG (more bytes of a kind than that), -EFBIG (an update: more
 * than OPWIRE_MAX_IMAGE_BYTES copied in one frame, since what shows must not change).
 */
int resource_define_macro(
	struct gl_resources *resources, uint32_t id, const void *body, size_t size);
int resource_define_image(struct gl_resources *resources, uint32_t id, int32_t width,
	int32_t height, const void *pixels);
/* rect lies within the image; pixels are its rows, 4 bytes each, without gaps. */
int resource_update_image(struct gl_resources *resources, uint32_t id,
	struct gl_rect rect, const void *pixels);
/* Takes over the caller's reference when it succeeds. */
int resource_define_sublayer(
	struct gl_resources *resources, uint32_t id, struct gl_sublayer *sublayer);

enum resource_kind {
	RESOURCE_MACRO,
	RESOURCE_IMAGE,
	RESOURCE_SUBLAYER,
	RESOURCE_FONT,
	RESOURCE_KINDS,
};
int resource_retire(struct gl_resources *resources, enum resource_kind kind, uint32_t id);

/*
 * resource_image_adopt defines an image whose pixels are a buffer that comes by another
 * way than a stream: outside a frame, at once. The buffer is the image's from then on and
 * must not change; release (NULL: free()) is called when nothing shows it any more.
 * Errors as above, and -EINVAL for sides; then the buffer stays the caller's.
 */
int resource_image_adopt(struct gl_resources *resources, uint32_t id, int32_t width,
	int32_t height, void *pixels, void (*release)(void *owner, void *pixels),
	void *owner);

/*
 * Fonts are made elsewhere (gl/font.h): resources only keep the ids. Set once, before the
 * first frame; without them every font is refused. A host id that open_* or lend gives is
 * closed once, when neither the window nor a scene has it any more: they outlive both.
 */
struct resource_fonts {
	/* 0 or -errno: -ENOENT nothing matches, -EINVAL not a font, -ENOMEM. */
	int (*open_query)(void *data, unsigned weight, unsigned slant,
		const char *families, size_t n, uint32_t *out);
	int (*open_bytes)(
		void *data, const void *bytes, size_t size, unsigned face, uint32_t *out);
	/* Whether owner may use a font of the host's by its id: then as if it had opened it. */
	bool (*lend)(void *data, uint64_t owner, uint32_t font);
	void (*close)(void *data, uint32_t font);
	void *data;
};
void resources_set_fonts(
	struct gl_resources *resources, const struct resource_fonts *fonts);
/* resources_use_fonts: those of the registry (gl/font.h), which outlives them. */
struct gl_fonts;
void resources_use_fonts(struct gl_resources *resources, struct gl_fonts *fonts);
/* Whose fonts may be used by the host's ids, see gl_font_usable; 0 at first: nobody's. */
void resources_set_owner(struct gl_resources *resources, uint64_t owner);
int resource_font_query(struct gl_resources *resources, uint32_t id, unsigned weight,
	unsigned slant, const char *families, size_t n);
int resource_font_bytes(struct gl_resources *resources, uint32_t id, const void *bytes,
	size_t size, unsigned face);

/* What a window keeps, for osaas ctl stats. */
struct resource_stats {
	size_t n[RESOURCE_KINDS], bytes[RESOURCE_KINDS];
};
void resources_stats(const struct gl_resources *resources, struct resource_stats *out);

#endif
