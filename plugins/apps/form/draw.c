#include "form.h"

static void heading(struct osaas_ops *ops, const char *text, float size, struct rect r)
{
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_class(ops, OSAAS_CLASS_HEADING);
	osaas_ops_label(ops, text);
	paint_words(ops, (struct words){text, size, 700, color_ink, OSAAS_WORDS_LEFT}, r);
	osaas_ops_clip_pop(ops);
}

static void text(struct osaas_ops *ops, const char *words, struct rect r)
{
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_class(ops, OSAAS_CLASS_TEXT);
	osaas_ops_label(ops, words);
	paint_words(ops, (struct words){words, 14, 400, color_soft, OSAAS_WORDS_LEFT}, r);
	osaas_ops_clip_pop(ops);
}

static void draw_field(struct osaas_ops *ops, int i)
{
	struct osaas_field *f = &form.fields[i];
	struct rect r = form.layout.field[i];
	paint_words(ops, (struct words){f->label, 13, 600, color_soft, OSAAS_WORDS_LEFT},
		form.layout.label[i]);
	paint_box(ops, r, dp(8), color_white, color_line, f->focused);
	int e = osaas_field_draw(f, ops, r.x0, r.y0, r.x1, r.y1);
	if (e < 0)
		paint_note_failure(e);
}

/* What was done last, told at once to who does not see it. */
static void draw_status(struct osaas_ops *ops)
{
	struct rect r = form.layout.status;
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_class(ops, OSAAS_CLASS_STATUS);
	osaas_ops_label(ops, form.status);
	paint_words(ops,
		(struct words){form.status, 14, 400, color_soft, OSAAS_WORDS_LEFT}, r);
	osaas_ops_clip_pop(ops);
}

static void draw_page(struct osaas_ops *ops)
{
	const struct layout *l = &form.layout;
	paint_shadow(ops, l->card, dp(16), dp(10));
	paint_round(ops, l->card, dp(16), color_card);
	heading(ops, "A form", 26, l->title);
	text(ops, "Fill it in by keys, pointer or finger, and press Save.", l->intro);
	heading(ops, "About you", 16, l->about);
	for (int i = 0; i < FIELDS; i++)
		draw_field(ops, i);
	heading(ops, "As you like it", 16, l->taste);
	control_draw(ops);
	heading(ops, "Interests", 16, l->interests);
	text(ops, "Drag them, or press Space to move one.", l->interests_hint);
	lists_draw(ops);
	draw_status(ops);
	control_draw_buttons(ops);
	lists_draw_dragged(ops);
}

/* How much of the page is seen, and where. */
static void draw_scroll_bar(struct osaas_ops *ops)
{
	const struct layout *l = &form.layout;
	float room = l->height - dp(8);
	if (l->page <= l->height)
		return;
	float size = room * l->height / l->page;
	float y = dp(4) + (room - size) * form.scroll / (l->page - l->height);
	struct rect r = {l->width - dp(7), y, l->width - dp(3), y + size};
	paint_round(ops, r, dp(2), (struct color){0x2b, 0x3a, 0x4a, 0x60});
}

/* The page takes scrolling, and fingers that move it. */
static void listen(struct osaas_ops *ops)
{
	float most = form.layout.page - form.layout.height;
	uint32_t kinds = OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE |
			 OSAAS_POINTER_DRAG | OSAAS_POINTER_CANCEL;
	osaas_ops_area(ops, TAG_PAGE);
	if (most > 0)
		osaas_ops_listen(ops, TAG_PAGE, kinds | OSAAS_POINTER_SCROLL, 0, 0,
			-form.scroll, most - form.scroll);
	else
		osaas_ops_listen(ops, TAG_PAGE, kinds, 0, 0, 0, 0);
}

void form_draw(void)
{
	struct osaas_ops ops;
	layout_make();
	layout_scroll();
	osaas_ops_begin(&ops);
	osaas_ops_label(&ops, "Form");
	osaas_ops_clip_rect(&ops, 0, 0, form.layout.width, form.layout.height);
	listen(&ops);
	osaas_ops_color(&ops, color_page.r, color_page.g, color_page.b, 255);
	osaas_ops_paint(&ops);
	osaas_ops_offset_push(&ops, 0, -form.scroll);
	draw_page(&ops);
	osaas_ops_transform_pop(&ops);
	draw_scroll_bar(&ops);
	osaas_ops_clip_pop(&ops);
	int r = osaas_ops_send(form.window, &ops, ++form.serial);
	if (r < 0)
		osaas_printf(OSAAS_LOG_ERROR, "form: frame not sent: error %d", r);
	form.under_way = r == 0;
	form.changed = false;
	if (r == 0 && form.next_focus)
		osaas_window_focus_area(form.window, form.next_focus);
	form.next_focus = 0;
}
