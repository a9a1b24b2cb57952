#include "session/texting.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <math.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>

#include "input/route.h"
#include "session/devices.h"
#include "session/focusing.h"
#include "session/service_method.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/opwire.h"
#include "util/utf8.h"

/* After that long without a frame a plugin that waits is believed: the edit changed nothing. */
#define BELIEVED_NS (250 * NS_PER_MS)

static const char keyboard; /* the composer of what is pending there */
static const struct text_range nothing = {TEXT_INPUT_NO_PLACE, TEXT_INPUT_NO_PLACE};

/* What frames tell. */

struct collected {
	uint64_t tag;
	struct text_told told;
};

static struct text_input_caret caret_of(const struct gl_layer_note *note)
{
	const double *m = note->to_layer;
	double x = (double)note->number[0], y = (double)note->number[1],
	       tall = hypot(m[1], m[4]);
	return (struct text_input_caret){(float)(m[0] * x + m[1] * y + m[2]),
		(float)(m[3] * x + m[4] * y + m[5]),
		(float)((double)note->number[2] * tall),
		(float)((double)note->number[3] * tall)};
}

static void collect(void *data, const struct gl_layer_note *note)
{
	struct collected *c = data;
	struct text_told *told = &c->told;
	const struct text_range range = {note->value[0], note->value[1]};
	if (note->op == OP_CLASS) {
		told->editor |= note->has_area && note->area == c->tag &&
				note->value[0] == CLASS_EDITOR;
		return;
	}
	if (note->tag != c->tag)
		return;
	if (note->op == OP_INPUT_HINT) {
		told->hint = note->value[0];
	} else if (note->op == OP_SELECTION) {
		told->selects = true;
		told->select = range;
		told->caret = caret_of(note);
	} else if (note->op == OP_SNIPPET) {
		told->snippets = true;
		told->snippet = range;
		told->text = note->text;
		told->size = note->n_text;
	} else {
		return;
	}
	told->editor = true;
}

static void read_frame(struct texting *t)
{
	struct collected c = {.tag = t->tag, .told = {.text = ""}};
	const struct window *window = t->window;
	t->stale = t->guessed = false;
	if (window && window->mapped && t->tag)
		gl_layer_notes(window->layer, collect, &c);
	text_input_take(&t->state, &c.told);
	if (text_range_is_none(t->state.compose))
		t->composer = NULL;
}

/* Which field. */

static void begin(struct texting *t, struct window *window, uint64_t tag)
{
	t->serial++;
	t->window = window;
	t->tag = tag;
	t->left = t->touched = false;
	t->composer = NULL;
	t->asked = nothing;
	t->known = 0;
	text_input_reset(&t->state);
	t->frame_told = window ? window->shown_told : 0;
	t->stale = true;
}

/* The plugin was told all, waits, and owes no frame: what its last one shows is so. */
static bool is_believed(const struct texting *t)
{
	return t->guessed && clock_now_ns() - t->edit_ns >= BELIEVED_NS &&
	       window_idle(t->window);
}

struct texting *texting_look(struct session *session)
{
	struct texting *t = &session->texting;
	struct window *window = session->focus;
	if (window && window->notice)
		window = NULL;
	uint64_t tag = window ? window->focus : 0;
	if (t->left || t->serial == 0 || t->window != window || t->tag != tag)
		begin(t, window, tag);
	if (t->stale) {
		read_frame(t);
		t->known = t->frame_told;
	} else if (window && is_believed(t)) {
		read_frame(t);
	}
	return t;
}

bool texting_certain(struct session *session)
{
	struct texting *t = texting_look(session);
	if (!t->window || !t->state.selects)
		return true;
	if (t->known != t->window->heard.told && window_idle(t->window))
		t->known = t->window->heard.told;
	return t->known == t->window->heard.told;
}

bool texting_is_secret(const struct texting *t)
{
	return t->state.hint == HINT_PASSWORD;
}

/* To press: the tablet is folded, or there never was one. */
static bool has_keys(const struct session *session)
{
	const struct input *input = devices_input(session->devices);
	return !session->tablet_mode && (!input || input_has_keyboard(input));
}

bool texting_wants_keyboard(const struct session *session)
{
	const struct texting *t = &session->texting;
	if (!t->window || t->dismissed)
		return false;
	return t->window->keyboard ||
	       (t->state.editor && (t->touched || !has_keys(session)));
}

/* Edits. */

struct edit {
	struct text_range range;
	const char *text;
	size_t size;
	struct text_range select, compose;
	bool keeps_caret; /* it is wherever the plugin has it */
};

static int send(const struct texting *t, uint32_t type, struct text_range range,
	const char *text, size_t size)
{
	const struct osaas_window_edit edit = {t->tag, range.start, range.end};
	return window_send_edit(t->window, type, &edit, text, size);
}

static void send_compose(struct texting *t, struct text_range compose)
{
	bool was = !text_range_is_none(t->state.compose);
	if (compose.start == compose.end)
		compose = nothing;
	if (was || !text_range_is_none(compose))
		send(t, OSAAS_WINDOW_COMPOSE, compose, NULL, 0);
	text_input_compose(&t->state, compose);
}

/* A composition over what it says; the selection; and all of that is foreseen. */
static int apply(struct texting *t, const struct edit *edit)
{
	bool certain = t->known == t->window->heard.told;
	const struct text_range range = text_range_sorted(edit->range);
	if (edit->size || range.start != range.end) {
		int r = send(t, OSAAS_WINDOW_EDIT, range, edit->text, edit->size);
		if (r < 0)
			return r;
		text_input_replace(&t->state, range, edit->text, edit->size);
	}
	send_compose(t, edit->compose);
	if (!edit->keeps_caret) {
		send(t, OSAAS_WINDOW_SELECT, edit->select, NULL, 0);
		text_input_select(&t->state, edit->select);
	}
	if (certain)
		t->known = t->window->heard.told;
	t->guessed = true;
	t->edit_ns = clock_now_ns();
	return 0;
}

/* What is under composition stays as text. */
static void end_composition(struct texting *t)
{
	if (t->window && t->composer)
		send_compose(t, nothing);
	t->composer = NULL;
}

static struct text_range at(uint32_t place)
{
	return (struct text_range){place, place};
}

/* Where somebody's text goes: in place of his composition, else of the selection. */
static struct text_range place_of(struct texting *t, const void *by)
{
	if (t->composer && t->composer != by)
		end_composition(t);
	return t->composer ? t->state.compose : text_range_sorted(t->state.select);
}

/* As keys. */

static void press(struct window *window, struct input_key *key)
{
	key->pressed = true;
	focusing_key(window, key);
}

static void release(struct window *window, struct input_key *key)
{
	key->pressed = key->repeat = false;
	memset(key->utf8, 0, sizeof key->utf8);
	focusing_key(window, key);
}

/* How many bytes of text go into one event: whole characters, none that controls. */
static size_t chunk(const char *text, size_t size, uint32_t *first, size_t *characters)
{
	size_t n = 0, step;
	uint32_t c;
	*characters = 0;
	while (n < size) {
		step = utf8_read((const unsigned char *)text + n, size - n, &c);
		if (n + step >= sizeof((struct input_key *)0)->utf8 || c < 0x20 ||
			c == 0x7f)
			break;
		if (n == 0)
			*first = c;
		n += step;
		++*characters;
	}
	return n;
}

static size_t type_control(struct window *window, char c)
{
	struct input_key key = {.time_ns = clock_now_ns()};
	if (c == '\n' || c == '\r') {
		key.code = KEY_ENTER;
		key.keysym = XKB_KEY_Return;
	} else if (c == '\t') {
		key.code = KEY_TAB;
		key.keysym = XKB_KEY_Tab;
	} else {
		return 1;
	}
	key.plain = key.latin = key.keysym;
	press(window, &key);
	release(window, &key);
	return 1;
}

/* One press, the text that it has no room for in presses that repeat, and a release. */
static size_t type_run(struct window *window, const char *text, size_t size)
{
	struct input_key key = {.time_ns = clock_now_ns()};
	size_t done = 0, n, characters;
	uint32_t c = 0, next, keysym = 0;
	while ((n = chunk(text + done, size - done, &c, &characters)) > 0) {
		memset(key.utf8, 0, sizeof key.utf8);
		memcpy(key.utf8, text + done, n);
		if (done == 0 && characters == 1 &&
			chunk(text + n, size - n, &next, &characters) == 0)
			keysym = xkb_utf32_to_keysym(c);
		key.keysym = key.plain = key.latin = done == 0 ? keysym : 0;
		key.repeat = done > 0;
		press(window, &key);
		done += n;
	}
	key.keysym = key.plain = key.latin = keysym;
	if (done)
		release(window, &key);
	return done;
}

static void type(struct window *window, const char *text, size_t size)
{
	for (size_t i = 0; i < size;) {
		size_t n = type_run(window, text + i, size - i);
		i += n ? n : type_control(window, text[i]);
	}
}

/* Requests. */

static int check(const struct texting *t, const struct texting_text *text, int64_t *n)
{
	*n = 0;
	if (!t->window || text->field != t->serial)
		return -ENOENT;
	if (text->size > TEXTING_MAX ||
		(text->size > TEXTING_KEYS_MAX && !t->state.selects))
		return -E2BIG;
	*n = text_characters(text->text, text->size);
	return *n < 0 ? -EINVAL : 0;
}

int texting_commit(struct session *session, const struct texting_text *text)
{
	struct texting *t = texting_look(session);
	int64_t n;
	int r = check(t, text, &n);
	if (r < 0)
		return r;
	if (!t->state.selects) {
		type(t->window, text->text, text->size);
		return 0;
	}
	struct text_range range = place_of(t, text->by);
	const struct edit edit = {.range = range,
		.text = text->text,
		.size = text->size,
		.select = at(text_shift(range.start, n)),
		.compose = nothing};
	r = apply(t, &edit);
	if (r == 0)
		t->composer = NULL;
	return r;
}

int texting_compose(struct session *session, const struct texting_text *text,
	struct text_range select)
{
	struct texting *t = texting_look(session);
	int64_t n;
	int r = check(t, text, &n);
	if (r < 0)
		return r;
	if (!t->state.selects || texting_is_secret(t))
		return -ENOSYS;
	struct text_range range = place_of(t, text->by);
	if (n == 0 && !t->composer)
		return 0;
	const struct edit edit = {.range = range,
		.text = text->text,
		.size = text->size,
		.select = {text_shift(range.start, select.start < n ? select.start : n),
			text_shift(range.start, select.end < n ? select.end : n)},
		.compose = {range.start, text_shift(range.start, n)}};
	r = apply(t, &edit);
	if (r == 0)
		t->composer = n ? text->by : NULL;
	return r;
}

int texting_delete(
	struct session *session, uint64_t field, uint32_t before, uint32_t after)
{
	struct texting *t = texting_look(session);
	if (!t->window || field != t->serial)
		return -ENOENT;
	if (!t->state.selects)
		return -ENOSYS;
	const struct text_range s = text_range_sorted(t->state.select),
				range = {text_shift(s.start, -(int64_t)before),
					text_shift(s.end, after)};
	const struct edit edit = {.range = range,
		.text = "",
		.select = at(range.start),
		.compose = nothing};
	end_composition(t);
	return apply(t, &edit);
}

void texting_end(struct session *session, const void *by)
{
	if (session->texting.composer == by)
		end_composition(&session->texting);
}

/* What is composed on the keyboard. */

static void show_pending(struct texting *t)
{
	size_t size = strlen(t->pending);
	struct text_range range = place_of(t, &keyboard);
	uint32_t end = text_shift(range.start, text_characters(t->pending, size));
	const struct edit edit = {.range = range,
		.text = t->pending,
		.size = size,
		.select = at(end),
		.compose = {range.start, end}};
	if (apply(t, &edit) < 0)
		return;
	t->composer = size ? &keyboard : NULL;
	t->pending_seen = true;
}

/* Where it is known to be; wherever the caret is by now. */
static void hide_pending(struct texting *t)
{
	const struct edit edit = {.range = t->state.compose,
		.text = "",
		.select = at(t->state.compose.start),
		.compose = nothing,
		.keeps_caret = t->known != t->window->heard.told};
	apply(t, &edit);
	t->composer = NULL;
}

static void try_pending(struct session *session)
{
	struct texting *t = texting_look(session);
	if (t->state.selects && !texting_is_secret(t) && texting_certain(session) &&
		(!t->composer || t->composer == &keyboard))
		show_pending(t);
}

void texting_pending(struct session *session, const char *pending)
{
	struct texting *t = &session->texting;
	size_t n = strnlen(pending, TEXTING_PENDING - 1);
	memcpy(t->pending, pending, n);
	t->pending[n] = '\0';
	t->pending_seen = false;
	if (n > 0)
		try_pending(session);
	else if (t->window && t->composer == &keyboard)
		hide_pending(t);
}

/* The keyboard on the screen. */

void texting_touch(struct session *session, const struct input_target *under, size_t n)
{
	struct window *window = n ? under[0].owner : NULL;
	if (!window || window != session->focus || window->notice || !window->focus)
		return;
	struct texting *t = texting_look(session);
	for (size_t i = 0; i < n; i++) {
		if (under[i].owner != window || under[i].tag != window->focus)
			continue;
		t->touched = true;
		t->dismissed = false;
	}
}

void texting_keyboard(struct window *window, bool wanted)
{
	struct texting *t = &window->session->texting;
	window->keyboard = window->keyboard_kept = wanted;
	if (!wanted && t->window == window)
		t->touched = false;
}

void texting_dismiss(struct session *session)
{
	session->texting.dismissed = true;
}

/* From others. */

void texting_leave(struct session *session)
{
	struct texting *t = &session->texting;
	service_method_leave(session);
	if (t->window && t->composer && t->composer != &keyboard)
		end_composition(t);
	t->left = true;
}

void texting_move(struct window *window, uint64_t tag)
{
	if (!window->keyboard_kept || !tag)
		window->keyboard = window->keyboard_kept = false;
	if (window->session->texting.window == window)
		texting_leave(window->session);
}

void texting_forget(struct session *session, const struct window *window)
{
	struct texting *t = &session->texting;
	if (t->window != window)
		return;
	t->window = NULL;
	t->composer = NULL;
	t->left = true;
}

/* One that was sent before an edit was heard shows the text of before. */
void texting_frame(struct window *window)
{
	struct texting *t = &window->session->texting;
	if (t->window != window || (t->guessed && !window->shown_told))
		return;
	t->stale = true;
	t->frame_told = window->shown_told;
}

static void ask(struct texting *t)
{
	if (t->window && !texting_is_secret(t) && text_input_wants(&t->state, &t->asked))
		send(t, OSAAS_WINDOW_SNIPPET, t->asked, NULL, 0);
}

void texting_turn(struct session *session)
{
	struct texting *t = &session->texting;
	if (t->pending[0] && !t->pending_seen)
		try_pending(session);
	if (!t->methods)
		return;
	ask(texting_look(session));
	service_method_turn(session);
}
