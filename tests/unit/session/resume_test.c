/* What one session leaves for the next: written, read back, and refused when it is garbage. */
#include "session/resume.h"

#include <errno.h>
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

#define HEAD "osaas resume 1\n"

static const struct {
	const char *text, *why;
} wrong[] = {
	{"", "it has no end"},
	{"\n", "it does not begin with"},
	{"osaas resume 2\nend\n", "it does not begin with"},
	{HEAD, "it has no end"},
	{HEAD "end", "line 2 is cut off"},
	{HEAD "end\nend\n", "line 3 is cut off, or follows the end"},
	{HEAD "plug - - /a\nend\n", "line 2 is none of this file's"},
	{HEAD "plugin - /a\n", "it has no end"},
	{HEAD "plugin -\nend\n", "line 2 names no plugin"},
	{HEAD "plugin - \nend\n", "line 2 names no plugin"},
	{HEAD "plugin  /a\nend\n", "line 2 names no plugin"},
	{HEAD "plugin f /a\nend\n", "line 2 names no plugin"},
	{HEAD "plugin focused /a\nend\n", "line 2 names no plugin"},
	{HEAD "plugin - /a\nplugin - /%0\nend\n", "line 3 names no plugin"},
	{HEAD "plugin - /%00\nend\n", "line 2 names no plugin"},
	{HEAD "plugin - /%4G\nend\n", "line 2 names no plugin"},
	{HEAD "plugin - %\nend\n", "line 2 names no plugin"},
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct resume resume;
		char why[RESUME_WHY_MAX] = "";
		int r = resume_parse(wrong[i].text, strlen(wrong[i].text), &resume, why);
		if (r != -EINVAL || strncmp(why, wrong[i].why, strlen(wrong[i].why)) != 0)
			fail_msg("%zu: %d '%s'", i, r, why);
		assert_int_equal(resume.n, 0);
	}
}

static void refuses_too_much(void **state)
{
	static char text[RESUME_SIZE + 1];
	struct resume resume;
	char why[RESUME_WHY_MAX];
	(void)state;
	int n = sprintf(text, HEAD);
	for (int i = 0; i <= RESUME_PLUGINS; i++)
		n += sprintf(text + n, "plugin - /p%d\n", i);
	sprintf(text + n, "end\n");
	assert_int_equal(resume_parse(text, strlen(text), &resume, why), -EINVAL);
	assert_string_equal(why, "there are more than 64 plugins");
	memset(text, ' ', sizeof text);
	assert_int_equal(resume_parse(text, sizeof text, &resume, why), -EINVAL);
	assert_string_equal(why, "it is larger than 65536 bytes");
	assert_int_equal(
		resume_parse(HEAD "end\n\0", strlen(HEAD) + 5, &resume, why), -EINVAL);
	assert_string_equal(why, "there is a zero byte in it");
	/* A path of PATH_MAX bytes is none. */
	memset(text, 'a', sizeof text);
	memcpy(text, HEAD "plugin - ", strlen(HEAD) + 9);
	memcpy(text + strlen(HEAD) + 9 + 4096, "\nend\n", 6);
	assert_int_equal(resume_parse(text, strlen(text), &resume, why), -EINVAL);
	memcpy(text + strlen(HEAD) + 9 + 4095, "\nend\n", 6);
	assert_int_equal(resume_parse(text, strlen(text), &resume, why), 0);
	assert_int_equal(strlen(resume.plugins[0].path), 4095);
	resume_finish(&resume);
}

/* Whatever bytes: an answer, and no memory of others read. */
static void takes_any_bytes(void **state)
{
	static const char good[] = HEAD "plugin focus /a%20b\nplugin - /c\nend\n";
	uint32_t seed = 1;
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct resume resume;
		char why[RESUME_WHY_MAX];
		size_t n = 1 + (seed >> 8) % (sizeof good - 1);
		char *text = malloc(n);
		memcpy(text, good, n);
		for (int k = 0; k < 3; k++) {
			seed = seed * 1664525 + 1013904223;
			text[(seed >> 4) % n] = (char)(seed >> 20);
		}
		if (resume_parse(text, n, &resume, why) == 0)
			resume_finish(&resume);
		free(text);
	}
}

static void comes_back(void **state)
{
	char path[] = "/tmp/osaas-resume-XXXXXX";
	char why[RESUME_WHY_MAX] = "";
	struct resume in = {.n = 3,
		.plugins = {{false, "/plain.so"}, {true, "/a b%\n\x7f\xc3\xa4.so"},
			{false, "relative"}}};
	struct resume out;
	(void)state;
	close(mkstemp(path));
	assert_int_equal(resume_write(path, &in), 0);
	assert_int_equal(resume_read(path, &out, why), 0);
	assert_int_equal(out.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(out.plugins[i].path, in.plugins[i].path);
		assert_int_equal(out.plugins[i].focus, in.plugins[i].focus);
	}
	resume_finish(&out);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	unlink(path);
	assert_int_equal(resume_read(path, &out, why), -ENOENT);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(resume_read(path, &out, why), -EISDIR);
	rmdir(path);
}

/* A folder that others may write is no place to be told from what is to be started. */
static void is_ours(void **state)
{
	char path[] = "/tmp/osaas-resume-XXXXXX", why[RESUME_WHY_MAX] = "";
	struct resume one = {.n = 1, .plugins = {{false, "/one"}}}, out;
	(void)state;
	close(mkstemp(path));
	assert_int_equal(resume_write(path, &one), 0);
	if (chown(path, 65534, 65534) == 0)
		assert_int_equal(resume_read(path, &out, why), -EPERM);
	else
		print_message("nothing can be given away: not root\n");
	unlink(path);
}

/* What would not be read is not written, and what was there stays. */
static void bounded(void **state)
{
	static char longest[4096];
	char path[] = "/tmp/osaas-resume-XXXXXX", why[RESUME_WHY_MAX];
	struct resume in = {.n = RESUME_PLUGINS}, out;
	(void)state;
	close(mkstemp(path));
	memset(longest, 'p', sizeof longest - 1);
	struct resume one = {.n = 1, .plugins = {{false, "/one"}}};
	assert_int_equal(resume_write(path, &one), 0);
	for (size_t i = 0; i < in.n; i++)
		in.plugins[i].path = longest;
	assert_int_equal(resume_write(path, &in), -E2BIG);
	assert_int_equal(resume_read(path, &out, why), 0);
	assert_int_equal(out.n, 1);
	resume_finish(&out);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_too_much),
		cmocka_unit_test(takes_any_bytes),
		cmocka_unit_test(comes_back),
		cmocka_unit_test(is_ours),
		cmocka_unit_test(bounded),
	};
	return cmocka_run_group_tests_name("resume", tests, NULL, NULL);
}
