/* soft_x86: what the files for AVX2 and AVX-512 share. */
#ifndef OSAAS_GL_SOFT_X86_H
#define OSAAS_GL_SOFT_X86_H

#include <immintrin.h>
#include <stdint.h>

static inline __m256i two_rows(const uint16_t *a, const uint16_t *b)
{
	__m128i low = _mm_loadu_si128((const __m128i *)(const void *)a);
	__m128i high = _mm_loadu_si128((const __m128i *)(const void *)b);
	return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

/* Texels in pairs: two rows of one level, two of the other. */
static inline void v_tap(uint16_t *out, const uint16_t *a0, const uint16_t *a1,
	const uint16_t *b0, const uint16_t *b1, uint64_t parts, int16_t part)
{
	const __m256i pick_x = _mm256_setr_epi8(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
		0, 1, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5);
	const __m256i pick_y = _mm256_setr_epi8(2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3,
		2, 3, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7);
	__m256i all = _mm256_set1_epi64x((long long)parts);
	__m256i up = two_rows(a0, b0), low = two_rows(a1, b1);
	__m256i y = _mm256_shuffle_epi8(all, pick_y),
		x = _mm256_shuffle_epi8(all, pick_x);
	up = _mm256_add_epi16(up, _mm256_mulhrs_epi16(_mm256_sub_epi16(low, up), y));
	__m256i right = _mm256_bsrli_epi128(up, 8);
	up = _mm256_add_epi16(up, _mm256_mulhrs_epi16(_mm256_sub_epi16(right, up), x));
	__m128i a = _mm256_castsi256_si128(up), b = _mm256_extracti128_si256(up, 1);
	a = _mm_add_epi16(a, _mm_mulhrs_epi16(_mm_sub_epi16(b, a), _mm_set1_epi16(part)));
	_mm_storel_epi64((__m128i *)(void *)out, a);
}

#endif
