/*
 * Any bytes as frames of a window: decoded, covered, painted, hit, and what those promise is
 * checked. Where a header stands, another frame begins. The size fields are made true
 * first: otherwise hardly an input gets past them.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/font.h"
#include "gl/optext.h"
#include "gl/rect.h"
#include "gl/soft.h"
#include "util/opwire.h"
#include "window.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_FRAMES 4

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_error(int rc, const struct gl_op_error *err, size_t size)
{
	must(rc == -EINVAL || rc == -E2BIG);
	must(err->offset <= size && err->offset % 4 == 0);
	must(err->reason[0] && memchr(err->reason, 0, sizeof err->reason));
}

/* Within its sides, in order, nothing twice. */
static void check_mask(const struct gl_mask *mask)
{
	uint64_t pixels = 0;
	for (int32_t y = 0; y < mask->height; y++) {
		uint32_t end = 0;
		must(mask->rows[y] <= mask->rows[y + 1]);
		for (uint32_t i = mask->rows[y]; i < mask->rows[y + 1]; i++) {
			const struct gl_span *span = &mask->spans[i];
			must(span->len > 0 && span->x >= end);
			must(span->cover != COVER_NONE || span->value > 0);
			end = (uint32_t)span->x + span->len;
			pixels += span->len;
		}
		must(end <= (uint32_t)mask->width);
	}
	must(pixels == mask->pixels);
}

static void check_clips(const struct gl_scene *scene)
{
	const struct gl_rect layer = {0, 0, scene->width, scene->height};
	for (size_t i = 0; i < scene->n_clips; i++) {
		const struct gl_clip *clip = &scene->clips[i];
		if (!clip->used)
			continue;
		must(rect_empty(&clip->bounds) || rect_contains(&layer, &clip->bounds));
		if (clip->mask)
			check_mask(clip->mask);
	}
}

static void check_items(const struct gl_scene *scene)
{
	const struct gl_rect layer = {0, 0, scene->width, scene->height};
	for (size_t i = 0; i < scene->n_items; i++) {
		const struct gl_item *item = &scene->items[i];
		must(rect_empty(&item->bounds) || rect_contains(&layer, &item->bounds));
		must(item->clip == SCENE_NONE || item->clip < scene->n_clips);
		if (item->kind == ITEM_GROUP)
			must(item->end > i && item->end < scene->n_items &&
				scene->items[item->end].end == i);
	}
}

static void use_grid(struct gl_scene *scene, bool on)
{
	scene->index.off = !on;
	scene->index.made = false;
	scene->index.looked = UINT32_MAX;
}

/* By the grid of hits and without it, while neither spares work. */
static void check_grid(struct gl_scene *scene, double x, double y)
{
	struct gl_hit plain[4], hits[4];
	use_grid(scene, false);
	size_t n = scene_hit(scene, x, y, plain, 4);
	bool spared = scene->hit_work > HIT_WORK - HIT_COARSE;
	unsigned cursor = scene_cursor(scene, x, y);
	spared |= scene->hit_work > HIT_WORK - HIT_COARSE;
	use_grid(scene, true);
	if (spared)
		return;
	must(scene_hit(scene, x, y, hits, 4) == n);
	for (size_t i = 0; i < n; i++)
		must(hits[i].tag == plain[i].tag);
	must(scene_cursor(scene, x, y) == cursor);
}

static void check_filters(struct gl_scene *scene)
{
	struct gl_focus focus;
	struct gl_key_filter key;
	struct gl_transfer transfer;
	size_t n = 0;
	for (; scene_focus(scene, n, &focus); n++)
		must(scene_listen(scene, focus.tag).kinds & LISTEN_FOCUS);
	must(n <= scene->n_listen_tags);
	for (n = 0; scene_keys(scene, n, &key); n++)
		must(!(key.required & ~(uint32_t)KEYS_MODIFIERS));
	must(n <= OPWIRE_MAX_KEYS);
	for (n = 0; scene_transfer(scene, n, &transfer); n++)
		must(transfer.n_type <= OPWIRE_MAX_TYPE &&
			memchr(transfer.type, '/', transfer.n_type));
	must(n <= OPWIRE_MAX_TRANSFERS);
}

static void check_hits(struct gl_scene *scene)
{
	for (int i = 0; i < 8; i++) {
		struct gl_hit hits[4], at;
		double x = i * 12.5, y = i * 7.3;
		size_t n = scene_hit(scene, x, y, hits, 4);
		must(n <= 4);
		for (size_t k = 0; k < n; k++)
			for (size_t j = 0; j < k; j++)
				must(hits[j].tag != hits[k].tag);
		scene_locate(scene, n ? hits[0].tag : 1, x, y, &at);
	}
	check_grid(scene, 50, 20);
}

/* What was damaged and painted over is what painting all of it anew gives, without vectors. */
static void check_pixels(struct window *window)
{
	size_t size = (size_t)window->width * (size_t)window->height * 4;
	const struct gl_rect all = {0, 0, window->width, window->height};
	uint8_t *pixels = malloc(size);
	must(pixels);
	soft_scalar(window->soft, true);
	must(soft_paint(window->soft, &window->scenes[window->current], pixels,
		     window->width, all) == 0);
	soft_scalar(window->soft, false);
	must(memcmp(pixels, window->pixels, size) == 0);
	free(pixels);
}

static void check_scene(struct window *window)
{
	struct gl_scene *scene = &window->scenes[window->current];
	struct gl_region damage = {0};
	check_clips(scene);
	check_items(scene);
	check_hits(scene);
	check_filters(scene);
	scene_diff(scene, scene, &damage);
	must(damage.n == 0);
	check_pixels(window);
}

/* Text that was made of a stream makes it again. */
static void check_text(const uint8_t *data, size_t size)
{
	char *text = NULL;
	size_t text_size, again_size;
	uint8_t *again;
	struct gl_op_error err;
	struct optext_error text_err;
	FILE *out = open_memstream(&text, &text_size);
	must(out);
	int rc = optext_dump(data, size, out, &err);
	must(fclose(out) == 0);
	if (rc == 0) {
		must(optext_assemble(text, text_size, &again, &again_size, &text_err) ==
			0);
		must(again_size == size && memcmp(again, data, size) == 0);
		free(again);
	}
	free(text);
}

static size_t frame_end(const uint8_t *data, size_t size, size_t at)
{
	for (at += OPWIRE_HEADER_SIZE; at + OPWIRE_HEADER_SIZE <= size; at += 4)
		if (memcmp(data + at, "OSop", 4) == 0)
			return at;
	return size;
}

static void show(struct window *window, const uint8_t *data, size_t size)
{
	size_t at = 0;
	for (int i = 0; i < MAX_FRAMES && (i == 0 || at < size); i++) {
		size_t n = frame_end(data, size, at) - at;
		struct gl_op_error err = {0};
		/* Its own allocation, of just this size: a read beyond it is seen. */
		uint8_t *frame = malloc(n ? n : 1);
		must(frame);
		if (n > 0)
			memcpy(frame, data + at, n);
		for (size_t k = 0; n >= OPWIRE_HEADER_SIZE && k < 4; k++)
			frame[8 + k] = (uint8_t)(n >> (8 * k));
		check_text(frame, n);
		int rc = window_frame(window, frame, n, &err);
		free(frame);
		if (rc)
			check_error(rc, &err, n);
		check_scene(window);
		at += n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gl_fonts *fonts;
	static bool tried;
	char why[128];
	struct window window;
	if (!tried)
		fonts = gl_fonts_create(why, sizeof why);
	tried = true;
	window_init(&window, 97, 61, fonts);
	show(&window, data, size);
	window_finish(&window);
	return 0;
}
