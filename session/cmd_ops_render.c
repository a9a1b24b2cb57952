#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/export.h"
#include "gl/gl.h"
#include "gl/optext.h"
#include "gl/png.h"
#include "session/cmd.h"
#include "session/ops_file.h"
#include "util/log.h"
#include "util/opwire.h"

#define DEFAULT_SIDE 128
#define MAX_SIDE     16384

static const char help[] =
	"usage: osaas ops render FILE -o OUT.png [options]\n"
	"\n"
	"Draws an op stream, or the text of one, as a window would; no screen is "
	"needed.\n"
	"\n"
	"  -o OUT          .png, .svg or .pdf\n"
	"  --size WxH      of the picture in pixels; else '# size WxH' of a text, times\n"
	"                  the scale; else 128x128\n"
	"  --scale S       everything S times as large, 0.25 to 8\n"
	"  --painter NAME  auto, soft, scalar or gl\n"
	"  --gles N        2 or 3: the version of OpenGL ES to do with\n"
	"  --platform NAME of EGL: surfaceless or device\n"
	"  --help          this text\n";

enum option {
	OPT_OUT,
	OPT_SIZE,
	OPT_SCALE,
	OPT_PAINTER,
	OPT_GLES,
	OPT_PLATFORM,
};

static const struct opt opts[] = {
	{"o", OPT_OUT, true},
	{"size", OPT_SIZE, true},
	{"scale", OPT_SCALE, true},
	{"painter", OPT_PAINTER, true},
	{"gles", OPT_GLES, true},
	{"platform", OPT_PLATFORM, true},
	{0},
};

static const char *const painters[] = {
	[GL_PAINTER_AUTO] = "auto",
	[GL_PAINTER_SOFT] = "soft",
	[GL_PAINTER_SCALAR] = "scalar",
	[GL_PAINTER_GL] = "gl",
};
#define PAINTERS (sizeof painters / sizeof *painters)

struct render {
	const char *path, *out;
	int32_t width, height; /* 0: not said */
	float scale;           /* 0: not said */
	enum gl_painter painter;
	int gles; /* 0: not said */
	enum gl_platform platform;
};

/* the scale: a transform around everything */

#define SCALE_WORDS 6u
#define SCALE_BYTES (4u + SCALE_WORDS * 4u)

static void put_u32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

static void put_scale(uint8_t *at, float scale)
{
	const float m[SCALE_WORDS] = {scale, 0, 0, 0, scale, 0};
	put_u32(at, OP_TRANSFORM_PUSH | SCALE_WORDS << 8);
	for (uint32_t i = 0; i < SCALE_WORDS; i++) {
		uint32_t bits;
		memcpy(&bits, &m[i], sizeof bits);
		put_u32(at + 4 + (size_t)i * 4, bits);
	}
}

/* The stream between a push and a pop, so that all stacks balance as they did. */
static bool scale_stream(struct ops_file *file, float scale)
{
	struct gl_op_error err;
	if (optext_check(file->stream, file->size, &err) < 0) {
		ops_file_report(file, &err);
		return false;
	}
	size_t body = file->size - OPWIRE_HEADER_SIZE;
	size_t size = OPWIRE_HEADER_SIZE + SCALE_BYTES + body + 4;
	uint8_t *out = malloc(size), *at = out + OPWIRE_HEADER_SIZE;
	if (!out) {
		log_error("%s: out of memory", file->name);
		return false;
	}
	memcpy(out, file->stream, OPWIRE_HEADER_SIZE);
	put_u32(out + 8, (uint32_t)size);
	put_scale(at, scale);
	memcpy(at + SCALE_BYTES, file->stream + OPWIRE_HEADER_SIZE, body);
	put_u32(at + SCALE_BYTES + body, OP_TRANSFORM_POP);
	free(file->stream);
	file->stream = out;
	file->size = size;
	return true;
}

/* Offsets are those of the file, not of what was put around. */
static void report(
	const struct ops_file *file, const struct render *render, struct gl_op_error *err)
{
	if (render->scale != 0 && err->offset >= OPWIRE_HEADER_SIZE + SCALE_BYTES)
		err->offset -= SCALE_BYTES;
	ops_file_report(file, err);
}

/* the picture */

static bool find_size(const struct ops_file *file, struct render *render)
{
	double scale = render->scale != 0 ? (double)render->scale : 1;
	int32_t w = DEFAULT_SIDE, h = DEFAULT_SIDE;
	if (render->width)
		return true;
	if (file->text)
		optext_size(file->text, file->text_size, &w, &h);
	double width = ceil(w * scale), height = ceil(h * scale);
	if (width > MAX_SIDE || height > MAX_SIDE) {
		log_error("a picture of %gx%g is too large: at most %dx%d, say --size",
			width, height, MAX_SIDE, MAX_SIDE);
		return false;
	}
	render->width = (int32_t)width;
	render->height = (int32_t)height;
	return true;
}

static int write_out(struct gl_layer *layer, const struct render *render, uint8_t *rgba)
{
	enum gl_export_format format;
	if (gl_export_format_of(render->out, &format))
		return gl_layer_export(layer, render->out, format);
	int rc = gl_layer_draw(layer);
	if (!rc)
		rc = gl_layer_read(layer, rgba);
	if (!rc)
		rc = gl_png_write(render->out, rgba, render->width, render->height);
	return rc;
}

static bool draw_layer(struct gl_layer *layer, const struct ops_file *file,
	const struct render *render, uint8_t *rgba)
{
	struct gl_op_error err;
	struct gl_region damage;
	if (gl_layer_submit(layer, file->stream, file->size, &damage, &err) < 0) {
		report(file, render, &err);
		return false;
	}
	int rc = write_out(layer, render, rgba);
	if (rc < 0)
		log_error("%s cannot be made: %s", render->out, strerror(-rc));
	return rc == 0;
}

static bool draw(struct gl *gl, const struct ops_file *file, const struct render *render)
{
	size_t pixels = (size_t)render->width * (size_t)render->height;
	struct gl_layer *layer = NULL;
	uint8_t *rgba = calloc(pixels, 4);
	int rc = rgba ? gl_layer_create(gl, render->width, render->height, &layer)
		      : -ENOMEM;
	if (rc < 0)
		log_error("a picture of %dx%d cannot be made: %s", render->width,
			render->height, strerror(-rc));
	bool good = rc == 0 && draw_layer(layer, file, render, rgba);
	gl_layer_destroy(layer);
	free(rgba);
	return good;
}

static bool open_and_draw(const struct ops_file *file, const struct render *render)
{
	struct gl_error err;
	struct gl *gl = NULL;
	const struct gl_options options = {
		.platform = render->platform,
		.version = render->gles,
		.painter = render->painter,
	};
	if (gl_create_with(&gl, &options, &err) < 0) {
		log_error("%s", err.text);
		return false;
	}
	bool good = draw(gl, file, render);
	gl_destroy(gl);
	return good;
}

static int run(struct render *render)
{
	struct ops_file file;
	if (!ops_file_load(&file, render->path))
		return EXIT_FAILED;
	bool good = find_size(&file, render) &&
		    (render->scale == 0 || scale_stream(&file, render->scale)) &&
		    open_and_draw(&file, render);
	ops_file_finish(&file);
	return good ? EXIT_OK : EXIT_FAILED;
}

/* the command line */

static bool set_painter(struct render *render, const char *name)
{
	for (size_t i = 0; i < PAINTERS; i++) {
		if (strcmp(name, painters[i]) == 0) {
			render->painter = (enum gl_painter)i;
			return true;
		}
	}
	log_error("there is no painter '%s': write auto, soft, scalar or gl", name);
	return false;
}

static bool set_platform(struct render *render, const char *name)
{
	if (strcmp(name, "surfaceless") == 0) {
		render->platform = GL_PLATFORM_SURFACELESS;
		return true;
	}
	if (strcmp(name, "device") == 0) {
		render->platform = GL_PLATFORM_DEVICE;
		return true;
	}
	log_error("there is no platform '%s': write surfaceless or device", name);
	return false;
}

static bool set_gles(struct render *render, const char *text)
{
	render->gles = strcmp(text, "2") == 0 ? 2 : strcmp(text, "3") == 0 ? 3 : 0;
	if (!render->gles)
		log_error("there is no OpenGL ES '%s' here: write 2 or 3", text);
	return render->gles;
}

static bool set_path(struct render *render, const char *path)
{
	if (render->path)
		log_error("one file at a time, not '%s' as well", path);
	bool good = !render->path;
	render->path = path;
	return good;
}

static bool set(struct render *render, int id, const char *value)
{
	switch (id) {
	case OPT_OUT:
		render->out = value;
		return true;
	case OPT_SIZE:
		return opt_size(value, &render->width, &render->height);
	case OPT_SCALE:
		return opt_scale(value, &render->scale);
	case OPT_PAINTER:
		return set_painter(render, value);
	case OPT_GLES:
		return set_gles(render, value);
	case OPT_PLATFORM:
		return set_platform(render, value);
	case OPT_ARG:
		return set_path(render, value);
	}
	return false;
}

static bool is_picture(const char *path)
{
	enum gl_export_format format;
	const char *dot = strrchr(path, '.');
	return gl_export_format_of(path, &format) || (dot && strcmp(dot, ".png") == 0);
}

static bool check(const struct render *render)
{
	if (!render->path)
		log_error("which file? 'osaas ops render FILE -o OUT.png'");
	else if (!render->out)
		log_error("where to? 'osaas ops render FILE -o OUT.png'");
	else if (!is_picture(render->out))
		log_error(
			"what is '%s' to be? It ends in .png, .svg or .pdf", render->out);
	else
		return true;
	return false;
}

int cmd_ops_render(int argc, char **argv)
{
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	struct render render = {0};
	int id, code;
	while ((id = opt_next(&state, opts, "ops render")) != OPT_END) {
		if (opt_is_over(id, help, &code))
			return code;
		if (!set(&render, id, state.value))
			return EXIT_USAGE;
	}
	return check(&render) ? run(&render) : EXIT_USAGE;
}
