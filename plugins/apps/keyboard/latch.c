#include "latch.h"

static bool is_second(const struct latch *latch, uint64_t now_ns)
{
	return latch->down_ns && now_ns - latch->down_ns < LATCH_TWICE_NS;
}

void latch_down(struct latch *latch, bool lockable, uint64_t now_ns)
{
	latch->before = latch->state;
	latch->held = true;
	latch->used = false;
	if (latch->state == LATCH_OFF)
		latch->state = LATCH_ONCE;
	else if (latch->state == LATCH_ONCE && lockable && is_second(latch, now_ns))
		latch->state = LATCH_LOCKED;
	else
		latch->state = LATCH_OFF;
	latch->down_ns = now_ns;
}

void latch_up(struct latch *latch, bool meant)
{
	if (!latch->held)
		return;
	latch->held = false;
	if (latch->used)
		latch->state = LATCH_OFF;
	else if (!meant)
		latch->state = latch->before;
}

void latch_spend(struct latch *latch)
{
	if (latch->held)
		latch->used = true;
	else if (latch->state == LATCH_ONCE)
		latch->state = LATCH_OFF;
}

void latch_drop(struct latch *latch)
{
	latch->held = false;
	if (latch->state == LATCH_ONCE)
		latch->state = LATCH_OFF;
}
