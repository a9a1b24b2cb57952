/*
 * virtual: time that stands still while code runs, and jumps to the next wake when
 * nothing is ready. It begins at the same moment in each session, and nothing that is
 * computed costs any of it: so a session without input shows the same frames at the
 * same times on whatever machine, as fast as that can.
 *
 * What is outside is real: while the disk, the store, a connection being made, an encoder
 * or a client of 'osaas ctl' has been asked something and has not answered, time stands
 * still, for five seconds of the wall; then it goes on at the wall's pace. It does not
 * stand still for who may never answer: a program on a terminal, a peer that is
 * connected.
 */
#ifndef OSAAS_SESSION_VIRTUAL_H
#define OSAAS_SESSION_VIRTUAL_H

#include <stdbool.h>
#include <stdint.h>

struct backend_ops;
struct session;
struct session_options;

/*
 * virtual_check: what has a clock of its own cannot follow one that jumps: a display, a
 * sound device. One of the configuration is done without. False: reported.
 */
bool virtual_check(struct session_options *options, const struct backend_ops *backend);

/* virtual_start freezes the clock: before anything reads it. virtual_stop: it is real again. */
void virtual_start(void);
void virtual_stop(void);
bool virtual_is_on(void);

/* virtual_poll is loop_poll in such time. */
int virtual_poll(struct session *session, uint64_t wake_ns);

#endif
