/*
 * Pages given back: one that is as in its file is not in memory any more, one that was
 * written to, by a debugger, a probe or a library that mends its own code, keeps what it has.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/spare.h"

#define SIDE 65536 /* no page is larger, and none is read with its neighbours' */

/* In a part of the program that is only read, far from what runs. */
static const uint8_t constant[SIDE * 8] = {[0] = 1, [SIDE * 4] = 7};

static uint8_t *aligned(void)
{
	uintptr_t at =
		((uintptr_t)&constant[SIDE * 3] + SIDE - 1) & ~(uintptr_t)(SIDE - 1);
	return (uint8_t *)at;
}

static bool is_present(const void *at)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	off_t offset =
		(off_t)((uintptr_t)at / (uintptr_t)sysconf(_SC_PAGESIZE) * sizeof entry);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &entry, sizeof entry, offset), sizeof entry);
	close(fd);
	return entry >> 63;
}

static void test_read(void **state)
{
	(void)state;
	const volatile uint8_t *page = aligned();
	uint8_t was = page[0];
	assert_true(is_present((const void *)page));
	spare_give_back();
	assert_false(is_present((const void *)page));
	assert_int_equal(page[0], was);
}

static void test_written(void **state)
{
	(void)state;
	uint8_t *page = aligned();
	assert_int_equal(mprotect(page, SIDE, PROT_READ | PROT_WRITE), 0);
	*(volatile uint8_t *)page = 0xcc;
	assert_int_equal(mprotect(page, SIDE, PROT_READ), 0);
	spare_give_back();
	assert_int_equal(*(volatile uint8_t *)page, 0xcc);
}

/* As a library does that moves code to larger pages. */
static void test_replaced(void **state)
{
	(void)state;
	uint8_t *page = aligned();
	assert_ptr_equal(mmap(page, SIDE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
		page);
	memset(page, 0x5a, SIDE);
	assert_int_equal(mprotect(page, SIDE, PROT_READ), 0);
	spare_give_back();
	for (size_t i = 0; i < SIDE; i++)
		assert_int_equal(((volatile uint8_t *)page)[i], 0x5a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_replaced),
	};
	return cmocka_run_group_tests_name("spare", tests, NULL, NULL);
}
