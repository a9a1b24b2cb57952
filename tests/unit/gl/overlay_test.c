/*
 * Overlays shown by planes: composed alone into targets of their own, and left out of what
 * is composed of the window. Whatever happens, the planes over that show to the byte what
 * one composition of all does, when each is given its own damage and no more.
 */
#include "rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/private.h"
#include "gl/rect.h"

#define WIDTH      180
#define HEIGHT     120
#define X          9 /* of the window in the view */
#define Y          (-5)
#define BACKGROUND 0x607080

static struct rig rig;
static char text[65536];

static void begin(void)
{
	strcpy(text, "osaas ops 1.1\n");
}

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void add(const char *format, ...)
{
	size_t n = strlen(text);
	va_list ap;
	va_start(ap, format);
	vsnprintf(text + n, sizeof text - n, format, ap);
	va_end(ap);
}

static struct gl_region submit(struct gl_layer *layer)
{
	uint8_t *stream = NULL;
	size_t size = 0;
	struct optext_error wrong;
	struct gl_op_error err;
	struct gl_region damage = {0};
	if (optext_assemble(text, strlen(text), &stream, &size, &wrong))
		fail_msg("line %zu: %s\n%s", wrong.line, wrong.text, text);
	if (gl_layer_submit(layer, stream, size, &damage, &err))
		fail_msg("byte %zu: %s\n%s", err.offset, err.reason, text);
	free(stream);
	return damage;
}

/* Content of soft rows, one of them special. */
static void define(unsigned id, int width, int height, int special)
{
	add("sublayer %u %d %d {\nbrush color #e0ffffff\npaint\n", id, width, height);
	for (int i = 0; i < height / 10; i++) {
		add("brush color #%02x%02x%02xff\n", i * 5 % 256,
			(255 - i * 7 * (int)id) & 255, i == special ? 0 : 200);
		add("clip rrect %d.5 %d %d %d 3 3 3 3\npaint\nclip pop\n", i % 7,
			i * 10 + 1, width - i % 20, i * 10 + 9);
	}
	add("}\n");
}

/* What lies beneath is not of one colour, and lets things through at the right. */
static void window(int i)
{
	add("clip rect 0 0 150 120\nbrush linear 0 0 150 90 pad 0 #203040ff 1 "
	    "#%02x4060ff\npaint\nclip pop\n",
		200 + i % 7);
	add("clip ellipse 100.5 10 178 110\nbrush color #ff800080\npaint\nclip pop\n");
}

/* A display: what is composed, a target for each plane, and how they lie. */
struct plane {
	uint64_t id;
	struct gl_rect at;
	struct gl_target *target;
};

struct display {
	enum transform transform;
	struct gl_target *screen;
	struct plane planes[GL_OVERLAYS];
	size_t n;
	uint32_t left_out, every; /* of the frame before */
	bool shown;
};

static struct gl_target *target_of(int32_t width, int32_t height, enum transform t)
{
	struct gl_target *target;
	bool turns = transform_turns(t);
	assert_int_equal(gl_target_create(rig.gl, turns ? height : width,
				 turns ? width : height, &target),
		0);
	return target;
}

static struct gl_region in_view(struct gl_region region)
{
	region_move(&region, X, Y);
	return region;
}

static void compose(struct display *d, struct gl_target *target, struct gl_layer *layer,
	uint32_t left_out, bool only, const struct gl_rect *at, struct gl_region damage)
{
	const struct gl_placement p = {layer, X, Y, left_out, only};
	const struct gl_region moved = in_view(damage);
	const struct gl_composition c = {.background = BACKGROUND,
		.layers = &p,
		.n_layers = 1,
		.damage = &moved,
		.origin_x = at ? at->x0 + X : 0,
		.origin_y = at ? at->y0 + Y : 0,
		.transform = d->transform};
	assert_int_equal(gl_compose_view(target, &c), 0);
}

/* Planes go on by id; one of another size needs memory of its own. */
static struct plane take_plane(struct display *d, const struct gl_overlay_info *o)
{
	for (size_t i = 0; i < d->n; i++) {
		struct plane *p = &d->planes[i], found = *p;
		if (p->id != o->id || p->at.x1 - p->at.x0 != o->at.x1 - o->at.x0 ||
			p->at.y1 - p->at.y0 != o->at.y1 - o->at.y0)
			continue;
		*p = d->planes[--d->n];
		found.at = o->at;
		return found;
	}
	return (struct plane){.id = o->id, .at = o->at};
}

static void drop_planes(struct display *d)
{
	while (d->n > 0)
		gl_target_destroy(d->planes[--d->n].target);
}

static void show_planes(struct display *d, struct gl_layer *layer, uint32_t in_planes)
{
	struct gl_overlay_info infos[GL_OVERLAYS];
	struct plane planes[GL_OVERLAYS];
	size_t n = gl_layer_overlays(layer, infos, GL_OVERLAYS), kept = 0;
	for (size_t i = 0; i < n; i++) {
		const struct gl_overlay_info *o = &infos[i];
		if (!(in_planes >> i & 1))
			continue;
		struct plane p = take_plane(d, o);
		struct gl_region damage = o->damage;
		if (!p.target) {
			p.target = target_of(
				o->at.x1 - o->at.x0, o->at.y1 - o->at.y0, d->transform);
			damage = region_of(o->at);
		}
		uint64_t area = 0, was = rig.gl->cost.composed;
		for (size_t k = 0; k < damage.n; k++)
			area += rect_area(&damage.rects[k]);
		compose(d, p.target, layer, ~(1u << i), true, &o->at, damage);
		assert_int_equal(rig.gl->cost.composed - was, area);
		planes[kept++] = p;
	}
	drop_planes(d);
	memcpy(d->planes, planes, kept * sizeof *planes);
	d->n = kept;
}

/* The window in whole or, where all its overlays are and were in planes, by its own damage. */
static void show(struct display *d, struct gl_layer *layer,
	const struct gl_region *damage, uint32_t in_planes)
{
	struct gl_overlay_info infos[GL_OVERLAYS];
	const struct gl_region all = {1, {{-X, -Y, WIDTH, HEIGHT + 9}}};
	size_t n = gl_layer_overlays(layer, infos, GL_OVERLAYS);
	uint32_t every = (1u << n) - 1;
	struct gl_region own;
	gl_layer_own_damage(layer, &own);
	if (!d->shown || d->left_out != in_planes)
		own = all;
	else if (((every | d->every) & ~in_planes) != 0)
		own = *damage;
	compose(d, d->screen, layer, in_planes, false, NULL, own);
	d->shown = true;
	d->left_out = in_planes;
	d->every = every;
	show_planes(d, layer, in_planes & every);
}

/* What the display's hardware makes of it. */
static void scan_out(struct display *d, uint8_t *rgba)
{
	static uint8_t plane[WIDTH * HEIGHT * 4];
	assert_int_equal(gl_target_read_view(d->screen, d->transform, rgba), 0);
	for (size_t i = 0; i < d->n; i++) {
		const struct plane *p = &d->planes[i];
		int32_t width = p->at.x1 - p->at.x0;
		assert_int_equal(gl_target_read_view(p->target, d->transform, plane), 0);
		for (int32_t y = p->at.y0; y < p->at.y1; y++) {
			for (int32_t x = p->at.x0; x < p->at.x1; x++) {
				int32_t vx = x + X, vy = y + Y;
				if (vx < 0 || vy < 0 || vx >= WIDTH || vy >= HEIGHT)
					continue;
				size_t from =
					(size_t)((y - p->at.y0) * width + x - p->at.x0);
				memcpy(rgba + 4 * (vy * WIDTH + vx), plane + 4 * from, 4);
			}
		}
	}
}

static void expect_same(const uint8_t *is, const uint8_t *want, const char *what, int i)
{
	for (int k = 0; k < WIDTH * HEIGHT * 4; k++)
		if (is[k] != want[k])
			fail_msg("%s, frame %d: byte %d of %d,%d is %d, not %d", what, i,
				k % 4, k / 4 % WIDTH, k / 4 / WIDTH, is[k], want[k]);
}

/* One composition of all, into fresh memory. */
static void compose_all(struct gl_layer *layer, uint8_t *rgba)
{
	struct gl_target *target = target_of(WIDTH, HEIGHT, TRANSFORM_NORMAL);
	const struct gl_placement p = {layer, X, Y, 0, false};
	const struct gl_region all = {1, {{0, 0, WIDTH, HEIGHT}}};
	assert_int_equal(gl_compose(target, BACKGROUND, &p, 1, &all), 0);
	assert_int_equal(gl_target_read(target, rgba), 0);
	gl_target_destroy(target);
}

/* The frames of a window's life; a place: where in the window, what of the content. */
static const struct frame {
	const char *what;
	int defines, special; /* 0 or an id, sent anew */
	const char *places;
	size_t n; /* overlays */
} frames[] = {
	{"none", 0, 0, "", 0},
	{"appears", 1, -1, "place 1 10 20 90 100 0 0\n", 1},
	{"stays", 0, 0, "place 1 10 20 90 100 0 0\n", 1},
	{"scrolls", 0, 0, "place 1 10 20 90 100 0 7\n", 1},
	{"scrolls both ways", 0, 0, "place 1 10 20 90 100 5 2\n", 1},
	{"jumps", 0, 0, "place 1 10 20 90 100 0 300\n", 1},
	{"new content", 1, 33, "place 1 10 20 90 100 0 300\n", 1},
	{"newer content", 1, 34, "place 1 10 20 90 100 0 300\n", 1},
	{"new content that scrolls", 1, 35, "place 1 10 20 90 100 0 303\n", 1},
	{"grows", 0, 0, "place 1 10 20 120 110 0 303\n", 1},
	{"shrinks", 0, 0, "place 1 40 30 80 50 0 303\n", 1},
	{"moves", 0, 0, "place 1 45 33 85 53 0 303\n", 1},
	{"moves with new content", 1, 31, "place 1 45 43 85 63 0 303\n", 1},
	{"a second one", 2, 2, "place 1 45 43 85 63 0 303\nplace 2 0 0 40 30 0 0\n", 2},
	{"they change order", 0, 0, "place 2 0 0 40 30 0 0\nplace 1 45 43 85 63 0 303\n",
		2},
	{"they change places", 0, 0, "place 1 0 0 40 30 0 300\nplace 2 45 43 85 63 0 0\n",
		2},
	{"one is left", 0, 0, "place 2 45 43 85 63 0 0\n", 1},
	{"under something", 0, 0,
		"place 2 45 43 85 63 0 0\nclip rect 50 50 60 60\nbrush color #00ff0040\n"
		"paint\nclip pop\n",
		0},
	{"free again", 0, 0, "place 2 45 43 85 63 0 3\n", 1},
	{"partly off the window", 0, 0, "place 2 -15 -11 25 9 0 3\n", 1},
	{"off the view", 0, 0, "place 2 140 90 180 120 0 3\n", 1},
	{"another in its place", 3, 4, "place 3 140 90 180 120 0 3\n", 1},
	{"vanishes", 0, 0, "", 0},
	{"appears again", 0, 0, "place 1 10 20 90 100 0 0\n", 1},
	{"three", 0, 0,
		"place 1 10 20 50 100 0 0\nplace 2 50 20 90 60 0 0\n"
		"place 3 50 60 90 100 0 0\n",
		3},
};

static void put_frame(const struct frame *f, int i)
{
	begin();
	window(i);
	if (f->defines)
		define((unsigned)f->defines, 130, f->defines == 1 ? 500 : 100,
			f->special);
	add("%s", f->places);
}

/* Which overlays are in planes: all, none, some, or others in turn. */
static uint32_t chosen(unsigned policy, size_t frame)
{
	static const uint32_t turns[] = {7, 0, 1, 7, 7, 2, 6, 0};
	return policy == 0   ? 0xff
	       : policy == 1 ? 0
	       : policy == 2 ? 1
	       : policy == 3 ? 2
			     : turns[frame / 2 % 8];
}

static void test_planes(void **state)
{
	static const enum transform transforms[] = {
		TRANSFORM_NORMAL, TRANSFORM_90, TRANSFORM_FLIPPED_270};
	static uint8_t is[WIDTH * HEIGHT * 4], want[WIDTH * HEIGHT * 4];
	(void)state;
	for (unsigned policy = 0; policy < 5; policy++) {
		for (size_t t = 0; t < 3; t++) {
			struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
			struct display d = {.transform = transforms[t]};
			d.screen = target_of(WIDTH, HEIGHT, d.transform);
			for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
				struct gl_overlay_info infos[GL_OVERLAYS];
				put_frame(&frames[i], (int)i);
				struct gl_region damage = submit(layer);
				assert_int_equal(
					gl_layer_overlays(layer, infos, GL_OVERLAYS),
					frames[i].n);
				show(&d, layer, &damage, chosen(policy, i));
				scan_out(&d, is);
				compose_all(layer, want);
				expect_same(is, want, frames[i].what, (int)i);
			}
			gl_target_destroy(d.screen);
			drop_planes(&d);
			rig_clear(&rig);
		}
	}
}

/* Left out, the window is what it would be if it had never placed it. */
static void test_beneath(void **state)
{
	static uint8_t is[WIDTH * HEIGHT * 4], want[WIDTH * HEIGHT * 4];
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_layer *bare = rig_layer(&rig, WIDTH, HEIGHT);
	const struct gl_region all = {1, {{0, 0, WIDTH, HEIGHT}}};
	struct display d = {.screen = rig_target(&rig, WIDTH, HEIGHT)};
	(void)state;
	for (int i = 0; i < 2; i++) {
		begin();
		window(3);
		if (i == 0) {
			define(1, 130, 500, 3);
			add("place 1 10 20 90 100 0 0\n");
		}
		submit(i == 0 ? layer : bare);
	}
	compose(&d, d.screen, layer, 0, false, NULL, all);
	compose(&d, d.screen, layer, 1, false, NULL, all);
	assert_int_equal(gl_target_read(d.screen, is), 0);
	compose(&d, d.screen, bare, 0, false, NULL, all);
	assert_int_equal(gl_target_read(d.screen, want), 0);
	expect_same(is, want, "beneath", 0);
}

/* Alone: around it is background, whatever the window has there. */
static void test_alone(void **state)
{
	static uint8_t is[WIDTH * HEIGHT * 4], want[WIDTH * HEIGHT * 4];
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	const struct gl_region all = {1, {{-X, -Y, WIDTH, HEIGHT - Y}}};
	struct display d = {.screen = rig_target(&rig, WIDTH, HEIGHT)};
	(void)state;
	begin();
	window(3);
	define(1, 130, 500, 3);
	define(2, 130, 100, 3);
	add("place 1 10 20 90 100 0 0\nplace 2 100 30 120 50 0 0\n");
	submit(layer);
	compose_all(layer, want);
	compose(&d, d.screen, layer, ~2u, true, NULL, all);
	assert_int_equal(gl_target_read(d.screen, is), 0);
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++) {
			bool in =
				x >= 100 + X && x < 120 + X && y >= 30 + Y && y < 50 + Y;
			if (!in)
				memcpy(want + 4 * (y * WIDTH + x), "\x60\x70\x80\xff", 4);
		}
	}
	expect_same(is, want, "alone", 0);
}

/* Of each overlay its id, 0: any, and the bounds of its damage. */
static void expect_frame(struct gl_layer *layer, const char *what, size_t n,
	const uint64_t ids[], const struct gl_rect damage[])
{
	struct gl_overlay_info infos[GL_OVERLAYS];
	assert_int_equal(gl_layer_overlays(layer, infos, GL_OVERLAYS), n);
	for (size_t i = 0; i < n; i++) {
		const struct gl_rect is = region_bounds(&infos[i].damage);
		if (ids[i] && infos[i].id != ids[i])
			fail_msg("%s: overlay %zu has another id", what, i);
		if (!rect_same(&is, &damage[i]))
			fail_msg("%s: damage of overlay %zu is %d,%d..%d,%d", what, i,
				is.x0, is.y0, is.x1, is.y1);
	}
}

static uint64_t id_of(struct gl_layer *layer, size_t i)
{
	struct gl_overlay_info infos[GL_OVERLAYS];
	assert_true(i < gl_layer_overlays(layer, infos, GL_OVERLAYS));
	assert_int_not_equal(infos[i].id, 0);
	return infos[i].id;
}

static void put(struct gl_layer *layer, int defines, int special, const char *places)
{
	const struct frame f = {NULL, defines, special, places, 0};
	put_frame(&f, 0);
	submit(layer);
}

static void test_ids_and_damage(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_layer *other = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_overlay_info infos[GL_OVERLAYS];
	struct gl_region own;
	(void)state;
	put(layer, 0, 0, "");
	assert_int_equal(gl_layer_overlays(layer, infos, GL_OVERLAYS), 0);
	put(layer, 1, 3, "place 1 10 20 90 100 0 0\n");
	uint64_t one = id_of(layer, 0);
	expect_frame(layer, "appears", 1, &one, &(struct gl_rect){10, 20, 90, 100});
	gl_layer_own_damage(layer, &own);
	assert_int_equal(own.n, 0); /* the window itself is as before */
	put(other, 1, 3, "place 1 10 20 90 100 0 0\n");
	assert_int_not_equal(id_of(other, 0), one); /* another window's */
	put(layer, 0, 0, "place 1 10 20 90 100 0 0\n");
	expect_frame(layer, "stays", 1, &one, &(struct gl_rect){0});
	gl_layer_draw(layer);
	put(layer, 1, 4, "place 1 10 20 90 100 0 0\n");
	expect_frame(layer, "two rows", 1, &one, &(struct gl_rect){13, 51, 90, 69});
	put(layer, 0, 0, "place 1 10 20 90 100 0 1\n");
	expect_frame(layer, "scrolls", 1, &one, &(struct gl_rect){10, 20, 90, 100});
	gl_layer_own_damage(layer, &own);
	assert_int_equal(own.n, 0);
	put(layer, 0, 0, "place 1 11 20 91 100 0 1\n");
	expect_frame(layer, "moves", 1, &one, &(struct gl_rect){11, 20, 91, 100});
	assert_int_equal(gl_layer_overlays_were(layer, infos, GL_OVERLAYS), 1);
	assert_true(infos[0].id == one);
	rig_expect_rect(infos[0].at, 10, 20, 90, 100);
	put(layer, 0, 0, "place 1 11 20 60 100 0 1\n");
	expect_frame(layer, "shrinks", 1, &one, &(struct gl_rect){11, 20, 60, 100});
	put(layer, 2, 0, "place 2 100 0 120 20 0 0\nplace 1 11 20 60 100 0 1\n");
	uint64_t two = id_of(layer, 0);
	assert_int_not_equal(two, one);
	expect_frame(layer, "a second below", 2, (uint64_t[]){two, one},
		(struct gl_rect[]){{100, 0, 120, 20}, {0}});
	put(layer, 0, 0, "place 1 11 20 60 100 0 1\nplace 2 100 0 120 20 0 0\n");
	expect_frame(layer, "order", 2, (uint64_t[]){one, two}, (struct gl_rect[2]){{0}});
	/* Buffers in turn: two names, one place. */
	put(layer, 3, 0, "place 1 11 20 60 100 0 1\nplace 3 100 0 120 20 0 0\n");
	expect_frame(layer, "buffers in turn", 2, (uint64_t[]){one, two},
		(struct gl_rect[]){{0}, {100, 0, 120, 20}});
	put(layer, 0, 0, "place 3 100 0 120 20 0 0\n");
	expect_frame(layer, "one goes", 1, &two, (struct gl_rect[1]){{0}});
	put(layer, 0, 0, "");
	assert_int_equal(gl_layer_overlays(layer, infos, GL_OVERLAYS), 0);
	put(layer, 0, 0, "place 1 11 20 60 100 0 1\n");
	assert_int_not_equal(id_of(layer, 0), one);
	assert_int_not_equal(id_of(layer, 0), two);
}

/* A frame that is refused changes nothing; what only the window changes is its own. */
static void test_own_damage(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_region own, damage;
	struct gl_op_error err;
	(void)state;
	put(layer, 1, 3, "place 1 10 20 90 100 0 0\n");
	uint64_t id = id_of(layer, 0);
	begin();
	window(0);
	add("clip rect 100 0 110 10\nbrush color #112233ff\npaint\nclip pop\n"
	    "clip rect 20 50 30 60\npaint\nclip pop\nplace 1 10 20 90 100 0 2\n");
	damage = submit(layer);
	gl_layer_own_damage(layer, &own);
	const struct gl_rect bounds = region_bounds(&own);
	rig_expect_rect(bounds, 20, 0, 110, 60);
	assert_true(own.n == 2); /* also what lies beneath it */
	const struct gl_rect total = region_bounds(&damage);
	rig_expect_rect(total, 10, 0, 110, 100);
	assert_int_equal(gl_layer_submit(layer, "nonsense", 8, &damage, &err), -EINVAL);
	assert_int_equal(id_of(layer, 0), id);
}

static void test_resize(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_region own;
	(void)state;
	put(layer, 1, 3, "place 1 10 20 90 100 0 0\n");
	uint64_t id = id_of(layer, 0);
	assert_int_equal(gl_layer_resize(layer, 60, 50), 0);
	expect_frame(layer, "resized", 1, &id, &(struct gl_rect){10, 20, 60, 50});
	gl_layer_own_damage(layer, &own);
	rig_expect_rect(region_bounds(&own), 0, 0, 60, 50);
	put(layer, 0, 0, "place 1 10 20 90 100 0 0\n");
	expect_frame(layer, "goes on", 1, &id, &(struct gl_rect){0});
	assert_int_equal(gl_layer_resize(layer, 8, 8), 0);
	assert_int_equal(gl_layer_overlays(layer, NULL, 0), 0);
}

/* No more than there is room for, and no more than asked. */
static void test_many(void **state)
{
	static uint8_t is[WIDTH * HEIGHT * 4], want[WIDTH * HEIGHT * 4];
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_overlay_info infos[GL_OVERLAYS];
	struct display d = {.transform = TRANSFORM_180};
	(void)state;
	begin();
	window(0);
	for (unsigned i = 1; i <= GL_OVERLAYS + 2; i++)
		define(i, 20, 20, 1);
	for (int i = 1; i <= GL_OVERLAYS + 2; i++)
		add("place %d %d %d %d %d 0 0\n", i, i * 14, i * 9, i * 14 + 12,
			i * 9 + 12);
	struct gl_region damage = submit(layer);
	assert_int_equal(gl_layer_overlays(layer, infos, 3), 3);
	assert_int_equal(gl_layer_overlays(layer, infos, GL_OVERLAYS), GL_OVERLAYS);
	for (int i = 0; i < GL_OVERLAYS; i++)
		for (int k = 0; k < i; k++)
			assert_int_not_equal(infos[i].id, infos[k].id);
	d.screen = target_of(WIDTH, HEIGHT, d.transform);
	show(&d, layer, &damage, 0xff);
	scan_out(&d, is);
	compose_all(layer, want);
	expect_same(is, want, "many", 0);
	gl_target_destroy(d.screen);
	drop_planes(&d);
}

/* A plane's frame paints and writes what changed of it, and nothing of the window. */
static void test_cost(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct display d = {.screen = rig_target(&rig, WIDTH, HEIGHT)};
	struct gl_target *plane = rig_target(&rig, 80, 80);
	const struct gl_rect at = {10, 20, 90, 100};
	const struct gl_region all = {1, {{0, 0, WIDTH, HEIGHT}}};
	struct gl_stats stats;
	(void)state;
	put(layer, 1, 0, "place 1 10 20 90 100 0 0\n");
	compose(&d, d.screen, layer, 1, false, NULL, all);
	compose(&d, plane, layer, 0, true, &at, all);
	for (int i = 1; i < 20; i++) {
		struct gl_overlay_info info;
		struct gl_region own;
		begin();
		window(0);
		add("clip rect 100 0 %d 10\nbrush color #112233ff\npaint\nclip pop\n"
		    "place 1 10 20 90 100 0 %d\n",
			110 + i / 10, 3 * i);
		submit(layer);
		gl_layer_own_damage(layer, &own);
		assert_int_equal(own.n, i == 1 || i == 10);
		assert_int_equal(gl_layer_overlays(layer, &info, 1), 1);
		if (i % 3 == 0) {
			compose(&d, d.screen, layer, 1, false, NULL, all);
			gl_get_stats(rig.gl, &stats);
			assert_int_equal(stats.last.painted, i == 3    ? 100
							     : i == 12 ? 110
								       : 0);
			assert_int_equal(stats.last.composed, (WIDTH - X) * (HEIGHT + Y));
		}
		compose(&d, plane, layer, 0, true, &at, info.damage);
		gl_get_stats(rig.gl, &stats);
		assert_int_equal(stats.last.painted, 3 * 80);
		assert_int_equal(stats.last.composed, 80 * 80);
	}
}

static int clear(void **state)
{
	struct gl_stats stats;
	(void)state;
	rig_clear(&rig);
	gl_get_stats(rig.gl, &stats);
	assert_int_equal(stats.n_targets, 0);
	return 0;
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_teardown(name, clear)
	static const struct CMUnitTest tests[] = {
		T(test_planes),
		T(test_beneath),
		T(test_alone),
		T(test_ids_and_damage),
		T(test_own_damage),
		T(test_resize),
		T(test_many),
		T(test_cost),
	};
	rig_open_args(&rig, argc, argv);
	int failed = cmocka_run_group_tests_name("overlay", tests, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
