#include "session/frame_clock.h"

#include "util/clock.h"

#define FAST_FRAMES 3 /* one may be that of a modeset, which no vblank paced */
#define SURE_FRAMES 3 /* that came when they were foretold, before that is relied on */
#define SURE_COSTS  3
#define IDLE        4         /* periods without a frame: there is no stream of frames */
#define FORGOTTEN   64        /* periods after which nothing is foretold any more */
#define MARGIN      NS_PER_MS /* for the kernel and the card */
#define GOOD_HITS   600       /* before less of the extra margin is tried */

void frame_clock_init(struct frame_clock *clock, uint64_t refresh_ns)
{
	refresh_ns = refresh_ns ? refresh_ns : NS_PER_S / 60;
	*clock = (struct frame_clock){.refresh_ns = refresh_ns, .period_ns = refresh_ns};
}

void frame_clock_forget(struct frame_clock *clock)
{
	clock->steady = clock->fast = 0;
	clock->aim_ns = 0;
}

static void note_fast(struct frame_clock *clock, uint64_t since)
{
	bool fast = since < clock->refresh_ns / 2;
	clock->fast = fast ? clock->fast + 1 : 0;
	clock->no_vblank |= clock->fast >= FAST_FRAMES;
}

/* The period follows what is seen: a crystal is not what the mode says. */
static void note_pace(struct frame_clock *clock, uint64_t since)
{
	uint64_t period = clock->period_ns, n = (since + period / 2) / period;
	int64_t off = (int64_t)(since - n * period);
	uint64_t far = (uint64_t)(off < 0 ? -off : off);
	if (n > FORGOTTEN)
		return;
	if (n == 0 || far > period / 16) {
		clock->steady = 0;
		clock->period_ns = clock->refresh_ns;
		return;
	}
	clock->steady++;
	clock->period_ns = (uint64_t)((int64_t)period + off / (int64_t)n / 8);
}

/* A vblank that was aimed at, in good time, was met or not: then that takes more time. */
static void note_aim(struct frame_clock *clock, uint64_t present_ns)
{
	uint64_t most = clock->period_ns;
	if (!clock->aim_ns)
		return;
	if (present_ns > clock->aim_ns + clock->period_ns / 2) {
		uint64_t extra = 2 * clock->extra_ns + clock->period_ns / 16;
		clock->extra_ns = extra < most ? extra : most;
		clock->hits = 0;
	} else if (++clock->hits == GOOD_HITS) {
		clock->extra_ns -= clock->extra_ns / 4;
		clock->hits = 0;
	}
	clock->aim_ns = 0;
}

void frame_clock_shown(struct frame_clock *clock, uint64_t present_ns)
{
	uint64_t since = present_ns - clock->last_ns;
	if (clock->last_ns && present_ns >= clock->last_ns) {
		note_fast(clock, since);
		note_pace(clock, since);
	} else {
		frame_clock_forget(clock);
	}
	note_aim(clock, present_ns);
	clock->last_ns = present_ns;
}

/* What came late by itself is no fault of the margin. */
static void check_aim(struct frame_clock *clock, uint64_t done_ns)
{
	if (done_ns + MARGIN > clock->aim_ns)
		clock->aim_ns = 0;
}

/* That it began late is a cost, too. */
void frame_clock_painted(
	struct frame_clock *clock, uint64_t due_ns, uint64_t begin_ns, uint64_t end_ns)
{
	bool late = clock->aim_ns && due_ns < begin_ns;
	clock->costs[clock->n_costs++ % FRAME_CLOCK_COSTS] =
		end_ns - (late ? due_ns : begin_ns);
	clock->end_ns = end_ns;
	check_aim(clock, end_ns);
}

void frame_clock_drawn(struct frame_clock *clock, uint64_t done_ns)
{
	if (done_ns <= clock->end_ns || clock->n_costs == 0)
		return;
	clock->costs[(clock->n_costs - 1) % FRAME_CLOCK_COSTS] += done_ns - clock->end_ns;
	clock->end_ns = done_ns;
	check_aim(clock, done_ns);
}

static unsigned known_costs(const struct frame_clock *clock)
{
	return clock->n_costs < FRAME_CLOCK_COSTS ? clock->n_costs : FRAME_CLOCK_COSTS;
}

/* The worst of them: a frame that comes late is seen, one begun early is not. */
static uint64_t high_cost(const struct frame_clock *clock)
{
	uint64_t most = 0;
	for (unsigned i = 0; i < known_costs(clock); i++)
		most = clock->costs[i] > most ? clock->costs[i] : most;
	return most;
}

static uint64_t low_cost(const struct frame_clock *clock)
{
	uint64_t least = UINT64_MAX;
	for (unsigned i = 0; i < known_costs(clock); i++)
		least = clock->costs[i] < least ? clock->costs[i] : least;
	return least;
}

uint64_t frame_clock_need(const struct frame_clock *clock)
{
	return high_cost(clock) + MARGIN + clock->extra_ns;
}

static bool is_sure(const struct frame_clock *clock, uint64_t now_ns)
{
	return !clock->variable && clock->steady >= SURE_FRAMES &&
	       clock->n_costs >= SURE_COSTS && now_ns >= clock->last_ns &&
	       now_ns - clock->last_ns < FORGOTTEN * clock->period_ns;
}

uint64_t frame_clock_start(struct frame_clock *clock, uint64_t now_ns)
{
	uint64_t period = clock->period_ns;
	clock->aim_ns = 0;
	if (clock->no_vblank)
		return clock->last_ns + clock->refresh_ns;
	if (!is_sure(clock, now_ns))
		return now_ns;
	uint64_t since = now_ns - clock->last_ns;
	/* Those before are missed in any case. */
	uint64_t n = (since + low_cost(clock)) / period + 1;
	uint64_t next = clock->last_ns + n * period;
	if (since >= IDLE * period && next - now_ns <= period)
		return now_ns;
	uint64_t need = frame_clock_need(clock);
	if (next - now_ns <= need)
		return now_ns;
	clock->aim_ns = next;
	return next - need;
}
