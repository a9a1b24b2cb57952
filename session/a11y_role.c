#include "session/a11y_role.h"

#include <stddef.h>

#include "session/a11y_tree.h"
#include "util/opwire.h"

static const uint8_t roles[CLASS_KINDS] = {
	[CLASS_BUTTON] = ROLE_PUSH_BUTTON,
	[CLASS_CHECK_BOX] = ROLE_CHECK_BOX,
	[CLASS_EDITOR] = ROLE_ENTRY,
	[CLASS_RADIO_BUTTON] = ROLE_RADIO_BUTTON,
	[CLASS_SWITCH] = ROLE_TOGGLE_BUTTON,
	[CLASS_TEXT] = ROLE_LABEL,
	[CLASS_HEADING] = ROLE_HEADING,
	[CLASS_LINK] = ROLE_LINK,
	[CLASS_IMAGE] = ROLE_IMAGE,
	[CLASS_LIST] = ROLE_LIST,
	[CLASS_LIST_ITEM] = ROLE_LIST_ITEM,
	[CLASS_TABLE] = ROLE_TABLE,
	[CLASS_ROW] = ROLE_TABLE_ROW,
	[CLASS_CELL] = ROLE_TABLE_CELL,
	[CLASS_TREE] = ROLE_TREE,
	[CLASS_TREE_ITEM] = ROLE_TREE_ITEM,
	[CLASS_MENU] = ROLE_MENU,
	[CLASS_MENU_ITEM] = ROLE_MENU_ITEM,
	[CLASS_TAB_LIST] = ROLE_PAGE_TAB_LIST,
	[CLASS_TAB] = ROLE_PAGE_TAB,
	[CLASS_SLIDER] = ROLE_SLIDER,
	[CLASS_PROGRESS] = ROLE_PROGRESS_BAR,
	[CLASS_SCROLL_BAR] = ROLE_SCROLL_BAR,
	[CLASS_DIALOG] = ROLE_DIALOG,
	[CLASS_ALERT] = ROLE_ALERT,
	[CLASS_TOOL_BAR] = ROLE_TOOL_BAR,
	[CLASS_STATUS] = ROLE_STATUS_BAR,
	[CLASS_TERMINAL] = ROLE_TERMINAL,
	[CLASS_GROUP] = ROLE_PANEL,
};

static const struct {
	uint32_t role;
	const char *name;
} role_names[] = {
	{ROLE_ALERT, "alert"},
	{ROLE_CHECK_BOX, "check box"},
	{ROLE_DIALOG, "dialog"},
	{ROLE_FRAME, "frame"},
	{ROLE_IMAGE, "image"},
	{ROLE_LABEL, "label"},
	{ROLE_LIST, "list"},
	{ROLE_LIST_ITEM, "list item"},
	{ROLE_MENU, "menu"},
	{ROLE_MENU_ITEM, "menu item"},
	{ROLE_PAGE_TAB, "page tab"},
	{ROLE_PAGE_TAB_LIST, "page tab list"},
	{ROLE_PANEL, "panel"},
	{ROLE_PASSWORD_TEXT, "password text"},
	{ROLE_PROGRESS_BAR, "progress bar"},
	{ROLE_PUSH_BUTTON, "push button"},
	{ROLE_RADIO_BUTTON, "radio button"},
	{ROLE_SCROLL_BAR, "scroll bar"},
	{ROLE_SLIDER, "slider"},
	{ROLE_STATUS_BAR, "status bar"},
	{ROLE_TABLE, "table"},
	{ROLE_TABLE_CELL, "table cell"},
	{ROLE_TERMINAL, "terminal"},
	{ROLE_TEXT, "text"},
	{ROLE_TOGGLE_BUTTON, "toggle button"},
	{ROLE_TOOL_BAR, "tool bar"},
	{ROLE_TREE, "tree"},
	{ROLE_UNKNOWN, "unknown"},
	{ROLE_WINDOW, "window"},
	{ROLE_APPLICATION, "application"},
	{ROLE_ENTRY, "entry"},
	{ROLE_HEADING, "heading"},
	{ROLE_LINK, "link"},
	{ROLE_TABLE_ROW, "table row"},
	{ROLE_TREE_ITEM, "tree item"},
};

static const char *const state_names[STATES] = {
	[STATE_ACTIVE] = "active",
	[STATE_CHECKED] = "checked",
	[STATE_COLLAPSED] = "collapsed",
	[STATE_DEFUNCT] = "defunct",
	[STATE_EDITABLE] = "editable",
	[STATE_ENABLED] = "enabled",
	[STATE_EXPANDABLE] = "expandable",
	[STATE_EXPANDED] = "expanded",
	[STATE_FOCUSABLE] = "focusable",
	[STATE_FOCUSED] = "focused",
	[STATE_HORIZONTAL] = "horizontal",
	[STATE_MULTI_LINE] = "multi-line",
	[STATE_PRESSED] = "pressed",
	[STATE_SELECTABLE] = "selectable",
	[STATE_SELECTED] = "selected",
	[STATE_SENSITIVE] = "sensitive",
	[STATE_SHOWING] = "showing",
	[STATE_SINGLE_LINE] = "single-line",
	[STATE_VERTICAL] = "vertical",
	[STATE_VISIBLE] = "visible",
	[STATE_INDETERMINATE] = "indeterminate",
	[STATE_SELECTABLE_TEXT] = "selectable-text",
	[STATE_CHECKABLE] = "checkable",
	[STATE_READ_ONLY] = "read-only",
};

bool a11y_is_field(const struct a11y_node *node)
{
	return node->class == CLASS_EDITOR || node->field;
}

bool a11y_is_text(const struct a11y_node *node)
{
	return a11y_is_field(node) || node->class == CLASS_TEXT ||
	       node->class == CLASS_HEADING || node->class == CLASS_TERMINAL;
}

bool a11y_is_secret(const struct a11y_node *node)
{
	return node->field && node->hint == HINT_PASSWORD;
}

bool a11y_has_selection(const struct a11y_node *node)
{
	switch (node->class) {
	case CLASS_LIST:
	case CLASS_TABLE:
	case CLASS_TREE:
	case CLASS_MENU:
	case CLASS_TAB_LIST:
		return true;
	default:
		return false;
	}
}

uint32_t a11y_role_of(
	const struct a11y_node *node, const struct a11y_about *about, bool window)
{
	if (window && node->class == CLASS_UNKNOWN)
		return about->role;
	if (a11y_is_secret(node))
		return ROLE_PASSWORD_TEXT;
	if (roles[node->class])
		return roles[node->class];
	if (a11y_is_field(node))
		return ROLE_ENTRY;
	if (node->n_children > 0)
		return ROLE_PANEL;
	return node->name ? ROLE_LABEL : ROLE_UNKNOWN;
}

static bool is_checked_by_selected(uint32_t class)
{
	return class == CLASS_CHECK_BOX || class == CLASS_RADIO_BUTTON ||
	       class == CLASS_SWITCH;
}

static uint64_t selected_states(const struct a11y_node *node)
{
	uint64_t all = 0;
	if (is_checked_by_selected(node->class)) {
		all |= A11Y_STATE(STATE_CHECKABLE);
		if (node->selected)
			all |= A11Y_STATE(STATE_CHECKED);
		if (node->selected && node->class == CLASS_SWITCH)
			all |= A11Y_STATE(STATE_PRESSED);
	} else if (node->selected_said) {
		all |= A11Y_STATE(STATE_SELECTABLE);
		if (node->selected)
			all |= A11Y_STATE(STATE_SELECTED);
	}
	return all;
}

static uint64_t field_states(const struct a11y_node *node, bool lines)
{
	if (!a11y_is_field(node))
		return 0;
	return A11Y_STATE(STATE_SELECTABLE_TEXT) |
	       A11Y_STATE(lines ? STATE_MULTI_LINE : STATE_SINGLE_LINE) |
	       A11Y_STATE(node->disabled ? STATE_READ_ONLY : STATE_EDITABLE);
}

static uint64_t class_states(const struct a11y_node *node)
{
	const struct gl_rect *b = &node->bounds;
	uint64_t lie = A11Y_STATE(
		b->x1 - b->x0 >= b->y1 - b->y0 ? STATE_HORIZONTAL : STATE_VERTICAL);
	switch (node->class) {
	case CLASS_PROGRESS:
		return lie | (node->has_range ? 0 : A11Y_STATE(STATE_INDETERMINATE));
	case CLASS_SLIDER:
	case CLASS_SCROLL_BAR:
		return lie;
	default:
		return 0;
	}
}

static uint64_t expanded_states(const struct a11y_node *node)
{
	if (node->actions & SEMANTIC_COLLAPSE)
		return A11Y_STATE(STATE_EXPANDABLE) | A11Y_STATE(STATE_EXPANDED);
	if (node->actions & SEMANTIC_EXPAND)
		return A11Y_STATE(STATE_EXPANDABLE) | A11Y_STATE(STATE_COLLAPSED);
	return 0;
}

static uint64_t focus_states(
	const struct a11y_node *node, const struct a11y_about *about, bool window)
{
	uint64_t all = 0;
	if (window && about->active)
		all |= A11Y_STATE(STATE_ACTIVE);
	if (!node->tag)
		return all;
	bool focused = about->active && node->tag == about->focus;
	if (focused || (node->kinds & LISTEN_FOCUS))
		all |= A11Y_STATE(STATE_FOCUSABLE);
	return all | (focused ? A11Y_STATE(STATE_FOCUSED) : 0);
}

uint64_t a11y_states_of(const struct a11y_node *node, const struct a11y_about *about,
	bool window, bool lines)
{
	const struct gl_rect *b = &node->bounds;
	uint64_t all = A11Y_STATE(STATE_VISIBLE);
	if (!node->disabled)
		all |= A11Y_STATE(STATE_ENABLED) | A11Y_STATE(STATE_SENSITIVE);
	if (window || (b->x1 > b->x0 && b->y1 > b->y0))
		all |= A11Y_STATE(STATE_SHOWING);
	return all | selected_states(node) | field_states(node, lines) |
	       class_states(node) | expanded_states(node) |
	       focus_states(node, about, window);
}

const char *a11y_role_name(uint32_t role)
{
	for (size_t i = 0; i < sizeof role_names / sizeof *role_names; i++) {
		if (role_names[i].role == role)
			return role_names[i].name;
	}
	return "unknown";
}

const char *a11y_state_name(unsigned state)
{
	return state < STATES && state_names[state] ? state_names[state] : "";
}
