#include <errno.h>
#include <fribidi.h>

#include "gl/text_private.h"

struct scratch {
	FriBidiChar *chars;
	FriBidiCharType *types;
	FriBidiBracketType *brackets;
	FriBidiLevel *levels;
};

static bool get_scratch(struct gl_text *text, size_t n, struct scratch *s)
{
	s->chars = text_array_room(&text->scratch[0], n, sizeof *s->chars);
	s->types = text_array_room(&text->scratch[1], n, sizeof *s->types);
	s->brackets = text_array_room(&text->scratch[2], n, sizeof *s->brackets);
	s->levels = text_array_room(&text->scratch[3], n, sizeof *s->levels);
	return s->chars && s->types && s->brackets && s->levels;
}

/* P2 and P3; a paragraph without a strong letter goes as the one before it. */
static FriBidiParType base_of(
	const struct gl_text *text, const struct scratch *s, int n, bool before)
{
	if (text->request->base == GL_TEXT_LTR)
		return FRIBIDI_PAR_LTR;
	if (text->request->base == GL_TEXT_RTL)
		return FRIBIDI_PAR_RTL;
	FriBidiParType found = fribidi_get_par_direction(s->types, n);
	if (found == FRIBIDI_PAR_ON)
		return before ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR;
	return found;
}

int text_bidi(struct gl_text *text, struct text_para *para, bool before)
{
	struct scratch s;
	struct text_char *chars = text->chars + para->start;
	int n = (int)(para->end - para->start);
	if (!get_scratch(text, (size_t)n + 1, &s))
		return -ENOMEM;
	for (int i = 0; i < n; i++)
		s.chars[i] = chars[i].c;
	fribidi_get_bidi_types(s.chars, n, s.types);
	fribidi_get_bracket_types(s.chars, n, s.types, s.brackets);
	FriBidiParType base = base_of(text, &s, n, before);
	para->rtl = FRIBIDI_IS_RTL(base);
	if (n > 0 && fribidi_get_par_embedding_levels_ex(
			     s.types, s.brackets, n, &base, s.levels) == 0)
		return -ENOMEM;
	for (int i = 0; i < n; i++)
		chars[i].level = (uint8_t)s.levels[i];
	return 0;
}
