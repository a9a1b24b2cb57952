/*
 * A whole session without a screen, whose user is this file: what is typed and clicked
 * goes where it should, before a plugin fails, after it, and while it is reloaded.
 *
 *	session_test ACTOR_DIR
 */
#include "session/session.h"

#include <fcntl.h>
#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include <cmocka.h>

#include "session/control_reply.h"
#include "session/hosted.h"
#include "session/ledger.h"
#include "session/notice.h"
#include "session/reload.h"
#include "session/routing.h"
#include "session/screen.h"
#include "session/screenshot.h"
#include "session/settings.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"

#define LOOK_NS (10 * NS_PER_MS)

static const char *actors;
static char folder[] = "/tmp/osaas-session-XXXXXX";

/* What the user does: called every 10 ms; returns when to go on to the next step. */
typedef bool (*step_fn)(struct session *session);
static const step_fn *steps; /* NULL at the end */

static void turn(struct session *session)
{
	backend_headless.turn(session);
	if (*steps && (*steps)(session))
		steps++;
}

static uint64_t next_ns(struct session *session)
{
	uint64_t look = clock_now_ns() + LOOK_NS,
		 next = backend_headless.next_ns(session);
	return next < look ? next : look;
}

static struct backend_ops user;

static void copy_actor(const char *part, const char *to)
{
	char command[512];
	snprintf(command, sizeof command,
		"cp '%s/actor_%s.so' '%s.new' && mv '%s.new' '%s'", actors, part, to, to,
		to);
	assert_int_equal(system(command), 0);
}

/* The plugin's file, which may be replaced. */
static char *file_of(const char *part)
{
	static char path[64];
	snprintf(path, sizeof path, "%s/actor.so", folder);
	copy_actor(part, path);
	return path;
}

static int run_file(char *path, const step_fn *what)
{
	struct settings *settings = settings_create();
	struct session_options options = {.width = 640,
		.height = 480,
		.scale = 1,
		.audio = "none",
		.run_ns = 60 * NS_PER_S,
		.settings = settings};
	user = backend_headless;
	user.turn = turn;
	user.next_ns = next_ns;
	steps = what;
	int status = session_run(&options, &user, &path, 1);
	settings_destroy(settings);
	return status;
}

static int run(const char *part, const step_fn *what)
{
	return run_file(file_of(part), what);
}

static struct hosted *first(struct session *session)
{
	assert_false(list_empty(&session->hosted));
	return container_of(session->hosted.next, struct hosted, link);
}

/* Looking. */

/* And has had the time to. */
static bool sees_notice(struct session *session)
{
	static uint64_t since_ns;
	if (list_empty(&session->hosted) || !first(session)->notice) {
		since_ns = 0;
		return false;
	}
	since_ns = since_ns ? since_ns : clock_now_ns();
	if (clock_now_ns() < since_ns + NOTICE_GRACE_NS)
		return false;
	since_ns = 0;
	assert_ptr_equal(session->focus, first(session)->window);
	return true;
}

static bool sees_frame(struct session *session)
{
	return first(session)->window->seen;
}

/* It is another window then, in the same place. */
static bool sees_another(struct session *session)
{
	return !list_empty(&session->hosted) && first(session)->plugin &&
	       session->focus == first(session)->window;
}

static bool sees_nothing(struct session *session)
{
	return list_empty(&session->windows) && !session->focus;
}

/* Doing. */

static void press(struct session *session, uint32_t keysym, uint32_t code)
{
	struct input_key key = {
		.time_ns = clock_now_ns(), .keysym = keysym, .code = code};
	key.pressed = true;
	session_key(session, &key);
	key.pressed = false;
	session_key(session, &key);
}

static bool presses_enter(struct session *session)
{
	press(session, XKB_KEY_Return, KEY_ENTER);
	return true;
}

static bool presses_escape(struct session *session)
{
	press(session, XKB_KEY_Escape, KEY_ESC);
	return true;
}

static void move(struct session *session, float x, float y)
{
	struct input_pointer p = {.time_ns = clock_now_ns(), .x = x, .y = y};
	session_pointer(session, &p);
}

static void click(struct session *session, float x, float y)
{
	struct input_pointer p = {.time_ns = clock_now_ns(),
		.kind = INPUT_POINTER_PRESS,
		.x = x,
		.y = y,
		.button = BTN_LEFT,
		.buttons = 1};
	session_pointer(session, &p);
	p.kind = INPUT_POINTER_RELEASE;
	p.buttons = 0;
	session_pointer(session, &p);
}

/* A finger, and a second one that does not come up. */
static void tap(struct session *session, float x, float y)
{
	struct input_touch t = {.time_ns = clock_now_ns(),
		.kind = INPUT_TOUCH_DOWN,
		.id = 1,
		.x = x,
		.y = y};
	session_touch(session, &t);
	assert_int_equal(session->touching.first, 1);
	t.id = 0;
	session_touch(session, &t);
	assert_int_equal(session->touching.first, 1);
	assert_int_equal(session->route.n_entered, 0); /* the mouse is nowhere */
	t.kind = INPUT_TOUCH_UP;
	t.id = 1;
	session_touch(session, &t);
}

/* On the leftmost button, or the rightmost: what is hit there is no window's area. */
static bool hits(struct session *session, bool rightmost,
	void (*how)(struct session *session, float x, float y))
{
	struct gl_layer *layer = notice_layer(first(session)->notice);
	struct gl_hit hit, none;
	float at_x = -1, at_y = 0;
	assert_int_equal(gl_layer_hit(layer, 0, 0, &none, 1), 1);
	for (float y = 0; y < 480; y += 8) {
		for (float x = 0; x < 640; x += 8) {
			gl_layer_hit(layer, x, y, &hit, 1);
			if (hit.tag != none.tag && (at_x < 0 || rightmost)) {
				at_x = x;
				at_y = y;
			}
		}
	}
	assert_true(at_x > 0);
	move(session, at_x, at_y);
	assert_true(session->route.n_entered > 0);
	how(session, at_x, at_y);
	return true;
}

static bool clicks_close(struct session *session)
{
	return hits(session, false, click);
}

static bool clicks_restart(struct session *session)
{
	return hits(session, true, click);
}

static bool touches_restart(struct session *session)
{
	return hits(session, true, tap);
}

static bool mends_it(struct session *session)
{
	copy_actor("good_a", first(session)->path);
	return true;
}

static bool ends(struct session *session)
{
	session->quit = true;
	return true;
}

/* It fails, is started again, fails again, and is closed. */
static void test_keys(void **state)
{
	static const step_fn what[] = {sees_notice, presses_enter, sees_another,
		sees_notice, presses_escape, sees_nothing, NULL};
	(void)state;
	assert_int_equal(run("falls", what), 1);
	assert_null(*steps);
}

static void test_pointer(void **state)
{
	static const step_fn what[] = {sees_notice, clicks_restart, sees_another,
		sees_notice, mends_it, clicks_restart, sees_another, sees_frame, ends,
		NULL};
	(void)state;
	assert_int_equal(run("falls", what), 1);
	assert_null(*steps);
}

static void test_close(void **state)
{
	static const step_fn what[] = {sees_notice, clicks_close, NULL};
	(void)state;
	assert_int_equal(run("falls", what), 1);
	assert_null(*steps);
}

static void test_touch(void **state)
{
	static const step_fn what[] = {sees_notice, touches_restart, sees_another,
		sees_notice, clicks_close, NULL};
	(void)state;
	assert_int_equal(run("falls", what), 1);
	assert_null(*steps);
}

/* Reload. */

static struct hosted *old;
static struct window *old_window;
static struct reply *reply;

static bool reloads(struct session *session, const char *part)
{
	old = first(session);
	old_window = old->window;
	copy_actor(part, old->path);
	reply = reply_create(false);
	reload_plugin(old, reply);
	return true;
}

static bool reloads_good(struct session *session)
{
	return reloads(session, "good_b");
}

static bool reloads_refused(struct session *session)
{
	return reloads(session, "refused");
}

/* What is typed goes to the new one, and the pointer to nobody else. */
static bool types_on_trial(struct session *session)
{
	struct hosted *now = first(session);
	if (now == old)
		return false;
	assert_ptr_equal(session->focus, now->window);
	assert_true(list_empty(&old_window->link));
	press(session, XKB_KEY_a, KEY_A);
	move(session, 100, 100);
	click(session, 100, 100);
	assert_ptr_equal(session->focus, now->window);
	/* Something is there all the time. */
	assert_non_null(window_base(now->window));
	return true;
}

static bool sees_old(struct session *session)
{
	if (first(session) != old)
		return false;
	assert_ptr_equal(session->focus, old_window);
	assert_ptr_equal(session->windows.next, &old_window->link);
	assert_true(old_window->mapped && window_base(old_window) == old_window->layer);
	return true;
}

static bool sees_new(struct session *session)
{
	if (first(session)->reload)
		return false;
	assert_ptr_not_equal(first(session), old);
	assert_non_null(window_base(first(session)->window));
	return true;
}

static void free_reply(void)
{
	reply_destroy(reply);
	reply = NULL;
}

static void test_reload(void **state)
{
	static const step_fn good[] = {sees_frame, reloads_good, types_on_trial, sees_new,
		sees_frame, ends, NULL};
	static const step_fn bad[] = {
		sees_frame, reloads_refused, types_on_trial, sees_old, ends, NULL};
	(void)state;
	assert_int_equal(run("good_a", good), 0);
	assert_null(*steps);
	free_reply();
	assert_int_equal(run("good_a", bad), 0);
	assert_null(*steps);
	free_reply();
}

/* Latency: keys that the kernel has had for 2 ms, while frames are shown. */

#define KEYS      20
#define KERNEL_NS (2 * NS_PER_MS)

static bool types_often(struct session *session)
{
	static int n;
	static uint64_t serial;
	struct input_key key = {.time_ns = clock_now_ns() - KERNEL_NS,
		.keysym = XKB_KEY_a,
		.code = KEY_A,
		.pressed = true};
	/* Every third frame. */
	if (first(session)->window->serial < serial + 3)
		return false;
	serial = first(session)->window->serial;
	session_key(session, &key);
	return ++n == KEYS;
}

static bool sees_latency(struct session *session)
{
	struct ledger_figures f[LEDGER_STAGES], *route = &f[0], *wake = &f[1],
						*whole = &f[LEDGER_STAGES - 1];
	ledger_measure(session->ledger, f);
	if (whole->n < KEYS)
		return false;
	assert_string_equal(ledger_stages[1].name, "wake");
	/* Each input is followed to its frame, and it is known when the plugin ran. */
	assert_int_equal(route->n, whole->n);
	assert_int_equal(wake->n, whole->n);
	assert_true(route->p50 >= KERNEL_NS);
	assert_true(wake->max > 0);
	assert_true(whole->p50 > route->p50);
	/* Most frames answer no key. */
	assert_true(f[4].n > whole->n);
	return true;
}

static void test_latency(void **state)
{
	static const step_fn what[] = {sees_frame, types_often, sees_latency, ends, NULL};
	char path[512];
	(void)state;
	snprintf(path, sizeof path, "%s/mover.so", actors);
	assert_int_equal(run_file(path, what), 0);
	assert_null(*steps);
}

/* Screenshots: the pointer is in them if that is asked, and only there. */

static uint8_t *shot(struct session *session, bool pointer)
{
	static uint8_t pixels[2][640 * 480 * 4];
	const struct screen *screen =
		container_of(session->screens.next, struct screen, link);
	int fd = screenshot_take(screen, pointer);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, pixels[pointer], sizeof *pixels,
				 sizeof(struct screenshot_head)),
		sizeof *pixels);
	close(fd);
	return pixels[pointer];
}

static bool moves_pointer(struct session *session)
{
	move(session, 300, 200);
	return true;
}

static bool shoots_pointer(struct session *session)
{
	const uint8_t *without = shot(session, false), *with = shot(session, true);
	const struct screen *screen =
		container_of(session->screens.next, struct screen, link);
	int inside = 0, outside = 0;
	if (!screen->pointer.image.serial)
		return false;
	for (int i = 0; i < 640 * 480; i++) {
		int x = i % 640 - 300 + screen->pointer.image.hot_x,
		    y = i / 640 - 200 + screen->pointer.image.hot_y;
		bool in = x >= 0 && y >= 0 && x < screen->pointer.image.width &&
			  y < screen->pointer.image.height;
		if (memcmp(with + i * 4, without + i * 4, 4) != 0)
			*(in ? &inside : &outside) += 1;
	}
	assert_int_equal(outside, 0);
	assert_true(inside > 20);
	return true;
}

static void test_pointer_shot(void **state)
{
	static const step_fn what[] = {
		sees_frame, moves_pointer, shoots_pointer, ends, NULL};
	(void)state;
	assert_int_equal(run("good_a", what), 0);
	assert_null(*steps);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_pointer),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_touch),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_latency),
		cmocka_unit_test(test_pointer_shot),
	};
	assert_int_equal(argc, 2);
	actors = argv[1];
	log_set_level(LOG_SILENT);
	assert_non_null(mkdtemp(folder));
	setenv("XDG_RUNTIME_DIR", folder, 1);
	setenv("XDG_STATE_HOME", folder, 1);
	int failed = cmocka_run_group_tests_name("session", tests, NULL, NULL);
	char command[64];
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command) == 0 ? failed : 1;
}
