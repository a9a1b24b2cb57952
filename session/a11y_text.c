/* org.a11y.atspi.Text and .EditableText: what can be read, and what is typed. */
#include <stdlib.h>
#include <string.h>

#include "session/a11y_act.h"
#include "session/a11y_call.h"
#include "session/a11y_role.h"
#include "session/a11y_unit.h"
#include "util/xalloc.h"

/* What is known of it: characters from `before` on. */
struct content {
	const char *s;
	size_t n;
	uint32_t before, count;
	const struct a11y_field *field; /* NULL: it cannot be typed into */
};

static struct content content_of(const struct a11y_call *call)
{
	const struct a11y_tree *tree = &call->at.window->tree;
	struct content c = {.field = a11y_tree_field(tree, call->at.node)};
	c.s = a11y_tree_text(tree, call->at.node, &c.n, &c.before);
	c.count = a11y_unit_count(c.s, c.n);
	if (c.field && c.field->has_snippet && !a11y_is_secret(call->at.node))
		a11y_ask_text(&call->at);
	return c;
}

static uint32_t end_of(const struct content *c)
{
	return c->before + c->count < c->before ? UINT32_MAX : c->before + c->count;
}

static int32_t as_int(uint32_t place)
{
	return place > INT32_MAX ? INT32_MAX : (int32_t)place;
}

/* A place of the whole text as one of what is known. */
static uint32_t inside(const struct content *c, int32_t place)
{
	uint32_t at = place < 0 ? 0 : (uint32_t)place;
	at = at < c->before ? 0 : at - c->before;
	return at < c->count ? at : c->count;
}

static void put_part(
	struct a11y_call *call, const struct content *c, uint32_t start, uint32_t end)
{
	size_t from = a11y_unit_byte(c->s, c->n, start);
	size_t to = a11y_unit_byte(c->s, c->n, end);
	char *part = xcalloc(1, (to > from ? to - from : 0) + 1);
	if (to > from)
		memcpy(part, &c->s[from], to - from);
	a11y_put_string(&call->out, part);
	free(part);
}

static void answer_text(struct a11y_call *call)
{
	struct content c = content_of(call);
	uint32_t start = inside(&c, a11y_get_int(call));
	int32_t end = a11y_get_int(call);
	put_part(call, &c, start, end < 0 ? c.count : inside(&c, end));
}

/* AT-SPI's boundaries are words, sentences and lines, from start to start or end to end. */
static enum a11y_unit unit_of_boundary(uint32_t boundary)
{
	return boundary == 0   ? UNIT_CHARACTER
	       : boundary <= 2 ? UNIT_WORD
	       : boundary <= 4 ? UNIT_SENTENCE
			       : UNIT_LINE;
}

static enum a11y_unit unit_of_granularity(uint32_t granularity)
{
	return granularity < UNIT_LINE ? (enum a11y_unit)granularity : UNIT_LINE;
}

static void put_range(
	struct a11y_call *call, const struct content *c, struct a11y_range range)
{
	put_part(call, c, range.start, range.end);
	a11y_put_int(&call->out, as_int(c->before + range.start));
	a11y_put_int(&call->out, as_int(c->before + range.end));
}

static void answer_string_at(struct a11y_call *call)
{
	struct content c = content_of(call);
	uint32_t at = inside(&c, a11y_get_int(call));
	enum a11y_unit unit = unit_of_granularity(a11y_get_uint(call));
	put_range(call, &c, a11y_unit_at(c.s, c.n, at, unit));
}

/* step -1, 0, 1: the one before, at, after. */
static void answer_unit(struct a11y_call *call, int step)
{
	struct content c = content_of(call);
	uint32_t at = inside(&c, a11y_get_int(call));
	enum a11y_unit unit = unit_of_boundary(a11y_get_uint(call));
	struct a11y_range range = a11y_unit_at(c.s, c.n, at, unit);
	if (step < 0)
		range = range.start > 0 ? a11y_unit_at(c.s, c.n, range.start - 1, unit)
					: (struct a11y_range){0, 0};
	else if (step > 0)
		range = range.end < c.count ? a11y_unit_at(c.s, c.n, range.end, unit)
					    : (struct a11y_range){c.count, c.count};
	put_range(call, &c, range);
}

static void answer_before(struct a11y_call *call)
{
	answer_unit(call, -1);
}

static void answer_at(struct a11y_call *call)
{
	answer_unit(call, 0);
}

static void answer_after(struct a11y_call *call)
{
	answer_unit(call, 1);
}

static void answer_character(struct a11y_call *call)
{
	struct content c = content_of(call);
	uint32_t at = inside(&c, a11y_get_int(call));
	a11y_put_int(&call->out, (int32_t)a11y_unit_character(c.s, c.n, at));
}

/* How it looks is not known. */

static void answer_attribute(struct a11y_call *call)
{
	a11y_put_string(&call->out, "");
}

static void answer_no_attributes(struct a11y_call *call)
{
	static const char *const none[] = {NULL};
	a11y_put_dict(&call->out, none);
}

static void answer_attributes(struct a11y_call *call)
{
	struct content c = content_of(call);
	answer_no_attributes(call);
	a11y_put_int(&call->out, 0);
	a11y_put_int(&call->out, as_int(end_of(&c)));
}

/* Of places only the caret's is known, and that all is within the thing. */

static struct gl_rect place_of(const struct a11y_call *call, const struct content *c,
	int32_t at, uint32_t coords)
{
	if (c->field && c->field->has_selection && at >= 0 &&
		(uint32_t)at == c->field->end)
		return a11y_from_layer(&call->at, coords, c->field->caret);
	return a11y_extents(&call->at, coords);
}

static void put_rect(struct a11y_call *call, struct gl_rect r)
{
	a11y_put_int(&call->out, r.x0);
	a11y_put_int(&call->out, r.y0);
	a11y_put_int(&call->out, r.x1 - r.x0);
	a11y_put_int(&call->out, r.y1 - r.y0);
}

static void answer_character_extents(struct a11y_call *call)
{
	struct content c = content_of(call);
	int32_t at = a11y_get_int(call);
	put_rect(call, place_of(call, &c, at, a11y_get_uint(call)));
}

static void answer_range_extents(struct a11y_call *call)
{
	a11y_get_int(call);
	a11y_get_int(call);
	put_rect(call, a11y_extents(&call->at, a11y_get_uint(call)));
}

static void answer_offset_at(struct a11y_call *call)
{
	a11y_put_int(&call->out, -1);
}

static void answer_ranges(struct a11y_call *call)
{
	DBusMessageIter all;
	dbus_message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "(iisv)", &all);
	dbus_message_iter_close_container(&call->out, &all);
}

/* The selection: one at most, whose end is the caret. */

static void get_count(struct a11y_call *call)
{
	struct content c = content_of(call);
	a11y_put_int(&call->out, as_int(end_of(&c)));
}

static void get_caret(struct a11y_call *call)
{
	struct content c = content_of(call);
	bool known = c.field && c.field->has_selection;
	a11y_put_int(&call->out, known ? as_int(c.field->end) : -1);
}

static struct a11y_range selected_of(const struct a11y_call *call)
{
	struct content c = content_of(call);
	if (!c.field || !c.field->has_selection)
		return (struct a11y_range){0, 0};
	uint32_t a = c.field->start, b = c.field->end;
	return (struct a11y_range){a < b ? a : b, a < b ? b : a};
}

static void answer_n_selections(struct a11y_call *call)
{
	struct a11y_range r = selected_of(call);
	a11y_put_int(&call->out, r.end > r.start);
}

static void answer_selection(struct a11y_call *call)
{
	struct a11y_range r = selected_of(call);
	if (a11y_get_int(call) != 0)
		r = (struct a11y_range){0, 0};
	a11y_put_int(&call->out, as_int(r.start));
	a11y_put_int(&call->out, as_int(r.end));
}

static void select_range(struct a11y_call *call, int32_t start, int32_t end)
{
	bool sense = start >= 0 && end >= 0;
	a11y_put_bool(&call->out,
		sense && a11y_select(&call->at, (uint32_t)start, (uint32_t)end));
}

static void answer_set_caret(struct a11y_call *call)
{
	int32_t at = a11y_get_int(call);
	select_range(call, at, at);
}

static void answer_add_selection(struct a11y_call *call)
{
	int32_t start = a11y_get_int(call);
	select_range(call, start, a11y_get_int(call));
}

static void answer_set_selection(struct a11y_call *call)
{
	int32_t which = a11y_get_int(call), start = a11y_get_int(call);
	select_range(call, which == 0 ? start : -1, a11y_get_int(call));
}

static void answer_remove_selection(struct a11y_call *call)
{
	int32_t end = as_int(selected_of(call).end);
	select_range(call, a11y_get_int(call) == 0 ? end : -1, end);
}

static void answer_no(struct a11y_call *call)
{
	a11y_put_bool(&call->out, false);
}

static const struct a11y_method methods[] = {
	{"GetText", "ii", "s", answer_text},
	{"SetCaretOffset", "i", "b", answer_set_caret},
	{"GetTextBeforeOffset", "iu", "sii", answer_before},
	{"GetTextAtOffset", "iu", "sii", answer_at},
	{"GetTextAfterOffset", "iu", "sii", answer_after},
	{"GetStringAtOffset", "iu", "sii", answer_string_at},
	{"GetCharacterAtOffset", "i", "i", answer_character},
	{"GetAttributeValue", "is", "s", answer_attribute},
	{"GetAttributes", "i", "a{ss}ii", answer_attributes},
	{"GetAttributeRun", "ib", "a{ss}ii", answer_attributes},
	{"GetDefaultAttributes", "", "a{ss}", answer_no_attributes},
	{"GetDefaultAttributeSet", "", "a{ss}", answer_no_attributes},
	{"GetCharacterExtents", "iu", "iiii", answer_character_extents},
	{"GetRangeExtents", "iiu", "iiii", answer_range_extents},
	{"GetBoundedRanges", "iiiiuuu", "a(iisv)", answer_ranges},
	{"GetOffsetAtPoint", "iiu", "i", answer_offset_at},
	{"GetNSelections", "", "i", answer_n_selections},
	{"GetSelection", "i", "ii", answer_selection},
	{"AddSelection", "ii", "b", answer_add_selection},
	{"RemoveSelection", "i", "b", answer_remove_selection},
	{"SetSelection", "iii", "b", answer_set_selection},
	{"ScrollSubstringTo", "iiu", "b", answer_no},
	{"ScrollSubstringToPoint", "iiuii", "b", answer_no},
};
static const struct a11y_property properties[] = {
	{"CharacterCount", "i", get_count, NULL},
	{"CaretOffset", "i", get_caret, NULL},
};
const struct a11y_table a11y_text = A11Y_TABLE(methods, properties);

/* Editing. What is beyond the end of the text is up to there. */

static void answer_set_contents(struct a11y_call *call)
{
	const char *text = a11y_get_string(call);
	a11y_put_bool(&call->out, a11y_edit(&call->at, 0, INT32_MAX, text));
}

static void answer_insert(struct a11y_call *call)
{
	int32_t at = a11y_get_int(call);
	const char *text = a11y_get_string(call);
	int32_t n = a11y_get_int(call);
	size_t size = strlen(text);
	char *part = xstrdup(text);
	if (n >= 0)
		part[a11y_unit_byte(text, size, (uint32_t)n)] = '\0';
	a11y_put_bool(&call->out,
		at >= 0 && a11y_edit(&call->at, (uint32_t)at, (uint32_t)at, part));
	free(part);
}

static void answer_delete(struct a11y_call *call)
{
	int32_t start = a11y_get_int(call), end = a11y_get_int(call);
	a11y_put_bool(&call->out,
		start >= 0 && end >= start &&
			a11y_edit(&call->at, (uint32_t)start, (uint32_t)end, ""));
}

/* The clipboard is for who sits there. */
static void answer_denied(struct a11y_call *call)
{
	a11y_refuse(call, DBUS_ERROR_NOT_SUPPORTED, "the clipboard is not offered");
}

static const struct a11y_method edits[] = {
	{"SetTextContents", "s", "b", answer_set_contents},
	{"InsertText", "isi", "b", answer_insert},
	{"DeleteText", "ii", "b", answer_delete},
	{"CopyText", "ii", "", answer_denied},
	{"CutText", "ii", "b", answer_denied},
	{"PasteText", "i", "b", answer_denied},
};
const struct a11y_table a11y_editable = {edits, A11Y_N(edits), NULL, 0};
