/* Buttons and sliders: what they look like, and what is done with them. */
#include "music.h"
#include "songs.h"

#define SEEK_STEP   5 /* seconds */
#define VOLUME_STEP 5

static bool is_focused(uint64_t tag)
{
	return music.focus == tag;
}

/* ---- What they look like ------------------------------------------------ */

void control_listen(struct osaas_ops *ops, uint64_t tag, bool can_focus)
{
	osaas_ops_area(ops, tag);
	osaas_ops_listen(ops, tag,
		OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE | OSAAS_POINTER_DRAG |
			OSAAS_POINTER_CANCEL | OSAAS_POINTER_ENTER | OSAAS_POINTER_LEAVE |
			(can_focus ? OSAAS_LISTEN_FOCUS : 0) | OSAAS_LISTEN_MERGE,
		0, 0, 0, 0);
}

static void begin(struct osaas_ops *ops, uint64_t tag, const char *label)
{
	struct rect r = layout_of(tag);
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	control_listen(ops, tag, true);
	osaas_ops_cursor(ops, OSAAS_CURSOR_POINTER);
	osaas_ops_label(ops, label);
}

static void tell_button(struct osaas_ops *ops, uint64_t tag, const char *label)
{
	begin(ops, tag, label);
	osaas_ops_class(ops, OSAAS_CLASS_BUTTON);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK | OSAAS_SEMANTIC_FOCUS);
	osaas_ops_clip_pop(ops);
}

static void draw_play(struct osaas_ops *ops)
{
	struct rect r = music.layout.play;
	bool hover = music.hover == TAG_PLAY, down = hover && music.pressed == TAG_PLAY;
	float radius = rect_width(r) / 2;
	struct color face = down    ? color_ink
			    : hover ? (struct color){0x28, 0x60, 0x8b, 255}
				    : color_accent;
	if (is_focused(TAG_PLAY))
		paint_round(ops, rect_grown(r, dp(4)), radius + dp(4), color_ring);
	else
		paint_shadow(ops, r, radius, dp(6));
	paint_round(ops, r, radius, face);
	icon_draw(ops, music.playing ? ICON_PAUSE : ICON_PLAY, r,
		roundf(rect_width(r) * 0.5625f), color_white);
	tell_button(ops, TAG_PLAY, music.playing ? "Pause" : "Play");
}

static void draw_step(
	struct osaas_ops *ops, uint64_t tag, enum icon icon, const char *label)
{
	struct rect r = layout_of(tag);
	float radius = rect_width(r) / 2;
	bool hover = music.hover == tag, down = hover && music.pressed == tag;
	if (is_focused(tag))
		paint_round(ops, r, radius, color_ring);
	else if (hover)
		paint_round(ops, r, radius,
			(struct color){0x2b, 0x3a, 0x4a, down ? 0x30 : 0x16});
	icon_draw(ops, icon, r, roundf(rect_width(r) * 0.5833f), color_ink);
	tell_button(ops, tag, label);
}

/* The way of the knob's centre. */
static struct rect track_of(uint64_t tag)
{
	struct rect r = layout_of(tag);
	return (struct rect){r.x0 + dp(8), r.y0, r.x1 - dp(8), r.y1};
}

static void draw_slider(struct osaas_ops *ops, uint64_t tag, float part)
{
	struct rect r = layout_of(tag), t = track_of(tag);
	bool active = is_focused(tag) || music.hover == tag || music.pressed == tag;
	float x = t.x0 + (t.x1 - t.x0) * part, half = dp(active ? 3 : 2);
	float y = roundf((r.y0 + r.y1) / 2), knob = dp(active ? 8 : 6);
	struct color rest = {0x2b, 0x3a, 0x4a, 0x28};
	paint_round(ops, (struct rect){t.x0, y - half, t.x1, y + half}, half, rest);
	if (x - t.x0 > half)
		paint_round(ops, (struct rect){t.x0, y - half, x, y + half}, half,
			color_accent);
	struct rect k = {x - knob, y - knob, x + knob, y + knob};
	if (is_focused(tag))
		paint_round(ops, rect_grown(k, dp(4)), knob + dp(4), color_ring);
	paint_round(ops, k, knob, color_accent);
	if (active)
		paint_round(ops, rect_grown(k, -dp(3)), knob - dp(3), color_white);
}

static void tell_slider(struct osaas_ops *ops, uint64_t tag, const char *label,
	const char *value, float now, float max)
{
	begin(ops, tag, label);
	osaas_ops_class(ops, OSAAS_CLASS_SLIDER);
	osaas_ops_value(ops, value, strlen(value));
	osaas_ops_range(ops, now, 0, max);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_FOCUS | OSAAS_SEMANTIC_INCREMENT |
						OSAAS_SEMANTIC_DECREMENT);
	osaas_ops_clip_pop(ops);
	for (uint32_t key = KEY_LEFT; key <= KEY_DOWN; key++)
		osaas_ops_keys(ops, tag, 0, 0, key, true);
}

static void write_time(char *to, size_t size, double seconds)
{
	uint32_t s = (uint32_t)seconds;
	if (s >= 3600)
		snprintf(to, size, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(to, size, "%u:%02u", s / 60, s % 60);
}

/* Where the seek bar is: where it is held, else where the song is. */
static double shown_seconds(double *all)
{
	double seconds;
	uint32_t song = music_heard(osaas_now(), &seconds);
	*all = song < n_songs ? song_seconds(&songs[song]) : 0;
	seconds = music.sliding ? music.slide : seconds;
	return *all > 0 && seconds > *all ? *all : seconds;
}

static void draw_seek(struct osaas_ops *ops)
{
	const struct layout *l = &music.layout;
	char now[16], total[16], value[40];
	double all, seconds = shown_seconds(&all);
	write_time(now, sizeof now, seconds);
	write_time(total, sizeof total, all);
	if (all > 0)
		snprintf(value, sizeof value, "%s of %s", now, total);
	else
		strlcpy(value, now, sizeof value);
	draw_slider(ops, TAG_SEEK, all > 0 ? (float)(seconds / all) : 0);
	paint_words(ops, (struct words){now, 12, 500, color_soft, OSAAS_WORDS_LEFT},
		l->elapsed);
	paint_words(ops, (struct words){total, 12, 500, color_soft, OSAAS_WORDS_RIGHT},
		l->total);
	tell_slider(ops, TAG_SEEK, "Position", value, floorf((float)seconds),
		floorf((float)(all > 0 ? all : seconds)));
}

static void draw_volume(struct osaas_ops *ops)
{
	char value[8];
	snprintf(value, sizeof value, "%u %%", music.volume);
	icon_draw(ops, ICON_SPEAKER, music.layout.speaker, dp(24), color_soft);
	draw_slider(ops, TAG_VOLUME, (float)music.volume / 100);
	tell_slider(ops, TAG_VOLUME, "Volume", value, (float)music.volume, 100);
}

void control_draw(struct osaas_ops *ops)
{
	if (!rect_empty(music.layout.seek))
		draw_seek(ops);
	draw_step(ops, TAG_PREVIOUS, ICON_PREVIOUS, "Previous");
	draw_play(ops);
	draw_step(ops, TAG_NEXT, ICON_NEXT, "Next");
	if (!rect_empty(music.layout.volume))
		draw_volume(ops);
}

/* ---- What they do ------------------------------------------------------- */

static bool is_button(uint64_t tag)
{
	return tag == TAG_PREVIOUS || tag == TAG_PLAY || tag == TAG_NEXT;
}

static void click(uint64_t tag)
{
	if (tag == TAG_PLAY)
		music_toggle();
	else if (is_button(tag))
		music_step(tag == TAG_NEXT ? 1 : -1);
}

static void seek_by(double seconds)
{
	double all, now = shown_seconds(&all);
	music_seek(now + seconds);
}

static void step(uint64_t tag, int steps)
{
	if (tag == TAG_SEEK)
		seek_by(SEEK_STEP * steps);
	else if (tag == TAG_VOLUME)
		music_set_volume((int)music.volume + VOLUME_STEP * steps);
}

static bool slider_key(uint64_t tag, uint32_t keysym)
{
	double all;
	switch (keysym) {
	case KEY_LEFT:
	case KEY_DOWN:
		step(tag, -1);
		return true;
	case KEY_RIGHT:
	case KEY_UP:
		step(tag, 1);
		return true;
	case KEY_PAGE_UP:
	case KEY_PAGE_DOWN:
		step(tag, keysym == KEY_PAGE_UP ? 6 : -6);
		return true;
	case KEY_HOME:
	case KEY_END:
		shown_seconds(&all);
		if (tag == TAG_SEEK && (keysym == KEY_HOME || all > 0))
			music_seek(keysym == KEY_HOME ? 0 : all - 1);
		else if (tag == TAG_VOLUME)
			music_set_volume(keysym == KEY_HOME ? 0 : 100);
		return true;
	default:
		return false;
	}
}

bool control_key(const struct osaas_window_key *key)
{
	uint64_t tag = key->tag;
	if (tag == TAG_SEEK || tag == TAG_VOLUME)
		return slider_key(tag, key->keysym);
	if (!is_button(tag) || (key->keysym != KEY_SPACE && key->keysym != KEY_ENTER))
		return false;
	if (!key->repeat)
		click(tag);
	return true;
}

void control_act(uint64_t tag, uint32_t action)
{
	if (action == OSAAS_SEMANTIC_CLICK)
		click(tag);
	else if (action == OSAAS_SEMANTIC_FOCUS)
		music.next_focus = tag;
	else if (action == OSAAS_SEMANTIC_INCREMENT || action == OSAAS_SEMANTIC_DECREMENT)
		step(tag, action == OSAAS_SEMANTIC_INCREMENT ? 1 : -1);
	music.changed = true;
}

/* The seek bar goes where it is let go; the volume is heard at once. */
static void slide(uint64_t tag, float x)
{
	struct rect t = track_of(tag);
	float part = (x - t.x0) / (t.x1 - t.x0);
	double all;
	/* The window became small while it was held. */
	if (rect_empty(layout_of(tag)))
		return;
	part = part < 0 ? 0 : part > 1 ? 1 : part;
	shown_seconds(&all);
	if (tag == TAG_VOLUME) {
		music_set_volume((int)roundf(part * 100));
	} else if (tag == TAG_SEEK && all > 0) {
		music.sliding = true;
		music.slide = (double)part * all;
	}
}

static bool is_inside(uint64_t tag, float x, float y)
{
	struct rect r = layout_of(tag);
	return x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
}

static void release(const struct osaas_window_pointer *p)
{
	bool good = music.pressed == p->tag;
	music.pressed = 0;
	if (music.sliding)
		music_seek(music.slide);
	music.sliding = false;
	if (good && is_inside(p->tag, p->x, p->y))
		click(p->tag);
}

void control_pointer(const struct osaas_window_pointer *p)
{
	bool left = p->button == BUTTON_LEFT;
	switch (p->kind) {
	case OSAAS_POINTER_ENTER:
		music.hover = p->tag;
		break;
	case OSAAS_POINTER_LEAVE:
		music.hover = 0;
		break;
	case OSAAS_POINTER_CANCEL:
		music.pressed = music.hover = 0;
		music.sliding = false;
		break;
	case OSAAS_POINTER_PRESS:
		if (left) {
			music.pressed = p->tag;
			slide(p->tag, p->x);
		}
		break;
	case OSAAS_POINTER_DRAG:
		if (music.pressed == p->tag)
			slide(p->tag, p->x);
		break;
	case OSAAS_POINTER_RELEASE:
		if (left)
			release(p);
		break;
	}
	music.changed = true;
}
