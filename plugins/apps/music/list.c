/* The songs, one below the other. Only rows that are seen are drawn, and only those are read. */
#include "music.h"
#include "songs.h"

bool is_song_tag(uint64_t tag)
{
	return tag >= TAG_SONG && tag < TAG_SONG + n_songs;
}

/* ---- What they look like ------------------------------------------------ */

static float mark_width(void)
{
	return dp(music.layout.narrow ? 34 : 52);
}

/* Three small bars, as high as it is loud. */
static void draw_bars(struct osaas_ops *ops, struct rect r)
{
	float width = dp(3), gap = dp(2), most = dp(14);
	float x = roundf((r.x0 + r.x1 - 3 * width - 2 * gap) / 2);
	float bottom = roundf((r.y0 + r.y1 + most) / 2);
	uint64_t now = osaas_now();
	for (int i = 0; i < 3; i++) {
		float loud = music_loud(now, (uint64_t)i * 70000000);
		float h = dp(4) + (most - dp(4)) * fminf(1, 1.3f * sqrtf(loud));
		paint_round(ops, (struct rect){x, bottom - h, x + width, bottom},
			width / 2, color_accent);
		x += width + gap;
	}
}

static void draw_mark(struct osaas_ops *ops, uint32_t i, struct rect r, bool plays)
{
	char number[12];
	if (plays && music.playing) {
		draw_bars(ops, r);
		return;
	}
	snprintf(number, sizeof number, "%u", i + 1);
	paint_words(ops,
		(struct words){number, 13, 500, plays ? color_accent : color_soft,
			OSAAS_WORDS_CENTER},
		r);
}

static void write_length(char *to, size_t size, const struct song *s)
{
	uint32_t seconds = (uint32_t)(song_seconds(s) + 0.5);
	*to = '\0';
	if (s->state == SONG_BROKEN)
		strlcpy(to, "cannot be played", size);
	else if (s->rate && seconds >= 3600)
		snprintf(to, size, "%u:%02u:%02u", seconds / 3600, seconds / 60 % 60,
			seconds % 60);
	else if (s->rate)
		snprintf(to, size, "%u:%02u", seconds / 60, seconds % 60);
}

static void draw_song_words(
	struct osaas_ops *ops, const struct song *s, struct rect r, bool plays)
{
	char length[24];
	bool broken = s->state == SONG_BROKEN, narrow = music.layout.narrow;
	struct color title = broken ? color_soft : plays ? color_accent : color_ink;
	write_length(length, sizeof length, s);
	if (broken && narrow)
		strlcpy(length, "broken", sizeof length);
	float room = dp(narrow ? 52 : broken ? 120 : 64), out = dp(narrow ? 8 : 12);
	struct rect end = {r.x1 - room - out, r.y0, r.x1 - out, r.y1};
	paint_words(ops,
		(struct words){length, 13, 400, broken ? color_error : color_soft,
			OSAAS_WORDS_RIGHT},
		end);
	struct rect words = {r.x0 + mark_width(), r.y0, end.x0 - dp(8), r.y1};
	if (s->artist[0] && rect_height(r) >= dp(48)) {
		struct rect low = words;
		words.y0 += dp(5);
		words.y1 = words.y0 + dp(24);
		low.y0 = words.y1 - dp(2);
		low.y1 = low.y0 + dp(20);
		paint_words(ops,
			(struct words){s->artist, 13, 400, color_soft, OSAAS_WORDS_LEFT},
			low);
	}
	paint_words(ops,
		(struct words){s->title, 15, plays ? 600 : 500, title, OSAAS_WORDS_LEFT},
		words);
}

static void tell_song(struct osaas_ops *ops, uint32_t i, bool plays)
{
	const struct song *s = &songs[i];
	char label[2 * SONG_WORDS + 32], length[24];
	uint64_t tag = TAG_SONG + i;
	write_length(length, sizeof length, s);
	snprintf(label, sizeof label, "%s%s%s%s%s", s->title, s->artist[0] ? ", " : "",
		s->artist, length[0] ? ", " : "", length);
	control_listen(ops, tag, music.row == i);
	osaas_ops_class(ops, OSAAS_CLASS_LIST_ITEM);
	osaas_ops_label(ops, label);
	osaas_ops_selected(ops, plays);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK | OSAAS_SEMANTIC_FOCUS);
	osaas_ops_keys(ops, tag, 0, 0, KEY_UP, true);
	osaas_ops_keys(ops, tag, 0, 0, KEY_DOWN, true);
}

static void draw_song(struct osaas_ops *ops, uint32_t i, uint32_t heard)
{
	uint64_t tag = TAG_SONG + i;
	struct rect r = layout_of(tag), face = rect_grown(r, -dp(1));
	struct rect mark = {r.x0, r.y0, r.x0 + mark_width(), r.y1};
	bool plays = heard == i;
	songs_want(i);
	if (music.focus == tag)
		paint_box(ops, face, dp(8), plays ? color_wash : color_card, color_card,
			true);
	else if (plays)
		paint_round(ops, face, dp(8), color_wash);
	else if (music.hover == tag)
		paint_round(ops, face, dp(8), (struct color){0x2b, 0x3a, 0x4a, 0x0c});
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	tell_song(ops, i, plays);
	draw_mark(ops, i, mark, plays);
	draw_song_words(ops, &songs[i], r, plays);
	osaas_ops_clip_pop(ops);
}

/* How much of the list is seen, and where. */
static void draw_scroll_bar(struct osaas_ops *ops)
{
	const struct layout *l = &music.layout;
	float room = rect_height(l->list), all = l->row * (float)n_songs;
	if (all <= room)
		return;
	float way = rect_height(l->card) - dp(16); /* between the round corners */
	float size = fminf(fmaxf(way * room / all, dp(24)), way);
	float y = l->card.y0 + dp(8) + (way - size) * music.scroll / (all - room);
	struct rect r = {l->card.x1 - dp(7), y, l->card.x1 - dp(3), y + size};
	paint_round(ops, r, dp(2), (struct color){0x2b, 0x3a, 0x4a, 0x40});
}

static void draw_note(struct osaas_ops *ops, struct rect r)
{
	r.y0 -= dp(48);
	r.y1 -= dp(48);
	osaas_ops_group_push(ops, 0.25f, OSAAS_BLEND_OVER);
	icon_draw(ops, ICON_NOTE, r, dp(56), color_ink);
	osaas_ops_group_pop(ops);
}

/* Why there are no songs, and what to do about it. */
static void write_empty(const char **what, const char **then)
{
	*what = "Looking for songs";
	*then = "";
	if (music.is_read && music.no_songs) {
		*what = "~/Music cannot be read";
		*then = "Make it, and allow fs.read:~/Music";
	} else if (music.is_read) {
		*what = "No songs yet";
		*then = "Put files of sound into ~/Music";
	}
}

static void draw_empty(struct osaas_ops *ops)
{
	struct rect r = music.layout.list, line;
	const char *what, *then;
	bool low = rect_height(r) < dp(160);
	float size = music.layout.narrow ? 13 : 14;
	write_empty(&what, &then);
	if (!low)
		draw_note(ops, r);
	float y = roundf((r.y0 + r.y1) / 2) - (low ? dp(26) : 0);
	line = (struct rect){r.x0, y, r.x1, y + dp(26)};
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_class(ops, OSAAS_CLASS_STATUS);
	osaas_ops_label(ops, what);
	paint_words(
		ops, (struct words){what, 15, 600, color_ink, OSAAS_WORDS_CENTER}, line);
	line.y0 += dp(26);
	line.y1 += dp(26);
	paint_words(ops, (struct words){then, size, 400, color_soft, OSAAS_WORDS_CENTER},
		line);
	osaas_ops_clip_pop(ops);
}

static void begin_list(struct osaas_ops *ops)
{
	struct rect r = music.layout.list;
	float most = music.layout.row * (float)n_songs - rect_height(r);
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_area(ops, TAG_LIST);
	osaas_ops_listen(ops, TAG_LIST,
		OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE | OSAAS_POINTER_DRAG |
			OSAAS_POINTER_CANCEL | OSAAS_POINTER_SCROLL,
		0, 0, -music.scroll, most > music.scroll ? most - music.scroll : 0);
	osaas_ops_class(ops, OSAAS_CLASS_LIST);
	osaas_ops_label(ops, "Songs");
}

void list_draw(struct osaas_ops *ops)
{
	const struct layout *l = &music.layout;
	float room = rect_height(l->list);
	double seconds;
	if (room < dp(24))
		return;
	paint_shadow(ops, l->card, dp(14), dp(8));
	paint_round(ops, l->card, dp(14), color_card);
	if (n_songs == 0 || !music.is_read) {
		draw_empty(ops);
		return;
	}
	uint32_t heard = music_heard(osaas_now(), &seconds);
	uint32_t first = (uint32_t)(music.scroll / l->row);
	uint32_t last = (uint32_t)((music.scroll + room) / l->row);
	begin_list(ops);
	for (uint32_t i = first; i <= last && i < n_songs; i++)
		draw_song(ops, i, heard);
	osaas_ops_clip_pop(ops);
	draw_scroll_bar(ops);
}

/* ---- What is done ------------------------------------------------------- */

/* A row that is not seen is no area yet: the keys go there with the frame that has it. */
static void go_to(uint32_t row)
{
	if (row >= n_songs)
		return;
	music.row = row;
	music.next_focus = TAG_SONG + row;
	music.reveal = music.changed = true;
}

bool list_key(const struct osaas_window_key *key)
{
	uint32_t row = music.row;
	uint32_t page = (uint32_t)(rect_height(music.layout.list) / music.layout.row);
	page = page < 1 ? 1 : page;
	if (!is_song_tag(key->tag))
		return false;
	switch (key->keysym) {
	case KEY_UP:
		go_to(row > 0 ? row - 1 : 0);
		return true;
	case KEY_DOWN:
		go_to(row + 1);
		return true;
	case KEY_PAGE_UP:
		go_to(row > page ? row - page : 0);
		return true;
	case KEY_PAGE_DOWN:
		go_to(row + page < n_songs ? row + page : n_songs - 1);
		return true;
	case KEY_HOME:
	case KEY_END:
		go_to(key->keysym == KEY_HOME ? 0 : n_songs - 1);
		return true;
	case KEY_ENTER:
		if (!key->repeat)
			music_play(row);
		return true;
	default:
		return false;
	}
}

/* A finger that goes some way up or down moves the list, and presses nothing. */
static void handle_finger(const struct osaas_window_pointer *p)
{
	float moved = music.finger.y - p->y;
	if (p->kind == OSAAS_POINTER_PRESS) {
		music.finger.down = true;
		music.finger.moves = false;
		music.finger.y = p->y;
	} else if (p->kind != OSAAS_POINTER_DRAG || !music.finger.down) {
		music.finger.down = false;
	} else if (!music.finger.moves && fabsf(moved) >= dp(12)) {
		music.finger.moves = osaas_window_grab(music.window, p) == 0;
		music.finger.y = p->y;
	} else if (music.finger.moves) {
		music.scroll += moved;
		music.finger.y = p->y;
	}
}

static void handle_list(const struct osaas_window_pointer *p)
{
	if (p->kind == OSAAS_POINTER_SCROLL)
		music.scroll += p->scroll_y;
	else if (p->source == OSAAS_SOURCE_TOUCH)
		handle_finger(p);
}

void list_pointer(const struct osaas_window_pointer *p)
{
	uint32_t row = (uint32_t)(p->tag - TAG_SONG);
	struct rect r = layout_of(p->tag);
	bool in = p->y >= r.y0 && p->y < r.y1;
	music.changed = true;
	if (p->tag == TAG_LIST) {
		handle_list(p);
		return;
	}
	switch (p->kind) {
	case OSAAS_POINTER_ENTER:
		music.hover = p->tag;
		break;
	case OSAAS_POINTER_LEAVE:
		music.hover = 0;
		break;
	case OSAAS_POINTER_CANCEL:
		music.pressed = music.hover = 0;
		break;
	case OSAAS_POINTER_PRESS:
		music.pressed = p->button == BUTTON_LEFT ? p->tag : 0;
		break;
	case OSAAS_POINTER_RELEASE:
		if (p->button == BUTTON_LEFT && music.pressed == p->tag && in)
			music_play(row);
		music.pressed = 0;
		break;
	}
}

void list_act(uint64_t tag, uint32_t action)
{
	uint32_t row = (uint32_t)(tag - TAG_SONG);
	if (action == OSAAS_SEMANTIC_CLICK)
		music_play(row);
	else if (action == OSAAS_SEMANTIC_FOCUS)
		go_to(row);
}
