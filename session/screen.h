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
#include "session/frame_clock.h"
#include "session/magnify.h"
#include "session/pointer.h"
#include "session/screen_planes.h"
#include "util/list.h"

#define SCREEN_LAYERS 129 /* two for each plugin that can be named, and who listens */

struct kms_identity;
struct kms_plane_info;
struct screen;

struct screen_ops {
	/*
	 * Memory to paint the next frame into; age: frames since it was last
	 * shown, 0: content unknown. NULL: none now, a shown event will come.
	 */
	struct gl_target *(*acquire)(struct screen *screen, uint32_t *age);
	/*
	 * Shows screen.frame: screen_shown follows. On error nothing changed, and all memory
	 * of it is free again; -EAGAIN: not ours to show now, -ESTALE: planes that plan
	 * promised are refused.
	 */
	int (*commit)(struct screen *screen);
	/* It will not be committed. */
	void (*release)(struct screen *screen);
	/* The display's power off, or on again; a flip in flight is over. 0 or -errno. NULL: it has none. */
	int (*sleep)(struct screen *screen, bool asleep);
	/* kms_output_color; shows with the next commit. -ENOTSUP; NULL: the same. */
	int (*color)(struct screen *screen, const float rgb[3], float gamma);

	/* Planes: NULL where there are none. Pictures of screen.planes, bottom first. */

	/* Which of these can have planes in the next commits: bit i for planes[i]. */
	uint32_t (*plan)(
		struct screen *screen, struct screen_plane *const *planes, size_t n);
	/* As acquire and release, for a picture alone. */
	struct gl_target *(*plane_acquire)(
		struct screen *screen, struct screen_plane *plane, uint32_t *age);
	void (*plane_release)(struct screen *screen, struct screen_plane *plane);
	/* plane.memory goes. */
	void (*plane_forget)(struct screen *screen, struct screen_plane *plane);
	/* For osaas ctl planes; why NULL: it has one. */
	void (*each_plane)(struct screen *screen,
		void (*tell)(void *data, const struct kms_plane_info *info), void *data);
	const char *(*plane_why)(struct screen *screen, const struct screen_plane *plane);

	/*
	 * The pointer, with the next commit: its picture on a plane of its own (NULL: none),
	 * and the view's pixel of its top left. An error: it has to be drawn. Both NULL where
	 * there is no such plane.
	 */
	int (*pointer)(struct screen *screen, const struct pointer_image *image);
	void (*pointer_at)(struct screen *screen, int32_t x, int32_t y);
};

/* What the next commit shows, for the back end. Planes: those of screen.planes that are shown. */
struct screen_frame {
	bool picture;            /* the screen's own was painted; else it stays */
	struct gl_region damage; /* what of it changed since the last one: view pixels */
	int fence; /* a sync file that signals when all is drawn, or -1; commit closes it */
};

enum screen_state {
	SCREEN_IDLE,   /* nothing wanted, nothing in flight */
	SCREEN_FLIGHT, /* committed; one shown event is owed */
	SCREEN_PAUSED, /* not ours: wants are kept, nothing is painted */
	SCREEN_ASLEEP, /* the display is dark: the same; until screen_resume */
};

struct screen_pointer {
	struct pointer_image image; /* serial 0: there is none */
	int32_t x, y;               /* the view's pixel that it points at */
	bool on_plane;              /* of its own */
	bool drawn;                 /* over the screen's picture */
	bool unsure;  /* a modeset may do without it: asked when it is shown */
	bool refused; /* a commit with its plane failed: it has none */
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
	/* Of its view, unless it mirrors; what is damaged beside the part is not painted. */
	struct magnify magnify;
	bool panel;                          /* built in */
	const struct kms_identity *identity; /* the display's; NULL: nobody knows */
	enum screen_state state;
	bool wanted;             /* there is damage, and it has not failed */
	uint64_t retry_ns;       /* it failed, and is tried again then; 0: it did not */
	struct gl_region damage; /* since the last paint */
	struct gl_region history[SCREEN_HISTORY];
	uint64_t frames;   /* shown so far */
	uint64_t shown_ns; /* when the last one was */
	/* session.c: a frame without damage is answered then; 0: none. */
	uint64_t idle_shown_ns;
	unsigned order; /* outputs.c: screens lie in this order */
	/* When painting of the last one committed began, and ended. */
	uint64_t paint_ns, painted_ns;

	bool nudged;     /* something beside the pictures is to be committed */
	bool stuck;      /* no memory, or not ours: an event will come */
	uint64_t due_ns; /* when to paint what is wanted; 0: not asked yet */
	bool fences;     /* commits wait for drawing themselves */
	int drawing;     /* the last commit's fence, or -1 */
	struct frame_clock clock;
	struct screen_frame frame;
	struct screen_planes planes;
	struct screen_pointer pointer;
	size_t composed; /* windows in its own picture, the last time */
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

/* screen_place leads from a place in the layout, were nothing magnified, to what is shown there. */
static inline void screen_place(const struct screen *screen, double *x, double *y)
{
	const struct screen *source = screen_source(screen);
	double view_x, view_y;
	if (!magnify_on(&source->magnify))
		return;
	screen_of_layout(source, *x, *y, &view_x, &view_y);
	magnify_place(&source->magnify, source->width, source->height, &view_x, &view_y);
	*x = source->x + view_x / source->scale;
	*y = source->y + view_y / source->scale;
}

static inline bool screen_holds(const struct screen *screen, double x, double y)
{
	double view_x, view_y;
	screen_of_layout(screen, x, y, &view_x, &view_y);
	return view_x >= 0 && view_y >= 0 && view_x < screen->width &&
	       view_y < screen->height;
}

/* screen_on_panel: where what is upright lies on the panel. */
static inline struct gl_rect screen_on_panel(
	const struct screen *screen, struct gl_rect view)
{
	struct matrix m =
		transform_matrix(screen->transform, screen->width, screen->height);
	double x0 = view.x0, y0 = view.y0, x1 = view.x1, y1 = view.y1;
	matrix_rect(&m, &x0, &y0, &x1, &y1);
	return (struct gl_rect){(int32_t)x0, (int32_t)y0, (int32_t)x1, (int32_t)y1};
}

/* screen_resize: another mode, and new memory; windows follow. */
void screen_resize(
	struct screen *screen, int32_t width, int32_t height, uint64_t refresh_ns);

/*
 * screen_turned: its transform is another, or whom it mirrors; its size is the new one already.
 * Those that mirror it show another picture, too.
 */
void screen_turned(struct screen *screen);

/*
 * screen_magnified: it, or what it mirrors, was magnified, or otherwise than before: all is
 * painted.
 */
void screen_magnified(struct screen *screen);

/* screen_scaled: it is magnified, or mirrors one of another size: its pixels are not the view's. */
static inline bool screen_scaled(const struct screen *screen)
{
	const struct screen *source = screen_source(screen);
	return magnify_on(&source->magnify) || source->width != screen->width ||
	       source->height != screen->height;
}

/*
 * screen_damage: this part must be painted again, that of planes, too.
 * screen_damage_picture: of the screen's own picture alone. screen_damage_all: and what
 * the memory held is gone.
 */
void screen_damage(struct screen *screen, struct gl_rect rect);
void screen_damage_picture(struct screen *screen, struct gl_rect rect);
void screen_damage_all(struct screen *screen);

/*
 * screen_submitted: a layer that lies at x, y of the view got a new scene; damage, in the
 * layer, is what gl_layer_submit told. Asked before the next submit.
 */
void screen_submitted(struct screen *screen, const struct gl_layer *layer, int32_t x,
	int32_t y, const struct gl_region *damage);

/*
 * screen_pointer: image (NULL: none) points at this pixel of the view. Its pixels are
 * borrowed until another one is given. Costs no painting where there is a plane for it.
 */
void screen_pointer(
	struct screen *screen, const struct pointer_image *image, int32_t x, int32_t y);

/* screen_pointer_bounds: what of the view a pointer covers that is drawn; else empty. */
struct gl_rect screen_pointer_bounds(const struct screen *screen);
/* screen_pointer_again: the back end forgot it, or the screen lies otherwise. */
void screen_pointer_again(struct screen *screen);
/* screen_pointer_refused: it is drawn from now on. */
void screen_pointer_refused(struct screen *screen);

/* screen_nudge: something of the back end shows with the next commit (colours): there is one. */
void screen_nudge(struct screen *screen);

void screen_pause(struct screen *screen);
void screen_resume(struct screen *screen);

/*
 * screen_turn paints and commits if something is wanted, nothing is in flight, and it is
 * time (frame_clock.h); once per loop turn.
 */
void screen_turn(struct screen *screen);

/* When screen_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t screen_next_ns(const struct screen *screen);

/* screen_shown: the back end says that the last commit is visible since present_ns. */
void screen_shown(struct screen *screen, uint64_t present_ns);

/* screen_lost: ... or that nobody will ever know: it is painted anew. */
void screen_lost(struct screen *screen);

/* screen_compose: gl_compose_view, for the frame under way: its fence becomes that of the frame. */
int screen_compose(struct screen *screen, struct gl_target *target,
	struct gl_composition *composition);

/* screen_finish: before its back end goes: memory of planes, too, is freed. */
void screen_finish(struct screen *screen);

#endif
