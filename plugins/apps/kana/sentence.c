#include "sentence.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

_Static_assert(CANDIDATES_MORE > FORMS_MAX, "all forms of a piece have room");
_Static_assert(CANDIDATES_MORE_BYTES >= (CANDIDATES_MORE - 1) * (FORMS_BYTES + 1),
	"and their bytes");

static size_t start_of(const struct sentence *sentence, size_t piece)
{
	return piece ? sentence->pieces[piece - 1].end : 0;
}

const char *sentence_reading(const struct sentence *sentence, size_t piece, size_t *n)
{
	size_t start = start_of(sentence, piece);
	*n = sentence->pieces[piece].end - start;
	return sentence->reading + start;
}

/* The candidates of a piece; what the user took last time is the first. */
static void list_piece(struct sentence *sentence, size_t piece)
{
	size_t n, start = start_of(sentence, piece);
	const char *reading = sentence_reading(sentence, piece, &n);
	size_t mark = sentence->mark > start ? sentence->mark - start : 0;
	words_list(sentence->jisyo, reading, n, mark < n ? mark : 0, &sentence->list);
	const char *last = mark ? NULL : history_find(sentence->history, reading, n);
	uint32_t i = last ? candidates_find(&sentence->list, last, strlen(last)) : 0;
	if (i < sentence->list.n)
		candidates_first(&sentence->list, i);
	sentence->words = sentence->list.n;
}

static void set_text(struct sentence *sentence, size_t piece, uint32_t i)
{
	const char *text = candidates_text(&sentence->list, i);
	memcpy(sentence->pieces[piece].text, text, strlen(text) + 1);
}

/* The pieces from that one on, of the reading from where it begins. */
static void split(struct sentence *sentence, size_t piece)
{
	uint8_t ends[WORDS_MAX];
	size_t start = start_of(sentence, piece), room = WORDS_MAX - piece;
	size_t n = words_split(sentence->jisyo, sentence->reading + start,
		sentence->bytes - start, ends);
	if (n > room) {
		ends[room - 1] = ends[n - 1];
		n = room;
	}
	for (size_t i = 0; i < n; i++) {
		sentence->pieces[piece + i].end = (uint8_t)(start + ends[i]);
		sentence->pieces[piece + i].changed = false;
	}
	sentence->n = piece + n;
	for (size_t i = piece; i < sentence->n; i++) {
		list_piece(sentence, i);
		set_text(sentence, i, 0);
	}
}

void sentence_begin(
	struct sentence *sentence, const char *reading, size_t n, size_t mark, bool whole)
{
	memcpy(sentence->reading, reading, n);
	sentence->bytes = n;
	sentence->mark = mark;
	if (mark || whole) {
		sentence->n = 1;
		sentence->pieces[0].end = (uint8_t)n;
		sentence->pieces[0].changed = false;
		list_piece(sentence, 0);
		set_text(sentence, 0, 0);
	} else {
		split(sentence, 0);
	}
	sentence_go(sentence, 0);
}

bool sentence_go(struct sentence *sentence, size_t piece)
{
	if (piece >= sentence->n)
		return false;
	const char *text = sentence->pieces[piece].text;
	sentence->at = piece;
	list_piece(sentence, piece);
	sentence->chosen = candidates_force(&sentence->list, text, strlen(text));
	return true;
}

void sentence_choose(struct sentence *sentence, uint32_t i)
{
	sentence->chosen = i;
	sentence->pieces[sentence->at].changed = i < sentence->words;
	set_text(sentence, sentence->at, i);
}

void sentence_become(struct sentence *sentence, const char *text, size_t n)
{
	uint32_t i = candidates_force(&sentence->list, text, n);
	if (i < sentence->list.n)
		sentence_choose(sentence, i);
}

/* The longest candidate that the text begins with; list.n: none. */
static uint32_t longest(const struct candidates *list, const char *text, size_t n)
{
	uint32_t found = list->n;
	size_t most = 0;
	for (uint32_t i = 0; i < list->n; i++) {
		size_t len = strlen(candidates_text(list, i));
		if (len > most && len <= n &&
			memcmp(candidates_text(list, i), text, len) == 0) {
			most = len;
			found = i;
		}
	}
	return found;
}

void sentence_split(struct sentence *sentence, const uint8_t *ends, size_t n)
{
	sentence->n = 0;
	for (size_t i = 0; i <= n && sentence->n < WORDS_MAX; i++) {
		bool last = i == n || i + 1 == WORDS_MAX;
		size_t piece = sentence->n++;
		sentence->pieces[piece].end = last ? (uint8_t)sentence->bytes : ends[i];
		sentence->pieces[piece].changed = false;
		list_piece(sentence, piece);
		set_text(sentence, piece, 0);
	}
	sentence_go(sentence, 0);
}

void sentence_take(
	struct sentence *sentence, const char *text, size_t bytes, const uint8_t *ends)
{
	size_t start = 0;
	for (size_t i = 0; i < sentence->n; i++) {
		size_t end = i + 1 == sentence->n ? bytes : ends[i];
		memcpy(sentence->pieces[i].text, text + start, end - start);
		sentence->pieces[i].text[end - start] = 0;
		start = end;
	}
	sentence_go(sentence, 0);
}

bool sentence_match(struct sentence *sentence, const char *text, size_t n)
{
	bool all = true;
	for (size_t i = 0; i < sentence->n; i++) {
		list_piece(sentence, i);
		uint32_t found = longest(&sentence->list, text, n);
		all = found < sentence->list.n;
		if (!all)
			break;
		set_text(sentence, i, found);
		text += strlen(sentence->pieces[i].text);
		n -= strlen(sentence->pieces[i].text);
	}
	sentence_go(sentence, 0);
	return all && n == 0;
}

void sentence_resize(struct sentence *sentence, bool more)
{
	size_t at = sentence->at, start = start_of(sentence, at);
	size_t end = sentence->pieces[at].end;
	size_t then = more ? osaas_utf8_next(sentence->reading, sentence->bytes, end)
			   : osaas_utf8_prev(sentence->reading, end);
	if (then == end || then <= start || (at + 1 == WORDS_MAX && !more))
		return;
	sentence->mark = 0;
	sentence->pieces[at].end = (uint8_t)then;
	sentence->pieces[at].changed = false;
	sentence->n = at + 1;
	if (then < sentence->bytes)
		split(sentence, at + 1);
	list_piece(sentence, at);
	set_text(sentence, at, 0);
	sentence_go(sentence, at);
}
