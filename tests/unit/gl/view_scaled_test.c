/* Views that are scaled, and parts of them that are magnified: against means in double. */
#include "view_rig.h"

#include "gl/rect.h"

static void test_scaled(void **state)
{
	static struct picture view, is, turned;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const struct size *s = &sizes[k];
		struct gl_composition c = {.background = 0x808080,
			.layers = layers,
			.n_layers = n,
			.view_width = s->width,
			.view_height = s->height,
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
		for (int i = 1; i < TRANSFORMS; i++) {
			c.transform = (enum transform)i;
			target = target_of(s->across, s->down, c.transform);
			compose(target, &c);
			read_target(target, &turned);
			expect_turned(&is, &turned, c.transform, 1, "scaled");
			drop_target();
		}
	}
}

/* A colour all over stays what it is, to the byte. */
static void test_scaled_flat(void **state)
{
	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const struct size *s = &sizes[k];
		struct gl_target *target = rig_target(&rig, s->across, s->down);
		for (uint32_t i = 0; i < 256; i += 5) {
			struct gl_composition c = {
				.background = i << 16 | (255 - i) << 8 | 0x55,
				.view_width = s->width,
				.view_height = s->height,
				.damage = &all};
			compose(target, &c);
			rig_read_target(&rig, target, s->across, s->down);
			rig_expect(&rig, s->x, s->y, c.background << 8 | 255, 0);
			rig_expect(&rig, s->x + s->w - 1, s->y + s->h - 1,
				c.background << 8 | 255, 0);
		}
		drop_target();
	}
}

/* What damage reaches is as if all were drawn; what it does not stays as it was. */
static void test_scaled_damage(void **state)
{
	static const struct gl_rect rects[] = {{3, 1, 4, 2}, {0, 0, 1, 1}, {1, 0, 9, 2},
		{2, 1, 3, 40}, {0, 0, 100, 100}, {90, 1, 95, 3}, {20, 10, 28, 19}};
	static struct picture before, whole, is;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const struct size *s = &sizes[k];
		struct gl_target *target = rig_target(&rig, s->across, s->down);
		for (size_t i = 0; i < sizeof rects / sizeof *rects; i++) {
			const struct gl_rect cut = rect_intersect(
				rects[i], (struct gl_rect){0, 0, s->width, s->height});
			const struct gl_region damage = {1, {rects[i]}};
			struct gl_composition c = {.background = 0xff00ff,
				.view_width = s->width,
				.view_height = s->height,
				.damage = &all};
			struct gl_composition with = c;
			with.layers = layers;
			with.n_layers = n;
			compose(target, &with);
			read_target(target, &whole);
			compose(target, &c);
			read_target(target, &before);
			with.damage = &damage;
			compose(target, &with);
			read_target(target, &is);
			for (int32_t y = 0; y < s->down; y++) {
				for (int32_t x = 0; x < s->across; x++) {
					const uint8_t *p = at(&is, x, y);
					bool must = !rect_empty(&cut) &&
						    concerned(s, &cut, x, y, -1e-3);
					bool may = !rect_empty(&cut) &&
						   concerned(s, &cut, x, y, 0.07);
					const uint8_t *want =
						at(must ? &whole : &before, x, y);
					if (!must && may)
						continue;
					for (int b = 0; b < 4; b++)
						assert_in_range(p[b] - want[b] + 1, 0, 2);
				}
			}
		}
		drop_target();
	}
}

/* Of a view of WIDTH x HEIGHT a part on all of a target, or between its bars. */
static const struct magnified {
	struct gl_rect part;
	int32_t across, down;
	int32_t x, y, w, h; /* where it is to be there */
} magnified[] = {
	{{0, 0, WIDTH, HEIGHT}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{10, 7, 31, 21}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{30, 18, WIDTH, HEIGHT}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{0, 0, 3, 2}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{40, 0, WIDTH, 1}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{10, 7, 31, 21}, WIDTH, 2 * HEIGHT + 1, 0, 14, WIDTH, HEIGHT},
	{{10, 7, 31, 21}, 2 * WIDTH, HEIGHT, 20, 0, WIDTH, HEIGHT},
};

static struct size size_of(const struct magnified *m)
{
	return (struct size){m->part.x1 - m->part.x0, m->part.y1 - m->part.y0, m->across,
		m->down, m->x, m->y, m->w, m->h};
}

static struct gl_composition magnify(
	const struct magnified *m, const struct gl_placement *layers, size_t n)
{
	return (struct gl_composition){.background = 0x808080,
		.layers = layers,
		.n_layers = n,
		.sprite = sprite_of(6, 5, m->part.x0 - 1, m->part.y0 + 1),
		.view_width = WIDTH,
		.view_height = HEIGHT,
		.part = m->part,
		.damage = &all};
}

/* Against the same part at its own size, whose pixels test_part looks at. */
static void test_magnified(void **state)
{
	static struct picture view, is, turned;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof magnified / sizeof *magnified; k++) {
		const struct magnified *m = &magnified[k];
		const struct size s = size_of(m);
		struct gl_composition c = magnify(m, layers, n), plain = c;
		plain.part = (struct gl_rect){0};
		plain.view_width = plain.view_height = 0;
		plain.origin_x = m->part.x0;
		plain.origin_y = m->part.y0;
		struct gl_target *target = rig_target(&rig, s.width, s.height);
		compose(target, &plain);
		read_target(target, &view);
		drop_target();
		target = rig_target(&rig, s.across, s.down);
		compose(target, &c);
		read_target(target, &is);
		drop_target();
		expect_scaled(&view, &is, &s);
		for (int i = 1; i < TRANSFORMS; i++) {
			c.transform = (enum transform)i;
			target = target_of(s.across, s.down, c.transform);
			compose(target, &c);
			read_target(target, &turned);
			expect_turned(&is, &turned, c.transform, 1, "magnified");
			drop_target();
		}
	}
}

/* Damage is of the view; what is not in the part is not painted. */
static void test_magnified_damage(void **state)
{
	static const struct gl_rect rects[] = {{3, 1, 4, 2}, {12, 9, 14, 11},
		{9, 6, 11, 8}, {30, 20, 32, 22}, {0, 0, WIDTH, HEIGHT},
		{20, 0, 22, HEIGHT}};
	static struct picture before, whole, is;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 1; k < sizeof magnified / sizeof *magnified; k++) {
		const struct magnified *m = &magnified[k];
		const struct size s = size_of(m);
		struct gl_target *target = rig_target(&rig, s.across, s.down);
		for (size_t i = 0; i < sizeof rects / sizeof *rects; i++) {
			const struct gl_region damage = {1, {rects[i]}};
			struct gl_rect cut = rect_intersect(rects[i], m->part);
			bool any = !rect_empty(&cut);
			struct gl_composition with = magnify(m, layers, n), c = with;
			c.background = 0xff00ff;
			c.n_layers = 0;
			c.sprite.serial = 0;
			cut = (struct gl_rect){cut.x0 - m->part.x0, cut.y0 - m->part.y0,
				cut.x1 - m->part.x0, cut.y1 - m->part.y0};
			compose(target, &with);
			read_target(target, &whole);
			compose(target, &c);
			read_target(target, &before);
			with.damage = &damage;
			uint64_t composed = rig.gl->cost.composed;
			compose(target, &with);
			assert_int_equal(rig.gl->cost.composed > composed, any);
			read_target(target, &is);
			for (int32_t y = 0; y < s.down; y++) {
				for (int32_t x = 0; x < s.across; x++) {
					const uint8_t *p = at(&is, x, y);
					bool must =
						any && concerned(&s, &cut, x, y, -1e-3);
					bool may = any && concerned(&s, &cut, x, y, 0.07);
					const uint8_t *want =
						at(must ? &whole : &before, x, y);
					for (int b = 0; b < 4 && (must || !may); b++)
						assert_in_range(p[b] - want[b] + 1, 0, 2);
				}
			}
		}
		drop_target();
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		VIEW_TEST(test_scaled),
		VIEW_TEST(test_scaled_flat),
		VIEW_TEST(test_scaled_damage),
		VIEW_TEST(test_magnified),
		VIEW_TEST(test_magnified_damage),
	};
	return view_main(argc, argv, "view scaled", tests, sizeof tests / sizeof *tests);
}
