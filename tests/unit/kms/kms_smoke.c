/*
 * kms_smoke: the room on a real card, by hand or in the test VM; no unit test.
 *
 *	kms_smoke /dev/dri/card0 [frames [seconds to stay]]
 *
 * Becomes master, lights every screen, flips two colours on each through buffers
 * mapped by GBM, and reads every pixel of what is scanned out back, as the kernel
 * has it. Two pictures wander over it, on planes of their own where the card has some,
 * and a pointer. Half of the frames before a pause and resume, half after. As root, on
 * a card that nobody uses. Exit status 0: every frame was shown and held its colour.
 */
#include <errno.h>
#include <fcntl.h>
#include <gbm.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "kms/kms.h"
#include "util/clock.h"

#define COLOURS  2
#define OUTPUTS  8
#define PICTURES 2 /* the upper one half transparent */
#define SIDE     96

static const uint32_t colours[COLOURS] = {0xffcc3300, 0xff0033cc};

struct shown {
	struct kms_output *output; /* NULL: gone */
	struct kms_buffer *buffer; /* of the last commit */
	unsigned frames, flips, wrong;
	uint64_t last_ns; /* 0: the first after a modeset */
	uint64_t sum_ns, longest_ns;
	unsigned gaps; /* summed up in sum_ns */
	struct kms_layer pictures[PICTURES];
	unsigned planes, stale; /* frames with a picture on a plane, or refused at last */
	bool cursor;
};

struct smoke {
	struct kms_device *device;
	struct shown shown[OUTPUTS];
	unsigned n;
	unsigned wanted; /* of each */
	unsigned failures;
};

static void make_pictures(struct shown *o)
{
	for (unsigned i = 0; i < PICTURES; i++) {
		o->pictures[i].id = i + 1;
		if (kms_pool_create(o->output, SIDE, SIDE, i == 0, &o->pictures[i].pool) <
			0)
			printf("no memory for a picture\n");
	}
}

static void set_pointer(struct shown *o)
{
	static uint32_t pixels[24 * 24];
	for (unsigned i = 0; i < 24 * 24; i++)
		pixels[i] = i % 24 <= i / 24 ? 0xffffffff : 0;
	int ret = kms_output_cursor(o->output, pixels, 24, 24);
	o->cursor = ret == 0;
	if (ret < 0)
		printf("no pointer on a plane: %s\n", strerror(-ret));
}

static void handle_added(void *data, struct kms_output *output)
{
	struct smoke *s = data;
	printf("output %s %dx%d, frame %.3f ms\n", kms_output_name(output),
		kms_output_width(output), kms_output_height(output),
		(double)kms_output_refresh_ns(output) / 1e6);
	if (s->n == OUTPUTS)
		return;
	s->shown[s->n] = (struct shown){.output = output};
	make_pictures(&s->shown[s->n]);
	kms_output_set_user(output, &s->shown[s->n++]);
}

static void handle_removed(void *data, struct kms_output *output)
{
	struct shown *o = kms_output_user(output);
	printf("output %s removed\n", kms_output_name(output));
	if (o)
		o->output = NULL;
}

static void handle_dropped(void *data, struct kms_output *output)
{
	struct smoke *s = data;
	printf("output %s: its mode changed in the middle\n", kms_output_name(output));
	s->failures++;
}

static int fill(struct gbm_bo *bo, uint32_t colour)
{
	uint32_t stride, w = gbm_bo_get_width(bo), h = gbm_bo_get_height(bo);
	void *handle = NULL;
	char *p = gbm_bo_map(bo, 0, 0, w, h, GBM_BO_TRANSFER_WRITE, &stride, &handle);
	if (!p)
		return -errno;
	for (uint32_t y = 0; y < h; y++) {
		for (uint32_t x = 0; x < w; x++)
			memcpy(p + (size_t)y * stride + x * 4, &colour, 4);
	}
	gbm_bo_unmap(bo, handle);
	return 0;
}

static unsigned count_wrong(
	const char *p, size_t stride, uint32_t w, uint32_t h, uint32_t colour)
{
	unsigned wrong = 0;
	for (uint32_t y = 0; y < h; y++) {
		const char *line = p + y * stride;
		for (uint32_t x = 0; x < w; x++) {
			uint32_t pixel;
			memcpy(&pixel, line + (size_t)x * 4, 4);
			wrong += ((pixel ^ colour) & 0xffffff) != 0;
		}
	}
	return wrong;
}

/* What the kernel has under the buffer's handle, not what GBM would show us. */
static int check(int fd, struct gbm_bo *bo, uint32_t colour)
{
	uint64_t offset;
	uint32_t w = gbm_bo_get_width(bo), h = gbm_bo_get_height(bo);
	size_t stride = gbm_bo_get_stride(bo), size = stride * h;
	if (drmModeMapDumbBuffer(fd, gbm_bo_get_handle(bo).u32, &offset) < 0)
		return -errno;
	char *p = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, (off_t)offset);
	if (p == MAP_FAILED)
		return -errno;
	unsigned wrong = count_wrong(p, stride, w, h, colour);
	munmap(p, size);
	if (wrong)
		printf("%u of %u pixels are not %06x\n", wrong, w * h, colour & 0xffffff);
	return wrong ? -EILSEQ : 0;
}

static void fail(struct smoke *s, const char *what, int error)
{
	printf("%s: %s\n", what, strerror(-error));
	s->failures++;
}

static void move(struct shown *o)
{
	const int32_t w = kms_output_width(o->output) + SIDE;
	for (unsigned i = 0; i < PICTURES; i++) {
		o->pictures[i].x = (int32_t)(o->frames * (5 + i * 3)) % w - SIDE;
		o->pictures[i].y = 40 + (int32_t)i * SIDE / 2;
	}
	kms_output_cursor_at(o->output, (int32_t)(o->frames * 7) % w - SIDE / 2, 200);
}

static int draw_pictures(struct shown *o, struct kms_frame *frame)
{
	static const uint32_t tints[PICTURES] = {0xff00cc33, 0x80808000};
	uint32_t mask = kms_output_plan(o->output, o->pictures, PICTURES);
	o->planes += mask != 0;
	for (unsigned i = 0; i < PICTURES; i++) {
		if (!(mask >> i & 1))
			continue;
		struct kms_layer *layer = &frame->layers[frame->n_layers++];
		*layer = o->pictures[i];
		layer->buffer = kms_pool_acquire(layer->pool);
		if (!layer->buffer)
			return -EBUSY;
		int ret = fill(kms_buffer_bo(layer->buffer), tints[i]);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static void print_plane(void *data, const struct kms_plane_info *p)
{
	(void)data;
	printf("  plane %u %s", p->id, p->type);
	if (p->active)
		printf(" layer %llu at %d,%d %dx%d %s", (unsigned long long)p->layer,
			p->x, p->y, p->width, p->height, p->format);
	printf("\n");
}

static void print_planes(const struct shown *o)
{
	kms_output_planes(o->output, print_plane, NULL);
	for (unsigned i = 0; i < PICTURES; i++) {
		const char *why = kms_output_refusal(o->output, i + 1);
		if (why)
			printf("  picture %u has no plane: %s\n", i + 1, why);
	}
}

static void draw(struct smoke *s, struct shown *o)
{
	struct kms_frame frame = {.fence = -1};
	o->buffer = kms_output_acquire(o->output);
	if (!o->buffer) {
		fail(s, "no free buffer", -EBUSY);
		return;
	}
	int ret = fill(kms_buffer_bo(o->buffer), colours[o->frames % COLOURS]);
	if (ret < 0)
		fail(s, "drawing", ret);
	frame.primary = o->buffer;
	move(o);
	ret = draw_pictures(o, &frame);
	if (ret < 0)
		fail(s, "drawing a picture", ret);
	ret = kms_output_commit(o->output, &frame);
	if (ret == -ESTALE && o->stale++ < 3)
		draw(s, o);
	else if (ret < 0)
		fail(s, "commit", ret);
	else
		o->frames++;
}

static void count_time(struct shown *o, uint64_t present_ns)
{
	if (o->last_ns) {
		uint64_t gap = present_ns - o->last_ns;
		o->sum_ns += gap;
		o->gaps++;
		if (gap > o->longest_ns)
			o->longest_ns = gap;
	}
	o->last_ns = present_ns;
}

static void handle_flip(
	void *data, struct kms_output *output, uint64_t present_ns, uint32_t seq)
{
	struct smoke *s = data;
	struct shown *o = kms_output_user(output);
	if (!o)
		return;
	count_time(o, present_ns);
	o->flips++;
	if (o->flips < 4)
		printf("%s: flip %u, seq %u, %.3f ms ago\n", kms_output_name(output),
			o->flips, seq,
			(double)(int64_t)(clock_now_ns() - present_ns) / 1e6);
	if (check(kms_device_fd(s->device), kms_buffer_bo(o->buffer),
		    colours[(o->frames - 1) % COLOURS]) < 0)
		o->wrong++;
	if (o->frames < s->wanted)
		draw(s, o);
}

static const struct kms_listener listener = {
	.output_added = handle_added,
	.output_removed = handle_removed,
	.flip_done = handle_flip,
	.buffers_dropped = handle_dropped,
};

static int report(const struct smoke *s)
{
	bool good = s->failures == 0;
	for (unsigned i = 0; i < s->n; i++) {
		const struct shown *o = &s->shown[i];
		printf("%s: %u frames, %u flips, %u wrong, %u with planes, %u refused at "
		       "last; %.3f ms a frame, longest %.3f ms\n",
			o->output ? kms_output_name(o->output) : "gone", o->frames,
			o->flips, o->wrong, o->planes, o->stale,
			o->gaps ? (double)o->sum_ns / o->gaps / 1e6 : 0.0,
			(double)o->longest_ns / 1e6);
		good = good && o->output && o->flips == s->wanted && o->wrong == 0;
	}
	return good ? 0 : 1;
}

static bool is_done(const struct smoke *s)
{
	for (unsigned i = 0; i < s->n; i++) {
		if (s->shown[i].output && s->shown[i].flips < s->wanted)
			return false;
	}
	return true;
}

static void show_frames(struct smoke *s, unsigned wanted)
{
	s->wanted = wanted;
	for (unsigned i = 0; i < s->n; i++) {
		s->shown[i].last_ns = 0;
		if (!s->shown[i].output || s->shown[i].frames >= wanted)
			continue;
		set_pointer(&s->shown[i]);
		draw(s, &s->shown[i]);
	}
	struct pollfd p = {.fd = kms_device_fd(s->device), .events = POLLIN};
	while (!s->failures && !is_done(s)) {
		if (poll(&p, 1, 3000) <= 0)
			fail(s, "no flip in three seconds", -ETIMEDOUT);
		else if (kms_device_dispatch(s->device) < 0)
			s->failures++;
	}
	for (unsigned i = 0; i < s->n; i++) {
		if (s->shown[i].output)
			print_planes(&s->shown[i]);
	}
}

static void print_probe(const char *path)
{
	struct kms_probe p;
	char holder[256];
	if (kms_probe_path(path, &p) < 0)
		return;
	printf("%s: %s, atomic %d, dumb %d, %u CRTCs, %u connectors\n", path, p.driver,
		p.atomic, p.dumb_buffers, p.crtcs, p.connectors);
	for (unsigned i = 0; i < p.connectors && i < KMS_PROBE_CONNECTORS; i++)
		printf("  %s connected %d %dx%d %u mHz\n", p.connector[i].name,
			p.connector[i].connected, p.connector[i].width,
			p.connector[i].height, p.connector[i].refresh_mhz);
	if (kms_card_holder(path, holder, sizeof holder) == 0)
		printf("  held by %s\n", holder);
}

/* A pause and a resume in the middle: the modeset must go through once more. */
static int run(struct smoke *s, unsigned frames)
{
	int ret = kms_device_scan(s->device);
	if (ret < 0 || s->n == 0) {
		printf("no screen to show on\n");
		return 1;
	}
	show_frames(s, frames / 2);
	kms_device_pause(s->device);
	ret = kms_device_resume(s->device);
	if (ret < 0)
		fail(s, "resume", ret);
	else if (!s->failures)
		show_frames(s, frames);
	return report(s);
}

int main(int argc, char **argv)
{
	struct smoke s = {0};
	struct kms_error err;
	if (argc < 2) {
		fprintf(stderr,
			"usage: kms_smoke /dev/dri/cardN [frames] [seconds to stay]\n");
		return 2;
	}
	print_probe(argv[1]);
	int fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		perror(argv[1]);
		return 2;
	}
	if (kms_device_open(fd, argv[1], &listener, &s, &s.device, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		close(fd);
		return 2;
	}
	int ret = run(&s, argc > 2 ? (unsigned)atoi(argv[2]) : 60);
	fflush(stdout);
	if (argc > 3)
		sleep((unsigned)atoi(argv[3]));
	kms_device_destroy(s.device);
	close(fd);
	return ret;
}
