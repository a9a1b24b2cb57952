/*
 * control_request: what 'osaas ctl' asks of a session. Pure: text in, words out.
 *
 * A client connects to the session's socket (control_socket.h), sends one line,
 * reads one reply to its end; then the session closes. Bytes after the line are
 * not looked at. The line is
 *
 *	osaas 1 FORMAT COMMAND [WORD ...]\n
 *
 * 1 is the version of this protocol, FORMAT is "text" or "json", COMMAND a name
 * from control_command.h. One space stands between words; in a word %XX is the
 * byte of that value (RFC 3986), and space, '%' and control characters must be
 * written so. %00 and empty words are refused. The reply is
 *
 *	osaas 1 STATUS LENGTH\n
 *
 * and LENGTH bytes, UTF-8. STATUS "ok": the answer in the wanted format; "failed"
 * or "usage" (the request makes no sense): one line for the user, whatever the
 * format: what failed, why, what to do.
 *
 * With some answers comes a descriptor (SCM_RIGHTS), with the first byte: of what is too
 * much for a line. Who does not take it has the answer all the same.
 */
#ifndef OSAAS_SESSION_CONTROL_REQUEST_H
#define OSAAS_SESSION_CONTROL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#define CONTROL_VERSION     1
#define CONTROL_REQUEST_MAX 1024 /* bytes, with the newline */
#define CONTROL_WORDS_MAX   16   /* the command's name is one */

/* One line for the user, without the newline. */
struct control_error {
	char text[256];
};

struct control_request {
	bool json;
	size_t n_words; /* >= 1 */
	const char
		*words[CONTROL_WORDS_MAX]; /* the command first; they point into text */
	char text[CONTROL_REQUEST_MAX];
};

/*
 * control_request_parse reads a line of size bytes, without its newline; any
 * bytes. 0, or with err: -EPROTO another protocol or version, -EINVAL.
 */
int control_request_parse(const char *line, size_t size, struct control_request *out,
	struct control_error *err);

/*
 * control_request_write makes a line with its newline (and a NUL) of a command and
 * its words. Returns its length; -E2BIG: it would not be read, -EINVAL: an empty word.
 */
int control_request_write(char line[static CONTROL_REQUEST_MAX + 1], bool json,
	const char *const *words, size_t n_words);

#endif
