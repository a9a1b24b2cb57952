/* For services_test.py: what osaas_log.h promises. */
#include "check.h"

#include <osaas_log.h>

static osaas_chan log_chan;

/* Reads from that number on; the text is zero terminated. */
static struct osaas_log_lines read_from(uint64_t number, char *text, size_t size)
{
	struct osaas_msg msg = {.type = OSAAS_LOG_READ, .u.u64 = {number}};
	struct osaas_log_lines lines;
	CHECK(osaas_request(log_chan, &msg) >= 0);
	memcpy(&lines, msg.u.bytes, sizeof lines);
	CHECK(msg.len < size);
	memcpy(text, msg.buf ? msg.buf : "", (size_t)msg.len);
	text[msg.len] = '\0';
	osaas_buf_free(msg.buf);
	return lines;
}

TEST_PLUGIN("logged", "want = log required: to be tested\n")
{
	static char text[16384];
	log_chan = osaas_cap("log");
	CHECK(log_chan > 0);
	CHECK_IS(ask_nonsense(log_chan), OSAAS_ENOSYS);
	struct osaas_log_lines lines = read_from(0, text, sizeof text);
	CHECK(lines.result == 0 && lines.first == 1 && lines.next == 1 && !text[0]);
	osaas_printf(OSAAS_LOG_INFO, "one");
	osaas_printf(OSAAS_LOG_DEBUG, "two\x1b");
	lines = read_from(0, text, sizeof text);
	CHECK(lines.result == 2 && lines.first == 1 && lines.next == 3);
	CHECK(strcmp(text, "I one\nD two?\n") == 0);
	lines = read_from(2, text, sizeof text);
	CHECK(lines.result == 1 && lines.first == 2 && strcmp(text, "D two?\n") == 0);
	for (int i = 0; i < 200; i++)
		osaas_printf(OSAAS_LOG_DEBUG, "line %d", i);
	lines = read_from(0, text, sizeof text);
	CHECK(lines.result == 64 && lines.next == 203 && lines.first == 139);
	CHECK(strncmp(text, "D line 136\n", 11) == 0);
	for (int i = 0; i < 200; i++)
		osaas_log(OSAAS_LOG_DEBUG, text, 500);
	lines = read_from(0, text, sizeof text);
	CHECK(lines.result == 16 && lines.next == 403);
}
