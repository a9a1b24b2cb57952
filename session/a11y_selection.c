/* org.a11y.atspi.Selection: which of the children are selected. */
#include "session/a11y_act.h"
#include "session/a11y_call.h"
#include "session/a11y_role.h"
#include "util/opwire.h"

static bool is_selected(const struct a11y_node *node)
{
	return node->states & A11Y_STATE(STATE_SELECTED);
}

/* The n-th of the selected children; *all: how many there are. */
static const struct a11y_node *nth_selected(
	const struct a11y_target *at, int32_t n, int32_t *all)
{
	const struct a11y_tree *tree = &at->window->tree;
	const struct a11y_node *found = NULL;
	*all = 0;
	for (uint32_t i = at->node->first_child; i; i = tree->nodes[i].next_sibling) {
		if (is_selected(&tree->nodes[i]) && (*all)++ == n)
			found = &tree->nodes[i];
	}
	return found;
}

static void get_count(struct a11y_call *call)
{
	int32_t n;
	nth_selected(&call->at, -1, &n);
	a11y_put_int(&call->out, n);
}

static void answer_selected(struct a11y_call *call)
{
	int32_t n;
	const struct a11y_node *node = nth_selected(&call->at, a11y_get_int(call), &n);
	if (node)
		a11y_put_thing(&call->out, call->a11y, node->id);
	else
		a11y_put_nothing(&call->out);
}

static const struct a11y_node *child_of(struct a11y_call *call)
{
	int32_t i = a11y_get_int(call);
	return i < 0 ? NULL
		     : a11y_tree_child(
			       &call->at.window->tree, call->at.node, (uint32_t)i);
}

/* One is selected as a user does it. */
static void answer_select(struct a11y_call *call)
{
	const struct a11y_node *node = child_of(call);
	const struct a11y_target at = {call->a11y, call->at.window, node};
	a11y_put_bool(
		&call->out, node && (is_selected(node) || a11y_do(&at, SEMANTIC_CLICK)));
}

static void answer_is_selected(struct a11y_call *call)
{
	const struct a11y_node *node = child_of(call);
	a11y_put_bool(&call->out, node && is_selected(node));
}

/* There is no such action. */
static void answer_no(struct a11y_call *call)
{
	a11y_put_bool(&call->out, false);
}

static const struct a11y_method methods[] = {
	{"GetSelectedChild", "i", "(so)", answer_selected},
	{"SelectChild", "i", "b", answer_select},
	{"DeselectSelectedChild", "i", "b", answer_no},
	{"IsChildSelected", "i", "b", answer_is_selected},
	{"SelectAll", "", "b", answer_no},
	{"ClearSelection", "", "b", answer_no},
	{"DeselectChild", "i", "b", answer_no},
};
static const struct a11y_property properties[] = {
	{"NSelectedChildren", "i", get_count, NULL},
};
const struct a11y_table a11y_selection = A11Y_TABLE(methods, properties);
