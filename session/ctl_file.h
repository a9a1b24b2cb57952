/*
 * ctl_file: answers that become files. The session hands a descriptor over; what there is
 * to encode and to write is the client's work, in the client's folder, with its rights.
 *
 *	latency export FILE		a trace: ledger_trace.h
 */
#ifndef OSAAS_SESSION_CTL_FILE_H
#define OSAAS_SESSION_CTL_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct ctl_file {
	/* NULL: the answer is for people, as others are. 0 or -errno; -EPROTO: it is none. */
	int (*save)(const struct ctl_file *file, int fd);
	const char *path; /* "-": standard output */
};

/* ctl_file_take takes FILE out of the words of a command line. False: reported. */
bool ctl_file_take(const char **words, size_t *n_words, struct ctl_file *out);

/* ctl_file_save: fd is what came, -1: nothing did. Says what it did. An exit code. */
int ctl_file_save(const struct ctl_file *file, int fd, bool json);

#endif
