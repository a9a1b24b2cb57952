/* osaas_ops_names.h: what osaas_ops.h chooses by name. The numbers are the wire's. */
#ifndef OSAAS_OPS_NAMES_H
#define OSAAS_OPS_NAMES_H

/* Where two pieces of a stroke meet, and where one ends. */
enum osaas_join {
	OSAAS_JOIN_ROUND,
	OSAAS_JOIN_MITER, /* pointed; bevel where it would be longer than the limit */
	OSAAS_JOIN_BEVEL, /* cut off */
};
enum osaas_cap {
	OSAAS_CAP_ROUND,
	OSAAS_CAP_BUTT,   /* cut off just there */
	OSAAS_CAP_SQUARE, /* half the width longer */
};

/* Of a gradient, before its first stop and behind its last one. */
enum osaas_spread {
	OSAAS_SPREAD_PAD,     /* their colours go on */
	OSAAS_SPREAD_REPEAT,  /* it begins anew */
	OSAAS_SPREAD_REFLECT, /* it goes back, and forth again */
};

enum osaas_filter {
	OSAAS_FILTER_LINEAR,  /* smooth, smaller ones too */
	OSAAS_FILTER_NEAREST, /* each pixel a rectangle of one colour */
};

/* How a source (what is painted) and what is there become one: Porter-Duff's, and three. */
enum osaas_blend {
	OSAAS_BLEND_OVER, /* the usual one */
	OSAAS_BLEND_CLEAR,
	OSAAS_BLEND_SOURCE,
	OSAAS_BLEND_IN,
	OSAAS_BLEND_OUT,
	OSAAS_BLEND_ATOP,
	OSAAS_BLEND_DEST,
	OSAAS_BLEND_DEST_OVER,
	OSAAS_BLEND_DEST_IN,
	OSAAS_BLEND_DEST_OUT,
	OSAAS_BLEND_DEST_ATOP,
	OSAAS_BLEND_XOR,
	OSAAS_BLEND_PLUS,
	OSAAS_BLEND_MULTIPLY,
	OSAAS_BLEND_SCREEN,
};

/* CSS's. */
enum osaas_cursor {
	OSAAS_CURSOR_DEFAULT,
	OSAAS_CURSOR_NONE,
	OSAAS_CURSOR_TEXT,
	OSAAS_CURSOR_VERTICAL_TEXT,
	OSAAS_CURSOR_POINTER,
	OSAAS_CURSOR_CROSSHAIR,
	OSAAS_CURSOR_ALL_SCROLL,
	OSAAS_CURSOR_COL_RESIZE,
	OSAAS_CURSOR_ROW_RESIZE,
	OSAAS_CURSOR_GRAB,
	OSAAS_CURSOR_GRABBING,
	OSAAS_CURSOR_NOT_ALLOWED,
	OSAAS_CURSOR_WAIT,
	OSAAS_CURSOR_PROGRESS,
	OSAAS_CURSOR_NW_RESIZE,
	OSAAS_CURSOR_NE_RESIZE,
	OSAAS_CURSOR_SW_RESIZE,
	OSAAS_CURSOR_SE_RESIZE,
	OSAAS_CURSOR_NS_RESIZE,
	OSAAS_CURSOR_EW_RESIZE,
	OSAAS_CURSOR_W_RESIZE,
	OSAAS_CURSOR_E_RESIZE,
	OSAAS_CURSOR_N_RESIZE,
	OSAAS_CURSOR_S_RESIZE,
	OSAAS_CURSOR_NESW_RESIZE,
	OSAAS_CURSOR_NWSE_RESIZE,
};

/* What a press there does to the window. */
enum osaas_action {
	OSAAS_ACTION_NONE,
	OSAAS_ACTION_MOVE,
	OSAAS_ACTION_RESIZE_N,
	OSAAS_ACTION_RESIZE_NE,
	OSAAS_ACTION_RESIZE_E,
	OSAAS_ACTION_RESIZE_SE,
	OSAAS_ACTION_RESIZE_S,
	OSAAS_ACTION_RESIZE_SW,
	OSAAS_ACTION_RESIZE_W,
	OSAAS_ACTION_RESIZE_NW,
};

/* What a tag listens to, beside the kinds of pointer events: bits. */
enum osaas_listen {
	OSAAS_LISTEN_FOCUS = 256, /* it can have the keys: by a click, the Tab key, ... */
	OSAAS_LISTEN_GESTURE = 512, /* OSAAS_WINDOW_GESTURE: of a touchpad */
	OSAAS_LISTEN_PEN = 1024,    /* OSAAS_WINDOW_PEN: pressure, tilt, tool */
	OSAAS_LISTEN_MERGE =
		2048, /* while the plugin is slow only the last move counts */
};
enum osaas_transfer {
	OSAAS_TRANSFER_SOURCE, /* dragged from here */
	OSAAS_TRANSFER_TARGET, /* dropped here */
};

/* What a text field is for. */
enum osaas_hint {
	OSAAS_HINT_ANY,
	OSAAS_HINT_TEXT,
	OSAAS_HINT_NUMERIC,
	OSAAS_HINT_EMAIL,
	OSAAS_HINT_URL,
	OSAAS_HINT_TELEPHONE,
	OSAAS_HINT_PASSWORD,
};

/* What a part of the window is. */
enum osaas_class {
	OSAAS_CLASS_UNKNOWN,
	OSAAS_CLASS_BUTTON,
	OSAAS_CLASS_CHECK_BOX,
	OSAAS_CLASS_EDITOR,
	OSAAS_CLASS_RADIO_BUTTON,
	OSAAS_CLASS_SWITCH,
	OSAAS_CLASS_TEXT,
	OSAAS_CLASS_HEADING,
	OSAAS_CLASS_LINK,
	OSAAS_CLASS_IMAGE,
	OSAAS_CLASS_LIST,
	OSAAS_CLASS_LIST_ITEM,
	OSAAS_CLASS_TABLE,
	OSAAS_CLASS_ROW,
	OSAAS_CLASS_CELL,
	OSAAS_CLASS_TREE,
	OSAAS_CLASS_TREE_ITEM,
	OSAAS_CLASS_MENU,
	OSAAS_CLASS_MENU_ITEM,
	OSAAS_CLASS_TAB_LIST,
	OSAAS_CLASS_TAB,
	OSAAS_CLASS_SLIDER,
	OSAAS_CLASS_PROGRESS,
	OSAAS_CLASS_SCROLL_BAR,
	OSAAS_CLASS_DIALOG,
	OSAAS_CLASS_ALERT,
	OSAAS_CLASS_TOOL_BAR,
	OSAAS_CLASS_STATUS,
	OSAAS_CLASS_TERMINAL,
	OSAAS_CLASS_GROUP,
};

/* What it can be asked to do: bits. */
enum osaas_semantic_action {
	OSAAS_SEMANTIC_CLICK = 1,
	OSAAS_SEMANTIC_SCROLL = 2,
	OSAAS_SEMANTIC_FOCUS = 4,
	OSAAS_SEMANTIC_INCREMENT = 8,
	OSAAS_SEMANTIC_DECREMENT = 16,
	OSAAS_SEMANTIC_EXPAND = 32,
	OSAAS_SEMANTIC_COLLAPSE = 64,
	OSAAS_SEMANTIC_DISMISS = 128,
};

enum osaas_slant {
	OSAAS_SLANT_UPRIGHT,
	OSAAS_SLANT_ITALIC,
	OSAAS_SLANT_OBLIQUE,
};

#endif
