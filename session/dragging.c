#include "session/dragging.h"

#include <stdlib.h>
#include <string.h>

#include <xkbcommon/xkbcommon-keysyms.h>

#include "input/drag.h"
#include "plugins/include/osaas_window.h"
#include "session/pointer.h"
#include "session/routing.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/mime.h"
#include "util/opwire.h"
#include "util/xalloc.h"

#define ANSWER_NS   (5 * NS_PER_S)    /* that a source has from REQUEST to OFFER */
#define EDGE_NS     (800 * NS_PER_MS) /* held there another window is raised */
#define EDGE_MOUSE  4                 /* dp of a window at each side */
#define EDGE_FINGER 12

struct drag {
	struct session *session;
	struct input_drag drag;
	uint64_t serial;
	unsigned who;
	struct input_pointer at; /* where it is, or was dropped, in the layout */
	bool moved; /* a MOVE waits until its target has taken what was before */

	char types[OSAAS_DRAG_TYPES_MAX][MIME_TYPE_MAX + 1]; /* of the source */
	size_t n_types;
	const char *type;     /* one of these, that was asked for */
	bool no_memory;       /* to ask for it */
	uint64_t due_ns;      /* the answer; UINT64_MAX: none is awaited */
	struct message *data; /* the answer, while it is told */

	int edge;         /* -1 left, 1 right, where it is held; 0: at none */
	bool armed;       /* it was away from there since it began */
	uint64_t edge_ns; /* another window is raised then; UINT64_MAX: no */
};

static struct input_route *route_of(struct session *session, unsigned who)
{
	return who == DRAGGING_POINTER ? &session->route
				       : &session->touching.routes[who - 1];
}

/* Whose areas count: those that can be seen, or could if the window were on top. */
static struct gl_layer *layer_of(const struct window *window)
{
	return window->notice || !window->mapped ? NULL : window->layer;
}

/* Types. */

static const char *find_type(const struct drag *d, const struct gl_transfer *t)
{
	for (size_t i = 0; i < d->n_types; i++) {
		if (strlen(d->types[i]) == t->n_type &&
			memcmp(d->types[i], t->type, t->n_type) == 0)
			return d->types[i];
	}
	return NULL;
}

/* The first type of the target's that the source has, and is wanted (NULL: any); NULL: there is none. */
static const char *match(
	const struct drag *d, const struct input_target *target, const char *wanted)
{
	const struct gl_layer *layer = layer_of(target->owner);
	struct gl_transfer t;
	for (size_t i = 0; layer && gl_layer_transfer(layer, i, &t); i++) {
		const char *type =
			t.target && t.tag == target->tag ? find_type(d, &t) : NULL;
		if (type && (!wanted || type == wanted))
			return type;
	}
	return NULL;
}

static void note_types(struct drag *d, const struct input_target *source)
{
	const struct gl_layer *layer = layer_of(source->owner);
	struct gl_transfer t;
	d->n_types = 0;
	for (size_t i = 0;
		d->n_types < OSAAS_DRAG_TYPES_MAX && gl_layer_transfer(layer, i, &t);
		i++) {
		if (!t.target && t.tag == source->tag && t.n_type <= MIME_TYPE_MAX)
			memcpy(d->types[d->n_types++], t.type, t.n_type);
	}
}

static bool is_source(const struct input_target *target)
{
	const struct gl_layer *layer = layer_of(target->owner);
	struct gl_transfer t;
	for (size_t i = 0; layer && gl_layer_transfer(layer, i, &t); i++) {
		if (!t.target && t.tag == target->tag)
			return true;
	}
	return false;
}

/* Telling. */

static void carry_type(struct drag *d, struct osaas_window_drag *told,
	struct buffer **buffer, size_t *len)
{
	*len = strlen(d->type);
	*buffer = buffer_create(*len);
	d->no_memory = !*buffer;
	if (*buffer)
		memcpy(buffer_data(*buffer), d->type, *len);
	told->type_size = (uint32_t)*len;
}

static void carry_data(struct drag *d, struct osaas_window_drag *told,
	struct buffer **buffer, size_t *len)
{
	*buffer = d->data->buffer;
	*len = (size_t)d->data->len;
	d->data->buffer = NULL;
	told->type_size = (uint32_t)strlen(d->type);
}

static void emit(void *data, const struct input_target *who, enum input_drag_kind kind)
{
	struct drag *d = data;
	struct window *window = who->owner;
	struct osaas_window_drag told = {
		.tag = who->tag, .serial = d->serial, .kind = kind};
	struct buffer *buffer = NULL;
	size_t len = 0;
	if (kind == INPUT_DRAG_ENTER || kind == INPUT_DRAG_MOVE)
		d->moved = kind == INPUT_DRAG_MOVE && window->backlog.n > 0;
	if (kind == INPUT_DRAG_MOVE && d->moved)
		return;
	if (kind == INPUT_DRAG_REQUEST)
		carry_type(d, &told, &buffer, &len);
	else if (kind == INPUT_DRAG_DATA)
		carry_data(d, &told, &buffer, &len);
	if (kind == INPUT_DRAG_ENTER || kind == INPUT_DRAG_MOVE ||
		kind == INPUT_DRAG_DATA)
		routing_locate(window, who->tag, &d->at, &told.x, &told.y);
	if (!d->no_memory)
		window_send_drag(window, &told, buffer, len);
}

static struct input_drag_audience audience(struct drag *d)
{
	return (struct input_drag_audience){.emit = emit, .data = d};
}

static void destroy(struct drag *d)
{
	input_drag_finish(&d->drag);
	free(d);
}

/* After whatever may have ended it. */
static void settle_end(struct drag **slot)
{
	struct drag *d = *slot;
	pointer_changed(d->session->pointer);
	if (d->drag.state != INPUT_DRAG_OVER)
		return;
	*slot = NULL;
	destroy(d);
}

static void cancel(struct drag **slot)
{
	struct input_drag_audience to = audience(*slot);
	input_drag_cancel(&(*slot)->drag, &to);
	settle_end(slot);
}

void dragging_finish(struct session *session)
{
	for (size_t i = 0; i < DRAGGINGS; i++) {
		if (session->dragging.drags[i])
			destroy(session->dragging.drags[i]);
	}
	session->dragging = (struct dragging){0};
}

/* Targets. */

static bool has(const struct input_target *items, size_t n, const struct input_target *t)
{
	for (size_t i = 0; i < n; i++) {
		if (items[i].owner == t->owner && items[i].tag == t->tag)
			return true;
	}
	return false;
}

static bool is_target(const struct drag *d, const struct gl_layer *layer,
	const struct gl_transfer *t, const struct input_target *target)
{
	const struct input_target *source = &d->drag.source;
	bool itself = source->owner == target->owner && source->tag == target->tag;
	struct gl_hit at;
	return t->target && !itself && find_type(d, t) &&
	       gl_layer_locate(layer, t->tag, 0, 0, &at);
}

static void tell_targets(struct drag *d, struct window *window)
{
	struct input_target targets[OSAAS_DRAG_TARGETS_MAX];
	const struct gl_layer *layer = layer_of(window);
	struct input_drag_audience to = audience(d);
	struct gl_transfer t;
	size_t n = 0;
	for (size_t i = 0;
		layer && n < OSAAS_DRAG_TARGETS_MAX && gl_layer_transfer(layer, i, &t);
		i++) {
		const struct input_target target = {window, t.tag};
		if (is_target(d, layer, &t, &target) && !has(targets, n, &target))
			targets[n++] = target;
	}
	input_drag_targets(&d->drag, window, targets, n, &to);
}

/* The edges. */

static int edge_of(const struct drag *d, const struct input_pointer *at)
{
	float x, y;
	const struct window *window =
		routing_window_at(d->session, (double)at->x, (double)at->y, &x, &y);
	float wide = at->source == INPUT_SOURCE_MOUSE ? EDGE_MOUSE : EDGE_FINGER;
	if (!window)
		return 0;
	wide *= window->scale;
	return x < wide ? -1 : x >= (float)window->width - wide ? 1 : 0;
}

static void note_edge(struct drag *d)
{
	int edge = edge_of(d, &d->at);
	d->armed |= edge == 0;
	if (edge == d->edge)
		return;
	d->edge = edge;
	d->edge_ns = edge && d->armed ? clock_now_ns() + EDGE_NS : UINT64_MAX;
}

static void raise_beside(struct drag *d)
{
	float x, y;
	const struct window *window =
		routing_window_at(d->session, (double)d->at.x, (double)d->at.y, &x, &y);
	bool raised = window && routing_focus_beside(d->session, window->screen, d->edge);
	d->edge_ns = raised ? clock_now_ns() + EDGE_NS : UINT64_MAX;
}

/* On the way. */

static struct drag **carried(struct session *session, unsigned who)
{
	for (size_t i = 0; i < DRAGGINGS; i++) {
		struct drag **slot = &session->dragging.drags[i];
		if (*slot && (*slot)->who == who &&
			(*slot)->drag.state == INPUT_DRAG_CARRIED)
			return slot;
	}
	return NULL;
}

static const struct input_target *source_of(const struct input_route *route)
{
	for (size_t i = 0; i < route->n_grabbed; i++) {
		if (is_source(&route->grabbed[i]))
			return &route->grabbed[i];
	}
	return NULL;
}

static struct drag **begin(struct session *session, unsigned who,
	const struct input_target *source, const struct input_pointer *at)
{
	struct dragging *dragging = &session->dragging;
	struct drag **slot = dragging->drags;
	while (slot < &dragging->drags[DRAGGINGS] && *slot)
		slot++;
	if (slot == &dragging->drags[DRAGGINGS])
		return NULL;
	struct drag *d = *slot = xcalloc(1, sizeof **slot);
	d->session = session;
	d->serial = ++dragging->serial;
	d->who = who;
	d->at = *at;
	d->due_ns = d->edge_ns = UINT64_MAX;
	note_types(d, source);
	input_drag_begin(&d->drag, source);
	dragging->had |= 1u << who;
	for (struct list *l = session->windows.prev; l != &session->windows; l = l->prev)
		tell_targets(d, container_of(l, struct window, link));
	return slot;
}

static void over(struct drag *d, const struct input_target *under, size_t n, bool moved)
{
	struct input_drag_audience to = audience(d);
	input_drag_over(&d->drag, under, n, moved, &to);
	pointer_changed(d->session->pointer);
}

void dragging_moved(struct session *session, unsigned who,
	const struct input_pointer *pointer, const struct input_target *under, size_t n)
{
	const struct input_route *route = route_of(session, who);
	struct drag **slot = carried(session, who);
	if (!slot && route->pressed && !(session->dragging.had & 1u << who)) {
		const struct input_target *source = source_of(route);
		slot = source ? begin(session, who, source, pointer) : NULL;
	}
	if (!slot)
		return;
	(*slot)->at = *pointer;
	note_edge(*slot);
	over(*slot, under, n, true);
}

void dragging_settle(
	struct session *session, unsigned who, const struct input_target *under, size_t n)
{
	struct drag **slot = carried(session, who);
	if (slot)
		over(*slot, under, n, false);
}

void dragging_released(struct session *session, unsigned who,
	const struct input_pointer *pointer, const struct input_target *under, size_t n)
{
	struct drag **slot = carried(session, who);
	session->dragging.had &= ~(1u << who);
	if (!slot)
		return;
	struct drag *d = *slot;
	struct input_drag_audience to = audience(d);
	d->at = *pointer;
	d->edge_ns = UINT64_MAX;
	over(d, under, n, false);
	d->type = d->drag.target.owner ? match(d, &d->drag.target, NULL) : NULL;
	if (d->type)
		input_drag_drop(&d->drag, &to);
	if (!d->type || d->no_memory) {
		d->no_memory = false;
		input_drag_cancel(&d->drag, &to);
	}
	d->due_ns = clock_now_ns() + ANSWER_NS;
	settle_end(slot);
}

/* Ends. */

static bool is_lost(struct drag *d)
{
	const struct input_route *route = route_of(d->session, d->who);
	return d->drag.state == INPUT_DRAG_CARRIED &&
	       (!route->pressed ||
		       !has(route->grabbed, route->n_grabbed, &d->drag.source));
}

void dragging_lost(struct session *session)
{
	for (unsigned who = 0; who < DRAGGING_WHO; who++) {
		if (!route_of(session, who)->pressed)
			session->dragging.had &= ~(1u << who);
	}
	for (size_t i = 0; i < DRAGGINGS; i++) {
		struct drag **slot = &session->dragging.drags[i];
		if (*slot && is_lost(*slot))
			cancel(slot);
	}
}

void dragging_check(struct session *session, struct window *window)
{
	dragging_lost(session);
	for (size_t i = 0; i < DRAGGINGS; i++) {
		struct drag **slot = &session->dragging.drags[i];
		if (!*slot)
			continue;
		const struct input_drag *drag = &(*slot)->drag;
		if (drag->state == INPUT_DRAG_CARRIED && drag->source.owner == window &&
			!is_source(&drag->source)) {
			cancel(slot);
			continue;
		}
		tell_targets(*slot, window);
		settle_end(slot);
	}
}

void dragging_forget(struct session *session, const struct window *window)
{
	for (size_t i = 0; i < DRAGGINGS; i++) {
		struct drag **slot = &session->dragging.drags[i];
		if (!*slot)
			continue;
		struct input_drag_audience to = audience(*slot);
		input_drag_forget(&(*slot)->drag, window, &to);
		settle_end(slot);
	}
	dragging_lost(session);
}

static bool cancel_carried(struct session *session)
{
	bool any = false;
	for (size_t i = 0; i < DRAGGINGS; i++) {
		struct drag **slot = &session->dragging.drags[i];
		if (!*slot || (*slot)->drag.state != INPUT_DRAG_CARRIED)
			continue;
		cancel(slot);
		any = true;
	}
	return any;
}

bool dragging_key(struct session *session, const struct input_key *key)
{
	struct dragging *dragging = &session->dragging;
	if (dragging->escape && dragging->escape == key->code &&
		(key->repeat || !key->pressed)) {
		dragging->escape = key->pressed ? key->code : 0;
		return true;
	}
	if (key->keysym != XKB_KEY_Escape || !key->pressed || key->repeat ||
		!cancel_carried(session))
		return false;
	dragging->escape = key->code;
	return true;
}

/* What was asked for. */

static struct drag **asked(struct session *session, const struct window *window,
	const struct osaas_window_drag *offer)
{
	for (size_t i = 0; i < DRAGGINGS; i++) {
		struct drag **slot = &session->dragging.drags[i];
		if (*slot && (*slot)->drag.state == INPUT_DRAG_ASKED &&
			(*slot)->serial == offer->serial &&
			(*slot)->drag.source.owner == window &&
			(*slot)->drag.source.tag == offer->tag)
			return slot;
	}
	return NULL;
}

/* Why the answer is none; NULL: it is one. */
static const char *what_is_wrong(const struct drag *d,
	const struct osaas_window_drag *offer, const struct message *msg)
{
	size_t n = strlen(d->type);
	if (offer->type_size != n || msg->len < n || !msg->buffer ||
		memcmp(buffer_data(msg->buffer), d->type, n) != 0)
		return "it is not of the type that was asked for";
	if (msg->len - n > OSAAS_DRAG_BYTES_MAX)
		return "it is more than 64 MiB";
	return NULL;
}

bool dragging_offer(struct window *window, struct message *msg)
{
	struct osaas_window_drag offer;
	memcpy(&offer, msg->bytes, sizeof offer);
	struct drag **slot = asked(window->session, window, &offer);
	if (!slot)
		return false;
	struct drag *d = *slot;
	struct input_drag_audience to = audience(d);
	const char *wrong = what_is_wrong(d, &offer, msg);
	bool takes = match(d, &d->drag.target, d->type);
	if (wrong)
		log_info("%s: what was dragged from it is not given on: %s", window->name,
			wrong);
	if (!wrong && takes && buffer_fit(msg->buffer, (size_t)msg->len)) {
		d->data = msg;
		input_drag_data(&d->drag, &to);
	} else {
		input_drag_cancel(&d->drag, &to);
	}
	settle_end(slot);
	return true;
}

bool dragging_cursor(const struct session *session, unsigned *shape)
{
	for (size_t i = 0; i < DRAGGINGS; i++) {
		const struct drag *d = session->dragging.drags[i];
		if (!d || d->who != DRAGGING_POINTER ||
			d->drag.state != INPUT_DRAG_CARRIED)
			continue;
		*shape = d->drag.home || d->drag.target.owner ? CURSOR_GRABBING
							      : CURSOR_NOT_ALLOWED;
		return true;
	}
	return false;
}

/* Time. */

static void do_due(struct drag **slot, uint64_t now_ns)
{
	struct drag *d = *slot;
	const struct window *source = d->drag.source.owner,
			    *target = d->drag.target.owner;
	struct input_drag_audience to = audience(d);
	if (d->moved && target && target->backlog.n == 0)
		to.emit(to.data, &d->drag.target, INPUT_DRAG_MOVE);
	if (now_ns >= d->edge_ns)
		raise_beside(d);
	if (now_ns < d->due_ns)
		return;
	log_info("%s: what was dragged from it did not come in 5 s", source->name);
	cancel(slot);
}

void dragging_turn(struct session *session)
{
	for (size_t i = 0; i < DRAGGINGS; i++) {
		struct drag **slot = &session->dragging.drags[i];
		if (*slot)
			do_due(slot, clock_now_ns());
	}
}

uint64_t dragging_next_ns(const struct session *session)
{
	uint64_t first = UINT64_MAX;
	for (size_t i = 0; i < DRAGGINGS; i++) {
		const struct drag *d = session->dragging.drags[i];
		if (d && d->due_ns < first)
			first = d->due_ns;
		if (d && d->edge_ns < first)
			first = d->edge_ns;
	}
	return first;
}
