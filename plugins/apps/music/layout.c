/*
 * Where things are: the list beside the rest where the window is wide, else below it. Where it is
 * low, too, what is played takes little of it: a compact form. What has no room has an empty place.
 */
#include "music.h"
#include "paper/column.h"
#include "songs.h"

#define WIDE     720.0f /* dp: from here on the list is beside the rest, */
#define WIDE_LOW 310.0f /* if it is so high */
#define COMPACT  520.0f /* else: lower than that is compact, */
#define LOW      300.0f /* that has no cover, and one line for each song, */
#define TINY     220.0f /* that has one line for what is played */

static float min(float a, float b)
{
	return a < b ? a : b;
}

static float max(float a, float b)
{
	return a > b ? a : b;
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

/* Previous, play, next. Returns where they end. */
static float put_buttons(struct layout *l, struct rect r)
{
	float size = rect_height(r), step = roundf(size * 5 / 6);
	float y = r.y0 + roundf((size - step) / 2);
	l->previous = box(r.x0, y, step, step);
	l->play = box(l->previous.x1 + dp(4), r.y0, size, size);
	l->next = box(l->play.x1 + dp(4), y, step, step);
	return l->next.x1;
}

/* A time of the song that is heard. */
static float time_width(void)
{
	double seconds;
	uint32_t song = music_heard(osaas_now(), &seconds);
	return dp(song < n_songs && song_seconds(&songs[song]) >= 3600 ? 52 : 40);
}

/* Buttons, the bar between its times, the volume: side by side, as many as have room. */
static void put_row(struct layout *l, struct rect r)
{
	float out = dp(8), room = rect_width(r), height = rect_height(r);
	struct rect buttons = r;
	buttons.x0 -= dp(8); /* the first one's sign is below the words */
	float x = put_buttons(l, buttons) + dp(16), end = r.x1;
	if (room >= dp(480)) {
		l->volume = box(end - dp(96), r.y0, dp(96) + out, height);
		l->speaker = box(l->volume.x0 - dp(28), r.y0, dp(28), height);
		end = l->speaker.x0 - dp(20);
	}
	if (room >= dp(330)) {
		float time = time_width();
		l->elapsed = box(x, r.y0, time, height);
		l->total = box(end - time, r.y0, time, height);
		x += time;
		end -= time;
	}
	if (end - x >= dp(16))
		l->seek = box(x - out, r.y0, end - x + 2 * out, height);
}

/* Words and one row of controls, beside the cover if there is room. Returns where they end. */
static float put_compact(struct layout *l, float margin, float width)
{
	bool tiny = l->height < dp(TINY);
	struct column c = {margin, width, margin};
	if (l->height >= dp(LOW) && width >= dp(448)) {
		l->cover = box(margin, margin, dp(98), dp(98));
		c.x += dp(98 + 16);
		c.width -= dp(98 + 16);
	}
	l->title = take(&c, 26, 0);
	if (!tiny)
		l->artist = take(&c, 20, 0);
	c.y += dp(4);
	put_row(l, take(&c, tiny ? 44 : 48, 0));
	return c.y;
}

static void put_heading(struct layout *l, float x, float y, float width)
{
	l->heading = box(x, y, width / 2, dp(32));
	l->count = box(x + width / 2, y, width / 2, dp(32));
}

/* Rows, and where there are more of them the bar beside them. */
static void put_list(struct layout *l, float x, float y, float width, float height)
{
	bool low = l->height < dp(LOW);
	float pad = dp(low ? 4 : 8);
	l->row = dp(low ? 34 : 52);
	l->narrow = width < dp(360);
	l->card = box(x, y, width, max(height, 0));
	l->list = (struct rect){
		l->card.x0 + pad, y + pad, l->card.x1 - pad, l->card.y1 - pad};
	if (l->row * (float)n_songs > rect_height(l->list))
		l->list.x1 = l->card.x1 - dp(8);
}

/* The list with its heading. */
static void put_songs(struct layout *l, float x, float y, float width, float height)
{
	float above = dp(32) + dp(10);
	put_heading(l, x, y, width);
	put_list(l, x, y + above, width, height - above);
}

static void put_wide(struct layout *l, float margin)
{
	float w = l->width, h = l->height;
	float column = min(max(roundf(w * 0.36f), dp(300)), dp(400));
	float gap = dp(40), list = min(w - column - gap - 2 * margin, dp(720));
	float x = roundf((w - column - gap - list) / 2);
	put_tall(l, x, column, h);
	put_songs(l, x + column + gap, margin, list, h - 2 * margin);
}

static void put_narrow(struct layout *l, float margin)
{
	float w = l->width - 2 * margin, h = l->height - margin;
	float y = l->compact ? put_compact(l, margin, w) : put_short(l, margin, w);
	y += dp(l->height < dp(TINY) ? 8 : 10);
	if (l->compact)
		put_list(l, margin, y, w, h - y);
	else
		put_songs(l, margin, y, w, h - y);
}

void layout_make(void)
{
	struct layout *l = &music.layout;
	*l = (struct layout){.scale = music.config.scale,
		.width = (float)music.config.width,
		.height = (float)music.config.height};
	l->wide = l->width >= dp(WIDE) && l->height >= dp(WIDE_LOW);
	l->compact = !l->wide && l->height < dp(COMPACT);
	if (l->wide)
		put_wide(l, dp(32));
	else
		put_narrow(l, dp(l->height < dp(TINY) ? 10 : l->compact ? 12 : 16));
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
