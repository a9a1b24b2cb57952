/* Reports in a folder of the test's own, of a plugin that does not exist. */
#include "session/report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "plugins/plugin.h"
#include "session/crash.h"
#include "util/log.h"

static struct manifest manifest = {
	.id = "org.example.clock", .name = "Clock", .version = "1.2"};
static char base[] = "/tmp/osaas-report-XXXXXX";

const struct manifest *plugin_manifest(const struct plugin *plugin)
{
	(void)plugin;
	return &manifest;
}

const char *plugin_path(const struct plugin *plugin)
{
	(void)plugin;
	return "/somewhere/clock.so";
}

int plugin_report(const struct plugin *plugin, FILE *out)
{
	(void)plugin;
	return fputs("registers and all\n", out) < 0 ? -EIO : 0;
}

/* crash.c has more than this test can link. */
int crash_folder(char *path, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (!state && !home)
		return -ENOENT;
	snprintf(path, size, "%s%s/osaas/reports", state ? state : home,
		state ? "" : "/.local/state");
	return 0;
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	strcpy(base + strlen(base) - 6, "XXXXXX");
	if (!mkdtemp(base))
		return -1;
	setenv("XDG_STATE_HOME", base, 1);
	return 0;
}

static int teardown(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", base);
	return system(command);
}

static void folder(char path[256])
{
	snprintf(path, 256, "%s/osaas/reports", base);
}

static size_t count_files(void)
{
	char path[256];
	size_t n = 0;
	struct dirent *entry;
	folder(path);
	DIR *dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static unsigned mode_of(const char *path)
{
	struct stat st;
	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static void store(const char *what, char path[static REPORT_PATH_MAX])
{
	assert_int_equal(report_store(NULL, what, path), 0);
}

static void test_content(void **state)
{
	char path[REPORT_PATH_MAX], text[8192] = "", dir[256];
	(void)state;
	log_set_level(LOG_ERROR);
	log_error("the line before");
	log_set_level(LOG_SILENT);
	store("it ended with code 3", path);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof text - 1, file) > 0);
	fclose(file);
	for (size_t i = 0; i < 6; i++) {
		const char *const parts[] = {"it ended with code 3\n",
			"Clock 1.2 (org.example.clock)", "/somewhere/clock.so",
			"registers and all\n", "of the session's log:\n",
			"error: the line before\n"};
		assert_non_null(strstr(text, parts[i]));
	}
	folder(dir);
	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(mode_of(dir), 0700);
}

struct seen {
	size_t n;
	char first[160], last[160], id[64];
};

static void see(void *data, const struct report *report)
{
	struct seen *seen = data;
	if (seen->n++ == 0)
		strcpy(seen->first, report->what);
	strcpy(seen->last, report->what);
	strcpy(seen->id, report->id);
	assert_int_equal(access(report->path, R_OK), 0);
	assert_int_equal(report->time[4], '-');
}

/* Faster than the names' milliseconds: each gets a name, and the oldest go. */
static void test_rotation(void **state)
{
	char path[REPORT_PATH_MAX], what[32], other[REPORT_PATH_MAX + 32];
	struct seen seen = {0};
	(void)state;
	for (int i = 0; i < REPORT_KEPT + 30; i++) {
		snprintf(what, sizeof what, "number %d", i);
		store(what, path);
	}
	assert_int_equal(count_files(), REPORT_KEPT);
	assert_int_equal(report_each(see, &seen, path), 0);
	assert_int_equal(seen.n, REPORT_KEPT);
	assert_string_equal(seen.first, "number 79");
	assert_string_equal(seen.last, "number 30");
	assert_string_equal(seen.id, "org.example.clock");

	/* What is not ours stays, however old. */
	folder(path);
	snprintf(other, sizeof other, "%s/00000000T000000.000-note.txt", path);
	close(open(other, O_CREAT | O_WRONLY, 0600));
	store("one more", path);
	assert_int_equal(access(other, F_OK), 0);
	assert_int_equal(count_files(), REPORT_KEPT + 1);
}

static void test_none(void **state)
{
	char path[REPORT_PATH_MAX];
	struct seen seen = {0};
	(void)state;
	assert_int_equal(report_each(see, &seen, path), 0);
	assert_int_equal(seen.n, 0);
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	assert_int_equal(report_store(NULL, "x", path), -ENOENT);
	assert_int_equal(report_each(see, &seen, path), 0);
	setenv("HOME", base, 1);
	store("x", path);
	assert_non_null(strstr(path, "/.local/state/osaas/reports/"));
}

/* In the way: a file, a link; and a folder that others may look into is closed to them. */
static void test_folders(void **state)
{
	char path[REPORT_PATH_MAX], dir[256];
	(void)state;
	store("x", path);
	folder(dir);
	assert_int_equal(chmod(dir, 0755), 0);
	store("y", path);
	assert_int_equal(mode_of(dir), 0700);
	snprintf(path, sizeof path, "%s.was", dir);
	assert_int_equal(rename(dir, path), 0);
	assert_int_equal(symlink(path, dir), 0);
	assert_true(report_store(NULL, "z", path) < 0);
	assert_int_equal(unlink(dir), 0);
	close(open(dir, O_CREAT | O_WRONLY, 0600));
	assert_true(report_store(NULL, "z", path) < 0);
	assert_true(report_each(see, &(struct seen){0}, path) < 0);
	assert_string_equal(path, dir);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_content),
		T(test_rotation),
		T(test_none),
		T(test_folders),
	};
	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
