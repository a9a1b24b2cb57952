/* Which timings an output gets for what is asked of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kms/mode.h"

#define PREFERRED  DRM_MODE_TYPE_PREFERRED
#define INTERLACED DRM_MODE_FLAG_INTERLACE

static drmModeModeInfo mode(uint32_t khz, uint16_t w, uint16_t ht, uint16_t h,
	uint16_t vt, uint32_t flags, uint32_t type)
{
	return (drmModeModeInfo){.clock = khz,
		.hdisplay = w,
		.hsync_start = w,
		.hsync_end = ht,
		.htotal = ht,
		.vdisplay = h,
		.vsync_start = h,
		.vsync_end = vt,
		.vtotal = vt,
		.flags = flags,
		.type = type};
}

/* As a television's: 0..5. */
static size_t television(drmModeModeInfo out[8])
{
	size_t n = 0;
	out[n++] = mode(74250, 1920, 2200, 1080, 1125, INTERLACED, 0);  /* 60 fields */
	out[n++] = mode(148500, 1920, 2200, 1080, 1125, 0, PREFERRED);  /* 60 */
	out[n++] = mode(148352, 1920, 2200, 1080, 1125, 0, 0);          /* 59.940 */
	out[n++] = mode(74250, 1920, 2640, 1080, 1125, 0, 0);           /* 25 */
	out[n++] = mode(297000, 3840, 5500, 2160, 2250, 0, 0);          /* 24 */
	out[n++] = mode(148500, 1920, 2640, 1080, 1125, INTERLACED, 0); /* 100 fields */
	return n;
}

struct find_case {
	const char *name;
	enum kms_mode_want want;
	int32_t width, height;
	uint32_t mhz;
	int error, index;
	const char *says;
};

static const struct find_case find_cases[] = {
	{"preferred", KMS_MODE_PREFERRED, .index = 1},
	{"a size, the highest rate of whole pictures", KMS_MODE_SIZE, 1920, 1080, 0, 0,
		1},
	{"the same size, nearly that rate", KMS_MODE_SIZE, 1920, 1080, 59950, 0, 2},
	{"60 Hz: whole pictures first", KMS_MODE_SIZE, 1920, 1080, 60000, 0, 1},
	{"far below", KMS_MODE_SIZE, 1920, 1080, 1, 0, 3},
	{"far above", KMS_MODE_SIZE, 1920, 1080, 240000, 0, 5},
	{"another size", KMS_MODE_SIZE, 3840, 2160, 60000, 0, 4},
	{"no such size", KMS_MODE_SIZE, 1920, 1200, 0, -ENOENT, 0,
		"no mode of 1920x1200"},
	{"a size below zero", KMS_MODE_SIZE, -1, -1, 0, -ENOENT, 0, "no mode of -1x-1"},
	{"a wish that is none", 99, 0, 0, 0, -EINVAL, 0, "99"},
};

static void test_find(void **state)
{
	const struct find_case *c = *state;
	const struct kms_config config = {.want = c->want,
		.width = c->width,
		.height = c->height,
		.refresh_mhz = c->mhz};
	struct kms_error err = {""};
	drmModeModeInfo modes[8], out;
	size_t n = television(modes);
	assert_int_equal(kms_mode_find(modes, n, &config, &out, &err), c->error);
	if (c->error)
		assert_non_null(strstr(err.text, c->says));
	else
		assert_memory_equal(&out, &modes[c->index], sizeof out);
}

struct line_case {
	const char *name;
	struct kms_modeline line;
	int error;
	uint32_t mhz, flags;
};

static const struct line_case line_cases[] = {
	/* cvt 1920 1080 60 */
	{"a modeline",
		{173000, 1920, 2048, 2248, 2576, 1080, 1083, 1088, 1120, false, true,
			false},
		0, 59963, DRM_MODE_FLAG_NHSYNC | DRM_MODE_FLAG_PVSYNC},
	{"interlaced, the other way round",
		{74250, 1920, 2008, 2052, 2200, 1080, 1084, 1094, 1125, true, false,
			true},
		0, 60000, DRM_MODE_FLAG_PHSYNC | DRM_MODE_FLAG_NVSYNC | INTERLACED},
	{"no clock", {0, 1920, 2048, 2248, 2576, 1080, 1083, 1088, 1120}, -EINVAL},
	{"no width", {173000, 0, 2048, 2248, 2576, 1080, 1083, 1088, 1120}, -EINVAL},
	{"no height", {173000, 1920, 2048, 2248, 2576, 0, 0, 0, 0}, -EINVAL},
	{"sync before the picture's end",
		{173000, 1920, 1900, 2248, 2576, 1080, 1083, 1088, 1120}, -EINVAL},
	{"sync ends before it starts",
		{173000, 1920, 2048, 2248, 2576, 1080, 1088, 1083, 1120}, -EINVAL},
	{"sync ends after all", {173000, 1920, 2048, 2600, 2576, 1080, 1083, 1088, 1120},
		-EINVAL},
	{"all is zero", {0}, -EINVAL},
};

static void test_line(void **state)
{
	const struct line_case *c = *state;
	const struct kms_config config = {.want = KMS_MODE_MODELINE, .modeline = c->line};
	struct kms_error err = {""};
	drmModeModeInfo out = {0};
	assert_int_equal(kms_mode_find(NULL, 0, &config, &out, &err), c->error);
	assert_int_equal(err.text[0] != '\0', c->error != 0);
	assert_int_equal(out.clock, c->error ? 0 : c->line.clock_khz);
	if (c->error)
		return;
	assert_int_equal(out.hsync_end, c->line.hsync_end);
	assert_int_equal(out.vtotal, c->line.vtotal);
	assert_int_equal(out.flags, c->flags);
	assert_int_equal(kms_mode_mhz(&out), c->mhz);
	assert_int_equal(out.vrefresh, (c->mhz + 500) / 1000);
}

struct cvt_case {
	const char *name;
	int32_t width, height;
	uint32_t mhz;
	int error;
	uint32_t clock_khz;
	uint16_t htotal, vtotal;
};

/* The figures are those of the program cvt. */
static const struct cvt_case cvt_cases[] = {
	{"cvt 1920 1080 60", 1920, 1080, 60000, 0, 173000, 2576, 1120},
	{"cvt 1920 1080", 1920, 1080, 0, 0, 173000, 2576, 1120},
	{"cvt 1366 768 60", 1366, 768, 60000, 0, 84750, 1776, 798},
	{"cvt 1360 768: the formula gives 1366", 1360, 768, 60000, -EINVAL},
	{"cvt 1922: no multiple of eight", 1922, 1080, 60000, -EINVAL},
	{"cvt: nothing", 0, 0, 60000, -EINVAL},
	{"cvt: below zero", -1920, 1080, 60000, -EINVAL},
	{"cvt: too wide", 32768, 1080, 60000, -EINVAL},
	{"cvt: too slow", 1920, 1080, 1, -EINVAL},
	{"cvt: too fast", 1920, 1080, UINT32_MAX, -EINVAL},
	{"cvt: the largest", 16384, 16384, 60000, 0, 23686750, 23296, 16947},
};

static void test_cvt(void **state)
{
	const struct cvt_case *c = *state;
	const struct kms_config config = {.want = KMS_MODE_CVT,
		.width = c->width,
		.height = c->height,
		.refresh_mhz = c->mhz};
	struct kms_error err = {""};
	drmModeModeInfo out;
	assert_int_equal(kms_mode_find(NULL, 0, &config, &out, &err), c->error);
	assert_int_equal(err.text[0] != '\0', c->error != 0);
	if (c->error)
		return;
	assert_int_equal(out.hdisplay, c->width);
	assert_int_equal(out.vdisplay, c->height);
	assert_int_equal(out.clock, c->clock_khz);
	assert_int_equal(out.htotal, c->htotal);
	assert_int_equal(out.vtotal, c->vtotal);
	assert_int_equal(out.type, DRM_MODE_TYPE_USERDEF);
}

static void test_none(void **state)
{
	const struct kms_config config = {0};
	struct kms_error err = {""};
	drmModeModeInfo out;
	assert_int_equal(kms_mode_find(NULL, 0, &config, &out, &err), -ENOENT);
	assert_non_null(strstr(err.text, "no mode"));
}

static void test_told(void **state)
{
	drmModeModeInfo modes[8];
	television(modes);
	struct kms_mode m = kms_mode_told(&modes[0]);
	assert_true(m.interlaced && !m.preferred);
	assert_int_equal(m.refresh_mhz, 60000);
	m = kms_mode_told(&modes[1]);
	assert_true(!m.interlaced && m.preferred);
	assert_int_equal(m.width, 1920);
	assert_int_equal(m.height, 1080);
	assert_int_equal(kms_mode_told(&modes[2]).refresh_mhz, 59940);
	drmModeModeInfo doubled =
		mode(12588, 320, 400, 240, 262, DRM_MODE_FLAG_DBLSCAN, 0);
	assert_int_equal(kms_mode_mhz(&doubled), 60057);
	doubled = (drmModeModeInfo){.vrefresh = 50};
	assert_int_equal(kms_mode_mhz(&doubled), 50000);
}

/* Any number that two modes differ in makes them two. */
static void test_same(void **state)
{
	drmModeModeInfo modes[8];
	television(modes);
	for (size_t i = 0; i < offsetof(drmModeModeInfo, vrefresh); i++) {
		drmModeModeInfo other = modes[1];
		assert_true(kms_mode_same(&modes[1], &other));
		((uint8_t *)&other)[i] ^= 1;
		assert_false(kms_mode_same(&modes[1], &other));
	}
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_same),
	};
	struct CMUnitTest tests[64];
	size_t n = 0;
#define ADD(table, function)                                                             \
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)                      \
		tests[n++] = (struct CMUnitTest){table[i].name, function, NULL, NULL,    \
			(void *)(uintptr_t)&table[i]};
	ADD(find_cases, test_find)
	ADD(line_cases, test_line)
	ADD(cvt_cases, test_cvt)
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		tests[n++] = more[i];
	return _cmocka_run_group_tests("mode", tests, n, NULL, NULL);
}
