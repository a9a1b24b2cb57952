/* The other end of osaas_method.h. */
#include "session/service_method.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "input/keyboard.h"
#include "plugins/include/osaas_method.h"
#include "plugins/include/osaas_request.h"
#include "plugins/plugin.h"
#include "session/focusing.h"
#include "session/keys.h"
#include "session/method_keys.h"
#include "session/routing.h"
#include "session/service_table.h"
#include "session/session.h"
#include "session/texting.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/utf8.h"

#define ANSWER_NS (250 * NS_PER_MS) /* for a key, at most */
#define HOLD_NS   (100 * NS_PER_MS) /* an edit waits for the field, at most */
#define TIMES     64                /* of a key that is held */
#define SILENCES  3 /* in a row, without an answer: then it is asked nothing */
#define ASIDE_NS  (60 * NS_PER_S) /* for so long */
#define TITLE_MAX 128

/* As KEYMAP told it. */
struct keymap_mark {
	uint32_t keymaps, layout, caps;
	bool told;
};

struct method {
	struct service service;
	struct method *next; /* texting.methods */
	bool takes_keys;     /* it grabbed once: it can be chosen */
	bool grabs;
	bool delivering; /* a key that may move the focus */
	struct method_keys keys;
	unsigned silences; /* keys in a row that it did not answer */
	uint64_t aside_ns; /* it is not asked before */
	/* What it was told last. */
	struct osaas_method_field field;
	bool told_field;
	uint64_t text_field; /* TEXT's: whose, and which version */
	uint32_t text_version;
	struct keymap_mark keymap;
	/* Requests that wait, with all behind them; each is among service.busy. */
	struct message held[SERVICE_DEPTH];
	size_t first, n_held;
	uint64_t held_ns; /* when the first one has waited enough */
};

static struct method *method_of(struct service *service)
{
	return container_of(service, struct method, service);
}

static struct session *session_of(const struct method *method)
{
	return method->service.session;
}

/* Which one. */

static const char *wanted(const struct session *session)
{
	return session->keys ? session->keys->config.text[KEYBOARD_METHOD] : "";
}

static bool is_called(const struct method *method, const char *word)
{
	const struct manifest *m = plugin_manifest(method->service.plugin);
	return strcmp(m->id, word) == 0 || strcmp(m->name, word) == 0;
}

/* Of those that can be chosen. NULL: none. */
static struct method *chosen(const struct session *session)
{
	const char *word = wanted(session);
	for (struct method *m = session->texting.methods; m; m = m->next) {
		if (m->takes_keys && (!word[0] || is_called(m, word)))
			return m;
	}
	return NULL;
}

static bool is_aside(const struct method *method)
{
	return clock_now_ns() < method->aside_ns;
}

void service_method_each(struct session *session,
	void (*tell)(void *data, const struct service_method_info *info), void *data)
{
	const struct method *now = chosen(session);
	for (struct method *m = session->texting.methods; m; m = m->next) {
		const struct manifest *manifest = plugin_manifest(m->service.plugin);
		const struct service_method_info info = {manifest->id, manifest->name,
			m->takes_keys, m == now, is_aside(m)};
		tell(data, &info);
	}
}

const char *service_method_next(struct session *session)
{
	const struct method *now = chosen(session);
	struct method *m = now ? now->next : session->texting.methods;
	while (m && !m->takes_keys)
		m = m->next;
	return m ? plugin_manifest(m->service.plugin)->id : METHOD_NONE;
}

/* What is told. */

static int post(struct method *method, uint32_t type, const void *payload, size_t size)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, payload, size);
	return service_post(&method->service, &msg);
}

static int post_text(
	struct method *method, struct message *msg, const void *payload, size_t size)
{
	memcpy(msg->bytes, payload, size);
	int r = service_post(&method->service, msg);
	if (r < 0)
		buffer_destroy(msg->buffer);
	return r;
}

static struct osaas_method_field describe(
	const struct method *method, const struct texting *t)
{
	const struct session *session = session_of(method);
	return (struct osaas_method_field){
		.field = t->serial,
		.kind = !t->window        ? OSAAS_FIELD_NONE
			: t->state.editor ? OSAAS_FIELD_EDITOR
					  : OSAAS_FIELD_KEYS,
		.hint = t->state.hint,
		.keyboard = texting_wants_keyboard(session),
		.chosen = chosen(session) == method,
	};
}

/* Returns 0, or as service_post. */
static int tell_field(struct method *method, const struct texting *t)
{
	struct osaas_method_field field = describe(method, t);
	if (method->told_field && memcmp(&field, &method->field, sizeof field) == 0)
		return 0;
	int r = post(method, OSAAS_METHOD_FIELD, &field, sizeof field);
	if (r < 0)
		return r;
	method->field = field;
	method->told_field = true;
	return 0;
}

static int16_t coordinate(float at)
{
	return (int16_t)(at > -32768 && at < 32767 ? at : at > 0 ? 32767 : -32768);
}

static uint16_t extent(float size)
{
	return (uint16_t)(size > 0 && size < 65535 ? size : size > 0 ? 65535 : 0);
}

static struct osaas_method_text text_of(const struct texting *t)
{
	const struct text_input *s = &t->state;
	return (struct osaas_method_text){
		.field = t->serial,
		.start = s->snippet.start,
		.end = s->snippet.end,
		.select_start = s->select.start,
		.select_end = s->select.end,
		.compose_start = s->compose.start,
		.compose_end = s->compose.end,
		.x = coordinate((float)t->window->x + s->caret.x),
		.y = coordinate((float)t->window->y + s->caret.y),
		.ascent = extent(s->caret.ascent),
		.descent = extent(s->caret.descent),
	};
}

static int tell_text(struct method *method, const struct texting *t)
{
	struct message msg = {.type = OSAAS_METHOD_TEXT, .len = t->state.size};
	if (!t->window || !t->state.selects || texting_is_secret(t) ||
		(method->text_field == t->serial &&
			method->text_version == t->state.version))
		return 0;
	struct osaas_method_text text = text_of(t);
	if (msg.len) {
		msg.buffer = buffer_create(t->state.size);
		if (!msg.buffer)
			return -EAGAIN;
		memcpy(buffer_data(msg.buffer), t->state.text, t->state.size);
	}
	int r = post_text(method, &msg, &text, sizeof text);
	if (r < 0)
		return r;
	method->text_field = t->serial;
	method->text_version = t->state.version;
	return 0;
}

/* KEYMAP. */

_Static_assert(sizeof(struct osaas_method_symbol) == sizeof(struct keyboard_symbol),
	"the same, by which they are copied");
_Static_assert(offsetof(struct osaas_method_symbol, dead) ==
		       offsetof(struct keyboard_symbol, dead),
	"the same, by which they are copied");

static struct keymap_mark mark_of(const struct keyboard *k)
{
	return (struct keymap_mark){keyboard_keymaps(k), (uint32_t)keyboard_layout(k),
		(keyboard_leds(k) & KEYBOARD_LED_CAPS) != 0, true};
}

static bool same_mark(const struct keymap_mark *a, const struct keymap_mark *b)
{
	return a->told == b->told && a->keymaps == b->keymaps && a->layout == b->layout &&
	       a->caps == b->caps;
}

/* The titles, each with a zero behind it; to NULL: how many bytes that is. */
static size_t put_titles(const struct keyboard *k, char *to)
{
	size_t n = 0;
	for (size_t i = 0; i < keyboard_layouts(k); i++) {
		const char *title = keyboard_layout_title(k, i);
		size_t size = strnlen(title, TITLE_MAX);
		if (to) {
			memcpy(to + n, title, size);
			to[n + size] = '\0';
		}
		n += size + 1;
	}
	return n;
}

static int tell_keymap(struct method *method, const struct keyboard *k)
{
	struct message msg = {.type = OSAAS_METHOD_KEYMAP};
	const struct keymap_mark mark = mark_of(k);
	if (same_mark(&mark, &method->keymap))
		return 0;
	msg.buffer = buffer_create(
		KEY_CNT * sizeof(struct keyboard_symbol) + put_titles(k, NULL));
	if (!msg.buffer)
		return -EAGAIN;
	const struct osaas_method_keymap keymap = {.layout = mark.layout,
		.layouts = (uint32_t)keyboard_layouts(k),
		.count = (uint32_t)keyboard_symbols(k, buffer_data(msg.buffer), KEY_CNT),
		.caps = mark.caps};
	size_t symbols = keymap.count * sizeof(struct keyboard_symbol);
	msg.len = symbols + put_titles(k, (char *)buffer_data(msg.buffer) + symbols);
	int r = post_text(method, &msg, &keymap, sizeof keymap);
	if (r == 0)
		method->keymap = mark;
	return r;
}

/* All that it does not know yet; what has no room now, when there is some. */
static void tell(struct method *method)
{
	struct session *session = session_of(method);
	const struct texting *t = texting_look(session);
	const struct keyboard *k = session->keys ? session->keys->keyboard : NULL;
	int r = k ? tell_keymap(method, k) : 0;
	if (r == 0)
		r = tell_field(method, t);
	if (r == 0)
		r = tell_text(method, t);
	if (r == -EAGAIN)
		service_wake_with_room(&method->service);
}

/* Keys that it grabs. */

static bool asks(void *data, const struct input_key *key)
{
	const struct method *method = data;
	struct session *session = session_of(method);
	const struct texting *t = texting_look(session);
	(void)key;
	return method->grabs && !is_aside(method) && t->window && t->state.editor &&
	       !texting_is_secret(t) && chosen(session) == method;
}

static struct osaas_method_pressed pressed_of(
	const struct input_key *key, uint64_t serial)
{
	struct osaas_method_pressed p = {.serial = serial,
		.time_ns = key->time_ns,
		.code = key->code,
		.keysym = key->keysym,
		.mods = window_mods(key->mods),
		.pressed = key->pressed,
		.repeat = key->repeat};
	_Static_assert(sizeof p.text == sizeof key->utf8, "the same text");
	memcpy(p.text, key->utf8, sizeof p.text);
	return p;
}

static void schedule(struct method *method);

/* What finds no room is not told: its time passes, and the key goes on. */
static void ask(void *data, const struct input_key *key, uint64_t serial)
{
	struct method *method = data;
	struct osaas_method_pressed p = pressed_of(key, serial);
	tell(method);
	post(method, OSAAS_METHOD_PRESSED, &p, sizeof p);
	schedule(method);
}

static void released(void *data, const struct input_key *key)
{
	struct method *method = data;
	struct osaas_method_pressed p = pressed_of(key, ++method->keys.serial);
	post(method, OSAAS_METHOD_PRESSED, &p, sizeof p);
}

static void deliver(void *data, const struct input_key *key)
{
	struct method *method = data;
	struct window *window = session_of(method)->focus;
	if (!window || window->notice)
		return;
	method->delivering = true;
	focusing_key(window, key);
	method->delivering = false;
}

static const struct method_keys_listener listener = {
	.asks = asks, .ask = ask, .released = released, .deliver = deliver};

/* Those of a method that was chosen before: of it only releases may be left. */
static bool take_release(struct session *session, const struct input_key *key)
{
	for (struct method *m = session->texting.methods; m; m = m->next) {
		if (m->keys.n == 0 && method_keys_take(&m->keys, key, true, &listener, m))
			return true;
	}
	return false;
}

bool service_method_key(struct session *session, const struct input_key *key)
{
	struct method *method = chosen(session);
	if (method && method_keys_take(&method->keys, key,
			      session->texting.typist == method, &listener, method))
		return true;
	return !key->pressed && take_release(session, key);
}

void service_method_leave(struct session *session)
{
	for (struct method *m = session->texting.methods; m; m = m->next) {
		if (!m->delivering)
			method_keys_flush(&m->keys, &listener, m);
	}
}

/*
 * Who grabs again after each would hold up every key. A first silence after that time is the
 * last one, too, until it answers.
 */
static void note_silence(struct method *method, uint64_t now)
{
	const char *name = plugin_manifest(method->service.plugin)->name;
	method->grabs = false;
	if (++method->silences < SILENCES) {
		log_info("%s does not answer: keys go on without it until it asks for "
			 "them again",
			name);
		return;
	}
	if (method->silences == SILENCES)
		log_error("%s left %d keys in a row without an answer: they go on "
			  "without it for a minute; restart it, or choose another one "
			  "with 'osaas ctl keyboard method'",
			name, SILENCES);
	method->aside_ns = now + ASIDE_NS;
}

static void check_answer(struct method *method, uint64_t now)
{
	if (!method->keys.asked || now < method->keys.asked_ns + ANSWER_NS)
		return;
	note_silence(method, now);
	method_keys_flush(&method->keys, &listener, method);
}

/* Requests. */

struct request_text {
	const char *text;
	size_t size;
};

static struct request_text text_in(const struct message *msg)
{
	return (struct request_text){msg->buffer ? buffer_data(msg->buffer) : "",
		msg->buffer ? (size_t)msg->len : 0};
}

static int commit(struct method *method, const struct message *msg)
{
	struct request_text in = text_in(msg);
	struct texting_text text = {.by = method, .text = in.text, .size = in.size};
	memcpy(&text.field, msg->bytes, sizeof text.field);
	return texting_commit(session_of(method), &text);
}

static int compose(struct method *method, const struct message *msg)
{
	struct osaas_method_compose c;
	struct request_text in = text_in(msg);
	memcpy(&c, msg->bytes, sizeof c);
	const struct texting_text text = {method, c.field, in.text, in.size};
	return texting_compose(session_of(method), &text,
		(struct text_range){c.select_start, c.select_end});
}

static int erase(struct method *method, const struct message *msg)
{
	struct osaas_method_delete d;
	memcpy(&d, msg->bytes, sizeof d);
	return texting_delete(session_of(method), d.field, d.before, d.after);
}

static uint32_t input_mods(uint32_t mods)
{
	return (mods & OSAAS_MOD_CTRL ? INPUT_MOD_CTRL : 0) |
	       (mods & OSAAS_MOD_ALT ? INPUT_MOD_ALT : 0) |
	       (mods & OSAAS_MOD_SUPER ? INPUT_MOD_LOGO : 0);
}

static int type(struct method *method, const struct message *msg)
{
	struct session *session = session_of(method);
	struct osaas_method_key key;
	memcpy(&key, msg->bytes, sizeof key);
	const struct keyboard_typed typed = {.time_ns = clock_now_ns(),
		.code = key.code,
		.level = key.level,
		.mods = input_mods(key.mods),
		.times = key.times};
	if (!texting_look(session)->window || key.field != session->texting.serial)
		return -ENOENT;
	if (!session->keys || !session->keys->keyboard)
		return -EIO;
	if (key.times > TIMES)
		return -EINVAL;
	session->texting.typist = method;
	int r = keyboard_type(session->keys->keyboard, &typed);
	session->texting.typist = NULL;
	return r;
}

static int grab(struct method *method, const struct message *msg)
{
	uint32_t on;
	memcpy(&on, msg->bytes, sizeof on);
	method->grabs = on;
	method->takes_keys |= on != 0;
	if (!on)
		method_keys_flush(&method->keys, &listener, method);
	return 0;
}

static int pass(struct method *method, const struct message *msg)
{
	uint64_t serial;
	uint32_t on;
	memcpy(&serial, msg->bytes, sizeof serial);
	memcpy(&on, &msg->bytes[sizeof serial], sizeof on);
	if (!method->keys.asked || serial != method->keys.serial)
		return -ENOENT;
	method->silences = 0;
	method_keys_answer(&method->keys, serial, on != 0, &listener, method);
	return 0;
}

static int set_layout(struct method *method, const struct message *msg)
{
	struct keys *keys = session_of(method)->keys;
	uint32_t layout;
	memcpy(&layout, msg->bytes, sizeof layout);
	return keys && keys->keyboard ? keyboard_set_layout(keys->keyboard, layout)
				      : -EIO;
}

static int dismiss(struct method *method, const struct message *msg)
{
	(void)msg;
	texting_dismiss(session_of(method));
	return 0;
}

enum needs {
	NEEDS_NOTHING,
	NEEDS_ROOM, /* in the window's channel */
	NEEDS_TEXT, /* and to know where its text is */
};

static const struct request {
	int (*carry_out)(struct method *method, const struct message *msg);
	enum needs needs;
} requests[] = {
	[OSAAS_METHOD_COMMIT] = {commit, NEEDS_TEXT},
	[OSAAS_METHOD_COMPOSE] = {compose, NEEDS_TEXT},
	[OSAAS_METHOD_DELETE] = {erase, NEEDS_TEXT},
	[OSAAS_METHOD_KEY] = {type, NEEDS_ROOM},
	[OSAAS_METHOD_GRAB] = {grab, NEEDS_NOTHING},
	[OSAAS_METHOD_PASS] = {pass, NEEDS_NOTHING},
	[OSAAS_METHOD_LAYOUT] = {set_layout, NEEDS_NOTHING},
	[OSAAS_METHOD_DISMISS] = {dismiss, NEEDS_NOTHING},
};

static const struct request *request_of(const struct message *msg)
{
	bool known = msg->type < sizeof requests / sizeof *requests;
	return known && requests[msg->type].carry_out ? &requests[msg->type] : NULL;
}

static bool has_room(struct session *session)
{
	const struct window *window = texting_look(session)->window;
	return !window || !window_crowded(window);
}

static bool is_ready(struct method *method, const struct request *request)
{
	struct session *session = session_of(method);
	return request->needs == NEEDS_NOTHING ||
	       (has_room(session) &&
		       (request->needs == NEEDS_ROOM || texting_certain(session)));
}

static void carry_out(
	struct method *method, const struct request *request, struct message *msg)
{
	bool crowded = request->needs != NEEDS_NOTHING && !has_room(session_of(method));
	int r = crowded ? OSAAS_EBUSY : request->carry_out(method, msg);
	uint32_t type = msg->type;
	if (r == -EINVAL || r == -E2BIG) {
		service_refuse(&method->service, msg, r, "%s",
			r == -E2BIG ? "it is too much text at once"
				    : "it makes no sense");
		return;
	}
	message_drop(msg);
	service_result(&method->service, type, r);
}

static void hold(struct method *method, const struct message *msg)
{
	method->held[(method->first + method->n_held++) % SERVICE_DEPTH] = *msg;
	method->service.busy++;
	if (method->n_held == 1)
		method->held_ns = clock_now_ns() + HOLD_NS;
	schedule(method);
}

/* Those that need not wait any more, in their order. */
static void release_held(struct method *method, uint64_t now)
{
	while (method->n_held > 0) {
		struct message *first = &method->held[method->first];
		const struct request *request = request_of(first);
		if (!is_ready(method, request) && now < method->held_ns)
			break;
		struct message msg = *first;
		method->first = (method->first + 1) % SERVICE_DEPTH;
		method->n_held--;
		method->service.busy--;
		method->held_ns = now + HOLD_NS;
		carry_out(method, request, &msg);
	}
	schedule(method);
}

static void receive(struct service *service, struct message *msg)
{
	struct method *method = method_of(service);
	const struct request *request = request_of(msg);
	if (!request)
		service_unknown(service, msg);
	else if (method->n_held > 0 || !is_ready(method, request))
		hold(method, msg);
	else
		carry_out(method, request, msg);
}

static void schedule(struct method *method)
{
	uint64_t ns = UINT64_MAX;
	if (method->keys.asked)
		ns = method->keys.asked_ns + ANSWER_NS;
	if (method->n_held > 0 && method->held_ns < ns)
		ns = method->held_ns;
	service_wake_at(&method->service, ns);
}

static void wake(struct service *service)
{
	struct method *method = method_of(service);
	uint64_t now = clock_now_ns();
	check_answer(method, now);
	release_held(method, now);
	tell(method);
}

void service_method_turn(struct session *session)
{
	const struct method *now = chosen(session);
	for (struct method *m = session->texting.methods; m; m = m->next) {
		if (m != now)
			method_keys_flush(&m->keys, &listener, m);
		if (m->n_held > 0)
			release_held(m, clock_now_ns());
		tell(m);
	}
}

/* The whole. */

static int start(struct service *service, char *why, size_t why_size)
{
	struct method **at = &service->session->texting.methods;
	(void)why, (void)why_size;
	keys_need(service->session->keys);
	while (*at)
		at = &(*at)->next;
	*at = method_of(service);
	return 0;
}

static void stop(struct service *service)
{
	struct method *method = method_of(service);
	struct texting *t = &service->session->texting;
	struct method **at = &t->methods;
	method->grabs = false;
	method_keys_flush(&method->keys, &listener, method);
	texting_end(service->session, method);
	while (*at != method)
		at = &(*at)->next;
	*at = method->next;
	for (; method->n_held > 0; method->n_held--) {
		message_drop(&method->held[method->first]);
		method->first = (method->first + 1) % SERVICE_DEPTH;
	}
}

const struct service_ops service_method = {
	.cap = "input.method",
	.size = sizeof(struct method),
	.start = start,
	.receive = receive,
	.stop = stop,
	.wake = wake,
};
