#include "ime.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

#include "choice.h"
#include "ime_private.h"

const char ime_colon[] = "：";

void ime_init(struct ime *ime)
{
	memset(ime, 0, sizeof *ime);
	ime->per_page = IME_PAGE;
	ime->sentence.jisyo = &ime->jisyo;
	ime->sentence.history = &ime->history;
}

void ime_select(struct ime *ime, const char *text, size_t n)
{
	ime->selected_size = n <= sizeof ime->selected ? n : 0;
	memcpy(ime->selected, text, ime->selected_size);
}

/* ---- What comes out ---- */

void ime_commit(struct ime *ime, const char *text, size_t n)
{
	struct ime_out *out = &ime->out;
	if (n > IME_TEXT - out->n)
		n = osaas_utf8_prev(text, IME_TEXT - out->n);
	memcpy(out->text + out->n, text, n);
	out->n += n;
}

void ime_begin(struct ime *ime)
{
	ime->out.n = 0;
	ime->out.compose = false;
	ime->out.strip = false;
}

void ime_changed(struct ime *ime)
{
	ime->out.compose = true;
	ime->out.strip = true;
}

void ime_clear(struct ime *ime)
{
	memset(&ime->typed, 0, sizeof ime->typed);
	ime->name_size = 0;
	ime->original_size = 0;
	ime->state = IME_EMPTY;
	ime_changed(ime);
}

void ime_reset(struct ime *ime)
{
	ime_begin(ime);
	ime_clear(ime);
	ime->out.compose = false;
}

static void learn(struct ime *ime, size_t piece)
{
	size_t n;
	char lost[HISTORY_READING];
	const char *reading = sentence_reading(&ime->sentence, piece, &n);
	const char *text = ime->sentence.pieces[piece].text;
	if (ime->sentence.pieces[piece].changed && !ime->sentence.mark &&
		history_put(&ime->history, reading, n, text, lost) && ime->learned)
		ime->learned(reading, n, text, lost);
}

void ime_commit_sentence(struct ime *ime)
{
	for (size_t i = 0; i < ime->sentence.n; i++) {
		const char *text = ime->sentence.pieces[i].text;
		size_t n;
		const char *reading = sentence_reading(&ime->sentence, i, &n);
		ime_commit(ime, text, strlen(text));
		learn(ime, i);
		readings_keep(&ime->committed, reading, n, text);
	}
	ime_clear(ime);
}

void ime_commit_typed(struct ime *ime)
{
	typed_finish(&ime->typed);
	ime_commit(ime, ime->typed.text, ime->typed.n);
	ime_clear(ime);
}

static const char *emoji_text(const struct ime *ime, size_t *n)
{
	const struct sentence *sentence = &ime->sentence;
	if (ime->name_size == 0 || sentence->list.n == 0)
		return NULL;
	const char *text = candidates_text(&sentence->list, sentence->chosen);
	*n = strlen(text);
	return text;
}

/* The name, when it names nothing. */
static void commit_name(struct ime *ime)
{
	ime_commit(ime, ime_colon, strlen(ime_colon));
	ime_commit(ime, ime->name, ime->name_size);
	ime_clear(ime);
}

void ime_commit_emoji(struct ime *ime)
{
	size_t n;
	const char *text = emoji_text(ime, &n);
	if (!text) {
		commit_name(ime);
		return;
	}
	ime_commit(ime, text, n);
	ime_clear(ime);
}

void ime_commit_all(struct ime *ime)
{
	switch (ime->state) {
	case IME_EMPTY:
		break;
	case IME_TYPING:
		ime_commit_typed(ime);
		break;
	case IME_CHOOSING:
		ime_commit_sentence(ime);
		break;
	case IME_EMOJI:
		commit_name(ime);
		break;
	}
}

/* Nothing is left of it; what was converted again is as it was. */
void ime_throw_away(struct ime *ime)
{
	ime_commit(ime, ime->original, ime->original_size);
	ime_clear(ime);
}

void ime_set_on(struct ime *ime, bool on)
{
	ime_commit_all(ime);
	ime->on = on;
	ime->out.strip = true;
}

/* ---- Touch ---- */

void ime_pick(struct ime *ime, uint32_t candidate)
{
	ime_begin(ime);
	if (ime->state == IME_CHOOSING || ime->state == IME_EMOJI)
		choice_pick(ime, candidate);
}

void ime_page(struct ime *ime, bool back)
{
	ime_begin(ime);
	if (ime->state == IME_CHOOSING || ime->state == IME_EMOJI)
		choice_page(ime, back);
}

void ime_toggle(struct ime *ime)
{
	ime_begin(ime);
	ime_set_on(ime, !ime->on);
}

/* ---- What is shown ---- */

static size_t compose_typed(
	const struct ime *ime, char to[IME_TEXT], uint32_t *start, uint32_t *end)
{
	size_t caret, n = typed_show(&ime->typed, to, &caret);
	*start = *end = (uint32_t)osaas_utf8_length(to, caret);
	return n;
}

static size_t compose_sentence(
	const struct ime *ime, char to[IME_TEXT], uint32_t *start, uint32_t *end)
{
	size_t n = 0;
	for (size_t i = 0; i < ime->sentence.n; i++) {
		const char *text = ime->sentence.pieces[i].text;
		size_t len = strlen(text);
		if (len > IME_TEXT - n)
			break;
		if (i == ime->sentence.at)
			*start = (uint32_t)osaas_utf8_length(to, n);
		memcpy(to + n, text, len);
		n += len;
		if (i == ime->sentence.at)
			*end = (uint32_t)osaas_utf8_length(to, n);
	}
	return n;
}

static size_t compose_name(
	const struct ime *ime, char to[IME_TEXT], uint32_t *start, uint32_t *end)
{
	to[0] = ':';
	memcpy(to + 1, ime->name, ime->name_size);
	*start = *end = (uint32_t)ime->name_size + 1;
	return ime->name_size + 1;
}

size_t ime_composition(
	const struct ime *ime, char to[IME_TEXT], uint32_t *start, uint32_t *end)
{
	*start = *end = 0;
	switch (ime->state) {
	case IME_EMPTY:
		return 0;
	case IME_TYPING:
		return compose_typed(ime, to, start, end);
	case IME_CHOOSING:
		return compose_sentence(ime, to, start, end);
	case IME_EMOJI:
		return compose_name(ime, to, start, end);
	}
	return 0;
}

const struct candidates *ime_candidates(const struct ime *ime, uint32_t *chosen)
{
	bool listed = ime->state == IME_CHOOSING ||
		      (ime->state == IME_EMOJI && ime->name_size > 0);
	*chosen = ime->sentence.chosen;
	return listed && ime->sentence.list.n > 0 ? &ime->sentence.list : NULL;
}
