/*
 * a11y_call: a call from the bus, and what answers it: tables of the methods and properties of
 * interfaces, one file each. The arguments of a handler have the types of its table; what
 * it writes has those that the table says, or it refuses.
 */
#ifndef OSAAS_SESSION_A11Y_CALL_H
#define OSAAS_SESSION_A11Y_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/a11y_private.h"

struct a11y_call {
	struct a11y *a11y;
	struct a11y_target at;
	DBusMessageIter in;  /* the arguments not yet read */
	DBusMessageIter out; /* of the reply, or of a property's value */
	const char *error;   /* refused: a name of D-Bus's; NULL: not */
	const char *why;
};

struct a11y_method {
	const char *name, *in, *out; /* signatures */
	void (*answer)(struct a11y_call *call);
};
struct a11y_property {
	const char *name, *type;
	void (*get)(struct a11y_call *call);
	/* NULL: it cannot be set. The value is the next argument. */
	void (*set)(struct a11y_call *call);
};
struct a11y_table {
	const struct a11y_method *methods;
	size_t n_methods;
	const struct a11y_property *properties;
	size_t n_properties;
};
extern const struct a11y_table a11y_accessible, a11y_application, a11y_component,
	a11y_action, a11y_value, a11y_text, a11y_editable, a11y_selection, a11y_cache;
extern const struct a11y_table *const a11y_tables[IFACES];

#define A11Y_N(array) (sizeof(array) / sizeof *(array))
#define A11Y_TABLE(methods_, properties_)                                                \
	{                                                                                \
		methods_, A11Y_N(methods_), properties_, A11Y_N(properties_)             \
	}

/* a11y_answer answers a method call; what makes no sense is refused, as D-Bus has it. */
void a11y_answer(struct a11y *a11y, DBusMessage *message);

void a11y_refuse(struct a11y_call *call, const char *error, const char *why);

/* Arguments, in their order. */
int32_t a11y_get_int(struct a11y_call *call);
uint32_t a11y_get_uint(struct a11y_call *call);
bool a11y_get_bool(struct a11y_call *call);
double a11y_get_double(struct a11y_call *call);
const char *a11y_get_string(struct a11y_call *call); /* borrowed from the message */

/* Answers; also of other messages. */
void a11y_put_int(DBusMessageIter *to, int32_t value);
void a11y_put_uint(DBusMessageIter *to, uint32_t value);
void a11y_put_int16(DBusMessageIter *to, int16_t value);
void a11y_put_bool(DBusMessageIter *to, bool value);
void a11y_put_double(DBusMessageIter *to, double value);
void a11y_put_string(DBusMessageIter *to, const char *value);
void a11y_put_path(DBusMessageIter *to, const char *value);
/* (so): a thing of this application by its number, 0: the application; or nothing. */
void a11y_put_thing(DBusMessageIter *to, const struct a11y *a11y, uint32_t id);
void a11y_put_nothing(DBusMessageIter *to);
void a11y_put_reference(DBusMessageIter *to, const char *name, const char *path);
/* a{ss} of pairs up to NULL; an empty value is left out. */
void a11y_put_dict(DBusMessageIter *to, const char *const *pairs);
/* au: the words of a set of states; as: names of interfaces. */
void a11y_put_states(DBusMessageIter *to, uint64_t states);
void a11y_put_interfaces(DBusMessageIter *to, uint32_t interfaces);
/* a11y_put_item: one of the cache's. */
void a11y_put_item(DBusMessageIter *to, const struct a11y_target *at);
#define A11Y_ITEM "((so)(so)(so)iiassusau)"

/* a11y_extents: where it lies. coords: 0 the screen's, 1 the window's, 2 its parent's. */
struct gl_rect a11y_extents(const struct a11y_target *at, uint32_t coords);
/* a11y_to_layer: a point of such coordinates in the layer of a window. */
void a11y_to_layer(const struct a11y_target *at, uint32_t coords, int32_t *x, int32_t *y);
/* a11y_from_layer moves a rectangle of the layer to such coordinates. */
struct gl_rect a11y_from_layer(
	const struct a11y_target *at, uint32_t coords, struct gl_rect r);

#endif
