/*
 * What a pointer event asks of a scene: who is under it, the cursor, the window's action.
 *
 *	bench_hits		a line of JSON for each number of areas
 *
 * A window of 1600x900 with an area and a cursor of its own, and in it as many cells in a
 * grid as there are areas, each with a clip, a cursor and a tag. Points go at random; times
 * are the median of batches, in ns of the processor. "plain" is without the grid of gl/hit_index.h;
 * "first" is the first event after a frame came, "second" the next one, which may make it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gl/decode.h"
#include "gl/scene.h"
#include "util/opwire.h"

#define WIDTH   1600
#define HEIGHT  900
#define BATCHES 41
#define MOST    10000

struct stream {
	uint32_t words[16 * MOST + 64];
	size_t n;
};

static void put(struct stream *s, uint32_t word)
{
	s->words[s->n++] = word;
}

static void put_f32(struct stream *s, float v)
{
	uint32_t word;
	memcpy(&word, &v, sizeof word);
	put(s, word);
}

static void put_cell(
	struct stream *s, float x0, float y0, float x1, float y1, uint32_t tag)
{
	put(s, OP_CLIP_RECT | 4 << 8);
	put_f32(s, x0), put_f32(s, y0), put_f32(s, x1), put_f32(s, y1);
	put(s, OP_CURSOR | 1 << 8), put(s, CURSOR_POINTER);
	put(s, OP_AREA | 2 << 8), put(s, tag), put(s, 0);
	put(s, OP_CLIP_POP);
}

static void write_grid(struct stream *s, uint32_t areas)
{
	uint32_t side = 1;
	while (side * side < areas)
		side++;
	float w = (float)WIDTH / (float)side, h = (float)HEIGHT / (float)side;
	s->n = 0;
	put(s, OPWIRE_MAGIC), put(s, OPWIRE_MAJOR | OPWIRE_MINOR << 16);
	put(s, 0), put(s, 0);
	put(s, OP_CURSOR | 1 << 8), put(s, CURSOR_TEXT);
	put(s, OP_AREA | 2 << 8), put(s, areas), put(s, 0);
	for (uint32_t i = 0; i < areas; i++) {
		float x = w * (float)(i % side), y = h * (float)(i / side);
		put_cell(s, x, y, x + w - 1, y + h - 1, i);
	}
	s->words[2] = (uint32_t)s->n * 4;
}

static double now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint32_t seed = 1;

static double below(double n)
{
	seed = seed * 1664525 + 1013904223;
	return n * (double)(seed >> 8) / (1 << 24);
}

enum question {
	HIT,
	CURSOR,
	ACTION,
	LOCATE,
	EVENT, /* the first three */
	QUESTIONS
};

static void ask(struct gl_scene *scene, enum question q)
{
	struct gl_hit hits[16];
	double x = below(WIDTH), y = below(HEIGHT);
	if (q == HIT || q == EVENT)
		scene_hit(scene, x, y, hits, 16);
	if (q == CURSOR || q == EVENT)
		scene_cursor(scene, x, y);
	if (q == ACTION || q == EVENT)
		scene_action(scene, x, y);
	if (q == LOCATE)
		scene_locate(scene, (uint64_t)below(MOST), x, y, hits);
}

static int rise(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *v)
{
	qsort(v, BATCHES, sizeof *v, rise);
	return v[BATCHES / 2];
}

static double time_of(struct gl_scene *scene, enum question q, int times)
{
	double took[BATCHES];
	for (int b = 0; b < BATCHES; b++) {
		double start = now_ns();
		for (int i = 0; i < times; i++)
			ask(scene, q);
		took[b] = (now_ns() - start) / times;
	}
	return median(took);
}

static const struct scene_context no_context;

static void decode(struct gl_scene *scene, const struct stream *s)
{
	struct gl_op_error err = {0};
	int rc = scene_decode(scene, &no_context, NULL, s->words, s->n * 4, &err);
	if (rc) {
		fprintf(stderr, "bench_hits: byte %zu: %s\n", err.offset, err.reason);
		exit(1);
	}
	scene->width = WIDTH;
	scene->height = HEIGHT;
}

static void measure_first(struct gl_scene *scene, const struct stream *s, double out[2])
{
	double took[2][BATCHES];
	for (int b = 0; b < BATCHES; b++) {
		decode(scene, s);
		for (int i = 0; i < 2; i++) {
			double start = now_ns();
			ask(scene, EVENT);
			took[i][b] = now_ns() - start;
		}
	}
	for (int i = 0; i < 2; i++)
		out[i] = median(took[i]);
}

static void measure(struct stream *s, uint32_t areas)
{
	struct gl_scene scene = {0};
	double indexed[QUESTIONS], plain, first[2];
	write_grid(s, areas);
	measure_first(&scene, s, first);
	time_of(&scene, EVENT, 200);
	for (int q = 0; q < QUESTIONS; q++)
		indexed[q] = time_of(&scene, (enum question)q, 2000);
	decode(&scene, s);
	scene.index.off = true;
	plain = time_of(&scene, EVENT, areas > 1000 ? 20 : 200);
	printf("{\"bench\": \"hits\", \"areas\": %u, \"hit_ns\": %.0f, \"cursor_ns\": "
	       "%.0f, "
	       "\"action_ns\": %.0f, \"locate_ns\": %.0f, \"event_ns\": %.0f, "
	       "\"plain_event_ns\": %.0f, \"first_ns\": %.0f, \"second_ns\": %.0f}\n",
		areas, indexed[HIT], indexed[CURSOR], indexed[ACTION], indexed[LOCATE],
		indexed[EVENT], plain, first[0], first[1]);
	scene_finish(&scene, &no_context);
}

int main(void)
{
	static struct stream s;
	measure(&s, 100);
	measure(&s, 1000);
	measure(&s, MOST);
	return 0;
}
