#include "session/pointer.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "session/cursor_theme.h"
#include "session/routing.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/settings.h"
#include "util/clock.h"
#include "util/opwire.h"
#include "util/xalloc.h"

struct pointer {
	struct session *session;
	struct cursor_theme *theme;
	double x, y;
	bool there;       /* something moves it, or did */
	bool hidden;      /* until it moves */
	bool held;        /* hidden, whatever it does */
	bool changed;     /* the screens do not know yet */
	uint64_t rest_ns; /* since when it rests */
	uint64_t hide_ns; /* hidden after that much rest; 0: never */
};

static void read_settings(struct pointer *p)
{
	const struct settings *s = p->session->settings;
	p->theme = cursor_theme_create(s->cursor_theme, s->cursor_size);
	p->hide_ns = s->cursor_hide > 0 ? (uint64_t)(s->cursor_hide * NS_PER_S) : 0;
}

struct pointer *pointer_create(struct session *session)
{
	struct pointer *p = xcalloc(1, sizeof *p);
	p->session = session;
	read_settings(p);
	return p;
}

void pointer_destroy(struct pointer *pointer)
{
	if (!pointer)
		return;
	cursor_theme_destroy(pointer->theme);
	free(pointer);
}

static void tell_none(struct pointer *p)
{
	list_for_each (screen, &p->session->screens, struct screen, link)
		screen_pointer(screen, NULL, 0, 0);
}

void pointer_configure(struct pointer *pointer)
{
	if (!pointer)
		return;
	tell_none(pointer);
	cursor_theme_destroy(pointer->theme);
	read_settings(pointer);
	pointer->changed = true;
}

void pointer_at(struct pointer *pointer, double x, double y, uint64_t now_ns)
{
	if (!pointer)
		return;
	pointer->x = x;
	pointer->y = y;
	pointer->there = true;
	pointer->hidden = false;
	pointer->rest_ns = now_ns;
	pointer->changed = true;
}

void pointer_put(struct pointer *pointer, double x, double y, bool there)
{
	if (!pointer)
		return;
	pointer->changed |= pointer->x != x || pointer->y != y || pointer->there != there;
	pointer->x = x;
	pointer->y = y;
	pointer->there = there;
}

void pointer_hide(struct pointer *pointer)
{
	if (!pointer || pointer->hidden)
		return;
	pointer->hidden = true;
	pointer->changed = true;
}

void pointer_hold(struct pointer *pointer, bool held)
{
	if (!pointer || pointer->held == held)
		return;
	pointer->held = held;
	pointer->changed = true;
}

void pointer_changed(struct pointer *pointer)
{
	if (pointer)
		pointer->changed = true;
}

static bool seen(const struct pointer *p)
{
	return p->there && !p->hidden && !p->held;
}

bool pointer_where(const struct pointer *pointer, double *x, double *y)
{
	if (!pointer)
		return false;
	*x = pointer->x;
	*y = pointer->y;
	return seen(pointer);
}

/* A mirror takes it, as all else, in the pixels of what it mirrors. */
static void tell(struct pointer *p, struct screen *screen, unsigned shape)
{
	const struct screen *source = screen_source(screen);
	const struct pointer_image *image = NULL;
	double x = 0, y = 0;
	if (seen(p) && screen_holds(source, p->x, p->y)) {
		image = cursor_theme_image(p->theme, shape, source->scale);
		screen_of_layout(source, p->x, p->y, &x, &y);
	}
	screen_pointer(screen, image, (int32_t)floor(x), (int32_t)floor(y));
}

static void tell_all(struct pointer *p)
{
	unsigned shape =
		seen(p) ? session_cursor(p->session, p->x, p->y) : CURSOR_DEFAULT;
	list_for_each (screen, &p->session->screens, struct screen, link)
		tell(p, screen, shape);
}

void pointer_turn(struct pointer *pointer, uint64_t now_ns)
{
	if (!pointer)
		return;
	if (now_ns >= pointer_next_ns(pointer))
		pointer_hide(pointer);
	if (!pointer->changed)
		return;
	pointer->changed = false;
	tell_all(pointer);
}

uint64_t pointer_next_ns(const struct pointer *pointer)
{
	if (!pointer || !pointer->hide_ns || !seen(pointer))
		return UINT64_MAX;
	return pointer->rest_ns + pointer->hide_ns;
}
