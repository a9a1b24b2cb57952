#include "session/text_input.h"

#include <string.h>

#include "util/utf8.h"

#define AROUND 256 /* characters on each side of the caret that are asked for */
#define ENOUGH 64  /* that have to be known */
#define LOOKED (64 * TEXT_INPUT_MAX) /* bytes of what is told; nobody asks for more */

/* Characters. */

int64_t text_characters(const char *text, size_t size)
{
	int64_t n = 0;
	for (size_t i = 0; i < size; n++) {
		uint32_t c;
		size_t step = utf8_read((const unsigned char *)text + i, size - i, &c);
		if (step == 0 || c == 0)
			return -1;
		i += step;
	}
	return n;
}

uint32_t text_shift(uint32_t place, int64_t by)
{
	int64_t at = (int64_t)place + by;
	return at < 0                               ? 0
	       : at >= (int64_t)TEXT_INPUT_NO_PLACE ? TEXT_INPUT_NO_PLACE - 1
						    : (uint32_t)at;
}

struct text_range text_range_sorted(struct text_range range)
{
	if (range.start <= range.end)
		return range;
	return (struct text_range){range.end, range.start};
}

bool text_range_is_none(struct text_range range)
{
	return range.start == TEXT_INPUT_NO_PLACE;
}

static const struct text_range none = {TEXT_INPUT_NO_PLACE, TEXT_INPUT_NO_PLACE};

static bool same_range(struct text_range a, struct text_range b)
{
	return a.start == b.start && a.end == b.end;
}

/* The byte where the nth character begins; size: there are not so many. Of good text. */
static size_t byte_of(const char *text, size_t size, uint32_t n)
{
	size_t i = 0;
	while (i < size && n > 0) {
		i++;
		while (i < size && ((unsigned char)text[i] & 0xc0) == 0x80)
			i++;
		n--;
	}
	return i;
}

/* The good text that it begins with. */
static size_t good(const char *text, size_t size)
{
	size_t i = 0, step;
	uint32_t c;
	for (; i < size; i += step) {
		step = utf8_read((const unsigned char *)text + i, size - i, &c);
		if (step == 0 || c == 0)
			break;
	}
	return i;
}

/* A whole number of characters in at most that many bytes. */
static size_t whole(const char *text, size_t size, size_t most)
{
	if (size <= most)
		return size;
	while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/* The snippet. */

/*
 * A window of at most TEXT_INPUT_MAX bytes of text, which begins at place start of the whole:
 * around the character at place near.
 */
static void keep(struct text_input *t, uint32_t start, const char *text, size_t size,
	uint32_t near)
{
	size_t from = 0;
	if (size > TEXT_INPUT_MAX && near > start) {
		size_t at = byte_of(text, size, near - start);
		from = at > TEXT_INPUT_MAX / 2 ? at - TEXT_INPUT_MAX / 2 : 0;
		if (from > size - TEXT_INPUT_MAX)
			from = size - TEXT_INPUT_MAX;
		while (from < size && ((unsigned char)text[from] & 0xc0) == 0x80)
			from++;
	}
	t->size = whole(text + from, size - from, TEXT_INPUT_MAX);
	memmove(t->text, text + from, t->size);
	t->snippet.start = text_shift(start, text_characters(text, from));
	t->snippet.end = text_shift(t->snippet.start, text_characters(t->text, t->size));
}

static uint32_t in(uint32_t place, struct text_range range)
{
	return place < range.start ? range.start : place > range.end ? range.end : place;
}

/* Of the part of a range that the snippet has: where it is, and its bytes. */
static const char *part(const struct text_input *t, struct text_range range, size_t *size)
{
	range = text_range_sorted(range);
	size_t from =
		byte_of(t->text, t->size, in(range.start, t->snippet) - t->snippet.start);
	size_t to =
		byte_of(t->text, t->size, in(range.end, t->snippet) - t->snippet.start);
	*size = to - from;
	return t->text + from;
}

/* Frames. */

void text_input_reset(struct text_input *t)
{
	uint32_t version = t->version + 1;
	t->editor = t->selects = t->snippets = false;
	t->hint = 0;
	t->select = t->snippet = (struct text_range){0, 0};
	t->compose = none;
	t->caret = (struct text_input_caret){0, 0, 0, 0};
	t->version = version;
	t->size = 0;
}

static void take_snippet(struct text_input *t, const struct text_told *told)
{
	t->snippets = told->snippets;
	t->snippet = (struct text_range){0, 0};
	t->size = 0;
	if (told->snippets)
		keep(t, text_shift(told->snippet.start, 0), told->text,
			good(told->text, told->size < LOOKED ? told->size : LOOKED),
			t->select.end);
}

static bool same(const struct text_input *a, const struct text_input *b)
{
	return a->editor == b->editor && a->selects == b->selects &&
	       a->snippets == b->snippets && a->hint == b->hint &&
	       same_range(a->select, b->select) && same_range(a->compose, b->compose) &&
	       same_range(a->snippet, b->snippet) &&
	       memcmp(&a->caret, &b->caret, sizeof a->caret) == 0 && a->size == b->size &&
	       memcmp(a->text, b->text, a->size) == 0;
}

/* What was under composition stands where it stood; of what nobody tells that is taken to be so. */
static bool still_composed(const struct text_input *was, const struct text_input *t)
{
	size_t n, m;
	if (text_range_is_none(was->compose) || !t->selects)
		return false;
	if (!was->snippets || !t->snippets)
		return true;
	const char *before = part(was, was->compose, &n);
	const char *after = part(t, was->compose, &m);
	return n == m && memcmp(before, after, n) == 0;
}

bool text_input_take(struct text_input *t, const struct text_told *told)
{
	const struct text_input was = *t;
	t->editor = told->editor;
	t->selects = told->selects;
	t->hint = told->hint;
	t->select = (struct text_range){
		text_shift(told->select.start, 0), text_shift(told->select.end, 0)};
	t->caret = told->caret;
	take_snippet(t, told);
	if (!still_composed(&was, t))
		t->compose = none;
	if (same(&was, t))
		return false;
	t->version++;
	return true;
}

/* Edits. */

/* As Gio: what lies in what is replaced goes to its end, what lies behind it moves. */
static uint32_t moved(uint32_t place, struct text_range range, uint32_t end)
{
	if (place > range.end)
		return text_shift(place, (int64_t)end - range.end);
	return place > end ? end : place;
}

static void replace_snippet(
	struct text_input *t, struct text_range range, const char *text, size_t size)
{
	char all[2 * TEXT_INPUT_MAX + TEXT_INPUT_MAX];
	struct text_range s = t->snippet;
	size_t head, tail, n = whole(text, size, TEXT_INPUT_MAX);
	const char *behind = "";
	if (range.end < s.start || range.start > s.end) {
		keep(t, range.start, text, n, range.start);
		return;
	}
	head = byte_of(t->text, t->size, in(range.start, s) - s.start);
	behind = part(t, (struct text_range){range.end, TEXT_INPUT_NO_PLACE}, &tail);
	memcpy(all, t->text, head);
	memcpy(all + head, text, n);
	/* What is so long that it was cut has nothing known behind it. */
	if (n < size)
		tail = 0;
	memcpy(all + head + n, behind, tail);
	keep(t, range.start < s.start ? range.start : s.start, all, head + n + tail,
		text_shift(range.start, text_characters(text, n)));
}

void text_input_replace(
	struct text_input *t, struct text_range range, const char *text, size_t size)
{
	range = text_range_sorted(range);
	uint32_t end = text_shift(range.start, text_characters(text, size));
	t->select.start = moved(t->select.start, range, end);
	t->select.end = moved(t->select.end, range, end);
	if (!text_range_is_none(t->compose)) {
		t->compose.start = moved(t->compose.start, range, end);
		t->compose.end = moved(t->compose.end, range, end);
	}
	if (t->snippets)
		replace_snippet(t, range, text, size);
	t->version++;
}

void text_input_select(struct text_input *t, struct text_range select)
{
	t->select = select;
	t->version++;
}

void text_input_compose(struct text_input *t, struct text_range compose)
{
	t->compose = compose.start == compose.end ? none : compose;
	t->version++;
}

static bool within(struct text_range a, struct text_range b)
{
	return a.start >= b.start && a.end <= b.end;
}

bool text_input_wants(const struct text_input *t, struct text_range *asked)
{
	const struct text_range s = text_range_sorted(t->select);
	const struct text_range enough = {
		text_shift(s.start, -ENOUGH), text_shift(s.end, ENOUGH)};
	if (!t->selects || within(enough, *asked) ||
		(t->snippets && within(enough, t->snippet)))
		return false;
	*asked = (struct text_range){
		text_shift(s.start, -AROUND), text_shift(s.end, AROUND)};
	return true;
}
