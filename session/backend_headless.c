/*
 * No screen, no input but a replayed one: frames go into memory at 60 Hz of the clock, and the last one of
 * the first screen into a PNG.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/export.h"
#include "gl/png.h"
#include "session/input_replay.h"
#include "session/screen.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define REFRESH_NS (NS_PER_S / 60)

struct headless_screen {
	struct screen screen; /* session NULL: it is not there */
	struct gl_target *target;
	uint64_t shown_due_ns; /* 0: no commit in flight */
	bool painted;
};

struct headless {
	struct headless_screen screens[SESSION_SCREENS];
	size_t n;
	struct input_replay *replay; /* NULL: nobody types */
};

static struct headless_screen *of(struct screen *screen)
{
	return container_of(screen, struct headless_screen, screen);
}

static struct gl_target *acquire(struct screen *screen, uint32_t *age)
{
	*age = of(screen)->painted ? 1 : 0;
	return of(screen)->target;
}

static int commit(struct screen *screen)
{
	uint64_t now = clock_now_ns();
	of(screen)->painted = true;
	of(screen)->shown_due_ns = now - now % REFRESH_NS + REFRESH_NS;
	return 0;
}

static void release(struct screen *screen)
{
	of(screen)->painted = false;
}

static const struct screen_ops screen_ops = {
	.acquire = acquire,
	.commit = commit,
	.release = release,
};

/* The first is "headless", then there are "headless-2" and so on. */
static int add_screen(struct session *session, int32_t width, int32_t height)
{
	struct headless *headless = session->backend;
	struct headless_screen *hs = &headless->screens[headless->n];
	char name[sizeof hs->screen.name];
	int r = gl_target_create(session->gl, width, height, &hs->target);
	if (r < 0) {
		log_error("a picture of %dx%d cannot be made: %s", width, height,
			strerror(-r));
		return r;
	}
	headless->n++;
	if (headless->n > 1)
		snprintf(name, sizeof name, "headless-%zu", headless->n);
	else
		snprintf(name, sizeof name, "headless");
	screen_init(&hs->screen, session, &screen_ops, name, width, height, REFRESH_NS);
	session_add_screen(session, &hs->screen);
	return 0;
}

static int headless_start(struct session *session)
{
	const struct session_options *o = session->options;
	struct headless *headless = session->backend = xcalloc(1, sizeof *headless);
	int r = renderer_open_memory(session);
	if (r == 0)
		r = add_screen(session, o->width, o->height);
	for (size_t i = 0; i < o->n_more && r == 0; i++)
		r = add_screen(session, o->more[i].width, o->more[i].height);
	if (r == 0 && o->replay)
		r = input_replay_create(session, o->replay, &headless->replay);
	return r;
}

static void headless_laid_out(struct session *session)
{
	struct headless *headless = session->backend;
	if (headless->replay)
		input_replay_layout(headless->replay);
}

static void headless_turn(struct session *session)
{
	struct headless *headless = session->backend;
	for (size_t i = 0; i < headless->n; i++) {
		struct headless_screen *hs = &headless->screens[i];
		uint64_t due = hs->shown_due_ns;
		if (!due || clock_now_ns() < due)
			continue;
		hs->shown_due_ns = 0;
		screen_shown(&hs->screen, due);
	}
	if (headless->replay)
		input_replay_turn(headless->replay);
}

static uint64_t headless_next_ns(struct session *session)
{
	struct headless *headless = session->backend;
	uint64_t first =
		headless->replay ? input_replay_next_ns(headless->replay) : UINT64_MAX;
	for (size_t i = 0; i < headless->n; i++) {
		uint64_t due = headless->screens[i].shown_due_ns;
		if (due && due < first)
			first = due;
	}
	return first;
}

static int write_pixels(struct headless *headless, const struct session_options *o)
{
	uint8_t *rgba = xcalloc((size_t)o->width * (size_t)o->height, 4);
	int r = gl_target_read(headless->screens[0].target, rgba);
	if (r == 0)
		r = gl_png_write(o->shot, rgba, o->width, o->height);
	free(rgba);
	return r;
}

/* What the window's frame says, not the pixels that it became: that is of one window. */
static int write_vectors(
	struct session *session, struct headless *headless, enum gl_export_format format)
{
	struct gl_placement layers[SCREEN_LAYERS];
	size_t n = session_layers(
		session, &headless->screens[0].screen, layers, SCREEN_LAYERS);
	if (n == 1)
		return gl_layer_export(layers[0].layer, session->options->shot, format);
	log_error(
		"%s: SVG and PDF show one window, and there are %zu: run one plugin, or "
		"save a PNG",
		session->options->shot, n);
	return -ENOTSUP;
}

static int headless_finish(struct session *session)
{
	const struct session_options *o = session->options;
	struct headless *headless = session->backend;
	enum gl_export_format format;
	int r;
	if (!o->shot)
		return 0;
	if (gl_export_format_of(o->shot, &format))
		r = write_vectors(session, headless, format);
	else
		r = write_pixels(headless, o);
	if (r < 0)
		log_error("the picture could not be written to %s: %s", o->shot,
			strerror(-r));
	return r;
}

static void headless_stop(struct session *session)
{
	struct headless *headless = session->backend;
	if (!headless)
		return;
	input_replay_destroy(headless->replay);
	headless->replay = NULL;
	for (size_t i = 0; i < SESSION_SCREENS; i++) {
		struct headless_screen *hs = &headless->screens[i];
		if (hs->screen.session)
			session_remove_screen(session, &hs->screen);
		gl_target_destroy(hs->target);
	}
	gl_destroy(session->gl);
	session->gl = NULL;
	free(headless);
}

const struct backend_ops backend_headless = {
	.start = headless_start,
	.turn = headless_turn,
	.next_ns = headless_next_ns,
	.laid_out = headless_laid_out,
	.finish = headless_finish,
	.stop = headless_stop,
};
