/* Any bytes as the text of a stream: what they make, when they make one, is made again of its text. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_error(int rc, const struct optext_error *err, size_t size)
{
	must(rc == -EINVAL || rc == -E2BIG);
	must(err->line > 0 && err->line <= size + 1);
	must(err->column > 0 && err->column <= size + 1);
	must(err->text[0] && memchr(err->text, 0, sizeof err->text));
}

static void check_again(const uint8_t *stream, size_t size)
{
	char *text = NULL;
	size_t text_size, again_size;
	uint8_t *again;
	struct gl_op_error op_err;
	struct optext_error err;
	FILE *out = open_memstream(&text, &text_size);
	must(out && optext_dump(stream, size, out, &op_err) == 0 && fclose(out) == 0);
	must(optext_assemble(text, text_size, &again, &again_size, &err) == 0);
	must(again_size == size && memcmp(again, stream, size) == 0);
	free(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *stream;
	size_t stream_size;
	int32_t width, height;
	struct optext_error err = {0};
	/* Its own allocation, of just this size: a read beyond it is seen. */
	char *text = malloc(size ? size : 1);
	must(text);
	if (size > 0)
		memcpy(text, data, size);
	optext_size(text, size, &width, &height);
	int rc = optext_assemble(text, size, &stream, &stream_size, &err);
	must((optext_line(text, size, SIZE_MAX) > 0) == (rc == 0 && stream_size > 16));
	if (rc == 0) {
		check_again(stream, stream_size);
		free(stream);
	} else {
		check_error(rc, &err, size);
	}
	free(text);
	return 0;
}
