#include "session/control_controls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/gl.h"
#include "gl/optext.h"
#include "session/control_reply.h"
#include "session/control_request.h"
#include "session/hosted.h"
#include "session/host.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/window.h"
#include "util/opwire.h"
#include "util/xalloc.h"

#define NAME_MAX_BYTES 200

static const struct reply_column columns[] = {
	{"plugin", "plugin", REPLY_TEXT},
	{"control", "control", REPLY_TEXT},
	{"name", "name", REPLY_TEXT},
	{"state", "state", REPLY_TEXT},
	{"x", "x", REPLY_COUNT},
	{"y", "y", REPLY_COUNT},
	{"width", "width", REPLY_COUNT},
	{"height", "height", REPLY_COUNT},
	{"screen", "screen", REPLY_TEXT},
};

/* One, of which several notes tell, one after the other but for what lies within. */
struct node {
	uint64_t id, tag;
	struct gl_rect bounds;
	unsigned class;
	bool selected, disabled;
	char name[NAME_MAX_BYTES + 1];
};

struct nodes {
	size_t n;
	struct node all[REPLY_ROWS_MAX];
};

static struct node *of_note(struct nodes *nodes, const struct gl_layer_note *note)
{
	for (size_t i = nodes->n; i-- > 0;) {
		if (nodes->all[i].id == note->node)
			return &nodes->all[i];
	}
	if (nodes->n == REPLY_ROWS_MAX)
		return NULL;
	struct node *node = &nodes->all[nodes->n++];
	*node = (struct node){.id = note->node};
	return node;
}

static void take(void *data, const struct gl_layer_note *note)
{
	struct node *node = note->node ? of_note(data, note) : NULL;
	if (!node)
		return;
	node->bounds = note->bounds;
	if (note->has_area)
		node->tag = note->area;
	if (note->op == OP_LABEL)
		snprintf(node->name, sizeof node->name, "%.*s",
			(int)(note->n_text < NAME_MAX_BYTES ? note->n_text
							    : NAME_MAX_BYTES),
			note->text);
	else if (note->op == OP_CLASS)
		node->class = note->value[0];
	else if (note->op == OP_SELECTED)
		node->selected = note->value[0];
	else if (note->op == OP_ENABLED)
		node->disabled = !note->value[0];
}

static bool is_seen(const struct node *node)
{
	const struct gl_rect *b = &node->bounds;
	return b->x0 < b->x1 && b->y0 < b->y1;
}

static void put_state(
	const struct window *window, const struct node *node, struct reply *reply)
{
	char text[64];
	bool focused = node->tag && node->tag == window->focus;
	snprintf(text, sizeof text, "%s%s%s", focused ? ", focus" : "",
		node->selected ? ", selected" : "", node->disabled ? ", disabled" : "");
	reply_text(reply, text[0] ? text + 2 : NULL);
}

static void put_node(
	const struct window *window, const struct node *node, struct reply *reply)
{
	const struct gl_rect *b = &node->bounds;
	reply_text(reply, window->name);
	reply_text(reply, optext_class(node->class));
	reply_text(reply, node->name[0] ? node->name : NULL);
	put_state(window, node, reply);
	reply_number(reply, (uint64_t)(window->x + b->x0));
	reply_number(reply, (uint64_t)(window->y + b->y0));
	reply_number(reply, (uint64_t)(b->x1 - b->x0));
	reply_number(reply, (uint64_t)(b->y1 - b->y0));
	reply_text(reply, window->screen->name);
}

static void put_window(
	const struct window *window, struct nodes *nodes, struct reply *reply)
{
	if (!window->mapped || !window->screen || window->notice)
		return;
	nodes->n = 0;
	gl_layer_notes(window->layer, take, nodes);
	for (size_t i = 0; i < nodes->n; i++) {
		if (is_seen(&nodes->all[i]))
			put_node(window, &nodes->all[i], reply);
	}
}

void control_controls_answer(struct session *session,
	const struct control_request *request, struct reply *reply)
{
	struct hosted *only = NULL;
	char why[256];
	if (request->n_words > 1 &&
		host_find(session, request->words[1], &only, why, sizeof why) < 0) {
		reply_refuse(reply, REPLY_FAILED, "%s", why);
		return;
	}
	struct nodes *nodes = xcalloc(1, sizeof *nodes);
	reply_table(reply, "controls", columns, sizeof columns / sizeof *columns);
	list_for_each (window, &session->windows, struct window, link) {
		if (!only || only->window == window)
			put_window(window, nodes, reply);
	}
	reply_end(reply);
	free(nodes);
}
