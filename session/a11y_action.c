/* org.a11y.atspi.Action and .Value: what can be done with a thing. */
#include "session/a11y_act.h"
#include "session/a11y_call.h"
#include "util/opwire.h"

static const char *name_of(uint32_t action)
{
	switch (action) {
	case SEMANTIC_CLICK:
		return "click";
	case SEMANTIC_SCROLL:
		return "scroll";
	case SEMANTIC_FOCUS:
		return "focus";
	case SEMANTIC_INCREMENT:
		return "increment";
	case SEMANTIC_DECREMENT:
		return "decrement";
	case SEMANTIC_EXPAND:
		return "expand";
	case SEMANTIC_COLLAPSE:
		return "collapse";
	case SEMANTIC_DISMISS:
		return "dismiss";
	default:
		return "";
	}
}

/* The i-th that there is, as a bit; 0: there are not so many. */
static uint32_t nth(const struct a11y_node *node, int32_t i)
{
	uint32_t left = a11y_actions(node);
	while (left && i-- > 0)
		left &= left - 1;
	return i < 0 ? left & -left : 0;
}

static void get_count(struct a11y_call *call)
{
	a11y_put_int(&call->out, __builtin_popcount(a11y_actions(call->at.node)));
}

static void answer_name(struct a11y_call *call)
{
	a11y_put_string(&call->out, name_of(nth(call->at.node, a11y_get_int(call))));
}

static void answer_empty(struct a11y_call *call)
{
	a11y_put_string(&call->out, "");
}

static void answer_actions(struct a11y_call *call)
{
	DBusMessageIter all, one;
	uint32_t action;
	dbus_message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "(sss)", &all);
	for (int32_t i = 0; (action = nth(call->at.node, i)); i++) {
		dbus_message_iter_open_container(&all, DBUS_TYPE_STRUCT, NULL, &one);
		a11y_put_string(&one, name_of(action));
		a11y_put_string(&one, "");
		a11y_put_string(&one, "");
		dbus_message_iter_close_container(&all, &one);
	}
	dbus_message_iter_close_container(&call->out, &all);
}

static void answer_do(struct a11y_call *call)
{
	uint32_t action = nth(call->at.node, a11y_get_int(call));
	a11y_put_bool(&call->out, action && a11y_do(&call->at, action));
}

static const struct a11y_method methods[] = {
	{"GetDescription", "i", "s", answer_empty},
	{"GetName", "i", "s", answer_name},
	{"GetLocalizedName", "i", "s", answer_name},
	{"GetKeyBinding", "i", "s", answer_empty},
	{"GetActions", "", "a(sss)", answer_actions},
	{"DoAction", "i", "b", answer_do},
};
static const struct a11y_property properties[] = {
	{"NActions", "i", get_count, NULL},
};
const struct a11y_table a11y_action = A11Y_TABLE(methods, properties);

static void get_min(struct a11y_call *call)
{
	a11y_put_double(&call->out, (double)call->at.node->min);
}

static void get_max(struct a11y_call *call)
{
	a11y_put_double(&call->out, (double)call->at.node->max);
}

/* The plugin alone knows its steps. */
static void get_step(struct a11y_call *call)
{
	a11y_put_double(&call->out, 0);
}

static void get_now(struct a11y_call *call)
{
	a11y_put_double(&call->out, (double)call->at.node->now);
}

static void get_text(struct a11y_call *call)
{
	a11y_put_string(&call->out, &call->at.window->tree.text[call->at.node->value]);
}

static void set_now(struct a11y_call *call)
{
	if (!a11y_wish_value(&call->at, a11y_get_double(call)))
		a11y_refuse(call, DBUS_ERROR_NOT_SUPPORTED, "its value cannot be set");
}

static const struct a11y_property values[] = {
	{"MinimumValue", "d", get_min, NULL},
	{"MaximumValue", "d", get_max, NULL},
	{"MinimumIncrement", "d", get_step, NULL},
	{"CurrentValue", "d", get_now, set_now},
	{"Text", "s", get_text, NULL},
};
const struct a11y_table a11y_value = {NULL, 0, values, A11Y_N(values)};
