/*
 * control_record_input: 'osaas ctl record-input': what comes of the input devices, as a file.
 *
 *	record-input			what is or was recorded
 *	record-input start [for=S]	with the answer comes a socket: the lines, to their end.
 *					It is over when the client shuts its direction down
 *	record-input stop
 */
#ifndef OSAAS_SESSION_CONTROL_RECORD_INPUT_H
#define OSAAS_SESSION_CONTROL_RECORD_INPUT_H

#define CONTROL_RECORD_INPUT_WORDS 2 /* that may follow the command's name */

struct control_request;
struct reply;
struct session;

void control_record_input_answer(struct session *session,
	const struct control_request *request, struct reply *reply);

#endif
