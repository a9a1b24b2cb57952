/* For services_test.py: what osaas_link.h promises; then waits until its link is ended. */
#include "check.h"

#include <osaas_link.h>

static void check_echo(osaas_chan link)
{
	for (uint64_t i = 1; i < 1000; i++) {
		struct osaas_msg msg = {.type = 7, .u.u64 = {i}};
		msg.buf = osaas_buf_alloc(8);
		msg.len = 8;
		memcpy(msg.buf, &i, 8);
		CHECK_IS(osaas_send(link, &msg), 0);
		CHECK_IS(osaas_recv(link, &msg), 0);
		CHECK(msg.type == 7 && msg.u.u64[0] == 2 * i && msg.len == 8);
		CHECK(memcmp(msg.buf, &i, 8) == 0);
		osaas_buf_free(msg.buf);
	}
}

/* An end of a channel goes there and back. */
static void check_end(osaas_chan link)
{
	osaas_chan ends[2];
	struct osaas_msg msg = {.type = 1};
	CHECK_IS(osaas_pair(ends, 1), 0);
	msg.chan = ends[1];
	CHECK_IS(osaas_send(link, &msg), 0);
	CHECK_IS(osaas_recv(link, &msg), 0);
	osaas_chan back = msg.chan;
	msg = (struct osaas_msg){.type = 9};
	CHECK_IS(osaas_send(ends[0], &msg), 0);
	CHECK_IS(osaas_recv(back, &msg), 0);
	CHECK_IS(msg.type, 9);
	osaas_close(back);
	osaas_close(ends[0]);
}

TEST_PLUGIN("asker", "want = link:echo required: to ask\n"
		     "want = link:full optional: to ask too often\n"
		     "want = link:nobody optional: to ask in vain\n")
{
	osaas_chan echo = osaas_cap("link:echo"), full = osaas_cap("link:full");
	CHECK_IS(ask_nonsense(echo), OSAAS_ENOSYS);
	CHECK_IS(osaas_link_connect(osaas_cap("link:nobody")), OSAAS_ENOENT);
	osaas_chan a = osaas_link_connect(echo), b = osaas_link_connect(echo);
	CHECK(a > 0 && b > 0 && a != b);
	check_echo(a);
	check_end(b);
	CHECK_IS(osaas_close(a), 0);
	check_echo(b);
	for (int i = 0; i < 32; i++) {
		a = osaas_link_connect(full);
		CHECK(a > 0);
		CHECK_IS(osaas_close(a), 0);
	}
	CHECK_IS(osaas_link_connect(full), OSAAS_EAGAIN);
	for (int i = 0; i < 3000; i++) {
		a = osaas_link_connect(echo);
		CHECK(a > 0);
		CHECK_IS(osaas_close(a), 0);
	}
	osaas_printf(OSAAS_LOG_INFO, "has checked");
	struct osaas_msg msg;
	int r = osaas_recv(b, &msg);
	osaas_printf(OSAAS_LOG_INFO, "link gone: %d", r);
	for (;;)
		osaas_alt(NULL, 0, osaas_now() + 3600 * S);
}
