#include "oracle.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 64
#define MAX_IDS   256
#define UPRIGHT   256 /* px per em above which glyphs are outlines */

/* What the window defined, newest last; retired ones have no line. */
struct definition {
	const char *kind;
	uint32_t id;
	const struct line *line;
	struct image image;
	uint8_t *bytes; /* of an image */
	int width, height;
	struct font font;
};

struct clip {
	struct clip *below;
	struct mask all; /* product with those below */
};

struct group {
	struct picture canvas; /* beneath it */
	double opacity;
	const char *mode;
	const struct clip *clip;
};

struct state {
	struct picture canvas;
	struct affine t, saved[MAX_DEPTH];
	struct clip *clip;
	const struct line *brush; /* NULL: opaque black */
	struct image *image;      /* of that */
	const char *blend;
	struct group groups[MAX_DEPTH];
	size_t n_saved, n_groups;
	int depth; /* of calls */
};

struct deferred {
	const struct line *body;
	struct affine t;
};

static struct {
	jmp_buf fail;
	char *error;
	void **memory;
	size_t n_memory, cap_memory;
	struct definition ids[MAX_IDS];
	size_t n_ids;
	struct deferred deferred[MAX_IDS];
	size_t n_deferred;
	int rows;
} oracle;

void *oracle_new(size_t n, size_t size)
{
	if (oracle.n_memory == oracle.cap_memory) {
		oracle.cap_memory = oracle.cap_memory * 2 + 64;
		oracle.memory =
			realloc(oracle.memory, oracle.cap_memory * sizeof *oracle.memory);
	}
	void *memory = calloc(n, size);
	if (!memory || !oracle.memory)
		abort();
	return oracle.memory[oracle.n_memory++] = memory;
}

void oracle_forget(void)
{
	fonts_close();
	while (oracle.n_memory > 0)
		free(oracle.memory[--oracle.n_memory]);
	free(oracle.memory);
	memset(&oracle, 0, sizeof oracle);
}

void oracle_fail(unsigned line, const char *format, ...)
{
	va_list args;
	int n = snprintf(oracle.error, 200, "line %u: ", line);
	va_start(args, format);
	vsnprintf(oracle.error + n, 200 - (size_t)n, format, args);
	va_end(args);
	longjmp(oracle.fail, 1);
}

static struct picture picture_new(int width, int height)
{
	return (struct picture){width, height,
		oracle_new((size_t)width * (size_t)height, sizeof(struct pixel))};
}

static struct definition *find(const struct line *line, size_t word, const char *kind)
{
	uint32_t id = line_integer(line, word);
	for (size_t i = oracle.n_ids; i-- > 0;)
		if (oracle.ids[i].id == id && !strcmp(oracle.ids[i].kind, kind)) {
			if (oracle.ids[i].line)
				return &oracle.ids[i];
			break;
		}
	oracle_fail(line->number, "no %s %u", kind, id);
}

static struct definition *define(const struct line *line, size_t word, const char *kind)
{
	if (oracle.n_ids == MAX_IDS)
		oracle_fail(line->number, "too many definitions");
	struct definition *d = &oracle.ids[oracle.n_ids++];
	*d = (struct definition){
		.kind = kind, .id = line_integer(line, word), .line = line};
	return d;
}

static struct affine read_affine(const struct line *line)
{
	double m[6];
	for (size_t i = 0; i < 6; i++)
		m[i] = line_number(line, 2 + i);
	return (struct affine){m[0], m[1], m[2], m[3], m[4], m[5]};
}

static void read_numbers(const struct line *line, size_t word, double *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = line_number(line, word + i);
}

static struct mask fill(const struct state *s, struct edges *edges, bool even_odd)
{
	return mask_fill(edges, even_odd, s->canvas.width, s->canvas.height, oracle.rows);
}

static struct mask clip_mask(const struct state *s, const struct line *line)
{
	static const double none[4];
	struct edges edges = {0};
	double box[4] = {0}, radius[4];
	if (line->n >= 6 && !line_is(line, "clip", "stroke"))
		read_numbers(line, 2, box, 4);
	if (line_is(line, "clip", "rect")) {
		shape_rrect(&edges, &s->t, box, none);
	} else if (line_is(line, "clip", "ellipse")) {
		shape_ellipse(&edges, &s->t, box);
	} else if (line_is(line, "clip", "path") || line_is(line, "clip", "even-odd")) {
		shape_path(&edges, &s->t, line);
	} else if (line_is(line, "clip", "stroke")) {
		shape_stroke(&edges, &s->t, line);
	} else if (line_is(line, "clip", "rrect")) {
		read_numbers(line, 6, radius, 4);
		shape_rrect(&edges, &s->t, box, radius);
	} else if (line_is(line, "clip", "blur")) {
		struct blur blur = {
			.sigma = line_number(line, 10), .inverted = line->n > 11};
		memcpy(blur.box, box, sizeof box);
		read_numbers(line, 6, blur.radius, 4);
		return blur_mask(
			&blur, &s->t, s->canvas.width, s->canvas.height, oracle.rows);
	} else {
		oracle_fail(line->number, "no such clip");
	}
	return fill(s, &edges, line_is(line, "clip", "even-odd"));
}

static void push_clip(struct state *s, struct mask mask)
{
	struct clip *clip = oracle_new(1, sizeof *clip);
	size_t n = (size_t)mask.width * (size_t)mask.height;
	for (size_t i = 0; s->clip && i < n; i++)
		mask.k[i] *= s->clip->all.k[i];
	*clip = (struct clip){s->clip, mask};
	s->clip = clip;
}

static void push_rect(struct state *s, double x0, double y0, double x1, double y1)
{
	static const double none[4];
	struct edges edges = {0};
	shape_rrect(&edges, &s->t, (double[4]){x0, y0, x1, y1}, none);
	push_clip(s, fill(s, &edges, false));
}

static void pop_clip(struct state *s, const struct line *line)
{
	if (!s->clip)
		oracle_fail(line->number, "nothing is pushed");
	s->clip = s->clip->below;
}

static double coverage(const struct clip *clip, size_t i)
{
	return clip ? clip->all.k[i] : 1;
}

static void put(const struct state *s, const struct line *line, size_t i,
	struct pixel color, double k)
{
	if (k > 0 && !blend(s->blend, &s->canvas.p[i], &color, k))
		oracle_fail(line->number, "no blend mode %s", s->blend);
}

/* A brush under the transform of a paint. */
struct view {
	struct affine inverse;
	struct pixel color; /* unless one of these */
	struct gradient gradient;
	const struct image *image;
	double part[4], lod;
	bool nearest;
};

static struct pixel brush_at(const struct view *view, struct point p)
{
	p = affine_apply(&view->inverse, p);
	if (view->gradient.n)
		return gradient_at(&view->gradient, p);
	if (!view->image)
		return view->color;
	double u = p.x + view->part[0], v = p.y + view->part[1];
	return view->nearest ? image_nearest(view->image, view->part, u, v)
			     : image_sample(view->image, view->part, u, v, view->lod);
}

/* The longer way that a step of one pixel goes. */
static double lod_of(const struct affine *inverse)
{
	return log2(
		fmax(hypot(inverse->sx, inverse->hy), hypot(inverse->hx, inverse->sy)));
}

/* false: the brush paints nothing there. */
static bool find_view(const struct state *s, struct view *view)
{
	const struct line *brush = s->brush;
	*view = (struct view){.color = {{0, 0, 0, 1}}};
	if (!brush)
		return true;
	if (line_is(brush, "brush", "color")) {
		view->color = color_pixel(line_color(brush, 2));
		return true;
	}
	if (line_is(brush, "brush", "image")) {
		view->image = s->image;
		view->nearest = !strcmp(brush->words[3], "nearest");
		read_numbers(brush, 4, view->part, 4);
	} else {
		view->gradient = gradient_read(brush);
	}
	if (!affine_inverse(&s->t, &view->inverse))
		return false;
	view->lod = lod_of(&view->inverse);
	return true;
}

static void paint(struct state *s, const struct line *line)
{
	struct view view;
	int w = s->canvas.width;
	if (!find_view(s, &view))
		return;
	if (view.image)
		push_rect(s, 0, 0, view.part[2] - view.part[0],
			view.part[3] - view.part[1]);
	for (int i = 0; i < w * s->canvas.height; i++) {
		double k = coverage(s->clip, (size_t)i);
		struct point p = {i % w + 0.5, i / w + 0.5};
		if (k > 0)
			put(s, line, (size_t)i, brush_at(&view, p), k);
	}
	if (view.image)
		pop_clip(s, line);
}

/* The image is the one that the id has now. */
static void set_brush(struct state *s, const struct line *line)
{
	s->brush = line;
	if (line_is(line, "brush", "image")) {
		s->image = oracle_new(1, sizeof *s->image);
		*s->image = find(line, 2, "image")->image;
	}
}

static void push_group(struct state *s, const struct line *line)
{
	if (s->n_groups == MAX_DEPTH || line->n < 4)
		oracle_fail(line->number, "no such group");
	s->groups[s->n_groups++] =
		(struct group){s->canvas, line_number(line, 2), line->words[3], s->clip};
	s->canvas = picture_new(s->canvas.width, s->canvas.height);
}

/* Modes for which what the group left clear changes nothing beneath are not clipped. */
static bool bounded(const char *mode)
{
	static const char *const modes[] = {"over", "atop", "dest", "dest-over",
		"dest-out", "xor", "plus", "multiply", "screen"};
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (!strcmp(mode, modes[i]))
			return true;
	return false;
}

static void pop_group(struct state *s, const struct line *line)
{
	if (s->n_groups == 0)
		oracle_fail(line->number, "nothing is pushed");
	const struct group *g = &s->groups[--s->n_groups];
	struct picture children = s->canvas;
	size_t n = (size_t)children.width * (size_t)children.height;
	s->canvas = g->canvas;
	for (size_t i = 0; i < n; i++) {
		struct pixel color = children.p[i];
		for (int k = 0; k < 4; k++)
			color.v[k] *= g->opacity;
		double k = bounded(g->mode) ? 1 : coverage(g->clip, i);
		if (!blend(g->mode, &s->canvas.p[i], &color, k))
			oracle_fail(line->number, "no blend mode %s", g->mode);
	}
}

/* Small upright glyphs stand on quarters of a pixel, and on whole ones in y. */
static struct affine glyph_affine(const struct affine *t, double size, double x, double y)
{
	struct affine at = {.sx = size, .sy = size, .ox = x, .oy = y};
	struct affine m = affine_times(t, &at);
	if (t->hx == 0 && t->hy == 0 && t->sx == t->sy && t->sx > 0 && m.sx <= UPRIGHT) {
		m.ox = floor(m.ox * 4) / 4;
		m.oy = floor(m.oy + 0.5);
	}
	return m;
}

static void paint_glyph(struct state *s, const struct line *run, const struct line *glyph)
{
	struct affine m = glyph_affine(
		&s->t, line_number(run, 2), line_number(glyph, 1), line_number(glyph, 2));
	const struct font *font = &find(run, 1, "font")->font;
	struct glyph_layer layer;
	struct edges edges = {0};
	for (unsigned n = 0;
		glyph_layer(font, line_integer(glyph, 0), n, &m, &edges, &layer);
		n++, edges = (struct edges){0}) {
		const struct line *brush = s->brush;
		double alpha = brush && line_is(brush, "brush", "color")
				       ? (line_color(brush, 2) & 255) / 255.0
				       : 1;
		push_clip(s, fill(s, &edges, false));
		size_t pixels = (size_t)s->canvas.width * (size_t)s->canvas.height;
		struct pixel color = color_pixel(layer.color);
		for (int i = 0; i < 4; i++)
			color.v[i] *= alpha;
		for (size_t i = 0; layer.own && i < pixels; i++)
			put(s, run, i, color, coverage(s->clip, i));
		if (!layer.own)
			paint(s, run);
		pop_clip(s, run);
	}
}

static void glyphs(struct state *s, const struct line *line)
{
	for (size_t i = 0; i < line->n_body; i++)
		paint_glyph(s, line, &line->body[i]);
}

static void frame(struct picture canvas, const struct line *body, const struct affine *t);

/* The content is drawn, then the part of it in the viewport shown like an image. */
static void place(struct state *s, const struct line *line)
{
	const struct line *d = find(line, 1, "sublayer")->line;
	struct picture content =
		picture_new((int)line_integer(d, 2), (int)line_integer(d, 3));
	double box[4], scroll[2], part[4] = {0, 0, content.width, content.height};
	struct affine identity = {.sx = 1, .sy = 1}, inverse;
	read_numbers(line, 2, box, 4);
	read_numbers(line, 6, scroll, 2);
	frame(content, d, &identity);
	struct image image = image_of(content);
	if (!affine_inverse(&s->t, &inverse))
		return;
	push_rect(s, fmax(box[0], box[0] - scroll[0]), fmax(box[1], box[1] - scroll[1]),
		fmin(box[2], box[0] - scroll[0] + part[2]),
		fmin(box[3], box[1] - scroll[1] + part[3]));
	for (int i = 0; i < s->canvas.width * s->canvas.height; i++) {
		struct point p = {i % s->canvas.width + 0.5, i / s->canvas.width + 0.5};
		p = affine_apply(&inverse, p);
		put(s, line, (size_t)i,
			image_sample(&image, part, p.x - box[0] + scroll[0],
				p.y - box[1] + scroll[1], lod_of(&inverse)),
			coverage(s->clip, (size_t)i));
	}
	pop_clip(s, line);
}

static void define_image(const struct line *line)
{
	struct definition *d = define(line, 1, "image");
	size_t size;
	d->bytes = line_hex(line, &size);
	d->width = (int)line_integer(line, 2);
	d->height = (int)line_integer(line, 3);
	if (size != (size_t)d->width * (size_t)d->height * 4)
		oracle_fail(line->number, "an image of %zu bytes", size);
	d->image = image_new(d->bytes, d->width, d->height);
}

/* Paints before it keep the picture as it was then. */
static void update_image(const struct line *line)
{
	struct definition *d = find(line, 2, "image");
	int x = (int)line_integer(line, 3), y = (int)line_integer(line, 4);
	int w = (int)line_integer(line, 5), h = (int)line_integer(line, 6);
	size_t size;
	uint8_t *bytes = line_hex(line, &size);
	if (x + w > d->width || y + h > d->height || size != (size_t)(w * h * 4))
		oracle_fail(line->number, "no such part of the image");
	for (int row = 0; row < h; row++)
		memcpy(&d->bytes[((y + row) * d->width + x) * 4], &bytes[row * w * 4],
			(size_t)w * 4);
	d->image = image_new(d->bytes, d->width, d->height);
}

static void define_font(const struct line *line)
{
	size_t size;
	uint8_t *bytes = line_hex(line, &size);
	struct definition *d = define(line, 2, "font");
	d->font = font_open(bytes, size, (long)line_integer(line, 3), line->number);
}

static void run(struct state *s, const struct line *body);

static void call(struct state *s, const struct line *line)
{
	if (++s->depth > MAX_DEPTH)
		oracle_fail(line->number, "too deep");
	run(s, find(line, 1, "macro")->line);
	s->depth--;
}

static void defer(const struct state *s, const struct line *line)
{
	if (oracle.n_deferred == MAX_IDS)
		oracle_fail(line->number, "too many deferred");
	oracle.deferred[oracle.n_deferred++] =
		(struct deferred){find(line, 1, "macro")->line, s->t};
}

static void transform(struct state *s, const struct line *line)
{
	if (line_is(line, "transform", "pop")) {
		if (s->n_saved == 0)
			oracle_fail(line->number, "nothing is pushed");
		s->t = s->saved[--s->n_saved];
		return;
	}
	struct affine m = read_affine(line);
	if (line_is(line, "transform", "push")) {
		if (s->n_saved == MAX_DEPTH)
			oracle_fail(line->number, "too many pushed");
		s->saved[s->n_saved++] = s->t;
	}
	s->t = affine_times(&s->t, &m);
}

/* Definitions; false: it is something else. */
static bool resource(const struct line *line)
{
	static const char *const kinds[] = {"macro", "image", "sublayer", "font"};
	for (size_t i = 0; i < 4; i++) {
		if (!line_is(line, kinds[i], NULL))
			continue;
		if (line_is(line, kinds[i], "retire"))
			find(line, 2, kinds[i])->line = NULL;
		else if (line_is(line, "image", "update"))
			update_image(line);
		else if (i == 1)
			define_image(line);
		else if (line_is(line, "font", "bytes"))
			define_font(line);
		else if (i == 3)
			oracle_fail(line->number, "knows no fonts of the system");
		else
			define(line, 1, kinds[i]);
		return true;
	}
	return false;
}

static bool note(const struct line *line)
{
	static const char *const notes[] = {"area", "pass", "cursor", "action", "listen",
		"keys", "transfer", "hint", "selection", "composition", "snippet",
		"label", "description", "class", "selected", "enabled", "value", "range",
		"semantic-actions"};
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
		if (line_is(line, notes[i], NULL))
			return true;
	return false;
}

static void step(struct state *s, const struct line *line)
{
	if (line_is(line, "transform", NULL))
		transform(s, line);
	else if (line_is(line, "clip", "pop"))
		pop_clip(s, line);
	else if (line_is(line, "clip", NULL))
		push_clip(s, clip_mask(s, line));
	else if (line_is(line, "brush", NULL))
		set_brush(s, line);
	else if (line_is(line, "blend", NULL) && line->n == 2)
		s->blend = line->words[1];
	else if (line_is(line, "paint", NULL))
		paint(s, line);
	else if (line_is(line, "group", "push"))
		push_group(s, line);
	else if (line_is(line, "group", "pop"))
		pop_group(s, line);
	else if (line_is(line, "glyphs", NULL))
		glyphs(s, line);
	else if (line_is(line, "place", NULL))
		place(s, line);
	else if (line_is(line, "call", NULL))
		call(s, line);
	else if (line_is(line, "defer", NULL))
		defer(s, line);
	else if (!resource(line) && !note(line))
		oracle_fail(line->number, "no op %s", line->words[0]);
}

static void run(struct state *s, const struct line *body)
{
	for (size_t i = 0; i < body->n_body; i++)
		step(s, &body->body[i]);
}

/* Deferred calls follow, each from the start of a frame but for its transform. */
static void frame(struct picture canvas, const struct line *body, const struct affine *t)
{
	size_t first = oracle.n_deferred;
	struct state *s = oracle_new(1, sizeof *s);
	*s = (struct state){.canvas = canvas, .t = *t, .blend = "over"};
	run(s, body);
	if (s->n_saved > 0 || s->n_groups > 0 || s->clip)
		oracle_fail(body->number, "something is never popped");
	for (size_t i = first; i < oracle.n_deferred; i++) {
		*s = (struct state){
			.canvas = canvas, .t = oracle.deferred[i].t, .blend = "over"};
		run(s, oracle.deferred[i].body);
	}
	oracle.n_deferred = first;
}

static void finish(const struct picture *canvas, struct oracle_picture *out)
{
	size_t n = (size_t)canvas->width * (size_t)canvas->height * 4;
	*out = (struct oracle_picture){
		canvas->width, canvas->height, oracle_new(n, sizeof *out->rgba)};
	for (size_t i = 0; i < n; i++) {
		double v = canvas->p[i / 4].v[i % 4];
		v = i % 4 < 3 ? encode_srgb(fmin(v, 1)) : v;
		out->rgba[i] = (uint8_t)floor(v * 255 + 0.5);
	}
}

bool oracle_draw(const char *text, const struct oracle_ask *ask,
	struct oracle_picture *out, char error[200])
{
	struct affine t = {.sx = ask->scale, .sy = ask->scale};
	oracle.error = error;
	oracle.rows = ask->rows;
	if (setjmp(oracle.fail))
		return false;
	struct line all = oracle_parse(text);
	if (all.n_body == 0 || !line_is(&all.body[0], "osaas", "ops"))
		oracle_fail(1, "does not start with osaas ops");
	all.body++;
	all.n_body--;
	struct picture canvas = picture_new(ask->width, ask->height);
	frame(canvas, &all, &t);
	finish(&canvas, out);
	return true;
}
