#include "session/recover.h"

#include <signal.h>

#include "session/mask.h"
#include "session/screen.h"
#include "session/session.h"
#include "util/log.h"

int session_recover(struct session *session, bool say)
{
	struct gl_error err = {0};
	sigset_t old;
	mask_signals(&old);
	int r = gl_recover(session->gl, &err);
	unmask_signals(&old);
	if (r < 0) {
		if (say)
			log_error("the graphics card was reset and is not back: %s",
				err.text);
		return r;
	}
	list_for_each (screen, &session->screens, struct screen, link)
		screen_damage_all(screen);
	return 0;
}
