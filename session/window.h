/*
 * window: what a plugin with "gui.window" or "gui.panel" has: the host's end of its
 * channel, a layer with its last good frame, and the events that wait for it. It is as
 * large as its screen, but for panels.
 */
#ifndef OSAAS_SESSION_WINDOW_H
#define OSAAS_SESSION_WINDOW_H

#include <linux/input-event-codes.h>
#include <stdbool.h>
#include <stdint.h>

#include "gl/gl.h"
#include "input/route.h"
#include "plugins/endpoint.h"
#include "plugins/include/osaas_window.h"
#include "session/backlog.h"
#include "session/ledger.h"
#include "session/panel.h"
#include "util/list.h"

struct group;
struct input_motion;
struct notice;
struct screen;
struct session;

/* Messages that tell a state: when the channel is full the last one is enough. */
enum window_kept {
	WINDOW_KEPT_CONFIG,
	WINDOW_KEPT_SHOWN,
	WINDOW_KEPT, /* how many */
};

/*
 * How much of what changes its text, or what is selected, the plugin had received when it sent
 * each of the messages that wait: a frame that it sent before shows the text of before.
 */
#define WINDOW_HEARD 128
struct window_heard {
	uint64_t told;  /* such events so far */
	uint64_t sent;  /* messages that went into the channel */
	uint64_t last;  /* of them: up to the last such event */
	size_t waiting; /* such events that are not in the channel yet */
	uint64_t taken; /* messages of the plugin */
	uint64_t at
		[WINDOW_HEARD]; /* by their number: told, if all of it was received; else 0 */
};

struct window {
	struct session *session;
	struct list link;  /* session.windows, the top one last */
	struct list dirty; /* session.dirty_windows: its channel has something */
	const char *name;  /* of the plugin, borrowed */
	const char *id;    /* the same; NULL: nobody's */
	/* Where it is; NULL: on none, or not among session.windows. */
	struct screen *screen;
	struct endpoint *end;
	struct group *group;    /* its plugin's; NULL: none any more */
	uint64_t owner;         /* its plugin's token, see gl_layer_set_owner; 0: none */
	struct gl_layer *layer; /* NULL until there is a renderer */
	int32_t x, y, width,
		height; /* pixels of the screen's view; height 0: panel_hidden */
	struct panel panel;
	float scale;
	/* What is shown until it has a frame: of the window that was in its place. */
	struct gl_layer *behind; /* NULL: nothing */
	bool owns_behind;        /* else that one does */
	struct notice *notice;   /* over its last frame; borrowed; NULL: none */
	uint64_t made;           /* the how-manieth of the session it is */
	uint64_t frames;         /* good ones so far */
	bool mapped;             /* has shown a frame or is about to */
	bool seen;               /* has shown one */

	struct ledger_window ledger;
	uint64_t serial;    /* of the last good frame */
	bool owes_shown;    /* that frame is not on the screen yet */
	bool committed;     /* ... but in a commit in flight */
	uint64_t refused;   /* frames so far */
	uint64_t ignored;   /* messages that are not of the protocol */
	uint64_t senseless; /* commands that made no sense when they came */

	/* When the last press of a key, press or release of a pointer, or ACT was sent; 0: never. */
	uint64_t gesture_ns;

	uint64_t focus; /* the area that has the keys, or would; 0: none */
	bool keyboard;  /* the plugin wants one on the screen, while it has the keys */
	bool keyboard_kept; /* said since its last frame: it outlives a move of the focus */
	uint8_t down[KEY_CNT /
		     8]; /* keys whose press it heard, and not their release yet */
	struct window_heard heard;
	uint64_t
		shown_told; /* heard.told, if the last good frame was sent after all that; else 0 */
	bool capture_barred; /* it may not capture the pointer: capture.h */
	bool relaid;         /* a frame came: what areas there are must be looked at */

	/* What found the channel full: states of which the last one is kept, and input. */
	struct message kept[WINDOW_KEPT];
	bool has_kept[WINDOW_KEPT];
	struct backlog backlog;
	bool lost; /* more than it could keep */
};

/*
 * window_create makes a channel and gives the plugin's end away. 0 or -errno,
 * logged.
 */
int window_create(struct session *session, const char *name, struct window **out,
	struct endpoint **plugin_end);
void window_destroy(struct window *window); /* takes NULL */

/*
 * window_configure tells the plugin its size; it draws a frame for it. Of height 0 nothing is
 * shown, and no frame taken.
 */
int window_configure(struct window *window, int32_t width, int32_t height, float scale);

/* window_base is what the window shows, apart from a notice; NULL: nothing yet. */
struct gl_layer *window_base(const struct window *window);

/*
 * window_stand_in: until its first frame window shows what other shows, which must
 * outlive that, or be followed by window_inherit: then it is window's own.
 */
void window_stand_in(struct window *window, struct window *other);
void window_inherit(struct window *window, struct window *other);

/*
 * window_receive takes what the plugin sent, up to one frame or image: if there is more, the
 * window is among session.dirty_windows again, for the next turn.
 */
void window_receive(struct window *window);

void window_send_shown(struct window *window, uint64_t present_ns, uint64_t refresh_ns);
void window_send_lost(struct window *window); /* events went elsewhere */
void window_send_close(struct window *window);
void window_send_focus(struct window *window, bool focused);
/* window_send_area_focus: an area of it has the keys, or no longer. */
void window_send_area_focus(struct window *window, uint64_t tag, bool focused);
/* window_send_act: an area of it is asked to do what it says it can: enum osaas_semantic_action. */
void window_send_act(struct window *window, uint64_t tag, uint32_t action);
/* window_send_captured: the pointer is its own now, or no longer. */
void window_send_captured(struct window *window, bool captured);
void window_send_motion(struct window *window, const struct input_motion *motion);
/* window_send_key: to that area, 0: to none of them. */
void window_send_key(struct window *window, const struct input_key *key, uint64_t tag);
/*
 * window_send_edit: OSAAS_WINDOW_EDIT, _SELECT, _COMPOSE or _SNIPPET; size bytes of text, which
 * are copied, with the first. 0 or -ENOMEM: nothing is sent.
 */
int window_send_edit(struct window *window, uint32_t type,
	const struct osaas_window_edit *edit, const char *text, size_t size);
/* window_crowded: so much waits for it that others than the user do not add to it. */
bool window_crowded(const struct window *window);
/* window_idle: the plugin took all that was sent to it, nothing of it is on its way, and it waits. */
bool window_idle(const struct window *window);
/* window_mods: enum input_modifier as the protocol has it. */
uint8_t window_mods(uint32_t mods);
/* Of areas that listen to it (util/opwire.h). */
void window_send_pen(struct window *window, uint64_t tag, const struct input_pen *pen);
void window_send_gesture(
	struct window *window, uint64_t tag, const struct input_gesture *gesture);
/* window_send_drag moves the buffer (NULL: none), of which len bytes count. */
void window_send_drag(struct window *window, const struct osaas_window_drag *drag,
	struct buffer *buffer, size_t len);
void window_send_pointer(struct window *window, uint64_t tag, enum input_route_kind kind,
	const struct input_pointer *pointer);

/* window_flush tries again what found the channel full; once per loop turn. */
void window_flush(struct window *window);

#endif
