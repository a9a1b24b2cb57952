/*
 * opwire: the numbers of the op stream, as the SDK's encoder writes and gl's
 * decoder reads them. gl/OPS.md is the normative text. Freestanding: plugins
 * compile this too.
 *
 * A stream is a header and records. Everything is little endian and aligned to
 * four bytes; nothing refers outside the stream.
 *
 *	header  u32 magic "OSop", u16 major, u16 minor, u32 size of the whole
 *	        stream in bytes, u32 zero
 *	record  u32: bits 0..7 opcode, bits 8..31 payload length in 32-bit words;
 *	        then the payload
 */
#ifndef OSAAS_UTIL_OPWIRE_H
#define OSAAS_UTIL_OPWIRE_H

#define OPWIRE_MAGIC       0x706f534fu /* "OSop" */
#define OPWIRE_MAJOR       1u
#define OPWIRE_MINOR       0u
#define OPWIRE_HEADER_SIZE 16u

enum op_code {
	/* Six f32: sx hx ox hy sy oy; p' = (sx x + hx y + ox, hy x + sy y + oy). */
	OP_TRANSFORM_PUSH = 0x01, /* save the transform, then T = T * M */
	OP_TRANSFORM_MUL = 0x02,  /* T = T * M */
	OP_TRANSFORM_POP = 0x03,  /* no payload */

	/* Each clip pushes one entry; coverages of all entries multiply. */
	OP_CLIP_RECT = 0x10,    /* f32 x0 y0 x1 y1 */
	OP_CLIP_RRECT = 0x11,   /* f32 x0 y0 x1 y1, radii nw ne se sw */
	OP_CLIP_ELLIPSE = 0x12, /* f32 x0 y0 x1 y1: the ellipse inscribed in it */
	OP_CLIP_PATH = 0x13,    /* verbs, see op_verb; non-zero fill */
	OP_CLIP_POP = 0x1f,     /* no payload */

	OP_BRUSH_COLOR =
		0x20, /* u32: R | G << 8 | B << 16 | A << 24, sRGB, not premultiplied */

	OP_PAINT = 0x30, /* no payload: fill the clip with the brush */

	OP_AREA = 0x40, /* u64 tag: a hit area with the shape of the current clip */
};

/* Path payload: u32 verb followed by its f32 coordinates, again and again. */
enum op_verb {
	VERB_MOVE = 1,  /* x y; an open contour is closed by a straight line */
	VERB_LINE = 2,  /* x y */
	VERB_QUAD = 3,  /* cx cy x y */
	VERB_CUBIC = 4, /* c0x c0y c1x c1y x y */
	VERB_CLOSE = 5, /* back to the contour's start */
};

/* Limits: a stream beyond one of them is refused, whole. */
#define OPWIRE_MAX_STREAM     (4u << 20) /* bytes */
#define OPWIRE_MAX_TRANSFORMS 64u        /* pushed at once */
#define OPWIRE_MAX_CLIPS      64u        /* pushed at once */
#define OPWIRE_MAX_SHAPES     32768u     /* clips pushed in a whole stream */
#define OPWIRE_MAX_VERBS      65536u     /* of all paths of a stream */
#define OPWIRE_MAX_PAINTS     16384u
#define OPWIRE_MAX_AREAS      4096u
#define OPWIRE_MAX_COORD      1.0e6f /* |number| of a shape or matrix as written */
#define OPWIRE_MAX_DEVICE     1.0e9f /* the same after the transform, and in a product */

/* What the paints of a stream may cost together: gl/OPS.md "Work". */
#define OPWIRE_MAX_WORK       8388608u  /* units of edges and spans */
#define OPWIRE_MAX_OVERDRAW   64u       /* times the layer's pixels, and on top */
#define OPWIRE_EXTRA_OVERDRAW 16777216u /* pixels */

#endif
