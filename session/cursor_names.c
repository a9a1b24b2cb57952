/* What themes call the shapes: CSS's names, then those of X11's cursor font and of KDE. */
#include <stddef.h>

#include "session/cursor_theme.h"
#include "util/opwire.h"

#define NAMES 6

static const char *const names[CURSOR_KINDS][NAMES] = {
	[CURSOR_DEFAULT] = {"default", "left_ptr", "arrow", "top_left_arrow"},
	[CURSOR_NONE] = {NULL},
	[CURSOR_TEXT] = {"text", "xterm", "ibeam"},
	[CURSOR_VERTICAL_TEXT] = {"vertical-text", "text", "xterm", "ibeam"},
	[CURSOR_POINTER] = {"pointer", "hand2", "pointing_hand", "hand1", "hand"},
	[CURSOR_CROSSHAIR] = {"crosshair", "cross", "tcross", "cross_reverse"},
	[CURSOR_ALL_SCROLL] = {"all-scroll", "fleur", "size_all"},
	[CURSOR_COL_RESIZE] = {"col-resize", "split_h", "sb_h_double_arrow", "ew-resize"},
	[CURSOR_ROW_RESIZE] = {"row-resize", "split_v", "sb_v_double_arrow", "ns-resize"},
	[CURSOR_GRAB] = {"grab", "openhand", "hand1", "fleur"},
	[CURSOR_GRABBING] = {"grabbing", "closedhand", "fleur"},
	[CURSOR_NOT_ALLOWED] = {"not-allowed", "crossed_circle", "forbidden", "circle"},
	[CURSOR_WAIT] = {"wait", "watch"},
	[CURSOR_PROGRESS] = {"progress", "left_ptr_watch", "half-busy", "watch"},
	[CURSOR_NW_RESIZE] = {"nw-resize", "top_left_corner", "size_fdiag"},
	[CURSOR_NE_RESIZE] = {"ne-resize", "top_right_corner", "size_bdiag"},
	[CURSOR_SW_RESIZE] = {"sw-resize", "bottom_left_corner", "size_bdiag"},
	[CURSOR_SE_RESIZE] = {"se-resize", "bottom_right_corner", "size_fdiag"},
	[CURSOR_NS_RESIZE] = {"ns-resize", "sb_v_double_arrow", "size_ver"},
	[CURSOR_EW_RESIZE] = {"ew-resize", "sb_h_double_arrow", "size_hor"},
	[CURSOR_W_RESIZE] = {"w-resize", "left_side", "size_hor"},
	[CURSOR_E_RESIZE] = {"e-resize", "right_side", "size_hor"},
	[CURSOR_N_RESIZE] = {"n-resize", "top_side", "size_ver"},
	[CURSOR_S_RESIZE] = {"s-resize", "bottom_side", "size_ver"},
	[CURSOR_NESW_RESIZE] = {"nesw-resize", "fd_double_arrow", "size_bdiag"},
	[CURSOR_NWSE_RESIZE] = {"nwse-resize", "bd_double_arrow", "size_fdiag"},
};

const char *const *cursor_names(unsigned shape)
{
	return names[shape < CURSOR_KINDS ? shape : CURSOR_DEFAULT];
}
