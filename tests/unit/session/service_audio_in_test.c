/* "audio.in": who listens is shown before anything is heard, and both end at once. */
#include <errno.h>
#include <unistd.h>

#include "tests/unit/session/serving.h"

#include "gl/gl.h"
#include "plugins/include/osaas_audio_in.h"
#include "session/audio_in.h"
#include "session/cap.h"
#include "session/indicator.h"
#include "session/screen.h"
#include "session/writing.h"
#include "tests/unit/session/fake_pcm.h"
#include "util/clock.h"

static struct serving s;
static struct screen screen;
static struct fake_card *card;
static bool alone; /* it listened from the device's first frame on */

static void hear(void *data, uint64_t frame, void *out, size_t n)
{
	int32_t *sample = out;
	for (size_t i = 0; i < n * card->config.channels; i++)
		sample[i] = (int32_t)((frame + i / card->config.channels) << 8);
	(void)data;
}

static int setup(void **state)
{
	struct gl_error err;
	(void)state;
	log_set_level(LOG_SILENT);
	serving_init(&s);
	fake_cards_clear();
	card = fake_card_add("hw:0");
	card->hear = hear;
	alone = true;
	list_init(&s.session.windows);
	list_init(&s.session.screens);
	screen = (struct screen){.session = &s.session,
		.width = 800,
		.height = 600,
		.scale = 1,
		.frame = {.fence = -1},
		.drawing = -1};
	list_init(&screen.link);
	list_push_back(&s.session.screens, &screen.link);
	assert_int_equal(gl_create(&s.session.gl, GL_PLATFORM_NONE, NULL, &err), 0);
	s.session.audio_in = audio_in_create(s.session.loop,
		&(struct audio_in_options){.input = "hw:0", .open = fake_pcm_open});
	assert_int_equal(serving_open(&s, "audio.in", ""), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	serving_close(&s);
	assert_int_equal(card->opened, card->closed);
	audio_in_destroy(s.session.audio_in);
	indicator_destroy(&s.session);
	writing_close(s.session.text);
	gl_destroy(s.session.gl);
	fake_cards_clear();
	clock_frozen_ns = 0;
	serving_finish(&s);
	return 0;
}

static bool is_shown(void)
{
	struct gl_placement p;
	return indicator_place(&s.session, &screen, &p);
}

static void go_on(uint64_t ns)
{
	for (uint64_t end = clock_frozen_ns + ns; clock_frozen_ns < end;) {
		service_turn(&s.session);
		audio_in_turn(s.session.audio_in);
		indicator_turn(&s.session);
		uint64_t next = fake_next_ns();
		next = next > clock_frozen_ns && next < end ? next : end;
		fake_advance(next - clock_frozen_ns);
	}
	service_turn(&s.session);
	audio_in_turn(s.session.audio_in);
	indicator_turn(&s.session);
}

static struct message ask(uint32_t type, struct osaas_audio_listen want)
{
	struct message msg = {.type = type}, answer;
	memcpy(msg.bytes, &want, sizeof want);
	assert_int_equal(endpoint_try_send(s.end, &msg), 0);
	for (int i = 0; i < 20; i++) {
		go_on(10 * NS_PER_MS);
		while (endpoint_try_recv(s.end, &answer) == 0) {
			if (answer.type == (type | OSAAS_ANSWER))
				return answer;
			message_drop(&answer);
		}
	}
	fail_msg("no answer");
	return answer;
}

static int64_t listen(uint32_t rate, uint32_t channels, uint32_t frames)
{
	struct message answer = ask(
		OSAAS_AUDIO_LISTEN, (struct osaas_audio_listen){rate, channels, frames});
	return serving_result(&answer);
}

/* The blocks that wait, in order; how many. */
static unsigned receive(uint64_t *frame, uint64_t *missed)
{
	struct message msg;
	unsigned n = 0;
	while (endpoint_try_recv(s.end, &msg) == 0) {
		struct osaas_audio_heard heard;
		assert_int_equal(msg.type, OSAAS_AUDIO_HEARD);
		assert_non_null(msg.buffer);
		memcpy(&heard, msg.bytes, sizeof heard);
		if (*frame == UINT64_MAX)
			*frame = heard.frame - heard.missed;
		assert_int_equal(heard.frame, *frame + heard.missed);
		assert_int_equal(msg.len, 480 * 2 * sizeof(float));
		const float *samples = buffer_data(msg.buffer);
		for (unsigned i = 0; i < 480 && alone; i++)
			assert_int_equal((int64_t)((double)samples[2 * i] * 8388608),
				heard.frame + i);
		*frame = heard.frame + 480;
		*missed += heard.missed;
		message_drop(&msg);
		n++;
	}
	return n;
}

static void test_hears(void **state)
{
	(void)state;
	uint64_t frame = 0, missed = 0;
	assert_false(is_shown());
	assert_int_equal(card->opened, 0);
	assert_int_equal(listen(0, 0, 480), 0);
	assert_true(is_shown());
	assert_int_equal(card->opened, 1);
	unsigned n = 0;
	for (int i = 0; i < 20; i++) {
		go_on(50 * NS_PER_MS);
		n += receive(&frame, &missed);
	}
	assert_in_range(n, 98, 102);
	assert_int_equal(missed, 0);
	struct message answer = ask(OSAAS_AUDIO_DEAF, (struct osaas_audio_listen){0});
	assert_int_equal(serving_result(&answer), 0);
	assert_int_equal(card->closed, 1);
	assert_true(is_shown()); /* for two seconds at least */
	go_on(NS_PER_S);
	assert_false(is_shown());
	assert_int_equal(audio_in_next_ns(s.session.audio_in), UINT64_MAX);
	/* Twice is no mistake. */
	answer = ask(OSAAS_AUDIO_DEAF, (struct osaas_audio_listen){0});
	assert_int_equal(serving_result(&answer), 0);
}

/* A plugin that does not receive: its channel is full, and the rest is missed. */
static void test_slow(void **state)
{
	(void)state;
	uint64_t frame = 0, missed = 0;
	assert_int_equal(listen(0, 0, 480), 0);
	go_on(NS_PER_S);
	unsigned n = receive(&frame, &missed);
	assert_int_equal(n, SERVICE_DEPTH);
	go_on(NS_PER_S / 10);
	n = receive(&frame, &missed);
	assert_in_range(n, 9, 10);
	assert_in_range(
		missed, (100 - SERVICE_DEPTH - 1) * 480, (100 - SERVICE_DEPTH + 2) * 480);
	assert_true(is_shown());
}

/* Taken back: the channel, the device and what is shown go at once. */
static void test_revoked(void **state)
{
	(void)state;
	assert_int_equal(listen(0, 0, 480), 0);
	go_on(NS_PER_S / 10);
	service_close(s.service);
	s.service = NULL;
	assert_int_equal(card->closed, 1);
	go_on(2 * NS_PER_S);
	assert_false(is_shown());
	assert_int_equal(audio_in_next_ns(s.session.audio_in), UINT64_MAX);
}

/* The plugin closes its end, without a word. */
static void test_closed(void **state)
{
	(void)state;
	assert_int_equal(listen(0, 0, 480), 0);
	go_on(NS_PER_S / 10);
	endpoint_close(s.end);
	s.end = NULL;
	go_on(NS_PER_S / 10);
	assert_int_equal(card->closed, 1);
	go_on(2 * NS_PER_S);
	assert_false(is_shown());
}

static void test_again(void **state)
{
	(void)state;
	struct osaas_audio_heard_as as;
	uint64_t frame = UINT64_MAX, missed = 0;
	assert_int_equal(listen(8000, 1, 80), 0);
	go_on(NS_PER_S / 10);
	struct message answer =
		ask(OSAAS_AUDIO_LISTEN, (struct osaas_audio_listen){0, 2, 480});
	memcpy(&as, answer.bytes, sizeof as);
	assert_int_equal(as.result, 0);
	assert_int_equal(as.rate, card->config.rate);
	assert_int_equal(as.channels, 2);
	assert_int_equal(as.frames, 480);
	assert_int_equal(card->opened, 1);
	/* What cannot be leaves it as it is. */
	assert_int_equal(listen(1, 2, 480), OSAAS_EINVAL);
	assert_true(is_shown());
	/* Counted from when it began to listen so. */
	alone = false;
	go_on(NS_PER_S / 10);
	assert_in_range(receive(&frame, &missed), 9, 10);
	assert_int_equal(card->closed, 0);
}

/* Over and over: ten times a second, and shown all the while. */
static void test_flood(void **state)
{
	(void)state;
	const struct message on = {.type = OSAAS_AUDIO_LISTEN},
			     off = {.type = OSAAS_AUDIO_DEAF};
	struct message msg;
	unsigned answers = 0;
	for (int i = 0; i < 1000; i++) {
		endpoint_try_send(s.end, i % 2 ? &off : &on);
		go_on(2 * NS_PER_MS);
		assert_true(i < 2 || is_shown());
		while (endpoint_try_recv(s.end, &msg) == 0) {
			answers += msg.type == (OSAAS_AUDIO_LISTEN | OSAAS_ANSWER);
			message_drop(&msg);
		}
	}
	assert_in_range(answers, 10, 21);
	assert_true(card->opened <= 21);
	/* It goes while one waits for its answer. */
	assert_true(s.service->busy <= 1);
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		int open;
		struct osaas_audio_listen want;
		int64_t result;
	} cases[] = {
		{-EBUSY, {0, 0, 480}, OSAAS_EBUSY},
		{-ENOENT, {0, 0, 480}, OSAAS_ENOENT},
		{-EACCES, {0, 0, 480}, OSAAS_EIO},
		{0, {1, 0, 480}, OSAAS_EINVAL},
		{0, {0, 9, 480}, OSAAS_EINVAL},
		{0, {0, 0, 1}, OSAAS_EINVAL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		card->open_result = cases[i].open;
		assert_int_equal(listen(cases[i].want.rate, cases[i].want.channels,
					 cases[i].want.frames),
			cases[i].result);
		assert_false(is_shown());
		assert_int_equal(card->opened, card->closed);
	}
	struct message answer = ask(3, (struct osaas_audio_listen){0});
	assert_int_equal(serving_result(&answer), OSAAS_ENOSYS);
	answer = ask(OSAAS_AUDIO_HEARD, (struct osaas_audio_listen){0});
	assert_int_equal(serving_result(&answer), OSAAS_ENOSYS);
}

/* Whoever starts a plugin has not said by that that it may listen. */
static void test_asked(void **state)
{
	(void)state;
	const struct cap cap = cap_make("audio.in", "");
	assert_false(cap_harmless(&cap));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_hears),
		CASE(test_slow),
		CASE(test_revoked),
		CASE(test_closed),
		CASE(test_again),
		CASE(test_flood),
		CASE(test_refused),
		cmocka_unit_test(test_asked),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
