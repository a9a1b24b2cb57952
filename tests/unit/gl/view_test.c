/*
 * Views on targets that lie otherwise: each way that a pixel can take, in all eight
 * transforms, against the upright picture turned by the processor.
 */
#include "view_rig.h"

#include <errno.h>
#include <string.h>

#include "gl/rect.h"

static void test_turned(void **state)
{
	static struct picture view, is, back;
	struct gl_placement layers[3];
	(void)state;
	for (int way = 0; way < WAYS; way++) {
		struct gl_composition c = {.background = 0x205080,
			.layers = layers,
			.n_layers = put_layers((enum way)way, layers),
			.damage = &all};
		struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
		assert_int_equal(
			gl_compose(target, 0x205080, layers, c.n_layers, &all), 0);
		read_target(target, &view);
		drop_target();
		assert_true(made(&rig.gl->mix) == (way == WAY_MIX && !cpu()));
		for (int i = 0; i < TRANSFORMS; i++) {
			c.transform = (enum transform)i;
			target = target_of(WIDTH, HEIGHT, c.transform);
			compose(target, &c);
			read_target(target, &is);
			expect_turned(&view, &is, c.transform, 0, way_names[way]);
			assert_int_equal(
				gl_target_read_view(target, c.transform, back.rgba), 0);
			assert_memory_equal(back.rgba, view.rgba, WIDTH * HEIGHT * 4);
			drop_target();
		}
		rig_clear(&rig);
	}
	assert_false(made(&rig.gl->whole)); /* nothing was scaled */
}

/* Several rectangles, in view pixels: inside as the whole, outside untouched. */
static void test_damage(void **state)
{
	static const struct gl_region damage = {
		4, {{3, 5, 12, 9}, {-4, -4, 2, 2}, {20, 10, 33, 26}, {39, 0, 60, 90}}};
	static struct picture want, is;
	struct gl_placement layers[3];
	(void)state;
	for (int way = 0; way < WAYS; way++) {
		size_t n = put_layers((enum way)way, layers);
		for (int i = 0; i < TRANSFORMS; i++) {
			struct gl_composition c = {.background = 0xff00ff,
				.transform = (enum transform)i,
				.damage = &all};
			struct gl_target *target = target_of(WIDTH, HEIGHT, c.transform);
			struct gl_target *upright = rig_target(&rig, WIDTH, HEIGHT);
			compose(target, &c);
			gl_compose(upright, 0x00ff00, layers, n, &all);
			read_target(upright, &want);
			uint64_t composed = rig.gl->cost.composed, area = 0;
			c.background = 0x00ff00;
			c.layers = layers;
			c.n_layers = n;
			c.damage = &damage;
			compose(target, &c);
			read_target(target, &is);
			for (int32_t y = 0; y < HEIGHT; y++) {
				for (int32_t x = 0; x < WIDTH; x++) {
					const struct gl_rect pixel = {x, y, x + 1, y + 1};
					bool within = false;
					for (size_t k = 0; k < damage.n; k++)
						within |= rect_contains(
							&damage.rects[k], &pixel);
					area += within;
					if (!within)
						memcpy((void *)at(&want, x, y),
							"\xff\0\xff\xff", 4);
				}
			}
			expect_turned(&want, &is, c.transform, 0, way_names[way]);
			assert_int_equal(rig.gl->cost.composed - composed, area);
			drop_target();
			drop_target();
		}
		rig_clear(&rig);
	}
}

/* A target that holds a part of the view alone. */
static void test_part(void **state)
{
	static const struct gl_rect parts[] = {
		{0, 0, WIDTH, HEIGHT}, {5, 3, 21, 20}, {-3, -4, 6, 7}, {33, 20, 50, 31}};
	static struct picture want, is;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
		const struct gl_rect *p = &parts[k];
		int32_t width = p->x1 - p->x0, height = p->y1 - p->y0;
		struct gl_placement moved[3];
		for (size_t i = 0; i < n; i++) {
			moved[i] = layers[i];
			moved[i].x -= p->x0;
			moved[i].y -= p->y0;
		}
		struct gl_target *target = rig_target(&rig, width, height);
		gl_compose(target, 0x123456, moved, n, &all);
		read_target(target, &want);
		drop_target();
		for (int i = 0; i < TRANSFORMS; i++) {
			const struct gl_region damage = {1, {*p}};
			struct gl_composition c = {.background = 0x123456,
				.layers = layers,
				.n_layers = n,
				.transform = (enum transform)i,
				.origin_x = p->x0,
				.origin_y = p->y0,
				.damage = i % 2 ? &all : &damage};
			const struct gl_region below = {
				1, {{INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX}}};
			if (p->x0 < 0)
				c.damage = &below;
			target = target_of(width, height, c.transform);
			compose(target, &c);
			read_target(target, &is);
			expect_turned(&want, &is, c.transform, 0, "a part");
			drop_target();
		}
	}
}

static void test_refused(void **state)
{
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	static uint8_t rgba[WIDTH * HEIGHT * 4];
	int fence = 7;
	(void)state;
	const struct gl_composition wrong[] = {
		{.transform = TRANSFORMS},
		{.view_width = -1},
		{.view_height = INT32_MIN},
		{.view_width = INT32_MAX},
		{.part = {0, 0, WIDTH + 1, 1}},
		{.part = {-1, 0, 1, 1}},
		{.view_width = 9, .part = {5, 5, 10, 10}},
		{.sprite = {sprite_pixels, UINT64_MAX, 0, 4, 0, 0}},
		{.sprite = {sprite_pixels, UINT64_MAX, 4, -4, 0, 0}},
		{.sprite = {sprite_pixels, UINT64_MAX, INT32_MAX, 1, 0, 0}},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct gl_composition c = wrong[i];
		c.damage = &all;
		c.fence = &fence;
		assert_int_equal(gl_compose_view(target, &c), -EINVAL);
		assert_int_equal(fence, -1);
		c = (struct gl_composition){.background = 0x102030, .damage = &all};
		compose(target, &c);
		rig_read_target(&rig, target, WIDTH, HEIGHT);
		rig_expect(&rig, 5, 5, 0x102030ff, 0);
	}
	assert_int_equal(gl_target_read_view(target, TRANSFORMS, rgba), -EINVAL);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		VIEW_TEST(test_turned),
		VIEW_TEST(test_damage),
		VIEW_TEST(test_part),
		VIEW_TEST(test_refused),
	};
	return view_main(argc, argv, "view", tests, sizeof tests / sizeof *tests);
}
