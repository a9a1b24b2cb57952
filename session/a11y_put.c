/* Values of D-Bus: the second half of a11y_call.h. No memory: the message is not whole, and not sent. */
#include <string.h>

#include "session/a11y_call.h"

/* Arguments: their types are those of the signature, which was looked at. */

static void get(struct a11y_call *call, void *to)
{
	dbus_message_iter_get_basic(&call->in, to);
	dbus_message_iter_next(&call->in);
}

int32_t a11y_get_int(struct a11y_call *call)
{
	dbus_int32_t value;
	get(call, &value);
	return value;
}

uint32_t a11y_get_uint(struct a11y_call *call)
{
	dbus_uint32_t value;
	get(call, &value);
	return value;
}

bool a11y_get_bool(struct a11y_call *call)
{
	dbus_bool_t value;
	get(call, &value);
	return value;
}

double a11y_get_double(struct a11y_call *call)
{
	double value;
	get(call, &value);
	return value;
}

const char *a11y_get_string(struct a11y_call *call)
{
	const char *value;
	get(call, (void *)&value);
	return value;
}

void a11y_put_int(DBusMessageIter *to, int32_t value)
{
	dbus_message_iter_append_basic(to, DBUS_TYPE_INT32, &value);
}

void a11y_put_uint(DBusMessageIter *to, uint32_t value)
{
	dbus_message_iter_append_basic(to, DBUS_TYPE_UINT32, &value);
}

void a11y_put_int16(DBusMessageIter *to, int16_t value)
{
	dbus_message_iter_append_basic(to, DBUS_TYPE_INT16, &value);
}

void a11y_put_bool(DBusMessageIter *to, bool value)
{
	dbus_bool_t b = value;
	dbus_message_iter_append_basic(to, DBUS_TYPE_BOOLEAN, &b);
}

void a11y_put_double(DBusMessageIter *to, double value)
{
	dbus_message_iter_append_basic(to, DBUS_TYPE_DOUBLE, &value);
}

void a11y_put_string(DBusMessageIter *to, const char *value)
{
	dbus_message_iter_append_basic(to, DBUS_TYPE_STRING, &value);
}

void a11y_put_path(DBusMessageIter *to, const char *value)
{
	dbus_message_iter_append_basic(to, DBUS_TYPE_OBJECT_PATH, &value);
}

void a11y_put_reference(DBusMessageIter *to, const char *name, const char *path)
{
	DBusMessageIter pair;
	dbus_message_iter_open_container(to, DBUS_TYPE_STRUCT, NULL, &pair);
	a11y_put_string(&pair, name);
	a11y_put_path(&pair, path);
	dbus_message_iter_close_container(to, &pair);
}

void a11y_put_thing(DBusMessageIter *to, const struct a11y *a11y, uint32_t id)
{
	char path[A11Y_PATH_MAX];
	a11y_path(id, path);
	a11y_put_reference(to, a11y_bus_name(&a11y->bus), path);
}

void a11y_put_nothing(DBusMessageIter *to)
{
	a11y_put_reference(to, "", A11Y_NULL);
}

void a11y_put_dict(DBusMessageIter *to, const char *const *pairs)
{
	DBusMessageIter all, one;
	dbus_message_iter_open_container(to, DBUS_TYPE_ARRAY, "{ss}", &all);
	for (; pairs[0]; pairs += 2) {
		if (!pairs[1][0])
			continue;
		dbus_message_iter_open_container(&all, DBUS_TYPE_DICT_ENTRY, NULL, &one);
		a11y_put_string(&one, pairs[0]);
		a11y_put_string(&one, pairs[1]);
		dbus_message_iter_close_container(&all, &one);
	}
	dbus_message_iter_close_container(to, &all);
}

void a11y_put_states(DBusMessageIter *to, uint64_t states)
{
	DBusMessageIter all;
	dbus_message_iter_open_container(to, DBUS_TYPE_ARRAY, "u", &all);
	a11y_put_uint(&all, (uint32_t)states);
	a11y_put_uint(&all, (uint32_t)(states >> 32));
	dbus_message_iter_close_container(to, &all);
}

void a11y_put_interfaces(DBusMessageIter *to, uint32_t interfaces)
{
	DBusMessageIter all;
	dbus_message_iter_open_container(to, DBUS_TYPE_ARRAY, "s", &all);
	for (int i = 0; i < IFACES; i++) {
		if (interfaces & 1u << i)
			a11y_put_string(&all, a11y_interface_names[i]);
	}
	dbus_message_iter_close_container(to, &all);
}
