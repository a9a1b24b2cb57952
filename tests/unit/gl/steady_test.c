/*
 * Frames like those before allocate nothing and upload only what is new; caches stay
 * within their bounds however much is shown.
 */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/private.h"
#include "gl/store.h"

#define SIDE 200

/*
 * Allocations by the code that is linked into this program: the driver's are not ours to
 * avoid. Not under ASan, which has an allocator of its own.
 */
#if !defined(__SANITIZE_ADDRESS__)
extern char __executable_start, etext;
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

static bool counting;
static unsigned allocations;

static void count(const char *caller)
{
	if (counting && caller >= &__executable_start && caller < &etext)
		allocations++;
}

void *malloc(size_t size)
{
	count(__builtin_return_address(0));
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	count(__builtin_return_address(0));
	return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	count(__builtin_return_address(0));
	return __libc_realloc(old, size);
}
#define COUNTED 1
#else
static bool counting;
static unsigned allocations;
#define COUNTED 0
#endif

static struct rig rig;

struct frame {
	uint8_t *stream;
	size_t size;
};

static struct frame assemble(const char *text)
{
	struct frame frame;
	struct optext_error wrong;
	if (optext_assemble(text, strlen(text), &frame.stream, &frame.size, &wrong))
		fail_msg("line %zu: %s\n%s", wrong.line, wrong.text, text);
	return frame;
}

static struct gl_region submit(struct gl_layer *layer, const struct frame *frame)
{
	struct gl_op_error err;
	struct gl_region damage;
	if (gl_layer_submit(layer, frame->stream, frame->size, &damage, &err))
		fail_msg("byte %zu: %s", err.offset, err.reason);
	return damage;
}

static void show(
	struct gl_target *target, struct gl_layer *layer, const struct gl_region *damage)
{
	const struct gl_placement p = {layer, 0, 0};
	assert_int_equal(gl_compose(target, 0, &p, 1, damage), 0);
}

#define RESOURCES                                                                        \
	"image 3 4 4 {\nff0000ff 00ff00ff 0000ffff 80808080\n"                           \
	"ff0000ff 00ff00ff 0000ffff 80808080\nff0000ff 00ff00ff 0000ffff 80808080\n"     \
	"ff0000ff 00ff00ff 0000ffff 80808080\n}\n"                                       \
	"font query 1 400 upright \"sans-serif\"\n"                                      \
	"sublayer 1 100 4000 {\nbrush color #ddeeffff\npaint\nbrush color #112233ff\n"   \
	"clip ellipse 3 3 50 900\npaint\nclip pop\n}\n"

#define PAGE                                                                             \
	"brush color #f0f0f0ff\npaint\n"                                                 \
	"clip ellipse 4 4 60 60\nbrush linear 0 0 64 64 pad 0 #ff0000ff 1 #0000ffff\n"   \
	"paint\nclip pop\nclip stroke 4 round round 4 0 2 6 3 {\nmove 5 5\nline 100 "    \
	"90\n"                                                                           \
	"quad 150 20 30 20\n}\nbrush color #00000080\npaint\nclip pop\n"                 \
	"clip blur 20 100 90 150 8 8 8 8 6\npaint\nclip pop\n"                           \
	"group push 0.5 multiply\nclip rrect 10.5 10 70 80 9 9 9 9\n"                    \
	"brush color #00ff00ff\npaint\nclip pop\ngroup pop\n"                            \
	"transform push 9 3 100 -2 12 8\nbrush image 3 linear 0 0 4 4\npaint\n"          \
	"transform pop\ntransform push 0.4 0 100 0 0.4 80\n"                             \
	"brush image 3 linear 0 0 4 4\npaint\ntransform pop\n"                           \
	"brush color #000000ff\nglyphs 1 20 {\n36 5 80\n37 30 80\n50 40.3 80\n}\n"

/* A caret that blinks, text that takes turns, a list that scrolls. */
static struct frame frame_of(int i)
{
	char text[4096];
	snprintf(text, sizeof text,
		"osaas ops 1.1\n%s" PAGE "%splace 1 100 100 190 190 0 %d\n",
		i == 0 ? RESOURCES : "",
		i % 2 ? "clip rect 70 60 72 80\npaint\nclip pop\n" : "", i % 64 * 7);
	return assemble(text);
}

static void test_no_allocation(void **state)
{
	enum {
		N = 64
	};
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	struct gl_target *target = rig_target(&rig, SIDE, SIDE);
	struct gl_region all = {1, {{0, 0, SIDE, SIDE}}};
	struct frame frames[N];
	(void)state;
	if (!COUNTED) {
		print_message("# a sanitizer counts for itself\n");
		return;
	}
	for (int i = 0; i < N; i++)
		frames[i] = frame_of(i);
	for (int i = 0; i < 3 * N; i++) {
		const struct frame *frame = &frames[i % N ? i % N : i == 0 ? 0 : 2];
		counting = i == 0 || i >= N;
		struct gl_region damage = submit(layer, frame);
		show(target, layer, i == 0 || i % 8 == 7 ? &all : &damage);
		counting = false;
		assert_true((allocations > 0) == (i == 0));
		allocations = 0;
	}
	for (int i = 0; i < N; i++)
		free(frames[i].stream);
}

/* What a display that is turned needs beside its picture: its scroller's plane, a pointer, a mirror. */
struct display {
	enum transform transform;
	struct gl_target *screen, *plane, *mirror;
	struct gl_sprite sprite;
};

static struct gl_target *turned_target(int32_t width, int32_t height, enum transform t)
{
	bool turns = transform_turns(t);
	return rig_target(&rig, turns ? height : width, turns ? width : height);
}

static void show_parts(struct display *d, struct gl_layer *layer,
	const struct gl_region *damage, const struct gl_region *plane_damage)
{
	struct gl_placement places[2] = {
		{layer, 0, 0, 1, false}, {layer, 40, 30, 1, false}};
	struct gl_composition c = {.layers = places,
		.n_layers = 2,
		.damage = damage,
		.sprite = d->sprite,
		.transform = d->transform};
	assert_int_equal(gl_compose_view(d->screen, &c), 0);
	places[0].left_out = 0;
	c.n_layers = 1;
	c.view_width = c.view_height = SIDE;
	assert_int_equal(gl_compose_view(d->mirror, &c), 0);
	const struct gl_placement only = {layer, 0, 0, ~1u, true};
	const struct gl_composition plane = {.layers = &only,
		.n_layers = 1,
		.damage = plane_damage,
		.origin_x = 100,
		.origin_y = 100,
		.transform = d->transform};
	assert_int_equal(gl_compose_view(d->plane, &plane), 0);
}

/* The pointer moves with every frame; every eighth is drawn whole, as a new buffer is. */
static void test_views_allocate_nothing(void **state)
{
	static uint32_t pointer[24 * 24];
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	const struct gl_region all = {1, {{0, 0, SIDE, SIDE}}};
	struct frame frames[64];
	(void)state;
	if (!COUNTED) {
		print_message("# a sanitizer counts for itself\n");
		return;
	}
	for (int i = 0; i < 64; i++)
		frames[i] = frame_of(i);
	for (int t = 0; t < TRANSFORMS; t++) {
		struct display d = {.transform = (enum transform)t,
			.sprite = {pointer, 1, 24, 24, 0, 0}};
		d.screen = turned_target(SIDE, SIDE - 20, d.transform);
		d.plane = turned_target(90, 90, d.transform);
		d.mirror = turned_target(300, 130, d.transform);
		for (int i = 0; i < 128; i++) {
			const struct frame *frame = &frames[i % 64             ? i % 64
							    : t == 0 && i == 0 ? 0
									       : 2];
			struct gl_overlay_info info;
			counting = (t == 0 && i == 0) || i >= 64;
			struct gl_region damage = submit(layer, frame);
			assert_int_equal(gl_layer_overlays(layer, &info, 1), 1);
			d.sprite.x = i % 30 * 8 - 12;
			d.sprite.y = i % 7 * 30 - 12;
			show_parts(&d, layer, i % 8 ? &damage : &all,
				i % 8 ? &info.damage : &all);
			counting = false;
			assert_true((allocations > 0) == (t == 0 && i == 0));
			allocations = 0;
		}
		while (rig.n_targets > 0)
			gl_target_destroy(rig.targets[--rig.n_targets]);
	}
	for (int i = 0; i < 64; i++)
		free(frames[i].stream);
}

/* A caret's 2 by 20 pixels are all that a blink paints and, by the processor, uploads. */
static void test_blink(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	struct gl_target *target = rig_target(&rig, SIDE, SIDE);
	struct gl_region all = {1, {{0, 0, SIDE, SIDE}}};
	struct gl_stats stats;
	(void)state;
	for (int i = 0; i < 8; i++) {
		char text[4096];
		snprintf(text, sizeof text,
			"osaas ops 1.1\n%s" PAGE "%splace 1 100 100 190 190 0 0\n",
			i == 0 ? RESOURCES : "",
			i % 2 ? "clip rect 70 60 72 80\npaint\nclip pop\n" : "");
		struct frame frame = assemble(text);
		struct gl_region damage = submit(layer, &frame);
		show(target, layer, i == 0 ? &all : &damage);
		free(frame.stream);
		if (i == 0)
			continue;
		gl_get_stats(rig.gl, &stats);
		assert_int_equal(damage.n, 1);
		rig_expect_rect(damage.rects[0], 70, 60, 72, 80);
		assert_int_equal(stats.last.painted, 2 * 20);
		if (rig.gl->options.platform == GL_PLATFORM_NONE)
			assert_int_equal(stats.last.uploaded, 0);
		else if (rig.gl->painter != GL_PAINTER_GL && rig.gl->caps.unpack_rows)
			assert_int_equal(stats.last.uploaded, 2 * 20 * 4);
		if (rig.gl->painter == GL_PAINTER_GL && i > 2)
			assert_true(stats.last.uploaded < 64 * 1024);
	}
}

/* A new page each time: what nobody shows goes. */
static void test_bounded(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, 512, 512);
	struct gl_target *target = rig_target(&rig, 512, 512);
	struct gl_region all = {1, {{0, 0, 512, 512}}};
	struct gl_stats stats;
	static char text[1 << 20];
	(void)state;
	for (int i = 0; i < 20; i++) {
		size_t n = (size_t)sprintf(
			text, "osaas ops 1.1\nfont query 1 400 upright \"sans-serif\"\n");
		for (int k = 0; k < 300; k++)
			n += (size_t)sprintf(text + n,
				"clip ellipse %d %d.%03d %d 400.%03d\nbrush color "
				"#%02x405080\npaint\nclip pop\n",
				k, k, i * 7 + 1, 300 + k / 2, i * 11 + 1, k % 256);
		n += (size_t)sprintf(text + n, "glyphs 1 %d {\n", 9 + i);
		for (int k = 0; k < 300; k++)
			n += (size_t)sprintf(text + n, "%d %d.%d %d\n", 3 + k,
				k % 30 * 16, k % 4 * 25, k / 30 * 40 + 30);
		sprintf(text + n, "}\n");
		struct frame frame = assemble(text);
		submit(layer, &frame);
		free(frame.stream);
		show(target, layer, &all);
		gl_get_stats(rig.gl, &stats);
		assert_true(stats.masks.bytes <= 2 * stats.masks.most_bytes + (8 << 20));
		assert_true(stats.glyphs.bytes <= 2 * stats.glyphs.most_bytes);
		assert_true(stats.pool.bytes <= stats.pool.most_bytes);
	}
	assert_true(stats.masks.evicted > 0);
}

static int clear(void **state)
{
	(void)state;
	rig_clear(&rig);
	return 0;
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_teardown(name, clear)
	static const struct CMUnitTest tests[] = {
		T(test_no_allocation),
		T(test_views_allocate_nothing),
		T(test_blink),
		T(test_bounded),
	};
	rig_open_args(&rig, argc, argv);
	int failed = cmocka_run_group_tests_name("steady", tests, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
