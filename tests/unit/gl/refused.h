/* refused: streams that the decoder refuses, and what it says of each. */
#ifndef OSAAS_TESTS_UNIT_GL_REFUSED_H
#define OSAAS_TESTS_UNIT_GL_REFUSED_H

#include <stddef.h>

#include "writer.h"

struct refusal {
	const char *name;
	void (*write)(struct stream *s);
	int rc;
	size_t offset;
	const char *reason; /* part of it */
};

struct refusals {
	const struct refusal *of;
	size_t n;
};

extern const struct refusals refused_clips, refused_notes, refused_paints,
	refused_resources;

#endif
