/* control_planes: what each plane of each screen shows, and why a picture has none: osaas ctl planes. */
#ifndef OSAAS_SESSION_CONTROL_PLANES_H
#define OSAAS_SESSION_CONTROL_PLANES_H

struct control_request;
struct reply;
struct session;

void control_planes_answer(struct session *session, const struct control_request *request,
	struct reply *reply);

#endif
