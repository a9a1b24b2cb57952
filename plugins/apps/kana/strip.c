#include "strip.h"

#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_text.h>

/* dp */
#define HEIGHT      44.0f
#define INSET       4.0f /* of a box in the strip, above and below */
#define RADIUS      7.0f
#define MODE        48.0f /* width of the mode's box with what is around it */
#define ARROW       40.0f
#define PAGE_NUMBER 44.0f
#define CELL        72.0f /* of a candidate, when it is decided how many there are */
#define CELL_PAD    10.0f
#define DIGIT_GAP   5.0f
#define WORD_SIZE   20.0f
#define DIGIT_SIZE  11.0f
#define SMALL_SIZE  13.0f
#define NOTE_LEAST  56.0f /* room for a note, else there is none */
#define LONGEST     4000.0f

#define LISTEN                                                                           \
	(OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE | OSAAS_POINTER_LEAVE |             \
		OSAAS_POINTER_CANCEL)

struct color {
	uint8_t r, g, b;
};

/* Those of hello's first palette. */
static const struct color background = {0xe9, 0xe4, 0xd8}, edge = {0xd6, 0xcf, 0xbf};
static const struct color paper = {0xff, 0xfd, 0xf8}, ink = {0x2b, 0x3a, 0x4a};
static const struct color faint = {0x6b, 0x72, 0x78}, water = {0xcf, 0xe1, 0xe6};
static const struct color blue = {0x2f, 0x6f, 0x9f};

static const char hint[] = "Space: kanji \u00b7 F7: katakana \u00b7 F10: letters "
			   "\u00b7 :name: emoji \u00b7 Ctrl+Space: off";

/* What is drawn, and where. */
struct sheet {
	struct strip *strip;
	struct osaas_ops ops;
	float scale, width, height;
};

/* A candidate of the page. */
struct cell {
	struct osaas_text word, digit;
	float width, natural;
};

static float dp(const struct sheet *sheet, float v)
{
	return (float)(int)(v * sheet->scale + 0.5f);
}

/* ---- Text ---- */

/* width: px, 0: as wide as it gets. Nothing, when it cannot be set; that is logged by the session. */
static void set(const struct sheet *sheet, const char *s, float size, float width,
	struct osaas_text *text)
{
	const struct osaas_text_style style = {
		.size = size * sheet->scale,
		.families = "sans-serif",
		.lang = "ja",
	};
	const struct osaas_text_params params = {
		.text = s,
		.len = strlen(s),
		.styles = &style,
		.style_count = 1,
		.width = width > 0 ? width : LONGEST * sheet->scale,
		.max_lines = 1,
		.ellipsis = OSAAS_TEXT_ELLIPSIS_END,
	};
	*text = (struct osaas_text){0};
	if (sheet->strip->text >= 0 && s[0])
		osaas_text_layout(sheet->strip->text, &params, text);
}

static float width_of(const struct osaas_text *text)
{
	return text->block ? (float)(int)(text->lines[0].width + 0.999f) : 0;
}

/* Ideographs reach from 0.12 em below the baseline to 0.88 em above it: their middle is the strip's. */
static float baseline(const struct sheet *sheet, float size)
{
	return (float)(int)(sheet->height / 2 + 0.38f * size * sheet->scale + 0.5f);
}

/* size: of the text that it shares a baseline with. */
static void write(struct sheet *sheet, const struct osaas_text *text, float x, float size,
	struct color c)
{
	if (!text->block)
		return;
	osaas_ops_color(&sheet->ops, c.r, c.g, c.b, 255);
	osaas_text_paint(text, &sheet->ops, x - text->lines[0].x,
		baseline(sheet, size) - text->lines[0].baseline, NULL, 0);
}

/* ---- Parts ---- */

static void fill(struct sheet *sheet, struct color c)
{
	osaas_ops_color(&sheet->ops, c.r, c.g, c.b, 255);
	osaas_ops_paint(&sheet->ops);
}

static void box(struct sheet *sheet, float x0, float x1, struct color c)
{
	osaas_ops_clip_rrect(&sheet->ops, x0, dp(sheet, INSET), x1,
		sheet->height - dp(sheet, INSET), RADIUS * sheet->scale);
	fill(sheet, c);
	osaas_ops_clip_pop(&sheet->ops);
}

/* The whole height can be touched; what it is, for those who do not see it. */
static void area(struct sheet *sheet, float x0, float x1, uint64_t tag,
	enum osaas_class what, const char *label)
{
	struct osaas_ops *ops = &sheet->ops;
	osaas_ops_clip_rect(ops, x0, 0, x1, sheet->height);
	osaas_ops_area(ops, tag);
	osaas_ops_listen(ops, tag, LISTEN, 0, 0, 0, 0);
	osaas_ops_class(ops, what);
	osaas_ops_label(ops, label);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK);
}

static void draw_back(struct sheet *sheet)
{
	struct osaas_ops *ops = &sheet->ops;
	osaas_ops_clip_rect(ops, 0, 0, sheet->width, sheet->height);
	fill(sheet, background);
	osaas_ops_clip_rect(ops, 0, 0, sheet->width, dp(sheet, 1));
	fill(sheet, edge);
	osaas_ops_clip_pop(ops);
}

static void draw_mode(struct sheet *sheet, const struct ime *ime)
{
	struct osaas_text text;
	float x1 = dp(sheet, MODE), inset = dp(sheet, INSET);
	bool pressed = sheet->strip->pressed == STRIP_MODE;
	set(sheet, ime->on ? "あ" : "A", WORD_SIZE, 0, &text);
	area(sheet, 0, x1, STRIP_MODE, OSAAS_CLASS_SWITCH, "Japanese");
	osaas_ops_selected(&sheet->ops, ime->on);
	box(sheet, inset, x1 - inset, pressed ? water : paper);
	write(sheet, &text, (float)(int)((x1 - width_of(&text)) / 2), WORD_SIZE,
		ime->on ? blue : ink);
	osaas_ops_clip_pop(&sheet->ops);
	osaas_text_free(&text);
}

static void draw_arrow(struct sheet *sheet, float x, bool back)
{
	struct osaas_ops *ops = &sheet->ops;
	float w = dp(sheet, ARROW), middle = x + w / 2, y = sheet->height / 2;
	float a = (back ? -3.0f : 3.0f) * sheet->scale, b = 6 * sheet->scale;
	uint64_t tag = back ? STRIP_BACK : STRIP_NEXT;
	area(sheet, x, x + w, tag, OSAAS_CLASS_BUTTON,
		back ? "Previous candidates" : "More candidates");
	if (sheet->strip->pressed == tag)
		box(sheet, x, x + w, water);
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, middle - a, y - b);
	osaas_ops_path_line(ops, middle + a, y);
	osaas_ops_path_line(ops, middle - a, y + b);
	osaas_ops_clip_stroke(ops, &(struct osaas_stroke){.width = 2 * sheet->scale});
	fill(sheet, ink);
	osaas_ops_clip_pop(ops);
	osaas_ops_clip_pop(ops);
}

/* Which page of how many; where it begins. */
static float draw_pages(struct sheet *sheet, uint32_t page, uint32_t pages)
{
	char s[24];
	struct osaas_text text;
	float arrow = dp(sheet, ARROW), number = dp(sheet, PAGE_NUMBER);
	float x = sheet->width - 2 * arrow - number;
	if (pages < 2)
		return sheet->width;
	snprintf(s, sizeof s, "%u/%u", page + 1, pages);
	set(sheet, s, SMALL_SIZE, 0, &text);
	draw_arrow(sheet, x, true);
	write(sheet, &text, x + arrow + (float)(int)((number - width_of(&text)) / 2),
		SMALL_SIZE, faint);
	draw_arrow(sheet, x + arrow + number, false);
	osaas_text_free(&text);
	return x;
}

/* ---- Candidates ---- */

static float digit_width(const struct sheet *sheet, const struct cell *cell)
{
	return width_of(&cell->digit) + dp(sheet, DIGIT_GAP) + 2 * dp(sheet, CELL_PAD);
}

static void set_cell(
	const struct sheet *sheet, struct cell *cell, uint32_t i, const char *s)
{
	const char digit[] = {(char)('1' + i), 0};
	set(sheet, digit, DIGIT_SIZE, 0, &cell->digit);
	set(sheet, s, WORD_SIZE, 0, &cell->word);
	cell->natural = cell->width = width_of(&cell->word) + digit_width(sheet, cell);
}

/* If they are too wide, the widest are made smaller: none is below an equal share. */
static void share(struct cell *cells, uint32_t n, float room)
{
	float left = room;
	uint32_t many = n;
	for (bool again = true; again && many > 0;) {
		float each = left / (float)many;
		again = false;
		for (uint32_t i = 0; i < n; i++) {
			if (cells[i].natural > 0 && cells[i].natural <= each) {
				left -= cells[i].natural;
				cells[i].natural = 0;
				many--;
				again = true;
			}
		}
	}
	for (uint32_t i = 0; i < n && many > 0; i++) {
		if (cells[i].natural > 0)
			cells[i].width = (float)(int)(left / (float)many);
	}
}

static void fit_cell(const struct sheet *sheet, struct cell *cell, const char *s)
{
	float room = cell->width - digit_width(sheet, cell);
	if (room >= width_of(&cell->word) || room < 1)
		return;
	osaas_text_free(&cell->word);
	set(sheet, s, WORD_SIZE, room, &cell->word);
}

static void draw_cell(struct sheet *sheet, const struct cell *cell, float x, uint32_t i,
	const char *s, bool chosen)
{
	uint64_t tag = STRIP_CANDIDATE + i;
	float inset = dp(sheet, 1), pad = dp(sheet, CELL_PAD);
	area(sheet, x, x + cell->width, tag, OSAAS_CLASS_LIST_ITEM, s);
	osaas_ops_selected(&sheet->ops, chosen);
	if (chosen || sheet->strip->pressed == tag)
		box(sheet, x + inset, x + cell->width - inset, chosen ? blue : water);
	write(sheet, &cell->digit, x + pad, WORD_SIZE, chosen ? water : faint);
	write(sheet, &cell->word, x + pad + width_of(&cell->digit) + dp(sheet, DIGIT_GAP),
		WORD_SIZE, chosen ? paper : ink);
	osaas_ops_clip_pop(&sheet->ops);
}

/* What the dictionary says of the present one, at the right. */
static void draw_note(struct sheet *sheet, const char *note, float x0, float x1)
{
	struct osaas_text text;
	float pad = dp(sheet, CELL_PAD);
	if (!note[0] || x1 - x0 - 2 * pad < dp(sheet, NOTE_LEAST))
		return;
	set(sheet, note, SMALL_SIZE, x1 - x0 - 2 * pad, &text);
	write(sheet, &text, x1 - pad - width_of(&text), SMALL_SIZE, faint);
	osaas_text_free(&text);
}

static void draw_candidates(struct sheet *sheet, const struct ime *ime,
	const struct candidates *list, uint32_t chosen)
{
	struct cell cells[IME_PAGE];
	uint32_t per = ime->per_page, first = chosen - chosen % per;
	uint32_t n = list->n - first < per ? list->n - first : per;
	float x = dp(sheet, MODE);
	float end = draw_pages(sheet, first / per, (list->n + per - 1) / per);
	for (uint32_t i = 0; i < n; i++)
		set_cell(sheet, &cells[i], i, candidates_text(list, first + i));
	share(cells, n, end - x);
	for (uint32_t i = 0; i < n; i++) {
		const char *s = candidates_text(list, first + i);
		fit_cell(sheet, &cells[i], s);
		draw_cell(sheet, &cells[i], x, i, s, first + i == chosen);
		x += cells[i].width;
		osaas_text_free(&cells[i].word);
		osaas_text_free(&cells[i].digit);
	}
	draw_note(sheet, candidates_note(list, chosen), x, end);
}

static void draw_words(struct sheet *sheet, const char *s, enum osaas_class what)
{
	struct osaas_text text;
	float x = dp(sheet, MODE) + dp(sheet, INSET), room = sheet->width - 2 * x;
	if (room <= 0)
		return;
	set(sheet, s, SMALL_SIZE, room, &text);
	osaas_ops_clip_rect(&sheet->ops, dp(sheet, MODE), 0, sheet->width, sheet->height);
	osaas_ops_class(&sheet->ops, what);
	osaas_ops_label(&sheet->ops, s);
	write(sheet, &text, x, SMALL_SIZE, faint);
	osaas_ops_clip_pop(&sheet->ops);
	osaas_text_free(&text);
}

static void draw_all(struct sheet *sheet, const struct ime *ime, const char *trouble)
{
	uint32_t chosen;
	const struct candidates *list = ime_candidates(ime, &chosen);
	draw_back(sheet);
	draw_mode(sheet, ime);
	if (list)
		draw_candidates(sheet, ime, list, chosen);
	else if (trouble && ime->on)
		draw_words(sheet, trouble, OSAAS_CLASS_ALERT);
	else if (ime->on && ime->state == IME_EMPTY)
		draw_words(sheet, hint, OSAAS_CLASS_TEXT);
	osaas_ops_clip_pop(&sheet->ops);
}

void strip_draw(struct strip *strip, const struct ime *ime, const char *trouble)
{
	struct sheet sheet = {
		.strip = strip,
		.scale = strip->config.scale,
		.width = (float)strip->config.width,
		.height = (float)strip->config.height,
	};
	if (!strip->changed || strip->waits || !strip->docked ||
		strip->config.height <= 0)
		return;
	strip->changed = false;
	osaas_ops_begin(&sheet.ops);
	draw_all(&sheet, ime, trouble);
	int r = osaas_ops_send(strip->panel, &sheet.ops, ++strip->serial);
	if (r < 0)
		osaas_printf(OSAAS_LOG_ERROR, "frame not sent: error %d", r);
	strip->waits = r == 0;
}

/* ---- Events ---- */

void strip_show(struct strip *strip, bool shown)
{
	uint32_t height =
		shown ? (uint32_t)(int)(HEIGHT * strip->config.scale + 0.5f) : 0;
	if (height == strip->docked)
		return;
	struct osaas_msg msg = {.type = OSAAS_WINDOW_DOCK, .u.u32 = {height}};
	if (osaas_send(strip->panel, &msg) < 0)
		return;
	strip->docked = height;
	strip->pressed = 0;
	strip->waits = false;
	strip->changed = true;
}

uint32_t strip_per_page(const struct strip *strip)
{
	float room = (float)strip->config.width / strip->config.scale - MODE - 2 * ARROW -
		     PAGE_NUMBER;
	uint32_t n = room > 0 ? (uint32_t)(room / CELL) : 0;
	return n < 3 ? 3 : n > IME_PAGE ? IME_PAGE : n;
}

#define BUTTON_LEFT 0x110 /* BTN_LEFT of linux/input-event-codes.h */

static uint64_t pointer(struct strip *strip, const struct osaas_msg *msg)
{
	struct osaas_window_pointer event;
	memcpy(&event, msg->u.bytes, sizeof event);
	uint64_t pressed = strip->pressed;
	switch (event.kind) {
	case OSAAS_POINTER_PRESS:
		if (event.button == BUTTON_LEFT)
			strip->pressed = event.tag;
		break;
	case OSAAS_POINTER_RELEASE:
	case OSAAS_POINTER_LEAVE:
	case OSAAS_POINTER_CANCEL:
		if (event.tag == pressed)
			strip->pressed = 0;
		break;
	default:
		return 0;
	}
	strip->changed |= strip->pressed != pressed;
	return event.kind == OSAAS_POINTER_RELEASE && event.tag == pressed ? pressed : 0;
}

uint64_t strip_event(struct strip *strip, const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		memcpy(&strip->config, msg->u.bytes, sizeof strip->config);
		strip->waits = false;
		strip->changed = true;
		break;
	case OSAAS_WINDOW_SHOWN:
	case OSAAS_WINDOW_REFUSED:
		if (msg->u.u64[0] == strip->serial)
			strip->waits = false;
		break;
	case OSAAS_WINDOW_LOST:
		strip->pressed = 0;
		strip->waits = false;
		strip->changed = true;
		break;
	case OSAAS_WINDOW_POINTER:
		return pointer(strip, msg);
	case OSAAS_WINDOW_ACT:
		return msg->u.u32[2] & OSAAS_SEMANTIC_CLICK ? msg->u.u64[0] : 0;
	}
	return 0;
}
