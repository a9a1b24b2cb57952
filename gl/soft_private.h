/* soft_private: what the painter's files share. */
#ifndef OSAAS_GL_SOFT_PRIVATE_H
#define OSAAS_GL_SOFT_PRIVATE_H

#include "gl/glyph.h"
#include "gl/scene.h"
#include "gl/soft.h"
#include "gl/soft_kernel.h"

#define SOFT_ROW    256 /* pixels that are worked on at a time */
#define SOFT_TABLES 32  /* power of two */
/* Canvases within canvases: a band, groups of the layer, a sub-layer, groups of that one. */
#define SOFT_DEPTH (2 * OPWIRE_MAX_GROUPS + 2)

/* Pixels of a part of a scene: (x, y) of the scene is the first one. */
struct soft_canvas {
	uint32_t *pixels;
	ptrdiff_t stride;
	int32_t x, y;
};

struct soft_table {
	uint32_t color; /* as on the wire */
	bool known;
	struct kernel_table table;
};

struct soft_scratch {
	uint32_t *pixels;
	size_t cap;
};

/* Rows that some of a long run's glyphs touch. */
struct soft_chunk {
	int32_t y0, y1;
};
#define SOFT_CHUNK 32 /* glyphs */

/* A part of a sub-layer's content, to be sampled. */
struct soft_content {
	uint64_t serial;
	struct gl_rect part;
	struct gl_image *image; /* NULL: free */
	uint64_t used;          /* by that painting */
};
#define SOFT_CONTENTS      8
#define SOFT_CONTENT_BYTES ((size_t)64 << 20) /* of all, their mips included */

struct soft {
	const struct soft_kernels *kernels, *best;
	const struct soft_pause *pause; /* or NULL */
	int64_t band_bytes;             /* tests make it smaller */
	float linear[256];              /* of an sRGB byte */
	struct soft_table tables[SOFT_TABLES];
	struct kernel_shade
		shades[SHADE_ALPHA]; /* by alpha; power[0] is 0: not made yet */
	struct soft_scratch scratch[SOFT_DEPTH];
	struct soft_chunk *chunks; /* of the scene being painted */
	uint32_t *run_chunk;       /* first chunk of each run */
	size_t cap_chunks, cap_run_chunk;
	struct soft_content contents[SOFT_CONTENTS];
	size_t content_bytes, content_limit; /* tests make it smaller */
	uint64_t painting;                   /* number of the one under way */
	float light[4 * (SOFT_ROW + LIGHT_PAD)];
	uint32_t row[SOFT_ROW];
	uint16_t cover[SOFT_ROW];
};

/* A scene, or a part of its items, on the way into a canvas. */
struct soft_painter {
	struct soft *soft;
	const struct gl_scene *scene;
	struct soft_canvas canvas;
	struct gl_rect band; /* of the scene; nothing outside is touched */
	unsigned depth;      /* scratch in use */
	bool chunked;        /* soft.chunks is this scene's */
};

enum source_kind {
	SOURCE_COLOR,
	SOURCE_GRADIENT,
	SOURCE_PIXELS,  /* at whole pixels */
	SOURCE_NEAREST, /* of an image */
	SOURCE_SAMPLE,
};

/* What is laid down. */
struct soft_source {
	enum source_kind kind;
	uint8_t mode;                     /* enum op_blend */
	bool opaque;                      /* everywhere */
	float k;                          /* of everything */
	float color[4];                   /* light */
	uint32_t pixel;                   /* color, as on the wire: encoded, if opaque */
	const struct kernel_shade *shade; /* of a shadow's colour; else NULL */
	struct soft_canvas pixels;
	struct kernel_ramp ramp;
	struct kernel_line line; /* of the row under way, from x0 on */
	struct kernel_sampler sampler;
	struct gl_affine from_device;
	struct gl_rect texels; /* that may be used */
	int64_t u, v;          /* of the row under way, from x0 on */
	int32_t x0, y;         /* the row under way; where rows are counted from */
	double rx, ry;         /* radial: the start's centre */
	double unit;           /* radial: one over r1 - r0 */
};

static inline uint32_t *canvas_at(const struct soft_canvas *c, int32_t x, int32_t y)
{
	return c->pixels + (ptrdiff_t)(y - c->y) * c->stride + (x - c->x);
}

void soft_color(const struct soft *soft, uint32_t color, float light[4]);

/* soft_shade_of: NULL when the colour is not a shadow's. */
const struct kernel_shade *soft_shade_of(struct soft *soft, uint32_t color);

/* soft_table_of: color as on the wire and as light; valid until the next call. */
const struct kernel_table *soft_table_of(
	struct soft *soft, uint32_t color, uint32_t ground, const float light[4]);

/*
 * source_brush sets up a brush, for pixels within bounds: equal brushes and bounds give equal
 * pixels whatever part is painted. False: it paints nothing. rc: 0 or -ENOMEM.
 */
bool source_brush(struct soft_source *s, struct soft *soft, const struct gl_scene *scene,
	const struct gl_brush *brush, struct gl_rect bounds, int *rc);

/* source_image does the same for an image, linear, of which only bounds are painted. */
int source_image(struct soft_source *s, struct soft *soft, struct gl_image *image,
	const struct gl_affine *from_device, struct gl_rect bounds);

/* source_level: the finest of the levels that sampling through m takes. */
unsigned source_level(const struct gl_affine *m);

/* source_pixels sets up encoded pixels on their places. */
void source_pixels(
	struct soft_source *s, struct soft_canvas pixels, bool opaque, float k);

/* source_run lays n pixels from (x, y) on down; cover NULL: value everywhere. */
void source_run(const struct soft_painter *p, struct soft_source *s, int32_t x, int32_t y,
	int32_t n, const uint16_t *cover, uint16_t value);

/* source_clip lays what clip (NULL: all) covers within rect down. */
void source_clip(const struct soft_painter *p, struct soft_source *s,
	const struct gl_clip *clip, struct gl_rect rect);

/* clip_cover writes the coverage of n pixels from (x, y) on; clip has a mask. */
void clip_cover(
	const struct gl_clip *clip, int32_t x, int32_t y, int32_t n, uint16_t *cover);

/* soft_items paints items as they are, soft_area a scene from what hides all on. */
int soft_items(const struct soft_painter *p, size_t from, size_t to);
int soft_area(const struct soft_painter *p);
/* soft_take gives a clear canvas of the size of rect from the scratch; 0 or -ENOMEM. */
int soft_take(
	struct soft *soft, unsigned depth, struct gl_rect rect, struct soft_canvas *out);

/* soft_place paints a sub-layer; 0 or -ENOMEM. */
int soft_place(const struct soft_painter *p, const struct gl_item *item);
void soft_drop_contents(struct soft *soft);

/* soft_glyphs paints a run; 0 or -ENOMEM. */
int soft_glyphs(const struct soft_painter *p, const struct gl_item *item);
int soft_chunks(struct soft *soft, const struct gl_scene *scene);

#endif
