#include "session/magnifier.h"

#include <math.h>

#include "gl/rect.h"
#include "session/input_handlers.h"
#include "session/keys.h"
#include "session/notice.h"
#include "session/pointer.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/window.h"
#include "util/opwire.h"

/* Parts of the side of what is seen. */
#define SHARE_POINTER 8
#define SHARE_PLACED  128 /* it goes on there as long as one points there */
#define SHARE_KEYS    12

/* Where. */

static struct screen *screen_at(struct session *session, double x, double y)
{
	list_for_each (screen, &session->screens, struct screen, link) {
		if (!screen->mirrors && screen_holds(screen, x, y))
			return screen;
	}
	return NULL;
}

struct screen *magnifier_screen(struct session *session)
{
	const struct window *window = session->focus;
	struct screen *screen = NULL;
	double x, y;
	if (pointer_where(session->pointer, &x, &y))
		screen = screen_at(session, x, y);
	if (!screen && window)
		screen = window->screen;
	list_for_each (first, &session->screens, struct screen, link) {
		if (!screen && !first->mirrors)
			screen = first;
	}
	return screen;
}

/* What has the keys. */

struct caret {
	uint64_t tag;
	bool found;
	struct gl_rect box;
};

static void note_caret(void *data, const struct gl_layer_note *note)
{
	struct caret *caret = data;
	const float *n = note->number;
	const double *m = note->to_layer;
	if (note->op != OP_SELECTION || note->tag != caret->tag)
		return;
	double x = (double)n[0], top = (double)n[1] - (double)n[2],
	       bottom = (double)n[1] + (double)n[3];
	double x0 = m[0] * x + m[1] * top + m[2], y0 = m[3] * x + m[4] * top + m[5];
	double x1 = m[0] * x + m[1] * bottom + m[2], y1 = m[3] * x + m[4] * bottom + m[5];
	/* Far away, or no number: it is nowhere. */
	caret->found =
		fabs(x0) < 1e6 && fabs(y0) < 1e6 && fabs(x1) < 1e6 && fabs(y1) < 1e6;
	if (caret->found)
		caret->box = (struct gl_rect){(int32_t)floor(fmin(x0, x1)),
			(int32_t)floor(fmin(y0, y1)), (int32_t)ceil(fmax(x0, x1)) + 1,
			(int32_t)ceil(fmax(y0, y1)) + 1};
}

/* In the window. */
static bool area_box(const struct window *window, struct gl_rect *out)
{
	struct caret caret = {.tag = window->focus};
	struct gl_around around;
	uint64_t tag;
	if (!window->layer || !window->focus ||
		gl_layer_around(window->layer, window->focus, &around, &tag, 1) == 0)
		return false;
	*out = rect_intersect(around.box, around.within);
	gl_layer_notes(window->layer, note_caret, &caret);
	if (caret.found)
		*out = caret.box;
	return true;
}

/* In the view of its screen. */
static bool keys_box(const struct window *window, struct gl_rect *out)
{
	bool any =
		window->notice ? notice_box(window->notice, out) : area_box(window, out);
	if (!any)
		return false;
	out->x0 += window->x;
	out->x1 += window->x;
	out->y0 += window->y;
	out->y1 += window->y;
	return true;
}

/* How much. */

static void note_on(struct session *session)
{
	session->magnifier.on = false;
	list_for_each (screen, &session->screens, struct screen, link)
		session->magnifier.on |= magnify_on(&screen->magnify);
}

static void note_moved(struct session *session, struct screen *screen)
{
	session->magnifier.moved = true;
	screen_magnified(screen);
}

/* A point of the view that is to stay where it is seen: its middle, if there is nothing else. */
static void fixed_point(
	struct session *session, const struct screen *screen, int32_t *x, int32_t *y)
{
	const struct window *window = session->focus;
	struct gl_rect box;
	double at_x, at_y, view_x = screen->width / 2.0, view_y = screen->height / 2.0;
	if (pointer_where(session->pointer, &at_x, &at_y) &&
		screen_holds(screen, at_x, at_y)) {
		screen_of_layout(screen, at_x, at_y, &view_x, &view_y);
	} else if (window && window->screen == screen && keys_box(window, &box)) {
		view_x = (box.x0 + box.x1) / 2.0;
		view_y = (box.y0 + box.y1) / 2.0;
	}
	*x = (int32_t)floor(view_x);
	*y = (int32_t)floor(view_y);
}

void magnifier_set(struct session *session, struct screen *screen, double factor)
{
	struct magnify old = screen->magnify;
	int32_t x, y;
	fixed_point(session, screen, &x, &y);
	magnify_set(&screen->magnify, screen->width, screen->height, factor, x, y);
	note_on(session);
	if (!rect_same(&old.part, &screen->magnify.part))
		note_moved(session, screen);
}

void magnifier_step(struct session *session, int step)
{
	struct screen *screen = magnifier_screen(session);
	if (screen)
		magnifier_set(
			session, screen, magnify_step(screen->magnify.factor, step));
}

/* Following. */

static void follow(struct session *session, struct screen *screen,
	const struct gl_rect *what, int32_t share)
{
	if (magnify_follow(&screen->magnify, screen->width, screen->height, what, share))
		note_moved(session, screen);
}

void magnifier_point(struct session *session, double x, double y, bool placed)
{
	struct screen *screen;
	double view_x, view_y;
	session->magnifier.keyed = false;
	if (!session->magnifier.on || !(screen = screen_at(session, x, y)))
		return;
	screen_of_layout(screen, x, y, &view_x, &view_y);
	int32_t at_x = (int32_t)floor(view_x), at_y = (int32_t)floor(view_y);
	const struct gl_rect what = {at_x, at_y, at_x + 1, at_y + 1};
	follow(session, screen, &what, placed ? SHARE_PLACED : SHARE_POINTER);
}

void magnifier_key(struct session *session)
{
	session->magnifier.keyed = true;
}

/* Only what is elsewhere than it was, so that a frame that changes nothing moves nothing. */
static void follow_keys(struct session *session)
{
	struct magnifier *m = &session->magnifier;
	const struct panel_keys *panels = &session->panel_keys;
	const struct window *window = panels->focused ? panels->panel : session->focus;
	struct gl_rect box;
	if (panels->panel && !panels->focused)
		return;
	if (!window || !window->screen || !magnify_on(&window->screen->magnify))
		return;
	bool other = window != m->window || window->focus != m->tag;
	if ((!other && !m->relaid && !window->notice) || !keys_box(window, &box))
		return;
	m->window = window;
	m->tag = window->focus;
	m->relaid = false;
	if (!other && rect_same(&box, &m->box))
		return;
	m->box = box;
	follow(session, window->screen, &box, SHARE_KEYS);
}

void magnifier_turn(struct session *session)
{
	struct magnifier *m = &session->magnifier;
	if (m->on && m->keyed)
		follow_keys(session);
	if (!m->moved)
		return;
	m->moved = false;
	if (session->keys && session->keys->input)
		input_tell_screens(session->keys->input, session);
}
