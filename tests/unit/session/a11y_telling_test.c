/*
 * What is told in pieces: a client that does what it hears has the tree then, wherever it was
 * broken off, in the order in which it is told at once; and nothing when the window is gone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/a11y_events.h"
#include "session/a11y_private.h"
#include "session/a11y_role.h"
#include "session/a11y_telling.h"
#include "util/opwire.h"

enum {
	IDS = 65536,
	TAGS = 40,
};

static struct a11y a11y;
static struct a11y_window window;
static uint32_t next_id;

/* The client: whom it knows, and the parent and children of each. */
static struct client {
	bool knows[IDS];
	uint32_t children[IDS][TAGS + 1], n[IDS];
	bool has_window;
	uint64_t told; /* hash of all that was heard, in order */
	unsigned events, room, changes;
} client;

static void hear(uint64_t what, uint64_t of)
{
	client.told = (client.told ^ what) * UINT64_C(0x100000001b3);
	client.told = (client.told ^ of) * UINT64_C(0x100000001b3);
	client.events++;
	client.room -= client.room > 0;
}

static void take_out(uint32_t parent, uint32_t child)
{
	uint32_t i = 0, *n = &client.n[parent], *all = client.children[parent];
	while (i < *n && all[i] != child)
		i++;
	if (client.knows[parent])
		assert_true(i < *n);
	if (i == *n)
		return;
	memmove(&all[i], &all[i + 1], (*n - i - 1) * sizeof *all);
	--*n;
}

static void put_in(uint32_t parent, uint32_t child, uint32_t at)
{
	uint32_t *n = &client.n[parent], *all = client.children[parent];
	assert_true(client.knows[parent]);
	assert_true(client.knows[child]);
	at = at < *n ? at : *n;
	memmove(&all[at + 1], &all[at], (*n - at) * sizeof *all);
	all[at] = child;
	++*n;
}

/* In the place of a11y_events.c and a bus. */

void a11y_events_window(struct a11y *a, const struct a11y_window *w, const char *what)
{
	(void)a;
	(void)w;
	hear(1, (uint64_t)what[0]);
}

void a11y_events_child(struct a11y *a, const struct a11y_window *w, bool added)
{
	(void)a;
	hear(2, added);
	assert_true(client.has_window != added);
	assert_true(!added || client.knows[w->tree.nodes[0].id]);
	client.has_window = added;
}

/* An item says of which children it is; of one that is known they are heard by themselves. */
void a11y_events_item(struct a11y *a, struct a11y_window *w, const struct a11y_node *node)
{
	const struct a11y_tree *tree = &w->tree;
	(void)a;
	hear(3, node->id);
	if (client.knows[node->id])
		return;
	client.knows[node->id] = true;
	client.n[node->id] = 0;
	for (uint32_t i = node->first_child; i; i = tree->nodes[i].next_sibling) {
		if (!tree->nodes[i].was)
			client.children[node->id][client.n[node->id]++] =
				tree->nodes[i].id;
	}
}

void a11y_events_gone(struct a11y *a, uint32_t id)
{
	(void)a;
	hear(4, id);
	client.knows[id] = false;
}

void a11y_events_added(struct a11y *a, const struct a11y_window *w,
	const struct a11y_node *is, bool is_new)
{
	uint32_t parent = w->tree.nodes[is->parent].id;
	(void)a;
	hear(5, is->id * 2 + is_new);
	put_in(parent, is->id, is->index);
}

void a11y_events_change(struct a11y *a, struct a11y_window *w,
	const struct a11y_tree *was_in, enum a11y_change change,
	const struct a11y_node *was, const struct a11y_node *is)
{
	(void)a;
	(void)w;
	hear(6 + change, (is ? is : was)->id);
	client.changes++;
	if (change == A11Y_REMOVED)
		take_out(was_in->nodes[was->parent].id, was->id);
}

bool a11y_wants(const struct a11y *a, enum a11y_event event)
{
	(void)a;
	(void)event;
	return true;
}

bool a11y_heard(const struct a11y *a)
{
	(void)a;
	return true;
}

bool a11y_bus_full(const struct a11y_bus *bus)
{
	(void)bus;
	return client.room == 0;
}

/* Frames by chance. */

static uint32_t listens(void *data, uint64_t tag)
{
	(void)data;
	(void)tag;
	return LISTEN_FOCUS;
}

static void make(struct a11y_tree *tree, struct a11y_tree *before, unsigned seed)
{
	const struct a11y_about about = {
		.name = "Window", .role = ROLE_FRAME, .listens = listens};
	uint64_t levels[4] = {0}, level = 0;
	bool used[TAGS] = {0};
	srand(seed);
	a11y_tree_begin(tree);
	for (uint64_t i = 1, n = (uint64_t)(rand() % TAGS); i <= n; i++) {
		uint64_t tag = 1 + (uint64_t)rand() % (TAGS - 1);
		if (used[tag])
			continue;
		used[tag] = true;
		level = (uint64_t)rand() % (level + 1 < 4 ? level + 2 : 4);
		level = level > 3 ? 3 : level;
		struct gl_layer_note note = {.op = OP_LABEL,
			.node = i,
			.parent = level ? levels[level - 1] : 0,
			.has_area = true,
			.area = tag,
			.tag = tag,
			.text = &"abc"[rand() % 3],
			.n_text = 1};
		levels[level] = i;
		a11y_tree_note(tree, &note);
	}
	assert_int_equal(a11y_tree_end(tree, before, &about, &next_id), 0);
}

static void go(unsigned room)
{
	client.room = room;
	a11y_telling_go(&a11y);
}

static void go_on(unsigned room)
{
	for (int i = 0; a11y.telling.window || a11y.telling.n_gone; i++) {
		assert_true(i < 100000);
		go(room);
	}
}

static void begin(void)
{
	memset(&client, 0, sizeof client);
	memset(&a11y, 0, sizeof a11y);
	memset(&window, 0, sizeof window);
	list_init(&a11y.windows);
	a11y.telling.until_ns = UINT64_MAX;
	next_id = 0;
	client.room = 0;
}

static void end(void)
{
	a11y_telling_finish(&a11y.telling);
	a11y_tree_finish(&window.tree);
	a11y_tree_finish(&a11y.spare);
}

static void open_window(unsigned seed, unsigned room)
{
	make(&window.tree, &a11y.spare, seed);
	client.room = room;
	a11y_telling_window(&a11y, &window);
}

static void frame(unsigned seed, unsigned room)
{
	make(&a11y.spare, &window.tree, seed);
	a11y_tree_swap(&a11y.spare, &window.tree);
	client.room = room;
	a11y_telling_frame(&a11y, &window, &a11y.spare, false);
}

static void assert_same(void)
{
	const struct a11y_tree *tree = &window.tree;
	size_t known = 0;
	for (size_t i = 0; i < IDS; i++)
		known += client.knows[i];
	assert_int_equal(known, tree->n);
	for (size_t i = 0; i < tree->n; i++) {
		const struct a11y_node *node = &tree->nodes[i];
		assert_true(client.knows[node->id]);
		assert_int_equal(client.n[node->id], node->n_children);
		for (uint32_t k = 0; k < node->n_children; k++)
			assert_int_equal(client.children[node->id][k],
				a11y_tree_child(tree, node, k)->id);
	}
}

static uint64_t tell_all(unsigned seed, unsigned room)
{
	begin();
	open_window(seed, room);
	go_on(room);
	assert_true(client.has_window);
	assert_same();
	for (unsigned i = 1; i < 40; i++) {
		frame(seed + i, room);
		go_on(room);
		assert_same();
	}
	uint64_t told = client.told;
	assert_true(client.events > 200 && client.changes > 100);
	end();
	return told;
}

static void test_pieces(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 1000; seed += 40) {
		uint64_t at_once = tell_all(seed, UINT32_MAX);
		for (unsigned room = 1; room < 30; room += 4)
			assert_int_equal(tell_all(seed, room), at_once);
	}
}

/* A piece is one: what is left stays left until it is gone on with. */
static void test_pause(void **state)
{
	(void)state;
	begin();
	open_window(1, 0);
	assert_true(a11y_telling_busy(&a11y));
	assert_false(a11y_telling_waits(&a11y));
	assert_int_equal(client.events, 0);
	go(1);
	assert_true(client.events > 0);
	assert_true(a11y_telling_busy(&a11y));
	unsigned events = client.events;
	a11y.telling.until_ns = 0;
	go(UINT32_MAX);
	assert_int_equal(client.events, events);
	assert_true(a11y_telling_waits(&a11y));
	a11y_telling_turn(&a11y);
	assert_true(a11y.telling.until_ns > 0);
	a11y.telling.until_ns = UINT64_MAX;
	go_on(UINT32_MAX);
	assert_true(client.has_window);
	assert_false(a11y_telling_waits(&a11y));
	end();
}

/* Whatever was told of it, the client has nothing of it then, and hears nothing of it any more. */
static void test_drop(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 400; seed++) {
		begin();
		open_window(seed, seed % 5 ? UINT32_MAX : 1 + seed % 7);
		if (!a11y.telling.window) {
			frame(seed + 1, 1 + seed % 50);
			go(1);
		}
		a11y_telling_drop(&a11y, &window);
		assert_false(a11y_telling_busy(&a11y));
		assert_false(client.has_window);
		unsigned changes = client.changes;
		a11y_tree_finish(&window.tree);
		a11y_tree_finish(&a11y.spare);
		go_on(3);
		assert_int_equal(client.changes, changes);
		for (size_t i = 0; i < IDS; i++)
			assert_false(client.knows[i]);
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_drop),
	};
	return cmocka_run_group_tests_name("a11y telling", tests, NULL, NULL);
}
