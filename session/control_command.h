/*
 * control_command: what a session can be asked: one row and one function each. The
 * same table gives 'osaas ctl --help' its list.
 */
#ifndef OSAAS_SESSION_CONTROL_COMMAND_H
#define OSAAS_SESSION_CONTROL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct control_request;
struct reply;
struct session;

struct control_command {
	const char *name;
	const char *help;   /* a line, for the list */
	size_t max_words;   /* that may follow the name */
	bool acts;          /* it changes something: asked once, never watched */
	bool waits_for_end; /* the reply ends (is closed) when the session has */
	/*
	 * Fills the reply; never waits, but may answer later (control_defer). The command
	 * stands in words[0].
	 */
	void (*answer)(struct session *session, const struct control_request *request,
		struct reply *reply);
	bool acts_with_words; /* ... only when words follow it */
};

extern const struct control_command control_commands[]; /* the last one has no name */

/* control_command_find: NULL: there is none of that name. */
const struct control_command *control_command_find(const char *name);

/* control_print writes to out what a command without words answers, as text. */
void control_print(struct session *session, const char *name, FILE *out);

#endif
