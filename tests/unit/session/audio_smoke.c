/*
 * By hand, or in the VM: audio_smoke [SECONDS [RULE [PERIOD [BUFFER]]]]. What sound devices
 * there are; then the one of the rule plays 440 Hz for so long, while what comes, goes or stops
 * is printed. At the end: how far the device's clock is from ours, and what its time stamps
 * are worth.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_devices.h"
#include "session/loop.h"
#include "session/pcm.h"
#include "util/clock.h"
#include "util/log.h"

static struct pcm *pcm;
static bool changed;
static uint64_t written, first_ns, last_ns, wakes, xruns;
static double first_played, last_played, worst;

/* The session's; it is not linked. */
int pcm_clock_open(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	(void)loop, (void)name, (void)direction, (void)wish, (void)ready, (void)data,
		(void)out;
	snprintf(why, PCM_WHY_MAX, "no sound is wanted");
	return -1;
}

static void note_change(void *data)
{
	(void)data;
	changed = true;
}

static void list(struct audio_devices *devices)
{
	static const char *const jacks[] = {"", ", empty", ", plugged"};
	const struct audio_device *all;
	size_t n = audio_devices_list(devices, &all);
	for (size_t i = 0; i < n; i++)
		printf("%s %s (%s), %s%s%s%s%s%s\n", all[i].pcm, all[i].name, all[i].card,
			all[i].id, all[i].usb ? ", USB" : "", all[i].hdmi ? ", HDMI" : "",
			all[i].plays ? ", plays" : "", all[i].hears ? ", hears" : "",
			jacks[all[i].jack]);
	printf("%zu devices\n", n);
	fflush(stdout);
}

static void put(void *place, enum pcm_format format, size_t sample, double value)
{
	if (format == PCM_S16)
		((int16_t *)place)[sample] = (int16_t)lrint(value * 32767);
	else if (format == PCM_FLOAT)
		((float *)place)[sample] = (float)value;
	else if (format != PCM_S24_3)
		((int32_t *)place)[sample] = (int32_t)lrint(
			value * (format == PCM_S24 ? 8388607.0 : 2147483647.0));
}

static int fill(size_t room)
{
	unsigned channels = pcm->config.channels;
	while (room > 0) {
		size_t n = room;
		void *place;
		int r = pcm->ops->begin(pcm, &place, &n);
		if (r < 0 || n == 0)
			return r;
		for (size_t i = 0; i < n; i++) {
			double t = (double)(written + i) / pcm->config.rate;
			for (unsigned c = 0; c < channels; c++)
				put(place, pcm->config.format, i * channels + c,
					0.3 * sin(2 * M_PI * 440 * t));
		}
		r = pcm->ops->commit(pcm, n);
		if (r < 0)
			return r;
		written += n;
		room -= n;
	}
	return 0;
}

/* How far a look's frame is from the straight line through the first one. */
static void measure(const struct pcm_status *status)
{
	double played = (double)written - (double)status->delay;
	if (first_ns == 0 && played > pcm->config.buffer) {
		first_ns = status->time_ns;
		first_played = played;
	}
	if (first_ns == 0)
		return;
	last_ns = status->time_ns;
	last_played = played;
	double line =
		first_played + (double)(last_ns - first_ns) / 1e9 * pcm->config.rate;
	worst = fmax(worst, fabs(played - line));
}

static void close_pcm(const char *why)
{
	printf("closed: %s\n", why);
	fflush(stdout);
	pcm->ops->close(pcm);
	pcm = NULL;
}

static void begin_again(void)
{
	int r = pcm->ops->prepare(pcm);
	written = first_ns = 0;
	if (r == 0)
		r = fill(pcm->config.buffer);
	if (r == 0)
		r = pcm->ops->start(pcm);
	if (r == 0)
		r = pcm->ops->want(pcm, pcm->config.buffer / 2);
	if (r < 0)
		close_pcm(strerror(-r));
}

static void handle_ready(void *data)
{
	struct pcm_status status;
	(void)data;
	wakes++;
	int r = pcm->ops->status(pcm, &status);
	if (r < 0 || status.state == PCM_GONE) {
		close_pcm(r < 0 ? strerror(-r) : "gone");
	} else if (status.state != PCM_RUNNING) {
		xruns++;
		begin_again();
	} else {
		measure(&status);
		r = fill(status.room);
		if (r < 0)
			printf("writing: %s\n", strerror(-r));
	}
}

static void open_best(struct loop *loop, struct audio_devices *devices, const char *rule,
	const struct pcm_config *wish)
{
	char why[PCM_WHY_MAX];
	const struct audio_device *device;
	const char *failed = NULL;
	for (size_t n = 0;
		!pcm && (device = audio_devices_pick(devices, PCM_PLAYBACK, rule, n));
		n++) {
		uint64_t before = clock_now_ns();
		int r = pcm_open(loop, device->pcm, PCM_PLAYBACK, wish, handle_ready,
			NULL, &pcm, why);
		if (r < 0) {
			printf("%s\n", why);
			failed = device->pcm;
			continue;
		}
		printf("%s: %u Hz, %u channels, format %d, period %u, buffer %u, opened "
		       "in %.2f "
		       "ms\n",
			pcm->name, pcm->config.rate, pcm->config.channels,
			(int)pcm->config.format, pcm->config.period, pcm->config.buffer,
			(double)(clock_now_ns() - before) / 1e6);
		begin_again();
	}
	audio_devices_await(devices, failed);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	uint64_t seconds = argc > 1 ? strtoull(argv[1], NULL, 10) : 2;
	const char *rule = argc > 2 ? argv[2] : NULL;
	struct pcm_config wish = {.rate = 48000,
		.channels = 2,
		.format = PCM_S32,
		.period = argc > 3 ? (unsigned)atoi(argv[3]) : 256,
		.buffer = argc > 4 ? (unsigned)atoi(argv[4]) : 2048};
	struct loop *loop = loop_create();
	log_set_level(LOG_DEBUG);
	struct audio_devices *devices = audio_devices_create(loop, note_change, NULL);
	list(devices);
	open_best(loop, devices, rule, &wish);
	uint64_t end = clock_now_ns() + seconds * NS_PER_S;
	while (clock_now_ns() < end) {
		loop_poll(loop, end);
		if (changed) {
			changed = false;
			list(devices);
			if (!pcm)
				open_best(loop, devices, rule, &wish);
		}
	}
	printf("%lu wakes, %lu xruns", (unsigned long)wakes, (unsigned long)xruns);
	if (last_ns > first_ns)
		printf(", %.3f Hz by our clock, stamps within %.1f frames",
			(last_played - first_played) /
				((double)(last_ns - first_ns) / 1e9),
			worst);
	printf("\n");
	if (pcm)
		pcm->ops->close(pcm);
	audio_devices_destroy(devices);
	loop_destroy(loop);
	return 0;
}
