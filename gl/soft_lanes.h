/*
 * soft_lanes: the text of the kernels. The file that includes it says what a vector is:
 * LANES floats, LANES / 4 pixels, and the few operations that differ between CPUs.
 * Nothing contracts to fused operations, so that the results are the same bits.
 *
 * Encoding: within [2^e, 2^(e+1)) a cubic of the mantissa, e from -8 to -1; below, the
 * sRGB line and the chord that follows it. Decoding: one quintic, and the line. Fitted to
 * IEC 61966-2-1 for the least greatest error: 0.02 and 0.012 of a byte.
 */
#define PIXELS     (LANES / 4)
#define PARTS      (16 / LANES)

#define ALMOST_ONE 0x1.fffffep-1f
#define CHUNK      256

static inline V clamp01(V x)
{
	return v_min(v_max(x, v_set(0)), v_set(1));
}

static inline V decode(V bytes)
{
	V c = bytes * v_set(1.0f / 255);
	V p = v_set(0.0855958701f);
	p = p * c + v_set(-0.303308296f);
	p = p * c + v_set(0.663705556f);
	p = p * c + v_set(0.520614995f);
	p = p * c + v_set(0.0325721279f);
	p = p * c + v_set(0.000924211569f);
	p = v_less(bytes, v_set(10.5f), c * v_set(1 / 12.92f), p);
	return v_mix_alpha(p, c);
}

/* Gives bytes plus one half, to be cut. */
static inline V encode(V x)
{
	x = v_min(v_max(x, v_set(0)), v_set(ALMOST_ONE));
	V low = v_min(x * v_set(3294.6f), x * v_set(3030.3f) + v_set(0.82794f));
	V rgb = v_less(x, v_set(0x1p-8f), low, v_octave(x));
	return v_mix_alpha(rgb, x * v_set(255)) + v_set(0.5f);
}

static inline V over(V s, V d)
{
	return s + d * (v_set(1) - v_alpha(s));
}

static inline size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* In vectors, the first and the last one over what others fill too. */
static void fill(uint32_t *dst, size_t n, uint32_t pixel)
{
	typedef uint32_t P __attribute__((vector_size(4 * LANES)));
	const P block = (P){0} + pixel;
	if (n < LANES) {
		for (size_t i = 0; i < n; i++)
			dst[i] = pixel;
		return;
	}
	memcpy(dst, &block, sizeof block);
	size_t i = LANES - ((uintptr_t)dst / sizeof *dst & (LANES - 1));
	for (; i + 4 * LANES <= n; i += 4 * LANES) {
		memcpy(dst + i, &block, sizeof block);
		memcpy(dst + i + LANES, &block, sizeof block);
		memcpy(dst + i + 2 * LANES, &block, sizeof block);
		memcpy(dst + i + 3 * LANES, &block, sizeof block);
	}
	for (; i + LANES <= n; i += LANES)
		memcpy(dst + i, &block, sizeof block);
	memcpy(dst + n - LANES, &block, sizeof block);
}

/* Neighbours are often alike: what was under the last ones is not blended again. */
static void solid(uint32_t *dst, size_t n, const float color[4])
{
	V s = v_repeat(color), keep = v_set(1) - v_alpha(s);
	uint32_t was[PIXELS] = {0}, is[PIXELS];
	bool known = false;
	size_t i = 0;
	for (; i + PIXELS <= n; i += PIXELS) {
		if (!known || memcmp(was, dst + i, sizeof was) != 0) {
			memcpy(was, dst + i, sizeof was);
			v_store(is, encode(s + decode(v_load(was)) * keep));
			known = true;
		}
		memcpy(dst + i, is, sizeof is);
	}
	if (i < n)
		v_store_some(dst + i,
			encode(s + decode(v_load_some(dst + i, n - i)) * keep), n - i);
}

static void solid_cover(
	uint32_t *dst, size_t n, const float color[4], const uint16_t *cover)
{
	V s = v_repeat(color) * v_set(1.0f / 65535);
	size_t i = 0;
	for (; i + PIXELS <= n; i += PIXELS) {
		V k = v_cover(cover + i);
		v_store(dst + i, encode(over(s * k, decode(v_load(dst + i)))));
	}
	if (i < n) {
		V k = v_cover_some(cover + i, n - i);
		V d = decode(v_load_some(dst + i, n - i));
		v_store_some(dst + i, encode(over(s * k, d)), n - i);
	}
}

/* Coverage of 255. */
static inline uint8_t eighth(uint16_t cover)
{
	return (uint8_t)((cover - (cover >> 8) + 128) >> 8);
}

#ifdef SHADE
/* Those of at most 16 pixels that have a bit: not opaque, or darker than SHADE_LEAST. */
static void shade_dark(uint32_t *dst, unsigned dark, const struct kernel_shade *s,
	const uint8_t cover[16])
{
	unsigned from = (unsigned)__builtin_ctz(dark),
		 to = 32 - (unsigned)__builtin_clz(dark);
	size_t n = to - from;
	uint32_t pixels[16];
	uint16_t full[16];
	for (unsigned i = 0; i < 16; i++)
		full[i] = (uint16_t)(cover[i] * 257);
	if (dark >> from == (1u << n) - 1) {
		solid_cover(dst + from, n, s->color, full + from);
		return;
	}
	memcpy(pixels + from, dst + from, n * sizeof *dst);
	solid_cover(pixels + from, n, s->color, full + from);
	for (; dark; dark &= dark - 1) {
		unsigned i = (unsigned)__builtin_ctz(dark);
		dst[i] = pixels[i];
	}
}
#else
#define SHADE shade
static inline uint32_t shade_byte(uint32_t byte, uint32_t power)
{
	uint32_t x = (byte * 128 + SHADE_OFFSET) * power >> 16;
	return (x - (SHADE_OFFSET - SHADE_HALF)) >> 7;
}

static void shade_pixel(uint32_t *dst, const struct kernel_shade *s, uint8_t cover)
{
	uint32_t r = *dst & 255, g = *dst >> 8 & 255, b = *dst >> 16 & 255;
	uint32_t power = s->power[cover];
	const uint16_t full = (uint16_t)(cover * 257);
	if (*dst >> 24 != 255 || r < SHADE_LEAST || g < SHADE_LEAST || b < SHADE_LEAST)
		solid_cover(dst, 1, s->color, &full);
	else
		*dst = shade_byte(r, power) | shade_byte(g, power) << 8 |
		       shade_byte(b, power) << 16 | 0xff000000u;
}

/* Neighbours are often alike: four of the last one's colour, then one by one. */
static void shade_flat(
	uint32_t *dst, size_t n, const struct kernel_shade *s, uint8_t cover)
{
	uint32_t was[4] = {0}, is[4] = {0};
	bool known = false;
	for (size_t i = 0; i < n;) {
		if (known && i + 4 <= n && memcmp(was, dst + i, sizeof was) == 0) {
			memcpy(dst + i, is, sizeof is);
			i += 4;
			continue;
		}
		if (!known || dst[i] != was[0]) {
			uint32_t made = dst[i];
			shade_pixel(&made, s, cover);
			for (int k = 0; k < 4; k++)
				was[k] = dst[i], is[k] = made;
			known = true;
		}
		dst[i++] = is[0];
	}
}

static void shade(uint32_t *dst, size_t n, const struct kernel_shade *s,
	const uint16_t *cover, uint16_t value)
{
	uint32_t was = 0, is = 0;
	int at = -1;
	if (!cover) {
		shade_flat(dst, n, s, eighth(value));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint8_t c = eighth(cover[i]);
		if (c != at || dst[i] != was) {
			was = is = dst[i];
			at = c;
			shade_pixel(&is, s, c);
		}
		dst[i] = is;
	}
}
#endif

static inline V factor(const uint16_t *cover, size_t i, size_t n, float k)
{
	if (!cover)
		return v_set(k);
	V c = n < PIXELS ? v_cover_some(cover + i, n) : v_cover(cover + i);
	return c * v_set(k / 65535);
}

static void over_row(
	uint32_t *dst, size_t n, const float *light, const uint16_t *cover, float k)
{
	for (size_t i = 0; i < n; i += PIXELS) {
		size_t m = least(PIXELS, n - i);
		V s = v_light(light + 4 * i) * factor(cover, i, m, k);
		v_store_some(
			dst + i, encode(over(s, decode(v_load_some(dst + i, m)))), m);
	}
}

/* OPS.md, "Blend modes". */
static inline V mix(V s, V d, unsigned mode)
{
	V sa = v_alpha(s), da = v_alpha(d), one = v_set(1);
	switch (mode) {
	case BLEND_CLEAR:
		return v_set(0);
	case BLEND_SOURCE:
		return s;
	case BLEND_IN:
		return s * da;
	case BLEND_OUT:
		return s * (one - da);
	case BLEND_ATOP:
		return s * da + d * (one - sa);
	case BLEND_DEST:
		return d;
	case BLEND_DEST_OVER:
		return d + s * (one - da);
	case BLEND_DEST_IN:
		return d * sa;
	case BLEND_DEST_OUT:
		return d * (one - sa);
	case BLEND_DEST_ATOP:
		return d * sa + s * (one - da);
	case BLEND_XOR:
		return s * (one - da) + d * (one - sa);
	case BLEND_PLUS:
		return v_min(s + d, one);
	case BLEND_MULTIPLY:
		return s * d + s * (one - da) + d * (one - sa);
	case BLEND_SCREEN:
		return s + d - s * d;
	default:
		return over(s, d);
	}
}

static void blend_row(uint32_t *dst, size_t n, const float *light, const uint16_t *cover,
	float k, unsigned mode)
{
	for (size_t i = 0; i < n; i += PIXELS) {
		size_t m = least(PIXELS, n - i);
		V c = factor(cover, i, m, k), s = v_light(light + 4 * i);
		V d = decode(v_load_some(dst + i, m));
		V both = (v_set(1) - c) * d + c * mix(s, d, mode);
		v_store_some(dst + i, encode(both), m);
	}
}

static void store_row(uint32_t *dst, size_t n, const float *light)
{
	for (size_t i = 0; i < n; i += PIXELS)
		v_store_some(
			dst + i, encode(v_light(light + 4 * i)), least(PIXELS, n - i));
}

static void load_row(float *light, size_t n, const uint32_t *src)
{
	for (size_t i = 0; i < n; i += PIXELS)
		v_put_light(light + 4 * i,
			decode(v_load_some(src + i, least(PIXELS, n - i))));
}

/* gradients */

static inline V spread(V t, unsigned how)
{
	if (how == SPREAD_REPEAT)
		return t - v_floor(t);
	if (how == SPREAD_REFLECT) {
		V half = t * v_set(0.5f);
		V u = (half - v_floor(half)) * v_set(2);
		return v_min(u, v_set(2) - u);
	}
	return t;
}

/*
 * The greater root of |p - t c| = r0 + t, where c's length is below 1. Without one: 0. An
 * offset within the circle, so that a < 0 and the radius at the greater root is positive.
 */
static inline V radial(const struct kernel_line *l, V i)
{
	float a = (float)(l->cx * l->cx + l->cy * l->cy - 1);
	V x = v_set((float)l->px) + i * v_set((float)l->dx);
	V y = v_set((float)l->py) + i * v_set((float)l->dy);
	V b = x * v_set((float)l->cx) + y * v_set((float)l->cy) + v_set((float)l->r0);
	V c = x * x + y * y - v_set((float)(l->r0 * l->r0));
	V root = b * b - v_set(a) * c;
	V t = (b - v_sqrt(v_max(root, v_set(0)))) * v_set(1 / a);
	return v_less(root, v_set(0), v_set(0), t);
}

static void places(float *t, size_t n, size_t from, const struct kernel_line *l)
{
	for (size_t k = 0; k < n; k += LANES) {
		V i = v_count() + v_set((float)(from + k));
		V at = v_set((float)l->t) + i * v_set((float)l->dt);
		if (l->radial)
			at = radial(l, i);
		v_put_light(t + k, spread(at, l->spread));
	}
}

static inline V color_at(const struct kernel_ramp *ramp, V t)
{
	V color = v_repeat(ramp->first);
	for (int k = 0; k < ramp->n; k++) {
		const struct kernel_segment *g = &ramp->segments[k];
		V part = (t - v_set(g->at)) * v_set(g->inverse) + v_set(g->bias);
		color += clamp01(part) * v_repeat(g->delta);
	}
	return color;
}

static void gradient(float *light, size_t n, const struct kernel_ramp *ramp,
	const struct kernel_line *line, size_t first)
{
	float t[CHUNK + 16];
	for (size_t from = 0; from < n; from += CHUNK) {
		size_t m = least(CHUNK, n - from);
		places(t, m, first + from, line);
		for (size_t i = 0; i < m; i += PIXELS)
			v_put_light(
				light + 4 * (from + i), color_at(ramp, v_expand(t + i)));
	}
}

/* images */

static inline int32_t within(int64_t x, int32_t first, int32_t last)
{
	return x < first ? first : x > last ? last : (int32_t)x;
}

/* Of the four texels, in lanes: (x0,y0) (x1,y0) (x0,y1) (x1,y1). */
static const float quad_x[2][16] = {
	{1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0},
	{-1, -1, -1, -1, 1, 1, 1, 1, -1, -1, -1, -1, 1, 1, 1, 1},
};
static const float quad_y[2][16] = {
	{1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
	{-1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1, 1},
};

static inline void texels(
	const struct kernel_level *l, int64_t x, int64_t y, V quad[PARTS])
{
	int32_t xa = within(x, l->x0, l->x1), xb = within(x + 1, l->x0, l->x1);
	size_t a = (size_t)within(y, l->y0, l->y1) * (size_t)l->width;
	size_t b = (size_t)within(y + 1, l->y0, l->y1) * (size_t)l->width;
	size_t left = (size_t)xa, right = (size_t)xb;
	if (l->bytes) {
		const uint32_t *p = l->bytes;
		if (xb == xa + 1) {
			v_quad8(quad, p + a + left, p + b + left);
		} else {
			const uint32_t edge[4] = {
				p[a + left], p[a + right], p[b + left], p[b + right]};
			v_quad8(quad, edge, edge + 2);
		}
		for (int i = 0; i < PARTS; i++)
			quad[i] = decode(quad[i]);
		return;
	}
	const uint16_t *p = l->light;
	if (xb == xa + 1) {
		v_quad16(quad, p + 4 * (a + left), p + 4 * (b + left));
	} else {
		uint16_t edge[16];
		memcpy(edge, p + 4 * (a + left), 8);
		memcpy(edge + 4, p + 4 * (a + right), 8);
		memcpy(edge + 8, p + 4 * (b + left), 8);
		memcpy(edge + 12, p + 4 * (b + right), 8);
		v_quad16(quad, edge, edge + 8);
	}
}

static inline void sample_level(
	const struct kernel_level *l, int64_t u, int64_t v, V sum[PARTS])
{
	V quad[PARTS];
	u = (u >> l->shift) - ((int64_t)1 << 31);
	v = (v >> l->shift) - ((int64_t)1 << 31);
	V fx = v_set((float)((uint32_t)u >> 8) * 0x1p-24f);
	V fy = v_set((float)((uint32_t)v >> 8) * 0x1p-24f);
	V scale = v_set(l->bytes ? l->weight : l->weight / LIGHT_FULL);
	texels(l, u >> 32, v >> 32, quad);
	for (int i = 0; i < PARTS; i++) {
		V x = v_light(quad_x[0] + i * LANES) +
		      fx * v_light(quad_x[1] + i * LANES);
		V y = v_light(quad_y[0] + i * LANES) +
		      fy * v_light(quad_y[1] + i * LANES);
		sum[i] += quad[i] * (x * y * scale);
	}
}

static void sample_any(
	float *light, size_t n, const struct kernel_sampler *s, int64_t u, int64_t v)
{
	for (size_t i = 0; i < n; i++, u += s->du, v += s->dv) {
		V sum[PARTS];
		for (int k = 0; k < PARTS; k++)
			sum[k] = v_set(0);
		for (int k = 0; k < s->n; k++)
			sample_level(&s->levels[k], u, v, sum);
		v_sum(light + 4 * i, sum);
	}
}

/*
 * Two levels of light in 16-bit integers. taps: of each pixel and level, the first texel of
 * the upper row, and the parts in x and y, 15 bits each.
 */
#define TAPS 8
typedef uint64_t W __attribute__((vector_size(8 * TAPS)));
struct taps {
	int64_t at[2][TAPS];
	uint64_t parts[TAPS]; /* x y of the first, x y of the second */
};

#define W_SET(x) ((W){x, x, x, x, x, x, x, x})

/* at is right where nothing is negative, as within the image; parts are everywhere. */
static inline void find_taps(
	struct taps *taps, const struct kernel_sampler *s, int64_t u, int64_t v)
{
	const W count = {0, 1, 2, 3, 4, 5, 6, 7};
	W us = (uint64_t)u + count * (uint64_t)s->du;
	W vs = (uint64_t)v + count * (uint64_t)s->dv;
	W parts = {0};
	for (int k = 0; k < 2; k++) {
		const struct kernel_level *l = &s->levels[k];
		W x = (us >> l->shift) - ((uint64_t)1 << 31);
		W y = (vs >> l->shift) - ((uint64_t)1 << 31);
		W at = (y >> 32) * (uint64_t)l->width + (x >> 32);
		parts |= ((x >> 17 & 0x7fff) | (y >> 17 & 0x7fff) << 16) << (32 * k);
		memcpy(taps->at[k], &at, sizeof at);
	}
	memcpy(taps->parts, &parts, sizeof parts);
}

/* From the first pixel to the last one, both texels of every row and column are there. */
static inline bool inside(
	const struct kernel_level *l, const int64_t u[2], const int64_t v[2])
{
	for (int i = 0; i < 2; i++) {
		int64_t x = ((u[i] >> l->shift) - ((int64_t)1 << 31)) >> 32;
		int64_t y = ((v[i] >> l->shift) - ((int64_t)1 << 31)) >> 32;
		if (x < l->x0 || x >= l->x1 || y < l->y0 || y >= l->y1)
			return false;
	}
	return true;
}

static inline void edge_quad(
	const struct kernel_level *l, int64_t u, int64_t v, uint16_t quad[16])
{
	int64_t x = ((u >> l->shift) - ((int64_t)1 << 31)) >> 32;
	int64_t y = ((v >> l->shift) - ((int64_t)1 << 31)) >> 32;
	for (int i = 0; i < 4; i++) {
		size_t column = (size_t)within(x + i % 2, l->x0, l->x1);
		size_t row = (size_t)within(y + i / 2, l->y0, l->y1);
		memcpy(quad + 4 * i, l->light + 4 * (row * (size_t)l->width + column), 8);
	}
}

/* The place may be outside the image. */
static inline void fetch_ahead(const uint16_t *p, size_t words)
{
	__builtin_prefetch((const void *)((uintptr_t)p + words * sizeof *p));
}

static void sample_taps(
	uint16_t *out, size_t n, const struct kernel_sampler *s, int64_t u, int64_t v)
{
	const struct kernel_level *a = &s->levels[0], *b = &s->levels[1];
	const int64_t us[2] = {u, u + s->du * (int64_t)(n - 1)};
	const int64_t vs[2] = {v, v + s->dv * (int64_t)(n - 1)};
	int16_t part = (int16_t)(b->weight * LIGHT_FULL + 0.5f);
	struct taps taps;
	if (inside(a, us, vs) && inside(b, us, vs)) {
		size_t row_a = 4 * (size_t)a->width, row_b = 4 * (size_t)b->width;
		find_taps(&taps, s, u, v);
		for (size_t i = 0; i < n; i++) {
			const uint16_t *p = a->light + 4 * taps.at[0][i];
			const uint16_t *q = b->light + 4 * taps.at[1][i];
			fetch_ahead(p, row_a + (size_t)(4 * a->ahead));
			v_tap(out + 4 * i, p, p + row_a, q, q + row_b, taps.parts[i],
				part);
		}
		return;
	}
	for (size_t i = 0; i < n; i++, u += s->du, v += s->dv) {
		uint16_t p[16], q[16];
		if (i % TAPS == 0)
			find_taps(&taps, s, u, v);
		edge_quad(a, u, v, p);
		edge_quad(b, u, v, q);
		v_tap(out + 4 * i, p, p + 8, q, q + 8, taps.parts[i], part);
	}
}

static void sample(
	float *light, size_t n, const struct kernel_sampler *s, int64_t u, int64_t v)
{
	uint16_t row[4 * (TAPS + LIGHT_PAD)];
	if (s->levels[0].bytes) {
		sample_any(light, n, s, u, v);
		return;
	}
	for (size_t i = 0; i < n; i += TAPS) {
		size_t m = least(TAPS, n - i);
		sample_taps(row, m, s, u, v);
		for (size_t k = 0; k < 4 * m; k += LANES)
			v_put_light(light + 4 * i + k,
				v_words(row + k) * v_set(1.0f / LIGHT_FULL));
		u += s->du * TAPS;
		v += s->dv * TAPS;
	}
}

/* glyphs */

static void glyph_row(uint32_t *dst, const uint8_t *bytes, size_t n, const float *color)
{
	uint16_t cover[CHUNK];
	for (size_t from = 0; from < n; from += CHUNK) {
		size_t m = least(CHUNK, n - from);
		for (size_t i = 0; i < m; i++)
			cover[i] = (uint16_t)(bytes[from + i] * 257);
		solid_cover(dst + from, m, color, cover);
	}
}

static void glyph(uint32_t *dst, int32_t stride, const struct kernel_glyph *g)
{
	const uint8_t *cover = g->cover;
	size_t n = (size_t)g->width;
	for (int32_t y = 0; y < g->height; y++, dst += stride, cover += g->pitch)
		for (size_t x = 0; x < n; x += GLYPH_STEP) {
			size_t m = least(GLYPH_STEP, n - x);
			if (!g->table || !v_glyph(dst + x, cover + x, m, g->table))
				glyph_row(dst + x, cover + x, m, g->color);
		}
}

const struct soft_kernels KERNELS = {
	.fill = fill,
	.solid = solid,
	.solid_cover = solid_cover,
	.shade = SHADE,
	.over = over_row,
	.blend = blend_row,
	.store = store_row,
	.load = load_row,
	.gradient = gradient,
	.sample = sample,
	.glyph = GLYPH,
};
