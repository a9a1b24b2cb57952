/* recover: the graphics card was reset or changed: the renderer is rebuilt, plugins notice nothing. */
#ifndef OSAAS_SESSION_RECOVER_H
#define OSAAS_SESSION_RECOVER_H

#include <stdbool.h>

struct session;

/*
 * session_recover: 0, everything is damaged and can be painted; -errno: not yet. Why not is
 * logged when say is set.
 */
int session_recover(struct session *session, bool say);

#endif
