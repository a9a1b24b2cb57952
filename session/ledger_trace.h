/*
 * ledger_trace: frames of the ledger as a trace in Chrome's JSON format, which
 * https://ui.perfetto.dev and chrome://tracing open: a track per window for its input,
 * one for what it does, and one per output; an arrow leads from the input to the flip.
 */
#ifndef OSAAS_SESSION_LEDGER_TRACE_H
#define OSAAS_SESSION_LEDGER_TRACE_H

#include <stddef.h>
#include <stdio.h>

#include "session/ledger.h"

struct ledger_dump {
	size_t n_frames, n_names;
	char (*names)[LEDGER_NAME_MAX]; /* owned, as the next */
	struct ledger_frame *frames;
};

/* ledger_dump_read reads what ledger_write wrote, which is not trusted. 0, -errno, -EPROTO. */
int ledger_dump_read(int fd, struct ledger_dump *out);
void ledger_dump_finish(struct ledger_dump *dump);

void ledger_trace(const struct ledger_dump *dump, FILE *out);

#endif
