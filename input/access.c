#include "input/access.h"

#include <string.h>

#include "util/clock.h"

#define SQRT_2 1.41421356237309505

static void pass(struct access *a, uint32_t code, bool pressed, uint64_t time_ns)
{
	a->listener->key(a->data, code, pressed, time_ns);
}

/* Sticky keys. */

/* Those that are in that state let go. */
static void let_go(struct access *a, enum access_sticky which, uint64_t time_ns)
{
	for (uint32_t code = 0; code < KEY_CNT; code++) {
		if (a->sticky[code] != which)
			continue;
		a->sticky[code] = ACCESS_FREE;
		/* The finger is on it, too: its own release ends it. */
		if (a->state[code] != ACCESS_DOWN)
			pass(a, code, false, time_ns);
	}
}

static void set_sticky(struct access *a, bool on, uint64_t time_ns)
{
	a->config.sticky = on;
	if (on)
		return;
	let_go(a, ACCESS_LATCHED, time_ns);
	let_go(a, ACCESS_USED, time_ns);
	let_go(a, ACCESS_LOCKED, time_ns);
	memset(a->tapped, 0, sizeof a->tapped);
}

static bool other_is_held(const struct access *a, uint32_t code)
{
	for (uint32_t i = 0; i < KEY_CNT; i++) {
		if (i != code && a->tapped[i] && a->state[i] == ACCESS_DOWN)
			return true;
	}
	return false;
}

static void press_modifier(struct access *a, uint32_t code, uint64_t time_ns)
{
	bool passed = a->sticky[code] != ACCESS_FREE;
	if (a->config.sticky_pairs && other_is_held(a, code))
		set_sticky(a, false, time_ns);
	a->tapped[code] = a->config.sticky;
	if (!passed)
		pass(a, code, true, time_ns);
}

static void release_modifier(struct access *a, uint32_t code, uint64_t time_ns)
{
	bool tapped = a->tapped[code], lock = a->config.sticky_lock;
	a->tapped[code] = false;
	if (tapped && a->sticky[code] == ACCESS_FREE) {
		a->sticky[code] = ACCESS_LATCHED;
	} else if (tapped && lock && a->sticky[code] == ACCESS_LATCHED) {
		a->sticky[code] = ACCESS_LOCKED;
	} else {
		a->sticky[code] = ACCESS_FREE;
		pass(a, code, false, time_ns);
	}
}

static void press_other(struct access *a, uint32_t code, uint64_t time_ns)
{
	let_go(a, ACCESS_USED, time_ns);
	memset(a->tapped, 0, sizeof a->tapped);
	for (uint32_t i = 0; i < KEY_CNT; i++) {
		if (a->sticky[i] == ACCESS_LATCHED)
			a->sticky[i] = ACCESS_USED;
	}
	pass(a, code, true, time_ns);
}

static void press_key(struct access *a, const struct access_key *key)
{
	a->state[key->code] = ACCESS_DOWN;
	if (!a->config.sticky)
		pass(a, key->code, true, key->time_ns);
	else if (key->modifier)
		press_modifier(a, key->code, key->time_ns);
	else
		press_other(a, key->code, key->time_ns);
}

static void release_key(struct access *a, const struct access_key *key)
{
	if (a->tapped[key->code] || a->sticky[key->code] != ACCESS_FREE) {
		release_modifier(a, key->code, key->time_ns);
		return;
	}
	pass(a, key->code, false, key->time_ns);
	if (a->config.sticky && !key->modifier)
		let_go(a, ACCESS_USED, key->time_ns);
}

/* Five taps of Shift, and nothing between them. */
static void count_shift(struct access *a, const struct access_key *key)
{
	if (!a->config.shift_turns)
		return;
	if (!key->shift)
		a->shift_taps = 0;
	else if (key->pressed)
		a->shift_taps++;
	if (key->shift && !key->pressed && a->shift_taps >= ACCESS_SHIFT_TAPS) {
		a->shift_taps = 0;
		set_sticky(a, !a->config.sticky, key->time_ns);
	}
}

/* Mouse keys. */

struct direction {
	int x, y;
};

static bool direction_of(uint32_t code, struct direction *out)
{
	static const struct {
		uint32_t code;
		struct direction to;
	} keys[] = {
		{KEY_KP7, {-1, -1}},
		{KEY_KP8, {0, -1}},
		{KEY_KP9, {1, -1}},
		{KEY_KP4, {-1, 0}},
		{KEY_KP6, {1, 0}},
		{KEY_KP1, {-1, 1}},
		{KEY_KP2, {0, 1}},
		{KEY_KP3, {1, 1}},
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (keys[i].code != code)
			continue;
		*out = keys[i].to;
		return true;
	}
	return false;
}

static bool is_mouse_key(uint32_t code)
{
	struct direction d;
	switch (code) {
	case KEY_KP5:
	case KEY_KPPLUS:
	case KEY_KPSLASH:
	case KEY_KPASTERISK:
	case KEY_KPMINUS:
	case KEY_KP0:
	case KEY_KPDOT:
		return true;
	default:
		return direction_of(code, &d);
	}
}

/* Where the keys that are held point, together. */
static struct direction heading(const struct access *a)
{
	struct direction sum = {0, 0}, d;
	for (uint32_t code = KEY_KP7; code <= KEY_KP3; code++) {
		if (a->state[code] != ACCESS_MOUSE || !direction_of(code, &d))
			continue;
		sum.x += d.x;
		sum.y += d.y;
	}
	return sum;
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void move(struct access *a, double by, uint64_t time_ns)
{
	struct direction d = heading(a);
	int x = sign(d.x), y = sign(d.y);
	double along = x && y ? by / SQRT_2 : by;
	if (x || y)
		a->listener->move(a->data, along * x, along * y, time_ns);
}

static void hold(struct access *a, uint32_t button, uint64_t time_ns)
{
	if (a->holds)
		return;
	a->holds = button;
	a->listener->button(a->data, button, true, time_ns);
}

static void unhold(struct access *a, uint64_t time_ns)
{
	uint32_t button = a->holds;
	a->holds = 0;
	if (button)
		a->listener->button(a->data, button, false, time_ns);
}

static void click(struct access *a, uint64_t time_ns)
{
	unhold(a, time_ns);
	hold(a, a->button, time_ns);
	unhold(a, time_ns);
}

static void press_mouse(struct access *a, uint32_t code, uint64_t time_ns)
{
	a->state[code] = ACCESS_MOUSE;
	switch (code) {
	case KEY_KPSLASH:
		a->button = BTN_LEFT;
		break;
	case KEY_KPASTERISK:
		a->button = BTN_MIDDLE;
		break;
	case KEY_KPMINUS:
		a->button = BTN_RIGHT;
		break;
	case KEY_KPPLUS:
		click(a, time_ns);
		click(a, time_ns);
		break;
	case KEY_KP5:
		click(a, time_ns);
		break;
	case KEY_KP0:
		hold(a, a->button, time_ns);
		break;
	case KEY_KPDOT:
		unhold(a, time_ns);
		break;
	default:
		move(a, 1, time_ns);
		if (!a->move_ns) {
			a->started_ns = time_ns;
			a->move_ns = time_ns + ACCESS_MOUSE_DELAY;
		}
		break;
	}
}

static void release_mouse(struct access *a, uint32_t code)
{
	struct direction d;
	a->state[code] = ACCESS_UP;
	d = heading(a);
	if (d.x == 0 && d.y == 0)
		a->move_ns = 0;
}

/* XKB's MouseKeysAccel: the full speed times (time / ramp) ^ 2, as a curve of 1000 is. */
static void step(struct access *a, uint64_t now_ns)
{
	double ramp = (double)a->config.mouse_ramp_ns;
	double part = ramp > 0 ? (double)(now_ns - a->started_ns) / ramp : 1;
	uint64_t passed = now_ns - a->move_ns + ACCESS_MOUSE_STEP;
	double s = (double)(passed < 50 * NS_PER_MS ? passed : 50 * NS_PER_MS) / 1e9;
	a->move_ns = now_ns + ACCESS_MOUSE_STEP;
	double by = s * a->config.mouse_speed * (part < 1 ? part * part : 1);
	move(a, by, now_ns);
}

/* Slow and bounce keys, and which way a key goes. */

static void accept(struct access *a, const struct access_key *key)
{
	if (a->config.mouse && !key->num_lock && is_mouse_key(key->code))
		press_mouse(a, key->code, key->time_ns);
	else
		press_key(a, key);
}

static bool bounces(const struct access *a, const struct access_key *key)
{
	uint64_t last = a->released_ns[key->code];
	return a->config.bounce_ns && last && key->time_ns < last + a->config.bounce_ns;
}

static void wait_for(struct access *a, const struct access_key *key)
{
	a->state[key->code] = ACCESS_IGNORED;
	if (a->n_slow == ACCESS_SLOW_KEYS)
		return;
	a->state[key->code] = ACCESS_SLOW;
	a->slow[a->n_slow++] =
		(struct access_waiting){*key, key->time_ns + a->config.slow_ns};
}

/* In the order in which they were pressed. */
static void forget_slow(struct access *a, size_t i)
{
	a->n_slow--;
	memmove(&a->slow[i], &a->slow[i + 1], (a->n_slow - i) * sizeof *a->slow);
}

static void drop_slow(struct access *a, uint32_t code)
{
	for (size_t i = 0; i < a->n_slow; i++) {
		if (a->slow[i].key.code == code) {
			forget_slow(a, i);
			return;
		}
	}
}

static void release(struct access *a, const struct access_key *key)
{
	enum access_state was = a->state[key->code];
	a->released_ns[key->code] = key->time_ns;
	if (was == ACCESS_MOUSE) {
		release_mouse(a, key->code);
		return;
	}
	a->state[key->code] = ACCESS_UP;
	if (was == ACCESS_SLOW)
		drop_slow(a, key->code);
	else if (was == ACCESS_DOWN)
		release_key(a, key);
}

void access_key(struct access *access, const struct access_key *key)
{
	if (key->code >= KEY_CNT ||
		key->pressed == (access->state[key->code] != ACCESS_UP))
		return;
	if (key->pressed) {
		if (bounces(access, key))
			access->state[key->code] = ACCESS_IGNORED;
		else if (access->config.slow_ns)
			wait_for(access, key);
		else
			accept(access, key);
	} else {
		release(access, key);
	}
	count_shift(access, key);
}

uint64_t access_next_ns(const struct access *access)
{
	uint64_t next = access->move_ns;
	for (size_t i = 0; i < access->n_slow; i++) {
		if (!next || access->slow[i].due_ns < next)
			next = access->slow[i].due_ns;
	}
	return next;
}

void access_turn(struct access *access, uint64_t now_ns)
{
	for (size_t i = 0; i < access->n_slow;) {
		struct access_waiting next = access->slow[i];
		if (next.due_ns > now_ns) {
			i++;
			continue;
		}
		forget_slow(access, i);
		next.key.time_ns = next.due_ns;
		accept(access, &next.key);
		/* The owner may have let go of everything meanwhile. */
		i = 0;
	}
	if (access->move_ns && access->move_ns <= now_ns)
		step(access, now_ns);
}

void access_init(
	struct access *access, const struct access_listener *listener, void *data)
{
	*access = (struct access){.listener = listener, .data = data, .button = BTN_LEFT};
}

void access_set(
	struct access *access, const struct access_config *config, uint64_t time_ns)
{
	bool sticky = config->sticky;
	if (access->config.mouse && !config->mouse) {
		access->move_ns = 0;
		unhold(access, time_ns);
	}
	access->config = *config;
	access->config.sticky = true;
	set_sticky(access, sticky, time_ns);
	access->shift_taps = 0;
}

void access_forget(struct access *access, uint64_t time_ns)
{
	unhold(access, time_ns);
	memset(access->state, ACCESS_UP, sizeof access->state);
	memset(access->sticky, ACCESS_FREE, sizeof access->sticky);
	memset(access->tapped, 0, sizeof access->tapped);
	memset(access->released_ns, 0, sizeof access->released_ns);
	access->n_slow = 0;
	access->shift_taps = 0;
	access->move_ns = 0;
}
