/* Long ones, and those of several frames. */
#include "hostile_tables.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/opwire.h"

static void nest(
	FILE *out, unsigned n, const char *push, const char *inside, const char *pop)
{
	for (unsigned i = 0; i < n; i++)
		fputs(push, out);
	fputs(inside, out);
	for (unsigned i = 0; i < n; i++)
		fputs(pop, out);
}

static void repeat(FILE *out, unsigned n, const char *text)
{
	nest(out, n, text, "", "");
}

/* Macro 1 is text; each of `levels` more calls the one before n times; the last is called. */
static void multiply(FILE *out, const char *text, unsigned levels, unsigned n)
{
	fprintf(out, "macro 1 {\n%s}\n", text);
	for (unsigned level = 2; level < 2 + levels; level++) {
		fprintf(out, "macro %u {\n", level);
		for (unsigned i = 0; i < n; i++)
			fprintf(out, "call %u\n", level - 1);
		fputs("}\n", out);
	}
	fprintf(out, "call %u\n", levels + 1);
}

static void write_exponential(FILE *out, unsigned frame)
{
	multiply(out, "clip rect 0 0 9 9\npaint\nclip pop\n", 15, 10);
}

static void write_exponential_nothing(FILE *out, unsigned frame)
{
	multiply(out, "", 15, 64);
}

static void write_exponential_defers(FILE *out, unsigned frame)
{
	multiply(out, "defer 99\n", 14, 4);
	fputs("macro 99 {\npaint\n}\n", out);
}

static void write_exponential_multiplies(FILE *out, unsigned frame)
{
	multiply(out, "transform multiply 1.01 0 0 0 1 0\n", 15, 3);
}

static void write_exponential_strings(FILE *out, unsigned frame)
{
	char text[60100];
	int n = sprintf(text, "label \"");
	memset(text + n, 'x', 60000);
	strcpy(text + n + 60000, "\"\n");
	multiply(out, text, 4, 10);
}

static void write_exponential_stops(FILE *out, unsigned frame)
{
	multiply(out, "brush linear 0 0 9 9 pad " STOPS64 "\npaint\n", 6, 10);
}

static void write_exponential_areas(FILE *out, unsigned frame)
{
	multiply(out, "clip ellipse 0 0 90 90\narea 1\nclip pop\n", 6, 10);
}

static void write_exponential_strokes(FILE *out, unsigned frame)
{
	multiply(out,
		"clip stroke 9 round round 4 0 0.5 0.5 {\nmove 0 0\ncubic 300 0 0 300 "
		"300 300\n"
		"}\npaint\nclip pop\ntransform multiply 1 0 0.01 0 1 0\n",
		6, 10);
}

static void write_exponential_glyphs(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\n", out);
	multiply(out, "glyphs 1 30 {\n36 1 30\n37 20 30\n38 40 30\n}\n", 6, 10);
}

static void write_exponential_places(FILE *out, unsigned frame)
{
	fputs("sublayer 1 300 300 {\nclip ellipse 0 0 300 300\npaint\nclip pop\n}\n",
		out);
	multiply(out, "place 1 0 0 300 300 0.5 0.5\n", 6, 10);
}

static void write_deep_calls(FILE *out, unsigned frame)
{
	multiply(out, "paint\n", 16, 1);
}

static void write_sublayers_exponential(FILE *out, unsigned frame)
{
	fputs("macro 1 {\npaint\n}\n", out);
	for (unsigned i = 2; i < 10; i++)
		fprintf(out, "macro %u {\ncall %u\ncall %u\ncall %u\ncall %u\n}\n", i,
			i - 1, i - 1, i - 1, i - 1);
	for (unsigned i = 0; i < 64; i++)
		fprintf(out, "sublayer %u 9 9 {\ncall 9\n}\n", i);
}

static void write_macros_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 4097; i++)
		fprintf(out, "macro %u {\npaint\n}\n", i);
}

static void write_macro_again(FILE *out, unsigned frame)
{
	repeat(out, 100000, "macro 1 {\npaint\n}\ncall 1\n");
}

/* Bodies of 1 MiB, 20 of them in two frames: more than a window may keep. */
static void write_macro_hoard(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 10; i++) {
		fprintf(out, "macro %u {\n", frame * 10 + i);
		repeat(out, 250000, "paint\n");
		fputs("}\n", out);
	}
}

static void write_defers_many(FILE *out, unsigned frame)
{
	fputs("macro 1 {\n}\n", out);
	repeat(out, 4097, "defer 1\n");
}

static void write_defers_of_paths(FILE *out, unsigned frame)
{
	fputs("macro 1 {\nclip path {\nmove 0 0\nline 99 9\nline 0 99\n}\npaint\nclip "
	      "pop\n}\n",
		out);
	repeat(out, 4096, "transform multiply 1 0 0.3 0 1 0.3\ndefer 1\n");
}

static void write_many_shapes(FILE *out, unsigned frame)
{
	repeat(out, 32769, "clip rect 0.5 0.5 9 9\nclip pop\n");
}

static void write_many_paints(FILE *out, unsigned frame)
{
	repeat(out, 32768, "paint\n");
}

static void write_many_blends(FILE *out, unsigned frame)
{
	static const char *const modes[] = {"xor", "multiply", "screen", "dest-atop"};
	for (unsigned i = 0; i < 32768; i++)
		fprintf(out, "blend %s\nbrush color #ff00ff%02x\npaint\n", modes[i % 4],
			i & 255);
}

static void write_zigzag(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 0 0\n", out);
	for (unsigned i = 1; i < 262000; i++)
		fprintf(out, "line %d %g\n", i % 2 ? 5000 : -5000, (double)i * 0.002);
	fputs("}\npaint\nclip pop\n", out);
}

/* All within one pixel. */
static void write_knot(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 50 50\n", out);
	for (unsigned i = 1; i < 262000; i++)
		fprintf(out, "line %g %g\n", 50 + 0.9 * fabs(sin(i * 1.7)),
			50 + 0.9 * fabs(sin(i * 2.3)));
	fputs("}\npaint\nclip pop\n", out);
}

static void write_star(FILE *out, unsigned frame)
{
	fputs("clip even-odd {\nmove 100 100\n", out);
	for (unsigned i = 1; i < 20000; i++)
		fprintf(out, "line %g %g\n", 100 + 100 * cos(i * 2.5),
			100 + 100 * sin(i * 2.5));
	fputs("}\npaint\nclip pop\n", out);
}

static void write_curves(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 60000; i++)
		fprintf(out, "cubic %d 0 %d 300 %u %u\n", i % 2 ? 99999 : -99999,
			i % 3 ? 99999 : -99999, i % 300, i % 200);
	fputs("}\npaint\nclip pop\n", out);
}

static void write_million_segments(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 1000000; i++)
		fprintf(out, "line %u %u\n", i % 300, i % 299);
	fputs("}\npaint\nclip pop\n", out);
}

static void write_stroke_segments(FILE *out, unsigned frame)
{
	fputs("clip stroke 30 round round 4 0 {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 262000; i++)
		fprintf(out, "line %u %u\n", i * 7 % 300, i * 11 % 299);
	fputs("}\npaint\nclip pop\n", out);
}

static void write_stroke_dots(FILE *out, unsigned frame)
{
	fputs("clip stroke 300 round round 4 0 {\n", out);
	for (unsigned i = 0; i < 131000; i++)
		fprintf(out, "move %u %u\nclose\n", i % 300, i % 299);
	fputs("}\npaint\nclip pop\n", out);
}

static void write_dashed_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 3000; i++)
		fprintf(out,
			"clip stroke 3 round round 4 %u 0.02 0.02 {\nmove 0 %u\n"
			"cubic 300 0 0 300 300 %u\n}\npaint\nclip pop\n",
			i, i % 300, i % 299);
}

static void write_clips_deep(FILE *out, unsigned frame)
{
	nest(out, 64, "clip ellipse 0.25 0.25 300 200\n", "paint\n", "clip pop\n");
}

static void write_clips_too_deep(FILE *out, unsigned frame)
{
	nest(out, 65, "clip rect 0 0 9 9\n", "paint\n", "clip pop\n");
}

/* Each is a mask of its own, of all above. */
static void write_clips_wide(FILE *out, unsigned frame)
{
	nest(out, 60, "clip ellipse 0.25 0.25 300 200\n", "", "");
	for (unsigned i = 0; i < 8000; i++)
		fprintf(out, "clip ellipse %g 0 300 200\npaint\nclip pop\n", i * 0.01);
	repeat(out, 60, "clip pop\n");
}

static void write_transforms_deep(FILE *out, unsigned frame)
{
	nest(out, 65, "transform push 1 0 1 0 1 0\n", "paint\n", "transform pop\n");
}

static void write_groups_deep(FILE *out, unsigned frame)
{
	nest(out, 16, "group push 0.9 over\npaint\n", "paint\n", "group pop\n");
}

static void write_groups_too_deep(FILE *out, unsigned frame)
{
	nest(out, 64, "group push 0.9 over\n", "paint\n", "group pop\n");
}

static void write_groups_many(FILE *out, unsigned frame)
{
	repeat(out, 10000, "group push 0.9 clear\npaint\ngroup pop\n");
}

static void write_groups_deep_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 500; i++)
		nest(out, 16, "group push 0.9 source\n", "paint\n", "group pop\n");
}

static void write_groups_empty(FILE *out, unsigned frame)
{
	repeat(out, 32000, "group push 1 source\ngroup pop\n");
}

static void write_passes_deep(FILE *out, unsigned frame)
{
	nest(out, 65, "pass push\n", "area 1\n", "pass pop\n");
}

static void write_blurs(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 3000; i++)
		fprintf(out, "clip blur 0 0 %u 200 20 20 20 20 %u\npaint\nclip pop\n",
			200 + i % 100, 20 + i % 77);
}

static void write_stops_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 1100; i++) {
		fputs("brush linear 0 0 300 0 repeat", out);
		for (unsigned k = 0; k < 64; k++)
			fprintf(out, " %g #%02x%02x0080", k / 63.0, k, i & 255);
		fputs("\npaint\n", out);
	}
}

static void write_stops_singular(FILE *out, unsigned frame)
{
	fputs("transform multiply 1 2 0 2 4 0\nbrush radial 0 0 0 1 1 9 reflect", out);
	for (unsigned k = 0; k < 65; k++)
		fprintf(out, " %g #%02x000080", k / 64.0, k);
	fputs("\npaint\n", out);
}

/* All rows alike. */
static void write_pixels(FILE *out, unsigned id, unsigned width, unsigned height)
{
	char *row = malloc((size_t)width * 8 + 1);
	if (!row)
		abort();
	for (unsigned x = 0; x < width; x++)
		sprintf(row + (size_t)x * 8, "%02x%02x0980", x & 127, x / 3 & 127);
	fprintf(out, "image %u %u %u {\n", id, width, height);
	for (unsigned y = 0; y < height; y++)
		fprintf(out, "%s\n", row);
	fputs("}\n", out);
	free(row);
}

static void write_image_hoard(FILE *out, unsigned frame)
{
	write_pixels(out, frame, 2000, 2000);
}

/* Each is shown small: what a painter keeps for that is more than the image. */
static void write_images_shown(FILE *out, unsigned frame)
{
	write_pixels(out, frame, 2000, 2000);
	for (unsigned i = 0; i <= frame; i++)
		fprintf(out,
			"transform push 0.1 0 %u 0 0.1 0\nbrush image %u linear 0 0 2000 "
			"2000\n"
			"paint\ntransform pop\n",
			i * 30, i);
}

static void write_image_strips(FILE *out, unsigned frame)
{
	write_pixels(out, 1, 16384, 2);
	write_pixels(out, 2, 2, 16384);
	for (unsigned i = 0; i < 40; i++)
		fprintf(out,
			"transform push 0.01 %g 0 0.3 0.02 0\nbrush image %u linear 0 0 "
			"%s\n"
			"paint\ntransform pop\n",
			i * 0.1, 1 + i % 2, i % 2 ? "2 16384" : "16384 2");
}

static void write_images_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 1025; i++)
		fprintf(out, "image %u 1 1 { ffffffff }\n", i);
}

static void write_updates_many(FILE *out, unsigned frame)
{
	write_pixels(out, 1, 512, 512);
	for (unsigned i = 0; i < 20000; i++)
		fprintf(out,
			"image update 1 %u %u 1 1 { ffffffff }\nbrush image 1 linear 0 0 "
			"9 9\npaint\n",
			i % 512, i % 511);
}

static void write_glyphs_many(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\nglyphs 1 200 {\n", out);
	for (unsigned i = 0; i < 131072; i++)
		fprintf(out, "%u %g %u\n", i % 3000, (i % 4) * 0.25, i % 300);
	fputs("}\n", out);
}

static void write_glyphs_huge(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\ntransform multiply 1000 0 0 0 1000 0\n"
	      "glyphs 1 4096 {\n",
		out);
	for (unsigned i = 0; i < 2000; i++)
		fprintf(out, "%u %d 1\n", i, -(int)i);
	fputs("}\n", out);
}

static void write_glyphs_turned(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\n", out);
	for (unsigned i = 0; i < 200; i++)
		fprintf(out,
			"transform push %g %g 50 %g %g 50\nglyphs 1 300 {\n%u 0 0\n%u 9 "
			"9\n}\n"
			"transform pop\n",
			cos(i * 0.1), sin(i * 0.1), -sin(i * 0.1), cos(i * 0.1), i,
			i + 1);
}

static void write_glyphs_sizes(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\n", out);
	for (unsigned i = 0; i < 3000; i++)
		fprintf(out, "glyphs 1 %g {\n36 1 200\n40 100 200\n}\n", 100 + i * 0.05);
}

static void write_fonts_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 65; i++)
		fprintf(out, "font query %u 400 upright \"sans\"\n", i);
}

static void write_sublayers_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 65; i++)
		fprintf(out,
			"sublayer %u 16384 16384 {\npaint\n}\nplace %u 0 0 300 300 0 0\n",
			i, i);
}

static void write_sublayer_stores(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 64; i++)
		fprintf(out,
			"sublayer %u 16384 16384 {\nclip ellipse 0 0 16384 "
			"16384\npaint\nclip "
			"pop\n}\ntransform push 0.5 0.1 0 -0.1 0.5 0\nplace %u 0 0 600 "
			"600 %u 99\n"
			"transform pop\n",
			i, i, frame * 1000);
}

/* Each shows another part of it, all of it nearly, in a few pixels. */
static void write_sublayer_parts(FILE *out, unsigned frame)
{
	fputs("sublayer 1 16384 4096 {\nclip ellipse 0 0 16384 4096\npaint\nclip "
	      "pop\n}\ntransform multiply 0.01 0 0 0 0.01 0\n",
		out);
	for (unsigned i = 0; i < 16000; i++)
		fprintf(out, "place 1 %u 0 %u 3000 %u 0\n", i, i + 3000, i % 64 * 200);
}

static void write_areas_chain(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 16384; i++)
		fprintf(out, "area %u\n", i);
}

static void write_areas_many(FILE *out, unsigned frame)
{
	repeat(out, 16385, "area 1\n");
}

static void write_filters(FILE *out, unsigned frame)
{
	for (uint64_t i = 0; i < OPWIRE_MAX_LISTENS; i++)
		fprintf(out, "area %llu\nlisten %llu press,scroll,focus -9 9 0 0\n",
			(unsigned long long)(i << 40 | i),
			(unsigned long long)(i << 40 | i));
	repeat(out, OPWIRE_MAX_KEYS, "keys 1 ctrl none 115\n");
	repeat(out, OPWIRE_MAX_TRANSFERS, "transfer 1 source \"text/plain\"\n");
}

/* All that a content may hold which is no paint, at each of its places. */
static void write_filters_placed(FILE *out, unsigned frame)
{
	fputs("sublayer 1 99 99 {\n", out);
	for (unsigned i = 0; i < 8000; i++)
		fprintf(out, "area %u\nlisten %u focus 0 0 0 0\nlabel \"x\"\n", i, i);
	fputs("}\n", out);
	repeat(out, 16000, "place 1 0 0 9 9 0 0\n");
}

static void write_areas_of_paths(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 200000; i++)
		fprintf(out, "line %u %u\n", i * 7 % 300, i * 11 % 299);
	fputs("}\n", out);
	for (unsigned i = 0; i < 16384; i++)
		fprintf(out, "area %u\n", i);
	fputs("clip pop\n", out);
}

static void write_areas_of_strokes(FILE *out, unsigned frame)
{
	fputs("clip stroke 3 round round 4 0 0.1 0.1 {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 20000; i++)
		fprintf(out, "cubic 300 0 0 %u %u %u\n", i % 300, i * 7 % 300,
			i * 11 % 299);
	fputs("}\narea 1\nclip pop\n", out);
}

static void write_notes_many(FILE *out, unsigned frame)
{
	repeat(out, 16385, "cursor pointer\n");
}

static void write_string_long(FILE *out, unsigned frame)
{
	fputs("value \"", out);
	repeat(out, 65536, "x");
	fputs("\"\n", out);
}

static void write_strings_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 17; i++) {
		fputs("value \"", out);
		repeat(out, 65535, "x");
		fputs("\"\n", out);
	}
}

/* The next frame lives on what the last one defined. */
static void write_ids_over_frames(FILE *out, unsigned frame)
{
	static const char *const frames[] = {
		("image 1 1 1 { ff0000ff }\n"
		 "macro 1 {\nbrush image 1 linear 0 0 1 1\npaint\n}\n"
		 "sublayer 1 9 9 {\ncall 1\n}\nplace 1 0 0 9 9 0 0\n"),
		"image retire 1\ncall 1\n",
		"image retire 1\nplace 1 0 0 9 9 0 0\n",
		"call 1\n",
		("image 1 2 1 { ff0000ff 00ff00ff }\ncall 1\nsublayer retire 1\n"
		 "macro 1 {\ncall 1\n}\n"),
		"call 1\n",
		"place 1 0 0 9 9 0 0\n",
	};
	fputs(frames[frame], out);
}

static const struct hostile_written table[] = {
	{"calls of calls, 10^15 paints", 1, write_exponential},
	{"calls of calls of nothing, 64^15", 1, write_exponential_nothing},
	{"calls of calls, defers", 1, write_exponential_defers},
	{"calls of calls, multiplies", 1, write_exponential_multiplies},
	{"calls of calls, strings", 1, write_exponential_strings},
	{"calls of calls, gradients", 1, write_exponential_stops},
	{"calls of calls, areas", 1, write_exponential_areas},
	{"calls of calls, dashed curves", 1, write_exponential_strokes},
	{"calls of calls, glyphs", 1, write_exponential_glyphs},
	{"calls of calls, places", 1, write_exponential_places},
	{"calls 17 deep", 1, write_deep_calls},
	{"sub-layers of calls of calls", 1, write_sublayers_exponential},
	{"4097 macros", 1, write_macros_many},
	{"one macro 100000 times", 2, write_macro_again},
	{"20 MB of macros in two frames", 2, write_macro_hoard},
	{"4097 defers", 1, write_defers_many},
	{"4096 deferred paths", 1, write_defers_of_paths},
	{"32769 shapes", 1, write_many_shapes},
	{"32768 paints of all", 1, write_many_paints},
	{"32768 paints of all by modes", 1, write_many_blends},
	{"zigzag of 262000 lines", 1, write_zigzag},
	{"262000 lines in a pixel", 1, write_knot},
	{"star of 20000 points", 1, write_star},
	{"60000 long curves", 1, write_curves},
	{"path of a million lines", 1, write_million_segments},
	{"wide stroke of 262000 lines", 1, write_stroke_segments},
	{"131000 wide dots", 1, write_stroke_dots},
	{"3000 curves of tiny dashes", 1, write_dashed_many},
	{"64 clips", 1, write_clips_deep},
	{"65 clips", 1, write_clips_too_deep},
	{"8000 clips in 60", 1, write_clips_wide},
	{"65 transforms", 1, write_transforms_deep},
	{"16 groups", 1, write_groups_deep},
	{"64 groups", 1, write_groups_too_deep},
	{"10000 groups", 1, write_groups_many},
	{"500 times 16 groups", 1, write_groups_deep_many},
	{"32000 groups of nothing", 1, write_groups_empty},
	{"65 passes", 1, write_passes_deep},
	{"3000 blurs", 1, write_blurs},
	{"1100 gradients of 64 stops", 1, write_stops_many},
	{"65 stops under a singular matrix", 1, write_stops_singular},
	{"20 images of 16 MB", 20, write_image_hoard},
	{"16 images of 16 MB, shown small", 16, write_images_shown},
	{"images of two rows and two columns", 1, write_image_strips},
	{"1025 images", 1, write_images_many},
	{"20000 updates of an image in use", 2, write_updates_many},
	{"131072 glyphs of 200 px", 1, write_glyphs_many},
	{"glyphs of 4 million px", 1, write_glyphs_huge},
	{"glyphs at all angles", 1, write_glyphs_turned},
	{"glyphs of 3000 sizes", 1, write_glyphs_sizes},
	{"65 fonts", 1, write_fonts_many},
	{"65 sub-layers", 1, write_sublayers_many},
	{"64 sub-layers of 16384 squared", 3, write_sublayer_stores},
	{"16000 parts of a sub-layer, small", 1, write_sublayer_parts},
	{"chain of 16384 areas", 1, write_areas_chain},
	{"16385 areas", 1, write_areas_many},
	{"all filters that there may be", 1, write_filters},
	{"8000 filters and notes in 16000 places", 1, write_filters_placed},
	{"16384 areas of a path", 1, write_areas_of_paths},
	{"area of a dashed stroke", 1, write_areas_of_strokes},
	{"16385 notes", 1, write_notes_many},
	{"string of 65536 bytes", 1, write_string_long},
	{"strings of more than a megabyte", 1, write_strings_many},
	{"ids over frames", 7, write_ids_over_frames},
};

const struct hostile_writtens hostile_written = {table, sizeof table / sizeof *table};
