/* Which renderer is chosen, on cards that are files: driver's name, and of virtio-gpu its 3D. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <virtgpu_drm.h>
#include <xf86drm.h>

#include "session/renderer.h"
#include "session/session.h"

/* libdrm's and gl's, in place of the libraries'. */

static int gl_error; /* of a platform with a driver */
static enum gl_platform opened;

int gl_create(
	struct gl **out, enum gl_platform platform, void *native, struct gl_error *err)
{
	(void)native;
	opened = platform;
	if (platform != GL_PLATFORM_NONE && gl_error) {
		snprintf(err->text, sizeof err->text, "no driver; install one");
		return gl_error;
	}
	*out = (struct gl *)(uintptr_t)1;
	return 0;
}

const char *gl_describe(const struct gl *gl)
{
	(void)gl;
	return "a fake";
}

static void read_card(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);
	text[n > 0 ? n : 0] = '\0';
}

drmVersionPtr drmGetVersion(int fd)
{
	char text[64];
	read_card(fd, text, sizeof text);
	if (strcmp(text, "none") == 0)
		return NULL;
	drmVersion *v = calloc(1, sizeof *v);
	text[strcspn(text, " ")] = '\0';
	v->name = strdup(text);
	return v;
}

void drmFreeVersion(drmVersionPtr v)
{
	if (v)
		free(v->name);
	free(v);
}

int drmIoctl(int fd, unsigned long request, void *arg)
{
	struct drm_virtgpu_getparam *get = arg;
	char text[64];
	assert_true(request == DRM_IOCTL_VIRTGPU_GETPARAM);
	assert_int_equal(get->param, VIRTGPU_PARAM_3D_FEATURES);
	read_card(fd, text, sizeof text);
	const char *has = strchr(text, ' ');
	if (!has) {
		errno = EINVAL;
		return -1;
	}
	*(int *)(uintptr_t)get->value = atoi(has);
	return 0;
}

static char folder[] = "/tmp/osaas-renderer-XXXXXX";

static void put(const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int card(const char *text)
{
	char path[128];
	put("card0", text);
	snprintf(path, sizeof path, "%s/card0", folder);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static const struct card_case {
	const char *card;
	enum renderer wanted;
	bool cpu;
	const char *why;
} card_cases[] = {
	{"vkms", RENDERER_AUTO, true, "vkms only shows pictures"},
	{"simpledrm", RENDERER_AUTO, true, "simpledrm only shows pictures"},
	{"bochs-drm", RENDERER_AUTO, true, "bochs-drm only shows pictures"},
	{"virtio_gpu 0", RENDERER_AUTO, true, "virtio_gpu has no 3D here"},
	{"virtio_gpu 1", RENDERER_AUTO, false, "virtio_gpu may draw"},
	/* A kernel that cannot be asked. */
	{"virtio_gpu", RENDERER_AUTO, false, "virtio_gpu may draw"},
	{"i915", RENDERER_AUTO, false, "i915 may draw"},
	{"vkms2", RENDERER_AUTO, false, "vkms2 may draw"},
	{"none", RENDERER_AUTO, false, "the card may draw"},
	{"vkms", RENDERER_GL, false, "it was asked for"},
	{"i915", RENDERER_CPU, true, "it was asked for"},
};

static void test_card(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof card_cases / sizeof *card_cases; i++) {
		const struct card_case *c = &card_cases[i];
		struct renderer_choice choice = {0};
		int fd = card(c->card);
		renderer_for_card(c->wanted, fd, &choice);
		close(fd);
		assert_string_equal(choice.why, c->why);
		assert_int_equal(choice.cpu, c->cpu);
		assert_true(choice.made);
	}
}

/* The second card does not change it. */
static void test_once(void **state)
{
	static const char *const cards[][2] = {{"vkms", "i915"}, {"i915", "vkms"}};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct renderer_choice choice = {0};
		for (size_t k = 0; k < 2; k++) {
			int fd = card(cards[i][k]);
			renderer_for_card(RENDERER_AUTO, fd, &choice);
			close(fd);
			assert_int_equal(choice.cpu, i == 0);
			assert_non_null(strstr(choice.why, cards[i][0]));
		}
	}
}

static const struct memory_case {
	const char *nodes[2]; /* renderD128 .. */
	enum renderer wanted;
	bool cpu;
	const char *why;
} memory_cases[] = {
	{{NULL}, RENDERER_AUTO, true, "there is no graphics card"},
	{{NULL}, RENDERER_GL, false, "it was asked for"},
	{{"i915"}, RENDERER_AUTO, false, "i915 may draw"},
	{{"i915"}, RENDERER_CPU, true, "it was asked for"},
	{{"virtio_gpu 0"}, RENDERER_AUTO, true, "virtio_gpu has no 3D here"},
	{{"virtio_gpu 0", "i915"}, RENDERER_AUTO, false, "i915 may draw"},
};

static void remove_node(unsigned i)
{
	char path[128];
	snprintf(path, sizeof path, "%s/renderD%u", folder, 128 + i);
	unlink(path);
}

static void test_memory(void **state)
{
	(void)state;
	put("card0", "i915"); /* by itself of no use */
	for (size_t i = 0; i < sizeof memory_cases / sizeof *memory_cases; i++) {
		const struct memory_case *c = &memory_cases[i];
		struct renderer_choice choice = {0};
		for (unsigned n = 0; n < 2 && c->nodes[n]; n++) {
			char name[32];
			snprintf(name, sizeof name, "renderD%u", 128 + n);
			put(name, c->nodes[n]);
		}
		renderer_for_memory(c->wanted, folder, &choice);
		assert_string_equal(choice.why, c->why);
		assert_int_equal(choice.cpu, c->cpu);
		remove_node(0);
		remove_node(1);
	}
}

/* A node that cannot be opened is none, and that is said; a folder that is not there is empty. */
static void test_closed(void **state)
{
	char path[128];
	struct renderer_choice choice = {0}, none = {0};
	(void)state;
	snprintf(path, sizeof path, "%s/renderD128", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	renderer_for_memory(RENDERER_AUTO, folder, &choice);
	assert_int_equal(rmdir(path), 0);
	assert_true(choice.cpu);
	assert_non_null(strstr(choice.why, "renderD128 cannot be opened: "));
	renderer_for_memory(RENDERER_AUTO, "/nosuch", &none);
	assert_true(none.cpu);
	assert_string_equal(none.why, "there is no graphics card");
}

static const struct fall_case {
	enum renderer wanted;
	int error;
	int rc;
	enum gl_platform last; /* that was opened */
	const char *why;
} fall_cases[] = {
	{RENDERER_AUTO, 0, 0, GL_PLATFORM_GBM, "i915 may draw"},
	{RENDERER_AUTO, -ENODEV, 0, GL_PLATFORM_NONE,
		"the graphics card's driver failed: no driver"},
	{RENDERER_AUTO, -ENOTSUP, 0, GL_PLATFORM_NONE,
		"the graphics card's driver failed: no driver"},
	{RENDERER_GL, -ENODEV, -ENODEV, GL_PLATFORM_GBM, "it was asked for"},
	{RENDERER_CPU, -ENODEV, 0, GL_PLATFORM_NONE, "it was asked for"},
};

/* As a back end does it. */
static int start(struct session *session)
{
	struct gl_error err = {0};
	int r = renderer_open(session, GL_PLATFORM_GBM, NULL, &err);
	if (r < 0 && renderer_fall_back(session, err.text))
		r = renderer_open(session, GL_PLATFORM_GBM, NULL, &err);
	return r;
}

static void test_fall_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fall_cases / sizeof *fall_cases; i++) {
		const struct fall_case *c = &fall_cases[i];
		const struct session_options options = {.renderer = c->wanted};
		struct session session = {.options = &options};
		int fd = card("i915");
		gl_error = c->error;
		renderer_for_card(options.renderer, fd, &session.renderer);
		close(fd);
		assert_int_equal(start(&session), c->rc);
		assert_int_equal(opened, c->last);
		assert_non_null(strstr(session.renderer.why, c->why));
		/* There is one, or none is to be had: not again. */
		assert_false(renderer_fall_back(&session, "again"));
	}
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char path[128];
	(void)state;
	snprintf(path, sizeof path, "%s/card0", folder);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_card),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_fall_back),
	};
	return cmocka_run_group_tests_name("renderer", tests, make_folder, remove_folder);
}
