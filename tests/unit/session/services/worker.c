/*
 * For outside_test.py: a file, a connection and a program at once, and no end. Says when
 * it has each, and why it was taken.
 */
#include "check.h"

#include <osaas_fs.h>
#include <osaas_net.h>
#include <osaas_process.h>

static void lost(const char *what, int64_t r)
{
	osaas_printf(OSAAS_LOG_INFO, "lost %s: %lld", what, (long long)r);
}

static void read_files(void *arg)
{
	char byte;
	int64_t r = 1;
	osaas_chan fs = osaas_cap("fs.read:~/in");
	int file = osaas_fs_open(fs, "port", OSAAS_FS_FOR_READING);
	(void)arg;
	CHECK(file > 0);
	osaas_printf(OSAAS_LOG_INFO, "has a file");
	while (r > 0) {
		osaas_alt(NULL, 0, osaas_now() + 10 * MS);
		r = osaas_fs_read(fs, file, 0, &byte, 1);
	}
	lost("fs", r);
}

static void run_program(void *arg)
{
	static const char *const args[] = {
		"-c", "echo program=$$.; exec sleep 1000", NULL};
	osaas_chan process;
	void *buf;
	int64_t n;
	(void)arg;
	CHECK_IS(osaas_process_spawn(osaas_cap("process.pty:/bin/sh"), args, NULL,
			 (struct osaas_process_size){80, 25, 0, 0}, &process),
		0);
	while ((n = osaas_stream_read(process, &buf)) > 0) {
		osaas_printf(OSAAS_LOG_INFO, "%.*s", (int)n - 2, (char *)buf);
		osaas_buf_free(buf);
	}
	lost("process", n);
}

static void hold_connection(void *arg)
{
	osaas_chan conn, net = osaas_cap("net.connect:localhost:1024-65535");
	uint32_t port = 0;
	void *buf;
	(void)arg;
	osaas_chan fs = osaas_cap("fs.read:~");
	int64_t n = osaas_fs_load(fs, "in/port", &buf);
	for (int64_t i = 0; i < n; i++)
		port = port * 10 + (uint32_t)(((char *)buf)[i] - '0');
	osaas_buf_free(buf);
	CHECK_IS(osaas_net_connect(net, NULL, port, &conn), 0);
	osaas_printf(OSAAS_LOG_INFO, "has a connection");
	lost("net", osaas_stream_read(conn, &buf));
}

TEST_PLUGIN("worker", "want = fs.read:~/in required: to work\n"
		      "want = fs.read:~ required: to work\n"
		      "want = process.pty:/bin/sh required: to work\n"
		      "want = net.connect:localhost:1024-65535 required: to work\n")
{
	osaas_spawn(hold_connection, NULL, 0);
	osaas_spawn(run_program, NULL, 0);
	osaas_spawn(read_files, NULL, 0);
	for (;;)
		osaas_alt(NULL, 0, osaas_now() + 3600 * S);
}
