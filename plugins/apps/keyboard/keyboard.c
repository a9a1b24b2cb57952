#include "keyboard.h"

#include <osaas_method.h>
#include <osaas_request.h>
#include <osaas_std.h>
#include <osaas_window.h>

#include "draw.h"
#include "typing.h"

static struct keyboard {
	osaas_chan panel, method;
	struct osaas_window_config config; /* width 0: none yet */
	struct osaas_method_field field;

	enum form form;
	enum page page;
	uint32_t category;
	struct keymap keymap;
	struct layout layout;
	struct latch latches[MODIFIERS];
	struct fingers fingers;
	struct popup popup;
	struct labels labels;

	uint64_t event_ns; /* when what is handled now was done */
	uint32_t docked;   /* what DOCK said last */
	bool changed;      /* what is on the screen is no longer right */
	bool under_way;    /* a frame was sent and not yet shown */
	uint64_t serial;   /* of the last frame */
} keyboard;

static uint32_t level(void)
{
	return (latch_on(&keyboard.latches[MODIFIER_SHIFT]) ? LEVEL_SHIFT : 0u) |
	       (latch_on(&keyboard.latches[MODIFIER_ALTGR]) ? LEVEL_ALTGR : 0u);
}

/* ---- The picture -------------------------------------------------------- */

static void draw(void)
{
	const struct view view = {
		.layout = &keyboard.layout,
		.keymap = &keyboard.keymap,
		.latches = keyboard.latches,
		.fingers = &keyboard.fingers,
		.popup = &keyboard.popup,
		.labels = &keyboard.labels,
		.level = level(),
		.category = keyboard.category,
		.secret = keyboard.field.hint == OSAAS_HINT_PASSWORD,
	};
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	draw_keyboard(&ops, &view);
	int r = osaas_ops_send(keyboard.panel, &ops, ++keyboard.serial);
	if (r < 0)
		osaas_printf(OSAAS_LOG_ERROR, "frame not sent: error %d", r);
	keyboard.under_way = r == 0;
	keyboard.changed = false;
}

static void close_popup(void)
{
	keyboard.changed |= keyboard.popup.open;
	keyboard.popup.open = false;
}

/* The keys are others from now on. */
static void build(void)
{
	const struct layout_ask ask = {
		.width = keyboard.config.width,
		.height = keyboard.config.height,
		.scale = keyboard.config.scale,
		.form = keyboard.form,
		.page = keyboard.page,
		.category = keyboard.category,
		.hint = keyboard.field.hint,
		.keymap = &keyboard.keymap,
	};
	fingers_forget(&keyboard.fingers);
	close_popup();
	for (int i = 0; i < MODIFIERS; i++)
		latch_up(&keyboard.latches[i], true);
	layout_build(&keyboard.layout, &ask);
	keyboard.changed = true;
}

/* As high as is wanted now; each height is asked for once. */
static void dock(void)
{
	const struct osaas_window_config *c = &keyboard.config;
	if (c->width <= 0)
		return;
	uint32_t height = (uint32_t)layout_height(c->width, c->most, c->scale,
		keymap_tall(&keyboard.keymap), &keyboard.form);
	if (!keyboard.field.keyboard)
		height = 0;
	if (height == keyboard.docked)
		return;
	keyboard.docked = height;
	osaas_window_dock(keyboard.panel, height);
}

/* ---- Typing ------------------------------------------------------------- */

static void type(struct typing typing, uint32_t times)
{
	uint64_t field = keyboard.field.field;
	if (typing.key) {
		typing.press.field = field;
		typing.press.times = times;
		osaas_method_press(keyboard.method, &typing.press);
	} else if (typing.text[0]) {
		osaas_method_commit(
			keyboard.method, field, typing.text, strlen(typing.text));
	}
	for (int i = 0; i < MODIFIERS; i++)
		latch_spend(&keyboard.latches[i]);
}

static void turn(enum page page)
{
	keyboard.page = page;
	build();
}

static void show_category(uint32_t category)
{
	keyboard.category = category;
	build();
}

static void next_layout(void)
{
	const struct keymap *keymap = &keyboard.keymap;
	if (keymap->layouts > 1)
		osaas_method_layout(
			keyboard.method, (keymap->layout + 1) % keymap->layouts);
}

static void do_key(const struct key *key, uint32_t times)
{
	bool ctrl = latch_on(&keyboard.latches[MODIFIER_CTRL]);
	switch ((enum key_does)key->does) {
	case KEY_TYPES_PLACE:
	case KEY_TYPES_TEXT:
	case KEY_PRESSES:
		type(typing_of_key(&keyboard.keymap, key, level(), ctrl), times);
		break;
	case KEY_TURNS:
		turn((enum page)key->arg);
		break;
	case KEY_EMOJI:
		show_category(key->arg);
		break;
	case KEY_LAYOUT:
		next_layout();
		break;
	case KEY_DISMISSES:
		osaas_method_dismiss(keyboard.method);
		break;
	case KEY_LATCHES:
		break;
	}
}

static void choose(int i)
{
	bool ctrl = latch_on(&keyboard.latches[MODIFIER_CTRL]);
	close_popup();
	if (i >= 0)
		type(typing_of_text(
			     &keyboard.keymap, keyboard.popup.offers.text[i], ctrl),
			1);
}

static bool open_offers(int i, float x, float y, bool stays)
{
	struct popup *popup = &keyboard.popup;
	offers_of(&popup->offers, &keyboard.layout.keys[i], &keyboard.keymap, level(),
		keyboard.field.hint);
	if (popup->offers.n == 0)
		return false;
	popup_open(popup, &keyboard.layout, i, x, y, stays);
	return true;
}

static bool handle_deed(void *data, const struct deed *deed)
{
	(void)data;
	bool seen = true;
	if (deed->key < 0)
		return false;
	const struct key *key = &keyboard.layout.keys[deed->key];
	struct latch *latch = &keyboard.latches[key->arg % MODIFIERS];
	switch (deed->kind) {
	case DEED_TYPE:
		do_key(key, deed->times);
		break;
	case DEED_LATCH_DOWN:
		latch_down(latch, key->arg != MODIFIER_CTRL, keyboard.event_ns);
		break;
	case DEED_LATCH_UP:
		latch_up(latch, deed->times > 0);
		break;
	case DEED_OPEN:
		seen = open_offers(deed->key, deed->x, deed->y, false);
		break;
	case DEED_POINT:
		seen = popup_point(&keyboard.popup, deed->x, deed->y);
		break;
	case DEED_CHOOSE:
		popup_point(&keyboard.popup, deed->x, deed->y);
		choose(keyboard.popup.chosen);
		break;
	case DEED_CLOSE:
		close_popup();
		break;
	}
	keyboard.changed |= seen;
	return seen;
}

/* ---- Events of the panel ------------------------------------------------ */

static void handle_config(const struct osaas_msg *msg)
{
	struct osaas_window_config was = keyboard.config, *config = &keyboard.config;
	memcpy(config, msg->u.bytes, sizeof *config);
	keyboard.under_way = false;
	keyboard.changed = true;
	if (config->scale != was.scale)
		labels_clear(&keyboard.labels);
	dock();
	if (memcmp(config, &was, sizeof was) != 0)
		build();
}

static void handle_answer(const struct osaas_msg *msg)
{
	if (msg->u.u64[0] == keyboard.serial)
		keyboard.under_way = false;
}

static void press(uint32_t id, uint64_t tag, float x, float y)
{
	bool is_key = tag >= TAG_KEY && tag - TAG_KEY < keyboard.layout.n;
	keyboard.changed = true;
	if (tag >= TAG_OFFER && tag < TAG_END && keyboard.popup.stays) {
		keyboard.popup.chosen = (int)(tag - TAG_OFFER);
		return;
	}
	if (keyboard.popup.stays)
		close_popup();
	if (is_key)
		fingers_press(&keyboard.fingers, id, (int)(tag - TAG_KEY),
			&keyboard.layout.keys[tag - TAG_KEY],
			(int32_t)(8 * keyboard.config.scale), x, y, osaas_now());
}

static void lift(uint32_t id, uint64_t tag, float x, float y)
{
	const struct popup *popup = &keyboard.popup;
	keyboard.changed = true;
	if (tag < TAG_OFFER) {
		fingers_lift(&keyboard.fingers, id, x, y, osaas_now());
	} else if (popup->open && popup->stays && tag - TAG_OFFER < popup->offers.n) {
		uint32_t i = (uint32_t)(tag - TAG_OFFER);
		struct box b = popup_box(popup, i);
		choose(box_has(&b, x, y) ? (int)i : -1);
	}
}

#define BUTTON_LEFT 0x110 /* BTN_LEFT of linux/input-event-codes.h */

static void handle_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	memcpy(&p, msg->u.bytes, sizeof p);
	bool touch = p.source == OSAAS_SOURCE_TOUCH;
	uint32_t id = touch ? p.id : FINGER_MOUSE;
	keyboard.event_ns = p.time_ns;
	bool counts = touch || p.button == BUTTON_LEFT;
	switch (p.kind) {
	case OSAAS_POINTER_PRESS:
		if (counts)
			press(id, p.tag, p.x, p.y);
		break;
	case OSAAS_POINTER_DRAG:
		keyboard.changed |= fingers_move(&keyboard.fingers, id, p.x, p.y);
		break;
	case OSAAS_POINTER_RELEASE:
		if (counts)
			lift(id, p.tag, p.x, p.y);
		break;
	case OSAAS_POINTER_CANCEL:
		fingers_cancel(&keyboard.fingers, id);
		keyboard.changed = true;
		break;
	}
}

/* What was pressed is not known any more. */
static void handle_lost(void)
{
	keyboard.under_way = false;
	for (int i = 0; i < MODIFIERS; i++)
		latch_drop(&keyboard.latches[i]);
	build();
}

/* A screen reader, or a switch, acts without a finger. */
static void handle_act(const struct osaas_msg *msg)
{
	uint64_t tag = msg->u.u64[0];
	uint32_t bit = msg->u.u32[2];
	const struct popup *popup = &keyboard.popup;
	keyboard.event_ns = osaas_now();
	keyboard.changed = true;
	if (tag >= TAG_OFFER && popup->open && tag - TAG_OFFER < popup->offers.n) {
		choose(bit == OSAAS_SEMANTIC_CLICK ? (int)(tag - TAG_OFFER) : -1);
		return;
	}
	if (tag < TAG_KEY || tag - TAG_KEY >= keyboard.layout.n)
		return;
	int i = (int)(tag - TAG_KEY);
	const struct key *key = &keyboard.layout.keys[i];
	close_popup();
	if (bit == OSAAS_SEMANTIC_CLICK)
		fingers_tap(&keyboard.fingers, i, key, osaas_now());
	if (bit == OSAAS_SEMANTIC_EXPAND && key->held == HELD_OFFERS)
		open_offers(i, 0, 0, true);
}

/* Returns whether to go on. */
static bool handle_panel(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		handle_config(msg);
		break;
	case OSAAS_WINDOW_SHOWN:
	case OSAAS_WINDOW_REFUSED:
		handle_answer(msg);
		break;
	case OSAAS_WINDOW_POINTER:
	case OSAAS_WINDOW_TOUCH:
		handle_pointer(msg);
		break;
	case OSAAS_WINDOW_LOST:
		handle_lost();
		break;
	case OSAAS_WINDOW_ACT:
		handle_act(msg);
		break;
	case OSAAS_WINDOW_CLOSE:
		return false;
	}
	return true;
}

/* ---- Events of the field ------------------------------------------------ */

static enum page page_for(uint32_t hint)
{
	return hint == OSAAS_HINT_NUMERIC || hint == OSAAS_HINT_TELEPHONE ? PAGE_PAD
									  : PAGE_LETTERS;
}

static void handle_field(const struct osaas_msg *msg)
{
	struct osaas_method_field was = keyboard.field, *field = &keyboard.field;
	memcpy(field, msg->u.bytes, sizeof *field);
	bool other = field->field != was.field || field->hint != was.hint;
	if (other) {
		for (int i = 0; i < MODIFIERS; i++)
			latch_drop(&keyboard.latches[i]);
		keyboard.page = page_for(field->hint);
	}
	dock();
	if (other)
		build();
}

/* Said again, it changes nothing: a finger that is down stays where it is. */
static void handle_keymap(const struct osaas_msg *msg)
{
	static struct keymap keymap;
	struct osaas_method_keymap head;
	memcpy(&head, msg->u.bytes, sizeof head);
	if (!keymap_read(&keymap, &head, msg->buf, (size_t)msg->len)) {
		osaas_printf(OSAAS_LOG_ERROR, "a keymap of %u symbols in %u bytes",
			head.count, (unsigned)msg->len);
		return;
	}
	if (memcmp(&keymap, &keyboard.keymap, sizeof keymap) == 0)
		return;
	keyboard.keymap = keymap;
	dock();
	build();
}

/* Answers to what was sent say nothing that a user could not see. */
static void handle_method(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_METHOD_FIELD:
		handle_field(msg);
		break;
	case OSAAS_METHOD_KEYMAP:
		handle_keymap(msg);
		break;
	}
	osaas_buf_free(msg->buf);
}

/* ---- The loop ----------------------------------------------------------- */

/* One message, waited for until the deadline. False: it is time to go. */
static bool handle_one(uint64_t deadline_ns, bool *got)
{
	struct osaas_msg msg;
	struct osaas_alt alts[] = {
		{.chan = keyboard.panel, .op = OSAAS_RECV, .msg = &msg},
		{.chan = keyboard.method, .op = OSAAS_RECV, .msg = &msg},
	};
	int done = osaas_alt(alts, 2, deadline_ns);
	*got = done >= 0;
	if (done == OSAAS_EAGAIN)
		return true;
	if (done < 0 || alts[done].result < 0)
		return false;
	if (done == 0)
		return handle_panel(&msg);
	handle_method(&msg);
	return true;
}

static bool is_seen(void)
{
	return keyboard.docked > 0 && keyboard.config.width > 0 &&
	       keyboard.config.height > 0;
}

void keyboard_run(const struct keyboard_channels *channels)
{
	keyboard.panel = channels->panel;
	keyboard.method = channels->method;
	keyboard.labels.chan = channels->text;
	keyboard.fingers.deed = handle_deed;
	for (;;) {
		bool got;
		if (!handle_one(fingers_next(&keyboard.fingers), &got))
			return;
		do {
			if (!handle_one(OSAAS_NOW, &got))
				return;
		} while (got);
		keyboard.changed |= fingers_tick(&keyboard.fingers, osaas_now());
		if (keyboard.changed && !keyboard.under_way && is_seen())
			draw();
	}
}
