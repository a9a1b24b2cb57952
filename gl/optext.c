#include "gl/optext.h"

#include <string.h>

#include "gl/optext_private.h"
#include "util/bytes.h"
#include "util/opwire.h"

#define STOPS "pad|repeat|reflect OFFSET #rrggbbaa [OFFSET #rrggbbaa ...]"

const struct optext_op optext_ops[256] = {
	[OP_TRANSFORM_PUSH] = {"transform push", "ffffff", "SX HX OX HY SY OY"},
	[OP_TRANSFORM_MUL] = {"transform multiply", "ffffff", "SX HX OX HY SY OY"},
	[OP_TRANSFORM_POP] = {"transform pop", "", ""},
	[OP_CLIP_RECT] = {"clip rect", "ffff", "X0 Y0 X1 Y1"},
	[OP_CLIP_RRECT] = {"clip rrect", "ffffffff", "X0 Y0 X1 Y1 NW NE SE SW"},
	[OP_CLIP_ELLIPSE] = {"clip ellipse", "ffff", "X0 Y0 X1 Y1"},
	[OP_CLIP_PATH] = {"clip path", "V", "{ VERBS }"},
	[OP_CLIP_EVEN_ODD] = {"clip even-odd", "V", "{ VERBS }"},
	[OP_CLIP_STROKE] = {"clip stroke", "fjffdV",
		"WIDTH round|miter|bevel round|butt|square LIMIT OFFSET [DASH ...] "
		"{ VERBS }"},
	[OP_CLIP_BLUR] = {"clip blur", "fffffffffv",
		"X0 Y0 X1 Y1 NW NE SE SW SIGMA [inverted]"},
	[OP_CLIP_POP] = {"clip pop", "", ""},
	[OP_BRUSH_COLOR] = {"brush color", "c", "#rrggbbaa"},
	[OP_BRUSH_LINEAR] = {"brush linear", "ffffps", "X0 Y0 X1 Y1 " STOPS},
	[OP_BRUSH_RADIAL] = {"brush radial", "ffffffps", "X0 Y0 R0 X1 Y1 R1 " STOPS},
	[OP_BRUSH_IMAGE] = {"brush image", "uiffff", "ID linear|nearest X0 Y0 X1 Y1"},
	[OP_BLEND] = {"blend", "m", "MODE"},
	[OP_PAINT] = {"paint", "", ""},
	[OP_GROUP_PUSH] = {"group push", "fm", "OPACITY MODE"},
	[OP_GROUP_POP] = {"group pop", "", ""},
	[OP_GLYPHS] = {"glyphs", "uf0G", "FONT SIZE { GLYPHS }"},
	[OP_PLACE] = {"place", "uffffff", "ID X0 Y0 X1 Y1 SX SY"},
	[OP_AREA] = {"area", "t", "TAG"},
	[OP_PASS_PUSH] = {"pass push", "", ""},
	[OP_PASS_POP] = {"pass pop", "", ""},
	[OP_CURSOR] = {"cursor", "k", "NAME"},
	[OP_ACTION] = {"action", "a", "NAME"},
	[OP_LISTEN] = {"listen", "tLffff", "TAG KIND,... X_MIN X_MAX Y_MIN Y_MAX"},
	[OP_KEYS] = {"keys", "tMMuo", "TAG MODIFIER,... MODIFIER,... KEYSYM [focused]"},
	[OP_TRANSFER] = {"transfer", "trS", "TAG source|target \"TYPE\""},
	[OP_INPUT_HINT] = {"hint", "th", "TAG NAME"},
	[OP_SELECTION] = {"selection", "tuuffff", "TAG START END X Y ASCENT DESCENT"},
	[OP_COMPOSITION] = {"composition", "tffff", "TAG X0 Y0 X1 Y1"},
	[OP_SNIPPET] = {"snippet", "tuuS", "TAG START END \"TEXT\""},
	[OP_LABEL] = {"label", "S", "\"TEXT\""},
	[OP_DESCRIPTION] = {"description", "S", "\"TEXT\""},
	[OP_CLASS] = {"class", "l", "NAME"},
	[OP_SELECTED] = {"selected", "b", "0|1"},
	[OP_ENABLED] = {"enabled", "b", "0|1"},
	[OP_VALUE] = {"value", "S", "\"TEXT\""},
	[OP_RANGE] = {"range", "fff", "NOW MIN MAX"},
	[OP_SEMANTIC_DO] = {"semantic-actions", "u", "BITS"},
	[OP_MACRO] = {"macro", "uR", "ID { OPS }"},
	[OP_CALL] = {"call", "u", "ID"},
	[OP_DEFER] = {"defer", "u", "ID"},
	[OP_MACRO_RETIRE] = {"macro retire", "u", "ID"},
	[OP_SUBLAYER] = {"sublayer", "uuu0R", "ID WIDTH HEIGHT { OPS }"},
	[OP_SUBLAYER_RETIRE] = {"sublayer retire", "u", "ID"},
	[OP_IMAGE] = {"image", "uuuP", "ID WIDTH HEIGHT { rrggbbaa ... }"},
	[OP_IMAGE_UPDATE] = {"image update", "uuuuuP",
		"ID X Y WIDTH HEIGHT { rrggbbaa ... }"},
	[OP_IMAGE_RETIRE] = {"image retire", "u", "ID"},
	[OP_FONT_QUERY] = {"font query", "uunS",
		"ID WEIGHT upright|italic|oblique \"FAMILIES\""},
	[OP_FONT_BYTES] = {"font bytes", "uuB", "ID FACE { HEX }"},
	[OP_FONT_RETIRE] = {"font retire", "u", "ID"},
};

const struct optext_verb optext_verbs[OPTEXT_VERBS] = {
	[VERB_MOVE] = {"move", 2, "X Y"},
	[VERB_LINE] = {"line", 2, "X Y"},
	[VERB_QUAD] = {"quad", 4, "CX CY X Y"},
	[VERB_CUBIC] = {"cubic", 6, "C0X C0Y C1X C1Y X Y"},
	[VERB_CLOSE] = {"close", 0, ""},
	[VERB_GAP] = {"gap", 2, "X Y"},
};

static const char *const blends[] = {
	[BLEND_OVER] = "over",
	[BLEND_CLEAR] = "clear",
	[BLEND_SOURCE] = "source",
	[BLEND_IN] = "in",
	[BLEND_OUT] = "out",
	[BLEND_ATOP] = "atop",
	[BLEND_DEST] = "dest",
	[BLEND_DEST_OVER] = "dest-over",
	[BLEND_DEST_IN] = "dest-in",
	[BLEND_DEST_OUT] = "dest-out",
	[BLEND_DEST_ATOP] = "dest-atop",
	[BLEND_XOR] = "xor",
	[BLEND_PLUS] = "plus",
	[BLEND_MULTIPLY] = "multiply",
	[BLEND_SCREEN] = "screen",
};

static const char *const spreads[] = {
	[SPREAD_PAD] = "pad",
	[SPREAD_REPEAT] = "repeat",
	[SPREAD_REFLECT] = "reflect",
};

static const char *const filters[] = {
	[FILTER_LINEAR] = "linear",
	[FILTER_NEAREST] = "nearest",
};

static const char *const cursors[] = {
	[CURSOR_DEFAULT] = "default",
	[CURSOR_NONE] = "none",
	[CURSOR_TEXT] = "text",
	[CURSOR_VERTICAL_TEXT] = "vertical-text",
	[CURSOR_POINTER] = "pointer",
	[CURSOR_CROSSHAIR] = "crosshair",
	[CURSOR_ALL_SCROLL] = "all-scroll",
	[CURSOR_COL_RESIZE] = "col-resize",
	[CURSOR_ROW_RESIZE] = "row-resize",
	[CURSOR_GRAB] = "grab",
	[CURSOR_GRABBING] = "grabbing",
	[CURSOR_NOT_ALLOWED] = "not-allowed",
	[CURSOR_WAIT] = "wait",
	[CURSOR_PROGRESS] = "progress",
	[CURSOR_NW_RESIZE] = "nw-resize",
	[CURSOR_NE_RESIZE] = "ne-resize",
	[CURSOR_SW_RESIZE] = "sw-resize",
	[CURSOR_SE_RESIZE] = "se-resize",
	[CURSOR_NS_RESIZE] = "ns-resize",
	[CURSOR_EW_RESIZE] = "ew-resize",
	[CURSOR_W_RESIZE] = "w-resize",
	[CURSOR_E_RESIZE] = "e-resize",
	[CURSOR_N_RESIZE] = "n-resize",
	[CURSOR_S_RESIZE] = "s-resize",
	[CURSOR_NESW_RESIZE] = "nesw-resize",
	[CURSOR_NWSE_RESIZE] = "nwse-resize",
};

static const char *const actions[] = {
	[ACTION_NONE] = "none",
	[ACTION_MOVE] = "move",
	[ACTION_RESIZE_N] = "resize-n",
	[ACTION_RESIZE_NE] = "resize-ne",
	[ACTION_RESIZE_E] = "resize-e",
	[ACTION_RESIZE_SE] = "resize-se",
	[ACTION_RESIZE_S] = "resize-s",
	[ACTION_RESIZE_SW] = "resize-sw",
	[ACTION_RESIZE_W] = "resize-w",
	[ACTION_RESIZE_NW] = "resize-nw",
};

static const char *const hints[] = {
	[HINT_ANY] = "any",
	[HINT_TEXT] = "text",
	[HINT_NUMERIC] = "numeric",
	[HINT_EMAIL] = "email",
	[HINT_URL] = "url",
	[HINT_TELEPHONE] = "telephone",
	[HINT_PASSWORD] = "password",
};

static const char *const classes[] = {
	[CLASS_UNKNOWN] = "unknown",
	[CLASS_BUTTON] = "button",
	[CLASS_CHECK_BOX] = "check-box",
	[CLASS_EDITOR] = "editor",
	[CLASS_RADIO_BUTTON] = "radio-button",
	[CLASS_SWITCH] = "switch",
	[CLASS_TEXT] = "text",
	[CLASS_HEADING] = "heading",
	[CLASS_LINK] = "link",
	[CLASS_IMAGE] = "image",
	[CLASS_LIST] = "list",
	[CLASS_LIST_ITEM] = "list-item",
	[CLASS_TABLE] = "table",
	[CLASS_ROW] = "row",
	[CLASS_CELL] = "cell",
	[CLASS_TREE] = "tree",
	[CLASS_TREE_ITEM] = "tree-item",
	[CLASS_MENU] = "menu",
	[CLASS_MENU_ITEM] = "menu-item",
	[CLASS_TAB_LIST] = "tab-list",
	[CLASS_TAB] = "tab",
	[CLASS_SLIDER] = "slider",
	[CLASS_PROGRESS] = "progress",
	[CLASS_SCROLL_BAR] = "scroll-bar",
	[CLASS_DIALOG] = "dialog",
	[CLASS_ALERT] = "alert",
	[CLASS_TOOL_BAR] = "tool-bar",
	[CLASS_STATUS] = "status",
	[CLASS_TERMINAL] = "terminal",
	[CLASS_GROUP] = "group",
};

static const char *const slants[] = {
	[SLANT_UPRIGHT] = "upright",
	[SLANT_ITALIC] = "italic",
	[SLANT_OBLIQUE] = "oblique",
};

static const char *const joins[] = {
	[JOIN_ROUND] = "round",
	[JOIN_MITER] = "miter",
	[JOIN_BEVEL] = "bevel",
};

static const char *const caps[] = {
	[CAP_ROUND] = "round",
	[CAP_BUTT] = "butt",
	[CAP_SQUARE] = "square",
};

static const char *const transfers[] = {
	[TRANSFER_SOURCE] = "source",
	[TRANSFER_TARGET] = "target",
};

/* By bit. */
static const char *const kinds[] = {"cancel", "press", "release", "move", "drag", "enter",
	"leave", "scroll", "focus", "gesture", "pen", "merge"};
static const char *const modifiers[] = {"ctrl", "command", "shift", "alt", "super"};

#define COUNT(array) (sizeof(array) / sizeof *(array))
_Static_assert(COUNT(blends) == BLEND_KINDS, "a name for each");
_Static_assert(COUNT(spreads) == SPREAD_KINDS, "a name for each");
_Static_assert(COUNT(filters) == FILTER_KINDS, "a name for each");
_Static_assert(COUNT(cursors) == CURSOR_KINDS, "a name for each");
_Static_assert(COUNT(actions) == ACTION_KINDS, "a name for each");
_Static_assert(COUNT(hints) == HINT_KINDS, "a name for each");
_Static_assert(COUNT(classes) == CLASS_KINDS, "a name for each");
_Static_assert(COUNT(slants) == SLANT_KINDS, "a name for each");
_Static_assert(COUNT(transfers) == TRANSFER_KINDS, "a name for each");
_Static_assert((1 << COUNT(kinds)) - 1 == LISTEN_BITS, "a name for each");
_Static_assert((1 << COUNT(modifiers)) - 1 == KEYS_MODIFIERS, "a name for each");
_Static_assert(COUNT(joins) == JOIN_KINDS, "a name for each");
_Static_assert(COUNT(caps) == CAP_KINDS, "a name for each");

#define NAMES(array) ((struct optext_names){array, COUNT(array)})

struct optext_names optext_names(char field)
{
	switch (field) {
	case FIELD_BLEND:
		return NAMES(blends);
	case FIELD_SPREAD:
		return NAMES(spreads);
	case FIELD_FILTER:
		return NAMES(filters);
	case FIELD_CURSOR:
		return NAMES(cursors);
	case FIELD_ACTION:
		return NAMES(actions);
	case FIELD_HINT:
		return NAMES(hints);
	case FIELD_CLASS:
		return NAMES(classes);
	case FIELD_SLANT:
		return NAMES(slants);
	case FIELD_TRANSFER:
		return NAMES(transfers);
	}
	return (struct optext_names){0};
}

struct optext_names optext_bits(char field)
{
	return field == FIELD_LISTEN      ? NAMES(kinds)
	       : field == FIELD_MODIFIERS ? NAMES(modifiers)
					  : (struct optext_names){0};
}

const struct optext_flag *optext_flag(char field)
{
	static const struct optext_flag inverted = {"inverted", BLUR_INVERTED};
	static const struct optext_flag focused = {"focused", KEYS_FOCUSED};
	return field == FIELD_INVERTED  ? &inverted
	       : field == FIELD_FOCUSED ? &focused
					: NULL;
}

struct optext_names optext_joins(void)
{
	return NAMES(joins);
}

struct optext_names optext_caps(void)
{
	return NAMES(caps);
}

const char *optext_class(unsigned class)
{
	return class < CLASS_KINDS ? classes[class] : classes[CLASS_UNKNOWN];
}

bool optext_is_stream(const void *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	return bytes_u32(&in) == OPWIRE_MAGIC;
}

/* A whole number from 1 to 16384 at *s, which moves on. 0: none. */
static int32_t read_side(const char **s, const char *end)
{
	int32_t v = 0;
	for (; *s < end && **s >= '0' && **s <= '9' && v <= 16384; ++*s)
		v = v * 10 + (**s - '0');
	return v <= 16384 ? v : 0;
}

bool optext_size(const char *text, size_t size, int32_t *width, int32_t *height)
{
	static const char mark[] = "# size ";
	const char *end = text + size, *s = text;
	while (s && s < end) {
		if ((size_t)(end - s) >= sizeof mark &&
			memcmp(s, mark, sizeof mark - 1) == 0) {
			s += sizeof mark - 1;
			int32_t w = read_side(&s, end);
			bool by = s < end && *s++ == 'x';
			int32_t h = by ? read_side(&s, end) : 0;
			*width = w, *height = h;
			return w > 0 && h > 0;
		}
		s = memchr(s, '\n', (size_t)(end - s));
		s = s ? s + 1 : NULL;
	}
	return false;
}
