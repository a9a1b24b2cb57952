/*
 * text against Pango: the same strings in the same fonts at several widths. Lines must
 * begin at the same bytes, glyphs be the same ones, and they, the lines' widths and the
 * carets (strong and weak) be in the same places within 1/32 px.
 *
 * The weak carets are compared where there are two: within a cluster of several letters
 * Pango's is beside the strong one even when all text goes one way.
 *
 * Pango is told to hint nothing, to round nothing and to add no hyphens; 72 dpi makes
 * its points our pixels.
 */
#include <math.h>
#include <pango/pangofc-fontmap.h>
#include <pango/pangoft2.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gl/font.h"
#include "gl/text.h"
#include "gl/text_libraries.h"

#define NEAR   (1.0 / 32)
#define GLYPHS 4096
#define SIZE   20
#define CUT    170 /* px where an ellipsis comes */

/* They are linked with. */
int text_libraries_load(void)
{
	return 0;
}

static const float widths[] = {-1, 300, 221, 170, 130, 90, 61, 25};
#define WIDTHS (sizeof widths / sizeof widths[0])

static const struct text_case {
	const char *name, *text;
	const char *families; /* NULL: "Noto Sans" */
	const char *lang;     /* NULL: "en" */
} cases[] = {
	{"latin", "The quick brown fox jumps over the lazy dog."},
	{"kerning", "AVATAR To Wave LTAY. \"Ty\" WAV"},
	{"combining marks", "e\u0301 a\u0308\u0304 n\u0303 x\u0302\u0323 q\u0307\u0323 "
			    "Z\u030c\u0331 end"},
	{"vietnamese",
		"Tiếng Việt: Người ta thường nói rằng đường dài mới biết ngựa hay."},
	{"vietnamese, decomposed",
		"Tie\u0302\u0301ng Vie\u0302\u0323t: Ngu\u031bo\u031b\u0300i ta "
		"thu\u031bo\u031b\u0300ng no\u0301i"},
	{"polish, czech, turkish",
		"Zażółć gęślą jaźń, příliš žluťoučký kůň, İstanbul ılık."},
	{"greek", "Η γρήγορη καφέ αλεπού πηδάει πάνω από το σκυλί· Ἀχιλλεύς ᾧ."},
	{"cyrillic", "Съешь же ещё этих мягких французских булок, да выпей чаю."},
	{"ligatures", "office affine efflorescence fjord waffle", "DejaVu Serif"},
	{"mono", "int main(void) { return a->b != c; }", "DejaVu Sans Mono"},
	{"arabic", "مرحبا بالعالم، هذا نص عربي طويل يمتد على عدة أسطر."},
	{"arabic with marks", "بِسْمِ اللَّهِ الرَّحْمَٰنِ الرَّحِيمِ"},
	{"arabic, lam alef", "لا إله الآن الإسلام لأن سلام"},
	{"persian", "می‌خواهم کتاب‌های فارسی را بخوانم "
		    "۱۲۳۴"},
	{"urdu", "یہ اردو زبان کا ایک جملہ ہے۔"},
	{"hebrew with numbers",
		"שלום עולם 123, מחיר 45.60 ש\"ח (כולל 17%) ביום 12/03/2024."},
	{"hebrew with points", "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם"},
	{"latin in hebrew", "אני אוהב את Linux ואת C11 מאוד, וגם HarfBuzz 6.0!"},
	{"hebrew in latin",
		"The word שלום עולם means \"hello world\" in Hebrew (עברית)."},
	{"arabic in latin", "He said \"مرحبا بك 123\" to everyone, twice."},
	{"numbers at the edges", "אבג 1 2 3 abc דהו 4 5 6"},
	{"overrides and isolates", "a \u2067אבג def\u2069 b \u202eabc\u202c c"},
	{"devanagari", "नमस्ते दुनिया, यह हिन्दी में लिखा हुआ एक लंबा वाक्य है।"},
	{"devanagari conjuncts", "क्षत्रिय ज्ञान श्री र्क "
				 "क्‍ष "
				 "त्र्य "
				 "द्ध्र "
				 "ह्म"},
	{"marathi", "मराठी भाषेतील वाक्य", NULL, "mr"},
	{"bengali", "আমার সোনার বাংলা, আমি তোমায় ভালোবাসি। ক্ষ্ণ স্ত্রী"},
	{"tamil", "தமிழ் மொழி மிகவும் பழமையானது, கௌ கொ கோ ஸ்ரீ"},
	{"telugu and kannada", "తెలుగు భాష ಕನ್ನಡ ಭಾಷೆ ಶ್ರೀ"},
	{"malayalam", "മലയാളം ഒരു ഭാഷയാണ് ക്ഷ ന്റ കൊ"},
	{"gujarati and gurmukhi", "ગુજરાતી ભાષા ਪੰਜਾਬੀ ਭਾਸ਼ਾ ਸ੍ਰੀ"},
	{"sinhala", "සිංහල භාෂාව ශ්‍රී ලංකා "
		    "ක්‍ෂ"},
	{"thai", "ภาษาไทยเป็นภาษาที่มีวรรณยุกต์และเขียนโดยไม่เว้นวรรค"},
	{"thai in latin", "Bangkok กรุงเทพมหานคร is the capital ของประเทศไทย today"},
	{"thai sara am", "น้ำ คำ ทำงาน กำลัง"},
	{"khmer", "ភាសាខ្មែរ ជាភាសា របស់ប្រទេសកម្ពុជា ស្ត្រី"},
	{"lao and burmese", "ພາສາລາວ မြန်မာဘာသာ ကျွန်တော်"},
	{"tibetan", "བོད་སྐད་ལ་སྙན་ངག་མང་པོ་ཡོད།"},
	{"georgian, armenian", "ქართული ენა Հայերեն լեզու"},
	{"ethiopic", "አማርኛ የኢትዮጵያ ቋንቋ ነው።"},
	{"chinese", "我能吞下玻璃而不伤身体。《红楼梦》是“小说”，1791年。", NULL,
		"zh-cn"},
	{"numbers behind a comma", "《红楼梦》是“小说”,1791年,共120回", NULL, "zh-cn"},
	{"japanese", "私はガラスを食べられます。「それ」は私を傷つけません。ーっゃ", NULL,
		"ja"},
	{"korean", "나는 유리를 먹을 수 있어요. 그래도 아프지 않아요."},
	{"korean, jamo", "\u1112\u1161\u11ab\u1100\u1173\u11af \u1112\u1161\u11ab"},
	{"cjk in latin", "Kanji 漢字 and kana かな in one line, 한글 too."},
	{"emoji", "smile 😀 heart ❤️ thumbs 👍 star ⭐ text ☺ end"},
	{"emoji, ZWJ", "family 👨‍👩‍👧‍👦 and 👩🏽‍💻 flag "
		       "🏳️‍🌈 "
		       "end "
		       "🧑🏿‍🤝‍🧑🏻"},
	{"emoji, skin", "👋🏻👋🏼👋🏽👋🏾👋🏿 wave ✌🏽 ☝🏾"},
	{"emoji, flags",
		"🇩🇪🇫🇷🇯🇵🇺🇸 🇧🇷 🏴󠁧󠁢󠁳󠁣󠁴󠁿 "
		"end "
		"🇪"},
	{"emoji, keycaps and selectors",
		"1️⃣ 2️⃣ #️⃣ ©️ © ❤︎ ☎️ ☎"},
	{"emoji only", "😀😃😄😁😆😅😂🤣😊😇🙂🙃"},
	{"fallback", "a ☃ b ♞ c ⌘ d ∮ e ℵ f ⠿ g 𝒳 h ꙮ i"},
	{"mathematics", "∀x∈ℝ: ⌈x⌉ = −⌊−x⌋, α ∧ ¬β = ¬(¬α ∨ β)", "DejaVu Sans"},
	{"mixed", "English עברית العربية हिन्दी 中文 ไทย 한국어 😀 ok"},
	{"tabs", "a\tbb\tccc\tdddd e\tf"},
	{"tabs in hebrew", "א\tבב\tגגג ד\tה"},
	{"long word", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamt"
		      "engesellschaft"},
	{"url", "see https://example.org/a/long/path?query=1&other=2#part-3 for more"},
	{"zero width", "ab\u200bcd\u200bef\u2060gh\u200cij\u200dkl \ufeffmn"},
	{"no-break", "10\u00a0000\u00a0km is\u00a0not to\u00a0be\u202fbroken\u2011here"},
	{"hyphens and dashes",
		"well-known mother-in-law 1990–2000 yes—no -5 a/b/c ... e.g."},
	{"quotes and brackets",
		"«guillemets» „German“ ‘single’ (parens [nested {deep}]) 100% $5.00"},
	{"paragraphs", "one\ntwo words\r\nשלום\n\n123\nlast"},
	{"line separator", "one\u2028two three\u2028four"},
	{"empty", ""},
	{"blank", " "},
};
#define CASES (sizeof cases / sizeof cases[0])

/* What differs, and why; a case here must differ. */
static const struct known {
	const char *name, *what, *why;
} known[] = {
	{"thai sara am", "at 6 a caret: 0, Pango: 1",
		"UAX #29 makes SARA AM (U+0E33) a SpacingMark, so it has no "
		"caret of its own; "
		"Pango goes by general category alone and puts one before it"},
	{"numbers behind a comma", "line 0",
		"UAX #14 LB25 as in its text: IS x NU, no break between ',' and a "
		"number; Pango "
		"has the tailoring of Example 7, by which the comma must be in a number"},
	{"mathematics", "line 0",
		"UAX #14 LB25 as in its text: PR x OP, no break between a minus "
		"and a bracket; "
		"Pango has the tailoring of Example 7, which wants a number "
		"behind the bracket"},
	{NULL, NULL, NULL},
};

struct sides {
	struct gl_fonts *fonts;
	struct gl_text *text;
	PangoFontMap *map;
	PangoContext *context;
};

/* Placed glyphs of a line, from left to right. */
struct glyphs {
	size_t n;
	struct {
		uint32_t glyph;
		double x;
	} at[GLYPHS];
};

static char report[1024]; /* the first difference of a case */

__attribute__((format(printf, 1, 2))) static bool differs(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(report, sizeof report, fmt, ap);
	va_end(ap);
	return true;
}

static double px(int units)
{
	return (double)units / PANGO_SCALE;
}

static bool is_near(double a, double b)
{
	return fabs(a - b) <= NEAR;
}

static void substitute(FcPattern *pattern, gpointer data)
{
	FcPatternDel(pattern, FC_HINTING);
	FcPatternAddBool(pattern, FC_HINTING, FcFalse);
}

static int open_sides(void **state)
{
	char why[256];
	struct sides *s = calloc(1, sizeof *s);
	s->fonts = gl_fonts_create(why, sizeof why);
	s->text = s->fonts ? gl_text_create(s->fonts) : NULL;
	s->map = pango_ft2_font_map_new();
	pango_ft2_font_map_set_resolution(PANGO_FT2_FONT_MAP(s->map), 72, 72);
	pango_fc_font_map_set_default_substitute(
		PANGO_FC_FONT_MAP(s->map), substitute, NULL, NULL);
	s->context = pango_font_map_create_context(s->map);
	pango_context_set_round_glyph_positions(s->context, FALSE);
	*state = s;
	return s->text ? 0 : -1;
}

static int close_sides(void **state)
{
	struct sides *s = *state;
	gl_text_destroy(s->text);
	gl_fonts_destroy(s->fonts);
	g_object_unref(s->context);
	g_object_unref(s->map);
	free(s);
	return 0;
}

static PangoLayout *lay_pango(struct sides *s, const struct text_case *c, float width,
	enum gl_text_ellipsis ellipsis)
{
	static const PangoEllipsizeMode modes[] = {PANGO_ELLIPSIZE_NONE,
		PANGO_ELLIPSIZE_END, PANGO_ELLIPSIZE_MIDDLE, PANGO_ELLIPSIZE_START};
	PangoLayout *layout;
	PangoFontDescription *font = pango_font_description_new();
	PangoAttrList *attrs = pango_attr_list_new();
	pango_font_description_set_family(font, c->families ? c->families : "Noto Sans");
	pango_font_description_set_absolute_size(font, SIZE * PANGO_SCALE);
	pango_context_set_language(
		s->context, pango_language_from_string(c->lang ? c->lang : "en"));
	layout = pango_layout_new(s->context);
	pango_layout_set_font_description(layout, font);
	pango_attr_list_insert(attrs, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(layout, attrs);
	pango_layout_set_ellipsize(layout, modes[ellipsis]);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
	pango_layout_set_text(layout, c->text, -1);
	pango_attr_list_unref(attrs);
	pango_font_description_free(font);
	return layout;
}

static struct text_layout lay_ours(struct sides *s, const struct text_case *c,
	float width, enum gl_text_ellipsis ellipsis)
{
	char why[256];
	const void *block;
	size_t size;
	struct text_layout layout;
	struct gl_text_run run = {.end = (uint32_t)strlen(c->text),
		.font = {.families = c->families ? c->families : "Noto Sans",
			.lang = c->lang ? c->lang : "en"},
		.size = SIZE};
	struct gl_text_request request = {.text = c->text,
		.size = run.end,
		.runs = &run,
		.run_count = 1,
		.ellipsis = ellipsis,
		.width = width};
	assert_int_equal(
		gl_text_lay(s->text, &request, &block, &size, why, sizeof why), 0);
	assert_true(text_layout_open(&layout, block, size));
	return layout;
}

static void put(struct glyphs *to, uint32_t glyph, double x)
{
	assert_true(to->n < GLYPHS);
	to->at[to->n].glyph = glyph;
	to->at[to->n++].x = x;
}

/* Blanks and what is not seen are left out: each side has its own glyph for them. */
static bool is_seen(hb_font_t *font, uint32_t glyph)
{
	hb_codepoint_t space;
	hb_glyph_extents_t extents;
	if (glyph == PANGO_GLYPH_EMPTY ||
		(hb_font_get_nominal_glyph(font, ' ', &space) && glyph == space))
		return false;
	return !hb_font_get_glyph_extents(font, glyph, &extents) || extents.width != 0 ||
	       extents.height != 0;
}

static void read_pango(PangoLayoutLine *line, double x, struct glyphs *to)
{
	to->n = 0;
	for (GSList *l = line->runs; l; l = l->next) {
		PangoGlyphItem *run = l->data;
		hb_font_t *font = pango_font_get_hb_font(run->item->analysis.font);
		for (int i = 0; i < run->glyphs->num_glyphs; i++) {
			PangoGlyphInfo *info = &run->glyphs->glyphs[i];
			if (is_seen(font, info->glyph))
				put(to, info->glyph, x + px(info->geometry.x_offset));
			x += px(info->geometry.width);
		}
	}
}

static void read_ours(struct sides *s, const struct text_layout *layout,
	const struct text_line *line, struct glyphs *to)
{
	to->n = 0;
	for (uint32_t r = line->first_run; r < line->first_run + line->runs; r++) {
		const struct text_run *run = &layout->runs[r];
		hb_font_t *font = gl_font_shaper(s->fonts, run->font);
		for (uint32_t i = 0; i < run->glyphs; i++) {
			const struct text_glyph *at =
				&layout->glyphs[run->first_glyph + i];
			if (is_seen(font, at->glyph))
				put(to, at->glyph, (double)at->x);
		}
	}
}

static bool glyphs_differ(struct sides *s, const struct text_layout *ours, uint32_t l,
	PangoLayoutLine *line, double x)
{
	static struct glyphs a, b;
	read_ours(s, ours, &ours->lines[l], &a);
	read_pango(line, x, &b);
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		if (a.at[i].glyph != b.at[i].glyph || !is_near(a.at[i].x, b.at[i].x))
			return differs("line %u, glyph %zu: %u at %.3f, Pango %u at %.3f",
				l, i, a.at[i].glyph, a.at[i].x, b.at[i].glyph, b.at[i].x);
	}
	return a.n != b.n && differs("line %u: %zu glyphs, Pango %zu", l, a.n, b.n);
}

/*
 * The fonts of a line's runs: how far they reach up and down. (Where a line stands is
 * not asked: Pango 1.50 moves single runs after a change of font up, by its y_offset.)
 */
static bool heights_differ(const struct text_line *own, PangoLayoutLine *line)
{
	double up = 0, down = 0;
	for (GSList *l = line->runs; l; l = l->next) {
		PangoGlyphItem *run = l->data;
		PangoRectangle box;
		pango_glyph_string_extents(
			run->glyphs, run->item->analysis.font, NULL, &box);
		up = fmax(up, -px(box.y));
		down = fmax(down, px(box.y + box.height));
	}
	return line->runs && (!is_near((double)own->ascent, up) ||
				     !is_near((double)own->descent, down) ||
				     !is_near((double)own->height, up + down));
}

static bool lines_differ(
	struct sides *s, const struct text_layout *ours, PangoLayout *pango)
{
	uint32_t l = 0;
	bool found = false;
	PangoLayoutIter *iter = pango_layout_get_iter(pango);
	do {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
		PangoRectangle box;
		pango_layout_iter_get_line_extents(iter, NULL, &box);
		if (l >= ours->head->lines) {
			found = differs("%u lines, Pango has more", l);
			break;
		}
		const struct text_line *own = &ours->lines[l];
		if ((int)own->start != line->start_index)
			found = differs("line %u begins at %u, Pango's at %d", l,
				own->start, line->start_index);
		else if (!is_near((double)own->width, px(box.width)))
			found = differs("line %u is %.3f wide, Pango's %.3f", l,
				(double)own->width, px(box.width));
		else if (heights_differ(own, line))
			found = differs("line %u: its fonts' ascent or descent", l);
		else
			found = glyphs_differ(s, ours, l, line, px(box.x));
		l++;
	} while (!found && pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
	return found || (l != ours->head->lines &&
				differs("%u lines, Pango %u", ours->head->lines, l));
}

static bool caret_differs(
	const struct text_layout *ours, PangoLayout *pango, uint32_t index)
{
	PangoRectangle strong, weak;
	struct text_caret caret = text_layout_caret(ours, index, false);
	pango_layout_get_cursor_pos(pango, (int)index, &strong, &weak);
	bool apart = !is_near((double)caret.strong, (double)caret.weak);
	if (!is_near((double)caret.strong, px(strong.x)) ||
		(apart && !is_near((double)caret.weak, px(weak.x))))
		return differs("caret at %u: %.3f and %.3f, Pango %.3f and %.3f", index,
			(double)caret.strong, (double)caret.weak, px(strong.x),
			px(weak.x));
	return false;
}

static bool carets_differ(
	const struct text_case *c, const struct text_layout *ours, PangoLayout *pango)
{
	int n;
	const PangoLogAttr *attrs = pango_layout_get_log_attrs_readonly(pango, &n);
	const char *at = c->text;
	for (int i = 0; i < n; i++) {
		uint32_t index = (uint32_t)(at - c->text);
		uint32_t before = text_layout_move(ours, index, TEXT_PREVIOUS);
		bool boundary = index == 0 || *at == 0 ||
				text_layout_move(ours, before, TEXT_NEXT) == index;
		if (boundary != attrs[i].is_cursor_position && at > c->text &&
			at[-1] != '\r')
			return differs("at %u a caret: %d, Pango: %u", index, boundary,
				attrs[i].is_cursor_position);
		if (boundary && caret_differs(ours, pango, index))
			return true;
		if (*at)
			at = g_utf8_next_char(at);
	}
	return false;
}

static const struct known *known_of(const struct text_case *c)
{
	const struct known *k = known;
	while (k->name && strcmp(k->name, c->name) != 0)
		k++;
	return k->name ? k : NULL;
}

static const struct text_case *current;

static void compare(void **state)
{
	const struct text_case *c = current++;
	const struct known *as_known = known_of(c);
	bool differ = false;
	for (size_t w = 0; w < WIDTHS && !differ; w++) {
		PangoLayout *pango = lay_pango(*state, c, widths[w], GL_TEXT_CLIP);
		struct text_layout ours = lay_ours(*state, c, widths[w], GL_TEXT_CLIP);
		differ = lines_differ(*state, &ours, pango) ||
			 carets_differ(c, &ours, pango);
		g_object_unref(pango);
		if (differ && !(as_known && strstr(report, as_known->what)))
			fail_msg("%s at %g: %s", c->name, (double)widths[w], report);
	}
	if (as_known && !differ)
		fail_msg("%s is as with Pango now: take it out of the list (%s)", c->name,
			as_known->why);
}

/*
 * The text before an ellipsis at the end of a line from left to right. (Elsewhere there is
 * nothing to compare: Pango makes the ellipsis so wide that the line is as wide as the
 * layout.) Where the cut is within a cluster Pango keeps its glyph or lets the line be too
 * wide; ours is shaped anew and fits. In CJK and emoji Pango has no "…" but
 * three dots. Several paragraphs, or lines, are one line to us, and as many to Pango.
 */
static void compare_cut(void **state)
{
	static const char *const others[] = {"ligatures", "devanagari", "chinese",
		"numbers behind a comma", "japanese", "korean", "emoji, ZWJ",
		"emoji, flags", "emoji only", "paragraphs", "line separator"};
	size_t differ = 0, most = sizeof others / sizeof others[0];
	for (size_t i = 0; i < CASES; i++) {
		const struct text_case *c = &cases[i];
		PangoLayout *pango = lay_pango(*state, c, CUT, GL_TEXT_ELLIPSIS_END);
		struct text_layout ours = lay_ours(*state, c, CUT, GL_TEXT_ELLIPSIS_END);
		PangoLayoutLine *line = pango_layout_get_line_readonly(pango, 0);
		bool other = line->resolved_dir == PANGO_DIRECTION_LTR &&
			     glyphs_differ(*state, &ours, 0, line, 0);
		g_object_unref(pango);
		if (other && (differ == most || strcmp(c->name, others[differ++]) != 0))
			fail_msg("%s: %s", c->name, report);
	}
	assert_int_equal(differ, most);
}

int main(void)
{
	static struct CMUnitTest tests[CASES + 1];
	for (size_t i = 0; i < CASES; i++)
		tests[i] =
			(struct CMUnitTest){.name = cases[i].name, .test_func = compare};
	tests[CASES] = (struct CMUnitTest){.name = "ellipses", .test_func = compare_cut};
	current = cases;
	return cmocka_run_group_tests(tests, open_sides, close_sides);
}
