/* org.a11y.atspi.Component: where a thing is. */
#include "session/a11y_act.h"
#include "session/a11y_call.h"
#include "session/a11y_role.h"
#include "session/outputs.h"
#include "session/screen.h"
#include "session/window.h"
#include "util/opwire.h"

enum {
	COORDS_SCREEN,
	COORDS_WINDOW,
	COORDS_PARENT
};

/* Where the layer's corner is in such coordinates; the screen's are pixels of the layout. */
static void origin(const struct a11y_target *at, uint32_t coords, int32_t *x, int32_t *y)
{
	const struct window *window = at->window->window;
	const struct gl_rect *parent = &at->window->tree.nodes[at->node->parent].bounds;
	*x = *y = 0;
	if (coords == COORDS_PARENT && at->node != at->window->tree.nodes) {
		*x = -parent->x0;
		*y = -parent->y0;
	} else if (coords != COORDS_WINDOW) {
		struct outputs_place place = {0};
		if (window->screen)
			place = outputs_place(window->screen);
		*x = window->x + (int32_t)place.x;
		*y = window->y + (int32_t)place.y;
	}
}

struct gl_rect a11y_from_layer(
	const struct a11y_target *at, uint32_t coords, struct gl_rect r)
{
	int32_t x, y;
	origin(at, coords, &x, &y);
	return (struct gl_rect){r.x0 + x, r.y0 + y, r.x1 + x, r.y1 + y};
}

void a11y_to_layer(const struct a11y_target *at, uint32_t coords, int32_t *x, int32_t *y)
{
	int32_t ox, oy;
	origin(at, coords, &ox, &oy);
	*x = (int32_t)((uint32_t)*x - (uint32_t)ox);
	*y = (int32_t)((uint32_t)*y - (uint32_t)oy);
}

struct gl_rect a11y_extents(const struct a11y_target *at, uint32_t coords)
{
	const struct window *window = at->window->window;
	if (at->node == at->window->tree.nodes)
		return a11y_from_layer(at, coords,
			(struct gl_rect){0, 0, window->width, window->height});
	return a11y_from_layer(at, coords, at->node->bounds);
}

static bool holds(const struct gl_rect *r, int32_t x, int32_t y)
{
	return x >= r->x0 && x < r->x1 && y >= r->y0 && y < r->y1;
}

static void answer_contains(struct a11y_call *call)
{
	int32_t x = a11y_get_int(call), y = a11y_get_int(call);
	struct gl_rect r = a11y_extents(&call->at, a11y_get_uint(call));
	a11y_put_bool(&call->out, holds(&r, x, y));
}

static bool is_within(const struct a11y_tree *tree, const struct a11y_node *node,
	const struct a11y_node *around)
{
	while (node != around && node != tree->nodes)
		node = &tree->nodes[node->parent];
	return node == around;
}

static void answer_at(struct a11y_call *call)
{
	const struct a11y_tree *tree = &call->at.window->tree;
	int32_t x = a11y_get_int(call), y = a11y_get_int(call);
	uint32_t coords = a11y_get_uint(call);
	struct gl_rect r = a11y_extents(&call->at, coords);
	bool there = holds(&r, x, y);
	a11y_to_layer(&call->at, coords, &x, &y);
	const struct a11y_node *node = there ? a11y_tree_at(tree, x, y) : NULL;
	if (node && !is_within(tree, node, call->at.node))
		node = call->at.node;
	if (node)
		a11y_put_thing(&call->out, call->a11y, node->id);
	else
		a11y_put_nothing(&call->out);
}

static void answer_extents(struct a11y_call *call)
{
	struct gl_rect r = a11y_extents(&call->at, a11y_get_uint(call));
	DBusMessageIter four;
	dbus_message_iter_open_container(&call->out, DBUS_TYPE_STRUCT, NULL, &four);
	a11y_put_int(&four, r.x0);
	a11y_put_int(&four, r.y0);
	a11y_put_int(&four, r.x1 - r.x0);
	a11y_put_int(&four, r.y1 - r.y0);
	dbus_message_iter_close_container(&call->out, &four);
}

static void answer_position(struct a11y_call *call)
{
	struct gl_rect r = a11y_extents(&call->at, a11y_get_uint(call));
	a11y_put_int(&call->out, r.x0);
	a11y_put_int(&call->out, r.y0);
}

static void answer_size(struct a11y_call *call)
{
	struct gl_rect r = a11y_extents(&call->at, COORDS_WINDOW);
	a11y_put_int(&call->out, r.x1 - r.x0);
	a11y_put_int(&call->out, r.y1 - r.y0);
}

static void answer_layer(struct a11y_call *call)
{
	bool window = call->at.node == call->at.window->tree.nodes;
	a11y_put_uint(&call->out, window ? 7 : 3); /* ATSPI_LAYER_WINDOW, _WIDGET */
}

static void answer_order(struct a11y_call *call)
{
	a11y_put_int16(&call->out, 0);
}

static void answer_focus(struct a11y_call *call)
{
	a11y_put_bool(&call->out, a11y_focus(&call->at));
}

static void answer_alpha(struct a11y_call *call)
{
	a11y_put_double(&call->out, 1);
}

static void answer_scroll(struct a11y_call *call)
{
	a11y_put_bool(&call->out, a11y_do(&call->at, SEMANTIC_SCROLL));
}

static void answer_no(struct a11y_call *call)
{
	a11y_put_bool(&call->out, false);
}

static const struct a11y_method methods[] = {
	{"Contains", "iiu", "b", answer_contains},
	{"GetAccessibleAtPoint", "iiu", "(so)", answer_at},
	{"GetExtents", "u", "(iiii)", answer_extents},
	{"GetPosition", "u", "ii", answer_position},
	{"GetSize", "", "ii", answer_size},
	{"GetLayer", "", "u", answer_layer},
	{"GetMDIZOrder", "", "n", answer_order},
	{"GrabFocus", "", "b", answer_focus},
	{"GetAlpha", "", "d", answer_alpha},
	{"SetExtents", "iiiiu", "b", answer_no},
	{"SetPosition", "iiu", "b", answer_no},
	{"SetSize", "ii", "b", answer_no},
	{"ScrollTo", "u", "b", answer_scroll},
	{"ScrollToPoint", "uii", "b", answer_scroll},
};
const struct a11y_table a11y_component = {methods, A11Y_N(methods), NULL, 0};
