#include "plugins/sdk/field.h"

#include <osaas_std.h>
#include <osaas_utf8.h>

uint32_t sdk_field_boundary(const struct osaas_field *field, uint32_t at)
{
	if (at >= field->len)
		return field->len;
	while (at > 0 && ((uint8_t)field->text[at] & 0xc0) == 0x80)
		at--;
	return at;
}

uint32_t sdk_field_chars(const struct osaas_field *field, uint32_t at)
{
	return (uint32_t)osaas_utf8_length(
		field->text, at < field->len ? at : field->len);
}

uint32_t sdk_field_byte(const struct osaas_field *field, uint32_t chars)
{
	size_t at = 0;
	for (; chars > 0 && at < field->len; chars--)
		at = osaas_utf8_next(field->text, field->len, at);
	return (uint32_t)at;
}

uint32_t sdk_field_start(const struct osaas_field *field)
{
	return field->anchor < field->caret ? field->anchor : field->caret;
}

uint32_t sdk_field_end(const struct osaas_field *field)
{
	return field->anchor > field->caret ? field->anchor : field->caret;
}

/*
 * The character that stands for c in this field; 0: none. The separators of lines and
 * paragraphs are line ends to every layout.
 */
static uint32_t clean(const struct osaas_field *field, uint32_t c)
{
	bool multi = field->flags & OSAAS_FIELD_MULTI;
	if (c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029)
		c = '\n';
	if (c == '\n' || c == '\t')
		c = multi ? c : ' ';
	else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return 0;
	return field->accept && !field->accept(c) ? 0 : c;
}

/* U+FFFD that is written is three bytes long; what is none is read as one, and is shorter. */
static bool is_bad(uint32_t c, size_t bytes)
{
	return c == OSAAS_UTF8_BAD && bytes < 3;
}

/* Writes what may be in the field, at most room bytes of it; how many. to NULL: counts. */
static uint32_t put_clean(const struct osaas_field *field, const char *text, size_t n,
	char *to, uint32_t room)
{
	uint32_t size = 0, c;
	for (size_t i = 0, used; i < n; i += used) {
		char bytes[OSAAS_UTF8_BYTES];
		used = osaas_utf8_decode(text + i, n - i, &c);
		if (is_bad(c, used))
			continue;
		if (c == '\r' && i + 1 < n && text[i + 1] == '\n')
			used = 2;
		uint32_t more = (uint32_t)osaas_utf8_encode(clean(field, c), bytes);
		if (clean(field, c) == 0)
			continue;
		if (size + more > room)
			break;
		if (to)
			memcpy(to + size, bytes, more);
		size += more;
	}
	return size;
}

/* Where a place is when start to end has become start to new_end. */
static uint32_t adjusted(uint32_t at, uint32_t start, uint32_t end, uint32_t new_end)
{
	if (at < start)
		return at;
	return at <= end ? new_end : at - end + new_end;
}

static void open_gap(
	struct osaas_field *field, uint32_t start, uint32_t end, uint32_t size)
{
	uint32_t new_end = start + size;
	memmove(field->text + new_end, field->text + end, field->len - end);
	field->len = field->len - (end - start) + size;
	field->text[field->len] = 0;
	field->anchor = adjusted(field->anchor, start, end, new_end);
	field->caret = adjusted(field->caret, start, end, new_end);
	if (field->compose_start != field->compose_end) {
		if (field->compose_start > start)
			field->compose_start =
				adjusted(field->compose_start, start, end, new_end);
		field->compose_end = adjusted(field->compose_end, start, end, new_end);
		if (field->compose_start == field->compose_end)
			field->compose_start = field->compose_end = 0;
	}
	field->stale = true;
	field->upstream = field->has_goal = false;
}

void sdk_field_splice(struct osaas_field *field, uint32_t start, uint32_t end,
	const char *text, uint32_t n)
{
	open_gap(field, start, end, n);
	if (n > 0)
		memcpy(field->text + start, text, n);
}

bool sdk_field_replace(struct osaas_field *field, uint32_t start, uint32_t end,
	const char *text, size_t n, enum field_edit edit)
{
	uint32_t room = field->max - (field->len - (end - start));
	uint32_t size = put_clean(field, text, n, NULL, room);
	if ((start == end && size == 0) || (field->flags & OSAAS_FIELD_READ_ONLY))
		return false;
	bool blank = size > 0 && (*text == ' ' || *text == '\n' || *text == '\t');
	char *note = sdk_field_note(field, start, end - start, size, blank, edit);
	open_gap(field, start, end, size);
	put_clean(field, text, n, field->text + start, size);
	if (size > 0)
		memcpy(note, field->text + start, size);
	return true;
}
