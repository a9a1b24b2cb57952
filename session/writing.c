#include "session/writing.h"

#include <stdio.h>
#include <stdlib.h>

#include "gl/font.h"
#include "gl/text.h"
#include "session/op_stream.h"
#include "util/xalloc.h"

#define CAP 0.7f /* of a font that does not say */

struct writing {
	struct gl_fonts *fonts; /* borrowed */
	struct gl_text *text;
};

struct writing *writing_open(struct gl_fonts *fonts, char *why, size_t why_size)
{
	struct gl_text *text = fonts ? gl_text_create(fonts) : NULL;
	if (!text) {
		snprintf(why, why_size, "%s",
			fonts ? "a library for text is missing, see the log"
			      : "there is no font: install fonts-dejavu-core");
		return NULL;
	}
	struct writing *writing = xcalloc(1, sizeof *writing);
	*writing = (struct writing){.fonts = fonts, .text = text};
	return writing;
}

void writing_close(struct writing *writing)
{
	if (!writing)
		return;
	gl_text_destroy(writing->text);
	free(writing);
}

static struct gl_font_query query_of(enum writing_weight weight)
{
	return (struct gl_font_query){
		.families = "sans-serif",
		.weight = weight == WRITING_BOLD ? 700 : 400,
	};
}

/* False: there is nothing to be seen. */
static bool lay(struct writing *writing, enum writing_weight weight, float size,
	const char *s, size_t n, struct text_layout *layout)
{
	n = n < WRITING_MAX ? n : WRITING_MAX;
	const struct gl_text_run run = {
		.end = (uint32_t)n, .font = query_of(weight), .size = size};
	const struct gl_text_request request = {
		.text = s,
		.size = n,
		.runs = &run,
		.run_count = 1,
		.align = GL_TEXT_LEFT,
		.width = -1,
		.max_lines = 1,
	};
	const void *block;
	size_t bytes;
	char why[128];
	return n > 0 &&
	       gl_text_lay(writing->text, &request, &block, &bytes, why, sizeof why) ==
		       0 &&
	       text_layout_open(layout, block, bytes);
}

float writing_cap(struct writing *writing, enum writing_weight weight)
{
	const struct gl_font_query query = query_of(weight);
	uint32_t font;
	if (gl_font_match(writing->fonts, &query, &font) < 0)
		return CAP;
	FT_Face face = gl_font_face(writing->fonts, font);
	if (!face || FT_Load_Char(face, 'H', FT_LOAD_NO_SCALE) != 0)
		return CAP;
	return (float)face->glyph->metrics.horiBearingY / (float)face->units_per_EM;
}

float writing_width(struct writing *writing, enum writing_weight weight, float size,
	const char *s, size_t n)
{
	struct text_layout layout;
	return lay(writing, weight, size, s, n, &layout) ? layout.head->width : 0;
}

void writing_put(struct writing *writing, enum writing_weight weight, float size, float x,
	float y, const char *s, size_t n, struct op_stream *out)
{
	struct text_layout layout;
	if (!lay(writing, weight, size, s, n, &layout))
		return;
	const struct text_line *line = &layout.lines[0];
	for (uint32_t i = 0; i < line->runs; i++) {
		const struct text_run *run = &layout.runs[line->first_run + i];
		op_stream_glyphs(out, run->font, run->size,
			&layout.glyphs[run->first_glyph], run->glyphs, x,
			y - line->baseline);
	}
}
