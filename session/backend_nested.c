/*
 * A window on somebody's desktop, X11 or Wayland, by SDL. Frames are drawn without a window
 * system, as headless ones are; what changed of them is read back and given to the desktop.
 * Measured in README.md.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "session/backend.h"
#include "session/loop.h"
#include "session/mask.h"
#include "session/nested.h"
#include "session/pointer.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define SIDE_MIN 64

/* Screen. */

static struct nested *of(struct screen *screen)
{
	return container_of(screen, struct nested, screen);
}

static struct gl_target *acquire(struct screen *screen, uint32_t *age)
{
	*age = of(screen)->painted ? 1 : 0;
	return of(screen)->target;
}

static int copy(struct nested *nested, struct gl_rect rect)
{
	int r = gl_target_read_part(nested->target, rect, nested->pixels);
	return r < 0 ? r : nested_picture_put(&nested->picture, rect, nested->pixels);
}

static int present(struct nested *nested, const struct gl_region *damage)
{
	struct gl_region there = *damage;
	int r = 0;
	nested->look = true;
	for (size_t i = 0; i < there.n && r == 0; i++) {
		there.rects[i] = screen_on_panel(&nested->screen, damage->rects[i]);
		r = copy(nested, there.rects[i]);
	}
	if (r == 0)
		r = nested_picture_show(&nested->picture, &there);
	/* The next look finds the new size, and all is painted again. */
	if (r == -ESTALE)
		nested->resized = true;
	return r == -ESTALE ? 0 : r;
}

static int commit(struct screen *screen)
{
	struct nested *nested = of(screen);
	int r = screen->frame.picture ? present(nested, &screen->frame.damage) : 0;
	if (r < 0) {
		nested->painted = false;
		return r;
	}
	uint64_t now = clock_now_ns();
	nested->painted |= screen->frame.picture;
	nested->shown_due_ns = now - now % screen->refresh_ns + screen->refresh_ns;
	return 0;
}

static void release(struct screen *screen)
{
	of(screen)->painted = false;
}

/* Pointer: the desktop's own, with our picture, where a pixel is a pixel, upright; else drawn. */

/* SDL's cursors are straight, but it gives them to X11 as they are, which wants them premultiplied. */
static uint32_t straight(uint32_t premultiplied)
{
	uint32_t a = premultiplied >> 24, out = a << 24;
	for (unsigned shift = 0; a && shift < 24; shift += 8) {
		uint32_t c = ((premultiplied >> shift & 0xff) * 255 + a / 2) / a;
		out |= (c > 255 ? 255 : c) << shift;
	}
	return out;
}

static SDL_Cursor *make_cursor(struct nested *nested, const struct pointer_image *image)
{
	size_t n = (size_t)image->width * (size_t)image->height;
	uint32_t *argb = xcalloc(n, sizeof *argb);
	bool x11 = strcmp(SDL_GetCurrentVideoDriver(), "x11") == 0;
	for (size_t i = 0; i < n; i++)
		argb[i] = x11 ? image->argb[i] : straight(image->argb[i]);
	SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormatFrom(argb, image->width,
		image->height, 32, image->width * 4, SDL_PIXELFORMAT_ARGB8888);
	SDL_Cursor *cursor =
		surface ? SDL_CreateColorCursor(surface, image->hot_x, image->hot_y)
			: NULL;
	SDL_FreeSurface(surface);
	free(argb);
	return cursor;
}

static int set_pointer(struct screen *screen, const struct pointer_image *image)
{
	struct nested *nested = of(screen);
	bool ours = image && !(nested->ratio > 1) && !(nested->ratio < 1) &&
		    screen->transform == TRANSFORM_NORMAL;
	SDL_Cursor *cursor = ours ? make_cursor(nested, image) : NULL;
	nested->look = true;
	SDL_ShowCursor(cursor ? SDL_ENABLE : SDL_DISABLE);
	if (!cursor)
		return image ? -ENOTSUP : 0;
	SDL_SetCursor(cursor);
	if (nested->cursor)
		SDL_FreeCursor(nested->cursor);
	nested->cursor = cursor;
	return 0;
}

static void pointer_at_pixel(struct screen *screen, int32_t x, int32_t y)
{
	(void)screen, (void)x, (void)y;
}

static const struct screen_ops screen_ops = {
	.acquire = acquire,
	.commit = commit,
	.release = release,
	.pointer = set_pointer,
	.pointer_at = pointer_at_pixel,
};

/* Size. */

static uint64_t refresh_of(struct nested *nested)
{
	SDL_DisplayMode mode;
	int hz = SDL_GetWindowDisplayMode(nested->window, &mode) == 0 ? mode.refresh_rate
								      : 0;
	return NS_PER_S / (uint64_t)(hz >= 10 && hz <= 1000 ? hz : 60);
}

static void measure(struct nested *nested, int *width, int *height)
{
	int units_x = 0, units_y = 0;
	SDL_GetWindowSize(nested->window, &units_x, &units_y);
	SDL_GetWindowSizeInPixels(nested->window, width, height);
	nested->ratio = units_x > 0 ? (double)*width / units_x : 1;
}

static int make_target(struct nested *nested, int width, int height)
{
	struct gl_target *target;
	int r = gl_target_create(nested->session->gl, width, height, &target);
	if (r == 0 && (r = nested_picture_resize(&nested->picture, width, height)) < 0)
		gl_target_destroy(target);
	if (r < 0) {
		log_error("a picture of %dx%d for the window cannot be made: %s", width,
			height, strerror(-r));
		return r;
	}
	gl_target_destroy(nested->target);
	free(nested->pixels);
	nested->target = target;
	nested->pixels = xcalloc((size_t)width * (size_t)height, 4);
	nested->painted = false;
	return 0;
}

/* Lengths are the desktop's, times what was asked for: that may be another one by now. */
static void follow_scale(struct nested *nested)
{
	struct session *session = nested->session;
	if (session->scale < nested->told || session->scale > nested->told)
		nested->asked = session->scale;
	float scale = (float)nested->ratio * nested->asked;
	bool other = scale < session->scale || scale > session->scale;
	nested->told = scale;
	if (other)
		session_set_scale(session, scale);
}

static void follow_size(struct nested *nested)
{
	struct screen *screen = &nested->screen;
	int width, height;
	nested->resized = false;
	measure(nested, &width, &height);
	uint64_t refresh_ns = refresh_of(nested);
	if (width < 1 || height < 1)
		return;
	if (width == nested->picture.width && height == nested->picture.height &&
		refresh_ns == screen->refresh_ns)
		return;
	if (width == nested->refused_width && height == nested->refused_height)
		return;
	bool turns = transform_turns(screen->transform);
	bool made = make_target(nested, width, height) == 0;
	nested->refused_width = made ? 0 : width;
	nested->refused_height = made ? 0 : height;
	if (made)
		screen_resize(screen, turns ? height : width, turns ? width : height,
			refresh_ns);
	screen_pointer_again(screen);
	nested_input_layout(nested);
}

static void expose(struct nested *nested)
{
	struct gl_region all = {
		.n = 1, .rects = {{0, 0, nested->screen.width, nested->screen.height}}};
	nested->exposed = false;
	if (nested->painted)
		present(nested, &all);
}

/* The window is called as the plugin that has the keys. */
static void follow_title(struct nested *nested)
{
	const struct window *focus = nested->session->focus;
	char title[sizeof nested->title];
	snprintf(title, sizeof title, "%s%sosaas", focus ? focus->name : "",
		focus ? " - " : "");
	if (strcmp(title, nested->title) == 0)
		return;
	memcpy(nested->title, title, sizeof title);
	SDL_SetWindowTitle(nested->window, title);
	nested->look = true;
}

/* Life. */

static void handle_connection(void *data, uint32_t events)
{
	struct nested *nested = data;
	if (!(events & (EPOLLHUP | EPOLLERR)))
		return; /* the turn looks */
	log_error("the desktop is gone: the session ends");
	loop_remove(nested->source);
	nested->source = NULL;
	nested->session->failures++;
	nested->session->quit = true;
}

static void set_hints(struct nested *nested, const char *desktop)
{
	const char *const hints[][2] = {
		{SDL_HINT_VIDEODRIVER, desktop},
		{SDL_HINT_NO_SIGNAL_HANDLERS, "1"},
		{SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1"},
		{SDL_HINT_TOUCH_MOUSE_EVENTS, "0"},
		{SDL_HINT_MOUSE_TOUCH_EVENTS, "0"},
		{SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1"},
		{SDL_HINT_APP_NAME, "osaas"},
	};
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		SDL_SetHint(hints[i][0], hints[i][1]);
}

static int open_window(struct nested *nested, const char *desktop)
{
	const struct session_options *o = nested->session->options;
	const uint32_t flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
	SDL_SetMainReady();
	set_hints(nested, desktop);
	if (SDL_Init(SDL_INIT_VIDEO) < 0) {
		log_error(
			"no desktop can be reached: %s; DISPLAY or WAYLAND_DISPLAY says "
			"where it is",
			SDL_GetError());
		return -ENODEV;
	}
	nested->running = true;
	nested->window = SDL_CreateWindow("osaas", SDL_WINDOWPOS_UNDEFINED,
		SDL_WINDOWPOS_UNDEFINED, o->width, o->height, flags);
	if (!nested->window) {
		log_error("the desktop gives no window of %dx%d: %s", o->width, o->height,
			SDL_GetError());
		return -EIO;
	}
	SDL_SetWindowMinimumSize(nested->window, SIDE_MIN, SIDE_MIN);
	SDL_StopTextInput();
	return nested_picture_init(&nested->picture, nested->window);
}

/* Both start threads. */
static int start_libraries(struct nested *nested)
{
	const char *desktop = backend_desktop();
	sigset_t old;
	if (!desktop) {
		log_error("no desktop can be reached: neither WAYLAND_DISPLAY nor "
			  "DISPLAY is "
			  "set; start it there, or use --backend headless");
		return -ENODEV;
	}
	mask_signals(&old);
	int r = open_window(nested, desktop);
	if (r == 0)
		r = renderer_open_memory(nested->session);
	unmask_signals(&old);
	return r;
}

static int add_screen(struct nested *nested)
{
	int width, height;
	measure(nested, &width, &height);
	int r = make_target(nested, width, height);
	if (r < 0)
		return r;
	nested->asked = nested->session->options->scale;
	nested->told = nested->session->scale = (float)nested->ratio * nested->asked;
	screen_init(&nested->screen, nested->session, &screen_ops, "nested", width,
		height, refresh_of(nested));
	/* What is committed is seen at once: there is no vblank to wait for. */
	nested->screen.clock.variable = true;
	session_add_screen(nested->session, &nested->screen);
	log_debug("a window on %s, %dx%d pixels, %g to a unit",
		SDL_GetCurrentVideoDriver(), width, height, nested->ratio);
	return 0;
}

static void watch(struct nested *nested)
{
	int fd = sdl_connection(nested->window);
	if (fd >= 0)
		nested->source = loop_add(
			nested->session->loop, fd, EPOLLIN, handle_connection, nested);
	if (!nested->source)
		log_debug("the desktop's connection cannot be watched: it is looked at "
			  "with every frame");
}

static int nested_start(struct session *session)
{
	struct nested *nested = xcalloc(1, sizeof *nested);
	session->backend = nested;
	nested->session = session;
	nested->look = true;
	int r = library_load(&library_sdl);
	if (r == 0)
		r = start_libraries(nested);
	if (r == 0)
		r = nested_input_start(nested);
	if (r == 0)
		r = add_screen(nested);
	if (r < 0)
		return r;
	nested_input_layout(nested);
	watch(nested);
	return 0;
}

static void nested_turn(struct session *session)
{
	struct nested *nested = session->backend;
	nested->look = false;
	nested_input_turn(nested);
	if (nested->resized)
		follow_size(nested);
	follow_scale(nested);
	if (nested->exposed)
		expose(nested);
	follow_title(nested);
	uint64_t due = nested->shown_due_ns;
	if (!due || clock_now_ns() < due)
		return;
	nested->shown_due_ns = 0;
	screen_shown(&nested->screen, due);
}

static uint64_t nested_next_ns(struct session *session)
{
	struct nested *nested = session->backend;
	uint64_t next = nested->shown_due_ns ? nested->shown_due_ns : UINT64_MAX;
	uint64_t repeat = input_next_repeat_ns(nested->input);
	if (nested->look)
		return 0;
	if (repeat && repeat < next)
		next = repeat;
	if (!nested->source && next > clock_now_ns() + nested->screen.refresh_ns)
		next = clock_now_ns() + nested->screen.refresh_ns;
	return next;
}

static void nested_laid_out(struct session *session)
{
	nested_input_layout(session->backend);
}

static void close_window(struct nested *nested)
{
	if (nested->cursor)
		SDL_FreeCursor(nested->cursor);
	nested_picture_finish(&nested->picture);
	if (nested->window)
		SDL_DestroyWindow(nested->window);
	if (nested->running)
		SDL_Quit();
}

static void nested_stop(struct session *session)
{
	struct nested *nested = session->backend;
	if (!nested)
		return;
	loop_remove(nested->source);
	if (nested->screen.session)
		session_remove_screen(session, &nested->screen);
	input_destroy(nested->input);
	gl_target_destroy(nested->target);
	gl_destroy(session->gl);
	session->gl = NULL;
	close_window(nested);
	free(nested->pixels);
	free(nested);
}

const struct backend_ops backend_nested = {
	.interactive = true,
	.start = nested_start,
	.turn = nested_turn,
	.next_ns = nested_next_ns,
	.laid_out = nested_laid_out,
	.stop = nested_stop,
};
