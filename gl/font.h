/*
 * font: the faces that text is set and drawn in, for the whole process: those the
 * system has (fontconfig) and those that came as bytes. Every face has a number,
 * from OPWIRE_HOST_FONTS up, that means this face as long as it is known: a face of
 * the system for ever, one of bytes until its last reference goes.
 *
 * Faces are opened when they are asked for; at most GL_FONTS_OPEN_MAX stay open
 * that nobody holds a reference to. Nothing is hinted: metrics are the font's own,
 * in its units (units_per_EM of the FT_Face).
 */
#ifndef OSAAS_GL_FONT_H
#define OSAAS_GL_FONT_H

#include <ft2build.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include FT_FREETYPE_H

typedef struct hb_font_t hb_font_t;
struct gl_fonts;

#define GL_FONT_FIRST       0x80000000u /* OPWIRE_HOST_FONTS: the least number */
#define GL_FONTS_OPEN_MAX   128u        /* faces kept open for nobody */
#define GL_FONTS_KNOWN_MAX  16384u      /* faces that have a number */
#define GL_FONTS_CHAINS_MAX 96u         /* queries whose answers are kept */
#define GL_FONT_BYTES_MAX   (64u << 20) /* of one face that came as bytes */
#define GL_FONT_EVERYBODYS  0u          /* owner: any may use it */
#define GL_FONT_NOBODYS     UINT64_MAX  /* owner: none may use it by its number */
#define GL_FONT_FAMILIES    512u        /* bytes of a family list that are read */

enum gl_font_slant {
	GL_UPRIGHT,
	GL_ITALIC,
	GL_OBLIQUE
}; /* as op_slant */

struct gl_font_query {
	const char *families; /* with commas between them; NULL or "": sans-serif */
	unsigned weight;      /* 1..1000 as CSS has it; 0: 400 */
	enum gl_font_slant slant;
	const char
		*lang; /* BCP 47; NULL: none. Decides between fonts for the same script */
	uint32_t first; /* a face that comes before the families; 0: none */
};

/* What a face needs beyond its outlines. */
struct gl_font_info {
	bool embolden; /* it stands for a bolder one: fatten it by 1/24 em */
	float skew;    /* it stands for a slanted one: x += skew * y (y up) */
	bool color;    /* has bitmaps or layers of colour */
};

/*
 * gl_fonts_prepare reads nothing. gl_fonts_load reads fontconfig's configuration and caches,
 * when it is first called or a query first asked (tens of milliseconds); later calls give the
 * same answer: 0, or -ENOENT with why (one line, NULL: not wanted), which is logged once:
 * the system has no font, and only faces of bytes can be used. gl_fonts_create does both;
 * NULL with why: there is no font.
 */
struct gl_fonts *gl_fonts_prepare(void);
int gl_fonts_load(struct gl_fonts *fonts, char *why, size_t why_size);
struct gl_fonts *gl_fonts_create(char *why, size_t why_size);
void gl_fonts_destroy(struct gl_fonts *fonts); /* takes NULL */

/*
 * gl_font_match: the best face for a query, always one. gl_font_for: the first face
 * of the query's fallback chain that has the character, *rank its place in there;
 * -ENOENT when none has it (then *id is the best one's, *rank UINT32_MAX). -EINVAL:
 * a weight or slant out of range, families that are no UTF-8.
 */
int gl_font_match(
	struct gl_fonts *fonts, const struct gl_font_query *query, uint32_t *id);
int gl_font_for(struct gl_fonts *fonts, const struct gl_font_query *query, uint32_t c,
	uint32_t *id, uint32_t *rank);

/*
 * gl_font_memory makes a face of untrusted bytes (copied), with one reference. owner: a
 * token that those have who may use its number, see gl_font_usable. Negative errno with why: -EINVAL no usable font in them, -EFBIG, -ENOSPC too many faces.
 */
int gl_font_memory(struct gl_fonts *fonts, const void *bytes, size_t size, unsigned index,
	uint64_t owner, uint32_t *id, char *why, size_t why_size);

/* Whether who has this token may name the face: it is the system's, or it gave the bytes. */
bool gl_font_usable(struct gl_fonts *fonts, uint32_t id, uint64_t owner);

/* A reference keeps a face open. Both take numbers that are unknown, and do nothing then. */
void gl_font_ref(struct gl_fonts *fonts, uint32_t id);
void gl_font_unref(struct gl_fonts *fonts, uint32_t id);

/*
 * gl_font_face: the face, its variations set; size and transform are free to be set by who
 * uses it. gl_font_shaper: HarfBuzz's, scaled so that its units are the font's. Both are the
 * registry's, and good until the next call of a gl_font_* function unless a reference is
 * held. NULL: unknown, or its file cannot be read any more.
 */
/*
 * What a face of bytes costs is measured, in time of the processor: its glyphs are read by
 * gl_font_load, and whoever else reads it says so by gl_font_charge, with how many pieces it
 * read. One that takes longer than GL_FONT_PIECE_NS for each piece, and GL_FONT_FREE_NS at a
 * time or GL_FONT_SLACK_NS together beside that, is too dear from then on.
 *
 * gl_font_load is FT_Load_Glyph: 0, -ENOENT (no face), -EINVAL, -ENOMEM; -ETIME: the face is
 * too dear, or such faces have used up the budget. Faces of the system are not measured.
 */
#define GL_FONT_PIECE_NS ((uint64_t)200000)
#define GL_FONT_FREE_NS  ((uint64_t)5000000)
#define GL_FONT_SLACK_NS ((uint64_t)50000000)
int gl_font_load(struct gl_fonts *fonts, uint32_t id, uint32_t glyph, int32_t flags);
void gl_font_charge(struct gl_fonts *fonts, uint32_t id, uint64_t ns, uint64_t pieces);
bool gl_font_dear(struct gl_fonts *fonts, uint32_t id);
/* What gl_font_load may take from now on, all faces of bytes together; UINT64_MAX at first. */
void gl_fonts_budget(struct gl_fonts *fonts, uint64_t ns);

FT_Face gl_font_face(struct gl_fonts *fonts, uint32_t id);
hb_font_t *gl_font_shaper(struct gl_fonts *fonts, uint32_t id);
const struct gl_font_info *gl_font_info(struct gl_fonts *fonts, uint32_t id);

#endif
