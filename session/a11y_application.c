/* org.a11y.atspi.Application, of the root; org.a11y.atspi.Cache: all at once. */
#include "session/a11y_call.h"
#include "session/config.h"

static void get_toolkit(struct a11y_call *call)
{
	a11y_put_string(&call->out, "osaas");
}

static void get_version(struct a11y_call *call)
{
	a11y_put_string(&call->out, OSAAS_VERSION);
}

static void get_protocol(struct a11y_call *call)
{
	a11y_put_string(&call->out, "2.1");
}

static void get_id(struct a11y_call *call)
{
	a11y_put_int(&call->out, call->a11y->app_id);
}

static void set_id(struct a11y_call *call)
{
	call->a11y->app_id = a11y_get_int(call);
}

static void answer_locale(struct a11y_call *call)
{
	a11y_put_string(&call->out, "C");
}

/* There is no way around the bus. */
static void answer_address(struct a11y_call *call)
{
	a11y_put_string(&call->out, "");
}

static const struct a11y_method methods[] = {
	{"GetLocale", "u", "s", answer_locale},
	{"GetApplicationBusAddress", "", "s", answer_address},
};
static const struct a11y_property properties[] = {
	{"ToolkitName", "s", get_toolkit, NULL},
	{"Version", "s", get_version, NULL},
	{"ToolkitVersion", "s", get_version, NULL},
	{"AtspiVersion", "s", get_protocol, NULL},
	{"Id", "i", get_id, set_id},
};
const struct a11y_table a11y_application = A11Y_TABLE(methods, properties);

static void answer_items(struct a11y_call *call)
{
	struct a11y_target at = {.a11y = call->a11y};
	DBusMessageIter all;
	list_for_each (w, &call->a11y->windows, struct a11y_window, link)
		a11y_window_update(call->a11y, w);
	dbus_message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, A11Y_ITEM, &all);
	a11y_put_item(&all, &at);
	list_for_each (w, &call->a11y->windows, struct a11y_window, link) {
		at.window = w;
		for (size_t i = 0; i < w->tree.n; i++) {
			at.node = &w->tree.nodes[i];
			a11y_put_item(&all, &at);
		}
	}
	dbus_message_iter_close_container(&call->out, &all);
}

static const struct a11y_method cache_methods[] = {
	{"GetItems", "", "a" A11Y_ITEM, answer_items},
};
const struct a11y_table a11y_cache = {cache_methods, A11Y_N(cache_methods), NULL, 0};
