#include "session/input_replay.h"

#include <stdlib.h>

#include "input/access.h"
#include "input/input.h"
#include "input/keyboard.h"
#include "session/gesturing.h"
#include "session/input_handlers.h"
#include "session/input_text.h"
#include "session/keys.h"
#include "session/pens.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define PATIENCE_NS (5 * NS_PER_S)
#define REST_NS     NS_PER_S /* for what the last event leads to */

struct input_replay {
	struct session *session;
	const struct input_recording *recording;
	struct input *input;
	uint64_t created_ns, begin_ns;     /* begin_ns 0: not yet */
	size_t next;                       /* of the recording's events */
	struct input_pen pens[INPUT_PENS]; /* the last of each that is near: not OUT */
	bool near[INPUT_PENS];
	struct input_gesture gesture; /* the last one, unless it has ended */
	bool gestures;
	bool over;
};

/* As it was when the recording began, whose keys are those that slow keys let through. */
static void begin_keys(struct keyboard *keyboard, const struct input_recording *recording)
{
	struct access_config access = *keyboard_access(keyboard);
	if (!recording->active)
		return;
	keyboard_set_layout(keyboard, recording->active - 1);
	keyboard_set_locks(keyboard, recording->locks);
	access.slow_ns = 0;
	keyboard_set_access(keyboard, &access);
}

int input_replay_create(struct session *session, const struct input_recording *recording,
	struct input_replay **out)
{
	struct input_replay *replay = xcalloc(1, sizeof *replay);
	*replay = (struct input_replay){
		.session = session, .recording = recording, .created_ns = clock_now_ns()};
	int r = keys_open(session, NULL, NULL, &bare_input_listener, &replay->input);
	if (r < 0) {
		input_replay_destroy(replay);
		return r;
	}
	*out = replay;
	begin_keys(input_keyboard(replay->input), recording);
	input_replay_layout(replay);
	return 0;
}

void input_replay_destroy(struct input_replay *replay)
{
	if (!replay)
		return;
	input_destroy(replay->input);
	free(replay);
}

void input_replay_layout(struct input_replay *replay)
{
	input_tell_screens(replay->input, replay->session);
}

static uint32_t mods(struct input_replay *replay)
{
	return keyboard_mods(input_keyboard(replay->input));
}

/* These have no input_feed_*: they come as they came out of input/. */
static void feed_pen(
	struct input_replay *replay, const struct input_pen *recorded, uint64_t ns)
{
	struct input_pen pen = *recorded;
	pen.time_ns = ns;
	pen.mods = mods(replay);
	replay->pens[pen.id] = pen;
	replay->near[pen.id] = pen.kind != INPUT_PEN_OUT && pen.kind != INPUT_PEN_CANCEL;
	handle_input_activity(replay->session);
	session_pen(replay->session, &pen);
}

static void feed_gesture(
	struct input_replay *replay, const struct input_gesture *recorded, uint64_t ns)
{
	struct input_gesture gesture = *recorded;
	gesture.time_ns = ns;
	gesture.mods = mods(replay);
	replay->gesture = gesture;
	replay->gestures = gesture.phase == INPUT_GESTURE_BEGIN ||
			   gesture.phase == INPUT_GESTURE_UPDATE;
	handle_input_activity(replay->session);
	session_gesture(replay->session, &gesture);
}

static void feed_motion(struct input *input, const struct input_text *e, uint64_t ns)
{
	const struct input_motion motion = {.time_ns = ns,
		.dx = (double)e->x,
		.dy = (double)e->y,
		.raw_dx = (double)e->raw_x,
		.raw_dy = (double)e->raw_y};
	input_feed_relative(input, &motion);
}

static void feed(struct input_replay *replay, const struct input_text *e, uint64_t ns)
{
	struct input *input = replay->input;
	switch (e->kind) {
	case INPUT_TEXT_KEY:
		input_feed_key(input, e->code, e->pressed, ns);
		break;
	case INPUT_TEXT_MOVE:
		input_feed_motion(input, (double)e->x, (double)e->y, ns);
		break;
	case INPUT_TEXT_BUTTON:
		input_feed_button(input, e->code, e->pressed, ns);
		break;
	case INPUT_TEXT_SCROLL:
		input_feed_scroll(input, (double)e->x, (double)e->y, ns);
		break;
	case INPUT_TEXT_MOTION:
		feed_motion(input, e, ns);
		break;
	case INPUT_TEXT_TOUCH:
		input_feed_touch(
			input, e->touch, e->code, (double)e->x, (double)e->y, ns);
		break;
	case INPUT_TEXT_PEN:
		feed_pen(replay, &e->pen, ns);
		break;
	case INPUT_TEXT_GESTURE:
		feed_gesture(replay, &e->gesture, ns);
		break;
	case INPUT_TEXT_END:
		break;
	}
}

static bool windows_wait(struct session *session)
{
	list_for_each (window, &session->windows, struct window, link) {
		if (!window->seen && !panel_hidden(window))
			return true;
	}
	return false;
}

static void begin(struct input_replay *replay, uint64_t now)
{
	bool late = now >= replay->created_ns + PATIENCE_NS;
	if (!late && windows_wait(replay->session))
		return;
	replay->begin_ns = now;
	log_info("input is replayed: %zu events in %.3f s", replay->recording->n,
		(double)replay->recording->end_ns / 1e9);
}

static uint64_t end_ns(const struct input_replay *replay)
{
	return replay->begin_ns + replay->recording->end_ns;
}

static void end(struct input_replay *replay)
{
	uint64_t now = clock_now_ns();
	replay->over = true;
	for (int i = 0; i < INPUT_PENS; i++) {
		replay->pens[i].kind = INPUT_PEN_CANCEL;
		if (replay->near[i])
			feed_pen(replay, &replay->pens[i], now);
	}
	replay->gesture.phase = INPUT_GESTURE_CANCEL;
	if (replay->gestures)
		feed_gesture(replay, &replay->gesture, now);
	input_suspend(replay->input);
	log_info("the replay is over: all %zu events", replay->recording->n);
}

/* What repeats between two events comes between them. */
static void feed_due(struct input_replay *replay, uint64_t now)
{
	const struct input_recording *recording = replay->recording;
	while (replay->next < recording->n) {
		const struct input_text *event = &recording->events[replay->next];
		uint64_t ns = replay->begin_ns + event->ns;
		if (ns > now)
			return;
		input_repeat(replay->input, ns);
		feed(replay, event, ns);
		replay->next++;
	}
}

void input_replay_turn(struct input_replay *replay)
{
	uint64_t now = clock_now_ns();
	if (!replay->begin_ns)
		begin(replay, now);
	if (!replay->begin_ns)
		return;
	feed_due(replay, now);
	input_repeat(replay->input, now);
	if (!replay->over && now >= end_ns(replay))
		end(replay);
	if (!replay->session->options->run_ns && now >= end_ns(replay) + REST_NS)
		replay->session->quit = true;
}

uint64_t input_replay_next_ns(const struct input_replay *replay)
{
	const struct input_recording *recording = replay->recording;
	uint64_t repeat = input_next_repeat_ns(replay->input), next;
	if (!replay->begin_ns)
		return replay->created_ns + PATIENCE_NS;
	if (replay->over)
		return replay->session->options->run_ns ? UINT64_MAX
							: end_ns(replay) + REST_NS;
	next = replay->next < recording->n
		       ? replay->begin_ns + recording->events[replay->next].ns
		       : end_ns(replay);
	return repeat && repeat < next ? repeat : next;
}
