/*
 * osaas_log.h: the protocol of "log": a plugin reads its own last lines back, those
 * that it wrote with osaas_log, whatever level the session's log shows. Writing needs
 * no capability. Requests and answers are those of osaas_request.h.
 *
 * The last 64 lines are kept, of at most 8 KiB together.
 */
#ifndef OSAAS_LOG_H
#define OSAAS_LOG_H

#include <osaas.h>

enum osaas_log_type {
	/*
	 * u64[0]: the number of the first line that is wanted; the first one a plugin
	 * writes is 1. The answer is a struct osaas_log_lines; its buffer has the lines,
	 * the oldest first, each "E text\n", "I text\n" or "D text\n" by its level.
	 * OSAAS_ENOMEM.
	 */
	OSAAS_LOG_READ = 1,
};

struct osaas_log_lines {
	int64_t result; /* how many lines are in the buffer; 0: there is none */
	uint64_t first; /* the number of the first of them */
	uint64_t next;  /* the number that the next line will have */
};

_Static_assert(sizeof(struct osaas_log_lines) <= OSAAS_MSG_BYTES, "fits a message");

#endif
