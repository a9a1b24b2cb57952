#include "keymap.h"

#include "letter.h"

static void take_symbol(struct keymap *keymap, const struct osaas_method_symbol *symbol)
{
	if (symbol->code >= PLACE_END)
		return;
	struct keymap_key *key = &keymap->keys[symbol->code];
	key->dead = symbol->dead;
	for (uint32_t i = 0; i < LEVELS; i++) {
		key->keysym[i] = symbol->keysym[i];
		key->text[i] = symbol->text[i];
	}
}

/* A title that is cut ends with a whole character. */
static void cut(char *title, size_t n)
{
	while (n > 0 && ((unsigned char)title[n] & 0xc0) == 0x80)
		n--;
	title[n] = 0;
}

static void take_titles(struct keymap *keymap, const char *at, size_t len)
{
	for (uint32_t i = 0; i < keymap->layouts; i++) {
		char *to = keymap->titles[i];
		size_t n = 0;
		for (; n < len && at[n]; n++) {
			if (n < KEYMAP_TITLE_MAX)
				to[n] = at[n];
		}
		if (n >= KEYMAP_TITLE_MAX)
			cut(to, KEYMAP_TITLE_MAX - 1);
		else
			to[n] = 0;
		n += n < len;
		at += n;
		len -= n;
	}
}

bool keymap_read(struct keymap *keymap, const struct osaas_method_keymap *head,
	const void *buf, size_t len)
{
	const struct osaas_method_symbol *symbols = buf;
	if (head->count > len / sizeof *symbols)
		return false;
	*keymap = (struct keymap){.layout = head->layout, .layouts = head->layouts};
	if (keymap->layouts > KEYMAP_LAYOUTS_MAX)
		keymap->layouts = KEYMAP_LAYOUTS_MAX;
	for (uint32_t i = 0; i < head->count; i++)
		take_symbol(keymap, &symbols[i]);
	size_t used = head->count * sizeof *symbols;
	take_titles(keymap, (const char *)buf + used, len - used);
	return true;
}

const char *keymap_title(const struct keymap *keymap)
{
	return keymap->layout < keymap->layouts ? keymap->titles[keymap->layout] : "";
}

uint32_t keymap_level(const struct keymap *keymap, uint32_t place, uint32_t wanted)
{
	const struct keymap_key *key = &keymap->keys[place];
	if (key->keysym[wanted])
		return wanted;
	wanted &= ~(uint32_t)LEVEL_SHIFT;
	return key->keysym[wanted] ? wanted : LEVELS;
}

bool keymap_find(
	const struct keymap *keymap, uint32_t c, uint32_t *place, uint32_t *level)
{
	for (uint32_t l = 0; l < LEVELS; l++) {
		for (uint32_t p = 1; p < PLACE_END; p++) {
			const struct keymap_key *key = &keymap->keys[p];
			if (key->text[l] != c || key->dead & 1u << l)
				continue;
			*place = p;
			*level = l;
			return true;
		}
	}
	return false;
}

bool keymap_letter(const struct keymap *keymap, uint32_t place)
{
	const struct keymap_key *key = &keymap->keys[place];
	return key->dead & 1 || letter_is(key->text[0]);
}

bool keymap_has_altgr(const struct keymap *keymap)
{
	for (uint32_t p = 1; p < PLACE_END; p++) {
		if (p != PLACE_SPACE && (keymap->keys[p].text[LEVEL_ALTGR] ||
						keymap->keys[p].text[LEVEL_ALTGR | 1]))
			return true;
	}
	return false;
}

bool keymap_tall(const struct keymap *keymap)
{
	uint32_t n = 0;
	for (uint32_t p = PLACE_1; p <= PLACE_EQUAL; p++)
		n += letter_is(keymap->keys[p].text[0]);
	return n >= 6;
}
