/* For outside_test.py: what osaas_process.h promises. */
#include "check.h"

#include <osaas_process.h>

static osaas_chan sh;
static char text[8192];

static osaas_chan run(const char *script, const char *const *env)
{
	const char *const args[] = {"-c", script, NULL};
	osaas_chan process;
	CHECK_IS(
		osaas_process_spawn(sh, args, env,
			(struct osaas_process_size){.columns = 70, .rows = 30}, &process),
		0);
	return process;
}

/* All it writes goes to text; how it ended. */
static struct osaas_process_exit finish(osaas_chan process)
{
	struct osaas_process_exit exited = {.code = -2};
	struct osaas_msg msg;
	size_t n = 0;
	while (osaas_recv(process, &msg) == 0) {
		CHECK(n + msg.len < sizeof text);
		if (msg.type == OSAAS_STREAM_DATA)
			memcpy(text + n, msg.buf, (size_t)msg.len);
		n += msg.type == OSAAS_STREAM_DATA ? (size_t)msg.len : 0;
		if (msg.type == OSAAS_PROCESS_EXITED)
			memcpy(&exited, msg.u.bytes, sizeof exited);
		osaas_buf_free(msg.buf);
	}
	text[n] = '\0';
	osaas_close(process);
	return exited;
}

static int has(const char *what)
{
	size_t n = strlen(what);
	for (const char *p = text; *p; p++) {
		if (strncmp(p, what, n) == 0)
			return 1;
	}
	return 0;
}

TEST_PLUGIN("terminal", "want = process.pty:/bin/sh required: to be tested\n"
			"want = process.pty:/no/such optional: to be tested\n"
			"want = process.pty:sh optional: makes no sense\n")
{
	static const char *const env[] = {"EXTRA=a b", "TERM=dumb", NULL};
	osaas_chan process;
	sh = osaas_cap("process.pty:/bin/sh");
	CHECK(sh > 0);
	CHECK_IS(osaas_cap("process.pty:sh"), OSAAS_EACCES);
	process = run(
		"stty size; echo $EXTRA.$TERM; pwd; read a; echo got $a; exit 9", env);
	CHECK_IS(osaas_stream_write(process, "x y\n", 4), 0);
	CHECK_IS(finish(process).code, 9);
	CHECK(has("30 70") && has("a b.dumb") && has("got x y"));
	/* Nothing of the session is open in it: 3 is the shell's own, for the list. */
	process = run("for f in /proc/$$/fd/*; do echo fd=${f##*/}.; done", NULL);
	CHECK_IS(finish(process).code, 0);
	CHECK(has("fd=0.") && has("fd=1.") && has("fd=2.") && !has("fd=4.") &&
		!has("fd=5.") && !has("fd=6.") && !has("fd=7.") && !has("fd=8."));
	process = run("sleep 1000", NULL);
	CHECK_IS(osaas_process_signal(process, 15), 0);
	CHECK_IS(finish(process).signal, 15);
	CHECK_IS(osaas_process_spawn(osaas_cap("process.pty:/no/such"), NULL, NULL,
			 (struct osaas_process_size){0}, &process),
		OSAAS_ENOENT);
}
