/* The oracle still draws each text as the picture beside it has it, byte by byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"
#include "picture.h"

static bool draw(const struct golden_text *text, struct oracle_picture *picture)
{
	struct oracle_ask ask = {text->width, text->height, text->scale, 0};
	char error[200];
	if (oracle_draw(text->text, &ask, picture, error))
		return true;
	printf("# %s\n", error);
	return false;
}

static bool same(const struct oracle_picture *is, const char *path)
{
	int width, height;
	uint8_t *should = picture_read(path, &width, &height);
	bool equal = should && width == is->width && height == is->height;
	if (!equal) {
		printf("# %s is missing, or of another size\n", path);
	} else {
		struct picture_error error =
			picture_compare(is->rgba, should, width, height);
		equal = error.max == 0;
		if (!equal)
			printf("# mean %.4f, %d at %d,%d\n", error.mean, error.max,
				error.x, error.y);
	}
	free(should);
	return equal;
}

static bool check(const char *dir, const char *name)
{
	char path[4096];
	struct golden_text text;
	struct oracle_picture picture;
	snprintf(path, sizeof path, "%s/%s.ops", dir, name);
	bool good = golden_read(path, &text);
	snprintf(path, sizeof path, "%s/%s.png", dir, name);
	good = good && draw(&text, &picture) && same(&picture, path);
	oracle_forget();
	free(text.text);
	return good;
}

int main(int argc, char **argv)
{
	size_t n, bad = 0;
	char **names = golden_names(argc > 1 ? argv[1] : ".", &n);
	printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		bool good = check(argc > 1 ? argv[1] : ".", names[i]);
		printf("%sok %zu - %s\n", good ? "" : "not ", i + 1, names[i]);
		bad += !good;
		free(names[i]);
	}
	free(names);
	return n == 0 || bad > 0;
}
