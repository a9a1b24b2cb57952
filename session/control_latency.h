/*
 * control_latency: 'osaas ctl latency': where the time goes from input to picture.
 *
 *	latency			a table of stages (ledger.h)
 *	latency export		the frames themselves, as a descriptor: see ledger_write
 *	latency reset		begins anew
 *
 * 'osaas ctl latency export FILE' makes a trace of what it gets (ledger_trace.h).
 */
#ifndef OSAAS_SESSION_CONTROL_LATENCY_H
#define OSAAS_SESSION_CONTROL_LATENCY_H

struct control_request;
struct reply;
struct session;

void control_latency_answer(struct session *session,
	const struct control_request *request, struct reply *reply);

#endif
