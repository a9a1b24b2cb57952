#include "session/control_record_input.h"

#include <errno.h>
#include <string.h>

#include "session/cmd.h"
#include "session/control_reply.h"
#include "session/control_request.h"
#include "session/input_record.h"
#include "session/session.h"

static const struct reply_column columns[] = {
	{"state", "state", REPLY_TEXT},
	{"events", "events", REPLY_COUNT},
	{"length_ns", "length ms", REPLY_TIME},
	{"why", "why", REPLY_TEXT},
};

static const char *const states[] = {
	[INPUT_RECORD_RUNNING] = "recording",
	[INPUT_RECORD_DONE] = "done",
	[INPUT_RECORD_FAILED] = "failed",
};

static void put_state(struct session *session, struct reply *reply)
{
	struct input_record_info info;
	if (!input_record_get(session->input_record, &info)) {
		reply_say(reply, "record-input", "no input was recorded yet");
		return;
	}
	reply_record(reply, "record-input", columns, sizeof columns / sizeof *columns);
	reply_text(reply, states[info.state]);
	reply_number(reply, info.events);
	reply_number(reply, info.ns);
	reply_text(reply, info.why[0] ? info.why : NULL);
	reply_end(reply);
}

static void start(struct session *session, const char *time, struct reply *reply)
{
	uint64_t for_ns = 0;
	int fd;
	if (time &&
		(strncmp(time, "for=", 4) != 0 || !value_seconds(time + 4, &for_ns))) {
		reply_refuse(reply, REPLY_USAGE,
			"'%s' is no time: write seconds, 0.001 to 1000000, as in "
			"'--for 5'",
			strncmp(time, "for=", 4) == 0 ? time + 4 : time);
		return;
	}
	int r = input_record_start(session, for_ns, &fd);
	if (r < 0) {
		reply_refuse(reply, REPLY_FAILED, "input cannot be recorded: %s",
			r == -EBUSY ? "it is being recorded already; 'osaas ctl "
				      "record-input stop' ends that"
				    : strerror(-r));
		return;
	}
	reply_say(reply, "record-input", "all input is recorded");
	reply_attach(reply, fd);
}

static void stop(struct session *session, struct reply *reply)
{
	struct input_record_info info = {.state = INPUT_RECORD_DONE};
	input_record_get(session->input_record, &info);
	if (info.state != INPUT_RECORD_RUNNING) {
		reply_refuse(reply, REPLY_FAILED, "no input is being recorded");
		return;
	}
	input_record_stop(session->input_record);
	input_record_get(session->input_record, &info);
	reply_say(reply, "record-input", "%llu events in %.1f s",
		(unsigned long long)info.events, (double)info.ns / 1e9);
}

void control_record_input_answer(struct session *session,
	const struct control_request *request, struct reply *reply)
{
	const char *what = request->n_words > 1 ? request->words[1] : NULL;
	const char *more = request->n_words > 2 ? request->words[2] : NULL;
	if (!what)
		put_state(session, reply);
	else if (strcmp(what, "start") == 0)
		start(session, more, reply);
	else if (strcmp(what, "stop") == 0 && !more)
		stop(session, reply);
	else
		reply_refuse(reply, REPLY_USAGE,
			"write record-input [--for SECONDS] FILE, or record-input stop");
}
