/* screen_rig: a screen on a back end and a renderer that only take notes. */
#ifndef OSAAS_TESTS_UNIT_SESSION_SCREEN_RIG_H
#define OSAAS_TESTS_UNIT_SESSION_SCREEN_RIG_H

#include "gl/rect.h"
#include "gl/region.h"
#include "session/screen.h"
#include "session/session.h"

extern struct session whole_session;
extern struct screen screen;
extern const struct screen_ops ops;

#define OVERLAYS 3

/* What there is to show. */
extern struct screen_scene {
	size_t n_layers;
	struct gl_placement layers[2];
	size_t n_overlays; /* of the first layer */
	struct gl_overlay_info overlays[OVERLAYS];
	struct gl_region own; /* damage of its own pixels */
	size_t n_were;
	struct gl_overlay_info were[OVERLAYS]; /* before the last submit */
} scene;

/* What was done of it. */
extern struct screen_back {
	int composed, committed, released, shown;
	struct gl_region region; /* of the last composition of all */
	struct gl_rect rect;     /* around that */
	uint32_t left_out;       /* of the first layer, in that */
	size_t n_layers;
	struct gl_sprite sprite;
	struct gl_rect part;
	bool busy; /* no memory to paint into */
	uint32_t age;
	int commit_result, compose_result;
	bool lost;
	int recovered, recover_result;
	/* Planes. */
	uint32_t plan;     /* what can have one */
	unsigned asked;    /* how often */
	size_t n_asked;    /* the last time */
	uint64_t top;      /* id of the last one asked for */
	int drawn;         /* alone */
	uint32_t only;     /* which bit of the layer, the last time */
	struct gl_rect at; /* what of it */
	int32_t x, y;      /* where the layer was placed for that */
	uint32_t plane_age;
	int plane_released, forgotten, made;
	bool stale_pointer;
	int stale_times; /* so many commits with a pointer's plane are refused */
	bool stale;      /* the next commit with planes is refused */
	struct screen_frame frame; /* the last one committed */
	size_t n_planes;           /* in that */
	int fence;                 /* that compositions give */
	/* The pointer. */
	int pointer_result, pointers, moves;
	int32_t pointer_x, pointer_y;
} back;

/* setup: of each test. */
int setup(void **state);

extern const struct pointer_image arrow, hand;
extern const struct gl_rect video, none;

void turn_shown(void);
void assert_rect(struct gl_rect r, int x0, int y0, int x1, int y1);
/* frame: one whole frame with these damages and this age of the memory. */
void frame(struct gl_rect damage, uint32_t age);

struct gl_layer *layer(int i);
/* show_overlays: a window with overlays at these places, and all of them can have planes. */
void show_overlays(size_t n, const struct gl_rect *at);
/* submit: the window sends a frame of which this changed, and it is shown. */
void submit(struct gl_rect own, struct gl_rect overlay);
/* settle: an overlay that was there the last time gets a plane. */
void settle(void);

#endif
