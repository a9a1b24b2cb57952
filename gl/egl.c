#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gl/fence.h"
#include "gl/libraries.h"
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

bool egl_has(const struct gl *gl, const char *list, const char *name)
{
	return listed(list, name) && !listed(gl->options.without, name);
}

static int need(
	const struct gl *gl, const char *list, const char *name, struct gl_error *err)
{
	if (egl_has(gl, list, name))
		return 0;
	return gl_fail(err, -ENOTSUP,
		"the graphics driver lacks %s: update Mesa (libgl1-mesa-dri, "
		"libegl-mesa0)",
		name);
}

/* EGL hands out one display for all renderers of a platform; the last one terminates it. */
static struct {
	EGLDisplay display;
	unsigned users;
} displays[8];

static bool start_display(EGLDisplay display)
{
	size_t n = sizeof displays / sizeof *displays, at = n;
	for (size_t i = n; i-- > 0;)
		if (!displays[i].users && (at == n || !displays[at].users))
			at = i;
		else if (displays[i].users && displays[i].display == display)
			at = i;
	if (at == n || !eglInitialize(display, NULL, NULL))
		return false;
	displays[at].display = display;
	displays[at].users++;
	return true;
}

static void end_display(EGLDisplay display)
{
	for (size_t i = 0; i < sizeof displays / sizeof *displays; i++)
		if (displays[i].users && displays[i].display == display &&
			--displays[i].users == 0)
			eglTerminate(display);
}

/* A platform of EGL: its names, and what eglGetPlatformDisplay takes for it. */
static const struct platform {
	const char *name, *extension, *other; /* one of the extensions is needed */
	EGLenum value;
} platforms[] = {
	[GL_PLATFORM_SURFACELESS] = {"surfaceless", "EGL_MESA_platform_surfaceless", NULL,
		EGL_PLATFORM_SURFACELESS_MESA},
	[GL_PLATFORM_GBM] = {"GBM", "EGL_KHR_platform_gbm", "EGL_MESA_platform_gbm",
		EGL_PLATFORM_GBM_KHR},
	[GL_PLATFORM_DEVICE] = {"device", "EGL_EXT_platform_device", NULL,
		EGL_PLATFORM_DEVICE_EXT},
};

#define DEVICES 16

/* The first that is not software, or else the first. */
static void *find_device(void)
{
	EGLDeviceEXT devices[DEVICES];
	EGLint n = 0;
	PFNEGLQUERYDEVICESEXTPROC query_devices =
		(PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
	PFNEGLQUERYDEVICESTRINGEXTPROC query_string =
		(PFNEGLQUERYDEVICESTRINGEXTPROC)eglGetProcAddress(
			"eglQueryDeviceStringEXT");
	if (!query_devices || !query_devices(DEVICES, devices, &n) || n < 1)
		return NULL;
	for (EGLint i = 0; i < n && query_string; i++) {
		const char *list = query_string(devices[i], EGL_EXTENSIONS);
		if (!list || !strstr(list, "EGL_MESA_device_software"))
			return devices[i];
	}
	return devices[0];
}

static int open_display(struct gl *gl, struct gl_error *err)
{
	const struct platform *platform = &platforms[gl->options.platform];
	const char *client = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
	void *native = EGL_DEFAULT_DISPLAY;
	int rc = need(gl, client, "EGL_EXT_platform_base", err);
	if (!rc && !(platform->other && egl_has(gl, client, platform->other)))
		rc = need(gl, client, platform->extension, err);
	if (rc)
		return rc;
	if (gl->options.platform == GL_PLATFORM_GBM)
		native = gl->options.native;
	else if (gl->options.platform == GL_PLATFORM_DEVICE)
		native = find_device();
	PFNEGLGETPLATFORMDISPLAYEXTPROC get_display =
		(PFNEGLGETPLATFORMDISPLAYEXTPROC)eglGetProcAddress(
			"eglGetPlatformDisplayEXT");
	gl->display = get_display(platform->value, native, NULL);
	if (gl->display == EGL_NO_DISPLAY || !start_display(gl->display)) {
		gl->display = EGL_NO_DISPLAY;
		return gl_fail(err, -ENODEV,
			"EGL finds no driver for the %s platform (error 0x%x): install "
			"libgl1-mesa-dri",
			platform->name, (unsigned)eglGetError());
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
	if (egl_has(gl, list, "EGL_KHR_no_config_context") ||
		egl_has(gl, list, "EGL_MESA_configless_context") ||
		(eglChooseConfig(gl->display, wanted, out, 1, &n) && n > 0))
		return 0;
	return need(gl, list, "EGL_KHR_no_config_context", err);
}

/* A context that tells of a reset comes first, then the newer version. */
static void create_context(struct gl *gl, EGLConfig config, bool robust)
{
	const EGLint newest = gl->options.version ? gl->options.version : 3;
	eglBindAPI(EGL_OPENGL_ES_API);
	for (EGLint v = newest; v >= 2 && gl->context == EGL_NO_CONTEXT; v--) {
		const EGLint attributes[] = {EGL_CONTEXT_CLIENT_VERSION, v,
			robust ? EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY_EXT
			       : EGL_NONE,
			EGL_LOSE_CONTEXT_ON_RESET_EXT, EGL_NONE};
		gl->context =
			eglCreateContext(gl->display, config, EGL_NO_CONTEXT, attributes);
	}
	gl->caps.robust = robust && gl->context != EGL_NO_CONTEXT;
	if (robust && gl->context == EGL_NO_CONTEXT)
		create_context(gl, config, false);
}

static int make_context(struct gl *gl, struct gl_error *err)
{
	const char *list = eglQueryString(gl->display, EGL_EXTENSIONS);
	EGLConfig config;
	int rc = need(gl, list, "EGL_KHR_surfaceless_context", err);
	if (!rc)
		rc = pick_config(gl, list, &config, err);
	if (rc)
		return rc;
	gl->caps.has_pixmap_images = egl_has(gl, list, "EGL_KHR_image_pixmap");
	gl->caps.has_dma_buf_images = egl_has(gl, list, "EGL_EXT_image_dma_buf_import");
	fence_find(gl, list);
	gl->caps.has_modifiers =
		egl_has(gl, list, "EGL_EXT_image_dma_buf_import_modifiers");
	create_context(
		gl, config, egl_has(gl, list, "EGL_EXT_create_context_robustness"));
	if (gl->context == EGL_NO_CONTEXT ||
		!eglMakeCurrent(gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, gl->context))
		return gl_fail(err, -ENODEV,
			"EGL makes no OpenGL ES 2 context (error 0x%x): install "
			"libgl1-mesa-dri",
			(unsigned)eglGetError());
	return 0;
}

static void find_calls(struct gl *gl, const char *list)
{
	gl->create_image =
		(PFNEGLCREATEIMAGEKHRPROC)eglGetProcAddress("eglCreateImageKHR");
	gl->destroy_image =
		(PFNEGLDESTROYIMAGEKHRPROC)eglGetProcAddress("eglDestroyImageKHR");
	gl->image_to_renderbuffer = NULL;
	if (egl_has(gl, list, "GL_OES_EGL_image"))
		gl->image_to_renderbuffer =
			(PFNGLEGLIMAGETARGETRENDERBUFFERSTORAGEOESPROC)eglGetProcAddress(
				"glEGLImageTargetRenderbufferStorageOES");
	gl->reset_status = NULL;
	if (gl->caps.robust && egl_has(gl, list, "GL_KHR_robustness"))
		gl->reset_status = (PFNGLGETGRAPHICSRESETSTATUSEXTPROC)eglGetProcAddress(
			"glGetGraphicsResetStatusKHR");
	else if (gl->caps.robust && egl_has(gl, list, "GL_EXT_robustness"))
		gl->reset_status = (PFNGLGETGRAPHICSRESETSTATUSEXTPROC)eglGetProcAddress(
			"glGetGraphicsResetStatusEXT");
}

static bool is_software(const char *renderer)
{
	static const char *const names[] = {
		"llvmpipe", "softpipe", "swrast", "Software Rasterizer", "SwiftShader"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strstr(renderer, names[i]))
			return true;
	return false;
}

static bool has_highp(const struct gl *gl)
{
	GLint range[2] = {0}, precision = 0;
	glGetShaderPrecisionFormat(GL_FRAGMENT_SHADER, GL_HIGH_FLOAT, range, &precision);
	return precision >= 16 && !listed(gl->options.without, "highp");
}

/* That it can draw into sRGB is tried, not believed. */
static bool has_srgb(struct gl *gl, const char *list)
{
	struct gl_surface trial;
	gl->caps.sized_srgb =
		gl->caps.major >= 3 && !listed(gl->options.without, "ES3_sRGB");
	if (!gl->caps.sized_srgb && !egl_has(gl, list, "GL_EXT_sRGB"))
		return false;
	/* On by default in ES, but it is what all blending rests on. */
	if (egl_has(gl, list, "GL_EXT_sRGB_write_control"))
		glEnable(GL_FRAMEBUFFER_SRGB_EXT);
	if (surface_init(gl, &trial, 4, 4, SURFACE_SRGB))
		return false;
	surface_finish(&trial);
	return true;
}

static const char *string_of(GLenum name)
{
	const char *s = (const char *)glGetString(name);
	return s ? s : "";
}

/* What the driver is and can. */
static int examine(struct gl *gl, struct gl_error *err)
{
	const char *version = string_of(GL_VERSION), *list = string_of(GL_EXTENSIONS);
	struct gl_caps *caps = &gl->caps;
	snprintf(gl->description, sizeof gl->description, "%s, %s, %s",
		string_of(GL_VENDOR), string_of(GL_RENDERER), version);
	caps->major = 0;
	sscanf(version, "OpenGL ES %d", &caps->major);
	glGetIntegerv(GL_MAX_TEXTURE_SIZE, &caps->max_side);
	if (caps->max_side < RING_WIDTH)
		return gl_fail(err, -ENOTSUP,
			"%s has no textures of %d pixels: update Mesa", version,
			RING_WIDTH);
	if (caps->max_side > MAX_SIDE)
		caps->max_side = MAX_SIDE;
	caps->software = is_software(string_of(GL_RENDERER));
	caps->highp = has_highp(gl);
	caps->unpack_rows =
		(caps->major >= 3 && !listed(gl->options.without, "ES3_unpack")) ||
		egl_has(gl, list, "GL_EXT_unpack_subimage");
	caps->bgra = egl_has(gl, list, "GL_EXT_texture_format_BGRA8888") &&
		     egl_has(gl, list, "GL_EXT_read_format_bgra");
	caps->srgb_decode = egl_has(gl, list, "GL_EXT_texture_sRGB_decode");
	find_calls(gl, list);
	caps->srgb = has_srgb(gl, list);
	return 0;
}

int egl_open(struct gl *gl, struct gl_error *err)
{
	int rc = library_load(&library_egl);
	if (!rc)
		rc = library_load(&library_gles);
	if (rc)
		return gl_fail(err, -ENODEV,
			"OpenGL ES is not installed: install libegl1, libgles2 and "
			"libgl1-mesa-dri");
	rc = open_display(gl, err);
	if (!rc)
		rc = make_context(gl, err);
	return rc ? rc : examine(gl, err);
}

void egl_close(struct gl *gl)
{
	if (gl->display == EGL_NO_DISPLAY)
		return;
	eglMakeCurrent(gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
	if (gl->context != EGL_NO_CONTEXT)
		eglDestroyContext(gl->display, gl->context);
	end_display(gl->display);
	gl->context = EGL_NO_CONTEXT;
	gl->display = EGL_NO_DISPLAY;
}

int egl_enter(struct gl *gl)
{
	if (!gl->lost && eglGetCurrentContext() != gl->context &&
		!eglMakeCurrent(
			gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, gl->context)) {
		log_error("gl: the graphics context is gone (EGL error 0x%x)",
			(unsigned)eglGetError());
		gl->lost = true;
	}
	return gl->lost ? -ESTALE : 0;
}

/* Without a current context, or with one that was reset, GL does nothing and says little. */
static bool is_lost(const struct gl *gl)
{
	return gl->lost || eglGetCurrentContext() != gl->context ||
	       (gl->reset_status && gl->reset_status() != GL_NO_ERROR);
}

int egl_check(struct gl *gl)
{
	GLenum error = glGetError();
	if (is_lost(gl) || error == GL_CONTEXT_LOST_KHR) {
		if (!gl->lost)
			log_error("gl: the graphics card was reset");
		gl->lost = true;
		return -ESTALE;
	}
	if (error == GL_NO_ERROR)
		return 0;
	for (int i = 0; i < 8 && glGetError() != GL_NO_ERROR; i++)
		;
	log_error(
		"gl: OpenGL error 0x%x: the graphics driver failed, start again", error);
	return error == GL_OUT_OF_MEMORY ? -ENOMEM : -EIO;
}

void gl_step(struct gl *gl)
{
	if (gl->lose_after > 0 && --gl->lose_after == 0)
		gl_lose(gl);
}

void gl_lose(struct gl *gl)
{
	eglMakeCurrent(gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
	eglDestroyContext(gl->display, gl->context);
}
