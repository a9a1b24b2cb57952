/* Fences of compositions: the driver's, and what is waited for without one. */
#include "view_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "gl/private.h"

static struct {
	int made, dupped, destroyed;
	int fd; /* that the driver gives; below 0: it fails */
	bool refuses;
} fake;

static EGLSyncKHR fake_create(EGLDisplay display, EGLenum kind, const EGLint *attributes)
{
	assert_true(display == rig.gl->display);
	assert_int_equal(kind, EGL_SYNC_NATIVE_FENCE_ANDROID);
	assert_null(attributes);
	fake.made++;
	return fake.refuses ? EGL_NO_SYNC_KHR : (EGLSyncKHR)&fake;
}

static unsigned finished, flushed;

static EGLint fake_dup(EGLDisplay display, EGLSyncKHR sync)
{
	(void)display;
	assert_true(flushed > 0); /* there is no file before */
	assert_true(sync == (EGLSyncKHR)&fake);
	fake.dupped++;
	return fake.fd;
}

static EGLBoolean fake_destroy(EGLDisplay display, EGLSyncKHR sync)
{
	(void)display;
	assert_true(sync == (EGLSyncKHR)&fake);
	fake.destroyed++;
	return EGL_TRUE;
}

void __wrap_glFlush(void);
void __real_glFlush(void);
void __wrap_glFinish(void);
void __real_glFinish(void);

void __wrap_glFinish(void)
{
	finished++;
	__real_glFinish();
}

void __wrap_glFlush(void)
{
	flushed++;
	__real_glFlush();
}

static void compose_fenced(struct gl_target *target, int *fence, unsigned finishes)
{
	const struct gl_composition c = {
		.background = 0x405060, .damage = &all, .fence = fence};
	finished = flushed = 0;
	compose(target, &c);
	assert_int_equal(finished, finishes);
}

static void test_fence(void **state)
{
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	const struct gl_placement placed = {.layer = page(8, 8, 1, 255)};
	int fence = 99;
	(void)state;
	if (cpu()) {
		compose_fenced(target, &fence, 0);
		assert_int_equal(fence, -1);
		return;
	}
	rig.gl->create_sync = fake_create;
	rig.gl->destroy_sync = fake_destroy;
	rig.gl->dup_fence = fake_dup;
	fake.fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	compose_fenced(target, &fence, 0);
	assert_int_equal(fence, fake.fd);
	assert_int_equal(fake.made + fake.dupped + fake.destroyed, 3);
	compose_fenced(target, NULL, 1); /* nobody would wait for it */
	assert_int_equal(fake.made, 1);
	fake.refuses = true;
	compose_fenced(target, &fence, 1);
	assert_int_equal(fence, -1);
	assert_int_equal(fake.made, 2);
	assert_int_equal(fake.destroyed, 1);
	fake.refuses = false;
	int fd = fake.fd;
	fake.fd = EGL_NO_NATIVE_FENCE_FD_ANDROID;
	compose_fenced(target, &fence, 1);
	assert_int_equal(fence, -1);
	assert_int_equal(fake.destroyed, 2);
	/* Lost in the frame: no descriptor stays open. */
	fake.fd = fd;
	const struct gl_composition c = {
		.layers = &placed, .n_layers = 1, .damage = &all, .fence = &fence};
	assert_int_equal(gl_layer_draw(placed.layer), 0);
	rig.gl->lose_after = 1;
	fence = 99;
	assert_int_equal(gl_compose_view(target, &c), -ESTALE);
	rig.gl->lose_after = 0;
	assert_int_equal(fence, -1);
	assert_int_equal(fake.dupped, 3);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	/* What the driver really has. */
	struct gl_error err;
	assert_int_equal(gl_recover(rig.gl, &err), 0);
	const char *list = eglQueryString(rig.gl->display, EGL_EXTENSIONS);
	bool offered = egl_has(rig.gl, list, "EGL_ANDROID_native_fence_sync");
	assert_true((rig.gl->dup_fence != NULL) == offered);
	compose_fenced(target, &fence, offered ? 0 : 1);
	assert_true((fence >= 0) == offered);
	if (fence >= 0)
		close(fence);
}

/* What the driver has can be denied it. */
static void test_without_fence(void **state)
{
	static const char name[] = "EGL_ANDROID_native_fence_sync";
	const char *was = rig.gl->options.without;
	(void)state;
	assert_true(egl_has(rig.gl, "EGL_A EGL_ANDROID_native_fence_sync EGL_B", name));
	rig.gl->options.without = "highp EGL_ANDROID_native_fence_sync";
	assert_false(egl_has(rig.gl, "EGL_A EGL_ANDROID_native_fence_sync EGL_B", name));
	rig.gl->options.without = was;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		VIEW_TEST(test_fence),
		VIEW_TEST(test_without_fence),
	};
	return view_main(argc, argv, "view fence", tests, sizeof tests / sizeof *tests);
}
