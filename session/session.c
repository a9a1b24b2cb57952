#include "session/session.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "gl/text.h"
#include "plugins/plugin.h"
#include "sched/sched.h"
#include "session/aio.h"
#include "session/audio.h"
#include "session/clip.h"
#include "session/child.h"
#include "session/cmd.h"
#include "session/control.h"
#include "session/control_command.h"
#include "session/crash.h"
#include "session/grants.h"
#include "session/host.h"
#include "session/idle.h"
#include "session/ledger.h"
#include "session/loop.h"
#include "session/notice.h"
#include "session/outputs.h"
#include "session/pointer.h"
#include "session/resume.h"
#include "session/record.h"
#include "session/screen.h"
#include "session/screenshot.h"
#include "session/service.h"
#include "session/settings.h"
#include "session/settings_apply.h"
#include "session/settings_watch.h"
#include "session/store.h"
#include "session/stream.h"
#include "session/virtual.h"
#include "session/writing.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/opwire.h"

/* All screens that show it: itself and its mirrors. */
static void damage_screen(struct screen *source)
{
	list_for_each (screen, &source->session->screens, struct screen, link) {
		if (screen_source(screen) == source)
			screen_damage_all(screen);
	}
}

static void move_window(struct window *window, struct screen *screen)
{
	if (window->screen == screen)
		return;
	if (window->screen)
		damage_screen(window->screen);
	window->screen = screen;
	/* What was in flight there tells nothing of here. */
	window->committed = false;
	if (screen)
		damage_screen(screen);
}

static bool fits(const struct window *window)
{
	const struct screen *screen = window->screen;
	return window->layer && window->width == screen->width &&
	       window->height == screen->height && window->scale == (float)screen->scale;
}

/* anew: it is told its size, although that is no other. */
static void place_window(struct session *session, struct window *window, bool anew)
{
	struct screen *screen = outputs_home(session->outputs, window->id);
	move_window(window, screen);
	if (!screen || !session->gl || (!anew && fits(window)))
		return;
	if (window_configure(
		    window, screen->width, screen->height, (float)screen->scale) == 0)
		damage_screen(screen);
	if (window->notice)
		notice_configure(window->notice);
	pointer_changed(session->pointer);
}

void session_layout(struct session *session)
{
	outputs_arrange(session->outputs);
	list_for_each (window, &session->windows, struct window, link)
		place_window(session, window, false);
	pointer_changed(session->pointer);
	if (session->backend_ops->laid_out)
		session->backend_ops->laid_out(session);
}

void session_set_scale(struct session *session, float scale)
{
	session->scale = scale;
	session_layout(session);
}

void session_resized(struct session *session, const struct screen *screen)
{
	(void)screen;
	session_layout(session);
}

void session_add_screen(struct session *session, struct screen *screen)
{
	outputs_add(session->outputs, screen);
	pointer_changed(session->pointer);
	log_debug("screen %s %dx%d", screen->name, screen->width, screen->height);
	session_layout(session);
	idle_returned(session->idle);
}

void session_remove_screen(struct session *session, struct screen *screen)
{
	list_for_each (window, &session->windows, struct window, link) {
		if (window->screen == screen)
			move_window(window, NULL);
	}
	outputs_remove(session->outputs, screen);
	session_layout(session);
}

size_t session_layers(struct session *session, const struct screen *screen,
	struct gl_placement *layers, size_t max)
{
	size_t n = 0;
	list_for_each (window, &session->windows, struct window, link) {
		struct gl_layer *both[] = {window_base(window),
			window->notice ? notice_layer(window->notice) : NULL};
		for (int i = 0; i < 2; i++) {
			if (window->screen == screen_source(screen) && both[i] && n < max)
				layers[n++] = (struct gl_placement){
					both[i], window->x, window->y};
		}
	}
	return n;
}

void session_committed(struct session *session, const struct screen *screen)
{
	list_for_each (window, &session->windows, struct window, link) {
		if (window->screen != screen)
			continue;
		window->committed |= window->owes_shown;
		ledger_committed(session->ledger, &window->ledger, screen->name,
			screen->paint_ns, screen->painted_ns, clock_now_ns());
	}
}

void session_shown(
	struct session *session, const struct screen *screen, uint64_t present_ns)
{
	record_shown(session->record, screen, present_ns);
	list_for_each (window, &session->windows, struct window, link) {
		if (window->screen != screen)
			continue;
		ledger_flipped(session->ledger, &window->ledger, window->name,
			screen->name, present_ns);
		if (!window->committed)
			continue;
		window_send_shown(window, present_ns, screen->refresh_ns);
		if (!window->seen)
			log_info("%s: the first frame of %s is on the screen, %dx%d",
				screen->name, window->name, screen->width,
				screen->height);
		window->seen = true;
	}
}

static void tell_focus(struct window *window, bool focused)
{
	if (window->notice)
		notice_focus(window->notice, focused);
	else
		window_send_focus(window, focused);
}

static void set_focus(struct session *session, struct window *window)
{
	if (session->focus == window)
		return;
	if (session->focus)
		tell_focus(session->focus, false);
	session->focus = window;
	session->changed = true;
	if (window)
		tell_focus(window, true);
}

void session_focus(struct session *session, struct window *window)
{
	set_focus(session, window);
}

void session_add_window(struct session *session, struct window *window)
{
	list_push_back(&session->windows, &window->link);
	session->changed = true;
	place_window(session, window, true);
	set_focus(session, window);
}

/* No more events of what is under way go there. */
static void forget_route(struct session *session, const struct window *window)
{
	pointer_changed(session->pointer);
	input_route_forget(&session->route, window);
	touching_forget(&session->touching, window);
}

void session_remove_window(struct session *session, struct window *window)
{
	forget_route(session, window);
	list_remove(&window->link);
	session->changed = true;
	move_window(window, NULL);
	if (session->focus != window)
		return;
	session->focus = NULL;
	if (!list_empty(&session->windows))
		set_focus(session,
			container_of(session->windows.prev, struct window, link));
}

void session_replace_window(
	struct session *session, struct window *out, struct window *in)
{
	bool focused = session->focus == out;
	list_insert_between(out->link.prev, &in->link, &out->link);
	list_remove(&out->link);
	move_window(out, NULL);
	forget_route(session, out);
	place_window(session, in, true);
	if (focused)
		session->focus = in;
	tell_focus(in, focused);
}

void session_cover_window(
	struct session *session, struct window *window, struct notice *notice)
{
	window->notice = notice;
	/* Areas under the pointer are others now. */
	forget_route(session, window);
	if (session->focus == window)
		tell_focus(window, true);
	if (window->screen)
		damage_screen(window->screen);
}

/*
 * A frame like the last one changes nothing, so nothing is committed; yet the
 * plugin waits to be told. It is, when the display's next frame begins.
 */
static void answer_later(struct screen *screen)
{
	uint64_t now = clock_now_ns(), next = screen->shown_ns;
	if (screen->idle_shown_ns)
		return;
	if (next < now)
		next += ((now - next) / screen->refresh_ns + 1) * screen->refresh_ns;
	screen->idle_shown_ns = next;
}

void session_damage(struct session *session, const struct window *window,
	const struct gl_region *damage)
{
	const struct gl_layer *layer = window->notice ? NULL : window->layer;
	if (!window->screen)
		return;
	pointer_changed(session->pointer);
	if (damage->n == 0) {
		answer_later(window->screen);
		return;
	}
	list_for_each (screen, &session->screens, struct screen, link) {
		if (screen_source(screen) == window->screen)
			screen_submitted(screen, layer, window->x, window->y, damage);
	}
	/* All of it lies outside: a window that could not be made smaller. */
	if (!window->screen->wanted)
		answer_later(window->screen);
}

/* In the dark nothing is answered: when it is light again all is painted, and that answers. */
static uint64_t idle_shown_ns(const struct screen *screen)
{
	bool dark = screen->state == SCREEN_PAUSED || screen->state == SCREEN_ASLEEP;
	return screen->idle_shown_ns && !dark ? screen->idle_shown_ns : UINT64_MAX;
}

static void answer_idle(struct session *session, struct screen *screen)
{
	uint64_t due = idle_shown_ns(screen);
	if (clock_now_ns() < due)
		return;
	screen->idle_shown_ns = 0;
	if (screen->wanted)
		return;
	/* What is in flight answers for itself only. */
	if (screen->state == SCREEN_FLIGHT) {
		screen->idle_shown_ns = clock_now_ns() + screen->refresh_ns;
		return;
	}
	list_for_each (window, &session->windows, struct window, link) {
		if (window->screen != screen || !window->owes_shown)
			continue;
		ledger_unchanged(&window->ledger);
		window_send_shown(window, due, screen->refresh_ns);
	}
}

void session_key(struct session *session, const struct input_key *key)
{
	struct window *window = session->focus;
	if (idle_takes_key(session->idle, key))
		return;
	if (window && window->notice)
		notice_key(window->notice, key);
	else if (window)
		window_send_key(window, key);
}

/* Whose areas are hit: NULL, if the window is not there yet. */
static struct gl_layer *hit_layer(const struct window *window)
{
	if (window->notice)
		return notice_layer(window->notice);
	return window->mapped ? window->layer : NULL;
}

/* The same, in pixels of the view of the window's screen. */
static struct input_pointer on_screen(
	const struct window *window, const struct input_pointer *pointer)
{
	struct input_pointer p = *pointer;
	double x, y;
	if (!window->screen)
		return p;
	screen_of_layout(window->screen, pointer->x, pointer->y, &x, &y);
	p.x = (float)x;
	p.y = (float)y;
	return p;
}

/* The topmost window there, and where in it. */
static struct window *window_at(
	struct session *session, double x, double y, float *at_x, float *at_y)
{
	const struct input_pointer at = {.x = (float)x, .y = (float)y};
	for (struct list *l = session->windows.prev; l != &session->windows;
		l = l->prev) {
		struct window *window = container_of(l, struct window, link);
		struct input_pointer p = on_screen(window, &at);
		bool there = window->screen && (hit_layer(window) || window->behind);
		*at_x = p.x - (float)window->x;
		*at_y = p.y - (float)window->y;
		if (there && *at_x >= 0 && *at_y >= 0 && *at_x < (float)window->width &&
			*at_y < (float)window->height)
			return window;
	}
	return NULL;
}

/* What is under the pointer, topmost first: areas of the topmost window that has any there. */
static size_t under_pointer(struct session *session, const struct input_pointer *pointer,
	struct input_target *out, size_t max)
{
	struct gl_hit hits[INPUT_ROUTE_MAX];
	float at_x, at_y;
	struct window *window = window_at(session, pointer->x, pointer->y, &at_x, &at_y);
	struct gl_layer *layer = window ? hit_layer(window) : NULL;
	size_t n = layer ? gl_layer_hit(layer, at_x, at_y, hits, max) : 0;
	for (size_t i = 0; i < n; i++)
		out[i] = (struct input_target){.owner = window, .tag = hits[i].tag};
	return n;
}

unsigned session_cursor(struct session *session, double x, double y)
{
	float at_x, at_y;
	struct window *window = window_at(session, x, y, &at_x, &at_y);
	struct gl_layer *layer = window ? hit_layer(window) : NULL;
	return layer ? gl_layer_cursor(layer, at_x, at_y) : CURSOR_DEFAULT;
}

static void emit_pointer(void *data, const struct input_target *target,
	enum input_route_kind kind, const struct input_pointer *pointer)
{
	struct session *session = data;
	struct window *window = target->owner;
	struct input_pointer p = on_screen(window, pointer);
	if (kind == INPUT_ROUTE_PRESS)
		set_focus(session, window);
	if (window->notice)
		notice_pointer(window->notice, target->tag, kind, &p);
	else
		window_send_pointer(window, target->tag, kind, &p);
}

static void route_pointer(struct session *session, const struct input_pointer *pointer)
{
	struct input_target under[INPUT_ROUTE_MAX];
	size_t n = under_pointer(session, pointer, under, INPUT_ROUTE_MAX);
	input_route_pointer(&session->route, pointer, under, n, emit_pointer, session);
}

void session_pointer(struct session *session, const struct input_pointer *pointer)
{
	if (idle_takes_pointer(session->idle, pointer))
		return;
	pointer_at(session->pointer, pointer->x, pointer->y, clock_now_ns());
	session->pointed = *pointer;
	route_pointer(session, pointer);
}

void session_pointer_settle(struct session *session)
{
	const struct input_pointer *last = &session->pointed;
	const struct input_route *route = &session->route;
	double x = last->x, y = last->y;
	bool seen = pointer_where(session->pointer, &x, &y);
	if (!last->time_ns || (!seen && !route->n_entered && !route->pressed))
		return;
	struct input_pointer here = {.kind = INPUT_POINTER_MOVE,
		.time_ns = clock_now_ns(),
		.x = (float)x,
		.y = (float)y,
		.buttons = last->buttons,
		.mods = last->mods};
	route_pointer(session, &here);
}

void session_pointer_leave(struct session *session)
{
	struct input_pointer none = {.time_ns = clock_now_ns()};
	input_route_leave(&session->route, &none, emit_pointer, session);
	pointer_hide(session->pointer);
}

void session_touch(struct session *session, const struct input_touch *touch)
{
	struct input_target under[INPUT_ROUTE_MAX];
	struct input_pointer at = {.time_ns = touch->time_ns,
		.x = touch->x,
		.y = touch->y,
		.mods = touch->mods};
	if (idle_takes_touch(session->idle, touch))
		return;
	size_t n = under_pointer(session, &at, under, INPUT_ROUTE_MAX);
	pointer_hide(session->pointer);
	/* Of two pointers over one window each would leave what the other is in. */
	if (touch->kind == INPUT_TOUCH_DOWN)
		input_route_leave(&session->route, &at, emit_pointer, session);
	touching_event(&session->touching, touch, !session->route.pressed, under, n,
		emit_pointer, session);
}

void session_input_cancel(struct session *session)
{
	idle_cancel(session->idle);
	touching_cancel(&session->touching, emit_pointer, session);
	input_route_cancel(&session->route, emit_pointer, session);
}

static void handle_signal(void *data, uint32_t events)
{
	struct session *session = data;
	struct signalfd_siginfo info;
	(void)events;
	while (read(session->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGUSR1) {
			control_print(session, "tasks", stderr);
		} else {
			log_debug("signal %u: the session ends", info.ssi_signo);
			session->quit = true;
		}
	}
}

/* After the seat was opened: libseat's built-in server inherits the mask and needs its signals. */
static int watch_signals(struct session *session)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	session->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (session->signal_fd < 0)
		return -errno;
	session->signals = loop_add(
		session->loop, session->signal_fd, EPOLLIN, handle_signal, session);
	return session->signals ? 0 : -errno;
}

static void turn_windows(struct session *session)
{
	struct list now;
	list_init(&now);
	while (!list_empty(&session->dirty_windows))
		list_push_back(&now, list_pop_front(&session->dirty_windows));
	while (!list_empty(&now))
		window_receive(container_of(now.next, struct window, dirty));
	list_for_each (window, &session->windows, struct window, link)
		window_flush(window);
}

static bool all_shown(struct session *session)
{
	list_for_each (window, &session->windows, struct window, link) {
		if (!window->mapped || window->owes_shown)
			return false;
	}
	return !list_empty(&session->windows);
}

static void check_end(struct session *session, uint64_t start_ns)
{
	const struct session_options *o = session->options;
	if (host_over(session))
		session->quit = true;
	if (o->run_ns && clock_now_ns() - start_ns >= o->run_ns)
		session->quit = true;
	if (o->first_frame && all_shown(session))
		session->quit = true;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_wake(struct session *session, uint64_t start_ns)
{
	if (!list_empty(&session->dirty_windows))
		return 0;
	uint64_t ns = earlier(sched_next_wake_ns(), audio_next_ns(session->audio));
	ns = earlier(ns, control_next_ns(session->control));
	ns = earlier(ns, service_next_ns(session));
	ns = earlier(ns, host_next_ns(session));
	ns = earlier(ns, screenshot_next_ns(session));
	ns = earlier(ns, record_next_ns(session->record));
	if (session->backend_ops->next_ns)
		ns = earlier(ns, session->backend_ops->next_ns(session));
	ns = earlier(ns, outputs_next_ns(session->outputs));
	ns = earlier(ns, idle_next_ns(session->idle));
	list_for_each (screen, &session->screens, struct screen, link)
		ns = earlier(ns, earlier(screen_next_ns(screen), idle_shown_ns(screen)));
	ns = earlier(ns, pointer_next_ns(session->pointer));
	if (session->options->run_ns)
		ns = earlier(ns, start_ns + session->options->run_ns);
	return ns;
}

/* One turn: tasks run, what they sent is carried on, then the poll. */
static int turn(struct session *session, uint64_t start_ns)
{
	sched_run();
	plugin_reap();
	host_turn(session);
	turn_windows(session);
	service_turn(session);
	stream_turn(session);
	audio_turn(session->audio);
	resume_turn(session);
	control_turn(session->control);
	outputs_turn(session->outputs);
	idle_turn(session->idle);
	list_for_each (screen, &session->screens, struct screen, link)
		answer_idle(session, screen);
	if (session->backend_ops->turn)
		session->backend_ops->turn(session);
	/* Before painting: when the last plugin has ended its picture stays to the end. */
	check_end(session, start_ns);
	if (session->quit)
		return 0;
	pointer_turn(session->pointer, clock_now_ns());
	list_for_each_safe (screen, &session->screens, struct screen, link)
		screen_turn(screen);
	screenshot_turn(session);
	record_turn(session->record);
	if (session->backend_ops->painted)
		session->backend_ops->painted(session);
	if (session->quit)
		return 0;
	/* What was done since sched_run may have woken somebody. */
	bool ready = sched_ready() || session->streams_left || plugin_idle();
	uint64_t wake_ns = ready ? 0 : next_wake(session, start_ns);
	return virtual_is_on() ? virtual_poll(session, wake_ns)
			       : loop_poll(session->loop, wake_ns);
}

static int run(struct session *session)
{
	uint64_t start_ns = clock_now_ns();
	int r = 0;
	while (!session->quit && r == 0)
		r = turn(session, start_ns);
	if (r < 0) {
		log_error("the session's poll failed: %s; it ends", strerror(-r));
		session->lost = true;
	}
	if (r == 0 && session->backend_ops->finish)
		r = session->backend_ops->finish(session);
	return r;
}

static void init(struct session *session, const struct session_options *options,
	const struct backend_ops *backend)
{
	*session = (struct session){.options = options,
		.settings = options->settings,
		.scale = options->scale,
		.backend_ops = backend,
		.signal_fd = -1};
	list_init(&session->screens);
	list_init(&session->windows);
	list_init(&session->dirty_windows);
	list_init(&session->dirty_services);
	list_init(&session->dirty_streams);
	list_init(&session->timed_services);
	list_init(&session->full_services);
	list_init(&session->link_offers);
	list_init(&session->screenshots);
	list_init(&session->hosted);
	list_init(&session->reloads);
	input_route_init(&session->route);
	touching_init(&session->touching);
}

static void finish(struct session *session)
{
	virtual_stop();
	host_stop_all(session);
	screenshot_finish(session);
	record_destroy(session->record);
	writing_close(session->text);
	gl_text_destroy(session->layouts);
	session->backend_ops->stop(session);
	idle_destroy(session->idle);
	outputs_destroy(session->outputs);
	pointer_destroy(session->pointer);
	store_destroy(session->store);
	grants_destroy(session->grants);
	ledger_destroy(session->ledger);
	clip_destroy(session->clip);
	aio_destroy(session->aio);
	child_finish();
	audio_destroy(session->audio);
	settings_watch_destroy(session->settings_watch);
	if (session->settings != session->options->settings)
		settings_destroy((struct settings *)(uintptr_t)session->settings);
	control_destroy(session->control);
	loop_remove(session->signals);
	if (session->signal_fd >= 0)
		close(session->signal_fd);
	loop_destroy(session->loop);
	sched_finish();
	crash_unwatch();
}

/* Chance is different each time; who wants the same again finds the seed in the log. */
static void seed_scheduler(void)
{
	uint64_t seed = clock_now_ns();
	if (!virtual_is_on())
		getrandom(&seed, sizeof seed, GRND_NONBLOCK);
	sched_seed(seed);
	log_debug("the scheduler's seed is %" PRIu64, seed);
}

static int load_grants(struct session *session)
{
	char why[CAP_WHY_MAX];
	session->grants = grants_create();
	for (size_t i = 0; i < session->options->n_grants; i++) {
		int r = grants_give(session->grants, session->options->grants[i], why);
		if (r < 0) {
			log_error("--grant: %s", why);
			return r;
		}
	}
	return 0;
}

int session_run(const struct session_options *options, const struct backend_ops *backend,
	char *const *plugins, size_t n_plugins)
{
	struct session session;
	if (options->virtual_clock)
		virtual_start();
	init(&session, options, backend);
	crash_watch();
	session.ledger = ledger_create();
	int r = sched_init();
	seed_scheduler();
	session.loop = loop_create();
	if (r == 0 && !session.loop) {
		r = -errno;
		log_error("cannot make an epoll descriptor: %s", strerror(-r));
	}
	if (r == 0 && plugin_fence(options->fence) < 0)
		log_debug("system calls of plugins are not trapped: see 'osaas doctor'");
	if (r == 0)
		session.store = store_create(session.loop);
	if (r == 0)
		r = load_grants(&session);
	session.outputs = outputs_create(&session);
	session.idle =
		idle_create(&session, (uint64_t)options->settings->idle_off * NS_PER_S);
	/* Before the screen is taken: a plugin that cannot run is told on a readable console. */
	for (size_t i = 0; i < n_plugins && r == 0; i++) {
		r = host_load(&session, plugins[i]);
		if (r < 0 && options->resume)
			r = 0;
	}
	if (r == 0 && list_empty(&session.hosted))
		r = -ENOENT;
	session.pointer = pointer_create(&session);
	if (r == 0) {
		r = backend->start(&session);
		/* After a crash, seat and card may be on their way back, too. */
		session.lost = r < 0 && options->resume != NULL;
	}
	if (r == 0 && (r = watch_signals(&session)) < 0)
		log_error("cannot watch for signals: %s", strerror(-r));
	if (r == 0) {
		session.aio = aio_create(session.loop);
		session.audio = audio_create(session.loop, options->audio);
		session.control = control_create(&session);
		session.settings_watch = settings_watch_create(
			session.loop, session.settings, settings_apply, &session);
		r = host_start_all(&session);
		if (r == 0 && options->resume)
			resume_focus(&session, options->resume);
	}
	if (r == 0 && options->first_frame && list_empty(&session.windows)) {
		log_error("none of the plugins wants gui.window: there is no frame to "
			  "wait for; without --for there would be no end");
		r = -EINVAL;
	}
	if (r == 0)
		r = run(&session);
	finish(&session);
	if (session.lost)
		return EXIT_LOST;
	return r < 0 || session.failures ? EXIT_FAILED : EXIT_OK;
}
