/* org.a11y.atspi.Accessible: what a thing is, and what is around it. */
#include <stdio.h>
#include <string.h>

#include "session/a11y_call.h"
#include "session/a11y_role.h"
#include "util/opwire.h"

static void put_parent(DBusMessageIter *to, const struct a11y_target *at)
{
	const struct a11y *a11y = at->a11y;
	if (!at->window && a11y->desktop_name)
		a11y_put_reference(to, a11y->desktop_name, a11y->desktop_path);
	else if (!at->window)
		a11y_put_nothing(to);
	else if (at->node == at->window->tree.nodes)
		a11y_put_thing(to, a11y, 0);
	else
		a11y_put_thing(to, a11y, at->window->tree.nodes[at->node->parent].id);
}

static int32_t index_of(const struct a11y_target *at)
{
	int32_t i = 0;
	if (!at->window)
		return -1;
	if (at->node != at->window->tree.nodes)
		return (int32_t)at->node->index;
	for (struct list *l = at->a11y->windows.next; l != &at->window->link; l = l->next)
		i++;
	return i;
}

static int32_t count_children(const struct a11y_target *at)
{
	int32_t n = 0;
	if (at->window)
		return (int32_t)at->node->n_children;
	list_for_each (w, &at->a11y->windows, struct a11y_window, link)
		n++;
	return n;
}

void a11y_put_item(DBusMessageIter *to, const struct a11y_target *at)
{
	DBusMessageIter item;
	dbus_message_iter_open_container(to, DBUS_TYPE_STRUCT, NULL, &item);
	a11y_put_thing(&item, at->a11y, a11y_target_id(at));
	a11y_put_thing(&item, at->a11y, 0);
	put_parent(&item, at);
	a11y_put_int(&item, index_of(at));
	a11y_put_int(&item, count_children(at));
	a11y_put_interfaces(&item, a11y_interfaces(at));
	a11y_put_string(&item, a11y_target_name(at));
	a11y_put_uint(&item, at->window ? at->node->role : ROLE_APPLICATION);
	a11y_put_string(
		&item, at->window ? &at->window->tree.text[at->node->description] : "");
	a11y_put_states(&item, at->window ? at->node->states : 0);
	dbus_message_iter_close_container(to, &item);
}

/* Of Accessible. */

static void get_parent(struct a11y_call *call)
{
	put_parent(&call->out, &call->at);
}

static void get_index(struct a11y_call *call)
{
	a11y_put_int(&call->out, index_of(&call->at));
}

static void get_n_children(struct a11y_call *call)
{
	a11y_put_int(&call->out, count_children(&call->at));
}

static void get_name(struct a11y_call *call)
{
	a11y_put_string(&call->out, a11y_target_name(&call->at));
}

static const char *description_of(const struct a11y_target *at)
{
	return at->window ? &at->window->tree.text[at->node->description] : "";
}

static void get_description(struct a11y_call *call)
{
	a11y_put_string(&call->out, description_of(&call->at));
}

static void get_empty(struct a11y_call *call)
{
	a11y_put_string(&call->out, "");
}

static void get_accessible_id(struct a11y_call *call)
{
	char id[24] = "";
	if (call->at.window && call->at.node->tag)
		snprintf(id, sizeof id, "%llu", (unsigned long long)call->at.node->tag);
	a11y_put_string(&call->out, id);
}

static uint32_t role_of(const struct a11y_target *at)
{
	return at->window ? at->node->role : ROLE_APPLICATION;
}

static void answer_role(struct a11y_call *call)
{
	a11y_put_uint(&call->out, role_of(&call->at));
}

static void answer_role_name(struct a11y_call *call)
{
	a11y_put_string(&call->out, a11y_role_name(role_of(&call->at)));
}

static void answer_state(struct a11y_call *call)
{
	a11y_put_states(&call->out, call->at.window ? call->at.node->states : 0);
}

/* The n-th window of the application, its tree up to date. */
static struct a11y_window *nth_window(struct a11y *a11y, int32_t n)
{
	list_for_each (w, &a11y->windows, struct a11y_window, link) {
		if (n-- > 0)
			continue;
		a11y_window_update(a11y, w);
		return w->tree.n ? w : NULL;
	}
	return NULL;
}

static void answer_child(struct a11y_call *call)
{
	int32_t i = a11y_get_int(call);
	const struct a11y_target *at = &call->at;
	const struct a11y_node *child = NULL;
	if (i >= 0 && at->window) {
		child = a11y_tree_child(&at->window->tree, at->node, (uint32_t)i);
	} else if (i >= 0) {
		struct a11y_window *window = nth_window(call->a11y, i);
		child = window ? window->tree.nodes : NULL;
	}
	if (child)
		a11y_put_thing(&call->out, call->a11y, child->id);
	else
		a11y_put_nothing(&call->out);
}

static void answer_children(struct a11y_call *call)
{
	const struct a11y_target *at = &call->at;
	struct a11y_window *window;
	DBusMessageIter all;
	dbus_message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "(so)", &all);
	for (int32_t i = 0; !at->window && (window = nth_window(call->a11y, i)); i++)
		a11y_put_thing(&all, call->a11y, window->tree.nodes[0].id);
	for (uint32_t i = at->window ? at->node->first_child : 0; i;
		i = at->window->tree.nodes[i].next_sibling)
		a11y_put_thing(&all, call->a11y, at->window->tree.nodes[i].id);
	dbus_message_iter_close_container(&call->out, &all);
}

static void answer_index(struct a11y_call *call)
{
	get_index(call);
}

static void answer_relations(struct a11y_call *call)
{
	DBusMessageIter all;
	dbus_message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "(ua(so))", &all);
	dbus_message_iter_close_container(&call->out, &all);
}

static const char *hint_name(const struct a11y_node *node)
{
	static const char *const names[HINT_KINDS] = {
		"", "text", "numeric", "email", "url", "tel", "password"};
	return node->field && node->hint < HINT_KINDS ? names[node->hint] : "";
}

static void answer_attributes(struct a11y_call *call)
{
	const struct a11y_target *at = &call->at;
	const char *pairs[] = {"toolkit", "osaas", "valuetext", "", "text-input-type", "",
		"truncated", "", NULL};
	if (at->window) {
		pairs[3] = a11y_is_text(at->node)
				   ? ""
				   : &at->window->tree.text[at->node->value];
		pairs[5] = hint_name(at->node);
		pairs[7] = at->window->tree.cut ? "true" : "";
	}
	a11y_put_dict(&call->out, pairs);
}

static void answer_application(struct a11y_call *call)
{
	a11y_put_thing(&call->out, call->a11y, 0);
}

static void answer_interfaces(struct a11y_call *call)
{
	a11y_put_interfaces(&call->out, a11y_interfaces(&call->at));
}

static const struct a11y_method methods[] = {
	{"GetChildAtIndex", "i", "(so)", answer_child},
	{"GetChildren", "", "a(so)", answer_children},
	{"GetIndexInParent", "", "i", answer_index},
	{"GetRelationSet", "", "a(ua(so))", answer_relations},
	{"GetRole", "", "u", answer_role},
	{"GetRoleName", "", "s", answer_role_name},
	{"GetLocalizedRoleName", "", "s", answer_role_name},
	{"GetState", "", "au", answer_state},
	{"GetAttributes", "", "a{ss}", answer_attributes},
	{"GetApplication", "", "(so)", answer_application},
	{"GetInterfaces", "", "as", answer_interfaces},
};
static const struct a11y_property properties[] = {
	{"Name", "s", get_name, NULL},
	{"Description", "s", get_description, NULL},
	{"Parent", "(so)", get_parent, NULL},
	{"ChildCount", "i", get_n_children, NULL},
	{"Locale", "s", get_empty, NULL},
	{"AccessibleId", "s", get_accessible_id, NULL},
};
const struct a11y_table a11y_accessible = A11Y_TABLE(methods, properties);
