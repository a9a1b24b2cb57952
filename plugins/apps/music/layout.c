/* Where things are: the list beside the rest where the window is wide, else below it. */
#include "music.h"
#include "songs.h"

#define ROW 52.0f

float dp(float length)
{
	return roundf(length * music.config.scale);
}

static struct rect box(float x, float y, float width, float height)
{
	return (struct rect){x, y, x + width, y + height};
}

static float min(float a, float b)
{
	return a < b ? a : b;
}

static float max(float a, float b)
{
	return a > b ? a : b;
}

/* A column that grows downwards. */
struct column {
	float x, width, y;
};

static struct rect take(struct column *c, float height, float gap)
{
	struct rect r = box(c->x, c->y, c->width, dp(height));
	c->y += dp(height) + dp(gap);
	return r;
}

/* Seek bar, times, buttons, volume: 174 dp. */
#define CONTROLS 174.0f

static void put_controls(struct layout *l, struct column *c)
{
	float out = dp(8); /* half a knob, at each end of a slider */
	l->seek = take(c, 28, 0);
	l->seek.x0 -= out;
	l->seek.x1 += out;
	struct rect times = take(c, 18, 10);
	l->elapsed = box(times.x0, times.y0, dp(80), rect_height(times));
	l->total = box(times.x1 - dp(80), times.y0, dp(80), rect_height(times));
	struct rect row = take(c, 64, 14);
	float middle = roundf((row.x0 + row.x1) / 2), y = roundf((row.y0 + row.y1) / 2);
	l->play = box(middle - dp(32), y - dp(32), dp(64), dp(64));
	l->previous = box(middle - dp(104), y - dp(24), dp(48), dp(48));
	l->next = box(middle + dp(56), y - dp(24), dp(48), dp(48));
	row = take(c, 36, 4);
	float width = min(c->width, dp(260)), x = roundf(c->x + (c->width - width) / 2);
	l->speaker = box(x, row.y0, dp(28), rect_height(row));
	l->volume = box(x + dp(36), row.y0, width - dp(36), rect_height(row));
}

/* Cover, words and controls, one below the other, in the middle of the height. */
static void put_tall(struct layout *l, float x, float width, float height)
{
	float rest = dp(CONTROLS) + dp(20 + 30 + 24 + 14);
	float cover = min(min(width, dp(360)), height - rest - dp(48));
	cover = cover < dp(64) ? 0 : cover;
	float all = rest + cover;
	struct column c = {x, width, roundf(max((height - all) / 2, dp(16)))};
	l->cover = box(roundf(x + (width - cover) / 2), c.y, cover, cover);
	c.y += cover + (cover > 0 ? dp(20) : 0);
	if (cover >= dp(240)) {
		c.x = l->cover.x0;
		c.width = cover;
	}
	l->title = take(&c, 30, 0);
	l->artist = take(&c, 24, 14);
	put_controls(l, &c);
}

/* The cover beside the words, controls below. Returns where they end. */
static float put_short(struct layout *l, float x, float width)
{
	float cover = min(dp(88), width / 3);
	l->cover = box(x, dp(16), cover, cover);
	struct column words = {x + cover + dp(16), width - cover - dp(16),
		dp(16) + roundf((cover - dp(54)) / 2)};
	l->title = take(&words, 30, 0);
	l->artist = take(&words, 24, 0);
	struct column c = {x, width, dp(16) + cover + dp(14)};
	put_controls(l, &c);
	return c.y;
}

static void put_list(struct layout *l, float x, float y, float width, float height)
{
	l->heading = box(x, y, width / 2, dp(32));
	l->count = box(x + width / 2, y, width / 2, dp(32));
	y += dp(32) + dp(10);
	height -= dp(32) + dp(10);
	l->card = box(x, y, width, max(height, 0));
	l->list = (struct rect){
		l->card.x0 + dp(8), y + dp(8), l->card.x1 - dp(8), l->card.y1 - dp(8)};
	l->row = dp(ROW);
}

void layout_make(void)
{
	struct layout *l = &music.layout;
	*l = (struct layout){.scale = music.config.scale,
		.width = (float)music.config.width,
		.height = (float)music.config.height};
	float w = l->width, h = l->height;
	l->wide = w >= dp(720);
	float margin = dp(l->wide ? 32 : 16);
	if (l->wide) {
		float column = min(max(roundf(w * 0.36f), dp(300)), dp(400));
		float gap = dp(40), list = min(w - column - gap - 2 * margin, dp(720));
		float x = roundf((w - column - gap - list) / 2);
		put_tall(l, x, column, h);
		put_list(l, x + column + gap, margin, list, h - 2 * margin);
		return;
	}
	float y = put_short(l, margin, w - 2 * margin) + dp(10);
	put_list(l, margin, y, w - 2 * margin, h - y - margin);
}

/* Where a row is, as the list is scrolled. */
static struct rect row_of(uint32_t row)
{
	const struct layout *l = &music.layout;
	float y = l->list.y0 + l->row * (float)row - music.scroll;
	return (struct rect){l->list.x0, y, l->list.x1, y + l->row};
}

void layout_scroll(void)
{
	const struct layout *l = &music.layout;
	float most = l->row * (float)n_songs - rect_height(l->list);
	float top = l->row * (float)music.row;
	if (music.reveal && n_songs > 0) {
		music.scroll = max(music.scroll, top + l->row - rect_height(l->list));
		music.scroll = min(music.scroll, top);
	}
	music.reveal = false;
	music.scroll = roundf(max(min(music.scroll, most), 0));
}

struct rect layout_of(uint64_t tag)
{
	const struct layout *l = &music.layout;
	if (tag >= TAG_SONG)
		return row_of((uint32_t)(tag - TAG_SONG));
	switch (tag) {
	case TAG_SEEK:
		return l->seek;
	case TAG_PREVIOUS:
		return l->previous;
	case TAG_PLAY:
		return l->play;
	case TAG_NEXT:
		return l->next;
	case TAG_VOLUME:
		return l->volume;
	case TAG_LIST:
		return l->list;
	default:
		return (struct rect){0};
	}
}
