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
 * If the plugin does not receive for a while up to 8192 events wait: 2 s of a mouse of 1000
 * Hz over four areas. Of areas that listen with OSAAS_LISTEN_MERGE a move takes the place of
 * the one before by the same pointer. Beyond that they are dropped and OSAAS_WINDOW_LOST
 * comes before the next one: forget what is pressed.
 *
 * A PANEL is the window that "gui.panel:EDGE" gives (top or bottom; without: bottom), to a
 * plugin that has no other: it lies along that edge of the screen where the keys go, as
 * wide as that, as high as its last DOCK said, above all; the windows of that screen get
 * what is left, and their CONFIG. It has no keys, and touching it takes them from nobody;
 * but the user can give it keys: if its areas listen to focus it hears of them as a window
 * does (but of Escape), else those that have a class are clicked.
 * Before its first DOCK it has a CONFIG of height 0; then one of the height that it got,
 * which may be less: all panels together get at most half of the screen. Several at an
 * edge lie one beside the other, who docked first outermost. At height 0 its frames are
 * dropped, and not answered. Reloaded it begins with the height that it had, until it docks.
 *
 * POINTER CANCEL also comes to an area that a frame no longer has, if a pointer was in it or
 * pressed it; and when another area grabs: one for each pointer.
 */
#ifndef OSAAS_WINDOW_H
#define OSAAS_WINDOW_H

#include <osaas.h>

#include <stdbool.h>

enum osaas_window_type {
	/* plugin to host */
	OSAAS_WINDOW_FRAME =
		1, /* buf, len: the op stream. u64[0]: a serial of the plugin's */
	OSAAS_WINDOW_IMAGE =
		2, /* buf, len: pixels. struct osaas_window_image: what they are */
	/*
	 * Commands. One that makes no sense now (no such tag, nothing pressed) does nothing.
	 * They act when they come: after the frames sent before them.
	 */
	OSAAS_WINDOW_FOCUS_AREA =
		3,             /* u64[0]: a tag that listens to focus; 0: none has it */
	OSAAS_WINDOW_GRAB = 4, /* struct osaas_window_grab: all others get CANCEL */
	OSAAS_WINDOW_KEYBOARD =
		5, /* u32[0]: 1 an on-screen keyboard is wanted, 0 no more */
	OSAAS_WINDOW_OFFER =
		6, /* struct osaas_window_drag, of REQUEST; buf, len: its type, the data */
	/*
	 * u32[0]: 1 the pointer stays where it is, unseen, and its motion comes as MOTION, while
	 * this window has the keys; 0 no more. CAPTURED tells when it begins and ends. Needs
	 * "input.capture", else REFUSED with serial 0. Buttons and scrolling come as ever, to
	 * this window's areas alone. The user can always end it, by keys too; then it makes no
	 * sense to ask again before they pressed on the window, or gave it the keys anew.
	 */
	OSAAS_WINDOW_CAPTURE = 7,
	/*
	 * u32[0]: how many pixels of its screen's edge a panel takes; 0, as at first: none, and
	 * it is not seen. Of a panel only.
	 */
	OSAAS_WINDOW_DOCK = 8,

	/* host to plugin */
	OSAAS_WINDOW_CONFIG = 16, /* struct osaas_window_config: draw a frame for it */
	OSAAS_WINDOW_SHOWN =
		17, /* struct osaas_window_shown: the time to draw the next one */
	OSAAS_WINDOW_REFUSED = 18, /* struct osaas_window_refused */
	OSAAS_WINDOW_KEY = 19,     /* struct osaas_window_key */
	OSAAS_WINDOW_POINTER = 20, /* struct osaas_window_pointer */
	/*
	 * u32[0]: 1 the keys come here now, 0 no longer. Before 0 comes the release of each key that
	 * is down here; what the user holds on then is heard by nobody.
	 */
	OSAAS_WINDOW_FOCUS = 21,
	OSAAS_WINDOW_LOST = 22, /* events were dropped before this one */
	OSAAS_WINDOW_CLOSE =
		23, /* the user asked the window to go: return from the entry function */
	/*
	 * struct osaas_window_pointer, of the second and further fingers that are down at the
	 * same time. Who knows one pointer ignores it.
	 */
	OSAAS_WINDOW_TOUCH = 24,
	/*
	 * u64[0]: a tag; u32[2]: 1 the keys go there now, 0 no longer. Told while the window has
	 * them, so after FOCUS 1 and before FOCUS 0 again; and 0 when a frame comes without
	 * the area. A press on an area that listens to focus gives it to it, before PRESS.
	 */
	OSAAS_WINDOW_AREA_FOCUS = 25,
	/*
	 * struct osaas_window_edit; buf, len: UTF-8 in its place; cut it to what there is. The
	 * composition follows, if there is or was one, then the selection.
	 */
	OSAAS_WINDOW_EDIT = 26,
	OSAAS_WINDOW_SELECT = 27, /* struct osaas_window_edit: select that */
	OSAAS_WINDOW_COMPOSE =
		28, /* struct osaas_window_edit: that is under composition */
	OSAAS_WINDOW_SNIPPET =
		29, /* struct osaas_window_edit: tell the text there with the next frame */
	OSAAS_WINDOW_GESTURE = 30, /* struct osaas_window_gesture */
	OSAAS_WINDOW_PEN =
		31, /* struct osaas_window_pen, before the POINTER it belongs to */
	OSAAS_WINDOW_MOTION = 32, /* struct osaas_window_motion */
	/* struct osaas_window_drag; buf, len: of REQUEST the type, of DATA the type, the data */
	OSAAS_WINDOW_DRAG = 33,
	OSAAS_WINDOW_ACT =
		34, /* u64[0]: a tag; u32[2]: one bit of enum osaas_semantic_action */
	OSAAS_WINDOW_CAPTURED =
		35, /* u32[0]: 1 the pointer is this window's, 0 no longer, for whatever reason */
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
	int32_t most; /* of a panel: the most that DOCK gets, pixels; 0: not known */
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
	/*
	 * UTF-8 that it types, zero terminated; of a composition (dead keys, compose) its last
	 * key has it. What is longer goes on in further messages, presses that repeat, of keysym 0.
	 */
	char text[8];
	/*
	 * The area it is for: that of the first osaas_ops_keys which takes it; else the one that
	 * has the focus; 0: none. Tab and Shift+Tab, and the arrows from an area that is no
	 * editor (by its class, hint, selection or snippet), move the focus where no filter takes
	 * them and there is an area to go to; then nothing is told of them.
	 */
	uint64_t tag;
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
	OSAAS_SOURCE_PEN = 2, /* ours */
};
enum osaas_pointer_priority { /* Gio's */
	OSAAS_PRIORITY_SHARED = 0,
	OSAAS_PRIORITY_GRABBED = 1, /* pressed, and nobody else hears of it */
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
		struct {                   /* of all others */
			uint16_t source;   /* enum osaas_pointer_source */
			uint16_t priority; /* enum osaas_pointer_priority */
			uint32_t id;       /* of touch: below 16 */
		};
	};
};

struct osaas_window_grab {
	uint64_t tag;    /* of an area that heard of the press */
	uint32_t source; /* enum osaas_pointer_source */
	uint32_t id;     /* of touch */
};

/* Start and end are characters (code points) of the tag's whole text; UINT32_MAX both: none. */
struct osaas_window_edit {
	uint64_t tag;
	uint32_t start, end;
};

enum osaas_gesture_kind {
	OSAAS_GESTURE_SWIPE = 1,
	OSAAS_GESTURE_PINCH = 2,
	OSAAS_GESTURE_HOLD = 3,
};
enum osaas_gesture_phase {
	OSAAS_GESTURE_BEGIN = 1,
	OSAAS_GESTURE_UPDATE = 2,
	OSAAS_GESTURE_END = 3,
	OSAAS_GESTURE_CANCEL = 4, /* nothing was meant by it */
};
/* From BEGIN to END or CANCEL all go to the area that was under the pointer at BEGIN. */
struct osaas_window_gesture {
	uint64_t time_ns;
	uint64_t tag;
	uint8_t kind, phase; /* enum osaas_gesture_kind, _phase */
	uint8_t fingers;
	uint8_t mods;
	float dx, dy;   /* px since the last one */
	float scale;    /* of a pinch: since BEGIN */
	float rotation; /* of a pinch: degrees since the last one, clockwise */
};

enum osaas_pen_tool {
	OSAAS_PEN_PEN,
	OSAAS_PEN_ERASER,
	OSAAS_PEN_BRUSH,
	OSAAS_PEN_PENCIL,
	OSAAS_PEN_AIRBRUSH,
	OSAAS_PEN_MOUSE,
	OSAAS_PEN_LENS,
};
struct osaas_window_pen {
	uint64_t time_ns;
	uint64_t tag;
	uint32_t tool_id; /* serial number, the same for the same pen; 0: it has none */
	uint16_t pressure, distance; /* 65535 is all; 0 also where it cannot tell */
	float tilt_x, tilt_y;        /* degrees from upright; + is right, down */
	uint16_t rotation;           /* hundredths of a degree, clockwise */
	uint8_t tool;                /* enum osaas_pen_tool */
	uint8_t buttons;             /* bit 0 the tip, 1 and 2 on the barrel */
	int16_t slider;              /* -32767 to 32767 */
	uint16_t zero;
};

struct osaas_window_motion {
	uint64_t time_ns;
	double dx, dy;        /* px of the window, by the device's acceleration */
	float raw_dx, raw_dy; /* without it, of a mouse of 1000 dpi */
};

/*
 * A drag from one area to another, also of another window, by mouse, pen or any finger. The
 * first DRAG of a press that an area which is a source heard of begins it: all possible targets hear
 * INITIATE. Dropped on one, the source hears REQUEST with the first of the target's types
 * that it has, and answers OFFER within 5 s; the target hears DATA. At the end, whichever, the
 * source and all possible targets hear CANCEL, in place of LEAVE, too.
 *
 * It ends besides when a frame has the source no more before it is dropped, or lacks what it was
 * dropped on; when another area grabs the press; when the user presses Escape. What he does after
 * that, until the press is over, is a drag no more. Who hears LOST hears of no end: forget it.
 *
 * Possible targets are areas of any window, shown or not, that take one of the source's types;
 * the source itself is none. Who becomes one during a drag hears INITIATE then, who is one no
 * longer CANCEL. While a drag is over the left or right edge of a screen for a while, another
 * window is raised there.
 */
enum osaas_drag_kind {
	OSAAS_DRAG_INITIATE = 1,
	OSAAS_DRAG_ENTER = 2, /* it would be dropped here */
	OSAAS_DRAG_LEAVE = 3,
	OSAAS_DRAG_REQUEST = 4,
	OSAAS_DRAG_DATA = 5,
	OSAAS_DRAG_CANCEL = 6,
	OSAAS_DRAG_MOVE = 7, /* after ENTER: elsewhere in it; only the last one is told */
};
struct osaas_window_drag {
	uint64_t tag; /* the area that hears it; of OFFER: the source's */
	uint64_t
		serial; /* of the drag, of all that is told of it; REQUEST's again in OFFER */
	uint32_t kind;
	uint32_t
		type_size; /* bytes at the start of buf that are the type, of REQUEST, OFFER and DATA */
	float x, y; /* in the area's coordinates: of ENTER, MOVE, DATA */
};

/* Of one source, in the order of its filters; of one window; of an OFFER, the type apart. */
#define OSAAS_DRAG_TYPES_MAX   32
#define OSAAS_DRAG_TARGETS_MAX 256
#define OSAAS_DRAG_BYTES_MAX   67108864

_Static_assert(sizeof(struct osaas_window_key) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_window_gesture) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_window_pen) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_window_drag) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_window_pointer) <= OSAAS_MSG_BYTES, "fits a message");

/*
 * Commands as calls. YIELD while there is no room. 0 or OSAAS_E* of osaas_send: what does
 * not make sense to the host is no error, and does nothing.
 *
 * osaas_window_focus_area gives the keys to an area, 0: to none. Send the frame that has it
 * first. osaas_window_grab: of who hears of that press (PRESS or DRAG, of POINTER or TOUCH)
 * only its area still does.
 */
int osaas_window_focus_area(osaas_chan window, uint64_t tag);
int osaas_window_grab(osaas_chan window, const struct osaas_window_pointer *pressed);
/* osaas_window_keyboard: an on-screen keyboard is wanted, or no more. */
int osaas_window_keyboard(osaas_chan window, bool wanted);
/* osaas_window_capture: CAPTURED tells what comes of it. */
int osaas_window_capture(osaas_chan window, bool capture);
int osaas_window_dock(osaas_chan panel, uint32_t height);
/*
 * osaas_window_offer answers REQUEST: the type is REQUEST's; size bytes of data are copied.
 * Whose data is a buffer sends the message OFFER itself, and moves it. OSAAS_ENOMEM besides.
 */
int osaas_window_offer(osaas_chan window, const struct osaas_window_drag *request,
	const char *type, size_t type_bytes, const void *data, size_t size);

#endif
