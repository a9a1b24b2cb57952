#include "session/input_handlers.h"

#include "session/idle.h"
#include "session/keys.h"
#include "session/routing.h"
#include "session/session.h"

bool handle_input_shortcut(void *data, const struct input_key *key)
{
	return session_shortcut(data, key);
}

void handle_input_key(void *data, const struct input_key *key)
{
	session_key(data, key);
}

void handle_input_pointer(void *data, const struct input_pointer *pointer)
{
	session_pointer(data, pointer);
}

void handle_input_touch(void *data, const struct input_touch *touch)
{
	session_touch(data, touch);
}

void handle_input_pen(void *data, const struct input_pen *pen)
{
	session_pen(data, pen);
}

void handle_input_gesture(void *data, const struct input_gesture *gesture)
{
	session_gesture(data, gesture);
}

void handle_input_activity(void *data)
{
	const struct session *session = data;
	idle_activity(session->idle);
}

const struct input_listener bare_input_listener = {
	.shortcut = handle_input_shortcut,
	.key = handle_input_key,
	.pointer = handle_input_pointer,
	.touch = handle_input_touch,
	.pen = handle_input_pen,
	.gesture = handle_input_gesture,
	.activity = handle_input_activity,
};
