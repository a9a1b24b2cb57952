#include "gl/rows.h"

#include <string.h>

#ifdef __AVX2__
#define KERNELS row_kernels_avx2
#else
#define KERNELS row_kernels_any
#endif

#define STEP 4 /* pixels of a vector */

typedef uint32_t W __attribute__((vector_size(4 * STEP)));
typedef uint8_t B __attribute__((vector_size(4 * STEP)));

static inline W load(const uint32_t *p)
{
	W v;
	memcpy(&v, p, sizeof v);
	return v;
}

static inline void store(uint32_t *p, W v)
{
	memcpy(p, &v, sizeof v);
}

/* Red and blue trade places. */
static inline W swap(W v)
{
#if defined(__SSSE3__) || defined(__aarch64__)
	B b = (B)v;
	return (W)__builtin_shufflevector(
		b, b, 2, 1, 0, 3, 6, 5, 4, 7, 10, 9, 8, 11, 14, 13, 12, 15);
#else
	return (v & 0xff00ff00u) | (v >> 16 & 0xffu) | (v & 0xffu) << 16;
#endif
}

#ifdef __AVX2__
#define WIDE 8 /* pixels */
typedef uint32_t WW __attribute__((vector_size(4 * WIDE)));
typedef uint8_t BB __attribute__((vector_size(4 * WIDE)));

static inline WW swap_wide(WW v)
{
	BB b = (BB)v;
	return (WW)__builtin_shufflevector(b, b, 2, 1, 0, 3, 6, 5, 4, 7, 10, 9, 8, 11, 14,
		13, 12, 15, 18, 17, 16, 19, 22, 21, 20, 23, 26, 25, 24, 27, 30, 29, 28,
		31);
}
#else
#define WIDE      STEP
#define swap_wide swap
typedef W WW;
#endif

static inline void copy_wide(uint32_t *dst, const uint32_t *src)
{
	WW v;
	memcpy(&v, src, sizeof v);
	v = swap_wide(v);
	memcpy(dst, &v, sizeof v);
}

static inline uint32_t swap_one(uint32_t p)
{
	return (p & 0xff00ff00u) | (p >> 16 & 0xffu) | (p & 0xffu) << 16;
}

static void copy(uint32_t *dst, const uint32_t *src, size_t n)
{
	size_t i = 0;
	for (; i + 4 * WIDE <= n; i += 4 * WIDE) {
		copy_wide(dst + i, src + i);
		copy_wide(dst + i + WIDE, src + i + WIDE);
		copy_wide(dst + i + 2 * WIDE, src + i + 2 * WIDE);
		copy_wide(dst + i + 3 * WIDE, src + i + 3 * WIDE);
	}
	for (; i < n; i++)
		dst[i] = swap_one(src[i]);
}

static void fill(uint32_t *dst, size_t n, uint32_t pixel)
{
	const WW v = (WW){0} + pixel;
	size_t i = 0;
	for (; i + WIDE <= n; i += WIDE)
		memcpy(dst + i, &v, sizeof v);
	for (; i < n; i++)
		dst[i] = pixel;
}

static void copy_back(uint32_t *dst, const uint32_t *src, size_t n)
{
	size_t i = 0;
	for (; i + STEP <= n; i += STEP) {
		W v = load(src - i - (STEP - 1));
		store(dst + i, swap(__builtin_shufflevector(v, v, 3, 2, 1, 0)));
	}
	for (; i < n; i++)
		dst[i] = swap_one(*(src - i));
}

/* In each half of a vector: the first or last two of a and b in turn, and in pairs. */
#ifdef __AVX2__
#define LOW(a, b)        __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define HIGH(a, b)       __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define LOW_PAIRS(a, b)  __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HIGH_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#else
#define LOW(a, b)        __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH(a, b)       __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define LOW_PAIRS(a, b)  __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define HIGH_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#endif

/* Four pixels of a row, and with AVX2 those of the fourth row after it. */
static inline WW load_rows(const uint32_t *p, ptrdiff_t stride)
{
	W first;
	memcpy(&first, p, sizeof first);
#ifdef __AVX2__
	W second;
	memcpy(&second, p + 4 * stride, sizeof second);
	return swap_wide(__builtin_shufflevector(first, second, 0, 1, 2, 3, 4, 5, 6, 7));
#else
	return swap(first);
#endif
}

static inline void store_wide(uint32_t *p, WW v)
{
	memcpy(p, &v, sizeof v);
}

/* STEP columns of WIDE pixels. */
static inline void turn_block(
	uint32_t *dst, ptrdiff_t dst_stride, const uint32_t *src, ptrdiff_t stride)
{
	WW a = load_rows(src, stride), b = load_rows(src + stride, stride);
	WW c = load_rows(src + 2 * stride, stride);
	WW d = load_rows(src + 3 * stride, stride);
	WW ab = LOW(a, b), cd = LOW(c, d), ab_high = HIGH(a, b), cd_high = HIGH(c, d);
	store_wide(dst, LOW_PAIRS(ab, cd));
	store_wide(dst + dst_stride, HIGH_PAIRS(ab, cd));
	store_wide(dst + 2 * dst_stride, LOW_PAIRS(ab_high, cd_high));
	store_wide(dst + 3 * dst_stride, HIGH_PAIRS(ab_high, cd_high));
}

static void turn_column(
	uint32_t *dst, const uint32_t *src, ptrdiff_t src_stride, size_t height)
{
	for (size_t y = 0; y < height; y++)
		dst[y] = swap_one(src[(ptrdiff_t)y * src_stride]);
}

static void turn(uint32_t *dst, ptrdiff_t dst_stride, const uint32_t *src,
	ptrdiff_t src_stride, size_t width, size_t height)
{
	size_t down = height - height % WIDE, x = 0;
	for (; x + STEP <= width; x += STEP) {
		uint32_t *to = dst + (ptrdiff_t)x * dst_stride;
		const uint32_t *rest = src + x + (ptrdiff_t)down * src_stride;
		for (size_t y = 0; y < down; y += WIDE)
			turn_block(to + y, dst_stride,
				src + x + (ptrdiff_t)y * src_stride, src_stride);
		for (size_t k = 0; k < STEP && down < height; k++)
			turn_column(to + (ptrdiff_t)k * dst_stride + down, rest + k,
				src_stride, height - down);
	}
	for (; x < width; x++)
		turn_column(dst + (ptrdiff_t)x * dst_stride, src + x, src_stride, height);
}

const struct row_kernels KERNELS = {
	.fill = fill,
	.copy = copy,
	.copy_back = copy_back,
	.turn = turn,
};
