/* What the user decides of sound, on a fake card, and fakes of the engine and the bar. */
#include "session/sound.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_mixer.h"
#include "plugins/endpoint.h"
#include "session/audio.h"
#include "session/audio_db.h"
#include "session/audio_in.h"
#include "session/loop.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/store.h"
#include "session/virtual.h"
#include "session/volume_bar.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define SECOND UINT64_C(1000000000)

/* The engine. */

static struct engine {
	struct audio_options options;
	char output[128];
	double gain;
	unsigned configured, looked;
} engine;

static void take(const struct audio_options *options)
{
	engine.options = *options;
	snprintf(engine.output, sizeof engine.output, "%s",
		options->output ? options->output : "");
}

struct audio *audio_create(struct loop *loop, const struct audio_options *options)
{
	engine = (struct engine){.gain = 1};
	take(options);
	return (struct audio *)&engine;
}

static void check_destroyed(void);

void audio_destroy(struct audio *audio)
{
	check_destroyed();
}

void audio_configure(struct audio *audio, const struct audio_options *options)
{
	engine.configured++;
	take(options);
}

void audio_devices_changed(struct audio *audio)
{
	engine.looked++;
}

static char turns[64]; /* who was held, let go of and had a turn, in that order */

void audio_hold(struct audio *audio, bool held)
{
	strcat(turns, held ? "output " : "OUTPUT ");
}

void audio_turn(struct audio *audio)
{
	strcat(turns, "plays ");
}

void audio_set_gain(struct audio *audio, double gain)
{
	assert_ptr_equal(audio, &engine);
	engine.gain = gain;
}

/* Its other end. */

static struct ears {
	struct audio_in_options options;
	char input[128];
	bool muted;
	unsigned looked;
} ears;

static void take_in(const struct audio_in_options *in)
{
	ears.options = *in;
	snprintf(ears.input, sizeof ears.input, "%s", in->input ? in->input : "");
}

struct audio_in *audio_in_create(struct loop *loop, const struct audio_in_options *in)
{
	ears = (struct ears){0};
	take_in(in);
	return (struct audio_in *)&ears;
}

void audio_in_destroy(struct audio_in *in)
{
	check_destroyed();
}

void audio_in_configure(struct audio_in *in, const struct audio_in_options *now)
{
	take_in(now);
}

void audio_in_devices_changed(struct audio_in *in)
{
	ears.looked++;
	strcat(turns, "seeks ");
}

void audio_in_hold(struct audio_in *in, bool held)
{
	strcat(turns, held ? "input " : "INPUT ");
}

void audio_in_mute(struct audio_in *in, bool muted)
{
	assert_ptr_equal(in, &ears);
	ears.muted = muted;
}

static void listen(const char *pcm)
{
	ears.options.opened(ears.options.data, pcm);
}

/* Devices. */

static const struct audio_device analog = {.pcm = "hw:0,0",
					 .id = "PCH",
					 .name = "ALC257 Analog",
					 .plays = true,
					 .hears = true},
				 webcam = {.pcm = "hw:1,0",
					 .id = "C920",
					 .name = "USB Audio",
					 .usb = true,
					 .hears = true},
				 hdmi = {.pcm = "hw:0,3",
					 .id = "PCH",
					 .name = "HDMI 0",
					 .hdmi = true,
					 .plays = true};
static struct audio_device here[4];
static size_t n_here;
static void (*devices_changed)(void *data);
static void *devices_data;

struct audio_devices *audio_devices_create(
	struct loop *loop, void (*changed)(void *data), void *data)
{
	devices_changed = changed;
	devices_data = data;
	return (struct audio_devices *)here;
}

void audio_devices_destroy(struct audio_devices *devices)
{
}

/* The device that it closes may be news: not for who is destroyed. */
static void check_destroyed(void)
{
	unsigned looked = engine.looked + ears.looked;
	devices_changed(devices_data);
	assert_int_equal(engine.looked + ears.looked, looked);
}

const struct audio_device *audio_devices_pick(struct audio_devices *devices,
	enum pcm_direction direction, const char *rule, size_t n)
{
	assert_int_equal(n, 0);
	for (size_t i = 0; i < n_here; i++) {
		bool right = direction == PCM_PLAYBACK ? here[i].plays : here[i].hears;
		if (right && (!rule || strcmp(rule, here[i].pcm) == 0))
			return &here[i];
	}
	return NULL;
}

static void (*on_routed)(
	void *data, const struct audio_device *device, enum pcm_direction direction);

void audio_devices_on_route(struct audio_devices *devices,
	void (*routed)(void *data, const struct audio_device *device,
		enum pcm_direction direction))
{
	on_routed = routed;
}

static char used[2][64];

void audio_devices_use(
	struct audio_devices *devices, enum pcm_direction direction, const char *pcm)
{
	snprintf(used[direction], sizeof used[direction], "%s", pcm ? pcm : "");
}

static const char *rival; /* of all that is there */

bool audio_devices_excluded(const struct audio_devices *devices,
	const struct audio_device *device, enum pcm_direction direction,
	char why[static PCM_WHY_MAX])
{
	if (rival)
		snprintf(why, PCM_WHY_MAX, "%s: %s", device->pcm, rival);
	return rival;
}

static bool refused[2];

bool audio_devices_refused(
	const struct audio_devices *devices, enum pcm_direction direction)
{
	return refused[direction];
}

void audio_devices_doubt(struct audio_devices *devices)
{
	strcat(turns, "doubt ");
	refused[0] = refused[1] = false;
}

static void devices_routed(void *data, enum pcm_direction direction)
{
	for (size_t i = 0; i < n_here; i++) {
		if (here[i].routed[direction])
			on_routed(data, &here[i], direction);
	}
}

size_t audio_devices_list(struct audio_devices *devices, const struct audio_device **out)
{
	*out = here;
	return n_here;
}

/* The bar, the disk, time. */

static struct {
	unsigned shown, percent;
	enum volume_bar_what what;
	bool muted;
} bar;

struct volume_bar *volume_bar_create(struct session *session)
{
	return NULL;
}

void volume_bar_destroy(struct volume_bar *b)
{
}

void volume_bar_show(
	struct volume_bar *b, enum volume_bar_what what, unsigned percent, bool muted)
{
	bar.shown++;
	bar.what = what;
	bar.percent = percent;
	bar.muted = muted;
}

bool volume_bar_place(
	const struct volume_bar *b, const struct screen *screen, struct gl_placement *out)
{
	return false;
}

void volume_bar_turn(struct volume_bar *b)
{
}

uint64_t volume_bar_next_ns(const struct volume_bar *b)
{
	return UINT64_MAX;
}

/* As 'osaas store' does it, at once. */
void store_ask(struct store *to, struct store_ask *ask)
{
	struct audio_db *db;
	char why[SQL_WHY_MAX];
	struct store_head answer = ask->head;
	assert_int_equal(ask->head.op, STORE_AUDIO_PUT);
	answer.result = audio_db_open(true, &db, why);
	assert_int_equal(answer.result, 0);
	answer.result = audio_db_put(db, buffer_data(ask->payload));
	audio_db_close(db);
	buffer_destroy(ask->payload);
	ask->done(ask, &answer, NULL);
}

static bool virtual_time;

bool virtual_is_on(void)
{
	return virtual_time;
}

/* A session of nothing else. */

static struct session session;
static struct session_options options;
static struct settings settings;
static char folder[32];

static struct fake_side *add(const char *name, int d, bool gate)
{
	fake.elems[fake.n].name = name;
	struct fake_side *s = &fake.elems[fake.n++].side[d];
	*s = (struct fake_side){
		.volume = true, .gate = gate, .max = 87, .db_min = -6525, .db_max = 0};
	return s;
}

static void begin(void)
{
	session = (struct session){.options = &options, .settings = &settings};
	session.store = (struct store *)folder;
	session.loop = loop_create();
	assert_non_null(session.loop);
	session.sound = sound_create(&session);
}

static void end(void)
{
	sound_destroy(session.sound);
	assert_null(session.audio);
	session.sound = NULL;
	loop_destroy(session.loop);
	session.loop = NULL;
	assert_int_equal(fake.open, 0);
}

static int set_up(void **state)
{
	log_set_level(LOG_SILENT);
	strcpy(folder, "/tmp/soundXXXXXX");
	if (!mkdtemp(folder) || setenv("XDG_STATE_HOME", folder, 1) < 0)
		return -1;
	fake_mixer_reset();
	clock_frozen_ns = 1000 * SECOND;
	virtual_time = false;
	options = (struct session_options){0};
	settings = (struct settings){0};
	memset(&bar, 0, sizeof bar);
	turns[0] = '\0';
	refused[0] = refused[1] = false;
	here[0] = analog;
	here[1] = hdmi;
	here[2] = webcam;
	n_here = 3;
	add("Master", 0, true);
	add("Speaker", 0, true);
	add("IEC958", 0, true)->volume = false;
	add("Capture", 1, true);
	begin();
	return 0;
}

static int tear_down(void **state)
{
	char command[64];
	if (session.sound)
		end();
	clock_frozen_ns = 0;
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

/* The engine opens a device, or closes it. */
static void open_device(const char *pcm)
{
	engine.options.opened(engine.options.data, pcm);
}

static void wait_ns(uint64_t ns)
{
	clock_frozen_ns += ns;
	sound_turn(session.sound);
}

static int percent(enum pcm_direction d)
{
	struct sound_level level;
	sound_level(session.sound, d, &level);
	return level.device ? (int)lrint(level.loud * 100) : -1;
}

static bool is_gain(double gain)
{
	return fabs(engine.gain - gain) < 1e-9;
}

/* Before its first frame a card that nobody set up is heard, at half of what it can. */
static void test_first(void **state)
{
	const struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	assert_int_equal(master->on[0], 1);
	assert_true(master->step[0] > 0 && master->step[0] < 87);
	assert_int_equal(fake_mixer_find("Speaker")->side[0].on[1], 1);
	assert_int_equal(percent(PCM_PLAYBACK), 50);
	assert_true(is_gain(1));
	assert_int_equal(bar.shown, 0);
}

/* What was set is so again where the device comes back, whatever it has then. */
static void test_comes_back(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.3), 0);
	assert_int_equal(sound_set_mute(session.sound, PCM_PLAYBACK, true), 0);
	wait_ns(3 * SECOND);
	long step = master->step[0];
	open_device(NULL);
	n_here = 0;
	devices_changed(devices_data);
	n_here = 3;
	devices_changed(devices_data);
	open_device("hw:0,3");
	master->step[0] = master->step[1] = 80;
	master->on[0] = master->on[1] = 1;
	open_device(NULL);
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 30);
	assert_int_equal(master->step[0], step);
	assert_int_equal(master->on[0], 0);
}

/* But while it stays, what another program does between two sounds counts. */
static void test_others_count(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.3), 0);
	wait_ns(3 * SECOND);
	open_device(NULL);
	wait_ns(10 * SECOND);
	assert_int_equal(fake.open, 0);
	master->step[0] = master->step[1] = 87;
	devices_changed(devices_data);
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 100);
	wait_ns(3 * SECOND);
	/* And is what the next session finds. */
	end();
	master->step[0] = master->step[1] = 20;
	begin();
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 100);
}

/* Where the card has no volume the mix is turned down: never a frame of one at another's. */
static void test_mix(void **state)
{
	struct sound_level level;
	open_device("hw:0,3");
	assert_true(is_gain(1));
	assert_int_equal(fake_mixer_find("IEC958")->side[0].on[0], 1);
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.5), 0);
	assert_true(is_gain(0.125));
	sound_level(session.sound, PCM_PLAYBACK, &level);
	assert_true(level.device && !level.own && level.volume && level.mute);
	assert_string_equal(level.pcm, "hw:0,3");
	assert_int_equal(sound_set_mute(session.sound, PCM_PLAYBACK, true), 0);
	assert_true(is_gain(0));
	assert_int_equal(sound_set_mute(session.sound, PCM_PLAYBACK, false), 0);
	assert_true(is_gain(0.125));
	open_device(NULL);
	open_device("hw:0,0");
	assert_true(is_gain(1));
	open_device(NULL);
	open_device("hw:0,3");
	assert_true(is_gain(0.125));
	/* The card's own was never touched by it. */
	sound_level(session.sound, PCM_PLAYBACK, &level);
	assert_int_equal(fake_mixer_find("Speaker")->side[0].step[0], 87);
}

static void expect_bar(enum volume_bar_what what, unsigned n, bool muted)
{
	assert_int_equal(bar.what, what);
	assert_int_equal(bar.percent, n);
	assert_int_equal(bar.muted, muted);
}

static void test_keys(void **state)
{
	sound_key_volume(&session, 1);
	expect_bar(VOLUME_BAR_SPEAKER, 55, false);
	for (int i = 0; i < 20; i++)
		sound_key_volume(&session, 1);
	expect_bar(VOLUME_BAR_SPEAKER, 100, false);
	sound_key_volume(&session, -1);
	expect_bar(VOLUME_BAR_SPEAKER, 95, false);
	sound_key_mute(&session, PCM_PLAYBACK);
	expect_bar(VOLUME_BAR_SPEAKER, 95, true);
	sound_key_volume(&session, -1);
	expect_bar(VOLUME_BAR_SPEAKER, 90, true);
	sound_key_volume(&session, 1);
	expect_bar(VOLUME_BAR_SPEAKER, 95, false);
	for (int i = 0; i < 30; i++)
		sound_key_volume(&session, -1);
	expect_bar(VOLUME_BAR_SPEAKER, 0, false);
	/* The first press opens the microphone, which was never set up; then it is as asked. */
	sound_key_mute(&session, PCM_CAPTURE);
	expect_bar(VOLUME_BAR_MICROPHONE, 50, true);
	assert_int_equal(fake_mixer_find("Capture")->side[1].on[0], 0);
	sound_key_mute(&session, PCM_CAPTURE);
	expect_bar(VOLUME_BAR_MICROPHONE, 50, false);
	assert_int_equal(fake_mixer_find("Capture")->side[1].on[0], 1);
}

/* Who only looks changes nothing. */
static void test_look(void **state)
{
	assert_int_equal(percent(PCM_PLAYBACK), 0);
	assert_int_equal(percent(PCM_CAPTURE), 0);
	wait_ns(10 * SECOND);
	assert_int_equal(fake.sets, 0);
}

/* A microphone that somebody muted, with whatever, stays so until somebody wants it. */
static void test_muted_microphone(void **state)
{
	struct fake_side *capture = &fake_mixer_find("Capture")->side[1];
	sound_key_mute(&session, PCM_CAPTURE);
	sound_key_mute(&session, PCM_CAPTURE);
	assert_int_equal(capture->on[0], 1);
	wait_ns(10 * SECOND);
	capture->on[0] = capture->on[1] = 0;
	assert_int_equal(sound_set_volume(session.sound, PCM_CAPTURE, 0.8), 0);
	assert_int_equal(capture->on[0], 0);
	assert_int_equal(percent(PCM_CAPTURE), 80);
	sound_key_mute(&session, PCM_CAPTURE);
	assert_int_equal(capture->on[0], 1);
}

/* One without a switch is silenced here; and a mute is for all, whichever comes next. */
static void test_deaf(void **state)
{
	struct fake_side *capture = &fake_mixer_find("Capture")->side[1];
	struct sound_level level;
	listen("hw:1,0");
	assert_false(ears.muted);
	sound_key_mute(&session, PCM_CAPTURE);
	assert_true(ears.muted);
	sound_level(session.sound, PCM_CAPTURE, &level);
	assert_true(level.device && level.mute && level.muted && !level.volume);
	assert_string_equal(level.pcm, "hw:1,0");
	assert_int_equal(sound_set_volume(session.sound, PCM_CAPTURE, 0.5), -ENOTSUP);
	listen(NULL);
	listen("hw:0,0");
	assert_true(ears.muted);
	/* Another program opens it: it is not heard all the same. */
	capture->on[0] = capture->on[1] = 1;
	fake_mixer_tell();
	assert_int_equal(loop_wait(session.loop, SECOND), 1);
	assert_true(ears.muted);
	sound_key_mute(&session, PCM_CAPTURE);
	assert_false(ears.muted);
	/* And shuts it. */
	capture->on[0] = capture->on[1] = 0;
	fake_mixer_tell();
	assert_int_equal(loop_wait(session.loop, SECOND), 1);
	assert_true(ears.muted);
	listen(NULL);
	/* The first one was muted when it was left. */
	listen("hw:1,0");
	assert_true(ears.muted);
	sound_key_mute(&session, PCM_CAPTURE);
	assert_false(ears.muted);
}

static void test_no_device(void **state)
{
	struct sound_level level;
	n_here = 0;
	sound_level(session.sound, PCM_PLAYBACK, &level);
	assert_false(level.device);
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 1), -ENODEV);
	assert_int_equal(sound_set_mute(session.sound, PCM_CAPTURE, true), -ENODEV);
	sound_key_volume(&session, 1);
	assert_int_equal(bar.what, VOLUME_BAR_NO_SPEAKER);
	sound_key_mute(&session, PCM_CAPTURE);
	assert_int_equal(bar.what, VOLUME_BAR_NO_MICROPHONE);
	assert_true(sound_next_ns(session.sound) == UINT64_MAX);
}

static void expect_rule(enum pcm_direction d, const char *rule)
{
	const char *is = sound_rule(session.sound, d);
	assert_string_equal(is ? is : "-", rule);
	assert_string_equal(d == PCM_PLAYBACK ? engine.output : ears.input, is ? is : "");
}

/* Who said it last, and nearest. */
static void test_rules(void **state)
{
	expect_rule(PCM_PLAYBACK, "-");
	strcpy(settings.audio.output, "usb");
	strcpy(settings.audio.input, "Blue");
	settings.audio.rate = 44100;
	settings.audio.latency_ns = 5000000;
	settings.audio.background = true;
	sound_configure(session.sound);
	expect_rule(PCM_PLAYBACK, "usb");
	expect_rule(PCM_CAPTURE, "Blue");
	assert_int_equal(engine.options.rate, 44100);
	assert_int_equal(engine.options.latency_ns, 5000000);
	assert_true(engine.options.background);
	sound_say_rule(session.sound, PCM_PLAYBACK, "hdmi");
	expect_rule(PCM_PLAYBACK, "hdmi");
	expect_rule(PCM_CAPTURE, "Blue");
	sound_say_rule(session.sound, PCM_CAPTURE, "Yeti");
	expect_rule(PCM_CAPTURE, "Yeti");
	sound_say_rule(session.sound, PCM_PLAYBACK, NULL);
	expect_rule(PCM_PLAYBACK, "usb");
	options.audio = "none";
	sound_configure(session.sound);
	expect_rule(PCM_PLAYBACK, "none");
	expect_rule(PCM_CAPTURE, "Yeti");
	sound_say_rule(session.sound, PCM_PLAYBACK, "analog");
	expect_rule(PCM_PLAYBACK, "analog");
}

/* Silence costs nothing: the mixer goes after a while, and nothing is waited for. */
static void test_idle(void **state)
{
	assert_true(sound_next_ns(session.sound) == UINT64_MAX);
	open_device("hw:0,0");
	assert_int_equal(fake.open, 1);
	wait_ns(60 * SECOND);
	assert_int_equal(fake.open, 1);
	assert_true(sound_next_ns(session.sound) == UINT64_MAX);
	open_device(NULL);
	assert_true(sound_next_ns(session.sound) <= clock_now_ns() + 10 * SECOND);
	wait_ns(10 * SECOND);
	assert_int_equal(fake.open, 0);
	assert_true(sound_next_ns(session.sound) == UINT64_MAX);
	/* A key opens it for a while. */
	sound_key_volume(&session, 1);
	assert_int_equal(fake.open, 1);
	wait_ns(10 * SECOND);
	assert_int_equal(fake.open, 0);
	assert_true(sound_next_ns(session.sound) == UINT64_MAX);
}

/* The card's few steps are no reason to show another number later, or to go on from there. */
static void test_closed(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	master->max = 20;
	open_device("hw:0,0");
	open_device(NULL);
	for (int wanted = 1; wanted <= 100; wanted++) {
		assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK,
					 (double)wanted / 100),
			0);
		wait_ns(10 * SECOND);
		assert_int_equal(fake.open, 0);
		assert_int_equal(percent(PCM_PLAYBACK), wanted);
	}
	/* A step that somebody else set is no wish of ours. */
	wait_ns(10 * SECOND);
	assert_int_equal(fake.open, 0);
	master->step[0] = master->step[1] = 0;
	assert_int_equal(percent(PCM_PLAYBACK), 0);
}

/* The next session's card is as this one's was: by its own knob, too. */
static void test_next_session(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	master->step[0] = master->step[1] = 87;
	fake_mixer_tell();
	assert_int_equal(loop_wait(session.loop, SECOND), 1);
	assert_true(sound_next_ns(session.sound) <= clock_now_ns() + 5 * SECOND);
	wait_ns(5 * SECOND);
	assert_true(sound_next_ns(session.sound) == UINT64_MAX);
	open_device(NULL);
	wait_ns(10 * SECOND);
	/* As after a start of the machine. */
	master->step[0] = master->step[1] = 0;
	master->on[0] = master->on[1] = 0;
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 100);
	assert_int_equal(master->on[0], 1);
}

static void test_unplugged(void **state)
{
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.2), 0);
	fake_mixer_unplug();
	assert_int_equal(loop_wait(session.loop, SECOND), 1);
	assert_int_equal(fake.open, 0);
	n_here = 0;
	open_device(NULL);
	devices_changed(devices_data);
	assert_int_equal(engine.looked, 1);
	assert_int_equal(ears.looked, 1);
	assert_int_equal(percent(PCM_PLAYBACK), -1);
	wait_ns(10 * SECOND);
	/* And plugged in again. */
	n_here = 3;
	fake.card = "hw:0";
	open_device("hw:0,0");
	wait_ns(SECOND);
	assert_int_equal(fake.open, 1);
}

/* Where time is virtual nothing of the machine's counts. */
static void test_virtual(void **state)
{
	open_device("hw:0,3");
	sound_set_volume(session.sound, PCM_PLAYBACK, 0.5);
	sound_say_rule(session.sound, PCM_PLAYBACK, "hw:0,3");
	end();
	virtual_time = true;
	begin();
	assert_null(sound_rule(session.sound, PCM_PLAYBACK));
	assert_string_equal(ears.input, "none");
	open_device("hw:0,3");
	assert_true(is_gain(1));
}

/* One stream, two ends: each has a volume of its own, by its own element. */
static void test_routes(void **state)
{
	struct fake_side *phones, *speaker = &fake_mixer_find("Speaker")->side[0];
	phones = add("Headphone", 0, true);
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	for (int c = 0; c < 2; c++)
		master->step[c] = speaker->step[c] = phones->step[c] = 87;
	for (int c = 0; c < 2; c++)
		master->on[c] = speaker->on[c] = phones->on[c] = 1;
	here[0] = here[3] = analog;
	strcpy(here[0].route, "Headphones");
	strcpy(here[0].volume[0].card, "hw:0");
	strcpy(here[0].volume[0].elem, "Headphone");
	here[3] = here[0];
	strcpy(here[3].route, "Speaker");
	strcpy(here[3].volume[0].elem, "Speaker");
	n_here = 4;
	here[3].routed[0] = true;
	devices_routed(devices_data, PCM_PLAYBACK); /* before it is opened */
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.3), 0);
	long low = speaker->step[0];
	assert_true(low < 87 && phones->step[0] == 87 && master->step[0] == 87);
	/* The plug is put in while it plays. */
	here[3].routed[0] = false;
	here[0].routed[0] = true;
	devices_routed(devices_data, PCM_PLAYBACK);
	assert_int_equal(percent(PCM_PLAYBACK), 100);
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.6), 0);
	assert_true(speaker->step[0] == low && phones->step[0] < 87);
	/* And pulled; the use case had the speaker at its loudest. */
	speaker->step[0] = speaker->step[1] = 87;
	here[0].routed[0] = false;
	here[3].routed[0] = true;
	devices_routed(devices_data, PCM_PLAYBACK);
	assert_int_equal(percent(PCM_PLAYBACK), 30);
	assert_int_equal(speaker->step[0], low);
	/* Of what would be taken, but is not enabled, only the volume that was asked for is set. */
	open_device(NULL);
	phones->on[0] = phones->on[1] = 0;
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.5), 0);
	assert_int_equal(phones->on[0], 0);
	assert_int_equal(speaker->step[0], low);
}

static void route_to(const char *route)
{
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	master->gate = false;
	for (int c = 0; c < 2; c++) {
		master->step[c] = speaker->step[c] = 87;
		speaker->on[c] = 1;
	}
	here[0] = analog;
	strcpy(here[0].route, route);
	strcpy(here[0].volume[0].card, "hw:0");
	strcpy(here[0].volume[0].elem, "Speaker");
	here[0].routed[0] = true;
	devices_routed(devices_data, PCM_PLAYBACK);
}

/* The same way, set anew after another console was shown: what the user set stays. */
static void test_set_anew(void **state)
{
	static const uint64_t away[] = {3 * SECOND, 20 * SECOND};
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	route_to("Speaker");
	for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
		open_device("hw:0,0");
		assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.3), 0);
		long low = speaker->step[0];
		assert_int_equal(sound_set_mute(session.sound, PCM_PLAYBACK, true), 0);
		open_device(NULL);
		wait_ns(away[i]);
		/* The use case opens what it enables. */
		for (int c = 0; c < 2; c++)
			speaker->step[c] = 87, speaker->on[c] = 1;
		devices_routed(devices_data, PCM_PLAYBACK);
		open_device("hw:0,0");
		assert_int_equal(speaker->on[0], 0);
		assert_int_equal(speaker->step[0], low);
	}
}

/* Set while another device plays, whose controls are its own. */
static void test_set_aside(void **state)
{
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	route_to("Speaker");
	open_device("hw:0,0");
	assert_int_equal(sound_set_mute(session.sound, PCM_PLAYBACK, true), 0);
	wait_ns(3 * SECOND);
	open_device(NULL);
	open_device("hw:1,0");
	route_to("Speaker");
	open_device(NULL);
	open_device("hw:0,0");
	assert_int_equal(speaker->on[0], 0);
}

/* And what a use case sets is its own card's: of another one, what others set counts. */
static void test_set_elsewhere(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.3), 0);
	wait_ns(3 * SECOND);
	here[n_here++] = (struct audio_device){.pcm = "hw:2,0",
		.id = "dock",
		.route = "Line",
		.plays = true,
		.number = 2,
		.routed = {true}};
	devices_routed(devices_data, PCM_PLAYBACK);
	open_device(NULL);
	wait_ns(10 * SECOND);
	master->step[0] = master->step[1] = 87;
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 100);
}

/* What is open is told to who enables devices; and what they exclude is said. */
static void test_excluded(void **state)
{
	struct sound_level level;
	open_device("hw:0,0");
	listen("hw:1,0");
	assert_string_equal(used[PCM_PLAYBACK], "hw:0,0");
	assert_string_equal(used[PCM_CAPTURE], "hw:1,0");
	sound_level(session.sound, PCM_PLAYBACK, &level);
	assert_string_equal(level.excluded, "");
	open_device(NULL);
	assert_string_equal(used[PCM_PLAYBACK], "");
	rival = "the other one";
	open_device("hw:0,3");
	sound_level(session.sound, PCM_PLAYBACK, &level);
	assert_string_equal(level.pcm, "hw:0,3");
	assert_string_equal(level.excluded, "hw:0,0: the other one");
	rival = NULL;
	listen(NULL);
	open_device(NULL);
}

static void plug(bool in)
{
	here[0].routed[0] = in;
	here[3].routed[0] = !in;
	devices_routed(devices_data, PCM_PLAYBACK);
}

/* Muted headphones are pulled out while they play: the speaker is muted, too, until that is ended. */
static void test_muted_is_pulled(void **state)
{
	struct fake_side *phones = add("Headphone", 0, true);
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	for (int c = 0; c < 2; c++) {
		speaker->step[c] = phones->step[c] = 87;
		speaker->on[c] = phones->on[c] = 1;
	}
	here[0] = analog;
	strcpy(here[0].route, "Headphones");
	strcpy(here[0].volume[0].card, "hw:0");
	strcpy(here[0].volume[0].elem, "Headphone");
	here[3] = here[0];
	strcpy(here[3].route, "Speaker");
	strcpy(here[3].volume[0].elem, "Speaker");
	n_here = 4;
	plug(true);
	open_device("hw:0,0");
	assert_int_equal(sound_set_mute(session.sound, PCM_PLAYBACK, true), 0);
	assert_int_equal(master->on[0], 0);
	plug(false);
	assert_int_equal(master->on[0], 0);
	assert_int_equal(sound_set_mute(session.sound, PCM_PLAYBACK, false), 0);
	assert_int_equal(master->on[0], 1);
	/* What is not muted mutes nothing, and ends no mute that was for it. */
	plug(true);
	assert_int_equal(master->on[0], 0);
	assert_int_equal(sound_set_mute(session.sound, PCM_PLAYBACK, false), 0);
	plug(false);
	assert_int_equal(master->on[0], 1);
}

/* Muted before anything was enabled, and not kept yet when that is. */
static void test_muted_before(void **state)
{
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	route_to("Speaker");
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.6), 0);
	end();
	begin();
	here[0].routed[0] = false;
	assert_int_equal(sound_set_volume(session.sound, PCM_PLAYBACK, 0.3), 0);
	assert_int_equal(sound_set_mute(session.sound, PCM_PLAYBACK, true), 0);
	here[0].routed[0] = true;
	devices_routed(devices_data, PCM_PLAYBACK);
	open_device("hw:0,0");
	assert_int_equal(speaker->on[0], 0);
	assert_int_equal(percent(PCM_PLAYBACK), 30);
}

static void assert_turns(const char *are)
{
	assert_string_equal(turns, are);
	turns[0] = '\0';
}

/* Another console and back: who was refused comes second again, whenever cards can be had. */
static void test_first_again(void **state)
{
	refused[PCM_CAPTURE] = true;
	sound_hold(session.sound, true);
	sound_hold(session.sound, true);
	assert_turns("output input doubt output input doubt ");
	sound_hold(session.sound, false);
	assert_turns("OUTPUT plays INPUT ");
	devices_changed(devices_data);
	assert_turns("plays seeks ");
	refused[PCM_PLAYBACK] = true;
	sound_hold(session.sound, true);
	sound_hold(session.sound, false);
	assert_turns("output input doubt OUTPUT INPUT ");
	devices_changed(devices_data);
	assert_turns("seeks ");
	settings.audio.background = true;
	sound_hold(session.sound, true);
	assert_turns("output input ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first),
		TEST(test_comes_back),
		TEST(test_others_count),
		TEST(test_mix),
		TEST(test_keys),
		TEST(test_look),
		TEST(test_muted_microphone),
		TEST(test_deaf),
		TEST(test_no_device),
		TEST(test_rules),
		TEST(test_idle),
		TEST(test_closed),
		TEST(test_next_session),
		TEST(test_unplugged),
		TEST(test_virtual),
		TEST(test_routes),
		TEST(test_set_anew),
		TEST(test_set_aside),
		TEST(test_set_elsewhere),
		TEST(test_excluded),
		TEST(test_muted_is_pulled),
		TEST(test_muted_before),
		TEST(test_first_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
