/*
 * input: libinput devices in, routed events out. Knows libinput and xkbcommon
 * and nothing of windows' pixels: who is under a point and who has the focus is
 * asked of the caller. One thread; no call yields or blocks.
 *
 * Times are CLOCK_MONOTONIC nanoseconds of the kernel's event. Positions are
 * units of the layout: the plane on which all outputs lie, see input_set_outputs.
 */
#ifndef OSAAS_INPUT_INPUT_H
#define OSAAS_INPUT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/device_config.h"
#include "util/transform.h"

struct udev;
struct input;
struct keyboard;

enum input_modifier {
	INPUT_MOD_CTRL = 1 << 0,
	INPUT_MOD_LOGO = 1 << 1, /* Super */
	INPUT_MOD_SHIFT = 1 << 2,
	INPUT_MOD_ALT = 1 << 3,
};

struct input_key {
	uint64_t time_ns;
	uint32_t code;   /* evdev KEY_* */
	uint32_t keysym; /* xkb keysym, by layout and the modifiers before the key */
	uint32_t plain;  /* the same without modifiers */
	/*
	 * The key for shortcuts, whatever script the layout has: plain; of a letter that is
	 * not Latin, what the first layout with another one has there, else the US one.
	 */
	uint32_t latin;
	uint32_t mods; /* enum input_modifier, effective after the event */
	bool pressed;
	bool repeat; /* a press made by the repeat timer */
	/*
	 * What it types, zero terminated; empty when nothing, which includes
	 * releases, Return, Tab and the like, everything under Ctrl, Alt or
	 * Logo (AltGr is none of them), and a key that is part of a composition (dead keys,
	 * compose) but its last one; that has the whole text, and its symbol (or none).
	 * A text longer than this goes on in further events of the key, presses that
	 * repeat, with keysym 0.
	 */
	char utf8[8];
};

enum input_pointer_kind {
	INPUT_POINTER_MOVE,
	INPUT_POINTER_PRESS,
	INPUT_POINTER_RELEASE,
	INPUT_POINTER_SCROLL,
};

/* Input never says but MOUSE; who routes touch as pointers says which finger it is. */
enum input_source {
	INPUT_SOURCE_MOUSE,
	INPUT_SOURCE_TOUCH,      /* the first finger */
	INPUT_SOURCE_TOUCH_MORE, /* another one, while one is down */
	INPUT_SOURCE_PEN,        /* who routes a pen as the pointer says so */
};

struct input_pointer {
	uint64_t time_ns;
	enum input_pointer_kind kind;
	float x, y;               /* where the pointer is now */
	uint32_t button;          /* of a press or release: evdev BTN_* */
	uint32_t buttons;         /* bit n: BTN_LEFT + n is down after the event */
	uint32_t mods;            /* enum input_modifier */
	float scroll_x, scroll_y; /* pixels, + is right / down; a wheel's detent is 40 */
	enum input_source source;
	uint32_t finger; /* of touch: its id, below INPUT_TOUCHES */
	bool placed;     /* of MOVE: a device said where, not how far */
	bool grabbed; /* what a route emits: it is pressed, and nobody else hears of it */
};

/*
 * How far what moves the pointer was moved, before the pointer is. Of a device that says
 * places, not ways, both are from the last place to this one.
 */
struct input_motion {
	uint64_t time_ns;
	double dx, dy;         /* units of the layout, by the device's acceleration */
	double raw_dx, raw_dy; /* without it, of a mouse of 1000 dpi */
};

enum input_touch_kind {
	INPUT_TOUCH_DOWN,
	INPUT_TOUCH_MOVE,
	INPUT_TOUCH_UP,
	INPUT_TOUCH_CANCEL, /* the contact is over, and nothing was meant by it */
};

#define INPUT_TOUCHES 16 /* contacts at once, of all devices; more are ignored */

struct input_touch {
	uint64_t time_ns;
	enum input_touch_kind kind;
	uint32_t id; /* below INPUT_TOUCHES, of this contact until it is up */
	float x, y;  /* of DOWN and MOVE; else where it was last */
	uint32_t mods;
};

/*
 * A pen: from IN, when a tablet feels it, to OUT or CANCEL. While something of one is down the
 * mouse and other pens are for nobody, and the other way round. The pointer (input_where) goes
 * with it, and nothing is said of that. A tablet's own mouse is a mouse, no pen.
 */
enum input_pen_kind {
	INPUT_PEN_IN,
	INPUT_PEN_MOVE, /* or it is pressed, tilted, turned otherwise */
	INPUT_PEN_PRESS,
	INPUT_PEN_RELEASE,
	INPUT_PEN_SCROLL, /* by a wheel that it has */
	INPUT_PEN_OUT,
	INPUT_PEN_CANCEL, /* it is gone, and nothing was meant by what was down */
};
enum input_pen_tool { /* in the order of osaas_window.h */
	INPUT_PEN_PEN,
	INPUT_PEN_ERASER,
	INPUT_PEN_BRUSH,
	INPUT_PEN_PENCIL,
	INPUT_PEN_AIRBRUSH,
	INPUT_PEN_MOUSE,
	INPUT_PEN_LENS,
};

#define INPUT_PENS 4 /* near tablets at once; more are ignored */

struct input_pen {
	uint64_t time_ns;
	enum input_pen_kind kind;
	enum input_pen_tool tool;
	uint32_t id;      /* below INPUT_PENS, from IN to OUT */
	uint32_t tool_id; /* of that very pen; 0: it has none */
	float x, y;
	float pressure, distance; /* 0 to 1; 0 also where it cannot tell */
	float tilt_x, tilt_y;     /* degrees from upright; + is right, down */
	float rotation;           /* degrees, clockwise, 0 to 360 */
	float slider;             /* -1 to 1 */
	float scroll_y;           /* of SCROLL: pixels, as of a wheel */
	uint32_t button;  /* of PRESS, RELEASE: BTN_TOUCH is the tip, BTN_STYLUS.. */
	uint32_t buttons; /* after it; bit 0 the tip, 1, 2, 3 on the barrel */
	uint32_t mods;
};

/*
 * Fingers on a touchpad that mean no pointer: of the seat one at a time, from BEGIN to END or
 * CANCEL, one of which always comes.
 */
enum input_gesture_kind {
	INPUT_GESTURE_SWIPE,
	INPUT_GESTURE_PINCH,
	INPUT_GESTURE_HOLD, /* without UPDATE */
};
enum input_gesture_phase {
	INPUT_GESTURE_BEGIN,
	INPUT_GESTURE_UPDATE,
	INPUT_GESTURE_END,
	INPUT_GESTURE_CANCEL,
};
struct input_gesture {
	uint64_t time_ns;
	enum input_gesture_kind kind;
	enum input_gesture_phase phase;
	uint32_t fingers;
	float dx, dy;   /* of UPDATE: pixels since the last one, accelerated */
	float scale;    /* of a pinch: since BEGIN; else 1 */
	float rotation; /* of a pinch: degrees since the last one, clockwise */
	uint32_t mods;
};

enum input_switch {
	INPUT_SWITCH_LID,         /* on: closed */
	INPUT_SWITCH_TABLET_MODE, /* on: the keyboard is folded away, or taken off */
	INPUT_SWITCHES,
};

struct input_listener {
	/*
	 * libinput opens and closes device nodes through these; -errno on failure. Plugins may run in
	 * them: signals come as ever.
	 */
	int (*open_device)(void *data, const char *path, int flags);
	void (*close_device)(void *data, int fd);
	/*
	 * Every key goes here first, but for repeats. True for a press: the
	 * session took it, it goes no further, does not repeat, and its release
	 * is not delivered either; for a release the answer is ignored. May call
	 * input_suspend, not input_destroy.
	 *
	 * Ctrl+Alt+Fn arrives with code KEY_Fn, mods INPUT_MOD_CTRL | INPUT_MOD_ALT,
	 * and a keysym that depends on the layout: XKB_KEY_XF86Switch_VT_n with
	 * those that define it (all of xkb-data's), else XKB_KEY_Fn. Go by code
	 * and mods.
	 */
	bool (*shortcut)(void *data, const struct input_key *key);
	void (*key)(void *data, const struct input_key *key);
	void (*pointer)(void *data, const struct input_pointer *pointer);
	/* These may be NULL. */
	/* True: it is taken: the pointer stays where it is, and no move is delivered. */
	bool (*motion)(void *data, const struct input_motion *motion);
	void (*touch)(void *data, const struct input_touch *touch);
	void (*pen)(void *data, const struct input_pen *pen);
	void (*gesture)(void *data, const struct input_gesture *gesture);
	/* A switch is otherwise now; at first all are off. */
	void (*switched)(void *data, enum input_switch which, bool on);
	/*
	 * A composition goes on: pending is UTF-8, to be shown where the text will be;
	 * "": it is over, however. May be NULL.
	 */
	void (*compose)(void *data, const char *pending);
	/* Any event of any device, before all else, repeats apart: somebody is there. May be NULL. */
	void (*activity)(void *data);
};

struct input_error {
	char text[256];
};

/* What xkb makes a keymap of: lists as xkb's own; NULL or empty: not said. */
struct input_keymap {
	const char *rules, *model;
	const char *layout; /* "us", "us,ru", "de(nodeadkeys)" */
	const char *variant, *options;
	const char *file; /* a whole keymap, as text; the others do not count then */
};

/*
 * input_create opens every device of the seat through udev. A keymap that says no layout (NULL:
 * nothing at all) takes XKB_DEFAULT_*, then the system's. No device at all is fine: they may
 * come later. 0, or -errno with err->text: -EINVAL no such keymap, -ENODEV seat.
 */
int input_create(struct udev *udev, const char *seat, const struct input_keymap *keymap,
	const struct input_listener *listener, void *data, struct input **out,
	struct input_error *err);
void input_destroy(struct input *input); /* takes NULL */

/*
 * input_create_bare is the same without devices, for events that come from elsewhere by
 * input_feed_*: a window on somebody's desktop. -EINVAL no such keymap.
 */
int input_create_bare(const struct input_keymap *keymap,
	const struct input_listener *listener, void *data, struct input **out,
	struct input_error *err);

/* input_keyboard: the one of all its keyboards, for what keyboard.h can set; borrowed. */
struct keyboard *input_keyboard(struct input *input);

/*
 * Readable when input_dispatch has work. -1: bare. It handles so many events at once as a turn of
 * the loop bears, and input_pending says that there are more: call it in the next turn. Devices
 * that send faster than they are heard have their moves merged, until all is heard.
 */
int input_fd(const struct input *input);
int input_dispatch(struct input *input);
bool input_pending(const struct input *input);

/* input_has_pointer: there is a mouse, a touchpad or the like. */
bool input_has_pointer(const struct input *input);
/* input_has_keyboard: one with letters; where there are no devices it is somebody else's. */
bool input_has_keyboard(const struct input *input);
/* input_where: where the pointer is; false: nowhere yet, as there was no output. */
bool input_where(const struct input *input, double *x, double *y);

/*
 * input_feed_*: what a device would say; all goes the way of devices' events: shortcuts,
 * layout, repeat, bounds, activity. Places are in the layout. Ignored while suspended.
 */
void input_feed_key(struct input *input, uint32_t code, bool pressed, uint64_t time_ns);
void input_feed_motion(struct input *input, double x, double y, uint64_t time_ns);
/* input_feed_relative: what a mouse would say. */
void input_feed_relative(struct input *input, const struct input_motion *motion);
void input_feed_button(
	struct input *input, uint32_t button, bool pressed, uint64_t time_ns);
void input_feed_scroll(struct input *input, double x, double y, uint64_t time_ns);
/* input_feed_touch: slot is whatever tells contacts apart. */
void input_feed_touch(struct input *input, enum input_touch_kind kind, int64_t slot,
	double x, double y, uint64_t time_ns);
/* input_feed_away: the keys are somebody else's now: all are released, and no lock is on. */
void input_feed_away(struct input *input, uint64_t time_ns);
/* input_feed_locks: these are on elsewhere; nothing is delivered. */
void input_feed_locks(struct input *input, bool caps, bool num);

/*
 * Where outputs lie. The pointer stays within their union: where it would leave all of
 * them it goes to the nearest place of the one it was on. At first it is in the middle of the
 * first one; when its output goes, in the middle of the first. Nothing is delivered then.
 *
 * Touch screens, tablets and absolute pointers are stretched over one output, by its
 * transform: their device's corner is the panel's. Which: the one that a rule says;
 * else that of udev's WL_OUTPUT; else, for touch, the first built-in panel; else the first.
 */
struct input_output {
	char name[32];              /* the connector's */
	double x, y, width, height; /* in the layout */
	enum transform transform;
	bool panel; /* built in */
	/* It shows a part of the layout that another one has: for touch, no place of the pointer's. */
	bool mirror;
	/* What of the layout is shown on it, magnified, for devices that are stretched over it. */
	struct input_part {
		double x, y, width, height; /* width 0: what lies there */
	} part;
};
#define INPUT_OUTPUTS 16
void input_set_outputs(struct input *input, const struct input_output *outputs, size_t n);
/* input_set_bounds: one output of that size at 0, 0. */
void input_set_bounds(struct input *input, int32_t width, int32_t height);

/*
 * What devices are to do. match: a device's name, "type:touchpad" and the like, or "*". The
 * most exact rule that says something counts, for each option by itself; what none says is as
 * libinput has it, but that touchpads tap to click. output: where its places are, by the
 * connector's name; "": not said. over: it comes before all that are not, such as what was
 * said at run time.
 */
enum input_type {
	INPUT_TYPE_KEYBOARD = 1 << 0,
	INPUT_TYPE_MOUSE = 1 << 1, /* and whatever else moves the pointer */
	INPUT_TYPE_TOUCHPAD = 1 << 2,
	INPUT_TYPE_TRACKPOINT = 1 << 3,
	INPUT_TYPE_TRACKBALL = 1 << 4,
	INPUT_TYPE_TOUCH = 1 << 5,
	INPUT_TYPE_TABLET = 1 << 6, /* on which pens write */
	INPUT_TYPE_PAD = 1 << 7,    /* a tablet's buttons, rings and strips */
	INPUT_TYPE_SWITCH = 1 << 8, /* of the lid, of the tablet mode */
	/* "type:pointer" */
	INPUT_TYPE_POINTERS = INPUT_TYPE_MOUSE | INPUT_TYPE_TOUCHPAD |
			      INPUT_TYPE_TRACKPOINT | INPUT_TYPE_TRACKBALL,
};
#define INPUT_MATCH_MAX 128
#define INPUT_TYPES                                                                      \
	"keyboard, pointer, mouse, touchpad, trackpoint, trackball, touch, tablet, "     \
	"pad, switch"
struct input_rule {
	char match[INPUT_MATCH_MAX];
	bool over;
	struct device_config config;
	char output[32];
};
/*
 * Whether it can be the match of a rule: not empty, nor too long, nor of no type in INPUT_TYPES, nor
 * the name of one alone.
 */
bool input_match_valid(const char *match);
/* input_matches: whether a rule of that match is for such a device. */
bool input_matches(const char *match, const char *name, uint32_t types);
/* input_type_text: "keyboard mouse". */
#define INPUT_TYPE_TEXT 96
void input_type_text(uint32_t types, char text[static INPUT_TYPE_TEXT]);

/*
 * input_configure: these rules, which are copied, in place of those before, for the devices that
 * are here and those that come. What a device does not have is said in the log, once.
 */
void input_configure(struct input *input, const struct input_rule *rules, size_t n);

struct input_device_info {
	const char *name; /* without control characters */
	uint32_t types;   /* enum input_type */
	unsigned vendor, product;
	struct device_config now, by_itself; /* of the options that it has; set: which */
	uint32_t said;                       /* of them those that a rule says */
	uint32_t over;                       /* ... one that comes before all */
	uint32_t
		refused; /* said, and the device has no such option, or takes no such value */
	const char *output; /* that its places are on; NULL: it has none */
};
/* In the order in which they came. */
void input_each_device(const struct input *input,
	void (*tell)(void *data, const struct input_device_info *info), void *data);

/*
 * Key repeat has no fd of its own: input_next_repeat_ns says when the next one
 * is due (0: none) and input_repeat(now) delivers it if it is. Called late, it
 * delivers one and goes on from there: no burst. Slow keys and mouse keys (access.h)
 * come by the same.
 */
uint64_t input_next_repeat_ns(const struct input *input);
void input_repeat(struct input *input, uint64_t now_ns);

/*
 * VT switch. input_suspend closes all devices and releases whatever is down:
 * the listener gets the releases first, so nothing sticks; modifiers and locks
 * are cleared, lamps too; what happened meanwhile is for nobody. input_resume
 * opens them; -EIO when they cannot be, and then may be tried again. Harmless twice.
 */
void input_suspend(struct input *input);
int input_resume(struct input *input);

#endif
