/* "audio.decode": a plugin's side, against real helper processes. */
#include "plugins/include/osaas_decode.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "session/confine.h"
#include "session/decode.h"
#include "session/decode_wire.h"
#include "session/helper.h"
#include "tests/unit/session/encoded.h"
#include "tests/unit/session/serving.h"

enum {
	FRAMES = 100000
};

static struct serving s;
static struct encoded flac, mp3;

/* A decoder, and what feeds it. */
struct player {
	struct endpoint *end;
	const struct encoded *file;
	size_t most;     /* bytes of a piece that it is given; 0: all that are wanted */
	int64_t error;   /* that it is told of its source */
	unsigned wanted; /* times */
};

static int setup(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN); /* as the session does */
	serving_init(&s);
	return serving_open(&s, "audio.decode", "");
}

static int teardown(void **state)
{
	(void)state;
	serving_finish(&s);
	return 0;
}

static void turn(uint64_t end)
{
	service_turn(&s.session);
	uint64_t soon = clock_now_ns() + 5 * NS_PER_MS;
	poll_loop(s.session.loop, serving_wake(&s, soon));
	assert_true(clock_now_ns() < end);
}

static int64_t open_player(struct player *p, const struct encoded *file)
{
	struct message msg = {.type = OSAAS_DECODE_OPEN};
	uint64_t size = file->size;
	memcpy(msg.bytes, &size, sizeof size);
	struct message answer = serving_ask(&s, &msg);
	*p = (struct player){.end = answer.endpoint, .file = file};
	assert_true(serving_result(&answer) < 0 || answer.endpoint);
	return serving_result(&answer);
}

static void put(const struct player *p, const struct message *msg)
{
	assert_int_equal(endpoint_try_send(p->end, msg), 0);
}

static void feed(struct player *p, const struct message *msg)
{
	struct osaas_decode_want want;
	struct message fed = {.type = OSAAS_DECODE_FEED};
	memcpy(&want, msg->bytes, sizeof want);
	assert_true(want.size > 0 && want.size <= OSAAS_DECODE_PIECE);
	assert_true(want.offset + want.size <= p->file->size);
	size_t n = p->most && p->most < want.size ? p->most : want.size;
	memcpy(fed.bytes, &want.offset, sizeof want.offset);
	memcpy(fed.bytes + 8, &p->error, sizeof p->error);
	fed.buffer = text_buffer((const char *)p->file->bytes + want.offset, n);
	fed.len = n;
	p->wanted++;
	put(p, &fed);
}

static struct message next(struct player *p)
{
	struct message msg;
	int r;
	for (uint64_t last = deadline();
		(r = endpoint_try_recv(p->end, &msg)) == -EAGAIN;)
		turn(last);
	assert_int_equal(r, 0);
	return msg;
}

static struct message answer_of(struct player *p, uint32_t type)
{
	for (;;) {
		struct message msg = next(p);
		if (msg.type == (type | OSAAS_ANSWER))
			return msg;
		assert_int_equal(msg.type, OSAAS_DECODE_WANT);
		feed(p, &msg);
	}
}

static struct message ask(struct player *p, uint32_t type, uint64_t value)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, &value, sizeof value);
	put(p, &msg);
	return answer_of(p, type);
}

static int64_t ask_result(struct player *p, uint32_t type, uint64_t value)
{
	struct message answer = ask(p, type, value);
	message_drop(&answer);
	return serving_result(&answer);
}

static struct osaas_decode_info info_of(struct player *p)
{
	struct osaas_decode_info info;
	struct message answer = ask(p, OSAAS_DECODE_INFO, 0);
	memcpy(&info, answer.bytes, sizeof info);
	message_drop(&answer);
	return info;
}

static void check_samples(const struct message *answer, uint64_t first, int64_t n)
{
	uint64_t told;
	const float *samples = buffer_data(answer->buffer);
	memcpy(&told, answer->bytes + 8, sizeof told);
	assert_int_equal(told, first);
	assert_int_equal(answer->len, (uint64_t)n * 2 * sizeof *samples);
	for (int64_t i = 0; i < 2 * n; i++) {
		float v = encoded_sample(
			first + (uint64_t)i / 2, (uint32_t)(i % 2), 44100, 16);
		assert_true(samples[i] == v);
	}
}

static void check_all(struct player *p)
{
	uint64_t at = 0;
	int64_t n = 1;
	while (n > 0) {
		struct message answer = ask(p, OSAAS_DECODE_READ, 8192);
		n = serving_result(&answer);
		assert_true(n >= 0 && n <= 8192);
		check_samples(&answer, at, n);
		message_drop(&answer);
		at += (uint64_t)n;
	}
	assert_int_equal(at, FRAMES);
}

static void test_all(void **state)
{
	static const size_t most[] = {0, 1000, 65535};
	(void)state;
	for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
		struct player p;
		assert_int_equal(open_player(&p, &flac), 0);
		p.most = most[i];
		struct osaas_decode_info info = info_of(&p);
		assert_int_equal(info.result, 0);
		assert_int_equal(info.frames, FRAMES);
		assert_int_equal(info.kind, OSAAS_DECODE_FLAC);
		check_all(&p);
		assert_int_equal(ask_result(&p, OSAAS_DECODE_READ, 1), 0);
		endpoint_close(p.end);
	}
}

static void test_tags(void **state)
{
	struct player p;
	(void)state;
	open_player(&p, &flac);
	struct message answer = ask(&p, OSAAS_DECODE_INFO, 0);
	const char expected[] = "title=A title\0artist=Some body";
	assert_int_equal(answer.len, sizeof expected);
	assert_memory_equal(buffer_data(answer.buffer), expected, sizeof expected);
	message_drop(&answer);
	endpoint_close(p.end);
}

static void test_seek(void **state)
{
	static const uint64_t to[] = {50000, 3, 99999, 0, 70001};
	struct player p;
	(void)state;
	open_player(&p, &flac);
	info_of(&p);
	for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
		assert_int_equal(ask_result(&p, OSAAS_DECODE_SEEK, to[i]), 0);
		struct message answer = ask(&p, OSAAS_DECODE_READ, 100);
		check_samples(&answer, to[i], serving_result(&answer));
		message_drop(&answer);
	}
	assert_int_equal(ask_result(&p, OSAAS_DECODE_SEEK, FRAMES + 1), OSAAS_EINVAL);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_SEEK, UINT64_MAX), OSAAS_EINVAL);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_SEEK, FRAMES), 0);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_READ, 1), 0);
	endpoint_close(p.end);
}

/* The pieces that are used again and again are asked for once. */
static void test_mp3(void **state)
{
	struct player p;
	uint64_t all = 0;
	int64_t n;
	(void)state;
	if (!mp3.bytes)
		skip();
	open_player(&p, &mp3);
	assert_int_equal(info_of(&p).frames, FRAMES);
	while ((n = ask_result(&p, OSAAS_DECODE_READ, 4000)) > 0)
		all += (uint64_t)n;
	assert_int_equal(all, FRAMES);
	assert_true(p.wanted <= mp3.size / OSAAS_DECODE_PIECE + 1);
	endpoint_close(p.end);
}

/* The buffer that comes with the request is the one that goes back, if it is large enough. */
static void test_buffer(void **state)
{
	struct player p;
	(void)state;
	open_player(&p, &flac);
	info_of(&p);
	for (size_t size = 1; size <= 65536; size += 65535) {
		struct buffer *buffer = buffer_create(size);
		struct message msg = {
			.type = OSAAS_DECODE_READ, .buffer = buffer, .len = size};
		uint32_t frames = 8192;
		memcpy(msg.bytes, &frames, sizeof frames);
		put(&p, &msg);
		struct message answer = answer_of(&p, OSAAS_DECODE_READ);
		assert_true(serving_result(&answer) > 0);
		assert_true((answer.buffer == buffer) == (size > 1));
		message_drop(&answer);
	}
	endpoint_close(p.end);
}

static void test_source_fails(void **state)
{
	struct player p;
	(void)state;
	open_player(&p, &flac);
	info_of(&p);
	p.error = OSAAS_EACCES;
	int64_t r;
	while ((r = ask_result(&p, OSAAS_DECODE_READ, 8192)) > 0)
		;
	assert_int_equal(r, OSAAS_EIO);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_SEEK, 0), OSAAS_EIO);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_INFO, 0), OSAAS_EIO);
	endpoint_close(p.end);
}

static void test_no_sound(void **state)
{
	char text[] = "this is no sound, but is longer than the head of one";
	struct encoded file = {.bytes = (uint8_t *)text, .size = sizeof text}, none = {0};
	struct player p;
	(void)state;
	open_player(&p, &file);
	assert_int_equal(info_of(&p).result, OSAAS_EINVAL);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_READ, 1), OSAAS_EINVAL);
	endpoint_close(p.end);
	open_player(&p, &none);
	assert_int_equal(info_of(&p).result, OSAAS_EINVAL);
	endpoint_close(p.end);
}

/* A list whose size is wrong, in which libsndfile 1.2.0 looks for ever: it is ended. */
static void test_endless(void **state)
{
	struct encoded wav;
	struct player p;
	(void)state;
	assert_true(encoded_make(
		&wav, SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 48000, 1, 1500, 8, "A title"));
	uint8_t *list = memmem(wav.bytes, wav.size, "INAM", 4);
	assert_non_null(list);
	memcpy(list + 3, "\xad\xf7\xff\xff\xff\xff\xff\xff\0\0\0\1CI", 14);
	open_player(&p, &wav);
	int64_t r = info_of(&p).result;
	/* A newer one may find its way out. */
	assert_true(r == OSAAS_ETIMEDOUT || r == OSAAS_EINVAL || r == 0);
	if (r == OSAAS_ETIMEDOUT)
		assert_int_equal(ask_result(&p, OSAAS_DECODE_INFO, 0), OSAAS_ETIMEDOUT);
	endpoint_close(p.end);
	free(wav.bytes);
}

static void test_nonsense(void **state)
{
	struct player p;
	(void)state;
	open_player(&p, &flac);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_READ, 1), OSAAS_EINVAL);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_SEEK, 0), OSAAS_EINVAL);
	info_of(&p);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_INFO, 0), OSAAS_EINVAL);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_READ, 0), OSAAS_EINVAL);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_READ, 8193), OSAAS_EINVAL);
	assert_int_equal(ask_result(&p, 7, 0), OSAAS_ENOSYS);
	/* What nobody wants is thrown away. */
	struct message odd = {
		.type = OSAAS_DECODE_FEED, .buffer = buffer_create(70000), .len = 70000};
	put(&p, &odd);
	check_all(&p);
	endpoint_close(p.end);
	struct message other = {.type = 7, .buffer = buffer_create(1)};
	struct message answer = serving_ask(&s, &other);
	assert_int_equal(serving_result(&answer), OSAAS_ENOSYS);
}

/* Pieces that are not what is wanted: of another place, none, or too much. */
static void test_wrong_feeds(void **state)
{
	struct player p;
	struct message msg = {.type = OSAAS_DECODE_INFO};
	(void)state;
	open_player(&p, &flac);
	put(&p, &msg);
	struct message want = next(&p);
	assert_int_equal(want.type, OSAAS_DECODE_WANT);
	uint64_t elsewhere = 12345;
	struct message wrong = {
		.type = OSAAS_DECODE_FEED, .buffer = buffer_create(10), .len = 10};
	memcpy(wrong.bytes, &elsewhere, sizeof elsewhere);
	put(&p, &wrong);
	feed(&p, &want);
	struct message answer = answer_of(&p, OSAAS_DECODE_INFO);
	assert_int_equal(serving_result(&answer), 0);
	message_drop(&answer);
	endpoint_close(p.end);
	for (uint64_t size = 0; size <= OSAAS_DECODE_PIECE + 1;
		size += OSAAS_DECODE_PIECE + 1) {
		open_player(&p, &flac);
		put(&p, &msg);
		want = next(&p);
		wrong.buffer = buffer_create(OSAAS_DECODE_PIECE + 1);
		wrong.len = size;
		memcpy(wrong.bytes, want.bytes, sizeof elsewhere);
		put(&p, &wrong);
		answer = next(&p);
		assert_int_equal(serving_result(&answer), OSAAS_EIO);
		endpoint_close(p.end);
	}
}

static void test_one_at_a_time(void **state)
{
	struct message msg = {.type = OSAAS_DECODE_INFO};
	struct player p;
	(void)state;
	open_player(&p, &flac);
	put(&p, &msg);
	struct message want = next(&p);
	struct message other = {.type = OSAAS_DECODE_SEEK};
	put(&p, &other);
	struct message answer = next(&p);
	assert_int_equal(answer.type, OSAAS_DECODE_SEEK | OSAAS_ANSWER);
	assert_int_equal(serving_result(&answer), OSAAS_EBUSY);
	feed(&p, &want);
	answer = answer_of(&p, OSAAS_DECODE_INFO);
	assert_int_equal(serving_result(&answer), 0);
	message_drop(&answer);
	check_all(&p);
	endpoint_close(p.end);
}

static void test_too_many(void **state)
{
	struct player p[OSAAS_DECODE_MAX], more;
	(void)state;
	for (int round = 0; round < 3; round++) {
		uint64_t from = clock_now_ns();
		for (int i = 0; i < OSAAS_DECODE_MAX; i++)
			assert_int_equal(open_player(&p[i], &flac), 0);
		assert_int_equal(open_player(&more, &flac), OSAAS_EMFILE);
		/* A process is not started right after another. */
		assert_true(clock_now_ns() - from >= OSAAS_DECODE_MAX * 20 * NS_PER_MS);
		for (int i = 0; i < OSAAS_DECODE_MAX; i++)
			assert_int_equal(info_of(&p[i]).frames, FRAMES);
		for (int i = 0; i < OSAAS_DECODE_MAX; i++)
			endpoint_close(p[i].end);
		turn(deadline());
	}
}

/* Closed, or revoked, at any moment. */
static void test_left(void **state)
{
	(void)state;
	for (int i = 0; i < 12; i++) {
		struct message msg = {.type = OSAAS_DECODE_INFO};
		struct player p;
		assert_int_equal(open_player(&p, &flac), 0);
		if (i >= 2)
			put(&p, &msg);
		for (int n = 0; n < i / 4; n++)
			turn(deadline());
		if (i % 2) {
			serving_close(&s);
			assert_int_equal(serving_open(&s, "audio.decode", ""), 0);
		}
		if (i % 4 > 1)
			endpoint_close(p.end);
		turn(deadline());
		if (i % 4 <= 1)
			endpoint_close(p.end);
		turn(deadline());
	}
}

/* Its only child. 0: it cannot be known here. */
static pid_t helper_pid(void)
{
	char path[64];
	int pid = 0;
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *f = fopen(path, "r");
	if (f && fscanf(f, "%d", &pid) != 1)
		pid = 0;
	if (f)
		fclose(f);
	return pid;
}

static void test_helper_dies(void **state)
{
	static const struct {
		int signal;
		int64_t expect;
	} cases[] = {
		{SIGABRT, OSAAS_EIO}, {SIGKILL, OSAAS_EIO}, {SIGXCPU, OSAAS_ETIMEDOUT}};
	(void)state;
	child_finish();
	for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
		struct player p;
		struct message msg = {.type = OSAAS_DECODE_INFO}, want;
		open_player(&p, &flac);
		if (i % 2)
			info_of(&p);
		pid_t pid = helper_pid();
		if (!pid)
			skip();
		if (i % 2 == 0) { /* in the middle of it */
			put(&p, &msg);
			want = next(&p);
			assert_int_equal(want.type, OSAAS_DECODE_WANT);
		}
		kill(pid, cases[i / 2].signal);
		if (i % 2 == 0) {
			msg = next(&p);
			assert_int_equal(serving_result(&msg), cases[i / 2].expect);
		}
		for (uint64_t last = deadline();
			i % 2 && ask_result(&p, OSAAS_DECODE_SEEK, 0) == 0;)
			turn(last);
		int64_t after = ask_result(&p, OSAAS_DECODE_SEEK, 0);
		assert_true(
			after == cases[i / 2].expect || (i % 2 && after == OSAAS_EIO));
		endpoint_close(p.end);
		turn(deadline());
		child_finish();
	}
}

/* ---- Helpers that their file has taken over ----------------------------- */

#define HOG                                                                              \
	"OSAAS_TEST_HOG" /* in the environment: what such a helper does; else it is a real one */

static void spin(uint64_t ns)
{
	struct timespec now;
	uint64_t end = 0, at;
	do {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
		at = (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
		end = end ? end : at + ns;
	} while (at < end);
}

static void hog_say(struct decode_wire wire)
{
	if (send(CHILD_FD, &wire, sizeof wire, MSG_NOSIGNAL) != (ssize_t)sizeof wire)
		_exit(3);
}

static struct decode_wire hog_hear(void)
{
	struct decode_wire wire;
	if (recv(CHILD_FD, &wire, sizeof wire, 0) != (ssize_t)sizeof wire)
		_exit(4);
	return wire;
}

/* Wants something now and then, so that it is heard of. */
static void want_for_ever(void)
{
	for (;;) {
		spin(NS_PER_S / 10);
		hog_say((struct decode_wire){.kind = DECODE_WIRE_WANT, .size = 1});
		hog_hear();
	}
}

/* Each of the READS that it answers takes a second; then it computes for itself. */
#define READS 5
static void answer_then_spin(void)
{
	for (int i = 0; i < READS; i++) {
		hog_hear();
		spin(NS_PER_S);
		hog_say((struct decode_wire){.kind = DECODE_WIRE_DONE, .result = 1});
	}
	spin(UINT64_MAX / 2);
}

static int be_hog(const char *what)
{
	const uint64_t all = UINT64_MAX;
	struct osaas_decode_info info = {
		.frames = FRAMES, .rate = 44100, .channels = 1, .kind = OSAAS_DECODE_WAV};
	if (confine((size_t)256 << 20) < 0)
		return 1;
	hog_hear();
	hog_say((struct decode_wire){.kind = DECODE_WIRE_DONE, .info = info});
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, NULL, sizeof all);
	if (strcmp(what, "wants") == 0) {
		hog_hear();
		want_for_ever();
	}
	answer_then_spin();
	return 0;
}

static void open_hog(struct player *p, const char *what)
{
	setenv(HOG, what, 1);
	assert_int_equal(open_player(p, &flac), 0);
	unsetenv(HOG);
	assert_int_equal(info_of(p).result, 0);
}

static void test_hog_wants(void **state)
{
	struct player p;
	(void)state;
	open_hog(&p, "wants");
	assert_int_equal(ask_result(&p, OSAAS_DECODE_READ, 8192), OSAAS_ETIMEDOUT);
	assert_true(p.wanted > 1);
	assert_int_equal(ask_result(&p, OSAAS_DECODE_SEEK, 0), OSAAS_ETIMEDOUT);
	endpoint_close(p.end);
}

/* Who answers may go on for longer than any request may take; who does not is ended unasked. */
static void test_hog_between(void **state)
{
	struct player p;
	char text[512] = "";
	(void)state;
	open_hog(&p, "between");
	for (int i = 0; i < READS; i++)
		assert_int_equal(ask_result(&p, OSAAS_DECODE_READ, 8192), 1);
	int kept = log_begin();
	for (uint64_t last = deadline(); !strstr(text, "\n");) {
		turn(last);
		ssize_t n = pread(2, text, sizeof text - 1, 0);
		text[n > 0 ? n : 0] = '\0';
	}
	log_end(kept, text, sizeof text);
	assert_non_null(
		strstr(text, "decoding sound ends: its helper computed for too long"));
	assert_int_equal(ask_result(&p, OSAAS_DECODE_READ, 8192), OSAAS_ETIMEDOUT);
	endpoint_close(p.end);
}

static int make_files(void **state)
{
	(void)state;
	/* What encodes is called by the names that are loaded. */
	assert_int_equal(decode_load(), 0);
	assert_true(encoded_make(&flac, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 2,
		FRAMES, 16, "A title"));
	encoded_make(&mp3, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 2, FRAMES, 0,
		NULL);
	return 0;
}

static int free_files(void **state)
{
	(void)state;
	free(flac.bytes);
	free(mp3.bytes);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "helper") == 0)
		return getenv(HOG) ? be_hog(getenv(HOG))
				   : helper_main(argc - 1, argv + 1);
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_all),
		T(test_tags),
		T(test_seek),
		T(test_mp3),
		T(test_buffer),
		T(test_source_fails),
		T(test_no_sound),
		T(test_endless),
		T(test_nonsense),
		T(test_wrong_feeds),
		T(test_one_at_a_time),
		T(test_too_many),
		T(test_left),
		T(test_helper_dies),
		T(test_hog_wants),
		T(test_hog_between),
	};
	log_set_level(LOG_SILENT);
	return cmocka_run_group_tests(tests, make_files, free_files);
}
