/*
 * closer: descriptors that another process closes. The last close of an input device waits until
 * Linux has seen all processors pass (RCU), 5 to 30 ms each; whoever makes sound has no time for
 * that. So they go to the guardian, by a socket, and what is closed here is not the last.
 *
 * Nothing of theirs is used there: what comes with a byte that is read without room for it the
 * kernel closes (unix(7), SCM_RIGHTS). So they are open until then at the latest: the guardian
 * reads, or it ends. Devices must be revoked before, that they tell nobody anything till then.
 */
#ifndef OSAAS_SESSION_CLOSER_H
#define OSAAS_SESSION_CLOSER_H

struct closer {
	int give, take; /* the socket's two ends; -1: none */
};

/* closer_open, before the fork; 0, or -errno, and there is none: all that follows takes that. */
int closer_open(struct closer *closer);

/* In the process that gives, once: closer_close knows it from now on. */
void closer_give(struct closer *closer);
/*
 * closer_close closes fd. It never waits for the other process: when that does not read (a few
 * hundred wait), is gone, or was not there, this is close(2), which may take what it takes.
 */
void closer_close(int fd);

/* In the process that takes, once; closer->take is readable when there is something to do. */
void closer_take(struct closer *closer);
/* closer_drop closes one, which takes long; at the end, closer->take too. It never waits for one. */
void closer_drop(struct closer *closer);
/* closer_finish closes all that is on its way, and the socket. */
void closer_finish(struct closer *closer);

#endif
