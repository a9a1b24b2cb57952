/*
 * form: what one fills in: fields of text, a check box, a switch, radio buttons, a slider,
 * lists with items to be dragged, buttons. All of it by keys, pointer, finger, and by
 * those who hear instead of see. hello is the plugin to read first.
 */
#include "form.h"

OSAAS_MANIFEST("id = org.osaas.form\n"
	       "name = Form\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = form_main\n"
	       "want = gui.window required: shows the form\n"
	       "want = gui.text required: sets its words, and yours\n"
	       "want = clipboard optional: copies and pastes text\n")

struct form form;

enum {
	TEXT_BYTES = 200,
	NOTE_BYTES = 2000
};
static char rooms[FIELDS - 1][OSAAS_FIELD_ROOM(TEXT_BYTES)];
static char note_room[OSAAS_FIELD_ROOM(NOTE_BYTES)];

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static const struct {
	const char *label, *key, *placeholder;
	uint32_t flags;
	enum osaas_hint hint;
	bool (*accept)(uint32_t c);
} kinds[FIELDS] = {
	{"Name", "name", "Ada Lovelace", 0, OSAAS_HINT_TEXT, NULL},
	{"E-mail", "email", "ada@example.org", 0, OSAAS_HINT_EMAIL, NULL},
	{"Password", "password", NULL, OSAAS_FIELD_PASSWORD, OSAAS_HINT_PASSWORD, NULL},
	{"Age", "age", NULL, 0, OSAAS_HINT_NUMERIC, is_digit},
	{"Note", "note", "Whatever else you want to say", OSAAS_FIELD_MULTI,
		OSAAS_HINT_TEXT, NULL},
};

static struct osaas_field_color of(struct color c)
{
	return (struct osaas_field_color){c.r, c.g, c.b, c.a};
}

static void set_style(struct osaas_field *f)
{
	f->style = (struct osaas_field_style){.size = 15 * form.config.scale,
		.pad_x = dp(12),
		.pad_y = dp(9),
		.caret = dp(2) / 2 < 1 ? 1 : roundf(dp(3) / 2),
		.text = of(color_ink),
		.placeholder = {0x6e, 0x79, 0x84, 255},
		.caret_color = of(color_accent),
		.selection = {0xbc, 0xd9, 0xec, 255},
		.faded = {0xe2, 0xe2, 0xde, 255}};
}

static void make_fields(void)
{
	osaas_chan clipboard = osaas_cap("clipboard");
	for (int i = 0; i < FIELDS; i++) {
		bool multi = kinds[i].flags & OSAAS_FIELD_MULTI;
		form.fields[i] = (struct osaas_field){.tag = TAG_NAME + (uint64_t)i,
			.window = form.window,
			.gui_text = paper.words.chan,
			.clipboard = clipboard > 0 ? clipboard : OSAAS_NONE,
			.flags = kinds[i].flags,
			.hint = kinds[i].hint,
			.label = kinds[i].label,
			.placeholder = kinds[i].placeholder,
			.accept = kinds[i].accept};
		if (multi)
			osaas_field_init(&form.fields[i], note_room, NOTE_BYTES);
		else
			osaas_field_init(&form.fields[i], rooms[i], TEXT_BYTES);
	}
}

void form_reset(void)
{
	for (int i = 0; i < FIELDS; i++)
		osaas_field_set(&form.fields[i], "", 0);
	form.news = form.remember = false;
	form.reply = 0;
	form.volume = 60;
	lists_init();
	strlcpy(form.status, "", sizeof form.status);
	form.changed = true;
}

/* ---- Save --------------------------------------------------------------- */

/* One line of the log; line ends in a text are written \n. A password is not told. */
static void log_text(const char *key, const char *text, size_t n)
{
	char line[512];
	size_t at = (size_t)snprintf(line, sizeof line, "form: %s=", key);
	for (size_t i = 0; i < n && at + 2 < sizeof line; i++) {
		if (text[i] == '\n')
			line[at++] = '\\';
		line[at++] = text[i] == '\n' ? 'n' : text[i];
	}
	osaas_log(OSAAS_LOG_INFO, line, at);
}

static void log_list(const char *key, uint32_t list)
{
	char names[ITEMS_MAX * (ITEM_BYTES + 1)] = "";
	for (uint32_t i = 0; i < form.lists.count[list]; i++) {
		if (i > 0)
			strlcat(names, ",", sizeof names);
		strlcat(names, form.lists.name[form.lists.at[list][i]], sizeof names);
	}
	log_text(key, names, strlen(names));
}

static void log_fields(void)
{
	for (int i = 0; i < FIELDS; i++) {
		const struct osaas_field *f = &form.fields[i];
		if (f->flags & OSAAS_FIELD_PASSWORD)
			osaas_printf(OSAAS_LOG_INFO, "form: %s=(%u bytes)", kinds[i].key,
				f->len);
		else
			log_text(kinds[i].key, f->text, f->len);
	}
}

void form_save(void)
{
	const struct osaas_field *name = &form.fields[0];
	log_fields();
	osaas_printf(OSAAS_LOG_INFO, "form: newsletter=%s", form.news ? "yes" : "no");
	osaas_printf(OSAAS_LOG_INFO, "form: remember=%s", form.remember ? "yes" : "no");
	osaas_printf(OSAAS_LOG_INFO, "form: reply=%s", replies[form.reply]);
	osaas_printf(OSAAS_LOG_INFO, "form: volume=%u", form.volume);
	log_list("available", 0);
	log_list("chosen", 1);
	osaas_printf(OSAAS_LOG_INFO, "form: saved");
	snprintf(form.status, sizeof form.status, "Saved.%s%.60s%s",
		name->len ? " Thank you, " : "", name->text, name->len ? "." : "");
	form.changed = true;
}

/* ---- Events ------------------------------------------------------------- */

static void handle_config(const struct osaas_msg *msg)
{
	memcpy(&form.config, msg->u.bytes, sizeof form.config);
	bool rescaled = form.config.scale != paper.scale;
	paper_set_scale(form.config.scale);
	for (int i = 0; i < FIELDS && rescaled; i++)
		set_style(&form.fields[i]);
	form.under_way = false;
	form.changed = form.reveal = true;
}

static void handle_answer(const struct osaas_msg *msg)
{
	if (msg->u.u64[0] == form.serial)
		form.under_way = false;
}

static void handle_focus(const struct osaas_msg *msg)
{
	uint64_t tag = msg->u.u64[0];
	if (msg->u.u32[2])
		form.focus = tag;
	else if (form.focus == tag)
		form.focus = 0;
	form.changed = form.reveal = true;
}

/* Keys that no control wanted scroll the page. */
static void scroll_by_key(uint32_t keysym)
{
	float page = form.layout.height * 0.85f;
	switch (keysym) {
	case KEY_PAGE_UP:
	case KEY_PAGE_DOWN:
		form.scroll += keysym == KEY_PAGE_UP ? -page : page;
		break;
	case KEY_HOME:
	case KEY_END:
		form.scroll = keysym == KEY_HOME ? 0 : form.layout.page;
		break;
	default:
		return;
	}
	form.changed = true;
}

static void handle_key(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	memcpy(&key, msg->u.bytes, sizeof key);
	if (!key.pressed || (key.tag >= TAG_NAME && key.tag < TAG_NAME + FIELDS))
		return;
	if (control_key(&key) || lists_key(&key))
		form.reveal = true;
	else
		scroll_by_key(key.keysym);
}

/* A finger that goes some way up or down moves the page, and nothing else hears of it then. */
static void handle_finger(const struct osaas_window_pointer *p)
{
	float moved = form.finger.y - p->y;
	bool can = form.layout.page > form.layout.height && !form.drag.ours &&
		   form.pressed != TAG_VOLUME;
	if (p->kind == OSAAS_POINTER_PRESS) {
		form.finger.down = true;
		form.finger.moves = false;
		form.finger.y = p->y;
		return;
	}
	if (p->kind != OSAAS_POINTER_DRAG || !form.finger.down) {
		form.finger.down = false;
		return;
	}
	if (!form.finger.moves && can && fabsf(moved) >= dp(12)) {
		form.finger.moves = osaas_window_grab(form.window, p) == 0;
		form.finger.y = p->y;
	} else if (form.finger.moves) {
		form.scroll += moved;
		form.finger.y = p->y;
		form.changed = true;
	}
}

static void handle_page(const struct osaas_window_pointer *p)
{
	if (p->kind == OSAAS_POINTER_PRESS || p->kind == OSAAS_POINTER_RELEASE ||
		p->kind == OSAAS_POINTER_CANCEL) {
		form.held = p->kind == OSAAS_POINTER_PRESS;
		form.changed |= form.reveal;
	}
	if (p->kind == OSAAS_POINTER_SCROLL) {
		form.scroll += p->scroll_y;
		form.changed = true;
	} else if (p->source == OSAAS_SOURCE_TOUCH) {
		handle_finger(p);
	}
}

static void handle_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	memcpy(&p, msg->u.bytes, sizeof p);
	if (p.tag == TAG_PAGE)
		handle_page(&p);
	else if (is_list_tag(p.tag))
		lists_pointer(&p);
	else if (is_control(p.tag))
		control_pointer(&p);
}

static void handle_act(const struct osaas_msg *msg)
{
	uint64_t tag = msg->u.u64[0];
	uint32_t action = msg->u.u32[2];
	if (is_list_tag(tag))
		lists_act(tag, action);
	else if (is_control(tag))
		control_act(tag, action);
}

static void handle_drag(const struct osaas_msg *msg)
{
	struct osaas_window_drag drag;
	memcpy(&drag, msg->u.bytes, sizeof drag);
	lists_drag(&drag, msg);
}

static void handle_lost(void)
{
	form.hover = form.pressed = 0;
	form.finger.down = form.held = false;
	form.drag = (struct drag){0};
	form.under_way = false;
	form.changed = true;
}

/* Each field looks whether a message is its own. YIELDS. */
static void ask_fields(const struct osaas_msg *msg)
{
	for (int i = 0; i < FIELDS; i++) {
		uint32_t what = osaas_field_event(&form.fields[i], msg);
		form.changed |= (what & OSAAS_FIELD_DRAW) != 0;
		form.reveal |= (what & OSAAS_FIELD_CHANGED) != 0;
		if (what & OSAAS_FIELD_SUBMIT)
			form_save();
	}
}

/* Returns whether to go on. */
static bool handle(const struct osaas_msg *msg)
{
	ask_fields(msg);
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		handle_config(msg);
		break;
	case OSAAS_WINDOW_SHOWN:
	case OSAAS_WINDOW_REFUSED:
		handle_answer(msg);
		break;
	case OSAAS_WINDOW_KEY:
		handle_key(msg);
		break;
	case OSAAS_WINDOW_POINTER:
		handle_pointer(msg);
		break;
	case OSAAS_WINDOW_AREA_FOCUS:
		handle_focus(msg);
		break;
	case OSAAS_WINDOW_ACT:
		handle_act(msg);
		break;
	case OSAAS_WINDOW_DRAG:
		handle_drag(msg);
		break;
	case OSAAS_WINDOW_LOST:
		handle_lost();
		break;
	case OSAAS_WINDOW_CLOSE:
		return false;
	}
	return true;
}

/* ---- The loop ----------------------------------------------------------- */

static bool handle_one(uint64_t deadline_ns, bool *got)
{
	struct osaas_msg msg;
	struct osaas_alt alt = {.chan = form.window, .op = OSAAS_RECV, .msg = &msg};
	int done = osaas_alt(&alt, 1, deadline_ns);
	*got = done == 0;
	if (done == OSAAS_EAGAIN)
		return true;
	if (done < 0 || alt.result < 0)
		return false;
	bool go_on = handle(&msg);
	osaas_buf_free(msg.buf);
	return go_on;
}

OSAAS_EXPORT void form_main(void);
void form_main(void)
{
	form.window = osaas_cap("gui.window");
	paper.words.chan = osaas_cap("gui.text");
	if (form.window < 0 || paper.words.chan < 0)
		osaas_exit(1);
	make_fields();
	form_reset();
	for (;;) {
		bool got;
		if (!handle_one(OSAAS_FOREVER, &got))
			return;
		do {
			if (!handle_one(OSAAS_NOW, &got))
				return;
		} while (got);
		if (form.changed && !form.under_way && form.config.width > 0)
			form_draw();
	}
}
