/* "net.connect" to servers of the test's own on 127.0.0.1. */
#include "plugins/include/osaas_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "session/address.h"
#include "session/helper.h"
#include "session/stream.h"
#include "tests/unit/session/serving.h"

#define MANY ((size_t)8 << 20)

static struct serving s;
static int listener;
static uint16_t port;

static int listen_local(uint16_t *out, int backlog)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, backlog), 0);
	getsockname(fd, (struct sockaddr *)&at, &size);
	*out = ntohs(at.sin_port);
	return fd;
}

static int open_for(const char *host, unsigned first, unsigned last)
{
	char scope[300];
	if (first == last)
		snprintf(scope, sizeof scope, "%s:%u", host, first);
	else
		snprintf(scope, sizeof scope, "%s:%u-%u", host, first, last);
	return serving_open(&s, "net.connect", scope);
}

static int setup(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN); /* as the session does */
	listener = listen_local(&port, 64);
	serving_init(&s);
	return open_for("127.0.0.1", port, port);
}

static int teardown(void **state)
{
	(void)state;
	serving_finish(&s);
	close(listener);
	return 0;
}

static void turn(uint64_t end)
{
	service_turn(&s.session);
	stream_turn(&s.session);
	uint64_t soon = clock_now_ns() + 5 * NS_PER_MS;
	poll_loop(s.session.loop, serving_wake(&s, soon));
	assert_true(clock_now_ns() < end);
}

static int64_t ask(const char *host, uint32_t to, struct endpoint **end)
{
	struct message msg = {.type = OSAAS_NET_CONNECT};
	memcpy(msg.bytes, &to, sizeof to);
	if (host) {
		msg.len = strlen(host);
		msg.buffer = text_buffer(host, msg.len);
	}
	struct message answer = serving_ask(&s, &msg);
	*end = answer.endpoint;
	assert_true(serving_result(&answer) < 0 || answer.endpoint);
	return serving_result(&answer);
}

static struct message next(struct endpoint *end)
{
	struct message msg;
	int r;
	for (uint64_t last = deadline(); (r = endpoint_try_recv(end, &msg)) == -EAGAIN;)
		turn(last);
	assert_int_equal(r, 0);
	return msg;
}

static int64_t wait_end(struct endpoint *end)
{
	struct message msg = {0};
	while (msg.type != OSAAS_STREAM_END) {
		msg = next(end);
		message_drop(&msg);
	}
	return serving_result(&msg);
}

static void wait_closed(struct endpoint *end)
{
	struct message msg;
	int r;
	for (uint64_t last = deadline(); (r = endpoint_try_recv(end, &msg)) != -EPIPE;) {
		if (r == 0)
			message_drop(&msg);
		else
			turn(last);
	}
	endpoint_close(end);
}

static int accept_one(void)
{
	int fd;
	for (uint64_t last = deadline();
		(fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) < 0;)
		turn(last);
	return fd;
}

/* A connection: the plugin's end, and the server's in fd. */
static struct endpoint *connected(int *fd)
{
	struct endpoint *end;
	assert_int_equal(ask(NULL, 0, &end), 0);
	assert_int_equal(next(end).type, OSAAS_STREAM_OPEN);
	*fd = accept_one();
	return end;
}

static void send_piece(struct endpoint *end, uint32_t type, const char *text, size_t size)
{
	struct message msg = {.type = type};
	if (size) {
		msg.buffer = text_buffer(text, size);
		msg.len = size;
	}
	for (uint64_t last = deadline(); endpoint_try_send(end, &msg) == -EAGAIN;)
		turn(last);
}

static size_t read_all(int fd, char *to, size_t size)
{
	size_t got = 0;
	for (uint64_t last = deadline(); got < size;) {
		ssize_t n = read(fd, to + got, size - got);
		if (n == 0)
			break;
		if (n > 0)
			got += (size_t)n;
		else
			turn(last);
	}
	return got;
}

static void test_scopes(void **state)
{
	static const struct {
		const char *text, *host;
		unsigned first, last;
	} cases[] = {
		{"example.org:443", "example.org", 443, 443},
		{"a-b_c.d:1-65535", "a-b_c.d", 1, 65535},
		{"127.0.0.1:80", "127.0.0.1", 80, 80},
		{"[::1]:80", "::1", 80, 80},
		{"[fe80::1:2]:8000-8001", "fe80::1:2", 8000, 8001},
		{"example.org", NULL, 0, 0},
		{"example.org:", NULL, 0, 0},
		{":80", NULL, 0, 0},
		{"example.org:0", NULL, 0, 0},
		{"example.org:65536", NULL, 0, 0},
		{"example.org:99999999999", NULL, 0, 0},
		{"example.org:80x", NULL, 0, 0},
		{"example.org:80-", NULL, 0, 0},
		{"example.org:81-80", NULL, 0, 0},
		{"example.org:1-2-3", NULL, 0, 0},
		{"*.example.org:80", NULL, 0, 0},
		{"*:80", NULL, 0, 0},
		{"::1:80", NULL, 0, 0},
		{"[::1]80", NULL, 0, 0},
		{"[127.0.0.1]:80", NULL, 0, 0},
		{"[name]:80", NULL, 0, 0},
		{"user@host:80", NULL, 0, 0},
		{"-x:80", NULL, 0, 0},
		{"a/b:80", NULL, 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct address_scope scope;
		int r = address_scope_parse(cases[i].text, &scope);
		if (r != (cases[i].host ? 0 : -EINVAL))
			fail_msg("'%s': %d", cases[i].text, r);
		if (!cases[i].host)
			continue;
		assert_string_equal(scope.host, cases[i].host);
		assert_int_equal(scope.first, cases[i].first);
		assert_int_equal(scope.last, cases[i].last);
	}
	serving_close(&s);
	assert_int_equal(serving_open(&s, "net.connect", "example.org"), -EINVAL);
}

static void test_mix(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {{"", ""}, {"4", "4"}, {"666444", "646464"}, {"4446", "4644"},
		{"66", "66"}, {"64444444", "64444444"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct address_list list = {.n = (uint32_t)strlen(cases[i].in)};
		for (uint32_t j = 0; j < list.n; j++)
			list.all[j].any.sa_family =
				cases[i].in[j] == '6' ? AF_INET6 : AF_INET;
		address_mix(&list);
		for (uint32_t j = 0; j < list.n; j++)
			assert_int_equal(list.all[j].any.sa_family,
				cases[i].out[j] == '6' ? AF_INET6 : AF_INET);
	}
}

static void test_both_ways(void **state)
{
	char text[32];
	int fd;
	(void)state;
	struct endpoint *end = connected(&fd);
	send_piece(end, OSAAS_STREAM_DATA, "hello", 5);
	assert_int_equal(read_all(fd, text, 5), 5);
	assert_memory_equal(text, "hello", 5);
	assert_int_equal(write(fd, "world", 5), 5);
	struct message msg = next(end);
	assert_int_equal(msg.type, OSAAS_STREAM_DATA);
	assert_int_equal(msg.len, 5);
	assert_memory_equal(buffer_data(msg.buffer), "world", 5);
	message_drop(&msg);
	/* One side has said all; the other has not. */
	send_piece(end, OSAAS_STREAM_END, NULL, 0);
	assert_int_equal(read_all(fd, text, 1), 0);
	assert_int_equal(write(fd, "more", 4), 4);
	msg = next(end);
	assert_int_equal(msg.len, 4);
	message_drop(&msg);
	close(fd);
	assert_int_equal(wait_end(end), 0);
	wait_closed(end);
}

static void test_peer_ends_first(void **state)
{
	char text[8];
	int fd;
	(void)state;
	struct endpoint *end = connected(&fd);
	shutdown(fd, SHUT_WR);
	assert_int_equal(wait_end(end), 0);
	for (int i = 0; i < 20; i++)
		turn(deadline());
	send_piece(end, OSAAS_STREAM_DATA, "late", 4);
	assert_int_equal(read_all(fd, text, 4), 4);
	send_piece(end, OSAAS_STREAM_END, NULL, 0);
	assert_int_equal(read_all(fd, text, 4), 0);
	wait_closed(end);
	close(fd);
}

static void test_out_of_scope(void **state)
{
	char log[4096];
	struct endpoint *end;
	static const char *const hosts[] = {
		"127.0.0.2", "localhost", "127.0.0.1.", "", "127.0.0.1\n", "[127.0.0.1"};
	(void)state;
	int kept = log_begin();
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		assert_int_equal(ask(hosts[i], port, &end), OSAAS_EACCES);
	assert_int_equal(ask(NULL, port + 1u, &end), OSAAS_EACCES);
	assert_int_equal(ask(NULL, 0x10000u + port, &end), OSAAS_EACCES);
	log_end(kept, log, sizeof log);
	assert_non_null(strstr(log, "net.connect:127.0.0.1:"));
	assert_non_null(strstr(log, "127.0.0.2 port"));
	assert_non_null(strstr(log, "is not what was granted"));
	assert_int_equal(s.service->refused, 8);
	assert_int_equal(ask("127.0.0.1", port, &end), 0);
	endpoint_close(end);
	serving_close(&s);
	assert_int_equal(open_for("127.0.0.1", 8000, 8010), 0);
	assert_int_equal(ask(NULL, 0, &end), OSAAS_EINVAL);
	assert_int_equal(ask(NULL, 7999, &end), OSAAS_EACCES);
	assert_int_equal(ask(NULL, 8011, &end), OSAAS_EACCES);
	struct message odd = {.type = 7, .buffer = buffer_create(1)};
	struct message answer = serving_ask(&s, &odd);
	assert_int_equal(serving_result(&answer), OSAAS_ENOSYS);
}

static void test_nobody_there(void **state)
{
	struct endpoint *end;
	(void)state;
	close(listener);
	assert_int_equal(ask(NULL, 0, &end), 0);
	assert_int_equal(wait_end(end), OSAAS_ECONNREFUSED);
	wait_closed(end);
	listener = -1;
}

/* By name, through the helper process; where ::1 comes first nobody listens there. */
static void test_name(void **state)
{
	struct endpoint *end;
	(void)state;
	serving_close(&s);
	assert_int_equal(open_for("LOCALHOST", port, port), 0);
	assert_int_equal(ask("localhost", port, &end), 0);
	assert_int_equal(next(end).type, OSAAS_STREAM_OPEN);
	close(accept_one());
	assert_int_equal(wait_end(end), 0);
	endpoint_close(end);
}

static void test_no_such_name(void **state)
{
	char name[80] = "";
	struct endpoint *end;
	(void)state;
	memset(name, 'x', 70); /* no label is that long: nobody needs to be asked */
	serving_close(&s);
	assert_int_equal(open_for(name, port, port), 0);
	assert_int_equal(ask(NULL, 0, &end), 0);
	assert_int_equal(wait_end(end), OSAAS_ENOENT);
	wait_closed(end);
}

/* Given up while the name is looked up, or while nobody answers. */
static void test_given_up(void **state)
{
	struct endpoint *end, *waiting[8];
	(void)state;
	for (int i = 0; i < 8; i++) {
		serving_close(&s);
		assert_int_equal(open_for("localhost", port, port), 0);
		assert_int_equal(ask(NULL, 0, &end), 0);
		for (int n = 0; n < i / 2; n++)
			turn(deadline());
		if (i % 2)
			serving_close(&s);
		endpoint_close(end);
		turn(deadline());
	}
	close(listener);
	listener = listen_local(&port, 0);
	serving_close(&s);
	assert_int_equal(open_for("127.0.0.1", port, port), 0);
	/* The first one or two are let in, the others wait for ever. */
	for (int i = 0; i < 8; i++)
		assert_int_equal(ask(NULL, 0, &waiting[i]), 0);
	for (int i = 0; i < 10; i++)
		turn(deadline());
	for (int i = 0; i < 8; i++)
		endpoint_close(waiting[i]);
	turn(deadline());
	for (int i = 0; i < OSAAS_NET_MAX; i++) { /* none is counted any more */
		assert_int_equal(ask(NULL, 0, &end), 0);
		endpoint_close(end);
		if (i % 4 == 3)
			turn(deadline());
	}
}

static void test_reset(void **state)
{
	struct linger hard = {.l_onoff = 1};
	int fd;
	(void)state;
	struct endpoint *end = connected(&fd);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	close(fd);
	assert_int_equal(wait_end(end), OSAAS_ECONNRESET);
	wait_closed(end);
}

static char pattern(size_t i)
{
	return (char)(i * 2654435761u >> 13);
}

/* A plugin that does not receive holds up its server; nothing piles up, nothing is lost. */
static void test_slow_plugin(void **state)
{
	static char data[MANY];
	int fd;
	size_t sent = 0, got = 0;
	(void)state;
	for (size_t i = 0; i < MANY; i++)
		data[i] = pattern(i);
	struct endpoint *end = connected(&fd);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){65536}, sizeof(int));
	for (int idle = 0; idle < 50 && sent < MANY;) {
		ssize_t n = write(fd, data + sent, MANY - sent);
		sent += n > 0 ? (size_t)n : 0;
		idle = n > 0 ? 0 : idle + 1;
		turn(deadline());
	}
	assert_true(sent < MANY);
	for (uint64_t last = deadline(); got < MANY;) {
		ssize_t n = write(fd, data + sent, MANY - sent);
		sent += n > 0 ? (size_t)n : 0;
		struct message msg;
		while (endpoint_try_recv(end, &msg) == 0) {
			assert_int_equal(msg.type, OSAAS_STREAM_DATA);
			assert_true(msg.len <= 65536);
			assert_memory_equal(buffer_data(msg.buffer), data + got, msg.len);
			got += msg.len;
			message_drop(&msg);
		}
		turn(last);
	}
	close(fd);
	endpoint_close(end);
}

/* A server that does not read holds up the plugin; what was sent arrives, closed or not. */
static void test_slow_server(void **state)
{
	static char piece[100000], got[100000];
	int fd, sent = 0, idle = 0;
	(void)state;
	for (size_t i = 0; i < sizeof piece; i++)
		piece[i] = pattern(i);
	struct endpoint *end = connected(&fd);
	while (idle < 50) {
		struct message msg = {.type = OSAAS_STREAM_DATA,
			.buffer = text_buffer(piece, sizeof piece),
			.len = sizeof piece};
		if (endpoint_try_send(end, &msg) == 0) {
			sent++;
			idle = 0;
		} else {
			message_drop(&msg);
			idle++;
		}
		turn(deadline());
	}
	assert_in_range(sent, 9, 200);
	endpoint_close(end);
	for (int i = 0; i < sent; i++) {
		assert_int_equal(read_all(fd, got, sizeof got), sizeof got);
		assert_memory_equal(got, piece, sizeof got);
	}
	assert_int_equal(read_all(fd, got, 1), 0);
	close(fd);
}

static void test_too_large(void **state)
{
	int fd;
	(void)state;
	struct endpoint *end = connected(&fd);
	struct message msg = {.type = OSAAS_STREAM_DATA,
		.buffer = buffer_create(OSAAS_STREAM_MAX + 1),
		.len = OSAAS_STREAM_MAX + 1};
	assert_int_equal(endpoint_try_send(end, &msg), 0);
	assert_int_equal(wait_end(end), OSAAS_E2BIG);
	wait_closed(end);
	close(fd);
}

static void test_too_many(void **state)
{
	struct endpoint *ends[OSAAS_NET_MAX], *more;
	(void)state;
	for (int i = 0; i < OSAAS_NET_MAX; i++)
		assert_int_equal(ask(NULL, 0, &ends[i]), 0);
	assert_int_equal(ask(NULL, 0, &more), OSAAS_EMFILE);
	endpoint_close(ends[3]);
	turn(deadline());
	assert_int_equal(ask(NULL, 0, &ends[3]), 0);
	for (int i = 0; i < OSAAS_NET_MAX; i++)
		endpoint_close(ends[i]);
}

/* Revoked in the middle: both sides hear of it. */
static void test_revoked(void **state)
{
	char text[8];
	int fd;
	(void)state;
	struct endpoint *end = connected(&fd);
	send_piece(end, OSAAS_STREAM_DATA, "half", 4);
	serving_close(&s);
	struct message msg;
	assert_int_equal(endpoint_try_recv(end, &msg), -EPIPE);
	assert_int_equal(read_all(fd, text, sizeof text), 0);
	endpoint_close(end);
	close(fd);
}

static void test_nonsense(void **state)
{
	uint64_t seed = first_seed(99);
	struct endpoint *ends[24] = {NULL};
	struct message msg;
	char bytes[4096];
	int fds[64], n = 0;
	(void)state;
	serving_close(&s);
	assert_int_equal(open_for("127.0.0.1", port, port), 0);
	for (int i = 0; i < 6000; i++) {
		struct endpoint **end = &ends[next_random(&seed) % 24];
		msg = (struct message){.type = next_random(&seed) % 5};
		uint32_t to = next_random(&seed) % 3 ? 0 : next_random(&seed);
		memcpy(msg.bytes, &to, sizeof to);
		if (next_random(&seed) % 2) {
			msg.len = next_random(&seed) % 4096;
			msg.buffer = buffer_create(4096);
		}
		if (*end && next_random(&seed) % 20 == 0)
			endpoint_close(*end), *end = NULL;
		if (endpoint_try_send(*end ? *end : s.end, &msg) < 0)
			message_drop(&msg);
		if (next_random(&seed) % 3 == 0) {
			service_turn(&s.session);
			stream_turn(&s.session);
			loop_poll(s.session.loop, 0);
		}
		while (*end && endpoint_try_recv(*end, &msg) == 0)
			message_drop(&msg);
		while (endpoint_try_recv(s.end, &msg) == 0) {
			if (msg.endpoint && !*end)
				*end = msg.endpoint, msg.endpoint = NULL;
			message_drop(&msg);
		}
		int fd = n < 64 ? accept4(listener, NULL, NULL, SOCK_NONBLOCK) : -1;
		if (fd >= 0)
			fds[n++] = fd;
		if (n && next_random(&seed) % 4 == 0) {
			fd = fds[next_random(&seed) % (uint32_t)n];
			if (write(fd, bytes, next_random(&seed) % 4096) < 0 ||
				read(fd, bytes, sizeof bytes) < 0)
				continue;
		}
		if (n && next_random(&seed) % 10 == 0)
			close(fds[--n]);
	}
	for (int i = 0; i < 24; i++)
		endpoint_close(ends[i]);
	while (n)
		close(fds[--n]);
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "helper") == 0)
		return helper_main(argc - 1, argv + 1);
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_scopes),
		T(test_mix),
		T(test_both_ways),
		T(test_peer_ends_first),
		T(test_out_of_scope),
		T(test_nobody_there),
		T(test_name),
		T(test_no_such_name),
		T(test_given_up),
		T(test_reset),
		T(test_slow_plugin),
		T(test_slow_server),
		T(test_too_large),
		T(test_too_many),
		T(test_revoked),
		T(test_nonsense),
	};
	log_set_level(LOG_SILENT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
