/* "process.pty": real programs on real terminals, and what is left of them. */
#include "plugins/include/osaas_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "session/helper.h"
#include "session/stream.h"
#include "tests/unit/session/serving.h"

static struct serving s;

static int setup(void **state)
{
	(void)state;
	serving_init(&s);
	return serving_open(&s, "process.pty", "/bin/sh");
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
	stream_turn(&s.session);
	uint64_t soon = clock_now_ns() + 20 * NS_PER_MS;
	poll_loop(s.session.loop, serving_wake(&s, soon));
	assert_true(clock_now_ns() < end);
}

/* strings: with a '|' for each zero byte. */
static struct message spawn_message(uint32_t args, uint32_t env, const char *strings)
{
	struct osaas_process_spawn spawn = {
		.size = {.columns = 91, .rows = 37}, .args = args, .env = env};
	struct message msg = {.type = OSAAS_PROCESS_SPAWN};
	memcpy(msg.bytes, &spawn, sizeof spawn);
	msg.len = strlen(strings);
	msg.buffer = text_buffer(strings, msg.len);
	char *p = buffer_data(msg.buffer);
	for (uint64_t i = 0; i < msg.len; i++)
		p[i] = (char)(p[i] == '|' ? '\0' : p[i]);
	return msg;
}

static int64_t spawn_with(
	uint32_t args, uint32_t env, const char *strings, struct endpoint **end)
{
	struct message msg = spawn_message(args, env, strings);
	struct message answer = serving_ask(&s, &msg);
	*end = answer.endpoint;
	return serving_result(&answer);
}

static struct endpoint *run_script(const char *script)
{
	char strings[2048];
	struct endpoint *end;
	int n = snprintf(strings, sizeof strings, "-c|%s", script);
	for (int i = 3; i < n; i++)
		strings[i] = (char)(strings[i] == '|' ? '\1' : strings[i]);
	snprintf(strings + n, sizeof strings - (size_t)n, "|");
	assert_int_equal(spawn_with(2, 0, strings, &end), 0);
	return end;
}

static void send_to(struct endpoint *end, uint32_t type, const void *data, size_t size)
{
	struct message msg = {.type = type};
	if (type == OSAAS_STREAM_DATA) {
		msg.buffer = text_buffer(data, size);
		msg.len = size;
	} else {
		memcpy(msg.bytes, data, size);
	}
	for (uint64_t last = deadline(); endpoint_try_send(end, &msg) == -EAGAIN;)
		turn(last);
}

/* Receives until a message of that type; the text that comes before is added, as far as it fits. */
static struct message wait_for(
	struct endpoint *end, uint32_t type, char *text, size_t size)
{
	struct message msg = {0};
	size_t n = strlen(text);
	for (uint64_t last = deadline(); msg.type != type;) {
		int r = endpoint_try_recv(end, &msg);
		if (r == -EAGAIN)
			turn(last);
		else if (r < 0)
			fail_msg("closed before message %u; so far '%s'", type, text);
		else if (msg.type == OSAAS_STREAM_DATA) {
			size_t room = size - 1 - n, more = (size_t)msg.len;
			more = more < room ? more : room;
			memcpy(text + n, buffer_data(msg.buffer), more);
			n += more;
			text[n] = '\0';
		}
		message_drop(&msg);
	}
	return msg;
}

static void wait_for_text(struct endpoint *end, const char *what)
{
	char text[8192] = "";
	while (!strstr(text, what))
		wait_for(end, OSAAS_STREAM_DATA, text, sizeof text);
}

static struct osaas_process_exit end_of(struct endpoint *end, char *text, size_t size)
{
	struct osaas_process_exit exited;
	struct message msg = wait_for(end, OSAAS_PROCESS_EXITED, text, size);
	memcpy(&exited, msg.bytes, sizeof exited);
	assert_int_equal(endpoint_try_recv(end, &msg), -EPIPE);
	endpoint_close(end);
	return exited;
}

static void test_output_and_code(void **state)
{
	char text[4096] = "";
	(void)state;
	struct endpoint *end =
		run_script("tty; stty size; echo $TERM; echo $0 $$; exit 7");
	wait_for(end, OSAAS_STREAM_OPEN, text, sizeof text);
	assert_string_equal(text, "");
	struct osaas_process_exit exited = end_of(end, text, sizeof text);
	assert_int_equal(exited.code, 7);
	assert_int_equal(exited.signal, 0);
	assert_non_null(strstr(text, "/dev/pts/"));
	assert_non_null(strstr(text, "37 91"));
	assert_non_null(strstr(text, "xterm-256color"));
	assert_non_null(strstr(text, "sh "));
}

/* Nothing of the session is open in it, and no signal is blocked or ignored. */
static void test_inherits_nothing(void **state)
{
	char text[8192] = "";
	(void)state;
	sigset_t set, old;
	int leak = fcntl(0, F_DUPFD, 40); /* not even one without CLOEXEC */
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, &old);
	signal(SIGPIPE, SIG_IGN);
	struct endpoint *end =
		run_script("for f in /proc/$$/fd/*; do echo fd=${f##*/}.; done; "
			   "while read k v; do case $k in SigBlk:) echo blk=$v;; "
			   "SigIgn:) echo ign=$v;; "
			   "esac; done </proc/$$/status; "
			   "read p c s pp g sid o </proc/$$/stat; [ $sid = $$ ] && "
			   "echo leader");
	end_of(end, text, sizeof text);
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(leak);
	for (int fd = 3; fd < 100; fd++) {
		char word[16];
		snprintf(word, sizeof word, "fd=%d.", fd);
		/* Those are the shell's own: the folder it lists, its terminal. */
		if (fd != 3 && fd != 10)
			assert_null(strstr(text, word));
	}
	assert_non_null(strstr(text, "fd=2."));
	assert_non_null(strstr(text, "blk=0000000000000000"));
	/* 32 and 33 are glibc's own: posix_spawn has them ignored. */
	const char *ignored = strstr(text, "ign=");
	assert_int_equal(strtoull(ignored + 4, NULL, 16) & ~UINT64_C(0x180000000), 0);
	assert_non_null(strstr(text, "leader"));
}

static void test_input_resize_signal(void **state)
{
	char text[4096] = "";
	struct osaas_process_size size = {.columns = 50, .rows = 20};
	uint32_t sig = SIGTERM;
	(void)state;
	struct endpoint *end = run_script("read a; echo got=$a; stty size; read b; "
					  "trap '' INT; echo ready; sleep 100");
	send_to(end, OSAAS_STREAM_DATA, "hello\n", 6);
	wait_for_text(end, "37 91");
	send_to(end, OSAAS_PROCESS_RESIZE, &size, sizeof size);
	send_to(end, OSAAS_STREAM_DATA, "\n", 1);
	wait_for_text(end, "ready");
	send_to(end, OSAAS_PROCESS_SIGNAL, &sig, sizeof sig);
	struct osaas_process_exit exited = end_of(end, text, sizeof text);
	assert_int_equal(exited.code, -1);
	assert_int_equal(exited.signal, SIGTERM);
}

static void test_resize(void **state)
{
	char text[4096] = "";
	struct osaas_process_size size = {.columns = 50, .rows = 20};
	(void)state;
	struct endpoint *end = run_script("echo ready; read a; stty size");
	wait_for_text(end, "ready");
	send_to(end, OSAAS_PROCESS_RESIZE, &size, sizeof size);
	send_to(end, OSAAS_STREAM_DATA, "\n", 1);
	end_of(end, text, sizeof text);
	assert_non_null(strstr(text, "20 50"));
}

/* More than are taken at once: the rest is not left until something else happens. */
static void test_resize_often(void **state)
{
	char text[4096] = "";
	struct osaas_process_size size = {.rows = 20};
	(void)state;
	struct endpoint *end = run_script("echo ready; read a; stty size");
	wait_for_text(end, "ready");
	for (size.columns = 51; size.columns <= 57; size.columns++) {
		struct message msg = {.type = OSAAS_PROCESS_RESIZE};
		memcpy(msg.bytes, &size, sizeof size);
		assert_int_equal(endpoint_try_send(end, &msg), 0);
	}
	stream_turn(&s.session);
	assert_true(s.session.streams_left);
	while (s.session.streams_left)
		stream_turn(&s.session);
	send_to(end, OSAAS_STREAM_DATA, "\n", 1);
	end_of(end, text, sizeof text);
	assert_non_null(strstr(text, "20 57"));
}

static void test_environment(void **state)
{
	char text[4096] = "";
	struct endpoint *end;
	(void)state;
	assert_int_equal(
		spawn_with(2, 2, "-c|echo $TERM,$EXTRA.|TERM=dumb|EXTRA=a b|", &end), 0);
	end_of(end, text, sizeof text);
	assert_non_null(strstr(text, "dumb,a b."));
}

static void test_refused(void **state)
{
	static const struct {
		uint32_t args, env;
		const char *strings;
		int error;
	} cases[] = {
		{1, 0, "", OSAAS_EINVAL},
		{1, 0, "unended", OSAAS_EINVAL},
		{1, 0, "a|b|", OSAAS_EINVAL},
		{0, 0, "a|", OSAAS_EINVAL},
		{0, 1, "novalue|", OSAAS_EINVAL},
		{0, 1, "=x|", OSAAS_EINVAL},
		{0, 1, "1A=x|", OSAAS_EINVAL},
		{0, 1, "A B=x|", OSAAS_EINVAL},
		{65, 0, "a|", OSAAS_E2BIG},
		{0, 33, "a|", OSAAS_E2BIG},
		{UINT32_MAX, UINT32_MAX, "a|", OSAAS_E2BIG},
	};
	struct endpoint *end;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
			spawn_with(cases[i].args, cases[i].env, cases[i].strings, &end),
			cases[i].error);
		assert_null(end);
	}
	struct message big = spawn_message(0, 0, "");
	message_drop(&big);
	big.buffer = buffer_create(OSAAS_PROCESS_TEXT + 1);
	big.len = OSAAS_PROCESS_TEXT + 1;
	struct message answer = serving_ask(&s, &big);
	assert_int_equal(serving_result(&answer), OSAAS_E2BIG);
	struct message odd = {.type = 99};
	answer = serving_ask(&s, &odd);
	assert_int_equal(serving_result(&answer), OSAAS_ENOSYS);
}

static void test_no_program(void **state)
{
	static const struct {
		const char *scope;
		int64_t error;
	} cases[] = {
		{"/no/such/program", OSAAS_ENOENT},
		{"/etc/passwd", OSAAS_EACCES},
		{"/", OSAAS_EACCES},
	};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct endpoint *end;
		char text[16] = "";
		serving_close(&s);
		assert_int_equal(serving_open(&s, "process.pty", cases[i].scope), 0);
		assert_int_equal(spawn_with(0, 0, "", &end), 0);
		struct message msg = wait_for(end, OSAAS_STREAM_END, text, sizeof text);
		assert_int_equal(serving_result(&msg), cases[i].error);
		for (uint64_t last = deadline(); endpoint_try_recv(end, &msg) != -EPIPE;)
			turn(last);
		endpoint_close(end);
	}
	serving_close(&s);
	assert_int_equal(serving_open(&s, "process.pty", "sh"), -EINVAL);
	assert_int_equal(serving_open(&s, "process.pty", "shell"), 0);
}

static void test_shell(void **state)
{
	char text[4096] = "";
	struct endpoint *end;
	(void)state;
	serving_close(&s);
	setenv("SHELL", "/bin/sh", 1);
	assert_int_equal(serving_open(&s, "process.pty", "shell"), 0);
	assert_int_equal(spawn_with(2, 0, "-c|echo shell=$0.|", &end), 0);
	end_of(end, text, sizeof text);
	assert_non_null(strstr(text, "shell=sh."));
}

static bool runs(int pid)
{
	char path[64], line[256] = "";
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	FILE *f = fopen(path, "r");
	bool there = f && fgets(line, sizeof line, f) && !strstr(line, ") Z");
	if (f)
		fclose(f);
	return there;
}

static int pid_of(struct endpoint *end)
{
	char text[4096] = "";
	while (!strstr(text, "pid=") || !strchr(strstr(text, "pid="), '\n'))
		wait_for(end, OSAAS_STREAM_DATA, text, sizeof text);
	return atoi(strstr(text, "pid=") + 4);
}

static void wait_until_gone(int pid)
{
	for (uint64_t last = deadline(); runs(pid);)
		turn(last);
}

/* The channel is closed, or the grant revoked: it is hung up, then killed. */
static void test_closed(void **state)
{
	static const char *const scripts[] = {"echo pid=$$; sleep 1000",
		"trap '' HUP TERM INT; echo pid=$$; while :; do sleep 0.1; done",
		"echo pid=$$; while :; do echo out; done"};
	(void)state;
	for (int i = 0; i < 6; i++) {
		struct endpoint *end = run_script(scripts[i / 2]);
		int pid = pid_of(end);
		assert_true(runs(pid));
		if (i % 2)
			serving_close(&s);
		endpoint_close(end);
		wait_until_gone(pid);
		if (i % 2)
			assert_int_equal(serving_open(&s, "process.pty", "/bin/sh"), 0);
	}
}

/* What is still in the background keeps the terminal; the end is told all the same. */
static void test_background(void **state)
{
	char text[4096] = "";
	(void)state;
	struct endpoint *end =
		run_script("(trap '' HUP; sleep 3) & echo started; exit 3");
	assert_int_equal(end_of(end, text, sizeof text).code, 3);
	assert_non_null(strstr(text, "started"));
}

/* A plugin that does not receive holds up its program, and nobody else; nothing is lost. */
static void test_slow_reader(void **state)
{
	char text[64] = "";
	struct message msg;
	(void)state;
	struct endpoint *end = run_script("i=0; while [ $i -lt 20000 ]; do echo "
					  "0123456789012345678901234567890123456789; "
					  "i=$((i+1)); done");
	wait_for(end, OSAAS_STREAM_OPEN, text, sizeof text);
	for (int i = 0; i < 50; i++)
		turn(deadline());
	uint64_t total = 0;
	for (uint64_t last = deadline();;) {
		int r = endpoint_try_recv(end, &msg);
		if (r == -EAGAIN) {
			turn(last);
			continue;
		}
		assert_int_equal(r, 0);
		total += msg.type == OSAAS_STREAM_DATA ? msg.len : 0;
		message_drop(&msg);
		if (msg.type == OSAAS_PROCESS_EXITED)
			break;
	}
	assert_int_equal(total, 20000 * 42);
	endpoint_close(end);
}

static void test_too_many(void **state)
{
	struct endpoint *ends[OSAAS_PROCESS_MAX], *more;
	(void)state;
	for (int i = 0; i < OSAAS_PROCESS_MAX; i++)
		ends[i] = run_script("sleep 1000");
	assert_int_equal(spawn_with(0, 0, "", &more), OSAAS_EMFILE);
	serving_close(&s);
	for (int i = 0; i < OSAAS_PROCESS_MAX; i++)
		endpoint_close(ends[i]);
}

static void test_too_large(void **state)
{
	char text[64] = "";
	(void)state;
	struct endpoint *end = run_script("cat");
	struct message msg = {.type = OSAAS_STREAM_DATA,
		.buffer = buffer_create(OSAAS_STREAM_MAX + 1),
		.len = OSAAS_STREAM_MAX + 1};
	assert_int_equal(endpoint_try_send(end, &msg), 0);
	msg = wait_for(end, OSAAS_STREAM_END, text, sizeof text);
	assert_int_equal(serving_result(&msg), OSAAS_E2BIG);
	endpoint_close(end);
}

static void drain(struct endpoint *end)
{
	struct message msg;
	service_turn(&s.session);
	while (end && endpoint_try_recv(end, &msg) == 0)
		message_drop(&msg);
}

/* Any messages at all, on both channels; then everything is gone. */
static void test_nonsense(void **state)
{
	uint64_t seed = first_seed(4);
	struct endpoint *ends[8] = {NULL};
	struct message msg;
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct endpoint **end = &ends[next_random(&seed) % 8];
		msg = (struct message){.type = next_random(&seed) % 20};
		for (size_t b = 0; b < sizeof msg.bytes; b++)
			msg.bytes[b] = (uint8_t)(next_random(&seed) % 3);
		if (next_random(&seed) % 2) {
			msg.len = next_random(&seed) % 4096;
			msg.buffer = buffer_create(4096);
		}
		if (!*end && next_random(&seed) % 10 == 0) {
			drain(s.end);
			*end = run_script("cat; exit 1");
		}
		if (*end && next_random(&seed) % 50 == 0)
			endpoint_close(*end), *end = NULL;
		if (endpoint_try_send(
			    *end && next_random(&seed) % 4 ? *end : s.end, &msg) < 0)
			message_drop(&msg);
		if (next_random(&seed) % 4 == 0)
			turn(deadline());
		drain(*end);
		drain(s.end);
		if (i % 200 == 199) {
			serving_close(&s);
			for (int e = 0; e < 8; e++)
				endpoint_close(ends[e]), ends[e] = NULL;
			assert_int_equal(serving_open(&s, "process.pty", "/bin/sh"), 0);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "helper") == 0)
		return helper_main(argc - 1, argv + 1);
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_output_and_code),
		T(test_inherits_nothing),
		T(test_input_resize_signal),
		T(test_resize),
		T(test_resize_often),
		T(test_environment),
		T(test_refused),
		T(test_no_program),
		T(test_shell),
		T(test_closed),
		T(test_background),
		T(test_slow_reader),
		T(test_too_many),
		T(test_too_large),
		T(test_nonsense),
	};
	log_set_level(LOG_SILENT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
