/*
 * opwire: the numbers of the op stream, as the SDK's encoder writes and gl's
 * decoder reads them. gl/OPS.md is the normative text. Freestanding: plugins
 * compile this too.
 *
 * A stream is a header and records. Everything is little endian and aligned to
 * four bytes; nothing refers outside the stream but by the ids of macros, images,
 * fonts and sub-layers that the same window has defined, in this frame or before.
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
#define OPWIRE_MINOR       2u
#define OPWIRE_HEADER_SIZE 16u

enum op_code {
	/* Six f32: sx hx ox hy sy oy; p' = (sx x + hx y + ox, hy x + sy y + oy). */
	OP_TRANSFORM_PUSH = 0x01, /* save the transform, then T = T * M */
	OP_TRANSFORM_MUL = 0x02,  /* T = T * M */
	OP_TRANSFORM_POP = 0x03,  /* no payload */

	/* Each clip pushes one entry; coverages of all entries multiply. */
	OP_CLIP_RECT = 0x10,     /* f32 x0 y0 x1 y1 */
	OP_CLIP_RRECT = 0x11,    /* f32 x0 y0 x1 y1, radii nw ne se sw */
	OP_CLIP_ELLIPSE = 0x12,  /* f32 x0 y0 x1 y1: the ellipse inscribed in it */
	OP_CLIP_PATH = 0x13,     /* verbs, see op_verb; non-zero fill */
	OP_CLIP_EVEN_ODD = 0x14, /* verbs; even-odd fill */
	OP_CLIP_STROKE = 0x15,   /* struct op_stroke's words, dashes, verbs */
	OP_CLIP_BLUR = 0x16,     /* as RRECT, then f32 sigma, u32 op_blur_flag */
	OP_CLIP_POP = 0x1f,      /* no payload */

	/* u32 colours are R | G << 8 | B << 16 | A << 24, sRGB, not premultiplied. */
	OP_BRUSH_COLOR = 0x20, /* u32 colour */
	OP_BRUSH_LINEAR =
		0x21, /* f32 x0 y0 x1 y1, u32 op_spread, u32 n, n * {f32, u32} */
	OP_BRUSH_RADIAL =
		0x22, /* f32 x0 y0 r0 x1 y1 r1, u32 op_spread, u32 n, n * {f32, u32} */
	OP_BRUSH_IMAGE = 0x23, /* u32 id, u32 op_filter, f32 x0 y0 x1 y1 of the image */
	OP_BLEND = 0x24,       /* u32 op_blend, of the paints that follow */

	OP_PAINT = 0x30,      /* no payload: fill the clip with the brush */
	OP_GROUP_PUSH = 0x31, /* f32 opacity, u32 op_blend */
	OP_GROUP_POP = 0x32,  /* no payload */
	OP_GLYPHS = 0x33, /* u32 font, f32 size, u32 0, n * {u32 glyph, f32 x, f32 y} */
	OP_PLACE = 0x34,  /* u32 sub-layer, f32 x0 y0 x1 y1, f32 scroll x y */

	OP_AREA = 0x40,      /* u64 tag: a hit area with the shape of the current clip */
	OP_PASS_PUSH = 0x41, /* no payload: areas let what is beneath receive too */
	OP_PASS_POP = 0x42,  /* no payload */
	OP_CURSOR = 0x43,    /* u32 op_cursor, of the current clip */
	OP_ACTION = 0x44,    /* u32 op_action, of the current clip */
	/* What tags listen to: the frame's filters. A tag that none names hears all. */
	OP_LISTEN = 0x45, /* u64 tag, u32 op_listen, f32 scroll x min max, y min max */
	OP_KEYS =
		0x46, /* u64 tag, u32 required, optional mods, u32 keysym, u32 op_keys */
	OP_TRANSFER = 0x47, /* u64 tag, u32 op_transfer, string mime type */

	/* Strings are UTF-8: u32 bytes, then the bytes, padded with zeros to a word. */
	OP_INPUT_HINT = 0x48, /* u64 tag, u32 op_hint */
	OP_SELECTION = 0x49,  /* u64 tag, u32 start end (runes), f32 x y ascent descent */
	OP_COMPOSITION = 0x4a, /* u64 tag, f32 x0 y0 x1 y1 */
	OP_SNIPPET = 0x4b,     /* u64 tag, u32 start end (runes), string */
	OP_LABEL = 0x50,       /* string */
	OP_DESCRIPTION = 0x51, /* string */
	OP_CLASS = 0x52,       /* u32 op_class */
	OP_SELECTED = 0x53,    /* u32 0 or 1 */
	OP_ENABLED = 0x54,     /* u32 0 or 1 */
	OP_VALUE = 0x55,       /* string */
	OP_RANGE = 0x56,       /* f32 now min max */
	OP_SEMANTIC_DO = 0x57, /* u32 bits of op_semantic_action */

	/* Definitions take force at once and stay until redefined or retired. */
	OP_MACRO = 0x60,        /* u32 id, then whole records: its body */
	OP_CALL = 0x61,         /* u32 id */
	OP_DEFER = 0x62,        /* u32 id */
	OP_MACRO_RETIRE = 0x63, /* u32 id */
	OP_SUBLAYER = 0x64,     /* u32 id, u32 width height, u32 0, then whole records */
	OP_SUBLAYER_RETIRE = 0x65, /* u32 id */

	OP_IMAGE = 0x70,        /* u32 id, u32 width height, RGBA8 premultiplied sRGB */
	OP_IMAGE_UPDATE = 0x71, /* u32 id, u32 x y width height, pixels */
	OP_IMAGE_RETIRE = 0x72, /* u32 id */
	OP_FONT_QUERY =
		0x74, /* u32 id, u32 weight (1..1000), u32 op_slant, string families */
	OP_FONT_BYTES = 0x75,  /* u32 id, u32 face index, u32 bytes, the file, padded */
	OP_FONT_RETIRE = 0x76, /* u32 id */
};

/* Bits of OP_LISTEN; 1 to 128 are enum osaas_pointer_kind. */
enum op_listen {
	LISTEN_SCROLL = 1 << 7,
	LISTEN_POINTER = 0xff,
	LISTEN_FOCUS = 1 << 8,   /* it can have the keys */
	LISTEN_GESTURE = 1 << 9, /* swipes, pinches, holds of a touchpad */
	LISTEN_PEN = 1 << 10,    /* what a pen tells beside its place */
	LISTEN_MERGE = 1 << 11,  /* moves may be merged while it is slow */
	LISTEN_BITS = (1 << 12) - 1
};
enum op_keys {
	KEYS_FOCUSED = 1, /* only while the tag has the focus */
	KEYS_BITS = 1,
	KEYS_MODIFIERS = 31 /* enum osaas_modifier */
};
enum op_transfer {
	TRANSFER_SOURCE,
	TRANSFER_TARGET,
	TRANSFER_KINDS
};

/* Path payload: u32 verb followed by its f32 coordinates, again and again. */
enum op_verb {
	VERB_MOVE = 1,  /* x y; a fill closes an open contour by a straight line */
	VERB_LINE = 2,  /* x y */
	VERB_QUAD = 3,  /* cx cy x y */
	VERB_CUBIC = 4, /* c0x c0y c1x c1y x y */
	VERB_CLOSE = 5, /* back to the contour's start */
	VERB_GAP = 6,   /* x y: a line to a fill, nothing to a stroke */
};

enum op_join {
	JOIN_ROUND,
	JOIN_MITER,
	JOIN_BEVEL,
	JOIN_KINDS
};
enum op_cap {
	CAP_ROUND,
	CAP_BUTT,
	CAP_SQUARE,
	CAP_KINDS
};

/* The first five words of OP_CLIP_STROKE: f32 width, u32 join | cap << 8, f32 miter
 * limit, f32 dash offset, u32 number of dashes; then f32 dashes, then verbs. */
#define OPWIRE_STROKE_WORDS 5u

enum op_blur_flag {
	BLUR_INVERTED = 1
};

enum op_spread {
	SPREAD_PAD,
	SPREAD_REPEAT,
	SPREAD_REFLECT,
	SPREAD_KINDS
};
enum op_filter {
	FILTER_LINEAR,
	FILTER_NEAREST,
	FILTER_KINDS
};

enum op_blend {
	BLEND_OVER,
	BLEND_CLEAR,
	BLEND_SOURCE,
	BLEND_IN,
	BLEND_OUT,
	BLEND_ATOP,
	BLEND_DEST,
	BLEND_DEST_OVER,
	BLEND_DEST_IN,
	BLEND_DEST_OUT,
	BLEND_DEST_ATOP,
	BLEND_XOR,
	BLEND_PLUS,
	BLEND_MULTIPLY,
	BLEND_SCREEN,
	BLEND_KINDS,
};

/* CSS's names, in Gio's order. */
enum op_cursor {
	CURSOR_DEFAULT,
	CURSOR_NONE,
	CURSOR_TEXT,
	CURSOR_VERTICAL_TEXT,
	CURSOR_POINTER,
	CURSOR_CROSSHAIR,
	CURSOR_ALL_SCROLL,
	CURSOR_COL_RESIZE,
	CURSOR_ROW_RESIZE,
	CURSOR_GRAB,
	CURSOR_GRABBING,
	CURSOR_NOT_ALLOWED,
	CURSOR_WAIT,
	CURSOR_PROGRESS,
	CURSOR_NW_RESIZE,
	CURSOR_NE_RESIZE,
	CURSOR_SW_RESIZE,
	CURSOR_SE_RESIZE,
	CURSOR_NS_RESIZE,
	CURSOR_EW_RESIZE,
	CURSOR_W_RESIZE,
	CURSOR_E_RESIZE,
	CURSOR_N_RESIZE,
	CURSOR_S_RESIZE,
	CURSOR_NESW_RESIZE,
	CURSOR_NWSE_RESIZE,
	CURSOR_KINDS,
};

enum op_action {
	ACTION_NONE,
	ACTION_MOVE,
	ACTION_RESIZE_N,
	ACTION_RESIZE_NE,
	ACTION_RESIZE_E,
	ACTION_RESIZE_SE,
	ACTION_RESIZE_S,
	ACTION_RESIZE_SW,
	ACTION_RESIZE_W,
	ACTION_RESIZE_NW,
	ACTION_KINDS,
};

enum op_hint {
	HINT_ANY,
	HINT_TEXT,
	HINT_NUMERIC,
	HINT_EMAIL,
	HINT_URL,
	HINT_TELEPHONE,
	HINT_PASSWORD,
	HINT_KINDS,
};

/* Gio's classes, then roles beyond them. */
enum op_class {
	CLASS_UNKNOWN,
	CLASS_BUTTON,
	CLASS_CHECK_BOX,
	CLASS_EDITOR,
	CLASS_RADIO_BUTTON,
	CLASS_SWITCH,
	CLASS_TEXT,
	CLASS_HEADING,
	CLASS_LINK,
	CLASS_IMAGE,
	CLASS_LIST,
	CLASS_LIST_ITEM,
	CLASS_TABLE,
	CLASS_ROW,
	CLASS_CELL,
	CLASS_TREE,
	CLASS_TREE_ITEM,
	CLASS_MENU,
	CLASS_MENU_ITEM,
	CLASS_TAB_LIST,
	CLASS_TAB,
	CLASS_SLIDER,
	CLASS_PROGRESS,
	CLASS_SCROLL_BAR,
	CLASS_DIALOG,
	CLASS_ALERT,
	CLASS_TOOL_BAR,
	CLASS_STATUS,
	CLASS_TERMINAL,
	CLASS_GROUP,
	CLASS_KINDS,
};

enum op_semantic_action {
	SEMANTIC_CLICK = 1,
	SEMANTIC_SCROLL = 2,
	SEMANTIC_FOCUS = 4,
	SEMANTIC_INCREMENT = 8,
	SEMANTIC_DECREMENT = 16,
	SEMANTIC_EXPAND = 32,
	SEMANTIC_COLLAPSE = 64,
	SEMANTIC_DISMISS = 128,
	SEMANTIC_ALL = 255,
};

enum op_slant {
	SLANT_UPRIGHT,
	SLANT_ITALIC,
	SLANT_OBLIQUE,
	SLANT_KINDS
};

/* Limits: a stream beyond one of them is refused, whole. */
#define OPWIRE_MAX_STREAM     (16u << 20) /* bytes */
#define OPWIRE_MAX_TRANSFORMS 64u         /* pushed at once */
#define OPWIRE_MAX_CLIPS      64u         /* pushed at once */
#define OPWIRE_MAX_GROUPS     16u         /* pushed at once */
#define OPWIRE_MAX_PASSES     64u         /* pushed at once */
#define OPWIRE_MAX_SHAPES     32768u      /* clips pushed in a whole frame */
#define OPWIRE_MAX_VERBS      262144u     /* of all paths of a frame */
#define OPWIRE_MAX_PAINTS     32768u      /* paints, glyph runs, places, groups */
#define OPWIRE_MAX_AREAS      16384u
#define OPWIRE_MAX_LISTENS    16384u  /* so many tags listen in a frame */
#define OPWIRE_MAX_KEYS       1024u   /* key filters of a frame */
#define OPWIRE_MAX_TRANSFERS  1024u   /* drag filters of a frame */
#define OPWIRE_MAX_GLYPHS     131072u /* of all runs of a frame */
#define OPWIRE_MAX_GLYPH_SIZE 4096.0f /* px per em, as written */
#define OPWIRE_MAX_STOPS      64u     /* of one gradient; at least 1 */
#define OPWIRE_MAX_ALL_STOPS  65536u  /* of a frame */
#define OPWIRE_MAX_DASHES     16u     /* of one stroke */
#define OPWIRE_MAX_SIGMA      1000.0f
#define OPWIRE_MAX_CALL_DEPTH 16u
#define OPWIRE_MAX_RECORDS                                                               \
	1048576u /* carried out in a frame, those of macros each time */
#define OPWIRE_MAX_DEFERRED 4096u
#define OPWIRE_MAX_STRING   65535u   /* bytes */
#define OPWIRE_MAX_STRINGS  1048576u /* bytes of all strings of a frame */
#define OPWIRE_MAX_TYPE     127u     /* bytes of a MIME type: util/mime.h */
#define OPWIRE_MAX_NOTES                                                                 \
	16384u /* cursors, actions, text input and semantics of a frame */
#define OPWIRE_MAX_COORD  1.0e6f /* |number| of a shape or matrix as written */
#define OPWIRE_MAX_DEVICE 1.0e9f /* the same after the transform, and in a product */

/* What a window may keep over frames. */
#define OPWIRE_MAX_MACROS      4096u
#define OPWIRE_MAX_MACRO_BYTES (16u << 20) /* of all bodies */
#define OPWIRE_MAX_IMAGES      1024u
#define OPWIRE_MAX_IMAGE_SIDE  16384u
#define OPWIRE_MAX_IMAGE_BYTES (256u << 20) /* of all pixels, mips not counted */
#define OPWIRE_MAX_FONTS       64u
#define OPWIRE_MAX_FONT_BYTES  (64u << 20) /* of all fonts given as bytes */
#define OPWIRE_MAX_FAMILIES    511u        /* bytes of a font query's families */
#define OPWIRE_MAX_SUBLAYERS   64u
/* Of all contents, by the measures of gl/OPS.md, with the images they show. */
#define OPWIRE_MAX_SUBLAYER_BYTES (256u << 20)
/* Font ids from here on are the host's own: the text service hands them out. */
#define OPWIRE_HOST_FONTS 0x80000000u

/* What the paints of a stream may cost together: gl/OPS.md "Work". */
#ifndef OPWIRE_MAX_WORK          /* a fuzzer may have less */
#define OPWIRE_MAX_WORK 8388608u /* units of edges and spans */
#endif
#define OPWIRE_MAX_OVERDRAW   64u       /* times the layer's pixels, and on top */
#define OPWIRE_EXTRA_OVERDRAW 16777216u /* pixels */

#endif
