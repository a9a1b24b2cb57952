/*
 * seat_watch: a seat that is ours again and was not told. Providers hear of switches by
 * signals, which do not queue: of two in a row seatd 0.7 can lose one; and when it enables
 * us it sets the console's mode, which cancels a switch that was asked for just then, and then
 * disables us for that switch (its log: "Could not ack VT release"). Either leaves us disabled on
 * the console that is shown, for ever, without keys to leave it.
 *
 * The kernel's own word is watched. When we have been disabled on the console that is shown, and
 * nothing moved, for 4 s: a switch that waits for the provider's answer is carried out, since
 * somebody asked for it; else it goes to a console that nobody uses and back, at most three
 * times till the seat is ours, said once. Where somebody switches meanwhile it does nothing.
 */
#ifndef OSAAS_SESSION_SEAT_WATCH_H
#define OSAAS_SESSION_SEAT_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct seat_watch;

/* seat_watch_create: vt is ours. NULL: the kernel does not tell; the other calls take it. */
struct seat_watch *seat_watch_create(struct loop *loop, int vt);
void seat_watch_destroy(struct seat_watch *watch);

/* seat_watch_seat: the seat was enabled, or disabled. */
void seat_watch_seat(struct seat_watch *watch, bool enabled);

/* When seat_watch_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t seat_watch_next_ns(const struct seat_watch *watch);
void seat_watch_turn(struct seat_watch *watch, uint64_t now_ns);

#endif
