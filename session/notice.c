#include "session/notice.h"

#include <linux/input-event-codes.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include "session/session.h"
#include "session/op_stream.h"
#include "session/writing.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/opwire.h"
#include "util/xalloc.h"

/* Areas: the whole window, so that nothing below is hit, and the buttons. */
#define TAG_WINDOW   1u
#define TAG_BUTTONS  2u

#define SCRIM        0x0b0d11u
#define SCRIM_ALPHA  214
#define CARD         0xfcfcfdu
#define EDGE         0xd7dae1u
#define ALERT        0xd33f49u
#define ON_COLOR     0xffffffu
#define FOCUS        0x2563ebu
#define SHADOW_ALPHA 90
#define SHADOW_SIGMA 14.0f /* dp */

static const uint32_t text_colors[] = {
	[NOTICE_TITLE] = 0x15171cu,
	[NOTICE_WHAT] = 0x363b45u,
	[NOTICE_REPORT] = 0x667080u,
};

/* By state: at rest, under the pointer, pressed; then what is written on it. */
static const uint32_t button_colors[NOTICE_BUTTONS][4] = {
	[NOTICE_RESTART] = {0x2563ebu, 0x3d78f2u, 0x1a4bbdu, 0xffffffu},
	[NOTICE_CLOSE] = {0xe6e8eeu, 0xd9dce4u, 0xc5cad5u, 0x1f242eu},
};

struct notice {
	struct window *window; /* borrowed */
	struct writing *text;  /* borrowed; NULL: there is no font */
	char *title, *what, *report;
	void (*on_press)(void *data, enum notice_button button);
	void *data;
	uint64_t since_ns;
	struct gl_layer *layer;
	struct notice_layout layout;
	struct op_stream stream;
	uint64_t drawn;                      /* how often */
	bool focused;                        /* the keys come here */
	enum notice_button focus;            /* what Enter presses */
	enum notice_button hovered, pressed; /* NOTICE_BUTTONS: none */
};

/* Drawing. */

static void push_box(struct op_stream *s, struct gl_rect r, float grow, float radius)
{
	op_stream_rrect(s, (float)r.x0 - grow, (float)r.y0 - grow, (float)r.x1 + grow,
		(float)r.y1 + grow, radius + grow);
}

static void draw_box(
	struct op_stream *s, struct gl_rect r, float grow, float radius, uint32_t color)
{
	push_box(s, r, grow, radius);
	op_stream_fill(s, color, 255);
	op_stream_pop(s);
}

static void draw_disc(struct op_stream *s, float x, float y, float radius, uint32_t color)
{
	op_stream_ellipse(s, x - radius, y - radius, x + radius, y + radius);
	op_stream_fill(s, color, 255);
	op_stream_pop(s);
}

static void draw_card(struct op_stream *s, const struct notice_layout *l)
{
	const struct gl_rect *r = &l->card;
	op_stream_blur(s, (float)r->x0, (float)r->y0 + 8 * l->k, (float)r->x1,
		(float)r->y1 + 8 * l->k, l->radius, SHADOW_SIGMA * l->k);
	op_stream_fill(s, 0, SHADOW_ALPHA);
	op_stream_pop(s);
	draw_box(s, l->card, 0, l->radius, CARD);
}

static void draw_icon(struct op_stream *s, const struct notice_layout *l)
{
	float d = (float)(l->icon.x1 - l->icon.x0);
	float x = (float)l->icon.x0 + d / 2, y = (float)l->icon.y0;
	if (d <= 0)
		return;
	draw_disc(s, x, y + d / 2, d / 2, ALERT);
	float half = d * 0.055f;
	op_stream_rrect(s, x - half, y + d * 0.24f, x + half, y + d * 0.59f, half);
	op_stream_fill(s, ON_COLOR, 255);
	op_stream_pop(s);
	draw_disc(s, x, y + d * 0.72f, d * 0.068f, ON_COLOR);
}

/* Without a font: an arrow in a circle, and a cross. */
static void draw_sign(struct op_stream *s, struct gl_rect r, bool restart,
	uint32_t ground, uint32_t color)
{
	float x = (float)(r.x0 + r.x1) / 2, y = (float)(r.y0 + r.y1) / 2;
	float u = (float)(r.y1 - r.y0) / 16;
	if (restart) {
		draw_disc(s, x, y, 4 * u, color);
		draw_disc(s, x, y, 2.7f * u, ground);
		op_stream_rect(s, x, y - 5 * u, x + 5 * u, y);
		op_stream_fill(s, ground, 255);
		op_stream_pop(s);
	}
	op_stream_path_begin(s);
	if (restart) {
		op_stream_path_move(s, x, y - 6 * u);
		op_stream_path_line(s, x + 3 * u, y - 3.3f * u);
		op_stream_path_line(s, x, y - 0.6f * u);
	} else {
		static const float cross[12][2] = {{-3, -4}, {0, -1}, {3, -4}, {4, -3},
			{1, 0}, {4, 3}, {3, 4}, {0, 1}, {-3, 4}, {-4, 3}, {-1, 0},
			{-4, -3}};
		op_stream_path_move(s, x + cross[0][0] * u, y + cross[0][1] * u);
		for (int i = 1; i < 12; i++)
			op_stream_path_line(s, x + cross[i][0] * u, y + cross[i][1] * u);
	}
	op_stream_path_end(s);
	op_stream_fill(s, color, 255);
	op_stream_pop(s);
}

static int state_of(const struct notice *notice, enum notice_button button)
{
	if (notice->pressed == button)
		return notice->hovered == button ? 2 : 1;
	return notice->hovered == button && notice->pressed == NOTICE_BUTTONS ? 1 : 0;
}

static void draw_button(struct notice *notice, enum notice_button button)
{
	struct op_stream *s = &notice->stream;
	const struct notice_layout *l = &notice->layout;
	struct gl_rect r = l->buttons[button];
	const uint32_t *colors = button_colors[button];
	uint32_t ground = colors[state_of(notice, button)];
	if (notice->focused && notice->focus == button) {
		float gap = l->k > 1 ? l->k * 2 : 2;
		draw_box(s, r, 2 * gap, l->button_radius, FOCUS);
		draw_box(s, r, gap, l->button_radius, CARD);
	}
	push_box(s, r, 0, l->button_radius);
	op_stream_area(s, TAG_BUTTONS + button);
	op_stream_is(s, CLASS_BUTTON, SEMANTIC_CLICK);
	op_stream_say(s, OP_LABEL, button == NOTICE_RESTART ? "Restart" : "Close");
	op_stream_fill(s, ground, 255);
	op_stream_pop(s);
	if (!notice->text)
		draw_sign(s, r, button == NOTICE_RESTART, ground, colors[3]);
}

static enum writing_weight weight_of(enum notice_role role)
{
	return role == NOTICE_TITLE || role == NOTICE_LABEL ? WRITING_BOLD
							    : WRITING_REGULAR;
}

static uint32_t color_of(const struct notice_line *line, bool first_label)
{
	if (line->role != NOTICE_LABEL)
		return text_colors[line->role];
	return button_colors[first_label ? NOTICE_RESTART : NOTICE_CLOSE][3];
}

static void draw_text(struct notice *notice)
{
	bool first_label = true;
	for (size_t i = 0; i < notice->layout.n_lines; i++) {
		const struct notice_line *line = &notice->layout.lines[i];
		enum writing_weight weight = weight_of(line->role);
		uint32_t color = color_of(line, first_label);
		first_label &= line->role != NOTICE_LABEL;
		op_stream_color(&notice->stream, color, 255);
		writing_put(notice->text, weight, line->size, line->x, line->y,
			line->text, line->n, &notice->stream);
		if (!line->cut)
			continue;
		float x = line->x + writing_width(notice->text, weight, line->size,
					    line->text, line->n);
		writing_put(notice->text, weight, line->size, x, line->y, notice_ellipsis,
			strlen(notice_ellipsis), &notice->stream);
	}
}

static void write_stream(struct notice *notice)
{
	struct op_stream *s = &notice->stream;
	op_stream_begin(s);
	op_stream_rect(
		s, 0, 0, (float)notice->window->width, (float)notice->window->height);
	op_stream_area(s, TAG_WINDOW);
	op_stream_is(s, CLASS_ALERT, 0);
	op_stream_say(s, OP_LABEL, notice->title);
	op_stream_say(s, OP_DESCRIPTION, notice->what);
	op_stream_fill(s, SCRIM, SCRIM_ALPHA);
	op_stream_pop(s);
	if (notice->layout.empty)
		return;
	draw_card(s, &notice->layout);
	draw_icon(s, &notice->layout);
	for (int i = 0; i < NOTICE_BUTTONS; i++)
		draw_button(notice, (enum notice_button)i);
	if (notice->text)
		draw_text(notice);
}

static void draw(struct notice *notice)
{
	struct gl_region damage = {0};
	struct gl_op_error err = {.reason = "out of memory"};
	if (!notice->layer)
		return;
	write_stream(notice);
	notice->drawn++;
	int r = op_stream_end(&notice->stream) ? 0 : -1;
	if (r == 0)
		r = gl_layer_submit(notice->layer, notice->stream.data,
			notice->stream.size, &damage, &err);
	if (r < 0)
		log_error("the notice in %s cannot be drawn: %s", notice->window->name,
			err.reason);
	session_damage(notice->window->session, notice->window, &damage);
}

/* Layout. */

static float measure(void *data, bool bold, float size, const char *s, size_t n)
{
	return data ? writing_width(
			      data, bold ? WRITING_BOLD : WRITING_REGULAR, size, s, n)
		    : 0.6f * size * (float)n;
}

static void lay_out(struct notice *notice)
{
	const struct window *window = notice->window;
	const struct notice_words words = {notice->title, notice->what, notice->report};
	const struct notice_measure m = {.width = measure,
		.data = notice->text,
		.cap = notice->text ? writing_cap(notice->text, WRITING_REGULAR) : 0.7f};
	notice_lay_out(&notice->layout, window->width, window->height, window->scale,
		&words, &m);
}

void notice_configure(struct notice *notice)
{
	const struct window *window = notice->window;
	int r = 0;
	if (!window->session->gl || window->width <= 0)
		return;
	if (!notice->layer)
		r = gl_layer_create(window->session->gl, window->width, window->height,
			&notice->layer);
	else
		r = gl_layer_resize(notice->layer, window->width, window->height);
	if (r < 0) {
		log_error(
			"%s: its notice cannot be made: %s", window->name, strerror(-r));
		return;
	}
	lay_out(notice);
	draw(notice);
}

struct notice *notice_create(struct window *window, struct writing *text,
	const struct notice_words *words,
	void (*pressed)(void *data, enum notice_button button), void *data)
{
	struct notice *notice = xcalloc(1, sizeof *notice);
	*notice = (struct notice){
		.window = window,
		.text = text,
		.title = xstrdup(words->title),
		.what = xstrdup(words->what),
		.report = xstrdup(words->report),
		.on_press = pressed,
		.data = data,
		.since_ns = clock_now_ns(),
		.focus = NOTICE_RESTART,
		.hovered = NOTICE_BUTTONS,
		.pressed = NOTICE_BUTTONS,
	};
	notice_configure(notice);
	return notice;
}

void notice_destroy(struct notice *notice)
{
	if (!notice)
		return;
	gl_layer_destroy(notice->layer);
	op_stream_free(&notice->stream);
	free(notice->title);
	free(notice->what);
	free(notice->report);
	free(notice);
}

void notice_say(struct notice *notice, const char *what)
{
	free(notice->what);
	notice->what = xstrdup(what);
	lay_out(notice);
	draw(notice);
}

struct gl_layer *notice_layer(const struct notice *notice)
{
	return notice->layer;
}

bool notice_box(const struct notice *notice, struct gl_rect *out)
{
	*out = notice->layout.buttons[notice->focus];
	return notice->layer && !notice->layout.empty;
}

uint64_t notice_drawn(const struct notice *notice)
{
	return notice->drawn;
}

/* Input. */

uint64_t notice_tag(const struct notice *notice)
{
	return TAG_BUTTONS + notice->focus;
}

static bool is_early(const struct notice *notice, uint64_t time_ns);

bool notice_click(struct notice *notice, uint64_t tag)
{
	if (tag < TAG_BUTTONS || tag >= TAG_BUTTONS + NOTICE_BUTTONS ||
		is_early(notice, clock_now_ns()))
		return false;
	notice->on_press(notice->data, (enum notice_button)(tag - TAG_BUTTONS));
	return true;
}

void notice_focus(struct notice *notice, bool focused)
{
	if (notice->focused == focused)
		return;
	notice->focused = focused;
	draw(notice);
}

static bool is_early(const struct notice *notice, uint64_t time_ns)
{
	return time_ns < notice->since_ns + NOTICE_GRACE_NS;
}

static void move_focus(struct notice *notice)
{
	notice->focus = notice->focus == NOTICE_RESTART ? NOTICE_CLOSE : NOTICE_RESTART;
	draw(notice);
}

void notice_key(struct notice *notice, const struct input_key *key)
{
	if (!key->pressed || key->repeat || is_early(notice, key->time_ns) ||
		key->mods & (INPUT_MOD_CTRL | INPUT_MOD_ALT | INPUT_MOD_LOGO))
		return;
	switch (key->keysym) {
	case XKB_KEY_Return:
	case XKB_KEY_KP_Enter:
	case XKB_KEY_space:
		notice->on_press(notice->data, notice->focus);
		break;
	case XKB_KEY_r:
	case XKB_KEY_R:
		notice->on_press(notice->data, NOTICE_RESTART);
		break;
	case XKB_KEY_Escape:
		notice->on_press(notice->data, NOTICE_CLOSE);
		break;
	case XKB_KEY_Tab:
	case XKB_KEY_ISO_Left_Tab:
	case XKB_KEY_Left:
	case XKB_KEY_Right:
		move_focus(notice);
		break;
	}
}

/* What the button is after the event; whether it was pressed, all the way. */
static bool track(struct notice *notice, enum notice_button button,
	enum input_route_kind kind, const struct input_pointer *pointer)
{
	bool left = pointer->button == BTN_LEFT, done = false;
	switch (kind) {
	case INPUT_ROUTE_ENTER:
		notice->hovered = button;
		break;
	case INPUT_ROUTE_LEAVE:
		if (notice->hovered == button)
			notice->hovered = NOTICE_BUTTONS;
		break;
	case INPUT_ROUTE_PRESS:
		if (left && !is_early(notice, pointer->time_ns))
			notice->pressed = notice->focus = button;
		break;
	case INPUT_ROUTE_RELEASE:
		done = left && notice->pressed == button && notice->hovered == button;
		if (left)
			notice->pressed = NOTICE_BUTTONS;
		break;
	case INPUT_ROUTE_CANCEL:
		notice->hovered = notice->pressed = NOTICE_BUTTONS;
		break;
	default:
		break;
	}
	return done;
}

void notice_pointer(struct notice *notice, uint64_t tag, enum input_route_kind kind,
	const struct input_pointer *pointer)
{
	enum notice_button hovered = notice->hovered, pressed = notice->pressed;
	enum notice_button focus = notice->focus;
	if (tag < TAG_BUTTONS || tag >= TAG_BUTTONS + NOTICE_BUTTONS ||
		pointer->source == INPUT_SOURCE_TOUCH_MORE)
		return;
	enum notice_button button = (enum notice_button)(tag - TAG_BUTTONS);
	bool done = track(notice, button, kind, pointer);
	if (hovered != notice->hovered || pressed != notice->pressed ||
		focus != notice->focus)
		draw(notice);
	if (done)
		notice->on_press(notice->data, button);
}
