#include "rows.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

static int32_t pixels(float v)
{
	return (int32_t)(v + 0.5f);
}

struct rows_frame rows_frame_of(enum form form, float scale)
{
	bool narrow = form == FORM_NARROW;
	return (struct rows_frame){
		.side = pixels((narrow ? 3 : 6) * scale),
		.top = pixels((narrow ? 0 : 6) * scale),
		.bottom = pixels(6 * scale),
		.strip = narrow ? pixels(40 * scale) : 0,
		.unit_max = 84 * scale,
	};
}

void rows_begin(struct rows *rows, struct layout *layout, const struct layout_ask *ask,
	float columns, int32_t count)
{
	struct rows_frame f = rows_frame_of(ask->form, ask->scale);
	float room = (float)(ask->width - 2 * f.side);
	layout->unit = room / columns;
	if (layout->unit > f.unit_max && ask->form != FORM_NARROW)
		layout->unit = f.unit_max;
	layout->row = (ask->height - f.top - f.bottom - f.strip) / count;
	*rows = (struct rows){
		.layout = layout,
		.ask = ask,
		.left = ((float)ask->width - columns * layout->unit) / 2,
		.unit = layout->unit,
		.y = ask->height - f.bottom - (count + 1) * layout->row,
		.height = layout->row,
	};
}

void rows_strip(struct rows *rows, float columns)
{
	rows->left = 0;
	rows->unit = (float)rows->layout->width / columns;
	rows->y = 0;
	rows->height = rows_frame_of(rows->ask->form, rows->ask->scale).strip;
	rows->column = 0;
	rows->first = rows->layout->n;
}

void rows_next(struct rows *rows, float column)
{
	rows->y += rows->height;
	rows->column = column;
	rows->first = rows->layout->n;
}

void rows_end(struct rows *rows)
{
	struct layout *l = rows->layout;
	if (l->n == rows->first)
		return;
	int32_t most = pixels(rows->unit);
	struct box *first = &l->keys[rows->first].cell, *last = &l->keys[l->n - 1].cell;
	first->x0 = first->x0 > most ? first->x0 - most : 0;
	last->x1 = l->width - last->x1 > most ? last->x1 + most : l->width;
}

static struct box face_of(const struct rows *rows, struct box b)
{
	const struct layout *l = rows->layout;
	float high = (float)(b.y1 - b.y0) / l->scale;
	bool narrow = l->form == FORM_NARROW;
	int32_t x = pixels(3 * l->scale);
	int32_t y = pixels((high < 44 ? 2.5f : narrow ? 5 : 4) * l->scale);
	return (struct box){b.x0 + x, b.y0 + y, b.x1 - x, b.y1 - y};
}

static struct key *put(struct rows *rows, float width)
{
	struct layout *l = rows->layout;
	struct key *key = &l->keys[l->n < LAYOUT_KEYS_MAX ? l->n++ : l->n - 1];
	*key = (struct key){
		.cell = {pixels(rows->left + rows->column * rows->unit), rows->y,
			pixels(rows->left + (rows->column + width) * rows->unit),
			rows->y + rows->height},
	};
	key->face = face_of(rows, key->cell);
	rows->column += width;
	return key;
}

struct key *rows_place(struct rows *rows, float width, uint32_t place)
{
	struct key *key = put(rows, width);
	key->does = KEY_TYPES_PLACE;
	key->held = HELD_OFFERS;
	key->place = (uint16_t)place;
	return key;
}

struct key *rows_text(struct rows *rows, float width, const char *text, size_t bytes)
{
	struct key *key = put(rows, width);
	key->does = KEY_TYPES_TEXT;
	key->held = HELD_OFFERS;
	for (size_t i = 0; i < bytes && i + 1 < sizeof key->text; i++)
		key->text[i] = text[i];
	return key;
}

static const struct {
	uint8_t place, look, icon, held;
	const char *caption, *name;
} presses[] = {
	{PLACE_BACKSPACE, LOOK_FUNCTION, ICON_BACKSPACE, HELD_REPEATS, "", "Backspace"},
	{PLACE_RETURN, LOOK_RETURN, ICON_RETURN, HELD_NOTHING, "", "Return"},
	{PLACE_TAB, LOOK_FUNCTION, ICON_TAB, HELD_NOTHING, "", "Tab"},
	{PLACE_ESCAPE, LOOK_FUNCTION, ICON_NONE, HELD_NOTHING, "Esc", "Escape"},
	{PLACE_SPACE, LOOK_LETTER, ICON_SPACE, HELD_NOTHING, "", "Space"},
	{PLACE_LEFT, LOOK_FUNCTION, ICON_LEFT, HELD_REPEATS, "", "Left"},
	{PLACE_UP, LOOK_FUNCTION, ICON_UP, HELD_REPEATS, "", "Up"},
	{PLACE_DOWN, LOOK_FUNCTION, ICON_DOWN, HELD_REPEATS, "", "Down"},
	{PLACE_RIGHT, LOOK_FUNCTION, ICON_RIGHT, HELD_REPEATS, "", "Right"},
};

static void caption(struct key *key, const char *text)
{
	for (size_t i = 0; text[i] && i + 1 < sizeof key->text; i++)
		key->text[i] = text[i];
}

struct key *rows_press(struct rows *rows, float width, uint32_t place)
{
	struct key *key = put(rows, width);
	key->does = KEY_PRESSES;
	key->place = (uint16_t)place;
	for (size_t i = 0; i < sizeof presses / sizeof *presses; i++) {
		if (presses[i].place != place)
			continue;
		key->look = presses[i].look;
		key->icon = presses[i].icon;
		key->held = presses[i].held;
		key->name = presses[i].name;
		caption(key, presses[i].caption);
	}
	return key;
}

static const struct {
	uint8_t does, arg, icon;
	const char *caption, *name;
} deeds[] = {
	{KEY_LATCHES, MODIFIER_SHIFT, ICON_SHIFT, "", "Shift"},
	{KEY_LATCHES, MODIFIER_ALTGR, ICON_NONE, "AltGr", "AltGr"},
	{KEY_LATCHES, MODIFIER_CTRL, ICON_NONE, "Ctrl", "Control"},
	{KEY_TURNS, PAGE_LETTERS, ICON_NONE, "ABC", "Letters"},
	{KEY_TURNS, PAGE_SYMBOLS, ICON_NONE, "?123", "Digits and signs"},
	{KEY_TURNS, PAGE_SYMBOLS_MORE, ICON_NONE, "=\\<", "More signs"},
	{KEY_TURNS, PAGE_EMOJI, ICON_EMOJI, "", "Emoji"},
	{KEY_LAYOUT, 0, ICON_LAYOUT, "", "Next layout"},
	{KEY_DISMISSES, 0, ICON_DISMISS, "", "Hide keyboard"},
};

struct key *rows_do(struct rows *rows, float width, enum key_does does, uint32_t arg)
{
	struct key *key = put(rows, width);
	key->does = (uint8_t)does;
	key->arg = (uint8_t)arg;
	key->look = LOOK_FUNCTION;
	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
		if (deeds[i].does != does || deeds[i].arg != arg)
			continue;
		key->icon = deeds[i].icon;
		key->name = deeds[i].name;
		caption(key, deeds[i].caption);
	}
	return key;
}

void rows_places(struct rows *rows, const uint8_t *places, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		rows_place(rows, 1, places[i]);
}

void rows_texts(struct rows *rows, const char *texts)
{
	size_t len = strlen(texts);
	for (size_t at = 0; at < len;) {
		size_t next = osaas_utf8_next(texts, len, at);
		rows_text(rows, 1, texts + at, next - at);
		at = next;
	}
}

void rows_emoji(struct rows *rows, float width, uint32_t first, uint32_t n)
{
	const struct emoji *emoji =
		&emoji_categories[rows->ask->category % EMOJI_CATEGORIES].emoji[first];
	for (uint32_t i = 0; i < n; i++) {
		struct key *key =
			rows_text(rows, width, emoji[i].text, strlen(emoji[i].text));
		key->look = LOOK_EMOJI;
		key->held = HELD_NOTHING;
		key->name = emoji[i].name;
	}
}

void rows_tabs(struct rows *rows, float width)
{
	for (uint32_t i = 0; i < EMOJI_CATEGORIES; i++) {
		struct key *key = rows_do(rows, width, KEY_EMOJI, i);
		key->look = LOOK_EMOJI;
		key->name = emoji_categories[i].name;
		caption(key, emoji_categories[i].emoji[0].text);
	}
}
