/*
 * a11y_role: AT-SPI's numbers of roles and states (atspi-constants.h of at-spi2-core), and
 * which of them a thing has by its class and by what it says. Pure.
 */
#ifndef OSAAS_SESSION_A11Y_ROLE_H
#define OSAAS_SESSION_A11Y_ROLE_H

#include <stdbool.h>
#include <stdint.h>

struct a11y_about;
struct a11y_node;

enum a11y_role {
	ROLE_ALERT = 2,
	ROLE_CHECK_BOX = 7,
	ROLE_DIALOG = 16,
	ROLE_FRAME = 23,
	ROLE_IMAGE = 27,
	ROLE_LABEL = 29,
	ROLE_LIST = 31,
	ROLE_LIST_ITEM = 32,
	ROLE_MENU = 33,
	ROLE_MENU_ITEM = 35,
	ROLE_PAGE_TAB = 37,
	ROLE_PAGE_TAB_LIST = 38,
	ROLE_PANEL = 39,
	ROLE_PASSWORD_TEXT = 40,
	ROLE_PROGRESS_BAR = 42,
	ROLE_PUSH_BUTTON = 43,
	ROLE_RADIO_BUTTON = 44,
	ROLE_SCROLL_BAR = 48,
	ROLE_SLIDER = 51,
	ROLE_STATUS_BAR = 54,
	ROLE_TABLE = 55,
	ROLE_TABLE_CELL = 56,
	ROLE_TERMINAL = 60,
	ROLE_TEXT = 61,
	ROLE_TOGGLE_BUTTON = 62,
	ROLE_TOOL_BAR = 63,
	ROLE_TREE = 65,
	ROLE_UNKNOWN = 67,
	ROLE_WINDOW = 69,
	ROLE_APPLICATION = 75,
	ROLE_ENTRY = 79,
	ROLE_HEADING = 83,
	ROLE_LINK = 88,
	ROLE_TABLE_ROW = 90,
	ROLE_TREE_ITEM = 91,
};

enum a11y_state {
	STATE_ACTIVE = 1,
	STATE_CHECKED = 4,
	STATE_COLLAPSED = 5,
	STATE_DEFUNCT = 6,
	STATE_EDITABLE = 7,
	STATE_ENABLED = 8,
	STATE_EXPANDABLE = 9,
	STATE_EXPANDED = 10,
	STATE_FOCUSABLE = 11,
	STATE_FOCUSED = 12,
	STATE_HORIZONTAL = 14,
	STATE_MULTI_LINE = 17,
	STATE_PRESSED = 20,
	STATE_SELECTABLE = 22,
	STATE_SELECTED = 23,
	STATE_SENSITIVE = 24,
	STATE_SHOWING = 25,
	STATE_SINGLE_LINE = 26,
	STATE_VERTICAL = 29,
	STATE_VISIBLE = 30,
	STATE_INDETERMINATE = 32,
	STATE_SELECTABLE_TEXT = 38,
	STATE_CHECKABLE = 41,
	STATE_READ_ONLY = 43,
	STATES = 44,
};
#define A11Y_STATE(state) (UINT64_C(1) << (state))

/* a11y_role_of, a11y_states_of: all else of the node is there; window: it is the window's own. */
uint32_t a11y_role_of(
	const struct a11y_node *node, const struct a11y_about *about, bool window);
uint64_t a11y_states_of(const struct a11y_node *node, const struct a11y_about *about,
	bool window, bool lines);
/* a11y_role_name: AT-SPI's, "push button". a11y_state_name: as events have it, "focused". */
const char *a11y_role_name(uint32_t role);
const char *a11y_state_name(unsigned state);

bool a11y_is_text(const struct a11y_node *node);   /* it is read, and perhaps written */
bool a11y_is_field(const struct a11y_node *node);  /* it can be written to */
bool a11y_is_secret(const struct a11y_node *node); /* what is in it is nobody's */
bool a11y_has_selection(const struct a11y_node *node); /* its children are selected */

#endif
