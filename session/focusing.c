#include "session/focusing.h"

#include <stdlib.h>
#include <string.h>

#include <xkbcommon/xkbcommon-keysyms.h>

#include "session/keys.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/opwire.h"

void focusing_finish(struct focusing *focusing)
{
	free(focusing->areas);
	*focusing = (struct focusing){0};
}

/* Who has it. */

static bool has_keys(const struct window *window)
{
	const struct session *session = window->session;
	return (session->focus == window && !window->notice) ||
	       (session->panel_keys.panel == window && session->panel_keys.focused);
}

void focusing_tell(struct window *window, bool focused)
{
	if (!focused)
		focusing_let_go(window);
	if (focused)
		window_send_focus(window, true);
	if (window->focus)
		window_send_area_focus(window, window->focus, focused);
	if (!focused)
		window_send_focus(window, false);
}

static void give(struct window *window, uint64_t tag)
{
	if (window->focus != tag)
		texting_move(window, tag);
	/* A key that waited may have moved it there. */
	uint64_t was = window->focus;
	window->focus = tag;
	if (was == tag || !has_keys(window))
		return;
	keys_focus(window->session->keys);
	if (was)
		window_send_area_focus(window, was, false);
	if (tag)
		window_send_area_focus(window, tag, true);
}

static bool can_have(const struct window *window, uint64_t tag)
{
	struct gl_hit at;
	return tag && window->layer &&
	       (gl_layer_listen(window->layer, tag).kinds & LISTEN_FOCUS) &&
	       gl_layer_locate(window->layer, tag, 0, 0, &at);
}

bool focusing_set(struct window *window, uint64_t tag)
{
	bool can = !tag || can_have(window, tag);
	if (can)
		give(window, tag);
	return can;
}

void focusing_press(struct window *window, const struct input_target *under, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (focusing_set(window, under[i].tag) && under[i].tag)
			return;
	}
}

void focusing_check(struct window *window)
{
	if (window->focus && !can_have(window, window->focus))
		give(window, 0);
}

/* From one to the next. */

static bool grow(struct focusing *focusing)
{
	size_t max = focusing->max ? 2 * focusing->max : 64;
	void *areas = realloc(focusing->areas, max * sizeof *focusing->areas);
	if (!areas) {
		log_error("no memory to move the focus among %zu areas", max);
		return false;
	}
	focusing->areas = areas;
	focusing->max = max;
	return true;
}

static size_t collect(struct focusing *focusing, const struct window *window)
{
	struct gl_focus focus;
	size_t n = 0;
	while (gl_layer_focus(window->layer, n, &focus)) {
		if (n == focusing->max && !grow(focusing))
			break;
		const struct gl_rect *b = &focus.bounds;
		focusing->areas[n++] = (struct input_focus_area){
			focus.tag, {b->x0, b->y0, b->x1, b->y1}, 0, 0};
	}
	return n;
}

/* What is told to an area that no pointer is over. */
static void send_at(struct window *window, const struct gl_rect *box, uint64_t tag,
	enum input_route_kind kind, struct input_pointer *pointer)
{
	pointer->x = (float)window->x + ((float)box->x0 + (float)box->x1) / 2;
	pointer->y = (float)window->y + ((float)box->y0 + (float)box->y1) / 2;
	window_send_pointer(window, tag, kind, pointer);
}

static float take(float *left, float min, float max)
{
	float taken = *left > max ? max : *left < min ? min : *left;
	*left -= taken;
	return taken;
}

/* Only who divides scrolling says how far it goes. */
static void scroll(struct window *window, const struct gl_around *around,
	const uint64_t *tags, size_t n, float x, float y)
{
	for (size_t i = 0; i < n && (x != 0 || y != 0); i++) {
		struct gl_listen listen = gl_layer_listen(window->layer, tags[i]);
		struct input_pointer p = {
			.kind = INPUT_POINTER_SCROLL, .time_ns = clock_now_ns()};
		if (!listen.said || !(listen.kinds & INPUT_ROUTE_SCROLL))
			continue;
		p.scroll_x = take(&x, listen.x_min, listen.x_max);
		p.scroll_y = take(&y, listen.y_min, listen.y_max);
		send_at(window, &around->box, tags[i], INPUT_ROUTE_SCROLL, &p);
	}
}

static void reveal(struct window *window, uint64_t tag)
{
	uint64_t tags[INPUT_ROUTE_MAX];
	struct gl_around a;
	size_t n = gl_layer_around(window->layer, tag, &a, tags, INPUT_ROUTE_MAX);
	const struct input_box box = {a.box.x0, a.box.y0, a.box.x1, a.box.y1},
			       view = {a.within.x0, a.within.y0, a.within.x1,
				       a.within.y1};
	int32_t dx, dy;
	if (n == 0)
		return;
	input_focus_reveal(&box, &view, &dx, &dy);
	scroll(window, &a, tags, n, (float)dx, (float)dy);
}

bool focusing_move(struct window *window, enum input_focus_step step)
{
	struct focusing *focusing = &window->session->focusing;
	size_t n = window->layer ? collect(focusing, window) : 0;
	uint64_t tag = input_focus_move(focusing->areas, n, window->focus, step);
	if (!tag)
		return false;
	give(window, tag);
	reveal(window, tag);
	return true;
}

/* Keys. */

struct editor {
	uint64_t tag;
	bool is;
};

static void note_editor(void *data, const struct gl_layer_note *note)
{
	struct editor *editor = data;
	bool about = note->op == OP_CLASS && note->has_area &&
		     note->area == editor->tag && note->value[0] == CLASS_EDITOR;
	bool text = note->op == OP_INPUT_HINT || note->op == OP_SELECTION ||
		    note->op == OP_SNIPPET;
	editor->is |= about || (text && note->tag == editor->tag);
}

/* It is called an editor, or tells of text that is typed there. */
static bool is_editor(const struct window *window, uint64_t tag)
{
	struct editor editor = {.tag = tag};
	gl_layer_notes(window->layer, note_editor, &editor);
	return editor.is;
}

static bool step_of_arrow(uint32_t keysym, enum input_focus_step *step)
{
	switch (keysym) {
	case XKB_KEY_Left:
		*step = INPUT_FOCUS_LEFT;
		return true;
	case XKB_KEY_Right:
		*step = INPUT_FOCUS_RIGHT;
		return true;
	case XKB_KEY_Up:
		*step = INPUT_FOCUS_UP;
		return true;
	case XKB_KEY_Down:
		*step = INPUT_FOCUS_DOWN;
		return true;
	default:
		return false;
	}
}

static bool moves_focus(struct window *window, const struct input_key *key)
{
	bool shift = key->mods & INPUT_MOD_SHIFT;
	enum input_focus_step step;
	if (!key->pressed || !window->layer || (key->mods & ~(uint32_t)INPUT_MOD_SHIFT))
		return false;
	if (input_key_is_tab(key->keysym))
		return focusing_move(
			window, shift ? INPUT_FOCUS_BACKWARD : INPUT_FOCUS_FORWARD);
	return !shift && window->focus && step_of_arrow(key->keysym, &step) &&
	       !is_editor(window, window->focus) && focusing_move(window, step);
}

static bool takes(const struct window *window, const struct input_key *key, uint64_t *tag)
{
	uint32_t mods = window_mods(key->mods);
	bool command = key->mods & ~(uint32_t)INPUT_MOD_SHIFT;
	struct gl_key_filter f;
	for (size_t i = 0; window->layer && gl_layer_keys(window->layer, i, &f); i++) {
		const struct input_key_filter filter = {f.required, f.optional, f.keysym};
		if ((f.focused && f.tag != window->focus) ||
			!(input_key_matches(&filter, key->keysym, mods) ||
				(command &&
					input_key_matches(&filter, key->latin, mods))))
			continue;
		*tag = f.tag;
		return true;
	}
	return false;
}

/*
 * A press, its repeats and its release are one thing. Returns whether the set has the key's
 * press; a release, and another press, take it out.
 */
static bool goes_on(uint8_t set[static KEY_CNT / 8], const struct input_key *key)
{
	if (key->code >= KEY_CNT)
		return false;
	uint8_t *byte = &set[key->code / 8];
	uint8_t bit = (uint8_t)(1u << key->code % 8);
	bool was = *byte & bit;
	if (!key->repeat)
		*byte &= (uint8_t)~bit;
	return was && !(key->pressed && !key->repeat);
}

static void put(uint8_t set[static KEY_CNT / 8], uint32_t code)
{
	if (code < KEY_CNT)
		set[code / 8] |= (uint8_t)(1u << code % 8);
}

static void note_down(struct window *window, const struct input_key *key, uint64_t tag)
{
	put(window->down, key->code);
	if (key->code < KEY_CNT)
		window->session->focusing.symbols[key->code] =
			(struct focusing_symbol){key->keysym, key->latin, tag};
}

void focusing_let_go(struct window *window)
{
	const struct focusing *focusing = &window->session->focusing;
	struct input_key key = {.time_ns = clock_now_ns()};
	for (key.code = 0; key.code < KEY_CNT; key.code++) {
		if (!goes_on(window->down, &key))
			continue;
		const struct focusing_symbol *symbol = &focusing->symbols[key.code];
		key.keysym = symbol->keysym;
		key.latin = symbol->latin;
		window_send_key(window, &key, symbol->tag);
	}
}

void focusing_key(struct window *window, const struct input_key *key)
{
	uint8_t *taken = window->session->focusing.taken;
	uint64_t tag = window->focus;
	bool fresh = key->pressed && !key->repeat;
	if (goes_on(taken, key)) {
		moves_focus(window, key);
		return;
	}
	if (!goes_on(window->down, key) && !fresh && !(key->pressed && key->keysym))
		return;
	if (!takes(window, key, &tag) && moves_focus(window, key)) {
		put(taken, key->code);
		return;
	}
	if (fresh)
		note_down(window, key, tag);
	window_send_key(window, key, tag);
}

/* A click. */

static bool deliver(struct window *window, const struct gl_around *around,
	const uint64_t *tags, size_t n, enum input_route_kind kind,
	struct input_pointer *pointer)
{
	for (size_t i = 0; i < n; i++) {
		if (!(gl_layer_listen(window->layer, tags[i]).kinds & kind))
			continue;
		send_at(window, &around->box, tags[i], kind, pointer);
		return true;
	}
	return false;
}

bool focusing_click_area(struct window *window, uint64_t tag, uint64_t time_ns)
{
	uint64_t tags[INPUT_ROUTE_MAX];
	struct gl_around around;
	struct input_pointer p = {.time_ns = time_ns,
		.source = INPUT_SOURCE_TOUCH,
		.button = BTN_LEFT,
		.buttons = 1};
	if (!tag || !window->layer)
		return false;
	size_t n = gl_layer_around(window->layer, tag, &around, tags, INPUT_ROUTE_MAX);
	bool pressed = deliver(window, &around, tags, n, INPUT_ROUTE_PRESS, &p);
	p.buttons = 0;
	return deliver(window, &around, tags, n, INPUT_ROUTE_RELEASE, &p) || pressed;
}

bool focusing_click(struct window *window, uint64_t time_ns)
{
	return focusing_click_area(window, window->focus, time_ns);
}
