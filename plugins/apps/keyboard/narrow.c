/* The pages of a narrow keyboard: rows of letters as far as the layout has some. */
#include "rows.h"

#include <osaas_ops_names.h>

/*
 * The letters that are typed in row i: the core always, but for what the space bar has beside
 * it; the fringe where it has letters.
 */
struct line {
	uint8_t first, last; /* the core */
	uint8_t before;      /* one place before it; 0: none */
	uint8_t after[3];    /* behind it */
};
static const struct line lines[] = {
	{PLACE_1, PLACE_1 + 9, 0, {PLACE_MINUS, PLACE_EQUAL}},
	{PLACE_Q, PLACE_Q + 9, 0, {PLACE_BRACE_LEFT, PLACE_BRACE_RIGHT}},
	{PLACE_A, PLACE_A + 8, 0, {PLACE_SEMICOLON, PLACE_APOSTROPHE, PLACE_BACKSLASH}},
	{PLACE_Z, PLACE_Z + 6, PLACE_102ND, {PLACE_COMMA, PLACE_DOT, PLACE_SLASH}},
};
#define LINE_MAX 16

static uint32_t places_of(
	const struct line *line, const struct keymap *keymap, uint8_t places[LINE_MAX])
{
	uint32_t n = 0;
	if (line->before && keymap_letter(keymap, line->before))
		places[n++] = line->before;
	for (uint8_t p = line->first; p <= line->last; p++) {
		uint32_t c = keymap->keys[p].text[LEVEL_PLAIN];
		if (c != ',' && c != '.')
			places[n++] = p;
	}
	for (int i = 0; i < 3; i++) {
		if (line->after[i] && keymap_letter(keymap, line->after[i]))
			places[n++] = line->after[i];
	}
	return n;
}

static void put_strip(struct rows *rows)
{
	static const uint8_t arrows[] = {PLACE_LEFT, PLACE_UP, PLACE_DOWN, PLACE_RIGHT};
	rows_strip(rows, 8);
	uint32_t first = rows->layout->n;
	rows_press(rows, 1, PLACE_ESCAPE);
	rows_press(rows, 1, PLACE_TAB);
	rows_do(rows, 1, KEY_LATCHES, MODIFIER_CTRL);
	for (int i = 0; i < 4; i++)
		rows_press(rows, 1, arrows[i]);
	rows_do(rows, 1, KEY_DISMISSES, 0);
	for (uint32_t i = first; i < rows->layout->n; i++)
		rows->layout->keys[i].look = LOOK_TOOL;
}

/* unit: columns that a tenth of the row is. */
static void put_bottom(struct rows *rows, float unit, enum page turns)
{
	uint32_t hint = rows->ask->hint;
	bool several = rows->ask->keymap->layouts > 1;
	const char *left = hint == OSAAS_HINT_EMAIL ? "@" : ",";
	if (hint == OSAAS_HINT_URL)
		left = "/";
	rows_next(rows, 0);
	rows_do(rows, 1.5f * unit, KEY_TURNS, turns);
	rows_do(rows, unit, KEY_TURNS, PAGE_EMOJI);
	if (several)
		rows_do(rows, unit, KEY_LAYOUT, 0);
	rows_text(rows, unit, left, 1)->look = LOOK_FUNCTION;
	rows_press(rows, (several ? 3 : 4) * unit, PLACE_SPACE);
	rows_text(rows, unit, ".", 1)->look = LOOK_FUNCTION;
	rows_press(rows, 1.5f * unit, PLACE_RETURN);
	rows_end(rows);
}

/* The row of digits, where it is not there, is in the corners of the first letters. */
static void hint_digits(struct layout *layout, uint32_t n)
{
	for (uint32_t i = 0; i < n && i < 10; i++)
		layout->keys[i].hint = '0' + (i + 1) % 10;
}

static void put_line(
	struct rows *rows, float columns, const uint8_t *places, uint32_t n, bool last)
{
	float side = (columns - (float)n) / 2;
	rows_next(rows, last ? 0 : side);
	if (last)
		rows_do(rows, side, KEY_LATCHES, MODIFIER_SHIFT);
	rows_places(rows, places, n);
	if (last)
		rows_press(rows, side, PLACE_BACKSPACE);
	rows_end(rows);
}

static void put_letters(struct layout *layout, const struct layout_ask *ask)
{
	uint8_t places[4][LINE_MAX];
	uint32_t n[4], columns = 10;
	bool tall = keymap_tall(ask->keymap);
	for (uint32_t i = !tall; i < 4; i++) {
		n[i] = places_of(&lines[i], ask->keymap, places[i]);
		uint32_t wanted = n[i] + (i == 3 ? 2 : 0);
		columns = wanted > columns ? wanted : columns;
	}
	struct rows rows;
	rows_begin(&rows, layout, ask, (float)columns, 4 + tall);
	for (uint32_t i = !tall; i < 4; i++)
		put_line(&rows, (float)columns, places[i], n[i], i == 3);
	if (!tall)
		hint_digits(layout, n[1]);
	put_bottom(&rows, (float)columns / 10, PAGE_SYMBOLS);
	put_strip(&rows);
}

static void put_symbols(struct layout *layout, const struct layout_ask *ask, bool more)
{
	static const char *const texts[2][3] = {
		{"1234567890", "@#€_&-+()/", "*\"':;!?"},
		{"~`|•°µ÷×§¶", "£¥$¢^±={}\\", "%©[]<>✓"},
	};
	struct rows rows;
	rows_begin(&rows, layout, ask, 10, 4);
	for (int i = 0; i < 2; i++) {
		rows_next(&rows, 0);
		rows_texts(&rows, texts[more][i]);
		rows_end(&rows);
	}
	rows_next(&rows, 0);
	rows_do(&rows, 1.5f, KEY_TURNS, more ? PAGE_SYMBOLS : PAGE_SYMBOLS_MORE);
	rows_texts(&rows, texts[more][2]);
	rows_press(&rows, 1.5f, PLACE_BACKSPACE);
	rows_end(&rows);
	put_bottom(&rows, 1, PAGE_LETTERS);
	put_strip(&rows);
}

static void put_pad_end(struct rows *rows, int row, bool telephone)
{
	if (row == 0)
		rows_press(rows, 1, PLACE_BACKSPACE);
	if (row == 1)
		rows_text(rows, 1, telephone ? "+" : "-", 1)->look = LOOK_FUNCTION;
	if (row == 2)
		rows_do(rows, 1, KEY_TURNS, PAGE_LETTERS);
	if (row == 3)
		rows_press(rows, 1, PLACE_RETURN);
}

static void put_pad(struct layout *layout, const struct layout_ask *ask)
{
	static const char *const texts[] = {"123", "456", "789"};
	bool telephone = ask->hint == OSAAS_HINT_TELEPHONE;
	struct rows rows;
	rows_begin(&rows, layout, ask, 4, 4);
	for (int i = 0; i < 4; i++) {
		rows_next(&rows, 0);
		rows_texts(&rows, i < 3 ? texts[i] : telephone ? "*0#" : ".0,");
		put_pad_end(&rows, i, telephone);
		rows_end(&rows);
	}
	put_strip(&rows);
}

static void put_emoji(struct layout *layout, const struct layout_ask *ask)
{
	struct rows rows;
	rows_begin(&rows, layout, ask, 8, 4);
	for (int i = 0; i < 3; i++) {
		rows_next(&rows, 0);
		rows_emoji(&rows, 1, (uint32_t)i * 8, 8);
		rows_end(&rows);
	}
	rows_next(&rows, 0);
	rows_do(&rows, 1.25f, KEY_TURNS, PAGE_LETTERS);
	rows_press(&rows, 4.25f, PLACE_SPACE);
	rows_press(&rows, 1.25f, PLACE_BACKSPACE);
	rows_press(&rows, 1.25f, PLACE_RETURN);
	rows_end(&rows);
	rows_strip(&rows, 5);
	rows_tabs(&rows, 1);
	rows_do(&rows, 1, KEY_DISMISSES, 0)->look = LOOK_TOOL;
}

void rows_narrow(struct layout *layout, const struct layout_ask *ask)
{
	switch (ask->page) {
	case PAGE_LETTERS:
		put_letters(layout, ask);
		break;
	case PAGE_SYMBOLS:
	case PAGE_SYMBOLS_MORE:
		put_symbols(layout, ask, ask->page == PAGE_SYMBOLS_MORE);
		break;
	case PAGE_PAD:
		put_pad(layout, ask);
		break;
	case PAGE_EMOJI:
		put_emoji(layout, ask);
		break;
	}
}
