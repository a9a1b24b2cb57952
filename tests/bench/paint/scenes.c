#include "scenes.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_LINES   50
#define PAGE_COLUMNS 100

const char *canvas_font;

static float advances[128]; /* of an em */
static uint16_t ids[128];
static struct canvas_image photo;
static uint32_t seed;

static float rnd(float from, float to)
{
	seed = seed * 1664525u + 1013904223u;
	return from + (to - from) * (float)(seed >> 8) / 16777216.0f;
}

static uint32_t rnd_color(void)
{
	uint32_t r = (uint32_t)rnd(0, 255), g = (uint32_t)rnd(0, 255),
		 b = (uint32_t)rnd(0, 255);
	return 0xff000000u | r << 16 | g << 8 | b;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static void find_font(void)
{
	FcPattern *want = FcNameParse((const FcChar8 *)"DejaVu Sans:style=Book");
	FcResult result;
	FcChar8 *file = NULL;
	FcConfigSubstitute(NULL, want, FcMatchPattern);
	FcDefaultSubstitute(want);
	FcPattern *found = FcFontMatch(NULL, want, &result);
	if (!found || FcPatternGetString(found, FC_FILE, 0, &file) != FcResultMatch)
		die("no font: install fonts-dejavu-core");
	canvas_font = strdup((const char *)file);
	FcPatternDestroy(found);
	FcPatternDestroy(want);
}

static void measure_font(void)
{
	FT_Library library;
	FT_Face face;
	if (FT_Init_FreeType(&library) || FT_New_Face(library, canvas_font, 0, &face))
		die("the font cannot be read");
	for (unsigned c = 32; c < 127; c++) {
		ids[c] = (uint16_t)FT_Get_Char_Index(face, c);
		FT_Load_Glyph(face, ids[c], FT_LOAD_NO_SCALE);
		advances[c] = (float)face->glyph->advance.x / (float)face->units_per_EM;
	}
	FT_Done_Face(face);
	FT_Done_FreeType(library);
}

static void make_photo(void)
{
	photo = (struct canvas_image){.width = 3840, .height = 2160};
	size_t n = (size_t)photo.width * (size_t)photo.height;
	uint32_t *pixels = malloc(n * 4);
	if (!pixels)
		die("out of memory");
	for (size_t i = 0; i < n; i++) {
		float x = (float)(i % 3840) / 3840, y = (float)(i / 3840) / 2160;
		float v = sinf(x * 40) * cosf(y * 31) * 0.25f + 0.5f;
		uint32_t r = (uint32_t)(255 * x), g = (uint32_t)(255 * v),
			 b = (uint32_t)(255 * y);
		uint32_t grain = (uint32_t)(i * 2654435761u >> 28);
		pixels[i] = 0xff000000u | r << 16 | ((g + grain) & 255) << 8 | b;
	}
	photo.pixels = pixels;
}

void scenes_init(void)
{
	find_font();
	measure_font();
	make_photo();
}

/* text */

static float text(
	struct canvas *c, float size, float x, float y, const char *s, uint32_t color)
{
	uint16_t glyph[256];
	float xy[512];
	size_t n = 0;
	for (; *s && n < 256; s++) {
		unsigned code = (unsigned char)*s & 127;
		glyph[n] = ids[code];
		xy[2 * n] = x;
		xy[2 * n + 1] = y;
		x += advances[code] * size;
		n += code != ' ';
	}
	c->ops->glyphs(c, size, glyph, xy, n, color);
	return x;
}

static const char lorem[] =
	"sed ut perspiciatis unde omnis iste natus error sit voluptatem accusantium "
	"doloremque laudantium totam rem aperiam eaque ipsa quae ab illo inventore "
	"veritatis et quasi architecto beatae vitae dicta sunt explicabo ";

/* 5,000 glyphs, blanks left out. */
void page_draw(struct canvas *c)
{
	size_t at = 0;
	for (int line = 0; line < PAGE_LINES; line++) {
		char s[256];
		size_t n = 0, glyphs = 0;
		while (glyphs < PAGE_COLUMNS) {
			s[n] = lorem[at++ % (sizeof lorem - 1)];
			glyphs += s[n++] != ' ';
		}
		s[n] = '\0';
		text(c, 16, 40, 40 + 20 * (float)line, s, 0xff202124);
	}
}

void caret_draw(struct canvas *c)
{
	c->ops->rect(c, CARET_X0, CARET_Y0, CARET_X1, CARET_Y1, 0xff1a73e8);
}

/* As many shapes, curves and strokes as a well-known tiger has. */
static void blob(struct canvas *c, float x, float y, float r, int n)
{
	float ax = 0, ay = 0;
	for (int i = 0; i <= n; i++) {
		float t = (float)(i % n) / (float)n * 6.2831853f;
		float k = r * (i % n % 2 ? 0.6f : 1.0f);
		float px = x + k * cosf(t), py = y + k * sinf(t);
		float tx = -sinf(t) * r * 2 / (float)n, ty = cosf(t) * r * 2 / (float)n;
		if (i == 0)
			c->ops->move(c, px, py);
		else
			c->ops->cubic(c, ax, ay, px - tx, py - ty, px, py);
		ax = px + tx, ay = py + ty;
	}
	c->ops->close(c);
}

static void tiger(struct canvas *c)
{
	for (int i = 0; i < 240; i++) {
		float r = i < 20 ? rnd(150, 400) : rnd(10, 90);
		float x = rnd(300, 1620), y = rnd(200, 880);
		int n = (int)rnd(3, 9) * 2;
		uint32_t fill = rnd_color(), edge = rnd_color();
		uint32_t keep = seed;
		blob(c, x, y, r, n);
		c->ops->fill(c, fill);
		if (i % 2)
			continue;
		seed = keep;
		blob(c, x, y, r, n);
		c->ops->stroke(c, 1.5f, NULL, 0, edge);
	}
}

static void cards(struct canvas *c)
{
	for (int i = 0; i < 1000; i++) {
		float x = 6 + (float)(i % 40) * 47.5f, y = 6 + (float)(i / 40) * 43;
		float w = 36 + (float)(i % 3) * 2;
		x = floorf(x);
		c->ops->shadow(c, x, y + 2, x + w, y + 32, 6, 3, 0x60000000);
		c->ops->rrect(c, x, y, x + w, y + 30, 6, rnd_color());
	}
}

static void gradients(struct canvas *c)
{
	for (int i = 0; i < 200; i++) {
		const struct canvas_stop stops[] = {
			{0, rnd_color()}, {0.4f, rnd_color()}, {1, rnd_color()}};
		c->ops->push(c, 1, 0, (float)(i % 20) * 96 + 3, 0, 1,
			(float)(i / 20) * 108 + 4);
		(i % 2 ? c->ops->linear : c->ops->radial)(c, 90, 100, stops, 3);
		c->ops->pop(c);
	}
}

static void dashes(struct canvas *c)
{
	static const float pattern[] = {20, 12};
	for (int i = 0; i < 60; i++) {
		c->ops->move(c, rnd(0, 1920), rnd(0, 1080));
		for (int k = 0; k < 3; k++)
			c->ops->cubic(c, rnd(0, 1920), rnd(0, 1080), rnd(0, 1920),
				rnd(0, 1080), rnd(0, 1920), rnd(0, 1080));
		c->ops->stroke(c, 12, pattern, 2, rnd_color());
	}
}

static void photograph(struct canvas *c)
{
	float k = 0.45f, cs = k * cosf(0.2f), sn = k * sinf(0.2f);
	c->ops->push(c, cs, -sn, 960 - cs * 1920 + sn * 1080, sn, cs,
		540 - sn * 1920 - cs * 1080);
	c->ops->image(c, &photo);
	c->ops->pop(c);
}

/* A window of settings: a side bar, cards of rows, switches, sliders, buttons. */

static void toggle(struct canvas *c, float x, float y, int on)
{
	c->ops->rrect(c, x, y, x + 40, y + 22, 11, on ? 0xff1a73e8 : 0xffc4c7cc);
	float cx = on ? x + 20 : x + 2;
	c->ops->shadow(c, cx, y + 3, cx + 18, y + 21, 9, 1.5f, 0x50000000);
	c->ops->rrect(c, cx, y + 2, cx + 18, y + 20, 9, 0xffffffff);
}

static void slider(struct canvas *c, float x, float y, float w, float at)
{
	c->ops->rrect(c, x, y + 9, x + w, y + 13, 2, 0xffd5d8dd);
	c->ops->rrect(c, x, y + 9, x + w * at, y + 13, 2, 0xff1a73e8);
	c->ops->rrect(c, x + w * at - 8, y + 3, x + w * at + 8, y + 19, 8, 0xff1a73e8);
}

static void setting(struct canvas *c, int i, float x, float y, float w)
{
	static const char *const names[] = {"Night light", "Scale of the display",
		"Brightness", "Sound of keys", "Automatic updates", "Share the screen"};
	text(c, 15, x + 20, y + 26, names[i % 6], 0xff202124);
	text(c, 12, x + 20, y + 44, "What it does, in a few plain words, if asked",
		0xff5f6368);
	if (i % 3 == 2)
		slider(c, x + w - 200, y + 18, 180, 0.2f + 0.1f * (float)i);
	else
		toggle(c, x + w - 60, y + 20, i % 2);
	c->ops->rect(c, x + 20, y + 59, x + w - 20, y + 60, 0xffe8eaed);
}

static void settings(struct canvas *c)
{
	static const char *const places[] = {"Network", "Bluetooth", "Display", "Sound",
		"Power", "Keyboard", "Mouse and touchpad", "Printers", "Users",
		"Date and time", "Accessibility", "About"};
	c->ops->rect(c, 0, 0, 260, 800, 0xffeceff3);
	c->ops->rrect(c, 12, 116, 248, 156, 8, 0xffd2e3fc);
	for (int i = 0; i < 12; i++) {
		float y = 36 + 44 * (float)i;
		c->ops->rrect(c, 24, y - 8, 44, y + 12, 6, rnd_color());
		text(c, 14, 56, y + 7, places[i], i == 2 ? 0xff174ea6 : 0xff3c4043);
	}
	text(c, 28, 300, 64, "Display", 0xff202124);
	for (int k = 0; k < 2; k++) {
		float y = 100 + 350 * (float)k, n = k ? 5 : 5;
		c->ops->shadow(c, 300, y + 2, 1240, y + 62 * n + 12, 12, 6, 0x30000000);
		c->ops->rrect(c, 300, y, 1240, y + 62 * n + 10, 12, 0xffffffff);
		for (int i = 0; i < 5; i++)
			setting(c, k * 5 + i, 300, y + 4 + 62 * (float)i, 940);
	}
	c->ops->rrect(c, 1010, 752, 1110, 786, 8, 0xffe8eaed);
	text(c, 14, 1040, 774, "Cancel", 0xff202124);
	c->ops->rrect(c, 1130, 752, 1240, 786, 8, 0xff1a73e8);
	text(c, 14, 1165, 774, "Apply", 0xffffffff);
}

/* A list of messages. */

static void list_row(struct canvas *c, int row)
{
	char s[64];
	float y = (float)(row * LIST_ROW);
	seed = (uint32_t)row * 77 + 5;
	c->ops->rrect(c, 12, y + 4, 36, y + 28, 12, rnd_color());
	snprintf(s, sizeof s, "Sender number %d", row);
	text(c, 14, 48, y + 21, s, 0xff202124);
	text(c, 14, 260, y + 21, "Re: what we talked about the other day, at length",
		0xff5f6368);
	snprintf(s, sizeof s, "%d:%02d", row % 24, row * 7 % 60);
	text(c, 12, 920, y + 20, s, 0xff5f6368);
	c->ops->rrect(c, 840, y + 7, 900, y + 25, 9, row % 3 ? 0xffe6f4ea : 0xfffce8e6);
	text(c, 11, 852, y + 20, row % 3 ? "home" : "urgent", 0xff3c4043);
	c->ops->rect(c, 12, y + 31, 988, y + 32, 0xffe8eaed);
}

void list_rows(struct canvas *c, int first, int last)
{
	for (int row = first < 0 ? 0 : first; row < last && row < LIST_ROWS; row++)
		list_row(c, row);
}

void list_draw(struct canvas *c, int top)
{
	c->ops->push(c, 1, 0, 0, 0, 1, (float)-top);
	list_rows(c, top / LIST_ROW,
		(top + scenes[SCENE_LIST].height + LIST_ROW - 1) / LIST_ROW);
	c->ops->pop(c);
}

static void list(struct canvas *c)
{
	list_draw(c, 320);
}

const struct scene scenes[SCENES] = {
	[SCENE_TIGER] = {"tiger", "240 shapes of curves, half of them stroked", 1920,
		1080, tiger},
	[SCENE_PAGE] = {"page", "5,000 glyphs", 1920, 1080, page_draw},
	[SCENE_CARDS] = {"cards", "1,000 rounded rects with shadows", 1920, 1080, cards},
	[SCENE_GRADIENTS] = {"gradients", "200 gradients", 1920, 1080, gradients},
	[SCENE_DASHES] = {"dashes", "60 thick dashed curves", 1920, 1080, dashes},
	[SCENE_PHOTO] = {"photo", "a 4K image at .45, rotated", 1920, 1080, photograph},
	[SCENE_SETTINGS] = {"settings", "a settings window", 1280, 800, settings},
	[SCENE_LIST] = {"list", "a list's rows", 1000, 1000, list},
};

void scene_draw(const struct scene *scene, struct canvas *c, int frame, int moved)
{
	float by = moved ? (float)(frame % 61 + 1) / 67.0f : 0;
	seed = 7;
	c->ops->begin(c, frame % 2 ? 0xffffffff : 0xfffefefe);
	if (moved)
		c->ops->push(c, 1, 0, by, 0, 1, by / 2);
	scene->draw(c);
	if (moved)
		c->ops->pop(c);
	c->ops->end(c);
}
