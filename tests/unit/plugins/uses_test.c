/* The SDK as part of a plugin that is loaded and run, as everywhere else than in sdk_*_test. */
#include "helper.h"

#include "plugins/private.h"
#include "sched/sched.h"

static enum plugin_end run(const char *path, int *code)
{
	struct ending ending = {0};
	struct plugin *plugin = load(path);
	assert_int_equal(plugin_start(plugin, note_ending, &ending), 0);
	run_loop(has_ended, &ending);
	plugin_destroy(plugin);
	*code = ending.code;
	return ending.how;
}

static void test_uses(void **state)
{
	(void)state;
	int code;
	assert_int_equal(run(USES, &code), PLUGIN_RETURNED);
}

static void test_assert(void **state)
{
	(void)state;
	int code;
	assert_int_equal(run(USES_WRONG, &code), PLUGIN_FAILED);
	assert_int_equal(code, 1);
}

static int set_up(void **state)
{
	(void)state;
	return sched_init();
}

static int tear_down(void **state)
{
	(void)state;
	sched_finish();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uses),
		cmocka_unit_test(test_assert),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
