#include "session/text_path.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include "session/op_stream.h"
#include "util/xalloc.h"

#define REPLACEMENT 0xfffd
/* Of one glyph: a font could hold anything. */
#define GLYPH_POINTS_MAX 4096

struct text_path {
	FT_Library library;
	FT_Face faces[TEXT_WEIGHTS]; /* the bold one may be the regular one again */
};

/* Fonts. */

static FcPattern *match(FcConfig *config, enum text_weight weight)
{
	FcResult result;
	FcPattern *pattern = FcNameParse((const FcChar8 *)"sans-serif");
	if (!pattern)
		return NULL;
	FcPatternAddInteger(pattern, FC_WEIGHT,
		weight == TEXT_BOLD ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
	FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
	FcConfigSubstitute(config, pattern, FcMatchPattern);
	FcDefaultSubstitute(pattern);
	FcPattern *found = FcFontMatch(config, pattern, &result);
	FcPatternDestroy(pattern);
	return found;
}

static FT_Face open_face(FT_Library library, FcConfig *config, enum text_weight weight)
{
	FT_Face face = NULL;
	FcChar8 *file;
	int index = 0;
	FcPattern *found = match(config, weight);
	if (found && FcPatternGetString(found, FC_FILE, 0, &file) == FcResultMatch) {
		FcPatternGetInteger(found, FC_INDEX, 0, &index);
		if (FT_New_Face(library, (const char *)file, index, &face) != 0)
			face = NULL;
	}
	if (found)
		FcPatternDestroy(found);
	if (face && (!FT_IS_SCALABLE(face) || face->units_per_EM == 0)) {
		FT_Done_Face(face);
		return NULL;
	}
	return face;
}

struct text_path *text_path_open(char *why, size_t why_size)
{
	struct text_path *text = xcalloc(1, sizeof *text);
	FcConfig *config = FcInitLoadConfigAndFonts();
	if (config && FT_Init_FreeType(&text->library) == 0) {
		for (int i = 0; i < TEXT_WEIGHTS; i++)
			text->faces[i] =
				open_face(text->library, config, (enum text_weight)i);
	}
	if (config)
		FcConfigDestroy(config);
	if (text->faces[TEXT_REGULAR])
		return text;
	snprintf(why, why_size, "there is no font: install fonts-dejavu-core");
	text_path_close(text);
	return NULL;
}

void text_path_close(struct text_path *text)
{
	if (!text)
		return;
	if (text->library)
		FT_Done_FreeType(text->library);
	FcFini();
	free(text);
}

static FT_Face face_of(struct text_path *text, enum text_weight weight)
{
	return text->faces[weight] ? text->faces[weight] : text->faces[TEXT_REGULAR];
}

/* Characters. */

/* One character from s, at least one byte. */
static size_t decode(const char *s, size_t n, FT_ULong *c)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *u = (const unsigned char *)s;
	size_t len = u[0] < 0x80 ? 1 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	*c = REPLACEMENT;
	if (len == 1) {
		*c = u[0] < ' ' || u[0] == 0x7f ? REPLACEMENT : u[0];
		return 1;
	}
	if (u[0] < 0xc2 || u[0] > 0xf4 || len > n)
		return 1;
	uint32_t v = u[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (u[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return 1;
	*c = v;
	return len;
}

/* Walks the glyphs; x is where the next one goes, in font units. */
struct walk {
	FT_Face face;
	const char *s;
	size_t n;
	FT_UInt last;
	FT_Pos x;
};

static struct walk walk_begin(FT_Face face, const char *s, size_t n)
{
	return (struct walk){
		.face = face, .s = s, .n = n < TEXT_PATH_MAX ? n : TEXT_PATH_MAX};
}

/* Loads the next glyph and says where it goes. */
static bool walk_next(struct walk *walk, FT_Pos *at)
{
	FT_ULong c;
	FT_Vector kern = {0};
	for (;;) {
		if (walk->n == 0)
			return false;
		size_t len = decode(walk->s, walk->n, &c);
		walk->s += len;
		walk->n -= len;
		FT_UInt glyph = FT_Get_Char_Index(walk->face, c);
		if (walk->last && FT_HAS_KERNING(walk->face))
			FT_Get_Kerning(walk->face, walk->last, glyph, FT_KERNING_UNSCALED,
				&kern);
		walk->last = glyph;
		if (FT_Load_Glyph(walk->face, glyph, FT_LOAD_NO_SCALE) == 0)
			break;
	}
	*at = walk->x + kern.x;
	walk->x = *at + walk->face->glyph->metrics.horiAdvance;
	return true;
}

float text_path_cap(struct text_path *text, enum text_weight weight)
{
	FT_Face face = face_of(text, weight);
	if (FT_Load_Char(face, 'H', FT_LOAD_NO_SCALE) != 0)
		return 0.7f;
	return (float)face->glyph->metrics.horiBearingY / (float)face->units_per_EM;
}

float text_path_width(struct text_path *text, enum text_weight weight, float size,
	const char *s, size_t n)
{
	struct walk walk = walk_begin(face_of(text, weight), s, n);
	FT_Pos at;
	while (walk_next(&walk, &at))
		continue;
	return (float)walk.x * size / (float)walk.face->units_per_EM;
}

/* Outlines. */

struct pen {
	struct op_stream *out;
	float x, y, scale;
};

static float pen_x(const struct pen *pen, const FT_Vector *p)
{
	return pen->x + (float)p->x * pen->scale;
}

static float pen_y(const struct pen *pen, const FT_Vector *p)
{
	return pen->y - (float)p->y * pen->scale;
}

static int move_to(const FT_Vector *to, void *data)
{
	struct pen *pen = data;
	op_stream_path_move(pen->out, pen_x(pen, to), pen_y(pen, to));
	return 0;
}

static int line_to(const FT_Vector *to, void *data)
{
	struct pen *pen = data;
	op_stream_path_line(pen->out, pen_x(pen, to), pen_y(pen, to));
	return 0;
}

static int conic_to(const FT_Vector *c, const FT_Vector *to, void *data)
{
	struct pen *pen = data;
	op_stream_path_quad(
		pen->out, pen_x(pen, c), pen_y(pen, c), pen_x(pen, to), pen_y(pen, to));
	return 0;
}

static int cubic_to(
	const FT_Vector *c0, const FT_Vector *c1, const FT_Vector *to, void *data)
{
	struct pen *pen = data;
	op_stream_path_cubic(pen->out, pen_x(pen, c0), pen_y(pen, c0), pen_x(pen, c1),
		pen_y(pen, c1), pen_x(pen, to), pen_y(pen, to));
	return 0;
}

void text_path_put(struct text_path *text, enum text_weight weight, float size, float x,
	float y, const char *s, size_t n, struct op_stream *out)
{
	static const FT_Outline_Funcs funcs = {.move_to = move_to,
		.line_to = line_to,
		.conic_to = conic_to,
		.cubic_to = cubic_to};
	struct walk walk = walk_begin(face_of(text, weight), s, n);
	float scale = size / (float)walk.face->units_per_EM;
	FT_Pos at;
	op_stream_path_begin(out);
	while (walk_next(&walk, &at)) {
		struct pen pen = {out, x + (float)at * scale, y, scale};
		FT_GlyphSlot glyph = walk.face->glyph;
		if (glyph->format == FT_GLYPH_FORMAT_OUTLINE &&
			glyph->outline.n_points <= GLYPH_POINTS_MAX)
			FT_Outline_Decompose(&glyph->outline, &funcs, &pen);
	}
	op_stream_path_end(out);
}
