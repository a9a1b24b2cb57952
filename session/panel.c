#include "session/panel.h"

#include <errno.h>
#include <string.h>

#include "gl/gl.h"
#include "session/outputs.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/window.h"

static const char *const edges[] = {
	[PANEL_NONE] = NULL, [PANEL_BOTTOM] = "bottom", [PANEL_TOP] = "top"};

int panel_edge(const char *scope, enum panel_edge *out)
{
	*out = PANEL_BOTTOM;
	if (scope[0] == '\0' || strcmp(scope, edges[PANEL_BOTTOM]) == 0)
		return 0;
	*out = PANEL_TOP;
	return strcmp(scope, edges[PANEL_TOP]) == 0 ? 0 : -EINVAL;
}

const char *panel_edge_name(enum panel_edge edge)
{
	return edges[edge];
}

/* Among windows. */

static struct window *of_link(struct list *link)
{
	return container_of(link, struct window, link);
}

struct list *panel_first(struct session *session)
{
	struct list *head = &session->windows, *first = head;
	while (first->prev != head && of_link(first->prev)->panel.edge)
		first = first->prev;
	return first;
}

struct window *panel_top_window(struct session *session)
{
	struct list *below = panel_first(session)->prev;
	return below == &session->windows ? NULL : of_link(below);
}

bool panel_hidden(const struct window *window)
{
	return window->panel.edge && !window->panel.given;
}

/* Places. */

struct screen *panel_home(struct session *session)
{
	const struct window *focus = session->focus;
	return focus && focus->screen ? focus->screen
				      : outputs_home(session->outputs, NULL);
}

static int32_t half(const struct screen *screen)
{
	return screen->height / 2;
}

int32_t panel_most(const struct window *window)
{
	return window->panel.edge ? half(window->screen) : 0;
}

static int count_wanting(const struct session *session)
{
	int n = 0;
	list_for_each (window, &session->windows, struct window, link) {
		window->panel.given = 0;
		n += window->panel.wanted > 0;
	}
	return n;
}

/* Who wants no more than an equal part of what is left; the others' part is larger then. */
static bool serve_small(const struct session *session, int32_t *left, int *n)
{
	bool any = false;
	list_for_each (window, &session->windows, struct window, link) {
		struct panel *panel = &window->panel;
		if (panel->wanted <= 0 || panel->given || panel->wanted > *left / *n)
			continue;
		panel->given = panel->wanted;
		*left -= panel->given;
		any = true;
		if (--*n == 0)
			return false;
	}
	return any;
}

void panel_share(struct session *session)
{
	const struct screen *screen = panel_home(session);
	int32_t left = screen ? half(screen) : 0;
	int n = count_wanting(session);
	while (n > 0 && serve_small(session, &left, &n))
		;
	list_for_each (window, &session->windows, struct window, link) {
		if (window->panel.wanted > 0 && !window->panel.given)
			window->panel.given = left / n;
	}
}

struct gl_rect panel_place(const struct window *window)
{
	const struct screen *screen = window->screen;
	struct gl_rect left = {0, 0, screen->width, screen->height};
	list_for_each (each, &window->session->windows, struct window, link) {
		const struct panel *panel = &each->panel;
		if (!panel->edge || each->screen != screen)
			continue;
		struct gl_rect at = left;
		if (panel->edge == PANEL_TOP)
			left.y0 = at.y1 = left.y0 + panel->given;
		else
			left.y1 = at.y0 = left.y1 - panel->given;
		if (each == window)
			return at;
	}
	return left;
}

/* Changes. */

bool panel_dock(struct window *window, uint32_t height)
{
	struct session *session = window->session;
	struct panel *panel = &window->panel;
	int32_t wanted = height < INT32_MAX ? (int32_t)height : INT32_MAX;
	if (!panel->edge)
		return false;
	if (wanted && !panel->wanted && !list_empty(&window->link)) {
		list_remove(&window->link);
		list_push_back(&session->windows, &window->link);
	}
	session->panels_changed |= wanted != panel->wanted;
	panel->wanted = wanted;
	panel->lent = false;
	return true;
}

void panel_turn(struct session *session)
{
	if (!session->panels_changed)
		return;
	session->panels_changed = false;
	session_place(session);
}

void panel_follow(struct session *session)
{
	struct list *first = panel_first(session);
	if (first != &session->windows && of_link(first)->screen != panel_home(session))
		session_place(session);
}

void panel_lend(const struct window *from, struct window *to)
{
	if (!from->panel.edge || !to->panel.edge)
		return;
	to->panel.wanted = from->panel.wanted;
	to->panel.lent = true;
}

void panel_settle(struct window *window)
{
	if (!window->panel.lent)
		return;
	window->session->panels_changed |= window->panel.wanted > 0;
	window->panel.wanted = 0;
	window->panel.lent = false;
}
