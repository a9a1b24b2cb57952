/* No screen, no input: frames go into memory at 60 Hz of the clock, and the last one into a PNG. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "gl/export.h"
#include "gl/png.h"
#include "session/mask.h"
#include "session/screen.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define REFRESH_NS (NS_PER_S / 60)

struct headless {
	struct screen screen;
	struct gl_target *target;
	uint64_t shown_due_ns; /* 0: no commit in flight */
	bool painted;
};

static struct gl_target *acquire(struct screen *screen, uint32_t *age)
{
	struct headless *headless = container_of(screen, struct headless, screen);
	*age = headless->painted ? 1 : 0;
	return headless->target;
}

static int commit(struct screen *screen)
{
	struct headless *headless = container_of(screen, struct headless, screen);
	uint64_t now = clock_now_ns();
	headless->painted = true;
	headless->shown_due_ns = now - now % REFRESH_NS + REFRESH_NS;
	return 0;
}

static void release(struct screen *screen)
{
	struct headless *headless = container_of(screen, struct headless, screen);
	headless->painted = false;
}

static const struct screen_ops screen_ops = {
	.acquire = acquire,
	.commit = commit,
	.release = release,
};

static int headless_start(struct session *session)
{
	const struct session_options *o = session->options;
	struct headless *headless = xcalloc(1, sizeof *headless);
	struct gl_error err = {0};
	sigset_t old;
	session->backend = headless;
	mask_signals(&old);
	int r = gl_create(&session->gl, GL_PLATFORM_SURFACELESS, NULL, &err);
	unmask_signals(&old);
	if (r < 0) {
		log_error("%s", err.text);
		return r;
	}
	r = gl_target_create(session->gl, o->width, o->height, &headless->target);
	if (r < 0) {
		log_error("a picture of %dx%d cannot be made: %s", o->width, o->height,
			strerror(-r));
		return r;
	}
	screen_init(&headless->screen, session, &screen_ops, "headless", o->width,
		o->height, REFRESH_NS);
	session_add_screen(session, &headless->screen);
	return 0;
}

static void headless_turn(struct session *session)
{
	struct headless *headless = session->backend;
	uint64_t due = headless->shown_due_ns;
	if (!due || clock_now_ns() < due)
		return;
	headless->shown_due_ns = 0;
	screen_shown(&headless->screen, due);
}

static uint64_t headless_next_ns(struct session *session)
{
	struct headless *headless = session->backend;
	return headless->shown_due_ns ? headless->shown_due_ns : UINT64_MAX;
}

static int write_pixels(struct headless *headless, const struct session_options *o)
{
	uint8_t *rgba = xcalloc((size_t)o->width * (size_t)o->height, 4);
	int r = gl_target_read(headless->target, rgba);
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
	size_t n = session_layers(session, &headless->screen, layers, SCREEN_LAYERS);
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
	if (headless->screen.session)
		session_remove_screen(session, &headless->screen);
	gl_target_destroy(headless->target);
	gl_destroy(session->gl);
	session->gl = NULL;
	free(headless);
}

const struct backend_ops backend_headless = {
	.start = headless_start,
	.turn = headless_turn,
	.next_ns = headless_next_ns,
	.finish = headless_finish,
	.stop = headless_stop,
};
