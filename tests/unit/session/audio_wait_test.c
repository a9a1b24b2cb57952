/* A device that another program has, and who that is, on folders like /dev/snd and /proc. */
#include "session/audio_wait.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/loop.h"
#include "session/pcm_holder.h"
#include "tests/unit/session/turns.h"
#include "util/log.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct loop *loop;
static struct audio_wait *waiting;
static char root[64], node[128];
static unsigned told;

static void note(void *data)
{
	assert_ptr_equal(data, &told);
	told++;
}

static int begin(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	make_folder(root, sizeof root);
	snprintf(node, sizeof node, "%s/pcmC0D3p", root);
	close(open(node, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	told = 0;
	loop = loop_create();
	waiting = audio_wait_create(loop, root, note, &told);
	return 0;
}

static int end(void **state)
{
	(void)state;
	audio_wait_destroy(waiting);
	loop_destroy(loop);
	remove_folder(root);
	return 0;
}

static void wait_told(unsigned n)
{
	uint64_t by = deadline();
	while (told < n)
		poll_loop(loop, by);
	assert_int_equal(told, n);
}

static void turn(void)
{
	assert_true(loop_poll(loop, 0) >= 0);
}

static void test_closed(void **state)
{
	(void)state;
	int other = open(node, O_RDWR | O_CLOEXEC);
	audio_wait_for(waiting, "hw:0,3");
	turn();
	assert_int_equal(told, 0);
	close(other);
	turn();
	assert_int_equal(told, 1);
	/* Once: it is for who is told to try, and to wait again. */
	close(open(node, O_RDWR | O_CLOEXEC));
	turn();
	assert_int_equal(told, 1);
	audio_wait_for(waiting, "hw:0,3");
	assert_int_equal(chmod(node, 0660), 0); /* its rights are others */
	turn();
	assert_int_equal(told, 2);
}

static void test_ended(void **state)
{
	(void)state;
	audio_wait_for(waiting, "hw:0,3");
	audio_wait_end(waiting);
	close(open(node, O_RDWR | O_CLOEXEC));
	turn();
	assert_int_equal(told, 0);
	audio_wait_end(waiting);
}

/* The card itself: its rights, and nothing else. */
static void test_rights(void **state)
{
	char control[128];
	(void)state;
	snprintf(control, sizeof control, "%s/controlC0", root);
	close(open(control, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	audio_wait_for(waiting, "hw:0");
	close(open(control, O_RDWR | O_CLOEXEC));
	close(open(node, O_RDWR | O_CLOEXEC));
	turn();
	assert_int_equal(told, 0);
	uint64_t until = clock_now_ns() + NS_PER_S + 500 * NS_PER_MS;
	while (clock_now_ns() < until)
		loop_poll(loop, until);
	assert_int_equal(told, 0); /* nor by time */
	assert_int_equal(chmod(control, 0660), 0);
	turn();
	assert_int_equal(told, 1);
}

/* Names that have no file are tried by time. */
static void test_by_time(void **state)
{
	static const char *const names[] = {"pulse", "hw:PCH,0", "hw:7,0"};
	(void)state;
	for (unsigned i = 0; i < COUNT(names); i++) {
		uint64_t before = clock_now_ns();
		audio_wait_end(waiting);
		audio_wait_for(waiting, names[i]);
		wait_told(i + 1);
		assert_true(clock_now_ns() - before >= NS_PER_S);
	}
}

/* Each time in vain doubles it. */
static void test_doubled(void **state)
{
	uint64_t before = clock_now_ns();
	(void)state;
	audio_wait_for(waiting, "pulse");
	audio_wait_for(waiting, "pulse");
	wait_told(1);
	assert_true(clock_now_ns() - before >= 2 * NS_PER_S);
}

/* Who has it. */

static void put(const char *path, const char *text)
{
	char full[256];
	snprintf(full, sizeof full, "%s/%s", root, path);
	for (char *c = full + strlen(root) + 1; (c = strchr(c, '/')); c++) {
		*c = '\0';
		mkdir(full, 0700);
		*c = '/';
	}
	FILE *file = fopen(full, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static const struct {
	const char *name, *status, *comm;
	const char *says; /* NULL: nobody */
} holders[] = {
	{"hw:0,0", "Name:\tdata-loop\nTgid:\t1234\nPid:\t1240\n", "pipewire\n",
		"pipewire (1234)"},
	{"hw:0,0", "Tgid:\t1234\n", "bad\033[31m\xffname\n", "bad?[31m?name (1234)"},
	{"hw:0,0", "Tgid:\t1234\n", "", NULL},
	{"hw:0,0", "Tgid:\t1235\n", "pipewire\n", NULL}, /* which we may not see */
	{"hw:0", "Tgid:\t1234\n", "aplay\n", "aplay (1234)"},
	{"hw:PCH,0", "Tgid:\t1234\n", "aplay\n", "aplay (1234)"},
	{"hw:0,1", "Tgid:\t1234\n", "aplay\n", NULL}, /* free */
	{"hw:1,0", "Tgid:\t1234\n", "aplay\n", NULL},
	{"hw:../x,0", "Tgid:\t1234\n", "aplay\n", NULL},
	{"plughw:0,0", "Tgid:\t1234\n", "aplay\n", NULL},
	{"hw:0,0,0", "Tgid:\t1234\n", "aplay\n", NULL}, /* another one has somebody */
	{"hw:0,0,1", "Tgid:\t1234\n", "aplay\n", "aplay (1234)"},
	{"hw:CARD=0,DEV=0,SUBDEV=1", "Tgid:\t1234\n", "aplay\n", "aplay (1234)"},
	{"hw:0,0,0,0", "Tgid:\t1234\n", "aplay\n", NULL},
	{"hw:0,+1", "Tgid:\t1234\n", "aplay\n", NULL},
	{"hw:0,", "Tgid:\t1234\n", "aplay\n", NULL},
};

static void test_holder(void **state)
{
	static const char owned[] =
		"state: RUNNING\nowner_pid   : 1240\ntrigger_time: 1.2\n";
	char says[64];
	(void)state;
	put("asound/card0/pcm0p/sub0/status", "closed\n");
	put("asound/card0/pcm0p/sub1/status", owned);
	put("asound/card0/pcm1p/sub0/status", "closed\n");
	put("asound/PCH/pcm0p/sub0/status", owned);
	for (size_t i = 0; i < COUNT(holders); i++) {
		put("1240/status", holders[i].status);
		put("1234/comm", holders[i].comm);
		int r = pcm_holder(
			root, holders[i].name, PCM_PLAYBACK, says, sizeof says);
		if ((r == 0) != !!holders[i].says ||
			(r == 0 && strcmp(says, holders[i].says)))
			fail_msg("case %zu: %d, %s", i, r, says);
		assert_int_equal(
			pcm_holder(root, holders[i].name, PCM_CAPTURE, says, sizeof says),
			-ENOENT);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(closed),
		TEST(ended),
		TEST(rights),
		TEST(by_time),
		TEST(doubled),
		TEST(holder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
