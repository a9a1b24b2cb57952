/* For services_test.py: started after pasted.c, so it has the focus: copies, until its window is taken. */
#include "gesture.h"

#include <osaas_clipboard.h>

static osaas_chan clipboard;

static int64_t types(char *text, uint64_t *serial)
{
	struct osaas_msg msg = {.type = OSAAS_CLIPBOARD_TYPES};
	int64_t r = osaas_request(clipboard, &msg);
	memcpy(text, msg.buf ? msg.buf : "", (size_t)msg.len);
	text[msg.len] = '\0';
	*serial = msg.u.u64[1];
	osaas_buf_free(msg.buf);
	return r;
}

static void check_limits(void)
{
	static char big[OSAAS_CLIPBOARD_BYTES_MAX + 1];
	static const char *const bad[] = {
		"", "text", "text/", "/plain", "a/b/c", "a b/c", "a/\n", "a/\xc3\xa4"};
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_IS(
			osaas_clipboard_copy(clipboard, bad[i], "x", 1, 0), OSAAS_EINVAL);
	char type[140] = "x/";
	memset(type + 2, 'y', 126);
	CHECK_IS(osaas_clipboard_copy(clipboard, type, "x", 1, 0), OSAAS_EINVAL);
	type[127] = '\0';
	CHECK_IS(osaas_clipboard_copy(clipboard, type, "x", 1, 0), 0);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/y", big, sizeof big, 0), OSAAS_E2BIG);
	CHECK_IS(osaas_clipboard_paste(clipboard, type, big, 1), 1);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/y", big, sizeof big - 1, 0), 0);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/z", "", 0, 1), 0);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/w", "x", 1, 1), OSAAS_E2BIG);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/a", "", 0, 0), 0);
	for (char i = 1; i < OSAAS_CLIPBOARD_TYPES_MAX; i++) {
		const char name[4] = {'x', '/', (char)('a' + i), '\0'};
		CHECK_IS(osaas_clipboard_copy(clipboard, name, "", 0, 1), 0);
	}
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/n", "", 0, 1), OSAAS_E2BIG);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/a", "", 0, 1), OSAAS_EINVAL);
	struct osaas_msg msg = {.type = OSAAS_CLIPBOARD_COPY, .u.u32 = {5}};
	CHECK_IS(osaas_request(clipboard, &msg), OSAAS_EINVAL);
}

TEST_PLUGIN("copied", "memory = 300M\n"
		      "want = gui.window required: to have the focus\n"
		      "want = clipboard required: to be tested\n")
{
	static char big[1000000], text[2048];
	uint64_t serial, before;
	clipboard = osaas_cap("clipboard");
	draw_once(osaas_cap("gui.window"));
	wait_for_key(osaas_cap("gui.window"));
	CHECK_IS(types(text, &before), 0);
	CHECK(before == 0 && !text[0]);
	CHECK_IS(ask_nonsense(clipboard), OSAAS_ENOSYS);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/y", "x", 1, 1), OSAAS_EINVAL);
	check_limits();
	types(text, &before);
	for (int i = 0; i < 1000000; i++)
		big[i] = (char)i;
	CHECK_IS(osaas_clipboard_copy(clipboard, "text/plain", "hello", 5, 0), 0);
	CHECK_IS(osaas_clipboard_copy(clipboard, "text/html", "<b>hello</b>", 12, 1), 0);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/empty", "", 0, 1), 0);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/big", big, sizeof big, 1), 0);
	CHECK_IS(types(text, &serial), 4);
	CHECK(strcmp(text, "text/plain\ntext/html\nx/empty\nx/big\n") == 0);
	CHECK_IS(serial, before + 1);
	CHECK_IS(osaas_primary_copy(clipboard, "text/plain", "selected", 8, 0), 0);
	CHECK_IS(osaas_primary_copy(clipboard, "text/html", "<i>", 3, 1), 0);
	osaas_printf(OSAAS_LOG_INFO, "has copied");
	struct osaas_msg msg;
	while (osaas_recv(osaas_cap("gui.window"), &msg) == 0)
		;
	CHECK_IS(types(text, &serial), OSAAS_EACCES);
}
