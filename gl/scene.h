/*
 * scene: what a valid frame means, free of the stream's bytes and of EGL.
 *
 * Macros are carried out, deferred calls follow at the end: what remains is a list
 * of items to paint in order, the clips and brushes they use, areas to hit and notes
 * (cursors, actions, text input, semantics).
 *
 * Indices instead of pointers, since the arrays grow. Arrays never shrink, so
 * that a layer which has seen its like submits without allocating.
 */
#ifndef OSAAS_GL_SCENE_H
#define OSAAS_GL_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/affine.h"
#include "gl/gl.h"
#include "gl/hit_index.h"
#include "gl/mask.h"
#include "gl/region.h"
#include "gl/tags.h"
#include "util/opwire.h"

#define SCENE_NONE UINT32_MAX

struct gl_glyph;
struct gl_deferred;
struct gl_image;
struct gl_kept_font;
struct gl_sublayer;

enum scene_shape {
	SHAPE_RECT,
	SHAPE_RRECT,
	SHAPE_ELLIPSE,
	SHAPE_PATH, /* filled */
	SHAPE_STROKE,
	SHAPE_BLUR,
};

struct gl_clip {
	uint32_t parent; /* SCENE_NONE: the layer itself */
	uint32_t offset; /* of the record, for errors */
	enum scene_shape shape;
	bool even_odd; /* of a path */
	bool inverted; /* of a blur */
	bool flat;     /* to_device has no inverse: covers nothing */
	bool used;     /* some item needs the coverage */
	bool made;     /* by the decoder, of an image's or a place's rectangle */
	bool noted;    /* it has a label, class or so */
	uint8_t cursor,
		action; /* enum op_cursor, op_action: the last of the clip's own */

	/* Of hits, within one line of the processor's cache. */
	bool speaks;    /* hit_index's: it has a cursor, or one around, or the window */
	bool inside;    /* as of gl_scene.probe when that was, */
	uint32_t probe; /* so */
	uint32_t asked; /* gl_scene.probe when it and all around had no cursor */
	uint32_t area;  /* the last one declared in it; SCENE_NONE */
	/*
	 * Pixels that its box and those around share, x1 and y1 with them; none: it covers nothing.
	 */
	struct gl_rect reach;

	double x0, y0, x1, y1; /* local; not of a path or stroke */
	double radius[4];      /* of a rounded rect or blur: nw ne se sw, made to fit */
	double sigma;          /* of a blur, local */
	struct gl_affine to_device, to_local;
	uint32_t verb, n_verbs; /* of a path or stroke, in gl_scene.verbs */
	uint32_t
		point; /* and its first point: device space of a path, local of a stroke */
	uint32_t stroke; /* of a stroke, in gl_scene.strokes */
	/*
	 * Device box of the shape, control points, joins and caps included. Hash of the shape in
	 * device space, and of all parents' too: equal ones cover the same pixels.
	 */
	double dx0, dy0, dx1, dy1;
	uint64_t hash;
	/*
	 * Of the own shape alone, seen from (floor(dx0), floor(dy0)), places in 1/65536 px:
	 * equal ones cover the same pixels, moved by the difference of those corners.
	 * Inverted blurs have a box of all the plane.
	 */
	uint64_t shape_hash[2];

	/* Filled by scene_cover when used. */
	struct gl_rect box; /* whole-pixel rects of the chain, within the layer */
	struct gl_mask
		*mask; /* of all others together; NULL: all of box is covered. Held. */
	int32_t mask_x, mask_y; /* where the mask lies */
	struct gl_rect bounds;  /* box cut to the mask: no pixel outside is covered */
};

struct gl_stroke {
	double width, limit, offset;
	uint8_t join, cap; /* enum op_join, op_cap */
	uint8_t n_dashes;
	double dashes[OPWIRE_MAX_DASHES];
};

struct gl_stop {
	float at;
	uint32_t color; /* as on the wire */
};

enum brush_kind {
	BRUSH_COLOR,
	BRUSH_LINEAR,
	BRUSH_RADIAL,
	BRUSH_IMAGE
};

/* A brush as one paint uses it: geometry in device space. */
struct gl_brush {
	enum brush_kind kind;
	uint32_t color;         /* BRUSH_COLOR, as on the wire */
	bool opaque;            /* every point of it */
	bool flat;              /* paints nothing: no inverse */
	uint8_t spread, filter; /* enum op_spread, op_filter */
	/*
	 * Of pixel centres, to: linear: t in x; radial: the space where x0 .. r1 are;
	 * image: its pixels.
	 */
	struct gl_affine from_device;
	double x0, y0, r0, x1, y1, r1; /* radial; image: x0 y0 x1 y1, the sub-rectangle */
	uint32_t stop, n_stops;        /* in gl_scene.stops */
	struct gl_image *image;        /* held by the scene */
	uint64_t hash;                 /* of all of that, the image's contents included */
	uint64_t geometry;             /* the same without those */
};

enum item_kind {
	ITEM_FILL,   /* brush through clip */
	ITEM_GLYPHS, /* brush through glyphs and clip */
	ITEM_PLACE,  /* a sub-layer through clip */
	ITEM_GROUP,  /* up to the ITEM_GROUP_END at `end`: into a buffer of its own */
	ITEM_GROUP_END,
};

struct gl_item {
	enum item_kind kind;
	uint8_t blend;   /* enum op_blend */
	uint32_t clip;   /* SCENE_NONE: the whole layer */
	uint32_t brush;  /* of FILL and GLYPHS, in gl_scene.brushes */
	uint32_t offset; /* of the record, for errors */
	/*
	 * An image brush covers only its rectangle, antialiased: then clip is one that the
	 * decoder made for it. Of a group, clip counts only for the modes where a
	 * transparent source changes what is below: blend_unbounded().
	 */
	uint32_t first, n; /* GLYPHS: in gl_scene.glyphs */
	uint32_t end;      /* GROUP: index of its end; GROUP_END: of its start */
	float opacity;     /* GROUP */
	struct gl_sublayer *sublayer; /* PLACE; held by the scene */
	struct gl_affine to_content;  /* PLACE: device to content pixels */
	bool exact;                   /* PLACE: to_content is a whole-pixel translation */
	struct gl_rect
		bounds; /* of what it may change in the layer; filled by scene_cover */
	/*
	 * Equal ones with equal bounds change pixels in the same way, where what they show is the
	 * same: content is the serial of an image or sub-layer as it was then, or 0.
	 */
	uint64_t hash, content;
};

/* A glyph of a run, as written and then found: one of bitmap and mask, or neither (blank). */
struct gl_scene_glyph {
	uint32_t id;
	float x, y;              /* device origin */
	struct gl_glyph *bitmap; /* held by the scene; its place is at_x, at_y */
	struct gl_mask
		*mask;      /* held: glyphs too large or turned are covered like paths */
	int32_t at_x, at_y; /* device pixel of its top left */
};

/* How a run's glyphs are made; one for each ITEM_GLYPHS, at gl_scene.runs[item.end]. */
struct gl_run {
	uint32_t font;              /* host id, see gl/font.h */
	struct gl_kept_font *kept;  /* held */
	float size;                 /* px per em, local */
	struct gl_affine to_device; /* T at the op */
	bool upright;  /* uniform scale and translation, small enough: bitmaps */
	uint64_t hash; /* of all of that and the glyphs as written, without the brush */
	uint32_t item; /* scene_cover's: whose it is, */
	struct gl_rect within; /* what glyphs were looked for in, */
	uint64_t work, pixels; /* and what they were charged */
};

struct gl_area {
	uint64_t tag;
	uint32_t clip;
	uint32_t parent; /* the area that also receives; SCENE_NONE */
	struct gl_affine to_local;
	bool flat; /* never hit */
	bool pass; /* declared at a pass depth above 0 */
	/* Set: not an area but a window onto that one's areas; to_local is to its content. Held. */
	struct gl_sublayer *sublayer;
	uint32_t clips; /* pushed before it */
};

/* A content that a frame places, and the last of its places among the areas; SCENE_NONE. */
struct gl_placed {
	struct gl_sublayer *sublayer; /* held by that one, if any */
	uint32_t last;
};

/* Cursors, actions, text input and semantics, as declared, in order. */
struct gl_note {
	uint8_t op;    /* enum op_code: OP_CURSOR ... OP_SEMANTIC_DO */
	uint32_t clip; /* what it belongs to; SCENE_NONE: the window */
	uint32_t area; /* areas declared before it */
	uint64_t tag;
	uint32_t value[2];
	float number[4];
	uint32_t text, n_text;      /* in gl_scene.text */
	struct gl_affine to_device; /* T, for places in text input */
};

/* What a tag listens to, its listens added up. */
struct gl_scene_listen {
	uint64_t tag;
	uint32_t kinds;  /* bits of enum op_listen */
	float scroll[4]; /* x min max, y min max: of the last one that listens to it */
	uint32_t focus;  /* of scene_focus: where in gl_scene.focus; SCENE_NONE */
};

struct gl_scene_transfer {
	uint64_t tag;
	bool target;
	uint32_t text, n_text; /* in gl_scene.text */
};

/*
 * Of items outside groups, and groups as a whole: those before first and from end on do
 * not reach the band's rows.
 */
#define SCENE_BAND_ROWS 128
struct gl_band {
	uint32_t first, end;
};

struct gl_scene {
	struct gl_clip *clips;
	struct gl_stroke *strokes;
	struct gl_brush *brushes;
	struct gl_stop *stops;
	struct gl_item *items;
	struct gl_run *runs;
	struct gl_scene_glyph *glyphs;
	struct gl_area *areas;
	struct gl_placed *placed; /* each content once */
	struct gl_note *notes;
	/*
	 * Filters, with those of the contents that are placed. Once decoded, listens hold one for
	 * each tag, which listen_tags finds.
	 */
	struct gl_scene_listen *listens;
	struct gl_tag *listen_tags;
	struct gl_key_filter *keys;
	struct gl_scene_transfer *transfers;
	struct gl_focus *focus;       /* scene_focus's, once `focus_known` */
	struct gl_band *bands;        /* scene_cover's; from row 0 on */
	struct gl_deferred *deferred; /* the decoder's own */
	uint32_t *scratch;            /* scene_diff's */
	char *text;
	uint8_t *verbs; /* enum op_verb, quads raised to cubics */
	struct gl_point *points;
	size_t n_clips, n_strokes, n_brushes, n_stops, n_items, n_runs, n_glyphs, n_areas,
		n_placed, n_notes, n_listens, n_listen_tags, n_keys, n_transfers, n_focus,
		n_bands, n_deferred, n_scratch, n_text, n_verbs, n_points;
	size_t cap_clips, cap_strokes, cap_brushes, cap_stops, cap_items, cap_runs,
		cap_glyphs, cap_areas, cap_placed, cap_notes, cap_listens,
		cap_listen_tags, cap_keys, cap_transfers, cap_focus, cap_bands,
		cap_deferred, cap_scratch, cap_text, cap_verbs, cap_points;
	int32_t width, height;  /* of the layer that scene_cover was for */
	bool opaque;            /* an item hides the whole layer */
	uint8_t cursor, action; /* of the window itself */
	bool noted;             /* it has a label, class or so */
	uint32_t area;          /* the last one outside any clip; SCENE_NONE */
	bool focus_known;
	uint32_t probe;
	uint32_t
		hit_work; /* units that the last hit, cursor or action took: gl/hit_work.h */
	struct hit_index index;
};

/* What making scenes needs besides the stream; one for all layers of a renderer. */
struct scene_context {
	struct mask_cache *masks;
	struct raster *raster;
	struct glyph_cache *glyphs; /* NULL: without fonts, as in some tests */
};

/* scene_finish and scene_reset let go of what the scene holds; reset keeps the memory. */
void scene_finish(struct gl_scene *scene, const struct scene_context *context);
void scene_reset(struct gl_scene *scene, const struct scene_context *context);

/* scene_reserve makes room for n more elements; false: out of memory. */
#define scene_reserve(scene, array, n)                                                   \
	scene_grow((void **)&(scene)->array, &(scene)->cap_##array, (scene)->n_##array,  \
		(n), sizeof *(scene)->array)
bool scene_grow(void **array, size_t *cap, size_t have, size_t more, size_t size);

/* The clip of an item; NULL: the whole layer. */
static inline const struct gl_clip *scene_clip(
	const struct gl_scene *scene, const struct gl_item *item)
{
	return item->clip == SCENE_NONE ? NULL : &scene->clips[item->clip];
}

/* scene_first: the last item that hides all before it within rect; n_items: there is none. */
size_t scene_first(const struct gl_scene *scene, struct gl_rect rect);

/* scene_index fills the bands of a scene whose items have bounds; false: out of memory. */
bool scene_index(struct gl_scene *scene);

/* scene_reach bounds the items that may reach rect: all outside groups, from one to before the other. */
void scene_reach(
	const struct gl_scene *scene, struct gl_rect rect, size_t *from, size_t *to);

/* scene_cover is declared in gl/coverage.h, scene_decode in gl/decode.h. */

/* blend_unbounded: a transparent source changes what is below. */
static inline bool blend_unbounded(unsigned blend)
{
	return blend == BLEND_CLEAR || blend == BLEND_SOURCE || blend == BLEND_IN ||
	       blend == BLEND_OUT || blend == BLEND_DEST_IN || blend == BLEND_DEST_ATOP;
}

/*
 * scene_diff bounds what looks different; both were covered for layers of one size, and
 * the bounds of a group and of its end are those of what it may change. It works in memory
 * of `is`.
 */
void scene_diff(const struct gl_scene *was, struct gl_scene *is, struct gl_region *out);

/* scene_hit and scene_locate are gl_layer_hit and gl_layer_locate. */
size_t scene_hit(
	struct gl_scene *scene, double x, double y, struct gl_hit *hits, size_t max);
bool scene_locate(
	struct gl_scene *scene, uint64_t tag, double x, double y, struct gl_hit *out);

/* scene_listen and so on are gl_layer_listen and so on. */
struct gl_listen scene_listen(const struct gl_scene *scene, uint64_t tag);
bool scene_keys(const struct gl_scene *scene, size_t i, struct gl_key_filter *out);
bool scene_focus(struct gl_scene *scene, size_t i, struct gl_focus *out);
bool scene_transfer(const struct gl_scene *scene, size_t i, struct gl_transfer *out);

/* scene_notes is gl_layer_notes. */
void scene_notes(const struct gl_scene *scene,
	void (*note)(void *data, const struct gl_layer_note *note), void *data);

/* scene_cursor and scene_action: enum op_cursor, op_action, as gl_layer_cursor has it. */
unsigned scene_cursor(struct gl_scene *scene, double x, double y);
unsigned scene_action(struct gl_scene *scene, double x, double y);

#endif
