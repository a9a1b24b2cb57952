#include "draw.h"

#include <osaas_std.h>
#include <osaas_utf8.h>
#include <osaas_window.h>

#include "icons.h"
#include "typing.h"

#define KINDS                                                                            \
	(OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE | OSAAS_POINTER_DRAG |              \
		OSAAS_POINTER_CANCEL)

struct color {
	uint8_t r, g, b;
};

/* Those of hello's first palette, and some between them. */
static const struct color background = {0xe9, 0xe4, 0xd8}, edge = {0xd6, 0xcf, 0xbf};
static const struct color paper = {0xff, 0xfd, 0xf8}, cloth = {0xd9, 0xd3, 0xc4};
static const struct color ink = {0x2b, 0x3a, 0x4a}, faint = {0x7d, 0x84, 0x8a};
static const struct color water = {0xcf, 0xe1, 0xe6}, blue = {0x2f, 0x6f, 0x9f};
static const struct color deep = {0x24, 0x59, 0x82};

static void brush(struct osaas_ops *ops, struct color c)
{
	osaas_ops_color(ops, c.r, c.g, c.b, 255);
}

static void fill(struct osaas_ops *ops, struct color c)
{
	brush(ops, c);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

static void clip_box(struct osaas_ops *ops, const struct box *b)
{
	osaas_ops_clip_rect(ops, (float)b->x0, (float)b->y0, (float)b->x1, (float)b->y1);
}

static void clip_round(struct osaas_ops *ops, const struct box *b, float radius)
{
	osaas_ops_clip_rrect(
		ops, (float)b->x0, (float)b->y0, (float)b->x1, (float)b->y1, radius);
}

static float middle_x(const struct box *b)
{
	return (float)(b->x0 + b->x1) / 2;
}

static float middle_y(const struct box *b)
{
	return (float)(b->y0 + b->y1) / 2;
}

/*
 * A text with its middle at x; on one baseline for all of a size, so that rows are straight:
 * that at which a capital (0.71 em high) is a little above the middle of y, as most letters are smaller.
 */
static void text_at(struct osaas_ops *ops, const struct view *view, const char *text,
	const struct label_style *style, float x, float y)
{
	const struct osaas_text *set = labels_get(view->labels, text, style);
	if (!set || set->head->lines == 0)
		return;
	const struct osaas_text_line *line = &set->lines[0];
	osaas_text_paint(set, ops, x - line->x - line->width / 2,
		y + 0.34f * style->size - line->baseline, NULL, 0);
}

/* Pictures have a box of their own, and that is in the middle. */
static void emoji_at(struct osaas_ops *ops, const struct view *view, const char *text,
	float size, float x, float y)
{
	const struct label_style style = {.size = size};
	const struct osaas_text *set = labels_get(view->labels, text, &style);
	if (!set || set->head->lines == 0)
		return;
	const struct osaas_text_line *line = &set->lines[0];
	osaas_text_paint(set, ops, x - line->x - line->width / 2,
		y + 0.35f * size - line->baseline, NULL, 0);
}

/* ---- A key -------------------------------------------------------------- */

static const struct latch *latch_of(const struct view *view, const struct key *key)
{
	return key->does == KEY_LATCHES ? &view->latches[key->arg] : NULL;
}

static bool is_selected(const struct view *view, const struct key *key)
{
	const struct latch *latch = latch_of(view, key);
	if (key->does == KEY_EMOJI)
		return key->arg == view->category;
	return latch && latch_on(latch);
}

static bool is_locked(const struct view *view, const struct key *key)
{
	const struct latch *latch = latch_of(view, key);
	return latch && latch->state == LATCH_LOCKED;
}

static void say(
	struct osaas_ops *ops, const struct view *view, uint32_t i, const char *label)
{
	const struct key *key = &view->layout->keys[i];
	osaas_ops_label(ops, key->name ? key->name : label);
	osaas_ops_class(ops, OSAAS_CLASS_BUTTON);
	if (key->does == KEY_LATCHES || key->does == KEY_EMOJI)
		osaas_ops_selected(ops, is_selected(view, key));
	if (key->does == KEY_LAYOUT)
		osaas_ops_value(ops, keymap_title(view->keymap),
			strlen(keymap_title(view->keymap)));
	uint32_t actions = OSAAS_SEMANTIC_CLICK;
	if (key->held == HELD_OFFERS)
		actions |= OSAAS_SEMANTIC_EXPAND;
	osaas_ops_semantic_actions(ops, actions);
}

static struct color face_color(const struct view *view, const struct key *key, bool on)
{
	if (key->look == LOOK_RETURN)
		return on ? deep : blue;
	if (is_locked(view, key))
		return blue;
	if (on || is_selected(view, key))
		return water;
	return key->look == LOOK_LETTER ? paper : cloth;
}

static void draw_face(
	struct osaas_ops *ops, const struct view *view, const struct key *key, bool on)
{
	float scale = view->layout->scale, radius = 7 * scale;
	bool bare = key->look == LOOK_TOOL || key->look == LOOK_EMOJI;
	struct box face = key->face;
	if (bare && !on && !is_selected(view, key))
		return;
	if (!bare) {
		struct box below = face;
		below.y1 += (int32_t)(1.5f * scale);
		below.y0 += (int32_t)(1.5f * scale);
		clip_round(ops, &below, radius);
		osaas_ops_color(ops, 0x2b, 0x24, 0x10, 60);
		osaas_ops_paint(ops);
		osaas_ops_clip_pop(ops);
	}
	clip_round(ops, &face, radius);
	fill(ops, face_color(view, key, on));
}

static void draw_hint(
	struct osaas_ops *ops, const struct view *view, const struct key *key)
{
	float scale = view->layout->scale;
	const struct label_style style = {.size = 10.5f * scale};
	char text[OSAAS_UTF8_BYTES + 1] = {0};
	if (!key->hint || view->level != LEVEL_PLAIN ||
		osaas_utf8_encode(key->hint, text) == 0)
		return;
	brush(ops, faint);
	text_at(ops, view, text, &style, (float)key->face.x1 - 8 * scale,
		(float)key->face.y0 + 9 * scale);
}

static float smaller(float a, float b)
{
	return a < b ? a : b;
}

static float face_height(const struct key *key)
{
	return (float)(key->face.y1 - key->face.y0);
}

static void draw_text(struct osaas_ops *ops, const struct view *view,
	const struct key *key, const char *label)
{
	float scale = view->layout->scale, x = middle_x(&key->face);
	float y = middle_y(&key->face), height = face_height(key);
	if (key->look == LOOK_EMOJI) {
		emoji_at(ops, view, label, smaller(27 * scale, 0.66f * height), x, y);
		return;
	}
	bool types = key->does == KEY_TYPES_PLACE || key->does == KEY_TYPES_TEXT;
	float most = (view->layout->form == FORM_NARROW ? 23 : 21) * scale;
	struct label_style style = {.size = smaller(most, 0.56f * height)};
	if (!types)
		style = (struct label_style){
			.size = smaller(14.5f * scale, 0.42f * height), .weight = 500};
	text_at(ops, view, label, &style, x, y);
}

/* The bar under a modifier that is locked, as under a letter. */
static void draw_locked(
	struct osaas_ops *ops, const struct view *view, const struct key *key)
{
	float scale = view->layout->scale, x = middle_x(&key->face);
	float y = (float)key->face.y1 - 6 * scale, half = 7 * scale;
	osaas_ops_clip_rrect(ops, x - half, y - scale, x + half, y + scale, scale);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_sign(struct osaas_ops *ops, const struct view *view,
	const struct key *key, const char *label)
{
	float scale = view->layout->scale;
	if (key->icon == ICON_SPACE) {
		const struct label_style style = {
			.size = smaller(13 * scale, 0.4f * face_height(key)),
			.width = (float)(key->face.x1 - key->face.x0) - 12 * scale};
		brush(ops, faint);
		if (view->keymap->layouts > 1)
			text_at(ops, view, keymap_title(view->keymap), &style,
				middle_x(&key->face), middle_y(&key->face));
	} else if (key->icon != ICON_NONE) {
		float size = smaller(22 * scale, 0.62f * face_height(key));
		icon_paint(ops, (enum key_icon)key->icon, middle_x(&key->face),
			middle_y(&key->face), size,
			key->icon == ICON_SHIFT && is_selected(view, key));
	} else {
		draw_text(ops, view, key, label);
	}
}

static void draw_key(struct osaas_ops *ops, const struct view *view, uint32_t i)
{
	const struct key *key = &view->layout->keys[i];
	bool on = fingers_on(view->fingers, (int)i);
	char own[8];
	const char *label = typing_label(view->keymap, key, view->level, own);
	bool light = key->look == LOOK_RETURN || is_locked(view, key);
	clip_box(ops, &key->cell);
	osaas_ops_area(ops, TAG_KEY + i);
	osaas_ops_listen(ops, TAG_KEY + i, KINDS, 0, 0, 0, 0);
	say(ops, view, i, label);
	draw_face(ops, view, key, on);
	draw_hint(ops, view, key);
	brush(ops, light ? paper : is_selected(view, key) ? blue : ink);
	draw_sign(ops, view, key, label);
	if (is_locked(view, key))
		draw_locked(ops, view, key);
	osaas_ops_clip_pop(ops);
}

/* ---- What lies above the keys ------------------------------------------- */

static void draw_float(struct osaas_ops *ops, const struct box *b, float scale)
{
	osaas_ops_clip_blur(ops, (float)b->x0, (float)b->y0 + 2 * scale, (float)b->x1,
		(float)b->y1 + 2 * scale, 9 * scale, 5 * scale);
	osaas_ops_color(ops, 0x2b, 0x24, 0x10, 110);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
	clip_round(ops, b, 9 * scale);
	fill(ops, paper);
}

/* Where the key is under a finger, its sign is above it; where there is room. */
static void draw_preview(struct osaas_ops *ops, const struct view *view)
{
	int i = fingers_preview(view->fingers);
	float scale = view->layout->scale;
	if (i < 0 || view->secret || view->popup->open)
		return;
	const struct key *key = &view->layout->keys[i];
	int32_t gap = (int32_t)(2 * scale), high = (int32_t)(46 * scale);
	if (key->look != LOOK_LETTER || key->icon != ICON_NONE ||
		key->face.y0 < (int32_t)(40 * scale))
		return;
	int32_t wide = (int32_t)(9 * scale);
	struct box b = {key->face.x0 - wide, key->face.y0 - gap - high,
		key->face.x1 + wide, key->face.y0 - gap};
	if (b.y0 < gap)
		b.y0 = gap;
	if (b.x0 < gap)
		b.x0 = gap;
	if (b.x1 > view->layout->width - gap)
		b.x1 = view->layout->width - gap;
	char own[8];
	const struct label_style style = {.size = 29 * scale};
	draw_float(ops, &b, scale);
	brush(ops, ink);
	text_at(ops, view, typing_label(view->keymap, key, view->level, own), &style,
		middle_x(&b), middle_y(&b));
}

static void draw_offer(struct osaas_ops *ops, const struct view *view, uint32_t i)
{
	const struct popup *popup = view->popup;
	float scale = view->layout->scale;
	bool chosen = (int)i == popup->chosen;
	struct box b = popup_box(popup, i);
	const struct label_style style = {.size = 21 * scale};
	const struct label_style small = {.size = 16 * scale};
	const char *text = popup->offers.text[i];
	bool one = osaas_utf8_length(text, strlen(text)) == 1;
	clip_box(ops, &b);
	osaas_ops_area(ops, TAG_OFFER + i);
	osaas_ops_listen(ops, TAG_OFFER + i, KINDS, 0, 0, 0, 0);
	osaas_ops_label(ops, text);
	osaas_ops_class(ops, OSAAS_CLASS_BUTTON);
	osaas_ops_selected(ops, chosen);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK | OSAAS_SEMANTIC_DISMISS);
	if (chosen) {
		int32_t in = (int32_t)(3 * scale);
		struct box face = {b.x0 + in, b.y0 + in, b.x1 - in, b.y1 - in};
		clip_round(ops, &face, 6 * scale);
		fill(ops, blue);
	}
	brush(ops, chosen ? paper : ink);
	text_at(ops, view, text, one ? &style : &small, middle_x(&b), middle_y(&b));
	osaas_ops_clip_pop(ops);
}

static void draw_popup(struct osaas_ops *ops, const struct view *view)
{
	if (!view->popup->open)
		return;
	draw_float(ops, &view->popup->box, view->layout->scale);
	for (uint32_t i = 0; i < view->popup->offers.n; i++)
		draw_offer(ops, view, i);
}

static void draw_panel(struct osaas_ops *ops, const struct layout *layout)
{
	struct box all = {0, 0, layout->width, layout->height};
	struct box line = all;
	line.y1 = layout->scale < 1.5f ? 1 : (int32_t)layout->scale;
	osaas_ops_label(ops, "On-screen keyboard");
	osaas_ops_class(ops, OSAAS_CLASS_GROUP);
	clip_box(ops, &all);
	osaas_ops_area(ops, TAG_PANEL);
	osaas_ops_listen(ops, TAG_PANEL, KINDS, 0, 0, 0, 0);
	fill(ops, background);
	clip_box(ops, &line);
	fill(ops, edge);
}

void draw_keyboard(struct osaas_ops *ops, const struct view *view)
{
	draw_panel(ops, view->layout);
	for (uint32_t i = 0; i < view->layout->n; i++)
		draw_key(ops, view, i);
	draw_preview(ops, view);
	draw_popup(ops, view);
}
