#include <stddef.h>

#include "fingers.h"

static bool do_it(struct fingers *fingers, const struct finger *finger,
	enum deed_kind kind, uint32_t times)
{
	const struct deed deed = {
		.kind = kind,
		.key = finger->key,
		.times = times,
		.x = finger->x,
		.y = finger->y,
	};
	return fingers->deed(fingers->data, &deed);
}

static bool is_down(const struct finger *finger)
{
	return finger->state != FINGER_NONE && finger->state != FINGER_FADES;
}

static struct finger *find(struct fingers *fingers, uint32_t id)
{
	for (int i = 0; i < FINGERS_MAX; i++) {
		if (is_down(&fingers->finger[i]) && fingers->finger[i].id == id)
			return &fingers->finger[i];
	}
	return NULL;
}

/* A free one, or one that only fades; there are more than fingers. */
static struct finger *take(struct fingers *fingers)
{
	struct finger *fading = NULL;
	for (int i = 0; i < FINGERS_MAX; i++) {
		if (fingers->finger[i].state == FINGER_NONE)
			return &fingers->finger[i];
		if (fingers->finger[i].state == FINGER_FADES)
			fading = &fingers->finger[i];
	}
	return fading;
}

static void fade(struct finger *finger, uint64_t now_ns)
{
	finger->state = FINGER_FADES;
	finger->deadline_ns = now_ns + FINGER_FADE_NS;
}

/* What the finger was about to do, it does now. */
static void finish(struct fingers *fingers, struct finger *finger)
{
	enum finger_state state = finger->state;
	finger->deadline_ns = 0;
	finger->state = FINGER_DONE;
	if (state == FINGER_CHOOSES)
		do_it(fingers, finger, DEED_CHOOSE, 1);
	else if (state == FINGER_DOWN)
		do_it(fingers, finger, DEED_TYPE, 1);
}

void fingers_press(struct fingers *fingers, uint32_t id, int key, const struct key *at,
	int32_t slop, float x, float y, uint64_t now_ns)
{
	fingers_cancel(fingers, id);
	bool latch = at->does == KEY_LATCHES;
	for (int i = 0; i < FINGERS_MAX; i++) {
		struct finger *other = &fingers->finger[i];
		if (is_down(other) && other->types)
			finish(fingers, other);
	}
	struct finger *finger = take(fingers);
	if (!finger)
		return;
	*finger = (struct finger){
		.state = FINGER_DOWN,
		.id = id,
		.key = key,
		.types = at->does <= KEY_PRESSES,
		.latch = latch,
		.repeats = at->held == HELD_REPEATS,
		.offers = at->held == HELD_OFFERS,
		.on = {at->cell.x0 - slop, at->cell.y0 - slop, at->cell.x1 + slop,
			at->cell.y1 + slop},
		.x = x,
		.y = y,
	};
	if (finger->repeats || finger->offers)
		finger->deadline_ns = now_ns + FINGER_HELD_NS;
	if (latch)
		do_it(fingers, finger, DEED_LATCH_DOWN, 1);
}

bool fingers_move(struct fingers *fingers, uint32_t id, float x, float y)
{
	struct finger *finger = find(fingers, id);
	if (!finger)
		return false;
	finger->x = x;
	finger->y = y;
	enum finger_state before = finger->state;
	bool on = box_has(&finger->on, x, y);
	if (before == FINGER_CHOOSES)
		return do_it(fingers, finger, DEED_POINT, 1);
	if (before == FINGER_DOWN && !on) {
		finger->state = FINGER_OFF;
		finger->deadline_ns = 0;
	} else if (before == FINGER_OFF && on) {
		finger->state = FINGER_DOWN;
	} else if (before == FINGER_REPEATS && !on) {
		finger->state = FINGER_DONE;
		finger->deadline_ns = 0;
	}
	return finger->state != before;
}

void fingers_lift(struct fingers *fingers, uint32_t id, float x, float y, uint64_t now_ns)
{
	fingers_move(fingers, id, x, y);
	struct finger *finger = find(fingers, id);
	if (!finger)
		return;
	const struct finger was = *finger;
	if (was.state == FINGER_DOWN)
		fade(finger, now_ns);
	else
		*finger = (struct finger){0};
	if (was.latch)
		do_it(fingers, &was, DEED_LATCH_UP, was.state == FINGER_DOWN);
	else if (was.state == FINGER_CHOOSES)
		do_it(fingers, &was, DEED_CHOOSE, 1);
	else if (was.state == FINGER_DOWN)
		do_it(fingers, &was, DEED_TYPE, 1);
}

void fingers_cancel(struct fingers *fingers, uint32_t id)
{
	struct finger *finger = find(fingers, id);
	if (!finger)
		return;
	const struct finger was = *finger;
	*finger = (struct finger){0};
	if (was.latch)
		do_it(fingers, &was, DEED_LATCH_UP, 0);
	else if (was.state == FINGER_CHOOSES)
		do_it(fingers, &was, DEED_CLOSE, 0);
}

void fingers_tap(struct fingers *fingers, int key, const struct key *at, uint64_t now_ns)
{
	struct finger *finger = take(fingers);
	const struct finger tap = {.key = key, .latch = at->does == KEY_LATCHES};
	if (finger) {
		*finger = tap;
		fade(finger, now_ns);
	}
	if (!tap.latch) {
		do_it(fingers, &tap, DEED_TYPE, 1);
		return;
	}
	do_it(fingers, &tap, DEED_LATCH_DOWN, 1);
	do_it(fingers, &tap, DEED_LATCH_UP, 1);
}

/* Their ids stay taken until they are lifted. */
void fingers_forget(struct fingers *fingers)
{
	for (int i = 0; i < FINGERS_MAX; i++) {
		struct finger *finger = &fingers->finger[i];
		if (is_down(finger)) {
			*finger = (struct finger){
				.state = FINGER_DONE, .id = finger->id, .key = -1};
		} else {
			*finger = (struct finger){0};
		}
	}
}

uint64_t fingers_next(const struct fingers *fingers)
{
	uint64_t next = UINT64_MAX;
	for (int i = 0; i < FINGERS_MAX; i++) {
		uint64_t deadline_ns = fingers->finger[i].deadline_ns;
		if (deadline_ns && deadline_ns < next)
			next = deadline_ns;
	}
	return next;
}

/* Who comes late repeats as often as it should have been, but not for ever. */
static void repeat(struct fingers *fingers, struct finger *finger, uint64_t now_ns)
{
	uint64_t late = (now_ns - finger->deadline_ns) / FINGER_EVERY_NS;
	uint32_t times = late < 8 ? 1 + (uint32_t)late : 8;
	finger->state = FINGER_REPEATS;
	finger->deadline_ns = now_ns + FINGER_EVERY_NS;
	do_it(fingers, finger, DEED_TYPE, times);
}

static void offer(struct fingers *fingers, struct finger *finger)
{
	finger->deadline_ns = 0;
	if (do_it(fingers, finger, DEED_OPEN, 1))
		finger->state = FINGER_CHOOSES;
}

bool fingers_tick(struct fingers *fingers, uint64_t now_ns)
{
	bool changed = false;
	for (int i = 0; i < FINGERS_MAX; i++) {
		struct finger *finger = &fingers->finger[i];
		if (finger->deadline_ns == 0 || now_ns < finger->deadline_ns)
			continue;
		changed = true;
		if (finger->state == FINGER_FADES)
			*finger = (struct finger){0};
		else if (finger->repeats)
			repeat(fingers, finger, now_ns);
		else
			offer(fingers, finger);
	}
	return changed;
}

bool fingers_on(const struct fingers *fingers, int key)
{
	for (int i = 0; i < FINGERS_MAX; i++) {
		const struct finger *finger = &fingers->finger[i];
		if (finger->key == key && finger->state != FINGER_NONE &&
			finger->state != FINGER_OFF && finger->state != FINGER_DONE)
			return true;
	}
	return false;
}

int fingers_preview(const struct fingers *fingers)
{
	for (int i = 0; i < FINGERS_MAX; i++) {
		const struct finger *finger = &fingers->finger[i];
		if (finger->state == FINGER_DOWN && finger->id != FINGER_MOUSE)
			return finger->key;
	}
	return -1;
}
