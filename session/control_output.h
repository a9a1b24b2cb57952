/*
 * control_output: what displays there are and what they are to be.
 *
 *	output				list
 *	output NAME			one, with its settings and modes
 *	output NAME KEY=VALUE ...	output_config.h; what the card refuses changes nothing
 *	output NAME reset		what was said so is forgotten
 *	brightness [N%|+N%|-N%]		of the panel's backlight
 */
#ifndef OSAAS_SESSION_CONTROL_OUTPUT_H
#define OSAAS_SESSION_CONTROL_OUTPUT_H

#include "session/control_request.h"

#define CONTROL_OUTPUT_WORDS 12 /* that may follow the command's name */

struct reply;
struct session;

void control_output_answer(struct session *session, const struct control_request *request,
	struct reply *reply);
void control_brightness_answer(struct session *session,
	const struct control_request *request, struct reply *reply);

#endif
