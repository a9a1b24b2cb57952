#include "choice.h"

#include <osaas_string.h>

#include "ime_private.h"
#include "letters.h"
#include "widths.h"

void choice_begin(struct ime *ime, bool whole)
{
	struct typed *typed = &ime->typed;
	typed_finish(typed);
	sentence_begin(&ime->sentence, typed->text, typed->n,
		typed->mark < typed->n ? typed->mark : 0, whole);
	ime->state = IME_CHOOSING;
	ime_changed(ime);
}

static void choose(struct ime *ime, uint32_t i)
{
	if (ime->state == IME_CHOOSING)
		sentence_choose(&ime->sentence, i);
	else
		ime->sentence.chosen = i;
	ime_changed(ime);
}

void choice_step(struct ime *ime, bool back)
{
	uint32_t n = ime->sentence.list.n, i = ime->sentence.chosen;
	if (n > 0)
		choose(ime, (i + (back ? n - 1 : 1)) % n);
}

void choice_page(struct ime *ime, bool back)
{
	uint32_t n = ime->sentence.list.n, per = ime->per_page;
	if (n == 0)
		return;
	uint32_t pages = (n + per - 1) / per, at = ime->sentence.chosen / per;
	choose(ime, (at + (back ? pages - 1 : 1)) % pages * per);
}

void choice_pick(struct ime *ime, uint32_t i)
{
	if (i >= ime->sentence.list.n)
		return;
	choose(ime, i);
	if (ime->state == IME_EMOJI)
		ime_commit_emoji(ime);
	else if (!sentence_go(&ime->sentence, ime->sentence.at + 1))
		ime_commit_sentence(ime);
}

void choice_digit(struct ime *ime, char digit)
{
	uint32_t first = ime->sentence.chosen - ime->sentence.chosen % ime->per_page;
	if (digit > '0' && (uint32_t)(digit - '0') <= ime->per_page)
		choice_pick(ime, first + (uint32_t)(digit - '1'));
}

void choice_form(struct ime *ime, enum form form)
{
	struct sentence *sentence = &ime->sentence;
	char text[FORMS_BYTES], letters[LATIN_MAX];
	bool typing = ime->state == IME_TYPING;
	if (typing)
		choice_begin(ime, true);
	struct forms forms = {.letters = letters};
	forms.reading = sentence_reading(sentence, sentence->at, &forms.n);
	size_t start = (size_t)(forms.reading - sentence->reading);
	forms.count = latin_write(
		&ime->typed.latin, sentence->reading, start, start + forms.n, letters);
	size_t n = forms_write(
		&forms, form, typing ? NULL : sentence->pieces[sentence->at].text, text);
	sentence_become(sentence, text, n);
	ime_changed(ime);
}

void choice_go(struct ime *ime, bool back)
{
	struct sentence *sentence = &ime->sentence;
	sentence_go(
		sentence, (sentence->at + (back ? sentence->n - 1 : 1)) % sentence->n);
	ime_changed(ime);
}

/* ---- What was committed, again ---- */

/* Kana only: there is no word yet. */
static bool is_reading(const struct typed *typed, const char *text, size_t n)
{
	char plain[READINGS_BYTES];
	size_t len = letters_hiragana(plain, widths_katakana(text, n, plain), plain);
	return len == typed->n && memcmp(plain, typed->text, len) == 0;
}

/*
 * One word, if that can become the text; else a sentence, of the words that were found if it must be.
 * Whatever it is, it is the text until another candidate is chosen.
 */
static void convert_again(struct ime *ime, const char *text, size_t n)
{
	struct sentence *sentence = &ime->sentence;
	const struct readings *readings = &ime->readings;
	if (is_reading(&ime->typed, text, n)) {
		choice_begin(ime, false);
		return;
	}
	choice_begin(ime, true);
	if (sentence_match(sentence, text, n))
		return;
	choice_begin(ime, false);
	if (sentence_match(sentence, text, n))
		return;
	sentence_split(sentence, readings->starts, readings->starts_count);
	if (!sentence_match(sentence, text, n))
		sentence_take(sentence, text, n, readings->text_starts);
}

bool choice_again(struct ime *ime)
{
	const struct reading_source source = {
		&ime->jisyo, &ime->committed, &ime->history};
	char reading[TYPED_SET];
	size_t n = readings_find(&ime->readings, &source, ime->selected,
		ime->selected_size, reading, sizeof reading);
	if (n == 0)
		return false;
	typed_set(&ime->typed, reading, n);
	memcpy(ime->original, ime->selected, ime->selected_size);
	ime->original_size = ime->selected_size;
	convert_again(ime, ime->original, ime->original_size);
	ime->selected_size = 0;
	return true;
}
