/* A renderer: its context and all that is made once, and made anew when the context is lost. */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/font.h"
#include "gl/glyph.h"
#include "gl/pool.h"
#include "gl/private.h"
#include "gl/soft.h"
#include "gl/sprite.h"
#include "gl/store.h"
#include "gl/srgb.h"
#include "util/log.h"

/* Why the card cannot paint; NULL: it can. */
static const char *unfit(const struct gl *gl)
{
	if (!gl->caps.srgb)
		return "it cannot draw into sRGB textures (OpenGL ES 3 or GL_EXT_sRGB)";
	if (!gl->caps.highp)
		return "its fragment shaders have no highp numbers";
	return NULL;
}

static int choose_painter(struct gl *gl, struct gl_error *err)
{
	const char *why = unfit(gl);
	gl->painter = gl->options.painter;
	if (gl->painter == GL_PAINTER_GL && why)
		return gl_fail(err, -ENOTSUP,
			"the graphics card cannot paint: %s; update Mesa, or let the "
			"processor paint",
			why);
	if (gl->painter != GL_PAINTER_AUTO)
		return 0;
	gl->painter = gl->caps.software || why ? GL_PAINTER_SOFT : GL_PAINTER_GL;
	if (why)
		log_debug("gl: the processor paints, not the driver: %s", why);
	return 0;
}

static void describe(struct gl *gl)
{
	static const char *const names[] = {
		[GL_PAINTER_SOFT] = "the processor paints",
		[GL_PAINTER_SCALAR] = "the processor paints, without vectors",
		[GL_PAINTER_GL] = "the card paints",
	};
	size_t n = strlen(gl->description);
	snprintf(gl->description + n, sizeof gl->description - n, "; %s",
		names[gl->painter]);
}

static int build_painter(struct gl *gl, struct gl_error *err)
{
	GLenum format = gl->caps.sized_srgb ? GL_RGBA : GL_SRGB_ALPHA_EXT;
	GLenum internal = gl->caps.sized_srgb ? GL_SRGB8_ALPHA8_EXT : format;
	int rc = batch_init(&gl->batch, internal, format);
	if (!rc && !gl->textures.encode)
		rc = texture_cache_init(gl);
	return rc ? gl_fail(err, rc, "out of memory for the renderer") : 0;
}

/* All that lives in the context. */
int card_open(struct gl *gl, struct gl_error *err)
{
	int rc = egl_open(gl, err);
	if (!rc)
		rc = choose_painter(gl, err);
	if (!rc)
		rc = programs_init(
			&gl->programs, gl->caps.highp, gl->painter == GL_PAINTER_GL, err);
	if (!rc && gl->painter == GL_PAINTER_GL)
		rc = build_painter(gl, err);
	if (!rc)
		describe(gl);
	return rc;
}

static void tear_down(struct gl *gl)
{
	stats_keep(gl);
	surface_finish(&gl->mix);
	surface_finish(&gl->under);
	surface_finish(&gl->scratch);
	surface_finish(&gl->whole);
	sprites_finish(gl);
	pool_finish(gl);
	texture_cache_forget(gl);
	batch_finish(&gl->batch);
	programs_finish(&gl->programs);
	gl->compositor->close(gl);
}

/* Without any font there is no text, but all the rest: the first text finds out. */
static int make_glyphs(struct gl *gl)
{
	gl->fonts = gl_fonts_prepare();
	return glyph_cache_create(gl->fonts, &gl->glyphs);
}

static int make_caches(struct gl *gl)
{
	int rc = mask_cache_init(&gl->masks);
	if (!rc)
		rc = soft_create(&gl->soft);
	if (!rc)
		rc = make_glyphs(gl);
	gl->context_of_scenes = (struct scene_context){
		.masks = &gl->masks, .raster = &gl->raster, .glyphs = gl->glyphs};
	return rc;
}

struct gl_fonts *gl_fonts(const struct gl *gl)
{
	return gl_fonts_load(gl->fonts, NULL, 0) == 0 ? gl->fonts : NULL;
}

int gl_create_with(
	struct gl **out, const struct gl_options *options, struct gl_error *err)
{
	struct gl *gl = calloc(1, sizeof *gl);
	if (!gl)
		return gl_fail(err, -ENOMEM, "out of memory for the renderer");
	gl->options = *options;
	gl->compositor = options->platform == GL_PLATFORM_NONE ? &compositor_processor
							       : &compositor_card;
	gl->display = EGL_NO_DISPLAY;
	gl->context = EGL_NO_CONTEXT;
	list_init(&gl->layers);
	list_init(&gl->targets);
	list_init(&gl->stores);
	srgb_table(gl->linear);
	int rc = make_caches(gl);
	rc = rc ? gl_fail(err, rc, "out of memory for the renderer")
		: gl->compositor->open(gl, err);
	if (rc) {
		gl_destroy(gl);
		return rc;
	}
	soft_scalar(gl->soft, gl->painter == GL_PAINTER_SCALAR);
	log_debug("gl: %s; opaque layers %s; a reset is %s", gl->description,
		gl->painter != GL_PAINTER_GL || gl->caps.srgb_decode ? "copied"
								     : "encoded anew",
		gl->reset_status ? "told" : "not told");
	*out = gl;
	return 0;
}

int gl_create(
	struct gl **out, enum gl_platform platform, void *native, struct gl_error *err)
{
	const struct gl_options options = {.platform = platform, .native = native};
	return gl_create_with(out, &options, err);
}

void gl_destroy(struct gl *gl)
{
	if (!gl)
		return;
	assert(list_empty(&gl->layers) && list_empty(&gl->targets));
	gl_enter(gl);
	tear_down(gl);
	texture_cache_finish(gl);
	soft_destroy(gl->soft);
	glyph_cache_destroy(gl->glyphs);
	gl_fonts_destroy(gl->fonts);
	mask_cache_finish(&gl->masks);
	raster_finish(&gl->raster);
	free(gl->pieces);
	free(gl);
}

const char *gl_describe(const struct gl *gl)
{
	return gl->description;
}

void gl_set_pause(struct gl *gl, void (*call)(void *data), void *data)
{
	gl->pause = (struct soft_pause){call, data};
	soft_set_pause(gl->soft, &gl->pause);
}

bool gl_lost(const struct gl *gl)
{
	return gl->lost;
}

static void forget_all(struct gl *gl)
{
	list_for_each (layer, &gl->layers, struct gl_layer, link)
		layer_forget(layer);
	list_for_each (store, &gl->stores, struct gl_store, link)
		store_forget(store);
	list_for_each (target, &gl->targets, struct gl_target, link)
		target_forget(target);
}

static int restore_all(struct gl *gl, struct gl_error *err)
{
	list_for_each (layer, &gl->layers, struct gl_layer, link) {
		int rc = layer_restore(layer);
		if (rc)
			return gl_fail(err, rc,
				"a window's pixels cannot be made anew: %s",
				strerror(-rc));
	}
	list_for_each (store, &gl->stores, struct gl_store, link) {
		int rc = store_restore(store);
		if (rc)
			return gl_fail(err, rc, "a sub-layer cannot be made anew: %s",
				strerror(-rc));
	}
	list_for_each (target, &gl->targets, struct gl_target, link) {
		int rc = target_restore(target, err);
		if (rc)
			return rc;
	}
	return 0;
}

void gl_set_native(struct gl *gl, void *native)
{
	gl->options.native = native;
	if (native || gl->options.platform == GL_PLATFORM_NONE)
		return;
	gl_enter(gl);
	forget_all(gl);
	tear_down(gl);
	gl->lost = true;
}

int gl_recover(struct gl *gl, struct gl_error *err)
{
	if (!gl->lost)
		return 0;
	if (gl->options.platform == GL_PLATFORM_GBM && !gl->options.native)
		return gl_fail(err, -ENODEV, "there is no graphics card");
	if (gl->display != EGL_NO_DISPLAY) {
		forget_all(gl);
		tear_down(gl);
	}
	gl->lost = false; /* or what is tried would be refused */
	int rc = gl->compositor->open(gl, err);
	if (!rc)
		rc = restore_all(gl, err);
	gl->lost = rc != 0;
	if (!rc)
		log_info("gl: the graphics context is rebuilt");
	return rc;
}
