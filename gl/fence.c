#include "gl/fence.h"

#include "gl/private.h"

void fence_find(struct gl *gl, const char *list)
{
	bool offered = egl_has(gl, list, "EGL_ANDROID_native_fence_sync");
	gl->create_sync = NULL;
	gl->destroy_sync = NULL;
	gl->dup_fence = NULL;
	if (!offered)
		return;
	gl->create_sync = (PFNEGLCREATESYNCKHRPROC)eglGetProcAddress("eglCreateSyncKHR");
	gl->destroy_sync =
		(PFNEGLDESTROYSYNCKHRPROC)eglGetProcAddress("eglDestroySyncKHR");
	gl->dup_fence = (PFNEGLDUPNATIVEFENCEFDANDROIDPROC)eglGetProcAddress(
		"eglDupNativeFenceFDANDROID");
	if (!gl->create_sync || !gl->destroy_sync)
		gl->dup_fence = NULL;
}

/* The file exists once what is before it was flushed. */
static int take(struct gl *gl)
{
	EGLSyncKHR sync =
		gl->create_sync(gl->display, EGL_SYNC_NATIVE_FENCE_ANDROID, NULL);
	if (sync == EGL_NO_SYNC_KHR)
		return -1;
	glFlush();
	int fd = gl->dup_fence(gl->display, sync);
	gl->destroy_sync(gl->display, sync);
	return fd >= 0 ? fd : -1;
}

int fence_after(struct gl *gl)
{
	int fd = gl->dup_fence ? take(gl) : -1;
	if (fd < 0)
		glFinish();
	return fd;
}
