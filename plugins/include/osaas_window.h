/*
 * osaas_window.h: the protocol of "gui.window".
 *
 * The plugin sends whole frames as op streams (osaas_ops.h); the host sends the
 * window's size, input, and when a frame was shown. The first message is
 * OSAAS_WINDOW_CONFIG. Nothing is shown before the first frame.
 *
 * A frame that is refused changes nothing: the window keeps its last good one.
 * Frames may be sent at any time; those sent faster than the display takes them
 * replace each other, and only the last is shown and answered.
 *
 * If the plugin does not receive for so long that input no longer fits, pointer
 * moves are merged; after that events are dropped and OSAAS_WINDOW_LOST comes
 * before the next one: forget what is pressed.
 */
#ifndef OSAAS_WINDOW_H
#define OSAAS_WINDOW_H

#include <osaas.h>

enum osaas_window_type {
	/* plugin to host */
	OSAAS_WINDOW_FRAME =
		1, /* buf, len: the op stream. u64[0]: a serial of the plugin's */
	OSAAS_WINDOW_IMAGE =
		2, /* buf, len: pixels. struct osaas_window_image: what they are */

	/* host to plugin */
	OSAAS_WINDOW_CONFIG = 16, /* struct osaas_window_config: draw a frame for it */
	OSAAS_WINDOW_SHOWN =
		17, /* struct osaas_window_shown: the time to draw the next one */
	OSAAS_WINDOW_REFUSED = 18, /* struct osaas_window_refused */
	OSAAS_WINDOW_KEY = 19,     /* struct osaas_window_key */
	OSAAS_WINDOW_POINTER = 20, /* struct osaas_window_pointer */
	OSAAS_WINDOW_FOCUS = 21,   /* u32[0]: 1 the keys come here now, 0 no longer */
	OSAAS_WINDOW_LOST = 22,    /* events were dropped before this one */
	OSAAS_WINDOW_CLOSE =
		23, /* the user asked the window to go: return from the entry function */
	/*
	 * struct osaas_window_pointer, of the second and further fingers that are down at the
	 * same time. Who knows one pointer ignores it.
	 */
	OSAAS_WINDOW_TOUCH = 24,
};

/*
 * An image that is too large for an op stream, or made anew again and again: the pixels
 * move with the message instead of being copied. RGBA8, premultiplied in sRGB encoding,
 * rows of 4 * width bytes. Frames sent after it use it by its id as one that OP_IMAGE
 * defined. One that is refused is answered by OSAAS_WINDOW_REFUSED, and what had
 * the id before stays.
 */
struct osaas_window_image {
	uint64_t serial; /* of the plugin's */
	uint32_t id, width, height, zero;
};

struct osaas_window_config {
	int32_t width, height; /* pixels */
	float scale;           /* pixels per dp */
};

struct osaas_window_shown {
	uint64_t serial;     /* of the frame */
	uint64_t present_ns; /* when its first line was scanned out */
	uint64_t refresh_ns; /* length of a display frame */
};

struct osaas_window_refused {
	uint64_t serial; /* of the frame or image */
	uint64_t offset; /* byte of the stream; the reason is in the session's log */
};

enum osaas_modifier {
	OSAAS_MOD_CTRL = 1,
	OSAAS_MOD_COMMAND = 2,
	OSAAS_MOD_SHIFT = 4,
	OSAAS_MOD_ALT = 8,
	OSAAS_MOD_SUPER = 16,
};

struct osaas_window_key {
	uint64_t time_ns;
	uint32_t code;   /* evdev KEY_* : the place on the keyboard */
	uint32_t keysym; /* xkb keysym: what it means */
	uint32_t mods;   /* enum osaas_modifier */
	uint8_t pressed; /* 1 press, 0 release */
	uint8_t repeat;  /* 1: a press made by holding it down */
	uint8_t zero[2];
	char text[8]; /* UTF-8 that it types, zero terminated */
};

enum osaas_pointer_kind { /* Gio's bits */
	OSAAS_POINTER_CANCEL = 1,
	OSAAS_POINTER_PRESS = 2,
	OSAAS_POINTER_RELEASE = 4,
	OSAAS_POINTER_MOVE = 8,
	OSAAS_POINTER_DRAG = 16,
	OSAAS_POINTER_ENTER = 32,
	OSAAS_POINTER_LEAVE = 64,
	OSAAS_POINTER_SCROLL = 128,
};

enum osaas_pointer_source { /* Gio's */
	OSAAS_SOURCE_MOUSE = 0,
	OSAAS_SOURCE_TOUCH = 1,
};

/*
 * The first finger on a touch screen comes as the mouse does: ENTER, PRESS with the left
 * button, DRAG, RELEASE, LEAVE. Only its source tells. While it, or any other, is down,
 * further ones come as OSAAS_WINDOW_TOUCH, each on a way of its own: told apart by their id,
 * which is free again after its LEAVE or CANCEL. After CANCEL nothing was meant.
 */
struct osaas_window_pointer {
	uint64_t time_ns;
	uint64_t tag;    /* of the area it is for */
	float x, y;      /* in the coordinates of the area's transform */
	uint16_t kind;   /* enum osaas_pointer_kind */
	uint8_t buttons; /* bit 0 left, 1 right, 2 middle, ...: down after the event */
	uint8_t mods;    /* enum osaas_modifier */
	uint32_t button; /* of press and release: evdev BTN_* */
	union {
		struct {                          /* of SCROLL */
			float scroll_x, scroll_y; /* px, + is right and down */
		};
		struct {                 /* of all others */
			uint32_t source; /* enum osaas_pointer_source */
			uint32_t id;     /* of touch: below 16 */
		};
	};
};

_Static_assert(sizeof(struct osaas_window_key) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_window_pointer) <= OSAAS_MSG_BYTES, "fits a message");

#endif
