#include "session/input_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "input/keyboard.h"
#include "session/indicator.h"
#include "session/input_text.h"
#include "session/keys.h"
#include "session/loop.h"
#include "session/outputs.h"
#include "session/screen.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define ROOM     ((size_t)256 << 10) /* at 1,000 events a second about 9 s */
#define PAUSE_NS (100 * NS_PER_MS)   /* between two lots of lines */

struct input_record {
	struct indicator_entry shown;
	struct loop_source *source; /* NULL: nothing goes there any more */
	int fd;
	enum input_record_state state;
	const char *why;
	uint64_t begin_ns,
		end_ns;   /* end_ns: when it is over; UINT64_MAX: not by itself */
	uint64_t last_ns; /* of the last line, since the beginning */
	uint64_t due_ns;  /* what waits is sent then; UINT64_MAX: nothing does */
	uint64_t events;
	float x, y;        /* where the pointer was last told to be */
	bool placed, full; /* full: the client has to read first */
	size_t used;
	char lines[ROOM];
};

static void leave(struct input_record *record)
{
	loop_remove(record->source);
	record->source = NULL;
	if (record->fd >= 0)
		close(record->fd);
	record->fd = -1;
	record->due_ns = UINT64_MAX;
	record->used = 0;
}

static void fail(struct input_record *record, const char *why)
{
	if (record->state == INPUT_RECORD_RUNNING) {
		log_error("the recording of input broke off: %s", why);
		indicator_remove(&record->shown);
		record->state = INPUT_RECORD_FAILED;
		record->why = why;
	}
	leave(record);
}

/* After the end nothing more comes: when all of it has gone the client is left. */
static void flush(struct input_record *record)
{
	bool was_full = record->full;
	while (record->used) {
		ssize_t n = send(record->fd, record->lines, record->used,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		record->full = n < 0 && errno == EAGAIN;
		if (record->full)
			break;
		if (n < 0) {
			fail(record, "who asked for it is gone");
			return;
		}
		record->used -= (size_t)n;
		memmove(record->lines, record->lines + n, record->used);
	}
	record->due_ns = UINT64_MAX;
	if (!record->used && record->state == INPUT_RECORD_DONE)
		leave(record);
	else if (record->full != was_full || record->state == INPUT_RECORD_DONE)
		loop_mod(record->source,
			(record->state == INPUT_RECORD_RUNNING ? EPOLLIN : 0u) |
				(record->full ? EPOLLOUT : 0u));
}

static void put(struct input_record *record, const char *text, size_t size)
{
	if (record->fd >= 0 && size > ROOM - record->used)
		flush(record);
	if (record->fd < 0)
		return;
	if (size > ROOM - record->used) {
		fail(record, "it was not taken: whatever writes the file is too slow");
		return;
	}
	memcpy(record->lines + record->used, text, size);
	record->used += size;
	if (record->due_ns == UINT64_MAX && !record->full)
		record->due_ns = clock_now_ns() + PAUSE_NS;
}

/* Devices' clocks are the same, but what they say may come in another order. */
static uint64_t since(struct input_record *record, uint64_t time_ns)
{
	uint64_t ns = time_ns > record->begin_ns ? time_ns - record->begin_ns : 0;
	if (ns > record->last_ns)
		record->last_ns = ns < INPUT_TEXT_NS_MAX ? ns : INPUT_TEXT_NS_MAX - 1;
	return record->last_ns;
}

static void put_event(
	struct input_record *record, uint64_t time_ns, const struct input_text *event)
{
	char line[INPUT_TEXT_LINE_MAX];
	struct input_text stamped = *event;
	stamped.ns = since(record, time_ns);
	put(record, line, input_text_write(line, &stamped));
	record->events += event->kind != INPUT_TEXT_END;
}

static bool runs(const struct input_record *record)
{
	return record && record->state == INPUT_RECORD_RUNNING;
}

void input_record_key(struct input_record *record, const struct input_key *key)
{
	struct input_text event = {
		.kind = INPUT_TEXT_KEY, .code = key->code, .pressed = key->pressed};
	if (runs(record) && !key->repeat)
		put_event(record, key->time_ns, &event);
}

/* It may have come there otherwise than by a move, or before it all began. */
static void put_place(struct input_record *record, const struct input_pointer *pointer)
{
	struct input_text event = {
		.kind = INPUT_TEXT_MOVE, .x = pointer->x, .y = pointer->y};
	bool same = record->placed && record->x == pointer->x && record->y == pointer->y;
	if (same && pointer->kind != INPUT_POINTER_MOVE)
		return;
	record->placed = true;
	record->x = pointer->x;
	record->y = pointer->y;
	put_event(record, pointer->time_ns, &event);
}

void input_record_pointer(
	struct input_record *record, const struct input_pointer *pointer)
{
	struct input_text event = {.kind = INPUT_TEXT_BUTTON,
		.code = pointer->button,
		.pressed = pointer->kind == INPUT_POINTER_PRESS};
	if (!runs(record) || pointer->source == INPUT_SOURCE_PEN)
		return;
	put_place(record, pointer);
	if (pointer->kind == INPUT_POINTER_MOVE)
		return;
	if (pointer->kind == INPUT_POINTER_SCROLL)
		event = (struct input_text){.kind = INPUT_TEXT_SCROLL,
			.x = pointer->scroll_x,
			.y = pointer->scroll_y};
	put_event(record, pointer->time_ns, &event);
}

void input_record_motion(struct input_record *record, const struct input_motion *motion)
{
	struct input_text event = {.kind = INPUT_TEXT_MOTION,
		.x = (float)motion->dx,
		.y = (float)motion->dy,
		.raw_x = (float)motion->raw_dx,
		.raw_y = (float)motion->raw_dy};
	if (runs(record))
		put_event(record, motion->time_ns, &event);
}

void input_record_touch(struct input_record *record, const struct input_touch *touch)
{
	struct input_text event = {.kind = INPUT_TEXT_TOUCH,
		.code = touch->id,
		.touch = touch->kind,
		.x = touch->x,
		.y = touch->y};
	if (runs(record))
		put_event(record, touch->time_ns, &event);
}

void input_record_pen(struct input_record *record, const struct input_pen *pen)
{
	struct input_text event = {.kind = INPUT_TEXT_PEN, .pen = *pen};
	if (!runs(record))
		return;
	record->placed = false; /* the pointer went with it */
	put_event(record, pen->time_ns, &event);
}

void input_record_gesture(
	struct input_record *record, const struct input_gesture *gesture)
{
	struct input_text event = {.kind = INPUT_TEXT_GESTURE, .gesture = *gesture};
	if (runs(record))
		put_event(record, gesture->time_ns, &event);
}

void input_record_stop(struct input_record *record)
{
	struct input_text end = {.kind = INPUT_TEXT_END};
	if (!runs(record))
		return;
	put_event(record, clock_now_ns(), &end);
	if (!runs(record))
		return;
	record->state = INPUT_RECORD_DONE;
	indicator_remove(&record->shown);
	log_info("input is not recorded any more");
	flush(record);
}

/* The client has nothing to say: it wants the end, or is gone. */
static void handle_client(void *data, uint32_t events)
{
	struct input_record *record = data;
	if (events & (EPOLLHUP | EPOLLERR)) {
		fail(record, "who asked for it is gone");
		return;
	}
	if (events & EPOLLOUT)
		flush(record);
	if (events & EPOLLIN)
		input_record_stop(record);
}

void input_record_turn(struct input_record *record)
{
	if (!record || !record->source)
		return;
	uint64_t now = clock_now_ns();
	if (now >= record->end_ns)
		input_record_stop(record);
	else if (now >= record->due_ns)
		flush(record);
}

uint64_t input_record_next_ns(const struct input_record *record)
{
	if (!record || !record->source)
		return UINT64_MAX;
	uint64_t end = runs(record) ? record->end_ns : UINT64_MAX;
	return record->due_ns < end ? record->due_ns : end;
}

/* Which layout is active, and what is locked. */
static void put_keyboard(struct input_record *record, const struct keyboard *keyboard)
{
	char text[32];
	uint32_t leds = keyboard_leds(keyboard);
	int n = snprintf(text, sizeof text, "keyboard %zu%s%s\n",
		keyboard_layout(keyboard) + 1, leds & KEYBOARD_LED_CAPS ? " caps" : "",
		leds & KEYBOARD_LED_NUM ? " num" : "");
	put(record, text, (size_t)n);
}

/* What a replay needs: how large all of it was, and what the keys were. */
static void put_head(struct input_record *record, const struct session *session)
{
	char text[256];
	double width = 0, height = 0;
	char layout[128];
	list_for_each (screen, &session->screens, struct screen, link) {
		struct outputs_place place = outputs_place(screen);
		if (place.x + place.width > width)
			width = place.x + place.width;
		if (place.y + place.height > height)
			height = place.y + place.height;
	}
	int n = snprintf(text, sizeof text, INPUT_TEXT_FIRST "\n");
	if (width >= 1 && height >= 1)
		n += snprintf(text + n, sizeof text - (size_t)n, "size %.0fx%.0f\n",
			width, height);
	keys_layouts(session->keys, layout, sizeof layout);
	if (layout[0])
		n += snprintf(text + n, sizeof text - (size_t)n, "layout %s\n", layout);
	put(record, text, (size_t)n);
	if (session->keys && session->keys->keyboard)
		put_keyboard(record, session->keys->keyboard);
}

static int watch(struct input_record *record, struct loop *loop, int *fd)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	record->fd = ends[0];
	record->source = loop_add(loop, ends[0], EPOLLIN, handle_client, record);
	int r = record->source ? 0 : -errno;
	if (r == 0)
		*fd = ends[1];
	else
		close(ends[1]);
	return r;
}

int input_record_start(struct session *session, uint64_t for_ns, int *fd)
{
	uint64_t now = clock_now_ns();
	if (session->input_record && session->input_record->source)
		return -EBUSY;
	struct input_record *record = xcalloc(1, sizeof *record);
	record->fd = -1;
	record->why = "";
	record->due_ns = UINT64_MAX;
	record->begin_ns = now;
	record->end_ns = for_ns ? now + for_ns : UINT64_MAX;
	int r = indicator_add(session, &record->shown, NULL);
	if (r < 0) {
		free(record);
		return r;
	}
	r = watch(record, session->loop, fd);
	if (r < 0) {
		indicator_remove(&record->shown);
		leave(record);
		free(record);
		return r;
	}
	input_record_destroy(session->input_record);
	session->input_record = record;
	put_head(record, session);
	log_info(
		"all input is recorded from now on, and what is typed with it, passwords "
		"too: 'osaas ctl record-input stop' ends it");
	return 0;
}

void input_record_destroy(struct input_record *record)
{
	if (!record)
		return;
	input_record_stop(record);
	leave(record);
	free(record);
}

bool input_record_get(const struct input_record *record, struct input_record_info *out)
{
	if (!record)
		return false;
	*out = (struct input_record_info){.state = record->state,
		.events = record->events,
		.ns = runs(record) ? clock_now_ns() - record->begin_ns : record->last_ns,
		.why = record->why};
	return true;
}
