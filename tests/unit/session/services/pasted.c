/*
 * For services_test.py: started before copied.c, so without the focus at first: then it
 * may not look; when copied.c has lost its window it has the focus, and pastes.
 */
#include "gesture.h"

#include <osaas_clipboard.h>
#include <osaas_window.h>

static osaas_chan window, clipboard;

static void wait_for_focus(uint32_t wanted)
{
	struct osaas_msg msg;
	do
		CHECK_IS(osaas_recv(window, &msg), 0);
	while (msg.type != OSAAS_WINDOW_FOCUS || msg.u.u32[0] != wanted);
}

TEST_PLUGIN("pasted", "want = gui.window required: to have the focus\n"
		      "want = clipboard required: to be tested\n")
{
	static char text[1 << 20];
	window = osaas_cap("gui.window");
	clipboard = osaas_cap("clipboard");
	draw_once(window);
	wait_for_focus(0);
	CHECK_IS(osaas_clipboard_paste(clipboard, "text/plain", text, 1), OSAAS_EACCES);
	CHECK_IS(osaas_clipboard_copy(clipboard, "text/plain", "x", 1, 0), OSAAS_EACCES);
	struct osaas_msg msg = {.type = OSAAS_CLIPBOARD_TYPES};
	CHECK_IS(osaas_request(clipboard, &msg), OSAAS_EACCES);
	osaas_printf(OSAAS_LOG_INFO, "has looked");
	wait_for_focus(1);
	wait_for_key(window);
	CHECK_IS(osaas_clipboard_paste(clipboard, "text/plain", text, sizeof text), 5);
	CHECK(memcmp(text, "hello", 5) == 0);
	CHECK_IS(osaas_clipboard_paste(clipboard, "text/plain", text, sizeof text), 5);
	CHECK_IS(osaas_clipboard_paste(clipboard, "text/html", text, sizeof text), 12);
	CHECK(memcmp(text, "<b>hello</b>", 12) == 0);
	CHECK_IS(osaas_clipboard_paste(clipboard, "x/empty", text, sizeof text), 0);
	CHECK_IS(osaas_clipboard_paste(clipboard, "x/big", text, sizeof text), 1000000);
	for (int i = 0; i < 1000000; i++)
		CHECK(text[i] == (char)i);
	CHECK_IS(osaas_clipboard_paste(clipboard, "image/png", text, 1), OSAAS_ENOENT);
	CHECK_IS(osaas_clipboard_paste(clipboard, "", text, 1), OSAAS_ENOENT);
	CHECK_IS(osaas_primary_paste(clipboard, "text/plain", text, sizeof text), 8);
	CHECK(memcmp(text, "selected", 8) == 0);
	CHECK_IS(osaas_primary_paste(clipboard, "text/html", text, 1), 3);
	CHECK_IS(osaas_primary_paste(clipboard, "x/big", text, 1), OSAAS_ENOENT);
	/* Another's clip can be replaced, not added to. */
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/more", "x", 1, 1), OSAAS_EINVAL);
	CHECK_IS(osaas_clipboard_copy(clipboard, "x/y", "mine", 4, 0), 0);
	CHECK_IS(osaas_clipboard_paste(clipboard, "x/y", text, sizeof text), 4);
	CHECK_IS(osaas_clipboard_paste(clipboard, "text/plain", text, 1), OSAAS_ENOENT);
}
