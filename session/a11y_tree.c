#include "session/a11y_tree.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session/a11y_map.h"
#include "session/a11y_role.h"
#include "util/opwire.h"
#include "util/utf8.h"

enum {
	BY_NODE,
	BY_TAG,
	COUNTS,
	BY_KEY,
	MAPS
};

void a11y_tree_finish(struct a11y_tree *tree)
{
	for (int i = 0; tree->maps && i < MAPS; i++)
		a11y_map_finish(&tree->maps[i]);
	free(tree->maps);
	free(tree->nodes);
	free(tree->ids);
	free(tree->loose);
	free(tree->fields);
	free(tree->text);
	*tree = (struct a11y_tree){0};
}

void a11y_tree_swap(struct a11y_tree *a, struct a11y_tree *b)
{
	struct a11y_tree t = *a;
	*a = *b;
	*b = t;
}

/* Taking it in. */

static bool grow(void **array, size_t *cap, size_t n, size_t size)
{
	if (n <= *cap)
		return true;
	size_t more = *cap ? *cap : 64;
	while (more < n)
		more *= 2;
	void *grown = realloc(*array, more * size);
	if (!grown)
		return false;
	*array = grown;
	*cap = more;
	return true;
}

/* At most n bytes of it, whole characters; no others get onto the bus. 0 if it is empty. */
static uint32_t put_text(
	struct a11y_tree *tree, const char *s, size_t n, size_t most, uint32_t *bytes)
{
	size_t at = tree->n_text, len = n < most ? n : most;
	*bytes = 0;
	if (len >= A11Y_TEXT_BYTES - at ||
		!grow((void **)&tree->text, &tree->cap_text, at + len + 1, 1)) {
		tree->cut = true;
		return 0;
	}
	for (size_t i = 0; i < len;) {
		uint32_t c;
		size_t step = utf8_read((const unsigned char *)&s[i], n - i, &c);
		if (i + step > len)
			break;
		if (step == 0 || c == 0)
			tree->text[tree->n_text++] = '?', i++;
		else
			memcpy(&tree->text[tree->n_text], &s[i], step),
				tree->n_text += step, i += step;
	}
	*bytes = (uint32_t)(tree->n_text - at);
	tree->cut |= len < n;
	if (*bytes == 0)
		return 0;
	tree->text[tree->n_text++] = '\0';
	return (uint32_t)at;
}

static uint32_t put_name(struct a11y_tree *tree, const char *s, size_t n, size_t most)
{
	uint32_t bytes;
	return put_text(tree, s, n, most, &bytes);
}

static struct a11y_node *add_loose(struct a11y_tree *tree, uint64_t node, uint64_t around)
{
	if (tree->n_loose == A11Y_NODES ||
		!grow((void **)&tree->loose, &tree->cap_loose, tree->n_loose + 1,
			sizeof *tree->loose)) {
		tree->cut = true;
		return NULL;
	}
	struct a11y_node *new = &tree->loose[tree->n_loose++];
	*new = (struct a11y_node){.node = node, .around = around};
	return new;
}

void a11y_tree_begin(struct a11y_tree *tree)
{
	tree->n = tree->n_loose = tree->n_fields = tree->n_text = 0;
	tree->cut = false;
	if (!tree->maps)
		tree->maps = calloc(MAPS, sizeof *tree->maps);
	if (!tree->fields)
		tree->fields = calloc(A11Y_FIELDS, sizeof *tree->fields);
	if (!tree->maps || !tree->fields ||
		!a11y_map_clear(&tree->maps[BY_NODE], A11Y_NODES) ||
		!grow((void **)&tree->text, &tree->cap_text, 1, 1))
		return;
	tree->text[tree->n_text++] = '\0';
	if (add_loose(tree, 0, 0))
		*a11y_map_at(&tree->maps[BY_NODE], 0) = 1;
}

static struct a11y_node *of_note(struct a11y_tree *tree, const struct gl_layer_note *note)
{
	struct a11y_map *map = &tree->maps[BY_NODE];
	uint32_t *at = a11y_map_at(map, note->node);
	struct a11y_node *node =
		*at ? &tree->loose[*at - 1] : add_loose(tree, note->node, note->parent);
	if (!node)
		return NULL;
	*at = (uint32_t)(node - tree->loose) + 1;
	node->bounds = note->bounds;
	if (note->has_area)
		node->tag = note->area;
	return node;
}

static void take_semantics(
	struct a11y_tree *tree, struct a11y_node *node, const struct gl_layer_note *note)
{
	switch (note->op) {
	case OP_LABEL:
		node->name = put_name(tree, note->text, note->n_text, A11Y_NAME_BYTES);
		break;
	case OP_DESCRIPTION:
		node->description =
			put_name(tree, note->text, note->n_text, A11Y_NAME_BYTES);
		break;
	case OP_VALUE:
		node->value = put_name(tree, note->text, note->n_text, A11Y_VALUE_BYTES);
		break;
	case OP_CLASS:
		node->class = note->value[0] < CLASS_KINDS ? note->value[0] : 0;
		break;
	case OP_SELECTED:
		node->selected_said = true;
		node->selected = note->value[0];
		break;
	case OP_ENABLED:
		node->disabled = !note->value[0];
		break;
	case OP_RANGE:
		node->has_range = true;
		node->now = note->number[0];
		node->min = note->number[1];
		node->max = note->number[2];
		break;
	case OP_SEMANTIC_DO:
		node->actions = note->value[0];
		break;
	default:
		break;
	}
}

static struct a11y_field *of_tag(struct a11y_tree *tree, uint64_t tag)
{
	for (size_t i = 0; i < tree->n_fields; i++) {
		if (tree->fields[i].tag == tag)
			return &tree->fields[i];
	}
	if (tree->n_fields == A11Y_FIELDS || tag == 0) {
		tree->cut = true;
		return NULL;
	}
	struct a11y_field *new = &tree->fields[tree->n_fields++];
	*new = (struct a11y_field){.tag = tag};
	return new;
}

static int32_t whole(double x)
{
	return !(x > -1e6) ? -1000000 : x > 1e6 ? 1000000 : (int32_t)lrint(x);
}

static struct gl_rect caret_of(const struct gl_layer_note *note)
{
	const double *m = note->to_layer;
	double x = (double)note->number[0], y = (double)note->number[1];
	double top = y - (double)note->number[2], bottom = y + (double)note->number[3];
	double x0 = m[0] * x + m[1] * top + m[2], y0 = m[3] * x + m[4] * top + m[5];
	double x1 = m[0] * x + m[1] * bottom + m[2], y1 = m[3] * x + m[4] * bottom + m[5];
	struct gl_rect r = {whole(fmin(x0, x1)), whole(fmin(y0, y1)), whole(fmax(x0, x1)),
		whole(fmax(y0, y1))};
	r.x1 += r.x1 == r.x0;
	r.y1 += r.y1 == r.y0;
	return r;
}

static uint32_t count_characters(const char *s, size_t n)
{
	uint32_t all = 0;
	for (size_t i = 0; i < n; i++)
		all += ((unsigned char)s[i] & 0xc0) != 0x80;
	return all;
}

static void take_input(struct a11y_tree *tree, const struct gl_layer_note *note)
{
	struct a11y_field *field = of_tag(tree, note->tag);
	if (!field)
		return;
	field->node = note->node;
	field->parent = note->parent;
	field->bounds = note->bounds;
	switch (note->op) {
	case OP_INPUT_HINT:
		field->has_hint = true;
		field->hint = note->value[0];
		break;
	case OP_SELECTION:
		field->has_selection = true;
		field->start = note->value[0];
		field->end = note->value[1];
		field->caret = caret_of(note);
		break;
	case OP_SNIPPET:
		field->has_snippet = true;
		field->known = note->value[0];
		field->text = put_text(
			tree, note->text, note->n_text, A11Y_VALUE_BYTES, &field->n_text);
		field->n_known =
			count_characters(&tree->text[field->text], field->n_text);
		break;
	default:
		break;
	}
}

void a11y_tree_note(void *data, const struct gl_layer_note *note)
{
	struct a11y_tree *tree = data;
	if (tree->n_loose == 0)
		return;
	if (note->op < OP_LABEL) {
		take_input(tree, note);
		return;
	}
	struct a11y_node *node = of_note(tree, note);
	if (node)
		take_semantics(tree, node, note);
}

/* Fields come to the thing whose area has their tag; else where they were told. */

static uint32_t loose_of(struct a11y_tree *tree, uint64_t node)
{
	struct a11y_map *map = &tree->maps[BY_NODE];
	return *a11y_map_at(map, node);
}

/* Of a password nothing but its length gets further than here. */
static void hide(struct a11y_tree *tree, struct a11y_node *node)
{
	struct a11y_field *field = &tree->fields[node->field - 1];
	char *value = &tree->text[node->value];
	uint32_t n = count_characters(value, strlen(value));
	memset(value, '*', n);
	value[n] = '\0';
	memset(&tree->text[field->text], '*', field->n_known);
	tree->text[field->text + field->n_known] = '\0';
	field->n_text = field->n_known;
}

static void attach_fields(struct a11y_tree *tree)
{
	struct a11y_map *tags = &tree->maps[BY_TAG];
	for (size_t i = 0; i < tree->n_loose; i++) {
		if (tree->loose[i].tag)
			*a11y_map_at(tags, tree->loose[i].tag) = (uint32_t)i + 1;
	}
	for (size_t i = 0; i < tree->n_fields; i++) {
		const struct a11y_field *field = &tree->fields[i];
		uint32_t at = *a11y_map_at(tags, field->tag);
		uint32_t inside = at || !field->node ? 0 : loose_of(tree, field->node);
		struct a11y_node *node = at ? &tree->loose[at - 1] : NULL;
		if (inside && !tree->loose[inside - 1].tag) {
			node = &tree->loose[inside - 1];
		} else if (!node) {
			node = add_loose(tree, UINT64_MAX - i,
				inside ? field->node : field->parent);
			if (!node)
				continue;
			node->bounds = field->bounds;
		}
		node->tag = field->tag;
		node->field = (uint32_t)i + 1;
		node->hint = field->hint;
		if (a11y_is_secret(node))
			hide(tree, node);
	}
}

/* Into order: parents before children, as they were declared. In loose, indices are by 1. */

static void link_up(struct a11y_tree *tree)
{
	/* From the last on, each is put before those that were. */
	for (size_t i = tree->n_loose; i-- > 1;) {
		struct a11y_node *node = &tree->loose[i];
		uint32_t at = loose_of(tree, node->around);
		struct a11y_node *parent = &tree->loose[at ? at - 1 : 0];
		node->parent = (uint32_t)(parent - tree->loose);
		node->next_sibling = parent->first_child;
		parent->first_child = (uint32_t)i;
	}
}

static void put_in_order(struct a11y_tree *tree)
{
	uint32_t from = 0, to_parent = 0, last = 0;
	bool down = true;
	tree->n = 0;
	/* `was` holds, for the time, where a loose one went. */
	for (;;) {
		struct a11y_node *loose = &tree->loose[from];
		if (down) {
			uint32_t at = (uint32_t)tree->n++;
			struct a11y_node *node = &tree->nodes[at];
			*node = *loose;
			loose->was = at;
			node->parent = to_parent;
			node->first_child = node->next_sibling = node->n_children = 0;
			if (at > 0) {
				struct a11y_node *parent = &tree->nodes[to_parent];
				node->index = parent->n_children++;
				if (node->index == 0)
					parent->first_child = at;
				else
					tree->nodes[last].next_sibling = at;
			}
			if (loose->first_child) {
				to_parent = at;
				from = loose->first_child;
				continue;
			}
		}
		if (from == 0)
			break;
		last = loose->was;
		down = loose->next_sibling;
		if (down) {
			from = loose->next_sibling;
		} else {
			from = loose->parent;
			to_parent = tree->nodes[to_parent].parent;
		}
	}
}

/* Numbers. */

static uint64_t hash_text(const char *s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return h;
}

static bool make_keys(struct a11y_tree *tree)
{
	struct a11y_map *counts = &tree->maps[COUNTS];
	if (!a11y_map_clear(counts, tree->n))
		return false;
	tree->nodes[0].key = 1;
	for (size_t i = 1; i < tree->n; i++) {
		struct a11y_node *node = &tree->nodes[i];
		uint64_t key = node->tag
				       ? a11y_mix(2, node->tag)
				       : a11y_mix(a11y_mix(tree->nodes[node->parent].key,
							  node->class),
						 hash_text(&tree->text[node->name]));
		node->key = a11y_mix(key, (*a11y_map_at(counts, key))++);
	}
	return true;
}

static void keep(struct a11y_tree *tree, struct a11y_tree *before, size_t i, uint32_t was)
{
	struct a11y_node *old = &before->nodes[was];
	tree->nodes[i].was = was + 1;
	tree->nodes[i].id = old->id;
	old->kept = true;
}

static bool find_by_key(struct a11y_tree *tree, struct a11y_tree *before)
{
	struct a11y_map *keys = &tree->maps[BY_KEY];
	if (!a11y_map_clear(keys, tree->n + before->n))
		return false;
	for (size_t i = 0; i < before->n; i++)
		*a11y_map_at(keys, before->nodes[i].key) = (uint32_t)i + 1;
	for (size_t i = 0; i < tree->n; i++) {
		uint32_t was = *a11y_map_at(keys, tree->nodes[i].key);
		if (was && !before->nodes[was - 1].kept)
			keep(tree, before, i, was - 1);
	}
	return true;
}

/* Which of those of its kind that were not found it is, within its parent. */
static uint64_t place_key(
	struct a11y_map *counts, const struct a11y_node *node, uint32_t parent_id)
{
	uint64_t kind = a11y_mix(parent_id, node->class);
	return a11y_mix(kind, (*a11y_map_at(counts, kind))++);
}

static bool find_by_place(
	struct a11y_tree *tree, struct a11y_tree *before, uint32_t *next_id)
{
	struct a11y_map *counts = &tree->maps[COUNTS], *keys = &tree->maps[BY_KEY];
	if (!a11y_map_clear(counts, before->n) ||
		!a11y_map_clear(keys, tree->n + before->n))
		return false;
	for (size_t i = 1; i < before->n; i++) {
		const struct a11y_node *old = &before->nodes[i];
		if (old->kept || old->tag)
			continue;
		uint64_t key = place_key(counts, old, before->nodes[old->parent].id);
		*a11y_map_at(keys, key) = (uint32_t)i + 1;
	}
	if (!a11y_map_clear(counts, tree->n))
		return false;
	for (size_t i = 0; i < tree->n; i++) {
		struct a11y_node *node = &tree->nodes[i];
		uint32_t was = 0;
		if (node->was)
			continue;
		if (!node->tag && i > 0)
			was = *a11y_map_at(keys,
				place_key(counts, node, tree->nodes[node->parent].id));
		if (was)
			keep(tree, before, i, was - 1);
		else
			node->id = ++*next_id ? *next_id : ++*next_id;
	}
	return true;
}

static bool has_lines(const struct a11y_tree *tree, const struct a11y_node *node)
{
	const struct a11y_field *field = a11y_tree_field(tree, node);
	const char *s = field ? &tree->text[field->text] : &tree->text[node->value];
	const struct gl_rect *b = &node->bounds, *caret = field ? &field->caret : NULL;
	/* What is high enough for three lines is there for them. */
	return strchr(s, '\n') || (caret && caret->y1 > caret->y0 &&
					  b->y1 - b->y0 >= 3 * (caret->y1 - caret->y0));
}

static void say_rest(struct a11y_tree *tree, const struct a11y_about *about)
{
	for (size_t i = 0; i < tree->n; i++) {
		struct a11y_node *node = &tree->nodes[i];
		if (node->tag)
			node->kinds = about->listens(about->data, node->tag);
		tree->ids[i] = node->id;
		node->role = a11y_role_of(node, about, i == 0);
		node->states = a11y_states_of(node, about, i == 0, has_lines(tree, node));
	}
}

int a11y_tree_end(struct a11y_tree *tree, struct a11y_tree *before,
	const struct a11y_about *about, uint32_t *next_id)
{
	for (size_t i = 0; i < before->n; i++)
		before->nodes[i].kept = false;
	if (tree->n_loose == 0 ||
		!a11y_map_clear(&tree->maps[BY_TAG], tree->n_loose + tree->n_fields))
		goto fail;
	attach_fields(tree);
	link_up(tree);
	if (!grow((void **)&tree->nodes, &tree->cap, tree->n_loose,
		    sizeof *tree->nodes) ||
		!grow((void **)&tree->ids, &tree->cap_ids, tree->n_loose,
			sizeof *tree->ids))
		goto fail;
	put_in_order(tree);
	if (!tree->nodes[0].name)
		tree->nodes[0].name =
			put_name(tree, about->name, strlen(about->name), A11Y_NAME_BYTES);
	if (make_keys(tree) && find_by_key(tree, before) &&
		find_by_place(tree, before, next_id)) {
		say_rest(tree, about);
		return 0;
	}
fail:
	for (size_t i = 0; i < before->n; i++)
		before->nodes[i].kept = false;
	tree->n = 0;
	return -ENOMEM;
}

/* Looking. */

const struct a11y_field *a11y_tree_field(
	const struct a11y_tree *tree, const struct a11y_node *node)
{
	return node->field ? &tree->fields[node->field - 1] : NULL;
}

const char *a11y_tree_name(const struct a11y_tree *tree, const struct a11y_node *node)
{
	return &tree->text[node->name];
}

const struct a11y_node *a11y_tree_find(const struct a11y_tree *tree, uint32_t id)
{
	for (size_t i = 0; i < tree->n; i++) {
		if (tree->ids[i] == id)
			return &tree->nodes[i];
	}
	return NULL;
}

const struct a11y_node *a11y_tree_child(
	const struct a11y_tree *tree, const struct a11y_node *node, uint32_t i)
{
	uint32_t at = node->first_child;
	while (at && i-- > 0)
		at = tree->nodes[at].next_sibling;
	return at ? &tree->nodes[at] : NULL;
}

const struct a11y_node *a11y_tree_at(const struct a11y_tree *tree, int32_t x, int32_t y)
{
	for (size_t i = tree->n; i-- > 1;) {
		const struct gl_rect *b = &tree->nodes[i].bounds;
		if (x >= b->x0 && x < b->x1 && y >= b->y0 && y < b->y1)
			return &tree->nodes[i];
	}
	return tree->n ? &tree->nodes[0] : NULL;
}

const char *a11y_tree_text(const struct a11y_tree *tree, const struct a11y_node *node,
	size_t *n, uint32_t *before)
{
	const struct a11y_field *field = a11y_tree_field(tree, node);
	uint32_t at = a11y_is_field(node) || node->value ? node->value : node->name;
	*before = 0;
	if (field && field->has_snippet) {
		*n = field->n_text;
		*before = field->known;
		return &tree->text[field->text];
	}
	*n = strlen(&tree->text[at]);
	return &tree->text[at];
}
