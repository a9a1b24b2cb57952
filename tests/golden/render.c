#include "render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "tests/unit/gl/rig.h"

static const struct {
	const char *name;
	enum gl_painter painter;
	int version;
	enum gl_platform platform;
} painters[] = {
	{"auto", GL_PAINTER_AUTO, 0},
	{"soft", GL_PAINTER_SOFT, 0},
	{"scalar", GL_PAINTER_SCALAR, 0},
	{"gl", GL_PAINTER_GL, 3},
	{"gl2", GL_PAINTER_GL, 2},
	{"cpu", GL_PAINTER_AUTO, 0, GL_PLATFORM_NONE},
};

struct gl *render_open(const char *painter, char error[256])
{
	struct gl_error err = {0};
	struct gl *gl = NULL;
	rig_keep_drivers();
	for (size_t i = 0; i < sizeof painters / sizeof *painters; i++) {
		if (strcmp(painters[i].name, painter) != 0)
			continue;
		struct gl_options options = {.platform = painters[i].platform,
			.painter = painters[i].painter,
			.version = painters[i].version};
		if (gl_create_with(&gl, &options, &err))
			snprintf(error, 256, "%s", err.text);
		return gl;
	}
	snprintf(error, 256, "no painter %s", painter);
	return NULL;
}

/* A scale is a transform around everything: after the first line, up to the end. */
static char *scaled(const char *text, double scale)
{
	const char *rest = strchr(text, '\n');
	char *out = NULL;
	if (rest && asprintf(&out,
			    "%.*s\ntransform push %.9g 0 0 0 %.9g 0%s\ntransform pop\n",
			    (int)(rest - text), text, scale, scale, rest) < 0)
		return NULL;
	return out;
}

static uint8_t *assemble(const char *text, double scale, size_t *size, char error[256])
{
	struct optext_error err = {0};
	uint8_t *stream = NULL;
	char *whole = scale == 1 ? strdup(text) : scaled(text, scale);
	if (!whole)
		snprintf(error, 256, "out of memory");
	else if (optext_assemble(whole, strlen(whole), &stream, size, &err))
		snprintf(error, 256, "line %zu: %.200s", err.line, err.text);
	free(whole);
	return stream;
}

static bool draw(struct gl_layer *layer, const uint8_t *stream, size_t size,
	uint8_t *rgba, char error[256])
{
	struct gl_op_error err = {0};
	struct gl_region damage;
	int rc = gl_layer_submit(layer, stream, size, &damage, &err);
	if (rc) {
		snprintf(error, 256, "byte %zu: %s", err.offset, err.reason);
		return false;
	}
	rc = gl_layer_draw(layer);
	if (!rc)
		rc = gl_layer_read(layer, rgba);
	if (rc)
		snprintf(error, 256, "drawing: %s", strerror(-rc));
	return rc == 0;
}

uint8_t *render_text(struct gl *gl, const char *text, int width, int height, double scale,
	char error[256])
{
	struct gl_layer *layer = NULL;
	size_t size;
	uint8_t *stream = assemble(text, scale, &size, error);
	uint8_t *rgba = calloc((size_t)width * (size_t)height, 4);
	int rc = stream ? gl_layer_create(gl, width, height, &layer) : -1;
	if (stream && rc)
		snprintf(error, 256, "no layer: %s", strerror(-rc));
	if (rc || !draw(layer, stream, size, rgba, error)) {
		free(rgba);
		rgba = NULL;
	}
	gl_layer_destroy(layer);
	free(stream);
	return rgba;
}
