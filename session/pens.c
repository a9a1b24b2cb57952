#include "session/pens.h"

#include <linux/input-event-codes.h>

#include "session/input_record.h"
#include "session/routing.h"
#include "session/session.h"
#include "session/window.h"
#include "util/opwire.h"

static const struct {
	uint32_t pen, mouse;
} buttons[] = {
	{BTN_TOUCH, BTN_LEFT},
	{BTN_STYLUS, BTN_RIGHT},
	{BTN_STYLUS2, BTN_MIDDLE},
	{BTN_STYLUS3, BTN_SIDE},
};

static uint32_t button_of(uint32_t pen)
{
	for (unsigned i = 0; i < sizeof buttons / sizeof *buttons; i++) {
		if (buttons[i].pen == pen)
			return buttons[i].mouse;
	}
	return 0;
}

struct input_pointer pens_pointer(const struct input_pen *pen)
{
	static const enum input_pointer_kind kinds[] = {
		[INPUT_PEN_IN] = INPUT_POINTER_MOVE,
		[INPUT_PEN_MOVE] = INPUT_POINTER_MOVE,
		[INPUT_PEN_PRESS] = INPUT_POINTER_PRESS,
		[INPUT_PEN_RELEASE] = INPUT_POINTER_RELEASE,
		[INPUT_PEN_SCROLL] = INPUT_POINTER_SCROLL,
		[INPUT_PEN_OUT] = INPUT_POINTER_MOVE,
		[INPUT_PEN_CANCEL] = INPUT_POINTER_MOVE,
	};
	return (struct input_pointer){
		.time_ns = pen->time_ns,
		.kind = kinds[pen->kind],
		.x = pen->x,
		.y = pen->y,
		.button = button_of(pen->button),
		.buttons = pen->buttons, /* the same bits, in the same order */
		.mods = pen->mods,
		.scroll_y = pen->scroll_y,
		.source = INPUT_SOURCE_PEN,
	};
}

/* Of two pens, and the mouse, who spoke last is the pointer: the end of another ends nothing. */
static bool is_last(const struct session *session, const struct input_pen *pen)
{
	const struct session_pens *pens = &session->pens;
	return pens->near && pens->last.id == pen->id &&
	       session->pointed.source == INPUT_SOURCE_PEN;
}

void session_pen(struct session *session, const struct input_pen *pen)
{
	struct session_pens *pens = &session->pens;
	struct input_pointer pointer = pens_pointer(pen);
	bool ends = pen->kind == INPUT_PEN_OUT || pen->kind == INPUT_PEN_CANCEL;
	input_record_pen(session->input_record, pen);
	if (ends && !is_last(session, pen))
		return;
	pens->last = *pen;
	pens->near = !ends;
	if (pen->kind == INPUT_PEN_CANCEL)
		session_pointer_cancel(session);
	else if (pen->kind == INPUT_PEN_OUT)
		session_pointer_leave(session);
	else
		session_pointer(session, &pointer);
}

void pens_tell(struct window *window, uint64_t tag)
{
	if (window->layer && gl_layer_listen(window->layer, tag).kinds & LISTEN_PEN)
		window_send_pen(window, tag, &window->session->pens.last);
}
