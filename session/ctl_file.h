/*
 * ctl_file: answers that become files. The session hands a descriptor over; what there is
 * to encode and to write is the client's work, in the client's folder, with its rights.
 *
 *	latency export FILE		a trace: ledger_trace.h
 *	record FILE			FILE is made an absolute path: the session writes it
 *	record-input FILE		lines of text, till they end: ctl_input.h
 *	screenshot [FILE]		PNG; without FILE of a name by the time, that is new
 */
#ifndef OSAAS_SESSION_CTL_FILE_H
#define OSAAS_SESSION_CTL_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "session/control_request.h"

struct ctl_file {
	/* NULL: the answer is for people, as others are. 0 or -errno; -EPROTO: it is none. */
	int (*save)(const struct ctl_file *file, int fd);
	const char *path; /* "-": standard output */
	/* Own words, and path, if nothing else holds them. */
	char output[128], rate[32], seconds[32], name[PATH_MAX];
};

/* Options of the command line that are for some commands only; NULL: not given. */
struct ctl_options {
	const char *output, *rate, *seconds;
	bool pointer, stop;
};

/*
 * ctl_file_take makes of the words of a command line those that the session is asked:
 * without FILE, with the options. They may point into out then. False: reported.
 */
bool ctl_file_take(const char *words[static CONTROL_WORDS_MAX], size_t *n_words,
	const struct ctl_options *options, struct ctl_file *out);

/* ctl_file_save: fd is what came, -1: nothing did. Says what it did. An exit code. */
int ctl_file_save(const struct ctl_file *file, int fd, bool json);

#endif
