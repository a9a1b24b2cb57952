#include <osaas_std.h>
#include <osaas_window.h>

int osaas_window_focus_area(osaas_chan window, uint64_t tag)
{
	struct osaas_msg msg = {.type = OSAAS_WINDOW_FOCUS_AREA, .u.u64 = {tag}};
	return osaas_send(window, &msg);
}

int osaas_window_grab(osaas_chan window, const struct osaas_window_pointer *pressed)
{
	const struct osaas_window_grab grab = {
		pressed->tag, pressed->source, pressed->id};
	struct osaas_msg msg = {.type = OSAAS_WINDOW_GRAB};
	memcpy(msg.u.bytes, &grab, sizeof grab);
	return osaas_send(window, &msg);
}
