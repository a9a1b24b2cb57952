/* A frame: the cover, what is played, and around it what control and list draw. */
#include "music.h"
#include "songs.h"

/* Each song has colours of its own, the same each time: of two hues, by its name. */
static uint32_t hash_of(const struct song *s)
{
	uint32_t h = 2166136261u; /* FNV-1a */
	const char *text = s->album[0] ? s->album : s->title;
	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 16777619u;
	return h ^ h >> 15;
}

static const struct {
	struct color from, to;
} covers[] = {
	{{0x2f, 0x6f, 0x9f, 255}, {0x6c, 0xc5, 0xc1, 255}},
	{{0xb5, 0x4a, 0x5f, 255}, {0xf2, 0xa3, 0x5e, 255}},
	{{0x4f, 0x5b, 0xa8, 255}, {0xb5, 0x83, 0xd6, 255}},
	{{0x2a, 0x7d, 0x63, 255}, {0xb8, 0xcf, 0x6a, 255}},
	{{0x8a, 0x4f, 0x9e, 255}, {0xef, 0x8f, 0xa6, 255}},
	{{0x3a, 0x4a, 0x63, 255}, {0x7f, 0xa8, 0xc9, 255}},
	{{0xa0, 0x5a, 0x2c, 255}, {0xf2, 0xc9, 0x6b, 255}},
};
#define COVERS (sizeof covers / sizeof *covers)

static struct osaas_stop stop_of(float offset, struct color c)
{
	return (struct osaas_stop){offset, c.r, c.g, c.b, c.a};
}

static void draw_disc(struct osaas_ops *ops, float x, float y, float r, struct color c)
{
	osaas_ops_clip_ellipse(ops, x - r, y - r, x + r, y + r);
	paint_fill(ops, c);
}

/* A gradient, with large discs of light in it where the song's name says. */
static void draw_ground(struct osaas_ops *ops, struct rect r, uint32_t hash)
{
	float size = rect_width(r);
	struct osaas_stop stops[] = {stop_of(0, covers[hash % COVERS].from),
		stop_of(1, covers[hash % COVERS].to)};
	osaas_ops_linear(ops, r.x0, r.y0, r.x1, r.y1, OSAAS_SPREAD_PAD, stops, 2);
	osaas_ops_paint(ops);
	for (uint32_t i = 0; i < 3; i++) {
		uint32_t h = hash >> (5 + 8 * i);
		float x = r.x0 + size * (float)(h & 15) / 15;
		float y = r.y0 + size * (float)(h >> 4 & 15) / 15;
		draw_disc(ops, x, y, size * (0.28f + 0.12f * (float)i),
			(struct color){255, 255, 255, 0x14});
	}
}

/* How loud it was in the last half second: now in the middle, before it to both sides. */
static void draw_loudness(struct osaas_ops *ops, struct rect r)
{
	enum {
		SIDE = 4
	};
	float size = rect_width(r), width = roundf(size / 26), step = roundf(size / 13);
	float x = roundf((r.x0 + r.x1) / 2), y = roundf((r.y0 + r.y1) / 2);
	uint64_t now = osaas_now();
	for (int i = -SIDE; i <= SIDE; i++) {
		int away = i < 0 ? -i : i;
		float loud = fminf(1, 2.2f * music_loud(now, (uint64_t)away * 60000000));
		float h = size * (0.03f + 0.3f * sqrtf(loud) * (1 - 0.12f * (float)away));
		struct rect bar = {x + step * (float)i - width / 2, y - h,
			x + step * (float)i + width / 2, y + h};
		paint_round(ops, bar, width / 2, color_white);
	}
}

static void draw_cover(struct osaas_ops *ops, uint32_t song)
{
	struct rect r = music.layout.cover;
	float size = rect_width(r), radius = size * 0.07f;
	if (size < 1)
		return;
	paint_shadow(ops, r, radius, dp(size > dp(160) ? 12 : 5));
	osaas_ops_clip_rrect(ops, r.x0, r.y0, r.x1, r.y1, radius);
	draw_ground(ops, r, song == NO_SONG ? 0 : hash_of(&songs[song]));
	osaas_ops_group_push(ops, 0.88f, OSAAS_BLEND_OVER);
	if (song == NO_SONG)
		icon_draw(ops, ICON_NOTE, r, roundf(size / 2), color_white);
	else
		draw_loudness(ops, r);
	osaas_ops_group_pop(ops);
	osaas_ops_clip_pop(ops);
}

/* In two lines; where there is room for one only, both in that. */
static void paint_two(struct osaas_ops *ops, const char *title, const char *artist)
{
	const struct layout *l = &music.layout;
	char both[3 * SONG_WORDS + 16];
	enum osaas_words_align align = l->wide ? OSAAS_WORDS_CENTER : OSAAS_WORDS_LEFT;
	struct words high = {title, l->compact ? 17 : 21, 700, color_ink, align};
	struct words low = {artist, l->compact ? 14 : 15, 400, color_soft, align};
	if (rect_empty(l->artist)) {
		snprintf(both, sizeof both, "%s%s%s", title,
			artist[0] ? " \xe2\x80\x93 " : "", artist);
		high.text = both;
		high.size = 15;
		high.weight = 600;
	}
	paint_words(ops, high, l->title);
	paint_words(ops, low, l->artist);
}

/* What is played, told at once to who does not see it. */
static void draw_words(struct osaas_ops *ops, uint32_t song)
{
	const struct layout *l = &music.layout;
	const char *title = "Nothing is played", *artist = n_songs ? "Choose a song" : "";
	char below[2 * SONG_WORDS + 8];
	if (music.no_voice) {
		title = "No sound";
		artist = "Allow audio.out to hear something";
	} else if (song != NO_SONG) {
		const struct song *s = &songs[song];
		title = s->title;
		snprintf(below, sizeof below, "%s%s%s", s->artist,
			s->artist[0] && s->album[0] ? " \xe2\x80\x93 " : "", s->album);
		artist = below;
	}
	struct rect r = rect_empty(l->artist) ? l->title
					      : (struct rect){l->title.x0, l->title.y0,
							l->title.x1, l->artist.y1};
	char label[3 * SONG_WORDS + 16];
	snprintf(label, sizeof label, "%s%s%s", title, artist[0] ? ", " : "", artist);
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_class(ops, OSAAS_CLASS_STATUS);
	osaas_ops_label(ops, label);
	paint_two(ops, title, artist);
	osaas_ops_clip_pop(ops);
}

static void draw_heading(struct osaas_ops *ops)
{
	const struct layout *l = &music.layout;
	char count[32] = "";
	if (rect_empty(l->heading) || rect_height(l->list) < dp(24))
		return;
	if (n_songs > 0 && music.is_read)
		snprintf(count, sizeof count, "%u song%s", n_songs,
			n_songs == 1 ? "" : "s");
	struct rect r = l->heading;
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_class(ops, OSAAS_CLASS_HEADING);
	osaas_ops_label(ops, "Music");
	paint_words(
		ops, (struct words){"Music", 22, 700, color_ink, OSAAS_WORDS_LEFT}, r);
	osaas_ops_clip_pop(ops);
	paint_words(ops, (struct words){count, 13, 500, color_soft, OSAAS_WORDS_RIGHT},
		l->count);
}

/* Keys of players, wherever the keys are. */
static void take_keys(struct osaas_ops *ops)
{
	static const uint32_t keys[] = {KEY_MEDIA_PLAY, KEY_MEDIA_STOP, KEY_MEDIA_PREV,
		KEY_MEDIA_NEXT, KEY_MEDIA_PAUSE};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		osaas_ops_keys(ops, TAG_PAGE, 0, 0, keys[i], false);
}

void music_draw(void)
{
	struct osaas_ops ops;
	double seconds;
	uint32_t song = music_heard(osaas_now(), &seconds);
	layout_make();
	layout_scroll();
	osaas_ops_begin(&ops);
	osaas_ops_label(&ops, "Music");
	osaas_ops_clip_rect(&ops, 0, 0, music.layout.width, music.layout.height);
	osaas_ops_area(&ops, TAG_PAGE);
	osaas_ops_listen(&ops, TAG_PAGE, OSAAS_POINTER_PRESS, 0, 0, 0, 0);
	take_keys(&ops);
	osaas_ops_color(&ops, color_page.r, color_page.g, color_page.b, 255);
	osaas_ops_paint(&ops);
	draw_cover(&ops, song);
	draw_words(&ops, song);
	control_draw(&ops);
	draw_heading(&ops);
	list_draw(&ops);
	osaas_ops_clip_pop(&ops);
	int r = osaas_ops_send(music.window, &ops, ++music.serial);
	if (r < 0)
		osaas_printf(OSAAS_LOG_ERROR, "frame not sent: error %d", r);
	music.under_way = r == 0;
	music.changed = false;
	if (r == 0 && music.next_focus)
		osaas_window_focus_area(music.window, music.next_focus);
	music.next_focus = 0;
}
