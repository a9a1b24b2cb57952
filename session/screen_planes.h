/*
 * screen_planes: the pictures of a screen that may have planes of their own, over frames:
 * overlays of its windows. One that has a plane is left out of the composition, and drawn
 * alone into memory of its own when its pixels changed; it looks the same both ways.
 */
#ifndef OSAAS_SESSION_SCREEN_PLANES_H
#define OSAAS_SESSION_SCREEN_PLANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"

struct screen;

#define SCREEN_HISTORY 4  /* damages of past frames that are remembered */
#define SCREEN_PLANES  8  /* pictures that may have planes at a time */
#define SCREEN_SLOTS   16 /* with those that went, whose memory is kept for a while */

struct screen_plane {
	uint64_t id; /* of this picture on this screen, over frames; 0: a free slot */
	struct gl_layer *layer;   /* when it is not listed only to be compared */
	uint64_t overlay;         /* its id in the layer */
	unsigned bit;             /* its index there, by the last frame */
	int32_t layer_x, layer_y; /* where the layer lies */
	struct gl_rect at;        /* in the view; its size never changes */
	bool met;                 /* by the listing under way */
	bool listed;      /* by the last frame: it is there and could have a plane */
	bool shown;       /* it has one */
	bool refused;     /* no memory for it */
	bool drawn;       /* ... of which a part was drawn for the frame under way */
	uint64_t gone_ns; /* not listed since then */
	struct gl_region damage; /* since it was drawn, from its own top left */
	struct gl_region history[SCREEN_HISTORY];
	void *memory; /* the back end's; NULL: it has none yet */
};

struct screen_planes {
	struct screen_plane slots[SCREEN_SLOTS];
	struct screen_plane *order[SCREEN_PLANES]; /* those listed, bottom first */
	size_t n;
	uint64_t last_id;
	uint64_t barred_ns; /* none are used until then: the card broke its word */
	unsigned gone;    /* slots that are not listed: memory that is kept for a while */
	unsigned made;    /* pictures that got memory since */
	uint64_t made_ns; /* this, of the second that runs */
};

/*
 * screen_planes_choose lists what could have planes among the layers of a frame and asks
 * the back end. What has one is marked in left_out of its layer; what had one and has none
 * any more, or the other way round, is damaged. Nothing under above (empty: nothing) may.
 */
void screen_planes_choose(struct screen *screen, struct gl_placement *layers, size_t n,
	struct gl_rect above, uint64_t now_ns);

/*
 * screen_planes_draw brings the memory of those shown up to date; after an error, too,
 * give it back by screen_planes_release, or commit it. -EBUSY: no memory is free.
 */
int screen_planes_draw(struct screen *screen);
void screen_planes_release(struct screen *screen);
/* screen_planes_committed: what was drawn is on its way; else the back end took it back. */
void screen_planes_committed(struct screen *screen, bool shown);

/* screen_planes_hide: whether one of those shown lies over all of this. */
bool screen_planes_hide(const struct screen *screen, const struct gl_region *region);

/* screen_planes_damage: what lies there must be drawn again; screen_planes_stale: all, and memory holds anything. */
void screen_planes_damage(struct screen *screen, struct gl_rect rect);
void screen_planes_stale(struct screen *screen);

/*
 * screen_planes_submitted: a layer got a new scene, of which damage is told. own: what of
 * that concerns the screen's own picture, in the layer. true: planes want a frame, too.
 */
bool screen_planes_submitted(struct screen *screen, const struct gl_layer *layer,
	const struct gl_region *damage, struct gl_region *own);

/* screen_planes_bar: no planes for a second; what had one is composed. */
void screen_planes_bar(struct screen *screen, uint64_t now_ns);

/* screen_planes_sweep frees memory of what went a while ago; screen_planes_forget all of it. */
void screen_planes_sweep(struct screen *screen, uint64_t now_ns);
void screen_planes_forget(struct screen *screen);

#endif
