#include "typing.h"

#include <osaas_string.h>
#include <osaas_utf8.h>
#include <osaas_window.h>

static struct typing press(uint32_t place, uint32_t level, bool ctrl)
{
	return (struct typing){
		.key = true,
		.press = {.code = place,
			.level = level,
			.mods = ctrl ? OSAAS_MOD_CTRL : 0,
			.times = 1},
		.text = "",
	};
}

struct typing typing_of_text(const struct keymap *keymap, const char *text, bool ctrl)
{
	uint32_t c, place, level;
	size_t len = strlen(text);
	size_t first = osaas_utf8_decode(text, len, &c);
	if (len > 0 && first == len && keymap_find(keymap, c, &place, &level))
		return press(place, level, ctrl);
	return (struct typing){.text = text};
}

struct typing typing_of_key(
	const struct keymap *keymap, const struct key *key, uint32_t level, bool ctrl)
{
	uint32_t has = key->place < PLACE_END ? keymap_level(keymap, key->place, level)
					      : (uint32_t)LEVELS;
	switch ((enum key_does)key->does) {
	case KEY_TYPES_PLACE:
		if (has < LEVELS)
			return press(key->place, has, ctrl);
		break;
	case KEY_PRESSES:
		if (has == LEVELS)
			has = level & LEVEL_SHIFT;
		return press(key->place, has, ctrl);
	case KEY_TYPES_TEXT:
		return typing_of_text(keymap, key->text, ctrl);
	case KEY_LATCHES:
	case KEY_TURNS:
	case KEY_EMOJI:
	case KEY_LAYOUT:
	case KEY_DISMISSES:
		break;
	}
	return (struct typing){.text = ""};
}

const char *typing_label(
	const struct keymap *keymap, const struct key *key, uint32_t level, char to[8])
{
	if (key->does != KEY_TYPES_PLACE)
		return key->text;
	uint32_t has = keymap_level(keymap, key->place, level);
	uint32_t c = has < LEVELS ? keymap->keys[key->place].text[has] : 0;
	size_t n = c ? osaas_utf8_encode(c, to) : 0;
	to[n] = 0;
	return to;
}
