/*
 * seeds FOLDER TEXT ...: what the fuzzer of frames begins with: the texts as streams, and
 * those streams that want too much but are short.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "hostile.h"

#define MAX_SEED    8192
#define MAX_HOSTILE 256 /* bytes: those of calls of calls take long */

static int fail(const char *path, const char *why)
{
	fprintf(stderr, "seeds: %s: %s\n", path, why);
	return 1;
}

static int write_seed(
	const char *folder, const char *kind, size_t i, const void *data, size_t size)
{
	char path[4096];
	if (size > MAX_SEED)
		return 0;
	snprintf(path, sizeof path, "%s/%s-%zu", folder, kind, i);
	FILE *out = fopen(path, "wb");
	if (!out)
		return fail(path, "cannot be made");
	size_t n = size > 0 ? fwrite(data, size, 1, out) : 1;
	return fclose(out) != 0 || n != 1 ? fail(path, "cannot be written") : 0;
}

static int write_text(const char *folder, size_t i, const char *path)
{
	static char text[1 << 20];
	struct optext_error err;
	uint8_t *stream;
	size_t size;
	FILE *in = fopen(path, "rb");
	if (!in)
		return fail(path, "cannot be read");
	size_t n = fread(text, 1, sizeof text, in);
	fclose(in);
	if (optext_assemble(text, n, &stream, &size, &err) != 0)
		return fail(path, err.text);
	int r = write_seed(folder, "text", i, stream, size);
	free(stream);
	return r;
}

static int write_hostile(const char *folder, size_t i)
{
	size_t size;
	uint8_t *stream = hostile_make(i, 0, &size);
	int r = size <= MAX_HOSTILE ? write_seed(folder, "hostile", i, stream, size) : 0;
	free(stream);
	return r;
}

int main(int argc, char **argv)
{
	size_t size;
	int r = 0;
	if (argc < 2)
		return 2;
	uint8_t *rich = hostile_rich(&size);
	r = write_seed(argv[1], "rich", 0, rich, size);
	free(rich);
	for (size_t i = 0; i < hostile_count() && r == 0; i++)
		r = write_hostile(argv[1], i);
	for (int i = 2; i < argc && r == 0; i++)
		r = write_text(argv[1], (size_t)i, argv[i]);
	return r;
}
