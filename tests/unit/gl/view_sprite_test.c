/* Views with a sprite, against what display hardware does with integers. */
#include "view_rig.h"

#include <string.h>

#include "gl/rect.h"

/* As hardware does: bytes, src + dst (255 - a) / 255, to the nearest. */
static void blend(struct picture *view, const struct gl_sprite *s)
{
	for (int32_t y = 0; y < s->height; y++) {
		for (int32_t x = 0; x < s->width; x++) {
			int32_t vx = s->x + x, vy = s->y + y;
			if (vx < 0 || vy < 0 || vx >= view->width || vy >= view->height)
				continue;
			uint32_t argb = s->argb[y * s->width + x];
			uint8_t *p = (uint8_t *)at(view, vx, vy);
			for (int c = 0; c < 3; c++) {
				uint32_t v = (argb >> (16 - 8 * c) & 255) +
					     (p[c] * (255 - (argb >> 24)) + 127) / 255;
				p[c] = v < 255 ? (uint8_t)v : 255;
			}
		}
	}
}

static const struct gl_rect sprite_places[] = {{5, 6, 24, 24}, {-9, 3, 24, 24},
	{WIDTH - 5, 9, 24, 24}, {8, -20, 24, 24}, {8, HEIGHT - 1, 24, 24},
	{-23, -23, 24, 24}, {WIDTH - 1, HEIGHT - 1, 16, 5}, {-24, 3, 24, 24},
	{WIDTH, 3, 24, 24}, {4, HEIGHT + 40, 24, 24}, {-20, -20, 100, 100}, {7, 7, 1, 1},
	{INT32_MIN / 2, INT32_MAX / 2, 8, 8}};

static void test_sprite(void **state)
{
	static struct picture view, is;
	struct gl_placement layers[3];
	(void)state;
	for (int way = 0; way < WAYS; way++) {
		size_t n = put_layers((enum way)way, layers);
		for (size_t k = 0; k < sizeof sprite_places / sizeof *sprite_places;
			k++) {
			const struct gl_rect *p = &sprite_places[k];
			struct gl_composition c = {.background = 0x205080,
				.layers = layers,
				.n_layers = n,
				.damage = &all};
			struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
			compose(target, &c);
			read_target(target, &view);
			drop_target();
			c.sprite = sprite_of(p->x1, p->y1, p->x0, p->y0);
			blend(&view, &c.sprite);
			for (int i = 0; i < TRANSFORMS; i++) {
				c.transform = (enum transform)i;
				target = target_of(WIDTH, HEIGHT, c.transform);
				compose(target, &c);
				read_target(target, &is);
				expect_turned(&view, &is, c.transform, 1, "a sprite");
				drop_target();
			}
		}
		rig_clear(&rig);
	}
}

/* Where no sprite was or is, nothing changes; where it went, it is gone. */
static void test_sprite_moves(void **state)
{
	static struct picture without, is;
	struct gl_placement layers[3];
	struct gl_composition c = {.layers = layers, .damage = &all};
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	(void)state;
	c.n_layers = put_layers(WAY_OVER_BACKGROUND, layers);
	compose(target, &c);
	read_target(target, &without);
	c.sprite = sprite_of(8, 8, 3, 3);
	compose(target, &c);
	for (int i = 0; i < 10; i++) {
		struct gl_region damage = region_of((struct gl_rect){
			c.sprite.x, c.sprite.y, c.sprite.x + 8, c.sprite.y + 8});
		static struct picture want;
		c.sprite.x += 3;
		c.sprite.y += i % 3;
		region_add(&damage, (struct gl_rect){c.sprite.x, c.sprite.y,
					    c.sprite.x + 8, c.sprite.y + 8});
		c.damage = &damage;
		uint64_t uploaded = rig.gl->cost.uploaded;
		compose(target, &c);
		assert_int_equal(rig.gl->cost.uploaded, uploaded);
		read_target(target, &is);
		want = without;
		blend(&want, &c.sprite);
		expect_turned(&want, &is, TRANSFORM_NORMAL, 1, "a sprite that moves");
		assert_int_equal(at(&is, 0, 0)[0], at(&without, 0, 0)[0]);
	}
	assert_false(made(&rig.gl->mix)); /* no layer was mixed for it */
	c.sprite.serial = 0;
	c.damage = &all;
	compose(target, &c);
	read_target(target, &is);
	assert_memory_equal(is.rgba, without.rgba, WIDTH * HEIGHT * 4);
}

/* Pictures are told apart by serial alone, and several are kept. */
static void test_sprite_serials(void **state)
{
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	static const int32_t sides[] = {8, 24, 3, 9};
	static uint32_t pixels[4][24 * 24];
	struct gl_sprite sprites[4];
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		sprites[i] = sprite_of(sides[i], sides[i], 0, 0);
		sprites[i].argb = pixels[i];
		for (size_t k = 0; k < 24 * 24; k++)
			pixels[i][k] = 0xff000000u | (uint32_t)(i * 50 + 20);
	}
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 4; i++) {
			struct gl_composition c = {.sprite = sprites[i], .damage = &all};
			uint64_t uploaded = rig.gl->cost.uploaded;
			compose(target, &c);
			assert_int_equal(rig.gl->cost.uploaded - uploaded,
				round || cpu() ? 0 : sides[i] * sides[i] * 4);
			rig_read_target(&rig, target, WIDTH, HEIGHT);
			rig_expect(&rig, sides[i] - 1, sides[i] - 1,
				(uint32_t)(i * 50 + 20) << 8 | 255, 0);
			rig_expect(&rig, sides[i], sides[i], 0x000000ff, 0);
		}
	}
	struct gl_composition c = {.sprite = sprites[1], .damage = &all};
	pixels[1][0] = 0xffffffff; /* not before the serial says so */
	compose(target, &c);
	rig_read_target(&rig, target, WIDTH, HEIGHT);
	rig_expect(&rig, 0, 0, 70 << 8 | 255, 0);
	c.sprite.serial = ++last_serial;
	compose(target, &c);
	rig_read_target(&rig, target, WIDTH, HEIGHT);
	rig_expect(&rig, 0, 0, 0xffffffff, 0);
}

/* On a view that is scaled it is scaled with it. */
static void test_sprite_scaled(void **state)
{
	static struct picture view, is;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const struct size *s = &sizes[k];
		struct gl_composition c = {.layers = layers,
			.n_layers = n,
			.view_width = s->width,
			.view_height = s->height,
			.sprite = sprite_of(17, 9, s->width - 5, 1),
			.damage = &all};
		struct gl_target *target = rig_target(&rig, s->width, s->height);
		compose(target, &c);
		read_target(target, &view);
		drop_target();
		target = rig_target(&rig, s->across, s->down);
		compose(target, &c);
		read_target(target, &is);
		drop_target();
		expect_scaled(&view, &is, s);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		VIEW_TEST(test_sprite),
		VIEW_TEST(test_sprite_moves),
		VIEW_TEST(test_sprite_serials),
		VIEW_TEST(test_sprite_scaled),
	};
	return view_main(argc, argv, "view sprite", tests, sizeof tests / sizeof *tests);
}
