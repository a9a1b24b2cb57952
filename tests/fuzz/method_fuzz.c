/*
 * Any bytes as what an input method asks, a person types and a plugin shows, in any order; the
 * session's own files between, on fakes of the window, the keyboard and the channel. The field
 * is an editor that does what it is told. Then what the session thinks of its text is what it
 * is; keys come in the order in which they were typed, none is lost, and each that was
 * pressed in the field is released there. Now and then a frame lies: then it has only to end.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/keyboard.h"
#include "plugins/include/osaas_method.h"
#include "plugins/include/osaas_request.h"
#include "plugins/plugin.h"
#include "session/devices.h"
#include "session/focusing.h"
#include "session/keys.h"
#include "session/service_method.h"
#include "session/service_table.h"
#include "session/session.h"
#include "session/texting.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/opwire.h"
#include "util/utf8.h"
#include "util/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EDITOR_MAX 1000 /* characters of the editor's text */
#define TAG        7
#define CODES      16 /* of keys that are typed */

static struct {
	struct session session;
	struct window window;
	struct keys keys;
	struct manifest manifest;
	struct service *method;
	/* The editor. */
	uint32_t text[EDITOR_MAX];
	uint32_t n, start, end, compose_start, compose_end;
	uint32_t hint;
	bool lies, unknown; /* a frame lied since the focus came; a key did something */
	/* Keys. */
	uint64_t typed, came;           /* the last press that was typed, that came */
	bool down[CODES], there[CODES]; /* on the keyboard, in the field */
	uint64_t serial, answers, asked;
} all;

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* The editor. */

static uint32_t clamp(uint32_t at)
{
	return at < all.n ? at : all.n;
}

/* A caret in what is replaced goes behind it. */
static void move(uint32_t *caret, uint32_t start, uint32_t end, uint32_t n)
{
	if (*caret > end)
		*caret = *caret - end + start + n;
	else if (*caret > start + n)
		*caret = start + n;
}

static void replace(uint32_t start, uint32_t end, const char *text, size_t size)
{
	uint32_t with[EDITOR_MAX], n = 0, c;
	start = clamp(start);
	end = clamp(end);
	must(start <= end);
	for (size_t i = 0, step; i < size; i += step) {
		step = utf8_read((const unsigned char *)text + i, size - i, &c);
		must(step > 0 && c);
		if (n < EDITOR_MAX)
			with[n++] = c;
	}
	/* A text that is full takes nothing; the session hears of it by the next frame. */
	if (all.n - (end - start) + n > EDITOR_MAX) {
		all.unknown = true;
		return;
	}
	move(&all.start, start, end, n);
	move(&all.end, start, end, n);
	memmove(&all.text[start + n], &all.text[end], (all.n - end) * sizeof *all.text);
	memcpy(&all.text[start], with, n * sizeof *with);
	all.n = all.n - (end - start) + n;
}

int window_send_edit(struct window *window, uint32_t type,
	const struct osaas_window_edit *edit, const char *text, size_t size)
{
	must(window == &all.window && edit->tag == TAG);
	switch (type) {
	case OSAAS_WINDOW_EDIT:
		replace(edit->start, edit->end, text, size);
		window->heard.told++;
		break;
	case OSAAS_WINDOW_SELECT:
		all.start = clamp(edit->start);
		all.end = clamp(edit->end);
		window->heard.told++;
		break;
	case OSAAS_WINDOW_COMPOSE:
		must((edit->start == UINT32_MAX) == (edit->end == UINT32_MAX));
		must(edit->start <= edit->end);
		all.compose_start = edit->start;
		all.compose_end = edit->end;
		break;
	default:
		must(type == OSAAS_WINDOW_SNIPPET && all.hint != HINT_PASSWORD);
	}
	return 0;
}

static size_t put(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	/* All that is written here is below U+0800. */
	to[0] = (char)(0xc0 | c >> 6);
	to[1] = (char)(0x80 | (c & 0x3f));
	return 2;
}

static struct {
	uint32_t snippet[2], select[2];
	char text[2 * EDITOR_MAX + 4];
	size_t size;
} shown;

void gl_layer_notes(const struct gl_layer *layer,
	void (*note)(void *data, const struct gl_layer_note *note), void *data)
{
	struct gl_layer_note n = {.op = OP_INPUT_HINT, .tag = TAG, .value = {all.hint}};
	(void)layer;
	note(data, &n);
	n.op = OP_SELECTION;
	memcpy(n.value, shown.select, sizeof n.value);
	note(data, &n);
	n.op = OP_SNIPPET;
	memcpy(n.value, shown.snippet, sizeof n.value);
	n.text = shown.text;
	n.n_text = shown.size;
	note(data, &n);
}

static void show(void)
{
	shown.size = 0;
	for (uint32_t i = 0; i < all.n; i++)
		shown.size += put(shown.text + shown.size, all.text[i]);
	shown.snippet[0] = 0;
	shown.snippet[1] = all.n;
	shown.select[0] = all.start;
	shown.select[1] = all.end;
	all.window.shown_told = all.window.heard.told;
	all.unknown = false;
	texting_frame(&all.window);
}

/* The window. */

bool window_idle(const struct window *window)
{
	(void)window;
	return false;
}

bool window_crowded(const struct window *window)
{
	(void)window;
	return false;
}

uint8_t window_mods(uint32_t mods)
{
	return (uint8_t)mods;
}

/* Keys that were typed have their number as their time; those of text have no code. */
void focusing_key(struct window *window, const struct input_key *key)
{
	must(window == &all.window);
	window->heard.told += key->pressed;
	all.unknown |= key->pressed;
	if (!key->code || key->code >= CODES)
		return;
	if (key->pressed && key->time_ns < NS_PER_S) {
		must(key->time_ns > all.came);
		all.came = key->time_ns;
	}
	if (key->repeat)
		return;
	must(key->pressed || all.there[key->code]);
	all.there[key->code] = key->pressed;
}

/* The keyboard. */

struct input *devices_input(const struct devices *devices)
{
	return (struct input *)(uintptr_t)devices;
}

bool input_has_keyboard(const struct input *input)
{
	return input;
}

void keys_need(struct keys *keys)
{
	keys->keyboard = (struct keyboard *)&all;
}

int keyboard_type(struct keyboard *keyboard, const struct keyboard_typed *typed)
{
	struct input_key key = {.time_ns = NS_PER_S, .code = 900, .pressed = true};
	(void)keyboard;
	must(typed->times <= 64);
	if (!service_method_key(&all.session, &key))
		focusing_key(&all.window, &key);
	key.pressed = false;
	if (!service_method_key(&all.session, &key))
		focusing_key(&all.window, &key);
	return typed->code ? 0 : -22;
}

uint32_t keyboard_keymaps(const struct keyboard *keyboard)
{
	return keyboard != NULL;
}

size_t keyboard_layout(const struct keyboard *keyboard)
{
	return keyboard == NULL;
}

size_t keyboard_layouts(const struct keyboard *keyboard)
{
	return keyboard ? 1 : 0;
}

const char *keyboard_layout_title(const struct keyboard *keyboard, size_t layout)
{
	(void)keyboard;
	return layout ? "" : "One";
}

uint32_t keyboard_leds(const struct keyboard *keyboard)
{
	return keyboard ? 0 : 1;
}

int keyboard_set_layout(struct keyboard *keyboard, size_t layout)
{
	(void)keyboard;
	return layout ? -22 : 0;
}

size_t keyboard_symbols(
	const struct keyboard *keyboard, struct keyboard_symbol *out, size_t max)
{
	(void)keyboard;
	*out = (struct keyboard_symbol){.code = 1};
	return max ? 1 : 0;
}

/* The channel. */

const struct manifest *plugin_manifest(const struct plugin *plugin)
{
	(void)plugin;
	return &all.manifest;
}

static void hear(const struct message *msg)
{
	struct osaas_method_pressed p;
	if (msg->type == OSAAS_METHOD_TEXT)
		must(all.hint != HINT_PASSWORD || all.lies);
	if (msg->type != OSAAS_METHOD_PRESSED)
		return;
	memcpy(&p, msg->bytes, sizeof p);
	if (!p.pressed)
		return;
	must(all.hint != HINT_PASSWORD);
	all.serial = p.serial;
	all.asked++;
}

int service_post(struct service *service, const struct message *msg)
{
	struct message copy = *msg;
	must(service == all.method);
	hear(msg);
	message_drop(&copy);
	return 0;
}

void service_result(struct service *service, uint32_t type, int64_t result)
{
	(void)type;
	must(service == all.method && result <= 0);
	all.answers++;
}

void service_refuse(
	struct service *service, struct message *request, int error, const char *fmt, ...)
{
	(void)fmt;
	message_drop(request);
	service_result(service, request->type, error);
}

void service_unknown(struct service *service, struct message *request)
{
	service_refuse(service, request, OSAAS_ENOSYS, "?");
}

void service_wake_at(struct service *service, uint64_t ns)
{
	service->wake_ns = ns;
}

void service_wake_with_room(struct service *service)
{
	(void)service;
}

/* What is done. */

struct bytes {
	const uint8_t *at;
	size_t left;
};

static uint32_t take(struct bytes *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

/* Requests, of which one is answered, or waits. */
static void ask(struct bytes *in)
{
	static const char *const texts[] = {"", "a", "bc", "\xc3\xa9", "\xd0\x90\xd0\x91",
		"x\ny", "\xff", "long text"};
	struct message msg = {.type = take(in) % 10};
	uint64_t field = all.session.texting.serial;
	uint32_t words[4];
	const char *text = texts[take(in) % 8];
	for (int i = 0; i < 4; i++)
		words[i] = take(in);
	if (msg.type == OSAAS_METHOD_DELETE || msg.type == OSAAS_METHOD_COMPOSE ||
		msg.type == OSAAS_METHOD_COMMIT) {
		memcpy(msg.bytes, &field, sizeof field);
		memcpy(&msg.bytes[8], words, 8);
		if (words[0] == 255)
			memset(&msg.bytes[8], 255, 8);
	} else if (msg.type == OSAAS_METHOD_PASS) {
		memcpy(msg.bytes, &all.serial, sizeof all.serial);
		msg.bytes[8] = words[0] & 1;
	} else if (msg.type == OSAAS_METHOD_KEY) {
		memcpy(msg.bytes, &field, sizeof field);
		memcpy(&msg.bytes[8], words, sizeof words);
	} else {
		memcpy(msg.bytes, words, 4);
	}
	if (text[0]) {
		msg.len = strlen(text);
		msg.buffer = buffer_create(msg.len);
		memcpy(buffer_data(msg.buffer), text, msg.len);
	}
	if (all.method->busy < SERVICE_DEPTH)
		all.method->ops->receive(all.method, &msg);
	else
		message_drop(&msg);
}

static void type(struct bytes *in)
{
	uint32_t code = 1 + take(in) % (CODES - 1);
	bool repeat = all.down[code] && take(in) % 2;
	struct input_key key = {
		.code = code, .pressed = repeat || !all.down[code], .repeat = repeat};
	if (key.pressed)
		key.time_ns = ++all.typed;
	all.down[code] = key.pressed;
	if (!service_method_key(&all.session, &key))
		focusing_key(&all.window, &key);
}

static void look_elsewhere(struct bytes *in)
{
	uint32_t hint = take(in) % 4 ? HINT_TEXT : HINT_PASSWORD;
	texting_leave(&all.session);
	texting_pending(&all.session, "");
	/* What is under composition there is somebody's who is not asked here. */
	all.compose_start = all.compose_end = UINT32_MAX;
	all.hint = hint;
	all.lies = false;
	show();
}

static void lie(struct bytes *in)
{
	for (int i = 0; i < 2; i++) {
		shown.snippet[i] = take(in) * 0x01010101u;
		shown.select[i] = take(in) * 0x01010101u;
	}
	shown.size = 0;
	for (uint32_t n = take(in) % 16; n > 0; n--)
		shown.text[shown.size++] = (char)take(in);
	all.lies = true;
	all.window.shown_told = all.window.heard.told;
	texting_frame(&all.window);
}

static void pending(struct bytes *in)
{
	static const char *const signs[] = {"", "\xc2\xb4", "\xc2\xb7o"};
	texting_pending(&all.session, signs[take(in) % 3]);
}

static void wait(struct bytes *in)
{
	clock_frozen_ns += take(in) * 2 * NS_PER_MS;
	if (clock_frozen_ns >= all.method->wake_ns)
		all.method->ops->wake(all.method);
}

static void step(struct bytes *in)
{
	switch (take(in) % 16) {
	case 0:
		look_elsewhere(in);
		break;
	case 1:
		if (take(in) % 8 == 0)
			lie(in);
		break;
	case 2:
		pending(in);
		break;
	case 3:
	case 4:
		wait(in);
		break;
	case 5:
	case 6:
	case 7:
		type(in);
		break;
	case 8:
	case 9:
		show();
		break;
	default:
		ask(in);
	}
	texting_turn(&all.session);
}

/* What it knows of the text is so. */
static void check(void)
{
	const struct text_input *t = &all.session.texting.state;
	char text[2 * EDITOR_MAX + 4];
	size_t size = 0;
	must(t->size <= TEXT_INPUT_MAX && t->snippet.start <= t->snippet.end);
	must(text_characters(t->text, t->size) >= 0);
	if (all.lies || all.unknown)
		return;
	must(t->selects && t->select.start == all.start && t->select.end == all.end);
	must(t->compose.start == all.compose_start);
	must(t->compose.end == all.compose_end);
	must(t->snippet.end <= all.n);
	for (uint32_t i = t->snippet.start; i < t->snippet.end; i++)
		size += put(text + size, all.text[i]);
	must(size == t->size && memcmp(text, t->text, size) == 0);
}

static void begin(void)
{
	memset(&all, 0, sizeof all);
	clock_frozen_ns = NS_PER_S;
	all.session.focus = &all.window;
	all.session.keys = &all.keys;
	all.window.session = &all.session;
	all.window.mapped = true;
	all.window.heard.told = 1;
	all.window.focus = TAG;
	all.compose_start = all.compose_end = UINT32_MAX;
	all.method = xcalloc(1, service_method.size);
	all.method->ops = &service_method;
	all.method->session = &all.session;
	must(service_method.start(all.method, (char[1]){0}, 1) == 0);
	show();
	texting_turn(&all.session);
}

/* All that waits goes on, and what is down comes up. */
static void finish(void)
{
	all.method->ops->stop(all.method);
	for (uint32_t code = 1; code < CODES; code++) {
		struct input_key key = {.code = code};
		if (all.down[code] && !service_method_key(&all.session, &key) &&
			all.there[code])
			focusing_key(&all.window, &key);
		must(!all.there[code]);
	}
	free(all.method);
	clock_frozen_ns = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = {data, size};
	begin();
	while (in.left > 0) {
		step(&in);
		check();
	}
	finish();
	return 0;
}
