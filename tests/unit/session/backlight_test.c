/* The panel's light, on a folder like the kernel's. */
#include "session/backlight.h"

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

static char root[64];

static void put(const char *folder, const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s/%s", root, folder, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void add(const char *folder, const char *type, const char *max, const char *now,
	const char *device)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", root, folder);
	assert_int_equal(mkdir(path, 0700), 0);
	put(folder, "type", type);
	put(folder, "max_brightness", max);
	put(folder, "brightness", now);
	snprintf(path, sizeof path, "%s/%s/device", root, folder);
	if (device)
		assert_int_equal(symlink(device, path), 0);
}

static int begin(void **state)
{
	(void)state;
	strcpy(root, "/tmp/backlightXXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int end(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -r %s", root);
	return system(command);
}

static void test_find(void **state)
{
	struct backlight b;
	(void)state;
	assert_int_equal(backlight_find("/nonexistent", NULL, &b), -ENOENT);
	assert_int_equal(backlight_find(root, NULL, &b), -ENOENT);
	add("broken", "firmware\n", "0\n", "0\n", NULL);
	add("torn", "firmware\n", "1000000000000000000000\n", "0\n", NULL);
	add("above", "firmware\n", "10\n", "11\n", NULL);
	add("strange", "magic\n", "10\n", "1\n", NULL);
	assert_int_equal(backlight_find(root, NULL, &b), -ENOENT);
	add("intel", "raw\n", "937\n", "500\n", "../../card1-eDP-1");
	assert_int_equal(backlight_find(root, "eDP-1", &b), 0);
	assert_string_equal(b.name, "intel");
	assert_int_equal(backlight_find(root, "eDP-2", &b), -ENOENT);
	assert_int_equal(backlight_find(root, NULL, &b), 0);
	add("vendor", "platform\n", "15\n", "15\n", "../../../thinkpad_acpi");
	assert_int_equal(backlight_find(root, "eDP-1", &b), 0);
	assert_string_equal(b.name, "vendor");
	add("acpi", "firmware\n", "100\n", "3\n", "../../acpi");
	assert_int_equal(backlight_find(root, "eDP-1", &b), 0);
	assert_string_equal(b.name, "acpi");
	assert_true(b.now == 3 && b.max == 100);
}

static const struct {
	long now, max;
	const char *text;
	long value; /* -1: it is refused */
} table[] = {
	{500, 1000, "60%", 600},
	{500, 1000, "+5%", 550},
	{500, 1000, "-5%", 450},
	{500, 1000, "100%", 1000},
	{990, 1000, "+5%", 1000},
	{20, 1000, "-5%", 1},
	{500, 1000, "0%", 1},
	{7, 15, "+1%", 8},
	{7, 15, "-1%", 6},
	{7, 15, "+0%", 7},
	{1, 1, "-100%", 1},
	{500, 1000, "60", -1},
	{500, 1000, "101%", -1},
	{500, 1000, "%", -1},
	{500, 1000, "+%", -1},
	{500, 1000, "++5%", -1},
	{500, 1000, "5%%", -1},
	{500, 1000, "9999999999999%", -1},
	{500, 1000, "", -1},
	{500, 1000, "bright", -1},
};

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct backlight b = {.now = table[i].now, .max = table[i].max};
		long value = -1;
		int r = backlight_parse(&b, table[i].text, &value);
		if (r != (table[i].value < 0 ? -EINVAL : 0) || value != table[i].value)
			fail_msg("%s of %ld: %d, %ld", table[i].text, b.now, r, value);
	}
}

static void test_write(void **state)
{
	struct backlight b;
	(void)state;
	add("acpi", "firmware", "100", "3", NULL);
	assert_int_equal(backlight_find(root, NULL, &b), 0);
	assert_int_equal(backlight_percent(&b), 3);
	assert_int_equal(backlight_write(&b, 42), 0);
	assert_int_equal(b.now, 42);
	b.now = 0;
	assert_int_equal(backlight_find(root, NULL, &b), 0);
	assert_int_equal(b.now, 42);
	strcat(b.path, "/gone");
	assert_int_equal(backlight_write(&b, 1), -ENOENT);
	assert_int_equal(b.now, 42);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_find, begin, end),
		cmocka_unit_test(test_parse),
		cmocka_unit_test_setup_teardown(test_write, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
