/*
 * screen: one output as the session sees it: what is damaged, when to paint,
 * and when a frame was shown. A back end (KMS, headless) gives it memory to
 * paint into and tells it when a commit is visible.
 */
#ifndef OSAAS_SESSION_SCREEN_H
#define OSAAS_SESSION_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "gl/gl.h"
#include "util/list.h"

#define SCREEN_HISTORY 4   /* damages of past frames that are remembered */
#define SCREEN_LAYERS  128 /* two for each plugin that can be named */

struct kms_identity;
struct screen;

struct screen_ops {
	/*
	 * Memory to paint the next frame into; age: frames since it was last
	 * shown, 0: content unknown. NULL: none now, a shown event will come.
	 */
	struct gl_target *(*acquire)(struct screen *screen, uint32_t *age);
	/* Shows it: screen_shown follows. On error nothing changed; -EAGAIN: not ours to show now. */
	int (*commit)(struct screen *screen);
	/* It will not be committed. */
	void (*release)(struct screen *screen);
	/* The display's power off, or on again; a flip in flight is over. 0 or -errno. NULL: it has none. */
	int (*sleep)(struct screen *screen, bool asleep);
	/* kms_output_color; shows with the next commit. -ENOTSUP; NULL: the same. */
	int (*color)(struct screen *screen, const float rgb[3], float gamma);
};

enum screen_state {
	SCREEN_IDLE,   /* nothing wanted, nothing in flight */
	SCREEN_FLIGHT, /* committed; one shown event is owed */
	SCREEN_PAUSED, /* not ours: wants are kept, nothing is painted */
	SCREEN_ASLEEP, /* the display is dark: the same; until screen_resume */
};

struct session;

struct screen {
	struct session *session;
	struct list link; /* session.screens */
	const struct screen_ops *ops;
	char name[32];
	int32_t width, height; /* of the view: pixels, upright */
	uint64_t refresh_ns;
	/* Where it lies: session/outputs.h. The one matrix is made of these. */
	enum transform transform; /* from the view to the panel */
	double scale;             /* view pixels per unit of the layout */
	double x, y;              /* of its top left, in units of the layout */
	/*
	 * It shows what that one shows, scaled to fit; NULL: its own. x, y and scale are such
	 * that screen_of_layout and screen_matrix hold for it, too; damage and layers
	 * are in the view pixels of that one (screen_source).
	 */
	struct screen *mirrors;
	bool panel;                          /* built in */
	const struct kms_identity *identity; /* the display's; NULL: nobody knows */
	enum screen_state state;
	bool wanted;             /* there is damage, and it has not failed */
	uint64_t retry_ns;       /* it failed, and is tried again then; 0: it did not */
	struct gl_region damage; /* since the last paint */
	struct gl_region history[SCREEN_HISTORY];
	uint64_t frames;   /* shown so far */
	uint64_t shown_ns; /* when the last one was */
	unsigned fast;     /* frames in a row that were shown faster than its refresh */
	bool no_vblank;    /* there were too many of them: we hold the pace */
	uint64_t
		idle_shown_ns; /* session.c: a frame without damage is answered then; 0: none */
	unsigned order;        /* outputs.c: screens lie in this order */
};

/* screen_init: all of it is damaged. The rest is filled in by the back end. */
void screen_init(struct screen *screen, struct session *session,
	const struct screen_ops *ops, const char *name, int32_t width, int32_t height,
	uint64_t refresh_ns);

/* The view's pixel that a point of the layout is on; the screen's size in units of the layout. */
static inline void screen_of_layout(
	const struct screen *screen, double x, double y, double *view_x, double *view_y)
{
	*view_x = (x - screen->x) * screen->scale;
	*view_y = (y - screen->y) * screen->scale;
}

/* Whose layers it shows: its own, or those of the one that it mirrors. */
static inline const struct screen *screen_source(const struct screen *screen)
{
	return screen->mirrors ? screen->mirrors : screen;
}

/* screen_matrix leads from the layout to the panel. */
static inline struct matrix screen_matrix(const struct screen *screen)
{
	struct matrix view = {screen->scale, 0, -screen->x * screen->scale, 0,
		screen->scale, -screen->y * screen->scale};
	return matrix_then(
		view, transform_matrix(screen->transform, screen->width, screen->height));
}

static inline bool screen_holds(const struct screen *screen, double x, double y)
{
	double view_x, view_y;
	screen_of_layout(screen, x, y, &view_x, &view_y);
	return view_x >= 0 && view_y >= 0 && view_x < screen->width &&
	       view_y < screen->height;
}

/* screen_resize: another mode, and new memory; windows follow. */
void screen_resize(
	struct screen *screen, int32_t width, int32_t height, uint64_t refresh_ns);

/* screen_damage: this part must be painted again. screen_damage_all: and what the memory held is gone. */
void screen_damage(struct screen *screen, struct gl_rect rect);
void screen_damage_all(struct screen *screen);

void screen_pause(struct screen *screen);
void screen_resume(struct screen *screen);

/* screen_turn paints and commits if something is wanted and nothing is in flight; once per loop turn. */
void screen_turn(struct screen *screen);

/* When screen_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t screen_next_ns(const struct screen *screen);

/* screen_shown: the back end says that the last commit is visible since present_ns. */
void screen_shown(struct screen *screen, uint64_t present_ns);

#endif
