#include "session/a11y_telling.h"

#include <stdlib.h>
#include <string.h>

#include "session/a11y_events.h"
#include "session/a11y_private.h"
#include "util/clock.h"
#include "util/xalloc.h"

#define AT_ONCE 8 /* steps between two looks at the clock */

void a11y_telling_finish(struct a11y_telling *telling)
{
	free(telling->gone);
	*telling = (struct a11y_telling){0};
}

bool a11y_telling_busy(const struct a11y *a11y)
{
	return a11y->telling.window;
}

bool a11y_telling_waits(const struct a11y *a11y)
{
	const struct a11y_telling *t = &a11y->telling;
	return (t->window || t->n_gone > 0) && !a11y_bus_full(&a11y->bus);
}

/* Numbers of those that are gone. */

static void make_room(struct a11y_telling *t)
{
	size_t cap = t->n_gone ? 2 * t->n_gone : 64;
	uint32_t *gone = xcalloc(cap, sizeof *gone);
	if (t->n_gone > 0)
		memcpy(gone, &t->gone[t->first_gone], t->n_gone * sizeof *gone);
	free(t->gone);
	t->gone = gone;
	t->first_gone = 0;
	t->cap_gone = cap;
}

static void forget(struct a11y *a11y, uint32_t id)
{
	struct a11y_telling *t = &a11y->telling;
	if (!a11y_wants(a11y, EVENT_CHILDREN_CHANGED))
		return;
	if (t->first_gone + t->n_gone == t->cap_gone)
		make_room(t);
	t->gone[t->first_gone + t->n_gone++] = id;
}

static void tell_gone(struct a11y *a11y)
{
	struct a11y_telling *t = &a11y->telling;
	a11y_events_gone(a11y, t->gone[t->first_gone++]);
	if (--t->n_gone == 0)
		t->first_gone = 0;
}

/* What is in a node follows it, and nothing else in between. */
static size_t end_of(const struct a11y_tree *tree, const struct a11y_node *node)
{
	size_t first = (size_t)(node - tree->nodes), i = first + 1;
	while (i < tree->n && tree->nodes[i].parent >= first)
		i++;
	return i;
}

static void forget_all(
	struct a11y *a11y, const struct a11y_tree *was, const struct a11y_node *node)
{
	for (size_t i = (size_t)(node - was->nodes), end = end_of(was, node); i < end;
		i++) {
		if (!was->nodes[i].kept)
			forget(a11y, was->nodes[i].id);
	}
}

/* A frame. */

static void handle_change(void *data, enum a11y_change change,
	const struct a11y_node *was, const struct a11y_node *is)
{
	struct a11y *a11y = data;
	struct a11y_telling *t = &a11y->telling;
	const struct a11y_tree *tree = &t->window->tree;
	if (change == A11Y_ADDED) {
		t->added = is;
		t->moved = was;
		t->item = (size_t)(is - tree->nodes);
		t->end = was ? t->item + 1 : end_of(tree, is);
		return;
	}
	a11y_events_change(a11y, t->window, t->diff.was, change, was, is);
	if (change == A11Y_REMOVED && !is)
		forget_all(a11y, t->diff.was, was);
}

/* Those that clients have already come by themselves. */
static void tell_item(struct a11y *a11y)
{
	struct a11y_telling *t = &a11y->telling;
	const struct a11y_node *node = &t->window->tree.nodes[t->item++];
	if (t->whole || t->moved || !node->was)
		a11y_events_item(a11y, t->window, node);
}

static void tell_added(struct a11y *a11y)
{
	struct a11y_telling *t = &a11y->telling;
	a11y_events_added(a11y, t->window, t->added, !t->moved);
	t->added = NULL;
}

static void end(struct a11y *a11y)
{
	struct a11y_telling *t = &a11y->telling;
	struct a11y_window *window = t->window;
	t->window = NULL;
	if (t->whole) {
		a11y_events_child(a11y, window, true);
		a11y_events_window(a11y, window, "Create");
		if (window->had_keys)
			a11y_events_window(a11y, window, "Activate");
	} else if (t->loses_keys) {
		a11y_events_window(a11y, window, "Deactivate");
	}
}

/* False: all is told. */
static bool step(struct a11y *a11y)
{
	struct a11y_telling *t = &a11y->telling;
	if (t->n_gone > 0)
		tell_gone(a11y);
	else if (!t->window)
		return false;
	else if (t->item < t->end)
		tell_item(a11y);
	else if (t->added)
		tell_added(a11y);
	else if (t->whole || !a11y_diff_step(&t->diff))
		end(a11y);
	return true;
}

void a11y_telling_turn(struct a11y *a11y)
{
	a11y->telling.until_ns = clock_now_ns() + A11Y_TELL_NS;
}

void a11y_telling_go(struct a11y *a11y)
{
	while (a11y_telling_waits(a11y) && clock_now_ns() < a11y->telling.until_ns) {
		for (int i = 0; i < AT_ONCE; i++) {
			if (!step(a11y))
				return;
		}
	}
}

static void begin(struct a11y *a11y, struct a11y_window *window, bool whole)
{
	struct a11y_telling *t = &a11y->telling;
	t->window = window;
	t->whole = whole;
	t->loses_keys = false;
	t->added = NULL;
	t->item = t->end = 0;
}

void a11y_telling_window(struct a11y *a11y, struct a11y_window *window)
{
	begin(a11y, window, true);
	if (a11y_wants(a11y, EVENT_CHILDREN_CHANGED))
		a11y->telling.end = window->tree.n;
	a11y_telling_go(a11y);
}

void a11y_telling_frame(struct a11y *a11y, struct a11y_window *window,
	const struct a11y_tree *was, bool loses_keys)
{
	if (!a11y_heard(a11y))
		return;
	begin(a11y, window, false);
	a11y->telling.loses_keys = loses_keys;
	a11y_diff_begin(&a11y->telling.diff, was, &window->tree, handle_change, a11y);
	a11y_telling_go(a11y);
}

/* What was in its tree before, and of which clients were not told yet that it is gone. */
static void forget_left(void *data, enum a11y_change change, const struct a11y_node *was,
	const struct a11y_node *is)
{
	struct a11y *a11y = data;
	if (change == A11Y_REMOVED && !is)
		forget_all(a11y, a11y->telling.diff.was, was);
}

static bool stop(struct a11y *a11y, const struct a11y_window *window)
{
	struct a11y_telling *t = &a11y->telling;
	if (t->window != window)
		return true;
	t->window = NULL;
	if (t->whole)
		return false;
	if (t->loses_keys)
		a11y_events_window(a11y, window, "Deactivate");
	t->diff.tell = forget_left;
	while (t->diff.stage == DIFF_REMOVED && a11y_diff_step(&t->diff))
		;
	return true;
}

void a11y_telling_drop(struct a11y *a11y, struct a11y_window *window)
{
	if (stop(a11y, window)) {
		if (window->had_keys)
			a11y_events_window(a11y, window, "Deactivate");
		a11y_events_window(a11y, window, "Destroy");
		a11y_events_child(a11y, window, false);
	}
	for (size_t i = 0; i < window->tree.n; i++)
		forget(a11y, window->tree.nodes[i].id);
}
