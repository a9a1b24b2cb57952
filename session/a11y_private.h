/* a11y_private: what the files of a11y.h share: the object, and the things it tells of. */
#ifndef OSAAS_SESSION_A11Y_PRIVATE_H
#define OSAAS_SESSION_A11Y_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/a11y.h"
#include "session/a11y_bus.h"
#include "session/a11y_finder.h"
#include "session/a11y_keys.h"
#include "session/a11y_listeners.h"
#include "session/a11y_telling.h"
#include "session/a11y_tree.h"
#include "util/list.h"

struct gl_layer;
struct session;
struct window;

#define ATSPI           "org.a11y.atspi."
#define A11Y_PREFIX     "/org/a11y/atspi/accessible/"
#define A11Y_ROOT       A11Y_PREFIX "root"
#define A11Y_NULL       "/org/a11y/atspi/null"
#define A11Y_CACHE      "/org/a11y/atspi/cache"
#define A11Y_REGISTRY   "org.a11y.atspi.Registry"
#define A11Y_CONTROLLER "/org/a11y/atspi/registry/deviceeventcontroller"
#define A11Y_PATH_MAX   48

/* A value that somebody asked for, and that the plugin is led to, step by step: a11y_act.h. */
struct a11y_wish {
	uint32_t id; /* of the node; 0: none */
	float to, last;
	unsigned frames; /* it may take yet */
};

struct a11y_window {
	struct a11y *a11y;
	struct list link;      /* a11y.windows, in the order of session.windows */
	struct window *window; /* borrowed: it is among session.windows */
	uint64_t made;         /* window.made: it is that one */
	struct a11y_tree tree;
	bool active;
	struct a11y_wish wish;
	uint32_t asked; /* the node whose whole text was asked for; 0: none */
	/* What the tree was made of; frames 0: it is none. */
	uint64_t frames, focus;
	const struct gl_layer *layer;
	int32_t x, y, width, height;
	bool had_keys;
};

struct a11y {
	struct session *session;
	enum accessibility mode;
	bool started; /* the finder is */
	bool acted; /* something was done, after the turn looked for such: another one */
	struct a11y_finder finder;
	struct a11y_bus bus; /* the assistive technologies' */
	char *address;       /* NULL: nobody listens */
	unsigned tries;
	uint64_t retry_ns;
	uint64_t spent_ns; /* in turns, on what is told, and not all told yet */
	uint64_t rest_ns; /* what windows say is looked at then, not before; 0: at once */
	char *desktop_name,
		*desktop_path; /* what the registry put us into; NULL: nothing yet */
	int32_t app_id;
	struct list windows; /* a11y_window.link */
	uint32_t next_id;
	struct a11y_tree spare; /* or the one before that which is told */
	struct a11y_telling telling;
	struct a11y_listeners listeners;
	struct a11y_keys keys;
};

/* A thing: the application where window is NULL, and then node is, too. */
struct a11y_target {
	struct a11y *a11y;
	struct a11y_window *window;
	const struct a11y_node *node; /* of window->tree */
};

/* a11y_window_has_keys: its plugin hears them. */
bool a11y_window_has_keys(const struct a11y *a11y, const struct window *window);
/*
 * a11y_window_update: its tree is that of its last frame from now on; who listens hears. While
 * some tree is told, trees are what they are.
 */
void a11y_window_update(struct a11y *a11y, struct a11y_window *window);
/* a11y_window_in_secret: what is typed there is a password, or may be. */
bool a11y_window_in_secret(const struct a11y_window *window);
/* a11y_find: the thing of a path; false: there is none. */
bool a11y_find(struct a11y *a11y, const char *path, struct a11y_target *out);
/* a11y_path writes that of a number; 0: of the application. */
void a11y_path(uint32_t id, char path[static A11Y_PATH_MAX]);
uint32_t a11y_target_id(const struct a11y_target *target); /* 0: the application */
const char *a11y_target_name(const struct a11y_target *target);

/* a11y_interfaces: bits by enum a11y_interface. */
enum a11y_interface {
	IFACE_ACCESSIBLE,
	IFACE_APPLICATION,
	IFACE_COMPONENT,
	IFACE_ACTION,
	IFACE_VALUE,
	IFACE_TEXT,
	IFACE_EDITABLE,
	IFACE_SELECTION,
	IFACE_CACHE,
	IFACES,
};
uint32_t a11y_interfaces(const struct a11y_target *target);
extern const char *const a11y_interface_names[IFACES];

/* a11y_actions: what can be done: bits of enum op_semantic_action, a click that only presses do, too. */
uint32_t a11y_actions(const struct a11y_node *node);

#endif
