#include "session/screenshot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gl/gl.h"
#include "gl/region.h"
#include "session/control.h"
#include "session/control_reply.h"
#include "session/control_request.h"
#include "session/output_config.h"
#include "session/outputs.h"
#include "session/screen.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/xalloc.h"

#define PATIENCE_NS (100 * NS_PER_MS) /* for a frame that is about to be painted */

/* Who waits for one. */
struct screenshot {
	struct list link; /* session.screenshots */
	uint64_t ticket;
	uint64_t due_ns; /* then in any case */
	char screen[SCREENSHOT_NAME_MAX];
	bool pointer;
};

static struct gl_sprite sprite(const struct screen *screen)
{
	const struct screen_pointer *pointer = &screen->pointer;
	const struct pointer_image *image = &pointer->image;
	if (!image->serial)
		return (struct gl_sprite){0};
	return (struct gl_sprite){.argb = image->argb,
		.serial = image->serial,
		.width = image->width,
		.height = image->height,
		.x = pointer->x - image->hot_x,
		.y = pointer->y - image->hot_y};
}

int screenshot_compose(const struct screen *screen, bool pointer,
	struct gl_target *target, uint8_t *rgba)
{
	struct gl_placement layers[SCREEN_LAYERS];
	struct gl_region all =
		region_of((struct gl_rect){0, 0, screen->width, screen->height});
	struct gl_composition picture = {
		.background = SESSION_BACKGROUND,
		.layers = layers,
		.n_layers =
			session_layers(screen->session, screen, layers, SCREEN_LAYERS),
		.damage = &all,
		.part = screen->magnify.part,
	};
	if (pointer)
		picture.sprite = sprite(screen);
	int r = gl_compose_view(target, &picture);
	return r < 0 ? r : gl_target_read(target, rgba);
}

static int fill(const struct screen *screen, bool pointer, void *memory)
{
	const struct screen *source = screen_source(screen);
	struct screenshot_head *head = memory;
	struct gl_target *target;
	*head = (struct screenshot_head){.magic = SCREENSHOT_MAGIC,
		.width = source->width,
		.height = source->height};
	snprintf(head->screen, sizeof head->screen, "%s", screen->name);
	int r = gl_target_create(
		screen->session->gl, source->width, source->height, &target);
	if (r < 0)
		return r;
	r = screenshot_compose(source, pointer, target, (uint8_t *)(head + 1));
	gl_target_destroy(target);
	return r;
}

int screenshot_take(const struct screen *screen, bool pointer)
{
	const struct screen *source = screen_source(screen);
	size_t size = sizeof(struct screenshot_head) +
		      (size_t)source->width * (size_t)source->height * 4;
	int fd = memfd_create("osaas-screenshot", MFD_CLOEXEC);
	int r = fd < 0 || ftruncate(fd, (off_t)size) < 0 ? -errno : 0;
	void *memory =
		r < 0 ? MAP_FAILED
		      : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r == 0 && memory == MAP_FAILED)
		r = -errno;
	if (r == 0)
		r = fill(screen, pointer, memory);
	if (memory != MAP_FAILED)
		munmap(memory, size);
	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

/* Which screen. */

static void list_screens(struct session *session, char *text, size_t size)
{
	size_t n = 0;
	text[0] = '\0';
	list_for_each (screen, &session->screens, struct screen, link) {
		n += (size_t)snprintf(
			text + n, size - n, "%s%s", n ? ", " : "", screen->name);
		if (n >= size)
			return;
	}
}

static struct screen *find(struct session *session, const char *name)
{
	list_for_each (screen, &session->screens, struct screen, link) {
		if (!name || strcmp(screen->name, name) == 0)
			return screen;
	}
	return NULL;
}

/* By a screen's name, or any other of its display. */
static struct screen *find_display(
	struct session *session, const char *name, bool *several)
{
	char connector[OUTPUT_NAME_MAX], kept[OUTPUT_NAME_MAX];
	struct screen *screen = find(session, name);
	if (screen || !name)
		return screen;
	int r = outputs_find(session->outputs, name, connector, kept);
	*several = r == -EEXIST;
	return r == 0 ? find(session, connector) : NULL;
}

struct screen *screenshot_screen(
	struct session *session, const char *name, struct reply *reply)
{
	char names[160];
	bool several = false;
	struct screen *screen = find_display(session, name, &several);
	if (screen)
		return screen;
	list_screens(session, names, sizeof names);
	if (!names[0])
		reply_refuse(reply, REPLY_FAILED,
			"there is no output now: connect a display, then again");
	else
		reply_refuse(reply, REPLY_FAILED, "there %s '%.95s': these are there: %s",
			several ? "are several outputs" : "is no output", name, names);
	return NULL;
}

/* The command. */

static void answer_now(const struct screen *screen, bool pointer, struct reply *reply)
{
	int fd = screenshot_take(screen, pointer);
	if (fd >= 0) {
		reply_say(reply, "screenshot", "%s", screen->name);
		reply_attach(reply, fd);
	} else if (fd == -ESTALE) {
		reply_refuse(reply, REPLY_FAILED,
			"the graphics card was reset just now: try again");
	} else {
		reply_refuse(reply, REPLY_FAILED, "%s cannot be read back: %s",
			screen->name, strerror(-fd));
	}
}

static bool read_words(
	const struct control_request *request, const char **output, bool *pointer)
{
	for (size_t i = 1; i < request->n_words; i++) {
		const char *word = request->words[i];
		if (strncmp(word, "output=", 7) == 0)
			*output = word + 7;
		else if (strcmp(word, "pointer") == 0)
			*pointer = true;
		else
			return false;
	}
	return true;
}

void screenshot_answer(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	const char *output = NULL;
	bool pointer = false;
	if (!read_words(request, &output, &pointer)) {
		reply_refuse(reply, REPLY_USAGE,
			"write screenshot [--output NAME] [--pointer] [FILE.png]");
		return;
	}
	const struct screen *screen = screenshot_screen(session, output, reply);
	if (!screen)
		return;
	struct screenshot *shot = xcalloc(1, sizeof *shot);
	snprintf(shot->screen, sizeof shot->screen, "%s", screen->name);
	shot->pointer = pointer;
	shot->due_ns = clock_now_ns() + PATIENCE_NS;
	shot->ticket = control_defer(session->control, reply);
	list_push_back(&session->screenshots, &shot->link);
}

static bool waits(const struct screenshot *shot, const struct screen *screen)
{
	return screen->state == SCREEN_IDLE && screen->wanted &&
	       clock_now_ns() < shot->due_ns;
}

/* Whether a picture was made. */
static bool answer_later(struct session *session, struct screenshot *shot)
{
	struct reply *reply = control_waiting(session->control, shot->ticket);
	struct screen *screen =
		reply ? screenshot_screen(session, shot->screen, reply) : NULL;
	if (screen && waits(shot, screen))
		return false;
	if (screen)
		answer_now(screen, shot->pointer, reply);
	if (reply)
		control_finish(session->control, shot->ticket);
	list_remove(&shot->link);
	free(shot);
	return screen != NULL;
}

void screenshot_turn(struct session *session)
{
	list_for_each_safe (shot, &session->screenshots, struct screenshot, link) {
		if (answer_later(session, shot))
			return;
	}
}

void screenshot_finish(struct session *session)
{
	struct list *link;
	while ((link = list_pop_front(&session->screenshots)))
		free(container_of(link, struct screenshot, link));
}

uint64_t screenshot_next_ns(struct session *session)
{
	uint64_t next = UINT64_MAX;
	list_for_each (shot, &session->screenshots, struct screenshot, link) {
		const struct screen *screen = find(session, shot->screen);
		if (!screen || !waits(shot, screen))
			return 0;
		next = shot->due_ns < next ? shot->due_ns : next;
	}
	return next;
}
