#include "session/input_handlers.h"

#include "session/idle.h"
#include "session/routing.h"
#include "session/session.h"

static bool handle_shortcut(void *data, const struct input_key *key)
{
	(void)data, (void)key;
	return false;
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

void handle_input_activity(void *data)
{
	const struct session *session = data;
	idle_activity(session->idle);
}

const struct input_listener bare_input_listener = {
	.shortcut = handle_shortcut,
	.key = handle_input_key,
	.pointer = handle_input_pointer,
	.touch = handle_input_touch,
	.activity = handle_input_activity,
};
