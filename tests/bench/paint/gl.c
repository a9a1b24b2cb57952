/*
 * gl: how fast op streams become pixels, beside Cairo's and Qt's raster engines, on one CPU,
 * with the graphics driver that is there. One JSON object per line; "ratio" is ours / peer,
 * "bound" what it should be at most.
 *
 *	bench_gl DIRECTORY [CASE ...]
 *
 * A case is a scene of scenes.h. Ours is everything from the first byte of the stream to
 * the layer's pixels lying in a texture of GL: encoded, decoded, covered, painted, uploaded, waited for.
 * "again": all pixels are painted anew, since the ground changed, but the shapes are those of
 * the frame before; "moved": by fractions of a pixel, so that no shape is known.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canvas_cairo.h"
#include "canvas_gl.h"
#include "gl/gl.h"
#include "gl/png.h"
#include "gl/text_libraries.h"
#include "scenes.h"
#include "tests/bench/contest.h"
#include "tests/bench/measure.h"
#include "tests/bench/runner.h"
#include "util/clock.h"

#define REDRAW_BOUND 0.7
#define PART_BOUND   0.1
#define MOVED        256
#define COARSE       512

static struct gl *gl;
static struct canvas *ours[SCENES + 2], *cairo[SCENES + 2], *coarse;
static int our_frame, cairo_frame;

enum {
	EXTRA_SCROLL = SCENES,
	EXTRA_CARET
};

static double ms_since(uint64_t start)
{
	return (double)(clock_now_ns() - start) / 1e6;
}

static struct canvas *our_canvas(int i)
{
	const struct scene *s = &scenes[i == EXTRA_SCROLL  ? SCENE_LIST
					: i == EXTRA_CARET ? SCENE_PAGE
							   : i];
	if (!ours[i])
		ours[i] = gl_canvas_create(gl, s->width, s->height);
	return ours[i];
}

static struct canvas *cairo_canvas(int i)
{
	const struct scene *s = &scenes[i == EXTRA_SCROLL  ? SCENE_LIST
					: i == EXTRA_CARET ? SCENE_PAGE
							   : i];
	if (!cairo[i])
		cairo[i] = cairo_canvas_create(s->width, s->height, false);
	return cairo[i];
}

static double our_scene(int arg)
{
	struct canvas *c = our_canvas(arg % MOVED);
	uint64_t start = clock_now_ns();
	scene_draw(&scenes[arg % MOVED], c, our_frame++, arg & MOVED);
	return ms_since(start);
}

static double cairo_scene(int arg)
{
	const struct scene *s = &scenes[arg % MOVED];
	struct canvas *c = cairo_canvas(arg % MOVED);
	if (arg & COARSE && !coarse)
		coarse = cairo_canvas_create(s->width, s->height, true);
	uint64_t start = clock_now_ns();
	scene_draw(s, arg & COARSE ? coarse : c, cairo_frame++, arg & MOVED);
	return ms_since(start);
}

static double ms(uint64_t before_ns, uint64_t after_ns)
{
	return (double)(after_ns - before_ns) / 1e6;
}

/* Ours of one frame, step by step. */
static void print_steps(int arg, const char *name)
{
	struct gl_stats before, after;
	our_scene(arg);
	gl_get_stats(gl, &before);
	our_scene(arg);
	gl_get_stats(gl, &after);
	const struct gl_cost *a = &before.total, *b = &after.total;
	struct gl_canvas_times t = gl_canvas_times(our_canvas(arg % MOVED));
	const struct {
		const char *name, *unit;
		double value;
	} steps[] = {
		{"encode", "ms", t.encode},
		{"decode", "ms", ms(a->decode_ns, b->decode_ns)},
		{"coverage", "ms", ms(a->cover_ns, b->cover_ns)},
		{"paint", "ms", ms(a->paint_ns, b->paint_ns)},
		{"GL", "ms", ms(a->gl_ns, b->gl_ns)},
		{"stream", "bytes", (double)t.bytes},
		{"uploaded", "bytes", (double)(b->uploaded - a->uploaded)},
		{"draw calls", "calls", (double)(b->calls - a->calls)},
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		printf("{\"bench\":\"gl\",\"case\":\"%s: "
		       "%s\",\"unit\":\"%s\",\"ours\":%.4g,"
		       "\"peer\":null,\"peer_name\":\"\",\"ratio\":null}\n",
			name, steps[i].name, steps[i].unit, steps[i].value);
}

static void run_scene(int i, int moved)
{
	char name[96], ask[32];
	snprintf(name, sizeof name, "%s, %s", scenes[i].what, moved ? "moved" : "again");
	snprintf(ask, sizeof ask, "%s%s", scenes[i].name, moved ? " moved" : "");
	struct contest contest = {
		.name = name,
		.unit = "ms",
		.ours = {our_scene, i | moved},
		.sides = {{cairo_scene, i | moved, .name = "Cairo",
				  .bound = REDRAW_BOUND},
			{.peer = PEER_QT, .ask = ask, .name = "raster"}},
		.repetitions = 15,
	};
	if (i == SCENE_PHOTO)
		contest.sides[2] = (struct side){cairo_scene, i | moved | COARSE,
			.name = "Cairo, CAIRO_FILTER_BILINEAR, which aliases"};
	contest_run(&contest);
	print_steps(i | moved, name);
}

static void run_both(int i)
{
	run_scene(i, 0);
	run_scene(i, MOVED);
}

/* A list scrolled by some pixels: the rows are a sub-layer. */

static int scrolled(int *frame)
{
	return ++*frame * LIST_SCROLL % (LIST_ROWS * LIST_ROW - 1000);
}

static double our_scroll(int arg)
{
	struct canvas *c = our_canvas(EXTRA_SCROLL);
	static bool kept;
	if (!kept) {
		gl_canvas_keep_sublayer(c, c->width, LIST_ROWS * LIST_ROW);
		c->ops->begin(c, 0xffffffff);
		list_rows(c, 0, LIST_ROWS);
		c->ops->end(c);
		kept = true;
	}
	uint64_t start = clock_now_ns();
	c->ops->begin(c, 0xffffffff);
	gl_canvas_place(c, (float)scrolled(&our_frame));
	c->ops->end(c);
	return ms_since(start);
}

static double cairo_scroll(int arg)
{
	struct canvas *c = cairo_canvas(EXTRA_SCROLL);
	uint64_t start = clock_now_ns();
	c->ops->begin(c, 0xffffffff);
	list_draw(c, scrolled(&cairo_frame));
	c->ops->end(c);
	return ms_since(start);
}

static void case_scroll(void)
{
	contest_run(&(struct contest){
		.name = "a list of 1,000 rows scrolled by 7 px",
		.unit = "ms",
		.ours = {our_scroll},
		.sides = {{cairo_scroll, .name = "Cairo, the rows that show",
			.bound = PART_BOUND}},
	});
}

/* A caret that blinks on the page: the page is a macro. */

static double our_caret(int arg)
{
	struct canvas *c = our_canvas(EXTRA_CARET);
	static bool kept;
	if (!kept) {
		gl_canvas_keep_macro(c);
		c->ops->begin(c, 0xffffffff);
		page_draw(c);
		c->ops->end(c);
		kept = true;
	}
	uint64_t start = clock_now_ns();
	c->ops->begin(c, 0xffffffff);
	gl_canvas_call(c);
	if (our_frame++ % 2)
		caret_draw(c);
	c->ops->end(c);
	return ms_since(start);
}

/* clipped: only where the caret is, which an application has to know by itself. */
static double cairo_caret(int clipped)
{
	struct canvas *c = cairo_canvas(EXTRA_CARET);
	uint64_t start = clock_now_ns();
	if (clipped)
		c->ops->clip(c, CARET_X0, CARET_Y0, CARET_X1, CARET_Y1);
	c->ops->begin(c, 0xffffffff);
	page_draw(c);
	if (cairo_frame++ % 2)
		caret_draw(c);
	c->ops->end(c);
	if (clipped)
		c->ops->unclip(c);
	return ms_since(start);
}

static void case_caret(void)
{
	contest_run(&(struct contest){
		.name = "a caret that blinks on 5,000 glyphs",
		.unit = "ms",
		.ours = {our_caret},
		.sides = {{cairo_caret, 0, .name = "Cairo, the window",
				  .bound = PART_BOUND},
			{cairo_caret, 1, .name = "Cairo, clipped to the caret"}},
	});
}

static void case_tiger(void)
{
	run_both(SCENE_TIGER);
}

static void case_page(void)
{
	run_both(SCENE_PAGE);
}

static void case_cards(void)
{
	run_both(SCENE_CARDS);
}

static void case_gradients(void)
{
	run_both(SCENE_GRADIENTS);
}

static void case_dashes(void)
{
	run_both(SCENE_DASHES);
}

static void case_photo(void)
{
	run_both(SCENE_PHOTO);
}

static void case_settings(void)
{
	run_both(SCENE_SETTINGS);
}

static void case_list(void)
{
	run_both(SCENE_LIST);
}

/* Ours and Cairo's pictures beside each other, to look at. */
static void case_look(void)
{
	for (int i = 0; i < SCENES; i++) {
		char path[64];
		struct canvas *c = our_canvas(i);
		uint8_t *rgba = malloc((size_t)c->width * (size_t)c->height * 4);
		scene_draw(&scenes[i], c, 1, 0);
		scene_draw(&scenes[i], cairo_canvas(i), 1, 0);
		snprintf(path, sizeof path, "%s-ours.png", scenes[i].name);
		if (!rgba)
			abort();
		gl_canvas_read(c, rgba);
		if (gl_png_write(path, rgba, c->width, c->height) < 0)
			fprintf(stderr, "bench: %s cannot be written\n", path);
		snprintf(path, sizeof path, "%s-cairo.png", scenes[i].name);
		cairo_canvas_write(cairo_canvas(i), path);
		free(rgba);
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: bench_gl DIRECTORY [CASE ...]\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct bench_case cases[] = {
		{"tiger", case_tiger},
		{"page", case_page},
		{"cards", case_cards},
		{"gradients", case_gradients},
		{"dashes", case_dashes},
		{"photo", case_photo},
		{"settings", case_settings},
		{"list", case_list},
		{"scroll", case_scroll},
		{"caret", case_caret},
		{0},
	};
	struct gl_error err;
	if (argc < 2)
		return usage();
	if (text_libraries_load() < 0)
		return 1;
	settle(); /* before the driver makes its threads: they are to share this CPU */
	scenes_init();
	if (gl_create(&gl, GL_PLATFORM_SURFACELESS, NULL, &err) < 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		return 1;
	}
	fprintf(stderr, "bench: %s\n", gl_describe(gl));
	if (argc == 3 && strcmp(argv[2], "look") == 0) {
		case_look();
		return 0;
	}
	return bench_run("gl", cases, argc, argv);
}
