/*
 * What is built for an earlier minor runs; a later one and another major do not. The host
 * is one of ABI 1.5 (image_later.c).
 */
#include "helper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/private.h"
#include "sched/sched.h"

#define HOST_MINOR 5

static const char was[] = "abi = 1.0\n";

/* The plugin with another version in its manifest, loaded. */
static int load_as(const char *version, struct plugin **plugin, struct plugin_error *err)
{
	size_t size;
	char line[sizeof was];
	uint8_t *bytes = read_file(ALONE, &size);
	uint8_t *at = memmem(bytes, size, was, sizeof was - 1);
	assert_non_null(at);
	snprintf(line, sizeof line, "abi = %s\n", version);
	assert_int_equal(strlen(line), sizeof was - 1);
	memcpy(at, line, sizeof was - 1);
	int r = plugin_load_bytes("alone.so", bytes, size, plugin, err);
	free(bytes);
	return r;
}

static void test_older(void **state)
{
	(void)state;
	for (int minor = 0; minor <= HOST_MINOR; minor++) {
		struct plugin *plugin = NULL;
		struct plugin_error err;
		struct ending ending = {0};
		char version[8];
		snprintf(version, sizeof version, "1.%d", minor);
		assert_int_equal(load_as(version, &plugin, &err), 0);
		assert_int_equal(plugin_manifest(plugin)->abi_minor, minor);
		assert_int_equal(plugin_start(plugin, note_ending, &ending), 0);
		run_loop(has_ended, &ending);
		assert_int_equal(ending.how, PLUGIN_RETURNED);
		plugin_destroy(plugin);
	}
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *version, *says;
	} cases[] = {
		{"1.6", "built for the newer ABI 1.6, this is 1.5: update osaas"},
		{"1.9", "built for the newer ABI 1.9, this is 1.5: update osaas"},
		{"2.0", "built for ABI 2.0, this is 1.5: build it again with this SDK"},
		{"2.5", "built for ABI 2.5, this is 1.5: build it again with this SDK"},
		{"0.9", "built for ABI 0.9, this is 1.5: build it again with this SDK"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct plugin *plugin = NULL;
		struct plugin_error err = {""};
		assert_int_equal(load_as(cases[i].version, &plugin, &err), -EPROTO);
		assert_null(plugin);
		if (!strstr(err.text, cases[i].says))
			fail_msg("'%s' does not say '%s'", err.text, cases[i].says);
	}
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
		cmocka_unit_test(test_older),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
