/*
 * control_keyboard: what the keyboard is, and what it is to be.
 *
 *	keyboard			its layouts, lamps, settings and shortcuts
 *	keyboard layout			the present one
 *	keyboard layout next|previous|NAME|N
 *	keyboard KEY=VALUE ...		keyboard_config.h; until the session ends, or
 *	keyboard reset			what was said so is forgotten
 */
#ifndef OSAAS_SESSION_CONTROL_KEYBOARD_H
#define OSAAS_SESSION_CONTROL_KEYBOARD_H

#include "session/control_request.h"

#define CONTROL_KEYBOARD_WORDS 12 /* that may follow the command's name */

struct reply;
struct session;

void control_keyboard_answer(struct session *session,
	const struct control_request *request, struct reply *reply);

#endif
