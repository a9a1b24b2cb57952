#include "gl/text.h"

#include <errno.h>
#include <linebreak.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <thai/thbrk.h>
#include <wordbreak.h>

#include "gl/text_libraries.h"
#include "gl/text_private.h"
#include "util/utf8.h"
#include "util/xalloc.h"

#define REPLACEMENT 0xfffd
#define SPARE       4u         /* characters behind the text: an ellipsis */
#define KEEP        (4u << 20) /* bytes of an array that stay for the next text */

void *text_array_room(struct text_array *array, size_t n, size_t size)
{
	size_t want = n * size;
	if (want <= array->room && array->data)
		return array->data;
	size_t room = want + want / 2 + 256;
	void *data = realloc(array->data, room);
	if (!data)
		return NULL;
	array->data = data;
	array->room = room;
	return data;
}

static struct text_array *arrays(struct gl_text *text, unsigned i)
{
	struct text_array *all[] = {&text->char_array, &text->item_array,
		&text->shaped_array, &text->piece_array, &text->scratch[0],
		&text->scratch[1], &text->scratch[2], &text->scratch[3],
		&text->line_array, &text->run_array, &text->glyph_array,
		&text->cell_array, &text->block_array};
	return i < sizeof all / sizeof all[0] ? all[i] : NULL;
}

static void shrink(struct gl_text *text, size_t keep)
{
	struct text_array *array;
	for (unsigned i = 0; (array = arrays(text, i)); i++) {
		if (array->room <= keep)
			continue;
		free(array->data);
		*array = (struct text_array){0};
	}
}

struct gl_text *gl_text_create(struct gl_fonts *fonts)
{
	if (text_libraries_load() < 0)
		return NULL;
	struct gl_text *text = xcalloc(1, sizeof *text);
	init_linebreak();
	init_wordbreak();
	text->fonts = fonts;
	text->unicode = hb_unicode_funcs_get_default();
	text->buffer = hb_buffer_create();
	hb_buffer_set_cluster_level(
		text->buffer, HB_BUFFER_CLUSTER_LEVEL_MONOTONE_CHARACTERS);
	text->cache = text_cache_create();
	return text;
}

void gl_text_destroy(struct gl_text *text)
{
	if (!text)
		return;
	shrink(text, 0);
	text_cache_destroy(text->cache);
	hb_buffer_destroy(text->buffer);
	if (text->thai)
		th_brk_delete(text->thai);
	free(text);
}

struct gl_fonts *gl_text_fonts(const struct gl_text *text)
{
	return text->fonts;
}

struct gl_text_stats gl_text_stats(const struct gl_text *text)
{
	return text_cache_stats(text->cache);
}

/* Refusals. */

struct why {
	char *text;
	size_t size;
};

__attribute__((format(printf, 3, 4))) static int refuse(
	const struct why *why, int error, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why->text, why->size, fmt, ap);
	va_end(ap);
	return error;
}

static int check_run(
	const struct gl_text_request *request, unsigned i, const struct why *why)
{
	const struct gl_text_run *run = &request->runs[i];
	uint32_t from = i > 0 ? run[-1].end : 0;
	if (run->end < from || run->end > request->size)
		return refuse(why, -EINVAL, "style %u ends at byte %u, out of order", i,
			run->end);
	if (!(run->size > 0 && run->size <= GL_TEXT_SIZE_MAX))
		return refuse(why, -EINVAL, "style %u: a size of %g px: above 0, to %g",
			i, (double)run->size, (double)GL_TEXT_SIZE_MAX);
	if (!(fabsf(run->spacing) <= GL_TEXT_SIZE_MAX))
		return refuse(why, -EINVAL, "style %u: a spacing of %g px: to %g", i,
			(double)run->spacing, (double)GL_TEXT_SIZE_MAX);
	if (run->feature_count > GL_TEXT_FEATURES_MAX)
		return refuse(why, -EFBIG, "style %u: %u features, at most %u", i,
			run->feature_count, GL_TEXT_FEATURES_MAX);
	return 0;
}

static int check_tabs(const struct gl_text_request *request, const struct why *why)
{
	if (request->tab_count > GL_TEXT_TABS_MAX)
		return refuse(why, -EFBIG, "%u tab stops, at most %u", request->tab_count,
			GL_TEXT_TABS_MAX);
	for (unsigned i = 0; i < request->tab_count; i++) {
		float before = i > 0 ? request->tabs[i - 1] : 0;
		if (!(request->tabs[i] >= before && request->tabs[i] <= 1e6f))
			return refuse(why, -EINVAL, "tab stop %u: not ascending", i);
	}
	return 0;
}

static int check(const struct gl_text_request *request, const struct why *why)
{
	if (request->size > GL_TEXT_MAX)
		return refuse(why, -EFBIG, "a text of %zu bytes, at most %u",
			request->size, GL_TEXT_MAX);
	if (request->run_count == 0)
		return refuse(why, -EINVAL, "no style");
	if (request->run_count > GL_TEXT_RUNS_MAX)
		return refuse(why, -EFBIG, "%u styles, at most %u", request->run_count,
			GL_TEXT_RUNS_MAX);
	for (unsigned i = 0; i < request->run_count; i++) {
		int r = check_run(request, i, why);
		if (r < 0)
			return r;
	}
	if (request->runs[request->run_count - 1].end != request->size)
		return refuse(why, -EINVAL, "the last style does not end with the text");
	if (request->base >= GL_TEXT_BASES || request->align >= GL_TEXT_ALIGNS ||
		request->wrap >= GL_TEXT_WRAPS || request->ellipsis >= GL_TEXT_ELLIPSES)
		return refuse(why, -EINVAL, "a mode that there is not");
	if (!(request->width <= 1e6f) || !(request->line_height >= 0) ||
		!(request->line_height <= 1e6f) || !(request->tab_width >= 0) ||
		!(request->tab_width <= 1e6f))
		return refuse(
			why, -EINVAL, "a length that is negative, huge or no number");
	return check_tabs(request, why);
}

/* Characters. */

static bool is_odd(uint32_t c)
{
	return (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\v' &&
		       c != '\f') ||
	       (c >= 0x7f && c < 0xa0 && c != 0x85);
}

static int decode(struct gl_text *text)
{
	const struct gl_text_request *request = text->request;
	const unsigned char *s = (const unsigned char *)request->text;
	uint32_t n = 0;
	uint16_t style = 0;
	text->chars = text_array_room(
		&text->char_array, request->size + SPARE, sizeof *text->chars);
	if (!text->chars)
		return -ENOMEM;
	for (size_t i = 0; i < request->size; n++) {
		uint32_t c;
		size_t len = utf8_read(s + i, request->size - i, &c);
		while (request->runs[style].end <= i)
			style++;
		text->chars[n] = (struct text_char){
			.c = len == 0 || is_odd(c) ? REPLACEMENT : c,
			.byte = (uint32_t)i,
			.style = style,
		};
		i += len ? len : 1;
	}
	text->char_count = n;
	text->chars[n] = (struct text_char){.byte = (uint32_t)request->size,
		.style = (uint16_t)(request->run_count - 1)};
	return 0;
}

/* Paragraphs. */

static struct text_para find_para(const struct gl_text *text, uint32_t start)
{
	struct text_para para = {.start = start, .end = start};
	while (para.end < text->char_count) {
		uint32_t c = text->chars[para.end].c;
		if (c == '\n' || c == '\r' || c == 0x2029)
			break;
		para.end++;
	}
	para.next = para.end;
	if (para.next < text->char_count)
		para.next += text->chars[para.end].c == '\r' &&
					     para.end + 1 < text->char_count &&
					     text->chars[para.end + 1].c == '\n'
				     ? 2
				     : 1;
	return para;
}

static int lay_para(struct gl_text *text, struct text_para *para, bool before, bool more)
{
	int r = text_bidi(text, para, before);
	if (r == 0)
		r = text_script(text, para);
	if (r == 0)
		r = text_break(text, para);
	if (r == 0)
		r = text_item(text, para);
	return r < 0 ? r : text_lines(text, para, more);
}

/* A text that ends with the end of a paragraph has an empty one behind it. */
static int lay_all(struct gl_text *text)
{
	uint32_t start = 0;
	bool rtl = false;
	for (;;) {
		struct text_para para = find_para(text, start);
		text->item_count = text->shaped_count = 0;
		int r = lay_para(text, &para, rtl, para.next > para.end);
		if (r != 0)
			return r < 0 ? r : 0;
		if (para.next == para.end)
			return 0;
		start = para.next;
		rtl = para.rtl;
	}
}

int gl_text_lay(struct gl_text *text, const struct gl_text_request *request,
	const void **block, size_t *size, char *why_text, size_t why_size)
{
	struct why why = {why_text, why_size};
	uint32_t id;
	int r = check(request, &why);
	if (r < 0)
		return r;
	for (unsigned i = 0; i < request->run_count; i++) {
		struct gl_font_query query = request->runs[i].font;
		query.lang = text_lang(text, query.lang);
		r = gl_font_match(text->fonts, &query, &id);
		if (r < 0)
			return refuse(&why, r,
				"style %u: a weight of 1 to 1000, a slant, and families "
				"in UTF-8",
				i);
	}
	shrink(text, KEEP);
	text->request = request;
	text_place_begin(text);
	r = decode(text);
	if (r == 0)
		r = lay_all(text);
	if (r == 0)
		r = text_place_end(text, block, size);
	text->request = NULL;
	if (r == -EOVERFLOW)
		return refuse(&why, -EFBIG,
			"a font makes too many glyphs of its characters: at most 8 for "
			"each "
			"and 4096 more");
	if (r == -ETIME)
		return refuse(&why, r,
			"a font of its own takes too long to shape: use another");
	return r < 0 ? refuse(&why, r, "%s", strerror(-r)) : 0;
}
