/*
 * access: keys for those who cannot press them as others do, after X's AccessX (the XKB
 * protocol, section 10). Pure: presses with their times go in, presses come out, maybe
 * others, maybe later; and a pointer's motion.
 *
 * slow keys: a key counts when it was held for that long
 * bounce keys: a key that was let go does not count for that long
 * sticky keys: a modifier that is tapped holds until the next other key has been let go;
 *	tapped twice it holds until it is tapped a third time
 * mouse keys: while Num Lock is off the keypad moves the pointer: 1 to 9 (but 5) go there,
 *	with acceleration; 5 clicks, + clicks twice, with the button that / (left), *
 *	(middle) or - (right) chose; 0 presses it, . releases it
 *
 * A key that was taken on is let go by its own release, whatever was switched meanwhile.
 */
#ifndef OSAAS_INPUT_ACCESS_H
#define OSAAS_INPUT_ACCESS_H

#include <linux/input-event-codes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCESS_SLOW_KEYS   16                   /* that wait at once; more do not count */
#define ACCESS_MOUSE_DELAY UINT64_C(160000000)  /* after the first step, X's */
#define ACCESS_MOUSE_STEP  UINT64_C(16000000)   /* between later ones */
#define ACCESS_MOUSE_SPEED 600                  /* by default */
#define ACCESS_MOUSE_RAMP  UINT64_C(1000000000) /* by default */
#define ACCESS_SHIFT_TAPS  5

struct access_config {
	bool sticky;
	bool sticky_lock; /* twice is for good; else the second tap lets go */
	bool sticky_pairs; /* a modifier pressed while another is held turns sticky keys off */
	bool shift_turns; /* five taps of Shift alone turn sticky keys on, or off */
	bool mouse;
	uint64_t slow_ns, bounce_ns; /* 0: off */
	double mouse_speed;          /* at most, units of the layout in a second */
	uint64_t mouse_ramp_ns;      /* until it goes that fast */
};

struct access_key {
	uint64_t time_ns;
	uint32_t code; /* below KEY_CNT */
	bool pressed;
	bool modifier; /* Shift, Ctrl, Alt, Super, AltGr; not the locks */
	bool shift;    /* one of the Shift keys */
	bool num_lock; /* it is on */
};

struct access_listener {
	void (*key)(void *data, uint32_t code, bool pressed, uint64_t time_ns);
	void (*move)(void *data, double dx, double dy, uint64_t time_ns);
	void (*button)(void *data, uint32_t button, bool pressed, uint64_t time_ns);
};

/* What a code is, as access sees it. */
enum access_state {
	ACCESS_UP,
	ACCESS_SLOW,    /* held, but not for long enough yet */
	ACCESS_IGNORED, /* held, and does not count */
	ACCESS_DOWN,    /* it was passed on */
	ACCESS_MOUSE,   /* it moves the pointer */
};

enum access_sticky {
	ACCESS_FREE,
	ACCESS_LATCHED, /* up, but passed on as down: until the next key was let go */
	ACCESS_USED,    /* ... which is down now */
	ACCESS_LOCKED,  /* the same, until it is tapped again */
};

struct access {
	struct access_config config;
	const struct access_listener *listener;
	void *data;
	uint8_t state[KEY_CNT];  /* enum access_state */
	uint8_t sticky[KEY_CNT]; /* enum access_sticky */
	bool tapped[KEY_CNT];    /* a modifier that is down, and nothing else since */
	uint64_t released_ns[KEY_CNT];
	struct access_waiting {
		struct access_key key;
		uint64_t due_ns;
	} slow[ACCESS_SLOW_KEYS];
	size_t n_slow;
	unsigned shift_taps;
	uint32_t button;     /* the one that was chosen */
	uint32_t holds;      /* the one that is down; 0: none */
	uint64_t move_ns;    /* the next step; 0: none */
	uint64_t started_ns; /* the first one */
};

void access_init(
	struct access *access, const struct access_listener *listener, void *data);
/* access_set: at once; what was turned off lets go of what it held, with that time. */
void access_set(
	struct access *access, const struct access_config *config, uint64_t time_ns);
void access_key(struct access *access, const struct access_key *key);
/* When access_turn must be called at the latest; 0: never. */
uint64_t access_next_ns(const struct access *access);
void access_turn(struct access *access, uint64_t now_ns);
/*
 * access_forget: no key is down any more, and its owner knows: nothing is passed on, but for
 * the release of a button.
 */
void access_forget(struct access *access, uint64_t time_ns);

#endif
