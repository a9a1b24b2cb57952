/*
 * For a11y_test.py: a window that says what it is: a heading, a button that counts, a check
 * box, a slider, a list, a field and one for a password. Writes into the log what it does.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.test.spoken\n"
	       "name = Spoken\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = spoken_main\n"
	       "want = gui.window required: to tell of\n")

enum {
	BUTTON = 1,
	CHECK,
	SLIDER,
	ITEM, /* and the next two */
	NAME = 10,
	SECRET,
	PLAIN, /* a button that says nothing of what it does */
	ROWS,  /* of many */
};
enum {
	PRESSES = OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE
};

struct field {
	char text[256];
	uint32_t start, end;
};

static osaas_chan window;
static struct osaas_window_config config;
static uint64_t serial, focus;
static unsigned presses, rows;
static bool checked;
static float level = 3;
static unsigned chosen;
static struct field name = {"Zoë Müller", 0, 0}, secret = {"hunter2", 7, 7};
static float top; /* where the next thing goes */

static uint32_t count(const char *s)
{
	uint32_t n = 0;
	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static size_t byte_of(const char *s, uint32_t at)
{
	size_t i = 0;
	while (s[i] && (at > 0 || ((unsigned char)s[i] & 0xc0) == 0x80)) {
		at -= ((unsigned char)s[i] & 0xc0) != 0x80;
		i++;
		while (((unsigned char)s[i] & 0xc0) == 0x80)
			i++;
	}
	return i;
}

static void begin(
	struct osaas_ops *ops, uint64_t tag, enum osaas_class class, const char *label)
{
	osaas_ops_clip_rect(ops, 10, top, 200, top + 24);
	top += 30;
	osaas_ops_color(ops, tag == focus ? 0xff : 0x80, 0x80, 0x80, 255);
	osaas_ops_paint(ops);
	if (tag) {
		osaas_ops_area(ops, tag);
		osaas_ops_listen(ops, tag, OSAAS_LISTEN_FOCUS | PRESSES, 0, 0, 0, 0);
	}
	osaas_ops_class(ops, class);
	osaas_ops_label(ops, label);
}

static void draw_field(
	struct osaas_ops *ops, uint64_t tag, const char *label, const struct field *f)
{
	begin(ops, tag, OSAAS_CLASS_EDITOR, label);
	osaas_ops_input_hint(
		ops, tag, tag == SECRET ? OSAAS_HINT_PASSWORD : OSAAS_HINT_TEXT);
	osaas_ops_selection(
		ops, tag, f->start, f->end, 10 + 8 * (float)f->end, top - 10, 12, 4);
	osaas_ops_snippet(ops, tag, 0, count(f->text), f->text, strlen(f->text));
	osaas_ops_clip_pop(ops);
}

static void draw_list(struct osaas_ops *ops)
{
	static const char *const names[] = {"Red", "Green", "Blue"};
	osaas_ops_clip_rect(ops, 10, top, 200, top + 90);
	osaas_ops_class(ops, OSAAS_CLASS_LIST);
	osaas_ops_label(ops, "Colour");
	/* A clip that says nothing. */
	osaas_ops_clip_rect(ops, 10, top, 200, top + 90);
	for (unsigned i = 0; i < 3; i++) {
		begin(ops, ITEM + i, OSAAS_CLASS_LIST_ITEM, names[i]);
		osaas_ops_selected(ops, i == chosen);
		osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK);
		osaas_ops_clip_pop(ops);
	}
	osaas_ops_clip_pop(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_rows(struct osaas_ops *ops)
{
	char text[32];
	for (unsigned i = 0; i < rows; i++) {
		snprintf(text, sizeof text, "Row %u", i);
		osaas_ops_clip_rect(ops, 210, (float)i, 220, (float)i + 1);
		osaas_ops_class(ops, OSAAS_CLASS_TEXT);
		osaas_ops_label(ops, text);
		osaas_ops_clip_pop(ops);
	}
}

static void draw(void)
{
	char text[64];
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	top = 10;
	osaas_ops_label(&ops, "A spoken window");
	osaas_ops_color(&ops, 0x20, 0x20, 0x20, 255);
	osaas_ops_paint(&ops);
	begin(&ops, 0, OSAAS_CLASS_HEADING, "Settings");
	osaas_ops_clip_pop(&ops);
	snprintf(text, sizeof text, "Pressed %u", presses);
	begin(&ops, BUTTON, OSAAS_CLASS_BUTTON, presses ? text : "Press me");
	osaas_ops_description(&ops, "Counts");
	osaas_ops_semantic_actions(&ops, OSAAS_SEMANTIC_CLICK);
	osaas_ops_clip_pop(&ops);
	begin(&ops, CHECK, OSAAS_CLASS_CHECK_BOX, "Loud");
	osaas_ops_selected(&ops, checked);
	osaas_ops_clip_pop(&ops);
	begin(&ops, SLIDER, OSAAS_CLASS_SLIDER, "Volume");
	osaas_ops_range(&ops, level, 0, 10);
	osaas_ops_enabled(&ops, checked);
	osaas_ops_semantic_actions(
		&ops, OSAAS_SEMANTIC_INCREMENT | OSAAS_SEMANTIC_DECREMENT);
	osaas_ops_clip_pop(&ops);
	draw_list(&ops);
	draw_field(&ops, NAME, "Name", &name);
	draw_field(&ops, SECRET, "Password", &secret);
	begin(&ops, PLAIN, OSAAS_CLASS_BUTTON, "Many");
	osaas_ops_clip_pop(&ops);
	draw_rows(&ops);
	if (osaas_ops_send(window, &ops, ++serial) != 0)
		osaas_printf(OSAAS_LOG_ERROR, "spoken: not sent");
}

static void click(uint64_t tag)
{
	osaas_printf(OSAAS_LOG_INFO, "spoken: click %u", (unsigned)tag);
	if (tag == BUTTON)
		presses++;
	else if (tag == CHECK)
		checked = !checked;
	else if (tag >= ITEM && tag < ITEM + 3)
		chosen = (unsigned)tag - ITEM;
	else if (tag == PLAIN)
		rows = rows ? 0 : 3000;
	draw();
}

static void act(const struct osaas_msg *msg)
{
	uint32_t action;
	memcpy(&action, &msg->u.bytes[8], sizeof action);
	if (action == OSAAS_SEMANTIC_CLICK) {
		click(msg->u.u64[0]);
		return;
	}
	level += action == OSAAS_SEMANTIC_INCREMENT ? 0.5f : -0.5f;
	draw();
}

static void edit(
	struct field *f, uint32_t start, uint32_t end, const char *text, size_t n)
{
	char all[sizeof f->text];
	size_t from = byte_of(f->text, start), to = byte_of(f->text, end);
	if (from + n + strlen(&f->text[to]) >= sizeof all)
		return;
	memcpy(all, f->text, from);
	memcpy(&all[from], text, n);
	strcpy(&all[from + n], &f->text[to]);
	strcpy(f->text, all);
	all[from + n] = '\0';
	f->start = f->end = count(all);
	draw();
}

static struct field *field_of(uint64_t tag)
{
	return tag == NAME ? &name : tag == SECRET ? &secret : NULL;
}

static void take_edit(const struct osaas_msg *msg)
{
	struct osaas_window_edit e;
	memcpy(&e, msg->u.bytes, sizeof e);
	struct field *f = field_of(e.tag);
	if (!f)
		return;
	if (msg->type == OSAAS_WINDOW_EDIT) {
		edit(f, e.start, e.end, msg->buf ? msg->buf : "", msg->len);
		return;
	}
	f->start = e.start;
	f->end = e.end;
	draw();
}

static void take_key(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	memcpy(&key, msg->u.bytes, sizeof key);
	osaas_printf(OSAAS_LOG_INFO, "spoken: key %u %s '%s' for %u", key.code,
		key.pressed ? "down" : "up", key.text, (unsigned)key.tag);
	struct field *f = field_of(key.tag);
	if (f && key.pressed && key.text[0])
		edit(f, f->start, f->end, key.text, strlen(key.text));
}

static void take_focus(const struct osaas_msg *msg)
{
	uint32_t on;
	memcpy(&on, &msg->u.bytes[8], sizeof on);
	focus = on ? msg->u.u64[0] : 0;
	draw();
}

static void take_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	memcpy(&p, msg->u.bytes, sizeof p);
	if (p.kind == OSAAS_POINTER_RELEASE)
		click(p.tag);
}

static void handle(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		memcpy(&config, msg->u.bytes, sizeof config);
		draw();
		break;
	case OSAAS_WINDOW_KEY:
		take_key(msg);
		break;
	case OSAAS_WINDOW_POINTER:
		take_pointer(msg);
		break;
	case OSAAS_WINDOW_AREA_FOCUS:
		take_focus(msg);
		break;
	case OSAAS_WINDOW_EDIT:
	case OSAAS_WINDOW_SELECT:
		take_edit(msg);
		break;
	case OSAAS_WINDOW_ACT:
		act(msg);
		break;
	}
}

OSAAS_EXPORT void spoken_main(void);
void spoken_main(void)
{
	struct osaas_msg msg;
	window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE) {
		handle(&msg);
		if (msg.buf)
			osaas_buf_free(msg.buf);
	}
}
