#include "session/a11y_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/a11y_role.h"
#include "util/xalloc.h"

const char *const a11y_interface_names[IFACES] = {
	[IFACE_ACCESSIBLE] = ATSPI "Accessible",
	[IFACE_APPLICATION] = ATSPI "Application",
	[IFACE_COMPONENT] = ATSPI "Component",
	[IFACE_ACTION] = ATSPI "Action",
	[IFACE_VALUE] = ATSPI "Value",
	[IFACE_TEXT] = ATSPI "Text",
	[IFACE_EDITABLE] = ATSPI "EditableText",
	[IFACE_SELECTION] = ATSPI "Selection",
	[IFACE_CACHE] = ATSPI "Cache",
};

const struct a11y_table *const a11y_tables[IFACES] = {
	[IFACE_ACCESSIBLE] = &a11y_accessible,
	[IFACE_APPLICATION] = &a11y_application,
	[IFACE_COMPONENT] = &a11y_component,
	[IFACE_ACTION] = &a11y_action,
	[IFACE_VALUE] = &a11y_value,
	[IFACE_TEXT] = &a11y_text,
	[IFACE_EDITABLE] = &a11y_editable,
	[IFACE_SELECTION] = &a11y_selection,
	[IFACE_CACHE] = &a11y_cache,
};

uint32_t a11y_interfaces(const struct a11y_target *target)
{
	const struct a11y_node *node = target->node;
	if (!target->window)
		return 1u << IFACE_ACCESSIBLE | 1u << IFACE_APPLICATION;
	uint32_t all = 1u << IFACE_ACCESSIBLE | 1u << IFACE_COMPONENT;
	if (a11y_actions(node))
		all |= 1u << IFACE_ACTION;
	if (node->has_range)
		all |= 1u << IFACE_VALUE;
	if (a11y_is_text(node))
		all |= 1u << IFACE_TEXT;
	if (a11y_is_field(node) && !node->disabled)
		all |= 1u << IFACE_EDITABLE;
	if (a11y_has_selection(node))
		all |= 1u << IFACE_SELECTION;
	return all;
}

void a11y_refuse(struct a11y_call *call, const char *error, const char *why)
{
	if (call->error)
		return;
	call->error = error;
	call->why = why;
}

/* Methods. */

static const struct a11y_method *find_method(
	const struct a11y_table *table, const char *name)
{
	for (size_t i = 0; i < table->n_methods; i++) {
		if (strcmp(table->methods[i].name, name) == 0)
			return &table->methods[i];
	}
	return NULL;
}

/* By the interface that was named, or without one by all. */
static void answer_method(
	struct a11y_call *call, DBusMessage *message, uint32_t interfaces)
{
	const char *interface = dbus_message_get_interface(message),
		   *member = dbus_message_get_member(message);
	for (int i = 0; i < IFACES; i++) {
		const struct a11y_method *method;
		if (!(interfaces & 1u << i) ||
			(interface && strcmp(interface, a11y_interface_names[i]) != 0) ||
			!(method = find_method(a11y_tables[i], member)))
			continue;
		if (!dbus_message_has_signature(message, method->in))
			a11y_refuse(call, DBUS_ERROR_INVALID_ARGS,
				"the arguments are of other types");
		else
			method->answer(call);
		return;
	}
	a11y_refuse(call, DBUS_ERROR_UNKNOWN_METHOD, "it has no such method");
}

/* Properties. */

static const struct a11y_property *find_property(
	uint32_t interfaces, const char *interface, const char *name, bool *known)
{
	*known = false;
	for (int i = 0; i < IFACES; i++) {
		const struct a11y_table *table = a11y_tables[i];
		if (!(interfaces & 1u << i) ||
			(interface[0] && strcmp(interface, a11y_interface_names[i]) != 0))
			continue;
		*known = true;
		for (size_t j = 0; j < table->n_properties; j++) {
			if (strcmp(table->properties[j].name, name) == 0)
				return &table->properties[j];
		}
	}
	return NULL;
}

static void put_variant(
	struct a11y_call *call, DBusMessageIter *to, const struct a11y_property *property)
{
	DBusMessageIter outer = call->out;
	dbus_message_iter_open_container(
		to, DBUS_TYPE_VARIANT, property->type, &call->out);
	property->get(call);
	dbus_message_iter_close_container(to, &call->out);
	call->out = outer;
}

static const struct a11y_property *named(struct a11y_call *call, uint32_t interfaces)
{
	bool known;
	const char *interface = a11y_get_string(call), *name = a11y_get_string(call);
	const struct a11y_property *property =
		find_property(interfaces, interface, name, &known);
	if (!property)
		a11y_refuse(call,
			known ? DBUS_ERROR_UNKNOWN_PROPERTY
			      : DBUS_ERROR_UNKNOWN_INTERFACE,
			"it has no such property");
	return property;
}

static void answer_get(struct a11y_call *call, uint32_t interfaces)
{
	const struct a11y_property *property = named(call, interfaces);
	DBusMessageIter out = call->out;
	if (property)
		put_variant(call, &out, property);
}

static void answer_set(struct a11y_call *call, uint32_t interfaces)
{
	const struct a11y_property *property = named(call, interfaces);
	DBusMessageIter value;
	if (!property)
		return;
	dbus_message_iter_recurse(&call->in, &value);
	char type = (char)dbus_message_iter_get_arg_type(&value);
	if (!property->set)
		a11y_refuse(call, DBUS_ERROR_PROPERTY_READ_ONLY, "it cannot be set");
	else if (type != property->type[0] || property->type[1])
		a11y_refuse(
			call, DBUS_ERROR_INVALID_ARGS, "the value is of another type");
	call->in = value;
	if (!call->error)
		property->set(call);
}

static void put_all(struct a11y_call *call, const struct a11y_table *table)
{
	DBusMessageIter all, one;
	dbus_message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "{sv}", &all);
	for (size_t i = 0; i < table->n_properties; i++) {
		dbus_message_iter_open_container(&all, DBUS_TYPE_DICT_ENTRY, NULL, &one);
		a11y_put_string(&one, table->properties[i].name);
		put_variant(call, &one, &table->properties[i]);
		dbus_message_iter_close_container(&all, &one);
	}
	dbus_message_iter_close_container(&call->out, &all);
}

static void answer_get_all(struct a11y_call *call, uint32_t interfaces)
{
	const char *interface = a11y_get_string(call);
	for (int i = 0; i < IFACES; i++) {
		if (!(interfaces & 1u << i) ||
			strcmp(interface, a11y_interface_names[i]) != 0)
			continue;
		put_all(call, a11y_tables[i]);
		return;
	}
	a11y_refuse(call, DBUS_ERROR_UNKNOWN_INTERFACE, "it has no such interface");
}

static void answer_properties(
	struct a11y_call *call, DBusMessage *message, uint32_t interfaces)
{
	static const struct {
		const char *name, *in;
		void (*answer)(struct a11y_call *call, uint32_t interfaces);
	} methods[] = {
		{"Get", "ss", answer_get},
		{"Set", "ssv", answer_set},
		{"GetAll", "s", answer_get_all},
	};
	for (size_t i = 0; i < A11Y_N(methods); i++) {
		if (strcmp(dbus_message_get_member(message), methods[i].name) != 0)
			continue;
		if (dbus_message_has_signature(message, methods[i].in))
			methods[i].answer(call, interfaces);
		else
			a11y_refuse(call, DBUS_ERROR_INVALID_ARGS,
				"the arguments are of other types");
		return;
	}
	a11y_refuse(call, DBUS_ERROR_UNKNOWN_METHOD, "it has no such method");
}

/* Introspection: the tables as XML. */

static void write_arguments(FILE *out, const char *types, const char *direction)
{
	DBusSignatureIter it;
	if (!types[0])
		return;
	dbus_signature_iter_init(&it, types);
	do {
		char *type = dbus_signature_iter_get_signature(&it);
		fprintf(out, "<arg direction=\"%s\" type=\"%s\"/>", direction,
			type ? type : "");
		dbus_free(type);
	} while (dbus_signature_iter_next(&it));
}

static void write_interface(FILE *out, const char *name, const struct a11y_table *table)
{
	fprintf(out, "<interface name=\"%s\">", name);
	for (size_t i = 0; i < table->n_methods; i++) {
		fprintf(out, "<method name=\"%s\">", table->methods[i].name);
		write_arguments(out, table->methods[i].in, "in");
		write_arguments(out, table->methods[i].out, "out");
		fputs("</method>", out);
	}
	for (size_t i = 0; i < table->n_properties; i++)
		fprintf(out, "<property name=\"%s\" type=\"%s\" access=\"%s\"/>",
			table->properties[i].name, table->properties[i].type,
			table->properties[i].set ? "readwrite" : "read");
	fputs("</interface>", out);
}

static void answer_introspect(struct a11y_call *call, uint32_t interfaces)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out) {
		a11y_refuse(call, DBUS_ERROR_NO_MEMORY, "no memory");
		return;
	}
	fputs(DBUS_INTROSPECT_1_0_XML_DOCTYPE_DECL_NODE "<node>", out);
	for (int i = 0; i < IFACES; i++) {
		if (interfaces & 1u << i)
			write_interface(out, a11y_interface_names[i], a11y_tables[i]);
	}
	fputs("</node>", out);
	if (fclose(out) == 0)
		a11y_put_string(&call->out, text);
	else
		a11y_refuse(call, DBUS_ERROR_NO_MEMORY, "no memory");
	free(text);
}

/* All. */

static uint32_t find(struct a11y_call *call, DBusMessage *message)
{
	const char *path = dbus_message_get_path(message);
	if (strcmp(path, A11Y_CACHE) == 0)
		return 1u << IFACE_CACHE;
	if (a11y_find(call->a11y, path, &call->at))
		return a11y_interfaces(&call->at);
	a11y_refuse(call, DBUS_ERROR_UNKNOWN_OBJECT, "it is there no more");
	return 0;
}

static void answer(struct a11y_call *call, DBusMessage *message)
{
	const char *interface = dbus_message_get_interface(message);
	uint32_t interfaces = find(call, message);
	if (call->error)
		return;
	if (interface && strcmp(interface, DBUS_INTERFACE_PROPERTIES) == 0)
		answer_properties(call, message, interfaces);
	else if (dbus_message_is_method_call(
			 message, DBUS_INTERFACE_INTROSPECTABLE, "Introspect"))
		answer_introspect(call, interfaces);
	else
		answer_method(call, message, interfaces);
}

void a11y_answer(struct a11y *a11y, DBusMessage *message)
{
	struct a11y_call call = {.a11y = a11y, .at = {.a11y = a11y}};
	DBusMessage *reply = dbus_message_new_method_return(message);
	if (!reply)
		return;
	dbus_message_iter_init(message, &call.in);
	dbus_message_iter_init_append(reply, &call.out);
	answer(&call, message);
	if (dbus_message_get_no_reply(message)) {
		dbus_message_unref(reply);
	} else if (call.error) {
		dbus_message_unref(reply);
		a11y_bus_send(&a11y->bus,
			dbus_message_new_error(message, call.error, call.why));
	} else {
		a11y_bus_send(&a11y->bus, reply);
	}
}
