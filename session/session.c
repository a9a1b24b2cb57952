#include "session/session.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "gl/text.h"
#include "plugins/plugin.h"
#include "sched/sched.h"
#include "session/a11y.h"
#include "session/aio.h"
#include "session/audio.h"
#include "session/audio_in.h"
#include "session/boost.h"
#include "session/clip.h"
#include "session/child.h"
#include "session/cmd.h"
#include "session/control.h"
#include "session/control_command.h"
#include "session/crash.h"
#include "session/devices.h"
#include "session/grants.h"
#include "session/host.h"
#include "session/idle.h"
#include "session/indicator.h"
#include "session/input_record.h"
#include "session/keys.h"
#include "session/ledger.h"
#include "session/loop.h"
#include "session/notice.h"
#include "session/outputs.h"
#include "session/panel.h"
#include "session/pointer.h"
#include "session/resume.h"
#include "session/routing.h"
#include "session/record.h"
#include "session/screen.h"
#include "session/screenshot.h"
#include "session/service.h"
#include "session/settings.h"
#include "session/settings_apply.h"
#include "session/settings_watch.h"
#include "session/sound.h"
#include "session/spare.h"
#include "session/store.h"
#include "session/stream.h"
#include "session/virtual.h"
#include "session/writing.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/opwire.h"

struct writing *session_writing(struct session *session)
{
	char why[128];
	if (!session->text && !session->no_text) {
		session->text = writing_open(gl_fonts(session->gl), why, sizeof why);
		session->no_text = !session->text;
		if (session->no_text)
			log_error("what the session itself shows has no words: %s", why);
	}
	return session->text;
}

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

static struct screen *home(struct session *session, const struct window *window)
{
	return window->panel.edge ? panel_home(session)
				  : outputs_home(session->outputs, window->id);
}

static bool fits(const struct window *window, const struct gl_rect *at)
{
	return (window->layer || panel_hidden(window)) &&
	       window->width == at->x1 - at->x0 && window->height == at->y1 - at->y0 &&
	       window->scale == (float)window->screen->scale &&
	       window->panel.most == panel_most(window);
}

static void move_to(struct window *window, int32_t x, int32_t y)
{
	if (window->x == x && window->y == y)
		return;
	window->x = x;
	window->y = y;
	window->session->relaid = true;
	pointer_changed(window->session->pointer);
	damage_screen(window->screen);
}

/* anew: it is told its size, although that is no other. */
static void place_window(struct session *session, struct window *window, bool anew)
{
	struct screen *screen = home(session, window);
	move_window(window, screen);
	if (!screen || !session->gl)
		return;
	struct gl_rect at = panel_place(window);
	move_to(window, at.x0, at.y0);
	if (!anew && fits(window, &at))
		return;
	window->panel.most = panel_most(window);
	if (window_configure(
		    window, at.x1 - at.x0, at.y1 - at.y0, (float)screen->scale) == 0)
		damage_screen(screen);
	if (window->notice)
		notice_configure(window->notice);
	pointer_changed(session->pointer);
	session->relaid = true;
}

/* Panels are where the keys go, so windows find their screen first. */
void session_place(struct session *session)
{
	list_for_each (window, &session->windows, struct window, link)
		move_window(window, home(session, window));
	panel_share(session);
	list_for_each (window, &session->windows, struct window, link)
		place_window(session, window, false);
}

void session_layout(struct session *session)
{
	outputs_arrange(session->outputs);
	session_place(session);
	indicator_laid_out(session);
	pointer_changed(session->pointer);
	if (session->backend_ops->laid_out)
		session->backend_ops->laid_out(session);
}

void session_hold(struct session *session, bool held)
{
	if (session->audio)
		sound_hold(session->sound, held);
}

/* What the device wants by now, and when it wants something again. */
static uint64_t feed(struct session *session)
{
	audio_turn(session->audio);
	uint64_t ns = audio_next_ns(session->audio);
	if (audio_has_voice(session->audio))
		boost_prepare(session->boost);
	boost_by(session->boost, audio_feeds(session->audio) ? ns : UINT64_MAX);
	return ns;
}

void session_feed(struct session *session)
{
	if (!session->audio)
		return;
	feed(session);
	if (!virtual_is_on())
		sched_run_reserved(UINT64_MAX);
	boost_lower(session->boost, clock_now_ns());
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
	indicator_forget(session, screen);
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
	if (n < max && sound_place(session->sound, screen_source(screen), &layers[n]))
		n++;
	/* In any case, and over all. */
	struct gl_placement over;
	if (indicator_place(session, screen_source(screen), &over) && max > 0)
		layers[n < max ? n++ : n - 1] = over;
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
				screen->name, window->name, window->width,
				window->height);
		session->spare |= !window->seen;
		window->seen = true;
	}
}

void session_add_window(struct session *session, struct window *window)
{
	struct list *next = window->panel.edge ? &session->windows : panel_first(session);
	list_insert_between(next->prev, &window->link, next);
	session->changed = true;
	place_window(session, window, true);
	if (!window->panel.edge)
		session_focus(session, window);
}

void session_remove_window(struct session *session, struct window *window)
{
	routing_forget(session, window);
	list_remove(&window->link);
	session->changed = true;
	move_window(window, NULL);
	if (window->panel.wanted)
		session_place(session);
	if (session->focus != window)
		return;
	session->focus = NULL;
	session_focus(session, panel_top_window(session));
	panel_follow(session);
}

void session_raise(struct session *session, struct window *window)
{
	struct list *panels = panel_first(session);
	while (panels->prev != &window->link) {
		struct list *below = list_pop_front(&session->windows);
		list_insert_between(panels->prev, below, panels);
	}
	session->changed = true;
	list_for_each (each, &session->windows, struct window, link) {
		if (each->screen)
			damage_screen(each->screen);
	}
	pointer_changed(session->pointer);
	session->relaid = true;
}

void session_replace_window(
	struct session *session, struct window *out, struct window *in)
{
	bool focused = session->focus == out;
	if (!in->panel.edge != !out->panel.edge) {
		session_remove_window(session, out);
		session_add_window(session, in);
		return;
	}
	list_insert_between(out->link.prev, &in->link, &out->link);
	list_remove(&out->link);
	move_window(out, NULL);
	routing_forget(session, out);
	if (focused)
		session->focus = in;
	move_window(in, home(session, in));
	panel_share(session);
	place_window(session, in, true);
	session_place(session);
	if (!in->panel.edge)
		routing_tell_focus(in, focused);
}

void session_cover_window(
	struct session *session, struct window *window, struct notice *notice)
{
	window->notice = notice;
	/* Areas under the pointer are others now. */
	routing_forget(session, window);
	if (session->focus == window)
		routing_tell_focus(window, true);
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
	session->relaid = true;
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
	bool any = false;
	list_for_each (window, &session->windows, struct window, link) {
		if (panel_hidden(window))
			continue;
		if (!window->mapped || window->owes_shown)
			return false;
		any = true;
	}
	return any;
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
	ns = earlier(ns, sound_next_ns(session->sound));
	ns = earlier(ns, audio_in_next_ns(session->audio_in));
	ns = earlier(ns, indicator_next_ns(session));
	ns = earlier(ns, control_next_ns(session->control));
	ns = earlier(ns, service_next_ns(session));
	ns = earlier(ns, dragging_next_ns(session));
	ns = earlier(ns, host_next_ns(session));
	ns = earlier(ns, screenshot_next_ns(session));
	ns = earlier(ns, record_next_ns(session->record));
	ns = earlier(ns, input_record_next_ns(session->input_record));
	if (session->backend_ops->next_ns)
		ns = earlier(ns, session->backend_ops->next_ns(session));
	ns = earlier(ns, outputs_next_ns(session->outputs));
	ns = earlier(ns, idle_next_ns(session->idle));
	ns = earlier(ns, a11y_next_ns(session->a11y));
	list_for_each (screen, &session->screens, struct screen, link)
		ns = earlier(ns, earlier(screen_next_ns(screen), idle_shown_ns(screen)));
	ns = earlier(ns, pointer_next_ns(session->pointer));
	if (session->options->run_ns)
		ns = earlier(ns, start_ns + session->options->run_ns);
	return ns;
}

#define PAUSE_NS (50 * NS_PER_MS)

/* Something was started, is on the screen, and now nothing happens for a while. */
static void give_back(struct session *session, uint64_t wake_ns)
{
	if (!session->spare || virtual_is_on() || wake_ns < clock_now_ns() + PAUSE_NS)
		return;
	session->spare = false;
	spare_give_back();
}

static void handle_pause(void *data)
{
	session_feed(data);
}

static void handle_ordinary(void *data, uint64_t now)
{
	boost_lower(data, now);
}

/* One turn: tasks run, what they sent is carried on, then the poll. */
static int turn(struct session *session, uint64_t start_ns)
{
	/* What the poll brought the device wants before a task has the processor for a while. */
	sched_loop_by(feed(session));
	sched_run();
	uint64_t turns = sched_get_stats().turns;
	plugin_reap();
	host_turn(session);
	turn_windows(session);
	panel_turn(session);
	routing_turn(session);
	texting_turn(session);
	service_turn(session);
	stream_turn(session);
	audio_turn(session->audio);
	sound_turn(session->sound);
	audio_in_turn(session->audio_in);
	indicator_turn(session);
	resume_turn(session);
	control_turn(session->control);
	outputs_turn(session->outputs);
	idle_turn(session->idle);
	a11y_turn(session->a11y);
	list_for_each (screen, &session->screens, struct screen, link)
		answer_idle(session, screen);
	if (session->backend_ops->turn)
		session->backend_ops->turn(session);
	/* Before painting: when the last plugin has ended its picture stays to the end. */
	check_end(session, start_ns);
	if (session->quit)
		return 0;
	magnifier_turn(session);
	sound_show(session->sound);
	pointer_turn(session->pointer, clock_now_ns());
	list_for_each_safe (screen, &session->screens, struct screen, link)
		screen_turn(screen);
	screenshot_turn(session);
	record_turn(session->record);
	input_record_turn(session->input_record);
	if (session->backend_ops->painted)
		session->backend_ops->painted(session);
	if (session->quit)
		return 0;
	/* What was done since sched_run may have woken somebody. */
	bool ready = sched_ready() || session->streams_left || plugin_idle();
	/* Who ran in the midst of it may have ended, or asked for something. */
	ready |= sched_get_stats().turns != turns;
	uint64_t wake_ns = ready ? 0 : next_wake(session, start_ns);
	give_back(session, wake_ns);
	if (wake_ns > 0)
		boost_rest(session->boost);
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
	a11y_destroy(session->a11y);
	session->a11y = NULL;
	virtual_stop();
	host_stop_all(session);
	screenshot_finish(session);
	record_destroy(session->record);
	input_record_destroy(session->input_record);
	writing_close(session->text);
	gl_text_destroy(session->layouts);
	sound_destroy(session->sound);
	session->sound = NULL;
	keys_destroy(session->keys);
	session->keys = NULL;
	indicator_destroy(session);
	session->backend_ops->stop(session);
	devices_destroy(session->devices);
	idle_destroy(session->idle);
	outputs_destroy(session->outputs);
	pointer_destroy(session->pointer);
	focusing_finish(&session->focusing);
	dragging_finish(session);
	store_destroy(session->store);
	grants_destroy(session->grants);
	ledger_destroy(session->ledger);
	for (int i = 0; i < SESSION_CLIPS; i++)
		clip_destroy(session->clips[i]);
	aio_destroy(session->aio);
	sched_on_ordinary(NULL, NULL);
	boost_destroy(session->boost);
	session->boost = NULL;
	child_finish();
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
	/* A wait ends when it should, not up to 50 us later: a small sound buffer would notice. */
	prctl(PR_SET_TIMERSLACK, 1);
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
	session.devices = devices_create(&session);
	session.idle =
		idle_create(&session, (uint64_t)options->settings->idle_off * NS_PER_S);
	session.keys = keys_create(&session);
	session.a11y = session.loop ? a11y_create(&session) : NULL;
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
		session.sound = sound_create(&session);
		session.boost = virtual_is_on() ? NULL : boost_create(session.loop);
		sched_on_ordinary(handle_ordinary, session.boost);
		if (session.gl)
			gl_set_pause(session.gl, handle_pause, &session);
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
