#include "offers.h"

#include <osaas_ops_names.h>
#include <osaas_string.h>
#include <osaas_utf8.h>

#include "accents.h"
#include "letter.h"

static void add_text(struct offers *offers, const char *text)
{
	if (offers->n == OFFERS_MAX)
		return;
	for (uint32_t i = 0; i < offers->n; i++) {
		if (strcmp(offers->text[i], text) == 0)
			return;
	}
	char *to = offers->text[offers->n++];
	for (size_t i = 0; i < sizeof offers->text[0]; i++)
		to[i] = 0;
	for (size_t i = 0; text[i] && i + 1 < sizeof offers->text[0]; i++)
		to[i] = text[i];
}

/* but: the key itself types it. */
static void add(struct offers *offers, uint32_t c, uint32_t but)
{
	char text[OSAAS_UTF8_BYTES + 1] = {0};
	if (c != 0 && c != but && osaas_utf8_encode(c, text) > 0)
		add_text(offers, text);
}

static void add_relatives(struct offers *offers, uint32_t base, bool upper, uint32_t but)
{
	const char *text = accents_of(base);
	size_t len = strlen(text);
	for (size_t at = 0; at < len;) {
		uint32_t c;
		at += osaas_utf8_decode(text + at, len - at, &c);
		add(offers, upper ? letter_upper(c) : c, but);
	}
}

static void add_domains(struct offers *offers)
{
	static const char *const ends[] = {".com", ".org", ".net", ".eu", ".io"};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		add_text(offers, ends[i]);
}

static uint32_t character_of(const struct key *key)
{
	uint32_t c = 0;
	osaas_utf8_decode(key->text, strlen(key->text), &c);
	return c;
}

/*
 * A letter of the row of digits, which narrow keyboards do not have, is offered by the key
 * below it; that to their left by the first one.
 */
static void add_above(struct offers *offers, const struct key *key,
	const struct keymap *keymap, uint32_t level)
{
	if (key->place < PLACE_Q || key->place > PLACE_BRACE_RIGHT)
		return;
	uint32_t above[] = {key->place - PLACE_Q + PLACE_1, PLACE_GRAVE};
	for (uint32_t i = 0; i < 1u + (key->place == PLACE_Q); i++) {
		uint32_t l = keymap_level(keymap, above[i], level & LEVEL_SHIFT);
		if (l < LEVELS && letter_is(keymap->keys[above[i]].text[l]))
			add(offers, keymap->keys[above[i]].text[l], 0);
	}
}

void offers_of(struct offers *offers, const struct key *key, const struct keymap *keymap,
	uint32_t level, uint32_t hint)
{
	bool address = hint == OSAAS_HINT_EMAIL || hint == OSAAS_HINT_URL;
	offers->n = 0;
	if (key->does == KEY_TYPES_TEXT) {
		uint32_t c = character_of(key);
		if (c == '.' && address)
			add_domains(offers);
		else
			add_relatives(offers, c, false, c);
	} else if (key->does == KEY_TYPES_PLACE) {
		const uint32_t *text = keymap->keys[key->place].text;
		uint32_t l = keymap_level(keymap, key->place, level);
		uint32_t shown = l < LEVELS ? text[l] : 0;
		bool upper = level & LEVEL_SHIFT && letter_is(shown);
		add(offers, key->hint, shown);
		add_relatives(offers, letter_lower(shown), upper, shown);
		for (uint32_t i = LEVEL_ALTGR; i < LEVELS; i++)
			add(offers, text[i], shown);
		add_above(offers, key, keymap, level);
	}
}
