/* The on-screen keyboard as the session sees it: what it docks, shows and types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "helper.h"
#include "keyboard_xkb.h"
#include "plugins/include/osaas_method.h"
#include "plugins/include/osaas_ops_names.h"
#include "plugins/include/osaas_request.h"
#include "plugins/include/osaas_window.h"
#include "sched/sched.h"
#include "util/bytes.h"
#include "util/log.h"
#include "util/opwire.h"

#define BUTTON_LEFT 0x110
#define AREAS_MAX   160

/* What the last frame has, as far as these tests look. */
struct area {
	uint64_t tag;
	float x, y; /* its middle */
	char label[64];
	bool selected;
	uint32_t actions;
};
struct picture {
	struct area areas[AREAS_MAX];
	size_t n, blurs;
};

struct stage {
	struct plugin *plugin;
	struct endpoint *panel, *method;
	struct ending ending;
	struct osaas_window_config config;
	struct picture picture;
	uint64_t frames, serial; /* how many came; of the last one */
	uint32_t docked;
	uint64_t time_ns; /* of the last touch */
	char told[512];   /* what was asked of the method, a word each */
};

static void tell(struct stage *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void tell(struct stage *s, const char *format, ...)
{
	va_list args;
	size_t n = strlen(s->told);
	if (n && n + 1 < sizeof s->told)
		s->told[n++] = ' ';
	va_start(args, format);
	vsnprintf(s->told + n, sizeof s->told - n, format, args);
	va_end(args);
}

static void post(struct endpoint *end, uint32_t type, const void *payload, size_t size)
{
	struct message m = {.type = type};
	memcpy(m.bytes, payload, size);
	assert_int_equal(endpoint_try_send(end, &m), 0);
}

static struct area *last(struct picture *p)
{
	assert_true(p->n > 0);
	return &p->areas[p->n - 1];
}

static void read_record(struct picture *p, uint32_t code, struct bytes *b, float box[4])
{
	uint32_t n;
	switch (code) {
	case OP_CLIP_RECT:
		for (int i = 0; i < 4; i++)
			box[i] = bytes_f32(b);
		break;
	case OP_CLIP_BLUR:
		p->blurs++;
		break;
	case OP_AREA:
		assert_true(p->n < AREAS_MAX);
		p->areas[p->n++] = (struct area){.tag = bytes_u64(b),
			.x = (box[0] + box[2]) / 2,
			.y = (box[1] + box[3]) / 2};
		break;
	case OP_LABEL:
		n = bytes_u32(b);
		if (p->n > 0)
			snprintf(last(p)->label, sizeof last(p)->label, "%.*s", (int)n,
				(const char *)bytes_take(b, n));
		break;
	case OP_SELECTED:
		last(p)->selected = bytes_u32(b);
		break;
	case OP_SEMANTIC_DO:
		last(p)->actions = bytes_u32(b);
		break;
	}
}

static struct picture picture_of(const struct message *frame)
{
	struct picture p = {0};
	float box[4] = {0};
	struct bytes b = bytes_of(buffer_data(frame->buffer), frame->len);
	bytes_take(&b, 16);
	while (bytes_left(&b) > 0) {
		uint32_t head = bytes_u32(&b);
		size_t size = 4 * (size_t)(head >> 8);
		const uint8_t *payload = bytes_take(&b, size);
		assert_non_null(payload);
		struct bytes record = bytes_of(payload, size);
		read_record(&p, head & 0xff, &record, box);
	}
	assert_true(bytes_ok(&b));
	return p;
}

/* The session's side of the panel: frames are shown at once, and it gets what it docks. */
static void take_panel(struct stage *s, struct message *m)
{
	if (m->type == OSAAS_WINDOW_DOCK) {
		memcpy(&s->docked, m->bytes, sizeof s->docked);
		s->config.height = (int32_t)s->docked;
		post(s->panel, OSAAS_WINDOW_CONFIG, &s->config, sizeof s->config);
	} else {
		struct osaas_window_shown shown = {.refresh_ns = 16666667};
		assert_int_equal(m->type, OSAAS_WINDOW_FRAME);
		memcpy(&shown.serial, m->bytes, sizeof shown.serial);
		s->serial = shown.serial;
		s->picture = picture_of(m);
		s->frames++;
		post(s->panel, OSAAS_WINDOW_SHOWN, &shown, sizeof shown);
	}
	message_drop(m);
}

/* Requests are answered as those that were done. */
static void take_method(struct stage *s, struct message *m)
{
	struct osaas_method_key key;
	int64_t done = 0;
	memcpy(&key, m->bytes, sizeof key);
	if (m->type == OSAAS_METHOD_KEY)
		tell(s, "%u/%u", key.code, key.level);
	else if (m->type == OSAAS_METHOD_COMMIT)
		tell(s, "'%.*s'", (int)m->len, (char *)buffer_data(m->buffer));
	else if (m->type == OSAAS_METHOD_LAYOUT)
		tell(s, "layout%u", (uint32_t)key.field);
	else if (m->type == OSAAS_METHOD_DISMISS)
		tell(s, "dismiss");
	else
		fail_msg("a request of type %u", m->type);
	if (m->type == OSAAS_METHOD_KEY && key.mods)
		tell(s, "+%u", key.mods);
	if (m->type <= OSAAS_METHOD_KEY)
		assert_true(key.field == 7);
	message_drop(m);
	post(s->method, m->type | OSAAS_ANSWER, &done, sizeof done);
}

static bool serve(struct stage *s)
{
	struct message m;
	bool any = false;
	while (endpoint_try_recv(s->panel, &m) == 0) {
		take_panel(s, &m);
		any = true;
	}
	while (endpoint_try_recv(s->method, &m) == 0) {
		take_method(s, &m);
		any = true;
	}
	return any;
}

static bool is_settled(void *data)
{
	bool more;
	do {
		more = sched_run();
		plugin_reap();
	} while (serve(data));
	return !more && sched_next_wake_ns() == UINT64_MAX;
}

/* Until nothing happens any more, and nothing is waited for. */
static void settle(struct stage *s)
{
	run_loop(is_settled, s);
}

struct wish {
	struct stage *stage;
	const char *label; /* of an area that is to be there, or */
	size_t told;       /* so many bytes that are to be told */
};

static struct area *find(struct stage *s, const char *label)
{
	for (size_t i = 0; i < s->picture.n; i++) {
		if (strcmp(s->picture.areas[i].label, label) == 0)
			return &s->picture.areas[i];
	}
	return NULL;
}

static bool is_true(void *data)
{
	struct wish *wish = data;
	serve(wish->stage);
	if (wish->label)
		return find(wish->stage, wish->label) != NULL;
	return strlen(wish->stage->told) >= wish->told;
}

static void wait_for(struct stage *s, const char *label, size_t told)
{
	struct wish wish = {s, label, told};
	run_loop(is_true, &wish);
}

static struct area *key(struct stage *s, const char *label)
{
	struct area *found = find(s, label);
	if (!found)
		fail_msg("no key '%s'", label);
	return found;
}

static void point(struct stage *s, uint32_t type, uint16_t kind, uint32_t id,
	const struct area *area, float dx, float dy)
{
	struct osaas_window_pointer p = {.time_ns = s->time_ns += 10000000,
		.tag = area->tag,
		.x = area->x + dx,
		.y = area->y + dy,
		.kind = kind,
		.button = BUTTON_LEFT,
		.source = OSAAS_SOURCE_TOUCH,
		.id = id};
	post(s->panel, type, &p, sizeof p);
}

static void press(struct stage *s, const char *label)
{
	point(s, OSAAS_WINDOW_POINTER, OSAAS_POINTER_PRESS, 0, key(s, label), 0, 0);
}

static void lift(struct stage *s, const struct area *area, float dx, float dy)
{
	point(s, OSAAS_WINDOW_POINTER, OSAAS_POINTER_RELEASE, 0, area, dx, dy);
}

static void touch(struct stage *s, const char *label)
{
	struct area area = *key(s, label);
	press(s, label);
	lift(s, &area, 0, 0);
	settle(s);
}

static void act(struct stage *s, const char *label, uint32_t bit)
{
	uint64_t words[2] = {key(s, label)->tag, bit};
	post(s->panel, OSAAS_WINDOW_ACT, words, sizeof words);
	settle(s);
}

static void post_field(struct stage *s, uint32_t hint, bool wanted)
{
	struct osaas_method_field f = {
		.field = 7, .kind = OSAAS_FIELD_EDITOR, .hint = hint, .keyboard = wanted};
	post(s->method, OSAAS_METHOD_FIELD, &f, sizeof f);
}

static void send_field(struct stage *s, uint32_t hint, bool wanted)
{
	post_field(s, hint, wanted);
	settle(s);
}

static void post_keymap(struct stage *s, const char *layouts, const char *variants)
{
	struct keyboard_xkb made = keyboard_xkb_make(layouts, variants);
	struct message m = {.type = OSAAS_METHOD_KEYMAP,
		.buffer = buffer_create(made.len),
		.len = made.len};
	memcpy(m.bytes, &made.head, sizeof made.head);
	memcpy(buffer_data(m.buffer), made.buf, made.len);
	free(made.buf);
	assert_int_equal(endpoint_try_send(s->method, &m), 0);
}

static void send_keymap(struct stage *s, const char *layouts, const char *variants)
{
	post_keymap(s, layouts, variants);
	settle(s);
}

static void start_on(struct stage *s, int32_t width, int32_t most)
{
	struct endpoint *ends[2];
	*s = (struct stage){.plugin = load(KEYBOARD),
		.config = {.width = width, .scale = 1, .most = most}};
	assert_int_equal(endpoint_pair(ends, 64), 0);
	assert_int_equal(plugin_grant(s->plugin, "gui.panel:bottom", ends[1]), 0);
	s->panel = ends[0];
	assert_int_equal(endpoint_pair(ends, 64), 0);
	assert_int_equal(plugin_grant(s->plugin, "input.method", ends[1]), 0);
	s->method = ends[0];
	assert_int_equal(plugin_start(s->plugin, note_ending, &s->ending), 0);
	post(s->panel, OSAAS_WINDOW_CONFIG, &s->config, sizeof s->config);
	send_keymap(s, "us", "");
}

static void start(struct stage *s)
{
	start_on(s, 360, 400);
	assert_int_equal(s->docked, 0);
	assert_int_equal(s->frames, 0);
	send_field(s, OSAAS_HINT_TEXT, true);
	assert_int_equal(s->docked, 274);
}

static void finish(struct stage *s)
{
	plugin_destroy(s->plugin);
	endpoint_close(s->panel);
	endpoint_close(s->method);
}

static void stop(struct stage *s)
{
	assert_int_equal(s->ending.calls, 0);
	post(s->panel, OSAAS_WINDOW_CLOSE, "", 0);
	run_idle();
	assert_int_equal(s->ending.calls, 1);
	assert_int_equal(s->ending.how, PLUGIN_RETURNED);
	finish(s);
}

/* ---- Docking ------------------------------------------------------------ */

static void test_docks(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	assert_int_equal(s.frames, 1);
	uint64_t switches = sched_get_stats().switches;
	settle(&s);
	assert_true(sched_get_stats().switches == switches);
	send_field(&s, OSAAS_HINT_TEXT, false);
	assert_int_equal(s.docked, 0);
	send_field(&s, OSAAS_HINT_TEXT, true);
	assert_int_equal(s.docked, 274);
	stop(&s);
}

/* Another screen, and a row more for a layout that has letters on its digits. */
static void test_docks_again(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	s.config = (struct osaas_window_config){
		.width = 1280, .height = 100, .scale = 1, .most = 400};
	post(s.panel, OSAAS_WINDOW_CONFIG, &s.config, sizeof s.config);
	settle(&s);
	assert_int_equal(s.docked, 297);
	assert_non_null(find(&s, "AltGr"));
	s.config = (struct osaas_window_config){
		.width = 360, .height = 100, .scale = 1, .most = 500};
	post(s.panel, OSAAS_WINDOW_CONFIG, &s.config, sizeof s.config);
	settle(&s);
	assert_int_equal(s.docked, 274);
	send_keymap(&s, "cz", "");
	assert_int_equal(s.docked, 331);
	stop(&s);
}

/* Less than it asked for is what it gets: it does not ask again. */
static void test_less(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	s.config.height = 120;
	post(s.panel, OSAAS_WINDOW_CONFIG, &s.config, sizeof s.config);
	settle(&s);
	assert_int_equal(s.config.height, 120);
	assert_true(key(&s, "Return")->y < 120);
	stop(&s);
}

/* ---- Typing ------------------------------------------------------------- */

static const struct {
	const char *keys; /* labels, a blank behind each */
	const char *told;
} typed[] = {
	{"h i Space Return Backspace ", "35/0 23/0 57/0 28/0 14/0"},
	/* Shift holds for one key, */
	{"Shift A a ", "30/1 30/0"},
	/* and does not wait for ever, nor is it typed. */
	{"Shift Shift A A Shift a ", "30/1 30/1 30/0"},
	{"Shift wait Shift a ", "30/0"},
	{"Control c c ", "46/0 +1 46/0"},
	{"Control Shift C c ", "46/1 +1 46/0"},
	{"Shift Tab Tab ", "15/1 15/0"},
	{"Escape Left Up Down Right ", "1/0 105/0 103/0 108/0 106/0"},
	{"?123 1 @ € ABC a ", "2/0 3/1 '€' 30/0"},
	{"?123 more ✓ ", "'✓'"},
	{"Emoji grinning ", "'😀'"},
	{", . ", "51/0 52/0"},
	{"hide ", "dismiss"},
};

static const char *label_of(char *word)
{
	static const char *const names[][2] = {{"?123", "Digits and signs"},
		{"ABC", "Letters"}, {"more", "More signs"}, {"hide", "Hide keyboard"}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(word, names[i][0]) == 0)
			return names[i][1];
	}
	return word;
}

static void test_typing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		struct stage s;
		char keys[128], *rest;
		start(&s);
		snprintf(keys, sizeof keys, "%s", typed[i].keys);
		for (char *w = strtok_r(keys, " ", &rest); w;
			w = strtok_r(NULL, " ", &rest)) {
			if (strcmp(w, "wait") == 0)
				s.time_ns += 1000000000;
			else
				touch(&s, label_of(w));
		}
		print_message("# %s\n", typed[i].keys);
		assert_string_equal(s.told, typed[i].told);
		stop(&s);
	}
}

/* All the same by the mouse, and by who sees no picture. */
static void test_others(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	struct area a = *key(&s, "a");
	struct osaas_window_pointer p = {.tag = a.tag,
		.x = a.x,
		.y = a.y,
		.kind = OSAAS_POINTER_PRESS,
		.button = BUTTON_LEFT};
	post(s.panel, OSAAS_WINDOW_POINTER, &p, sizeof p);
	p.kind = OSAAS_POINTER_RELEASE;
	post(s.panel, OSAAS_WINDOW_POINTER, &p, sizeof p);
	/* Another button is none of ours. */
	p.kind = OSAAS_POINTER_PRESS;
	p.button = BUTTON_LEFT + 1;
	post(s.panel, OSAAS_WINDOW_POINTER, &p, sizeof p);
	settle(&s);
	assert_string_equal(s.told, "30/0");
	act(&s, "b", OSAAS_SEMANTIC_CLICK);
	act(&s, "Shift", OSAAS_SEMANTIC_CLICK);
	assert_true(key(&s, "Shift")->selected);
	act(&s, "C", OSAAS_SEMANTIC_CLICK);
	assert_false(key(&s, "Shift")->selected);
	assert_string_equal(s.told, "30/0 48/0 46/1");
	stop(&s);
}

/* Two thumbs: the second finger types the first one's key. */
static void test_thumbs(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	struct area a = *key(&s, "a"), l = *key(&s, "l");
	press(&s, "a");
	point(&s, OSAAS_WINDOW_TOUCH, OSAAS_POINTER_PRESS, 1, &l, 0, 0);
	point(&s, OSAAS_WINDOW_TOUCH, OSAAS_POINTER_RELEASE, 1, &l, 0, 0);
	lift(&s, &a, 0, 0);
	settle(&s);
	assert_string_equal(s.told, "30/0 38/0");
	stop(&s);
}

/* Who slides off did not mean it; a little is nothing. */
static void test_slides(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	struct area a = *key(&s, "a");
	press(&s, "a");
	lift(&s, &a, 200, 0);
	press(&s, "a");
	point(&s, OSAAS_WINDOW_POINTER, OSAAS_POINTER_CANCEL, 0, &a, 0, 0);
	settle(&s);
	assert_string_equal(s.told, "");
	press(&s, "a");
	lift(&s, &a, 20, 0);
	settle(&s);
	assert_string_equal(s.told, "30/0");
	stop(&s);
}

/* What is said again takes no finger off its key. */
static void test_again(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	struct area a = *key(&s, "a");
	press(&s, "a");
	post(s.panel, OSAAS_WINDOW_CONFIG, &s.config, sizeof s.config);
	post_keymap(&s, "us", "");
	post_field(&s, OSAAS_HINT_TEXT, true);
	sched_run();
	lift(&s, &a, 0, 0);
	settle(&s);
	assert_string_equal(s.told, "30/0");
	stop(&s);
}

static void test_repeats(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	struct area back = *key(&s, "Backspace");
	press(&s, "Backspace");
	wait_for(&s, NULL, strlen("14/0 14/0 14/0"));
	lift(&s, &back, 0, 0);
	settle(&s);
	size_t told = strlen(s.told);
	settle(&s);
	assert_int_equal(strlen(s.told), told);
	assert_memory_equal(s.told, "14/0 14/0", 9);
	stop(&s);
}

/* ---- What keys offer ---------------------------------------------------- */

static void test_held(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	struct area a = *key(&s, "a");
	press(&s, "a");
	wait_for(&s, "â", 0);
	struct area other = *key(&s, "â");
	point(&s, OSAAS_WINDOW_POINTER, OSAAS_POINTER_DRAG, 0, &a, other.x - a.x,
		other.y - a.y);
	settle(&s);
	assert_true(key(&s, "â")->selected);
	lift(&s, &a, other.x - a.x, other.y - a.y);
	settle(&s);
	assert_string_equal(s.told, "'â'");
	assert_null(find(&s, "â"));
	stop(&s);
}

/* Opened without a finger it stays, until one is clicked, or something else. */
static void test_expanded(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	assert_true(key(&s, "e")->actions & OSAAS_SEMANTIC_EXPAND);
	assert_false(key(&s, "Return")->actions & OSAAS_SEMANTIC_EXPAND);
	act(&s, "e", OSAAS_SEMANTIC_EXPAND);
	act(&s, "ê", OSAAS_SEMANTIC_CLICK);
	assert_null(find(&s, "ê"));
	act(&s, "e", OSAAS_SEMANTIC_EXPAND);
	act(&s, "ê", OSAAS_SEMANTIC_DISMISS);
	assert_null(find(&s, "ê"));
	act(&s, "e", OSAAS_SEMANTIC_EXPAND);
	touch(&s, "é");
	act(&s, "e", OSAAS_SEMANTIC_EXPAND);
	touch(&s, "m");
	assert_null(find(&s, "ê"));
	assert_string_equal(s.told, "'ê' 'é' 50/0");
	stop(&s);
}

/* ---- Fields ------------------------------------------------------------- */

static void test_hints(void **state)
{
	static const struct {
		uint32_t hint;
		const char *has, *lacks;
	} cases[] = {
		{OSAAS_HINT_TEXT, "q", "@"},
		{OSAAS_HINT_EMAIL, "@", ","},
		{OSAAS_HINT_URL, "/", ","},
		{OSAAS_HINT_NUMERIC, "7", "q"},
		{OSAAS_HINT_TELEPHONE, "#", "q"},
		{OSAAS_HINT_PASSWORD, "q", "@"},
	};
	(void)state;
	struct stage s;
	start(&s);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		send_field(&s, cases[i].hint, true);
		key(&s, cases[i].has);
		assert_null(find(&s, cases[i].lacks));
	}
	stop(&s);
}

/* What is typed is shown larger above its key, but for passwords. Such pictures have a shadow. */
static void test_previews(void **state)
{
	(void)state;
	for (int secret = 0; secret < 2; secret++) {
		struct stage s;
		start(&s);
		send_field(&s, secret ? OSAAS_HINT_PASSWORD : OSAAS_HINT_TEXT, true);
		assert_int_equal(s.picture.blurs, 0);
		struct area n = *key(&s, "n");
		uint64_t frames = s.frames;
		press(&s, "n");
		while (s.frames == frames) {
			sched_run();
			serve(&s);
		}
		assert_int_equal(s.picture.blurs, !secret);
		lift(&s, &n, 0, 0);
		settle(&s);
		assert_int_equal(s.picture.blurs, 0);
		stop(&s);
	}
}

static void test_layouts(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	assert_null(find(&s, "Next layout"));
	send_keymap(&s, "ru,us", ",");
	key(&s, "ж");
	touch(&s, "Next layout");
	assert_string_equal(s.told, "layout1");
	stop(&s);
}

/* ---- What goes wrong ---------------------------------------------------- */

static void test_hostile(void **state)
{
	static const uint64_t tags[] = {0, 1, 15, 111, 112, 124, 1000, UINT64_MAX};
	struct osaas_method_keymap head = {.count = UINT32_MAX, .layouts = UINT32_MAX};
	(void)state;
	struct stage s;
	start(&s);
	post(s.method, OSAAS_METHOD_KEYMAP, &head, sizeof head);
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		struct area area = {.tag = tags[i], .x = -1e9f, .y = 1e9f};
		uint64_t words[2] = {tags[i], OSAAS_SEMANTIC_CLICK};
		point(&s, OSAAS_WINDOW_TOUCH, OSAAS_POINTER_RELEASE, 15, &area, 0, 0);
		point(&s, OSAAS_WINDOW_TOUCH, OSAAS_POINTER_PRESS, 15, &area, 0, 0);
		point(&s, OSAAS_WINDOW_TOUCH, OSAAS_POINTER_RELEASE, 15, &area, 0, 0);
		post(s.panel, OSAAS_WINDOW_ACT, words, sizeof words);
		settle(&s);
	}
	assert_string_equal(s.told, "");
	post(s.panel, OSAAS_WINDOW_LOST, "", 0);
	post(s.method, 77, "", 0);
	settle(&s);
	touch(&s, "a");
	assert_string_equal(s.told, "30/0");
	stop(&s);
}

/* Events that were lost: no finger is down any more, no modifier waits. */
static void test_lost(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	touch(&s, "Shift");
	press(&s, "Control");
	press(&s, "A");
	post(s.panel, OSAAS_WINDOW_LOST, "", 0);
	settle(&s);
	assert_null(find(&s, "A"));
	assert_false(key(&s, "Control")->selected);
	assert_string_equal(s.told, "");
	stop(&s);
}

static void test_revoked(void **state)
{
	(void)state;
	struct stage s;
	start(&s);
	endpoint_close(s.method);
	s.method = NULL;
	run_idle();
	assert_int_equal(s.ending.calls, 1);
	assert_int_equal(s.ending.how, PLUGIN_RETURNED);
	finish(&s);
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	return sched_init();
}

static int teardown(void **state)
{
	(void)state;
	sched_finish();
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_docks),
		TEST(test_docks_again),
		TEST(test_less),
		TEST(test_typing),
		TEST(test_others),
		TEST(test_thumbs),
		TEST(test_slides),
		TEST(test_again),
		TEST(test_repeats),
		TEST(test_held),
		TEST(test_expanded),
		TEST(test_hints),
		TEST(test_previews),
		TEST(test_layouts),
		TEST(test_hostile),
		TEST(test_lost),
		TEST(test_revoked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
