/*
 * osaas_ops.h: writes a frame of a window: an op stream. gl/OPS.md says what
 * the operations mean; in short:
 *
 *	struct osaas_ops ops;
 *	osaas_ops_begin(&ops);
 *	osaas_ops_clip_rrect(&ops, 10, 10, 90, 40, 8);	push a shape,
 *	osaas_ops_color(&ops, 0xd7, 0x26, 0x3d, 255);	choose a colour,
 *	osaas_ops_paint(&ops);				fill the shape with it,
 *	osaas_ops_clip_pop(&ops);			and take the shape away
 *	osaas_ops_send(window, &ops, serial);
 *
 * Lengths are pixels, origin top left, y down, under the transform in force.
 * Clips inside clips intersect. Colours are sRGB, not premultiplied.
 *
 * FAILURE is sticky: after the first (no memory, stream too long, a pop without
 * its push) the other calls do nothing and send returns it. So draw without
 * looking, and look once.
 *
 * Only osaas_ops_send yields. The numbers on the wire are in opwire.h, which is
 * installed beside this for encoders of your own; this one does not need it.
 */
#ifndef OSAAS_OPS_H
#define OSAAS_OPS_H

#include <osaas.h>

struct osaas_ops {
	uint8_t *buf; /* of osaas_buf_alloc; NULL before the first op */
	size_t len, cap;
	size_t path;         /* offset of the path being written; 0: none */
	uint32_t transforms; /* pushed, not yet popped */
	uint32_t clips;
	int error; /* the first one; 0: none */
};

/* osaas_ops_begin starts an empty stream; what was in ops is not looked at. */
void osaas_ops_begin(struct osaas_ops *ops);

/* osaas_ops_drop throws the stream away. Not needed after osaas_ops_send. */
void osaas_ops_drop(struct osaas_ops *ops);

/*
 * osaas_ops_send finishes the stream and sends it as a frame (YIELDS). Whatever
 * it returns, ops is empty then: on success the host owns the buffer, on
 * failure it is freed. 0 or OSAAS_E*: the sticky failure, OSAAS_EINVAL when a push was
 * not popped, or what osaas_send says.
 */
int osaas_ops_send(osaas_chan window, struct osaas_ops *ops, uint64_t serial);

/* p' = (sx x + hx y + ox, hy x + sy y + oy), applied before what is in force already. */
void osaas_ops_transform_push(struct osaas_ops *ops, float sx, float hx, float ox,
	float hy, float sy, float oy);
void osaas_ops_offset_push(struct osaas_ops *ops, float x, float y);
/* The same, without a push: in force until the pop of what was pushed last. */
void osaas_ops_transform_mul(struct osaas_ops *ops, float sx, float hx, float ox,
	float hy, float sy, float oy);
void osaas_ops_transform_pop(struct osaas_ops *ops);

/* Each pushes one clip. x0, y0 is the top left corner, x1, y1 the bottom right one. */
void osaas_ops_clip_rect(struct osaas_ops *ops, float x0, float y0, float x1, float y1);
void osaas_ops_clip_rrect(
	struct osaas_ops *ops, float x0, float y0, float x1, float y1, float radius);
void osaas_ops_clip_rrect4(struct osaas_ops *ops, float x0, float y0, float x1, float y1,
	float nw, float ne, float se, float sw);
void osaas_ops_clip_ellipse(
	struct osaas_ops *ops, float x0, float y0, float x1, float y1);

/*
 * A path: begin, contours (each a move, then lines and curves), and clip_path,
 * which pushes what they enclose (non-zero rule). A contour that is not closed is
 * closed by a straight line.
 */
void osaas_ops_path_begin(struct osaas_ops *ops);
void osaas_ops_path_move(struct osaas_ops *ops, float x, float y);
void osaas_ops_path_line(struct osaas_ops *ops, float x, float y);
void osaas_ops_path_quad(struct osaas_ops *ops, float cx, float cy, float x, float y);
void osaas_ops_path_cubic(struct osaas_ops *ops, float c0x, float c0y, float c1x,
	float c1y, float x, float y);
void osaas_ops_path_close(struct osaas_ops *ops);
void osaas_ops_clip_path(struct osaas_ops *ops);

void osaas_ops_clip_pop(struct osaas_ops *ops);

void osaas_ops_color(struct osaas_ops *ops, uint8_t r, uint8_t g, uint8_t b, uint8_t a);

/* osaas_ops_paint fills all clips in force with the colour. */
void osaas_ops_paint(struct osaas_ops *ops);

/* osaas_ops_area makes the clip in force an area: pointer events in it carry the tag. */
void osaas_ops_area(struct osaas_ops *ops, uint64_t tag);

#endif
