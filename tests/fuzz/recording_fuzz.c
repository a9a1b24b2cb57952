/* Any bytes as a file of recorded input: what is read of it is written and read the same. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/input_replay.h"
#include "session/input_text.h"
#include "util/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_event(const struct input_text *e, uint64_t *ns)
{
	char line[INPUT_TEXT_LINE_MAX], again[INPUT_TEXT_LINE_MAX];
	struct input_text back;
	const char *why = NULL;
	must(e->ns >= *ns && e->ns <= INPUT_TEXT_NS_MAX && e->kind < INPUT_TEXT_END);
	must(isfinite(e->x) && isfinite(e->y));
	*ns = e->ns;
	size_t n = input_text_write(line, e);
	must(n > 1 && n < sizeof line && line[n - 1] == '\n' && strlen(line) == n);
	line[n - 1] = '\0';
	must(input_text_read(line, &back, &why) == 0);
	must(input_text_write(again, &back) == n);
	again[n - 1] = '\0';
	must(strcmp(line, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_recording *recording = NULL;
	uint64_t ns = 0;
	log_set_level(LOG_SILENT);
	FILE *file = fmemopen((void *)(uintptr_t)data, size, "r");
	if (!file)
		return 0;
	if (input_recording_read(file, "fuzz", &recording) == 0) {
		for (size_t i = 0; i < recording->n; i++)
			check_event(&recording->events[i], &ns);
		must(recording->end_ns >= ns);
		must(recording->width >= 0 && recording->width <= 16384);
		must(!recording->width == !recording->height);
		must(memchr(recording->layout, 0, sizeof recording->layout));
		input_recording_destroy(recording);
	} else {
		must(!recording);
	}
	fclose(file);
	return 0;
}
