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

static int switch_on(osaas_chan window, uint32_t type, uint32_t value)
{
	struct osaas_msg msg = {.type = type, .u.u32 = {value}};
	return osaas_send(window, &msg);
}

int osaas_window_keyboard(osaas_chan window, bool wanted)
{
	return switch_on(window, OSAAS_WINDOW_KEYBOARD, wanted);
}

int osaas_window_capture(osaas_chan window, bool capture)
{
	return switch_on(window, OSAAS_WINDOW_CAPTURE, capture);
}

int osaas_window_dock(osaas_chan panel, uint32_t height)
{
	return switch_on(panel, OSAAS_WINDOW_DOCK, height);
}

int osaas_window_offer(osaas_chan window, const struct osaas_window_drag *request,
	const char *type, size_t type_bytes, const void *data, size_t size)
{
	struct osaas_window_drag offer = *request;
	struct osaas_msg msg = {.type = OSAAS_WINDOW_OFFER, .len = type_bytes + size};
	offer.type_size = (uint32_t)type_bytes;
	memcpy(msg.u.bytes, &offer, sizeof offer);
	msg.buf = osaas_buf_alloc((size_t)msg.len);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	memcpy(msg.buf, type, type_bytes);
	memcpy((char *)msg.buf + type_bytes, data, size);
	int r = osaas_send(window, &msg);
	if (r < 0)
		osaas_buf_free(msg.buf);
	return r;
}
