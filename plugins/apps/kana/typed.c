#include "typed.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

bool typed_is_empty(const struct typed *typed)
{
	return typed->n == 0 && typed->waits.n == 0;
}

/* There is always room for what waits. */
static bool has_room(const struct typed *typed, size_t n)
{
	return typed->n + n + ROMAJI_OUT <= WORDS_BYTES;
}

/* A unit, and the letters that it is of. */
static void insert(struct typed *typed, const char *text, size_t n, const char *letters,
	size_t count)
{
	char *at = typed->text + typed->caret;
	memmove(at + n, at, typed->n - typed->caret);
	memcpy(at, text, n);
	latin_insert(&typed->latin, typed->caret, n, letters, count);
	typed->n += n;
	if (typed->mark > typed->caret)
		typed->mark += n;
	typed->caret += n;
}

/* What is certain of those that wait becomes text. */
static void settle(struct typed *typed, bool last)
{
	char text[ROMAJI_OUT];
	size_t n, count;
	while ((n = romaji_step(&typed->waits, last, text, &count)) > 0) {
		insert(typed, text, n, typed->letters, count);
		memmove(typed->letters, typed->letters + count,
			sizeof typed->letters - count);
	}
}

void typed_finish(struct typed *typed)
{
	settle(typed, true);
}

bool typed_insert(struct typed *typed, const char *text, size_t n, char c)
{
	if (n > ROMAJI_OUT || !has_room(typed, 2 * ROMAJI_OUT))
		return false;
	typed_finish(typed);
	insert(typed, text, n, &c, 1);
	return true;
}

bool typed_push(struct typed *typed, char c)
{
	bool capital = c >= 'A' && c <= 'Z';
	if (!has_room(typed, 2 * ROMAJI_OUT))
		return false;
	if (capital) {
		typed_finish(typed);
		typed->mark = typed->caret;
	}
	typed->letters[typed->waits.n] = c;
	romaji_add(&typed->waits, (char)(capital ? c - 'A' + 'a' : c));
	settle(typed, false);
	return true;
}

void typed_set(struct typed *typed, const char *text, size_t n)
{
	memset(typed, 0, sizeof *typed);
	insert(typed, text, n, "", 0);
}

static void cut(struct typed *typed, size_t from, size_t to)
{
	memmove(typed->text + from, typed->text + to, typed->n - to);
	latin_cut(&typed->latin, from, to);
	typed->n -= to - from;
	typed->caret = from;
	if (typed->mark >= to)
		typed->mark -= to - from;
	else if (typed->mark > from)
		typed->mark = 0;
	if (typed->mark >= typed->n)
		typed->mark = 0;
}

void typed_erase(struct typed *typed, bool behind)
{
	if (typed->waits.n > 0) {
		if (!behind)
			typed->waits.pending[--typed->waits.n] = 0;
		return;
	}
	if (behind)
		cut(typed, typed->caret,
			osaas_utf8_next(typed->text, typed->n, typed->caret));
	else
		cut(typed, osaas_utf8_prev(typed->text, typed->caret), typed->caret);
}

void typed_move(struct typed *typed, enum typed_motion motion)
{
	typed_finish(typed);
	switch (motion) {
	case TYPED_LEFT:
		typed->caret = osaas_utf8_prev(typed->text, typed->caret);
		break;
	case TYPED_RIGHT:
		typed->caret = osaas_utf8_next(typed->text, typed->n, typed->caret);
		break;
	case TYPED_START:
		typed->caret = 0;
		break;
	case TYPED_END:
		typed->caret = typed->n;
		break;
	}
}

size_t typed_show(const struct typed *typed, char to[WORDS_BYTES], size_t *caret)
{
	char *at = mempcpy(to, typed->text, typed->caret);
	at = mempcpy(at, typed->waits.pending, typed->waits.n);
	*caret = (size_t)(at - to);
	at = mempcpy(at, typed->text + typed->caret, typed->n - typed->caret);
	return (size_t)(at - to);
}
