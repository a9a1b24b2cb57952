/*
 * kms_config_smoke: what outputs are to be, on a real card; by hand or in the test VM.
 *
 *	kms_config_smoke /dev/dri/card0
 *
 * Tells of every connector, then each output that there is goes through its listed modes, a
 * mode by CVT, one that cannot be, sleep, colours, off and on, with frames in between. As
 * root, on a card that nobody uses. Exit status 0: every frame was shown as it was to be.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kms/kms.h"

#define OUTPUTS  8
#define MAX_TRY  6 /* listed modes */
#define FRAMES   3
#define PATIENCE 3000 /* ms for a flip */

static struct kms_device *device;
static struct kms_output *outputs[OUTPUTS];
static size_t n_outputs;
static unsigned failures;
static struct kms_config wanted; /* of all */

static void check(bool good, const char *what, const char *why)
{
	printf("%s - %s%s%s\n", good ? "ok" : "not ok", what, why ? ": " : "",
		why ? why : "");
	failures += !good;
}

static void handle_configure(void *data, const char *connector,
	const struct kms_identity *identity, struct kms_config *config)
{
	*config = wanted;
}

static void handle_added(void *data, struct kms_output *output)
{
	if (n_outputs < OUTPUTS)
		outputs[n_outputs++] = output;
}

static void handle_removed(void *data, struct kms_output *output)
{
	size_t kept = 0;
	for (size_t i = 0; i < n_outputs; i++) {
		if (outputs[i] != output)
			outputs[kept++] = outputs[i];
	}
	n_outputs = kept;
}

static void handle_flip(
	void *data, struct kms_output *output, uint64_t present_ns, uint32_t seq)
{
}

static void handle_dropped(void *data, struct kms_output *output)
{
}

static const struct kms_listener listener = {
	.configure = handle_configure,
	.output_added = handle_added,
	.output_removed = handle_removed,
	.flip_done = handle_flip,
	.buffers_dropped = handle_dropped,
};

static int wait_flip(struct kms_output *output)
{
	struct pollfd p = {.fd = kms_device_fd(device), .events = POLLIN};
	while (kms_output_flip_pending(output)) {
		if (poll(&p, 1, PATIENCE) <= 0)
			return -ETIMEDOUT;
		int ret = kms_device_dispatch(device);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int show(struct kms_output *output)
{
	int ret = 0;
	for (int i = 0; i < FRAMES && ret == 0; i++) {
		struct kms_buffer *buffer = kms_output_acquire(output);
		ret = buffer ? kms_output_show(output, buffer) : -ENOBUFS;
		if (ret == 0)
			ret = wait_flip(output);
	}
	return ret;
}

static void show_all(const char *what)
{
	int ret = n_outputs > 0 ? 0 : -ENODEV;
	for (size_t i = 0; i < n_outputs && ret == 0; i++)
		ret = show(outputs[i]);
	check(ret == 0, what, ret ? strerror(-ret) : NULL);
}

static struct kms_mode listed[MAX_TRY];
static size_t n_listed;

static void tell(void *data, const struct kms_connector_info *info)
{
	const struct kms_identity *id = info->identity;
	printf("%s: %s; make \"%s\" model \"%s\" serial \"%s\" %dx%d mm%s; %zu modes\n",
		info->name, info->connected ? "connected" : "nothing", id->make,
		id->model, id->serial, id->mm_width, id->mm_height,
		id->panel ? " panel" : "", info->n_modes);
	for (size_t i = 0; i < info->n_modes && info->output && n_listed < MAX_TRY; i++)
		listed[n_listed++] = info->modes[i];
}

static const char *error_of(const struct kms_output *output)
{
	return kms_connector_error(device, kms_output_name(output));
}

static void become(const char *what, struct kms_config config)
{
	wanted = config;
	int ret = kms_device_scan(device);
	check(ret == 0, what, ret ? strerror(-ret) : NULL);
	for (size_t i = 0; i < n_outputs; i++) {
		const char *error = error_of(outputs[i]);
		struct kms_mode m;
		kms_output_mode(outputs[i], &m);
		printf("# %s %dx%d %u mHz%s%s\n", kms_output_name(outputs[i]), m.width,
			m.height, m.refresh_mhz, error ? "; " : "", error ? error : "");
	}
	if (!config.off)
		show_all("frames after it");
}

static void try_modes(void)
{
	for (size_t i = 0; i < n_listed; i++) {
		become("a listed mode", (struct kms_config){.want = KMS_MODE_SIZE,
						.width = listed[i].width,
						.height = listed[i].height,
						.refresh_mhz = listed[i].refresh_mhz});
		check(n_outputs > 0 && (kms_output_width(outputs[0]) == listed[i].width ||
					       error_of(outputs[0])),
			"is what it is, or says why not", NULL);
	}
	become("CVT",
		(struct kms_config){.want = KMS_MODE_CVT, .width = 1152, .height = 864});
	become("no such mode",
		(struct kms_config){.want = KMS_MODE_SIZE, .width = 17, .height = 17});
	check(n_outputs > 0 && error_of(outputs[0]), "it says why not", NULL);
	become("the preferred mode", (struct kms_config){.vrr = true});
}

static void try_sleep(bool asleep)
{
	for (size_t i = 0; i < n_outputs; i++) {
		int ret = kms_output_sleep(outputs[i], asleep);
		check(ret == 0, asleep ? "asleep" : "awake", ret ? strerror(-ret) : NULL);
	}
}

static void try_colors(void)
{
	const float warm[3] = {1, 0.8f, 0.6f}, one[3] = {1, 1, 1};
	for (size_t i = 0; i < n_outputs; i++) {
		unsigned can = kms_output_can(outputs[i]);
		int expected = can & (KMS_CAN_CTM | KMS_CAN_GAMMA) ? 0 : -ENOTSUP;
		printf("# %s can %#x\n", kms_output_name(outputs[i]), can);
		int ret = kms_output_color(outputs[i], warm, 1);
		check(ret == expected, "a warm colour", ret ? strerror(-ret) : NULL);
	}
	show_all("warm frames");
	for (size_t i = 0; i < n_outputs; i++)
		kms_output_color(outputs[i], one, 1);
	show_all("frames as they are");
}

static int run(void)
{
	if (kms_device_scan(device) < 0 || n_outputs == 0) {
		printf("no screen to show on\n");
		return 1;
	}
	kms_device_connectors(device, tell, NULL);
	show_all("frames at the start");
	try_modes();
	try_sleep(true);
	try_sleep(false);
	show_all("frames after a sleep");
	try_sleep(true);
	kms_device_pause(device);
	check(kms_device_resume(device) == 0, "a switch away and back, asleep", NULL);
	try_sleep(false);
	show_all("frames after it");
	try_colors();
	become("off", (struct kms_config){.off = true});
	check(n_outputs == 0, "nothing is left", NULL);
	become("on", (struct kms_config){0});
	printf("%u failures\n", failures);
	return failures > 0;
}

int main(int argc, char **argv)
{
	struct kms_error err;
	if (argc < 2) {
		fprintf(stderr, "usage: kms_config_smoke /dev/dri/cardN\n");
		return 2;
	}
	int fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		perror(argv[1]);
		return 2;
	}
	if (kms_device_open(fd, argv[1], &listener, NULL, &device, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		close(fd);
		return 2;
	}
	int ret = run();
	kms_device_destroy(device);
	close(fd);
	return ret;
}
