/*
 * osaas_reload.h: the protocol of "osaas.reload": how a plugin whose file has changed is
 * replaced while it runs, and what it knew goes on in the new one.
 *
 * The channel comes without a want, and nobody has to grant it: it is between the
 * plugin and its own next version. A plugin that says in its manifest
 *
 *	reload = yes
 *
 * gets it from osaas_cap(OSAAS_RELOAD_CAP), and speaks it like this:
 *
 *	1. The first message says how it begins: OSAAS_RELOAD_FRESH, with nothing; or
 *	   OSAAS_RELOAD_STATE, with what the one before it saved. It is there before the
 *	   plugin runs.
 *	2. 'osaas ctl reload' sends OSAAS_RELOAD_SAVE. The plugin answers, before the
 *	   deadline, with an OSAAS_RELOAD_STATE of its own, and then waits for GO_ON:
 *	   what it does or learns after it has answered is not in the state.
 *	3. The plugin is stopped where it is, and the new one starts, with channels of its
 *	   own for all that it wants, in the same place. If that one lives for a second,
 *	   the old one is over: its channels close, and it does not run again.
 *	4. Else the new one is thrown away and the old one goes on: OSAAS_RELOAD_GO_ON. Its
 *	   channels are as they were, and nothing in them is lost. What the user did
 *	   meanwhile went to the new one; so its window gets OSAAS_WINDOW_LOST,
 *	   OSAAS_WINDOW_CONFIG and OSAAS_WINDOW_FOCUS. Time has passed.
 *
 * A new one fails its second when it ends, for whatever reason, or when all its frames
 * are refused. When no answer to SAVE comes nothing is started, and the plugin, which may
 * be in the middle of something, gets GO_ON.
 *
 * The state moves: keep a copy of what you need, should it be you who goes on. It is as
 * old as the version that wrote it: say which one it is, and do not believe it
 * blindly.
 *
 * A plugin without "reload = yes" can be reloaded, too. It starts afresh.
 */
#ifndef OSAAS_RELOAD_H
#define OSAAS_RELOAD_H

#include <osaas.h>

#define OSAAS_RELOAD_CAP "osaas.reload"

enum osaas_reload_type {
	/*
	 * Both ways. u64[0]: the plugin's version of what follows; the other words of u, buf
	 * and len: anything. chan must be OSAAS_NONE: ends are not handed on.
	 */
	OSAAS_RELOAD_STATE = 1,

	/* host to plugin */
	OSAAS_RELOAD_FRESH = 16,
	OSAAS_RELOAD_SAVE = 17,  /* u64[0]: deadline_ns, two seconds away */
	OSAAS_RELOAD_GO_ON = 18, /* it was not you who was replaced */
};

#endif
