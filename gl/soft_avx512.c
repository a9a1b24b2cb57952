/* Four pixels at a time: AVX-512 F, BW, DQ, VL and VBMI. */
#include <immintrin.h>
#include <string.h>

#include "gl/soft_kernel.h"
#include "gl/soft_octaves.h"
#include "gl/soft_x86.h"
#include "util/opwire.h"

#define LANES       16
#define GLYPH_STEP  16
#define KERNELS     soft_kernels_avx512
#define GLYPH       any_glyph
#define SHADE       shade_64

#define SMALL_GLYPH 1024 /* pixels */

typedef __m512 V;

static inline V v_set(float x)
{
	return _mm512_set1_ps(x);
}

static inline V v_less(V a, V b, V yes, V no)
{
	return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes);
}

static inline V v_min(V a, V b)
{
	return _mm512_min_ps(a, b);
}

static inline V v_max(V a, V b)
{
	return _mm512_max_ps(a, b);
}

static inline V v_floor(V x)
{
	return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}

static inline V v_sqrt(V x)
{
	return _mm512_sqrt_ps(x);
}

static inline V v_count(void)
{
	return _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

static inline V v_alpha(V x)
{
	return _mm512_permute_ps(x, 0xff);
}

static inline V v_mix_alpha(V rgb, V alpha)
{
	return _mm512_mask_blend_ps(0x8888, rgb, alpha);
}

static inline V v_light(const float *p)
{
	return _mm512_loadu_ps(p);
}

static inline void v_put_light(float *p, V v)
{
	_mm512_storeu_ps(p, v);
}

static inline V v_repeat(const float color[4])
{
	return _mm512_broadcast_f32x4(_mm_loadu_ps(color));
}

static inline __m512i v_four(void)
{
	return _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
}

static inline V v_expand(const float *t)
{
	return _mm512_permutexvar_ps(v_four(), _mm512_castps128_ps512(_mm_loadu_ps(t)));
}

static inline __mmask8 v_first(size_t n)
{
	return (__mmask8)((1u << n) - 1);
}

static inline V v_bytes(__m128i b)
{
	return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(b));
}

static inline V v_load(const uint32_t *p)
{
	return v_bytes(_mm_loadu_si128((const __m128i *)(const void *)p));
}

static inline V v_load_some(const uint32_t *p, size_t n)
{
	return v_bytes(_mm_maskz_loadu_epi32(v_first(n), p));
}

static inline void v_store(uint32_t *p, V v)
{
	__m128i b = _mm512_cvtusepi32_epi8(_mm512_cvttps_epi32(v));
	_mm_storeu_si128((__m128i *)(void *)p, b);
}

static inline void v_store_some(uint32_t *p, V v, size_t n)
{
	__m128i b = _mm512_cvtusepi32_epi8(_mm512_cvttps_epi32(v));
	_mm_mask_storeu_epi32(p, v_first(n), b);
}

static inline V v_covers(__m128i w)
{
	__m512i i = _mm512_castsi128_si512(_mm_cvtepu16_epi32(w));
	return _mm512_cvtepi32_ps(_mm512_permutexvar_epi32(v_four(), i));
}

static inline V v_cover(const uint16_t *c)
{
	return v_covers(_mm_loadl_epi64((const __m128i *)(const void *)c));
}

static inline V v_cover_some(const uint16_t *c, size_t n)
{
	return v_covers(_mm_maskz_loadu_epi16(v_first(n), c));
}

static inline V v_octave(V x)
{
	__m512i bits = _mm512_castps_si512(x), e = _mm512_srli_epi32(bits, 23);
	__m512i low = _mm512_and_si512(bits, _mm512_set1_epi32(0x7fffff));
	V m = _mm512_castsi512_ps(_mm512_or_si512(low, _mm512_set1_epi32(0x3f800000)));
	V c0 = _mm512_permutexvar_ps(e, v_light(octaves[0]));
	V c1 = _mm512_permutexvar_ps(e, v_light(octaves[1]));
	V c2 = _mm512_permutexvar_ps(e, v_light(octaves[2]));
	V c3 = _mm512_permutexvar_ps(e, v_light(octaves[3]));
	return ((c3 * m + c2) * m + c1) * m + c0;
}

static inline void v_quad8(V quad[1], const uint32_t *a, const uint32_t *b)
{
	__m128i low = _mm_loadl_epi64((const __m128i *)(const void *)a);
	quad[0] = v_bytes(_mm_castps_si128(
		_mm_loadh_pi(_mm_castsi128_ps(low), (const __m64 *)(const void *)b)));
}

static inline void v_quad16(V quad[1], const uint16_t *a, const uint16_t *b)
{
	quad[0] = _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(two_rows(a, b)));
}

static inline void v_sum(float *out, const V quad[1])
{
	__m256 s = _mm512_castps512_ps256(quad[0]) + _mm512_extractf32x8_ps(quad[0], 1);
	_mm_storeu_ps(out, _mm256_castps256_ps128(s) + _mm256_extractf128_ps(s, 1));
}

static inline V v_words(const uint16_t *p)
{
	__m256i w = _mm256_loadu_si256((const __m256i *)(const void *)p);
	return _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(w));
}

/* What 64 bytes choose of the 256 of a plane. */
static inline __m512i look_up(const uint8_t plane[256], __m512i at)
{
	__m512i a = _mm512_loadu_si512(plane), b = _mm512_loadu_si512(plane + 64);
	__m512i c = _mm512_loadu_si512(plane + 128), d = _mm512_loadu_si512(plane + 192);
	a = _mm512_permutex2var_epi8(a, at, b);
	c = _mm512_permutex2var_epi8(c, at, d);
	return _mm512_mask_blend_epi8(_mm512_movepi8_mask(at), a, c);
}

static inline __mmask64 first_bytes(size_t n)
{
	return n < 64 ? ((__mmask64)1 << n) - 1 : ~(__mmask64)0;
}

/* Coverage of 255 from that of 65535, as soft_lanes.h's eighth. */
static inline __m256i eighths(const uint16_t *cover, size_t n)
{
	__mmask32 have = n < 32 ? ((__mmask32)1 << n) - 1 : ~(__mmask32)0;
	__m512i c = _mm512_maskz_loadu_epi16(have, cover);
	c = _mm512_sub_epi16(c, _mm512_srli_epi16(c, 8));
	c = _mm512_srli_epi16(_mm512_add_epi16(c, _mm512_set1_epi16(128)), 8);
	return _mm512_cvtepi16_epi8(c);
}

static void glyph(uint32_t *dst, int32_t stride, const struct kernel_glyph *g);
static void glyph_row(uint32_t *dst, const uint8_t *bytes, size_t n, const float *color);

/* 64 opaque pixels by their coverages. Unpacking takes bytes 0..3 of each 16, then 4..7 ... */
static inline void table_pixels(
	uint32_t *out, __m512i cover, const struct kernel_table *t)
{
	const __m512i order = _mm512_setr_epi32(0x03020100, 0x13121110, 0x23222120,
		0x33323130, 0x07060504, 0x17161514, 0x27262524, 0x37363534, 0x0b0a0908,
		0x1b1a1918, 0x2b2a2928, 0x3b3a3938, 0x0f0e0d0c, 0x1f1e1d1c, 0x2f2e2d2c,
		0x3f3e3d3c);
	__m512i at = _mm512_permutexvar_epi8(order, cover), all = _mm512_set1_epi8(-1);
	__m512i r = look_up(t->planes[0], at);
	__m512i g = t->grey ? r : look_up(t->planes[1], at);
	__m512i b = t->grey ? r : look_up(t->planes[2], at);
	__m512i low = _mm512_unpacklo_epi8(r, g), high = _mm512_unpackhi_epi8(r, g);
	__m512i low_b = _mm512_unpacklo_epi8(b, all),
		high_b = _mm512_unpackhi_epi8(b, all);
	_mm512_storeu_si512(out, _mm512_unpacklo_epi16(low, low_b));
	_mm512_storeu_si512(out + 16, _mm512_unpackhi_epi16(low, low_b));
	_mm512_storeu_si512(out + 32, _mm512_unpacklo_epi16(high, high_b));
	_mm512_storeu_si512(out + 48, _mm512_unpackhi_epi16(high, high_b));
}

/* Rows of at most 16 pixels, one after the other. Between other pixels it is blended. */
static void small_glyph(uint32_t *dst, int32_t stride, const struct kernel_glyph *g)
{
	const struct kernel_table *t = g->table;
	size_t w = (size_t)g->width, n = w * (size_t)g->height;
	const __m512i ground = _mm512_set1_epi32((int)t->ground);
	const __mmask16 row = (__mmask16)((1u << w) - 1);
	uint32_t pixels[SMALL_GLYPH + 64];
	for (size_t i = 0; i < n; i += 64)
		table_pixels(pixels + i,
			_mm512_maskz_loadu_epi8(first_bytes(n - i), g->cover + i), t);
	for (size_t i = 0; i < n; i += w, dst += stride) {
		__m128i bytes = _mm_maskz_loadu_epi8(row, g->cover + i);
		__mmask16 some = _mm_test_epi8_mask(bytes, bytes);
		__m512i d = _mm512_maskz_loadu_epi32(some, dst);
		unsigned other = _mm512_mask_cmpneq_epi32_mask(some, d, ground);
		if (other) {
			unsigned from = (unsigned)__builtin_ctz(other);
			unsigned to = 32 - (unsigned)__builtin_clz(other);
			glyph_row(dst + from, g->cover + i + from, to - from, g->color);
			some &= (__mmask16) ~((1u << to) - (1u << from));
		}
		_mm512_mask_storeu_epi32(dst, some, _mm512_loadu_si512(pixels + i));
	}
}

static void shade_dark(uint32_t *dst, unsigned dark, const struct kernel_shade *s,
	const uint8_t cover[16]);

/* Words of two pixels in each 128 bits by their powers. */
static inline __m512i shade_words(__m512i words, __m512i powers)
{
	__m512i x = _mm512_add_epi16(
		_mm512_slli_epi16(words, 7), _mm512_set1_epi16(SHADE_OFFSET));
	x = _mm512_mulhi_epu16(x, powers);
	return _mm512_srli_epi16(
		_mm512_sub_epi16(x, _mm512_set1_epi16(SHADE_OFFSET - SHADE_HALF)), 7);
}

static inline __m512i shade_16(__m512i d, __m256i powers)
{
	const __m512i index = _mm512_setr_epi64(0x0000000000000000, 0x0001000100010001,
		0x0004000400040004, 0x0005000500050005, 0x0008000800080008,
		0x0009000900090009, 0x000c000c000c000c, 0x000d000d000d000d);
	__m512i zero = _mm512_setzero_si512();
	__m512i all = _mm512_castsi256_si512(powers);
	__m512i low = _mm512_permutexvar_epi16(index, all);
	__m512i high = _mm512_permutexvar_epi16(
		_mm512_add_epi16(index, _mm512_set1_epi16(2)), all);
	low = shade_words(_mm512_unpacklo_epi8(d, zero), low);
	high = shade_words(_mm512_unpackhi_epi8(d, zero), high);
	return _mm512_or_si512(
		_mm512_packus_epi16(low, high), _mm512_set1_epi32((int)0xff000000u));
}

/* At most 16 pixels. Those that are not opaque or have a channel below SHADE_LEAST go apart. */
static inline void shade_some(uint32_t *dst, size_t n, const struct kernel_shade *s,
	const uint8_t *cover, __m256i powers)
{
	const __m512i edge =
		_mm512_set1_epi32((int)(0xff000000u | SHADE_LEAST * 0x010101u));
	__mmask16 row = (__mmask16)((1u << n) - 1);
	__m512i d = _mm512_maskz_loadu_epi32(row, dst);
	unsigned dark =
		_mm512_mask_cmpneq_epi32_mask(row, _mm512_min_epu8(d, edge), edge);
	_mm512_mask_storeu_epi32(dst, (__mmask16)(row & ~dark), shade_16(d, powers));
	if (dark)
		shade_dark(dst, dark, s, cover);
}

/* Neighbours are often alike, as in soft_lanes.h's solid. */
static void shade_flat(
	uint32_t *dst, size_t n, const struct kernel_shade *s, uint16_t value)
{
	uint8_t cover[16];
	memset(cover, _mm256_extract_epi8(eighths(&value, 1), 0), sizeof cover);
	__m256i powers = _mm256_set1_epi16((short)s->power[cover[0]]);
	__m512i was = _mm512_setzero_si512(), is = was;
	for (size_t i = 0; i < n; i += 16) {
		size_t m = n - i < 16 ? n - i : 16;
		__m512i d = _mm512_maskz_loadu_epi32((__mmask16)((1u << m) - 1), dst + i);
		if (i > 0 && m == 16 && !_mm512_cmpneq_epi32_mask(d, was)) {
			_mm512_storeu_si512(dst + i, is);
			continue;
		}
		shade_some(dst + i, m, s, cover, powers);
		was = d;
		if (m == 16)
			is = _mm512_loadu_si512(dst + i);
	}
}

/* Powers of 64 pixels, looked up so that unpacking leaves them in order. */
static inline void shade_powers(
	uint16_t powers[64], __m512i cover, const struct kernel_shade *s)
{
	__m512i at = _mm512_permutexvar_epi64(
		_mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7), cover);
	__m512i low = look_up(s->planes[0], at), high = look_up(s->planes[1], at);
	_mm512_storeu_si512(powers, _mm512_unpacklo_epi8(low, high));
	_mm512_storeu_si512(powers + 32, _mm512_unpackhi_epi8(low, high));
}

static void shade_64(uint32_t *dst, size_t n, const struct kernel_shade *s,
	const uint16_t *cover, uint16_t value)
{
	uint8_t bytes[64];
	uint16_t powers[64];
	if (!cover) {
		shade_flat(dst, n, s, value);
		return;
	}
	for (size_t from = 0; from < n; from += 64, dst += 64, cover += 64) {
		size_t m = n - from < 64 ? n - from : 64;
		__m512i all = _mm512_castsi256_si512(eighths(cover, m));
		if (m > 32)
			all = _mm512_inserti64x4(all, eighths(cover + 32, m - 32), 1);
		_mm512_storeu_si512(bytes, all);
		shade_powers(powers, all, s);
		for (size_t i = 0; i < m; i += 16)
			shade_some(dst + i, m - i < 16 ? m - i : 16, s, bytes + i,
				_mm256_loadu_si256(
					(const __m256i *)(const void *)(powers + i)));
	}
}

static void any_glyph(uint32_t *dst, int32_t stride, const struct kernel_glyph *g)
{
	if (g->table && g->width <= 16 && g->pitch == g->width &&
		g->width * g->height <= SMALL_GLYPH && g->table->ground >> 24 == 255)
		small_glyph(dst, stride, g);
	else
		glyph(dst, stride, g);
}

/* False, with nothing written, when other pixels than the ground are touched. */
static inline bool v_glyph(
	uint32_t *dst, const uint8_t *cover, size_t n, const struct kernel_table *t)
{
	__mmask16 all = (__mmask16)((1u << n) - 1);
	__m128i bytes = _mm_maskz_loadu_epi8(all, cover);
	__mmask16 some = _mm_test_epi8_mask(bytes, bytes);
	__m512i d = _mm512_maskz_loadu_epi32(some, dst);
	if (_mm512_mask_cmpneq_epi32_mask(some, d, _mm512_set1_epi32((int)t->ground)))
		return false;
	__m512i made = _mm512_mask_i32gather_epi32(
		d, some, _mm512_cvtepu8_epi32(bytes), t->pixels, 4);
	_mm512_mask_storeu_epi32(dst, some, made);
	return true;
}

#include "gl/soft_lanes.h"
