#include "gl/text_libraries.h"

#include <stddef.h>

#include "util/library.h"
#include "util/sonames.h"

#define FREETYPE(X)                                                                      \
	X(FT_Activate_Size)                                                              \
	X(FT_Done_Face)                                                                  \
	X(FT_Done_FreeType)                                                              \
	X(FT_Done_MM_Var)                                                                \
	X(FT_Done_Size)                                                                  \
	X(FT_Get_MM_Var)                                                                 \
	X(FT_Get_Var_Design_Coordinates)                                                 \
	X(FT_Init_FreeType)                                                              \
	X(FT_Load_Char)                                                                  \
	X(FT_Load_Glyph)                                                                 \
	X(FT_Load_Sfnt_Table)                                                            \
	X(FT_New_Memory_Face)                                                            \
	X(FT_New_Size)                                                                   \
	X(FT_Outline_Decompose)                                                          \
	X(FT_Outline_Embolden)                                                           \
	X(FT_Outline_Transform)                                                          \
	X(FT_Palette_Data_Get)                                                           \
	X(FT_Palette_Select)                                                             \
	X(FT_Select_Size)                                                                \
	X(FT_Set_Var_Design_Coordinates)
LIBRARY(freetype, "text", SONAME_FREETYPE2, "libfreetype6", FREETYPE)

#define FONTCONFIG(X)                                                                    \
	X(FcCharSetHasChar)                                                              \
	X(FcConfigDestroy)                                                               \
	X(FcConfigGetFonts)                                                              \
	X(FcConfigSubstitute)                                                            \
	X(FcDefaultSubstitute)                                                           \
	X(FcFontRenderPrepare)                                                           \
	X(FcFontSetAdd)                                                                  \
	X(FcFontSetCreate)                                                               \
	X(FcFontSetDestroy)                                                              \
	X(FcFontSetMatch)                                                                \
	X(FcFontSetSort)                                                                 \
	X(FcInitLoadConfigAndFonts)                                                      \
	X(FcLangGetCharSet)                                                              \
	X(FcPatternAddBool)                                                              \
	X(FcPatternAddDouble)                                                            \
	X(FcPatternAddInteger)                                                           \
	X(FcPatternAddString)                                                            \
	X(FcPatternCreate)                                                               \
	X(FcPatternDestroy)                                                              \
	X(FcPatternGetBool)                                                              \
	X(FcPatternGetCharSet)                                                           \
	X(FcPatternGetInteger)                                                           \
	X(FcPatternGetMatrix)                                                            \
	X(FcPatternGetString)                                                            \
	X(FcPatternReference)                                                            \
	X(FcWeightFromOpenTypeDouble)
LIBRARY(fontconfig, "text", SONAME_FONTCONFIG, "libfontconfig1", FONTCONFIG)

#define HARFBUZZ(X)                                                                      \
	X(hb_blob_create_from_file_or_fail)                                              \
	X(hb_blob_create_or_fail)                                                        \
	X(hb_blob_destroy)                                                               \
	X(hb_blob_get_data)                                                              \
	X(hb_buffer_add_utf32)                                                           \
	X(hb_buffer_allocation_successful)                                               \
	X(hb_buffer_clear_contents)                                                      \
	X(hb_buffer_create)                                                              \
	X(hb_buffer_destroy)                                                             \
	X(hb_buffer_get_glyph_infos)                                                     \
	X(hb_buffer_get_glyph_positions)                                                 \
	X(hb_buffer_set_cluster_level)                                                   \
	X(hb_buffer_set_direction)                                                       \
	X(hb_buffer_set_flags)                                                           \
	X(hb_buffer_set_language)                                                        \
	X(hb_buffer_set_script)                                                          \
	X(hb_face_create)                                                                \
	X(hb_face_destroy)                                                               \
	X(hb_face_get_upem)                                                              \
	X(hb_font_create)                                                                \
	X(hb_font_destroy)                                                               \
	X(hb_font_get_face)                                                              \
	X(hb_font_get_glyph_h_advance)                                                   \
	X(hb_font_get_h_extents)                                                         \
	X(hb_font_get_nominal_glyph)                                                     \
	X(hb_font_set_scale)                                                             \
	X(hb_font_set_var_named_instance)                                                \
	X(hb_font_set_variations)                                                        \
	X(hb_language_from_string)                                                       \
	X(hb_ot_layout_get_ligature_carets)                                              \
	X(hb_shape)                                                                      \
	X(hb_unicode_funcs_get_default)                                                  \
	X(hb_unicode_general_category)                                                   \
	X(hb_unicode_script)                                                             \
	X(hb_variation_from_string)
LIBRARY(harfbuzz, "text", SONAME_HARFBUZZ, "libharfbuzz0b", HARFBUZZ)

#define FRIBIDI(X)                                                                       \
	X(fribidi_get_bidi_types)                                                        \
	X(fribidi_get_bracket)                                                           \
	X(fribidi_get_bracket_types)                                                     \
	X(fribidi_get_par_direction)                                                     \
	X(fribidi_get_par_embedding_levels_ex)
LIBRARY(fribidi, "text", SONAME_FRIBIDI, "libfribidi0", FRIBIDI)

#define UNIBREAK(X)                                                                      \
	X(init_linebreak)                                                                \
	X(init_wordbreak)                                                                \
	X(set_linebreaks_utf32)                                                          \
	X(set_wordbreaks_utf32)
LIBRARY(unibreak, "text", SONAME_LIBUNIBREAK, "libunibreak1", UNIBREAK)

#define THAI(X)                                                                          \
	X(th_brk_delete)                                                                 \
	X(th_brk_new)                                                                    \
	X(th_brk_wc_find_breaks)
LIBRARY(thai, "text", SONAME_LIBTHAI, "libthai0", THAI)

int text_libraries_load(void)
{
	static struct library *const all[] = {&library_freetype, &library_fontconfig,
		&library_harfbuzz, &library_fribidi, &library_unibreak, &library_thai};
	static bool loaded;
	int r = 0;
	for (size_t i = 0; i < sizeof all / sizeof *all && r == 0 && !loaded; i++)
		r = library_load(all[i]);
	loaded = r == 0;
	return r;
}
