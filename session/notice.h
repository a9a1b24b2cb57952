/*
 * notice: what the session shows in the window of a plugin that failed, over its last
 * frame: what happened, where the report is, and two buttons. Drawn by gl as plugins'
 * frames are.
 *
 * Pointer, or keys: Enter or R restarts, Esc closes, Tab and the arrows go from one
 * button to the other, Space or Enter press it. What was under way when the plugin
 * failed was meant for the plugin: for half a second nothing is pressed.
 */
#ifndef OSAAS_SESSION_NOTICE_H
#define OSAAS_SESSION_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "input/route.h"
#include "session/notice_layout.h"

struct gl_layer;
struct notice;
struct writing;
struct window;

#define NOTICE_GRACE_NS UINT64_C(500000000)

/*
 * notice_create: the words are copied; text is borrowed, NULL: no font, the buttons have
 * signs then. pressed is called from within notice_key and notice_pointer, once per
 * press; it must not destroy the notice.
 */
struct notice *notice_create(struct window *window, struct writing *text,
	const struct notice_words *words,
	void (*pressed)(void *data, enum notice_button button), void *data);
void notice_destroy(struct notice *notice); /* takes NULL */

/* notice_say: something else has happened since. */
void notice_say(struct notice *notice, const char *what);

/* notice_configure: the window has another size. Draws. */
void notice_configure(struct notice *notice);

/* What lies over the window's last frame; NULL until it could be drawn. */
struct gl_layer *notice_layer(const struct notice *notice);

/* notice_box: the button that Enter presses, within the window; false: none is there. */
bool notice_box(const struct notice *notice, struct gl_rect *out);

/* notice_drawn counts its frames; notice_tag: the area of the button that Enter presses. */
uint64_t notice_drawn(const struct notice *notice);
uint64_t notice_tag(const struct notice *notice);
/* notice_click presses the button of that area. False: it is none, or it is too early. */
bool notice_click(struct notice *notice, uint64_t tag);
void notice_focus(struct notice *notice, bool focused);
void notice_key(struct notice *notice, const struct input_key *key);
void notice_pointer(struct notice *notice, uint64_t tag, enum input_route_kind kind,
	const struct input_pointer *pointer);

#endif
