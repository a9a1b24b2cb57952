/*
 * control_magnifier: screens that are shown enlarged.
 *
 *	magnifier			how much of each screen is shown
 *	magnifier FACTOR|off [NAME]	of the screen where the pointer is, or the keys; or NAME
 */
#ifndef OSAAS_SESSION_CONTROL_MAGNIFIER_H
#define OSAAS_SESSION_CONTROL_MAGNIFIER_H

#include "session/control_request.h"

#define CONTROL_MAGNIFIER_WORDS 2 /* that may follow the command's name */

struct reply;
struct session;

void control_magnifier_answer(struct session *session,
	const struct control_request *request, struct reply *reply);

#endif
