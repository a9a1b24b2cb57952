/*
 * The form, as those have it who do not see it: every thing has a class, a name, where it
 * can be asked an action, and does it. Here the session has no fonts, which must not matter.
 */
#include "helper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "plugins/include/osaas_request.h"
#include "plugins/include/osaas_text.h"
#include "plugins/include/osaas_window.h"
#include "sched/sched.h"
#include "util/log.h"

enum {
	NODES = 64,
	WORD = 80
};

struct node {
	char class[WORD], label[WORD], value[WORD], range[WORD], hint[WORD];
	uint64_t area;
	int selected; /* -1: not said */
	uint32_t actions;
	bool can_focus;
};

static struct stage {
	struct plugin *plugin;
	struct endpoint *window, *text;
	struct ending ending;
	struct node nodes[NODES]; /* of the last frame */
	size_t n;
} stage;

/* ---- Frames ------------------------------------------------------------- */

/* What is in the quotes of a line. */
static void quoted(const char *line, char to[WORD])
{
	const char *start = strchr(line, '"'), *end = strrchr(line, '"');
	snprintf(to, WORD, "%.*s", start && end > start ? (int)(end - start - 1) : 0,
		start ? start + 1 : "");
}

static struct node *node_of(uint64_t tag)
{
	for (size_t i = 0; i < stage.n; i++) {
		if (stage.nodes[i].area == tag)
			return &stage.nodes[i];
	}
	return NULL;
}

static void read_filter(const char *line)
{
	unsigned long tag;
	char words[WORD];
	if (sscanf(line, "listen %lu %79s", &tag, words) == 2 && node_of(tag))
		node_of(tag)->can_focus = strstr(words, "focus") != NULL;
	if (sscanf(line, "hint %lu %79s", &tag, words) == 2 && node_of(tag))
		snprintf(node_of(tag)->hint, WORD, "%s", words);
}

static void read_line(const char *line, struct node *node)
{
	if (strncmp(line, "label ", 6) == 0)
		quoted(line, node->label);
	else if (strncmp(line, "value ", 6) == 0)
		quoted(line, node->value);
	sscanf(line, "class %79s", node->class);
	sscanf(line, "range %79[^\n]", node->range);
	sscanf(line, "area %lu", &node->area);
	sscanf(line, "selected %d", &node->selected);
	sscanf(line, "semantic-actions %u", &node->actions);
	read_filter(line);
}

/* Clips with notes or areas, in their order; the first is the window. */
static void read_text(char *text)
{
	size_t open[64] = {0}, depth = 0;
	stage.n = 1;
	stage.nodes[0] = (struct node){.selected = -1};
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		line += strspn(line, " ");
		if (strncmp(line, "clip pop", 8) == 0) {
			assert_true(depth > 0);
			struct node *last = &stage.nodes[stage.n - 1];
			bool empty = open[depth] == stage.n - 1 && !last->class[0] &&
				     !last->area && !last->label[0];
			stage.n -= empty;
			depth--;
			continue;
		}
		if (strncmp(line, "clip ", 5) == 0) {
			assert_true(depth + 1 < 64 && stage.n < NODES);
			open[++depth] = stage.n;
			stage.nodes[stage.n++] = (struct node){.selected = -1};
			continue;
		}
		read_line(line, &stage.nodes[open[depth]]);
	}
	assert_int_equal(depth, 0);
}

static void read_frame(const struct message *frame)
{
	char *text = NULL;
	size_t size;
	struct gl_op_error err;
	FILE *file = open_memstream(&text, &size);
	assert_non_null(file);
	assert_int_equal(
		optext_dump(buffer_data(frame->buffer), frame->len, file, &err), 0);
	fclose(file);
	read_text(text);
	free(text);
}

/* ---- The session's side ------------------------------------------------- */

static bool refuse_text(void)
{
	struct message m;
	if (endpoint_try_recv(stage.text, &m) < 0)
		return false;
	struct message answer = {.type = m.type | OSAAS_ANSWER};
	const int64_t result = OSAAS_ENOENT;
	message_drop(&m);
	memcpy(answer.bytes, &result, sizeof result);
	assert_int_equal(endpoint_try_send(stage.text, &answer), 0);
	return true;
}

/* Takes what it sends, shows its frames, until nothing more comes. */
static void settle(void)
{
	struct message m;
	for (bool more = true; more;) {
		run_idle();
		more = refuse_text();
		if (endpoint_try_recv(stage.window, &m) < 0)
			continue;
		more = true;
		if (m.type == OSAAS_WINDOW_FRAME) {
			struct message shown = {.type = OSAAS_WINDOW_SHOWN};
			memcpy(shown.bytes, m.bytes, sizeof(uint64_t));
			read_frame(&m);
			assert_int_equal(endpoint_try_send(stage.window, &shown), 0);
		}
		message_drop(&m);
	}
}

static void send(uint32_t type, const void *payload, size_t size)
{
	struct message m = {.type = type};
	memcpy(m.bytes, payload, size);
	assert_int_equal(endpoint_try_send(stage.window, &m), 0);
	settle();
}

static struct endpoint *grant(const char *name)
{
	struct endpoint *ends[2];
	assert_int_equal(endpoint_pair(ends, 64), 0);
	assert_int_equal(plugin_grant(stage.plugin, name, ends[1]), 0);
	return ends[0];
}

static int start(void **state)
{
	const struct osaas_window_config config = {
		.width = 1024, .height = 768, .scale = 1};
	(void)state;
	log_set_level(LOG_SILENT);
	assert_int_equal(sched_init(), 0);
	stage = (struct stage){.plugin = load(FORM)};
	stage.window = grant("gui.window");
	stage.text = grant("gui.text");
	assert_int_equal(plugin_start(stage.plugin, note_ending, &stage.ending), 0);
	send(OSAAS_WINDOW_CONFIG, &config, sizeof config);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	assert_int_equal(stage.ending.calls, 0);
	send(OSAAS_WINDOW_CLOSE, "", 0);
	assert_int_equal(stage.ending.calls, 1);
	assert_int_equal(stage.ending.how, PLUGIN_RETURNED);
	plugin_destroy(stage.plugin);
	endpoint_close(stage.window);
	endpoint_close(stage.text);
	sched_finish();
	return 0;
}

static const struct node *find(const char *class, const char *label)
{
	for (size_t i = 0; i < stage.n; i++) {
		if (strcmp(stage.nodes[i].class, class) == 0 &&
			strcmp(stage.nodes[i].label, label) == 0)
			return &stage.nodes[i];
	}
	fail_msg("no %s '%s'", class, label);
	return NULL;
}

static void act(const char *class, const char *label, uint32_t action)
{
	const struct node *node = find(class, label);
	struct osaas_msg msg;
	msg.u.u64[0] = node->area;
	msg.u.u32[2] = action;
	assert_true(node->actions & action);
	send(OSAAS_WINDOW_ACT, msg.u.bytes, sizeof msg.u.bytes);
}

/* ---- Tests -------------------------------------------------------------- */

#define CLICK (OSAAS_SEMANTIC_CLICK | OSAAS_SEMANTIC_FOCUS)
#define STEPS (OSAAS_SEMANTIC_FOCUS | OSAAS_SEMANTIC_INCREMENT | OSAAS_SEMANTIC_DECREMENT)

static const struct {
	const char *class, *label, *more; /* more: hint, value, range */
	int selected;
	uint32_t actions;
	bool can_focus;
} nodes[] = {
	{"heading", "A form", "", -1, 0, false},
	{"text", "Fill it in by keys, pointer or finger, and press Save.", "", -1, 0,
		false},
	{"heading", "About you", "", -1, 0, false},
	{"editor", "Name", "text", -1, CLICK, true},
	{"editor", "E-mail", "email", -1, CLICK, true},
	{"editor", "Password", "password", -1, CLICK, true},
	{"editor", "Age", "numeric", -1, CLICK, true},
	{"editor", "Note", "text", -1, CLICK, true},
	{"heading", "As you like it", "", -1, 0, false},
	{"check-box", "Send me the newsletter", "", 0, CLICK, true},
	{"switch", "Remember me", "", 0, CLICK, true},
	{"group", "How may we reply?", "", -1, 0, false},
	{"radio-button", "E-mail", "", 1, CLICK, true},
	{"radio-button", "Telephone", "", 0, CLICK, false},
	{"radio-button", "Letter", "", 0, CLICK, false},
	{"slider", "Volume", "60 0 100", -1, STEPS, true},
	{"heading", "Interests", "", -1, 0, false},
	{"text", "Drag them, or press Space to move one.", "", -1, 0, false},
	{"list", "Available", "", -1, OSAAS_SEMANTIC_FOCUS, false},
	{"list-item", "Astronomy", "", 1, CLICK, true},
	{"list-item", "Botany", "", 0, CLICK, false},
	{"list-item", "Chess", "", 0, CLICK, false},
	{"list-item", "Drawing", "", 0, CLICK, false},
	{"list", "Chosen", "", -1, OSAAS_SEMANTIC_FOCUS, false},
	{"list-item", "Engines", "", 1, CLICK, true},
	{"list-item", "Folk music", "", 0, CLICK, false},
	{"status", "", "", -1, 0, false},
	{"button", "Clear", "", -1, CLICK, true},
	{"button", "Save", "", -1, CLICK, true},
};
#define N (sizeof nodes / sizeof *nodes)

static void test_tree(void **state)
{
	(void)state;
	size_t n = 0;
	assert_string_equal(stage.nodes[0].label, "Form");
	for (size_t i = 1; i < stage.n; i++) {
		const struct node *node = &stage.nodes[i];
		if (!node->class[0])
			continue;
		assert_true(n < N);
		assert_string_equal(node->class, nodes[n].class);
		assert_string_equal(node->label, nodes[n].label);
		assert_int_equal(node->selected, nodes[n].selected);
		assert_int_equal(node->actions, nodes[n].actions);
		assert_int_equal(node->can_focus, nodes[n].can_focus);
		const char *more = node->range[0] ? node->range : node->hint;
		assert_string_equal(more, nodes[n].more);
		n++;
	}
	assert_int_equal(n, N);
}

static void test_actions(void **state)
{
	(void)state;
	act("check-box", "Send me the newsletter", OSAAS_SEMANTIC_CLICK);
	assert_int_equal(find("check-box", "Send me the newsletter")->selected, 1);
	act("switch", "Remember me", OSAAS_SEMANTIC_CLICK);
	assert_int_equal(find("switch", "Remember me")->selected, 1);
	act("radio-button", "Letter", OSAAS_SEMANTIC_CLICK);
	assert_int_equal(find("radio-button", "Letter")->selected, 1);
	assert_int_equal(find("radio-button", "E-mail")->selected, 0);
	act("slider", "Volume", OSAAS_SEMANTIC_INCREMENT);
	assert_string_equal(find("slider", "Volume")->range, "65 0 100");
	assert_string_equal(find("slider", "Volume")->value, "65 %");
	act("slider", "Volume", OSAAS_SEMANTIC_DECREMENT);
	assert_string_equal(find("slider", "Volume")->range, "60 0 100");
	act("list-item", "Botany", OSAAS_SEMANTIC_FOCUS);
	assert_int_equal(find("list-item", "Botany")->selected, 1);
	act("list-item", "Botany", OSAAS_SEMANTIC_CLICK);
	assert_true(find("list-item", "Botany") > find("list", "Chosen"));
	act("button", "Save", OSAAS_SEMANTIC_CLICK);
	find("status", "Saved.");
	act("button", "Clear", OSAAS_SEMANTIC_CLICK);
	test_tree(state);
}

/* A screen reader, or a keyboard on the screen, writes into it. */
static void test_editor(void **state)
{
	(void)state;
	struct osaas_window_edit edit = {.tag = find("editor", "Note")->area};
	struct message m = {.type = OSAAS_WINDOW_EDIT, .len = 3};
	m.buffer = buffer_create(m.len);
	assert_non_null(m.buffer);
	memcpy(buffer_data(m.buffer), "ab\n", m.len);
	memcpy(m.bytes, &edit, sizeof edit);
	assert_int_equal(endpoint_try_send(stage.window, &m), 0);
	settle();
	assert_string_equal(find("editor", "Note")->value, "ab\\n");
	act("button", "Clear", OSAAS_SEMANTIC_CLICK);
	assert_string_equal(find("editor", "Note")->value, "");
}

/* Drags that nobody meant: of items that are not there, with data that is none. */
static void test_nonsense(void **state)
{
	(void)state;
	for (uint64_t tag = 0; tag < 100; tag++) {
		for (uint32_t kind = 0; kind < 9; kind++) {
			struct osaas_window_drag drag = {
				.tag = tag, .kind = kind, .type_size = 77};
			send(OSAAS_WINDOW_DRAG, &drag, sizeof drag);
		}
		struct osaas_msg msg = {.u.u64 = {tag}};
		msg.u.u32[2] = OSAAS_SEMANTIC_EXPAND;
		send(OSAAS_WINDOW_ACT, msg.u.bytes, sizeof msg.u.bytes);
	}
	send(OSAAS_WINDOW_LOST, "", 0);
	test_tree(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tree, start, stop),
		cmocka_unit_test_setup_teardown(test_actions, start, stop),
		cmocka_unit_test_setup_teardown(test_editor, start, stop),
		cmocka_unit_test_setup_teardown(test_nonsense, start, stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
