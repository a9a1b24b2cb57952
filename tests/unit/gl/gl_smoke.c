/*
 * gl on a real card's buffers: imports them, draws through two layers, and
 * compares what the kernel has in memory with what the renderer says.
 *
 *	gl_smoke [/dev/dri/cardN]...
 */
#include <errno.h>
#include <fcntl.h>
#include <gbm.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

#include "gl/gl.h"
#include "util/log.h"
#include "writer.h"

#define WIDTH  640
#define HEIGHT 480
#define BACK   0x336699u

struct shot {
	struct gl *gl;
	struct gl_layer *page, *glass;
	struct gl_target *target;
	uint8_t rgba[WIDTH * HEIGHT * 4];
};

/* Red at the top, green at the bottom, and half of it behind blue glass. */
static int draw(struct shot *s)
{
	struct stream page = {0}, glass = {0};
	struct gl_region damage, all = {1, {{0, 0, WIDTH, HEIGHT}}};
	struct gl_op_error err = {0};
	stream_begin(&page);
	put_fill(&page, 10, 0, 20, 30, 0xff0000ff);
	put_fill(&page, 10, HEIGHT - 30, 20, HEIGHT, 0x00ff00ff);
	stream_end(&page);
	stream_begin(&glass);
	put_fill(&glass, 15, 0, WIDTH, HEIGHT, 0x0000ff80);
	stream_end(&glass);
	const struct gl_placement layers[] = {{s->page, 0, 0}, {s->glass, 0, 0}};
	int rc = gl_layer_submit(s->page, page.data, page.size, &damage, &err);
	if (!rc)
		rc = gl_layer_submit(s->glass, glass.data, glass.size, &damage, &err);
	if (!rc)
		rc = gl_compose(s->target, BACK, layers, 2, &all);
	if (!rc)
		rc = gl_target_read(s->target, s->rgba);
	stream_free(&page);
	stream_free(&glass);
	return rc;
}

/* The kernel's memory, not what GBM would show us: a dumb map of the handle. */
static const uint8_t *map(int fd, struct gbm_bo *bo, size_t size)
{
	struct drm_mode_map_dumb request = {.handle = gbm_bo_get_handle(bo).u32};
	if (drmIoctl(fd, DRM_IOCTL_MODE_MAP_DUMB, &request))
		return NULL;
	void *p = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, (off_t)request.offset);
	return p == MAP_FAILED ? NULL : p;
}

static unsigned compare(const struct shot *s, const uint8_t *memory, size_t stride)
{
	unsigned wrong = 0;
	for (size_t y = 0; y < HEIGHT; y++) {
		for (size_t x = 0; x < WIDTH; x++) {
			const uint8_t *is = memory + y * stride + x * 4;
			const uint8_t *says = &s->rgba[(y * WIDTH + x) * 4];
			wrong += is[0] != says[2] || is[1] != says[1] || is[2] != says[0];
		}
	}
	return wrong;
}

static unsigned count_unlike(const struct shot *s)
{
	static const struct {
		size_t x, y;
		uint8_t rgb[3];
	} cases[] = {
		{12, 0, {255, 0, 0}},
		{12, HEIGHT - 1, {0, 255, 0}},
		{5, 100, {0x33, 0x66, 0x99}},
		{17, 0, {187, 0, 188}},
		{17, HEIGHT - 1, {0, 187, 188}},
	};
	unsigned wrong = 0;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const uint8_t *is = &s->rgba[(cases[i].y * WIDTH + cases[i].x) * 4];
		for (int k = 0; k < 3; k++)
			wrong += abs(is[k] - cases[i].rgb[k]) > 1;
	}
	return wrong;
}

static int try_buffer(struct shot *s, int fd, struct gbm_bo *bo)
{
	struct gl_error err = {0};
	if (gl_target_import(s->gl, bo, WIDTH, HEIGHT, &s->target, &err)) {
		printf("# %s\n", err.text);
		return -1;
	}
	int rc = draw(s);
	size_t size = (size_t)gbm_bo_get_stride(bo) * HEIGHT;
	const uint8_t *memory = rc ? NULL : map(fd, bo, size);
	unsigned wrong = memory ? compare(s, memory, gbm_bo_get_stride(bo)) : 0;
	unsigned unlike = rc ? 0 : count_unlike(s);
	printf("# draw %d, memory %s, %u pixels differ from it, %u values are wrong\n",
		rc, memory ? "mapped" : "not mappable", wrong, unlike);
	if (memory)
		munmap((void *)memory, size);
	gl_target_destroy(s->target);
	return rc || wrong || unlike ? -1 : 0;
}

static int try_card(const char *path)
{
	struct shot *s = calloc(1, sizeof *s);
	struct gl_error err = {0};
	int fd = open(path, O_RDWR | O_CLOEXEC), rc = -1;
	struct gbm_device *gbm = fd < 0 ? NULL : gbm_create_device(fd);
	struct gbm_bo *bo = !gbm ? NULL
				 : gbm_bo_create(gbm, WIDTH, HEIGHT, GBM_FORMAT_XRGB8888,
					   GBM_BO_USE_SCANOUT | GBM_BO_USE_RENDERING |
						   GBM_BO_USE_LINEAR);
	if (!bo)
		printf("# no buffer: %s\n", strerror(errno));
	else if (gl_create(&s->gl, GL_PLATFORM_GBM, gbm, &err))
		printf("# %s\n", err.text);
	else if (!gl_layer_create(s->gl, WIDTH, HEIGHT, &s->page) &&
		 !gl_layer_create(s->gl, WIDTH, HEIGHT, &s->glass))
		rc = try_buffer(s, fd, bo);
	gl_layer_destroy(s->page);
	gl_layer_destroy(s->glass);
	gl_destroy(s->gl);
	if (bo)
		gbm_bo_destroy(bo);
	if (gbm)
		gbm_device_destroy(gbm);
	if (fd >= 0)
		close(fd);
	free(s);
	return rc;
}

int main(int argc, char **argv)
{
	glob_t found = {0};
	log_set_level(LOG_DEBUG);
	if (argc > 1)
		found = (glob_t){.gl_pathv = argv + 1, .gl_pathc = (size_t)argc - 1};
	else if (glob("/dev/dri/card*", 0, NULL, &found)) {
		printf("1..0 # SKIP no card\n");
		return 77;
	}
	int failed = 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		int rc = try_card(found.gl_pathv[i]);
		printf("%sok %zu - %s\n", rc ? "not " : "", i + 1, found.gl_pathv[i]);
		failed += rc != 0;
	}
	printf("1..%zu\n", found.gl_pathc);
	if (argc < 2)
		globfree(&found);
	return failed != 0;
}
