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

static void insert(struct typed *typed, const char *text, size_t n)
{
	char *at = typed->text + typed->caret;
	memmove(at + n, at, typed->n - typed->caret);
	memcpy(at, text, n);
	typed->n += n;
	if (typed->mark > typed->caret)
		typed->mark += n;
	typed->caret += n;
}

void typed_finish(struct typed *typed)
{
	char text[ROMAJI_OUT];
	insert(typed, text, romaji_flush(&typed->waits, text));
}

bool typed_insert(struct typed *typed, const char *text, size_t n)
{
	if (n > ROMAJI_OUT || !has_room(typed, 2 * ROMAJI_OUT))
		return false;
	typed_finish(typed);
	insert(typed, text, n);
	return true;
}

bool typed_push(struct typed *typed, char c)
{
	char text[ROMAJI_OUT];
	bool capital = c >= 'A' && c <= 'Z';
	if (!has_room(typed, 2 * ROMAJI_OUT))
		return false;
	if (capital) {
		typed_finish(typed);
		typed->mark = typed->caret;
		c = (char)(c - 'A' + 'a');
	}
	insert(typed, text, romaji_push(&typed->waits, c, text));
	return true;
}

static void cut(struct typed *typed, size_t from, size_t to)
{
	memmove(typed->text + from, typed->text + to, typed->n - to);
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
