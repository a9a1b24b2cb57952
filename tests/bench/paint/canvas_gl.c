#include "canvas_gl.h"

#include <GLES2/gl2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/opwire.h"

#define FONT     1
#define MACRO    1
#define SUBLAYER 1

struct gl_canvas {
	struct canvas canvas;
	struct gl_layer *layer;
	uint8_t *data;
	size_t size, room;
	uint8_t *verbs;
	size_t n_verbs, verbs_room;
	size_t kept; /* offset of the record that keeps this picture; 0: it is shown */
	enum op_code keep;
	int keep_width, keep_height, fonts, images;
	uint64_t start_ns;
	struct gl_canvas_times times;
};

static struct gl_canvas *of(struct canvas *c)
{
	return (struct gl_canvas *)c;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static void *grown(void *data, size_t *room, size_t need)
{
	while (*room < need)
		*room = *room ? *room * 2 : 1 << 16;
	data = realloc(data, *room);
	if (!data)
		die("out of memory");
	return data;
}

static void put(struct gl_canvas *c, const void *bytes, size_t n)
{
	if (c->size + n > c->room)
		c->data = grown(c->data, &c->room, c->size + n);
	if (n > 0)
		memcpy(c->data + c->size, bytes, n);
	c->size += n;
}

static void head(struct gl_canvas *c, enum op_code op, size_t bytes)
{
	const uint32_t v = (uint32_t)op | (uint32_t)(bytes / 4) << 8;
	put(c, &v, sizeof v);
}

static void record(
	struct gl_canvas *c, enum op_code op, const void *payload, size_t bytes)
{
	head(c, op, bytes);
	put(c, payload, bytes);
}

static void floats(struct gl_canvas *c, enum op_code op, const float *v, size_t n)
{
	record(c, op, v, n * sizeof *v);
}

/* 0xAARRGGBB to bytes R G B A. */
static uint32_t wire(uint32_t color)
{
	return (color & 0xff00ff00u) | (color >> 16 & 255) | (color & 255) << 16;
}

static void paint(struct gl_canvas *c, uint32_t color)
{
	const uint32_t v = wire(color);
	record(c, OP_BRUSH_COLOR, &v, sizeof v);
	head(c, OP_PAINT, 0);
}

static void define_font(struct gl_canvas *c)
{
	static const char families[12] = "DejaVu Sans";
	const uint32_t v[] = {FONT, 400, SLANT_UPRIGHT, 11};
	if (c->fonts++ || c->kept)
		return;
	head(c, OP_FONT_QUERY, sizeof v + sizeof families);
	put(c, v, sizeof v);
	put(c, families, sizeof families);
}

static void begin(struct canvas *canvas, uint32_t color)
{
	struct gl_canvas *c = of(canvas);
	const uint32_t v[] = {OPWIRE_MAGIC, OPWIRE_MAJOR | OPWIRE_MINOR << 16, 0, 0};
	c->start_ns = clock_now_ns();
	c->size = c->n_verbs = 0;
	c->kept = 0;
	put(c, v, sizeof v);
	define_font(c);
	if (c->keep) {
		const uint32_t what[] = {
			1, (uint32_t)c->keep_width, (uint32_t)c->keep_height, 0};
		c->kept = c->size;
		head(c, c->keep, 0);
		put(c, what, c->keep == OP_MACRO ? 4 : sizeof what);
	}
	if (c->keep != OP_MACRO)
		paint(c, color);
}

static void finish(struct gl_canvas *c)
{
	const uint32_t size = (uint32_t)c->size;
	struct gl_region damage;
	struct gl_op_error err;
	memcpy(c->data + 8, &size, sizeof size);
	uint64_t encoded = clock_now_ns();
	if (gl_layer_submit(c->layer, c->data, c->size, &damage, &err) < 0) {
		fprintf(stderr, "bench: refused at %zu: %s\n", err.offset, err.reason);
		exit(1);
	}
	uint64_t submitted = clock_now_ns();
	if (gl_layer_draw(c->layer) < 0)
		die("the layer cannot be drawn");
	glFinish();
	uint64_t drawn = clock_now_ns();
	c->times = (struct gl_canvas_times){
		.encode = (double)(encoded - c->start_ns) / 1e6,
		.submit = (double)(submitted - encoded) / 1e6,
		.draw = (double)(drawn - submitted) / 1e6,
		.bytes = c->size,
	};
}

static void end(struct canvas *canvas)
{
	struct gl_canvas *c = of(canvas);
	if (c->kept) {
		size_t words = (c->size - c->kept - 4) / 4;
		const uint32_t v = (uint32_t)c->keep | (uint32_t)words << 8;
		memcpy(c->data + c->kept, &v, sizeof v);
		c->keep = 0;
	}
	finish(c);
}

static void push(
	struct canvas *c, float sx, float hx, float ox, float hy, float sy, float oy)
{
	floats(of(c), OP_TRANSFORM_PUSH, (const float[]){sx, hx, ox, hy, sy, oy}, 6);
}

static void pop(struct canvas *c)
{
	head(of(c), OP_TRANSFORM_POP, 0);
}

static void clip(struct canvas *c, float x0, float y0, float x1, float y1)
{
	floats(of(c), OP_CLIP_RECT, (const float[]){x0, y0, x1, y1}, 4);
}

static void unclip(struct canvas *c)
{
	head(of(c), OP_CLIP_POP, 0);
}

static void verb(struct canvas *canvas, enum op_verb v, const float *at, size_t n)
{
	struct gl_canvas *c = of(canvas);
	const uint32_t word = v;
	size_t bytes = n * sizeof *at;
	if (c->n_verbs + 4 + bytes > c->verbs_room)
		c->verbs = grown(c->verbs, &c->verbs_room, c->n_verbs + 4 + bytes);
	memcpy(c->verbs + c->n_verbs, &word, 4);
	if (bytes)
		memcpy(c->verbs + c->n_verbs + 4, at, bytes);
	c->n_verbs += 4 + bytes;
}

static void move(struct canvas *c, float x, float y)
{
	verb(c, VERB_MOVE, (const float[]){x, y}, 2);
}

static void line(struct canvas *c, float x, float y)
{
	verb(c, VERB_LINE, (const float[]){x, y}, 2);
}

static void cubic(
	struct canvas *c, float ax, float ay, float bx, float by, float x, float y)
{
	verb(c, VERB_CUBIC, (const float[]){ax, ay, bx, by, x, y}, 6);
}

static void close(struct canvas *c)
{
	verb(c, VERB_CLOSE, NULL, 0);
}

static void fill(struct canvas *canvas, uint32_t color)
{
	struct gl_canvas *c = of(canvas);
	record(c, OP_CLIP_PATH, c->verbs, c->n_verbs);
	c->n_verbs = 0;
	paint(c, color);
	head(c, OP_CLIP_POP, 0);
}

static void stroke(
	struct canvas *canvas, float width, const float *dashes, size_t n, uint32_t color)
{
	struct gl_canvas *c = of(canvas);
	const float limit = 4, offset = 0;
	const uint32_t style = JOIN_ROUND | CAP_BUTT << 8, count = (uint32_t)n;
	head(c, OP_CLIP_STROKE, (OPWIRE_STROKE_WORDS + n) * 4 + c->n_verbs);
	put(c, &width, 4);
	put(c, &style, 4);
	put(c, &limit, 4);
	put(c, &offset, 4);
	put(c, &count, 4);
	put(c, dashes, n * 4);
	put(c, c->verbs, c->n_verbs);
	c->n_verbs = 0;
	paint(c, color);
	head(c, OP_CLIP_POP, 0);
}

static void rect(struct canvas *c, float x0, float y0, float x1, float y1, uint32_t color)
{
	clip(c, x0, y0, x1, y1);
	paint(of(c), color);
	unclip(c);
}

static void rrect(
	struct canvas *c, float x0, float y0, float x1, float y1, float r, uint32_t color)
{
	floats(of(c), OP_CLIP_RRECT, (const float[]){x0, y0, x1, y1, r, r, r, r}, 8);
	paint(of(c), color);
	unclip(c);
}

static void shadow(struct canvas *c, float x0, float y0, float x1, float y1, float r,
	float sigma, uint32_t color)
{
	const uint32_t flags = 0;
	head(of(c), OP_CLIP_BLUR, 40);
	put(of(c), (const float[]){x0, y0, x1, y1, r, r, r, r, sigma}, 36);
	put(of(c), &flags, 4);
	paint(of(c), color);
	unclip(c);
}

static void stops_of(struct gl_canvas *c, const struct canvas_stop *stops, size_t n)
{
	const uint32_t v[] = {SPREAD_PAD, (uint32_t)n};
	put(c, v, sizeof v);
	for (size_t i = 0; i < n; i++) {
		const uint32_t color = wire(stops[i].color);
		put(c, &stops[i].at, 4);
		put(c, &color, 4);
	}
}

static void fill_box(struct canvas *c, float w, float h)
{
	clip(c, 0, 0, w, h);
	head(of(c), OP_PAINT, 0);
	unclip(c);
}

static void linear(
	struct canvas *c, float w, float h, const struct canvas_stop *stops, size_t n)
{
	head(of(c), OP_BRUSH_LINEAR, (6 + 2 * n) * 4);
	put(of(c), (const float[]){0, 0, w, h}, 16);
	stops_of(of(c), stops, n);
	fill_box(c, w, h);
}

static void radial(
	struct canvas *c, float w, float h, const struct canvas_stop *stops, size_t n)
{
	head(of(c), OP_BRUSH_RADIAL, (8 + 2 * n) * 4);
	put(of(c), (const float[]){w / 2, h / 2, 0, w / 2, h / 2, w}, 24);
	stops_of(of(c), stops, n);
	fill_box(c, w, h);
}

static void glyphs(struct canvas *canvas, float size, const uint16_t *ids,
	const float *xy, size_t n, uint32_t color)
{
	struct gl_canvas *c = of(canvas);
	const uint32_t v = wire(color), font = FONT, zero = 0;
	record(c, OP_BRUSH_COLOR, &v, 4);
	head(c, OP_GLYPHS, 12 + n * 12);
	put(c, &font, 4);
	put(c, &size, 4);
	put(c, &zero, 4);
	for (size_t i = 0; i < n; i++) {
		const uint32_t id = ids[i];
		put(c, &id, 4);
		put(c, &xy[2 * i], 8);
	}
}

static void image(struct canvas *canvas, struct canvas_image *from)
{
	struct gl_canvas *c = of(canvas);
	size_t n = (size_t)from->width * (size_t)from->height;
	if (!c->images++) {
		uint8_t *rgba = malloc(n * 4);
		for (size_t i = 0; rgba && i < n; i++) {
			uint32_t v = wire(from->pixels[i]);
			memcpy(rgba + 4 * i, &v, 4);
		}
		if (!rgba || gl_layer_image(c->layer, 1, from->width, from->height, rgba,
				     NULL, NULL) < 0)
			die("the image is refused");
	}
	const uint32_t v[] = {1, FILTER_LINEAR};
	head(c, OP_BRUSH_IMAGE, 24);
	put(c, v, sizeof v);
	put(c, (const float[]){0, 0, (float)from->width, (float)from->height}, 16);
	head(c, OP_PAINT, 0);
}

static const struct canvas_ops ops = {
	.begin = begin,
	.end = end,
	.push = push,
	.pop = pop,
	.clip = clip,
	.unclip = unclip,
	.move = move,
	.line = line,
	.cubic = cubic,
	.close = close,
	.fill = fill,
	.stroke = stroke,
	.rect = rect,
	.rrect = rrect,
	.shadow = shadow,
	.linear = linear,
	.radial = radial,
	.glyphs = glyphs,
	.image = image,
};

struct canvas *gl_canvas_create(struct gl *gl, int width, int height)
{
	struct gl_canvas *c = calloc(1, sizeof *c);
	if (!c || gl_layer_create(gl, width, height, &c->layer) < 0)
		die("a layer cannot be made");
	c->canvas = (struct canvas){&ops, width, height};
	return &c->canvas;
}

void gl_canvas_destroy(struct canvas *c)
{
	gl_layer_destroy(of(c)->layer);
	free(of(c)->data);
	free(of(c)->verbs);
	free(c);
}

void gl_canvas_keep_macro(struct canvas *c)
{
	of(c)->keep = OP_MACRO;
}

void gl_canvas_keep_sublayer(struct canvas *c, int width, int height)
{
	of(c)->keep = OP_SUBLAYER;
	of(c)->keep_width = width;
	of(c)->keep_height = height;
}

void gl_canvas_call(struct canvas *c)
{
	const uint32_t id = MACRO;
	record(of(c), OP_CALL, &id, 4);
}

void gl_canvas_place(struct canvas *c, float top)
{
	const uint32_t id = SUBLAYER;
	head(of(c), OP_PLACE, 28);
	put(of(c), &id, 4);
	put(of(c), (const float[]){0, 0, (float)c->width, (float)c->height, 0, top}, 24);
}

struct gl_canvas_times gl_canvas_times(const struct canvas *c)
{
	return ((const struct gl_canvas *)c)->times;
}

void gl_canvas_read(struct canvas *c, uint8_t *rgba)
{
	if (gl_layer_read(of(c)->layer, rgba) < 0)
		die("the layer cannot be read");
}
