/* Volumes and rules, from one session to the next; the store's process is in the test. */
#include "session/audio_kept.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "plugins/endpoint.h"
#include "session/store.h"
#include "util/log.h"

static char folder[32];
static struct store *const store = (struct store *)folder;
static unsigned writes;

/* As 'osaas store' does it, at once. */
void store_ask(struct store *to, struct store_ask *ask)
{
	struct audio_db *db;
	char why[SQL_WHY_MAX];
	assert_ptr_equal(to, store);
	assert_int_equal(ask->head.op, STORE_AUDIO_PUT);
	assert_int_equal(ask->head.len, sizeof(struct audio_row));
	struct store_head answer = ask->head;
	answer.result = audio_db_open(true, &db, why);
	assert_int_equal(answer.result, 0);
	answer.result = audio_db_put(db, buffer_data(ask->payload));
	audio_db_close(db);
	buffer_destroy(ask->payload);
	writes++;
	ask->done(ask, &answer, NULL);
}

static int set_up(void **state)
{
	strcpy(folder,
		access("/dev/shm", W_OK) == 0 ? "/dev/shm/auXXXXXX" : "/tmp/auXXXXXX");
	writes = 0;
	return mkdtemp(folder) ? setenv("XDG_STATE_HOME", folder, 1) : -1;
}

static int tear_down(void **state)
{
	char command[64];
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static void test_texts(void **state)
{
	static const struct {
		const char *text;
		int percent; /* -1: refused */
		bool muted;
	} cases[] = {
		{"volume=45 mute=off", 45, false},
		{"volume=0 mute=on", 0, true},
		{"volume=100 mute=off", 100, false},
		{"volume=101 mute=off", -1, false},
		{"volume=-1 mute=off", -1, false},
		{"volume=5 mute=maybe", -1, false},
		{"volume=5 mute=offf", -1, false},
		{"volume=5 mute=on ", -1, false},
		{"volume=5", -1, false},
		{"", -1, false},
		{"mute=on volume=5", -1, false},
		{"volume= mute=on", -1, false},
		{"volume=9999999999 mute=on", -1, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct audio_kept_level level;
		char text[AUDIO_TEXT_MAX];
		bool r = audio_kept_read(cases[i].text, &level);
		assert_int_equal(r, cases[i].percent >= 0);
		if (!r)
			continue;
		assert_int_equal(level.muted, cases[i].muted);
		audio_kept_write(&level, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void test_kept(void **state)
{
	struct audio_kept *kept = audio_kept_create(store);
	struct audio_kept_level level = {0.45, true}, got;
	assert_false(audio_kept_level(kept, "plays PCH/ALC257 Analog", &got));
	assert_null(audio_kept_rule(kept, "output"));
	audio_kept_put_level(kept, "plays PCH/ALC257 Analog", &level);
	audio_kept_put_rule(kept, "output", "usb, hw:1,0");
	audio_kept_put_rule(kept, "input", "Blue");
	assert_int_equal(writes, 3);
	/* The same again is nothing for the disk. */
	audio_kept_put_level(kept, "plays PCH/ALC257 Analog", &level);
	assert_int_equal(writes, 3);
	audio_kept_put_rule(kept, "input", NULL);
	assert_null(audio_kept_rule(kept, "input"));
	audio_kept_destroy(kept);

	kept = audio_kept_create(store);
	assert_true(audio_kept_level(kept, "plays PCH/ALC257 Analog", &got));
	assert_true(got.muted && got.volume > 0.449 && got.volume < 0.451);
	assert_string_equal(audio_kept_rule(kept, "output"), "usb, hw:1,0");
	assert_null(audio_kept_rule(kept, "input"));
	assert_false(audio_kept_level(kept, "output", &got));
	audio_kept_destroy(kept);
	assert_int_equal(writes, 4);
}

/* Whoever plugs in ever more cards does not fill the disk. */
static void test_many(void **state)
{
	struct audio_kept *kept = audio_kept_create(NULL);
	struct audio_kept_level level = {0.5, false}, got;
	char name[AUDIO_KEPT_NAME_MAX + 8];
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "plays Card%d/x", i);
		audio_kept_put_level(kept, name, &level);
	}
	assert_true(audio_kept_level(kept, "plays Card255/x", &got));
	assert_false(audio_kept_level(kept, "plays Card256/x", &got));
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	audio_kept_put_level(kept, name, &level);
	assert_false(audio_kept_level(kept, name, &got));
	audio_kept_destroy(kept);
}

/* What is no file of ours is said, and does not count. */
static void test_torn(void **state)
{
	char path[96];
	struct audio_kept_level got;
	snprintf(path, sizeof path, "%s/osaas", folder);
	struct audio_kept *kept = audio_kept_create(store);
	audio_kept_put_rule(kept, "output", "usb");
	audio_kept_destroy(kept);
	snprintf(path, sizeof path, "%s/osaas/audio.db", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 5000; i++)
		fputs("nonsense", file);
	fclose(file);
	log_set_level(LOG_SILENT);
	kept = audio_kept_create(store);
	log_set_level(LOG_INFO);
	assert_null(audio_kept_rule(kept, "output"));
	assert_false(audio_kept_level(kept, "output", &got));
	audio_kept_destroy(kept);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_texts),
		TEST(test_kept),
		TEST(test_many),
		TEST(test_torn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
