/*
 * input_handlers: what any back end's input tells, handed on to the session: members of a
 * struct input_listener whose data is the struct session. And what input is told of it.
 */
#ifndef OSAAS_SESSION_INPUT_HANDLERS_H
#define OSAAS_SESSION_INPUT_HANDLERS_H

#include "input/input.h"

struct session;

bool handle_input_shortcut(void *data, const struct input_key *key);
void handle_input_key(void *data, const struct input_key *key);
void handle_input_pointer(void *data, const struct input_pointer *pointer);
bool handle_input_motion(void *data, const struct input_motion *motion);
void handle_input_touch(void *data, const struct input_touch *touch);
void handle_input_pen(void *data, const struct input_pen *pen);
void handle_input_gesture(void *data, const struct input_gesture *gesture);
void handle_input_compose(void *data, const char *pending);
void handle_input_activity(void *data);

/* All of them: for input_create_bare. */
extern const struct input_listener bare_input_listener;

/* input_tell_screens says where the session's screens lie; nothing while there are none. */
void input_tell_screens(struct input *input, const struct session *session);

#endif
