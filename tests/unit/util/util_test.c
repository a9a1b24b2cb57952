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

#include "util/bytes.h"
#include "util/clock.h"
#include "util/list.h"
#include "util/log.h"
#include "util/whole_file.h"

static const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x80, 0x3f};

/* Each read at each place: the value, or a failure that stays. */
static void test_bytes(void **state)
{
	(void)state;
	struct bytes b = bytes_of(data, sizeof data);
	assert_int_equal(bytes_u8(&b), 1);
	assert_int_equal(bytes_u16(&b), 0x0302);
	assert_int_equal(bytes_u32(&b), 0x07060504);
	assert_int_equal(bytes_u8(&b), 8);
	assert_true(bytes_f32(&b) == 1.0f);
	assert_true(bytes_ok(&b));
	assert_int_equal(bytes_left(&b), 0);
	assert_int_equal(bytes_u8(&b), 0);
	assert_false(bytes_ok(&b));
}

static void test_bytes_ends(void **state)
{
	(void)state;
	for (size_t size = 0; size <= sizeof data; size++) {
		for (size_t n = 0; n <= sizeof data + 1; n++) {
			struct bytes b = bytes_of(data, size);
			assert_int_equal(bytes_take(&b, n) != NULL, n <= size);
			assert_int_equal(bytes_ok(&b), n <= size);
			assert_int_equal(bytes_left(&b), n <= size ? size - n : 0);
		}
	}
	struct bytes b = bytes_of(data, 4);
	assert_null(bytes_take(&b, SIZE_MAX));
	assert_null(bytes_take(&b, 1)); /* sticky */
	assert_int_equal(bytes_u64(&b), 0);
}

struct item {
	int value;
	struct list link;
};

static void assert_values(struct list *head, const char *want)
{
	char got[16] = "";
	size_t n = 0;
	list_for_each (item, head, struct item, link)
		got[n++] = (char)('0' + item->value);
	assert_string_equal(got, want);
}

static void test_list(void **state)
{
	(void)state;
	struct list head;
	struct item items[4];
	list_init(&head);
	assert_true(list_empty(&head));
	assert_null(list_pop_front(&head));
	for (int i = 0; i < 4; i++) {
		items[i].value = i;
		list_push_back(&head, &items[i].link);
	}
	assert_values(&head, "0123");
	list_remove(&items[1].link);
	list_remove(&items[1].link); /* twice is harmless */
	list_push_front(&head, &items[1].link);
	assert_values(&head, "1023");
	list_for_each_safe (item, &head, struct item, link) {
		if (item->value % 2 == 0)
			list_remove(&item->link);
	}
	assert_values(&head, "13");
	assert_ptr_equal(list_pop_front(&head), &items[1].link);
	assert_values(&head, "3");
}

static void test_log(void **state)
{
	static const struct {
		const char *name;
		int result;
		enum log_level level;
	} cases[] = {
		{"silent", 0, LOG_SILENT},
		{"error", 0, LOG_ERROR},
		{"info", 0, LOG_INFO},
		{"debug", 0, LOG_DEBUG},
		{"", -EINVAL, 0},
		{"Debug", -EINVAL, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum log_level level = 0;
		assert_int_equal(log_level_parse(cases[i].name, &level), cases[i].result);
		assert_int_equal(level, cases[i].level);
	}
}

/* One line whatever the length, errno kept, nothing below the level. */
static void test_log_lines(void **state)
{
	static char text[4096], longer[3000];
	int ends[2], saved = dup(STDERR_FILENO);
	(void)state;
	memset(longer, 'x', sizeof longer - 1);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	errno = ENOTTY;
	log_error("%s", longer);
	log_info("short");
	log_debug("not shown");
	int kept = errno;
	dup2(saved, STDERR_FILENO);
	close(saved);
	ssize_t n = read(ends[0], text, sizeof text - 1);
	assert_int_equal(kept, ENOTTY);
	assert_true(n > 0 && n < 1100);
	assert_memory_equal(text, "osaas: error: xxx", 17);
	assert_string_equal(strchr(text, '\n'), "\nosaas: short\n");
	close(ends[0]);
	close(ends[1]);
}

static void test_clock(void **state)
{
	(void)state;
	struct timespec ts = ns_timespec(3 * NS_PER_S + 7);
	assert_int_equal(ts.tv_sec, 3);
	assert_int_equal(ts.tv_nsec, 7);
	assert_int_equal(timespec_ns(&ts), 3 * NS_PER_S + 7);
	uint64_t a = clock_now_ns();
	assert_true(clock_now_ns() >= a);
}

/* A pipe stays one, and gets what is written. */
static void test_whole_file_special(void **state)
{
	(void)state;
	char folder[] = "/tmp/osaas-whole-XXXXXX", path[64], got[8] = "";
	struct whole_file file;
	struct stat st;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(whole_file_open(&file, folder), -EISDIR);
	snprintf(path, sizeof path, "%s/pipe", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(whole_file_open(&file, path), 0);
	fputs("whole", file.out);
	assert_int_equal(whole_file_end(&file, 0), 0);
	assert_int_equal(read(fd, got, sizeof got), 5);
	assert_string_equal(got, "whole");
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	close(fd);
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
}

/* What cannot be written says so at the end. */
static void test_whole_file_full(void **state)
{
	(void)state;
	struct whole_file file;
	struct stat st;
	if (stat("/dev/full", &st) < 0 || !S_ISCHR(st.st_mode))
		skip();
	assert_int_equal(whole_file_open(&file, "/dev/full"), 0);
	fputs("whole", file.out);
	assert_int_equal(whole_file_end(&file, 0), -ENOSPC);
	assert_int_equal(stat("/dev/full", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_bytes_ends),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_log_lines),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_whole_file_special),
		cmocka_unit_test(test_whole_file_full),
	};
	return cmocka_run_group_tests_name("util", tests, NULL, NULL);
}
