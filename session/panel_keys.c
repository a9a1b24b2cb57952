#include "session/panel_keys.h"

#include <stdlib.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include "gl/gl.h"
#include "input/focus.h"
#include "session/a11y.h"
#include "session/focusing.h"
#include "session/keys.h"
#include "session/panel.h"
#include "session/pointer.h"
#include "session/screen.h"
#include "session/service_method.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/opwire.h"

#define AREAS_MAX 512 /* of a panel; further ones are not gone to */

/* Whose turn it is. */

static bool can_have(const struct window *window)
{
	return window->panel.edge && !panel_hidden(window) && window->layer &&
	       window->mapped;
}

static struct window *after(struct session *session, const struct window *panel)
{
	struct list *link = panel ? panel->link.next : panel_first(session);
	for (; link != &session->windows; link = link->next) {
		struct window *window = container_of(link, struct window, link);
		if (can_have(window))
			return window;
	}
	return NULL;
}

void panel_keys_end(struct session *session)
{
	struct panel_keys *keys = &session->panel_keys;
	struct window *panel = keys->panel;
	const bool focused = keys->focused;
	keys->panel = NULL;
	keys->focused = false;
	keys->tag = 0;
	if (panel)
		keys_leave(session->keys);
	if (panel && focused)
		focusing_tell(panel, false);
	else if (panel)
		pointer_hide(session->pointer);
}

static void begin(struct session *session, struct window *panel)
{
	struct panel_keys *keys = &session->panel_keys;
	struct gl_focus any;
	keys_leave(session->keys);
	if (session->focus && !session->focus->notice)
		focusing_let_go(session->focus);
	keys->panel = panel;
	keys->focused = gl_layer_focus(panel->layer, 0, &any);
	if (keys->focused)
		focusing_tell(panel, true);
}

bool panel_keys_next(struct session *session)
{
	/* What waits was for whoever had them. */
	a11y_let_keys_go(session->a11y);
	service_method_leave(session);
	struct window *next = after(session, session->panel_keys.panel);
	bool had = session->panel_keys.panel != NULL;
	panel_keys_end(session);
	if (next)
		begin(session, next);
	return next || had;
}

void panel_keys_forget(struct session *session, const struct window *window)
{
	if (session->panel_keys.panel != window)
		return;
	keys_leave(session->keys);
	session->panel_keys =
		(struct panel_keys){.swallowed = session->panel_keys.swallowed};
}

/* From one area to the next. */

struct areas {
	struct input_focus_area items[AREAS_MAX];
	size_t n;
};

static void note_area(void *data, const struct gl_layer_note *note)
{
	struct areas *areas = data;
	const struct gl_rect *b = &note->bounds;
	if (note->op != OP_CLASS || !note->has_area || !note->area ||
		areas->n == AREAS_MAX || b->x1 <= b->x0 || b->y1 <= b->y0)
		return;
	for (size_t i = 0; i < areas->n; i++) {
		if (areas->items[i].tag == note->area)
			return;
	}
	areas->items[areas->n++] =
		(struct input_focus_area){note->area, {b->x0, b->y0, b->x1, b->y1}, 0, 0};
}

static void show(const struct window *panel, const struct input_box *box)
{
	struct session *session = panel->session;
	const struct screen *screen = panel->screen;
	double x = panel->x + (box->x0 + box->x1) / 2.0;
	double y = panel->y + (box->y0 + box->y1) / 2.0;
	x = screen->x + x / screen->scale;
	y = screen->y + y / screen->scale;
	pointer_at(session->pointer, x, y, clock_now_ns());
	magnifier_point(session, x, y, false);
}

static void step(struct session *session, enum input_focus_step step)
{
	struct panel_keys *keys = &session->panel_keys;
	struct areas *areas = calloc(1, sizeof *areas);
	if (!areas)
		return;
	gl_layer_notes(keys->panel->layer, note_area, areas);
	uint64_t tag = input_focus_move(areas->items, areas->n, keys->tag, step);
	for (size_t i = 0; i < areas->n && tag; i++) {
		if (areas->items[i].tag != tag)
			continue;
		keys->tag = tag;
		show(keys->panel, &areas->items[i].box);
	}
	free(areas);
}

/* Keys. */

static void go(struct session *session, const struct input_key *key)
{
	struct panel_keys *keys = &session->panel_keys;
	switch (key->keysym) {
	case XKB_KEY_Tab:
		step(session, key->mods & INPUT_MOD_SHIFT ? INPUT_FOCUS_BACKWARD
							  : INPUT_FOCUS_FORWARD);
		break;
	case XKB_KEY_ISO_Left_Tab:
		step(session, INPUT_FOCUS_BACKWARD);
		break;
	case XKB_KEY_Left:
		step(session, INPUT_FOCUS_LEFT);
		break;
	case XKB_KEY_Right:
		step(session, INPUT_FOCUS_RIGHT);
		break;
	case XKB_KEY_Up:
		step(session, INPUT_FOCUS_UP);
		break;
	case XKB_KEY_Down:
		step(session, INPUT_FOCUS_DOWN);
		break;
	case XKB_KEY_Return:
	case XKB_KEY_KP_Enter:
	case XKB_KEY_space:
		if (!key->repeat)
			focusing_click_area(keys->panel, keys->tag, clock_now_ns());
		break;
	}
}

/* The release of what ended it; a press of that key again is another. */
static bool was_swallowed(struct panel_keys *keys, const struct input_key *key)
{
	bool was = keys->swallowed && keys->swallowed == key->code;
	if (was && (!key->pressed || !key->repeat))
		keys->swallowed = 0;
	return was && (!key->pressed || key->repeat);
}

bool panel_keys_take(struct session *session, const struct input_key *key)
{
	struct panel_keys *keys = &session->panel_keys;
	if (was_swallowed(keys, key))
		return true;
	if (keys->panel && !can_have(keys->panel)) {
		panel_keys_end(session);
		return key->repeat; /* it was pressed for the panel */
	}
	if (!keys->panel)
		return false;
	if (key->pressed && key->keysym == XKB_KEY_Escape) {
		keys->swallowed = key->code;
		panel_keys_end(session);
	} else if (keys->focused) {
		focusing_key(keys->panel, key);
	} else if (key->pressed) {
		go(session, key);
	}
	return true;
}
