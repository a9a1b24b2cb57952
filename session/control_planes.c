#include "session/control_planes.h"

#include <stdio.h>
#include <string.h>

#include "kms/kms.h"
#include "session/control_reply.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/window.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct reply_column screen_columns[] = {
	{"screen", "screen", REPLY_TEXT},
	{"composed", "composed", REPLY_TEXT},
	{"pointer", "pointer", REPLY_TEXT},
	{"need_ns", "paint ms", REPLY_TIME},
};

static const struct reply_column plane_columns[] = {
	{"screen", "screen", REPLY_TEXT},
	{"plane", "plane", REPLY_COUNT},
	{"type", "type", REPLY_TEXT},
	{"shows", "shows", REPLY_TEXT},
	{"place", "place", REPLY_TEXT},
	{"format", "format", REPLY_TEXT},
};

static const struct reply_column refused_columns[] = {
	{"screen", "screen", REPLY_TEXT},
	{"picture", "composed", REPLY_TEXT},
	{"place", "place", REPLY_TEXT},
	{"why", "why", REPLY_TEXT},
};

/* "WIDTHxHEIGHT at X,Y" */
static void put_place(
	struct reply *reply, int32_t width, int32_t height, int32_t x, int32_t y)
{
	char text[64];
	snprintf(text, sizeof text, "%dx%d at %d,%d", width, height, x, y);
	reply_text(reply, text);
}

/* Of a window that is on a screen: another one may have gone. */
static const char *name_of(const struct session *session, const struct gl_layer *layer)
{
	list_for_each (window, &session->windows, struct window, link) {
		if (window_base(window) == layer)
			return window->name;
	}
	return "a window";
}

static void put_picture(struct reply *reply, const struct session *session,
	const struct screen_plane *plane)
{
	char text[128];
	snprintf(text, sizeof text, "layer %u of %s", plane->bit + 1,
		name_of(session, plane->layer));
	reply_text(reply, text);
}

/* Screens. */

static void put_composed(struct reply *reply, const struct screen *screen)
{
	struct gl_region all = {.n = 1, .rects = {{0, 0, screen->width, screen->height}}};
	char text[64];
	if (screen_planes_hide(screen, &all))
		snprintf(text, sizeof text, "nothing: a picture fills it");
	else
		snprintf(text, sizeof text, "%zu window%s", screen->composed,
			screen->composed == 1 ? "" : "s");
	reply_text(reply, text);
}

static void put_screens(const struct session *session, struct reply *reply)
{
	reply_table(reply, "screens", screen_columns, COUNT(screen_columns));
	list_for_each (screen, &session->screens, struct screen, link) {
		reply_text(reply, screen->name);
		put_composed(reply, screen);
		reply_text(reply, screen->pointer.drawn      ? "drawn"
				  : screen->pointer.on_plane ? "plane"
							     : NULL);
		reply_number(reply, frame_clock_need(&screen->clock));
	}
	reply_end(reply);
}

/* Planes. */

struct planes {
	struct reply *reply;
	const struct session *session;
	struct screen *screen;
};

static const struct screen_plane *plane_of(const struct screen *screen, uint64_t id)
{
	for (size_t i = 0; i < screen->planes.n && id; i++) {
		if (screen->planes.order[i]->id == id)
			return screen->planes.order[i];
	}
	return NULL;
}

static void put_shown(const struct planes *planes, const struct kms_plane_info *info)
{
	const struct screen_plane *plane = plane_of(planes->screen, info->layer);
	if (!info->active)
		reply_text(planes->reply, NULL);
	else if (plane)
		put_picture(planes->reply, planes->session, plane);
	else if (info->layer)
		reply_text(planes->reply, "a picture that goes");
	else
		reply_text(planes->reply,
			strcmp(info->type, "cursor") == 0 ? "pointer" : "composition");
}

static void add_plane(void *data, const struct kms_plane_info *info)
{
	const struct planes *planes = data;
	struct reply *reply = planes->reply;
	reply_text(reply, planes->screen->name);
	reply_number(reply, info->id);
	reply_text(reply, info->type);
	put_shown(planes, info);
	if (info->active)
		put_place(reply, info->width, info->height, info->x, info->y);
	else
		reply_text(reply, NULL);
	reply_text(reply, info->active ? info->format : NULL);
}

static void put_planes(const struct session *session, struct reply *reply)
{
	struct planes planes = {.reply = reply, .session = session};
	reply_table(reply, "planes", plane_columns, COUNT(plane_columns));
	list_for_each (screen, &session->screens, struct screen, link) {
		planes.screen = screen;
		if (screen->ops->each_plane)
			screen->ops->each_plane(screen, add_plane, &planes);
	}
	reply_end(reply);
}

/* Pictures without one. */

static const char *why(struct screen *screen, const struct screen_plane *plane)
{
	const char *text = screen->ops->plane_why(screen, plane);
	return text ? text : "it has only just come";
}

static void put_refused(const struct session *session, struct reply *reply)
{
	reply_table(reply, "refused", refused_columns, COUNT(refused_columns));
	list_for_each (screen, &session->screens, struct screen, link) {
		for (size_t i = 0; i < screen->planes.n; i++) {
			const struct screen_plane *plane = screen->planes.order[i];
			const struct gl_rect *at = &plane->at;
			if (plane->shown)
				continue;
			reply_text(reply, screen->name);
			put_picture(reply, session, plane);
			put_place(
				reply, at->x1 - at->x0, at->y1 - at->y0, at->x0, at->y0);
			reply_text(reply, why(screen, plane));
		}
	}
	reply_end(reply);
}

void control_planes_answer(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	(void)request;
	put_screens(session, reply);
	put_planes(session, reply);
	put_refused(session, reply);
}
