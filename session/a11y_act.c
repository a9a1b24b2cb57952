#include "session/a11y_act.h"

#include <math.h>
#include <string.h>

#include "session/a11y_private.h"
#include "session/a11y_role.h"
#include "session/focusing.h"
#include "session/notice.h"
#include "session/routing.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/opwire.h"

/* The plugin's own: not while the session says something over it, or it takes nothing. */
static struct window *reachable(const struct a11y_target *target)
{
	struct window *window = target->window ? target->window->window : NULL;
	return window && !window->notice && !window_crowded(window) && target->node->tag
		       ? window
		       : NULL;
}

/* What a press on it is for, when it says nothing of what it does. */
static bool is_pressed(const struct a11y_node *node)
{
	switch (node->class) {
	case CLASS_BUTTON:
	case CLASS_CHECK_BOX:
	case CLASS_RADIO_BUTTON:
	case CLASS_SWITCH:
	case CLASS_LINK:
	case CLASS_IMAGE:
	case CLASS_LIST_ITEM:
	case CLASS_ROW:
	case CLASS_CELL:
	case CLASS_TREE_ITEM:
	case CLASS_MENU_ITEM:
	case CLASS_TAB:
		return node->kinds & (OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE);
	default:
		return false;
	}
}

uint32_t a11y_actions(const struct a11y_node *node)
{
	if (!node->tag || node->disabled)
		return 0;
	return node->actions ? node->actions : is_pressed(node) ? SEMANTIC_CLICK : 0;
}

bool a11y_focus(const struct a11y_target *target)
{
	struct window *window = target->window ? target->window->window : NULL;
	if (!window)
		return false;
	if (window->session->focus != window) {
		if (window->panel.edge != PANEL_NONE)
			return false;
		session_raise(window->session, window);
		session_focus(window->session, window);
	}
	return target->node == target->window->tree.nodes ||
	       (reachable(target) && focusing_set(window, target->node->tag));
}

bool a11y_do(const struct a11y_target *target, uint32_t action)
{
	struct window *window = reachable(target);
	if (!window && target->window && target->window->window->notice)
		return action == SEMANTIC_CLICK &&
		       notice_click(target->window->window->notice, target->node->tag);
	if (!window || !(a11y_actions(target->node) & action))
		return false;
	if (action == SEMANTIC_FOCUS && !a11y_focus(target))
		return false;
	if (target->node->actions & action) {
		window_send_act(window, target->node->tag, action);
		return true;
	}
	return action == SEMANTIC_CLICK &&
	       focusing_click_area(window, target->node->tag, clock_now_ns());
}

/* Values. */

static float near(const struct a11y_node *node, double value)
{
	double least = (double)node->min, most = (double)node->max;
	return (float)(value < least ? least : value > most ? most : value);
}

static void step(struct a11y_window *window, const struct a11y_node *node)
{
	struct a11y_wish *wish = &window->wish;
	const struct a11y_target target = {NULL, window, node};
	uint32_t action = node->now < wish->to ? SEMANTIC_INCREMENT : SEMANTIC_DECREMENT;
	bool there = !(node->now < wish->to) && !(node->now > wish->to);
	wish->last = node->now;
	if (there || !a11y_do(&target, action))
		wish->id = 0;
}

bool a11y_wish_value(const struct a11y_target *target, double value)
{
	const struct a11y_node *node = target->node;
	uint32_t both = SEMANTIC_INCREMENT | SEMANTIC_DECREMENT;
	if (!reachable(target) || !node->has_range || isnan(value) ||
		!(a11y_actions(node) & both))
		return false;
	target->window->wish = (struct a11y_wish){
		.id = node->id, .to = near(node, value), .frames = A11Y_WISH_FRAMES};
	step(target->window, node);
	return true;
}

void a11y_wish_turn(struct a11y_window *window)
{
	struct a11y_wish *wish = &window->wish;
	const struct a11y_node *node =
		wish->id ? a11y_tree_find(&window->tree, wish->id) : NULL;
	if (!node || !node->has_range || wish->frames-- == 0) {
		wish->id = 0;
		return;
	}
	float before = wish->to - wish->last, after = wish->to - node->now;
	if (!(node->now < wish->last) && !(node->now > wish->last))
		return; /* another frame; its own is on its way */
	if (before * after > 0 && fabsf(after) < fabsf(before)) {
		step(window, node);
		return;
	}
	/* Past it, or away: the steps are too coarse. One back, if it was nearer there. */
	if (before * after < 0 && fabsf(after) > fabsf(before))
		step(window, node);
	wish->id = 0;
}

/* Text. */

static bool send_edit(const struct a11y_target *target, uint32_t type, uint32_t start,
	uint32_t end, const char *text)
{
	struct window *window = reachable(target);
	const struct osaas_window_edit edit = {
		.tag = target->node->tag, .start = start, .end = end};
	const size_t size = strlen(text);
	return window && !target->node->disabled && target->node->field &&
	       size <= A11Y_VALUE_BYTES &&
	       window_send_edit(window, type, &edit, text, size) == 0;
}

bool a11y_edit(
	const struct a11y_target *target, uint32_t start, uint32_t end, const char *text)
{
	return send_edit(target, OSAAS_WINDOW_EDIT, start, end, text);
}

bool a11y_select(const struct a11y_target *target, uint32_t start, uint32_t end)
{
	return send_edit(target, OSAAS_WINDOW_SELECT, start, end, "");
}

void a11y_ask_text(const struct a11y_target *target)
{
	struct a11y_window *window = target->window;
	if (window->asked != target->node->id &&
		send_edit(target, OSAAS_WINDOW_SNIPPET, 0, UINT32_MAX - 1, ""))
		window->asked = target->node->id;
}
