/*
 * osaas_method.h: the protocol of "input.method": who writes into the field that has the
 * keys, in the user's name: an on-screen keyboard, a method for a script with more signs than
 * there are keys. Whoever is granted it sees what is typed, but for passwords. Requests and
 * answers are those of osaas_request.h.
 *
 * A FIELD is where the keys go: an area of a window, or the window. Its serial is another one
 * whenever the keys go elsewhere; a request that names an old one is answered with
 * OSAAS_ENOENT, and does nothing. An EDITOR is a field that tells its text (osaas_ops_input_hint,
 * _selection, _snippet, or the class editor): it shows what is under composition, and
 * hears EDIT, SELECT, COMPOSE, SNIPPET of osaas_window.h. Any other field hears keys with text.
 * Places in a text are characters (code points).
 *
 * What a panel is, the window of an on-screen keyboard: "gui.panel", osaas_window.h.
 */
#ifndef OSAAS_METHOD_H
#define OSAAS_METHOD_H

#include <osaas.h>

#include <stdbool.h>

enum osaas_method_type {
	/*
	 * Requests. Those that write wait, and all behind them, while the field has not shown yet
	 * what keys did to it; 100 ms at most. OSAAS_EBUSY: it does not take what is written.
	 * A text is at most 16 KiB, for a field that is no editor 1 KiB (OSAAS_E2BIG).
	 */
	/* u64[0]: the field; buf, len: UTF-8, in place of the composition, else the selection. */
	OSAAS_METHOD_COMMIT = 1,
	/*
	 * struct osaas_method_compose; buf, len: UTF-8 that is under composition from now on;
	 * empty: nothing any more. OSAAS_ENOSYS: the field is no editor; show it yourself.
	 */
	OSAAS_METHOD_COMPOSE = 2,
	/* struct osaas_method_delete: characters around the selection, and it; editors only, as above. */
	OSAAS_METHOD_DELETE = 3,
	/*
	 * struct osaas_method_key: a key is pressed and released, as if on a keyboard: dead keys
	 * compose, another method that grabs gets it. It is for the field: no shortcut of the
	 * session hears it.
	 */
	OSAAS_METHOD_KEY = 4,
	/*
	 * u32[0]: 1: the keys of keyboards come here first, as PRESSED, while an editor that is
	 * no password has the focus and this method is the one that the user chose; 0: no more.
	 * Said once, at the start, it lasts; and only who said it can be chosen.
	 */
	OSAAS_METHOD_GRAB = 5,
	/*
	 * u64[0]: the serial of a PRESSED; u32[2]: 1: it goes on to the field, 0: it was the
	 * method's. Keys wait in their order for this; for 250 ms, then they all go on, and
	 * nothing is asked of the method until it grabs again; after three in a row without an
	 * answer for a minute, whatever it grabs. The next one is asked after the answer. Releases (PRESSED with pressed 0) are told, and follow their press: no answer.
	 */
	OSAAS_METHOD_PASS = 6,
	OSAAS_METHOD_LAYOUT = 7, /* u32[0]: another one, below KEYMAP's layouts */
	OSAAS_METHOD_DISMISS =
		8, /* no on-screen keyboard until the user touches a field */

	/* Events. */
	OSAAS_METHOD_FIELD =
		16, /* struct osaas_method_field: it is another, or otherwise */
	OSAAS_METHOD_TEXT = 17, /* struct osaas_method_text; buf, len: the snippet */
	OSAAS_METHOD_KEYMAP =
		18, /* struct osaas_method_keymap, and its buf: first, and anew */
	OSAAS_METHOD_PRESSED = 19, /* struct osaas_method_pressed */
};

enum osaas_method_kind {
	OSAAS_FIELD_NONE, /* the keys go nowhere */
	OSAAS_FIELD_KEYS, /* ... to somebody who tells nothing of text */
	OSAAS_FIELD_EDITOR,
};

struct osaas_method_field {
	uint64_t field; /* its serial */
	uint32_t kind;  /* enum osaas_method_kind */
	uint32_t hint;  /* enum osaas_hint; PASSWORD: nothing else is told of its text */
	/*
	 * 1: an on-screen keyboard is wanted: an editor was touched, or there is no other keyboard,
	 * or the plugin asks for it; 0: not, or no more.
	 */
	uint32_t keyboard;
	uint32_t chosen; /* 1: this method gets the keys that it grabs */
};

/* After each edit and frame that changed it. start, end: of what buf holds, of the whole text. */
struct osaas_method_text {
	uint64_t field;
	uint32_t start, end;               /* the snippet */
	uint32_t select_start, select_end; /* the caret is select_end */
	uint32_t compose_start,
		compose_end; /* UINT32_MAX both: nothing is under composition */
	/* The caret's point on the baseline, px of the screen that this plugin's panel is on. */
	int16_t x, y;
	uint16_t ascent, descent;
};

struct osaas_method_compose {
	uint64_t field;
	uint32_t select_start,
		select_end; /* within buf's text, characters; the caret is select_end */
};

struct osaas_method_delete {
	uint64_t field;
	uint32_t before, after;
};

struct osaas_method_key {
	uint64_t field;
	uint32_t code;  /* evdev KEY_* */
	uint32_t level; /* of KEYMAP's symbols: 0 plain, 1 Shift, 2 AltGr, 3 both */
	uint32_t mods;  /* enum osaas_modifier beside these: Ctrl, Alt, Super */
	uint32_t times; /* 0 and 1: once; a key that is held: more, at most 64 */
};

/* buf, len: count of struct osaas_method_symbol; then the layouts' titles, each with a zero behind it. */
struct osaas_method_keymap {
	uint32_t layout, layouts; /* the present one, and how many there are */
	uint32_t count;
	uint32_t caps; /* 1: Caps Lock is on */
};

/* A key that types something, or is dead; of the present layout. */
struct osaas_method_symbol {
	uint32_t code;      /* evdev KEY_* */
	uint32_t keysym[4]; /* by level; 0: none */
	uint32_t text
		[4];   /* what it types: one character (its code point); of a dead key its
			       accent alone; 0: nothing that can be shown */
	uint32_t dead; /* bit n: level n is a dead key */
};

struct osaas_method_pressed {
	uint64_t serial;
	uint64_t time_ns;
	uint32_t code, keysym, mods; /* as in struct osaas_window_key */
	uint8_t pressed, repeat;
	uint8_t zero[2];
	char text[8];
};

_Static_assert(sizeof(struct osaas_method_text) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_method_pressed) <= OSAAS_MSG_BYTES, "fits a message");

/*
 * Requests as calls that do not wait for their answers: who uses them receives all messages
 * of the channel and may ignore answers. YIELD while there is no room. 0 or OSAAS_E* of
 * osaas_send, OSAAS_ENOMEM.
 */
int osaas_method_commit(
	osaas_chan method, uint64_t field, const char *text, size_t bytes);
int osaas_method_compose(osaas_chan method, uint64_t field, const char *text,
	size_t bytes, uint32_t select_start, uint32_t select_end);
int osaas_method_erase(
	osaas_chan method, uint64_t field, uint32_t before, uint32_t after);
int osaas_method_press(osaas_chan method, const struct osaas_method_key *key);
int osaas_method_grab(osaas_chan method, bool grab);
int osaas_method_pass(osaas_chan method, uint64_t serial, bool pass);
int osaas_method_layout(osaas_chan method, uint32_t layout);
int osaas_method_dismiss(osaas_chan method);

#endif
