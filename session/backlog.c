#include "session/backlog.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_window.h"
#include "util/xalloc.h"

#define LOOK_BACK 256 /* at most so many are looked at for one that may be replaced */

static struct message *at(const struct backlog *backlog, size_t i)
{
	return &backlog->items[(backlog->first + i) & (backlog->room - 1)];
}

static bool is_move(const struct message *msg, struct osaas_window_pointer *p)
{
	if (msg->type != OSAAS_WINDOW_POINTER && msg->type != OSAAS_WINDOW_TOUCH)
		return false;
	memcpy(p, msg->bytes, sizeof *p);
	return p->kind == OSAAS_POINTER_MOVE || p->kind == OSAAS_POINTER_DRAG;
}

static bool is_pen(const struct message *msg)
{
	return msg->type == OSAAS_WINDOW_PEN;
}

static bool same_pointer(const struct message *a, const struct message *b)
{
	struct osaas_window_pointer p, q;
	return is_move(a, &p) && is_move(b, &q) && a->type == b->type && q.tag == p.tag &&
	       q.kind == p.kind && q.source == p.source && q.id == p.id;
}

static bool same_pen(const struct message *a, const struct message *b)
{
	struct osaas_window_pen p, q;
	if (!is_pen(a) || !is_pen(b))
		return false;
	memcpy(&p, a->bytes, sizeof p);
	memcpy(&q, b->bytes, sizeof q);
	return p.tag == q.tag;
}

static bool merges(struct backlog *backlog, const struct message *msg)
{
	struct osaas_window_pointer p;
	if (!is_pen(msg) && !is_move(msg, &p))
		return false;
	size_t least = backlog->n > LOOK_BACK ? backlog->n - LOOK_BACK : 0;
	for (size_t i = backlog->n; i-- > least;) {
		struct message *old = at(backlog, i);
		if (!is_pen(old) && !is_move(old, &p))
			return false;
		if (!same_pointer(old, msg) && !same_pen(old, msg))
			continue;
		*old = *msg;
		return true;
	}
	return false;
}

/* In order from the start again. */
static void move(struct backlog *backlog, struct message *items, size_t room)
{
	for (size_t i = 0; i < backlog->n; i++)
		items[i] = *at(backlog, i);
	free(backlog->items);
	backlog->items = items;
	backlog->room = room;
	backlog->first = 0;
}

/* False: there is no more. */
static bool grow(struct backlog *backlog)
{
	size_t room = backlog->room ? 2 * backlog->room : BACKLOG_FIRST;
	struct message *items = NULL;
	if (room <= BACKLOG_MAX)
		items = backlog->room ? calloc(room, sizeof *items)
				      : xcalloc(room, sizeof *items);
	if (items)
		move(backlog, items, room);
	return items != NULL;
}

static void give_back(struct backlog *backlog)
{
	struct message *items = calloc(BACKLOG_FIRST, sizeof *items);
	if (items)
		move(backlog, items, BACKLOG_FIRST);
}

static void clear(struct backlog *backlog)
{
	struct message focus = {0};
	while (backlog->n > 0) {
		struct message *msg = at(backlog, 0);
		if (msg->type == OSAAS_WINDOW_FOCUS)
			focus = *msg;
		else
			message_drop(msg);
		backlog_pop(backlog);
	}
	if (focus.type)
		backlog_add(backlog, &focus, false);
}

bool backlog_add(struct backlog *backlog, const struct message *msg, bool merge)
{
	if (merge && merges(backlog, msg))
		return true;
	bool room = backlog->n < backlog->room || grow(backlog);
	if (!room)
		clear(backlog);
	*at(backlog, backlog->n++) = *msg;
	return room;
}

const struct message *backlog_first(const struct backlog *backlog)
{
	return backlog->n ? at(backlog, 0) : NULL;
}

void backlog_pop(struct backlog *backlog)
{
	backlog->first = (backlog->first + 1) & (backlog->room - 1);
	backlog->n--;
	if (backlog->n == 0 && backlog->room > BACKLOG_FIRST)
		give_back(backlog);
}

void backlog_finish(struct backlog *backlog)
{
	while (backlog->n > 0) {
		message_drop(at(backlog, 0));
		backlog_pop(backlog);
	}
	free(backlog->items);
	*backlog = (struct backlog){0};
}
