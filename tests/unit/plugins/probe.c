/* The plugin under test: every call of the ABI, used well and badly, seen from inside. */
#include <osaas.h>
#include <osaas_std.h>

#include <stdbool.h>

#include "tests/unit/plugins/probe.h"

OSAAS_MANIFEST("id = org.osaas.probe\n"
	       "name = Probe\n"
	       "version = 1\n"
	       "abi = 1.0\n"
	       "entry = probe_main\n"
	       "memory = 2M\n"
	       "want = test.host required: says what to do\n"
	       "want = test.other:some/scope optional: is not granted\n")

#define CHECK(condition)                                                                 \
	do {                                                                             \
		if (!(condition))                                                        \
			return __LINE__;                                                 \
	} while (0)

#define MS UINT64_C(1000000)

static osaas_chan host;
static uint64_t host_address, tight_sp;
static const char constant[64] = "constant";
static char variable[64];

/* Channel ends that coroutines are given. */
static osaas_chan given;
static volatile int counter;

static int case_caps(void)
{
	static const struct {
		const char *name;
		osaas_chan result;
	} caps[] = {
		{"test.other:some/scope", OSAAS_EACCES},
		{"test.other", OSAAS_EACCES},
		{"test.other:", OSAAS_EACCES},
		{"test.hos", OSAAS_EACCES},
		{"test.host2", OSAAS_EACCES},
		{"test.host:x", OSAAS_EACCES},
		{"gui.window", OSAAS_EACCES},
		{"", OSAAS_EACCES},
		{NULL, OSAAS_EFAULT},
		{(const char *)8, OSAAS_EFAULT},
		{(const char *)UINTPTR_MAX, OSAAS_EFAULT},
	};
	for (size_t i = 0; i < sizeof caps / sizeof *caps; i++)
		CHECK(osaas_cap(caps[i].name) == caps[i].result);
	CHECK(osaas_cap((const char *)(uintptr_t)host_address) == OSAAS_EFAULT);
	static char endless[512];
	memset(endless, 'x', sizeof endless);
	CHECK(osaas_cap(endless) == OSAAS_EACCES);
	CHECK(osaas_cap("test.host") == host);
	return 0;
}

static bool is_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i])
			return false;
	}
	return true;
}

static int case_buffers(void)
{
	for (int turn = 0; turn < 4; turn++) {
		unsigned char *p = osaas_buf_alloc(10000);
		CHECK(p && (uintptr_t)p % 4096 == 0);
		CHECK(is_zero(p, 10000));
		memset(p, 0xff, 10000);
		CHECK(osaas_buf_free(p + 1) == OSAAS_EFAULT);
		CHECK(osaas_buf_free(p + 4096) == OSAAS_EFAULT);
		CHECK(osaas_buf_free(p) == 0);
		CHECK(osaas_buf_free(p) == OSAAS_EFAULT);
	}
	CHECK(osaas_buf_free(NULL) == 0);
	CHECK(osaas_buf_free(variable) == OSAAS_EFAULT);
	CHECK(osaas_buf_free((void *)(uintptr_t)host_address) == OSAAS_EFAULT);
	CHECK(!osaas_buf_alloc(SIZE_MAX));
	CHECK(!osaas_buf_alloc(3 << 20));
	return 0;
}

static int case_limits(void)
{
	/* 2 MiB of memory in all: buffers, queues, stacks. */
	static void *buffers[600];
	int n = 0;
	while (n < 600 && (buffers[n] = osaas_buf_alloc(4096)))
		n++;
	CHECK(n > 500 && n <= 512);
	osaas_chan ends[2];
	while (osaas_pair(ends, 0) == 0)
		continue;
	CHECK(osaas_pair(ends, 0) == OSAAS_ENOMEM);
	CHECK(osaas_spawn((void (*)(void *))(uintptr_t)case_limits, NULL, 0) ==
		OSAAS_ENOMEM);
	CHECK(osaas_buf_free(buffers[--n]) == 0);
	CHECK(osaas_buf_alloc(4096));
	/* What lies in a queue counts all the same. */
	while (n > 0)
		CHECK(osaas_buf_free(buffers[--n]) == 0);
	CHECK(osaas_pair(ends, 1024) == 0);
	for (n = 0; n < 600; n++) {
		struct osaas_msg m = {.buf = osaas_buf_alloc(4096)};
		if (!m.buf)
			break;
		CHECK(osaas_send(ends[0], &m) == 0);
	}
	CHECK(n > 400 && n < 512);
	CHECK(osaas_close(ends[1]) == 0);
	CHECK(osaas_buf_alloc(1 << 20));
	return 0;
}

static int case_pointers(void)
{
	osaas_chan ends[2];
	struct osaas_msg m = {0};
	void *bad[] = {
		NULL,
		(void *)8,
		(void *)(uintptr_t)host_address,
		(void *)UINTPTR_MAX,
		(void *)(UINTPTR_MAX - sizeof m + 1),
		(void *)(UINT64_C(1) << 63),
	};
	CHECK(osaas_pair(ends, 4) == 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK(osaas_pair(bad[i], 0) == OSAAS_EFAULT);
		CHECK(osaas_send(ends[0], bad[i]) == OSAAS_EFAULT);
		CHECK(osaas_recv(ends[0], bad[i]) == OSAAS_EFAULT);
		CHECK(osaas_alt(bad[i], 1, OSAAS_NOW) == OSAAS_EFAULT);
		struct osaas_alt alt = {.chan = ends[0], .op = OSAAS_SEND, .msg = bad[i]};
		CHECK(osaas_alt(&alt, 1, OSAAS_NOW) == OSAAS_EFAULT);
		alt.op = OSAAS_RECV;
		CHECK(osaas_alt(&alt, 1, OSAAS_NOW) == OSAAS_EFAULT);
		osaas_log(OSAAS_LOG_INFO, bad[i], 10);
		m = (struct osaas_msg){.buf = bad[i]};
		CHECK(osaas_send(ends[0], &m) == (bad[i] ? OSAAS_EFAULT : 0));
		CHECK(osaas_spawn((void (*)(void *))(uintptr_t)bad[i], NULL, 0) ==
			OSAAS_EFAULT);
	}
	/* Its memory, but not for writing, or not to the end. */
	CHECK(osaas_recv(ends[0], (void *)(uintptr_t)constant) == OSAAS_EFAULT);
	CHECK(osaas_pair((void *)(uintptr_t)constant, 0) == OSAAS_EFAULT);
	CHECK(osaas_recv(ends[0], (void *)(uintptr_t)case_pointers) == OSAAS_EFAULT);
	CHECK(osaas_spawn((void (*)(void *))(uintptr_t)variable, NULL, 0) ==
		OSAAS_EFAULT);
	unsigned char *buf = osaas_buf_alloc(4096);
	CHECK(osaas_send(ends[0], (void *)(buf + 4096 - 8)) == OSAAS_EFAULT);
	CHECK(osaas_send(ends[0], (void *)(buf + 4096 - sizeof m)) == 0);
	CHECK(osaas_recv(ends[1], (void *)(buf + 4096 - sizeof m + 1)) == OSAAS_EFAULT);
	/* Inside a buffer is not the buffer; more than it has is not in it. */
	m = (struct osaas_msg){.buf = buf + 16};
	CHECK(osaas_send(ends[0], &m) == OSAAS_EFAULT);
	m = (struct osaas_msg){.buf = buf, .len = 4097};
	CHECK(osaas_send(ends[0], &m) == OSAAS_EINVAL);
	m = (struct osaas_msg){.len = 1};
	CHECK(osaas_send(ends[0], &m) == OSAAS_EINVAL);
	/* Not aligned is allowed: it is copied. */
	CHECK(osaas_recv(ends[1], (void *)(buf + 1)) == 0);
	return 0;
}

static int case_handles(void)
{
	osaas_chan ends[2], again[2];
	struct osaas_msg m = {0};
	static const osaas_chan bad[] = {OSAAS_NONE, -1, 1 << 20, INT32_MAX, INT32_MIN};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK(osaas_send(bad[i], &m) == OSAAS_EBADF);
		CHECK(osaas_recv(bad[i], &m) == OSAAS_EBADF);
		CHECK(osaas_close(bad[i]) == OSAAS_EBADF);
	}
	CHECK(osaas_pair(ends, 1025) == OSAAS_EINVAL);
	CHECK(osaas_pair(ends, 1) == 0);
	CHECK(ends[0] > 0 && ends[1] > 0 && ends[0] != ends[1]);
	CHECK(osaas_close(ends[0]) == 0);
	CHECK(osaas_close(ends[0]) == OSAAS_EBADF);
	CHECK(osaas_send(ends[1], &m) == OSAAS_EPIPE);
	CHECK(osaas_recv(ends[1], &m) == OSAAS_EPIPE);
	CHECK(osaas_close(ends[1]) == 0);
	for (int i = 0; i < 3000; i++) {
		CHECK(osaas_pair(again, 0) == 0);
		CHECK(osaas_send(ends[0], &m) == OSAAS_EBADF);
		CHECK(osaas_close(again[0]) == 0 && osaas_close(again[1]) == 0);
	}
	m = (struct osaas_msg){.chan = ends[0]};
	CHECK(osaas_send(host, &m) == OSAAS_EBADF);
	return 0;
}

static void count_up(void *arg)
{
	osaas_chan chan = given;
	for (uint64_t i = 0; i < 100; i++) {
		struct osaas_msg m = {.type = 5};
		m.u.u64[0] = i;
		if (osaas_send(chan, &m) < 0)
			return;
		counter = (int)i + 1;
	}
	osaas_close(chan);
}

static int count_through(uint32_t depth, int ahead)
{
	osaas_chan ends[2];
	CHECK(osaas_pair(ends, depth) == 0);
	given = ends[0];
	counter = 0;
	CHECK(osaas_spawn(count_up, NULL, 0) == 0);
	osaas_yield();
	CHECK(counter == ahead);
	for (uint64_t i = 0; i < 100; i++) {
		struct osaas_msg m;
		CHECK(osaas_recv(ends[1], &m) == 0);
		CHECK(m.type == 5 && m.u.u64[0] == i && m.chan == OSAAS_NONE && !m.buf);
	}
	struct osaas_msg m;
	CHECK(osaas_recv(ends[1], &m) == OSAAS_EPIPE);
	return osaas_close(ends[1]);
}

static int case_rendezvous(void)
{
	return count_through(0, 0);
}

static int case_buffered(void)
{
	return count_through(7, 7);
}

static int case_alt(void)
{
	osaas_chan a[2], b[2];
	struct osaas_msg in = {0}, out = {.type = 9};
	CHECK(osaas_pair(a, 1) == 0 && osaas_pair(b, 1) == 0);
	struct osaas_alt alts[] = {
		{.chan = a[0], .op = OSAAS_RECV, .msg = &in},
		{.chan = b[0], .op = OSAAS_RECV, .msg = &in},
	};
	CHECK(osaas_alt(alts, 2, OSAAS_NOW) == OSAAS_EAGAIN);
	uint64_t before = osaas_now();
	CHECK(osaas_alt(alts, 2, before + 5 * MS) == OSAAS_EAGAIN);
	CHECK(osaas_now() >= before + 5 * MS);
	CHECK(osaas_alt(alts, 2, 1) == OSAAS_EAGAIN); /* long past */
	CHECK(osaas_send(b[1], &out) == 0);
	CHECK(osaas_alt(alts, 2, OSAAS_FOREVER) == 1 && alts[1].result == 0 &&
		in.type == 9);
	/* Both ready, again and again: both get their turn. */
	int done[2] = {0};
	osaas_chan c[2], d[2];
	CHECK(osaas_pair(c, 10) == 0 && osaas_pair(d, 10) == 0);
	for (int i = 0; i < 10; i++) {
		struct osaas_alt now[] = {
			{.chan = c[1], .op = OSAAS_SEND, .msg = &out},
			{.chan = d[1], .op = OSAAS_SEND, .msg = &out},
		};
		int k = osaas_alt(now, 2, OSAAS_NOW);
		CHECK(k >= 0 && now[k].result == 0);
		done[k]++;
	}
	CHECK(done[0] == 5 && done[1] == 5);
	/* Full: it waits, and the message stays ours. */
	void *buf = out.buf = osaas_buf_alloc(1);
	CHECK(osaas_send(a[1], &(struct osaas_msg){.type = 1}) == 0);
	struct osaas_alt full = {.chan = a[1], .op = OSAAS_SEND, .msg = &out};
	CHECK(osaas_alt(&full, 1, OSAAS_NOW) == OSAAS_EAGAIN);
	CHECK(osaas_alt(&full, 1, osaas_now() + 2 * MS) == OSAAS_EAGAIN);
	CHECK(osaas_buf_free(buf) == 0);
	/* Closed is ready. */
	CHECK(osaas_close(b[1]) == 0);
	CHECK(osaas_alt(alts + 1, 1, OSAAS_FOREVER) == 0 &&
		alts[1].result == OSAAS_EPIPE);
	/* No operation at all: a sleep. */
	before = osaas_now();
	CHECK(osaas_alt(NULL, 0, before + 3 * MS) == OSAAS_EAGAIN);
	CHECK(osaas_now() >= before + 3 * MS);
	CHECK(osaas_alt(NULL, 0, OSAAS_NOW) == OSAAS_EAGAIN);
	return 0;
}

static int case_alt_errors(void)
{
	static struct osaas_alt alts[65];
	static struct osaas_msg msgs[65];
	osaas_chan a[2], b[2];
	CHECK(osaas_pair(a, 1) == 0 && osaas_pair(b, 1) == 0);
	for (int i = 0; i < 65; i++)
		alts[i] = (struct osaas_alt){
			.chan = a[0], .op = OSAAS_RECV, .msg = &msgs[i]};
	CHECK(osaas_alt(alts, 65, OSAAS_NOW) == OSAAS_EINVAL);
	CHECK(osaas_alt(alts, 64, OSAAS_NOW) == OSAAS_EAGAIN);
	CHECK(osaas_alt(alts, 64, osaas_now() + MS) == OSAAS_EAGAIN);
	/* One bad operation: nothing is done, and nothing is lost. */
	void *buf = osaas_buf_alloc(1);
	msgs[0] = (struct osaas_msg){.buf = buf, .chan = b[0]};
	alts[0].op = OSAAS_SEND;
	alts[1].op = 3;
	CHECK(osaas_alt(alts, 2, OSAAS_FOREVER) == OSAAS_EINVAL);
	alts[1] = (struct osaas_alt){.chan = 12345, .op = OSAAS_RECV, .msg = &msgs[1]};
	CHECK(osaas_alt(alts, 2, OSAAS_FOREVER) == OSAAS_EBADF);
	/* A buffer, or an end, can be in one message only. */
	msgs[1] = (struct osaas_msg){.buf = buf};
	alts[1] = (struct osaas_alt){.chan = a[1], .op = OSAAS_SEND, .msg = &msgs[1]};
	CHECK(osaas_alt(alts, 2, OSAAS_FOREVER) == OSAAS_EFAULT);
	msgs[1] = (struct osaas_msg){.chan = b[0]};
	CHECK(osaas_alt(alts, 2, OSAAS_FOREVER) == OSAAS_EBADF);
	/* All of it is still ours. */
	CHECK(osaas_alt(alts, 1, OSAAS_FOREVER) == 0);
	CHECK(osaas_buf_free(buf) == OSAAS_EFAULT);
	CHECK(osaas_recv(a[1], &msgs[2]) == 0);
	CHECK(msgs[2].buf == buf && osaas_buf_free(buf) == 0);
	return 0;
}

static int case_move(void)
{
	osaas_chan a[2], b[2];
	struct osaas_msg m, got;
	CHECK(osaas_pair(a, 4) == 0 && osaas_pair(b, 4) == 0);
	unsigned char *buf = osaas_buf_alloc(5000);
	memset(buf, 0x42, 5000);
	m = (struct osaas_msg){.type = 1, .chan = b[0], .buf = buf, .len = 5000};
	CHECK(osaas_send(a[0], &m) == 0);
	/* Sent is gone. */
	CHECK(osaas_send(b[0], &m) == OSAAS_EBADF);
	CHECK(osaas_close(b[0]) == OSAAS_EBADF);
	CHECK(osaas_buf_free(buf) == OSAAS_EFAULT);
	CHECK(osaas_send(a[0], &(struct osaas_msg){.buf = buf}) == OSAAS_EFAULT);
	CHECK(osaas_send(a[0], (void *)buf) == OSAAS_EFAULT);
	/* Received is ours. */
	CHECK(osaas_recv(a[1], &got) == 0);
	CHECK(got.type == 1 && got.buf == buf && got.len == 5000 && got.chan > 0);
	CHECK(got.chan != b[0] && buf[4999] == 0x42);
	CHECK(osaas_send(got.chan, &(struct osaas_msg){.type = 2}) == 0);
	CHECK(osaas_recv(b[1], &m) == 0 && m.type == 2);
	CHECK(osaas_buf_free(buf) == 0);
	/* An end cannot go through its own channel, nor into a ring. */
	CHECK(osaas_send(a[0], &(struct osaas_msg){.chan = a[1]}) == OSAAS_EINVAL);
	CHECK(osaas_send(a[0], &(struct osaas_msg){.chan = a[0]}) == OSAAS_EINVAL);
	CHECK(osaas_send(a[0], &(struct osaas_msg){.chan = b[1]}) == 0);
	CHECK(osaas_send(got.chan, &(struct osaas_msg){.chan = a[1]}) == OSAAS_EINVAL);
	CHECK(osaas_recv(a[1], &m) == 0 && m.chan > 0);
	return 0;
}

static int case_failed_send(void)
{
	osaas_chan a[2], b[2];
	CHECK(osaas_pair(a, 0) == 0 && osaas_pair(b, 4) == 0);
	void *buf = osaas_buf_alloc(100);
	struct osaas_msg m = {.chan = b[0], .buf = buf};
	CHECK(osaas_close(a[1]) == 0);
	CHECK(osaas_send(a[0], &m) == OSAAS_EPIPE);
	CHECK(osaas_send(b[0], &(struct osaas_msg){.type = 3}) == 0);
	CHECK(osaas_recv(b[1], &m) == 0 && m.type == 3);
	CHECK(osaas_buf_free(buf) == 0);
	return 0;
}

static int received;

static void receive_once(void *arg)
{
	struct osaas_msg m;
	received = osaas_recv(given, &m);
	counter++;
}

static int case_busy(void)
{
	osaas_chan a[2], b[2];
	CHECK(osaas_pair(a, 0) == 0 && osaas_pair(b, 4) == 0);
	given = a[0];
	counter = 0;
	CHECK(osaas_spawn(receive_once, NULL, 0) == 0);
	osaas_yield();
	CHECK(osaas_send(b[0], &(struct osaas_msg){.chan = a[0]}) == OSAAS_EBUSY);
	CHECK(osaas_send(a[1], &(struct osaas_msg){.type = 1}) == 0);
	osaas_yield();
	CHECK(counter == 1 && received == 0);
	CHECK(osaas_send(b[0], &(struct osaas_msg){.chan = a[0]}) == 0);
	return 0;
}

/* Two that wait for each other; then one whose partner returns. */
static int case_deadlock(void)
{
	osaas_chan a[2], b[2];
	struct osaas_msg m;
	CHECK(osaas_pair(a, 0) == 0 && osaas_pair(b, 0) == 0);
	CHECK(osaas_recv(a[1], &m) == OSAAS_EDEADLK);
	CHECK(osaas_send(a[0], &(struct osaas_msg){.type = 1}) == OSAAS_EDEADLK);
	given = a[0];
	counter = 0;
	CHECK(osaas_spawn(receive_once, NULL, 0) == 0);
	osaas_yield();
	struct osaas_alt alts[2] = {
		{.chan = b[0], .op = OSAAS_RECV, .msg = &m},
		{.chan = b[1], .op = OSAAS_RECV, .msg = &m},
	};
	CHECK(osaas_alt(alts, 2, OSAAS_FOREVER) == OSAAS_EDEADLK);
	CHECK(osaas_alt(alts, 2, osaas_now() + 1000000) == OSAAS_EAGAIN);
	CHECK(osaas_send(a[1], &(struct osaas_msg){.type = 1}) == 0);
	CHECK(osaas_recv(b[0], &m) == OSAAS_EDEADLK && counter == 1);
	return 0;
}

static int case_close_wakes(void)
{
	osaas_chan a[2];
	CHECK(osaas_pair(a, 0) == 0);
	for (int i = 0; i < 2; i++) {
		counter = 0;
		given = a[0];
		if (i == 0)
			CHECK(osaas_spawn(receive_once, NULL, 0) == 0);
		osaas_yield();
		CHECK(osaas_close(a[i]) == 0);
		osaas_yield();
		CHECK(counter == !i && received == OSAAS_EPIPE);
	}
	CHECK(osaas_send(a[0], &(struct osaas_msg){.type = 1}) == OSAAS_EBADF);
	return 0;
}

static void add_arg(void *arg)
{
	counter += *(int *)arg;
}

static int case_spawn(void)
{
	static int one = 1, ten = 10;
	counter = 0;
	for (int i = 0; i < 200; i++) {
		CHECK(osaas_spawn(add_arg, &one, 0) == 0);
		CHECK(osaas_spawn(add_arg, &ten, 65536) == 0);
		osaas_yield();
		osaas_yield();
	}
	CHECK(counter == 200 * 11);
	CHECK(osaas_spawn(add_arg, &one, (size_t)1 << 40) == OSAAS_ENOMEM);
	CHECK(osaas_spawn(NULL, NULL, 0) == OSAAS_EFAULT);
	return 0;
}

static struct osaas_msg *elsewhere;

static void receive_elsewhere(void *arg)
{
	received = osaas_recv(given, elsewhere);
	counter++;
}

/* The memory a coroutine wants its message in goes away while it waits. */
static int case_gone_memory(void)
{
	osaas_chan a[2];
	CHECK(osaas_pair(a, 0) == 0);
	given = a[0];
	counter = 0;
	elsewhere = osaas_buf_alloc(4096);
	CHECK(osaas_spawn(receive_elsewhere, NULL, 0) == 0);
	osaas_yield();
	CHECK(osaas_buf_free(elsewhere) == 0);
	void *buf = osaas_buf_alloc(8192);
	CHECK(osaas_send(a[1], &(struct osaas_msg){.buf = buf}) == 0);
	osaas_yield();
	CHECK(counter == 1 && received == OSAAS_EFAULT);
	CHECK(osaas_buf_free(buf) == OSAAS_EFAULT);
	return 0;
}

static volatile bool stop_spinning;

static void spin(void *arg)
{
	while (!stop_spinning)
		counter++;
	struct osaas_msg m = {.type = 77};
	osaas_send(given, &m);
}

static int case_preempt(void)
{
	osaas_chan a[2];
	CHECK(osaas_pair(a, 1) == 0);
	given = a[0];
	counter = 0;
	stop_spinning = false;
	CHECK(osaas_spawn(spin, NULL, 0) == 0);
	/* It never calls the host, and yet we wake up in time. */
	for (int i = 0; i < 5; i++)
		CHECK(osaas_alt(NULL, 0, osaas_now() + 2 * MS) == OSAAS_EAGAIN);
	CHECK(counter > 0);
	stop_spinning = true;
	struct osaas_msg m;
	CHECK(osaas_recv(a[1], &m) == 0 && m.type == 77);
	return 0;
}

static int case_log(void)
{
	osaas_printf(OSAAS_LOG_INFO, "an %s of %d", "example", 42);
	osaas_log(OSAAS_LOG_INFO, "two\nlines\x1b[1m", 13);
	osaas_log(99, "odd level", 9);
	osaas_log(OSAAS_LOG_INFO, constant, 0);
	static char endless[2000];
	memset(endless, 'y', sizeof endless);
	osaas_log(OSAAS_LOG_INFO, endless, sizeof endless);
	osaas_log(OSAAS_LOG_INFO, endless, SIZE_MAX);
	return 0;
}

/* The C library's copies in the host would go backwards. */
static int case_direction(void)
{
	static char text[400];
	osaas_chan ends[2];
	memset(text, 'd', sizeof text);
#ifdef __x86_64__
#define BACKWARDS __asm__ volatile("std" ::: "cc", "memory")
#else
#define BACKWARDS (void)0
#endif
	BACKWARDS;
	osaas_log(OSAAS_LOG_INFO, text, sizeof text);
	BACKWARDS;
	int paired = osaas_pair(ends, 4);
	BACKWARDS;
	char *buf = osaas_buf_alloc(5000);
	CHECK(paired == 0 && buf && buf[4999] == 0);
	osaas_buf_free(buf);
	CHECK(osaas_close(ends[0]) == 0 && osaas_close(ends[1]) == 0);
	return 0;
}

static void exit_7(void *arg)
{
	osaas_exit(7);
}

static int case_exit_in_coroutine(void)
{
	CHECK(osaas_spawn(exit_7, NULL, 0) == 0);
	struct osaas_msg m;
	osaas_recv(host, &m);
	return __LINE__;
}

/* Every level calls the host; one of them finds too little stack. */
__attribute__((noinline)) static int deeper(int n)
{
	volatile char frame[1024];
	frame[n % 1024] = 1;
	osaas_yield();
	return n < 1 << 20 ? deeper(n + 1) + frame[n % 1024] : 0;
}

static int call_at(uint64_t sp)
{
#if defined(__x86_64__)
	__asm__ volatile("movq %%rsp, %%rbx\n\tmovq %1, %%rsp\n\t"
			 "call *%0\n\tmovq %%rbx, %%rsp"
			 :
			 : "r"(osaas_yield), "r"(sp)
			 : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10",
			 "r11", "memory", "cc");
#elif defined(__aarch64__)
	__asm__ volatile("mov x20, sp\n\tmov sp, %1\n\tblr %0\n\tmov sp, x20"
			 :
			 : "r"(osaas_yield), "r"(sp)
			 : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9",
			 "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x20",
			 "x30", "memory", "cc");
#endif
	return 0;
}

static int case_wait_send(void)
{
	osaas_chan a[2];
	CHECK(osaas_pair(a, 0) == 0);
	unsigned char *buf = osaas_buf_alloc(5000);
	memset(buf, 0x42, 5000);
	struct osaas_msg m = {
		.type = PROBE_PAYLOAD, .chan = a[0], .buf = buf, .len = 5000};
	CHECK(osaas_send(host, &m) == 0);
	CHECK(osaas_recv(a[1], &m) == 0);
	return 0;
}

static int wait_alt(void)
{
	osaas_chan a[2], b[2];
	CHECK(osaas_pair(a, 0) == 0 && osaas_pair(b, 1) == 0);
	struct osaas_msg in, out = {.chan = b[0], .buf = osaas_buf_alloc(100)};
	struct osaas_alt alts[] = {
		{.chan = host, .op = OSAAS_RECV, .msg = &in},
		{.chan = a[0], .op = OSAAS_SEND, .msg = &out},
		{.chan = b[1], .op = OSAAS_RECV, .msg = &in},
	};
	osaas_alt(alts, 3, OSAAS_FOREVER);
	return __LINE__;
}

static void wait_forever(void *arg)
{
	wait_alt();
}

static int case_wait_many(void)
{
	for (int i = 0; i < 5; i++)
		CHECK(osaas_spawn(wait_forever, NULL, 65536) == 0);
	stop_spinning = false;
	CHECK(osaas_spawn(spin, NULL, 65536) == 0);
	return wait_alt();
}

static int case_ping(void)
{
	struct osaas_msg m;
	int r;
	while ((r = osaas_recv(host, &m)) == 0) {
		if (osaas_send(host, &m) < 0)
			return __LINE__;
	}
	CHECK(r == OSAAS_EPIPE);
	return 0;
}

/* A mess to be cleaned up: queues with buffers and ends in them, nothing closed. */
static int case_leave_all(void)
{
	osaas_chan a[2], b[2], c[2];
	CHECK(osaas_pair(a, 8) == 0 && osaas_pair(b, 8) == 0 && osaas_pair(c, 8) == 0);
	CHECK(osaas_send(a[0],
		      &(struct osaas_msg){.chan = b[1], .buf = osaas_buf_alloc(9)}) == 0);
	CHECK(osaas_send(b[0],
		      &(struct osaas_msg){.chan = c[1], .buf = osaas_buf_alloc(9)}) == 0);
	CHECK(osaas_send(c[0], &(struct osaas_msg){.buf = osaas_buf_alloc(9)}) == 0);
	CHECK(osaas_buf_alloc(1 << 20));
	return 0;
}

static int run(enum probe_case which)
{
	struct osaas_msg m;
	switch (which) {
	case PROBE_RETURN:
		return 0;
	case PROBE_CAPS:
		return case_caps();
	case PROBE_BUFFERS:
		return case_buffers();
	case PROBE_POINTERS:
		return case_pointers();
	case PROBE_HANDLES:
		return case_handles();
	case PROBE_RENDEZVOUS:
		return case_rendezvous();
	case PROBE_BUFFERED:
		return case_buffered();
	case PROBE_ALT:
		return case_alt();
	case PROBE_ALT_ERRORS:
		return case_alt_errors();
	case PROBE_MOVE:
		return case_move();
	case PROBE_FAILED_SEND:
		return case_failed_send();
	case PROBE_BUSY:
		return case_busy();
	case PROBE_DEADLOCK:
		return case_deadlock();
	case PROBE_CLOSE_WAKES:
		return case_close_wakes();
	case PROBE_SPAWN:
		return case_spawn();
	case PROBE_GONE_MEMORY:
		return case_gone_memory();
	case PROBE_PREEMPT:
		return case_preempt();
	case PROBE_LOG:
		return case_log();
	case PROBE_DIRECTION:
		return case_direction();
	case PROBE_LIMITS:
		return case_limits();
	case PROBE_EXIT_0:
		osaas_exit(0);
	case PROBE_EXIT_7:
		osaas_exit(7);
	case PROBE_EXIT_IN_COROUTINE:
		return case_exit_in_coroutine();
	case PROBE_NO_STACK:
		return deeper(0);
	case PROBE_TIGHT:
		return call_at(tight_sp);
	case PROBE_WAIT_RECV:
		return osaas_recv(host, &m) ? __LINE__ : 0;
	case PROBE_WAIT_SEND:
		return case_wait_send();
	case PROBE_WAIT_ALT:
		return wait_alt();
	case PROBE_WAIT_MANY:
		return case_wait_many();
	case PROBE_PING:
		return case_ping();
	case PROBE_LEAVE_ALL:
		return case_leave_all();
	}
	return __LINE__;
}

OSAAS_EXPORT void probe_main(void);
void probe_main(void)
{
	struct osaas_msg m;
	host = osaas_cap("test.host");
	if (osaas_recv(host, &m) < 0)
		return;
	host_address = m.u.u64[0];
	tight_sp = m.u.u64[1];
	int line = run((enum probe_case)m.type);
	m = (struct osaas_msg){.type = PROBE_REPORT};
	m.u.u64[0] = (uint64_t)line;
	osaas_send(host, &m);
}
