/*
 * texting: writing into the field that has the keys, for input methods and for what is being
 * composed on the keyboard. A field is an area of a window, or the window; it has a serial,
 * another one whenever the keys go elsewhere. What an editor shows is told by its frames; an
 * edit is made where the text is thought to be, so it waits (texting_certain) while the plugin
 * has not shown yet what keys did to it.
 */
#ifndef OSAAS_SESSION_TEXTING_H
#define OSAAS_SESSION_TEXTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/text_input.h"

struct input_target;
struct method;
struct session;
struct window;

#define TEXTING_PENDING  64    /* bytes of what a keyboard composes, with the zero byte */
#define TEXTING_MAX      16384 /* bytes of a commit, or composition, into an editor */
#define TEXTING_KEYS_MAX 1024  /* ... of one that goes as keys */

/* Zeroed, at first. */
struct texting {
	struct window
		*window; /* whose field it is; NULL: nobody's, the keys go nowhere */
	uint64_t tag;    /* its area; 0: the window */
	uint64_t serial;
	bool left;            /* the keys went elsewhere since it was looked at */
	bool stale;           /* a frame came that was not read yet */
	bool touched;         /* by a finger, since it has the keys */
	bool dismissed;       /* no keyboard on the screen until something is touched */
	const void *composer; /* who made the composition; NULL: nobody */
	uint64_t known;       /* window.heard.told of which all is in the state */
	uint64_t frame_told;  /* ... at the frame that was not read yet */
	bool guessed;         /* edits were made that no frame shows yet */
	uint64_t edit_ns;     /* the last one */
	struct text_range asked; /* SNIPPET */
	struct text_input state;
	char pending[TEXTING_PENDING]; /* on the keyboard; "": nothing */
	bool pending_seen;             /* the field shows it, as it is */
	struct method *methods; /* of service_method.c, in the order of their start */
	struct method *typist;  /* while it makes keys; NULL: nobody */
};

/* texting_look brings it up to date; all below do so themselves, but for what says otherwise. */
struct texting *texting_look(struct session *session);
/* texting_wants_keyboard: an on-screen keyboard is wanted. */
bool texting_wants_keyboard(const struct session *session);
/* texting_is_secret: nothing of its text, nor of what is typed, may be told. */
bool texting_is_secret(const struct texting *texting);

/*
 * From others, none of which looks at it: before the keys go elsewhere, from one area of a
 * window to another one (0: none), when a window is gone, when a frame came.
 */
void texting_leave(struct session *session);
void texting_move(struct window *window, uint64_t tag);
void texting_forget(struct session *session, const struct window *window);
void texting_frame(struct window *window);

/* texting_touch: a finger came down on these, after the focus followed it. */
void texting_touch(struct session *session, const struct input_target *under, size_t n);
/* texting_keyboard: the plugin wants an on-screen keyboard, or no more. */
void texting_keyboard(struct window *window, bool wanted);
void texting_dismiss(struct session *session);
/* texting_pending: what is under composition on the keyboard; "": no more. */
void texting_pending(struct session *session, const char *pending);

/* texting_certain: where the text is, is known: nothing was done to it that no frame shows. */
bool texting_certain(struct session *session);

/*
 * From a method, by, into the field of that serial. -ENOENT: it is another one by now;
 * -EINVAL: the text is no UTF-8; -E2BIG; -ENOSYS: the field is no editor; -ENOMEM. Else 0.
 */
struct texting_text {
	const void *by;
	uint64_t field;
	const char *text;
	size_t size;
};
int texting_commit(struct session *session, const struct texting_text *text);
/* select: characters within text; its end is the caret. */
int texting_compose(struct session *session, const struct texting_text *text,
	struct text_range select);
int texting_delete(
	struct session *session, uint64_t field, uint32_t before, uint32_t after);

/* texting_end: who composed is gone: what is under composition is text. */
void texting_end(struct session *session, const void *by);

/* texting_turn: once per turn, after frames. */
void texting_turn(struct session *session);

#endif
