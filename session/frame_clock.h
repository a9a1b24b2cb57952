/*
 * frame_clock: when to begin painting, so that a frame is ready for the display's next
 * vblank and no sooner than that: what is typed until then is still in it.
 *
 *	presented              begin         deadline   presented
 *	    |--------- wait ---------|-- cost --|-margin-|
 *
 * Vblanks are foretold from the times at which frames were presented, the cost is that
 * of the slowest of the last paints. Nothing is waited for where that is unsure: a display
 * without a steady pace (variable refresh, no vblank at all), one that was idle for long,
 * a paint that takes more than there is. Pure: times are told.
 */
#ifndef OSAAS_SESSION_FRAME_CLOCK_H
#define OSAAS_SESSION_FRAME_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_CLOCK_COSTS 64 /* paints that are remembered */

struct frame_clock {
	uint64_t refresh_ns; /* as the mode says */
	uint64_t period_ns;  /* as it was seen */
	uint64_t last_ns;    /* when a frame was presented last; 0: nobody knows */
	unsigned steady;     /* frames in a row that came when they were foretold */
	bool variable;       /* the refresh follows the frames: set by who knows */
	/* Virtual cards answer every flip at once: then we hold the pace. */
	unsigned fast; /* frames in a row that were sooner than half a refresh */
	bool no_vblank;
	uint64_t aim_ns;   /* the vblank that a late start aims at; 0: no such start */
	uint64_t extra_ns; /* of margin, since vblanks were missed all the same */
	unsigned hits;     /* ... and how many were met since */
	uint64_t end_ns;   /* of the last paint */
	uint64_t costs[FRAME_CLOCK_COSTS]; /* a ring */
	unsigned n_costs;                  /* ever */
};

void frame_clock_init(struct frame_clock *clock, uint64_t refresh_ns);

/* frame_clock_forget: the next frame may be presented at any time: another mode, a pause. */
void frame_clock_forget(struct frame_clock *clock);

/* frame_clock_shown: a frame was presented. */
void frame_clock_shown(struct frame_clock *clock, uint64_t present_ns);

/* frame_clock_painted: a frame that was due then was begun, and committed. */
void frame_clock_painted(
	struct frame_clock *clock, uint64_t due_ns, uint64_t begin_ns, uint64_t end_ns);

/*
 * frame_clock_drawn: what the last one drew was done then, behind a fence. Before it is
 * told that it was shown.
 */
void frame_clock_drawn(struct frame_clock *clock, uint64_t done_ns);

/*
 * frame_clock_start: a frame is wanted since now: when to begin painting it; not after
 * now: at once. Asked once per frame: a start is not put off.
 */
uint64_t frame_clock_start(struct frame_clock *clock, uint64_t now_ns);

/* frame_clock_need: what is reckoned for a paint: its cost and the margin. */
uint64_t frame_clock_need(const struct frame_clock *clock);

#endif
