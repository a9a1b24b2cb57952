/*
 * wlkey: a Wayland client that does what the sample plugin hello does: fills the
 * screen, and another colour with each key press. Shared memory, two buffers, xdg-shell;
 * a frame at once, as the frame callback allows. It needs no toolkit, so that what is
 * measured is the compositor.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wayland-client.h>

#include "xdg-shell-client.h"

struct client {
	struct wl_compositor *compositor;
	struct wl_shm *shm;
	struct wl_seat *seat;
	struct xdg_wm_base *shell;
	struct wl_surface *surface;
	int32_t width, height;
	struct wl_buffer *buffers[2];
	uint32_t *pixels[2];
	unsigned next, colour;
	int output_width, output_height;
	int wanted, waits; /* another picture; for the last one's frame callback */
};

static const uint32_t colours[] = {0xff203040, 0xffc04030, 0xff30a050, 0xff3050c0};

static void make_buffers(struct client *c)
{
	size_t size = (size_t)c->width * (size_t)c->height * 4;
	int fd = memfd_create("wlkey", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)(2 * size)) < 0) {
		perror("wlkey: memory");
		exit(1);
	}
	uint32_t *all = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	struct wl_shm_pool *pool = wl_shm_create_pool(c->shm, fd, (int32_t)(2 * size));
	for (int i = 0; i < 2; i++) {
		c->pixels[i] = all + (size_t)i * size / 4;
		c->buffers[i] = wl_shm_pool_create_buffer(pool, i * (int32_t)size,
			c->width, c->height, c->width * 4, WL_SHM_FORMAT_XRGB8888);
	}
	wl_shm_pool_destroy(pool);
	close(fd);
}

static void paint(struct client *c);

static void frame_done(void *data, struct wl_callback *callback, uint32_t time)
{
	struct client *c = data;
	(void)time;
	wl_callback_destroy(callback);
	c->waits = 0;
	if (c->wanted)
		paint(c);
}

static const struct wl_callback_listener frame_listener = {frame_done};

static void paint(struct client *c)
{
	c->wanted = 1;
	if (c->waits || !c->buffers[0])
		return;
	uint32_t *p = c->pixels[c->next];
	for (size_t i = 0; i < (size_t)c->width * (size_t)c->height; i++)
		p[i] = colours[c->colour % 4];
	wl_callback_add_listener(wl_surface_frame(c->surface), &frame_listener, c);
	wl_surface_attach(c->surface, c->buffers[c->next], 0, 0);
	wl_surface_damage_buffer(c->surface, 0, 0, c->width, c->height);
	wl_surface_commit(c->surface);
	c->next = !c->next;
	c->wanted = 0;
	c->waits = 1;
}

static void key(void *data, struct wl_keyboard *keyboard, uint32_t serial, uint32_t time,
	uint32_t code, uint32_t state)
{
	struct client *c = data;
	(void)keyboard, (void)serial, (void)time, (void)code;
	if (state != WL_KEYBOARD_KEY_STATE_PRESSED)
		return;
	c->colour++;
	paint(c);
}

static void keymap(
	void *data, struct wl_keyboard *k, uint32_t format, int32_t fd, uint32_t size)
{
	(void)data, (void)k, (void)format, (void)size;
	close(fd);
}

static void enter(void *data, struct wl_keyboard *k, uint32_t serial,
	struct wl_surface *surface, struct wl_array *keys)
{
	(void)data, (void)k, (void)serial, (void)surface, (void)keys;
}

static void leave(
	void *data, struct wl_keyboard *k, uint32_t serial, struct wl_surface *surface)
{
	(void)data, (void)k, (void)serial, (void)surface;
}

static void modifiers(void *data, struct wl_keyboard *k, uint32_t serial, uint32_t a,
	uint32_t b, uint32_t c, uint32_t group)
{
	(void)data, (void)k, (void)serial, (void)a, (void)b, (void)c, (void)group;
}

static void repeat(void *data, struct wl_keyboard *k, int32_t rate, int32_t delay)
{
	(void)data, (void)k, (void)rate, (void)delay;
}

static const struct wl_keyboard_listener keyboard_listener = {
	keymap, enter, leave, key, modifiers, repeat};

static void capabilities(void *data, struct wl_seat *seat, uint32_t has)
{
	static struct wl_keyboard *keyboard;
	if (!(has & WL_SEAT_CAPABILITY_KEYBOARD) || keyboard)
		return;
	keyboard = wl_seat_get_keyboard(seat);
	wl_keyboard_add_listener(keyboard, &keyboard_listener, data);
}

static void seat_name(void *data, struct wl_seat *seat, const char *name)
{
	(void)data, (void)seat, (void)name;
}

static const struct wl_seat_listener seat_listener = {capabilities, seat_name};

static void ping(void *data, struct xdg_wm_base *shell, uint32_t serial)
{
	(void)data;
	xdg_wm_base_pong(shell, serial);
}

static const struct xdg_wm_base_listener shell_listener = {ping};

static void configure(void *data, struct xdg_surface *surface, uint32_t serial)
{
	struct client *c = data;
	xdg_surface_ack_configure(surface, serial);
	if (!c->width) { /* cage leaves the size of the first picture to us */
		c->width = c->output_width;
		c->height = c->output_height;
	}
	if (!c->buffers[0] && c->width > 0)
		make_buffers(c);
	paint(c);
}

static const struct xdg_surface_listener surface_listener = {configure};

static void toplevel_configure(void *data, struct xdg_toplevel *toplevel, int32_t width,
	int32_t height, struct wl_array *states)
{
	struct client *c = data;
	(void)toplevel, (void)states;
	if (width > 0 && !c->buffers[0]) {
		c->width = width;
		c->height = height;
	}
}

static void toplevel_close(void *data, struct xdg_toplevel *toplevel)
{
	(void)data, (void)toplevel;
	exit(0);
}

static const struct xdg_toplevel_listener toplevel_listener = {
	.configure = toplevel_configure, .close = toplevel_close};

static void output_geometry(void *data, struct wl_output *output, int32_t x, int32_t y,
	int32_t mm, int32_t high_mm, int32_t subpixel, const char *make,
	const char *model, int32_t transform)
{
	(void)data, (void)output, (void)x, (void)y, (void)mm, (void)high_mm,
		(void)subpixel;
	(void)make, (void)model, (void)transform;
}

static void output_mode(void *data, struct wl_output *output, uint32_t flags,
	int32_t width, int32_t height, int32_t refresh)
{
	struct client *c = data;
	(void)output, (void)refresh;
	if (flags & WL_OUTPUT_MODE_CURRENT) {
		c->output_width = width;
		c->output_height = height;
	}
}

static const struct wl_output_listener output_listener = {
	.geometry = output_geometry, .mode = output_mode};

static void global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct client *c = data;
	(void)version;
	if (strcmp(interface, "wl_compositor") == 0)
		c->compositor =
			wl_registry_bind(registry, name, &wl_compositor_interface, 4);
	else if (strcmp(interface, "wl_shm") == 0)
		c->shm = wl_registry_bind(registry, name, &wl_shm_interface, 1);
	else if (strcmp(interface, "wl_seat") == 0)
		c->seat = wl_registry_bind(registry, name, &wl_seat_interface, 4);
	else if (strcmp(interface, "xdg_wm_base") == 0)
		c->shell = wl_registry_bind(registry, name, &xdg_wm_base_interface, 1);
	else if (strcmp(interface, "wl_output") == 0)
		wl_output_add_listener(
			wl_registry_bind(registry, name, &wl_output_interface, 1),
			&output_listener, c);
}

static void global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
	(void)data, (void)registry, (void)name;
}

static const struct wl_registry_listener registry_listener = {global, global_remove};

int main(void)
{
	struct client c = {0};
	struct wl_display *display = wl_display_connect(NULL);
	if (!display) {
		fprintf(stderr, "wlkey: no compositor: %s\n", strerror(errno));
		return 1;
	}
	struct wl_registry *registry = wl_display_get_registry(display);
	wl_registry_add_listener(registry, &registry_listener, &c);
	wl_display_roundtrip(display);
	if (!c.compositor || !c.shm || !c.seat || !c.shell) {
		fprintf(stderr, "wlkey: the compositor lacks something\n");
		return 1;
	}
	wl_seat_add_listener(c.seat, &seat_listener, &c);
	xdg_wm_base_add_listener(c.shell, &shell_listener, &c);
	c.surface = wl_compositor_create_surface(c.compositor);
	struct xdg_surface *xdg = xdg_wm_base_get_xdg_surface(c.shell, c.surface);
	xdg_surface_add_listener(xdg, &surface_listener, &c);
	struct xdg_toplevel *toplevel = xdg_surface_get_toplevel(xdg);
	xdg_toplevel_add_listener(toplevel, &toplevel_listener, &c);
	xdg_toplevel_set_fullscreen(toplevel, NULL);
	wl_surface_commit(c.surface);
	while (wl_display_dispatch(display) >= 0)
		;
	return 0;
}
