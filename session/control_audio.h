/*
 * control_audio: sound: what plays, on which device, how loud.
 *
 *	audio				the engine, its voices and what devices there are
 *	audio volume [N%|+N%|-N%] [input]
 *	audio mute [on|off] [input]	without on or off: the other one
 *	audio output|input [RULE ...]	which device; reset: as if nothing was ever said
 */
#ifndef OSAAS_SESSION_CONTROL_AUDIO_H
#define OSAAS_SESSION_CONTROL_AUDIO_H

#include "session/control_request.h"

#define CONTROL_AUDIO_WORDS 14 /* that may follow the command's name */

struct reply;
struct session;

void control_audio_answer(struct session *session, const struct control_request *request,
	struct reply *reply);

#endif
