#include "recorder.h"

struct color {
	uint8_t r, g, b, a;
};
struct rect {
	float x0, y0, x1, y1;
};

static const struct color color_top = {0x1d, 0x22, 0x2d, 255};
static const struct color color_bottom = {0x10, 0x13, 0x1a, 255};
static const struct color color_panel = {0x1a, 0x1f, 0x2a, 255};
static const struct color color_edge = {0x2e, 0x36, 0x46, 255};
static const struct color color_ink = {0xf2, 0xf4, 0xf8, 255};
static const struct color color_soft = {0xa3, 0xad, 0xbe, 255};
static const struct color color_dim = {0x4b, 0x56, 0x6b, 255};
static const struct color color_red = {0xe5, 0x48, 0x4d, 255};
static const struct color color_red_soft = {0xe5, 0x48, 0x4d, 0x38};
static const struct color color_teal = {0x5e, 0xc4, 0xbe, 255};
static const struct color color_ring = {0x8a, 0xb4, 0xf8, 255};
static const struct color color_button = {0x2a, 0x32, 0x42, 255};
static const struct color color_hover = {0x37, 0x41, 0x54, 255};

static float dp(float v)
{
	return v * recorder.config.scale;
}

/* ---- Where things are --------------------------------------------------- */

static struct layout {
	float width, height, u; /* u: pixels of a dp, less in a small window */
	struct rect title, time, wave, level, state;
	float middle, y, big, small; /* the buttons: their middle, and radii */
} layout;

static struct rect band(float x0, float x1, float *y, float height)
{
	struct rect r = {roundf(x0), roundf(*y), roundf(x1), roundf(*y + height)};
	*y += height;
	return r;
}

static void lay_out(void)
{
	struct layout *l = &layout;
	l->width = (float)recorder.config.width;
	l->height = (float)recorder.config.height;
	float least = l->height / 440 < l->width / 300 ? l->height / 440 : l->width / 300;
	l->u = least < dp(1) ? least : dp(1);
	float u = l->u, half = l->width / 2 - 24 * u;
	half = half < 380 * u ? half : 380 * u;
	float x0 = l->width / 2 - half, x1 = l->width / 2 + half, y = 28 * u;
	/* The tab of who listens hangs over the top: what matters begins below it. */
	l->title = band(x0, x1, &y, 24 * u);
	l->time = band(x0, x1, &y, 84 * u);
	float rest = l->height - y - 200 * u;
	float room = rest < 300 * u ? rest : 300 * u;
	y += (rest - room) / 2;
	l->wave = band(x0, x1, &y, room);
	y += 14 * u;
	l->level = band(x0, x1, &y, 8 * u);
	y += 8 * u;
	l->state = band(x0, x1, &y, 28 * u);
	l->middle = roundf(l->width / 2);
	l->big = roundf(36 * u);
	l->small = roundf(24 * u);
	l->y = roundf(y + 14 * u + l->big);
}

/* ---- Paint -------------------------------------------------------------- */

static void fill(struct osaas_ops *ops, struct color c)
{
	osaas_ops_color(ops, c.r, c.g, c.b, c.a);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

static void disc(struct osaas_ops *ops, float x, float y, float radius, struct color c)
{
	osaas_ops_clip_ellipse(ops, x - radius, y - radius, x + radius, y + radius);
	fill(ops, c);
}

static void box(struct osaas_ops *ops, struct rect r, float radius, struct color c)
{
	osaas_ops_clip_rrect(ops, r.x0, r.y0, r.x1, r.y1, radius);
	fill(ops, c);
}

/* ---- Words -------------------------------------------------------------- */

enum {
	KEPT = 24,
	KEPT_BYTES = 64
};

static struct kept {
	char text[KEPT_BYTES];
	float size;
	uint32_t weight;
	uint64_t used;
	struct osaas_text set;
} kept[KEPT];
static uint64_t wanted;

void draw_forget(void)
{
	for (int i = 0; i < KEPT; i++) {
		osaas_text_free(&kept[i].set);
		kept[i].used = 0;
	}
}

static const struct osaas_text *set(const char *text, float size, uint32_t weight)
{
	struct kept *oldest = kept;
	wanted++;
	for (struct kept *k = kept; k < kept + KEPT; k++) {
		if (k->used && k->size == size && k->weight == weight &&
			strcmp(k->text, text) == 0) {
			k->used = wanted;
			return &k->set;
		}
		oldest = k->used < oldest->used ? k : oldest;
	}
	osaas_text_free(&oldest->set);
	strlcpy(oldest->text, text, sizeof oldest->text);
	oldest->size = size;
	oldest->weight = weight;
	oldest->used = wanted;
	/* Figures of one width: a time that goes on does not tremble. */
	static const struct osaas_text_feature figures = {OSAAS_TEXT_TAG("tnum"), 1};
	const struct osaas_text_style style = {
		.size = size, .weight = weight, .features = &figures, .feature_count = 1};
	const struct osaas_text_params params = {.text = oldest->text,
		.len = strlen(oldest->text),
		.styles = &style,
		.style_count = 1,
		.max_lines = 1};
	osaas_text_layout(recorder.text, &params, &oldest->set);
	return &oldest->set;
}

/* In the middle of r. */
static void words(struct osaas_ops *ops, const char *text, float size, uint32_t weight,
	struct color c, struct rect r)
{
	if (!recorder.text || !*text)
		return;
	const struct osaas_text *t = set(text, size, weight);
	if (!t->block)
		return;
	osaas_ops_color(ops, c.r, c.g, c.b, c.a);
	osaas_text_paint(t, ops, roundf((r.x0 + r.x1 - t->head->width) / 2),
		roundf((r.y0 + r.y1 - t->head->height) / 2), NULL, 0);
}

static void say(struct osaas_ops *ops, enum osaas_class class, const char *text,
	float size, uint32_t weight, struct color c, struct rect r)
{
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_class(ops, class);
	osaas_ops_label(ops, text);
	words(ops, text, size, weight, c, r);
	osaas_ops_clip_pop(ops);
}

/* ---- The picture -------------------------------------------------------- */

static bool records(void)
{
	return recorder.doing == RECORDING || recorder.doing == ASKING;
}

static void draw_time(struct osaas_ops *ops)
{
	uint32_t frames = recorder.tape.frames;
	char text[48];
	if (!records() && recorder.at > 0)
		frames = recorder.at;
	uint32_t tenths = frames / (TAPE_RATE / 10);
	snprintf(text, sizeof text, "%u:%02u.%u", tenths / 600, tenths / 10 % 60,
		tenths % 10);
	say(ops, OSAAS_CLASS_TEXT, text, 58 * layout.u, 300, color_ink, layout.time);
}

enum {
	BARS_MAX = 400
};

static int bars(float *step)
{
	float width = layout.wave.x1 - layout.wave.x0 - 24 * layout.u;
	*step = roundf(5 * layout.u);
	*step = *step < 2 ? 2 : *step;
	int n = (int)(width / *step);
	return n < 1 ? 1 : n < BARS_MAX ? n : BARS_MAX;
}

/* While it records, the last seconds go by; then all of it is seen at once. */
static void bar_range(int i, int n, uint32_t *from, uint32_t *to)
{
	uint32_t frames = recorder.tape.frames;
	if (records()) {
		int64_t last = (int64_t)(frames / TAPE_STEP) - n + i;
		*from = last < 0 ? 0 : (uint32_t)last * TAPE_STEP;
		*to = last < 0 ? 0 : *from + TAPE_STEP;
		return;
	}
	*from = (uint32_t)((uint64_t)frames * (uint32_t)i / (uint32_t)n);
	*to = (uint32_t)((uint64_t)frames * ((uint32_t)i + 1) / (uint32_t)n);
}

uint32_t draw_wave_frame(float x)
{
	float step;
	int n = bars(&step);
	float from = roundf((layout.wave.x0 + layout.wave.x1 - (float)n * step) / 2);
	float part = (x - from) / ((float)n * step);
	part = part < 0 ? 0 : part > 1 ? 1 : part;
	return (uint32_t)(part * (float)recorder.tape.frames);
}

static float loudness(float peak)
{
	/* From -54 dB on; a line where there is nothing. */
	float db = peak > 0.002f ? 20 * log10f(peak) : -54;
	return db <= -54 ? 0 : (db + 54) / 54;
}

static void draw_wave(struct osaas_ops *ops)
{
	struct rect r = layout.wave;
	float step, middle = (r.y0 + r.y1) / 2, u = layout.u;
	int n = bars(&step);
	float x = roundf((r.x0 + r.x1 - (float)n * step) / 2);
	float most = (r.y1 - r.y0) / 2 - 14 * u, thick = step - roundf(step * 0.4f);
	for (int i = 0; i < n; i++, x += step) {
		uint32_t from, to;
		bar_range(i, n, &from, &to);
		float h =
			thick / 2 + most * loudness(tape_peak(&recorder.tape, from, to));
		bool played = !records() && to <= recorder.at;
		struct color c = to == from  ? color_edge
				 : records() ? color_red
				 : played    ? color_teal
					     : color_dim;
		box(ops, (struct rect){x, middle - h, x + thick, middle + h}, thick / 2,
			c);
	}
}

static void draw_panel(struct osaas_ops *ops)
{
	struct rect r = layout.wave;
	float line = layout.u < 1 ? 1 : roundf(layout.u), radius = 16 * layout.u;
	box(ops, r, radius, color_edge);
	osaas_ops_clip_rrect(
		ops, r.x0 + line, r.y0 + line, r.x1 - line, r.y1 - line, radius - line);
	osaas_ops_area(ops, TAG_WAVE);
	osaas_ops_class(ops, OSAAS_CLASS_SLIDER);
	osaas_ops_label(ops, "Position");
	osaas_ops_range(ops, (float)recorder.at / TAPE_RATE, 0,
		(float)recorder.tape.frames / TAPE_RATE);
	osaas_ops_color(ops, color_panel.r, color_panel.g, color_panel.b, 255);
	osaas_ops_paint(ops);
	draw_wave(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_level(struct osaas_ops *ops)
{
	struct rect r = layout.level, part = r;
	float radius = (r.y1 - r.y0) / 2, wide = r.x1 - r.x0;
	static const struct osaas_stop stops[] = {{0, 0x3f, 0xb9, 0x7a, 255},
		{0.7f, 0xd9, 0xc2, 0x4a, 255}, {1, 0xe5, 0x48, 0x4d, 255}};
	box(ops, r, radius, color_panel);
	part.x1 = r.x0 + wide * loudness(recorder.level);
	if (part.x1 > r.x0 + 1) {
		osaas_ops_clip_rrect(ops, r.x0, r.y0, r.x1, r.y1, radius);
		osaas_ops_clip_rect(ops, r.x0, r.y0, part.x1, r.y1);
		osaas_ops_linear(ops, r.x0, 0, r.x1, 0, OSAAS_SPREAD_PAD, stops, 3);
		osaas_ops_paint(ops);
		osaas_ops_clip_pop(ops);
		osaas_ops_clip_pop(ops);
	}
	float held = roundf(r.x0 + (wide - 2 * radius) * loudness(recorder.held));
	if (recorder.held > 0.002f)
		box(ops, (struct rect){held, r.y0, held + radius, r.y1}, radius / 2,
			color_ink);
}

static const char *state(char *text, size_t size)
{
	if (recorder.wrong)
		return recorder.wrong;
	if (recorder.doing == ASKING)
		return "Waiting for the microphone";
	if (recorder.doing == RECORDING && recorder.missed == 0)
		return "Recording";
	if (recorder.missed > 0) {
		snprintf(text, size, "%s, %u ms are missing",
			recorder.doing == RECORDING ? "Recording" : "Recorded",
			(unsigned)(recorder.missed / (TAPE_RATE / 1000)));
		return text;
	}
	if (recorder.doing == PLAYING)
		return "Playing";
	return recorder.tape.frames ? "Recorded"
				    : "Press the red button, or R, and speak";
}

static void draw_state(struct osaas_ops *ops)
{
	char text[64];
	say(ops, OSAAS_CLASS_STATUS, state(text, sizeof text), 15 * layout.u, 400,
		recorder.wrong ? color_red : color_soft, layout.state);
}

/* A round area; its sign is drawn over it. */
static void button(struct osaas_ops *ops, enum tag tag, const char *name, float x,
	float radius, struct color c, bool enabled)
{
	float y = layout.y, ring = 3 * layout.u;
	if (recorder.focus == tag) {
		disc(ops, x, y, radius + 2 * ring, color_ring);
		disc(ops, x, y, radius + ring, color_bottom);
	}
	if (recorder.pressed == tag && recorder.hover == tag)
		radius -= ring / 2;
	osaas_ops_clip_ellipse(ops, x - radius, y - radius, x + radius, y + radius);
	osaas_ops_area(ops, tag);
	osaas_ops_cursor(ops, OSAAS_CURSOR_POINTER);
	osaas_ops_listen(ops, tag,
		OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE | OSAAS_POINTER_ENTER |
			OSAAS_POINTER_LEAVE | OSAAS_POINTER_CANCEL | OSAAS_LISTEN_FOCUS,
		0, 0, 0, 0);
	osaas_ops_class(ops, OSAAS_CLASS_BUTTON);
	osaas_ops_label(ops, name);
	osaas_ops_enabled(ops, enabled);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK);
	fill(ops, c);
}

static struct color ground(enum tag tag)
{
	return recorder.hover == tag ? color_hover : color_button;
}

static void draw_record(struct osaas_ops *ops)
{
	float x = layout.middle, y = layout.y, big = layout.big;
	disc(ops, x, y, big + 7 * layout.u, color_red_soft);
	button(ops, TAG_RECORD, records() ? "Stop" : "Record", x, big, color_red, true);
	float half = roundf(big * (records() ? 0.3f : 0.34f));
	box(ops, (struct rect){x - half, y - half, x + half, y + half},
		records() ? 4 * layout.u : half, color_ink);
}

static void draw_play(struct osaas_ops *ops)
{
	bool can = recorder.tape.frames > 0 && !records();
	float x = roundf(layout.middle - 92 * layout.u), y = layout.y;
	float u = layout.small / 24;
	struct color c = can ? color_ink : color_dim;
	button(ops, TAG_PLAY, recorder.doing == PLAYING ? "Pause" : "Play", x,
		layout.small, ground(TAG_PLAY), can);
	if (recorder.doing == PLAYING) {
		box(ops, (struct rect){x - 7 * u, y - 8 * u, x - 2 * u, y + 8 * u}, u, c);
		box(ops, (struct rect){x + 2 * u, y - 8 * u, x + 7 * u, y + 8 * u}, u, c);
		return;
	}
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, x - 5 * u, y - 9 * u);
	osaas_ops_path_line(ops, x + 10 * u, y);
	osaas_ops_path_line(ops, x - 5 * u, y + 9 * u);
	osaas_ops_path_close(ops);
	osaas_ops_clip_path(ops);
	fill(ops, c);
}

/* A bin. */
static void draw_clear(struct osaas_ops *ops)
{
	bool can = recorder.tape.frames > 0;
	float x = roundf(layout.middle + 92 * layout.u), y = layout.y;
	float u = layout.small / 24;
	struct color c = can ? color_ink : color_dim;
	button(ops, TAG_CLEAR, "Discard", x, layout.small, ground(TAG_CLEAR), can);
	box(ops, (struct rect){x - 9 * u, y - 8 * u, x + 9 * u, y - 6 * u}, u, c);
	box(ops, (struct rect){x - 3 * u, y - 11 * u, x + 3 * u, y - 8 * u}, u, c);
	osaas_ops_clip_rrect4(
		ops, x - 7 * u, y - 4 * u, x + 7 * u, y + 10 * u, 0, 0, 3 * u, 3 * u);
	fill(ops, c);
}

static void draw_ground(struct osaas_ops *ops)
{
	const struct osaas_stop stops[] = {
		{0, color_top.r, color_top.g, color_top.b, 255},
		{1, color_bottom.r, color_bottom.g, color_bottom.b, 255}};
	osaas_ops_clip_rect(ops, 0, 0, layout.width, layout.height);
	osaas_ops_area(ops, TAG_WINDOW);
	osaas_ops_listen(ops, TAG_WINDOW, OSAAS_POINTER_PRESS, 0, 0, 0, 0);
	osaas_ops_linear(ops, 0, 0, 0, layout.height, OSAAS_SPREAD_PAD, stops, 2);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

void draw(void)
{
	struct osaas_ops ops;
	lay_out();
	recorder.changed = false;
	osaas_ops_begin(&ops);
	osaas_ops_label(&ops, "Recorder");
	draw_ground(&ops);
	say(&ops, OSAAS_CLASS_HEADING, "Recorder", 15 * layout.u, 600, color_soft,
		layout.title);
	draw_time(&ops);
	draw_panel(&ops);
	draw_level(&ops);
	draw_state(&ops);
	draw_play(&ops);
	draw_record(&ops);
	draw_clear(&ops);
	int r = osaas_ops_send(recorder.window, &ops, ++recorder.serial);
	if (r < 0)
		osaas_printf(OSAAS_LOG_ERROR, "recorder: frame not sent: error %d", r);
	recorder.under_way = r == 0;
}
