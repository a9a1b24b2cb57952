/* Where the on-screen keyboard's keys are, what they type and offer, in layouts of the system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "keyboard_xkb.h"
#include "plugins/apps/keyboard/emoji.h"
#include "plugins/apps/keyboard/letter.h"
#include "plugins/apps/keyboard/offers.h"
#include "plugins/apps/keyboard/popup.h"
#include "plugins/apps/keyboard/typing.h"
#include "plugins/include/osaas_ops_names.h"
#include "plugins/include/osaas_utf8.h"
#include "plugins/include/osaas_window.h"

static const struct {
	const char *layouts, *variants;
} known[] = {
	{"us", ""},
	{"us", "intl"},
	{"us", "dvorak"},
	{"gb", ""},
	{"de,us", ","},
	{"fr", ""},
	{"es", ""},
	{"it", ""},
	{"pt", ""},
	{"pl", ""},
	{"cz", ""},
	{"sk", ""},
	{"hu", ""},
	{"se", ""},
	{"no", ""},
	{"dk", ""},
	{"fi", ""},
	{"tr", ""},
	{"gr", ""},
	{"ru", ""},
	{"ua", ""},
	{"bg", ""},
	{"il", ""},
	{"ara", ""},
	{"th", ""},
	{"in", ""},
	{"ch", "fr"},
	{"be", ""},
};
#define KNOWN (sizeof known / sizeof *known)

static struct keymap keymap_of(const char *layouts, const char *variants)
{
	static struct keymap keymap;
	struct keyboard_xkb made = keyboard_xkb_make(layouts, variants);
	assert_true(keymap_read(&keymap, &made.head, made.buf, made.len));
	free(made.buf);
	return keymap;
}

/* Panels: the screen's size and scale, and what is to come of it. */
static const struct {
	int32_t width, height;
	float scale;
	enum form form;
	float row; /* dp of a row of keys, at least; 57 are 9 mm */
} screens[] = {
	{360, 640, 1, FORM_NARROW, 51},
	{360, 800, 1, FORM_NARROW, 57},
	{393, 851, 1, FORM_NARROW, 57},
	{720, 1440, 2, FORM_NARROW, 57},
	{1080, 2400, 3, FORM_NARROW, 57},
	{800, 1280, 1, FORM_FULL, 57},
	{1600, 2560, 2, FORM_FULL, 57},
	{1280, 800, 1, FORM_FULL, 57},
	{2560, 1600, 2, FORM_FULL, 57},
	{1024, 768, 1, FORM_FULL, 57},
	{1920, 1080, 1, FORM_FULL, 57},
	{3840, 2160, 1.5f, FORM_FULL, 57},
	{800, 360, 1, FORM_SHORT, 33},
	{1600, 720, 2, FORM_SHORT, 33},
	{240, 320, 1, FORM_NARROW, 20},
};
#define SCREENS (sizeof screens / sizeof *screens)

static struct layout built(
	size_t screen, const struct keymap *keymap, enum page page, uint32_t hint)
{
	static struct layout layout;
	struct layout_ask ask = {
		.width = screens[screen].width,
		.scale = screens[screen].scale,
		.page = page,
		.hint = hint,
		.keymap = keymap,
	};
	ask.height = layout_height(ask.width, screens[screen].height / 2, ask.scale,
		keymap_tall(keymap), &ask.form);
	memset(&layout, 0xa5, sizeof layout);
	layout_build(&layout, &ask);
	return layout;
}

static void test_forms(void **state)
{
	struct keymap keymap = keymap_of("us", "");
	(void)state;
	for (size_t i = 0; i < SCREENS; i++) {
		struct layout l = built(i, &keymap, PAGE_LETTERS, OSAAS_HINT_TEXT);
		print_message(
			"# %dx%d: %d\n", screens[i].width, screens[i].height, l.height);
		assert_int_equal(l.form, screens[i].form);
		assert_true(l.height * 10 <= screens[i].height * 4);
		assert_true((float)(l.row + 1) > screens[i].row * l.scale);
	}
}

/* A height that is not known is that of a usual screen. */
static void test_height_unknown(void **state)
{
	enum form form;
	(void)state;
	assert_int_equal(layout_height(360, 0, 1, false, &form), 252);
	assert_int_equal(form, FORM_NARROW);
	assert_int_equal(layout_height(1280, 0, 1, false, &form), 297);
	assert_int_equal(form, FORM_FULL);
}

static bool is_inside(const struct box *in, const struct box *out)
{
	return in->x0 >= out->x0 && in->y0 >= out->y0 && in->x1 <= out->x1 &&
	       in->y1 <= out->y1;
}

static bool overlap(const struct box *a, const struct box *b)
{
	return a->x0 < b->x1 && b->x0 < a->x1 && a->y0 < b->y1 && b->y0 < a->y1;
}

static const enum page pages[] = {
	PAGE_LETTERS, PAGE_SYMBOLS, PAGE_SYMBOLS_MORE, PAGE_PAD, PAGE_EMOJI};

static bool types(const struct layout *l, uint32_t place)
{
	return layout_find(l, KEY_PRESSES, place) >= 0;
}

/* What holds of every page: keys do not overlap, none is lost, the way back is there. */
static void check_page(const struct layout *l, enum page page)
{
	struct box panel = {0, 0, l->width, l->height};
	assert_in_range(l->n, 16, LAYOUT_KEYS_MAX - 1);
	for (uint32_t i = 0; i < l->n; i++) {
		const struct key *key = &l->keys[i];
		assert_true(is_inside(&key->cell, &panel));
		assert_true(is_inside(&key->face, &key->cell));
		assert_true(key->face.x1 - key->face.x0 >= (int32_t)(11 * l->scale));
		assert_true(key->face.y1 - key->face.y0 >= (int32_t)(10 * l->scale));
		for (uint32_t k = 0; k < i; k++)
			assert_false(overlap(&key->cell, &l->keys[k].cell));
		if (key->does == KEY_TYPES_TEXT)
			assert_true(key->text[0] &&
				    osaas_utf8_valid(key->text, strlen(key->text)));
		else if (key->does != KEY_TYPES_PLACE)
			assert_non_null(key->name);
	}
	assert_true(types(l, PLACE_BACKSPACE) || page == PAGE_SYMBOLS_MORE);
	assert_true(types(l, PLACE_RETURN));
	assert_true(layout_find(l, KEY_DISMISSES, 0) >= 0);
	assert_true(page == PAGE_LETTERS || layout_find(l, KEY_TURNS, PAGE_LETTERS) >= 0);
}

static void test_pages(void **state)
{
	(void)state;
	for (size_t k = 0; k < KNOWN; k++) {
		struct keymap keymap = keymap_of(known[k].layouts, known[k].variants);
		for (size_t s = 0; s < SCREENS; s++) {
			for (size_t p = 0; p < sizeof pages / sizeof *pages; p++) {
				for (uint32_t h = 0; h <= OSAAS_HINT_PASSWORD; h++) {
					struct layout l = built(s, &keymap, pages[p], h);
					check_page(&l, pages[p]);
				}
			}
		}
	}
}

/* Keys of a row have one height, and there is no pixel between them that is nobody's. */
static void test_rows(void **state)
{
	struct keymap keymap = keymap_of("de,us", ",");
	(void)state;
	for (size_t s = 0; s < SCREENS; s++) {
		struct layout l = built(s, &keymap, PAGE_LETTERS, OSAAS_HINT_ANY);
		for (uint32_t i = 1; i < l.n; i++) {
			const struct box *a = &l.keys[i - 1].cell, *b = &l.keys[i].cell;
			if (a->y0 == b->y0)
				assert_true(a->x1 == b->x0 && a->y1 == b->y1);
			else if (b->y0 > a->y0)
				assert_int_equal(a->y1, b->y0);
		}
	}
}

static bool offered(const struct layout *l, const struct keymap *keymap, uint32_t c)
{
	char text[OSAAS_UTF8_BYTES + 1] = {0};
	osaas_utf8_encode(c, text);
	for (uint32_t i = 0; i < l->n; i++) {
		struct offers offers;
		if (l->keys[i].held != HELD_OFFERS)
			continue;
		offers_of(&offers, &l->keys[i], keymap, LEVEL_PLAIN, OSAAS_HINT_ANY);
		for (uint32_t k = 0; k < offers.n; k++) {
			if (strcmp(offers.text[k], text) == 0)
				return true;
		}
	}
	return false;
}

/* Each letter of each layout has a key on each keyboard, or is what a key offers. */
static void test_letters(void **state)
{
	(void)state;
	for (size_t k = 0; k < KNOWN; k++) {
		struct keymap keymap = keymap_of(known[k].layouts, known[k].variants);
		for (size_t s = 0; s < SCREENS; s++) {
			struct layout l = built(s, &keymap, PAGE_LETTERS, OSAAS_HINT_ANY);
			for (uint32_t p = PLACE_1; p <= PLACE_102ND; p++) {
				uint32_t c = keymap.keys[p].text[LEVEL_PLAIN];
				if (!letter_is(c) || p == PLACE_SPACE)
					continue;
				if (layout_find(&l, KEY_TYPES_PLACE, p) < 0 &&
					!offered(&l, &keymap, c))
					fail_msg("%s(%s), %dx%d: no key for U+%04x",
						known[k].layouts, known[k].variants,
						screens[s].width, screens[s].height, c);
			}
		}
	}
}

/* ---- Keymaps ------------------------------------------------------------ */

static void test_keymap_hostile(void **state)
{
	static struct keymap keymap;
	static const struct osaas_method_symbol symbols[] = {
		{.code = UINT32_MAX, .keysym = {1}}, {.code = 30, .keysym = {97}}};
	struct osaas_method_keymap head = {.layouts = UINT32_MAX, .count = UINT32_MAX};
	char long_title[3 * KEYMAP_TITLE_MAX];
	(void)state;
	assert_false(keymap_read(&keymap, &head, symbols, sizeof symbols));
	head.count = 3;
	assert_false(keymap_read(&keymap, &head, symbols, sizeof symbols));
	assert_false(keymap_read(&keymap, &head, NULL, 0));
	head.count = 2;
	head.layout = 77;
	assert_true(keymap_read(&keymap, &head, symbols, sizeof symbols));
	assert_int_equal(keymap.layouts, KEYMAP_LAYOUTS_MAX);
	assert_int_equal(keymap.keys[30].keysym[0], 97);
	assert_string_equal(keymap_title(&keymap), "");
	/* Two bytes a character, so that the limit lies within one; no zero behind it. */
	for (size_t i = 0; i < sizeof long_title; i++)
		long_title[i] = i % 2 ? '\xa9' : '\xc3';
	head = (struct osaas_method_keymap){.layouts = 1};
	assert_true(keymap_read(&keymap, &head, long_title, sizeof long_title));
	assert_int_equal(strlen(keymap_title(&keymap)), KEYMAP_TITLE_MAX - 2);
	assert_true(osaas_utf8_valid(keymap_title(&keymap), KEYMAP_TITLE_MAX - 2));
}

static void test_titles(void **state)
{
	struct keymap keymap = keymap_of("de,us", ",");
	(void)state;
	assert_int_equal(keymap.layouts, 2);
	assert_string_equal(keymap.titles[0], "German");
	assert_string_equal(keymap.titles[1], "English (US)");
}

/* What a key becomes on its way: a place and a level, or a text. */
static void test_typing(void **state)
{
	static const struct {
		const char *layout, *text;
		uint32_t place, level; /* 0: it is committed as a text */
	} cases[] = {
		{"us", "a", PLACE_A, LEVEL_PLAIN},
		{"us", "A", PLACE_A, LEVEL_SHIFT},
		{"us", "@", PLACE_1 + 1, LEVEL_SHIFT},
		{"de", "@", PLACE_Q, LEVEL_ALTGR},
		{"de", "ß", PLACE_MINUS, LEVEL_PLAIN},
		{"fr", "1", PLACE_1, LEVEL_SHIFT},
		{"us", "é", 0, 0},
		{"us", "😀", 0, 0},
		{"us", ".com", 0, 0},
		/* A dead key does not type its accent. */
		{"fr", "¨", 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct keymap keymap = keymap_of(cases[i].layout, "");
		struct typing t = typing_of_text(&keymap, cases[i].text, false);
		assert_int_equal(t.key, cases[i].place != 0);
		if (t.key) {
			assert_int_equal(t.press.code, cases[i].place);
			assert_int_equal(t.press.level, cases[i].level);
			assert_int_equal(t.press.mods, 0);
		} else {
			assert_string_equal(t.text, cases[i].text);
		}
	}
}

static void test_typing_keys(void **state)
{
	struct keymap keymap = keymap_of("de", "");
	struct key letter = {.does = KEY_TYPES_PLACE, .place = PLACE_Q};
	struct key arrow = {.does = KEY_PRESSES, .place = PLACE_LEFT};
	struct key nothing = {.does = KEY_TYPES_PLACE, .place = 200};
	struct typing t = typing_of_key(&keymap, &letter, LEVEL_SHIFT, true);
	char own[8];
	(void)state;
	assert_true(t.key && t.press.code == PLACE_Q && t.press.level == LEVEL_SHIFT);
	assert_int_equal(t.press.mods, OSAAS_MOD_CTRL);
	t = typing_of_key(&keymap, &arrow, LEVEL_SHIFT | LEVEL_ALTGR, false);
	assert_true(t.key && t.press.code == PLACE_LEFT && t.press.level == LEVEL_SHIFT);
	t = typing_of_key(&keymap, &nothing, LEVEL_PLAIN, false);
	assert_true(!t.key && t.text[0] == 0);
	assert_string_equal(typing_label(&keymap, &letter, LEVEL_ALTGR, own), "@");
	assert_string_equal(typing_label(&keymap, &letter, LEVEL_SHIFT, own), "Q");
	assert_string_equal(typing_label(&keymap, &nothing, LEVEL_SHIFT, own), "");
}

/* ---- Offers ------------------------------------------------------------- */

static void test_offers(void **state)
{
	static const struct {
		const char *layout;
		enum key_does does;
		const char *text; /* or */
		uint32_t place, level, hint;
		const char *first; /* offers, blanks between them */
	} cases[] = {
		{"us", KEY_TYPES_PLACE, "", PLACE_A, 0, 0, "á à â ä"},
		{"us", KEY_TYPES_PLACE, "", PLACE_A, LEVEL_SHIFT, 0, "Á À Â Ä"},
		{"us", KEY_TYPES_PLACE, "", PLACE_A + 1, LEVEL_SHIFT, 0, "ẞ Ś Š"},
		{"de", KEY_TYPES_PLACE, "", PLACE_Q, 0, 0, "@ Ω"},
		{"gr", KEY_TYPES_PLACE, "", PLACE_A, 0, 0, "ά"},
		{"gr", KEY_TYPES_PLACE, "", PLACE_A, LEVEL_SHIFT, 0, "Ά"},
		{"ru", KEY_TYPES_PLACE, "", PLACE_Q + 4, 0, 0, "ё є"},
		{"us", KEY_TYPES_TEXT, ".", 0, 0, OSAAS_HINT_TEXT, ", ? !"},
		{"us", KEY_TYPES_TEXT, ".", 0, 0, OSAAS_HINT_URL,
			".com .org .net .eu .io"},
		{"us", KEY_TYPES_TEXT, "€", 0, 0, 0, "$ £"},
		{"us", KEY_PRESSES, "", PLACE_RETURN, 0, 0, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct keymap keymap = keymap_of(cases[i].layout, "");
		struct key key = {.does = (uint8_t)cases[i].does,
			.place = (uint16_t)cases[i].place};
		struct offers offers;
		char all[OFFERS_MAX * 9 + 1] = "";
		strcpy(key.text, cases[i].text);
		offers_of(&offers, &key, &keymap, cases[i].level, cases[i].hint);
		for (uint32_t k = 0; k < offers.n; k++) {
			strcat(all, k ? " " : "");
			strcat(all, offers.text[k]);
		}
		if (!cases[i].first[0])
			assert_string_equal(all, "");
		all[strlen(cases[i].first)] = 0;
		assert_string_equal(all, cases[i].first);
	}
}

/* Wherever the key is: within the panel, and the wanted one where the finger is. */
static void test_popup(void **state)
{
	struct keymap keymap = keymap_of("de", "");
	(void)state;
	for (size_t s = 0; s < SCREENS; s++) {
		struct layout l = built(s, &keymap, PAGE_LETTERS, OSAAS_HINT_ANY);
		struct box panel = {0, 0, l.width, l.height};
		for (uint32_t i = 0; i < l.n; i++) {
			const struct box *face = &l.keys[i].face;
			float x = (float)(face->x0 + face->x1) / 2;
			float y = (float)(face->y0 + face->y1) / 2;
			struct popup popup = {0};
			offers_of(&popup.offers, &l.keys[i], &keymap, LEVEL_PLAIN, 0);
			if (popup.offers.n == 0)
				continue;
			struct offers before = popup.offers;
			popup_open(&popup, &l, (int)i, x, y, false);
			if (screens[s].width >= 360)
				assert_true(is_inside(&popup.box, &panel));
			if (popup.chosen >= 0)
				assert_string_equal(
					popup.offers.text[popup.chosen], before.text[0]);
			for (uint32_t k = 0; k < popup.offers.n; k++) {
				struct box b = popup_box(&popup, k);
				popup_point(&popup, (float)(b.x0 + b.x1) / 2,
					(float)(b.y0 + b.y1) / 2);
				assert_int_equal(popup.chosen, k);
			}
			popup_point(&popup, x, 10 * (float)l.height);
			assert_int_equal(popup.chosen, -1);
		}
	}
}

static void test_case(void **state)
{
	static const struct {
		uint32_t small, capital;
	} cases[] = {{'a', 'A'}, {'z', 'Z'}, {U'ä', U'Ä'}, {U'ÿ', U'Ÿ'}, {U'ß', U'ẞ'},
		{U'ő', U'Ő'}, {U'ł', U'Ł'}, {U'ž', U'Ž'}, {U'ż', U'Ż'}, {U'œ', U'Œ'},
		{U'ω', U'Ω'}, {U'ώ', U'Ώ'}, {U'ά', U'Ά'}, {U'я', U'Я'}, {U'ё', U'Ё'},
		{U'ґ', U'Ґ'}, {U'ế', U'Ế'}, {U'ơ', U'Ơ'}, {U'ա', U'Ա'}};
	static const uint32_t alone[] = {'1', ' ', U'÷', U'×', U'א', U'ก', U'ĸ', U'€'};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(letter_upper(cases[i].small), cases[i].capital);
		assert_int_equal(letter_lower(cases[i].capital), cases[i].small);
		assert_int_equal(letter_upper(cases[i].capital), cases[i].capital);
		assert_int_equal(letter_lower(cases[i].small), cases[i].small);
		assert_true(letter_is(cases[i].small) && letter_is(cases[i].capital));
	}
	for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
		assert_int_equal(letter_upper(alone[i]), alone[i]);
		assert_int_equal(letter_lower(alone[i]), alone[i]);
	}
	assert_false(
		letter_is('1') || letter_is(U'÷') || letter_is(U'€') || letter_is(0));
	assert_true(letter_is(U'א') && letter_is(U'ก'));
}

/* None twice, all of them a name. */
static void test_emoji(void **state)
{
	const struct emoji *all[EMOJI_CATEGORIES * EMOJI_EACH];
	size_t n = 0;
	(void)state;
	for (int c = 0; c < EMOJI_CATEGORIES; c++) {
		for (int i = 0; i < EMOJI_EACH; i++)
			all[n++] = &emoji_categories[c].emoji[i];
	}
	for (size_t i = 0; i < n; i++) {
		assert_true(all[i]->name && strlen(all[i]->text) < 8);
		assert_true(osaas_utf8_valid(all[i]->text, strlen(all[i]->text)));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(all[i]->text, all[k]->text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_height_unknown),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_keymap_hostile),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_typing),
		cmocka_unit_test(test_typing_keys),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_popup),
		cmocka_unit_test(test_case),
		cmocka_unit_test(test_emoji),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
