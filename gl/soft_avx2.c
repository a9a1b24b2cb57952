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
	__m256 a = _mm256_set1_ps((float)c[0]), b = _mm256_set1_ps((float)c[1]);
	return _mm256_blend_ps(a, b, 0xf0);
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
	V c[4];
	for (int k = 0; k < 4; k++)
		c[k] = _mm256_permutevar8x32_ps(v_light(octaves[k]), e);
	return ((c[3] * m + c[2]) * m + c[1]) * m + c[0];
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

/* False, with nothing written, when other pixels than the ground are touched. */
static inline bool v_glyph(
	uint32_t *dst, const uint8_t *cover, size_t n, const struct kernel_table *t)
{
	uint32_t other = 0;
	for (size_t i = 0; i < n; i++)
		other |= cover[i] ? dst[i] ^ t->ground : 0;
	for (size_t i = 0; !other && i < n; i++)
		if (cover[i])
			dst[i] = t->pixels[cover[i]];
	return !other;
}

#include "gl/soft_lanes.h"
