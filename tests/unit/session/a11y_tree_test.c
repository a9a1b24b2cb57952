/* Semantics as a tree: what it is made of, what stays the same thing, and what is told of a change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/a11y_role.h"
#include "session/a11y_tree.h"
#include "session/a11y_unit.h"
#include "util/opwire.h"

/*
 * A frame is written as words: LEVEL CLASS LABEL [#TAG] [flags], one thing each, ';' between.
 * A thing lies in the last one before it of a lower level; the window is level 0. Flags: +
 * selected, ! disabled, =N a value of 0 to 10.
 */
static struct a11y_tree trees[2];
static uint32_t next_id;
static uint64_t focus;

static uint32_t listens(void *data, uint64_t tag)
{
	(void)data;
	(void)tag;
	return LISTEN_POINTER | LISTEN_FOCUS;
}

static const struct {
	char letter;
	uint32_t class;
} classes[] = {
	{'b', CLASS_BUTTON},
	{'c', CLASS_CHECK_BOX},
	{'e', CLASS_EDITOR},
	{'g', CLASS_GROUP},
	{'i', CLASS_LIST_ITEM},
	{'l', CLASS_LIST},
	{'s', CLASS_SLIDER},
	{'t', CLASS_TEXT},
};

static uint32_t class_of(char letter)
{
	size_t i = 0;
	while (classes[i].letter != letter)
		i++;
	return classes[i].class;
}

static void note(struct a11y_tree *tree, struct gl_layer_note *n, unsigned op,
	uint32_t value, const char *text)
{
	n->op = op;
	n->value[0] = value;
	n->text = text;
	n->n_text = strlen(text);
	a11y_tree_note(tree, n);
}

static void add(
	struct a11y_tree *tree, const char *thing, uint64_t node, uint64_t *levels)
{
	char class, label[32];
	unsigned level;
	int used;
	assert_true(sscanf(thing, " %u %c %31[^#+!=;] %n", &level, &class, label,
			    &used) >= 3);
	const char *rest = &thing[used];
	while (label[0] && label[strlen(label) - 1] == ' ')
		label[strlen(label) - 1] = '\0';
	struct gl_layer_note n = {.node = node,
		.parent = levels[level - 1],
		.bounds = {0, (int32_t)node * 10, 50, (int32_t)node * 10 + 10}};
	levels[level] = node;
	if (rest[0] == '#') {
		char *end;
		n.has_area = true;
		n.area = n.tag = strtoul(&rest[1], &end, 10);
		rest = end + strspn(end, " ");
	}
	if (strcmp(label, "-") != 0)
		note(tree, &n, OP_LABEL, 0, label);
	note(tree, &n, OP_CLASS, class_of(class), "");
	for (; *rest && *rest != ';'; rest++) {
		if (*rest == '+')
			note(tree, &n, OP_SELECTED, 1, "");
		else if (*rest == '-')
			note(tree, &n, OP_SELECTED, 0, "");
		else if (*rest == '!')
			note(tree, &n, OP_ENABLED, 0, "");
		else if (*rest == '=')
			n.number[0] = strtof(&rest[1], NULL), n.number[2] = 10,
			note(tree, &n, OP_RANGE, 0, "");
	}
}

static void make(struct a11y_tree *tree, struct a11y_tree *before, const char *frame)
{
	const struct a11y_about about = {.name = "Window",
		.role = ROLE_FRAME,
		.active = true,
		.focus = focus,
		.listens = listens};
	uint64_t levels[8] = {0}, node = 1;
	a11y_tree_begin(tree);
	for (const char *at = frame; at && *at; node++) {
		add(tree, at, node, levels);
		at = strchr(at, ';');
		at = at ? at + 1 : NULL;
	}
	assert_int_equal(a11y_tree_end(tree, before, &about, &next_id), 0);
}

/* What is told, as words. */

static char trace[4096];

static void say(const char *what, const char *name)
{
	size_t n = strlen(trace);
	snprintf(&trace[n], sizeof trace - n, "%s%s:%s", n ? " " : "", what, name);
}

static void tell(void *data, enum a11y_change change, const struct a11y_node *was,
	const struct a11y_node *is)
{
	static const char *const names[A11Y_CHANGES] = {"gone", "new", "name",
		"description", "role", "value", "states", "bounds", "text", "caret",
		"selection"};
	const struct a11y_tree *of = is ? &trees[1] : &trees[0];
	(void)data;
	if (change != A11Y_BOUNDS)
		say(names[change], a11y_tree_name(of, is ? is : was));
}

static void diff(const struct a11y_tree *was, struct a11y_tree *is)
{
	struct a11y_diff d;
	a11y_diff_begin(&d, was, is, tell, NULL);
	while (a11y_diff_step(&d))
		;
	assert_false(a11y_diff_step(&d));
}

static const struct diff_case {
	const char *name, *was, *is, *told;
} diff_cases[] = {
	{"nothing", "1 b Ok #1;1 t Text", "1 b Ok #1;1 t Text", ""},
	{"a first thing", "", "1 b Ok", "new:Ok"},
	{"the last thing", "1 b Ok", "", "gone:Ok"},
	{"a tag makes it the same, whatever it is called", "1 b Ok #1;1 b No #2",
		"1 b Fine #1;1 b No #2", "name:Fine"},
	{"so it does another class", "1 b Ok #1", "1 c Ok #1", "role:Ok states:Ok"},
	{"a text that changes stays the same thing", "1 t 0:41;1 t Title",
		"1 t 0:42;1 t Title", "name:0:42 text:0:42"},
	{"two that change keep their order", "1 t a;1 t b;1 t c", "1 t x;1 t b;1 t y",
		"name:x text:x name:y text:y"},
	{"one before others that are alike", "1 t a;1 t c", "1 t a;1 t b;1 t c", "new:b"},
	{"of many that are alike the last goes", "1 t a;1 t a;1 t a", "1 t a;1 t a",
		"gone:a"},
	{"all of a list", "1 l List;2 i a;2 i b", "", "gone:List"},
	{"one of a list", "1 l List;2 i a;2 i b", "1 l List;2 i b", "gone:a"},
	{"a list with all that is in it", "", "1 l List;2 i a;2 i b", "new:List"},
	{"a group that is called otherwise, and what is in it", "1 g One;2 b Ok;3 t in",
		"1 g Two;2 b Ok;3 t in", "name:Two"},
	{"into another group", "1 g One;2 b Ok #1;1 g Two", "1 g One;1 g Two;2 b Ok #1",
		"gone:Ok new:Ok"},
	{"out of one that goes", "1 g One;2 b Ok #1", "1 b Ok #1",
		"gone:One gone:Ok new:Ok"},
	{"into one that is new", "1 b Ok #1", "1 g One;2 b Ok #1",
		"gone:Ok new:One new:Ok"},
	{"another order", "1 b a #1;1 b b #2;1 b c #3", "1 b c #3;1 b a #1;1 b b #2",
		"gone:a gone:b new:a new:b"},
	{"another tag is another thing", "1 b Ok #1", "1 b Ok #2", "gone:Ok new:Ok"},
	{"selected", "1 i a #1 -;1 i b #2 +", "1 i a #1 +;1 i b #2 -",
		"states:a states:b"},
	{"checked", "1 c a #1 -", "1 c a #1 +", "states:a"},
	{"disabled", "1 b a #1", "1 b a #1 !", "states:a"},
	{"a value", "1 s a #1 =3", "1 s a #1 =4", "value:a"},
	{"the same tag twice", "1 b a #1;1 b b #1", "1 b a #1;1 b b #1", ""},
	{"and once", "1 b a #1;1 b b #1", "1 b a #1", "gone:b"},
};

static void test_diff(void **state)
{
	const struct diff_case *c = *state;
	memset(trees, 0, sizeof trees);
	struct a11y_tree none = {0};
	trace[0] = '\0';
	focus = 0;
	make(&trees[0], &none, c->was);
	make(&trees[1], &trees[0], c->is);
	assert_int_equal(trees[0].nodes[0].id, trees[1].nodes[0].id);
	diff(&trees[0], &trees[1]);
	assert_string_equal(trace, c->told);
	a11y_tree_finish(&trees[0]);
	a11y_tree_finish(&trees[1]);
}

/* Against a plain model: numbers are never given twice, and what both trees have keeps its number. */
static void test_numbers(void **state)
{
	struct a11y_tree none = {0};
	char frame[2][1024];
	(void)state;
	srand(5);
	memset(trees, 0, sizeof trees);
	focus = 0;
	make(&trees[0], &none, "");
	for (int round = 0; round < 3000; round++) {
		size_t n = 0;
		bool used[20] = {0};
		for (int i = rand() % 20; i > 0; i--) {
			int tag = 1 + rand() % 19;
			if (used[tag])
				continue;
			used[tag] = true;
			n += (size_t)snprintf(&frame[1][n], sizeof frame[1] - n,
				"%s%d %c x%d #%d", n ? ";" : "", n ? 1 + rand() % 3 : 1,
				"bgt"[rand() % 3], rand() % 3, tag);
		}
		frame[1][n] = '\0';
		uint32_t given = next_id;
		make(&trees[1], &trees[0], frame[1]);
		for (size_t i = 1; i < trees[1].n; i++) {
			const struct a11y_node *is = &trees[1].nodes[i];
			uint32_t was = 0;
			for (size_t j = 1; j < trees[0].n; j++) {
				if (trees[0].nodes[j].tag == is->tag)
					was = trees[0].nodes[j].id;
			}
			assert_true(was ? is->id == was : is->id > given);
			assert_true(is->parent < i);
			assert_ptr_equal(a11y_tree_child(&trees[1],
						 &trees[1].nodes[is->parent], is->index),
				is);
			assert_ptr_equal(a11y_tree_find(&trees[1], is->id), is);
		}
		diff(&trees[0], &trees[1]);
		trace[0] = '\0';
		a11y_tree_swap(&trees[0], &trees[1]);
	}
	a11y_tree_finish(&trees[0]);
	a11y_tree_finish(&trees[1]);
}

static void make_field(uint32_t hint, const char *text, uint32_t known)
{
	static const struct a11y_about about = {.name = "Window",
		.role = ROLE_FRAME,
		.active = true,
		.focus = 7,
		.listens = listens};
	struct a11y_tree none = {0}, *tree = &trees[0];
	struct gl_layer_note n = {.node = 1,
		.has_area = true,
		.area = 7,
		.tag = 7,
		.to_layer = {1, 0, 5, 0, 1, 6}};
	memset(trees, 0, sizeof trees);
	a11y_tree_begin(tree);
	note(tree, &n, OP_CLASS, CLASS_EDITOR, "");
	note(tree, &n, OP_INPUT_HINT, hint, "");
	n.number[0] = 10, n.number[1] = 20, n.number[2] = 8, n.number[3] = 2;
	n.value[1] = known + 1;
	note(tree, &n, OP_SELECTION, known, "");
	note(tree, &n, OP_SNIPPET, known, text);
	assert_int_equal(a11y_tree_end(tree, &none, &about, &next_id), 0);
	assert_int_equal(tree->n, 2);
}

static void test_field(void **state)
{
	size_t n;
	uint32_t before;
	(void)state;
	make_field(HINT_TEXT, "h\xc3\xa9\nx", 4);
	const struct a11y_node *node = &trees[0].nodes[1];
	const struct a11y_field *field = a11y_tree_field(&trees[0], node);
	const char *text = a11y_tree_text(&trees[0], node, &n, &before);
	assert_int_equal(n, 5);
	assert_int_equal(before, 4);
	assert_memory_equal(text, "h\xc3\xa9\nx", 5);
	assert_int_equal(field->n_known, 4);
	assert_int_equal(field->end, 5);
	assert_int_equal(field->caret.x0, 15);
	assert_int_equal(field->caret.y0, 18);
	assert_int_equal(field->caret.y1, 28);
	assert_int_equal(node->role, ROLE_ENTRY);
	assert_true(node->states & A11Y_STATE(STATE_MULTI_LINE));
	assert_true(node->states & A11Y_STATE(STATE_FOCUSED));
	a11y_tree_finish(&trees[0]);
}

/* Of a password there is nothing in the tree, wherever one looks. */
static void test_secret(void **state)
{
	size_t n;
	uint32_t before;
	(void)state;
	make_field(HINT_PASSWORD, "pa\xc3\x9fwort", 0);
	const struct a11y_node *node = &trees[0].nodes[1];
	const char *text = a11y_tree_text(&trees[0], node, &n, &before);
	assert_int_equal(n, 7);
	assert_memory_equal(text, "*******", 7);
	assert_int_equal(node->role, ROLE_PASSWORD_TEXT);
	assert_null(memmem(trees[0].text, trees[0].n_text, "wort", 4));
	assert_null(memmem(trees[0].text, trees[0].n_text, "pa", 2));
	a11y_tree_finish(&trees[0]);
}

/* A field that nobody spoke of is a thing all the same. */
static void test_bare_field(void **state)
{
	static const struct a11y_about about = {
		.name = "Window", .role = ROLE_FRAME, .listens = listens};
	struct a11y_tree none = {0}, *tree = &trees[0];
	struct gl_layer_note n = {.node = 5, .parent = 1, .tag = 9};
	(void)state;
	memset(trees, 0, sizeof trees);
	a11y_tree_begin(tree);
	note(tree, &n, OP_SNIPPET, 0, "abc");
	n = (struct gl_layer_note){.node = 1};
	note(tree, &n, OP_CLASS, CLASS_GROUP, "");
	assert_int_equal(a11y_tree_end(tree, &none, &about, &next_id), 0);
	assert_int_equal(tree->n, 3);
	assert_int_equal(tree->nodes[2].parent, 1);
	assert_int_equal(tree->nodes[2].role, ROLE_ENTRY);
	assert_int_equal(tree->nodes[2].tag, 9);
	assert_true(tree->nodes[2].states & A11Y_STATE(STATE_EDITABLE));
	a11y_tree_finish(tree);
}

/* More than fits, and what is no text. */
static void test_bounds(void **state)
{
	static const struct a11y_about about = {
		.name = "Window", .role = ROLE_FRAME, .listens = listens};
	struct a11y_tree none = {0}, *tree = &trees[0];
	char *large = malloc(3 << 20);
	(void)state;
	memset(large, 'x', 3 << 20);
	large[(3 << 20) - 1] = '\0';
	memset(trees, 0, sizeof trees);
	a11y_tree_begin(tree);
	for (uint64_t i = 1; i < 40000; i++) {
		struct gl_layer_note n = {.node = i, .parent = i / 2, .tag = i};
		note(tree, &n, OP_LABEL, 0, i % 100 ? "a" : large);
		note(tree, &n, OP_SNIPPET, 0, "\xff\xc3(a\xe2\x82");
	}
	assert_int_equal(a11y_tree_end(tree, &none, &about, &next_id), 0);
	assert_int_equal(tree->n, A11Y_NODES);
	assert_true(tree->cut);
	assert_true(tree->n_text <= A11Y_TEXT_BYTES);
	assert_string_equal(&tree->text[tree->fields[0].text], "??"
							       "(a??");
	make(&trees[1], tree, "1 b Ok");
	diff(tree, &trees[1]);
	trace[0] = '\0';
	a11y_tree_finish(tree);
	a11y_tree_finish(&trees[1]);
	free(large);
}

/* Texts that fill their room to its last byte: what comes then is not taken. */
static void test_brim(void **state)
{
	struct a11y_tree *tree = &trees[0];
	char *large = malloc(OPWIRE_MAX_STRING + 1);
	(void)state;
	memset(large, 'x', OPWIRE_MAX_STRING);
	large[OPWIRE_MAX_STRING] = '\0';
	memset(trees, 0, sizeof trees);
	a11y_tree_begin(tree);
	for (uint64_t i = 1; i <= 100; i++) {
		struct gl_layer_note n = {.node = i, .tag = i};
		note(tree, &n, OP_VALUE, 0, large);
	}
	assert_true(tree->cut);
	assert_true(tree->n_text <= A11Y_TEXT_BYTES);
	a11y_tree_finish(tree);
	free(large);
}

/* A frame like the last one takes no memory. */
static void test_steady(void **state)
{
	struct a11y_tree none = {0};
	(void)state;
	memset(trees, 0, sizeof trees);
	make(&trees[0], &none, "1 l List;2 i a #1;2 i b #2");
	make(&trees[1], &trees[0], "1 l List;2 i a #1;2 i b #2");
	const void *nodes = trees[0].nodes, *text = trees[0].text;
	make(&trees[0], &trees[1], "1 l List;2 i a #1;2 i b #2");
	assert_ptr_equal(trees[0].nodes, nodes);
	assert_ptr_equal(trees[0].text, text);
	a11y_tree_finish(&trees[0]);
	a11y_tree_finish(&trees[1]);
}

static const struct unit_case {
	const char *text;
	enum a11y_unit unit;
	uint32_t at, start, end;
} unit_cases[] = {
	{"", UNIT_CHARACTER, 0, 0, 0},
	{"", UNIT_LINE, 5, 0, 0},
	{"\xc3\xa4"
	 "b",
		UNIT_CHARACTER, 1, 1, 2},
	{"ab", UNIT_CHARACTER, 2, 2, 2},
	{"Zo\xc3\xab M\xc3\xbcller", UNIT_WORD, 0, 0, 4},
	{"Zo\xc3\xab M\xc3\xbcller", UNIT_WORD, 3, 0, 4},
	{"Zo\xc3\xab M\xc3\xbcller", UNIT_WORD, 4, 4, 10},
	{"Zo\xc3\xab M\xc3\xbcller", UNIT_WORD, 10, 4, 10},
	{"don't, no", UNIT_WORD, 2, 0, 7},
	{"One. Two? Three", UNIT_SENTENCE, 2, 0, 5},
	{"One. Two? Three", UNIT_SENTENCE, 5, 5, 10},
	{"One. Two? Three", UNIT_SENTENCE, 14, 10, 15},
	{"3.14 is", UNIT_SENTENCE, 3, 0, 7},
	{"a\nbc\n", UNIT_LINE, 0, 0, 2},
	{"a\nbc\n", UNIT_LINE, 1, 0, 2},
	{"a\nbc\n", UNIT_LINE, 3, 2, 5},
	{"a\nbc\n", UNIT_LINE, 5, 5, 5},
	{"a\nbc", UNIT_LINE, 4, 2, 4},
};

static void test_units(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof unit_cases / sizeof *unit_cases; i++) {
		const struct unit_case *c = &unit_cases[i];
		struct a11y_range r =
			a11y_unit_at(c->text, strlen(c->text), c->at, c->unit);
		if (r.start != c->start || r.end != c->end)
			fail_msg("case %zu: %u to %u", i, r.start, r.end);
	}
	assert_int_equal(a11y_unit_character("\xc3\xa4"
					     "b",
				 3, 0),
		0xe4);
	assert_int_equal(a11y_unit_character("b", 1, 1), 0);
}

int main(void)
{
	enum {
		N = sizeof diff_cases / sizeof *diff_cases
	};
	const struct CMUnitTest rest[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_field),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_bare_field),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_brim),
		cmocka_unit_test(test_steady),
		cmocka_unit_test(test_units),
	};
	struct CMUnitTest tests[N + sizeof rest / sizeof *rest] = {{0}};
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){.name = diff_cases[i].name,
			.test_func = test_diff,
			.initial_state = (void *)(uintptr_t)&diff_cases[i]};
	memcpy(&tests[N], rest, sizeof rest);
	return cmocka_run_group_tests_name("a11y tree", tests, NULL, NULL);
}
