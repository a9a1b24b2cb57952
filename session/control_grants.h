/*
 * control_grants: 'osaas ctl grants': lists, allows and revokes. Of a running session
 * (the command's answer), or, where none runs, of what is on disk alone.
 *
 *	grants					list
 *	grants allow ID CAP [LIFETIME [CONTENT]]
 *	grants revoke ID CAP
 *
 * CAP is CAP[:SCOPE]; LIFETIME once, run or always, which is also meant where there is
 * none. CONTENT is the SHA-256 of the plugin's file; without it the plugin of that id
 * which runs here is meant. 'osaas ctl' takes the path or the name of a plugin for ID,
 * too, and looks both up (control_grants_look_up).
 */
#ifndef OSAAS_SESSION_CONTROL_GRANTS_H
#define OSAAS_SESSION_CONTROL_GRANTS_H

#include <stdbool.h>
#include <stddef.h>

#include "session/control_request.h"
#include "session/grant.h"

#define CONTROL_GRANTS_WORDS 5 /* that may follow the command's name */

struct reply;
struct session;

void control_grants_answer(struct session *session, const struct control_request *request,
	struct reply *reply);

/* In the client. */

/* Words that control_grants_look_up puts there: they must stay as long as words. */
struct control_grants_words {
	char id[GRANT_ID_MAX], content[GRANT_CONTENT_MAX];
};

/*
 * control_grants_look_up: the words of a command line are made those of the command
 * above. False: reported.
 */
bool control_grants_look_up(const char *words[static CONTROL_WORDS_MAX], size_t *n_words,
	struct control_grants_words *own);

/* control_grants_offline does it without a session. Prints; gives an exit code. */
int control_grants_offline(const char *const *words, size_t n_words, bool json);

#endif
