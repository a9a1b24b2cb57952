#include "helper.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_audio.h"
#include "plugins/include/osaas_reload.h"
#include "plugins/include/osaas_window.h"
#include "sched/sched.h"
#include "util/bytes.h"
#include "util/log.h"
#include "util/opwire.h"

#define RATE        48000
#define CHANNELS    2
#define PERIOD      480
#define BLOCKS      4
#define TAG_WINDOW  1
#define TAG_BUTTON  2
#define BUTTON_LEFT 0x110

/* The session's side of hello. */
struct stage {
	struct plugin *plugin;
	struct endpoint *window, *audio, *reload;
	struct ending ending;
	struct message frame; /* the last one */
};

static void send(struct endpoint *end, uint32_t type, const void *payload, size_t size)
{
	struct message m = {.type = type};
	memcpy(m.bytes, payload, size);
	assert_int_equal(endpoint_try_send(end, &m), 0);
	run_idle();
}

static void send_config(struct stage *s, int32_t width, int32_t height, float scale)
{
	struct osaas_window_config c = {.width = width, .height = height, .scale = scale};
	send(s->window, OSAAS_WINDOW_CONFIG, &c, sizeof c);
}

static void send_pointer(struct stage *s, uint16_t kind, uint64_t tag, float x, float y)
{
	struct osaas_window_pointer p = {.tag = tag, .kind = kind, .x = x, .y = y};
	if (kind == OSAAS_POINTER_PRESS)
		p.button = BUTTON_LEFT;
	send(s->window, OSAAS_WINDOW_POINTER, &p, sizeof p);
}

static void send_key(struct stage *s, struct osaas_window_key key)
{
	send(s->window, OSAAS_WINDOW_KEY, &key, sizeof key);
}

/* The answer to the last frame taken, which says its serial. */
static void send_shown(struct stage *s)
{
	struct osaas_window_shown shown = {.refresh_ns = 16666667};
	memcpy(&shown.serial, s->frame.bytes, sizeof shown.serial);
	send(s->window, OSAAS_WINDOW_SHOWN, &shown, sizeof shown);
}

/* Takes the one frame that must be there, and shows it. */
static void take_frame(struct stage *s)
{
	message_drop(&s->frame);
	assert_int_equal(endpoint_try_recv(s->window, &s->frame), 0);
	assert_int_equal(s->frame.type, OSAAS_WINDOW_FRAME);
	struct message more;
	assert_int_equal(endpoint_try_recv(s->window, &more), -EAGAIN);
}

static void no_frame(struct stage *s)
{
	struct message m;
	assert_int_equal(endpoint_try_recv(s->window, &m), -EAGAIN);
}

/* first: what its channel of osaas_reload.h begins with. */
static void start_with(struct stage *s, bool with_audio, const struct message *first)
{
	struct endpoint *ends[2];
	*s = (struct stage){.plugin = load(HELLO)};
	assert_int_equal(endpoint_pair(ends, 64), 0);
	assert_int_equal(plugin_grant(s->plugin, "gui.window", ends[1]), 0);
	s->window = ends[0];
	assert_int_equal(endpoint_pair(ends, 4), 0);
	assert_int_equal(plugin_grant_reload(s->plugin, ends[1]), 0);
	s->reload = ends[0];
	assert_int_equal(endpoint_try_send(s->reload, first), 0);
	if (with_audio) {
		assert_int_equal(endpoint_pair(ends, BLOCKS), 0);
		assert_int_equal(plugin_grant(s->plugin, "audio.out", ends[1]), 0);
		s->audio = ends[0];
		struct osaas_audio_config c = {
			.rate = RATE, .channels = CHANNELS, .period = PERIOD};
		send(s->audio, OSAAS_AUDIO_CONFIG, &c, sizeof c);
	}
	assert_int_equal(plugin_start(s->plugin, note_ending, &s->ending), 0);
	run_idle();
	no_frame(s);
	send_config(s, 1024, 768, 1);
	take_frame(s);
	send_shown(s);
	no_frame(s);
}

static void start(struct stage *s, bool with_audio)
{
	static const struct message fresh = {.type = OSAAS_RELOAD_FRESH};
	start_with(s, with_audio, &fresh);
}

static void stop(struct stage *s)
{
	assert_int_equal(s->ending.calls, 0);
	send(s->window, OSAAS_WINDOW_CLOSE, "", 0);
	assert_int_equal(s->ending.calls, 1);
	assert_int_equal(s->ending.how, PLUGIN_RETURNED);
	message_drop(&s->frame);
	plugin_destroy(s->plugin);
	endpoint_close(s->window);
	endpoint_close(s->audio);
	endpoint_close(s->reload);
}

/* What is drawn, as far as these tests look. */
struct picture {
	size_t paints, ellipses;
	bool window_area, button_area;
	float marker_x, marker_y; /* of the last ellipse */
	uint32_t color;           /* of the last paint */
	uint32_t background;      /* of the first */
};

static void read_record(struct picture *p, uint32_t code, struct bytes *b)
{
	float x0, y0;
	uint64_t tag;
	switch (code) {
	case OP_CLIP_ELLIPSE:
		p->ellipses++;
		x0 = bytes_f32(b);
		y0 = bytes_f32(b);
		p->marker_x = (x0 + bytes_f32(b)) / 2;
		p->marker_y = (y0 + bytes_f32(b)) / 2;
		break;
	case OP_BRUSH_COLOR:
		p->color = bytes_u32(b);
		if (p->paints == 0)
			p->background = p->color;
		break;
	case OP_PAINT:
		p->paints++;
		break;
	case OP_AREA:
		tag = bytes_u64(b);
		p->window_area |= tag == TAG_WINDOW;
		p->button_area |= tag == TAG_BUTTON;
		break;
	}
}

static struct picture picture_of(const struct message *frame)
{
	struct picture p = {0};
	struct bytes b = bytes_of(buffer_data(frame->buffer), frame->len);
	assert_int_equal(bytes_u32(&b), OPWIRE_MAGIC);
	assert_int_equal(bytes_u16(&b), OPWIRE_MAJOR);
	assert_int_equal(bytes_u16(&b), OPWIRE_MINOR);
	assert_int_equal(bytes_u32(&b), frame->len);
	assert_int_equal(bytes_u32(&b), 0);
	while (bytes_left(&b) > 0) {
		uint32_t head = bytes_u32(&b);
		size_t size = 4 * (size_t)(head >> 8);
		const uint8_t *payload = bytes_take(&b, size);
		assert_non_null(payload);
		struct bytes record = bytes_of(payload, size);
		read_record(&p, head & 0xff, &record);
		assert_true(bytes_ok(&record));
	}
	assert_true(bytes_ok(&b));
	return p;
}

static void test_first_frame(void **state)
{
	(void)state;
	struct stage s;
	start(&s, true);
	struct picture p = picture_of(&s.frame);
	assert_true(p.paints > 10);
	assert_true(p.window_area && p.button_area);
	assert_int_equal(p.background, 0xffd8e4e9);
	/* Idle is idle: nothing runs, nothing waits for a time. */
	uint64_t switches = sched_get_stats().switches;
	run_idle();
	assert_int_equal(sched_get_stats().switches, switches);
	stop(&s);
}

static void test_pointer(void **state)
{
	(void)state;
	struct stage s;
	start(&s, true);
	size_t ellipses = picture_of(&s.frame).ellipses;
	send_pointer(&s, OSAAS_POINTER_ENTER, TAG_WINDOW, 10, 20);
	take_frame(&s);
	/* While that is under way, moves only add up. */
	send_pointer(&s, OSAAS_POINTER_MOVE, TAG_WINDOW, 100, 200);
	send_pointer(&s, OSAAS_POINTER_MOVE, TAG_WINDOW, 300.5f, 400);
	no_frame(&s);
	send_shown(&s);
	take_frame(&s);
	struct picture p = picture_of(&s.frame);
	assert_int_equal(p.ellipses, ellipses + 2);
	assert_true(
		fabsf(p.marker_x - 300.5f) < 0.01f && fabsf(p.marker_y - 400) < 0.01f);
	assert_int_equal(p.color, 0xff3d26d7);
	send_shown(&s);
	/* The same place again is no change. */
	send_pointer(&s, OSAAS_POINTER_MOVE, TAG_WINDOW, 300.5f, 400);
	no_frame(&s);
	/* From the window onto its button and away: the marker stays till it leaves the window. */
	send_pointer(&s, OSAAS_POINTER_LEAVE, TAG_BUTTON, 300.5f, 400);
	no_frame(&s);
	send_pointer(&s, OSAAS_POINTER_LEAVE, TAG_WINDOW, 300.5f, 400);
	take_frame(&s);
	assert_int_equal(picture_of(&s.frame).ellipses, ellipses);
	stop(&s);
}

/* Modifiers by themselves, keys held, released, or with a modifier of commands. */
static const struct osaas_window_key idle_keys[] = {
	{.pressed = 1, .keysym = 0xffe1, .code = 42},
	{.pressed = 1, .keysym = 0xffe3, .code = 29},
	{.pressed = 1, .keysym = ' ', .text = " ", .repeat = 1},
	{.pressed = 0, .keysym = ' ', .text = " "},
	{.pressed = 1, .keysym = 'c', .mods = OSAAS_MOD_CTRL},
	{.pressed = 1, .keysym = 'x', .mods = OSAAS_MOD_ALT | OSAAS_MOD_SHIFT},
};

static const struct osaas_window_key space = {.pressed = 1, .keysym = ' ', .text = " "};

static void test_keys(void **state)
{
	(void)state;
	struct stage s;
	start(&s, true);
	uint32_t first = picture_of(&s.frame).background, seen[3];
	for (int i = 0; i < 3; i++) {
		for (size_t k = 0; k < sizeof idle_keys / sizeof *idle_keys; k++)
			send_key(&s, idle_keys[k]);
		no_frame(&s);
		send_key(&s, space);
		take_frame(&s);
		send_shown(&s);
		seen[i] = picture_of(&s.frame).background;
	}
	assert_true(seen[0] != first && seen[1] != first && seen[0] != seen[1]);
	assert_int_equal(seen[2], first);
	stop(&s);
}

static void press(struct stage *s)
{
	send_key(s, space);
}

/* The colours go on in the next one; and in this one, if that is no good. */
static void test_reload(void **state)
{
	(void)state;
	struct stage s, next;
	struct message saved;
	uint64_t words[2], deadline = 1;
	start(&s, true);
	press(&s);
	take_frame(&s);
	send_shown(&s);
	uint32_t first = picture_of(&s.frame).background;
	send(s.reload, OSAAS_RELOAD_SAVE, &deadline, sizeof deadline);
	assert_int_equal(endpoint_try_recv(s.reload, &saved), 0);
	assert_int_equal(saved.type, OSAAS_RELOAD_STATE);
	memcpy(words, saved.bytes, sizeof words);
	assert_int_equal(words[0], 1);
	assert_int_equal(words[1], 1);
	/* It waits; what came meanwhile is there when it goes on. */
	press(&s);
	no_frame(&s);
	send(s.reload, OSAAS_RELOAD_GO_ON, "", 0);
	take_frame(&s);
	assert_true(picture_of(&s.frame).background != first);
	send_shown(&s);
	stop(&s);

	start_with(&next, true, &saved);
	assert_int_equal(picture_of(&next.frame).background, first);
	stop(&next);
}

/* A state that it does not understand is none. */
static void test_reload_nonsense(void **state)
{
	static const uint64_t words[][2] = {{2, 1}, {1, 3}, {1, UINT64_MAX}, {0, 0}};
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct stage s;
		struct message msg = {.type = OSAAS_RELOAD_STATE,
			.buffer = buffer_create(100),
			.len = 100};
		memcpy(msg.bytes, words[i], sizeof words[i]);
		start_with(&s, false, &msg);
		assert_int_equal(picture_of(&s.frame).background, 0xffd8e4e9);
		stop(&s);
	}
}

static void test_sizes(void **state)
{
	(void)state;
	static const struct osaas_window_config sizes[] = {
		{1, 1, 1},
		{16, 12, 1},
		{320, 240, 1},
		{1920, 1080, 1.5f},
		{2048, 1536, 2},
		{5000, 100, 1},
		{100, 5000, 3},
		{16384, 16384, 1},
	};
	struct stage s;
	start(&s, false);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		send_config(&s, sizes[i].width, sizes[i].height, sizes[i].scale);
		take_frame(&s);
		picture_of(&s.frame);
		send_shown(&s);
	}
	stop(&s);
}

/* Plays what hello sends until it stops; clicks again after again_at frames (0: not). */
static float *play(struct stage *s, size_t again_at, size_t *frames)
{
	float *all = NULL;
	struct message m;
	*frames = 0;
	send_pointer(s, OSAAS_POINTER_PRESS, TAG_BUTTON, 500, 464);
	while (endpoint_try_recv(s->audio, &m) == 0) {
		size_t n = m.len / sizeof(float) / CHANNELS;
		assert_int_equal(m.type, OSAAS_AUDIO_BLOCK);
		assert_true(n > 0 && n <= OSAAS_AUDIO_MAX_FRAMES);
		assert_int_equal(m.len % (sizeof(float) * CHANNELS), 0);
		all = realloc(all, (*frames + n) * CHANNELS * sizeof(float));
		memcpy(all + *frames * CHANNELS, buffer_data(m.buffer), m.len);
		message_drop(&m);
		*frames += n;
		if (again_at && *frames >= again_at) {
			again_at = 0;
			send_pointer(s, OSAAS_POINTER_PRESS, TAG_BUTTON, 500, 464);
		}
		run_idle();
	}
	return all;
}

/* 440 Hz, both channels alike, and no jump anywhere: not at the ends either. */
static void check_tone(const float *samples, size_t frames)
{
	float last = 0, peak = 0;
	size_t crossings = 0;
	for (size_t i = 0; i < frames; i++) {
		float v = samples[i * CHANNELS];
		assert_true(v == samples[i * CHANNELS + 1]);
		assert_true(fabsf(v - last) <= 0.2f * 6.2832f * 440 / RATE + 0.001f);
		crossings += (v < 0) != (last < 0);
		peak = fmaxf(peak, fabsf(v));
		last = v;
	}
	assert_true(fabsf(last) < 0.001f);
	assert_true(peak > 0.19f && peak <= 0.2f);
	double expected = 2.0 * 440 * (double)frames / RATE;
	assert_true(fabs((double)crossings - expected) <= 2);
}

static void test_tone(void **state)
{
	(void)state;
	struct stage s;
	size_t frames;
	start(&s, true);
	for (int i = 0; i < 2; i++) {
		float *samples = play(&s, 0, &frames);
		assert_int_equal(frames, RATE);
		check_tone(samples, frames);
		free(samples);
	}
	stop(&s);
}

/* A click while it sounds makes it a second from then on. */
static void test_tone_again(void **state)
{
	(void)state;
	static const size_t at[] = {PERIOD, RATE / 3, RATE / 2, RATE - PERIOD};
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		struct stage s;
		size_t frames;
		start(&s, true);
		float *samples = play(&s, at[i], &frames);
		/* Some blocks are always ahead. */
		assert_in_range(
			frames, at[i] + RATE, at[i] + RATE + (BLOCKS + 2) * PERIOD);
		check_tone(samples, frames);
		free(samples);
		stop(&s);
	}
}

/* The button shows that it sounds, and that it no longer does. */
static void test_button(void **state)
{
	(void)state;
	struct stage s;
	size_t frames;
	start(&s, true);
	send_pointer(&s, OSAAS_POINTER_ENTER, TAG_WINDOW, 500, 464);
	take_frame(&s);
	send_shown(&s);
	struct message quiet = s.frame;
	s.frame = (struct message){0};
	send_pointer(&s, OSAAS_POINTER_PRESS, TAG_WINDOW, 500, 464);
	no_frame(&s);
	free(play(&s, 0, &frames));
	assert_int_equal(frames, RATE);
	take_frame(&s);
	send_shown(&s);
	assert_int_equal(s.frame.len, quiet.len);
	assert_memory_not_equal(
		buffer_data(s.frame.buffer), buffer_data(quiet.buffer), quiet.len);
	take_frame(&s);
	assert_memory_equal(
		buffer_data(s.frame.buffer), buffer_data(quiet.buffer), quiet.len);
	message_drop(&quiet);
	stop(&s);
}

static void test_no_sound(void **state)
{
	(void)state;
	struct stage s;
	start(&s, false);
	for (int i = 0; i < 50; i++)
		send_pointer(&s, OSAAS_POINTER_PRESS, TAG_BUTTON, 500, 464);
	take_frame(&s);
	stop(&s);
	/* It goes away later: the picture stays. */
	start(&s, true);
	endpoint_close(s.audio);
	s.audio = NULL;
	for (int i = 0; i < 50; i++)
		send_pointer(&s, OSAAS_POINTER_PRESS, TAG_BUTTON, 500, 464);
	send_shown(&s);
	send_key(&s, space);
	send_shown(&s);
	stop(&s);
}

static void test_no_window(void **state)
{
	(void)state;
	struct ending ending = {0};
	struct plugin *plugin = load(HELLO);
	assert_int_equal(plugin_start(plugin, note_ending, &ending), 0);
	run_idle();
	assert_int_equal(ending.how, PLUGIN_FAILED);
	assert_int_equal(ending.code, 1);
	plugin_destroy(plugin);
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	int r = sched_init();
	fence_by_environment();
	return r;
}

static int teardown(void **state)
{
	(void)state;
	sched_finish();
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first_frame),
		TEST(test_pointer),
		TEST(test_keys),
		TEST(test_reload),
		TEST(test_reload_nonsense),
		TEST(test_sizes),
		TEST(test_tone),
		TEST(test_tone_again),
		TEST(test_button),
		TEST(test_no_sound),
		TEST(test_no_window),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
