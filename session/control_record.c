#include "session/control_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "session/control.h"
#include "session/control_reply.h"
#include "session/control_request.h"
#include "session/record.h"
#include "session/screen.h"
#include "session/screenshot.h"
#include "session/session.h"
#include "util/clock.h"

static const struct reply_column columns[] = {
	{"state", "state", REPLY_TEXT},
	{"screen", "output", REPLY_TEXT},
	{"file", "file", REPLY_TEXT},
	{"rate", "rate", REPLY_COUNT},
	{"frames", "pictures", REPLY_COUNT},
	{"dropped", "left out", REPLY_COUNT},
	{"length_ns", "length ms", REPLY_TIME},
	{"why", "why", REPLY_TEXT},
};

static const char *const states[] = {
	[RECORD_STARTING] = "starting",
	[RECORD_RUNNING] = "recording",
	[RECORD_ENDING] = "finishing",
	[RECORD_DONE] = "done",
	[RECORD_FAILED] = "failed",
};

/* Who waits for an answer: one at a time, as there is one recording. */
static uint64_t ticket;

bool control_record_is_video(const char *file)
{
	static const char *const ends[] = {".mkv", ".mp4", ".webm"};
	const char *dot = strrchr(file, '.');
	for (int i = 0; dot && i < 3; i++) {
		if (strcasecmp(dot, ends[i]) == 0)
			return true;
	}
	return false;
}

static void put_state(struct session *session, struct reply *reply)
{
	struct record_info info;
	if (!record_get(session->record, &info)) {
		reply_say(reply, "record", "nothing was recorded yet");
		return;
	}
	reply_record(reply, "record", columns, sizeof columns / sizeof *columns);
	reply_text(reply, states[info.state]);
	reply_text(reply, info.screen);
	reply_text(reply, info.file);
	reply_number(reply, info.rate);
	reply_number(reply, info.frames);
	reply_number(reply, info.dropped);
	reply_number(reply, info.ns);
	reply_text(reply, info.why[0] ? info.why : NULL);
	reply_end(reply);
}

static void handle_started(struct session *session)
{
	struct reply *reply = control_waiting(session->control, ticket);
	struct record_info info;
	record_get(session->record, &info);
	if (!reply)
		return;
	if (info.state == RECORD_RUNNING)
		reply_say(reply, "record", "%s is recorded, %u pictures a second, to %s",
			info.screen, info.rate, info.file);
	else
		reply_refuse(reply, REPLY_FAILED, "%s", info.why);
	control_finish(session->control, ticket);
}

static void handle_stopped(struct session *session)
{
	struct reply *reply = control_waiting(session->control, ticket);
	struct record_info info;
	record_get(session->record, &info);
	if (!reply)
		return;
	if (info.state == RECORD_DONE)
		reply_say(reply, "record",
			"%s: %.1f s of %s, %llu pictures, %llu left out", info.file,
			(double)info.ns / 1e9, info.screen,
			(unsigned long long)info.frames,
			(unsigned long long)info.dropped);
	else if (info.state == RECORD_FAILED)
		reply_refuse(reply, REPLY_FAILED, "%s: %s", info.file, info.why);
	else
		reply_say(reply, "record",
			"%s is still being finished: 'osaas ctl record' says when it is "
			"done, 'osaas ctl record stop' again breaks it off",
			info.file);
	control_finish(session->control, ticket);
}

static void stop(struct session *session, struct reply *reply)
{
	struct record_info info = {.state = RECORD_DONE};
	if (!record_get(session->record, &info) || info.state == RECORD_DONE ||
		info.state == RECORD_FAILED) {
		const char *how = info.state == RECORD_FAILED ? "failed" : "ended";
		if (info.why && info.why[0])
			reply_refuse(reply, REPLY_FAILED,
				"nothing is being recorded: the last one %s: %s", how,
				info.why);
		else
			reply_refuse(reply, REPLY_FAILED, "nothing is being recorded");
		return;
	}
	if (control_waiting(session->control, ticket)) {
		reply_refuse(reply, REPLY_FAILED,
			"it is being started or stopped by somebody else: ask again");
		return;
	}
	ticket = control_defer(session->control, reply);
	record_stop(session, handle_stopped);
}

struct wanted {
	const char *file, *output;
	unsigned long rate;
};

static bool read_words(const struct control_request *request, struct wanted *out)
{
	char *end = NULL;
	for (size_t i = 1; i < request->n_words; i++) {
		const char *word = request->words[i];
		if (strncmp(word, "output=", 7) == 0)
			out->output = word + 7;
		else if (strncmp(word, "rate=", 5) == 0)
			out->rate = strtoul(word + 5, &end, 10);
		else if (word[0] == '/' && !out->file)
			out->file = word;
		else
			return false;
		if (end && *end)
			return false;
	}
	return out->file && control_record_is_video(out->file) && out->rate >= 1 &&
	       out->rate <= RECORD_RATE_MAX;
}

static void start(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	struct wanted wanted = {.rate = RECORD_RATE};
	if (!read_words(request, &wanted)) {
		reply_refuse(reply, REPLY_USAGE,
			"what to record? write record [--output NAME] [--rate 1..%d] "
			"FILE, which ends in .mkv, .mp4 or .webm",
			RECORD_RATE_MAX);
		return;
	}
	const struct screen *screen = screenshot_screen(session, wanted.output, reply);
	if (!screen)
		return;
	int r = record_start(
		session, screen, wanted.file, (unsigned)wanted.rate, handle_started);
	if (r == -EBUSY)
		reply_refuse(reply, REPLY_FAILED,
			"something is being recorded: 'osaas ctl record stop' first");
	else if (r < 0)
		reply_refuse(reply, REPLY_FAILED, "%s cannot be recorded: %s",
			screen->name, strerror(-r));
	else
		ticket = control_defer(session->control, reply);
}

void control_record_answer(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	if (request->n_words == 1)
		put_state(session, reply);
	else if (request->n_words == 2 && strcmp(request->words[1], "stop") == 0)
		stop(session, reply);
	else
		start(session, request, reply);
}
