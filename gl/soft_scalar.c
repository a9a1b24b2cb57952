/* One pixel at a time: for any CPU, and the twin that the others are compared with. */
#include <math.h>
#include <string.h>

#include "gl/soft_kernel.h"
#include "gl/soft_octaves.h"
#include "util/opwire.h"

#define LANES      4
#define GLYPH      glyph
#define GLYPH_STEP 16
#define KERNELS    soft_kernels_1

typedef float V __attribute__((vector_size(16)));
typedef int32_t I __attribute__((vector_size(16)));

static inline V v_set(float x)
{
	return (V){x, x, x, x};
}

static inline V v_pick(I yes, V a, V b)
{
	return (V)((yes & (I)a) | (~yes & (I)b));
}

static inline V v_less(V a, V b, V yes, V no)
{
	return v_pick(a < b, yes, no);
}

static inline V v_min(V a, V b)
{
	return v_pick(a < b, a, b);
}

static inline V v_max(V a, V b)
{
	return v_pick(a > b, a, b);
}

static inline V v_floor(V x)
{
	return (V){floorf(x[0]), floorf(x[1]), floorf(x[2]), floorf(x[3])};
}

static inline V v_sqrt(V x)
{
	return (V){sqrtf(x[0]), sqrtf(x[1]), sqrtf(x[2]), sqrtf(x[3])};
}

static inline V v_count(void)
{
	return (V){0, 1, 2, 3};
}

static inline V v_alpha(V x)
{
	return v_set(x[3]);
}

static inline V v_mix_alpha(V rgb, V alpha)
{
	return (V){rgb[0], rgb[1], rgb[2], alpha[3]};
}

static inline V v_light(const float *p)
{
	V v;
	memcpy(&v, p, sizeof v);
	return v;
}

static inline void v_put_light(float *p, V v)
{
	memcpy(p, &v, sizeof v);
}

static inline V v_repeat(const float color[4])
{
	return v_light(color);
}

static inline V v_expand(const float *t)
{
	return v_set(*t);
}

static inline V v_load(const uint32_t *p)
{
	uint32_t v = *p;
	return (V){(float)(v & 255), (float)(v >> 8 & 255), (float)(v >> 16 & 255),
		(float)(v >> 24)};
}

static inline V v_load_some(const uint32_t *p, size_t n)
{
	return v_load(p);
}

static inline void v_store(uint32_t *p, V v)
{
	I i = __builtin_convertvector(v, I);
	*p = (uint32_t)i[0] | (uint32_t)i[1] << 8 | (uint32_t)i[2] << 16 |
	     (uint32_t)i[3] << 24;
}

static inline void v_store_some(uint32_t *p, V v, size_t n)
{
	v_store(p, v);
}

static inline V v_cover(const uint16_t *cover)
{
	return v_set((float)*cover);
}

static inline V v_cover_some(const uint16_t *cover, size_t n)
{
	return v_cover(cover);
}

static inline V v_pick_octaves(const float row[16], I e)
{
	return (V){row[e[0]], row[e[1]], row[e[2]], row[e[3]]};
}

static inline V v_octave(V x)
{
	I bits = (I)x;
	I e = bits >> 23 & 7;
	V m = (V)((bits & 0x7fffff) | 0x3f800000);
	V c0 = v_pick_octaves(octaves[0], e), c1 = v_pick_octaves(octaves[1], e);
	V c2 = v_pick_octaves(octaves[2], e), c3 = v_pick_octaves(octaves[3], e);
	return ((c3 * m + c2) * m + c1) * m + c0;
}

static inline void v_quad8(V quad[4], const uint32_t *a, const uint32_t *b)
{
	quad[0] = v_load(a);
	quad[1] = v_load(a + 1);
	quad[2] = v_load(b);
	quad[3] = v_load(b + 1);
}

static inline V v_texel16(const uint16_t *p)
{
	return (V){(float)p[0], (float)p[1], (float)p[2], (float)p[3]};
}

static inline void v_quad16(V quad[4], const uint16_t *a, const uint16_t *b)
{
	quad[0] = v_texel16(a);
	quad[1] = v_texel16(a + 4);
	quad[2] = v_texel16(b);
	quad[3] = v_texel16(b + 4);
}

static inline void v_sum(float *out, const V quad[4])
{
	v_put_light(out, (quad[0] + quad[2]) + (quad[1] + quad[3]));
}

static inline V v_words(const uint16_t *p)
{
	return v_texel16(p);
}

static inline int16_t toward(int16_t from, int16_t to, int16_t part)
{
	return (int16_t)(from + (((int16_t)(to - from) * part + 0x4000) >> 15));
}

/* Texels in pairs: two rows of one level, two of the other. */
static inline void v_tap(uint16_t *out, const uint16_t *a0, const uint16_t *a1,
	const uint16_t *b0, const uint16_t *b1, uint64_t parts, int16_t part)
{
	const uint16_t *rows[2][2] = {{a0, a1}, {b0, b1}};
	for (int c = 0; c < 4; c++) {
		int16_t level[2];
		for (int k = 0; k < 2; k++) {
			int16_t x = (int16_t)(parts >> (32 * k) & 0x7fff);
			int16_t y = (int16_t)(parts >> (32 * k + 16) & 0x7fff);
			const uint16_t *up = rows[k][0] + c, *low = rows[k][1] + c;
			int16_t left = toward((int16_t)up[0], (int16_t)low[0], y);
			int16_t right = toward((int16_t)up[4], (int16_t)low[4], y);
			level[k] = toward(left, right, x);
		}
		out[c] = (uint16_t)toward(level[0], level[1], part);
	}
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
