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
#include "gl/compositor.h"
#include "gl/gl.h"
#include "gl/overlay.h"
#include "gl/program.h"
#include "gl/raster.h"
#include "gl/region.h"
#include "gl/resource.h"
#include "gl/scene.h"
#include "gl/soft.h"
#include "gl/surface.h"
#include "gl/texture.h"
#include "util/list.h"

/* Spans and vertices count in 16 bits. */
#define MAX_SIDE 16384

struct gl_fonts;
struct compose_scratch;
struct soft;

/* What the driver can do; see examine() in egl.c. */
struct gl_caps {
	int major;
	bool sized_srgb;  /* ES 3's names of sRGB formats; else EXT_sRGB's */
	bool srgb;        /* sRGB textures can be drawn into */
	bool srgb_decode; /* EXT_texture_sRGB_decode: sampling may skip the decoding */
	bool highp;       /* in fragment shaders */
	bool bgra;        /* surfaces of display's bytes, and reading them */
	bool unpack_rows; /* uploads may take part of longer rows */
	bool robust;      /* the context tells when it is lost */
	bool software;    /* the driver paints with the processor */
	bool has_pixmap_images, has_dma_buf_images, has_modifiers;
	GLint max_side;
};

/* Groups in a sub-layer in groups, that sub-layer, and what is being blended. */
#define POOL_SURFACES (2 * OPWIRE_MAX_GROUPS + 4)
#define POOL_BYTES    ((size_t)128 << 20)

/* See gl/pool.h. */
struct gl_pool {
	struct gl_surface surfaces[POOL_SURFACES];
	bool busy[POOL_SURFACES];
	size_t bytes;
};

/* See gl/sprite.h: several outputs may show pictures of several sizes. */
#define SPRITES 4
struct sprite_slot {
	struct gl_surface surface; /* may be larger than the picture */
	uint64_t serial, used;     /* 0: none; the greatest was shown last */
};

struct gl {
	struct gl_options options;
	const struct compositor *compositor;
	enum gl_painter painter; /* SOFT, SCALAR or GL */
	bool lost;
	unsigned lose_after; /* for tests: steps of drawing until gl_lose; 0: never */
	EGLDisplay display;
	EGLContext context;
	char description[256];
	struct gl_caps caps;
	PFNEGLCREATEIMAGEKHRPROC create_image;
	PFNEGLDESTROYIMAGEKHRPROC destroy_image;
	PFNGLEGLIMAGETARGETRENDERBUFFERSTORAGEOESPROC image_to_renderbuffer;
	PFNGLGETGRAPHICSRESETSTATUSEXTPROC reset_status;
	PFNEGLCREATESYNCKHRPROC create_sync;
	PFNEGLDESTROYSYNCKHRPROC destroy_sync;
	PFNEGLDUPNATIVEFENCEFDANDROIDPROC dup_fence; /* NULL: no fences */
	float linear[256];                           /* of an sRGB byte */
	struct gl_programs programs;
	struct gl_batch batch;
	struct texture_cache textures;
	struct gl_pool pool;
	struct soft *soft; /* of the painters that use the processor */
	struct soft_pause pause;
	struct gl_surface mix; /* where translucent layers meet; made when first needed */
	struct gl_surface under; /* what was in mix: of SURFACE_BYTES only */
	struct gl_surface whole; /* a view that is to be scaled, at its own size */
	struct sprite_slot sprites[SPRITES];
	uint64_t sprites_shown;
	struct gl_surface scratch;         /* where targets that are mapped are drawn */
	struct compose_scratch *composing; /* of the processor; see gl/compose_cpu.h */
	struct gl_piece *pieces;           /* what is composed: gl/piece.h */
	size_t n_pieces, cap_pieces;
	struct gl_fonts *fonts; /* loaded when text is first set */
	struct glyph_cache *glyphs;
	struct raster raster;
	struct mask_cache masks;
	struct scene_context context_of_scenes;
	struct list layers, targets, stores;
	size_t store_bytes;
	struct gl_cost cost;   /* so far, but for what stats.c adds up */
	struct gl_cost before; /* the total at the last frame's start */
	struct gl_cost last;   /* of the last frame */
	uint64_t frames;
};

struct gl_layer {
	struct gl *gl;
	struct list link; /* gl.layers */
	int32_t width, height;
	struct gl_surface surface;
	struct gl_scene scenes[2];      /* the good one, and the one being decoded */
	struct gl_overlays overlays[2]; /* of either */
	unsigned current;
	struct gl_resources *resources;
	struct gl_region dirty; /* where surface and scene differ */
	bool failed;            /* there was no memory to paint it; told once */
	bool opaque;            /* no pixel of the scene lets anything through */
	struct gl_region own;   /* of the last submit's damage: gl_layer_own_damage */
};

struct gl_target {
	struct gl *gl;
	struct list link;          /* gl.targets */
	struct gl_surface surface; /* SURFACE_BYTES */
	void *bo;                  /* of an imported buffer, borrowed */
	uint8_t *
		map; /* its pixels, as displays have them; NULL: GL draws there; gl/mapped.h */
	void *map_data;    /* GBM's, of the mapping */
	uint32_t stride;   /* bytes of a row of it */
	EGLImageKHR image; /* the same */
};

/* gl_fail fills err and gives rc back. */
int gl_fail(struct gl_error *err, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* egl_open opens display and context and fills in caps; egl_close takes a half-open one. */
int egl_open(struct gl *gl, struct gl_error *err);
void egl_close(struct gl *gl);
int egl_enter(struct gl *gl);
int egl_check(struct gl *gl);

/* egl_has: listed, and not without. */
bool egl_has(const struct gl *gl, const char *list, const char *name);

/* gl_enter makes the context current, when another one was; -ESTALE: it is lost. */
static inline int gl_enter(struct gl *gl)
{
	return gl->compositor->enter(gl);
}

/* gl_check gives 0, or -ENOMEM, -EIO or -ESTALE for what GL complained of since. */
static inline int gl_check(struct gl *gl)
{
	return gl->compositor->check(gl);
}

/* gl_step is called between steps of drawing, where a test may lose the context. */
void gl_step(struct gl *gl);

/* gl_lose takes the context away behind everybody's back, for tests. */
void gl_lose(struct gl *gl);

/* Of a graphics card: see gl/compositor.h. */
int card_target_read(struct gl_target *target, struct gl_rect part, uint8_t *rgba);

int card_open(struct gl *gl, struct gl_error *err);
int card_draw(const struct gl_frame *frame);

/* stats_end_frame is for gl_compose; stats_keep before the painter's counters go. */
void stats_end_frame(struct gl *gl);
void stats_keep(struct gl *gl);

/* targets: after the context is gone, and when there is a new one. */
void target_forget(struct gl_target *target);
int target_restore(struct gl_target *target, struct gl_error *err);

/* layer_paint is gl_layer_draw without overlays. */
int layer_paint(struct gl_layer *layer);

/* layers: after the context is gone, and when there is a new one. */
void layer_forget(struct gl_layer *layer);
int layer_restore(struct gl_layer *layer);

#endif
