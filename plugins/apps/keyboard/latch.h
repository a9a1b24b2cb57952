/*
 * latch.h: a modifier on a touch screen. Tapped it holds for the next key, tapped twice in a
 * row until it is tapped again; held it is as on any keyboard: over when it is let go.
 */
#ifndef KEYBOARD_LATCH_H
#define KEYBOARD_LATCH_H

#include <stdbool.h>
#include <stdint.h>

enum latch_state {
	LATCH_OFF,
	LATCH_ONCE,
	LATCH_LOCKED,
};

struct latch {
	enum latch_state state;
	enum latch_state before; /* while held: what it was */
	bool held;
	bool used;        /* a key was typed while it is held */
	uint64_t down_ns; /* when it was last pressed; 0: never */
};

#define LATCH_TWICE_NS UINT64_C(400000000)

/* lockable: a second press within LATCH_TWICE_NS locks it; else it takes it away. */
void latch_down(struct latch *latch, bool lockable, uint64_t now_ns);
/* meant: false: the finger slid off, or something else happened to it. */
void latch_up(struct latch *latch, bool meant);
/* latch_spend: a key was typed with it. */
void latch_spend(struct latch *latch);
/* latch_drop: all but a lock is gone. */
void latch_drop(struct latch *latch);

static inline bool latch_on(const struct latch *latch)
{
	return latch->held || latch->state != LATCH_OFF;
}

#endif
