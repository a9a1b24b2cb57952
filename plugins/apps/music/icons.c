/* Signs, each in a square of 24 units. */
#include "music.h"

/* Where the square is, and how large a unit. */
struct place {
	struct osaas_ops *ops;
	float x, y, u;
};

static void polygon(struct place p, const float (*points)[2], int n)
{
	osaas_ops_path_begin(p.ops);
	for (int i = 0; i < n; i++) {
		float x = p.x + points[i][0] * p.u, y = p.y + points[i][1] * p.u;
		if (i == 0)
			osaas_ops_path_move(p.ops, x, y);
		else
			osaas_ops_path_line(p.ops, x, y);
	}
	osaas_ops_path_close(p.ops);
}

/* With rounded corners: filled, and a line around it. */
static void solid(struct place p, const float (*points)[2], int n, struct color c)
{
	polygon(p, points, n);
	osaas_ops_clip_path(p.ops);
	paint_fill(p.ops, c);
	polygon(p, points, n);
	osaas_ops_clip_stroke(p.ops, &(struct osaas_stroke){.width = 2 * p.u});
	paint_fill(p.ops, c);
}

static void bar(struct place p, float x0, float y0, float x1, float y1, struct color c)
{
	struct rect r = {p.x + x0 * p.u, p.y + y0 * p.u, p.x + x1 * p.u, p.y + y1 * p.u};
	paint_round(p.ops, r, p.u, c);
}

/* Part of a circle, as sound goes out. */
static void arc(struct place p, float radius, struct color c)
{
	float x = p.x + 11 * p.u, y = p.y + 12 * p.u, r = radius * p.u;
	float part = 0.7071f * r;
	osaas_ops_path_begin(p.ops);
	osaas_ops_path_move(p.ops, x + part, y - part);
	osaas_ops_path_cubic(p.ops, x + 1.0978f * r, y - 0.3154f * r, x + 1.0978f * r,
		y + 0.3154f * r, x + part, y + part);
	osaas_ops_clip_stroke(p.ops, &(struct osaas_stroke){.width = 1.8f * p.u});
	paint_fill(p.ops, c);
}

static void draw_speaker(struct place p, struct color c)
{
	static const float body[][2] = {{3.5f, 9.5f}, {6.5f, 9.5f}, {10.5f, 6},
		{10.5f, 18}, {6.5f, 14.5f}, {3.5f, 14.5f}};
	solid(p, body, 6, c);
	if (music.volume > 0)
		arc(p, 5, c);
	if (music.volume > 50)
		arc(p, 9, c);
}

static void draw_note(struct place p, struct color c)
{
	bar(p, 9.2f, 5, 11, 18, c);
	bar(p, 18.2f, 3.4f, 20, 16, c);
	static const float beam[][2] = {{10, 5.4f}, {19, 3.6f}, {19, 6.2f}, {10, 8}};
	solid(p, beam, 4, c);
	osaas_ops_clip_ellipse(
		p.ops, p.x + 4 * p.u, p.y + 15 * p.u, p.x + 11 * p.u, p.y + 20.6f * p.u);
	paint_fill(p.ops, c);
	osaas_ops_clip_ellipse(
		p.ops, p.x + 13 * p.u, p.y + 13 * p.u, p.x + 20 * p.u, p.y + 18.6f * p.u);
	paint_fill(p.ops, c);
}

void icon_draw(
	struct osaas_ops *ops, enum icon icon, struct rect r, float size, struct color c)
{
	static const float play[][2] = {{8.5f, 5.5f}, {18.5f, 12}, {8.5f, 18.5f}};
	static const float back[][2] = {{18, 6.5f}, {9.5f, 12}, {18, 17.5f}};
	static const float forth[][2] = {{6, 6.5f}, {14.5f, 12}, {6, 17.5f}};
	struct place p = {ops, roundf((r.x0 + r.x1 - size) / 2),
		roundf((r.y0 + r.y1 - size) / 2), size / 24};
	switch (icon) {
	case ICON_PLAY:
		solid(p, play, 3, c);
		break;
	case ICON_PAUSE:
		bar(p, 6.5f, 5, 10, 19, c);
		bar(p, 14, 5, 17.5f, 19, c);
		break;
	case ICON_PREVIOUS:
		bar(p, 5, 5.5f, 7.2f, 18.5f, c);
		solid(p, back, 3, c);
		break;
	case ICON_NEXT:
		bar(p, 16.8f, 5.5f, 19, 18.5f, c);
		solid(p, forth, 3, c);
		break;
	case ICON_SPEAKER:
		draw_speaker(p, c);
		break;
	case ICON_NOTE:
		draw_note(p, c);
		break;
	}
}
