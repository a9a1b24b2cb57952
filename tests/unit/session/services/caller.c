/* For outside_test.py: what osaas_net.h promises. The test's server listens on the port in ~/in/port. */
#include "check.h"

#include <osaas_fs.h>
#include <osaas_net.h>

#define LONG (1u << 20)

static osaas_chan net;

static uint32_t read_port(void)
{
	void *buf;
	uint32_t port = 0;
	int64_t n = osaas_fs_load(osaas_cap("fs.read:~/in"), "port", &buf);
	CHECK(n > 0);
	for (int64_t i = 0; i < n; i++)
		port = port * 10 + (uint32_t)(((char *)buf)[i] - '0');
	osaas_buf_free(buf);
	return port;
}

static void send_all(void *arg)
{
	static char data[LONG];
	osaas_chan conn = *(osaas_chan *)arg;
	for (unsigned i = 0; i < LONG; i++)
		data[i] = (char)(i >> 5);
	CHECK_IS(osaas_stream_write(conn, data, LONG), 0);
	CHECK_IS(osaas_stream_end(conn), 0);
}

/* The server gives back what it gets. */
static void echo(uint32_t port)
{
	osaas_chan conn;
	void *buf;
	int64_t n, got = 0;
	CHECK_IS(osaas_net_connect(net, "localhost", port, &conn), 0);
	CHECK_IS(osaas_spawn(send_all, &conn, 0), 0);
	while ((n = osaas_stream_read(conn, &buf)) > 0) {
		for (int64_t i = 0; i < n; i++)
			CHECK(((char *)buf)[i] == (char)((got + i) >> 5));
		got += n;
		osaas_buf_free(buf);
	}
	CHECK_IS(n, 0);
	CHECK_IS(got, LONG);
	CHECK_IS(osaas_close(conn), 0);
}

TEST_PLUGIN("caller", "want = net.connect:localhost:1024-65535 required: to be tested\n"
		      "want = net.connect:nowhere optional: makes no sense\n"
		      "want = fs.read:~/in required: which port\n")
{
	osaas_chan conn;
	uint32_t port = read_port();
	net = osaas_cap("net.connect:localhost:1024-65535");
	CHECK(net > 0);
	CHECK_IS(osaas_cap("net.connect:nowhere"), OSAAS_EACCES);
	CHECK_IS(osaas_net_connect(net, "example.org", port, &conn), OSAAS_EACCES);
	CHECK_IS(osaas_net_connect(net, NULL, 80, &conn), OSAAS_EACCES);
	CHECK_IS(osaas_net_connect(net, NULL, 0, &conn), OSAAS_EINVAL);
	for (int i = 0; i < 20; i++)
		echo(port);
	/* The next connection is broken off, and then nobody listens any more. */
	CHECK_IS(osaas_net_connect(net, NULL, port, &conn), 0);
	CHECK_IS(osaas_stream_write(conn, "reset", 5), 0);
	void *buf;
	CHECK_IS(osaas_stream_read(conn, &buf), OSAAS_ECONNRESET);
	CHECK_IS(osaas_close(conn), 0);
	CHECK_IS(osaas_net_connect(net, NULL, port, &conn), OSAAS_ECONNREFUSED);
}
