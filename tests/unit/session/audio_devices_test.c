/* Cards that come and go, and their jacks, on a fake libasound and a fake libudev. */
#include "session/audio_devices.h"

#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_alsa.h"
#include "fake_ucm.h"
#include "session/loop.h"
#include "tests/unit/session/turns.h"
#include "util/log.h"

/* udev: each byte in the pipe is a device that something happened to. */

static int udev_pipe[2];
static unsigned udev_users;
static bool udev_missing;

struct udev *udev_new(void)
{
	if (udev_missing)
		return NULL;
	udev_users++;
	return (struct udev *)(void *)&udev_users;
}

struct udev *udev_unref(struct udev *udev)
{
	if (udev)
		udev_users--;
	return NULL;
}

struct udev_monitor *udev_monitor_new_from_netlink(struct udev *udev, const char *name)
{
	assert_string_equal(name, "udev");
	assert_int_equal(pipe2(udev_pipe, O_CLOEXEC | O_NONBLOCK), 0);
	return (struct udev_monitor *)(void *)udev;
}

struct udev_monitor *udev_monitor_unref(struct udev_monitor *monitor)
{
	if (monitor) {
		close(udev_pipe[0]);
		close(udev_pipe[1]);
	}
	return NULL;
}

int udev_monitor_filter_add_match_subsystem_devtype(
	struct udev_monitor *monitor, const char *subsystem, const char *devtype)
{
	(void)monitor;
	assert_string_equal(subsystem, "sound");
	assert_null(devtype);
	return 0;
}

int udev_monitor_enable_receiving(struct udev_monitor *monitor)
{
	(void)monitor;
	return 0;
}

int udev_monitor_get_fd(struct udev_monitor *monitor)
{
	(void)monitor;
	return udev_pipe[0];
}

struct udev_device *udev_monitor_receive_device(struct udev_monitor *monitor)
{
	char byte;
	return read(udev_pipe[0], &byte, 1) == 1 ? (struct udev_device *)(void *)monitor
						 : NULL;
}

struct udev_device *udev_device_unref(struct udev_device *device)
{
	(void)device;
	return NULL;
}

static void uevents(unsigned n)
{
	while (n-- > 0)
		assert_int_equal(write(udev_pipe[1], "x", 1), 1);
}

/* The devices. */

static struct loop *loop;
static struct audio_devices *devices;
static unsigned changes;

static void note_change(void *data)
{
	assert_ptr_equal(data, &changes);
	changes++;
}

static int begin(void **state)
{
	(void)state;
	fake_alsa_reset();
	fake_ucm_reset();
	log_set_level(LOG_SILENT);
	udev_missing = false;
	changes = 0;
	loop = loop_create();
	devices = audio_devices_create(loop, note_change, &changes);
	return loop ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	audio_devices_destroy(devices);
	loop_destroy(loop);
	assert_int_equal(udev_users, 0);
	fake_alsa_reset();
	fake_ucm_reset();
	return 0;
}

static void wait_changes(unsigned n)
{
	uint64_t by = deadline();
	while (changes < n)
		poll_loop(loop, by);
	assert_int_equal(changes, n);
}

/* A settled look has been had: n of them, of which none was told. */
static void wait_settled(void)
{
	uint64_t by = clock_now_ns() + 300 * NS_PER_MS;
	while (clock_now_ns() < by)
		loop_poll(loop, by);
}

static void add_card(int number, const char *id, const char *name, const char *driver)
{
	fake_alsa.cards[number] = (struct fake_card){
		.id = id, .name = name, .driver = driver, .pipe = {-1, -1}};
}

static struct fake_stream *add_stream(
	const char *name, snd_pcm_stream_t direction, const char *label)
{
	struct fake_stream *s = fake_alsa_add(name, direction);
	s->label = label;
	return s;
}

static struct fake_card *add_laptop(void)
{
	add_card(0, "PCH", "HDA Intel PCH", "HDA-Intel");
	add_stream("hw:0,0", SND_PCM_STREAM_PLAYBACK, "ALC257 Analog");
	add_stream("hw:0,0", SND_PCM_STREAM_CAPTURE, "ALC257 Analog");
	add_stream("hw:0,2", SND_PCM_STREAM_CAPTURE, "ALC257 Alt Analog");
	add_stream("hw:0,3", SND_PCM_STREAM_PLAYBACK, "HDMI 0");
	add_stream("hw:0,7", SND_PCM_STREAM_PLAYBACK, "HDMI 1");
	return &fake_alsa.cards[0];
}

static void add_usb(void)
{
	add_card(2, "Set", "A \033 headset", "USB-Audio");
	add_stream("hw:2,0", SND_PCM_STREAM_PLAYBACK, "USB Audio");
	add_stream("hw:2,0", SND_PCM_STREAM_CAPTURE, "USB Audio");
}

static void test_list(void **state)
{
	const struct audio_device *list;
	(void)state;
	add_laptop();
	add_usb();
	add_stream("hw:0,9", SND_PCM_STREAM_PLAYBACK, "Modem")->class =
		SND_PCM_CLASS_MODEM;
	assert_int_equal(audio_devices_list(devices, &list), 5);
	assert_string_equal(list[0].pcm, "hw:0,0");
	assert_string_equal(list[0].id, "PCH");
	assert_string_equal(list[0].card, "HDA Intel PCH");
	assert_string_equal(list[0].name, "ALC257 Analog");
	assert_true(list[0].plays && list[0].hears && !list[0].usb && !list[0].hdmi);
	assert_true(!list[1].plays && list[1].hears);
	assert_true(list[2].hdmi && list[2].plays && !list[2].hears);
	assert_true(list[4].usb && !list[4].hdmi);
	assert_string_equal(list[4].card, "A   headset");
	assert_int_equal(list[0].jack, AUDIO_JACK_NONE);
	/* Nothing is kept open for cards without jacks. */
	assert_true(fake_alsa.cards[0].open == 0 && fake_alsa.cards[2].open == 0);
}

static void test_nothing(void **state)
{
	const struct audio_device *list;
	(void)state;
	assert_int_equal(udev_users, 0); /* before anybody asks */
	assert_int_equal(audio_devices_list(devices, &list), 0);
	assert_non_null(strstr(audio_devices_why(devices), "there is no sound card"));
	assert_int_equal(udev_users, 1);
	assert_null(audio_devices_pick(devices, PCM_PLAYBACK, NULL, 0));
	assert_null(audio_devices_pick(devices, PCM_PLAYBACK, "usb", 0));
	assert_string_equal(
		audio_devices_pick(devices, PCM_PLAYBACK, "none", 0)->pcm, "none");
}

static const char *picked(const char *rule, size_t n)
{
	const struct audio_device *device =
		audio_devices_pick(devices, PCM_PLAYBACK, rule, n);
	return device ? device->pcm : "";
}

static void test_pick(void **state)
{
	(void)state;
	add_laptop();
	add_usb();
	assert_string_equal(picked(NULL, 0), "hw:0,0");
	assert_string_equal(picked(NULL, 1), "hw:2,0");
	assert_string_equal(picked(NULL, 9), "");
	assert_string_equal(picked("usb", 0), "hw:2,0");
	assert_string_equal(picked("usb", 1), "");
	/* What fits nothing is as the default. */
	assert_string_equal(picked("bluetooth", 0), "hw:0,0");
	assert_string_equal(picked("bluetooth", 1), "hw:2,0");
	assert_string_equal(picked("", 0), "hw:0,0");
}

/* A card is many devices: one change is told, when they have come. */
static void test_plugged_in(void **state)
{
	(void)state;
	add_laptop();
	assert_string_equal(picked("usb", 0), "hw:0,0");
	add_usb();
	uevents(12);
	loop_poll(loop, 0);
	assert_int_equal(changes, 0);
	uevents(3);
	wait_changes(1);
	assert_string_equal(picked("usb", 0), "hw:2,0");
	fake_alsa.cards[2].id = NULL;
	uevents(12);
	wait_changes(2);
	assert_string_equal(picked("usb", 0), "hw:0,0");
	uevents(1); /* of something that changed nothing */
	wait_settled();
	assert_int_equal(changes, 2);
}

/* A card whose control cannot be opened is none, yet: each question looks again. */
static void test_no_rights(void **state)
{
	const struct audio_device *list;
	(void)state;
	add_laptop();
	fake_alsa.cards[0].open_error = -EACCES;
	assert_int_equal(audio_devices_list(devices, &list), 0);
	assert_non_null(strstr(audio_devices_why(devices), "no permission"));
	fake_alsa.cards[0].open_error = 0;
	uevents(1);
	wait_changes(1);
	assert_int_equal(audio_devices_list(devices, &list), 4);
	assert_null(audio_devices_why(devices));
	fake_alsa.cards[0].open_error = -EACCES;
	uevents(1);
	wait_changes(2);
	assert_null(audio_devices_pick(devices, PCM_PLAYBACK, NULL, 0));
	fake_alsa.cards[0].open_error = 0;
	assert_string_equal(
		audio_devices_pick(devices, PCM_PLAYBACK, NULL, 0)->pcm, "hw:0,0");
}

static void test_no_udev(void **state)
{
	const struct audio_device *list;
	(void)state;
	udev_missing = true;
	add_laptop();
	assert_int_equal(audio_devices_list(devices, &list), 4);
	add_usb();
	assert_int_equal(audio_devices_list(devices, &list), 5);
	assert_string_equal(picked("usb", 0), "hw:2,0");
}

static void test_jacks(void **state)
{
	const struct audio_device *list;
	(void)state;
	struct fake_card *card = add_laptop();
	card->elements[0] = (struct fake_element){
		SND_CTL_ELEM_IFACE_MIXER, "Master Playback Switch", true};
	card->elements[1] =
		(struct fake_element){SND_CTL_ELEM_IFACE_CARD, "Headphone Jack", false};
	card->elements[2] = (struct fake_element){
		SND_CTL_ELEM_IFACE_CARD, "HDMI/DP,pcm=3 Jack", false};
	card->elements[3] = (struct fake_element){
		SND_CTL_ELEM_IFACE_CARD, "HDMI/DP,pcm=7 Jack", true};
	card->elements[4] =
		(struct fake_element){SND_CTL_ELEM_IFACE_CARD, "Mic Jack", true};
	assert_int_equal(audio_devices_list(devices, &list), 4);
	assert_int_equal(list[0].jack, AUDIO_JACK_OUT); /* the microphone's is not its */
	assert_int_equal(list[1].jack, AUDIO_JACK_NONE);
	assert_int_equal(list[2].jack, AUDIO_JACK_OUT);
	assert_int_equal(list[3].jack, AUDIO_JACK_IN);
	assert_string_equal(picked(NULL, 0), "hw:0,7");
	assert_true(card->open == 1 && card->subscribed == 1);
	fake_element_set(card, 0, false); /* a volume is not of interest */
	wait_settled();
	assert_int_equal(changes, 0);
	fake_element_set(card, 1, true);
	fake_element_set(card, 3, false);
	wait_changes(1);
	assert_true(card->open == 1 && card->subscribed == 1);
	assert_string_equal(picked(NULL, 0), "hw:0,0");
	assert_string_equal(picked(NULL, 1), "hw:0,3");
	audio_devices_list(devices, &list);
	assert_int_equal(list[3].jack, AUDIO_JACK_OUT);
}

/* Of a laptop: without headphones its speaker is heard; what is built in never tells. */
static void test_speaker(void **state)
{
	const struct audio_device *list;
	(void)state;
	struct fake_card *card = add_laptop();
	card->elements[0] =
		(struct fake_element){SND_CTL_ELEM_IFACE_CARD, "Headphone Jack", false};
	card->elements[1] = (struct fake_element){
		SND_CTL_ELEM_IFACE_MIXER, "Speaker Playback Switch", true};
	assert_int_equal(audio_devices_list(devices, &list), 4);
	assert_int_equal(list[0].jack, AUDIO_JACK_NONE);
	assert_int_equal(card->subscribed, 1);
	fake_element_set(card, 0, true);
	wait_changes(1);
	audio_devices_list(devices, &list);
	assert_int_equal(list[0].jack, AUDIO_JACK_IN);
	card->elements[0] = (struct fake_element){
		SND_CTL_ELEM_IFACE_CARD, "Speaker Phantom Jack", true};
	uevents(1);
	wait_settled();
	audio_devices_list(devices, &list);
	assert_int_equal(list[0].jack, AUDIO_JACK_IN);
	assert_int_equal(card->open, 0);
}

/* Its control says so at once; udev a little later. */
static void test_pulled(void **state)
{
	const struct audio_device *list;
	(void)state;
	struct fake_card *card = add_laptop();
	card->elements[0] =
		(struct fake_element){SND_CTL_ELEM_IFACE_CARD, "Line Out Jack", true};
	assert_int_equal(audio_devices_list(devices, &list), 4);
	assert_int_equal(list[0].jack, AUDIO_JACK_IN);
	fake_card_pull(card);
	loop_poll(loop, 0);
	assert_int_equal(card->open, 0);
	uevents(9);
	wait_changes(1);
	assert_int_equal(audio_devices_list(devices, &list), 0);
	for (unsigned i = 0; i < 20; i++) {
		card->id = "PCH";
		card->gone = false;
		uevents(2);
		wait_changes(2 + 2 * i);
		assert_int_equal(audio_devices_list(devices, &list), 4);
		assert_true(card->open == 1);
		fake_card_pull(card);
		wait_changes(3 + 2 * i);
		assert_int_equal(audio_devices_list(devices, &list), 0);
		assert_true(card->open == 0);
	}
}

/* Something that was busy: a change is told, though the devices are the same. */
static void test_await(void **state)
{
	(void)state;
	add_laptop();
	assert_string_equal(picked(NULL, 0), "hw:0,0");
	audio_devices_await(devices, "hw:0,0"); /* by time: there is no such file here */
	wait_changes(1);
	assert_string_equal(picked(NULL, 0), "hw:0,0");
	audio_devices_await(devices, "hw:0,0");
	audio_devices_await(devices, NULL);
	wait_settled();
	assert_int_equal(changes, 1);
}

/* Use cases. */

static const struct fake_ucm_list use_lists[] = {{"_verbs", "HiFi|"},
	{"_devices/HiFi", "Headphones||Speaker||HDMI1||Mic|"}, {NULL, NULL}};
static const struct fake_ucm_value use_values[] = {
	{"=PlaybackPCM/Headphones/HiFi", "hw:PCH"},
	{"=PlaybackPriority/Headphones/HiFi", "200"},
	{"=JackControl/Headphones/HiFi", "Headphone Jack"},
	{"=PlaybackPCM/Speaker/HiFi", "hw:PCH"},
	{"=PlaybackPriority/Speaker/HiFi", "100"},
	{"=PlaybackPCM/HDMI1/HiFi", "_ucm0001.hdmi:0"},
	{"=CapturePCM/Mic/HiFi", "hw:PCH,2"}, {NULL, NULL}};
static const struct fake_ucm_conf use_case = {.lists = use_lists, .values = use_values};

static struct fake_card *add_routed_laptop(void)
{
	struct fake_card *card = add_laptop();
	card->elements[0] =
		(struct fake_element){SND_CTL_ELEM_IFACE_CARD, "Headphone Jack", true};
	fake_ucm.cards[0] = &use_case;
	return card;
}

static void route(const char *rule, enum pcm_direction d)
{
	const struct audio_device *device = audio_devices_pick(devices, d, rule, 0);
	assert_non_null(device);
	assert_int_equal(audio_devices_route(devices, device, d), 0);
}

static const struct audio_device *picked_of(enum pcm_direction d)
{
	return audio_devices_pick(devices, d, NULL, 0);
}

static void test_use_cases(void **state)
{
	static const struct {
		const char *pcm, *name, *route;
		bool plays, hears, hdmi, aside;
	} all[] = {
		/* What the use cases do not know comes first in the list, and last by any rule. */
		{"hw:0,0", "ALC257 Analog", "", false, true, false, true},
		{"hw:0,3", "HDMI 0", "", true, false, true, true},
		{"hw:0,7", "HDMI 1", "", true, false, true, true},
		{"hw:0,0", "ALC257 Analog", "Headphones", true, false, false, false},
		{"hw:0,0", "ALC257 Analog", "Speaker", true, false, false, false},
		{"_ucm0001.hdmi:0", "HDMI1", "HDMI1", true, false, true, false},
		{"hw:0,2", "ALC257 Alt Analog", "Mic", false, true, false, false},
		{"hw:2,0", "USB Audio", "", true, true, false, false},
	};
	const struct audio_device *list;
	(void)state;
	add_routed_laptop();
	add_usb();
	size_t n = audio_devices_list(devices, &list);
	assert_int_equal(n, sizeof all / sizeof *all);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(list[i].pcm, all[i].pcm);
		assert_string_equal(list[i].name, all[i].name);
		assert_string_equal(list[i].route, all[i].route);
		assert_int_equal(list[i].plays, all[i].plays);
		assert_int_equal(list[i].hears, all[i].hears);
		assert_int_equal(list[i].hdmi, all[i].hdmi);
		assert_int_equal(list[i].aside, all[i].aside);
	}
	assert_string_equal(list[3].verb, "HiFi");
	assert_int_equal(list[3].jack, AUDIO_JACK_IN);
	assert_string_equal(picked(NULL, 0), "hw:0,0");
	assert_string_equal(picked(NULL, 2), "hw:2,0");
	assert_string_equal(picked(NULL, 3), "_ucm0001.hdmi:0");
	/* Its configuration is read once, while the card is there, and nothing is set by looking. */
	uevents(3);
	wait_settled();
	audio_devices_list(devices, &list);
	assert_int_equal(fake_ucm.opened, 2); /* the other card's was looked for */
	assert_int_equal(changes, 0);
	assert_string_equal(fake_ucm_done(), "");
}

static enum pcm_direction routed_direction;
static unsigned routed_times;

static void note_route(
	void *data, const struct audio_device *device, enum pcm_direction direction)
{
	assert_true(device->routed[direction]);
	assert_ptr_equal(data, &changes);
	routed_direction = direction;
	routed_times++;
}

/* The plug is pulled and put in: the stream is the same, its way is not. */
static void test_route_follows_jack(void **state)
{
	const struct audio_device *list;
	(void)state;
	struct fake_card *card = add_routed_laptop();
	routed_times = 0;
	audio_devices_on_route(devices, note_route);
	route(NULL, PCM_PLAYBACK);
	assert_string_equal(fake_ucm_done(), "HiFi +Headphones");
	route(NULL, PCM_PLAYBACK);
	assert_string_equal(fake_ucm_done(), "");
	assert_int_equal(routed_times, 1);
	fake_element_set(card, 0, false);
	wait_changes(1);
	audio_devices_list(devices, &list);
	assert_true(list[3].routed[PCM_PLAYBACK] && !list[3].routed[PCM_CAPTURE]);
	assert_string_equal(picked(NULL, 0), "hw:0,0");
	route(NULL, PCM_PLAYBACK);
	assert_string_equal(fake_ucm_done(), "-Headphones +Speaker");
	assert_int_equal(routed_times, 2);
	audio_devices_list(devices, &list);
	assert_true(!list[3].routed[PCM_PLAYBACK] && list[4].routed[PCM_PLAYBACK]);
	route("headphones", PCM_PLAYBACK); /* by name, though nothing is in its jack */
	assert_string_equal(fake_ucm_done(), "-Speaker +Headphones");
	route(NULL, PCM_CAPTURE);
	assert_string_equal(fake_ucm_done(), "+Mic");
	assert_int_equal(routed_direction, PCM_CAPTURE);
	audio_devices_doubt(devices);
	route(NULL, PCM_PLAYBACK);
	assert_string_equal(fake_ucm_done(), "Inactive HiFi +Speaker");
	route(NULL, PCM_CAPTURE);
	unsigned before = routed_times;
	audio_devices_doubt(devices);
	route(NULL, PCM_PLAYBACK);
	assert_string_equal(fake_ucm_done(), "+Mic Inactive HiFi +Speaker");
	assert_int_equal(routed_times, before + 1); /* the same one, set anew */
	route(NULL, PCM_PLAYBACK);
	assert_int_equal(routed_times, before + 1);
	route(NULL, PCM_CAPTURE);
	audio_devices_destroy(devices);
	devices = NULL;
	assert_string_equal(fake_ucm_done(), "+Mic -Mic");
}

/* Headphones exclude the microphone: who is open first has its own, and the other is told when. */
static void test_use_case_excludes(void **state)
{
	static const struct fake_ucm_list lists[] = {{"_verbs", "HiFi|"},
		{"_devices/HiFi", "Headphones||Speaker||HDMI1||Mic|"},
		{"_conflictingdevs/Mic/HiFi", "Headphones"}, {NULL, NULL}};
	static const struct fake_ucm_conf conf = {.lists = lists, .values = use_values};
	(void)state;
	char why[PCM_WHY_MAX], pcm[2][64];
	add_routed_laptop();
	fake_ucm.cards[0] = &conf;
	for (int first = 0; first < 2; first++) {
		enum pcm_direction one = (enum pcm_direction)first, other = !one;
		const struct audio_device *device;
		route(NULL, one);
		snprintf(pcm[one], sizeof pcm[one], "%s", picked_of(one)->pcm);
		audio_devices_use(devices, one, pcm[one]);
		fake_ucm_done();
		device = audio_devices_pick(devices, other, NULL, 0);
		assert_int_equal(audio_devices_route(devices, device, other), -EBUSY);
		assert_string_equal(fake_ucm_done(), "");
		assert_true(audio_devices_excluded(devices, device, other, why));
		assert_non_null(strstr(why, device->card));
		assert_non_null(
			strstr(why, one == PCM_PLAYBACK ? "hear by its Mic"
							: "play by its Headphones"));
		assert_non_null(
			strstr(why, one == PCM_PLAYBACK ? "plays by its Headphones"
							: "hears by its Mic"));
		/* Another output is in nobody's way; and is no change for who is not refused. */
		audio_devices_use(devices, one, NULL);
		wait_changes(1 + (unsigned)first);
		device = audio_devices_pick(devices, other, NULL, 0);
		assert_false(audio_devices_excluded(devices, device, other, why));
		route(NULL, other);
		assert_string_equal(fake_ucm_done(),
			one == PCM_PLAYBACK ? "-Headphones +Mic" : "-Mic +Headphones");
		audio_devices_use(devices, one, NULL);
		wait_settled();
		assert_int_equal(changes, 1 + first);
	}
	/* Refused, and then what is first goes to another one. */
	route(NULL, PCM_PLAYBACK);
	audio_devices_use(devices, PCM_PLAYBACK, "hw:0,0");
	assert_int_equal(
		audio_devices_route(devices, picked_of(PCM_CAPTURE), PCM_CAPTURE),
		-EBUSY);
	route("speaker", PCM_PLAYBACK);
	wait_changes(3);
	route(NULL, PCM_CAPTURE);
}

/* Without a file for a timer: nobody is told from within, but after the next question. */
static void test_no_timer(void **state)
{
	(void)state;
	struct rlimit few, was;
	add_laptop();
	assert_string_equal(picked("usb", 0), "hw:0,0");
	add_usb();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few = (struct rlimit){.rlim_cur = 0, .rlim_max = was.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	uevents(12);
	loop_poll(loop, 0);
	unsigned told = changes;
	/* It looks, though nothing tells. */
	const char *usb = picked("usb", 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	assert_int_equal(told, 0);
	assert_string_equal(usb, "hw:2,0");
	assert_int_equal(changes, 0);
	assert_string_equal(picked("usb", 0), "hw:2,0");
	assert_int_equal(changes, 0);
	wait_changes(1);
	wait_settled();
	assert_int_equal(changes, 1);
}

/* Who was refused is known when another console is shown; after that who comes first has its own. */
static void test_use_case_console(void **state)
{
	static const struct fake_ucm_list lists[] = {{"_verbs", "HiFi|"},
		{"_devices/HiFi", "Headphones||Speaker||HDMI1||Mic|"},
		{"_conflictingdevs/Mic/HiFi", "Headphones"}, {NULL, NULL}};
	static const struct fake_ucm_conf conf = {.lists = lists, .values = use_values};
	(void)state;
	add_routed_laptop();
	fake_ucm.cards[0] = &conf;
	route(NULL, PCM_PLAYBACK);
	for (unsigned i = 0; i < 3; i++) {
		audio_devices_use(devices, PCM_PLAYBACK, "hw:0,0");
		assert_false(audio_devices_refused(devices, PCM_CAPTURE));
		const struct audio_device *mic = picked_of(PCM_CAPTURE);
		assert_int_equal(audio_devices_route(devices, mic, PCM_CAPTURE), -EBUSY);
		assert_true(audio_devices_refused(devices, PCM_CAPTURE));
		assert_false(audio_devices_refused(devices, PCM_PLAYBACK));
		/* A stream that is faded out may be open still, and play on. */
		if (i < 2)
			audio_devices_use(devices, PCM_PLAYBACK, NULL);
		audio_devices_doubt(devices);
		wait_settled();
		fake_ucm_done();
		route(NULL, PCM_PLAYBACK);
		assert_string_equal(fake_ucm_done(), "Inactive HiFi +Headphones");
	}
}

/*
 * The microphone is refused for the speaker, and what is wanted in place of that cannot be opened:
 * it is enabled with each look, for a moment. That is no news for who was refused.
 */
static void test_use_case_tried_in_vain(void **state)
{
	static const struct fake_ucm_list lists[] = {{"_verbs", "HiFi|"},
		{"_devices/HiFi", "Headphones||Speaker||HDMI1||Mic|"},
		{"_conflictingdevs/Mic/HiFi", "Speaker"}, {NULL, NULL}};
	static const struct fake_ucm_conf conf = {.lists = lists, .values = use_values};
	(void)state;
	add_routed_laptop();
	fake_ucm.cards[0] = &conf;
	route("speaker", PCM_PLAYBACK);
	audio_devices_use(devices, PCM_PLAYBACK, picked("speaker", 0));
	for (unsigned i = 0; i < 3; i++) {
		const struct audio_device *mic = picked_of(PCM_CAPTURE);
		assert_int_equal(audio_devices_route(devices, mic, PCM_CAPTURE), -EBUSY);
		route("hdmi", PCM_PLAYBACK);
		route("speaker", PCM_PLAYBACK);
		wait_settled();
		assert_int_equal(changes, 0);
	}
	route("hdmi", PCM_PLAYBACK);
	audio_devices_use(devices, PCM_PLAYBACK, picked("hdmi", 0));
	wait_changes(1);
	route(NULL, PCM_CAPTURE);
	wait_settled();
	assert_int_equal(changes, 1);
}

/* Two microphones are refused: the first of them may be free while the other is not. */
static void test_use_case_two_refused(void **state)
{
	static const struct fake_ucm_list lists[] = {{"_verbs", "HiFi|"},
		{"_devices/HiFi", "Headphones||Speaker||Mic||Headset|"},
		{"_conflictingdevs/Mic/HiFi", "Headphones"},
		{"_conflictingdevs/Headset/HiFi", "Headphones|Speaker"}, {NULL, NULL}};
	static const struct fake_ucm_value values[] = {
		{"=PlaybackPCM/Headphones/HiFi", "hw:PCH"},
		{"=PlaybackPCM/Speaker/HiFi", "hw:PCH"},
		{"=CapturePCM/Mic/HiFi", "hw:PCH,2"},
		{"=CapturePCM/Headset/HiFi", "hw:PCH"}, {NULL, NULL}};
	static const struct fake_ucm_conf conf = {.lists = lists, .values = values};
	static const char *const both[] = {"mic", "headset"};
	(void)state;
	add_routed_laptop();
	fake_ucm.cards[0] = &conf;
	route("headphones", PCM_PLAYBACK);
	audio_devices_use(devices, PCM_PLAYBACK, "hw:0,0");
	for (size_t i = 0; i < 2; i++) {
		const struct audio_device *device =
			audio_devices_pick(devices, PCM_CAPTURE, both[i], 0);
		assert_int_equal(
			audio_devices_route(devices, device, PCM_CAPTURE), -EBUSY);
	}
	route("speaker", PCM_PLAYBACK);
	wait_changes(1);
	route("mic", PCM_CAPTURE);
	audio_devices_use(devices, PCM_PLAYBACK, NULL);
	wait_changes(2);
}

/* A card that comes back is another one. */
static void test_use_case_pulled(void **state)
{
	(void)state;
	struct fake_card *card = add_routed_laptop();
	for (unsigned i = 0; i < 20; i++) {
		route(NULL, PCM_PLAYBACK);
		assert_string_equal(fake_ucm_done(), "HiFi +Headphones");
		assert_int_equal(fake_ucm.opened, 1 + i);
		fake_card_pull(card);
		wait_changes(1 + 2 * i);
		assert_int_equal(fake_ucm.open, 0);
		card->id = "PCH";
		card->gone = false;
		uevents(2);
		wait_changes(2 + 2 * i);
	}
}

/* On another console a plug is put in: back, what was enabled is known, and disabled. */
static void test_use_case_denied(void **state)
{
	(void)state;
	struct fake_card *card = add_routed_laptop();
	fake_element_set(card, 0, false);
	route(NULL, PCM_PLAYBACK);
	assert_string_equal(fake_ucm_done(), "HiFi +Speaker");
	audio_devices_doubt(devices);
	card->open_error = -EACCES;
	uevents(1);
	wait_changes(1);
	assert_null(audio_devices_pick(devices, PCM_PLAYBACK, NULL, 0));
	card->elements[0].on = true;
	card->open_error = 0;
	route(NULL, PCM_PLAYBACK);
	assert_string_equal(fake_ucm_done(), "Inactive HiFi +Headphones");
	assert_int_equal(fake_ucm.opened, 1);
	card->open_error = -EACCES;
	uevents(1);
	wait_changes(2);
	card->id = NULL;
	uevents(1);
	wait_settled();
	assert_int_equal(fake_ucm.open, 0);
}

static void test_use_case_other_card(void **state)
{
	const struct audio_device *list;
	(void)state;
	add_routed_laptop();
	assert_int_equal(audio_devices_list(devices, &list), 7);
	fake_alsa.cards[0].name = "another card, as fast as that";
	fake_ucm.cards[0] = NULL;
	uevents(2);
	wait_changes(1);
	assert_int_equal(audio_devices_list(devices, &list), 4);
	assert_string_equal(list[0].route, "");
	assert_int_equal(fake_ucm.open, 0);
}

/* Broken: the card is as its streams are. Linked: another card's devices are this one's. */
static void test_use_case_none(void **state)
{
	static const struct fake_ucm_value linked[] = {{"=Linked", "1"}, {NULL, NULL}};
	static const struct fake_ucm_conf broken = {.error = -EINVAL},
					  other = {.lists = use_lists, .values = linked};
	const struct audio_device *list;
	(void)state;
	add_laptop();
	fake_ucm.cards[0] = &broken;
	assert_int_equal(audio_devices_list(devices, &list), 4);
	assert_true(list[0].plays && list[0].hears && !list[0].aside);
	route(NULL, PCM_PLAYBACK);
	uevents(1);
	wait_settled();
	assert_int_equal(fake_ucm.opened, 1); /* it is not tried again */
	fake_alsa.cards[0].name = "another";
	fake_ucm.cards[0] = &other;
	uevents(1);
	wait_changes(1);
	assert_int_equal(audio_devices_list(devices, &list), 4);
	assert_true(list[0].aside && list[3].aside);
	assert_string_equal(fake_ucm_done(), "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(list),
		TEST(nothing),
		TEST(pick),
		TEST(plugged_in),
		TEST(no_rights),
		TEST(no_udev),
		TEST(jacks),
		TEST(speaker),
		TEST(pulled),
		TEST(await),
		TEST(no_timer),
		TEST(use_cases),
		TEST(route_follows_jack),
		TEST(use_case_excludes),
		TEST(use_case_console),
		TEST(use_case_tried_in_vain),
		TEST(use_case_two_refused),
		TEST(use_case_pulled),
		TEST(use_case_denied),
		TEST(use_case_other_card),
		TEST(use_case_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
