#include "helper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/profile.h"

#define HEAD "id = org.osaas.t\nname = T\nversion = 1\nabi = 1.0\nentry = t_main\n"

static void test_whole(void **state)
{
	(void)state;
	static const char text[] =
		"# a comment\n"
		"\n"
		"id = org.osaas.a-1.b2\n"
		"  name =  Ein schöner Name  \n"
		"version=1.2-rc\n"
		"abi\t=\t1.0\n"
		"entry = _a1\n"
		"stack = 128K\n"
		"memory = 16M\n"
		"heap = 1025K\n"
		"gc = yes\n"
		"hint = gui\n"
		"reload = yes\n"
		"want = gui.window required: shows it\n"
		"want = fs.read:~/Pictures optional: reads = pictures: all\n"
		"want = fs.read:/etc/x#y  optional :  reads this, too";
	struct manifest m;
	struct plugin_error err = {0};
	assert_int_equal(manifest_parse(text, sizeof text, &m, &err), 0);
	assert_string_equal(m.id, "org.osaas.a-1.b2");
	assert_string_equal(m.name, "Ein schöner Name");
	assert_string_equal(m.version, "1.2-rc");
	assert_int_equal(m.abi_major, 1);
	assert_int_equal(m.abi_minor, 0);
	assert_string_equal(m.entry, "_a1");
	assert_int_equal(m.stack, 128 << 10);
	assert_int_equal(m.memory, 16 << 20);
	assert_int_equal(m.heap, 1025 << 10);
	assert_true(m.gc);
	assert_int_equal(m.hint, WORK_GUI);
	assert_true(m.reload);
	assert_int_equal(m.n_wants, 3);
	assert_string_equal(m.wants[0].cap, "gui.window");
	assert_string_equal(m.wants[0].scope, "");
	assert_true(m.wants[0].required);
	assert_string_equal(m.wants[0].reason, "shows it");
	assert_string_equal(m.wants[1].cap, "fs.read");
	assert_string_equal(m.wants[1].scope, "~/Pictures");
	assert_false(m.wants[1].required);
	assert_string_equal(m.wants[1].reason, "reads = pictures: all");
	assert_string_equal(m.wants[2].scope, "/etc/x#y");
	assert_string_equal(m.wants[2].reason, "reads this, too");
}

static void test_defaults(void **state)
{
	(void)state;
	struct manifest m;
	struct plugin_error err = {0};
	assert_int_equal(manifest_parse(HEAD, strlen(HEAD), &m, &err), 0);
	assert_int_equal(m.stack, 0);
	assert_int_equal(m.memory, 0);
	assert_int_equal(m.heap, 0);
	assert_false(m.gc);
	assert_int_equal(m.hint, CLASS_NONE);
	assert_false(m.reload);
	assert_int_equal(m.n_wants, 0);
}

/* text (size 0: its length), and what the error says. */
static const struct bad {
	const char *text;
	size_t size;
	const char *says;
} bad[] = {
	{"", 0, "no 'id'"},
	{"\0\0\0", 3, "no 'id'"},
	{"id = org.x\nversion = 1\nabi = 1.0\nentry = e\n", 0, "no 'name'"},
	{"id = org.x\nname = x\nabi = 1.0\nentry = e\n", 0, "no 'version'"},
	{"id = org.x\nname = x\nversion = 1\nentry = e\n", 0, "no 'abi'"},
	{"id = org.x\nname = x\nversion = 1\nabi = 1.0\n", 0, "no 'entry'"},
	{HEAD "\0id", sizeof HEAD + 2, "behind its zero byte"},
	{HEAD "hello", 0, "line 6: 'hello' is not 'key = value'"},
	{HEAD "nmae = x", 0, "line 6: unknown key 'nmae'"},
	{HEAD "= x", 0, "line 6: unknown key ''"},
	{HEAD "Name = x", 0, "unknown key 'Name'"},
	{HEAD "\n#\nname = x", 0, "line 8: a second 'name'"},
	{HEAD "id = org.x", 0, "a second 'id'"},
	{"id = \n", 0, "line 1: id ''"},
	{"id = hello\n", 0, "no dot"},
	{"id = org..x\n", 0, "not reverse DNS"},
	{"id = .org.x\n", 0, "not reverse DNS"},
	{"id = org.x.\n", 0, "not reverse DNS"},
	{"id = org.-x\n", 0, "not reverse DNS"},
	{"id = org.x-\n", 0, "not reverse DNS"},
	{"id = Org.x\n", 0, "not reverse DNS"},
	{"id = org.x/y\n", 0, "not reverse DNS"},
	{"id = org.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", 0,
		"longer than 63"},
	{"name =\n", 0, "name is empty"},
	{"name = a\tb\x01\n", 0, "byte 0x01 in column 11"},
	{"name = a\r\n", 0, "byte 0x0d"},
	{"name = \xff\n", 0, "byte 0xff"},
	{"name = \xc3\n", 0, "byte 0xc3"},
	{"name = \xc0\x80\n", 0, "byte 0xc0"},
	{"name = \xe0\x80\x80\n", 0, "byte 0xe0"},
	{"name = \xed\xa0\x80\n", 0, "byte 0xed"},
	{"name = \xf4\x90\x80\x80\n", 0, "byte 0xf4"},
	{"name = \xc2\x9b\n", 0, "byte 0xc2"},
	{"name = safe\xe2\x80\xae"
	 "exe\n",
		0, "byte 0xe2"},
	{"version = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", 0, "longer than 31"},
	{"abi = 1\n", 0, "not MAJOR.MINOR"},
	{"abi = 1.\n", 0, "not MAJOR.MINOR"},
	{"abi = .1\n", 0, "not MAJOR.MINOR"},
	{"abi = 1.0.0\n", 0, "not MAJOR.MINOR"},
	{"abi = 1.x\n", 0, "not MAJOR.MINOR"},
	{"abi = -1.0\n", 0, "not MAJOR.MINOR"},
	{"abi = 99999999999999999999.0\n", 0, "not MAJOR.MINOR"},
	{"entry = 1a\n", 0, "no C function name"},
	{"entry = a-b\n", 0, "no C function name"},
	{"entry = \n", 0, "entry is empty"},
	{"stack = 64k\n", 0, "is no size"},
	{"stack = K\n", 0, "is no size"},
	{"stack = 1 M\n", 0, "is no size"},
	{"stack = 64KM\n", 0, "is no size"},
	{"stack = -64K\n", 0, "is no size"},
	{"stack = 63K\n", 0, "not between 64K and 64M"},
	{"stack = 65M\n", 0, "not between"},
	{"stack = 0\n", 0, "not between"},
	{"memory = 5000M\n", 0, "not between"},
	{"reload = maybe\n", 0, "neither yes nor no"},
	{"reload = no\nreload = yes\n", 0, "second 'reload'"},
	{"memory = 1000000000000M\n", 0, "not between"},
	{"memory = 99999999999999999999999M\n", 0, "is no size"},
	{"heap = 1023K\n", 0, "not between 1024K and 4096M"},
	{"heap = 4097M\n", 0, "not between"},
	{"heap = big\n", 0, "is no size"},
	{"gc = maybe\n", 0, "gc 'maybe' is neither yes nor no"},
	{"gc = \n", 0, "gc '' is neither"},
	{"gc = no\ngc = yes\n", 0, "line 2: a second 'gc'"},
	{"hint = \n", 0, "hint '' is none"},
	{"hint = fast\n", 0, "hint 'fast' is none: write compute"},
	{"hint = gui\nhint = gui\n", 0, "a second 'hint'"},
	{"want = \n", 0, "the capability is empty"},
	{"want = gui.window\n", 0, "does not go on"},
	{"want = gui.window required\n", 0, "does not go on"},
	{"want = gui.window maybe: x\n", 0, "does not go on"},
	{"want = gui.window required:\n", 0, "the reason is empty"},
	{"want = gui.window: required: x\n", 0, "the scope is empty"},
	{"want = Gui.window required: x\n", 0, "odd character"},
	{"want = gui/window required: x\n", 0, "odd character"},
	{"want = .gui required: x\n", 0, "odd character"},
	{"want = a required: x\nwant = a optional: y\n", 0,
		"line 2: 'a' is wanted twice"},
	{"want = a:b required: x\nwant = a:b optional: y\n", 0, "wanted twice"},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct manifest m;
		struct plugin_error err = {"nothing"};
		size_t size = bad[i].size ? bad[i].size : strlen(bad[i].text);
		int r = manifest_parse(bad[i].text, size, &m, &err);
		if (r != -EINVAL || !strstr(err.text, bad[i].says))
			fail_msg("case %zu: %d, '%s' does not say '%s'", i, r, err.text,
				bad[i].says);
	}
}

static void test_too_much(void **state)
{
	(void)state;
	char text[MANIFEST_MAX_SIZE + 1];
	struct manifest m;
	struct plugin_error err;
	memset(text, '#', sizeof text);
	memcpy(text, HEAD, strlen(HEAD));
	assert_int_equal(manifest_parse(text, sizeof text - 1, &m, &err), 0);
	assert_int_equal(manifest_parse(text, sizeof text, &m, &err), -EINVAL);

	size_t n = (size_t)snprintf(text, sizeof text, HEAD);
	for (int i = 0; i < MANIFEST_MAX_WANTS; i++)
		n += (size_t)snprintf(
			text + n, sizeof text - n, "want = a%d required: x\n", i);
	assert_int_equal(manifest_parse(text, n, &m, &err), 0);
	assert_int_equal(m.n_wants, MANIFEST_MAX_WANTS);
	n += (size_t)snprintf(text + n, sizeof text - n, "want = b required: x\n");
	assert_int_equal(manifest_parse(text, n, &m, &err), -EINVAL);
	assert_non_null(strstr(err.text, "more than 32 wants"));
}

/* Every prefix, and every byte turned over: an answer, never a crash. */
static void test_damaged(void **state)
{
	(void)state;
	static const char text[] = HEAD "stack = 64K\nwant = a.b:c required: it is so\n";
	struct manifest m;
	struct plugin_error err;
	for (size_t n = 0; n < sizeof text; n++) {
		int r = manifest_parse(text, n, &m, &err);
		assert_true(r == 0 || r == -EINVAL);
	}
	for (size_t i = 0; i < sizeof text; i++) {
		for (int bit = 0; bit < 8; bit++) {
			char copy[sizeof text];
			memcpy(copy, text, sizeof text);
			copy[i] = (char)(copy[i] ^ 1 << bit);
			int r = manifest_parse(copy, sizeof copy, &m, &err);
			assert_true(r == 0 || r == -EINVAL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_damaged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
