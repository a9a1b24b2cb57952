/*
 * gl draws each text as the oracle did, within the tolerance that the text states.
 *
 *	golden_test DIR PAINTER [OUT]
 *
 * Of what fails, OUT gets NAME-is.png, NAME-should.png and NAME-diff.png (differences
 * times 16, opaque).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "render.h"

struct run {
	struct gl *gl;
	const char *dir, *out;
	/* Of the texts with the tolerance of fills and strokes; of all others. */
	struct {
		double mean;
		int max;
	} worst[2];
};

static void write_part(const struct run *run, const char *name, const char *part,
	const uint8_t *rgba, int width, int height)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s-%s.png", run->out, name, part);
	if (!picture_write(path, rgba, width, height))
		printf("# cannot write %s\n", path);
}

static void write_parts(const struct run *run, const char *name, uint8_t *is,
	const uint8_t *should, int width, int height)
{
	size_t n = (size_t)width * (size_t)height * 4;
	if (!run->out)
		return;
	write_part(run, name, "is", is, width, height);
	write_part(run, name, "should", should, width, height);
	for (size_t i = 0; i < n; i += 4) {
		int alpha = abs(is[i + 3] - should[i + 3]);
		for (size_t k = 0; k < 3; k++) {
			int off = abs(is[i + k] - should[i + k]);
			off = 16 * (off > alpha ? off : alpha);
			is[i + k] = (uint8_t)(off < 255 ? off : 255);
		}
		is[i + 3] = 255;
	}
	write_part(run, name, "diff", is, width, height);
}

static bool compare(struct run *run, const char *name, const struct golden_text *text,
	uint8_t *is, const uint8_t *should)
{
	struct picture_error e = picture_compare(is, should, text->width, text->height);
	bool good = e.mean <= text->mean && e.max <= text->max;
	bool other = text->mean > 0.1 || text->max > 4;
	if (e.mean > run->worst[other].mean)
		run->worst[other].mean = e.mean;
	if (e.max > run->worst[other].max)
		run->worst[other].max = e.max;
	if (good)
		return true;
	size_t at = ((size_t)e.y * (size_t)text->width + (size_t)e.x) * 4;
	printf("# mean %.3f (at most %g), maximum %d (at most %g) at %d,%d: "
	       "%d,%d,%d,%d instead of %d,%d,%d,%d\n",
		e.mean, text->mean, e.max, text->max, e.x, e.y, is[at], is[at + 1],
		is[at + 2], is[at + 3], should[at], should[at + 1], should[at + 2],
		should[at + 3]);
	write_parts(run, name, is, should, text->width, text->height);
	return false;
}

static bool check(struct run *run, const char *name)
{
	char path[4096], error[256] = "";
	struct golden_text text;
	int width = 0, height = 0;
	snprintf(path, sizeof path, "%s/%s.png", run->dir, name);
	uint8_t *should = picture_read(path, &width, &height);
	snprintf(path, sizeof path, "%s/%s.ops", run->dir, name);
	bool good = golden_read(path, &text) && should && width == text.width &&
		    height == text.height;
	if (!good)
		printf("# the text or its picture is missing, or of another size\n");
	uint8_t *is =
		good ? render_text(run->gl, text.text, width, height, text.scale, error)
		     : NULL;
	if (good && !is)
		printf("# %s\n", error);
	good = is && compare(run, name, &text, is, should);
	free(is);
	free(should);
	free(text.text);
	return good;
}

static size_t check_all(struct run *run)
{
	size_t n, bad = 0;
	char **names = golden_names(run->dir, &n);
	printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		bool good = check(run, names[i]);
		printf("%sok %zu - %s\n", good ? "" : "not ", i + 1, names[i]);
		fflush(stdout);
		bad += !good;
		free(names[i]);
	}
	free(names);
	printf("# worst mean %.3f and maximum %d; of those that may be off by more %.3f "
	       "and "
	       "%d\n",
		run->worst[0].mean, run->worst[0].max, run->worst[1].mean,
		run->worst[1].max);
	return n > 0 ? bad : 1;
}

int main(int argc, char **argv)
{
	char error[256];
	if (argc < 3) {
		fprintf(stderr, "usage: golden_test DIR PAINTER [OUT]\n");
		return 2;
	}
	struct run run = {.dir = argv[1], .out = argc > 3 ? argv[3] : NULL};
	run.gl = render_open(argv[2], error);
	if (!run.gl) {
		printf("Bail out! %s\n", error);
		return 1;
	}
	size_t bad = check_all(&run);
	gl_destroy(run.gl);
	return bad > 0;
}
