/* The pages of a keyboard that has room: fifteen columns, by the places of its keys. */
#include "rows.h"

#include <osaas_ops_names.h>

#define COLUMNS 15

/* All keys from first to last that are not zero. */
static void put_run(struct rows *rows, uint32_t first, uint32_t last)
{
	for (uint32_t p = first; p <= last; p++)
		rows_place(rows, 1, p);
}

static void put_digits(struct rows *rows)
{
	rows_next(rows, 0);
	rows_place(rows, 1, PLACE_GRAVE);
	put_run(rows, PLACE_1, PLACE_EQUAL);
	rows_press(rows, 2, PLACE_BACKSPACE);
	rows_end(rows);
}

static void put_upper(struct rows *rows, bool full)
{
	rows_next(rows, 0);
	rows_press(rows, full ? 1.5f : 1, full ? PLACE_TAB : PLACE_ESCAPE);
	put_run(rows, PLACE_Q, PLACE_BRACE_RIGHT);
	bool more = !full && keymap_letter(rows->ask->keymap, PLACE_BACKSLASH);
	if (full || more)
		rows_place(rows, full ? 1.5f : 1, PLACE_BACKSLASH);
	if (!full)
		rows_press(rows, more ? 1 : 2, PLACE_BACKSPACE);
	rows_end(rows);
}

static void put_home(struct rows *rows, bool full)
{
	rows_next(rows, 0);
	rows_press(rows, full ? 1.75f : 1.5f, full ? PLACE_ESCAPE : PLACE_TAB);
	put_run(rows, PLACE_A, PLACE_APOSTROPHE);
	rows_press(rows, full ? 2.25f : 2.5f, PLACE_RETURN);
	rows_end(rows);
}

static void put_lower(struct rows *rows)
{
	bool more = rows->ask->keymap->keys[PLACE_102ND].keysym[LEVEL_PLAIN] != 0;
	rows_next(rows, 0);
	rows_do(rows, more ? 1 : 2, KEY_LATCHES, MODIFIER_SHIFT);
	if (more)
		rows_place(rows, 1, PLACE_102ND);
	put_run(rows, PLACE_Z, PLACE_SLASH);
	rows_do(rows, 1, KEY_LATCHES, MODIFIER_SHIFT);
	rows_press(rows, 1, PLACE_UP);
	rows_do(rows, 1, KEY_DISMISSES, 0);
	rows_end(rows);
}

/* The space bar takes what the others leave. */
static void put_bottom(struct rows *rows, enum page turns)
{
	bool several = rows->ask->keymap->layouts > 1;
	bool altgr = turns == PAGE_SYMBOLS && keymap_has_altgr(rows->ask->keymap);
	bool email = rows->ask->hint == OSAAS_HINT_EMAIL;
	bool dismiss = turns == PAGE_LETTERS && rows->ask->form == FORM_SHORT;
	rows_next(rows, 0);
	rows_do(rows, 1.5f, KEY_LATCHES, MODIFIER_CTRL);
	rows_do(rows, 1.5f, KEY_TURNS, turns);
	rows_do(rows, 1, KEY_TURNS, PAGE_EMOJI);
	if (several)
		rows_do(rows, 1, KEY_LAYOUT, 0);
	rows_press(rows, 8 - 1.5f * (altgr + dismiss) - email - several, PLACE_SPACE);
	if (email)
		rows_text(rows, 1, "@", 1)->look = LOOK_FUNCTION;
	if (altgr)
		rows_do(rows, 1.5f, KEY_LATCHES, MODIFIER_ALTGR);
	if (dismiss)
		rows_do(rows, 1.5f, KEY_DISMISSES, 0);
	rows_press(rows, 1, PLACE_LEFT);
	rows_press(rows, 1, PLACE_DOWN);
	rows_press(rows, 1, PLACE_RIGHT);
	rows_end(rows);
}

/*
 * In the corner: what AltGr gives, or of what is no letter Shift. Without the row of digits
 * the first letters have those.
 */
static void put_hints(struct layout *layout, const struct keymap *keymap)
{
	for (uint32_t i = 0; i < layout->n; i++) {
		struct key *key = &layout->keys[i];
		if (key->does != KEY_TYPES_PLACE)
			continue;
		const uint32_t *text = keymap->keys[key->place].text;
		if (layout->form == FORM_SHORT && key->place >= PLACE_Q &&
			key->place < PLACE_Q + 10)
			key->hint = '0' + (key->place - PLACE_Q + 1u) % 10;
		else if (keymap_letter(keymap, key->place))
			key->hint = text[LEVEL_ALTGR];
		else
			key->hint = text[LEVEL_SHIFT];
	}
}

static void put_letters(struct layout *layout, const struct layout_ask *ask)
{
	bool full = ask->form == FORM_FULL;
	struct rows rows;
	rows_begin(&rows, layout, ask, COLUMNS, full ? 5 : 4);
	if (full)
		put_digits(&rows);
	put_upper(&rows, full);
	put_home(&rows, full);
	put_lower(&rows);
	put_bottom(&rows, PAGE_SYMBOLS);
	put_hints(layout, ask->keymap);
}

static void put_symbols(struct layout *layout, const struct layout_ask *ask)
{
	static const char *const texts[] = {
		"1234567890-=+", "@#$%^&*()/\\|~", "_\"':;!?[]{}<>", "€£¥¢§°µ×÷±•…✓"};
	static const uint8_t ends[] = {PLACE_BACKSPACE, PLACE_TAB, PLACE_RETURN};
	bool full = ask->form == FORM_FULL;
	struct rows rows;
	rows_begin(&rows, layout, ask, COLUMNS, full ? 5 : 4);
	for (int i = 0; i < 3 + full; i++) {
		rows_next(&rows, 0);
		rows_texts(&rows, texts[i]);
		if (i < 3) {
			rows_press(&rows, 2, ends[i]);
		} else {
			rows_press(&rows, 1, PLACE_UP);
			rows_do(&rows, 1, KEY_DISMISSES, 0);
		}
		rows_end(&rows);
	}
	put_bottom(&rows, PAGE_LETTERS);
}

/* Tools to the left, digits in the middle, arrows to the right. */
static void put_pad_row(struct rows *rows, int i, bool telephone)
{
	static const char *const texts[] = {"123-", "456+", "789/", ".0, "};
	rows_next(rows, 0);
	if (i == 0)
		rows_press(rows, 2, PLACE_ESCAPE);
	if (i == 1)
		rows_press(rows, 2, PLACE_TAB);
	if (i == 2)
		rows_do(rows, 2, KEY_TURNS, PAGE_LETTERS);
	if (i == 3)
		rows_do(rows, 2, KEY_DISMISSES, 0);
	rows->column = 3;
	const char *text = telephone && i == 3 ? "*0# " : texts[i];
	for (int k = 0; k < 4 && text[k] != ' '; k++)
		rows_text(rows, 2, text + k, 1);
	if (i == 3)
		rows_press(rows, 2, PLACE_SPACE);
	rows->column = 12;
}

static void put_pad(struct layout *layout, const struct layout_ask *ask)
{
	struct rows rows;
	rows_begin(&rows, layout, ask, COLUMNS, 4);
	for (int i = 0; i < 4; i++) {
		put_pad_row(&rows, i, ask->hint == OSAAS_HINT_TELEPHONE);
		if (i == 0)
			rows_press(&rows, 3, PLACE_BACKSPACE);
		if (i == 1)
			rows_press(&rows, 3, PLACE_RETURN);
		if (i == 2) {
			rows.column = 13;
			rows_press(&rows, 1, PLACE_UP);
		}
		if (i == 3) {
			rows_press(&rows, 1, PLACE_LEFT);
			rows_press(&rows, 1, PLACE_DOWN);
			rows_press(&rows, 1, PLACE_RIGHT);
		}
		rows_end(&rows);
	}
}

static void put_emoji(struct layout *layout, const struct layout_ask *ask)
{
	bool full = ask->form == FORM_FULL;
	uint32_t each = full ? 8 : 12;
	struct rows rows;
	rows_begin(&rows, layout, ask, COLUMNS, full ? 5 : 4);
	rows_next(&rows, 2.5f);
	rows_tabs(&rows, 2.5f);
	rows_end(&rows);
	for (uint32_t i = 0; i < EMOJI_EACH / each; i++) {
		rows_next(&rows, full ? 2.5f : 0);
		rows_emoji(&rows, 1.25f, i * each, each);
		rows_end(&rows);
	}
	rows_next(&rows, full ? 2.5f : 0);
	rows_do(&rows, 1.5f, KEY_TURNS, PAGE_LETTERS);
	rows_do(&rows, 1.5f, KEY_DISMISSES, 0);
	rows_press(&rows, full ? 3.5f : 8, PLACE_SPACE);
	rows_press(&rows, full ? 1.5f : 2, PLACE_BACKSPACE);
	rows_press(&rows, 2, PLACE_RETURN);
	rows_end(&rows);
}

void rows_wide(struct layout *layout, const struct layout_ask *ask)
{
	switch (ask->page) {
	case PAGE_LETTERS:
		put_letters(layout, ask);
		break;
	case PAGE_SYMBOLS:
	case PAGE_SYMBOLS_MORE:
		put_symbols(layout, ask);
		break;
	case PAGE_PAD:
		put_pad(layout, ask);
		break;
	case PAGE_EMOJI:
		put_emoji(layout, ask);
		break;
	}
}
