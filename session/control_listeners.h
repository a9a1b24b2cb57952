/* control_listeners: who hears what a microphone hears: osaas ctl listeners. */
#ifndef OSAAS_SESSION_CONTROL_LISTENERS_H
#define OSAAS_SESSION_CONTROL_LISTENERS_H

struct control_request;
struct reply;
struct session;

void control_listeners_answer(struct session *session,
	const struct control_request *request, struct reply *reply);

#endif
