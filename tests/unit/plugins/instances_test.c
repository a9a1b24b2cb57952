/* 500 running instances of one file, each with its own data; and then nothing is left of them. */
#include "helper.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/private.h"
#include "sched/sched.h"

#define INSTANCES 500

static struct instance {
	struct plugin *plugin;
	struct endpoint *end;
	struct ending ending;
} instances[INSTANCES];

/* What the process has: all of it has to be as before. */
struct holding {
	size_t fds, maps, memfds;
	long virtual_pages;
};

static struct holding hold(void)
{
	struct holding h = {.fds = count_fds(),
		.maps = count_maps(""),
		.memfds = count_maps("osaas-plugin")};
	FILE *f = fopen("/proc/self/statm", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld", &h.virtual_pages), 1);
	fclose(f);
	return h;
}

static void start(struct instance *i)
{
	struct endpoint *ends[2];
	*i = (struct instance){.plugin = load(NUMBER)};
	assert_int_equal(endpoint_pair(ends, 1), 0);
	assert_int_equal(plugin_grant(i->plugin, "test.number", ends[1]), 0);
	i->end = ends[0];
	assert_int_equal(plugin_start(i->plugin, note_ending, &i->ending), 0);
}

static void tell(struct instance *i, uint64_t number)
{
	struct message msg = {.type = 1};
	memcpy(msg.bytes, &number, sizeof number);
	assert_int_equal(endpoint_try_send(i->end, &msg), 0);
}

static uint64_t ask(struct instance *i)
{
	struct message msg;
	uint64_t number;
	tell(i, 0);
	run_idle();
	assert_int_equal(endpoint_try_recv(i->end, &msg), 0);
	memcpy(&number, msg.bytes, sizeof number);
	return number;
}

/* A third ends by itself, a third is killed, a third is destroyed as it runs. */
static void end(struct instance *i, int how)
{
	if (how == 0) {
		endpoint_close(i->end);
		run_idle();
		assert_int_equal(i->ending.how, PLUGIN_RETURNED);
	} else if (how == 1) {
		plugin_kill(i->plugin);
		plugin_reap();
		assert_int_equal(i->ending.how, PLUGIN_KILLED);
	}
	plugin_destroy(i->plugin);
	if (how != 0)
		endpoint_close(i->end);
}

static void round_trip(void)
{
	for (int i = 0; i < INSTANCES; i++)
		start(&instances[i]);
	run_idle();
	/* One image, one descriptor, whatever their number. */
	for (int i = 1; i < INSTANCES; i++)
		assert_ptr_equal(instances[i].plugin->image, instances[0].plugin->image);
	for (int i = 0; i < INSTANCES; i++)
		tell(&instances[i], 1000 + (uint64_t)i);
	run_idle();
	for (int i = INSTANCES; i-- > 0;)
		assert_int_equal(ask(&instances[i]), 1000 + i);
	for (int i = 0; i < INSTANCES; i++)
		end(&instances[i * 7 % INSTANCES], i % 3);
}

static void test_instances(void **state)
{
	(void)state;
	round_trip(); /* once for the pools of everybody */
	malloc_trim(0);
	struct holding before = hold();
	size_t bytes = mallinfo2().uordblks;
	for (int i = 0; i < 3; i++)
		round_trip();
	malloc_trim(0);
	struct holding after = hold();
	assert_int_equal(after.fds, before.fds);
	assert_int_equal(after.memfds, 0);
	/* The kernel joins neighbouring mappings or not; 1500 instances would have left far more. */
	assert_true(labs((long)after.maps - (long)before.maps) <= 2);
	/* malloc's caches hold a little more or less; 1500 instances would have left far more. */
	assert_true(labs(after.virtual_pages - before.virtual_pages) < 300);
	assert_true(labs((long)(mallinfo2().uordblks - bytes)) < 100000);
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
		cmocka_unit_test(test_instances),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
