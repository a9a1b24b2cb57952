/*
 * Libraries that are loaded when they are needed: functions by their own names, what is
 * missing, and a call too early.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/library.h"
#include "util/log.h"

#define MATHS(X) X(llogb) X(nextup)
LIBRARY(maths, "counting", "libm.so.6", "libc6", MATHS)

#define ABSENT(X) X(function_of_nobody)
LIBRARY(absent, "a test", "libosaas-absent.so.9", "nothing", ABSENT)

#define OLD(X) X(function_of_later)
LIBRARY(old, "a test", "libm.so.6", "libc6", OLD)

static void call_early(void)
{
	pid_t pid = fork();
	if (pid == 0) {
		log_set_level(LOG_SILENT);
		_exit((int)llogb(8));
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void test_calls(void **state)
{
	(void)state;
	call_early();
	assert_true(library_there(&library_maths));
	assert_int_equal(library_load(&library_maths), 0);
	assert_int_equal(library_load(&library_maths), 0);
	library_unload(&library_maths);
	assert_true(llogb(12) == 3);
	assert_true(nextup(1) > 1);
	library_unload(&library_maths);
	library_unload(&library_maths); /* none too many */
	call_early();
	assert_int_equal(library_load(&library_maths), 0);
	assert_true(llogb(24) == 4);
	library_unload(&library_maths);
}

static void test_missing(void **state)
{
	(void)state;
	struct library *const missing[] = {&library_absent, &library_old};
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(library_there(missing[i]), i == 1);
		assert_int_equal(library_load(missing[i]), -ENOENT);
		assert_null(missing[i]->handle);
		library_unload(missing[i]);
		assert_int_equal(library_load(missing[i]), -ENOENT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_missing),
	};
	return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
