/*
 * fingers.h: what fingers on keys mean. A key is typed when the finger is lifted from it, or
 * when the next finger comes down; not at all when it slid off before. Held, a key repeats or
 * offers relatives among which the finger slides. The mouse is a finger, too.
 *
 * It knows no time but what it is told, and says what is to be done by one call.
 */
#ifndef KEYBOARD_FINGERS_H
#define KEYBOARD_FINGERS_H

#include "key.h"

#define FINGERS_MAX     24
#define FINGER_MOUSE    31 /* its id; those of touch are below 16 */

#define FINGER_HELD_NS  UINT64_C(450000000)
#define FINGER_EVERY_NS UINT64_C(50000000) /* of a key that repeats */
#define FINGER_FADE_NS  UINT64_C(80000000) /* how long a key that was tapped shows it */

enum deed_kind {
	DEED_TYPE,       /* key; times: 1, or more of one that repeats */
	DEED_LATCH_DOWN, /* key */
	DEED_LATCH_UP,   /* key; times: 0: it was not meant */
	DEED_OPEN,       /* key was held: true if there is something to choose from */
	DEED_POINT,      /* the finger that chooses is at x, y */
	DEED_CHOOSE,     /* and was lifted there */
	DEED_CLOSE,      /* nothing was chosen */
};

struct deed {
	enum deed_kind kind;
	int key; /* its index */
	uint32_t times;
	float x, y;
};

enum finger_state {
	FINGER_NONE,
	FINGER_DOWN,    /* on its key */
	FINGER_OFF,     /* slid off; coming back is fine */
	FINGER_REPEATS, /* its key repeats */
	FINGER_CHOOSES, /* among what its key offered */
	FINGER_DONE,    /* has done all it will */
	FINGER_FADES,   /* is gone; its key still shows it */
};

struct finger {
	enum finger_state state;
	uint32_t id;
	int key;
	bool types, latch, repeats, offers; /* of the key */
	struct box on;                      /* where it counts as on its key */
	float x, y;
	uint64_t deadline_ns; /* 0: none */
};

struct fingers {
	struct finger finger[FINGERS_MAX];
	bool (*deed)(void *data, const struct deed *deed);
	void *data;
};

/* fingers_press: key is the index of *at. slop: px around its cell that still count as on it. */
void fingers_press(struct fingers *fingers, uint32_t id, int key, const struct key *at,
	int32_t slop, float x, float y, uint64_t now_ns);
/* True: what is to be seen has changed. */
bool fingers_move(struct fingers *fingers, uint32_t id, float x, float y);
void fingers_lift(
	struct fingers *fingers, uint32_t id, float x, float y, uint64_t now_ns);
void fingers_cancel(struct fingers *fingers, uint32_t id);

/* fingers_tap: the key is typed without a finger. */
void fingers_tap(struct fingers *fingers, int key, const struct key *at, uint64_t now_ns);

/* fingers_forget: the keys are others now; fingers that are down mean nothing. */
void fingers_forget(struct fingers *fingers);

/* fingers_next gives when fingers_tick is due; UINT64_MAX: never. Tick: true as for move. */
uint64_t fingers_next(const struct fingers *fingers);
bool fingers_tick(struct fingers *fingers, uint64_t now_ns);

/* fingers_on: the key is to be shown as pressed. */
bool fingers_on(const struct fingers *fingers, int key);

/* fingers_preview: of that key a larger picture is to be shown: a finger is on it. -1: none. */
int fingers_preview(const struct fingers *fingers);

#endif
