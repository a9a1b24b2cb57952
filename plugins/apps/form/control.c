/* Check box, switch, radio buttons, slider, buttons. */
#include "form.h"

const char *const replies[REPLIES] = {"E-mail", "Telephone", "Letter"};

static bool is_focused(uint64_t tag)
{
	return form.focus == tag;
}

/* ---- What they look like ------------------------------------------------ */

/* An area with its listeners, and what it is, of the clip that is pushed for it. */
static void begin(struct osaas_ops *ops, uint64_t tag, struct rect r, bool can_focus)
{
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_area(ops, tag);
	osaas_ops_cursor(ops, OSAAS_CURSOR_POINTER);
	osaas_ops_listen(ops, tag,
		OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE | OSAAS_POINTER_DRAG |
			OSAAS_POINTER_CANCEL | OSAAS_POINTER_ENTER | OSAAS_POINTER_LEAVE |
			(can_focus ? OSAAS_LISTEN_FOCUS : 0) | OSAAS_LISTEN_MERGE,
		0, 0, 0, 0);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK | OSAAS_SEMANTIC_FOCUS);
}

static void end(struct osaas_ops *ops)
{
	osaas_ops_clip_pop(ops);
}

static void label_beside(
	struct osaas_ops *ops, const char *text, struct rect r, float from)
{
	r.x0 += from;
	paint_words(ops, (struct words){text, 15, 400, color_ink, OSAAS_WORDS_LEFT}, r);
}

static struct rect mark_of(struct rect r, float width, float height)
{
	float y = roundf((r.y0 + r.y1 - dp(height)) / 2);
	return (struct rect){r.x0, y, r.x0 + dp(width), y + dp(height)};
}

static void draw_tick(struct osaas_ops *ops, struct rect m)
{
	float u = (m.x1 - m.x0) / 22;
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, m.x0 + 6 * u, m.y0 + 11.5f * u);
	osaas_ops_path_line(ops, m.x0 + 9.5f * u, m.y0 + 15 * u);
	osaas_ops_path_line(ops, m.x0 + 16 * u, m.y0 + 7.5f * u);
	osaas_ops_clip_stroke(ops, &(struct osaas_stroke){.width = 2.4f * u});
	osaas_ops_color(ops, 255, 255, 255, 255);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_check(struct osaas_ops *ops)
{
	struct rect r = form.layout.news, m = mark_of(r, 22, 22);
	const char *label = "Send me the newsletter";
	paint_box(ops, m, dp(6), form.news ? color_accent : color_white,
		form.news ? color_accent : color_line, is_focused(TAG_NEWS));
	if (form.news)
		draw_tick(ops, m);
	begin(ops, TAG_NEWS, r, true);
	osaas_ops_class(ops, OSAAS_CLASS_CHECK_BOX);
	osaas_ops_label(ops, label);
	osaas_ops_selected(ops, form.news);
	label_beside(ops, label, r, dp(34));
	end(ops);
}

static void draw_switch(struct osaas_ops *ops)
{
	struct rect r = form.layout.remember, m = mark_of(r, 44, 24);
	const char *label = "Remember me";
	struct color track = form.remember ? color_accent : color_line;
	if (is_focused(TAG_REMEMBER))
		paint_box(ops, m, dp(12), track, track, true);
	paint_round(ops, m, dp(12), track);
	struct rect knob = {m.x0 + dp(3), m.y0 + dp(3), m.x0 + dp(21), m.y1 - dp(3)};
	if (form.remember) {
		knob.x0 += dp(20);
		knob.x1 += dp(20);
	}
	paint_round(ops, knob, dp(9), color_white);
	begin(ops, TAG_REMEMBER, r, true);
	osaas_ops_class(ops, OSAAS_CLASS_SWITCH);
	osaas_ops_label(ops, label);
	osaas_ops_selected(ops, form.remember);
	label_beside(ops, label, r, dp(56));
	end(ops);
}

/* Only the one that is chosen is reached by Tab; the arrows choose, and go on to the next. */
static void draw_reply(struct osaas_ops *ops, uint32_t i)
{
	struct rect r = form.layout.reply[i], m = mark_of(r, 22, 22);
	bool chosen = form.reply == i;
	uint64_t tag = TAG_REPLY + i;
	paint_box(ops, m, dp(11), chosen ? color_accent : color_white,
		chosen ? color_accent : color_line, is_focused(tag));
	if (chosen)
		paint_round(ops,
			(struct rect){
				m.x0 + dp(7), m.y0 + dp(7), m.x1 - dp(7), m.y1 - dp(7)},
			dp(4), color_white);
	begin(ops, tag, r, chosen);
	osaas_ops_class(ops, OSAAS_CLASS_RADIO_BUTTON);
	osaas_ops_label(ops, replies[i]);
	osaas_ops_selected(ops, chosen);
	label_beside(ops, replies[i], r, dp(34));
	end(ops);
	for (uint32_t key = KEY_LEFT; key <= KEY_DOWN; key++)
		osaas_ops_keys(ops, tag, 0, 0, key, true);
}

static void draw_replies(struct osaas_ops *ops)
{
	struct rect r = form.layout.reply_group;
	float out = dp(4); /* rings reach beyond */
	const char *label = "How may we reply?";
	paint_words(ops, (struct words){label, 13, 600, color_soft, OSAAS_WORDS_LEFT},
		form.layout.reply_label);
	osaas_ops_clip_rect(ops, r.x0 - out, r.y0 - out, r.x1 + out, r.y1 + out);
	osaas_ops_class(ops, OSAAS_CLASS_GROUP);
	osaas_ops_label(ops, label);
	for (uint32_t i = 0; i < REPLIES; i++)
		draw_reply(ops, i);
	osaas_ops_clip_pop(ops);
}

/* The way of the knob's centre. */
static struct rect track_of(void)
{
	struct rect r = form.layout.volume;
	return (struct rect){r.x0 + dp(12), r.y0, r.x1 - dp(12), r.y1};
}

static void draw_knob(struct osaas_ops *ops, float x, float y)
{
	struct rect knob = {x - dp(11), y - dp(11), x + dp(11), y + dp(11)};
	paint_shadow(ops, knob, dp(11), dp(2));
	paint_box(ops, knob, dp(11), color_white, color_accent, is_focused(TAG_VOLUME));
}

static void draw_slider(struct osaas_ops *ops)
{
	struct rect r = form.layout.volume, t = track_of();
	float x = roundf(t.x0 + (t.x1 - t.x0) * (float)form.volume / 100);
	float y = roundf((r.y0 + r.y1) / 2), half = dp(2);
	const char *label = "Volume";
	char value[8];
	snprintf(value, sizeof value, "%u %%", form.volume);
	paint_words(ops, (struct words){label, 13, 600, color_soft, OSAAS_WORDS_LEFT},
		form.layout.volume_label);
	paint_words(ops, (struct words){value, 13, 400, color_soft, OSAAS_WORDS_RIGHT},
		form.layout.volume_label);
	paint_round(ops, (struct rect){r.x0, y - half, r.x1, y + half}, half, color_line);
	paint_round(ops, (struct rect){r.x0, y - half, x, y + half}, half, color_accent);
	draw_knob(ops, x, y);
	begin(ops, TAG_VOLUME, r, true);
	osaas_ops_class(ops, OSAAS_CLASS_SLIDER);
	osaas_ops_label(ops, label);
	osaas_ops_value(ops, value, strlen(value));
	osaas_ops_range(ops, (float)form.volume, 0, 100);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_FOCUS | OSAAS_SEMANTIC_INCREMENT |
						OSAAS_SEMANTIC_DECREMENT);
	end(ops);
	for (uint32_t key = KEY_LEFT; key <= KEY_DOWN; key++)
		osaas_ops_keys(ops, TAG_VOLUME, 0, 0, key, true);
}

static void draw_button(struct osaas_ops *ops, uint64_t tag, const char *label)
{
	struct rect r = layout_of(tag);
	bool main = tag == TAG_SAVE, hover = form.hover == tag;
	struct color face = main ? color_accent : color_card;
	if (hover && main)
		face = (struct color){0x28, 0x60, 0x8b, 255};
	else if (hover)
		face = color_wash;
	if (form.pressed == tag && hover)
		face = main ? color_ink : color_line;
	paint_box(ops, r, dp(8), face, main ? face : color_line, is_focused(tag));
	begin(ops, tag, r, true);
	osaas_ops_class(ops, OSAAS_CLASS_BUTTON);
	osaas_ops_label(ops, label);
	paint_words(ops,
		(struct words){label, 15, 600, main ? color_white : color_ink,
			OSAAS_WORDS_CENTER},
		r);
	end(ops);
}

void control_draw(struct osaas_ops *ops)
{
	draw_check(ops);
	draw_switch(ops);
	draw_replies(ops);
	draw_slider(ops);
}

void control_draw_buttons(struct osaas_ops *ops)
{
	draw_button(ops, TAG_CLEAR, "Clear");
	draw_button(ops, TAG_SAVE, "Save");
}

/* ---- What they do ------------------------------------------------------- */

static void choose_reply(uint32_t i, bool focus)
{
	form.reply = i;
	if (focus)
		form.next_focus = TAG_REPLY + i;
}

static void set_volume(int volume)
{
	form.volume = (uint32_t)(volume < 0 ? 0 : volume > 100 ? 100 : volume);
}

static void click(uint64_t tag)
{
	if (tag >= TAG_REPLY && tag < TAG_REPLY + REPLIES)
		choose_reply((uint32_t)(tag - TAG_REPLY), true);
	switch (tag) {
	case TAG_NEWS:
		form.news = !form.news;
		break;
	case TAG_REMEMBER:
		form.remember = !form.remember;
		break;
	case TAG_CLEAR:
		form_reset();
		break;
	case TAG_SAVE:
		form_save();
		break;
	}
	form.changed = true;
}

void control_act(uint64_t tag, uint32_t action)
{
	int step = action == OSAAS_SEMANTIC_INCREMENT   ? VOLUME_STEP
		   : action == OSAAS_SEMANTIC_DECREMENT ? -VOLUME_STEP
							: 0;
	if (action == OSAAS_SEMANTIC_CLICK)
		click(tag);
	if (action == OSAAS_SEMANTIC_FOCUS) {
		form.next_focus = tag;
		if (tag >= TAG_REPLY && tag < TAG_REPLY + REPLIES)
			choose_reply((uint32_t)(tag - TAG_REPLY), true);
	}
	if (tag == TAG_VOLUME)
		set_volume((int)form.volume + step);
	form.changed = true;
}

static bool reply_key(uint32_t keysym)
{
	uint32_t i = form.reply;
	if (keysym == KEY_DOWN || keysym == KEY_RIGHT)
		i = (i + 1) % REPLIES;
	else if (keysym == KEY_UP || keysym == KEY_LEFT)
		i = (i + REPLIES - 1) % REPLIES;
	else
		return keysym == KEY_SPACE;
	choose_reply(i, true);
	return true;
}

static bool volume_key(uint32_t keysym)
{
	int v = (int)form.volume;
	switch (keysym) {
	case KEY_LEFT:
	case KEY_DOWN:
		set_volume(v - VOLUME_STEP);
		return true;
	case KEY_RIGHT:
	case KEY_UP:
		set_volume(v + VOLUME_STEP);
		return true;
	case KEY_PAGE_UP:
	case KEY_PAGE_DOWN:
		set_volume(v + 4 * (keysym == KEY_PAGE_UP ? VOLUME_STEP : -VOLUME_STEP));
		return true;
	case KEY_HOME:
	case KEY_END:
		set_volume(keysym == KEY_HOME ? 0 : 100);
		return true;
	default:
		return false;
	}
}

bool control_key(const struct osaas_window_key *key)
{
	uint64_t tag = key->tag;
	bool button = tag == TAG_CLEAR || tag == TAG_SAVE;
	bool other = tag == TAG_NEWS || tag == TAG_REMEMBER;
	bool done = false;
	if (tag >= TAG_REPLY && tag < TAG_REPLY + REPLIES)
		done = reply_key(key->keysym);
	else if (tag == TAG_VOLUME)
		done = volume_key(key->keysym);
	else if ((button || other) &&
		 (key->keysym == KEY_SPACE || (button && key->keysym == KEY_ENTER)) &&
		 !key->repeat) {
		click(tag);
		done = true;
	}
	form.changed |= done;
	return done;
}

static void slide(float x)
{
	struct rect t = track_of();
	set_volume((int)roundf((x - t.x0) / (t.x1 - t.x0) * 100));
	form.changed = true;
}

static bool is_inside(uint64_t tag, float x, float y)
{
	struct rect r = layout_of(tag);
	return x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
}

/* A press and a release in the same thing. */
void control_pointer(const struct osaas_window_pointer *p)
{
	bool left = p->button == BUTTON_LEFT;
	bool in = is_inside(p->tag, p->x, p->y);
	switch (p->kind) {
	case OSAAS_POINTER_ENTER:
		form.hover = p->tag;
		break;
	case OSAAS_POINTER_LEAVE:
		form.hover = 0;
		break;
	case OSAAS_POINTER_CANCEL:
		form.pressed = form.hover = 0;
		break;
	case OSAAS_POINTER_PRESS:
		if (left)
			form.pressed = p->tag;
		if (left && p->tag == TAG_VOLUME)
			slide(p->x);
		break;
	case OSAAS_POINTER_DRAG:
		if (form.pressed == p->tag && p->tag == TAG_VOLUME)
			slide(p->x);
		break;
	case OSAAS_POINTER_RELEASE:
		if (left && form.pressed == p->tag && in)
			click(p->tag);
		if (left)
			form.pressed = 0;
		break;
	}
	form.changed = true;
}

bool is_control(uint64_t tag)
{
	return tag >= TAG_NEWS && tag <= TAG_SAVE;
}
