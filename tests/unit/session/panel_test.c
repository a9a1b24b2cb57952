/*
 * Panels: where they and the windows beside them lie, and what is told, on two screens that
 * come and go. A case is a table: what is done, as words, and the exact text of what the
 * plugins receive then.
 *
 * Windows a, b (at home on the second screen) and c, panels k and l at the bottom, t at the top.
 *
 *	add W,  gone W,  focus W,  next
 *	dock W HEIGHT,  lend W W (the second takes the place of the first),  settle W
 *	plug N,  unplug N: screens of 800x600 and 400x300
 *	frame W: the next one of W, all of it the area 1
 *	press|release|move X Y,  down|up X Y: mouse, and a finger, in the layout
 *	look: what lies where, bottom first: SCREEN:W LEFT,TOP WIDTHxHEIGHT
 *
 * Told: W=WIDTHxHEIGHT of a CONFIG, W+ and W- of the focus, WKIND@X,Y of a pointer, KIND one
 * letter of C P R M D E L (cancel, press, release, move, drag, enter, leave).
 */
#include "session/panel.h"

#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gl/optext.h"
#include "plugins/endpoint.h"
#include "session/outputs.h"
#include "session/pointer.h"
#include "session/routing.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/window.h"
#include "util/log.h"

#define STEPS 32
#define CAST  6

#define FRAME                                                                            \
	"osaas ops 1.2\narea 1\n"                                                        \
	"listen 1 cancel,press,release,move,drag,enter,leave,focus 0 0 0 0\n"

struct step {
	const char *what, *told;
};

struct test_case {
	const char *name;
	struct step steps[STEPS];
};

static struct actor {
	char name;
	const char *id;
	enum panel_edge edge;
	struct window *window;
	struct endpoint *end;
} cast[CAST];

static const struct actor everybody[CAST] = {
	{'a', "org.a", PANEL_NONE, NULL, NULL},
	{'b', "org.b", PANEL_NONE, NULL, NULL},
	{'c', "org.c", PANEL_NONE, NULL, NULL},
	{'k', "org.k", PANEL_BOTTOM, NULL, NULL},
	{'l', "org.l", PANEL_BOTTOM, NULL, NULL},
	{'t', "org.t", PANEL_TOP, NULL, NULL},
};

static struct session session;
static struct settings *settings;
static struct screen screens[2];
static bool plugged[2];
static char trace[2048];
static uint64_t time_ns;
static const struct screen_ops screen_ops = {0};
static const struct backend_ops backend = {0};
static const struct session_options options = {0};

static const char ini[] = "[output DP-2]\nwindows = org.b\n";

static void plug(int i)
{
	static const int32_t sizes[2][2] = {{800, 600}, {400, 300}};
	static const char *const names[] = {"DP-1", "DP-2"};
	screen_init(&screens[i], &session, &screen_ops, names[i], sizes[i][0],
		sizes[i][1], 16666667);
	plugged[i] = true;
	session_add_screen(&session, &screens[i]);
}

static void unplug(int i)
{
	session_remove_screen(&session, &screens[i]);
	plugged[i] = false;
}

static void begin(void)
{
	struct settings_error err;
	struct gl_error gl_err;
	log_set_level(LOG_SILENT);
	memcpy(cast, everybody, sizeof cast);
	memset(plugged, 0, sizeof plugged);
	time_ns = 1;
	assert_int_equal(settings_parse("f.ini", ini, strlen(ini), &settings, &err), 0);
	session = (struct session){.options = &options,
		.settings = settings,
		.scale = 1,
		.backend_ops = &backend};
	list_init(&session.screens);
	list_init(&session.windows);
	list_init(&session.dirty_windows);
	input_route_init(&session.route);
	touching_init(&session.touching);
	assert_int_equal(gl_create(&session.gl, GL_PLATFORM_NONE, NULL, &gl_err), 0);
	session.outputs = outputs_create(&session);
	session.pointer = pointer_create(&session);
	plug(0);
}

static void end(void)
{
	for (int i = 0; i < CAST; i++) {
		if (!cast[i].window)
			continue;
		session_remove_window(&session, cast[i].window);
		window_destroy(cast[i].window);
		endpoint_close(cast[i].end);
	}
	assert_true(list_empty(&session.windows) && !session.focus);
	for (int i = 0; i < 2; i++) {
		if (plugged[i])
			unplug(i);
	}
	focusing_finish(&session.focusing);
	outputs_destroy(session.outputs);
	pointer_destroy(session.pointer);
	settings_destroy(settings);
	gl_destroy(session.gl);
}

static struct actor *find(char name)
{
	int i = 0;
	while (cast[i].name != name)
		assert_true(++i < CAST);
	return &cast[i];
}

/* What is told. */

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	size_t n = strlen(trace);
	va_list args;
	if (n > 0)
		trace[n++] = ' ';
	va_start(args, format);
	vsnprintf(&trace[n], sizeof trace - n, format, args);
	va_end(args);
}

/* That a panel can get: half of where it is. */
static int32_t most(void)
{
	return panel_home(&session)->height / 2;
}

static void say_message(char name, const struct message *msg)
{
	struct osaas_window_config config;
	struct osaas_window_pointer p;
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		memcpy(&config, msg->bytes, sizeof config);
		say("%c=%dx%d", name, config.width, config.height);
		if (config.most != (find(name)->edge ? most() : 0))
			say("most %d", config.most);
		break;
	case OSAAS_WINDOW_FOCUS:
		say("%c%c", name, msg->bytes[0] ? '+' : '-');
		break;
	case OSAAS_WINDOW_AREA_FOCUS:
		say("%c%s", name, msg->bytes[8] ? "+1" : "-1");
		break;
	default:
		assert_true(msg->type == OSAAS_WINDOW_POINTER ||
			    msg->type == OSAAS_WINDOW_TOUCH);
		memcpy(&p, msg->bytes, sizeof p);
		say("%c%c@%g,%g", name, "CPRMDEL"[__builtin_ctz(p.kind)], (double)p.x,
			(double)p.y);
	}
}

static void collect(void)
{
	struct message msg;
	for (int i = 0; i < CAST; i++) {
		while (cast[i].window && endpoint_try_recv(cast[i].end, &msg) == 0)
			say_message(cast[i].name, &msg);
	}
}

static void look(void)
{
	list_for_each (w, &session.windows, struct window, link) {
		const struct actor *actor = cast;
		while (actor->window != w)
			actor++;
		say("%c:%c %d,%d %dx%d", w->screen ? w->screen->name[3] : '-',
			actor->name, w->x, w->y, w->width, w->height);
	}
}

/* What is done. */

static void send(struct actor *actor, const struct message *msg)
{
	assert_int_equal(endpoint_try_send(actor->end, msg), 0);
	while (!list_empty(&actor->window->dirty))
		window_receive(actor->window);
}

static void add(struct actor *actor)
{
	assert_int_equal(window_create(&session, "test", &actor->window, &actor->end), 0);
	actor->window->id = actor->id;
	actor->window->panel.edge = actor->edge;
	session_add_window(&session, actor->window);
}

static void gone(struct actor *actor)
{
	session_remove_window(&session, actor->window);
	window_destroy(actor->window);
	endpoint_close(actor->end);
	actor->window = NULL;
}

/* As restart_take does while the other one runs. */
static void lend(struct actor *from, struct actor *to)
{
	assert_int_equal(window_create(&session, "test", &to->window, &to->end), 0);
	to->window->panel.edge = to->edge;
	window_stand_in(to->window, from->window);
	panel_lend(from->window, to->window);
	session_replace_window(&session, from->window, to->window);
	window_inherit(to->window, from->window);
	window_destroy(from->window);
	endpoint_close(from->end);
	from->window = NULL;
}

static void dock(struct actor *actor, const char *height)
{
	struct message msg = {.type = OSAAS_WINDOW_DOCK};
	uint32_t pixels = (uint32_t)strtoul(height, NULL, 10);
	memcpy(msg.bytes, &pixels, sizeof pixels);
	send(actor, &msg);
}

static void frame(struct actor *actor)
{
	struct optext_error err;
	struct message msg = {.type = OSAAS_WINDOW_FRAME};
	uint8_t *stream;
	size_t size;
	assert_int_equal(optext_assemble(FRAME, strlen(FRAME), &stream, &size, &err), 0);
	msg.buffer = buffer_create(size);
	msg.len = size;
	memcpy(buffer_data(msg.buffer), stream, size);
	free(stream);
	send(actor, &msg);
}

static void point(const char *word, const char *at)
{
	bool press = !strcmp(word, "press"), release = !strcmp(word, "release");
	struct input_pointer p = {.time_ns = ++time_ns,
		.kind = press     ? INPUT_POINTER_PRESS
			: release ? INPUT_POINTER_RELEASE
				  : INPUT_POINTER_MOVE,
		.button = press || release ? BTN_LEFT : 0,
		.buttons = press};
	assert_int_equal(sscanf(at, "%f %f", &p.x, &p.y), 2);
	session_pointer(&session, &p);
}

static void touch(const char *word, const char *at)
{
	struct input_touch t = {.time_ns = ++time_ns,
		.kind = !strcmp(word, "down") ? INPUT_TOUCH_DOWN : INPUT_TOUCH_UP};
	assert_int_equal(sscanf(at, "%f %f", &t.x, &t.y), 2);
	session_touch(&session, &t);
}

static void with_window(const char *word, const char *rest)
{
	struct actor *actor = find(rest[0]);
	if (!strcmp(word, "add"))
		add(actor);
	else if (!strcmp(word, "gone"))
		gone(actor);
	else if (!strcmp(word, "focus"))
		session_focus(&session, actor->window);
	else if (!strcmp(word, "dock"))
		dock(actor, &rest[2]);
	else if (!strcmp(word, "lend"))
		lend(actor, find(rest[2]));
	else if (!strcmp(word, "settle"))
		panel_settle(actor->window);
	else if (!strcmp(word, "frame"))
		frame(actor);
	else
		fail_msg("%s?", word);
}

static void go(const char *what)
{
	char word[16];
	int n = 0;
	assert_int_equal(sscanf(what, "%15s %n", word, &n), 1);
	const char *rest = &what[n];
	if (!strcmp(word, "look"))
		look();
	else if (!strcmp(word, "next"))
		session_focus_next(&session, 1);
	else if (!strcmp(word, "plug"))
		plug(atoi(rest) - 1);
	else if (!strcmp(word, "unplug"))
		unplug(atoi(rest) - 1);
	else if (!strcmp(word, "press") || !strcmp(word, "release") ||
		 !strcmp(word, "move"))
		point(word, rest);
	else if (!strcmp(word, "down") || !strcmp(word, "up"))
		touch(word, rest);
	else
		with_window(word, rest);
	panel_turn(&session);
	routing_turn(&session);
	collect();
}

static const struct test_case cases[] = {
	{"docks, and windows have what is left",
		{{"add a", "a=800x600 a+"}, {"add k", "k=800x0"},
			{"look", "1:a 0,0 800x600 1:k 0,600 800x0"},
			{"dock k 100", "a=800x500 k=800x100"},
			{"look", "1:a 0,0 800x500 1:k 0,500 800x100"}, {"dock k 100", ""},
			{"dock k 150", "a=800x450 k=800x150"},
			{"add c", "a- c=800x450 c+"},
			{"dock k 0", "a=800x600 c=800x600 k=800x0"},
			{"look", "1:a 0,0 800x600 1:c 0,0 800x600 1:k 0,600 800x0"}}},
	{"one that goes gives its room back",
		{{"add a", "a=800x600 a+"}, {"add k", "k=800x0"},
			{"dock k 100", "a=800x500 k=800x100"}, {"gone k", "a=800x600"}}},
	{"only panels dock", {{"add a", "a=800x600 a+"}, {"dock a 100", ""}}},
	{"at the top windows begin below",
		{{"add t", "t=800x0"}, {"add a", "a=800x600 a+"},
			{"dock t 50", "a=800x550 t=800x50"}, {"add k", "k=800x0"},
			{"dock k 100", "a=800x450 k=800x100"},
			{"look", "1:a 0,50 800x450 1:t 0,0 800x50 1:k 0,500 800x100"},
			{"dock t 0", "a=800x500 t=800x0"}}},
	{"who docked first lies outermost",
		{{"add a", "a=800x600 a+"}, {"add l", "l=800x0"}, {"add k", "k=800x0"},
			{"dock k 100", "a=800x500 k=800x100"},
			{"dock l 30", "a=800x470 l=800x30"},
			{"look", "1:a 0,0 800x470 1:k 0,500 800x100 1:l 0,470 800x30"},
			{"dock k 0", "a=800x570 k=800x0"},
			{"dock k 100", "a=800x470 k=800x100"},
			{"look", "1:a 0,0 800x470 1:l 0,570 800x30 1:k 0,470 800x100"}}},
	{"together they get half of the screen: who wants little gets it",
		{{"add a", "a=800x600 a+"}, {"add k", "k=800x0"},
			{"dock k 4000000000", "a=800x300 k=800x300"},
			{"add l", "l=800x0"}, {"dock l 40", "k=800x260 l=800x40"},
			{"add t", "t=800x0"}, {"dock t 200", "k=800x130 t=800x130"},
			{"look", "1:a 0,130 800x300 1:k 0,470 800x130 1:l 0,430 800x40 "
				 "1:t 0,0 "
				 "800x130"}}},
	{"panels have no keys, nor does a press on one take them",
		{{"add k", "k=800x0"}, {"dock k 100", "k=800x100"}, {"frame k", ""},
			{"press 10 510", "kE@10,10 kP@10,10"},
			{"release 10 510", "kR@10,10"}, {"add a", "a=800x500 a+"},
			{"frame a", ""}, {"down 20 520", "kL@10,10 kE@20,20 kP@20,20"},
			{"up 20 520", "kR@20,20 kL@20,20"}, {"focus k", ""},
			{"down 30 499", "a+1 aE@30,499 aP@30,499"},
			{"up 30 499", "aR@30,499 aL@30,499"},
			{"add c", "a-1 a- c=800x500 c+"}, {"next", "a+ a+1 c-"},
			{"next", "a-1 a- c+"},
			{"look", "1:a 0,0 800x500 1:c 0,0 800x500 1:k 0,500 800x100"},
			{"gone c", "a+ a+1"}}},
	{"a window below the top is hit where it is seen",
		{{"add t", "t=800x0"}, {"dock t 50", "t=800x50"},
			{"add a", "a=800x550 a+"}, {"frame a", ""},
			{"move 10 60", "aE@10,10 aM@10,10"}, {"move 10 40", "aL@10,-10"},
			{"frame t", "tE@10,40"},
			{"dock t 0", "a=800x600 aE@10,40 t=800x0 tC@10,40"}}},
	{"a finger on one that goes away is cancelled",
		{{"add a", "a=800x600 a+"}, {"add k", "k=800x0"},
			{"dock k 100", "a=800x500 k=800x100"}, {"frame k", ""},
			{"down 5 505", "kE@5,5 kP@5,5"},
			{"dock k 0", "a=800x600 k=800x0 kC@5,-95"}, {"up 5 505", ""},
			{"dock k 100", "a=800x500 k=800x100"}, {"down 5 505", ""},
			{"up 5 505", ""}, {"frame k", ""},
			{"down 5 505", "kE@5,5 kP@5,5"}}},
	{"frames without a place show nothing",
		{{"add a", "a=800x600 a+"}, {"add k", "k=800x0"}, {"frame k", ""},
			{"dock k 100", "a=800x500 k=800x100"}, {"down 5 505", ""}}},
	{"they follow the keys from screen to screen",
		{{"plug 2", ""}, {"add a", "a=800x600 a+"}, {"add k", "k=800x0"},
			{"dock k 180", "a=800x420 k=800x180"},
			{"add b", "a- a=800x600 b=400x300 b+ b=400x150 k=400x150"},
			{"look", "1:a 0,0 800x600 2:b 0,0 400x150 2:k 0,150 400x150"},
			{"focus a", "a+ a=800x420 b- b=400x300 k=800x180"},
			{"focus b", "a- a=800x600 b+ b=400x150 k=400x150"},
			{"unplug 2", "a=800x420 b=800x420 k=800x180"},
			{"plug 2", "a=800x600 b=400x150 k=400x150"},
			{"unplug 1", "a=400x150"}, {"unplug 2", ""},
			{"look", "-:a 0,0 400x150 -:b 0,0 400x150 -:k 0,150 400x150"},
			{"dock k 100", ""}, {"plug 1", "a=800x500 b=800x500 k=800x100"}}},
	{"one that takes another's place keeps the height",
		{{"add a", "a=800x600 a+"}, {"add k", "k=800x0"},
			{"dock k 100", "a=800x500 k=800x100"}, {"lend k l", "l=800x100"},
			{"look", "1:a 0,0 800x500 1:l 0,500 800x100"}, {"dock l 100", ""},
			{"settle l", ""}, {"lend l k", "k=800x100"},
			{"settle k", "a=800x600 k=800x0"}}},
	{"a window takes a panel's place, and a panel a window's",
		{{"add a", "a=800x600 a+"}, {"add k", "k=800x0"},
			{"dock k 100", "a=800x500 k=800x100"},
			{"lend k c", "a=800x600 a- c=800x600 c+"},
			{"lend c k", "a+ k=800x0"}}},
};

static void test_case(void **state)
{
	const struct test_case *c = *state;
	begin();
	for (int i = 0; i < STEPS && c->steps[i].what; i++) {
		const struct step *step = &c->steps[i];
		trace[0] = '\0';
		go(step->what);
		if (strcmp(trace, step->told) != 0)
			fail_msg("step %d, %s: got \"%s\", not \"%s\"", i + 1, step->what,
				trace, step->told);
	}
	end();
}

/* Any wishes: nobody gets more than that, all together half, and nobody less than an equal part. */
static void test_share(void **state)
{
	(void)state;
	begin();
	add(find('k'));
	add(find('l'));
	add(find('t'));
	srandom(7);
	for (int i = 0; i < 2000; i++) {
		int32_t sum = 0, n = 0;
		list_for_each (w, &session.windows, struct window, link) {
			w->panel.wanted = (int32_t)random() % (i % 2 ? 700 : 200);
			n += w->panel.wanted > 0;
		}
		panel_share(&session);
		list_for_each (w, &session.windows, struct window, link) {
			const struct panel *p = &w->panel;
			sum += p->given;
			assert_in_range(p->given, 0, p->wanted);
			assert_true(p->given == p->wanted || p->given >= 300 / n);
		}
		assert_in_range(sum, 0, 300);
	}
	end();
}

/* By chance. */

static bool meet(const struct window *a, const struct window *b)
{
	return a->screen == b->screen && a->height > 0 && b->height > 0 &&
	       a->y < b->y + b->height && b->y < a->y + a->height;
}

static void check_panel(const struct window *panel, const struct screen *home)
{
	assert_ptr_equal(panel->screen, home);
	assert_int_equal(panel->height, panel->panel.given);
	assert_true(panel->mapped <= (panel->height > 0));
	list_for_each (other, &session.windows, struct window, link)
		assert_true(other == panel || !meet(panel, other));
}

/* Panels are the last, on one screen, half of it at most, and nothing lies over them. */
static void check_all(void)
{
	const struct screen *home = panel_home(&session);
	int32_t sum = 0;
	bool panels = false;
	list_for_each (w, &session.windows, struct window, link) {
		assert_true(w->panel.edge || !panels);
		panels |= w->panel.edge != PANEL_NONE;
		sum += w->screen && w->panel.edge ? w->height : 0;
	}
	assert_true(!home || sum <= home->height / 2);
	list_for_each (w, &session.windows, struct window, link) {
		if (!w->screen)
			continue;
		assert_int_equal(w->width, w->screen->width);
		assert_true(w->y >= 0 && w->y + w->height <= w->screen->height);
		if (w->panel.edge)
			check_panel(w, home);
		else
			assert_int_equal(w->height,
				w->screen->height - (w->screen == home ? sum : 0));
	}
	assert_true(!session.focus || !session.focus->panel.edge);
	assert_true(session.focus || !panel_top_window(&session));
}

/* One of the table's lines that makes sense now. */
static void say_line(char *to, size_t size)
{
	static const char *const pointers[] = {"press", "release", "move", "down", "up"};
	struct actor *actor = &cast[random() % CAST], *other = &cast[random() % CAST];
	int screen = (int)(random() % 2), which = (int)(random() % 12);
	snprintf(to, size, actor->window ? "focus %c" : "add %c", actor->name);
	if (which == 0 && actor->window)
		snprintf(to, size, "gone %c", actor->name);
	else if (which <= 3 && actor->window)
		snprintf(to, size, "dock %c %ld", actor->name,
			random() % 3 ? random() % 500 : 0);
	else if (which <= 5 && actor->window)
		snprintf(to, size, "frame %c", actor->name);
	else if (which == 6 && actor->window && !other->window)
		snprintf(to, size, "lend %c %c", actor->name, other->name);
	else if (which == 7)
		snprintf(to, size, plugged[screen] ? "unplug %d" : "plug %d", screen + 1);
	else if (which == 8)
		snprintf(to, size, "next");
	else if (which > 8)
		snprintf(to, size, "%s %ld %ld", pointers[random() % 5], random() % 1200,
			random() % 600);
}

static void test_chance(void **state)
{
	char what[32];
	(void)state;
	srandom(11);
	for (int round = 0; round < 50; round++) {
		begin();
		for (int i = 0; i < 400; i++) {
			say_line(what, sizeof what);
			trace[0] = '\0';
			go(what);
			check_all();
		}
		end();
	}
}

static void test_edges(void **state)
{
	enum panel_edge edge;
	(void)state;
	assert_true(panel_edge("", &edge) == 0 && edge == PANEL_BOTTOM);
	assert_true(panel_edge("bottom", &edge) == 0 && edge == PANEL_BOTTOM);
	assert_true(panel_edge("top", &edge) == 0 && edge == PANEL_TOP);
	assert_true(panel_edge("left", &edge) < 0 && panel_edge("topp", &edge) < 0);
	assert_null(panel_edge_name(PANEL_NONE));
	assert_string_equal(panel_edge_name(PANEL_TOP), "top");
}

int main(void)
{
	struct CMUnitTest tests[3 + sizeof cases / sizeof *cases] = {
		cmocka_unit_test(test_share), cmocka_unit_test(test_edges),
		cmocka_unit_test(test_chance)};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		tests[3 + i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	return cmocka_run_group_tests_name("panel", tests, NULL, NULL);
}
