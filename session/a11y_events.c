#include "session/a11y_events.h"

#include <stdlib.h>
#include <string.h>

#include "session/a11y_call.h"
#include "session/a11y_role.h"
#include "session/a11y_unit.h"
#include "util/xalloc.h"

#define OBJECT ATSPI "Event.Object"

/* One signal: (siiva{sv}), of which the variant comes with the message. */
struct signal {
	struct a11y *a11y;
	DBusMessage *message;
	DBusMessageIter body, value;
};

static bool begin(struct signal *s, struct a11y *a11y, uint32_t id, const char *interface,
	const char *member)
{
	char path[A11Y_PATH_MAX];
	a11y_path(id, path);
	s->a11y = a11y;
	s->message = dbus_message_new_signal(path, interface, member);
	if (!s->message)
		return false;
	dbus_message_iter_init_append(s->message, &s->body);
	return true;
}

static void say(
	struct signal *s, const char *detail, int32_t a, int32_t b, const char *type)
{
	a11y_put_string(&s->body, detail);
	a11y_put_int(&s->body, a);
	a11y_put_int(&s->body, b);
	dbus_message_iter_open_container(&s->body, DBUS_TYPE_VARIANT, type, &s->value);
}

static void end(struct signal *s)
{
	DBusMessageIter none;
	dbus_message_iter_close_container(&s->body, &s->value);
	dbus_message_iter_open_container(&s->body, DBUS_TYPE_ARRAY, "{sv}", &none);
	dbus_message_iter_close_container(&s->body, &none);
	a11y_bus_send(&s->a11y->bus, s->message);
}

static void send_string(struct a11y *a11y, uint32_t id, const char *interface,
	const char *member, const char *detail, int32_t a, int32_t b, const char *value)
{
	struct signal s;
	if (!begin(&s, a11y, id, interface, member))
		return;
	say(&s, detail, a, b, "s");
	a11y_put_string(&s.value, value);
	end(&s);
}

static void send_number(struct a11y *a11y, uint32_t id, const char *member,
	const char *detail, int32_t a, int32_t value)
{
	struct signal s;
	if (!begin(&s, a11y, id, OBJECT, member))
		return;
	say(&s, detail, a, 0, "i");
	a11y_put_int(&s.value, value);
	end(&s);
}

static void send_child(
	struct a11y *a11y, uint32_t parent, uint32_t child, uint32_t index, bool added)
{
	struct signal s;
	if (!begin(&s, a11y, parent, OBJECT, "ChildrenChanged"))
		return;
	say(&s, added ? "add" : "remove", (int32_t)index, 0, "(so)");
	a11y_put_thing(&s.value, a11y, child);
	end(&s);
}

/* Of the cache that clients keep. */

void a11y_events_item(
	struct a11y *a11y, struct a11y_window *window, const struct a11y_node *node)
{
	const struct a11y_target at = {a11y, window, node};
	struct signal s;
	s.message = dbus_message_new_signal(A11Y_CACHE, ATSPI "Cache", "AddAccessible");
	if (!s.message)
		return;
	dbus_message_iter_init_append(s.message, &s.body);
	a11y_put_item(&s.body, &at);
	a11y_bus_send(&a11y->bus, s.message);
}

void a11y_events_gone(struct a11y *a11y, uint32_t id)
{
	struct signal s;
	send_number(a11y, id, "StateChanged", a11y_state_name(STATE_DEFUNCT), 1, 0);
	s.message =
		dbus_message_new_signal(A11Y_CACHE, ATSPI "Cache", "RemoveAccessible");
	if (!s.message)
		return;
	dbus_message_iter_init_append(s.message, &s.body);
	a11y_put_thing(&s.body, a11y, id);
	a11y_bus_send(&a11y->bus, s.message);
}

/* Windows. */

void a11y_events_window(
	struct a11y *a11y, const struct a11y_window *window, const char *what)
{
	if (a11y_wants(a11y, EVENT_WINDOW) && window->tree.n)
		send_string(a11y, window->tree.nodes[0].id, ATSPI "Event.Window", what,
			"", 0, 0, a11y_tree_name(&window->tree, &window->tree.nodes[0]));
}

#define ASSERTIVE 2 /* AtspiLive */

void a11y_events_announce(struct a11y *a11y, const char *text)
{
	if (a11y_wants(a11y, EVENT_ANNOUNCEMENT))
		send_string(a11y, 0, OBJECT, "Announcement", "", ASSERTIVE, 0, text);
}

static uint32_t index_of(const struct a11y *a11y, const struct a11y_window *window)
{
	uint32_t i = 0;
	for (const struct list *l = a11y->windows.next; l != &window->link; l = l->next)
		i++;
	return i;
}

void a11y_events_child(struct a11y *a11y, const struct a11y_window *window, bool added)
{
	const struct a11y_tree *tree = &window->tree;
	if (a11y_wants(a11y, EVENT_CHILDREN_CHANGED) && tree->n)
		send_child(a11y, 0, tree->nodes[0].id, index_of(a11y, window), added);
}

/* A frame. */

struct teller {
	struct a11y *a11y;
	struct a11y_window *window;
	const struct a11y_tree *was;
};

static void tell_removed(const struct teller *t, const struct a11y_node *was)
{
	if (a11y_wants(t->a11y, EVENT_CHILDREN_CHANGED))
		send_child(t->a11y, t->was->nodes[was->parent].id, was->id, was->index,
			false);
}

void a11y_events_added(struct a11y *a11y, const struct a11y_window *window,
	const struct a11y_node *is, bool is_new)
{
	if (!a11y_wants(a11y, EVENT_CHILDREN_CHANGED))
		return;
	send_child(a11y, window->tree.nodes[is->parent].id, is->id, is->index, true);
	/* One that is new and has the focus: the others were told by what they were. */
	if (is_new && (is->states & A11Y_STATE(STATE_FOCUSED)))
		send_number(a11y, is->id, "StateChanged", a11y_state_name(STATE_FOCUSED),
			1, 0);
}

static void tell_property(
	const struct teller *t, const struct a11y_node *is, enum a11y_change change)
{
	const struct a11y_tree *tree = &t->window->tree;
	struct signal s;
	if (!a11y_wants(t->a11y, EVENT_PROPERTY_CHANGE))
		return;
	if (change == A11Y_NAME || change == A11Y_DESCRIPTION) {
		bool name = change == A11Y_NAME;
		send_string(t->a11y, is->id, OBJECT, "PropertyChange",
			name ? "accessible-name" : "accessible-description", 0, 0,
			&tree->text[name ? is->name : is->description]);
		return;
	}
	if (!begin(&s, t->a11y, is->id, OBJECT, "PropertyChange"))
		return;
	say(&s, change == A11Y_ROLE ? "accessible-role" : "accessible-value", 0, 0,
		change == A11Y_ROLE ? "u" : "d");
	if (change == A11Y_ROLE)
		a11y_put_uint(&s.value, is->role);
	else
		a11y_put_double(&s.value, (double)is->now);
	end(&s);
}

static void tell_focus(const struct teller *t, const struct a11y_node *is)
{
	if (a11y_wants(t->a11y, EVENT_FOCUS))
		send_string(t->a11y, is->id, ATSPI "Event.Focus", "Focus", "", 0, 0, "");
}

static void tell_selected(const struct teller *t, const struct a11y_node *is)
{
	const struct a11y_node *parent = &t->window->tree.nodes[is->parent];
	if (a11y_has_selection(parent) && a11y_wants(t->a11y, EVENT_SELECTION_CHANGED))
		send_number(t->a11y, parent->id, "SelectionChanged", "", 0, 0);
}

static void tell_states(
	const struct teller *t, const struct a11y_node *was, const struct a11y_node *is)
{
	uint64_t other = was->states ^ is->states;
	if (!a11y_wants(t->a11y, EVENT_STATE_CHANGED))
		return;
	for (unsigned i = 0; i < STATES; i++) {
		if (!(other & A11Y_STATE(i)))
			continue;
		bool on = is->states & A11Y_STATE(i);
		send_number(t->a11y, is->id, "StateChanged", a11y_state_name(i), on, 0);
		if (i == STATE_FOCUSED && on)
			tell_focus(t, is);
		if (i == STATE_SELECTED)
			tell_selected(t, is);
	}
}

static void tell_bounds(const struct teller *t, const struct a11y_node *is)
{
	const struct a11y_target at = {t->a11y, t->window, is};
	DBusMessageIter four;
	struct signal s;
	if (!a11y_wants(t->a11y, EVENT_BOUNDS_CHANGED) ||
		!begin(&s, t->a11y, is->id, OBJECT, "BoundsChanged"))
		return;
	struct gl_rect r = a11y_extents(&at, 0);
	say(&s, "", 0, 0, "(iiii)");
	dbus_message_iter_open_container(&s.value, DBUS_TYPE_STRUCT, NULL, &four);
	a11y_put_int(&four, r.x0);
	a11y_put_int(&four, r.y0);
	a11y_put_int(&four, r.x1 - r.x0);
	a11y_put_int(&four, r.y1 - r.y0);
	dbus_message_iter_close_container(&s.value, &four);
	end(&s);
}

/* Texts: what is between what both begin with and what both end with. */

struct text {
	const char *s;
	size_t n;
	uint32_t before;
};

static struct text text_of(const struct a11y_tree *tree, const struct a11y_node *node)
{
	struct text text;
	text.s = a11y_tree_text(tree, node, &text.n, &text.before);
	return text;
}

/* Both from the same character on. */
static void align(struct text *a, struct text *b)
{
	struct text *low = a->before < b->before ? a : b;
	uint32_t high = a->before < b->before ? b->before : a->before;
	size_t skip = a11y_unit_byte(low->s, low->n, high - low->before);
	low->s += skip;
	low->n -= skip;
	low->before = high;
}

static bool is_inside(const struct text *t, size_t at)
{
	return at < t->n && ((unsigned char)t->s[at] & 0xc0) == 0x80;
}

static void send_text(const struct teller *t, uint32_t id, const char *detail,
	const struct text *text, size_t from, size_t to)
{
	char *part = xcalloc(1, to - from + 1);
	memcpy(part, &text->s[from], to - from);
	uint32_t at = text->before + a11y_unit_count(text->s, from);
	send_string(t->a11y, id, OBJECT, "TextChanged", detail, (int32_t)at,
		(int32_t)a11y_unit_count(part, to - from), part);
	free(part);
}

static void tell_text(
	const struct teller *t, const struct a11y_node *was, const struct a11y_node *is)
{
	const struct a11y_field *field = a11y_tree_field(&t->window->tree, is);
	struct text a = text_of(t->was, was), b = text_of(&t->window->tree, is);
	size_t head = 0, tail = 0;
	if (!a11y_wants(t->a11y, EVENT_TEXT_CHANGED))
		return;
	align(&a, &b);
	while (head < a.n && head < b.n && a.s[head] == b.s[head])
		head++;
	while (head > 0 && (is_inside(&a, head) || is_inside(&b, head)))
		head--;
	while (tail < a.n - head && tail < b.n - head &&
		a.s[a.n - 1 - tail] == b.s[b.n - 1 - tail])
		tail++;
	while (tail > 0 && (is_inside(&a, a.n - tail) || is_inside(&b, b.n - tail)))
		tail--;
	/* More, or less, of it was told than before, far from where it is typed. */
	if (field && field->has_selection && tail == 0 &&
		b.before + a11y_unit_count(b.s, head) > field->end)
		return;
	if (a.n - tail > head)
		send_text(t, is->id, "delete", &a, head, a.n - tail);
	if (b.n - tail > head)
		send_text(t, is->id, "insert", &b, head, b.n - tail);
}

static void tell_caret(const struct teller *t, const struct a11y_node *is)
{
	const struct a11y_field *field = a11y_tree_field(&t->window->tree, is);
	if (a11y_wants(t->a11y, EVENT_TEXT_CARET_MOVED))
		send_number(t->a11y, is->id, "TextCaretMoved", "",
			field->end > INT32_MAX ? INT32_MAX : (int32_t)field->end, 0);
}

static void tell_selection(const struct teller *t, const struct a11y_node *is)
{
	if (a11y_wants(t->a11y, EVENT_TEXT_SELECTION_CHANGED))
		send_number(t->a11y, is->id, "TextSelectionChanged", "", 0, 0);
}

void a11y_events_change(struct a11y *a11y, struct a11y_window *window,
	const struct a11y_tree *was_in, enum a11y_change change,
	const struct a11y_node *was, const struct a11y_node *is)
{
	const struct teller teller = {a11y, window, was_in}, *t = &teller;
	switch (change) {
	case A11Y_REMOVED:
		tell_removed(t, was);
		break;
	case A11Y_ADDED:
		a11y_events_added(a11y, window, is, !was);
		break;
	case A11Y_STATES:
		tell_states(t, was, is);
		break;
	case A11Y_BOUNDS:
		tell_bounds(t, is);
		break;
	case A11Y_TEXT:
		tell_text(t, was, is);
		break;
	case A11Y_CARET:
		tell_caret(t, is);
		break;
	case A11Y_SELECTION:
		tell_selection(t, is);
		break;
	default:
		tell_property(t, is, change);
		break;
	}
}
