#include "session/control_listeners.h"

#include "session/audio_in.h"
#include "session/control_reply.h"
#include "session/session.h"

static const struct reply_column device_columns[] = {
	{"state", "state", REPLY_TEXT},
	{"device", "device", REPLY_TEXT},
	{"why", "why not", REPLY_TEXT},
	{"rate", "rate", REPLY_COUNT},
	{"channels", "channels", REPLY_COUNT},
	{"overruns", "overruns", REPLY_COUNT},
};

static const struct reply_column columns[] = {
	{"plugin", "plugin", REPLY_TEXT},
	{"rate", "rate", REPLY_COUNT},
	{"channels", "channels", REPLY_COUNT},
	{"block", "block", REPLY_COUNT},
	{"heard", "heard", REPLY_COUNT},
	{"missed", "missed", REPLY_COUNT},
};

static const char *or_none(const char *text)
{
	return text[0] ? text : NULL;
}

static void put_reader(void *data, const struct audio_reader_status *reader)
{
	struct reply *reply = data;
	reply_text(reply, reader->name);
	reply_number(reply, reader->rate);
	reply_number(reply, reader->channels);
	reply_number(reply, reader->frames);
	reply_number(reply, reader->heard);
	reply_number(reply, reader->missed);
}

void control_listeners_answer(struct session *session,
	const struct control_request *request, struct reply *reply)
{
	static const char *const states[] = {
		[AUDIO_IN_CLOSED] = "closed: nobody listens",
		[AUDIO_IN_HEARS] = "hears",
		[AUDIO_IN_SILENT] = "silent: there is no device",
		[AUDIO_IN_HELD] = "held: another console is shown",
	};
	struct audio_in_status status;
	audio_in_status(session->audio_in, &status);
	reply_record(reply, "microphone", device_columns,
		sizeof device_columns / sizeof *device_columns);
	reply_text(reply, states[status.state]);
	reply_text(reply, or_none(status.device));
	reply_text(reply, or_none(status.why));
	reply_number(reply, status.config.rate);
	reply_number(reply, status.config.channels);
	reply_number(reply, status.xruns);
	reply_end(reply);
	reply_table(reply, "listeners", columns, sizeof columns / sizeof *columns);
	audio_in_each(session->audio_in, put_reader, reply);
	reply_end(reply);
	(void)request;
}
