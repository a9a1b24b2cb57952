/* Recorded input as text: what is written is read, all else is refused with a reason. */
#include "session/input_text.h"

#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "util/clock.h"

static const struct {
	struct input_text event;
	const char *line;
} both[] = {
	{{0, INPUT_TEXT_KEY, KEY_A, true, 0, 0, 0}, "0.000000 key 30 down"},
	{{250 * NS_PER_MS, INPUT_TEXT_KEY, KEY_MAX, false, 0, 0, 0},
		"0.250000 key 767 up"},
	{{NS_PER_US, INPUT_TEXT_MOVE, 0, false, 0, 512.25f, -3},
		"0.000001 move 512.25 -3"},
	{{3 * NS_PER_S + 7, INPUT_TEXT_MOVE, 0, false, 0, 0.1f, 1e6f},
		"3.000000007 move 0.100000001 1000000"},
	{{NS_PER_S, INPUT_TEXT_BUTTON, BTN_LEFT, true, 0, 0, 0},
		"1.000000 button 272 down"},
	{{NS_PER_S, INPUT_TEXT_BUTTON, BTN_TASK, false, 0, 0, 0},
		"1.000000 button 279 up"},
	{{NS_PER_S, INPUT_TEXT_SCROLL, 0, false, 0, 0, -40}, "1.000000 scroll 0 -40"},
	{{NS_PER_S, INPUT_TEXT_MOTION, 0, false, 0, 2.5f, -1, .raw_x = 1.25f,
		 .raw_y = -0.5f},
		"1.000000 motion 2.5 -1 1.25 -0.5"},
	{{NS_PER_S, INPUT_TEXT_TOUCH, 15, false, INPUT_TOUCH_DOWN, 1.5f, 2},
		"1.000000 touch 15 down 1.5 2"},
	{{NS_PER_S, INPUT_TEXT_TOUCH, 0, false, INPUT_TOUCH_MOVE, 1, 2},
		"1.000000 touch 0 move 1 2"},
	{{NS_PER_S, INPUT_TEXT_TOUCH, 0, false, INPUT_TOUCH_UP, 0, 0},
		"1.000000 touch 0 up"},
	{{NS_PER_S, INPUT_TEXT_TOUCH, 0, false, INPUT_TOUCH_CANCEL, 0, 0},
		"1.000000 touch 0 cancel"},
	{{.ns = NS_PER_S,
		 .kind = INPUT_TEXT_PEN,
		 .pen = {.kind = INPUT_PEN_PRESS,
			 .tool = INPUT_PEN_ERASER,
			 .id = 3,
			 .tool_id = UINT32_MAX,
			 .x = 1.5f,
			 .y = -2,
			 .pressure = 0.25f,
			 .tilt_x = -60,
			 .tilt_y = 3.5f,
			 .rotation = 359,
			 .slider = -1,
			 .button = BTN_TOUCH,
			 .buttons = 1}},
		"1.000000 pen 3 press eraser 4294967295 1.5 -2 0.25 0 -60 3.5 359 -1 0 "
		"330 1"},
	{{.ns = NS_PER_S,
		 .kind = INPUT_TEXT_PEN,
		 .pen = {.kind = INPUT_PEN_SCROLL, .distance = 1, .scroll_y = -40}},
		"1.000000 pen 0 scroll pen 0 0 0 0 1 0 0 0 0 -40 0 0"},
	{{.ns = NS_PER_S,
		 .kind = INPUT_TEXT_GESTURE,
		 .gesture = {.kind = INPUT_GESTURE_PINCH,
			 .phase = INPUT_GESTURE_UPDATE,
			 .fingers = 2,
			 .dx = 1.5f,
			 .scale = 1.25f,
			 .rotation = -3}},
		"1.000000 gesture pinch update 2 1.5 0 1.25 -3"},
	{{.ns = NS_PER_S,
		 .kind = INPUT_TEXT_GESTURE,
		 .gesture = {.kind = INPUT_GESTURE_HOLD,
			 .phase = INPUT_GESTURE_CANCEL,
			 .fingers = 4,
			 .scale = 1}},
		"1.000000 gesture hold cancel 4 0 0 1 0"},
	{{INPUT_TEXT_NS_MAX - 1, INPUT_TEXT_END, 0, false, 0, 0, 0},
		"999999.999999999 end"},
};
#define N_BOTH (sizeof both / sizeof *both)

static void same(const struct input_text *a, const struct input_text *b)
{
	assert_int_equal(a->ns, b->ns);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->code, b->code);
	assert_int_equal(a->pressed, b->pressed);
	assert_int_equal(a->touch, b->touch);
	assert_true(a->x == b->x && a->y == b->y);
	if (a->kind == INPUT_TEXT_PEN)
		assert_memory_equal(&a->pen, &b->pen, sizeof a->pen);
	if (a->kind == INPUT_TEXT_GESTURE)
		assert_memory_equal(&a->gesture, &b->gesture, sizeof a->gesture);
}

static void written_and_read(void **state)
{
	char line[INPUT_TEXT_LINE_MAX];
	const char *why;
	(void)state;
	for (size_t i = 0; i < N_BOTH; i++) {
		struct input_text got;
		size_t n = input_text_write(line, &both[i].event);
		assert_int_equal(n, strlen(line));
		assert_int_equal(line[n - 1], '\n');
		line[n - 1] = '\0';
		assert_string_equal(line, both[i].line);
		assert_int_equal(input_text_read(line, &got, &why), 0);
		same(&got, &both[i].event);
	}
}

/* The widest of everything still fits. */
static void fits(void **state)
{
	char line[INPUT_TEXT_LINE_MAX];
	struct input_text event = {.ns = INPUT_TEXT_NS_MAX - 1,
		.kind = INPUT_TEXT_TOUCH,
		.code = INPUT_TOUCHES - 1,
		.touch = INPUT_TOUCH_MOVE,
		.x = -1.17549435e-38f,
		.y = -3.40282347e+38f};
	(void)state;
	assert_true(input_text_write(line, &event) < sizeof line - 32);
}

static void pen_fits(void **state)
{
	char line[INPUT_TEXT_LINE_MAX];
	const float wide = -3.40282347e+38f;
	struct input_text event = {.ns = INPUT_TEXT_NS_MAX - 1,
		.kind = INPUT_TEXT_PEN,
		.pen = {.kind = INPUT_PEN_RELEASE,
			.tool = INPUT_PEN_AIRBRUSH,
			.tool_id = UINT32_MAX,
			.x = wide,
			.y = wide,
			.pressure = wide,
			.distance = wide,
			.tilt_x = wide,
			.tilt_y = wide,
			.rotation = wide,
			.slider = wide,
			.scroll_y = wide,
			.button = UINT32_MAX,
			.buttons = UINT32_MAX}};
	(void)state;
	assert_true(input_text_write(line, &event) < sizeof line - 32);
}

static void by_hand(void **state)
{
	static const struct {
		const char *line;
		uint64_t ns;
	} times[] = {{"0 end", 0}, {"5 end", 5 * NS_PER_S}, {"0.5 end", NS_PER_S / 2},
		{"1.25 end", 1250 * NS_PER_MS}, {"0.000000001 end", 1}};
	const char *why;
	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		struct input_text got;
		assert_int_equal(input_text_read(times[i].line, &got, &why), 0);
		assert_int_equal(got.ns, times[i].ns);
	}
}

static void refused(void **state)
{
	static const char *const lines[] = {"", " ", "key 30 down", "-1 end", "1e3 end",
		"1. end", "1.0000000001 end", "1000000 end", "99999999999999999999 end",
		"1", "1 ", "1  end", "1 end ", "1 end 2", "1 wait", "1 key", "1 key 30",
		"1 key 30 down ", "1 key 768 down", "1 key -1 down", "1 key 0x1e down",
		"1 key 30 pressed", "1 key 30 down up", "1 button 272", "1 move 1",
		"1 move 1 2 3", "1 move nan 1", "1 move inf 1", "1 move 1e30 1",
		"1 move  1 1", "1 move 1\t1", "1 scroll 1", "1 scroll 1e7 0",
		"1 touch 16 up", "1 touch 0", "1 touch 0 down", "1 touch 0 down 1",
		"1 touch 0 up 1 1", "1 touch 0 lift", "1 keys 30 down",
		"1 pen 0 move pen 0 0 0 0 0 0 0 0 0 0 0",
		"1 pen 4 in pen 0 0 0 0 0 0 0 0 0 0 0 0",
		"1 pen 0 in quill 0 0 0 0 0 0 0 0 0 0 0 0",
		"1 pen 0 on pen 0 0 0 0 0 0 0 0 0 0 0 0",
		"1 pen 0 in pen 4294967296 0 0 0 0 0 0 0 0 0 0 0",
		"1 pen 0 in pen 0 0 0 1.5 0 0 0 0 0 0 0 0",
		"1 pen 0 in pen 0 0 0 0 -1 0 0 0 0 0 0 0",
		"1 pen 0 in pen 0 0 0 0 0 0 0 0 2 0 0 0",
		"1 pen 0 in pen 0 0 0 0 0 0 0 0 0 0 0 16",
		"1 pen 0 in pen 0 0 0 0 0 0 0 0 0 0 0 0 0",
		"1 gesture wave begin 3 0 0 1 0", "1 gesture swipe start 3 0 0 1 0",
		"1 gesture swipe begin 6 0 0 1 0", "1 gesture swipe begin 3 0 0 1",
		"1 gesture swipe begin 3 0 0 1 0 0"};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct input_text got;
		const char *why = NULL;
		if (input_text_read(lines[i], &got, &why) == 0)
			fail_msg("'%s' is read", lines[i]);
		assert_non_null(why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(fits),
		cmocka_unit_test(pen_fits),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
