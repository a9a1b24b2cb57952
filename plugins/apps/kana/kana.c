/*
 * kana: types Japanese: letters become hiragana, and those kanji, by a dictionary of SKK.
 * What happens to keys is ime.h's; here are the channels. README.md has the rest.
 */
#include <osaas.h>
#include <osaas_method.h>
#include <osaas_ops_names.h>
#include <osaas_request.h>
#include <osaas_std.h>
#include <osaas_utf8.h>
#include <osaas_window.h>

#include "ime.h"
#include "keeper.h"
#include "strip.h"

OSAAS_MANIFEST(
	"id = org.osaas.kana\n"
	"name = Japanese\n"
	"version = 1.0\n"
	"abi = 1.0\n"
	"entry = kana_main\n"
	"memory = 32M\n"
	"heap = 1M\n"
	"want = input.method required: turns what you type into Japanese\n"
	"want = gui.panel:bottom required: shows the words to choose from\n"
	"want = gui.text optional: writes the words to choose from\n"
	"want = fs.read:/usr/share/skk optional: finds kanji in the dictionary of the "
	"package skkdic\n"
	"want = fs.read:/usr/share/unicode/emoji optional: finds emoji by their names\n"
	"want = store.kv:256K optional: remembers which words you chose, to offer them "
	"first\n")

static struct {
	osaas_chan method, keeper;
	struct osaas_method_field field;
	uint32_t asked; /* what was written and composed, and is not answered yet */
	/* In the field, as it told last; what is longer is nothing. */
	char selected[READINGS_BYTES];
	size_t selected_size;
	uint64_t passed_ns; /* when a key went on that may have changed that */
	struct strip strip;
	struct kept kept;
	const char *trouble; /* of kept */
	struct ime ime;
} kana;

/* ---- What the method says ---- */

static void log_error(const char *what, int r)
{
	if (r < 0)
		osaas_printf(OSAAS_LOG_ERROR, "%s: error %d", what, r);
}

static void asked(const char *what, int r)
{
	log_error(what, r);
	kana.asked += r == 0;
}

static void show_composition(bool committed)
{
	char text[IME_TEXT];
	uint32_t start, end;
	size_t n = ime_composition(&kana.ime, text, &start, &end);
	/* What is committed takes the place of what was under composition. */
	if (n > 0 || !committed)
		asked("the composition is not shown",
			osaas_method_compose(
				kana.method, kana.field.field, text, n, start, end));
}

static void carry_out(void)
{
	const struct ime_out *out = &kana.ime.out;
	if (out->n > 0 || out->compose)
		kana.selected_size = 0;
	if (out->n > 0)
		asked("the text is not written",
			osaas_method_commit(
				kana.method, kana.field.field, out->text, out->n));
	if (out->compose)
		show_composition(out->n > 0);
	kana.strip.changed |= out->strip;
}

static void learned(const char *reading, size_t n, const char *text, const char *lost)
{
	if (kana.keeper >= 0)
		keeper_learn(kana.keeper, reading, n, text, lost);
}

/* ---- What it hears ---- */

static bool takes_text(const struct osaas_method_field *field)
{
	return field->kind == OSAAS_FIELD_EDITOR && field->hint != OSAAS_HINT_PASSWORD;
}

static void show_strip(void)
{
	const struct osaas_method_field *field = &kana.field;
	strip_show(&kana.strip,
		takes_text(field) && field->chosen && (kana.ime.on || field->keyboard));
}

/* Keys of numbers only are typed as they are. */
static bool is_plain(const struct osaas_method_field *field)
{
	return !takes_text(field) || field->hint == OSAAS_HINT_NUMERIC ||
	       field->hint == OSAAS_HINT_TELEPHONE;
}

static void handle_field(const struct osaas_msg *msg)
{
	struct osaas_method_field field;
	memcpy(&field, msg->u.bytes, sizeof field);
	if (field.field != kana.field.field || !takes_text(&field))
		ime_reset(&kana.ime);
	/* It stays; but who answered too late is not asked before it says so again. */
	if (takes_text(&field) && field.field != kana.field.field)
		osaas_method_grab(kana.method, true);
	if (field.field != kana.field.field)
		kana.selected_size = 0;
	kana.field = field;
	kana.strip.changed = true;
}

/* The bytes of that many characters, of n at most. */
static size_t bytes_of(const char *text, size_t n, uint32_t characters)
{
	size_t at = 0;
	while (characters-- > 0 && at < n)
		at = osaas_utf8_next(text, n, at);
	return at;
}

static void keep_selection(
	const struct osaas_method_text *text, const char *snippet, size_t n)
{
	uint32_t a = text->select_start, b = text->select_end;
	uint32_t start = a < b ? a : b, end = a < b ? b : a;
	kana.selected_size = 0;
	if (start == end || start < text->start || end > text->end || kana.asked > 0 ||
		text->compose_start != UINT32_MAX)
		return;
	size_t from = bytes_of(snippet, n, start - text->start);
	size_t size = bytes_of(snippet + from, n - from, end - start);
	if (size > sizeof kana.selected)
		return;
	memcpy(kana.selected, snippet + from, size);
	kana.selected_size = size;
}

/* What was under composition may have become text, or gone: by the field itself, not by us. */
static void handle_text(const struct osaas_msg *msg)
{
	struct osaas_method_text text;
	memcpy(&text, msg->u.bytes, sizeof text);
	if (text.field != kana.field.field)
		return;
	keep_selection(&text, msg->buf ? msg->buf : "", msg->buf ? (size_t)msg->len : 0);
	if (kana.asked > 0 || text.compose_start != UINT32_MAX ||
		kana.ime.state == IME_EMPTY)
		return;
	ime_reset(&kana.ime);
	kana.strip.changed = true;
}

/* As long as the session waits for what a key did to a field. */
#define SETTLED_NS 100000000u

/* What can be taken back: not what may have been selected before the last key only. */
static void tell_selection(void)
{
	bool known = osaas_now() - kana.passed_ns >= SETTLED_NS;
	ime_select(&kana.ime, kana.selected, known ? kana.selected_size : 0);
}

static bool press(const struct osaas_method_pressed *pressed)
{
	struct ime_key key = {pressed->keysym, pressed->mods, ""};
	memcpy(key.text, pressed->text, sizeof key.text);
	key.text[sizeof key.text - 1] = 0;
	if (is_plain(&kana.field))
		return false;
	tell_selection();
	bool ours = ime_key(&kana.ime, &key);
	carry_out();
	if (!ours && !ime_is_modifier(key.keysym))
		kana.passed_ns = osaas_now();
	return ours;
}

/* In order: what a key writes is written before it goes on. A release follows its press. */
static void handle_pressed(const struct osaas_msg *msg)
{
	struct osaas_method_pressed pressed;
	memcpy(&pressed, msg->u.bytes, sizeof pressed);
	if (pressed.pressed)
		log_error("a key is not answered",
			osaas_method_pass(kana.method, pressed.serial, !press(&pressed)));
}

static void handle_method(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_METHOD_FIELD:
		handle_field(msg);
		break;
	case OSAAS_METHOD_TEXT:
		handle_text(msg);
		break;
	case OSAAS_METHOD_PRESSED:
		handle_pressed(msg);
		break;
	case OSAAS_METHOD_COMMIT | OSAAS_ANSWER:
	case OSAAS_METHOD_COMPOSE | OSAAS_ANSWER:
		kana.asked--;
		break;
	}
	osaas_buf_free(msg->buf);
}

static void handle_touch(uint64_t tag)
{
	uint32_t chosen;
	ime_candidates(&kana.ime, &chosen);
	if (tag == STRIP_MODE)
		ime_toggle(&kana.ime);
	else if (tag == STRIP_BACK || tag == STRIP_NEXT)
		ime_page(&kana.ime, tag == STRIP_BACK);
	else if (tag >= STRIP_CANDIDATE && tag < STRIP_END)
		ime_pick(&kana.ime, chosen - chosen % kana.ime.per_page +
					    (uint32_t)(tag - STRIP_CANDIDATE));
	else
		return;
	carry_out();
}

static void handle_panel(const struct osaas_msg *msg)
{
	uint64_t tag = strip_event(&kana.strip, msg);
	if (msg->type == OSAAS_WINDOW_CONFIG)
		kana.ime.per_page = strip_per_page(&kana.strip);
	if (tag)
		handle_touch(tag);
	osaas_buf_free(msg->buf);
}

static void handle_keeper(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case KEEPER_JISYO:
		kana.ime.jisyo = kana.kept.jisyo;
		kana.trouble = kana.kept.trouble;
		break;
	case KEEPER_EMOJI:
		kana.ime.emoji = kana.kept.emoji;
		break;
	case KEEPER_HISTORY:
		kana.ime.history = kana.kept.history;
		kana.ime.learned = learned;
		break;
	}
	kana.strip.changed = true;
}

/* One message, waited for until the deadline. False: it is time to go. */
static bool handle_one(uint64_t deadline_ns, bool *got)
{
	struct osaas_msg msg;
	struct osaas_alt alts[] = {
		{.chan = kana.method, .op = OSAAS_RECV, .msg = &msg},
		{.chan = kana.strip.panel, .op = OSAAS_RECV, .msg = &msg},
		{.chan = kana.keeper, .op = OSAAS_RECV, .msg = &msg},
	};
	int done = osaas_alt(alts, kana.keeper >= 0 ? 3 : 2, deadline_ns);
	*got = done >= 0;
	if (done == OSAAS_EAGAIN)
		return true;
	if (done < 0 || alts[done].result < 0)
		return false;
	if (done == 1 && msg.type == OSAAS_WINDOW_CLOSE)
		return false;
	if (done == 0)
		handle_method(&msg);
	else if (done == 1)
		handle_panel(&msg);
	else
		handle_keeper(&msg);
	return true;
}

OSAAS_EXPORT void kana_main(void);
void kana_main(void)
{
	ime_init(&kana.ime);
	kana.method = osaas_cap("input.method");
	kana.strip.panel = osaas_cap("gui.panel:bottom");
	kana.strip.text = osaas_cap("gui.text");
	kana.strip.config.scale = 1;
	if (kana.method < 0 || kana.strip.panel < 0)
		osaas_exit(1);
	kana.keeper = keeper_start(&kana.kept);
	log_error("no dictionary: its reader does not start", kana.keeper);
	osaas_method_grab(kana.method, true);
	for (;;) {
		bool got;
		if (!handle_one(OSAAS_FOREVER, &got))
			return;
		do {
			if (!handle_one(OSAAS_NOW, &got))
				return;
		} while (got);
		show_strip();
		strip_draw(&kana.strip, &kana.ime, kana.trouble);
	}
}
