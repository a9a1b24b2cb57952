/*
 * a11y_tree: what a window says that it is: its semantics (gl/OPS.md "Text input and
 * semantics") as a tree of things with names, roles and states, of which a thing keeps its
 * number from frame to frame. Pure: knows of no bus.
 *
 * A thing is found again by the tag of its area, else by what it is and is called, in that
 * order, else by its place among those of its kind. What one frame has of untrusted text and
 * things is bounded: what is beyond is not in the tree, and names are cut.
 *
 *	a11y_tree_begin(tree);
 *	gl_layer_notes(layer, a11y_tree_note, tree);
 *	a11y_tree_end(tree, before, &about, &next_id);
 *	a11y_diff_begin(&diff, before, tree, tell, data);
 *	while (a11y_diff_step(&diff))
 *		;
 *
 * Memory is kept for the next frame: one like the last allocates nothing.
 */
#ifndef OSAAS_SESSION_A11Y_TREE_H
#define OSAAS_SESSION_A11Y_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"

#define A11Y_NODES       8192
#define A11Y_FIELDS      256
#define A11Y_NAME_BYTES  4096
#define A11Y_VALUE_BYTES 65536
#define A11Y_TEXT_BYTES  (2 << 20)

/* What is typed into one, or could be: characters of its whole text, of which a part is known. */
struct a11y_field {
	uint64_t tag;
	uint64_t node, parent; /* gl's, where it was told */
	struct gl_rect bounds;
	bool has_hint, has_selection, has_snippet;
	uint32_t hint;           /* enum op_hint */
	uint32_t start, end;     /* selected; end is where the caret is */
	uint32_t known, n_known; /* the first character of the snippet, and how many */
	uint32_t text, n_text;   /* a11y_tree.text: it; n_text bytes */
	struct gl_rect caret;    /* in the layer */
};

struct a11y_node {
	uint32_t id; /* the same while it is there, of no other thing; never 0 */
	uint32_t
		parent; /* index of a11y_tree.nodes; the window's own, the first, has itself */
	uint32_t index;                     /* among its siblings */
	uint32_t first_child, next_sibling; /* indices; 0: none */
	uint32_t n_children;
	uint32_t was;      /* 1 + index in the tree before; 0: it is new */
	bool kept;         /* it is in the next tree, too */
	bool fell_back;    /* one that was before it in the tree before comes later now */
	uint32_t furthest; /* of its children so far, 1 + index before: to learn that */

	uint64_t node, around;             /* gl's numbers */
	uint64_t key;                      /* what it is found by */
	uint64_t tag;                      /* 0: no area */
	uint32_t kinds;                    /* enum op_listen: what the tag hears */
	uint32_t class;                    /* enum op_class */
	uint32_t actions;                  /* enum op_semantic_action: as it says */
	uint32_t name, description, value; /* a11y_tree.text */
	bool selected_said, selected, disabled, has_range;
	uint32_t field; /* 1 + index of a11y_tree.fields; 0: nothing is typed there */
	uint32_t hint;  /* enum op_hint, of the field */
	float now, min, max;
	struct gl_rect bounds; /* in the layer */

	uint32_t role;   /* AT-SPI's: a11y_role.h */
	uint64_t states; /* bits by AT-SPI's numbers */
};

struct a11y_map; /* of the tree's own */

struct a11y_tree {
	struct a11y_node *
		nodes; /* parents before children: depth first; the first is the window */
	uint32_t *ids; /* theirs */
	size_t n;
	char *text; /* zero-terminated strings; at 0 is "" */
	size_t n_text;
	bool cut; /* there was more */

	struct a11y_field *fields;
	size_t n_fields;

	/* While it is made. */
	struct a11y_node *loose;
	struct a11y_map *maps;
	size_t cap, cap_ids, cap_loose, n_loose, cap_text;
};

/* What a window's own thing is, and what is so outside of its frame. */
struct a11y_about {
	const char *name; /* where the frame has no label of the window */
	uint32_t role;    /* AT-SPI's: frame, window */
	bool active;      /* the keys go there */
	uint64_t focus;   /* the area that has them, or would; 0: none */
	/* enum op_listen of a tag. */
	uint32_t (*listens)(void *data, uint64_t tag);
	void *data;
};

void a11y_tree_finish(struct a11y_tree *tree);
void a11y_tree_begin(struct a11y_tree *tree);
void a11y_tree_note(void *tree, const struct gl_layer_note *note);
/*
 * a11y_tree_end: all is told. before: the tree of the frame before, whose numbers stay; may be
 * empty. next_id: the last number that was given out. -ENOMEM: the tree is empty.
 */
int a11y_tree_end(struct a11y_tree *tree, struct a11y_tree *before,
	const struct a11y_about *about, uint32_t *next_id);

/* a11y_tree_swap: the one is the other. */
void a11y_tree_swap(struct a11y_tree *a, struct a11y_tree *b);

/* a11y_tree_field: NULL: nothing is typed there. */
const struct a11y_field *a11y_tree_field(
	const struct a11y_tree *tree, const struct a11y_node *node);
const char *a11y_tree_name(const struct a11y_tree *tree, const struct a11y_node *node);
/* a11y_tree_find: NULL: there is none of that number. */
const struct a11y_node *a11y_tree_find(const struct a11y_tree *tree, uint32_t id);
/* a11y_tree_child: the i-th; NULL: no more. */
const struct a11y_node *a11y_tree_child(
	const struct a11y_tree *tree, const struct a11y_node *node, uint32_t i);
/* a11y_tree_at: the innermost there, the last of several; the window's own if there is no other. */
const struct a11y_node *a11y_tree_at(const struct a11y_tree *tree, int32_t x, int32_t y);
/* a11y_tree_text: what can be read of it as text, n bytes; characters before it are not known. */
const char *a11y_tree_text(const struct a11y_tree *tree, const struct a11y_node *node,
	size_t *n, uint32_t *before);

enum a11y_change {
	A11Y_REMOVED, /* was; all that is in it is, too, and not told */
	A11Y_ADDED,   /* is; likewise */
	A11Y_NAME,
	A11Y_DESCRIPTION,
	A11Y_ROLE,
	A11Y_VALUE,
	A11Y_STATES,
	A11Y_BOUNDS,
	A11Y_TEXT,
	A11Y_CARET,
	A11Y_SELECTION, /* of text */
	A11Y_CHANGES,
};

/*
 * a11y_diff: what is different, the removed first; was or is NULL where it is not there. It is
 * gone through in steps, of which each looks at one thing and tells what is to be told of it.
 * Both trees stay as they are until the last one.
 */
struct a11y_diff {
	const struct a11y_tree *was;
	struct a11y_tree *is;
	void (*tell)(void *data, enum a11y_change change, const struct a11y_node *was,
		const struct a11y_node *is);
	void *data;
	enum {
		DIFF_REMOVED, /* from the last of `was` on */
		DIFF_LEFT,    /* for another parent, or a later place */
		DIFF_ADDED,
		DIFF_CHANGED,
		DIFF_OVER,
	} stage;
	size_t at; /* the next of the stage's */
};
void a11y_diff_begin(struct a11y_diff *diff, const struct a11y_tree *was,
	struct a11y_tree *is,
	void (*tell)(void *data, enum a11y_change change, const struct a11y_node *was,
		const struct a11y_node *is),
	void *data);
/* a11y_diff_step: false: that was all. */
bool a11y_diff_step(struct a11y_diff *diff);

#endif
