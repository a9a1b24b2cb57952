#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/private.h"
#include "util/log.h"

static bool listed(const char *list, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = list; p && (p = strstr(p, name)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

int gl_fail(struct gl_error *err, int rc, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return rc;
}

static int need(const char *list, const char *name, struct gl_error *err)
{
	if (listed(list, name))
		return 0;
	return gl_fail(err, -ENOTSUP,
		"the graphics driver lacks %s: update Mesa (libgl1-mesa-dri, "
		"libegl-mesa0)",
		name);
}

static int open_display(struct gl *gl, void *native, struct gl_error *err)
{
	bool gbm = gl->platform == GL_PLATFORM_GBM;
	const char *client = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
	int rc = need(client, "EGL_EXT_platform_base", err);
	if (!rc && !(gbm && listed(client, "EGL_MESA_platform_gbm")))
		rc = need(client,
			gbm ? "EGL_KHR_platform_gbm" : "EGL_MESA_platform_surfaceless",
			err);
	if (rc)
		return rc;
	PFNEGLGETPLATFORMDISPLAYEXTPROC get_display =
		(PFNEGLGETPLATFORMDISPLAYEXTPROC)eglGetProcAddress(
			"eglGetPlatformDisplayEXT");
	gl->display =
		get_display(gbm ? EGL_PLATFORM_GBM_KHR : EGL_PLATFORM_SURFACELESS_MESA,
			gbm ? native : EGL_DEFAULT_DISPLAY, NULL);
	if (gl->display == EGL_NO_DISPLAY || !eglInitialize(gl->display, NULL, NULL)) {
		gl->display = EGL_NO_DISPLAY;
		return gl_fail(err, -ENODEV,
			"EGL finds no driver for the %s platform (error 0x%x): install "
			"libgl1-mesa-dri",
			gbm ? "GBM" : "surfaceless", (unsigned)eglGetError());
	}
	return 0;
}

/* No surface is ever made, so that any configuration will do, or none. */
static int pick_config(
	const struct gl *gl, const char *list, EGLConfig *out, struct gl_error *err)
{
	static const EGLint wanted[] = {EGL_RENDERABLE_TYPE, EGL_OPENGL_ES2_BIT,
		EGL_SURFACE_TYPE, EGL_DONT_CARE, EGL_NONE};
	EGLint n = 0;
	*out = EGL_NO_CONFIG_KHR;
	if (listed(list, "EGL_KHR_no_config_context") ||
		listed(list, "EGL_MESA_configless_context") ||
		(eglChooseConfig(gl->display, wanted, out, 1, &n) && n > 0))
		return 0;
	return need(list, "EGL_KHR_no_config_context", err);
}

static int make_context(struct gl *gl, EGLint newest, struct gl_error *err)
{
	const char *list = eglQueryString(gl->display, EGL_EXTENSIONS);
	EGLConfig config;
	int rc = need(list, "EGL_KHR_surfaceless_context", err);
	if (!rc)
		rc = pick_config(gl, list, &config, err);
	if (rc)
		return rc;
	gl->has_pixmap_images = listed(list, "EGL_KHR_image_pixmap");
	gl->has_dma_buf_images = listed(list, "EGL_EXT_image_dma_buf_import");
	gl->has_modifiers = listed(list, "EGL_EXT_image_dma_buf_import_modifiers");
	eglBindAPI(EGL_OPENGL_ES_API);
	for (EGLint v = newest; v >= 2 && gl->context == EGL_NO_CONTEXT; v--) {
		const EGLint attributes[] = {EGL_CONTEXT_CLIENT_VERSION, v, EGL_NONE};
		gl->context =
			eglCreateContext(gl->display, config, EGL_NO_CONTEXT, attributes);
	}
	if (gl->context == EGL_NO_CONTEXT ||
		!eglMakeCurrent(gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, gl->context))
		return gl_fail(err, -ENODEV,
			"EGL makes no OpenGL ES 2 context (error 0x%x): install "
			"libgl1-mesa-dri",
			(unsigned)eglGetError());
	return 0;
}

static void find_images(struct gl *gl, const char *list)
{
	gl->create_image =
		(PFNEGLCREATEIMAGEKHRPROC)eglGetProcAddress("eglCreateImageKHR");
	gl->destroy_image =
		(PFNEGLDESTROYIMAGEKHRPROC)eglGetProcAddress("eglDestroyImageKHR");
	if (listed(list, "GL_OES_EGL_image"))
		gl->image_to_renderbuffer =
			(PFNGLEGLIMAGETARGETRENDERBUFFERSTORAGEOESPROC)eglGetProcAddress(
				"glEGLImageTargetRenderbufferStorageOES");
}

/* What the driver is and can; that it can draw into sRGB is tried, not believed. */
static int examine(struct gl *gl, struct gl_error *err)
{
	const char *version = (const char *)glGetString(GL_VERSION);
	const char *list = (const char *)glGetString(GL_EXTENSIONS);
	snprintf(gl->description, sizeof gl->description, "%s, %s, %s",
		(const char *)glGetString(GL_VENDOR),
		(const char *)glGetString(GL_RENDERER), version);
	int major = 0;
	sscanf(version, "OpenGL ES %d", &major);
	gl->sized_srgb = major >= 3;
	if (!gl->sized_srgb && !listed(list, "GL_EXT_sRGB"))
		return gl_fail(err, -ENOTSUP,
			"%s has neither OpenGL ES 3 nor GL_EXT_sRGB: update Mesa",
			version);
	gl->srgb_decode = listed(list, "GL_EXT_texture_sRGB_decode");
	/* On by default in ES, but it is what all blending rests on. */
	if (listed(list, "GL_EXT_sRGB_write_control"))
		glEnable(GL_FRAMEBUFFER_SRGB_EXT);
	find_images(gl, list);
	glGetIntegerv(GL_MAX_TEXTURE_SIZE, &gl->max_side);
	if (gl->max_side > MAX_SIDE)
		gl->max_side = MAX_SIDE;
	struct gl_surface trial;
	if (gl->max_side < ATLAS_WIDTH || surface_init(gl, &trial, 4, 4, true))
		return gl_fail(err, -ENOTSUP,
			"%s cannot draw into sRGB textures of %d pixels: update Mesa",
			version, ATLAS_WIDTH);
	surface_finish(&trial);
	return 0;
}

static void fill_linear(float *linear)
{
	for (int i = 0; i < 256; i++) {
		double c = i / 255.0;
		linear[i] =
			(float)(c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
}

int gl_create_version(struct gl **out, enum gl_platform platform, void *native,
	int version, struct gl_error *err)
{
	struct gl *gl = calloc(1, sizeof *gl);
	if (!gl)
		return gl_fail(err, -ENOMEM, "out of memory for the renderer");
	gl->platform = platform;
	gl->display = EGL_NO_DISPLAY;
	gl->context = EGL_NO_CONTEXT;
	fill_linear(gl->linear);
	gl->context_of_scenes =
		(struct scene_context){.masks = &gl->masks, .raster = &gl->raster};
	if (mask_cache_init(&gl->masks)) {
		free(gl);
		return gl_fail(err, -ENOMEM, "out of memory for the renderer");
	}
	int rc = open_display(gl, native, err);
	if (!rc)
		rc = make_context(gl, version, err);
	if (!rc)
		rc = examine(gl, err);
	if (!rc)
		rc = programs_init(&gl->programs, err);
	if (!rc && batch_init(&gl->batch, gl->linear))
		rc = gl_fail(err, -ENOMEM, "out of memory for the renderer");
	if (rc) {
		gl_destroy(gl);
		return rc;
	}
	log_debug("gl: %s; layers by %s, opaque ones %s", gl->description,
		gl->sized_srgb ? "OpenGL ES 3" : "EXT_sRGB",
		gl->srgb_decode ? "copied" : "encoded anew");
	*out = gl;
	return 0;
}

int gl_create(
	struct gl **out, enum gl_platform platform, void *native, struct gl_error *err)
{
	return gl_create_version(out, platform, native, 3, err);
}

void gl_destroy(struct gl *gl)
{
	if (!gl)
		return;
	assert(gl->users == 0);
	if (gl->context != EGL_NO_CONTEXT) {
		gl_enter(gl);
		surface_finish(&gl->mix);
		batch_finish(&gl->batch);
		programs_finish(&gl->programs);
		eglMakeCurrent(
			gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
		eglDestroyContext(gl->display, gl->context);
	}
	if (gl->display != EGL_NO_DISPLAY)
		eglTerminate(gl->display);
	mask_cache_finish(&gl->masks);
	raster_finish(&gl->raster);
	free(gl);
}

const char *gl_describe(const struct gl *gl)
{
	return gl->description;
}

void gl_enter(struct gl *gl)
{
	if (eglGetCurrentContext() != gl->context)
		eglMakeCurrent(gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, gl->context);
}

int gl_check(void)
{
	GLenum error = glGetError();
	if (error == GL_NO_ERROR)
		return 0;
	/* A lost context repeats its error for ever. */
	for (int i = 0; i < 8 && glGetError() != GL_NO_ERROR; i++)
		;
	log_error(
		"gl: OpenGL error 0x%x: the graphics driver failed, start again", error);
	return error == GL_OUT_OF_MEMORY ? -ENOMEM : -EIO;
}
