/*
 * panel: windows of "gui.panel", along an edge of the screen that has the keys. They are the
 * last of session.windows, and so above all others, in the order in which they docked: the
 * first at an edge lies outermost. The windows of that screen have what is left between them.
 *
 * All together get at most half of the screen's height. If they want more, who wants
 * little gets it, and the others divide the rest equally (max-min fairness).
 */
#ifndef OSAAS_SESSION_PANEL_H
#define OSAAS_SESSION_PANEL_H

#include <stdbool.h>
#include <stdint.h>

struct gl_rect;
struct list;
struct screen;
struct session;
struct window;

enum panel_edge {
	PANEL_NONE, /* the window is no panel */
	PANEL_BOTTOM,
	PANEL_TOP,
};

/* A window's. */
struct panel {
	enum panel_edge edge;
	int32_t wanted; /* pixels of the screen; 0: it is not seen */
	int32_t given;  /* of them */
	int32_t most;   /* that it could be given: as it was told */
	bool lent; /* wanted by whom it takes the place of; it has not said anything yet */
};

/* panel_edge reads a scope: "top", "bottom", or "": bottom. 0 or -EINVAL. */
int panel_edge(const char *scope, enum panel_edge *out);
/* panel_edge_name: NULL of none. */
const char *panel_edge_name(enum panel_edge edge);

/* panel_first: where panels begin among session.windows; its head: there are none. */
struct list *panel_first(struct session *session);
/* panel_top_window: the topmost window that is no panel, or NULL. */
struct window *panel_top_window(struct session *session);

/* panel_hidden: it is a panel that has no place now. */
bool panel_hidden(const struct window *window);

/* panel_home: the screen of panels: where the keys go, else the first; NULL: there is none. */
struct screen *panel_home(struct session *session);

/* panel_most: what it can be given on its screen; 0 of a window that is no panel. */
int32_t panel_most(const struct window *window);
/* panel_share decides how much each gets, before windows are placed. */
void panel_share(struct session *session);
/* panel_place: where the window, a panel or not, lies on its screen: pixels of the view. */
struct gl_rect panel_place(const struct window *window);

/*
 * panel_dock carries out OSAAS_WINDOW_DOCK, with the next panel_turn. False: it is no panel.
 * panel_turn, once per turn.
 */
bool panel_dock(struct window *window, uint32_t height);
void panel_turn(struct session *session);

/* panel_follow: the keys go elsewhere, and panels with them. */
void panel_follow(struct session *session);

/*
 * panel_lend: one that takes the place of another keeps its height until it docks itself, or
 * till panel_settle, then without any.
 */
void panel_lend(const struct window *from, struct window *to);
void panel_settle(struct window *window);

#endif
