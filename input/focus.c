#include "input/focus.h"

#include <stdlib.h>

#include <xkbcommon/xkbcommon.h>

/* Rows, and each from left to right. */

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_top(const void *a, const void *b)
{
	const struct input_focus_area *p = a, *q = b;
	int r = compare(p->box.y0, q->box.y0);
	return r ? r : compare(p->order, q->order);
}

/* The places that they had by by_top are in `order` then. */
static int by_left(const void *a, const void *b)
{
	const struct input_focus_area *p = a, *q = b;
	int r = compare(p->box.x0, q->box.x0);
	return r ? r : compare(p->order, q->order);
}

static int64_t middle_x(const struct input_box *box)
{
	return ((int64_t)box->x0 + box->x1) / 2;
}

static int64_t middle_y(const struct input_box *box)
{
	return ((int64_t)box->y0 + box->y1) / 2;
}

static void lay_out(struct input_focus_area *areas, size_t n)
{
	qsort(areas, n, sizeof *areas, by_top);
	for (size_t i = 0; i < n; i++)
		areas[i].order = (uint32_t)i;
	uint32_t row = 0;
	for (size_t first = 0, end; first < n; first = end, row++) {
		int64_t bottom = areas[first].box.y1;
		areas[first].row = row;
		for (end = first + 1; end < n && middle_y(&areas[end].box) <= bottom;
			end++)
			areas[end].row = row;
		qsort(&areas[first], end - first, sizeof *areas, by_left);
	}
}

static size_t find(const struct input_focus_area *areas, size_t n, uint64_t tag)
{
	size_t i = 0;
	while (i < n && areas[i].tag != tag)
		i++;
	return i;
}

static uint64_t in_order(
	const struct input_focus_area *areas, size_t n, uint64_t from, bool forward)
{
	size_t at = find(areas, n, from);
	if (at == n)
		return areas[forward ? 0 : n - 1].tag;
	return areas[(at + (forward ? 1 : n - 1)) % n].tag;
}

static uint64_t in_row(
	const struct input_focus_area *areas, size_t n, size_t at, bool right)
{
	size_t next = right ? at + 1 : at - 1; /* wraps before the first */
	bool there = next < n && areas[next].row == areas[at].row;
	return there ? areas[next].tag : 0;
}

static uint64_t to_row(
	const struct input_focus_area *areas, size_t n, size_t at, bool down)
{
	int64_t middle = middle_x(&areas[at].box), nearest = INT64_MAX;
	uint32_t row = down ? areas[at].row + 1 : areas[at].row - 1;
	uint64_t tag = 0;
	for (size_t i = at; i < n; i = down ? i + 1 : i - 1) {
		if (areas[i].row == areas[at].row)
			continue;
		int64_t far = llabs(middle - middle_x(&areas[i].box));
		if (areas[i].row != row || far > nearest)
			break;
		nearest = far;
		tag = areas[i].tag;
	}
	return tag;
}

uint64_t input_focus_move(struct input_focus_area *areas, size_t n, uint64_t from,
	enum input_focus_step step)
{
	if (n == 0)
		return 0;
	if (step == INPUT_FOCUS_FORWARD || step == INPUT_FOCUS_BACKWARD)
		return in_order(areas, n, from, step == INPUT_FOCUS_FORWARD);
	for (size_t i = 0; i < n; i++)
		areas[i].order = (uint32_t)i;
	lay_out(areas, n);
	size_t at = find(areas, n, from);
	if (at == n)
		return areas[0].tag;
	if (step == INPUT_FOCUS_LEFT || step == INPUT_FOCUS_RIGHT)
		return in_row(areas, n, at, step == INPUT_FOCUS_RIGHT);
	return to_row(areas, n, at, step == INPUT_FOCUS_DOWN);
}

static int32_t least(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t most(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static int32_t reveal(int32_t start, int32_t end, int32_t from, int32_t to)
{
	int32_t before = start - from, after = end - to;
	int32_t back = least(0, most(before, after));
	return back ? back : most(0, least(before, after));
}

void input_focus_reveal(const struct input_box *box, const struct input_box *view,
	int32_t *dx, int32_t *dy)
{
	*dx = reveal(box->x0, box->x1, view->x0, view->x1);
	*dy = reveal(box->y0, box->y1, view->y0, view->y1);
}

bool input_key_is_tab(uint32_t keysym)
{
	return keysym == XKB_KEY_Tab || keysym == XKB_KEY_ISO_Left_Tab;
}

static uint32_t folded(uint32_t keysym)
{
	return input_key_is_tab(keysym) ? XKB_KEY_Tab : xkb_keysym_to_upper(keysym);
}

bool input_key_matches(
	const struct input_key_filter *filter, uint32_t keysym, uint32_t mods)
{
	if (filter->keysym == 0 && input_key_is_tab(keysym))
		return false;
	if (filter->keysym != 0 && folded(filter->keysym) != folded(keysym))
		return false;
	return (mods & filter->required) == filter->required &&
	       (mods & ~(filter->required | filter->optional)) == 0;
}
