#include "session/control_latency.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "session/control_reply.h"
#include "session/control_request.h"
#include "session/ledger.h"
#include "session/session.h"

static const struct reply_column columns[] = {
	{"stage", "stage", REPLY_TEXT},
	{"count", "count", REPLY_COUNT},
	{"p50_ns", "p50 ms", REPLY_TIME},
	{"p90_ns", "p90 ms", REPLY_TIME},
	{"p99_ns", "p99 ms", REPLY_TIME},
	{"max_ns", "max ms", REPLY_TIME},
};

static const struct reply_column frame_columns[] = {
	{"kept", "kept", REPLY_COUNT},
	{"total", "in all", REPLY_COUNT},
};

static void put_table(const struct ledger *ledger, struct reply *reply)
{
	struct ledger_figures figures[LEDGER_STAGES];
	ledger_measure(ledger, figures);
	reply_table(reply, "latency", columns, sizeof columns / sizeof *columns);
	for (int i = 0; i < LEDGER_STAGES; i++) {
		reply_text(reply, ledger_stages[i].name);
		reply_number(reply, figures[i].n);
		reply_number(reply, figures[i].p50);
		reply_number(reply, figures[i].p90);
		reply_number(reply, figures[i].p99);
		reply_number(reply, figures[i].max);
	}
	reply_end(reply);
	reply_record(reply, "frames", frame_columns,
		sizeof frame_columns / sizeof *frame_columns);
	reply_number(reply, ledger_kept(ledger));
	reply_number(reply, ledger_total(ledger));
	reply_end(reply);
}

static void hand_over(const struct ledger *ledger, struct reply *reply)
{
	int fd = memfd_create("osaas-latency", MFD_CLOEXEC);
	int r = fd < 0 ? -errno : ledger_write(ledger, fd);
	if (r == 0) {
		reply_say(reply, "latency", "%zu frames", ledger_kept(ledger));
		reply_attach(reply, fd);
		return;
	}
	if (fd >= 0)
		close(fd);
	reply_refuse(reply, REPLY_FAILED,
		"there is no memory to hand the frames over: %s; close something",
		strerror(-r));
}

void control_latency_answer(struct session *session,
	const struct control_request *request, struct reply *reply)
{
	const char *word = request->n_words > 1 ? request->words[1] : "";
	if (!*word) {
		put_table(session->ledger, reply);
	} else if (strcmp(word, "export") == 0) {
		hand_over(session->ledger, reply);
	} else if (strcmp(word, "reset") == 0) {
		ledger_reset(session->ledger);
		reply_say(reply, "latency", "frames are counted from here on");
	} else {
		reply_refuse(reply, REPLY_USAGE,
			"'latency %.32s' makes no sense: write latency, latency export "
			"FILE, or latency reset",
			word);
	}
}
