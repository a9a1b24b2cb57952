/* For services_test.py: what osaas_timer.h promises. */
#include "check.h"

#include <osaas_timer.h>

#include <stdbool.h>

static osaas_chan timer;

static struct osaas_timer_fired next(void)
{
	struct osaas_msg msg;
	struct osaas_timer_fired fired;
	CHECK_IS(osaas_recv(timer, &msg), 0);
	CHECK_IS(msg.type, OSAAS_TIMER_FIRED);
	memcpy(&fired, msg.u.bytes, sizeof fired);
	CHECK(osaas_now() >= fired.due_ns);
	return fired;
}

static void check_once(void)
{
	uint64_t at = osaas_now() + 20 * MS;
	CHECK_IS(osaas_timer_set(timer, 7, at, 0), 0);
	struct osaas_timer_fired fired = next();
	CHECK(fired.id == 7 && fired.due_ns == at && fired.times == 1);
	CHECK_IS(osaas_timer_cancel(timer, 7), OSAAS_ENOENT);
	CHECK_IS(osaas_timer_set(timer, 8, 0, 0), 0);
	CHECK_IS(next().id, 8);
}

/* Late or not, what is due lies on the grid, and nothing is lost or told twice. */
static void check_periodic(void)
{
	uint64_t first = osaas_now() + 5 * MS, times = 0, last = 0;
	CHECK_IS(osaas_timer_set(timer, 1, first, 2 * MS), 0);
	for (int i = 0; i < 20; i++) {
		if (i == 10) { /* asleep for a few periods */
			CHECK_IS(osaas_alt(NULL, 0, osaas_now() + 15 * MS), OSAAS_EAGAIN);
		}
		struct osaas_timer_fired fired = next();
		times += fired.times;
		CHECK(fired.id == 1 && fired.times >= 1 && fired.due_ns > last);
		CHECK_IS(fired.due_ns, first + (times - 1) * 2 * MS);
		last = fired.due_ns;
	}
	CHECK(times >= 20);
	CHECK_IS(osaas_timer_cancel(timer, 1), 0);
	struct osaas_msg msg; /* what was under way */
	struct osaas_alt alt = {timer, OSAAS_RECV, &msg, 0, 0};
	while (osaas_alt(&alt, 1, OSAAS_NOW) == 0)
		;
	CHECK_IS(osaas_alt(&alt, 1, osaas_now() + 20 * MS), OSAAS_EAGAIN);
}

/* More than fits in the channel: it is told later, as often as it was due, on the grid. */
static void check_crowded(void)
{
	uint64_t first = osaas_now() + MS, times = 0;
	bool merged = false;
	CHECK_IS(osaas_timer_set(timer, 3, first, MS), 0);
	CHECK_IS(osaas_alt(NULL, 0, osaas_now() + 100 * MS), OSAAS_EAGAIN);
	while (times < 120) {
		struct osaas_timer_fired fired = next();
		times += fired.times;
		merged |= fired.times > 1;
		CHECK_IS(fired.due_ns, first + (times - 1) * MS);
	}
	CHECK(merged);
	CHECK_IS(osaas_timer_cancel(timer, 3), 0);
	struct osaas_msg msg;
	struct osaas_alt alt = {timer, OSAAS_RECV, &msg, 0, 0};
	while (osaas_alt(&alt, 1, OSAAS_NOW) == 0)
		;
}

static void check_limits(void)
{
	uint64_t later = osaas_now() + 3600 * S;
	CHECK_IS(osaas_timer_set(timer, 1, later, MS - 1), OSAAS_EINVAL);
	for (uint64_t id = 0; id < OSAAS_TIMER_MAX; id++)
		CHECK_IS(osaas_timer_set(timer, id, later, MS), 0);
	CHECK_IS(osaas_timer_set(timer, OSAAS_TIMER_MAX, later, 0), OSAAS_ENOSPC);
	CHECK_IS(osaas_timer_set(timer, 5, later, 0), 0);
	for (uint64_t id = 0; id < OSAAS_TIMER_MAX; id++)
		CHECK_IS(osaas_timer_cancel(timer, id), 0);
	CHECK_IS(osaas_timer_cancel(timer, 0), OSAAS_ENOENT);
}

/* The test sets TZ: UTC+1, and +2 from the last Sunday of March to that of October. */
static void check_clock(void)
{
	struct osaas_timer_clock clock;
	uint64_t before = osaas_now();
	CHECK_IS(osaas_timer_clock(timer, INT64_MIN, &clock), 0);
	CHECK(clock.mono_ns >= before && clock.mono_ns <= osaas_now());
	CHECK(clock.wall_ns > INT64_C(1700000000) * (int64_t)S);
	static const struct {
		int64_t s;
		int32_t offset;
		const char *zone;
	} cases[] = {
		{0, 3600, "CET"},
		{-1, 3600, "CET"},
		{1711846799, 3600, "CET"}, /* 2024-03-31 00:59:59 UTC */
		{1711846800, 7200, "CEST"},
		{1729990799, 7200, "CEST"},
		{1729990800, 3600, "CET"},
	};
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_IS(osaas_timer_clock(timer, cases[i].s * (int64_t)S, &clock), 0);
		CHECK_IS(clock.wall_ns, cases[i].s * (int64_t)S);
		CHECK_IS(clock.offset_s, cases[i].offset);
		CHECK(strcmp(clock.zone, cases[i].zone) == 0);
	}
}

TEST_PLUGIN("timer", "want = timer required: to be tested\n")
{
	timer = osaas_cap("timer");
	CHECK(timer > 0);
	CHECK_IS(ask_nonsense(timer), OSAAS_ENOSYS);
	check_once();
	check_periodic();
	check_crowded();
	check_limits();
	check_clock();
}
