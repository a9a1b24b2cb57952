/*
 * control_controls: what windows and panels say that there is in them, and where on the
 * screen it lies: osaas ctl controls.
 */
#ifndef OSAAS_SESSION_CONTROL_CONTROLS_H
#define OSAAS_SESSION_CONTROL_CONTROLS_H

struct control_request;
struct reply;
struct session;

void control_controls_answer(struct session *session,
	const struct control_request *request, struct reply *reply);

#endif
