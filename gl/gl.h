/*
 * gl: op streams in, pixels out. Knows EGL and GLES 2, or does without a graphics card,
 * and knows nothing of KMS, windows or plugins. One context, one thread; no call yields.
 *
 * Blending is premultiplied in linear light; coverage is the exact area of the
 * shape in the pixel. gl/OPS.md says what a stream means.
 *
 * Lengths are pixels of the layer or target, origin top left, y down.
 */
#ifndef OSAAS_GL_GL_H
#define OSAAS_GL_GL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/transform.h"

struct gl;
struct gl_layer;
struct gl_target;

/* A half-open rectangle of whole pixels; empty when x1 <= x0 or y1 <= y0. */
struct gl_rect {
	int32_t x0, y0, x1, y1;
};

/* A few rectangles that bound what changed; when full, the two nearest become one. */
#define GL_REGION_RECTS 8
struct gl_region {
	size_t n;
	struct gl_rect
		rects[GL_REGION_RECTS]; /* none empty; they may touch, not overlap */
};

struct gl_error {
	char text[192]; /* one line: what failed, why, what to do */
};

enum gl_platform {
	GL_PLATFORM_SURFACELESS, /* no window system at all; native is ignored */
	GL_PLATFORM_GBM,         /* native is a struct gbm_device *, borrowed */
	GL_PLATFORM_DEVICE,      /* EGL's first graphics card, without a window system */
	/*
	 * No graphics card: the processor composes as well as it paints. EGL is not asked,
	 * native is ignored, GL_PAINTER_GL is -ENOTSUP, and gl is never lost.
	 */
	GL_PLATFORM_NONE,
};

/* Who turns a scene into pixels; the same ones, to within what gl/OPS.md allows. */
enum gl_painter {
	GL_PAINTER_AUTO, /* SOFT where the driver is software itself or lacks too much */
	GL_PAINTER_SOFT, /* the processor, with its vector instructions */
	GL_PAINTER_SCALAR, /* the same without, for tests */
	GL_PAINTER_GL,     /* the graphics card */
};

struct gl_options {
	enum gl_platform platform;
	void *native; /* see gl_platform */
	int version;  /* OpenGL ES 2 or 3, no newer one is asked for; 0: the newest */
	enum gl_painter painter;
	/*
	 * What the driver is taken to lack, for tests and broken ones: names of extensions
	 * with blanks between, and "highp". NULL: nothing. Must outlive gl.
	 */
	const char *without;
};

/*
 * gl_create_with opens an EGL display on the platform and a context without a
 * surface. Mesa may start threads: block the signals that must not reach them
 * around this call. 0, or -errno with err->text filled:
 * -ENODEV no display or driver, -ENOTSUP what is needed is missing (named).
 * gl_create is the same with the defaults.
 */
int gl_create_with(
	struct gl **out, const struct gl_options *options, struct gl_error *err);
int gl_create(
	struct gl **out, enum gl_platform platform, void *native, struct gl_error *err);
void gl_destroy(struct gl *gl); /* takes NULL; layers and targets must be gone */

/* gl_describe is one line: vendor, renderer, version, painter; owned by gl. */
const char *gl_describe(const struct gl *gl);

/*
 * gl_lack tells of the nth thing that the driver lacks, and what follows, in a sentence;
 * false: there are no more. needed: a session on a display cannot do without.
 */
struct gl_lack {
	const char *text;
	bool needed;
};
bool gl_lack(const struct gl *gl, unsigned n, struct gl_lack *out);

/*
 * gl_fonts are those that text is drawn in, for who sets it: gl/font.h. The first call looks
 * for them: tens of milliseconds. NULL: there are none.
 */
struct gl_fonts;
struct gl_fonts *gl_fonts(const struct gl *gl);

/*
 * When the card was reset or unplugged, calls that draw or read give -ESTALE until
 * gl_recover has opened the display anew and rebuilt everything from the scenes:
 * layers and targets stay valid, targets hold anything. It may be called again
 * after it failed (errors as gl_create_with). Layers take frames all the while.
 */
bool gl_lost(const struct gl *gl);
int gl_recover(struct gl *gl, struct gl_error *err);

/*
 * gl_set_native: gl_options.native from now on, for gl_recover. NULL: the present one is about
 * to go: everything of it is let go, and gl is lost, until there is another and gl_recover has
 * opened it. Targets made of the old one's buffers must be destroyed before that.
 */
void gl_set_native(struct gl *gl, void *native);

/*
 * gl_set_pause: call(data) is called every now and then while the processor paints, between
 * two parts that take well under a millisecond mostly, so that what cannot wait for a whole frame
 * need not. It must not call gl. NULL: not any more.
 */
void gl_set_pause(struct gl *gl, void (*call)(void *data), void *data);

/*
 * A layer is what one window shows: the last good scene and its pixels.
 * gl_layer_create: -ENOMEM, -EINVAL (a side is 0 or above the texture limit).
 */
int gl_layer_create(struct gl *gl, int32_t width, int32_t height, struct gl_layer **out);
void gl_layer_destroy(struct gl_layer *layer); /* takes NULL */
void gl_layer_size(const struct gl_layer *layer, int32_t *width, int32_t *height);
/* Whose fonts, of those that came to the host as bytes, its frames may name; 0: nobody's. */
void gl_layer_set_owner(struct gl_layer *layer, uint64_t owner);

/*
 * gl_layer_resize keeps the scene; the whole layer is damaged. A scene which
 * costs too much at the new size goes, and the layer is clear. Errors as create.
 */
int gl_layer_resize(struct gl_layer *layer, int32_t width, int32_t height);

/*
 * gl_layer_submit validates a stream once, from first to last byte, and makes
 * it the layer's scene. The bytes are not kept. On any error the layer keeps
 * its scene and pixels and the error says at which byte offset and why:
 * -EINVAL malformed, -E2BIG beyond a limit of opwire.h, -ENOMEM.
 * damage is what differs from the last scene.
 */
struct gl_op_error {
	size_t offset;    /* of the record, in bytes from the stream's start */
	char reason[128]; /* "clip path: verb 9 is unknown" */
};
int gl_layer_submit(struct gl_layer *layer, const void *data, size_t size,
	struct gl_region *damage, struct gl_op_error *err);

/*
 * gl_layer_image defines an image of the layer whose pixels are a buffer instead of being
 * in a stream: RGBA8, premultiplied in sRGB encoding, rows of 4 * width bytes. On 0 the
 * buffer is the layer's and must not change; release (NULL: free()) is called with it when
 * no scene shows it any more. Frames from the next on see it. On an error it stays the
 * caller's: -EINVAL a side is 0 or above OPWIRE_MAX_IMAGE_SIDE, -E2BIG beyond what a window may keep, -ENOMEM.
 */
int gl_layer_image(struct gl_layer *layer, uint32_t id, int32_t width, int32_t height,
	void *pixels, void (*release)(void *owner, void *pixels), void *owner);

/* gl_layer_draw brings the layer's pixels up to date with its scene. 0, -ESTALE, -ENOMEM, -EIO. */
int gl_layer_draw(struct gl_layer *layer);

/*
 * gl_layer_hit lists the tags of the areas under a point of the layer,
 * topmost first, at most max of them, each with the point in the coordinates
 * of the area's transform. Areas that a topmost one covers are left out by the
 * rule of gl/OPS.md "Hit testing". Returns the number written.
 */
struct gl_hit {
	uint64_t tag;
	float x, y;
};
size_t gl_layer_hit(
	const struct gl_layer *layer, float x, float y, struct gl_hit *hits, size_t max);

/* gl_layer_locate gives the point in the coordinates of the tag's last area; false: no such tag. */
bool gl_layer_locate(
	const struct gl_layer *layer, uint64_t tag, float x, float y, struct gl_hit *out);

/*
 * gl_layer_cursor gives the cursor (enum op_cursor) that the scene asks for at a point,
 * gl_layer_action what pressing there does to the window (enum op_action): gl/OPS.md
 * "Cursors and actions".
 */
unsigned gl_layer_cursor(const struct gl_layer *layer, float x, float y);
unsigned gl_layer_action(const struct gl_layer *layer, float x, float y);

/*
 * gl_layer_notes tells of all text input and semantics of the scene, in the order in
 * which they were declared, sub-layers' where these are placed. A node is a clip: notes
 * of the same node are about one thing, and the last of a kind counts. Of more than 65536,
 * which takes sub-layers placed very often, the rest is not told.
 */
struct gl_layer_note {
	unsigned op; /* OP_INPUT_HINT .. OP_SEMANTIC_DO of util/opwire.h */
	uint64_t node,
		parent; /* the nearest around it with a label .. semantic-actions; 0: the window */
	struct gl_rect bounds; /* that hold the node, within the layer; may be empty */
	bool has_area;
	uint64_t area; /* has_area: tag of the last area of the node */

	uint64_t tag;       /* text input */
	uint32_t value[2];  /* the op's words: hint; start, end; class; 0 or 1; bits */
	float number[4];    /* and numbers, local */
	const char *text;   /* borrowed until the next frame; not ended by a zero */
	size_t n_text;      /* bytes */
	double to_layer[6]; /* sx hx ox hy sy oy: of places in number */
};
void gl_layer_notes(const struct gl_layer *layer,
	void (*note)(void *data, const struct gl_layer_note *note), void *data);

/*
 * What the scene's tags listen to: gl/OPS.md "Filters". gl_layer_listen gives a tag's; one
 * that no filter names hears all pointer events, and takes any scrolling without using it
 * up. Found by tag, not by looking through all.
 */
struct gl_listen {
	uint32_t kinds;                   /* bits of enum op_listen */
	bool said;                        /* a filter names it: scrolling is divided */
	float x_min, x_max, y_min, y_max; /* what it takes of a scroll, px */
};
struct gl_listen gl_layer_listen(const struct gl_layer *layer, uint64_t tag);

/* gl_layer_keys: the i-th key filter in the order of declaration; false: no more. */
struct gl_key_filter {
	uint64_t tag;
	uint32_t required, optional; /* enum osaas_modifier's bits */
	uint32_t keysym;             /* 0: any */
	bool focused;                /* only while the tag has the focus */
};
bool gl_layer_keys(const struct gl_layer *layer, size_t i, struct gl_key_filter *out);

/*
 * gl_layer_focus: the i-th tag that can have the focus, in the order in which their first
 * areas were declared; false: no more. One without an area is none of them.
 */
struct gl_focus {
	uint64_t tag;
	struct gl_rect
		bounds; /* that hold its areas' own clips, also outside the layer */
	struct gl_rect
		visible; /* the same of what the clips around leave; may be empty */
};
bool gl_layer_focus(const struct gl_layer *layer, size_t i, struct gl_focus *out);

/*
 * gl_layer_around tells where a tag's first area lies on the layer: the box of its clip, which
 * may be outside, and what the clips around that one let show. tags: who hears along with it,
 * nearest first: the areas of the same clip, then those around it; at most max. Returns
 * how many; 0: no such tag.
 */
struct gl_around {
	struct gl_rect box, within;
};
size_t gl_layer_around(const struct gl_layer *layer, uint64_t tag, struct gl_around *out,
	uint64_t *tags, size_t max);

/* gl_layer_transfer: the i-th drag filter; false: no more. */
struct gl_transfer {
	uint64_t tag;
	bool target;      /* else a source */
	const char *type; /* MIME; borrowed until the next frame, not ended by a zero */
	size_t n_type;
};
bool gl_layer_transfer(const struct gl_layer *layer, size_t i, struct gl_transfer *out);

/*
 * A target is memory that layers are composed into. gl_target_import wraps a
 * scan-out buffer that somebody else owns: a struct gbm_bo *, borrowed, must
 * outlive the target. Its format must be XRGB8888 or ARGB8888.
 * gl_target_create makes one that can only be read back.
 */
int gl_target_import(struct gl *gl, void *bo, int32_t width, int32_t height,
	struct gl_target **out, struct gl_error *err);
int gl_target_create(
	struct gl *gl, int32_t width, int32_t height, struct gl_target **out);

/*
 * gl_target_map makes one of a display's memory that the processor writes: XRGB8888, rows of
 * stride bytes, borrowed, must outlive the target. It is only ever written, row by row, since
 * it may be write-combined; gl_target_read alone reads it. It shows what was composed when
 * gl_compose returns. With GL_PLATFORM_NONE only: else -ENOTSUP. -EINVAL: a side is 0 or
 * above the texture limit, or the stride is too small or no multiple of 4. -ENOMEM. pixels
 * is aligned to 4 bytes.
 */
int gl_target_map(struct gl *gl, void *pixels, uint32_t stride, int32_t width,
	int32_t height, struct gl_target **out);
void gl_target_destroy(struct gl_target *target); /* takes NULL */

/*
 * Overlays are sub-layers of a window that gl_compose lays over it, out of pixels of
 * their own; the same pixels can be drawn alone into a target of their own, to be shown by
 * a plane of the display, and left out of the composition. They are opaque, on whole
 * pixels, and nothing of the window lies above them. gl_layer_overlays writes
 * those of the scene last submitted, bottom first, and returns how many; at most max.
 */
#define GL_OVERLAYS 8 /* of a layer */
struct gl_overlay_info {
	uint64_t id; /* the same from frame to frame while it is the same sub-layer */
	struct gl_rect at; /* what is seen of it, in the layer */
	/* What changed of it by the last submit, in the layer; all of it when it moved or is new. */
	struct gl_region damage;
};
size_t gl_layer_overlays(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max);
/* gl_layer_overlays_were: the same as they were before that submit; asked right after it. */
size_t gl_layer_overlays_were(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max);

/*
 * gl_layer_own_damage: of the last submit's damage, what is not due to overlays' pixels alone:
 * all that changed of a composition that leaves out all overlays now, and did before.
 */
void gl_layer_own_damage(const struct gl_layer *layer, struct gl_region *out);

/* gl_layer_opaque: all of its pixels are; valid after gl_layer_submit. */
bool gl_layer_opaque(const struct gl_layer *layer);

struct gl_placement {
	struct gl_layer *layer;
	int32_t x, y;      /* of the layer's top left in the view */
	uint32_t left_out; /* bit i: its ith overlay is not to be composed */
	bool only; /* only the overlay of the one bit that left_out lacks, not the layer */
};

/*
 * A picture over all layers, blended in sRGB encoding as display hardware does, to 1/255: a
 * pointer. Pictures of the last four serials are kept by the renderer.
 */
struct gl_sprite {
	const uint32_t
		*argb; /* premultiplied, rows of width words; borrowed until it changes */
	uint64_t serial; /* another picture: another serial; 0: no sprite */
	int32_t width, height;
	int32_t x, y; /* of its top left in the view; it is upright there */
};

/*
 * gl_compose_view is gl_compose for a display that lies, or shows, otherwise: the view is what
 * layers, sprite and damage are in, and the target is the view transformed. view_width and
 * view_height are of what the target shows; 0: the target's, with sides exchanged as the
 * transform says. Where that is of another size than the target (a mirror), it is scaled to
 * fit, smoothly, between black bars, and damage is widened accordingly: bars are painted with
 * damage at the view's edge. fence: NULL: all is finished when it returns; else a sync file's
 * descriptor, the caller's, that signals when the target is drawn, or -1 when it is already,
 * or the driver cannot. origin_x, origin_y: the view's pixel that is the top left of what is
 * shown, for a target that holds a part of a view: an overlay alone. part: of the view only that
 * is shown, as large as all of it would be, smoothly; empty: all. It is a magnifier. 0, -ESTALE,
 * -ENOMEM, -EIO, -EINVAL: a side is below 0 or above the texture limit, there is no such
 * transform, or the part is not within the view.
 */
struct gl_composition {
	uint32_t background; /* sRGB 0xRRGGBB */
	const struct gl_placement *layers;
	size_t n_layers;
	const struct gl_region *damage; /* view pixels */
	struct gl_sprite sprite;
	enum transform transform;
	int32_t view_width, view_height;
	int32_t origin_x, origin_y;
	struct gl_rect part; /* view pixels */
	int *fence;
};
int gl_compose_view(struct gl_target *target, const struct gl_composition *composition);
/* gl_fit: where a view of that size lies on a target that is so wide and high, seen upright. */
struct gl_rect gl_fit(int32_t width, int32_t height, int32_t across, int32_t down);

/*
 * gl_compose paints background (sRGB 0xRRGGBB) and the layers, bottom first,
 * within damage, and encodes to sRGB. Layers are drawn first where needed. All is finished
 * when it returns. 0, -ESTALE, -ENOMEM, -EIO.
 */
int gl_compose(struct gl_target *target, uint32_t background,
	const struct gl_placement *layers, size_t n, const struct gl_region *damage);

/* gl_target_read_view copies the view of a target as RGBA8, upright: see gl_target_read. */
int gl_target_read_view(
	struct gl_target *target, enum transform transform, uint8_t *rgba);

/*
 * gl_warm draws every kind of thing once into the top left 32x32 of target, of
 * which the pixels are anything then: drivers compile shaders when a state is first
 * drawn with, which takes tens of milliseconds: not in a frame. 0 or -errno.
 * GL_PLATFORM_NONE: nothing to do.
 */
int gl_warm(struct gl_target *target);

/* A cache of what was made, beside the most it may take. */
struct gl_cache_stats {
	size_t bytes, most_bytes;
	uint64_t n, hits, misses, evicted;
};

/* What drawing cost; a frame ends with gl_compose or gl_compose_view. */
struct gl_cost {
	uint64_t calls, quads; /* of OpenGL */
	uint64_t uploaded;     /* bytes given to the driver */
	uint64_t painted;      /* pixels of layers and sub-layers */
	uint64_t composed;     /* pixels written into targets, each once */
	uint64_t decode_ns;    /* reading streams */
	uint64_t cover_ns;     /* coverage and glyphs */
	uint64_t paint_ns;     /* by the processor */
	/* calls of OpenGL, until it has finished or gave a fence; without a card, composing */
	uint64_t gl_ns;
};

struct gl_stats {
	struct gl_cache_stats
		masks; /* coverage; those that scenes hold are not bounded by most_bytes */
	struct gl_cache_stats glyphs;   /* bitmaps; the same */
	struct gl_cache_stats textures; /* images in the card's memory */
	struct gl_cache_stats stores;   /* of sub-layers */
	struct gl_cache_stats pool;     /* surfaces of groups */
	size_t atlases;         /* bytes of coverage, glyphs and stops on the card */
	size_t layers, targets; /* bytes of their pixels */
	/* Bytes that windows keep by ids: macros, images (without mips), contents of sub-layers, fonts. */
	size_t kept_macros, kept_images, kept_contents, kept_fonts;
	uint64_t n_layers, n_targets, frames;
	struct gl_cost last, total;
};
void gl_get_stats(const struct gl *gl, struct gl_stats *out);

/* gl_target_read copies the target as RGBA8 (sRGB, premultiplied), rows of 4 * width bytes, top first. */
int gl_target_read(struct gl_target *target, uint8_t *rgba);
/* gl_target_read_part: the same of a rectangle, rows of its width. -EINVAL: not within the target. */
int gl_target_read_part(struct gl_target *target, struct gl_rect part, uint8_t *rgba);

/* gl_layer_read does the same for a layer; golden tests use it. */
int gl_layer_read(struct gl_layer *layer, uint8_t *rgba);

#endif
