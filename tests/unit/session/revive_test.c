/* Which deaths of a session are crashes, and when the next one is started. */
#include "session/revive.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "util/clock.h"

#define MS NS_PER_MS
#define S  NS_PER_S

static int exited(int code)
{
	return __W_EXITCODE(code, 0);
}

static int killed(int sig)
{
	return __W_EXITCODE(0, sig);
}

static void crashes(void **state)
{
	(void)state;
	assert_false(revive_is_crash(exited(0)));
	assert_false(revive_is_crash(exited(1))); /* it said why */
	assert_false(revive_is_crash(exited(2)));
	assert_true(revive_is_crash(exited(3))); /* the seat went away */
	assert_false(revive_is_crash(exited(128)));
	assert_true(revive_is_crash(exited(139)));
	assert_true(revive_is_crash(killed(SIGSEGV)));
	assert_true(revive_is_crash(killed(SIGKILL)));
	assert_true(revive_is_crash(killed(SIGABRT) | WCOREFLAG));
	assert_false(revive_is_crash(killed(SIGTERM)));
	assert_false(revive_is_crash(killed(SIGINT)));
	assert_false(revive_is_crash(killed(SIGHUP)));
}

static void never(void **state)
{
	struct revive revive = {.most = 0};
	(void)state;
	assert_true(revive_after(&revive, 0) == REVIVE_NEVER);
	assert_true(revive_after(&revive, 100 * S) == REVIVE_NEVER);
}

static void backs_off(void **state)
{
	static const uint64_t wait[] = {
		200 * MS, 400 * MS, 800 * MS, 1600 * MS, 3200 * MS, 5 * S, 5 * S, 5 * S};
	struct revive revive = {.most = 8};
	uint64_t now = 7 * S;
	(void)state;
	for (size_t i = 0; i < sizeof wait / sizeof *wait; i++, now += MS) {
		assert_int_equal(revive_recent(&revive, now), i);
		assert_int_equal(revive_after(&revive, now), wait[i]);
	}
	assert_true(revive_after(&revive, now) == REVIVE_NEVER);
	/* Those that were refused do not count. */
	assert_int_equal(revive_recent(&revive, now), 8);
}

static void forgets(void **state)
{
	struct revive revive = {.most = 2};
	(void)state;
	assert_int_equal(revive_after(&revive, 100 * S), 200 * MS);
	assert_int_equal(revive_after(&revive, 130 * S), 400 * MS);
	assert_true(revive_after(&revive, 160 * S - 1) == REVIVE_NEVER);
	assert_int_equal(revive_after(&revive, 160 * S), 400 * MS);
	assert_int_equal(revive_after(&revive, 1000 * S), 200 * MS);
}

static void most(void **state)
{
	struct revive revive = {.most = REVIVE_MOST};
	(void)state;
	for (unsigned i = 0; i < 3 * REVIVE_MOST; i++)
		assert_int_equal(revive_after(&revive, i * 61 * S), 200 * MS);
	for (unsigned i = 0; i < REVIVE_MOST; i++)
		assert_true(revive_after(&revive, 100000 * S + i) != REVIVE_NEVER);
	assert_true(revive_after(&revive, 100000 * S + REVIVE_MOST) == REVIVE_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crashes),
		cmocka_unit_test(never),
		cmocka_unit_test(backs_off),
		cmocka_unit_test(forgets),
		cmocka_unit_test(most),
	};
	return cmocka_run_group_tests_name("revive", tests, NULL, NULL);
}
