#include "gl/font.h"

#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <fontconfig/fcfreetype.h>
#include <hb-ot.h>
#include <hb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include FT_MULTIPLE_MASTERS_H

#include "gl/text_libraries.h"
#include "util/clock.h"
#include "util/list.h"
#include "util/log.h"
#include "util/opwire.h"
#include "util/utf8.h"
#include "util/xalloc.h"

#define BUCKETS 256u
#define MEMO    512u /* characters whose rank a chain remembers */
#define AXES    16u  /* of a variable font that are set */
#define NO_RANK UINT32_MAX
#define UNKNOWN 0u

_Static_assert(GL_FONT_FIRST == OPWIRE_HOST_FONTS, "the numbers of op streams");

/* One face. The blob is what both libraries read: a file's mapping, or a copy of bytes. */
struct font {
	struct list all;  // gl_fonts.buckets
	struct list open; // gl_fonts.open, the last used first; in no list: closed
	uint32_t id;
	unsigned refs;
	bool memory;
	uint64_t owner; /* of one of bytes */
	bool dear;
	uint64_t spent_ns, pieces;
	char *file; /* NULL: of bytes */
	char *variations;
	unsigned index; /* as FreeType: the named instance in the upper 16 bits */
	struct gl_font_info info;
	hb_blob_t *blob;
	hb_font_t *hb;
	FT_Face ft;
};

/* One query and the fonts that answer it, best first. */
struct chain {
	struct list link; // gl_fonts.chains, the last used first
	char *families, *lang;
	unsigned weight;
	enum gl_font_slant slant;
	FcPattern *pattern;
	FcFontSet *set; /* NULL: only the best was asked for so far */
	struct rank *ranks;
	uint32_t count;
	struct {
		uint32_t c, rank;
	} memo[MEMO];
};

struct rank {
	uint32_t id;       /* UNKNOWN: not asked for so far */
	FcPattern *font;   /* the set's, or the best one's own */
	FcCharSet *covers; /* the pattern's */
};

struct gl_fonts {
	FT_Library library; /* NULL: not started */
	bool loaded;  /* fontconfig was asked: config and usable are what they are */
	char why[96]; /* loaded: why there is no font; "": there are some */
	FcConfig *config;
	FcFontSet *
		usable; /* those of its fonts that are TrueType or OpenType; not the patterns */
	struct list buckets[BUCKETS];
	struct list open;
	struct list chains;
	uint32_t next;
	uint32_t known, idle_open, chain_count;
	uint64_t budget_ns; /* what loading glyphs may still take; UINT64_MAX: all */
};

/* Faces. */

static struct font *find(struct gl_fonts *fonts, uint32_t id)
{
	list_for_each (font, &fonts->buckets[id % BUCKETS], struct font, all) {
		if (font->id == id)
			return font;
	}
	return NULL;
}

static void font_close(struct gl_fonts *fonts, struct font *font)
{
	if (font->ft)
		FT_Done_Face(font->ft);
	if (font->hb)
		hb_font_destroy(font->hb);
	if (!font->memory && font->blob) {
		hb_blob_destroy(font->blob);
		font->blob = NULL;
	}
	font->ft = NULL;
	font->hb = NULL;
	if (!list_empty(&font->open) && font->refs == 0)
		fonts->idle_open--;
	list_remove(&font->open);
}

static void font_destroy(struct gl_fonts *fonts, struct font *font)
{
	font_close(fonts, font);
	list_remove(&font->all);
	if (font->blob)
		hb_blob_destroy(font->blob);
	free(font->file);
	free(font->variations);
	free(font);
	fonts->known--;
}

static void close_idle(struct gl_fonts *fonts)
{
	struct list *at = fonts->open.prev;
	while (fonts->idle_open > GL_FONTS_OPEN_MAX && at != &fonts->open) {
		struct font *font = container_of(at, struct font, open);
		at = at->prev;
		if (font->refs == 0)
			font_close(fonts, font);
	}
}

/* "wght=700,wdth=75", as fontconfig writes it, to both libraries. */
static void set_variations(struct font *font)
{
	hb_variation_t set[AXES];
	FT_Fixed coords[AXES];
	FT_MM_Var *axes = NULL;
	unsigned n = 0;
	for (char *s = font->variations; s && n < AXES;) {
		char *comma = strchr(s, ',');
		int len = comma ? (int)(comma - s) : (int)strlen(s);
		if (hb_variation_from_string(s, len, &set[n]))
			n++;
		s = comma ? comma + 1 : NULL;
	}
	if (n == 0 || FT_Get_MM_Var(font->ft, &axes) != 0)
		return;
	unsigned count = axes->num_axis < AXES ? axes->num_axis : AXES;
	if (FT_Get_Var_Design_Coordinates(font->ft, count, coords) == 0) {
		for (unsigned a = 0; a < count; a++) {
			for (unsigned i = 0; i < n; i++) {
				if (set[i].tag == axes->axis[a].tag)
					coords[a] = (FT_Fixed)(set[i].value * 65536.0f);
			}
		}
		FT_Set_Var_Design_Coordinates(font->ft, count, coords);
	}
	FT_Done_MM_Var(font->ft->glyph->library, axes);
	hb_font_set_variations(font->hb, set, n);
}

static bool start_freetype(struct gl_fonts *fonts)
{
	if (!fonts->library &&
		(text_libraries_load() < 0 || FT_Init_FreeType(&fonts->library) != 0))
		fonts->library = NULL;
	return fonts->library;
}

static bool font_open(struct gl_fonts *fonts, struct font *font)
{
	unsigned size;
	if (!start_freetype(fonts))
		return false;
	if (!font->memory)
		font->blob = hb_blob_create_from_file_or_fail(font->file);
	if (!font->blob)
		return false;
	const char *bytes = hb_blob_get_data(font->blob, &size);
	if (FT_New_Memory_Face(fonts->library, (const FT_Byte *)bytes, (FT_Long)size,
		    (FT_Long)font->index, &font->ft) != 0) {
		font->ft = NULL;
		font_close(fonts, font);
		return false;
	}
	hb_face_t *face = hb_face_create(font->blob, font->index & 0xffff);
	int upem = (int)hb_face_get_upem(face);
	font->hb = hb_font_create(face);
	hb_face_destroy(face);
	hb_font_set_scale(font->hb, upem, upem);
	if (font->index >> 16)
		hb_font_set_var_named_instance(font->hb, (font->index >> 16) - 1);
	set_variations(font);
	font->info.color = FT_HAS_COLOR(font->ft);
	return true;
}

/* The face opened, and first in the line of those that stay so. */
static struct font *font_use(struct gl_fonts *fonts, uint32_t id)
{
	struct font *font = find(fonts, id);
	if (!font)
		return NULL;
	bool fresh = !font->ft;
	if (fresh && !font_open(fonts, font))
		return NULL;
	list_remove(&font->open);
	list_push_front(&fonts->open, &font->open);
	if (fresh && font->refs == 0) {
		fonts->idle_open++;
		close_idle(fonts);
	}
	return font;
}

static struct font *font_create(struct gl_fonts *fonts)
{
	if (fonts->known >= GL_FONTS_KNOWN_MAX)
		return NULL;
	struct font *font = xcalloc(1, sizeof *font);
	while (find(fonts, fonts->next))
		fonts->next = fonts->next == UINT32_MAX ? GL_FONT_FIRST : fonts->next + 1;
	font->id = fonts->next;
	fonts->next = fonts->next == UINT32_MAX ? GL_FONT_FIRST : fonts->next + 1;
	list_init(&font->open);
	list_push_back(&fonts->buckets[font->id % BUCKETS], &font->all);
	fonts->known++;
	return font;
}

FT_Face gl_font_face(struct gl_fonts *fonts, uint32_t id)
{
	struct font *font = font_use(fonts, id);
	return font ? font->ft : NULL;
}

hb_font_t *gl_font_shaper(struct gl_fonts *fonts, uint32_t id)
{
	struct font *font = font_use(fonts, id);
	return font ? font->hb : NULL;
}

const struct gl_font_info *gl_font_info(struct gl_fonts *fonts, uint32_t id)
{
	struct font *font = font_use(fonts, id);
	return font ? &font->info : NULL;
}

bool gl_font_usable(struct gl_fonts *fonts, uint32_t id, uint64_t owner)
{
	const struct font *font = find(fonts, id);
	return font && (!font->memory || font->owner == GL_FONT_EVERYBODYS ||
			       (font->owner == owner && owner != GL_FONT_NOBODYS));
}

void gl_font_ref(struct gl_fonts *fonts, uint32_t id)
{
	struct font *font = find(fonts, id);
	if (font && font->refs++ == 0 && !list_empty(&font->open))
		fonts->idle_open--;
}

void gl_font_unref(struct gl_fonts *fonts, uint32_t id)
{
	struct font *font = find(fonts, id);
	if (!font || font->refs == 0 || --font->refs > 0)
		return;
	if (!list_empty(&font->open))
		fonts->idle_open++;
	if (font->memory)
		font_destroy(fonts, font);
	else
		close_idle(fonts);
}

/* What untrusted faces cost. */

void gl_fonts_budget(struct gl_fonts *fonts, uint64_t ns)
{
	fonts->budget_ns = ns;
}

bool gl_font_dear(struct gl_fonts *fonts, uint32_t id)
{
	const struct font *font = find(fonts, id);
	return font && font->dear;
}

void gl_font_charge(struct gl_fonts *fonts, uint32_t id, uint64_t ns, uint64_t pieces)
{
	struct font *font = find(fonts, id);
	if (!font || !font->memory)
		return;
	font->spent_ns += ns;
	font->pieces += pieces;
	if (ns > GL_FONT_FREE_NS + pieces * GL_FONT_PIECE_NS ||
		font->spent_ns > GL_FONT_SLACK_NS + font->pieces * GL_FONT_PIECE_NS)
		font->dear = true;
}

/* A bitmap is as many pieces as it has 128 by 128 pixels, to what is drawn at most. */
static uint64_t pieces_of(const FT_Bitmap *bitmap)
{
	uint64_t pixels = (uint64_t)bitmap->width * bitmap->rows;
	return 1 + (pixels < 2048u * 2048u ? pixels : 2048u * 2048u) / (128u * 128u);
}

static FT_Error load_measured(
	struct gl_fonts *fonts, struct font *font, uint32_t glyph, int32_t flags)
{
	uint64_t start = clock_thread_ns();
	FT_Error error = FT_Load_Glyph(font->ft, glyph, flags);
	uint64_t ns = clock_thread_ns() - start;
	bool bitmap = !error && !(flags & FT_LOAD_BITMAP_METRICS_ONLY) &&
		      font->ft->glyph->format == FT_GLYPH_FORMAT_BITMAP;
	gl_font_charge(
		fonts, font->id, ns, bitmap ? pieces_of(&font->ft->glyph->bitmap) : 1);
	if (fonts->budget_ns != UINT64_MAX)
		fonts->budget_ns -= ns < fonts->budget_ns ? ns : fonts->budget_ns;
	return error;
}

int gl_font_load(struct gl_fonts *fonts, uint32_t id, uint32_t glyph, int32_t flags)
{
	struct font *font = font_use(fonts, id);
	FT_Error error;
	if (!font)
		return -ENOENT;
	if (font->memory && (font->dear || fonts->budget_ns == 0))
		return -ETIME;
	error = font->memory ? load_measured(fonts, font, glyph, flags)
			     : FT_Load_Glyph(font->ft, glyph, flags);
	if (font->dear)
		return -ETIME;
	if (!error)
		return 0;
	return FT_ERROR_BASE(error) == FT_Err_Out_Of_Memory ? -ENOMEM : -EINVAL;
}

static int refuse(struct gl_fonts *fonts, struct font *font, char *why, size_t why_size,
	const char *text)
{
	if (font)
		font_destroy(fonts, font);
	snprintf(why, why_size, "%s", text);
	return -EINVAL;
}

int gl_font_memory(struct gl_fonts *fonts, const void *bytes, size_t size, unsigned index,
	uint64_t owner, uint32_t *id, char *why, size_t why_size)
{
	if (size > GL_FONT_BYTES_MAX) {
		snprintf(why, why_size, "font: %zu bytes, at most %u", size,
			GL_FONT_BYTES_MAX);
		return -EFBIG;
	}
	struct font *font = font_create(fonts);
	if (!font) {
		snprintf(why, why_size, "font: %u are known, no more fit", fonts->known);
		return -ENOSPC;
	}
	font->memory = true;
	font->owner = owner;
	font->index = index;
	if (!start_freetype(fonts))
		return refuse(fonts, font, why, why_size,
			"font: a library for fonts is missing, see the log");
	font->blob = hb_blob_create_or_fail(
		bytes, (unsigned)size, HB_MEMORY_MODE_DUPLICATE, NULL, NULL);
	if (!font->blob || !font_use(fonts, font->id))
		return refuse(fonts, font, why, why_size,
			"font: not a font that can be read (TrueType, OpenType or a "
			"collection, with this index), or damaged");
	if (!FT_IS_SFNT(font->ft) || font->ft->units_per_EM == 0 ||
		font->ft->num_glyphs <= 0)
		return refuse(fonts, font, why, why_size,
			"font: neither TrueType nor OpenType: convert it");
	gl_font_ref(fonts, font->id);
	*id = font->id;
	return 0;
}

/* Faces of the system. */

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void read_synthetic(const FcPattern *p, struct gl_font_info *info)
{
	FcMatrix *m;
	FcBool embolden = FcFalse, scalable = FcTrue;
	FcPatternGetBool(p, FC_EMBOLDEN, 0, &embolden);
	FcPatternGetBool(p, FC_SCALABLE, 0, &scalable);
	info->embolden = embolden;
	if (scalable && FcPatternGetMatrix(p, FC_MATRIX, 0, &m) == FcResultMatch)
		info->skew = m->yy > 0 ? (float)(m->xy / m->yy) : 0;
}

/* The face that a prepared pattern names; UNKNOWN if it cannot be had. */
static uint32_t face_of_pattern(struct gl_fonts *fonts, const FcPattern *p)
{
	FcChar8 *file, *v = NULL;
	int index = 0;
	struct gl_font_info info = {0};
	if (FcPatternGetString(p, FC_FILE, 0, &file) != FcResultMatch)
		return UNKNOWN;
	FcPatternGetInteger(p, FC_INDEX, 0, &index);
	FcPatternGetString(p, FC_FONT_VARIATIONS, 0, &v);
	read_synthetic(p, &info);
	for (unsigned b = 0; b < BUCKETS; b++) {
		list_for_each (f, &fonts->buckets[b], struct font, all) {
			if (!f->memory && f->index == (unsigned)index &&
				same(f->file, (char *)file) &&
				same(f->variations, (char *)v) &&
				f->info.embolden == info.embolden &&
				f->info.skew == info.skew)
				return f->id;
		}
	}
	struct font *font = font_create(fonts);
	if (!font)
		return UNKNOWN;
	font->file = xstrdup((char *)file);
	font->variations = v ? xstrdup((char *)v) : NULL;
	font->index = (unsigned)index;
	font->info = info;
	return font->id;
}

/* Chains. */

static void chain_destroy(struct gl_fonts *fonts, struct chain *chain)
{
	list_remove(&chain->link);
	if (chain->count > 0)
		FcPatternDestroy(chain->ranks[0].font);
	if (chain->set)
		FcFontSetDestroy(chain->set);
	if (chain->pattern)
		FcPatternDestroy(chain->pattern);
	free(chain->ranks);
	free(chain->families);
	free(chain->lang);
	free(chain);
	fonts->chain_count--;
}

static void add_families(FcPattern *pattern, const char *families)
{
	char name[GL_FONT_FAMILIES];
	while (*families) {
		families += strspn(families, ", ");
		size_t n = strcspn(families, ",");
		size_t len = n;
		while (len > 0 && families[len - 1] == ' ')
			len--;
		if (len > 0) {
			memcpy(name, families, len);
			name[len] = 0;
			FcPatternAddString(pattern, FC_FAMILY, (FcChar8 *)name);
		}
		families += n;
	}
}

static FcPattern *make_pattern(struct gl_fonts *fonts, const struct chain *chain)
{
	static const int slants[] = {FC_SLANT_ROMAN, FC_SLANT_ITALIC, FC_SLANT_OBLIQUE};
	FcPattern *p = FcPatternCreate();
	FcPatternAddDouble(p, FC_WEIGHT, FcWeightFromOpenTypeDouble(chain->weight));
	FcPatternAddInteger(p, FC_SLANT, slants[chain->slant]);
	FcPatternAddInteger(p, FC_WIDTH, FC_WIDTH_NORMAL);
	FcPatternAddBool(p, FC_VARIABLE, FcDontCare);
	FcPatternAddBool(p, FC_HINTING, FcFalse);
	FcPatternAddDouble(p, FC_PIXEL_SIZE, 16);
	FcPatternAddDouble(p, FC_DPI, 72);
	if (chain->lang[0])
		FcPatternAddString(p, FC_LANG, (FcChar8 *)chain->lang);
	add_families(p, chain->families);
	FcConfigSubstitute(fonts->config, p, FcMatchPattern);
	FcDefaultSubstitute(p);
	return p;
}

static bool chain_best(struct gl_fonts *fonts, struct chain *chain)
{
	FcResult result;
	FcPattern *best =
		FcFontSetMatch(fonts->config, &fonts->usable, 1, chain->pattern, &result);
	if (!best)
		return false;
	chain->ranks = xcalloc(1, sizeof *chain->ranks);
	chain->ranks[0].font = best;
	chain->count = 1;
	FcPatternGetCharSet(best, FC_CHARSET, 0, &chain->ranks[0].covers);
	return true;
}

/* All the others: they come when the best lacks a character. */
static void chain_sort(struct gl_fonts *fonts, struct chain *chain)
{
	FcResult result;
	chain->set = FcFontSetSort(
		fonts->config, &fonts->usable, 1, chain->pattern, FcTrue, NULL, &result);
	uint32_t n = chain->set ? (uint32_t)chain->set->nfont : 0;
	struct rank *ranks = xcalloc(n + 1, sizeof *ranks);
	ranks[0] = chain->ranks[0];
	free(chain->ranks);
	chain->ranks = ranks;
	for (uint32_t i = 1; i < n; i++) {
		struct rank *rank = &ranks[chain->count++];
		rank->font = chain->set->fonts[i];
		FcPatternGetCharSet(rank->font, FC_CHARSET, 0, &rank->covers);
	}
}

static struct chain *chain_create(
	struct gl_fonts *fonts, const struct gl_font_query *query, const char *families)
{
	struct chain *chain = xcalloc(1, sizeof *chain);
	chain->families = xstrdup(families);
	chain->lang = xstrdup(query->lang ? query->lang : "");
	chain->weight = query->weight ? query->weight : 400;
	chain->slant = query->slant;
	for (unsigned i = 0; i < MEMO; i++)
		chain->memo[i].c = UINT32_MAX;
	list_push_front(&fonts->chains, &chain->link);
	fonts->chain_count++;
	chain->pattern = make_pattern(fonts, chain);
	if (chain_best(fonts, chain))
		return chain;
	chain_destroy(fonts, chain);
	return NULL;
}

static bool good_text(const char *s, size_t most)
{
	uint32_t c;
	size_t n = strlen(s);
	if (n >= most)
		return false;
	while (n > 0) {
		size_t len = utf8_read((const unsigned char *)s, n, &c);
		if (len == 0 || c < ' ')
			return false;
		s += len;
		n -= len;
	}
	return true;
}

static int chain_get(
	struct gl_fonts *fonts, const struct gl_font_query *query, struct chain **out)
{
	const char *families =
		query->families && query->families[0] ? query->families : "sans-serif";
	const char *lang = query->lang ? query->lang : "";
	unsigned weight = query->weight ? query->weight : 400;
	if (weight > 1000 || query->slant > GL_OBLIQUE ||
		!good_text(families, GL_FONT_FAMILIES) || !good_text(lang, 64))
		return -EINVAL;
	if (gl_fonts_load(fonts, NULL, 0) < 0)
		return -ENOENT;
	list_for_each (chain, &fonts->chains, struct chain, link) {
		if (chain->weight == weight && chain->slant == query->slant &&
			strcmp(chain->lang, lang) == 0 &&
			strcmp(chain->families, families) == 0) {
			list_remove(&chain->link);
			list_push_front(&fonts->chains, &chain->link);
			*out = chain;
			return 0;
		}
	}
	*out = chain_create(fonts, query, families);
	if (fonts->chain_count > GL_FONTS_CHAINS_MAX)
		chain_destroy(
			fonts, container_of(fonts->chains.prev, struct chain, link));
	return *out ? 0 : -ENOENT;
}

static uint32_t rank_face(struct gl_fonts *fonts, struct chain *chain, uint32_t i)
{
	struct rank *rank = &chain->ranks[i];
	if (rank->id != UNKNOWN)
		return rank->id;
	if (i == 0) {
		rank->id = face_of_pattern(fonts, rank->font);
		return rank->id;
	}
	FcPattern *p = FcFontRenderPrepare(fonts->config, chain->pattern, rank->font);
	if (p) {
		rank->id = face_of_pattern(fonts, p);
		FcPatternDestroy(p);
	}
	return rank->id;
}

static uint32_t find_rank(struct gl_fonts *fonts, struct chain *chain, uint32_t c)
{
	if (chain->ranks[0].covers && FcCharSetHasChar(chain->ranks[0].covers, c))
		return 0;
	if (!chain->set)
		chain_sort(fonts, chain);
	for (uint32_t i = 1; i < chain->count; i++) {
		if (chain->ranks[i].covers &&
			FcCharSetHasChar(chain->ranks[i].covers, c) &&
			rank_face(fonts, chain, i) != UNKNOWN)
			return i;
	}
	return NO_RANK;
}

int gl_font_for(struct gl_fonts *fonts, const struct gl_font_query *query, uint32_t c,
	uint32_t *id, uint32_t *rank)
{
	struct chain *chain;
	if (query->first) {
		hb_codepoint_t glyph;
		hb_font_t *hb = gl_font_shaper(fonts, query->first);
		if (hb && hb_font_get_nominal_glyph(hb, c, &glyph)) {
			*id = query->first;
			*rank = 0;
			return 0;
		}
	}
	int r = chain_get(fonts, query, &chain);
	if (r < 0)
		return r;
	unsigned slot = c % MEMO;
	if (chain->memo[slot].c != c) {
		chain->memo[slot].rank = find_rank(fonts, chain, c);
		chain->memo[slot].c = c;
	}
	*rank = chain->memo[slot].rank;
	*id = rank_face(fonts, chain, *rank == NO_RANK ? 0 : *rank);
	if (*rank == NO_RANK)
		return -ENOENT;
	*rank += query->first ? 1 : 0;
	return 0;
}

int gl_font_match(struct gl_fonts *fonts, const struct gl_font_query *query, uint32_t *id)
{
	struct chain *chain;
	if (query->first && find(fonts, query->first)) {
		*id = query->first;
		return 0;
	}
	int r = chain_get(fonts, query, &chain);
	if (r < 0)
		return r;
	*id = rank_face(fonts, chain, 0);
	return *id != UNKNOWN ? 0 : -ENOENT;
}

/* The registry. */

/* What neither library draws well (old bitmap and Type 1 files) is not looked at. */
static bool usable(const FcPattern *p)
{
	FcChar8 *format;
	if (FcPatternGetString(p, FC_FONTFORMAT, 0, &format) != FcResultMatch)
		return false;
	return strcmp((char *)format, "TrueType") == 0 ||
	       strcmp((char *)format, "CFF") == 0;
}

static void collect(struct gl_fonts *fonts)
{
	static const FcSetName names[] = {FcSetSystem, FcSetApplication};
	fonts->usable = FcFontSetCreate();
	for (size_t s = 0; s < 2; s++) {
		FcFontSet *set = FcConfigGetFonts(fonts->config, names[s]);
		for (int i = 0; set && i < set->nfont; i++) {
			if (usable(set->fonts[i])) {
				FcPatternReference(set->fonts[i]);
				FcFontSetAdd(fonts->usable, set->fonts[i]);
			}
		}
	}
}

static const char *load(struct gl_fonts *fonts)
{
	if (!start_freetype(fonts))
		return "a library for it is missing, or FreeType's installation is "
		       "damaged";
	fonts->config = FcInitLoadConfigAndFonts();
	if (!fonts->config)
		return "fontconfig has no configuration: install fontconfig-config";
	collect(fonts);
	return fonts->usable->nfont > 0 ? ""
					: "there is no font: install fonts-dejavu-core";
}

int gl_fonts_load(struct gl_fonts *fonts, char *why, size_t why_size)
{
	if (!fonts->loaded) {
		fonts->loaded = true;
		snprintf(fonts->why, sizeof fonts->why, "%s", load(fonts));
		if (fonts->why[0])
			log_error("gl: no text: %s", fonts->why);
	}
	if (why && fonts->why[0])
		snprintf(why, why_size, "%s", fonts->why);
	return fonts->why[0] ? -ENOENT : 0;
}

struct gl_fonts *gl_fonts_prepare(void)
{
	struct gl_fonts *fonts = xcalloc(1, sizeof *fonts);
	for (unsigned i = 0; i < BUCKETS; i++)
		list_init(&fonts->buckets[i]);
	list_init(&fonts->open);
	list_init(&fonts->chains);
	fonts->next = GL_FONT_FIRST;
	fonts->budget_ns = UINT64_MAX;
	return fonts;
}

struct gl_fonts *gl_fonts_create(char *why, size_t why_size)
{
	struct gl_fonts *fonts = gl_fonts_prepare();
	if (gl_fonts_load(fonts, why, why_size) == 0)
		return fonts;
	gl_fonts_destroy(fonts);
	return NULL;
}

void gl_fonts_destroy(struct gl_fonts *fonts)
{
	if (!fonts)
		return;
	list_for_each_safe (chain, &fonts->chains, struct chain, link)
		chain_destroy(fonts, chain);
	for (unsigned i = 0; i < BUCKETS; i++) {
		list_for_each_safe (font, &fonts->buckets[i], struct font, all)
			font_destroy(fonts, font);
	}
	if (fonts->usable)
		FcFontSetDestroy(fonts->usable);
	if (fonts->config)
		FcConfigDestroy(fonts->config);
	if (fonts->library)
		FT_Done_FreeType(fonts->library);
	free(fonts);
}
