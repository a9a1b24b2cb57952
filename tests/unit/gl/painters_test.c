/*
 * The card's painter and the processor's give the same pixels, to within a rounding for
 * each layer of paint: every item, brush and mode, through boxes, masks and glyphs.
 */
#include "rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/private.h"

#define SIDE 64

static struct rig card, processor;

static const char *const modes[] = {"over", "clear", "source", "in", "out", "atop",
	"dest", "dest-over", "dest-in", "dest-out", "dest-atop", "xor", "plus",
	"multiply", "screen"};

/* What is below: opaque left, translucent in the middle, clear right. */
#define BELOW                                                                            \
	"clip rect 0 0 20 64\nbrush color #3060c0ff\npaint\nclip pop\n"                  \
	"clip rect 20 0 44 64\nbrush color #c0602080\npaint\nclip pop\n"

#define DISC  "clip ellipse 4 4 60 60\n"
#define CURVE "transform push 0.8 -0.3 10 0.3 0.8 4\nclip rrect 2 2 50 50 9 3 20 0\n"

#define IMAGE                                                                            \
	"image 3 5 4 {\n"                                                                \
	"ff0000ff 00ff00ff 0000ffff ffffffff 000000ff\n"                                 \
	"80000080 00800080 00008080 80808080 00000000\n"                                 \
	"204060ff 604020ff 206040ff 402060ff 604060ff\n"                                 \
	"ffff00ff 00ffffff ff00ffff 101010ff f0f0f0ff\n}\n"

#define STOPS "0 #000000ff 0.2 #ff0000ff 0.2 #00ff00ff 0.7 #0000ff40 1 #ffffffff\n"

static const struct {
	const char *name, *text;
	int tolerance;
} cases[] = {
	{"linear", "brush linear 0 0 64 0 pad 0 #000000ff 1 #ffffffff\npaint\n", 1},
	{"linear, red to clear blue",
		"brush color #ffffffff\npaint\n"
		"brush linear 0 0 64 0 pad 0 #ff0000ff 1 #0000ff00\npaint\n",
		1},
	{"linear, hard edges, pad", "brush linear 10 5 50 30 pad " STOPS "paint\n", 1},
	{"linear, hard edges, repeat",
		"brush linear 10.3 5 31 9.1 repeat " STOPS "paint\n", 1},
	{"linear, hard edges, reflect",
		"brush linear 10.3 5 31 9.1 reflect " STOPS "paint\n", 1},
	{"linear, one stop", "brush linear 0 0 9 9 pad 0.5 #80ff00c0\npaint\n", 1},
	{"linear, no length", "brush linear 9 9 9 9 pad " STOPS "paint\n", 1},
	{"linear in a disc",
		BELOW DISC "brush linear 0 0 64 64 pad " STOPS "paint\nclip pop\n", 1},
	{"linear, turned",
		CURVE "brush linear 5 5 45 45 reflect " STOPS
		      "paint\nclip pop\ntransform pop\n",
		1},
	{"radial", "brush radial 32 32 0 32 32 30 pad " STOPS "paint\n", 1},
	{"radial, focus", "brush radial 22 30 2 34 32 30 reflect " STOPS "paint\n", 1},
	{"radial, repeat", "brush radial 30 30 4 32 32 12 repeat " STOPS "paint\n", 2},
	{"radial in a disc, squeezed",
		BELOW DISC "transform push 1 0 0 0.2 0.5 0\n"
			   "brush radial 30 50 3 33 52 40 pad " STOPS
			   "paint\ntransform pop\nclip pop\n",
		1},
	{"image, as it is",
		BELOW IMAGE "transform push 1 0 7 0 1 9\n"
			    "brush image 3 linear 0 0 5 4\npaint\ntransform pop\n",
		1},
	{"image, large, linear",
		BELOW IMAGE "transform push 11 0 3 0 12 3\n"
			    "brush image 3 linear 0 0 5 4\npaint\ntransform pop\n",
		2},
	{"image, large, nearest",
		BELOW IMAGE "transform push 11 0 3.2 0 12 3.3\n"
			    "brush image 3 nearest 0 0 5 4\npaint\ntransform pop\n",
		1},
	{"image, part of it, turned",
		BELOW IMAGE "transform push 9 -5 20 4 8 5\n"
			    "brush image 3 linear 1 1 4 3\npaint\ntransform pop\n",
		2},
	{"image, small",
		IMAGE "transform push 0.4 0 9 0 0.7 9\nbrush image 3 linear 0 0 5 4\n"
		      "paint\ntransform pop\n",
		2},
	{"image in a disc, within a group",
		BELOW IMAGE DISC "group push 0.6 over\ntransform push 11 0 3 0 12 3\n"
				 "brush image 3 linear 0 0 5 4\npaint\ntransform pop\n"
				 "group pop\nclip pop\n",
		2},
	{"groups in groups",
		BELOW
		"group push 0.5 over\nbrush color #ff0000ff\nclip rect 8 8 40 40\npaint\n"
		"clip pop\ngroup push 0.5 xor\n" DISC
		"brush color #ffffffc0\npaint\nclip pop\ngroup pop\ngroup pop\n",
		2},
	{"a sub-layer on whole pixels",
		"sublayer 1 40 200 {\n" BELOW DISC
		"brush color #ff00ff80\npaint\nclip pop\n}\n"
		"brush color #ffffffff\npaint\nplace 1 5 6 50 60 3 4\n",
		2},
	{"a sub-layer in a disc",
		"sublayer 1 40 200 {\n" BELOW DISC
		"brush color #ff00ff80\npaint\nclip pop\n}\n" BELOW DISC
		"place 1 5 6 50 60 3 4\nclip pop\n",
		2},
	{"a sub-layer between pixels",
		"sublayer 1 40 200 {\n" BELOW DISC
		"brush color #ff00ff80\npaint\nclip pop\n}\n" BELOW
		"transform push 1 0 0.5 0 1 0.25\nplace 1 5 6 50 60 3 4\ntransform pop\n",
		3},
};

static struct gl_layer *layer_of(struct rig *rig)
{
	return rig_layer(rig, SIDE, SIDE);
}

static void submit(struct gl_layer *layer, const char *text)
{
	uint8_t *stream = NULL;
	size_t size = 0;
	struct optext_error wrong;
	struct gl_op_error err;
	struct gl_region damage;
	if (optext_assemble(text, strlen(text), &stream, &size, &wrong))
		fail_msg("line %zu: %s\n%s", wrong.line, wrong.text, text);
	if (gl_layer_submit(layer, stream, size, &damage, &err))
		fail_msg("byte %zu: %s\n%s", err.offset, err.reason, text);
	free(stream);
}

static void paint(struct rig *rig, const char *text)
{
	struct gl_layer *layer = layer_of(rig);
	submit(layer, text);
	rig_read(rig, layer, SIDE, SIDE);
	rig_clear(rig);
}
static void expect_alike(const char *text, int tolerance)
{
	for (int32_t y = 0; y < SIDE; y++) {
		for (int32_t x = 0; x < SIDE; x++) {
			uint32_t a = rig_pixel(&card, x, y);
			uint32_t b = rig_pixel(&processor, x, y);
			for (int s = 0; s < 32; s += 8)
				if (abs((int)(a >> s & 255) - (int)(b >> s & 255)) >
					tolerance)
					fail_msg("pixel %d,%d is %08x by the card, %08x "
						 "by the processor\n%s",
						x, y, a, b, text);
		}
	}
}

static void compare(const char *body, int tolerance)
{
	char text[8192];
	snprintf(text, sizeof text, "osaas ops 1.1\n%s", body);
	paint(&card, text);
	paint(&processor, text);
	expect_alike(text, tolerance);
}

static void test_case(void **state)
{
	size_t i = (size_t)(uintptr_t)*state;
	compare(cases[i].text, cases[i].tolerance);
}

/* Every mode, of brushes and shapes of each kind. */
static void test_modes(void **state)
{
	static const char *const brushes[] = {"brush color #ff8040ff\n",
		"brush color #40ff8080\n", "brush linear 0 0 64 64 pad " STOPS,
		IMAGE "transform multiply 11 0 4 0 12 4\nbrush image 3 linear 0 0 5 4\n"};
	static const char *const shapes[] = {
		"clip rect 6 7 58 50\n", "clip rect 6 7.3 58 50.5\n", DISC};
	(void)state;
	for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
		for (size_t b = 0; b < sizeof brushes / sizeof *brushes; b++)
			for (size_t s = 0; s < 3; s++) {
				char text[4096];
				snprintf(text, sizeof text,
					BELOW "%stransform push 1 0 0 0 1 0\n%sblend %s\n"
					      "paint\ntransform pop\nclip pop\n",
					shapes[s], brushes[b], modes[m]);
				compare(text, 2);
			}
}

static void test_group_modes(void **state)
{
	static const char *const shapes[] = {
		"clip rect 6 7 58 50\n", "clip rect 6 7.3 58 50.5\n", DISC};
	(void)state;
	for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
		for (size_t s = 0; s < 3; s++) {
			char text[4096];
			snprintf(text, sizeof text,
				BELOW "%sgroup push 0.75 %s\nbrush color #ff8040ff\n"
				      "clip ellipse 10 10 50 50\npaint\nclip pop\n"
				      "brush color #00ff0080\nclip rect 30 0 64 30\n"
				      "paint\nclip pop\ngroup pop\nclip pop\n",
				shapes[s], modes[m]);
			compare(text, 4); /* the group's alpha has 8 bits */
		}
}

/* Blending of glyphs, small and large, plain and through a mask. */
static void test_glyphs(void **state)
{
	static const char *const clips[] = {"clip rect 2 2 62 62\n", DISC};
	static const char *const brushes[] = {
		"brush color #102030ff\n", "brush linear 0 0 64 64 pad " STOPS};
	static const float sizes[] = {14, 40, 400};
	(void)state;
	if (!card.gl->fonts)
		skip();
	for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
		for (size_t c = 0; c < 2; c++)
			for (size_t b = 0; b < 2; b++)
				for (size_t s = 0; s < 3; s++) {
					char text[4096];
					snprintf(text, sizeof text,
						"font query 1 400 upright "
						"\"sans-serif\"\n" BELOW
						"%s%sblend %s\nglyphs 1 %g {\n36 3 40\n"
						"37 14.3 40\n40 30 44\n50 44 50\n}\n"
						"clip pop\n",
						clips[c], brushes[b], modes[m],
						(double)sizes[s]);
					compare(text, 2);
				}
}

/* Coverage down to 1/65535: a white sliver on black shows. */
static void test_faint(void **state)
{
	char text[4096] = "brush color #000000ff\npaint\nbrush color #ffffffff\n";
	(void)state;
	for (int i = 0; i < 60; i++) {
		size_t n = strlen(text);
		snprintf(text + n, sizeof text - n,
			"clip rect %d 0 %.7f 64\npaint\nclip pop\n", i + 2,
			i + 2 + (i + 1) / 4000.0);
	}
	compare(text, 1);
	/* 1/255 of white is 13; 16 bits know it. */
	compare("brush color #000000ff\npaint\nbrush color #ffffffff\n"
		"clip rect 8 8 9 8.0039216\npaint\nclip pop\n",
		1);
	rig_expect(&card, 8, 8, 0x0d0d0dff, 1);
}

/* An image that changes in part, while it shows large, small and not at all. */
static void test_image_changes(void **state)
{
	static const char *const frames[] = {IMAGE, "",
		"image update 3 1 2 2 1 {\n102030ff 80402080\n}\n",
		"image update 3 0 0 1 4 {\nffffffff 00000000 00ff00ff 112233ff\n}\n",
		"image retire 3\n" IMAGE, "image update 3 4 3 1 1 {\n000000ff\n}\n"};
	struct gl_layer *both[] = {layer_of(&card), layer_of(&processor)};
	(void)state;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		char text[4096];
		snprintf(text, sizeof text,
			"osaas ops 1.1\n%s" BELOW
			"transform push %s 0 4 0 %s 5\nbrush image 3 linear 0 0 5 4\n"
			"paint\ntransform pop\n",
			frames[i], i % 2 ? "0.4" : "9", i % 2 ? "0.5" : "8");
		for (int k = 0; k < 2; k++) {
			struct rig *rig = k ? &processor : &card;
			submit(both[k], text);
			rig_read(rig, both[k], SIDE, SIDE);
		}
		expect_alike(text, 2);
	}
}

/* What was uploaded once is not uploaded again, and all is drawn with one call. */
static void test_steady(void **state)
{
	struct gl_layer *layer = layer_of(&card);
	const struct gl_batch *b = &card.gl->batch;
	(void)state;
	stream_begin(&card.stream);
	for (int k = 0; k < 20; k++) {
		put_rrect(&card.stream, (float)k, (float)k, (float)k + 30,
			(float)k + 33.3f, 9);
		put_all(&card.stream, 0xff000080);
		put_clip_pop(&card.stream);
	}
	rig_submit(&card, layer);
	for (int i = 0; i < 4; i++) {
		uint64_t ring = b->ring.uploaded, calls = b->counts.calls;
		layer->dirty = (struct gl_region){1, {{0, 0, SIDE, SIDE}}};
		assert_int_equal(gl_layer_draw(layer), 0);
		assert_int_equal(b->counts.calls - calls, 1);
		assert_true((b->ring.uploaded > ring) == (i == 0));
	}
}

static int clear(void **state)
{
	(void)state;
	rig_clear(&card);
	rig_clear(&processor);
	return 0;
}

int main(int argc, char **argv)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
#define T(name) cmocka_unit_test_teardown(name, clear)
	static const struct CMUnitTest others[] = {
		T(test_modes),
		T(test_group_modes),
		T(test_glyphs),
		T(test_faint),
		T(test_image_changes),
		T(test_steady),
	};
	struct CMUnitTest tests[N + sizeof others / sizeof *others];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){
			cases[i].name, test_case, NULL, clear, (void *)(uintptr_t)i};
	memcpy(tests + N, others, sizeof others);
	rig_open(&card, GL_PAINTER_GL, argc > 1 ? atoi(argv[1]) : 3);
	rig_open(&processor, GL_PAINTER_SCALAR, 3);
	int failed = cmocka_run_group_tests_name("painters", tests, NULL, NULL);
	rig_close(&processor);
	rig_close(&card);
	return failed != 0;
}
