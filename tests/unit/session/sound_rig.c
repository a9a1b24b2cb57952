#include "sound_rig.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_mixer.h"
#include "plugins/endpoint.h"
#include "session/audio_db.h"
#include "session/loop.h"
#include "session/store.h"
#include "session/virtual.h"
#include "util/clock.h"
#include "util/log.h"

struct rig rig;

/* The engine. */

static void take(const struct audio_options *options)
{
	rig.engine.options = *options;
	snprintf(rig.engine.output, sizeof rig.engine.output, "%s",
		options->output ? options->output : "");
}

struct audio *audio_create(struct loop *loop, const struct audio_options *options)
{
	rig.engine = (struct rig_engine){.gain = 1};
	take(options);
	return (struct audio *)&rig.engine;
}

static void check_destroyed(void);

void audio_destroy(struct audio *audio)
{
	check_destroyed();
}

void audio_configure(struct audio *audio, const struct audio_options *options)
{
	rig.engine.configured++;
	take(options);
}

void audio_devices_changed(struct audio *audio)
{
	rig.engine.looked++;
}

void audio_hold(struct audio *audio, bool held)
{
	strcat(rig.turns, held ? "output " : "OUTPUT ");
}

void audio_turn(struct audio *audio)
{
	strcat(rig.turns, "plays ");
}

void audio_set_gain(struct audio *audio, double gain)
{
	assert_ptr_equal(audio, &rig.engine);
	rig.engine.gain = gain;
}

/* Its other end. */

static void take_in(const struct audio_in_options *in)
{
	rig.ears.options = *in;
	snprintf(rig.ears.input, sizeof rig.ears.input, "%s", in->input ? in->input : "");
}

struct audio_in *audio_in_create(struct loop *loop, const struct audio_in_options *in)
{
	rig.ears = (struct rig_ears){0};
	take_in(in);
	return (struct audio_in *)&rig.ears;
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
	rig.ears.looked++;
	strcat(rig.turns, "seeks ");
}

void audio_in_hold(struct audio_in *in, bool held)
{
	strcat(rig.turns, held ? "input " : "INPUT ");
}

void audio_in_mute(struct audio_in *in, bool muted)
{
	assert_ptr_equal(in, &rig.ears);
	rig.ears.muted = muted;
}

void listen(const char *pcm)
{
	rig.ears.options.opened(rig.ears.options.data, pcm);
}

/* Devices. */

const struct audio_device analog = {.pcm = "hw:0,0",
	.id = "PCH",
	.name = "ALC257 Analog",
	.plays = true,
	.hears = true};
static const struct audio_device webcam = {
	.pcm = "hw:1,0", .id = "C920", .name = "USB Audio", .usb = true, .hears = true};
static const struct audio_device hdmi = {
	.pcm = "hw:0,3", .id = "PCH", .name = "HDMI 0", .hdmi = true, .plays = true};
static void (*on_changed)(void *data);
static void *devices_data;

struct audio_devices *audio_devices_create(
	struct loop *loop, void (*changed)(void *data), void *data)
{
	on_changed = changed;
	devices_data = data;
	return (struct audio_devices *)rig.here;
}

void audio_devices_destroy(struct audio_devices *devices)
{
}

/* The device that it closes may be news: not for who is destroyed. */
static void check_destroyed(void)
{
	unsigned looked = rig.engine.looked + rig.ears.looked;
	devices_changed();
	assert_int_equal(rig.engine.looked + rig.ears.looked, looked);
}

const struct audio_device *audio_devices_pick(struct audio_devices *devices,
	enum pcm_direction direction, const char *rule, size_t n)
{
	assert_int_equal(n, 0);
	for (size_t i = 0; i < rig.n_here; i++) {
		bool right =
			direction == PCM_PLAYBACK ? rig.here[i].plays : rig.here[i].hears;
		if (right && (!rule || strcmp(rule, rig.here[i].pcm) == 0))
			return &rig.here[i];
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

void audio_devices_use(
	struct audio_devices *devices, enum pcm_direction direction, const char *pcm)
{
	snprintf(rig.used[direction], sizeof rig.used[direction], "%s", pcm ? pcm : "");
}

bool audio_devices_excluded(const struct audio_devices *devices,
	const struct audio_device *device, enum pcm_direction direction,
	char why[static PCM_WHY_MAX])
{
	if (rig.rival)
		snprintf(why, PCM_WHY_MAX, "%s: %s", device->pcm, rig.rival);
	return rig.rival;
}

bool audio_devices_refused(
	const struct audio_devices *devices, enum pcm_direction direction)
{
	return rig.refused[direction];
}

void audio_devices_doubt(struct audio_devices *devices)
{
	strcat(rig.turns, "doubt ");
	rig.refused[0] = rig.refused[1] = false;
}

void devices_changed(void)
{
	on_changed(devices_data);
}

void devices_routed(enum pcm_direction direction)
{
	for (size_t i = 0; i < rig.n_here; i++) {
		if (rig.here[i].routed[direction])
			on_routed(devices_data, &rig.here[i], direction);
	}
}

size_t audio_devices_list(struct audio_devices *devices, const struct audio_device **out)
{
	*out = rig.here;
	return rig.n_here;
}

/* The bar, the disk, time. */

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
	rig.bar.shown++;
	rig.bar.what = what;
	rig.bar.percent = percent;
	rig.bar.muted = muted;
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

bool virtual_is_on(void)
{
	return rig.virtual_time;
}

/* A session of nothing else. */

struct fake_side *add(const char *name, int d, bool gate)
{
	fake.elems[fake.n].name = name;
	struct fake_side *s = &fake.elems[fake.n++].side[d];
	*s = (struct fake_side){
		.volume = true, .gate = gate, .max = 87, .db_min = -6525, .db_max = 0};
	return s;
}

void begin(void)
{
	rig.session =
		(struct session){.options = &rig.options, .settings = &rig.settings};
	rig.session.store = (struct store *)rig.folder;
	rig.session.loop = loop_create();
	assert_non_null(rig.session.loop);
	rig.session.sound = sound_create(&rig.session);
}

void end(void)
{
	sound_destroy(rig.session.sound);
	assert_null(rig.session.audio);
	rig.session.sound = NULL;
	loop_destroy(rig.session.loop);
	rig.session.loop = NULL;
	assert_int_equal(fake.open, 0);
}

int set_up(void **state)
{
	log_set_level(LOG_SILENT);
	rig = (struct rig){0};
	strcpy(rig.folder, "/tmp/soundXXXXXX");
	if (!mkdtemp(rig.folder) || setenv("XDG_STATE_HOME", rig.folder, 1) < 0)
		return -1;
	fake_mixer_reset();
	clock_frozen_ns = 1000 * SECOND;
	rig.here[0] = analog;
	rig.here[1] = hdmi;
	rig.here[2] = webcam;
	rig.n_here = 3;
	add("Master", 0, true);
	add("Speaker", 0, true);
	add("IEC958", 0, true)->volume = false;
	add("Capture", 1, true);
	begin();
	return 0;
}

int tear_down(void **state)
{
	char command[64];
	if (rig.session.sound)
		end();
	clock_frozen_ns = 0;
	snprintf(command, sizeof command, "rm -r %s", rig.folder);
	return system(command);
}

/* The engine opens a device, or closes it. */
void open_device(const char *pcm)
{
	rig.engine.options.opened(rig.engine.options.data, pcm);
}

void wait_ns(uint64_t ns)
{
	clock_frozen_ns += ns;
	sound_turn(rig.session.sound);
}

int percent(enum pcm_direction d)
{
	struct sound_level level;
	sound_level(rig.session.sound, d, &level);
	return level.device ? (int)lrint(level.loud * 100) : -1;
}

bool is_gain(double gain)
{
	return fabs(rig.engine.gain - gain) < 1e-9;
}
