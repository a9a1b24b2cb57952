#include "icons.h"

/*
 * Drawn in a square of 24 by 24, as icons are. A pen moves over it: a verb and its points,
 * one after the other; all strokes of an icon have one width.
 */
enum verb {
	END,
	MOVE,
	LINE,
	CLOSE,
	CIRCLE, /* centre, radius */
	CURVE,  /* cubic */
};

struct step {
	enum verb verb;
	float p[6];
};

/* clang-format off */
static const struct step shift[] = {
	{MOVE, {12, 3.5f}}, {LINE, {20.5f, 12.5f}}, {LINE, {16, 12.5f}}, {LINE, {16, 19.5f}},
	{LINE, {8, 19.5f}}, {LINE, {8, 12.5f}}, {LINE, {3.5f, 12.5f}}, {CLOSE, {0}}, {END, {0}}};
static const struct step backspace[] = {
	{MOVE, {8, 5.5f}}, {LINE, {21.5f, 5.5f}}, {LINE, {21.5f, 18.5f}}, {LINE, {8, 18.5f}},
	{LINE, {2, 12}}, {CLOSE, {0}},
	{MOVE, {11, 9}}, {LINE, {17, 15}}, {MOVE, {17, 9}}, {LINE, {11, 15}}, {END, {0}}};
static const struct step enter[] = {
	{MOVE, {20, 6}}, {LINE, {20, 13}}, {LINE, {4.5f, 13}},
	{MOVE, {9.5f, 8}}, {LINE, {4.5f, 13}}, {LINE, {9.5f, 18}}, {END, {0}}};
static const struct step tab[] = {
	{MOVE, {3, 12}}, {LINE, {16.5f, 12}}, {MOVE, {11.5f, 7}}, {LINE, {16.5f, 12}},
	{LINE, {11.5f, 17}}, {MOVE, {20.5f, 6}}, {LINE, {20.5f, 18}}, {END, {0}}};
static const struct step left[] = {
	{MOVE, {14.5f, 6}}, {LINE, {8.5f, 12}}, {LINE, {14.5f, 18}}, {END, {0}}};
static const struct step up[] = {
	{MOVE, {6, 14.5f}}, {LINE, {12, 8.5f}}, {LINE, {18, 14.5f}}, {END, {0}}};
static const struct step down[] = {
	{MOVE, {6, 9.5f}}, {LINE, {12, 15.5f}}, {LINE, {18, 9.5f}}, {END, {0}}};
static const struct step right[] = {
	{MOVE, {9.5f, 6}}, {LINE, {15.5f, 12}}, {LINE, {9.5f, 18}}, {END, {0}}};
static const struct step globe[] = {
	{CIRCLE, {12, 12, 9}}, {MOVE, {3, 12}}, {LINE, {21, 12}},
	{MOVE, {12, 3}}, {CURVE, {6.5f, 8, 6.5f, 16, 12, 21}},
	{MOVE, {12, 3}}, {CURVE, {17.5f, 8, 17.5f, 16, 12, 21}}, {END, {0}}};
static const struct step smiley[] = {
	{CIRCLE, {12, 12, 9}}, {MOVE, {8, 14.2f}}, {CURVE, {9.5f, 17.2f, 14.5f, 17.2f, 16, 14.2f}},
	{MOVE, {9, 9.4f}}, {LINE, {9, 9.8f}}, {MOVE, {15, 9.4f}}, {LINE, {15, 9.8f}}, {END, {0}}};
static const struct step dismiss[] = {
	{MOVE, {3, 4}}, {LINE, {21, 4}}, {LINE, {21, 14.5f}}, {LINE, {3, 14.5f}}, {CLOSE, {0}},
	{MOVE, {7, 8}}, {LINE, {7.2f, 8}}, {MOVE, {12, 8}}, {LINE, {12.2f, 8}},
	{MOVE, {17, 8}}, {LINE, {17.2f, 8}}, {MOVE, {9, 11.2f}}, {LINE, {15, 11.2f}},
	{MOVE, {8.5f, 18}}, {LINE, {12, 21.5f}}, {LINE, {15.5f, 18}}, {END, {0}}};
/* clang-format on */

static const struct step *const icons[] = {
	[ICON_SHIFT] = shift,
	[ICON_BACKSPACE] = backspace,
	[ICON_RETURN] = enter,
	[ICON_TAB] = tab,
	[ICON_LEFT] = left,
	[ICON_UP] = up,
	[ICON_DOWN] = down,
	[ICON_RIGHT] = right,
	[ICON_LAYOUT] = globe,
	[ICON_EMOJI] = smiley,
	[ICON_DISMISS] = dismiss,
};

/* The four curves that are a circle: their control points are 0.5523 of the radius away. */
static void circle(struct osaas_ops *ops, float x, float y, float r)
{
	float k = 0.5523f * r;
	osaas_ops_path_move(ops, x + r, y);
	osaas_ops_path_cubic(ops, x + r, y + k, x + k, y + r, x, y + r);
	osaas_ops_path_cubic(ops, x - k, y + r, x - r, y + k, x - r, y);
	osaas_ops_path_cubic(ops, x - r, y - k, x - k, y - r, x, y - r);
	osaas_ops_path_cubic(ops, x + k, y - r, x + r, y - k, x + r, y);
	osaas_ops_path_close(ops);
}

static void draw_step(struct osaas_ops *ops, const struct step *step)
{
	const float *p = step->p;
	switch (step->verb) {
	case MOVE:
		osaas_ops_path_move(ops, p[0], p[1]);
		break;
	case LINE:
		osaas_ops_path_line(ops, p[0], p[1]);
		break;
	case CLOSE:
		osaas_ops_path_close(ops);
		break;
	case CIRCLE:
		circle(ops, p[0], p[1], p[2]);
		break;
	case CURVE:
		osaas_ops_path_cubic(ops, p[0], p[1], p[2], p[3], p[4], p[5]);
		break;
	case END:
		break;
	}
}

static void path(struct osaas_ops *ops, const struct step *steps)
{
	osaas_ops_path_begin(ops);
	for (; steps->verb != END; steps++)
		draw_step(ops, steps);
}

void icon_paint(struct osaas_ops *ops, enum key_icon icon, float x, float y, float size,
	bool filled)
{
	const struct osaas_stroke stroke = {.width = 1.7f};
	if (icon == ICON_NONE || icon == ICON_SPACE)
		return;
	float k = size / 24;
	osaas_ops_transform_push(ops, k, 0, x - size / 2, 0, k, y - size / 2);
	path(ops, icons[icon]);
	osaas_ops_clip_stroke(ops, &stroke);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
	if (filled) {
		path(ops, icons[icon]);
		osaas_ops_clip_path(ops);
		osaas_ops_paint(ops);
		osaas_ops_clip_pop(ops);
	}
	osaas_ops_transform_pop(ops);
}
