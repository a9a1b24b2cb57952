/* Two pixels at a time. */
#include <immintrin.h>
#include <string.h>

#include "gl/soft_kernel.h"
#include "gl/soft_octaves.h"
#include "gl/soft_x86.h"
#include "util/opwire.h"

#define LANES      8
#define GLYPH      glyph
#define GLYPH_STEP 16
#define KERNELS    soft_kernels_avx2
#define SHADE      shade_8

typedef __m256 V;

static inline V v_set(float x)
{
	return _mm256_set1_ps(x);
}

static inline V v_less(V a, V b, V yes, V no)
{
	return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
}

static inline V v_min(V a, V b)
{
	return _mm256_min_ps(a, b);
}

static inline V v_max(V a, V b)
{
	return _mm256_max_ps(a, b);
}

static inline V v_floor(V x)
{
	return _mm256_floor_ps(x);
}

static inline V v_sqrt(V x)
{
	return _mm256_sqrt_ps(x);
}

static inline V v_count(void)
{
	return _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7);
}

static inline V v_alpha(V x)
{
	return _mm256_permute_ps(x, 0xff);
}

static inline V v_mix_alpha(V rgb, V alpha)
{
	return _mm256_blend_ps(rgb, alpha, 0x88);
}

static inline V v_light(const float *p)
{
	return _mm256_loadu_ps(p);
}

static inline void v_put_light(float *p, V v)
{
	_mm256_storeu_ps(p, v);
}

static inline V v_repeat(const float color[4])
{
	return _mm256_broadcast_ps((const __m128 *)(const void *)color);
}

static inline V v_expand(const float *t)
{
	return _mm256_setr_ps(t[0], t[0], t[0], t[0], t[1], t[1], t[1], t[1]);
}

static inline V v_bytes(__m128i b)
{
	return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(b));
}

static inline V v_load(const uint32_t *p)
{
	return v_bytes(_mm_loadl_epi64((const __m128i *)(const void *)p));
}

static inline V v_load_some(const uint32_t *p, size_t n)
{
	return n == 2 ? v_load(p) : v_bytes(_mm_cvtsi32_si128((int)*p));
}

static inline __m128i v_pack(V v)
{
	__m256i i = _mm256_cvttps_epi32(v);
	__m128i w = _mm_packus_epi32(
		_mm256_castsi256_si128(i), _mm256_extracti128_si256(i, 1));
	return _mm_packus_epi16(w, w);
}

static inline void v_store(uint32_t *p, V v)
{
	_mm_storel_epi64((__m128i *)(void *)p, v_pack(v));
}

static inline void v_store_some(uint32_t *p, V v, size_t n)
{
	if (n == 2)
		v_store(p, v);
	else
		*p = (uint32_t)_mm_cvtsi128_si32(v_pack(v));
}

static inline V v_cover(const uint16_t *c)
{
	uint32_t both;
	memcpy(&both, c, sizeof both);
	__m128 a = _mm_cvtepi32_ps(_mm_cvtepu16_epi32(_mm_cvtsi32_si128((int)both)));
	return _mm256_permutevar8x32_ps(
		_mm256_castps128_ps256(a), _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1));
}

static inline V v_cover_some(const uint16_t *c, size_t n)
{
	return n == 2 ? v_cover(c) : v_set((float)c[0]);
}

static inline V v_octave(V x)
{
	__m256i bits = _mm256_castps_si256(x), e = _mm256_srli_epi32(bits, 23);
	__m256i low = _mm256_and_si256(bits, _mm256_set1_epi32(0x7fffff));
	V m = _mm256_castsi256_ps(_mm256_or_si256(low, _mm256_set1_epi32(0x3f800000)));
	V c0 = _mm256_permutevar8x32_ps(v_light(octaves[0]), e);
	V c1 = _mm256_permutevar8x32_ps(v_light(octaves[1]), e);
	V c2 = _mm256_permutevar8x32_ps(v_light(octaves[2]), e);
	V c3 = _mm256_permutevar8x32_ps(v_light(octaves[3]), e);
	return ((c3 * m + c2) * m + c1) * m + c0;
}

static inline void v_quad8(V quad[2], const uint32_t *a, const uint32_t *b)
{
	quad[0] = v_load(a);
	quad[1] = v_load(b);
}

static inline V v_words(const uint16_t *p)
{
	__m128i w = _mm_loadu_si128((const __m128i *)(const void *)p);
	return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(w));
}

static inline void v_quad16(V quad[2], const uint16_t *a, const uint16_t *b)
{
	quad[0] = v_words(a);
	quad[1] = v_words(b);
}

static inline void v_sum(float *out, const V quad[2])
{
	V s = quad[0] + quad[1];
	_mm_storeu_ps(out, _mm256_castps256_ps128(s) + _mm256_extractf128_ps(s, 1));
}

/* All bits of the first n of 8 pixels. */
static inline __m256i first_pixels(size_t n)
{
	return _mm256_cmpgt_epi32(
		_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/* The first n of 8 pixels, the others 0; or all of them. Masks are slow on some CPUs. */
static inline __m256i load_8(const uint32_t *p, size_t n)
{
	if (n >= 8)
		return _mm256_loadu_si256((const __m256i *)(const void *)p);
	return _mm256_maskload_epi32((const int *)(const void *)p, first_pixels(n));
}

static inline void store_8(uint32_t *p, __m256i pixels, size_t n)
{
	if (n >= 8)
		_mm256_storeu_si256((__m256i *)(void *)p, pixels);
	else
		_mm256_maskstore_epi32((int *)(void *)p, first_pixels(n), pixels);
}

/* Those of 8 pixels that a glyph touches, as all bits. */
static inline __m256i touched(const uint8_t cover[8])
{
	__m128i c = _mm_loadl_epi64((const __m128i *)(const void *)cover);
	return _mm256_cmpgt_epi32(_mm256_cvtepu8_epi32(c), _mm256_setzero_si256());
}

static inline bool all_ground(__m256i d, __m256i some, uint32_t ground)
{
	__m256i same = _mm256_cmpeq_epi32(d, _mm256_set1_epi32((int)ground));
	return _mm256_testc_si256(same, some);
}

static inline __m256i made_8(const uint8_t c[8], const struct kernel_table *t)
{
	const uint32_t *p = t->pixels;
	return _mm256_setr_epi32((int)p[c[0]], (int)p[c[1]], (int)p[c[2]], (int)p[c[3]],
		(int)p[c[4]], (int)p[c[5]], (int)p[c[6]], (int)p[c[7]]);
}

/* False, with nothing written, when other pixels than the ground are touched. */
static inline bool v_glyph(
	uint32_t *dst, const uint8_t *cover, size_t n, const struct kernel_table *t)
{
	uint8_t row[GLYPH_STEP] = {0};
	size_t more = n > 8 ? n - 8 : 0;
	if (n < GLYPH_STEP) {
		memcpy(row, cover, n);
		cover = row;
	}
	__m256i left = touched(cover), right = touched(cover + 8);
	__m256i a = load_8(dst, n), b = load_8(dst + 8, more);
	if (!all_ground(a, left, t->ground) || !all_ground(b, right, t->ground))
		return false;
	store_8(dst, _mm256_blendv_epi8(a, made_8(cover, t), left), n);
	if (more)
		store_8(dst + 8, _mm256_blendv_epi8(b, made_8(cover + 8, t), right),
			more);
	return true;
}

static void shade_dark(uint32_t *dst, unsigned dark, const struct kernel_shade *s,
	const uint8_t cover[16]);

/* Words of two pixels in each 128 bits by their powers. */
static inline __m256i shade_words(__m256i words, __m256i powers)
{
	__m256i x = _mm256_add_epi16(
		_mm256_slli_epi16(words, 7), _mm256_set1_epi16(SHADE_OFFSET));
	x = _mm256_mulhi_epu16(x, powers);
	return _mm256_srli_epi16(
		_mm256_sub_epi16(x, _mm256_set1_epi16(SHADE_OFFSET - SHADE_HALF)), 7);
}

/* Unpacking takes pixels 0, 1, 4 and 5, then 2, 3, 6 and 7. */
static inline __m256i shade_pixels(__m256i d, __m128i powers)
{
	const __m256i index = _mm256_setr_epi8(0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3,
		2, 3, 8, 9, 8, 9, 8, 9, 8, 9, 10, 11, 10, 11, 10, 11, 10, 11);
	__m256i zero = _mm256_setzero_si256();
	__m256i all = _mm256_broadcastsi128_si256(powers);
	__m256i low = _mm256_shuffle_epi8(all, index);
	__m256i high =
		_mm256_shuffle_epi8(all, _mm256_add_epi8(index, _mm256_set1_epi8(4)));
	low = shade_words(_mm256_unpacklo_epi8(d, zero), low);
	high = shade_words(_mm256_unpackhi_epi8(d, zero), high);
	return _mm256_or_si256(
		_mm256_packus_epi16(low, high), _mm256_set1_epi32((int)0xff000000u));
}

/* At most 8 pixels. Those that are not opaque or have a channel below SHADE_LEAST go apart. */
static inline void shade_some(uint32_t *dst, size_t n, const struct kernel_shade *s,
	const uint8_t cover[16], __m128i powers)
{
	const __m256i edge =
		_mm256_set1_epi32((int)(0xff000000u | SHADE_LEAST * 0x010101u));
	__m256i d = load_8(dst, n);
	__m256i light = _mm256_cmpeq_epi32(_mm256_min_epu8(d, edge), edge);
	unsigned dark = ~(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(light)) &
			((1u << n) - 1);
	store_8(dst, _mm256_blendv_epi8(d, shade_pixels(d, powers), light), n);
	if (dark)
		shade_dark(dst, dark, s, cover);
}

static inline bool same_8(const uint32_t *p, __m256i was)
{
	__m256i d = _mm256_loadu_si256((const __m256i *)(const void *)p);
	return _mm256_movemask_epi8(_mm256_cmpeq_epi32(d, was)) == -1;
}

/* Neighbours are often alike, as in soft_lanes.h's solid. */
static void shade_flat(
	uint32_t *dst, size_t n, const struct kernel_shade *s, uint8_t value)
{
	__m128i powers = _mm_set1_epi16((short)s->power[value]);
	__m256i was = _mm256_setzero_si256(), is = was;
	uint8_t cover[16];
	memset(cover, value, sizeof cover);
	for (size_t i = 0; i < n; i += 8) {
		__m256i *at = (__m256i *)(void *)(dst + i);
		if (n - i < 8) {
			shade_some(dst + i, n - i, s, cover, powers);
			return;
		}
		if (i == 0 || !same_8(dst + i, was)) {
			was = _mm256_loadu_si256(at);
			shade_some(dst + i, 8, s, cover, powers);
			is = _mm256_loadu_si256(at);
		}
		_mm256_storeu_si256(at, is);
	}
}

/* Coverage of 255 from that of 65535, as soft_lanes.h's eighth; its powers. */
static inline __m128i shade_powers(
	uint8_t bytes[16], __m128i c, const struct kernel_shade *s)
{
	const uint16_t *p = s->power;
	c = _mm_sub_epi16(c, _mm_srli_epi16(c, 8));
	c = _mm_srli_epi16(_mm_add_epi16(c, _mm_set1_epi16(128)), 8);
	_mm_storel_epi64((__m128i *)(void *)bytes, _mm_packus_epi16(c, c));
	return _mm_setr_epi16((short)p[bytes[0]], (short)p[bytes[1]], (short)p[bytes[2]],
		(short)p[bytes[3]], (short)p[bytes[4]], (short)p[bytes[5]],
		(short)p[bytes[6]], (short)p[bytes[7]]);
}

static void shade_8(uint32_t *dst, size_t n, const struct kernel_shade *s,
	const uint16_t *cover, uint16_t value)
{
	uint8_t bytes[16] = {0};
	if (!cover) {
		__m128i c = _mm_set1_epi16((short)value);
		shade_powers(bytes, c, s);
		shade_flat(dst, n, s, bytes[0]);
		return;
	}
	for (size_t i = 0; i < n; i += 8) {
		size_t m = n - i < 8 ? n - i : 8;
		uint16_t some[8] = {0};
		__m128i c;
		if (m == 8) {
			c = _mm_loadu_si128((const __m128i *)(const void *)(cover + i));
		} else {
			memcpy(some, cover + i, m * sizeof *some);
			c = _mm_loadu_si128((const __m128i *)(const void *)some);
		}
		shade_some(dst + i, m, s, bytes, shade_powers(bytes, c, s));
	}
}

#include "gl/soft_lanes.h"
