/*
 * control_input: what input devices there are and what they do.
 *
 *	input				list
 *	input NAME			those that match (a name, type:touchpad, *), with options
 *	input NAME KEY=VALUE ...	device_config.h, or output=NAME; until the session ends
 *	input NAME reset		what was said so is forgotten
 */
#ifndef OSAAS_SESSION_CONTROL_INPUT_H
#define OSAAS_SESSION_CONTROL_INPUT_H

#include "session/control_request.h"

#define CONTROL_INPUT_WORDS 15 /* that may follow the command's name */

struct reply;
struct session;

void control_input_answer(struct session *session, const struct control_request *request,
	struct reply *reply);

#endif
