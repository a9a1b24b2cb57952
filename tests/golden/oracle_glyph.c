#include "oracle.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include FT_COLOR_H

#define CURVE_ERROR 1e-4 /* px */

static FT_Library library;

struct font font_open(const uint8_t *bytes, size_t size, long index, unsigned line)
{
	FT_Face face;
	if (!library && FT_Init_FreeType(&library))
		oracle_fail(line, "no FreeType");
	if (FT_New_Memory_Face(library, bytes, (FT_Long)size, index, &face))
		oracle_fail(line, "FreeType does not take the font");
	return (struct font){face};
}

void fonts_close(void)
{
	FT_Done_FreeType(library);
	library = NULL;
}

struct walk {
	struct edges *out;
	struct affine t; /* from font units, y up */
	struct polyline line;
	struct point pen;
};

static struct point to_device(const struct walk *w, const FT_Vector *v)
{
	return affine_apply(&w->t, (struct point){(double)v->x, (double)v->y});
}

static int move_to(const FT_Vector *to, void *data)
{
	struct walk *w = data;
	edges_polygon(w->out, &w->line);
	w->line.n = 0;
	polyline_add(&w->line, w->pen = to_device(w, to));
	return 0;
}

static int curve(
	struct walk *w, const FT_Vector *a, const FT_Vector *b, const FT_Vector *c)
{
	struct point p[4] = {w->pen, to_device(w, a)};
	int n = 1;
	if (b)
		p[++n] = to_device(w, b);
	if (c)
		p[++n] = to_device(w, c);
	int steps = bezier_steps(p, n, CURVE_ERROR);
	for (int i = 1; i <= steps; i++)
		polyline_add(&w->line, bezier_at(p, n, (double)i / steps));
	w->pen = p[n];
	return 0;
}

static int line_to(const FT_Vector *to, void *data)
{
	return curve(data, to, NULL, NULL);
}

static int quad_to(const FT_Vector *a, const FT_Vector *to, void *data)
{
	return curve(data, a, to, NULL);
}

static int cubic_to(
	const FT_Vector *a, const FT_Vector *b, const FT_Vector *to, void *data)
{
	return curve(data, a, b, to);
}

static bool color_layer(FT_Face face, uint32_t glyph, unsigned n, FT_UInt *layer_glyph,
	struct glyph_layer *layer, bool *colored)
{
	FT_LayerIterator at = {0};
	FT_UInt index;
	FT_Color *palette;
	*colored = false;
	for (unsigned i = 0;
		FT_Get_Color_Glyph_Layer(face, glyph, layer_glyph, &index, &at); i++) {
		*colored = true;
		if (i < n)
			continue;
		layer->own = index != 0xffff;
		if (layer->own && !FT_Palette_Select(face, 0, &palette))
			layer->color = (uint32_t)palette[index].red << 24 |
				       (uint32_t)palette[index].green << 16 |
				       (uint32_t)palette[index].blue << 8 |
				       palette[index].alpha;
		return true;
	}
	return false;
}

bool glyph_layer(const struct font *font, uint32_t glyph, unsigned n,
	const struct affine *t, struct edges *out, struct glyph_layer *layer)
{
	static const FT_Outline_Funcs funcs = {move_to, line_to, quad_to, cubic_to, 0, 0};
	FT_Face face = font->face;
	FT_UInt id = glyph;
	bool colored;
	*layer = (struct glyph_layer){0};
	if (!color_layer(face, glyph, n, &id, layer, &colored) && (colored || n > 0))
		return false;
	if (!colored)
		id = glyph;
	double em = 1.0 / face->units_per_EM;
	struct affine up = {.sx = em, .sy = -em};
	struct walk w = {.out = out, .t = affine_times(t, &up)};
	if (FT_Load_Glyph(face, id, FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING))
		return false;
	FT_Outline_Decompose(&face->glyph->outline, &funcs, &w);
	edges_polygon(out, &w.line);
	return true;
}
