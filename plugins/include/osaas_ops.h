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
 * Clips inside clips intersect. Colours are sRGB, not premultiplied. Text is UTF-8.
 * Macros, images, fonts and sub-layers have ids of the plugin's choice; the window keeps
 * them over frames, until they are defined anew or retired.
 *
 * FAILURE is sticky: after the first (no memory, stream too long, a pop without
 * its push, a definition within another) the other calls do nothing and send returns it.
 * So draw without looking, and look once. Numbers the host looks at: if one makes no
 * sense, the frame is refused (OSAAS_WINDOW_REFUSED) and the log says why.
 *
 * Only osaas_ops_send and osaas_ops_send_image yield. The numbers on the wire are in opwire.h, which is
 * installed beside this for encoders of your own; this one does not need it.
 */
#ifndef OSAAS_OPS_H
#define OSAAS_OPS_H

#include <stdbool.h>

#include <osaas.h>
#include <osaas_ops_names.h>

enum {
	OSAAS_OPS_STACKS = 4
}; /* transforms, clips, groups, passes */

struct osaas_ops {
	uint8_t *buf; /* of osaas_buf_alloc; NULL before the first op */
	size_t len, cap;
	size_t path;  /* offset of the path being written; 0: none */
	size_t block; /* offset of the macro or sub-layer being written; 0: none */
	uint32_t pushed
		[OSAAS_OPS_STACKS]; /* not yet popped, in the block if there is one */
	uint32_t outside[OSAAS_OPS_STACKS]; /* the same before the block */
	int error;                          /* the first one; 0: none */
};

/* osaas_ops_begin starts an empty stream; what was in ops is not looked at. */
void osaas_ops_begin(struct osaas_ops *ops);

/* osaas_ops_drop throws the stream away. Not needed after osaas_ops_send. */
void osaas_ops_drop(struct osaas_ops *ops);

/*
 * osaas_ops_send finishes the stream and sends it as a frame (YIELDS). Whatever
 * it returns, ops is empty then: on success the host owns the buffer, on
 * failure it is freed. 0 or OSAAS_E*: the sticky failure, OSAAS_EINVAL when a push was
 * not popped or a path or block not ended, or what osaas_send says.
 */
int osaas_ops_send(osaas_chan window, struct osaas_ops *ops, uint64_t serial);

/*
 * osaas_ops_send_image defines an image without copying it (YIELDS): pixels is a buffer of
 * osaas_buf_alloc with 4 * width * height bytes, R G B A, premultiplied in sRGB encoding. It is
 * the host's when 0 is returned, and must not be written to any more. Frames sent later use
 * it by id; OSAAS_WINDOW_REFUSED with the serial comes if it is more than a window may keep.
 */
int osaas_ops_send_image(osaas_chan window, uint64_t serial, uint32_t id, uint32_t width,
	uint32_t height, void *pixels);

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
void osaas_ops_clip_pop(struct osaas_ops *ops);

/*
 * A rounded rectangle blurred by a Gaussian of standard deviation sigma: what CSS calls
 * a box shadow, whose blur radius is 2 sigma. inverted: all that is outside of it, for a
 * shadow that falls inwards.
 */
void osaas_ops_clip_blur(struct osaas_ops *ops, float x0, float y0, float x1, float y1,
	float radius, float sigma);
void osaas_ops_clip_blur4(struct osaas_ops *ops, float x0, float y0, float x1, float y1,
	float nw, float ne, float se, float sw, float sigma, bool inverted);

/*
 * A path: begin, contours (each a move, then lines and curves), and one of three that
 * pushes a clip: what the contours enclose by the non-zero rule, or by the even-odd rule,
 * or a stroke along them. To be filled, a contour that is not closed is closed by a
 * straight line; stroked it ends with caps. A gap is a line to a fill and nothing to a
 * stroke.
 */
void osaas_ops_path_begin(struct osaas_ops *ops);
void osaas_ops_path_move(struct osaas_ops *ops, float x, float y);
void osaas_ops_path_line(struct osaas_ops *ops, float x, float y);
void osaas_ops_path_quad(struct osaas_ops *ops, float cx, float cy, float x, float y);
void osaas_ops_path_cubic(struct osaas_ops *ops, float c0x, float c0y, float c1x,
	float c1y, float x, float y);
void osaas_ops_path_gap(struct osaas_ops *ops, float x, float y);
void osaas_ops_path_close(struct osaas_ops *ops);
void osaas_ops_clip_path(struct osaas_ops *ops);
void osaas_ops_clip_even_odd(struct osaas_ops *ops);

struct osaas_stroke {
	float width;
	enum osaas_join join;
	enum osaas_cap cap;
	float miter_limit; /* at least 1; 0 stands for 4 */
	const float *
		dashes; /* lengths: on, off, on ...; an odd number of them is said twice */
	uint32_t n_dashes; /* at most 16; 0: not dashed */
	float dash_offset; /* how far into the dashes a line begins */
};
/* osaas_ops_clip_stroke: (struct osaas_stroke){.width = 2} is a plain line, round at its ends. */
void osaas_ops_clip_stroke(struct osaas_ops *ops, const struct osaas_stroke *stroke);

/*
 * Brushes: what the paints that follow paint with. A gradient lies under the transform
 * that is in force at the paint.
 */
void osaas_ops_color(struct osaas_ops *ops, uint8_t r, uint8_t g, uint8_t b, uint8_t a);

struct osaas_stop {
	float offset; /* 0 to 1, none less than the one before */
	uint8_t r, g, b, a;
};
/* From point 0 to point 1. n: 1 to 64. */
void osaas_ops_linear(struct osaas_ops *ops, float x0, float y0, float x1, float y1,
	enum osaas_spread spread, const struct osaas_stop *stops, uint32_t n);
/* From circle 0, which lies within circle 1, to that one. */
void osaas_ops_radial(struct osaas_ops *ops, float x0, float y0, float r0, float x1,
	float y1, float r1, enum osaas_spread spread, const struct osaas_stop *stops,
	uint32_t n);
/* A part of an image, in its pixels; its top left comes to 0, 0, one pixel of it is 1 long. */
void osaas_ops_brush_image(struct osaas_ops *ops, uint32_t image,
	enum osaas_filter filter, float x0, float y0, float x1, float y1);

/* osaas_ops_blend: how the paints that follow blend; at the start of a frame over. */
void osaas_ops_blend(struct osaas_ops *ops, enum osaas_blend blend);

/* osaas_ops_paint fills all clips in force with the brush. */
void osaas_ops_paint(struct osaas_ops *ops);

/* Paints between push and pop make a picture of their own, and that is laid over as one. */
void osaas_ops_group_push(struct osaas_ops *ops, float opacity, enum osaas_blend blend);
void osaas_ops_group_pop(struct osaas_ops *ops);

/* Glyphs of a font with their origins (on the baseline), painted with the brush. */
struct osaas_glyph {
	uint32_t glyph; /* of the font */
	float x, y;
};
void osaas_ops_glyphs(struct osaas_ops *ops, uint32_t font, float size,
	const struct osaas_glyph *glyphs, uint32_t n);

/* osaas_ops_area makes the clip in force an area: pointer events in it carry the tag. */
void osaas_ops_area(struct osaas_ops *ops, uint64_t tag);
/* Areas between push and pop let what lies beneath them hear as well. */
void osaas_ops_pass_push(struct osaas_ops *ops);
void osaas_ops_pass_pop(struct osaas_ops *ops);
/* Of the clip in force: what the pointer looks like there, and what a press does to the window. */
void osaas_ops_cursor(struct osaas_ops *ops, enum osaas_cursor cursor);
void osaas_ops_action(struct osaas_ops *ops, enum osaas_action action);

/*
 * Filters: what the areas of a tag listen to, said in each frame anew. Who says nothing for a
 * tag hears all pointer events of it, and has nothing else.
 *
 * osaas_ops_listen: kinds are bits of enum osaas_pointer_kind (osaas_window.h) and of enum
 * osaas_listen. With OSAAS_POINTER_SCROLL the rest says how far it can still scroll, in
 * pixels: x_min, y_min (0 or less) to the left and up, x_max, y_max (0 or more) to the right
 * and down, at most 1000000. What it does not take of a scroll goes to the areas around it.
 * Listens of one tag add up; the last that can scroll says how far.
 */
void osaas_ops_listen(struct osaas_ops *ops, uint64_t tag, uint32_t kinds, float x_min,
	float x_max, float y_min, float y_max);
/*
 * osaas_ops_keys: keys that the tag takes before the area with the focus gets them: of that
 * keysym (0: any), with all modifiers (enum osaas_modifier) of required and none beside these
 * and optional. focused: only while the tag has the focus. The first filter that fits takes
 * the key. At most 1024 in a frame.
 */
void osaas_ops_keys(struct osaas_ops *ops, uint64_t tag, uint32_t required,
	uint32_t optional, uint32_t keysym, bool focused);
/*
 * osaas_ops_transfer: things of that MIME type can be dragged from the tag's areas, or
 * dropped on them: OSAAS_WINDOW_DRAG. One call for each type, as osaas_clipboard.h has
 * them; at most 1024 in a frame.
 */
void osaas_ops_transfer(struct osaas_ops *ops, uint64_t tag, enum osaas_transfer transfer,
	const char *type);

/*
 * Text input, of the field that tag stands for. Start and end count characters
 * (code points); end is where the caret is. x, y: of the caret on the baseline.
 */
void osaas_ops_input_hint(struct osaas_ops *ops, uint64_t tag, enum osaas_hint hint);
void osaas_ops_selection(struct osaas_ops *ops, uint64_t tag, uint32_t start,
	uint32_t end, float x, float y, float ascent, float descent);
void osaas_ops_composition(
	struct osaas_ops *ops, uint64_t tag, float x0, float y0, float x1, float y1);
void osaas_ops_snippet(struct osaas_ops *ops, uint64_t tag, uint32_t start, uint32_t end,
	const char *text, size_t bytes);

/* What the clip in force is, for those who do not see it. */
void osaas_ops_label(struct osaas_ops *ops, const char *text);
void osaas_ops_description(struct osaas_ops *ops, const char *text);
void osaas_ops_class(struct osaas_ops *ops, enum osaas_class what);
void osaas_ops_selected(struct osaas_ops *ops, bool selected);
void osaas_ops_enabled(struct osaas_ops *ops, bool enabled);
void osaas_ops_value(struct osaas_ops *ops, const char *text, size_t bytes);
void osaas_ops_range(struct osaas_ops *ops, float now, float min, float max);
/* bits of enum osaas_semantic_action */
void osaas_ops_semantic_actions(struct osaas_ops *ops, uint32_t bits);

/*
 * A macro: what is written between begin and end, for calls in this frame and later
 * ones. It pops what it pushes. Nothing is defined or retired in it; it may call others.
 * A call leaves the brush, the blend and what it multiplied the transform by behind.
 */
void osaas_ops_macro_begin(struct osaas_ops *ops, uint32_t id);
void osaas_ops_macro_end(struct osaas_ops *ops);
void osaas_ops_call(struct osaas_ops *ops, uint32_t id);
/* The same after all of the frame, on top: of what is in force now only the transform counts. */
void osaas_ops_defer(struct osaas_ops *ops, uint32_t id);
void osaas_ops_macro_retire(struct osaas_ops *ops, uint32_t id);

/*
 * A sub-layer: a frame of its own between begin and end, of width x height pixels, which
 * the window keeps. place shows it in a rectangle, from scroll_x, scroll_y of it on: to
 * scroll, place it anew, no more. It holds what a macro may hold.
 */
void osaas_ops_sublayer_begin(
	struct osaas_ops *ops, uint32_t id, uint32_t width, uint32_t height);
void osaas_ops_sublayer_end(struct osaas_ops *ops);
void osaas_ops_place(struct osaas_ops *ops, uint32_t id, float x0, float y0, float x1,
	float y1, float scroll_x, float scroll_y);
void osaas_ops_sublayer_retire(struct osaas_ops *ops, uint32_t id);

/*
 * Images: rows of width pixels R G B A, of which the colours are sRGB bytes multiplied
 * by alpha; stride: bytes from one row to the next. A frame has room for 16 MiB.
 */
void osaas_ops_image(struct osaas_ops *ops, uint32_t id, uint32_t width, uint32_t height,
	const uint8_t *rgba, size_t stride);
/* The rectangle at x, y of an image gets new pixels. */
void osaas_ops_image_update(struct osaas_ops *ops, uint32_t id, uint32_t x, uint32_t y,
	uint32_t width, uint32_t height, const uint8_t *rgba, size_t stride);
void osaas_ops_image_retire(struct osaas_ops *ops, uint32_t id);

/*
 * Fonts, for osaas_ops_glyphs. By families, separated by commas, the first that is there;
 * weight: 400 is regular, 700 bold. Or a font file of the plugin's own.
 */
void osaas_ops_font_query(struct osaas_ops *ops, uint32_t id, uint32_t weight,
	enum osaas_slant slant, const char *families);
void osaas_ops_font_bytes(
	struct osaas_ops *ops, uint32_t id, uint32_t face, const void *data, size_t size);
void osaas_ops_font_retire(struct osaas_ops *ops, uint32_t id);

#endif
