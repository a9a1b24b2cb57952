/* view_rig: a renderer and pages for tests of views, and what their pixels have to be. */
#ifndef OSAAS_TESTS_UNIT_GL_VIEW_RIG_H
#define OSAAS_TESTS_UNIT_GL_VIEW_RIG_H

#include "rig.h"

#include "gl/private.h"
#include "util/transform.h"

#define WIDTH  41
#define HEIGHT 27
#define MOST   128 /* of a side of anything here */

extern struct rig rig;
extern const struct gl_region all;

bool cpu(void);
bool made(const struct gl_surface *s);

/* A picture as it was read: RGBA8. */
struct picture {
	int32_t width, height;
	uint8_t rgba[MOST * MOST * 4];
};

const uint8_t *at(const struct picture *p, int32_t x, int32_t y);
void read_target(struct gl_target *target, struct picture *out);
/* expect_turned: each pixel of the view looked up where the matrix says that its middle lies. */
void expect_turned(const struct picture *view, const struct picture *is, enum transform t,
	int most, const char *what);

/* How the layers' pixels get there: see compose.c. */
enum way {
	WAY_COPY,
	WAY_OVER_BACKGROUND,
	WAY_MIX,
	WAYS
};

extern const char *const way_names[WAYS];

/* page: every pixel of another colour, every other one of them of that alpha. */
struct gl_layer *page(int32_t width, int32_t height, uint32_t seed, unsigned alpha);
size_t put_layers(enum way way, struct gl_placement out[3]);
struct gl_target *target_of(int32_t width, int32_t height, enum transform t);
void compose(struct gl_target *target, const struct gl_composition *c);
void drop_target(void);

#define SIZES 9

extern const struct size {
	int32_t width, height; /* of the view */
	int32_t across, down;  /* of the target, seen upright */
	int32_t x, y, w, h;    /* where the view is to be there */
} sizes[SIZES];

/* expect_scaled: against the mean in linear light, in double, texel by texel. */
void expect_scaled(
	const struct picture *view, const struct picture *is, const struct size *s);
/* concerned: a pixel of the target is made of, or beside, damage; all but for slack. */
bool concerned(const struct size *s, const struct gl_rect *r, int32_t x, int32_t y,
	double slack);

extern uint32_t sprite_pixels[MOST * MOST];
extern uint64_t last_serial;
/* sprite_of: every alpha, colours up to it, in sprite_pixels. */
struct gl_sprite sprite_of(int32_t width, int32_t height, int32_t x, int32_t y);

/* clear: after each test. */
int clear(void **state);

#define VIEW_TEST(name) cmocka_unit_test_teardown(name, clear)

/* view_main: main of a test that is VIEW_TESTs; the arguments are rig_open_args'. */
int view_main(int argc, char **argv, const char *name, const struct CMUnitTest *tests,
	size_t n);

#endif
