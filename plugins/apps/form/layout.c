/* Where things are: three columns, two, or one, by how wide the window is. */
#include "form.h"
#include "paper/column.h"

static void put_field(struct layout *l, struct column *c, int i, float height)
{
	l->label[i] = take(c, 18, 4);
	l->field[i] = take(c, height, 14);
}

static int index_of(enum tag tag)
{
	return (int)tag - TAG_NAME;
}

/* The password and the age share a row. */
static void put_about(struct layout *l, struct column *c)
{
	l->about = take(c, 22, 10);
	put_field(l, c, index_of(TAG_NAME), 40);
	put_field(l, c, index_of(TAG_EMAIL), 40);
	struct column wide = *c, narrow = *c;
	narrow.width = dp(84);
	wide.width = c->width - narrow.width - dp(12);
	narrow.x = c->x + wide.width + dp(12);
	put_field(l, &wide, index_of(TAG_PASSWORD), 40);
	put_field(l, &narrow, index_of(TAG_AGE), 40);
	c->y = wide.y;
	put_field(l, c, index_of(TAG_NOTE), 92);
}

static void put_taste(struct layout *l, struct column *c)
{
	l->taste = take(c, 22, 8);
	l->news = take(c, 36, 2);
	l->remember = take(c, 36, 12);
	float top = c->y;
	l->reply_label = take(c, 20, 2);
	for (int i = 0; i < REPLIES; i++)
		l->reply[i] = take(c, 36, 0);
	l->reply_group = box(c->x, top, c->width, c->y - top);
	c->y += dp(12);
	l->volume_label = take(c, 20, 0);
	l->volume = take(c, 36, 14);
}

#define ROW 36.0f

static float list_height(uint32_t rows)
{
	return ROW * (float)rows + 8;
}

/* One below the other in a column of their own, else side by side. */
static void put_lists(struct layout *l, struct column *c, bool stacked)
{
	l->interests = take(c, 22, 4);
	l->interests_hint = take(c, 20, 8);
	struct column two[LISTS] = {*c, *c};
	uint32_t rows = lists_rows(0) > lists_rows(1) ? lists_rows(0) : lists_rows(1);
	float gap = dp(c->width >= dp(540) ? 32 : 16);
	if (!stacked) {
		two[0].width = two[1].width = floorf((c->width - gap) / 2);
		two[1].x += c->width - two[1].width;
	}
	for (uint32_t i = 0; i < LISTS; i++) {
		struct column *to = stacked ? c : &two[i];
		l->list_label[i] = take(to, 18, 4);
		l->list[i] = take(to, list_height(stacked ? lists_rows(i) : rows), 14);
	}
	if (!stacked)
		c->y = two[0].y;
}

static void put_foot(struct layout *l, struct column *c)
{
	float gap = dp(12), width = dp(104), end = c->x + c->width;
	bool narrow = c->width < dp(420);
	if (narrow)
		l->status = take(c, 24, 6);
	struct rect row = take(c, 42, 0);
	l->save = box(end - width, row.y0, width, row.y1 - row.y0);
	l->clear = box(end - 2 * width - gap, row.y0, width, row.y1 - row.y0);
	if (!narrow)
		l->status = (struct rect){c->x, row.y0, l->clear.x0 - gap, row.y1};
}

static float max(float a, float b)
{
	return a > b ? a : b;
}

/* The columns of the middle part, each as wide as the others. Where they end. */
static float put_columns(struct layout *l, struct column all)
{
	float gap = dp(32);
	int n = all.width >= dp(840) ? 3 : all.width >= dp(540) ? 2 : 1;
	struct column c[3];
	float width = floorf((all.width - gap * (float)(n - 1)) / (float)n);
	for (int i = 0; i < 3; i++)
		c[i] = (struct column){all.x + (width + gap) * (float)i, width, all.y};
	c[n - 1].width = all.x + all.width - c[n - 1].x;
	put_about(l, &c[0]);
	if (n == 1) {
		all.y = c[0].y + dp(8);
		put_taste(l, &all);
	} else {
		put_taste(l, &c[1]);
		all.y = max(c[0].y, c[1].y);
	}
	if (n == 3) {
		put_lists(l, &c[2], true);
		return max(all.y, c[2].y);
	}
	all.y += dp(8);
	put_lists(l, &all, false);
	return all.y;
}

void layout_make(void)
{
	struct layout *l = &form.layout;
	*l = (struct layout){.scale = form.config.scale,
		.width = (float)form.config.width,
		.height = (float)form.config.height};
	float margin = dp(l->width < dp(560) ? 10 : 24);
	float pad = dp(l->width < dp(560) ? 16 : 28);
	float width = l->width - 2 * margin;
	width = width > dp(1080) ? dp(1080) : max(width, dp(240));
	float x = roundf((l->width - width) / 2);
	x = x > 0 ? x : 0;
	struct column c = {x + pad, width - 2 * pad, margin + pad};
	l->title = take(&c, 36, 2);
	l->intro = take(&c, 20, 20);
	c.y = put_columns(l, c) + dp(6);
	put_foot(l, &c);
	l->card = (struct rect){x, margin, x + width, c.y + pad};
	l->page = l->card.y1 + margin;
}

/* A window that is higher than all has it in its middle. */
void layout_scroll(void)
{
	const struct layout *l = &form.layout;
	float most = l->page - l->height;
	struct rect r = layout_of(form.focus);
	float around = dp(24);
	if (form.reveal && !form.held && !rect_empty(r)) {
		if (form.scroll < r.y1 + around - l->height)
			form.scroll = r.y1 + around - l->height;
		if (form.scroll > r.y0 - around)
			form.scroll = r.y0 - around;
	}
	form.reveal &= form.held;
	form.scroll = form.scroll < most ? form.scroll : most;
	form.scroll = form.scroll > 0 ? form.scroll : 0;
	if (most < 0)
		form.scroll = floorf(most / 2);
	form.scroll = roundf(form.scroll);
}

struct rect layout_of(uint64_t tag)
{
	const struct layout *l = &form.layout;
	if (tag >= TAG_NAME && tag < TAG_NAME + FIELDS)
		return l->field[tag - TAG_NAME];
	if (tag >= TAG_REPLY && tag < TAG_REPLY + REPLIES)
		return l->reply[tag - TAG_REPLY];
	if (tag >= TAG_LIST && tag < TAG_LIST + LISTS)
		return l->list[tag - TAG_LIST];
	for (uint32_t i = 0; i < LISTS; i++) {
		for (uint32_t row = 0; row < form.lists.count[i]; row++) {
			if (TAG_ITEM + form.lists.at[i][row] != tag)
				continue;
			struct rect r = l->list[i];
			r.y0 += dp(4) + dp(ROW) * (float)row;
			r.y1 = r.y0 + dp(ROW);
			return r;
		}
	}
	switch (tag) {
	case TAG_NEWS:
		return l->news;
	case TAG_REMEMBER:
		return l->remember;
	case TAG_VOLUME:
		return l->volume;
	case TAG_CLEAR:
		return l->clear;
	case TAG_SAVE:
		return l->save;
	default:
		return (struct rect){0};
	}
}
